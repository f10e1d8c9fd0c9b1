"""A public web entry in front of a network in tiers: HTTPS, firewall, access logs."""

import pulumi

from compliant_infra.components.aws import TieredNetwork, WebEntry

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
zones = settings.require_object("zones")
region = pulumi.Config("aws").require("region")

network = TieredNetwork(
    "main",
    {
        "account_id": account,
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "entry_ports": [443, 80],
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)
entry = WebEntry(
    "web",
    {
        "account_id": account,
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.entry_security_group_id],
        "certificate_ids": [f"arn:aws-cn:acm:{region}:{account}:certificate/12345678-1234-1234-1234-123456789012"],
        "log_bucket": "acme-balancer-logs",
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)

pulumi.export("dnsName", entry.dns_name)
