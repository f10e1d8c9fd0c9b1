"""``compliant-infra providers``: what the clouds offer in mainland China, and what is only claimed of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import CLOUDS
from compliant_infra.providers.capabilities import CLOUD_NAMES, Capability, capabilities, claims
from compliant_infra.providers.regions import mainland_regions
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import DEFAULT_BASELINE

_STATES = {
    "yes": Text("yes", "有"),
    "no": Text("no", "无"),
    "partly": Text("partly", "部分"),
    "unconfirmed": Text("unconfirmed", "未核实"),
}
_CONFIRMED = {
    "yes": Text("true", "属实"),
    "no": Text("wrong", "不实"),
    "unconfirmed": Text("unconfirmed", "未核实"),
}


@click.command("providers")
@click.option("--need", metavar="CLAUSE|CAPABILITY|RULE", help="Only what this clause, capability or rule asks for.")
@baseline_options
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(need: str | None, baseline: str | None, profiles: tuple[str, ...], format_: str, lang: str) -> None:
    """Compare Alibaba Cloud, AWS China, Tencent Cloud and Google Cloud: capabilities, regions, claims."""
    check_names(baseline, profiles)
    name = baseline or DEFAULT_BASELINE
    chosen, rules = _needed(need, name, profiles) if need else (capabilities(), ())
    shown_claims = () if need else claims()
    if format_ == "json":
        click.echo(json.dumps(_document(chosen, rules, shown_claims, lang), ensure_ascii=False, indent=2))
        return
    colon = Text(": ", "：").in_language(lang)
    for item in chosen:
        click.echo(f"{item.title.in_language(lang)} [{item.id}]")
        for cloud in CLOUDS:
            offer = item.offers[cloud]
            label = CLOUD_NAMES[cloud].in_language(lang)
            types = f" ({', '.join(offer.types)})" if offer.types else ""
            state = _STATES[offer.state].in_language(lang)
            note = offer.note.in_language(lang)
            said = _joined(state, note, colon)
            click.echo(f"  {label}{colon}{said}{types}")
        if item.rules:
            click.echo(f"  {Text('rules', '规则').in_language(lang)}{colon}{', '.join(item.rules)}")
    if rules:
        click.echo(Text("rules that decide it, by cloud:", "判定它的规则（按云）：").in_language(lang))
        for rule, clouds in rules:
            click.echo(f"  {rule}: {', '.join(clouds) or '-'}")
    if not need:
        for cloud in CLOUDS:
            regions = ", ".join(mainland_regions(cloud)) or Text("none", "无").in_language(lang)
            label = Text("mainland regions", "内地地域").in_language(lang)
            comma = Text(", ", "，").in_language(lang)
            click.echo(f"{label}{comma}{CLOUD_NAMES[cloud].in_language(lang)}{colon}{regions}")
    for row in shown_claims:
        head = Text(
            f"claim: {row.title.en} (source: {row.source.en})", f"说法：{row.title.zh}（来源：{row.source.zh}）"
        )
        click.echo(head.in_language(lang))
        for cloud in CLOUDS:
            item_ = row.statements[cloud]
            found = _joined(_CONFIRMED[item_.confirmed].in_language(lang), item_.finding.in_language(lang), colon)
            click.echo(f"  {CLOUD_NAMES[cloud].in_language(lang)}{colon}{item_.claim.in_language(lang)} [{found}]")


def _joined(state: str, note: str, colon: str) -> str:
    """A state and what is to be said of it, once where the note says no more than the state."""
    return state if note in (state, "none", "not checked") else f"{state}{colon}{note}"


def _needed(
    need: str, baseline: str, profiles: Sequence[str]
) -> tuple[tuple[Capability, ...], tuple[tuple[str, list[str]], ...]]:
    """The capabilities that a clause, a rule or a capability's own name means, and the rules with their clouds."""
    known = rules_by_name()
    own = tuple(item for item in capabilities() if item.id == need)
    if own:
        return own, _clouds(own[0].rules)
    if need in known:
        names = {known[need].name}
    else:
        active = frozenset(baselines.active_profiles(baseline, tuple(profiles)))
        clauses = regulations.find_clauses(need, baseline, active) or regulations.find_clauses(
            need, baseline, frozenset(baselines.PROFILES)
        )
        if not clauses:
            fail(
                Text(
                    f"neither a clause of {baseline} nor a capability nor a rule: {need!r}",
                    f"{need!r} 既不是 {baseline} 的条款，也不是能力或规则",
                )
            )
        names = {rule for clause in clauses for rule in clause.rules}
    chosen = tuple(item for item in capabilities() if names & set(item.rules))
    return chosen, _clouds(sorted(names))


def _clouds(names: Sequence[str]) -> tuple[tuple[str, list[str]], ...]:
    """For each rule the clouds that it judges."""
    known = rules_by_name()
    return tuple(
        (name, [str(cloud) for cloud in CLOUDS if cloud in known[name].clouds]) for name in names if name in known
    )


def _document(
    chosen: Sequence[Capability], rules: Sequence[tuple[str, list[str]]], shown_claims: Sequence[Any], lang: str
) -> dict[str, Any]:
    return {
        "capabilities": [
            {
                "id": item.id,
                "title": item.title.in_language(lang),
                "rules": list(item.rules),
                "clouds": {
                    cloud: {
                        "state": offer.state,
                        "note": offer.note.in_language(lang),
                        "types": list(offer.types),
                    }
                    for cloud, offer in item.offers.items()
                },
            }
            for item in chosen
        ],
        "rules": [{"rule": rule, "clouds": clouds} for rule, clouds in rules],
        "regions": {cloud: list(mainland_regions(cloud)) for cloud in CLOUDS},
        "claims": [
            {
                "id": row.id,
                "title": row.title.in_language(lang),
                "source": row.source.in_language(lang),
                "clouds": {
                    cloud: {
                        "claim": statement.claim.in_language(lang),
                        "confirmed": statement.confirmed,
                        "finding": statement.finding.in_language(lang),
                    }
                    for cloud, statement in row.statements.items()
                },
            }
            for row in shown_claims
        ],
    }
