"""A locked vault with daily backups of everything that is tagged for it, and copies in the other region in China."""

import pulumi

from compliant_infra.components.aws import BackupVault

settings = pulumi.Config("compliant-infra")

backups = BackupVault(
    "backups",
    {
        "account_id": settings.require("accountId"),
        "select_tags": {"backup": "daily"},
        "standby": {"region": settings.require("standbyRegion")},
    },
)

pulumi.export("vault", backups.vault_arn)
