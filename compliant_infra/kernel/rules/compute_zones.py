"""Rules on where computing and objects lie: over several zones, on hardware of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel.backends import servers_spread
from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.launch_templates import READS as TEMPLATE_READS
from compliant_infra.kernel.launch_templates import launch_template
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    always_passes,
    any_of,
    as_string,
    attribute,
    failed,
    from_level,
    is_given,
    linked,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, truth
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.zones import Zone, Zones, spread, subnets_spread

# --------------------------------------------------------------------------------------------------------------
# Several zones
# --------------------------------------------------------------------------------------------------------------

_WANTED: Final = "min-zones"


def _subnets(*paths: str, of: str) -> Predicate:
    """Lists of subnets, of a cloud's type ``of``, that lie in enough zones."""

    @predicate(reads=(*paths, of), parameters=(_WANTED,))
    def judge(resource: Resource, context: Context) -> Outcome:
        return subnets_spread(resource, context, paths, context.parameters[_WANTED])

    return judge


def _zone_names(resource: Resource, context: Context, path: str) -> Outcome:
    """A list of names of zones."""

    def test(known: Any) -> Outcome:
        items = known if isinstance(known, (list, tuple)) else () if known is None else (known,)
        zones = Zones([Zone(path, item, module=resource.module) for item in items])
        return spread(zones, context.parameters[_WANTED], path, Text(path, path))

    return alternatives(resource.attributes.get(path), test, path, unset=lambda: test(None))


@predicate(reads=("vswitch_ids", "zone_ids", "worker_vswitch_ids", "alicloud_vswitch:zone_id"), parameters=(_WANTED,))
def _managed_cluster(resource: Resource, context: Context) -> Outcome:
    """The control plane: by switches, by zones in which switches are made, or by the switches of old code."""
    if resource.attributes.get("vswitch_ids") is None and resource.attributes.get("zone_ids") is not None:
        return _zone_names(resource, context, "zone_ids")
    named = "worker_vswitch_ids" if resource.attributes.get("vswitch_ids") is None else "vswitch_ids"
    return subnets_spread(resource, context, (named,), context.parameters[_WANTED])


@predicate(reads=("vpc_zone_identifier", "availability_zones", "aws_subnet:availability_zone"), parameters=(_WANTED,))
def _aws_group(resource: Resource, context: Context) -> Outcome:
    if resource.attributes.get("vpc_zone_identifier") is not None:
        return subnets_spread(resource, context, ("vpc_zone_identifier",), context.parameters[_WANTED])
    if resource.attributes.get("availability_zones") is not None:
        return _zone_names(resource, context, "availability_zones")
    return undecided(Unknown("known-after-apply", "vpc_zone_identifier"), "vpc_zone_identifier")


@predicate(reads=("subnet_ids", "zones", "tencentcloud_subnet:availability_zone"), parameters=(_WANTED,))
def _tencent_group(resource: Resource, context: Context) -> Outcome:
    """By subnets in a VPC, by zones in the basic network."""
    if resource.attributes.get("subnet_ids") is None and resource.attributes.get("zones") is not None:
        return _zone_names(resource, context, "zones")
    return subnets_spread(resource, context, ("subnet_ids",), context.parameters[_WANTED])


def _evenly(path: str, even: str, *, default: str | None = None, balance: str = "") -> Predicate:
    """New instances are spread over the zones; by priority the first zone takes them all while it has capacity.

    ``balance`` is a switch that spreads them under the policy COMPOSABLE. By cost it is the price that decides.
    """

    @predicate(reads=(path, *((balance,) if balance else ())))
    def judge(resource: Resource, context: Context) -> Outcome:
        def test(value: Any) -> Outcome:
            if same(value, even):
                return PASS
            if same(value, "PRIORITY"):
                written = resource.attributes.get(path) is not None
                how = Text("is", "为") if written else Text("is not set and defaults to", "未设置，默认为")
                return failed(
                    Text(
                        f'{path} {how.en} "PRIORITY": all instances lie in the first zone while it has capacity; '
                        f'expected "{even}"',
                        f'{path} {how.zh} "PRIORITY"：首个可用区有库存时全部实例都落在其中；应为 "{even}"',
                    ),
                    path,
                )
            if balance and same(value, "COMPOSABLE"):
                return alternatives(resource.get(balance, False), switch, balance)
            return price()

        def switch(value: Any) -> Outcome:
            return PASS if same(value, True) else price()

        def price() -> Outcome:
            return undecided(
                Unknown("unsupported", path),
                path,
                message=Text(
                    f"{path} does not say that instances are spread over the zones",
                    f"{path} 未保证实例在各可用区之间均衡分布",
                ),
            )

        def unset() -> Outcome:
            return undecided(Unknown("known-after-apply", path), path) if default is None else test(default)

        value = resource.attributes.get(path)
        return unset() if value is None else alternatives(value, test, path, unset=unset)

    return judge


_SEVERAL_ZONES: Final = Rule(
    code="CN099",
    name="compute-multi-az",
    severity=Severity.MEDIUM,
    title=Text("Clusters, scaling groups and backends span several zones", "集群、伸缩组与后端服务器跨可用区部署"),
    rationale=Text(
        "When all nodes lie in one zone, the loss of that zone takes the application down, however many nodes there "
        "are.",
        "全部节点都在一个可用区时，无论节点有多少，该可用区一旦故障，应用即整体中断。",
    ),
    remediation=Text(
        "Name subnets of at least as many zones as min-zones asks for. Alibaba Cloud: vswitch_ids of "
        "alicloud_ess_scaling_group, alicloud_cs_managed_kubernetes and alicloud_cs_kubernetes_node_pool, with "
        'multi_az_policy = "BALANCE"; behind a balancer (alicloud_slb_backend_server, alicloud_slb_server_group, '
        "alicloud_alb_server_group, alicloud_nlb_server_group) instances of several zones. AWS: "
        "vpc_zone_identifier of aws_autoscaling_group, subnet_ids of "
        "aws_eks_node_group. Tencent Cloud: subnet_ids of tencentcloud_as_scaling_group and "
        'tencentcloud_kubernetes_node_pool, with multi_zone_subnet_policy = "EQUALITY".',
        "子网所跨可用区数不少于 min-zones。阿里云：alicloud_ess_scaling_group、alicloud_cs_managed_kubernetes、"
        'alicloud_cs_kubernetes_node_pool 的 vswitch_ids，并设置 multi_az_policy = "BALANCE"；负载均衡后端'
        "（alicloud_slb_backend_server、alicloud_slb_server_group、alicloud_alb_server_group、alicloud_nlb_server_group）选用多个可用区的实例。AWS："
        "aws_autoscaling_group 的 vpc_zone_identifier、aws_eks_node_group 的 subnet_ids。腾讯云："
        "tencentcloud_as_scaling_group、tencentcloud_kubernetes_node_pool 的 subnet_ids，并设置 "
        'multi_zone_subnet_policy = "EQUALITY"。',
    ),
    checks={
        "alicloud_ess_scaling_group": all_of(
            _subnets("vswitch_ids", "vswitch_id", of="alicloud_vswitch:zone_id"),
            _evenly("multi_az_policy", "BALANCE", default="PRIORITY", balance="az_balance"),
        ),
        "alicloud_cs_managed_kubernetes": _managed_cluster,
        "alicloud_cs_kubernetes": _subnets("master_vswitch_ids", of="alicloud_vswitch:zone_id"),
        "alicloud_cs_kubernetes_node_pool": all_of(
            _subnets("vswitch_ids", of="alicloud_vswitch:zone_id"), _evenly("multi_az_policy", "BALANCE")
        ),
        "alicloud_slb_backend_server": servers_spread("backend_servers.server_id"),
        "alicloud_slb_attachment": servers_spread("instance_ids"),
        "alicloud_slb_server_group": servers_spread(
            "servers.server_ids",
            attached=("alicloud_slb_server_group_server_attachment", "server_group_id", "server_id"),
        ),
        "alicloud_slb_master_slave_server_group": servers_spread("servers.server_id", pair=True),
        "alicloud_alb_server_group": servers_spread("servers.server_id"),
        "alicloud_nlb_server_group": servers_spread(
            "", attached=("alicloud_nlb_server_group_server_attachment", "server_group_id", "server_id")
        ),
        "aws_autoscaling_group": _aws_group,
        "aws_eks_node_group": _subnets("subnet_ids", of="aws_subnet:availability_zone"),
        "tencentcloud_as_scaling_group": all_of(_tencent_group, _evenly("multi_zone_subnet_policy", "EQUALITY")),
        "tencentcloud_kubernetes_node_pool": all_of(
            _subnets("subnet_ids", of="tencentcloud_subnet:availability_zone"),
            _evenly("multi_zone_subnet_policy", "EQUALITY", default="PRIORITY"),
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Objects
# --------------------------------------------------------------------------------------------------------------

_ZONE_REDUNDANT: Final = Rule(
    code="CN100",
    name="oss-zone-redundant",
    severity=Severity.MEDIUM,
    title=Text("Buckets keep their objects in several zones", "对象存储采用同城（多可用区）冗余"),
    rationale=Text(
        "Objects with copies in one zone only cannot be read, or are lost, when that zone fails.",
        "对象的副本只在一个可用区时，该可用区故障会导致数据不可访问甚至丢失。",
    ),
    remediation=Text(
        'Alibaba Cloud: redundancy_type = "ZRS" on alicloud_oss_bucket (for a bucket that exists: '
        "alicloud_oss_bucket_data_redundancy_transition). Tencent Cloud: multi_az = true on tencentcloud_cos_bucket.",
        '阿里云：alicloud_oss_bucket 设置 redundancy_type = "ZRS"（已有存储桶使用 '
        "alicloud_oss_bucket_data_redundancy_transition 转换）。腾讯云：tencentcloud_cos_bucket 设置 multi_az = true。",
    ),
    checks={
        "alicloud_oss_bucket": any_of(
            attribute("redundancy_type", default="LRS").equals("ZRS"),
            linked("alicloud_oss_bucket_data_redundancy_transition", by="bucket"),
        ),
        "tencentcloud_cos_bucket": attribute("multi_az", default=False).is_true(),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Hardware of one's own
# --------------------------------------------------------------------------------------------------------------

#: Regions that are a pool of their own, for banks or authorities: cn-shanghai-finance-1, cn-north-2-gov-1,
#: ap-shanghai-fsi. Those with a suffix (``-pub``) are open to others in part.
_OWN_POOL: Final = lazy(r"cn-[a-z]+-finance(?:-\d)?|cn-[a-z]+-\d-gov-\d|ap-[a-z]+-fsi")
_PARTLY: Final = lazy(r".*-finance.*")


def _pool(resource: Resource, context: Context, path: str, missing: Text) -> Outcome:
    """An instance on shared hardware: its region may be a pool of its own."""

    def test(region: Any) -> Outcome:
        text = as_string(region) or ""
        if _OWN_POOL.fullmatch(text):
            return PASS
        if _PARTLY.fullmatch(text):
            return undecided(Unknown("unsupported", text), path)
        return failed(
            Text(
                f"{missing.en}: it shares its hardware with other customers in {show(text)}",
                f"{missing.zh}：在 {show(text)} 与其他租户共用物理机",
            ),
            path,
        )

    region = context.region_of(resource)
    if isinstance(region, Unknown):
        return undecided(
            region,
            path,
            message=Text(
                f"{missing.en}; whether its region {show(region)} is a pool of its own is not known",
                f"{missing.zh}；无法得知所在地域 {show(region)} 是否为专属资源池",
            ),
        )
    return alternatives(region, test, path)


def _given(value: Any) -> Truth:
    """Whether an attribute is set; the unknown that blocks the answer."""
    try:
        return is_given(value)
    except UnknownValueError as error:
        return error.unknown


def _hosted(*paths: str) -> Predicate:
    """One of the attributes names a host (or cluster) of one's own."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Outcome:
        answers = [(path, _given(resource.attributes.get(path))) for path in paths]
        if any(answer is True for _, answer in answers):
            return PASS
        missing = Text(f"{paths[0]} is not set", f"{paths[0]} 未设置")
        outcome = _pool(resource, context, paths[0], missing)
        if outcome.verdict is Verdict.PASS:
            return outcome
        for path, answer in answers:
            if not isinstance(answer, bool):
                return undecided(answer, path)
        return outcome

    return judge


@predicate(reads=("cdh_host_id", "cdh_instance_type", "instance_charge_type", "dedicated_cluster_id"))
def _tencent_host(resource: Resource, context: Context) -> Outcome:
    """A host of one's own counts where the instance is billed as one on it; a cluster of one's own always."""
    path = "cdh_host_id"
    cluster = _given(resource.attributes.get("dedicated_cluster_id"))
    host = any_true(_given(resource.attributes.get(name)) for name in (path, "cdh_instance_type"))
    billed = truth(resource.get("instance_charge_type", "POSTPAID_BY_HOUR"), lambda value: same(value, "CDHPAID"))
    on_host: Truth = False if host is False or billed is False else host if host is not True else billed
    answer = any_true((cluster, on_host))
    if answer is True:
        return PASS
    missing = Text("cdh_host_id is not set", "cdh_host_id 未设置")
    if host is True:
        path = "instance_charge_type"
        missing = Text(
            "instance_charge_type is not CDHPAID, so the dedicated host is not used",
            "instance_charge_type 不是 CDHPAID，专用宿主机不生效",
        )
    outcome = _pool(resource, context, path, missing)
    if outcome.verdict is Verdict.PASS or answer is False:
        return outcome
    return undecided(answer, path)


_OWN_TENANCY: Final = ("dedicated", "host")


def _tenancy(placed: Mapping[str, Any]) -> Truth | None:
    """Whether a placement is on hardware of one's own; None where it says nothing."""
    for name in ("host_id", "host_resource_group_arn"):
        answer = _given(placed.get(name))
        if answer is not False:
            return answer
    value = placed.get("tenancy")
    return None if value is None else truth(value, lambda known: as_string(known) in _OWN_TENANCY)


def _tenancy_of_template(template: Resource) -> Truth | None:
    for _, block in entries(template.attributes.get("placement"), "placement"):
        if isinstance(block, (Unknown, OneOf)):
            return block
        answer = _tenancy(block)
        if answer is not None:
            return answer
    return None


def _tenancy_of_network(resource: Resource, context: Context) -> Truth:
    """The VPC can make every instance in it a dedicated one."""
    value = resource.attributes.get("subnet_id")
    subnet = context.resolve(value, "aws_subnet")
    network = context.resolve(subnet.attributes.get("vpc_id"), "aws_vpc") if subnet is not None else None
    if network is None:
        return value if isinstance(value, (Unknown, OneOf)) else Unknown("not-in-scan", show(value))
    return truth(network.get("instance_tenancy", "default"), lambda known: same(known, "dedicated"))


@predicate(
    reads=("tenancy", "host_id", "host_resource_group_arn", "subnet_id", "aws_vpc:instance_tenancy", *TEMPLATE_READS)
)
def _aws_host(resource: Resource, context: Context) -> Outcome:
    answer = _tenancy(resource.attributes)
    if answer is None:
        template = launch_template(resource, context)
        answer = _tenancy_of_template(template) if isinstance(template, Resource) else template
    if answer is None:
        answer = _tenancy_of_network(resource, context)
    if answer is True:
        return PASS
    if answer is not False:
        return undecided(answer, "tenancy")
    shown = show(resource.get("tenancy", "default"))
    return failed(
        Text(
            f"tenancy is {shown}: it shares its hardware with other customers",
            f"tenancy 为 {shown}：与其他租户共用物理机",
        ),
        "tenancy",
    )


def _at_level_4(check: Predicate) -> Predicate:
    return from_level(4, check)


_DEDICATED: Final = Rule(
    code="CN104",
    name="dedicated-pool-l4",
    severity=Severity.MEDIUM,
    title=Text("Workloads of the highest level run on hardware of their own", "四级系统部署在专属物理资源上"),
    rationale=Text(
        "On shared hardware a fault of the hypervisor, or a leak through the processor, lets a neighbour reach what "
        "should be kept apart.",
        "在共用物理机上，虚拟化层漏洞或处理器侧信道可能使相邻租户触及本应隔离的数据。",
    ),
    remediation=Text(
        "Alibaba Cloud: dedicated_host_id of alicloud_instance, or a finance or government region. AWS: tenancy = "
        '"host" with host_id, or "dedicated", on aws_instance. Tencent Cloud: cdh_host_id with instance_charge_type = '
        '"CDHPAID", or dedicated_cluster_id, on tencentcloud_instance, or a finance region (fsi).',
        "阿里云：alicloud_instance 设置 dedicated_host_id，或部署在金融云、政务云地域。AWS：aws_instance 设置 "
        'tenancy = "host" 与 host_id，或 tenancy = "dedicated"。腾讯云：tencentcloud_instance 设置 cdh_host_id 与 '
        'instance_charge_type = "CDHPAID"，或 dedicated_cluster_id，或部署在金融专区（fsi）。',
    ),
    checks={
        "alicloud_instance": _at_level_4(_hosted("dedicated_host_id")),
        "alicloud_ecs_instance_set": _at_level_4(_hosted("dedicated_host_id")),
        "alicloud_ecs_dedicated_host": _at_level_4(always_passes()),
        "aws_instance": _at_level_4(_aws_host),
        "aws_ec2_host": _at_level_4(always_passes()),
        "tencentcloud_instance": _at_level_4(_tencent_host),
        "tencentcloud_cdh_instance": _at_level_4(always_passes()),
    },
)

RULES: Final = (_SEVERAL_ZONES, _ZONE_REDUNDANT, _DEDICATED)
