"""A bucket of evidence: locked for a year, reached from one network only, with keys made in instances of KMS."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud import ObjectBucket

settings = pulumi.Config("compliant-infra")
standby_region = settings.require("standbyRegion")

evidence = ObjectBucket(
    "evidence",
    {
        "bucket": "acme-evidence",
        "kms_instance_id": settings.require("kmsInstanceId"),
        "worm_days": 365,
        "retention_days": 1095,
        "allowed_vpc_ids": [settings.require("vpcId")],
        "policy_statements": [
            {
                "Effect": "Deny",
                "Action": ["oss:PutObjectAcl"],
                "Principal": ["*"],
                "Resource": ["acs:oss:*:*:acme-evidence/*"],
            }
        ],
        "standby": {
            "region": standby_region,
            "bucket": "acme-evidence-copy",
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
            "allowed_vpc_ids": ["vpc-bp1000000000000000aaa"],
            "provider": alicloud.Provider("standby", region=standby_region),
        },
        "tags": {"system": "ledger"},
        "overrides": {"https": {"tls_versions": ["TLSv1.3"]}},
    },
)

# A bucket for logs that exist already, and one that uses it: both belong to one system.
logs = ObjectBucket(
    "logs",
    {
        "bucket": "acme-central-logs",
        "kms_key_id": settings.require("kmsKeyId"),
        "is_log_bucket": True,
        "standby": {
            "region": standby_region,
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
    },
)
documents = ObjectBucket(
    "documents",
    {
        "bucket": "acme-documents",
        "kms_key_id": settings.require("kmsKeyId"),
        "log_bucket": "acme-central-logs",
        "noncurrent_days": 90,
        "replication_role": "acme-replication",
        "standby": {
            "region": standby_region,
            "kms_key_id": settings.require("standbyKmsKeyId"),
            "log_bucket": "acme-central-logs-standby",
        },
    },
    pulumi.ResourceOptions(depends_on=[logs]),
)

pulumi.export("evidence", evidence.bucket_name)
pulumi.export("documents", documents.standby_bucket_name)
