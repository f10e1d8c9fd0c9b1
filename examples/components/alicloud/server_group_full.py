"""Two groups of servers: one with everything of its own, one that takes what exists."""

import pulumi

from compliant_infra.components.alicloud import ServerGroup, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")

network = TieredNetwork(
    "main", {"cidr_block": "10.0.0.0/16", "zones": zones, "kms_key_id": settings.require("kmsKeyId")}
)

# Security group, role, key and snapshot policy of its own.
shop = ServerGroup(
    "shop",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "image_id": "m-2ze0000000000000000aa",
        "instance_types": ["ecs.g7.large", "ecs.g6.large"],
        "kms_instance_id": settings.require("kmsInstanceId"),
        "ingress": {
            "entry": {
                "port": 8443,
                "security_group_id": network.entry_security_group_id,
                "description": "HTTPS from the entry",
            }
        },
        "egress": {
            "database": {
                "port": 3306,
                "security_group_id": network.data_security_group_id,
                "description": "MySQL",
            },
            "partners": {"port": 443, "cidr": "203.0.113.0/24", "description": "Interfaces of partners"},
        },
        "role_statements": [
            {"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": ["acs:oss:*:*:acme-releases/*"]}
        ],
        "size": [4, 12],
        "system_disk_gib": 60,
        "data_disks_gib": [200],
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
        "target_cpu": 50,
        "user_data": "#!/bin/sh\nsystemctl enable --now shop\n",
        # Servers need some minutes until they take their share of the load.
        "overrides": {"scaling-rule": {"estimated_instance_warmup": 600}},
    },
)

# Security group, role and key that exist; servers behind a balancer, and a key pair for emergencies.
batch = ServerGroup(
    "batch",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "image_id": "m-2ze0000000000000000aa",
        "instance_types": ["ecs.c7.xlarge"],
        "security_group_ids": [network.application_security_group_id],
        "role_name": "batch-servers",
        "key_name": "operations",
        "kms_key_id": settings.require("kmsKeyId"),
        "target_groups": [{"server_group_id": "sgp-0a1b2c3d4e5f6g7h8i", "port": 8443}],
    },
)

pulumi.export("shop", shop.scaling_group_id)
pulumi.export("batch", batch.scaling_group_id)
pulumi.export("shopSecurityGroups", shop.security_group_ids)
