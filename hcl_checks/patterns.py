"""Regular expressions with possessive quantifiers, on every Python that knows them.

Python before 3.11.5 matches a possessive quantifier of a group wrongly where the group has alternatives (the repetition
may go back into a former round). An atomic group around a greedy quantifier means the same and is right there.
"""

from __future__ import annotations

import re
import sys
from typing import Final

_IS_SOUND: Final = sys.version_info >= (3, 11, 5)


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern; it may hold ``(...)*+``, ``(...)++`` and ``(...)?+``."""
    return re.compile(pattern if _IS_SOUND else with_atomic_groups(pattern), flags)


def with_atomic_groups(pattern: str) -> str:
    """``(?>(...)*)`` for ``(...)*+``, and the same for the other quantifiers, at any depth."""
    parts: list[str] = []
    opened: list[int] = []  # positions in ``parts`` where groups begin
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            parts.append(pattern[position : position + 2])
            position += 2
        elif char == "[":
            end = position + 1 + pattern.startswith("^", position + 1)
            end += pattern.startswith("]", end)
            while pattern[end] != "]":
                end += 2 if pattern[end] == "\\" else 1
            parts.append(pattern[position : end + 1])
            position = end + 1
        elif char == "(":
            opened.append(len(parts))
            parts.append(char)
            position += 1
        elif char == ")":
            start = opened.pop()
            quantifier = pattern[position + 1 : position + 3]
            if quantifier in ("*+", "++", "?+"):
                parts[start] = "(?>" + parts[start]
                parts.append(f"){quantifier[0]})")
                position += 3
            else:
                parts.append(char)
                position += 1
        else:
            parts.append(char)
            position += 1
    return "".join(parts)
