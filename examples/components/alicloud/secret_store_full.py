"""Secrets of a database and of a partner, with given keys; the partner's is kept in the second region too."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud import SecretStore

settings = pulumi.Config("compliant-infra")
standby_region = settings.require("standbyRegion")
standby = alicloud.Provider("standby", region=standby_region)
password = settings.require_secret("databasePassword")

secrets = SecretStore(
    "secrets",
    {
        "kms_instance_id": settings.require("kmsInstanceId"),
        "kms_key_id": settings.require("kmsKeyId"),
        "rotation_days": 30,
        "secrets": {
            "ledger": {
                "type": "Rds",
                "name": "acme/ledger",
                "description": "The account of the ledger's database",
                "value": pulumi.Output.json_dumps(
                    {"Accounts": [{"AccountName": "ledger", "AccountPassword": password}]}
                ),
                "config": {"SecretSubType": "SingleUser", "DBInstanceId": "rm-2zeaaaaaaaaaaaaaaa"},
            },
            "partner": {
                "type": "Generic",
                "description": "The key of a partner's interface, replaced by hand",
                "value": password,
                "version": "v1",
            },
        },
        "standby": {
            "region": standby_region,
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
            "kms_key_id": settings.require("standbyKmsKeyId"),
            "provider": standby,
        },
        "tags": {"owner": "operations"},
        "overrides": {"secret-ledger": {"rotation_interval": "7d"}},
    },
)

pulumi.export("secrets", secrets.secret_names)
