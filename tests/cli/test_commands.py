"""``init``, ``explain``, ``rules``, ``coverage``, ``completion`` and what holds of the whole program."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import default_language
from compliant_infra.kernel.rules import all_rules, rules_by_name
from tests.cli.harness import BAD, CODE, RULE, check, invoke, lay
from tests.days import SOON


def chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


# -- init -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_writes_settings_that_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"a.tf": BAD})
    answer = invoke("init", "--baseline", "mlps-l2", "--profile", "sm", "--lang", language)
    assert answer.status == 0
    assert chinese(answer.out) == (language == "zh")
    text = (tmp_path / "compliant-infra.toml").read_text(encoding="utf-8")
    assert chinese(text) == (language == "zh")
    assert tomllib.loads(text)["system"]["baseline"] == "mlps-l2"
    checked = check()
    assert checked.document["baseline"] == "mlps-l2"
    assert checked.document["profiles"] == ["sm"]
    assert checked.document["system"] == tmp_path.name
    assert not checked.document["summary"]["baseline_assumed"]
    assert checked.diagnostics == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_init_proposes_in_comments_is_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Whoever takes the comment signs away gets settings that are accepted, the waiver's rule included."""
    monkeypatch.chdir(tmp_path)
    invoke("init", "--lang", language)
    lines = (tmp_path / "compliant-infra.toml").read_text(encoding="utf-8").splitlines()
    opened = [
        line.removeprefix("# ")
        if line.startswith(("# [", "# grades")) or (line.startswith("# ") and " = " in line)
        else line
        for line in lines
        if not line.startswith("# roots")
    ]
    lay(tmp_path, {"compliant-infra.toml": "\n".join(opened).replace("2027-01-31", SOON), "a.tf": BAD})
    answer = check()
    assert {item["code"] for item in answer.diagnostics} <= {"waiver-unused"}, answer.diagnostics
    assert "waivers" in tomllib.loads("\n".join(opened))


@pytest.mark.parametrize(
    "name", ['say "hi"', "back\\slash", "系统 一", "tab\there", "line\nbreak", "null\x00", "delete\x7f", "quote's"]
)
def test_names_that_need_care(tmp_path: Path, name: str) -> None:
    assert invoke("init", str(tmp_path), "--name", name).status == 0
    loaded = tomllib.loads((tmp_path / "compliant-infra.toml").read_text(encoding="utf-8"))
    assert loaded["system"]["name"] == name


def test_init_refuses(tmp_path: Path) -> None:
    lay(tmp_path, {"compliant-infra.toml": "# mine\n", "file": ""})
    for arguments in (
        [str(tmp_path)],
        [str(tmp_path / "nowhere")],
        [str(tmp_path / "file")],
        [str(tmp_path), "--baseline", "x"],
        [str(tmp_path), "--profile", "x"],
    ):
        answer = invoke("init", *arguments)
        assert answer.status == 2
        assert "Error: " in answer.err
    assert (tmp_path / "compliant-infra.toml").read_text(encoding="utf-8") == "# mine\n"


# -- explain --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [RULE, CODE, CODE.lower()])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_explain_a_rule(name: str, language: str) -> None:
    answer = invoke("explain", name, "--lang", language)
    assert answer.status == 0
    assert answer.out.startswith(f"{CODE}  {RULE}\n")
    # Comments and descriptions in the Terraform that mends are in either language.
    said = re.split(r"^(?:Terraform that mends it|整改示例)", answer.out, flags=re.MULTILINE)[0]
    assert chinese(said) == (language == "zh")
    record = json.loads(invoke("explain", name, "--format", "json", "--lang", language).out)
    assert (record["code"], record["rule"]) == (CODE, RULE)
    assert record["types"]["alicloud_security_group_rule"]
    assert record["rationale"] and record["remediation"] and record["clauses"]


@pytest.mark.parametrize("name", ["8.1.3.2c", "gbt22239-2019:8.1.3.2c"])
def test_explain_a_clause(name: str) -> None:
    record = json.loads(invoke("explain", name, "--format", "json").out)
    assert record["clause"].endswith("8.1.3.2c")
    assert any(RULE in rule for rule in record["rules"])
    assert RULE in invoke("explain", name).out


def test_explain_a_clause_of_another_level() -> None:
    """The name says which level is meant."""
    record = json.loads(invoke("explain", "9.1.3.2c", "--format", "json").out)
    assert record["clause"].endswith("9.1.3.2c")


@pytest.mark.parametrize("name", ["", "nonsense", "CN999", "1.2.3.4z"])
def test_explain_refuses(name: str) -> None:
    answer = invoke("explain", name)
    assert answer.status == 2
    assert answer.out == ""


def test_explain_every_rule() -> None:
    for rule in all_rules():
        for language in ("en", "zh"):
            assert invoke("explain", rule.name, "--lang", language).status == 0


# -- rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("baseline", list(baselines.BASELINES))
def test_rules(baseline: str, language: str) -> None:
    listed = json.loads(invoke("rules", "--baseline", baseline, "--format", "json", "--lang", language).out)
    assert listed
    for item in listed:
        assert set(item) == {"code", "rule", "title", "severity", "types", "clauses", "parameters", "fixes"}
        assert item["clauses"], item["rule"]
        assert item["types"] or not rules_by_name()[item["rule"]].checks
        assert chinese(item["title"]) == (language == "zh")
    codes = [item["code"] for item in listed]
    assert codes == sorted(codes)
    shown = invoke("rules", "--baseline", baseline, "--lang", language)
    assert shown.status == 0
    assert all(item["code"] in shown.out for item in listed)
    assert str(len(listed)) in shown.out.splitlines()[-1]


def test_all_rules() -> None:
    listed = json.loads(invoke("rules", "--all", "--format", "json").out)
    assert [item["rule"] for item in listed] == [rule.name for rule in all_rules()]
    assert len(listed) >= len(json.loads(invoke("rules", "--format", "json").out))


def test_where_fix_mends_is_told() -> None:
    listed = {item["rule"]: item["fixes"] for item in json.loads(invoke("rules", "--all", "--format", "json").out)}
    offered = [cloud for clouds in listed.values() for cloud in clouds]
    for cloud, promised in (("alicloud", 70), ("aws", 50), ("tencentcloud", 35)):
        assert offered.count(cloud) >= promised
    assert "       compliant-infra fix: alicloud" in invoke("rules").out
    # On AWS a person has to plan subnets and routes for a firewall.
    assert listed["net-cloud-firewall-on"] and "aws" not in listed["net-cloud-firewall-on"]
    record = json.loads(invoke("explain", "net-cloud-firewall-on", "--format", "json").out)
    assert record["fixes"] == listed["net-cloud-firewall-on"] and record["by_hand"]["aws"]
    assert record["by_hand"]["aws"] in invoke("explain", "net-cloud-firewall-on").out


def test_what_rules_lists_can_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"a.tf": BAD})
    listed = json.loads(invoke("rules", "--format", "json").out)
    assert RULE in {item["rule"] for item in listed}
    assert check("--only", listed[0]["rule"], "--only", listed[-1]["code"]).status in (0, 1)


@pytest.mark.parametrize("command", ["rules", "coverage"])
@pytest.mark.parametrize("arguments", [["--baseline", "x"], ["--profile", "x"], ["--format", "x"], ["--x"], ["extra"]])
def test_lists_refuse(command: str, arguments: list[str]) -> None:
    answer = invoke(command, *arguments)
    assert answer.status == 2
    assert answer.out == ""


# -- coverage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("baseline", list(baselines.BASELINES))
def test_coverage(baseline: str) -> None:
    document = json.loads(invoke("coverage", "--baseline", baseline, "--format", "json").out)
    technical = document["technical"]
    assert technical["total"] == technical["rules"] + technical["partly"] + technical["evidence"]
    assert technical["total"] == sum(item["technical"] for item in document["clauses"])
    for item in document["clauses"]:
        assert (item["decided"] == "evidence") == (not item["rules"])
    shown = invoke("coverage", "--baseline", baseline)
    assert shown.out.startswith(f"{technical['total']} technical clauses: {technical['rules']} decided by rules")
    assert invoke("coverage", "--baseline", baseline, "--lang", "zh").out.startswith(
        f"技术条款 {technical['total']} 条"
    )


def test_coverage_agrees_with_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"a.tf": BAD})
    counted = check().document["summary"]["clauses"]
    technical = json.loads(invoke("coverage", "--format", "json").out)["technical"]
    assert (counted["technical"], counted["by_rules"], counted["partly"], counted["evidence"]) == (
        technical["total"],
        technical["rules"],
        technical["partly"],
        technical["evidence"],
    )


def test_coverage_of_one_cloud() -> None:
    whole = json.loads(invoke("coverage", "--format", "json").out)
    part = json.loads(invoke("coverage", "--cloud", "tencentcloud", "--format", "json").out)
    assert part["technical"]["total"] == whole["technical"]["total"]
    assert part["technical"]["evidence"] >= whole["technical"]["evidence"]
    assert part["technical"]["rules"] > 0
    assert invoke("coverage", "--cloud", "oraclecloud").status == 2


def test_coverage_of_grades() -> None:
    assert invoke("coverage", "--grades", "S2A3G3", "--format", "json").status == 0
    for grades in ("S2A2G2", "x", "S9A9"):
        answer = invoke("coverage", "--grades", grades)
        assert answer.status == 2
        assert "Error: " in answer.err


# -- the program ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    answer = invoke("completion", shell)
    assert answer.status == 0
    assert "_COMPLIANT_INFRA_COMPLETE" in answer.out
    assert "compliant-infra" in answer.out


def test_completion_refuses() -> None:
    assert invoke("completion", "cmd.exe").status == 2
    assert invoke("completion").status == 2


def test_version() -> None:
    answer = invoke("--version")
    assert answer.status == 0
    assert __version__ in answer.out
    assert CATALOGUE_DATE in answer.out


def test_help() -> None:
    listed = invoke("--help")
    assert listed.status == 0
    for command in ("check", "init", "explain", "rules", "coverage", "completion"):
        assert command in listed.out
        answer = invoke(command, "--help")
        assert answer.status == 0
        assert "--help" in answer.out


def test_unknown_command() -> None:
    answer = invoke("chekc")
    assert answer.status == 2
    assert answer.out == ""


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
    ],
)
def test_language_of_the_locale(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setitem(os.environ, name, value)
    assert default_language() == language


@pytest.mark.parametrize("by_locale", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        ["check", "--baseline", "mlps-9"],
        ["rules", "--profile", "none-such"],
        ["explain", "CN99999"],
        ["coverage", "--view", "none-such"],
        ["init", "none-such"],
        ["new", "none-such", "x"],
        ["evidence", "init", "--directory", "none-such"],
        ["evidence", "status", "--on", "soon"],
        ["timeline", "--by", "soon"],
        ["providers", "--need", "none-such"],
    ],
    ids=lambda wrong: wrong[0],
)
def test_a_wrong_call_is_explained_in_the_language_of_the_reader(
    wrong: list[str], by_locale: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evidence.toml").write_text("", encoding="utf-8")
    english = invoke(*wrong)
    assert english.status == 2 and not chinese(english.err)
    answer = invoke(*wrong, env={"LC_ALL": "zh_CN.UTF-8"}) if by_locale else invoke(*wrong, "--lang", "zh")
    assert answer.status == 2 and chinese(answer.err)
    assert os.listdir(tmp_path) == ["evidence.toml"]
