"""A managed Kubernetes cluster with two pools of nodes, images from its own registry only, logs in a given project."""

import pulumi

from compliant_infra.components.alicloud import KubernetesCluster, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")
region = pulumi.Config("alicloud").require("region")

network = TieredNetwork(
    "main", {"cidr_block": "10.0.0.0/16", "zones": zones, "kms_key_id": settings.require("kmsKeyId")}
)

cluster = KubernetesCluster(
    "shop",
    {
        "subnet_ids": network.application_subnet_ids,
        "pod_subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {
            "workers": {"instance_types": ["ecs.g7.xlarge", "ecs.g6.xlarge"], "size": [3, 12]},
            "batch": {
                "instance_types": ["ecs.c7.2xlarge"],
                "size": [0, 6],
                "system_disk_gib": 80,
                "data_disk_gib": 200,
                "labels": {"workload": "batch"},
            },
        },
        "key_name": "operations",
        "security_group_id": network.application_security_group_id,
        "service_cidr": "172.22.0.0/20",
        "kubernetes_version": "1.32.1-aliyun.1",
        "kms_instance_id": settings.require("kmsInstanceId"),
        "secrets_key_id": settings.require("kmsKeyId"),
        "log_project": "acme-audit",
        "image_type": "AliyunLinux3",
        "allowed_repositories": [f"registry-{region}-vpc.ack.aliyuncs.com/", "acme-registry-vpc."],
        # Pools are repaired with two nodes away at a time.
        "overrides": {"pool-workers": {"management": {"max_unavailable": 2}}},
    },
)

# A second one with a key for its disks and a log project of its own.
tools = KubernetesCluster(
    "tools",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "node_pools": {"workers": {"instance_types": ["ecs.g7.xlarge"]}},
        "key_name": "operations",
        "kms_key_id": settings.require("kmsKeyId"),
        "secrets_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("cluster", cluster.cluster_id)
pulumi.export("oidcProvider", cluster.rrsa_provider_arn)
pulumi.export("tools", tools.cluster_id)
