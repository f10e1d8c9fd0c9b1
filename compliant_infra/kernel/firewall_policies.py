"""Policies of cloud firewalls: what they let through is named by its application, and the rest is denied.

A policy that only logs lets the traffic through, as an accepting one does. What no policy matches passes a firewall of
Alibaba Cloud or Tencent Cloud, so that the last word has to be a policy that drops everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import elements, entries, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, both, is_open, same_filter, truth
from compliant_infra.kernel.patterns import lazy


class Form(NamedTuple):
    """The attributes of a type of policy. ``scope``: those in which policies of one list agree."""

    action: str
    source: str
    source_type: str
    destination: str
    destination_type: str
    protocol: str
    port: str
    off: str
    scope: tuple[str, ...]
    applications: tuple[str, ...] = ()  # none: the protocol names the application


_ALICLOUD: Final = Form(
    "acl_action",
    "source",
    "source_type",
    "destination",
    "destination_type",
    "proto",
    "dest_port",
    "release",
    ("direction", "ip_version"),
    ("application_name", "application_name_list"),
)
_TENCENTCLOUD: Final = Form(
    "rule_action",
    "source_content",
    "source_type",
    "target_content",
    "target_type",
    "protocol",
    "port",
    "enable",
    ("direction",),
)
FORMS: Final[Mapping[str, Form]] = {
    "alicloud_cloud_firewall_control_policy": _ALICLOUD,
    "alicloud_cloud_firewall_vpc_firewall_control_policy": _ALICLOUD._replace(scope=("vpc_firewall_id",)),
    "alicloud_cloud_firewall_nat_firewall_control_policy": _ALICLOUD._replace(
        scope=("nat_gateway_id", "direction", "ip_version"), applications=("application_name_list",)
    ),
    "tencentcloud_cfw_edge_policy": _TENCENTCLOUD,
    "tencentcloud_cfw_nat_policy": _TENCENTCLOUD,
    "tencentcloud_cfw_vpc_policy": _TENCENTCLOUD._replace(
        destination="dest_content", destination_type="dest_type", scope=("fw_group_id",)
    ),
}


def _lower(value: Any) -> str:
    return (as_string(value) or "").lower()


def _enabled(policy: Resource, form: Form) -> Truth:
    return truth(policy.get(form.off, "true"), lambda item: _lower(item) != "false")


def _action(policy: Resource, form: Form, *names: str) -> Truth:
    return truth(policy.get(form.action, ""), lambda item: _lower(item) in names)


def _anywhere(policy: Resource, address: str, kind: str) -> Truth:
    """Whether a side of a policy is every address."""
    by_net = truth(policy.get(kind, ""), lambda item: _lower(item) == "net")
    return False if by_net is False else both(by_net, is_open(policy.get(address, ""), 1))


def _any_protocol(policy: Resource, form: Form) -> Truth:
    return truth(policy.get(form.protocol, ""), lambda item: _lower(item) == "any")


# --------------------------------------------------------------------------------------------------------------
# The last word
# --------------------------------------------------------------------------------------------------------------


def _denying(kind: str, context: Context) -> list[tuple[Resource, Truth]]:
    """The policies of a type that deny everything, or may do so."""
    found: list[tuple[Resource, Truth]] | None = context.memo.get((_denying, kind))
    if found is None:
        found = context.memo[_denying, kind] = []
        form = FORMS[kind]
        for policy in context.resources(kind):
            answer = both(_action(policy, form, "drop"), _enabled(policy, form))
            if answer is not False:
                answer = both(answer, _any_protocol(policy, form))
                answer = both(answer, _anywhere(policy, form.source, form.source_type))
                answer = both(answer, _anywhere(policy, form.destination, form.destination_type))
            if answer is not False:
                found.append((policy, both(answer, True if policy.existence is None else policy.existence)))
    return found


_SCOPE_DEFAULTS: Final = {"fw_group_id": "ALL", "ip_version": "4"}


def _taken_from(value: Any, policy: Resource, name: str) -> bool:
    """Whether a value refers to the same attribute of the policy, set or not."""
    if not isinstance(value, Unknown) or value.reference is None:
        return False
    return value.reference.address == policy.address and value.reference.attribute == name


def _same_list(left: Resource, right: Resource, form: Form) -> Truth:
    answer: Truth = True
    for name in form.scope:
        default = _SCOPE_DEFAULTS.get(name)
        one, other = left.get(name, default), right.get(name, default)
        if any(_taken_from(value, policy, name) for value, policy in ((one, right), (other, left))):
            continue
        if not isinstance(one, (Unknown, OneOf)) and not isinstance(other, (Unknown, OneOf)):
            answer = both(answer, as_string(one or "") == as_string(other or ""))
        else:
            answer = both(answer, same_filter(left, right, name))
    return answer


def _rest_denied(policy: Resource, form: Form, context: Context) -> Truth:
    return any_true(both(_same_list(policy, other, form), answer) for other, answer in _denying(policy.type, context))


def _letting_through(kind: str, context: Context) -> list[Resource]:
    """The policies of a type that surely let something through, in their order."""
    found: list[Resource] | None = context.memo.get((_letting_through, kind))
    if found is None:
        form = FORMS[kind]
        found = context.memo[_letting_through, kind] = [
            policy
            for policy in context.resources(kind)
            if policy.existence is None and both(_action(policy, form, "accept", "log"), _enabled(policy, form)) is True
        ]
    return found


def _speaks_for_list(policy: Resource, form: Form, context: Context) -> bool:
    """Whether the finding on the rest of a list stands at this policy: of those that surely let something through.

    It is the first by its address, for a plan has the resources in another order than the source. One that may let
    something through speaks where its list has no such policy.
    """
    addresses = (
        other.address
        for other in _letting_through(policy.type, context)
        if other.address == policy.address or _same_list(policy, other, form) is True
    )
    return min(addresses, default=policy.address) == policy.address


# --------------------------------------------------------------------------------------------------------------
# What is let through
# --------------------------------------------------------------------------------------------------------------


def _no_protocol(policy: Resource, form: Form) -> Outcome:
    everywhere = both(
        _anywhere(policy, form.source, form.source_type), _anywhere(policy, form.destination, form.destination_type)
    )
    if everywhere is True:
        text = Text("lets any protocol through from anywhere to anywhere", "放行任意来源到任意目的的全部协议")
    else:
        text = Text("lets any protocol through, whatever the application", "放行全部协议，未限定应用")
    return failed(text, form.protocol, "application")


def _application(policy: Resource, form: Form) -> Outcome:
    """Whether what is let through is named by its application."""

    def by_protocol(value: Any) -> Outcome:
        protocol = _lower(value)
        if protocol == "any":
            return _no_protocol(policy, form)
        if form.applications:
            return _named(policy, form) if protocol == "tcp" else PASS  # others know no application
        if protocol not in ("tcp", "udp"):
            return PASS
        return alternatives(
            policy.get(form.port, ""),
            lambda port: (
                failed(
                    Text(
                        f"lets every {protocol} port through, whatever the application",
                        f"放行全部 {protocol} 端口，未限定应用",
                    ),
                    form.port,
                    "application",
                )
                if _lower(port) in ("-1/-1", "any", "all", "")
                else PASS
            ),
            form.port,
        )

    return alternatives(policy.get(form.protocol, ""), by_protocol, form.protocol)


def _named(policy: Resource, form: Form) -> Outcome:
    known: list[Any] = []
    blocked: tuple[Unknown | OneOf, str] | None = None
    where = form.applications[0]
    for name in form.applications:
        for item in elements(policy.attributes.get(name)):
            where = name
            if isinstance(item, (Unknown, OneOf)):
                blocked = (item, name)
            elif isinstance(item, (list, tuple)):
                known.extend(item)
            elif item is not None:
                known.append(item)
    if any(not isinstance(item, (Unknown, OneOf)) and _lower(item) == "any" for item in known):
        shown = Text("any application", "任意应用")
    elif blocked is not None:
        return undecided(*blocked, "application")
    elif any(not isinstance(item, (Unknown, OneOf)) and _lower(item) for item in known):
        return PASS
    else:
        shown = Text("traffic without naming its application", "未指明应用的流量")
    return failed(Text(f"lets {shown.en} through", f"放行{shown.zh}"), where, "application")


def named_application(kind: str) -> Predicate:
    """A policy that lets something through names its application, and a policy of the same list denies the rest."""
    form = FORMS[kind]

    @predicate(reads=tuple(dict.fromkeys((*form[:8], *form.scope, *form.applications))))
    def judge(resource: Resource, context: Context) -> Iterable[Outcome]:
        enabled = _enabled(resource, form)
        if enabled is False:
            return [NOT_APPLICABLE]
        through = both(_action(resource, form, "accept", "log"), enabled)
        if through is False:
            return [PASS]
        outcomes = [_application(resource, form)]
        denied = _rest_denied(resource, form, context)
        if denied is not True and not _speaks_for_list(resource, form, context):
            pass  # said once for the list
        elif denied is False:
            outcomes.append(
                failed(
                    Text(
                        "no policy of the same list drops what is not allowed",
                        "同一方向没有拒绝其余全部流量的兜底策略",
                    ),
                    form.action,
                    "rest",
                )
            )
        elif denied is not True:
            outcomes.append(undecided(denied, form.action, "rest"))
        if through is True:
            return outcomes
        return [
            undecided(through, form.action, item.finding) if item.verdict is Verdict.FAIL else item for item in outcomes
        ]

    return judge


# --------------------------------------------------------------------------------------------------------------
# AWS Network Firewall
# --------------------------------------------------------------------------------------------------------------

RULES_SOURCE: Final = "rule_group.rules_source"
STATEFUL_RULE: Final = f"{RULES_SOURCE}.stateful_rule"
_STATELESS: Final = f"{RULES_SOURCE}.stateless_rules_and_custom_actions.stateless_rule"
#: Options of a rule that do not narrow what it matches.
NOT_NARROWING: Final = frozenset({"sid", "gid", "rev", "msg", "metadata", "priority", "classtype", "reference"})
ANYWHERE: Final = r"(?:\[\s*)?(?:any|0\.0\.0\.0/0|::/0)(?:\s*\])?"
_PASS_ALL: Final = lazy(
    rf"^\s*pass\s+(?:ip|tcp|udp)\s+{ANYWHERE}\s+any\s+(?:->|<>)\s+{ANYWHERE}\s+any\s*(?:\((?P<options>.*)\))?", re.I
)
_EVERYTHING: Final = Text("passes everything from anywhere to anywhere", "放行任意来源到任意目的的全部流量")


def is_one_of(value: Any, *names: str) -> Truth:
    """Whether a value is one of these texts, in whatever letters."""
    return truth("" if value is None else value, lambda item: _lower(item) in names)


def only(block: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, Any] | Unknown | OneOf]:
    """The one block of a name with its place; an empty one where it is not written."""
    found = entries(block.get(name), name)
    return found[0] if found else (name, {})


def _stateful(attributes: Mapping[str, Any]) -> Iterator[Outcome]:
    for where, rule in nested_entries(attributes, STATEFUL_RULE):
        if not isinstance(rule, Mapping):
            yield undecided(rule, where, where)
            continue
        _, header = only(rule, "header")
        answer: Truth = is_one_of(rule.get("action"), "pass")
        if answer is False:
            yield PASS
            continue
        if not isinstance(header, Mapping):
            yield undecided(header, f"{where}.header", where)
            continue
        answer = both(answer, is_one_of(header.get("protocol"), "ip", "tcp", "udp"))
        for name in ("source", "destination", "destination_port"):
            answer = both(answer, is_one_of(header.get(name), "any", "0.0.0.0/0"))
        for _, option in entries(rule.get("rule_option"), "rule_option"):
            if not isinstance(option, Mapping):
                answer = both(answer, option)
                continue
            answer = both(answer, truth(option.get("keyword"), lambda item: _lower(item) in NOT_NARROWING))
        yield _judged(answer, f"{where}.action", where)


def _judged(answer: Truth, path: str, finding: str) -> Outcome:
    if answer is False:
        return PASS
    return failed(_EVERYTHING, path, finding) if answer is True else undecided(answer, path, finding)


def _stateless(attributes: Mapping[str, Any]) -> Iterator[Outcome]:
    for where, rule in nested_entries(attributes, _STATELESS):
        if not isinstance(rule, Mapping):
            yield undecided(rule, where, where)
            continue
        _, definition = only(rule, "rule_definition")
        if not isinstance(definition, Mapping):
            yield undecided(definition, where, where)
            continue
        answer = truth(
            definition.get("actions"), lambda value: any_true(is_one_of(item, "aws:pass") for item in elements(value))
        )
        _, match = only(definition, "match_attributes")
        if not isinstance(match, Mapping):
            answer = both(answer, match)
        else:
            for name in ("source", "destination"):
                answer = both(answer, _unlimited(match, name))
            for name in ("destination_port", "protocols", "tcp_flag"):
                answer = both(answer, _unset(match.get(name)))
        yield _judged(answer, f"{where}.rule_definition.0.actions", where)


def _unset(value: Any) -> Truth:
    if isinstance(value, Unknown):
        return value
    return truth(value, lambda item: not item) if value is not None else True


def _unlimited(match: Mapping[str, Any], name: str) -> Truth:
    """Whether a side of a stateless rule is every address: none is named, or any address is."""
    found = entries(match.get(name), name)
    if not found:
        return True
    return any_true(
        is_open(block.get("address_definition"), 1) if isinstance(block, Mapping) else block for _, block in found
    )


def _text(value: Any, path: str) -> Iterator[Outcome]:
    """The rules of a text in the notation of Suricata."""
    if value is None:
        return
    yield alternatives(value, lambda item: _lines(as_string(item) or "", path), path, unset=lambda: NOT_APPLICABLE)


def _lines(text: str, path: str) -> Outcome:
    for line in text.splitlines():
        found = _PASS_ALL.match(line)
        if found is None:
            continue
        keywords = {item.partition(":")[0].strip().lower() for item in (found["options"] or "").split(";")} - {""}
        if keywords <= NOT_NARROWING:
            return failed(_EVERYTHING, path, "rules")
    return PASS


@predicate(
    reads=(
        "type",
        "rules",
        f"{RULES_SOURCE}.rules_string",
        f"{STATEFUL_RULE}.action",
        f"{STATEFUL_RULE}.header.protocol",
        f"{STATEFUL_RULE}.header.source",
        f"{STATEFUL_RULE}.header.destination",
        f"{STATEFUL_RULE}.header.destination_port",
        f"{STATEFUL_RULE}.rule_option.keyword",
        f"{_STATELESS}.rule_definition.actions",
        f"{_STATELESS}.rule_definition.match_attributes.source.address_definition",
        f"{_STATELESS}.rule_definition.match_attributes.destination.address_definition",
        f"{_STATELESS}.rule_definition.match_attributes.destination_port",
        f"{_STATELESS}.rule_definition.match_attributes.protocols",
        f"{_STATELESS}.rule_definition.match_attributes.tcp_flag",
    )
)
def rule_group(resource: Resource, context: Context) -> Iterable[Outcome]:
    """A rule group of AWS Network Firewall does not pass everything from anywhere to anywhere."""
    attributes = resource.attributes
    outcomes = [*_stateful(attributes), *_stateless(attributes), *_text(attributes.get("rules"), "rules")]
    for where, source in nested_entries(attributes, RULES_SOURCE):
        if isinstance(source, Mapping):
            outcomes.extend(_text(source.get("rules_string"), f"{where}.rules_string"))
        else:
            outcomes.append(undecided(source, where, where))
    return [PASS, *outcomes]
