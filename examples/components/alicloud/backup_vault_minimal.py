"""A vault with daily backups of everything that is tagged for it, and their copies in a second region."""

import pulumi

from compliant_infra.components.alicloud import BackupVault

settings = pulumi.Config("compliant-infra")

backups = BackupVault(
    "backups",
    {
        "kms_key_id": settings.require("kmsKeyId"),
        "select_tags": {"backup": "daily"},
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
    },
)

pulumi.export("vault", backups.vault_id)
