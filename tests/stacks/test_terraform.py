"""Starter stacks in Terraform with Terraform itself: valid against the providers' schemas, and their own tests pass.

The providers are stand-ins that know the schemas and make nothing; skipped where they, or terraform, are not there.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from compliant_infra.stacks.catalogue import templates
from scripts import record_plans
from tests.stacks.projects import Case, create, needs_terraform

STACKS = [item for item in templates().values() if item.kind == "terraform"]


@pytest.fixture(scope="module")
def environment() -> Iterator[Mapping[str, str]]:
    """In which terraform finds the stand-ins."""
    needs_terraform()
    texts = [file.read_text(encoding="utf-8") for item in STACKS for file in sorted(item.folder.rglob("*.tf"))]
    try:
        with record_plans.providers(texts) as found:
            yield found
    except record_plans.UnavailableError as error:
        pytest.skip(str(error))


def run(project: Path, environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["terraform", *arguments, "-no-color"],
        cwd=project,
        env={**environment, "TF_IN_AUTOMATION": "1", "HOME": os.environ.get("HOME", "")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize("name", [item.name for item in STACKS])
def test_valid_and_its_own_tests_pass(name: str, environment: Mapping[str, str], tmp_path: Path) -> None:
    """The commands of the project's workflow, in their order."""
    project = create(Case(name), tmp_path / "project")
    run(project, environment, "init", "-backend=false", "-input=false")
    run(project, environment, "validate")
    out = run(project, environment, "test")
    runs = sum(file.read_text(encoding="utf-8").count("\nrun ") for file in (project / "tests").glob("*.tftest.hcl"))
    assert runs > 5
    assert f"Success! {runs} passed, 0 failed." in out
