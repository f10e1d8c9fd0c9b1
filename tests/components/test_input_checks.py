"""The strict checker: every mistake is found, and nothing right is called wrong, on both SDKs."""

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pulumi = pytest.importorskip("pulumi")
pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

from compliant_infra.components import input_checks  # noqa: E402
from compliant_infra.components.input_checks import KINDS, SUPERSEDED, classes, deprecation, problems  # noqa: E402
from compliant_infra.components.recorder import Recording, record  # noqa: E402
from compliant_infra.components.registration import (  # noqa: E402
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from tests.rules.schemas import loaded  # noqa: E402

ROOT = Path(__file__).parent.parent.parent


def recorded(program: Callable[[], object]) -> Recording:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated classes warn when their module is imported
        return record(program)


def of(type_: str, inputs: object, **more: object) -> Registration:
    return Registration(f"urn:pulumi:s::p::{type_}::r", type_, "r", True, inputs, **more)


def alicloud_resources() -> None:
    """Correct ones: every kind of value, nested at every depth, outputs and secrets among them."""
    import pulumi_alicloud as ali

    ali.Provider(
        "provider",
        region="cn-beijing",
        assume_role=ali.ProviderAssumeRoleArgs(role_arn="acs:ram::1:role/r", session_expiration=900),
    )
    vpc = ali.vpc.Network("vpc", vpc_name="v", cidr_block="10.0.0.0/8", tags={"a": "b", "empty": ""})
    switch = ali.vpc.Switch("switch", vpc_id=vpc.id, cidr_block="10.0.1.0/24", zone_id="cn-beijing-h")
    ali.vpc.NatGateway("nat", vpc_id=vpc.id, vswitch_id=switch.id, nat_type="Enhanced", network_type="intranet")
    ali.vpc.FlowLog(
        "flow",
        resource_type="VPC",
        resource_id=vpc.id,
        traffic_type="All",
        project_name="p",
        log_store_name="s",
        aggregation_interval="1",
    )
    ali.vpc.NetworkAcl(
        "acl",
        vpc_id=vpc.id,
        ingress_acl_entries=[
            {"policy": "drop", "port": "22/22", "protocol": "tcp", "source_cidr_ip": "0.0.0.0/0"},
            ali.vpc.NetworkAclIngressAclEntryArgs(policy="accept", protocol="all", port="-1/-1"),
        ],
        resources=[{"resource_id": switch.id, "resource_type": "VSwitch"}],
    )
    group = ali.ecs.SecurityGroup("group", vpc_id=vpc.id, inner_access_policy="Drop", security_group_type="normal")
    ali.ecs.SecurityGroupRule(
        "rule",
        type="ingress",
        ip_protocol="tcp",
        port_range="443/443",
        policy="accept",
        priority=1,
        cidr_ip="10.0.0.0/8",
        security_group_id=group.id,
    )
    instance = ali.kms.Instance(
        "hsm",
        product_version="5",
        vpc_id=vpc.id,
        vswitch_ids=[switch.id],
        zone_ids=["a", "b"],
        vpc_num=1,
        key_num=1000,
        secret_num=100,
        spec=1000,
        log="1",
        log_storage=1000,
    )
    key = ali.kms.Key(
        "key",
        key_spec="Aliyun_SM4",
        protection_level="HSM",
        dkms_instance_id=instance.id,
        pending_window_in_days=30,
        deletion_protection="Enabled",
        key_usage="ENCRYPT/DECRYPT",
    )
    ali.kms.Secret(
        "secret",
        secret_name="s",
        secret_data=pulumi.Output.secret("x"),
        version_id="1",
        encryption_key_id=key.id,
        enable_automatic_rotation=False,
        recovery_window_in_days=7,
    )
    bucket = ali.oss.Bucket(
        "bucket",
        bucket="b",
        redundancy_type="ZRS",
        storage_class="Standard",
        force_destroy=False,
        server_side_encryption_rule={"sse_algorithm": "KMS", "kms_data_encryption": "SM4", "kms_master_key_id": key.id},
        versioning={"status": "Enabled"},
        logging={"target_bucket": "logs", "target_prefix": "a/"},
        lifecycle_rules=[
            {
                "id": "r",
                "enabled": True,
                "prefix": "",
                "transitions": [{"days": 30, "storage_class": "IA"}],
                "expirations": [{"days": 365}],
            }
        ],
    )
    ali.oss.BucketVersioning("versioning", bucket=bucket.bucket, status="Enabled")
    ali.oss.BucketWorm("worm", bucket=bucket.bucket, retention_period_in_days=180)
    ali.oss.BucketPublicAccessBlock("block", bucket=bucket.bucket, block_public_access=True)
    ali.oss.BucketHttpsConfig("https", bucket=bucket.bucket, enable=True, tls_versions=["TLSv1.2", "TLSv1.3"])
    ali.oss.BucketReplication(
        "copy",
        bucket=bucket.bucket,
        action="ALL",
        historical_object_replication="enabled",
        destination={"bucket": "c", "location": "oss-cn-shanghai", "transfer_type": "oss_acc"},
        source_selection_criteria={"sse_kms_encrypted_objects": {"status": "Enabled"}},
        encryption_configuration={"replica_kms_key_id": key.id},
        sync_role="role",
    )
    ali.rds.Instance(
        "db",
        engine="MySQL",
        engine_version="8.0",
        instance_type="mysql.n4.large.2c",
        instance_storage=100,
        db_instance_storage_type="cloud_essd",
        category="HighAvailability",
        zone_id_slave_a="b",
        ssl_action="Open",
        force_encryption=1,
        tde_status="Enabled",
        security_ips=["10.0.0.0/8"],
        sql_collector_status="Enabled",
        sql_collector_config_value=180,
        deletion_protection=True,
        parameters=[{"name": "innodb_encrypt_algorithm", "value": "SM4_CTR"}],
        encryption_key=key.id,
    )
    ali.rds.BackupPolicy(
        "backup",
        instance_id="i",
        backup_retention_period=30,
        enable_backup_log=True,
        preferred_backup_periods=["Monday"],
        preferred_backup_time="02:00Z-03:00Z",
        released_keep_policy="All",
    )
    ali.polardb.Cluster(
        "polar",
        db_type="MySQL",
        db_version="8.0",
        db_node_class="polar.mysql.x4.large",
        tde_status="Enabled",
        deletion_lock=1,
        collector_status="Enable",
        hot_standby_cluster="ON",
        db_cluster_ip_arrays=[{"db_cluster_ip_array_name": "default", "security_ips": ["10.0.0.1"]}],
    )
    ali.kvstore.Instance(
        "redis",
        engine_version="7.0",
        instance_class="c",
        ssl_enable="Enable",
        vpc_auth_mode="Open",
        tde_status="Enabled",
        secondary_zone_id="b",
        backup_periods=["Monday"],
    )
    ali.mongodb.Instance(
        "mongo",
        engine_version="6.0",
        db_instance_class="c",
        db_instance_storage=20,
        tde_status="enabled",
        ssl_action="Open",
        backup_retention_period=30,
    )
    ali.ecs.Instance(
        "vm",
        image_id="i",
        instance_type="ecs.g7.large",
        security_groups=[group.id],
        vswitch_id=switch.id,
        http_tokens="required",
        http_endpoint="enabled",
        system_disk_encrypted=True,
        security_enhancement_strategy="Active",
        internet_max_bandwidth_out=0,
        data_disks=[{"size": 20, "category": "cloud_essd", "encrypted": True, "kms_key_id": key.id}],
    )
    ali.log.Store(
        "store",
        project_name="p",
        logstore_name="s",
        retention_period=200,
        encrypt_conf={
            "enable": True,
            "encrypt_type": "m4",
            "user_cmk_info": {"arn": "a", "cmk_key_id": "k", "region_id": "cn-beijing"},
        },
    )
    ali.actiontrail.Trail("trail", trail_name="t", event_rw="All", trail_region="All", oss_bucket_name=bucket.bucket)
    ali.cs.ManagedKubernetes(
        "ack",
        name="a",
        vswitch_ids=[switch.id],
        cluster_spec="ack.pro.small",
        new_nat_gateway=False,
        service_cidr="172.16.0.0/16",
        pod_vswitch_ids=[switch.id],
        encryption_provider_key=key.id,
        deletion_protection=True,
        control_plane_log_components=["apiserver", "audit"],
        control_plane_log_ttl="200",
        addons=[{"name": "terway-eniip", "config": "{}"}],
        audit_log_config={"enabled": True},
    )
    ali.slb.Listener(
        "listener",
        load_balancer_id="l",
        frontend_port=443,
        protocol="https",
        bandwidth=-1,
        tls_cipher_policy="tls_cipher_policy_1_2_strict",
        server_certificate_id="c",
        health_check="on",
    )
    ali.alb.LoadBalancer(
        "alb",
        vpc_id=vpc.id,
        address_type="Intranet",
        load_balancer_edition="StandardWithWaf",
        load_balancer_name="a",
        load_balancer_billing_config={"pay_type": "PayAsYouGo"},
        zone_mappings=[{"zone_id": "a", "vswitch_id": "v"}, {"zone_id": "b", "vswitch_id": "w"}],
        modification_protection_config={"status": "ConsoleProtection", "reason": "r"},
    )
    ali.ram.AccountPasswordPolicy("passwords", minimum_password_length=12, max_login_attempts=5)
    ali.hbr.Vault("vault", vault_name="v", encrypt_type="KMS", kms_key_id=key.id, worm_enabled=True)
    ali.nas.FileSystem("nas", protocol_type="NFS", storage_type="Performance", encrypt_type=2, kms_key_id=key.id)
    ali.cloudfirewall.ControlPolicy(
        "firewall",
        direction="in",
        acl_action="drop",
        source="0.0.0.0/0",
        source_type="net",
        destination="10.0.0.0/8",
        destination_type="net",
        proto="TCP",
        application_name="ANY",
        description="d",
        dest_port="22/22",
        dest_port_type="port",
    )
    ali.wafv3.Domain(
        "waf",
        instance_id="w",
        domain="a.cn",
        access_type="share",
        listen={"https_ports": [443], "tls_version": "tlsv1.2", "cipher_suite": 1, "cert_id": "c"},
        redirect={"backends": ["10.0.0.1"], "loadbalance": "iphash"},
    )


def aws_resources() -> None:
    import pulumi_aws as aws

    aws.Provider("provider", region="cn-north-1", default_tags={"tags": {"a": "b"}}, skip_credentials_validation=True)
    key = aws.kms.Key(
        "key",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        customer_master_key_spec="SM2",
        key_usage="KEY_AGREEMENT",
    )
    bucket = aws.s3.Bucket("bucket", bucket="b", force_destroy=False)
    aws.s3.BucketVersioning("versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketServerSideEncryptionConfiguration(
        "sse",
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn},
                "bucket_key_enabled": True,
            }
        ],
    )
    aws.s3.BucketLifecycleConfiguration(
        "lifecycle",
        bucket=bucket.id,
        rules=[
            {
                "id": "r",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": 365},
                "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
            }
        ],
    )
    aws.s3.BucketObjectLockConfiguration(
        "lock", bucket=bucket.id, rule={"default_retention": {"mode": "COMPLIANCE", "days": 180}}
    )
    aws.ec2.FlowLog(
        "flow",
        vpc_id="v",
        traffic_type="ALL",
        log_destination="a",
        log_destination_type="s3",
        max_aggregation_interval=60,
    )
    aws.ec2.SecurityGroup(
        "group",
        vpc_id="v",
        ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}],
    )
    aws.ec2.Instance(
        "vm",
        ami="a",
        instance_type="t3.micro",
        metadata_options={"http_tokens": "required"},
        root_block_device={"encrypted": True, "volume_size": 20, "volume_type": "gp3"},
    )
    aws.rds.Instance(
        "db",
        instance_class=aws.rds.InstanceType.T3_MICRO,
        engine="mysql",
        allocated_storage=20,
        storage_encrypted=True,
        multi_az=True,
        backup_retention_period=35,
        skip_final_snapshot=False,
        enabled_cloudwatch_logs_exports=["audit"],
    )
    aws.eks.Cluster(
        "eks",
        role_arn="r",
        vpc_config={"subnet_ids": ["a", "b"], "endpoint_public_access": False},
        enabled_cluster_log_types=["audit"],
        encryption_config={"provider": {"key_arn": key.arn}, "resources": ["secrets"]},
    )
    aws.lb.Listener(
        "listener",
        load_balancer_arn="l",
        port=443,
        protocol="HTTPS",
        certificate_arn="c",
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        default_actions=[
            {"type": "fixed-response", "fixed_response": {"content_type": "text/plain", "status_code": "404"}}
        ],
    )
    aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    aws.cloudtrail.Trail(
        "trail",
        s3_bucket_name=bucket.id,
        is_multi_region_trail=True,
        enable_log_file_validation=True,
        event_selectors=[{"read_write_type": "All", "include_management_events": True}],
    )
    aws.lambda_.Function(
        "function",
        role="r",
        runtime="python3.13",
        handler="h",
        package_type="Zip",
        code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("x")}),
        environment={"variables": {"A": "b"}},
        logging_config={"log_format": "JSON"},
    )
    aws.wafv2.WebAcl(
        "waf",
        scope="REGIONAL",
        default_action={"allow": {}},
        visibility_config={"cloudwatch_metrics_enabled": True, "metric_name": "m", "sampled_requests_enabled": True},
        rules=[
            {
                "name": "r",
                "priority": 1,
                "override_action": {"none": {}},
                "statement": {"managed_rule_group_statement": {"name": "n", "vendor_name": "AWS"}},
                "visibility_config": {
                    "cloudwatch_metrics_enabled": True,
                    "metric_name": "m",
                    "sampled_requests_enabled": True,
                },
            }
        ],
    )
    aws.backup.Plan(
        "plan",
        name="p",
        rules=[
            {
                "rule_name": "r",
                "target_vault_name": "v",
                "schedule": "cron(0 1 * * ? *)",
                "lifecycle": {"delete_after": 180},
            }
        ],
    )


@pytest.mark.parametrize("program", [alicloud_resources, aws_resources], ids=lambda program: program.__name__)
def test_what_is_right_is_not_called_wrong(program):
    recording = recorded(program)
    assert len(recording.resources) >= 18
    assert [problem for problem in recording.problems() if not problem.is_warning] == []


BUCKET, KEY, RDS = "alicloud:oss/bucket:Bucket", "alicloud:kms/key:Key", "alicloud:rds/instance:Instance"
RULE = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
DB = {"engine": "MySQL", "engineVersion": "8.0", "instanceType": "t", "instanceStorage": 20}
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


@pytest.mark.parametrize(
    ("type_", "inputs", "path", "kind", "words"),
    [
        (BUCKET, {"bucket": 5}, "bucket", "type", "expected a text, got a number"),
        (BUCKET, {"bucket": True}, "bucket", "type", "expected a text, got true or false"),
        (BUCKET, {"bucket": ["b"]}, "bucket", "type", "expected a text, got a list"),
        (BUCKET, {"forceDestroy": "false"}, "forceDestroy", "type", "expected true or false, got a text"),
        (BUCKET, {"versioning": [{"status": "Enabled"}]}, "versioning", "type", "expected an object, got a list"),
        (BUCKET, {"versioning": "Enabled"}, "versioning", "type", "expected an object, got a text"),
        (BUCKET, {"lifecycleRules": {"enabled": True}}, "lifecycleRules", "type", "expected a list, got an object"),
        (BUCKET, {"tags": {"a": {"b": "c"}}}, 'tags["a"]', "type", "expected a text, got an object"),
        (BUCKET, {"versionning": {}}, "versionning", "unknown-property", "did you mean versioning?"),
        (
            BUCKET,
            {"versioning": {"state": "x", "status": "Enabled"}},
            "versioning.state",
            "unknown-property",
            "status?",
        ),
        (BUCKET, {"versioning": {"status": "enabled"}}, "versioning.status", "value", "did you mean Enabled?"),
        (BUCKET, {"versioning": {}}, "versioning.status", "missing", "is required"),
        (
            BUCKET,
            {"serverSideEncryptionRule": {"sse_algorithm": "KMS", "sseAlgorithm": "KMS"}},
            "serverSideEncryptionRule.sse_algorithm",
            "unknown-property",
            "did you mean sseAlgorithm?",
        ),
        (
            BUCKET,
            {"lifecycleRules": [{"enabled": True}, {"enabled": True, "expirations": [{"dayz": 3}]}]},
            "lifecycleRules[1].expirations[0].dayz",
            "unknown-property",
            "did you mean days?",
        ),
        (BUCKET, {"redundancyType": "GRS"}, "redundancyType", "value", "'GRS' is none of"),
        (BUCKET, {"acl": "private"}, "acl", "deprecated", "is deprecated"),
        (KEY, {"pendingWindowInDays": "30"}, "pendingWindowInDays", "type", "expected a whole number, got a text"),
        (KEY, {"pendingWindowInDays": 7.5}, "pendingWindowInDays", "type", "expected a whole number, got a number"),
        (KEY, {"pendingWindowInDays": 3}, "pendingWindowInDays", "range", "3 is not within 7 to 366"),
        (KEY, {"keySpec": "Aliyun_SM_4"}, "keySpec", "value", "did you mean Aliyun_SM4?"),
        (RDS, {**DB, "tdeStatus": "enabled"}, "tdeStatus", "value", "did you mean Enabled?"),
        (RDS, {key: value for key, value in DB.items() if key != "engine"}, "engine", "missing", "engine is required"),
        (RULE, {"type": "Ingress", "ipProtocol": "tcp", "securityGroupId": "s"}, "type", "value", "mean ingress?"),
        ("alicloud:kms/alias:Alias", {"aliasName": "alias/a"}, "keyId", "missing", "keyId is required"),
        ("alicloud:vpc/subnet:Subnet", {}, "", "deprecated", "replaced by the Switch resource"),
        ("alicloud:cfg/deliveryChannel:DeliveryChannel", {}, "", "deprecated", "use cfg.Delivery"),
        ("pulumi:providers:alicloud", {"regoin": "cn-beijing"}, "regoin", "unknown-property", "did you mean region?"),
        (
            "pulumi:providers:alicloud",
            {"assumeRole": '{"rolearn": "a"}'},
            "assumeRole.roleArn",
            "missing",
            "is required",
        ),
        (
            SSE,
            {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "KMS"}}]},
            "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
            "value",
            "'KMS' is none of AES256, aws:kms",
        ),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"bucket": "b", "versioningConfiguration": {"status": "Enabled", "mfa": "x"}},
            "versioningConfiguration.mfa",
            "unknown-property",
            "did you mean mfaDelete?",
        ),
        ("aws:ec2/flowLog:FlowLog", {"trafficType": "All"}, "trafficType", "value", "did you mean ALL?"),
        ("aws:s3/bucketV2:BucketV2", {}, "", "deprecated", "is deprecated"),
    ],
)
def test_every_mistake_is_found_at_its_place(type_, inputs, path, kind, words):
    found = problems(of(type_, inputs))
    (problem,) = [problem for problem in found if (problem.path, problem.kind) == (path, kind)]
    assert words in problem.message.en
    assert problem.message.zh
    assert problem.is_warning == (kind == "deprecated")
    assert problem.urn.endswith("::r")


def test_the_mistakes_of_a_recorded_program():
    def program():
        import pulumi_alicloud as ali

        ali.oss.Bucket("b", bucket=5, server_side_encryption_rule={"sse_algo": "KMS"})

    assert [(problem.path, problem.kind) for problem in recorded(program).problems(deprecations=True)] == [
        ("bucket", "type"),
        ("serverSideEncryptionRule.sse_algo", "unknown-property"),
        ("serverSideEncryptionRule.sseAlgorithm", "missing"),
    ]


def test_a_provider_sends_nested_dictionaries_as_they_are_spelled():
    def program():
        import pulumi_alicloud as ali

        ali.Provider("provider", region="cn-beijing", assume_role={"role_arn": "acs:ram::1:role/r"})

    found = recorded(program).problems(deprecations=True)
    assert [(problem.path, problem.kind) for problem in found] == [
        ("assumeRole.role_arn", "unknown-property"),
        ("assumeRole.roleArn", "missing"),
    ]


def test_a_wrong_secret_is_told_without_its_value():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": 123456789}
    (problem,) = problems(
        of("alicloud:rds/account:Account", {"accountName": "a", "dbInstanceId": "d", "accountPassword": secret})
    )
    assert problem.kind == "type"
    assert "123456789" not in " ".join(problem.message)


def test_a_wrong_value_that_is_secret_is_not_shown():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "hidden"}
    (problem,) = problems(of(KEY, {"keySpec": secret}))
    assert problem.kind == "value"
    assert "hidden" not in " ".join(problem.message)


@pytest.mark.parametrize(
    "registration",
    [
        of(BUCKET, {"bucket": UNKNOWN_SENTINEL, "versioning": UNKNOWN_SENTINEL, "lifecycleRules": [UNKNOWN_SENTINEL]}),
        of(BUCKET, {"bucket": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL}, "policy": None}),
        of(BUCKET, {"__defaults": ["acl"]}),
        of(BUCKET, {"whatever": 1}, read=True),
        Registration("urn", BUCKET, "c", False, {"whatever": 1}),
        of("alicloud:none/none:None", {"whatever": 1}),
        of("pulumi:pulumi:StackReference", {"name": "a"}),
        of("pulumi:providers:none", {"a": 1}),
        of("neverheardof:index:Thing", {"a": 1}),
        of("pulumi:providers:../etc", {"a": 1}),
        of("", {"a": 1}),
    ],
    ids=lambda registration: registration.type + str(len(registration.inputs)),
)
def test_what_cannot_be_told_is_not_told(registration):
    assert problems(registration) == []


def test_all_classes_of_both_sdks_have_readable_arguments():
    warnings.simplefilter("ignore")
    for package, least in (("alicloud", 1200), ("aws", 1700)):
        tokens = classes(package)
        assert len(tokens) > least
    for token in SUPERSEDED:
        assert token in classes("alicloud"), token
        assert input_checks.arguments_class(token) is not None
        assert deprecation(token).startswith("use ")


def test_the_allowed_values_name_inputs_that_exist():
    """Every path leads to a scalar: a list under a misspelt path would never be used."""
    warnings.simplefilter("ignore")
    data = json.loads((ROOT / "components" / "allowed_values.json").read_bytes())
    assert (ROOT / "components" / "allowed_values.json").stat().st_size < 150_000
    tokens = sorted(data["types"])
    for token in tokens[:: max(1, len(tokens) // 60)]:  # a sample: the compilation itself walks over all
        for path in data["types"][token]:
            arguments = input_checks.arguments_class(token)
            shape = None
            for name in path.split("."):
                shape = input_checks.properties_of(arguments).shapes[name]
                while shape.element is not None or shape.values is not None:
                    shape = shape.element or shape.values
                arguments = shape.properties
            assert shape is not None and shape.scalars, f"{token} {path}"
    for values in data["lists"]:
        numbers = all(isinstance(value, int) for value in values)
        assert values and (all(isinstance(value, str) for value in values) or (numbers and len(values) == 2))


@pytest.mark.slow
def test_the_allowed_values_are_those_of_the_schemas():
    if loaded("alicloud") is None:
        pytest.skip("COMPLIANT_INFRA_SCHEMAS does not name a folder with the providers' schemas")
    script = [sys.executable, str(ROOT / "scripts" / "compile_allowed_values.py"), "--check"]
    assert subprocess.run(script, check=False, cwd=ROOT).returncode == 0, "run scripts/compile_allowed_values.py"


def test_what_the_engine_writes_into_a_default_provider_is_no_mistake():
    pytest.importorskip("pulumi_random")
    assert problems(of("pulumi:providers:random", {"version": "4.21.4"})) == []
    assert [item.path for item in problems(of("pulumi:providers:random", {"versoin": "4.21.4"}))] == ["versoin"]


def test_a_check_takes_less_than_half_a_millisecond():
    registrations = recorded(alicloud_resources).registrations
    for registration in registrations:
        problems(registration)
    rounds = 20
    started = time.process_time()
    for _ in range(rounds):
        for registration in registrations:
            problems(registration)
    assert (time.process_time() - started) / (rounds * len(registrations)) < 0.0005


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(UNKNOWN_SENTINEL),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "versioning",
                    "status",
                    "lifecycleRules",
                    "expirations",
                    "days",
                    "tags",
                    SIGNATURE_KEY,
                    "value",
                    "x",
                    "",
                ]
            ),
            inner | st.just(SECRET_SIGNATURE),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([BUCKET, KEY, RDS, SSE, "pulumi:providers:alicloud", "x"]),
    st.dictionaries(
        st.sampled_from(["versioning", "lifecycleRules", "tags", "keySpec", "rules", "assumeRole", "x"]), JSON
    ),
)
def test_no_json_does_more_than_have_problems(type_, inputs):
    for problem in problems(of(type_, inputs)):
        assert problem.kind in KINDS
        assert problem.message.en and problem.message.zh
