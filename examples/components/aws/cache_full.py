"""Every argument: a cache with users of its own instead of one password, existing keys and security groups."""

import pulumi

from compliant_infra.components.aws import Cache

settings = pulumi.Config("compliant-infra")
zones = settings.require_object("zones")
subnets = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"]

carts = Cache(
    "carts",
    {
        "identifier": "acme-carts",
        "account_id": settings.require("accountId"),
        "engine": "redis",
        "engine_version": "7.1",
        "instance_type": "cache.r6g.large",
        "zones": zones,
        "subnet_ids": subnets,
        "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
        "kms_key_arn": settings.require("kmsKeyArn"),
        "log_kms_key_arn": settings.require("kmsKeyArn"),
        "user_group_id": "carts-users",
        "data_class": "general",
        "owner": "shop-team",
        "tags": {"cost-centre": "4711"},
        "overrides": {"replication-group": {"maintenance_window": "sun:18:00-sun:19:00"}},
    },
)

tokens = Cache(
    "tokens",
    {
        "account_id": settings.require("accountId"),
        "instance_type": "cache.m6g.large",
        "zones": zones,
        "subnet_ids": subnets,
        "vpc_id": settings.require("vpcId"),
        "allowed_cidrs": ["10.0.16.0/20"],
        "auth_token": settings.require_secret("databasePassword"),
        "auth_token_version": 2,
    },
)

pulumi.export("address", carts.connection_string)
