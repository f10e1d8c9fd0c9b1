"""What this project relies on, whatever is changed in it. Nothing is deployed: the program is recorded."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from compliant_infra.components.project import record_project
from compliant_infra.components.recorder import Recording

PROJECT = Path(__file__).parents[1]
STACK = "prod"


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_project(PROJECT, stack=STACK)


def inputs(recording: Recording, kind: str) -> list[Mapping[str, Any]]:
    """The inputs of all resources of a type."""
    return [item.inputs for item in recording.resources if item.type == kind]


def test_the_program_fits_the_schemas(recording: Recording) -> None:
    assert not recording.problems()


def test_both_regions_answer_requests(recording: Recording) -> None:
    """Each region has an entry and servers behind it: failover finds something that works (8.1.4.9 c)."""
    entries = inputs(recording, "aws:lb/loadBalancer:LoadBalancer")
    groups = inputs(recording, "aws:autoscaling/group:Group")
    assert len(entries) == len(groups) == 2
    assert all(group["targetGroupArns"] and group["minSize"] >= 2 for group in groups)
    regions = {item["region"] for item in inputs(recording, "pulumi:providers:aws")}
    assert regions == {"cn-north-1", "cn-northwest-1"}


def test_the_database_is_private_and_has_its_replica(recording: Recording) -> None:
    databases = inputs(recording, "aws:rds/instance:Instance")
    assert databases
    assert all(item["publiclyAccessible"] is False and item["storageEncrypted"] for item in databases)
    level = json.loads(json.dumps(recording.outputs["recovery"]))
    assert level["primaryRegion"] != level["standbyRegion"]


def test_servers_sign_in_to_the_database_without_a_password(recording: Recording) -> None:
    """They may connect as the application's account only; no policy of theirs opens a secret."""
    text = "\n".join(
        str(item["policy"]) for item in inputs(recording, "aws:iam/rolePolicy:RolePolicy") if "policy" in item
    )
    assert set(re.findall(r"rds-db:[\w-]+:\d{12}:dbuser:\*/(\w+)", text)) == {"application"}
    assert "secretsmanager:" not in text


def test_nothing_fails_at_the_declared_level() -> None:
    """The gate of the merge request, without an account: see compliant-infra.toml."""
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
    done = subprocess.run(
        [*command, "--stack", STACK, "--format", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0
