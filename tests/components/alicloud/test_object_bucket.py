"""ObjectBucket for Alibaba Cloud: what is there, what is refused, what can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import ObjectBucket
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "bucket": "docs",
    "kms_key_id": "key-1",
    "standby": {"region": "cn-hangzhou", "kms_key_id": "key-2"},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: ObjectBucket("b", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def waiver(rule: str) -> dict[str, str]:
    return {"rule": rule, "reason": "agreed with the assessor", "owner": "security", "until": SOON}


def test_a_bucket_has_versions_and_a_log_bucket_a_lock() -> None:
    """OSS takes one of the two for a bucket, not both."""
    found = names(made())
    assert {"b-versioning", "b-logs-worm", "b-standby-versioning", "b-standby-logs-worm"} <= found
    assert not {"b-worm", "b-logs-versioning", "b-standby-worm", "b-standby-logs-versioning"} & found


def test_a_lock_of_ones_own_takes_the_place_of_versions() -> None:
    found = made({"worm_days": 400})
    assert inputs(found, "b-worm") == {"bucket": "docs", "retentionPeriodInDays": 400, "status": "Locked"}
    assert found.by_name("b-worm").retain_on_delete
    assert "b-versioning" not in names(found)
    (rule,) = inputs(found, "b-bucket")["lifecycleRules"]
    assert "noncurrentVersionExpirations" not in rule


def test_accesses_are_logged_into_the_own_or_the_given_bucket() -> None:
    assert inputs(made(), "b-logging")["targetBucket"] == "docs-logs"
    given = made({"log_bucket": "central", "standby": {**ARGS["standby"], "log_bucket": "central-2"}})
    assert inputs(given, "b-logging")["targetBucket"] == "central"
    assert inputs(given, "b-standby-logging")["targetBucket"] == "central-2"
    assert not [name for name in names(given) if name.startswith("b-logs-")]
    assert "b-logs-replication" not in names(given)


def test_a_log_bucket_outlives_the_stack_and_keeps_logs_for_the_retention() -> None:
    found = made({"is_log_bucket": True, "baseline": "mlps-l3"})
    assert inputs(found, "b-worm")["retentionPeriodInDays"] == 180
    assert inputs(found, "b-bucket")["lifecycleRules"][0]["expirations"] == [{"days": 360}]
    assert found.by_name("b-bucket").retain_on_delete
    assert inputs(found, "b-logging")["targetBucket"] == "docs"
    finance = made({"is_log_bucket": True, "baseline": "financial-l3", "dr_tier": "1", "rto": "4h", "rpo": "15m"})
    assert inputs(finance, "b-worm")["retentionPeriodInDays"] == 183


def test_records_of_processing_are_kept_as_long_as_the_law_asks() -> None:
    found = made({"is_log_bucket": True, "data_class": "processing-record", "owner": "privacy"})
    assert inputs(found, "b-bucket")["lifecycleRules"][0]["expirations"] == [{"days": 1095}]


def test_national_cryptography_encrypts_with_sm4() -> None:
    assert inputs(made({"profiles": ["sm"]}), "b-encryption")["kmsDataEncryption"] == "SM4"
    assert "kmsDataEncryption" not in inputs(made(), "b-encryption")


def test_replication_has_a_role_that_may_copy_these_buckets_only() -> None:
    found = made()
    policy = json.loads(inputs(found, "b-replication-policy")["policyDocument"])
    targets = [resource for statement in policy["Statement"] for resource in statement["Resource"]]
    assert {resource.split(":")[-1].split("/")[0] for resource in targets} == {
        "docs",
        "docs-logs",
        "docs-standby",
        "docs-standby-logs",
    }
    replication = inputs(found, "b-replication")
    assert replication["action"] == "PUT"  # what is deleted here stays there
    assert replication["destination"]["location"] == "oss-cn-hangzhou"
    assert replication["encryptionConfiguration"] == {"replicaKmsKeyId": "key-2"}
    given = made({"replication_role": "mine"})
    assert inputs(given, "b-replication")["syncRole"] == "mine"
    assert "b-replication-role" not in names(given)


def test_a_network_is_asked_of_objects_and_not_of_the_bucket_itself() -> None:
    """A policy that shuts out everybody from outside of the network shuts out Pulumi."""
    found = made({"allowed_vpc_ids": ["vpc-1"]})
    statements = json.loads(inputs(found, "b-policy")["policy"])["Statement"]
    (network,) = [item for item in statements if "StringNotEquals" in item["Condition"]]
    assert network["Condition"]["StringNotEquals"] == {"acs:SourceVpc": ["vpc-1"]}
    assert all(
        action.rpartition(":")[2].endswith(("Object", "ObjectVersion", "Upload")) for action in network["Action"]
    )
    assert network["Resource"] == ["acs:oss:*:*:docs/*"]
    for other in ("b-standby-policy", "b-logs-policy"):
        assert "SourceVpc" not in inputs(found, other)["policy"]


def test_further_statements_name_the_replica_in_its_own_policy() -> None:
    statement = {
        "Effect": "Deny",
        "Action": ["oss:PutObjectAcl"],
        "Principal": ["*"],
        "Resource": ["acs:oss:*:*:docs/*"],
    }
    found = made({"policy_statements": [statement]})
    assert json.loads(inputs(found, "b-policy")["policy"])["Statement"][-1] == statement
    replica = json.loads(inputs(found, "b-standby-policy")["policy"])["Statement"][-1]
    assert replica["Resource"] == ["acs:oss:*:*:docs-standby/*"]


def test_own_keys_live_in_the_given_instances() -> None:
    found = made(
        {
            "kms_key_id": None,
            "kms_instance_id": "kst-1",
            "standby": {"region": "cn-hangzhou", "kms_instance_id": "kst-2"},
        }
    )
    assert inputs(found, "b-key")["dkmsInstanceId"] == "kst-1"
    assert inputs(found, "b-standby-key")["dkmsInstanceId"] == "kst-2"
    assert found.by_name("b-standby-key").provider == found.by_name("b-standby-bucket").provider
    assert found.by_name("b-standby-key").provider != found.by_name("b-key").provider


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"standby": None}, "standby"),
        ({"standby": {"region": "cn-beijing", "kms_key_id": "key-2"}}, "another region"),
        ({"standby": {"region": "cn-hongkong", "kms_key_id": "key-2"}}, "mainland"),
        ({"region": "eu-central-1"}, "mainland"),
        ({"region": "cn-nowhere"}, "not known"),
        ({"kms_key_id": None}, "KMS instance"),
        ({"acl": "private"}, "takes no argument acl"),
    ],
)
def test_what_cannot_be_built_is_refused(args: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ComponentError, match=words):
        made(args)


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        (
            {"overrides": {"acl": {"acl": "public-read"}, "public-access-block": {"block_public_access": False}}},
            "oss-not-public",
            "8.1.4.2",
        ),
        ({"overrides": {"policy": {"policy": '{"Version": "1", "Statement": []}'}}}, "oss-https-only", "8.1.2.2"),
        ({"overrides": {"versioning": {"status": "Suspended"}}}, "oss-versioning", "8.1.4"),
        ({"overrides": {"encryption": {"kms_master_key_id": None}}}, "rest-customer-key", "8.2.4.5"),
        ({"data_class": "pi", "owner": "me", "profiles": ["pipl"]}, "pi-retention", "pipl"),
        (
            {
                "policy_statements": [
                    {"Effect": "Allow", "Action": ["oss:*"], "Principal": ["*"], "Resource": ["acs:oss:*:*:docs/*"]}
                ]
            },
            "oss-policy-scoped",
            "8.1.4.2",
        ),
    ],
)
def test_what_the_level_forbids_is_refused_and_can_be_waived(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert clause in str(caught.value)
    made({**args, "waivers": [waiver(rule)]})


def test_a_retention_satisfies_what_is_asked_of_personal_information() -> None:
    found = made({"data_class": "pi", "owner": "me", "profiles": ["pipl"], "retention_days": 365})
    assert inputs(found, "b-bucket")["lifecycleRules"][0]["expirations"] == [{"days": 365}]


def test_a_harmless_override_passes() -> None:
    assert inputs(made({"overrides": {"bucket": {"storage_class": "IA"}}}), "b-bucket")["storageClass"] == "IA"
