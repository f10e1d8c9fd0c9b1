"""Cache for AWS China: what each level adds, what is refused, what is reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.aws import Cache
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "instance_type": "cache.m6g.large",
    "zones": ["cn-north-1a", "cn-north-1b"],
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "allowed_cidrs": ["10.0.0.0/16"],
    "kms_key_arn": "arn:aws-cn:kms:cn-north-1:123456789012:key/1",
}


def made(args: Mapping[str, Any] = {}, *, token: bool = True) -> Recording:
    def program() -> None:
        password = {"auth_token": pulumi.Output.secret("long-enough-for-it")} if token else {}
        Cache("Carts", {**ARGS, **password, **args})

    return record(program)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("Carts-") for item in found.registrations if item.custom}


def test_level_2_has_one_node_and_no_customer_key() -> None:
    found = made({"baseline": "mlps-l2", "kms_key_arn": None})
    group = inputs(found, "Carts-replication-group")
    assert group["numCacheClusters"] == 1
    assert group["multiAzEnabled"] is False
    assert "kmsKeyId" not in group
    assert group["atRestEncryptionEnabled"] is True
    assert group["transitEncryptionMode"] == "required"
    assert not {"key", "log-key"} & names(found)


def test_level_3_has_a_node_in_each_zone() -> None:
    group = inputs(made(), "Carts-replication-group")
    assert group["replicationGroupId"] == "carts"
    assert group["numCacheClusters"] == 2
    assert group["preferredCacheClusterAzs"] == ["cn-north-1a", "cn-north-1b"]
    assert group["automaticFailoverEnabled"] is True
    assert group["kmsKeyId"] == ARGS["kms_key_arn"]


def test_an_own_key_serves_data_and_logs() -> None:
    found = made({"kms_key_arn": None})
    assert "key" in names(found)
    assert "log-key" not in names(found)
    services = [
        item["Principal"].get("Service") for item in json.loads(inputs(found, "Carts-key")["policy"])["Statement"]
    ]
    assert "logs.cn-north-1.amazonaws.com.cn" in services


def test_the_password_is_write_only_and_does_not_stand_in_the_program() -> None:
    group = inputs(made(), "Carts-replication-group")
    assert "authToken" not in group
    assert group["authTokenWoVersion"] == 1
    with pytest.raises(ComponentError, match="is a text in the program"):
        made({"auth_token": "long-enough-for-it"}, token=False)


def test_users_of_their_own_replace_the_password() -> None:
    group = inputs(made({"user_group_id": "carts-users"}, token=False), "Carts-replication-group")
    assert group["userGroupIds"] == ["carts-users"]
    assert "authTokenWo" not in group


def test_existing_groups_are_taken_instead_of_an_own_one() -> None:
    found = made({"security_group_ids": ["sg-1"], "vpc_id": None})
    assert "security-group" not in names(found)
    assert inputs(found, "Carts-replication-group")["securityGroupIds"] == ["sg-1"]


def test_logs_outlive_the_stack() -> None:
    log = made().by_name("Carts-engine-log")
    assert log.retain_on_delete
    assert log.inputs["name"] == "/aws/elasticache/carts/engine-log"
    assert log.inputs["retentionInDays"] == 180


def test_missing_command_audit_and_protection_are_exceptions_to_sign() -> None:
    kept: list[Any] = []

    def program() -> None:
        kept.append(Cache("Carts", {**ARGS, "auth_token": pulumi.Output.secret("long-enough-for-it")}))

    record(program)
    clauses = [item.clauses for item in kept[0].exceptions]
    assert any("gbt22239-2019:8.1.4.3a" in item for item in clauses)
    assert any("gbt22239-2019:8.1.4.9a" in item for item in clauses)


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"replication-group": {"transit_encryption_enabled": False}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"replication-group": {"transit_encryption_mode": "preferred"}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"replication-group": {"at_rest_encryption_enabled": False}}, "db-encrypted", "gbt22239-2019:8.1.4.8"),
        ({"replication-group": {"auth_token_wo": None}}, "db-auth-required", "gbt22239-2019:8.1.4.1a"),
        ({"replication-group": {"multi_az_enabled": False}}, "db-multi-az", "gbt22239-2019:8.1.4.9c"),
        ({"replication-group": {"snapshot_retention_limit": 1}}, "db-backup", "gbt22239-2019:8.1.4.9a"),
        ({"slow-log": {"retention_in_days": 7}}, "audit-retention", "gbt22239-2019:8.1.4.3c"),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    assert rule in {result.rule for result in caught.value.results}
    assert clause in str(caught.value)


def test_open_addresses_are_refused() -> None:
    with pytest.raises(WeakenedError, match="net-db-allowlist-not-any"):
        made({"allowed_cidrs": ["0.0.0.0/0"]})


def test_a_waiver_lets_one_pass() -> None:
    waiver = {"rule": "db-backup", "reason": "made again from the database", "owner": "li.wei", "until": SOON}
    found = made({"overrides": {"replication-group": {"snapshot_retention_limit": 0}}, "waivers": [waiver]})
    assert inputs(found, "Carts-replication-group")["snapshotRetentionLimit"] == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"zones": ["cn-north-1a"]}, "give one for each"),
        ({"zones": ["cn-north-1a", "cn-north-1a"]}, "asks for two different zones"),
        ({"user_group_id": "carts-users"}, "either auth_token or user_group_id"),
        ({"vpc_id": None}, "give vpc_id or security_group_ids"),
        ({"parameters": {"backup-retention-days": 90}}, "for 35 days at most"),
        ({"region": "us-east-1"}, "does not lie in mainland China"),
    ],
)
def test_what_cannot_be_built_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)


def test_each_engine_has_its_own_version() -> None:
    assert inputs(made({}), "Carts-replication-group")["engineVersion"] == "7.1"
    assert inputs(made({"engine": "valkey"}), "Carts-replication-group")["engineVersion"] == "7.2"
    with pytest.raises(ComponentError, match="engine must be one of redis, valkey"):
        made({"engine": "memcached"})
