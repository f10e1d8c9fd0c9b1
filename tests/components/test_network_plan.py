"""The plan of a tiered network: addresses, zones, and what passes between the tiers."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from compliant_infra.components.network_plan import (
    ANYWHERE,
    AccessList,
    PlanError,
    Ports,
    Tier,
    access_lists,
    runs,
    short_zones,
    tiers,
    without,
)

PREFIXES = (16, 29)
PORTS = Ports((443,), (8443,), (3306, 3307), (443,))


def test_blocks_are_disjoint_and_a_further_zone_moves_none() -> None:
    two = tiers("10.0.0.0/16", 2, {}, PREFIXES)
    three = tiers("10.0.0.0/16", 3, {}, PREFIXES)
    assert two["data"].subnets == ("10.0.64.0/20", "10.0.80.0/20")
    for name, tier in two.items():
        assert three[name].subnets[:2] == tier.subnets
    blocks = [ip_network(block) for tier in three.values() for block in tier.subnets]
    assert len(blocks) == 12
    assert not [(one, other) for one in blocks for other in blocks if one is not other and one.overlaps(other)]


def test_given_blocks_take_the_place_of_computed_ones() -> None:
    found = tiers("10.0.0.0/16", 2, {"data": ["10.0.250.0/25", "10.0.250.128/25"]}, PREFIXES)
    assert found["data"] == Tier("data", ("10.0.250.0/25", "10.0.250.128/25"), ("10.0.250.0/24",))
    assert found["application"].blocks == ("10.0.0.0/18",)


@pytest.mark.parametrize(
    ("block", "given", "said"),
    [
        ("11.0.0.0/16", {}, "no block of private addresses"),
        ("10.0.0.1/16", {}, "host bits"),
        ("10.0.0.0/27", {}, "cannot be divided"),
        ("10.0.0.0/8", {}, "cannot be divided"),
        ("fd00::/56", {}, "no IPv4 block"),
        ("10.0.0.0/16", {"data": ["10.0.64.0/20"]}, "1 blocks given for the tier data, there are 2 zones"),
        ("10.0.0.0/16", {"data": ["10.1.0.0/20", "10.1.16.0/20"]}, "lies outside"),
        ("10.0.0.0/16", {"data": ["10.0.0.0/20", "10.0.16.0/20"]}, "overlaps 10.0.0.0/20 of the tier application"),
        ("10.0.0.0/16", {"data": ["10.0.64.0/30", "10.0.64.4/30"]}, "a subnet is of /16 to /29"),
        ("10.0.0.0/16", {"middle": []}, "there is no tier middle"),
    ],
)
def test_blocks_that_make_no_network(block: str, given: dict[str, list[str]], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        tiers(block, 2, given, PREFIXES)


def test_zones_have_short_names() -> None:
    assert short_zones("alicloud", "cn-beijing", ["cn-beijing-h", "cn-beijing-k"], 2) == ["h", "k"]
    assert short_zones("aws", "cn-north-1", ["cn-north-1a"], 1) == ["a"]


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        (["cn-hangzhou-h", "cn-beijing-k"], "does not lie in cn-beijing"),
        (["cn-beijing-h", "cn-beijing-h"], "named twice"),
        (["cn-beijing-h"], "1 zone given, at least 2"),
        ([f"cn-beijing-{letter}" for letter in "abcde"], "room for 4"),
    ],
)
def test_zones_that_make_no_network(zones: list[str], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        short_zones("alicloud", "cn-beijing", zones, 2)


def lists(services: str = "100.64.0.0/10", outbound: tuple[int, ...] = (443,)) -> dict[str, AccessList]:
    plan = tiers("10.0.0.0/16", 2, {}, PREFIXES)
    ports = Ports(PORTS.entry, PORTS.application, PORTS.data, outbound)
    return access_lists(plan, ports, [3389, 50070], services, {"tcp": (80, 443), "udp": (123,)})


def reach(passing: AccessList, *, inbound: bool) -> set[tuple[str, str, int, int]]:
    return {(o.other, o.protocol, o.first, o.last) for o in (passing.inbound if inbound else passing.outbound)}


def test_the_data_tier_is_reached_from_the_application_tier_alone() -> None:
    assert reach(lists()["data"], inbound=True) == {
        ("10.0.0.0/18", "tcp", 3306, 3307),
        ("10.0.64.0/18", "all", 0, 0),
    }
    assert {other for other, *_ in reach(lists()["data"], inbound=False)} == {"10.0.0.0/18", "10.0.64.0/18"}


def test_answers_from_anywhere_leave_risky_ports_out() -> None:
    found = {item for item in reach(lists()["application"], inbound=True) if item[0] == ANYWHERE}
    assert found == {(ANYWHERE, "tcp", 32768, 50069), (ANYWHERE, "tcp", 50071, 65535)}


def test_without_ways_out_nothing_of_the_internet_passes_the_application_tier() -> None:
    found = lists(outbound=())["application"]
    for inbound in (True, False):
        assert ANYWHERE not in {other for other, *_ in reach(found, inbound=inbound)}
    assert ("100.64.0.0/10", "tcp", 443, 443) in reach(found, inbound=False)
    assert ("100.64.0.0/10", "udp", 32768, 65535) in reach(found, inbound=True)


def test_what_is_called_gets_answers_back() -> None:
    """Every pair of tiers that may speak has an opening for the questions and one for the answers, on both sides."""
    found = lists()
    blocks = {"public": "10.0.128.0/18", "application": "10.0.0.0/18", "data": "10.0.64.0/18"}
    for caller, called, port in (("public", "application", 8443), ("application", "data", 3306)):
        for tier, other, first, inbound in (
            (caller, called, port, False),
            (called, caller, port, True),
            (called, caller, 40000, False),
            (caller, called, 40000, True),
        ):
            passing = found[tier].inbound if inbound else found[tier].outbound
            assert any(
                item.other == blocks[other] and item.protocol == "tcp" and item.first <= first <= item.last
                for item in passing
            ), (tier, other, first, inbound)


def test_intervals() -> None:
    assert runs([3, 1, 2, 9]) == [(1, 3), (9, 9)]
    assert without((1, 10), [1, 5, 10, 20]) == [(2, 4), (6, 9)]
    assert without((5, 6), [5, 6]) == []
