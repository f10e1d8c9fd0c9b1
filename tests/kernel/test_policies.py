"""Policy documents: reading them, whole or in part, and the questions that rules ask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliant_infra.kernel.bucket_objects import BucketObjects
from compliant_infra.kernel.logic import PASS, Outcome, failed
from compliant_infra.kernel.model import OneOf, Reference, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.policies import (
    Policy,
    PolicySyntaxError,
    Principal,
    all_resources,
    anonymous_principal,
    denies_insecure_transport,
    grants,
    is_administrator,
    judge_policy,
    narrowing_condition,
    parse_policy,
)

VARIABLE = Unknown("no-value", "var.x")
CALLER = Unknown("data-source", "data.aws_caller_identity.current.account_id")
BUCKET = Unknown("known-after-apply", "aws_s3_bucket.b.arn", reference=Reference("aws_s3_bucket.b", "arn"))
OBJECTS = BucketObjects(None, "aws_s3_bucket.b")


def text(*parts: Any) -> Unknown:
    return Unknown("no-value", "template", parts=parts)


def one(**members: Any) -> Any:
    """The only statement of a document with these members."""
    policy = parse_policy({"Statement": [members]})
    assert len(policy.statements) == 1
    return policy.statements[0]


def shown(answer: Any) -> Any:
    return "?" if isinstance(answer, (Unknown, OneOf)) else answer


def test_text_mapping_and_lower_case_members_read_alike() -> None:
    document = {"Version": "1", "Statement": {"Effect": "Allow", "Action": "oss:*", "Resource": ["*"], "Sid": "s"}}
    lowered = {"version": "2.0", "statement": [{"effect": "allow", "action": ["oss:*"], "resource": "*", "sid": "s"}]}
    assert parse_policy(document) == parse_policy(json.dumps(document)) == parse_policy(lowered)
    statement = parse_policy(lowered).statements[0]
    assert (statement.effect, statement.actions, statement.resources, statement.label) == (
        "Allow",
        ("oss:*",),
        ("*",),
        "s",
    )


@pytest.mark.parametrize("wrong", ["", "{", "[]", "{}", '{"Statement": ["x"]}', '{"Statement": [{}]}', "[" * 100_000])
def test_malformed_documents(wrong: str) -> None:
    with pytest.raises(PolicySyntaxError):
        parse_policy(wrong)


def test_wholly_unknown() -> None:
    with pytest.raises(UnknownValueError):
        parse_policy(VARIABLE)
    with pytest.raises(UnknownValueError):
        parse_policy(OneOf(["{}", "{}"], VARIABLE))


def test_parts_inside_and_outside_of_strings() -> None:
    policy = parse_policy(
        text(
            '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws-cn:iam::',
            CALLER,
            ':root"}, "Action": ',
            VARIABLE,
            ', "Resource": ["arn:aws-cn:s3:::\\"',
            VARIABLE,
            '/*"], "Condition": {"StringEquals": {"',
            VARIABLE,
            ':aud": "sts"}}}]}',
        )
    )
    statement = policy.statements[0]
    principal = statement.principals[0] if statement.principals else None
    assert isinstance(principal, Principal)
    assert principal.account is CALLER
    assert principal.own
    assert principal.partition == "aws-cn"
    assert statement.actions is not None
    assert statement.actions[0] is VARIABLE
    assert isinstance(statement.resources[0], Unknown)
    assert statement.resources[0].parts == ('arn:aws-cn:s3:::"', VARIABLE, "/*")
    assert list(statement.conditions["stringequals"]) == ["${var.x}:aud"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["ecs:*", "*:*"], "Resource": ["acs:*:*:*:*"]}, True),
        ({"Action": "*", "Resource": "arn:aws-cn:*"}, True),
        ({"Action": "*", "Resource": "arn:*"}, True),
        ({"Action": "*", "Resource": "arn:*:*"}, True),
        ({"Action": "*", "Resource": "?*"}, True),
        ({"Action": "*", "Resource": "acs:*"}, True),
        ({"Action": "*", "Resource": "qcs::*"}, True),
        ({"Action": "*", "Resource": text("arn:", VARIABLE, ":*")}, True),
        ({"Action": "*", "Resource": text("arn:", VARIABLE, ":s3:::*")}, False),
        ({"Action": "*", "Resource": "arn:aws:s3*"}, False),
        ({"Action": ["?*"], "Resource": "*"}, True),
        ({"Action": ["?*:?*"], "Resource": "*"}, True),
        ({"Action": ["s3:?*"], "Resource": "*"}, False),
        ({"Action": "*", "Resource": "arn:aws-cn:*:*:*:*"}, True),
        ({"Action": "*", "Resource": "arn:aws-cn:s3:::*"}, False),
        ({"Action": "*", "Resource": "acs:oss:*:*:*"}, False),
        ({"Action": "ecs:*", "Resource": "*"}, False),
        ({"NotAction": ["iam:*"], "Resource": "*"}, True),
        ({"NotAction": "*", "Resource": "*"}, False),
        ({"Action": "*", "NotResource": "acs:oss:*:*:b"}, True),
        ({"Action": VARIABLE, "Resource": "*"}, "?"),
        ({"Action": [VARIABLE, "*"], "Resource": "*"}, True),
        ({"Action": VARIABLE, "Resource": "acs:oss:*:*:b"}, False),
        ({"Action": text("oss:", VARIABLE), "Resource": "*"}, False),
        ({"Action": "*", "Resource": BUCKET}, False),
        ({"Action": "*", "Resource": OneOf(["*", "acs:oss:*:*:b"], VARIABLE)}, "?"),
        ({"Action": OneOf([["*"], ["ecs:Describe*"]], VARIABLE), "Resource": "*"}, "?"),
        ({"Action": "*", "Resource": "*", "Condition": {"Bool": {"acs:MFAPresent": "true"}}}, True),
        ({"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}}, False),
        ({"Action": "*", "Resource": "*", "Condition": VARIABLE}, "?"),
    ],
)
def test_administrator(members: dict[str, Any], expected: Any) -> None:
    assert shown(is_administrator(one(Effect="Allow", **members))) == expected
    assert is_administrator(one(Effect="Deny", **members)) is False


def test_administrator_of_unknown_effect_or_existence() -> None:
    assert shown(is_administrator(one(Effect=VARIABLE, Action="*", Resource="*"))) == "?"
    assert is_administrator(one(Effect=VARIABLE, Action="ecs:*", Resource="*")) is False
    choice = OneOf([{"Effect": "Allow", "Action": "*", "Resource": "*"}, None], VARIABLE)
    policy = parse_policy({"Statement": [choice, VARIABLE]})
    assert [shown(is_administrator(item)) for item in policy.statements] == ["?"]
    assert policy.unknown_statements == (VARIABLE,)


@pytest.mark.parametrize(
    ("members", "action", "expected"),
    [
        ({"Action": "s3:Get*"}, "s3:GetObject", True),
        ({"Action": "S3:get?bject"}, "s3:GetObject", True),
        ({"Action": "name/cos:*"}, "cos:PutObject", True),
        ({"NotAction": ["s3:Delete*"]}, "s3:GetObject", True),
        ({"NotAction": ["s3:*"]}, "s3:GetObject", False),
        ({"Action": text("ec2:", VARIABLE)}, "s3:GetObject", False),
        ({"Action": text("s3:", VARIABLE)}, "s3:GetObject", "?"),
        ({"Action": [VARIABLE, "s3:*"]}, "s3:GetObject", True),
    ],
)
def test_grants(members: dict[str, Any], action: str, expected: Any) -> None:
    assert shown(grants(one(Effect="Allow", **members), action)) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["arn:aws-cn:iam::123456789012:root", "*"]}, True),
        (["*"], True),
        ({"RAM": ["acs:ram::*:root"]}, True),
        ({"qcs": ["qcs::cam::anyone:anyone"]}, True),
        ({"Service": "ecs.aliyuncs.com"}, False),
        ({"Federated": VARIABLE}, False),
        ({"AWS": "123456789012"}, False),
        ({"qcs": ["qcs::cam::uin/100000000001:uin/100000000011"]}, False),
        ({"AWS": VARIABLE}, "?"),
        ({"AWS": [VARIABLE, "*"]}, True),
        ({"AWS": text("arn:aws:iam::", VARIABLE, ":role/x")}, False),
        ({"AWS": BUCKET}, False),
        (VARIABLE, "?"),
        ({"AWS": OneOf(["*", "123456789012"], VARIABLE)}, "?"),
        ({"AWS": OneOf(["123456789013", "123456789012"], VARIABLE)}, False),
        (None, False),
    ],
)
def test_anonymous(principal: Any, expected: Any) -> None:
    assert shown(anonymous_principal(one(Effect="Allow", Action="*", Principal=principal))) == expected


def test_not_principal_and_shared_principal() -> None:
    assert anonymous_principal(one(Effect="Allow", NotPrincipal={"AWS": "123456789012"})) is True
    shared = parse_policy({"principal": {"qcs": ["qcs::cam::anyone:anyone"]}, "statement": [{"effect": "allow"}]})
    assert anonymous_principal(shared.statements[0]) is True


@pytest.mark.parametrize(
    ("written", "account", "partition"),
    [
        ({"AWS": "arn:aws-cn:iam::123456789012:role/x"}, "123456789012", "aws-cn"),
        ({"AWS": "123456789012"}, "123456789012", ""),
        ({"AWS": text("arn:", VARIABLE, ":iam::123456789012:root")}, "123456789012", ""),
        ({"RAM": "acs:ram::1234567890123456:root"}, "1234567890123456", ""),
        (["20214760404935xxxx"], "20214760404935xxxx", ""),
        (["arn:sts::1798:assumed-role/r/s"], "1798", ""),
        ({"qcs": "qcs::cam::uin/100000000001:root"}, "100000000001", ""),
    ],
)
def test_accounts(written: Any, account: str, partition: str) -> None:
    principals = one(Effect="Allow", Principal=written).principals
    assert [(item.kind, item.account, item.partition, item.own) for item in principals] == [
        ("account", account, partition, False)
    ]


def test_own_account() -> None:
    role = Unknown("known-after-apply", "aws_iam_role.r.arn", reference=Reference("aws_iam_role.r", "arn"))
    for value in (role, CALLER, text("acs:ram::", Unknown("data-source", "data.alicloud_account.me.id"), ":root")):
        (principal,) = one(Effect="Allow", Principal={"AWS": value}).principals
        assert principal.own
    (principal,) = one(Effect="Allow", Principal={"AWS": text("arn:aws:iam::", VARIABLE, ":root")}).principals
    assert not principal.own
    assert principal.account is VARIABLE


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"acs:SourceVpc": ["vpc-1"]}}, True),
        ({"string_equal": {"qcs:vpc": "vpc-1"}}, True),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1/*"}}, False),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, True),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": ["o-1", VARIABLE]}}, "?"),
        ({"StringEquals": {"aws:PrincipalOrgID": VARIABLE}}, True),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, False),
        ({"StringLike": {"aws:SourceVpce": "vpce-?*"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, False),
        ({"StringLike": {"acs:SourceVpc": ["vpc-1", "vpc-*"]}}, False),
        ({"StringLike": {"aws:SourceVpc": text("vpc-", VARIABLE)}}, "?"),
        ({"StringLike": {"aws:SourceVpc": text("vpc-", VARIABLE, "*")}}, "?"),
        ({"StringLike": {"aws:SourceVpc": text("vpc-*", VARIABLE)}}, False),
        ({"StringLike": {"aws:PrincipalOrgPaths": text(CALLER, "/*")}}, True),
        ({"StringEquals": {"aws:SourceVpc": []}}, False),
        ({"IpAddress": {"aws:SourceIp": "2000::/3"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["::/1", "8000::/1"]}}, False),
        ({"IpAddress": {"aws:SourceIp": "128.0.0.0/2"}}, False),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, True),
        ({"IpAddress": {"aws:SourceIp": "*.*.*.*"}}, False),
        ({"IpAddress": {"aws:SourceIp": "somewhere"}}, "?"),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "somewhere"]}}, "?"),
        ({"IpAddress": {"aws:SourceIp": text(VARIABLE, "/0")}}, False),
        ({"IpAddress": {"aws:SourceIp": text(VARIABLE, "/32")}}, True),
        ({"IpAddress": {"aws:SourceIp": []}}, False),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, False),
        ({"IpAddress": {"acs:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, False),
        ({"ip_equal": {"qcs:ip": ["10.0.0.0/8", VARIABLE]}}, "?"),
        ({"ip_equal": {"qcs:ip": [VARIABLE, "0.0.0.0/0"]}}, False),
        ({"ip_equal": {"qcs:ip": [OneOf(["10.0.0.0/8", "0.0.0.0/0"], VARIABLE)]}}, "?"),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws-cn:sns:cn-north-1:123456789012:t"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws-cn:sns:*:123456789012:*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws-cn:sns:*:*:*"}}, False),
        ({"ArnEquals": {"aws:SourceArn": BUCKET}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "1"}}, True),
        ({"StringLike": {"aws:Referer": "https://example.com/*"}}, False),
        (VARIABLE, "?"),
        ({"IpAddress": VARIABLE, "StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
    ],
)
def test_narrowing(condition: Any, expected: Any) -> None:
    statement = one(Effect="Allow", Principal="*", Condition=condition)
    assert shown(narrowing_condition(statement, 8)) == expected


def test_narrowing_to_accounts() -> None:
    def narrowed(**condition: Any) -> Any:
        return narrowing_condition(one(Effect="Allow", Principal="*", Condition=condition), 8, {"111122223333"})

    assert narrowed(StringEquals={"aws:PrincipalAccount": "111122223333"}) is True
    assert narrowed(StringEquals={"aws:PrincipalAccount": CALLER}) is True
    assert narrowed(StringLike={"aws:PrincipalAccount": "1111*"}) is False
    foreign = narrowed(StringEquals={"aws:PrincipalAccount": ["111122223333", "999999999999"]})
    assert (foreign.reason, foreign.expression) == ("not-listed", "account 999999999999")
    assert narrowed(StringEquals={"aws:PrincipalAccount": "9", "aws:SourceVpc": "vpc-1"}) is True


def insecure(**members: Any) -> Policy:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [BUCKET, text(BUCKET, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return parse_policy({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}, {**statement, **members}]})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": False}}}, True),
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["name/cos:*"], "Condition": {"bool_equal": {"cos:secure-transport": "false"}}}, True),
        ({"Action": "oss:*", "Condition": {"Bool": {"acs:SecureTransport": ["false"]}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": VARIABLE}}}, "?"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Condition": {}}, False),
        ({"Effect": "Allow"}, False),
        ({"Principal": {"AWS": "123456789012"}}, False),
        ({"Action": "s3:GetObject"}, False),
        ({"Resource": BUCKET}, False),
        ({"Resource": VARIABLE}, "?"),
    ],
)
def test_insecure_transport(members: dict[str, Any], expected: Any) -> None:
    assert shown(denies_insecure_transport(insecure(**members), OBJECTS.covered_by)) == expected


def test_hidden_statement_may_deny_insecure_transport() -> None:
    assert shown(denies_insecure_transport(parse_policy({"Statement": [VARIABLE]}), OBJECTS.covered_by)) == "?"


def test_trust_policies_speak_of_no_resource() -> None:
    assert all_resources(one(Effect="Allow", Action="sts:AssumeRole", Principal="*")) is False


def verdict(value: Any) -> Verdict:
    def test(policy: Policy) -> Outcome:
        bad = any(is_administrator(item) is True for item in policy.statements)
        return failed(Text("too much", "过多"), "policy") if bad else PASS

    return judge_policy(value, "policy", test).verdict


def test_judge_policy() -> None:
    wide = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    narrow = json.dumps({"Statement": [{"Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*"}]})
    assert verdict(wide) is Verdict.FAIL
    assert verdict(narrow) is Verdict.PASS
    assert verdict(OneOf([wide, narrow], VARIABLE)) is Verdict.UNKNOWN
    assert verdict(OneOf([narrow, narrow], VARIABLE)) is Verdict.PASS
    assert verdict(VARIABLE) is Verdict.UNKNOWN
    assert verdict(Unknown("no-value", "jsonencode(...)", document=json.loads(wide))) is Verdict.FAIL
    broken = judge_policy("{", "policy", lambda policy: PASS)
    assert broken.verdict is Verdict.UNKNOWN
    assert isinstance(broken.unknown, Unknown)
    assert broken.unknown.reason == "unsupported"
