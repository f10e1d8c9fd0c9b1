"""WebEntry for AWS China: what is there by level, what is refused, what can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import WebEntry
from compliant_infra.components.aws.web_entry import log_bucket_statement
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

CERTIFICATE = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/1"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": "123456789012",
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "zones": ["cn-north-1a", "cn-north-1b"],
    "security_group_ids": ["sg-1"],
    "certificate_ids": [CERTIFICATE],
    "log_bucket": "balancer-logs",
}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: WebEntry("w", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def waiver(rule: str) -> dict[str, str]:
    return {"rule": rule, "reason": "agreed with the assessor", "owner": "security", "until": SOON}


def exceptions(args: Mapping[str, Any]) -> list[str]:
    """What the component reports that AWS China cannot do."""
    kept: list[WebEntry] = []
    record(lambda: kept.append(WebEntry("w", {**ARGS, **args})))
    return [item.reason for item in kept[0].exceptions]


def test_the_entry_speaks_tls_and_plain_http_only_leads_there() -> None:
    found = made({"certificate_ids": [CERTIFICATE, f"{CERTIFICATE}2"]})
    assert inputs(found, "w-https")["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert inputs(found, "w-certificate-1")["certificateArn"] == f"{CERTIFICATE}2"
    (action,) = inputs(found, "w-http")["defaultActions"]
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
    assert "w-http" not in names(made({"redirect_http": False}))


def test_a_public_entry_has_a_firewall_that_blocks_and_logs_without_credentials() -> None:
    found = made()
    rules = inputs(found, "w-web-acl")["rules"]
    assert [rule["priority"] for rule in rules] == sorted({rule["priority"] for rule in rules})
    assert rules[0]["action"] == {"block": {}}
    assert all(rule["overrideAction"] == {"none": {}} for rule in rules[1:])
    assert inputs(found, "w-web-acl")["scope"] == "REGIONAL"
    hidden = [field["singleHeader"]["name"] for field in inputs(found, "w-waf-log")["redactedFields"]]
    assert hidden == ["authorization", "cookie"]
    group = inputs(found, "w-waf-log-group")
    assert group["name"] == "aws-waf-logs-w" and group["retentionInDays"] == 180
    assert "kmsKeyId" not in inputs(made({"baseline": "mlps-l2"}), "w-waf-log-group")


def test_an_internal_entry_has_no_firewall_of_its_own() -> None:
    internal = {"internal": True, "purpose": "internal"}
    assert not [name for name in names(made(internal)) if "waf" in name or "acl" in name]
    given = made({**internal, "web_acl_arn": "arn:aws-cn:wafv2:cn-north-1:123456789012:regional/webacl/a/1"})
    assert "w-web-acl-association" in names(given) and "w-web-acl" not in names(given)


def test_entries_of_administration_ask_for_certificates() -> None:
    admin = {"purpose": "admin", "internal": True}
    found = made({**admin, "client_authorities": {"bucket": "ca", "key": "clients.pem"}})
    assert inputs(found, "w-trust-store")["caCertificatesBundleS3Bucket"] == "ca"
    assert inputs(found, "w-https")["mutualAuthentication"]["mode"] == "verify"
    assert "w-trust-store" not in names(made({**admin, "trust_store_arn": "arn:store"}))
    with pytest.raises(ComponentError, match=r"tls-mutual.*give client_authorities or trust_store_arn"):
        made(admin)


def test_what_aws_china_lacks_is_an_exception_to_sign() -> None:
    assert [reason for reason in exceptions({}) if "Shield Advanced" in reason]
    assert [reason for reason in exceptions({"profiles": ["sm"]}) if "SM2" in reason]
    assert exceptions({"baseline": "mlps-l2"}) == []


def test_what_exists_is_taken() -> None:
    found = made({"target_group_arn": "arn:group", "kms_key_arn": "arn:key"})
    assert not {"w-target-group", "w-log-key"} & names(found)
    assert inputs(found, "w-https")["defaultActions"] == [{"type": "forward", "targetGroupArn": "arn:group"}]
    assert inputs(found, "w-waf-log-group")["kmsKeyId"] == "arn:key"


def test_the_statement_for_the_log_bucket_is_for_this_account_and_region() -> None:
    statement = log_bucket_statement("logs", "cn-northwest-1", "123456789012", "w")
    assert statement["Resource"] == "arn:aws-cn:s3:::logs/w/AWSLogs/123456789012/*"
    assert statement["Principal"] == {"AWS": "arn:aws-cn:iam::037604701340:root"}
    assert log_bucket_statement("logs", "cn-north-1", "1")["Resource"] == "arn:aws-cn:s3:::logs/AWSLogs/1/*"


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"overrides": {"https": {"ssl_policy": "ELBSecurityPolicy-2016-08"}}}, "tls-min-12"),
        ({"overrides": {"load-balancer": {"access_logs": {"enabled": False}}}}, "net-edge-logs"),
        ({"overrides": {"load-balancer": {"enable_deletion_protection": False}}}, "deletion-protection"),
        ({"overrides": {"web-acl": {"rules": []}}}, "net-waf-on-public-web"),
        ({"overrides": {"waf-log-group": {"retention_in_days": 7}}}, "audit-retention"),
        (
            {"overrides": {"http": {"default_actions": [{"type": "forward", "target_group_arn": "arn:x"}]}}},
            "tls-listen",
        ),
        ({"purpose": "shop"}, "net-no-public-ip-on-instance"),
    ],
)
def test_weaker_settings_are_refused_and_can_be_waived(args: dict[str, Any], rule: str) -> None:
    with pytest.raises(WeakenedError, match=rule) as error:
        made(args)
    assert "clauses" in str(error.value)
    broken = {result.rule for result in error.value.results}
    assert made({**args, "waivers": [waiver(name) for name in broken]}).by_name("w").inputs["waivers"]


def test_harmless_overrides_pass_through() -> None:
    assert inputs(made({"overrides": {"load-balancer": {"idle_timeout": 30}}}), "w-load-balancer")["idleTimeout"] == 30


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"zones": ["cn-north-1a"], "subnet_ids": ["subnet-a"], "baseline": "mlps-l2"}, "at least 2 are needed"),
        ({"subnet_ids": ["subnet-a"]}, "1 subnet_ids given for 2 zones"),
        ({"certificate_ids": []}, "at least one of certificate_ids"),
        ({"security_group_ids": []}, "at least one of security_group_ids"),
        ({"region": "us-east-1"}, "does not lie in mainland China"),
    ],
)
def test_what_makes_no_compliant_entry_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
