"""A whole system in two regions: entry with failover, servers, cache, database with its standby, backups, images."""

import pulumi

from compliant_infra.components.alicloud import MlpsBaseline

settings = pulumi.Config("compliant-infra")
password = settings.require_secret("databasePassword")

baseline = MlpsBaseline(
    "orders",
    {
        "system": "orders",
        "account_id": settings.require("accountId"),
        "primary": {
            "region": pulumi.Config("alicloud").require("region"),
            "zones": settings.require_object("zones"),
            "cidr_block": "10.0.0.0/16",
            "kms_instance_id": settings.require("kmsInstanceId"),
            "certificate_id": "12345678-primary",
            "waf_instance_id": "waf_v3_public_cn-zz00000001",
            "sm2_certificate_id": "12345679-sm2",
        },
        "standby": {
            "region": settings.require("standbyRegion"),
            "zones": settings.require_object("standbyZones"),
            "cidr_block": "10.1.0.0/16",
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
            "certificate_id": "12345678-standby",
        },
        "login_networks": ["203.0.113.0/24"],
        "contacts": [{"name": "security", "mail": settings.require("alertMail")}],
        "entry": {"domain": "orders.example.com", "backend_port": 8443, "health_check_path": "/healthy"},
        "servers": {
            "image_id": "m-2ze0000000000000000a",
            "instance_types": ["ecs.g7.xlarge", "ecs.g6.xlarge"],
            "size": [3, 9],
        },
        "cache": {
            "instance_type": "redis.amber.master.mid.multithread",
            "account": {"name": "orders", "password": password},
        },
        "database": {
            "engine": "MySQL",
            "engine_version": "8.0",
            "instance_type": "mysql.x4.large.2c",
            "storage_gb": 500,
            "databases": ["orders"],
            "administrator": {"name": "orders_owner", "password": password},
            "restore_time": "2026-01-31T00:00:00Z",
            "synchronization": {"account": "orders_sync", "password": password, "databases": ["orders"]},
        },
        "images": {"application": "m-2ze0000000000000000a"},
        "dr_tier": "1",
        "rto": "2h",
        "rpo": "15m",
        "tags": {"system": "orders"},
        # Overrides reach the children of every part, by the short names of both.
        "overrides": {"bucket": {"bucket": {"storage_class": "IA"}}},
    },
)

pulumi.export("failover", baseline.failover.id)
pulumi.export("recovery", baseline.recovery)
pulumi.export("exceptions", [item.record() for item in baseline.exceptions])
