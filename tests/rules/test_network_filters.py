"""Security groups and network ACLs on intervals: every written form of the three clouds, priorities, unknowns."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules.network import RULES
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in RULES}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def verdicts(code: str, target: Any, *others: Any, **context: Any) -> Verdict:
    return judge(BY_CODE[code], target, FakeContext([target, *others], **context)).verdict


def ali(**values: Any) -> Any:
    return resource(
        "alicloud_security_group_rule",
        values.pop("named", "x"),
        **{"type_": "ingress", "ip_protocol": "tcp", "security_group_id": "sg-1", **values},
    )


@pytest.mark.parametrize(
    ("values", "risky", "everything"),
    [
        ({"port_range": "22/22", "cidr_ip": "0.0.0.0/0"}, FAIL, PASS),
        ({"port_range": "20/25", "cidr_ip": "0.0.0.0/0"}, FAIL, PASS),
        ({"port_range": "443/443", "cidr_ip": "0.0.0.0/0"}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": "10.0.0.0/8"}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": "128.0.0.0/1"}, FAIL, PASS),
        ({"port_range": "22/22", "ipv6_cidr_ip": "::/0"}, FAIL, PASS),
        ({"port_range": "22/22", "ipv6_cidr_ip": "fc00::/7"}, PASS, PASS),
        ({"port_range": "1/65535", "cidr_ip": "0.0.0.0/0"}, FAIL, FAIL),
        ({"cidr_ip": "0.0.0.0/0"}, FAIL, FAIL),  # port_range defaults to -1/-1
        ({"ip_protocol": "all", "port_range": "-1/-1", "cidr_ip": "0.0.0.0/0"}, FAIL, FAIL),
        ({"ip_protocol": "icmp", "port_range": "-1/-1", "cidr_ip": "0.0.0.0/0"}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": "0.0.0.0/0", "policy": "drop"}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": "0.0.0.0/0", "type_": "egress"}, NONE, NONE),
        ({"port_range": "22/22", "source_security_group_id": "sg-2"}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": unknown("var.cidr")}, UNKNOWN, PASS),
        ({"port_range": "443/443", "cidr_ip": unknown("var.cidr")}, PASS, PASS),
        ({"port_range": unknown("var.port"), "cidr_ip": "0.0.0.0/0"}, UNKNOWN, UNKNOWN),
        ({"port_range": unknown("var.port"), "cidr_ip": "10.1.0.0/16"}, PASS, PASS),
        ({"port_range": either("22/22", "3389/3389"), "cidr_ip": "0.0.0.0/0"}, FAIL, PASS),
        ({"port_range": either("22/22", "443/443"), "cidr_ip": "0.0.0.0/0"}, UNKNOWN, PASS),
        ({"port_range": "22/22", "cidr_ip": either("10.0.0.0/8", "172.16.0.0/12")}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": "0.0.0.0/0", "type_": unknown("var.direction")}, UNKNOWN, PASS),
        ({"port_range": "22/22", "cidr_ip": Unknown("no-value", "t", parts=(unknown(), "/32"))}, PASS, PASS),
        ({"port_range": "22/22", "cidr_ip": Unknown("no-value", "t", parts=(unknown(), "/0"))}, FAIL, PASS),
    ],
)
def test_alicloud_rule(values: dict[str, Any], risky: Verdict, everything: Verdict) -> None:
    assert verdicts("CN008", ali(**values)) is risky
    assert verdicts("CN009", ali(**values)) is everything


@pytest.mark.parametrize(
    ("accept", "drop", "expected"),
    [
        ({"priority": 10}, {"priority": 1}, PASS),
        ({"priority": 10}, {"priority": 10}, PASS),  # of equal priority the drop wins
        ({"priority": 1}, {"priority": 10}, FAIL),
        ({"priority": 10}, {"priority": 1, "security_group_id": "sg-2"}, FAIL),
        ({"priority": 10}, {"priority": 1, "port_range": "22/22"}, PASS),
        ({"priority": 10}, {"priority": 1, "port_range": "3389/3389"}, FAIL),
        ({"priority": 10}, {"priority": 1, "cidr_ip": "10.0.0.0/8"}, FAIL),
        ({"priority": 10}, {"priority": 1, "ip_protocol": "udp"}, FAIL),
        ({"priority": 10}, {"priority": 1, "ip_protocol": "all"}, PASS),
        ({"priority": 10}, {"priority": unknown("var.priority")}, UNKNOWN),
        ({"priority": 10}, {"priority": 1, "security_group_id": unknown("var.sg")}, UNKNOWN),
        ({"priority": 10}, {"priority": 1, "existence": unknown("var.create")}, UNKNOWN),
        ({"priority": 10, "port_range": "20/25"}, {"priority": 1, "port_range": "22/22"}, FAIL),  # 20-21, 23 are left
    ],
)
def test_alicloud_priorities(accept: dict[str, Any], drop: dict[str, Any], expected: Verdict) -> None:
    one = ali(**{"port_range": "22/22", "cidr_ip": "0.0.0.0/0", **accept})
    other = ali(**{"named": "y", "policy": "drop", "cidr_ip": "0.0.0.0/0", "port_range": "1/65535", **drop})
    assert verdicts("CN008", one, other) is expected


def test_two_drops_together_cover_what_one_does_not() -> None:
    accept = ali(priority=10, port_range="22/23", cidr_ip="0.0.0.0/0")
    drops = [
        ali(named=f"d{port}", policy="drop", priority=1, cidr_ip="0.0.0.0/0", port_range=f"{port}/{port}")
        for port in (22, 23)
    ]
    assert verdicts("CN008", accept, *drops) is PASS
    assert verdicts("CN008", accept, drops[0]) is FAIL


def test_alicloud_prefix_list() -> None:
    opened = resource("alicloud_ecs_prefix_list", "open", entry=[{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}])
    closed = resource("alicloud_ecs_prefix_list", "closed", entry=[{"cidr": "10.0.0.0/8"}])
    for target, expected in ((opened, FAIL), (closed, PASS)):
        rule = ali(port_range="22/22", prefix_list_id=reference(target))
        assert verdicts("CN008", rule, opened, closed) is expected
    assert verdicts("CN008", ali(port_range="22/22", prefix_list_id="pl-x1")) is UNKNOWN


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}, FAIL),
        ({"protocol": "6", "from_port": "22", "to_port": "22", "cidr_blocks": ["0.0.0.0/0"]}, FAIL),
        ({"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}, FAIL),
        ({"protocol": "tcp", "from_port": 0, "to_port": 65535, "ipv6_cidr_blocks": ["::/0"]}, FAIL),
        ({"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}, PASS),
        ({"protocol": "icmp", "from_port": -1, "to_port": -1, "cidr_blocks": ["0.0.0.0/0"]}, PASS),
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "self": True}, PASS),
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [unknown(), "0.0.0.0/0"]}, FAIL),
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [unknown(), "10.0.0.0/8"]}, UNKNOWN),
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": unknown()}, UNKNOWN),
        ({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": either(["0.0.0.0/0"], ["::/0"])}, FAIL),
        ({"protocol": unknown(), "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}, UNKNOWN),
        (unknown(), UNKNOWN),
    ],
)
def test_aws_group(block: Any, expected: Verdict) -> None:
    assert verdicts("CN008", resource("aws_security_group", ingress=[block])) is expected


def test_aws_group_findings_have_stable_names() -> None:
    def block(port: int, *cidrs: str) -> dict[str, Any]:
        return {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": list(cidrs)}

    target = resource("aws_security_group", ingress=[block(443, "0.0.0.0/0"), block(22, "0.0.0.0/0", "10.0.0.0/8")])
    target.attributes["ingress"].append({**block(3389), "ipv6_cidr_blocks": ["::/0"]})  # type: ignore[index]
    assert findings(judge(BY_CODE["CN008"], target)) == [
        (FAIL, "ingress.1.cidr_blocks", "0.0.0.0/0 tcp/22"),
        (FAIL, "ingress.2.ipv6_cidr_blocks", "::/0 tcp/3389"),
    ]


def test_aws_halves_of_the_internet() -> None:
    halves = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"]}
    target = resource("aws_security_group", ingress=[halves])
    assert verdicts("CN008", target, parameters={"widest-prefix": 0}) is FAIL
    one = resource("aws_security_group", ingress=[{**halves, "cidr_blocks": ["0.0.0.0/1"]}])
    assert verdicts("CN008", one, parameters={"widest-prefix": 0}) is PASS
    assert verdicts("CN008", one) is FAIL  # wider than /8


def test_aws_choice_between_whole_lists() -> None:
    opened = [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}]
    closed = [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]}]
    assert verdicts("CN008", resource("aws_security_group", ingress=either(opened, closed))) is UNKNOWN
    assert verdicts("CN008", resource("aws_security_group", ingress=either(closed, []))) is not FAIL


def test_aws_prefix_list_with_entry_elsewhere() -> None:
    listed = resource("aws_ec2_managed_prefix_list", "office", entry=[{"cidr": "10.0.0.0/8"}])
    extra = resource("aws_ec2_managed_prefix_list_entry", "any", cidr="0.0.0.0/0", prefix_list_id=reference(listed))
    rule = resource(
        "aws_vpc_security_group_ingress_rule",
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
        prefix_list_id=reference(listed),
    )
    assert verdicts("CN008", rule, listed) is PASS
    assert verdicts("CN008", rule, listed, extra) is FAIL


def test_aws_rule_resources() -> None:
    ssh = {"protocol": "tcp", "from_port": 22, "to_port": 22}
    assert (
        verdicts("CN008", resource("aws_security_group_rule", type_="egress", cidr_blocks=["0.0.0.0/0"], **ssh)) is NONE
    )
    assert (
        verdicts("CN008", resource("aws_security_group_rule", type_="ingress", cidr_blocks=["0.0.0.0/0"], **ssh))
        is FAIL
    )
    everything = resource("aws_vpc_security_group_ingress_rule", ip_protocol="-1", cidr_ipv4="0.0.0.0/0")
    assert verdicts("CN008", everything) is FAIL
    assert verdicts("CN009", everything) is FAIL


def lite(*texts: Any) -> Any:
    return resource("tencentcloud_security_group_lite_rule", security_group_id="sg-1", ingress=list(texts))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["ACCEPT#0.0.0.0/0#22#TCP"], FAIL),
        (["ACCEPT#0.0.0.0/0#80,443#TCP"], PASS),
        (["ACCEPT#0.0.0.0/0#80,3306#TCP"], FAIL),
        (["ACCEPT#0.0.0.0/0#ALL#ICMP"], PASS),
        (["ACCEPT#0.0.0.0/0#ALL#ALL"], FAIL),
        (["DROP#0.0.0.0/0#22#TCP", "ACCEPT#0.0.0.0/0#22#TCP"], PASS),
        (["ACCEPT#0.0.0.0/0#22#TCP", "DROP#0.0.0.0/0#22#TCP"], FAIL),
        (["ACCEPT#10.0.0.0/8#22#TCP", "DROP#0.0.0.0/0#ALL#ALL"], PASS),
        ([Unknown("no-value", "t", parts=("ACCEPT#", unknown("var.cidr"), "#22#TCP"))], UNKNOWN),
        ([Unknown("no-value", "t", parts=("ACCEPT#", unknown("var.cidr"), "#443#TCP"))], PASS),
        ([Unknown("no-value", "t", parts=("ACCEPT#0.0.0.0/0#", unknown("var.port"), "#TCP"))], UNKNOWN),
        ([Unknown("no-value", "t", parts=("DROP#0.0.0.0/0#", unknown("var.port"), "#TCP"))], PASS),
        ([unknown("var.rule")], UNKNOWN),
        ([unknown("var.rule"), "ACCEPT#0.0.0.0/0#3389#TCP"], FAIL),
        ([either("ACCEPT#0.0.0.0/0#22#TCP", "ACCEPT#10.0.0.0/8#22#TCP")], UNKNOWN),
    ],
)
def test_tencentcloud_lite_rule(texts: list[Any], expected: Verdict) -> None:
    assert verdicts("CN008", lite(*texts)) is expected


def test_tencentcloud_rule_set() -> None:
    ssh = {"action": "ACCEPT", "cidr_block": "0.0.0.0/0", "protocol": "TCP", "port": "22"}
    drop = {**ssh, "action": "DROP"}

    def rules(*blocks: Any) -> Any:
        return resource("tencentcloud_security_group_rule_set", security_group_id="sg-1", ingress=list(blocks))

    assert verdicts("CN008", rules(ssh)) is FAIL
    assert verdicts("CN008", rules(drop, ssh)) is PASS
    assert verdicts("CN008", rules(ssh, drop)) is FAIL
    assert verdicts("CN008", rules({"action": "ACCEPT", "cidr_block": "0.0.0.0/0"})) is FAIL  # all by default
    assert verdicts("CN009", rules({"action": "ACCEPT", "ipv6_cidr_block": "::/0"})) is FAIL
    template = resource("tencentcloud_address_template", "a", addresses=["10.0.0.1-10.0.0.9", "0.0.0.0/0"])
    group = resource("tencentcloud_address_template_group", "g", template_ids=[reference(template)])
    service = resource("tencentcloud_protocol_template", "p", protocols=["tcp:80,443", "tcp:3389"])
    by_template = {
        "action": "ACCEPT",
        "address_template_group": reference(group),
        "service_template_id": reference(service),
    }
    assert verdicts("CN008", rules(by_template), template, group, service) is FAIL
    assert verdicts("CN008", rules(by_template), template, group) is UNKNOWN


def test_tencentcloud_single_rule_order() -> None:
    def rule(named: str, **values: Any) -> Any:
        base = {
            "type_": "ingress",
            "policy": "ACCEPT",
            "cidr_ip": "0.0.0.0/0",
            "ip_protocol": "TCP",
            "port_range": "22",
        }
        return resource("tencentcloud_security_group_rule", named, **{"security_group_id": "sg-1", **base, **values})

    assert verdicts("CN008", rule("a")) is FAIL
    assert verdicts("CN008", rule("a", policy_index=1), rule("b", policy="DROP", policy_index=0)) is PASS
    assert verdicts("CN008", rule("a", policy_index=0), rule("b", policy="DROP", policy_index=1)) is FAIL
    assert verdicts("CN008", rule("a"), rule("b", policy="DROP")) is UNKNOWN


def test_network_acls() -> None:
    def entry(**values: Any) -> dict[str, Any]:
        return {"policy": "accept", "protocol": "tcp", "port": "22/22", "source_cidr_ip": "0.0.0.0/0", **values}

    def acl(*entries: Any) -> Any:
        return resource("alicloud_network_acl", ingress_acl_entries=list(entries))

    assert verdicts("CN012", acl(entry())) is FAIL
    assert verdicts("CN012", acl(entry(policy="drop"), entry(port="1/65535"))) is FAIL
    assert verdicts("CN012", acl(entry(policy="drop", port="1/1023"), entry(port="80/1000"))) is PASS
    assert verdicts("CN012", acl(entry(source_cidr_ip="10.0.0.0/8"))) is PASS
    assert verdicts("CN012", resource("alicloud_network_acl")) is UNKNOWN
    deny = {
        "action": "deny",
        "rule_no": 90,
        "protocol": "tcp",
        "from_port": 3389,
        "to_port": 3389,
        "cidr_block": "0.0.0.0/0",
    }
    allow = {**deny, "action": "allow", "rule_no": 100}
    assert verdicts("CN012", resource("aws_network_acl", ingress=[allow])) is FAIL
    assert verdicts("CN012", resource("aws_network_acl", ingress=[allow, deny])) is PASS
    assert verdicts("CN012", resource("aws_network_acl")) is PASS
    single = {"network_acl_id": "acl-1", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_block": "0.0.0.0/0"}
    allowed = resource("aws_network_acl_rule", "a", rule_action="allow", rule_number=100, **single)
    denied = resource("aws_network_acl_rule", "b", rule_action="deny", rule_number=50, **single)
    assert verdicts("CN012", allowed) is FAIL
    assert verdicts("CN012", allowed, denied) is PASS
    assert verdicts("CN012", resource("aws_network_acl_rule", rule_action="allow", egress=True, **single)) is NONE
    assert verdicts("CN012", resource("tencentcloud_vpc_acl", ingress=["ACCEPT#0.0.0.0/0#22#TCP"])) is FAIL
