"""Regions and zones of the clouds."""

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.providers.regions import (
    is_mainland,
    mainland_regions,
    region_class,
    region_of_oss_location,
    region_of_zone,
    regions_of_classes,
)


@pytest.mark.parametrize(
    ("cloud", "region", "mainland"),
    [
        ("alicloud", "cn-beijing", True),
        ("alicloud", "cn-shanghai-finance-1-pub", True),
        ("alicloud", "cn-north-2-gov-1", True),
        ("alicloud", "cn-hzfinance", True),
        ("alicloud", "cn-hongkong", False),
        ("alicloud", "ap-southeast-1", False),
        ("alicloud", "cn-north-1", None),
        ("alicloud", "cn-atlantis", None),
        ("aws", "cn-north-1", True),
        ("aws", "cn-northwest-1", True),
        ("aws", "ap-east-1", False),
        ("aws", "us-gov-west-1", False),
        ("aws", "cn-south-1", None),
        ("tencentcloud", "ap-guangzhou", True),
        ("tencentcloud", "ap-beijing-fsi", True),
        ("tencentcloud", "ap-hongkong", False),
        ("tencentcloud", "ap-taipei", False),
        ("tencentcloud", "ap-atlantis", None),
        ("google", "asia-east1", False),
        ("google", "asia-east2", False),
        ("alicloud", "", None),
        ("nocloud", "cn-beijing", None),
    ],
)
def test_mainland(cloud, region, mainland):
    assert is_mainland(cloud, region) is mainland


@pytest.mark.parametrize(
    ("cloud", "zone", "region"),
    [
        ("alicloud", "cn-beijing-h", "cn-beijing"),
        ("alicloud", "cn-beijing-MAZ5(a,b)", "cn-beijing"),
        ("alicloud", "cn-hangzhou-MAZ10", "cn-hangzhou"),
        ("alicloud", "cn-hangzhou-finance-b", "cn-hangzhou-finance"),
        ("alicloud", "cn-shanghai-finance-1k", "cn-shanghai-finance-1"),
        ("alicloud", "cn-hongkong-b", "cn-hongkong"),
        ("alicloud", "ap-southeast-1a", "ap-southeast-1"),
        ("alicloud", "cn-beijing", None),
        ("alicloud", "cn-atlantis-a", None),
        ("alicloud", "cn-beijing-hh", None),
        ("aws", "cn-north-1a", "cn-north-1"),
        ("aws", "cn-north-1-pkx-1a", "cn-north-1"),
        ("aws", "cnnw1-az2", "cn-northwest-1"),
        ("aws", "us-west-2-lax-1a", "us-west-2"),
        ("aws", "cn-north-1", None),
        ("aws", "use1-az1", None),
        ("tencentcloud", "ap-beijing-3", "ap-beijing"),
        ("tencentcloud", "ap-shanghai-fsi-2", "ap-shanghai-fsi"),
        ("tencentcloud", "ap-hongkong-2", "ap-hongkong"),
        ("tencentcloud", "ap-beijing-x", None),
        ("google", "asia-east1-b", "asia-east1"),
        ("nocloud", "cn-beijing-h", None),
        ("alicloud", "", None),
    ],
)
def test_region_of_zone(cloud, zone, region):
    assert region_of_zone(cloud, zone) == region


@pytest.mark.parametrize(
    ("location", "region"),
    [
        ("oss-cn-hangzhou", "cn-hangzhou"),
        ("cn-hangzhou", "cn-hangzhou"),
        ("oss-cn-hzfinance", "cn-hangzhou-finance"),
        ("oss-cn-hzjbp", "cn-hangzhou-finance"),
        ("oss-cn-szfinance", "cn-shenzhen-finance-1"),
        ("oss-cn-hongkong", "cn-hongkong"),
        ("oss-cn-atlantis", None),
    ],
)
def test_region_of_oss_location(location, region):
    assert region_of_oss_location(location) == region


def test_classes():
    assert region_class("alicloud", "cn-hangzhou") == "public"
    assert region_class("alicloud", "cn-nanjing") == "local"
    assert region_class("alicloud", "cn-szfinance") == "finance"
    assert region_class("alicloud", "cn-north-2-gov-1") == "government"
    assert region_class("tencentcloud", "ap-shenzhen-fsi") == "finance"
    assert region_class("aws", "cn-south-1") is None


def test_lists_for_settings():
    assert mainland_regions("aws") == ("cn-north-1", "cn-northwest-1")
    assert mainland_regions("google") == ()
    assert mainland_regions("nocloud") == ()
    assert "cn-hongkong" not in mainland_regions("alicloud")


def test_no_region_has_two_meanings_as_a_zone():
    for cloud in ("alicloud", "aws", "tencentcloud"):
        for region in mainland_regions(cloud):
            assert region_of_zone(cloud, region) is None, region


def test_regions_of_classes():
    finance = regions_of_classes(("finance",))
    assert {"cn-hangzhou-finance", "cn-shanghai-finance-1-pub", "cn-hzfinance", "ap-shanghai-fsi"} <= set(finance)
    assert not {"cn-hangzhou", "cn-north-1", "ap-guangzhou", "cn-north-2-gov-1", "cn-hongkong"} & set(finance)
    assert set(regions_of_classes(("finance", "government"))) > set(finance)
    assert regions_of_classes(("nonsense",)) == ()


def test_level_4_of_the_financial_sector_is_held_to_its_regions():
    def allowed(baseline, **parameters):
        request = Request(baseline, parameters=Request.parameter_items(parameters))
        return assignment(request).parameters["allowed-regions"]

    assert "cn-hangzhou-finance" in allowed("financial-l4")
    assert "cn-hangzhou" not in allowed("financial-l4")
    assert allowed("financial-l3") == allowed("mlps-l4") == ()
    assert allowed("financial-l4", **{"allowed-regions": ["cn-hangzhou"]}) == ("cn-hangzhou",)
    assert allowed("financial-l4", **{"region-classes": []}) == ()
    assert "" in allowed("mlps-l3", **{"region-classes": ["nonsense"]})
