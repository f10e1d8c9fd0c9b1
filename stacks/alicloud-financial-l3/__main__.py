"""A financial system in two regions of the financial cloud, with SM cryptography.

Both regions are whole: entry, servers, cache, database, secrets and keys. The database follows by synchronisation, the
bucket by replication, and the domain fails over. What follows from the level (zones, days, editions, SM algorithms) is
decided by the components from ``compliant-infra:baseline``.
"""

import json
from typing import Any

import pulumi
import pulumi_alicloud as alicloud
import pulumi_random as random
from compliant_infra.components.alicloud import Cache, FinancialBaseline, SecretStore, ServerGroup
from compliant_infra.components.guard import WaiverArgs

# -- what differs from stack to stack: Pulumi.<stack>.yaml -----------------------------------------------------------

config = pulumi.Config()
choices = pulumi.Config("compliant-infra")
name = pulumi.get_project()
account = config.require("accountId")
region, standby_region = pulumi.Config("alicloud").require("region"), config.require("standbyRegion")
zones, standby_zones = config.require("zones").split(","), config.require("standbyZones").split(",")
cidr_block, standby_cidr_block = config.require("cidrBlock"), config.require("standbyCidrBlock")
tags = dict(pair.split("=", 1) for pair in (config.get("tags") or "").split(",") if pair)
tags.setdefault("system", name)  # by it the servers' policy knows the keys

level = int(choices.require("baseline").removeprefix("financial-l"))

# Empty for the first step of the first deployment: there is no backup yet from which the standby could be made. Until
# the second step a signed waiver, which runs out on the day firstStepUntil, says so.
restore_time = config.get("restoreTime")
first_step: list[WaiverArgs] = [
    {
        "rule": rule,
        "resource": "*",
        "reason": "First deployment: the standby database is restored from the first backup in the second region",
        "owner": choices.require("owner"),
        "until": config.require("firstStepUntil"),
    }
    for rule in ("dr-realtime-standby", "fin-two-places-three-centres")
    if level >= 3 and not restore_time
]

DATABASE = name.replace("-", "_")
APPLICATION_PORT = 8443

# The cluster edition of RDS has three nodes, as many as the zones that level 4 asks for; below that, two are enough.
database_class = f"{config.require('databaseClass')}.{'xc' if level >= 4 else '2c'}"


def password(purpose: str) -> pulumi.Output[str]:
    """A password that nobody has seen; its characters are those that RDS, Tair and KMS take."""
    made = random.RandomPassword(
        f"{purpose}-password",
        length=28,
        min_lower=2,
        min_upper=2,
        min_numeric=2,
        min_special=2,
        override_special="!@#$%^&*()_+-=",
    )
    return pulumi.Output.secret(made.result)


def site(prefix: str, where: str, its_zones: list[str], block: str) -> dict[str, Any]:
    """A region of the system; ``prefix`` is that of its settings."""

    def setting(key: str) -> str:
        return config.require(f"{prefix}{key[0].upper()}{key[1:]}" if prefix else key)

    return {
        "region": where,
        "zones": its_zones,
        "cidr_block": block,
        "kms_instance_id": setting("kmsInstanceId"),
        "certificate_id": setting("certificateId"),
        # SM2 certificates end TLS at WAF, in front of the load balancers of both regions (GB/T 39786-2021).
        "waf_instance_id": config.require("wafInstanceId"),
        "sm2_certificate_id": config.require("sm2CertificateId"),
    }


# -- the system in two regions, and what the account needs -----------------------------------------------------------

synchronization = password("synchronization")

payments = FinancialBaseline(
    name,
    {
        "system": name,
        "account_id": account,
        "primary": site("", region, zones, cidr_block),
        "standby": site("standby", standby_region, standby_zones, standby_cidr_block),
        "login_networks": config.require("loginNetworks").split(","),
        "contacts": [{"name": f"{name}-security", "mail": config.require("alarmMail")}],
        "entry": {
            "domain": config.require("domain"),
            "backend_port": APPLICATION_PORT,
            "health_check_path": "/healthy",  # answers 200 only where the database behind it answers
        },
        "database": {
            "engine": "MySQL",
            "engine_version": "8.0",
            "instance_type": database_class,
            "storage_gb": 500,
            "databases": [DATABASE],
            # Made from the first backup that reaches the second region, and kept in step since (JR/T 0071.2-2020,
            # 8.1.4.9 d, f, g): the second step of the first deployment, see README.
            **({"restore_time": restore_time} if restore_time else {}),
            "synchronization": {
                "account": f"{DATABASE[:24]}_sync",
                "password": synchronization,
                "databases": [DATABASE],
            },
        },
        "images": {"application": config.require("imageId")},
        # Probes on unused addresses lead to a honeypot (JR/T 0071.2-2020, from level 3 on).
        "decoy": {"image_id": config.require("decoyImageId"), "image_name": config.require("decoyImageName")},
        "finance_regions": True,
        "tags": tags,
        "waivers": first_step,
    },
)

# -- accounts of the database ----------------------------------------------------------------------------------------
# Made before the first backup, so that the standby has them too.

application = password("application")
accounts: list[pulumi.Resource] = []

for suffix, secret in (("app", application), ("sync", synchronization)):
    user = alicloud.rds.RdsAccount(
        f"database-{suffix}",
        db_instance_id=payments.database.instance_id,
        account_name=f"{DATABASE[:24]}_{suffix}",
        account_type="Normal",
        account_password_wo=secret,  # sent to the service and not kept in the state
        account_password_wo_version=1,
        opts=pulumi.ResourceOptions(provider=payments.provider, depends_on=[payments.database]),
    )
    grant = alicloud.rds.AccountPrivilege(
        f"database-{suffix}-grant",
        instance_id=payments.database.instance_id,
        account_name=user.account_name,
        privilege="ReadWrite",
        db_names=[DATABASE],
        opts=pulumi.ResourceOptions(provider=payments.provider),
    )
    accounts.append(grant)

# -- each region by itself: secrets, cache, servers ------------------------------------------------------------------


def run_in(
    suffix: str,
    where: str,
    its_zones: list[str],
    network: Any,
    entry: Any,
    provider: pulumi.ProviderResource,
    keys: dict[str, Any],
    database_id: pulumi.Input[str],
    image_id: pulumi.Input[str],
) -> ServerGroup:
    """Everything that answers requests in a region. Nothing in it needs the other region."""
    options = pulumi.ResourceOptions(provider=provider)

    cache = Cache(
        f"{name}-cache{suffix}",
        {
            "region": where,
            "account_id": account,
            "identifier": f"{name}-cache{suffix}",
            # The enterprise edition: only it encrypts what it writes to disk (8.1.4.8).
            "instance_type": "redis.amber.master.mid.multithread",
            "zones": its_zones,
            "subnet_ids": network.data_subnet_ids,
            "allowed_cidrs": list(network.plan["application"].blocks),
            "kms_key_id": keys["data"],
            "tags": tags,
        },
        options,
    )

    # KMS replaces the passwords (8.1.4.1). It does so in one region only: the standby has secrets of its own.
    secrets = SecretStore(
        f"{name}-secrets{suffix}",
        {
            "region": where,
            "kms_instance_id": keys["instance"],
            "kms_key_id": keys["secret"],
            "secrets": {
                "database": {
                    "type": "Rds",
                    "name": f"{name}/database{suffix}",
                    "description": f"Account of the application in the database of {name}",
                    "value": pulumi.Output.json_dumps(
                        {"Accounts": [{"AccountName": f"{DATABASE[:24]}_app", "AccountPassword": application}]}
                    ),
                    "config": {"SecretSubType": "SingleUser", "DBInstanceId": database_id},
                },
                # KMS makes the accounts of the cache itself, two of them that take turns.
                "cache": {
                    "type": "Redis",
                    "name": f"{name}/cache{suffix}",
                    "description": f"Accounts of the application in the cache of {name}",
                    "config": {
                        "SecretSubType": "DoubleUsers",
                        "AccountName": "app",
                        "CloneAccountName": "app_clone",
                        "AccountPrivilege": "ROLE_READ_WRITE",
                        "InstanceId": cache.instance_id,
                        "RegionId": where,
                    },
                },
            },
            "tags": tags,
        },
        pulumi.ResourceOptions(provider=provider, depends_on=[*accounts, cache]),
    )

    return ServerGroup(
        f"{name}-servers{suffix}",
        {
            "region": where,
            "vpc_id": network.vpc_id,
            "subnet_ids": network.application_subnet_ids,
            "zones": its_zones,
            "security_group_ids": [network.application_security_group_id],
            "image_id": image_id,
            "instance_types": [config.require("serverType")],
            "kms_key_id": keys["data"],
            "target_groups": [{"server_group_id": entry.server_group_id, "port": APPLICATION_PORT}],
            # The servers read their passwords, and nothing else (8.1.4.2 d).
            "role_statements": [
                {
                    "Effect": "Allow",
                    "Action": ["kms:GetSecretValue"],
                    "Resource": [
                        f"acs:kms:{where}:{account}:secret/{name}/{what}{suffix}" for what in ("database", "cache")
                    ],
                },
                {
                    "Effect": "Allow",
                    "Action": ["kms:Decrypt"],
                    "Resource": [f"acs:kms:{where}:{account}:key/*"],
                    "Condition": {"StringEqualsIgnoreCase": {"kms:tag/system": [tags["system"]]}},
                },
            ],
            "tags": {**tags, "component": "application"},
        },
        pulumi.ResourceOptions(provider=provider, depends_on=[secrets]),
    )


run_in(
    "",
    region,
    zones,
    payments.network,
    payments.entry,
    payments.provider,
    {"instance": payments.keys.instance_id, "data": payments.keys.data_key_id, "secret": payments.keys.secret_key_id},
    payments.database.instance_id,
    config.require("imageId"),
)
# Servers stand ready in the second region all the time, beside the standby database. Level 2 asks for copies there, not
# for a hot site: its servers are started from the copied image when they are needed.
if payments.database.standby_instance is not None:
    run_in(
        "-standby",
        standby_region,
        standby_zones,
        payments.standby_network,
        payments.standby_entry,
        payments.standby_provider,
        {
            "instance": payments.keys.standby_instance_id,
            "data": payments.keys.standby_data_key_id,
            "secret": payments.keys.standby_secret_key_id,
        },
        payments.database.standby_instance_id,
        payments.children["image-application"].id,
    )

# -- what the team has to know ---------------------------------------------------------------------------------------

pulumi.export("failover", payments.failover.id)
pulumi.export("databaseAddress", payments.database_address)
pulumi.export("recovery", payments.recovery)
pulumi.export("exceptions", json.dumps([item.record() for item in payments.exceptions], ensure_ascii=False))
