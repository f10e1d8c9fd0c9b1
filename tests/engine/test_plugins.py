"""The plugins as a real engine runs them: the schema that it gets, and programs in YAML that use it.

No index is asked: the environment that the engine makes in the plugin's folder sees the packages of this interpreter.
Programs in YAML need ``pulumi-language-yaml`` on the path too.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.exports import read_preview
from compliant_infra.components.translation import scan_of
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Verdict
from tests.components.proof import Case
from tests.engine.project import REPOSITORY, Project, parsed

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="no pulumi executable is on the path"),
]

CLOUDS = ("alicloud", "aws")
GOLDEN = REPOSITORY / "tests" / "components" / "golden"

#: The stand-in, with as much of a schema as a program in YAML needs that makes a provider configuration.
STANDIN = """\
import json, sys
from pulumi.runtime.proto import provider_pb2
from tests.engine.standin import plugin

def schema(self, request, context):
    region = {"region": {"type": "string"}}
    return provider_pb2.GetSchemaResponse(schema=json.dumps({
        "name": self.package, "version": self.version,
        "provider": {"inputProperties": region, "properties": region},
    }))

plugin.StandIn.GetSchema = schema
plugin.main(sys.argv[1:])
"""


class Place:
    """A checkout of the project, a home of the engine with stand-ins for the clouds, and a project in YAML."""

    def __init__(self, folder: Path, cloud: str) -> None:
        self.cloud = cloud
        self.folder = folder / "checkout"
        ignored = shutil.ignore_patterns("__pycache__", "venv")
        for room in ("compliant_infra", "components", "hcl_checks", "stacks"):
            shutil.copytree(REPOSITORY / room, self.folder / room, symlinks=True, ignore=ignored)
        shutil.copy(REPOSITORY / "pyproject.toml", self.folder)
        self.program = self.folder / "examples" / "plugins" / "yaml" / cloud
        shutil.copytree(REPOSITORY / "examples" / "plugins" / "yaml" / cloud, self.program)
        self.project = Project(Case(cloud, "", "mlps-l3"), self.program)
        self.home = self.program.parent / "home"
        self.home.mkdir()
        (self.program.parent / "state").mkdir()
        self._environment(self.folder / "components" / cloud / "venv")
        for package in ("alicloud", "aws", "random"):  # the host asks for the plugin of every SDK that is installed
            self._plugin(package)

    def _environment(self, folder: Path) -> None:
        """The environment of the plugin, complete: what the engine installs is there already."""
        venv.create(folder, with_pip=True, symlinks=True)
        library = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
        (library / "here.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        tool = library / "wheel-0.dist-info"  # the engine updates it first; there is nothing to build
        tool.mkdir()
        (tool / "METADATA").write_text("Metadata-Version: 2.1\nName: wheel\nVersion: 0\n", encoding="utf-8")

    def _plugin(self, package: str) -> None:
        name = f"pulumi-resource-{package}"
        folder = self.home / ".pulumi" / "plugins" / f"resource-{package}-v{version(f'pulumi-{package}')}"
        folder.mkdir(parents=True)
        (folder / "standin.py").write_text(STANDIN, encoding="utf-8")
        command = shlex.join([sys.executable, str(folder / "standin.py"), "--package", package])
        path = f"PYTHONPATH={shlex.quote(str(REPOSITORY))}"
        (folder / name).write_text(f'#!/bin/sh\n{path} exec {command} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)

    def run(self, *arguments: str) -> str:
        environment = {**self.project.environment(), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        del environment["PYTHONPATH"]  # the folder has to find its package itself
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module", params=CLOUDS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    pytest.importorskip(f"pulumi_{request.param}")
    yield Place(tmp_path_factory.mktemp(request.param), request.param)


def without_empty(value: Any) -> Any:
    """A schema without lists and objects in which there is nothing: the engine leaves them out, or puts them in."""
    if isinstance(value, Mapping):
        return {key: inner for key, item in value.items() if (inner := without_empty(item)) not in ({}, [], None)}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def test_an_engine_gets_the_golden_schema(place: Place) -> None:
    found = parsed(place.run("package", "get-schema", f"../../../../components/{place.cloud}"))
    golden = json.loads((GOLDEN / f"schema-{place.cloud}.json").read_text(encoding="utf-8"))
    assert without_empty(found) == without_empty(golden)


@pytest.mark.skipif(shutil.which("pulumi-language-yaml") is None, reason="no pulumi-language-yaml is on the path")
def test_an_engine_previews_the_program_in_yaml(place: Place) -> None:
    place.run("stack", "init", "demo")
    found = read_preview(parsed(place.run("preview", "--json", "--stack", "demo")))
    made = {item.type for item in found}
    assert f"compliant-infra-{place.cloud}:index:ObjectBucket" in made
    assert len(found) > 100
    results = judge(scan_of(found), assignment(Request("mlps-l3", ()))).results
    assert [item.message.en for item in results if item.verdict in (Verdict.FAIL, Verdict.ERROR)] == []
