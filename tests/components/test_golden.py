"""Type tokens, names and inputs of the children are frozen: a change of one replaces or changes what stacks have.

A golden file has the children of an example at level 3, whole, and what is different at every other baseline.
``UPDATE_GOLDEN=1`` writes them anew: then say in the change log what stacks will see.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.components.recorder import Recording
from compliant_infra.components.registration import STACK_TYPE, Registration
from tests.components.proof import EXAMPLES, Case, baselines, group, recording

GOLDEN = Path(__file__).parent / "golden"

PROGRAMS = [
    pytest.param(
        file.parent.name, file.stem, marks=pytest.mark.xdist_group(group(Case(file.parent.name, file.stem, "")))
    )
    for file in sorted(EXAMPLES.glob("*/*.py"))
]


def origins(item: Registration) -> list[str]:
    """The names of the resources from which inputs come."""
    urns = {urn for found in item.property_dependencies.values() for urn in found}
    return sorted(urn.rpartition("::")[2] for urn in urns)


def children(found: Recording) -> dict[str, Any]:
    """By URN without stack and project: the inputs, where they come from, and what decides over deletion."""
    return {
        item.urn.split("::", 2)[2]: {
            **item.inputs,
            **{
                option: True
                for option, chosen in (("(protect)", item.protect), ("(retainOnDelete)", item.retain_on_delete))
                if chosen
            },
            **({"(from)": sources} if (sources := origins(item)) else {}),
        }
        for item in sorted(found.registrations, key=lambda item: item.urn)
        if item.type != STACK_TYPE
    }


def difference(from_: Mapping[str, Any], to: Mapping[str, Any]) -> dict[str, Any]:
    """The children that are gone (None), new ones whole, and of the others the inputs that differ."""
    found: dict[str, Any] = dict.fromkeys(from_.keys() - to.keys())
    for urn, inputs in to.items():
        if urn not in from_:
            found[urn] = inputs
        elif inputs != from_[urn]:
            names = inputs.keys() | from_[urn].keys()
            found[urn] = {name: inputs.get(name) for name in names if inputs.get(name) != from_[urn].get(name)}
    return found


def frozen(cloud: str, example: str) -> dict[str, Any]:
    by_baseline = {
        baseline: children(recording(Case(cloud, example, baseline))) for baseline in baselines(cloud, example)
    }
    first = "mlps-l3" if "mlps-l3" in by_baseline else "financial-l3"
    whole = by_baseline.pop(first)
    return {first: whole, **{baseline: difference(whole, found) for baseline, found in by_baseline.items()}}


@pytest.mark.parametrize(("cloud", "example"), PROGRAMS)
def test_frozen(cloud: str, example: str) -> None:
    file = GOLDEN / cloud / f"{example}.json"
    now = frozen(cloud, example)
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    known = json.loads(file.read_text(encoding="utf-8"))
    for baseline, found in now.items():
        assert found == known.get(baseline), baseline
    assert now.keys() == known.keys()
