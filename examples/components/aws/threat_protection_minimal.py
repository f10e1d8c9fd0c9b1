"""GuardDuty, Inspector, Session Manager with its records, and a Network Firewall over two zones."""

import pulumi

from compliant_infra.components.aws import ThreatProtection

settings = pulumi.Config("compliant-infra")

protection = ThreatProtection(
    "shield",
    {
        "account_id": settings.require("accountId"),
        "vpc_id": settings.require("vpcId"),
        "subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
    },
)

pulumi.export("firewall", protection.firewall_arn)
