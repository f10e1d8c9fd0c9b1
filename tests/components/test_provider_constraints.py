"""What the components declare is held against the providers' own schemas: ``pulumi up`` would not refuse it.

Every child of every example, in Terraform's names: required attributes are there, read-only, removed and deprecated
ones are not, what excludes each other is not given together, values are among the allowed ones. The schema of Alibaba
Cloud holds all of this; that of AWS holds attributes, blocks, and what is required or read-only. Beside that: names and
policies have the form and the length that the services take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from compliant_infra.kernel.model import OneOf, Resource, SourceLocation, Unknown
from tests.components.proof import Case, cases, parameters, scan
from tests.rules import schemas

#: Baselines at which the examples are recorded, and the profiles of each.
WHERE = {("mlps-l2", ()), ("mlps-l3", ()), ("mlps-l4", ()), ("financial-l3", ()), ("mlps-l3", ("all",))}
CASES = [case for case in cases() if (case.baseline, case.profiles) in WHERE]

#: What the SDK's provider has and the older schema at hand has not: type -> attributes, all of it where there are none.
NEWER: Mapping[str, tuple[str, ...]] = {
    "alicloud_cloud_firewall_fw_switch": (),
    "alicloud_ecs_auto_snapshot_policy": ("association_type", "target_tags"),
    "alicloud_kvstore_account": ("account_password_wo", "account_password_wo_version"),
    "alicloud_rds_account": ("account_password_wo", "account_password_wo_version"),
}

#: What stands although the schema speaks against it: (type, path) -> why.
ACCEPTED: Mapping[tuple[str, str], str] = {
    ("alicloud_config_compliance_pack", "config_rules"): (
        "deprecated; the successor wants each managed rule made with a scope that is documented nowhere"
    ),
    ("alicloud_bastionhost_instance", "renew_period"): "1 to 9 as well: the schema has one of the two lists of values",
    ("aws_autoscaling_policy", "name"): "Pulumi names it",
    ("aws_elasticache_subnet_group", "name"): "Pulumi names it",
}

#: Attributes that the translation adds from a resource's outputs, for who refers to them by name.
IDENTITY = ("arn", "bucket", "id", "name")


# -- one resource against its schema -----------------------------------------------------------------------------


def findings(resource: Resource) -> Iterator[tuple[str, str]]:
    """What the provider would refuse or warn of: the path, and what is wrong there."""
    newer = NEWER.get(resource.type)
    if newer == ():
        return
    block = schemas.resource_type(resource.type)
    if block is None:
        yield "", "the provider has no such type"
        return
    if block.get("d") or schemas.constraint(resource.type, "").get("dep"):
        yield "", "deprecated type"
    known = (*block.get("a", {}), *block.get("b", {}))
    given = {
        name: value
        for name, value in resource.attributes.items()
        if name != "id" and name not in (newer or ()) and (name in known or name not in IDENTITY)
    }
    yield from _block(resource.type, "", block, given)
    for path, facts in _constraints(resource.type):
        if "." not in path:
            yield from _groups(path, facts, given)


def _constraints(kind: str) -> list[tuple[str, Mapping[str, Any]]]:
    schema = schemas.loaded(schemas.cloud_of(kind))
    assert schema is not None
    return list(schema.get("constraints", {}).get(kind, {}).items())


def _block(kind: str, prefix: str, block: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    attributes, blocks = block.get("a", {}), block.get("b", {})
    for name, written in attributes.items():
        flags = written.rpartition(" ")[2]
        if "r" in flags and name not in given:
            yield prefix + name, "required"
        if name not in given:
            continue
        if "c" in flags and "o" not in flags:
            yield prefix + name, "read-only"
        if "d" in flags:
            yield prefix + name, "deprecated"
        yield from _values(kind, prefix + name, given[name])
    for name, nested in blocks.items():
        if name in given:
            yield from _nested(kind, prefix + name, nested, given[name])
        elif nested.get("min", 0) > 0:
            yield prefix + name, "required block"
    for name in given:
        if name not in attributes and name not in blocks:
            yield prefix + name, "not in the schema"


def _nested(kind: str, path: str, nested: Mapping[str, Any], value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, (Unknown, OneOf)):
        return
    if nested.get("n") == "attr-list" and nested.get("f") == "c":
        yield path, "read-only"
    if "d" in str(nested.get("f", "")) or nested.get("d"):
        yield path, "deprecated"
    items = value if isinstance(value, list) else [value]
    if not nested.get("min", 0) <= len(items) <= nested.get("max", len(items)):
        yield path, f"{len(items)} blocks; {nested.get('min', 0)} to {nested.get('max', 'any number')} are allowed"
    yield from _discouraged(path, schemas.constraint(kind, path))
    for item in items:
        if isinstance(item, Mapping):
            yield from _block(kind, f"{path}.", nested, item)


def _values(kind: str, path: str, value: Any) -> Iterator[tuple[str, str]]:
    facts = schemas.constraint(kind, path)
    yield from _discouraged(path, facts)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, (Unknown, OneOf, Mapping)):
            continue
        if facts.get("enum") and _text(item) not in {str(allowed) for allowed in facts["enum"]}:
            yield path, f"{item!r} is none of {', '.join(map(str, facts['enum']))}"
        if facts.get("range") and _number(item) is not None:
            least, most = facts["range"]
            if (least is not None and _number(item) < least) or (most is not None and _number(item) > most):
                yield path, f"{item!r} is not within {least} to {most}"


def _discouraged(path: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for fact, what in (("dep", "deprecated"), ("removed", "removed")):
        if facts.get(fact):
            yield path, f"{what}: {facts[fact]}"


def _groups(path: str, facts: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What holds of several attributes together."""
    if path in given:
        together = [other for other in facts.get("conf", ()) if other.split(".")[0] in given]
        if together:
            yield path, f"conflicts with {', '.join(together)}"
        missing = [other for other in facts.get("with", ()) if other not in given]
        if missing:
            yield path, f"needs {', '.join(missing)}"
    one, least = facts.get("one", ()), facts.get("any", ())
    if one and sum(other in given for other in one) != 1:
        yield path, f"exactly one of {', '.join(one)} is to be given"
    if least and not any(other in given for other in least):
        yield path, f"one of {', '.join(least)} is to be given"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> Any:
    try:
        return float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        return None


# -- names and lengths -------------------------------------------------------------------------------------------

#: The form of names: type -> (attribute, pattern of the whole name).
NAMES: Mapping[str, tuple[str, str]] = {
    "alicloud_actiontrail_trail": ("trail_name", "[a-z][a-z0-9_-]{5,35}"),
    "alicloud_alb_load_balancer": ("load_balancer_name", "[A-Za-z][A-Za-z0-9._-]{1,127}"),
    "alicloud_alb_security_policy": ("security_policy_name", "[A-Za-z][A-Za-z0-9._-]{1,127}"),
    "alicloud_ess_scaling_group": ("scaling_group_name", "[A-Za-z0-9][A-Za-z0-9._-]{1,63}"),
    "alicloud_kms_alias": ("alias_name", "alias/[A-Za-z0-9_/-]{1,249}"),
    "alicloud_log_project": ("project_name", "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
    "alicloud_log_store": ("logstore_name", "[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]"),
    "alicloud_oss_bucket": ("bucket", "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
    "alicloud_ram_group": ("group_name", "[A-Za-z0-9.@_-]{1,64}"),
    "alicloud_ram_policy": ("policy_name", "[A-Za-z0-9-]{1,128}"),
    "alicloud_ram_role": ("role_name", "[A-Za-z0-9.-]{1,64}"),
    "alicloud_ram_saml_provider": ("saml_provider_name", "[A-Za-z0-9._-]{1,128}"),
    "alicloud_sls_collection_policy": ("policy_name", "[a-z][a-z0-9_-]{2,62}"),
    "aws_cloudtrail": ("name", "[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]"),
    "aws_iam_policy": ("name", "[A-Za-z0-9+=,.@_-]{1,128}"),
    "aws_iam_role": ("name", "[A-Za-z0-9+=,.@_-]{1,64}"),
    "aws_kms_alias": ("name", "alias/[A-Za-z0-9_/-]{1,250}"),
    "aws_s3_bucket": ("bucket", "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
}

#: The length of documents in characters: (type, attribute) -> the most that the service takes.
LENGTHS: Mapping[tuple[str, str], int] = {
    ("alicloud_oss_bucket_policy", "policy"): 16384,
    ("alicloud_ram_policy", "policy_document"): 6144,
    ("alicloud_ram_role", "assume_role_policy_document"): 2048,
    ("alicloud_resource_manager_control_policy", "policy_document"): 4096,
    ("aws_iam_policy", "policy"): 6144,
    ("aws_iam_role", "assume_role_policy"): 2048,
    ("aws_kms_key", "policy"): 32768,
    ("aws_organizations_policy", "content"): 5120,
    ("aws_s3_bucket_policy", "policy"): 20480,
}

#: The number of entries in a direction of a network ACL.
ACL_ENTRIES = 20


def misnamed(resource: Resource) -> Iterator[tuple[str, str]]:
    """Names, documents and lists that the service would not take."""
    attribute, pattern = NAMES.get(resource.type, ("", ""))
    name = resource.attributes.get(attribute)
    if isinstance(name, str) and not re.fullmatch(pattern, name):
        yield attribute, f"{name!r} is not of the form {pattern}"
    for (kind, path), most in LENGTHS.items():
        document = resource.attributes.get(path) if kind == resource.type else None
        if isinstance(document, str) and len(document) > most:
            yield path, f"{len(document)} characters, {most} are allowed"
    if resource.type == "alicloud_network_acl":
        for path in ("ingress_acl_entries", "egress_acl_entries"):
            if len(resource.attributes.get(path, ())) > ACL_ENTRIES:
                yield path, f"{len(resource.attributes[path])} entries, {ACL_ENTRIES} are allowed"


@pytest.mark.parametrize("case", parameters(CASES))
def test_provider_takes_what_is_declared(case: Case) -> None:
    if schemas.loaded(case.cloud) is None:
        pytest.skip("COMPLIANT_INFRA_SCHEMAS names no directory with the provider's schema")
    wrong = {
        f"{resource.type}.{path} ({resource.name}): {what}"
        for resource in scan(case).resources
        if schemas.cloud_of(resource.type) == case.cloud
        for path, what in (*findings(resource), *misnamed(resource))
        if (resource.type, path) not in ACCEPTED
    }
    assert not wrong, "\n".join(sorted(wrong))


def _resource(kind: str, **attributes: Any) -> Resource:
    return Resource(
        root=".", address=f"{kind}.a", type=kind, name="a", attributes=attributes, location=SourceLocation(".")
    )


@pytest.mark.skipif(schemas.loaded("alicloud") is None, reason="no schema at hand")
@pytest.mark.parametrize(
    ("resource", "path", "what"),
    [
        (_resource("alicloud_slb_load_balancer", internet=True), "internet", "removed"),
        (_resource("alicloud_disk", name="a"), "name", "deprecated"),
        (_resource("alicloud_disk", name="a", disk_name="a"), "name", "conflicts"),
        (_resource("alicloud_kms_key", protection_level="SOFT"), "protection_level", "none of"),
        (_resource("alicloud_alb_load_balancer", vpc_id="v"), "address_type", "required"),
        (_resource("alicloud_alb_load_balancer", vpc_id="v"), "zone_mappings", "required block"),
        (_resource("alicloud_alb_load_balancer", dns_name="d"), "dns_name", "read-only"),
        (_resource("alicloud_alb_load_balancer", access_log_config=[{}, {}]), "access_log_config", "0 to 1"),
        (_resource("alicloud_log_store", retention_period=1), "project_name", "exactly one"),
        (_resource("alicloud_vpc", colour="red"), "colour", "not in the schema"),
        (_resource("alicloud_cassandra_cluster"), "", "deprecated type"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type,
)
def test_mistakes_are_found(resource: Resource, path: str, what: str) -> None:
    assert any(at == path and what in text for at, text in findings(resource)), list(findings(resource))


@pytest.mark.parametrize(
    "resource",
    [
        _resource("alicloud_oss_bucket", bucket="Orders"),
        _resource("alicloud_ram_role", role_name="a" * 65),
        _resource("alicloud_ram_policy", policy_document="x" * 6145),
        _resource("alicloud_network_acl", egress_acl_entries=[{}] * 21),
    ],
    ids=lambda resource: resource.type,
)
def test_names_and_lengths_are_found(resource: Resource) -> None:
    assert list(misnamed(resource))
