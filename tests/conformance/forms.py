"""The same resources in five forms, and what ``compliant-infra check`` says of each.

``main.tf`` is the source, ``__main__.py`` the program; plan, preview and export are recordings that
``scripts/record_conformance.py`` makes with a real Terraform and a real Pulumi.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from compliant_infra.cli.main import cli

SUITE: Final = Path(__file__).parent
CLOUDS: Final = ("alicloud", "aws")
FORMS: Final = ("source", "plan", "program", "preview", "export")
PULUMI: Final = FORMS[2:]
STACK: Final = "dev"

#: The stack's configuration, and the values that the variables have wherever there is a place for them.
CONFIGURATION: Final[Mapping[str, Mapping[str, str]]] = {
    "alicloud": {"alicloud:region": "cn-beijing"},
    "aws": {"aws:region": "cn-north-1", "aws:defaultTags": '{"tags": {"data-class": "important"}}'},
}
VARIABLES: Final = {"office_cidr": "10.20.0.0/16", "database_password": "Proof-0f-n0thing"}

_FILES: Final = {
    "source": ("main.tf",),
    "plan": ("recorded/plan.json",),
    "program": ("Pulumi.yaml", f"Pulumi.{STACK}.yaml", "__main__.py"),
    "preview": ("recorded/preview.json",),
    "export": ("recorded/export.json",),
}


@dataclass(frozen=True, slots=True)
class Key:
    """What a verdict is of: a rule, the address in Terraform's manner, the finding within it, the attribute."""

    rule: str
    address: str
    finding: str
    attribute: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.rule, self.address, self.finding, self.attribute)))


@dataclass(frozen=True, slots=True)
class Said:
    """A result, as far as it has to be the same in every form, and where it stands."""

    verdict: str
    severity: str
    clauses: tuple[str, ...]
    type: str
    resource: str
    file: str
    line: int
    reason: str


def written(cloud: str, form: str) -> Path:
    """The recording of a form: plan, preview or export."""
    return SUITE / cloud / "recorded" / f"{form}.json"


def lay_out(cloud: str, form: str, folder: Path) -> Path:
    """A folder with the files of one form and the settings, as nothing but the form is to decide."""
    folder.mkdir(parents=True)
    for name in (*_FILES[form], "compliant-infra.toml"):
        shutil.copy(SUITE / cloud / name, folder)
    return folder


def check(folder: Path, form: str, *arguments: str) -> dict[str, Any]:
    """The report of the command on a folder that ``lay_out`` made."""
    what = folder if form in ("source", "program") else folder / f"{form}.json"
    run = ["--run-program", "--stack", STACK] if form == "program" else []
    options = ["--format", "json", "--include-passed", "--lang", "en", "--no-cache", "--jobs", "1"]
    answer = CliRunner().invoke(cli, ["check", str(what), *run, *options, *arguments])
    assert answer.exit_code == 1, answer.output + answer.stderr
    report = json.loads(answer.stdout)
    assert isinstance(report, dict)
    return report


def said(report: Mapping[str, Any]) -> dict[Key, Said]:
    """The results of a report by what they are of. No two are of the same."""
    found: dict[Key, Said] = {}
    for item in report["results"]:
        key = Key(item["rule"], address(item["resource"], item["type"]), item["finding"], item["attribute"])
        assert key not in found, f"twice: {key}"
        found[key] = Said(
            verdict=item["verdict"],
            severity=item["severity"],
            clauses=tuple(item["clauses"]),
            type=item["type"],
            resource=item["resource"],
            file=item["file"],
            line=item["line"],
            reason=item["reason"]["code"] if item["reason"] else "",
        )
    return found


_KEY: Final = re.compile(r'\["?([^"\]]+)"?\]$')


def address(resource: str, kind: str) -> str:
    """One spelling for both: a URN as type and name, an instance's key as the end of the name."""
    if resource.startswith("urn:pulumi:"):
        return f"{kind}.{resource.rpartition('::')[2]}"
    return _KEY.sub(r"-\1", resource)


@cache
def recorded(cloud: str, form: str) -> Any:
    """The recording, parsed."""
    return json.loads(written(cloud, form).read_text(encoding="utf-8"))
