"""Servers of an application in a network of three tiers: two or more zones, no public address, no password."""

import pulumi

from compliant_infra.components.alicloud import ServerGroup, TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")

network = TieredNetwork(
    "main", {"cidr_block": "10.0.0.0/16", "zones": zones, "kms_key_id": settings.require("kmsKeyId")}
)

servers = ServerGroup(
    "shop",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.application_security_group_id],
        "image_id": "m-2ze0000000000000000aa",
        "instance_types": ["ecs.g7.large"],
        "kms_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("scalingGroup", servers.scaling_group_id)
