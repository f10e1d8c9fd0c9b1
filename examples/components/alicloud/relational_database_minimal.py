"""A MySQL database over several zones, with its backups copied to a second region."""

import pulumi

from compliant_infra.components.alicloud import RelationalDatabase

settings = pulumi.Config("compliant-infra")

orders = RelationalDatabase(
    "orders",
    {
        "account_id": settings.require("accountId"),
        "engine": "MySQL",
        "engine_version": "8.0",
        "instance_type": "mysql.x4.large.2c",
        "storage_gb": 100,
        "zones": settings.require_object("zones"),
        "subnet_ids": ["vsw-2ze000000000000000001", "vsw-2ze000000000000000002", "vsw-2ze000000000000000003"],
        "kms_key_id": settings.require("kmsKeyId"),
        "standby": {
            "region": settings.require("standbyRegion"),
            "zones": settings.require_object("standbyZones"),
            "subnet_ids": ["vsw-bp1000000000000000001", "vsw-bp1000000000000000002", "vsw-bp1000000000000000003"],
            "kms_key_id": settings.require("standbyKmsKeyId"),
            "restore_time": "2026-01-31T00:00:00Z",
        },
    },
)

pulumi.export("address", orders.connection_string)
