"""KubernetesCluster for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import KubernetesCluster
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "zones": ["cn-north-1a", "cn-north-1b"],
    "node_pools": {"workers": {"instance_types": ["m6i.xlarge"]}},
    "kms_key_arn": KEY,
    "log_kms_key_arn": KEY,
}
PUBLIC = {"overrides": {"cluster": {"vpc_config": {"endpoint_public_access": True}}}}
WAIVER = {"rule": "net-k8s-api-private", "reason": "migration", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, KubernetesCluster]:
    clusters: list[KubernetesCluster] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        clusters.append(KubernetesCluster("shop", given))

    return record(program), clusters[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"shop-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("shop-") for item in found.resources}


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        (PUBLIC["overrides"], "net-k8s-api-private", "8.1.3.1"),
        ({"cluster": {"enabled_cluster_log_types": ["api"]}}, "k8s-audit-on", "8.1.4.3"),
        ({"log-group": {"retention_in_days": 30}}, "audit-retention", "8.1.5.4"),
        ({"log-group": {"kms_key_id": None}}, "log-encrypted", "8.1.4.8"),
        ({"template-workers": {"metadata_options": {"http_tokens": "optional"}}}, "host-imds-v2", "8.1.4.4"),
        (
            {
                "template-workers": {
                    "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"encrypted": "false"}}]
                }
            },
            "disk-encrypted",
            "8.1.4.8",
        ),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    assert rule in str(caught.value)
    assert f"gbt22239-2019:{clause}" in str(caught.value)


def test_a_waiver_lets_it_pass_and_shows() -> None:
    found, cluster = made({**PUBLIC, "waivers": [WAIVER]})
    assert inputs(found, "cluster")["vpcConfig"]["endpointPublicAccess"] is True
    assert [item["rule"] for item in cluster.waived] == ["net-k8s-api-private"]


def test_harmless_overrides_pass() -> None:
    found, _ = made({"overrides": {"pool-workers": {"update_config": {"max_unavailable": 2}}}})
    assert inputs(found, "pool-workers")["updateConfig"] == {"maxUnavailable": 2}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "us-west-2"}, "mainland China"),
        ({"zones": ["cn-north-1a", "cn-north-1a"]}, "asks for 2 zones"),
        ({"baseline": "mlps-l2", "zones": ["cn-north-1a", "cn-north-1a"]}, "2 zones at least"),
        ({"node_pools": {}}, "needs node_pools"),
        ({"kms_key_arn": None}, "kms_key_arn, or account_id"),
        ({"log_kms_key_arn": None}, "log_kms_key_arn, or account_id"),
    ],
)
def test_what_cannot_be_made_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)


def test_secrets_logs_and_disks_have_keys() -> None:
    found, _ = made({})
    assert inputs(found, "cluster")["encryptionConfig"] == {"provider": {"keyArn": KEY}, "resources": ["secrets"]}
    assert inputs(found, "log-group") | {"tags": None} == {
        "name": "/aws/eks/shop/cluster",
        "retentionInDays": 180,
        "kmsKeyId": KEY,
        "logGroupClass": "STANDARD",
        "tags": None,
    }
    assert inputs(found, "template-workers")["blockDeviceMappings"][0]["ebs"]["kmsKeyId"] == KEY
    # EKS would make a group without them, were it not there before the cluster.
    assert "shop-log-group" in str(found.by_name("shop-cluster").dependencies)
    own, _ = made({"kms_key_arn": None, "log_kms_key_arn": None, "account_id": "123456789012"})
    assert {"key", "log-key"} <= names(own)


def test_level_2_needs_no_key() -> None:
    found, _ = made({"baseline": "mlps-l2", "kms_key_arn": None, "log_kms_key_arn": None})
    assert "encryptionConfig" not in inputs(found, "cluster")
    assert "kmsKeyId" not in inputs(found, "log-group")
    assert inputs(found, "cluster")["vpcConfig"]["endpointPublicAccess"] is False
    assert not found.by_name("shop-cluster").protect


def test_administrators_are_named() -> None:
    creator, _ = made({})
    assert inputs(creator, "cluster")["accessConfig"]["bootstrapClusterCreatorAdminPermissions"] is True
    role = "arn:aws-cn:iam::123456789012:role/operations"
    named, _ = made({"administrators": {"operations": role}})
    assert inputs(named, "cluster")["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert inputs(named, "administrator-operations")["principalArn"] == role
    assert inputs(named, "administrator-operations-policy")["policyArn"].startswith("arn:aws-cn:")


def test_the_network_plugin_is_there_before_the_nodes_and_keeps_policies() -> None:
    found, _ = made({})
    settings = json.loads(inputs(found, "addon-vpc-cni")["configurationValues"])
    assert settings == {"enableNetworkPolicy": "true"}
    assert "shop-addon-vpc-cni" in str(found.by_name("shop-pool-workers").dependencies)
    assert "shop-pool-workers" in str(found.by_name("shop-addon-coredns").dependencies)
