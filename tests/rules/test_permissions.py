"""Administrator policies, trust policies, passwords and second factors: the logic beyond what fixtures show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliant_infra.kernel.model import ProviderConfiguration, Unknown, Verdict
from compliant_infra.kernel.rules.permissions import ADMINISTRATORS, TRUST
from compliant_infra.kernel.rules.sign_in import PASSWORD_POLICY, PASSWORD_REQUIRED, SECOND_FACTOR
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

FAIL, PASSED, UNKNOWN, NOT = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


WIDE = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
NARROW = policy({"Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*"})


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_ram_policy", {"policy_document": WIDE}, FAIL),
        ("alicloud_ram_policy", {"document": NARROW}, PASSED),
        ("alicloud_ram_policy", {"statement": [{"effect": "Allow", "action": ["*"], "resource": ["*"]}]}, FAIL),
        ("alicloud_ram_policy", {"policy_document": unknown()}, UNKNOWN),
        ("aws_iam_policy", {"policy": either(WIDE, NARROW)}, UNKNOWN),
        ("aws_iam_role", {"assume_role_policy": NARROW}, NOT),
        ("aws_iam_role", {"inline_policy": [{"name": "a", "policy": NARROW}, {"name": "b", "policy": WIDE}]}, FAIL),
        ("aws_iam_role", {"managed_policy_arns": [unknown(), "arn:aws-cn:iam::aws:policy/AdministratorAccess"]}, FAIL),
        ("aws_iam_user_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}, FAIL),
        ("aws_iam_user_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, PASSED),
        (
            "aws_iam_user_policy_attachment",
            {"policy_arn": Unknown("data-source", parts=("arn:", unknown(), ":iam::aws:policy/AdministratorAccess"))},
            FAIL,
        ),
        (
            "aws_iam_user_policy_attachment",
            {"policy_arn": Unknown("data-source", parts=("arn:", unknown(), ":iam::aws:policy/ViewOnlyAccess"))},
            PASSED,
        ),
        ("aws_iam_user_policy_attachment", {"policy_arn": unknown()}, UNKNOWN),
        ("alicloud_ram_user_policy_attachment", {"policy_name": "AdministratorAccess", "policy_type": "System"}, FAIL),
        ("alicloud_ram_user_policy_attachment", {"policy_name": unknown(), "policy_type": "Custom"}, PASSED),
        (
            "alicloud_ram_user_policy_attachment",
            {"policy_name": "AdministratorAccess", "policy_type": unknown()},
            UNKNOWN,
        ),
        ("tencentcloud_cam_user_policy_attachment", {"policy_id": "1"}, UNKNOWN),
        ("tencentcloud_cam_role_policy_attachment_by_name", {"policy_name": "AdministratorAccess"}, FAIL),
    ],
)
def test_administrators(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(ADMINISTRATORS, resource(type, **attributes)).verdict is expected


def test_each_statement_is_a_finding() -> None:
    wide = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    outcome = judge(ADMINISTRATORS, resource("aws_iam_policy", policy=policy({**wide, "Sid": "All"}, wide)))
    assert findings(outcome) == [(FAIL, "policy", "All"), (FAIL, "policy", "statement-1")]


def test_attached_policy_of_the_scan_is_judged_where_it_stands() -> None:
    own = resource("tencentcloud_cam_policy", document=NARROW)
    attachment = resource("tencentcloud_cam_user_policy_attachment", policy_id=reference(own))
    assert judge(ADMINISTRATORS, attachment).verdict is PASSED


CALLER = Unknown("data-source", "data.aws_caller_identity.current.account_id")


def trust(principal: Any, condition: Any = None, effect: Any = "Allow") -> Any:
    statement = {"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal}
    if condition is not None:
        statement["Condition"] = condition
    return {"Statement": [statement]}


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ({"Service": "ec2.amazonaws.com.cn"}, None, PASSED),
        ("*", None, FAIL),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, PASSED),
        ({"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "x"}}, FAIL),
        ({"AWS": "arn:aws-cn:iam::111111111111:root"}, None, PASSED),
        ({"AWS": "arn:aws-cn:iam::222222222222:root"}, None, PASSED),
        ({"AWS": "arn:aws-cn:iam::333333333333:root"}, None, UNKNOWN),
        ({"AWS": "arn:aws:iam::111111111111:root"}, None, FAIL),
        ({"AWS": unknown()}, None, UNKNOWN),
        ({"AWS": Unknown("data-source", parts=("arn:aws-cn:iam::", CALLER, ":root"))}, None, PASSED),
        ({"Federated": "arn:aws-cn:iam::111111111111:saml-provider/idp"}, None, PASSED),
        ({"Service": "ec2.amazonaws.com", "AWS": ["*", unknown()]}, None, FAIL),
    ],
)
def test_trust(principal: Any, condition: Any, expected: Verdict) -> None:
    role = resource("aws_iam_role", region_=None, assume_role_policy=Unknown("x", document=trust(principal, condition)))
    role.provider = ProviderConfiguration(
        "aws", region="cn-north-1", attributes={"allowed_account_ids": ["111111111111"]}
    )
    context = FakeContext([role], parameters={"trusted-accounts": ["222222222222"]})
    assert judge(TRUST, role, context).verdict is expected


def test_trust_of_other_clouds_and_old_forms() -> None:
    anyone = {"qcs": ["qcs::cam::anyone:anyone"]}
    assert judge(TRUST, resource("tencentcloud_cam_role", document=json.dumps(trust(anyone)))).verdict is FAIL
    service = {"service": ["cvm.qcloud.com"]}
    assert judge(TRUST, resource("tencentcloud_cam_role", document=json.dumps(trust(service)))).verdict is PASSED
    assert judge(TRUST, resource("alicloud_ram_role", services=["ecs.aliyuncs.com"])).verdict is PASSED
    assert judge(TRUST, resource("alicloud_ram_role", ram_users=["dev@1234567890123456"])).verdict is UNKNOWN
    listed = FakeContext(parameters={"trusted-accounts": ["1234567890123456"]})
    assert judge(TRUST, resource("alicloud_ram_role", ram_users=["dev@1234567890123456"]), listed).verdict is PASSED


def test_not_listed_account_is_named() -> None:
    role = resource("alicloud_ram_role", assume_role_policy_document=json.dumps(trust({"RAM": "acs:ram::99:root"})))
    outcome = judge(TRUST, role)
    assert isinstance(outcome.unknown, Unknown)
    assert (outcome.unknown.reason, "99" in outcome.message.en) == ("not-listed", True)


def test_uncertain_effect_never_fails() -> None:
    role = resource("aws_iam_role", assume_role_policy=Unknown("x", document=trust("*", effect=unknown())))
    assert judge(TRUST, role).verdict is UNKNOWN
    role = resource("aws_iam_role", assume_role_policy=json.dumps(trust("*", effect="Deny")))
    assert judge(TRUST, role).verdict is NOT


@pytest.mark.parametrize(
    ("age", "reuse", "expected"), [(90, 3, PASSED), (0, 3, FAIL), (91, 3, FAIL), (None, 3, FAIL), (30, 2, FAIL)]
)
def test_password_age_and_reuse(age: int | None, reuse: int, expected: Verdict) -> None:
    target = resource("alicloud_ram_account_password_policy", max_password_age=age, password_reuse_prevention=reuse)
    assert judge(PASSWORD_POLICY, target).verdict is expected


def test_defaults_of_the_password_policies_differ() -> None:
    written = {"max_password_age": 90, "password_reuse_prevention": 5}
    assert judge(PASSWORD_POLICY, resource("alicloud_ram_account_password_policy", **written)).verdict is PASSED
    newer = judge(PASSWORD_POLICY, resource("alicloud_ram_password_policy", **written))
    assert len(findings(newer)) == 4  # the four classes of characters; the default length is just enough
    aws = judge(PASSWORD_POLICY, resource("aws_iam_account_password_policy", **written))
    assert len(findings(aws)) == 5


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, FAIL),
        ({"mfa_operation_for_login": "mandatory"}, PASSED),
        ({"mfa_operation_for_login": "adaptive", "enforce_mfa_for_login": True}, FAIL),
        ({"enforce_mfa_for_login": True}, PASSED),
        ({"mfa_operation_for_login": unknown()}, UNKNOWN),
    ],
)
def test_security_preference(attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(SECOND_FACTOR, resource("alicloud_ram_security_preference", **attributes)).verdict is expected


def test_login_profile_is_covered_by_the_preference() -> None:
    profile = resource("alicloud_ram_login_profile")
    forced = resource("alicloud_ram_security_preference", mfa_operation_for_login="mandatory")
    assert judge(SECOND_FACTOR, profile).verdict is FAIL
    assert judge(SECOND_FACTOR, profile, FakeContext([profile, forced])).verdict is PASSED


def test_console_user_of_iam() -> None:
    profile = resource("aws_iam_user_login_profile", user="u")
    deny = {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}
    forced = {**deny, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    other = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    for written, expected in ((policy(forced), PASSED), (policy(other), FAIL), (unknown(), UNKNOWN), ("{", FAIL)):
        context = FakeContext([profile, resource("aws_iam_group_policy", policy=written)])
        assert judge(SECOND_FACTOR, profile, context).verdict is expected


@pytest.mark.parametrize(
    ("login", "action", "expected"),
    [
        ([{"phone": 0, "stoken": 1, "wechat": 0}], None, PASSED),
        ([{"phone": 0, "stoken": 0, "wechat": 0}], None, FAIL),
        (None, [{"phone": 1}], FAIL),
        ([{"stoken": 1}], [{"phone": 0}], FAIL),
        ([{"stoken": unknown(), "phone": 0}], None, UNKNOWN),
    ],
)
def test_cam_flags(login: Any, action: Any, expected: Verdict) -> None:
    target = resource("tencentcloud_cam_mfa_flag", login_flag=login, action_flag=action)
    assert judge(SECOND_FACTOR, target).verdict is expected


@pytest.mark.parametrize(
    ("type", "attributes", "expected"),
    [
        ("alicloud_kvstore_instance", {}, PASSED),
        ("alicloud_kvstore_instance", {"vpc_auth_mode": "Close"}, FAIL),
        ("alicloud_kvstore_instance", {"vpc_auth_mode": "Close", "instance_type": "Memcache"}, NOT),
        ("aws_elasticache_replication_group", {}, FAIL),
        ("aws_elasticache_replication_group", {"auth_token": unknown()}, PASSED),
        ("aws_elasticache_replication_group", {"auth_token": either("t0ken", None)}, UNKNOWN),
        ("aws_elasticache_replication_group", {"user_group_ids": unknown()}, UNKNOWN),
        ("aws_elasticache_replication_group", {"user_group_ids": [unknown()]}, PASSED),
        ("aws_elasticache_cluster", {"engine": "redis"}, FAIL),
        ("aws_elasticache_cluster", {"engine": "memcached"}, NOT),
        ("aws_elasticache_cluster", {"replication_group_id": unknown()}, NOT),
        ("aws_elasticache_user", {"no_password_required": True, "access_string": "on ~* +@all"}, FAIL),
        ("aws_elasticache_user", {"no_password_required": True, "access_string": "off ~* -@all"}, NOT),
        ("aws_elasticache_user", {"passwords": [unknown()], "access_string": "on ~* +@all"}, PASSED),
        ("aws_memorydb_cluster", {"acl_name": "open-access"}, FAIL),
        ("tencentcloud_redis_instance", {}, PASSED),
        ("tencentcloud_redis_instance", {"no_auth": True}, FAIL),
    ],
)
def test_stores_without_password(type: str, attributes: dict[str, Any], expected: Verdict) -> None:
    assert judge(PASSWORD_REQUIRED, resource(type, **attributes)).verdict is expected
