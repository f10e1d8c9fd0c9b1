"""Tags, and what follows from them: retention, test environments, tiers of recovery."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.kernel.model import OneOf, Unknown, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.tags import among, tag
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

PARAMETERS = assignment(Request("mlps-l3")).parameters
RULES = rules_by_name()
GENERAL = {"data-class": "general", "owner": "web"}


def context(*resources: Any, region: Any = "cn-shanghai") -> FakeContext:
    return FakeContext(resources, parameters=PARAMETERS, region=region)


@pytest.mark.parametrize("key", ["data-class", "DataClass", "data_class", "DATA-CLASS", "dataClass"])
def test_keys_in_every_spelling(key: str) -> None:
    bucket = resource("alicloud_oss_bucket", tags={"owner": "web", key: "pi"})
    assert tag(bucket, ["data-class"]) == "pi"


def test_own_tags_go_before_those_of_the_provider() -> None:
    bucket = resource("aws_s3_bucket", tags={"Env": "prod"})
    assert bucket.provider is not None
    bucket.provider.default_tags = {"env": "test", "owner": "platform"}
    assert tag(bucket, ["env"]) == "prod"
    assert tag(bucket, ["owner"]) == "platform"
    assert tag(bucket, ["rto"]) is None


def test_a_choice_of_tags() -> None:
    tags = either({"env": "test"}, {"owner": "web"})
    found = tag(resource("aws_s3_bucket", tags=tags), ["env"])
    assert isinstance(found, OneOf) and found.alternatives == ("test", None)
    assert among(found, ["test"]) is found
    assert tag(resource("aws_s3_bucket", tags=either({"env": "test"}, {"env": "test"})), ["env"]) == "test"
    assert tag(resource("aws_s3_bucket", tags=either({}, {"owner": "web"})), ["env"]) is None


def test_unknown_tags_stay_unknown() -> None:
    found = tag(resource("aws_s3_bucket", tags=unknown("var.tags")), ["env"])
    assert isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("tags", "verdicts"),
    [
        (GENERAL, set()),
        (None, {("fail", "untagged")}),
        ({"project": "shop"}, {("fail", "untagged")}),
        ({"data-class": "general"}, {("fail", "owner")}),
        ({"data-class": "top", "owner": "web"}, {("fail", "data-class")}),
        ({"data-class": " Sensitive_PI ", "owner": "web"}, set()),
        ({"data-class": "", "owner": "web"}, {("fail", "data-class")}),
        ({"data-class": unknown(), "owner": ""}, {("unknown", "data-class"), ("fail", "owner")}),
    ],
)
def test_classification(tags: Any, verdicts: set[tuple[str, str]]) -> None:
    store = resource("alicloud_ots_instance", tags=tags)
    outcome = judge(RULES["pi-classification-tag"], store, context(store))
    found = {(str(verdict), finding) for verdict, _, finding in findings(outcome) if verdict is not Verdict.PASS}
    assert found == verdicts


def rule(days: Any = None, enabled: Any = True, **more: Any) -> dict[str, Any]:
    return {"enabled": enabled, "expiration": [{"days": days} if days is not None else {}], **more}


@pytest.mark.parametrize(
    ("data_class", "rules", "verdict"),
    [
        ("pi", [], Verdict.FAIL),
        ("pi", [rule(30)], Verdict.PASS),
        ("pi", [rule(30, prefix="tmp/")], Verdict.UNKNOWN),
        ("pi", [rule(30, prefix="tmp/"), rule(365)], Verdict.PASS),
        ("pi", [rule(30, enabled=False)], Verdict.FAIL),
        ("pi", [rule(30, enabled=unknown())], Verdict.UNKNOWN),
        ("pi", [rule()], Verdict.FAIL),  # only delete markers
        ("pi", [{"enabled": True, "expiration": [{"created_before_date": "2030-01-01"}]}], Verdict.PASS),
        ("pi", [rule(either(30, None))], Verdict.UNKNOWN),
        ("processing-record", [], Verdict.PASS),
        ("processing-record", [rule(1095)], Verdict.PASS),
        ("processing-record", [rule(1094)], Verdict.FAIL),
        ("processing-record", [rule(30, enabled=False)], Verdict.PASS),
        ("processing-record", [rule(2000), rule(30)], Verdict.FAIL),
        ("processing-record", [rule(30, prefix="tmp/")], Verdict.UNKNOWN),
        ("processing-record", [rule(30, tags={"kind": "tmp"})], Verdict.UNKNOWN),
        ("processing-record", [rule(either(30, 60))], Verdict.FAIL),
        ("processing-record", [rule(either(30, 2000))], Verdict.UNKNOWN),
        ("processing-record", [unknown()], Verdict.UNKNOWN),
        ("general", [rule(1)], Verdict.NOT_APPLICABLE),
        (either("general", "pi"), [], Verdict.UNKNOWN),
        (either("general", "pi"), [rule(30)], Verdict.PASS),
    ],
)
def test_retention(data_class: Any, rules: Any, verdict: Verdict) -> None:
    bucket = resource("alicloud_oss_bucket", tags={"data-class": data_class}, lifecycle_rule=rules)
    assert judge(RULES["pi-retention"], bucket, context(bucket)).verdict is verdict


@pytest.mark.parametrize(
    ("env", "source_class", "own_class", "verdict"),
    [
        ("test", "pi", "general", Verdict.FAIL),
        ("test", "general", "general", Verdict.PASS),
        ("test", unknown(), "general", Verdict.UNKNOWN),
        ("test", "general", None, Verdict.UNKNOWN),
        ("prod", "pi", "pi", Verdict.NOT_APPLICABLE),
        (None, "pi", "pi", Verdict.NOT_APPLICABLE),
        (unknown(), "pi", "general", Verdict.UNKNOWN),
        (unknown(), "general", "general", Verdict.NOT_APPLICABLE),
    ],
)
def test_clones_in_test_environments(env: Any, source_class: Any, own_class: Any, verdict: Verdict) -> None:
    source = resource("alicloud_db_instance", "orders", tags={"data-class": source_class})
    tags = {"env": env, "data-class": own_class}
    clone = resource("alicloud_rds_clone_db_instance", source_db_instance_id=reference(source), tags=tags)
    assert judge(RULES["pi-not-in-test"], clone, context(source, clone)).verdict is verdict


@pytest.mark.parametrize(
    ("target", "tier", "verdict"),
    [
        ("cn-beijing", "1", Verdict.PASS),
        ("cn-beijing", "Tier_1", Verdict.PASS),
        ("cn-hangzhou", "1", Verdict.PASS),  # 165 km, with a warning
        ("cn-shanghai", "1", Verdict.FAIL),
        ("cn-hongkong", "1", Verdict.FAIL),
        ("cn-shanghai", "2", Verdict.NOT_APPLICABLE),
        ("cn-beijing", None, Verdict.UNKNOWN),
        ("cn-beijing", unknown(), Verdict.UNKNOWN),
    ],
)
def test_two_places_three_centres(target: str, tier: Any, verdict: Verdict) -> None:
    tags = {"dr-tier": tier, "rto": 30, "rpo": 5}
    bucket = resource("alicloud_oss_bucket", redundancy_type="ZRS", tags=tags)
    replication = resource(
        "alicloud_oss_bucket_replication",
        bucket=reference(bucket),
        destination=[{"bucket": "remote", "location": f"oss-{target}"}],
    )
    outcome = judge(RULES["fin-two-places-three-centres"], bucket, context(bucket, replication))
    assert outcome.verdict is verdict, outcome


@pytest.mark.parametrize(
    ("config", "verdict"),
    [
        ('{"metadata": {"instance": 2}}', Verdict.PASS),
        ('{"metadata": {}}', Verdict.FAIL),
        ('{"metadata": {"instance": 3}, "autoscaler": {"min": 1}}', Verdict.FAIL),
        ('{"metadata": {"instance": 1}, "autoscaler": {"min": 2}}', Verdict.PASS),
        ('{"metadata": {"instance": "many"}}', Verdict.UNKNOWN),
        ("[1]", Verdict.UNKNOWN),
        ("{", Verdict.UNKNOWN),
    ],
)
def test_replicas_of_a_model_service(config: str, verdict: Verdict) -> None:
    service = resource("alicloud_pai_service", service_config=config)
    assert judge(RULES["ai-serving-redundant"], service, context(service)).verdict is verdict
