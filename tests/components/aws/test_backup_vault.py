"""BackupVault for AWS China: what is there at each level, what is refused, what can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import BackupVault
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "standby": {"region": "cn-northwest-1"},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: BackupVault("b", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def test_level_2_has_no_lock_and_no_own_key() -> None:
    found = made({"baseline": "mlps-l2"})
    assert not {"b-lock", "b-standby-lock", "b-key", "b-standby-key"} & names(found)
    assert "kmsKeyArn" not in inputs(found, "b-vault")
    assert {"b-lock", "b-standby-lock"} <= names(made({"baseline": "mlps-l2", "immutable": True}))


def test_level_3_locks_both_vaults_for_good_and_encrypts_them_with_keys_of_their_regions() -> None:
    found = made({"baseline": "mlps-l3"})
    for name in ("b-lock", "b-standby-lock"):
        assert inputs(found, name)["minRetentionDays"] == 7
        # Without days of grace the lock could be taken away by who administers it.
        assert inputs(found, name)["changeableForDays"] >= 3
    assert found.by_name("b-standby-key").provider == found.by_name("b-standby-vault").provider
    assert found.by_name("b-key").provider == found.by_name("b-vault").provider
    assert found.by_name("b-vault").retain_on_delete


def test_given_keys_and_role_are_used() -> None:
    key = "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
    role = "arn:aws-cn:iam::123456789012:role/backup"
    found = made({"kms_key_arn": key, "role_arn": role, "select_tags": {"backup": "daily"}})
    assert inputs(found, "b-vault")["kmsKeyArn"] == key
    assert inputs(found, "b-tag-selection")["iamRoleArn"] == role
    assert not {"b-key", "b-role", "b-role-backup"} & names(found)


def test_the_plan_runs_daily_and_copies_to_the_second_region() -> None:
    found = made({"start_hour": 4, "retention_days": 35})
    (rule,) = inputs(found, "b-plan")["rules"]
    assert rule["schedule"] == "cron(0 4 * * ? *)"
    assert rule["scheduleExpressionTimezone"] == "Asia/Shanghai"
    assert rule["lifecycle"] == {"deleteAfter": 35}
    (copy,) = rule["copyActions"]
    vault = inputs(found, "b-standby-vault")["name"]
    assert copy["destinationVaultArn"] == f"arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:{vault}"
    assert copy["lifecycle"] == {"deleteAfter": 35}


def test_what_is_named_and_what_is_tagged_are_selected_apart() -> None:
    """In one selection AWS Backup would take what is named *and* tagged."""
    arn = "arn:aws-cn:ec2:cn-north-1:123456789012:volume/vol-1"
    found = made({"resource_arns": [arn], "select_tags": {"backup": "daily"}})
    assert inputs(found, "b-selection")["resources"] == [arn]
    assert "selectionTags" not in inputs(found, "b-selection")
    assert "resources" not in inputs(found, "b-tag-selection")
    assert not {"b-selection", "b-tag-selection"} & names(made())


def test_nobody_deletes_backups_and_no_other_account_comes_in() -> None:
    keep, own = json.loads(inputs(made(), "b-vault-policy")["policy"])["Statement"]
    assert (keep["Effect"], "backup:DeleteRecoveryPoint" in keep["Action"]) == ("Deny", True)
    assert own["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"standby": None}, "standby"),
        ({"standby": {"region": "cn-north-1"}}, "the other region"),
        ({"standby": {"region": "ap-southeast-1"}}, "mainland"),
        ({"start_hour": 24}, "0 to 23"),
    ],
)
def test_what_cannot_be_built_is_refused(args: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ComponentError, match=words):
        made(args)


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"immutable": False}, "backup-immutable", "8.1.4"),
        ({"retention_days": 3}, "snapshot-policy", "8.1.4.9"),
        ({"overrides": {"vault": {"kms_key_arn": None}}}, "backup-encrypted", "8.1.4.8"),
        ({"overrides": {"lock": {"min_retention_days": 1}}}, "backup-immutable", "8.1.4"),
        (
            {"overrides": {"plan": {"rules": [{"rule_name": "daily", "target_vault_name": "b"}]}}},
            "backup-second-region",
            "8.1.4.9",
        ),
    ],
)
def test_what_the_level_forbids_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert clause in str(caught.value)


def test_a_waiver_lets_one_finding_pass() -> None:
    signed = {"rule": "backup-immutable", "reason": "a trial", "owner": "operations", "until": SOON}
    assert "b-lock" not in names(made({"immutable": False, "waivers": [signed]}))


def test_a_harmless_override_passes() -> None:
    assert inputs(made({"overrides": {"lock": {"max_retention_days": 365}}}), "b-lock")["maxRetentionDays"] == 365


def test_the_role_may_back_up_buckets_where_there_are_some() -> None:
    assert "b-role-bucket-backup" not in names(made({"resource_arns": ["arn:aws-cn:rds:cn-north-1:123456789012:db:a"]}))
    found = made({"resource_arns": ["arn:aws-cn:s3:::docs"]})
    assert {"b-role-bucket-backup", "b-role-bucket-restore"} <= names(found)
    assert any(urn.endswith("::b-role-bucket-backup") for urn in found.by_name("b-selection").dependencies)
