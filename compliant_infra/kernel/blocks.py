"""Nested blocks of a resource: always a list of mappings in the model, of which parts may be unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliant_infra.kernel.model import OneOf, Unknown, UnknownValueError

#: A block of a list: its place (``data_disks.0``) and its attributes, or the unknown that stands for it.
Entry = tuple[str, Mapping[str, Any] | Unknown | OneOf]


def entries(value: Any, where: str) -> list[Entry]:
    """The blocks of an attribute with their places; what is unknown stands as itself, so that the others count.

    What is no block, as a text in the place of one, stands as an unknown that is not supported.
    """
    if value is None:
        return []
    if isinstance(value, (Unknown, OneOf)):
        return [(where, value)]
    if isinstance(value, Mapping):
        return [(f"{where}.0", value)]
    if not isinstance(value, (list, tuple)):
        return [(where, Unknown("unsupported", where))]
    found: list[Entry] = []
    for index, item in enumerate(value):
        if isinstance(item, (Mapping, Unknown, OneOf)):
            found.append((f"{where}.{index}", item))
        elif item is not None:
            found.append((f"{where}.{index}", Unknown("unsupported", f"{where}.{index}")))
    return found


def elements(value: Any) -> Sequence[Any]:
    """The elements of a list, of which some may be unknown; any other value is a list of one, unset one of none."""
    if value is None:
        return ()
    if isinstance(value, Unknown) and value.elements:
        return (*value.elements, Unknown(value.reason, value.expression, value.location))
    return value if isinstance(value, (list, tuple)) else (value,)


def nested_entries(value: Any, path: str) -> list[Entry]:
    """The blocks at a dotted path of blocks (``block_device_mappings.ebs``) below a mapping."""
    head, _, rest = path.partition(".")
    found = entries(value.get(head), head)
    while rest:
        head, _, rest = rest.partition(".")
        deeper: list[Entry] = []
        for where, block in found:
            if isinstance(block, Mapping):
                deeper.extend((f"{where}.{place}", item) for place, item in entries(block.get(head), head))
            else:
                deeper.append((where, block))
        found = deeper
    return found


def blocks(value: Any) -> list[Mapping[str, Any]]:
    """The nested blocks of a value as a list; a block of which nothing is known raises ``UnknownValueError``."""
    found: list[Mapping[str, Any]] = []
    for _, block in entries(value, ""):
        if not isinstance(block, Mapping):
            raise UnknownValueError(block)
        found.append(block)
    return found


def first_block(value: Any) -> Mapping[str, Any]:
    """The only block of a list of at most one; empty where there is none."""
    found = blocks(value)
    return found[0] if found else {}
