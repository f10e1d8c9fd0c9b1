"""The resources of this file and of main.tf beside it are the same. What is wrong with them is meant."""

import json

import pulumi
import pulumi_alicloud as alicloud

config = pulumi.Config()
office_cidr = config.require_secret("officeCidr")
database_password = config.require_secret("databasePassword")

account = "1234567890123456"
zones = ["cn-beijing-h", "cn-beijing-k"]
tags = {"system": "orders", "owner": "platform"}

standby = alicloud.Provider("standby", region="cn-hangzhou")

# ------------------------------------------------------------------------------------------------- network

vpc = alicloud.vpc.Network("main", vpc_name="orders", cidr_block="10.0.0.0/16", tags=tags)

vswitches = {
    key: alicloud.vpc.Switch(f"app-{key}", vpc_id=vpc.id, zone_id=f"cn-beijing-{key}", cidr_block=cidr)
    for key, cidr in {"h": "10.0.1.0/24", "k": "10.0.2.0/24"}.items()
}

audit_project = alicloud.log.Project("audit", project_name="orders-audit")
audit_store = alicloud.log.Store(
    "audit",
    project_name=audit_project.project_name,
    logstore_name="audit",
    retention_period=90,
    encrypt_conf={"enable": True, "encrypt_type": "default"},
)

alicloud.vpc.FlowLog(
    "main",
    flow_log_name="orders",
    resource_type="VPC",
    resource_id=vpc.id,
    traffic_type="All",
    project_name=audit_project.project_name,
    log_store_name=audit_store.logstore_name,
)

web = alicloud.ecs.SecurityGroup("web", security_group_name="web", vpc_id=vpc.id, inner_access_policy="Drop")

alicloud.ecs.SecurityGroupRule(
    "ssh",
    type="ingress",
    ip_protocol="tcp",
    port_range="22/22",
    cidr_ip="0.0.0.0/0",
    security_group_id=web.id,
)
alicloud.ecs.SecurityGroupRule(
    "office",
    type="ingress",
    ip_protocol="tcp",
    port_range="22/22",
    cidr_ip=office_cidr,
    security_group_id=web.id,
    description="administrators",
)
partner = alicloud.ecs.EipAddress("partner", address_name="partner")
alicloud.ecs.SecurityGroupRule(
    "partner",
    type="ingress",
    ip_protocol="tcp",
    port_range="1/65535",
    cidr_ip=pulumi.Output.format("{0}/32", partner.ip_address),
    security_group_id=web.id,
)

alicloud.cloudfirewall.ControlPolicy(
    "everything",
    direction="in",
    acl_action="accept",
    application_name_lists=["ANY"],
    proto="ANY",
    source="0.0.0.0/0",
    source_type="net",
    destination="0.0.0.0/0",
    destination_type="net",
    description="everything",
)

# ------------------------------------------------------------------------------------------------- keys and buckets

key = alicloud.kms.Key(
    "main",
    description="orders",
    automatic_rotation="Enabled",
    rotation_interval="365d",
    pending_window_in_days=30,
    status="Enabled",
)

data = alicloud.oss.Bucket("data", bucket="orders-data", redundancy_type="ZRS", tags=tags)
logs = alicloud.oss.Bucket(
    "logs",
    bucket="orders-logs",
    lifecycle_rules=[
        alicloud.oss.BucketLifecycleRuleArgs(
            id="expire",
            enabled=True,
            prefix="",
            expirations=[alicloud.oss.BucketLifecycleRuleExpirationArgs(days=30)],
        )
    ],
)
copy = alicloud.oss.Bucket(
    "copy",
    bucket="orders-data-copy",
    server_side_encryption_rule=alicloud.oss.BucketServerSideEncryptionRuleArgs(sse_algorithm="AES256"),
    versioning={"status": "Enabled"},
    opts=pulumi.ResourceOptions(provider=standby),
)
alicloud.oss.BucketVersioning("data", bucket=data.bucket, status="Enabled")
alicloud.oss.BucketServerSideEncryption("data", bucket=data.bucket, sse_algorithm="KMS", kms_master_key_id=key.id)
alicloud.oss.BucketLogging("data", bucket=data.bucket, target_bucket=logs.bucket, target_prefix="data/")
alicloud.oss.BucketPolicy(
    "data",
    bucket=data.bucket,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "1",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Action": ["oss:*"],
                    "Principal": ["*"],
                    "Resource": [f"acs:oss:*:{account}:orders-data", f"acs:oss:*:{account}:orders-data/*"],
                    "Condition": {"Bool": {"acs:SecureTransport": ["false"]}},
                },
                {
                    "Effect": "Allow",
                    "Action": ["oss:GetObject"],
                    "Principal": ["*"],
                    "Resource": [f"acs:oss:*:{account}:orders-data/*"],
                    "Condition": {"StringEquals": {"acs:SourceVpc": [vpc.id]}},
                },
            ],
        }
    ),
)
alicloud.oss.BucketReplication(
    "data",
    bucket=data.bucket,
    action="ALL",
    historical_object_replication="enabled",
    destination={"bucket": copy.bucket, "location": "oss-cn-hangzhou"},
)

# ------------------------------------------------------------------------------------------------- databases

database = alicloud.rds.Instance(
    "main",
    engine="MySQL",
    engine_version="8.0",
    instance_type="mysql.n4.medium.2c",
    instance_storage=100,
    instance_name="orders",
    vswitch_id=vswitches["h"].id,
    zone_id=zones[0],
    zone_id_slave_a=zones[1],
    security_ips=["10.0.0.0/16"],
    ssl_action="Open",
    deletion_protection=True,
    db_instance_storage_type="cloud_essd",
    encryption_key=key.id,
    sql_collector_status="Enabled",
    parameters=[{"name": "require_secure_transport", "value": "ON"}],
)
alicloud.rds.BackupPolicy(
    "main",
    instance_id=database.id,
    preferred_backup_periods=["Monday", "Wednesday", "Friday", "Sunday"],
    backup_retention_period=3,
    enable_backup_log=True,
)
alicloud.rds.Instance(
    "reports",
    engine="PostgreSQL",
    engine_version="15.0",
    instance_type="pg.n2.2c.1m",
    instance_storage=50,
    security_ips=["0.0.0.0/0", "10.0.0.0/16"],
    deletion_protection=False,
)
alicloud.kvstore.Instance(
    "cache",
    db_instance_name="orders",
    instance_class="redis.master.small.default",
    instance_type="Redis",
    engine_version="7.0",
    vswitch_id=vswitches["h"].id,
    zone_id=zones[0],
    security_ips=["10.0.0.0/16"],
    vpc_auth_mode="Close",
    ssl_enable="Disable",
    password=database_password,
    backup_periods=["Monday", "Thursday"],
    backup_time="02:00Z-03:00Z",
)

# ------------------------------------------------------------------------------------------------- servers

daily = alicloud.ecs.AutoSnapshotPolicy(
    "daily",
    auto_snapshot_policy_name="daily",
    repeat_weekdays=["1", "2", "3", "4", "5", "6", "7"],
    retention_days=14,
    time_points=["1"],
    enable_cross_region_copy=True,
    target_copy_regions=["cn-hangzhou"],
)

for number in range(2):
    alicloud.ecs.Instance(
        f"app-{number}",
        instance_name=f"app-{number}",
        image_id="aliyun_3_x64_20G_alibase_20240528.vhd",
        instance_type="ecs.g7.large",
        vswitch_id=vswitches["k"].id,
        security_groups=[web.id],
        system_disk_encrypted=True,
        system_disk_kms_key_id=key.id,
        system_disk_auto_snapshot_policy_id=daily.id,
        key_name="ops",
        internet_max_bandwidth_out=0 if number == 0 else 10,
        http_tokens="required" if number == 0 else "optional",
        deletion_protection=True,
        tags=tags,
        data_disks=[alicloud.ecs.InstanceDataDiskArgs(name="data", size=100, encrypted=number == 0)],
    )

disk = alicloud.ecs.EcsDisk(
    "data", disk_name="orders", zone_id=zones[0], category="cloud_essd", size=200, encrypted=False
)
alicloud.ecs.EcsAutoSnapshotPolicyAttachment("data", auto_snapshot_policy_id=daily.id, disk_id=disk.id)

# ------------------------------------------------------------------------------------------------- Kubernetes

cluster = alicloud.cs.ManagedKubernetes(
    "main",
    name="orders",
    cluster_spec="ack.pro.small",
    vswitch_ids=[vswitches["h"].id, vswitches["k"].id],
    pod_vswitch_ids=[vswitches["h"].id, vswitches["k"].id],
    service_cidr="172.21.0.0/20",
    slb_internet_enabled=True,
    encryption_provider_key=key.id,
    deletion_protection=True,
    enable_rrsa=True,
    control_plane_log_ttl="180",
    control_plane_log_components=["apiserver", "kcm", "scheduler"],
    audit_log_config={"enabled": True, "sls_project_name": audit_project.project_name},
)
alicloud.cs.NodePool(
    "workers",
    node_pool_name="workers",
    cluster_id=cluster.id,
    vswitch_ids=[vswitches["h"].id, vswitches["k"].id],
    instance_types=["ecs.g7.xlarge"],
    desired_size="3",
    key_name="ops",
    system_disk_encrypted=False,
    data_disks=[{"size": 120, "category": "cloud_essd", "encrypted": "true"}],
    management={"enable": True, "auto_repair": True},
)

# ------------------------------------------------------------------------------------------------- entries

entry = alicloud.slb.ApplicationLoadBalancer(
    "entry",
    load_balancer_name="entry",
    address_type="internet",
    load_balancer_spec="slb.s2.small",
    master_zone_id=zones[0],
    slave_zone_id=zones[1],
    delete_protection="on",
)
alicloud.slb.Listener(
    "http", load_balancer_id=entry.id, frontend_port=80, backend_port=8080, protocol="http", bandwidth=10
)
alicloud.slb.Listener(
    "https",
    load_balancer_id=entry.id,
    frontend_port=443,
    backend_port=8443,
    protocol="https",
    bandwidth=10,
    tls_cipher_policy="tls_cipher_policy_1_1",
    server_certificate_id="1234567890123456_18a3c0b4d2a_1_1",
)

# ------------------------------------------------------------------------------------------------- rights and audit

role = alicloud.ram.Role(
    "trail",
    role_name="trail",
    assume_role_policy_document=json.dumps(
        {
            "Version": "1",
            "Statement": [
                {
                    "Action": "sts:AssumeRole",
                    "Effect": "Allow",
                    "Principal": {
                        "Service": ["actiontrail.aliyuncs.com"],
                        "RAM": ["acs:ram::9999999999999999:root"],
                    },
                }
            ],
        }
    ),
)
alicloud.actiontrail.Trail(
    "all",
    trail_name="all",
    event_rw="Write",
    trail_region="All",
    oss_bucket_name=logs.bucket,
    oss_write_role_arn=role.arn,
)
alicloud.ram.Policy(
    "operators",
    policy_name="operators",
    policy_document=json.dumps(
        {
            "Version": "1",
            "Statement": [
                {"Effect": "Allow", "Action": ["ecs:Describe*"], "Resource": ["*"]},
                {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]},
            ],
        }
    ),
)
alicloud.ram.AccountPasswordPolicy(
    "all",
    minimum_password_length=14,
    require_lowercase_characters=True,
    require_uppercase_characters=True,
    require_numbers=True,
    require_symbols=True,
    max_password_age=90,
    password_reuse_prevention=5,
    max_login_attempts=5,
)
