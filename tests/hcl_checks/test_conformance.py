"""The same configuration judged from source and from its plan: the same verdicts, wherever both know the value.

Two supplies of pairs: the plans recorded beside their sources in ``fixtures/plans``, and a folder of recorded samples
(``COMPLIANT_INFRA_SAMPLES``, or ``samples`` beside the folder in ``COMPLIANT_INFRA_SCHEMAS``). The fixtures of the
rules are in ``test_recorded_plans.py``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.hcl_checks.plan import read_plan
from tests.hcl_checks.conformance import compare, source_scan

PLANS = Path(__file__).parent / "fixtures" / "plans"


def compared(directory: Path, plan: Path, values: dict[str, Any] | None = None) -> int:
    found = compare(source_scan(directory, values), read_plan(plan, plan.name))
    assert not found.flips, "\n".join(found.flips)
    return found.compared


@pytest.mark.parametrize("name", ["relations", "insecure", "modules", "changes"])
def test_recorded_plans(name: str) -> None:
    values = {"office": "203.0.113.77/32"} if name == "relations" else {}
    assert compared(PLANS / name, PLANS / name / "plan.json", values) > 10


def test_a_difference_is_seen(tmp_path: Path) -> None:
    """The comparison can fail: a plan in which the open rule is closed differs from its source."""
    text = (PLANS / "insecure" / "plan.json").read_text(encoding="utf-8")
    closed = tmp_path / "plan.json"
    closed.write_text(text.replace('"cidr_ip":"0.0.0.0/0"', '"cidr_ip":"10.0.0.0/8"'), encoding="utf-8")
    found = compare(source_scan(PLANS / "insecure"), read_plan(closed, "plan.json"))
    assert any("alicloud_security_group_rule.ssh: source fail, plan" in line for line in found.flips)


def samples_folder() -> Path | None:
    given = os.environ.get("COMPLIANT_INFRA_SAMPLES")
    schemas = os.environ.get("COMPLIANT_INFRA_SCHEMAS")
    folder = Path(given) if given else Path(schemas).parent / "samples" if schemas else None
    return folder if folder is not None and (folder / "src").is_dir() else None


def sample_pairs() -> list[tuple[Path, Path]]:
    folder = samples_folder()
    if folder is None:
        return []
    pairs = []
    for source in sorted((folder / "src").iterdir()):
        number = source.name.split("-", 1)[0]
        plans = [path for path in folder.glob("tf-*.json") if number in path.stem.split("-")]
        if plans and any(source.glob("*.tf")):
            pairs.append((source, plans[0]))
    return pairs


def test_samples() -> None:
    pairs = sample_pairs()
    if not pairs:
        pytest.skip("no folder of recorded samples: set COMPLIANT_INFRA_SAMPLES")
    numbers = {source.name: compared(source, plan) for source, plan in pairs}
    assert len(numbers) == len(pairs)
    assert all(number > 5 for number in numbers.values()), numbers
