"""KeyRing for AWS China: which keys there are, what is refused, what is reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import KeyRing
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

PURPOSES = ("data", "log", "secret", "backup", "sign")
ARGS: Mapping[str, Any] = {"region": "cn-north-1", "account_id": "123456789012"}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: KeyRing("keys", {**ARGS, **args}) and None)


def component(args: Mapping[str, Any]) -> KeyRing:
    kept: list[KeyRing] = []
    record(lambda: kept.append(KeyRing("keys", {**ARGS, **args})))
    return kept[0]


def statements(found: Recording, name: str) -> dict[str, Any]:
    policy = json.loads(found.by_name(name).inputs["policy"])
    return {item["Sid"]: item for item in policy["Statement"]}


def test_one_key_with_an_alias_for_each_purpose() -> None:
    found = made()
    for purpose in PURPOSES:
        assert found.by_name(f"keys-{purpose}-key").protect
        assert found.by_name(f"keys-{purpose}-alias").inputs["name"] == f"alias/keys/{purpose}"
    data = found.by_name("keys-data-key").inputs
    assert (data["customerMasterKeySpec"], data["enableKeyRotation"]) == ("SYMMETRIC_DEFAULT", True)
    assert (data["rotationPeriodInDays"], data["deletionWindowInDays"]) == (365, 30)
    assert data["multiRegion"] is False


def test_signature_keys_are_sm2_keys_under_national_cryptography_and_never_rotate() -> None:
    assert made().by_name("keys-sign-key").inputs["customerMasterKeySpec"] == "ECC_NIST_P256"
    sign = made({"profiles": ["sm"]}).by_name("keys-sign-key").inputs
    assert (sign["customerMasterKeySpec"], sign["keyUsage"]) == ("SM2", "SIGN_VERIFY")
    assert not {"enableKeyRotation", "rotationPeriodInDays"} & set(sign)


def test_level_2_does_not_protect_the_keys_in_pulumi() -> None:
    assert not made({"baseline": "mlps-l2"}).by_name("keys-data-key").protect


def test_hardware_is_a_matter_of_evidence() -> None:
    (exception,) = component({"profiles": ["sm"]}).exceptions
    assert exception.clauses == ("gbt39786-2021:8.module",)
    assert not component({}).exceptions


def test_replicas_in_the_second_region() -> None:
    found = made({"standby": {"region": "cn-northwest-1"}})
    assert found.by_name("keys-data-key").inputs["multiRegion"] is True
    replica = found.by_name("keys-standby-data-key")
    assert replica.type == "aws:kms/replicaKey:ReplicaKey"
    assert "keys-standby-provider" in replica.provider
    log = statements(found, "keys-standby-log-key")["Logs"]
    assert log["Principal"] == {"Service": "logs.cn-northwest-1.amazonaws.com.cn"}


@pytest.mark.parametrize(("region", "expected"), [("cn-north-1", "another region"), ("us-east-1", "mainland China")])
def test_standby_regions_that_are_refused(region: str, expected: str) -> None:
    with pytest.raises(ComponentError, match=expected):
        made({"standby": {"region": region}})


def test_roles_are_apart_in_the_key_policy() -> None:
    admin, app = "arn:aws-cn:iam::123456789012:role/admin", "arn:aws-cn:iam::123456789012:role/app"
    found = made({"administrators": [admin], "users": [app]})
    data = statements(found, "keys-data-key")
    assert not {"kms:Encrypt", "kms:Decrypt", "kms:*"} & set(data["Administrators"]["Action"])
    assert "kms:ScheduleKeyDeletion" not in data["Users"]["Action"]
    assert data["UsersThroughServices"]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert statements(found, "keys-sign-key")["Users"]["Action"][:2] == ["kms:Sign", "kms:Verify"]
    assert set(statements(made(), "keys-data-key")) == {"Account"}
    assert {"Logs", "Trail"} <= set(statements(made(), "keys-log-key"))
    with pytest.raises(ComponentError, match=r"is among administrators and users.*8\.1\.4\.2"):
        made({"administrators": [admin], "users": [admin]})


def test_further_statements_name_a_purpose() -> None:
    extra = {"Sid": "Extra", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "kms:Decrypt"}
    found = made({"policy_statements": {"data": [{**extra, "Resource": "*"}]}})
    assert "Extra" in statements(found, "keys-data-key")
    assert "Extra" not in statements(found, "keys-log-key")
    with pytest.raises(ComponentError, match="policy_statements for dates"):
        made({"policy_statements": {"dates": []}})


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"overrides": {"data-key": {"enable_key_rotation": False}}}, "kms-rotation", "gbt22239-2019:8.1.10.9"),
        ({"overrides": {"data-key": {"rotation_period_in_days": 700}}}, "kms-rotation", "gbt22239-2019:8.1.10.9"),
        ({"overrides": {"log-key": {"deletion_window_in_days": 7}}}, "kms-guarded", "gbt22239-2019:8.1.4.2d"),
        (
            {
                "policy_statements": {
                    "backup": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
                }
            },
            "kms-guarded",
            "gbt22239-2019:8.1.4.2d",
        ),
    ],
)
def test_weakening_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made(args)
    assert rule in str(error.value)
    assert clause in str(error.value)


def test_a_waiver_lets_one_key_through() -> None:
    waiver = {"rule": "CN057", "resource": "keys-data-key", "reason": "move", "owner": "me", "until": SOON}
    ring = component({"waivers": [waiver], "overrides": {"data-key": {"enable_key_rotation": False}}})
    assert [item["rule"] for item in ring.waived] == ["kms-rotation"]


def test_a_stricter_override_passes() -> None:
    found = made({"overrides": {"data-key": {"rotation_period_in_days": 90}}})
    assert found.by_name("keys-data-key").inputs["rotationPeriodInDays"] == 90


def test_the_trail_may_look_at_the_key_without_an_encryption_context() -> None:
    found = statements(made(), "keys-log-key")
    assert found["Trail"]["Action"] == ["kms:GenerateDataKey*"]
    assert found["TrailLooks"]["Action"] == ["kms:DescribeKey"]
    assert set(found["TrailLooks"]["Condition"]["StringLike"]) == {"aws:SourceArn"}
