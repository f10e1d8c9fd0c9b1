"""A MySQL database over several zones, with its backups and a replica in the other region in China."""

import pulumi

from compliant_infra.components.aws import RelationalDatabase

settings = pulumi.Config("compliant-infra")

orders = RelationalDatabase(
    "orders",
    {
        "account_id": settings.require("accountId"),
        "engine": "MySQL",
        "engine_version": "8.0",
        "instance_type": "db.m6i.large",
        "storage_gb": 100,
        "zones": settings.require_object("zones"),
        "vpc_id": settings.require("vpcId"),
        "subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"],
        "allowed_cidrs": ["10.0.16.0/20"],
        "kms_key_arn": settings.require("kmsKeyArn"),
        "administrator": {"name": "orders_owner", "password": settings.require_secret("databasePassword")},
        "standby": {
            "region": settings.require("standbyRegion"),
            "vpc_id": "vpc-0f1e2d3c4b5a60718",
            "subnet_ids": ["subnet-0f1e2d3c4b5a60001", "subnet-0f1e2d3c4b5a60002"],
            "kms_key_arn": settings.require("standbyKmsKeyArn"),
        },
    },
)

pulumi.export("address", orders.connection_string)
