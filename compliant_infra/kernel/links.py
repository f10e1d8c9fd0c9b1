"""Predicates on links to other sites: tunnels of VPN connections, dedicated lines, and what stands in for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    failed,
    is_given,
    passed,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError
from compliant_infra.kernel.networks import is_any, parse_network
from compliant_infra.kernel.packet_filters import Truth, any_true
from compliant_infra.kernel.zones import Zone, Zones, by_choice, spread, zone_of_subnet

# --------------------------------------------------------------------------------------------------------------
# Gateways
# --------------------------------------------------------------------------------------------------------------


@predicate(
    reads=("enable_ipsec", "vswitch_id", "disaster_recovery_vswitch_id", "alicloud_vswitch:zone_id"),
)
def gateway_in_two_zones(resource: Resource, context: Context) -> Outcome:
    """A VPN gateway has two tunnels only where a second vSwitch is given; the provider wants it in another zone."""
    path = "disaster_recovery_vswitch_id"

    def test(ipsec: Any) -> Outcome:
        if same(ipsec, False):
            return NOT_APPLICABLE
        second = resource.attributes.get(path)
        try:
            given = second is not None and is_given(second)
        except UnknownValueError as error:
            return undecided(error.unknown, path)
        if not given:
            return failed(
                Text(
                    f"{path} is not set: IPsec connections have one tunnel",
                    f"{path} 未设置：IPsec 连接只有一条隧道",
                ),
                path,
            )
        first = resource.attributes.get("vswitch_id")
        both = [zone_of_subnet(second, path, context)]
        if first is not None:
            both.append(zone_of_subnet(first, "vswitch_id", context))
        else:
            both.append(Zone("vswitch_id", Unknown("known-after-apply", "vswitch_id")))
        return spread(Zones(both), 2, path, Text("both vSwitches", "两个交换机"))

    return alternatives(resource.get("enable_ipsec", True), test, "enable_ipsec")


# --------------------------------------------------------------------------------------------------------------
# Connections
# --------------------------------------------------------------------------------------------------------------

#: For a connection, the networks behind it: None where it does not say (routes decide), or holds unknown ones.
Remote = tuple[frozenset[str] | None, Unknown | OneOf | None]


def _networks(values: Iterator[Any]) -> Remote:
    """Any address says nothing about which site a connection leads to."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, (Unknown, OneOf)):
            return None, value
        network = parse_network(value) if isinstance(value, str) else None
        if network is None or is_any(network):
            return None, None
        found.add(f"{network.version}:{network.first}-{network.last}")
    return (frozenset(found), None) if found else (None, None)


def _values_at(resource: Resource, path: str) -> Iterator[Any]:
    block, _, name = path.partition(".")
    value = resource.attributes.get(block)
    if not name:
        yield from elements(value)
        return
    for _, entry in entries(value, block):
        if isinstance(entry, Mapping):
            yield from elements(entry.get(name))
        else:
            yield entry


class _Connections:
    """The connections of a root by the networks that they lead to."""

    def __init__(self, context: Context, types: Mapping[str, str]) -> None:
        self.all = 0
        self.by_network: dict[str, list[Resource]] = {}
        self.vague: list[tuple[Resource, Unknown | OneOf | None]] = []
        for kind, path in types.items():
            for item in context.resources(kind):
                self.all += 1
                networks, blocked = _networks(_values_at(item, path))
                if networks is None:
                    self.vague.append((item, blocked))
                for network in networks or ():
                    self.by_network.setdefault(network, []).append(item)


_ALICLOUD: Final[Mapping[str, str]] = {
    "alicloud_vpn_connection": "remote_subnet",
    "alicloud_vpn_gateway_vpn_attachment": "remote_subnet",
}
_TENCENTCLOUD: Final[Mapping[str, str]] = {"tencentcloud_vpn_connection": "security_group_policy.remote_cidr_block"}


def _second_connection(resource: Resource, context: Context, types: Mapping[str, str], attribute: str) -> Outcome:
    """Another connection that leads to the same networks makes up for a single tunnel."""
    index: _Connections | None = context.memo.get((_Connections, resource.type))
    if index is None:
        index = context.memo[_Connections, resource.type] = _Connections(context, types)
    networks, blocked = _networks(_values_at(resource, types[resource.type]))
    alone = failed(
        Text(
            "it has one tunnel, and no other connection leads to the same networks",
            "只有一条隧道，且没有其他连接通往相同的网段",
        ),
        attribute,
    )
    if networks is None:
        if index.all < 2:
            return alone
        return _perhaps(blocked if blocked is not None else Unknown("unsupported", resource.address))
    for network in networks:
        for other in index.by_network.get(network, ()):
            if other.address != resource.address:
                if other.existence is None:
                    return passed(
                        Text(f"{other.address} leads to the same networks", f"{other.address} 通往相同的网段")
                    )
                return _perhaps(other.existence)
    for other, unknown in index.vague:
        if other.address != resource.address:
            return _perhaps(unknown if unknown is not None else Unknown("unsupported", other.address))
    return alone


def _perhaps(unknown: Unknown | OneOf) -> Outcome:
    return undecided(
        unknown,
        message=Text(
            "it has one tunnel; whether another connection leads to the same networks cannot be decided",
            "只有一条隧道；无法判定是否有其他连接通往相同的网段",
        ),
    )


@predicate(
    reads=(
        "tunnel_options_specification",
        "remote_subnet",
        "alicloud_vpn_connection:remote_subnet",
        "alicloud_vpn_gateway_vpn_attachment:remote_subnet",
    )
)
def two_tunnels(resource: Resource, context: Context) -> Outcome:
    """Two tunnels in one connection, or a second connection."""
    path = "tunnel_options_specification"

    def test(value: Any) -> Outcome:
        found = entries(value, path)
        unknown = next((block for _, block in found if not isinstance(block, Mapping)), None)
        if len(found) >= 2 and unknown is None:
            return PASS
        if unknown is not None:
            return undecided(unknown, path)
        return _second_connection(resource, context, _ALICLOUD, path if found else "")

    value = resource.attributes.get(path)
    return alternatives(value, test, path, unset=lambda: test(None)) if by_choice(value) else test(value)


@predicate(reads=("security_group_policy.remote_cidr_block",))
def second_tunnel(resource: Resource, context: Context) -> Outcome:
    """A connection of Tencent Cloud is one tunnel."""
    return _second_connection(resource, context, _TENCENTCLOUD, "")


#: A connection of AWS always has two tunnels that end in different zones.
TWO_BY_DESIGN: Final = Predicate(
    lambda resource, context: passed(Text("it has two tunnels by design", "按设计包含两条隧道")), ("type",)
)

# --------------------------------------------------------------------------------------------------------------
# Dedicated lines
# --------------------------------------------------------------------------------------------------------------


def dedicated_line(
    place: str,
    site: str,
    redundant: str,
    carrier: str,
    others: Sequence[str],
    backups: Sequence[str],
    reads: Sequence[str],
) -> Predicate:
    """A line that is not the only one of its region, or to its site.

    ``place`` is where it ends on the cloud's side, ``site`` where on the other (empty: there is no such attribute),
    ``redundant`` names the line that it makes up for (empty as well), ``others`` are the types that are lines too,
    ``backups`` those of connections over the internet.
    """

    @predicate(reads=reads)
    def judge(resource: Resource, context: Context) -> Outcome:
        lines = [
            (item, _together(resource, item, site, context))
            for item in context.resources(*others)
            if item.address != resource.address
        ]
        lines = [(item, together) for item, together in lines if together is not False]
        outcome = _redundant(resource, context, lines, place, redundant, backups)
        if outcome is PASS and context.baseline.startswith("financial-"):
            return _carriers(resource, lines, carrier)
        return outcome

    return judge


def _together(resource: Resource, line: Resource, site: str, context: Context) -> Truth:
    """Whether two lines can stand in for each other: they belong to one region, or lead to one site."""
    here, there = context.region_of(resource), context.region_of(line)
    if isinstance(here, str) and isinstance(there, str):
        same_region: Truth = here == there
    elif resource.provider is line.provider and type(here) is type(there):
        same_region = True
    else:
        same_region = next(item for item in (here, there) if isinstance(item, (Unknown, OneOf)))
    if same_region is True:
        return True
    mine, theirs = (item.attributes.get(site) if site else None for item in (resource, line))
    blocked = next((item for item in (mine, theirs) if isinstance(item, (Unknown, OneOf))), None)
    if mine is None or theirs is None:
        same_site: Truth = Unknown("unsupported", site or line.address)
    else:
        same_site = same(mine, theirs) if blocked is None else blocked
    return any_true((same_site, same_region))


def _redundant(
    resource: Resource,
    context: Context,
    lines: Sequence[tuple[Resource, Truth]],
    place: str,
    redundant: str,
    backups: Sequence[str],
) -> Outcome:
    perhaps: Outcome | None = None
    if redundant:
        named = resource.attributes.get(redundant)
        try:
            if named is not None and is_given(named):
                return PASS
        except UnknownValueError as error:
            perhaps = undecided(error.unknown, redundant)
        found = context.companions(resource, resource.type, redundant, ("id",))
        if any(item.existence is None for item in found.sure):
            return PASS
        if found.possible and perhaps is None:
            perhaps = undecided(found.possible[0][1])
    mine = resource.attributes.get(place)
    for line, together in lines:
        theirs = line.attributes.get(place)
        if isinstance(mine, str) and isinstance(theirs, str):
            if mine != theirs and line.existence is None and together is True:
                return PASS
            blocked: Unknown | OneOf | None = line.existence
        else:
            blocked = next(
                (item for item in (mine, theirs, line.existence) if isinstance(item, (Unknown, OneOf))), None
            )
        if perhaps is not None:
            continue
        if isinstance(together, bool):
            perhaps = undecided(
                blocked if blocked is not None else Unknown("known-after-apply", line.address),
                place,
                message=Text(
                    f"{line.address} may end at the same device: different access points are not shown",
                    f"{line.address} 可能与其终结于同一设备：未能确认接入点不同",
                ),
            )
        else:
            perhaps = undecided(
                together,
                message=Text(
                    f"whether {line.address} belongs to the same region or leads to the same site is not known",
                    f"无法得知 {line.address} 是否属于同一地域或通往同一站点",
                ),
            )
    if perhaps is not None:
        return perhaps
    backup = next(iter(context.resources(*backups)), None)
    if backup is not None:
        return undecided(
            Unknown("unsupported", backup.address),
            message=Text(
                f"it is the only dedicated line of its region and to its site; {backup.address} may stand in for it",
                f"该地域、该站点只有这一条专线；{backup.address} 可能作为其备份",
            ),
        )
    return failed(
        Text(
            "it is the only dedicated line of its region and to its site: nothing stands in for it",
            "该地域、该站点只有这一条专线：没有备用链路",
        ),
    )


def _carriers(resource: Resource, lines: Sequence[tuple[Resource, Truth]], carrier: str) -> Outcome:
    """The financial sector: lines of two carriers."""
    mine = resource.attributes.get(carrier)
    blocked: Unknown | OneOf | None = None
    for other, together in ((mine, True), *((line.attributes.get(carrier), near) for line, near in lines)):
        if other is None or isinstance(other, (Unknown, OneOf)):
            unknown = Unknown("known-after-apply", carrier) if other is None else other
            blocked = unknown if blocked is None else blocked
        elif isinstance(mine, str) and other != mine:
            if isinstance(together, bool):
                return PASS
            blocked = together if blocked is None else blocked
    if blocked is not None:
        return undecided(blocked, carrier)
    return failed(
        Text(f"all lines are of the carrier {show(mine)}", f"全部专线均来自同一运营商 {show(mine)}"),
        carrier,
    )
