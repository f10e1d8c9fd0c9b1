"""Entries, links and endpoints that stay up and have room: zones, second lines, bandwidth, priorities, probes."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.zones import Zone, Zones, mappings_spread, spread, subnets_spread

# --------------------------------------------------------------------------------------------------------------
# Entries over several zones
# --------------------------------------------------------------------------------------------------------------

_ZONES: Final = "min-zones"


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
    return _master_and_slave(resource, "master_zone_id", "slave_zone_id", min(2, context.parameters[_ZONES]))


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
        return _master_and_slave(resource, "master_zone_id", "slave_zone_id", min(2, context.parameters[_ZONES]))

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

RULES: Final = (ENTRY_ZONES,)
