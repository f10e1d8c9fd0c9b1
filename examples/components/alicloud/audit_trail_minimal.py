"""The trail of an account, in a searchable log project and in a locked bucket with a copy in a second region."""

import pulumi

from compliant_infra.components.alicloud import AuditTrail

settings = pulumi.Config("compliant-infra")

audit = AuditTrail(
    "audit",
    {
        "account_id": settings.require("accountId"),
        "kms_key_id": settings.require("kmsKeyId"),
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
    },
)

pulumi.export("logProject", audit.log_project)
pulumi.export("logBucket", audit.log_bucket)
