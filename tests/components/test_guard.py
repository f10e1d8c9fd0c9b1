"""Overrides, waivers, regions, providers and transforms of components, shown on ObjectBucket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.alicloud import ObjectBucket
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WaiverError, WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Verdict
from tests.days import SOON

ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "bucket": "acme-documents",
    "kms_key_id": "key-hzz62f1cb66fa42qo9m3x",
    "standby": {"region": "cn-hangzhou", "kms_key_id": "key-shh62f1cb66fa42qo9m3x"},
}

WAIVER = {"rule": "oss-versioning", "reason": "scratch data", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None, **options: Any) -> Recording:
    return record(lambda: ObjectBucket("docs", {**ARGS, **args}, opts) and None, **options)


def inputs(found: Recording, name: str) -> dict[str, Any]:
    return next(item.inputs for item in found.registrations if item.name == name)


@pytest.mark.parametrize(
    ("overrides", "rule", "clause"),
    [
        (
            {"acl": {"acl": "public-read"}, "public-access-block": {"block_public_access": False}},
            "oss-not-public",
            "gbt22239-2019:8.1.4.2",
        ),
        ({"versioning": {"status": "Suspended"}}, "oss-versioning", "gbt22239-2019:8.1.4.7"),
        ({"encryption": {"kms_master_key_id": None, "sse_algorithm": "AES256"}}, "rest-customer-key", "gbt22239-2019"),
        ({"bucket": {"redundancy_type": "LRS"}}, "oss-zone-redundant", "gbt22239-2019"),
        ({"https": {"tls_versions": ["TLSv1.0", "TLSv1.2"]}}, "tls-min-12", "gbt22239-2019:8.1.2.2"),
        ({"policy": {"policy": '{"Version":"1","Statement":[]}'}}, "oss-https-only", "gbt22239-2019"),
    ],
)
def test_weakening_overrides_are_refused(overrides: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made({"overrides": overrides})
    said = str(caught.value)
    assert rule in said
    assert clause in said
    assert f"overrides[{next(iter(overrides))!r}]" in said
    assert "waivers=[" in said
    assert rule in {result.rule for result in caught.value.results}


def test_what_another_setting_makes_harmless_passes() -> None:
    assert inputs(made({"overrides": {"acl": {"acl": "public-read"}}}), "docs-acl")["acl"] == "public-read"


def test_what_a_level_does_not_ask_may_be_changed() -> None:
    args = {"overrides": {"bucket": {"redundancy_type": "LRS"}}, "baseline": "mlps-l2"}
    assert inputs(made(args), "docs-bucket")["redundancyType"] == "LRS"


def test_harmless_overrides_pass_through_and_merge() -> None:
    found = made({"overrides": {"bucket": {"storage_class": "IA", "tags": {"team": "a"}}}, "tags": {"cost": "7"}})
    bucket = inputs(found, "docs-bucket")
    assert bucket["storageClass"] == "IA"
    assert bucket["redundancyType"] == "ZRS"
    assert bucket["tags"] == {"mlps-baseline": "mlps-l3", "cost": "7", "team": "a"}


async def promised(value: str) -> str:
    return value


@pytest.mark.parametrize(
    ("overrides", "rule"),
    [
        (lambda: {"versioning": {"status": pulumi.Output.secret("Suspended")}}, "oss-versioning"),
        (lambda: {"versioning": {"status": promised("Suspended")}}, "oss-versioning"),
        (lambda: {"encryption": {"bucket": pulumi.Output.from_input("other")}}, "oss-sse"),
        (lambda: {"bucket": {"server_side_encryption_rule": without_key()}}, "rest-customer-key"),
    ],
)
def test_outputs_and_objects_hide_nothing(overrides: Any, rule: str) -> None:
    def program() -> None:
        ObjectBucket("docs", {**ARGS, "overrides": overrides()})

    with pytest.raises(WeakenedError, match=rule):
        record(program)


def without_key() -> Any:
    import pulumi_alicloud as alicloud

    return alicloud.oss.BucketServerSideEncryptionRuleArgs(sse_algorithm="KMS")


def test_a_waiver_covers_what_an_output_says_and_shows() -> None:
    def program() -> None:
        over = {"versioning": {"status": pulumi.Output.from_input("Suspended")}}
        ObjectBucket("docs", {**ARGS, "overrides": over, "waivers": [{**WAIVER, "resource": "docs-bucket"}]})

    component = next(item for item in record(program).registrations if item.type.endswith(":ObjectBucket"))
    assert [item["rule"] for item in component.outputs["waived"]] == ["oss-versioning"]


def test_the_value_of_a_secret_is_not_said() -> None:
    def program() -> None:
        over = {"versioning": {"status": pulumi.Output.secret("Tr0ub4dor")}}
        ObjectBucket("docs", {**ARGS, "overrides": over})

    with pytest.raises(WeakenedError) as caught:
        record(program)
    assert "Tr0ub4dor" not in str(caught.value)


def test_outputs_that_weaken_nothing_pass() -> None:
    def program() -> None:
        ObjectBucket("docs", {**ARGS, "kms_key_id": pulumi.Config("keys").require_secret("docs")})

    assert record(program, config={"keys:docs": "key-hzz62f1cb66fa42qo9m3x"}, secret_config=["keys:docs"])


def test_a_parent_that_is_finished_does_not_switch_the_guard_off() -> None:
    def program(over: Mapping[str, Any], waivers: list[Any]) -> None:
        outer = ObjectBucket("outer", {**ARGS, "bucket": "acme-others"})
        args: Any = {**ARGS, "overrides": over, "waivers": waivers}
        ObjectBucket("docs", args, pulumi.ResourceOptions(parent=outer))

    over = {"versioning": {"status": "Suspended"}}
    with pytest.raises(WeakenedError, match="oss-versioning"):
        record(lambda: program(over, []))
    judgement = judge(record(lambda: program(over, [WAIVER])).scan(), assignment(Request("mlps-l3")))
    covered = [judgement.results[position] for _, positions in judgement.waivers for position in positions]
    assert {(result.rule, result.resource.rpartition("::")[2]) for result in covered} == {
        ("oss-versioning", "docs-bucket")
    }


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"bucket": None}, "bucket is missing"),
        ({"bucket": " "}, "bucket is empty"),
        ({"bucket": 5}, "bucket must be a text, not a whole number"),
        ({"kms_key_id": 5}, "kms_key_id must be a text"),
        ({"standby": "cn-hangzhou"}, "standby must be an object, not a text"),
        (
            {"standby": {"regoin": "cn-hangzhou"}},
            "standby takes no argument regoin; it takes .*; standby.region is missing",
        ),
        ({"worm_days": "200"}, "worm_days must be a whole number, not a text"),
        ({"worm_days": -1}, "worm_days must not be negative"),
        ({"worm_days": True}, "worm_days must be a whole number"),
        ({"allowed_vpc_ids": "vpc-1"}, "allowed_vpc_ids must be a list, not a text"),
        ({"allowed_vpc_ids": [""]}, r"allowed_vpc_ids\[0\] is empty"),
        ({"protect": "no"}, "protect must be true or false"),
        ({"tags": {"a": 5}}, r"tags\['a'\] must be a text"),
        ({"tags": {7: "a"}}, "tags must have texts for keys"),
        ({"parameters": ["x"]}, "parameters must be an object"),
        ({"overrides": {"bucket": {"opts": None}}}, "takes no opts"),
        ({"overrides": {"bucket": None}}, "must be an object"),
        ({"waivers": ["x"]}, "a waiver must be an object"),
        ({"waivers": [{**WAIVER, "reason": 5}]}, "reason must be plain text"),
    ],
)
def test_arguments_of_another_type_are_refused_in_a_sentence(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(args)


@pytest.mark.parametrize(
    "args",
    [
        lambda: {"region": pulumi.Output.from_input("cn-beijing")},
        lambda: {"tags": {"a": pulumi.Output.from_input("b")}},
        lambda: {"policy_statements": [{"Effect": pulumi.Output.from_input("Deny")}]},
    ],
)
def test_an_output_where_a_plain_value_is_needed_is_refused(args: Any) -> None:
    with pytest.raises(ComponentError, match="must be plain, not an output"):
        record(lambda: ObjectBucket("docs", {**ARGS, **args()}) and None)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"buckets": {"storage_class": "IA"}}, "name no child: buckets"),
        ({"bucket": {"storage_klass": "IA"}}, "takes no storage_klass"),
        ({"bucket": "IA"}, "must be an object"),
    ],
)
def test_overrides_that_mean_nothing_are_refused(overrides: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made({"overrides": overrides})


def test_a_waiver_lets_it_pass_and_shows() -> None:
    args = {"overrides": {"versioning": {"status": "Suspended"}}, "waivers": [{**WAIVER, "resource": "docs-bucket"}]}
    found = made(args)
    component = next(item for item in found.registrations if item.type.endswith(":ObjectBucket"))
    assert [item["rule"] for item in component.outputs["waived"]] == ["oss-versioning"]
    assert component.inputs["waivers"][0]["owner"] == "li.wei"
    scan = found.scan()
    judgement = judge(scan, assignment(Request("mlps-l3")))
    failing = [result for result in judgement.results if result.verdict is Verdict.FAIL]
    assert [result.rule for result in failing] == ["oss-versioning"]
    ((waiver, positions),) = judgement.waivers
    assert waiver.owner == "li.wei"
    assert [judgement.results[position].rule for position in positions] == ["oss-versioning"]


@pytest.mark.parametrize("resource", ["docs-logs-*", ""])
def test_a_waiver_for_another_child_does_not_help(resource: str) -> None:
    args = {"overrides": {"versioning": {"status": "Suspended"}}, "waivers": [{**WAIVER, "resource": resource}]}
    with pytest.raises(WeakenedError, match="oss-versioning"):
        made(args)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2020-01-31"}, "expired on 2020-01-31"),
        ({"until": "2999-12-31"}, "the latest day allowed today is "),
        ({"until": "soon"}, "no date"),
        ({"owner": ""}, "owner is missing"),
        ({"rule": "no-such-rule"}, "unknown rule"),
        ({"untill": "2999-01-01"}, "no field untill"),
    ],
)
def test_waivers_that_waive_nothing_raise(change: dict[str, str], said: str) -> None:
    with pytest.raises(WaiverError, match=said):
        made({"waivers": [{**WAIVER, **change}]})


def test_an_unused_waiver_is_said() -> None:
    found = made({"waivers": [WAIVER]})
    assert any("covers nothing" in str(message) for message in found.messages)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "cn-hongkong"}, "does not lie in mainland China"),
        ({"region": "ap-southeast-1"}, "does not lie in mainland China"),
        ({"region": "cn-atlantis"}, "not known"),
        ({"parameters": {"allowed-regions": ["cn-shanghai"]}}, "not among the allowed regions"),
        ({"standby": {"region": "us-west-1"}}, "does not lie in mainland China"),
        ({"baseline": "financial-l4"}, "finance"),
        ({"baseline": "mlps-l4"}, "platform-level-sufficient"),
        ({"buckett": "x"}, "takes no argument buckett"),
        ({"profiles": ["all"]}, "compliant-infra:dataClass"),
    ],
)
def test_what_cannot_comply_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(args)


def test_a_region_is_needed() -> None:
    with pytest.raises(ComponentError, match="needs a region"):
        made({"region": None})
    found = made({"region": None}, config={"alicloud:region": "cn-beijing"})
    assert inputs(found, "docs-provider")["region"] == "cn-beijing"


def test_the_stack_configuration_gives_the_baseline() -> None:
    found = made({}, config={"compliant-infra:baseline": "mlps-l2", "compliant-infra:profiles": "sm"})
    component = next(item for item in found.registrations if item.type.endswith(":ObjectBucket"))
    assert (component.inputs["baseline"], component.inputs["profiles"]) == ("mlps-l2", ["sm"])
    assert inputs(found, "docs-encryption")["kmsDataEncryption"] == "SM4"


def provider(region: str) -> pulumi.ResourceOptions:
    import pulumi_alicloud as alicloud

    return pulumi.ResourceOptions(provider=alicloud.Provider("given", region=region))


def test_a_given_provider_is_used() -> None:
    found = record(lambda: ObjectBucket("docs", {**ARGS}, provider("cn-beijing")) and None)
    assert "docs-provider" not in {item.name for item in found.registrations}
    bucket = next(item for item in found.registrations if item.name == "docs-bucket")
    assert "::given::" in bucket.provider


def test_a_provider_of_another_region_is_refused() -> None:
    with pytest.raises(ComponentError, match="works in cn-shanghai"):
        record(lambda: ObjectBucket("docs", {**ARGS}, provider("cn-shanghai")) and None)


def test_a_provider_without_a_region_is_refused() -> None:
    import pulumi_alicloud as alicloud

    def program() -> None:
        ObjectBucket("docs", {**ARGS}, pulumi.ResourceOptions(provider=alicloud.Provider("given", profile="prod")))

    with pytest.raises(ComponentError, match="names no region"):
        record(program, preview=False, computed=lambda item: {"region": ""} if item.name == "given" else {})


def test_protection_follows_the_level_and_has_a_switch() -> None:
    def protected(args: Mapping[str, Any]) -> bool:
        return next(item for item in made(args).registrations if item.name == "docs-bucket").protect

    assert protected({})
    assert not protected({"baseline": "mlps-l2"})
    assert not protected({"protect": False})


def test_transforms_are_respected() -> None:
    def renamed(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "alicloud:oss/bucket:Bucket":
            return None
        return pulumi.ResourceTransformResult({**args.props, "accessMonitor": {"status": "Enabled"}}, args.opts)

    found = made({}, pulumi.ResourceOptions(transforms=[renamed]))
    assert inputs(found, "docs-bucket")["accessMonitor"] == {"status": "Enabled"}


def test_aliases_of_the_component_reach_the_engine() -> None:
    found = made({}, pulumi.ResourceOptions(aliases=[pulumi.Alias(name="documents")]))
    component = next(item for item in found.registrations if item.type.endswith(":ObjectBucket"))
    assert any("documents" in str(alias) for alias in component.aliases)


def test_the_profiles_of_the_configuration_may_be_a_list() -> None:
    found = made({}, config={"compliant-infra:profiles": '["sm", "localisation"]'})
    component = next(item for item in found.registrations if item.type.endswith(":ObjectBucket"))
    assert component.inputs["profiles"] == ["sm", "localisation"]


@pytest.mark.parametrize("text", ['["a"]', "log-retention-days"])
def test_parameters_of_the_configuration_that_are_no_object_are_refused(text: str) -> None:
    with pytest.raises(ComponentError, match="parameters must be an object in JSON"):
        made({}, config={"compliant-infra:parameters": text})


def test_options_of_another_type_are_refused() -> None:
    options: Any = {"protect": False}
    with pytest.raises(ComponentError, match=r"takes pulumi\.ResourceOptions for opts"):
        made({}, options)
