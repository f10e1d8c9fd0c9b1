"""``compliant-infra coverage``: the honest denominator of a baseline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.evidence import diagnose, nearest
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import CLOUDS
from compliant_infra.obligations.register import Evidence, answers
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.reports.words import ANNOUNCED, coverage_text
from compliant_infra.settings import DEFAULT_BASELINE

_DECIDED = {
    "rules": Text("decided by rules", "由规则判定"),
    "partly": Text("decided partly", "部分由规则判定"),
    "evidence": Text("needs evidence", "需要举证"),
}
_RESPONSIBLE = {
    "tenant": Text("tenant", "租户"),
    "provider": Text("provider", "云服务商"),
    "shared": Text("shared", "双方"),
}


def _status(clause: regulations.Clause) -> Text:
    """The mark of a clause that rests on an announcement, or that no readable source backs at its level."""
    if clause.draft:
        return Text(f" ({ANNOUNCED.en})", f"（{ANNOUNCED.zh}）")
    return Text("", "") if clause.confirmed else Text(" (unconfirmed)", "（未确认）")


@click.command("coverage")
@baseline_options
@click.option("--grades", default="", metavar="S2A3G3", help="Filing grade: S points and A points by their own level.")
@click.option("--cloud", type=click.Choice(CLOUDS), help="Count only rules that judge this cloud.")
@click.option("--view", metavar="NAME", help="Another framework over the same rules, such as iso27001-2022 or soc2.")
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(
    baseline: str | None,
    profiles: tuple[str, ...],
    grades: str,
    cloud: str | None,
    view: str | None,
    config: str | None,
    format_: str,
    lang: str,
) -> None:
    """Say for every clause of a baseline how it can be decided: by rules, partly, or by evidence only.

    The nearest settings give what no option gives, and the evidence register beside them says what is answered.
    """
    check_names(baseline, profiles)
    settings, register = nearest(config)
    name = baseline or settings.baseline or DEFAULT_BASELINE
    if baseline is None:
        profiles = tuple(dict.fromkeys((*settings.profiles, *profiles)))
        grades = grades or settings.grades
        check_names(name, profiles)
    active = frozenset(baselines.active_profiles(name, profiles))
    try:
        if view is not None and view not in {item.id for item in regulations.views()}:
            views = ", ".join(item.id for item in regulations.views())
            fail(Text(f"unknown view {view!r}; known: {views}", f"没有视图 {view!r}；可用：{views}"))
        clauses = (
            regulations.clauses(name, active, grades)
            if view is None
            else regulations.view_clauses(view, name, active, grades)
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    known = rules_by_name()

    def speaking(rules: tuple[str, ...]) -> list[str]:
        return [rule for rule in rules if rule in known and (cloud is None or cloud in known[rule].clouds)]

    today = date.today()
    found = answers(register, name, active, grades, today) if register is not None else {}
    rows = []
    for clause in clauses:
        rules = speaking(clause.rules)
        decided = clause.decided if rules else "evidence"
        if decided == "rules" and len(rules) < len(clause.rules):
            decided = "partly"  # a rule that does not judge this cloud leaves a part open
        rows.append((clause, rules, decided))
    technical = Counter(decided for clause, _, decided in rows if clause.technical)
    others = [clause for clause, _, _ in rows if not clause.technical]
    if format_ == "json":
        document = {
            "baseline": name,
            "profiles": sorted(active),
            "grades": grades,
            "view": view,
            "cloud": cloud,
            "technical": {"total": sum(technical.values()), **{key: technical[key] for key in _DECIDED}},
            "other": {"points": len(others), "letters": sum(clause.letters for clause in others)},
            "evidence": _answered(rows, found, today),
            "clauses": [
                {
                    "id": clause.id,
                    "title": clause.title.in_language(lang),
                    "technical": clause.technical,
                    "letters": clause.letters,
                    "responsible": clause.responsible,
                    "decided": decided,
                    "high_risk": clause.high_risk,
                    "rules": rules,
                    "draft": clause.draft,
                    "confirmed": clause.confirmed,
                    "evidence": _note(found.get(clause.id), today),
                }
                for clause, rules, decided in rows
            ],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    total = sum(technical.values())
    first = coverage_text(total, technical["rules"], technical["partly"], technical["evidence"])
    click.echo(first.in_language(lang))
    letters = sum(clause.letters for clause in others)
    rest = Text(
        f"{len(others)} physical and management points ({letters} letters) need evidence; no code can show them",
        f"另有 {len(others)} 个物理与管理控制点（{letters} 项要求）需要举证，代码无法体现",
    )
    click.echo(rest.in_language(lang))
    if register is not None and view is None:  # the register answers the clauses of the baseline
        counts = _answered(rows, found, today)
        line = Text(
            f"evidence register: {counts['current']} answered, {counts['overdue']} overdue, "
            f"{counts['missing']} missing",
            f"证据登记：已有 {counts['current']} 条，逾期 {counts['overdue']} 条，缺 {counts['missing']} 条",
        )
        click.echo(line.in_language(lang))
    for clause, rules, decided in rows:
        mark = " !" if clause.high_risk else ""
        words = _DECIDED[decided].in_language(lang)
        who = _RESPONSIBLE[clause.responsible].in_language(lang)
        draft = _status(clause).in_language(lang)
        click.echo(f"{clause.id:<28}{mark:<2} {clause.title.in_language(lang)}{draft} · {words} · {who}")
        if rules:
            click.echo(f"{'':<31}{', '.join(rules)}")
        note = _note(found.get(clause.id), today)
        if note is not None:
            answered = _ANSWERED[str(note["state"])].in_language(lang)
            click.echo(f"{'':<31}{answered}: {note['document']} · {note['owner']} · {note['next_review']}")
    if any(clause.high_risk for clause, _, _ in rows):
        legend = Text("! an official high-risk verdict hangs on it", "! 该条款涉及官方高风险判定")
        click.echo(legend.in_language(lang))
    raise SystemExit(diagnose(settings, register, lang))


_ANSWERED = {
    "current": Text("by evidence", "已有证据"),
    "overdue": Text("evidence overdue", "证据逾期"),
    "missing-document": Text("evidence not there", "证据文件不存在"),
}


def _note(record: Evidence | None, today: date) -> dict[str, str] | None:
    """The record that answers a clause."""
    if record is None:
        return None
    return {
        "state": record.state(today),
        "owner": record.owner,
        "document": record.document,
        "date": record.dated,
        "next_review": record.next_review,
    }


def _answered(
    rows: Iterable[tuple[regulations.Clause, list[str], str]], found: Mapping[str, Evidence], today: date
) -> dict[str, int]:
    """The clauses that rules alone do not decide, by what the register says of them."""
    counts = {"current": 0, "overdue": 0, "missing": 0}
    for clause, _, decided in rows:
        record = found.get(clause.id)
        if record is not None:
            counts["current" if record.current(today) else "overdue"] += 1
        elif decided != "rules":
            counts["missing"] += 1
    return counts
