"""A business system of three tiers: entry, servers and data in one region, its standby in a second one.

``MlpsBaseline`` makes what the level asks for: networks in tiers, keys, the entry with its failover, servers, MySQL
with a standby that follows, a cache, a bucket with its replica, backups, audit trail, identities, protection and
alarms. The level comes from ``compliant-infra:baseline``. What this program adds is the team's own: database accounts,
secrets, and what the servers may do in the cloud.
"""

import json

import pulumi
import pulumi_alicloud as alicloud
import pulumi_random as random
from compliant_infra.components.alicloud import MlpsBaseline, SecretStore

config = pulumi.Config()
declared = pulumi.Config("compliant-infra")
system = pulumi.get_project()  # names in the account begin with it
account = config.require("accountId")
region = pulumi.Config("alicloud").require("region")
standby_region = config.require("standbyRegion")
domain = config.require("domain")
#: SM2 certificates end TLS at WAF, in front of the load balancers, under the profile sm (GB/T 39786-2021).
national = {"sm", "all"} & set((declared.get("profiles") or "").split(","))
tags = dict(pair.split("=", 1) for pair in (config.get("tags") or "").split(",") if pair)
tags.setdefault("system", system)  # by it the policy of the servers knows the keys

primary = alicloud.Provider("primary", region=region)
standby = alicloud.Provider("standby", region=standby_region)
here = pulumi.ResourceOptions(provider=primary)

DATABASE = "business"
APPLICATION_ACCOUNT = "business_app"
SYNCHRONIZATION_ACCOUNT = "business_sync"
DATABASE_SECRET = f"{system}-database"
CACHE_SECRET = f"{system}-cache"


def password(name: str) -> pulumi.Output[str]:
    """A password that nobody knows. RDS takes 8 to 32 characters of these kinds."""
    made = random.RandomPassword(
        name, length=24, min_lower=2, min_upper=2, min_numeric=2, min_special=2, override_special="!@#$%^&*()_+-="
    )
    return made.result


application_password = password("application-password")
synchronization_password = password("synchronization-password")

# The standby database is restored from a backup in the second region, which is there a day after the first deployment.
# Until then ``restoreTime`` is empty, and a waiver that runs out on the day firstStepUntil says so (8.1.4.9 b).
restore_time = config.get("restoreTime")
follows = declared.get("baseline") != "mlps-l2"  # level 2 asks for copies of the backups alone
recovery = {
    "restore_time": restore_time,
    "synchronization": {
        "account": SYNCHRONIZATION_ACCOUNT,
        "password": synchronization_password,
        "databases": [DATABASE],
    },
}


def site(prefix: str, name: str, zones: str, block: str, provider: alicloud.Provider) -> dict[str, object]:
    """One of the two regions. What is ordered beforehand is named in the configuration."""

    def key(what: str) -> str:
        return f"{prefix}{what[0].upper()}{what[1:]}" if prefix else what

    made: dict[str, object] = {
        "region": name,
        "zones": config.require(zones).split(","),
        "cidr_block": block,
        "kms_instance_id": config.require(key("kmsInstanceId")),
        "certificate_id": config.require(key("certificateId")),
        "provider": provider,
    }
    if national:
        # The account has one instance for the mainland, with both entries behind it.
        made["waf_instance_id"] = config.require("wafInstanceId")
        made["sm2_certificate_id"] = config.require("sm2CertificateId")
    return made


baseline = MlpsBaseline(
    system,
    {
        "system": system,
        "account_id": account,
        "primary": site("", region, "zones", "10.0.0.0/16", primary),
        "standby": site("standby", standby_region, "standbyZones", "10.1.0.0/16", standby),
        "login_networks": config.require("loginNetworks").split(","),
        "contacts": [{"name": "security", "mail": config.require("alertMail")}],
        "entry": {"domain": domain, "backend_port": 8443, "health_check_path": "/healthz"},
        "servers": {
            "image_id": config.require("imageId"),
            "instance_types": config.require("instanceTypes").split(","),
        },
        "images": {"application": config.require("imageId")},
        # Of the enterprise edition: others do not encrypt what they write (8.1.4.8 b).
        "cache": {"instance_type": config.require("cacheInstanceType")},
        "database": {
            "engine": "MySQL",
            "engine_version": "8.0",
            "instance_type": config.require("databaseInstanceType"),
            "storage_gb": int(config.require("databaseStorageGb")),
            "databases": [DATABASE],
            **(recovery if restore_time else {}),
        },
        "waivers": []
        if restore_time or not follows
        else [
            {
                "rule": "dr-realtime-standby",
                "resource": f"{system}-database-instance",
                "reason": "The standby is restored from the first backup in the second region",
                "owner": declared.require("owner"),
                "until": config.require("firstStepUntil"),
            }
        ],
        "tags": tags,
    },
    here,
)

# -- accounts of the database and their secrets --

database = baseline.database
cache = baseline.cache


def database_account(name: str, secret: pulumi.Output[str]) -> alicloud.rds.AccountPrivilege:
    """An account that reads and writes the one database, and administers nothing (8.1.4.2 d)."""
    made = alicloud.rds.RdsAccount(
        f"{name}-account",
        db_instance_id=database.instance_id,
        account_name=name,
        account_type="Normal",
        account_password_wo=secret,  # sent to the service and not kept in the state
        account_password_wo_version=1,
        opts=here,
    )
    return alicloud.rds.AccountPrivilege(
        f"{name}-privilege",
        instance_id=database.instance_id,
        account_name=made.account_name,
        privilege="ReadWrite",
        db_names=[DATABASE],
        opts=pulumi.ResourceOptions(provider=primary, depends_on=[database]),
    )


application_account = database_account(APPLICATION_ACCOUNT, application_password)
if follows:  # it is restored with the standby, where the synchronisation writes with it
    database_account(SYNCHRONIZATION_ACCOUNT, synchronization_password)

# KMS replaces both by itself (8.1.4.1 a); the application asks for them whenever it connects anew.
secrets = SecretStore(
    f"{system}-secrets",
    {
        "kms_instance_id": baseline.keys.instance_id,
        "kms_key_id": baseline.keys.secret_key_id,
        "secrets": {
            "database": {
                "type": "Rds",
                "name": DATABASE_SECRET,
                "description": "The account of the application in the database",
                "value": pulumi.Output.json_dumps(
                    {"Accounts": [{"AccountName": APPLICATION_ACCOUNT, "AccountPassword": application_password}]}
                ),
                "config": {"SecretSubType": "SingleUser", "DBInstanceId": database.instance_id},
            },
            # KMS makes the accounts of the cache itself, two of them that take turns.
            "cache": {
                "type": "Redis",
                "name": CACHE_SECRET,
                "description": "The accounts of the application in the cache",
                "config": {
                    "SecretSubType": "DoubleUsers",
                    "AccountName": "business",
                    "CloneAccountName": "business_clone",
                    "AccountPrivilege": "ROLE_READ_WRITE",
                    "InstanceId": cache.instance_id,
                    "RegionId": region,
                },
            },
        },
        "tags": tags,
    },
    pulumi.ResourceOptions(provider=primary, depends_on=[application_account, cache]),
)

# -- what the servers may do in the cloud --

bucket = f"{system}-data-{account}"
rights = alicloud.ram.Policy(
    "application",
    policy_name=f"{system}-application",
    description="Objects of the system, the secrets of its database and its cache, and their keys",
    policy_document=json.dumps(
        {
            "Version": "1",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["oss:GetObject", "oss:PutObject"],
                    "Resource": [f"acs:oss:*:{account}:{bucket}/*"],
                },
                {
                    "Effect": "Allow",
                    "Action": ["kms:GetSecretValue"],
                    "Resource": [
                        f"acs:kms:{region}:{account}:secret/{name}" for name in (DATABASE_SECRET, CACHE_SECRET)
                    ],
                },
                # Who reads or writes what a key encrypts needs the key as well: objects of the bucket, and the secrets.
                {
                    "Effect": "Allow",
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                    "Resource": [f"acs:kms:{region}:{account}:key/*"],
                    "Condition": {"StringEqualsIgnoreCase": {"kms:tag/system": [tags["system"]]}},
                },
            ],
        }
    ),
    tags=tags,
    opts=here,
)
alicloud.ram.RolePolicyAttachment(
    "servers-application",
    role_name=baseline.servers.role_name,
    policy_name=rights.policy_name,
    policy_type=rights.type,
    opts=here,
)

# -- for the DNS and for the application --

pulumi.export("failover", baseline.failover.id)
pulumi.export("recovery", baseline.recovery)
pulumi.export("databaseAddress", baseline.database_address)
pulumi.export("cacheAddress", cache.connection_string)
pulumi.export("bucket", baseline.bucket_name)
pulumi.export("secrets", secrets.secret_names)
# What the cloud cannot do as the level asks, with what stands in for it: for somebody to accept.
pulumi.export("exceptions", [item.record() for item in baseline.exceptions])
