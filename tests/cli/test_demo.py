"""The bundled example estate: what the check finds there is exactly what was put there, and the demo runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compliant_infra.cli.main import cli
from compliant_infra.hcl_checks.reader import parse
from tests.rules.schemas import loaded, resource_type
from tests.rules.test_remediation_schemas import conflicts, wrong_in

ROOT = Path(__file__).resolve().parents[2]
ESTATE = "examples/estate"
EXPECTED: Mapping[str, list[dict[str, str]]] = json.loads(
    (Path(__file__).parent / "estate_expectations.json").read_text(encoding="utf-8")
)
CLOUDS = ("alicloud", "aws", "tencentcloud")
ENVIRONMENT = {"COMPLIANT_INFRA_NO_CACHE": "1", "NO_COLOR": "1", "LANG": "C", "LC_ALL": "C"}

#: What the check says of a place: root, rule, address.
Place = tuple[str, str, str]


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON report of a check that is started in the repository root."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        answer = CliRunner().invoke(cli, ["check", "--format", "json", *arguments], env=ENVIRONMENT)
    finally:
        os.chdir(before)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    document = json.loads(answer.stdout)
    assert isinstance(document, dict)
    return answer.exit_code, document


@pytest.fixture(scope="module")
def judged() -> tuple[int, dict[str, Any]]:
    """The whole estate, checked once."""
    return check(ESTATE)


@pytest.fixture(scope="module")
def report(judged: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    """The report on the whole estate."""
    return judged[1]


def found(report: Mapping[str, Any], verdict: str) -> list[dict[str, Any]]:
    return [item for item in report["results"] if item["verdict"] == verdict]


def subject(result: Mapping[str, Any]) -> str:
    """The address; of a question to the whole system ``*`` and the cloud of which it is asked."""
    address = str(result["resource"])
    cloud = str(result.get("message", "")).partition(":")[0]
    return f"* {cloud}" if address == "*" and cloud in CLOUDS else address


def places(results: Iterable[Mapping[str, Any]]) -> set[Place]:
    return {(item["root"].removeprefix(f"{ESTATE}/"), item["rule"], subject(item)) for item in results}


def test_what_fails_is_what_was_seeded_and_nothing_else(report: dict[str, Any]) -> None:
    expected = places(EXPECTED["failing"])
    failing = places(found(report, "fail"))
    assert sorted(expected - failing) == [], "seeded, but not found"
    assert sorted(failing - expected) == [], "found, but not seeded: a false alarm"


def test_what_is_undecided_says_why(report: dict[str, Any]) -> None:
    expected = {
        (item["root"], item["rule"], item["resource"]): (item["reason"], item["expression"])
        for item in EXPECTED["undecided"]
    }
    undecided = found(report, "unknown")
    reasons = {
        place: (item["reason"]["code"], item["reason"]["expression"]) for item in undecided for place in places([item])
    }
    assert reasons == expected
    codes = {code for code, _ in reasons.values()}
    assert {"no-value", "data-source", "ambiguous", "not-listed", "not-in-scan"} <= codes


def test_waived_results_carry_their_waiver(report: dict[str, Any]) -> None:
    waived = found(report, "waived")
    assert places(waived) == places(EXPECTED["waived"])
    for item in waived:
        assert item["waiver"]["owner"]
        assert item["waiver"]["reason"]
        assert item["waiver"]["until"] >= "2027-06-30"


def test_status_and_diagnostics(judged: tuple[int, dict[str, Any]]) -> None:
    status, report = judged
    assert status == 1
    assert [item for item in report["diagnostics"] if item["level"] == "error"] == []
    assert [item["code"] for item in report["diagnostics"]] == ["module-absent"]
    assert "module.threat_detection" in report["diagnostics"][0]["message"]


def test_each_system_has_its_own_level(report: dict[str, Any]) -> None:
    systems = {item["system"]: (item["baseline"], set(item["profiles"])) for item in report["systems"]}
    assert systems == {
        "青榆保险核心业务系统": ("mlps-l3", {"localisation"}),
        "青榆保险支付清算系统": ("mlps-l3", {"localisation", "sm"}),
        "青榆保险营销活动站点": ("mlps-l2", set()),
        "青榆保险智能客服系统": ("mlps-l2", {"pipl", "ai"}),
    }


def test_the_estate_is_large_enough(report: dict[str, Any]) -> None:
    # terraform plan makes the same 885 instances of these roots
    assert report["summary"]["resources"] == 885
    assert len(report["summary"]["roots"]) == 11
    modules = {path.parent for path in (ROOT / ESTATE / "modules").glob("*/*/*.tf")}
    assert len(modules) == 20


def test_defects_are_spread_over_rules_and_clouds(report: dict[str, Any]) -> None:
    failing = found(report, "fail")
    assert len({item["rule"] for item in failing}) >= 90
    rules_of_cloud: dict[str, set[str]] = {cloud: set() for cloud in CLOUDS}
    for item in failing:
        cloud = item["type"].removeprefix("provider.").split("_")[0]
        if cloud in rules_of_cloud:  # not a requirement of the configuration itself
            rules_of_cloud[cloud].add(item["rule"])
    assert min(len(rules) for rules in rules_of_cloud.values()) >= 30


def test_most_of_the_estate_is_good(report: dict[str, Any]) -> None:
    counts = report["summary"]["verdicts"]
    assert counts["pass"] > 10 * counts["fail"]
    assert counts["error"] == 0


def test_the_register_answers_what_code_cannot_show(report: dict[str, Any]) -> None:
    (overdue,) = [item for item in found(report, "fail") if item["rule"] == "evidence-current"]
    assert overdue["file"] == f"{ESTATE}/evidence.toml"
    assert "2026-06-30" in overdue["message"]
    core = next(item for item in report["systems"] if item["system"] == "青榆保险核心业务系统")
    documented = {item["id"] for item in core["clauses"] if item["state"] == "documented"}
    assert {"gbt22239-2019:8.1.1.1", "gbt22239-2019:8.1.3.1d", "gbt22239-2019:8.1.6.1"} <= documented
    assert "gbt22239-2019:8.1.10.13" not in documented  # its review is overdue


def test_the_declared_mechanism_covers_one_country_only() -> None:
    answer = CliRunner().invoke(
        cli,
        ["explain", "cross-border", "--config", f"{ROOT / ESTATE}/compliant-infra.toml", "--lang", "en"],
        env=ENVIRONMENT,
    )
    assert answer.exit_code == 0, answer.output
    assert "standard contract" in answer.output
    assert "suffices" in answer.output
    # Singapore and Hong Kong are not in the contract: what goes there is found all the same
    abroad = {rule for _, rule, _ in places(EXPECTED["failing"]) if rule.startswith("loc-")}
    assert {"loc-db-copy-domestic", "loc-object-copy-domestic", "loc-peering-domestic"} <= abroad


#: Two that exclude each other by a condition: one of them is always null.
EITHER = {("alicloud_security_group_rule", "source_security_group_id conflicts with cidr_ip")}


@pytest.mark.skipif(
    any(loaded(cloud) is None for cloud in CLOUDS),
    reason="COMPLIANT_INFRA_SCHEMAS does not name the providers' schemas",
)
def test_the_estate_fits_the_providers_schemas() -> None:
    wrong: list[str] = []
    count = 0
    for path in sorted((ROOT / ESTATE).rglob("*.tf")):
        for block in parse(path.read_text(encoding="utf-8")).body.blocks:
            if block.type != "resource":
                continue
            kind, label = block.labels
            schema = resource_type(kind)
            if schema is None:
                wrong.append(f"{path.name}: no type {kind}")
                continue
            count += 1
            sentences = chain(
                wrong_in(kind, block.body, schema, "", whole=True), conflicts(kind, block.body, schema, whole=True)
            )
            wrong += [f"{path.name}: {kind}.{label}: {found}" for found in sentences if (kind, found) not in EITHER]
    assert wrong == []
    assert count > 200


def test_the_password_of_the_tfvars_is_not_repeated(report: dict[str, Any]) -> None:
    written = "Qy-Staging#2026"
    assert written in (ROOT / ESTATE / "alicloud/staging/terraform.tfvars").read_text(encoding="utf-8")
    assert written not in json.dumps(report, ensure_ascii=False)


def test_another_variable_file_closes_the_test_network() -> None:
    staging = f"{ESTATE}/alicloud/staging"
    _, usual = check(staging)
    status, narrowed = check(staging, "--var-file", f"{staging}/loadtest.tfvars")
    gone = places(found(usual, "fail")) - places(found(narrowed, "fail"))
    assert {(rule, address) for _, rule, address in gone} == {
        ("net-sg-no-risky-port-from-any", 'module.network.alicloud_security_group_rule.this["ssh"]')
    }
    assert status == 1


def test_a_single_root_is_judged_as_in_the_whole_estate(report: dict[str, Any]) -> None:
    root = "tencentcloud/prod"
    _, alone = check(f"{ESTATE}/{root}")

    def of_root(results: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
        return Counter(
            (item["rule"], item["resource"])
            for item in results
            if item["root"].endswith(root) and item["resource"] != "*"
        )

    assert of_root(found(alone, "fail")) == of_root(found(report, "fail"))


def _demo(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the demo as ``make demo`` does, in a directory that holds the examples and nothing else."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "examples/demo.sh"],
        cwd=tmp_path,
        env={**os.environ, **ENVIRONMENT, "PATH": path, **changes},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell script")
def test_the_demo_writes_every_report(tmp_path: Path) -> None:
    answer = _demo(tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "technical clauses" in answer.stdout
    assert "Exit status 1" in answer.stdout
    names = ("report.txt", "report.json", "report.sarif", "report.junit.xml", "report.md", "report.csv")
    for name in names:
        file = tmp_path / "demo-reports" / name
        assert file.stat().st_size > 1000, name
        if name != "report.txt":
            assert f"demo-reports/{name}" in answer.stdout
    written = json.loads((tmp_path / "demo-reports/report.json").read_text(encoding="utf-8"))
    assert len(places(found(written, "fail"))) == len(EXPECTED["failing"])
    said = answer.stdout[answer.stdout.index("== Running a Pulumi program") :].splitlines()
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n((?:  \w+ +\d.*\n)+)```", page)
    assert [line for line in shown.splitlines() if line not in said] == []


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell script")
def test_the_demo_fails_without_the_command(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sh").symlink_to("/bin/sh")
    answer = _demo(tmp_path, PATH=str(tools))
    assert answer.returncode != 0
    assert "compliant-infra is not on PATH" in answer.stderr


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell script")
def test_the_demo_fails_where_the_check_ends_otherwise(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    fake = tools / "compliant-infra"
    fake.write_text("#!/bin/sh\necho nothing found\nexit 0\n", encoding="utf-8")
    fake.chmod(0o755)
    answer = _demo(tmp_path, PATH=f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert answer.returncode != 0
    assert "demo:" in answer.stderr
