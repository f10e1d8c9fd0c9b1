"""Google Cloud: which denying rules shield, who is everyone, whose project it is, and what the settings allow."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.google_identity import is_everyone, names_everyone, same_project
from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules import rules_by_name
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

RISKY = rules_by_name()["net-sg-no-risky-port-from-any"]
ANY = ["0.0.0.0/0"]


def rule(name: str, action: str = "allow", **attributes: Any) -> Any:
    block = attributes.pop("block", {"protocol": "tcp", "ports": ["22"]})
    given = {"network": "shop", "source_ranges": ANY, **attributes, action: [block]}
    return resource("google_compute_firewall", name, **given)


@pytest.mark.parametrize(
    ("denial", "verdict"),
    [
        ({}, Verdict.PASS),  # of equal priority the denying rule wins
        ({"priority": 999}, Verdict.PASS),
        ({"priority": 1001}, Verdict.FAIL),
        ({"priority": unknown()}, Verdict.UNKNOWN),
        ({"network": "other"}, Verdict.FAIL),
        ({"network": unknown()}, Verdict.UNKNOWN),
        ({"disabled": True}, Verdict.FAIL),
        ({"disabled": unknown()}, Verdict.UNKNOWN),
        ({"direction": "EGRESS"}, Verdict.FAIL),
        ({"source_ranges": ["10.0.0.0/8"]}, Verdict.FAIL),
        ({"block": {"protocol": "udp"}}, Verdict.FAIL),
        ({"block": {"protocol": "all"}}, Verdict.PASS),
        ({"block": {"protocol": "tcp", "ports": ["20-30"]}}, Verdict.PASS),
        ({"block": {"protocol": "tcp", "ports": ["23"]}}, Verdict.FAIL),
        ({"target_tags": ["web"]}, Verdict.PASS),
        ({"target_tags": ["web", "db"]}, Verdict.PASS),
        ({"target_tags": ["db"]}, Verdict.FAIL),
        ({"target_tags": [unknown()]}, Verdict.UNKNOWN),
        ({"target_service_accounts": ["web@shop"]}, Verdict.FAIL),
    ],
)
def test_a_denying_rule_shields(denial: dict[str, Any], verdict: Verdict) -> None:
    opened = rule("ssh", target_tags=["web"])
    context = FakeContext([opened, rule("deny", "deny", **denial)])
    assert judge(RISKY, opened, context).verdict is verdict


def test_a_rule_for_all_is_not_shielded_by_one_for_some() -> None:
    opened = rule("ssh")
    context = FakeContext([opened, rule("deny", "deny", priority=1, target_tags=["web"])])
    assert judge(RISKY, opened, context).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"block": {"protocol": "tcp"}}, Verdict.FAIL),  # no ports: every port
        ({"block": {"protocol": "tcp", "ports": []}}, Verdict.FAIL),
        ({"block": {"protocol": "tcp", "ports": ["443"]}}, Verdict.PASS),
        ({"block": {"protocol": "tcp", "ports": [443, "3300-3310"]}}, Verdict.FAIL),
        ({"block": {"protocol": "tcp", "ports": ["443", unknown()]}}, Verdict.UNKNOWN),
        ({"block": {"protocol": "tcp", "ports": ["22", unknown()]}}, Verdict.FAIL),
        ({"block": {"protocol": "tcp", "ports": either(["443"], ["22"])}}, Verdict.UNKNOWN),
        ({"block": {"protocol": "6", "ports": ["22"]}}, Verdict.FAIL),
        ({"block": {"protocol": "icmp"}}, Verdict.PASS),
        ({"source_ranges": [], "source_tags": ["app"]}, Verdict.PASS),
        ({"source_ranges": []}, Verdict.UNKNOWN),
        ({"source_ranges": [unknown(), "0.0.0.0/0"]}, Verdict.FAIL),
        ({"source_ranges": ANY, "source_tags": ["app"]}, Verdict.FAIL),  # either of them suffices
        ({"disabled": True}, Verdict.NOT_APPLICABLE),
        ({"direction": "EGRESS"}, Verdict.NOT_APPLICABLE),
    ],
)
def test_what_a_firewall_rule_opens(attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(RISKY, rule("one", **attributes)).verdict is verdict


@pytest.mark.parametrize(
    ("member", "answer"),
    [
        ("allUsers", True),
        ("allAuthenticatedUsers", True),
        ("user:allusers@example.com", False),
        (Unknown("no-value", "m", parts=("user:", unknown())), False),
        (Unknown("no-value", "m", parts=("group-", unknown())), False),
        (reference(resource("google_service_account"), "member"), False),
        (either("user:a@example.com", "group:b@example.com"), False),
    ],
)
def test_who_is_everyone(member: Any, answer: bool) -> None:
    assert is_everyone(member) is answer


def test_members_known_in_part() -> None:
    hidden = unknown()
    assert names_everyone([hidden, "allUsers"]) is True
    assert names_everyone([hidden, "user:a@example.com"]) is hidden
    assert names_everyone(Unknown("no-value", "all", elements=("allUsers",))) is True
    assert names_everyone([]) is False


def test_projects() -> None:
    assert same_project("shop", "shop") is True
    assert same_project("shop", "other") is False
    assert same_project(unknown("var.project"), unknown("var.project")) is True
    assert isinstance(same_project(None, "shop"), Unknown)
    assert isinstance(same_project(unknown("var.a"), "shop"), Unknown)


LOCATIONS = rules_by_name()["loc-region-allowlist"]


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"location": "ASIA-EAST2"}, Verdict.PASS),
        ({"zone_": "asia-east2-a"}, Verdict.PASS),
        ({"zone_": "projects/shop/zones/asia-east2-b"}, Verdict.PASS),
        ({"location": "asia-east1"}, Verdict.FAIL),
        ({"location": "ASIA"}, Verdict.FAIL),
        ({"name_": "x"}, Verdict.NOT_APPLICABLE),
    ],
)
def test_regions_that_the_settings_allow(attributes: dict[str, Any], verdict: Verdict) -> None:
    context = FakeContext(parameters={"allowed-regions": ["asia-east2"]})
    assert judge(LOCATIONS, resource("google_compute_disk", **attributes), context).verdict is verdict


def test_one_finding_for_a_resource_with_region_and_zone() -> None:
    outcome = judge(LOCATIONS, resource("google_compute_disk", region_="asia-east2", zone="asia-east2-a"))
    assert findings(outcome) == [(Verdict.FAIL, "region", "")]


@pytest.mark.parametrize(
    ("kept", "days", "verdict"),
    [
        (None, 7, Verdict.PASS),  # what the service keeps by itself
        (None, 30, Verdict.UNKNOWN),  # the larger edition keeps more
        (7, 30, Verdict.FAIL),
        (30, 30, Verdict.PASS),
        (unknown(), 7, Verdict.UNKNOWN),
    ],
)
def test_backups_kept(kept: Any, days: int, verdict: Verdict) -> None:
    settings = [{"backup_retention_settings": [{"retained_backups": kept}] if kept is not None else []}]
    backup = {**settings[0], "enabled": True}
    target = resource("google_sql_database_instance", settings=[{"backup_configuration": [backup]}])
    context = FakeContext(parameters={"backup-retention-days": days})
    assert judge(rules_by_name()["db-backup"], target, context).verdict is verdict
