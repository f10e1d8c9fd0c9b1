"""Plans and states in JSON: what becomes of values, references, providers, secrets, and of broken documents."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.hcl_checks.plan_configuration import (
    parse_module_address,
    parse_reference,
    reference_heads,
)
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.logic import show
from compliant_infra.kernel.model import OneOf, Reference, Resource, Scan, SensitiveText, Unknown

PLANS = Path(__file__).parent / "fixtures" / "plans"


def load(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PLANS / name / "plan.json").read_text(encoding="utf-8"))
    return document


def read(document: Any, folder: Path) -> Scan:
    path = folder / "plan.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return read_plan(path, "plan.json")


def by_address(scan: Scan) -> dict[str, Resource]:
    return {resource.address: resource for resource in scan.resources}


@pytest.fixture(scope="module")
def relations() -> dict[str, Resource]:
    scan = read_plan(PLANS / "relations" / "plan.json", "plan.json")
    assert scan.diagnostics == []
    return by_address(scan)


def change(address: str, after: Any, unknown: Any = None, **more: Any) -> dict[str, Any]:
    kind, name = address.rsplit(".", 2)[-2:]
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name.split("[")[0],
        "change": {"actions": ["create"], "after": after, "after_unknown": unknown or {}, "after_sensitive": {}},
        **more,
    }


def plan(changes: list[Any], blocks: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = {"format_version": "1.2", "resource_changes": changes}
    if blocks is not None:
        document["configuration"] = {"root_module": {"resources": blocks}}
    return {**document, **more}


def block(address: str, **expressions: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    return {"address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions}


# -- references ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "attribute", "target"),
    [
        ("alicloud_vswitch.first", "vpc_id", ("alicloud_vpc.counted[0]", "id")),
        ("alicloud_vswitch.counted[1]", "vpc_id", ("alicloud_vpc.counted[1]", "")),
        ('alicloud_security_group_rule.each["b"]', "security_group_id", ('alicloud_security_group.each["b"]', "id")),
        ("alicloud_security_group_rule.office", "security_group_id", ('alicloud_security_group.each["a"]', "id")),
        ('module.db["users"].alicloud_db_instance.this', "vswitch_id", ("alicloud_vswitch.first", "id")),
        (
            'module.db["users"].alicloud_rds_account.this',
            "db_instance_id",
            ('module.db["users"].alicloud_db_instance.this', "id"),
        ),
        ("alicloud_db_connection.orders", "instance_id", ('module.db["orders"].alicloud_db_instance.this', "id")),
        (
            'alicloud_db_backup_policy.each["users"]',
            "instance_id",
            ('module.db["users"].alicloud_db_instance.this', "id"),
        ),
        ("aws_s3_bucket_versioning.log", "bucket", ("aws_s3_bucket.log", "id")),
    ],
)
def test_unknown_values_refer_to_the_instance(
    relations: dict[str, Resource], address: str, attribute: str, target: tuple[str, str]
) -> None:
    value = relations[address].attributes[attribute]
    assert isinstance(value, Unknown)
    assert value.reason == "known-after-apply"
    assert value.reference == Reference(*target)


@pytest.mark.parametrize("address", ["alicloud_instance.explicit_groups", "alicloud_instance.two_groups"])
def test_several_references_are_alternatives(relations: dict[str, Resource], address: str) -> None:
    value = relations[address].attributes["security_groups"]
    assert isinstance(value, OneOf)
    assert {item.reference.address for item in value.alternatives} == {
        'alicloud_security_group.each["a"]',
        'alicloud_security_group.each["b"]',
    }


def test_reference_inside_one_of_several_blocks(relations: dict[str, Resource]) -> None:
    first, second = relations["alicloud_instance.two_groups"].attributes["data_disks"]
    assert first["kms_key_id"].reference == Reference("alicloud_kms_key.data", "id")
    assert first["encrypted"] is True
    assert "kms_key_id" not in second


def test_document_that_names_a_resource_is_no_reference(relations: dict[str, Resource]) -> None:
    policy = relations["aws_s3_bucket_policy.log"].attributes["policy"]
    assert isinstance(policy, Unknown)
    assert policy.reference is None


@pytest.mark.parametrize(
    ("name", "attribute", "refers"),
    [
        ("security_groups", "id", True),
        ("security_ips", "ip_address", False),  # an open range may stand beside it, unseen
        ("managed_policy_arns", "arn", False),
        ("ip_address", "ip_address", True),
        ("kms_key_arn", "arn", True),
    ],
)
def test_a_list_may_hold_more_than_the_plan_shows(tmp_path: Path, name: str, attribute: str, refers: bool) -> None:
    expression = {"references": [f"aws_y.b.{attribute}", "aws_y.b"]}
    changes = [change("aws_x.a", {}, {name: True}), change("aws_y.b", {}, {attribute: True})]
    scan = read(plan(changes, [block("aws_x.a", **{name: expression}), block("aws_y.b")]), tmp_path)
    value = by_address(scan)["aws_x.a"].attributes[name]
    assert isinstance(value, Unknown)
    assert (value.reference == Reference("aws_y.b", attribute)) is refers


def test_random_suffix_is_no_reference(tmp_path: Path) -> None:
    random_id = {**change("random_id.x", {}, {"hex": True}), "address": "random_id.x"}
    expression = {"references": ["random_id.x.hex", "random_id.x"]}
    scan = read(
        plan(
            [change("aws_s3_bucket.a", {}, {"bucket": True, "id": True}), random_id],
            [block("aws_s3_bucket.a", bucket=expression), block("random_id.x")],
        ),
        tmp_path,
    )
    value = by_address(scan)["aws_s3_bucket.a"].attributes["bucket"]
    assert isinstance(value, Unknown)
    assert value.reference is None


def test_value_through_a_local_is_unknown_without_reference(tmp_path: Path) -> None:
    scan = read(
        plan(
            [change("aws_s3_bucket.a", {}, {"bucket": True})],
            [block("aws_s3_bucket.a", bucket={"references": ["local.name"]})],
        ),
        tmp_path,
    )
    value = scan.resources[0].attributes["bucket"]
    assert isinstance(value, Unknown)
    assert value.expression == "aws_s3_bucket.a.bucket"
    assert value.reference is None


def test_modules_that_refer_to_each_other_end(tmp_path: Path) -> None:
    def call(other: str) -> dict[str, Any]:
        expression = {"references": [f"module.{other}.out", f"module.{other}"]}
        output = {"expression": {"references": ["var.in"]}}
        return {"expressions": {"in": expression}, "module": {"outputs": {"out": output}, "variables": {"in": {}}}}

    document = plan(
        [change("aws_s3_bucket.a", {}, {"bucket": True})],
        [block("aws_s3_bucket.a", bucket={"references": ["module.a.out", "module.a"]})],
    )
    document["configuration"]["root_module"]["module_calls"] = {"a": call("b"), "b": call("a")}
    value = read(document, tmp_path).resources[0].attributes["bucket"]
    assert isinstance(value, Unknown)
    assert value.reference is None


def test_reference_texts() -> None:
    assert [token.value for token in parse_reference('module.m["a.b"].out.x[0]')] == [
        "module",
        "m",
        "a.b",
        "out",
        "x",
        0,
    ]
    assert parse_module_address('module.a["x.y[0]"].module.b[3]') == (("a", "x.y[0]"), ("b", 3))
    assert parse_module_address("") == ()
    assert parse_module_address("modul.a") is None
    assert reference_heads(["a.b.id", "a.b", "a.b", "module.m.o", "module.m", "a.bc.id", "a.bc"]) == [
        "a.b.id",
        "a.b",
        "module.m.o",
        "a.bc.id",
    ]


def test_deferred_policy_document_is_known_in_part(tmp_path: Path) -> None:
    statement = [{"actions": ["s3:*"], "effect": "Allow"}]
    data = {
        **change(
            "aws_iam_policy_document.p", {"statement": statement}, {"json": True, "statement": [{"resources": True}]}
        ),
        "address": "data.aws_iam_policy_document.p",
        "mode": "data",
    }
    data["change"]["actions"] = ["read"]
    data_block = {
        "mode": "data",
        "type": "aws_iam_policy_document",
        "name": "p",
        "expressions": {"statement": [{"resources": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}]},
    }
    references = ["data.aws_iam_policy_document.p.json", "data.aws_iam_policy_document.p"]
    scan = read(
        plan(
            [change("aws_iam_policy.x", {}, {"policy": True}), data, change("aws_s3_bucket.b", {}, {"arn": True})],
            [block("aws_iam_policy.x", policy={"references": references}), data_block],
        ),
        tmp_path,
    )
    assert [item.address for item in scan.data] == ["data.aws_iam_policy_document.p"]
    policy = by_address(scan)["aws_iam_policy.x"].attributes["policy"]
    assert isinstance(policy, Unknown)
    assert policy.document["Statement"][0]["Action"] in ("s3:*", ["s3:*"])


# -- values ----------------------------------------------------------------------------------------------------


def test_what_nobody_wrote_is_absent(relations: dict[str, Resource]) -> None:
    bucket = relations["aws_s3_bucket.log"]
    assert "id" not in bucket.attributes
    assert bucket.attributes.get("arn") is None
    assert relations["alicloud_kms_key.data"].filled
    assert relations["alicloud_kms_key.data"].origin == "plan"


def test_empty_lists_count_only_where_they_are_written(tmp_path: Path) -> None:
    scan = read(
        plan(
            [change("aws_x.a", {"written": [], "unset": [], "null": None, "map": {}})],
            [block("aws_x.a", written={"constant_value": []})],
        ),
        tmp_path,
    )
    attributes = scan.resources[0].attributes
    assert attributes["written"] == []
    assert "unset" not in attributes
    assert "null" not in attributes
    assert sorted(attributes) == ["map", "written"]


def test_without_configuration_unknown_is_unknown(tmp_path: Path) -> None:
    attributes = read(plan([change("aws_x.a", {}, {"acl": True})]), tmp_path).resources[0].attributes
    assert isinstance(attributes["acl"], Unknown)


def test_block_of_which_there_is_one_is_a_list(tmp_path: Path) -> None:
    scan = read(
        plan(
            [change("aws_x.a", {"timeouts": {"create": "5m"}, "tags": {"a": "b"}})],
            [block("aws_x.a", timeouts={"create": {"constant_value": "5m"}}, tags={"constant_value": {"a": "b"}})],
        ),
        tmp_path,
    )
    attributes = scan.resources[0].attributes
    assert attributes["timeouts"] == [{"create": "5m"}]
    assert attributes["tags"] == {"a": "b"}


def test_blocks_of_a_set_are_told_by_their_constants(tmp_path: Path) -> None:
    def rule(port: int, key: str) -> dict[str, Any]:
        return {"port": {"constant_value": port}, "group": {"references": [f"aws_g.{key}.id", f"aws_g.{key}"]}}

    after = {"rule": [{"port": "443"}, {"port": "22"}]}  # the set's order is not that of the blocks
    unknown = {"rule": [{"group": True}, {"group": True}]}
    groups = [change(f"aws_g.{key}", {}, {"id": True}) for key in ("web", "admin")]
    scan = read(
        plan(
            [change("aws_x.a", after, unknown), *groups],
            [block("aws_x.a", rule=[rule(22, "admin"), rule(443, "web")]), block("aws_g.web"), block("aws_g.admin")],
        ),
        tmp_path,
    )
    first, second = by_address(scan)["aws_x.a"].attributes["rule"]
    assert first["group"].reference == Reference("aws_g.web", "id")
    assert second["group"].reference == Reference("aws_g.admin", "id")


def test_too_deep_values_are_cut_off(tmp_path: Path) -> None:
    value: Any = "x"
    for _ in range(150):
        value = [value]
    attributes = read(plan([change("aws_x.a", {"v": value})]), tmp_path).resources[0].attributes
    found = attributes["v"]
    while isinstance(found, list):
        found = found[0]
    assert isinstance(found, Unknown)
    assert found.reason == "limit"


# -- which resources -------------------------------------------------------------------------------------------


def test_actions_decide_what_is_judged() -> None:
    scan = read_plan(PLANS / "changes" / "plan.json", "plan.json")
    addresses = set(by_address(scan))
    assert "alicloud_actiontrail_trail.gone" not in addresses  # delete
    assert {"alicloud_kms_key.k", "alicloud_log_store.s", "alicloud_oss_bucket_acl.audit"} <= addresses
    assert by_address(scan)["alicloud_oss_bucket_acl.audit"].get("acl") == "public-read"


@pytest.mark.parametrize(
    ("actions", "more", "kept"),
    [
        (["no-op"], {}, True),
        (["create", "delete"], {}, True),
        (["create", "forget"], {}, True),
        (["forget"], {}, False),
        (["delete"], {}, False),
        (["no-op"], {"deposed": "1b2c"}, False),
    ],
)
def test_actions(tmp_path: Path, actions: list[str], more: dict[str, Any], kept: bool) -> None:
    entry = change("aws_x.a", {"a": 1}, **more)
    entry["change"]["actions"] = actions
    scan = read(plan([entry]), tmp_path)
    assert bool(scan.resources) is kept
    assert scan.diagnostics == []


def test_resources_outside_of_a_target_are_judged(tmp_path: Path) -> None:
    values = {"address": "aws_x.b", "mode": "managed", "type": "aws_x", "name": "b", "values": {"v": 1}}
    document = plan([change("aws_x.a", {})], planned_values={"root_module": {"resources": [values]}}, complete=False)
    scan = read(document, tmp_path)
    assert sorted(by_address(scan)) == ["aws_x.a", "aws_x.b"]
    assert [item.code for item in scan.diagnostics] == ["unsupported-input"]


def test_data_sources_come_from_the_prior_state(tmp_path: Path) -> None:
    data = {"address": "data.aws_vpc.v", "mode": "data", "type": "aws_vpc", "name": "v", "values": {"id": "vpc-1"}}
    child = {"address": "module.m", "resources": [{**data, "address": "module.m.data.aws_vpc.v"}]}
    root = {"resources": [data, {**data, "mode": "managed", "address": "aws_vpc.old"}], "child_modules": [child]}
    scan = read(plan([], prior_state={"format_version": "1.0", "values": {"root_module": root}}), tmp_path)
    assert scan.resources == []
    assert [(item.address, item.module) for item in scan.data] == [
        ("data.aws_vpc.v", ""),
        ("module.m.data.aws_vpc.v", "module.m"),
    ]


def test_errored_plan_is_an_error_and_still_judged(tmp_path: Path) -> None:
    scan = read(plan([change("aws_x.a", {})], errored=True, complete=False), tmp_path)
    assert [item.code for item in scan.diagnostics] == ["invalid-plan"]
    assert len(scan.resources) == 1


def test_deferred_changes_may_come_to_nothing(tmp_path: Path) -> None:
    deferred = [{"reason": "instance_count_unknown", "resource_change": change("aws_x.a", {"v": 1})}]
    scan = read(plan([], deferred_changes=deferred, complete=False), tmp_path)
    assert scan.resources[0].existence is not None
    assert "1 changes are deferred" in scan.diagnostics[0].message.en


# -- providers -------------------------------------------------------------------------------------------------


def test_provider_configurations(relations: dict[str, Resource]) -> None:
    default = relations["alicloud_vpc.counted[0]"].provider
    standby = relations['module.db["users"].alicloud_db_instance.this'].provider
    amazon = relations["aws_s3_bucket.log"].provider
    assert default is not None
    assert standby is not None
    assert amazon is not None
    assert (default.address, default.region) == ("provider.alicloud", "cn-beijing")  # var.region, by its default
    assert (standby.address, standby.region) == ("provider.alicloud.standby", "cn-shanghai")
    assert amazon.default_tags == {"system": "demo"}


TAGS = {"system": "demo", "data-class": "general"}


@pytest.mark.parametrize(
    ("after", "unknown", "learnt"),
    [
        ({"tags": None, "tags_all": TAGS}, {}, True),
        ({"tags": {}, "tags_all": TAGS}, {}, True),
        ({"tags": {"system": "demo"}, "tags_all": TAGS}, {}, False),  # its own tag may stand in the place of another
        ({}, {"tags": True, "tags_all": True}, False),
        ({"tags_all": {"system": "demo"}}, {"tags_all": {"data-class": True}}, False),
        ({}, {}, False),
    ],
)
def test_default_tags_of_a_local_are_read_off_a_resource(
    after: dict[str, Any], unknown: dict[str, Any], learnt: bool, tmp_path: Path
) -> None:
    """A plan shows no locals, and what a resource without tags of its own gets are the provider's."""
    addresses = ("aws_s3_bucket.log", "aws_vpc.main")
    document = plan([change(addresses[0], {}, {"tags_all": True}), change(addresses[1], after, unknown)])
    document["configuration"] = {
        "provider_config": {
            "aws": {
                "name": "aws",
                "full_name": "registry.terraform.io/hashicorp/aws",
                "expressions": {"default_tags": [{"tags": {"references": ["local.tags"]}}]},
            }
        },
        "root_module": {"resources": [{**block(item), "provider_config_key": "aws"} for item in addresses]},
    }
    provider = by_address(read(document, tmp_path))["aws_s3_bucket.log"].provider
    assert provider is not None
    if learnt:
        assert provider.default_tags == TAGS
    else:
        assert isinstance(provider.default_tags, Unknown)


def test_only_provider_blocks_that_are_written_or_used() -> None:
    scan = read_plan(PLANS / "modules" / "plan.json", "plan.json")
    assert [(item.address, item.region) for item in scan.providers] == [
        ("provider.alicloud.bj", "cn-beijing"),
        ("provider.alicloud.sh", "cn-shanghai"),
    ]


@pytest.mark.parametrize(
    ("references", "expected"),
    [(["var.r"], "cn-beijing"), (["local.r"], Unknown), (["var.r", "var.s"], Unknown), (["var.missing"], Unknown)],
)
def test_region_from_expressions(tmp_path: Path, references: list[str], expected: Any) -> None:
    document = plan([], [], variables={"r": {"value": "cn-beijing"}, "s": {"value": "x"}})
    expressions = {"region": {"references": references}, "secret_key": {"constant_value": "Hidden-Value-1"}}
    configuration = {
        "name": "alicloud",
        "full_name": "registry.terraform.io/aliyun/alicloud",
        "expressions": expressions,
    }
    document["configuration"]["provider_config"] = {"alicloud": configuration}
    provider = read(document, tmp_path).providers[0]
    assert provider.region == expected if isinstance(expected, str) else isinstance(provider.region, expected)
    assert show(provider.attributes["secret_key"]) == "(redacted)"


# -- secrets ---------------------------------------------------------------------------------------------------


def test_sensitive_values_are_judged_and_never_shown(relations: dict[str, Resource]) -> None:
    source = relations["alicloud_security_group_rule.office"].attributes["cidr_ip"]
    assert isinstance(source, SensitiveText)
    assert source == "203.0.113.77/32"
    assert [show(source), f"{source}", repr(source), show([source])] == ["(redacted)"] * 3 + ["[(redacted)]"]


def test_a_password_from_outside_is_unknown(relations: dict[str, Resource]) -> None:
    places = [
        ("alicloud_instance.two_groups", "password"),
        ('module.db["orders"].alicloud_rds_account.this', "account_password"),
    ]
    for address, name in places:
        value = relations[address].attributes[name]
        assert isinstance(value, Unknown)
        assert (value.reason, value.expression) == ("no-value", "var.db_password")


def test_sensitive_at_any_depth(tmp_path: Path) -> None:
    entry = change("aws_x.a", {"a": [{"b": "one"}], "c": {"d": "two", "e": 34}, "f": True, "g": "plain"})
    entry["change"]["after_sensitive"] = {"a": [{"b": True}], "c": True, "f": True}
    attributes = read(plan([entry]), tmp_path).resources[0].attributes
    assert show(attributes["a"][0]["b"]) == "(redacted)"
    assert [show(value) for value in attributes["c"].values()] == ["(redacted)"] * 2
    assert attributes["c"]["e"] == "34"
    assert show(attributes["g"]) == '"plain"'


@pytest.mark.parametrize("name", ["relations", "insecure"])
def test_no_secret_reaches_a_result(name: str) -> None:
    asked = assignment(Request("mlps-l4", ("all",), include_passed=True))
    scan = read_plan(PLANS / name / "plan.json", "plan.json")
    judgement = judge(scan, asked)
    text = repr([dataclasses.astuple(item) for item in (*judgement.results, *judgement.diagnostics)])
    assert len(judgement.results) > 20
    for secret in ("Passw0rd", "203.0.113.77"):
        assert secret in (PLANS / name / "plan.json").read_text(encoding="utf-8") or name == "insecure"
        assert secret not in text
    assert not [item for item in judgement.diagnostics if item.code == "rule-crashed"]


# -- states ----------------------------------------------------------------------------------------------------


def test_state_file_and_state_values_agree() -> None:
    scan = read_plan(PLANS / "changes" / "terraform.tfstate", "terraform.tfstate")
    assert scan.origin == "state"
    assert scan.diagnostics == []
    assert "alicloud_oss_bucket.audit" in by_address(scan)
    assert {resource.origin for resource in scan} == {"state"}
    assert scan.providers[0].address == "provider.alicloud"
    assert isinstance(scan.providers[0].region, Unknown)


def test_state_values(tmp_path: Path) -> None:
    values = load("changes")["prior_state"]["values"]
    shown = read({"format_version": "1.0", "terraform_version": "1.11.4", "values": values}, tmp_path)
    raw = read_plan(PLANS / "changes" / "terraform.tfstate", "terraform.tfstate")
    assert shown.origin == "state"
    renamed = {"alicloud_log_store.s": "alicloud_log_store.old_name"}  # the plan's state has followed the move
    assert {renamed.get(address, address) for address in by_address(shown)} == set(by_address(raw))
    for address, resource in by_address(raw).items():
        if address in renamed.values():
            continue
        for name, value in resource.attributes.items():
            assert by_address(shown)[address].attributes[name] == value


def test_state_file_instances(tmp_path: Path) -> None:
    resource = {
        "module": 'module.m["k"]',
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "x",
        "provider": 'module.m.provider["registry.terraform.io/hashicorp/aws"].cn',
        "instances": [
            {
                "index_key": "a b",
                "attributes": {"password": "Secret-1", "id": "db-1", "blocks": []},
                "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]],
            },
            {"index_key": "old", "deposed": "1234", "attributes": {"id": "db-2"}},
        ],
    }
    scan = read({"version": 4, "serial": 1, "lineage": "x", "resources": [resource]}, tmp_path)
    (found,) = scan.resources
    assert found.address == 'module.m["k"].aws_db_instance.x["a b"]'
    assert found.module == 'module.m["k"]'
    assert show(found.attributes["password"]) == "(redacted)"
    assert "blocks" not in found.attributes
    assert found.provider is not None
    assert found.provider.address == "provider.aws.cn"


# -- documents that are none -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "invalid-plan", "empty"),
        ("{", "invalid-plan", "ends too early"),
        ("[1,]", "invalid-plan", "broken JSON"),
        ("[]", "invalid-plan", "no JSON object"),
        ("Terraform will perform the following actions", "invalid-plan", "no JSON"),
        ('{"@level":"info","@message":"Terraform 1.11"}\n{"@level":"info"}', "invalid-plan", "terraform plan -json"),
        ("{}", "invalid-plan", "format_version"),
        ('{"format_version": 1.2}', "invalid-plan", "format_version"),
        ('{"format_version": "2.0", "resource_changes": []}', "invalid-plan", "2.0"),
        ('{"format_version": "1.0", "provider_schemas": {}}', "invalid-plan", "another output"),
        ('{"format_version": "1.0", "resource_changes": 7}', "invalid-plan", "no list"),
        ('{"version": 3, "serial": 1, "resources": []}', "invalid-plan", "version 3"),
        ('{"version": 3, "deployment": {}}', "unsupported-input", "Pulumi"),
        ('{"steps": []}', "unsupported-input", "Pulumi"),
        ('{"format_version": "1.0", "terraform_version": "1.9.0"}', "nothing-to-scan", "empty state"),
        ('{"a": 1' + "0" * 5000 + "}", "invalid-plan", "number"),
        ("[" * 100_000, "invalid-plan", "deeply"),
        ('{"a":' * 100_000, "invalid-plan", "deeply"),
        ("\x50\x4b\x03\x04", "invalid-plan", "binary"),
    ],
)
def test_unusable_documents(tmp_path: Path, content: str, code: str, words: str) -> None:
    scan = read(content, tmp_path)
    assert [item.code for item in scan.diagnostics] == [code]
    assert words in scan.diagnostics[0].message.en
    assert scan.diagnostics[0].message.zh
    assert scan.resources == []


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b'{"format_version": "\xff\xfe\xfa"}')
    assert [item.code for item in read_plan(path, "plan.json").diagnostics] == ["invalid-plan"]


def test_missing_file(tmp_path: Path) -> None:
    assert [item.code for item in read_plan(tmp_path / "none.json", "none.json").diagnostics] == ["unreadable-file"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes((PLANS / "insecure" / "plan.json").read_text(encoding="utf-8").encode(encoding))
    scan = read_plan(path, "plan.json")
    assert scan.diagnostics == []
    assert len(scan.resources) == 11
    assert list(scan.files) == [str(path)]


def test_half_a_surrogate_pair_can_be_reported(tmp_path: Path) -> None:
    text = json.dumps(plan([change("aws_x.a", {"v": "z"})])).replace('"z"', '"\\ud83d"')
    value = read(text, tmp_path).resources[0].attributes["v"]
    assert value.encode("utf-8")


def test_malformed_entries_leave_the_others(tmp_path: Path) -> None:
    entries: list[Any] = [change("aws_x.a", {}), 7, None, {}, {"change": {}}, {**change("aws_x.b", {}), "address": 3}]
    entries.append({**change("aws_x.c", {}), "module_address": "nonsense"})
    scan = read(plan(entries), tmp_path)
    assert list(by_address(scan)) == ["aws_x.a"]
    assert scan.diagnostics[0].message.en.startswith("6 resources")


def _places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for key in range(len(node)) if isinstance(node, list) else list(node):
        found.append((node, key))
        if isinstance(node[key], (dict, list)):
            _places(node[key], found)
    return found


def test_any_part_may_be_anything(tmp_path: Path) -> None:
    """Each of many plans has one part replaced: reading and judging it raises nothing."""
    asked = assignment(Request("mlps-l3"))
    chance = random.Random(20)
    document = load("relations")
    for _ in range(150):
        mutant = copy.deepcopy(document)
        for _ in range(3):
            node, key = chance.choice(_places(mutant, []))
            node[key] = chance.choice([None, 5, -1.5, "x", "module.a[", [], {}, True, [None], {"references": [1, {}]}])
        scan = read(mutant, tmp_path)
        judge(scan, asked)
        for resource in (*scan.resources, *scan.data):
            assert isinstance(dict(resource.attributes), dict)


def test_truncated_at_any_place(tmp_path: Path) -> None:
    text = (PLANS / "insecure" / "plan.json").read_text(encoding="utf-8").rstrip()
    for end in range(1, len(text), 997):
        scan = read(text[:end], tmp_path)
        assert [item.code for item in scan.diagnostics] == ["invalid-plan"]
