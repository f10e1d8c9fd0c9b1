"""The report as one JSON object: the contract that other programs rely on (``report.schema.json``).

One result is written per line, so that two reports can be compared with ``diff``. The same input gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from json.encoder import encode_basestring as quoted
from typing import Any, Final

from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Verdict, Waiver
from compliant_infra.reports.layout import plain
from compliant_infra.reports.redaction import mask, shown_expression
from compliant_infra.reports.report import ClauseVerdict, Report, SystemReport, summarise

_VERDICT: Final = {verdict: quoted(verdict.value) for verdict in Verdict}
_SEVERITY: Final = {severity: quoted(str(severity)) for severity in Severity}

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: Results that are written to the stream at once: enough to be fast, few enough to stay small.
_BATCH: Final = 500


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The JSON text in pieces. ``color`` and ``width`` do not apply."""
    encoder = _ResultEncoder(report)
    systems = report.systems
    if len(systems) == 1:
        yield from _members(report, systems, map(encoder.encode, systems[0].results))
        yield from _gate_changes(report)
        yield "}\n"
        return
    # A result is encoded once, although it stands in the aggregate and in its own system.
    encoded = [[encoder.encode(result) for result in system.results] for system in systems]
    named = (
        f'{{"system":{dumps(system.name)},{line[1:]}'
        for system, lines in zip(systems, encoded, strict=True)
        for line in lines
    )
    yield from _members(report, systems, named)
    yield from _gate_changes(report)
    yield ',\n"systems":['
    for number, (system, lines) in enumerate(zip(systems, encoded, strict=True)):
        yield ",\n" if number else "\n"
        yield from _members(report, [system], lines)
        yield "}"
    yield "\n]}\n"


def _gate_changes(report: Report) -> Iterator[str]:
    if report.gate_changes is not None:
        yield ',\n"gate_changes":'
        yield from _array(
            dumps(
                {
                    "kind": change.kind,
                    "file": plain(change.location.file),
                    "line": change.location.line,
                    "message": mask(report.say(change.message)),
                }
            )
            for change in report.gate_changes
        )


def _members(report: Report, systems: Sequence[SystemReport], results: Iterable[str]) -> Iterator[str]:
    """The object of one system, or the aggregate of several, without its closing brace."""
    several = len(systems) != 1
    head: dict[str, Any] = {
        "tool": {
            "name": "compliant-infra",
            "version": report.version,
            "catalogue": report.catalogue,
            "language": report.language,
        },
        "system": _common(system.name for system in systems),
        "baseline": _common(system.baseline for system in systems),
        "profiles": list(dict.fromkeys(profile for system in systems for profile in system.profiles)),
        "summary": _summary(report, systems),
    }
    yield "{" + ",\n".join(f"{quoted(key)}:{dumps(value)}" for key, value in head.items())
    clauses: list[str] = []
    diagnostics: list[str] = []
    for system in systems:
        owner = {"system": system.name} if several else {}
        clauses += (dumps(owner | clause_object(report, clause)) for clause in system.clauses)
        diagnostics += (dumps(owner | diagnostic_object(report, diagnostic)) for diagnostic in system.diagnostics)
    yield ',\n"clauses":'
    yield from _array(clauses)
    yield ',\n"results":'
    yield from _array(results)
    yield ',\n"diagnostics":'
    yield from _array(diagnostics)


def _array(items: Iterable[str]) -> Iterator[str]:
    """A JSON array with one item per line."""
    batch: list[str] = []
    lead = "[\n"
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield lead + ",\n".join(batch)
            lead = ",\n"
            batch.clear()
    if batch:
        yield lead + ",\n".join(batch)
        lead = ",\n"
    yield "[]" if lead == "[\n" else "\n]"


def _common(values: Iterable[str]) -> str | None:
    """The value on which all systems agree, or None."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _summary(report: Report, systems: Sequence[SystemReport]) -> dict[str, Any]:
    counts = summarise(systems)
    return {
        "verdicts": counts.verdicts,
        "severities": counts.severities,
        "reasons": dict(sorted(counts.reasons.items())),
        "resources": counts.resources,
        "files": counts.files,
        "absent_modules": counts.absent_modules,
        "unjudged": dict(sorted(counts.unjudged.items())),
        "clauses": {
            "technical": counts.technical,
            "by_rules": counts.by_rules,
            "partly": counts.partly,
            "evidence": counts.evidence,
            "states": counts.states,
        },
        "diagnostics": {"error": counts.errors, "warning": counts.warnings},
        **({"known": counts.known} if report.compared else {}),
        **({"evidence": asdict(counts.documented)} if counts.documented is not None else {}),
        "baseline_assumed": any(system.baseline_assumed for system in systems),
        "level": max((system.level for system in systems), default=0),
        "grades": _common(system.grades for system in systems) or "",
        "weakened": sorted({name for system in systems for name in system.weakened}),
        "announced": sorted({name for system in systems for name in system.announced}),
        "drafted": sorted({name for system in systems for name in system.drafted}),
        **_ignored_inline(systems),
        "roots": [root for system in systems for root in system.roots],
        "exit_status": report.status,
    }


def _ignored_inline(systems: Sequence[SystemReport]) -> dict[str, int]:
    """How many waivers in the code were not applied; nothing where they are applied."""
    counts = [system.ignored_inline for system in systems if system.ignored_inline is not None]
    return {"ignored_inline": sum(counts)} if counts else {}


def clause_object(report: Report, clause: ClauseVerdict) -> dict[str, Any]:
    """One clause as the contract has it."""
    return {
        "id": clause.id,
        "title": report.say(clause.title),
        "state": clause.state,
        "results": dict(clause.results),
        "decided": clause.decided,
        "responsible": clause.responsible,
        "high_risk": clause.high_risk,
        "technical": clause.technical,
        "draft": clause.draft,
        **({"evidence": asdict(clause.evidence)} if clause.evidence is not None else {}),
        "rules": list(clause.rules),
    }


def diagnostic_object(report: Report, diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as the contract has it."""
    return {
        "code": diagnostic.code,
        "level": diagnostic.level,
        "file": diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "message": report.say(diagnostic.message),
        "hint": report.say(diagnostic.hint),
    }


def _place_object(location: SourceLocation | None) -> dict[str, Any] | None:
    return {"file": location.file, "line": location.line} if location is not None and location.file else None


def waiver_object(waiver: Waiver) -> dict[str, Any]:
    """A waiver as the contract has it."""
    return {
        "rule": waiver.rule,
        "resource": waiver.resource,
        "finding": waiver.finding,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "ticket": waiver.ticket,
        "until": waiver.until,
        "inline": waiver.inline,
        "location": _place_object(waiver.location),
    }


def dumps(value: Any) -> str:
    """One line of JSON, with keys masked and nothing in it that steers a terminal."""
    return _safe(_encode(value))


def _safe(encoded: str) -> str:
    """JSON text with keys masked, and with characters that steer terminals or hide text as JSON escapes."""
    text = mask(encoded)
    if text.isascii() or text.isprintable():
        return text
    # Steering characters beyond ASCII stand inside strings only, where JSON's own escape means the same character.
    return "".join(
        character if character.isascii() or plain(character) == character else json.dumps(character)[1:-1]
        for character in text
    )


class _ResultEncoder:
    """Encodes results one by one. There can be 100,000: the text is put together from parts encoded by C code."""

    def __init__(self, report: Report) -> None:
        self._chinese = report.language == "zh"
        self._rules = report.rules
        self._ends: dict[tuple[str, tuple[str, ...]], str] = {}

    def _end(self, rule: str, clauses: tuple[str, ...]) -> str:
        """The members that all results of a rule share."""
        record = self._rules.get(rule)
        remediation = "" if record is None else record.remediation[1 if self._chinese else 0]
        listed = ",".join(map(quoted, clauses))
        end = f'"clauses":[{listed}],"remediation":{quoted(remediation)},"waiver":'
        self._ends[rule, clauses] = end
        return end

    def _reason(self, result: Result) -> str:
        reason = result.reason
        if reason is None:
            return "null"
        rule = self._rules.get(result.rule)
        expression = shown_expression(reason.expression, result.attribute, rule is not None and rule.secret)
        place = reason.location
        location = "null"
        if place is not None and place.file:
            location = f'{{"file":{quoted(place.file)},"line":{place.line}}}'
        return f'{{"code":{quoted(reason.code)},"expression":{quoted(expression)},"location":{location}}}'

    def encode(self, result: Result) -> str:
        """The JSON object of one result."""
        file, line, end_line, _ = result.location
        end = self._ends.get((result.rule, result.clauses)) or self._end(result.rule, result.clauses)
        reason = "null" if result.reason is None else self._reason(result)
        waiver = "null" if result.waiver is None else _encode(waiver_object(result.waiver))
        return _safe(
            f'{{"rule":{quoted(result.rule)},"code":{quoted(result.code)},"verdict":{_VERDICT[result.verdict]},'
            f'"severity":{_SEVERITY[result.severity]},"root":{quoted(result.root)},'
            f'"resource":{quoted(result.resource)},"type":{quoted(result.type)},"file":{quoted(file)},"line":{line},'
            f'"end_line":{end_line or line},"attribute":{quoted(result.attribute)},'
            f'"finding":{quoted(result.finding)},"message":{quoted(result.message[1 if self._chinese else 0])},'
            f'"reason":{reason},{end}{waiver},"fingerprint":{quoted(result.fingerprint)},'
            f'"known":{"true" if result.known else "false"}}}'
        )
