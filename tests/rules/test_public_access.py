"""Public addresses and endpoints, allow-lists, buckets, and the metadata service: defaults, companions, unknowns."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules import exposure, network, workload
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in (*network.RULES, *exposure.RULES, *workload.RULES)}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def verdict(code: str, target: Any, *others: Any, **context: Any) -> Verdict:
    return judge(BY_CODE[code], target, FakeContext([target, *others], **context)).verdict


@pytest.mark.parametrize(
    ("ips", "expected"),
    [
        (["10.0.0.0/8"], PASS),
        (["0.0.0.0"], FAIL),
        (["::/0"], FAIL),
        (["0.0.0.0/1", "128.0.0.0/1"], FAIL),
        (["16.0.0.0/7"], FAIL),
        (["16.0.0.0/8"], PASS),
        (["10.0.0.1", unknown("var.ip")], UNKNOWN),
        (["0.0.0.0/0", unknown("var.ip")], FAIL),
        (unknown("var.ips"), UNKNOWN),
        (either(["10.0.0.1"], ["10.0.0.2"]), PASS),
        (either(["0.0.0.0/0"], ["10.0.0.2"]), UNKNOWN),
        ([Unknown("no-value", "t", parts=(unknown("var.ip"), "/32"))], PASS),
        (None, PASS),  # only the host itself
    ],
)
def test_allow_list(ips: Any, expected: Verdict) -> None:
    assert verdict("CN016", resource("alicloud_db_instance", security_ips=ips)) is expected


def test_allow_list_as_text() -> None:
    def tair(text: Any) -> Any:
        return resource("alicloud_redis_tair_instance", security_ips=text)

    assert verdict("CN016", tair("10.0.0.1,10.0.0.2")) is PASS
    assert findings(judge(BY_CODE["CN016"], tair("10.0.0.1, 0.0.0.0/0"))) == [(FAIL, "security_ips", "0.0.0.0/0")]
    partly = Unknown("no-value", "t", parts=("0.0.0.0/0,", unknown("var.ip")))
    assert verdict("CN016", tair(partly)) is FAIL


def test_removed_allow_list_group_does_not_count() -> None:
    group = {"security_ips": ["0.0.0.0/0"], "modify_mode": "Delete"}
    assert verdict("CN016", resource("alicloud_polardb_cluster", db_cluster_ip_array=[group])) is not FAIL
    covering = {**group, "modify_mode": "Cover"}
    assert verdict("CN016", resource("alicloud_polardb_cluster", db_cluster_ip_array=[covering])) is FAIL


def test_database_behind_a_security_group() -> None:
    group = resource("aws_security_group", "db")
    database = resource("aws_db_instance", engine="postgres", vpc_security_group_ids=[reference(group)])

    def rule(port: int, cidr: Any) -> Any:
        return resource(
            "aws_vpc_security_group_ingress_rule",
            security_group_id=reference(group),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
        )

    assert verdict("CN016", database, group, rule(5432, "0.0.0.0/0")) is FAIL
    assert verdict("CN016", database, group, rule(443, "0.0.0.0/0")) is PASS  # not the database's port
    assert verdict("CN016", database, group, rule(5432, "10.0.0.0/8")) is PASS
    assert verdict("CN016", database, group, rule(5432, unknown("var.cidr"))) is UNKNOWN
    assert verdict("CN016", database) is UNKNOWN


_NESTED = resource("alicloud_instance", address='module.a["x.y"].alicloud_instance.b["c.d"]')


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"instance_id": "i-bp1"}, FAIL),
        ({"instance_id": "ngw-bp1"}, PASS),
        ({"instance_id": "i-bp1", "instance_type": "EcsInstance"}, FAIL),
        ({"instance_id": "x", "instance_type": "Nat"}, PASS),
        ({"instance_id": unknown("var.id")}, UNKNOWN),
        ({"instance_id": reference(resource("alicloud_nat_gateway"))}, PASS),
        ({"instance_id": reference(_NESTED)}, FAIL),
    ],
)
def test_bound_addresses(values: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN014", resource("alicloud_eip_association", **values)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"address_type": "intranet"}, PASS),
        ({"address_type": "internet"}, FAIL),
        ({"vswitch_id": "vsw-1"}, PASS),  # intranet by default
        ({}, FAIL),
        ({"address_type": "internet", "tags": {"purpose": "public-entry"}}, PASS),
        ({"address_type": "internet", "tags": {"purpose": "admin"}}, FAIL),
        ({"address_type": "internet", "tags": {"purpose": unknown("var.purpose")}}, UNKNOWN),
        ({"address_type": "internet", "tags": unknown("var.tags")}, UNKNOWN),
        ({"address_type": either("internet", "intranet")}, UNKNOWN),
    ],
)
def test_balancers(values: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN014", resource("alicloud_slb_load_balancer", **values)) is expected


def test_kubernetes_api() -> None:
    def cluster(**values: Any) -> Any:
        return resource("alicloud_cs_managed_kubernetes", **values)

    def endpoints(*kinds: str) -> list[dict[str, Any]]:
        return [{"load_balancers_config": [{"endpoint_type": kind} for kind in kinds]}]

    assert verdict("CN028", cluster()) is FAIL
    assert verdict("CN028", cluster(slb_internet_enabled=False)) is PASS
    assert verdict("CN028", cluster(control_plane_endpoints_config=endpoints("intranet"))) is PASS
    mixed = cluster(slb_internet_enabled=False, control_plane_endpoints_config=endpoints("intranet", "internet"))
    assert verdict("CN028", mixed) is FAIL

    def eks(**values: Any) -> Any:
        return resource("aws_eks_cluster", vpc_config=[values])

    assert verdict("CN028", eks()) is FAIL
    assert verdict("CN028", eks(endpoint_public_access=False)) is PASS
    listed = eks(endpoint_public_access=True, public_access_cidrs=["203.0.113.0/24"])
    assert verdict("CN028", listed, level=3) is FAIL
    assert verdict("CN028", listed, level=2) is PASS
    assert verdict("CN028", eks(endpoint_public_access=True), level=2) is FAIL
    assert verdict("CN028", eks(public_access_cidrs=[unknown("var.cidr")]), level=2) is UNKNOWN


def bucket(**values: Any) -> Any:
    return resource("alicloud_oss_bucket", "b", bucket="b", **values)


def test_oss_bucket_acl_and_block() -> None:
    private = bucket()
    acl = resource("alicloud_oss_bucket_acl", bucket=reference(private), acl="public-read")
    block = resource("alicloud_oss_bucket_public_access_block", bucket="b", block_public_access=True)
    account = resource("alicloud_oss_account_public_access_block", block_public_access=True)
    assert verdict("CN033", private) is PASS
    assert verdict("CN033", private, acl) is FAIL
    assert verdict("CN033", private, acl, block) is PASS
    assert verdict("CN033", private, acl, account) is PASS
    assert verdict("CN033", bucket(acl="public-read")) is FAIL
    # the companion overrides the old inline argument
    closed = resource("alicloud_oss_bucket_acl", bucket="b", acl="private")
    assert verdict("CN033", bucket(acl="public-read"), closed) is PASS
    stray = resource("alicloud_oss_bucket_acl", bucket=unknown("var.bucket"), acl="public-read")
    assert verdict("CN033", private, stray) is UNKNOWN
    assert verdict("CN033", acl, private) is NONE  # told at the bucket
    assert verdict("CN033", resource("alicloud_oss_bucket_acl", bucket="other", acl="public-read")) is FAIL


def test_s3_bucket() -> None:
    made = resource("aws_s3_bucket", "b", bucket="b")
    switches = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )

    def block(**values: Any) -> Any:
        return resource("aws_s3_bucket_public_access_block", bucket=reference(made), **{**switches, **values})

    acl = resource("aws_s3_bucket_acl", bucket=reference(made), acl="public-read")
    everyone = {"uri": "http://acs.amazonaws.com/groups/global/AllUsers", "type": "Group"}
    grants = [{"grant": [{"permission": "READ", "grantee": [everyone]}]}]
    granted = resource("aws_s3_bucket_acl", bucket=reference(made), access_control_policy=grants)
    assert verdict("CN033", made) is PASS
    assert verdict("CN033", made, block()) is PASS
    assert verdict("CN033", made, block(), acl) is PASS
    assert verdict("CN033", made, block(restrict_public_buckets=None)) is FAIL
    assert verdict("CN033", made, block(restrict_public_buckets=unknown())) is UNKNOWN
    assert verdict("CN033", made, acl) is FAIL
    assert verdict("CN033", made, granted) is FAIL


def test_cos_acl_body_overwrites_acl() -> None:
    def cos(**values: Any) -> Any:
        return resource("tencentcloud_cos_bucket", bucket="b-1", **values)

    everyone = "<URI>http://cam.qcloud.com/groups/global/AllUsers</URI>"
    assert verdict("CN033", cos()) is PASS
    assert verdict("CN033", cos(acl="public-read")) is FAIL
    assert verdict("CN033", cos(acl="public-read", acl_body="<AccessControlPolicy/>")) is PASS
    assert verdict("CN033", cos(acl="private", acl_body=everyone)) is FAIL
    partly = Unknown("no-value", "t", parts=("<ID>", unknown("var.uin"), "</ID>" + everyone))
    assert verdict("CN033", cos(acl_body=partly)) is FAIL


def policy(*statements: dict[str, Any]) -> Any:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    written = Unknown("no-value", "jsonencode(...)", document=document)
    return resource("aws_s3_bucket_policy", bucket="b", policy=written)


def test_bucket_policies() -> None:
    read = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::b/*"}
    anyone = {**read, "Principal": "*"}
    assert findings(judge(BY_CODE["CN034"], policy(anyone, {**anyone, "Sid": "Two"}))) == [
        (FAIL, "policy", "Read"),
        (FAIL, "policy", "Two"),
    ]
    assert verdict("CN034", policy({**anyone, "Effect": "Deny"})) is PASS
    assert verdict("CN034", policy({**anyone, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}})) is PASS
    assert verdict("CN034", policy({**anyone, "Condition": {"StringLike": {"aws:Referer": "x*"}}})) is FAIL
    assert verdict("CN034", policy({**read, "Principal": {"Service": "cloudtrail.amazonaws.com"}})) is PASS
    partner = policy({**read, "Principal": {"AWS": "arn:aws-cn:iam::123456789012:root"}})
    assert verdict("CN034", partner) is UNKNOWN
    assert verdict("CN034", partner, parameters={"trusted-accounts": ["123456789012"]}) is PASS
    own = {"trusted-accounts": ["123456789012"], "require-source-condition": True}
    assert verdict("CN034", partner, parameters=own) is FAIL
    assert verdict("CN034", resource("aws_s3_bucket_policy", bucket="b", policy="not json")) is UNKNOWN


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, FAIL),
        ({"metadata_options": [{"http_tokens": "required"}]}, PASS),
        ({"metadata_options": [{"http_tokens": "optional"}]}, FAIL),
        ({"metadata_options": [{"http_endpoint": "disabled"}]}, PASS),
        ({"metadata_options": [{"http_tokens": unknown("var.tokens")}]}, UNKNOWN),
        ({"launch_template": [{"id": "lt-1"}]}, UNKNOWN),  # a template that is not in the scan
        ({"launch_template": [{"id": "lt-1"}], "metadata_options": [{"http_tokens": "optional"}]}, FAIL),
    ],
)
def test_metadata_service(values: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN075", resource("aws_instance", **values)) is expected


def test_metadata_default_of_the_account() -> None:
    required = resource("aws_ec2_instance_metadata_defaults", http_tokens="required")
    assert verdict("CN075", resource("aws_instance"), required) is PASS
    optional = resource("aws_instance", metadata_options=[{"http_tokens": "optional"}])
    assert verdict("CN075", optional, required) is FAIL
