"""TieredNetwork for AWS China: what is there by level, what is refused, what can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import TieredNetwork
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "cidr_block": "10.0.0.0/16",
    "zones": ["cn-north-1a", "cn-north-1b"],
}


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
        assert {f"n-{tier}-acl", f"n-{tier}-a", f"n-{tier}-b"} <= found
    assert {"n-entry-group", "n-application-group", "n-data-group", "n-default-group"} <= found
    default = inputs(made(), "n-default-group")
    assert (default.get("ingress", []), default.get("egress", [])) == ([], [])


def test_only_the_entry_is_open_to_anywhere_and_only_by_its_ports() -> None:
    rules = [item for item in made().resources if item.type.endswith(":SecurityGroupIngressRule")]
    opened = {(item.name, item.inputs["fromPort"]) for item in rules if item.inputs.get("cidrIpv4") == "0.0.0.0/0"}
    assert opened == {("n-entry-in-443", 443)}


def test_the_data_tier_has_no_way_out() -> None:
    found = made()
    tables = {item.name for item in found.resources if item.type.endswith(":Route")}
    assert tables == {"n-public-route", "n-outbound-route", "n-application-route-a", "n-application-route-b"}


def test_zones_have_gateways_of_their_own_from_level_3_on() -> None:
    assert {"n-nat-a", "n-nat-b"} <= names(made())
    second = names(made({"baseline": "mlps-l2"}))
    assert "n-nat-a" in second and "n-nat-b" not in second and "n-outbound-b" not in second
    assert {"n-application-route-a", "n-application-route-b"} <= second
    assert "n-log-key" not in second and "n-log-key" in names(made())


def test_logs_are_kept_in_steps_that_the_service_offers() -> None:
    assert inputs(made(), "n-log-group")["retentionInDays"] == 180
    assert (
        inputs(made({"profiles": ["draft-2026"], "data_class": "business", "owner": "ops"}), "n-log-group")[
            "retentionInDays"
        ]
        == 365
    )
    assert made().by_name("n-log-group").retain_on_delete


def test_the_key_is_for_this_log_group_alone() -> None:
    policy = json.loads(inputs(made(), "n-log-key")["policy"])
    (logs,) = [item for item in policy["Statement"] if item["Sid"] == "CloudWatchLogs"]
    assert logs["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
    context = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert context == "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/vpc/n/flow"


def test_what_exists_is_taken() -> None:
    found = made({"vpc_id": "vpc-1", "internet_gateway_id": "igw-1", "log_bucket": "central"})
    assert not {"n-vpc", "n-internet-gateway", "n-default-group", "n-log-group", "n-flow-log-role"} & names(found)
    assert inputs(found, "n-flow-log")["logDestination"] == "arn:aws-cn:s3:::central/vpc-flow"
    assert inputs(found, "n-public-route")["gatewayId"] == "igw-1"
    with pytest.raises(ComponentError, match="needs the internet_gateway_id"):
        made({"vpc_id": "vpc-1"})


def test_endpoints_of_services_stand_in_every_zone() -> None:
    found = made({"interface_endpoints": ["com.amazonaws.cn-north-1.ssm"]})
    assert inputs(found, "n-endpoint-ssm")["privateDnsEnabled"] is True
    assert len(inputs(found, "n-endpoint-ssm")["subnetIds"]) == 2


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"entry_ports": [443, 3389]}, "net-sg-no-risky-port-from-any"),
        ({"flow_logs": False}, "net-flow-logs"),
        ({"overrides": {"flow-log": {"traffic_type": "REJECT"}}}, "net-flow-logs"),
        ({"overrides": {"log-group": {"retention_in_days": 30}}}, "audit-retention"),
        ({"overrides": {"log-group": {"kms_key_id": None}}}, "log-encrypted"),
        (
            {"overrides": {"default-group": {"ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0}]}}},
            "net-default-deny",
        ),
    ],
)
def test_weaker_settings_are_refused_and_can_be_waived(args: dict[str, Any], rule: str) -> None:
    with pytest.raises(WeakenedError, match=rule) as error:
        made(args)
    assert "clauses" in str(error.value)
    broken = {result.rule for result in error.value.results}
    assert made({**args, "waivers": [waiver(name) for name in broken]}).by_name("n").inputs["waivers"]


def test_harmless_overrides_pass_through() -> None:
    found = made({"overrides": {"flow-log": {"max_aggregation_interval": 60}}})
    assert inputs(found, "n-flow-log")["maxAggregationInterval"] == 60


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "ap-east-1"}, "does not lie in mainland China"),
        ({"zones": ["cn-north-1a"]}, "at least 2 are needed"),
        ({"zones": ["cn-north-1a", "cn-northwest-1a"]}, "does not lie in cn-north-1"),
        ({"cidr_block": "10.0.0.0/8"}, "cannot be divided"),
    ],
)
def test_what_makes_no_compliant_network_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
