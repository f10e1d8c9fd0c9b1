"""Monitoring for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import Monitoring
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "log_project": "acme-audit",
    "log_store": "actiontrail_audit-trail",
    "contacts": [{"name": "security", "mail": "security@example.com"}],
}
WAIVER = {"rule": "alert-on-events", "reason": "paper alarms", "owner": "li.wei", "until": SOON}


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
    ("args", "clause"),
    [
        ({"overrides": {"ecs-events": {"status": "DISABLED"}}}, "8.1.5.4f"),
        ({"overrides": {"alert-privileges": {"policy_configuration": None}}}, "8.1.5.4f"),
        ({"server_ids": ["i-1"], "overrides": {"server-cpu": {"enabled": False}}}, "8.1.5.4c"),
        ({"server_ids": ["i-1"], "overrides": {"server-cpu": {"contact_groups": []}}}, "8.1.5.4c"),
    ],
)
def test_alarms_that_tell_nobody_are_refused(args: Mapping[str, Any], clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made(args)
    assert "rule alert-on-events" in str(error.value) and clause in str(error.value)


def test_a_waiver_lets_it_pass() -> None:
    _, watcher = made({"overrides": {"ecs-events": {"status": "DISABLED"}}, "waivers": [WAIVER]})
    assert [item["resource"] for item in watcher.waived] == ["watch-ecs-events"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"server_ids": ["i-1"], "overrides": {"server-cpu": {"silence_time": 600}}})
    assert inputs(found, "server-cpu")["silenceTime"] == 600


def test_nobody_to_tell_is_an_error() -> None:
    with pytest.raises(ComponentError, match="tells nobody"):
        made({"contacts": None})
    with pytest.raises(ComponentError, match="action_policy_id"):
        made({"contacts": None, "contact_groups": ["team"]})


def test_existing_contacts_are_used() -> None:
    found, watcher = made({"contacts": None, "contact_groups": ["team"], "action_policy_id": "team"})
    assert watcher.contact_group_names == ["team"]
    assert not {"contact-group", "action-policy"} & names(found)
    assert inputs(found, "alert-keys")["policyConfiguration"]["actionPolicyId"] == "team"


def test_the_log_is_searched_from_level_3_on() -> None:
    second, _ = made({"baseline": "mlps-l2"})
    third, _ = made({})
    assert not [name for name in names(second) if name.startswith("alert-")]
    alerts = {name for name in names(third) if name.startswith("alert-") and not name.startswith("alert-user")}
    assert {"alert-privileges", "alert-failed-sign-ins", "alert-audit-trail", "alert-root-use"} <= alerts
    assert "ecs-events" in names(second)


def test_failed_sign_ins_are_told_at_the_number_of_the_baseline() -> None:
    found, _ = made({})
    condition = inputs(found, "alert-failed-sign-ins")["severityConfigurations"][0]["evalCondition"]["condition"]
    assert condition == "cnt >= 5"


def test_contacts_are_written_to_by_the_action_policy() -> None:
    found, _ = made({"contacts": [{"name": "security", "mail": "security@example.com", "mobile": "13800000000"}]})
    user = json.loads(inputs(found, "alert-user-0")["value"])
    policy = json.loads(inputs(found, "action-policy")["value"])
    assert user["email"] == ["security@example.com"] and user["sms_enabled"] is True
    assert user["user_id"] in policy["primary_policy_script"]
    assert 'type="sms"' in policy["primary_policy_script"]
    assert "watch-record-provider" in found.by_name("watch-action-policy").provider


def test_where_the_endpoint_of_contacts_is_barred_an_exception_is_to_be_signed() -> None:
    declared = {"rto": "4h", "rpo": "15m", "dr_tier": "2", "owner": "security", "parameters": {"platform-level": 4}}
    found, watcher = made({"baseline": "financial-l4", "region": "cn-shanghai-finance-1", **declared})
    assert "action-policy" not in names(found)
    assert [item.clauses for item in watcher.exceptions]


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "cn-hongkong"})
