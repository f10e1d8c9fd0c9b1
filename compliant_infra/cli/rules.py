"""``compliant-infra rules``: the rules of a baseline."""

from __future__ import annotations

import json

import click

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, language_option
from compliant_infra.kernel.evaluation import UTILITY_PROVIDERS
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import all_rules
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.remediations.fixes import offering
from compliant_infra.reports.words import SEVERITY_WORDS
from compliant_infra.settings import DEFAULT_BASELINE

_FIX = Text("compliant-infra fix: ", "自动整改：")


@click.command("rules")
@baseline_options
@click.option("--all", "everything", is_flag=True, help="Every rule, also those that the baseline does not use.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(baseline: str | None, profiles: tuple[str, ...], everything: bool, format_: str, lang: str) -> None:
    """List the rules of a baseline, with severity, resource types, clauses, and where fix mends."""
    check_names(baseline, profiles)
    name = baseline or DEFAULT_BASELINE
    chosen = assignment(Request(name, profiles))
    active = frozenset(baselines.active_profiles(name, profiles))
    clauses = regulations.clauses_of_rules(name, active)
    rules = all_rules() if everything else chosen.rules
    if format_ == "json":
        listed = [
            {
                "code": rule.code,
                "rule": rule.name,
                "title": rule.title.in_language(lang),
                "severity": str(chosen.severity(rule)),
                "types": sorted(rule.checks),
                "clauses": list(clauses.get(rule.name, ())),
                "parameters": {item: chosen.parameters.get(item) for item in rule.all_parameters},
                "fixes": offering(rule.name),
            }
            for rule in rules
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2, default=list))
        return
    for rule in rules:
        clouds = sorted(kind for kind in rule.clouds - UTILITY_PROVIDERS if "." not in kind)
        severity = SEVERITY_WORDS[str(chosen.severity(rule))].in_language(lang)
        click.echo(f"{rule.code}  {rule.name}  [{severity}]  {', '.join(clouds)}")
        click.echo(f"       {rule.title.in_language(lang)}")
        if rule.name in clauses:
            click.echo(f"       {', '.join(clauses[rule.name])}")
        if fixed := offering(rule.name):
            click.echo(f"       {_FIX.in_language(lang)}{', '.join(fixed)}")
    words = {"en": f"{len(rules)} rules of {name}", "zh": f"{name} 共 {len(rules)} 条规则"}
    if everything:
        words = {"en": f"{len(rules)} rules in the catalogue", "zh": f"规则目录共 {len(rules)} 条规则"}
    click.echo(words[lang])
