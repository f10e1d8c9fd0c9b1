"""The results as CSV, for spreadsheets: fixed columns, UTF-8, RFC 4180 quoting, no cell that acts as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation
from compliant_infra.reports import words
from compliant_infra.reports.redaction import clean, shown_expression
from compliant_infra.reports.report import Report, SystemReport

#: Never reordered; new columns come at the end.
COLUMNS: Final = (
    "system",
    "baseline",
    "verdict",
    "severity",
    "code",
    "rule",
    "title",
    "root",
    "resource",
    "type",
    "file",
    "line",
    "end_line",
    "attribute",
    "finding",
    "message",
    "reason",
    "reason_expression",
    "reason_location",
    "clauses",
    "remediation",
    "waiver_reason",
    "waiver_owner",
    "waiver_approver",
    "waiver_ticket",
    "waiver_until",
    "fingerprint",
    "known",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The CSV text, a row at a time. ``color`` and ``width`` do not apply.

    Diagnostics follow the results of their system, with verdict ``diagnostic``, their level as severity and their
    code: an unreadable file must not look like a clean one.
    """
    yield _row(COLUMNS)
    for system in report.systems:
        for result in system.results:
            yield _row(_result(report, system, result))
        for diagnostic in system.diagnostics:
            yield _row(_diagnostic(report, system, diagnostic))


@lru_cache(maxsize=4096)
def cell(text: str) -> str:
    """A text that a spreadsheet takes as text: no keys, no control characters, no formula."""
    shown = clean(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _row(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([cell(value) for value in values])
    return line.getvalue()


def _result(report: Report, system: SystemReport, result: Result) -> list[str]:
    rule = report.rules.get(result.rule)
    location, reason, waiver = result.location, result.reason, result.waiver
    expression = ""
    if reason is not None:
        expression = shown_expression(reason.expression, result.attribute, rule is not None and rule.secret)
    return [
        system.name,
        system.baseline,
        result.verdict.value,
        str(result.severity),
        result.code,
        result.rule,
        report.say(rule.title) if rule is not None else "",
        result.root,
        result.resource,
        result.type,
        location.file,
        str(location.line) if location.line > 0 else "",
        str(location.end_line or location.line) if location.line > 0 else "",
        result.attribute,
        result.finding,
        report.say(result.message),
        reason.code if reason is not None else "",
        expression,
        words.place(reason.location) if reason is not None and reason.location is not None else "",
        " ".join(result.clauses),
        " ".join(report.say(rule.remediation).split()) if rule is not None else "",
        waiver.reason if waiver is not None else "",
        waiver.owner if waiver is not None else "",
        waiver.approver if waiver is not None else "",
        waiver.ticket if waiver is not None else "",
        waiver.until if waiver is not None else "",
        result.fingerprint,
        "known" if result.known else "",
    ]


def _diagnostic(report: Report, system: SystemReport, diagnostic: Diagnostic) -> list[str]:
    line = str(diagnostic.line) if diagnostic.line > 0 else ""
    values = {
        "system": system.name,
        "baseline": system.baseline,
        "verdict": "diagnostic",
        "severity": diagnostic.level,
        "code": diagnostic.code,
        "file": SourceLocation(diagnostic.file).file,
        "line": line,
        "end_line": line,
        "message": report.say(diagnostic.message),
        "remediation": report.say(diagnostic.hint),
    }
    return [values.get(column, "") for column in COLUMNS]
