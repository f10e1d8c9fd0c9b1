"""How far apart regions lie."""

import pytest

from compliant_infra.providers.distances import separation
from compliant_infra.providers.regions import mainland_regions


@pytest.mark.parametrize(
    ("cloud", "region", "other", "low", "high"),
    [
        ("alicloud", "cn-beijing", "cn-shanghai", 1000, 1100),
        ("alicloud", "cn-hangzhou", "cn-shanghai", 150, 180),
        ("alicloud", "cn-shenzhen", "cn-guangzhou", 95, 115),
        ("alicloud", "cn-shenzhen", "cn-heyuan", 140, 165),
        ("alicloud", "cn-beijing", "cn-zhangjiakou", 150, 175),
        ("alicloud", "cn-hzfinance", "cn-hangzhou", 0, 0),
        ("aws", "cn-north-1", "cn-northwest-1", 850, 1050),
        ("tencentcloud", "ap-shanghai-fsi", "ap-shenzhen-fsi", 1150, 1300),
    ],
)
def test_known_distances(cloud: str, region: str, other: str, low: int, high: int) -> None:
    there, back = separation(cloud, region, other), separation(cloud, other, region)
    assert there is not None and there == back
    assert low <= there.kilometres <= high


def test_near_pairs_have_a_warning() -> None:
    near = separation("alicloud", "cn-hangzhou", "cn-shanghai")
    far = separation("alicloud", "cn-hangzhou", "cn-beijing")
    assert near is not None and near.warning.en and near.warning.zh
    assert far is not None and not far.warning.en


@pytest.mark.parametrize("cloud", ["alicloud", "aws", "tencentcloud"])
def test_every_mainland_region_has_a_place(cloud: str) -> None:
    regions = mainland_regions(cloud)
    assert regions and all(separation(cloud, regions[0], region) is not None for region in regions)


@pytest.mark.parametrize("region", ["cn-hongkong", "cn-atlantis", ""])
def test_other_regions_have_none(region: str) -> None:
    assert separation("alicloud", "cn-beijing", region) is None
