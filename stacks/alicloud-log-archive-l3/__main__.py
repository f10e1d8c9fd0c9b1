"""The log archive and audit account of an organisation.

Records of all members come here and stay: in a locked bucket with a copy in a second region, and in a log project where
they are searched and raise alarms. The account holds no business system, no servers and no data but records; its only
network is for the bastion host, whose session records are records too. Auditors read them, administrators do not, and
nobody deletes them.
"""

import json

import pulumi
import pulumi_alicloud as alicloud
from compliant_infra.components.alicloud import (
    AuditTrail,
    Identity,
    Monitoring,
    RegionGuard,
    RuntimeRules,
    ThreatProtection,
    TieredNetwork,
)

# -- what differs from stack to stack: Pulumi.<stack>.yaml -----------------------------------------------------------

config = pulumi.Config()
name = pulumi.get_project()
account = config.require("accountId")
region, standby_region = pulumi.Config("alicloud").require("region"), config.require("standbyRegion")
login_networks = config.require("loginNetworks").split(",")
zones = config.require("zones").split(",")
tags = dict(pair.split("=", 1) for pair in (config.get("tags") or "").split(",") if pair)
tags.setdefault("system", name)  # by it policies know the keys of the archive

archive, project = f"{name}-archive-{account}", f"{name}-audit-{account}"

# -- the archive: events of all members, and logs of their products --------------------------------------------------

trail = AuditTrail(
    f"{name}-audit",
    {
        "account_id": account,
        "trail_name": f"{name}-trail",
        "bucket": archive,
        "project": project,
        "organization": True,  # every member, also those that join later
        "retention_days": config.require_int("retentionDays"),
        "kms_instance_id": config.require("kmsInstanceId"),
        "standby": {"region": standby_region, "kms_instance_id": config.require("standbyKmsInstanceId")},
        # Logs of products are collected from all members, from level 3 on (8.1.5.4 d).
        "collect_members": ["*"],
        "tags": tags,
    },
)

# -- who may do what -------------------------------------------------------------------------------------------------

identity = Identity(
    f"{name}-identity",
    {"account_id": account, "login_networks": login_networks, "name_prefix": name, "tags": tags},
)

bucket, logs = f"acs:oss:*:{account}:{archive}", f"acs:log:*:{account}:project/{project}"
READING = ["oss:GetObject", "oss:ListObjects", "oss:ListObjectVersions", "log:GetLogStoreLogs", "log:GetCursorOrData"]
CHANGING = [
    "oss:DeleteBucket",
    "oss:DeleteObject",
    "oss:PutObject",
    "oss:PutBucketPolicy",
    "oss:PutBucketLifecycle",
    "oss:DeleteBucketReplication",
    "log:DeleteLogStore",
    "log:DeleteProject",
    "log:UpdateLogStore",
]
RECORDS = [bucket, f"{bucket}/*", f"{bucket}-standby", f"{bucket}-standby/*", logs, f"{logs}/*"]


def policy(short: str, description: str, statements: list[dict], roles: list[str]) -> None:
    """A policy for roles of Identity, by their duties."""
    made = alicloud.ram.Policy(
        f"{name}-{short}",
        policy_name=f"{name}-{short}",
        description=description,
        policy_document=json.dumps({"Version": "1", "Statement": statements}),
        tags=tags,
        opts=pulumi.ResourceOptions(provider=trail.provider),
    )
    for role in roles:
        alicloud.ram.RolePolicyAttachment(
            f"{name}-{short}-{role}",
            role_name=identity.role_names[role],
            policy_name=made.policy_name,
            policy_type="Custom",
            opts=pulumi.ResourceOptions(provider=trail.provider, depends_on=[identity]),
        )


# Who operates or secures the account has no business with the records (8.1.5.2, 8.1.5.4 d). A denial outweighs what
# other policies allow.
policy(
    "records-closed",
    "No access to the records of the organisation",
    [{"Effect": "Deny", "Action": [*READING, *CHANGING], "Resource": RECORDS}],
    ["system", "security"],
)
policy(
    "records-read",
    "Reads the records of the organisation, and changes none",
    [
        {
            "Effect": "Allow",
            "Action": ["oss:GetObject", "oss:ListObjects", "oss:GetBucketInfo"],
            "Resource": RECORDS[:4],
        },
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [f"acs:kms:{where}:{account}:key/*" for where in (region, standby_region)],
            "Condition": {"StringEqualsIgnoreCase": {"kms:tag/system": [tags["system"]]}},
        },
        {"Effect": "Deny", "Action": CHANGING, "Resource": RECORDS},
    ],
    ["audit"],
)

# -- rules over all members ------------------------------------------------------------------------------------------

runtime = RuntimeRules(
    f"{name}-rules",
    {
        "account_id": account,
        "log_project": trail.log_project_name,
        "kms_key_id": trail.kms_key_id,
        "tags": tags,
    },
)
members = alicloud.cfg.Aggregator(
    f"{name}-members",
    aggregator_name=f"{name}-members",
    aggregator_type="RD",  # the whole resource directory, also members that join later
    description="All members of the organisation",
    opts=pulumi.ResourceOptions(provider=trail.provider, depends_on=[runtime]),
)
alicloud.cfg.AggregateCompliancePack(
    f"{name}-members-pack",
    aggregator_id=members.id,
    aggregate_compliance_pack_name=f"{name}-mlps",
    description="Run-time rules for all members, those of this account",
    risk_level=1,
    compliance_pack_template_id=runtime.pack.compliance_pack_template_id,
    config_rules=[{"managed_rule_identifier": rule.id} for rule in runtime.rules],
    opts=pulumi.ResourceOptions(provider=trail.provider),
)
alicloud.cfg.AggregateDelivery(
    f"{name}-members-delivery",
    aggregator_id=members.id,
    delivery_channel_name=f"{name}-members",
    description="Changes of resources of all members, and violations",
    delivery_channel_type="SLS",
    delivery_channel_target_arn=f"acs:log:{region}:{account}:project/{project}/logstore/{runtime.log_store}",
    configuration_item_change_notification=True,
    non_compliant_notification=True,
    status=1,
    opts=pulumi.ResourceOptions(provider=trail.provider, depends_on=[runtime]),
)

RegionGuard(
    f"{name}-regions",
    {
        "allowed_regions": [region, standby_region],
        "name_prefix": name,
        "role_names": list(identity.role_names.values()),
        "tags": tags,
    },
    # The rule of Cloud Config needs its recorder.
    pulumi.ResourceOptions(depends_on=[identity, runtime]),
)

# -- protection of the organisation ----------------------------------------------------------------------------------
# Security Center and Cloud Firewall of the delegated administrator cover the members too. Administrators of all members
# pass the bastion host of this account, so that they cannot reach the records of their sessions (8.1.5.1 a, 8.1.5.4 a).

network = TieredNetwork(
    f"{name}-bastion-network",
    {
        "cidr_block": config.require("cidrBlock"),
        "zones": zones,
        "outbound_ports": [],  # no way to the internet, and no NAT gateway
        "bastion_ports": [22, 3389],  # the group of the bastion host
        "kms_key_id": trail.kms_key_id,
        "tags": tags,
    },
)
ThreatProtection(
    f"{name}-protection",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "security_group_ids": [network.bastion_security_group_id],
        "tags": tags,
    },
)

# -- alarms ----------------------------------------------------------------------------------------------------------

monitoring = Monitoring(
    f"{name}-alarms",
    {
        "log_project": trail.log_project_name,
        "log_store": trail.log_store_name,
        "contacts": [{"name": f"{name}-security", "mail": config.require("alarmMail")}],
        "tags": tags,
    },
)

pulumi.export("archive", trail.log_bucket_name)
pulumi.export("archiveCopy", trail.standby_bucket_name)
pulumi.export("logProject", trail.log_project_name)
pulumi.export("auditRole", identity.audit_role_arn)
