"""A network in three tiers over the zones of a region, with its flow log and a way out through NAT."""

import pulumi

from compliant_infra.components.alicloud import TieredNetwork

settings = pulumi.Config("compliant-infra")

network = TieredNetwork(
    "main",
    {
        "cidr_block": "10.0.0.0/16",
        "zones": settings.require_object("zones"),
        "kms_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("vpc", network.vpc_id)
pulumi.export("applicationSubnets", network.application_subnet_ids)
