"""ThreatProtection for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import ThreatProtection
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "subnet_ids": ["vsw-a", "vsw-b"],
    "security_group_ids": ["sg-a"],
}
DECLARED: Mapping[str, Any] = {"rto": "4h", "rpo": "15m", "dr_tier": "2"}
DECOY: Mapping[str, Any] = {"decoy": {"image_id": "sha256:0", "image_name": "ruoyi"}, "vpc_id": "vpc-a"}
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
    ("args", "rule", "clause"),
    [
        ({"overrides": {"intrusion-prevention": {"run_mode": 0}}}, "net-ips-blocking", "8.1.3.3a"),
        ({"overrides": {"bastion": {"enable_public_access": True}}}, "net-bastion-private", "8.1.5.4a"),
        ({"overrides": {"cloud-firewall": {"cfw_log": False}}}, "net-edge-logs", "8.1.3.5a"),
        ({"edition": "level7"}, "host-protection-on", "8.1.4.5"),
        ({"overrides": {"in-drop": {"acl_action": "log"}}}, "net-fw-app-policy", "8.1.3.2a"),
        ({"inbound": [{"application": "ANY", "port": "1/65535"}]}, "net-fw-app-policy", "8.1.3.2e"),
        ({"overrides": {"vulnerability-scan": {"enable": 0}}}, "vuln-scan-on", "8.1.4.4e"),
    ],
)
def test_what_weakens_is_refused(args: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made(args)
    assert f"rule {rule}" in str(error.value) and clause in str(error.value)


def test_a_waiver_lets_it_pass() -> None:
    _, shield = made({"overrides": {"intrusion-prevention": {"run_mode": 0}}, "waivers": [WAIVER]})
    assert [item["rule"] for item in shield.waived] == ["net-ips-blocking"]


def test_what_does_not_weaken_passes() -> None:
    found, _ = made({"overrides": {"intrusion-prevention": {"rule_class": 3}}, "edition": "level8"})
    assert inputs(found, "intrusion-prevention")["ruleClass"] == 3
    assert inputs(found, "security-center")["versionCode"] == "level8"


@pytest.mark.parametrize(
    ("baseline", "edition", "firewall", "bastion"),
    [
        ("mlps-l2", "level7", "payg_version", False),
        ("mlps-l3", "level2", "premium_version", True),
        ("mlps-l4", "level8", "enterprise_version", True),
    ],
)
def test_editions_follow_the_level(baseline: str, edition: str, firewall: str, bastion: bool) -> None:
    found, _ = made({"baseline": baseline, "parameters": {"platform-level": 4}})
    assert inputs(found, "security-center")["versionCode"] == edition
    assert inputs(found, "cloud-firewall")["spec"] == firewall
    assert ("bastion" in names(found)) is bastion


def test_the_anti_virus_edition_is_ordered_for_cores_too() -> None:
    by_default, _ = made({"baseline": "mlps-l2"})
    assert (inputs(by_default, "security-center")["buyNumber"], inputs(by_default, "security-center")["vCore"]) == (
        "20",
        "80",
    )
    found, _ = made({"baseline": "mlps-l2", "server_count": 30, "server_cores": 8})
    assert inputs(found, "security-center")["vCore"] == "240"
    assert "vCore" not in inputs(made({"server_cores": 8})[0], "security-center")


def test_the_bastion_host_stands_in_two_zones() -> None:
    found, _ = made({})
    assert (inputs(found, "bastion")["vswitchId"], inputs(found, "bastion")["slaveVswitchId"]) == ("vsw-a", "vsw-b")
    with pytest.raises(ComponentError, match=r"subnet_ids.*2"):
        made({"subnet_ids": ["vsw-a"]})
    with pytest.raises(ComponentError, match="security_group_ids"):
        made({"security_group_ids": None})


def test_decoys_wait_where_the_financial_standard_asks() -> None:
    third, _ = made(DECOY)
    financial, _ = made({"baseline": "financial-l3", **DECLARED, **DECOY})
    assert "decoy-probe" not in names(third)
    ports = inputs(financial, "decoy-probe")["honeypotBindLists"][0]["bindPortLists"]
    assert {item["startPort"] for item in ports} == {22, 445, 3306, 3389, 6379}
    assert inputs(financial, "security-center")["honeypotSwitch"] == "1"
    _, without = made({"baseline": "financial-l3", **DECLARED})
    assert [item.clauses for item in without.exceptions] == [("jrt0071.2-2020:8.1.3.3e", "jrt0071.2-2020:8.1.3.3f")]


def test_guessed_passwords_lock_as_the_baseline_says() -> None:
    found, _ = made({"server_uuids": ["032b618f"]})
    given = inputs(found, "anti-brute-force")
    assert (given["failCount"], given["forbiddenTime"]) == (5, 5)
    with pytest.raises(WeakenedError, match="iam-lockout"):
        made({"server_uuids": ["032b618f"], "overrides": {"anti-brute-force": {"fail_count": 80}}})


def test_what_is_there_is_not_made_again() -> None:
    found, shield = made({"security_center_id": "sas", "cloud_firewall_id": "cfw", "bastion_host_id": "bastion"})
    assert not {"security-center", "cloud-firewall", "bastion"} & names(found)
    assert {"intrusion-prevention", "in-drop", "out-drop", "vulnerability-scan"} <= names(found)
    assert shield.security_center is None


def test_regions_abroad_are_refused() -> None:
    with pytest.raises(ComponentError, match="mainland China"):
        made({"region": "ap-southeast-1"})
