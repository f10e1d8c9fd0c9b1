"""Delivery areas and accelerators: declared areas, and the ends of an accelerator."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Resource, Verdict
from compliant_infra.kernel.rules.content_delivery import RULES
from tests.rules.fake import FakeContext, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in RULES}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("area", "destination", "mechanism", "valid", "expected"),
    [
        ("overseas", "overseas", "scc", True, PASS),
        ("global", "overseas", "scc", True, FAIL),  # another area than the declared one
        ("overseas", "sg", "scc", True, FAIL),  # the nodes are not in one country
        ("overseas", "overseas", "none", True, FAIL),
        ("overseas", "overseas", "scc", False, FAIL),
        ("domestic", "overseas", "none", True, PASS),
    ],
)
def test_declared_areas(area: str, destination: str, mechanism: str, valid: bool, expected: Verdict) -> None:
    target = resource("alicloud_cdn_domain_new", scope=area)
    declared = {
        "cross-border-destinations": [destination],
        "cross-border-mechanism": mechanism,
        "cross-border-valid": valid,
    }
    outcome = judge(BY_CODE["CN111"], target, FakeContext([target], parameters=declared))
    assert outcome.verdict is expected
    assert ("standard contract" in outcome.message.en) is (expected is PASS and area != "domestic")


def test_worldwide_acceleration_can_be_declared() -> None:
    target = resource("alicloud_eipanycast_anycast_eip_address", service_location="international")
    assert judge(BY_CODE["CN112"], target).verdict is FAIL
    declared = {
        "cross-border-destinations": ["global"],
        "cross-border-mechanism": "assessment",
        "cross-border-valid": True,
    }
    assert judge(BY_CODE["CN112"], target, FakeContext([target], parameters=declared)).verdict is PASS


@pytest.mark.parametrize(
    ("areas", "groups", "expected"),
    [
        (["ap-guangzhou", "ap-shanghai"], ["ap-beijing"], PASS),
        (["ap-hongkong"], ["ap-guangzhou"], FAIL),
        (["ap-hongkong", "ap-guangzhou"], [], FAIL),
        (["ap-hongkong", unknown(), "ap-guangzhou"], [], FAIL),
        (["ap-hongkong"], [], UNKNOWN),  # where it leads cannot be seen
        (["ap-guangzhou"], [unknown()], UNKNOWN),
        (["ap-guangzhou"], [None], UNKNOWN),
        ([], [], UNKNOWN),
    ],
)
def test_ends_of_an_accelerator(areas: list[Any], groups: list[Any], expected: Verdict) -> None:
    target = resource("tencentcloud_ga2_global_accelerator")
    ends: list[Resource] = [
        resource(
            "tencentcloud_ga2_accelerate_area",
            f"a{index}",
            global_accelerator_id=reference(target),
            accelerate_region=area,
        )
        for index, area in enumerate(areas)
    ]
    ends += [
        resource(
            "tencentcloud_ga2_endpoint_group",
            f"g{index}",
            global_accelerator_id=reference(target),
            endpoint_group_configuration=[{"endpoint_group_region": group} if group is not None else {}],
        )
        for index, group in enumerate(groups)
    ]
    assert judge(BY_CODE["CN112"], target, FakeContext([target, *ends])).verdict is expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("SouthChina", "NorthChina"), PASS),
        (("Hongkong", "Beijing"), FAIL),
        (("Beijing", "Virginia"), FAIL),
        (("Hongkong", "Japan"), NONE),  # abroad to abroad
        (("Atlantis", "Beijing"), UNKNOWN),
        ((unknown(), "Beijing"), UNKNOWN),
    ],
)
def test_ends_of_a_proxy(ends: tuple[Any, Any], expected: Verdict) -> None:
    target = resource("tencentcloud_gaap_proxy", access_region=ends[0], realserver_region=ends[1])
    assert judge(BY_CODE["CN112"], target).verdict is expected
