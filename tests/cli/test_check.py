"""The contract of ``check``: exit statuses, formats and outputs, selections, variables, determinism."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compliant_infra import reports
from compliant_infra.kernel.rules import rules_by_name
from tests.cli.harness import BAD, CODE, GOOD, PROVIDER, RULE, Answer, check, invoke, lay
from tests.days import SOON

UNKNOWN = BAD.replace('"0.0.0.0/0"', "var.source").replace('"open"', '"unknown"') + 'variable "source" {}\n'
OTHER = next(rule.name for rule in rules_by_name().values() if rule.name != RULE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    return root


def source(expression: str = "var.source") -> str:
    return BAD.replace('"0.0.0.0/0"', expression)


def verdict_or_none(*arguments: str) -> str | None:
    """The verdict on the open group; None where it passes."""
    return check("--only", RULE, *arguments).verdicts().get("alicloud_security_group_rule.open")


# -- output -------------------------------------------------------------------------------------------------------


def test_a_pipe_is_written_into_and_not_replaced(here: Path) -> None:
    """As root, a file renamed over /dev/null would take the place of the device."""
    lay(here, {"a.tf": BAD})
    os.mkfifo(here / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((here / "pipe").read_text(encoding="utf-8")))
    reader.start()
    assert invoke("check", "--only", RULE, "--format", "json", "--output", "pipe").status == 1
    reader.join(timeout=30)
    assert json.loads(read[0])["summary"]["exit_status"] == 1
    assert stat.S_ISFIFO((here / "pipe").stat().st_mode)


def test_a_link_stays_a_link(here: Path) -> None:
    lay(here, {"a.tf": BAD, "reports/old.json": "old"})
    (here / "latest.json").symlink_to("reports/old.json")
    invoke("check", "--only", RULE, "--format", "json", "--output", "latest.json")
    assert (here / "latest.json").is_symlink()
    assert json.loads((here / "reports/old.json").read_text(encoding="utf-8"))["results"]


# -- exit status --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "options", "status"),
    [
        ({"a.tf": GOOD}, [], 0),
        ({"a.tf": BAD}, [], 1),
        ({"a.tf": BAD}, ["--fail-on", "low"], 1),
        ({"a.tf": BAD}, ["--fail-on", "medium"], 1),
        ({"a.tf": BAD}, ["--fail-on", "high"], 1),
        ({"a.tf": BAD}, ["--fail-on", "critical"], 1),
        ({"a.tf": BAD}, ["--fail-on", "none"], 0),
        ({"a.tf": UNKNOWN}, [], 0),
        ({"a.tf": UNKNOWN}, ["--fail-on-unknown"], 1),
        ({"a.tf": UNKNOWN}, ["--fail-on", "none", "--fail-on-unknown"], 1),
        ({"a.tf": GOOD}, ["--fail-on-unknown"], 0),
        ({"a.tf": GOOD, "b.tf": "locals {"}, [], 2),
        ({"a.tf": BAD, "b.tf": "locals {"}, [], 2),
        ({"a.tf": BAD, "b.tf": "locals {"}, ["--fail-on", "none"], 2),
        ({"a.tf": GOOD, "b.tf": 'module "m" {\n  source = "x/y/z"\n}\n'}, [], 0),
        ({"a.tf": GOOD, "b.tf": 'module "m" {\n  source = "x/y/z"\n}\n'}, ["--strict"], 2),
        ({"a.tf": GOOD, "b.tf": 'module "m" {\n  source = "x/y/z"\n}\n'}, ["--fail-on-unknown"], 1),
        ({"a.tf": GOOD}, ["--strict"], 0),
    ],
)
def test_exit_status(here: Path, files: dict[str, str | bytes], options: list[str], status: int) -> None:
    lay(here, files)
    answer = check("--only", RULE, *options)
    assert answer.status == status
    assert answer.document["summary"]["exit_status"] == status
    assert invoke("check", "--only", RULE, *options).status == status


def test_not_in_scan_does_not_count_as_unknown(here: Path) -> None:
    lay(here, {"a.tf": PROVIDER + GOOD})
    answer = check("--fail-on-unknown")
    reasons = {item["reason"]["code"] for item in answer.results if item["verdict"] == "unknown"}
    assert reasons == {"not-in-scan"}
    assert answer.status == (1 if any(item["verdict"] == "fail" for item in answer.results) else 0)


def test_severity_of_the_threshold(here: Path) -> None:
    """A finding of medium severity does not count for --fail-on high."""
    medium = BAD.replace('port_range        = "22/22"', 'port_range        = "8123/8123"')
    lay(here, {"a.tf": medium})
    document = check().document
    worst = max(
        (
            ["low", "medium", "high", "critical"].index(item["severity"])
            for item in document["results"]
            if item["verdict"] == "fail"
        ),
        default=-1,
    )
    for position, name in enumerate(["low", "medium", "high", "critical"]):
        assert check("--fail-on", name).status == (1 if worst >= position else 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--only", "no-such-rule"],
        ["--only", "9.9.9.9z"],
        ["--skip", "no-such-rule"],
        ["--baseline", "mlps-l9"],
        ["--profile", "nothing"],
        ["--format", "pdf"],
        ["--report", "json"],
        ["--report", "pdf=x"],
        ["--report", "json="],
        ["--report", "json=-"],
        ["--report", "json=x", "--report", "sarif=./x"],
        ["--report", "json=x", "--output", "x"],
        ["--no-such-option"],
        ["--fail-on", "everything"],
        ["--var", "novalue"],
        ["--var", "=x"],
        ["--var-file", "nowhere.tfvars"],
        ["--config", "nowhere.toml"],
        ["--lang", "fr"],
        ["--jobs", "-1"],
        ["--only", RULE, "--skip", RULE],
        ["--only", RULE, "--skip", CODE],
    ],
)
def test_refusals(here: Path, arguments: list[str]) -> None:
    """A call that makes no sense is refused with status 2 and a sentence; nothing looks like an all-clear."""
    lay(here, {"a.tf": GOOD})
    answer = invoke("check", *arguments)
    assert answer.status == 2
    assert "Error: " in answer.err
    assert answer.out == ""


def test_clause_that_no_rule_speaks_for(here: Path) -> None:
    lay(here, {"a.tf": GOOD})
    clauses = check().document["clauses"]
    silent = next(item["id"] for item in clauses if not item["rules"])
    assert invoke("check", "--only", silent).status == 2


def test_unknown_path(here: Path) -> None:
    answer = check("nowhere")
    assert answer.status == 2
    assert answer.codes == {"unknown-path"}


# -- formats and outputs --------------------------------------------------------------------------------------------


def test_report_is_written_with_status_2(here: Path) -> None:
    lay(here, {"a.tf": BAD, "b.tf": "locals {"})
    answer = invoke("check", "--report", "json=out/r.json", "--report", "sarif=out/r.sarif", "--output", "out/r.txt")
    assert answer.status == 2
    assert answer.out == ""
    document = json.loads((here / "out/r.json").read_text(encoding="utf-8"))
    assert [item["code"] for item in document["diagnostics"]] == ["syntax-error"]
    assert json.loads((here / "out/r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "alicloud_security_group_rule.open" in (here / "out/r.txt").read_text(encoding="utf-8")
    assert sorted(os.listdir(here / "out")) == ["r.json", "r.sarif", "r.txt"]  # nothing half written is left


def test_summary_goes_to_the_other_stream(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    to_stdout = check()
    assert json.loads(to_stdout.out)
    assert "exit status 1" in to_stdout.err
    to_file = invoke("check", "--format", "json", "--output", "r.json")
    assert to_file.out == ""
    assert "exit status 1" in to_file.err
    console = invoke("check")
    assert "exit status 1" in console.out
    assert console.err == ""


@pytest.mark.parametrize("kind", ["console", "json", "sarif", "junit", "markdown", "csv"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format(here: Path, kind: str, language: str) -> None:
    lay(here, {"a.tf": BAD})
    direct = invoke("check", "--format", kind, "--lang", language)
    assert direct.status == 1
    assert "alicloud_security_group_rule.open" in direct.out
    invoke("check", "--report", f"{kind}=r", "--lang", language)
    if kind != "console":  # that one shows how long it took
        assert (here / "r").read_bytes().replace(b"\r\n", b"\n") == direct.out.encode()


def test_report_that_cannot_be_written(here: Path) -> None:
    lay(here, {"a.tf": GOOD, "folder/x": ""})
    answer = invoke("check", "--format", "json", "--report", "csv=folder", "--report", "sarif=good.sarif")
    assert answer.status == 2
    assert "cannot write folder" in answer.err
    assert json.loads(answer.out)
    assert (here / "good.sarif").is_file()


def test_language(here: Path) -> None:
    lay(here, {"a.tf": BAD, "b.tf": "locals {"})
    chinese = check("--lang", "zh")
    assert chinese.document["tool"]["language"] == "zh"
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese.of_rule()[0]["message"])
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese.diagnostics[0]["message"])
    assert check(env={"LC_ALL": "zh_CN.UTF-8"}).document["tool"]["language"] == "zh"
    assert check(env={"LC_ALL": "de_DE.UTF-8"}).document["tool"]["language"] == "en"


def test_include_passed(here: Path) -> None:
    lay(here, {"a.tf": GOOD})
    assert check().of_rule() == []
    answer = check("--include-passed")
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "pass"}
    assert answer.document["summary"]["verdicts"]["pass"] == check().document["summary"]["verdicts"]["pass"]


def test_json_is_what_the_schema_says(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": BAD + UNKNOWN,
            "b.tf": "locals {",
            "w.tf": f'# compliant-infra:ignore={RULE} reason="r" owner="o" until={SOON}\n'
            + BAD.replace('"open"', '"w"'),
            "s/compliant-infra.toml": '[system]\nname = "s"\nbaseline = "mlps-l2"\n',
            "s/a.tf": BAD,
        },
    )
    schema = json.loads((Path(reports.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))
    for options in ([], ["--include-passed", "--lang", "zh"], ["--profile", "all"], ["--only", RULE], ["s"]):
        answer = check(*options)
        jsonschema.validate(answer.document, schema)


# -- selection --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [RULE, CODE, "8.1.3.2c", "gbt22239-2019:8.1.3.2c"])
def test_only(here: Path, name: str) -> None:
    lay(here, {"a.tf": BAD})
    answer = check("--only", name)
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "fail"}
    if name in (RULE, CODE):
        assert {item["rule"] for item in answer.results} == {RULE}


@pytest.mark.parametrize("name", [RULE, CODE])
def test_skip(here: Path, name: str) -> None:
    lay(here, {"a.tf": BAD})
    answer = check("--skip", name)
    assert answer.of_rule() == []
    assert {item["rule"] for item in answer.results}


@pytest.mark.parametrize("pattern", ["examples", "examples/", "examples/*", "**/x.tf", "x.tf", "*/x.tf"])
def test_exclude(here: Path, pattern: str) -> None:
    lay(here, {"a.tf": GOOD, "examples/x.tf": BAD})
    assert check("--only", RULE).status == 1
    answer = check("--only", RULE, "--exclude", pattern)
    assert answer.status == 0
    assert answer.results == []


def test_everything_excluded(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    answer = check("--exclude", "*.tf")
    assert answer.status == 2
    assert answer.codes == {"nothing-to-scan"}


def test_changed(here: Path) -> None:
    lay(
        here,
        {
            "one/a.tf": BAD,
            "two/a.tf": BAD + 'module "m" {\n  source = "../modules/m"\n}\n',
            "modules/m/m.tf": "",
            "three/a.tf": BAD,
            "three/terraform.tfvars": "",
        },
    )

    def roots(*files: str) -> list[str]:
        options = [item for file in files for item in ("--changed", file)]
        return sorted({item["root"] for item in check(*options).of_rule()})

    assert roots() == ["one", "three", "two"]
    assert roots("one/a.tf") == ["one"]
    assert roots("modules/m/m.tf") == ["two"]
    assert roots("three/terraform.tfvars") == ["three"]
    assert roots("readme.md") == []
    assert roots("one/a.tf", "three/a.tf") == ["one", "three"]
    assert roots("one/deleted.tf") == ["one"]
    assert roots("modules/m/deleted.tf") == ["two"]
    lay(here, {"compliant-infra.toml": ""})
    assert roots("compliant-infra.toml") == ["one", "three", "two"]


def test_a_named_file_stands_for_its_directory(here: Path) -> None:
    """What a file sets may be found at a neighbour or in a module that it calls: nothing of it may be left out."""
    lay(
        here,
        {
            "a.tf": source("var.source"),
            "b.tf": BAD.replace('"open"', '"other"'),
            "v.tf": 'variable "source" {\n  default = "0.0.0.0/0"\n}\n',
            "compliant-infra.toml": "[system]\ncomplete = true\n",
        },
    )
    answer = check("a.tf")
    assert answer.diagnostics == []
    for paths in (["a.tf"], ["v.tf"], ["a.tf", "b.tf"], ["a.tf", "."]):
        assert {item["file"] for item in check(*paths).of_rule()} == {"a.tf", "b.tf"}
        assert check(*paths).status == 1


# -- variables --------------------------------------------------------------------------------------------------------

OPEN, CLOSED = "0.0.0.0/0", "10.0.0.0/8"


def test_precedence_of_variable_files(here: Path) -> None:
    """terraform.tfvars, terraform.tfvars.json, then *.auto.tfvars(.json) in the order of their names."""
    lay(here, {"a.tf": source() + f'variable "source" {{\n  default = "{CLOSED}"\n}}\n'})
    assert verdict_or_none() is None
    order = ["terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "b.auto.tfvars.json", "c.auto.tfvars"]
    previous = CLOSED
    for name in order:
        value = OPEN if previous == CLOSED else CLOSED
        lay(here, {name: json.dumps({"source": value}) if name.endswith(".json") else f'source = "{value}"\n'})
        assert verdict_or_none() == ("fail" if value == OPEN else None), name
        previous = value


def test_options_in_the_order_of_the_command_line(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": source() + 'variable "source" {}\n',
            "z.auto.tfvars": f'source = "{OPEN}"\n',
            "open.tfvars": f'source = "{OPEN}"\n',
            "closed.tfvars": f'source = "{CLOSED}"\n',
        },
    )
    assert verdict_or_none() == "fail"
    assert verdict_or_none("--var-file", "closed.tfvars") is None
    assert verdict_or_none("--var-file", "closed.tfvars", "--var", f"source={OPEN}") == "fail"
    assert verdict_or_none("--var", f"source={OPEN}", "--var-file", "closed.tfvars") is None
    assert verdict_or_none("--var", f"source={CLOSED}", "--var-file", "open.tfvars") == "fail"
    assert verdict_or_none("--var", f"source={OPEN}", "--var", f"source={CLOSED}") is None
    assert verdict_or_none("--var-file=open.tfvars", ".", "--var-file=closed.tfvars") is None
    assert verdict_or_none("--var-file=closed.tfvars", f"--var=source={OPEN}", "--var-file=open.tfvars") == "fail"


def test_values_of_options(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": source("var.sources[0].cidr")
            + 'variable "sources" {\n  type = list(object({ cidr = string, port = optional(number, 22) }))\n}\n'
        },
    )
    assert verdict_or_none("--var", f'sources=[{{ cidr = "{OPEN}" }}]') == "fail"
    assert verdict_or_none("--var", f'sources=[{{ cidr = "{CLOSED}" }}]') is None
    assert verdict_or_none("--var", "sources=[") == "unknown"
    assert verdict_or_none() == "unknown"


def test_variables_of_the_environment_are_ignored_with_a_note(here: Path) -> None:
    lay(here, {"a.tf": source() + 'variable "source" {}\n'})
    answer = check("--only", RULE, env={"TF_VAR_source": OPEN})
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "unknown"}
    assert "TF_VAR_" in answer.err
    assert "TF_VAR_" not in check("--only", RULE).err
    assert "TF_VAR_*" in check("--only", RULE, "--lang", "zh", env={"TF_VAR_source": OPEN}).err


def test_broken_given_variable_file(here: Path) -> None:
    lay(here, {"a.tf": BAD, "x.tfvars": "a = \n"})
    answer = check("--var-file", "x.tfvars")
    assert answer.status == 2
    assert [(item["code"], item["file"]) for item in answer.diagnostics] == [("syntax-error", "x.tfvars")]
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "fail"}


# -- standard input ---------------------------------------------------------------------------------------------------


def test_terraform_from_standard_input(here: Path) -> None:
    lay(here, {"compliant-infra.toml": '[system]\nname = "piped"\nbaseline = "mlps-l2"\n', "b.tf": BAD})
    answer = check("-", stdin=BAD)
    assert answer.status == 1
    assert [(item["file"], item["line"], item["root"]) for item in answer.of_rule()] == [("stdin/stdin.tf", 6, "stdin")]
    assert answer.document["baseline"] == "mlps-l2"
    again = check("-", stdin=BAD)
    assert again.out == answer.out
    both = check(".", "-", stdin=BAD)
    assert sorted(item["file"] for item in both.of_rule()) == ["b.tf", "stdin/stdin.tf"]


def test_what_is_wrong_with_standard_input(here: Path) -> None:
    answer = check("-", stdin="resource {")
    assert answer.status == 2
    assert [(item["code"], item["file"]) for item in answer.diagnostics] == [("syntax-error", "stdin/stdin.tf")]
    assert check("-", stdin='{"nonsense": 1}').status == 2
    assert check("-", stdin=b"\xff\xfe\x00").status == 2


# -- roots, systems, paths --------------------------------------------------------------------------------------------


def test_paths_are_relative_to_the_git_top_level(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(here, {".git/HEAD": "", "envs/prod/a.tf": BAD})
    monkeypatch.chdir(here / "envs")
    for given in (["."], ["prod"], [str(here / "envs/prod")], ["../envs/prod"]):
        [result] = check(*given).of_rule()
        assert (result["file"], result["root"]) == ("envs/prod/a.tf", "envs/prod")


def test_paths_are_relative_to_the_working_directory(here: Path) -> None:
    lay(here, {"envs/prod/a.tf": BAD})
    for given in ([], ["envs"], ["envs/prod"], [str(here / "envs")]):
        [result] = check(*given).of_rule()
        assert (result["file"], result["root"]) == ("envs/prod/a.tf", "envs/prod")


def test_several_systems(here: Path) -> None:
    lay(
        here,
        {
            "one/compliant-infra.toml": '[system]\nname = "one"\nbaseline = "mlps-l2"\n',
            "one/a.tf": BAD,
            "one/deeper/a.tf": BAD,
            "two/compliant-infra.toml": '[system]\nname = "two"\nbaseline = "mlps-l4"\n',
            "two/a.tf": GOOD,
            "rest/a.tf": GOOD,
        },
    )
    document = check().document
    systems = {item["system"]: item for item in document["systems"]}
    assert [(name, item["baseline"]) for name, item in systems.items()] == [
        ("one", "mlps-l2"),
        ("work", "mlps-l3"),
        ("two", "mlps-l4"),
    ]
    assert [len([result for result in item["results"] if result["rule"] == RULE]) for item in systems.values()] == [
        2,
        0,
        0,
    ]
    assert systems["one"]["summary"]["roots"] == ["one", "one/deeper"]
    assert systems["work"]["summary"]["baseline_assumed"]
    assert not systems["one"]["summary"]["baseline_assumed"]


def test_option_wins_over_settings(here: Path) -> None:
    lay(here, {"compliant-infra.toml": '[system]\nbaseline = "mlps-l2"\nprofiles = ["sm"]\n', "a.tf": GOOD})
    assert check().document["baseline"] == "mlps-l2"
    answer = check("--baseline", "mlps-l4", "--profile", "localisation")
    assert answer.document["baseline"] == "mlps-l4"
    assert set(answer.document["profiles"]) >= {"sm", "localisation"}


def test_given_settings_file(here: Path) -> None:
    lay(here, {"other.toml": '[system]\nname = "given"\nbaseline = "mlps-l2"\n', "a.tf": GOOD, "b/a.tf": GOOD})
    lay(here, {"b/compliant-infra.toml": '[system]\nname = "own"\n'})
    document = check("--config", "other.toml").document
    assert (document["system"], document["baseline"]) == ("given", "mlps-l2")


def test_declared_roots(here: Path) -> None:
    lay(
        here,
        {
            "compliant-infra.toml": '[system]\nroots = ["envs/prod"]\n',
            "envs/prod/a.tf": BAD,
            "envs/dev/a.tf": BAD,
            "old/a.tf": BAD,
        },
    )
    assert check().document["summary"]["roots"] == ["envs/prod"]
    nothing = check("envs/dev")
    assert nothing.status == 2
    assert nothing.codes == {"nothing-to-scan"}


@pytest.mark.parametrize("root", ["nowhere", "empty"])
def test_declared_root_that_is_none(here: Path, root: str) -> None:
    lay(here, {"compliant-infra.toml": f'[system]\nroots = ["a", "{root}"]\n', "a/a.tf": BAD, "empty/readme": ""})
    answer = check()
    assert answer.status == 2
    assert answer.codes == {"invalid-settings"}
    assert len(answer.of_rule()) == 1


def test_what_is_missing_fails_only_where_everything_is_there(here: Path) -> None:
    """``complete`` holds for a run that sees all that the settings are about."""
    lay(
        here,
        {
            "compliant-infra.toml": "[system]\ncomplete = true\n",
            "a/a.tf": GOOD,
            "b/b.tf": GOOD,
        },
    )

    def missing(*arguments: str) -> set[str]:
        return {item["verdict"] for item in check(*arguments).results if item["resource"] == "*"}

    assert missing() == {"fail"}
    assert missing(".") == {"fail"}
    assert missing("a", "b") == {"unknown"}
    assert missing("a") == {"unknown"}
    assert missing("--changed", "a/a.tf") == {"fail"}
    assert missing("a", "--changed", "a/a.tf") == set()
    assert missing("a/a.tf") == set()
    lay(here, {"compliant-infra.toml": '[system]\ncomplete = true\nroots = ["a", "b"]\n'})
    assert missing("a", "b") == {"fail"}
    assert missing("a") == {"unknown"}


@pytest.mark.parametrize(
    ("rule", "text", "missing"),
    [
        # An alarm on load is none on events.
        (
            "alert-on-events",
            'resource "aws_cloudwatch_metric_alarm" "cpu" {\n  metric_name = "CPUUtilization"\n}\n',
            True,
        ),
        (
            "alert-on-events",
            'resource "aws_cloudwatch_event_rule" "a" {\n  schedule_expression = "rate(1 day)"\n}\n',
            True,
        ),
        (
            "alert-on-events",
            'resource "aws_cloudwatch_event_rule" "a" {\n  event_pattern = jsonencode({source = ["aws.iam"]})\n}\n',
            False,
        ),
        (
            "alert-on-events",
            'variable "p" {}\nresource "aws_cloudwatch_event_rule" "a" {\n  event_pattern = var.p\n}\n',
            False,
        ),
        ("alert-on-events", 'resource "alicloud_cms_alarm" "cpu" {\n  metric = "CPUUtilization"\n}\n', True),
        ("alert-on-events", 'resource "alicloud_cms_event_rule" "a" {\n  rule_name = "a"\n}\n', False),
        ("alert-on-events", 'resource "tencentcloud_monitor_alarm_policy" "cpu" {\n  policy_name = "cpu"\n}\n', True),
        (
            "alert-on-events",
            'resource "tencentcloud_monitor_alarm_policy" "a" {\n  event_conditions {\n'
            '    metric_name = "guest_reboot"\n  }\n}\n',
            False,
        ),
        # A document that runs a script is no way in for administrators, an association no patching.
        ("net-bastion-private", 'resource "aws_ssm_document" "a" {\n  document_type = "Command"\n}\n', True),
        ("net-bastion-private", 'resource "aws_ssm_document" "a" {\n  document_type = "Session"\n}\n', False),
        ("vuln-scan-on", 'resource "aws_ssm_association" "a" {\n  name = "AWS-RunShellScript"\n}\n', True),
        ("vuln-scan-on", 'resource "aws_ssm_association" "a" {\n  name = "AWS-RunPatchBaseline"\n}\n', False),
        ("vuln-scan-on", 'resource "aws_inspector2_enabler" "a" {\n  resource_types = ["ECR"]\n}\n', True),
    ],
)
def test_a_witness_answers_the_question(here: Path, rule: str, text: str, missing: bool) -> None:
    lay(here, {"compliant-infra.toml": "[system]\ncomplete = true\n", "a.tf": text})
    found = {item["resource"] for item in check("--only", rule).results if item["verdict"] == "fail"}
    assert ("*" in found) is missing


# -- determinism and processes ----------------------------------------------------------------------------------------


def estate(root: Path) -> None:
    lay(root, {"modules/m/m.tf": BAD + 'variable "v" {}\n', "broken/x.tf": "locals {"})
    for number in range(6):
        lay(
            root,
            {
                f"r{number}/a.tf": PROVIDER
                + BAD
                + UNKNOWN
                + f'module "m" {{\n  source = "../modules/m"\n  v = {number}\n}}\n',
                f"r{number}/b.tf": f"locals {{\n  x{number} = local.x{number}\n}}\n"
                + source(f"local.x{number}").replace('"open"', '"ring"'),
            },
        )


def test_same_bytes_for_any_number_of_processes(here: Path) -> None:
    estate(here)
    one = check("--jobs", "1", "--include-passed")
    assert one.status == 2
    for options in (["--jobs", "2"], ["--jobs", "5"], [], ["--jobs", "1"]):
        assert check(*options, "--include-passed").out == one.out


# -- cache ------------------------------------------------------------------------------------------------------------


class Kept:
    """Runs with a cache and tells whether the roots were judged anew."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from compliant_infra.hcl_checks import scanning

        self.folder = folder
        self.read: list[str] = []
        original = scanning.read_root

        def read_root(library: Any, directory: str, *rest: Any) -> Any:
            self.read.append(os.path.basename(directory))
            return original(library, directory, *rest)

        monkeypatch.setattr(scanning, "read_root", read_root)

    def check(self, *arguments: str) -> tuple[list[str], Answer]:
        self.read.clear()
        answer = check(
            "--jobs",
            "1",
            *arguments,
            env={"COMPLIANT_INFRA_NO_CACHE": None, "COMPLIANT_INFRA_CACHE": str(self.folder)},
        )
        return sorted(self.read), answer


@pytest.fixture
def kept(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    lay(
        here,
        {
            "one/a.tf": source()
            + 'variable "source" {\n  default = "10.0.0.0/8"\n}\nmodule "m" {\n  source = "../m"\n}\n',
            "m/m.tf": "# a module\n",
            "two/a.tf": source('file("source.txt")'),
            "two/source.txt": "10.0.0.0/8",
        },
    )
    found = Kept(tmp_path / "cache", monkeypatch)
    read, answer = found.check()
    assert read == ["one", "two"]
    assert answer.of_rule() == []
    return found


def test_nothing_has_changed(kept: Kept) -> None:
    first = kept.check()
    assert first[0] == []
    assert kept.check()[1].out == first[1].out == kept.check("--no-cache")[1].out


@pytest.mark.parametrize(
    ("files", "again", "failing"),
    [
        ({"one/a.tf": BAD + 'module "m" {\n  source = "../m"\n}\n'}, ["one"], 1),
        ({"one/a.tf": BAD}, ["m", "one"], 1),
        ({"one/new.tf": BAD.replace('"open"', '"new"')}, ["one"], 1),
        ({"m/m.tf": BAD}, ["one"], 1),
        ({"m/new.tf": BAD}, ["one"], 1),
        ({"one/terraform.tfvars": 'source = "0.0.0.0/0"\n'}, ["one"], 1),
        ({"one/x.auto.tfvars.json": '{"source": "0.0.0.0/0"}'}, ["one"], 1),
        ({"two/source.txt": "0.0.0.0/0"}, ["two"], 1),
        ({"three/a.tf": BAD}, ["three"], 1),
        ({"readme.md": "new"}, [], 0),
    ],
)
def test_what_has_changed_is_judged_anew(
    kept: Kept, here: Path, files: dict[str, str | bytes], again: list[str], failing: int
) -> None:
    lay(here, files)
    read, answer = kept.check()
    assert read == again
    assert len(answer.of_rule()) == failing
    assert kept.check()[0] == []


def test_what_is_gone_is_judged_anew(kept: Kept, here: Path) -> None:
    lay(here, {"one/b.tf": BAD.replace('"open"', '"b"')})
    assert len(kept.check()[1].of_rule()) == 1
    (here / "one/b.tf").unlink()
    read, answer = kept.check()
    assert read == ["one"]
    assert answer.of_rule() == []


@pytest.mark.parametrize(
    "options",
    [
        ["--var", "source=0.0.0.0/0"],
        ["--baseline", "mlps-l4"],
        ["--profile", "all"],
        ["--only", RULE],
        ["--skip", OTHER],
        ["--include-passed"],
    ],
)
def test_other_options_are_judged_anew(kept: Kept, options: list[str]) -> None:
    read, answer = kept.check(*options)
    assert read == ["one", "two"]
    assert answer.out == kept.check(*options, "--no-cache")[1].out
    assert kept.check(*options)[0] == []
    assert kept.check()[0] == []


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xff", b'{"files":{},"listings":{},"check":""}\n{}', None])
def test_a_damaged_entry_is_judged_anew(kept: Kept, damage: bytes | None) -> None:
    """Also where somebody turned a fail into a pass: None stands for one changed byte in the body."""
    before = kept.check()[1].out
    entries = list(kept.folder.iterdir())
    assert entries
    for entry in entries:
        data = entry.read_bytes()
        entry.write_bytes(data[:-20] + b"x" + data[-19:] if damage is None else damage)
    read, answer = kept.check()
    assert read == ["one", "two"]
    assert answer.out == before


@pytest.mark.parametrize(("name", "again"), [("one/a.tf", ["m"]), ("two/source.txt", ["two"])])
def test_a_pipe_in_the_place_of_a_file(kept: Kept, here: Path, name: str, again: list[str]) -> None:
    """It is not waited for. Without its only file a directory is no root, and what it called is one."""
    (here / name).unlink()
    os.mkfifo(here / name)
    assert kept.check()[0] == again


def test_switched_off(kept: Kept) -> None:
    assert kept.check("--no-cache")[0] == ["one", "two"]


def test_never_inside_the_scanned_tree(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(here, {"a.tf": BAD})
    inside = Kept(here / ".cache", monkeypatch)
    inside.check()
    assert inside.check()[0] == ["work"]
    assert not (here / ".cache").exists()


def test_waivers_are_looked_at_every_time(kept: Kept, here: Path) -> None:
    """They depend on the day and on the settings, not on the files of the root."""
    lay(here, {"one/b.tf": BAD.replace('"open"', '"b"')})
    kept.check()
    lay(
        here,
        {"compliant-infra.toml": f'[[waivers]]\nrule = "{RULE}"\nreason = "r"\nowner = "o"\nuntil = {SOON}\n'},
    )
    _, answer = kept.check()
    assert list(answer.verdicts().values()) == ["waived"]


# -- the real program -------------------------------------------------------------------------------------------------


def test_as_a_program(here: Path) -> None:
    """Standard output is UTF-8 whatever the locale; a closed pipe is no crash."""
    import subprocess

    lay(here, {"中.tf": BAD})
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "COMPLIANT_INFRA_NO_CACHE": "1"}
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, env=environment, check=False, timeout=60)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["results"]
    chinese = subprocess.run([*command, "--lang", "zh"], capture_output=True, env=environment, check=False, timeout=60)
    assert chinese.returncode == 1
    assert "中.tf" in chinese.stdout.decode("utf-8")
    with subprocess.Popen(
        [*command, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(timeout=60)
    assert b"Traceback" not in errors


def test_a_variable_that_no_root_declares_is_refused(here: Path) -> None:
    lay(here, {"a.tf": source("var.source") + 'variable "source" {\n  default = "10.0.0.0/8"\n}\n'})
    assert check("--var", "source=0.0.0.0/0").status == 1
    answer = invoke("check", "--var", "sorce=0.0.0.0/0")
    assert answer.status == 2
    assert "sorce" in answer.err
