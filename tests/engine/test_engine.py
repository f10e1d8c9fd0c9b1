"""The composites in a real engine with stand-in plugins: the same states and the same verdicts as the recorder's.

These tests need a ``pulumi`` executable with its Python language host on the path, and nothing else: no account, no
network, no plugin.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from compliant_infra.components.exports import read_export, read_preview
from compliant_infra.components.recorder import Recording
from tests.components.proof import EXAMPLES, Case
from tests.components.test_exports import compare, without_ciphertext
from tests.engine.comparison import (
    as_deployed,
    provider_ids,
    states_of_export,
    states_of_preview,
    states_of_recording,
    verdicts,
)
from tests.engine.project import Project

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="no pulumi executable is on the path"),
]

CASES = [
    case
    for case in (
        Case("alicloud", "mlps_baseline_minimal", "mlps-l2"),
        Case("alicloud", "mlps_baseline_full", "mlps-l3"),
        Case("alicloud", "mlps_baseline_full", "mlps-l4", ("sm",)),
        Case("alicloud", "financial_baseline_minimal", "financial-l3"),
        Case("aws", "mlps_baseline_minimal", "mlps-l2"),
        Case("aws", "mlps_baseline_full", "mlps-l3"),
    )
    if case.file.exists()
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_engine_sees_what_the_recorder_sees(case: Case, tmp_path: Path) -> None:
    """One run of everything, as each step needs the one before."""
    pytest.importorskip(f"pulumi_{case.cloud}")
    project = Project(case, tmp_path / "project")
    project.write()
    project.create_stack()

    before = project.recording(preview=True)
    preview = project.preview()
    hidden = json.loads(json.dumps(states_of_preview(preview)).replace('"[secret]"', '"a secret"'))
    compare(without_ciphertext(states_of_recording(before)), hidden)
    assert_same_verdicts(read_preview(preview), before, case)

    project.up()
    export = project.export()
    ids = provider_ids(export)
    after = project.recording(preview=False, computed=lambda found: as_deployed(found, ids))
    compare(without_ciphertext(states_of_recording(after)), without_ciphertext(states_of_export(export)))
    assert_same_verdicts(read_export(export), after, case)

    project.expect_no_changes()


def assert_same_verdicts(engines, recording: Recording, case: Case) -> None:
    """At the case's baseline, where all pass, and at one that the program was not made for, where not all do."""
    stricter = "financial-l4" if case.cloud == "alicloud" else "mlps-l4"
    for baseline, profiles in ((case.baseline, case.profiles), (stricter, ("all",))):
        ours = verdicts(recording.registrations, baseline, profiles)
        assert ours
        assert verdicts(engines, baseline, profiles) == ours


def test_examples_are_where_this_group_looks() -> None:
    assert {case.cloud for case in CASES} == {file.parent.name for file in EXAMPLES.glob("*/*_baseline_minimal.py")}
