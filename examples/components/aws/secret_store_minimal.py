"""The account of a database as a secret that a function rotates, with a replica in the other region in China."""

import pulumi

from compliant_infra.components.aws import SecretStore

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")

secrets = SecretStore(
    "secrets",
    {
        "account_id": account,
        "secrets": {"ledger": {}},
        "rotation_lambda_arn": f"arn:aws-cn:lambda:{region}:{account}:function:rotate-ledger",
        "standby": {"region": settings.require("standbyRegion")},
    },
)

pulumi.export("secrets", secrets.secret_arns)
