"""Every component at every baseline, recorded and judged by the same rules: no fail, nothing left undecided.

``allowed_unknowns.toml`` lists what a component cannot decide, each with its reason.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.components.registration import PROVIDER_PREFIX, STACK_TYPE
from compliant_infra.kernel.model import Result, Verdict
from tests.components.proof import Case, cases, failing, group, judged, parameters, recording, scan, shown

CASES = cases()

#: Deprecated inputs that components use all the same, by the end of the type and by path, and why.
DEPRECATED = {
    (
        "CompliancePack",
        "configRules",
    ): "the successor wants each managed rule made with a scope that is documented nowhere",
}


@cache
def allowed() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "allowed_unknowns.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text).get("allowed", ()))


def component_of(case: Case) -> str:
    return case.example.removesuffix("_minimal").removesuffix("_full")


def entry_for(case: Case, result: Result) -> dict[str, Any] | None:
    name = result.resource.rpartition("::")[2]
    return next(
        (
            entry
            for entry in allowed()
            if entry["cloud"] == case.cloud
            and fnmatchcase(component_of(case), entry["component"])
            and entry["rule"] == result.rule
            and fnmatchcase(name, entry["resource"])
        ),
        None,
    )


@pytest.mark.parametrize("case", parameters(CASES))
def test_component(case: Case) -> None:
    found = recording(case)
    results = judged(scan(case), case)
    assert not failing(results), "\n".join(map(shown, failing(results)))
    undecided = [result for result in results if result.verdict is Verdict.UNKNOWN and entry_for(case, result) is None]
    assert not undecided, "\n".join(map(shown, undecided))
    problems = [
        str(problem)
        for problem in found.problems(deprecations=True)
        if (problem.urn.split("::")[2].rpartition(":")[2], problem.path) not in DEPRECATED
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("case", parameters(case for case in CASES if not case.profiles))
def test_every_child_has_its_parent_provider_and_tags(case: Case) -> None:
    found = recording(case)
    components = {item.urn for item in found.registrations if item.type.startswith("compliant-infra-")}
    assert components
    providers = {item.urn: item for item in found.registrations if item.type.startswith(PROVIDER_PREFIX)}
    wrong = []
    for item in found.registrations:
        if not item.custom or item.urn in providers or item.type == STACK_TYPE:
            continue
        if item.parent not in components:
            wrong.append(f"{item.name}: parent {item.parent}")
        if item.provider.rpartition("::")[0] not in providers:
            wrong.append(f"{item.name}: provider {item.provider or 'the default one'}")
        tags = item.inputs.get("tags")
        if isinstance(tags, list):  # of objects, as auto scaling groups of AWS take them
            tags = {tag["key"]: tag["value"] for tag in tags}
        if tags is not None and tags.get("mlps-baseline") != case.baseline:
            wrong.append(f"{item.name}: tags {item.inputs['tags']}")
    assert not wrong, "\n".join(wrong)


def concerned(entry: dict[str, Any]) -> list[Case]:
    """The cases that may need an entry; first full examples at the strongest baselines, which need most of them."""
    found = [
        case for case in CASES if case.cloud == entry["cloud"] and fnmatchcase(component_of(case), entry["component"])
    ]
    return sorted(
        found, key=lambda case: (not case.example.endswith("_full"), -len(case.profiles), "l3" not in case.baseline)
    )


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, id=str(number), marks=pytest.mark.xdist_group(group(concerned(entry)[0])))
        for number, entry in enumerate(allowed())
    ],
)
def test_an_allowed_unknown_is_needed(entry: dict[str, Any]) -> None:
    """An entry that no example needs any more goes. Every entry has a reason."""
    assert entry["reason"].strip()
    assert any(
        entry_for(case, result) is entry
        for case in concerned(entry)
        for result in judged(scan(case), case)
        if result.verdict is Verdict.UNKNOWN
    )
