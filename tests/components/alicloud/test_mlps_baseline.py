"""MlpsBaseline and FinancialBaseline for Alibaba Cloud: keys of their own, two regions, failover, what they refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import FinancialBaseline, MlpsBaseline
from compliant_infra.components.component import ComponentError
from compliant_infra.components.recorder import Recording, record
from tests.components.proof import Case, failing, judged, shown

BEIJING: Mapping[str, Any] = {
    "region": "cn-beijing",
    "zones": ["cn-beijing-h", "cn-beijing-k"],
    "cidr_block": "10.0.0.0/16",
    "certificate_id": "1111-cn-hangzhou",
}
HANGZHOU: Mapping[str, Any] = {
    "region": "cn-hangzhou",
    "zones": ["cn-hangzhou-h", "cn-hangzhou-j"],
    "cidr_block": "10.1.0.0/16",
    "certificate_id": "2222-cn-hangzhou",
}
ARGS: Mapping[str, Any] = {
    "baseline": "mlps-l3",
    "system": "orders",
    "account_id": "1234567890123456",
    "primary": BEIJING,
    "standby": HANGZHOU,
    "login_networks": ["203.0.113.0/24"],
    "contacts": [{"name": "security", "mail": "security@example.com"}],
    "data_class": "general",
    "owner": "orders-team",
    "rto": "4h",
    "rpo": "15m",
}
#: Nothing of the account, so that little is recorded.
ELSEWHERE = dict.fromkeys(
    ("audit_trail", "identity", "monitoring", "region_guard", "runtime_rules", "threat_protection"), "landing zone"
)
SMALL = {**ARGS, "elsewhere": ELSEWHERE}
FINANCIAL = {**SMALL, "baseline": "financial-l3"}
KMS = {"kms_instance_id": "kst-1"}
#: Where SM2 certificates end TLS: in the one WAF instance of the account.
NATIONAL = {"waf_instance_id": "waf-1", "sm2_certificate_id": "sm2-1"}


def made(args: Mapping[str, Any], kind: type = MlpsBaseline) -> Recording:
    return record(lambda: kind("orders", args) and None)


def refusal(args: Mapping[str, Any], kind: type = MlpsBaseline) -> str:
    with pytest.raises(ComponentError) as raised:
        made(args, kind)
    return str(raised.value)


# -- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("baseline", ["mlps-l2", "mlps-l3"])
def test_without_a_kms_instance_it_makes_one_in_each_region(baseline: str) -> None:
    wanted = {
        "baseline": baseline,
        "entry": {"domain": "shop.example.cn", "health_check_path": "/health"},
        "servers": {"image_id": "m-2ze0000000000000000a", "instance_types": ["ecs.g8i.large"]},
        "cache": {"instance_type": "tair.rdb.1g"},
    }
    found = made({**ARGS, **wanted})
    assert [item.name for item in found.of_type("alicloud:kms/instance:Instance")] == [
        "orders-keys-instance",
        "orders-keys-standby-instance",
    ]
    # Every key is in the ring: no part makes one for itself.
    assert all("orders-keys-" in item.name for item in found.of_type("alicloud:kms/key:Key"))
    failed = failing(judged(found.scan(), Case("alicloud", "baseline", baseline), complete=True))
    assert not failed, "\n".join(map(shown, failed))
    assert not found.problems()


def test_access_logs_are_encrypted_by_the_keys_of_their_region() -> None:
    found = made({**SMALL, "entry": {"domain": "shop.example.cn"}})
    for prefix in ("", "standby-"):
        store = found.by_name(f"orders-{prefix}entry-access-log-store")
        (key,) = (
            urn
            for urns in store.property_dependencies.values()
            for urn in urns
            if urn.split("::")[2].endswith("kms/key:Key")
        )
        assert key.endswith(f"::orders-keys-{prefix}log-key")


# -- two regions -----------------------------------------------------------------------------------------------------


def test_recovery_is_declared_with_the_distance() -> None:
    outputs = made(SMALL).by_name("orders").outputs
    assert (
        outputs["recovery"].items()
        >= {
            "rto": "4h",
            "rpo": "15m",
            "tier": "1",
            "primaryRegion": "cn-beijing",
            "standbyRegion": "cn-hangzhou",
        }.items()
    )
    assert 1000 < outputs["recovery"]["distanceKm"] < 1300
    assert outputs["elsewhere"] == ELSEWHERE


def test_failover_asks_what_the_servers_are_asked() -> None:
    found = made({**SMALL, "entry": {"domain": "shop.example.cn", "health_check_path": "/health"}})
    for role in ("primary", "standby"):
        check = found.by_name(f"orders-failover-{role}-check")
        asked = json.loads(check.inputs["monitorExtendInfo"])
        assert (asked["host"], asked["path"]) == ("shop.example.cn", "/health")
    pools = {
        part: found.by_name("orders-failover-strategy").property_dependencies[f"{part}AddrPools"]
        for part in ("default", "failover")
    }
    assert [urn.rpartition("::")[2] for urn in pools["default"]] == ["orders-failover-primary-pool"]
    assert [urn.rpartition("::")[2] for urn in pools["failover"]] == ["orders-failover-standby-pool"]


@pytest.mark.parametrize("firewall", [True, False])
def test_failover_leads_to_the_firewall_in_front(firewall: bool) -> None:
    """Visitors sent to the load balancer would go round WAF, and there is no TLS of national cryptography there."""
    primary = {**BEIJING, **NATIONAL} if firewall else BEIJING
    found = made({**SMALL, "primary": primary, "entry": {"domain": "shop.example.cn"}})
    first = "orders-entry-waf-domain" if firewall else "orders-entry-load-balancer"
    for role, front in (("primary", first), ("standby", "orders-standby-entry-load-balancer")):
        pool = found.by_name(f"orders-failover-{role}-pool")
        assert pool.inputs["type"] == "DOMAIN"
        assert [urn.rpartition("::")[2] for urn in pool.property_dependencies["addresses"]] == [front]


@pytest.mark.parametrize("again", [{}, {"waf_instance_id": "waf-1"}, NATIONAL])
def test_both_entries_are_behind_the_one_firewall_of_the_account(again: Mapping[str, Any]) -> None:
    found = made(
        {
            **SMALL,
            "profiles": ["sm"],
            "primary": {**BEIJING, **KMS, **NATIONAL},
            "standby": {**HANGZHOU, **KMS, **again},
            "entry": {"domain": "shop.example.cn"},
        }
    )
    (domain,) = [item for item in found.resources if item.type == "alicloud:wafv3/domain:Domain"]
    assert (domain.name, domain.inputs["instanceId"]) == ("orders-entry-waf-domain", "waf-1")
    assert domain.inputs["listen"]["sm2CertId"] == "sm2-1"
    behind = domain.property_dependencies["redirect"]
    assert {urn.rpartition("::")[2] for urn in behind} == {
        "orders-entry-load-balancer",
        "orders-standby-entry-load-balancer",
    }
    assert len(domain.inputs["redirect"]["backends"]) == len(domain.inputs["redirect"]["backupBackends"]) == 1


def test_the_bastion_host_has_a_group_of_its_own() -> None:
    """Servers drop SSH within their group: in it the bastion host would reach none of them."""
    here = {key: value for key, value in ELSEWHERE.items() if key != "threat_protection"}
    found = made({**SMALL, "elsewhere": here})
    groups = found.by_name("orders-threats-bastion").property_dependencies["securityGroupIds"]
    assert [urn.rpartition("::")[2] for urn in groups] == ["orders-network-bastion-group"]
    assert {item.name for item in found.resources if item.name.endswith("bastion-group")} == {
        "orders-network-bastion-group"
    }
    second = made({**SMALL, "elsewhere": here, "baseline": "mlps-l2"})
    assert not [item.name for item in second.resources if "bastion" in item.name]


def test_the_firewall_is_switched_on_for_what_faces_the_internet() -> None:
    here = {key: value for key, value in ELSEWHERE.items() if key != "threat_protection"}
    args = {**SMALL, "elsewhere": here, "entry": {"domain": "shop.example.cn"}}
    switches = [item for item in made(args).resources if item.type.endswith(":FwSwitch")]
    behind = {urn.rpartition("::")[2] for item in switches for urn in item.property_dependencies["internetAddress"]}
    assert {name for name in behind if "address" in name and "bound" not in name} == {
        *(f"orders-entry-address-{zone}" for zone in "hk"),
        *(f"orders-standby-entry-address-{zone}" for zone in "hj"),
        "orders-network-nat-address",
        "orders-standby-network-nat-address",
    }
    # Only once they belong to what they are the addresses of.
    assert {"orders-entry-load-balancer", "orders-network-nat-address-bound"} <= behind
    assert len(switches) == 6
    without = made({**args, "firewall_switches": False})
    assert not [item for item in without.resources if item.type.endswith(":FwSwitch")]


def test_images_are_copied_and_encrypted_in_the_standby_region() -> None:
    found = made({**SMALL, "images": {"application": "m-2ze0000000000000000a"}})
    copy = found.by_name("orders-image-application")
    assert copy.inputs["encrypted"] is True
    assert copy.inputs["sourceRegionId"] == "cn-beijing"
    assert found.by_urn(copy.provider.rpartition("::")[0]).inputs["region"] == "cn-hangzhou"


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"baseline": "financial-l3"}, "cannot be financial-l3: it is for mlps-l2, mlps-l3, mlps-l4"),
        ({"standby": {**HANGZHOU, "region": "cn-hongkong"}}, "does not lie in mainland China"),
        ({"standby": {**HANGZHOU, "region": "cn-beijing"}}, "cn-beijing"),
        ({"rto": None}, "declare rto"),
        ({"finance_regions": True}, "finance_regions are asked for, 'cn-beijing' is none"),
        ({"elsewhere": {**ELSEWHERE, "identities": "landing zone"}}, "names no part identities"),
        ({"elsewhere": {**ELSEWHERE, "identity": " "}}, "must say where identity"),
        ({"elsewhere": {"audit_trail": "landing zone"}}, "monitoring searches the audit trail"),
        ({"elsewhere": None, "login_networks": None}, "give login_networks"),
        ({"primary": {**BEIJING, "certificate_id": None}, "entry": {"domain": "a.cn"}}, "needs a certificate_id"),
        ({"baseline": "mlps-l4"}, "zones"),
        (
            {
                "primary": {**BEIJING, **NATIONAL},
                "standby": {**HANGZHOU, "waf_instance_id": "waf-2"},
                "entry": {"domain": "a.cn"},
            },
            "one WAF 3.0 instance for the mainland, in which a domain is once: give waf_instance_id in primary",
        ),
        (
            {
                "primary": {**BEIJING, **NATIONAL},
                "standby": {**HANGZHOU, "sm2_certificate_id": "sm2-2"},
                "entry": {"domain": "a.cn"},
            },
            "give sm2_certificate_id in primary, and in standby none or the same one",
        ),
        ({"standby": {**HANGZHOU, **NATIONAL}, "entry": {"domain": "a.cn"}}, "give waf_instance_id in primary"),
        (
            {
                "profiles": ["sm"],
                "primary": {**BEIJING, **KMS},
                "standby": {**HANGZHOU, **KMS},
                "entry": {"domain": "a.cn"},
            },
            "give waf with sm2_certificate_id",
        ),
    ],
)
def test_what_the_mlps_baseline_refuses(change: Mapping[str, Any], said: str) -> None:
    assert said in refusal({**SMALL, **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"baseline": "mlps-l3"}, "cannot be mlps-l3"),
        ({}, "kms_instance_id is needed"),
        ({"parameters": {"dr-distance-km": 2000}}, "lie about 1125 km apart, 2000 km are asked for"),
        ({"baseline": "financial-l4"}, "cn-beijing"),
    ],
)
def test_what_the_financial_baseline_refuses(change: Mapping[str, Any], said: str) -> None:
    assert said in refusal({**FINANCIAL, **change}, FinancialBaseline)
