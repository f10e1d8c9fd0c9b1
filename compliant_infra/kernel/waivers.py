"""Waivers: signed-off exceptions, and whether one covers a result today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation, Text, Verdict, Waiver
from compliant_infra.kernel.patterns import lazy

#: The fields without which a waiver waives nothing.
REQUIRED_FIELDS = ("rule", "reason", "owner", "until")

#: Every field that is written in a record of a waiver.
FIELDS = (*REQUIRED_FIELDS, "resource", "finding", "approver", "ticket")


#: The parameter that says how many days from today a waiver may run at most.
LONGEST: Final = "waiver-max-days"


def from_record(
    record: Mapping[str, object], location: SourceLocation | None = None, *, inline: bool = False
) -> Waiver:
    """A waiver of the fields of a record; those that are missing are empty.

    A missing ``resource`` is ``*``. An empty one stays empty and covers nothing.
    """
    fields = {name: str(record.get(name) or "") for name in FIELDS}
    return Waiver(
        rule=fields["rule"],
        reason=fields["reason"],
        owner=fields["owner"],
        until=fields["until"],
        resource="*" if record.get("resource") is None else fields["resource"],
        finding=fields["finding"],
        approver=fields["approver"],
        ticket=fields["ticket"],
        inline=inline,
        location=location,
    )


_DATE = lazy(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    """Only ``*`` and ``?`` are special: addresses contain brackets."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in glob)
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def day_of(text: str) -> date | None:
    """The date of a text in the form YYYY-MM-DD, the only one that is accepted."""
    if _DATE.match(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What has come of a waiver in a run."""

    waiver: Waiver
    problem: Diagnostic | None = None  # why it waives nothing; None where it holds
    results: int = 0  # that it waives
    is_central: bool = False  # of the settings, not in the code


def latest_day(today: date, longest: int) -> date:
    """The last day for which a waiver may be signed today, ``longest`` days ahead."""
    try:
        return today + timedelta(days=longest)
    except OverflowError:
        return date.max


def problem(waiver: Waiver, known_rules: Iterable[str], today: date, longest: int) -> Diagnostic | None:
    """Why a waiver waives nothing today, or None where it holds.

    ``longest`` is the number of days from today beyond which no waiver may run (``waiver-max-days``).
    """
    place = waiver.location or SourceLocation("")
    for name in REQUIRED_FIELDS:
        if not getattr(waiver, name).strip():
            return Diagnostic(
                "waiver-invalid",
                Text(
                    f"waiver for {waiver.rule or '?'}: {name} is missing; it waives nothing",
                    f"豁免 {waiver.rule or '?'}：缺少 {name}，不生效",
                ),
                place.file,
                place.line,
            )
    if waiver.rule not in known_rules:
        return Diagnostic(
            "waiver-invalid",
            Text(f"waiver names an unknown rule: {waiver.rule}", f"豁免引用了未知规则：{waiver.rule}"),
            place.file,
            place.line,
        )
    until = day_of(waiver.until)
    if until is None:
        return Diagnostic(
            "waiver-invalid",
            Text(
                f"waiver for {waiver.rule}: until is no date (YYYY-MM-DD): {waiver.until}",
                f"豁免 {waiver.rule}：until 不是日期（YYYY-MM-DD）：{waiver.until}",
            ),
            place.file,
            place.line,
        )
    if until < today:
        return Diagnostic(
            "waiver-expired",
            Text(
                f"waiver for {waiver.rule} expired on {waiver.until}; it waives nothing",
                f"豁免 {waiver.rule} 已于 {waiver.until} 到期，不生效",
            ),
            place.file,
            place.line,
        )
    latest = latest_day(today, longest)
    if until > latest:
        return Diagnostic(
            "waiver-invalid",
            Text(
                f"waiver for {waiver.rule} runs until {waiver.until}, more than {longest} days ahead; "
                f"the latest day allowed today is {latest.isoformat()}; it waives nothing",
                f"豁免 {waiver.rule} 有效期至 {waiver.until}，超出自今日起 {longest} 天的上限；"
                f"今日允许的最晚日期为 {latest.isoformat()}，不生效",
            ),
            place.file,
            place.line,
        )
    return None


def covers(waiver: Waiver, result: Result) -> bool:
    """Whether a central waiver is about this result."""
    return (
        waiver.rule in (result.rule, result.code)
        and waiver.finding in ("", result.finding)
        and _pattern(waiver.resource).match(result.resource) is not None
    )


def covered_by_declaration(waiver: Waiver, reach: frozenset[str], results: Sequence[Result]) -> list[int]:
    """The positions of the results that a waiver is about which a component was given.

    ``reach`` holds the addresses of what the component makes. Its ``resource`` is a pattern of addresses, or of names
    where addresses end in ``::<name>``.
    """
    pattern = _pattern(waiver.resource)
    return [
        position
        for position, result in enumerate(results)
        if result.resource in reach
        and waiver.rule in (result.rule, result.code)
        and waiver.finding in ("", result.finding)
        and (pattern.match(result.resource) or pattern.match(result.resource.rpartition("::")[2]))
    ]


def covered_by_comment(
    waiver: Waiver, line: SourceLocation, results: Sequence[Result], starts: Mapping[str, SourceLocation]
) -> list[int]:
    """The positions of the results that a waiver written as a comment is about.

    ``line`` is the line on or above which it stands, or the nested block that begins there: a resource's first line
    (``starts``: address -> place) covers everything about the resource, another line what is found on it.
    """
    found: list[int] = []
    for position, result in enumerate(results):
        if waiver.rule not in (result.rule, result.code) or waiver.finding not in ("", result.finding):
            continue
        start = starts.get(result.resource)
        if start is not None and (start.file, start.line) == (line.file, line.line):
            found.append(position)
            continue
        place = result.location
        if place.file != line.file:
            continue
        last = max(place.line, place.end_line)
        if place.line <= line.line <= last or line.line <= place.line <= last <= line.end_line:
            if start is None or (place.line, place.end_line) != (start.line, start.end_line):
                found.append(position)
    return found


def waive(result: Result, waiver: Waiver) -> bool:
    """Mark a result as waived. Only what fails or cannot be decided is waived."""
    if result.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return False
    result.waiver = waiver
    result.verdict = Verdict.WAIVED
    return True


def waive_in_code(
    given: Iterable[tuple[Waiver, Sequence[Result]]], known_rules: Iterable[str], today: date, longest: int
) -> list[WaiverUse]:
    """Apply waivers that stand in the code, each to the results that it is about; what has come of each.

    One may come several times, once for each root that is judged with it: its results add up.
    """
    problems: dict[Waiver, Diagnostic | None] = {}
    waived: dict[Waiver, int] = {}
    for waiver, results in given:
        if waiver not in problems:
            problems[waiver] = problem(waiver, known_rules, today, longest)
        if problems[waiver] is None:
            waived[waiver] = waived.get(waiver, 0) + sum(waive(result, waiver) for result in results)
    return [WaiverUse(waiver, found, waived.get(waiver, 0)) for waiver, found in problems.items()]


def waive_centrally(
    given: Iterable[Waiver], results: Sequence[Result], rules: Mapping[str, str], today: date, longest: int
) -> list[WaiverUse]:
    """Apply waivers to all results that they cover, to each result the first one; what has come of each waiver.

    ``rules`` are names and codes of rules, with the name of each; ``longest`` as for ``problem``.
    """
    problems: list[tuple[Waiver, Diagnostic | None]] = []
    for waiver in given:
        found = problem(waiver, rules, today, longest)
        problems.append((replace(waiver, rule=rules.get(waiver.rule, waiver.rule)), found))
    valid = [waiver for waiver, found in problems if found is None]
    waived: dict[int, int] = {}
    for result in results if valid else ():
        if result.verdict is Verdict.FAIL or result.verdict is Verdict.UNKNOWN:
            for waiver in valid:
                if covers(waiver, result) and waive(result, waiver):
                    waived[id(waiver)] = waived.get(id(waiver), 0) + 1
                    break
    return [WaiverUse(waiver, found, waived.get(id(waiver), 0), is_central=True) for waiver, found in problems]
