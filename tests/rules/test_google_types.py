"""The list of what rules read of Google Cloud: whole, and nothing in it that no rule reads.

There is no schema of this provider at hand: ``providers/google_types.toml`` names the page of its documentation for
every type, so that a reader can look every attribute up.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import compliant_infra.providers
from compliant_infra.kernel.evaluation import ScanContext
from compliant_infra.kernel.model import Scan
from compliant_infra.kernel.rules import all_rules
from compliant_infra.kernel.rules.record import Rule
from tests.rules.test_fixtures import FIXTURES
from tests.rules.test_odd_values import CONTEXTS, Root
from tests.rules.test_schemas import Asked, plain

FILE = Path(compliant_infra.providers.__file__).parent / "google_types.toml"
LISTED: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
TYPES: dict[str, dict[str, Any]] = LISTED["type"]

#: Looked up in any resource: to match references by name, to tell the project, to find the balancer's kind.
OF_EVERY_TYPE = frozenset({"id", "arn", "bucket", "name", "identifier", "project", "self_link"})

#: Attributes that are maps, whose members have names of their own.
MAPS = frozenset({"environment_variables", "metadata"})

#: Attributes that functions ask for and that stand for no answer of their own.
UNDECLARED = frozenset(
    {
        # one predicate for all forms of firewall rules: of the others
        "target_tags",
        "target_secure_tags",
        # further conditions of a firewall policy rule, which make an open source undecided
        *(
            f"match.{end}_{name}"
            for end in ("src", "dest")
            for name in (
                "network_scope",
                "network_context",
                "network_type",
                "networks",
                "secure_tags",
                "fqdns",
                "region_codes",
                "threat_intelligences",
                "address_groups",
            )
        ),
        "path_matcher.path_rule",
        "path_matcher.route_rules",
    }
)


def is_google(kind: str) -> bool:
    return kind.startswith("google_") and not kind.endswith("*")


def read() -> Iterator[tuple[str, str]]:
    """(type, path) of everything that rules say they read of Google Cloud."""
    for rule in all_rules():
        for kind, check in rule.checks.items():
            for path in check.reads:
                other, colon, rest = path.partition(":")
                found = (other, rest) if colon else (kind, path)
                if is_google(found[0]):
                    yield found


def judged_types() -> set[str]:
    return {kind for rule in all_rules() for kind in rule.checks if is_google(kind)}


def test_every_type_is_listed_and_none_in_vain() -> None:
    assert set(TYPES) == judged_types() | {kind for kind, _ in read()}
    assert len(TYPES) > 60


def test_every_attribute_is_listed_and_none_in_vain() -> None:
    listed = {(kind, path) for kind, entry in TYPES.items() for path in entry["reads"]}
    assert listed == set(read())
    assert all(entry["reads"] == sorted(entry["reads"]) for entry in TYPES.values())


def test_every_type_names_its_page() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", LISTED["version"])
    for kind, entry in TYPES.items():
        page = entry["page"].removesuffix(".html.markdown")
        assert page != entry["page"], kind
        family = re.sub(r"_iam_(?:member|binding|policy|audit_config)$", "_iam", kind)
        assert page in (family, family.removeprefix("google_")), f"{kind}: {page}"


def test_defaults_are_those_that_rules_assume() -> None:
    assumed: dict[tuple[str, str], str] = {}
    for rule in all_rules():
        for kind, check in rule.checks.items():
            for comparison in check.comparisons:
                other, colon, rest = comparison.path.partition(":")
                at = (other, rest) if colon else (kind, comparison.path)
                if is_google(at[0]) and comparison.default is not None:
                    assert assumed.setdefault(at, plain(comparison.default)) == plain(comparison.default), at
    listed = {
        (kind, path): plain(value) for kind, entry in TYPES.items() for path, value in entry.get("defaults", {}).items()
    }
    assert len(assumed) > 10
    assert {at: listed.get(at) for at in assumed} == assumed


def test_further_tables_are_about_what_is_read() -> None:
    for kind, entry in TYPES.items():
        assert set(entry) <= {"page", "reads", "defaults", "former", "elsewhere"}, kind
        assert set(entry.get("defaults", {})) <= set(entry["reads"]), kind
        assert set(entry.get("former", ())) <= set(entry["reads"]), kind
        assert set(entry.get("elsewhere", {})) <= set(entry.get("defaults", {})), kind


RULES = [rule for rule in all_rules() if any(map(is_google, rule.checks))]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_functions_ask_for_is_listed(rule: Rule, tmp_path: Path) -> None:
    """A misspelt name in a predicate is never set: the fixtures show which names are asked for."""
    asked: set[tuple[str, str]] = set()
    for path in sorted((FIXTURES / "google" / rule.name).iterdir()):
        root = tmp_path / path.stem
        if path.is_dir():
            shutil.copytree(path, root)
        else:
            root.mkdir()
            shutil.copy(path, root / "main.tf")
        resources = Root(rule, root).resources
        for resource in resources:
            resource.attributes = Asked(resource.attributes, resource.type, "", asked)
        for chosen in CONTEXTS:
            context = ScanContext(Scan(".", resources=resources), chosen)
            for resource in resources:
                if resource.type in rule.checks:
                    rule.checks[resource.type](resource, context)
    wrong = []
    for kind, name in sorted(asked):
        reads = TYPES[kind]["reads"] if kind in TYPES else ()
        known = name in OF_EVERY_TYPE or name in UNDECLARED or name == f"{kind.split('_', 1)[1]}_name"
        known = known or any(name.startswith(f"{path}.") for path in reads if path.rpartition(".")[2] in MAPS)
        if is_google(kind) and not known and not any(f"{path}.".startswith(f"{name}.") for path in reads):
            wrong.append(f"{kind}.{name}")
    assert not wrong
