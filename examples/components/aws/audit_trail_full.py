"""A trail of the whole organisation with everything named, and one of an account that writes to the same place."""

import pulumi

from compliant_infra.components.aws import AuditTrail

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")

audit = AuditTrail(
    "audit",
    {
        "account_id": account,
        "trail_name": "acme-organisation",
        "bucket": f"acme-audit-{region}",
        "kms_key_arn": settings.require("kmsKeyArn"),
        "retention_days": 400,
        "organization": True,
        "standby": {
            "region": settings.require("standbyRegion"),
            "bucket": f"acme-audit-copy-{settings.require('standbyRegion')}",
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
        },
        # An alarm on unusual numbers of calls, on top.
        "overrides": {"trail": {"insight_selectors": [{"insight_type": "ApiCallRateInsight"}]}},
        "tags": {"cost-centre": "security"},
    },
)

account_trail = AuditTrail(
    "account",
    {
        "account_id": account,
        "log_bucket": audit.log_bucket,
        "log_group": audit.log_group,
        "kms_key_arn": settings.require("kmsKeyArn"),
        "central_destination_arn": f"arn:aws-cn:logs:{region}:{account}:destination:acme-central",
    },
    # Bucket and log group are named by texts, which tell the engine of no order.
    pulumi.ResourceOptions(depends_on=[audit]),
)

pulumi.export("logBucket", audit.log_bucket)
pulumi.export("logGroup", audit.log_group)
pulumi.export("trails", [audit.trail_arn, account_trail.trail_arn])
