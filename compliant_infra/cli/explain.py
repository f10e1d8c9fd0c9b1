"""``compliant-infra explain``: one rule or one clause, in full."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.providers.config_rules import twins
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.remediations import snippets
from compliant_infra.remediations.fixes import is_by_hand, offering, reasons
from compliant_infra.reports.words import ANNOUNCED, SEVERITY_WORDS
from compliant_infra.settings import DEFAULT_BASELINE


@click.command("explain")
@click.argument("name", metavar="RULE|CLAUSE|cross-border")
@baseline_options
@click.option("--config", type=click.Path(), help="For cross-border: settings file; default: the nearest.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(
    name: str, baseline: str | None, profiles: tuple[str, ...], config: str | None, format_: str, lang: str
) -> None:
    """Explain a rule (CN008 or its slug) or a clause (8.1.3.2c): why, how to mend, which clauses, which types.

    "cross-border" explains which route the law names for the numbers in [cross-border] of the settings.
    """
    check_names(baseline, profiles)
    if name == "cross-border":
        _cross_border(config, format_, lang)
        return
    chosen = baseline or DEFAULT_BASELINE
    active = frozenset(baselines.active_profiles(chosen, profiles))
    rule = rules_by_name().get(name) or rules_by_name().get(name.upper())
    if rule is not None:
        _emit(_rule(rule, chosen, profiles, lang), format_, lang)
        return
    clauses = list(regulations.find_clauses(name, chosen, active))
    clauses = clauses or list(regulations.find_view_clauses(name, chosen, active))
    if not clauses:
        for other in baselines.BASELINES:
            clauses = list(regulations.find_clauses(name, other, frozenset(baselines.PROFILES)))
            if clauses:
                break
    if not clauses:
        fail(
            Text(
                f"neither a rule nor a clause: {name!r}; compliant-infra rules and coverage list them",
                f"{name!r} 既不是规则也不是条款；可用 compliant-infra rules 与 coverage 查看",
            )
        )
    for clause in clauses:
        _emit(_clause(clause, lang), format_, lang)


def _cross_border(config: str | None, format_: str, lang: str) -> None:
    from compliant_infra.cli.evidence import diagnose, nearest
    from compliant_infra.obligations.cross_border import route, suffices

    settings, _ = nearest(config)
    declared, today = settings.cross_border, date.today()
    asked = route(declared)
    enough = declared.declared and declared.valid(today) and suffices(declared.mechanism, asked)
    record = {
        "route": asked.name.in_language(lang),
        "at_least": bool(asked.open),
        "article": f"cross-border-2024:{asked.article}",
        "reason": asked.reason.in_language(lang),
        "not_set": list(asked.open),
        "mechanism": declared.mechanism if declared.declared else "",
        "valid_until": declared.valid_until,
        "destinations": list(declared.destinations),
        "suffices": enough if declared.mechanism != "none" else None,
    }
    if format_ == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        least = Text("at least ", "至少：") if asked.open else Text("", "")
        lines = [
            Text(
                f"route: {least.en}{asked.name.en} (provisions of 2024-03-22 on cross-border data flows, "
                f"article {asked.article})",
                f"路径：{least.zh}{asked.name.zh}（2024-03-22《促进和规范数据跨境流动规定》第 {asked.article} 条）",
            )
            if asked.reach or not asked.open
            # Nobody is exempt by leaving the numbers out.
            else Text(
                "route: cannot be told yet; exempt only if what is not set stays below the thresholds (provisions of "
                "2024-03-22 on cross-border data flows, articles 5, 7 and 8)",
                "路径：尚无法确定；仅当未填写的各项均低于门槛时方可豁免"
                "（2024-03-22《促进和规范数据跨境流动规定》第 5、7、8 条）",
            ),
            Text(f"why: {asked.reason.en}", f"依据：{asked.reason.zh}"),
        ]
        if asked.open:
            listed = ", ".join(asked.open)
            lines.append(
                Text(
                    f"not set under [cross-border], and could make it stricter: {listed}",
                    f"[cross-border] 中未填写、可能使要求更严的项：{listed}",
                )
            )
        if not declared.declared:
            lines.append(Text("declared mechanism: none is declared yet", "已声明的机制：尚未声明"))
        else:
            until = f" ({declared.valid_until})" if declared.valid_until else ""
            answer = Text("", "")
            if declared.mechanism != "none":
                if enough:
                    answer = Text(": suffices", "：满足要求")
                elif not suffices(declared.mechanism, asked):
                    answer = Text(": does not suffice for this route", "：不足以覆盖上述路径")
                else:
                    answer = Text(": has ended, or has no valid-until", "：已到期，或未填写 valid-until")
            shown = f"{declared.mechanism}{until}"
            lines.append(Text(f"declared mechanism: {shown}{answer.en}", f"已声明的机制：{shown}{answer.zh}"))
        lines.append(
            Text(
                "Exempt flows (articles 3 to 6: contract, employment, emergency, transit, negative lists of free-trade "
                "zones) are not counted. The numbers are yours; this is no legal advice.",
                "豁免情形（第三至六条：履行合同、人力资源管理、紧急情况、过境数据、自贸区负面清单）不计入人数。"
                "数据由您填写，不构成法律意见。",
            )
        )
        for line in lines:
            click.echo(line.in_language(lang))
    raise SystemExit(diagnose(settings, None, lang))


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
            f"{clause.id} {clause.title.in_language(lang)}{_mark(clause).in_language(lang)}"
            for clause in regulations.clauses(baseline, active)
            if rule.name in clause.rules
        ],
        "types": {
            kind: [path if ":" not in path else f"({path})" for path in check.reads]
            for kind, check in sorted(rule.checks.items())
        },
        "parameters": {name: asked.parameters.get(name) for name in rule.all_parameters},
        "announced": [name for name in baselines.drafted(baseline, profiles) if name in rule.all_parameters],
        "runtime": [f"{item.id} ({item.decided})" for item in twins(rule.name)],
        "fixes": offering(rule.name),
        "by_hand": {
            cloud: (reasons(cloud).get(rule.name) or reasons(cloud)["*"]).in_language(lang)
            for cloud in snippets(rule.name)
            if is_by_hand(rule.name, cloud)
        },
        "remediations": snippets(rule.name),
        "aliases": list(rule.aliases),
    }


def _clause(clause: regulations.Clause, lang: str) -> dict[str, Any]:
    known = rules_by_name()
    return {
        "clause": clause.id,
        "title": clause.title.in_language(lang),
        "draft": clause.draft,
        "confirmed": clause.confirmed,
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


def _mark(clause: regulations.Clause) -> Text:
    return Text(f" ({ANNOUNCED.en})", f"（{ANNOUNCED.zh}）") if clause.draft else Text("", "")


#: How far a clause can be relied on, where something is open.
_DRAFT = Text(
    "announced only: no source confirms it, and it is not in force", "仅为拟议内容：没有来源可以确认，尚未生效"
)
_UNCONFIRMED = Text(
    "the demand or its number is not confirmed by a readable source", "条款内容或编号没有可查阅的来源予以确认"
)
#: What the values of these keys mean, for people.
_VALUES = {
    "severity": SEVERITY_WORDS,
    "responsible": {
        "tenant": Text("tenant", "租户"),
        "provider": Text("provider", "云服务商"),
        "shared": Text("tenant and provider", "租户与云服务商双方"),
    },
    "decided": {
        "rules": Text("rules", "由规则判定"),
        "partly": Text("rules in part, the rest by evidence", "部分由规则判定，其余需举证"),
        "evidence": Text("evidence", "需要举证"),
    },
    "aspect": {
        "S": Text("S (information)", "S（业务信息安全类）"),
        "A": Text("A (availability)", "A（系统服务保证类）"),
        "G": Text("G (general)", "G（通用安全保护类）"),
    },
}
_WORDS = {
    "severity": Text("severity", "严重程度"),
    "rationale": Text("why", "原因"),
    "remediation": Text("how to mend", "如何整改"),
    "clauses": Text("clauses", "条款"),
    "types": Text("resource types and what is read", "资源类型与读取的属性"),
    "parameters": Text("parameters", "参数"),
    "announced": Text("parameters whose value only an announcement asks for", "取值仅依据拟议要求（未确认）的参数"),
    "responsible": Text("responsible", "责任方"),
    "decided": Text("decided by", "判定方式"),
    "high_risk": Text("official high-risk verdict", "官方高风险判定"),
    "aspect": Text("aspect (S/A/G)", "类别（S/A/G）"),
    "rules": Text("rules", "规则"),
    "runtime": Text("run-time twin in Alibaba Cloud Config", "阿里云配置审计中的对应规则"),
    "aliases": Text("former names", "曾用名"),
    "fixes": Text("compliant-infra fix mends findings on", "compliant-infra fix 可整改的云"),
    "by_hand": Text("for a person to mend", "须由人整改"),
    "remediations": Text("Terraform that mends it", "整改示例（Terraform）"),
}


def _emit(record: dict[str, Any], format_: str, lang: str) -> None:
    if format_ == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=list))
        return
    head = f"{record['code']}  {record['rule']}" if "rule" in record else record["clause"]
    click.echo(f"{head}\n{record['title']}")
    if record.get("draft"):
        click.echo(_DRAFT.in_language(lang))
    elif not record.get("confirmed", True):
        click.echo(_UNCONFIRMED.in_language(lang))
    for key, words in _WORDS.items():
        value = record.get(key)
        if not value:
            continue
        label = words.in_language(lang) + (":" if lang == "en" else "：")
        if isinstance(value, str):
            meaning = _VALUES.get(key, {}).get(value)
            click.echo(f"\n{label}\n  {meaning.in_language(lang) if meaning is not None else value}")
        elif isinstance(value, list):
            click.echo(f"\n{label}")
            for item in value:
                click.echo(f"  {item}")
        else:
            click.echo(f"\n{label}")
            for name, item in value.items():
                if isinstance(item, str) and "\n" in item:
                    click.echo(f"  {name}:")
                    click.echo("\n".join(f"    {line}".rstrip() for line in item.rstrip().splitlines()))
                    continue
                shown = ", ".join(map(str, item)) if isinstance(item, (list, tuple)) else item
                click.echo(f"  {name}: {shown}")
    click.echo("")
