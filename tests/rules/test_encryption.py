"""Disks, keys and buckets at rest: defaults, account defaults, regions, companions."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.kernel.rules.encryption import (
    BUCKET_ENCRYPTED,
    CUSTOMER_KEY,
    DATABASE_ENCRYPTED,
    DISK_ENCRYPTED,
    LOG_ENCRYPTED,
)
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

PASS, FAIL, UNKNOWN, NONE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("default", "verdict"),
    [
        ({"region": "cn-north-1"}, PASS),
        ({"region": "cn-northwest-1"}, FAIL),
        ({"region": "cn-north-1", "enabled": False}, FAIL),
        ({"region": "cn-north-1", "enabled": unknown()}, UNKNOWN),
        ({"region": unknown("var.region")}, UNKNOWN),
    ],
)
def test_account_default_holds_for_its_region(default: dict[str, Any], verdict: Verdict) -> None:
    region = default.pop("region")
    volume = resource("aws_ebs_volume", region="cn-north-1")
    account = resource("aws_ebs_encryption_by_default", region=region, **default)
    account.module = "" if isinstance(region, str) else "module.other"
    assert judge(DISK_ENCRYPTED, volume, FakeContext([volume, account])).verdict is verdict


def test_account_default_that_may_not_exist() -> None:
    volume = resource("aws_ebs_volume")
    account = resource("aws_ebs_encryption_by_default", existence=unknown("var.create"))
    assert judge(DISK_ENCRYPTED, volume, FakeContext([volume, account])).verdict is UNKNOWN


def test_written_false_is_not_excused_by_the_account_default() -> None:
    volume = resource("aws_ebs_volume", encrypted=False)
    account = resource("aws_ebs_encryption_by_default")
    assert judge(DISK_ENCRYPTED, volume, FakeContext([volume, account])).verdict is FAIL


def test_known_open_disk_beside_unknown_ones() -> None:
    target = resource(
        "alicloud_instance",
        system_disk_encrypted=True,
        data_disks=[
            unknown("each.value"),
            {"size": 10, "encrypted": False},
            {"size": 20, "encrypted": either(True, False)},
        ],
    )
    outcome = judge(DISK_ENCRYPTED, target)
    assert outcome.verdict is FAIL
    assert [(verdict, attribute) for verdict, attribute, _ in findings(outcome)] == [
        (UNKNOWN, "data_disks.0"),
        (FAIL, "data_disks.1.encrypted"),
        (UNKNOWN, "data_disks.2.encrypted"),
    ]


def test_instance_from_a_template_of_the_scan() -> None:
    template = resource("aws_launch_template")
    instance = resource("aws_instance", launch_template=[{"id": reference(template)}])
    elsewhere = resource("aws_instance", launch_template=[{"id": "lt-0123"}])
    context = FakeContext([template, instance, elsewhere])
    assert judge(DISK_ENCRYPTED, instance, context).verdict is NONE
    assert judge(DISK_ENCRYPTED, elsewhere, context).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("alias/aws/ebs", FAIL),
        ("arn:aws-cn:kms:cn-north-1:123456789012:alias/aws/ebs", FAIL),
        ("arn:aws-cn:kms:cn-north-1:123456789012:key/1234", PASS),
        ("arn:aws-cn:kms:cn-northwest-1:123456789012:key/1234", FAIL),
        ("alias/data", PASS),
        ("", FAIL),
        (None, FAIL),
        (unknown(), UNKNOWN),
        (unknown("data.aws_kms_alias.x.arn", "data-source"), UNKNOWN),
        (either("alias/data", None), UNKNOWN),
    ],
)
def test_key_of_a_volume(key: Any, verdict: Verdict) -> None:
    target = resource("aws_ebs_volume", region="cn-north-1", encrypted=True, kms_key_id=key)
    assert judge(CUSTOMER_KEY, target).verdict is verdict


@pytest.mark.parametrize(("region", "verdict"), [("cn-beijing", PASS), ("cn-hongkong", FAIL)])
def test_key_of_another_region(region: str, verdict: Verdict) -> None:
    key = resource("alicloud_kms_key", region=region)
    disk = resource("alicloud_ecs_disk", region="cn-beijing", encrypted=True, kms_key_id=reference(key))
    assert judge(CUSTOMER_KEY, disk, FakeContext([key, disk])).verdict is verdict


@pytest.mark.parametrize(("encrypted", "verdict"), [(None, NONE), (False, NONE), (True, FAIL), (unknown(), UNKNOWN)])
def test_key_is_asked_of_what_is_encrypted(encrypted: Any, verdict: Verdict) -> None:
    assert judge(CUSTOMER_KEY, resource("aws_ebs_volume", encrypted=encrypted)).verdict is verdict


def test_bucket_without_companions() -> None:
    """S3 encrypts by itself with its own key; OSS and COS do not encrypt."""
    cases = [
        ("alicloud_oss_bucket", FAIL, NONE),
        ("aws_s3_bucket", PASS, FAIL),
        ("tencentcloud_cos_bucket", FAIL, NONE),
    ]
    for kind, encrypted, own_key in cases:
        bucket = resource(kind, bucket="data")
        assert judge(BUCKET_ENCRYPTED, bucket).verdict is encrypted, kind
        assert judge(CUSTOMER_KEY, bucket).verdict is own_key, kind


def test_bucket_by_equal_name() -> None:
    bucket = resource("alicloud_oss_bucket", bucket="data")
    rule = resource("alicloud_oss_bucket_server_side_encryption", bucket="data", sse_algorithm="AES256")
    context = FakeContext([bucket, rule])
    assert judge(BUCKET_ENCRYPTED, bucket, context).verdict is PASS
    assert judge(CUSTOMER_KEY, bucket, context).verdict is FAIL
    assert judge(BUCKET_ENCRYPTED, rule, context).verdict is NONE


@pytest.mark.parametrize(
    ("kind", "attributes", "verdict"),
    [
        ("alicloud_db_instance", {"engine": "MySQL", "encryption_key": "", "tde_status": "Enabled"}, PASS),
        ("alicloud_db_instance", {"engine": "MySQL", "encryption_key": unknown(), "tde_status": "Disabled"}, UNKNOWN),
        ("alicloud_db_instance", {"engine": "MariaDB"}, UNKNOWN),
        ("alicloud_db_instance", {"engine": either("MySQL", "PostgreSQL")}, FAIL),
        ("alicloud_polardb_cluster", {"db_type": "MySQL", "db_version": "5.7", "tde_status": "Enabled"}, PASS),
        ("alicloud_kvstore_instance", {"instance_type": "Memcache"}, NONE),
        ("alicloud_kvstore_instance", {"instance_class": "redis.shard.small.2.ce"}, UNKNOWN),
        ("alicloud_mongodb_instance", {"tde_status": "enabled"}, PASS),
        ("aws_rds_cluster", {"engine_mode": "serverless"}, PASS),
        ("aws_rds_cluster", {}, FAIL),
        ("aws_rds_cluster", {"global_cluster_identifier": "g"}, UNKNOWN),
        ("aws_elasticache_replication_group", {"engine": "valkey", "at_rest_encryption_enabled": "false"}, FAIL),
        ("tencentcloud_mysql_instance", {}, FAIL),
        ("tencentcloud_mongodb_instance", {"engine_version": "MONGO_60_WT"}, UNKNOWN),
        ("tencentcloud_mongodb_instance", {"engine_version": "MONGO_60_WT", "data_encryption": "TDE"}, PASS),
    ],
)
def test_databases(kind: str, attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(DATABASE_ENCRYPTED, resource(kind, **attributes)).verdict is verdict


@pytest.mark.parametrize(
    ("region", "encryption", "verdict"),
    [("ap-beijing", None, FAIL), ("ap-nanjing", None, UNKNOWN), ("ap-nanjing", 0, FAIL), ("ap-beijing", 1, PASS)],
)
def test_log_topic(region: str, encryption: int | None, verdict: Verdict) -> None:
    target = resource("tencentcloud_cls_topic", region=region, encryption=encryption)
    assert judge(LOG_ENCRYPTED, target).verdict is verdict
