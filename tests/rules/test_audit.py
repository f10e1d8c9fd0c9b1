"""Audit trails and records: the logic beyond what fixtures show."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules.audit_records import DB_AUDIT, K8S_AUDIT, RETENTION
from compliant_infra.kernel.rules.audit_trails import TRAIL_IMMUTABLE, TRAIL_ON
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

FAIL, PASSED, UNKNOWN, NOT = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE

WHOLE_TRACK = {"status": 1, "action_type": "*", "resource_type": "*", "event_names": ["*"]}


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_actiontrail_trail", {"trail_region": "All"}, PASSED),
        ("alicloud_actiontrail_trail", {}, UNKNOWN),
        ("alicloud_actiontrail_trail", {"trail_region": "cn-beijing"}, FAIL),
        ("alicloud_actiontrail_trail", {"trail_region": "All", "event_rw": "Write"}, FAIL),
        ("alicloud_actiontrail_trail", {"trail_region": "All", "status": "Disable"}, FAIL),
        ("aws_cloudtrail", {"is_multi_region_trail": True}, PASSED),
        ("aws_cloudtrail", {}, FAIL),
        ("aws_cloudtrail", {"is_multi_region_trail": True, "enable_logging": unknown()}, UNKNOWN),
        ("aws_cloudtrail", {"is_multi_region_trail": True, "event_selector": [{"read_write_type": "WriteOnly"}]}, FAIL),
        (
            "aws_cloudtrail",
            {"is_multi_region_trail": True, "event_selector": [{"read_write_type": "WriteOnly"}, {}]},
            PASSED,
        ),
        (
            "aws_cloudtrail",
            {
                "is_multi_region_trail": True,
                "advanced_event_selector": [
                    {"field_selector": [{"field": "eventCategory", "equals": ["Management"]}]},
                ],
            },
            PASSED,
        ),
        (
            "aws_cloudtrail",
            {
                "is_multi_region_trail": True,
                "advanced_event_selector": [
                    {
                        "field_selector": [
                            {"field": "eventCategory", "equals": ["Management"]},
                            {"field": "readOnly", "equals": ["false"]},
                        ]
                    },
                ],
            },
            FAIL,
        ),
        ("tencentcloud_audit_track", WHOLE_TRACK, PASSED),
        ("tencentcloud_audit_track", {**WHOLE_TRACK, "action_type": "Write"}, FAIL),
        ("tencentcloud_audit_track", {**WHOLE_TRACK, "status": 0}, FAIL),
        (
            "tencentcloud_events_audit_track",
            {
                "status": 1,
                "filters": [
                    {"resource_fields": [{"resource_type": "*", "action_type": "*", "event_names": ["*"]}]},
                ],
            },
            PASSED,
        ),
        (
            "tencentcloud_events_audit_track",
            {
                "status": 1,
                "filters": [
                    {"resource_fields": [{"resource_type": "cos", "action_type": "*", "event_names": ["*"]}]},
                ],
            },
            FAIL,
        ),
    ],
)
def test_trails(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(TRAIL_ON, resource(type, **attributes)).verdict is expected


def test_special_trail_beside_a_whole_one_and_organisations() -> None:
    special = resource("aws_cloudtrail", "data")
    whole = resource("aws_cloudtrail", "all", is_multi_region_trail=True)
    assert judge(TRAIL_ON, special, FakeContext([special, whole])).verdict is PASSED
    organisation = resource("aws_organizations_organization")
    assert judge(TRAIL_ON, whole, FakeContext([whole, organisation])).verdict is FAIL
    for_all = resource("aws_cloudtrail", "org", is_multi_region_trail=True, is_organization_trail=True)
    assert judge(TRAIL_ON, whole, FakeContext([whole, organisation, for_all])).verdict is PASSED


YEAR = {"log-retention-days": 365}


def test_trail_bucket_of_oss() -> None:
    bucket = resource("alicloud_oss_bucket", "logs", bucket="logs")
    trail = resource("alicloud_actiontrail_trail", oss_bucket_name=reference(bucket, "bucket"))
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail])).verdict is FAIL
    started = resource("alicloud_oss_bucket_worm", bucket="logs")
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, started])).verdict is FAIL
    for days, expected in ((180, PASSED), (179, FAIL), (None, UNKNOWN), (unknown(), UNKNOWN)):
        locked = resource(
            "alicloud_oss_bucket_worm", bucket=reference(bucket), status="Locked", retention_period_in_days=days
        )
        assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, locked])).verdict is expected, days
    other = resource("alicloud_oss_bucket_worm", bucket=unknown(), status="Locked")
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, other])).verdict is UNKNOWN
    versioned = resource("alicloud_oss_bucket_versioning", bucket="logs", status="Enabled")
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, versioned])).verdict is FAIL
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, versioned], level=2)).verdict is PASSED
    outside = judge(TRAIL_IMMUTABLE, resource("alicloud_actiontrail_trail", oss_bucket_name="elsewhere"))
    assert isinstance(outside.unknown, Unknown)
    assert outside.unknown.reason == "not-in-scan"
    assert judge(TRAIL_IMMUTABLE, resource("alicloud_actiontrail_trail", sls_project_arn="acs:log:x")).verdict is NOT


def test_trail_bucket_of_s3_and_cos() -> None:
    bucket = resource("aws_s3_bucket", bucket="trail")
    trail = resource("aws_cloudtrail", s3_bucket_name="trail", enable_log_file_validation=True)
    lock = resource(
        "aws_s3_bucket_object_lock_configuration",
        bucket=reference(bucket),
        rule=[{"default_retention": [{"mode": "COMPLIANCE", "days": 180}]}],
    )
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, lock])).verdict is PASSED
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, lock], parameters=YEAR)).verdict is FAIL
    years = resource(
        "aws_s3_bucket_object_lock_configuration",
        bucket=reference(bucket),
        rule=[{"default_retention": [{"mode": "COMPLIANCE", "years": 1}]}],
    )
    assert judge(TRAIL_IMMUTABLE, trail, FakeContext([bucket, trail, years], parameters=YEAR)).verdict is PASSED
    plain = resource("aws_cloudtrail", s3_bucket_name="trail")
    both = judge(TRAIL_IMMUTABLE, plain, FakeContext([bucket, plain]))
    assert [item[1] for item in findings(both)] == ["enable_log_file_validation", "s3_bucket_name"]
    track = resource("tencentcloud_audit_track", storage=[{"storage_type": "cos", "storage_name": "audit"}])
    for lock_of_cos, expected in (
        ({"enabled": True, "rule": [{"days": 180}]}, PASSED),
        ({"enabled": True, "rule": [{"days": 30}]}, FAIL),
        ({"enabled": True}, FAIL),
    ):
        cos = resource("tencentcloud_cos_bucket", bucket="audit-1250000000", object_lock_configuration=[lock_of_cos])
        assert judge(TRAIL_IMMUTABLE, track, FakeContext([cos, track])).verdict is expected, lock_of_cos


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_log_store", {}, FAIL),
        ("alicloud_log_store", {"retention_period": 180}, PASSED),
        ("alicloud_log_store", {"retention_period": 3650}, PASSED),
        ("alicloud_log_store", {"retention_period": unknown()}, UNKNOWN),
        ("alicloud_log_store", {"retention_period": either(365, 180)}, PASSED),
        ("alicloud_log_store", {"telemetry_type": "Metrics"}, NOT),
        ("alicloud_cs_managed_kubernetes", {}, NOT),
        ("alicloud_cs_managed_kubernetes", {"control_plane_log_components": ["apiserver"]}, FAIL),
        ("alicloud_db_instance", {"sql_collector_status": "Enabled"}, FAIL),
        ("alicloud_db_instance", {"sql_collector_status": "Enabled", "sql_collector_config_value": 180}, PASSED),
        ("alicloud_db_instance", {}, NOT),
        ("alicloud_mongodb_audit_policy", {"audit_status": "enable"}, FAIL),
        ("alicloud_kvstore_audit_log_config", {"retention": 15}, FAIL),
        ("alicloud_kvstore_audit_log_config", {}, UNKNOWN),
        ("aws_cloudwatch_log_group", {}, PASSED),
        ("aws_cloudwatch_log_group", {"retention_in_days": 0}, PASSED),
        ("aws_cloudwatch_log_group", {"retention_in_days": 90}, FAIL),
        ("tencentcloud_cls_topic", {"period": 3640}, PASSED),
        ("tencentcloud_cls_topic", {"period": 30}, FAIL),
        ("tencentcloud_cls_topic", {}, UNKNOWN),
        ("tencentcloud_cls_topic", {"period": 30, "biz_type": 1}, NOT),
        ("tencentcloud_mysql_audit_service", {"log_expire_day": 30}, FAIL),
    ],
)
def test_retention(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(RETENTION, resource(type, **attributes)).verdict is expected


def test_fixed_steps_meet_six_calendar_months() -> None:
    strict = FakeContext(parameters={"log-retention-days": 183})
    year = FakeContext(parameters={"log-retention-days": 365})
    service = resource("tencentcloud_mysql_audit_service", log_expire_day=180)
    assert judge(RETENTION, service, strict).verdict is PASSED
    assert judge(RETENTION, service, year).verdict is FAIL
    assert judge(RETENTION, resource("alicloud_log_store", retention_period=180), strict).verdict is FAIL


def test_log_audit_counts_where_the_records_end_up() -> None:
    variables = {
        "actiontrail_enabled": "true",
        "actiontrail_ttl": "180",
        "oss_access_enabled": "true",
        "oss_access_ttl": "7",
        "oss_sync_enabled": "true",
        "oss_sync_ttl": "180",
        "rds_perf_ttl": "7",
        "waf_enabled": "false",
        "waf_ttl": "30",
    }
    assert judge(RETENTION, resource("alicloud_log_audit", variable_map=variables)).verdict is PASSED
    local = {**variables, "oss_sync_enabled": "false", "oss_sync_ttl": "180", "waf_enabled": unknown()}
    outcome = judge(RETENTION, resource("alicloud_log_audit", variable_map=local))
    assert findings(outcome) == [
        (FAIL, "variable_map.oss_access_ttl", ""),
        (UNKNOWN, "variable_map.waf_ttl", ""),
    ]


def test_lifecycle_counts_only_for_log_stores() -> None:
    rule = [{"enabled": True, "expiration": [{"days": 30}]}]
    bucket = resource("alicloud_oss_bucket", bucket="b", lifecycle_rule=rule)
    assert judge(RETENTION, bucket, FakeContext([bucket])).verdict is NOT
    trail = resource("alicloud_actiontrail_trail", oss_bucket_name="b")
    assert judge(RETENTION, bucket, FakeContext([bucket, trail])).verdict is FAIL
    perhaps = resource("alicloud_actiontrail_trail", oss_bucket_name=unknown())
    assert judge(RETENTION, bucket, FakeContext([bucket, perhaps])).verdict is UNKNOWN
    s3 = resource("aws_s3_bucket", bucket="t")
    lifecycle = resource(
        "aws_s3_bucket_lifecycle_configuration",
        bucket=reference(s3),
        rule=[{"status": "Enabled", "expiration": [{"days": 90}]}, {"status": "Disabled", "expiration": [{"days": 1}]}],
    )
    cloudtrail = resource("aws_cloudtrail", s3_bucket_name=reference(s3))
    outcome = judge(RETENTION, lifecycle, FakeContext([s3, lifecycle, cloudtrail]))
    assert findings(outcome) == [(FAIL, "rule.0.expiration.0.days", "")]
    assert judge(RETENTION, lifecycle, FakeContext([s3, lifecycle])).verdict is NOT


@pytest.mark.parametrize(
    ("engine", "exports", "expected"),
    [
        ("mysql", ["audit", "error"], PASSED),
        ("mysql", ["error"], FAIL),
        ("mysql", None, FAIL),
        ("postgres", ["postgresql"], PASSED),
        ("aurora-postgresql", ["audit"], FAIL),
        ("mariadb", [unknown(), "error"], UNKNOWN),
        ("sqlserver-se", None, NOT),
        (unknown(), ["audit"], UNKNOWN),
    ],
)
def test_audit_exports(engine: Any, exports: Any, expected: Verdict) -> None:
    target = resource("aws_db_instance", engine=engine, enabled_cloudwatch_logs_exports=exports)
    assert judge(DB_AUDIT, target).verdict is expected


def test_database_audit_companions() -> None:
    redis = resource("alicloud_kvstore_instance")
    assert judge(DB_AUDIT, redis, FakeContext([redis])).verdict is FAIL
    config = resource("alicloud_kvstore_audit_log_config", instance_id=reference(redis))
    assert judge(DB_AUDIT, redis, FakeContext([redis, config])).verdict is PASSED
    assert judge(DB_AUDIT, config, FakeContext([redis, config])).verdict is NOT
    alone = resource("alicloud_kvstore_audit_log_config", instance_id="r-1", db_audit=False)
    assert judge(DB_AUDIT, alone, FakeContext([alone])).verdict is FAIL
    appliance = resource("alicloud_yundun_dbaudit_instance")
    assert judge(DB_AUDIT, redis, FakeContext([redis, appliance])).verdict is UNKNOWN
    mysql = resource("tencentcloud_mysql_instance")
    service = resource("tencentcloud_mysql_audit_service", instance_id=reference(mysql))
    assert judge(DB_AUDIT, mysql, FakeContext([mysql, service])).verdict is PASSED
    assert judge(DB_AUDIT, mysql, FakeContext([mysql])).verdict is FAIL


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_cs_managed_kubernetes", {}, FAIL),
        ("alicloud_cs_managed_kubernetes", {"audit_log_config": [{"enabled": True}]}, PASSED),
        ("alicloud_cs_managed_kubernetes", {"audit_log_config": [{"enabled": unknown()}]}, UNKNOWN),
        # What the component writes of itself is no audit.
        ("alicloud_cs_managed_kubernetes", {"control_plane_log_components": ["apiserver", "kcm"]}, FAIL),
        ("aws_eks_cluster", {"enabled_cluster_log_types": ["api"]}, FAIL),
        ("aws_eks_cluster", {"enabled_cluster_log_types": ["api", "audit"]}, PASSED),
        ("tencentcloud_kubernetes_cluster", {}, FAIL),
        ("tencentcloud_kubernetes_cluster", {"cluster_audit": [{"enabled": True}]}, PASSED),
    ],
)
def test_cluster_audit(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(K8S_AUDIT, resource(type, **attributes)).verdict is expected
