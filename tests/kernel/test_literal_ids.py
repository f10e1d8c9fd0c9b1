"""Resources that name each other by literal ids, as in a state or an export."""

from __future__ import annotations

from typing import Any

from compliant_infra.assignment import Request, assignment
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import ProviderConfiguration, Resource, Scan, SourceLocation

BEIJING = ProviderConfiguration("alicloud", region="cn-beijing")


def resource(kind: str, name: str, **attributes: Any) -> Resource:
    return Resource(
        root=".",
        address=f"{kind}.{name}",
        type=kind,
        name=name,
        attributes=attributes,
        location=SourceLocation("."),
        provider=BEIJING,
        origin="state",
        filled=True,
    )


def verdicts(rule: str, *resources: Resource) -> dict[str, str]:
    scan = Scan(".", list(resources), providers=[BEIJING], origin="state")
    judgement = judge(scan, assignment(Request("mlps-l3", only=(rule,), include_passed=True)))
    return {result.resource: str(result.verdict) for result in judgement.results}


def test_a_bucket_whose_id_is_its_name_is_one_resource() -> None:
    bucket = resource("alicloud_oss_bucket", "logs", id="audit-logs", bucket="audit-logs")
    trail = resource("alicloud_actiontrail_trail", "all", id="all", oss_bucket_name="audit-logs")
    assert verdicts("loc-log-sink-domestic", bucket, trail)[trail.address] == "pass"


def test_two_buckets_of_one_name_are_not_told_apart() -> None:
    buckets = [resource("alicloud_oss_bucket", name, bucket="audit-logs") for name in ("logs", "again")]
    trail = resource("alicloud_actiontrail_trail", "all", id="all", oss_bucket_name="audit-logs")
    assert verdicts("loc-log-sink-domestic", *buckets, trail)[trail.address] == "unknown"


def test_a_subnet_is_found_by_its_id() -> None:
    subnet = resource("alicloud_vswitch", "data", id="vsw-1", vpc_id="vpc-1", cidr_block="10.0.1.0/24")
    store = resource("alicloud_kvstore_instance", "cache", id="r-1", vswitch_id="vsw-1")
    public = resource("alicloud_instance", "web", id="i-1", vswitch_id="vsw-1", internet_max_bandwidth_out=5)
    assert verdicts("net-zones-separated", subnet, store)[store.address] == "pass"
    assert verdicts("net-zones-separated", subnet, store, public)[store.address] == "fail"
    entry = resource("alicloud_vswitch", "entry", id="vsw-2", vpc_id="vpc-1", cidr_block="10.0.2.0/24")
    beside = resource("alicloud_instance", "web", id="i-1", vswitch_id="vsw-2", internet_max_bandwidth_out=5)
    assert verdicts("net-nacl-between-tiers", subnet, entry, store, beside) == dict.fromkeys(
        (subnet.address, entry.address), "fail"
    )
