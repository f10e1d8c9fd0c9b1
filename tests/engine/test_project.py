"""What stands between an engine and the comparison: the folder, the runs, the reading of what it prints.

Held against files that an engine wrote, and against executables that fail, hang and chatter; no engine is needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from copy import deepcopy
from pathlib import Path

import pytest

pytest.importorskip("pulumi_alicloud")

from compliant_infra.components.exports import read_export, read_preview
from compliant_infra.components.recorder import record
from tests.components.proof import Case, configuration
from tests.components.test_exports import compare, without_ciphertext
from tests.engine.comparison import (
    as_deployed,
    provider_ids,
    states_of_preview,
    states_of_recording,
    verdicts,
)
from tests.engine.project import REPOSITORY, STANDIN, EngineError, Project, parsed

RECORDED = REPOSITORY / "tests" / "components" / "recorded"

CASE = Case("alicloud", "mlps_baseline_minimal", "mlps-l3", ("sm",))


def load(name):
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path):
    found = Project(CASE, tmp_path / "project")
    found.write()
    return found


@pytest.fixture
def executable(tmp_path, monkeypatch):
    """Puts a shell script in the place of the engine."""

    def put(script):
        file = tmp_path / "bin" / "pulumi"
        file.parent.mkdir()
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{file.parent}{os.pathsep}{os.environ['PATH']}")

    return put


# ------------------------------------------------------------------------------------------------------- the folder


def test_the_folder_holds_program_project_and_configuration(project):
    yaml = pytest.importorskip("yaml")

    settings = yaml.safe_load((project.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert settings["name"] == "proof"
    assert settings["runtime"] == {"name": "python"}
    assert {found["name"]: found["path"] for found in settings["plugins"]["providers"]} == {
        "alicloud": str(STANDIN),
        "aws": str(STANDIN),
    }
    stack = yaml.safe_load((project.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    assert stack["config"]["compliant-infra:baseline"] == "mlps-l3"
    assert stack["config"]["compliant-infra:profiles"] == "sm"
    assert stack["config"]["compliant-infra:accountId"] == "1234567890123456"  # a text, not a number
    assert stack["config"] == configuration(CASE)
    assert (project.folder / "__main__.py").read_bytes() == CASE.file.read_bytes()


@pytest.mark.parametrize("package", ["alicloud", "aws"])
def test_the_plugins_are_there_under_the_names_that_engines_look_for(package):
    assert os.access(STANDIN / f"pulumi-resource-{package}", os.X_OK)


def test_an_engine_sees_no_account_and_nothing_of_the_machines_state(project, monkeypatch, tmp_path):
    for name in ("PULUMI_ACCESS_TOKEN", "ALICLOUD_ACCESS_KEY", "AWS_PROFILE", "HTTPS_PROXY", "PULUMI_HOME", "HOME"):
        monkeypatch.setenv(name, "of the machine")
    found = project.environment()
    assert "of the machine" not in found.values()
    assert found["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state"
    assert Path(found["PULUMI_HOME"]).is_relative_to(tmp_path)
    assert found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == found["PULUMI_SKIP_UPDATE_CHECK"] == "true"


def test_the_interpreter_that_the_engine_is_told_to_use_has_what_the_program_needs(project):
    found = project.environment()
    code = "import compliant_infra.components.alicloud, pulumi_alicloud, tests.engine.standin.plugin"
    for variable in ("PULUMI_PYTHON_CMD", "STANDIN_PYTHON"):
        subprocess.run([found[variable], "-c", code], env=found, cwd=project.folder, check=True, timeout=120)


# ------------------------------------------------------------------------------------------------------- the runs


def test_the_runs_are_made_in_the_folder_and_without_questions(project, executable):
    executable('printf \'{"args": "%s", "cwd": "%s", "home": "%s"}\' "$*" "$PWD" "$PULUMI_HOME"; echo chatter >&2')
    for run, arguments in (
        (project.preview, "preview --json"),
        (project.export, "stack export --show-secrets"),
    ):
        assert run() == {
            "args": f"{arguments} --non-interactive --color never",
            "cwd": str(project.folder),
            "home": project.environment()["PULUMI_HOME"],
        }


def test_a_run_that_fails_says_what_the_engine_said(project, executable):
    executable("echo 'error: preview failed' >&2; echo '    aws:kms/key:Key base-key **creating failed**'; exit 255")
    with pytest.raises(EngineError) as raised:
        project.expect_no_changes()
    assert "pulumi preview --expect-no-changes" in str(raised.value)
    assert "ended with 255" in str(raised.value)
    assert "error: preview failed" in str(raised.value)
    assert "**creating failed**" in str(raised.value)


def test_a_run_that_hangs_is_ended_with_everything_that_it_started(project, executable, tmp_path):
    pid = tmp_path / "pid"
    executable(f"echo half; sleep 600 & echo $! > {pid}; wait")
    started = time.monotonic()
    with pytest.raises(EngineError, match=r"pulumi up .* took more than 2 s\nhalf"):
        project.run("up", limit=2)
    assert time.monotonic() - started < 60
    deadline = time.monotonic() + 30
    while is_running(int(pid.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline, "the plugin of an engine that hung is still there"
        time.sleep(0.1)


def is_running(pid):
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_what_is_no_document_is_shown():
    with pytest.raises(EngineError, match="warning: a new version of Pulumi is available"):
        parsed('warning: a new version of Pulumi is available\n{"steps": []}')


# ------------------------------------------------------------------------------------------------------- the reading


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The program whose preview and export by an engine are among the fixtures, before and after deployment."""
    import runpy

    folder = tmp_path_factory.mktemp("sample")
    program = folder / "__main__.py"
    program.write_bytes((RECORDED / "program.py.txt").read_bytes())
    ids = provider_ids(load("stack-export"))
    return {
        preview: record(
            lambda: runpy.run_path(str(program), run_name="__main__") and None,
            project="demo",
            preview=preview,
            computed=lambda found: as_deployed(found, ids),
            root=str(folder),
        )
        for preview in (True, False)
    }


def test_the_ids_of_providers_are_the_engines():
    assert list(provider_ids(load("stack-export")).values()) == ["d7639893-32cb-4311-8c38-71ffa2228790"]


@pytest.mark.parametrize(("baseline", "profiles"), [("mlps-l2", ()), ("mlps-l3", ("sm",)), ("financial-l4", ("all",))])
def test_an_engines_preview_gets_the_verdicts_of_the_recording(recorded, baseline, profiles):
    engines = verdicts(read_preview(load("preview-create")), baseline, profiles)
    assert engines == verdicts(recorded[True].registrations, baseline, profiles)
    assert {verdict for *_, verdict in engines} >= {"pass", "fail"}


@pytest.mark.parametrize(("baseline", "profiles"), [("mlps-l2", ()), ("mlps-l3", ("sm",)), ("financial-l4", ("all",))])
def test_an_engines_export_gets_the_verdicts_of_the_recording(recorded, baseline, profiles):
    engines = verdicts(read_export(load("stack-export")), baseline, profiles)
    assert engines == verdicts(recorded[False].registrations, baseline, profiles)


def test_verdicts_tell_of_a_setting_that_an_engine_would_see_differently():
    document = load("preview-create")
    before = verdicts(read_preview(document), "mlps-l3")
    for step in document["steps"]:
        step["newState"].get("inputs", {}).pop("versioning", None)
    changed = before - verdicts(read_preview(document), "mlps-l3")
    assert {(rule, name) for rule, name, *_ in changed} == {("oss-versioning", "base-b")}


def test_frames_outside_the_program_are_left_out():
    document = load("preview-create")
    ours = states_of_preview(deepcopy(document))
    for step in document["steps"]:
        frames = step["newState"]["stackTrace"]
        frames[:0] = [
            {"sourcePosition": "project:///../../opt/components/component.py#410"},
            {"sourcePosition": "project:///venv/lib/python3.11/site-packages/pulumi/runtime/stack.py#14"},
            {},
        ]
        frames.append({"sourcePosition": "project:///../../usr/lib/python3.11/runpy.py#88"})
        step["newState"]["outputs"] = {"arn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
    assert states_of_preview(document) == ours


def test_states_are_compared_field_by_field(recorded):
    """By the comparison of the recorded files, which finds a difference where there is one."""
    ours = without_ciphertext(states_of_recording(recorded[True]))
    document = json.loads(json.dumps(load("preview-create")).replace('"[secret]"', '"a secret"'))
    compare(ours, states_of_preview(document))

    changed = next(step for step in document["steps"] if step["urn"].endswith("::base-vpc"))
    changed["newState"]["inputs"]["cidrBlock"] = "10.0.0.0/8"
    with pytest.raises(AssertionError, match="base-vpc: inputs"):
        compare(ours, states_of_preview(document))


# -------------------------------------------------------------------------------------------- before and after


@pytest.mark.parametrize("cloud", ["alicloud", "aws"])
def test_a_deployment_changes_no_verdict(cloud, tmp_path):
    """What is unknown in a preview is no setting: rules say the same when it is there."""
    pytest.importorskip(f"pulumi_{cloud}")
    project = Project(Case(cloud, "mlps_baseline_minimal", "mlps-l2"), tmp_path / "project")
    project.write()
    before = project.recording(preview=True).registrations
    after = project.recording(preview=False, computed=as_deployed).registrations
    for baseline, profiles in (("mlps-l2", ()), ("mlps-l4", ("all",))):
        found = verdicts(before, baseline, profiles)
        assert found
        assert verdicts(after, baseline, profiles) == found
