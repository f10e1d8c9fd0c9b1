"""SecretStore for Alibaba Cloud: what KMS rotates and what it does not, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.alicloud import SecretStore
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.components.registration import SECRET_SIGNATURE, SIGNATURE_KEY
from tests.days import SOON

RDS: Mapping[str, Any] = {"type": "Rds", "config": {"SecretSubType": "SingleUser", "DBInstanceId": "rm-1"}}


def store(args: Mapping[str, Any] = {}, **secrets: Mapping[str, Any]) -> SecretStore:
    """A store whose secrets have a value from secret configuration, unless they name one."""
    value = pulumi.Config("test").require_secret("value")
    filled = {name: {"value": value, **spec} for name, spec in (secrets or {"ledger": RDS}).items()}
    return SecretStore(
        "s", {"region": "cn-beijing", "kms_instance_id": "kst-1", "kms_key_id": "key-1", "secrets": filled, **args}
    )


def made(args: Mapping[str, Any] = {}, **secrets: Mapping[str, Any]) -> Recording:
    return record(
        lambda: store(args, **secrets) and None, config={"test:value": "0f-n0thing"}, secret_config=["test:value"]
    )


def exceptions(**secrets: Mapping[str, Any]) -> list[str]:
    kept: list[SecretStore] = []
    record(lambda: kept.append(store({}, **secrets)), config={"test:value": "0f-n0thing"}, secret_config=["test:value"])
    return [item.subject for item in kept[0].exceptions]


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def test_what_kms_can_rotate_it_rotates_and_the_program_keeps_out_of_it() -> None:
    found = made()
    secret = inputs(found, "s-secret-ledger")
    assert (secret["enableAutomaticRotation"], secret["rotationInterval"]) == (True, "90d")
    assert secret["recoveryWindowInDays"] == 30
    assert secret["forceDeleteWithoutRecovery"] is False
    assert found.by_name("s-secret-ledger").ignore_changes == ["secretData"]
    assert exceptions() == []
    assert inputs(made({"rotation_days": 30}), "s-secret-ledger")["rotationInterval"] == "30d"


def test_a_generic_secret_is_an_exception_to_sign() -> None:
    found = made({}, partner={})
    assert "enableAutomaticRotation" not in inputs(found, "s-secret-partner")
    assert exceptions(partner={}) == ["s: secret partner"]


def test_values_are_secrets_of_the_state() -> None:
    value = inputs(made({}, partner={}), "s-secret-partner")["secretData"]
    assert value[SIGNATURE_KEY] == SECRET_SIGNATURE


def test_kms_makes_up_the_accounts_of_caches_and_of_polardb() -> None:
    found = made({}, cache={"type": "Redis", "value": None, "config": {"InstanceId": "r-1"}})
    assert inputs(found, "s-secret-cache")["secretData"] in (
        "$Auto",
        {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "$Auto"},
    )


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (RDS, "s-one"),
        ({**RDS, "name": "acme/ledger"}, "acme/ledger"),
        ({**RDS, "type": "ECS"}, "acs/ecs/s-one"),
        ({**RDS, "type": "RAMCredentials"}, "$Auto"),
    ],
)
def test_names_are_those_that_the_kind_allows(spec: Mapping[str, Any], name: str) -> None:
    assert inputs(made({}, one=spec), "s-secret-one")["secretName"] == name


def test_generic_secrets_are_kept_in_the_second_region_too() -> None:
    standby = {"region": "cn-hangzhou", "kms_instance_id": "kst-2", "kms_key_id": "key-2"}
    found = made({"standby": standby}, ledger=RDS, partner={})
    copy = inputs(found, "s-standby-secret-partner")
    assert (copy["dkmsInstanceId"], copy["encryptionKeyId"]) == ("kst-2", "key-2")
    assert found.by_name("s-standby-secret-partner").provider != found.by_name("s-secret-partner").provider
    assert "s-standby-secret-ledger" not in names(found)


def test_an_own_key_lives_in_the_instance() -> None:
    found = made({"kms_key_id": None})
    assert inputs(found, "s-key")["dkmsInstanceId"] == "kst-1"
    assert inputs(found, "s-secret-ledger")["dkmsInstanceId"] == "kst-1"


@pytest.mark.parametrize(
    ("args", "spec", "words"),
    [
        ({"kms_instance_id": None}, RDS, "kms_instance_id"),
        ({}, {**RDS, "value": "Passw0rd"}, "a text in the program"),
        ({}, {**RDS, "type": "Oracle"}, "it takes Generic"),
        ({}, {"type": "Rds"}, "config"),
        ({}, {"value": None}, "needs a value"),
        ({"standby": {"region": "cn-beijing", "kms_instance_id": "kst-2"}}, RDS, "another region"),
        ({"standby": {"region": "cn-hongkong", "kms_instance_id": "kst-2"}}, RDS, "mainland"),
        ({"secrets": {}}, RDS, "names none"),
    ],
)
def test_what_cannot_be_built_is_refused(args: Mapping[str, Any], spec: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ComponentError, match=words):
        made(args, ledger=spec)


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"rotation_days": 365}, "secret-rotation", "8.1.4.1"),
        ({"overrides": {"secret-ledger": {"enable_automatic_rotation": False}}}, "secret-rotation", "8.1.4.1"),
        ({"overrides": {"secret-ledger": {"encryption_key_id": None}}}, "rest-customer-key", "8.2.4.5"),
    ],
)
def test_what_the_level_forbids_is_refused_and_can_be_waived(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert clause in str(caught.value)
    made({**args, "waivers": [{"rule": rule, "reason": "a trial", "owner": "operations", "until": SOON}]})


def test_a_harmless_override_passes() -> None:
    found = made({"overrides": {"secret-ledger": {"rotation_interval": "7d"}}})
    assert inputs(found, "s-secret-ledger")["rotationInterval"] == "7d"
