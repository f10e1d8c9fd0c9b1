"""What this project relies on, whatever is changed in it. Nothing is deployed: the program is recorded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from compliant_infra.components.project import record_project
from compliant_infra.components.recorder import Recording

PROJECT = Path(__file__).parents[1]
STACK = "prod"


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_project(PROJECT, stack=STACK)


def test_the_program_fits_the_schemas(recording: Recording) -> None:
    assert not recording.problems()


def test_the_trail_is_of_all_members_and_regions(recording: Recording) -> None:
    (trail,) = recording.of_type("alicloud:actiontrail/trail:Trail")
    assert trail.inputs["isOrganizationTrail"] is True
    assert (trail.inputs["trailRegion"], trail.inputs["eventRw"]) == ("All", "All")


def test_every_bucket_is_locked(recording: Recording) -> None:
    """The archive and its copy; there is no other bucket."""
    buckets = recording.of_type("alicloud:oss/bucket:Bucket")
    locks = recording.of_type("alicloud:oss/bucketWorm:BucketWorm")
    assert len(buckets) == len(locks) == 2
    assert {lock.inputs["status"] for lock in locks} == {"Locked"}


def test_only_auditors_read(recording: Recording) -> None:
    """The policy that closes the records is on the roles of the other administrators, and not on that of auditors."""
    closed = [
        item.name
        for item in recording.of_type("alicloud:ram/rolePolicyAttachment:RolePolicyAttachment")
        if "-records-closed-" in item.name
    ]
    assert sorted(name.rpartition("-")[2] for name in closed) == ["security", "system"]


def test_nothing_fails_at_the_declared_level() -> None:
    """The gate of the merge request, without an account: see compliant-infra.toml."""
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
    done = subprocess.run(
        [*command, "--stack", STACK, "--format", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0
