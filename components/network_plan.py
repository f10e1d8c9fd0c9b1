"""The plan of a tiered network: zones, address blocks of the subnets, and what passes between the tiers.

Nothing here is of one cloud. The network ACLs of both clouds keep no state, so that answers need openings of their own:
they go to the ports from which hosts call out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses, ip_network
from typing import Final

from compliant_infra.providers.regions import canonical_region, region_of_zone

#: Tier -> quarter of the network's block in which its subnets lie. The order is frozen: it decides addresses.
TIERS: Final = {"application": 0, "data": 1, "public": 2, "outbound": 3}
#: Zones for which a quarter has room. A zone that is added later moves no other subnet.
MOST_ZONES: Final = 4
_BITS: Final = 4  # two for the quarter, two for the zone

ANYWHERE: Final = "0.0.0.0/0"
#: Ports from which Linux and Windows hosts call out.
HOST_PORTS: Final = (32768, 65535)
#: Ports from which balancers and clients behind address translation call.
CLIENT_PORTS: Final = (1024, 65535)

#: What the components open between tiers where they are told nothing.
ENTRY_PORTS: Final = (443,)
APPLICATION_PORTS: Final = (8443,)
DATA_PORTS: Final = (3306, 5432, 6379)
OUTBOUND_PORTS: Final = (443,)


class PlanError(ValueError):
    """Zones or address blocks from which no network can be made."""


@dataclass(frozen=True, slots=True)
class Tier:
    """The subnets of a tier: one block for each zone, and the fewest blocks that hold them all."""

    name: str
    subnets: tuple[str, ...]
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Traffic that a network ACL lets through: ``other`` is the block at the other end, ports are destination ports."""

    other: str
    protocol: str = "all"  # "tcp", "udp", "all"
    first: int = 0  # port; 0 where the protocol is "all"
    last: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class AccessList:
    """What a tier's network ACL lets in and out; everything else is dropped."""

    inbound: tuple[Opening, ...]
    outbound: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports that are open between the tiers. ``outbound``: of the internet, for the application tier."""

    entry: tuple[int, ...]
    application: tuple[int, ...]
    data: tuple[int, ...]
    outbound: tuple[int, ...]


def short_zones(cloud: str, region: str, zones: Sequence[str], fewest: int) -> list[str]:
    """The short names of zones, for example ``h`` of ``cn-beijing-h``; they name the subnets.

    Raises PlanError for a zone of another region, one that is named twice, and for fewer than ``fewest``.
    """
    for zone in zones:
        own = region_of_zone(cloud, zone)
        if own != canonical_region(cloud, region) and not (own is None and zone.startswith(region)):
            raise PlanError(f"zone {zone!r} does not lie in {region}")
    if len(set(zones)) != len(zones):
        raise PlanError(f"zones are named twice: {', '.join(zones)}")
    if len(zones) < fewest:
        raise PlanError(f"{len(zones)} zone{'' if len(zones) == 1 else 's'} given, at least {fewest} are needed")
    if len(zones) > MOST_ZONES:
        raise PlanError(f"{len(zones)} zones given, there is room for {MOST_ZONES}")
    return [zone.removeprefix(region).lstrip("-") for zone in zones]


def tiers(
    cidr_block: str,
    zones: int,
    given: Mapping[str, Sequence[str]],
    prefixes: tuple[int, int],
    names: Iterable[str] = TIERS,
) -> dict[str, Tier]:
    """The tiers of a network. ``given`` names the blocks of tiers, one a zone; those of the others are computed.

    ``prefixes`` are the widest and the narrowest prefix length of a subnet that the cloud takes. Raises PlanError for
    blocks that are no private addresses, overlap, lie outside the network or are of a size that the cloud refuses.
    """
    network = _network(cidr_block)
    if not network.is_private:
        raise PlanError(f"{cidr_block} is no block of private addresses")
    strange = sorted(set(given) - set(TIERS))
    if strange:
        raise PlanError(f"there is no tier {', '.join(strange)}; tiers are {', '.join(TIERS)}")
    found: dict[str, Tier] = {}
    for name in names:
        blocks = [_network(item) for item in given.get(name, ())] or _computed(network, TIERS[name], zones, prefixes)
        if len(blocks) != zones:
            raise PlanError(f"{len(blocks)} blocks given for the tier {name}, there are {zones} zones")
        whole = [_quarter(network, TIERS[name])] if name not in given else list(collapse_addresses(blocks))
        found[name] = Tier(name, tuple(map(str, blocks)), tuple(map(str, whole)))
    subnets = [(tier.name, _network(item)) for tier in found.values() for item in tier.subnets]
    for index, (name, block) in enumerate(subnets):
        if not block.subnet_of(network):
            raise PlanError(f"{block} of the tier {name} lies outside {cidr_block}")
        if not prefixes[0] <= block.prefixlen <= prefixes[1]:
            raise PlanError(f"{block} of the tier {name}: a subnet is of /{prefixes[0]} to /{prefixes[1]}")
        for other, taken in subnets[:index]:
            if block.overlaps(taken):
                raise PlanError(f"{block} of the tier {name} overlaps {taken} of the tier {other}")
    return found


def _network(text: str) -> IPv4Network:
    try:
        found = ip_network(text)
    except ValueError as error:
        raise PlanError(str(error)) from None
    if not isinstance(found, IPv4Network):
        raise PlanError(f"{text} is no IPv4 block")
    return found


def _quarter(network: IPv4Network, quarter: int) -> IPv4Network:
    return list(network.subnets(prefixlen_diff=2))[quarter]


def _computed(network: IPv4Network, quarter: int, zones: int, prefixes: tuple[int, int]) -> list[IPv4Network]:
    widest, narrowest = prefixes
    if not widest <= network.prefixlen + _BITS <= narrowest:
        raise PlanError(
            f"{network} cannot be divided by itself: it must be of /{widest - _BITS} to /{narrowest - _BITS}, or the "
            "blocks of the tiers be given"
        )
    return list(_quarter(network, quarter).subnets(prefixlen_diff=_BITS - 2))[:zones]


def access_lists(
    plan: Mapping[str, Tier],
    ports: Ports,
    risky: Iterable[int],
    services: str,
    service_ports: Mapping[str, Sequence[int]],
) -> dict[str, AccessList]:
    """The access lists of the public, the application and the data tier.

    ``services`` is the block in which the cloud's own services lie, ``service_ports`` protocol -> ports by which the
    application tier reaches them. ``risky`` ports are not opened to answers from anywhere: of the connections that
    hosts start from such a port, the answers are dropped.
    """
    public, application, data = (plan[name].blocks for name in ("public", "application", "data"))
    called = {(ANYWHERE, "tcp", port): "the internet" for port in ports.outbound}
    for protocol, numbers in service_ports.items():
        for port in numbers:
            if (ANYWHERE, protocol, port) not in called:  # what one opening covers needs no second one
                called[services, protocol, port] = "services of the cloud"
    answered = {(other, protocol) for other, protocol, _ in called}
    answered -= {
        (other, protocol) for other, protocol in answered if other != ANYWHERE and (ANYWHERE, protocol) in answered
    }
    answers = [
        Opening(other, protocol, first, last, "answers from outside")
        for other, protocol in sorted(answered)
        for first, last in (without(HOST_PORTS, risky) if other == ANYWHERE else (HOST_PORTS,))
    ]
    return {
        "public": AccessList(
            (*_open([ANYWHERE], ports.entry, "clients"), *_answers(application, CLIENT_PORTS, "the application tier")),
            (
                *_open(application, ports.application, "to the application tier"),
                Opening(ANYWHERE, "tcp", *CLIENT_PORTS, "answers to clients"),
            ),
        ),
        "application": AccessList(
            (
                *_open(public, ports.application, "from the entry"),
                *_whole(application),
                *_answers(data, HOST_PORTS, "the data tier"),
                *answers,
            ),
            (
                *_answers(public, CLIENT_PORTS, "the application tier"),
                *_whole(application),
                *_open(data, ports.data, "to the data tier"),
                *(
                    Opening(other, protocol, port, port, f"to {what}")
                    for (other, protocol, port), what in called.items()
                ),
            ),
        ),
        "data": AccessList(
            (*_open(application, ports.data, "from the application tier"), *_whole(data)),
            (*_answers(application, HOST_PORTS, "the data tier"), *_whole(data)),
        ),
    }


def _open(blocks: Iterable[str], ports: Sequence[int], why: str) -> list[Opening]:
    return [Opening(block, "tcp", first, last, why) for block in blocks for first, last in runs(ports)]


def _answers(blocks: Iterable[str], ports: tuple[int, int], of: str) -> list[Opening]:
    return [Opening(block, "tcp", *ports, f"answers of {of}") for block in blocks]


def _whole(blocks: Iterable[str]) -> list[Opening]:
    return [Opening(block, why="within the tier, over the zones") for block in blocks]


def runs(ports: Iterable[int]) -> list[tuple[int, int]]:
    """The ports as the fewest intervals."""
    found: list[tuple[int, int]] = []
    for port in sorted(set(ports)):
        if found and found[-1][1] == port - 1:
            found[-1] = (found[-1][0], port)
        else:
            found.append((port, port))
    return found


def without(interval: tuple[int, int], ports: Iterable[int]) -> list[tuple[int, int]]:
    """What is left of an interval of ports when some are taken out."""
    first, last = interval
    found: list[tuple[int, int]] = []
    for port in sorted({port for port in ports if first <= port <= last}):
        if port > first:
            found.append((first, port - 1))
        first = port + 1
    if first <= last:
        found.append((first, last))
    return found
