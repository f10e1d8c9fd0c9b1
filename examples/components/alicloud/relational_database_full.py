"""Every argument: MySQL with accounts, allow-lists, keys and a synchronised standby."""

import pulumi

from compliant_infra.components.alicloud import RelationalDatabase

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")
standby_zones = settings.require_object("standbyZones")

ledger = RelationalDatabase(
    "ledger",
    {
        "account_id": settings.require("accountId"),
        "identifier": "acme-ledger",
        "engine": "MySQL",
        "engine_version": "8.0",
        # Of the cluster edition where the baseline asks for three zones, of high availability elsewhere.
        "instance_type": "mysql.x4.large.2c",
        "storage_gb": 500,
        "zones": zones,
        "subnet_ids": ["vsw-2ze000000000000000001", "vsw-2ze000000000000000002", "vsw-2ze000000000000000003"],
        "vpc_id": settings.require("vpcId"),
        "allowed_cidrs": ["10.0.16.0/20", "10.0.32.0/20"],
        "security_group_ids": ["sg-2ze0000000000000000a"],
        # An own key is made in this instance: SM4 with the profile sm, in hardware where the level asks for it.
        "kms_instance_id": settings.require("kmsInstanceId"),
        "databases": ["ledger", "reports"],
        "administrator": {
            "name": "ledger_owner",
            "password": settings.require_secret("databasePassword"),
            "password_version": 2,
        },
        "standby": {
            "region": settings.require("standbyRegion"),
            "zones": standby_zones,
            "subnet_ids": ["vsw-bp1000000000000000001", "vsw-bp1000000000000000002", "vsw-bp1000000000000000003"],
            "vpc_id": "vpc-bp1000000000000000aa",
            "allowed_cidrs": ["10.1.16.0/20"],
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
            "restore_time": "2026-01-31T00:00:00Z",
            "synchronization": {
                "account": "ledger_sync",
                "password": settings.require_secret("databasePassword"),
                "databases": ["ledger", "reports"],
            },
        },
        "data_class": "important",
        "owner": "ledger-team",
        "dr_tier": "1",
        "rto": "2h",
        "rpo": "15m",
        "tags": {"cost-centre": "4711"},
        "overrides": {
            "instance": {"maintain_time": "18:00Z-19:00Z", "monitoring_period": 5},
            "backup-policy": {"preferred_backup_time": "17:00Z-18:00Z"},
        },
    },
)

pulumi.export("address", ledger.connection_string)
pulumi.export("standby", ledger.standby_instance_id)
