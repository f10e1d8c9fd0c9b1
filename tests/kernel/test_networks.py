"""Address ranges, ports and protocols as intervals."""

from __future__ import annotations

import ipaddress
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.kernel.networks import (
    ALL_PORTS,
    Network,
    common,
    covers_all,
    is_all_ports,
    is_any,
    is_local,
    is_wide,
    merge,
    parse_network,
    parse_ports,
    ports_of,
    protocol_name,
    protocols_with_ports,
    show_ports,
    without,
)


def network(text: str) -> Network:
    found = parse_network(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "::/0", "0.0.0.0", "::", "10.1.2.3/0", "0:0:0:0:0:0:0:0/0", " 0.0.0.0/0 "]
)
def test_any(text: str) -> None:
    assert is_any(network(text))
    assert is_wide(network(text), 8)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "0.0.0.0/1", "0.0.0.0/32", "::1", "::/1", "1.2.3.4"])
def test_not_any(text: str) -> None:
    assert not is_any(network(text))


@pytest.mark.parametrize(
    "text",
    ["", "abc", "300.1.1.1", "1.2.3", "1.2.3.4/33", "1.2.3.4/x", "1.2.3.4/1.2.3.4", "1:::2", ":::", "1:2:3", "::/129",
     "g::", "12345::", "10.0.0.9-10.0.0.1", "1.2.3.4-::1", "sg-123", "1.2.3.4/" + "9" * 5000, "٣.1.1.1"],
)  # fmt: skip
def test_no_range(text: str) -> None:
    assert parse_network(text) is None


@pytest.mark.parametrize(
    ("text", "widest", "wide"),
    [
        ("0.0.0.0/4", 8, True),
        ("11.0.0.0/8", 8, False),
        ("11.0.0.0/8", 9, True),
        ("10.0.0.0/8", 16, False),  # private space is never wide
        ("fc00::/7", 8, False),
        ("2000::/3", 8, True),
        ("1.0.0.0-126.255.255.255", 8, True),
    ],
)
def test_wide(text: str, widest: int, wide: bool) -> None:
    assert is_wide(network(text), widest) is wide


def test_halves_are_any() -> None:
    assert covers_all([network("128.0.0.0/1"), network("0.0.0.0/1")])
    assert covers_all([network("8000::/1"), network("10.0.0.0/8"), network("::/1")])
    assert covers_all([network("0.0.0.0/2"), network("64.0.0.0/2"), network("128.0.0.0/1")])
    assert not covers_all([network("0.0.0.0/1"), network("8000::/1")])  # one half of each version
    assert not covers_all([network("0.0.0.0/1"), network("128.0.0.0/2")])
    assert not covers_all([])


@settings(max_examples=150, deadline=None)
@given(st.ip_addresses(), st.integers(0, 128))
def test_agrees_with_the_standard_library(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> None:
    length = min(length, address.max_prefixlen)
    text = f"{address}/{length}"
    wanted = ipaddress.ip_network(text, strict=False)
    got = network(text)
    assert (got.version, got.first, got.last) == (
        wanted.version,
        int(wanted.network_address),
        int(wanted.broadcast_address),
    )
    assert got.prefix == length
    assert got.covers(got)
    if is_local(got):
        assert not wanted.is_global


def test_netmask_and_range() -> None:
    assert network("10.0.0.0/255.0.0.0")[:3] == network("10.0.0.0/8")[:3]
    assert network("10.0.0.0-10.255.255.255").covers(network("10.9.8.0/24"))
    assert not network("10.0.0.0/8").covers(network("::a00:0/104"))


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("22", ((22, 22),)),
        ("22/22", ((22, 22),)),
        ("20-25", ((20, 25),)),
        ("1/65535", ((1, 65535),)),
        ("22, 80-90,443", ((22, 22), (80, 90), (443, 443))),
        ("80-90,85-100,101", ((80, 101),)),
        ("-1/-1", ALL_PORTS),
        ("ALL", ALL_PORTS),
        ("all", ALL_PORTS),
        ("-1", ALL_PORTS),
        ("", ALL_PORTS),
        ("http", None),
        ("90-80", None),
        ("70000", None),
        ("22,", None),
        ("1-2-3", None),
        ("9" * 100, None),
    ],
)
def test_ports(text: str, ports: object) -> None:
    assert parse_ports(text) == ports


_SETS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))), max_size=5)


@settings(max_examples=150, deadline=None)
@given(_SETS, _SETS)
def test_interval_arithmetic(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    def spread(intervals: object) -> set[int]:
        return {port for first, last in intervals for port in range(first, last + 1)}  # type: ignore[attr-defined]

    one, two = merge(left), merge(right)
    assert spread(one) == spread(left)
    assert spread(common(one, two)) == spread(left) & spread(right)
    assert spread(without(one, two)) == spread(left) - spread(right)
    assert all(first[1] + 1 < second[0] for first, second in itertools.pairwise(one))


def test_words_for_ports() -> None:
    assert is_all_ports(((0, 65535),))
    assert is_all_ports(((1, 1023), (1024, 65535)))
    assert not is_all_ports(((2, 65535),))
    assert show_ports(((22, 22), (80, 90))) == "22,80-90"
    assert show_ports(ALL_PORTS) == "all"
    assert ports_of([22, "135-139", "nonsense", 136]) == ((22, 22), (135, 139))


@pytest.mark.parametrize(
    ("text", "name", "carried"),
    [
        ("-1", "all", ("tcp", "udp")),
        ("ALL", "all", ("tcp", "udp")),
        ("6", "tcp", ("tcp",)),
        ("TCP", "tcp", ("tcp",)),
        ("17", "udp", ("udp",)),
        ("icmp", "icmp", ()),
        ("58", "icmpv6", ()),
        ("gre", "gre", ()),
    ],
)
def test_protocols(text: str, name: str, carried: tuple[str, ...]) -> None:
    assert protocol_name(text) == name
    assert tuple(protocols_with_ports(name)) == carried


def test_hostile_texts_are_read_at_once() -> None:
    start = time.process_time()
    for text in ("1." * 20000, ":" * 40000, "1-" * 20000, "1,2" * 20000, "::" + "1:" * 20000):
        parse_network(text)
        parse_ports(text)
    assert time.process_time() - start < 1
