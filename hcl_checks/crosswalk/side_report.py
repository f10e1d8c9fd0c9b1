"""Reads what our policies write beside checkov's report: everything that checkov does not show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliant_infra.kernel.model import (
    DIAGNOSTICS,
    UNKNOWN_REASONS,
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
    Waiver,
)
from compliant_infra.kernel.rules import rules_by_name


@dataclass(frozen=True, slots=True)
class SideSystem:
    """What the policies judged under one settings file."""

    roots: tuple[str, ...]  # as results show them
    resources: int
    files: int


@dataclass(slots=True)
class SideReport:
    """The report of our policies."""

    expected: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    systems: list[SideSystem] = field(default_factory=list)
    files: frozenset[str] = frozenset()  # absolute paths of what checkov has read
    results: list[Result] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def roots(self) -> list[str]:
        """Those of all systems."""
        return [root for system in self.systems for root in system.roots]


def read_side_report(path: Path) -> SideReport | None:
    """The report, or None where the policies wrote none. Raises ValueError where it is not what they write."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    try:
        if content["version"] != 1:
            raise ValueError(f"version {content['version']!r}")
        return SideReport(
            expected=frozenset(content["expected"]),
            loaded=frozenset(content["loaded"]),
            systems=[
                SideSystem(tuple(system["roots"]), int(system["resources"]), int(system["files"]))
                for system in content.get("systems", ())
            ],
            files=frozenset(content.get("files", ())),
            results=[_result(item) for item in content["results"]],
            diagnostics=[_diagnostic(item) for item in content["diagnostics"]],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _result(item: Mapping[str, Any]) -> Result:
    rule = rules_by_name()[item["rule"]]
    verdict = Verdict(item["verdict"])
    reason = item.get("reason")
    waiver = item.get("waiver")
    return Result(
        rule=rule.name,
        code=rule.code,
        verdict=verdict,
        severity=Severity[item["severity"].upper()],
        root=item.get("root", ""),
        resource=item["resource"],
        type=item.get("type", ""),
        location=SourceLocation(item["file"], item["line"], item["end_line"]),
        attribute=item.get("attribute", ""),
        finding=item.get("finding", ""),
        message=Text(item["message"]["en"], item["message"]["zh"]),
        reason=UnknownReason(
            reason["code"] if reason["code"] in UNKNOWN_REASONS else "unsupported", reason["expression"]
        )
        if reason
        else UnknownReason("unsupported")
        if verdict is Verdict.UNKNOWN
        else None,
        clauses=tuple(item["clauses"]),
        waiver=Waiver(
            rule.name,
            waiver["reason"],
            waiver["owner"],
            waiver["until"],
            item["resource"],
            approver=waiver.get("approver", ""),
            ticket=waiver.get("ticket", ""),
        )
        if waiver
        else None,
        fingerprint=item["fingerprint"],
    )


def _diagnostic(item: Mapping[str, Any]) -> Diagnostic:
    code = item["code"]
    return Diagnostic(
        code if code in DIAGNOSTICS else "unsupported-input",
        Text(item["message"]["en"], item["message"]["zh"]),
        item["file"],
        item["line"],
    )
