"""Cache for Alibaba Cloud: what each level adds, what is refused, what is reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.alicloud import Cache
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "account_id": "1234567890123456",
    "instance_type": "redis.amber.master.small.multithread",
    "zones": ["cn-beijing-h", "cn-beijing-k"],
    "subnet_ids": ["vsw-1", "vsw-2"],
    "kms_key_id": "key-1",
    "dr_tier": "1",
    "rto": "4h",
    "rpo": "15m",
    "parameters": {"platform-level": 4},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: Cache("cache", {**ARGS, **args}) and None)


def exceptions(args: Mapping[str, Any]) -> list[str]:
    """The reasons of the exceptions to sign."""
    kept: list[Any] = []
    record(lambda: kept.append(Cache("cache", {**ARGS, **args})))
    return [item.reason for item in kept[0].exceptions]


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def test_level_2_takes_a_community_class_and_does_not_encrypt_it() -> None:
    found = made({"baseline": "mlps-l2", "instance_type": "redis.master.small.default"})
    instance = inputs(found, "cache-instance")
    assert not {"tdeStatus", "encryptionKey", "roleArn", "encryptionName"} & set(instance)
    assert instance["sslEnable"] == "Enable"
    assert instance["vpcAuthMode"] == "Open"


def test_level_3_encrypts_with_the_customer_key() -> None:
    instance = inputs(made(), "cache-instance")
    assert instance["tdeStatus"] == "Enabled"
    assert instance["encryptionKey"] == "key-1"
    assert instance["roleArn"] == "acs:ram::1234567890123456:role/aliyunrdsinstanceencryptiondefaultrole"
    assert instance["secondaryZoneId"] == "cn-beijing-k"


def test_level_3_refuses_a_class_that_cannot_encrypt() -> None:
    with pytest.raises(ComponentError, match="enterprise edition") as caught:
        made({"instance_type": "redis.master.small.default"})
    assert "gbt22239-2019:8.1.4.8" in str(caught.value)


def test_national_cryptography_is_an_exception_to_sign() -> None:
    assert exceptions({}) == []
    (reason,) = exceptions({"profiles": ["sm"]})
    assert "AES-CTR-256" in reason


def test_level_4_reports_zones_and_backups_that_the_product_does_not_have() -> None:
    assert any("two instead of three" in reason for reason in exceptions({"baseline": "mlps-l4"}))
    assert any("30 are asked for" in reason for reason in exceptions({"parameters": {"backup-retention-days": 30}}))


def test_the_audit_log_is_kept_as_long_as_the_baseline_asks() -> None:
    assert inputs(made(), "cache-audit-log")["retention"] == 180
    assert inputs(made({"baseline": "financial-l3"}), "cache-audit-log")["retention"] == 183


def test_backups_by_baseline() -> None:
    assert len(inputs(made(), "cache-instance")["backupPeriods"]) == 3
    assert len(inputs(made({"baseline": "financial-l2"}), "cache-instance")["backupPeriods"]) == 7


def test_passwords_are_write_only_and_none_stands_in_the_program() -> None:
    def program() -> None:
        Cache("cache", {**ARGS, "account": {"name": "carts", "password": pulumi.Output.secret("Str0ng-enough")}})

    account = inputs(record(program), "cache-account")
    assert "accountPassword" not in account
    assert account["accountPasswordWoVersion"] == 1
    with pytest.raises(ComponentError, match="is a text in the program"):
        made({"account": {"name": "carts", "password": "Str0ng-enough"}})


def test_groups_become_one_text() -> None:
    instance = inputs(made({"security_group_ids": ["sg-1", "sg-2"]}), "cache-instance")
    assert instance["securityGroupId"] == "sg-1,sg-2"


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"instance": {"vpc_auth_mode": "Close"}}, "db-auth-required", "gbt22239-2019:8.1.4.1a"),
        ({"instance": {"ssl_enable": "Disable"}}, "db-tls-on", "gbt22239-2019:8.1.4.7a"),
        ({"instance": {"tde_status": None}}, "db-encrypted", "gbt22239-2019:8.1.4.8"),
        ({"instance": {"secondary_zone_id": None}}, "db-multi-az", "gbt22239-2019:8.1.4.9c"),
        ({"instance": {"security_ips": ["0.0.0.0/0"]}}, "net-db-allowlist-not-any", "gbt22239-2019:8.1.4.4c"),
        ({"instance": {"instance_release_protection": False}}, "deletion-protection", "gbt22239-2019:8.1.4.9a"),
        ({"instance": {"backup_periods": []}}, "db-backup", "gbt22239-2019:8.1.4.9a"),
        ({"audit-log": {"db_audit": False}}, "db-audit-on", "gbt22239-2019:8.1.4.3a"),
        ({"audit-log": {"retention": 30}}, "audit-retention", "gbt22239-2019:8.1.4.3c"),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    assert rule in {result.rule for result in caught.value.results}
    assert clause in str(caught.value)


def test_a_waiver_lets_one_pass() -> None:
    waiver = {"rule": "deletion-protection", "reason": "for a day", "owner": "li.wei", "until": SOON}
    found = made({"overrides": {"instance": {"instance_release_protection": False}}, "waivers": [waiver]})
    assert inputs(found, "cache-instance")["instanceReleaseProtection"] is False


def test_harmless_overrides_pass() -> None:
    found = made({"overrides": {"instance": {"maintain_start_time": "18:00Z"}}})
    assert inputs(found, "cache-instance")["maintainStartTime"] == "18:00Z"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"zones": ["cn-beijing-h"]}, "give one for each"),
        ({"zones": ["cn-beijing-h"], "subnet_ids": ["vsw-1"]}, "asks for two different zones"),
        ({"kms_key_id": None}, "KMS instance"),
        ({"region": "cn-hongkong"}, "does not lie in mainland China"),
        ({"baseline": "financial-l4"}, "of class public"),
    ],
)
def test_what_cannot_be_built_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
