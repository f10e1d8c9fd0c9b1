"""How far apart the regions of mainland China lie.

The data are authored in ``distances.toml``; only ``distances.json`` is read here, once. Distances are those of the
cities that the providers name: approximate and unconfirmed.
"""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from typing import Any

from compliant_infra.kernel.model import Separation, Text
from compliant_infra.providers.regions import canonical_region


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(get_data(__name__, "distances.json") or b"")
    return content


def separation(cloud: str, region: str, other: str) -> Separation | None:
    """How far two regions of a cloud lie apart; None where the data do not hold one of them."""
    data = _data()
    names = [data["places"].get(cloud, {}).get(canonical_region(cloud, item)) for item in (region, other)]
    if None in names:
        return None
    if names[0] == names[1]:
        return Separation(0, data["tolerance"])
    pair = " ".join(sorted(names))
    return Separation(data["kilometres"][pair], data["tolerance"], Text(*data["near"].get(pair, ("", ""))))
