"""The resources of this file and of main.tf beside it are the same. What is wrong with them is meant."""

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
office_cidr = config.require_secret("officeCidr")
database_password = config.require_secret("databasePassword")

account = "123456789012"
tags = {"system": "orders", "owner": "platform"}

standby = aws.Provider("standby", region="cn-northwest-1")

# ------------------------------------------------------------------------------------------------- network

vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags=tags)

subnets = {
    key: aws.ec2.Subnet(
        f"data-{key}",
        vpc_id=vpc.id,
        availability_zone=f"cn-north-1{key}",
        cidr_block=cidr,
        map_public_ip_on_launch=False,
    )
    for key, cidr in {"a": "10.0.1.0/24", "b": "10.0.2.0/24"}.items()
}

web = aws.ec2.SecurityGroup(
    "web",
    name="web",
    description="entry",
    vpc_id=vpc.id,
    ingress=[
        aws.ec2.SecurityGroupIngressArgs(
            description="HTTPS", from_port=443, to_port=443, protocol="tcp", cidr_blocks=["0.0.0.0/0"]
        ),
        {
            "from_port": 20,
            "to_port": 30,
            "protocol": "tcp",
            "cidr_blocks": ["0.0.0.0/0"],
            "ipv6_cidr_blocks": ["::/0"],
        },
    ],
    egress=[
        {
            "description": "everything",
            "from_port": 0,
            "to_port": 0,
            "protocol": "-1",
            "cidr_blocks": ["0.0.0.0/0"],
        }
    ],
)
aws.vpc.SecurityGroupIngressRule(
    "office",
    security_group_id=web.id,
    description="administrators",
    from_port=3389,
    to_port=3389,
    ip_protocol="tcp",
    cidr_ipv4=office_cidr,
)

# ------------------------------------------------------------------------------------------------- keys and buckets

key = aws.kms.Key(
    "main",
    description="orders",
    enable_key_rotation=True,
    deletion_window_in_days=30,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Owner",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws-cn:iam::{account}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
    ),
)

data = aws.s3.Bucket("data", bucket="orders-data", tags=tags)
aws.s3.Bucket("copy", bucket="orders-data-copy", opts=pulumi.ResourceOptions(provider=standby))
aws.s3.BucketVersioning("data", bucket=data.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketServerSideEncryptionConfiguration(
    "data",
    bucket=data.id,
    rules=[
        aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            bucket_key_enabled=True,
            apply_server_side_encryption_by_default={"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn},
        )
    ],
)
aws.s3.BucketPolicy(
    "data",
    bucket=data.id,
    policy=data.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TlsOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [arn, f"{arn}/*"],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                    {
                        "Sid": "Anyone",
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": f"{arn}/*",
                    },
                ],
            }
        )
    ),
)

# ------------------------------------------------------------------------------------------------- databases

aws.rds.Instance(
    "main",
    identifier="orders",
    engine="mysql",
    instance_class="db.m6g.large",
    allocated_storage=100,
    storage_encrypted=True,
    kms_key_id=key.arn,
    multi_az=True,
    backup_retention_period=3,
    publicly_accessible=True,
    deletion_protection=False,
    username="orders_owner",
    password=database_password,
    vpc_security_group_ids=[web.id],
    enabled_cloudwatch_logs_exports=["audit", "error"],
    skip_final_snapshot=True,
)
aws.elasticache.ReplicationGroup(
    "cache",
    replication_group_id="orders",
    description="sessions",
    engine="redis",
    node_type="cache.m6g.large",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    multi_az_enabled=True,
    at_rest_encryption_enabled=True,
    transit_encryption_enabled=False,
    auth_token=database_password,
    snapshot_retention_limit=7,
)

# ------------------------------------------------------------------------------------------------- servers, Kubernetes

aws.ec2.Instance(
    "app",
    ami="ami-0123456789abcdef0",
    instance_type="m6g.large",
    subnet_id=subnets["a"].id,
    vpc_security_group_ids=[web.id],
    associate_public_ip_address=True,
    key_name="ops",
    metadata_options=aws.ec2.InstanceMetadataOptionsArgs(http_endpoint="enabled", http_tokens="optional"),
    root_block_device={"encrypted": True, "kms_key_id": key.arn},
    ebs_block_devices=[{"device_name": "/dev/sdf", "volume_size": 100, "encrypted": False}],
)

cluster_role = aws.iam.Role(
    "cluster",
    name="cluster",
    max_session_duration=3600,
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "eks.amazonaws.com"}},
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}},
            ],
        }
    ),
)
aws.iam.Policy(
    "operators",
    name="operators",
    policy=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
)
aws.eks.Cluster(
    "main",
    name="orders",
    role_arn=cluster_role.arn,
    version="1.31",
    enabled_cluster_log_types=["api", "audit"],
    vpc_config={
        "subnet_ids": [subnets["a"].id, subnets["b"].id],
        "endpoint_private_access": True,
        "endpoint_public_access": True,
        "public_access_cidrs": ["0.0.0.0/0"],
    },
    encryption_config={"resources": ["secrets"], "provider": {"key_arn": key.arn}},
)

# ------------------------------------------------------------------------------------------------- entries

entry = aws.lb.LoadBalancer(
    "entry",
    name="entry",
    load_balancer_type="application",
    internal=False,
    subnets=[subnets["a"].id, subnets["b"].id],
    security_groups=[web.id],
    enable_deletion_protection=True,
    drop_invalid_header_fields=True,
)
aws.lb.Listener(
    "http",
    load_balancer_arn=entry.arn,
    port=80,
    protocol="HTTP",
    default_actions=[
        aws.lb.ListenerDefaultActionArgs(
            type="fixed-response",
            fixed_response={"content_type": "text/plain", "message_body": "here", "status_code": "200"},
        )
    ],
)

# ------------------------------------------------------------------------------------------------- audit and backups

aws.cloudtrail.Trail(
    "main",
    name="main",
    s3_bucket_name=data.id,
    is_multi_region_trail=False,
    enable_log_file_validation=True,
    event_selectors=[{"read_write_type": "WriteOnly", "include_management_events": True}],
)
aws.backup.Plan(
    "main",
    name="main",
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": "orders",
            "schedule": "cron(0 18 * * ? *)",
            "lifecycle": {"delete_after": 35},
            "copy_actions": [
                {"destination_vault_arn": "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:copies"}
            ],
        }
    ],
)
