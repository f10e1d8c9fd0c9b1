"""``checkov`` runs an installed checkov with our policies, reports both, and is not quiet about what checkov missed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from compliant_infra.hcl_checks.checkov_policies.folder import policy_records
from compliant_infra.hcl_checks.crosswalk.running import OptionError, log_problems, read_options
from compliant_infra.kernel.model import Severity
from tests.cli.harness import BAD, PROVIDER, RULE, Answer, invoke, lay
from tests.cli.test_import import record, report
from tests.days import SOON

_CHECKOV: Final = Path(__file__).parents[2] / ".venv-checkov" / "bin" / "checkov"

#: The tests of one run go to one worker: it is made once.
one_worker = pytest.mark.xdist_group("checkov-wrapper")

#: One fault for each thing that checkov gets wrong in silence.
ESTATE: Final[dict[str, str | bytes]] = {
    "main.tf": PROVIDER + BAD + 'module "m" {\n  source = "./m"\n}\n',
    "m/main.tf": 'resource "alicloud_disk" "data" {\n  size = 20\n}\n',
    "default.tf": 'resource "alicloud_ecs_disk_encryption_by_default" "on" {\n  encrypted = true\n}\n',
    "skipped.tf": (
        'resource "alicloud_oss_bucket" "logs" {\n'
        "  #checkov:skip=CKV2_CN_101:not needed\n"
        '  bucket = "logs"\n'
        "}\n"
        f'# compliant-infra:ignore=oss-versioning reason="rebuilt daily" owner="ops" until={SOON}\n'
        'resource "alicloud_oss_bucket" "waived" {\n'
        '  bucket = "waived"\n'
        "}\n"
    ),
    "unknown.tf": 'variable "cidr" {}\n' + BAD.replace('"open"', '"may_be"').replace('"0.0.0.0/0"', "var.cidr"),
    "values.tf": "locals {\n  a = 1\n}\n",  # holds nothing to check
    "other.tf.json": '{"resource": {"alicloud_kms_key": {"k": {"description": "k"}}}}',
    "broken.tf": 'resource "alicloud_vpc" "v" {\n  vpc_name =\n}\n',
    ".checkov.yaml": "skip-check:\n  - CKV_ALI_98\n",
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, dict[str, Any]]:
    """The report of one run over the estate, and what checkov wrote."""
    if not _CHECKOV.exists():
        pytest.skip("needs checkov in .venv-checkov (make test prepares it)")
    here = tmp_path_factory.mktemp("checkov")
    estate = lay(here / "estate", ESTATE)
    kept = here / "kept.json"
    before = Path.cwd()
    os.chdir(here)
    try:
        answer = invoke(
            "checkov", estate.name, "--format", "json", "--include-passed", "--checkov", str(_CHECKOV),
            "--checkov-output", str(kept), "--", "-c", "CKV2_CN_*,CKV_ALI_*", "--skip-check", "CKV_ALI_99,CKV2_CN_012",
        )  # fmt: skip
    finally:
        os.chdir(before)
    return answer, json.loads(kept.read_text(encoding="utf-8"))


def messages(answer: Answer, code: str) -> dict[str, str]:
    return {item["file"]: item["message"] for item in answer.diagnostics if item["code"] == code}


@one_worker
def test_both_reports_are_merged(real: tuple[Answer, dict[str, Any]]) -> None:
    answer, written = real
    assert answer.verdicts() == {
        "alicloud_security_group_rule.open": "fail",
        "alicloud_security_group_rule.may_be": "unknown",  # which checkov drops
    }
    # The check fails a rule that drops as well: its failure by itself decides nothing.
    builtin = {item["resource"]: item for item in answer.of_rule("CKV_ALI_2")}["alicloud_security_group_rule.open"]
    assert (builtin["verdict"], builtin["file"], builtin["severity"]) == ("unknown", "estate/main.tf", "critical")
    assert {item["check_id"] for item in written["results"]["failed_checks"]} >= {"CKV2_CN_008", "CKV_ALI_2"}
    summary = answer.document["summary"]
    assert (summary["resources"], summary["roots"]) == (7, ["estate"])
    clauses = {item["id"]: item for item in answer.document["clauses"]}
    port = clauses["gbt22239-2019:8.1.3.2c"]
    assert port["state"] == "fail" and {RULE, "CKV_ALI_2"} <= set(port["rules"]) and port["decided"] == "rules"


@one_worker
def test_where_our_rule_passes_it_decides(real: tuple[Answer, dict[str, Any]]) -> None:
    answer, _ = real
    (found,) = answer.of_rule("CKV_ALI_7")
    assert found["resource"] == "module.m.alicloud_disk.data"
    assert found["verdict"] == "unknown" and "disk-encrypted passes on this resource" in found["message"]
    assert not any("CKV_ALI_7" in item["rules"] for item in answer.document["clauses"])


@one_worker
def test_files_that_checkov_missed(real: tuple[Answer, dict[str, Any]]) -> None:
    answer, _ = real
    assert answer.status == 2
    unread = messages(answer, "unreadable-file")
    assert set(unread) == {"estate/broken.tf", "estate/other.tf.json"}
    assert "could not parse" in unread["estate/broken.tf"] and "has not read" in unread["estate/other.tf.json"]
    assert answer.verdicts("kms-rotation") == {"alicloud_kms_key.k": "fail"}  # judged all the same


@one_worker
def test_ids_that_do_not_exist(real: tuple[Answer, dict[str, Any]]) -> None:
    answer, _ = real
    said = [item["message"] for item in answer.diagnostics if item["code"] == "unknown-rule"]
    assert said == ["--skip-check: checkov has no check CKV_ALI_99",
                    "skip-check of estate/.checkov.yaml: checkov has no check CKV_ALI_98"]  # fmt: skip
    assert "skip-check" in messages(answer, "unsupported-input")["estate/.checkov.yaml"]


@one_worker
def test_a_skip_waives_nothing_and_a_waiver_does(real: tuple[Answer, dict[str, Any]]) -> None:
    answer, _ = real
    assert answer.verdicts("oss-versioning") == {
        "alicloud_oss_bucket.logs": "fail",
        "alicloud_oss_bucket.waived": "waived",
    }
    assert "has no owner and no last day" in messages(answer, "waiver-invalid")["estate/skipped.tf"]
    (waived,) = [item for item in answer.of_rule("oss-versioning") if item["waiver"]]
    assert (waived["waiver"]["owner"], waived["waiver"]["until"]) == ("ops", SOON)


# --------------------------------------------------------------------------------------------------------------
# What a checkov may do, played by a program that does just that
# --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Run the command on one open port with a program that writes what is given, and needs no policies."""
    monkeypatch.setattr("compliant_infra.cli.checkov.cached_folder", lambda: tmp_path)
    lay(tmp_path / "src", {"main.tf": BAD})

    def run(
        *options: str, out: Any = None, log: str = "", side: Any = None, status: int = 0, format_: str = "json"
    ) -> Answer:
        text = out if isinstance(out, str) else json.dumps(out)
        program = tmp_path / "checkov"
        program.write_text(
            f"#!{sys.executable} -I\n"
            "import os, sys, json\n"
            f"json.dump([sys.argv[1:], dict(os.environ)], open({str(tmp_path / 'called.json')!r}, 'w'))\n"
            f"side = {json.dumps(side)!r}\n"
            "if side != 'null':\n"
            "    open(os.environ['COMPLIANT_INFRA_CHECKOV_REPORT'], 'w').write(side)\n"
            f"sys.stderr.write({log!r})\n"
            f"sys.stdout.write({text!r})\n"
            f"sys.exit({status})\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        return invoke(
            "checkov", str(tmp_path / "src"), "--checkov", str(program), "--format", format_, *options
        )  # fmt: skip

    return run


def side(tmp_path: Path, **more: Any) -> dict[str, Any]:
    ids = [item["id"] for item in policy_records()]
    return {
        "version": 1,
        "expected": ids,
        "loaded": ids,
        "systems": [
            {"name": "src", "baseline": "mlps-l3", "profiles": [], "roots": ["src"], "resources": 1, "files": 1}
        ],
        "files": [str((tmp_path / "src" / "main.tf").resolve())],
        "resources": 1,
        "results": [],
        "diagnostics": [],
        **more,
    }


CLEAN: Final = report(passed_checks=[record("CKV_ALI_3", "alicloud_security_group_rule.open")])


def test_nothing_wrong_is_status_0(play: Callable[..., Answer], tmp_path: Path) -> None:
    answer = play("--baseline", "mlps-l4", "--profile", "sm", "--", "--quiet", out=CLEAN, side=side(tmp_path))
    assert (answer.status, answer.codes) == (0, set())
    arguments, environment = json.loads((tmp_path / "called.json").read_text(encoding="utf-8"))
    assert arguments[:4] == ["-d", str(tmp_path / "src"), "--framework", "terraform"]
    assert arguments[-5:] == ["-o", "json", "--compact", "--skip-download", "--quiet"]
    assert environment["COMPLIANT_INFRA_BASELINE"] == "mlps-l4" and environment["COMPLIANT_INFRA_PROFILES"] == "sm"


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"side": None}, "rule-crashed", "has not run the policies"),
        ({"side": {"version": 2}}, "rule-crashed", "the report of the policies is damaged"),
        ({"side": {"version": 1}}, "rule-crashed", "the report of the policies is damaged"),
        ({"loaded": ["CKV2_CN_001"]}, "rule-crashed", "loaded 1 of"),
        ({"systems": []}, "rule-crashed", "were never asked"),
        ({"files": []}, "unreadable-file", "has not read this file"),
        ({"out": "boom", "log": "usage: x\nerror: no such option\n"}, "rule-crashed", "(error: no such option)"),
        ({"status": 2}, "rule-crashed", "ended with status 2"),
        (
            {"log": "2026-01-01 10:00:00,000 [MainThread  ] [ERROR]  Failed to run check X\nTraceback (most recent "
                    "call last):\n  File\nKeyError: 'x'\n"},
            "rule-crashed",
            "Failed to run check X: KeyError: 'x'",
        ),
        ({"out": report(parsing_errors=["main.tf"])}, "unreadable-file", "could not parse"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_status_2(
    play: Callable[..., Answer], tmp_path: Path, change: dict[str, Any], code: str, said: str
) -> None:
    given = dict(change)
    call = {name: given.pop(name) for name in ("side", "out", "log", "status") if name in given}
    answer = play(**{"out": CLEAN, "side": side(tmp_path, **given), **call})
    assert answer.status == 2
    assert any(item["code"] == code and said in item["message"] for item in answer.diagnostics), answer.diagnostics


def test_a_version_that_is_not_known_is_a_warning(play: Callable[..., Answer], tmp_path: Path) -> None:
    other = json.loads(json.dumps(CLEAN))
    other["summary"]["checkov_version"] = "3.9.0"
    answer = play(out=other, side=side(tmp_path))
    assert answer.status == 0 and "3.9.0" in answer.diagnostics[0]["message"]


def test_an_empty_directory_is_no_all_clear(play: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "src" / "main.tf").unlink()
    answer = play(out={"failed": 0, "parsing_errors": 0, "checkov_version": "3.3.30"}, side=side(tmp_path, systems=[]))
    assert (answer.status, answer.codes) == (2, {"nothing-to-scan"})


def test_settings_in_the_environment_are_told(
    play: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKV_SKIP_CHECK", "CKV_ALI_*,CKV_ALI_9999")
    answer = play(out=CLEAN, side=side(tmp_path))
    told = " ".join(item["message"] for item in answer.diagnostics)
    assert "CKV_SKIP_CHECK=CKV_ALI_*,CKV_ALI_9999" in told and "CKV_SKIP_CHECK: checkov has no check" in told


def test_an_id_that_nobody_can_look_up_is_a_warning(play: Callable[..., Answer], tmp_path: Path) -> None:
    answer = play("--", "--skip-check", "CKV_AZURE_1", out=CLEAN, side=side(tmp_path))  # it lists nothing
    assert answer.status == 0 and "CKV_AZURE_1" in answer.diagnostics[0]["message"]


def test_undecided_and_severities_decide_the_status(play: Callable[..., Answer], tmp_path: Path) -> None:
    result = {
        "rule": RULE, "verdict": "unknown", "severity": "critical", "root": "src", "resource": "r", "file": "main.tf",
        "line": 1, "end_line": 2, "message": {"en": "m", "zh": "m"}, "reason": {"code": "no-value", "expression": "v"},
        "clauses": [], "fingerprint": "f",
    }  # fmt: skip
    assert play(out=CLEAN, side=side(tmp_path, results=[result])).status == 0
    assert play("--fail-on-unknown", out=CLEAN, side=side(tmp_path, results=[result])).status == 1
    failing = side(tmp_path, results=[{**result, "verdict": "fail", "reason": None}])
    assert play(out=CLEAN, side=failing).status == 1
    assert play("--fail-on", "none", out=CLEAN, side=failing).status == 0
    assert play("--", "-c", "CKV_ALI_3", out=CLEAN, side=failing).status == 0  # not selected
    assert play("--", "-c", "LOW", out=CLEAN, side=failing).status == 1
    assert play("--", "-c", "INFO", out=CLEAN, side=failing).status == 1
    code = next(item["id"] for item in policy_records() if item["name"] == RULE)
    assert play("--", "--skip-check", f"{code}:main.tf", out=CLEAN, side=failing).status == 0
    assert play("--", "--skip-check", f"{code}:other.tf", out=CLEAN, side=failing).status == 1


def test_no_report_keeps_nothing_back(play: Callable[..., Answer], tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    answer = play("--checkov-output", str(kept), out="not json", side=side(tmp_path))
    assert answer.status == 2 and kept.read_text(encoding="utf-8") == "not json"
    chinese = play("--lang", "zh", out="not json", side=side(tmp_path), format_="console")
    assert "未写出报告" in chinese.out


@pytest.mark.parametrize(
    "options",
    [
        ["-o", "cli"], ["--output=sarif"], ["--output-file-path", "x"], ["--output-file", "x"], ["-d", "x"], ["-dx"],
        ["--file", "x"], ["--list"], ["--create-baseline"], ["--external-checks-git", "x"], ["-so", "cli"],
    ],
)  # fmt: skip
def test_options_that_break_the_merge_are_refused(options: list[str], tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": BAD})
    answer = invoke("checkov", str(tmp_path), "--checkov", sys.executable, "--", *options)
    assert answer.status == 2
    assert "not for here" in answer.err or "one by one" in answer.err


def test_options_are_read_as_checkov_reads_them() -> None:
    options = read_options(
        [
            "-c",
            "CKV_ALI_1,HIGH",
            "--check=CKV2_*",
            "-cCKV_X",
            "--skip-check",
            "CKV2_CN_008",
            "--skip-pa",
            "a/.*",
            "--quiet",
        ]
    )
    assert options.check == ["CKV_ALI_1", "HIGH", "CKV2_*", "CKV_X"] and options.skip == ["CKV2_CN_008"]
    assert options.selects("CKV2_CN_009", Severity.LOW) and options.selects("CKV_Z", Severity.CRITICAL)
    assert not options.selects("CKV2_CN_008", Severity.LOW) and not options.selects("CKV_Z", Severity.LOW)
    assert read_options(["-c", "INFO"]).selects("CKV_Z", Severity.LOW)
    assert not read_options(["--skip-check", "important"]).selects("CKV_Z", Severity.HIGH)
    partly = read_options(["--skip-check", "CKV2_CN_008:/legacy/,CKV2_CN_*:^/old"])
    assert partly.selects("CKV2_CN_008", Severity.LOW)
    assert [partly.skips_in("CKV2_CN_008", file) for file in ("/legacy/x.tf", "/x.tf", "/old.tf")] == [
        True,
        False,
        True,
    ]
    assert not partly.skips_in("CKV2_CN_009", "/legacy/x.tf") and not partly.skips_in("CKV_ALI_1", "/old.tf")
    assert options.skips_path("x/a/b.tf") and not options.skips_path("x/b.tf")
    assert read_options(["-ca", "cert.pem", "--skip-framework", "secrets"]).check == []
    with pytest.raises(OptionError):
        read_options(["--create-b"])


def test_no_checkov_says_how_to_get_one(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": BAD})
    answer = invoke("checkov", str(tmp_path), env={"PATH": "", "COMPLIANT_INFRA_CHECKOV": None})
    assert answer.status == 2 and "an environment of its own" in answer.err and "://" not in answer.err
    assert invoke("checkov", str(tmp_path / "no")).status == 2
    assert "找不到 checkov" in invoke("checkov", str(tmp_path), "--lang", "zh", "--checkov", "no-such-program").err


def test_warnings_in_the_log_are_none_of_our_business() -> None:
    head = "2026-01-01 10:00:00,000 [MainThread  ] "
    assert log_problems(f"{head}[WARNI]  slow\ncompliant-infra: 3 undecided\n") == []
    assert log_problems(f"{head}[CRITI]  bad\n{head}[INFO ]  x\n") == ["bad"]
    assert log_problems("Traceback (most recent call last):\n  x\nValueError: y\n") == ["ValueError: y"]
