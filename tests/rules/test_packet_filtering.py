"""Breadth of rules, own groups, outbound readers, who reaches a listener, and the last word of a firewall."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.filter_breadth import from_itself, same_value
from compliant_infra.kernel.firewall_policies import named_application, rule_group
from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules.packet_filtering import RULES
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in RULES}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE
PARAMETERS = {"max-port-span": 100, "public-entry-tags": ["public-entry"]}


def context(*resources: Any, **values: Any) -> FakeContext:
    return FakeContext(resources, parameters={**PARAMETERS, **values.pop("parameters", {})}, **values)


def verdict(code: str, target: Any, *others: Any, **values: Any) -> Verdict:
    return judge(BY_CODE[code], target, context(target, *others, **values)).verdict


# --------------------------------------------------------------------------------------------------------------
# Breadth
# --------------------------------------------------------------------------------------------------------------


def rule(**values: Any) -> Any:
    return resource(
        "alicloud_security_group_rule",
        **{"type_": "ingress", "ip_protocol": "tcp", "description": "app", "security_group_id": "sg-1", **values},
    )


def one_port(expression: str) -> Unknown:
    port = unknown(expression)
    return Unknown("no-value", "template", parts=(port, "/", port))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"port_range": "443/443"}, PASS),
        ({"port_range": "8000/8099"}, PASS),  # a hundred ports
        ({"port_range": "8000/8100"}, FAIL),  # one more
        ({}, FAIL),  # port_range defaults to -1/-1
        ({"ip_protocol": "icmp"}, PASS),
        ({"ip_protocol": "gre"}, PASS),
        ({"ip_protocol": "all"}, FAIL),
        ({"ip_protocol": "all", "policy": "drop"}, NONE),
        ({"port_range": "1/65535", "type_": "egress"}, NONE),
        ({"port_range": one_port("var.port")}, PASS),
        ({"port_range": Unknown("no-value", "t", parts=(unknown("var.a"), "/", unknown("var.b")))}, UNKNOWN),
        ({"port_range": either("443/443", "8443/8443")}, PASS),
        ({"port_range": either("443/443", "1/65535")}, UNKNOWN),
        ({"port_range": either("1/1000", "1/65535")}, FAIL),
        ({"port_range": "1/65535", "policy": unknown("var.policy")}, UNKNOWN),
        ({"port_range": "443/443", "description": ""}, FAIL),
        ({"port_range": "443/443", "description": Unknown("no-value", "t", parts=("to ", unknown("var.x")))}, PASS),
        ({"port_range": "443/443", "description": either("web", "")}, UNKNOWN),
        ({"ip_protocol": "all", "source_security_group_id": "sg-1"}, PASS),  # its own members
        ({"ip_protocol": "all", "source_security_group_id": "sg-2"}, FAIL),
        ({"ip_protocol": "all", "source_security_group_id": "sg-1", "cidr_ip": "10.0.0.0/8"}, FAIL),
        ({"ip_protocol": "all", "source_security_group_id": unknown("var.sg")}, UNKNOWN),
    ],
)
def test_breadth(values: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN010", rule(**values)) is expected


def test_limit_is_a_parameter() -> None:
    target = rule(port_range="30000/32767")
    assert verdict("CN010", target) is FAIL
    assert verdict("CN010", target, parameters={"max-port-span": 2768}) is PASS


def test_each_block_is_a_finding() -> None:
    group = resource(
        "aws_security_group",
        ingress=[
            {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"], "description": "web"},
            {"protocol": "tcp", "from_port": 1, "to_port": 9999, "cidr_blocks": ["10.0.0.0/8"], "description": "wide"},
            {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]},
            {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True, "description": "members"},
        ],
    )
    outcome = judge(BY_CODE["CN010"], group, context(group))
    assert findings(outcome) == [
        (FAIL, "ingress.1.from_port", "10.0.0.0/8 tcp/1-9999"),
        (FAIL, "ingress.2.description", "10.0.0.0/8 tcp/22"),
    ]


def test_same_value_and_own_group() -> None:
    group = resource("aws_security_group", "app")
    other = resource("aws_security_group", "other")
    assert same_value(reference(group), reference(group)) is True
    assert same_value(reference(group), reference(other)) is False
    assert same_value("sg-1", "sg-1") is True
    assert same_value(None, None) is False
    assert isinstance(same_value("sg-1", unknown("var.sg")), Unknown)
    names = {"self", "security_groups", "cidr_blocks"}
    assert from_itself({"self": True}, None, names) is True
    assert from_itself({"self": False}, None, names) is False
    assert from_itself({"self": True, "cidr_blocks": ["10.0.0.0/8"]}, None, names) is False
    assert from_itself({"self": True, "cidr_blocks": []}, None, names) is True
    assert from_itself({"security_groups": [reference(group)]}, reference(group), names) is True
    assert from_itself({"security_groups": [reference(group), "sg-2"]}, reference(group), names) is False


# --------------------------------------------------------------------------------------------------------------
# Outbound
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("aws_vpc_security_group_egress_rule", {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}, FAIL),
        (
            "aws_vpc_security_group_egress_rule",
            {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"},
            PASS,
        ),
        ("aws_vpc_security_group_egress_rule", {"ip_protocol": "-1", "cidr_ipv4": "10.0.0.0/8"}, PASS),
        (
            "aws_security_group_rule",
            {"type_": "egress", "protocol": "udp", "from_port": 0, "to_port": 65535, "cidr_blocks": ["0.0.0.0/0"]},
            FAIL,
        ),
        (
            "aws_security_group_rule",
            {"type_": "ingress", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]},
            NONE,
        ),
        ("tencentcloud_security_group_lite_rule", {"egress": ["ACCEPT#0.0.0.0/0#ALL#ALL"]}, FAIL),
        (
            "tencentcloud_security_group_lite_rule",
            {"egress": ["DROP#0.0.0.0/0#ALL#ALL", "ACCEPT#0.0.0.0/0#ALL#ALL"]},
            PASS,
        ),
        ("tencentcloud_security_group_lite_rule", {"ingress": ["ACCEPT#0.0.0.0/0#ALL#ALL"]}, NONE),
    ],
)
def test_outbound(kind: str, values: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN011", resource(kind, **values)) is expected


def test_directions_do_not_shield_each_other() -> None:
    """A dropping rule of the other direction with the highest priority takes nothing away."""
    wide: dict[str, Any] = {"ip_protocol": "all", "port_range": "-1/-1", "cidr_ip": "0.0.0.0/0"}
    out = resource("alicloud_security_group_rule", "out", type_="egress", security_group_id="sg-1", priority=50, **wide)
    shut: dict[str, Any] = {"security_group_id": "sg-1", "policy": "drop", "priority": 1, **wide}
    inbound = resource("alicloud_security_group_rule", "in", type_="ingress", **shut)
    outbound = resource("alicloud_security_group_rule", "no", type_="egress", **shut)
    assert verdict("CN011", out, inbound) is FAIL
    assert verdict("CN011", out, inbound, outbound) is PASS


# --------------------------------------------------------------------------------------------------------------
# Listeners
# --------------------------------------------------------------------------------------------------------------


def test_risky_port_behind_a_list() -> None:
    """A white list shields a risky port only as long as no entry of it, wherever declared, is any address."""
    balancer = resource("alicloud_slb_load_balancer", "b", address_type="internet")
    acl = resource("alicloud_slb_acl", "a", entry_list=[{"entry": "203.0.113.0/24"}])
    entry = resource("alicloud_slb_acl_entry_attachment", acl_id=reference(acl), entry="0.0.0.0/0")

    def listener(**values: Any) -> Any:
        return resource(
            "alicloud_slb_listener",
            load_balancer_id=reference(balancer),
            frontend_port=22,
            **{"acl_status": "on", "acl_type": "white", "acl_ids": [reference(acl)], **values},
        )

    assert verdict("CN018", listener(), balancer, acl) is PASS
    assert verdict("CN018", listener(), balancer, acl, entry) is FAIL
    assert verdict("CN018", listener(acl_status="off"), balancer, acl) is FAIL
    assert verdict("CN018", listener(acl_type="black"), balancer, acl) is FAIL
    assert verdict("CN018", listener(acl_ids=["acl-elsewhere"]), balancer, acl) is UNKNOWN
    assert verdict("CN018", listener(), acl) is UNKNOWN  # the balancer is not in the scan


def test_groups_of_a_balancer() -> None:
    group = resource("aws_security_group", "g")
    office = resource(
        "aws_vpc_security_group_ingress_rule",
        "office",
        security_group_id=reference(group),
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
        cidr_ipv4="203.0.113.0/24",
    )
    world = resource(
        "aws_vpc_security_group_ingress_rule",
        "world",
        security_group_id=reference(group),
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="0.0.0.0/0",
    )
    balancer = resource("aws_lb", "b", load_balancer_type="network", security_groups=[reference(group)])
    ssh = resource("aws_lb_listener", load_balancer_arn=reference(balancer, "arn"), port=22, protocol="TCP")
    # what is open on another port does not matter to this one
    assert verdict("CN018", ssh, balancer, group, office, world) is PASS
    assert verdict("CN017", balancer, group, office) is PASS
    assert verdict("CN017", balancer, group, office, world) is FAIL
    bare = resource("aws_lb", "bare", load_balancer_type="network")
    assert verdict("CN017", bare) is FAIL
    assert verdict("CN017", resource("aws_lb", "default")) is UNKNOWN  # the default group of the VPC
    assert verdict("CN017", resource("aws_lb", "gateway", load_balancer_type="gateway")) is NONE
    tagged = resource("aws_lb", "entry", load_balancer_type="network", tags={"purpose": "public-entry"})
    assert verdict("CN017", tagged) is PASS


@pytest.mark.parametrize(
    ("port", "expected"),
    [("443", PASS), ("22", FAIL), ("20/25", FAIL), ("any", FAIL), (unknown("var.port"), UNKNOWN), ("8000/8100", PASS)],
)
def test_translated_port(port: Any, expected: Verdict) -> None:
    target = resource("alicloud_forward_entry", external_port=port, forward_table_id="ftb-1", ip_protocol="tcp")
    assert verdict("CN018", target) is expected


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("33060", "3306", FAIL),
        (unknown("var.port"), "22", FAIL),
        ("443", "8443", PASS),
        ("443", unknown("var.port"), UNKNOWN),
    ],
)
def test_a_number_of_its_own_outside_hides_no_service(outer: Any, inner: Any, expected: Verdict) -> None:
    target = resource("tencentcloud_dnat", elastic_port=outer, private_port=inner)
    assert verdict("CN018", target) is expected


# --------------------------------------------------------------------------------------------------------------
# Policies of firewalls
# --------------------------------------------------------------------------------------------------------------

_CONTROL = "alicloud_cloud_firewall_control_policy"
_ANYWHERE: dict[str, Any] = {
    "source": "0.0.0.0/0",
    "source_type": "net",
    "destination": "0.0.0.0/0",
    "destination_type": "net",
}


def policy(name: str = "p", **values: Any) -> Any:
    return resource(
        _CONTROL,
        name,
        **{
            "acl_action": "accept",
            "direction": "in",
            "proto": "TCP",
            "application_name_list": ["HTTPS"],
            "source": "0.0.0.0/0",
            "source_type": "net",
            "destination": "203.0.113.10/32",
            "destination_type": "net",
            **values,
        },
    )


def deny(**values: Any) -> Any:
    return policy(
        "deny", **{"acl_action": "drop", "proto": "ANY", "application_name_list": ["ANY"], **_ANYWHERE, **values}
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ((deny(),), PASS),
        ((), FAIL),
        ((deny(direction="out"),), FAIL),
        ((deny(proto="TCP"),), FAIL),
        ((deny(source="10.0.0.0/8"),), FAIL),
        ((deny(source="fleet", source_type="group"),), FAIL),
        ((deny(release="false"),), FAIL),
        ((deny(acl_action=unknown("var.last")),), UNKNOWN),
        # Policies for IPv6 are a list of their own; without a version they are for IPv4.
        ((deny(ip_version="6"),), FAIL),
        ((deny(ip_version="4"),), PASS),
        ((deny(ip_version=unknown("var.version")),), UNKNOWN),
        ((deny(direction=unknown("var.direction")),), UNKNOWN),
        ((deny(acl_action=unknown("var.last")), deny()), PASS),
    ],
)
def test_last_word(last: tuple[Any, ...], expected: Verdict) -> None:
    target = policy()
    assert named_application(_CONTROL)(target, context(target, *last)).verdict is expected


def test_a_missing_last_word_is_told_once_for_a_list() -> None:
    listed = [policy("first"), policy("second"), policy("out", direction="out"), deny(acl_action="log")]
    found = {item.name: findings(named_application(_CONTROL)(item, context(*listed))) for item in listed}
    told = {name for name, parts in found.items() if (FAIL, "acl_action", "rest") in parts}
    assert told == {"deny", "out"}  # what only logs lets through, and is the last of its list
    assert found["first"] == found["second"] == [(PASS, "", "")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"application_name_list": None, "application_name": "SSH"}, PASS),
        ({"application_name_list": None}, FAIL),
        ({"application_name_list": ["HTTPS", "ANY"]}, FAIL),
        ({"application_name_list": ["HTTPS", unknown("var.app")]}, UNKNOWN),
        ({"proto": "UDP", "application_name_list": ["ANY"]}, PASS),  # only TCP knows applications
        ({"proto": "ANY", "application_name_list": ["ANY"]}, FAIL),
        ({"acl_action": "log", "application_name_list": ["ANY"]}, FAIL),
        ({"acl_action": unknown("var.action"), "application_name_list": ["ANY"]}, UNKNOWN),
        ({"release": "false", "application_name_list": ["ANY"]}, NONE),
    ],
)
def test_application(values: dict[str, Any], expected: Verdict) -> None:
    target = policy(**values)
    assert named_application(_CONTROL)(target, context(target, deny())).verdict is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pass ip any any -> any any (sid:1;)", FAIL),
        ('PASS TCP any any <> any any (msg:"x"; sid:1; rev:2;)', FAIL),
        ("pass ip any any -> any any", FAIL),
        ("# pass ip any any -> any any (sid:1;)", PASS),
        ("pass tcp any any -> any any (flow:not_established; sid:1;)", PASS),
        ("pass tls $HOME_NET any -> any 443 (sid:1;)", PASS),
        ("pass tcp any any -> any 443 (sid:1;)", PASS),
        ("drop ip any any -> any any (sid:1;)", PASS),
    ],
)
def test_suricata(line: str, expected: Verdict) -> None:
    target = resource(
        "aws_networkfirewall_rule_group", type_="STATEFUL", rules=f"alert ip any any -> any any\n{line}\n"
    )
    assert rule_group(target, context(target)).verdict is expected
