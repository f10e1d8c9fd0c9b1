import json

import jsonschema
import pytest

from compliant_infra.kernel.model import Severity, SourceLocation, UnknownReason, Verdict
from compliant_infra.reports import render

#: What GitLab documents for its Code Quality reports.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def parsed(report):
    text = render(report, "gitlab")
    assert text.isascii()
    entries = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(entries)
    prints = [entry["fingerprint"] for entry in entries]
    assert len(prints) == len(set(prints))
    return entries


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_verdict_but_pass_is_there_with_its_weight(language, one_report):
    report = one_report(language, include_passed=True)
    entries = parsed(report)
    results = report.systems[0].results
    assert len(entries) == len(report.systems[0].diagnostics) + sum(r.verdict is not Verdict.PASS for r in results)
    weights = {}
    for entry in entries:
        weights.setdefault(entry["check_name"], set()).add(entry["severity"])
    assert weights == {
        "syntax-error": {"blocker"},
        "module-absent": {"info"},
        "net-sg-no-risky-port-from-any": {"blocker"},
        "identity-no-password-in-code": {"critical"},
        "oss-versioning": {"major", "info"},
        "audit-log-retention": {"info", "critical"},  # undecided and waived; the rule that crashed
        "audit-trail-exists": {"info"},
    }


def test_descriptions_name_what_why_and_who(one_report):
    texts = [entry["description"] for entry in parsed(one_report())]
    assert any(
        text == "CN008 alicloud_security_group_rule.ssh: port 22 is open to 0.0.0.0/0 (8.1.3.2a, 8.1.3.2b)"
        for text in texts
    )
    (waived,) = [text for text in texts if text.startswith("waived")]
    assert all(part in waived for part in ("2027-01-31", "li.lei", "han.meimei", "SEC-12"))
    assert sum(text.startswith("undecided (no-value): ") for text in texts) == 3
    (chinese,) = [entry for entry in parsed(one_report("zh")) if "22 端口" in entry["description"]]
    assert chinese["location"] == {"path": "infra/main.tf", "lines": {"begin": 4}}


def test_what_has_no_file_stands_at_its_root_or_the_settings(make_result, report_of):
    nowhere = make_result("audit-trail-exists", Verdict.UNKNOWN, "*", SourceLocation(""), ("no trail", "无"))
    nowhere.root = "."
    below = make_result("audit-trail-exists", Verdict.FAIL, "*", SourceLocation(""), ("no trail", "无"))
    dotted = make_result("oss-versioning", Verdict.FAIL, "a.b", SourceLocation("./x/main.tf"), ("no", "否"))
    paths = [entry["location"] for entry in parsed(report_of([nowhere, below, dotted]))]
    assert [place["path"] for place in paths] == ["compliant-infra.toml", "infra", "x/main.tf"]
    assert [place["lines"]["begin"] for place in paths] == [1, 1, 1]


def test_a_finding_that_begins_to_fail_is_a_new_entry(make_result, report_of):
    """GitLab shows what the target branch's report does not have; there the same finding was undecided."""

    def entry(verdict, **more):
        result = make_result("oss-versioning", verdict, "a.b", SourceLocation("main.tf", 3), ("no", "否"), **more)
        (found,) = parsed(report_of([result]))
        return found["fingerprint"]

    known = entry(Verdict.FAIL, known=True)
    assert known == entry(Verdict.FAIL)
    before = entry(Verdict.UNKNOWN, reason=UnknownReason("no-value", "var.x"))
    assert before != entry(Verdict.FAIL)
    assert entry(Verdict.FAIL) == entry(Verdict.FAIL, severity=Severity.LOW)


def test_a_known_finding_weighs_nothing_and_says_so(make_result, report_of):
    result = make_result("oss-versioning", Verdict.FAIL, "a.b", SourceLocation("main.tf"), ("no", "否"), known=True)
    (entry,) = parsed(report_of([result]))
    assert entry["severity"] == "info" and entry["description"].startswith("known: CN101 a.b")


def test_two_systems_that_read_one_file_keep_both_entries(one_report):
    report = one_report()
    report.systems.append(report.systems[0])
    assert len(parsed(report)) == 2 * len(parsed(one_report()))
