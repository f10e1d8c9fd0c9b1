"""A network in three tiers over the zones of a region, with its flow log and a way out through NAT gateways."""

import pulumi

from compliant_infra.components.aws import TieredNetwork

settings = pulumi.Config("compliant-infra")

network = TieredNetwork(
    "main",
    {
        "cidr_block": "10.0.0.0/16",
        "zones": settings.require_object("zones"),
        "account_id": settings.require("accountId"),
    },
)

pulumi.export("vpc", network.vpc_id)
pulumi.export("applicationSubnets", network.application_subnet_ids)
