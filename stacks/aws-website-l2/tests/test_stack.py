"""What this project relies on, whatever is changed in it. Nothing is deployed: the program is recorded."""

import json
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


def test_nothing_but_the_entry_is_public(recording: Recording) -> None:
    assert all(item["publiclyAccessible"] is False for item in inputs(recording, "aws:rds/instance:Instance"))
    for template in inputs(recording, "aws:ec2/launchTemplate:LaunchTemplate"):
        assert all(item["associatePublicIpAddress"] == "false" for item in template["networkInterfaces"])
    (entry,) = inputs(recording, "aws:lb/loadBalancer:LoadBalancer")
    assert entry["internal"] is False
    assert len(inputs(recording, "aws:wafv2/webAclAssociation:WebAclAssociation")) == 1


def test_all_ways_to_the_internet_lead_through_the_firewall(recording: Recording) -> None:
    """Of the entry and of the NAT gateways; only the subnets of the firewall itself have the internet gateway."""
    routes = [
        item
        for item in inputs(recording, "aws:ec2/route:Route")
        if item["destinationCidrBlock"] == "0.0.0.0/0" and "natGatewayId" not in item
    ]
    assert sum("gatewayId" in item for item in routes) == 1
    assert sum("vpcEndpointId" in item for item in routes) >= 3


def test_copies_lie_in_the_other_region(recording: Recording) -> None:
    regions = {item["region"] for item in inputs(recording, "pulumi:providers:aws")}
    assert regions == {"cn-north-1", "cn-northwest-1"}
    assert inputs(recording, "aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    assert inputs(recording, "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")


def test_nothing_fails_at_the_declared_level() -> None:
    """The gate of the merge request, without an account: see compliant-infra.toml."""
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
    done = subprocess.run(
        [*command, "--stack", STACK, "--format", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0
