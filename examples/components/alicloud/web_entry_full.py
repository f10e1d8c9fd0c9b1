"""Every argument of a web entry: a public one before existing servers, and an internal one with client certificates."""

import pulumi

from compliant_infra.components.alicloud import TieredNetwork, WebEntry

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")
key = settings.require("kmsKeyId")
role = f"acs:ram::{settings.require('accountId')}:role/log-encryption"

network = TieredNetwork(
    "main",
    {
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "entry_ports": [443, 80],
        "kms_key_id": key,
        "log_role_arn": role,
    },
)
entry = WebEntry(
    "web",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "certificate_ids": ["12345678-cn-beijing", "23456789-cn-beijing"],
        "purpose": "public-entry",
        "security_group_ids": [network.entry_security_group_id],
        "redirect_http": True,
        "server_group_id": "sgp-atstuj3rtoptyui0000",
        "waf": {
            "instance_id": "waf_v3_public_cn-zz00000001",
            "domain": "www.example.com",
            "certificate_id": "12345678-cn-beijing",
            "sm2_certificate_id": "12345679-cn-beijing",
            "collect_logs": True,
        },
        "bandwidth": 100,
        "ddos_instance_id": "ddosorigin_cn-zz00000001",
        "log_project": "acme-edge-logs",
        "kms_key_id": key,
        "log_role_arn": role,
        "tags": {"system": "shop"},
        "overrides": {"https": {"idle_timeout": 30}},
    },
)
administration = WebEntry(
    "administration",
    {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "certificate_ids": ["34567890-cn-beijing"],
        "ca_certificate_ids": ["987654321"],
        "purpose": "admin",
        "internal": True,
        "security_group_ids": [network.application_security_group_id],
        "redirect_http": False,
        "backend_port": 9443,
        "health_check_path": "/healthz",
        "log_project": "acme-edge-logs",
        "log_store": "administration",
    },
)

pulumi.export("cname", entry.waf_cname)
pulumi.export("addresses", [address.ip_address for address in entry.addresses])
pulumi.export("administration", administration.dns_name)
