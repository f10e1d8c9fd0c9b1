"""RegionGuard for AWS China: which regions pass, what the policy denies, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import RegionGuard
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

BOTH = ["cn-north-1", "cn-northwest-1"]


def component(args: Mapping[str, Any]) -> RegionGuard:
    kept: list[RegionGuard] = []
    record(lambda: kept.append(RegionGuard("guard", {"region": "cn-north-1", **args})))
    return kept[0]


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: RegionGuard("guard", {"region": "cn-north-1", **args}) and None)


def test_the_policy_denies_other_regions_but_not_global_services() -> None:
    guard = component({"allowed_regions": ["cn-north-1"]})
    (statement,) = json.loads(guard.policy_document)["Statement"]
    assert statement["Condition"] == {"StringNotEquals": {"aws:RequestedRegion": ["cn-north-1"]}}
    assert statement["Effect"] == "Deny"
    assert {"iam:*", "organizations:*"} <= set(statement["NotAction"])
    assert not any(item.startswith(("s3:", "rds:", "ec2:")) for item in statement["NotAction"])
    assert component({}).allowed_regions == BOTH


def test_the_control_policy_only_where_it_is_attached() -> None:
    assert "guard-control-policy" not in {item.name for item in made().registrations}
    found = made({"target_ids": ["ou-1", "ou-2"]})
    assert found.by_name("guard-control-policy").inputs["type"] == "SERVICE_CONTROL_POLICY"
    assert found.by_name("guard-control-policy-attachment-1").inputs["targetId"] == "ou-2"


def test_roles_groups_and_the_analyzer() -> None:
    found = made({"role_names": ["ops"], "group_names": ["dev"], "access_analyzer": True})
    assert found.by_name("guard-role-ops").inputs["role"] == "ops"
    assert found.by_name("guard-group-dev").inputs["group"] == "dev"
    assert found.by_name("guard-access-analyzer").inputs["type"] == "ACCOUNT"
    assert "guard-access-analyzer" not in {item.name for item in made().registrations}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"allowed_regions": ["cn-north-1", "ap-east-1"]}, "does not lie in mainland China"),
        ({"allowed_regions": ["cn-northwest-1"]}, "its own region cn-north-1"),
        ({"region": "us-east-1"}, "does not lie in mainland China"),
    ],
)
def test_regions_that_are_refused(args: Mapping[str, Any], expected: str) -> None:
    with pytest.raises(ComponentError, match=expected):
        made(args)


def test_a_control_policy_that_denies_nothing_is_refused() -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    args = {"target_ids": ["ou-1"], "overrides": {"control-policy": {"content": document}}}
    with pytest.raises(WeakenedError, match="org-guardrail"):
        made(args)
    waiver = {"rule": "org-guardrail", "reason": "trial run", "owner": "platform", "until": SOON}
    assert component({**args, "waivers": [waiver]}).waived


def test_a_harmless_override_passes() -> None:
    found = made({"overrides": {"policy": {"description": "Beijing only"}}})
    assert found.by_name("guard-policy").inputs["description"] == "Beijing only"
