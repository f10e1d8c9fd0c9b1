"""A system of the financial sector in two regions: networks, keys, a bucket, backups, audit trail and monitoring."""

import pulumi

from compliant_infra.components.alicloud import FinancialBaseline

settings = pulumi.Config("compliant-infra")

baseline = FinancialBaseline(
    "payments",
    {
        "system": "payments",
        "account_id": settings.require("accountId"),
        "primary": {
            "region": pulumi.Config("alicloud").require("region"),
            "zones": settings.require_object("zones"),
            "cidr_block": "10.0.0.0/16",
            "kms_instance_id": settings.require("kmsInstanceId"),
        },
        "standby": {
            "region": settings.require("standbyRegion"),
            "zones": settings.require_object("standbyZones"),
            "cidr_block": "10.1.0.0/16",
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
        },
        "login_networks": ["203.0.113.0/24"],
        "contacts": [{"name": "security", "mail": settings.require("alertMail")}],
    },
)

pulumi.export("vpc", baseline.vpc_id)
pulumi.export("recovery", baseline.recovery)
