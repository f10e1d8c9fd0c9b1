"""``compliant-infra coverage``: the honest denominator of a baseline."""

from __future__ import annotations

import json
from collections import Counter

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.reports.words import coverage_text
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


_CLOUDS = ("alicloud", "aws", "tencentcloud")


@click.command("coverage")
@baseline_options
@click.option("--grades", default="", metavar="S2A3G3", help="Filing grade: S points and A points by their own level.")
@click.option("--cloud", type=click.Choice(_CLOUDS), help="Count only rules that judge this cloud.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(
    baseline: str | None, profiles: tuple[str, ...], grades: str, cloud: str | None, format_: str, lang: str
) -> None:
    """Say for every clause of a baseline how it can be decided: by rules, partly, or by evidence only."""
    check_names(baseline, profiles)
    name = baseline or DEFAULT_BASELINE
    active = frozenset(baselines.active_profiles(name, profiles))
    try:
        clauses = regulations.clauses(name, active, grades)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    known = rules_by_name()

    def speaking(rules: tuple[str, ...]) -> list[str]:
        return [
            rule
            for rule in rules
            if rule in known
            and (cloud is None or any(kind.removeprefix("provider.").startswith(cloud) for kind in known[rule].checks))
        ]

    rows = []
    for clause in clauses:
        rules = speaking(clause.rules)
        decided = clause.decided if rules else "evidence"
        rows.append((clause, rules, decided))
    technical = Counter(decided for clause, _, decided in rows if clause.technical)
    others = [clause for clause, _, _ in rows if not clause.technical]
    if format_ == "json":
        document = {
            "baseline": name,
            "profiles": sorted(active),
            "grades": grades,
            "cloud": cloud,
            "technical": {"total": sum(technical.values()), **{key: technical[key] for key in _DECIDED}},
            "other": {"points": len(others), "letters": sum(clause.letters for clause in others)},
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
    for clause, rules, decided in rows:
        mark = " !" if clause.high_risk else ""
        words = _DECIDED[decided].in_language(lang)
        who = _RESPONSIBLE[clause.responsible].in_language(lang)
        draft = " (draft)" if clause.draft else ""
        click.echo(f"{clause.id:<28}{mark:<2} {clause.title.in_language(lang)}{draft} · {words} · {who}")
        if rules:
            click.echo(f"{'':<31}{', '.join(rules)}")
    legend = Text("! an official high-risk verdict hangs on it", "! 该条款涉及官方高风险判定")
    click.echo(legend.in_language(lang))
