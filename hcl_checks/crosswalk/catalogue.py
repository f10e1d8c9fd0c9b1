"""What each built-in check of checkov says of our rules, or of clauses where no rule of ours matches.

The data are authored in ``checkov.toml`` beside this module; ``checks.json`` has the ids and resource types that
``checkov --framework terraform --list`` prints, of the version that the data are for. Both are read when asked for.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any, Final, Literal, cast

from compliant_infra.baselines.catalogue import active_profiles
from compliant_infra.kernel.model import NO_TEXT, Text
from compliant_infra.regulations import catalogue as regulations

#: What a verdict of a check is worth; see the head of ``checkov.toml``.
Relation = Literal["same", "narrower", "wider", "related", "conflict"]

RELATIONS: Final[tuple[Relation, ...]] = ("same", "narrower", "wider", "related", "conflict")

#: The clouds (as checkov writes them in its ids) of which every check is in the crosswalk.
CLOUDS: Final = ("ALI", "TC", "AWS")

_COVERED: Final = re.compile(r"CKV2?_(ALI|TC|AWS|TF)_\d+")

#: The level at which the data write clauses.
_LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Crossing:
    """One built-in check, and the rules or clauses for which it speaks: one of the two is empty."""

    check: str
    relation: Relation
    rules: tuple[str, ...] = ()  # slugs
    written: tuple[str, ...] = ()  # clauses as at level 3: "gbt22239-2019:8.1.4.8b"
    reason: Text = NO_TEXT  # what is not the same
    against: str = ""  # slug of a rule that may break where the check is followed without care
    instead: Text = NO_TEXT  # what to do rather than follow the check


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((get_data(__name__, "checkov.toml") or b"").decode())


def checkov_version() -> str:
    """The version of checkov for which the crosswalk is whole."""
    return str(_data()["checkov"])


@cache
def crosswalk() -> Mapping[str, Crossing]:
    """By id every check that speaks for a rule or a clause."""
    found: dict[str, Crossing] = {}
    for group in _data()["mapped"]:
        for check in group["checks"]:
            found[check] = Crossing(
                check=check,
                relation=cast(Relation, group["relation"]),
                rules=tuple(group.get("rules", ())),
                written=tuple(group.get("clauses", ())),
                reason=Text(*group.get("reason", NO_TEXT)),
                against=group.get("against", ""),
                instead=Text(*group.get("instead", NO_TEXT)),
            )
    return found


@cache
def without_rule() -> Mapping[str, Text]:
    """By id every check for which there is neither rule nor clause, and why."""
    return {check: Text(*group["reason"]) for group in _data()["none"] for check in group["checks"]}


@cache
def recorded_checks() -> Mapping[str, tuple[str, ...]]:
    """The checks of the clouds in question that checkov lists, with their resource types."""
    content = json.loads(get_data(__name__, "checks.json") or b"")
    return {check: tuple(types) for check, types in content["checks"].items()}


def is_covered(check: str) -> bool:
    """Whether a check is of a cloud that the crosswalk is about; of a newer checkov it may be missing all the same."""
    return _COVERED.fullmatch(check) is not None


def listed_checks(table: str) -> dict[str, list[str]]:
    """The checks in what ``checkov --list`` prints, with their resource types; those of the clouds in question only.

    A check of every type of a provider is listed by checkov once for each: it is given as ``aws_*``.
    """
    found: dict[str, set[str]] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and is_covered(cells[2]):
            found.setdefault(cells[2], set()).add(cells[4])
    return {
        check: sorted(types) if len(types) < 100 else ["aws_*"]
        for check, types in sorted(found.items(), key=lambda item: check_order(item[0]))
    }


def check_order(check: str) -> tuple[str, str, int, str]:
    """The sort key of ids: by cloud, then built-in and graph checks, then by number."""
    found = re.fullmatch(r"(CKV2?)_(\w+)_(\d+)", check)
    return (found[2], found[1], int(found[3]), check) if found else ("~", "", 0, check)


def clauses_of(crossing: Crossing, baseline: str, profiles: Iterable[str] = (), grades: str = "") -> tuple[str, ...]:
    """The clauses of a baseline for which a check speaks; empty where its rules do not run there. As ``clauses``."""
    chosen = frozenset(active_profiles(baseline, tuple(profiles)))
    found: dict[str, None] = {}
    if crossing.rules:
        of_rules = _clauses_of_rules(baseline, chosen, grades)
        for rule in crossing.rules:
            found.update(dict.fromkeys(of_rules.get(rule, ())))
    if crossing.written:
        ids = _ids(baseline, chosen, grades)
        for written in crossing.written:
            edition, _, number = written.rpartition(":")
            row = _rows(edition).get(number, (number,))
            found.update(dict.fromkeys(f"{edition}:{item}" for item in row if f"{edition}:{item}" in ids))
    return tuple(found)


@cache
def _clauses_of_rules(baseline: str, profiles: frozenset[str], grades: str) -> Mapping[str, tuple[str, ...]]:
    return regulations.clauses_of_rules(baseline, profiles, grades)


@cache
def _ids(baseline: str, profiles: frozenset[str], grades: str) -> frozenset[str]:
    return frozenset(clause.id for clause in regulations.clauses(baseline, profiles, grades))


@cache
def _rows(edition: str) -> Mapping[str, tuple[str, ...]]:
    """By its number at level 3 the numbers of a clause at every level."""
    return {row[_LEVEL]: tuple(row.values()) for row in regulations.numbers(edition) if _LEVEL in row}
