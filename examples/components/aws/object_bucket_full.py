"""A bucket of evidence: locked for a year, reached from one network only, with keys that exist; and one for logs."""

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws import ObjectBucket

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
standby_region = settings.require("standbyRegion")

evidence = ObjectBucket(
    "evidence",
    {
        "bucket": "acme-evidence",
        "account_id": account,
        "kms_key_arn": settings.require("kmsKeyArn"),
        "worm_days": 365,
        "retention_days": 1095,
        "noncurrent_days": 90,
        "allowed_vpc_ids": [settings.require("vpcId")],
        "policy_statements": [
            {
                "Sid": "NoAcls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObjectAcl",
                "Resource": "arn:aws-cn:s3:::acme-evidence/*",
            }
        ],
        "standby": {
            "region": standby_region,
            "bucket": "acme-evidence-copy",
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
            "allowed_vpc_ids": ["vpc-0f9e8d7c6b5a40312"],
            "provider": aws.Provider("standby", region=standby_region),
        },
        "tags": {"system": "ledger"},
        "overrides": {"worm": {"rule": {"default_retention": {"days": 400}}}},
    },
)

# A bucket into which services of the account write their logs.
logs = ObjectBucket(
    "logs",
    {
        "bucket": "acme-central-logs",
        "account_id": account,
        "is_log_bucket": True,
        "log_bucket": "acme-access-logs",
        "policy_statements": [
            {
                "Sid": "VendedLogs",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"arn:aws-cn:s3:::acme-central-logs/AWSLogs/{account}/*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
        "standby": {"region": standby_region, "log_bucket": "acme-access-logs-standby"},
    },
)

pulumi.export("evidence", evidence.bucket_arn)
pulumi.export("logs", logs.bucket_name)
