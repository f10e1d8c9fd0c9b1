"""Where data goes: direction, declared destinations, links, log sinks."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules.localisation import RULES
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in RULES}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def verdict(code: str, target: Any, *others: Any, **context: Any) -> Verdict:
    return judge(BY_CODE[code], target, FakeContext([target, *others], **context)).verdict


def replication(location: Any, region: Any = "cn-hangzhou") -> Any:
    return resource("alicloud_oss_bucket_replication", region=region, bucket="a", destination=[{"location": location}])


@pytest.mark.parametrize(
    ("location", "region", "expected"),
    [
        ("oss-cn-beijing", "cn-hangzhou", PASS),
        ("oss-cn-hongkong", "cn-hangzhou", FAIL),
        ("oss-cn-hongkong", "ap-southeast-1", NONE),  # abroad to abroad
        ("oss-cn-hangzhou", "ap-southeast-1", PASS),  # an import
        ("oss-cn-hangzhou", None, PASS),  # the destination alone decides
        ("oss-cn-hongkong", None, UNKNOWN),
        ("oss-cn-hongkong", unknown("var.region"), UNKNOWN),
        ("oss-mars-1", "cn-hangzhou", UNKNOWN),
        (unknown("var.location"), "cn-hangzhou", UNKNOWN),
        (either("oss-cn-beijing", "oss-cn-shanghai"), "cn-hangzhou", PASS),
        (either("oss-cn-beijing", "oss-us-west-1"), "cn-hangzhou", UNKNOWN),
        (either("oss-cn-hongkong", "oss-us-west-1"), "cn-hangzhou", FAIL),
    ],
)
def test_direction(location: Any, region: Any, expected: Verdict) -> None:
    assert verdict("CN106", replication(location, region)) is expected


@pytest.mark.parametrize(
    ("destination", "mechanism", "valid", "expected"),
    [
        ("ap-southeast-1", "scc", True, PASS),
        ("sg", "scc", True, PASS),
        ("us-west-1", "scc", True, FAIL),
        ("ap-southeast-1", "none", True, FAIL),
        ("ap-southeast-1", "scc", False, FAIL),
    ],
)
def test_declared_destinations(destination: str, mechanism: str, valid: bool, expected: Verdict) -> None:
    target = replication("oss-ap-southeast-1")
    declared = {
        "cross-border-destinations": [destination],
        "cross-border-mechanism": mechanism,
        "cross-border-valid": valid,
    }
    outcome = judge(BY_CODE["CN106"], target, FakeContext([target], parameters=declared))
    assert outcome.verdict is expected
    assert ("standard contract" in outcome.message.en) is (expected is PASS)


def test_copy_lies_where_the_resource_is_made() -> None:
    def restored(source: Any, region: Any) -> Any:
        return resource("alicloud_rds_ddr_instance", region=region, source_region=source)

    assert verdict("CN107", restored("cn-hangzhou", "ap-southeast-1")) is FAIL
    assert verdict("CN107", restored("ap-southeast-1", "cn-hangzhou")) is PASS
    assert verdict("CN107", restored("us-west-1", "ap-southeast-1")) is NONE
    assert verdict("CN107", restored(unknown("var.source"), "ap-southeast-1")) is UNKNOWN


def test_every_foreign_replica_is_a_finding() -> None:
    replicas = [{"region_name": name} for name in ("cn-northwest-1", "us-east-1", "eu-west-1")]
    target = resource("aws_dynamodb_table", region="cn-north-1", replica=replicas)
    assert findings(judge(BY_CODE["CN107"], target)) == [
        (FAIL, "replica.1.region_name", "us-east-1"),
        (FAIL, "replica.2.region_name", "eu-west-1"),
    ]


def test_links_have_no_direction() -> None:
    def peer(here: Any, there: Any) -> Any:
        return resource("aws_vpc_peering_connection", region=here, peer_region=there)

    assert verdict("CN109", peer("cn-north-1", "ap-east-1")) is FAIL
    assert verdict("CN109", peer("ap-east-1", "cn-north-1")) is FAIL
    assert verdict("CN109", peer("ap-east-1", "us-east-1")) is NONE
    assert verdict("CN109", peer("cn-north-1", "cn-northwest-1")) is PASS
    assert verdict("CN109", peer("cn-north-1", None)) is PASS


def test_members_of_one_network() -> None:
    def member(named: str, region: str, network: str = "ccn-1") -> Any:
        return resource("tencentcloud_ccn_attachment", named, region=None, ccn_id=network, instance_region=region)

    abroad = member("b", "ap-hongkong")
    assert verdict("CN109", abroad, member("a", "ap-guangzhou")) is FAIL
    assert verdict("CN109", abroad, member("a", "ap-guangzhou", "ccn-2")) is UNKNOWN
    assert verdict("CN109", abroad, region="ap-guangzhou") is FAIL


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ({"geographic_region_a_id": "China", "geographic_region_b_id": "China"}, PASS),
        ({"geographic_region_a_id": "China", "geographic_region_b_id": "Europe"}, FAIL),
        ({"geographic_region_a_id": "Asia-Pacific", "geographic_region_b_id": "Europe"}, NONE),
        ({"geographic_region_ids": ["China", "North-America"]}, FAIL),
        ({"geographic_region_a_id": "China"}, UNKNOWN),
        ({"geographic_region_a_id": "China", "geographic_region_b_id": unknown("var.area")}, UNKNOWN),
    ],
)
def test_bandwidth_packages(areas: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN109", resource("alicloud_cen_bandwidth_package", **areas)) is expected


def test_regions_and_zones() -> None:
    assert verdict("CN105", resource("provider.alicloud", region_="cn-hongkong")) is FAIL
    assert verdict("CN105", resource("provider.alicloud")) is UNKNOWN
    assert verdict("CN105", resource("provider.alicloud", region_=either("cn-beijing", "cn-shanghai"))) is PASS
    narrowed = {"allowed-regions": ["cn-beijing"]}
    assert verdict("CN105", resource("provider.alicloud", region_="cn-shanghai"), parameters=narrowed) is FAIL
    assert verdict("CN105", resource("alicloud_vpc", region="cn-hongkong")) is NONE  # the provider tells it
    listed = Unknown("data-source", "data.alicloud_zones.default.zones[0].id")
    assert verdict("CN105", resource("alicloud_vswitch", zone_id=listed)) is NONE
    assert verdict("CN105", resource("alicloud_vswitch", zone_id=unknown("var.zone"))) is UNKNOWN
    mixed = resource("alicloud_alb_load_balancer", zone_ids=["cn-beijing-h", "cn-hongkong-b"])
    assert verdict("CN105", mixed) is FAIL


def test_s3_copies_within_the_partition() -> None:
    def copy(bucket: Any) -> Any:
        rule = {"destination": [{"bucket": bucket}]}
        return resource("aws_s3_bucket_replication_configuration", region="cn-north-1", bucket="a", rule=[rule])

    partly = Unknown("no-value", "arn", parts=("arn:aws-cn:s3:::", unknown("var.name")))
    abroad = resource("aws_s3_bucket", "us", region="us-east-1", bucket="us")
    assert verdict("CN106", copy("arn:aws-cn:s3:::b")) is PASS
    assert verdict("CN106", copy(partly)) is PASS
    assert verdict("CN106", copy("arn:aws:s3:::b")) is FAIL
    assert verdict("CN106", copy(reference(abroad, "arn")), abroad) is FAIL
    assert verdict("CN106", copy(unknown("var.arn"))) is UNKNOWN


def test_log_sinks() -> None:
    def trail(**values: Any) -> Any:
        return resource("alicloud_actiontrail_trail", region="cn-hangzhou", **values)

    partly = Unknown("data-source", "arn", parts=("acs:log:cn-hongkong:", unknown("data.x.id"), ":project/a"))
    assert verdict("CN110", trail(sls_project_arn="acs:log:cn-hangzhou:1:project/a")) is PASS
    assert verdict("CN110", trail(sls_project_arn="acs:log:ap-southeast-1:1:project/a")) is FAIL
    assert verdict("CN110", trail(sls_project_arn=partly)) is FAIL
    assert verdict("CN110", trail(oss_bucket_name="made-elsewhere")) is UNKNOWN
    destination = resource("aws_cloudwatch_log_destination", region="cn-north-1", target_arn=unknown("var.arn"))
    assert verdict("CN110", destination) is UNKNOWN
