"""Every argument of a web entry: a public one before existing servers, and an internal one with client certificates."""

import json

import pulumi

from compliant_infra.components.aws import TieredNetwork, WebEntry
from compliant_infra.components.aws.web_entry import log_bucket_statement

settings = pulumi.Config("compliant-infra")
region = pulumi.Config("aws").require("region")
account = settings.require("accountId")
zones = settings.require_object("zones")
key = settings.require("kmsKeyArn")
certificates = f"arn:aws-cn:acm:{region}:{account}:certificate"
logs = "acme-balancer-logs"

network = TieredNetwork(
    "main",
    {
        "account_id": account,
        "cidr_block": "10.0.0.0/16",
        "zones": zones,
        "entry_ports": [443, 80],
        "kms_key_arn": key,
    },
)
entry = WebEntry(
    "web",
    {
        "account_id": account,
        "vpc_id": network.vpc_id,
        "subnet_ids": network.public_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.entry_security_group_id],
        "certificate_ids": [
            f"{certificates}/12345678-1234-1234-1234-123456789012",
            f"{certificates}/23456789-1234-1234-1234-123456789012",
        ],
        "log_bucket": logs,
        "purpose": "public-entry",
        "redirect_http": True,
        "target_group_arn": f"arn:aws-cn:elasticloadbalancing:{region}:{account}:targetgroup/shop/0123456789abcdef",
        "kms_key_arn": key,
        "tags": {"system": "shop"},
        "overrides": {"load-balancer": {"idle_timeout": 30}},
    },
)
administration = WebEntry(
    "administration",
    {
        "account_id": account,
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "zones": zones,
        "security_group_ids": [network.application_security_group_id],
        "certificate_ids": [f"{certificates}/34567890-1234-1234-1234-123456789012"],
        "log_bucket": logs,
        "client_authorities": {"bucket": "acme-authorities", "key": "clients.pem"},
        "purpose": "admin",
        "internal": True,
        "redirect_http": False,
        "target_type": "ip",
        "backend_port": 9443,
        "health_check_path": "/healthz",
        "web_acl_arn": f"arn:aws-cn:wafv2:{region}:{account}:regional/webacl/internal/0a1b2c3d",
    },
)

pulumi.export("dnsName", entry.dns_name)
# What the policy of the log bucket must say.
statements = [log_bucket_statement(logs, region, account, name) for name in ("web", "administration")]
pulumi.export("logBucketStatements", json.dumps(statements))
