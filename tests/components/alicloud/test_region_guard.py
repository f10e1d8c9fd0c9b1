"""RegionGuard for Alibaba Cloud: which regions pass, what the policy denies, what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.alicloud import RegionGuard
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.components.region_policy import foreign_patterns
from compliant_infra.providers.regions import is_mainland, region_ids
from tests.days import SOON

DR: Mapping[str, Any] = {"dr_tier": "1", "rto": "4h", "rpo": "15m"}


def component(args: Mapping[str, Any]) -> RegionGuard:
    kept: list[RegionGuard] = []
    record(lambda: kept.append(RegionGuard("guard", {"region": "cn-beijing", **args})))
    return kept[0]


def made(args: Mapping[str, Any] = {}) -> Recording:
    return record(lambda: RegionGuard("guard", {"region": "cn-beijing", **args}) and None)


@pytest.mark.parametrize("cloud", ["alicloud", "aws"])
def test_patterns_match_every_region_abroad_and_none_within(cloud: str) -> None:
    patterns = [re.compile(re.escape(item).replace(r"\*", ".*")) for item in foreign_patterns(cloud)]
    for region in region_ids(cloud):
        assert any(item.fullmatch(region) for item in patterns) is not is_mainland(cloud, region), region


def test_without_arguments_all_regions_of_the_baseline() -> None:
    guard = component({})
    assert {"cn-beijing", "cn-hangzhou", "cn-shanghai-finance-1"} <= set(guard.allowed_regions)
    assert "cn-hongkong" not in guard.allowed_regions
    finance = component(
        {"baseline": "financial-l4", "region": "cn-shanghai-finance-1", "parameters": {"platform-level": 4}, **DR}
    )
    assert "cn-beijing" not in finance.allowed_regions
    assert "cn-shenzhen-finance-1" in finance.allowed_regions
    own = component({"parameters": {"allowed-regions": ["cn-beijing", "cn-shenzhen"]}})
    assert own.allowed_regions == ["cn-beijing", "cn-shenzhen"]


def test_the_policy_denies_services_abroad() -> None:
    (statement,) = json.loads(component({}).policy_document)["Statement"]
    assert statement["Effect"] == "Deny"
    assert {"ecs:*", "rds:*"} <= set(statement["Action"])
    assert {"acs:ecs:cn-hongkong:*:*", "acs:rds:us-*:*:*"} <= set(statement["Resource"])
    assert not any(":cn-beijing:" in item or ":*:*:*" in item for item in statement["Resource"])


def test_the_control_policy_only_where_it_is_bound() -> None:
    assert "guard-control-policy" not in {item.name for item in made().registrations}
    found = made({"target_ids": ["fd-1", "fd-2"]})
    assert found.by_name("guard-control-policy-attachment-1").inputs["targetId"] == "fd-2"
    control = found.by_name("guard-control-policy").inputs
    assert len(control["policyDocument"]) <= 4096


def test_roles_groups_and_the_rule_of_config() -> None:
    found = made({"role_names": ["ops"], "group_names": ["dev"], "allowed_regions": ["cn-beijing", "cn-shanghai"]})
    assert found.by_name("guard-role-ops").inputs["roleName"] == "ops"
    assert found.by_name("guard-group-dev").inputs["groupName"] == "dev"
    assert found.by_name("guard-config-rule").inputs["inputParameters"] == {"regions": "cn-beijing,cn-shanghai"}
    assert "guard-config-rule" not in {item.name for item in made({"config_rule": False}).registrations}


def test_what_the_policy_cannot_stop_is_reported() -> None:
    (exception,) = component({"role_names": ["ops"]}).exceptions
    assert "gbt22239-2019:8.2.1.1" in exception.clauses
    assert "OSS" in exception.reason


def test_a_policy_that_binds_nobody_is_reported() -> None:
    alone = component({})
    (unbound,) = [item for item in alone.exceptions if item.subject == "guard: policy"]
    assert "guard-domestic-regions binds nobody" in unbound.reason and "gbt22239-2019:8.2.1.1" in unbound.clauses
    assert alone.attached_to == []
    for bound in ({"role_names": ["ops"]}, {"group_names": ["dev"]}, {"target_ids": ["fd-1"]}):
        guard = component(bound)
        assert guard.attached_to == next(iter(bound.values()))
        assert "guard: policy" not in {item.subject for item in guard.exceptions}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"allowed_regions": ["cn-beijing", "cn-hongkong"]}, "does not lie in mainland China"),
        ({"allowed_regions": ["cn-beijing", "cn-nowhere"]}, "is not known"),
        ({"allowed_regions": ["cn-hangzhou"]}, "its own region cn-beijing"),
        (
            {
                "allowed_regions": ["cn-beijing", "cn-hangzhou"],
                "parameters": {"allowed-regions": ["cn-beijing"]},
            },
            "is not among the allowed regions",
        ),
        ({"region": "ap-southeast-1"}, "does not lie in mainland China"),
    ],
)
def test_regions_that_are_refused(args: Mapping[str, Any], expected: str) -> None:
    with pytest.raises(ComponentError, match=expected):
        made(args)


def test_a_control_policy_that_denies_nothing_is_refused() -> None:
    document = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    args = {"target_ids": ["fd-1"], "overrides": {"control-policy": {"policy_document": document}}}
    with pytest.raises(WeakenedError, match=r"org-guardrail"):
        made(args)
    waiver = {"rule": "org-guardrail", "reason": "trial run", "owner": "platform", "until": SOON}
    assert component({**args, "waivers": [waiver]}).waived


def test_a_ram_policy_that_allows_everything_is_refused() -> None:
    document = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    with pytest.raises(WeakenedError, match="iam-no-admin-star"):
        made({"overrides": {"policy": {"policy_document": document}}})


def test_a_harmless_override_passes() -> None:
    assert made({"overrides": {"config-rule": {"risk_level": 2}}}).by_name("guard-config-rule").inputs["riskLevel"] == 2
