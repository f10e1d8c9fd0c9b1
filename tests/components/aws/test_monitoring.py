"""Monitoring for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import Monitoring
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "account_id": "123456789012",
    "log_group": "/aws/cloudtrail/audit-trail",
    "mails": ["security@example.com"],
}
TOPIC = "arn:aws-cn:sns:cn-north-1:123456789012:on-call"
WAIVER = {"rule": "alert-on-events", "reason": "other alarms", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, Monitoring]:
    watchers: list[Monitoring] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        watchers.append(Monitoring("watch", given))

    return record(program), watchers[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"watch-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("watch-") for item in found.resources}


@pytest.mark.parametrize(
    "overrides",
    [
        {"privileges-alarm": {"actions_enabled": False}},
        {"privileges-alarm": {"alarm_actions": []}},
        {"privileges-alarm": {"namespace": "Elsewhere"}},
        {"findings-rule": {"state": "DISABLED"}},
    ],
)
def test_alarms_that_tell_nobody_are_refused(overrides: Mapping[str, Any]) -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": overrides})
    assert "rule alert-on-events" in str(error.value) and "8.1.5.4f" in str(error.value)


def test_a_topic_without_a_key_is_refused() -> None:
    with pytest.raises(WeakenedError, match="analytics-encrypted"):
        made({"overrides": {"topic": {"kms_master_key_id": None}}})


def test_a_waiver_lets_it_pass() -> None:
    _, watcher = made({"overrides": {"findings-rule": {"state": "DISABLED"}}, "waivers": [WAIVER]})
    assert [item["resource"] for item in watcher.waived] == ["watch-findings-rule"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"server_ids": ["i-1"], "overrides": {"server-0-cpu": {"threshold": 80}}})
    assert inputs(found, "server-0-cpu")["threshold"] == 80


def test_nobody_to_tell_is_an_error() -> None:
    with pytest.raises(ComponentError, match="tells nobody"):
        made({"mails": None})


def test_an_existing_topic_is_used() -> None:
    found, watcher = made({"mails": None, "topic_arn": TOPIC})
    assert watcher.topic is None
    assert not {"topic", "key"} & names(found)
    assert inputs(found, "privileges-alarm")["alarmActions"] == [TOPIC]
    assert inputs(found, "findings-target")["arn"] == TOPIC


def test_only_alarms_of_the_account_may_publish() -> None:
    found, _ = made({})
    statement = json.loads(inputs(found, "topic")["policy"])["Statement"][0]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert statement["Resource"] == "arn:aws-cn:sns:cn-north-1:123456789012:watch-alarms"


def test_the_log_is_searched_from_level_3_on() -> None:
    second, _ = made({"baseline": "mlps-l2"})
    third, _ = made({})
    assert not [name for name in names(second) if name.endswith("-filter")]
    assert {"privileges-filter", "keys-alarm", "failed-sign-ins-alarm"} <= names(third)
    assert "findings-rule" in names(second)
    assert inputs(third, "failed-sign-ins-alarm")["threshold"] == 5


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "us-east-1"})


def test_events_are_published_without_a_condition_which_they_do_not_fulfil() -> None:
    found, _ = made({})
    for name in ("topic", "key"):
        statements = json.loads(inputs(found, name)["policy"])["Statement"]
        by_service = {item["Principal"].get("Service"): item for item in statements}
        assert "Condition" not in by_service["events.amazonaws.com"], name
        assert by_service["cloudwatch.amazonaws.com"]["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "123456789012"}
        }
