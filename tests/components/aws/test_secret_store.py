"""SecretStore for AWS China: rotation, replicas, who may read, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.aws import SecretStore
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.components.registration import SECRET_SIGNATURE, SIGNATURE_KEY
from tests.days import SOON

FUNCTION = "arn:aws-cn:lambda:cn-north-1:123456789012:function:rotate"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "rotation_lambda_arn": FUNCTION,
    "secrets": {"ledger": {}},
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: SecretStore("s", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def test_every_secret_is_rotated_by_its_function() -> None:
    found = made({"secrets": {"ledger": {}, "other": {"rotation_lambda_arn": f"{FUNCTION}-other"}}})
    assert inputs(found, "s-secret-ledger-rotation")["rotationLambdaArn"] == FUNCTION
    assert inputs(found, "s-secret-ledger-rotation")["rotationRules"] == {"automaticallyAfterDays": 90}
    assert inputs(found, "s-secret-other-rotation")["rotationLambdaArn"] == f"{FUNCTION}-other"
    managed = made({"secrets": {"ledger": {"managed_by_aws": True}}})
    assert "rotationLambdaArn" not in inputs(managed, "s-secret-ledger-rotation")


def test_without_a_function_the_level_is_not_met() -> None:
    with pytest.raises(WeakenedError, match="secret-rotation") as caught:
        made({"rotation_lambda_arn": None})
    assert "8.1.4.1" in str(caught.value)
    signed = {"rule": "secret-rotation", "reason": "replaced by hand", "owner": "operations", "until": SOON}
    assert "s-secret-ledger-rotation" not in names(made({"rotation_lambda_arn": None, "waivers": [signed]}))


def test_level_3_has_customer_keys_in_both_regions_and_level_2_none() -> None:
    standby = {"standby": {"region": "cn-northwest-1"}}
    three = made(standby)
    assert {"s-key", "s-standby-key"} <= names(three)
    (replica,) = inputs(three, "s-secret-ledger")["replicas"]
    assert replica["region"] == "cn-northwest-1"
    assert "kmsKeyId" in replica
    assert three.by_name("s-key").provider != three.by_name("s-standby-key").provider
    two = made({**standby, "baseline": "mlps-l2"})
    assert not {"s-key", "s-standby-key"} & names(two)
    assert inputs(two, "s-secret-ledger")["replicas"] == [{"region": "cn-northwest-1"}]


def test_a_first_value_is_written_and_not_kept() -> None:
    def program() -> None:
        value = pulumi.Config("test").require_secret("value")
        SecretStore("s", {**ARGS, "secrets": {"ledger": {"value": value, "version": 3}}})

    found = record(program, config={"test:value": "0f-n0thing"}, secret_config=["test:value"])
    version = inputs(found, "s-secret-ledger-version")
    assert version["secretStringWo"][SIGNATURE_KEY] == SECRET_SIGNATURE
    assert version["secretStringWoVersion"] == 3
    assert "secretString" not in version
    # A value written after the function is set up would be the old one again.
    rotation = found.by_name("s-secret-ledger-rotation")
    assert any(urn.endswith("s-secret-ledger-version") for urn in rotation.dependencies)


def test_secrets_are_for_their_own_account_over_tls() -> None:
    tls, own = json.loads(inputs(made(), "s-secret-ledger-policy")["policy"])["Statement"]
    assert (tls["Effect"], own["Effect"]) == ("Deny", "Deny")
    assert own["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": "123456789012"}
    assert inputs(made(), "s-secret-ledger-policy")["blockPublicPolicy"] is True


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"secrets": {}}, "names none"),
        ({"secrets": {"ledger": {"value": "Passw0rd"}}}, "a text in the program"),
        ({"standby": {"region": "cn-north-1"}}, "the other region"),
        ({"standby": {"region": "ap-east-1"}}, "mainland"),
    ],
)
def test_what_cannot_be_built_is_refused(args: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ComponentError, match=words):
        made(args)


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"rotation_days": 365}, "secret-rotation", "8.1.4.1"),
        ({"overrides": {"secret-ledger": {"kms_key_id": None}}}, "rest-customer-key", "8.2.4.5"),
    ],
)
def test_what_the_level_forbids_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert clause in str(caught.value)


def test_a_harmless_override_passes() -> None:
    found = made({"overrides": {"secret-ledger-rotation": {"rotate_immediately": False}}})
    assert inputs(found, "s-secret-ledger-rotation")["rotateImmediately"] is False
