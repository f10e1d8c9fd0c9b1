"""Starter stacks made into projects, run and judged, as their users do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.components.exports import stack_export
from compliant_infra.components.project import record_project
from compliant_infra.providers.regions import region_class
from compliant_infra.stacks.catalogue import Template, templates, usual_zones
from compliant_infra.stacks.project_files import STACK
from tests.cli.harness import Answer, check, invoke

ALLOWED = Path(__file__).with_name("allowed_unknowns.toml")


@dataclass(frozen=True)
class Case:
    """A stack and what is chosen for it; what is empty stays as the stack means it."""

    template: str
    baseline: str = ""
    profiles: tuple[str, ...] = ()
    region: str = ""
    standby_region: str = ""

    @property
    def record(self) -> Template:
        return templates()[self.template]

    @property
    def options(self) -> list[str]:
        """The options of ``compliant-infra new``."""
        found = [("--baseline", self.baseline), ("--region", self.region), ("--standby-region", self.standby_region)]
        options = [word for option, value in found if value for word in (option, value)]
        return [*options, *(word for profile in self.profiles for word in ("--profile", profile))]

    def __str__(self) -> str:
        parts = (self.template, self.baseline, *self.profiles, self.region, self.standby_region)
        return "-".join(part for part in parts if part)


def cases() -> Iterator[Case]:
    """Every stack as it is meant, at its other baselines, with its other profiles, and in other regions."""
    for template in templates().values():
        yield Case(template.name)
        for baseline in template.baselines:
            if baseline != template.baseline:
                yield Case(template.name, baseline, **_places(template, baseline))
        for profiles in template.other_profiles:
            yield Case(template.name, profiles=profiles)
        region, standby = other_regions(template)
        yield Case(template.name, region=region, standby_region=standby)


def _places(template: Template, baseline: str) -> dict[str, str]:
    """Regions whose platform carries the baseline, where those of the stack do not."""
    if baselines.baseline(baseline).level < 4 or region_class(template.cloud, template.region) != "public":
        return {}
    return {"region": "cn-shanghai-finance-1", "standby_region": "cn-shenzhen-finance-1"}


def other_regions(template: Template) -> tuple[str, str]:
    """A region of the same class that is not the stack's own, and its standby, where the stack has one."""
    usual = usual_zones()[template.cloud]
    kind = region_class(template.cloud, template.region)
    suitable = [
        region
        for region, zones in usual.items()
        if region_class(template.cloud, region) == kind
        and len(zones) >= template.min_zones
        and (not template.regions or region in template.regions)
    ]
    region = next(item for item in reversed(suitable) if item != template.region)
    standby = next(item for item in suitable if item != region) if template.standby_region else ""
    return region, standby


def create(case: Case, folder: Path, *options: str) -> Path:
    """The project, made by the command; its name is "shop"."""
    answer = invoke("new", case.template, str(folder), "--name", "shop", *case.options, *options)
    assert answer.status == 0, answer.err
    return folder


def judge(case: Case, project: Path, export: Path) -> Answer:
    """What the check says of a project: of its Terraform, or of what its program, recorded, registers."""
    if case.record.kind == "terraform":
        return check(str(project), "--include-passed")
    recording = record_project(project, stack=STACK)
    problems = recording.problems()
    assert not problems, "\n".join(map(str, problems))
    export.write_text(json.dumps(stack_export(recording)), encoding="utf-8")
    return check(str(export), "--config", str(project / "compliant-infra.toml"), "--include-passed")


def in_first_step(project: Path) -> Path:
    """The project as it is deployed first: there is no backup yet from which a standby database could be made."""
    file = project / f"Pulumi.{STACK}.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    config["config"]["shop:restoreTime"] = ""
    config["config"]["shop:firstStepUntil"] = str(date.today() + timedelta(days=10))
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    return project


def check_as_its_users_do(case: Case, project: Path) -> subprocess.CompletedProcess[str]:
    """The command of the project's workflow, in a process of its own."""
    program = ["--run-program", "--stack", STACK] if case.record.kind == "pulumi" else []
    return subprocess.run(
        [sys.executable, "-m", "compliant_infra.cli.main", "check", ".", "--format", "json", *program],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "LANG": "C", "LC_ALL": "C", "COMPLIANT_INFRA_NO_CACHE": "1"},
    )


@cache
def allowed() -> tuple[dict[str, Any], ...]:
    """The records of what may stay undecided."""
    with ALLOWED.open("rb") as stream:
        return tuple(tomllib.load(stream).get("allowed", ()))


def permission(case: Case, result: dict[str, Any]) -> dict[str, Any] | None:
    """The record that allows this result to be undecided, None where there is none."""
    for record in allowed():
        if (
            fnmatchcase(case.template, record["template"])
            and record["rule"] == result["rule"]
            and fnmatchcase(result["resource"], record.get("resource", "*"))
        ):
            return record
    return None


def shown(result: dict[str, Any]) -> str:
    """A result on one line."""
    return f"{result['verdict']} {result['rule']} {result['resource']} {result['attribute']}: {result['message']}"


def as_pulumi_new(template: Template, folder: Path) -> Path:
    """What ``pulumi new --yes`` makes of a stack's folder: both tokens replaced, the template's section gone."""
    for path in template.paths():
        text = (template.folder / path).read_text(encoding="utf-8")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("${PROJECT}", "shop").replace("${DESCRIPTION}", "A shop"), encoding="utf-8")
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    asked = project.pop("template")["config"]
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    values = {key if ":" in key else f"shop:{key}": record["default"] for key, record in asked.items()}
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": values}), encoding="utf-8")
    return folder


def needs_terraform() -> str:
    """The terraform command; skips where there is none."""
    found = shutil.which("terraform")
    if found is None:
        pytest.skip("no terraform on the path")
    return found
