"""Write the parts of the documentation that come from the data: rules, clauses, parameters, counts, example output.

    python scripts/generate_docs.py             write what is not current
    python scripts/generate_docs.py --check     change nothing; exit status 1 where a file is not current

``docs/rules.md`` and ``docs/clauses.md`` are written whole. In hand-written pages the text between
``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` is replaced.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from compliant_infra import CATALOGUE_DATE
from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.model import Severity
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.regulations import catalogue as regulations

ROOT = Path(__file__).resolve().parent.parent
CLOUDS = {"alicloud": "Alibaba Cloud", "aws": "AWS", "tencentcloud": "Tencent Cloud"}
NOTICE = "<!-- Made by scripts/generate_docs.py from the catalogue. Do not edit. -->"
DECIDED = {"rules": "rules", "partly": "partly", "evidence": "evidence"}


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


def anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def value_text(value: Any) -> str:
    """A parameter's value as settings write it."""
    if isinstance(value, bool):
        return code("true" if value else "false")
    if isinstance(value, (list, tuple)):
        return code("[" + ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in value) + "]")
    return code(f'"{value}"' if isinstance(value, str) else str(value))


# --------------------------------------------------------------------------------------------------------------
# docs/rules.md
# --------------------------------------------------------------------------------------------------------------


def cloud_of(kind: str) -> str:
    """The cloud of a resource type: ``provider.alicloud`` and ``alicloud_vpc`` are ``alicloud``."""
    return kind.removeprefix("provider.").split("_", 1)[0]


def clouds_of(rule: Rule) -> list[str]:
    """The clouds that a rule judges, in the order of ``CLOUDS``."""
    used = {cloud_of(kind) for kind in rule.checks}
    return [name for cloud, name in CLOUDS.items() if cloud in used]


def heading_of(rule: Rule) -> str:
    """The heading of a rule's section."""
    return f"{rule.code} {rule.name}"


def severity_text(rule: Rule) -> str:
    """The severity, and the baselines that raise it."""
    raised: dict[Severity, list[str]] = {}
    for name in baselines.BASELINES:
        severity = baselines.baseline(name).severity(rule.name, rule.severity)
        if severity is not rule.severity:
            raised.setdefault(severity, []).append(name)
    words = [f"{severity} under {codes(names)}" for severity, names in raised.items()]
    return ", ".join([str(rule.severity), *words])


def clauses_by_baseline(rule: Rule) -> list[tuple[str, tuple[str, ...]]]:
    """(baseline or profile, clauses) for one rule; equal rows of a profile are put together."""
    rows: list[tuple[str, tuple[str, ...]]] = []
    own: dict[str, tuple[str, ...]] = {}
    for name in baselines.BASELINES:
        own[name] = regulations.clauses_of_rules(name).get(rule.name, ())
        if own[name]:
            rows.append((code(name), own[name]))
    for profile in baselines.PROFILES:
        added: dict[tuple[str, ...], list[str]] = {}
        for name in baselines.BASELINES:
            found = regulations.clauses_of_rules(name, frozenset({profile})).get(rule.name, ())
            more = tuple(clause for clause in found if clause not in own[name])
            if more:
                added.setdefault(more, []).append(name)
        for more, names in added.items():
            where = "" if len(names) == len(baselines.BASELINES) else f" on {codes(names)}"
            rows.append((f"profile {code(profile)}{where}", more))
    return rows


def parameter_text(name: str) -> str:
    """A parameter with its default and where it differs."""
    record = baselines.parameter_records()[name]
    unit = f" {record.unit}" if record.unit else ""
    values = [f"default {value_text(record.default)}{unit}"]
    values += [f"{value_text(value)} under {code(where)}" for where, value in record.values.items()]
    return f"{code(name)} ({', '.join(values)}): {record.title.en}"


def reads_text(reads: Iterable[str]) -> str:
    """Attributes that a rule reads; those of other resources are written ``type.attribute``."""
    return ", ".join(code(path.replace(":", ".")) for path in reads) or "its existence"


def rule_section(rule: Rule) -> list[str]:
    """One rule."""
    lines = [f"## {heading_of(rule)}", ""]
    lines += [f"**{rule.title.en}**<br>{rule.title.zh}", ""]
    lines += [f"Severity: {severity_text(rule)}.", ""]
    if rule.aliases:
        lines += [f"Former names: {codes(rule.aliases)}.", ""]
    lines += [f"*Why.* {' '.join(rule.rationale.en.split())}", ""]
    lines += [f"*How to mend.* {' '.join(rule.remediation.en.split())}", ""]
    rows = clauses_by_baseline(rule)
    if rows:
        lines += [*table(("under", "clauses"), ((where, codes(ids)) for where, ids in rows)), ""]
    else:
        lines += ["No clause of any baseline or profile uses it; it runs with `--only` alone.", ""]
    if rule.all_parameters:
        lines += [*(f"- Parameter {parameter_text(name)}." for name in rule.all_parameters), ""]
    if rule.absence is not None:
        for cloud, types in sorted(rule.absence.witnesses.items()):
            lines.append(f"- System-wide on {CLOUDS.get(cloud, cloud)}: one of {codes(types)} must be there.")
        lines.append("")
    reads = [
        (name, code(kind), reads_text(check.reads))
        for cloud, name in CLOUDS.items()
        for kind, check in sorted(rule.checks.items())
        if cloud_of(kind) == cloud
    ]
    lines += [*table(("cloud", "type", "reads"), reads), ""]
    return lines


def rules_page() -> str:
    """The page of all rules."""
    rules = all_rules()
    lines = [
        NOTICE,
        "# Rules",
        "",
        f"The {len(rules)} rules of the catalogue of {CATALOGUE_DATE}. `compliant-infra explain RULE --lang zh` prints "
        "the same for one rule in Chinese; `compliant-infra rules --format json` lists them for programs.",
        "",
        "An attribute of another resource type is written `type.attribute`: the rule follows references to and from "
        "the resource that it judges. A code is never reused; a renamed slug keeps its former name as an alias.",
        "",
    ]
    lines += table(
        ("code", "rule", "title", "标题", "severity", "clouds"),
        (
            (
                rule.code,
                f"[{rule.name}](#{anchor(heading_of(rule))})",
                rule.title.en,
                rule.title.zh,
                str(rule.severity),
                ", ".join(clouds_of(rule)),
            )
            for rule in rules
        ),
    )
    lines.append("")
    for rule in rules:
        lines += rule_section(rule)
    return "\n".join(lines).rstrip() + "\n"


# --------------------------------------------------------------------------------------------------------------
# docs/clauses.md
# --------------------------------------------------------------------------------------------------------------


def rule_links(names: Iterable[str]) -> str:
    """Rules of a clause, as links to the page of rules."""
    known = rules_by_name()
    return ", ".join(f"[{known[name].code}](rules.md#{anchor(heading_of(known[name]))})" for name in names)


def clause_rows(clauses: Iterable[regulations.Clause]) -> list[tuple[str, ...]]:
    """Rows of technical clauses."""
    return [
        (
            code(clause.number) + (" **!**" if clause.high_risk else "") + ("" if clause.confirmed else " ?"),
            clause.title.en,
            clause.title.zh,
            clause.responsible,
            DECIDED[clause.decided],
            rule_links(clause.rules),
        )
        for clause in clauses
    ]


def clause_section(title: str, clauses: list[regulations.Clause]) -> list[str]:
    """The clauses of one edition at one level."""
    technical = [clause for clause in clauses if clause.technical]
    others = [clause for clause in clauses if not clause.technical]
    counts = {key: sum(clause.decided == key for clause in technical) for key in DECIDED}
    lines = [f"### {title}", ""]
    if technical:
        lines += [
            f"{len(technical)} technical clauses: {counts['rules']} decided by rules, {counts['partly']} partly, "
            f"{counts['evidence']} need evidence.",
            "",
            *table(("clause", "title", "标题", "answers", "decided by", "rules"), clause_rows(technical)),
            "",
        ]
    if others:
        letters = sum(clause.letters for clause in others)
        lines += [
            f"{len(others)} other points ({letters} letters), which are not counted as technical:",
            "",
            *table(
                ("point", "title", "标题", "letters", "answers", "rules"),
                (
                    (
                        code(clause.number)
                        + (" **!**" if clause.high_risk else "")
                        + ("" if clause.confirmed else " ?"),
                        clause.title.en,
                        clause.title.zh,
                        str(clause.letters),
                        clause.responsible,
                        rule_links(clause.rules),
                    )
                    for clause in others
                ),
            ),
            "",
        ]
    return lines


def clauses_page() -> str:
    """The page of all clauses."""
    editions = {edition.id: edition for edition in regulations.editions()}
    lines = [
        NOTICE,
        "# Clauses",
        "",
        "Every clause of every edition, level by level, with the rules that speak for it. Titles are our own words; "
        "the standards' text is not reproduced.",
        "",
        "- *decided by*: `rules` (rules decide it), `partly` (rules see a part, the rest needs evidence), `evidence` "
        "(no rule of the catalogue sees it).",
        "- *answers*: the tenant, the cloud provider, or both (`shared`).",
        "- **!** an official high-risk verdict hangs on it at this level.",
        "- ? no readable source backs the clause, its verb or its letter at this level: treat it as unconfirmed.",
        "",
    ]
    rows = []
    for edition in regulations.editions():
        note = f" {edition.note.en}" if edition.note.en else ""
        rows.append(
            (code(edition.id), f"{edition.title.en}<br>{edition.title.zh}", edition.date, edition.status, note.strip())
        )
    lines += [*table(("edition", "title", "in force from", "status", "note"), rows), ""]
    for name in baselines.BASELINES:
        record = baselines.baseline(name)
        lines += [f"## Level {record.level}: `{name}`", ""]
        chosen: list[tuple[str, str, frozenset[str]]] = [(item, "", frozenset()) for item in record.editions]
        for profile in baselines.PROFILES:
            chosen += [(item, profile, frozenset({profile})) for item in baselines.profile(profile).editions]
        for edition_id, profile, profiles in chosen:
            mine = [item for item in regulations.clauses(name, profiles) if item.edition == edition_id]
            title = f"{editions[edition_id].title.en} (`{edition_id}`)"
            if profile:
                title += f", profile `{profile}`"
            if mine:
                lines += clause_section(title, mine)
            else:
                lines += [f"### {title}", "", "No clause at this level.", ""]
    return "\n".join(lines).rstrip() + "\n"


# --------------------------------------------------------------------------------------------------------------
# Parts of hand-written pages
# --------------------------------------------------------------------------------------------------------------


def parameters_part() -> str:
    """The table of parameters for the page on settings."""
    stricter = {"min": "larger", "max": "smaller", "set": "-"}
    readers: dict[str, list[Rule]] = {}
    for rule in all_rules():
        for name in rule.all_parameters:
            readers.setdefault(name, []).append(rule)
    rows = []
    for name, record in baselines.parameter_records().items():
        kind = f"list of {record.items}s" if record.kind == "list" else record.kind
        default = value_text(record.default) + (f" {record.unit}" if record.unit else "")
        for where, value in record.values.items():
            default += f"; {value_text(value)} under {code(where)}"
        used = ", ".join(f"[{rule.code}](rules.md#{anchor(heading_of(rule))})" for rule in readers.get(name, ()))
        rows.append((code(name), record.title.en, kind, default, stricter[record.direction], used or "none yet"))
    return "\n".join(table(("parameter", "meaning", "kind", "default", "stricter is", "read by"), rows))


def coverage_part(language: str) -> str:
    """The table of baselines and profiles for the README."""
    heads = {
        "en": ("baseline", "rules that run", "technical clauses", "decided by rules", "partly", "need evidence"),
        "zh": ("基线", "运行的规则", "技术条款", "由规则判定", "部分判定", "需要举证"),
    }
    rows = []
    for name in baselines.BASELINES:
        for profiles in ((), *((profile,) for profile in baselines.PROFILES)):
            technical = [item for item in regulations.clauses(name, frozenset(profiles)) if item.technical]
            counts = [sum(item.decided == key for item in technical) for key in DECIDED]
            rules = len(assignment(Request(name, profiles)).rules)
            shown = " + ".join(map(code, (name, *profiles)))
            rows.append((shown, *map(str, (rules, len(technical), *counts))))
    return "\n".join(table(heads[language], rows))


def example_source(page: str) -> str:
    """The first Terraform block of a page: the example that its output belongs to."""
    found = re.search(r"```hcl\n(.*?)```", page, re.DOTALL)
    if found is None:
        raise ValueError("the page has no Terraform example")
    return found.group(1)


def run_example(source: str, *options: str) -> str:
    """What ``compliant-infra check shop`` prints for a Terraform text."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "infra")  # without settings the system takes the name of the directory
        shop = base / "shop"
        shop.mkdir(parents=True)
        (shop / "main.tf").write_text(source, encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_VAR_")}
        environment |= {"COMPLIANT_INFRA_NO_CACHE": "1", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "compliant_infra.cli.main", "check", "shop", *options]
        done = subprocess.run(
            command, cwd=base, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
    if done.returncode != 1:
        raise ValueError(f"the example should end with status 1, not {done.returncode}: {done.stderr}")
    return done.stdout


def shortened(output: str) -> list[str]:
    """The output without the list of clauses and without the time, each cut marked ``...``."""
    lines: list[str] = []
    blocks = output.rstrip("\n").split("\n\n")
    for position, block in enumerate(blocks):
        part = block.split("\n")
        if block.startswith(("CLAUSES WITH", "有未通过项")):
            part = [*part[:3], "  ..."]
        elif position == len(blocks) - 1:
            part = ["...", *part[1:]]  # the time it took
        lines += [*part, ""]
    return lines[:-1]


def output_part(page: str, language: str) -> str:
    """The example's output."""
    shown = shortened(run_example(example_source(page), "--lang", language, "--no-color"))
    return "\n".join(["```text", *shown, "```"])


def with_part(page: str, name: str, content: str) -> str:
    """The page with the text between the marks of ``name`` replaced. Raises ValueError where the marks are missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"{begin} and {end} must each stand once in the page")
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}\n{content}\n{end}{after}"


def outputs() -> dict[Path, str]:
    """The pages and what they have to hold."""
    docs = ROOT / "docs"
    pages = {docs / "rules.md": rules_page(), docs / "clauses.md": clauses_page()}
    settings = docs / "settings.md"
    pages[settings] = with_part(settings.read_text(encoding="utf-8"), "parameters", parameters_part())
    for name, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        page = (ROOT / name).read_text(encoding="utf-8")
        page = with_part(page, "coverage", coverage_part(language))
        pages[ROOT / name] = with_part(page, "output", output_part(page, language))
    return pages


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with ``--check``."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: generate_docs.py [--check]\n")
        return 2
    wanted = outputs()
    stale = [
        path for path, content in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]
    if arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not current: run python scripts/generate_docs.py\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
