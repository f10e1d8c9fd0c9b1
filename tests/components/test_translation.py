"""Registrations of Pulumi, translated: judged like the same resources written in Terraform."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.names import properties, pulumi_token
from compliant_infra.components.registration import (
    SECRET_SIGNATURE,
    SETTING_KEY,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.components.translation import provider_configuration, resource_of, scan_of
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import (
    ProviderConfiguration,
    Reference,
    Resource,
    Scan,
    SensitiveText,
    SourceLocation,
    Unknown,
    is_known,
)

HEAD = "urn:pulumi:dev::shop::"
ALICLOUD = f"{HEAD}pulumi:providers:alicloud::hangzhou"
AWS = f"{HEAD}pulumi:providers:aws::beijing"
ROOT = Path(__file__).parents[2]


def urn(token: str, name: str) -> str:
    return f"{HEAD}{token}::{name}"


class Of:
    """An output of a resource of the program that is not known yet: its id unless an attribute is named."""

    def __init__(self, token: str, name: str) -> None:
        self.urn = urn(token, name)


def sources(value: Any) -> list[str]:
    if isinstance(value, Of):
        return [value.urn]
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [found for item in items for found in sources(item)]


def wire(value: Any) -> Any:
    if isinstance(value, Of):
        return UNKNOWN_SENTINEL
    if isinstance(value, Mapping):
        return {name: wire(item) for name, item in value.items()}
    return [wire(item) for item in value] if isinstance(value, list) else value


def registration(token: str, name: str, /, **inputs: Any) -> Registration:
    """A resource as the engine sees it; ``Of`` among the inputs becomes an unknown and a dependency."""
    provider = ALICLOUD if token.startswith("alicloud:") else AWS
    return Registration(
        urn=urn(token, name),
        type=token,
        name=name,
        custom=True,
        inputs={key: wire(value) for key, value in inputs.items()},
        provider=f"{provider}::{UNKNOWN_SENTINEL}",
        property_dependencies={key: list(dict.fromkeys(sources(value))) for key, value in inputs.items()},
    )


def provider(package: str, name: str, **inputs: Any) -> Registration:
    token = f"pulumi:providers:{package}"
    return Registration(urn=urn(token, name), type=token, name=name, custom=True, inputs=inputs)


PROVIDERS = [
    provider("alicloud", "hangzhou", region="cn-hangzhou"),
    provider("aws", "beijing", region="cn-north-1"),
]


def one(*registrations: Registration) -> Resource:
    """The first of these resources, translated."""
    return scan_of(registrations).resources[0]


# --------------------------------------------------------------------------------------------------------------
# Values
# --------------------------------------------------------------------------------------------------------------

BUCKET = "alicloud:oss/bucket:Bucket"
KEY = "alicloud:kms/key:Key"
SWITCH = "alicloud:vpc/switch:Switch"
GROUP = "alicloud:ecs/securityGroup:SecurityGroup"


def test_a_resource() -> None:
    place = SourceLocation("__main__.py", 16)
    item = registration(BUCKET, "logs", bucket="shop-logs", versioning={"status": "Enabled"})
    item.source = place
    scan = scan_of([*PROVIDERS, item], root="shop")
    (found,) = scan.resources
    assert (found.type, found.name, found.address) == ("alicloud_oss_bucket", "logs", item.urn)
    assert found.attributes == {"bucket": "shop-logs", "versioning": [{"status": "Enabled"}]}
    assert (found.location, found.origin, found.root, found.mode) == (place, "pulumi", "shop", "managed")
    assert found.provider is not None and found.provider.region == "cn-hangzhou"
    assert scan.root == "shop" and scan.origin == "pulumi"


def test_what_is_no_resource_of_a_cloud_is_counted_and_never_judged() -> None:
    component = Registration(urn=urn("x:index:Base", "base"), type="x:index:Base", name="base", custom=False, inputs={})
    stack = Registration(
        urn=f"{HEAD}pulumi:pulumi:Stack::s", type="pulumi:pulumi:Stack", name="s", custom=False, inputs={}
    )
    password = Registration(
        urn=urn("random:index/randomPassword:RandomPassword", "p"),
        type="random:index/randomPassword:RandomPassword",
        name="p",
        custom=True,
        inputs={"length": 20},
    )
    bucket = registration("tencentcloud:Cos/bucket:Bucket", "b", acl="public-read")
    scan = scan_of([stack, component, password, bucket, *PROVIDERS])
    assert {item.type: dict(item.attributes) for item in scan.resources} == {
        "random_random_password": {},
        "pulumi-tencentcloud_bucket": {},
    }
    judgement = judge(scan, assignment(Request("mlps-l3")))
    assert dict(judgement.unsupported) == {"pulumi-tencentcloud": 1}
    assert {item.resource.partition(".")[0] for item in judgement.results} <= {"provider"}


def replication(*rules: tuple[str, str]) -> Resource:
    blocks = [
        {"id": name, "status": state, "destination": {"bucket": Of("aws:s3/bucket:Bucket", name)}}
        for name, state in rules
    ]
    return one(
        registration("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "r", bucket="x", role="y", rules=blocks),
        *(registration("aws:s3/bucket:Bucket", name) for name, _ in rules),
    )


def test_blocks_that_differ_do_not_swap_what_they_refer_to() -> None:
    """Dependencies come sorted: which rule copies to which bucket is not told, and one of them is off."""
    rules = replication(("b", "Enabled"), ("a", "Disabled")).attributes["rule"]
    assert [rule["destination"][0]["bucket"].reference for rule in rules] == [None, None]


def test_unknown_elements_of_a_secret_list_are_a_set() -> None:
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": [UNKNOWN_SENTINEL, UNKNOWN_SENTINEL]}
    group = registration("alicloud:ess/scalingGroup:ScalingGroup", "g", vswitchIds=[Of(SWITCH, "h"), Of(SWITCH, "k")])
    group.inputs["vswitchIds"] = secret
    found = one(group, registration(SWITCH, "h"), registration(SWITCH, "k")).attributes["vswitch_ids"]
    assert [item.reference.address for item in found] == [urn(SWITCH, "h"), urn(SWITCH, "k")]


def test_a_value_with_a_part_of_another_package_refers_to_nothing() -> None:
    """Two buckets whose names have the same random suffix: which one the versions are of, nobody can tell."""
    suffix = registration("random:index/randomId:RandomId", "s")
    first, second = (registration(BUCKET, name, bucket=Of(suffix.type, "s")) for name in "ab")
    versions = registration(
        "alicloud:oss/bucketVersioning:BucketVersioning", "v", bucket=Of(suffix.type, "s"), status="Enabled"
    )
    judgement = judge(scan_of([suffix, first, second, versions, *PROVIDERS]), assignment(Request("mlps-l3")))
    found = {item.resource: item.verdict.value for item in judgement.results if item.rule == "oss-versioning"}
    assert found == {first.urn: "unknown", second.urn: "unknown"}


def test_a_resource_that_is_only_looked_up_is_a_data_source() -> None:
    item = registration(BUCKET, "old", bucket="old")
    item.read, item.id = True, "old"
    scan = scan_of([item])
    assert scan.resources == []
    assert [(found.type, found.mode) for found in scan.data] == [("alicloud_oss_bucket", "data")]


def test_numbers_secrets_and_what_engines_add() -> None:
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "hunter2"}
    item = registration(
        "alicloud:rds/instance:Instance",
        "db",
        instanceStorage=100.0,
        sqlCollectorConfigValue=180,
        tdeStatus=None,
        __defaults=["engine"],
        parameters=[{"name": "x", "value": secret, "__defaults": []}],
        tags={"a": {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '"b"'}},
    )
    found = one(item)
    assert found.attributes == {
        "instance_storage": 100,
        "sql_collector_config_value": 180,
        "parameters": [{"name": "x", "value": "hunter2"}],
        "tags": {"a": "b"},
    }
    assert type(found.attributes["instance_storage"]) is int
    assert isinstance(found.attributes["parameters"][0]["value"], SensitiveText)
    assert isinstance(found.attributes["tags"]["a"], SensitiveText)


def test_secrets_of_several_texts() -> None:
    item = registration(BUCKET, "b", tags={SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"a": "x", "n": 5.0}})
    tags = one(item).attributes["tags"]
    assert tags == {"a": "x", "n": 5}
    assert isinstance(tags["a"], SensitiveText)


@pytest.mark.parametrize(
    "value",
    ["[secret]", {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc"}, {SIGNATURE_KEY: "asset", "text": "x"}],
)
def test_what_cannot_be_read_is_not_known(value: Any) -> None:
    found = one(registration("alicloud:rds/account:Account", "a", accountPassword=value)).attributes["account_password"]
    assert isinstance(found, Unknown)
    assert (found.reason, found.reference) == ("unsupported", None)


def test_an_encrypted_setting_is_a_variable_without_value() -> None:
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL, SETTING_KEY: "shop:password"}
    item = registration("alicloud:rds/account:Account", "a", accountPassword=secret)
    found = one(item).attributes["account_password"]
    assert (found.reason, found.expression) == ("no-value", "shop:password (encrypted)")
    asked = assignment(Request("mlps-l3", only=("secret-not-in-code",), include_passed=True))
    assert [str(result.verdict) for result in judge(scan_of([item]), asked).results] == ["pass"]


def test_an_unknown_refers_to_the_one_resource_that_it_comes_from() -> None:
    key = registration(KEY, "key")
    bucket = registration(
        BUCKET, "b", bucket="b", serverSideEncryptionRule={"sseAlgorithm": "KMS", "kmsMasterKeyId": Of(KEY, "key")}
    )
    (rule,) = one(bucket, key).attributes["server_side_encryption_rule"]
    assert rule["sse_algorithm"] == "KMS"
    found = rule["kms_master_key_id"]
    assert found.reason == "known-after-apply"
    assert found.reference == Reference(urn(KEY, "key"), "id")
    assert found.expression == "alicloud_kms_key.key.id"


def test_an_arn_refers_to_the_arn() -> None:
    trail = registration("aws:cloudtrail/trail:Trail", "t", kmsKeyId="k", cloudWatchLogsGroupArn=Of(KEY, "x"))
    found = one(trail, registration(KEY, "x")).attributes["cloud_watch_logs_group_arn"]
    assert found.reference == Reference(urn(KEY, "x"), "arn")


def test_an_unknown_of_nothing_that_is_registered() -> None:
    """A lookup, a secret of another stack, a component: nothing to refer to."""
    for unknown in (
        registration(SWITCH, "s", vpcId=UNKNOWN_SENTINEL),
        registration(SWITCH, "s", vpcId=Of(KEY, "gone")),
    ):
        found = one(unknown).attributes["vpc_id"]
        assert (found.reason, found.reference) == ("known-after-apply", None)
        assert found.expression == "alicloud_vswitch.s.vpc_id"


def references(value: Any) -> list[str | None]:
    return [item.reference and item.reference.address.rpartition("::")[2] for item in value]


def test_a_list_of_as_many_unknowns_as_resources() -> None:
    """Which is which Pulumi does not say; the set is known, which is what rules ask for."""
    switches = [registration(SWITCH, name, zoneId=f"cn-hangzhou-{name}") for name in "hk"]
    group = registration("alicloud:ess/scalingGroup:ScalingGroup", "g", vswitchIds=[Of(SWITCH, "h"), Of(SWITCH, "k")])
    assert references(one(group, *switches).attributes["vswitch_ids"]) == ["h", "k"]


def test_a_list_of_more_unknowns_than_resources_says_nothing() -> None:
    switches = [registration(SWITCH, name) for name in "hk"]
    ids = [Of(SWITCH, "h"), Of(SWITCH, "k"), Of(SWITCH, "h")]
    group = registration("alicloud:ess/scalingGroup:ScalingGroup", "g", vswitchIds=ids)
    assert references(one(group, *switches).attributes["vswitch_ids"]) == [None, None, None]
    text = registration("alicloud:ess/scalingGroup:ScalingGroup", "g", vswitchIds=ids[:2])
    text.inputs["vswitchIds"] = UNKNOWN_SENTINEL  # the list as a whole
    assert one(text, *switches).attributes["vswitch_ids"].reference is None


def test_names_in_an_object_go_to_the_type_that_they_name() -> None:
    eks = registration(
        "aws:eks/cluster:Cluster",
        "c",
        vpcConfig={
            "subnetIds": [Of("aws:ec2/subnet:Subnet", "a"), Of("aws:ec2/subnet:Subnet", "b")],
            "securityGroupIds": [Of("aws:ec2/securityGroup:SecurityGroup", "g")],
            "endpointPrivateAccess": True,
        },
    )
    others = [registration("aws:ec2/subnet:Subnet", name) for name in "ab"]
    others.append(registration("aws:ec2/securityGroup:SecurityGroup", "g"))
    (found,) = one(eks, *others).attributes["vpc_config"]
    assert references(found["subnet_ids"]) == ["a", "b"]
    assert references(found["security_group_ids"]) == ["g"]


def test_names_that_may_mean_either_type_say_nothing() -> None:
    item = registration(
        "alicloud:oss/bucketReplication:BucketReplication",
        "r",
        destination={"transferType": Of(BUCKET, "standby"), "location": Of(KEY, "key")},
    )
    (found,) = one(item, registration(BUCKET, "standby"), registration(KEY, "key")).attributes["destination"]
    assert references([found["transfer_type"], found["location"]]) == [None, None]


def test_an_id_that_another_resource_passes_on() -> None:
    """``vpcId`` that comes from a vswitch is the vswitch's own, hence the network's id."""
    rows = [
        registration(GROUP, "g", vpcId=Of(SWITCH, "s")),
        registration(SWITCH, "s", vpcId=Of(VPC, "net")),
        registration(VPC, "net"),
    ]
    assert one(*rows).attributes["vpc_id"].reference == Reference(urn(VPC, "net"), "id")
    rows[1].property_dependencies = {}
    assert one(*rows).attributes["vpc_id"].reference == Reference(urn(SWITCH, "s"), "vpc_id")


def test_a_circle_ends() -> None:
    rows = [registration(GROUP, "a", vpcId=Of(GROUP, "b")), registration(GROUP, "b", vpcId=Of(GROUP, "a"))]
    assert one(*rows).attributes["vpc_id"].reference is not None


def test_a_bucket_is_named_by_its_own_name() -> None:
    """A bucket whose name is not known yet: what names the bucket refers to it, not to what its name is made of."""
    rows = [
        registration("alicloud:oss/bucketAcl:BucketAcl", "acl", bucket=Of(BUCKET, "b"), acl="private"),
        registration(BUCKET, "b", bucket=Of(KEY, "suffix")),
        registration(KEY, "suffix"),
    ]
    assert one(*rows).attributes["bucket"].reference.address == urn(BUCKET, "b")


def test_identity_of_what_exists() -> None:
    item = registration(BUCKET, "b", bucket="b")
    item.id, item.outputs = "b-id", {"arn": "acs:oss:b", "bucket": "other", "owner": "5"}
    assert one(item).attributes == {"bucket": "b", "id": "b-id", "arn": "acs:oss:b"}
    item.id, item.outputs = UNKNOWN_SENTINEL, {"arn": UNKNOWN_SENTINEL}
    assert one(item).attributes == {"bucket": "b"}


def deployed(token: str, name: str, outputs: Mapping[str, Any], /, id: str, **inputs: Any) -> Registration:
    item = registration(token, name, **inputs)
    item.id, item.outputs = id, {**item.inputs, **outputs}
    return item


def test_an_id_that_a_cloud_gave_refers_to_what_it_was_given_to() -> None:
    network = deployed("aws:ec2/vpc:Vpc", "net", {"defaultSecurityGroupId": "sg-1"}, "vpc-1", cidrBlock="10.0.0.0/8")
    group = deployed("aws:ec2/securityGroup:SecurityGroup", "web", {}, "sg-2", vpcId="vpc-1", name="vpc-1-web")
    rule = deployed("aws:ec2/securityGroupRule:SecurityGroupRule", "r", {}, "sgrule-1", securityGroupId="sg-1")
    group.property_dependencies = {"vpcId": [network.urn], "name": [network.urn]}
    rule.property_dependencies = {"securityGroupId": [network.urn]}
    scan = scan_of([*PROVIDERS, network, group, rule])
    found = {item.name: item.attributes for item in scan.resources}
    assert found["web"]["vpc_id"].reference == Reference(network.urn, "id")
    assert found["web"]["name"] == "vpc-1-web"
    assert found["r"]["security_group_id"].reference == Reference(network.urn, "default_security_group_id")
    assert found["net"]["id"] == "vpc-1"


def test_what_the_program_or_several_resources_are_called_by_stays_a_text() -> None:
    bucket = deployed("aws:s3/bucket:Bucket", "b", {"arn": "arn:aws-cn:s3:::logs"}, "logs", bucket="logs")
    versions = deployed("aws:s3/bucketVersioning:BucketVersioning", "b", {}, "logs", bucket="logs")
    other = deployed("aws:ec2/eip:Eip", "a", {"publicIp": "192.0.2.1"}, "eip-1")
    same = deployed("aws:ec2/eip:Eip", "c", {"allocationId": "eip-1"}, "eip-1")
    trail = deployed(
        "aws:cloudtrail/trail:Trail", "t", {}, "t", s3BucketName="logs", s3KeyPrefix="192.0.2.1", kmsKeyId="eip-1"
    )
    trail.property_dependencies = {
        "s3BucketName": [bucket.urn, versions.urn],
        "s3KeyPrefix": [other.urn],
        "kmsKeyId": [other.urn, same.urn],
    }
    versions.property_dependencies = {"bucket": [bucket.urn]}
    scan = scan_of([*PROVIDERS, bucket, versions, other, same, trail])
    found = {item.type: item.attributes for item in scan.resources}
    assert found["aws_s3_bucket_versioning"]["bucket"] == "logs"
    trail_attributes = dict(found["aws_cloudtrail"])
    assert trail_attributes["s3_bucket_name"] == "logs"
    assert trail_attributes["s3_key_prefix"] == "192.0.2.1"  # of an address the text matters
    assert trail_attributes["kms_key_id"] == "eip-1"  # of which of both cannot be told


def test_names_that_a_cloud_gives_are_attributes() -> None:
    address = deployed("alicloud:ecs/eipAddress:EipAddress", "a", {"ipAddress": "192.0.2.1"}, "eip-1")
    assert one(address).attributes["ip_address"] == "192.0.2.1"


def test_ignored_changes_have_terraform_names() -> None:
    item = registration(BUCKET, "b")
    item.ignore_changes = ["lifecycleRules[0].prefix", "*", "tags.camelCase"]
    assert one(item).ignore_changes == ("lifecycle_rule.0.prefix", "*", "tags.camelCase")


# --------------------------------------------------------------------------------------------------------------
# Providers
# --------------------------------------------------------------------------------------------------------------


def test_nested_inputs_of_providers_are_json() -> None:
    found = provider_configuration(
        provider(
            "aws",
            "beijing",
            region="cn-north-1",
            allowedAccountIds='["123456789012"]',
            assumeRoles='[{"roleArn": "arn:aws-cn:iam::1:role/x", "sessionName": "ci"}]',
            defaultTags='{"tags": {"costCentre": "a"}}',
            skipMetadataApiCheck="true",
            maxRetries="5",
            profile="true-north",
            secretKey={SIGNATURE_KEY: SECRET_SIGNATURE, "value": "s"},
            version="7.51.1",
        )
    )
    assert (found.name, found.alias, found.region) == ("aws", "beijing", "cn-north-1")
    assert found.default_tags == {"costCentre": "a"}
    assert found.attributes == {
        "region": "cn-north-1",
        "allowed_account_ids": ["123456789012"],
        "assume_role": [{"role_arn": "arn:aws-cn:iam::1:role/x", "session_name": "ci"}],
        "default_tags": [{"tags": {"costCentre": "a"}}],
        "skip_metadata_api_check": True,
        "max_retries": "5",
        "profile": "true-north",
        "secret_key": "s",
    }
    assert isinstance(found.attributes["secret_key"], SensitiveText)


def test_a_default_provider_has_no_alias() -> None:
    found = provider_configuration(provider("alicloud", "default_4_0_0", region="cn-beijing"))
    assert (found.alias, found.address, found.default_tags) == ("", "provider.alicloud", None)


@pytest.mark.parametrize("value", [UNKNOWN_SENTINEL, "[secret]"])
def test_regions_and_tags_that_are_not_known(value: str) -> None:
    found = provider_configuration(provider("aws", "x", region=value, defaultTags=value))
    assert not is_known(found.region) and not is_known(found.default_tags)


# --------------------------------------------------------------------------------------------------------------
# Resources that components are about to declare
# --------------------------------------------------------------------------------------------------------------


class Promise:
    def __init__(self, value: Any) -> None:
        self.value = value


def test_arguments_of_a_constructor() -> None:
    unknown = Unknown("known-after-apply", "key.id")
    configuration = ProviderConfiguration("alicloud", region="cn-hangzhou")
    found = resource_of(
        BUCKET,
        "b",
        {
            "bucket": Promise("b"),
            "server_side_encryption_rule": {"sse_algorithm": "KMS", "kms_master_key_id": Promise(unknown)},
            "versioning": Promise({"status": "Enabled"}),
            "lifecycle_rules": [{"enabled": True, "filter": {"not_": {"prefix": "a"}}}],
            "tags": {"camelCase": Promise("x")},
            "force_destroy": False,
            "acl": None,
        },
        address="urn",
        provider=configuration,
        known=lambda promise: promise.value,
    )
    assert (found.type, found.name, found.address, found.origin) == ("alicloud_oss_bucket", "b", "urn", "pulumi")
    assert found.provider is configuration
    rule = found.attributes["server_side_encryption_rule"][0]
    assert rule.pop("kms_master_key_id") is unknown
    assert found.attributes == {
        "bucket": "b",
        "server_side_encryption_rule": [{"sse_algorithm": "KMS"}],
        "versioning": [{"status": "Enabled"}],
        "lifecycle_rule": [{"enabled": True, "filter": [{"not": [{"prefix": "a"}]}]}],
        "tags": {"camelCase": "x"},
        "force_destroy": False,
    }


# --------------------------------------------------------------------------------------------------------------
# The same verdicts as Terraform's
# --------------------------------------------------------------------------------------------------------------


def terraform(text: str, folder: Path) -> Scan:
    folder.joinpath("main.tf").write_text(text, encoding="utf-8")
    scan = read_root(ModuleLibrary(discover([str(folder)])), str(folder))
    assert not [item for item in scan.diagnostics if item.level == "error"], scan.diagnostics
    return scan


#: Rules on Terraform's own requirements, of which Pulumi knows nothing.
TERRAFORM_ONLY = ("iac-supply-chain",)


def verdicts(scan: Scan, baseline: str) -> set[tuple[str, ...]]:
    """(rule, resource, verdict, attribute, finding) of every result, with Terraform's address for a URN."""
    judgement = judge(scan, assignment(Request(baseline, skip=TERRAFORM_ONLY, include_passed=True)))
    assert not [item for item in judgement.diagnostics if item.code == "rule-crashed"], judgement.diagnostics
    address = {item.address: f"{item.type}.{item.name}" for item in scan.resources}
    return {
        (
            item.rule,
            re.sub(r"^(provider\.\w+).*", r"\1", address.get(item.resource, item.resource)),
            str(item.verdict),
            item.attribute,
            item.finding.replace(HEAD, ""),
        )
        for item in judgement.results
    }


VPC = "alicloud:vpc/network:Network"
INSTANCE = "alicloud:rds/instance:Instance"
BALANCER = "alicloud:alb/loadBalancer:LoadBalancer"
S3 = "aws:s3/bucket:Bucket"
SUBNET = "aws:ec2/subnet:Subnet"
EC2_GROUP = "aws:ec2/securityGroup:SecurityGroup"
LB = "aws:lb/loadBalancer:LoadBalancer"
ROLE = "aws:iam/role:Role"

POLICY = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": ["*"],
                "Action": ["oss:*"],
                "Resource": ["acs:oss:*:*:shop-data", "acs:oss:*:*:shop-data/*"],
                "Condition": {"Bool": {"acs:SecureTransport": ["false"]}},
            }
        ],
    }
)

SAME: Mapping[str, tuple[list[Registration], str]] = {
    "bucket with nested blocks and split resources": (
        [
            registration(KEY, "key", keySpec="Aliyun_SM4", protectionLevel="HSM", automaticRotation="Disabled"),
            registration(
                BUCKET,
                "data",
                bucket="shop-data",
                redundancyType="ZRS",
                versioning={"status": "Enabled"},
                serverSideEncryptionRule={
                    "sseAlgorithm": "KMS",
                    "kmsDataEncryption": "SM4",
                    "kmsMasterKeyId": Of(KEY, "key"),
                },
                lifecycleRules=[
                    {"id": "old", "enabled": True, "prefix": "", "expirations": [{"days": 30}]},
                    {"enabled": True, "prefix": "x/", "noncurrentVersionExpirations": [{"days": 400}]},
                ],
                logging={"targetBucket": "shop-logs", "targetPrefix": "data/"},
                tags={"data-class": "important"},
            ),
            registration("alicloud:oss/bucketPolicy:BucketPolicy", "data", bucket=Of(BUCKET, "data"), policy=POLICY),
            registration("alicloud:oss/bucketAcl:BucketAcl", "data", bucket="shop-data", acl="private"),
            registration(BUCKET, "bare", bucket="shop-bare"),
        ],
        f"""
        resource "alicloud_kms_key" "key" {{
          key_spec = "Aliyun_SM4"
          protection_level = "HSM"
          automatic_rotation = "Disabled"
        }}
        resource "alicloud_oss_bucket" "data" {{
          bucket = "shop-data"
          redundancy_type = "ZRS"
          versioning {{ status = "Enabled" }}
          server_side_encryption_rule {{
            sse_algorithm = "KMS"
            kms_data_encryption = "SM4"
            kms_master_key_id = alicloud_kms_key.key.id
          }}
          lifecycle_rule {{
            id = "old"
            enabled = true
            prefix = ""
            expiration {{ days = 30 }}
          }}
          lifecycle_rule {{
            enabled = true
            prefix = "x/"
            noncurrent_version_expiration {{ days = 400 }}
          }}
          logging {{
            target_bucket = "shop-logs"
            target_prefix = "data/"
          }}
          tags = {{ data-class = "important" }}
        }}
        resource "alicloud_oss_bucket_policy" "data" {{
          bucket = alicloud_oss_bucket.data.id
          policy = {json.dumps(POLICY)}
        }}
        resource "alicloud_oss_bucket_acl" "data" {{
          bucket = "shop-data"
          acl = "private"
        }}
        resource "alicloud_oss_bucket" "bare" {{ bucket = "shop-bare" }}
        """,
    ),
    "database, network and backups": (
        [
            registration(VPC, "net", cidrBlock="10.0.0.0/16", vpcName="net"),
            registration(SWITCH, "h", vpcId=Of(VPC, "net"), cidrBlock="10.0.0.0/24", zoneId="cn-hangzhou-h"),
            registration(
                INSTANCE,
                "db",
                engine="MySQL",
                engineVersion="8.0",
                instanceType="mysql.n4.large.2c",
                instanceStorage=100.0,
                category="HighAvailability",
                zoneId="cn-hangzhou-h",
                zoneIdSlaveA="cn-hangzhou-k",
                vswitchId=Of(SWITCH, "h"),
                securityIps=["10.0.0.0/16"],
                sslAction="Open",
                forceEncryption="1",
                tdeStatus="Enabled",
                sqlCollectorStatus="Enabled",
                sqlCollectorConfigValue=180.0,
                deletionProtection=True,
                parameters=[{"name": "innodb_encrypt_algorithm", "value": "SM4_CTR"}],
            ),
            registration(
                "alicloud:rds/backupPolicy:BackupPolicy",
                "db",
                instanceId=Of(INSTANCE, "db"),
                backupRetentionPeriod=30.0,
                enableBackupLog=True,
                preferredBackupPeriods=["Monday", "Friday"],
            ),
            registration(
                INSTANCE,
                "weak",
                engine="PostgreSQL",
                engineVersion="15.0",
                instanceType="pg.n2.small.1",
                instanceStorage=20,
                securityIps=["0.0.0.0/0"],
            ),
        ],
        """
        resource "alicloud_vpc" "net" {
          cidr_block = "10.0.0.0/16"
          vpc_name = "net"
        }
        resource "alicloud_vswitch" "h" {
          vpc_id = alicloud_vpc.net.id
          cidr_block = "10.0.0.0/24"
          zone_id = "cn-hangzhou-h"
        }
        resource "alicloud_db_instance" "db" {
          engine = "MySQL"
          engine_version = "8.0"
          instance_type = "mysql.n4.large.2c"
          instance_storage = 100
          category = "HighAvailability"
          zone_id = "cn-hangzhou-h"
          zone_id_slave_a = "cn-hangzhou-k"
          vswitch_id = alicloud_vswitch.h.id
          security_ips = ["10.0.0.0/16"]
          ssl_action = "Open"
          force_encryption = "1"
          tde_status = "Enabled"
          sql_collector_status = "Enabled"
          sql_collector_config_value = 180
          deletion_protection = true
          parameters {
            name = "innodb_encrypt_algorithm"
            value = "SM4_CTR"
          }
        }
        resource "alicloud_db_backup_policy" "db" {
          instance_id = alicloud_db_instance.db.id
          backup_retention_period = 30
          enable_backup_log = true
          preferred_backup_period = ["Monday", "Friday"]
        }
        resource "alicloud_db_instance" "weak" {
          engine = "PostgreSQL"
          engine_version = "15.0"
          instance_type = "pg.n2.small.1"
          instance_storage = 20
          security_ips = ["0.0.0.0/0"]
        }
        """,
    ),
    "listeners, groups and filters": (
        [
            registration(VPC, "net", cidrBlock="10.0.0.0/16"),
            registration(
                BALANCER,
                "web",
                vpcId=Of(VPC, "net"),
                addressType="Internet",
                loadBalancerEdition="StandardWithWaf",
                loadBalancerName="web",
                loadBalancerBillingConfig={"payType": "PayAsYouGo"},
                deletionProtectionConfig={"enabled": True},
                accessLogConfig={"logProject": "p", "logStore": "s"},
            ),
            registration(
                "alicloud:alb/listener:Listener",
                "https",
                loadBalancerId=Of(BALANCER, "web"),
                listenerProtocol="HTTPS",
                listenerPort=443.0,
                securityPolicyId="tls_cipher_policy_1_2_strict",
                certificates={"certificateId": "c"},
                defaultActions=[{"type": "ForwardGroup", "forwardGroupConfig": {}}],
            ),
            registration(
                "alicloud:alb/listener:Listener",
                "http",
                loadBalancerId=Of(BALANCER, "web"),
                listenerProtocol="HTTP",
                listenerPort=80,
            ),
            registration(GROUP, "app", vpcId=Of(VPC, "net"), innerAccessPolicy="Drop"),
            registration(
                "alicloud:ecs/securityGroupRule:SecurityGroupRule",
                "ssh",
                securityGroupId=Of(GROUP, "app"),
                type="ingress",
                ipProtocol="tcp",
                portRange="22/22",
                cidrIp="0.0.0.0/0",
            ),
            registration(
                "alicloud:vpc/networkAcl:NetworkAcl",
                "acl",
                vpcId=Of(VPC, "net"),
                ingressAclEntries=[
                    {"policy": "accept", "protocol": "tcp", "port": "443/443", "sourceCidrIp": "10.0.0.0/16"},
                    {"policy": "drop", "protocol": "all", "port": "-1/-1", "sourceCidrIp": "0.0.0.0/0"},
                ],
            ),
            registration(
                "alicloud:vpc/flowLog:FlowLog",
                "log",
                resourceType="VPC",
                resourceId=Of(VPC, "net"),
                trafficType="All",
                projectName="p",
                logStoreName="s",
            ),
        ],
        """
        resource "alicloud_vpc" "net" { cidr_block = "10.0.0.0/16" }
        resource "alicloud_alb_load_balancer" "web" {
          vpc_id = alicloud_vpc.net.id
          address_type = "Internet"
          load_balancer_edition = "StandardWithWaf"
          load_balancer_name = "web"
          load_balancer_billing_config { pay_type = "PayAsYouGo" }
          deletion_protection_config { enabled = true }
          access_log_config {
            log_project = "p"
            log_store = "s"
          }
        }
        resource "alicloud_alb_listener" "https" {
          load_balancer_id = alicloud_alb_load_balancer.web.id
          listener_protocol = "HTTPS"
          listener_port = 443
          security_policy_id = "tls_cipher_policy_1_2_strict"
          certificates { certificate_id = "c" }
          default_actions {
            type = "ForwardGroup"
            forward_group_config { }
          }
        }
        resource "alicloud_alb_listener" "http" {
          load_balancer_id = alicloud_alb_load_balancer.web.id
          listener_protocol = "HTTP"
          listener_port = 80
        }
        resource "alicloud_security_group" "app" {
          vpc_id = alicloud_vpc.net.id
          inner_access_policy = "Drop"
        }
        resource "alicloud_security_group_rule" "ssh" {
          security_group_id = alicloud_security_group.app.id
          type = "ingress"
          ip_protocol = "tcp"
          port_range = "22/22"
          cidr_ip = "0.0.0.0/0"
        }
        resource "alicloud_network_acl" "acl" {
          vpc_id = alicloud_vpc.net.id
          ingress_acl_entries {
            policy = "accept"
            protocol = "tcp"
            port = "443/443"
            source_cidr_ip = "10.0.0.0/16"
          }
          ingress_acl_entries {
            policy = "drop"
            protocol = "all"
            port = "-1/-1"
            source_cidr_ip = "0.0.0.0/0"
          }
        }
        resource "alicloud_vpc_flow_log" "log" {
          resource_type = "VPC"
          resource_id = alicloud_vpc.net.id
          traffic_type = "All"
          project_name = "p"
          log_store_name = "s"
        }
        """,
    ),
    "cluster, servers and trail": (
        [
            registration(SWITCH, "h", vpcId="vpc-1", cidrBlock="10.0.0.0/24", zoneId="cn-hangzhou-h"),
            registration(SWITCH, "k", vpcId="vpc-1", cidrBlock="10.0.1.0/24", zoneId="cn-hangzhou-k"),
            registration(
                "alicloud:cs/managedKubernetes:ManagedKubernetes",
                "c",
                name="c",
                clusterSpec="ack.pro.small",
                vswitchIds=[Of(SWITCH, "h"), Of(SWITCH, "k")],
                serviceCidr="172.16.0.0/16",
                slbInternetEnabled=False,
                deletionProtection=True,
                controlPlaneLogComponents=["apiserver", "kcm"],
                addons=[{"name": "terway-eniip"}, {"name": "nginx-ingress-controller", "disabled": True}],
            ),
            registration(
                "alicloud:ess/scalingGroup:ScalingGroup",
                "g",
                minSize=2,
                maxSize=4,
                vswitchIds=[Of(SWITCH, "h"), Of(SWITCH, "k")],
                multiAzPolicy="BALANCE",
            ),
            registration(
                "alicloud:ecs/instance:Instance",
                "i",
                instanceType="ecs.g7.large",
                vswitchId=Of(SWITCH, "h"),
                systemDiskEncrypted=True,
                dataDisks=[{"size": 100, "encrypted": False}],
                httpTokens="required",
                internetMaxBandwidthOut=5,
            ),
            registration(
                "alicloud:actiontrail/trail:Trail",
                "t",
                trailName="t",
                eventRw="All",
                trailRegion="All",
                ossBucketName="shop-logs",
            ),
        ],
        """
        resource "alicloud_vswitch" "h" {
          vpc_id = "vpc-1"
          cidr_block = "10.0.0.0/24"
          zone_id = "cn-hangzhou-h"
        }
        resource "alicloud_vswitch" "k" {
          vpc_id = "vpc-1"
          cidr_block = "10.0.1.0/24"
          zone_id = "cn-hangzhou-k"
        }
        resource "alicloud_cs_managed_kubernetes" "c" {
          name = "c"
          cluster_spec = "ack.pro.small"
          vswitch_ids = [alicloud_vswitch.h.id, alicloud_vswitch.k.id]
          service_cidr = "172.16.0.0/16"
          slb_internet_enabled = false
          deletion_protection = true
          control_plane_log_components = ["apiserver", "kcm"]
          addons { name = "terway-eniip" }
          addons {
            name = "nginx-ingress-controller"
            disabled = true
          }
        }
        resource "alicloud_ess_scaling_group" "g" {
          min_size = 2
          max_size = 4
          vswitch_ids = [alicloud_vswitch.h.id, alicloud_vswitch.k.id]
          multi_az_policy = "BALANCE"
        }
        resource "alicloud_instance" "i" {
          instance_type = "ecs.g7.large"
          vswitch_id = alicloud_vswitch.h.id
          system_disk_encrypted = true
          data_disks {
            size = 100
            encrypted = false
          }
          http_tokens = "required"
          internet_max_bandwidth_out = 5
        }
        resource "alicloud_actiontrail_trail" "t" {
          trail_name = "t"
          event_rw = "All"
          trail_region = "All"
          oss_bucket_name = "shop-logs"
        }
        """,
    ),
    "s3 in its parts": (
        [
            registration(S3, "data", bucket="shop-data"),
            registration(
                "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
                "data",
                bucket=Of(S3, "data"),
                rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"}}],
            ),
            registration(
                "aws:s3/bucketVersioning:BucketVersioning",
                "data",
                bucket=Of(S3, "data"),
                versioningConfiguration={"status": "Enabled"},
            ),
            registration(
                "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                "data",
                bucket=Of(S3, "data"),
                rules=[{"id": "old", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}}],
            ),
            registration(
                "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
                "data",
                bucket=Of(S3, "data"),
                blockPublicAcls=True,
                blockPublicPolicy=True,
                ignorePublicAcls=True,
                restrictPublicBuckets=True,
            ),
            registration(
                "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
                "data",
                bucket=Of(S3, "data"),
                role=Of(ROLE, "r"),
                rules=[{"status": "Enabled", "destination": {"bucket": "arn:aws-cn:s3:::shop-standby"}}],
            ),
            registration(ROLE, "r", assumeRolePolicy='{"Version": "2012-10-17", "Statement": []}'),
            registration(S3, "bare", bucket="shop-bare"),
        ],
        """
        resource "aws_s3_bucket" "data" { bucket = "shop-data" }
        resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          rule {
            apply_server_side_encryption_by_default {
              sse_algorithm = "aws:kms"
              kms_master_key_id = "k"
            }
          }
        }
        resource "aws_s3_bucket_versioning" "data" {
          bucket = aws_s3_bucket.data.id
          versioning_configuration { status = "Enabled" }
        }
        resource "aws_s3_bucket_lifecycle_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          rule {
            id = "old"
            status = "Enabled"
            filter { prefix = "" }
            expiration { days = 30 }
          }
        }
        resource "aws_s3_bucket_public_access_block" "data" {
          bucket = aws_s3_bucket.data.id
          block_public_acls = true
          block_public_policy = true
          ignore_public_acls = true
          restrict_public_buckets = true
        }
        resource "aws_s3_bucket_replication_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          role = aws_iam_role.r.arn
          rule {
            status = "Enabled"
            destination { bucket = "arn:aws-cn:s3:::shop-standby" }
          }
        }
        resource "aws_iam_role" "r" { assume_role_policy = "{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": []}" }
        resource "aws_s3_bucket" "bare" { bucket = "shop-bare" }
        """,
    ),
    "balancer, cluster and database of aws": (
        [
            registration(SUBNET, "a", vpcId="vpc-1", cidrBlock="10.0.0.0/24", availabilityZone="cn-north-1a"),
            registration(SUBNET, "b", vpcId="vpc-1", cidrBlock="10.0.1.0/24", availabilityZone="cn-north-1b"),
            registration(
                EC2_GROUP,
                "g",
                vpcId="vpc-1",
                ingress=[{"fromPort": 22, "toPort": 22, "protocol": "tcp", "cidrBlocks": ["0.0.0.0/0"]}],
            ),
            registration(
                LB,
                "web",
                loadBalancerType="application",
                internal=False,
                subnets=[Of(SUBNET, "a"), Of(SUBNET, "b")],
                accessLogs={"bucket": "logs", "enabled": True},
                enableDeletionProtection=True,
                dropInvalidHeaderFields=True,
            ),
            registration(
                "aws:lb/listener:Listener",
                "https",
                loadBalancerArn=Of(LB, "web"),
                port=443,
                protocol="HTTPS",
                sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
                defaultActions=[{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}],
            ),
            registration(
                "aws:eks/cluster:Cluster",
                "c",
                roleArn="arn:aws-cn:iam::123456789012:role/eks",
                vpcConfig={
                    "subnetIds": [Of(SUBNET, "a"), Of(SUBNET, "b")],
                    "securityGroupIds": [Of(EC2_GROUP, "g")],
                    "endpointPublicAccess": True,
                    "endpointPrivateAccess": True,
                },
                enabledClusterLogTypes=["audit", "api"],
                encryptionConfig={"resources": ["secrets"], "provider": {"keyArn": "arn:aws-cn:kms:::key/k"}},
            ),
            registration(
                "aws:rds/instance:Instance",
                "db",
                engine="mysql",
                instanceClass="db.m6g.large",
                allocatedStorage=100,
                storageEncrypted=True,
                multiAz=True,
                backupRetentionPeriod=35,
                publiclyAccessible=False,
                vpcSecurityGroupIds=[Of(EC2_GROUP, "g")],
                enabledCloudwatchLogsExports=["audit"],
                region="cn-northwest-1",
            ),
            registration(
                "aws:ec2/instance:Instance",
                "i",
                instanceType="m6g.large",
                subnetId=Of(SUBNET, "a"),
                vpcSecurityGroupIds=[Of(EC2_GROUP, "g")],
                metadataOptions={"httpTokens": "required"},
                rootBlockDevice={"encrypted": False},
                ebsBlockDevices=[{"deviceName": "/dev/sdb", "encrypted": True}],
            ),
        ],
        """
        resource "aws_subnet" "a" {
          vpc_id = "vpc-1"
          cidr_block = "10.0.0.0/24"
          availability_zone = "cn-north-1a"
        }
        resource "aws_subnet" "b" {
          vpc_id = "vpc-1"
          cidr_block = "10.0.1.0/24"
          availability_zone = "cn-north-1b"
        }
        resource "aws_security_group" "g" {
          vpc_id = "vpc-1"
          ingress {
            from_port = 22
            to_port = 22
            protocol = "tcp"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        resource "aws_lb" "web" {
          load_balancer_type = "application"
          internal = false
          subnets = [aws_subnet.a.id, aws_subnet.b.id]
          access_logs {
            bucket = "logs"
            enabled = true
          }
          enable_deletion_protection = true
          drop_invalid_header_fields = true
        }
        resource "aws_lb_listener" "https" {
          load_balancer_arn = aws_lb.web.arn
          port = 443
          protocol = "HTTPS"
          ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
          default_action {
            type = "fixed-response"
            fixed_response { content_type = "text/plain" }
          }
        }
        resource "aws_eks_cluster" "c" {
          role_arn = "arn:aws-cn:iam::123456789012:role/eks"
          vpc_config {
            subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
            security_group_ids = [aws_security_group.g.id]
            endpoint_public_access = true
            endpoint_private_access = true
          }
          enabled_cluster_log_types = ["audit", "api"]
          encryption_config {
            resources = ["secrets"]
            provider { key_arn = "arn:aws-cn:kms:::key/k" }
          }
        }
        resource "aws_db_instance" "db" {
          engine = "mysql"
          instance_class = "db.m6g.large"
          allocated_storage = 100
          storage_encrypted = true
          multi_az = true
          backup_retention_period = 35
          publicly_accessible = false
          vpc_security_group_ids = [aws_security_group.g.id]
          enabled_cloudwatch_logs_exports = ["audit"]
          region = "cn-northwest-1"
        }
        resource "aws_instance" "i" {
          instance_type = "m6g.large"
          subnet_id = aws_subnet.a.id
          vpc_security_group_ids = [aws_security_group.g.id]
          metadata_options { http_tokens = "required" }
          root_block_device { encrypted = false }
          ebs_block_device {
            device_name = "/dev/sdb"
            encrypted = true
          }
        }
        """,
    ),
}

TERRAFORM_PROVIDERS = """
provider "alicloud" { region = "cn-hangzhou" }
provider "aws" { region = "cn-north-1" }
"""


@pytest.mark.parametrize("baseline", ["mlps-l3", "mlps-l4"])
@pytest.mark.parametrize("case", SAME, ids=str)
def test_the_same_verdicts_as_terraform(case: str, baseline: str, tmp_path: Path) -> None:
    registrations, text = SAME[case]
    translated = verdicts(scan_of([*PROVIDERS, *registrations]), baseline)
    read = verdicts(terraform(TERRAFORM_PROVIDERS + text, tmp_path), baseline)
    assert len(read) > 15
    assert {"pass", "fail"} <= {item[2] for item in read}
    assert sorted(translated) == sorted(read)


@pytest.mark.parametrize("case", SAME, ids=str)
def test_terraform_becomes_the_same_registrations(case: str, tmp_path: Path) -> None:
    """The reverse of the names makes the wire's inputs of what was read from Terraform."""
    registrations, text = SAME[case]
    by_name = {(item.type, item.name): item.inputs for item in registrations}
    for resource in terraform(text, tmp_path).resources:
        token = pulumi_token(resource.type)
        there = properties(token, {name: resource.attributes[name] for name in resource.attributes})
        wanted = by_name[token, resource.name]
        assert set(there) == set(wanted), resource.address
        for name, value in there.items():
            assert _plain(value) == wanted[name], f"{resource.address}.{name}"


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_SENTINEL
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
