"""A system in Beijing and Ningxia: networks, keys, a bucket, backups, audit trail, threat protection and monitoring."""

import pulumi

from compliant_infra.components.aws import MlpsBaseline

settings = pulumi.Config("compliant-infra")

baseline = MlpsBaseline(
    "orders",
    {
        "system": "orders",
        "account_id": settings.require("accountId"),
        "primary": {
            "region": pulumi.Config("aws").require("region"),
            "zones": settings.require_object("zones"),
            "cidr_block": "10.0.0.0/16",
        },
        "standby": {
            "region": settings.require("standbyRegion"),
            "zones": settings.require_object("standbyZones"),
            "cidr_block": "10.1.0.0/16",
        },
        "login_networks": ["203.0.113.0/24"],
        "contacts": [settings.require("alertMail")],
    },
)

pulumi.export("vpc", baseline.vpc_id)
pulumi.export("recovery", baseline.recovery)
