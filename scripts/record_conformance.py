"""Record the forms of the conformance suite that need tools: a plan of Terraform, a preview and an export of Pulumi.

    python scripts/record_conformance.py               record what the tools that are there can record
    python scripts/record_conformance.py --only plan   only this form (repeatable): plan, engine

A plan needs what ``record_plans.py`` needs. A preview and an export need ``pulumi`` with its Python language host on
the path; the plugins are the stand-ins of ``tests/engine``. No cloud and no network is asked. The exit status is 2
where a tool is missing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "scripts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from record_plans import UnavailableError, make_plan, providers  # noqa: E402 - no package

from tests.components.proof import Case  # noqa: E402
from tests.conformance.forms import (  # noqa: E402
    CLOUDS,
    CONFIGURATION,
    STACK,
    SUITE,
    VARIABLES,
    digest,
    digests,
    written,
)
from tests.engine.project import STANDIN, Project  # noqa: E402

#: Names of what is new in every run.
_OF_THE_RUN = frozenset({"duration", "created", "modified", "time"})


class ConformanceProject(Project):
    """The suite's program of a cloud, in a folder of its own with the stand-in plugins."""

    def write(self) -> None:
        """Copy the program and its stack, and add where the plugins are."""
        shutil.copytree(SUITE / self.case.cloud, self.folder, ignore=shutil.ignore_patterns("recorded", "*.tf"))
        self._home.mkdir()
        self._state.mkdir()
        file = self.folder / "Pulumi.yaml"
        plugins = [{"name": package, "path": str(STANDIN)} for package in ("alicloud", "aws")]
        lines = [f"plugins: {json.dumps({'providers': plugins})}", ""]  # JSON is YAML
        file.write_text(file.read_text(encoding="utf-8") + "\n".join(lines), encoding="utf-8")

    def configure(self) -> None:
        """Make the stack and encrypt its secrets, for the first time or with the key that it has."""
        self.create_stack()
        file = SUITE / self.case.cloud / f"Pulumi.{STACK}.yaml"
        if not file.exists():
            for key, value in CONFIGURATION[self.case.cloud].items():
                self.run("config", "set", "--stack", STACK, key, value)
            for key, value in VARIABLES.items():
                wire = "".join(word.title() if at else word for at, word in enumerate(key.split("_")))
                self.run("config", "set", "--stack", STACK, "--secret", wire, value)
            shutil.copy(self.folder / file.name, file)


def without_places(value: Any) -> Any:
    """The document without what differs from machine to machine and from run to run."""
    if isinstance(value, dict):
        found = {name: without_places(inner) for name, inner in value.items() if name not in _OF_THE_RUN}
        if "stackTrace" in found:
            found["stackTrace"] = [frame for frame in found["stackTrace"] or [] if frame.get("sourcePosition")]
        if isinstance(found.get("sourcePosition"), str):
            found["sourcePosition"] = _position(found["sourcePosition"])
        return found
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


def _position(text: str) -> str:
    """A position as it is where the environment stands in the project; "" for what is neither in one nor the other."""
    _, inside, rest = text.partition("/site-packages/")
    if inside:
        return f"project:///venv/lib/python3.11/site-packages/{rest}"
    return "" if text.startswith("project:///../") else text


#: How ids begin that a cloud gives; buckets have their names.
_ID_OF: Mapping[str, str] = {
    "alicloud:ecs/securityGroup:SecurityGroup": "sg-2ze",
    "alicloud:kms/key:Key": "key-bjj",
    "alicloud:vpc/network:Network": "vpc-2ze",
    "alicloud:vpc/switch:Switch": "vsw-2ze",
    "aws:ec2/securityGroup:SecurityGroup": "sg-0abcd",
    "aws:ec2/subnet:Subnet": "subnet-0abcd",
    "aws:ec2/vpc:Vpc": "vpc-0abcd",
}
#: ARNs as a cloud gives them; ``{0}`` is the name.
_ARN_OF: Mapping[str, str] = {
    "alicloud:ram/role:Role": "acs:ram::1234567890123456:role/{0}",
    "aws:iam/role:Role": "arn:aws-cn:iam::123456789012:role/{0}",
    "aws:kms/key:Key": "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "aws:s3/bucket:Bucket": "arn:aws-cn:s3:::{0}",
}


def as_in_a_cloud(export: Any) -> Any:
    """The export with ids and ARNs of the form that a cloud gives, in place of those that the stand-in plugin makes."""
    text = json.dumps(export, ensure_ascii=False)
    for resource in export["deployment"]["resources"]:
        kind, outputs = resource["type"], resource.get("outputs", {})
        name = outputs.get("bucket") or outputs.get("roleName") or outputs.get("name") or ""
        made = resource.get("id", "")
        if kind.endswith(":Bucket"):
            text = text.replace(made, name)
        elif kind in _ID_OF:
            text = text.replace(made, made.replace("sim-", _ID_OF[kind]))
        if kind in _ARN_OF:
            text = text.replace(outputs["arn"], _ARN_OF[kind].format(name))
    return json.loads(text)


def record_plan(cloud: str) -> None:
    """Plan the Terraform source of a cloud. Raises UnavailableError, and RefusedError of ``record_plans``."""
    source = (SUITE / cloud / "main.tf").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name, providers([source]) as environment:
        (Path(name) / "main.tf").write_text(source, encoding="utf-8")
        write(cloud, "plan", json.loads(make_plan(Path(name), VARIABLES, environment)))
    note(cloud, "source")


def record_engine(cloud: str) -> None:
    """Preview and deploy the program of a cloud. Raises UnavailableError, and EngineError of the engine."""
    if shutil.which("pulumi") is None:
        raise UnavailableError("needs pulumi on the path")
    with tempfile.TemporaryDirectory() as name:
        project = ConformanceProject(Case(cloud, "conformance", ""), Path(name).resolve() / "project")
        project.write()
        project.configure()
        write(cloud, "preview", without_places(project.preview()))
        project.up()
        write(cloud, "export", as_in_a_cloud(without_places(json.loads(project.run("stack", "export")))))
    note(cloud, "program")


def note(cloud: str, form: str) -> None:
    """Keep from which files the recordings were made."""
    path = digests(cloud)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**known, form: digest(cloud, form)}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write(cloud: str, form: str, document: Any) -> None:
    """Store a recording, with a line for each resource so that differences can be read."""
    path = written(cloud, form)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, and say what could not be recorded."""
    parser = argparse.ArgumentParser(description="Record the forms of the conformance suite.")
    parser.add_argument("--only", action="append", choices=("plan", "engine"), help="only this (repeatable)")
    options = parser.parse_args(arguments)
    status = 0
    for name, function in (("plan", record_plan), ("engine", record_engine)):
        if options.only and name not in options.only:
            continue
        for cloud in CLOUDS:
            try:
                function(cloud)
            except UnavailableError as error:
                sys.stderr.write(f"{cloud}, {name}: {error}\n")
                status = 2
    return status


if __name__ == "__main__":
    sys.exit(main())
