"""A cache over two zones that asks for a password and speaks TLS only."""

import pulumi

from compliant_infra.components.aws import Cache

settings = pulumi.Config("compliant-infra")

sessions = Cache(
    "sessions",
    {
        "account_id": settings.require("accountId"),
        "instance_type": "cache.m6g.large",
        "zones": settings.require_object("zones")[:2],
        "vpc_id": settings.require("vpcId"),
        "subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
        "allowed_cidrs": ["10.0.16.0/20"],
        "auth_token": settings.require_secret("databasePassword"),
    },
)

pulumi.export("address", sessions.connection_string)
