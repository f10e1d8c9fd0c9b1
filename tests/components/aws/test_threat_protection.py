"""ThreatProtection for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import ThreatProtection
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "account_id": "123456789012",
    "vpc_id": "vpc-a",
    "subnet_ids": ["subnet-a", "subnet-b"],
}
KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
WAIVER = {"rule": "net-ips-blocking", "reason": "trial", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, ThreatProtection]:
    found: list[ThreatProtection] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        found.append(ThreatProtection("shield", given))

    return record(program), found[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"shield-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("shield-") for item in found.resources}


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"detector": {"enable": False}}, "host-protection-on", "8.1.4.5"),
        (
            {"firewall-policy": {"firewall_policy": {"stateless_default_actions": ["aws:pass"]}}},
            "net-ips-blocking",
            "8.1.3.3a",
        ),
        (
            {"firewall-policy": {"firewall_policy": {"stateful_rule_group_references": []}}},
            "net-ips-blocking",
            "8.1.3.3d",
        ),
        (
            {
                "inbound-rules": {
                    "rule_group": {"rules_source": {"rules_string": "pass ip any any -> any any (sid:1;)"}}
                }
            },
            "net-fw-app-policy",
            "8.1.3.2",
        ),
        ({"firewall": {"subnet_mappings": []}}, "net-cloud-firewall-on", "8.1.3.3a"),
        ({"session-logs": {"retention_in_days": 30}}, "audit-retention", "8.1.5.4d"),
    ],
)
def test_what_weakens_is_refused(overrides: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": overrides})
    assert f"rule {rule}" in str(error.value) and clause in str(error.value)


def test_a_waiver_lets_it_pass() -> None:
    overrides = {"firewall-policy": {"firewall_policy": {"stateless_default_actions": ["aws:pass"]}}}
    _, shield = made({"overrides": overrides, "waivers": [WAIVER]})
    assert [item["rule"] for item in shield.waived] == ["net-ips-blocking"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"overrides": {"detector": {"finding_publishing_frequency": "ONE_HOUR"}}})
    assert inputs(found, "detector")["findingPublishingFrequency"] == "ONE_HOUR"


def test_what_no_rule_lets_pass_is_dropped() -> None:
    found, _ = made({"inbound_ports": [443, 8443], "domains": [".example.cn"]})
    policy = inputs(found, "firewall-policy")["firewallPolicy"]
    assert policy["statefulDefaultActions"][0] == "aws:drop_established"
    assert policy["statefulEngineOptions"]["ruleOrder"] == "STRICT_ORDER"
    rules = inputs(found, "inbound-rules")["ruleGroup"]["rulesSource"]["rulesString"].splitlines()
    assert [rule.split()[6] for rule in rules] == ["443", "8443"]
    targets = inputs(found, "outbound-rules")["ruleGroup"]["rulesSource"]["rulesSourceList"]["targets"]
    assert targets == [".example.cn"]


def test_sessions_are_encrypted_recorded_and_end() -> None:
    found, _ = made({"kms_key_arn": KEY})
    given = json.loads(inputs(found, "session-preferences")["content"])["inputs"]
    assert given["cloudWatchEncryptionEnabled"] is True and given["kmsKeyId"] == KEY
    assert given["cloudWatchLogGroupName"] == "/aws/ssm/shield/sessions"
    assert (given["idleSessionTimeout"], given["maxSessionDuration"]) == ("15", "480")
    assert inputs(found, "session-logs")["retentionInDays"] == 180


def test_the_firewall_wants_its_place() -> None:
    with pytest.raises(ComponentError, match=r"8\.1\.3\.3"):
        made({"vpc_id": None})
    with pytest.raises(ComponentError, match="2 subnet_ids"):
        made({"subnet_ids": ["subnet-a"]})


def test_what_is_there_is_not_made_again() -> None:
    firewall = "arn:aws-cn:network-firewall:cn-north-1:123456789012:firewall/acme"
    found, shield = made(
        {
            "detector_id": "12abc34d567e8fa901bc2d34e56789f0",
            "firewall_arn": firewall,
            "kms_key_arn": KEY,
            "session_log_group": "/acme/sessions",
            "vpc_id": None,
            "subnet_ids": None,
        }
    )
    assert names(found) - {"shield", "provider"} == {"inspector", "access-analyzer", "session-preferences"}
    assert shield.firewall is None


def test_the_firewall_is_protected_against_deletion() -> None:
    found, _ = made({})
    assert inputs(found, "firewall")["deleteProtection"] is True
    assert found.by_name("shield-firewall").protect


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "us-east-1"})


def test_an_override_cannot_take_away_what_answers_for_the_whole_system() -> None:
    """Inspector that scans no servers is no finding about Inspector: it leaves the account without a scan of them."""
    overrides = {"inspector": {"resource_types": ["ECR"]}}
    with pytest.raises(WeakenedError, match=r"vuln-scan-on .*; caused by overrides\['inspector'\]"):
        made({"overrides": overrides})
    waiver = {**WAIVER, "rule": "vuln-scan-on"}
    assert inputs(made({"overrides": overrides, "waivers": [waiver]})[0], "inspector")["resourceTypes"] == ["ECR"]
