"""The clauses of every edition: at which level, who answers, what the rules can decide, and which rules speak.

The data are authored in TOML beside this module; only JSON is read here, once: ``compiled.json`` with the list of
editions and the clauses of GB/T 22239, and the file of another edition where it is asked for. A clause is stored once,
with its id per level; what this module hands out is the clause at one level.

An edition is part of baselines or profiles, or it is a view: another framework over the same rules, which makes no rule
run and is looked at by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pkgutil import get_data
from typing import Any, Final

from compliant_infra.baselines.catalogue import active_profiles, baseline, profile
from compliant_infra.kernel.model import Text

#: The edition to which a bare clause number belongs.
BARE: Final = "gbt22239-2019"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause at one level.

    ``decided`` says what the rules of the catalogue can decide of it at this level: ``"rules"`` (all of it: a demand
    on the tenant's cloud resources that shows in code on every cloud), ``"partly"`` (it also speaks of hosts,
    applications, other networks, the provider's part or people's acts, or of resources that no rule judges) or
    ``"evidence"`` (nothing: it takes documents, the provider, or rules that do not exist yet).
    """

    id: str  # "gbt22239-2019:8.1.4.8b"
    edition: str
    number: str  # "8.1.4.8b"
    title: Text  # in our own words
    technical: bool  # False for physical, management and similar clauses, which no code can show
    responsible: str  # "tenant", "provider" or "shared"
    decided: str
    high_risk: str  # ids of the official high-risk verdicts at this level, joined by ", "; "" for none
    aspect: str  # "S" information, "A" availability, "G" general
    rules: tuple[str, ...]  # slugs of the rules that speak for it at this level
    letters: int  # how many lettered demands it stands for; 1 for a clause without letters
    draft: bool  # the edition is a draft or rests on no confirmed source
    verb: str = ""  # "must", "should" or "may", where the edition grades its demands
    confirmed: bool = True  # False where no readable source backs the clause, its verb or its letters at this level
    delta: bool = False  # an edition on top of another one adds it, or asks for more here than that one


@dataclass(frozen=True, slots=True)
class Edition:
    """A standard or statute. ``status``: ``"in-force"``, ``"draft"`` or ``"unconfirmed"``."""

    id: str
    title: Text
    date: str  # ISO date from which it holds
    status: str
    source: str
    note: Text
    view: bool = False  # another framework over the same rules: part of no baseline and no profile


@dataclass(frozen=True, slots=True)
class HighRisk:
    """An official high-risk verdict of the 2025 trial guide."""

    guide: str  # "6.4.5.2"
    from_level: int
    condition: str  # "", "high-continuity", "key-sectors" or "platform" (judged at the cloud platform)
    title: Text
    softener: Text  # what lets an assessor lower the verdict; empty texts where nothing is named


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(get_data(__name__, "compiled.json") or b"")
    return content


@cache
def _records(edition: str) -> list[dict[str, Any]]:
    core: dict[str, list[dict[str, Any]]] = _data()["clauses"]
    if edition in core:
        return core[edition]
    content: dict[str, Any] = json.loads(get_data(__name__, f"{edition}.json") or b"")
    records: list[dict[str, Any]] = content["clauses"][edition]
    return records


@cache
def _every_edition() -> tuple[Edition, ...]:
    return tuple(
        Edition(
            record["id"],
            Text(*record["title"]),
            record["date"],
            record["status"],
            record["source"],
            Text(*record["note"]),
            record.get("view", False),
        )
        for record in _data()["editions"]
    )


def editions() -> tuple[Edition, ...]:
    """Every edition of the catalogue that belongs to a baseline or a profile."""
    return tuple(edition for edition in _every_edition() if not edition.view)


def views() -> tuple[Edition, ...]:
    """The views: other frameworks over the same rules, such as ``iso27001-2022`` and ``soc2``."""
    return tuple(edition for edition in _every_edition() if edition.view)


def view_clauses(view: str, name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> tuple[Clause, ...]:
    """The clauses of a view with the rules that run under a baseline and profiles, in the order of the framework.

    Raises KeyError for what is no view, and otherwise as ``clauses``.
    """
    if view not in {edition.id for edition in views()}:
        raise KeyError(view)
    running = rule_names(name, profiles, grades)
    found = _edition_clauses(view, levels_of(name, grades), active_profiles(name, profiles))
    return tuple(_with_rules(clause, tuple(rule for rule in clause.rules if rule in running)) for clause in found)


def find_view_clauses(
    text: str, name: str, profiles: frozenset[str] = frozenset(), grades: str = ""
) -> tuple[Clause, ...]:
    """The clauses of a view that a written id means: ``iso27001-2022:8.15``, ``soc2:CC6``. Raises as ``clauses``."""
    view = text.strip().rpartition(":")[0]
    if view not in {edition.id for edition in views()}:
        return ()
    return _below(text, view_clauses(view, name, profiles, grades))


def numbers(edition: str) -> tuple[Mapping[int, str], ...]:
    """For every stored clause of an edition or view its number at each level, in the order of the data."""
    return tuple({int(level): number for level, number in record["ids"].items()} for record in _records(edition))


@cache
def high_risk_verdicts() -> Mapping[str, HighRisk]:
    """The official high-risk verdicts by guide id."""
    return {
        guide: HighRisk(guide, record["from"], record["condition"], Text(*record["title"]), Text(*record["softener"]))
        for guide, record in _data()["high_risk"].items()
    }


def clauses(name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> tuple[Clause, ...]:
    """Every clause of a baseline and profiles at its level, in the order of the editions and their numbers.

    ``grades`` is the filing grade of the system, such as ``"S2A3G3"``: the points about information (S) then come from
    level 2, those about availability (A) from level 3. Raises KeyError for an unknown baseline or profile, ValueError
    for grades that are none or do not belong to the baseline.
    """
    return _clauses(name, active_profiles(name, profiles), grades)


def clauses_of_rules(name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> dict[str, tuple[str, ...]]:
    """For each rule that runs the ids of the clauses for which it speaks. Raises as ``clauses``."""
    found: dict[str, list[str]] = {}
    for clause in clauses(name, profiles, grades):
        for rule in clause.rules:
            found.setdefault(rule, []).append(clause.id)
    return {rule: tuple(ids) for rule, ids in found.items()}


def rule_names(name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> frozenset[str]:
    """The slugs of the rules that run: those with a clause at the level. Raises as ``clauses``."""
    return frozenset(rule for clause in clauses(name, profiles, grades) for rule in clause.rules)


def draft_rules(name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> frozenset[str]:
    """The slugs of the rules that run for the sake of drafts only: no clause in force asks for them. As ``clauses``."""
    found = clauses(name, profiles, grades)
    in_force = {rule for clause in found if not clause.draft for rule in clause.rules}
    return frozenset(rule for clause in found for rule in clause.rules) - in_force


def find_clauses(text: str, name: str, profiles: frozenset[str] = frozenset(), grades: str = "") -> tuple[Clause, ...]:
    """The clauses that a written id means: ``8.1.4.8b``, ``gbt22239-2019:8.1.4.8b``, ``pipl:38``, or a whole point.

    A point without letter (``8.1.4.8``) and a chapter (``8.1.4``) mean everything below them. Empty where there is none
    under this baseline and these profiles. Raises as ``clauses``.
    """
    return _below(text, clauses(name, profiles, grades))


def _below(text: str, found: tuple[Clause, ...]) -> tuple[Clause, ...]:
    edition, colon, number = text.strip().rpartition(":")
    edition = edition if colon else BARE
    below = re.compile(re.escape(number) + r"(?![0-9]).*")
    return tuple(clause for clause in found if clause.edition == edition and below.fullmatch(clause.number))


def levels_of(name: str, grades: str = "") -> dict[str, int]:
    """The level from which the points of each aspect (S, A, G) are taken. Raises as ``clauses``."""
    level = baseline(name).level
    if not grades:
        return dict.fromkeys("SAG", level)
    found = re.fullmatch(r"S([1-5])A([1-5])(?:G([1-5]))?", grades)
    if found is None:
        raise ValueError(f"grades must look like S2A3G3, not {grades!r}")
    information, availability = int(found[1]), int(found[2])
    general = int(found[3] or max(information, availability))
    if general != max(information, availability):
        raise ValueError(f"in grades {grades} the general level must be the higher of S and A")
    if general != level:
        raise ValueError(f"grades {grades} make a system of level {general}, but the baseline is {name}")
    if min(information, availability) < 2:
        raise ValueError(f"grades {grades}: level 1 is not in the catalogue; levels 2 to 4 are")
    return {"S": information, "A": availability, "G": general}


@cache
def _clauses(name: str, profiles: tuple[str, ...], grades: str) -> tuple[Clause, ...]:
    levels = levels_of(name, grades)
    chosen = dict.fromkeys(baseline(name).editions)
    for item in profiles:
        chosen.update(dict.fromkeys(profile(item).editions))
    return tuple(clause for edition in chosen for clause in _edition_clauses(edition, levels, profiles))


def _edition_clauses(edition: str, levels: Mapping[str, int], profiles: tuple[str, ...]) -> list[Clause]:
    draft = next(item.status for item in _every_edition() if item.id == edition) != "in-force"
    found = []
    by_level = False
    for record in _records(edition):
        level = levels[record.get("aspect", "G")]
        if str(level) in record["ids"]:
            found.append(_at_level(record, edition, level, draft, profiles))
            by_level = by_level or len(set(record["ids"].values())) > 1
    # Where numbers are the same at every level, as articles are, the order is that of the data.
    return sorted(found, key=lambda clause: _order(clause.number)) if by_level else found


def _order(number: str) -> tuple[tuple[int, str], ...]:
    # The first part is the chapter of the level: with mixed grades 7.1.4.1a stands where 8.1.4.1a would.
    parts = re.findall(r"\d+|[a-z]+", number)
    if len(parts) > 1:
        parts = parts[1:]
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


def _at_level(record: Mapping[str, Any], edition: str, level: int, draft: bool, profiles: tuple[str, ...]) -> Clause:
    speaking = [
        slug
        for slug, first, last, *only in record.get("rules", ())
        if first <= level <= last and (not only or only[0] in profiles)
    ]
    verdicts = high_risk_verdicts()
    number = record["ids"][str(level)]
    decides = {"yes": "rules", "partly": "partly", "no": "evidence"}[record["auto"]]
    confirmed = level not in record.get("unconfirmed", ()) and record.get("letters_confirmed", True)
    return Clause(
        id=f"{edition}:{number}",
        edition=edition,
        number=number,
        title=Text(*record["title"]),
        technical=record["technical"],
        responsible=record["responsible"],
        decided=decides if speaking else "evidence",
        high_risk=", ".join(guide for guide in record.get("high_risk", ()) if verdicts[guide].from_level <= level),
        aspect=record.get("aspect", "G"),
        rules=tuple(dict.fromkeys(speaking)),
        letters=record.get("letters", {}).get(str(level), 1),
        draft=draft,
        verb=record.get("verbs", {}).get(str(level), ""),
        confirmed=confirmed and not draft,
        delta=record.get("delta", False),
    )


def _with_rules(clause: Clause, rules: tuple[str, ...]) -> Clause:
    return replace(clause, rules=rules, decided=clause.decided if rules else "evidence")
