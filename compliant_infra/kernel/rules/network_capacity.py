"""Entries, links and endpoints that stay up and have room: zones, second lines, bandwidth, priorities, probes."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.links import (
    TWO_BY_DESIGN,
    dedicated_line,
    gateway_in_two_zones,
    second_tunnel,
    two_tunnels,
)
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_string,
    attribute,
    each_of,
    failed,
    from_level,
    linked,
    parameter,
    passed,
    predicate,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.zones import Zone, Zones, mappings_spread, spread, subnets_spread, zone_of_subnet

# --------------------------------------------------------------------------------------------------------------
# Entries over several zones
# --------------------------------------------------------------------------------------------------------------

_ZONES: Final = "min-zones"


def _two(context: Context) -> int:
    """What has a master and a standby can lie in two zones at most."""
    wanted: int = context.parameters[_ZONES]
    return min(2, wanted)


def _subnets_of(*paths: str) -> Predicate:
    """The subnets at these paths lie in enough zones."""

    @predicate(reads=(*paths, "aws_subnet:availability_zone", "aws_subnet:availability_zone_id"), parameters=(_ZONES,))
    def judge(resource: Resource, context: Context) -> Outcome:
        return subnets_spread(resource, context, paths, context.parameters[_ZONES])

    return judge


@predicate(
    reads=("zone_mappings.zone_id", "zone_mappings.vswitch_id", "alicloud_vswitch:zone_id"), parameters=(_ZONES,)
)
def _mapped_zones(resource: Resource, context: Context) -> Outcome:
    wanted = context.parameters[_ZONES]
    return mappings_spread(resource, context, "zone_mappings", "vswitch_id", "zone_id", wanted)


def _master_and_slave(resource: Resource, master: str, slave: str, wanted: int) -> Outcome:
    """A master and a standby zone: what is not written is chosen by the provider."""
    values = [(path, resource.attributes.get(path)) for path in (master, slave)]
    unset = [path for path, value in values if value is None]
    if unset:
        return undecided(
            Unknown("known-after-apply", unset[0]),
            slave if unset == [master] else master,
            message=Text(
                f"{' and '.join(unset)} not set: the provider chooses, and one zone may be all there is",
                f"未设置 {' 与 '.join(unset)}：由云平台指定，可能只有一个可用区",
            ),
        )
    zones = Zones([Zone(path, value, module=resource.module) for path, value in values])
    return spread(zones, wanted, slave, Text("master and standby", "主备节点"))


@predicate(reads=("master_zone_id", "slave_zone_id"), parameters=(_ZONES,))
def _classic_balancer(resource: Resource, context: Context) -> Outcome:
    return _master_and_slave(resource, "master_zone_id", "slave_zone_id", _two(context))


@predicate(reads=("network_type", "master_zone_id", "slave_zone_id", "zone_id"), parameters=(_ZONES,))
def _tencent_balancer(resource: Resource, context: Context) -> Outcome:
    """Zones are chosen for public balancers only; ``zone_id`` asks for a balancer in this zone alone."""

    def test(kind: Any) -> Outcome:
        if as_string(kind) != "OPEN":
            return NOT_APPLICABLE
        zone = resource.attributes.get("zone_id")
        if zone is not None and all(
            resource.attributes.get(name) is None for name in ("master_zone_id", "slave_zone_id")
        ):
            return failed(
                Text(
                    f"zone_id places it in {show(zone)} alone; master_zone_id and slave_zone_id are not set",
                    f"zone_id 将其限定在 {show(zone)} 单个可用区，未设置 master_zone_id 与 slave_zone_id",
                ),
                "zone_id",
            )
        return _master_and_slave(resource, "master_zone_id", "slave_zone_id", _two(context))

    return alternatives(resource.get("network_type", ""), test, "network_type")


@predicate(
    reads=("availability_zones", "subnets", "aws_subnet:availability_zone"),
    parameters=(_ZONES,),
)
def _classic_elastic_balancer(resource: Resource, context: Context) -> Outcome:
    """The oldest balancer of AWS names zones, or in a VPC subnets."""
    path = "availability_zones"
    value = resource.attributes.get(path)
    if value is None:
        return subnets_spread(resource, context, ("subnets",), context.parameters[_ZONES])

    def test(known: Any) -> Outcome:
        items = known if isinstance(known, (list, tuple)) else (known,)
        zones = Zones([Zone(path, item, module=resource.module) for item in items])
        return spread(zones, context.parameters[_ZONES], path, Text(path, path))

    return alternatives(value, test, path)


_SUBNETS: Final = _subnets_of("subnets", "subnet_mapping.subnet_id")

ENTRY_ZONES: Final = Rule(
    code="CN003",
    name="net-entry-multi-zone",
    severity=Severity.HIGH,
    title=Text("Load balancers span more than one zone", "负载均衡入口跨可用区部署"),
    rationale=Text(
        "A balancer is the door through which all users come: if it stands in one zone only, the failure of that zone "
        "shuts the system although everything behind it may run elsewhere.",
        "负载均衡是全部用户访问的入口；若只部署在单个可用区，该可用区故障时即使后端仍在运行，系统也无法访问。",
    ),
    remediation=Text(
        "Alibaba Cloud: zone_mappings in two or more zones on alicloud_alb_load_balancer, alicloud_nlb_load_balancer "
        "and alicloud_gwlb_load_balancer, master_zone_id and a different slave_zone_id on alicloud_slb_load_balancer. "
        "AWS: subnets (or subnet_mapping) of two or more zones on aws_lb and aws_elb. Tencent Cloud: master_zone_id "
        "and a different slave_zone_id instead of zone_id on tencentcloud_clb_instance.",
        "阿里云：alicloud_alb_load_balancer、alicloud_nlb_load_balancer、alicloud_gwlb_load_balancer 的 zone_mappings "
        "覆盖两个以上可用区，alicloud_slb_load_balancer 设置 master_zone_id 与不同的 slave_zone_id。AWS：aws_lb、"
        "aws_elb 的 subnets（或 subnet_mapping）覆盖两个以上可用区。腾讯云：tencentcloud_clb_instance 以 "
        "master_zone_id 与不同的 slave_zone_id 代替 zone_id。",
    ),
    checks={
        "alicloud_alb_load_balancer": _mapped_zones,
        "alicloud_nlb_load_balancer": _mapped_zones,
        "alicloud_gwlb_load_balancer": _mapped_zones,
        "alicloud_slb_load_balancer": _classic_balancer,
        "alicloud_slb": _classic_balancer,
        "aws_lb": _SUBNETS,
        "aws_alb": _SUBNETS,
        "aws_elb": _classic_elastic_balancer,
        "tencentcloud_clb_instance": _tencent_balancer,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Redundant links
# --------------------------------------------------------------------------------------------------------------

_EXPRESS: Final = "alicloud_express_connect_physical_connection"
_DIRECT: Final = ("aws_dx_connection", "aws_dx_lag")
_DIRECT_LINE: Final = dedicated_line(
    "location",
    "",
    "",
    "provider_name",
    _DIRECT,
    ("aws_vpn_connection",),
    ("location", "provider_name"),
)

LINKS: Final = Rule(
    code="CN004",
    name="net-link-redundant",
    severity=Severity.MEDIUM,
    title=Text("Links to other sites are redundant", "对外互联链路具备冗余"),
    rationale=Text(
        "One tunnel or one line means that an excavator, a carrier's maintenance or a failed zone separates the system "
        "from its branch offices and data centres.",
        "只有一条隧道或一条专线时，光缆挖断、运营商割接或单可用区故障都会使系统与分支机构、数据中心失联。",
    ),
    remediation=Text(
        "Alibaba Cloud: disaster_recovery_vswitch_id on alicloud_vpn_gateway, two tunnel_options_specification in "
        "alicloud_vpn_connection and alicloud_vpn_gateway_vpn_attachment, a second "
        "alicloud_express_connect_physical_connection at another access_point_id or with "
        "redundant_physical_connection_id. AWS: a second aws_dx_connection at another location (aws_vpn_connection has "
        "two tunnels). Tencent Cloud: a second tencentcloud_vpn_connection for the same networks, a second "
        "tencentcloud_dc_instance at another access_point_id or with redundant_direct_connect_id.",
        "阿里云：alicloud_vpn_gateway 设置 disaster_recovery_vswitch_id，alicloud_vpn_connection 与 "
        "alicloud_vpn_gateway_vpn_attachment 配置两个 tunnel_options_specification，增加一条不同 access_point_id 或带 "
        "redundant_physical_connection_id 的 alicloud_express_connect_physical_connection。AWS：在另一 location 增加 "
        "aws_dx_connection（aws_vpn_connection 自带两条隧道）。腾讯云：为相同网段增加 tencentcloud_vpn_connection，"
        "增加一条不同 access_point_id 或带 redundant_direct_connect_id 的 tencentcloud_dc_instance。",
    ),
    checks={
        "alicloud_vpn_gateway": gateway_in_two_zones,
        "alicloud_vpn_connection": two_tunnels,
        "alicloud_vpn_gateway_vpn_attachment": two_tunnels,
        _EXPRESS: dedicated_line(
            "access_point_id",
            "peer_location",
            "redundant_physical_connection_id",
            "line_operator",
            (_EXPRESS,),
            ("alicloud_vpn_connection", "alicloud_vpn_gateway_vpn_attachment"),
            ("access_point_id", "peer_location", "redundant_physical_connection_id", "line_operator"),
        ),
        "aws_vpn_connection": TWO_BY_DESIGN,
        "aws_dx_connection": _DIRECT_LINE,
        "aws_dx_lag": _DIRECT_LINE,
        "tencentcloud_vpn_connection": second_tunnel,
        "tencentcloud_dc_instance": dedicated_line(
            "access_point_id",
            "location",
            "redundant_direct_connect_id",
            "line_operator",
            ("tencentcloud_dc_instance",),
            ("tencentcloud_vpn_connection",),
            ("access_point_id", "location", "redundant_direct_connect_id", "line_operator"),
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Bandwidth
# --------------------------------------------------------------------------------------------------------------

_FLOOR: Final = parameter("min-bandwidth-mbps")

#: The shared bandwidth that it joins decides, not its own.
_SHARES: Final = linked("alicloud_common_bandwidth_package_attachment", by="instance_id", to=("id",))
_ADDRESS: Final = unless(_SHARES, attribute("bandwidth", default=5).at_least(_FLOOR))
#: Paid by traffic, or inside a VPC, the argument has no effect.
_BALANCER: Final = when(
    all_of(
        attribute("internet_charge_type", default="PayByTraffic").equals("PayByBandwidth"),
        attribute("address_type").equals("internet", missing="unknown"),
    ),
    attribute("bandwidth", default=1).at_least(_FLOOR),
)

BANDWIDTH: Final = Rule(
    code="CN005",
    name="net-bandwidth-floor",
    severity=Severity.LOW,
    title=Text("Entries and inter-region links have bandwidth for the peak", "公网入口与跨地域链路带宽满足高峰需要"),
    rationale=Text(
        "Where the bandwidth ordered is a few megabits, the first busy hour or the smallest flood makes the system "
        "unreachable long before its servers are loaded.",
        "带宽只有几兆时，业务高峰或小规模流量攻击即可使系统无法访问，而服务器远未满载。",
    ),
    remediation=Text(
        "Order at least the parameter min-bandwidth-mbps. Alibaba Cloud: bandwidth of alicloud_eip_address, "
        "alicloud_common_bandwidth_package, alicloud_slb_load_balancer (paid by bandwidth), "
        "alicloud_cen_transit_router_peer_attachment and alicloud_vpc_ipv6_internet_bandwidth, bandwidth_limit of "
        "alicloud_cen_bandwidth_limit. Tencent Cloud: internet_max_bandwidth_out of tencentcloud_eip, "
        "internet_bandwidth_max_out of tencentcloud_clb_instance.",
        "带宽不低于参数 min-bandwidth-mbps。阿里云：alicloud_eip_address、alicloud_common_bandwidth_package、"
        "alicloud_slb_load_balancer（按带宽计费时）、alicloud_cen_transit_router_peer_attachment、"
        "alicloud_vpc_ipv6_internet_bandwidth 的 bandwidth，alicloud_cen_bandwidth_limit 的 bandwidth_limit。腾讯云："
        "tencentcloud_eip 的 internet_max_bandwidth_out，tencentcloud_clb_instance 的 internet_bandwidth_max_out。",
    ),
    checks={
        "alicloud_eip_address": _ADDRESS,
        "alicloud_eip": _ADDRESS,
        "alicloud_slb_load_balancer": _BALANCER,
        "alicloud_slb": _BALANCER,
        "alicloud_common_bandwidth_package": attribute("bandwidth").at_least(_FLOOR),
        "alicloud_vpc_ipv6_internet_bandwidth": attribute("bandwidth").at_least(_FLOOR),
        "alicloud_cen_transit_router_peer_attachment": attribute("bandwidth").at_least(_FLOOR, missing="unknown"),
        "alicloud_cen_bandwidth_limit": attribute("bandwidth_limit").at_least(_FLOOR),
        "tencentcloud_eip": attribute("internet_max_bandwidth_out").at_least(_FLOOR, missing="unknown"),
        "tencentcloud_clb_instance": when(
            attribute("network_type").equals("OPEN"),
            attribute("internet_bandwidth_max_out").at_least(_FLOOR, missing="unknown"),
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Priorities on links between regions
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("transit_router_id", "alicloud_cen_traffic_marking_policy:transit_router_id"))
def _marked(resource: Resource, context: Context) -> Outcome:
    """Traffic that enters the transit router of the link is marked by a policy."""
    kind = "alicloud_cen_traffic_marking_policy"
    none = failed(
        Text(
            "neither a traffic scheduling policy nor a marking policy gives important traffic priority on this link",
            "该跨地域链路既无流量调度策略，也无流量标记策略保障重要业务优先",
        )
    )
    own = resource.attributes.get("transit_router_id")
    router = context.resolve(own, "alicloud_cen_transit_router")
    if router is not None:
        found = context.companions(router, kind, "transit_router_id", ("id", "transit_router_id"))
        sure = next((item for item in found.sure if item.existence is None), None)
        if sure is not None:
            return passed(Text(f"{sure.address} marks the traffic", f"{sure.address} 对流量做了标记"))
        if found.sure:
            existence = found.sure[0].existence
            return none if existence is None else undecided(existence)
        return undecided(found.possible[0][1]) if found.possible else none
    possible: Outcome | None = None
    for policy in context.resources(kind):
        value = policy.attributes.get("transit_router_id")
        if isinstance(own, str) and isinstance(value, str):
            if own == value and policy.existence is None:
                return passed(Text(f"{policy.address} marks the traffic", f"{policy.address} 对流量做了标记"))
            if own != value:
                continue
        blocked = next((item for item in (own, value) if isinstance(item, (Unknown, OneOf))), policy.existence)
        possible = possible or undecided(blocked if blocked is not None else Unknown("unsupported", policy.address))
    return possible or none


PRIORITY: Final = Rule(
    code="CN006",
    name="net-qos-priority",
    severity=Severity.LOW,
    title=Text("Important traffic has priority on inter-region links", "跨地域链路优先保障重要业务流量"),
    rationale=Text(
        "On a link that is full, a nightly copy of files crowds out the transactions of users unless someone has said "
        "which of the two matters more.",
        "链路拥塞时若未区分业务的重要程度，批量数据同步会挤占关键交易的带宽。",
    ),
    remediation=Text(
        "Alibaba Cloud: an alicloud_cen_inter_region_traffic_qos_policy with transit_router_attachment_id of the "
        "alicloud_cen_transit_router_peer_attachment (and its queues), or an alicloud_cen_traffic_marking_policy with "
        "marking_dscp on the transit router.",
        "阿里云：为 alicloud_cen_transit_router_peer_attachment 配置 alicloud_cen_inter_region_traffic_qos_policy（"
        "transit_router_attachment_id）及其队列，或在转发路由器上配置带 marking_dscp 的 "
        "alicloud_cen_traffic_marking_policy。",
    ),
    checks={
        "alicloud_cen_transit_router_peer_attachment": from_level(
            4,
            any_of(
                linked(
                    "alicloud_cen_inter_region_traffic_qos_policy",
                    by="transit_router_attachment_id",
                    to=("id", "transit_router_attachment_id"),
                ),
                _marked,
            ),
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Health checks of IPsec connections
# --------------------------------------------------------------------------------------------------------------

#: Two tunnels watch their peers by themselves (dead peer detection): the health check is for a single tunnel.
_TWO_TUNNELS: Final = attribute("tunnel_options_specification").is_set()
_CHECKED: Final = attribute("health_check_config.enable").is_true(default=False)

HEALTH_CHECK: Final = Rule(
    code="CN125",
    name="net-vpn-health-check",
    severity=Severity.LOW,
    title=Text("IPsec connections notice a dead peer", "IPsec 连接启用健康检查"),
    rationale=Text(
        "A tunnel that is up while nothing arrives at its end swallows the traffic: only a probe through it lets the "
        "routes move to the other one.",
        "隧道显示正常而对端已不可达时，流量会被丢弃；只有经隧道探测，才能及时切换到备用链路。",
    ),
    remediation=Text(
        "Alibaba Cloud: health_check_config { enable = true } with dip and sip on single-tunnel connections "
        "(alicloud_vpn_connection, alicloud_vpn_gateway_vpn_attachment), enable_dpd = true in each "
        "tunnel_options_specification otherwise. AWS: tunnel1_dpd_timeout_action and tunnel2_dpd_timeout_action not "
        '"none". Tencent Cloud: enable_health_check = true on tencentcloud_vpn_connection.',
        "阿里云：单隧道连接（alicloud_vpn_connection、alicloud_vpn_gateway_vpn_attachment）设置 health_check_config { "
        "enable = true } 及 dip、sip，双隧道时在每个 tunnel_options_specification 中设置 enable_dpd = true。AWS："
        'tunnel1_dpd_timeout_action 与 tunnel2_dpd_timeout_action 不为 "none"。腾讯云：tencentcloud_vpn_connection '
        "设置 enable_health_check = true。",
    ),
    checks={
        "alicloud_vpn_connection": when(
            _TWO_TUNNELS, attribute("tunnel_options_specification.enable_dpd").is_true(missing="unknown"), _CHECKED
        ),
        "alicloud_vpn_gateway_vpn_attachment": when(
            _TWO_TUNNELS, attribute("tunnel_options_specification.enable_dpd").is_true(default=True), _CHECKED
        ),
        "aws_vpn_connection": each_of(
            attribute("tunnel1_dpd_timeout_action", default="clear").differs("none"),
            attribute("tunnel2_dpd_timeout_action", default="clear").differs("none"),
        ),
        "tencentcloud_vpn_connection": attribute("enable_health_check").is_true(default=False),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Endpoints and attachments over several zones
# --------------------------------------------------------------------------------------------------------------


@predicate(
    reads=("zone_mappings.zone_id", "zone_mappings.vswitch_id", "alicloud_vswitch:zone_id"), parameters=(_ZONES,)
)
def _attachment_zones(resource: Resource, context: Context) -> Outcome:
    return mappings_spread(resource, context, "zone_mappings", "vswitch_id", "zone_id", _two(context))


_ENDPOINT_ZONE: Final = "alicloud_privatelink_vpc_endpoint_zone"


@predicate(
    reads=(
        "endpoint_type",
        f"{_ENDPOINT_ZONE}:endpoint_id",
        f"{_ENDPOINT_ZONE}:zone_id",
        f"{_ENDPOINT_ZONE}:vswitch_id",
        "alicloud_vswitch:zone_id",
    ),
    parameters=(_ZONES,),
)
def _private_link(resource: Resource, context: Context) -> Outcome:
    """The zones of an interface endpoint are resources of their own."""

    def test(kind: Any) -> Outcome:
        if as_string(kind) != "Interface":
            return NOT_APPLICABLE
        found = context.companions(resource, _ENDPOINT_ZONE, "endpoint_id", ("id",))
        zones = Zones(more=found.possible[0][1] if found.possible else None)
        for item in found.sure:
            if item.existence is not None and zones.more is None:
                zones.more = item.existence
            zone = item.attributes.get("zone_id")
            if zone is not None:
                zones.found.append(Zone("", zone, module=item.module))
            else:
                zones.found.append(zone_of_subnet(item.attributes.get("vswitch_id"), "", context))
        return spread(zones, _two(context), "", Text(_ENDPOINT_ZONE, _ENDPOINT_ZONE))

    return alternatives(resource.get("endpoint_type", "Interface"), test, "endpoint_type")


@predicate(
    reads=(
        "vpc_endpoint_type",
        "subnet_ids",
        "subnet_configuration.subnet_id",
        "aws_vpc_endpoint_subnet_association:vpc_endpoint_id",
        "aws_vpc_endpoint_subnet_association:subnet_id",
        "aws_subnet:availability_zone",
    ),
    parameters=(_ZONES,),
)
def _interface_endpoint(resource: Resource, context: Context) -> Outcome:
    """Only interface endpoints stand in subnets; an endpoint of a gateway balancer has exactly one."""

    def test(kind: Any) -> Outcome:
        if as_string(kind) != "Interface":
            return NOT_APPLICABLE
        found = context.companions(resource, "aws_vpc_endpoint_subnet_association", "vpc_endpoint_id", ("id",))
        also = Zones(more=found.possible[0][1] if found.possible else None)
        for item in found.sure:
            if item.existence is not None and also.more is None:
                also.more = item.existence
            also.found.append(zone_of_subnet(item.attributes.get("subnet_id"), "", context))
        paths = ("subnet_ids", "subnet_configuration.subnet_id")
        return subnets_spread(resource, context, paths, _two(context), also=also)

    return alternatives(resource.get("vpc_endpoint_type", "Gateway"), test, "vpc_endpoint_type")


@predicate(reads=("subnet_ids", "aws_subnet:availability_zone"), parameters=(_ZONES,))
def _transit_attachment(resource: Resource, context: Context) -> Outcome:
    return subnets_spread(resource, context, ("subnet_ids",), _two(context))


ENDPOINT_ZONES: Final = Rule(
    code="CN126",
    name="net-endpoint-multi-zone",
    severity=Severity.LOW,
    title=Text("Endpoints and transit attachments span two zones", "私网终端节点与转发路由器连接跨可用区部署"),
    rationale=Text(
        "A private endpoint or a transit attachment with its interface in one zone is cut off with that zone, and with "
        "it every service that is reached through it.",
        "终端节点或转发路由器连接只在单个可用区有网卡时，该可用区故障会切断经其访问的全部服务。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_privatelink_vpc_endpoint_zone in two zones for each endpoint, zone_mappings of two "
        "zones on alicloud_cen_transit_router_vpc_attachment. AWS: subnet_ids of two zones on interface "
        "aws_vpc_endpoint and aws_ec2_transit_gateway_vpc_attachment.",
        "阿里云：每个终端节点在两个可用区各配置一个 alicloud_privatelink_vpc_endpoint_zone，"
        "alicloud_cen_transit_router_vpc_attachment 的 zone_mappings 覆盖两个可用区。AWS：接口型 aws_vpc_endpoint 与 "
        "aws_ec2_transit_gateway_vpc_attachment 的 subnet_ids 覆盖两个可用区。",
    ),
    checks={
        "alicloud_privatelink_vpc_endpoint": _private_link,
        "alicloud_cen_transit_router_vpc_attachment": _attachment_zones,
        "aws_vpc_endpoint": _interface_endpoint,
        "aws_ec2_transit_gateway_vpc_attachment": _transit_attachment,
    },
)

RULES: Final = (ENTRY_ZONES, LINKS, BANDWIDTH, PRIORITY, HEALTH_CHECK, ENDPOINT_ZONES)
