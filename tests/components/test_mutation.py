"""Every setting of a component is there for a reason: weakening it makes a rule fail, or the list says why it stands.

For each full example at the strongest baselines with every profile, every setting is taken away or turned in ways that
weaken settings; a rule has to notice. ``unnoticed.toml`` lists those that none notices: names, links and capacities by
nature, what the product wants, what hardens beyond the rules, and what a rule is content without as long as a twin is
there: with the twins off it has to notice. ``noticed.json`` keeps which rules notice what: the pages of the components
show it. ``UPDATE_GOLDEN=1`` writes it anew.
"""

from __future__ import annotations

import json
import os
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.components.mutation import Setting, noticed, noticed_without
from tests.components.proof import BASELINES

#: Kinds of reasons in ``unnoticed.toml``.
REASONS = {"name", "link", "capacity", "product", "beyond", "either"}

NOTICED = Path(__file__).parent / "noticed.json"


@cache
def listed() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "unnoticed.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text).get("unnoticed", ()))


def entry_of(kind: str, path: str) -> dict[str, Any] | None:
    """The first entry of the list that is about a setting; the setting ``""`` is the resource itself."""
    for entry in listed():
        if fnmatchcase(kind, entry["type"]) and any(fnmatchcase(path, item) for item in entry["settings"]):
            return entry
    return None


@pytest.mark.xdist_group("mutation")
@pytest.mark.parametrize("cloud", BASELINES)
def test_every_setting_is_noticed_or_listed(cloud: str) -> None:
    found = noticed(cloud)
    new = [
        f"{kind} {path or '(the whole resource)'}"
        for kind, settings in found.items()
        for path, rules in settings.items()
        if not rules and entry_of(kind, path) is None
    ]
    assert not new, "\n".join(new)


def twins_of(entry: dict[str, Any]) -> tuple[Setting, ...]:
    """The twins of an entry, which it names as ``type setting``; a type alone is the whole resource."""
    return tuple((kind, setting) for kind, _, setting in (twin.partition(" ") for twin in entry["twins"]))


@cache
def with_twins(cloud: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Type -> setting -> the rules that notice once its twins are off, and the twins."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for kind, settings in noticed(cloud).items():
        for path, rules in settings.items():
            entry = None if rules else entry_of(kind, path)
            if entry is not None and entry["reason"] == "either":
                seen = noticed_without(cloud, (kind, path), twins_of(entry))
                found.setdefault(kind, {})[path] = {"rules": seen, "twins": entry["twins"]}
    return found


@pytest.mark.xdist_group("mutation")
@pytest.mark.parametrize("cloud", BASELINES)
def test_either_of_twins_suffices_and_one_is_needed(cloud: str) -> None:
    found = with_twins(cloud)
    assert found
    assert [
        f"{kind} {path}" for kind, settings in found.items() for path in settings if not settings[path]["rules"]
    ] == []


@pytest.mark.xdist_group("mutation")
def test_which_rules_notice_is_kept() -> None:
    found: dict[str, Any] = {cloud: noticed(cloud) for cloud in BASELINES}
    found["either"] = {cloud: with_twins(cloud) for cloud in BASELINES}
    if os.environ.get("UPDATE_GOLDEN"):
        NOTICED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert json.loads(NOTICED.read_text(encoding="utf-8")) == found


@pytest.mark.xdist_group("mutation")
def test_the_list_is_needed_and_has_reasons() -> None:
    assert {entry["reason"] for entry in listed()} <= REASONS
    assert all(entry.get("why") for entry in listed() if entry["reason"] in ("beyond", "product", "either"))
    assert all(("twins" in entry) == (entry["reason"] == "either") for entry in listed())
    silent = [
        (kind, path)
        for cloud in BASELINES
        for kind, settings in noticed(cloud).items()
        for path, rules in settings.items()
        if not rules
    ]
    used = {id(entry_of(kind, path)) for kind, path in silent}
    assert [entry for entry in listed() if id(entry) not in used] == []
