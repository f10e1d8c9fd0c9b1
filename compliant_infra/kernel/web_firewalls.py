"""Web application firewalls: which public web entries stand behind one, and whether it blocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.listener_access import faces_internet
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    as_string,
    failed,
    passed,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.packet_filters import Truth, any_true, both, truth

_BARE: Final = Text("the public web entry has no web application firewall", "公网 Web 入口没有接入 Web 应用防火墙")


def _behind(resource: Resource) -> Outcome:
    return passed(
        Text(f"{resource.address} stands before it", f"由 {resource.address} 防护"),
    )


def _linked(
    entry: Resource, context: Context, links: Sequence[tuple[str, str, tuple[str, ...]]]
) -> tuple[Resource | None, Unknown | OneOf | None]:
    """The resource that puts a firewall before the entry, and what hides whether there is one."""
    hidden: Unknown | OneOf | None = None
    for kind, by, to in links:
        found = context.companions(entry, kind, by, to)
        for companion in found.sure:
            switch = companion.attributes.get("status") if kind in _SWITCHED else None
            on: Truth = True if switch is None else truth(switch, lambda item: as_string(item) != "0")
            on = both(on, True if companion.existence is None else companion.existence)
            if on is True:
                return companion, None
            if on is not False and hidden is None:
                hidden = on
        if found.possible and hidden is None:
            hidden = found.possible[0][1]
    return None, hidden


#: Companions with a switch of their own: ``status`` is 0 where they are off.
_SWITCHED: Final = frozenset({"tencentcloud_waf_clb_domain", "tencentcloud_waf_saas_domain", "tencentcloud_waf_object"})


def _elsewhere(kinds: Sequence[str], context: Context, path: str) -> Outcome | None:
    """Undecided where a firewall is in the scan that may stand before the entry by its domain name alone."""
    for resource in context.resources(*kinds):
        return undecided(
            Unknown("unsupported", resource.address),
            path,
            message=Text(
                f"{resource.address} may stand before it by its domain name, which the code does not show",
                f"{resource.address} 可能按域名为其提供防护，代码中无法看出",
            ),
        )
    return None


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------

_ALICLOUD_DOMAINS: Final = ("alicloud_wafv3_domain", "alicloud_waf_domain")
_ALICLOUD_LINKS: Final = (
    ("alicloud_wafv3_domain", "redirect.backends", ("dns_name",)),
    ("alicloud_waf_domain", "source_ips", ("dns_name",)),
)


@predicate(
    reads=(
        "address_type",
        "load_balancer_edition",
        *(f"{kind}:{by}" for kind, by, _ in _ALICLOUD_LINKS),
        "alicloud_waf_domain:domain_name",
    )
)
def application_balancer(resource: Resource, context: Context) -> Outcome:
    """ALB: a public one is of the edition with a web application firewall, or stands behind one."""
    public = faces_internet(resource)
    if public is False:
        return NOT_APPLICABLE
    path = "load_balancer_edition"

    def by_edition(value: Any) -> Outcome:
        if as_string(value) == "StandardWithWaf":
            return PASS
        found, hidden = _linked(resource, context, _ALICLOUD_LINKS)
        if found is not None:
            return _behind(found)
        if hidden is not None:
            return undecided(hidden, path)
        doubt = _elsewhere(_ALICLOUD_DOMAINS, context, path)
        if doubt is not None:
            return doubt
        return undecided(public, "address_type") if public is not True else failed(_BARE, path)

    return alternatives(resource.get(path), by_edition, path)


#: Scenes of rules that protect nothing by themselves: exceptions and helpers.
_NO_DEFENCE: Final = ("whitelist", "account_identifier", "waf_codec")


_DEFENSE_RULE: Final = "alicloud_wafv3_defense_rule"


@predicate(reads=(f"{_DEFENSE_RULE}:instance_id",))
def waf_instance(resource: Resource, context: Context) -> Outcome:
    """``alicloud_wafv3_instance``: has rules of its own. What it defends against without them is not documented."""
    found = context.companions(resource, _DEFENSE_RULE, "instance_id", ("id",))
    for rule in found.sure:
        if rule.existence is None:
            return PASS
    for rule in found.sure:
        if rule.existence is not None:
            return undecided(rule.existence)
    for _, blocked in found.possible:
        return undecided(blocked)
    return undecided(
        Unknown("not-in-scan", _DEFENSE_RULE),
        message=Text(
            f"no {_DEFENSE_RULE} of this instance is in the scan: what is on without one is not documented",
            f"扫描范围内没有该实例的 {_DEFENSE_RULE}：未配置时默认开启哪些防护，文档未说明",
        ),
    )


@predicate(
    reads=(
        "defense_scene",
        "rule_status",
        "config.rule_action",
        "config.waf_base_config.rule_batch_operation_config",
    )
)
def defense_rule(resource: Resource, context: Context) -> Iterable[Outcome]:
    """``alicloud_wafv3_defense_rule``: it is on, and does more than observe."""
    scene = truth(resource.get("defense_scene", ""), lambda item: as_string(item) in _NO_DEFENCE)
    if scene is True:
        return [NOT_APPLICABLE]
    off = Text("the rule is off", "规则已关闭")
    observing = Text("the rule only observes", "规则仅观察不拦截")
    found = [_unless(resource.attributes.get("rule_status"), ("0",), "rule_status", off)]
    for where, config in entries(resource.attributes.get("config"), "config"):
        if not isinstance(config, Mapping):
            found.append(undecided(config, where))
            continue
        found.append(_unless(config.get("rule_action"), ("monitor",), f"{where}.rule_action", observing))
        for place, base in entries(config.get("waf_base_config"), f"{where}.waf_base_config"):
            if not isinstance(base, Mapping):
                found.append(undecided(base, place))
                continue
            path = f"{place}.rule_batch_operation_config"
            found.append(_unless(base.get("rule_batch_operation_config"), ("all_off", "all_monitor"), path, observing))
    if scene is False:
        return found
    return [item if item.verdict in (PASS.verdict, NOT_APPLICABLE.verdict) else undecided(scene) for item in found]


def _unless(value: Any, bad: tuple[str, ...], path: str, text: Text) -> Outcome:
    if value is None:
        return NOT_APPLICABLE
    return alternatives(
        value,
        lambda item: failed(text, path) if (as_string(item) or "") in bad else PASS,
        path,
        unset=lambda: NOT_APPLICABLE,
    )


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

_ASSOCIATIONS: Final = ("aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association")


@predicate(reads=("internal", "load_balancer_type", *(f"{kind}:resource_arn" for kind in _ASSOCIATIONS)))
def elastic_balancer(resource: Resource, context: Context) -> Outcome:
    """An application load balancer that is not internal is associated with a web ACL."""
    public = faces_internet(resource)
    application = truth(
        resource.get("load_balancer_type", "application"), lambda item: as_string(item) == "application"
    )
    asked = both(public, application)
    if asked is False:
        return NOT_APPLICABLE
    found, hidden = _linked(resource, context, [(kind, "resource_arn", ("arn", "id")) for kind in _ASSOCIATIONS])
    if found is not None:
        return _behind(found)
    if hidden is not None:
        return undecided(hidden)
    return failed(_BARE) if asked is True else undecided(asked)


_RULE_COMPANIONS: Final = ("aws_wafv2_web_acl_rule", "aws_wafv2_web_acl_rule_group_association")


@predicate(
    reads=(
        "default_action.block",
        "rule.action",
        "rule.override_action",
        "rule_json",
        *(f"{kind}:web_acl_arn" for kind in _RULE_COMPANIONS),
    )
)
def web_acl(resource: Resource, context: Context) -> Outcome:
    """``aws_wafv2_web_acl``: it has rules, and not all of them only count or let through what comes through anyway."""
    acting: list[Truth] = []
    refuses = _refuses(resource)
    written = resource.attributes.get("rule_json")
    if written is not None:
        found = truth(written, lambda item: _acting_json(as_string(item) or "", refuses))
        if found is True:
            return PASS
        acting.append(found)
    for _, rule in entries(resource.attributes.get("rule"), "rule"):
        acting.append(_acts(rule, refuses) if isinstance(rule, Mapping) else rule)
    for kind in _RULE_COMPANIONS:
        related = context.companions(resource, kind, "web_acl_arn", ("arn", "id"))
        acting.extend(True if companion.existence is None else companion.existence for companion in related.sure)
        acting.extend(blocked for _, blocked in related.possible)
    answer = any_true(acting)
    if answer is True:
        return PASS
    path = "rule" if written is None else "rule_json"
    if answer is not False:
        return undecided(answer, path)
    if acting:
        return failed(Text("no rule blocks: they only count or allow", "没有规则会拦截：都只是计数或放行"), path)
    return failed(Text("the web ACL has no rule", "Web ACL 没有任何规则"), path)


def _refuses(resource: Resource) -> Truth:
    """Whether what matches no rule is blocked, so that a rule that allows is the exception."""
    answers: list[Truth] = []
    for _, default in entries(resource.attributes.get("default_action"), "default_action"):
        if not isinstance(default, Mapping):
            answers.append(default)
            continue
        block = default.get("block")
        answers.append(block if isinstance(block, (Unknown, OneOf)) else bool(block))
    return any_true(answers)


def _acts(rule: Mapping[str, Any], refuses: Truth) -> Truth:
    """Whether a rule does more than count, or allow what is allowed anyway."""
    answer: Truth = True
    for name in ("action", "override_action"):
        for _, block in entries(rule.get(name), name):
            if not isinstance(block, Mapping):
                return block
            idling: tuple[tuple[str, Truth], ...] = (("count", False), ("allow", refuses))
            for idle, otherwise in idling if name == "action" else idling[:1]:
                chosen = block.get(idle)
                if isinstance(chosen, (Unknown, OneOf)):
                    return chosen
                if chosen:
                    answer = both(answer, otherwise)
    return answer


def _acting_json(text: str, refuses: Truth) -> Truth:
    """Whether rules in the notation of the service hold one that acts."""
    try:
        rules = json.loads(text)
    except ValueError:
        return Unknown("unsupported", "rule_json")
    if not isinstance(rules, list):
        return Unknown("unsupported", "rule_json")
    answers: list[Truth] = []
    for rule in rules:
        actions = [rule.get(name) for name in ("Action", "OverrideAction")] if isinstance(rule, dict) else []
        named = {name for action in actions if isinstance(action, dict) for name in action}
        answers.append(False if "Count" in named else refuses if "Allow" in named else bool(named))
    return any_true(answers)


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------

_TENCENTCLOUD_LINKS: Final = (
    ("tencentcloud_waf_clb_domain", "load_balancer_set.load_balancer_id", ("id",)),
    ("tencentcloud_waf_object", "object_id", ("id",)),
    ("tencentcloud_waf_saas_domain", "src_list", ("vip", "clb_vips")),
)
_LISTENER: Final = "tencentcloud_clb_listener"


def _serves_web(balancer: Resource, context: Context) -> Iterator[Truth]:
    found = context.companions(balancer, _LISTENER, "clb_id", ("id",))
    related: list[tuple[Resource, Unknown | OneOf | None]] = [(item, item.existence) for item in found.sure]
    for listener, blocked in (*related, *found.possible):
        web = truth(listener.get("protocol", ""), lambda item: (as_string(item) or "").upper() in ("HTTP", "HTTPS"))
        yield both(web, True if blocked is None else blocked)


@predicate(
    reads=(
        "network_type",
        f"{_LISTENER}:clb_id",
        f"{_LISTENER}:protocol",
        *(f"{kind}:{by}" for kind, by, _ in _TENCENTCLOUD_LINKS),
        *(f"{kind}:status" for kind, _, _ in _TENCENTCLOUD_LINKS),
    )
)
def tencentcloud_balancer(resource: Resource, context: Context) -> Outcome:
    """CLB: a public one with an HTTP or HTTPS listener is bound to a web application firewall."""
    asked = both(faces_internet(resource), any_true(_serves_web(resource, context)))
    if asked is False:
        return NOT_APPLICABLE
    found, hidden = _linked(resource, context, _TENCENTCLOUD_LINKS)
    if found is not None:
        return _behind(found)
    if hidden is not None:
        return undecided(hidden)
    doubt = _elsewhere(("tencentcloud_waf_saas_domain",), context, "")
    if doubt is not None:
        return doubt
    return failed(_BARE) if asked is True else undecided(asked)
