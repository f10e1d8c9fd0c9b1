"""A website in AWS China: load balancer with a web application firewall, servers, MySQL and a bucket for media.

It works in one region, behind a network firewall; copies of its data lie in the other region (7.1.4.8 b). The level
comes from ``compliant-infra:baseline``: the components know what it asks, ``level.demands`` where more has to be built.
"""

import re
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
from compliant_infra.components.aws import (
    AuditTrail,
    BackupVault,
    Identity,
    KeyRing,
    Monitoring,
    ObjectBucket,
    RegionGuard,
    RelationalDatabase,
    RuntimeRules,
    ServerGroup,
    ThreatProtection,
    TieredNetwork,
    WebEntry,
)
from compliant_infra.components.aws.inspection import firewall_subnets, inspection_routes
from compliant_infra.components.aws.monitoring import publisher_key_statements
from compliant_infra.components.aws.server_group import disk_key_statements
from compliant_infra.components.aws.web_entry import log_bucket_statement

# -- what the stack configuration says ---------------------------------------------------------------------------------


def several(text: str | None) -> list[str]:
    """The parts of a text that are separated by commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


config = pulumi.Config()
account = config.require("accountId")
region = pulumi.Config("aws").require("region")
zones = several(config.require("zones"))
standby_region = config.require("standbyRegion")
standby_zones = several(config.require("standbyZones"))
tags = dict(pair.split("=", 1) for pair in several(config.get("tags")))

# First part of names that are unique, such as those of buckets: the project's name as AWS takes it there, shortened.
system = re.sub(r"[^a-z0-9]+", "-", pulumi.get_project().lower()).lstrip("-0123456789")[:15].rstrip("-")

PORT = 8443  # the entry speaks TLS to the servers too (8.1.4.7 a)
HEALTH_PATH = "/healthy"
DATABASE = "website"
DATABASE_USER = "website_app"  # signs in with tokens of IAM: see "Before the first deployment" in the README

primary = aws.Provider("primary", region=region)
second = aws.Provider("second", region=standby_region)
here = pulumi.ResourceOptions(provider=primary)
there = pulumi.ResourceOptions(provider=second)

# -- keys and network --------------------------------------------------------------------------------------------------

keys = KeyRing(
    f"{system}-keys",
    {
        "account_id": account,
        "alias_prefix": system,
        # Alarms are told through an encrypted topic; auto scaling starts servers with encrypted disks.
        "policy_statements": {"log": publisher_key_statements(account), "data": disk_key_statements(account)},
        "standby": {"region": standby_region, "provider": second},
        "tags": tags,
    },
    here,
)
# There are replicas of the keys, for there is a standby.
standby_data_key: Any = keys.standby_data_key_arn
standby_log_key: Any = keys.standby_log_key_arn
standby_backup_key: Any = keys.standby_backup_key_arn

network = TieredNetwork(
    f"{system}-network",
    {
        "account_id": account,
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "application_ports": [PORT],
        "data_ports": [3306],
        "kms_key_arn": keys.log_key_arn,
        "inspected": True,  # its routes to the internet lead through the firewall below
        "tags": tags,
    },
    here,
)
level = network.hardening

# Network Firewall stands between the internet and both the entry and the NAT gateways (8.1.3.2 a, 8.1.3.3).
protection = ThreatProtection(
    f"{system}-threats",
    {
        "account_id": account,
        "vpc_id": network.vpc_id,
        "subnet_ids": firewall_subnets(network, "", network, primary),
        "domains": several(config.require("outboundDomains")),
        "kms_key_arn": keys.log_key_arn,
        "tags": tags,
    },
    here,
)
inspection_routes(network, "", network, protection.firewall, primary)

# -- the account: audit trail, identities, run-time rules --------------------------------------------------------------

trail = AuditTrail(
    f"{system}-audit",
    {
        "account_id": account,
        "trail_name": f"{system}-trail",
        "bucket": f"{system}-audit-{account}",
        "kms_key_arn": keys.log_key_arn,
        "standby": {"region": standby_region, "kms_key_arn": standby_log_key, "provider": second},
        "tags": tags,
    },
    here,
)
RuntimeRules(
    f"{system}-runtime",
    {
        "account_id": account,
        "bucket": f"{system}-config-{account}",
        "kms_key_arn": keys.log_key_arn,
        "standby": {"region": standby_region, "kms_key_arn": standby_log_key, "provider": second},
        "tags": tags,
    },
    here,
)
identity = Identity(
    f"{system}-identity",
    {
        "account_id": account,
        "login_networks": several(config.require("loginNetworks")),
        "name_prefix": system,
        "tags": tags,
    },
    here,
)
RegionGuard(
    f"{system}-regions",
    {
        "allowed_regions": [region, standby_region],
        "name_prefix": f"{system}-regions",
        "role_names": list(identity.role_names.values()),
        "tags": tags,
    },
    pulumi.ResourceOptions(provider=primary, depends_on=[identity]),
)

# -- media, and the logs of the entry ----------------------------------------------------------------------------------

media_name = f"{system}-media-{account}"
media = ObjectBucket(
    f"{system}-media",
    {
        "account_id": account,
        "bucket": media_name,
        "kms_key_arn": keys.data_key_arn,
        # The bucket of access logs beside it takes those of the load balancer too.
        "log_statements": [log_bucket_statement(f"{media_name}-logs", region, account, f"{system}-entry")],
        "standby": {"region": standby_region, "kms_key_arn": standby_data_key, "provider": second},
        "tags": tags,
    },
    here,
)

# -- the way in --------------------------------------------------------------------------------------------------------

log_policy: Any = media.children["logs-policy"]
entry = WebEntry(
    f"{system}-entry",
    {
        "account_id": account,
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.entry_security_group_id],
        "certificate_ids": [f"arn:aws-cn:acm:{region}:{account}:certificate/{config.require('certificateId')}"],
        "log_bucket": log_policy.bucket,  # by the policy, which stands before the load balancer writes
        "redirect_http": False,  # neither the network nor the firewall lets port 80 in
        "backend_port": PORT,
        "health_check_path": HEALTH_PATH,
        "kms_key_arn": keys.log_key_arn,
        "tags": tags,
    },
    here,
)

# -- database ----------------------------------------------------------------------------------------------------------

# 8.1.4.1 a: long, of four kinds of characters, typed by nobody; replaced by raising passwordVersion.
password_version = int(config.require("passwordVersion"))
password = random.RandomPassword(
    "database-administrator",
    length=32,
    min_lower=2,
    min_upper=2,
    min_numeric=2,
    min_special=2,
    override_special="!#$%&*()-_=+[]{}<>?",  # RDS takes neither / nor @, nor quotes, nor spaces
    keepers={"version": str(password_version)},
)


def second_place() -> Any:
    """Where the copies of the backups go; from level 3 on a replica follows there (8.1.4.9 b), in a network for it."""
    copies: dict[str, Any] = {
        "region": standby_region,
        "kms_key_arn": standby_data_key,
        "log_kms_key_arn": standby_log_key,
        "provider": second,
    }
    if not level.demands("dr-realtime-standby"):
        return copies
    standby_network = TieredNetwork(
        f"{system}-standby-network",
        {
            "region": standby_region,
            "account_id": account,
            "cidr_block": "10.1.0.0/16",
            "zones": standby_zones,
            "data_ports": [3306],
            "outbound_ports": [],  # nothing runs there before a switch: no NAT gateways
            "kms_key_arn": standby_log_key,
            "tags": tags,
        },
        there,
    )
    return {
        **copies,
        "subnet_ids": standby_network.data_subnet_ids,
        "security_group_ids": [standby_network.data_security_group_id],
    }


database = RelationalDatabase(
    f"{system}-database",
    {
        "account_id": account,
        "identifier": f"{system}-db",
        "engine": "MySQL",
        "engine_version": config.require("databaseVersion"),
        "instance_type": config.require("databaseInstanceType"),
        "storage_gb": 100,
        "zones": zones,
        "subnet_ids": network.data_subnet_ids,
        "security_group_ids": [network.data_security_group_id],
        "kms_key_arn": keys.data_key_arn,
        "log_kms_key_arn": keys.log_key_arn,
        "databases": [DATABASE],
        "administrator": {
            "name": "website_owner",
            "password": password.result,
            "password_version": password_version,
        },
        "standby": second_place(),
        "tags": tags,
    },
    here,
)

# -- servers -----------------------------------------------------------------------------------------------------------

START = f"""#!/bin/sh
set -eu
cat > /etc/website.env <<'SETTINGS'
WEBSITE_PORT={PORT}
WEBSITE_REGION={region}
WEBSITE_MEDIA={media_name}
WEBSITE_DATABASE_INSTANCE={system}-db
WEBSITE_DATABASE_NAME={DATABASE}
WEBSITE_DATABASE_USER={DATABASE_USER}
SETTINGS
systemctl enable --now website
"""
session_group = f"arn:aws-cn:logs:{region}:{account}:log-group:/aws/ssm/{system}-threats/sessions"

servers = ServerGroup(
    f"{system}-servers",
    {
        "account_id": account,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.application_security_group_id],
        "image_id": config.require("imageId"),
        "instance_types": several(config.require("instanceTypes")),
        "kms_key_arn": keys.data_key_arn,
        "target_groups": [entry.server_group_id],
        "user_data": START,
        # What the servers may do (8.1.4.2 d): sign in to the database, use the media, record sessions. No passwords.
        "role_statements": [
            {
                "Effect": "Allow",
                "Action": ["rds-db:connect"],
                "Resource": [f"arn:aws-cn:rds-db:{region}:{account}:dbuser:*/{DATABASE_USER}"],
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": [f"arn:aws-cn:s3:::{media_name}/*"],
            },
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [f"arn:aws-cn:kms:{region}:{account}:key/*"],
                "Condition": {
                    "ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{system}/data", f"alias/{system}/log"]}
                },
            },
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                "Resource": [session_group, f"{session_group}:log-stream:*"],
            },
            # The agent looks whether the group is encrypted before it opens a session; this takes no resource.
            {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
        ],
        "tags": tags,
    },
    here,
)

# -- backups and alarms ------------------------------------------------------------------------------------------------

# Whatever carries the tag backup=<system> is backed up too: give it to servers and file systems that keep data.
BackupVault(
    f"{system}-backups",
    {
        "account_id": account,
        "vault_name": f"{system}-backups",
        "kms_key_arn": keys.backup_key_arn,
        "resource_arns": [database.instance_arn],
        "select_tags": {"backup": system},
        "standby": {"region": standby_region, "kms_key_arn": standby_backup_key, "provider": second},
        "tags": tags,
    },
    here,
)
Monitoring(
    f"{system}-monitoring",
    {
        "account_id": account,
        "log_group": trail.log_group_name,
        "mails": several(config.require("contacts")),
        "kms_key_arn": keys.log_key_arn,
        "database_ids": [database.instance_id],
        "tags": tags,
    },
    here,
)

# -- for the DNS, and for people ---------------------------------------------------------------------------------------

pulumi.export("domain", config.require("domain"))
pulumi.export("cname", entry.dns_name)
pulumi.export("database", database.connection_string)
# For the administrator only: pulumi stack output --show-secrets databaseAdministratorPassword
pulumi.export("databaseAdministratorPassword", password.result)
pulumi.export("mediaBucket", media.bucket_name)
pulumi.export("servers", servers.scaling_group_name)
# What the cloud cannot do at this level, with clauses and what stands in for it: somebody has to accept it.
pulumi.export("exceptions", [item.record() for item in (*identity.exceptions, *entry.exceptions)])
