"""Regions and zones of the clouds: which lie in mainland China, and of which class they are.

The data are authored in ``regions.toml``; only ``regions.json`` is read here, once. An id that the data do not hold is
unknown (None) and never judged by its prefix. Clouds: ``"alicloud"``, ``"aws"``, ``"tencentcloud"``, ``"google"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache, lru_cache
from pkgutil import get_data
from typing import Any


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(get_data(__name__, "regions.json") or b"")
    return content


@cache
def _zone_pattern(cloud: str) -> re.Pattern[str]:
    return re.compile(_data()[cloud]["zone"])


def _canonical(cloud: str, region: str) -> str | None:
    data = _data().get(cloud)
    if data is None:
        return None
    region = data["aliases"].get(region, region)
    return region if region in data["regions"] else None


def canonical_region(cloud: str, region: str) -> str | None:
    """The id under which the data hold a region, which may have others; None where it is not known."""
    return _canonical(cloud, region)


def is_mainland(cloud: str, region: str) -> bool | None:
    """Whether a region lies in mainland China; None where the id, or the cloud, is not known."""
    known = _canonical(cloud, region)
    return None if known is None else bool(_data()[cloud]["regions"][known][0])


def region_class(cloud: str, region: str) -> str | None:
    """``"public"``, ``"finance"``, ``"government"`` or ``"local"``; None where the id is not known."""
    known = _canonical(cloud, region)
    return None if known is None else str(_data()[cloud]["regions"][known][1])


def mainland_regions(cloud: str) -> tuple[str, ...]:
    """The regions of a cloud in mainland China; empty where it has none or is not known."""
    known = _data().get(cloud, {"regions": {}})["regions"]
    return tuple(region for region, (mainland, _) in known.items() if mainland)


def regions_of_classes(classes: Collection[str]) -> tuple[str, ...]:
    """The ids of the regions in mainland China that are of one of these classes, on every cloud; other ids included."""
    return tuple(
        region
        for cloud in _data()
        for region in region_ids(cloud)
        if is_mainland(cloud, region) and region_class(cloud, region) in classes
    )


def region_ids(cloud: str) -> tuple[str, ...]:
    """Every region of a cloud that the data hold, and the other ids of the same places."""
    data = _data().get(cloud, {"regions": {}, "aliases": {}})
    return (*data["regions"], *data["aliases"])


@lru_cache(maxsize=4096)
def region_of_zone(cloud: str, zone: str) -> str | None:
    """The region in which a zone lies: ``cn-beijing-h`` -> ``cn-beijing``, ``cn-beijing-MAZ5(a,b)`` -> ``cn-beijing``.

    None where the text is no zone of a region that the data hold; a region id by itself is no zone.
    """
    data = _data().get(cloud)
    if data is None:
        return None
    prefix = zone.partition("-")[0]
    if prefix in data["zone_ids"] and re.fullmatch(r"az\d+", zone[len(prefix) + 1 :]):
        return str(data["zone_ids"][prefix])
    # The longest region first: cn-hangzhou-finance-b lies in cn-hangzhou-finance, not in cn-hangzhou.
    for end in range(len(zone) - 1, 0, -1):
        region = _canonical(cloud, zone[:end])
        if region is not None and _zone_pattern(cloud).fullmatch(zone, end):
            return region
    return None


def region_of_oss_location(location: str) -> str | None:
    """The region of an Alibaba Cloud OSS location: ``oss-cn-hangzhou`` -> ``cn-hangzhou``; None where not known."""
    return _canonical("alicloud", location.removeprefix("oss-"))
