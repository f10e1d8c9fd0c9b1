"""BackupVault for Alibaba Cloud: what is there at each level, what is refused, what can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import BackupVault
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "kms_key_id": "key-1",
    "standby": {"region": "cn-hangzhou", "kms_key_id": "key-2"},
    "dr_tier": "1",
    "rto": "4h",
    "rpo": "24h",
    "parameters": {"platform-level": 4},
}
FINANCE: Mapping[str, Any] = {
    "baseline": "financial-l4",
    "region": "cn-shanghai-finance-1",
    "standby": {"region": "cn-shenzhen-finance-1", "kms_key_id": "key-2"},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: BackupVault("b", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def rule(found: Recording, policy: str, kind: str) -> dict[str, Any]:
    (item,) = [item for item in inputs(found, policy)["rules"] if item["ruleType"] == kind]
    return dict(item)


def test_level_2_is_not_locked_and_makes_no_key() -> None:
    """What the level does not ask for and costs money, or cannot be taken back, is off."""
    found = made({"baseline": "mlps-l2", "kms_key_id": None, "standby": {"region": "cn-hangzhou"}})
    assert "wormEnabled" not in inputs(found, "b-vault")
    assert inputs(found, "b-vault")["encryptType"] == "HBR_PRIVATE"
    assert rule(found, "b-server-policy", "BACKUP")["immutable"] is False
    assert not {"b-key", "b-standby-key"} & names(found)
    asked = made({"baseline": "mlps-l2", "immutable": True})
    assert inputs(asked, "b-vault")["wormEnabled"] is True
    assert inputs(asked, "b-vault")["encryptType"] == "KMS"


@pytest.mark.parametrize("args", [{"baseline": "mlps-l3"}, {"baseline": "mlps-l4"}, FINANCE])
def test_from_level_3_the_vaults_are_locked_and_have_the_customer_key(args: Mapping[str, Any]) -> None:
    found = made(args)
    vault, copy = inputs(found, "b-vault"), inputs(found, "b-standby-vault")
    assert (vault["wormEnabled"], vault["encryptType"], vault["kmsKeyId"]) == (True, "KMS", "key-1")
    assert (copy["encryptType"], copy["kmsKeyId"]) == ("KMS", "key-2")
    assert found.by_name("b-vault").retain_on_delete
    assert found.by_name("b-vault").protect
    assert rule(found, "b-server-policy", "BACKUP")["immutable"] is True


def test_retention_and_schedule_follow_the_baseline() -> None:
    assert rule(made(), "b-policy", "TRANSITION")["retention"] == 7
    found = made(FINANCE)
    assert rule(found, "b-policy", "TRANSITION")["retention"] == 30
    assert inputs(found, "b-snapshot-policy")["retentionDays"] == 30
    assert inputs(found, "b-snapshot-policy")["copiedSnapshotsRetentionDays"] == 30
    assert rule(found, "b-policy", "BACKUP")["schedule"].endswith("|P1D")
    assert inputs(found, "b-snapshot-policy")["repeatWeekdays"] == ["1", "2", "3", "4", "5", "6", "7"]


def test_the_hour_is_that_of_china() -> None:
    """1735660800 is midnight of 1 January 2025 at UTC+8."""
    from datetime import UTC, datetime, timedelta, timezone

    found = made({"start_hour": 5})
    start = int(rule(found, "b-policy", "BACKUP")["schedule"].split("|")[1])
    assert datetime.fromtimestamp(start, UTC).astimezone(timezone(timedelta(hours=8))).hour == 5
    assert inputs(found, "b-snapshot-policy")["timePoints"] == ["5"]


def test_everything_is_copied_to_the_second_region() -> None:
    found = made()
    for policy in ("b-policy", "b-server-policy"):
        assert rule(found, policy, "REPLICATION")["replicationRegionId"] == "cn-hangzhou"
    snapshots = inputs(found, "b-snapshot-policy")
    assert snapshots["targetCopyRegions"] == ["cn-hangzhou"]
    assert snapshots["copyEncryptionConfiguration"] == {"encrypted": True, "kmsKeyId": "key-2"}
    assert found.by_name("b-standby-vault").provider != found.by_name("b-vault").provider
    assert inputs(found, "b-standby-vault")["replicationSourceRegionId"] == "cn-beijing"


def test_what_is_named_is_bound_by_its_kind() -> None:
    found = made(
        {
            "servers": {"web": "i-1"},
            "oss_buckets": {"docs": "acme-docs"},
            "file_systems": {"share": "fs-1"},
            "disks": {"data": "d-1"},
        }
    )
    kinds = {
        name: (inputs(found, name)["sourceType"], inputs(found, name)["dataSourceId"])
        for name in ("b-server-web", "b-bucket-docs", "b-file-system-share")
    }
    assert kinds == {
        "b-server-web": ("UDM_ECS", "i-1"),
        "b-bucket-docs": ("OSS", "acme-docs"),
        "b-file-system-share": ("NAS", "fs-1"),
    }
    assert inputs(found, "b-disk-data")["diskId"] == "d-1"
    assert "b-server-policy" in str(found.by_name("b-server-web").property_dependencies["policyId"])


def test_tags_select_what_each_policy_can_take() -> None:
    found = made({"select_tags": {"backup": "daily"}})
    selected = rule(found, "b-policy", "TAG")
    assert selected["tagFilters"] == [{"key": "backup", "operator": "EQUAL", "value": "daily"}]
    assert [item["sourceType"] for item in selected["dataSourceFilters"]] == ["OSS", "NAS"]
    assert [item["sourceType"] for item in rule(found, "b-server-policy", "TAG")["dataSourceFilters"]] == ["UDM_ECS"]


def test_national_cryptography_is_an_exception_to_sign() -> None:
    kept: list[BackupVault] = []
    record(lambda: kept.append(BackupVault("b", {**ARGS, "profiles": ["sm"]})))
    (exception,) = kept[0].exceptions
    assert "SM4" in exception.reason
    record(lambda: kept.append(BackupVault("b", {**ARGS})))
    assert kept[1].exceptions == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"standby": None}, "standby"),
        ({"standby": {"region": "cn-beijing", "kms_key_id": "key-2"}}, "another region"),
        ({"standby": {"region": "ap-southeast-1", "kms_key_id": "key-2"}}, "mainland"),
        ({"start_hour": 24}, "0 to 23"),
        ({"kms_key_id": None}, "KMS instance"),
        ({**FINANCE, "standby": {"region": "cn-hangzhou", "kms_key_id": "key-2"}}, "finance"),
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
        ({"overrides": {"vault": {"encrypt_type": "HBR_PRIVATE", "kms_key_id": None}}}, "backup-encrypted", "8.1.4.8"),
        (
            {"overrides": {"snapshot-policy": {"enable_cross_region_copy": False}}},
            "backup-second-region",
            "8.1.4.9",
        ),
        (
            {"overrides": {"snapshot-policy": {"target_copy_regions": ["cn-hongkong"]}}},
            "loc-snapshot-image-domestic",
            "8.2.4.5",
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
    assert "wormEnabled" not in inputs(made({"immutable": False, "waivers": [signed]}), "b-vault")


def test_a_harmless_override_passes() -> None:
    found = made({"overrides": {"snapshot-policy": {"time_points": ["1", "13"]}}})
    assert inputs(found, "b-snapshot-policy")["timePoints"] == ["1", "13"]
