"""AWS Config with the rules of the level; history and snapshots go to a bucket that is there, without a lock."""

import pulumi

from compliant_infra.components.aws import RuntimeRules

settings = pulumi.Config("compliant-infra")

rules = RuntimeRules(
    "rules",
    {
        "account_id": settings.require("accountId"),
        "log_bucket": "acme-config",
    },
)

pulumi.export("recorder", rules.recorder_name)
