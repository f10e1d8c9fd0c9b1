"""A network in tiers with every argument: own address blocks, ports, endpoints, logs in a bucket, an override."""

import pulumi

from compliant_infra.components.aws import TieredNetwork

settings = pulumi.Config("compliant-infra")
region = pulumi.Config("aws").require("region")
account = settings.require("accountId")
zones = settings.require_object("zones")


def blocks(third: int) -> list[str]:
    """One block of 256 addresses for each zone."""
    return [f"172.16.{third + index}.0/24" for index in range(len(zones))]


network = TieredNetwork(
    "main",
    {
        "account_id": account,
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
        "s3_endpoint": True,
        "interface_endpoints": [f"com.amazonaws.{region}.ssm"],
        "flow_logs": True,
        "kms_key_arn": settings.require("kmsKeyArn"),
        "tags": {"system": "shop", "owner": "platform-team"},
        "overrides": {"flow-log": {"max_aggregation_interval": 60}},
    },
)
# Tiers in a VPC that exists; nothing of it leads out, and its traffic is logged into a bucket.
added = TieredNetwork(
    "added",
    {
        "account_id": account,
        "cidr_block": "10.8.0.0/16",
        "zones": zones,
        "vpc_id": settings.require("vpcId"),
        "internet_gateway_id": "igw-0a1b2c3d4e5f60718",
        "outbound_ports": [],
        "log_bucket": "acme-network-logs",
    },
)

pulumi.export("vpc", network.vpc_id)
pulumi.export("publicSubnets", network.public_subnet_ids)
pulumi.export("applicationSubnets", network.application_subnet_ids)
pulumi.export("dataSubnets", network.data_subnet_ids)
pulumi.export("addedSubnets", added.application_subnet_ids)
