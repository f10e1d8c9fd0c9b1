"""Every starter stack, made into a project: nothing fails on the first day, and what stays undecided is listed."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from compliant_infra.baselines.catalogue import BASELINES, PROFILES
from compliant_infra.providers.regions import is_mainland, mainland_regions, region_of_zone
from compliant_infra.stacks.catalogue import FOLDER, Template, templates, usual_zones
from compliant_infra.stacks.project_files import STACK
from tests.cli.harness import Answer
from tests.stacks.projects import (
    Case,
    allowed,
    as_pulumi_new,
    cases,
    check_as_its_users_do,
    create,
    in_first_step,
    judge,
    needs_terraform,
    permission,
    shown,
)

ROOT = Path(__file__).parents[2]

#: What the work asks for: nothing may drop out.
EXPECTED = {
    "alicloud-core-l4": ("pulumi", "alicloud", "mlps-l4"),
    "alicloud-financial-l3": ("pulumi", "alicloud", "financial-l3"),
    "alicloud-genai-l3": ("pulumi", "alicloud", "mlps-l3"),
    "alicloud-kubernetes-l3": ("pulumi", "alicloud", "mlps-l3"),
    "alicloud-log-archive-l3": ("pulumi", "alicloud", "mlps-l3"),
    "alicloud-three-tier-l3": ("pulumi", "alicloud", "mlps-l3"),
    "alicloud-website-l2": ("pulumi", "alicloud", "mlps-l2"),
    "aws-three-tier-l3": ("pulumi", "aws", "mlps-l3"),
    "aws-website-l2": ("pulumi", "aws", "mlps-l2"),
    "terraform-alicloud-financial-l3": ("terraform", "alicloud", "financial-l3"),
    "terraform-alicloud-l2": ("terraform", "alicloud", "mlps-l2"),
    "terraform-alicloud-l3": ("terraform", "alicloud", "mlps-l3"),
    "terraform-aws-l3": ("terraform", "aws", "mlps-l3"),
    "terraform-tencentcloud-l3": ("terraform", "tencentcloud", "mlps-l3"),
}

COMMON = {
    "README.md",
    "README.zh-CN.md",
    "compliant-infra.toml",
    "evidence.toml",
    ".github/workflows/compliance.yml",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".gitignore",
    "requirements.txt",
}
OWN = {
    "pulumi": {"Pulumi.yaml", "__main__.py", "requirements-dev.txt", "ruff.toml"},
    "terraform": {"main.tf", "versions.tf", "variables.tf", "providers.tf", "terraform.tfvars"},
}

every_template = pytest.mark.parametrize(
    "template", [pytest.param(item, id=item.name) for item in templates().values()]
)


def of_stack(found: list[Case]) -> pytest.MarkDecorator:
    """The cases as parameters; those of one cloud share a worker, which loads its SDK once."""
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=str(case), marks=pytest.mark.xdist_group(case.template)) for case in found]
    )


def test_all_stacks_are_there() -> None:
    assert {item.name: (item.kind, item.cloud, item.baseline) for item in templates().values()} == EXPECTED


# ------------------------------------------------------------------------------------------------------ the proof


@of_stack(list(cases()))
def test_nothing_fails_and_the_undecided_is_listed(case: Case, tmp_path: Path) -> None:
    project = create(case, tmp_path / "project")
    answer = judge(case, project, tmp_path / "export.json")
    _assert_good(case, answer)


def _assert_good(case: Case, answer: Answer) -> None:
    verdicts = Counter(result["verdict"] for result in answer.results)
    bad = [shown(result) for result in answer.results if result["verdict"] in ("fail", "error")]
    strange = [
        shown(result)
        for result in answer.results
        if result["verdict"] == "unknown" and permission(case, result) is None
    ]
    assert not bad + strange, "\n".join(bad + strange)
    used = [permission(case, result) for result in answer.results if result["verdict"] == "unknown"]
    assert [record for record in allowed() if record["case"] == str(case) and record not in used] == []
    assert [item for item in answer.diagnostics if item["code"] != "unsupported-provider"] == []
    assert answer.status == 0
    assert verdicts["pass"] > 40
    assert answer.document["system"] == "shop"


#: The tests of the other Pulumi projects run the same check of themselves, and are run here.
FRONT_DOOR = [name for name, item in templates().items() if item.kind == "terraform" or name.endswith("website-l2")]


@of_stack([Case(name) for name in FRONT_DOOR])
def test_the_check_of_the_workflow_passes(case: Case, tmp_path: Path) -> None:
    project = create(case, tmp_path / "project")
    done = check_as_its_users_do(case, project)
    assert done.returncode == 0, done.stderr + done.stdout[:4000]
    found = json.loads(done.stdout)
    assert found["summary"]["verdicts"]["fail"] == 0
    assert found["summary"]["resources"] > 10


@of_stack([Case(item.name) for item in templates().values() if item.kind == "pulumi"])
def test_pulumi_new_makes_the_same_project(case: Case, tmp_path: Path) -> None:
    project = as_pulumi_new(case.record, tmp_path / "project")
    _assert_good(case, judge(case, project, tmp_path / "export.json"))


def test_permissions_have_a_reason_and_a_case() -> None:
    known = {str(case): case.template for case in cases()}
    for record in allowed():
        assert len(record["reason"].split()) > 4
        assert fnmatchcase(known[record["case"]], record["template"])


#: What stands by is restored from a backup, which is not there on the first day.
IN_STEPS = [
    Case("alicloud-core-l4"),
    Case("alicloud-financial-l3"),
    Case("alicloud-three-tier-l3"),
    Case("alicloud-website-l2", "mlps-l3"),
]


@of_stack(IN_STEPS)
def test_the_first_step_is_waived_and_nothing_fails(case: Case, tmp_path: Path) -> None:
    project = in_first_step(create(case, tmp_path / "project"))
    answer = judge(case, project, tmp_path / "export.json")
    _assert_good(case, answer)
    waived = {result["rule"] for result in answer.results if result["verdict"] == "waived"}
    assert {"dr-realtime-standby"} <= waived <= {"dr-realtime-standby", "fin-two-places-three-centres"}


PROGRAMS = [item for item in templates().values() if item.kind == "pulumi"]


@pytest.mark.parametrize(
    "cloud",
    [pytest.param(cloud, marks=pytest.mark.xdist_group(cloud)) for cloud in sorted({item.cloud for item in PROGRAMS})],
)
def test_the_projects_own_tests_pass(cloud: str, tmp_path: Path) -> None:
    """Those of one cloud in one process, which loads the SDK once; as created, and in the first of two steps.

    The check of themselves that all of them have is the one that this module makes: it is run for one project.
    """
    projects = [create(Case(item.name), tmp_path / item.name) for item in PROGRAMS if item.cloud == cloud]
    steps = [case for case in IN_STEPS[:3] if case.record.cloud == cloud]
    projects += [in_first_step(create(case, tmp_path / f"{case}-first-step")) for case in steps]
    own_check = "test_nothing_fails_at_the_declared_level"
    assert all(own_check in (item / "tests" / "test_stack.py").read_text(encoding="utf-8") for item in projects)
    skipped = [f"--deselect={item.name}/tests/test_stack.py::{own_check}" for item in projects[1:]]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--import-mode=importlib",
    ]
    done = subprocess.run(
        [*command, "--rootdir=.", *skipped, *(item.name for item in projects)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None and int(passed.group(1)) > 4 * len(projects)
    assert f"{len(skipped)} deselected" in done.stdout or not skipped


# ------------------------------------------------------------------------------------------------------ the files


@every_template
def test_a_stack_is_whole(template: Template) -> None:
    files = {path.as_posix() for path in template.paths()}
    assert files >= COMMON | OWN[template.kind]
    tests = [file for file in files if file.startswith("tests/")]
    assert any(file.endswith((".py", ".tftest.hcl")) for file in tests)
    assert set(template.files) <= files


@every_template
def test_composed_files_are_current(template: Template) -> None:
    spec = importlib.util.spec_from_file_location("compose_stacks", ROOT / "scripts" / "compose_stacks.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    old = [str(path) for path, text in script.composed(template) if not path.exists() or path.read_bytes() != text]
    assert not old, "run: python scripts/compose_stacks.py"


@every_template
def test_records_of_stacks(template: Template) -> None:
    assert template.baseline in template.baselines
    assert set(template.baselines) <= set(BASELINES)
    assert {name for item in (template.profiles, *template.other_profiles) for name in item} <= {*PROFILES, "all"}
    assert is_mainland(template.cloud, template.region)
    if template.regions:
        assert {template.region, template.standby_region or template.region} <= set(template.regions)
        assert set(template.regions) <= set(mainland_regions(template.cloud))
    keys = [item.key for item in template.settings]
    assert len(keys) == len(set(keys))
    for item in template.settings:
        assert item.about.en.strip() and re.search(r"[一-鿿]", item.about.zh), item.key
        if template.kind == "pulumi":
            assert isinstance(item.value, str), f"{item.key}: the configuration of a stack has texts"


@every_template
def test_regions_that_the_code_refuses_are_refused_before(template: Template) -> None:
    variables = template.folder / "variables.tf"
    text = variables.read_text(encoding="utf-8") if variables.exists() else ""
    taken = template.regions or mainland_regions(template.cloud)
    for names in re.findall(r"contains\(\[([^]]*)\], var\.(?:standby_)?region\)", text):
        assert set(re.findall(r'"([^"]+)"', names)) == set(taken)


def test_usual_zones_lie_in_their_regions() -> None:
    for cloud, regions in usual_zones().items():
        for region, zones in regions.items():
            assert is_mainland(cloud, region)
            assert {region_of_zone(cloud, zone) for zone in zones} == {region}


@every_template
def test_pages_say_what_a_reader_needs(template: Template) -> None:
    for name, language in (("README.md", r"[A-Za-z]{4,}"), ("README.zh-CN.md", r"[一-鿿]{2,}")):
        text = (template.folder / name).read_text(encoding="utf-8")
        assert "```mermaid" in text, name
        assert "evidence" in text, name
        assert "compliant-infra check" in text, name
        assert len(re.findall(language, text)) > 100, name
        for item in template.settings:
            if item.is_open:
                assert item.key in text, f"{name} does not name {item.key}"


@every_template
def test_what_git_ignores_is_not_of_the_stack(template: Template) -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no git, or no checkout")
    files = [str(FOLDER.resolve() / template.name / path) for path in template.paths()]
    done = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""


@every_template
def test_workflows_are_yaml_and_pinned(template: Template) -> None:
    text = (template.folder / ".github/workflows/compliance.yml").read_text(encoding="utf-8")
    for used in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used), used
    workflow = yaml.safe_load(text)
    steps = workflow["jobs"]["check"]["steps"]
    assert any("compliant-infra check" in step.get("run", "") for step in steps)
    pipeline = yaml.safe_load((template.folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert any("compliant-infra check" in line for line in pipeline["compliance"]["script"])
    hooks = yaml.safe_load((template.folder / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert any("compliant-infra check" in hook["entry"] for hook in hooks["repos"][0]["hooks"])
    for line in (template.folder / "requirements.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line), line


@every_template
def test_no_secret_is_in_a_stack(template: Template) -> None:
    for path in template.paths():
        text = (template.folder / path).read_text(encoding="utf-8")
        assert not re.search(r"(?i)(password|secret|access_key)\s*[:=]\s*\"[^\"$]{6,}\"", text), path
        assert not re.search(r"LTAI\w{12,}|AKIA\w{12,}|AKID\w{12,}|BEGIN .*PRIVATE KEY", text), path


# ------------------------------------------------------------------------------------------------------ format


@of_stack([Case(item.name) for item in templates().values() if item.kind == "pulumi"])
def test_python_is_formatted(case: Case, tmp_path: Path) -> None:
    project = create(case, tmp_path / "project")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ruff")), *command, "--no-cache", "."],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    for file in case.record.folder.rglob("*.py"):
        ast.parse(file.read_text(encoding="utf-8"))


@of_stack([Case(item.name) for item in templates().values() if item.kind == "terraform"])
def test_terraform_is_formatted(case: Case, tmp_path: Path) -> None:
    command = needs_terraform()
    project = create(case, tmp_path / "project")
    done = subprocess.run(
        [command, "fmt", "-check", "-recursive", "-diff"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@every_template
def test_terraform_uses_no_remote_modules(template: Template) -> None:
    for file in template.folder.rglob("*.tf"):
        for source in re.findall(r'^\s*source\s*=\s*"([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE):
            is_provider = file.name == "versions.tf" and source.count("/") == 1
            assert is_provider or source.startswith(("./", "../")), f"{file}: {source}"
        if file.name == "versions.tf" and file.parent == template.folder:
            versions = re.findall(r'^\s*version\s*=\s*"([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
            assert versions and all(re.fullmatch(r"=? ?\d+\.\d+\.\d+", item) for item in versions)


def test_stack_is_the_one_that_the_workflows_name() -> None:
    for kind in ("pulumi",):
        assert f"--stack {STACK}" in (FOLDER / "_shared" / f"github.{kind}.yml").read_text(encoding="utf-8")
