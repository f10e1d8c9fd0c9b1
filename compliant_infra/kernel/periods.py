"""Periods of time as the clouds spell them."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from compliant_infra.kernel.logic import as_number
from compliant_infra.kernel.patterns import lazy

_PERIOD: Final = lazy(r"^\s*(\d+)\s*([dhms])\s*$")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

SECONDS_PER_DAY: Final = 86_400


def seconds(value: Any, bare: str = "d") -> int | None:
    """A period such as ``365d``, ``8760h`` or ``31536000s`` in seconds; ``bare`` is the unit of a plain number.

    None where it is no period.
    """
    number = as_number(value)
    if number is not None and not isfinite(number):
        return None
    if number is not None:
        return int(number * _SECONDS[bare])
    match = _PERIOD.match(value) if isinstance(value, str) else None
    return int(match[1]) * _SECONDS[match[2]] if match else None
