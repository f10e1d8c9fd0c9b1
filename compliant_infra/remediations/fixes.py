"""What the fix command may do with the snippets: which findings a person mends, and what replaces a resource.

Two files of data, both optional: ``fixes.toml`` with a table ``[<cloud>.by-hand]`` whose keys are rules, or
``<rule>/<terraform type>``, and whose values are the reason in both languages; ``replacement.json`` with the attributes
of each Terraform type that cannot be changed in place, as dotted paths without indexes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from compliant_infra.kernel.model import Text


def by_hand(rule: str, cloud: str, kind: str) -> Text | None:
    """Why a person has to mend what the rule finds on resources of a type; None where the tool offers to."""
    return reasons(cloud).get(f"{rule}/{kind}") or reasons(cloud).get(rule)


def reasons(cloud: str) -> Mapping[str, Text]:
    """All reasons of a cloud, by rule or ``<rule>/<terraform type>``."""
    return _by_hand().get(cloud, {})


def is_by_hand(rule: str, cloud: str) -> bool:
    """Whether a person has to mend whatever the rule finds on the cloud."""
    return rule in reasons(cloud)


def forces_replacement(kind: str, path: str) -> bool:
    """Whether a change of the attribute (a dotted path without indexes) replaces a resource of the type."""
    listed = _replacement().get(kind, frozenset())
    parts = path.split(".")
    return any(".".join(parts[: length + 1]) in listed for length in range(len(parts)))


@cache
def _by_hand() -> Mapping[str, Mapping[str, Text]]:
    found: dict[str, dict[str, Text]] = {}
    for cloud, tables in tomllib.loads(_data("fixes.toml")).items():
        if isinstance(tables, dict):
            found[cloud] = {
                key: Text(reason["en"], reason["zh"])
                for key, reason in tables.get("by-hand", {}).items()
                if isinstance(reason, dict)
            }
    return found


@cache
def _replacement() -> Mapping[str, frozenset[str]]:
    loaded: Any = json.loads(_data("replacement.json") or "{}")
    return {kind: frozenset(paths) for kind, paths in loaded.items() if isinstance(paths, list)}


def _data(name: str) -> str:
    try:
        content = get_data("compliant_infra.remediations", name)
    except OSError:
        return ""
    return content.decode("utf-8") if content is not None else ""
