"""Identity for AWS China: settings of the account, separated administrators, what is refused and reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import Identity
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

ACCOUNT = "123456789012"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "account_id": ACCOUNT,
    "login_networks": ["203.0.113.0/24", "198.51.100.7/32"],
}
DUTIES = ("system", "security", "audit")


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: Identity("people", {**ARGS, **args}) and None)


def names(found: Recording) -> set[str]:
    return {item.name for item in found.registrations}


def statements(found: Recording, name: str, field: str = "policy") -> list[dict[str, Any]]:
    return list(json.loads(found.by_name(name).inputs[field])["Statement"])


def test_the_password_policy_of_the_account() -> None:
    password = made().by_name("people-password-policy").inputs
    assert (password["minimumPasswordLength"], password["maxPasswordAge"]) == (8, 90)
    assert password["passwordReusePrevention"] == 3
    assert "people-password-policy" not in names(made({"password_policy": False}))


def test_what_iam_cannot_do_is_reported() -> None:
    kept: list[Identity] = []
    record(lambda: kept.append(Identity("people", ARGS)))
    reasons = [item.reason for item in kept[0].exceptions]
    assert any("no lockout" in reason for reason in reasons)
    assert any("does not disable" in reason for reason in reasons)


def test_three_administrators_with_rights_that_do_not_overlap() -> None:
    found = made()
    allowed = {duty: set(statements(found, f"people-{duty}-policy")[0]["Action"]) for duty in DUTIES}
    denied = {duty: set(statements(found, f"people-{duty}-policy")[1]["Action"]) for duty in DUTIES}
    for duty in DUTIES:
        assert {"cloudtrail:DeleteTrail", "logs:DeleteLogGroup"} <= denied[duty]
        assert "*" not in allowed[duty]
    assert "ec2:*" not in allowed["security"] | allowed["audit"]
    assert not {"iam:AddUserToGroup", "iam:CreateUser"} & (allowed["system"] | allowed["audit"])


def test_every_administrator_has_the_boundary() -> None:
    found = made()
    boundary = {item["Sid"]: item for item in statements(found, "people-boundary")}
    services = set(boundary["Services"]["Action"])
    for duty in DUTIES:
        role = found.by_name(f"people-{duty}-role")
        assert [item.rpartition("::")[2] for item in role.property_dependencies["permissionsBoundary"]] == [
            "people-boundary"
        ]
        used = {f"{item.partition(':')[0]}:*" for item in statements(found, f"people-{duty}-policy")[0]["Action"]}
        assert used <= services
    assert "iam:CreateAccessKey" in boundary["NoWayAround"]["Action"]
    assert boundary["ListedAddressesOnly"]["Condition"]["NotIpAddress"] == {
        "aws:SourceIp": list(ARGS["login_networks"])
    }
    assert len(found.by_name("people-boundary").inputs["policy"].replace(" ", "")) <= 6144


def test_who_takes_the_roles() -> None:
    (own,) = statements(made(), "people-audit-role", "assumeRolePolicy")
    assert own["Principal"] == {"AWS": [f"arn:aws-cn:iam::{ACCOUNT}:root"]}
    assert own["Condition"]["Bool"] == {"aws:MultiFactorAuthPresent": "true"}
    (federated,) = statements(made({"saml_metadata": "<x/>"}), "people-audit-role", "assumeRolePolicy")
    assert federated["Action"] == "sts:AssumeRoleWithSAML"
    assert federated["Principal"] == {"Federated": f"arn:aws-cn:iam::{ACCOUNT}:saml-provider/people-saml"}
    arn = f"arn:aws-cn:iam::{ACCOUNT}:saml-provider/corp"
    assert "people-saml-provider" not in names(made({"saml_provider_arn": arn}))
    with pytest.raises(ComponentError, match="not both"):
        made({"saml_provider_arn": arn, "saml_metadata": "<x/>"})


def test_groups_only_with_members_of_one_duty() -> None:
    assert not {name for name in names(made()) if "group" in name}
    found = made({"members": {"audit": ["wang.fang"]}})
    assert found.by_name("people-audit-members").inputs["users"] == ["wang.fang"]
    assert statements(found, "people-audit-group-policy")[0]["Condition"]
    with pytest.raises(ComponentError, match=r"system and audit administrator.*8\.1\.4\.2"):
        made({"members": {"system": ["zhang.wei"], "audit": ["zhang.wei"]}})


def test_a_guardrail_is_attached_to_its_targets() -> None:
    found = made({"guardrail": {"target_ids": ["ou-1", "ou-2"]}})
    assert found.by_name("people-guardrail").inputs["type"] == "SERVICE_CONTROL_POLICY"
    assert found.by_name("people-guardrail-attachment-1").inputs["targetId"] == "ou-2"


def test_working_from_anywhere_is_refused() -> None:
    with pytest.raises(ComponentError, match="from anywhere"):
        made({"login_networks": []})
    with pytest.raises(WeakenedError, match="net-admin-source-restricted"):
        made({"login_networks": ["0.0.0.0/0"]})


@pytest.mark.parametrize(
    ("child", "override", "rule", "clause"),
    [
        ("password-policy", {"minimum_password_length": 6}, "iam-password-policy", "gbt22239-2019:8.1.4.1a"),
        ("password-policy", {"require_numbers": False}, "iam-password-policy", "gbt22239-2019:8.1.4.1a"),
        ("audit-role", {"max_session_duration": 43200}, "iam-session-timeout", "gbt22239-2019:8.1.4.1b"),
        (
            "audit-attachment",
            {"policy_arn": "arn:aws-cn:iam::aws:policy/AdministratorAccess"},
            "iam-no-admin-star",
            "8",
        ),
    ],
)
def test_weakening_overrides_are_refused(child: str, override: Mapping[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as error:
        made({"overrides": {child: override}})
    assert rule in str(error.value)
    assert clause in str(error.value)


def test_a_waiver_lets_one_setting_through() -> None:
    waiver = {
        "rule": "iam-session-timeout",
        "resource": "people-audit-role",
        "reason": "yearly audit",
        "owner": "audit",
        "until": SOON,
    }
    kept: list[Identity] = []
    args = {**ARGS, "waivers": [waiver], "overrides": {"audit-role": {"max_session_duration": 43200}}}
    record(lambda: kept.append(Identity("people", args)))
    assert [item["rule"] for item in kept[0].waived] == ["iam-session-timeout"]
