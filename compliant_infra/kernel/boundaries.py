"""Networks of systems of different protection levels: which are joined, and what stands between them.

The level of a network is what the tag ``mlps-level`` of its VPC says. Two VPCs are joined by a peering, or by what both
are attached to (a transit router, a CCN). Being attached is not yet being joined where route tables decide: then only
tables that are shown to connect them count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from compliant_infra.kernel.acl_bindings import bound_acl
from compliant_infra.kernel.blocks import elements
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    as_bool,
    as_string,
    failed,
    passed,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, truth
from compliant_infra.kernel.subnets import SUBNETS, within
from compliant_infra.kernel.tags import tag

VPCS: Final = ("alicloud_vpc", "aws_vpc", "aws_default_vpc", "tencentcloud_vpc")
LEVEL_TAG: Final = "mlps-level"

Doubt = Unknown | OneOf | None


@dataclass(frozen=True, slots=True)
class Member:
    """A VPC that is joined to others. ``level`` is None where the VPC is in the scan and has no such tag."""

    key: str  # the address of its resource, or its literal id
    level: Any
    vpc: Resource | None

    @property
    def shown(self) -> str:
        """Its name for people; the expression where it is not known which VPC that is."""
        return self.key or show(self.level)


def member(value: Any, context: Context) -> Member:
    """The VPC that a value refers to. Of a VPC outside the scan the level is not known."""
    vpc = context.resolve(value, *VPCS)
    if vpc is None:
        blocked = value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", as_string(value) or "VPC")
        return Member(value if isinstance(value, str) else "", blocked, None)
    level = tag(vpc, (LEVEL_TAG,))
    if level is None or isinstance(level, (Unknown, OneOf)):
        return Member(vpc.address, level, vpc)
    text = (as_string(level) or "").strip().lower()
    digit = re.search(r"\d", text)
    return Member(vpc.address, digit[0] if digit else text, vpc)


# --------------------------------------------------------------------------------------------------------------
# What stands between
# --------------------------------------------------------------------------------------------------------------


def _is(value: Any, text: str) -> Truth:
    return False if value is None else truth(value, lambda item: (as_string(item) or "").lower() == text)


class _Guards:
    """The firewalls between networks of a root, by what they guard: a VPC, a pair of them, or what joins VPCs."""

    def __init__(self, cloud: str, context: Context) -> None:
        self.context = context
        self.by_key: dict[str, list[Resource]] = {}
        self.by_pair: dict[frozenset[str], list[Resource]] = {}
        self.unsure: dict[str, tuple[Resource, Unknown | OneOf]] = {}  # by what it guards; "" where that is not known
        self.some: Resource | None = None
        {"alicloud": self._alicloud, "aws": self._aws, "tencentcloud": self._tencentcloud}[cloud]()

    def _alicloud(self) -> None:
        for item in self.context.resources("alicloud_cloud_firewall_vpc_firewall"):
            ends = [within(item.attributes.get(name), "vpc_id") for name in ("local_vpc", "peer_vpc")]
            self._add_pair(item, ends, _is(item.attributes.get("status"), "open"))
        for item in self.context.resources("alicloud_cloud_firewall_vpc_firewall_cen"):
            vpc = within(item.attributes.get("local_vpc"), "network_instance_id")
            self._add(item, vpc, _is(item.attributes.get("status"), "open"))
        for item in self.context.resources("alicloud_cloud_firewall_vpc_cen_tr_firewall"):
            self._add(item, item.attributes.get("transit_router_id"), True)

    def _aws(self) -> None:
        for item in self.context.resources("aws_networkfirewall_firewall"):
            self.some = self.some or item
            for name in ("vpc_id", "transit_gateway_id"):
                self._add(item, item.attributes.get(name), True)

    def _tencentcloud(self) -> None:
        for item in self.context.resources("tencentcloud_cfw_vpc_instance"):
            self._add(item, within(item.attributes.get("vpc_fw_instances"), "vpc_ids"), True)
            self._add(item, item.attributes.get("ccn_id"), True)
        for item in self.context.resources("tencentcloud_cfw_cluster_vpc_fw_switch"):
            self._add(item, item.attributes.get("ccn_id"), True)

    def _add(self, item: Resource, value: Any, on: Truth) -> None:
        if on is False:
            return
        for key, doubt in self._keys(value):
            unsure = doubt if doubt is not None else on if isinstance(on, (Unknown, OneOf)) else item.existence
            if unsure is None:
                self.by_key.setdefault(key, []).append(item)
            else:
                self.unsure.setdefault(key, (item, unsure))

    def _add_pair(self, item: Resource, ends: list[Any], on: Truth) -> None:
        if on is False:
            return
        found = [list(self._keys(end)) for end in ends]
        for first, doubt in found[0]:
            for second, other in found[1]:
                unsure = doubt if doubt is not None else other
                if unsure is None:
                    unsure = on if isinstance(on, (Unknown, OneOf)) else item.existence
                if unsure is None:
                    self.by_pair.setdefault(frozenset((first, second)), []).append(item)
                else:
                    for key in {first, second}:
                        self.unsure.setdefault(key, (item, unsure))

    def _keys(self, value: Any) -> Iterator[tuple[str, Doubt]]:
        """What a value names, with the unknown by which it may name something else."""
        for item in elements(value):
            if isinstance(item, (list, tuple)):
                yield from self._keys(item)
            elif isinstance(item, OneOf):
                for one in item.alternatives:
                    for key, _ in self._keys(one):
                        yield key, item
            elif isinstance(item, Unknown):
                found = self.context.resolve(item)
                yield (found.address, None) if found is not None else ("", item)
            elif isinstance(item, str) and item:
                yield item, None

    def sure(self, one: str, other: str, hub: str) -> Resource | None:
        """A firewall that stands between two VPCs."""
        for found in (
            *(self.by_key.get(key, ()) for key in (one, other, hub) if key),
            self.by_pair.get(frozenset((one, other)), ()),
        ):
            for item in found:
                return item
        return None

    def possible(self, one: str, other: str, hub: str) -> tuple[Resource, Unknown | OneOf] | None:
        """A firewall that may."""
        found = next((self.unsure[key] for key in (one, other, hub, "") if key in self.unsure), None)
        if found is None and hub and self.some is not None:
            # On a transit gateway a firewall in a VPC of its own may see the traffic: routes decide.
            return self.some, Unknown("unsupported", self.some.address)
        return found


class _Lists:
    """The subnets of each VPC of a root, and whether network ACLs are bound to all of them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.subnets: dict[str, list[Resource]] = {}
        self.judged: dict[str, Outcome | None] = {}
        for kind in SUBNETS:
            for subnet in context.resources(kind):
                vpc = context.resolve(subnet.attributes.get("vpc_id"), *VPCS)
                if vpc is not None:
                    self.subnets.setdefault(vpc.address, []).append(subnet)

    def of(self, vpc: str) -> Outcome | None:
        """Pass where every subnet of the VPC has one, fail where one has none, None where no subnet is shown."""
        if vpc not in self.judged:
            outcome: Outcome | None = None
            for subnet in self.subnets.get(vpc, ()):
                found = bound_acl(subnet, self.context)
                if outcome is None or found.verdict is Verdict.FAIL or outcome.verdict is Verdict.PASS:
                    outcome = found
                if found.verdict is Verdict.FAIL:
                    break
            self.judged[vpc] = outcome
        return self.judged[vpc]


@dataclass
class _Root:
    """What is gathered once for a root."""

    lists: _Lists
    hubs: dict[str, Hubs] = field(default_factory=dict)
    guards: dict[str, _Guards] = field(default_factory=dict)


def _root(context: Context) -> _Root:
    found: _Root | None = context.memo.get(_Root)
    if found is None:
        found = context.memo[_Root] = _Root(_Lists(context))
    return found


def _guarded(cloud: str, one: Member, other: Member, hub: str, path: str, context: Context) -> Outcome:
    """Two joined VPCs of different levels: a firewall or network ACLs between them."""
    known = _root(context).guards
    if cloud not in known:
        known[cloud] = _Guards(cloud, context)
    firewall = known[cloud].sure(one.key, other.key, hub)
    if firewall is not None:
        return passed(Text(f"{firewall.address} stands between them", f"两者之间有 {firewall.address}"))
    perhaps: Outcome | None = None
    possible = known[cloud].possible(one.key, other.key, hub)
    if possible is not None:
        perhaps = undecided(
            possible[1],
            path,
            message=Text(
                f"whether {possible[0].address} stands between {one.shown} and {other.shown} is not known",
                f"无法得知 {possible[0].address} 是否位于 {one.shown} 与 {other.shown} 之间",
            ),
        )
    lists = [_root(context).lists.of(item.key) for item in (one, other)]
    if any(item is not None and item.verdict is Verdict.PASS for item in lists):
        return passed(Text("network ACLs stand between them", "两者之间有网络 ACL"))
    if perhaps is not None:
        return perhaps
    unknown = next((item for item in lists if item is not None and item.verdict is Verdict.UNKNOWN), None)
    if unknown is not None and unknown.unknown is not None:
        return undecided(unknown.unknown, path)
    for item, end in zip(lists, (one, other), strict=True):
        if item is None:
            return undecided(
                Unknown("unsupported", end.shown),
                path,
                message=Text(
                    f"the subnets of {end.shown} are not in the scan: whether network ACLs guard them is not known",
                    f"{end.shown} 的子网不在扫描范围内，无法得知是否有网络 ACL 防护",
                ),
            )
    return failed(
        Text(
            f"joins {one.shown} of level {one.level} and {other.shown} of level {other.level}: neither a firewall nor "
            "network ACLs stand between them",
            f"连通了第 {one.level} 级的 {one.shown} 与第 {other.level} 级的 {other.shown}，"
            "两者之间既无防火墙也无网络 ACL",
        ),
        path,
    )


def _compare(cloud: str, one: Member, other: Member, hub: str, path: str, joined: Doubt, context: Context) -> Outcome:
    if one.level is None and not isinstance(other.level, str):
        return NOT_APPLICABLE
    if other.level is None and not isinstance(one.level, str):
        return NOT_APPLICABLE
    for end in (one, other):
        if not isinstance(end.level, str):
            blocked = end.level if end.level is not None else Unknown("not-listed", f"{end.shown} {LEVEL_TAG}")
            return undecided(
                blocked,
                path,
                message=Text(
                    f"the level of {end.shown} is not known (tag {LEVEL_TAG})",
                    f"{end.shown} 的等级未知（标签 {LEVEL_TAG}）",
                ),
            )
    if one.level == other.level:
        return PASS
    outcome = _guarded(cloud, one, other, hub, path, context)
    if joined is not None and outcome.verdict is Verdict.FAIL:
        return undecided(
            joined,
            path,
            message=Text(
                f"whether {one.shown} of level {one.level} and {other.shown} of level {other.level} reach each other "
                "is not shown",
                f"无法得知第 {one.level} 级的 {one.shown} 与第 {other.level} 级的 {other.shown} 是否连通",
            ),
        )
    return outcome


def peering(cloud: str, resource: Resource, mine: str, theirs: str, context: Context) -> Outcome:
    """A peering of two VPCs."""
    one = member(resource.attributes.get(mine), context)
    other = member(resource.attributes.get(theirs), context)
    return _compare(cloud, one, other, "", theirs, None, context)


# --------------------------------------------------------------------------------------------------------------
# Attachments to something common
# --------------------------------------------------------------------------------------------------------------


#: Which outcome speaks for several: what is not known before what passes.
_ORDER: Final = {Verdict.NOT_APPLICABLE: 0, Verdict.PASS: 1, Verdict.UNKNOWN: 2, Verdict.FAIL: 3}


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a type attaches a VPC: the attributes of the VPC, of what it joins, and of the kind of the member."""

    vpc: str
    hub: str
    kind: str = ""


ATTACHMENTS: Final[Mapping[str, Attachment]] = {
    "alicloud_cen_transit_router_vpc_attachment": Attachment("vpc_id", "transit_router_id"),
    "alicloud_cen_instance_attachment": Attachment("child_instance_id", "instance_id", "child_instance_type"),
    "aws_ec2_transit_gateway_vpc_attachment": Attachment("vpc_id", "transit_gateway_id"),
    "tencentcloud_ccn_attachment": Attachment("instance_id", "ccn_id", "instance_type"),
    "tencentcloud_ccn_attachment_v2": Attachment("instance_id", "ccn_id", "instance_type"),
}


def _hub(value: Any, context: Context) -> str:
    found = context.resolve(value)
    if found is not None:
        return found.address
    return value if isinstance(value, str) else ""


#: How many attachments of other levels an attachment is held against.
_MOST: Final = 100

_Beside = tuple[Resource, Member, Doubt]


class Hubs:
    """The attachments of a cloud by what they are attached to, and there by level.

    ``""`` gathers those of which the first is not known. Each with the unknown by which it may not be one.
    """

    def __init__(self, cloud: str, context: Context) -> None:
        self.by_hub: dict[str, dict[str | None, list[_Beside]]] = {}
        for kind, names in ATTACHMENTS.items():
            if not kind.startswith(f"{cloud}_"):
                continue
            for item in context.resources(kind):
                hub, doubt = _place(item, names, context)
                if doubt is not False:
                    found = member(item.attributes.get(names.vpc), context)
                    level = found.level if isinstance(found.level, str) else None
                    self.by_hub.setdefault(hub, {}).setdefault(level, []).append((item, found, doubt))

    def beside(self, hub: str) -> Iterator[tuple[str | None, Sequence[_Beside]]]:
        """Those of the same hub by level, then those that may be; levels that are not known last."""
        found = [self.by_hub.get(hub, {}), self.by_hub.get("", {})] if hub else list(self.by_hub.values())
        for levels in found:
            for level in sorted(levels, key=lambda item: (item is None, item or "")):
                yield level, levels[level]


def _place(resource: Resource, names: Attachment, context: Context) -> tuple[str, Doubt | Literal[False]]:
    """What a VPC is attached to, and the unknown by which it may not be; False where the member is no VPC."""
    kind: Truth = True
    if names.kind:
        kind = truth(resource.get(names.kind, "VPC"), lambda item: (as_string(item) or "").upper() == "VPC")
    if kind is False:
        return "", False
    value = resource.attributes.get(names.hub)
    hub = _hub(value, context)
    if isinstance(kind, (Unknown, OneOf)):
        return hub, kind
    if not hub:
        return hub, value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", names.hub)
    return hub, None


def attachment(cloud: str, resource: Resource, context: Context) -> Outcome:
    """A VPC attached to something common, beside every other one there."""
    names = ATTACHMENTS[resource.type]
    hub, doubt = _place(resource, names, context)
    if doubt is False:
        return NOT_APPLICABLE
    hubs = _root(context).hubs
    if cloud not in hubs:
        hubs[cloud] = Hubs(cloud, context)
    one = member(resource.attributes.get(names.vpc), context)
    best: Outcome = NOT_APPLICABLE
    held = 0
    for level, found in hubs[cloud].beside(hub):
        if level is not None and level == one.level:
            if best.verdict is Verdict.NOT_APPLICABLE and any(item is not resource for item, _, _ in found[:2]):
                best = PASS
            continue
        for other, theirs, unsure in found:
            if other.address == resource.address or (theirs.key and theirs.key == one.key):
                continue
            held += 1
            if held > _MOST:
                return undecided(Unknown("limit", names.hub), names.vpc)
            joined = _joined(resource, other, context)
            for unknown in (doubt, unsure, other.created_with(resource).existence):
                joined = unknown if joined is None else joined
            outcome = _compare(cloud, one, theirs, hub, names.vpc, joined, context)
            if outcome.verdict is Verdict.FAIL:
                return outcome
            if _ORDER[outcome.verdict] > _ORDER[best.verdict]:
                best = outcome
    return best


def _joined(one: Resource, other: Resource, context: Context) -> Doubt:
    """The unknown by which two attachments may not reach each other; None where they surely do."""
    if one.type.startswith("alicloud_cen_transit"):
        return _by_tables(one, other, context)
    if one.type.startswith("aws_"):
        return _by_default_table(one, other, context)
    tables = [item.attributes.get("route_table_id") for item in (one, other)] if one.type.startswith("tencent") else []
    if all(table is None for table in tables):
        return None  # members of a CEN or a CCN reach each other by its default route table
    names = {_hub(table, context) for table in tables}
    return None if len(names) == 1 and "" not in names else Unknown("unsupported", "route_table_id")


_ASSOCIATION: Final = "alicloud_cen_transit_router_route_table_association"
_PROPAGATION: Final = "alicloud_cen_transit_router_route_table_propagation"


def _by_tables(one: Resource, other: Resource, context: Context) -> Doubt:
    """A transit router of Alibaba Cloud: the table of one learns the routes of the other."""
    for here, there in ((one, other), (other, one)):
        used = _tables(here, _ASSOCIATION, context)
        if used & _tables(there, _PROPAGATION, context):
            return None
    return Unknown("unsupported", "transit_router_route_table_id")


def _tables(resource: Resource, kind: str, context: Context) -> set[str]:
    found = context.companions(resource, kind, "transit_router_attachment_id", ("id", "transit_router_attachment_id"))
    names = {
        _hub(item.attributes.get("transit_router_route_table_id"), context)
        for item in found.sure
        if item.existence is None
    }
    return names - {""}


def _by_default_table(one: Resource, other: Resource, context: Context) -> Doubt:
    """A transit gateway of AWS: both use its default route table, which is on unless it is switched off."""
    gateway = context.resolve(one.attributes.get("transit_gateway_id"), "aws_ec2_transit_gateway")
    if gateway is None:
        return Unknown("unsupported", "transit_gateway_id")
    for name in ("default_route_table_association", "default_route_table_propagation"):
        if _is(gateway.get(name, "enable"), "enable") is not True:
            return Unknown("unsupported", f"{gateway.address}.{name}")
        for item in (one, other):
            used = truth(item.get(f"transit_gateway_{name}", True), lambda value: as_bool(value) is not False)
            if used is not True:
                return Unknown("unsupported", f"{item.address}.transit_gateway_{name}")
    return None
