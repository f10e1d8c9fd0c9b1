"""KeyRing for Alibaba Cloud: which keys each level makes, what is refused, what is reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi_alicloud as alicloud
import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.alicloud import KeyRing
from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Verdict
from tests.days import SOON

PURPOSES = ("data", "log", "secret", "backup", "sign")
GIVEN: Mapping[str, Any] = {"kms_instance_id": "kst-1"}
OWN: Mapping[str, Any] = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["vsw-1", "vsw-2", "vsw-3"],
    "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
}
COMMON: Mapping[str, Any] = {
    "region": "cn-beijing",
    "parameters": {"platform-level": 4},
    "dr_tier": "1",
    "rto": "4h",
    "rpo": "15m",
}


def made(args: Mapping[str, Any]) -> Recording:
    return record(lambda: KeyRing("keys", {**COMMON, **args}) and None)


def component(args: Mapping[str, Any]) -> KeyRing:
    kept: list[KeyRing] = []
    record(lambda: kept.append(KeyRing("keys", {**COMMON, **args})))
    return kept[0]


def names(found: Recording) -> set[str]:
    return {item.name for item in found.registrations}


def test_one_key_with_an_alias_for_each_purpose() -> None:
    found = made(GIVEN)
    for purpose in PURPOSES:
        key = found.by_name(f"keys-{purpose}-key")
        assert key.inputs["dkmsInstanceId"] == "kst-1"
        assert key.protect
        assert found.by_name(f"keys-{purpose}-alias").inputs["aliasName"] == f"alias/keys/{purpose}"
    assert "keys-instance" not in names(found)


def test_level_3_keys_are_software_keys_that_rotate() -> None:
    key = made(GIVEN).by_name("keys-data-key").inputs
    assert (key["keySpec"], key["protectionLevel"]) == ("Aliyun_AES_256", "SOFTWARE")
    assert (key["automaticRotation"], key["rotationInterval"]) == ("Enabled", "365d")
    sign = made(GIVEN).by_name("keys-sign-key").inputs
    assert (sign["keySpec"], sign["keyUsage"]) == ("EC_P256", "SIGN/VERIFY")
    assert "automaticRotation" not in sign


@pytest.mark.parametrize(
    ("baseline", "profiles", "spec", "sign", "level"),
    [
        ("mlps-l2", [], "Aliyun_AES_256", "EC_P256", "SOFTWARE"),
        ("mlps-l2", ["sm"], "Aliyun_SM4", "EC_SM2", "SOFTWARE"),
        ("mlps-l3", ["sm"], "Aliyun_SM4", "EC_SM2", "HSM"),
        ("mlps-l4", [], "Aliyun_AES_256", "EC_P256", "HSM"),
        ("financial-l3", [], "Aliyun_SM4", "EC_SM2", "HSM"),
    ],
)
def test_algorithm_and_protection_by_baseline(
    baseline: str, profiles: list[str], spec: str, sign: str, level: str
) -> None:
    found = made({**GIVEN, "baseline": baseline, "profiles": profiles})
    assert found.by_name("keys-data-key").inputs["keySpec"] == spec
    assert found.by_name("keys-sign-key").inputs["keySpec"] == sign
    assert {found.by_name(f"keys-{item}-key").inputs["protectionLevel"] for item in PURPOSES} == {level}


def test_keys_in_hardware_are_rotated_by_hand() -> None:
    ring = component({**GIVEN, "baseline": "mlps-l4"})
    (exception,) = ring.exceptions
    assert exception.clauses == ("gbt22239-2019:9.1.10.9",)
    assert "365 days" in exception.reason
    assert "alias" in exception.reason
    assert not component(GIVEN).exceptions


def test_an_instance_of_its_own_over_two_zones() -> None:
    found = made(OWN)
    instance = found.by_name("keys-instance")
    assert instance.inputs["zoneIds"] == ["cn-beijing-h", "cn-beijing-k"]
    assert instance.inputs["vswitchIds"] == ["vsw-1", "vsw-2"]
    assert (instance.inputs["productVersion"], instance.inputs["deletionProtection"]) == ("3", True)
    assert (instance.inputs["log"], instance.inputs["logStorage"]) == ("1", 1000)
    assert instance.protect
    assert "logStorage" not in made({**OWN, "baseline": "mlps-l2"}).by_name("keys-instance").inputs
    results = judge(found.scan(), assignment(Request("mlps-l3"))).results
    assert [item for item in results if item.verdict is not Verdict.PASS] == []


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"baseline": "mlps-l4"}, "a hardware KMS instance"),
        ({"profiles": ["sm"], "baseline": "mlps-l2"}, "national cryptography"),
    ],
)
def test_instances_that_the_api_cannot_make_are_refused(args: Mapping[str, Any], expected: str) -> None:
    with pytest.raises(ComponentError, match=expected):
        made({**OWN, **args})


@pytest.mark.parametrize(
    "args", [{}, {**OWN, "zones": ["cn-beijing-h"]}, {**OWN, "zones": ["cn-beijing-h"] * 2}, {**OWN, "subnet_ids": []}]
)
def test_an_instance_needs_a_network_and_two_zones(args: Mapping[str, Any]) -> None:
    with pytest.raises(ComponentError, match="two zones"):
        made(args)


def test_software_keys_are_refused_where_hardware_is_asked_for() -> None:
    with pytest.raises(ComponentError, match=r"9\.1\.10\.9.*kms-hardware"):
        made({**GIVEN, "hardware": False, "baseline": "mlps-l4"})


def test_roles_are_apart_in_the_key_policy() -> None:
    people = {"administrators": ["acs:ram::1:role/admin"], "users": ["acs:ram::1:role/app"]}
    found = made({**GIVEN, "account_id": "1", **people})
    statements = json.loads(found.by_name("keys-data-key").inputs["policy"])["Statement"]
    by_name = {item["Sid"]: item for item in statements}
    assert by_name["Account"]["Principal"] == {"RAM": ["acs:ram::1:*"]}
    assert not {"kms:Encrypt", "kms:Decrypt", "kms:*"} & set(by_name["Administrators"]["Action"])
    assert "kms:ScheduleKeyDeletion" not in by_name["Users"]["Action"]
    assert "Auditors" not in by_name
    assert "policy" not in made(GIVEN).by_name("keys-data-key").inputs
    with pytest.raises(ComponentError, match=r"is among administrators and auditors.*8\.1\.4\.2"):
        made({**GIVEN, "account_id": "1", **people, "auditors": ["acs:ram::1:role/admin"]})
    with pytest.raises(ComponentError, match="account_id is needed"):
        made({**GIVEN, **people})


def test_the_second_region_has_keys_of_its_own() -> None:
    found = made({**GIVEN, "standby": {"region": "cn-hangzhou", "kms_instance_id": "kst-2"}})
    key = found.by_name("keys-standby-data-key")
    assert key.inputs["dkmsInstanceId"] == "kst-2"
    assert "keys-standby-provider" in key.provider
    own = made({**GIVEN, "standby": {"region": "cn-hangzhou", **OWN, "zones": ["cn-hangzhou-h", "cn-hangzhou-j"]}})
    assert own.by_name("keys-standby-instance").inputs["zoneIds"] == ["cn-hangzhou-h", "cn-hangzhou-j"]


@pytest.mark.parametrize(("region", "expected"), [("cn-beijing", "another region"), ("cn-hongkong", "mainland China")])
def test_standby_regions_that_are_refused(region: str, expected: str) -> None:
    with pytest.raises(ComponentError, match=expected):
        made({**GIVEN, "standby": {"region": region, "kms_instance_id": "kst-2"}})


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"automatic_rotation": "Disabled"}, "kms-rotation", "gbt22239-2019:8.1.10.9"),
        ({"rotation_interval": "730d"}, "kms-rotation", "gbt22239-2019:8.1.10.9"),
        ({"pending_window_in_days": 7}, "kms-guarded", "gbt22239-2019:8.1.4.2d"),
        ({"deletion_protection": "Disabled"}, "kms-guarded", "gbt22239-2019:8.1.4.2d"),
    ],
)
def test_weakening_overrides_are_refused(overrides: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made({**GIVEN, "overrides": {"data-key": overrides}})
    assert rule in str(error.value)
    assert clause in str(error.value)


def test_aes_under_national_cryptography_is_refused() -> None:
    with pytest.raises(WeakenedError, match="kms-sm-algorithm"):
        made({**GIVEN, "profiles": ["sm"], "overrides": {"log-key": {"key_spec": "Aliyun_AES_256"}}})


def test_a_waiver_lets_one_key_through() -> None:
    waiver = {
        "rule": "kms-rotation",
        "resource": "keys-backup-key",
        "reason": "archive of a closed system",
        "owner": "security",
        "until": SOON,
    }
    ring = component({**GIVEN, "waivers": [waiver], "overrides": {"backup-key": {"automatic_rotation": "Disabled"}}})
    assert [item["rule"] for item in ring.waived] == ["kms-rotation"]


def test_a_stricter_override_passes() -> None:
    found = made({**GIVEN, "overrides": {"data-key": {"rotation_interval": "90d"}}})
    assert found.by_name("keys-data-key").inputs["rotationInterval"] == "90d"


# -- keys of components that are used alone ----------------------------------------------------------------------


class Alone(AlicloudComponent):
    """A component that makes a key for itself."""

    def __init__(self, args: Mapping[str, Any], instance_id: str | None) -> None:
        super().__init__("alone", args, None, CommonArgs)
        self.key_id = own_key(self, "key", "Data key", instance_id)
        self.finish({})


def alone(args: Mapping[str, Any], instance_id: str | None) -> Recording:
    return record(lambda: Alone({**COMMON, **args}, instance_id) and None)


def test_own_keys_live_in_an_instance() -> None:
    assert alone({}, "kst-1").by_name("alone-key").inputs["dkmsInstanceId"] == "kst-1"
    with pytest.raises(ComponentError, match="single key per region"):
        alone({}, None)


def test_own_keys_in_hardware_are_reported() -> None:
    kept: list[Alone] = []
    record(lambda: kept.append(Alone({**COMMON, "baseline": "financial-l3"}, "kst-1")))
    assert len(kept[0].exceptions) == 1
    assert isinstance(kept[0].children["key"], alicloud.kms.Key)
