"""A network in tiers with every argument: own address blocks, ports, logs in an existing project, an override."""

import pulumi

from compliant_infra.components.alicloud import TieredNetwork

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")


def blocks(third: int) -> list[str]:
    """One block of 256 addresses for each zone."""
    return [f"172.16.{third + index}.0/24" for index in range(len(zones))]


network = TieredNetwork(
    "main",
    {
        "cidr_block": "172.16.0.0/16",
        "zones": zones,
        "subnet_blocks": {
            "public": blocks(0),
            "application": blocks(16),
            "data": blocks(32),
            "outbound": blocks(48),
        },
        "entry_ports": [443, 80],  # 80 is for the redirect to HTTPS
        "application_ports": [8443, 9443],
        "data_ports": [3306, 6379],
        "outbound_ports": [443],
        "bastion_ports": [22],  # from the group of the bastion host alone
        "nat_bandwidth": 50,
        "oss_endpoint": True,
        "flow_logs": True,
        "log_project": "acme-network-logs",
        "kms_key_id": settings.require("kmsKeyId"),
        "log_role_arn": f"acs:ram::{settings.require('accountId')}:role/log-encryption",
        "tags": {"system": "shop", "owner": "platform-team"},
        "overrides": {"flow-log": {"aggregation_interval": "1"}},
    },
)
# Tiers in a VPC that exists, which is logged already; nothing of it leads out.
added = TieredNetwork(
    "added",
    {
        "cidr_block": "10.8.0.0/16",
        "zones": zones,
        "vpc_id": settings.require("vpcId"),
        "outbound_ports": [],
        "oss_endpoint": False,
        "flow_logs": False,
    },
)

pulumi.export("vpc", network.vpc_id)
pulumi.export("publicSubnets", network.public_subnet_ids)
pulumi.export("applicationSubnets", network.application_subnet_ids)
pulumi.export("dataSubnets", network.data_subnet_ids)
pulumi.export("addedSubnets", added.application_subnet_ids)
