"""SARIF 2.1.0, for code hosts and editors. One run per system.

An undecided result has kind ``open``: SARIF's word for "not enough information to decide". Every result that is not a
fail has level ``none``, as the standard demands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Text, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports import words
from compliant_infra.reports.layout import plain
from compliant_infra.reports.redaction import mask, shown_expression
from compliant_infra.reports.report import Report, SystemReport, summarise

SCHEMA_URI: Final = "https://json.schemastore.org/sarif-2.1.0.json"

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode

_LEVELS: Final = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}

#: GitHub's scale: over 9.0 is critical, 7.0-8.9 high, 4.0-6.9 medium, below that low.
_SECURITY_SEVERITY: Final = {
    Severity.LOW: "3.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}

_KINDS: Final = {
    Verdict.FAIL: "fail",
    Verdict.WAIVED: "fail",
    Verdict.PASS: "pass",
    Verdict.UNKNOWN: "open",
    Verdict.ERROR: "open",
}


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The SARIF text in pieces. ``color`` and ``width`` do not apply."""
    yield f'{{"$schema":"{SCHEMA_URI}","version":"2.1.0","runs":[\n'
    for number, system in enumerate(report.systems):
        if number:
            yield ",\n"
        yield from _run(report, system)
    yield "\n]}\n"


def _dumps(value: Any) -> str:
    # ASCII only: nothing in it can steer a terminal, and every consumer reads it.
    return mask(_encode(value))


def _run(report: Report, system: SystemReport) -> Iterator[str]:
    grades: dict[str, Result] = {}
    for result in system.results:
        known = grades.get(result.rule)
        if known is None or result.severity > known.severity:
            grades[result.rule] = result
    clauses = _clauses_of_rules(system)
    listed = sorted({*grades, *(rule for rule, count in system.passes.items() if count)})
    index = {rule: number for number, rule in enumerate(listed)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "compliant-infra",
                "version": report.version,
                "language": "zh-CN" if report.language == "zh" else "en-US",
                "properties": {"catalogue": report.catalogue},
                "rules": [_rule(report, rule, grades.get(rule), clauses.get(rule, ())) for rule in listed],
            }
        },
        "automationDetails": {"id": f"compliant-infra/{_quote(system.name or 'default', '')}/{system.baseline}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, system)],
        "properties": _properties(report, system),
    }
    yield _dumps(run)[:-1] + ',"results":['
    for number, result in enumerate(system.results):
        yield (",\n" if number else "\n") + _dumps(_result(report, system, result, index[result.rule]))
    yield "\n]}"


def _clauses_of_rules(system: SystemReport) -> dict[str, list[str]]:
    clauses: dict[str, list[str]] = {}
    for clause in system.clauses:
        for rule in clause.rules:
            clauses.setdefault(rule, []).append(clause.id)
    return clauses


def _properties(report: Report, system: SystemReport) -> dict[str, Any]:
    counts = summarise([system])
    return {
        "system": system.name,
        "baseline": system.baseline,
        "baselineAssumed": system.baseline_assumed,
        "profiles": list(system.profiles),
        "coverage": words.denominator(report, counts),
        "verdicts": counts.verdicts,
        "resources": counts.resources,
        "files": counts.files,
        "technicalClauses": counts.states,
        **({"ignoredInline": system.ignored_inline} if system.ignored_inline is not None else {}),
    }


def _rule(report: Report, slug: str, result: Result | None, clauses: list[str] | tuple[()]) -> dict[str, Any]:
    rule: Rule | None = report.rules.get(slug)
    if rule is None:
        return {"id": slug, "name": result.code if result else slug}
    severity = result.severity if result else rule.severity
    title, rationale, remediation = (report.say(text) for text in (rule.title, rule.rationale, rule.remediation))
    label = report.say(Text("Clauses", "条款"))
    text = f"{rationale}\n\n{remediation}"
    markdown = f"{rationale}\n\n{remediation}"
    if clauses:
        text += f"\n\n{label}: {', '.join(clauses)}"
        markdown += f"\n\n{label}: {', '.join(f'`{clause}`' for clause in clauses)}"
    return {
        "id": slug,
        "name": rule.code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": rationale},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": ["security", "compliance", *clauses],
            "precision": "high",
            "security-severity": _SECURITY_SEVERITY[severity],
            "severity": str(severity),
        },
    }


@lru_cache(maxsize=4096)
def artifact_uri(file: str) -> str:
    """A path as a relative URI reference: POSIX, percent-encoded; a leading ``./`` or ``/`` is dropped."""
    while file.startswith("./"):
        file = file[2:]
    return _quote(file.lstrip("/"), "/-._~!$&'()*+,;=@")


def _quote(text: str, safe: str) -> str:
    text = mask(text)  # before the encoding, in which a key is no longer seen
    try:
        # Surrogates stand for bytes of a file name that are no UTF-8: they are encoded as those bytes.
        return quote(text, safe=safe, errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(text, safe=safe, errors="replace")


def _location(location: SourceLocation, root: str, resource: str) -> dict[str, Any]:
    # Code hosts refuse a whole file for one result without a physical place: then its root stands for it.
    uri = artifact_uri(location.file or (root if root not in ("", ".") else "")) or "."
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if location.line > 0:
        region = {"startLine": location.line, "endLine": max(location.line, location.end_line)}
        if location.column > 0:
            region["startColumn"] = location.column
        physical["region"] = region
    found: dict[str, Any] = {"physicalLocation": physical}
    if resource:
        found["logicalLocations"] = [{"fullyQualifiedName": plain(resource), "kind": "resource"}]
    return found


_EMBEDDED_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()")


def _message(text: str) -> dict[str, str]:
    """A message whose brackets cannot become an embedded link."""
    return {"text": _EMBEDDED_LINK.sub(r"\\[", plain(text)) or "-"}


def _result(report: Report, system: SystemReport, result: Result, index: int) -> dict[str, Any]:
    verdict = result.verdict
    kind = _KINDS[verdict]
    properties: dict[str, Any] = {
        "verdict": verdict.value,
        "severity": str(result.severity),
        "root": plain(result.root),
        "clauses": list(result.clauses),
    }
    if result.type:
        properties["type"] = result.type
    if result.attribute:
        properties["attribute"] = plain(result.attribute)
    if result.finding:
        properties["finding"] = plain(result.finding)
    if result.reason is not None:
        rule = report.rules.get(result.rule)
        expression = shown_expression(result.reason.expression, result.attribute, rule is not None and rule.secret)
        where = result.reason.location
        properties["reason"] = {
            "code": result.reason.code,
            "expression": plain(expression),
            "location": words.place(where) if where is not None else "",
        }
    message = report.say(result.message)
    entry: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": index,
        "kind": kind,
        "level": _LEVELS[result.severity] if kind == "fail" else "none",
        "message": _message(f"{result.resource}: {message}" if message else result.resource),
        "locations": [_location(result.location, result.root, result.resource)],
        "properties": properties,
    }
    if result.fingerprint:
        entry["partialFingerprints"] = {"compliantInfra/v1": result.fingerprint}
    if report.compared and (result.known or verdict is Verdict.FAIL):
        entry["baselineState"] = "unchanged" if result.known else "new"
    if verdict is Verdict.WAIVED:
        entry["suppressions"] = [_suppression(report, result)]
    return entry


def _suppression(report: Report, result: Result) -> dict[str, Any]:
    waiver = result.waiver
    if waiver is None:
        return {"kind": "external", "status": "accepted"}
    given = {
        "owner": waiver.owner,
        "approver": waiver.approver,
        "ticket": waiver.ticket,
        "until": waiver.until,
    }
    return {
        "kind": "inSource" if waiver.inline else "external",
        "status": "accepted",
        "justification": plain(report.say(words.waiver_text(waiver))),
        "properties": {name: plain(value) for name, value in given.items() if value},
    }


def _invocation(report: Report, system: SystemReport) -> dict[str, Any]:
    failed = any(diagnostic.level == "error" for diagnostic in system.diagnostics)
    return {
        "executionSuccessful": not failed,
        "toolExecutionNotifications": [_notification(report, diagnostic) for diagnostic in system.diagnostics],
    }


def _notification(report: Report, diagnostic: Diagnostic) -> dict[str, Any]:
    text = report.say(diagnostic.message)
    hint = report.say(diagnostic.hint)
    entry: dict[str, Any] = {
        "descriptor": {"id": diagnostic.code},
        "level": diagnostic.level,
        "message": _message(f"{text} ({hint})" if hint else text),
    }
    if diagnostic.file:
        place = SourceLocation(diagnostic.file, diagnostic.line, diagnostic.line, diagnostic.column)
        entry["locations"] = [_location(place, "", "")]
    return entry
