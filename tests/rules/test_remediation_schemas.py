"""The remediation snippets against the providers' schemas: what they say to write can be written.

``COMPLIANT_INFRA_SCHEMAS`` names the directory of the schemas (``tests/rules/schemas.py``); without it nothing is held
against anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import pytest

from compliant_infra.hcl_checks.reader import Block, Body, Expression, parse
from compliant_infra.kernel.rules import all_rules
from compliant_infra.remediations import snippet
from tests.rules.remedies import Snippet
from tests.rules.schemas import cloud_of, constraint, loaded, resource_type

CLOUDS = ("alicloud", "aws", "tencentcloud")
SNIPPETS = [(cloud, rule.name) for rule in all_rules() for cloud in CLOUDS if snippet(rule.name, cloud) is not None]

pytestmark = pytest.mark.skipif(
    any(loaded(cloud) is None for cloud in CLOUDS),
    reason="COMPLIANT_INFRA_SCHEMAS does not name the providers' schemas",
)

#: What Terraform itself reads of any resource.
META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS = frozenset({"lifecycle", "connection", "provisioner"})

_REFERENCE = re.compile(rf"(?<!\.)\b((?:{'|'.join(CLOUDS)})_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)")

#: Blocks that the schemas at hand leave out.
NOT_IN_SCHEMA = frozenset({("aws_wafv2_web_acl", "rule.statement")})  # it holds itself


def written(name: str, cloud: str) -> Iterator[tuple[Block, Mapping[str, Any] | None]]:
    """The resources of a snippet with the blocks of their schema; None where the provider has no such type."""
    for block in parse(snippet(name, cloud) or "").body.blocks:
        if block.type == "resource":
            yield block, resource_type(block.labels[0])


def set_in(body: Body) -> dict[str, Any]:
    """The arguments that are not ``null``, each with its value."""
    return {name: attribute.value for name, attribute in body.attributes.items() if attribute.value is not None}


def settable(flags: str) -> bool:
    """An attribute ``"<type> <flags>"`` or the flags of a block: can it be written?"""
    return "o" in flags.rpartition(" ")[2] or "r" in flags.rpartition(" ")[2]


def names_of(body: Body) -> set[str]:
    """The nested blocks that are there; ``dynamic`` over an empty list takes them away."""
    found = {block.type for block in body.blocks if block.type != "dynamic"}
    return found | {block.labels[0] for block in body.blocks if block.type == "dynamic" and not takes_away(block)}


def takes_away(block: Block) -> bool:
    return block.type == "dynamic" and block.body.attributes["for_each"].value == []


def literals(value: Any) -> list[Any]:
    """The plain values within a value, of lists each element."""
    if isinstance(value, list):
        return [plain for item in value for plain in literals(item)]
    return [] if isinstance(value, (Expression, dict)) or value is None else [value]


def not_allowed(kind: str, path: str, value: Any) -> Iterator[str]:
    """What is wrong with a value that stands in the snippet as it is."""
    known = constraint(kind, path)
    if "removed" in known:
        yield f"{path} was removed from the provider"
    allowed = {str(item).lower() if isinstance(item, bool) else str(item) for item in known.get("enum", ())}
    bounds = known.get("range")
    for item in literals(value):
        text = str(item).lower() if isinstance(item, bool) else str(item)
        # values with blanks stand in the lists word by word
        if allowed and text and text not in allowed and not set(text.split(" ")) <= allowed:
            yield f"{path} is never {text!r}, but {sorted(allowed)}"
        if bounds and isinstance(item, (int, float)):
            low, high = bounds
            if (low is not None and item < low) or (high is not None and item > high):
                yield f"{path} = {item} is outside {bounds}"


def wrong_in(kind: str, body: Body, schema: Mapping[str, Any], prefix: str, *, whole: bool) -> Iterator[str]:
    """What the schema does not know or misses; ``whole``: nothing else adds to the body, so nothing may be left out."""
    attributes: Mapping[str, str] = schema.get("a", {})
    blocks: Mapping[str, Any] = schema.get("b", {})
    for name, attribute in body.attributes.items():
        path = f"{prefix}{name}"
        if not prefix and name in META_ARGUMENTS:
            continue
        nested = name in blocks and (str(blocks[name].get("n", "")).startswith("attr") or attribute.value is None)
        if name not in attributes and not nested:
            yield f"no argument {path}"
        elif not settable(attributes.get(name, blocks.get(name, {}).get("f", "o"))):
            yield f"{path} cannot be set"
        elif attribute.value is not None:
            yield from not_allowed(kind, path, attribute.value)
    present = set(body.attributes) | names_of(body)
    for block in body.blocks:
        dynamic = block.type == "dynamic"
        name = block.labels[0] if dynamic else block.type
        path = f"{prefix}{name}"
        if (name in META_BLOCKS and not prefix) or (kind, path) in NOT_IN_SCHEMA:
            continue
        if name not in blocks:
            if not any(word in attributes.get(name, "") for word in ("object", "[[")):
                yield f"no block {path}"
            continue
        if "removed" in constraint(kind, path):
            yield f"{path} was removed from the provider"
        if takes_away(block):
            continue
        content = next(item.body for item in block.body.blocks if item.type == "content") if dynamic else block.body
        yield from wrong_in(kind, content, blocks[name], f"{path}.", whole=True)
    for name in blocks:
        count = sum(1 for block in body.blocks if block.type == name)
        if blocks[name].get("max") and count > blocks[name]["max"]:
            yield f"{prefix}{name} stands {count} times"
    if whole:
        needed = [name for name, flags in attributes.items() if "r" in flags.rpartition(" ")[2]]
        needed += [name for name, nested in blocks.items() if nested.get("min") or nested.get("f") == "r"]
        yield from (f"{prefix}{name} is required" for name in needed if name not in present)


def conflicts(kind: str, body: Body, schema: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    """Names of the top level of which both, or too many, or none is set."""
    present = set(set_in(body)) | names_of(body)
    for name in chain(schema.get("a", ()), schema.get("b", ())):
        known = constraint(kind, name)
        if name in present:
            yield from (f"{name} conflicts with {other}" for other in known.get("conf", ()) if other in present)
            yield from (
                f"{name} needs {other}"
                for other in known.get("with", ())
                if whole and other.split(".")[0] not in present
            )
        group = {name, *known["one"]} if known.get("one") else set()
        if len(group & present) > 1:
            yield f"only one of {sorted(group)}"
        if whole and (group or known.get("any")) and not (group | set(known.get("any", ()))) & present:
            yield f"one of {sorted(group | set(known.get('any', ())))} is needed"


@pytest.mark.parametrize(("cloud", "rule"), SNIPPETS, ids=["/".join(case) for case in SNIPPETS])
def test_what_a_snippet_writes_exists(cloud: str, rule: str) -> None:
    wrong = set()
    for block, schema in written(rule, cloud):
        kind, label = block.labels
        if cloud_of(kind) != cloud:
            continue
        if schema is None:
            wrong.add(f"no type {kind}")
            continue
        whole = label != "this"
        for sentence in chain(
            wrong_in(kind, block.body, schema, "", whole=whole), conflicts(kind, block.body, schema, whole=whole)
        ):
            wrong.add(f"{kind}.{label}: {sentence}")
    assert not wrong, "\n".join(sorted(wrong))


def named(text: str) -> Iterator[tuple[str, str]]:
    """Type and attribute of every reference to an attribute of a resource, in a block or by ``this``."""
    return ((match[1], match[2]) for match in _REFERENCE.finditer(text))


@pytest.mark.parametrize(("cloud", "rule"), SNIPPETS, ids=["/".join(case) for case in SNIPPETS])
def test_what_a_snippet_refers_to_exists(cloud: str, rule: str) -> None:
    text = snippet(rule, cloud) or ""
    wrong = set()
    for kind, name in named(text):
        schema = resource_type(kind)
        if schema is None or (name not in schema.get("a", {}) and name not in schema.get("b", {})):
            wrong.add(f"no attribute {kind}.{name}")
    wrong |= {f"no type {kind}" for kind in Snippet(text).removes if resource_type(kind) is None}
    assert not wrong, "\n".join(sorted(wrong))


def test_references_are_read() -> None:
    text = 'data.aws_caller_identity.me.id, "${aws_s3_bucket.this.arn}/*", aws_eip.nat[each.key].id, var.aws_id.name'
    assert list(named(text)) == [("aws_s3_bucket", "arn"), ("aws_eip", "id")]


def test_what_is_wrong_is_found() -> None:
    """The comparison with the schema tells a misspelt name, a value that is never allowed, and what is left out."""
    text = """
resource "alicloud_disk" "new" {
  encrypted = true
  encyrpted = true
  category  = "floppy"
  status    = "Available"
  name      = "one"
  disk_name = "two"
}

resource "alicloud_oss_bucket_replication" "new" {
  bucket = "one"
  destination {
    location = "oss-cn-beijing"
  }
}
"""
    found: list[str] = []
    for block in parse(text).body.blocks:
        schema = resource_type(block.labels[0])
        assert schema is not None
        found += wrong_in(block.labels[0], block.body, schema, "", whole=True)
        found += conflicts(block.labels[0], block.body, schema, whole=True)
    assert sorted(item.split(",")[0] for item in found) == [
        "category is never 'floppy'",
        "destination.bucket is required",
        "disk_name conflicts with name",
        "name conflicts with disk_name",
        "no argument encyrpted",
        "status cannot be set",
    ]
