"""The account of a database as a secret that KMS rotates."""

import pulumi

from compliant_infra.components.alicloud import SecretStore

settings = pulumi.Config("compliant-infra")

secrets = SecretStore(
    "secrets",
    {
        "kms_instance_id": settings.require("kmsInstanceId"),
        "secrets": {
            "sessions": {
                "type": "Redis",
                "config": {
                    "SecretSubType": "DoubleUsers",
                    "AccountName": "sessions",
                    "CloneAccountName": "sessions_clone",
                    "AccountPrivilege": "ROLE_READ_WRITE",
                    "InstanceId": "r-2zeaaaaaaaaaaaaaaa",
                    "RegionId": pulumi.Config("alicloud").require("region"),
                },
            }
        },
    },
)

pulumi.export("secrets", secrets.secret_names)
