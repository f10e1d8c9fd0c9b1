"""What AWS Network Firewall does with traffic that no stateful rule speaks for.

Default actions for such traffic are optional and valid with the strict order of rules only: what they do not drop
passes, whether they tell of it or not. In the action order what no rule drops passes. There the last word has to be a
rule that drops everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries, nested_entries
from compliant_infra.kernel.firewall_policies import (
    ANYWHERE,
    NOT_NARROWING,
    RULES_SOURCE,
    STATEFUL_RULE,
    is_one_of,
    only,
)
from compliant_infra.kernel.logic import PASS, Context, Outcome, as_string, failed, predicate, undecided
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.packet_filters import Truth, any_true, both, options, truth
from compliant_infra.kernel.patterns import lazy

_DROPS: Final = (
    "aws:drop_strict",
    "aws:drop_established",
    "aws:drop_established_app_layer",
    "aws:drop_established_app_layer_to_server",
)
_RULE_GROUP: Final = "aws_networkfirewall_rule_group"
_REFERENCES: Final = "stateful_rule_group_reference"
#: The sides of a rule that speaks for everything; the firewall itself fills the two variables.
_SIDES: Final = ("any", "0.0.0.0/0", "$home_net", "$external_net")
_SIDE: Final = rf"(?:{ANYWHERE}|!?\$(?:HOME|EXTERNAL)_NET)"
_DROP_ALL: Final = lazy(
    rf"^\s*(?:drop|reject)\s+ip\s+{_SIDE}\s+any\s+(?:->|<>)\s+{_SIDE}\s+any\s*(?:\((?P<options>.*)\))?", re.I
)
_DROP: Final = lazy(r"^\s*(?:drop|reject)\s", re.I | re.M)
#: Lists of domains that drop something: others than those of a list that allows, or those of a list that denies.
_DROPPING_LISTS: Final = ("allowlist", "denylist", "rejectlist")
#: ``flow`` leaves the first packets of a connection, as the default actions do that drop what is established.
_OF_THE_REST: Final = NOT_NARROWING | {"flow"}


def _holds(actions: Any, *names: str) -> Truth:
    return truth(actions, lambda value: any_true(is_one_of(item, *names) for item in elements(value)))


def drops_by_default(policy: Mapping[str, Any]) -> Truth:
    """Whether a policy drops what no stateful rule speaks for."""
    _, engine = only(policy, "stateful_engine_options")
    strict = is_one_of(engine.get("rule_order"), "strict_order") if isinstance(engine, Mapping) else engine
    return both(strict, _holds(policy.get("stateful_default_actions"), *_DROPS))


# --------------------------------------------------------------------------------------------------------------
# Rule groups
# --------------------------------------------------------------------------------------------------------------


def _managed(value: Any) -> bool:
    """Whether an ARN is that of a group of AWS: signatures of attacks, or listed domains, which it drops."""
    parts = value.parts if isinstance(value, Unknown) else (value,)
    return any(isinstance(part, str) and ":aws-managed:" in part for part in parts or ())


def _groups(policy: Mapping[str, Any], context: Context) -> Iterator[Resource | Unknown | OneOf | None]:
    """The stateful groups of a policy; None for one of AWS, and what stands in the way for one that is not seen."""
    for _, block in entries(policy.get(_REFERENCES), _REFERENCES):
        if not isinstance(block, Mapping):
            yield block
            continue
        value = block.get("resource_arn")
        if all(map(_managed, options(value))):
            yield None
            continue
        group = context.resolve(value, _RULE_GROUP)
        if group is not None:
            yield group
        else:
            yield value if isinstance(value, (Unknown, OneOf)) else Unknown("not-in-scan", as_string(value) or "")


def _texts(group: Resource) -> Iterator[Any]:
    yield group.attributes.get("rules")
    for _, source in nested_entries(group.attributes, RULES_SOURCE):
        yield source.get("rules_string") if isinstance(source, Mapping) else source


def _in_texts(group: Resource, found: Any) -> Iterator[Truth]:
    for text in _texts(group):
        if text is not None:
            yield truth(text, lambda item: found(as_string(item) or ""))


def _drops_all(text: str) -> bool:
    for line in text.splitlines():
        found = _DROP_ALL.match(line)
        if found is not None:
            keywords = {item.partition(":")[0].strip().lower() for item in (found["options"] or "").split(";")} - {""}
            if keywords <= _OF_THE_REST:
                return True
    return False


def _dropping(rule: Mapping[str, Any]) -> Truth:
    return is_one_of(rule.get("action"), "drop", "reject")


def _rule_drops_all(rule: Mapping[str, Any]) -> Truth:
    answer = _dropping(rule)
    _, header = only(rule, "header")
    if not isinstance(header, Mapping):
        return both(answer, header)
    answer = both(answer, is_one_of(header.get("protocol"), "ip"))
    for name in ("source", "destination"):
        answer = both(answer, is_one_of(header.get(name), *_SIDES))
    for name in ("source_port", "destination_port"):
        answer = both(answer, is_one_of(header.get(name), "any"))
    for _, option in entries(rule.get("rule_option"), "rule_option"):
        known = is_one_of(option.get("keyword"), *_OF_THE_REST) if isinstance(option, Mapping) else option
        answer = both(answer, known)
    return answer


def _rules(group: Resource) -> Iterator[Mapping[str, Any] | Unknown | OneOf]:
    for _, rule in nested_entries(group.attributes, STATEFUL_RULE):
        yield rule


def _denies_rest(group: Resource) -> Truth:
    """Whether a rule of a group drops everything."""
    rules = (_rule_drops_all(rule) if isinstance(rule, Mapping) else rule for rule in _rules(group))
    return both(any_true((*rules, *_in_texts(group, _drops_all))), _there(group))


def _blocks(group: Resource) -> Truth:
    """Whether a rule of a group drops anything."""
    rules: list[Truth] = [_dropping(rule) if isinstance(rule, Mapping) else rule for rule in _rules(group)]
    for _, block in nested_entries(group.attributes, f"{RULES_SOURCE}.rules_source_list"):
        if isinstance(block, Mapping):
            rules.append(is_one_of(block.get("generated_rules_type"), *_DROPPING_LISTS))
        else:
            rules.append(block)
    rules.extend(_in_texts(group, lambda text: _DROP.search(text) is not None))
    return both(any_true(rules), _there(group))


def _there(group: Resource) -> Truth:
    return True if group.existence is None else group.existence


# --------------------------------------------------------------------------------------------------------------
# Policies
# --------------------------------------------------------------------------------------------------------------


def blocks_something(policy: Mapping[str, Any], context: Context) -> Truth:
    """Whether a policy, by its default actions or by one of its stateful groups, drops anything at all."""
    groups = (
        True if group is None else _blocks(group) if isinstance(group, Resource) else group
        for group in _groups(policy, context)
    )
    return any_true((drops_by_default(policy), *groups))


def _rest_denied(policy: Mapping[str, Any], context: Context) -> Truth:
    stateless = _holds(policy.get("stateless_default_actions"), "aws:drop")
    groups = (
        False if group is None else _denies_rest(group) if isinstance(group, Resource) else group
        for group in _groups(policy, context)
    )
    return any_true((stateless, drops_by_default(policy), *groups))


@predicate(
    reads=(
        "firewall_policy.stateless_default_actions",
        "firewall_policy.stateful_default_actions",
        "firewall_policy.stateful_engine_options.rule_order",
        f"firewall_policy.{_REFERENCES}.resource_arn",
    )
)
def denies_rest(resource: Resource, context: Context) -> Iterable[Outcome]:
    """``aws_networkfirewall_firewall_policy``: what no rule lets pass is dropped."""
    outcomes: list[Outcome] = []
    for where, policy in entries(resource.attributes.get("firewall_policy"), "firewall_policy"):
        if not isinstance(policy, Mapping):
            outcomes.append(undecided(policy, where, where))
            continue
        path = where if policy.get("stateful_default_actions") is None else f"{where}.stateful_default_actions"
        denied = _rest_denied(policy, context)
        if denied is True:
            outcomes.append(PASS)
        elif denied is not False:
            outcomes.append(undecided(denied, path, "rest"))
        else:
            outcomes.append(
                failed(
                    Text(
                        "what no rule speaks for passes: no default action drops it in the strict order, and no rule "
                        "drops everything",
                        "未被规则匹配的流量将放行：既没有严格顺序下的丢弃默认动作，也没有全量拒绝规则",
                    ),
                    path,
                    "rest",
                )
            )
    return outcomes or [PASS]
