"""Keys: periods, exemptions, policies, national algorithms, hardware."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.kernel.periods import seconds
from compliant_infra.kernel.rules.keys import KEY_GUARDED, KEY_HARDWARE, KEY_NATIONAL, KEY_ROTATION, REST_NATIONAL
from tests.rules.fake import FakeContext, either, findings, judge, resource, unknown

PASS, FAIL, UNKNOWN, NONE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("365d", 31_536_000),
        ("8760h", 31_536_000),
        ("525600m", 31_536_000),
        ("31536000s", 31_536_000),
        (7, 604_800),
        ("7", 604_800),
        ("1y", None),
        ("", None),
    ],
)
def test_periods(text: Any, expected: int | None) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"automatic_rotation": "Enabled", "rotation_interval": "31536000s"}, PASS),
        ({"automatic_rotation": "Enabled", "rotation_interval": "31536001s"}, FAIL),
        ({"automatic_rotation": "Enabled", "rotation_interval": "1y"}, UNKNOWN),
        ({"automatic_rotation": "Enabled"}, FAIL),
        ({}, FAIL),
        ({"key_spec": "Aliyun_SM4"}, FAIL),
        ({"key_spec": "EC_SM2"}, NONE),
        ({"key_spec": "RSA_3072"}, NONE),
        ({"key_spec": "EC_P256K"}, NONE),
        ({"origin": "EXTERNAL"}, NONE),
        ({"key_spec": either("EC_SM2", "RSA_2048")}, NONE),
        ({"key_spec": unknown(), "automatic_rotation": "Enabled", "rotation_interval": "30d"}, UNKNOWN),
    ],
)
def test_alicloud_rotation(attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(KEY_ROTATION, resource("alicloud_kms_key", **attributes)).verdict is verdict


def test_rotation_period_is_a_parameter() -> None:
    key = resource("aws_kms_key", enable_key_rotation=True, rotation_period_in_days=365)
    assert judge(KEY_ROTATION, key, FakeContext([key], parameters={"key-rotation-days": 365})).verdict is PASS
    assert judge(KEY_ROTATION, key, FakeContext([key], parameters={"key-rotation-days": 180})).verdict is FAIL


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"customer_master_key_spec": "ECC_NIST_P256"}, NONE),
        ({"customer_master_key_spec": "HMAC_256"}, NONE),
        ({"customer_master_key_spec": "SM2"}, NONE),
        ({"xks_key_id": "k"}, NONE),
        ({"enable_key_rotation": "true"}, PASS),
    ],
)
def test_aws_rotation(attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(KEY_ROTATION, resource("aws_kms_key", **attributes)).verdict is verdict


def _policy(**statement: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", **statement}]}


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (_policy(Principal="*"), FAIL),
        (_policy(Principal={"AWS": "*"}), FAIL),
        (_policy(Principal={"AWS": "arn:aws-cn:iam::123456789012:root"}), PASS),
        (_policy(Principal="*", Effect="Deny"), PASS),
        (_policy(Principal="*", Condition={"StringEquals": {"kms:CallerAccount": "123456789012"}}), PASS),
        (
            _policy(Principal="*", Condition={"StringEquals": {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}}),
            FAIL,
        ),
        (_policy(Principal={"AWS": unknown("var.principal")}), UNKNOWN),
    ],
)
def test_key_policies(policy: dict[str, Any], verdict: Verdict) -> None:
    assert judge(KEY_GUARDED, resource("aws_kms_key_policy", policy=policy)).verdict is verdict


def test_a_key_reports_each_gap() -> None:
    key = resource("alicloud_kms_key", pending_window_in_days=7, policy=_policy(Principal={"RAM": ["*"]}))
    assert [(verdict, attribute) for verdict, attribute, _ in findings(judge(KEY_GUARDED, key))] == [
        (FAIL, "deletion_protection"),
        (FAIL, "pending_window_in_days"),
        (FAIL, "policy"),
    ]


@pytest.mark.parametrize(
    ("kind", "attributes", "verdict"),
    [
        ("aws_kms_key", {}, PASS),  # 30 days by default
        ("aws_kms_key", {"deletion_window_in_days": 29}, FAIL),
        ("tencentcloud_kms_key", {}, FAIL),  # 7 days by default
        ("tencentcloud_kms_key", {"pending_delete_window_in_days": "30"}, PASS),
        ("alicloud_kms_key", {"deletion_protection": "Enabled"}, PASS),  # the provider refuses to delete it
    ],
)
def test_deletion_windows(kind: str, attributes: dict[str, Any], verdict: Verdict) -> None:
    assert judge(KEY_GUARDED, resource(kind, **attributes)).verdict is verdict


@pytest.mark.parametrize(
    ("region", "spec", "verdict"),
    [
        ("cn-north-1", None, PASS),
        ("ap-east-1", None, FAIL),
        ("us-east-1", "SYMMETRIC_DEFAULT", FAIL),
        ("cn-north-1", "RSA_2048", FAIL),
        ("us-east-1", "SM2", PASS),
        (None, None, UNKNOWN),
        ("xx-nowhere-1", None, UNKNOWN),
    ],
)
def test_symmetric_keys_are_sm4_in_china_only(region: str | None, spec: str | None, verdict: Verdict) -> None:
    key = resource("aws_kms_key", region=region, customer_master_key_spec=spec)
    assert judge(KEY_NATIONAL, key, FakeContext([key], profiles=["sm"])).verdict is verdict


def test_national_rules_rest_without_the_profile() -> None:
    key = resource("alicloud_kms_key")
    disk = resource("alicloud_ecs_disk", encrypted=True)
    context = FakeContext([key, disk])
    assert judge(KEY_NATIONAL, key, context).verdict is NONE
    assert judge(REST_NATIONAL, disk, context).verdict is NONE


@pytest.mark.parametrize(
    ("level", "profiles", "verdict"),
    [(2, (), NONE), (2, ("sm",), NONE), (3, (), NONE), (3, ("sm",), FAIL), (4, (), FAIL)],
)
def test_where_hardware_is_asked_for(level: int, profiles: tuple[str, ...], verdict: Verdict) -> None:
    key = resource("alicloud_kms_key")
    assert judge(KEY_HARDWARE, key, FakeContext([key], level=level, profiles=profiles)).verdict is verdict


@pytest.mark.parametrize(
    ("kind", "attributes", "verdict"),
    [
        ("alicloud_instance", {"system_disk_encrypt_algorithm": "sm4-128"}, NONE),
        ("alicloud_instance", {"system_disk_encrypted": True, "system_disk_encrypt_algorithm": "SM4-128"}, PASS),
        (
            "alicloud_instance",
            {"system_disk_encrypted": unknown(), "system_disk_encrypt_algorithm": "aes-256"},
            UNKNOWN,
        ),
        ("alicloud_oss_bucket", {"server_side_encryption_rule": [{"sse_algorithm": "SM4"}]}, PASS),
        ("alicloud_oss_bucket", {}, NONE),
        ("tencentcloud_cos_bucket", {"encryption_algorithm": "KMS"}, UNKNOWN),
        ("tencentcloud_cos_bucket", {}, NONE),
    ],
)
def test_sm4_at_rest(kind: str, attributes: dict[str, Any], verdict: Verdict) -> None:
    target = resource(kind, **attributes)
    assert judge(REST_NATIONAL, target, FakeContext([target], profiles=["sm"])).verdict is verdict
