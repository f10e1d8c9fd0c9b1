"""A trail of the whole organisation with everything named, and one of an account that writes to the same place."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud import AuditTrail

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("alicloud").require("region")

# Collection policies are taken by one region for the whole mainland; finance regions stay among themselves.
collection = None if "finance" in region else alicloud.Provider("collection", region="cn-shanghai")

audit = AuditTrail(
    "audit",
    {
        "account_id": account,
        "trail_name": "acme-organisation",
        "project": f"acme-audit-{region}",
        "bucket": f"acme-audit-{region}",
        "kms_key_id": settings.require("kmsKeyId"),
        "log_role_arn": f"acs:ram::{account}:role/aliyunlogdefaultrole",
        "retention_days": 400,
        "organization": True,
        "collect": {"oss": ["access_log"], "alb": ["access_log"], "waf": ["access_log"], "vpc": ["flow_log"]},
        "collect_members": ["*"],
        "collection_provider": collection,
        "standby": {
            "region": settings.require("standbyRegion"),
            "bucket": f"acme-audit-copy-{settings.require('standbyRegion')}",
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
        "replication_role": "acme-replication",
        # Half of the stores' reads are of the last month: the rest may be slower and cheaper.
        "overrides": {"store": {"hot_ttl": 30}},
        "tags": {"cost-centre": "security"},
    },
)

account_trail = AuditTrail(
    "account",
    {
        "account_id": account,
        "log_project": audit.log_project,
        "log_bucket": audit.log_bucket,
        "kms_instance_id": settings.require("kmsInstanceId"),
        "collect": {"apigateway": ["access_log"]},
    },
    pulumi.ResourceOptions(depends_on=[audit]),  # whose project and bucket are named by a text
)

pulumi.export("logProject", audit.log_project)
pulumi.export("logStores", [audit.log_store, account_trail.log_store])
pulumi.export("logBucket", audit.log_bucket)
