"""Over how many zones something spans, as far as code shows it.

A zone is a known name, or an element of a list of zones that is read from the cloud: of
``data.aws_availability_zones.all.names`` the elements 0 and 1 are two zones whatever they are called. Any other
unknown may be any zone, also one that is named already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import PASS, Context, Outcome, alternatives, as_string, failed, show, undecided
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, first_unknown
from compliant_infra.kernel.patterns import lazy

#: Types of subnets, and the attributes that name their zone: what is written first decides.
SUBNETS: Final[Mapping[str, tuple[str, ...]]] = {
    "alicloud_vswitch": ("zone_id", "availability_zone"),
    "alicloud_subnet": ("zone_id", "availability_zone"),
    "aws_subnet": ("availability_zone", "availability_zone_id"),
    "aws_default_subnet": ("availability_zone",),
    "tencentcloud_subnet": ("availability_zone",),
}

#: An element of a list of zones: data.alicloud_zones.all.zones[0].id, data.aws_availability_zones.all.names[1].
_ELEMENT: Final = lazy(r"(data\.\w*zones\w*\.[\w-]+(?:\[[^\]]*\])?\.\w+)\[(\d+)\](.*)", re.DOTALL)

#: Names of zones come in kinds that cannot be compared: cn-north-1a is perhaps cnn1-az1, 100003 perhaps ap-guangzhou-3.
_KINDS: Final = ((re.compile(r"\w+-az\d+"), "zone id"), (re.compile(r"\d+"), "number"))


@dataclass(slots=True)
class Zone:
    """Where one member lies. ``value`` is the zone's name or the unknown that stands for it.

    ``member`` is what cannot lie in two zones: the same subnet named twice is one. ``module`` is where the zone's
    expression stands.
    """

    path: str
    value: Any
    member: str = ""
    module: str = ""


@dataclass(slots=True)
class Zones:
    """The zones of all members; ``more`` is the unknown behind which further members may stand."""

    found: list[Zone] = field(default_factory=list)
    more: Unknown | OneOf | None = None


def _mark(zone: Zone) -> tuple[str, str] | None:
    """Within the same first part, different second parts are different zones; None where nothing is known."""
    value = zone.value
    if type(value) is Unknown:
        element = _ELEMENT.fullmatch(value.expression) if value.reason == "data-source" else None
        return None if element is None else (f"{zone.module}:{element[1]}:{element[3]}", element[2])
    if type(value) is OneOf or value is None:
        return None
    text = as_string(value) or ""
    if not text:
        return None
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(text)), "name"), text


def zone_of_subnet(value: Any, path: str, context: Context) -> Zone:
    """The zone of the subnet that a value refers to; a literal id names a subnet but does not tell its zone."""
    subnet = context.resolve(value, *SUBNETS)
    if subnet is None:
        blocked = value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))
        return Zone(path, blocked, value if isinstance(value, str) else "")
    for name in SUBNETS[subnet.type]:
        zone = subnet.attributes.get(name)
        if zone is not None:
            return Zone(path, zone, subnet.address, subnet.module)
    return Zone(path, Unknown("known-after-apply", f"{subnet.address}.{SUBNETS[subnet.type][0]}"), subnet.address)


def _may_be_several(value: Any, resource: Resource, context: Context) -> Unknown | OneOf | None:
    """The unknown number of subnets for which a reference stands: ``aws_subnet.private[*].id`` of unknown count."""
    subnet = context.resolve(value, *SUBNETS)
    return None if subnet is None else subnet.created_with(resource).existence


def of_list(value: Any, path: str, resource: Resource, context: Context) -> Zones:
    """The zones of a list of subnets."""
    zones = Zones()
    if value is None:
        return zones
    if isinstance(value, (Unknown, OneOf)):
        zones.more = value
        value = value.elements if isinstance(value, Unknown) else ()
    for item in value if isinstance(value, (list, tuple)) else (value,):
        _add_subnet(zones, item, path, resource, context)
    return zones


def _add_subnet(zones: Zones, value: Any, path: str, resource: Resource, context: Context) -> None:
    several = _may_be_several(value, resource, context)
    if several is not None and zones.more is None:
        zones.more = several
    zones.found.append(zone_of_subnet(value, path, context))


def of_blocks(value: Any, path: str, subnet: str, zone: str, resource: Resource, context: Context) -> Zones:
    """The zones of nested blocks, each of which names its zone (``zone``), a subnet that lies in it, or both."""
    zones = Zones()
    for where, block in entries(value, path):
        if not isinstance(block, Mapping):
            zones.more = block
            continue
        named = block.get(zone) if zone else None
        placed = block.get(subnet)
        if placed is None:
            zones.found.append(Zone(where, named, module=resource.module))
            continue
        found = zone_of_subnet(placed, where, context)
        if named is not None:
            found = Zone(where, named, found.member, resource.module)
        elif zones.more is None:
            zones.more = _may_be_several(placed, resource, context)
        zones.found.append(found)
    return zones


def by_choice(value: Any) -> bool:
    """Whether a choice between lists can be judged list by list: a dynamic block of unknown length stands as one."""
    return isinstance(value, OneOf) and not any(
        isinstance(item, Unknown) or any(isinstance(one, Mapping) and first_unknown(one) is not None for one in item)
        for item in value.alternatives
        if isinstance(item, (Unknown, list, tuple))
    )


def _all_in(named: Sequence[str], others: int) -> Text:
    """How few zones there are: those with a name, and ``others`` members of which not even the zone is known."""
    listed = ", ".join(named)
    if named and not others:
        return Text(f"all lie in {listed}", f"全部位于 {listed}")
    if named:
        return Text(
            f"besides {listed} there {'is' if others == 1 else 'are'} at most {others} more",
            f"除 {listed} 外至多还有 {others} 个",
        )
    return Text("there is one", "仅有一个") if others == 1 else Text(f"there are {others} at most", f"至多 {others} 个")


def spread(zones: Zones, wanted: int, attribute: str, what: Text) -> Outcome:
    """Whether the members lie in ``wanted`` different zones at least; ``what`` names them in a finding."""
    marks: dict[str, set[str]] = {}
    hidden: dict[str, Unknown | OneOf] = {}
    named: list[str] = []
    for index, zone in enumerate(zones.found):
        mark = _mark(zone)
        if mark is None:
            blocked = (
                zone.value if isinstance(zone.value, (Unknown, OneOf)) else Unknown("known-after-apply", zone.path)
            )
            hidden.setdefault(zone.member or f"#{index}", blocked)
            continue
        marks.setdefault(mark[0], set()).add(mark[1])
        shown = zone.value.expression if isinstance(zone.value, Unknown) else f"{zone.value}"
        if shown not in named:
            named.append(shown)
    if max((len(found) for found in marks.values()), default=0) >= wanted:
        return PASS
    blocked_by = zones.more
    if blocked_by is None and sum(map(len, marks.values())) + len(hidden) >= wanted:
        # Nothing hidden: names of several kinds, which may be names of one zone.
        blocked_by = next(iter(hidden.values()), Unknown("unsupported", " / ".join(named)))
    if blocked_by is not None:
        return undecided(
            blocked_by,
            attribute,
            message=Text(
                f"{what.en}: whether they lie in {wanted} zones cannot be decided",
                f"{what.zh}：无法判定是否分布在 {wanted} 个可用区",
            ),
        )
    if not zones.found:
        return failed(Text(f"{what.en}: none is named", f"{what.zh}：未指定"), attribute)
    where = _all_in(named, len(hidden))
    return failed(
        Text(
            f"{what.en}: {where.en}; expected at least {wanted} zones",
            f"{what.zh}：{where.zh}；应至少跨 {wanted} 个可用区",
        ),
        attribute,
    )


def subnets_spread(
    resource: Resource, context: Context, paths: Sequence[str], wanted: int, *, also: Zones | None = None
) -> Outcome:
    """Judge lists of subnets (``subnets``) and nested blocks that name one (``subnet_mapping.subnet_id``) together.

    ``also`` are members that other resources add.
    """
    return _together(resource, context, list(paths), wanted, also or Zones(), "")


def _together(
    resource: Resource, context: Context, paths: list[str], wanted: int, zones: Zones, attribute: str
) -> Outcome:
    if not paths:
        return spread(zones, wanted, attribute, Text("subnets", "子网"))
    path, *rest = paths
    name, _, inner = path.partition(".")

    def add(value: Any) -> Outcome:
        here = (
            of_blocks(value, name, inner, "", resource, context) if inner else of_list(value, name, resource, context)
        )
        joined = Zones([*zones.found, *here.found], zones.more if zones.more is not None else here.more)
        written = name if value is not None and not attribute else attribute
        return _together(resource, context, rest, wanted, joined, written)

    value = resource.attributes.get(name)
    return alternatives(value, add, name, unset=lambda: add(None)) if by_choice(value) else add(value)


def mappings_spread(resource: Resource, context: Context, path: str, subnet: str, zone: str, wanted: int) -> Outcome:
    """Judge nested blocks that name a zone and a subnet in it (``zone_mappings``)."""

    def judge(value: Any) -> Outcome:
        zones = of_blocks(value, path, subnet, zone, resource, context)
        return spread(zones, wanted, path, Text(path, path))

    value = resource.attributes.get(path)
    return alternatives(value, judge, path, unset=lambda: judge(None)) if by_choice(value) else judge(value)
