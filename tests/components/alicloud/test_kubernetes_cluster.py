"""KubernetesCluster for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import KubernetesCluster
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

KEY = "key-hzz62f1cb66fa42qo9m3x"
ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "subnet_ids": ["vsw-a", "vsw-b", "vsw-c"],
    "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
    "node_pools": {"workers": {"instance_types": ["ecs.g7.xlarge"]}},
    "key_name": "ops",
    "kms_key_id": KEY,
}
WAIVER = {"rule": "net-k8s-api-private", "reason": "migration", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, KubernetesCluster]:
    clusters: list[KubernetesCluster] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        clusters.append(KubernetesCluster("shop", given))

    return record(program, project="p", stack="s"), clusters[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"shop-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("shop-") for item in found.resources}


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        ({"cluster": {"slb_internet_enabled": True}}, "net-k8s-api-private", "8.1.3.1"),
        ({"cluster": {"disable_encryption": True}}, "k8s-secrets-encrypted", "8.1.4.8"),
        (
            {"cluster": {"audit_log_config": {"enabled": False}, "control_plane_log_components": ["kcm"]}},
            "k8s-audit-on",
            "8.1.4.3",
        ),
        ({"cluster": {"control_plane_log_ttl": "30"}}, "audit-retention", "8.1.5.4"),
        ({"cluster": {"enable_rrsa": False}}, "iam-no-static-key", "8.1.4.1"),
        ({"cluster": {"deletion_protection": False}}, "deletion-protection", "8.1.4.9"),
        ({"pool-workers": {"soc_enabled": False}}, "host-protection-on", "8.1.4.5"),
        ({"pool-workers": {"system_disk_encrypted": False}}, "disk-encrypted", "8.1.4.8"),
        ({"pool-workers": {"system_disk_kms_key": None}}, "rest-customer-key", "8.2.4.5"),
        ({"pool-workers": {"internet_max_bandwidth_out": 5}}, "net-no-public-ip-on-instance", "8.1.2.1"),
        ({"pool-workers": {"instance_metadata_options": {"http_tokens": "optional"}}}, "host-imds-v2", "8.1.4.4"),
        ({"pool-workers": {"multi_az_policy": "PRIORITY"}}, "compute-multi-az", "8.1.2.1"),
        ({"policy-privileged": {"action": "warn"}}, "k8s-hardening", "8.1.4.4"),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    assert rule in str(caught.value)
    assert f"gbt22239-2019:{clause}" in str(caught.value)


def test_a_waiver_lets_it_pass_and_shows() -> None:
    found, cluster = made({"overrides": {"cluster": {"slb_internet_enabled": True}}, "waivers": [WAIVER]})
    assert inputs(found, "cluster")["slbInternetEnabled"] is True
    assert [item["rule"] for item in cluster.waived] == ["net-k8s-api-private"]


def test_harmless_overrides_pass() -> None:
    found, _ = made({"overrides": {"pool-workers": {"management": {"max_unavailable": 2}}}})
    assert inputs(found, "pool-workers")["management"] == {"enable": True, "autoRepair": True, "maxUnavailable": 2}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "cn-hongkong"}, "mainland China"),
        ({"zones": ["cn-beijing-h"] * 3}, "asks for 2 zones"),
        ({"node_pools": {}}, "needs node_pools"),
        ({"key_name": ""}, "key_name is empty"),
        ({"kms_key_id": None}, "KMS instance"),
        ({"profiles": ["sm"]}, "secrets_key_id, an Aliyun_AES_256 key"),
    ],
)
def test_what_cannot_be_made_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)


def test_logs_go_to_a_project_of_its_own_or_a_given_one() -> None:
    own, _ = made({})
    project = inputs(own, "log-project")["projectName"]
    assert project == "p-s-shop-kubernetes"
    assert inputs(own, "cluster")["auditLogConfig"] == {"enabled": True, "slsProjectName": project}
    assert inputs(own, "cluster")["controlPlaneLogTtl"] == "180"
    given, _ = made({"log_project": "acme-audit"})
    assert "log-project" not in names(given)
    assert inputs(given, "cluster")["controlPlaneLogProject"] == "acme-audit"


def test_pods_get_network_policies_and_no_public_ingress() -> None:
    found, _ = made({"pod_subnet_ids": ["vsw-p"]})
    addons = {item["name"]: item for item in inputs(found, "cluster")["addons"]}
    assert json.loads(addons["terway-eniip"]["config"])["NetworkPolicy"] == "true"
    assert addons["nginx-ingress-controller"]["disabled"] is True
    assert inputs(found, "cluster")["podVswitchIds"] == ["vsw-p"]


def test_images_come_from_listed_repositories() -> None:
    found, _ = made({"allowed_repositories": ["acme-registry-vpc."]})
    policy = inputs(found, "policy-repositories")
    assert policy["action"] == "deny"
    assert json.loads(policy["parameters"]["repos"]) == ["acme-registry-vpc."]
    assert "shop-pool-workers" in str(found.by_name("shop-policy-repositories").dependencies)


def test_level_2_takes_the_edition_without_a_fee() -> None:
    found, cluster = made({"baseline": "mlps-l2", "kms_key_id": None})
    settings = inputs(found, "cluster")
    assert settings["clusterSpec"] == "ack.standard"
    assert "encryptionProviderKey" not in settings
    assert settings["slbInternetEnabled"] is False
    assert inputs(found, "pool-workers")["systemDiskEncrypted"] is True
    assert [item.subject for item in cluster.exceptions] == ["shop: log store of the API audit"]
    strict, _ = made({"secrets_key_id": "key-secrets"})
    assert inputs(strict, "cluster")["clusterSpec"] == "ack.pro.small"
    assert inputs(strict, "cluster")["encryptionProviderKey"] == "key-secrets"


def test_what_ack_lacks_under_national_cryptography_is_told() -> None:
    _, cluster = made({"profiles": ["sm"], "secrets_key_id": "key-secrets"})
    told = {item.subject for item in cluster.exceptions}
    assert {"shop: disks of the nodes", "shop: key of Kubernetes Secrets"} <= told
    _, plain = made({})
    assert not {"shop: disks of the nodes", "shop: key of Kubernetes Secrets"} & {
        item.subject for item in plain.exceptions
    }


def test_the_cluster_is_protected() -> None:
    found, _ = made({})
    assert found.by_name("shop-cluster").protect
    assert inputs(found, "cluster")["skipSetCertificateAuthority"] is True


def test_a_given_group_lets_the_cluster_among_itself() -> None:
    """ACK adds no rules to a given group, and one of a tiered network drops what passes within it."""
    found, _ = made({"security_group_id": "sg-a"})
    rules = [item.inputs for item in found.resources if item.type.endswith(":SecurityGroupRule")]
    assert all(rule["securityGroupId"] == "sg-a" and rule["policy"] == "accept" for rule in rules)
    within = [rule for rule in rules if rule.get("sourceSecurityGroupId") == "sg-a"]
    assert sorted(rule["type"] for rule in within) == ["egress", "ingress"]
    assert {(rule["ipProtocol"], rule["portRange"]) for rule in within} == {("all", "-1/-1")}
    others = [rule for rule in rules if rule not in within]
    assert {(rule["type"], rule["ipProtocol"], rule["portRange"]) for rule in others} == {
        ("egress", "tcp", "6443/6443")
    }
    assert {rule["cidrIp"] for rule in others} == {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    assert {"group-in", "group-out"} <= names(found)


def test_a_group_that_ack_makes_has_the_rules_of_ack() -> None:
    found, _ = made({})
    assert not [item.name for item in found.resources if item.type.endswith(":SecurityGroupRule")]
