"""``fixes.toml`` and the snippets behind the fixes: they fit each other, and nobody's own values are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from compliant_infra.hcl_checks.reader import Block
from compliant_infra.hcl_checks.snippets import Snippet, variables_in
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.remediations import snippet
from scripts.compile_replacement import set_paths

CLOUDS = ("alicloud", "aws", "tencentcloud")

#: What stands for somebody's own account, network or key.
_SOMEBODYS = re.compile(
    r"\bkey-[a-z]{3}\d|acs:ram::\d|\barn:aws[\w-]*:[\w-]*:[\w-]*:\d|(?<![\d.])\d{12,16}(?![\d.])|@[\w-]+\.\w"
    r"|\b(?:vpc|vsw|sg|subnet|ins|lb|cgw|cen|r)-[a-z]*[0-9][a-z0-9]{3,}"
    r"|(?<![\d.])(?:203\.0\.113|198\.51\.100|192\.0\.2|10\.\d+\.\d+|172\.16\.\d+|192\.168\.\d+)\.\d+"
)

#: Values in blocks that every resource of the type has: they only keep the example valid, and are never written.
_ALWAYS_THERE = frozenset(
    {
        ("tencentcloud", "host-protection-on", "subnet_id"),
    }
)


@cache
def tables() -> dict[str, dict[str, dict[str, Any]]]:
    text = files("compliant_infra.remediations").joinpath("fixes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def remedies(cloud: str) -> dict[str, Snippet]:
    """Every snippet of a cloud by rule."""
    return {name: Snippet(text) for name in rules_by_name() if (text := snippet(name, cloud)) is not None}


def offered(cloud: str) -> Iterator[tuple[str, Snippet]]:
    for name, remedy in remedies(cloud).items():
        if name not in tables()[cloud]["by-hand"]:
            yield name, remedy


def edited(cloud: str) -> Iterator[tuple[str, Snippet, Block]]:
    """The blocks of offered snippets that may be written into files: those of a type that is not mended by hand."""
    by_hand = tables()[cloud]["by-hand"]
    for name, remedy in offered(cloud):
        kinds = {*remedy.mends, *rules_by_name()[name].checks}
        belong = {kind: remedy.companions_of(kind) for kind in kinds}
        for block in remedy.blocks:
            owners = {kind for kind in kinds if remedy.mends.get(kind) is block or block in belong[kind]} or {"*"}
            if block.type == "resource" and any(f"{name}/{kind}" not in by_hand for kind in owners):
                yield name, remedy, block


@pytest.mark.parametrize("cloud", CLOUDS)
def test_reasons_and_notes_are_of_rules_and_types(cloud: str) -> None:
    wrong = []
    for table in ("by-hand", "notes"):
        for key, reason in tables()[cloud].get(table, {}).items():
            rule, _, kind = key.partition("/")
            if rule not in remedies(cloud):
                wrong.append(f"{table}: {key}: no snippet")
            elif kind and kind != "*" and kind not in rules_by_name()[rule].checks:
                wrong.append(f"{table}: {key}: the rule does not judge the type")
            if set(reason) != {"en", "zh"} or not all(reason.values()):
                wrong.append(f"{table}: {key}: not in both languages")
            if table == "notes" and rule in tables()[cloud]["by-hand"]:
                wrong.append(f"notes: {key}: is mended by hand")
    assert not wrong, wrong


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_belongs_together_is_set_by_snippets(cloud: str) -> None:
    paths: dict[str, set[str]] = {}
    added: set[str] = set()  # a companion may belong to an edit as well
    for remedy in remedies(cloud).values():
        for kind, block in remedy.mends.items():
            paths.setdefault(kind, set()).update(set_paths(block.body))
        for block in remedy.added:
            if block.type == "resource":
                added.add(block.labels[0])
                paths.setdefault(block.labels[0], set()).update(set_paths(block.body))
    wrong = [
        f"{kind}.{path}"
        for kind, groups in tables()[cloud].get("together", {}).items()
        for group in groups
        for path in group
        if path not in paths.get(kind, ()) and path not in added
    ]
    wrong += [
        f"{kind}.{path}.{key}"
        for kind, items in tables()[cloud].get("items", {}).items()
        for path, key in items.items()
        if not {path, f"{path}.{key}"} <= paths.get(kind, set())
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_is_asked_for_is_described_in_both_languages(cloud: str) -> None:
    asks = tables()[cloud]["asks"]
    described = {
        variable: remedy.variables[variable].body.attributes.get("description")
        for _, remedy, block in edited(cloud)
        for variable in variables_in(remedy.source(block), remedy.variables)
    }
    assert not [name for name, found in described.items() if found is None], "variables without a description"
    assert not sorted(set(described) - set(asks)), "variables without a question in Chinese"
    assert set(asks) <= {variable for remedy in remedies(cloud).values() for variable in remedy.variables}
    assert set(tables()[cloud].get("examples", {})) <= set(asks)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_nobodys_own_values_are_written(cloud: str) -> None:
    found = []
    for name, remedy, block in edited(cloud):
        for line in remedy.source(block).splitlines():
            match = _SOMEBODYS.search(line.split("#", 1)[0])
            if match is not None and (cloud, name, line.split("=")[0].strip()) not in _ALWAYS_THERE:
                found.append(f"{name}: {line.strip()}")
    assert not found, found
