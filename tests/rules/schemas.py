"""The providers' schemas, where they are at hand: ``COMPLIANT_INFRA_SCHEMAS`` names the directory.

One file for each provider, ``<cloud>-<version>.json.gz``: ``resources.<type>`` is a block ``{a: attributes, b: nested
blocks}``, where an attribute is written ``"<type> <flags>"``; ``constraints.<type>.<path>`` holds ``def`` (default),
``enum`` (allowed values), ``range``, and ``sup`` (differences that the provider suppresses).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

DIRECTORY = os.environ.get("COMPLIANT_INFRA_SCHEMAS", "")


@cache
def loaded(cloud: str) -> Mapping[str, Any] | None:
    """The schema of a provider, or None where it is not at hand."""
    found = sorted(Path(DIRECTORY).glob(f"{cloud}-*.json.gz")) if DIRECTORY else []
    if not found:
        return None
    with gzip.open(found[-1], "rt", encoding="utf-8") as file:
        schema: Mapping[str, Any] = json.load(file)
    return schema


def cloud_of(kind: str) -> str:
    return kind.split("_", 1)[0]


@cache
def resource_type(kind: str) -> Mapping[str, Any] | None:
    """The block of a resource type, or None where the provider has no such type."""
    schema = loaded(cloud_of(kind))
    return None if schema is None else schema["resources"].get(kind)


def attribute_names(kind: str) -> tuple[str, ...]:
    """The names of a type's attributes and blocks; none where the schema is not at hand."""
    block = resource_type(kind)
    return () if block is None else (*block.get("a", ()), *block.get("b", ()))


def constraint(kind: str, path: str) -> Mapping[str, Any]:
    """What the provider says of values at a path: ``def``, ``enum``, ``range``..."""
    schema = loaded(cloud_of(kind))
    found: Mapping[str, Any] = {} if schema is None else schema.get("constraints", {}).get(kind, {}).get(path, {})
    return found


def paths(block: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Every dotted path of a type, blocks and attributes."""
    for name in block.get("a", ()):
        yield f"{prefix}{name}"
    for name, nested in block.get("b", {}).items():
        yield f"{prefix}{name}"
        yield from paths(nested, f"{prefix}{name}.")
