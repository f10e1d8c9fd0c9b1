"""ObjectBucket for AWS China: what is there, what is refused, what can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import ObjectBucket
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
KEY_2 = "arn:aws-cn:kms:cn-northwest-1:123456789012:key/2"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "bucket": "docs",
    "kms_key_arn": KEY,
    "standby": {"region": "cn-northwest-1", "kms_key_arn": KEY_2},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: ObjectBucket("b", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def waiver(rule: str) -> dict[str, str]:
    return {"rule": rule, "reason": "agreed with the assessor", "owner": "security", "until": SOON}


def algorithm(found: Recording, name: str) -> dict[str, Any]:
    (rule,) = inputs(found, name)["rules"]
    applied: dict[str, Any] = rule["applyServerSideEncryptionByDefault"]
    return applied


def test_a_bucket_has_the_customer_key_and_its_log_bucket_that_of_s3() -> None:
    """S3 delivers access logs to no bucket with another key, and to none with a lock."""
    found = made({"worm_days": 30})
    assert algorithm(found, "b-encryption") == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    assert algorithm(found, "b-standby-encryption") == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY_2}
    assert algorithm(found, "b-logs-encryption") == {"sseAlgorithm": "AES256"}
    assert {"b-worm", "b-standby-worm"} <= names(found)
    assert not {"b-logs-worm", "b-standby-logs-worm", "b-logs-logging"} & names(found)
    assert inputs(found, "b-bucket")["objectLockEnabled"] is True
    assert "objectLockEnabled" not in inputs(found, "b-logs-bucket")


def test_s3_may_write_the_logs_of_this_bucket_of_this_account() -> None:
    (tls, delivery) = json.loads(inputs(made(), "b-logs-policy")["policy"])["Statement"]
    assert tls["Effect"] == "Deny"
    assert delivery["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert delivery["Resource"] == "arn:aws-cn:s3:::docs-logs/access/docs/*"
    assert delivery["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


def test_accesses_are_logged_into_the_own_or_the_given_bucket() -> None:
    assert inputs(made(), "b-logging")["targetBucket"] == "docs-logs"
    given = made({"log_bucket": "central", "standby": {**ARGS["standby"], "log_bucket": "central-2"}})
    assert inputs(given, "b-logging")["targetBucket"] == "central"
    assert inputs(given, "b-standby-logging")["targetBucket"] == "central-2"
    assert not [name for name in names(given) if name.startswith("b-logs-")]


def test_a_log_bucket_is_locked_outlives_the_stack_and_lets_services_use_its_key() -> None:
    found = made({"is_log_bucket": True, "kms_key_arn": None})
    assert inputs(found, "b-worm")["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 180}
    assert inputs(found, "b-lifecycle")["rules"][0]["expiration"] == {"days": 360}
    assert found.by_name("b-bucket").retain_on_delete
    services = json.loads(inputs(found, "b-key")["policy"])["Statement"][1]["Principal"]["Service"]
    assert "cloudtrail.amazonaws.com" in services
    assert len(json.loads(inputs(made({"kms_key_arn": None}), "b-key")["policy"])["Statement"]) == 1


def test_level_2_and_3_differ_in_protection_only() -> None:
    two, three = made({"baseline": "mlps-l2"}), made({"baseline": "mlps-l3"})
    assert names(two) == names(three)
    assert not two.by_name("b-bucket").protect
    assert three.by_name("b-bucket").protect


def test_replication_has_a_role_for_these_buckets_only() -> None:
    found = made()
    statements = json.loads(inputs(found, "b-replication-policy")["policy"])["Statement"]
    assert statements[0]["Resource"] == ["arn:aws-cn:s3:::docs", "arn:aws-cn:s3:::docs-logs"]
    decrypt = next(item for item in statements if item["Action"] == "kms:Decrypt")
    assert decrypt["Condition"]["StringEquals"] == {
        "kms:ViaService": ["s3.cn-north-1.amazonaws.com.cn", "s3.cn-north-1.amazonaws.com"]
    }
    (rule,) = inputs(found, "b-replication")["rules"]
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": KEY_2}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    (logs,) = inputs(found, "b-logs-replication")["rules"]
    assert "encryptionConfiguration" not in logs["destination"]


def test_the_role_is_not_shut_out_by_the_network_that_is_asked() -> None:
    found = made({"allowed_vpc_ids": ["vpc-1"]})
    statement = json.loads(inputs(found, "b-policy")["policy"])["Statement"][1]
    role = inputs(found, "b-replication-role")["name"]
    assert statement["Condition"]["ArnNotEqualsIfExists"] == {
        "aws:PrincipalArn": f"arn:aws-cn:iam::123456789012:role/{role}"
    }
    assert all(action.startswith(("s3:GetObject", "s3:PutObject", "s3:DeleteObject")) for action in statement["Action"])
    assert "SourceVpc" not in inputs(found, "b-standby-policy")["policy"]


def test_a_long_name_makes_a_role_name_that_iam_takes() -> None:
    role = inputs(made({"bucket": "d" * 50}), "b-replication-role")["name"]
    assert len(role) <= 64


def test_own_keys_lie_in_the_region_of_their_bucket() -> None:
    found = made({"kms_key_arn": None, "standby": {"region": "cn-northwest-1"}})
    assert found.by_name("b-key").provider == found.by_name("b-bucket").provider
    assert found.by_name("b-standby-key").provider == found.by_name("b-standby-bucket").provider
    assert inputs(found, "b-key")["enableKeyRotation"] is True
    assert inputs(found, "b-key")["deletionWindowInDays"] == 30


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"standby": None}, "standby"),
        ({"standby": {"region": "cn-north-1"}}, "the other region"),
        ({"standby": {"region": "ap-east-1"}}, "mainland"),
        ({"region": "us-east-1"}, "mainland"),
    ],
)
def test_what_cannot_be_built_is_refused(args: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ComponentError, match=words):
        made(args)


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"overrides": {"public-access-block": {"block_public_policy": False}}}, "oss-not-public", "8.1.4.2"),
        (
            {"overrides": {"policy": {"policy": '{"Version": "2012-10-17", "Statement": []}'}}},
            "oss-https-only",
            "8.1.2.2",
        ),
        (
            {"overrides": {"versioning": {"versioning_configuration": {"status": "Suspended"}}}},
            "oss-versioning",
            "8.1.4",
        ),
        ({"overrides": {"bucket": {"acceleration_status": "Enabled"}}}, "loc-no-global-acceleration", "8.2.4.5"),
        (
            {
                "overrides": {
                    "logs-lifecycle": {"rules": [{"id": "all", "status": "Enabled", "expiration": {"days": 30}}]}
                }
            },
            "audit-retention",
            "8.1.3.5",
        ),
    ],
)
def test_what_the_level_forbids_is_refused_and_can_be_waived(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert clause in str(caught.value)
    made({**args, "waivers": [waiver(rule)]})


def test_a_harmless_override_passes() -> None:
    found = made({"overrides": {"logging": {"target_prefix": "elsewhere/"}}})
    assert inputs(found, "b-logging")["targetPrefix"] == "elsewhere/"


@pytest.mark.parametrize("name", ["Docs", "docs.example", "a-name-that-is-long-enough-to-leave-no-room-for-logs"])
def test_names_that_s3_does_not_take_are_refused(name: str) -> None:
    """The bucket of the replica's access logs has the longest name."""
    with pytest.raises(ComponentError, match="is no name of a bucket"):
        made({"bucket": name})
