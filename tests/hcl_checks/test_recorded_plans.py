"""Every fixture of the rules gives the same verdicts as a plan.

The plans are recorded (see ``recorded_plans.py``), so that this holds without ``terraform``. After a change of
fixtures: ``python scripts/record_plans.py``.
"""

from __future__ import annotations

import importlib.util
import json
import re
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.kernel.evaluation import Assignment, RuleIndex
from tests.hcl_checks import recorded_plans
from tests.hcl_checks.conformance import Comparison, asked, compare, source_scan
from tests.hcl_checks.recorded_plans import Record

#: So large a part of the fixtures may wait for their recording where none can be made.
MOST_MISSING = 0.03
#: So large a part of the verdicts may differ for a listed reason.
MOST_LISTED = 0.025

#: Differences of single fixtures, and why a plan cannot tell: (fixture, rule).
DIFFER = {
    ("alicloud/net-level-boundary/bad-hub.tf", "net-level-boundary"): (
        "each.value of a map of two attachments: a plan does not say which instance has which"
    ),
}

_BASELINE = re.compile(r"#\s*baseline:\s*(\S+)")
_PARAMETER = re.compile(r"\s([a-z][a-z0-9-]+)=(\d+)\b")


def assignment_of(root: Path) -> tuple[Assignment, RuleIndex]:
    """All rules under the baseline and the parameters that the first line of a fixture names."""
    first = (root / "main.tf").read_text(encoding="utf-8").split("\n", 1)[0]
    chosen = _BASELINE.search(first)
    if chosen is None:
        return asked()
    return asked(chosen[1], tuple((name, int(value)) for name, value in _PARAMETER.findall(first)))


def current(cloud: str) -> list[Record]:
    """The records whose fixtures have not changed since."""
    kept = []
    for record in recorded_plans.read(cloud):
        fixture = recorded_plans.RULES / record.fixture
        if fixture.exists() and recorded_plans.digest_of(fixture) == record.digest:
            kept.append(record)
    return kept


def comparison(record: Record, folder: Path) -> Comparison:
    root = recorded_plans.lay_out(recorded_plans.RULES / record.fixture, folder / "root")
    plan = folder / "plan.json"
    plan.write_text(record.plan, encoding="utf-8")
    return compare(source_scan(root, record.given), read_plan(plan, "plan.json"), assignment_of(root))


@pytest.mark.parametrize("cloud", recorded_plans.CLOUDS)
def test_fixtures_of_the_rules(cloud: str, tmp_path: Path) -> None:
    flips: list[str] = []
    expected = set()
    listed = compared = 0
    records = current(cloud)
    for number, record in enumerate(records):
        found = comparison(record, (tmp_path / str(number)).resolve())
        for line in found.flips:
            key = (record.fixture, line.partition(" ")[0])
            if key in DIFFER and "source fail, plan pass" not in line and "source pass, plan fail" not in line:
                expected.add(key)
            else:
                flips.append(f"{record.fixture}: {line}")
        listed += found.listed
        compared += found.compared
    assert not flips, "\n".join(flips)
    assert compared > len(records) * 5, "hardly anything is compared"
    assert listed < compared * MOST_LISTED, f"{listed} of {compared} verdicts differ for listed reasons"
    names = {record.fixture for record in records}
    gone = [key for key in DIFFER if key[0] in names and key not in expected]
    assert not gone, f"they agree now: {gone}"


def test_a_flip_is_seen(tmp_path: Path) -> None:
    """The comparison can fail: a plan in which what was open is closed differs from its source."""
    name = "aws/net-sg-no-any-any/bad.tf"
    record = next(item for item in recorded_plans.read("aws") if item.fixture == name)
    tampered = replace(record, plan=record.plan.replace("0.0.0.0/0", "10.0.0.0/8").replace("::/0", "fd00::/8"))
    assert tampered != record
    flips = comparison(tampered, tmp_path.resolve()).flips
    assert any(line.startswith("net-sg-no-any-any aws_") and "source fail, plan pass" in line for line in flips)


# -- the recordings --------------------------------------------------------------------------------------------


@cache
def recorder() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "record_plans.py"
    spec = importlib.util.spec_from_file_location("record_plans", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missing() -> tuple[list[str], int]:
    """The fixtures that have no current recording, and how many should have one."""
    recorded = {record.fixture for cloud in recorded_plans.CLOUDS for record in current(cloud)}
    names = [
        name for name in map(recorded_plans.name_of, recorded_plans.fixtures()) if not recorded_plans.refusal(name)
    ]
    return [name for name in names if name not in recorded], len(names)


def can_record() -> str:
    """ "" where recordings can be made here, else what is missing for it."""
    try:
        recorder().needed()
    except recorder().UnavailableError as error:
        return str(error)
    return ""


def test_recordings_are_current() -> None:
    absent, total = missing()
    hint = "run python scripts/record_plans.py"
    if not can_record():
        assert not absent, f"{hint}: " + ", ".join(absent)
    assert len(absent) <= total * MOST_MISSING, f"{len(absent)} of {total} fixtures have no current plan: {hint}"
    if absent:
        warnings.warn(f"{len(absent)} of {total} fixtures are not compared with their plans: {hint}", stacklevel=1)


def test_recordings_of_what_is_gone_are_gone() -> None:
    names = set(map(recorded_plans.name_of, recorded_plans.fixtures()))
    stored = [record.fixture for cloud in recorded_plans.CLOUDS for record in recorded_plans.read(cloud)]
    assert len(stored) == len(set(stored))
    assert len([name for name in stored if name not in names]) <= len(names) * MOST_MISSING


def test_refusals_are_what_they_say() -> None:
    """Each stands for a fixture, has a reason, and has no recording; they are few beside the clouds without schema."""
    names = set(map(recorded_plans.name_of, recorded_plans.fixtures()))
    recorded = {record.fixture for cloud in recorded_plans.CLOUDS for record in recorded_plans.read(cloud)}
    single = [name for name in recorded_plans.REFUSED if "/" in name]
    assert all(name in names and name not in recorded for name in single)
    assert all(reason for reason in recorded_plans.REFUSED.values())
    assert len(single) <= 10
    whole = {name for name in recorded_plans.REFUSED if "/" not in name}
    assert whole.isdisjoint(recorded_plans.CLOUDS)
    assert {recorded_plans.cloud_of(name) for name in names} == whole | set(recorded_plans.CLOUDS)


def test_recordings_are_stored_deterministically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [Record(f"aws/a/good{number}.tf", "0" * 24, {"a": number}, '{"x":"\\t"}') for number in range(3)]
    monkeypatch.setattr(recorded_plans, "RECORDINGS", tmp_path)
    recorded_plans.write("aws", records)
    first = (tmp_path / "aws.jsonl.xz").read_bytes()
    assert list(recorded_plans.read("aws")) == records
    recorded_plans.write("aws", reversed(records))
    assert (tmp_path / "aws.jsonl.xz").read_bytes() == first


def test_the_hash_is_of_names_and_contents(tmp_path: Path) -> None:
    def digest(**files: str) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.tf").write_text(text, encoding="utf-8")
        return recorded_plans.digest_of(folder)

    assert digest(main="a", other="b") == digest(other="b", main="a")
    assert len({digest(main="a", other="b"), digest(main="a", more="b"), digest(main="ab"), digest(main="a")}) == 4


@pytest.mark.slow
def test_recordings_say_what_terraform_says() -> None:
    """Some of them, planned anew."""
    why = can_record()
    if why:
        pytest.skip(why)
    some = [record for cloud in recorded_plans.CLOUDS for record in current(cloud)[::110]]
    paths = [recorded_plans.RULES / record.fixture for record in some]
    with recorder().providers(recorder().sources(paths)) as environment:
        anew = [recorder().record(path, environment) for path in paths]

    def said(record: Record) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads(record.plan)
        plan.pop("terraform_version", None)
        return plan

    assert len(anew) > 8
    for mine, stored in zip(anew, some, strict=True):
        assert said(mine) == said(stored), stored.fixture
