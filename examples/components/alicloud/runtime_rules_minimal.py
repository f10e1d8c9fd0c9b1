"""Cloud Config with the rules of the level; changes and violations go to an own log project."""

import pulumi

from compliant_infra.components.alicloud import RuntimeRules

settings = pulumi.Config("compliant-infra")

rules = RuntimeRules(
    "rules",
    {
        "account_id": settings.require("accountId"),
        "kms_key_id": settings.require("kmsKeyId"),
    },
)

pulumi.export("compliancePack", rules.compliance_pack_id)
