"""AWS Config with an own bucket, and one that uses what is there."""

import pulumi

from compliant_infra.components.aws import RuntimeRules

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")

rules = RuntimeRules(
    "rules",
    {
        "account_id": account,
        "bucket": f"acme-config-{region}",
        "kms_key_arn": settings.require("kmsKeyArn"),
        "topic_arn": f"arn:aws-cn:sns:{region}:{account}:on-call",
        "without": ["EFS_ENCRYPTED_CHECK"],
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
        },
        "overrides": {"channel": {"snapshot_delivery_properties": {"delivery_frequency": "Six_Hours"}}},
        "tags": {"cost-centre": "security"},
    },
)

given = RuntimeRules(
    "given",
    {
        "account_id": account,
        "log_bucket": "acme-config",
        "recorder_role_arn": f"arn:aws-cn:iam::{account}:role/acme-config",
    },
)

pulumi.export("buckets", [rules.log_bucket, given.log_bucket])
