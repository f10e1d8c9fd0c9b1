"""Certificates and keys in the code, and schedules of rotation: what is read of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.kernel.rules.secret_rotation import SECRET_ROTATION
from compliant_infra.kernel.x509 import Strength, certificate, ssh_key
from tests.rules.fake import FakeContext, judge, reference, resource
from tests.rules.test_fixtures import FIXTURES

GOOD = FIXTURES / "aws" / "crypto-weak-ban" / "good"


def written(identifier: str) -> str:
    """The bad fixture of Tencent Cloud from the resource of this name on: its certificate comes first."""
    text = (FIXTURES / "tencentcloud" / "crypto-weak-ban" / "bad.tf").read_text(encoding="utf-8")
    return text[text.index(f'"{identifier}"') :]


def test_certificates() -> None:
    assert certificate((GOOD / "certs" / "www.pem").read_text()) == Strength("RSA", 2048)
    assert certificate((GOOD / "certs" / "ecc.pem").read_text()) == Strength("other", 0)
    assert certificate(written("short")) == Strength("RSA", 1024)
    assert certificate(written("old")) == Strength("RSA", 2048, "SHA-1")


def test_broken_certificates_are_not_read() -> None:
    whole = (GOOD / "certs" / "www.pem").read_text()
    body = "".join(whole.split("-----")[2].split())
    data = base64.b64decode(body)
    for cut in (*range(0, len(data), 7), len(data) - 1):
        text = f"-----BEGIN CERTIFICATE-----{base64.b64encode(data[:cut]).decode()}-----END CERTIFICATE-----"
        assert certificate(text) is None
    for text in ("", "secret", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----"):
        assert certificate(text) is None


def rsa_key(bits: int) -> str:
    parts = (b"ssh-rsa", b"\x01\x00\x01", b"\x00" + (1 << (bits - 1)).to_bytes((bits + 7) // 8, "big"))
    return "ssh-rsa " + base64.b64encode(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).decode()


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        (rsa_key(1024), Strength("RSA", 1024)),
        (rsa_key(2048) + " ops@example.cn", Strength("RSA", 2048)),
        ("ssh-dss AAAA", Strength("DSA", 0)),
        ("ssh-ed25519 AAAA", Strength("other", 0)),
        ("ecdsa-sha2-nistp256 AAAA", Strength("other", 0)),
        (rsa_key(2048)[:-8], None),
        ("ssh-rsa *", None),
        ("ssh-rsa", None),
        ("ssh-new AAAA", None),
    ],
)
def test_ssh_keys(text: str, strength: Strength | None) -> None:
    assert ssh_key(text) == strength


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ({"automatically_after_days": 90}, Verdict.PASS),
        ({"automatically_after_days": 91}, Verdict.FAIL),
        ({"schedule_expression": "rate(12 hours)"}, Verdict.PASS),
        ({"schedule_expression": "rate(120 days)"}, Verdict.FAIL),
        ({"schedule_expression": "cron(0 4 1 * ? *)"}, Verdict.PASS),
        ({"schedule_expression": "cron(0 4 1 1 ? *)"}, Verdict.UNKNOWN),
        ({"schedule_expression": "cron(0 4 1 * ? 2030)"}, Verdict.UNKNOWN),
        ({"schedule_expression": "now and then"}, Verdict.UNKNOWN),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_rotation(rules: dict[str, Any], verdict: Verdict) -> None:
    secret = resource("aws_secretsmanager_secret")
    rotation = resource("aws_secretsmanager_secret_rotation", secret_id=reference(secret), rotation_rules=[rules])
    context = FakeContext([secret, rotation], parameters={"secret-rotation-days": 90})
    assert judge(SECRET_ROTATION, secret, context).verdict is verdict
    assert judge(SECRET_ROTATION, rotation, context).verdict is Verdict.NOT_APPLICABLE
