"""What the clouds offer in mainland China, what is claimed of them, and which level their platforms carry.

The data are authored and kept in ``capabilities.toml``; they are read when a command or a level-4 check asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any, Final

from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules.record import CLOUDS
from compliant_infra.providers.regions import is_mainland, region_class, region_ids

CLOUD_NAMES: Final = {
    "alicloud": Text("Alibaba Cloud", "阿里云"),
    "aws": Text("AWS (China)", "AWS 中国"),
    "tencentcloud": Text("Tencent Cloud", "腾讯云"),
    "google": Text("Google Cloud", "Google Cloud"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A capability on one cloud. ``state``: yes, no, partly, unconfirmed (no document of the provider read)."""

    state: str
    note: Text
    types: tuple[str, ...]  # Terraform types by which it is made


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that a rule or a level asks of a cloud."""

    id: str
    title: Text
    rules: tuple[str, ...]  # slugs of the rules that ask for it
    offers: Mapping[str, Offer]  # by cloud


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed of a cloud, and what was found. ``confirmed``: yes (true), no (wrong), unconfirmed."""

    claim: Text
    confirmed: str
    finding: Text


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of claims about the clouds, with its source. No rule reads claims."""

    id: str
    title: Text
    source: Text
    statements: Mapping[str, Statement]  # by cloud


@cache
def _data() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((get_data(__name__, "capabilities.toml") or b"").decode("utf-8"))


def _text(record: Mapping[str, str]) -> Text:
    return Text(record["en"], record["zh"])


@cache
def capabilities() -> tuple[Capability, ...]:
    """Every capability, in the order of the data."""
    return tuple(
        Capability(
            record["id"],
            _text(record["title"]),
            tuple(record["rules"]),
            {
                cloud: Offer(
                    record[cloud]["state"], _text(record[cloud]["note"]), tuple(record[cloud].get("types", ()))
                )
                for cloud in CLOUDS
            },
        )
        for record in _data()["capability"]
    )


@cache
def claims() -> tuple[Claim, ...]:
    """Every row of claims, in the order of the data."""
    return tuple(
        Claim(
            record["id"],
            _text(record["title"]),
            _text(record["source"]),
            {
                cloud: Statement(
                    _text(record[cloud]["claim"]), record[cloud]["confirmed"], _text(record[cloud]["finding"])
                )
                for cloud in CLOUDS
            },
        )
        for record in _data()["claim"]
    )


@cache
def platform_levels() -> Mapping[str, Mapping[str, int]]:
    """For each cloud and mainland region the level at which its platform is said to be assessed.

    A region whose level no certificate shows is there with the level below zero: ``-4`` means "said to be 4".
    """
    levels: dict[str, Any] = _data()["levels"]
    unconfirmed = set(levels["unconfirmed"])
    found: dict[str, dict[str, int]] = {}
    for cloud in CLOUDS:
        of_cloud = found.setdefault(cloud, {})
        for region in region_ids(cloud):
            kind = str(region_class(cloud, region))
            level = levels[cloud].get(kind)
            if level is not None and is_mainland(cloud, region):
                of_cloud[region] = -level if f"{cloud}.{kind}" in unconfirmed else level
    return found
