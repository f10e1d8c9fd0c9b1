"""Backups, second regions, zones, deletion protection: the logic beyond what fixtures show."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import ProviderConfiguration, Unknown, Verdict
from compliant_infra.kernel.rules.backups import DB_BACKUP, SNAPSHOTS
from compliant_infra.kernel.rules.redundancy import DELETION, SEVERAL_ZONES, VERSIONING
from compliant_infra.kernel.rules.second_region import SECOND_REGION, STANDBY
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

FAIL, PASSED, UNKNOWN, NOT = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"zone_id": "cn-beijing-h", "zone_id_slave_a": "cn-beijing-i"}, PASSED),
        ({"zone_id": "cn-beijing-h", "zone_id_slave_a": "cn-beijing-h"}, FAIL),
        ({"zone_id": "cn-beijing-h"}, FAIL),
        ({}, FAIL),
        ({"zone_id": "cn-beijing-MAZ1(a,b)"}, PASSED),
        ({"zone_id": unknown(), "zone_id_slave_a": "cn-beijing-h"}, UNKNOWN),
        ({"zone_id_slave_a": "cn-beijing-h"}, UNKNOWN),
        ({"zone_id": "cn-beijing-h", "zone_id_slave_a": "Auto"}, UNKNOWN),
        ({"zone_id": "cn-beijing-h", "zone_id_slave_a": "cn-beijing-i", "category": "Basic"}, FAIL),
        (
            {"zone_id": "cn-beijing-h", "zone_id_slave_a": "cn-beijing-i", "category": either("Basic", "cluster")},
            UNKNOWN,
        ),
        ({"zone_id": unknown(), "category": "serverless_basic"}, FAIL),
    ],
)
def test_zones_of_rds(attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(SEVERAL_ZONES, resource("alicloud_db_instance", **attributes)).verdict is expected


def test_zones_at_the_highest_level() -> None:
    highest = FakeContext(level=4, parameters={"min-zones": 3})
    pair = {"zone_id": "cn-beijing-h", "secondary_zone_id": "cn-beijing-i"}
    assert judge(SEVERAL_ZONES, resource("alicloud_kvstore_instance", **pair), highest).verdict is PASSED
    assert judge(SEVERAL_ZONES, resource("alicloud_mongodb_instance", **pair), highest).verdict is FAIL
    three = resource("alicloud_mongodb_instance", **pair, hidden_zone_id="cn-beijing-j")
    assert judge(SEVERAL_ZONES, three, highest).verdict is PASSED


@pytest.mark.parametrize(
    ("main", "replicas", "expected"),
    [
        ("ap-shanghai-2", [200002], FAIL),
        ("ap-shanghai-2", [200002, 200003], PASSED),
        ("ap-shanghai-2", None, FAIL),
        (unknown(), [200002], UNKNOWN),
        (unknown(), [200002, 200004], PASSED),
        ("ap-shanghai-2", [200002, unknown()], UNKNOWN),
    ],
)
def test_zones_of_tencent_redis(main: Any, replicas: Any, expected: Verdict) -> None:
    target = resource("tencentcloud_redis_instance", availability_zone=main, replica_zone_ids=replicas)
    assert judge(SEVERAL_ZONES, target).verdict is expected


def test_equal_zones_of_a_set_are_one() -> None:
    same = resource("tencentcloud_mariadb_instance", zones=["ap-shanghai-2", "ap-shanghai-2"])
    assert judge(SEVERAL_ZONES, same).verdict is FAIL
    perhaps = resource("tencentcloud_mariadb_instance", zones=["ap-shanghai-2", unknown()])
    assert judge(SEVERAL_ZONES, perhaps).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"create_rule": [{"interval": 24}], "retain_rule": [{"count": 7}]}, PASSED),
        ({"create_rule": [{"interval": 12}], "retain_rule": [{"count": 7}]}, FAIL),
        ({"create_rule": [{"cron_expression": "cron(0 1 * * ? *)"}], "retain_rule": [{"count": 7}]}, UNKNOWN),
        ({"retain_rule": [{"interval": 1, "interval_unit": "WEEKS"}]}, PASSED),
        ({"retain_rule": [{"interval": 6, "interval_unit": "DAYS"}]}, FAIL),
        ({"retain_rule": [{"interval": unknown(), "interval_unit": "DAYS"}]}, UNKNOWN),
    ],
)
def test_retention_of_the_lifecycle_manager(schedule: dict[str, Any], expected: Verdict) -> None:
    policy = resource("aws_dlm_lifecycle_policy", policy_details=[{"schedule": [schedule]}])
    assert judge(SNAPSHOTS, policy).verdict is expected


def test_volume_by_tag_selection_or_pattern() -> None:
    volume = resource("aws_ebs_volume", tags={"Backup": "daily"})
    by_tag = resource("aws_backup_selection", selection_tag=[{"key": "Backup", "value": "daily"}])
    other_tag = resource("aws_backup_selection", selection_tag=[{"key": "Backup", "value": "weekly"}])
    pattern = resource("aws_backup_selection", resources=["arn:aws-cn:ec2:*:*:volume/*"])
    databases = resource("aws_backup_selection", resources=["arn:aws-cn:rds:*:*:db:*"])
    for selection, expected in ((by_tag, PASSED), (other_tag, FAIL), (pattern, PASSED), (databases, FAIL)):
        assert judge(SNAPSHOTS, volume, FakeContext([volume, selection])).verdict is expected
    untagged = resource("aws_ebs_volume")
    untagged.provider = ProviderConfiguration("aws", default_tags={"Backup": "daily"})
    assert judge(SNAPSHOTS, untagged, FakeContext([untagged, by_tag])).verdict is PASSED
    maybe = resource("aws_backup_selection", resources=["*"], existence=unknown())
    assert judge(SNAPSHOTS, volume, FakeContext([volume, maybe])).verdict is UNKNOWN


def test_every_disk_of_an_instance_is_asked() -> None:
    disks = [
        {"size": 100, "category": "cloud_essd"},
        {"size": 100, "category": "elastic_ephemeral_disk_standard"},
        {"size": 100, "auto_snapshot_policy_id": unknown()},
    ]
    target = resource("alicloud_instance", system_disk_auto_snapshot_policy_id="sp-1", data_disks=disks)
    assert findings(judge(SNAPSHOTS, target)) == [
        (FAIL, "data_disks.0.auto_snapshot_policy_id", ""),
        (UNKNOWN, "data_disks.2.auto_snapshot_policy_id", ""),
    ]


def test_disk_on_an_instance_that_is_backed_up_whole() -> None:
    instance = resource("alicloud_instance")
    disk = resource("alicloud_ecs_disk", category="cloud_essd")
    attachment = resource("alicloud_ecs_disk_attachment", disk_id=reference(disk), instance_id=reference(instance))
    binding = resource("alicloud_hbr_policy_binding", data_source_id=reference(instance))
    assert judge(SNAPSHOTS, disk, FakeContext([instance, disk, attachment])).verdict is FAIL
    assert judge(SNAPSHOTS, disk, FakeContext([instance, disk, attachment, binding])).verdict is PASSED


def test_default_of_rds_is_measured_against_the_parameter() -> None:
    database = resource("alicloud_db_instance")
    month = {"backup-retention-days": 30}
    assert judge(DB_BACKUP, database, FakeContext([database])).verdict is PASSED
    assert judge(DB_BACKUP, database, FakeContext([database], parameters=month)).verdict is FAIL
    policy = resource("alicloud_db_backup_policy", instance_id=reference(database), backup_retention_period=30)
    assert judge(DB_BACKUP, database, FakeContext([database, policy], parameters=month)).verdict is NOT
    assert judge(DB_BACKUP, policy, FakeContext([database, policy], parameters=month)).verdict is PASSED


def test_old_names_count_where_the_new_are_unset() -> None:
    old = resource("alicloud_db_backup_policy", retention_period=3, backup_retention_period=7, log_backup=True)
    assert judge(DB_BACKUP, old).verdict is PASSED
    assert judge(DB_BACKUP, resource("alicloud_db_backup_policy", retention_period=3)).verdict is FAIL


def stores(own: Any, copy: Any) -> tuple[Any, FakeContext]:
    database = resource("alicloud_db_instance", region=own)
    policy = resource(
        "alicloud_rds_instance_cross_backup_policy", instance_id=reference(database), cross_backup_region=copy
    )
    return database, FakeContext([database, policy])


@pytest.mark.parametrize(
    ("own", "copy", "expected"),
    [
        ("cn-hangzhou", "cn-beijing", PASSED),
        ("cn-hangzhou", "cn-hangzhou", FAIL),
        ("cn-hangzhou", "cn-hongkong", FAIL),
        ("cn-hangzhou", "cn-nowhere", UNKNOWN),
        ("cn-hangzhou", unknown(), UNKNOWN),
        (unknown(), "cn-beijing", UNKNOWN),
        (unknown(), "ap-southeast-1", FAIL),
        ("cn-hangzhou", either("cn-beijing", "cn-shanghai"), PASSED),
        ("cn-hangzhou", either("cn-beijing", "cn-hongkong"), UNKNOWN),
    ],
)
def test_copies_of_rds(own: Any, copy: Any, expected: Verdict) -> None:
    database, context = stores(own, copy)
    assert judge(SECOND_REGION, database, context).verdict is expected


def test_copy_that_may_not_exist() -> None:
    database = resource("alicloud_db_instance", region="cn-hangzhou")
    policy = resource(
        "alicloud_rds_instance_cross_backup_policy",
        instance_id=reference(database),
        cross_backup_region="cn-beijing",
        existence=unknown(),
    )
    assert judge(SECOND_REGION, database, FakeContext([database, policy])).verdict is UNKNOWN


def test_bucket_that_is_a_copy_needs_none() -> None:
    bucket = resource("alicloud_oss_bucket", "a", region="cn-hangzhou", bucket="a")
    copy = resource("alicloud_oss_bucket", "b", region="cn-beijing", bucket="b")
    replication = resource(
        "alicloud_oss_bucket_replication", bucket="a", destination=[{"bucket": "b", "location": "oss-cn-beijing"}]
    )
    context = FakeContext([bucket, copy, replication])
    assert judge(SECOND_REGION, bucket, context).verdict is PASSED
    assert judge(SECOND_REGION, copy, context).verdict is PASSED
    assert judge(SECOND_REGION, copy, FakeContext([copy])).verdict is FAIL


def test_vault_arn_with_an_unknown_account() -> None:
    vault = Unknown("no-value", parts=("arn:aws-cn:backup:cn-northwest-1:", unknown(), ":backup-vault:dr"))
    plan = resource("aws_backup_plan", region="cn-north-1", rule=[{"copy_action": [{"destination_vault_arn": vault}]}])
    assert judge(SECOND_REGION, plan).verdict is PASSED


def test_s3_destination_outside_the_scan_has_no_region() -> None:
    bucket = resource("aws_s3_bucket", region="cn-north-1", bucket="a")
    replication = resource(
        "aws_s3_bucket_replication_configuration",
        bucket=reference(bucket),
        rule=[{"status": "Enabled", "destination": [{"bucket": "arn:aws-cn:s3:::elsewhere"}]}],
    )
    outcome = judge(SECOND_REGION, bucket, FakeContext([bucket, replication]))
    assert isinstance(outcome.unknown, Unknown)
    assert outcome.unknown.reason == "not-in-scan"


def test_disaster_recovery_instance_lies_in_its_providers_region() -> None:
    master = resource("tencentcloud_mysql_instance", region="ap-shanghai")
    standby = {"master_instance_id": reference(master), "master_region": "ap-shanghai"}
    far = resource("tencentcloud_mysql_dr_instance", region="ap-beijing", **standby)
    near = resource("tencentcloud_mysql_dr_instance", region="ap-shanghai", **standby)
    abroad = resource("tencentcloud_mysql_dr_instance", region="ap-hongkong", **standby)
    for item, expected in ((far, PASSED), (near, FAIL), (abroad, FAIL)):
        context = FakeContext([master, item])
        assert judge(STANDBY, master, context).verdict is expected
        assert judge(STANDBY, item, context).verdict is expected


def test_members_of_a_global_database() -> None:
    group = resource("aws_rds_global_cluster")
    first = resource("aws_rds_cluster", "a", region="cn-north-1", global_cluster_identifier=reference(group))
    second = resource("aws_rds_cluster", "b", region="cn-northwest-1", global_cluster_identifier=reference(group))
    assert judge(STANDBY, first, FakeContext([group, first])).verdict is FAIL
    assert judge(STANDBY, first, FakeContext([group, first, second])).verdict is PASSED


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_db_instance", {"engine": "PostgreSQL", "instance_charge_type": "Prepaid"}, NOT),
        ("alicloud_db_instance", {"engine": "PostgreSQL", "deletion_protection": True}, PASSED),
        ("alicloud_db_instance", {"engine": "MySQL", "deletion_protection": True}, FAIL),
        ("alicloud_instance", {"spot_strategy": "SpotAsPriceGo"}, NOT),
        ("alicloud_instance", {"instance_charge_type": "PrePaid"}, NOT),
        ("alicloud_instance", {"instance_charge_type": unknown()}, UNKNOWN),
        ("alicloud_instance", {"instance_charge_type": unknown(), "deletion_protection": True}, PASSED),
        ("alicloud_slb_load_balancer", {"payment_type": "Subscription"}, NOT),
        ("alicloud_slb_load_balancer", {"modification_protection_status": "ConsoleProtection"}, PASSED),
        ("alicloud_alb_load_balancer", {"deletion_protection_enabled": True}, PASSED),
        ("alicloud_hbase_instance", {}, PASSED),
        ("aws_db_instance", {"replicate_source_db": "main"}, NOT),
        ("aws_db_instance", {"deletion_protection": True, "skip_final_snapshot": True}, FAIL),
        ("tencentcloud_instance", {"instance_charge_type": "PREPAID"}, NOT),
    ],
)
def test_deletion_protection(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(DELETION, resource(type, **attributes)).verdict is expected


def test_last_backup_may_be_kept_by_the_backup_policy() -> None:
    database = resource("alicloud_db_instance", engine="MySQL", deletion_protection=True)
    policy = resource("alicloud_db_backup_policy", instance_id=reference(database), released_keep_policy="Lastest")
    assert judge(DELETION, database, FakeContext([database, policy])).verdict is PASSED


def test_companion_versioning_of_an_unknown_bucket() -> None:
    bucket = resource("aws_s3_bucket", bucket="b")
    versioning = resource(
        "aws_s3_bucket_versioning", bucket=unknown(), versioning_configuration=[{"status": "Enabled"}]
    )
    assert judge(VERSIONING, bucket, FakeContext([bucket, versioning])).verdict is UNKNOWN
    assert judge(VERSIONING, bucket, FakeContext([bucket])).verdict is FAIL
