import json
from pathlib import Path

import jsonschema
import pytest

from compliant_infra.kernel import model
from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Text, UnknownReason, Verdict
from compliant_infra.reports import render
from compliant_infra.reports import report as report_module

SCHEMA = json.loads(Path(report_module.__file__).with_name("report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

KEYS = ["tool", "system", "baseline", "profiles", "summary", "clauses", "results", "diagnostics"]
RESULT_KEYS = [
    *["rule", "code", "verdict", "severity", "root", "resource", "type", "file", "line", "end_line", "attribute"],
    *["finding", "message", "reason", "clauses", "remediation", "waiver", "fingerprint", "known"],
]


def parsed(report):
    document = json.loads(render(report, "json"))
    VALIDATOR.validate(document)
    return document


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ((), "unheard", 1),
        ((), "summary", {}),
        (("results", 0), "verdict", "maybe"),
        (("results", 0), "fingerprint", None),
        (("results", 0), "reason", None),
        (("results", 0), "extra", ""),
        (("clauses", 0), "state", "conforms"),
        (("diagnostics", 0), "code", "odd"),
    ],
)
def test_the_schema_refuses_what_it_should(where, key, value, one_report):
    document = parsed(one_report())
    part = document
    for step in where:
        part = part[step]
    part[key] = value
    assert not VALIDATOR.is_valid(document)


def test_the_schema_lists_the_reasons_and_diagnostics_of_the_kernel():
    assert set(SCHEMA["$defs"]["reason-code"]["enum"]) == model.UNKNOWN_REASONS
    assert set(SCHEMA["$defs"]["diagnostic"]["properties"]["code"]["enum"]) == set(model.DIAGNOSTICS)
    states = SCHEMA["$defs"]["clause"]["properties"]["state"]["enum"]
    assert tuple(states) == report_module.CLAUSE_STATES


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_system_has_the_keys_of_the_contract(language, one_report):
    document = parsed(one_report(language))
    assert list(document) == KEYS
    assert (document["system"], document["baseline"], document["profiles"]) == ("payments", "mlps-l3", ["localisation"])
    assert all(list(entry) == RESULT_KEYS for entry in document["results"])
    assert document["summary"]["verdicts"] == {"fail": 14, "pass": 41, "unknown": 5, "error": 1, "waived": 1}
    assert document["summary"]["clauses"]["technical"] == 8
    assert document["summary"]["baseline_assumed"] is True


def test_reason_waiver_and_remediation(one_report):
    results = parsed(one_report("zh"))["results"]
    (ambiguous,) = [entry for entry in results if entry["reason"] and entry["reason"]["code"] == "ambiguous"]
    assert ambiguous["reason"] == {
        "code": "ambiguous",
        "expression": "var.public",
        "location": {"file": "infra/variables.tf", "line": 1},
    }
    (waived,) = [entry for entry in results if entry["verdict"] == "waived"]
    assert waived["waiver"]["until"] == "2027-01-31"
    assert waived["waiver"]["inline"] is True
    assert waived["remediation"] == "将 ttl 设为 180 或更大。"
    assert waived["message"] == "retention_period 为 7；要求至少 180"


def test_passes_are_listed_only_where_they_are_included_and_counted_always(one_report):
    without, included = parsed(one_report()), parsed(one_report(include_passed=True))
    assert [entry for entry in without["results"] if entry["verdict"] == "pass"] == []
    assert len([entry for entry in included["results"] if entry["verdict"] == "pass"]) == 1
    assert without["summary"]["verdicts"] == included["summary"]["verdicts"]
    assert without["clauses"] == included["clauses"]


def test_several_systems_make_an_aggregate_and_one_object_each(two_systems, one_report):
    document = parsed(two_systems())
    assert list(document) == [*KEYS, "systems"]
    assert (document["system"], document["baseline"]) == (None, None)
    first, second = document["systems"]
    assert first == parsed(one_report()) | {"summary": first["summary"]}
    assert first["summary"]["verdicts"]["pass"] == 41
    assert second["results"] == []
    assert [{"system": "payments"} | entry for entry in first["results"]] == document["results"]
    assert document["summary"]["verdicts"]["pass"] == 43
    assert {entry["system"] for entry in document["clauses"]} == {"payments", "门户"}


def test_no_system_at_all_is_still_the_contract(one_report):
    report = one_report()
    report.systems.clear()
    assert parsed(report)["results"] == []


def test_the_shortcut_encoder_writes_what_json_would_write(make_result, report_of):
    odd = 'a"b\\c\n\t\x1b[31m\x9b\u202e</script>\ud800é 中'
    result = make_result(
        "oss-versioning", Verdict.UNKNOWN, odd, SourceLocation(odd, 3), (odd, odd), attribute=odd, finding=odd, type=odd
    )
    result.root = result.fingerprint = odd
    result.clauses = (odd,)
    result.reason = UnknownReason("no-value", odd, SourceLocation(odd, 1))
    text = render(report_of([result]), "json")
    (entry,) = json.loads(text)["results"]
    for key in ("resource", "file", "message", "attribute", "finding", "type", "root", "fingerprint"):
        assert entry[key] == odd
    assert entry["clauses"] == [odd]
    assert entry["reason"]["expression"] == odd
    # Terminals and editors see none of it, and it can be written as UTF-8.
    assert not set("\x1b\x9b\u202e\ud800") & set(text)
    text.encode("utf-8")


def test_the_schema_is_installed_beside_the_module():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_work_grows_with_the_results_alone(report_of, monkeypatch):
    """No rule is looked up, and nothing is masked or dumped, more often than once for each result."""
    from compliant_infra.reports import json_report

    calls = {"safe": 0}
    original = json_report._safe

    def counted(text):
        calls["safe"] += 1
        return original(text)

    monkeypatch.setattr(json_report, "_safe", counted)
    seen = []
    for size in (10, 1000):
        calls["safe"] = 0
        results = [
            Result(
                "oss-versioning",
                "CN101",
                Verdict.FAIL,
                Severity.LOW,
                "infra",
                f"alicloud_oss_bucket.b[{number}]",
                "alicloud_oss_bucket",
                SourceLocation("main.tf", number + 1),
                message=Text("no", "否"),
            )
            for number in range(size)
        ]
        document = json.loads(render(report_of(results), "json"))
        assert [entry["line"] for entry in document["results"]] == list(range(1, size + 1))
        seen.append(calls["safe"] - size)
    assert seen[0] == seen[1]


def test_a_diagnostic_without_a_place(report_of):
    nothing = Diagnostic("nothing-to-scan", Text("no Terraform files", "没有 Terraform 文件"))
    document = parsed(report_of([], diagnostics=[nothing]))
    assert document["diagnostics"][0]["level"] == "error"
    assert document["summary"]["exit_status"] == 2
