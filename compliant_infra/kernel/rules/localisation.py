"""Rules on localisation: where resources lie, where copies, links and logs go."""

from __future__ import annotations

from compliant_infra.kernel import google_regions
from compliant_infra.kernel.borders import (
    bandwidth_areas,
    comes_from,
    cos_region,
    firehose_endpoint,
    goes_to,
    links_to,
    log_destination,
    migration_endpoint,
    network_member,
    oss_location,
    provider_region,
    resource_zones,
    s3_copy,
    trail_sinks,
    vault_copy,
)
from compliant_infra.kernel.logic import PASS, attribute, each_of, when
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.places import region_of_arn
from compliant_infra.kernel.rules.record import Rule


def _arn_region(text: str) -> str:
    return region_of_arn(text) or text


_BACKUPS = Text("copies backups", "将备份复制")
_DATA = Text("copies data", "将数据复制")
_OBJECTS = Text("copies objects", "将对象复制")
_LINK = Text("opens a private link", "将私网连接")
_LOGS = Text("sends logs", "将日志发送")

_SNAPSHOTS = Text("copies snapshots", "将快照复制")
_IMAGES = Text("copies images", "将镜像复制")
_DISKS = Text("replicates disks", "将云盘复制")

_DTS = goes_to("destination_endpoint_region", _DATA, source="source_endpoint_region")

_REGION_ALLOWLIST = Rule(
    code="CN105",
    name="loc-region-allowlist",
    severity=Severity.CRITICAL,
    title=Text("Resources lie in regions of mainland China", "资源须部署在中国境内地域"),
    rationale=Text(
        "Systems and data that must stay in mainland China leave it with a single region argument; cn-hongkong and "
        "ap-hongkong look domestic and are not.",
        "只要一个地域参数写错，必须留在境内的系统和数据就会出境；cn-hongkong、ap-hongkong 看似境内，实则不是。",
    ),
    remediation=Text(
        "Set region of the provider block to a mainland region (Alibaba Cloud cn-hangzhou, AWS China cn-north-1 or "
        "cn-northwest-1, Tencent Cloud ap-guangzhou ...) and use zones of that region. "
        "Google Cloud (google_*) has no such region: its location, region and zone arguments always lie "
        "abroad.",
        "将 provider 的 region 设为境内地域（如阿里云 cn-hangzhou、AWS 中国 cn-north-1 / cn-northwest-1、"
        "腾讯云 ap-guangzhou），可用区与之对应。"
        "Google Cloud（google_*）没有境内地域，其 location、region、zone 均位于境外。",
    ),
    checks={
        "provider.alicloud": provider_region,
        "provider.aws": provider_region,
        "provider.tencentcloud": provider_region,
        "alicloud_*": resource_zones,
        "aws_*": resource_zones,
        "tencentcloud_*": resource_zones,
        "provider.google": google_regions.PROVIDER,
        "google_*": google_regions.RESOURCE,
    },
)

_OBJECT_COPY = Rule(
    code="CN106",
    name="loc-object-copy-domestic",
    severity=Severity.CRITICAL,
    title=Text("Objects are replicated within mainland China only", "对象存储的跨地域复制不得出境"),
    rationale=Text(
        "Replication carries every new object abroad by itself, without anyone deciding on each transfer.",
        "跨地域复制会自动把每个新对象传到境外，不再经过逐次评估。",
    ),
    remediation=Text(
        "Replicate to another mainland region, or declare the destination and its transfer mechanism in "
        "[cross-border]. "
        "Alibaba Cloud: destination.location. AWS: rule.destination.bucket. Tencent Cloud: "
        "replica_rules.destination_bucket.",
        "将复制目标改为境内其他地域，或在 [cross-border] 中声明目的地与出境机制。阿里云：destination.location；"
        "AWS：rule.destination.bucket；腾讯云：replica_rules.destination_bucket。",
    ),
    checks={
        "alicloud_oss_bucket_replication": goes_to("destination.location", _OBJECTS, region=oss_location),
        "aws_s3_bucket_replication_configuration": s3_copy("rule.destination.bucket", _OBJECTS),
        "aws_s3_bucket": s3_copy("replication_configuration.rules.destination.bucket", _OBJECTS),
        "tencentcloud_cos_bucket": goes_to("replica_rules.destination_bucket", _OBJECTS, region=cos_region),
    },
)

_DATABASE_COPY = Rule(
    code="CN107",
    name="loc-db-copy-domestic",
    severity=Severity.CRITICAL,
    title=Text("Copies and backups of databases stay in mainland China", "数据库副本与备份不得出境"),
    rationale=Text(
        "A cross-region backup, replica or synchronisation task puts whole databases under a foreign jurisdiction.",
        "跨地域备份、副本或同步任务会把整库数据置于境外管辖之下。",
    ),
    remediation=Text(
        "Name a mainland region as destination, or declare the destination and its transfer mechanism in "
        "[cross-border]. "
        "Alibaba Cloud: cross_backup_region, destination_endpoint_region, storage_region. AWS: replica.region_name, "
        "destination_region, region (aws_dynamodb_table_replica). Tencent Cloud: remote_region, dst_region.",
        "将目的地改为境内地域，或在 [cross-border] 中声明目的地与出境机制。阿里云：cross_backup_region、"
        "destination_endpoint_region、storage_region；AWS：replica.region_name、destination_region、region（aws_dynamodb_table_replica）；"
        "腾讯云：remote_region、dst_region。",
    ),
    checks={
        "alicloud_rds_instance_cross_backup_policy": goes_to("cross_backup_region", _BACKUPS),
        "alicloud_rds_ddr_instance": comes_from("source_region", _DATA),
        "alicloud_polardb_backup_policy": each_of(
            goes_to("data_level2_backup_another_region_region", _BACKUPS),
            goes_to("log_backup_another_region_region", _BACKUPS),
        ),
        "alicloud_dts_synchronization_instance": _DTS,
        "alicloud_dts_synchronization_job": _DTS,
        "alicloud_dts_migration_instance": _DTS,
        "alicloud_dts_migration_job": _DTS,
        "alicloud_dbs_backup_plan": goes_to("storage_region", _BACKUPS, source="database_region"),
        "aws_dynamodb_table": goes_to("replica.region_name", _DATA),
        "aws_dynamodb_global_table": goes_to("replica.region_name", _DATA),
        # The replica lies where it is made.
        "aws_dynamodb_table_replica": comes_from("global_table_arn", _DATA, region=_arn_region),
        "aws_redshift_snapshot_copy": goes_to("destination_region", _BACKUPS),
        "aws_rds_cluster_snapshot_copy": goes_to("destination_region", _BACKUPS),
        "aws_db_snapshot_copy": each_of(
            goes_to("destination_region", _BACKUPS),
            comes_from("source_db_snapshot_identifier", _BACKUPS, region=_arn_region),
        ),
        "aws_db_instance_automated_backups_replication": comes_from(
            "source_db_instance_arn", _BACKUPS, region=_arn_region
        ),
        "aws_dms_endpoint": migration_endpoint,
        "tencentcloud_mysql_remote_backup_config": goes_to("remote_region", _BACKUPS),
        "tencentcloud_dts_sync_job": goes_to("dst_region", _DATA, source="src_region"),
        "tencentcloud_dts_migrate_service": goes_to("dst_region", _DATA, source="src_region"),
        "tencentcloud_mysql_dr_instance": comes_from("master_region", _DATA),
        "tencentcloud_cynosdb_backup_config": each_of(
            goes_to("logic_backup_config.logic_cross_regions", _BACKUPS),
            goes_to("snapshot_secondary_backup_config.auto_copy_vaults.vault_region", _BACKUPS),
        ),
    },
)

#: Destinations count while copying is switched on.
_SNAPSHOT_POLICY = when(
    attribute("enable_cross_region_copy").is_true(default=False), goes_to("target_copy_regions", _SNAPSHOTS)
)

_SNAPSHOT_COPY = Rule(
    code="CN108",
    name="loc-snapshot-image-domestic",
    severity=Severity.CRITICAL,
    title=Text("Copies of snapshots and images stay in mainland China", "快照、镜像与备份副本不得出境"),
    rationale=Text(
        "A snapshot or an image holds everything that the disk held; a copy that a policy sends abroad every night "
        "exports it all, unseen.",
        "快照和镜像包含云盘上的全部数据；策略每晚自动将副本送往境外，等于在无人察觉的情况下整盘出境。",
    ),
    remediation=Text(
        "Name a mainland region as destination, or declare the destination and its transfer mechanism in "
        "[cross-border]. Alibaba Cloud: target_copy_regions (alicloud_ecs_auto_snapshot_policy), "
        "cross_region_copy_info.regions.region_id, to_region_id (alicloud_ecs_image_pipeline), "
        "rules.replication_region_id (alicloud_hbr_policy); alicloud_image_copy and alicloud_hbr_replication_vault in "
        "a provider of a mainland region. AWS: cross_region_copy_rule.target (aws_dlm_lifecycle_policy), "
        "rule.copy_action.destination_vault_arn (aws_backup_plan), distribution.region "
        "(aws_imagebuilder_distribution_configuration); aws_ami_copy and aws_ebs_snapshot_copy in a China region. "
        "Tencent Cloud: destination_region (tencentcloud_cbs_copy_snapshot_cross_region), destination_regions "
        "(tencentcloud_cvm_sync_image).",
        "将目的地改为境内地域，或在 [cross-border] 中声明目的地与出境机制。阿里云：target_copy_regions"
        "（alicloud_ecs_auto_snapshot_policy）、cross_region_copy_info.regions.region_id、to_region_id"
        "（alicloud_ecs_image_pipeline）、rules.replication_region_id（alicloud_hbr_policy），alicloud_image_copy 与 "
        "alicloud_hbr_replication_vault 使用境内地域的 provider。AWS：cross_region_copy_rule.target"
        "（aws_dlm_lifecycle_policy）、rule.copy_action.destination_vault_arn（aws_backup_plan）、distribution.region"
        "（aws_imagebuilder_distribution_configuration），aws_ami_copy 与 aws_ebs_snapshot_copy 使用中国区域。腾讯云："
        "destination_region（tencentcloud_cbs_copy_snapshot_cross_region）、destination_regions"
        "（tencentcloud_cvm_sync_image）。",
    ),
    checks={
        "alicloud_ecs_auto_snapshot_policy": _SNAPSHOT_POLICY,
        "alicloud_snapshot_policy": _SNAPSHOT_POLICY,
        "alicloud_ebs_enterprise_snapshot_policy": when(
            attribute("cross_region_copy_info.enabled").is_true(missing="unknown"),
            goes_to("cross_region_copy_info.regions.region_id", _SNAPSHOTS),
        ),
        "alicloud_ebs_disk_replica_pair": goes_to("destination_region_id", _DISKS),
        "alicloud_ebs_disk_replica_group": goes_to("destination_region_id", _DISKS, source="source_region_id"),
        "alicloud_image_copy": comes_from("source_region_id", _IMAGES),
        "alicloud_ecs_image_pipeline": goes_to("to_region_id", _IMAGES),
        "alicloud_hbr_replication_vault": comes_from("replication_source_region_id", _BACKUPS),
        "alicloud_hbr_policy": goes_to("rules.replication_region_id", _BACKUPS),
        "aws_ami_copy": comes_from("source_ami_region", _IMAGES),
        "aws_ebs_snapshot_copy": comes_from("source_region", _SNAPSHOTS),
        "aws_dlm_lifecycle_policy": each_of(
            goes_to("policy_details.schedule.cross_region_copy_rule.target", _SNAPSHOTS, region=_arn_region),
            goes_to("policy_details.schedule.cross_region_copy_rule.target_region", _SNAPSHOTS),
            goes_to("policy_details.action.cross_region_copy.target", _SNAPSHOTS, region=_arn_region),
        ),
        "aws_backup_plan": vault_copy("rule.copy_action.destination_vault_arn", _BACKUPS),
        "aws_imagebuilder_distribution_configuration": goes_to("distribution.region", _IMAGES),
        "tencentcloud_cbs_copy_snapshot_cross_region": goes_to("destination_region", _SNAPSHOTS),
        "tencentcloud_cvm_sync_image": goes_to("destination_regions", _IMAGES),
    },
)

_CCN_MEMBER = network_member("instance_region", "ccn_id")

_PEERING = Rule(
    code="CN109",
    name="loc-peering-domestic",
    severity=Severity.HIGH,
    title=Text("Private links do not cross the border", "私网互联不得跨境"),
    rationale=Text(
        "A private link between a mainland network and a foreign one carries any traffic abroad, past the controls "
        "at the "
        "public entry points.",
        "境内网络与境外网络之间的私网互联可绕过公网出口的管控，将任意流量带出境外。",
    ),
    remediation=Text(
        "Link mainland regions only, or declare the destination and its transfer mechanism in [cross-border]. "
        "Alibaba "
        "Cloud: accepting_region_id, peer_transit_router_region_id, child_instance_region_id. AWS: peer_region. "
        "Tencent "
        "Cloud: instance_region, destination_region.",
        "只在境内地域之间互联，或在 [cross-border] 中声明目的地与出境机制。阿里云：accepting_region_id、"
        "peer_transit_router_region_id、child_instance_region_id；AWS：peer_region；腾讯云：instance_region、"
        "destination_region。",
    ),
    checks={
        "alicloud_vpc_peer_connection": links_to("accepting_region_id", _LINK),
        "alicloud_cen_transit_router_peer_attachment": links_to("peer_transit_router_region_id", _LINK),
        "alicloud_cen_instance_attachment": network_member("child_instance_region_id", "instance_id"),
        "alicloud_cen_bandwidth_package": bandwidth_areas,
        "alicloud_router_interface": links_to("opposite_region", _LINK),
        "alicloud_express_connect_router_interface": links_to("opposite_region_id", _LINK),
        "aws_vpc_peering_connection": links_to("peer_region", _LINK),
        "aws_ec2_transit_gateway_peering_attachment": links_to("peer_region", _LINK),
        "tencentcloud_ccn_attachment": _CCN_MEMBER,
        "tencentcloud_ccn_attachment_v2": _CCN_MEMBER,
        "tencentcloud_vpc_peer_connect_manager": links_to("destination_region", _LINK),
    },
)

_LOG_SINK = Rule(
    code="CN110",
    name="loc-log-sink-domestic",
    severity=Severity.HIGH,
    title=Text("Logs are stored in mainland China", "日志不得存储到境外"),
    rationale=Text(
        "Logs hold account names, addresses and personal data, and they are the evidence that authorities ask for; "
        "both "
        "are reasons to keep them in the country.",
        "日志含有账号、地址和个人信息，也是监管取证的依据，应当留存在境内。",
    ),
    remediation=Text(
        "Deliver logs to a mainland region, or declare the destination and its transfer mechanism in [cross-border]. "
        "Alibaba Cloud: storage_region, centralize_config.dest_region, sls_region. AWS: target_arn, "
        "http_endpoint_configuration.url. Tencent Cloud: storage.storage_region, cloud_log_region.",
        "将日志投递到境内地域，或在 [cross-border] 中声明目的地与出境机制。阿里云：storage_region、"
        "centralize_config.dest_region、sls_region；AWS：target_arn、http_endpoint_configuration.url；"
        "腾讯云：storage.storage_region、cloud_log_region。",
    ),
    checks={
        "alicloud_actiontrail_global_events_storage_region": goes_to("storage_region", _LOGS),
        "alicloud_actiontrail_trail": trail_sinks,
        "alicloud_actiontrail": trail_sinks,
        "alicloud_sls_collection_policy": goes_to(
            "centralize_config.dest_region", _LOGS, source="data_config.data_region"
        ),
        "alicloud_sls_oss_export_sink": goes_to("configuration.sink.endpoint", _LOGS, region=oss_location),
        "alicloud_cdn_real_time_log_delivery": goes_to("sls_region", _LOGS),
        "aws_kinesis_firehose_delivery_stream": firehose_endpoint,
        "aws_cloudwatch_log_destination": log_destination,
        "tencentcloud_audit_track": goes_to("storage.storage_region", _LOGS),
        "tencentcloud_events_audit_track": goes_to("storage.storage_region", _LOGS),
        "tencentcloud_vpc_flow_log": goes_to("cloud_log_region", _LOGS, unset=PASS),
    },
)

RULES: tuple[Rule, ...] = (
    _REGION_ALLOWLIST,
    _OBJECT_COPY,
    _DATABASE_COPY,
    _SNAPSHOT_COPY,
    _PEERING,
    _LOG_SINK,
)
