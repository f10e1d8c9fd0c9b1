"""TieredNetwork for Alibaba Cloud: what is there by level, what is refused, what can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import TieredNetwork
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "cidr_block": "10.0.0.0/16",
    "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
    "kms_key_id": "key-1",
}


#: What a financial system declares of itself.
FINANCE: Mapping[str, str] = {"dr_tier": "1", "rto": "4h", "rpo": "15m"}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: TieredNetwork("n", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def waiver(rule: str) -> dict[str, str]:
    return {"rule": rule, "reason": "agreed with the assessor", "owner": "security", "until": SOON}


def test_each_tier_has_subnets_lists_routes_and_a_group() -> None:
    found = names(made())
    for tier in ("public", "application", "data"):
        assert {f"n-{tier}-acl", f"n-{tier}-routes", *(f"n-{tier}-{zone}" for zone in "hkl")} <= found
    assert {"n-entry-group", "n-application-group", "n-data-group"} <= found
    assert not any("forward" in item.type.lower() for item in made().resources)


def test_nothing_but_the_entry_ports_is_open_to_anywhere() -> None:
    rules = [item.inputs for item in made().resources if item.type.endswith(":SecurityGroupRule")]
    opened = {
        rule["portRange"]
        for rule in rules
        if rule["type"] == "ingress" and rule.get("cidrIp") == "0.0.0.0/0" and rule["policy"] == "accept"
    }
    assert opened == {"443/443"}


def test_every_group_ends_in_dropping_what_leaves() -> None:
    for group in ("entry", "application", "data"):
        last = inputs(made(), f"n-{group}-out-rest")
        assert (last["policy"], last["ipProtocol"], last["priority"]) == ("drop", "all", 100)


def test_the_bastion_host_alone_reaches_servers_by_its_ports() -> None:
    found = made({"bastion_ports": [22, 3389], "data_ports": [3306]})
    rules = [item for item in found.resources if item.type.endswith(":SecurityGroupRule")]
    opened = [item for item in rules if item.inputs["portRange"] in ("22/22", "3389/3389")]
    inward = [item for item in opened if item.inputs["type"] == "ingress"]
    assert {item.name for item in inward} == {"n-bastion-to-application-22", "n-bastion-to-application-3389"}
    for item in inward:
        source = item.property_dependencies["sourceSecurityGroupId"]
        assert [urn.rpartition("::")[2] for urn in source] == ["n-bastion-group"] and "cidrIp" not in item.inputs
    of_bastion = [
        item
        for item in rules
        if [urn.rpartition("::")[2] for urn in item.property_dependencies["securityGroupId"]] == ["n-bastion-group"]
    ]
    assert all(item.inputs["type"] == "egress" and item.inputs["cidrIp"] for item in of_bastion)
    let_out = {item.inputs["portRange"]: item.inputs["cidrIp"] for item in of_bastion}
    assert let_out.pop("-1/-1") == "0.0.0.0/0"
    assert set(let_out) == {"22/22", "3389/3389", "3306/3306"}
    assert all(block.startswith("10.") for block in let_out.values()) and let_out["22/22"] != let_out["3306/3306"]
    assert inputs(found, "n-bastion-out-rest")["policy"] == "drop"
    assert not [name for name in names(made()) if "bastion" in name]


def test_the_way_out_is_as_wide_as_production_needs() -> None:
    assert inputs(made(), "n-nat-address")["bandwidth"] == "100"
    assert inputs(made({"nat_bandwidth": 20}), "n-nat-address")["bandwidth"] == "20"
    assert inputs(made({"parameters": {"min-bandwidth-mbps": 150}}), "n-nat-address")["bandwidth"] == "150"


def test_levels_differ_in_key_protection_and_zones() -> None:
    second = made({"baseline": "mlps-l2", "zones": ["cn-beijing-h"], "kms_key_id": None})
    assert "n-log-key" not in names(second)
    assert inputs(second, "n-log-store")["encryptConf"] == {"enable": True, "encryptType": "default"}
    assert not second.by_name("n-vpc").protect
    third = made({"kms_key_id": None, "kms_instance_id": "kst-1"})
    assert {"n-log-key", "n-log-role", "n-log-role-crypto-user"} <= names(third)
    assert third.by_name("n-vpc").protect
    assert inputs(third, "n-nat")["availabilityMode"] == "CrossAZ"
    assert inputs(made({"baseline": "financial-l3", **FINANCE}), "n-log-store")["retentionPeriod"] == 183
    with pytest.raises(ComponentError, match=r"at least 3 are needed.*9.1.2.1e"):
        made({"baseline": "mlps-l4", "zones": ARGS["zones"][:2]})


def test_national_cryptography_encrypts_logs_with_sm4() -> None:
    assert inputs(made({"profiles": ["sm"]}), "n-log-store")["encryptConf"]["encryptType"] == "m4"


def test_finance_regions_have_addresses_of_their_own() -> None:
    zones = ["cn-shanghai-finance-1f", "cn-shanghai-finance-1g"]
    found = made({"region": "cn-shanghai-finance-1", "zones": zones, "baseline": "financial-l3", **FINANCE})
    assert inputs(found, "n-nat-address")["isp"] == "BGP_FinanceCloud"
    assert "n-public-f" in names(found)


def test_what_exists_is_taken() -> None:
    found = made({"vpc_id": "vpc-1", "log_project": "central", "log_store": "flow"})
    assert "n-vpc" not in names(found)
    assert inputs(found, "n-public-h")["vpcId"] == "vpc-1"
    flow = inputs(found, "n-flow-log")
    assert (flow["resourceId"], flow["projectName"], flow["logStoreName"]) == ("vpc-1", "central", "flow")
    assert not {"n-log-project", "n-log-store", "n-log-role"} & names(found)
    logged = made({"vpc_id": "vpc-1", "flow_logs": False})
    assert "n-flow-log" not in names(logged)


def test_without_outbound_ports_there_is_no_way_out() -> None:
    found = names(made({"outbound_ports": []}))
    assert not {name for name in found if "nat" in name or "outbound" in name or "snat" in name}


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"entry_ports": [443, 22]}, "net-sg-no-risky-port-from-any"),
        ({"flow_logs": False}, "net-flow-logs"),
        ({"overrides": {"flow-log": {"traffic_type": "Drop"}}}, "net-flow-logs"),
        ({"overrides": {"log-store": {"retention_period": 30}}}, "audit-retention"),
        ({"overrides": {"data-group": {"inner_access_policy": "Accept"}}}, "net-default-deny"),
        ({"overrides": {"log-store": {"encrypt_conf": {"enable": False}}}}, "log-encrypted"),
        ({"nat_bandwidth": 1}, "net-bandwidth-floor"),
    ],
)
def test_weaker_settings_are_refused_and_can_be_waived(args: dict[str, Any], rule: str) -> None:
    with pytest.raises(WeakenedError, match=rule) as error:
        made(args)
    assert "clauses" in str(error.value)
    broken = {result.rule for result in error.value.results}
    assert made({**args, "waivers": [waiver(name) for name in broken]}).by_name("n").inputs["waivers"]


def test_harmless_overrides_pass_through() -> None:
    found = made({"overrides": {"flow-log": {"aggregation_interval": "1"}, "nat": {"description": "way out"}}})
    assert inputs(found, "n-flow-log")["aggregationInterval"] == "1"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "cn-hongkong"}, "does not lie in mainland China"),
        ({"zones": ["cn-hangzhou-h", "cn-hangzhou-k"]}, "does not lie in cn-beijing"),
        ({"cidr_block": "8.0.0.0/16"}, "no block of private addresses"),
        ({"log_store": "flow"}, "log_store needs the log_project"),
        ({"kms_key_id": None}, "give the id of a key"),
    ],
)
def test_what_makes_no_compliant_network_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
