"""WebEntry for Alibaba Cloud: what is there by level, what is refused, what can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import WebEntry
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

WAF: Mapping[str, Any] = {
    "instance_id": "waf-1",
    "domain": "www.example.com",
    "certificate_id": "1-cn-beijing",
    "sm2_certificate_id": "2-cn-beijing",
}
ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "vpc_id": "vpc-1",
    "subnet_ids": ["vsw-h", "vsw-k"],
    "zones": ["cn-beijing-h", "cn-beijing-k"],
    "certificate_ids": ["1-cn-beijing", "3-cn-beijing"],
    "kms_key_id": "key-1",
}
#: An entry that is not for everybody says by its groups who may come.
INTERNAL: Mapping[str, Any] = {"internal": True, "security_group_ids": ["sg-1"]}


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: WebEntry("w", {**ARGS, **args}) and None)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return found.by_name(name).inputs


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def waiver(rule: str) -> dict[str, str]:
    return {"rule": rule, "reason": "agreed with the assessor", "owner": "security", "until": SOON}


def test_the_entry_speaks_tls_and_plain_http_only_leads_there() -> None:
    found = made()
    policy = inputs(found, "w-tls-policy")
    assert policy["tlsVersions"] == ["TLSv1.2", "TLSv1.3"]
    assert not [suite for suite in policy["ciphers"] if "CBC" in suite or suite.startswith(("AES", "RC4", "DES"))]
    assert inputs(found, "w-https")["certificates"] == {"certificateId": "1-cn-beijing"}
    assert inputs(found, "w-certificate-1")["certificateId"] == "3-cn-beijing"
    (action,) = inputs(found, "w-http-redirect")["ruleActions"]
    assert action["redirectConfig"] == {"protocol": "HTTPS", "port": "443", "httpCode": "308"}
    assert not {"w-http", "w-http-redirect"} & names(made({"redirect_http": False}))


def test_addresses_are_protected_from_level_3_on() -> None:
    third = made()
    assert inputs(third, "w-address-h")["securityProtectionTypes"] == ["AntiDDoS_Enhanced"]
    assert "allocationId" in inputs(third, "w-load-balancer")["zoneMappings"][0]
    address = inputs(third, "w-address-h")
    assert (address["bandwidth"], address["internetChargeType"]) == ("100", "PayByTraffic")
    assert inputs(made({"bandwidth": 10}), "w-address-h")["bandwidth"] == "10"
    origin = made({"ddos_instance_id": "ddosorigin-1"})
    assert "securityProtectionTypes" not in inputs(origin, "w-address-h")
    assert inputs(origin, "w-address-k-protected")["instanceId"] == "ddosorigin-1"
    second = made({"baseline": "mlps-l2"})
    assert not [name for name in names(second) if "address" in name]
    assert not [name for name in names(made({**INTERNAL, "purpose": "internal"})) if "address" in name]


def test_a_domain_in_front_has_both_certificates_and_its_logs() -> None:
    found = made({"waf": WAF, "profiles": ["sm"]})
    listen = inputs(found, "w-waf-domain")["listen"]
    assert (listen["certId"], listen["sm2CertId"], listen["sm2Enabled"]) == ("1-cn-beijing", "2-cn-beijing", True)
    assert listen["tlsVersion"] == "tlsv1.2" and listen["focusHttps"] and "httpPorts" not in listen
    collected = inputs(found, "w-waf-logs")
    assert (collected["productCode"], collected["dataCode"], collected["enabled"]) == ("waf", "access_log", True)
    assert collected["centralizeConfig"]["destTtl"] == 180
    assert inputs(found, "w-waf-log-store")["encryptConf"]["encryptType"] == "m4"
    with pytest.raises(ComponentError, match=r"tlcp-sm2-edge.*give waf with sm2_certificate_id"):
        made({"profiles": ["sm"]})
    with pytest.raises(ComponentError, match="tlcp-sm2-edge"):
        made({"profiles": ["sm"], "waf": {**WAF, "sm2_certificate_id": None}})


def test_a_second_entry_is_a_back_end_of_the_domain_of_the_first() -> None:
    """An account has one WAF for the mainland: the second entry has no domain of its own."""
    first = made({"waf": {**WAF, "backup_backends": ["alb-2.example.com"]}, "profiles": ["sm"]})
    assert inputs(first, "w-waf-domain")["redirect"]["backupBackends"] == ["alb-2.example.com"]
    assert "backupBackends" not in inputs(made({"waf": WAF}), "w-waf-domain")["redirect"]
    second = made({"waf_elsewhere": "the entry in cn-hangzhou", "profiles": ["sm"]})
    assert not {"w-waf-domain", "w-waf-logs", "w-waf-log-store"} & names(second)
    for wrong in ({"waf_elsewhere": " "}, {"waf_elsewhere": "the other entry", "waf": WAF}):
        with pytest.raises(ComponentError, match="waf_elsewhere says where the domain stands"):
            made(wrong)


def test_entries_of_administration_ask_for_certificates() -> None:
    found = made({**INTERNAL, "purpose": "admin", "ca_certificate_ids": ["ca-1"]})
    assert inputs(found, "w-https")["caEnabled"] is True
    assert inputs(found, "w-https")["caCertificates"] == [{"certificateId": "ca-1"}]
    assert inputs(found, "w-load-balancer")["addressType"] == "Intranet"
    with pytest.raises(ComponentError, match=r"tls-mutual.*give ca_certificate_ids"):
        made({**INTERNAL, "purpose": "admin"})
    assert "caEnabled" not in inputs(made({**INTERNAL, "purpose": "admin", "baseline": "mlps-l2"}), "w-https")


def test_what_exists_is_taken() -> None:
    given = {"server_group_id": "sgp-1", "log_project": "edge", "log_store": "alb", "security_group_ids": ["sg-1"]}
    found = made(given)
    assert not {"w-server-group", "w-log-project", "w-access-log-store", "w-log-role"} & names(found)
    assert inputs(found, "w-load-balancer")["accessLogConfig"] == {"logProject": "edge", "logStore": "alb"}
    (action,) = inputs(found, "w-https")["defaultActions"]
    assert action["forwardGroupConfig"]["serverGroupTuples"] == [{"serverGroupId": "sgp-1"}]
    assert inputs(found, "w-security-group")["securityGroupId"] == "sg-1"


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"overrides": {"load-balancer": {"load_balancer_edition": "Standard"}}}, "net-waf-on-public-web"),
        ({"overrides": {"load-balancer": {"access_log_config": None}}}, "net-edge-logs"),
        ({"overrides": {"load-balancer": {"deletion_protection_enabled": False}}}, "deletion-protection"),
        ({"overrides": {"tls-policy": {"tls_versions": ["TLSv1.1", "TLSv1.2"]}}}, "tls-min-12"),
        ({"overrides": {"http-redirect": {"rule_conditions": []}, "http": {"listener_port": 22}}}, "net-lb-nat-risky"),
        ({"overrides": {"address-h": {"security_protection_types": None}}}, "net-ddos-on-public-entry"),
        ({"overrides": {"access-log-store": {"retention_period": 90}}}, "audit-retention"),
        ({"internal": True, "purpose": "internal"}, "net-lb-acl"),
        ({"purpose": "shop"}, "net-no-public-ip-on-instance"),
        ({"bandwidth": 1}, "net-bandwidth-floor"),
    ],
)
def test_weaker_settings_are_refused_and_can_be_waived(args: dict[str, Any], rule: str) -> None:
    with pytest.raises(WeakenedError, match=rule) as error:
        made(args)
    assert "clauses" in str(error.value)
    broken = {result.rule for result in error.value.results}
    assert made({**args, "waivers": [waiver(name) for name in broken]}).by_name("w").inputs["waivers"]


def test_harmless_overrides_pass_through() -> None:
    found = made({"overrides": {"https": {"idle_timeout": 30}, "load-balancer": {"tags": {"team": "web"}}}})
    assert inputs(found, "w-https")["idleTimeout"] == 30
    assert inputs(found, "w-load-balancer")["tags"]["purpose"] == "public-entry"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"zones": ["cn-beijing-h"], "subnet_ids": ["vsw-h"], "baseline": "mlps-l2"}, "at least 2 are needed"),
        ({"subnet_ids": ["vsw-h"]}, "1 subnet_ids given for 2 zones"),
        ({"certificate_ids": []}, "at least one of certificate_ids"),
        ({"log_store": "alb"}, "log_store needs the log_project"),
        ({"region": "cn-hongkong"}, "does not lie in mainland China"),
    ],
)
def test_what_makes_no_compliant_entry_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)
