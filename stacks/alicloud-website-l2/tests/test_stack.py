"""What this project promises besides its level. python -m pytest runs the program without an account."""

import json
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from compliant_infra.components.project import record_project
from compliant_infra.components.recorder import Recording

PROJECT = Path(__file__).parents[1]
MUST_BE_TAGGED = (
    "alicloud:rds/instance:Instance",
    "alicloud:oss/bucket:Bucket",
    "alicloud:alb/loadBalancer:LoadBalancer",
)


@pytest.fixture(scope="module")
def found() -> Recording:
    """What the program would make with the configuration of the stack prod. Nothing is made, nobody is asked."""
    return record_project(PROJECT, stack="prod")


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """The configuration of the stack prod; keys of the project without its name."""
    text = (PROJECT / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    own = f"{yaml.safe_load((PROJECT / 'Pulumi.yaml').read_text(encoding='utf-8'))['name']}:"
    return {key.removeprefix(own): value for key, value in yaml.safe_load(text)["config"].items()}


def test_the_provider_takes_the_inputs(found: Recording) -> None:
    assert not found.problems()


def test_nothing_fails_at_the_declared_level() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "compliant_infra.cli.main", "check", str(PROJECT), "--run-program"]
        + ["--stack", "prod", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["summary"]["verdicts"]["fail"] == 0


def test_what_takes_tags_carries_those_of_the_team(found: Recording, settings: dict[str, str]) -> None:
    wanted = dict(pair.split("=", 1) for pair in settings["tags"].split(","))
    tagged = [item for item in found.resources if item.custom and "tags" in item.inputs]
    assert len(tagged) > 20
    for item in tagged:
        assert wanted.items() <= item.inputs["tags"].items(), item.name
    for kind in MUST_BE_TAGGED:
        assert found.of_type(kind)
        assert all("tags" in item.inputs for item in found.of_type(kind)), kind


def test_the_database_is_reached_from_the_private_network_alone(found: Recording) -> None:
    assert not found.of_type("alicloud:rds/connection:Connection")  # an address on the internet
    for instance in found.of_type("alicloud:rds/instance:Instance"):
        allowed = [ip_network(block) for block in instance.inputs["securityIps"]]
        assert allowed and all(block.is_private and block.prefixlen >= 16 for block in allowed)


def test_copies_lie_in_the_second_region(found: Recording, settings: dict[str, str]) -> None:
    first, second = settings["alicloud:region"], settings["standbyRegion"]
    assert first != second
    copies = found.of_type("alicloud:rds/rdsInstanceCrossBackupPolicy:RdsInstanceCrossBackupPolicy")
    assert [item.inputs["crossBackupRegion"] for item in copies] == [second]
    replicas = found.of_type("alicloud:oss/bucketReplication:BucketReplication")
    assert {item.inputs["destination"]["location"] for item in replicas} == {f"oss-{second}"}


def test_servers_may_use_one_secret_their_media_and_the_keys_of_the_system(found: Recording) -> None:
    (policy,) = (item for item in found.of_type("alicloud:ram/policy:Policy") if "-servers-" in item.name)
    statements = json.loads(policy.inputs["policyDocument"])["Statement"]
    actions = {action for statement in statements for action in statement["Action"]}
    keys = {"kms:Decrypt", "kms:GenerateDataKey"}
    assert actions == {"oss:GetObject", "oss:PutObject", "kms:GetSecretValue"} | keys
    assert all("*" not in statement["Resource"] for statement in statements)
    made = found.of_type("alicloud:kms/key:Key")
    for statement in statements:
        if keys & set(statement["Action"]):
            (system,) = statement["Condition"]["StringEqualsIgnoreCase"]["kms:tag/system"]
            assert made and all(key.inputs["tags"]["system"] == system for key in made)
