"""A whole financial system in two regions: entry with failover, servers, cache, database, backups, images."""

import pulumi

from compliant_infra.components.alicloud import FinancialBaseline

settings = pulumi.Config("compliant-infra")
password = settings.require_secret("databasePassword")

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
        "entry": {"domain": "payments.example.com", "backend_port": 8443, "health_check_path": "/healthy"},
        "servers": {
            "image_id": "m-2ze0000000000000000a",
            "instance_types": ["ecs.g7.xlarge", "ecs.g6.xlarge"],
            "size": [3, 9],
        },
        "cache": {
            "instance_type": "redis.amber.master.mid.multithread",
            "account": {"name": "payments", "password": password},
        },
        "database": {
            "engine": "MySQL",
            "engine_version": "8.0",
            "instance_type": "mysql.x4.large.2c",
            "storage_gb": 500,
            "databases": ["payments"],
            "administrator": {"name": "payments_owner", "password": password},
            "restore_time": "2026-01-31T00:00:00Z",
            "synchronization": {"account": "payments_sync", "password": password, "databases": ["payments"]},
        },
        "images": {"application": "m-2ze0000000000000000a"},
        "dr_tier": "1",
        "rto": "2h",
        "rpo": "15m",
        "tags": {"system": "payments"},
        "finance_regions": settings.require("baseline") == "financial-l4",
        "decoy": {"image_id": "sha256:0123456789abcdef", "image_name": "ruoyi"},
        # Overrides reach the children of every part, by the short names of both.
        "overrides": {"bucket": {"bucket": {"storage_class": "IA"}}},
    },
)

pulumi.export("failover", baseline.failover.id)
pulumi.export("recovery", baseline.recovery)
pulumi.export("exceptions", [item.record() for item in baseline.exceptions])
