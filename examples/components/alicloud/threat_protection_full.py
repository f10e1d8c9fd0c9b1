"""Threat protection with everything named, and one that adds to what the account has already."""

import pulumi

from compliant_infra.components.alicloud import ThreatProtection

settings = pulumi.Config("compliant-infra")

protection = ThreatProtection(
    "shield",
    {
        "server_count": 50,
        "edition": "level8",
        "server_uuids": ["032b618f-b220-4a0d-bd37-fbdc6ef58b6a"],
        "firewall_spec": "ultimate_version",
        "inbound": [
            {"application": "HTTPS", "port": "443/443"},
            {"application": "SSH", "port": "60022/60022", "source": "203.0.113.0/28", "destination": "198.51.100.7/32"},
        ],
        "outbound": [{"application": "HTTPS", "port": "443/443"}],
        "public_addresses": ["198.51.100.7"],
        "subnet_ids": ["vsw-2ze0000000000000000aa", "vsw-2ze0000000000000000ab"],
        "security_group_ids": ["sg-2ze00000000000000000"],
        "bastion_license": "bhah_ent_100_asset",
        "database_audit": True,
        "vpc_id": settings.require("vpcId"),
        "decoy": {"image_id": "sha256:0123456789abcdef", "image_name": "ruoyi"},
        # The strict rule group stops more.
        "overrides": {"intrusion-prevention": {"rule_class": 3}},
        "tags": {"cost-centre": "security"},
    },
)

added = ThreatProtection(
    "added",
    {
        "security_center_id": "sas-cn-000000000001",
        "cloud_firewall_id": "cfw-cn-000000000001",
        "bastion_host_id": "bastionhost-cn-000000000001",
    },
)

pulumi.export("bastionHosts", [protection.bastion_host_id, added.bastion_host_id])
