"""A report in the order of the clauses: which rules or checks speak for each, what they found, and where.

Part of the console and Markdown formats where ``Report.by_clause`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from compliant_infra.kernel.model import Result, Text
from compliant_infra.reports import words
from compliant_infra.reports.report import VERDICTS, ClauseVerdict, Report, SystemReport

#: Places named for one check of one clause; the details of the findings follow below the list.
PLACES: Final = 3

TITLE: Final = Text("BY CLAUSE", "按条款")

#: Of a clause whose rules or checks pass and do not decide it.
_PARTLY: Final = Text("what was checked passes, which does not decide it", "已检查的部分通过，但不足以判定该条款")


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """What one rule or check found for a clause."""

    rule: str
    verdict: str
    count: int
    results: Sequence[Result]  # empty for passes that are counted and not listed


def clause_rows(system: SystemReport) -> Iterator[tuple[ClauseVerdict, list[ClauseRow]]]:
    """The clauses for which something was found, in the order of the baseline, each with its rows by verdict."""
    by_rule: dict[str, dict[str, list[Result]]] = {}
    for result in system.results:
        by_rule.setdefault(result.rule, {}).setdefault(str(result.verdict), []).append(result)
    for clause in system.clauses:
        rows = [
            ClauseRow(rule, verdict, count, results)
            for verdict in VERDICTS
            for rule in clause.rules
            for results in [by_rule.get(rule, {}).get(verdict, [])]
            if (count := system.passes.get(rule, 0) if verdict == "pass" else len(results))
        ]
        if rows:
            yield clause, rows


def clause_heading(report: Report, clause: ClauseVerdict) -> str:
    """Id, title and marks of a clause, and what this run says of it."""
    marks = [report.say(Text("high risk", "高风险"))] if clause.high_risk else []
    marks += [report.say(words.ANNOUNCED)] if clause.draft else []
    mark = f" [{', '.join(marks)}]" if marks else ""
    state = _PARTLY if clause.state == "partly" else words.STATE_WORDS[clause.state]
    title = clause.title
    return report.say(Text(f"{clause.id} {title.en}{mark}: {state.en}", f"{clause.id} {title.zh}{mark}：{state.zh}"))


def row_text(report: Report, row: ClauseRow) -> str:
    """The verdict, the rule or check with its title, and how often."""
    rule = report.rules.get(row.rule)
    title = f" {report.say(rule.title)}" if rule is not None else ""
    name = row.rule if rule is None or rule.code == row.rule else f"{rule.code} [{row.rule}]"
    word = words.VERDICT_WORDS[row.verdict]
    return report.say(Text(f"{word.en}: ", f"{word.zh}：")) + f"{name}{title} ({row.count})"


def row_places(row: ClauseRow) -> list[str]:
    """The first places of a row, for people; what is not named is counted in the row."""
    shown = dict.fromkeys(
        "  ".join(part for part in (words.place(item.location), item.resource) if part) for item in row.results
    )
    return list(shown)[:PLACES]
