"""A managed Kubernetes cluster in a network of three tiers, with one pool of nodes."""

import pulumi

from compliant_infra.components.alicloud import KubernetesCluster, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")

network = TieredNetwork(
    "main", {"cidr_block": "10.0.0.0/16", "zones": zones, "kms_key_id": settings.require("kmsKeyId")}
)

cluster = KubernetesCluster(
    "shop",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {"workers": {"instance_types": ["ecs.g7.xlarge"]}},
        "key_name": "operations",
        "kms_key_id": settings.require("kmsKeyId"),
        # ACK encrypts Secrets with an AES-256 key, also where disks and logs have SM4 keys.
        "secrets_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("cluster", cluster.cluster_id)
