"""The same resources get the same verdicts as Terraform source, plan, Pulumi program, preview and stack export."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from compliant_infra.components.names import terraform_type
from compliant_infra.components.project import record_project
from compliant_infra.components.recorder import Recording
from tests.conformance.forms import (
    CLOUDS,
    FORMS,
    LEVELS,
    PULUMI,
    STACK,
    SUITE,
    Answer,
    Key,
    Row,
    addresses,
    check,
    digest,
    digests,
    judged,
    lay_out,
    overall,
    unordered,
)

pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

RESOURCES = {"alicloud": 39, "aws": 21}
KINDS = (
    "source-only",
    "plan-has-values",
    "text-unknown-as-a-whole",
    "list-unknown-as-a-whole",
    "secret-hidden",
)
OTHERS = FORMS[1:]


@dataclass(frozen=True, slots=True)
class Allowance:
    """A difference from the source that is in the nature of the form."""

    rule: str
    address: str
    forms: tuple[str, ...]
    kind: str
    reason: str

    def covers(self, key: Key, form: str) -> bool:
        return form in self.forms and key[0] == self.rule and fnmatchcase(key[1], self.address)


def exceptions() -> list[Allowance]:
    entries = tomllib.loads((SUITE / "exceptions.toml").read_text(encoding="utf-8"))["exception"]
    return [Allowance(**{**entry, "forms": tuple(entry["forms"])}) for entry in entries]


@cache
def recording(cloud: str) -> Recording:
    return record_project(SUITE / cloud, STACK)


Said = Mapping[tuple[str, str, str], Answer]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What is said of each cloud at each level in each form. The command runs a program once, as that takes longest."""
    found: dict[tuple[str, str, str], Answer] = {}
    for cloud in CLOUDS:
        folders = {form: lay_out(cloud, form, tmp_path_factory.mktemp(cloud) / form) for form in FORMS}
        for level in LEVELS:
            for form in FORMS:
                in_process = form == "program" and level != "mlps-l3"
                found[cloud, level, form] = (
                    judged(recording(cloud), level) if in_process else check(folders[form], form, level)
                )
    return found


def same(form: str, ours: Row, theirs: Row) -> bool:
    return unordered(ours) == unordered(theirs) if form == "plan" else ours == theirs


def differences(said: Said) -> Iterator[tuple[str, str, str, Key]]:
    """Cloud, level, form, and what is judged otherwise than in source."""
    for cloud in CLOUDS:
        for level in LEVELS:
            source = said[cloud, level, "source"].rows
            for form in OTHERS:
                rows = said[cloud, level, form].rows
                for key in sorted(source.keys() | rows.keys()):
                    if not same(form, source.get(key, ()), rows.get(key, ())):
                        yield cloud, level, form, key


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("form", OTHERS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_same_verdict_as_in_source(said: Said, cloud: str, form: str, level: str) -> None:
    """Verdict, address, finding, attribute, severity, clauses and type."""
    allowed = exceptions()
    source, rows = said[cloud, level, "source"].rows, said[cloud, level, form].rows
    unexpected = [
        f"{key[0]} {key[1]}\n  source: {source.get(key)}\n  {form}: {rows.get(key)}"
        for of, at, which, key in differences(said)
        if (of, at, which) == (cloud, level, form) and not any(item.covers(key, form) for item in allowed)
    ]
    assert not unexpected, "\n".join(unexpected)


def test_every_exception_is_needed_for_each_of_its_forms(said: Said) -> None:
    seen = [(form, key) for _, _, form, key in differences(said)]
    idle = [
        f"{item.rule} {item.address}: {form}"
        for item in exceptions()
        for form in item.forms
        if not any(item.covers(key, form) for which, key in seen if which == form)
    ]
    assert not idle


def test_no_exception_turns_a_pass_into_a_fail_or_hides_a_fail(said: Said) -> None:
    wrong = []
    for cloud, level, form, key in differences(said):
        both = {overall(said[cloud, level, which].rows.get(key, ())) for which in ("source", form)}
        if "fail" in both and not both <= {"fail", "unknown"}:
            wrong.append(f"{cloud} {level} {form}: {' '.join(key)}")
    assert not wrong


def test_exceptions_are_few_and_say_why(said: Said) -> None:
    for item in exceptions():
        assert item.kind in KINDS
        assert set(item.forms) <= set(OTHERS)
        assert item.reason
    assert {item.kind for item in exceptions()} == set(KINDS)
    compared = sum(len(said[cloud, level, form]) for cloud in CLOUDS for level in LEVELS for form in OTHERS)
    assert len(list(differences(said))) <= compared // 25


# --------------------------------------------------------------------------------------------------------------
# Addresses and places
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_same_resources_in_every_form(said: Said, cloud: str) -> None:
    plan = addresses(cloud, "plan")
    assert len(plan) == len(set(plan)) == RESOURCES[cloud]
    program = sorted(f"{item.type}.{item.name}" for item in recording(cloud).scan().resources)
    assert plan == addresses(cloud, "preview") == addresses(cloud, "export") == program
    for level in LEVELS:
        for form in FORMS:
            assert said[cloud, level, form].resources == RESOURCES[cloud], form
    assert sum(RESOURCES.values()) == 60


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("form", FORMS)
def test_results_name_the_resource_as_the_form_does(said: Said, cloud: str, form: str) -> None:
    seen = 0
    for (_, name), place in said[cloud, "mlps-l3", form].places:
        if name == "*" or not name.startswith(f"{cloud}_"):
            assert not place.resource.startswith("urn:")
            continue
        seen += 1
        if form in PULUMI:
            head, _, kind, own = place.resource.split("::")
            assert head == f"urn:pulumi:{STACK}"
            assert terraform_type(kind) == place.type
            assert f"{place.type}.{own}" == name
        else:
            assert place.resource.startswith(f"{place.type}.")
    assert seen > 50


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("form", PULUMI)
def test_results_of_pulumi_stand_where_the_program_makes_the_resource(said: Said, cloud: str, form: str) -> None:
    text = (SUITE / cloud / "__main__.py").read_text(encoding="utf-8")
    calls = {
        node.lineno: ast.unparse(node.args[0])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith(f"{cloud}.")
    }
    for level in LEVELS:
        for (_, name), place in said[cloud, level, form].places:
            if name.startswith(f"{cloud}_"):
                assert Path(place.file).name == "__main__.py", place
                first = calls[place.line]
                own = name.partition(".")[2]
                assert first == repr(own) or (first.startswith("f'") and first[2:].startswith(own.partition("-")[0]))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_command_says_of_a_program_what_a_test_says(said: Said, cloud: str) -> None:
    ours, commands = judged(recording(cloud), "mlps-l3"), said[cloud, "mlps-l3", "program"]
    assert ours.rows == commands.rows
    assert {(key, place.resource, place.line) for key, place in ours.places} == {
        (key, place.resource, place.line) for key, place in commands.places
    }


# --------------------------------------------------------------------------------------------------------------
# The suite itself
# --------------------------------------------------------------------------------------------------------------


def test_enough_is_judged(said: Said) -> None:
    """Of results that name a resource: many rules, and each verdict often."""
    rules: dict[str, set[str]] = {}
    counted = dict.fromkeys(("pass", "fail", "unknown"), 0)
    for cloud in CLOUDS:
        for (rule, name), row in said[cloud, "mlps-l3", "source"].rows.items():
            if name.startswith(f"{cloud}_"):
                rules.setdefault(rule, set()).update(item.verdict for item in row)
                for item in row:
                    counted[item.verdict] += 1
    assert len(rules) >= 40
    assert counted["fail"] >= 25
    assert counted["pass"] >= 60
    assert sum("fail" in verdicts for verdicts in rules.values()) >= 30
    assert sum("pass" in verdicts for verdicts in rules.values()) >= 30
    undecided = sum(
        item.verdict == "unknown"
        for cloud in CLOUDS
        for row in said[cloud, "mlps-l3", "source"].rows.values()
        for item in row
    )
    assert undecided >= 10


@pytest.mark.parametrize("cloud", CLOUDS)
def test_recordings_are_of_these_sources(cloud: str) -> None:
    """Else: python scripts/record_conformance.py."""
    made_from = json.loads(digests(cloud).read_text(encoding="utf-8"))
    assert made_from == {form: digest(cloud, form) for form in ("source", "program")}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("form", ["plan", "preview", "export"])
def test_recordings_hold_no_paths_of_a_machine(cloud: str, form: str) -> None:
    text = (SUITE / cloud / "recorded" / f"{form}.json").read_text(encoding="utf-8")
    assert not [found for found in ("/../", "file://", "/home/", "/root/", "/tmp/", "/work/") if found in text]
