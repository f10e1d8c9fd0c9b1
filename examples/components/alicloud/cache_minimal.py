"""A cache over two zones that asks for a password and speaks TLS only."""

import pulumi

from compliant_infra.components.alicloud import Cache

settings = pulumi.Config("compliant-infra")

sessions = Cache(
    "sessions",
    {
        "account_id": settings.require("accountId"),
        "instance_type": "redis.amber.master.small.multithread",
        "zones": settings.require_object("zones")[:2],
        "subnet_ids": ["vsw-2ze000000000000000001", "vsw-2ze000000000000000002"],
        "kms_key_id": settings.require("kmsKeyId"),
        "account": {"name": "sessions", "password": settings.require_secret("databasePassword")},
    },
)

pulumi.export("address", sessions.connection_string)
