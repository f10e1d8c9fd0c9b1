"""Alarms on threats, trouble and what happens in the account, told by mail."""

import pulumi

from compliant_infra.components.aws import Monitoring

settings = pulumi.Config("compliant-infra")

monitoring = Monitoring(
    "watch",
    {
        "account_id": settings.require("accountId"),
        "log_group": "/aws/cloudtrail/audit-trail",
        "mails": [settings.require("alertMail")],
    },
)

pulumi.export("topic", monitoring.topic_arn)
