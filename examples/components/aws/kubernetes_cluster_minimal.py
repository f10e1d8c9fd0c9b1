"""An EKS cluster in a network of three tiers, with one group of nodes."""

import pulumi

from compliant_infra.components.aws import KubernetesCluster, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")

network = TieredNetwork(
    "main",
    {
        "account_id": settings.require("accountId"),
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)

cluster = KubernetesCluster(
    "shop",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {"workers": {"instance_types": ["m6i.xlarge"]}},
        "kms_key_arn": settings.require("kmsKeyArn"),
        "log_kms_key_arn": settings.require("kmsKeyArn"),
    },
)

pulumi.export("cluster", cluster.cluster_name)
