"""Google Cloud: firewall rules of networks and of firewall policies as entries of ``packet_filters``; addresses, logs.

The smaller priority wins, and between equal ones the denying rule. A denying rule shields another only where it holds
for every instance that the other opens: it names no targets, or at least the same tags or service accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.filter_breadth import narrow
from compliant_infra.kernel.inbound import Question, filter_lets_in
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_number,
    as_string,
    attribute,
    each_of,
    failed,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict, first_unknown
from compliant_infra.kernel.networks import Ports, merge
from compliant_infra.kernel.packet_filters import (
    Entry,
    Source,
    Truth,
    any_true,
    both,
    convert,
    ports_value,
    protocol_value,
    same_filter,
    sources_of,
    truth,
)
from compliant_infra.kernel.security_groups import Direction, Reader

_RULE: Final = "google_compute_firewall"
_POLICY_RULES: Final = (
    "google_compute_firewall_policy_rule",
    "google_compute_network_firewall_policy_rule",
    "google_compute_region_network_firewall_policy_rule",
)
#: By rule: the attribute that names the network or policy, and those that name the instances for which it holds.
_BELONGS: Final = {_RULE: "network", **dict.fromkeys(_POLICY_RULES, "firewall_policy")}
_TARGETS: Final = ("target_tags", "target_service_accounts", "target_secure_tags")

# --------------------------------------------------------------------------------------------------------------
# Rules as entries
# --------------------------------------------------------------------------------------------------------------


def _in_force(resource: Resource, direction: Direction, default: str) -> Truth:
    """Whether the rule is one of the direction that is asked for, and switched on."""
    asked = truth(resource.get("direction", default), lambda item: (as_string(item) or "").lower() == direction)
    enabled = truth(resource.get("disabled", False), lambda item: as_bool(item) is not True)
    return both(asked, enabled)


def _ports(value: Any) -> list[Any]:
    """The ports of a list of texts: the known ones together, and each unknown by itself; none written is all ports."""
    if value is None or isinstance(value, Unknown):
        return [ports_value(value)] if value is None or not value.elements else [*map(ports_value, elements(value))]
    if isinstance(value, OneOf):
        found = [_ports(item) for item in value.alternatives]
        if all(len(item) == 1 for item in found):
            return [OneOf([item[0] for item in found], value.condition)]
        return [value.condition]
    known: Ports = ()
    unknown: list[Any] = []
    for item in elements(value):
        ports = ports_value(item)
        if isinstance(ports, tuple):
            known = merge([*known, *ports])
        else:
            unknown.append(ports)
    return [*((known,) if known else ()), *unknown] or [ports_value(None)]


def _traffic(value: Any, where: str, protocol: str) -> Iterator[tuple[Any, Any, str, str]]:
    """(protocol, ports, path of the protocol, path of the ports) of blocks of a rule."""
    for path, block in entries(value, where):
        if not isinstance(block, Mapping):
            hidden = block.condition if isinstance(block, OneOf) else block
            yield hidden, hidden, path, path
            continue
        for ports in _ports(block.get("ports")):
            yield protocol_value(block.get(protocol)), ports, f"{path}.{protocol}", f"{path}.ports"


def _is_set(value: Any) -> bool:
    return value is not None and not (isinstance(value, (list, tuple)) and not value)


def _order(resource: Resource) -> Any:
    return convert(resource.get("priority", 1000), as_number)


def _unless_empty(value: Any, otherwise: Any) -> Any:
    """The value; in the place of what is not set, or an empty list, the other one."""
    if isinstance(value, OneOf):
        return OneOf([_unless_empty(item, otherwise) for item in value.alternatives], value.condition)
    return value if _is_set(value) else otherwise


def _addresses(resource: Resource, direction: Direction) -> list[Source]:
    """From where, or to where, a rule of a network holds; a rule for tags or accounts is about instances only."""
    if direction == "egress":
        return sources_of(_unless_empty(resource.get("destination_ranges"), "0.0.0.0/0"), "destination_ranges")
    value = _unless_empty(resource.get("source_ranges"), None)
    if _is_set(value):
        return sources_of(value, "source_ranges")
    if _is_set(resource.get("source_tags")) or _is_set(resource.get("source_service_accounts")):
        return []
    return [Source(Unknown("known-after-apply", "source_ranges"), "source_ranges")]


def _entries(resource: Resource, block: str, direction: Direction) -> Iterator[Entry]:
    on = _in_force(resource, direction, "INGRESS")
    if on is False:
        return
    sources = _addresses(resource, direction)
    for protocol, ports, protocol_path, ports_path in _traffic(resource.get(block), block, "protocol"):
        yield Entry(
            on if block == "allow" else False,
            protocol,
            ports,
            sources,
            _order(resource),
            protocol_path,
            ports_path,
            "" if on is True else "direction",
            resource.existence if on is True else on,
        )


def allowed(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """What ``google_compute_firewall`` lets through."""
    return tuple(_entries(resource, "allow", direction))


#: Members of ``match`` that narrow the source or destination beyond its addresses.
_NARROWING: Final = {
    "ingress": ("src_network_scope", "src_network_context", "src_networks", "src_network_type"),
    "egress": ("dest_network_scope", "dest_network_context", "dest_network_type"),
}
#: Members of ``match`` that name sources or destinations by other things than addresses.
_OTHERS: Final = {
    "ingress": (
        "src_secure_tags",
        "src_fqdns",
        "src_region_codes",
        "src_threat_intelligences",
        "src_address_groups",
    ),
    "egress": ("dest_fqdns", "dest_region_codes", "dest_threat_intelligences", "dest_address_groups"),
}


def _matched(match: Mapping[str, Any], path: str, direction: Direction) -> list[Source]:
    name = "src_ip_ranges" if direction == "ingress" else "dest_ip_ranges"
    value = match.get(name)
    if not _is_set(value):
        if any(_is_set(match.get(other)) for other in _OTHERS[direction]):
            return []
        return [Source(Unknown("known-after-apply", name), f"{path}.{name}")]
    narrowing = next((other for other in _NARROWING[direction] if _is_set(match.get(other))), None)
    if narrowing is not None:
        return [Source(Unknown("unsupported", narrowing), f"{path}.{narrowing}")]
    return sources_of(value, f"{path}.{name}")


def _policy_entries(resource: Resource, direction: Direction) -> Iterator[Entry]:
    on = _in_force(resource, direction, "")
    if on is False:
        return

    def allows(action: Any) -> Truth:
        text = (as_string(action) or "").lower()
        return text == "allow" if text in ("allow", "deny") else Unknown("unsupported", text)

    action = truth(resource.get("action", ""), allows)
    for path, match in entries(resource.get("match"), "match"):
        if not isinstance(match, Mapping):
            hidden = match.condition if isinstance(match, OneOf) else match
            yield Entry(both(on, action), hidden, hidden, [Source(hidden, path)], _order(resource), path, path, path)
            continue
        sources = _matched(match, path, direction)
        place = f"{path}.layer4_configs"
        for protocol, ports, protocol_path, ports_path in _traffic(match.get("layer4_configs"), place, "ip_protocol"):
            yield Entry(
                both(on, action),
                protocol,
                ports,
                sources,
                _order(resource),
                protocol_path,
                ports_path,
                "" if on is True and action is True else "action" if on is True else "direction",
                resource.existence if on is True else on,
            )


def policy_allowed(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """What a rule of a firewall policy lets through."""
    return tuple(entry for entry in _policy_entries(resource, direction) if entry.accepts is not False)


# --------------------------------------------------------------------------------------------------------------
# Denying rules of the same network or policy
# --------------------------------------------------------------------------------------------------------------


class _Denials:
    """The denying entries of one resource type, by the network or policy to which they belong."""

    def __init__(self, context: Context, kind: str, direction: Direction) -> None:
        self.by_key: dict[str | None, list[tuple[Resource, Entry]]] = {}
        for other in context.resources(kind):
            found = _entries(other, "deny", direction) if kind == _RULE else _policy_entries(other, direction)
            for entry in found:
                if entry.accepts is not True:
                    self.by_key.setdefault(_key(other, context), []).append((other, entry))

    def near(self, key: str | None) -> Iterator[tuple[Resource, Entry]]:
        for place, found in self.by_key.items():
            if key is None or place is None or place == key:
                yield from found


_denials: Final[WeakKeyDictionary[Context, dict[tuple[str, str], _Denials]]] = WeakKeyDictionary()


def _key(resource: Resource, context: Context) -> str | None:
    """The network or policy of a rule: the resource in the scan, else its written name; None where it is not known."""
    value = resource.get(_BELONGS[resource.type])
    found = context.resolve(value, "google_compute_network") if resource.type == _RULE else None
    if found is not None:
        return found.address
    if isinstance(value, str):
        return value
    return value.reference.address if isinstance(value, Unknown) and value.reference is not None else None


def _holds_for(denial: Resource, resource: Resource) -> Truth:
    """Whether a denying rule holds for every instance for which the other rule does."""
    named = [name for name in _TARGETS if _is_set(denial.get(name))]
    if not named:
        return True
    answer: Truth = False
    for name in named:
        mine, its = resource.get(name), denial.get(name)
        if not _is_set(mine):
            continue
        for value in (mine, its):
            if isinstance(value, (Unknown, OneOf)):
                return value
        hidden = next((item for item in (*elements(mine), *elements(its)) if isinstance(item, (Unknown, OneOf))), None)
        if hidden is not None:
            return hidden
        if all(any(item == other for other in elements(its)) for item in elements(mine)):
            answer = True
    return answer


def _denied(direction: Direction, resource: Resource, context: Context) -> Sequence[Entry]:
    of_context = _denials.setdefault(context, {})
    kept = of_context.get((resource.type, direction))
    if kept is None:
        kept = of_context[resource.type, direction] = _Denials(context, resource.type, direction)
    found: list[Entry] = []
    key = _key(resource, context)
    for other, entry in kept.near(key):
        if other is resource:
            continue
        together = True if key is not None and key == _key(other, context) else None
        belongs: Truth = together if together is not None else same_filter(resource, other, _BELONGS[resource.type])
        holds = both(belongs, _holds_for(other, resource))
        if holds is True:
            found.append(entry)
        elif holds is not False:
            found.append(replace(entry, existence=holds))
    return found


# --------------------------------------------------------------------------------------------------------------
# The predicates
# --------------------------------------------------------------------------------------------------------------

_SOURCES: Final = ("source_ranges", "source_tags", "source_service_accounts")
_COMMON: Final = ("direction", "disabled", "priority")


def _rule_reads(direction: Direction) -> tuple[str, ...]:
    ends = _SOURCES if direction == "ingress" else ("destination_ranges",)
    blocks = tuple(f"{block}.{name}" for block in ("allow", "deny") for name in ("protocol", "ports"))
    return (*ends, *blocks, *_COMMON, "network", "target_tags", "target_service_accounts")


def _policy_reads(direction: Direction) -> tuple[str, ...]:
    addresses = "src_ip_ranges" if direction == "ingress" else "dest_ip_ranges"
    names = (addresses, "layer4_configs.ip_protocol", "layer4_configs.ports")
    return (*(f"match.{name}" for name in names), "action", *_COMMON, "firewall_policy", "target_service_accounts")


def firewalls(question: Question, direction: Direction = "ingress") -> dict[str, Predicate]:
    """What firewall rules let in (or out) that the question is about, for every form of rule."""
    others: Callable[[Resource, Context], Sequence[Entry]] = partial(_denied, direction)
    rule: Reader = partial(allowed, direction=direction)
    of_policy: Reader = partial(policy_allowed, direction=direction)
    policy = filter_lets_in(
        question, of_policy, _policy_reads(direction), block="match", others=others, empty=NOT_APPLICABLE
    )
    return {
        _RULE: filter_lets_in(
            question, rule, _rule_reads(direction), block="allow", others=others, empty=NOT_APPLICABLE
        ),
        **dict.fromkeys(_POLICY_RULES, policy),
    }


def _within(mine: Any, its: Any) -> Truth:
    """Whether every tag or account of the source is one of the targets; without any it is not."""
    if isinstance(mine, OneOf):
        return truth(mine, lambda item: _within(item, its))
    if isinstance(its, OneOf):
        return truth(its, lambda item: _within(mine, item))
    if not _is_set(mine) or not _is_set(its):
        return False
    hidden = first_unknown([mine, its])
    if hidden is not None:
        return hidden
    return all(any(item == other for other in elements(its)) for item in elements(mine))


def _from_own_tags(resource: Resource) -> Truth:
    """Whether a rule is about traffic among the instances of one tag or account, as within a security group."""
    ranges = resource.get("source_ranges")
    elsewhere = truth(ranges, _is_set) if isinstance(ranges, OneOf) else _is_set(ranges)
    if isinstance(ranges, Unknown):
        elsewhere = ranges
    if elsewhere is True:
        return False
    own = any_true(
        _within(resource.get(source), resource.get(target))
        for source, target in (("source_tags", "target_tags"), ("source_service_accounts", "target_service_accounts"))
    )
    return own if elsewhere is False else both(own, elsewhere)


def narrow_firewalls() -> dict[str, Predicate]:
    """Firewall rules open few ports and say what for; traffic among the instances of one tag is their own affair."""
    rule = narrow(allowed, (*_rule_reads("ingress"), "description"), own="network")
    policy = narrow(policy_allowed, (*_policy_reads("ingress"), "description"), own="firewall_policy")

    def judge(resource: Resource, context: Context) -> Outcome:
        own = _from_own_tags(resource)
        if own is True:
            return NOT_APPLICABLE
        outcome = rule(resource, context)
        if own is False or outcome.verdict is not Verdict.FAIL:
            return outcome
        return undecided(own, outcome.attribute, outcome.finding)

    return {_RULE: Predicate(judge, rule.reads, rule.parameters), **dict.fromkeys(_POLICY_RULES, policy)}


#: No interface of an instance, or of a template of instances, has an external address.
NO_EXTERNAL_ADDRESS: Final = each_of(
    attribute("network_interface.access_config").that(
        lambda value, context: not value, Text("no external address", "不分配外部地址"), missing="pass"
    ),
    attribute("network_interface.ipv6_access_config").that(
        lambda value, context: not value, Text("no external address", "不分配外部地址"), missing="pass"
    ),
)

#: Subnets for proxies and service attachments have no flow logs.
_WITHOUT_LOGS: Final = frozenset({"REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT"})
_CONFIG: Final = "google_network_management_vpc_flow_logs_config"


def _subnet(resource: Resource, context: Context) -> Outcome:
    def of_purpose(purpose: Any) -> Outcome:
        return NOT_APPLICABLE if (as_string(purpose) or "") in _WITHOUT_LOGS else _logged(resource, context)

    return alternatives(resource.get("purpose", "PRIVATE"), of_purpose, "purpose")


def _logged(resource: Resource, context: Context) -> Outcome:
    for path, block in entries(resource.get("log_config"), "log_config"):
        if not isinstance(block, Mapping):
            return undecided(block, path)
        where = f"{path}.flow_sampling"
        return alternatives(block.get("flow_sampling"), partial(_sampled, where), where, unset=lambda: PASS)
    found = context.companions(resource, _CONFIG, "subnet", ("id", "name", "self_link"))
    for item in found.sure:
        if truth(item.get("state", "ENABLED"), lambda state: (as_string(state) or "") == "ENABLED") is True:
            return PASS if item.existence is None else undecided(item.existence)
    if found.possible:
        return undecided(found.possible[0][1])
    return failed(Text("log_config is not set: no flow logs", "未设置 log_config：没有流日志"), "log_config")


def _sampled(where: str, value: Any) -> Outcome:
    number = as_number(value)
    if number is not None and number <= 0:
        return failed(
            Text(f"{where} is {show(value)}: nothing is logged", f"{where} 为 {show(value)}：不记录流量"), where
        )
    return PASS


#: ``google_compute_subnetwork``: flow logs of its own, or by a configuration of Network Management.
FLOW_LOGS: Final = Predicate(
    _subnet, ("purpose", "log_config", "log_config.flow_sampling", f"{_CONFIG}:subnet", f"{_CONFIG}:state")
)
