"""The trail of an account, in a log group to search and a locked bucket with a copy in the other region."""

import pulumi

from compliant_infra.components.aws import AuditTrail

settings = pulumi.Config("compliant-infra")

audit = AuditTrail(
    "audit",
    {
        "account_id": settings.require("accountId"),
        "standby": {"region": settings.require("standbyRegion")},
    },
)

pulumi.export("logBucket", audit.log_bucket)
pulumi.export("logGroup", audit.log_group)
