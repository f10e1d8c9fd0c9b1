"""What this project promises besides its level. python -m pytest runs the program without an account."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compliant_infra.components.project import record_project
from compliant_infra.components.recorder import Recording

PROJECT = Path(__file__).parents[1]
MUST_BE_TAGGED = (
    "alicloud:cs/managedKubernetes:ManagedKubernetes",
    "alicloud:cr/registryEnterpriseInstance:RegistryEnterpriseInstance",
    "alicloud:oss/bucket:Bucket",
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


def test_the_api_server_and_the_nodes_have_no_public_address(found: Recording) -> None:
    (cluster,) = found.of_type("alicloud:cs/managedKubernetes:ManagedKubernetes")
    assert cluster.inputs["slbInternetEnabled"] is False
    pools = found.of_type("alicloud:cs/nodePool:NodePool")
    assert len(pools) == 2
    assert all(pool.inputs["internetMaxBandwidthOut"] == 0 for pool in pools)


def test_the_registry_is_private_and_its_tags_stay(found: Recording, settings: dict[str, str]) -> None:
    assert not found.of_type("alicloud:cr/internetEndpoint:InternetEndpoint")
    repositories = found.of_type("alicloud:cs/registryEnterpriseRepo:RegistryEnterpriseRepo")
    assert {item.inputs["name"] for item in repositories} == set(settings["repositories"].split(","))
    assert all(item.inputs["repoType"] == "PRIVATE" and item.inputs["tagImmutability"] for item in repositories)


def test_pods_run_images_of_the_own_registry(found: Recording, settings: dict[str, str]) -> None:
    (policy,) = (
        item
        for item in found.of_type("alicloud:cs/kubernetesPolicyInstance:KubernetesPolicyInstance")
        if item.inputs["policyName"] == "ACKAllowedRepos"
    )
    first, second = json.loads(policy.inputs["parameters"]["repos"])
    assert first.startswith(f"{settings['registryName']}-registry-vpc.")
    assert second.startswith(f"registry-{settings['alicloud:region']}-vpc.ack.")
    assert policy.inputs["action"] == "deny"


def test_only_the_entry_comes_in_from_the_internet(found: Recording) -> None:
    rules = found.of_type("alicloud:ecs/securityGroupRule:SecurityGroupRule")
    open_ports = {
        item.inputs["portRange"]
        for item in rules
        if item.inputs["type"] == "ingress" and item.inputs.get("cidrIp") == "0.0.0.0/0"
    }
    assert open_ports == {"443/443", "80/80"}
