"""A Kubernetes platform: a managed cluster behind WAF, with its registry, logs and secrets, in one region.

Copies of what has to outlast the region lie in a second region of the mainland (8.1.4.9 b). The level comes from
``compliant-infra:baseline``: the components know what it asks, and ``level.demands`` tells where this program has to
build something more. What runs in the cluster is not made here: see ``kubernetes/``.
"""

import json

import pulumi
import pulumi_alicloud as alicloud
import pulumi_random as random
from compliant_infra.components.alicloud import (
    AuditTrail,
    BackupVault,
    Identity,
    KeyRing,
    KubernetesCluster,
    Monitoring,
    ObjectBucket,
    RegionGuard,
    RuntimeRules,
    SecretStore,
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
tags = dict(pair.split("=", 1) for pair in (config.get("tags") or "").split(",") if pair)
tags.setdefault("system", system)  # by it the policy of pods knows the keys

primary = alicloud.Provider("primary", region=region)
second = alicloud.Provider("second", region=standby_region)
here = pulumi.ResourceOptions(provider=primary)

POD_PORT = 8443  # pods behind the entry speak TLS: nothing between the visitor and the program is in clear text
NAMESPACE, SERVICE_ACCOUNT = "platform", "secrets-reader"

# -- keys and network --

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
        "cidr_block": "10.0.0.0/16",  # a pod has an address of its own: a quarter of these is the application tier's
        "zones": zones,
        "entry_ports": [443, 80],  # 80 answers with a redirect to HTTPS
        "application_ports": [POD_PORT],
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
        "server_count": int(config.require("protectedServers")),
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "security_group_ids": [network.bastion_security_group_id] if level.demands("net-bastion-private") else [],
        # Plain HTTP passes the firewall too, to be answered with a redirect.
        "inbound": [{"application": "HTTPS", "port": "443/443"}, {"application": "HTTP", "port": "80/80"}],
        "tags": tags,
    },
    here,
)

# -- the registry --

registry = alicloud.cr.RegistryEnterpriseInstance(
    "registry",
    instance_name=config.require("registryName"),
    instance_type=config.require("registryEdition"),
    image_scanner="ACR",
    payment_type="Subscription",
    period=1,
    renewal_status="AutoRenewal",
    renew_period=1,
    tags=tags,
    opts=pulumi.ResourceOptions(provider=primary, protect=True),
)
# Every image is searched for known holes when it is pushed (8.1.4.4 e, 8.2.4.4 b).
alicloud.cr.ScanRule(
    "registry-scan",
    instance_id=registry.id,
    rule_name="scan-on-push",
    scan_scope="INSTANCE",
    scan_type="VUL",
    trigger_type="AUTO",
    repo_tag_filter_pattern=".*",
    opts=here,
)
images = alicloud.cs.RegistryEnterpriseNamespace(
    "registry-images",
    instance_id=registry.id,
    name=system,
    auto_create=False,
    default_visibility="PRIVATE",
    opts=here,
)
for repository in config.require("repositories").split(","):
    alicloud.cs.RegistryEnterpriseRepo(
        f"registry-{repository}",
        instance_id=registry.id,
        namespace=images.name,
        name=repository,
        repo_type="PRIVATE",
        summary=f"Images of {repository}",
        tag_immutability=True,  # what was tested under a tag is what runs (8.2.4.4 b)
        opts=here,
    )
# It is reached from the network of the cluster, and from nowhere else: there is no public endpoint (8.1.3.2 a).
alicloud.cr.VpcEndpointLinkedVpc(
    "registry-endpoint",
    instance_id=registry.id,
    vpc_id=network.vpc_id,
    vswitch_id=network.application_subnet_ids[0],
    module_name="Registry",
    enable_create_dns_record_in_pvzt=True,
    opts=here,
)

# -- the cluster --

cluster = KubernetesCluster(
    system,
    {
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        # It lets in the entry, and what passes within the cluster; which pods may, the network policies say.
        "security_group_id": network.application_security_group_id,
        "key_name": config.require("keyPair"),
        "kubernetes_version": config.get("kubernetesVersion"),
        "node_pools": {
            # What the platform itself needs, apart from what the teams run.
            "system": {
                "instance_types": config.require("systemInstanceTypes").split(","),
                "size": [len(zones), 2 * len(zones)],
                "labels": {"workload": "system"},
            },
            "workers": {
                "instance_types": config.require("workerInstanceTypes").split(","),
                "size": [len(zones), int(config.require("mostWorkers"))],
                "data_disk_gib": 200,  # images and containers, apart from the system
                "labels": {"workload": "general"},
            },
        },
        "kms_key_id": keys.data_key_id,
        # ACK encrypts Secrets with AES-256 keys only: with the profile sm a key of that kind is made beforehand.
        "secrets_key_id": config.require("secretsKeyId") if level.national_cryptography else keys.secret_key_id,
        # Pods run images of the own registry and of ACK, and no others.
        "allowed_repositories": [
            f"{config.require('registryName')}-registry-vpc.{region}.cr.aliyuncs.com/",
            f"registry-{region}-vpc.ack.aliyuncs.com/",
        ],
        "tags": tags,
    },
    here,
)


def addon(name: str, settings: pulumi.Input[str] | None = None) -> None:
    """A component that ACK runs in the cluster; it needs nodes."""
    alicloud.cs.KubernetesAddon(
        f"addon-{name}",
        cluster_id=cluster.cluster_id,
        name=name,
        config=settings,
        opts=pulumi.ResourceOptions(provider=primary, depends_on=[cluster]),
    )


addon("alb-ingress-controller")
addon("ack-pod-identity-webhook")  # gives pods the token of their role
# What containers write is kept as long as other records, and encrypted (8.1.4.3 c): a log configuration in the cluster
# names this store. It lies in the project of the cluster's own logs.
container_logs = alicloud.log.Store(
    "container-logs",
    project_name=cluster.log_project,
    logstore_name="containers",
    retention_period=level.number("log-retention-days"),
    shard_count=2,
    auto_split=True,
    max_split_shard_count=16,
    encrypt_conf={
        "enable": True,
        "encrypt_type": "m4" if level.national_cryptography else "default",  # m4 is SM4
        "user_cmk_info": {
            "cmk_key_id": keys.log_key_id,
            "arn": network.children["log-role"].arn,
            "region_id": region,
        },
    },
    opts=pulumi.ResourceOptions(provider=primary, depends_on=[network], protect=True, retain_on_delete=True),
)
alicloud.log.StoreIndex(
    "container-logs",
    project=cluster.log_project,
    logstore=container_logs.logstore_name,
    full_text={"case_sensitive": False, "token": " ,;=()[]{}?@&<>/:\\n\\t\\r"},
    opts=here,
)
addon(
    "logtail-ds",
    pulumi.Output.json_dumps({"IngressDashboardEnabled": "true", "sls_project_name": cluster.log_project}),
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
        "backend_port": POD_PORT,
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
# The ingress controller adds rules to the load balancer that is there, and leaves its listeners and TLS as they are.
ingress = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "alibabacloud.com/v1",
            "kind": "AlbConfig",
            "metadata": {"name": "alb"},
            "spec": {
                "config": {"id": entry.load_balancer_id, "forceOverride": False, "listenerForceOverride": False},
                "listeners": [
                    {
                        "port": 443,
                        "protocol": "HTTPS",
                        "securityPolicyId": entry.tls_policy.id,
                        "certificates": [{"CertificateId": certificate, "IsDefault": True}],
                    }
                ],
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "alb"},
            "spec": {
                "controller": "ingress.k8s.alibabacloud/alb",
                "parameters": {"apiGroup": "alibabacloud.com", "kind": "AlbConfig", "name": "alb"},
            },
        },
    ],
}

# -- secrets --

signing = random.RandomPassword("signing-key", length=48, special=False)
SECRET = f"{system}/signing-key"
# Secrets stay in KMS, and pods read them with a role of their own instead of a key (8.1.4.1 a, 8.1.4.2 d).
secrets = SecretStore(
    f"{system}-secrets",
    {
        "kms_instance_id": keys.instance_id,
        "kms_key_id": keys.secret_key_id,
        "secrets": {
            "signing-key": {
                "name": SECRET,
                "description": "Signs the sessions of the platform; replaced by hand, with a new version",
                "value": signing.result,
                "version": "v1",
            },
        },
        "standby": {
            "region": standby_region,
            "kms_instance_id": config.require("standbyKmsInstanceId"),
            "kms_key_id": keys.standby_secret_key_id,
            "provider": second,
        },
        "tags": tags,
    },
    here,
)
reader = alicloud.ram.Role(
    "secrets-reader",
    role_name=f"{system}-secrets-reader",
    description=f"Service account {SERVICE_ACCOUNT} of the namespace {NAMESPACE}",
    assume_role_policy_document=pulumi.Output.json_dumps(
        {
            "Version": "1",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Federated": [cluster.rrsa_provider_arn]},
                    "Condition": {
                        "StringEquals": {
                            "oidc:aud": "sts.aliyuncs.com",
                            "oidc:iss": cluster.cluster.rrsa_metadata.rrsa_oidc_issuer_url,
                            "oidc:sub": f"system:serviceaccount:{NAMESPACE}:{SERVICE_ACCOUNT}",
                        }
                    },
                }
            ],
        }
    ),
    tags=tags,
    opts=here,
)
reading = alicloud.ram.Policy(
    "secrets-reader",
    policy_name=f"{system}-secrets-reader",
    policy_document=json.dumps(
        {
            "Version": "1",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["kms:GetSecretValue", "kms:DescribeSecret"],
                    "Resource": [f"acs:kms:{region}:{account}:secret/{system}/*"],
                },
                # Who reads what a key encrypts needs the key as well.
                {
                    "Effect": "Allow",
                    "Action": ["kms:Decrypt"],
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
    "secrets-reader",
    role_name=reader.role_name,
    policy_name=reading.policy_name,
    policy_type=reading.type,
    opts=here,
)

# -- objects, backups and alarms --

bucket = ObjectBucket(
    f"{system}-objects",
    {
        "bucket": f"{system}-objects-{account}",
        "kms_key_id": keys.data_key_id,
        "standby": {"region": standby_region, "kms_key_id": keys.standby_data_key_id, "provider": second},
        "tags": tags,
    },
    here,
)
# Data Security Center looks for personal information in databases and buckets where the profile pipl asks for it.
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
# Whatever carries the tag backup=<project> is backed up: give it to the file systems of persistent volumes.
backups = BackupVault(
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
        "tags": tags,
    },
    here,
)

# -- for the DNS and for those who deploy into the cluster --

pulumi.export("cname", entry.waf_cname.apply(lambda name: name or entry.dns_name))
pulumi.export("cluster", cluster.cluster_id)
pulumi.export("registry", registry.id)
pulumi.export("ingress", pulumi.Output.json_dumps(ingress))  # pulumi stack output ingress | kubectl apply -f -
pulumi.export("secretsReader", reader.arn)
pulumi.export("secrets", secrets.secret_names)
pulumi.export("snapshotPolicy", backups.snapshot_policy_id)
pulumi.export("bucket", bucket.bucket_name)
pulumi.export("exceptions", [item.record() for item in cluster.exceptions])
