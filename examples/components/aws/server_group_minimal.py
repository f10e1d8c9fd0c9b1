"""Servers of an application in a network of three tiers: two or more zones, no public address, no password."""

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

servers = ServerGroup(
    "shop",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.application_security_group_id],
        "image_id": "ami-0123456789abcdef0",
        "instance_types": ["m6i.large"],
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)

pulumi.export("scalingGroup", servers.scaling_group_name)
