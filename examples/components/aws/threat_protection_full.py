"""Threat protection with everything named, and one that adds to what the account has already."""

import pulumi

from compliant_infra.components.aws import ThreatProtection

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")

protection = ThreatProtection(
    "shield",
    {
        "account_id": account,
        "vpc_id": settings.require("vpcId"),
        "subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
        "domains": [".amazonaws.com.cn", ".example.cn"],
        "inbound_ports": [443, 8443],
        "signatures": ["ThreatSignaturesExploitsStrictOrder", "ThreatSignaturesWebAttacksStrictOrder"],
        "kms_key_arn": settings.require("kmsKeyArn"),
        "session_log_group": "/acme/sessions",
        "overrides": {"firewall": {"firewall_policy_change_protection": True}},
        "tags": {"cost-centre": "security"},
    },
)

added = ThreatProtection(
    "added",
    {
        "account_id": account,
        "detector_id": "12abc34d567e8fa901bc2d34e56789f0",
        "firewall_arn": f"arn:aws-cn:network-firewall:{region}:{account}:firewall/acme",
        "kms_key_arn": settings.require("kmsKeyArn"),
    },
)

pulumi.export("firewalls", [protection.firewall_arn, added.firewall_arn])
