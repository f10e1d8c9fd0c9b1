"""Nested blocks of a resource: always a list of mappings in the model, of which parts may be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliant_infra.kernel.model import OneOf, Unknown, UnknownValueError


def blocks(value: Any) -> list[Mapping[str, Any]]:
    """The nested blocks of a value as a list; a block of which nothing is known raises ``UnknownValueError``."""
    if value is None:
        return []
    if isinstance(value, (Unknown, OneOf)):
        raise UnknownValueError(value)
    if isinstance(value, Mapping):
        return [value]
    found: list[Mapping[str, Any]] = []
    for item in value:
        found.extend(blocks(item))
    return found


def first_block(value: Any) -> Mapping[str, Any]:
    """The only block of a list of at most one; empty where there is none."""
    found = blocks(value)
    return found[0] if found else {}
