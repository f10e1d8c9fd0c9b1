"""The GitLab template: its script lines run as a runner runs them, in a scratch repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from tests.cli.harness import BAD, GOOD, lay
from tests.delivery.workshop import ROOT, TRAPS, code_host, commit, environment, run

TEMPLATE: dict[str, Any] = yaml.safe_load(
    (ROOT / "ci" / "gitlab" / "compliant-infra.gitlab-ci.yml").read_text(encoding="utf-8")
)
JOB: dict[str, Any] = TEMPLATE["compliant-infra"]
QUALITY = "gl-code-quality-report.json"
MARKER = "<!-- compliant-infra:comment -->"


def job(tmp_path: Path, repository: Path, part: str, **variables: str) -> tuple[int, str]:
    """Run a part of the job as the runner does: its lines in one shell that ends at the first failure."""
    predefined = {
        "CI_PROJECT_URL": "https://host.example/owner/name",
        "CI_COMMIT_SHA": "0123abc",
        "CI_PROJECT_ID": "5",
        "CI_PROJECT_DIR": str(repository),
        "COMPLIANT_INFRA_OPTIONS": "--only CN008",
    }
    defaults = {name: str(value) for name, value in TEMPLATE["variables"].items()}
    env = environment(tmp_path, {**defaults, **predefined, **variables})
    done = run("sh", "-e", cwd=repository, env=env, stdin="\n".join(JOB[part]) + "\n")
    return done.returncode, done.stdout + done.stderr


def quality(repository: Path) -> list[str]:
    entries = json.loads((repository / QUALITY).read_text(encoding="utf-8"))
    return sorted(entry["location"]["path"] for entry in entries if entry["severity"] == "blocker")


def test_what_the_job_keeps_is_what_its_script_writes(tmp_path: Path) -> None:
    folder = lay(tmp_path / "repository", {"infra/main.tf": BAD, **TRAPS})
    commit(folder)
    status, log = job(tmp_path, folder, "script", COMPLIANT_INFRA_PROFILES="pipl sm", COMPLIANT_INFRA_LANG="zh")
    assert status == 1, log
    kept = JOB["artifacts"]
    assert kept["when"] == "always"
    for name in [*kept["paths"], *kept["reports"].values()]:
        assert (folder / name).is_file(), name
    assert quality(folder) == ["infra/main.tf"]
    suite = ElementTree.parse(folder / kept["reports"]["junit"]).getroot()
    assert suite.get("failures") == "1"
    comment = (folder / "compliant-infra.md").read_text(encoding="utf-8")
    assert "https://host.example/owner/name/-/blob/0123abc/infra/main.tf#L6" in comment and "1 项未通过" in comment
    assert set(json.loads((folder / "compliant-infra.json").read_text(encoding="utf-8"))["profiles"]) == {"pipl", "sm"}
    assert not (folder / "executed").exists()


def test_a_merge_request_may_be_judged_by_what_it_changes(tmp_path: Path) -> None:
    """The gate sees the change alone; Code Quality still sees everything, or it would call the rest mended."""
    folder = lay(tmp_path / "repository", {"old/main.tf": BAD, "new/main.tf": GOOD})
    base = commit(folder)
    if os.geteuid() == 0:
        os.chown(folder, 10001, 10001)  # the runner's helper has cloned, another user judges
    lay(folder, {"new/main.tf": GOOD + "\n# changed\n"})
    commit(folder)
    changed = {"COMPLIANT_INFRA_JUDGE": "changed", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    status, log = job(tmp_path, folder, "script", **changed)
    assert status == 0, log
    assert quality(folder) == ["old/main.tf"]

    lay(folder, {"old/main.tf": BAD + "\n# changed\n", "old/compliant-infra.toml": "[system]\n"})
    commit(folder)
    assert job(tmp_path, folder, "script", **(changed | {"COMPLIANT_INFRA_JUDGE": "all"}))[0] == 1
    comment = (folder / "compliant-infra.md").read_text(encoding="utf-8")
    assert comment.index("This change alters how it is judged") < comment.index("old/compliant-infra.toml")
    assert job(tmp_path, folder, "script", **changed)[0] == 1
    changed["COMPLIANT_INFRA_JUDGE"] = "new"
    status, log = job(tmp_path, folder, "script", **changed)
    assert status == 0, log
    assert "no new finding" in (folder / "compliant-infra.md").read_text(encoding="utf-8")
    status, log = job(tmp_path, folder, "script", COMPLIANT_INFRA_JUDGE="changes")
    assert status == 2 and "all, changed or new" in log
    assert job(tmp_path, folder, "before_script", COMPLIANT_INFRA_PACKAGE="")[0] == 0
    status, log = job(tmp_path, folder, "script", COMPLIANT_INFRA_OPTIONS="--help")
    assert status == 2 and "no report" in log
    status, log = job(tmp_path, folder, "script", COMPLIANT_INFRA_PATHS="new $(touch executed)")
    assert status == 2 and not (folder / "executed").exists()


def test_the_tool_is_installed_unless_the_image_has_it(tmp_path: Path) -> None:
    fake = lay(tmp_path / "bin", {"python3": '#!/bin/sh\nprintf "%s\\n" "$@" >>"$HOME/asked"\n'})
    (fake / "python3").chmod(0o755)
    wanted = "compliant-infra @ git+https://git.example.com/x.git@v1"
    path = f"{fake}:{environment(tmp_path)['PATH']}"
    assert job(tmp_path, tmp_path, "before_script", COMPLIANT_INFRA_PACKAGE="", PATH=path)[0] == 0
    assert not (tmp_path / "asked").exists()
    status, log = job(tmp_path, tmp_path, "before_script", COMPLIANT_INFRA_PACKAGE=wanted, PATH=path)
    assert status == 0 and "compliant-infra 0" in log
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[:4] == ["-I", "-m", "pip", "install"] and asked[-1] == wanted


def test_what_the_checkout_brings_is_no_report(tmp_path: Path) -> None:
    """A committed file of the note's name would be posted with the token of the job, commands in it included."""
    secret = lay(tmp_path, {"secret": "kept"}) / "secret"
    folder = lay(tmp_path / "repository", {"main.tf": BAD, "compliant-infra.md": "/approve\n", QUALITY + "/x": ""})
    (folder / "compliant-infra.json").symlink_to(secret)
    with code_host() as host:
        given = {"CI_API_V4_URL": host.url, "CI_MERGE_REQUEST_IID": "7", "COMPLIANT_INFRA_NOTE_TOKEN": "t"}
        status, log = job(tmp_path, folder, "after_script", **given)
        assert (status, host.asked) == (0, []) and "no report of the format comment" in log
    assert job(tmp_path, folder, "before_script", COMPLIANT_INFRA_PACKAGE="")[0] == 0
    assert [path.name for path in folder.iterdir()] == ["main.tf"]
    assert job(tmp_path, folder, "script")[0] == 1
    assert secret.read_text(encoding="utf-8") == "kept" and not (folder / "compliant-infra.json").is_symlink()


def test_the_note_is_kept_up_to_date_where_there_is_a_token(tmp_path: Path) -> None:
    folder = lay(tmp_path / "repository", {"compliant-infra.md": f"{MARKER}\n### new\n", **TRAPS})
    notes = "/projects/5/merge_requests/7/notes"
    body = {"body": f"{MARKER}\n### new\n"}
    with code_host() as host:
        given = {"CI_API_V4_URL": host.url, "CI_MERGE_REQUEST_IID": "7"}
        assert job(tmp_path, folder, "after_script", **given) == (0, "")
        assert host.asked == []

        given["COMPLIANT_INFRA_NOTE_TOKEN"] = "secret-token"
        others = [{"id": number, "author": {"id": 2}, "body": MARKER} for number in range(100)]
        own = [{"id": 205, "author": {"id": 1}, "body": f"{MARKER}\nold"}, {"id": 3, "author": {"id": 1}, "body": "x"}]
        host.answers = {
            ("GET", "/user"): {"id": 1},
            ("GET", f"{notes}?per_page=100&page=1"): others,
            ("GET", f"{notes}?per_page=100&page=2"): own,
            ("PUT", f"{notes}/205"): {},
            ("POST", notes): {},
        }
        assert job(tmp_path, folder, "after_script", **given) == (0, "note replaced\n")
        host.answers["GET", f"{notes}?per_page=100&page=2"] = []
        assert job(tmp_path, folder, "after_script", **given) == (0, "note written\n")
        assert host.written() == [("PUT", f"{notes}/205", body), ("POST", notes, body)]
        assert host.tokens == {"secret-token"}

        host.answers["GET", "/user"] = 401
        assert job(tmp_path, folder, "after_script", **given) == (0, "no note: the API answers 401\n")
    assert not (folder / "executed").exists()
