"""A composite is a whole system: declared complete, nothing that a level asks for is missing.

``LEFT`` lists what a composite does not make, each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.components.proof import (
    BASELINES,
    PROFILES,
    Case,
    baselines,
    failing,
    judged,
    parameters,
    recording,
    scan,
    shown,
)

#: (cloud, rule) -> why a composite leaves it out. It stands among its exceptions.
LEFT: Mapping[tuple[str, str], str] = {
    ("alicloud", "ai-workload-protected"): "content moderation belongs to the service that the models answer in",
    ("aws", "ai-workload-protected"): "content moderation belongs to the service that the models answer in",
}

CASES = [
    Case(cloud, f"{kind}_full", baseline, profiles)
    for cloud, kinds in (("alicloud", ("mlps_baseline", "financial_baseline")), ("aws", ("mlps_baseline",)))
    for kind in kinds
    for baseline in baselines(cloud, f"{kind}_full")
    for profiles in PROFILES
    if profiles in ((), ("all",))
]


@pytest.mark.parametrize("case", parameters(CASES))
def test_a_composite_is_complete(case: Case) -> None:
    missing = [
        result for result in failing(judged(scan(case), case, complete=True)) if (case.cloud, result.rule) not in LEFT
    ]
    assert not missing, "\n".join(map(shown, missing))


@pytest.mark.parametrize("case", parameters(case for case in CASES if case.profiles))
def test_what_is_left_out_is_reported(case: Case) -> None:
    found = recording(case)
    component = next(item for item in found.registrations if item.type.endswith("Baseline"))
    subjects = " ".join(item["subject"] for item in component.outputs["exceptions"])
    assert "content moderation" in subjects


def test_every_cloud_has_a_composite() -> None:
    assert {case.cloud for case in CASES} == set(BASELINES)
