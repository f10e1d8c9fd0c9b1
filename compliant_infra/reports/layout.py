"""Text for people: control characters made visible, widths as terminals count them, wrapping that knows Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

#: Characters that steer a terminal, reverse the reading direction, hide, break lines or are no text at all.
_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e0fff]"
)

#: Punctuation that must not begin a line.
_CLOSING: Final = frozenset("，。、；：？！）】》」』”’…,.;:?!)]}")


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(text: str) -> str:
    """The text on one line, with every character that could steer a terminal or hide shown as an escape."""
    return text if text.isprintable() else _STEERING.sub(_visible, text)


def display_width(text: str) -> int:
    """The columns that a terminal uses for the text: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def _is_wide(character: str) -> bool:
    return character >= "\u1100" and unicodedata.east_asian_width(character) in "WF"


def truncate(text: str, width: int) -> str:
    """The text cut to the width, with an ellipsis where something was cut."""
    if display_width(text) <= width:
        return text
    kept: list[str] = []
    used = 1
    for character in text:
        used += _character_width(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, width: int) -> str:
    """The text filled with spaces to the width."""
    return text + " " * max(0, width - display_width(text))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The unbreakable pieces of a text, each with the space before it. Lines may break between wide characters."""
    for match in re.finditer(r"(\s*)(\S+)", text):
        space, word = match.groups()
        if word.isascii():
            yield space, word
            continue
        piece = ""
        for character in word:
            if piece and character not in _CLOSING and (_is_wide(character) or _is_wide(piece[-1])):
                yield space, piece
                space, piece = "", character
            else:
                piece += character
        yield space, piece


def wrap(text: str, width: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """Lines of at most ``width`` columns; a piece without a place to break may stick out.

    ``indent`` begins the first line, ``hanging`` (the same where it is not given) the others.
    """
    if hanging is None:
        hanging = indent
    lines: list[str] = []
    line, used, filled = indent, display_width(indent), False
    for space, piece in _pieces(text):
        size = display_width(piece)
        gap = space if filled else ""
        if filled and used + len(gap) + size > width:
            lines.append(line)
            line, used, gap = hanging, display_width(hanging), ""
        line += gap + piece
        used += len(gap) + size
        filled = True
    if filled:
        lines.append(line)
    return lines
