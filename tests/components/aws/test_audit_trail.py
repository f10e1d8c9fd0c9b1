"""AuditTrail for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import AuditTrail
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "account_id": "123456789012",
    "standby": {"region": "cn-northwest-1"},
}
WAIVER = {"rule": "audit-trail-on", "reason": "another trail", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, AuditTrail]:
    trails: list[AuditTrail] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        trails.append(AuditTrail("audit", given))

    return record(program), trails[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"audit-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("audit-") for item in found.resources}


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"overrides": {"trail": {"is_multi_region_trail": False}}}, "audit-trail-on", "8.1.4.3a"),
        ({"overrides": {"trail": {"enable_logging": False}}}, "audit-trail-on", "8.1.4.3a"),
        ({"overrides": {"trail": {"enable_log_file_validation": False}}}, "audit-immutable", "8.1.4.7b"),
        ({"overrides": {"trail": {"kms_key_id": None}}}, "log-encrypted", "8.1.4.8b"),
        ({"retention_days": 30}, "audit-retention", "8.1.5.4d"),
        (
            {"overrides": {"bucket": {"worm": {"rule": {"default_retention": {"days": 7}}}}}},
            "audit-immutable",
            "8.1.4.3c",
        ),
    ],
)
def test_what_weakens_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made(args)
    text = str(error.value)
    assert f"rule {rule}" in text and clause in text


def test_a_waiver_lets_it_pass() -> None:
    _, trail = made({"overrides": {"trail": {"is_multi_region_trail": False}}, "waivers": [WAIVER]})
    assert [item["rule"] for item in trail.waived] == ["audit-trail-on"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"retention_days": 400, "overrides": {"trail": {"s3_key_prefix": "acme"}}})
    assert inputs(found, "log-group")["retentionInDays"] == 400
    assert inputs(found, "bucket-worm")["rule"]["defaultRetention"]["days"] == 400
    assert inputs(found, "trail")["s3KeyPrefix"] == "acme"


def test_the_bucket_is_open_to_this_trail_only() -> None:
    found, trail = made({})
    policy = json.loads(inputs(found, "bucket-policy")["policy"])
    written = next(item for item in policy["Statement"] if item["Sid"] == "CloudTrailWrites")
    assert written["Resource"] == "arn:aws-cn:s3:::audit-123456789012-cn-north-1/AWSLogs/123456789012/*"
    assert written["Condition"]["StringEquals"]["aws:SourceArn"] == (
        f"arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/{trail.trail_name}"
    )


def test_existing_places_are_used() -> None:
    found, trail = made({"log_bucket": "acme-audit", "log_group": "/acme/audit", "standby": None})
    assert (trail.bucket, trail.group) == (None, None)
    assert inputs(found, "trail")["s3BucketName"] == "acme-audit"
    assert inputs(found, "trail")["cloudWatchLogsGroupArn"].endswith("log-group:/acme/audit:*")


def test_without_a_second_region_nothing_is_made() -> None:
    with pytest.raises(ComponentError, match=r"8\.1\.4\.9"):
        made({"standby": None})


@pytest.mark.parametrize("region", ["us-east-1", "ap-east-1"])
def test_regions_abroad_are_refused(region: str) -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": region})


def test_log_groups_are_collected_from_level_3_on() -> None:
    second, _ = made({"baseline": "mlps-l2"})
    third, _ = made({})
    assert not {"collection", "firehose"} & names(second)
    assert {"collection", "firehose", "collection-errors"} <= names(third)
    left_out = inputs(third, "collection")["selectionCriteria"]
    assert left_out == 'LogGroupName NOT IN ["/aws/cloudtrail/audit-trail", "/aws/firehose/audit"]'


def test_a_central_destination_takes_the_place_of_the_own_stream() -> None:
    central = "arn:aws-cn:logs:cn-north-1:123456789012:destination:central"
    found, _ = made({"central_destination_arn": central})
    assert "firehose" not in names(found)
    assert json.loads(inputs(found, "collection")["policyDocument"])["DestinationArn"] == central


def test_what_is_evidence_outlives_the_stack() -> None:
    found, _ = made({})
    for suffix in ("log-group", "bucket-bucket"):
        assert found.by_name(f"audit-{suffix}").retain_on_delete, suffix
    assert found.by_name("audit-trail").protect


def test_a_trail_of_an_organisation_writes_below_its_id() -> None:
    def writes(args: dict[str, Any]) -> str:
        found, _ = made(args)
        policy = json.loads(inputs(found, "bucket-policy")["policy"])
        return str(next(item["Resource"] for item in policy["Statement"] if item.get("Sid") == "CloudTrailWrites"))

    assert writes({}).endswith("/AWSLogs/123456789012/*")
    assert writes({"organization": True}).endswith("/AWSLogs/*")


def test_a_central_destination_that_needs_a_role_is_refused() -> None:
    stream = "arn:aws-cn:firehose:cn-north-1:123456789012:deliverystream/central"
    with pytest.raises(ComponentError, match="central_destination_arn"):
        made({"central_destination_arn": stream})


def test_a_retention_beyond_what_is_offered_is_refused() -> None:
    with pytest.raises(ComponentError, match="at most 3653 days"):
        made({"retention_days": 100_000})
