"""GitLab's Code Quality report: one JSON array for the whole run, which merge requests compare with the target branch.

GitLab shows what is in the report of the change and not in that of the target branch. It tells entries apart by their
fingerprint, so one that changes its verdict (undecided before, failing now) has another fingerprint and shows as new.
Failing findings carry their severity; what does not block (undecided, waived, known, warnings) is ``info`` and says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Verdict
from compliant_infra.reports import words
from compliant_infra.reports.redaction import clean
from compliant_infra.reports.report import Report, SystemReport

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode

#: GitLab's words, from the least: info, minor, major, critical, blocker.
_SEVERITIES: Final = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The JSON array in pieces. ``color`` and ``width`` do not apply."""
    seen: dict[str, int] = {}
    yield "["
    separator = "\n"
    for system in report.systems:
        for entry in _entries(report, system):
            # GitLab keeps one entry for a fingerprint: two systems may read one file.
            mark = entry["fingerprint"]
            seen[mark] = seen.get(mark, 0) + 1
            if seen[mark] > 1:
                entry["fingerprint"] = _digest(mark, str(seen[mark]))
            yield separator + _encode(entry)
            separator = ",\n"
    yield "\n]\n"


def _entries(report: Report, system: SystemReport) -> Iterator[dict[str, Any]]:
    for diagnostic in system.diagnostics:
        yield _of_diagnostic(report, diagnostic)
    for result in system.results:
        if result.verdict is not Verdict.PASS:
            yield _of_result(report, result)


def _of_result(report: Report, result: Result) -> dict[str, Any]:
    verdict = result.verdict
    blocking = verdict is Verdict.FAIL and not result.known
    subject = clean(result.resource)
    if result.finding:
        subject += f" [{clean(result.finding)}]"
    message = clean(report.say(result.message))
    text = f"{result.code} {subject}" + (f": {message}" if message else "")
    if result.clauses:
        text += f" ({', '.join(result.clauses)})"
    note = _note(report, result)
    identity = result.fingerprint or _digest(
        result.root, result.rule, result.resource, result.attribute, result.finding
    )
    if verdict is not Verdict.FAIL:
        identity = _digest(str(verdict), identity)
    return _entry(
        f"{note}: {text}" if note else text,
        result.rule,
        identity,
        "critical" if verdict is Verdict.ERROR else _SEVERITIES[result.severity] if blocking else "info",
        _path(result.location, result.root),
        result.location.line,
    )


def _note(report: Report, result: Result) -> str:
    """Why an entry does not block, before everything else; empty for one that does."""
    if result.verdict is Verdict.FAIL:
        return report.say(words.KNOWN) if result.known else ""
    word = report.say(words.VERDICT_WORDS[result.verdict])
    waiver = result.waiver
    if result.verdict is Verdict.WAIVED and waiver is not None:
        return f"{word} ({clean(report.say(words.waiver_text(waiver)))})"
    if result.verdict is Verdict.UNKNOWN and result.reason is not None:
        return f"{word} ({result.reason.code})"
    return word


def _of_diagnostic(report: Report, diagnostic: Diagnostic) -> dict[str, Any]:
    level = report.say(words.LEVEL_WORDS[diagnostic.level])
    text = clean(report.say(diagnostic.message))
    hint = clean(report.say(diagnostic.hint))
    return _entry(
        f"{level}: {text}" + (f" ({hint})" if hint else ""),
        diagnostic.code,
        _digest(diagnostic.code, diagnostic.file, diagnostic.message.en),
        "blocker" if diagnostic.level == "error" else "info",
        _path(SourceLocation(diagnostic.file), ""),
        diagnostic.line,
    )


def _entry(text: str, check: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": clean(check),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": max(1, line)}},
    }


def _path(location: SourceLocation, root: str) -> str:
    """The file below the repository without ``./``; for what concerns the whole scan the root, else the settings."""
    path = clean(location.file or (root if root not in ("", ".") else ""))
    while path.startswith("./"):
        path = path[2:]
    return path.lstrip("/") or "compliant-infra.toml"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
