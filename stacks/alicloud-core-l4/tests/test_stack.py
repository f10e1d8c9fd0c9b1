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


def inputs(recording: Recording, kind: str) -> list[dict]:
    """The inputs of all resources of a type."""
    return [dict(item.inputs) for item in recording.resources if item.type == kind]


def test_the_program_fits_the_schemas(recording: Recording) -> None:
    assert not recording.problems()


def follows(recording: Recording) -> bool:
    """Whether the standby database is there: not before the second step of the first deployment."""
    return bool(inputs(recording, "alicloud:rds/ddrInstance:DdrInstance"))


def test_without_a_standby_somebody_accepts_that(recording: Recording) -> None:
    waived = [item.inputs["waivers"] for item in recording.resources if item.inputs.get("waivers")]
    assert bool(waived) != follows(recording)


def test_both_regions_answer_requests(recording: Recording) -> None:
    """Each region has an entry, servers behind it, a cache and a database: failover finds something that works."""
    if not follows(recording):
        pytest.skip("the second region serves with the second step of the first deployment")
    for kind, wanted in {
        "alicloud:alb/loadBalancer:LoadBalancer": 2,
        "alicloud:ess/scalingGroup:ScalingGroup": 2,
        "alicloud:kvstore/instance:Instance": 2,
        "alicloud:rds/instance:Instance": 1,
        "alicloud:rds/ddrInstance:DdrInstance": 1,
        "alicloud:dns/addressPool:AddressPool": 2,
    }.items():
        assert len(inputs(recording, kind)) == wanted, kind


def test_the_standby_follows_the_database(recording: Recording) -> None:
    if not follows(recording):
        pytest.skip("the standby follows with the second step of the first deployment")
    (job,) = inputs(recording, "alicloud:dts/synchronizationJob:SynchronizationJob")
    assert job["sourceEndpointRegion"] != job["destinationEndpointRegion"]
    assert job["status"] == "Synchronizing"
    (account,) = [
        item
        for item in inputs(recording, "alicloud:rds/rdsAccount:RdsAccount")
        if item["accountName"] == job["sourceEndpointUserName"]
    ]
    assert account["accountType"] == "Normal"


def test_no_password_stands_in_the_configuration() -> None:
    text = (PROJECT / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8")
    assert "password" not in text.lower()


def test_nothing_fails_at_the_declared_level() -> None:
    """The gate of the merge request, without an account: see compliant-infra.toml."""
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
    done = subprocess.run(
        [*command, "--stack", STACK, "--format", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0
