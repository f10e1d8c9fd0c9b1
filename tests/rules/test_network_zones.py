"""Zones, tiers and boundaries of networks: what is shown, what may be, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.logic import Outcome
from compliant_infra.kernel.model import Reference, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.rules.network_capacity import ENTRY_ZONES, LINKS
from compliant_infra.kernel.rules.network_zones import ACCESS_LISTS, BOUNDARY, SEPARATION
from compliant_infra.kernel.zones import Zone, Zones, spread
from tests.rules.fake import FakeContext, either, judge, reference, resource, unknown

FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def element(index: int, data: str = "data.aws_availability_zones.all.names") -> Unknown:
    return Unknown("data-source", f"{data}[{index}]")


# --------------------------------------------------------------------------------------------------------------
# Over how many zones
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zones", "wanted", "verdict"),
    [
        (["a", "b"], 2, PASS),
        (["a", "b"], 3, FAIL),
        (["a", "a"], 2, FAIL),
        (["a"], 2, FAIL),
        ([], 2, FAIL),
        (["a", unknown()], 2, UNKNOWN),
        (["a", "b", unknown()], 2, PASS),
        (["a", "b", unknown()], 3, UNKNOWN),
        (["a", "a", unknown()], 3, FAIL),
        ([element(0), element(1)], 2, PASS),
        ([element(0), element(0)], 2, FAIL),
        ([element(0), element(1, "data.aws_availability_zones.other.names")], 2, UNKNOWN),
        ([element(0), "cn-north-1a"], 2, UNKNOWN),
        ([element(0, "data.aws_subnets.all.ids"), element(1, "data.aws_subnets.all.ids")], 2, UNKNOWN),
        (["cn-north-1a", "cnn1-az1"], 2, UNKNOWN),
        (["100003", "ap-guangzhou-3"], 2, UNKNOWN),
        (["100003", "100004"], 2, PASS),
        ([either("a", "b"), "a"], 2, UNKNOWN),
    ],
)
def test_spread(zones: list[Any], wanted: int, verdict: Verdict) -> None:
    found = Zones([Zone(f"zones.{index}", zone) for index, zone in enumerate(zones)])
    assert spread(found, wanted, "zones", Text("zones", "可用区")).verdict is verdict


def test_further_members_hide_nothing_that_is_enough() -> None:
    more = unknown("var.more")
    assert spread(Zones([Zone("", "a")], more), 2, "", Text("x", "x")).unknown is more
    assert spread(Zones([Zone("", "a"), Zone("", "b")], more), 2, "", Text("x", "x")).verdict is PASS


def test_one_subnet_named_twice_is_one() -> None:
    assert spread(Zones([Zone("", unknown("a"), "subnet-1")] * 2), 2, "", Text("x", "x")).verdict is FAIL


def test_a_reference_of_unknown_count_may_be_several_subnets() -> None:
    count = unknown("var.subnets")
    several = resource("aws_subnet", "all", existence=count, availability_zone="cn-north-1a")
    balancer = resource("aws_lb", subnets=[reference(several)])
    outcome = judge(ENTRY_ZONES, balancer, FakeContext([several, balancer]))
    assert outcome.verdict is UNKNOWN and outcome.unknown is count


# --------------------------------------------------------------------------------------------------------------
# Data stores and public subnets on AWS
# --------------------------------------------------------------------------------------------------------------

VPC = resource("aws_vpc", "main")
GATEWAY = resource("aws_internet_gateway", "main")
SUBNET = resource("aws_subnet", "data", vpc_id=reference(VPC))
GROUP = resource("aws_db_subnet_group", "orders", subnet_ids=[reference(SUBNET)])
TABLE = resource("aws_route_table", "public", vpc_id=reference(VPC))
PRIVATE = resource("aws_route_table", "private", vpc_id=reference(VPC))


def internet(**attributes: Any) -> Resource:
    return resource("aws_route", "internet", gateway_id=reference(GATEWAY), **attributes)


def bound(table: Resource, subnet: Any = None, **attributes: Any) -> Resource:
    where = reference(SUBNET) if subnet is None else subnet
    return resource(
        "aws_route_table_association", "data", subnet_id=where, route_table_id=reference(table), **attributes
    )


MAIN_TABLE = Unknown("known-after-apply", "main", reference=Reference(VPC.address, "main_route_table_id"))


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        ([], PASS),
        ([bound(TABLE), internet(route_table_id=reference(TABLE))], FAIL),
        ([bound(PRIVATE), internet(route_table_id=reference(TABLE))], PASS),
        # The main table holds for subnets that are bound to no other.
        ([internet(route_table_id=MAIN_TABLE)], FAIL),
        ([internet(route_table_id=MAIN_TABLE), bound(PRIVATE)], PASS),
        ([internet(route_table_id=MAIN_TABLE), bound(PRIVATE, existence=unknown())], UNKNOWN),
        (
            [
                internet(route_table_id=reference(TABLE)),
                resource("aws_main_route_table_association", vpc_id=reference(VPC), route_table_id=reference(TABLE)),
            ],
            FAIL,
        ),
        # A route of which the table is not known, and a table of which the routes are not.
        ([internet(route_table_id=unknown())], UNKNOWN),
        ([bound(TABLE), internet(route_table_id=reference(TABLE), existence=unknown())], UNKNOWN),
        ([resource("aws_route_table_association", subnet_id=reference(SUBNET), route_table_id="rtb-1")], UNKNOWN),
        # Other gateways let nobody in from the internet.
        ([bound(TABLE), resource("aws_route", route_table_id=reference(TABLE), gateway_id="vgw-1")], PASS),
        ([bound(TABLE), resource("aws_route", route_table_id=reference(TABLE), gateway_id="igw-1")], FAIL),
        ([bound(TABLE), resource("aws_route", route_table_id=reference(TABLE), nat_gateway_id="nat-1")], PASS),
        ([bound(TABLE), resource("aws_route", route_table_id=reference(TABLE), gateway_id=unknown())], UNKNOWN),
        # Balancers.
        ([resource("aws_lb", subnets=[reference(SUBNET)])], FAIL),
        ([resource("aws_lb", subnets=[reference(SUBNET)], internal=True)], PASS),
        ([resource("aws_lb", subnets=[reference(SUBNET)], internal=unknown())], UNKNOWN),
        ([resource("aws_lb", subnets=[reference(SUBNET)], load_balancer_type="gateway")], PASS),
        ([resource("aws_lb", subnets=[reference(SUBNET)], existence=unknown())], UNKNOWN),
        ([resource("aws_lb", subnets=unknown("var.subnets"))], UNKNOWN),
    ],
)
def test_public_subnets(others: list[Resource], verdict: Verdict) -> None:
    context = FakeContext([VPC, GATEWAY, SUBNET, GROUP, TABLE, PRIVATE, *others])
    assert judge(SEPARATION, GROUP, context).verdict is verdict


def test_one_variable_is_one_subnet_whatever_its_value() -> None:
    shared = unknown("var.vswitch")
    public = resource("alicloud_instance", vswitch_id=shared, internet_max_bandwidth_out=10)
    same = resource("alicloud_db_instance", "same", vswitch_id=shared)
    other = resource("alicloud_db_instance", "other", vswitch_id=unknown("var.other"))
    context = FakeContext([public, same, other])
    assert judge(SEPARATION, same, context).verdict is FAIL
    assert judge(SEPARATION, other, context).verdict is UNKNOWN


def test_an_address_bound_to_something_unknown_concerns_subnets_with_carriers_only() -> None:
    vpc = resource("alicloud_vpc")
    app = resource("alicloud_vswitch", "app", vpc_id=reference(vpc))
    data = resource("alicloud_vswitch", "data", vpc_id=reference(vpc))
    server = resource("alicloud_instance", vswitch_id=reference(app))
    address = resource("alicloud_eip_association", instance_id=unknown())
    apart = resource("alicloud_db_instance", "apart", vswitch_id=reference(data))
    beside = resource("alicloud_db_instance", "beside", vswitch_id=reference(app))
    context = FakeContext([vpc, app, data, server, address, apart, beside])
    assert judge(SEPARATION, apart, context).verdict is PASS
    assert judge(SEPARATION, beside, context).verdict is UNKNOWN


def test_a_choice_of_subnets_fails_only_where_all_are_public() -> None:
    public = resource("alicloud_vswitch", "public")
    inner = resource("alicloud_vswitch", "inner")
    server = resource("alicloud_instance", vswitch_id=reference(public), internet_max_bandwidth_out=1)
    store = resource("alicloud_db_instance", vswitch_id=either(reference(public), reference(inner)))
    assert judge(SEPARATION, store, FakeContext([public, inner, server, store])).verdict is UNKNOWN
    second = resource("alicloud_instance", "second", vswitch_id=reference(inner), internet_max_bandwidth_out=1)
    assert judge(SEPARATION, store, FakeContext([public, inner, server, second, store])).verdict is FAIL


# --------------------------------------------------------------------------------------------------------------
# Access lists
# --------------------------------------------------------------------------------------------------------------


def test_only_subnets_of_a_shown_tier_need_a_list() -> None:
    other = resource("aws_subnet", "app", vpc_id=reference(VPC))
    context = FakeContext([VPC, SUBNET, other, GROUP])
    assert judge(ACCESS_LISTS, SUBNET, context).verdict is FAIL
    assert judge(ACCESS_LISTS, other, context).verdict is NONE
    assert judge(ACCESS_LISTS, SUBNET, FakeContext([VPC, SUBNET, GROUP])).verdict is NONE, "one subnet has no tiers"


def test_a_list_that_may_not_be_there_leaves_it_open() -> None:
    other = resource("aws_subnet", "app", vpc_id=reference(VPC))
    acl = resource("aws_network_acl", subnet_ids=[reference(SUBNET)], existence=unknown())
    assert judge(ACCESS_LISTS, SUBNET, FakeContext([VPC, SUBNET, other, GROUP, acl])).verdict is UNKNOWN


# --------------------------------------------------------------------------------------------------------------
# Levels
# --------------------------------------------------------------------------------------------------------------


def peered(one: Any, other: Any, *others: Resource) -> Outcome:
    """Two VPCs with a subnet each and these tags, and a peering between them."""
    first = resource("aws_vpc", "first", tags=None if one is None else {"mlps-level": one})
    second = resource("aws_vpc", "second", tags=None if other is None else {"mlps-level": other})
    subnets = [resource("aws_subnet", vpc.name, vpc_id=reference(vpc)) for vpc in (first, second)]
    link = resource("aws_vpc_peering_connection", vpc_id=reference(first), peer_vpc_id=reference(second))
    return judge(BOUNDARY, link, FakeContext([first, second, *subnets, link, *others]))


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("3", "2", FAIL),
        ("3", "3", PASS),
        ("L3", "level-3", PASS),
        (3, "三级 3", PASS),
        ("3", None, UNKNOWN),
        (None, None, NONE),
        (None, unknown(), NONE),
        ("3", unknown(), UNKNOWN),
        ("3", either("2", "1"), UNKNOWN),
    ],
)
def test_levels(one: Any, other: Any, verdict: Verdict) -> None:
    assert peered(one, other).verdict is verdict


def test_a_vpc_that_is_not_known_is_named_by_its_expression() -> None:
    first = resource("aws_vpc", "first", tags={"mlps-level": "3"})
    link = resource("aws_vpc_peering_connection", vpc_id=reference(first), peer_vpc_id=unknown("var.peer"))
    outcome = judge(BOUNDARY, link, FakeContext([first, link]))
    assert outcome.verdict is UNKNOWN
    assert outcome.message.en == "the level of (var.peer) is not known (tag mlps-level)"


@pytest.mark.parametrize(
    ("where", "verdict"),
    [("aws_vpc.first", PASS), ("aws_vpc.elsewhere", FAIL)],
)
def test_a_firewall_guards_its_own_vpc(where: str, verdict: Verdict) -> None:
    target = resource("aws_vpc", where.removeprefix("aws_vpc."))
    firewall = resource("aws_networkfirewall_firewall", vpc_id=reference(target))
    outcome = peered("3", "2", firewall, *([target] if verdict is FAIL else []))
    assert outcome.verdict is verdict
    unsure = resource("aws_networkfirewall_firewall", vpc_id=unknown())
    assert peered("3", "2", unsure).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("gateway", "own", "verdict"),
    [
        ({}, {}, FAIL),
        ({"default_route_table_association": "disable"}, {}, UNKNOWN),
        ({}, {"transit_gateway_default_route_table_propagation": False}, UNKNOWN),
    ],
)
def test_attachments_reach_each_other_by_the_default_route_table(
    gateway: dict[str, Any], own: dict[str, Any], verdict: Verdict
) -> None:
    hub = resource("aws_ec2_transit_gateway", **gateway)
    vpcs = [resource("aws_vpc", f"of{level}", tags={"mlps-level": level}) for level in "32"]
    subnets = [resource("aws_subnet", vpc.name, vpc_id=reference(vpc)) for vpc in vpcs]
    links = [
        resource(
            "aws_ec2_transit_gateway_vpc_attachment",
            vpc.name,
            vpc_id=reference(vpc),
            transit_gateway_id=reference(hub),
            **own,
        )
        for vpc in vpcs
    ]
    assert judge(BOUNDARY, links[0], FakeContext([hub, *vpcs, *subnets, *links])).verdict is verdict
    assert judge(BOUNDARY, links[0], FakeContext([hub, *vpcs, *subnets, links[0]])).verdict is NONE


# --------------------------------------------------------------------------------------------------------------
# Lines
# --------------------------------------------------------------------------------------------------------------


def line(name: str, place: Any = "ap-a", carrier: Any = "CT", **attributes: Any) -> Resource:
    kind = "alicloud_express_connect_physical_connection"
    attributes = {"region": "cn-hangzhou", **attributes}
    return resource(kind, name, access_point_id=place, line_operator=carrier, **attributes)


@pytest.mark.parametrize(
    ("others", "baseline", "verdict"),
    [
        ([], "", FAIL),
        ([line("b", "ap-b")], "", PASS),
        ([line("b", "ap-a")], "", UNKNOWN),
        ([line("b", unknown())], "", UNKNOWN),
        ([line("b", "ap-b", existence=unknown())], "", UNKNOWN),
        ([line("b", "ap-a"), line("c", "ap-c")], "", PASS),
        # Lines of two regions stand in for each other where they lead to one site.
        ([line("b", "ap-b", region="cn-beijing")], "", UNKNOWN),
        ([line("b", "ap-b", region="cn-beijing", peer_location="here")], "", PASS),
        ([line("b", "ap-b", region="cn-beijing", peer_location="there")], "", FAIL),
        ([line("b", "ap-b", region="cn-beijing", peer_location=unknown())], "", UNKNOWN),
        ([line("b", "ap-b", region=unknown(), peer_location="there")], "", UNKNOWN),
        ([line("b", "ap-b", "CU", region="cn-beijing"), line("c", "ap-c")], "financial-l3", UNKNOWN),
        ([resource("alicloud_vpn_connection", remote_subnet=["10.0.0.0/8"])], "", UNKNOWN),
        # The financial sector takes lines of two carriers.
        ([line("b", "ap-b", "CT")], "financial-l3", FAIL),
        ([line("b", "ap-b", "CU")], "financial-l3", PASS),
        ([line("b", "ap-b", unknown())], "financial-l3", UNKNOWN),
    ],
)
def test_dedicated_lines(others: list[Resource], baseline: str, verdict: Verdict) -> None:
    mine = line("a", peer_location="here")
    assert judge(LINKS, mine, FakeContext([mine, *others], baseline=baseline)).verdict is verdict


def test_a_line_that_another_makes_up_for_is_not_alone() -> None:
    mine = line("a")
    second = line("b", redundant_physical_connection_id=reference(mine))
    assert judge(LINKS, mine, FakeContext([mine, second])).verdict is PASS


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (["192.168.0.0/16"], ["192.168.0.0/16"], PASS),
        (["192.168.0.0/24"], ["192.168.1.0/24"], FAIL),
        (["192.168.0.0/24"], ["0.0.0.0/0"], UNKNOWN),
        (["192.168.0.0/24"], unknown(), UNKNOWN),
        (["192.168.0.0/24"], None, FAIL),
    ],
)
def test_single_tunnels(first: Any, second: Any, verdict: Verdict) -> None:
    """``second`` is None: there is no other connection."""
    mine = resource("alicloud_vpn_connection", "a", remote_subnet=first)
    others = [] if second is None else [resource("alicloud_vpn_gateway_vpn_attachment", "b", remote_subnet=second)]
    assert judge(LINKS, mine, FakeContext([mine, *others])).verdict is verdict
