"""Which edits of a fix go together: what an API wants whole, what names each other, and what need not follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from compliant_infra.hcl_checks.fix_changes import Change
from compliant_infra.hcl_checks.snippets import names
from compliant_infra.remediations import fixes

_VARIABLE: Final = re.compile(r"\bvar\.[A-Za-z_]")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def units(changes: Sequence[Change]) -> list[list[Change]]:
    """The edits in the groups that are written, or left out, as a whole; each edit is in one of them.

    A companion goes with those that name it. Of what an API wants together, an edit that would only put a variable, or
    a smaller number, in place of what the user has is not one: it is left out where the finding passes without it.
    """
    leader = list(range(len(changes)))

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    def join(members: Sequence[int]) -> None:
        for other in members[1:]:
            leader[find(other)] = find(members[0])

    for index, change in enumerate(changes):
        if change.kind == "after":
            label = ".".join(change.address.split(".")[-2:])
            join([index, *(at for at, other in enumerate(changes) if other is not change and names(other.text, label))])
    for group in groups(changes):
        join([index for index in group if not is_optional(changes[index])])
    found: dict[int, list[Change]] = {}
    for index, change in enumerate(changes):
        found.setdefault(find(index), []).append(change)
    return list(found.values())


def groups(changes: Sequence[Change]) -> list[list[int]]:
    """The places of edits that stand in one group of what an API wants together."""
    found: list[list[int]] = []
    for kind in dict.fromkeys(change.type for change in changes):
        for paths in fixes.together(kind):
            members = [index for index, change in enumerate(changes) if _is_in(change, kind, paths)]
            several = Counter(changes[index].path for index in members if changes[index].kind != "after")
            by_block: dict[int, list[int]] = {}
            for index in members:
                place = id(changes[index].body) if max(several.values(), default=0) > 1 else 0
                by_block.setdefault(place, []).append(index)
            found += [group for group in by_block.values() if len(group) > 1]
    return found


def followers(changes: Sequence[Change], kept: Sequence[Change]) -> list[Change]:
    """Edits that were left out, and put a variable in place of a value whose fellow a variable has replaced: a key and
    the region in which it lies."""
    chosen = {id(change) for change in kept}
    found: list[Change] = []
    for group in groups(changes):
        fellows = [changes[index] for index in group if is_optional(changes[index]) and _names_variable(changes[index])]
        if any(id(change) in chosen for change in fellows):
            found += [change for change in fellows if id(change) not in chosen]
    return found


def is_optional(change: Change) -> bool:
    """Whether an edit only puts a variable, or a smaller number, in place of what the user has."""
    if change.kind not in ("set", "span"):
        return False
    if _names_variable(change):
        return True
    old, new = _NUMBER.fullmatch(change.old), _NUMBER.fullmatch(change.text)
    return old is not None and new is not None and float(old[0]) >= float(new[0])


def _names_variable(change: Change) -> bool:
    return _VARIABLE.search(change.text) is not None


def _is_in(change: Change, kind: str, paths: frozenset[str]) -> bool:
    if change.kind == "after":
        return change.name in paths
    return change.type == kind and any(change.path == path or change.path.startswith(f"{path}.") for path in paths)
