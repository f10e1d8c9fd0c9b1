"""RelationalDatabase for AWS China: what each level adds, what is refused, what stands in for what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.aws import RelationalDatabase
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

STANDBY: Mapping[str, Any] = {
    "region": "cn-northwest-1",
    "vpc_id": "vpc-2",
    "subnet_ids": ["subnet-3", "subnet-4"],
    "kms_key_arn": "arn:aws-cn:kms:cn-northwest-1:123456789012:key/2",
}
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "engine": "MySQL",
    "engine_version": "8.0.36",
    "instance_type": "db.m6i.large",
    "storage_gb": 100,
    "zones": ["cn-north-1a", "cn-north-1b"],
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "allowed_cidrs": ["10.0.0.0/16"],
    "kms_key_arn": "arn:aws-cn:kms:cn-north-1:123456789012:key/1",
    "standby": STANDBY,
}


def made(args: Mapping[str, Any] = {}, *, password: bool = True) -> Recording:
    def program() -> None:
        administrator: dict[str, Any] = {"name": "keeper"}
        if password:
            administrator["password"] = pulumi.Output.secret("Str0ng-enough")
        RelationalDatabase("db", {**ARGS, "administrator": administrator, **args})

    return record(program)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("db-") for item in found.registrations if item.custom}


def region_of(found: Recording, name: str) -> Any:
    return found.by_urn(found.by_name(name).provider.rpartition("::")[0]).inputs["region"]


def test_level_2_copies_backups_and_lets_rds_keep_the_password() -> None:
    found = made({"baseline": "mlps-l2"}, password=False)
    assert "backups-replication" in names(found)
    assert "standby-instance" not in names(found)
    instance = inputs(found, "db-instance")
    assert instance["manageMasterUserPassword"] is True
    assert instance["masterUserSecretKmsKeyId"] == ARGS["kms_key_arn"]
    assert "passwordWo" not in instance
    assert instance["multiAz"] is False
    assert region_of(found, "db-backups-replication") == "cn-northwest-1"


def test_level_3_adds_a_replica_with_all_that_it_needs() -> None:
    found = made()
    assert {"subnet-group", "security-group", "parameters", "options", "instance", "audit-log"} <= names(found)
    assert {f"standby-{name}" for name in ("subnet-group", "security-group", "parameters", "instance")} <= names(found)
    replica = inputs(found, "db-standby-instance")
    assert replica["kmsKeyId"] == STANDBY["kms_key_arn"]
    assert "engine" not in replica
    assert region_of(found, "db-standby-instance") == "cn-northwest-1"
    assert inputs(found, "db-instance")["multiAz"] is True


def test_a_replica_and_a_password_that_rds_keeps_exclude_each_other() -> None:
    with pytest.raises(ComponentError, match="RDS keeps no password in Secrets Manager"):
        made(password=False)


def test_passwords_are_write_only_and_none_stands_in_the_program() -> None:
    instance = inputs(made(), "db-instance")
    assert "password" not in instance
    assert instance["passwordWoVersion"] == 1
    with pytest.raises(ComponentError, match="is a text in the program"):
        made({"administrator": {"name": "keeper", "password": "Str0ng-enough"}})


def test_parameters_by_engine() -> None:
    mysql = inputs(made(), "db-parameters")
    assert mysql["family"] == "mysql8.0"
    assert {item["name"]: item["value"] for item in mysql["parameters"]} == {
        "require_secure_transport": "1",
        "tls_version": "TLSv1.2,TLSv1.3",
    }
    found = made({"engine": "PostgreSQL", "engine_version": "16.4"})
    postgres = {item["name"]: item["value"] for item in inputs(found, "db-parameters")["parameters"]}
    assert inputs(found, "db-parameters")["family"] == "postgres16"
    assert postgres["rds.force_ssl"] == "1"
    assert "pgaudit" in postgres["shared_preload_libraries"]
    assert "options" not in names(found)
    assert inputs(found, "db-postgresql-log")["name"] == "/aws/rds/instance/db/postgresql"


def test_own_keys_let_cloudwatch_of_their_region_encrypt() -> None:
    found = made({"kms_key_arn": None, "standby": {**STANDBY, "kms_key_arn": None}})
    for key, region in (("db-key", "cn-north-1"), ("db-standby-key", "cn-northwest-1")):
        policy = json.loads(inputs(found, key)["policy"])
        services = [statement["Principal"].get("Service") for statement in policy["Statement"]]
        assert f"logs.{region}.amazonaws.com.cn" in services
        assert region_of(found, key) == region
    assert not {"log-key", "standby-log-key"} & names(found)  # one key serves data and logs


def test_existing_groups_are_taken_instead_of_an_own_one() -> None:
    found = made({"security_group_ids": ["sg-1"], "vpc_id": None})
    assert "security-group" not in names(found)
    assert inputs(found, "db-instance")["vpcSecurityGroupIds"] == ["sg-1"]


def test_logs_outlive_the_stack() -> None:
    log = made().by_name("db-audit-log")
    assert log.retain_on_delete
    assert log.inputs["retentionInDays"] == 180


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"parameters": {"parameters": []}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"instance": {"publicly_accessible": True}}, "net-db-no-public-endpoint", "gbt22239-2019:8.1."),
        ({"instance": {"storage_encrypted": False}}, "db-encrypted", "gbt22239-2019:8.1.4.8"),
        ({"instance": {"multi_az": False}}, "db-multi-az", "gbt22239-2019:8.1.4.9c"),
        ({"instance": {"backup_retention_period": 1}}, "db-backup", "gbt22239-2019:8.1.4.9a"),
        ({"instance": {"enabled_cloudwatch_logs_exports": ["error"]}}, "db-audit-on", "gbt22239-2019:8.1.4.3a"),
        ({"instance": {"username": "admin"}}, "db-default-account-renamed", "gbt22239-2019:8.1.4.2b"),
        ({"audit-log": {"retention_in_days": 30}}, "audit-retention", "gbt22239-2019:8.1.4.3c"),
        ({"standby-instance": {"publicly_accessible": True}}, "net-db-no-public-endpoint", "gbt22239-2019:8.1."),
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
    waiver = {"rule": "db-multi-az", "reason": "test of load", "owner": "li.wei", "until": SOON}
    found = made({"overrides": {"instance": {"multi_az": False}}, "waivers": [waiver]})
    assert inputs(found, "db-instance")["multiAz"] is False


def test_harmless_overrides_pass() -> None:
    found = made({"overrides": {"instance": {"backup_window": "17:00-18:00"}}})
    assert inputs(found, "db-instance")["backupWindow"] == "17:00-18:00"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"engine": "Oracle"}, "engine must be one of"),
        ({"standby": None}, "asks for a copy in the second region"),
        ({"standby": {**STANDBY, "region": "cn-north-1"}}, "another region"),
        ({"standby": {**STANDBY, "region": "us-east-1"}}, "does not lie in mainland China"),
        ({"standby": {**STANDBY, "subnet_ids": []}}, "the replica needs standby.subnet_ids"),
        ({"zones": ["cn-north-1a", "cn-north-1a"]}, "two zones at least"),
        ({"vpc_id": None}, "give vpc_id or security_group_ids"),
        ({"databases": ["a", "b"]}, "RDS makes one database"),
        ({"parameters": {"backup-retention-days": 90}}, "for 35 days at most"),
        ({"region": "ap-southeast-1"}, "does not lie in mainland China"),
    ],
)
def test_what_cannot_be_built_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
