"""Backups of servers, a bucket, a file system and disks, kept for five weeks, with keys made in instances of KMS."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud import BackupVault

settings = pulumi.Config("compliant-infra")
standby_region = settings.require("standbyRegion")
standby = alicloud.Provider("standby", region=standby_region)

backups = BackupVault(
    "backups",
    {
        "vault_name": "acme-backups",
        "kms_instance_id": settings.require("kmsInstanceId"),
        "retention_days": 35,
        "start_hour": 1,
        "immutable": True,
        "servers": {"ledger": "i-2zeaaaaaaaaaaaaaaaaa"},
        "oss_buckets": {"documents": "acme-documents"},
        "file_systems": {"shared": "31a8e4****"},
        "disks": {"ledger-data": "d-2zeaaaaaaaaaaaaaaaaa"},
        "select_tags": {"backup": "daily"},
        "standby": {
            "region": standby_region,
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
            "provider": standby,
        },
        "tags": {"owner": "operations"},
        "overrides": {"snapshot-policy": {"time_points": ["1", "13"]}},
    },
)

pulumi.export("vault", backups.vault_id)
pulumi.export("copies", backups.replication_vault_id)
pulumi.export("snapshotPolicy", backups.snapshot_policy_id)
