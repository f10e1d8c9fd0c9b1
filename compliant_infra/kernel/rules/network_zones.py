"""Zones of a network kept apart: data stores from entries, subnets by access lists, systems of different levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from compliant_infra.kernel.acl_bindings import BINDINGS, bound_acl
from compliant_infra.kernel.boundaries import ATTACHMENTS, attachment, peering
from compliant_infra.kernel.data_tier import BY_ZONE, STORES, data_subnets, subnets_of
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    failed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.public_subnets import PublicSubnets, public_subnets
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.subnets import SUBNETS, Place, places

# --------------------------------------------------------------------------------------------------------------
# Data stores apart from entries
# --------------------------------------------------------------------------------------------------------------

#: What makes a subnet public, by cloud.
_SIGNS: Final = {
    "alicloud": (
        "alicloud_alb_load_balancer:zone_mappings.vswitch_id",
        "alicloud_alb_load_balancer:address_type",
        "alicloud_nlb_load_balancer:zone_mappings.vswitch_id",
        "alicloud_nlb_load_balancer:address_type",
        "alicloud_instance:vswitch_id",
        "alicloud_instance:internet_max_bandwidth_out",
        "alicloud_eip_association:instance_id",
        "alicloud_route_entry:nexthop_type",
        "alicloud_route_table_attachment:vswitch_id",
    ),
    "aws": (
        "aws_lb:subnets",
        "aws_lb:subnet_mapping.subnet_id",
        "aws_lb:internal",
        "aws_elb:subnets",
        "aws_instance:subnet_id",
        "aws_instance:associate_public_ip_address",
        "aws_subnet:map_public_ip_on_launch",
        "aws_eip:instance",
        "aws_eip_association:instance_id",
        "aws_route_table:route.gateway_id",
        "aws_route:gateway_id",
        "aws_route_table_association:subnet_id",
        "aws_main_route_table_association:route_table_id",
    ),
    "tencentcloud": (
        "tencentcloud_instance:subnet_id",
        "tencentcloud_instance:allocate_public_ip",
        "tencentcloud_eip_association:instance_id",
        "tencentcloud_clb_instance:eip_address_id",
        "tencentcloud_route_table_entry:next_type",
        "tencentcloud_subnet:route_table_id",
        "tencentcloud_route_table_association:subnet_id",
    ),
}


def _apart(paths: tuple[str, ...], cloud: str) -> Predicate:
    """The subnets of a data store are shown, and nothing public stands in them."""

    @predicate(reads=(*paths, *_SIGNS[cloud]))
    def judge(resource: Resource, context: Context) -> Outcome:
        where, value = subnets_of(resource)
        if value is None:
            return NOT_APPLICABLE  # not in a subnet of its own
        if not isinstance(value, OneOf):
            return _placed(resource, value, where, context)
        outcomes = [_placed(resource, item, where, context) for item in value.alternatives]
        verdicts = {outcome.verdict for outcome in outcomes}
        if Verdict.FAIL in verdicts and len(verdicts) > 1:
            return undecided(value, where)
        return next((outcome for outcome in outcomes if outcome.verdict is Verdict.UNKNOWN), outcomes[0])

    return judge


def _placed(resource: Resource, value: Any, where: str, context: Context) -> Outcome:
    found = list(places(value, context))
    if not found:
        return NOT_APPLICABLE
    public = public_subnets(context)
    perhaps: Outcome | None = None
    for place in found:
        outcome = _one_place(resource, place, where, public)
        if outcome is not PASS:
            if outcome.unknown is None:
                return outcome
            perhaps = perhaps or outcome
    return perhaps or PASS


def _one_place(resource: Resource, place: Place, where: str, public: PublicSubnets) -> Outcome:
    shown = f"{place.key}" if not place.anywhere else show(place.doubt)
    sign = next(iter(public.of(place, resource)), None)
    sure = place.doubt is None or place.anywhere
    if sign is not None and sign.doubt is None and sure:
        return failed(
            Text(
                f"the data store stands in {shown} together with {sign.what.en}",
                f"{sign.what.zh} 与数据存储同在子网 {shown} 中",
            ),
            where,
        )
    if place.doubt is not None:
        return undecided(
            place.doubt,
            where,
            message=Text(
                f"which subnet {shown} is, and whether it is public, is not known",
                f"无法得知 {shown} 是哪个子网、是否对公网开放",
            ),
        )
    if sign is not None and sign.doubt is not None:
        return undecided(
            sign.doubt,
            where,
            message=Text(
                f"{shown} may be public by {sign.what.en}; whether it is cannot be decided",
                f"子网 {shown} 可能对公网开放，无法判定：{sign.what.zh}",
            ),
        )
    if place.subnet is None:
        return undecided(
            Unknown("unsupported", shown),
            where,
            message=Text(
                f"subnet {shown} is not in the scan: what else stands in it is not known",
                f"子网 {shown} 不在扫描范围内，无法得知其中还有哪些资源",
            ),
        )
    return PASS


def _data_checks() -> Iterator[tuple[str, Predicate]]:
    known: dict[tuple[tuple[str, ...], str], Predicate] = {}
    for kind, path in STORES.items():
        cloud = kind.split("_", 1)[0]
        paths = (path, BY_ZONE[kind]) if kind in BY_ZONE else (path,)
        if (paths, cloud) not in known:
            known[paths, cloud] = _apart(paths, cloud)
        yield kind, known[paths, cloud]


SEPARATION: Final = Rule(
    code="CN002",
    name="net-zones-separated",
    severity=Severity.HIGH,
    title=Text("Data stores stand apart from public entries", "数据存储与公网入口分处不同子网"),
    rationale=Text(
        "Who breaks into the host that faces the internet stands, in the same subnet, directly beside the database: no "
        "route and no access list is left in between.",
        "面向公网的主机一旦失陷，若与数据库同处一个子网，攻击者与数据之间便不再有路由与访问控制的阻隔。",
    ),
    remediation=Text(
        "Give data stores subnets of their own, without public load balancers, public addresses or a route to an "
        "internet gateway. Alibaba Cloud: vswitch_id of the database (alicloud_db_instance and others). AWS: "
        "subnet_ids of aws_db_subnet_group and its like, from subnets whose route table has no gateway_id of an "
        "aws_internet_gateway. Tencent Cloud: subnet_id of the database (tencentcloud_mysql_instance and others).",
        "为数据存储划分独立子网，其中不放置公网负载均衡、带公网地址的实例，也不配置指向公网网关的路由。阿里云：数据库（"
        "alicloud_db_instance 等）的 vswitch_id。AWS：aws_db_subnet_group 等的 subnet_ids，所选子网的路由表不含指向 "
        "aws_internet_gateway 的 gateway_id。腾讯云：数据库（tencentcloud_mysql_instance 等）的 subnet_id。",
    ),
    checks=dict(_data_checks()),
)

# --------------------------------------------------------------------------------------------------------------
# Access lists between tiers
# --------------------------------------------------------------------------------------------------------------


class _PerVpc(Counter[str | None]):
    """How many subnets of a root each VPC has; None counts those of a VPC that is not known."""


def _alone(subnet: Resource, context: Context) -> bool:
    """Whether a subnet is the only one of its VPC in the root; one of a VPC that is not known may stand beside it."""
    found: _PerVpc | None = context.memo.get(_PerVpc)
    if found is None:
        found = context.memo[_PerVpc] = _PerVpc(_vpc(item, context) for item in context.resources(*SUBNETS))
    own = _vpc(subnet, context)
    return (found.total() if own is None else found[own] + found[None]) < 2


def _vpc(subnet: Resource, context: Context) -> str | None:
    """What tells the VPC of a subnet from others: its address or its id; None where neither is known."""
    value = subnet.attributes.get("vpc_id")
    found = context.resolve(value)
    if found is not None:
        return found.address
    return value if isinstance(value, str) else None


def _filtered(cloud: str) -> Predicate:
    """A subnet that holds data stores or public entries has a network ACL of its own."""
    reads = [f"{kind}:{by}" for kind, by in BINDINGS[cloud]]
    named = [*STORES.items(), *BY_ZONE.items()]
    reads += [f"{kind}:{path}" for kind, path in named if kind.startswith(f"{cloud}_")]
    reads += [path for path in _SIGNS[cloud] if "route" not in path]

    @predicate(reads=reads)
    def judge(resource: Resource, context: Context) -> Outcome:
        if resource.existence is None and _alone(resource, context):
            return NOT_APPLICABLE  # a single subnet has no tiers
        place = Place(resource.address, resource)
        tiers: list[tuple[Text, Unknown | OneOf | None]] = []
        store = data_subnets(context).of(place)
        if store is not None:
            tiers.append((Text(store[0].address, store[0].address), store[1]))
        tiers += [(sign.what, sign.doubt) for sign in public_subnets(context).carried(place, resource)]
        if not tiers:
            return NOT_APPLICABLE
        outcome = bound_acl(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        what, doubt = next((tier for tier in tiers if tier[1] is None), tiers[0])
        if doubt is not None:
            return undecided(
                doubt,
                message=Text(
                    f"no network ACL is bound to it; whether {what.en} stands in it is not known",
                    f"未绑定网络 ACL；无法得知其中是否有 {what.zh}",
                ),
            )
        return failed(
            Text(
                f"{what.en} stands in it, and no network ACL is bound to it",
                f"其中有 {what.zh}，但未绑定网络 ACL",
            )
        )

    return judge


_FILTERED: Final = {cloud: _filtered(cloud) for cloud in BINDINGS}

ACCESS_LISTS: Final = Rule(
    code="CN013",
    name="net-nacl-between-tiers",
    severity=Severity.MEDIUM,
    title=Text("Network ACLs separate data and entry subnets", "数据与入口子网之间以网络 ACL 隔离"),
    rationale=Text(
        "Security groups are many and change with every release; a network ACL on the border of a tier still holds "
        "when one of them is opened by mistake.",
        "安全组数量多、变更频繁；在各层子网边界配置网络 ACL，可在某个安全组被误开放时仍保留一道访问控制。",
    ),
    remediation=Text(
        "Bind a network ACL of its own to each subnet that holds data stores or public entries. Alibaba Cloud: "
        'alicloud_network_acl with resources { resource_id, resource_type = "VSwitch" } or '
        "alicloud_vpc_network_acl_attachment. AWS: subnet_ids of aws_network_acl or aws_network_acl_association, not "
        "the default ACL. Tencent Cloud: tencentcloud_vpc_acl_attachment with subnet_id.",
        "为承载数据存储或公网入口的每个子网绑定专用的网络 ACL。阿里云：alicloud_network_acl 的 resources { "
        'resource_id, resource_type = "VSwitch" }，或 alicloud_vpc_network_acl_attachment。AWS：aws_network_acl 的 '
        "subnet_ids 或 aws_network_acl_association，不使用默认 ACL。腾讯云："
        "tencentcloud_vpc_acl_attachment 的 subnet_id。",
    ),
    checks={
        "alicloud_vswitch": _FILTERED["alicloud"],
        "alicloud_subnet": _FILTERED["alicloud"],
        "aws_subnet": _FILTERED["aws"],
        "tencentcloud_subnet": _FILTERED["tencentcloud"],
    },
)

# --------------------------------------------------------------------------------------------------------------
# Systems of different levels
# --------------------------------------------------------------------------------------------------------------

#: What stands between networks, by cloud.
_GUARDS: Final = {
    "alicloud": (
        "alicloud_vpc:tags",
        "alicloud_cloud_firewall_vpc_firewall:local_vpc.vpc_id",
        "alicloud_cloud_firewall_vpc_firewall:peer_vpc.vpc_id",
        "alicloud_cloud_firewall_vpc_firewall:status",
        "alicloud_cloud_firewall_vpc_firewall_cen:local_vpc.network_instance_id",
        "alicloud_cloud_firewall_vpc_firewall_cen:status",
        "alicloud_cloud_firewall_vpc_cen_tr_firewall:transit_router_id",
        "alicloud_vswitch:vpc_id",
    ),
    "aws": (
        "aws_vpc:tags",
        "aws_networkfirewall_firewall:vpc_id",
        "aws_networkfirewall_firewall:transit_gateway_id",
        "aws_subnet:vpc_id",
    ),
    "tencentcloud": (
        "tencentcloud_vpc:tags",
        "tencentcloud_cfw_vpc_instance:vpc_fw_instances.vpc_ids",
        "tencentcloud_cfw_vpc_instance:ccn_id",
        "tencentcloud_cfw_cluster_vpc_fw_switch:ccn_id",
        "tencentcloud_subnet:vpc_id",
    ),
}


def _guards(cloud: str) -> list[str]:
    return [*_GUARDS[cloud], *(f"{kind}:{by}" for kind, by in BINDINGS[cloud])]


def _peered(cloud: str, mine: str, theirs: str) -> Predicate:
    @predicate(reads=(mine, theirs, *_guards(cloud)))
    def judge(resource: Resource, context: Context) -> Outcome:
        return peering(cloud, resource, mine, theirs, context)

    return judge


def _attached(kind: str) -> Predicate:
    cloud = kind.split("_", 1)[0]
    names = ATTACHMENTS[kind]

    @predicate(reads=(names.vpc, names.hub, *((names.kind,) if names.kind else ()), *_guards(cloud)))
    def judge(resource: Resource, context: Context) -> Outcome:
        return attachment(cloud, resource, context)

    return judge


BOUNDARY: Final = Rule(
    code="CN031",
    name="net-level-boundary",
    severity=Severity.MEDIUM,
    title=Text("Networks of different protection levels meet at a boundary", "不同安全保护等级的网络之间设有边界防护"),
    rationale=Text(
        "A system of a low level is easier to break into; joined without a filter to one of a higher level it becomes "
        "the way in.",
        "低等级系统更容易被攻破；若与高等级系统直接连通而无访问控制，就会成为进入高等级系统的通道。",
    ),
    remediation=Text(
        "Tag each VPC with mlps-level, and put a firewall or network ACLs between VPCs of different levels. Alibaba "
        "Cloud: alicloud_cloud_firewall_vpc_firewall (vpc_peer_connection), "
        "alicloud_cloud_firewall_vpc_cen_tr_firewall or alicloud_cloud_firewall_vpc_firewall_cen, or "
        "alicloud_network_acl on all vSwitches of one VPC. AWS: aws_networkfirewall_firewall in the VPC or on the "
        "transit gateway, or aws_network_acl on all subnets. Tencent Cloud: tencentcloud_cfw_vpc_instance or "
        "tencentcloud_cfw_cluster_vpc_fw_switch on the CCN, or tencentcloud_vpc_acl_attachment on all subnets.",
        "为每个 VPC 打上 mlps-level 标签，在不同等级的 VPC 之间部署防火墙或网络 ACL。阿里云：对等连接使用 "
        "alicloud_cloud_firewall_vpc_firewall，转发路由器使用 alicloud_cloud_firewall_vpc_cen_tr_firewall，云企业网"
        "使用 alicloud_cloud_firewall_vpc_firewall_cen，或在其中一个 VPC 的全部交换机上绑定 alicloud_network_acl。AWS："
        "在 VPC 或 Transit Gateway 上部署 aws_networkfirewall_firewall，或为全部子网绑定 aws_network_acl。腾讯云：使用 "
        "tencentcloud_cfw_vpc_instance 或云联网上的 tencentcloud_cfw_cluster_vpc_fw_switch，或为全部子网绑定 "
        "tencentcloud_vpc_acl_attachment。",
    ),
    checks={
        "alicloud_vpc_peer_connection": _peered("alicloud", "vpc_id", "accepting_vpc_id"),
        "aws_vpc_peering_connection": _peered("aws", "vpc_id", "peer_vpc_id"),
        "tencentcloud_vpc_peer_connect_manager": _peered("tencentcloud", "source_vpc_id", "destination_vpc_id"),
        **{kind: _attached(kind) for kind in ATTACHMENTS},
    },
)

RULES: Final = (SEPARATION, ACCESS_LISTS, BOUNDARY)
