"""A resource seen with another value of one attribute: how a choice between whole lists of blocks is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compliant_infra.kernel.logic import Outcome, alternatives
from compliant_infra.kernel.model import OneOf, Resource


class _Overlay(Mapping[str, Any]):
    """A mapping with one value replaced; the others are read, lazily, from the one below."""

    def __init__(self, below: Mapping[str, Any], name: str, value: Any) -> None:
        self._below, self._name, self._value = below, name, value

    def __getitem__(self, key: str) -> Any:
        return self._value if key == self._name else self._below[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._below
        if self._name not in self._below:
            yield self._name

    def __len__(self) -> int:
        return len(self._below) + (self._name not in self._below)


def with_attribute(resource: Resource, name: str, value: Any) -> Resource:
    """The same resource, with this value of the attribute."""
    twin = resource.copied()
    twin.attributes = _Overlay(resource.attributes, name, value)
    return twin


def by_alternatives(resource: Resource, name: str, judge: Callable[[Resource], Outcome]) -> Outcome:
    """Judge the resource; where the attribute is a OneOf, once for each alternative, and they must agree."""
    value = resource.attributes.get(name)
    if not isinstance(value, OneOf):
        return judge(resource)
    return alternatives(
        value,
        lambda item: judge(with_attribute(resource, name, item)),
        name,
        unset=lambda: judge(with_attribute(resource, name, None)),
    )
