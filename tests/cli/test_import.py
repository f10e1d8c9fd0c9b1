"""``import`` shows a report of checkov by clause, and claims no more than checkov's verdicts bear out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from compliant_infra.cli.main import cli
from compliant_infra.kernel.rules import rules_by_name
from tests.cli.harness import Answer, invoke, lay

#: What checkov 3.3.30 wrote of a small tree with one fault for each kind of answer.
REPORT: Final = Path(__file__).parent / "fixtures" / "checkov-report.json"


@pytest.fixture(scope="module")
def answer() -> Answer:
    return invoke("import", str(REPORT), "--format", "json", "--include-passed")


def of_check(answer: Answer, check: str) -> dict[str, Any]:
    (found,) = answer.of_rule(check)
    return found


def clause(answer: Answer, number: str) -> dict[str, Any]:
    (found,) = [item for item in answer.document["clauses"] if item["id"] == f"gbt22239-2019:{number}"]
    return found


@pytest.mark.parametrize(
    ("check", "verdict", "said"),
    [
        ("CKV_ALI_7", "fail", "checkov: failed"),  # narrower
        ("CKV_AWS_21", "fail", "checkov: failed"),  # same
        ("CKV_ALI_13", "unknown", "asks for 14 characters"),  # wider
        ("CKV_AWS_272", "unknown", "stays open"),  # related
        ("CKV_ALI_11", "unknown", "leave transfer acceleration off"),  # conflict
        ("CKV_ALI_27", "unknown", "skip the check for them"),  # conflict
        ("CKV_ALI_10", "unknown", "nobody overwrites logs; without owner and last day"),  # skipped
        ("CKV_AWS_144", "fail", "take care not to break loc-object-copy-domestic"),  # against
        ("CKV_ALI_3", "pass", "checkov: passed"),
    ],
)
def test_verdicts_say_what_the_relation_bears_out(answer: Answer, check: str, verdict: str, said: str) -> None:
    found = of_check(answer, check)
    assert found["verdict"] == verdict
    assert said in found["message"]
    assert found["clauses"]


def test_places_types_and_severities(answer: Answer) -> None:
    found = of_check(answer, "CKV_ALI_2")
    assert found["resource"] == "module.network.alicloud_security_group_rule.ssh"
    assert found["type"] == "alicloud_security_group_rule"
    assert (found["file"], found["line"], found["end_line"]) == ("network/main.tf", 1, 7)
    assert found["severity"] == "critical"  # that of the rule
    assert found["fingerprint"]


def test_clauses_are_never_passed_by_checkov(answer: Answer) -> None:
    states = {item["state"] for item in answer.document["clauses"]}
    assert "pass" not in states
    assert {item["decided"] for item in answer.document["clauses"]} == {"partly", "evidence"}
    at_rest = clause(answer, "8.1.4.8b")
    assert at_rest["state"] == "fail" and set(at_rest["rules"]) >= {"CKV_ALI_7", "CKV_TC_1"}
    abroad = clause(answer, "8.2.4.5a")
    assert abroad["state"] == "unknown" and abroad["rules"] == ["CKV_ALI_11"]


def test_what_has_no_clause_is_listed(answer: Answer) -> None:
    said = [item["message"] for item in answer.diagnostics if item["code"] == "unsupported-input"]
    for part in (
        "CKV_AWS_50 X-Ray tracing is enabled for Lambda: 1 failed",
        "pi-retention is not part of mlps-l3",
        "CKV_AZURE_93",
        "CKV_DOCKER_3",
        "those of checkov 3.3.30",
    ):
        assert any(part in text for text in said), part
    listed = {item["rule"] for item in answer.results}
    records = [
        record["check_id"]
        for part in json.loads(REPORT.read_text(encoding="utf-8"))
        for key in ("passed_checks", "failed_checks", "skipped_checks")
        for record in part["results"].get(key, ())
    ]
    assert [check for check in records if check not in listed and not any(check in text for text in said)] == []


def test_an_unread_file_makes_status_2(answer: Answer) -> None:
    assert answer.status == 2
    (found,) = [item for item in answer.diagnostics if item["code"] == "unreadable-file"]
    assert found["file"] == "/srv/estate/broken.tf"


def test_the_console_lists_by_clause_in_both_languages() -> None:
    english = invoke("import", str(REPORT), "--baseline", "mlps-l4")
    assert "BY CLAUSE" in english.out and "gbt22239-2019:9.1.4.8b" in english.out
    assert "fail: CKV_ALI_7 Ensure disk is encrypted (1)" in english.out
    assert "main.tf:1  alicloud_disk.data" in english.out
    chinese = invoke("import", str(REPORT), "--lang", "zh", "--format", "markdown")
    assert "按条款" in chinese.out and "只覆盖 CN044 disk-encrypted 要求的一部分" in chinese.out
    for text in (english.out, chinese.out):
        assert "符合" not in text


@pytest.mark.parametrize("kind", ["sarif", "junit", "csv", "markdown"])
def test_every_format_has_the_findings(kind: str) -> None:
    assert "CKV_ALI_7" in invoke("import", str(REPORT), "--format", kind).out


# --------------------------------------------------------------------------------------------------------------


def record(check: str, resource: str = "alicloud_disk.a", **more: Any) -> dict[str, Any]:
    return {
        "check_id": check,
        "check_name": f"name of {check}",
        "file_path": "/main.tf",
        "file_line_range": [1, 3],
        "resource": resource,
        **more,
    }


def report(**lists: Any) -> dict[str, Any]:
    results = {"passed_checks": [], "failed_checks": [], "skipped_checks": [], "parsing_errors": [], **lists}
    summary = {
        "passed": len(results["passed_checks"]),
        "failed": len(results["failed_checks"]),
        "skipped": len(results["skipped_checks"]),
        "parsing_errors": len(results["parsing_errors"]),
        "resource_count": 1,
        "checkov_version": "3.3.30",
    }
    return {"check_type": "terraform", "results": results, "summary": summary}


def imported(content: Any, *options: str) -> Answer:
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    return invoke("import", "-", "--format", "json", *options, stdin=text)


@pytest.mark.parametrize(
    ("content", "options", "status"),
    [
        (report(failed_checks=[record("CKV_ALI_7")]), [], 1),
        (report(failed_checks=[record("CKV_ALI_7")]), ["--fail-on", "none"], 0),
        (report(failed_checks=[record("CKV_ALI_7")]), ["--fail-on", "critical"], 0),
        (report(failed_checks=[record("CKV_ALI_13")]), [], 0),  # asks for more than the rule
        (report(failed_checks=[record("CKV_ALI_13")]), ["--fail-on-unknown"], 1),
        (report(failed_checks=[record("CKV_AWS_50")]), [], 0),  # no clause
        (report(failed_checks=[record("CKV_AWS_50")]), ["--strict"], 2),
        (report(passed_checks=[record("CKV_ALI_7")]), [], 0),
        (report(passed_checks=[record("CKV_ALI_7")], parsing_errors=["/x/a.tf"]), ["--fail-on", "none"], 2),
        (report(), [], 2),  # nothing was checked
        ({"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "checkov_version": "3.3.30"}, [], 2),
    ],
)
def test_the_exit_status(content: Any, options: list[str], status: int) -> None:
    assert imported(content, *options).status == status


def test_counts_without_entries_are_no_all_clear() -> None:
    short = report(passed_checks=[record("CKV_ALI_7")])
    short["summary"]["failed"] = 3
    answer = imported(short)
    assert answer.status == 2 and "invalid-plan" in answer.codes
    quiet = report(failed_checks=[record("CKV_ALI_7")])
    quiet["summary"]["passed"] = 5
    assert any("5 passes are counted" in item["message"] for item in imported(quiet).diagnostics)


def test_our_own_policies_speak_for_their_rule() -> None:
    own = report(failed_checks=[record("CKV2_CN_044"), record("CKV2_CN_999")], passed_checks=[record("CKV2_CN_103")])
    answer = imported(own, "--include-passed")
    found = of_check(answer, "CKV2_CN_044")
    assert found["verdict"] == "fail" and "gbt22239-2019:8.1.4.8b" in found["clauses"]
    assert clause(answer, "8.1.4.9c")["state"] == "partly"
    assert any("CKV2_CN_999" in item["message"] for item in answer.diagnostics)
    assert found["remediation"] == rules_by_name()["disk-encrypted"].remediation.en


def test_a_check_of_a_newer_checkov_and_another_version_are_told() -> None:
    newer = report(failed_checks=[record("CKV_ALI_999")])
    newer["summary"]["checkov_version"] = "3.4.1"
    said = " ".join(item["message"] for item in imported(newer).diagnostics)
    assert "CKV_ALI_999" in said and "does not know it" in said and "is of checkov 3.4.1" in said


def test_settings_choose_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"compliant-infra.toml": '[system]\nname = "shop"\nbaseline = "mlps-l2"\n'})
    monkeypatch.chdir(tmp_path)
    document = imported(report(failed_checks=[record("CKV_ALI_7"), record("CKV_ALI_2")])).document
    assert (document["system"], document["baseline"]) == ("shop", "mlps-l2")
    assert [item["rule"] for item in document["results"]] == ["CKV_ALI_2"]  # no clause on encryption at level 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("no json", "this is no JSON (line 1)"),
        (b"\xff\xfe\xfa", "this is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "an empty list"),
        ("3", "a single value"),
        ('{"version": "2.1.0", "runs": []}', "SARIF"),
        ('{"tool": {}, "results": []}', "compliant-infra itself"),
        ('{"format_version": "1.2", "planned_values": {}}', "compliant-infra check reads it"),
        ('{"failed_checks": []}', "a baseline file of checkov"),
        ('{"check_type": "terraform", "results": []}', "no report of checkov"),
        ('[{"check_type": "terraform", "results": {}}, {}]', "at [1]"),
        (report(failed_checks=[{"check_id": 3}]), "results.failed_checks[0].check_id"),
        (report(failed_checks=[{"check_id": "CKV_ALI_1"}]), "results.failed_checks[0].resource"),
        (report(failed_checks=["x"]), "results.failed_checks[0]"),
        (report(failed_checks={}), "results.failed_checks is not a list"),
        (report(parsing_errors="x"), "results.parsing_errors is not a list"),
    ],
)
def test_what_is_no_report_is_refused(content: Any, said: str) -> None:
    answer = imported(content)
    assert answer.status == 2 and answer.out == ""
    assert said in answer.err


def test_a_report_in_utf_16_is_read() -> None:
    assert imported(json.dumps(report(failed_checks=[record("CKV_ALI_7")])).encode("utf-16")).status == 1


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert invoke("import", str(tmp_path / "no.json")).status == 2
    assert invoke("import", str(tmp_path)).status == 2
    assert "import" in cli.list_commands(None)  # type: ignore[arg-type]


def test_what_comes_from_a_report_steers_no_terminal() -> None:
    evil = report(failed_checks=[record("CKV_ALI_7", resource="alicloud_disk.\x1b[2J", check_name="\x1b]0;x\x07 name")])
    for kind in ("console", "markdown", "json"):
        assert "\x1b" not in invoke("import", "-", "--format", kind, stdin=json.dumps(evil)).out


def test_half_a_character_and_records_in_the_wrong_list() -> None:
    half = report(failed_checks=[record("CKV_ALI_7", resource="alicloud_disk.\ud800", file_path="/\udfff.tf")])
    answer = invoke("import", "-", "--format", "json", stdin=json.dumps(half))
    assert answer.status == 1 and answer.document["results"][0]["resource"] == "alicloud_disk.?"
    wrong = report(passed_checks=[record("CKV_ALI_7", check_result={"result": "FAILED"})])
    answer = invoke("import", "-", "--format", "json", stdin=json.dumps(wrong))
    assert answer.status == 2
    assert "1 records in results.passed_checks" in " ".join(item["message"] for item in answer.document["diagnostics"])
