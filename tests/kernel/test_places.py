"""Zone ids, ARNs and endpoints to regions."""

from __future__ import annotations

import time

import pytest

from compliant_infra.kernel.borders import cos_region, host_of, names_a_zone, oss_location
from compliant_infra.kernel.places import _COUNTRIES, country_of, partition_of_arn, region_of_arn, region_of_zone
from compliant_infra.providers.regions import is_mainland, mainland_regions


@pytest.mark.parametrize(
    ("cloud", "zone", "region"),
    [
        ("alicloud", "cn-beijing-h", "cn-beijing"),
        ("alicloud", "cn-hangzhou-MAZ5(b,c)", "cn-hangzhou"),
        ("alicloud", "ap-southeast-1a", "ap-southeast-1"),
        ("alicloud", "cn-shanghai-finance-1k", "cn-shanghai-finance-1"),
        ("alicloud", "cn-shanghai-finance-1-pub", "cn-shanghai-finance-1-pub"),
        ("alicloud", "cn-north-2-gov-1", "cn-north-2-gov-1"),
        ("alicloud", "cn-hongkong-b", "cn-hongkong"),
        ("alicloud", "cn-hangzhou", "cn-hangzhou"),
        ("alicloud", "Asia/Shanghai", None),
        ("alicloud", "", None),
        ("aws", "cn-north-1a", "cn-north-1"),
        ("aws", "cn-northwest-1", "cn-northwest-1"),
        ("aws", "cnn1-az1", "cn-north-1"),
        ("aws", "cnnw1-az2", "cn-northwest-1"),
        ("aws", "cn-north-1-pkx-1a", "cn-north-1"),
        ("aws", "us-west-2-lax-1a", "us-west-2"),
        ("aws", "us-gov-west-1b", "us-gov-west-1"),
        ("aws", "Z2ABCDEF", None),
        ("tencentcloud", "ap-beijing-3", "ap-beijing"),
        ("tencentcloud", "ap-shanghai-fsi-2", "ap-shanghai-fsi"),
        ("tencentcloud", "ap-guangzhou", "ap-guangzhou"),
        ("tencentcloud", "100003", None),
        ("google", "asia-east1-a", None),
    ],
)
def test_region_of_zone(cloud: str, zone: str, region: str | None) -> None:
    assert region_of_zone(cloud, zone) == region


@pytest.mark.parametrize(
    ("cloud", "name", "expected"),
    [
        ("alicloud", "zone_id", True),
        ("alicloud", "secondary_zone_id", True),
        ("alicloud", "availability_zone", True),
        ("alicloud", "time_zone", False),
        ("alicloud", "region", False),
        ("aws", "region", True),
        ("aws", "availability_zones", True),
        ("aws", "zone_id", False),  # Route 53
        ("tencentcloud", "first_slave_zone", True),
        ("tencentcloud", "anycast_zone", False),
    ],
)
def test_names_of_zone_arguments(cloud: str, name: str, expected: bool) -> None:
    assert names_a_zone(cloud, name) is expected


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("oss-cn-hangzhou", "cn-hangzhou"),
        ("oss-cn-hzfinance", "cn-hzfinance"),
        ("https://oss-cn-beijing-internal.aliyuncs.com", "cn-beijing"),
        ("http://bucket.oss-us-west-1.aliyuncs.com/prefix", "us-west-1"),
        ("cn-shanghai", "cn-shanghai"),
    ],
)
def test_oss_location(text: str, region: str) -> None:
    assert oss_location(text) == region


def test_names_with_colons() -> None:
    assert region_of_arn("arn:aws-cn:kinesis:cn-north-1:123456789012:stream/logs") == "cn-north-1"
    assert region_of_arn("arn:aws-cn:s3:::bucket") is None
    assert region_of_arn("not an arn") is None
    assert partition_of_arn("arn:aws-cn:s3:::bucket/a:b") == "aws-cn"
    assert cos_region("qcs::cos:ap-guangzhou::dr-1250000000") == "ap-guangzhou"
    assert host_of("https://user@Logs.Example.com:8088/x") == "logs.example.com"
    assert country_of("alicloud", "cn-hongkong") == "HK"
    assert country_of("alicloud", "cn-hangzhou") is None


@pytest.mark.parametrize("cloud", ["alicloud", "aws", "tencentcloud"])
def test_agrees_with_the_regions_of_the_providers(cloud: str) -> None:
    known = mainland_regions(cloud)
    assert known
    for region in (*known, *_COUNTRIES[cloud]):
        zone = f"{region}-2" if cloud == "tencentcloud" else f"{region}{'' if region[-1].isdigit() else '-'}b"
        assert region_of_zone(cloud, region) == region
        assert region_of_zone(cloud, zone) == region
    for region in _COUNTRIES[cloud]:
        assert is_mainland(cloud, region) is False, region


def test_long_zone_texts_are_read_at_once() -> None:
    start = time.process_time()
    for cloud in ("alicloud", "aws", "tencentcloud"):
        region_of_zone(cloud, "cn" + "-ab" * 20000 + "!")
        region_of_zone(cloud, "cn-" + "a" * 50000 + "!")
    assert time.process_time() - start < 1
