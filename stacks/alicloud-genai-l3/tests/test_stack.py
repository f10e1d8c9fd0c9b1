"""What this project relies on, whatever is changed in it. Nothing is deployed: the program is recorded."""

import json
import subprocess
import sys
from base64 import b64decode
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


def test_the_models_have_no_way_to_the_internet(recording: Recording) -> None:
    """Their own security group lets nothing out but to the cloud's services, and nothing in but from inside."""
    rules = [
        item.inputs
        for item in recording.resources
        if item.type == "alicloud:ecs/securityGroupRule:SecurityGroupRule" and "-gpu-" in item.name
    ]
    out = [item for item in rules if item["type"] == "egress" and item["policy"] == "accept"]
    assert [item["cidrIp"] for item in out] == ["100.64.0.0/10"]
    incoming = [item for item in rules if item["type"] == "ingress"]
    assert incoming and all(str(item["cidrIp"]).startswith("10.0.") for item in incoming)


def test_prompts_and_answers_are_moderated_apart(recording: Recording) -> None:
    scenarios = inputs(recording, "alicloud:aligreen/bizType:BizType")
    assert {str(item["bizTypeName"]).rpartition("_")[2] for item in scenarios} == {"input", "output"}
    started = [
        b64decode(str(item.inputs["userData"])).decode() for item in recording.resources if item.inputs.get("userData")
    ]
    assert sum("llm_query_moderation" in text and "llm_response_moderation" in text for text in started) == 1


def test_conversations_are_kept_locked_and_deleted(recording: Recording) -> None:
    """At least as long as logs are to be kept, and not for good: they are personal information."""
    (store,) = [
        item for item in inputs(recording, "alicloud:log/store:Store") if item["logstoreName"] == "conversations"
    ]
    assert 180 <= store["retentionPeriod"] < 3650
    locks = [
        item.inputs
        for item in recording.resources
        if item.type == "alicloud:oss/bucketWorm:BucketWorm" and "-records" in item.name
    ]
    assert locks and all(item["retentionPeriodInDays"] >= 180 for item in locks)


def test_every_bucket_says_what_it_holds(recording: Recording) -> None:
    buckets = inputs(recording, "alicloud:oss/bucket:Bucket")
    assert all(item["tags"]["data-class"] for item in buckets)
    classes = {item["bucket"].split("-")[-2]: item["tags"]["data-class"] for item in buckets}
    assert classes["training"] == classes["weights"] == "ai-training"
    assert classes["records"] == "pi"


def test_nothing_fails_at_the_declared_level() -> None:
    """The gate of the merge request, without an account: see compliant-infra.toml."""
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
    done = subprocess.run(
        [*command, "--stack", STACK, "--format", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0
