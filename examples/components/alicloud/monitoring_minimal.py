"""Alarms on system events, and on what happens in the account, told by mail."""

import pulumi

from compliant_infra.components.alicloud import Monitoring

settings = pulumi.Config("compliant-infra")

monitoring = Monitoring(
    "watch",
    {
        "log_project": "acme-audit",
        "log_store": "actiontrail_audit-trail",
        "contacts": [{"name": "security", "mail": settings.require("alertMail")}],
    },
)

pulumi.export("contactGroups", monitoring.contact_group_names)
