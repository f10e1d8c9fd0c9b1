"""The rules against the providers' schemas: types, attributes, values and defaults are those of the provider.

``COMPLIANT_INFRA_SCHEMAS`` names the directory of the schemas (``tests/rules/schemas.py``); without it nothing is held
against anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.kernel.evaluation import UTILITY_PROVIDERS, ScanContext
from compliant_infra.kernel.logic import Comparison
from compliant_infra.kernel.model import OneOf, Scan
from compliant_infra.kernel.rules import all_rules
from compliant_infra.kernel.rules.record import Rule
from tests.rules.schemas import cloud_of, constraint, loaded, resource_type
from tests.rules.test_odd_values import CONTEXTS, fixture_roots

CLOUDS = ("alicloud", "aws", "tencentcloud")

pytestmark = pytest.mark.skipif(
    any(loaded(cloud) is None for cloud in CLOUDS),
    reason="COMPLIANT_INFRA_SCHEMAS does not name the providers' schemas",
)

#: (type, path) that rules read although the provider's current schema has no such thing, and why.
NOT_IN_SCHEMA: Mapping[tuple[str, str], str] = {
    (
        "alicloud_redis_tair_instance",
        "availability_zone",
    ): "one predicate with kvstore_instance, where it is the old name",
}

#: As above, of attributes that are asked for by a function that serves several types.
ASKED_OF_KIN: Mapping[tuple[str, str], str] = {
    ("alicloud_redis_tair_instance", "availability_zone"): "as above",
    ("alicloud_gpdb_instance", "ip_whitelist.modify_mode"): "groups of allow-lists of other engines have it",
    ("alicloud_oss_bucket", "lifecycle_rule.status"): "enabled here, status on aws",
    ("aws_s3_bucket_lifecycle_configuration", "rule.enabled"): "status here, enabled on the old bucket",
    ("alicloud_sls_collection_policy", "centralize_config.data_region"): "of data_config, asked next",
    ("alicloud_oss_bucket", "bucket_prefix"): "of aws_s3_bucket",
    ("tencentcloud_cos_bucket", "bucket_prefix"): "of aws_s3_bucket",
    ("aws_s3_bucket", "access_control_policy"): "of aws_s3_bucket_acl",
    ("aws_launch_configuration", "root_block_device.snapshot_id"): "of ebs_block_device",
    ("tencentcloud_mysql_instance", "engine"): "aws names engine and port",
    ("tencentcloud_mysql_instance", "port"): "aws names engine and port",
    ("tencentcloud_postgresql_instance", "engine"): "aws names engine and port",
    ("tencentcloud_postgresql_instance", "port"): "aws names engine and port",
}

#: Names that the evaluation looks up in any resource, to match references by name and regions.
OF_EVERY_TYPE = frozenset({"id", "arn", "bucket", "name", "region", "identifier", "tags"})

#: Attributes with a default at the provider for which the rule rightly assumes none.
DEFAULT_NOT_NEEDED: Mapping[tuple[str, str], str] = {
    ("alicloud_ga_listener", "protocol"): "TCP, which is no protocol that the rule is about",
    (
        "alicloud_db_backup_policy",
        "backup_retention_period",
    ): "the old name retention_period is asked next, with the default",
}


def declared() -> Iterator[tuple[Rule, str, str]]:
    """(rule, type, path) of everything that rules say they read."""
    for rule in all_rules():
        for kind, check in rule.checks.items():
            for path in check.reads:
                other, colon, rest = path.partition(":")
                yield (rule, other, rest) if colon else (rule, kind, path)


def compared() -> Iterator[tuple[Rule, str, str, Comparison]]:
    for rule in all_rules():
        for kind, check in rule.checks.items():
            for comparison in check.comparisons:
                other, colon, rest = comparison.path.partition(":")
                yield (rule, other, rest, comparison) if colon else (rule, kind, comparison.path, comparison)


def outside(kind: str) -> bool:
    """No types of a cloud with a schema: star types, configurations, requirements, utilities, Google Cloud.

    What rules read of Google Cloud is held against a list of its own: ``test_google_types.py``.
    """
    return kind.endswith("*") or "." in kind or kind.split("_", 1)[0] in (*UTILITY_PROVIDERS, "google")


def attribute_at(kind: str, path: str) -> str | None:
    """``"<type> <flags>"`` of the attribute (``"block"`` for a block), or None where the type has no such path."""
    block = resource_type(kind)
    *outer, last = path.split(".")
    for index, part in enumerate(outer):
        if block is None:
            return None
        if part in block.get("a", {}):  # members of an attribute that is a map, or a list of objects
            written: str = block["a"][part]
            kinds = ("map(", "object", "[[")
            return written if any(word in written for word in kinds) or index < len(outer) else None
        block = block.get("b", {}).get(part)
    if block is None:
        return None
    return block["a"][last] if last in block.get("a", {}) else "block" if last in block.get("b", {}) else None


def plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_types_exist() -> None:
    missing = [
        f"{rule.name}: {kind}"
        for rule in all_rules()
        for kind in rule.checks
        if not outside(kind) and resource_type(kind) is None
    ]
    missing += [
        f"{rule.name}: {kind} as a witness"
        for rule in all_rules()
        if rule.absence is not None
        for kinds in rule.absence.witnesses.values()
        for kind in kinds
        if resource_type(kind) is None
    ]
    assert not missing, "\n".join(missing)


def test_what_rules_read_exists() -> None:
    found = list(declared())
    assert len(found) > 1000
    wrong = {
        f"{rule.name}: {kind} has no {path}"
        for rule, kind, path in found
        if not outside(kind) and attribute_at(kind, path) is None and (kind, path) not in NOT_IN_SCHEMA
    }
    assert not wrong, "\n".join(sorted(wrong))


class Asked(Mapping[str, Any]):
    """Attributes that note every path that is asked for."""

    def __init__(self, below: Mapping[str, Any], kind: str, path: str, notes: set[tuple[str, str]]) -> None:
        self.below, self.kind, self.path, self.notes = below, kind, path, notes

    def get(self, name: str, default: Any = None) -> Any:
        path = f"{self.path}.{name}" if self.path else name
        self.notes.add((self.kind, path))
        value = self._noting(self.below.get(name), path)
        return default if value is None else value

    def _noting(self, value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            return Asked(value, self.kind, path, self.notes)
        if isinstance(value, (list, tuple)):
            return [self._noting(item, path) for item in value]
        if isinstance(value, OneOf):
            return OneOf([self._noting(item, path) for item in value.alternatives], value.condition)
        return value

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.below)

    def __len__(self) -> int:
        return len(self.below)


def test_what_functions_ask_for_exists(tmp_path: Path) -> None:
    """A misspelt name in a predicate that is a function is never set: the fixtures show which names are asked for."""
    asked: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for rule in all_rules():
        for _, root in fixture_roots(rule, tmp_path / rule.name):
            for resource in root.resources:
                resource.attributes = Asked(resource.attributes, resource.type, "", asked[rule.name])
            for chosen in CONTEXTS:
                context = ScanContext(Scan(".", resources=root.resources), chosen)
                for resource in root.resources:
                    if resource.type in rule.checks and not outside(resource.type):
                        rule.checks[resource.type](resource, context)
    assert sum(map(len, asked.values())) > 1000
    wrong = [
        f"{name}: {kind} has no {path}"
        for name, notes in asked.items()
        for kind, path in sorted(notes)
        if not outside(kind)
        and path not in OF_EVERY_TYPE
        and path != f"{kind.split('_', 1)[1]}_name"
        and path != "oss_bucket_name"
        and path.split(".")[0] not in ("tags", "provisioner")
        and attribute_at(kind, path) is None
        and (kind, path) not in ASKED_OF_KIN
    ]
    assert not wrong, "\n".join(wrong)


def test_values_are_allowed() -> None:
    """What a test compares with is a value that the provider accepts, where its schema lists them."""
    checked = 0
    wrong = set()
    for rule, kind, path, comparison in compared():
        allowed = {plain(item) for item in constraint(kind, path).get("enum", ())}
        for value in comparison.values:
            if allowed and isinstance(value, (str, int, float)) and value != "":
                checked += 1
                if plain(value) not in allowed:
                    wrong.add(f"{rule.name}: {kind}.{path} is never {value!r}, but {sorted(allowed)}")
    assert checked > 30
    assert not wrong, "\n".join(sorted(wrong))


def test_defaults_are_the_providers() -> None:
    """A default that a rule assumes is the schema's, and one that the schema has is assumed."""
    checked = 0
    wrong = set()
    for rule, kind, path, comparison in compared():
        default = constraint(kind, path).get("def")
        if default is None:
            continue
        checked += 1
        if comparison.default is None:
            # a test of no particular value (is it set?) says nothing of the default
            if comparison.values and (kind, path) not in DEFAULT_NOT_NEEDED:
                wrong.add(f"{rule.name}: {kind}.{path} defaults to {default!r}, which the rule does not say")
        elif plain(comparison.default) != plain(default):
            wrong.add(f"{rule.name}: {kind}.{path} defaults to {default!r}, not {comparison.default!r}")
    assert checked > 30
    assert not wrong, "\n".join(sorted(wrong))


def test_assumed_defaults_are_of_optional_attributes() -> None:
    """A required attribute has no default, and nobody can set a computed one."""
    wrong = set()
    for rule, kind, path, comparison in compared():
        written = None if outside(kind) else attribute_at(kind, path)
        if written is None or written == "block" or " " not in written:
            continue
        flags = written.rpartition(" ")[2]
        # within a block the default is that of a block left out; payment_type is optional on other types of its table
        decided = "." in path or path == "payment_type"
        if comparison.default is not None and "r" in flags and not decided:
            wrong.add(f"{rule.name}: {kind}.{path} is required, yet a default is assumed")
        if "o" not in flags and "r" not in flags:
            wrong.add(f"{rule.name}: {kind}.{path} is computed only")
    assert not wrong, "\n".join(sorted(wrong))


def test_known_differences_are_needed() -> None:
    """An entry that is no longer needed goes."""
    assert all(attribute_at(kind, path) is None for kind, path in (*NOT_IN_SCHEMA, *ASKED_OF_KIN))
    assert all(constraint(kind, path).get("def") is not None for kind, path in DEFAULT_NOT_NEEDED)
    assert all(cloud_of(kind) in CLOUDS for kind, _ in (*NOT_IN_SCHEMA, *ASKED_OF_KIN, *DEFAULT_NOT_NEEDED))
