"""Arguments that are no arguments: every component says what it takes, none stumbles over them."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pulumi")
pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

from compliant_infra.components import alicloud, aws
from compliant_infra.components.component import ComponentError
from compliant_infra.components.given_arguments import with_defaults
from compliant_infra.components.recorder import record

CONFIGURATION = {"alicloud:region": "cn-beijing", "aws:region": "cn-north-1", "compliant-infra:baseline": "mlps-l3"}

COMPONENTS = [
    pytest.param(getattr(package, name), id=f"{cloud}-{name}")
    for cloud, package in (("alicloud", alicloud), ("aws", aws))
    for name in package.COMPONENTS
]


def complaint(component: Any, args: Any) -> str:
    with pytest.raises(ComponentError) as raised:
        record(lambda: component("shop", args) and None, config=CONFIGURATION)
    return str(raised.value)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_misspelt_argument_is_named(component: Any) -> None:
    assert "no argument nonsense" in complaint(component, {"nonsense": 1})


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_list_is_no_arguments(component: Any) -> None:
    assert "one object" in complaint(component, [])


@pytest.mark.parametrize("component", [param for param in COMPONENTS if "RegionGuard" not in str(param.id)])
def test_without_arguments_it_says_what_it_needs(component: Any) -> None:
    said = complaint(component, None)
    assert "missing" in said or "give" in said or "needs" in said


@pytest.mark.parametrize("primary", [None, 3, {}, {"region": 7}])
@pytest.mark.parametrize("component", [alicloud.MlpsBaseline, alicloud.FinancialBaseline, aws.MlpsBaseline])
def test_a_composite_names_its_primary_site(component: Any, primary: Any) -> None:
    assert "primary" in complaint(component, {"primary": primary})


@pytest.mark.parametrize("component", [alicloud.MlpsBaseline, alicloud.FinancialBaseline, aws.MlpsBaseline])
def test_the_region_of_a_composite_is_that_of_its_primary_site(component: Any) -> None:
    said = complaint(component, {"region": "cn-hangzhou", "primary": {"region": "cn-beijing"}})
    assert "region is that of primary" in said


def test_a_default_stands_for_what_is_not_given() -> None:
    assert with_defaults({"a": None, "b": 2}, a=1, b=1) == {"a": 1, "b": 2}
    assert with_defaults(None, a=1) == {"a": 1}
    assert with_defaults([3], a=1) == [3]


def test_a_text_is_no_list_of_ids() -> None:
    args = {"subnet_ids": "vsw-1", "zones": [], "image_id": "m-1", "instance_types": ["ecs.g8i.large"]}
    assert "subnet_ids must be a list" in complaint(alicloud.ServerGroup, args)


def test_a_list_is_no_object_of_ids() -> None:
    assert "servers must be an object" in complaint(alicloud.BackupVault, {"servers": ["i-1"]})


def test_a_text_is_no_provider() -> None:
    args = {"account_id": "1234567890123456", "collection_provider": "cn-shanghai"}
    assert "collection_provider must be" in complaint(alicloud.AuditTrail, args)
