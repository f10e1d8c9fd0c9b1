"""Whether a cloud firewall is in the way of the traffic, and inspects it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.firewall_defaults import blocks_something
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    alternatives,
    as_string,
    failed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.packet_filters import any_true, truth

_STATES: Final = {
    "open": True,
    "opening": True,
    "normal": True,
    "close": False,
    "closed": False,
    "closing": False,
}


@predicate(reads=("firewall_switch", "status"))
def nat_firewall(resource: Resource, context: Context) -> Iterable[Outcome]:
    """``alicloud_cloud_firewall_nat_firewall``: neither its switch nor its status is off."""
    outcomes: list[Outcome] = []
    for name in ("firewall_switch", "status"):
        value = resource.attributes.get(name)
        if value is not None:
            outcomes.append(alternatives(value, partial(_state, name=name), name))
    return outcomes or [undecided(Unknown("known-after-apply", "status"), "status")]


def _state(value: Any, name: str) -> Outcome:
    answer = _STATES.get((as_string(value) or "").lower())
    if answer is None:
        return undecided(Unknown("unsupported", show(value)), name)
    if answer:
        return PASS
    return failed(Text(f"{name} is {show(value)}; expected open", f"{name} 为 {show(value)}；应为 open"), name)


@predicate(reads=("subnet_mapping", "availability_zone_mapping"))
def endpoint_of_firewall(resource: Resource, context: Context) -> Outcome:
    """``aws_networkfirewall_firewall``: it has an endpoint in at least one subnet or zone."""
    blocked: Unknown | OneOf | None = None
    for name in ("subnet_mapping", "availability_zone_mapping"):
        for _, block in entries(resource.attributes.get(name), name):
            if isinstance(block, Mapping):
                return PASS
            blocked = block if blocked is None else blocked
    if blocked is not None:
        return undecided(blocked, "subnet_mapping")
    return failed(
        Text(
            "no subnet_mapping: the firewall has no endpoint, so that no traffic passes it",
            "未设置 subnet_mapping：防火墙没有端点，流量不经过它",
        ),
        "subnet_mapping",
    )


_STATELESS: Final = ("stateless_default_actions", "stateless_fragment_default_actions")


@predicate(
    reads=(
        *(f"firewall_policy.{name}" for name in _STATELESS),
        "firewall_policy.stateful_rule_group_reference.resource_arn",
        "firewall_policy.stateful_rule_group_reference.override.action",
        "firewall_policy.stateful_default_actions",
        "firewall_policy.stateful_engine_options.rule_order",
    )
)
def inspecting_policy(resource: Resource, context: Context) -> Iterable[Outcome]:
    """``aws_networkfirewall_firewall_policy``: nothing goes round the inspection, and rule groups do it and block."""
    outcomes: list[Outcome] = [PASS]
    for where, policy in entries(resource.attributes.get("firewall_policy"), "firewall_policy"):
        if not isinstance(policy, Mapping):
            outcomes.append(undecided(policy, where, where))
            continue
        outcomes.extend(_round(policy.get(name), f"{where}.{name}", name) for name in _STATELESS)
        outcomes.extend(_groups(policy, where))
        outcomes.append(_blocking(policy, where, context))
    return outcomes


def _blocking(policy: Mapping[str, Any], where: str, context: Context) -> Outcome:
    """Rule groups of which none drops anything only write down what happens."""
    name = "stateful_rule_group_reference"
    if not entries(policy.get(name), name):
        return PASS  # said already
    blocks = blocks_something(policy, context)
    if blocks is True:
        return PASS
    if blocks is not False:
        return undecided(blocks, f"{where}.{name}", "blocking")
    return failed(
        Text(
            "no rule of its groups and no default action drops anything: the firewall only observes",
            "各规则组和默认动作均不丢弃任何流量：防火墙仅观察不拦截",
        ),
        where,
        "blocking",
    )


def _round(actions: Any, path: str, finding: str) -> Outcome:
    passes = truth(
        actions,
        lambda value: any_true(truth(item, lambda one: as_string(one) == "aws:pass") for item in elements(value)),
    )
    if passes is False:
        return PASS
    if passes is not True:
        return undecided(passes, path, finding)
    return failed(
        Text(f"{path} holds aws:pass: traffic goes round the inspection", f"{path} 含 aws:pass：流量绕过检测"),
        path,
        finding,
    )


def _groups(policy: Mapping[str, Any], where: str) -> Iterator[Outcome]:
    name = "stateful_rule_group_reference"
    found = entries(policy.get(name), f"{where}.{name}")
    if not found:
        yield failed(
            Text("no stateful rule group inspects the traffic", "没有引用有状态规则组，流量未经检测"),
            f"{where}.{name}",
            name,
        )
    for index, (path, block) in enumerate(found):
        if not isinstance(block, Mapping):
            yield undecided(block, path, f"{name} {index}")
            continue
        for place, override in entries(block.get("override"), f"{path}.override"):
            if not isinstance(override, Mapping):
                yield undecided(override, place, f"{name} {index}")
                continue
            action = override.get("action")
            if action is None:
                continue
            observed = partial(_override, path=f"{place}.action", finding=f"{name} {index}")
            yield alternatives(action, observed, f"{place}.action")


def _override(action: Any, path: str, finding: str) -> Outcome:
    if as_string(action) != "DROP_TO_ALERT":
        return PASS
    return failed(
        Text("override DROP_TO_ALERT: the rule group only observes", "override 为 DROP_TO_ALERT：规则组仅观察不拦截"),
        path,
        finding,
    )
