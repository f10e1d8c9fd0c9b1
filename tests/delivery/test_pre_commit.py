"""The hooks, run by pre-commit itself in a scratch repository."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.harness import BAD, GOOD, lay
from tests.delivery.workshop import BIN, ROOT, commit, environment, git, run

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_the_file_of_hooks_is_valid(tmp_path: Path) -> None:
    done = run(
        str(BIN / "pre-commit"),
        "validate-manifest",
        str(ROOT / ".pre-commit-hooks.yaml"),
        cwd=tmp_path,
        env=environment(tmp_path),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compliant-infra" in {hook["id"] for hook in HOOKS}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (fixing,) = [hook for hook in HOOKS if hook["id"] == "compliant-infra-fix"]
    assert fixing["additional_dependencies"] == extras["fix"]
    # One process: a finding may depend on files of other batches.
    assert all(hook["require_serial"] and hook["language"] == "python" for hook in HOOKS)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with an old finding, and the hook of this checkout with the environment of the tests."""
    (hook,) = [dict(hook) for hook in HOOKS if hook["id"] == "compliant-infra"]
    hook |= {"language": "system", "args": ["--only", "CN008", "--lang", "en"]}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    folder = lay(
        tmp_path / "repository",
        {
            ".pre-commit-config.yaml": yaml.safe_dump(config),
            "old/main.tf": BAD,
            "old/other.tf": "locals {}\n",
            "new/main.tf": 'module "m" {\n  source = "../modules/m"\n  cidr   = var.cidr\n}\nvariable "cidr" {}\n',
            "new/terraform.tfvars": 'cidr = "10.0.0.0/8"\n',
            "modules/m/main.tf": 'variable "cidr" {}\n' + GOOD.replace('"10.0.0.0/8"', "var.cidr"),
            "README.md": "text\n",
        },
    )
    commit(folder)
    return folder


def hooked(repository: Path, *files: str) -> tuple[int, str]:
    """What ``git commit`` would get from the hook."""
    git(repository, "add", "--all")
    env = environment(repository.parent, {"PRE_COMMIT_HOME": str(repository.parent / "pre-commit")})
    done = run(str(BIN / "pre-commit"), "run", "--color=never", "--verbose", *files, cwd=repository, env=env)
    return done.returncode, done.stdout + done.stderr


def test_a_commit_is_blocked_by_what_it_touches_and_by_nothing_else(repository: Path) -> None:
    (repository / "README.md").write_text("other text\n", encoding="utf-8")
    status, said = hooked(repository)
    assert status == 0 and "Passed" in said and "old/main.tf" not in said

    # A variable's value in one file makes the finding in another one.
    (repository / "new" / "terraform.tfvars").write_text('cidr = "0.0.0.0/0"\n', encoding="utf-8")
    status, said = hooked(repository)
    assert status == 1 and "Failed" in said
    assert "CN008" in said and "modules/m/main.tf" in said and "old/main.tf" not in said

    (repository / "new" / "terraform.tfvars").write_text('cidr = "10.1.0.0/16"\n', encoding="utf-8")
    status, said = hooked(repository)
    assert status == 0 and "Passed" in said


def test_a_commit_that_only_deletes_is_judged(repository: Path) -> None:
    (repository / "old" / "other.tf").unlink()
    status, said = hooked(repository)
    assert status == 1 and "old/main.tf" in said


def test_a_file_is_no_option(repository: Path) -> None:
    (repository / "--fail-on=none").write_text("", encoding="utf-8")
    (repository / "old" / "other.tf").unlink()
    status, said = hooked(repository)
    assert status == 1 and "rename it: './--fail-on=none'" in said


def test_all_files(repository: Path) -> None:
    status, said = hooked(repository, "--all-files")
    assert status == 1 and "old/main.tf" in said
