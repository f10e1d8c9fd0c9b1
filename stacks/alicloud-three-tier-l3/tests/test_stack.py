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
MUST_BE_TAGGED = ("alicloud:rds/instance:Instance", "alicloud:oss/bucket:Bucket", "alicloud:kvstore/instance:Instance")


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


def test_data_are_reached_from_the_application_tier_alone(found: Recording) -> None:
    assert not found.of_type("alicloud:rds/connection:Connection")  # addresses on the internet
    assert not found.of_type("alicloud:kvstore/connection:Connection")
    kinds = ("alicloud:rds/instance:Instance", "alicloud:kvstore/instance:Instance")
    stores = [item for kind in kinds for item in found.of_type(kind)]
    assert len(stores) == 2
    for store in stores:
        allowed = [ip_network(block) for block in store.inputs["securityIps"]]
        assert allowed and all(block.subnet_of(ip_network("10.0.0.0/16")) for block in allowed)


def test_the_standby_is_in_another_region(found: Recording, settings: dict[str, str]) -> None:
    first, second = settings["alicloud:region"], settings["standbyRegion"]
    assert first != second
    assert set(settings["zones"].split(",")).isdisjoint(settings["standbyZones"].split(","))
    copies = found.of_type("alicloud:rds/rdsInstanceCrossBackupPolicy:RdsInstanceCrossBackupPolicy")
    assert [item.inputs["crossBackupRegion"] for item in copies] == [second]
    replicas = found.of_type("alicloud:oss/bucketReplication:BucketReplication")
    assert {item.inputs["destination"]["location"] for item in replicas} == {f"oss-{second}"}


def test_the_standby_follows_or_somebody_accepts_that_it_does_not(found: Recording, settings: dict[str, str]) -> None:
    if settings["compliant-infra:baseline"] == "mlps-l2":
        pytest.skip("level 2 asks for copies alone")
    standby = found.of_type("alicloud:rds/ddrInstance:DdrInstance")
    if settings.get("restoreTime"):
        assert [item.inputs["sourceRegion"] for item in standby] == [settings["alicloud:region"]]
        assert found.of_type("alicloud:dts/synchronizationJob:SynchronizationJob")
    else:
        assert not standby
        assert settings["firstStepUntil"]


def test_no_password_is_written_down(found: Recording) -> None:
    passwords = found.of_type("random:index/randomPassword:RandomPassword")
    assert all(item.inputs["length"] >= 16 for item in passwords)
    for account in found.of_type("alicloud:rds/rdsAccount:RdsAccount"):
        assert account.inputs["accountType"] == "Normal"
        assert "accountPassword" not in account.inputs  # which the state would keep
