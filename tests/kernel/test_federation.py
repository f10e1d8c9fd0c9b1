"""Trust in identity providers: which conditions say whose tokens are meant."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.federation import pins_tokens
from compliant_infra.kernel.model import OneOf, Reference, Unknown
from compliant_infra.kernel.policies import Principal, parse_policy
from tests.rules.fake import FakeContext, reference, resource

VARIABLE = Unknown("no-value", "var.x")
HOST = "token.actions.githubusercontent.com"
CODE = f"arn:aws:iam::123456789012:oidc-provider/{HOST}"
CLUSTER = "arn:aws-cn:iam::1:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/AB"
POOL = "cognito-identity.amazonaws.com"
OWN = "arn:aws:iam::1:oidc-provider/sso.example.cn"
RRSA = "acs:ram::1:oidc-provider/ack-rrsa-c1"
ISSUER = resource("aws_iam_openid_connect_provider", "ci", url=f"https://{HOST}")


def text(*parts: Any) -> Unknown:
    return Unknown("no-value", "template", parts=parts)


@pytest.mark.parametrize(
    ("provider", "condition", "expected"),
    [
        (CODE, None, False),
        (CODE, {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}, False),
        (CODE, {"StringEquals": {f"{HOST}:sub": "repo:acme/app:ref:refs/heads/main"}}, True),
        (CODE, {"StringLike": {f"{HOST}:sub": "repo:acme/*"}}, True),
        (CODE, {"StringLike": {f"{HOST}:sub": "repo:acme*/app:*"}}, False),
        (CODE, {"StringLike": {f"{HOST}:sub": "repo:*"}}, False),
        (CODE, {"StringLike": {f"{HOST}:sub": ["repo:acme/app:*", "*"]}}, False),
        (CODE, {"StringLike": {f"{HOST}:sub": text("repo:", VARIABLE, "/app:*")}}, "?"),
        (CODE, {"StringLike": {f"{HOST}:sub": text("repo:acme/", VARIABLE, ":*")}}, True),
        (CODE, {"StringLike": {f"{HOST}:sub": VARIABLE}}, "?"),
        (CODE, {"StringEquals": {f"{HOST}:sub": VARIABLE}}, True),
        (CODE, {"StringNotEquals": {f"{HOST}:sub": "repo:acme/app"}}, False),
        (CODE, {"StringEquals": {f"{HOST}:repository": "acme/app"}}, "?"),
        (CODE, VARIABLE, "?"),
        (CLUSTER, {"StringEquals": {"oidc.eks.cn-north-1.amazonaws.com.cn/id/AB:aud": "sts"}}, False),
        (CLUSTER, {"StringLike": {"x:sub": "system:serviceaccount:payments:*"}}, True),
        (CLUSTER, {"StringLike": {"x:sub": "system:serviceaccount:*:app"}}, False),
        (POOL, None, False),
        (POOL, {"StringEquals": {f"{POOL}:aud": "cn-north-1:pool"}}, True),
        (POOL, {"ForAnyValue:StringLike": {f"{POOL}:amr": "authenticated"}}, False),
        (OWN, None, False),
        (OWN, {"StringEquals": {"sso.example.cn:aud": "app"}}, "?"),
        (OWN, {"StringEquals": {"sso.example.cn:sub": "u1"}}, True),
        (RRSA, {"StringEquals": {"oidc:aud": "sts.aliyuncs.com", "oidc:iss": "https://oidc-ack.example"}}, False),
        (RRSA, {"StringEquals": {"oidc:sub": "system:serviceaccount:default:app"}}, True),
        ("arn:aws:iam::1:saml-provider/ad", None, True),
        ("acs:ram::1:saml-provider/ad", None, True),
        (reference(resource("aws_iam_saml_provider", "ad"), "arn"), None, True),
        (reference(ISSUER, "arn"), None, False),
        (reference(ISSUER, "arn"), {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}, False),
        (reference(resource("aws_iam_openid_connect_provider", "gone"), "arn"), {"StringEquals": {"x:aud": "a"}}, "?"),
        (text("arn:aws:iam::", VARIABLE, f":oidc-provider/{HOST}"), None, False),
        (VARIABLE, None, "?"),
        (VARIABLE, {"StringEquals": {"x:sub": "repo:acme/app"}}, True),
        (OneOf([CODE, "arn:aws:iam::1:saml-provider/ad"], VARIABLE), None, "?"),
        (OneOf([CODE, POOL], VARIABLE), None, False),
    ],
)
def test_tokens(provider: Any, condition: Any, expected: Any) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": provider}}
    if condition is not None:
        statement["Condition"] = condition
    (read,) = parse_policy({"Statement": [statement]}).statements
    assert read.principals is not None
    principal = read.principals[0]
    assert isinstance(principal, Principal)
    answer = pins_tokens(read, principal, FakeContext([ISSUER]))
    assert ("?" if isinstance(answer, (Unknown, OneOf)) else answer) == expected


def test_a_token_of_saml_needs_no_subject() -> None:
    remote = Unknown("data-source", "data.remote.arn", reference=Reference("data.remote.x", "arn"))
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRoleWithSAML"], "Principal": {"Federated": remote}}
    (read,) = parse_policy({"Statement": [statement]}).statements
    principal = (read.principals or ())[0]
    assert isinstance(principal, Principal)
    assert pins_tokens(read, principal, FakeContext()) is True
