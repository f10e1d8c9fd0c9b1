"""The pages of the catalogue: one per rule and per clause, an index per cloud and per baseline, in English and Chinese.

Examples are taken from the fixtures of the rules' tests, so that what a page shows is what the tests judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.hcl_checks.reader import parse
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.kernel.rules.record import Rule, cloud_of
from compliant_infra.providers.config_rules import twins
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.remediations import snippet
from compliant_infra.reports.words import SEVERITY_WORDS

ROOT: Final = Path(__file__).resolve().parent.parent
FIXTURES: Final = ROOT / "tests" / "rules" / "fixtures"
NOTICE: Final = "<!-- Made by scripts/generate_docs.py from the catalogue. Do not edit. -->"
LANGUAGES: Final = ("en", "zh")
CLOUDS: Final = {
    "alicloud": Text("Alibaba Cloud", "阿里云"),
    "aws": Text("AWS", "AWS"),
    "tencentcloud": Text("Tencent Cloud", "腾讯云"),
    "google": Text("Google Cloud", "Google Cloud"),
}
#: Lines of an example: longer blocks say more about the fixture than about the rule.
_LONGEST: Final = 45

_DECIDED: Final = {
    "rules": Text("rules", "规则"),
    "partly": Text("partly", "部分"),
    "evidence": Text("evidence", "举证"),
}
_ANSWERS: Final = {
    "tenant": Text("tenant", "租户"),
    "provider": Text("provider", "云服务商"),
    "shared": Text("shared", "双方"),
}
_VERBS: Final = {"must": Text("must", "应"), "should": Text("should", "宜"), "may": Text("may", "可")}


# --------------------------------------------------------------------------------------------------------------
# Markdown
# --------------------------------------------------------------------------------------------------------------


def cell(text: str) -> str:
    """A text for a table cell: one line, no bar that ends the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table with its head; cells are texts in Markdown."""
    names = list(head)
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return lines


def code(text: str) -> str:
    """Code in Markdown."""
    return f"`{text}`"


def codes(items: Iterable[str]) -> str:
    """Several pieces of code."""
    return ", ".join(map(code, items))


def value_text(value: object) -> str:
    """A parameter's value as settings write it."""
    if isinstance(value, bool):
        return code("true" if value else "false")
    if isinstance(value, (list, tuple)):
        return code("[" + ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in value) + "]")
    return code(f'"{value}"' if isinstance(value, str) else str(value))


def page(lines: Iterable[str]) -> str:
    """The text of a page."""
    return "\n".join([NOTICE, *lines]).rstrip() + "\n"


# --------------------------------------------------------------------------------------------------------------
# Rules
# --------------------------------------------------------------------------------------------------------------


def clouds_of(rule: Rule) -> list[str]:
    """The clouds that a rule judges, in the order of ``CLOUDS``."""
    return [cloud for cloud in CLOUDS if cloud in rule.clouds]


def severity_text(rule: Rule, language: str) -> str:
    """The severity, and the baselines that raise it."""
    raised: dict[Severity, list[str]] = {}
    for name in baselines.BASELINES:
        severity = baselines.baseline(name).severity(rule.name, rule.severity)
        if severity is not rule.severity:
            raised.setdefault(severity, []).append(name)
    word = SEVERITY_WORDS[str(rule.severity)].in_language(language)
    for severity, names in raised.items():
        more = SEVERITY_WORDS[str(severity)]
        word += Text(f", {more.en} under {codes(names)}", f"（{codes(names)} 下为{more.zh}）").in_language(language)
    return word


def clauses_by_baseline(rule: Rule) -> list[tuple[str, str, tuple[str, ...]]]:
    """(baseline, profile or "", clauses) for one rule; what a profile only repeats is left out."""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for name in baselines.BASELINES:
        own = regulations.clauses_of_rules(name).get(rule.name, ())
        if own:
            rows.append((name, "", own))
        for profile in baselines.PROFILES:
            found = regulations.clauses_of_rules(name, frozenset({profile})).get(rule.name, ())
            more = tuple(clause for clause in found if clause not in own)
            if more:
                rows.append((name, profile, more))
    return rows


def rule_page(rule: Rule, language: str) -> str:
    """The page of one rule."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    other = say(f"[中文](../zh/rules/{rule.name}.md)", f"[English](../../rules/{rule.name}.md)")
    lines = [f"# {rule.code} {rule.name}", "", f"**{rule.title.in_language(language)}** · {other}", ""]
    lines += [say("Severity: ", "严重程度：") + severity_text(rule, language) + say(".", "。"), ""]
    if rule.aliases:
        lines += [say(f"Former names: {codes(rule.aliases)}.", f"曾用名：{codes(rule.aliases)}。"), ""]
    lines += [say("## Why", "## 原因"), "", " ".join(rule.rationale.in_language(language).split()), ""]
    lines += [say("## How to mend", "## 如何整改"), "", " ".join(rule.remediation.in_language(language).split()), ""]
    lines += [say("## Clauses", "## 条款"), ""]
    rows = clauses_by_baseline(rule)
    if rows:
        lines += table(
            (say("baseline", "基线"), "profile", say("clauses", "条款")),
            (
                (code(name), code(profile) if profile else "", ", ".join(clause_link(item, language) for item in ids))
                for name, profile, ids in rows
            ),
        )
        lines.append("")
    else:
        lines += [
            say(
                "No clause of a baseline or profile names it; it runs with `--only` or by the settings.",
                "没有基线或 profile 的条款引用本规则；可用 `--only` 单独运行，或由设置触发。",
            ),
            "",
        ]
    lines += _parameters(rule, language)
    for cloud in clouds_of(rule):
        lines += _cloud_section(rule, cloud, language)
    anywhere = [kind for kind in sorted(rule.checks) if cloud_of(kind) not in CLOUDS]
    if anywhere:
        lines += [say("## Whatever the cloud", "## 与云无关"), ""]
        lines += [*table((say("type", "类型"), say("reads", "读取")), _reads(rule, anywhere, language)), ""]
    runtime = twins(rule.name)
    if runtime:
        lines += [say("## Run-time twin", "## 运行时对应规则"), ""]
        lines += [
            say("Alibaba Cloud Config: ", "阿里云配置审计：") + codes(item.id for item in runtime) + say(".", "。"),
            "",
        ]
    return page(lines)


def _parameters(rule: Rule, language: str) -> list[str]:
    """The parameters that a rule reads, with their values."""
    records = baselines.parameter_records()
    names = [name for name in rule.all_parameters if name in records]
    if not names:
        return []
    head = Text("## Parameters", "## 参数").in_language(language)
    rows = []
    for name in names:
        record = records[name]
        values = [value_text(record.default)]
        values += [
            Text(f"{value_text(value)} under {code(where)}", f"{code(where)} 下为 {value_text(value)}").in_language(
                language
            )
            for where, value in record.values.items()
        ]
        rows.append((code(name), record.title.in_language(language), "; ".join(values), record.unit))
    heads = Text("parameter|meaning|value|unit", "参数|含义|取值|单位").in_language(language).split("|")
    return [head, "", *table(heads, rows), ""]


def _reads(rule: Rule, kinds: Iterable[str], language: str) -> list[tuple[str, str]]:
    """For each type the attributes that the rule reads there; those of other types are written ``type.attribute``."""
    existence = Text("its existence", "是否存在").in_language(language)
    return [
        (code(kind), ", ".join(code(path.replace(":", ".")) for path in rule.checks[kind].reads) or existence)
        for kind in kinds
    ]


def _cloud_section(rule: Rule, cloud: str, language: str) -> list[str]:
    """What the rule reads on a cloud, with an example that fails, one that passes, and what mends it."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    lines = [f"## {CLOUDS[cloud].in_language(language)}", ""]
    if rule.absence is not None and cloud in rule.absence.witnesses:
        types = codes(rule.absence.witnesses[cloud])
        lines += [say(f"System-wide: one of {types} must be there.", f"全系统：须存在 {types} 之一。"), ""]
    reads = [
        (
            code(kind),
            ", ".join(code(path.replace(":", ".")) for path in check.reads) or say("its existence", "是否存在"),
        )
        for kind, check in sorted(rule.checks.items())
        if cloud_of(kind) == cloud
    ]
    lines += [*table((say("type", "类型"), say("reads", "读取")), reads), ""]
    parts = (
        (say("Fails", "不通过"), example(cloud, rule.name, "bad", "fail")),
        (say("Passes", "通过"), example(cloud, rule.name, "good", "pass")),
        (say("Mended by", "整改"), snippet(rule.name, cloud) or ""),
    )
    for head, text in parts:
        if text:
            lines += [f"{head}:", "", "```terraform", *text.rstrip().split("\n"), "```", ""]
    return lines


def example(cloud: str, rule: str, kind: str, verdict: str) -> str:
    """The first block of a rule's fixtures with this verdict, without its annotations; "" where there is none."""
    folder = FIXTURES / cloud / rule
    files = sorted(folder.glob(f"{kind}*.tf"))
    files += [path for item in sorted(folder.glob(f"{kind}*")) if item.is_dir() for path in sorted(item.rglob("*.tf"))]
    shortest = ""
    for path in files:
        for block in _blocks(path.read_text(encoding="utf-8")):
            if any(re.match(rf"\s*# expect: {verdict}\b", line) for line in block):
                kept = [line for line in block if not re.match(r"\s*# (expect|baseline):", line)]
                if len(kept) <= _LONGEST:
                    return "\n".join(kept)
                if not shortest or len(kept) < shortest.count("\n") + 1:
                    shortest = "\n".join(kept)
    return shortest


def _blocks(text: str) -> Iterator[list[str]]:
    """The lines of each top-level block that an example may show, with the comments directly above it."""
    lines = text.split("\n")
    for block in parse(text).body.blocks:
        if block.type in ("resource", "provider", "module", "terraform"):
            start = block.line - 1
            while start and lines[start - 1].startswith("#"):
                start -= 1
            yield lines[start : block.end_line]


# --------------------------------------------------------------------------------------------------------------
# Clauses
# --------------------------------------------------------------------------------------------------------------


def _places() -> dict[str, str]:
    """For every clause id at any level the path of its page below ``clauses/``, without ``.md``."""
    found: dict[str, str] = {}
    for edition in (*regulations.editions(), *regulations.views()):
        for numbers in regulations.numbers(edition.id):
            first = numbers.get(3) or next(iter(numbers.values()))
            for number in numbers.values():
                found.setdefault(f"{edition.id}:{number}", f"{edition.id}/{first}")
    return found


PLACES: Final = _places()


def clause_link(clause: str, language: str, up: str = "../") -> str:
    """A link to the page of a clause, from a page that is ``up`` from the folder of the language."""
    place = PLACES.get(clause)
    return f"[{clause}]({up}clauses/{place}.md)" if place is not None else code(clause)


def every_clause() -> Mapping[str, dict[int, regulations.Clause]]:
    """For every page of a clause the clause at each level, with every rule that speaks for it."""
    found: dict[str, dict[int, regulations.Clause]] = {}
    every = frozenset(baselines.PROFILES)
    for name in baselines.BASELINES:
        level = baselines.baseline(name).level
        clauses = list(regulations.clauses(name, every))
        for view in regulations.views():
            clauses += regulations.view_clauses(view.id, name, every)
        for clause in clauses:
            found.setdefault(PLACES[clause.id], {}).setdefault(level, clause)
    return found


def clause_page(place: str, levels: Mapping[int, regulations.Clause], language: str) -> str:
    """The page of one clause at all its levels."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    known = rules_by_name()
    first = levels.get(3) or next(iter(levels.values()))
    editions = {item.id: item for item in (*regulations.editions(), *regulations.views())}
    edition = editions[first.edition]
    other = say(f"[中文](../../zh/clauses/{place}.md)", f"[English](../../../clauses/{place}.md)")
    lines = [f"# {first.id}", "", f"**{first.title.in_language(language)}** · {other}", ""]
    lines += [edition.title.in_language(language) + (f" · {edition.date}" if edition.date else ""), ""]
    if first.draft:
        lines += [
            say(
                "Unconfirmed: no readable official source backs this clause. It is part of an overlay that is off "
                "unless asked for.",
                "未经核实：没有可读的官方来源。属于默认关闭的附加要求。",
            ),
            "",
        ]
    rows = []
    for level, clause in sorted(levels.items()):
        marks = [_VERBS[clause.verb].in_language(language)] if clause.verb else []
        marks += [say("unconfirmed", "未经核实")] if not clause.confirmed else []
        marks += [say("adds to the edition below it", "在基础标准之上增加")] if clause.delta else []
        rows.append(
            (
                str(level),
                code(clause.number),
                _ANSWERS[clause.responsible].in_language(language),
                _DECIDED[clause.decided].in_language(language),
                str(clause.letters),
                clause.high_risk,
                say(", ", "、").join(marks),
            )
        )
    heads = Text(
        "level|number|answers|decided by|letters|high-risk verdicts|notes",
        "级别|编号|责任方|判定方式|要求项数|高风险判定|说明",
    ).in_language(language)
    lines += [*table(heads.split("|"), rows), ""]
    rules = list(dict.fromkeys(rule for clause in levels.values() for rule in clause.rules))
    if rules:
        lines += [say("## Rules that speak for it", "## 相关规则"), ""]
        lines += table(
            (
                say("rule", "规则"),
                say("asks", "要求"),
                say("severity", "严重程度"),
                say("clouds", "云"),
                say("levels", "级别"),
            ),
            (
                (
                    f"[{known[rule].code} {rule}](../../rules/{rule}.md)",
                    known[rule].title.in_language(language),
                    SEVERITY_WORDS[str(known[rule].severity)].in_language(language),
                    ", ".join(CLOUDS[cloud].in_language(language) for cloud in clouds_of(known[rule])),
                    ", ".join(str(level) for level, clause in sorted(levels.items()) if rule in clause.rules),
                )
                for rule in rules
            ),
        )
        lines.append("")
    if first.decided != "rules":
        lines += [
            say(
                "What rules leave open is answered by a record of the evidence register (`compliant-infra evidence`).",
                "规则未能判定的部分由证据登记册中的记录回答（`compliant-infra evidence`）。",
            ),
            "",
        ]
    runtime = sorted({item.id for rule in rules for item in twins(rule)})
    if runtime:
        lines += [say("Run-time twins in Alibaba Cloud Config: ", "阿里云配置审计中的对应规则：") + codes(runtime), ""]
    return page(lines)


# --------------------------------------------------------------------------------------------------------------
# Indexes
# --------------------------------------------------------------------------------------------------------------


def _rule_rows(rules: Iterable[Rule], language: str, up: str) -> list[tuple[str, ...]]:
    return [
        (
            rule.code,
            f"[{rule.name}]({up}rules/{rule.name}.md)",
            rule.title.in_language(language),
            SEVERITY_WORDS[str(rule.severity)].in_language(language),
            ", ".join(CLOUDS[cloud].in_language(language) for cloud in clouds_of(rule)),
        )
        for rule in rules
    ]


_RULE_HEADS: Final = Text("code|rule|title|severity|clouds", "编号|规则|标题|严重程度|云")


def cloud_index(cloud: str, language: str) -> str:
    """The rules that judge a cloud, with the types that each reads there."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    rules = [rule for rule in all_rules() if cloud in clouds_of(rule)]
    types = sorted({kind for rule in rules for kind in rule.checks if cloud_of(kind) == cloud})
    name = CLOUDS[cloud].in_language(language)
    lines = [
        f"# {name}",
        "",
        say(f"{len(rules)} rules read {len(types)} types.", f"{len(rules)} 条规则，读取 {len(types)} 种类型。"),
        "",
    ]
    lines += [*table(_RULE_HEADS.in_language(language).split("|"), _rule_rows(rules, language, "../")), ""]
    by_type: dict[str, list[Rule]] = {}
    for rule in rules:
        for kind in rule.checks:
            if cloud_of(kind) == cloud:
                by_type.setdefault(kind, []).append(rule)
    lines += [say("## By type", "## 按类型"), ""]
    lines += table(
        (say("type", "类型"), say("rules", "规则")),
        (
            (code(kind), ", ".join(f"[{rule.code}](../rules/{rule.name}.md)" for rule in by_type[kind]))
            for kind in types
        ),
    )
    return page(lines)


def baseline_index(name: str, language: str) -> str:
    """The rules and clauses of a baseline, and what each profile adds."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    record = baselines.baseline(name)
    lines = [f"# {name}", "", f"**{record.title.in_language(language)}**", ""]
    counted = []
    for profiles in ((), *((profile,) for profile in baselines.PROFILES)):
        clauses = [item for item in regulations.clauses(name, frozenset(profiles)) if item.technical]
        counts = [sum(item.decided == key for item in clauses) for key in _DECIDED]
        counted.append(
            (
                " + ".join(map(code, (name, *profiles))),
                *map(str, (len(assignment(Request(name, profiles)).rules), len(clauses), *counts)),
            )
        )
    heads = Text(
        "baseline|rules|technical clauses|decided by rules|partly|need evidence",
        "基线|规则|技术条款|由规则判定|部分判定|需要举证",
    ).in_language(language)
    lines += [*table(heads.split("|"), counted), ""]
    own = {rule.name for rule in assignment(Request(name)).rules}
    lines += [say("## Rules", "## 规则"), ""]
    chosen = [rule for rule in all_rules() if rule.name in own]
    lines += [*table(_RULE_HEADS.in_language(language).split("|"), _rule_rows(chosen, language, "../")), ""]
    for profile in baselines.PROFILES:
        more = {rule.name for rule in assignment(Request(name, (profile,))).rules} - own
        if more:
            lines += [say(f"### Added by profile `{profile}`", f"### profile `{profile}` 增加"), ""]
            chosen = [rule for rule in all_rules() if rule.name in more]
            lines += [*table(_RULE_HEADS.in_language(language).split("|"), _rule_rows(chosen, language, "../")), ""]
    lines += [say("## Clauses", "## 条款"), ""]
    lines += table(
        Text("clause|title|answers|decided by", "条款|标题|责任方|判定方式").in_language(language).split("|"),
        (
            (
                clause_link(clause.id, language),
                clause.title.in_language(language),
                _ANSWERS[clause.responsible].in_language(language),
                _DECIDED[clause.decided].in_language(language),
            )
            for clause in regulations.clauses(name)
        ),
    )
    return page(lines)


def rules_index(language: str) -> str:
    """The index of all rules."""
    rules = all_rules()
    if language == "zh":
        head = ["# 规则", "", f"共 {len(rules)} 条规则。[English](../rules.md)", ""]
    else:
        head = [
            "# Rules",
            "",
            f"The {len(rules)} rules of the catalogue; `compliant-infra explain RULE` prints the same. "
            "A code is never reused; a renamed slug keeps its former name as an alias. [中文](zh/rules.md)",
            "",
        ]
    places = [
        *(f"[{CLOUDS[cloud].in_language(language)}](clouds/{cloud}.md)" for cloud in CLOUDS),
        *(f"[{name}](baselines/{name}.md)" for name in baselines.BASELINES),
    ]
    head += [" · ".join(places), ""]
    return page([*head, *table(_RULE_HEADS.in_language(language).split("|"), _rule_rows(rules, language, ""))])


def clauses_index(language: str) -> str:
    """The index of all clauses, edition by edition."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).in_language(language)

    lines = [say("# Clauses", "# 条款"), ""]
    lines += [
        say(
            "Every clause of every edition, with the rules that speak for it. Titles are our own words; the standards' "
            "text is not reproduced. **!**: an official high-risk verdict hangs on it. ?: no readable source backs it "
            "at this level. [中文](zh/clauses.md)",
            "各版本的全部条款及相关规则。标题为自拟，不引用标准原文。**!**：涉及官方高风险判定。?：该级别未见可读来源。"
            "[English](../clauses.md)",
        ),
        "",
    ]
    known = rules_by_name()
    by_edition: dict[str, list[tuple[str, dict[int, regulations.Clause]]]] = {}
    for place, levels in every_clause().items():
        by_edition.setdefault(place.split("/", 1)[0], []).append((place, levels))
    for edition in (*regulations.editions(), *regulations.views()):
        rows = by_edition.get(edition.id, [])
        lines += [f"## {edition.title.in_language(language)} (`{edition.id}`)", ""]
        note = edition.note.in_language(language)
        lines += [f"{edition.date} · {edition.status} · {edition.source}" + (f"<br>{note}" if note else ""), ""]
        lines += table(
            Text("clause|title|answers|decided by|rules", "条款|标题|责任方|判定方式|规则")
            .in_language(language)
            .split("|"),
            (_clause_row(place, levels, language, known) for place, levels in rows),
        )
        lines.append("")
    return page(lines)


def _clause_row(
    place: str, levels: Mapping[int, regulations.Clause], language: str, known: Mapping[str, Rule]
) -> tuple[str, ...]:
    first = levels.get(3) or next(iter(levels.values()))
    numbers = list(dict.fromkeys(clause.number for _, clause in sorted(levels.items())))
    rules = dict.fromkeys(rule for clause in levels.values() for rule in clause.rules)
    mark = " **!**" if any(clause.high_risk for clause in levels.values()) else ""
    mark += "" if all(clause.confirmed for clause in levels.values()) else " ?"
    return (
        f"[{' / '.join(numbers)}](clauses/{place}.md){mark}",
        first.title.in_language(language),
        _ANSWERS[first.responsible].in_language(language),
        _DECIDED[first.decided].in_language(language),
        ", ".join(f"[{known[rule].code}](rules/{rule}.md)" for rule in rules if rule in known),
    )


def pages() -> dict[Path, str]:
    """Every page of the catalogue."""
    found: dict[Path, str] = {}
    clauses = every_clause()
    for language in LANGUAGES:
        base = ROOT / "docs" if language == "en" else ROOT / "docs" / "zh"
        found[base / "rules.md"] = rules_index(language)
        found[base / "clauses.md"] = clauses_index(language)
        for rule in all_rules():
            found[base / "rules" / f"{rule.name}.md"] = rule_page(rule, language)
        for place, levels in clauses.items():
            found[base / "clauses" / f"{place}.md"] = clause_page(place, levels, language)
        for cloud in CLOUDS:
            found[base / "clouds" / f"{cloud}.md"] = cloud_index(cloud, language)
        for name in baselines.BASELINES:
            found[base / "baselines" / f"{name}.md"] = baseline_index(name, language)
    return found


def stray(wanted: Mapping[Path, str]) -> list[Path]:
    """Made pages that nothing asks for any more: of renamed rules and clauses."""
    folders = [
        base / name
        for base in (ROOT / "docs", ROOT / "docs" / "zh")
        for name in ("rules", "clauses", "clouds", "baselines", "components")
    ]
    return [path for folder in folders for path in sorted(folder.rglob("*.md")) if path not in wanted]
