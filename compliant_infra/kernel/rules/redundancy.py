"""Keeping data in service: data stores over several zones, versions of objects, protection against deletion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from compliant_infra.kernel import google_clusters, google_storage
from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.bucket_versions import COS_VERSIONED, OSS_VERSIONED, S3_VERSIONED
from compliant_infra.kernel.google_data import ALLOYDB_ZONES, REDIS_ZONES, SQL_DELETION, SQL_ZONES
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_number,
    attribute,
    each_of,
    failed,
    linked,
    parameter,
    predicate,
    same,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Several zones
# --------------------------------------------------------------------------------------------------------------

#: Zone ids of Alibaba Cloud that stand for several zones: cn-hangzhou-MAZ5(b,c).
_MULTIPLE: Final = lazy(r"MAZ\d*\(", re.IGNORECASE)


def _one_zone(path: str, why_en: str, why_zh: str) -> Outcome:
    return failed(
        Text(
            f"{why_en}: the failure of one zone stops the data store",
            f"{why_zh}：单个可用区故障即导致数据服务中断",
        ),
        path,
    )


def _spread(
    main: Any, main_path: str, others: Sequence[tuple[str, Any]], wanted: int, *, complete: bool = False
) -> Outcome:
    """Whether a master zone and standby zones make up ``wanted`` different ones.

    ``others``: (path, zone) in the order of the schema; an unset one is None. ``complete``: there is no master
    besides them.
    """
    zones: list[str] = []
    blocked: list[tuple[Unknown | OneOf, str]] = []
    for path, zone in ((main_path, main), *others):
        if isinstance(zone, (Unknown, OneOf)):
            if isinstance(zone, OneOf) and any(_MULTIPLE.search(str(item)) for item in zone.alternatives):
                return undecided(zone, path)
            blocked.append((zone, path))
        elif zone is not None and zone != "":
            if _MULTIPLE.search(str(zone)):
                return PASS
            zones.append(zone if isinstance(zone, str) else str(zone))
    distinct = len(set(zones))
    if distinct >= wanted:
        return PASS
    at = next((path for path, zone in others if zone is not None), others[0][0])
    missing = main is None and not complete  # the provider chooses the master's zone: it may be any
    if distinct + len(blocked) + missing >= wanted and (blocked or missing):
        if blocked:
            return undecided(blocked[0][0], blocked[0][1])
        if any(zone is not None for _, zone in others):
            return undecided(Unknown("known-after-apply", main_path), at)
    if not any(zone is not None for _, zone in others):
        return _one_zone(at, f"{at} is not set", f"{at} 未设置")
    listed = ", ".join(f"{zone}" for zone in dict.fromkeys(zones))
    return _one_zone(at, f"all nodes lie in {listed}", f"所有节点都在 {listed}")


@predicate(reads=("zone_id", "zone_id_slave_a", "zone_id_slave_b", "category", "vswitch_id"), parameters=("min-zones",))
def _rds_zones(resource: Resource, context: Context) -> Outcome:
    """A high-availability instance with a slave in another zone; two zones do at every level (master and slave)."""

    def test(category: Any) -> Outcome:
        if same(category, "Basic") or same(category, "serverless_basic"):
            return _one_zone(
                "category", f"category {show(category)} has one node", f"{show(category)} 系列只有一个节点"
            )
        slave = resource.attributes.get("zone_id_slave_a")
        if isinstance(slave, str) and slave == "Auto":
            return undecided(Unknown("known-after-apply", "zone_id_slave_a"), "zone_id_slave_a")
        second = resource.attributes.get("zone_id_slave_b")
        others = [("zone_id_slave_a", slave), ("zone_id_slave_b", second)]
        return _spread(resource.attributes.get("zone_id"), "zone_id", others, min(2, context.parameters["min-zones"]))

    return alternatives(resource.get("category", ""), test, "category")


@predicate(reads=("zone_id", "availability_zone", "secondary_zone_id", "node_type"), parameters=("min-zones",))
def _redis_zones(resource: Resource, context: Context) -> Outcome:
    """A master and a replica in two zones; a stand-alone node has no second."""

    def test(kind: Any) -> Outcome:
        if any(same(kind, single) for single in ("STAND_ALONE", "single")):
            return _one_zone(
                "node_type", f"node_type {show(kind)} has one node", f"node_type 为 {show(kind)}，只有一个节点"
            )
        main = resource.attributes.get("zone_id", resource.attributes.get("availability_zone"))
        other = ("secondary_zone_id", resource.attributes.get("secondary_zone_id"))
        return _spread(main, "zone_id", [other], min(2, context.parameters["min-zones"]))

    return alternatives(resource.get("node_type", ""), test, "node_type")


@predicate(reads=("zone_id", "secondary_zone_id", "hidden_zone_id", "replication_factor"), parameters=("min-zones",))
def _mongodb_zones(resource: Resource, context: Context) -> Outcome:
    def test(count: Any) -> Outcome:
        if as_number(count) == 1:
            return _one_zone(
                "replication_factor", "replication_factor 1 has one node", "replication_factor 为 1，只有一个节点"
            )
        names = ("secondary_zone_id", "hidden_zone_id")
        others = [(name, resource.attributes.get(name)) for name in names]
        return _spread(resource.attributes.get("zone_id"), "zone_id", others, context.parameters["min-zones"])

    return alternatives(resource.get("replication_factor", 3), test, "replication_factor")


_POLARDB_ZONES: Final = all_of(
    attribute("creation_category", default="Normal").differs("Basic"),
    any_of(
        # The standby storage lies in a second zone; what the provider chooses when unset is not documented.
        attribute("hot_standby_cluster").equals("ON", "EQUAL", missing="unknown"),
        attribute("standby_az").is_set(),
    ),
)


@predicate(reads=("zone_id", "secondary_zone_id", "hidden_zone_id"), parameters=("min-zones",))
def _sharded_zones(resource: Resource, context: Context) -> Outcome:
    others = [(name, resource.attributes.get(name)) for name in ("secondary_zone_id", "hidden_zone_id")]
    return _spread(resource.attributes.get("zone_id"), "zone_id", others, context.parameters["min-zones"])


@predicate(reads=("zone_id", "secondary_zone_id"), parameters=("min-zones",))
def _lake_zones(resource: Resource, context: Context) -> Outcome:
    other = ("secondary_zone_id", resource.attributes.get("secondary_zone_id"))
    return _spread(resource.attributes.get("zone_id"), "zone_id", [other], min(2, context.parameters["min-zones"]))


@predicate(reads=("category", "zone_id", "multi_zone_vswitch_list.zone_id"), parameters=("min-zones",))
def _click_house_zones(resource: Resource, context: Context) -> Outcome:
    def test(category: Any) -> Outcome:
        if same(category, "Basic"):
            return _one_zone("category", 'category "Basic" has one replica', "Basic 系列只有一个副本")
        path = "multi_zone_vswitch_list"
        value = resource.attributes.get(path)
        if isinstance(value, (Unknown, OneOf)):
            return undecided(value, path)
        zones: list[tuple[str, Any]] = []
        for index, block in enumerate(blocks(value)):
            zone = block.get("zone_id")
            # A switch is named but not its zone: the zone is the switch's, which only the provider knows.
            zones.append((f"{path}.{index}", Unknown("known-after-apply", f"{path}.zone_id") if zone is None else zone))
        return _spread(resource.attributes.get("zone_id"), "zone_id", zones or [(path, None)], 2)

    return alternatives(resource.get("category", "HighAvailability"), test, "category")


def _zone_count(block: str) -> Predicate:
    """Zone awareness of a search domain is on, over enough zones (two unless written)."""
    return all_of(
        attribute(f"{block}.zone_awareness_enabled").is_true(default=False),
        attribute(f"{block}.zone_awareness_config.availability_zone_count", default=2).at_least(parameter("min-zones")),
    )


@predicate(reads=("availability_zone", "first_slave_zone", "slave_deploy_mode", "cluster_topology"))
def _mysql_zones(resource: Resource, context: Context) -> Outcome:
    """Deployment over several zones is asked for, and the slave's zone is another one."""
    topology = resource.attributes.get("cluster_topology")
    if topology is not None:
        return _cluster_topology(topology)
    main = resource.attributes.get("availability_zone")
    slave = resource.attributes.get("first_slave_zone")

    def test(mode: Any) -> Outcome:
        if as_number(mode) != 1:
            return _one_zone(
                "slave_deploy_mode", "slave_deploy_mode is 0 (one zone)", "slave_deploy_mode 为 0（单可用区）"
            )
        if isinstance(main, str) and isinstance(slave, str) and main == slave:
            return _one_zone("first_slave_zone", f"master and slave lie in {main}", f"主备节点都在 {main}")
        return PASS

    return alternatives(resource.get("slave_deploy_mode", 0), test, "slave_deploy_mode")


def _cluster_topology(topology: Any) -> Outcome:
    main: Any = None
    others: list[tuple[str, Any]] = []
    for block in blocks(topology):
        for node in blocks(block.get("read_write_node")):
            main = node.get("zone")
        for index, node in enumerate(blocks(block.get("read_only_nodes"))):
            zone = node.get("zone")
            found = Unknown("known-after-apply", "read_only_nodes.zone") if zone is None else zone
            others.append((f"cluster_topology.0.read_only_nodes.{index}", found))
    return _spread(main, "cluster_topology", others or [("cluster_topology", None)], 2)


@predicate(reads=("availability_zone", "replica_zone_ids"))
def _tencent_redis_zones(resource: Resource, context: Context) -> Outcome:
    """A replica in another zone than the master. Zones of replicas are numbers that end as the zone's name does."""
    path = "replica_zone_ids"
    value = resource.attributes.get(path)
    if value is None:
        return _one_zone(path, f"{path} is not set", f"{path} 未设置")

    def test(known: Any) -> Outcome:
        main = resource.attributes.get("availability_zone")
        replicas = elements(known)
        numbers = [item for item in replicas if not isinstance(item, (Unknown, OneOf))]
        kinds = {as_number(item) for item in numbers}
        if len(kinds) > 1:
            return PASS
        blocked = next((item for item in (main, *replicas) if isinstance(item, (Unknown, OneOf))), None)
        suffix = re.search(r"-(\d+)$", main) if isinstance(main, str) else None
        if suffix is not None and any(_zone_number(item) != int(suffix[1]) for item in numbers):
            return PASS
        if blocked is not None:
            return undecided(blocked, path)
        return _one_zone(
            path, f"all replicas lie in the master's zone {show(main)}", f"全部副本与主节点同在 {show(main)}"
        )

    return alternatives(value, test, path)


def _zone_number(value: Any) -> int:
    """The number within its region: 100003 is zone 3."""
    number = as_number(value)
    return int(number) % 10000 if number is not None else -1


def _distinct(path: str, *inner: str) -> Predicate:
    """A list of zones, or of blocks that name one, holds at least two different ones."""

    @predicate(reads=(".".join((path, *inner)),))
    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.attributes.get(path)
        if isinstance(value, (Unknown, OneOf)):
            return undecided(value, path)
        items: Iterable[Any] = [block.get(inner[0]) for block in blocks(value)] if inner else elements(value)
        return _spread(None, path, [(path, item) for item in items] or [(path, None)], 2, complete=True)

    return judge


#: A read replica is no store of its own: its source answers for the zones.
_IS_REPLICA: Final = attribute("replicate_source_db").is_set()

SEVERAL_ZONES: Final = Rule(
    code="CN098",
    name="db-multi-az",
    severity=Severity.HIGH,
    title=Text("Data stores run in more than one zone", "数据库与缓存跨可用区部署"),
    rationale=Text(
        "A zone is one place with one supply of power and cooling; a data store that lives in one zone is down with "
        "it, "
        "and so is everything that needs it.",
        "一个可用区即一处共用供电与制冷的机房；数据库只部署在单可用区时，机房故障会使其及依赖它的全部业务中断。",
    ),
    remediation=Text(
        "Alibaba Cloud: zone_id_slave_a of alicloud_db_instance (category not Basic), secondary_zone_id of "
        "alicloud_kvstore_instance, alicloud_redis_tair_instance, alicloud_mongodb_instance (with hidden_zone_id), "
        'hot_standby_cluster = "ON" or standby_az of alicloud_polardb_cluster, zone_count of '
        "alicloud_elasticsearch_instance, a zone_id of several zones on alicloud_hbase_instance. "
        "AWS: multi_az = true on aws_db_instance, multi_az_enabled and "
        "automatic_failover_enabled on aws_elasticache_replication_group, zone awareness in cluster_config of search "
        "domains. Tencent Cloud: slave_deploy_mode = 1 with first_slave_zone on tencentcloud_mysql_instance, "
        "replica_zone_ids on tencentcloud_redis_instance. "
        'Google Cloud: availability_type = "REGIONAL" (Cloud SQL, AlloyDB), tier = "STANDARD_HA" '
        "(google_redis_instance).",
        "阿里云：alicloud_db_instance 设置 zone_id_slave_a（category 不为 Basic），alicloud_kvstore_instance、"
        "alicloud_redis_tair_instance、alicloud_mongodb_instance 设置 secondary_zone_id（及 hidden_zone_id），"
        'alicloud_polardb_cluster 设置 hot_standby_cluster = "ON" 或 standby_az，alicloud_elasticsearch_instance 设置 '
        "zone_count，alicloud_hbase_instance 的 zone_id 使用多可用区 ID。"
        "AWS：aws_db_instance 设置 multi_az = true，aws_elasticache_replication_group 设置 "
        "multi_az_enabled 与 "
        "automatic_failover_enabled，搜索域在 cluster_config 中启用多可用区。腾讯云：tencentcloud_mysql_instance 设置 "
        "slave_deploy_mode = 1 与 first_slave_zone，tencentcloud_redis_instance 设置 replica_zone_ids。"
        'Google Cloud：Cloud SQL、AlloyDB 设置 availability_type = "REGIONAL"，google_redis_instance 设置 '
        'tier = "STANDARD_HA"。',
    ),
    checks={
        "alicloud_db_instance": _rds_zones,
        "alicloud_kvstore_instance": _redis_zones,
        "alicloud_redis_tair_instance": _redis_zones,
        "alicloud_mongodb_instance": _mongodb_zones,
        "alicloud_mongodb_sharding_instance": _sharded_zones,
        "alicloud_polardb_cluster": _POLARDB_ZONES,
        "alicloud_elasticsearch_instance": attribute("zone_count", default=1).at_least(parameter("min-zones")),
        "alicloud_adb_db_cluster_lake_version": _lake_zones,
        "alicloud_click_house_db_cluster": _click_house_zones,
        "alicloud_lindorm_instance": attribute("multi_zone_combination").is_set(),
        "alicloud_hbase_instance": attribute("zone_id").that(
            lambda value, context: bool(_MULTIPLE.search(str(value))),
            Text("an id of several zones, as cn-hangzhou-MAZ5(b,c)", "多可用区 ID，如 cn-hangzhou-MAZ5(b,c)"),
            missing="unknown",
        ),
        "alicloud_drds_polardbx_instance": attribute("topology_type").equals("3azones"),
        "aws_db_instance": unless(_IS_REPLICA, attribute("multi_az").is_true(default=False)),
        "aws_elasticache_replication_group": each_of(
            attribute("multi_az_enabled").is_true(default=False),
            attribute("automatic_failover_enabled").is_true(default=False),
        ),
        "aws_opensearch_domain": _zone_count("cluster_config"),
        "aws_elasticsearch_domain": _zone_count("cluster_config"),
        "tencentcloud_mysql_instance": _mysql_zones,
        "tencentcloud_redis_instance": _tencent_redis_zones,
        "tencentcloud_postgresql_instance": _distinct("db_node_set", "zone"),
        "tencentcloud_mariadb_instance": _distinct("zones"),
        "tencentcloud_mariadb_hour_db_instance": _distinct("zones"),
        "tencentcloud_dcdb_db_instance": _distinct("zones"),
        "tencentcloud_mongodb_instance": _distinct("availability_zone_list"),
        "tencentcloud_mongodb_sharding_instance": _distinct("availability_zone_list"),
        "tencentcloud_cynosdb_cluster": attribute("slave_zone").is_set(),
        "tencentcloud_cynosdb_cluster_v2": attribute("slave_zone").is_set(),
        "tencentcloud_elasticsearch_instance": attribute("deploy_mode", default=0).equals(1),
        "google_sql_database_instance": SQL_ZONES,
        "google_alloydb_instance": ALLOYDB_ZONES,
        "google_redis_instance": REDIS_ZONES,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Versions of objects
# --------------------------------------------------------------------------------------------------------------

VERSIONING: Final = Rule(
    code="CN101",
    name="oss-versioning",
    severity=Severity.MEDIUM,
    title=Text("Buckets keep former versions of objects", "对象存储桶须开启版本控制"),
    rationale=Text(
        "Without versions an overwritten or deleted object is gone at once, by mistake or by an extortionist alike.",
        "未开启版本控制时，对象一旦被误操作或勒索软件覆盖、删除即无法恢复。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_oss_bucket_versioning with status = "Enabled" for the bucket (or versioning.status '
        "in it). "
        'AWS: aws_s3_bucket_versioning with versioning_configuration { status = "Enabled" }. Tencent Cloud: '
        "versioning_enable = true on tencentcloud_cos_bucket, or tencentcloud_cos_bucket_version. Google "
        "Cloud: versioning { enabled = true } on google_storage_bucket.",
        '阿里云：为存储桶配置 alicloud_oss_bucket_versioning（status = "Enabled"），或在桶内设置 versioning.status。'
        "AWS："
        'aws_s3_bucket_versioning 设置 versioning_configuration { status = "Enabled" }。腾讯云：'
        "tencentcloud_cos_bucket 设置 "
        "versioning_enable = true，或使用 tencentcloud_cos_bucket_version。Google Cloud："
        "google_storage_bucket 设置 versioning { enabled = true }。",
    ),
    checks={
        # A locked retention policy lets nothing be overwritten or deleted: there are no former versions to keep.
        "alicloud_oss_bucket": any_of(
            OSS_VERSIONED,
            linked(
                "alicloud_oss_bucket_worm", by="bucket", that=attribute("status").equals("Locked", default="InProgress")
            ),
        ),
        "aws_s3_bucket": S3_VERSIONED,
        "tencentcloud_cos_bucket": COS_VERSIONED,
        "google_storage_bucket": google_storage.VERSIONED,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Protection against deletion
# --------------------------------------------------------------------------------------------------------------


def _postpaid(path: str, default: str, then: Predicate) -> Predicate:
    """A subscription cannot be released before its end: the protection exists for pay-as-you-go only."""
    return unless(
        attribute(path, default).that(
            lambda value, context: str(value).lower() in ("prepaid", "subscription"), Text("a subscription", "包年包月")
        ),
        then,
    )


def _protected(path: str) -> Predicate:
    return attribute(path).is_true(default=False)


#: The last backup outlives the instance: on the instance or in its backup policy. Only MySQL has the setting.
_KEEPS_BACKUP: Final = when(
    attribute("engine").equals("MySQL"),
    any_of(
        attribute("released_keep_policy").equals("All", "Lastest", default="None"),
        linked(
            "alicloud_db_backup_policy",
            by="instance_id",
            that=attribute("released_keep_policy").equals("All", "Lastest", default="None"),
        ),
    ),
)
_RDS_DELETION: Final = each_of(
    _postpaid("instance_charge_type", "Postpaid", _protected("deletion_protection")), _KEEPS_BACKUP
)
_AWS_STORE: Final = each_of(_protected("deletion_protection"), attribute("skip_final_snapshot").is_false(default=False))
#: The balancer's attribute is old, the block newer; either switches it on.
_BALANCER: Final = any_of(
    attribute("deletion_protection_enabled").is_true(default=False),
    attribute("deletion_protection_config.enabled").is_true(default=False),
)
_SLB: Final = _postpaid(
    "payment_type",
    "PayAsYouGo",
    any_of(
        attribute("delete_protection").equals("on", default="off"),
        attribute("modification_protection_status").equals("ConsoleProtection", default="NonProtection"),
    ),
)

DELETION: Final = Rule(
    code="CN103",
    name="deletion-protection",
    severity=Severity.MEDIUM,
    title=Text("Data stores and entries are protected against deletion", "数据存储与入口资源须启用删除保护"),
    rationale=Text(
        "One wrong apply or one stolen key can delete a database with all its backups; protection makes that a step of "
        "its own which someone must take knowingly.",
        "一次误操作或一把泄露的密钥就可能连同备份一起删除数据库；启用保护后，删除须由人员另行解除方可进行。",
    ),
    remediation=Text(
        "Alibaba Cloud: deletion_protection = true (alicloud_db_instance, with released_keep_policy for MySQL, "
        "alicloud_instance, the Kubernetes clusters, alicloud_hbase_instance), deletion_lock = 1 "
        "(alicloud_polardb_cluster), group_deletion_protection (alicloud_ess_scaling_group), "
        "instance_release_protection (alicloud_kvstore_instance), db_instance_release_protection (MongoDB), "
        "delete_protection "
        '= "on" (alicloud_slb_load_balancer), deletion_protection_config { enabled = true } (ALB, NLB). AWS: '
        "deletion_protection = true and skip_final_snapshot = false on database instances and clusters, "
        "deletion_protection on aws_eks_cluster, "
        "enable_deletion_protection on aws_lb, deletion_protection_enabled on aws_dynamodb_table. Tencent Cloud: "
        "delete_protect (CLB), deletion_protection (TKE, TCR), delete_protection (PostgreSQL), destroy_protect = "
        '"on" '
        "(MySQL), enable_destroy_protection (Elasticsearch), delete_protection_enable (CKafka), "
        "disable_api_termination (CVM). "
        "Google Cloud: settings.deletion_protection_enabled (Cloud SQL), deletion_protection "
        "(google_compute_instance, google_container_cluster), enable_drop_protection "
        "(google_spanner_database).",
        "阿里云：deletion_protection = true（alicloud_db_instance，MySQL 另设 released_keep_policy；alicloud_instance、"
        "Kubernetes 集群、alicloud_hbase_instance），deletion_lock = 1（alicloud_polardb_cluster），"
        "group_deletion_protection（alicloud_ess_scaling_group），"
        "instance_release_protection（alicloud_kvstore_instance），db_instance_release_protection（MongoDB），"
        'delete_protection = "on"（alicloud_slb_load_balancer），deletion_protection_config { enabled = true }（ALB、'
        "NLB）。"
        "AWS：数据库实例与集群设置 deletion_protection = true、skip_final_snapshot = false，aws_eks_cluster 设置 "
        "deletion_protection，aws_lb 设置 "
        "enable_deletion_protection，aws_dynamodb_table 设置 deletion_protection_enabled。腾讯云：delete_protect（"
        "CLB）、"
        "deletion_protection（TKE、TCR）、delete_protection（PostgreSQL）、destroy_protect（MySQL）、"
        "enable_destroy_protection（Elasticsearch）、delete_protection_enable（CKafka）、disable_api_termination（"
        "CVM）。"
        "Google Cloud：Cloud SQL 设置 settings.deletion_protection_enabled，google_compute_instance、"
        "google_container_cluster 设置 deletion_protection，google_spanner_database 设置 "
        "enable_drop_protection。",
    ),
    checks={
        "alicloud_db_instance": _RDS_DELETION,
        "alicloud_rds_clone_db_instance": _postpaid("payment_type", "PayAsYouGo", _protected("deletion_protection")),
        "alicloud_instance": unless(
            attribute("spot_strategy").differs("NoSpot", default="NoSpot"),
            _postpaid("instance_charge_type", "PostPaid", _protected("deletion_protection")),
        ),
        "alicloud_polardb_cluster": _postpaid("pay_type", "PostPaid", attribute("deletion_lock").equals(1, default=0)),
        "alicloud_kvstore_instance": _postpaid("payment_type", "PostPaid", _protected("instance_release_protection")),
        "alicloud_mongodb_instance": _postpaid(
            "instance_charge_type", "PostPaid", _protected("db_instance_release_protection")
        ),
        "alicloud_mongodb_sharding_instance": _postpaid(
            "instance_charge_type", "PostPaid", _protected("db_instance_release_protection")
        ),
        "alicloud_hbase_instance": attribute("deletion_protection").is_true(default=True),
        "alicloud_lindorm_instance": _postpaid("payment_type", "PayAsYouGo", _protected("deletion_proection")),
        "alicloud_slb_load_balancer": _SLB,
        "alicloud_slb": _SLB,
        "alicloud_alb_load_balancer": _BALANCER,
        "alicloud_nlb_load_balancer": _BALANCER,
        "alicloud_cs_managed_kubernetes": _protected("deletion_protection"),
        "alicloud_cs_kubernetes": _protected("deletion_protection"),
        "alicloud_cs_serverless_kubernetes": _protected("deletion_protection"),
        "alicloud_cs_edge_kubernetes": _protected("deletion_protection"),
        "alicloud_ess_scaling_group": _protected("group_deletion_protection"),
        "aws_db_instance": unless(_IS_REPLICA, _AWS_STORE),
        "aws_rds_cluster": _AWS_STORE,
        "aws_docdb_cluster": _AWS_STORE,
        "aws_neptune_cluster": _AWS_STORE,
        "aws_lb": _protected("enable_deletion_protection"),
        "aws_alb": _protected("enable_deletion_protection"),
        "aws_dynamodb_table": _protected("deletion_protection_enabled"),
        "aws_eks_cluster": _protected("deletion_protection"),
        "tencentcloud_clb_instance": _protected("delete_protect"),
        "tencentcloud_kubernetes_cluster": _protected("deletion_protection"),
        "tencentcloud_tcr_instance": attribute("deletion_protection").is_true(),
        "tencentcloud_postgresql_instance": _protected("delete_protection"),
        "tencentcloud_mysql_instance": attribute("destroy_protect").equals("on"),
        "tencentcloud_elasticsearch_instance": attribute("enable_destroy_protection").equals("OPEN"),
        "tencentcloud_ckafka_instance": attribute("delete_protection_enable").equals(1),
        "tencentcloud_instance": _postpaid(
            "instance_charge_type", "POSTPAID_BY_HOUR", _protected("disable_api_termination")
        ),
        "google_sql_database_instance": SQL_DELETION,
        "google_compute_instance": _protected("deletion_protection"),
        "google_spanner_database": _protected("enable_drop_protection"),
        "google_container_cluster": google_clusters.DELETION,
    },
)

RULES: Final = (SEVERAL_ZONES, VERSIONING, DELETION)
