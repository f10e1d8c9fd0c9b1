"""AuditTrail for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import AuditTrail
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "account_id": "1234567890123456",
    "kms_key_id": "key-hzz62f1cb66fa42qo9m3x",
    "standby": {"region": "cn-hangzhou", "kms_key_id": "key-shh62f1cb66fa42qo9m3x"},
}
WAIVER = {"rule": "audit-retention", "reason": "test system", "owner": "li.wei", "until": SOON}


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
        ({"overrides": {"trail": {"event_rw": "Write"}}}, "audit-trail-on", "8.1.4.3a"),
        ({"overrides": {"trail": {"trail_region": "cn-beijing"}}}, "audit-trail-on", "8.1.4.3a"),
        ({"overrides": {"trail": {"status": "Disable"}}}, "audit-trail-on", "8.1.4.3a"),
        ({"retention_days": 90}, "audit-retention", "8.1.4.3"),
        ({"overrides": {"store": {"encrypt_conf": {"enable": False}}}}, "log-encrypted", "8.1.4.3"),
        (
            {
                "overrides": {
                    "bucket": {"public-access-block": {"block_public_access": False}, "acl": {"acl": "public-read"}}
                }
            },
            "audit-store-private",
            "8.1.4.3",
        ),
        ({"overrides": {"bucket": {"worm": {"retention_period_in_days": 30}}}}, "audit-immutable", "8.1.4.3"),
    ],
)
def test_what_weakens_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made(args)
    text = str(error.value)
    assert f"rule {rule}" in text and clause in text


def test_a_waiver_lets_a_shorter_retention_pass() -> None:
    overrides = {"store": {"retention_period": 90}}
    with pytest.raises(WeakenedError):
        made({"overrides": overrides})
    found, trail = made({"overrides": overrides, "waivers": [WAIVER]})
    assert inputs(found, "store")["retentionPeriod"] == 90
    assert [item["rule"] for item in trail.waived] == ["audit-retention"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made(
        {"overrides": {"store": {"hot_ttl": 30}, "project": {"description": "Acme"}}, "retention_days": 400}
    )
    assert inputs(found, "store")["hotTtl"] == 30
    assert inputs(found, "store")["retentionPeriod"] == 400
    assert inputs(found, "bucket-worm")["retentionPeriodInDays"] == 400


def test_the_place_of_the_trail_is_known_before_it_is_there() -> None:
    found, trail = made({})
    assert (trail.log_project, trail.log_bucket) == ("audit-1234567890123456-cn-beijing",) * 2
    assert trail.log_store == "actiontrail_audit-trail"
    given = inputs(found, "trail")
    assert given["slsProjectArn"] == "acs:log:cn-beijing:1234567890123456:project/audit-1234567890123456-cn-beijing"
    policy = json.loads(inputs(found, "delivery-policy")["policyDocument"])
    written = [item["Resource"] for item in policy["Statement"] if "oss:PutObject" in item["Action"]]
    assert written == [["acs:oss:*:1234567890123456:audit-1234567890123456-cn-beijing/*"]]


@pytest.mark.parametrize(
    ("args", "resource", "tagged"),
    [
        ({"tags": {"system": "shop"}}, "key/key-hzz62f1cb66fa42qo9m3x", None),
        ({"kms_key_id": None, "kms_instance_id": "kst-1", "tags": {"system": "shop"}}, "key/*", ["shop"]),
        ({"kms_key_id": None, "kms_instance_id": "kst-1"}, "key/*", None),
    ],
)
def test_events_are_written_with_their_own_key(
    args: Mapping[str, Any], resource: str, tagged: list[str] | None
) -> None:
    found, _ = made(args)
    policy = json.loads(inputs(found, "delivery-policy")["policyDocument"])
    (use,) = [item for item in policy["Statement"] if "kms:Decrypt" in item["Action"]]
    assert use["Resource"] == [f"acs:kms:cn-beijing:1234567890123456:{resource}"]
    assert use.get("Condition") == (tagged and {"StringEqualsIgnoreCase": {"kms:tag/system": tagged}})
    if tagged:
        assert inputs(found, "key")["tags"]["system"] == tagged[0]


def test_existing_places_are_used() -> None:
    found, trail = made({"log_project": "acme-logs", "log_bucket": "acme-audit", "standby": None})
    assert (trail.project, trail.bucket) == (None, None)
    assert inputs(found, "trail")["ossBucketName"] == "acme-audit"
    assert inputs(found, "store")["projectName"] == "acme-logs"
    assert not {name for name in names(found) if name.startswith("bucket")}


def test_without_a_second_region_nothing_is_made() -> None:
    with pytest.raises(ComponentError, match=r"8\.1\.4\.9"):
        made({"standby": None})


def test_a_trail_has_a_name_that_the_cloud_takes() -> None:
    with pytest.raises(ComponentError, match="6 to 36"):
        made({"trail_name": "audit"})


@pytest.mark.parametrize("region", ["cn-hongkong", "ap-southeast-1"])
def test_regions_abroad_are_refused(region: str) -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": region})


def test_logs_of_products_are_collected_from_level_3_on() -> None:
    second, _ = made({"baseline": "mlps-l2"})
    third, _ = made({})
    assert not [name for name in names(second) if name.endswith("-collection")]
    collected = {name for name in names(third) if name.endswith("-collection")}
    assert collected == {"oss-access-log-collection", "alb-access-log-collection", "waf-access-log-collection"}
    assert "audit-collection-provider" in inputs_provider(third, "oss-access-log-collection")


def inputs_provider(found: Recording, suffix: str) -> str:
    return found.by_name(f"audit-{suffix}").provider


def test_national_cryptography() -> None:
    found, _ = made({"profiles": ["sm"]})
    assert inputs(found, "store")["encryptConf"]["encryptType"] == "m4"
    assert inputs(found, "bucket-encryption")["kmsDataEncryption"] == "SM4"


def test_where_the_endpoint_of_collection_policies_is_barred_an_exception_is_to_be_signed() -> None:
    place = {"region": "cn-shanghai-finance-1", "standby": {**ARGS["standby"], "region": "cn-shenzhen-finance-1"}}
    declared = {"rto": "4h", "rpo": "15m", "dr_tier": "2", "owner": "security", "parameters": {"platform-level": 4}}
    found, trail = made({"baseline": "financial-l4", **place, **declared})
    assert "audit-collection-provider" not in inputs_provider(found, "oss-access-log-collection")
    assert [item.clauses for item in trail.exceptions if "collection" in item.subject]


def test_what_is_evidence_outlives_the_stack() -> None:
    found, _ = made({})
    for suffix in ("project", "store", "bucket-bucket", "bucket-worm"):
        assert found.by_name(f"audit-{suffix}").retain_on_delete, suffix
    assert found.by_name("audit-trail").protect


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (None, None),
        (["*"], {"accountGroupType": "all"}),
        (["1111222233334444", "5555666677778888"], {"members": ["1111222233334444", "5555666677778888"]}),
    ],
)
def test_logs_of_members_come_too(members: list[str] | None, expected: dict[str, Any] | None) -> None:
    found, _ = made({"collect_members": members})
    policies = [item.inputs for item in found.resources if item.type.endswith(":CollectionPolicy")]
    assert len(policies) == 3
    for policy in policies:
        if expected is None:
            assert "resourceDirectory" not in policy
        else:
            assert policy["resourceDirectory"] == {"accountGroupType": "custom", **expected}


@pytest.mark.parametrize("members", [[], ["*", "1111222233334444"]])
def test_members_are_named_or_all(members: list[str]) -> None:
    with pytest.raises(ComponentError, match="collect_members"):
        made({"collect_members": members})
