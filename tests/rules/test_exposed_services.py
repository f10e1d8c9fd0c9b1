"""Edges of the network: log collection, login masks, bastions, registries, shares, callers of functions, warehouses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliant_infra.kernel.model import Resource, Unknown, Verdict
from compliant_infra.kernel.rules import administration, exposed_services, traffic_logs
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in (*traffic_logs.RULES, *administration.RULES, *exposed_services.RULES)}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def verdict(code: str, target: Resource, *others: Resource, **context: Any) -> Verdict:
    return judge(BY_CODE[code], target, FakeContext([target, *others], **context)).verdict


def partly(*parts: Any) -> Unknown:
    """A text of which some pieces are known."""
    return Unknown("no-value", "template", parts=parts)


# --------------------------------------------------------------------------------------------------------------
# Logs
# --------------------------------------------------------------------------------------------------------------

VPC = resource("alicloud_vpc", "shop")


def policy(**changed: Any) -> Resource:
    attributes = {
        "product_code": "vpc",
        "data_code": "flow_log",
        "enabled": True,
        "policy_config": [{"resource_mode": "all"}],
        **changed,
    }
    return resource("alicloud_sls_collection_policy", **attributes)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, PASS),
        ({"enabled": False}, FAIL),
        ({"enabled": unknown()}, UNKNOWN),
        ({"enabled": either(True, False)}, UNKNOWN),
        ({"product_code": "oss"}, FAIL),
        ({"data_code": "metering_log"}, FAIL),
        ({"product_code": unknown()}, UNKNOWN),
        ({"product_code": "oss", "enabled": unknown()}, FAIL),
        ({"existence": unknown()}, UNKNOWN),
        ({"policy_config": [{"resource_mode": "instanceMode", "instance_ids": [reference(VPC)]}]}, PASS),
        ({"policy_config": [{"resource_mode": "instanceMode", "instance_ids": ["vpc-other"]}]}, FAIL),
        ({"policy_config": [{"resource_mode": "instanceMode", "instance_ids": [unknown()]}]}, UNKNOWN),
        ({"policy_config": [{"resource_mode": "attributeMode", "regions": ["cn-hangzhou"]}]}, UNKNOWN),
        ({"policy_config": unknown()}, UNKNOWN),
    ],
)
def test_collection_policy(changed: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN024", VPC, policy(**changed)) is expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"vpc_flow_enabled": "true"}, PASS),
        ({"vpc_flow_enabled": True, "vpc_flow_collection_policy": ""}, PASS),
        ({"vpc_flow_enabled": "true", "vpc_flow_collection_policy": 'accept tag.env == "prod"'}, UNKNOWN),
        ({"vpc_flow_enabled": "false"}, FAIL),
        ({"oss_access_enabled": "true"}, FAIL),
        ({"vpc_flow_enabled": unknown()}, UNKNOWN),
        (unknown(), UNKNOWN),
        (Unknown("no-value", "merge", encoded={"vpc_flow_enabled": "true"}), PASS),
        (Unknown("no-value", "merge", encoded={"oss_access_enabled": "true"}), UNKNOWN),
    ],
)
def test_log_audit_app(variables: Any, expected: Verdict) -> None:
    assert verdict("CN024", VPC, resource("alicloud_log_audit", variable_map=variables)) is expected


def test_one_whole_collector_is_enough() -> None:
    assert verdict("CN024", VPC, policy(enabled=unknown()), policy(name_="two")) is PASS


def test_network_balancer_logs_tls_only() -> None:
    balancer = resource("aws_lb", load_balancer_type="network")

    def listener(protocol: Any, **more: Any) -> Resource:
        return resource("aws_lb_listener", protocol=protocol, load_balancer_arn=reference(balancer, "arn"), **more)

    assert verdict("CN025", balancer) is NONE
    assert verdict("CN025", balancer, listener("TCP")) is NONE
    assert verdict("CN025", balancer, listener("TCP"), listener("TLS")) is FAIL
    assert verdict("CN025", balancer, listener("TLS", existence=unknown())) is UNKNOWN
    assert verdict("CN025", balancer, listener(either("TLS", "TCP"))) is UNKNOWN
    logged = resource("aws_lb", load_balancer_type="network", access_logs=[{"bucket": "b", "enabled": True}])
    assert verdict("CN025", logged) is PASS
    assert verdict("CN025", resource("aws_lb", load_balancer_type="gateway")) is NONE
    assert verdict("CN025", resource("aws_lb", load_balancer_type=unknown())) is UNKNOWN


def test_bucket_that_takes_the_logs() -> None:
    target = resource("aws_s3_bucket", "logs", bucket="logs")
    logging = resource("aws_s3_bucket_logging", bucket="data", target_bucket="logs")
    assert verdict("CN085", target, logging) is NONE
    assert verdict("CN085", resource("aws_s3_bucket", "other", bucket="other"), logging) is FAIL
    assert (
        verdict("CN085", target, resource("aws_s3_bucket_logging", bucket="data", target_bucket=unknown())) is UNKNOWN
    )
    own = resource("tencentcloud_cos_bucket", log_enable=False, log_target_bucket=unknown())
    assert verdict("CN085", own) is FAIL


# --------------------------------------------------------------------------------------------------------------
# Administration
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        (None, FAIL),
        ("", FAIL),
        (" ; ", FAIL),
        ("203.0.113.0/24", PASS),
        ("203.0.113.0/24;10.0.0.0/8", PASS),
        ("203.0.113.0/24; 0.0.0.0/0", FAIL),
        ("0.0.0.0/1;128.0.0.0/1", FAIL),
        (partly("203.0.113.0/24;", unknown()), UNKNOWN),
        (partly("0.0.0.0/0;", unknown()), FAIL),
        (partly(unknown(), "/32"), PASS),
        (unknown(), UNKNOWN),
        (either("203.0.113.0/24", None), UNKNOWN),
        (either("203.0.113.0/24", "198.51.100.0/24"), PASS),
    ],
)
def test_login_masks(masks: Any, expected: Verdict) -> None:
    assert verdict("CN026", resource("alicloud_ram_security_preference", login_network_masks=masks)) is expected


def statement(effect: Any, operator: str, values: Any, key: str = "aws:SourceIp") -> str | Unknown:
    document = {"Statement": [{"Sid": "S", "Effect": effect, "Action": "*", "Condition": {operator: {key: values}}}]}
    if isinstance(values, Unknown) or isinstance(effect, Unknown):
        return Unknown("no-value", "jsonencode", document=document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (statement("Deny", "NotIpAddress", "203.0.113.0/24"), PASS),
        (statement("Deny", "NotIpAddress", ["203.0.113.0/24", "0.0.0.0/0"]), FAIL),
        (statement("Deny", "NotIpAddressIfExists", "::/0"), FAIL),
        (statement("Deny", "IpAddress", "0.0.0.0/0"), NONE),  # a block-list lets nobody in
        (statement("Allow", "IpAddress", ["0.0.0.0/1", "128.0.0.0/1"]), FAIL),
        (statement("Allow", "NotIpAddress", "0.0.0.0/0"), NONE),
        (statement("Allow", "ForAnyValue:IpAddress", "0.0.0.0/0"), FAIL),
        (statement("Allow", "IpAddress", unknown()), UNKNOWN),
        (statement(unknown(), "IpAddress", "0.0.0.0/0"), UNKNOWN),
        (statement("Allow", "StringEquals", "vpc-1", "aws:SourceVpc"), NONE),
        ('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', NONE),
        (unknown(), UNKNOWN),
    ],
)
def test_address_conditions(text: Any, expected: Verdict) -> None:
    assert verdict("CN026", resource("aws_iam_policy", policy=text)) is expected


def test_finding_names_statement_and_address() -> None:
    target = resource("aws_iam_policy", policy=statement("Deny", "NotIpAddress", ["10.0.0.0/8", "0.0.0.0/0"]))
    assert findings(judge(BY_CODE["CN026"], target)) == [(FAIL, "policy", "S 0.0.0.0/0")]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_instance.bastion", FAIL),
        ("aws_instance.prod_bastion[0]", FAIL),
        ("aws_instance.jump_host", FAIL),
        ("aws_instance.jumpserver", FAIL),
        ("module.bastion.aws_instance.this", FAIL),
        ('module.hosts["bastion"].aws_instance.this', FAIL),
        ("aws_instance.web", NONE),
        ("aws_instance.bastion_clients_web", FAIL),
        ("aws_instance.jumper", NONE),
        ("aws_instance.rebastioned", NONE),
    ],
)
def test_what_is_called_a_bastion(address: str, expected: Verdict) -> None:
    target = resource("aws_instance", address=address, associate_public_ip_address=True)
    assert verdict("CN027", target) is expected


def test_address_bound_to_a_bastion() -> None:
    host = resource("alicloud_instance", "bastion")
    assert verdict("CN027", host) is PASS
    assert verdict("CN027", host, resource("alicloud_eip_association", instance_id=reference(host))) is FAIL
    assert verdict("CN027", host, resource("alicloud_eip_association", instance_id=unknown())) is UNKNOWN
    assert verdict("CN027", host, resource("alicloud_eip_association", instance_id="i-other")) is PASS


# --------------------------------------------------------------------------------------------------------------
# Services
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public", "blocks", "expected"),
    [
        (None, None, PASS),
        (False, [{"cidr_block": "0.0.0.0/0"}], PASS),
        (True, None, UNKNOWN),
        (True, [{"cidr_block": "203.0.113.0/24"}], PASS),
        (True, [{"cidr_block": "203.0.113.0/24"}, {"cidr_block": "0.0.0.0"}], FAIL),
        (True, [{"cidr_block": "203.0.113.0/24"}, unknown()], UNKNOWN),
        (True, [{"cidr_block": "0.0.0.0/0"}, unknown()], FAIL),
        (unknown(), [{"cidr_block": "0.0.0.0/0"}], UNKNOWN),
        (unknown(), [{"cidr_block": "203.0.113.0/24"}], PASS),
        (either(True, False), None, UNKNOWN),
    ],
)
def test_tcr_allow_list(public: Any, blocks: Any, expected: Verdict) -> None:
    target = resource("tencentcloud_tcr_instance", open_public_operation=public, security_policy=blocks)
    assert verdict("CN029", target) is expected


def anyone(**condition: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": condition}]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (anyone(), FAIL),
        (anyone(StringEquals={"aws:PrincipalOrgID": "o-1"}), PASS),
        (anyone(StringLike={"aws:PrincipalOrgID": "*"}), FAIL),
        (anyone(IpAddress={"aws:SourceIp": "0.0.0.0/0"}), FAIL),
        (anyone(Bool={"elasticfilesystem:AccessedViaMountTarget": "true"}), FAIL),  # no key of a registry
        ('{"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "*"}}', FAIL),
        ('{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}', PASS),
        ('{"Statement": {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "*"}}', PASS),
    ],
)
def test_registry_policy(text: str, expected: Verdict) -> None:
    assert verdict("CN029", resource("aws_ecr_repository_policy", policy=text)) is expected


def test_mount_target_condition_of_a_share() -> None:
    def share(**condition: Any) -> Resource:
        return resource("aws_efs_file_system_policy", policy=anyone(**condition))

    assert verdict("CN030", share(Bool={"elasticfilesystem:AccessedViaMountTarget": "true"})) is PASS
    assert verdict("CN030", share(Bool={"elasticfilesystem:AccessedViaMountTarget": "false"})) is FAIL
    assert verdict("CN030", share(BoolIfExists={"elasticfilesystem:AccessedViaMountTarget": "true"})) is FAIL


def test_share_behind_a_group_of_another_port() -> None:
    group = resource(
        "aws_security_group",
        ingress=[{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}],
    )
    assert verdict("CN030", resource("aws_efs_mount_target", security_groups=[reference(group)]), group) is PASS
    wide = resource(
        "aws_security_group",
        ingress=[{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}],
    )
    assert verdict("CN030", resource("aws_efs_mount_target", security_groups=[reference(wide)]), wide) is FAIL


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"principal": "*"}, FAIL),
        ({"principal": "*", "function_url_auth_type": "AWS_IAM"}, FAIL),  # of any account
        ({"principal": "*", "source_account": "123456789012"}, PASS),
        ({"principal": "*", "source_account": ""}, FAIL),
        ({"principal": "*", "source_arn": "arn:aws-cn:s3:::uploads"}, PASS),
        ({"principal": "*", "source_arn": "arn:aws-cn:s3:::*"}, FAIL),
        ({"principal": "*", "source_arn": "arn:aws-cn:execute-api:cn-north-1:123456789012:*"}, PASS),
        ({"principal": "*", "source_arn": "*"}, FAIL),
        ({"principal": "*", "source_arn": unknown()}, UNKNOWN),
        ({"principal": "*", "source_arn": reference(resource("aws_s3_bucket"), "arn")}, PASS),
        ({"principal": "*", "principal_org_id": unknown()}, UNKNOWN),
        ({"principal": "s3.amazonaws.com"}, FAIL),  # of any account
        ({"principal": "s3.amazonaws.com", "source_account": "123456789012"}, PASS),
        ({"principal": "s3.amazonaws.com", "source_arn": unknown()}, UNKNOWN),
        ({"principal": "alexa-connectedhome.amazon.com", "event_source_token": "amzn1.ask.skill.x"}, PASS),
        ({"principal": "210987654321"}, PASS),
        ({"principal": unknown()}, UNKNOWN),
        ({"principal": unknown(), "source_account": "123456789012"}, PASS),
        ({"principal": either("*", "s3.amazonaws.com")}, UNKNOWN),
    ],
)
def test_lambda_permission(attributes: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN032", resource("aws_lambda_permission", **attributes)) is expected


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        ("http", '{"authType": "anonymous"}', FAIL),
        ("http", '{"authType": "function"}', PASS),
        ("http", '{"authType": "jwt"}', PASS),
        ("http", '{"methods": ["GET"]}', PASS),  # callers sign by default
        ("http", None, PASS),
        ("http", "no json", UNKNOWN),
        ("timer", '{"authType": "anonymous"}', NONE),
        (unknown(), '{"authType": "anonymous"}', UNKNOWN),
        (unknown(), '{"authType": "function"}', PASS),
        ("http", unknown(), UNKNOWN),
        ("http", partly('{"authType": "anonymous", "methods": ["', unknown(), '"]}'), FAIL),
        ("http", partly('{"authType": "', unknown(), '"}'), UNKNOWN),
        ("http", Unknown("no-value", "jsonencode", document={"authType": "anonymous", "methods": unknown()}), FAIL),
        ("http", either('{"authType": "anonymous"}', '{"authType": "function"}'), UNKNOWN),
        ("http", either('{"authType": "anonymous"}', None), UNKNOWN),
    ],
)
def test_http_trigger(kind: Any, settings: Any, expected: Verdict) -> None:
    target = resource("alicloud_fcv3_trigger", trigger_type=kind, trigger_config=settings)
    assert verdict("CN032", target) is expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (None, FAIL),
        ([{}], FAIL),
        ([{"ip_list": "", "vpc_ip_list": " "}], FAIL),
        ([{"ip_list": "203.0.113.7"}], PASS),
        ([{"ip_list": "192.168.10.0-192.168.255.255,2001:db8::/32"}], PASS),
        ([{"ip_list": "0.0.0.0/0"}], FAIL),
        ([{"vpc_ip_list": "cn-hangzhou_125179[0.0.0.0/0]"}], PASS),  # every address inside that VPC
        ([{"vpc_ip_list": "cn-hangzhou_125179,*"}], FAIL),
        ([{"ip_list": "203.0.113.7", "vpc_ip_list": "*"}], FAIL),
        ([{"ip_list": unknown()}], UNKNOWN),
        ([{"ip_list": unknown(), "vpc_ip_list": "*"}], FAIL),
        ([{"vpc_ip_list": partly("cn-hangzhou_", unknown())}], PASS),
        (unknown(), UNKNOWN),
    ],
)
def test_warehouse_lists(lists: Any, expected: Verdict) -> None:
    assert verdict("CN122", resource("alicloud_maxcompute_project", ip_white_list=lists)) is expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, FAIL),
        ({"network_type_acl": []}, FAIL),
        ({"network_type_acl": ["VPC"]}, PASS),
        ({"network_type_acl": ["VPC", "CLASSIC"]}, FAIL),
        ({"network_type_acl": ["VPC", unknown()]}, UNKNOWN),
        ({"network_type_acl": ["INTERNET", unknown()]}, FAIL),
        ({"network_type_acl": unknown()}, UNKNOWN),
        ({"network_type_acl": Unknown("no-value", "concat", elements=("INTERNET",))}, FAIL),
        ({"network_type_acl": either(["VPC"], ["INTERNET"])}, UNKNOWN),
        ({"accessed_by": "Vpc"}, PASS),
        ({"accessed_by": "Any"}, FAIL),
        ({"accessed_by": unknown()}, UNKNOWN),
        ({"network_type_acl": ["VPC"], "accessed_by": "Any"}, PASS),
    ],
)
def test_tablestore_networks(attributes: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN122", resource("alicloud_ots_instance", **attributes)) is expected
