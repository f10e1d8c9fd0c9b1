"""Characters as people see them: approximate grapheme clusters, in which Terraform counts ``length`` and ``substr``.

Kept together: CR LF, a letter and its combining marks, emoji with skin tone and variation selectors, emoji joined by
ZERO WIDTH JOINER, pairs of regional indicators (flags), Hangul syllables written as jamo. Rare scripts whose clusters
need more tables (prepended marks, Indic conjuncts) are split by combining marks only.
"""

from __future__ import annotations

from typing import Final

_JOINER: Final = "\u200d"


def graphemes(text: str) -> list[str]:
    """The clusters of a text in order."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    from unicodedata import category

    clusters: list[str] = []
    flags = 0  # regional indicators at the end of the current cluster
    for character in text:
        joined = False
        if clusters:
            last = clusters[-1][-1]
            if last == "\r":
                joined = character == "\n"
            elif category(last) in ("Cc", "Zl", "Zp") or category(character) in ("Cc", "Zl", "Zp"):
                joined = False
            elif _extends(character, category(character)):
                joined = True
            elif last == _JOINER and _is_pictograph(character):
                joined = len(clusters[-1]) > 1
            elif _is_flag(character):
                joined = flags == 1
            else:
                joined = _is_hangul_sequence(last, character)
        if joined:
            clusters[-1] += character
            flags = 2 if _is_flag(character) else flags
        else:
            clusters.append(character)
            flags = 1 if _is_flag(character) else 0
    return clusters


def grapheme_count(text: str) -> int:
    """How many clusters the text has."""
    return len(text) if text.isascii() and "\r\n" not in text else len(graphemes(text))


def _extends(character: str, category: str) -> bool:
    return (
        category in ("Mn", "Me", "Mc")
        or character == _JOINER
        or character == "\u200c"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or character in "\u0e33\u0eb3"  # vowels that follow a Thai or Lao letter
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _is_pictograph(character: str) -> bool:
    return (
        "\U0001f000" <= character <= "\U0001faff"
        or "\u2600" <= character <= "\u27bf"
        or "\u2190" <= character <= "\u21ff"
        or "\u2300" <= character <= "\u23ff"
        or "\u2b00" <= character <= "\u2bff"
        or character in "©®‼⁉™ℹ〰〽㊗㊙"
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_hangul_sequence(last: str, character: str) -> bool:
    leading = "\u1100" <= last <= "\u115f" or "\ua960" <= last <= "\ua97c"
    syllable = "\uac00" <= last <= "\ud7a3"
    open_syllable = syllable and (ord(last) - 0xAC00) % 28 == 0
    vowel = "\u1160" <= last <= "\u11a7"
    trailing = "\u11a8" <= last <= "\u11ff"
    if leading and ("\u1100" <= character <= "\u115f" or "\uac00" <= character <= "\ud7a3"):
        return True
    if (leading or open_syllable or vowel) and "\u1160" <= character <= "\u11a7":
        return True
    return (syllable or vowel or trailing) and "\u11a8" <= character <= "\u11ff"
