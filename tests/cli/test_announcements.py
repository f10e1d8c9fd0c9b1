"""What rests on announcements only is said to, wherever it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.harness import check, invoke, lay

LOGS = """
provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_log_store" "app" {
  project_name     = "shop"
  logstore_name    = "app"
  retention_period = 200
}
"""
WORDS = {"en": ("announced, unconfirmed", "only an announcement asks for"), "zh": ("拟议，未确认", "仅依据拟议要求")}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"main.tf": LOGS})
    return tmp_path


@pytest.mark.parametrize("format_", ["console", "markdown"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_reports_name_the_profile_and_the_value(project: Path, language: str, format_: str) -> None:
    marked, only = WORDS[language]
    options = ("check", "--baseline", "mlps-l3", "--format", format_, "--lang", language)
    shown = invoke(*options, "--profile", "draft-2026").out
    text = " ".join(shown.replace("\n", " ").split())
    assert marked in text
    assert only in text
    assert "log-retention-days = 365" in text
    assert text.count("log-retention-days") >= 2  # at the head, and at the rule that is judged by it
    plain = invoke(*options).out
    assert marked not in plain and only not in plain


def test_the_json_report_names_them(project: Path) -> None:
    summary = check("--baseline", "mlps-l3", "--profile", "draft-2026").document["summary"]
    assert (summary["announced"], summary["drafted"]) == (["draft-2026"], ["log-retention-days"])
    summary = check("--baseline", "mlps-l3").document["summary"]
    assert (summary["announced"], summary["drafted"]) == ([], [])


def test_a_value_of_the_settings_rests_on_no_announcement(project: Path) -> None:
    settings = '[system]\nbaseline = "mlps-l3"\nprofiles = ["draft-2026"]\n[parameters]\nlog-retention-days = 365\n'
    (project / "compliant-infra.toml").write_text(settings, encoding="utf-8")
    assert check().document["summary"]["drafted"] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_that_only_an_announcement_asks_for(project: Path, language: str) -> None:
    lay(project, {"main.tf": 'provider "aws" {\n  region = "cn-north-1"\n}\nresource "aws_sagemaker_model" "m" {}\n'})
    options = ("check", "--baseline", "mlps-l3", "--lang", language, "--profile", "draft-2026")
    text = " ".join(invoke(*options).out.split())
    assert "CN119" in text
    note = {"en": "only an announcement asks for this (unconfirmed, not in force)", "zh": "仅拟议要求提出此项"}[
        language
    ]
    assert note in text
    assert note not in " ".join(invoke(*options, "--profile", "ai").out.split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_explain_and_coverage_mark_them(language: str) -> None:
    marked, only = WORDS[language]
    clause = invoke("explain", "draft-2026:mlps.log-retention", "--profile", "draft-2026", "--lang", language).out
    assert {"en": "announced only", "zh": "仅为拟议内容"}[language] in clause
    rule = invoke("explain", "CN080", "--profile", "draft-2026", "--lang", language).out
    assert only in rule and marked in rule
    listed = invoke("coverage", "--profile", "draft-2026", "--lang", language).out
    drafts = [line for line in listed.splitlines() if line.startswith("draft-2026:")]
    assert drafts and all(marked in line for line in drafts)
    assert not any(marked in line for line in listed.splitlines() if line.startswith("gbt22239"))
