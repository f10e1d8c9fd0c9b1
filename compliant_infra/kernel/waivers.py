"""Waivers: signed-off exceptions, and whether one covers a result today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation, Text, Verdict, Waiver

#: The fields without which a waiver waives nothing.
REQUIRED_FIELDS = ("rule", "reason", "owner", "until")


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    """Only ``*`` and ``?`` are special: addresses contain brackets."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in glob)
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def problem(waiver: Waiver, known_rules: Iterable[str], today: date) -> Diagnostic | None:
    """Why a waiver waives nothing today, or None where it holds."""
    place = waiver.location or SourceLocation("")
    for name in REQUIRED_FIELDS:
        if not getattr(waiver, name):
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
    try:
        until = date.fromisoformat(waiver.until)
    except ValueError:
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
    return None


def covers(waiver: Waiver, result: Result, line: SourceLocation | None = None) -> bool:
    """Whether a waiver is about this result. ``line`` is the line that an inline waiver stands on or above."""
    if waiver.rule not in (result.rule, result.code):
        return False
    if waiver.finding and waiver.finding != result.finding:
        return False
    if line is not None:
        return result.location.file == line.file and result.location.line <= line.line <= max(
            result.location.line, result.location.end_line
        )
    return _pattern(waiver.resource).match(result.resource) is not None


def apply(
    results: Sequence[Result],
    central: Sequence[Waiver],
    inline: Sequence[tuple[Waiver, SourceLocation]],
    starts: dict[tuple[str, str], SourceLocation],
) -> set[int]:
    """Mark the results that a waiver covers; give back the ids of the waivers that were used.

    ``starts`` maps (root, address) to the resource's own place: an inline waiver on a resource's first line covers
    everything about the resource. Only fails and unknowns are waived.
    """
    used: set[int] = set()
    if not central and not inline:
        return used
    for result in results:
        if result.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
            continue
        chosen = next((waiver for waiver in central if covers(waiver, result)), None)
        if chosen is None:
            start = starts.get((result.root, result.resource))
            for waiver, line in inline:
                if covers(waiver, result, line) or (
                    start is not None
                    and (start.file, start.line) == (line.file, line.line)
                    and waiver.rule in (result.rule, result.code)
                    and (not waiver.finding or waiver.finding == result.finding)
                ):
                    chosen = waiver
                    break
        if chosen is not None:
            used.add(id(chosen))
            result.waiver = replace(chosen)
            result.verdict = Verdict.WAIVED
    return used
