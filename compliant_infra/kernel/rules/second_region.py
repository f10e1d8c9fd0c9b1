"""Copies and standbys in a second mainland region.

Each data store of the scan is asked by itself: what refers to it and names another mainland region makes it pass. A
copy outside the mainland does not count (it may not leave the country), nor one in the store's own region. Where
nothing in the scan makes a copy, that is the finding. What names a region as the source (a disaster-recovery instance)
lies itself in the region of its provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements, nested_entries
from compliant_infra.kernel.copies import best, copies, elsewhere, lies_elsewhere, region_attribute
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    failed,
    is_given,
    predicate,
    same,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.places import region_of_arn, region_of_zone
from compliant_infra.kernel.policies import pieces
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Backups and copies
# --------------------------------------------------------------------------------------------------------------


def _no_copy(what_en: str, what_zh: str) -> Outcome:
    return failed(
        Text(
            f"nothing copies {what_en} to another mainland region",
            f"没有任何配置将{what_zh}复制到中国大陆境内的另一地域",
        )
    )


_IDS: Final = ("id", "arn", "identifier")


@predicate(
    reads=(
        "alicloud_rds_instance_cross_backup_policy:instance_id",
        "alicloud_rds_instance_cross_backup_policy:cross_backup_region",
        "alicloud_rds_ddr_instance:source_db_instance_name",
    )
)
def _alicloud_rds(resource: Resource, context: Context) -> Outcome:
    return best(
        [
            *copies(
                resource,
                context,
                "alicloud_rds_instance_cross_backup_policy",
                "instance_id",
                ("id",),
                region_attribute("cross_backup_region"),
            ),
            *copies(resource, context, "alicloud_rds_ddr_instance", "source_db_instance_name", ("id",), lies_elsewhere),
        ],
        _no_copy("the backups of the instance", "该实例的备份"),
    )


@predicate(
    reads=(
        "alicloud_polardb_backup_policy:db_cluster_id",
        "alicloud_polardb_backup_policy:data_level2_backup_another_region_region",
        "creation_option",
    )
)
def _polardb(resource: Resource, context: Context) -> Outcome:
    found = copies(
        resource,
        context,
        "alicloud_polardb_backup_policy",
        "db_cluster_id",
        ("id",),
        region_attribute("data_level2_backup_another_region_region"),
    )
    return _unless_standby(resource, best(found, _no_copy("the backups of the cluster", "该集群的备份")))


def _unless_standby(cluster: Resource, outcome: Outcome) -> Outcome:
    """The standby of a global database network is itself the copy, and no more is asked of it."""
    return alternatives(
        cluster.get("creation_option", ""),
        lambda option: NOT_APPLICABLE if same(option, "CreateGdnStandby") else outcome,
        "creation_option",
    )


@predicate(reads=("enable_cross_region_copy", "target_copy_regions"))
def _snapshot_copies(resource: Resource, context: Context) -> Outcome:
    """A snapshot policy copies what it makes."""
    path = "target_copy_regions"

    def test(switch: Any) -> Outcome:
        if not same(switch, True):
            return failed(
                Text(
                    "snapshots stay in their region (enable_cross_region_copy is off)",
                    "快照只保存在本地域（未开启 enable_cross_region_copy）",
                ),
                "enable_cross_region_copy",
            )
        regions = resource.attributes.get(path)
        if isinstance(regions, (Unknown, OneOf)):
            return undecided(regions, path)
        own = context.region_of(resource)
        nothing = failed(Text(f"{path} names no region", f"{path} 未指定地域"), path)
        return best((elsewhere(item, own, "alicloud", path, context) for item in elements(regions)), nothing)

    return alternatives(resource.get("enable_cross_region_copy", False), test, "enable_cross_region_copy")


@predicate(reads=("rules.rule_type", "rules.replication_region_id"))
def _hbr_replication(resource: Resource, context: Context) -> Outcome:
    """One rule of a Cloud Backup policy replicates to another region."""
    outcomes: list[Outcome] = []
    for index, rule in enumerate(blocks(resource.attributes.get("rules"))):
        region = rule.get("replication_region_id")
        if region is not None:
            path = f"rules.{index}.replication_region_id"
            outcomes.append(elsewhere(region, context.region_of(resource), "alicloud", path, context))
    return best(
        outcomes,
        failed(
            Text(
                "no rule replicates the backups to another mainland region",
                "没有规则将备份复制到中国大陆境内的另一地域",
            ),
            "rules",
        ),
    )


@predicate(reads=("replication_source_region_id",))
def _hbr_vault(resource: Resource, context: Context) -> Outcome:
    """A replication vault lies in its provider's region and names the source."""
    path = "replication_source_region_id"
    return elsewhere(context.region_of(resource), resource.attributes.get(path), "alicloud", path, context)


def _oss_replication(companion: Resource, store: Resource, context: Context) -> Outcome:
    path = "destination.0.location"
    outcomes = []
    for block in blocks(companion.attributes.get("destination")):
        location = block.get("location")
        target = context.resolve(location, "alicloud_oss_bucket")
        if target is not None:  # the destination bucket's own location
            location = context.region_of(target)
        if isinstance(location, str):
            location = location.removeprefix("oss-")
        outcomes.append(elsewhere(location, context.region_of(store), "alicloud", path, context))
    return best(outcomes, NOT_APPLICABLE)


def _as_copy(bucket: Resource, context: Context, type: str, by: str) -> list[Outcome]:
    """A pass where another bucket is copied to this one (it needs no copy of its own), unknown where it may be."""
    found = context.companions(bucket, type, by, ("id", "bucket", "arn"))
    return [PASS] if found.sure else [undecided(unknown) for _, unknown in found.possible]


@predicate(reads=("alicloud_oss_bucket_replication:bucket", "alicloud_oss_bucket_replication:destination.location"))
def _oss(resource: Resource, context: Context) -> Outcome:
    return best(
        [
            *_as_copy(resource, context, "alicloud_oss_bucket_replication", "destination.bucket"),
            *copies(resource, context, "alicloud_oss_bucket_replication", "bucket", ("id", "bucket"), _oss_replication),
        ],
        _no_copy("the bucket", "该存储桶"),
    )


def _region_in_arn(value: Any, context: Context, *types: str) -> Any:
    """The region that an ARN names: of the resource that it refers to, or written in it."""
    target = context.resolve(value, *types)
    if target is not None:
        return context.region_of(target)
    if isinstance(value, str):
        return region_of_arn(value) or Unknown("unsupported", value)
    if isinstance(value, Unknown) and value.parts:
        # "arn:aws-cn:backup:cn-northwest-1:${account}:backup-vault:x": the region is known, the account is not
        first = pieces(value)[0]
        segments = first.split(":") if isinstance(first, str) else []
        if len(segments) > 4 and segments[3]:
            return segments[3]
    return value


def _s3_replication(companion: Resource, store: Resource, context: Context) -> Outcome:
    path = "rule.0.destination.0.bucket"
    return best(_s3_destinations(companion.attributes.get("rule"), store, context, path), NOT_APPLICABLE)


def _s3_destinations(rules: Any, store: Resource, context: Context, path: str) -> Iterator[Outcome]:
    if isinstance(rules, (Unknown, OneOf)):
        yield undecided(rules, path)
        return
    for rule in blocks(rules):
        status = rule.get("status")
        if isinstance(status, str) and status == "Disabled":
            yield failed(Text("the replication rule is disabled", "复制规则已停用"), path)
            continue
        for destination in blocks(rule.get("destination")):
            bucket = destination.get("bucket")
            region = _region_in_arn(bucket, context, "aws_s3_bucket")
            if region is bucket or (isinstance(region, Unknown) and isinstance(bucket, str)):
                # S3 names carry no region, and the bucket is not in the scan.
                region = bucket if isinstance(bucket, Unknown) else Unknown("not-in-scan", f"{bucket}")
            yield elsewhere(region, context.region_of(store), "aws", path, context)


@predicate(
    reads=(
        "replication_configuration.rules.destination.bucket",
        "aws_s3_bucket_replication_configuration:bucket",
        "aws_s3_bucket_replication_configuration:rule.destination.bucket",
    )
)
def _s3(resource: Resource, context: Context) -> Outcome:
    companion = "aws_s3_bucket_replication_configuration"
    inline = [
        outcome
        for block in blocks(resource.attributes.get("replication_configuration"))
        for outcome in _s3_destinations(block.get("rules"), resource, context, "replication_configuration")
    ]
    return best(
        [
            *_as_copy(resource, context, companion, "rule.destination.bucket"),
            *inline,
            *copies(resource, context, companion, "bucket", ("id", "bucket"), _s3_replication),
        ],
        _no_copy("the bucket", "该存储桶"),
    )


def _plan_copies(plan: Resource, own: Any, context: Context) -> Outcome:
    outcomes: list[Outcome] = []
    for index, rule in enumerate(blocks(plan.attributes.get("rule"))):
        for at, action in enumerate(blocks(rule.get("copy_action"))):
            path = f"rule.{index}.copy_action.{at}.destination_vault_arn"
            vault = action.get("destination_vault_arn")
            region = _region_in_arn(vault, context, "aws_backup_vault", "aws_backup_logically_air_gapped_vault")
            outcomes.append(elsewhere(region, own, "aws", path, context))
    return best(
        outcomes,
        failed(
            Text(
                "no rule copies recovery points to another mainland region (copy_action)",
                "没有规则将恢复点复制到中国大陆境内的另一地域（copy_action）",
            ),
            "rule",
        ),
    )


@predicate(reads=("rule.copy_action.destination_vault_arn",))
def _backup_plan(resource: Resource, context: Context) -> Outcome:
    """One rule of the plan copies elsewhere."""
    return _plan_copies(resource, context.region_of(resource), context)


@predicate(
    reads=(
        "policy_details.schedule.cross_region_copy_rule.target",
        "policy_details.schedule.cross_region_copy_rule.target_region",
        "policy_details.action.cross_region_copy.target",
    )
)
def _lifecycle_copies(resource: Resource, context: Context) -> Outcome:
    """One schedule of a policy for volumes, instances or images copies elsewhere; so does an action on an event.

    ``target`` is of snapshots and may be the ARN of an Outpost, ``target_region`` is of images.
    """
    outcomes: list[Outcome] = []
    own = context.region_of(resource)
    for where, copies_of in (
        ("policy_details.schedule.cross_region_copy_rule", ("target", "target_region")),
        ("policy_details.action.cross_region_copy", ("target",)),
    ):
        for path, rule in nested_entries(resource.attributes, where):
            if isinstance(rule, (Unknown, OneOf)):
                outcomes.append(undecided(rule, path))
                continue
            for name in copies_of:
                place = rule.get(name)
                if isinstance(place, str):
                    place = region_of_arn(place) or place
                if place is not None:
                    outcomes.append(elsewhere(place, own, "aws", f"{path}.{name}", context))
    return best(
        outcomes,
        failed(
            Text(
                "no schedule copies the snapshots to another mainland region (cross_region_copy_rule)",
                "没有计划将快照复制到中国大陆境内的另一地域（cross_region_copy_rule）",
            ),
            "policy_details",
        ),
    )


def _by_plan(store: Resource, context: Context) -> Iterator[Outcome]:
    """A selection of AWS Backup names the store, and its plan copies elsewhere."""
    found = context.companions(store, "aws_backup_selection", "resources", ("id", "arn"))
    for _, unknown in found.possible:
        yield undecided(unknown)
    for selection in found.sure:
        plan = context.resolve(selection.attributes.get("plan_id"), "aws_backup_plan")
        if plan is not None:
            outcome = _plan_copies(plan, context.region_of(store), context)
            yield failed(outcome.message) if outcome.verdict is Verdict.FAIL else outcome


@predicate(
    reads=(
        "replicate_source_db",
        "aws_db_instance_automated_backups_replication:source_db_instance_arn",
        "aws_db_instance:replicate_source_db",
        "aws_backup_selection:resources",
        "aws_backup_selection:plan_id",
    )
)
def _rds(resource: Resource, context: Context) -> Outcome:
    if is_given(resource.attributes.get("replicate_source_db")):
        return NOT_APPLICABLE
    replication = "aws_db_instance_automated_backups_replication"
    return best(
        [
            *copies(resource, context, replication, "source_db_instance_arn", _IDS, lies_elsewhere),
            *_by_plan(resource, context),
            *_rds_replicas(resource, context),
        ],
        _no_copy("the backups of the instance", "该实例的备份"),
    )


def _rds_replicas(resource: Resource, context: Context) -> Iterator[Outcome]:
    yield from copies(resource, context, "aws_db_instance", "replicate_source_db", _IDS, lies_elsewhere)


@predicate(
    reads=(
        "global_cluster_identifier",
        "replication_source_identifier",
        "aws_rds_cluster:global_cluster_identifier",
        "aws_rds_cluster:replication_source_identifier",
        "aws_backup_selection:resources",
        "aws_backup_selection:plan_id",
    )
)
def _rds_cluster(resource: Resource, context: Context) -> Outcome:
    if is_given(resource.attributes.get("replication_source_identifier")):
        return NOT_APPLICABLE
    return best(
        [*_cluster_standbys(resource, context), *_by_plan(resource, context)],
        _no_copy("the backups of the cluster", "该集群的备份"),
    )


def _cluster_standbys(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Clusters that replicate this one, and other members of the same global database."""
    yield from copies(
        resource,
        context,
        "aws_rds_cluster",
        "replication_source_identifier",
        ("id", "arn", "cluster_identifier"),
        lies_elsewhere,
    )
    group = resource.attributes.get("global_cluster_identifier")
    if group is None:
        # The global database may be made from this cluster: its other members count.
        made = context.companions(
            resource, "aws_rds_global_cluster", "source_db_cluster_identifier", ("id", "arn")
        ).sure
        for item in made:
            for member in context.companions(
                item, "aws_rds_cluster", "global_cluster_identifier", ("id", "global_cluster_identifier")
            ).sure:
                if member is not resource:
                    yield lies_elsewhere(member, resource, context)
        return
    for other in context.resources("aws_rds_cluster"):
        if other is not resource and _alike(other.attributes.get("global_cluster_identifier"), group):
            yield lies_elsewhere(other, resource, context)


def _alike(one: Any, other: Any) -> bool:
    """The same known text, or references to the same resource."""
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return one.reference is not None and other.reference is not None and one.reference[0] == other.reference[0]
    return isinstance(one, str) and isinstance(other, str) and one == other


def _mysql_remote(companion: Resource, store: Resource, context: Context) -> Outcome:
    def test(switch: Any) -> Outcome:
        if not same(switch, "on"):
            return failed(Text("remote_backup_save is off", "remote_backup_save 未开启"), "remote_backup_save")
        return region_attribute("remote_region")(companion, store, context)

    return alternatives(companion.get("remote_backup_save", "off"), test, "remote_backup_save")


@predicate(
    reads=(
        "tencentcloud_mysql_remote_backup_config:instance_id",
        "tencentcloud_mysql_remote_backup_config:remote_backup_save",
        "tencentcloud_mysql_remote_backup_config:remote_region",
        "tencentcloud_mysql_dr_instance:master_instance_id",
    )
)
def _tencent_mysql(resource: Resource, context: Context) -> Outcome:
    remote = "tencentcloud_mysql_remote_backup_config"
    return best(
        [
            *copies(resource, context, remote, "instance_id", ("id",), _mysql_remote),
            *copies(resource, context, "tencentcloud_mysql_dr_instance", "master_instance_id", ("id",), lies_elsewhere),
        ],
        _no_copy("the backups of the instance", "该实例的备份"),
    )


@predicate(reads=("replica_rules.destination_bucket", "replica_rules.status"))
def _cos(resource: Resource, context: Context) -> Outcome:
    """Replication rules name the destination as qcs::cos:<region>::<bucket>."""
    if _is_cos_copy(resource, context):
        return PASS
    outcomes: list[Outcome] = []
    for index, rule in enumerate(blocks(resource.attributes.get("replica_rules"))):
        path = f"replica_rules.{index}.destination_bucket"
        status = rule.get("status")
        if isinstance(status, str) and status == "Disabled":
            outcomes.append(failed(Text("the replication rule is disabled", "复制规则已停用"), path))
            continue
        outcomes.append(
            elsewhere(
                _cos_region(rule.get("destination_bucket")), context.region_of(resource), "tencentcloud", path, context
            )
        )
    return best(outcomes, _no_copy("the bucket", "该存储桶"))


def _cos_region(value: Any) -> Any:
    first = pieces(value)[0] if isinstance(value, Unknown) else value
    segments = first.split(":") if isinstance(first, str) else []
    if len(segments) > 4 and segments[3]:
        return segments[3]
    return value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", f"{value}")


def _is_cos_copy(bucket: Resource, context: Context) -> bool:
    name = bucket.attributes.get("bucket")
    for other in context.resources("tencentcloud_cos_bucket"):
        rules = other.attributes.get("replica_rules")
        if other is bucket or isinstance(rules, (Unknown, OneOf)):
            continue
        for rule in blocks(rules):
            destination = rule.get("destination_bucket")
            last = pieces(destination)[-1] if isinstance(destination, Unknown) else destination
            if isinstance(last, Unknown) and last.reference is not None and last.reference.address == bucket.address:
                return True
            if isinstance(last, str) and isinstance(name, str) and last.endswith(f":{name}"):
                return True
    return False


SECOND_REGION: Final = Rule(
    code="CN096",
    name="backup-second-region",
    severity=Severity.HIGH,
    title=Text("Backups have a copy in another mainland region", "备份在中国大陆境内的另一地域留有副本"),
    rationale=Text(
        "A fire, a flood or a fault of the whole region takes the data and every backup that lies beside it; only a "
        "copy "
        "elsewhere is left.",
        "火灾、洪水或整个地域的故障会同时毁掉数据及其同地域的全部备份，只有异地副本能够幸存。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_rds_instance_cross_backup_policy.cross_backup_region, "
        "alicloud_polardb_backup_policy.data_level2_backup_another_region_region, enable_cross_region_copy and "
        "target_copy_regions of alicloud_ecs_auto_snapshot_policy, rules.replication_region_id of alicloud_hbr_policy, "
        "alicloud_oss_bucket_replication.destination.location. AWS: aws_db_instance_automated_backups_replication in "
        "the "
        "second region, rule.copy_action of aws_backup_plan, cross_region_copy_rule of aws_dlm_lifecycle_policy, "
        "aws_s3_bucket_replication_configuration. Tencent Cloud: "
        "tencentcloud_mysql_remote_backup_config, replica_rules of tencentcloud_cos_bucket. The second region must "
        "be in "
        "mainland China.",
        "阿里云：alicloud_rds_instance_cross_backup_policy.cross_backup_region、"
        "alicloud_polardb_backup_policy.data_level2_backup_another_region_region、alicloud_ecs_auto_snapshot_policy 的 "
        "enable_cross_region_copy 与 target_copy_regions、alicloud_hbr_policy 的 rules.replication_region_id、"
        "alicloud_oss_bucket_replication.destination.location。AWS：在第二地域配置 "
        "aws_db_instance_automated_backups_replication、aws_backup_plan 的 rule.copy_action、"
        "aws_dlm_lifecycle_policy 的 cross_region_copy_rule、"
        "aws_s3_bucket_replication_configuration。腾讯云：tencentcloud_mysql_remote_backup_config、"
        "tencentcloud_cos_bucket 的 "
        "replica_rules。第二地域须位于中国大陆境内。",
    ),
    checks={
        "alicloud_db_instance": _alicloud_rds,
        "alicloud_polardb_cluster": _polardb,
        "alicloud_ecs_auto_snapshot_policy": _snapshot_copies,
        "alicloud_snapshot_policy": _snapshot_copies,
        "alicloud_hbr_policy": _hbr_replication,
        "alicloud_hbr_replication_vault": _hbr_vault,
        "alicloud_oss_bucket": _oss,
        "aws_backup_plan": _backup_plan,
        "aws_dlm_lifecycle_policy": _lifecycle_copies,
        "aws_db_instance": _rds,
        "aws_rds_cluster": _rds_cluster,
        "aws_s3_bucket": _s3,
        "tencentcloud_mysql_instance": _tencent_mysql,
        "tencentcloud_cos_bucket": _cos,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Standbys
# --------------------------------------------------------------------------------------------------------------


def _no_standby() -> Outcome:
    return failed(
        Text(
            "no standby or replica of it lies in another mainland region",
            "在中国大陆境内的另一地域没有其备用实例或副本",
        )
    )


def _synchronised(source: str, context: Context) -> Iterator[Outcome]:
    """Synchronisation between regions: which database it carries stands in its job, often set up by hand."""
    for item in context.resources("alicloud_dts_synchronization_instance"):
        outcome = _sync_regions(item, context)
        if outcome.verdict in (Verdict.PASS, Verdict.UNKNOWN):
            yield undecided(
                outcome.unknown or Unknown("unsupported", item.address),
                message=Text(
                    f"{item.address} synchronises between regions; whether it carries {source} cannot be seen",
                    f"{item.address} 在地域之间同步，但无法判断其是否包含 {source}",
                ),
            )


def _sync_regions(item: Resource, context: Context) -> Outcome:
    path = "destination_endpoint_region"
    return elsewhere(
        item.attributes.get(path), item.attributes.get("source_endpoint_region"), "alicloud", path, context
    )


@predicate(
    reads=(
        "alicloud_rds_ddr_instance:source_db_instance_name",
        "alicloud_dts_synchronization_instance:source_endpoint_region",
        "alicloud_dts_synchronization_instance:destination_endpoint_region",
        "alicloud_dts_synchronization_job:source_endpoint_instance_id",
        "alicloud_dts_synchronization_job:destination_endpoint_region",
        "alicloud_dts_synchronization_job:destination_endpoint_instance_id",
        "alicloud_dts_synchronization_job:source_endpoint_region",
    )
)
def _rds_standby(resource: Resource, context: Context) -> Outcome:
    """An instance that is followed from another region, or that follows one: it is the standby then."""
    return best(
        [
            *copies(resource, context, "alicloud_rds_ddr_instance", "source_db_instance_name", ("id",), lies_elsewhere),
            *copies(
                resource,
                context,
                "alicloud_dts_synchronization_job",
                "source_endpoint_instance_id",
                ("id",),
                region_attribute("destination_endpoint_region"),
            ),
            *copies(
                resource,
                context,
                "alicloud_dts_synchronization_job",
                "destination_endpoint_instance_id",
                ("id",),
                region_attribute("source_endpoint_region"),
            ),
            *_synchronised(resource.address, context),
        ],
        _no_standby(),
    )


@predicate(reads=("source_region",))
def _ddr(resource: Resource, context: Context) -> Outcome:
    """A disaster-recovery instance lies in its provider's region and names its source's."""
    path = "source_region"
    value = resource.attributes.get(path)
    if value is None:
        return NOT_APPLICABLE
    return elsewhere(context.region_of(resource), value, "alicloud", path, context)


@predicate(reads=("alicloud_polardb_global_database_network:db_cluster_id", "creation_option", "gdn_id"))
def _polardb_standby(resource: Resource, context: Context) -> Outcome:
    """A global database network made from the cluster; its other members join by the network's id."""
    network = "alicloud_polardb_global_database_network"
    found = context.companions(resource, network, "db_cluster_id", ("id",))
    outcomes: list[Outcome] = []
    for item in found.sure:
        members = context.companions(item, "alicloud_polardb_cluster", "gdn_id", ("id",))
        outcomes.extend(lies_elsewhere(member, resource, context) for member in members.sure)
        if not members.sure:
            outcomes.append(undecided(Unknown("not-in-scan", f"{item.address} members")))
    outcomes.extend(undecided(blocked) for _, blocked in found.possible)
    return _unless_standby(resource, best(outcomes, _no_standby()))


@predicate(reads=("replicate_source_db", "aws_db_instance:replicate_source_db"))
def _aws_instance_standby(resource: Resource, context: Context) -> Outcome:
    if is_given(resource.attributes.get("replicate_source_db")):
        return NOT_APPLICABLE
    return best(_rds_replicas(resource, context), _no_standby())


@predicate(reads=("global_cluster_identifier", "replication_source_identifier"))
def _aws_cluster_standby(resource: Resource, context: Context) -> Outcome:
    if is_given(resource.attributes.get("replication_source_identifier")):
        return NOT_APPLICABLE
    return best(_cluster_standbys(resource, context), _no_standby())


def _replica_region(companion: Resource, store: Resource, context: Context) -> Outcome:
    return lies_elsewhere(companion, store, context)


@predicate(reads=("replica.region_name", "aws_dynamodb_table_replica:global_table_arn"))
def _dynamodb_standby(resource: Resource, context: Context) -> Outcome:
    outcomes: list[Outcome] = []
    replicas = resource.attributes.get("replica")
    if isinstance(replicas, (Unknown, OneOf)):
        outcomes.append(undecided(replicas, "replica"))
    else:
        for index, block in enumerate(blocks(replicas)):
            path = f"replica.{index}.region_name"
            own = context.region_of(resource)
            outcomes.append(elsewhere(block.get("region_name"), own, "aws", path, context))
    outcomes.extend(
        copies(resource, context, "aws_dynamodb_table_replica", "global_table_arn", ("arn",), _replica_region)
    )
    return best(outcomes, _no_standby())


@predicate(reads=("tencentcloud_mysql_dr_instance:master_instance_id",))
def _tencent_mysql_standby(resource: Resource, context: Context) -> Outcome:
    return best(
        copies(resource, context, "tencentcloud_mysql_dr_instance", "master_instance_id", ("id",), lies_elsewhere),
        _no_standby(),
    )


@predicate(reads=("master_region", "availability_zone"))
def _mysql_dr(resource: Resource, context: Context) -> Outcome:
    """The standby lies where its provider (or its zone) says; the attribute names the master's region."""
    zone = resource.attributes.get("availability_zone")
    here = region_of_zone("tencentcloud", zone) if isinstance(zone, str) else None
    path = "master_region"
    own = here or context.region_of(resource)
    return elsewhere(own, resource.attributes.get(path), "tencentcloud", path, context)


STANDBY: Final = Rule(
    code="CN097",
    name="dr-realtime-standby",
    severity=Severity.HIGH,
    title=Text("Databases have a live standby in another mainland region", "数据库在境内另一地域有实时备用实例"),
    rationale=Text(
        "Backups bring back yesterday's data after hours; a standby that follows in real time takes over within "
        "minutes when "
        "a region is lost.",
        "从备份恢复耗时数小时且只能回到过去的某个时点；实时跟随的异地备用实例可在地域故障后数分钟内接管业务。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_rds_ddr_instance in the second region with source_db_instance_name and source_region, "
        "alicloud_dts_synchronization_job to a destination_endpoint_region, or an "
        "alicloud_polardb_global_database_network with a member in the second region. AWS: aws_db_instance with "
        "replicate_source_db in the second region, members of an aws_rds_global_cluster, replica blocks on "
        "aws_dynamodb_table. Tencent Cloud: tencentcloud_mysql_dr_instance with master_region.",
        "阿里云：在第二地域创建 alicloud_rds_ddr_instance（source_db_instance_name、source_region），或用 "
        "alicloud_dts_synchronization_job 同步到 destination_endpoint_region，PolarDB 使用 "
        "alicloud_polardb_global_database_network 并在第二地域加入成员。AWS：在第二地域创建带 replicate_source_db 的 "
        "aws_db_instance，或 aws_rds_global_cluster 的成员，aws_dynamodb_table 使用 replica。腾讯云：使用 "
        "tencentcloud_mysql_dr_instance（master_region）。",
    ),
    checks={
        "alicloud_db_instance": _rds_standby,
        "alicloud_rds_ddr_instance": _ddr,
        "alicloud_polardb_cluster": _polardb_standby,
        "aws_db_instance": _aws_instance_standby,
        "aws_rds_cluster": _aws_cluster_standby,
        "aws_dynamodb_table": _dynamodb_standby,
        "tencentcloud_mysql_instance": _tencent_mysql_standby,
        "tencentcloud_mysql_dr_instance": _mysql_dr,
    },
)

RULES: Final = (SECOND_REGION, STANDBY)
