"""A generative-AI service: models on GPU servers behind a gateway that moderates and records every conversation.

    internet -> WAF and load balancer -> gateway -> internal load balancer -> models on GPU servers

The gateway asks Content Moderation about every prompt and every answer, and writes both down. The models have no way to
the internet; they read their weights and nothing else. What cannot be built (filing of the algorithm, assessment,
annotation, labelling of what is generated) stands in the README and in evidence.toml.

Clauses: ``8.x`` are those of GB/T 22239-2019, ``genai:n`` those of the Interim Measures for Generative AI Services.
"""

import json
import re
from typing import Any

import pulumi
import pulumi_alicloud as alicloud
from compliant_infra.components.alicloud import MlpsBaseline, ObjectBucket, ServerGroup, WebEntry

# -- what the stack configuration says ---------------------------------------------------------------------------------


def several(text: str | None) -> list[str]:
    """The parts of a text that are separated by commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


config = pulumi.Config()
account = config.require("accountId")
region = pulumi.Config("alicloud").require("region")
zones = several(config.require("zones"))
standby_region = config.require("standbyRegion")
standby_zones = several(config.require("standbyZones"))
tags = dict(pair.split("=", 1) for pair in several(config.get("tags")))
profiles = set(several(pulumi.Config("compliant-infra").get("profiles")))

# First part of names that are unique, such as those of buckets: the project's name as they take it, shortened.
system = re.sub(r"[^a-z0-9]+", "-", pulumi.get_project().lower()).lstrip("-0123456789")[:24].rstrip("-")
tags.setdefault("system", system)  # by it the policies of roles know the keys

PORT = 8443  # gateway and models speak TLS (8.1.4.7 a)
HEALTH_PATH = "/health"
MODELS_DOMAIN = f"{system}.internal"
MODELS_HOST = f"models.{MODELS_DOMAIN}"


def place(name: str, in_zones: list[str], cidr_block: str, kms_instance: str, certificate: str) -> Any:
    """One of the two regions. TLS with SM2 certificates ends at WAF, as the profile sm asks."""
    found = {
        "region": name,
        "zones": in_zones,
        "cidr_block": cidr_block,
        "kms_instance_id": config.require(kms_instance),
        "certificate_id": config.require(certificate),
    }
    if profiles & {"sm", "all"}:
        found["waf_instance_id"] = config.require("wafInstanceId")
        found["sm2_certificate_id"] = config.require("sm2CertificateId")
    return found


# -- network, keys, entry, account -------------------------------------------------------------------------------------

# Two regions with networks in tiers, keys, entries and failover; audit trail, identities, Security Center, Cloud
# Firewall, bastion host, run-time rules, backups and alarms. What a landing zone has already is left to it:
# "elsewhere": {"audit_trail": "log archive account", ...}.
baseline = MlpsBaseline(
    system,
    {
        "system": system,
        "account_id": account,
        "primary": place(region, zones, "10.0.0.0/16", "kmsInstanceId", "certificateId"),
        "standby": place(standby_region, standby_zones, "10.1.0.0/16", "standbyKmsInstanceId", "standbyCertificateId"),
        "login_networks": several(config.require("loginNetworks")),
        "contacts": [{"name": "security", "mail": config.require("alertMail")}],
        "entry": {"domain": config.require("domain"), "backend_port": PORT, "health_check_path": HEALTH_PATH},
        # So that servers can be started in the standby region.
        "images": {"gateway": config.require("gatewayImageId"), "models": config.require("modelsImageId")},
        "tags": tags,
    },
)
level = baseline.hardening
primary = baseline.provider
entry: Any = baseline.entry  # there is one, and failover between both
failover: Any = baseline.failover
here = pulumi.ResourceOptions(provider=primary)

# -- data: what the models learn from, what they are, what is said to them ---------------------------------------------


def bucket(name: str, data_class: str, **more: Any) -> ObjectBucket:
    """A private bucket with a customer's key, a class and a copy in the standby region (8.1.4.8 b, 8.1.4.9 b)."""
    args: Any = {
        "bucket": f"{system}-{name}-{account}",
        "kms_key_id": baseline.keys.data_key_id,
        "data_class": data_class,
        "standby": {
            "region": standby_region,
            "kms_key_id": baseline.keys.standby_data_key_id,
            "provider": baseline.standby_provider,
        },
        "tags": tags,
        **more,
    }
    return ObjectBucket(f"{system}-{name}", args, here)


# Every version stays for a year: which data a model was trained on can be shown afterwards (genai:7, genai:19).
training = bucket("training", "ai-training", noncurrent_days=365)
# Weights give away what they learnt, so that they have the class of the training data.
weights = bucket("weights", "ai-training", noncurrent_days=365)
# Prompts and answers hold personal information (genai:11): locked for the time that logs are to be kept (six months
# and more, Cybersecurity Law 21.3), deleted after twice that time.
conversations = bucket("records", "pi", is_log_bucket=True)

# The register of training data: each corpus with its class and where it comes from (genai:7).
workspace = alicloud.pai.WorkspaceWorkspace(
    "workspace",
    workspace_name=f"{system.replace('-', '_')[:20]}_ai",  # 23 characters at most
    description=f"Models of {system}",
    env_types=["prod"],
    opts=here,
)
alicloud.pai.WorkspaceDataset(
    "corpus",
    workspace_id=workspace.id,
    dataset_name="corpus",
    description="What the models are trained on",
    data_source_type="OSS",
    data_type="TEXT",
    property="DIRECTORY",
    uri=training.bucket_name.apply(lambda name: f"oss://{name}.oss-{region}-internal.aliyuncs.com/corpus/"),
    accessibility="PRIVATE",
    source_type="USER",
    labels=[
        {"key": "data-class", "value": "ai-training"},
        {"key": "source", "value": config.require("corpusSource")},
    ],
    opts=here,
)

# -- records of conversations ------------------------------------------------------------------------------------------

log_trust = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["log.aliyuncs.com"]}}
log_role = alicloud.ram.Role(
    "records-role",
    role_name=f"{system}-records",
    description="Log Service encrypts the records and copies them to the locked bucket",
    assume_role_policy_document=json.dumps({"Version": "1", "Statement": [log_trust]}),
    max_session_duration=int(level.number("role-session-seconds")),
    opts=here,
)
key_rights = [
    alicloud.ram.RolePolicyAttachment(
        f"records-role-{name}",
        role_name=log_role.role_name,
        policy_name=policy,
        policy_type="System",
        opts=here,
    )
    for name, policy in (("reads-keys", "AliyunKMSReadOnlyAccess"), ("uses-keys", "AliyunKMSCryptoUserAccess"))
]
RECORDS = f"{system}-conversations-{account}"
STORE = "conversations"
records = alicloud.log.Project(
    "records",
    project_name=RECORDS,
    description="Prompts, answers and what moderation said of them",
    tags={**baseline.common_tags, "data-class": "pi"},
    opts=pulumi.ResourceOptions(provider=primary, protect=True),
)
store = alicloud.log.Store(
    "conversations",
    project_name=records.project_name,
    logstore_name=STORE,
    retention_period=int(level.number("log-retention-days")),
    shard_count=2,
    auto_split=True,
    max_split_shard_count=16,
    encrypt_conf={
        "enable": True,
        "encrypt_type": "m4" if level.national_cryptography else "default",
        "user_cmk_info": {"cmk_key_id": baseline.keys.log_key_id, "arn": log_role.arn, "region_id": region},
    },
    opts=pulumi.ResourceOptions(provider=primary, protect=True, depends_on=key_rights),
)
index = alicloud.log.StoreIndex(
    "conversations-index",
    project=records.project_name,
    logstore=store.logstore_name,
    field_searches=[
        {"name": name, "type": "text", "enable_analytics": True, "include_chinese": True, "token": " #$%^*\r\n\t"}
        for name in ("request_id", "user", "model", "direction", "verdict", "labels", "text")
    ],
    opts=here,
)


def statement(actions: list[str], *resources: str) -> dict[str, Any]:
    """Rights on what is named, and on nothing else (8.1.4.2 d)."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


#: What reading and writing objects under a customer's key takes. It is good for what the role can read, and no more.
USE_OF_KEYS = {
    **statement(["kms:GenerateDataKey", "kms:Decrypt"], f"acs:kms:{region}:{account}:key/*"),
    "Condition": {"StringEqualsIgnoreCase": {"kms:tag/system": [tags["system"]]}},
}

STORE_ARN = f"acs:log:*:{account}:project/{RECORDS}/logstore/{STORE}"
export_policy = alicloud.ram.Policy(
    "records-export",
    policy_name=f"{system}-records-export",
    description="Log Service copies the records to the locked bucket",
    policy_document=json.dumps(
        {
            "Version": "1",
            "Statement": [
                statement(["log:GetCursorOrData", "log:ListShards"], STORE_ARN, f"{STORE_ARN}/*"),
                statement(["oss:PutObject"], f"acs:oss:*:{account}:{system}-records-{account}/*"),
                USE_OF_KEYS,
            ],
        }
    ),
    opts=here,
)
export_rights = alicloud.ram.RolePolicyAttachment(
    "records-role-exports",
    role_name=log_role.role_name,
    policy_name=export_policy.policy_name,
    policy_type="Custom",
    opts=here,
)
# Log Service is for searching; nobody can change or delete what lies in the locked bucket (8.1.4.3 c).
alicloud.sls.OssExportSink(
    "conversations-export",
    project=records.project_name,
    job_name="conversations-to-oss",
    display_name="conversations-to-oss",
    description="Conversations into the locked bucket",
    configuration={
        "logstore": store.logstore_name,
        "role_arn": log_role.arn,
        "from_time": 1,  # from the first record
        "to_time": 0,  # for good
        "sink": {
            "bucket": conversations.bucket_name,
            "role_arn": log_role.arn,
            "endpoint": f"https://oss-{region}-internal.aliyuncs.com",
            "prefix": "conversations/",
            "path_format": "%Y/%m/%d/%H",
            "path_format_type": "time",
            "time_zone": "+0800",
            "content_type": "json",
            "content_detail": '{"enableTag": true}',
            "compression_type": "gzip",
            "buffer_interval": "300",
            "buffer_size": "256",
        },
    },
    opts=pulumi.ResourceOptions(provider=primary, depends_on=[export_rights]),
)

# -- content moderation ------------------------------------------------------------------------------------------------

# What is asked and what is answered are moderated apart from each other (genai:4, genai:14, GB/T 45654-2025 7). Words of
# one's own are put into the libraries in the console: they change daily and belong into no repository.
moderation_region = config.require("moderationRegion")
moderation = pulumi.ResourceOptions(provider=alicloud.Provider("moderation", region=moderation_region))
for direction, service in (("input", "llm_query_moderation"), ("output", "llm_response_moderation")):
    scenario = alicloud.aligreen.BizType(
        f"moderation-{direction}",
        biz_type_name=f"{system.replace('-', '_')}_{direction}",
        description=service,
        cite_template=False,
        opts=moderation,
    )
    alicloud.aligreen.KeywordLib(
        f"banned-{direction}",
        keyword_lib_name=f"banned_{direction}",
        resource_type="TEXT",
        lib_type="textKeyword",
        category="BLACK",
        match_mode="fuzzy",
        language="cn",
        biz_types=[scenario.biz_type_name],
        enable=True,
        opts=moderation,
    )

# Somebody is told where much is blocked: of users who try, or of a model that has to be mended (genai:14). Below level 3
# the baseline makes no policy by which alerts of Log Service are told.
BLOCKED_AT_ONCE = 20  # records within five minutes; choose it by what is usual for the service
watch: Any = baseline.monitoring
if watch.action_policy_id:
    alicloud.log.Alert(
        "blocked",
        version="2.0",
        type="default",
        project_name=records.project_name,
        alert_name="blocked-conversations",
        alert_displayname="Many conversations are blocked",
        alert_description="Prompts or answers that Content Moderation blocked",
        schedule={"type": "FixedRate", "interval": "5m"},
        query_lists=[
            {
                "store": store.logstore_name,
                "store_type": "log",
                "project": records.project_name,
                "region": region,
                "start": "-300s",
                "end": "now",
                "query": "verdict: block | select count(1) as cnt",
                "power_sql_mode": "auto",
            }
        ],
        severity_configurations=[
            {"severity": 8, "eval_condition": {"condition": f"cnt >= {BLOCKED_AT_ONCE}", "count_condition": ""}}
        ],
        group_configuration={"type": "no_group"},
        annotations=[
            {"key": "title", "value": "Many conversations are blocked"},
            {"key": "desc", "value": "blocked within five minutes: ${cnt}"},
        ],
        auto_annotation=True,
        no_data_fire=False,
        send_resolved=False,
        threshold=1,
        policy_configuration={
            "alert_policy_id": "sls.builtin.dynamic",
            "action_policy_id": watch.action_policy_id,
            "repeat_interval": "4h",
        },
        opts=pulumi.ResourceOptions(provider=primary, depends_on=[index, watch]),
    )

# -- models on GPU servers ---------------------------------------------------------------------------------------------

# The internal entry is reached from the application tier alone; the models from it alone (8.1.3.2).
blocks = baseline.network.plan["application"].blocks
models_entry_group = alicloud.ecs.SecurityGroup(
    "models-entry",
    vpc_id=baseline.vpc_id,
    security_group_name=f"{system}-models-entry",
    description="Internal load balancer of the models",
    security_group_type="normal",
    inner_access_policy="Drop",
    tags=baseline.common_tags,
    opts=here,
)


def rule(name: str, direction: str, port: int, cidr: str, why: str, *, accept: bool = True) -> None:
    """A rule of the internal entry's security group."""
    alicloud.ecs.SecurityGroupRule(
        name,
        security_group_id=models_entry_group.id,
        type=direction,
        ip_protocol="tcp" if accept else "all",
        port_range=f"{port}/{port}" if accept else "-1/-1",
        policy="accept" if accept else "drop",
        priority=1 if accept else 100,
        nic_type="intranet",
        cidr_ip=cidr,
        description=why,
        opts=here,
    )


for number, block in enumerate(blocks):
    rule(f"models-entry-in-{number}", "ingress", 443, block, "from the gateway")
    rule(f"models-entry-out-{number}", "egress", PORT, block, "to the models")
rule("models-entry-out-rest", "egress", 0, "0.0.0.0/0", "nothing else", accept=False)

models_entry = WebEntry(
    f"{system}-models",
    {
        "vpc_id": baseline.vpc_id,
        "subnet_ids": baseline.network.application_subnet_ids,
        "zones": zones,
        "internal": True,
        "purpose": "models",
        "certificate_ids": [config.require("modelsCertificateId")],
        "security_group_ids": [models_entry_group.id],
        "redirect_http": False,
        "backend_port": PORT,
        "health_check_path": HEALTH_PATH,
        "kms_key_id": baseline.keys.log_key_id,
        "tags": tags,
    },
    here,
)
# By this name the gateway calls the models; the certificate is for it.
zone = alicloud.pvtz.Zone("models-zone", zone_name=MODELS_DOMAIN, tags=baseline.common_tags, opts=here)
attached = alicloud.pvtz.ZoneAttachment(
    "models-zone-vpc", zone_id=zone.id, vpcs=[{"vpc_id": baseline.vpc_id}], opts=here
)
alicloud.pvtz.ZoneRecord(
    "models-record",
    zone_id=zone.id,
    rr="models",
    type="CNAME",
    value=models_entry.dns_name,
    ttl=60,
    opts=here,
)

models = ServerGroup(
    f"{system}-gpu",
    {
        "vpc_id": baseline.vpc_id,
        "subnet_ids": baseline.network.application_subnet_ids,
        "zones": zones,
        "image_id": config.require("modelsImageId"),
        "instance_types": several(config.require("gpuInstanceTypes")),
        # In two zones at least (level 4: three): the loss of one does not end the service (genai:13).
        "size": [int(level.number("min-zones")), 2 * len(zones)],
        "system_disk_gib": 500,  # room for the weights, which come from their bucket at every start
        "kms_key_id": baseline.keys.data_key_id,
        "ingress": {
            f"entry-{number}": {"port": PORT, "cidr": block, "description": "from the internal load balancer"}
            for number, block in enumerate(blocks)
        },
        # None but the cloud's own services: a model that is talked into something has no way to the internet.
        "egress": {},
        "target_groups": [{"server_group_id": models_entry.server_group_id, "port": PORT}],
        "role_statements": [
            statement(["oss:GetObject"], f"acs:oss:*:{account}:{system}-weights-{account}/*"),
            statement(["oss:ListObjects"], f"acs:oss:*:{account}:{system}-weights-{account}"),
            USE_OF_KEYS,
        ],
        "user_data": "\n".join(
            [
                "#!/bin/sh",
                "set -eu",
                "cat > /etc/models.env <<'SETTINGS'",
                f"MODELS_PORT={PORT}",
                f"MODELS_HEALTH_PATH={HEALTH_PATH}",
                f"MODELS_WEIGHTS=oss://{system}-weights-{account}/current/",
                f"MODELS_OSS_ENDPOINT=https://oss-{region}-internal.aliyuncs.com",
                "SETTINGS",
                "systemctl enable --now models",
                "",
            ]
        ),
        "tags": tags,
    },
    here,
)
# -- gateway -----------------------------------------------------------------------------------------------------------

gateway = ServerGroup(
    f"{system}-gateway",
    {
        "subnet_ids": baseline.network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [baseline.network.application_security_group_id],
        "image_id": config.require("gatewayImageId"),
        "instance_types": several(config.require("gatewayInstanceTypes")),
        "size": [len(zones), 4 * len(zones)],
        "kms_key_id": baseline.keys.data_key_id,
        "target_groups": [{"server_group_id": entry.server_group_id, "port": PORT}],
        "role_statements": [
            statement(["log:PostLogStoreLogs"], STORE_ARN),
            # Files of users, and what is made for them.
            statement(["oss:GetObject", "oss:PutObject"], f"acs:oss:*:{account}:{system}-data-{account}/*"),
            USE_OF_KEYS,
        ],
        "user_data": "\n".join(
            [
                "#!/bin/sh",
                "set -eu",
                "cat > /etc/gateway.env <<'SETTINGS'",
                f"GATEWAY_PORT={PORT}",
                f"GATEWAY_MODELS=https://{MODELS_HOST}",
                f"GATEWAY_MODERATION=https://green-cip-vpc.{moderation_region}.aliyuncs.com"
                if moderation_region == region
                else f"GATEWAY_MODERATION=https://green-cip.{moderation_region}.aliyuncs.com",
                "GATEWAY_MODERATION_INPUT=llm_query_moderation",
                "GATEWAY_MODERATION_OUTPUT=llm_response_moderation",
                f"GATEWAY_RECORDS={RECORDS}/{STORE}",
                f"GATEWAY_RECORDS_ENDPOINT=https://{region}-intranet.log.aliyuncs.com",
                f"GATEWAY_FILES={system}-data-{account}",
                "SETTINGS",
                "systemctl enable --now gateway",
                "",
            ]
        ),
        "tags": tags,
    },
    here,
)
# The only policy that Content Moderation's documentation names for its text services.
alicloud.ram.RolePolicyAttachment(
    "gateway-moderation",
    role_name=gateway.role_name,
    policy_name="AliyunYundunGreenWebFullAccess",
    policy_type="System",
    opts=here,
)

# -- for the DNS, and for people ---------------------------------------------------------------------------------------

pulumi.export("failover", failover.id)
pulumi.export("models", f"https://{MODELS_HOST}")
pulumi.export("trainingBucket", training.bucket_name)
pulumi.export("weightsBucket", weights.bucket_name)
pulumi.export("recordsBucket", conversations.bucket_name)
pulumi.export("recordsProject", records.project_name)
pulumi.export("recovery", baseline.recovery)
# What the cloud cannot do at this level, with clauses and what stands in for it: somebody has to accept it. Content
# moderation, which the baseline leaves to the service, is made above.
pulumi.export(
    "exceptions",
    [item.record() for item in baseline.exceptions if not item.subject.endswith("content moderation")],
)
