"""The import budget: starting up costs the user every time, so a command loads what it needs and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.harness import BAD, lay

#: Modules that no check of a small directory of Terraform needs.
UNNEEDED = (
    "asyncio",
    "compliant_infra.hcl_checks.plan",
    "compliant_infra.obligations.register",
    "concurrent.futures",
    "csv",
    "email",
    "hcl2",
    "html",
    "http",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "jinja2",
    "jsonschema",
    "lark",
    "logging",
    "multiprocessing",
    "numpy",
    "pathspec",
    "pulumi",
    "requests",
    "rich",
    "ssl",
    "tomllib",
    "unittest",
    "urllib.request",
    "xml",
    "yaml",
)
#: Modules that talk to a network. Nothing does, whatever the format.
NETWORK = ("_socket", "_ssl", "ftplib", "http.client", "requests", "smtplib", "ssl", "urllib.request", "urllib3")

_PROGRAM = """
import json, sys
sys.argv = ["compliant-infra", *json.loads(sys.argv[1])]
from compliant_infra.cli.main import main
try:
    main()
except SystemExit as end:
    status = end.code
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit status of a command, and the modules that it has loaded."""
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "HOME": str(folder / "home"), "NO_COLOR": "1"}
    for name in ("COMPLIANT_INFRA_NO_CACHE", "COMPLIANT_INFRA_CACHE", "XDG_CACHE_HOME", "PYTHONSTARTUP"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(arguments)],
        cwd=folder / "work",
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    status, modules = json.loads(done.stderr.decode().splitlines()[-1])
    return status, set(modules)


def baseline_modules() -> set[str]:
    """What the interpreter and the environment load by themselves (site hooks, editable installs, click)."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, click; print(*sys.modules)"], capture_output=True, check=True, timeout=60
    )
    return set(done.stdout.decode().split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay(tmp_path, {"work/a.tf": BAD, "work/m/m.tf": 'variable "x" {}\n'})
    return tmp_path


def test_a_plain_check(folder: Path) -> None:
    status, modules = loaded(folder, "check")
    assert status == 1
    found = modules - baseline_modules()
    assert sorted(name for name in UNNEEDED if name in found) == []


def test_a_check_that_finds_its_judgements_kept(folder: Path) -> None:
    loaded(folder, "check")
    status, modules = loaded(folder, "check")
    assert status == 1
    found = modules - baseline_modules()
    assert sorted(name for name in UNNEEDED if name in found) == []


def test_a_hook_that_finds_nothing_touched(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder / "work", check=True)
    loaded(folder, "check")
    status, modules = loaded(folder, "check", "--hook", "readme.md")
    assert status == 0
    found = modules - baseline_modules()
    unneeded = ("compliant_infra.cli.known", "compliant_infra.cli.revisions", "compliant_infra.reports.sarif")
    assert sorted(name for name in (*UNNEEDED, *unneeded) if name in found) == []


@pytest.mark.parametrize("kind", ["console", "json", "sarif", "junit", "markdown", "csv"])
def test_nothing_talks_to_a_network(folder: Path, kind: str) -> None:
    status, modules = loaded(folder, "check", "--format", kind)
    assert status == 1
    found = modules - baseline_modules()
    assert sorted(name for name in NETWORK if name in found) == []


def test_workers_talk_to_no_network(folder: Path) -> None:
    """A pool of processes needs pipes; sockets come with it only where Python's own module loads them."""
    lay(folder, {"work/b/b.tf": BAD})
    _, modules = loaded(folder, "check", "--jobs", "2")
    found = modules - baseline_modules()
    assert {"ssl", "http.client", "urllib.request"}.isdisjoint(found)


def test_a_gitignore_is_what_loads_its_reader(folder: Path) -> None:
    lay(folder, {"work/.gitignore": "x\n"})
    assert "pathspec" in loaded(folder, "check")[1]


def test_help_loads_no_rules(folder: Path) -> None:
    _, modules = loaded(folder, "--version")
    assert not [name for name in modules if name.startswith("compliant_infra.kernel")]
