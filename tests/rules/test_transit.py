"""Listeners, TLS policies and database connections: the cases that fixtures would only repeat."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.kernel.rules.transit import BUCKET_HTTPS_ONLY, DATABASE_TLS, LISTENER_ENCRYPTED, TLS_MINIMUM
from compliant_infra.kernel.tls import aws_balancer_policy, is_strict_cipher, version
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

PASS, FAIL, UNKNOWN, NONE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("name", "minimum", "strict"),
    [
        ("ELBSecurityPolicy-2016-08", (1, 0), False),
        ("ELBSecurityPolicy-FS-2018-06", (1, 0), False),
        ("ELBSecurityPolicy-TLS-1-0-2015-04", (1, 0), False),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", (1, 1), False),
        ("ELBSecurityPolicy-FS-1-1-2019-08", (1, 1), False),
        ("ELBSecurityPolicy-TLS-1-2-2017-01", (1, 2), False),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", (1, 2), False),
        ("ELBSecurityPolicy-FS-1-2-Res-2019-08", (1, 2), False),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", (1, 2), True),
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", (1, 2), False),
        ("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", (1, 2), False),
        ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", (1, 2), True),
        ("ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", (1, 2), True),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", (1, 0), False),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", (1, 3), True),
    ],
)
def test_balancer_policies(name: str, minimum: tuple[int, int], strict: bool) -> None:
    assert aws_balancer_policy(name) == (minimum, strict)


def test_unheard_of_policy_is_undecided() -> None:
    assert aws_balancer_policy("ELBSecurityPolicy-Own") is None
    target = resource("aws_lb_listener", protocol="HTTPS", ssl_policy="ELBSecurityPolicy-Own")
    assert judge(TLS_MINIMUM, target).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("TLSv1", (1, 0)),
        ("TLSV1.1", (1, 1)),
        ("tlsv1.2", (1, 2)),
        ("TLSv1.3", (1, 3)),
        ("TLS_1_2", (1, 2)),
        ("SSLv3", (0, 3)),
        ("modern", None),
    ],
)
def test_versions(text: str, number: tuple[int, int] | None) -> None:
    assert version(text) == number


def test_ciphers() -> None:
    assert is_strict_cipher("ECDHE-RSA-CHACHA20-POLY1305")
    assert is_strict_cipher("TLS_AES_128_CCM_8_SHA256")
    assert not is_strict_cipher("ECDHE-RSA-AES128-SHA256")
    assert not is_strict_cipher("DES-CBC3-SHA")


@pytest.mark.parametrize(
    ("level", "baseline", "profiles", "verdict"),
    [
        (2, "mlps-l2", (), PASS),
        (3, "mlps-l3", (), PASS),
        (3, "mlps-l3", ("sm",), FAIL),
        (4, "mlps-l4", (), FAIL),
        (2, "financial-l2", (), FAIL),
    ],
)
def test_where_strict_ciphers_are_asked_for(level: int, baseline: str, profiles: tuple[str, ...], verdict: Any) -> None:
    loose = resource("alicloud_slb_listener", protocol="https", tls_cipher_policy="tls_cipher_policy_1_2")
    strict = resource("alicloud_slb_listener", protocol="https", tls_cipher_policy="tls_cipher_policy_1_2_strict")
    context = FakeContext([loose, strict], level=level, baseline=baseline, profiles=profiles)
    assert judge(TLS_MINIMUM, loose, context).verdict is verdict
    assert judge(TLS_MINIMUM, strict, context).verdict is PASS


def test_known_old_version_beside_unknown_ones_fails() -> None:
    target = resource("alicloud_alb_security_policy", tls_versions=[unknown(), unknown("var.y"), "TLSv1.0"], ciphers=[])
    assert judge(TLS_MINIMUM, target).verdict is FAIL


def test_strict_policy_of_a_listener_whose_protocol_is_unknown() -> None:
    """Whatever the protocol: nothing to find."""
    target = resource(
        "alicloud_slb_listener", protocol=unknown(), tls_cipher_policy="tls_cipher_policy_1_2_strict_with_1_3"
    )
    assert judge(TLS_MINIMUM, target).verdict is PASS


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"protocol": "tcp", "frontend_port": 80}, FAIL),
        ({"protocol": "udp", "frontend_port": "21"}, FAIL),
        ({"protocol": "tcp", "frontend_port": 443}, NONE),
        ({"protocol": "tcp", "frontend_port": unknown()}, UNKNOWN),
        ({"protocol": "tcp", "frontend_port": either(8443, 9443)}, NONE),
        ({"protocol": "http", "listener_forward": "off", "frontend_port": 80}, FAIL),
        ({"protocol": either("https", "http"), "frontend_port": 80}, UNKNOWN),
    ],
)
def test_classic_listener(attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(LISTENER_ENCRYPTED, resource("alicloud_slb_listener", **attributes)).verdict is verdict


def test_plaintext_ports_are_a_parameter() -> None:
    target = resource("alicloud_slb_listener", protocol="tcp", frontend_port=8081)
    context = FakeContext([target], parameters={"plaintext-ports": [8081]})
    assert judge(LISTENER_ENCRYPTED, target, context).verdict is FAIL


def test_redirect_rule_for_another_protocol_is_none() -> None:
    listener = resource("alicloud_alb_listener", listener_protocol="HTTP", listener_port=80)
    rule = resource(
        "alicloud_alb_rule",
        listener_id=reference(listener),
        rule_conditions=[{"type": "Path", "path_config": [{"values": ["/*"]}]}],
        rule_actions=[{"type": "Redirect", "redirect_config": [{"http_code": "301"}]}],
    )
    assert judge(LISTENER_ENCRYPTED, listener, FakeContext([listener, rule])).verdict is FAIL


def test_gateway_balancer_listener_has_no_protocol() -> None:
    balancer = resource("aws_lb", load_balancer_type="gateway")
    listener = resource("aws_lb_listener", load_balancer_arn=reference(balancer, "arn"))
    assert judge(LISTENER_ENCRYPTED, listener, FakeContext([balancer, listener])).verdict is NONE


def test_classic_balancer_reports_each_listener() -> None:
    target = resource(
        "aws_elb",
        listener=[
            {"lb_port": 80, "lb_protocol": "http"},
            {"lb_port": 443, "lb_protocol": "https"},
            {"lb_port": 25, "lb_protocol": "tcp"},
        ],
    )
    assert findings(judge(LISTENER_ENCRYPTED, target)) == [
        (FAIL, "listener.0.lb_protocol", "listener-0"),
        (FAIL, "listener.2.lb_port", "listener-2"),
    ]


def test_tencent_redirect_to_plain_http_fails() -> None:
    http = resource("tencentcloud_clb_listener", "http", protocol="HTTP", port=80)
    other = resource("tencentcloud_clb_listener", "other", protocol="HTTP", port=81)
    redirect = resource(
        "tencentcloud_clb_redirection",
        source_listener_id=reference(http, "listener_id"),
        target_listener_id=reference(other, "listener_id"),
    )
    context = FakeContext([http, other, redirect])
    assert judge(LISTENER_ENCRYPTED, http, context).verdict is FAIL


@pytest.mark.parametrize(
    ("family", "parameters", "verdict"),
    [
        ("postgres14", [], FAIL),
        ("postgres15", [], PASS),
        ("postgres16", [{"name": "rds.force_ssl", "value": "0"}], FAIL),
        ("sqlserver-se-15.0", [], FAIL),
        ("sqlserver-se-15.0", [{"name": "rds.force_ssl", "value": 1}], PASS),
        ("mysql8.0", [{"name": "require_secure_transport", "value": "ON"}], PASS),
        ("mysql8.0", [{"name": "other", "value": unknown()}], FAIL),
        ("mysql8.0", [unknown("each.value")], UNKNOWN),
        ("mysql8.0", [unknown("each.value"), {"name": "require_secure_transport", "value": "1"}], PASS),
        ("mysql8.4", [], UNKNOWN),
        ("mysql5.6", [], NONE),
        ("mariadb10.6", [], FAIL),
        ("mariadb10.4", [], NONE),
        ("oracle-ee-19", [], NONE),
        ("aurora-mysql8.0", [], NONE),  # the cluster's group decides
    ],
)
def test_parameter_groups(family: str, parameters: list[Any], verdict: Verdict) -> None:
    target = resource("aws_db_parameter_group", family=family, parameter=parameters)
    assert judge(DATABASE_TLS, target).verdict is verdict


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"engine": "mysql", "engine_version": "8.0", "parameter_group_name": "default.mysql8.0"}, FAIL),
        ({"engine": "mysql", "engine_version": "8.0", "parameter_group_name": "own"}, NONE),
        ({"engine": "mysql", "engine_version": "8.0", "parameter_group_name": unknown()}, UNKNOWN),
        ({"engine": "postgres", "engine_version": "13.9"}, FAIL),
        ({"engine": "oracle-ee", "engine_version": "19"}, NONE),
        ({"engine": "sqlserver-se"}, FAIL),
        ({"replicate_source_db": "main"}, NONE),
    ],
)
def test_default_parameter_groups(attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(DATABASE_TLS, resource("aws_db_instance", **attributes)).verdict is verdict


def test_forcing_is_asked_for_from_level_3() -> None:
    target = resource("alicloud_db_instance", engine="MySQL", ssl_action="Open")
    assert judge(DATABASE_TLS, target, FakeContext([target], level=2)).verdict is PASS
    assert judge(DATABASE_TLS, target, FakeContext([target], level=3)).verdict is FAIL


def test_switch_beside_its_instance_is_not_judged_twice() -> None:
    instance = resource("tencentcloud_redis_instance")
    switch = resource("tencentcloud_redis_ssl", instance_id=reference(instance), ssl_config="disabled")
    context = FakeContext([instance, switch])
    assert judge(DATABASE_TLS, instance, context).verdict is FAIL
    assert judge(DATABASE_TLS, switch, context).verdict is NONE


def test_deny_of_some_actions_leaves_plain_http_open() -> None:
    bucket = resource("aws_s3_bucket", bucket="data")
    policy = resource(
        "aws_s3_bucket_policy",
        bucket="data",
        policy='{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws-cn:s3:::data/*",'
        '"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}',
    )
    assert judge(BUCKET_HTTPS_ONLY, bucket, FakeContext([bucket, policy])).verdict is FAIL
