"""Addresses, ports and protocols as intervals.

An address range is a pair of whole numbers with its IP version; ports are a tuple of sorted, disjoint intervals.
What a cloud's own notation means (``"22/22"``, ``"-1/-1"``, ``"22,80"``, ``"ALL"``, ``"6"``) is settled here, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

_LAST: Final = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
_WIDTH: Final = {4: 32, 6: 128}


class Network(NamedTuple):
    """A range of addresses, both ends included. ``text`` is how it was written."""

    version: int  # 4 or 6
    first: int
    last: int
    text: str

    @property
    def prefix(self) -> int:
        """The length of the longest prefix that holds the whole range: 8 for ``10.0.0.0/8``, 0 for any address."""
        return _WIDTH[self.version] - (self.first ^ self.last).bit_length()

    def covers(self, other: Network) -> bool:
        """Whether every address of the other range lies in this one."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last


def _ipv4(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        if not (part.isascii() and part.isdigit()) or len(part) > 3:
            return None
        byte = int(part)
        if byte > 255:
            return None
        number = number << 8 | byte
    return number


def _ipv6(text: str) -> int | None:
    head, gap, tail = text.partition("::")
    if "::" in tail:
        return None
    left, right = _groups(head), _groups(tail)
    if left is None or right is None:
        return None
    missing = 8 - len(left) - len(right)
    if missing < (1 if gap else 0) or (missing and not gap):
        return None
    number = 0
    for group in [*left, *[0] * missing, *right]:
        number = number << 16 | group
    return number


def _groups(text: str) -> list[int] | None:
    if not text:
        return []
    groups: list[int] = []
    parts = text.split(":")
    for index, part in enumerate(parts):
        if "." in part and index == len(parts) - 1:
            tail = _ipv4(part)
            if tail is None:
                return None
            groups += [tail >> 16, tail & 0xFFFF]
            continue
        if not 0 < len(part) <= 4:
            return None
        try:
            groups.append(int(part, 16))
        except ValueError:
            return None
    return groups


def _address(text: str) -> tuple[int, int] | None:
    version = 6 if ":" in text else 4
    number = _ipv6(text) if version == 6 else _ipv4(text)
    return None if number is None else (version, number)


@lru_cache(maxsize=65536)
def parse_network(text: str) -> Network | None:
    """The range that a CIDR, an address or ``first-last`` stands for, or None where the text is none of these.

    Bits behind the prefix are ignored, as the clouds do. The bare ``0.0.0.0`` and ``::`` are any address, as clouds
    read them in allow-lists.
    """
    text = text.strip()
    base, slash, length = text.partition("/")
    if not slash and "-" in base:
        low, _, high = base.partition("-")
        start, end = _address(low.strip()), _address(high.strip())
        if start is None or end is None or start[0] != end[0] or start[1] > end[1]:
            return None
        return Network(start[0], start[1], end[1], text)
    found = _address(base)
    if found is None:
        return None
    version, number = found
    width = _WIDTH[version]
    if not slash:
        return Network(version, 0, _LAST[version], text) if number == 0 else Network(version, number, number, text)
    if not (length.isascii() and length.isdigit() and len(length) <= 3) or int(length) > width:
        mask = _ipv4(length) if version == 4 else None  # 10.0.0.0/255.0.0.0
        if mask is None:
            return None
        host = mask ^ _LAST[4]
        if host & (host + 1):
            return None
        return Network(4, number & mask, number | host, text)
    host = (1 << (width - int(length))) - 1
    return Network(version, number & ~host, number | host, text)


#: Ranges that the internet does not route: an allow-list that stays inside them opens nothing to the outside.
_LOCAL: Final = tuple(
    found
    for found in map(
        parse_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "fe80::/10"),
    )
    if found is not None
)


def is_local(network: Network) -> bool:
    """Whether the whole range is private, link-local or shared address space."""
    return any(local.covers(network) for local in _LOCAL)


def is_any(network: Network) -> bool:
    """Whether the range is every address of its IP version."""
    return network.first == 0 and network.last == _LAST[network.version]


def is_wide(network: Network, widest_prefix: int) -> bool:
    """Whether the range is wider than a prefix of this length allows, and not private space."""
    return network.prefix < widest_prefix and not is_local(network)


def covers_all(networks: Iterable[Network]) -> bool:
    """Whether the ranges together are every address of one IP version, as 0.0.0.0/1 and 128.0.0.0/1 are."""
    ranges = sorted((item.version, item.first, item.last) for item in networks)
    version, reached = 0, -1
    for current, first, last in ranges:
        if current != version:
            version, reached = current, -1
        if first <= reached + 1:
            reached = max(reached, last)
            if reached >= _LAST[version]:
                return True
    return False


# --------------------------------------------------------------------------------------------------------------
# Ports
# --------------------------------------------------------------------------------------------------------------

Interval = tuple[int, int]
Ports = tuple[Interval, ...]

ALL_PORTS: Final[Ports] = ((0, 65535),)
_ALL_WORDS: Final = frozenset({"", "all", "any", "-1", "-1/-1", "*"})


def merge(intervals: Iterable[Interval]) -> Ports:
    """The same ports as sorted, disjoint intervals."""
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def common(left: Ports, right: Ports) -> Ports:
    """The ports that are in both."""
    return merge((max(a, c), min(b, d)) for a, b in left for c, d in right if max(a, c) <= min(b, d))


def without(ports: Ports, removed: Ports) -> Ports:
    """The ports of the first set that are not in the second."""
    for low, high in removed:
        kept: list[Interval] = []
        for first, last in ports:
            if last < low or first > high:
                kept.append((first, last))
                continue
            if first < low:
                kept.append((first, low - 1))
            if last > high:
                kept.append((high + 1, last))
        ports = tuple(kept)
    return merge(ports)


def is_all_ports(ports: Ports) -> bool:
    """Whether every port from 1 to 65535 is in the set."""
    return not without(((1, 65535),), ports)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


@lru_cache(maxsize=4096)
def parse_ports(text: str) -> Ports | None:
    """The ports that a text stands for, or None where it is no list of ports.

    ``"22"``, ``"22/22"``, ``"22-25"``, ``"22,80-90"``; ``"-1/-1"``, ``"ALL"`` and the empty text are all ports.
    """
    lowered = text.strip().lower()
    if lowered in _ALL_WORDS:
        return ALL_PORTS
    found: list[Interval] = []
    for part in lowered.split(","):
        low, _, high = part.strip().replace("/", "-").partition("-")
        low, high = low.strip(), (high or low).strip()
        if not (_is_port(low) and _is_port(high)):
            return None
        first, last = int(low), int(high)
        if first > last or last > 65535:
            return None
        found.append((first, last))
    return merge(found)


def ports_of(values: Iterable[Any]) -> Ports:
    """The ports of a parameter: whole numbers and texts such as ``"135-139"``. What is no port is left out."""
    return _ports_of(tuple(values))


@lru_cache(maxsize=64)
def _ports_of(values: tuple[Any, ...]) -> Ports:
    found: list[Interval] = []
    for value in values:
        if isinstance(value, int):
            found.append((value, value))
        elif isinstance(value, str):
            found.extend(parse_ports(value) or ())
    return merge(found)


def show_ports(ports: Ports) -> str:
    """Ports for people and for sub-ids: ``22``, ``20-25,80``, ``all``."""
    if is_all_ports(ports):
        return "all"
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ports)


# --------------------------------------------------------------------------------------------------------------
# Protocols
# --------------------------------------------------------------------------------------------------------------

_PROTOCOLS: Final = {
    "-1": "all",
    "": "all",
    "any": "all",
    "6": "tcp",
    "17": "udp",
    "1": "icmp",
    "58": "icmpv6",
    "47": "gre",
}


def protocol_name(text: str) -> str:
    """The protocol's name in small letters; numbers and ``-1`` are translated (``"6"`` is ``"tcp"``)."""
    lowered = text.strip().lower()
    return _PROTOCOLS.get(lowered, lowered)


def protocols_with_ports(protocol: str) -> Sequence[str]:
    """Of tcp and udp, those that the protocol lets through: both for ``all``, none for icmp or gre."""
    if protocol == "all":
        return ("tcp", "udp")
    return (protocol,) if protocol in ("tcp", "udp") else ()
