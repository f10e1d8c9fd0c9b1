"""Backups of a volume and of everything that is tagged, kept for five weeks, with keys and a role that exist."""

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws import BackupVault

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")
standby_region = settings.require("standbyRegion")
standby = aws.Provider("standby", region=standby_region)

backups = BackupVault(
    "backups",
    {
        "account_id": account,
        "vault_name": "acme-backups",
        "kms_key_arn": settings.require("kmsKeyArn"),
        "retention_days": 35,
        "start_hour": 1,
        "immutable": True,
        "resource_arns": [f"arn:aws-cn:ec2:{region}:{account}:volume/vol-0a1b2c3d4e5f60718"],
        "select_tags": {"backup": "daily"},
        "role_arn": f"arn:aws-cn:iam::{account}:role/service-role/AWSBackupDefaultServiceRole",
        "standby": {
            "region": standby_region,
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
            "provider": standby,
        },
        "tags": {"owner": "operations"},
        "overrides": {"lock": {"max_retention_days": 365}},
    },
)

pulumi.export("vault", backups.vault_arn)
pulumi.export("copies", backups.replication_vault_arn)
