"""RuntimeRules for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import RuntimeRules
from compliant_infra.components.aws.runtime_rules import MANAGED
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.kernel.rules import rules_by_name
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "account_id": "123456789012",
    "log_bucket": "acme-audit",
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


def test_a_recorder_that_does_not_run_is_refused() -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": {"recorder-status": {"is_enabled": False}}})
    assert "rule config-recorder-on" in str(error.value) and "8.1.10.2" in str(error.value)


def test_a_role_with_every_right_is_refused() -> None:
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    with pytest.raises(WeakenedError, match="iam-no-admin-star"):
        made({"overrides": {"recorder-writes": {"policy": json.dumps(everything)}}})


def test_a_waiver_lets_it_pass() -> None:
    _, rules = made({"overrides": {"recorder-status": {"is_enabled": False}}, "waivers": [WAIVER]})
    assert {item["rule"] for item in rules.waived} == {"config-recorder-on"}


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"overrides": {"channel": {"s3_key_prefix": "acme"}}})
    assert inputs(found, "channel")["s3KeyPrefix"] == "acme"


def test_every_managed_rule_stands_on_the_ground_of_a_rule() -> None:
    assert not {rule for managed in MANAGED for rule in managed.rules} - set(rules_by_name())
    assert len({managed.identifier for managed in MANAGED}) == len(MANAGED)


def test_the_rules_follow_the_level() -> None:
    second, third = (names(made({"baseline": baseline})[0]) for baseline in ("mlps-l2", "mlps-l3"))
    assert "cloudwatch-log-group-encrypted" in third - second
    assert "multi-region-cloud-trail-enabled" in second & third


def test_numbers_come_from_the_baseline() -> None:
    found, _ = made({"parameters": {"password-min-length": 12}})
    password = json.loads(inputs(found, "iam-password-policy")["inputParameters"])
    assert (password["MinimumPasswordLength"], password["MaxPasswordAge"]) == ("12", "90")
    assert json.loads(inputs(found, "cw-loggroup-retention-period-check")["inputParameters"]) == {
        "MinRetentionTime": "180"
    }


def test_rules_are_left_out_by_name() -> None:
    found, _ = made({"without": ["EFS_ENCRYPTED_CHECK"]})
    assert "efs-encrypted-check" not in names(found)
    with pytest.raises(ComponentError, match="NO_SUCH_RULE"):
        made({"without": ["NO_SUCH_RULE"]})


def test_an_own_bucket_wants_a_second_region() -> None:
    with pytest.raises(ComponentError, match=r"8\.1\.4\.9"):
        made({"log_bucket": None})
    found, rules = made({"log_bucket": None, "standby": {"region": "cn-northwest-1"}})
    assert rules.log_bucket == "config-123456789012-cn-north-1"
    assert "bucket-bucket" in names(found)


def test_an_existing_role_is_used() -> None:
    role = "arn:aws-cn:iam::123456789012:role/config"
    found, _ = made({"recorder_role_arn": role})
    assert "recorder-role" not in names(found)
    assert inputs(found, "recorder")["roleArn"] == role


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "us-east-1"})
