"""Cloud Config that delivers to the places of the audit trail, without the rules for products that are not in use."""

import pulumi

from compliant_infra.components.alicloud import RuntimeRules

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

rules = RuntimeRules(
    "rules",
    {
        "account_id": account,
        "log_project": "acme-audit",
        "log_bucket": "acme-audit",
        "kms_key_id": settings.require("kmsKeyId"),
        "log_role_arn": f"acs:ram::{account}:role/aliyunlogdefaultrole",
        "without": ["polardb-cluster-enabled-ssl", "polardb-cluster-enabled-tde"],
        "overrides": {"pack": {"description": "MLPS rules of Acme"}},
        "tags": {"cost-centre": "security"},
    },
)

alone = RuntimeRules(
    "alone",
    {
        "account_id": account,
        "kms_instance_id": settings.require("kmsInstanceId"),
    },
)

pulumi.export("compliancePacks", [rules.compliance_pack_id, alone.compliance_pack_id])
