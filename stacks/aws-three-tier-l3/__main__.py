"""A business system of three tiers in AWS China: it works in one region and stands by in the other one.

The level comes from ``compliant-infra:baseline``: MlpsBaseline knows what it asks. What is said here is what differs from
system to system: names, sizes, what the servers may do, and how they start.
"""

import re
from typing import Any

import pulumi
import pulumi_random as random
from compliant_infra.components.aws import MlpsBaseline, ServerGroup

# -- what the stack configuration says -------------------------------------------------------------------------------


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

# -- the application -------------------------------------------------------------------------------------------------

PORT = 8443  # the entry speaks TLS to the servers too (8.1.4.7 a)
HEALTH_PATH = "/healthy"  # the load balancers and Route 53 ask for it
DATABASE = "business"
DATABASE_USER = "application"  # signs in with tokens of IAM: see "Before the first deployment" in the README
INSTANCE_TYPES = ["m6i.large", "m5.large"]
bucket = f"{system}-data-{account}"


def permissions(place: str, objects: str) -> list[dict[str, Any]]:
    """What the servers of a region may do (8.1.4.2 d): sign in to the database, use their objects and nothing else."""
    return [
        {
            "Effect": "Allow",
            "Action": ["rds-db:connect"],
            # Without a password: the role of the servers gets a token that is good for a quarter of an hour.
            "Resource": [f"arn:aws-cn:rds-db:{place}:{account}:dbuser:*/{DATABASE_USER}"],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [f"arn:aws-cn:s3:::{objects}/*"],
        },
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [f"arn:aws-cn:s3:::{objects}"]},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [f"arn:aws-cn:kms:{place}:{account}:key/*"],
            "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{system}/data"]}},
        },
    ]


def session_rights(place: str, protection: str) -> list[dict[str, Any]]:
    """What servers need so that sessions of administrators are encrypted and recorded (8.1.5.4 a)."""
    group = f"arn:aws-cn:logs:{place}:{account}:log-group:/aws/ssm/{protection}/sessions"
    return [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": [group, f"{group}:log-stream:*"],
        },
        # The agent looks whether the group is encrypted before it opens a session; this takes no resource.
        {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [f"arn:aws-cn:kms:{place}:{account}:key/*"],
            "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{system}/log"]}},
        },
    ]


def start_script(place: str, objects: str, database: str) -> str:
    """User data: names for the application, which is installed in the image. It holds no secrets."""
    return "\n".join(
        [
            "#!/bin/sh",
            "set -eu",
            "cat > /etc/application.env <<'SETTINGS'",
            f"APP_PORT={PORT}",
            f"APP_REGION={place}",
            f"APP_BUCKET={objects}",
            f"APP_DATABASE_INSTANCE={database}",
            f"APP_DATABASE_NAME={DATABASE}",
            f"APP_DATABASE_USER={DATABASE_USER}",
            "SETTINGS",
            "systemctl enable --now application",
            "",
        ]
    )


# -- the administrator of the database -------------------------------------------------------------------------------

# 8.1.4.1 a: long, of four kinds of characters, typed by nobody. RDS keeps no password of its own in Secrets Manager for a
# database with a replica, which level 3 asks for. Raise passwordVersion within 90 days for a new one.
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

# -- the system ------------------------------------------------------------------------------------------------------

# Networks in tiers, keys, bucket, backups, entries with WAF and failover, servers, database and its replica; for the
# account audit trail, identities, network firewalls, GuardDuty, Inspector, Config and alarms. What a landing zone has
# already is left to it: "elsewhere": {"audit_trail": "log archive account", ...}.
baseline = MlpsBaseline(
    system,
    {
        "system": system,
        "account_id": account,
        "primary": {
            "region": region,
            "zones": zones,
            "cidr_block": "10.0.0.0/16",
            "certificate_id": f"arn:aws-cn:acm:{region}:{account}:certificate/{config.require('certificateId')}",
        },
        "standby": {
            "region": standby_region,
            "zones": standby_zones,
            "cidr_block": "10.1.0.0/16",
            "certificate_id": f"arn:aws-cn:acm:{standby_region}:{account}:certificate/"
            f"{config.require('standbyCertificateId')}",
        },
        "login_networks": several(config.require("loginNetworks")),
        "contacts": several(config.require("contacts")),
        "outbound_domains": several(config.require("outboundDomains")),
        "entry": {"domain": config.require("domain"), "backend_port": PORT, "health_check_path": HEALTH_PATH},
        "servers": {
            "image_id": config.require("imageId"),
            "instance_types": INSTANCE_TYPES,
            "size": [len(zones), 3 * len(zones)],
            "user_data": start_script(region, bucket, f"{system}-db"),
            "role_statements": permissions(region, bucket),
        },
        "database": {
            "engine": "MySQL",
            "engine_version": config.require("databaseVersion"),
            "instance_type": "db.m6i.large",
            "storage_gb": 200,
            "databases": [DATABASE],
            "administrator": {
                "name": "business_owner",
                "password": password.result,
                "password_version": password_version,
            },
        },
        "images": {"application": config.require("imageId")},
        "tags": tags,
    },
)

# What the standby region has of the parts above: there is one of each, for there is an entry and an image.
standby_key: Any = baseline.keys.standby_data_key_arn
standby_entry: Any = baseline.standby_entry
standby_image: Any = baseline.children["image-application"]

# 8.1.4.9 c, 8.1.2.1 e: servers stand warm in the second region, so that Route 53 has a second answer. They read the
# replica of the database until the switch promotes it.
standby_servers = ServerGroup(
    f"{system}-standby",
    {
        "region": standby_region,
        "account_id": account,
        "subnet_ids": baseline.standby_network.application_subnet_ids,
        "zones": standby_zones,
        "security_group_ids": [baseline.standby_network.application_security_group_id],
        "image_id": standby_image.id,
        "instance_types": INSTANCE_TYPES,
        "size": [len(standby_zones), 3 * len(standby_zones)],
        "kms_key_arn": standby_key,
        "target_groups": [standby_entry.server_group_id],
        "user_data": start_script(standby_region, f"{bucket}-standby", f"{system}-db-standby"),
        # Those of the primary region get the rights of sessions from the baseline.
        "role_statements": [
            *permissions(standby_region, f"{bucket}-standby"),
            *session_rights(standby_region, f"{system}-standby-threats"),
        ],
        "tags": tags,
    },
    pulumi.ResourceOptions(provider=baseline.standby_provider),
)

pulumi.export("bucket", baseline.bucket_name)
pulumi.export("database", baseline.database_address)
# For the administrator only: pulumi stack output --show-secrets databaseAdministratorPassword
pulumi.export("databaseAdministratorPassword", password.result)
pulumi.export("standbyServers", standby_servers.scaling_group_name)
pulumi.export("recovery", baseline.recovery)
# What the cloud cannot do at this level, with clauses and what stands in for it: somebody has to accept it.
pulumi.export("exceptions", [item.record() for item in baseline.exceptions])
