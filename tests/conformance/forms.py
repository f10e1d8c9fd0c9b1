"""The same resources in five forms, and what ``compliant-infra check`` says of each.

``main.tf`` is the source, ``__main__.py`` the program; plan, preview and export are recordings that
``scripts/record_conformance.py`` makes with a real Terraform and a real Pulumi.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines.catalogue import active_profiles
from compliant_infra.cli.main import cli
from compliant_infra.components.names import terraform_type
from compliant_infra.components.recorder import Recording
from compliant_infra.kernel.evaluation import conclude, judge
from compliant_infra.regulations.catalogue import clauses_of_rules

SUITE: Final = Path(__file__).parent
CLOUDS: Final = ("alicloud", "aws")
FORMS: Final = ("source", "plan", "program", "preview", "export")
PULUMI: Final = FORMS[2:]
STACK: Final = "dev"

#: Baseline and profiles.
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {"mlps-l3": (), "mlps-l4": ("all",)}

#: The stack's configuration, and the values that the variables have wherever there is a place for them.
CONFIGURATION: Final[Mapping[str, Mapping[str, str]]] = {
    "alicloud": {"alicloud:region": "cn-beijing"},
    "aws": {"aws:region": "cn-north-1", "aws:defaultTags": '{"tags": {"data-class": "important"}}'},
}
VARIABLES: Final = {"office_cidr": "10.20.0.0/16", "database_password": "Proof-0f-n0thing"}

#: What ``compliant-infra.toml`` says under ``[parameters]``.
PARAMETERS: Final = {"trusted-accounts": ["1234567890123456", "123456789012"]}

#: What is answered by the settings and the evidence, whatever is scanned.
_OF_NO_SCAN: Final = frozenset({"loc-export-route"})

_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("main.tf",),
    "plan": ("recorded/plan.json",),
    "program": ("Pulumi.yaml", f"Pulumi.{STACK}.yaml", "__main__.py"),
    "preview": ("recorded/preview.json",),
    "export": ("recorded/export.json",),
}


# --------------------------------------------------------------------------------------------------------------
# What is said
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """A result, as far as it is to be the same in every form."""

    finding: str
    attribute: str
    verdict: str
    severity: str
    clauses: tuple[str, ...]
    type: str


@dataclass(frozen=True, slots=True)
class Place:
    """What names a resource in a form, and where a result stands."""

    resource: str
    type: str
    file: str
    line: int


Key = tuple[str, str]  # rule, and address in Terraform's manner
Row = tuple[Said, ...]  # all that a rule says of an address, in order


@dataclass
class Answer:
    """What is said of one form."""

    rows: dict[Key, Row] = field(default_factory=dict)
    places: list[tuple[Key, Place]] = field(default_factory=list)
    resources: int = 0

    def add(self, rule: str, place: Place, said: Said) -> None:
        """One more result."""
        key = (rule, address(place.resource, place.type))
        self.rows[key] = tuple(sorted((*self.rows.get(key, ()), said)))
        self.places.append((key, place))

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def overall(row: Row) -> str:
    """The verdict over all findings: fail, unknown, pass; "" where nothing is said."""
    verdicts = {said.verdict for said in row}
    return next((verdict for verdict in ("fail", "unknown", "pass") if verdict in verdicts), "")


_INDEX: Final = re.compile(r"\.\d+(?=\.|$)")


def unordered(row: Row) -> Row:
    """The row without places in lists: a plan has the blocks of a set in an order of its own."""
    return tuple(sorted(replace(said, attribute=_INDEX.sub("", said.attribute)) for said in row))


_KEY: Final = re.compile(r'\["?([^"\]]+)"?\]$')


def address(resource: str, kind: str) -> str:
    """One spelling for both: a URN as type and name, an instance's key as the end of the name."""
    if resource.startswith("urn:pulumi:"):
        return f"{kind}.{resource.rpartition('::')[2]}"
    return _KEY.sub(r"-\1", resource)


# --------------------------------------------------------------------------------------------------------------
# The forms
# --------------------------------------------------------------------------------------------------------------


def written(cloud: str, form: str) -> Path:
    """The recording of a form: plan, preview or export."""
    return SUITE / cloud / "recorded" / f"{form}.json"


def recorded(cloud: str, form: str) -> Any:
    """The recording, parsed."""
    return json.loads(written(cloud, form).read_text(encoding="utf-8"))


def digest(cloud: str, form: str) -> str:
    """A hash of the files of source or program, from which recordings are made."""
    made = sha256()
    for name in _FILES[form]:
        made.update((SUITE / cloud / name).read_bytes())
    return made.hexdigest()[:24]


def digests(cloud: str) -> Path:
    """Where it is kept from which files the recordings were made."""
    return SUITE / cloud / "recorded" / "made_from.json"


def lay_out(cloud: str, form: str, folder: Path) -> Path:
    """A folder with the files of one form and the settings, as nothing but the form is to decide."""
    folder.mkdir(parents=True)
    for name in (*_FILES[form], "compliant-infra.toml"):
        shutil.copy(SUITE / cloud / name, folder)
    return folder


def check(folder: Path, form: str, level: str) -> Answer:
    """What the command says of a folder that ``lay_out`` made."""
    what = folder if form in ("source", "program") else folder / f"{form}.json"
    run = ["--run-program", "--stack", STACK] if form == "program" else []
    profiles = [item for profile in LEVELS[level] for item in ("--profile", profile)]
    options = ["--format", "json", "--include-passed", "--lang", "en", "--no-cache", "--jobs", "1"]
    result = CliRunner().invoke(cli, ["check", str(what), "--baseline", level, *profiles, *run, *options])
    assert result.exit_code == 1, result.output + result.stderr
    report = json.loads(result.stdout)
    assert report["diagnostics"] == [], report["diagnostics"]
    answer = Answer(resources=report["summary"]["resources"])
    for item in report["results"]:
        if item["rule"] in _OF_NO_SCAN:
            continue
        answer.add(
            item["rule"],
            Place(item["resource"], item["type"], item["file"], item["line"]),
            Said(
                item["finding"],
                item["attribute"],
                item["verdict"],
                item["severity"],
                tuple(item["clauses"]),
                item["type"],
            ),
        )
    return answer


def judged(recording: Recording, level: str) -> Answer:
    """What the rules say of a program that ran in this process, by the same settings."""
    asked = assignment(
        Request(level, LEVELS[level], parameters=Request.parameter_items(PARAMETERS), include_passed=True)
    )
    scan = recording.scan()
    judgement = judge(scan, asked)
    assert not judgement.diagnostics
    answer = Answer(resources=len(scan.resources))
    clauses = clauses_of_rules(level, frozenset(active_profiles(level, LEVELS[level])))
    for item in (*judgement.results, *conclude([judgement], asked, complete=True)):
        answer.add(
            item.rule,
            Place(item.resource, item.type, item.location.file, item.location.line),
            Said(
                item.finding,
                item.attribute,
                str(item.verdict),
                str(item.severity),
                clauses.get(item.rule, ()),
                item.type,
            ),
        )
    return answer


def addresses(cloud: str, form: str) -> list[str]:
    """The addresses of all resources in a recording, in order."""
    document = recorded(cloud, form)
    if form == "plan":
        return sorted(address(item["address"], item["type"]) for item in document["resource_changes"])
    states: Iterable[Mapping[str, Any]] = (
        [step["newState"] for step in document["steps"]] if form == "preview" else document["deployment"]["resources"]
    )
    return sorted(
        address(state["urn"], terraform_type(state["type"]))
        for state in states
        if not state["type"].startswith("pulumi:")
    )
