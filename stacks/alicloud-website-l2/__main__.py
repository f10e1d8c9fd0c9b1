"""A website: load balancer with a web application firewall, servers, MySQL and a bucket for media, in one region.

Copies of the data lie in a second region of the mainland, as level 2 asks (7.1.4.8 b). The level comes from
``compliant-infra:baseline``: the components know what it asks, and ``hardening.demands`` tells where this program has to
build something more.
"""

from typing import Any

import pulumi
import pulumi_alicloud as alicloud
import pulumi_random as random
from compliant_infra.components.alicloud import (
    AuditTrail,
    BackupVault,
    Identity,
    KeyRing,
    Monitoring,
    ObjectBucket,
    RegionGuard,
    RelationalDatabase,
    RuntimeRules,
    SecretStore,
    ServerGroup,
    ThreatProtection,
    TieredNetwork,
    WebEntry,
)

config = pulumi.Config()
system = pulumi.get_project()  # names in the account begin with it
account = config.require("accountId")
region = pulumi.Config("alicloud").require("region")
zones = config.require("zones").split(",")
standby_region = config.require("standbyRegion")
standby_zones = config.require("standbyZones").split(",")
#: Common to every component and, by the provider, to what the program makes itself.
tags = dict(pair.split("=", 1) for pair in (config.get("tags") or "").split(",") if pair)
tags.setdefault("system", system)  # by it the policy of the servers knows the keys

primary = alicloud.Provider("primary", region=region)
second = alicloud.Provider("second", region=standby_region)
here = pulumi.ResourceOptions(provider=primary)

BACKEND_PORT = 8443  # the servers speak TLS too: nothing between the visitor and the program is in clear text
HEALTH_PATH = "/healthz"
DATABASE = "website"

# -- network and keys --

# The flow log is encrypted with a key of the ring, which is there before it.
keys = KeyRing(
    f"{system}-keys",
    {
        "alias_prefix": system,
        "kms_instance_id": config.require("kmsInstanceId"),
        "standby": {
            "region": standby_region,
            "kms_instance_id": config.require("standbyKmsInstanceId"),
            "provider": second,
        },
        "tags": tags,
    },
    here,
)
network = TieredNetwork(
    f"{system}-network",
    {
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "entry_ports": [443, 80],  # 80 answers with a redirect to HTTPS
        "application_ports": [BACKEND_PORT],
        "data_ports": [3306],
        # From the group of the bastion host alone, which there is from level 3 on.
        "bastion_ports": [22] if keys.hardening.demands("net-bastion-private") else [],
        "kms_key_id": keys.log_key_id,
        "tags": tags,
    },
    here,
)
level = network.hardening

# -- the account: audit trail, identities, protection, run-time rules --

trail = AuditTrail(
    f"{system}-audit",
    {
        "account_id": account,
        "trail_name": f"{system}-trail",
        "project": f"{system}-audit-{account}",
        "bucket": f"{system}-audit-{account}",
        "kms_key_id": keys.log_key_id,
        "standby": {"region": standby_region, "kms_key_id": keys.standby_log_key_id, "provider": second},
        "tags": tags,
    },
    here,
)
runtime = RuntimeRules(
    f"{system}-runtime",
    {"account_id": account, "log_project": trail.log_project_name, "kms_key_id": keys.log_key_id, "tags": tags},
    here,
)
identity = Identity(
    f"{system}-identity",
    {
        "account_id": account,
        "login_networks": config.require("loginNetworks").split(","),
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
    # The rule of Cloud Config needs its recorder.
    pulumi.ResourceOptions(provider=primary, depends_on=[identity, runtime]),
)
ThreatProtection(
    f"{system}-threats",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "security_group_ids": [network.bastion_security_group_id] if level.demands("net-bastion-private") else [],
        # Plain HTTP passes the firewall too, to be answered with a redirect.
        "inbound": [{"application": "HTTPS", "port": "443/443"}, {"application": "HTTP", "port": "80/80"}],
        "tags": tags,
    },
    here,
)

# -- the way in --

certificate = config.require("certificateId")
entry = WebEntry(
    f"{system}-entry",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "certificate_ids": [certificate],
        "security_group_ids": [network.entry_security_group_id],
        "backend_port": BACKEND_PORT,
        "health_check_path": HEALTH_PATH,
        "kms_key_id": keys.log_key_id,
        # WAF works inside the load balancer. A domain in front is needed only where SM2 certificates end TLS.
        "waf": {
            "instance_id": config.require("wafInstanceId"),
            "domain": config.require("domain"),
            "certificate_id": certificate,
            "sm2_certificate_id": config.require("sm2CertificateId"),
            "collect_logs": not level.demands("audit-central"),  # the audit trail collects them then
        }
        if level.demands("tlcp-sm2-edge")
        else None,
        "tags": tags,
    },
    here,
)

# -- media --

media = ObjectBucket(
    f"{system}-media",
    {
        "bucket": f"{system}-media-{account}",
        "kms_key_id": keys.data_key_id,
        "standby": {"region": standby_region, "kms_key_id": keys.standby_data_key_id, "provider": second},
        "tags": tags,
    },
    here,
)

# Data Security Center looks for personal information in buckets and databases where the profile pipl asks for it.
if level.demands("pi-discovery-on"):
    alicloud.sddp.Instance(
        "data-discovery",
        payment_type="Subscription",
        period=1,
        renewal_status="AutoRenewal",
        renew_period=1,
        sddp_version="version_company",
        sd_cbool="yes",
        sdc="2",  # instances of databases
        ud_cbool="yes",
        udc="1000",  # GB in OSS
        opts=here,
    )

# -- database --


def password(name: str) -> pulumi.Output[str]:
    """A password that nobody knows: KMS keeps it, the state holds it encrypted. RDS takes these special characters."""
    made = random.RandomPassword(
        name, length=24, min_lower=2, min_upper=2, min_numeric=2, min_special=2, override_special="!@#$%^&*()_+-="
    )
    return made.result


site_password = password("site-password")
sync_password = password("sync-password")
restore_time = config.get("restoreTime")


def second_region() -> dict[str, Any]:
    """Where the copies of the backups go; from level 3 on a standby instance follows there (8.1.4.9 b)."""
    copies: dict[str, Any] = {"region": standby_region, "provider": second}
    if not level.demands("dr-realtime-standby"):
        return copies
    standby_network = TieredNetwork(
        f"{system}-standby-network",
        {
            "region": standby_region,
            "cidr_block": "10.1.0.0/16",
            "zones": standby_zones,
            "data_ports": [3306],
            "outbound_ports": [],  # nothing runs there before a switch
            "kms_key_id": keys.standby_log_key_id,
            "tags": tags,
        },
        pulumi.ResourceOptions(provider=second),
    )
    copies |= {
        "zones": standby_zones,
        "subnet_ids": standby_network.data_subnet_ids,
        "vpc_id": standby_network.vpc_id,
        "allowed_cidrs": list(standby_network.plan["application"].blocks),
        "kms_key_id": keys.standby_data_key_id,
    }
    if restore_time:  # not before the first backup has reached the second region
        copies |= {
            "restore_time": restore_time,
            "synchronization": {"account": "website_sync", "password": sync_password, "databases": [DATABASE]},
        }
    return copies


database = RelationalDatabase(
    f"{system}-database",
    {
        "account_id": account,
        "identifier": f"{system}-db",
        "engine": "MySQL",
        "engine_version": "8.0",
        "instance_type": config.require("databaseInstanceType"),
        "storage_gb": 100,
        "zones": zones,
        "subnet_ids": network.data_subnet_ids,
        "vpc_id": network.vpc_id,
        "allowed_cidrs": list(network.plan["application"].blocks),
        "kms_key_id": keys.data_key_id,
        "databases": [DATABASE],
        "standby": second_region(),
        # Until the standby instance can be restored, the risk is accepted by name and for a few days.
        "waivers": [
            {
                "rule": "dr-realtime-standby",
                "resource": f"{system}-database-instance",
                "reason": "The standby is restored from the first backup in the second region",
                "owner": pulumi.Config("compliant-infra").require("owner"),
                "until": config.require("firstStepUntil"),
            }
        ]
        if level.demands("dr-realtime-standby") and not restore_time
        else [],
        "tags": tags,
    },
    here,
)


def database_account(name: str, secret: pulumi.Output[str]) -> alicloud.rds.AccountPrivilege:
    """An account that reads and writes the one database, and administers nothing (8.1.4.2 d)."""
    made = alicloud.rds.RdsAccount(
        f"{name}-account",
        db_instance_id=database.instance_id,
        account_name=name.replace("-", "_"),
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


site_account = database_account("website-app", site_password)
if level.demands("dr-realtime-standby"):
    database_account("website-sync", sync_password)

# KMS replaces the password of the site (8.1.4.1 a), which asks for it whenever it connects anew.
SECRET = f"{system}-database"
secrets = SecretStore(
    f"{system}-secrets",
    {
        "kms_instance_id": keys.instance_id,
        "kms_key_id": keys.secret_key_id,
        "secrets": {
            "database": {
                "type": "Rds",
                "name": SECRET,
                "description": "The account of the website in its database",
                "value": pulumi.Output.json_dumps(
                    {"Accounts": [{"AccountName": "website_app", "AccountPassword": site_password}]}
                ),
                "config": {"SecretSubType": "SingleUser", "DBInstanceId": database.instance_id},
            },
        },
        "tags": tags,
    },
    pulumi.ResourceOptions(provider=primary, depends_on=[site_account]),
)

# -- servers --

servers = ServerGroup(
    f"{system}-servers",
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.application_security_group_id],
        "image_id": config.require("imageId"),
        "instance_types": config.require("instanceTypes").split(","),
        "kms_key_id": keys.data_key_id,
        "target_groups": [{"server_group_id": entry.server_group_id, "port": BACKEND_PORT}],
        # What the servers may do in the cloud, and nothing else: their media, and the secret of their database.
        "role_statements": [
            {
                "Effect": "Allow",
                "Action": ["oss:GetObject", "oss:PutObject"],
                "Resource": [f"acs:oss:*:{account}:{system}-media-{account}/*"],
            },
            {
                "Effect": "Allow",
                "Action": ["kms:GetSecretValue"],
                "Resource": [f"acs:kms:{region}:{account}:secret/{SECRET}"],
            },
            # Who reads or writes what a key encrypts needs the key as well: objects of the bucket, and the secret.
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [f"acs:kms:{region}:{account}:key/*"],
                "Condition": {"StringEqualsIgnoreCase": {"kms:tag/system": [tags["system"]]}},
            },
        ],
        "tags": tags,
    },
    here,
)
# -- backups and alarms --

# Whatever carries the tag backup=<project> is backed up: give it to servers and file systems that keep data.
BackupVault(
    f"{system}-backups",
    {
        "vault_name": f"{system}-backups",
        "kms_key_id": keys.backup_key_id,
        "select_tags": {"backup": system},
        "standby": {"region": standby_region, "kms_key_id": keys.standby_backup_key_id, "provider": second},
        "tags": tags,
    },
    here,
)
Monitoring(
    f"{system}-monitoring",
    {
        "log_project": trail.log_project_name,
        "log_store": trail.log_store_name,
        "contacts": [{"name": "security", "mail": config.require("alertMail")}],
        "database_ids": [database.instance_id],
        "tags": tags,
    },
    here,
)

# -- for the DNS and for the program of the website --

pulumi.export("cname", entry.waf_cname.apply(lambda name: name or entry.dns_name))
pulumi.export("databaseAddress", database.connection_string)
pulumi.export("databaseSecret", secrets.secret_names)
pulumi.export("mediaBucket", media.bucket_name)
