"""Two groups of servers: one with everything of its own, one that takes what exists."""

import pulumi

from compliant_infra.components.aws import ServerGroup, TieredNetwork

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

# Security group, role, key and snapshot policy of its own.
shop = ServerGroup(
    "shop",
    {
        "account_id": settings.require("accountId"),
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "image_id": "ami-0123456789abcdef0",
        "instance_types": ["m6i.large", "m5.large"],
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
            "services": {"port": 443, "cidr": "0.0.0.0/0", "description": "Session Manager, through NAT"},
        },
        "role_statements": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws-cn:s3:::acme-releases/*"]}
        ],
        "size": [4, 12],
        "system_disk_gib": 60,
        "system_device": "/dev/sda1",
        "data_disks_gib": [200],
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
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
        "image_id": "ami-0123456789abcdef0",
        "instance_types": ["c6i.xlarge"],
        "security_group_ids": [network.application_security_group_id],
        "role_name": "batch-servers",
        "key_name": "operations",
        "kms_key_arn": settings.require("kmsKeyArn"),
        "target_groups": ["arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:targetgroup/batch/0a1b2c3d4e5f6071"],
    },
)

pulumi.export("shop", shop.scaling_group_name)
pulumi.export("batch", batch.scaling_group_name)
pulumi.export("shopSecurityGroups", shop.security_group_ids)
