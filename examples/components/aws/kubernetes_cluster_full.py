"""An EKS cluster with two groups of nodes, keys of its own and named administrators; and one that takes given keys."""

import pulumi

from compliant_infra.components.aws import KubernetesCluster, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")
account = settings.require("accountId")

network = TieredNetwork(
    "main",
    {
        "account_id": account,
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)

cluster = KubernetesCluster(
    "shop",
    {
        "account_id": account,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {
            "workers": {"instance_types": ["m6i.xlarge", "m5.xlarge"], "size": [3, 12]},
            "batch": {
                "instance_types": ["c6i.2xlarge"],
                "size": [0, 6],
                "disk_gib": 200,
                "labels": {"workload": "batch"},
            },
        },
        "administrators": {"operations": f"arn:aws-cn:iam::{account}:role/operations"},
        "service_cidr": "172.22.0.0/20",
        "kubernetes_version": "1.33",
        "security_group_ids": [network.application_security_group_id],
        "ami_type": "BOTTLEROCKET_x86_64",
        # Two nodes at a time are replaced.
        "overrides": {"pool-workers": {"update_config": {"max_unavailable": 2}}},
    },
)

# A second one with given keys.
tools = KubernetesCluster(
    "tools",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {"workers": {"instance_types": ["m6i.xlarge"]}},
        "kms_key_arn": settings.require("kmsKeyArn"),
        "log_kms_key_arn": settings.require("kmsKeyArn"),
    },
)

pulumi.export("cluster", cluster.cluster_name)
pulumi.export("oidcProvider", cluster.oidc_provider_arn)
pulumi.export("tools", tools.cluster_name)
