"""Every argument: PostgreSQL with own keys and security groups, Enhanced Monitoring, and a replica."""

import pulumi

from compliant_infra.components.aws import RelationalDatabase

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

ledger = RelationalDatabase(
    "ledger",
    {
        "account_id": account,
        "identifier": "acme-ledger",
        "engine": "PostgreSQL",
        "engine_version": "16",
        "instance_type": "db.m6i.xlarge",
        "storage_gb": 500,
        "zones": settings.require_object("zones"),
        "vpc_id": settings.require("vpcId"),
        "subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"],
        "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
        "kms_key_arn": settings.require("kmsKeyArn"),
        # Its policy must let CloudWatch use it; without the argument the component makes one that does.
        "log_kms_key_arn": settings.require("kmsKeyArn"),
        "databases": ["ledger"],
        "administrator": {
            "name": "ledger_owner",
            "password": settings.require_secret("databasePassword"),
            "password_version": 2,
        },
        "monitoring_role_arn": f"arn:aws-cn:iam::{account}:role/rds-monitoring",
        "standby": {
            "region": settings.require("standbyRegion"),
            "vpc_id": "vpc-0f1e2d3c4b5a60718",
            "subnet_ids": ["subnet-0f1e2d3c4b5a60001", "subnet-0f1e2d3c4b5a60002"],
            "allowed_cidrs": ["10.1.16.0/20"],
        },
        "data_class": "important",
        "owner": "ledger-team",
        "tags": {"cost-centre": "4711"},
        "overrides": {
            "instance": {"maintenance_window": "Sun:18:00-Sun:19:00", "iops": 12000},
            "parameters": {"description": "Ledger"},
        },
    },
)

pulumi.export("address", ledger.connection_string)
pulumi.export("standby", ledger.standby_instance_arn)
