"""``compliant-infra explain``: one rule or one clause, in full."""

from __future__ import annotations

import json
from typing import Any

import click

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import DEFAULT_BASELINE


@click.command("explain")
@click.argument("name", metavar="RULE|CLAUSE")
@baseline_options
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(name: str, baseline: str | None, profiles: tuple[str, ...], format_: str, lang: str) -> None:
    """Explain a rule (CN008 or its slug) or a clause (8.1.3.2c): why, how to mend, which clauses, which types."""
    check_names(baseline, profiles)
    chosen = baseline or DEFAULT_BASELINE
    active = frozenset(baselines.active_profiles(chosen, profiles))
    rule = rules_by_name().get(name) or rules_by_name().get(name.upper())
    if rule is not None:
        _emit(_rule(rule, chosen, profiles, lang), format_, lang)
        return
    clauses = list(regulations.find_clauses(name, chosen, active))
    if not clauses:
        for other in baselines.BASELINES:
            clauses = list(regulations.find_clauses(name, other, frozenset(baselines.PROFILES)))
            if clauses:
                break
    if not clauses:
        fail(f"neither a rule nor a clause: {name!r}; compliant-infra rules and coverage list them")
    for clause in clauses:
        _emit(_clause(clause, lang), format_, lang)


def _rule(rule: Rule, baseline: str, profiles: tuple[str, ...], lang: str) -> dict[str, Any]:
    asked = assignment(Request(baseline, profiles))
    active = frozenset(baselines.active_profiles(baseline, profiles))
    return {
        "code": rule.code,
        "rule": rule.name,
        "title": rule.title.in_language(lang),
        "severity": str(asked.severity(rule)),
        "rationale": rule.rationale.in_language(lang),
        "remediation": rule.remediation.in_language(lang),
        "clauses": [
            f"{clause.id} {clause.title.in_language(lang)}"
            for clause in regulations.clauses(baseline, active)
            if rule.name in clause.rules
        ],
        "types": {
            kind: [path if ":" not in path else f"({path})" for path in check.reads]
            for kind, check in sorted(rule.checks.items())
        },
        "parameters": {name: asked.parameters.get(name) for name in rule.all_parameters},
        "aliases": list(rule.aliases),
    }


def _clause(clause: regulations.Clause, lang: str) -> dict[str, Any]:
    known = rules_by_name()
    return {
        "clause": clause.id,
        "title": clause.title.in_language(lang),
        "responsible": clause.responsible,
        "decided": clause.decided,
        "high_risk": clause.high_risk,
        "aspect": clause.aspect,
        "rules": [
            f"{known[name].code} {name}: {known[name].title.in_language(lang)}"
            for name in clause.rules
            if name in known
        ],
    }


_WORDS = {
    "severity": Text("severity", "严重程度"),
    "rationale": Text("why", "原因"),
    "remediation": Text("how to mend", "如何整改"),
    "clauses": Text("clauses", "条款"),
    "types": Text("resource types and what is read", "资源类型与读取的属性"),
    "parameters": Text("parameters", "参数"),
    "responsible": Text("responsible", "责任方"),
    "decided": Text("decided by", "判定方式"),
    "high_risk": Text("official high-risk verdict", "官方高风险判定"),
    "aspect": Text("aspect (S/A/G)", "类别（S/A/G）"),
    "rules": Text("rules", "规则"),
    "aliases": Text("former names", "曾用名"),
}


def _emit(record: dict[str, Any], format_: str, lang: str) -> None:
    if format_ == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=list))
        return
    head = f"{record['code']}  {record['rule']}" if "rule" in record else record["clause"]
    click.echo(f"{head}\n{record['title']}")
    for key, words in _WORDS.items():
        value = record.get(key)
        if not value:
            continue
        label = words.in_language(lang)
        if isinstance(value, str):
            click.echo(f"\n{label}:\n  {value}")
        elif isinstance(value, list):
            click.echo(f"\n{label}:")
            for item in value:
                click.echo(f"  {item}")
        else:
            click.echo(f"\n{label}:")
            for name, item in value.items():
                shown = ", ".join(map(str, item)) if isinstance(item, (list, tuple)) else item
                click.echo(f"  {name}: {shown}")
    click.echo("")
