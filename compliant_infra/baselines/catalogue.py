"""Baselines, profiles and parameters: which editions hold at which level, and the numbers that rules take from them.

The data are authored in ``baselines.toml`` and ``parameters.toml``; only ``compiled.json`` is read here, once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any, Final

from compliant_infra.kernel.model import Severity, Text

#: The profile name that stands for every profile.
ALL: Final = "all"
#: The baseline that holds where neither settings nor options name one.
DEFAULT_BASELINE: Final = "mlps-l3"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A level of protection and the editions that hold at it.

    ``profiles`` are on without being asked for; ``severity_raises`` lifts the severity of rules (slug -> severity).
    ``extends`` names the baseline on top of which it stands: its editions, raises and parameter values hold too.
    """

    name: str
    level: int  # MLPS level: 2, 3 or 4
    editions: tuple[str, ...]
    title: Text
    profiles: tuple[str, ...]
    severity_raises: Mapping[str, Severity]
    extends: str = ""

    def severity(self, rule: str, own: Severity) -> Severity:
        """The severity of a rule under this baseline: its own, or the raised one."""
        return max(own, self.severity_raises.get(rule, own))


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of editions that can be added to any baseline."""

    name: str
    editions: tuple[str, ...]
    title: Text
    requires_cross_border: bool  # the settings must declare a mechanism under [cross-border]
    draft: bool = False  # announced, not in force


@dataclass(frozen=True, slots=True)
class ParameterRecord:
    """A parameter that rules read. ``values`` holds what a baseline or a profile asks instead of the default."""

    name: str
    kind: str  # "integer", "boolean", "string" or "list"
    items: str  # of a list: "integer" or "string"
    direction: str  # what is stricter: "min" a larger value, "max" a smaller one, "set" no order
    default: Any
    values: Mapping[str, Any]
    unit: str
    title: Text


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(get_data(__name__, "compiled.json") or b"")
    return content


#: The names of the baselines, the weakest first.
BASELINES: Final[tuple[str, ...]] = tuple(_data()["baselines"])
#: The names of the profiles, without ``all``.
PROFILES: Final[tuple[str, ...]] = tuple(_data()["profiles"])


@cache
def baseline(name: str) -> Baseline:
    """The baseline of this name. Raises KeyError where there is none."""
    record = _data()["baselines"][name]
    return Baseline(
        name=name,
        level=record["level"],
        editions=tuple(record["editions"]),
        title=Text(*record["title"]),
        profiles=tuple(record["profiles"]),
        severity_raises={rule: Severity[word.upper()] for rule, word in record["severity_raises"].items()},
        extends=record["extends"],
    )


@cache
def profile(name: str) -> Profile:
    """The profile of this name. Raises KeyError where there is none; ``all`` is none by itself."""
    record = _data()["profiles"][name]
    return Profile(
        name, tuple(record["editions"]), Text(*record["title"]), record["requires_cross_border"], record["draft"]
    )


def active_profiles(name: str, profiles: Iterable[str] = ()) -> tuple[str, ...]:
    """The profiles that are on under a baseline, in the order of the catalogue: its own and those asked for.

    ``all`` stands for every one. Raises KeyError for an unknown baseline or profile.
    """
    wanted = {*baseline(name).profiles, *profiles}
    if ALL in wanted:
        wanted = (wanted - {ALL}) | set(PROFILES)
    for unknown in sorted(wanted - set(PROFILES)):
        raise KeyError(unknown)
    return tuple(item for item in PROFILES if item in wanted)


@cache
def parameter_records() -> Mapping[str, ParameterRecord]:
    """Every parameter by name."""
    return {
        name: ParameterRecord(
            name=name,
            kind=record["kind"],
            items=record["items"],
            direction=record["direction"],
            default=_frozen(record["default"]),
            values={key: _frozen(value) for key, value in record["values"].items()},
            unit=record["unit"],
            title=Text(*record["title"]),
        )
        for name, record in _data()["parameters"].items()
    }


def parameters(
    name: str,
    profiles: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
    records: Mapping[str, ParameterRecord] | None = None,
) -> dict[str, Any]:
    """The value of every parameter under a baseline and profiles; lists are tuples.

    Where several of them set one, the stricter value holds. ``overrides``, the user's own values, replace it whatever
    its direction: ``weakened`` tells which of them ask for less. ``records`` are other records than today's. Raises
    KeyError for an unknown baseline or profile, ValueError for an unknown parameter or a value of the wrong kind.
    """
    extended = baseline(name).extends
    sources = (*([extended] if extended else []), name, *active_profiles(name, profiles))
    values = {key: _strictest(record, sources) for key, record in (records or parameter_records()).items()}
    for key, value in (overrides or {}).items():
        record = parameter_records().get(key)
        if record is None:
            raise ValueError(f"unknown parameter {key!r}; known are: {', '.join(parameter_records())}")
        values[key] = _accepted(record, value)
    return values


def weakened(name: str, profiles: Iterable[str], overrides: Mapping[str, Any]) -> tuple[str, ...]:
    """The parameters whose override asks for less than the baseline and the profiles do. Raises as ``parameters``."""
    profiles = tuple(profiles)
    demanded, chosen = parameters(name, profiles), parameters(name, profiles, overrides)
    directions = {key: record.direction for key, record in parameter_records().items()}
    return tuple(
        key
        for key in overrides
        if (directions[key] == "min" and chosen[key] < demanded[key])
        or (directions[key] == "max" and chosen[key] > demanded[key])
    )


def drafted(name: str, profiles: Iterable[str]) -> tuple[str, ...]:
    """The parameters of which a profile that is not in force asks for more than all others. Raises as ``parameters``.

    A finding that rests on such a value is none yet under what is in force.
    """
    active = active_profiles(name, profiles)
    in_force = [item for item in active if not profile(item).draft]
    announced, demanded = parameters(name, active), parameters(name, in_force)
    return tuple(key for key, value in announced.items() if value != demanded[key])


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _strictest(record: ParameterRecord, sources: Iterable[str]) -> Any:
    values = [record.values[source] for source in sources if source in record.values]
    if not values:
        return record.default
    if record.direction == "set":
        return values[-1]  # no order: the last profile that sets it holds
    return max(values) if record.direction == "min" else min(values)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _accepted(record: ParameterRecord, value: Any) -> Any:
    wanted = {
        "integer": "a whole number from 0",
        "boolean": "true or false",
        "string": "a text",
        "list": "a list of whole numbers" if record.items == "integer" else "a list of texts",
    }[record.kind]
    if record.kind == "integer":
        fits = _is_integer(value) and value >= 0
    elif record.kind == "boolean":
        fits = isinstance(value, bool)
    elif record.kind == "string":
        fits = isinstance(value, str)
    else:
        fits = isinstance(value, (list, tuple)) and all(
            _is_integer(item) if record.items == "integer" else isinstance(item, str) for item in value
        )
    if not fits:
        raise ValueError(f"parameter {record.name!r} must be {wanted}, not {value!r}")
    return _frozen(value)
