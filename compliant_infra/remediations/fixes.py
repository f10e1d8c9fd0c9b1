"""What the fix command may do with the snippets: which findings a person mends, and what replaces a resource.

Two files of data, both optional: ``replacement.json`` with the attributes of each Terraform type that cannot be changed
in place, as dotted paths without indexes; ``fixes.toml`` with tables for each cloud:

``by-hand``   rule, ``<rule>/<terraform type>``, or ``*`` for every rule: why a person has to mend what it finds
``notes``     the same keys: what to know before a fix is applied
``together``  Terraform type: groups of attributes and blocks of which an API wants all or none
``append``    Terraform type: lists to which elements are added, the user's staying
``items``     Terraform type: nested blocks that are entries of a list, and the attribute that tells them apart
``asks``      variable of a snippet: what it asks for, in Chinese (the English is its description)
``each``      variables of snippets of which every resource needs a value of its own
``examples``  variable of a snippet: other values to be tried in the proof, where its default is not right

and a table ``whole`` for all: rule: types of which an account has one, and which the rule's block describes completely.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules.record import cloud_of
from compliant_infra.remediations import snippets


def by_hand(rule: str, cloud: str, kind: str) -> Text | None:
    """Why a person has to mend what the rule finds on resources of a type; None where the tool offers to."""
    found = reasons(cloud)
    return found.get(f"{rule}/{kind}") or found.get(rule) or found.get("*")


def reasons(cloud: str) -> Mapping[str, Text]:
    """All reasons of a cloud, by rule or ``<rule>/<terraform type>``."""
    return _by_hand().get(cloud, {})


def is_by_hand(rule: str, cloud: str) -> bool:
    """Whether a person has to mend whatever the rule finds on the cloud."""
    return rule in reasons(cloud) or "*" in reasons(cloud)


def offering(rule: str) -> list[str]:
    """The clouds on which ``compliant-infra fix`` offers to mend findings of the rule: not each of them, but some."""
    return sorted(cloud for cloud in snippets(rule) if not is_by_hand(rule, cloud))


def whole(rule: str, cloud: str) -> list[str]:
    """The types that can be added as the rule's block ``this`` describes them, where a whole system lacks them."""
    return [kind for kind in _tables().get("whole", {}).get(rule, ()) if cloud_of(kind) == cloud]


def forces_replacement(kind: str, path: str) -> bool:
    """Whether a change of the attribute (a dotted path without indexes) replaces a resource of the type."""
    listed = replacing(kind)
    parts = path.split(".")
    return any(".".join(parts[: length + 1]) in listed for length in range(len(parts)))


def replacing(kind: str) -> frozenset[str]:
    """The attributes of a Terraform type (dotted paths) that cannot be changed in place."""
    return _replacement().get(kind, frozenset())


def notes(rule: str, cloud: str, kind: str) -> tuple[Text, ...]:
    """What to know before a fix of the rule on a type is applied."""
    found = _table(cloud, "notes")
    return tuple(
        Text(found[key]["en"], found[key]["zh"]) for key in (rule, f"{rule}/{kind}") if isinstance(found.get(key), dict)
    )


def together(kind: str) -> tuple[frozenset[str], ...]:
    """Groups of attributes and blocks of a Terraform type (dotted paths) of which an API wants all or none."""
    return tuple(frozenset(group) for group in _table(cloud_of(kind), "together").get(kind, ()))


def appended(kind: str) -> frozenset[str]:
    """The lists of a Terraform type (dotted paths) to which elements are added, the user's staying."""
    return frozenset(_table(cloud_of(kind), "append").get(kind, ()))


def items(kind: str) -> Mapping[str, str]:
    """Nested blocks of a Terraform type (dotted paths) that are entries of a list, and what tells them apart."""
    found: Mapping[str, str] = _table(cloud_of(kind), "items").get(kind, {})
    return found


def asked(variable: str, cloud: str) -> str:
    """What a variable of a snippet asks for, in Chinese; "" where the data do not say."""
    return str(_table(cloud, "asks").get(variable, ""))


def each(cloud: str) -> frozenset[str]:
    """The variables of snippets of which every resource needs a value of its own."""
    return frozenset(_tables().get(cloud, {}).get("each", ()))


def examples(variable: str, cloud: str) -> tuple[Any, ...]:
    """Other values of a variable of a snippet to be tried where its default is not right."""
    return tuple(_table(cloud, "examples").get(variable, ()))


@cache
def _by_hand() -> Mapping[str, Mapping[str, Text]]:
    return {
        cloud: {key: Text(reason["en"], reason["zh"]) for key, reason in tables.get("by-hand", {}).items()}
        for cloud, tables in _tables().items()
        if cloud != "whole"
    }


def _table(cloud: str, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _tables().get(cloud, {}).get(name, {})
    return found


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return {cloud: tables for cloud, tables in tomllib.loads(_data("fixes.toml")).items() if isinstance(tables, dict)}


@cache
def _replacement() -> Mapping[str, frozenset[str]]:
    loaded: Any = json.loads(_data("replacement.json") or "{}")
    unconfirmed: Any = loaded.pop("unconfirmed", {})  # what may replace the resource is treated like what does
    return {
        kind: frozenset([*loaded.get(kind, ()), *unconfirmed.get(kind, ())])
        for kind in loaded.keys() | unconfirmed.keys()
    }


def _data(name: str) -> str:
    try:
        content = get_data("compliant_infra.remediations", name)
    except OSError:
        return ""
    return content.decode("utf-8") if content is not None else ""
