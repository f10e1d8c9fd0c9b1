"""Secrets with a first value, a function of their own and a name, with keys that exist in both regions."""

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws import SecretStore

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")
standby_region = settings.require("standbyRegion")
functions = f"arn:aws-cn:lambda:{region}:{account}:function"

secrets = SecretStore(
    "secrets",
    {
        "account_id": account,
        "kms_key_arn": settings.require("kmsKeyArn"),
        "rotation_lambda_arn": f"{functions}:rotate",
        "rotation_days": 30,
        "secrets": {
            "ledger": {
                "name": "acme/ledger",
                "description": "The account of the ledger's database",
                "value": settings.require_secret("databasePassword"),
                "version": 2,
                "rotation_lambda_arn": f"{functions}:rotate-ledger",
            },
            "warehouse": {"managed_by_aws": True},
        },
        "standby": {
            "region": standby_region,
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
            "provider": aws.Provider("standby", region=standby_region),
        },
        "tags": {"owner": "operations"},
        "overrides": {"secret-ledger-rotation": {"rotate_immediately": False}},
    },
)

pulumi.export("secrets", secrets.secret_arns)
