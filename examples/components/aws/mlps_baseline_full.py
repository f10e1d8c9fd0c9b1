"""A whole system in Beijing and Ningxia: entry with failover, servers, cache, database with its replica, images."""

import pulumi

from compliant_infra.components.aws import MlpsBaseline

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")
region = pulumi.Config("aws").require("region")
standby_region = settings.require("standbyRegion")
password = settings.require_secret("databasePassword")

baseline = MlpsBaseline(
    "orders",
    {
        "system": "orders",
        "account_id": account,
        "primary": {
            "region": region,
            "zones": settings.require_object("zones"),
            "cidr_block": "10.0.0.0/16",
            "certificate_id": f"arn:aws-cn:acm:{region}:{account}:certificate/12345678-1234-1234-1234-123456789012",
        },
        "standby": {
            "region": standby_region,
            "zones": settings.require_object("standbyZones"),
            "cidr_block": "10.1.0.0/16",
            "certificate_id": f"arn:aws-cn:acm:{standby_region}:{account}:certificate/"
            "23456789-1234-1234-1234-123456789012",
        },
        "login_networks": ["203.0.113.0/24"],
        "saml_metadata": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
        'entityID="https://login.example.com"/>',
        "contacts": [settings.require("alertMail")],
        "outbound_domains": [".amazonaws.com.cn", ".payments.example.com"],
        "entry": {"domain": "orders.example.com", "backend_port": 8443, "health_check_path": "/healthy"},
        "servers": {
            "image_id": "ami-0123456789abcdef0",
            "instance_types": ["m6i.xlarge", "m5.xlarge"],
            "size": [3, 9],
            "data_disks_gib": [200],
            "user_data": "#!/bin/sh\nsystemctl enable --now orders\n",
        },
        "cache": {"instance_type": "cache.m6g.large", "auth_token": password, "auth_token_version": 2},
        "database": {
            "engine": "MySQL",
            "engine_version": "8.0",
            "instance_type": "db.m6i.xlarge",
            "storage_gb": 500,
            "databases": ["orders"],
            "administrator": {"name": "orders_owner", "password": password},
        },
        "images": {"application": "ami-0123456789abcdef0"},
        "elsewhere": {"region_guard": "service control policy of the organisation"},
        "dr_tier": "1",
        "rto": "2h",
        "rpo": "15m",
        "tags": {"system": "orders"},
        # Overrides reach the children of every part, by the short names of both.
        "overrides": {"entry": {"load-balancer": {"idle_timeout": 30}}},
    },
)

pulumi.export("bucket", baseline.bucket_name)
pulumi.export("database", baseline.database_address)
pulumi.export("recovery", baseline.recovery)
pulumi.export("exceptions", [item.record() for item in baseline.exceptions])
