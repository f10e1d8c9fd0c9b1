"""Alarms by mail on servers, databases and the account, and for a team that has its topic already."""

import pulumi

from compliant_infra.components.aws import Monitoring

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")

monitoring = Monitoring(
    "watch",
    {
        "account_id": account,
        "log_group": "/aws/cloudtrail/audit-trail",
        "mails": [settings.require("alertMail"), "operations@example.com"],
        "kms_key_arn": settings.require("kmsKeyArn"),
        "server_ids": ["i-0a1b2c3d4e5f60001"],
        "database_ids": ["orders"],
        # The database of the orders is always busy.
        "overrides": {"database-0-cpu": {"threshold": 95}},
        "tags": {"cost-centre": "operations"},
    },
)

team = Monitoring(
    "team",
    {
        "account_id": account,
        "log_group": "/aws/cloudtrail/audit-trail",
        "topic_arn": f"arn:aws-cn:sns:{region}:{account}:on-call",
    },
)

pulumi.export("topics", [monitoring.topic_arn, team.topic_arn])
