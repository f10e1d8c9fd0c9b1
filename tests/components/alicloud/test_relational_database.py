"""RelationalDatabase for Alibaba Cloud: what each level adds, what is refused, what stands in for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.alicloud import RelationalDatabase
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

STANDBY: Mapping[str, Any] = {
    "region": "cn-hangzhou",
    "zones": ["cn-hangzhou-h"],
    "subnet_ids": ["vsw-bp1"],
    "kms_key_id": "key-standby",
    "restore_time": "2026-01-31T00:00:00Z",
}
ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "account_id": "1234567890123456",
    "engine": "MySQL",
    "engine_version": "8.0",
    "instance_type": "mysql.x4.large.2c",
    "storage_gb": 100,
    "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
    "subnet_ids": ["vsw-1", "vsw-2", "vsw-3"],
    "kms_key_id": "key-primary",
    "standby": STANDBY,
    "dr_tier": "1",
    "rto": "4h",
    "rpo": "15m",
    "parameters": {"platform-level": 4},
}
NO_STANDBY_YET: Mapping[str, str] = {
    "rule": "dr-realtime-standby",
    "reason": "the first backup is on its way to the second region",
    "owner": "li.wei",
    "until": SOON,
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: RelationalDatabase("db", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("db-") for item in found.registrations if item.custom}


def test_the_service_uses_the_key_by_a_role_of_the_account() -> None:
    arn = "acs:ram::1234567890123456:role/aliyunrdsinstanceencryptiondefaultrole"
    assert inputs(made(), "db-instance")["roleArn"] == arn
    with pytest.raises(ComponentError, match="account_id is needed with a key"):
        made({"account_id": None})


def outputs(args: Mapping[str, Any] = {}) -> list[dict[str, Any]]:
    """The exceptions to sign that a component reports."""
    kept: list[Any] = []
    record(lambda: kept.append(RelationalDatabase("db", {**ARGS, **args})))
    return [item.record() for item in kept[0].exceptions]


def test_level_2_copies_backups_and_makes_no_standby_instance() -> None:
    found = made({"baseline": "mlps-l2", "kms_key_id": None})
    assert {"instance", "backup-policy", "cross-backup-policy"} <= names(found)
    assert not {"standby-instance", "key", "standby-key"} & names(found)
    assert "encryptionKey" not in inputs(found, "db-instance")
    assert inputs(found, "db-backup-policy")["preferredBackupPeriods"] == ["Monday", "Wednesday", "Friday"]


def test_level_3_adds_the_standby_instance_in_the_second_region() -> None:
    found = made({"baseline": "mlps-l3"})
    instance, standby = inputs(found, "db-instance"), inputs(found, "db-standby-instance")
    assert instance["category"] == "HighAvailability"
    assert (instance["zoneId"], instance["zoneIdSlaveA"]) == ("cn-beijing-h", "cn-beijing-k")
    assert instance["vswitchId"] == "vsw-1,vsw-2"
    assert instance["tdeStatus"] == "Enabled"  # tables beside disks
    assert standby["encryptionKey"] == "key-standby"
    assert standby["sourceRegion"] == "cn-beijing"
    provider = found.by_name("db-standby-instance").provider.rpartition("::")[0]
    assert found.by_urn(provider).inputs["region"] == "cn-hangzhou"


def test_three_zones_make_a_cluster() -> None:
    instance = inputs(made({"baseline": "mlps-l4"}), "db-instance")
    assert instance["category"] == "cluster"
    assert instance["zoneIdSlaveB"] == "cn-beijing-l"
    assert instance["vswitchId"] == "vsw-1,vsw-2,vsw-3"


def test_national_cryptography_is_sm4_in_the_tables() -> None:
    mysql = inputs(made({"profiles": ["sm"]}), "db-instance")
    assert mysql["tdeStatus"] == "Enabled"
    assert mysql["tdeEncryptionKey"] == "key-primary"
    assert mysql["parameters"] == [{"name": "innodb_encrypt_algorithm", "value": "SM4_CTR"}]


def test_the_key_decides_the_cipher_of_postgresql() -> None:
    args = {"engine": "PostgreSQL", "engine_version": "15.0", "profiles": ["sm"], "waivers": [NO_STANDBY_YET]}
    instance = inputs(made(args), "db-instance")
    assert instance["tdeStatus"] == "Enabled"
    assert instance["tdeEncryptionKey"] == "key-primary"
    assert "parameters" not in instance


def test_financial_baselines_back_up_every_day_and_audit_for_longer() -> None:
    found = made({"baseline": "financial-l3"})
    assert len(inputs(found, "db-backup-policy")["preferredBackupPeriods"]) == 7
    assert inputs(found, "db-instance")["sqlCollectorConfigValue"] == 365


def test_postgresql_reports_what_it_cannot_do() -> None:
    args = {"engine": "PostgreSQL", "engine_version": "15.0", "baseline": "mlps-l4", "waivers": [NO_STANDBY_YET]}
    found = made(args)
    assert "standby-instance" not in names(found)
    assert inputs(found, "db-instance")["category"] == "HighAvailability"
    assert "forceEncryption" not in inputs(found, "db-instance")
    reasons = [item["reason"] for item in outputs(args)]
    assert len(reasons) == 3
    assert any("MySQL and SQL Server only" in reason for reason in reasons)
    with pytest.raises(WeakenedError, match="dr-realtime-standby"):
        made({**args, "waivers": []})


def test_the_first_deployment_has_no_backup_to_restore_from() -> None:
    standby = {key: value for key, value in STANDBY.items() if key != "restore_time"}
    with pytest.raises(WeakenedError, match="dr-realtime-standby"):
        made({"standby": standby})
    found = made({"standby": standby, "waivers": [NO_STANDBY_YET]})
    assert "cross-backup-policy" in names(found)
    assert "standby-instance" not in names(found)


def test_synchronisation_starts_where_the_backup_ends() -> None:
    def program() -> None:
        secret = pulumi.Output.secret("Str0ng-enough")
        standby = {**STANDBY, "synchronization": {"account": "sync", "password": secret, "databases": ["a", "b"]}}
        RelationalDatabase("db", {**ARGS, "standby": standby})

    job = inputs(record(program), "db-synchronization-job")
    assert job["checkpoint"] == "1769817600"  # 2026-01-31T00:00:00Z
    assert job["sourceEndpointSsl"] == job["destinationEndpointSsl"] == "1"
    assert job["dbList"] == '{"a": {"name": "a", "all": true}, "b": {"name": "b", "all": true}}'


def test_the_password_of_the_administrator_is_write_only() -> None:
    def program() -> None:
        secret = pulumi.Output.secret("Str0ng-enough")
        RelationalDatabase("db", {**ARGS, "administrator": {"name": "keeper", "password": secret}})

    account = inputs(record(program), "db-administrator")
    assert account["accountPasswordWoVersion"] == 1
    assert "accountPassword" not in account
    with pytest.raises(ComponentError, match="is a text in the program"):
        made({"administrator": {"name": "keeper", "password": "Str0ng-enough"}})


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"instance": {"ssl_action": "Close"}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"instance": {"force_encryption": 0}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"instance": {"encryption_key": None, "tde_status": None}}, "db-encrypted", "gbt22239-2019:8.1.4.8"),
        ({"instance": {"sql_collector_config_value": 30}}, "audit-retention", "gbt22239-2019:8.1.4.3c"),
        ({"instance": {"zone_id_slave_a": "cn-beijing-h"}}, "db-multi-az", "gbt22239-2019:8.1.4.9c"),
        ({"instance": {"security_ips": ["0.0.0.0/0"]}}, "net-db-allowlist-not-any", "gbt22239-2019:8.1.4.4c"),
        ({"backup-policy": {"enable_backup_log": False}}, "db-backup", "gbt22239-2019:8.1.4.9a"),
        ({"standby-instance": {"sql_collector_status": "Disabled"}}, "db-audit-on", "gbt22239-2019:8.1.4.3a"),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    assert rule in {result.rule for result in caught.value.results}
    assert clause in str(caught.value)


def test_a_waiver_lets_one_pass_and_is_reported() -> None:
    waiver = {"rule": "deletion-protection", "reason": "short-lived copy", "owner": "li.wei", "until": SOON}
    found = made({"overrides": {"instance": {"deletion_protection": False}}, "waivers": [waiver]})
    assert inputs(found, "db-instance")["deletionProtection"] is False


def test_harmless_overrides_pass() -> None:
    found = made(
        {"overrides": {"instance": {"maintain_time": "18:00Z-19:00Z"}, "backup-policy": {"category": "Flash"}}}
    )
    assert inputs(found, "db-instance")["maintainTime"] == "18:00Z-19:00Z"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"engine": "MariaDB"}, "engine must be one of"),
        ({"standby": None}, "asks for a copy in a second region"),
        ({"standby": {**STANDBY, "region": "cn-beijing"}}, "another region"),
        ({"standby": {**STANDBY, "region": "cn-hongkong"}}, "does not lie in mainland China"),
        ({"standby": {**STANDBY, "restore_time": "yesterday"}}, "is not of the form"),
        ({"standby": {**STANDBY, "subnet_ids": []}}, "needs standby.zones and standby.subnet_ids"),
        ({"zones": ["cn-beijing-h"]}, "give one for each"),
        ({"zones": ["cn-beijing-h"], "subnet_ids": ["vsw-1"]}, "asks for 2 different zones"),
        ({"baseline": "mlps-l4", "zones": ["a", "b"], "subnet_ids": ["1", "2"]}, "asks for 3 different zones"),
        ({"kms_key_id": None}, "KMS instance"),
        ({"region": "ap-southeast-1"}, "does not lie in mainland China"),
        ({"baseline": "financial-l4"}, "of class public"),
    ],
)
def test_what_cannot_be_built_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
