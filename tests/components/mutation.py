"""Weakening every setting of the examples, one at a time, and asking which rules notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from compliant_infra.components.input_checks import allowed_values
from compliant_infra.components.names import pulumi_token
from compliant_infra.kernel.model import Resource, Scan, Verdict
from tests.components.proof import EXAMPLES, Case, baselines, judged, recording

#: The baselines that ask for most, by cloud: what one of them does not ask for, another one does.
STRONGEST: Mapping[str, tuple[str, ...]] = {"alicloud": ("mlps-l4", "financial-l3"), "aws": ("mlps-l3",)}


def cases(cloud: str) -> list[Case]:
    """The full examples of the components, not of the composites, at the strongest baselines with every profile."""
    return [
        Case(cloud, file.stem, baseline, ("all",))
        for file in sorted((EXAMPLES / cloud).glob("*_full.py"))
        for baseline in STRONGEST[cloud]
        if "_baseline" not in file.stem and baseline in baselines(cloud, file.stem)
    ]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every setting at any depth; of a list of scalars the list only."""
    if type(value) is dict:
        for name, item in value.items():
            yield (*path, name)
            yield from paths(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from paths(item, (*path, index))


def named(path: tuple[Any, ...]) -> str:
    """``rule.sse_algorithm``: without positions."""
    return ".".join(part for part in path if isinstance(part, str))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for part in path:
        value = value[part]
    return value


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of the value with another one at the path; None takes it away."""
    head, *rest = path
    if isinstance(value, list):
        return [replaced(item, tuple(rest), new) if index == head else item for index, item in enumerate(value)]
    if rest:
        return {**value, head: replaced(value[head], tuple(rest), new)}
    return {name: item for name, item in {**value, head: new}.items() if item is not None}


def weakenings(value: Any, allowed: frozenset[Any]) -> Iterator[Any]:
    """Other values of a setting, the absence first."""
    yield None
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from {0, 1, value // 2, value * 10} - {value}
    elif isinstance(value, str):
        yield from sorted(item for item in allowed if isinstance(item, str) and item != value)
        if "/" in value and value[:1].isdigit():
            yield "0.0.0.0/0"
        if value.isdigit():
            yield "1"
    elif isinstance(value, list) and value:
        yield []
        if all(isinstance(item, str) for item in value):
            yield ["0.0.0.0/0"]


def failing(scan: Scan, case: Case) -> set[tuple[str, str, str]]:
    """(rule, resource, finding) of what fails, the questions about a whole system included."""
    return {
        (result.rule, result.resource, result.finding)
        for result in judged(scan, case, complete=True)
        if result.verdict is Verdict.FAIL
    }


def changed(scan: Scan, resource: Resource, attributes: Mapping[str, Any] | None) -> Scan:
    """The scan with other attributes of a resource, or without it."""
    if attributes is None:
        resources = [item for item in scan.resources if item is not resource]
    else:
        twin = resource.copied()
        twin.attributes = attributes
        resources = [twin if item is resource else item for item in scan.resources]
    return Scan(root=scan.root, resources=resources, data=scan.data, providers=scan.providers, origin=scan.origin)


def _plain(path: str) -> str:
    """A path as both sides spell it: Pulumi's lists have plurals, and no underscores."""
    return ".".join(part.replace("_", "").lower().rstrip("s") for part in path.split("."))


@cache
def _allowed(kind: str) -> Mapping[str, frozenset[Any]]:
    found = allowed_values(pulumi_token(kind))
    return {_plain(path): frozenset(item for item in values if item is not None) for path, values in found.items()}


def variants(scan: Scan, resource: Resource, attributes: Mapping[str, Any], path: tuple[Any, ...]) -> Iterator[Scan]:
    """The scan with the setting at a path weakened in every way; the empty path is the resource itself."""
    if not path:
        yield changed(scan, resource, None)
        return
    values = _allowed(resource.type).get(_plain(named(path)), frozenset())
    for value in weakenings(at(attributes, path), values):
        yield changed(scan, resource, replaced(attributes, path, value))


@cache
def noticed(cloud: str) -> dict[str, dict[str, list[str]]]:
    """Type -> setting -> the rules of which at least one fails when it is weakened; an empty list where none does.

    The setting ``""`` is the resource itself. A setting that occurs often is tried until a rule notices it.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for case in cases(cloud):
        scan = recording(case).scan()
        before = failing(scan, case)
        done: set[tuple[str, str]] = set()
        for resource in scan.resources:
            attributes = dict(resource.attributes)
            for path in [(), *paths(attributes)]:
                key = (resource.type, named(path))
                if key in done or found.get(key):
                    continue
                rules = found.setdefault(key, set())
                for other in variants(scan, resource, attributes, path):
                    rules |= {rule for rule, _, _ in failing(other, case) - before}
                    if rules:
                        break
                if rules:
                    done.add(key)
    result: dict[str, dict[str, list[str]]] = {}
    for (kind, path), rules in sorted(found.items()):
        result.setdefault(kind, {})[path] = sorted(rules)
    return result
