"""Lines of source as reports quote them: secrets hidden, steering characters visible, the attribute underlined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from compliant_infra.kernel.model import SourceLocation
from compliant_infra.reports.layout import display_width, plain, truncate
from compliant_infra.reports.redaction import Protection, protected_lines, shown
from compliant_infra.reports.report import SourceReader

#: Files whose structure ``protected_lines`` understands. Of others (plans, states, programs) nothing is quoted.
_QUOTED: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", ".hcl", ".tfvars")

#: A line with more characters than this is generated or minified: nobody reads it.
_LONGEST_LINE: Final = 2000


class ExcerptLine(NamedTuple):
    """One quoted line. ``mark`` is the column (from 0) and width of what to underline, or None in context lines."""

    number: int
    text: str
    mark: tuple[int, int] | None = None


class Excerpts:
    """Quotes lines of the scanned files. Every file is read at most once."""

    def __init__(self, sources: SourceReader | None) -> None:
        self._sources = sources
        self._files: dict[str, tuple[Sequence[str], dict[int, Protection]] | None] = {}

    def _file(self, name: str) -> tuple[Sequence[str], dict[int, Protection]] | None:
        if name not in self._files:
            lines = self._sources(name) if self._sources is not None and name.endswith(_QUOTED) else None
            self._files[name] = None if lines is None else (lines, protected_lines(lines))
        return self._files[name]

    def quote(
        self, location: SourceLocation, attribute: str, *, secret: bool, context: int, width: int
    ) -> list[ExcerptLine]:
        """The line of a finding with up to ``context`` lines around it, each cut to ``width`` columns.

        Empty where the place has no line or its file cannot be quoted. ``secret``: the rule is about secrets, so no
        literal of these lines is shown.
        """
        found = self._file(location.file) if location.line > 0 else None
        if found is None:
            return []
        lines, protected = found
        if location.line > len(lines):
            return []
        quoted: list[ExcerptLine] = []
        for number in range(max(1, location.line - context), min(len(lines), location.line + context) + 1):
            protection = protected.get(number) or ("literals" if secret else None)
            text = plain(shown(lines[number - 1][:_LONGEST_LINE], protection).expandtabs(4).rstrip())
            if number == location.line:
                quoted.append(ExcerptLine(number, truncate(text, width), _mark(text, attribute, width)))
            elif text:
                quoted.append(ExcerptLine(number, truncate(text, width)))
        return quoted


def _mark(text: str, attribute: str, width: int) -> tuple[int, int] | None:
    """What to underline: the attribute's name where the line has it, else the whole text of the line."""
    names = [part for part in attribute.split(".") if part and not part.isdigit()]
    for name in reversed(names):
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        if match:
            start, end = match.span()
            break
    else:
        start, end = len(text) - len(text.lstrip()), len(text)
    column = display_width(text[:start])
    length = min(display_width(text[start:end]), width - column)
    return (column, length) if length > 0 else None
