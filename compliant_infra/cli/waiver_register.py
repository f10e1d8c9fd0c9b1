"""Every waiver of a run: those of the settings, in comments and of components, and what has come of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from compliant_infra.assignment import assignment
from compliant_infra.cli.run import Run
from compliant_infra.kernel import waivers
from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text, Waiver
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.reports.report import SystemReport

#: - ``holds``: it is in force; whether it waives anything is told by its results;
#: - ``unused``: it is in force and waives nothing;
#: - ``expired``, ``invalid``: it waives nothing, whatever it is about.
State = Literal["holds", "unused", "expired", "invalid"]

_STATES: Final[dict[str, State]] = {
    "waiver-unused": "unused",
    "waiver-expired": "expired",
    "waiver-invalid": "invalid",
}

STATE_WORDS: Final[dict[State, Text]] = {
    "holds": Text("holds", "有效"),
    "unused": Text("unused", "未使用"),
    "expired": Text("expired", "已过期"),
    "invalid": Text("invalid", "无效"),
}

#: Where a waiver is written.
Kind = Literal["settings", "comment", "component"]

NOT_RUN: Final = Text("the program was not run: what it waives is not known", "程序未运行，无法得知其豁免的结果")


@dataclass(frozen=True, slots=True)
class Entry:
    """A waiver and what has come of it. ``results`` is None where nothing was judged that it could be about."""

    system: str
    waiver: Waiver
    kind: Kind
    state: State
    why: Text
    results: int | None
    latest: str  # ISO date: for how long it could be signed today

    @property
    def place(self) -> SourceLocation:
        """Where it is written."""
        return self.waiver.location or SourceLocation("")

    @property
    def code(self) -> str:
        """The code of its rule, "" where there is no such rule."""
        rule = rules_by_name().get(self.waiver.rule)
        return rule.code if rule is not None else ""

    def days_left(self, today: date) -> int | None:
        """From today to its last day; None where that is no date."""
        day = waivers.day_of(self.waiver.until)
        return (day - today).days if day is not None else None

    def advice(self) -> Text:
        """What to do about one that waives nothing."""
        if self.state == "expired":
            return Text(
                f"mend the finding, or have it signed again, until {self.latest} at the latest",
                f"整改该问题，或重新签批（最晚至 {self.latest}）",
            )
        if self.state == "unused":
            return Text(
                "take it away if the finding is gone; else correct rule, resource or finding",
                "问题已整改则删除该豁免，否则更正 rule、resource 或 finding",
            )
        return Text("correct the record, or take it away", "更正该记录，或将其删除")

    def record(self, today: date, language: str) -> dict[str, Any]:
        """The entry as JSON and CSV have it."""
        waiver = self.waiver
        return {
            "system": self.system,
            "rule": waiver.rule,
            "code": self.code,
            "kind": self.kind,
            "resource": waiver.resource if self.kind != "comment" else "",
            "finding": waiver.finding,
            "file": self.place.file,
            "line": self.place.line,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "approver": waiver.approver,
            "ticket": waiver.ticket,
            "until": waiver.until,
            "days_left": self.days_left(today),
            "state": self.state,
            "why": self.why.in_language(language),
            "advice": self.advice().in_language(language) if self.state != "holds" else "",
            "results": self.results,
        }


def entries_of(run: Run, reports: Sequence[SystemReport]) -> list[Entry]:
    """The waivers of a run that has been judged, the one that ends first before the others."""
    found: list[Entry] = []
    for report in reports:
        found += _of_report(report, run.today)
    known = {(entry.place, entry.waiver.rule, entry.waiver.resource) for entry in found}
    for entry in _of_programs(run):
        if (entry.place, entry.waiver.rule, entry.waiver.resource) not in known:
            known.add((entry.place, entry.waiver.rule, entry.waiver.resource))
            found.append(entry)
    return sorted(found, key=_order)


def _order(entry: Entry) -> tuple[Any, ...]:
    """By the last day; those without one come first, for they waive nothing."""
    until = entry.waiver.until if waivers.day_of(entry.waiver.until) is not None else ""
    return until, entry.system, entry.place.file, entry.place.line, entry.waiver.rule, entry.waiver.resource


def _kind(waiver: Waiver, is_central: bool) -> Kind:
    if waiver.inline:
        return "comment"
    return "settings" if is_central else "component"


def _of_report(report: SystemReport, today: date) -> Iterator[Entry]:
    latest = waivers.latest_day(today, int(report.parameters[waivers.LONGEST])).isoformat()
    told: set[Diagnostic] = set()
    for use in report.waivers:
        if use.problem is not None:
            told.add(use.problem)
        yield _entry(report.name, use, use.is_central, latest)
    # What could not even be read as a waiver is known by what was said of it.
    broken: dict[tuple[str, int], list[Diagnostic]] = {}
    for item in report.diagnostics:
        if item.code == "waiver-invalid" and item not in told:
            broken.setdefault((item.file, item.line), []).append(item)
    for (file, line), items in broken.items():
        yield _unreadable(report.name, file, line, items, latest)


def _entry(system: str, use: waivers.WaiverUse, is_central: bool, latest: str) -> Entry:
    problem = use.problem
    return Entry(
        system=system,
        waiver=use.waiver,
        kind=_kind(use.waiver, is_central),
        state=_STATES[problem.code] if problem is not None else "holds",
        why=problem.message if problem is not None else Text("", ""),
        results=use.results,
        latest=latest,
    )


def _unreadable(system: str, file: str, line: int, items: Sequence[Diagnostic], latest: str) -> Entry:
    said = Text("; ".join(item.message.en for item in items), "；".join(item.message.zh for item in items))
    central = file.endswith(".toml")
    waiver = Waiver("", "", "", "", resource="", inline=not central, location=SourceLocation(file, line, line))
    return Entry(system, waiver, "settings" if central else "comment", "invalid", said, 0, latest)


def _of_programs(run: Run) -> Iterator[Entry]:
    """The waivers of Pulumi programs that were not run, or not to their end: in their comments and their settings."""
    from compliant_infra.cli.programs import comments_of

    for directory in sorted(run.unread_programs):
        system = run.table.of(Path(directory))
        longest = int(assignment(system.request).parameters[waivers.LONGEST])
        latest = waivers.latest_day(run.today, longest).isoformat()
        name = system.settings.name or run.tree.display(directory)
        written, problems = comments_of(directory, run.tree)
        for waiver in (*written, *system.settings.waivers):
            problem = waivers.problem(waiver, rules_by_name(), run.today, longest)
            yield Entry(
                system=name,
                waiver=waiver,
                kind="comment" if waiver.inline else "settings",
                state=_STATES[problem.code] if problem is not None else "holds",
                why=problem.message if problem is not None else NOT_RUN,
                results=None if problem is None else 0,
                latest=latest,
            )
        for item in (*problems, *system.settings.diagnostics):
            if item.code == "waiver-invalid":
                yield _unreadable(name, item.file, item.line, [item], latest)
