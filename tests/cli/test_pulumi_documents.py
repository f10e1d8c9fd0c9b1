"""``check`` reads what ``pulumi preview --json`` and ``pulumi stack export`` print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.harness import check, invoke

RECORDED = Path(__file__).parents[1] / "components" / "recorded"
DOCUMENTS = ("preview-create.json", "stack-export.json")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_recorded_documents_are_judged(name: str) -> None:
    answer = check(str(RECORDED / name), "--baseline", "mlps-l3", "--include-passed")
    assert answer.status == 1
    results = answer.document["results"]
    assert {item["type"] for item in results} > {"alicloud_oss_bucket", "alicloud_db_instance", "alicloud_kms_key"}
    plain = {item["rule"] for item in results if item["resource"].endswith("::plain") and item["verdict"] == "fail"}
    assert "oss-sse" in plain
    assert {item["file"] for item in results if item["resource"].startswith("urn:")} == {"__main__.py"}


def test_a_preview_without_what_stays_the_same_is_judged_for_itself() -> None:
    """Fifteen resources are not listed: what they add to the one that changes cannot be known."""
    answer = check(str(RECORDED / "preview-update.json"), "--baseline", "mlps-l3")
    verdicts = {item["rule"]: item["verdict"] for item in answer.document["results"]}
    assert verdicts["oss-https-only"] == "unknown"
    failing = [item for item in answer.document["results"] if item["verdict"] == "fail"]
    assert all(item["attribute"] for item in failing)  # what the resource says of itself stays a finding
    (said,) = (item for item in answer.document["diagnostics"] if item["code"] == "unsupported-input")
    assert "14 resources" in said["message"]
    assert "--show-sames" in said["hint"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"version": 3, "deployment": {"resources": 5}}', "resources"),
        ('{"steps": [{"op": "create", "newState": []}]}', "newState"),
        ('{"version": 3, "deployment": {', "broken JSON"),
    ],
)
def test_broken_documents_are_said(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content, encoding="utf-8")
    answer = check(str(file))
    assert answer.status == 2
    assert any(said in item["message"] for item in answer.document["diagnostics"])
    assert {item["code"] for item in answer.document["diagnostics"]} <= {"invalid-plan", "nothing-to-scan"}


def test_waivers_of_components_show_and_expire(tmp_path: Path) -> None:
    """What a component was given as a waiver is one in the report, until its day."""
    component = "urn:pulumi:dev::p::compliant-infra-alicloud:index:ObjectBucket::docs"
    waiver = {"rule": "oss-versioning", "reason": "scratch data", "owner": "li.wei", "until": "2999-12-31"}

    def export(until: str) -> Path:
        resources = [
            {
                "urn": component,
                "custom": False,
                "type": "compliant-infra-alicloud:index:ObjectBucket",
                "inputs": {"waivers": [{**waiver, "until": until}]},
            },
            {
                "urn": "urn:pulumi:dev::p::compliant-infra-alicloud:index:ObjectBucket$alicloud:oss/bucket:Bucket"
                "::docs-bucket",
                "custom": True,
                "id": "docs",
                "type": "alicloud:oss/bucket:Bucket",
                "inputs": {"bucket": "docs"},
                "parent": component,
            },
        ]
        file = tmp_path / f"{until}.json"
        file.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}), encoding="utf-8")
        return file

    held = check(str(export("2999-12-31")), "--only", "oss-versioning")
    assert [(item["verdict"], item["waiver"]["owner"]) for item in held.document["results"]] == [("waived", "li.wei")]
    assert held.status == 0
    expired = check(str(export("2020-01-01")), "--only", "oss-versioning")
    assert [item["verdict"] for item in expired.document["results"]] == ["fail"]
    assert "waiver-expired" in {item["code"] for item in expired.document["diagnostics"]}
    assert invoke("check", str(export("2020-01-01")), "--only", "oss-versioning").status == 1
