"""The documentation says what the program does: made pages are current, links lead somewhere, examples run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from click.testing import CliRunner

from compliant_infra.baselines.catalogue import BASELINES, PROFILES
from compliant_infra.cli.main import cli
from compliant_infra.hcl_checks.reader import parse
from compliant_infra.kernel.model import DIAGNOSTICS, UNKNOWN_REASONS
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.obligations.register import load_register
from compliant_infra.regulations.catalogue import clauses
from compliant_infra.remediations import snippets
from compliant_infra.reports.csv_report import COLUMNS
from compliant_infra.reports.registry import FORMATS
from compliant_infra.reports.report import CLAUSE_STATES
from compliant_infra.settings import load_settings
from tests.days import SOON

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> list[str]:
    return [content for language, content in FENCE.findall(text) if language in languages]


def every_block(*languages: str) -> list[Any]:
    return [
        pytest.param(content, id=f"{path.relative_to(ROOT)}-{number}")
        for path in PAGES
        for number, content in enumerate(blocks(path.read_text(encoding="utf-8"), *languages), 1)
    ]


def table_after(text: str, head: str) -> list[list[str]]:
    """The rows of the table with this head."""
    lines = text[text.index(head) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def first_cells(text: str, head: str) -> list[str]:
    return [name for row in table_after(text, head) for name in re.findall(r"`([^`]+)`", row[0])]


# --------------------------------------------------------------------------------------------------------------
# Made pages
# --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_made_pages_are_current(generator: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    status = generator.main(["--check"])
    assert (status, capsys.readouterr().err) == (0, "")


def test_a_stale_page_is_seen_and_left_alone(
    generator: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ROOT / "docs" / "rules.md"
    before = target.read_text(encoding="utf-8")
    monkeypatch.setattr(generator, "outputs", lambda: {target: before + " "})
    assert generator.main(["--check"]) == 1
    assert "docs/rules.md is not current" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == before


def test_a_page_without_marks_is_refused(generator: ModuleType) -> None:
    with pytest.raises(ValueError, match="begin"):
        generator.with_part("no marks", "output", "text")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_a_page_with_its_texts(language: str) -> None:
    base = ROOT / "docs" if language == "en" else ROOT / "docs" / "zh"
    index = (base / "rules.md").read_text(encoding="utf-8")
    for rule in all_rules():
        text = (base / "rules" / f"{rule.name}.md").read_text(encoding="utf-8")
        assert f"# {rule.code} {rule.name}\n" in text
        for words in (rule.title, rule.rationale, rule.remediation):
            assert " ".join(words.in_language(language).split()) in text
        assert all(f"`{kind}`" in text for kind in rule.checks)
        for cloud in snippets(rule.name):
            assert text.count("```terraform") >= 2, f"{rule.name}: no example and no remediation on {cloud}"
        assert f"(rules/{rule.name}.md)" in index


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_clause_has_a_page(language: str, generator: ModuleType) -> None:
    base = ROOT / "docs" if language == "en" else ROOT / "docs" / "zh"
    pages_module = sys.modules["catalogue_pages"]
    index = (base / "clauses.md").read_text(encoding="utf-8")
    for name in BASELINES:
        for clause in clauses(name, frozenset(PROFILES)):
            place = pages_module.PLACES[clause.id]
            text = (base / "clauses" / f"{place}.md").read_text(encoding="utf-8")
            assert f"`{clause.number}`" in text and clause.title.in_language(language) in text
            assert all(f"../../rules/{rule}.md" in text for rule in clause.rules)
            assert f"(clauses/{place}.md)" in index


def test_links_of_made_pages_lead_somewhere() -> None:
    broken = []
    for path in sorted(ROOT.glob("docs/**/*.md")):
        links = set(re.findall(r"\]\(([^)\s#]+\.md)\)", FENCE.sub("", path.read_text(encoding="utf-8"))))
        broken += [
            f"{path.relative_to(ROOT)}: {link}"
            for link in links
            if not link.startswith("https://") and not os.path.exists(os.path.join(path.parent, link))
        ]
    assert not broken


def test_examples_of_made_pages_are_terraform() -> None:
    for path in sorted(ROOT.glob("docs/rules/*.md")):
        for content in blocks(path.read_text(encoding="utf-8"), "terraform"):
            assert parse(content, path.name).body.blocks, path.name


# --------------------------------------------------------------------------------------------------------------
# Links and words
# --------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    known: dict[Path, set[str]] = {}
    broken = []
    for link in sorted(set(re.findall(r"\]\(([^)\s]+)\)", text))):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in known.setdefault(target, anchors(target))):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_rules_and_paths_that_pages_name_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = rules_by_name()
    named = set(re.findall(r"\bCN\d{3}\b", text)) | set(re.findall(r'^rule = "([^"]+)"', text, re.MULTILINE))
    named |= set(re.findall(r"compliant-infra:ignore=([\w-]+)", text))
    assert sorted(name for name in named if name not in known and name != "CN999") == []
    files = re.findall(r"`((?:compliant_infra|hcl_checks|scripts|tests|examples|benchmarks)/[\w./-]+)`", text)
    assert [name for name in files if not (ROOT / name).exists()] == []


# --------------------------------------------------------------------------------------------------------------
# Commands and examples
# --------------------------------------------------------------------------------------------------------------


def commands() -> list[str]:
    found = set()
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for block in blocks(text, "sh", "yaml", ""):
            found |= set(re.findall(r"(?:^|&& |run: |entry: |- )(compliant-infra [^#\n]*)", block, re.MULTILINE))
        found |= set(re.findall(r"`(compliant-infra [a-z][^`]*)`", FENCE.sub("", text)))
    return sorted(" ".join(command.split()) for command in found)


@pytest.mark.parametrize("command", commands())
def test_commands_that_pages_show_exist(command: str) -> None:
    """The command and each of its options are known; what costs nothing is run."""
    name, *arguments = shlex.split(command)[1:]
    assert name in cli.list_commands(click.Context(cli)), name
    named = cli.get_command(click.Context(cli), name)
    if isinstance(named, click.Group):
        assert arguments and arguments[0] in named.commands, command
        help_text = CliRunner().invoke(cli, [name, arguments.pop(0), "--help"])
    else:
        help_text = CliRunner().invoke(cli, [name, "--help"])
    assert help_text.exit_code == 0
    for argument in arguments:
        if argument == "--":
            break  # what follows are another program's
        if argument.startswith("--"):
            assert re.search(rf"{re.escape(argument.partition('=')[0])}\b", help_text.output), argument
    if name in ("coverage", "rules") or (name == "explain" and arguments and "RULE" not in arguments):
        done = CliRunner().invoke(cli, [name, *arguments])
        assert done.exit_code == 0, done.output
        assert done.output.strip()


def test_commands_were_found() -> None:
    found = commands()
    assert len(found) > 8
    assert any(command.startswith("compliant-infra check") for command in found)


def test_both_readmes_have_the_same_example() -> None:
    assert blocks(page("README.md"), "hcl")[0] == blocks(page("README.zh-CN.md"), "hcl")[0]


@pytest.mark.parametrize("content", every_block("toml"))
def test_settings_examples_are_accepted(content: str, tmp_path: Path) -> None:
    if "[[evidence]]" in content:
        (tmp_path / "evidence.toml").write_text(content, encoding="utf-8")
        assert load_register(tmp_path / "evidence.toml", "evidence.toml").diagnostics == []
        return
    if "[system]" not in content and "[[waivers]]" not in content:
        pytest.skip("not settings")
    file = tmp_path / "compliant-infra.toml"
    file.write_text(content, encoding="utf-8")
    for root in tomllib.loads(content).get("system", {}).get("roots", ["."]):
        (tmp_path / root).mkdir(parents=True, exist_ok=True)
        (tmp_path / root / "main.tf").write_text("locals {}\n", encoding="utf-8")
    assert load_settings(file, "compliant-infra.toml").diagnostics == []
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "--format", "json", "--no-cache"])
    codes = {item["code"] for item in json.loads(done.stdout)["diagnostics"]}
    assert codes <= {"waiver-unused", "waiver-expired"}, done.stdout


@pytest.mark.parametrize("content", every_block("hcl"))
def test_terraform_examples_are_terraform(content: str) -> None:
    assert parse(content, "main.tf").body.blocks


@pytest.mark.parametrize("name", ["docs/waivers.md", "docs/zh/waivers.md"])
def test_the_waivers_in_comments_hold(tmp_path: Path, name: str) -> None:
    (example,) = blocks(page(name), "hcl")
    # The page's date passes one day; what is tested is the form.
    (tmp_path / "main.tf").write_text(re.sub(r"until=[\d-]+", f"until={SOON}", example), encoding="utf-8")
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "--format", "json", "--no-cache"])
    report = json.loads(done.stdout)
    waived = {(result["code"], result["resource"]) for result in report["results"] if result["verdict"] == "waived"}
    assert waived == {
        ("CN101", "alicloud_oss_bucket.logs"),
        ("CN008", "alicloud_security_group_rule.bastion"),
    }
    assert report["diagnostics"] == []


@pytest.mark.parametrize("condition", ["0.0.0.0/1", "10.0.0.0/8"])
def test_the_two_conditionals_of_the_page(condition: str, tmp_path: Path) -> None:
    text = page("docs/how-it-decides.md")
    expression = f'var.test ? "0.0.0.0/0" : "{condition}"'
    assert f"`{expression}`" in text
    (tmp_path / "main.tf").write_text(
        'variable "test" {}\nresource "alicloud_security_group_rule" "x" {\n  type = "ingress"\n'
        f'  ip_protocol = "tcp"\n  port_range = "22/22"\n  security_group_id = "sg-1"\n  cidr_ip = {expression}\n}}\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "--only", "CN008", "--format", "json", "--no-cache"])
    (result,) = json.loads(done.stdout)["results"]
    if condition == "0.0.0.0/1":
        assert result["verdict"] == "fail"
    else:
        assert (result["verdict"], result["reason"]["code"]) == ("unknown", "ambiguous")
        assert "var.test" in result["message"]


def test_the_example_rule_runs() -> None:
    found = blocks(page("docs/authoring-a-rule.md"), "python")
    assert len(found) == 2
    program = "\n".join(found)
    assert "assert verdicts ==" in program
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_the_example_of_the_schema_runs() -> None:
    (program,) = blocks(page("docs/formats.md"), "python")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


# --------------------------------------------------------------------------------------------------------------
# Tables that the code decides
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("docs/exit-status-and-diagnostics.md", "| code | level | meaning |", {}),
        ("docs/zh/exit-status-and-diagnostics.md", "| 代码 | 级别 | 含义 |", {"错误": "error", "警告": "warning"}),
    ],
)
def test_the_table_of_diagnostics_is_the_closed_one(name: str, head: str, words: dict[str, str]) -> None:
    rows = table_after(page(name), head)
    assert {row[0].strip("`"): words.get(row[1], row[1]) for row in rows} == dict(DIAGNOSTICS)
    assert len(rows) == len(DIAGNOSTICS)


def test_the_table_of_reasons_is_the_closed_one() -> None:
    assert sorted(first_cells(page("docs/how-it-decides.md"), "| reason | the value |")) == sorted(UNKNOWN_REASONS)


def test_the_tables_of_the_json_report_are_its_schema() -> None:
    schema = json.loads((ROOT / "compliant_infra" / "reports" / "report.schema.json").read_text(encoding="utf-8"))
    text = page("docs/formats.md")
    report = schema["$defs"]["report"]["properties"]
    tables = {"## JSON": {*report, "systems"}}
    for name, heading in (("summary", "### `summary`"), ("clause", "### `clauses`"), ("result", "### `results`")):
        tables[heading] = set(schema["$defs"][name]["properties"]) - {"system"}
    for heading, wanted in tables.items():
        rows = table_after(text.split(f"{heading}\n")[1], "| key | content |")
        assert {key for row in rows for key in re.findall(r"`([^`]+)`", row[0])} == wanted, heading


def test_the_states_of_clauses_are_all_there() -> None:
    assert first_cells(page("docs/formats.md"), "| state | meaning |") == list(CLAUSE_STATES)


def test_the_formats_are_all_there() -> None:
    assert first_cells(page("docs/formats.md"), "| format | for |") == list(FORMATS)
    assert f"`--format {'|'.join(FORMATS)}`" in page("README.md")


def test_the_columns_of_the_csv_report() -> None:
    (listed,) = blocks(page("docs/formats.md"), "text")
    assert listed.split() == list(COLUMNS)


def test_the_keys_of_the_settings_are_all_there(tmp_path: Path) -> None:
    """What the page lists is accepted, and the loader names the same keys when it refuses another."""
    text = page("docs/settings.md")
    for section, head in (("system", "## `[system]`"), ("cross-border", "## `[cross-border]`")):
        listed = set(first_cells(text.split(head)[1], "| key | kind | meaning |"))
        file = tmp_path / f"{section}.toml"
        file.write_text(f"[{section}]\nnone-such = 1\n", encoding="utf-8")
        (problem,) = load_settings(file, "x.toml").diagnostics
        assert set(problem.message.en.split("known: ")[1].split(", ")) == listed


@pytest.mark.parametrize(
    ("until", "destination", "verdict"),
    [
        ("9999-12-31", "ap-southeast-1", "pass"),
        ("9999-12-31", "SG", "pass"),
        ("9999-12-31", "us-west-1", "fail"),
        ("2025-12-31", "SG", "fail"),
    ],
)
def test_a_declared_transfer_passes_as_the_page_says(
    until: str, destination: str, verdict: str, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(
        'provider "alicloud" {\n  region = "cn-hangzhou"\n}\n'
        'resource "alicloud_oss_bucket_replication" "x" {\n  bucket = "a"\n  action = "ALL"\n'
        '  destination {\n    bucket = "b"\n    location = "oss-ap-southeast-1"\n  }\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "compliant-infra.toml").write_text(
        f'[cross-border]\nmechanism = "scc"\nvalid-until = {until}\ndestinations = ["{destination}"]\n',
        encoding="utf-8",
    )
    arguments = ["check", str(tmp_path), "--only", "CN106", "--include-passed", "--format", "json", "--no-cache"]
    (result,) = json.loads(CliRunner().invoke(cli, arguments).stdout)["results"]
    assert result["verdict"] == verdict
