"""``check`` reads what ``pulumi preview --json`` and ``pulumi stack export`` print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.harness import check, invoke
from tests.days import SOON

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
    waiver = {"rule": "oss-versioning", "reason": "scratch data", "owner": "li.wei", "until": SOON}

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

    held = check(str(export(SOON)), "--only", "oss-versioning")
    assert [(item["verdict"], item["waiver"]["owner"]) for item in held.document["results"]] == [("waived", "li.wei")]
    assert held.status == 0
    expired = check(str(export("2020-01-01")), "--only", "oss-versioning")
    assert [item["verdict"] for item in expired.document["results"]] == ["fail"]
    assert "waiver-expired" in {item["code"] for item in expired.document["diagnostics"]}
    assert invoke("check", str(export("2020-01-01")), "--only", "oss-versioning").status == 1


BUCKET = "urn:pulumi:dev::p::alicloud:oss/bucket:Bucket::b"


def exported(*resources: dict[str, object], **top: object) -> str:
    public = {"urn": BUCKET, "type": "alicloud:oss/bucket:Bucket", "custom": True, "inputs": {"acl": "public-read"}}
    return json.dumps({**top, "version": 3, "deployment": {"resources": [public, *resources]}})


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (exported(), "utf-8-sig"),
        (exported(), "utf-16"),  # redirected output of PowerShell
        (exported(manifest={}), "utf-8"),  # keys in another order
    ],
)
def test_a_document_is_known_in_any_encoding_and_order(tmp_path: Path, content: str, encoding: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content, encoding=encoding)
    answer = check(str(file))
    assert answer.status == 1
    assert any(item["rule"] == "oss-not-public" and item["verdict"] == "fail" for item in answer.document["results"])


def test_a_preview_sorted_by_keys_is_read(tmp_path: Path) -> None:
    state = {"urn": BUCKET, "type": "alicloud:oss/bucket:Bucket", "custom": True, "inputs": {"acl": "public-read"}}
    steps = [{"op": "create", "urn": BUCKET, "newState": state}]
    file = tmp_path / "preview.json"
    file.write_text(json.dumps({"changeSummary": {"create": 1}, "config": {}, "steps": steps}), encoding="utf-8")
    assert check(str(file)).status == 1


def test_a_preview_that_ended_with_an_error_is_not_whole(tmp_path: Path) -> None:
    state = {"urn": BUCKET, "type": "alicloud:oss/bucket:Bucket", "custom": True, "inputs": {"acl": "private"}}
    document = {
        "steps": [{"op": "create", "urn": BUCKET, "newState": state}],
        "diagnostics": [{"severity": "error", "message": "password Tr0ub4dor"}, {"severity": "info", "message": "x"}],
    }
    file = tmp_path / "preview.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    answer = check(str(file))
    assert answer.status == 2
    assert "ended with 1 errors" in str(answer.document["diagnostics"])
    assert "Tr0ub4dor" not in json.dumps(answer.document)


@pytest.mark.parametrize("content", ['{"version": 3, "deployment": {}}', '{"steps": []}'])
def test_a_document_without_resources_is_nothing_to_judge(tmp_path: Path, content: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content, encoding="utf-8")
    answer = check(str(file))
    assert answer.status == 2
    assert {item["code"] for item in answer.document["diagnostics"]} == {"nothing-to-scan"}


def test_resources_of_other_packages_are_counted(tmp_path: Path) -> None:
    others = [
        {"urn": f"urn:pulumi:dev::p::{token}::x", "type": token, "custom": True}
        for token in ("kubernetes:core/v1:Pod", "tencentcloud:Cos/bucket:Bucket", "random:index/randomId:RandomId")
    ]
    file = tmp_path / "export.json"
    file.write_text(exported(*others), encoding="utf-8")
    document = check(str(file)).document
    said = [item["message"] for item in document["diagnostics"] if item["code"] == "unsupported-provider"]
    assert sorted(message.split(" not judged")[0] for message in said) == [
        "1 resource of provider pulumi-kubernetes",
        "1 resource of provider pulumi-tencentcloud",
    ]


def test_parents_in_a_circle_do_not_hold_it_up(tmp_path: Path) -> None:
    urns = [f"urn:pulumi:dev::p::compliant-infra-alicloud:index:X::{name}" for name in ("a", "b")]
    waiver = {"rule": "oss-versioning", "reason": "r", "owner": "o", "until": SOON}
    components = [
        {"urn": urn, "custom": False, "parent": parent, "inputs": {"waivers": [waiver]}}
        for urn, parent in zip(urns, reversed(urns), strict=True)
    ]
    file = tmp_path / "export.json"
    file.write_text(exported(*components), encoding="utf-8")
    assert check(str(file)).status == 1
