"""Every argument: a cache with its own key, allow-list and account."""

import pulumi

from compliant_infra.components.alicloud import Cache

settings = pulumi.Config("compliant-infra")

carts = Cache(
    "carts",
    {
        "identifier": "acme-carts",
        "account_id": settings.require("accountId"),
        "instance_type": "redis.amber.master.mid.multithread",
        "engine_version": "5.0",
        "zones": settings.require_object("zones"),
        "subnet_ids": ["vsw-2ze000000000000000001", "vsw-2ze000000000000000002", "vsw-2ze000000000000000003"],
        "allowed_cidrs": ["10.0.16.0/20"],
        "security_group_ids": ["sg-2ze0000000000000000a", "sg-2ze0000000000000000b"],
        "kms_instance_id": settings.require("kmsInstanceId"),
        "account": {
            "name": "carts",
            "password": settings.require_secret("databasePassword"),
            "password_version": 3,
        },
        "data_class": "general",
        "owner": "shop-team",
        "tags": {"cost-centre": "4711"},
        "overrides": {"instance": {"maintain_start_time": "18:00Z", "maintain_end_time": "20:00Z"}},
    },
)

pulumi.export("address", carts.connection_string)
