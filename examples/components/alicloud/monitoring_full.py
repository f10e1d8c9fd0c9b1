"""Alarms for two people and for a team that has its contact groups and its action policy already."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud import Monitoring

settings = pulumi.Config("compliant-infra")
region = pulumi.Config("alicloud").require("region")

# Users and action policies of alerts are taken by one region for the mainland; finance regions stay among themselves.
records = None if "finance" in region else alicloud.Provider("records", region="cn-heyuan")

monitoring = Monitoring(
    "watch",
    {
        "log_project": "acme-audit",
        "log_store": "actiontrail_audit-trail",
        "contacts": [
            {"name": "security", "mail": settings.require("alertMail"), "mobile": "13800000000"},
            {"name": "operations", "mail": "operations@example.com"},
        ],
        "contact_groups": ["acme-on-call"],
        "server_ids": ["i-2ze00000000000000001", "i-2ze00000000000000002"],
        "database_ids": ["rm-2ze00000000000001"],
        "event_products": ["ecs", "rds"],
        "record_provider": records,
        # A database that is busy at night is no alarm.
        "overrides": {"database-cpu": {"effective_interval": "06:00-22:00"}},
        "tags": {"cost-centre": "operations"},
    },
)

team = Monitoring(
    "team",
    {
        "log_project": "acme-audit",
        "log_store": "actiontrail_audit-trail",
        "contact_groups": ["acme-on-call"],
        "action_policy_id": "acme-on-call",
    },
)

pulumi.export("contactGroups", monitoring.contact_group_names)
pulumi.export("actionPolicy", team.action_policy_id)
