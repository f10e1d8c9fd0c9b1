"""Identity for Alibaba Cloud: settings of the account, separated administrators, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import Identity
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ACCOUNT = "1234567890123456"
ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "account_id": ACCOUNT,
    "login_networks": ["203.0.113.0/24", "198.51.100.7/32"],
}
DUTIES = ("system", "security", "audit")


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: Identity("people", {**ARGS, **args}) and None)


def names(found: Recording) -> set[str]:
    return {item.name for item in found.registrations}


def statements(found: Recording, name: str, field: str = "policyDocument") -> list[dict[str, Any]]:
    return list(json.loads(found.by_name(name).inputs[field])["Statement"])


def test_settings_of_the_account() -> None:
    found = made()
    password = found.by_name("people-password-policy").inputs
    assert (password["minimumPasswordLength"], password["maxPasswordAge"]) == (8, 90)
    assert (password["passwordReusePrevention"], password["maxLoginAttemps"]) == (3, 5)
    preference = found.by_name("people-security-preference").inputs
    assert preference["mfaOperationForLogin"] == "mandatory"
    assert preference["loginNetworkMasks"] == "203.0.113.0/24;198.51.100.7/32"
    assert preference["allowUserToManageAccessKeys"] is False
    assert (preference["maxIdleDaysForUsers"], preference["loginSessionDuration"]) == (90, 8)


def test_settings_that_another_stack_keeps_are_left_alone() -> None:
    kept = names(made({"password_policy": False, "security_preference": False}))
    assert not {"people-password-policy", "people-security-preference"} & kept
    assert "people-audit-role" in kept


def test_stricter_numbers_of_the_team_hold() -> None:
    found = made({"parameters": {"idle-identity-days": 90, "login-max-failures": 3, "role-session-seconds": 3600}})
    assert found.by_name("people-password-policy").inputs["maxLoginAttemps"] == 3
    assert found.by_name("people-audit-role").inputs["maxSessionDuration"] == 3600
    with pytest.raises(ComponentError, match="less than RAM offers"):
        made({"parameters": {"idle-identity-days": 30}})


def test_three_administrators_with_rights_that_do_not_overlap() -> None:
    found = made()
    allowed = {duty: set(statements(found, f"people-{duty}-policy")[0]["Action"]) for duty in DUTIES}
    denied = {duty: set(statements(found, f"people-{duty}-policy")[1]["Action"]) for duty in DUTIES}
    for duty in DUTIES:
        assert {"actiontrail:DeleteTrail", "log:DeleteLogStore"} <= denied[duty]
        assert not {"*", "*:*"} & allowed[duty]
    assert "ram:*" in denied["system"]
    assert "ecs:*" not in allowed["security"] | allowed["audit"]
    assert "ram:AddUserToGroup" in allowed["security"]
    assert not {"ram:AddUserToGroup", "ram:CreateUser"} & (allowed["system"] | allowed["audit"])


def test_the_own_account_takes_the_roles_with_a_second_factor_from_listed_networks() -> None:
    (statement,) = statements(made(), "people-audit-role", "assumeRolePolicyDocument")
    assert statement["Principal"] == {"RAM": [f"acs:ram::{ACCOUNT}:root"]}
    assert statement["Condition"]["Bool"] == {"acs:MFAPresent": "true"}
    assert statement["Condition"]["IpAddress"] == {"acs:SourceIp": list(ARGS["login_networks"])}


def test_people_of_the_identity_provider_take_the_roles() -> None:
    found = made({"saml_metadata": "PEE+", "name_prefix": "acme"})
    (statement,) = statements(found, "people-system-role", "assumeRolePolicyDocument")
    assert statement["Principal"] == {"Federated": [f"acs:ram::{ACCOUNT}:saml-provider/acme-saml"]}
    assert "people-saml-provider" in names(found)
    arn = f"acs:ram::{ACCOUNT}:saml-provider/corp"
    given = made({"saml_provider_arn": arn})
    assert "people-saml-provider" not in names(given)
    (statement,) = statements(given, "people-system-role", "assumeRolePolicyDocument")
    assert statement["Principal"] == {"Federated": [arn]}
    with pytest.raises(ComponentError, match="not both"):
        made({"saml_provider_arn": arn, "saml_metadata": "PEE+"})


def test_groups_only_with_members_of_one_duty() -> None:
    assert not {name for name in names(made()) if "group" in name}
    found = made({"members": {"system": ["zhang.wei"], "audit": ["wang.fang"]}})
    assert found.by_name("people-audit-member-wang.fang").inputs["userName"] == "wang.fang"
    assert "people-security-group" not in names(found)
    (statement,) = statements(found, "people-audit-group-policy")
    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Resource"] == f"acs:ram::{ACCOUNT}:role/people-audit-administrator"
    with pytest.raises(ComponentError, match=r"zhang\.wei is system and audit administrator.*8\.1\.4\.2"):
        made({"members": {"system": ["zhang.wei"], "audit": ["zhang.wei"]}})
    with pytest.raises(ComponentError, match="members of network"):
        made({"members": {"network": ["zhang.wei"]}})


def test_a_guardrail_is_bound_to_its_targets() -> None:
    found = made({"guardrail": {"target_ids": ["fd-1", "fd-2"]}})
    (statement,) = statements(found, "people-guardrail")
    assert statement["Effect"] == "Deny"
    assert found.by_name("people-guardrail-attachment-1").inputs["targetId"] == "fd-2"
    assert "people-guardrail" not in names(made())


def test_signing_in_from_anywhere_is_refused() -> None:
    with pytest.raises(ComponentError, match=r"from anywhere \(.*8\.1\.5\.4"):
        made({"login_networks": []})
    with pytest.raises(WeakenedError, match="net-admin-source-restricted"):
        made({"login_networks": ["0.0.0.0/0"]})


@pytest.mark.parametrize(
    ("child", "override", "rule", "clause"),
    [
        ("password-policy", {"require_symbols": False}, "iam-password-policy", "gbt22239-2019:8.1.4.1a"),
        ("password-policy", {"max_login_attemps": 20}, "iam-lockout", "gbt22239-2019:8.1.4.1b"),
        ("security-preference", {"mfa_operation_for_login": "adaptive"}, "iam-mfa", "gbt22239-2019:8.1.4.1d"),
        ("security-preference", {"login_session_duration": 24}, "iam-session-timeout", "gbt22239-2019:8.1.4.1b"),
        ("security-preference", {"max_idle_days_for_users": 730}, "iam-idle-cleanup", "gbt22239-2019:8.1.4.2c"),
        ("security-preference", {"allow_user_to_manage_access_keys": True}, "iam-no-static-key", "8.1."),
        ("audit-role", {"max_session_duration": 43200}, "iam-session-timeout", "gbt22239-2019:8.1.4.1b"),
    ],
)
def test_weakening_overrides_are_refused(child: str, override: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": {child: override}})
    assert rule in str(error.value)
    assert clause in str(error.value)


def test_an_administrator_of_everything_is_refused() -> None:
    document = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    with pytest.raises(WeakenedError, match="iam-no-admin-star"):
        made({"overrides": {"system-policy": {"policy_document": document}}})


def test_a_waiver_lets_one_setting_through() -> None:
    waiver = {"rule": "iam-mfa", "reason": "hardware keys come in May", "owner": "security", "until": SOON}
    kept: list[Identity] = []
    args = {**ARGS, "waivers": [waiver], "overrides": {"security-preference": {"mfa_operation_for_login": "adaptive"}}}
    record(lambda: kept.append(Identity("people", args)))
    assert [item["rule"] for item in kept[0].waived] == ["iam-mfa"]
