"""The recorded plans of the rules' fixtures: ``fixtures/plans/rules/<cloud>.jsonl.xz``.

``scripts/record_plans.py`` makes them with a real ``terraform`` and a stand-in provider; the tests need neither. A line
is one record: the fixture's path below ``tests/rules/fixtures``, the hash of its files when it was planned, the values
given to its variables, and the plan as ``terraform show -json`` prints it, as far as it is the same each time.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "rules" / "fixtures"
RECORDINGS = Path(__file__).parent / "fixtures" / "plans" / "rules"
CLOUDS = ("alicloud", "aws", "tencentcloud")
KINDS = ("good", "bad", "undecided")

#: Fixtures without a plan, and why: a path, or a folder for all that is in it.
REFUSED: Mapping[str, str] = {
    "google": "the stand-in provider is driven by schemas, and there is none for this provider",
    "aws/iam-no-admin-star/undecided_data.tf": "reads the state of another configuration, which is not there",
    "aws/secret-not-in-code/undecided.tf": "reads a file outside of the scanned tree, which is not there",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One plan. ``plan`` is JSON text; ``given`` are the values of variables without default."""

    fixture: str
    digest: str
    given: Mapping[str, Any]
    plan: str


def name_of(fixture: Path) -> str:
    """The path below the folder of all fixtures: ``aws/oss-versioning/good.tf``."""
    return fixture.relative_to(RULES).as_posix()


def cloud_of(name: str) -> str:
    return name.split("/", 1)[0]


def fixtures() -> list[Path]:
    """Every root among the fixtures of the rules: a file or a directory."""
    return [
        path
        for path in sorted(RULES.glob("*/*/*"))
        if path.name.startswith(KINDS) and (path.is_dir() or path.suffix in (".tf", ".json"))
    ]


def refusal(name: str) -> str | None:
    """Why a fixture has no plan, where it is known to have none."""
    return REFUSED.get(name) or REFUSED.get(cloud_of(name))


def files_of(fixture: Path) -> list[Path]:
    if fixture.is_file():
        return [fixture]
    return [path for path in sorted(fixture.rglob("*")) if path.is_file() and ".terraform" not in path.parts]


def digest_of(fixture: Path) -> str:
    """A hash over the names and contents of a fixture's files."""
    made = hashlib.sha256()
    for path in files_of(fixture):
        name = "main.tf" if path == fixture else path.relative_to(fixture).as_posix()
        data = path.read_bytes()
        made.update(f"{name}\0{len(data)}\0".encode())
        made.update(data)
    return made.hexdigest()[:24]


def lay_out(fixture: Path, directory: Path) -> Path:
    """A root of its own made of a fixture: a file becomes ``main.tf`` (``main.tf.json``)."""
    if fixture.is_dir():
        shutil.copytree(fixture, directory)
    else:
        directory.mkdir(parents=True)
        shutil.copy(fixture, directory / ("main.tf" if fixture.suffix == ".tf" else "main.tf.json"))
    return directory


def read(cloud: str) -> Iterator[Record]:
    """The records of a cloud, in the order of their fixtures; none where nothing is recorded."""
    path = RECORDINGS / f"{cloud}.jsonl.xz"
    if not path.exists():
        return
    for line in lzma.decompress(path.read_bytes()).decode().splitlines():
        head, _, plan = line.partition("\t")
        item = json.loads(head)
        yield Record(item["fixture"], item["digest"], item["given"], plan)


def write(cloud: str, records: Iterable[Record]) -> int:
    """Store the records of a cloud; the same records make the same bytes. Returns how many bytes."""
    lines = []
    for item in sorted(records, key=lambda record: record.fixture):
        head = {"fixture": item.fixture, "digest": item.digest, "given": dict(item.given)}
        lines.append(f"{json.dumps(head, sort_keys=True)}\t{item.plan}\n")
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    data = lzma.compress("".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    (RECORDINGS / f"{cloud}.jsonl.xz").write_bytes(data)
    return len(data)
