"""RuntimeRules for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import RuntimeRules
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.providers.config_rules import pack
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "account_id": "1234567890123456",
    "kms_key_id": "key-hzz62f1cb66fa42qo9m3x",
}
WAIVER = {"rule": "config-recorder-on", "reason": "moved", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, RuntimeRules]:
    found: list[RuntimeRules] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        found.append(RuntimeRules("rules", given))

    return record(program), found[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"rules-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("rules-") for item in found.resources}


def identifiers(found: Recording) -> list[str]:
    return [rule["managedRuleIdentifier"] for rule in inputs(found, "pack")["configRules"]]


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"log-delivery": {"status": 0}}, "config-recorder-on", "8.1.10.2"),
        ({"store": {"retention_period": 30}}, "audit-retention", "8.1.5.4d"),
        ({"store": {"encrypt_conf": {"enable": False}}}, "log-encrypted", "8.1.4.8b"),
    ],
)
def test_what_weakens_is_refused(overrides: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": overrides})
    assert f"rule {rule}" in str(error.value) and clause in str(error.value)


def test_a_waiver_lets_it_pass() -> None:
    _, rules = made({"overrides": {"log-delivery": {"status": 0}}, "waivers": [WAIVER]})
    assert [item["resource"] for item in rules.waived] == ["rules-log-delivery"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"overrides": {"pack": {"risk_level": 2}, "store": {"retention_period": 400}}})
    assert inputs(found, "pack")["riskLevel"] == 2
    assert inputs(found, "store")["retentionPeriod"] == 400


def test_the_pack_follows_the_level() -> None:
    second, third = (identifiers(made({"baseline": baseline})[0]) for baseline in ("mlps-l2", "mlps-l3"))
    assert set(second) < set(third)
    assert set(third) <= {rule.id for rule in pack(3)}
    assert "sls-logstore-enabled-encrypt" in third and "sls-logstore-enabled-encrypt" not in second
    assert "compliancePackTemplateId" not in inputs(made({"baseline": "mlps-l2"})[0], "pack")


def test_rules_are_left_out_by_name() -> None:
    found, _ = made({"without": ["polardb-cluster-enabled-ssl"]})
    assert "polardb-cluster-enabled-ssl" not in identifiers(found)


def test_existing_places_are_used() -> None:
    found, _ = made({"log_project": "acme-logs", "log_bucket": "acme-audit"})
    assert "log-project" not in names(found)
    assert inputs(found, "store")["projectName"] == "acme-logs"
    target = inputs(found, "bucket-delivery")["deliveryChannelTargetArn"]
    assert target == "acs:oss:cn-beijing:1234567890123456:acme-audit"
    assert inputs(found, "log-delivery")["nonCompliantNotification"] is True


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "cn-hongkong"})
