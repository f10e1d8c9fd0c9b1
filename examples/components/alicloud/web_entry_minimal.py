"""A public web entry in front of a network in tiers: HTTPS, firewall, protection, access logs, SM2 certificates."""

import pulumi

from compliant_infra.components.alicloud import TieredNetwork, WebEntry

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")

network = TieredNetwork(
    "main",
    {
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "entry_ports": [443, 80],
        "kms_key_id": settings.require("kmsKeyId"),
    },
)
entry = WebEntry(
    "web",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "certificate_ids": ["12345678-cn-beijing"],
        "waf": {
            "instance_id": "waf_v3_public_cn-zz00000001",
            "domain": "www.example.com",
            "certificate_id": "12345678-cn-beijing",
            "sm2_certificate_id": "12345679-cn-beijing",
        },
        "kms_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("cname", entry.waf_cname)
