"""Which formats there are. A format's module is imported when it is used, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final, Protocol, cast

from compliant_infra.reports.report import Report

_MODULES: Final[Mapping[str, str]] = {
    "console": "console",
    "json": "json_report",
    "sarif": "sarif",
    "junit": "junit",
    "markdown": "markdown",
    "csv": "csv_report",
    "gitlab": "gitlab",
    "comment": "merge_request",
}

#: The names that ``--format`` and ``--report`` take.
FORMATS: Final[tuple[str, ...]] = tuple(_MODULES)


class TextStream(Protocol):
    """Where a report is written to."""

    def write(self, text: str, /) -> object:
        """Take the next piece of text."""


def chunks(report: Report, format: str, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The report in pieces. ``color`` and ``width`` (columns) hold for the console alone.

    Raises ``ValueError`` for a format that is not in ``FORMATS``.
    """
    if format not in _MODULES:
        raise ValueError(f"unknown format {format!r}: one of {', '.join(FORMATS)}")
    module = import_module(f"compliant_infra.reports.{_MODULES[format]}")
    return cast("Callable[..., Iterator[str]]", module.chunks)(report, color=color, width=width)


def render(report: Report, format: str, *, color: bool = False, width: int = 100) -> str:
    """The whole report as one text."""
    return "".join(chunks(report, format, color=color, width=width))


def write(report: Report, format: str, stream: TextStream, *, color: bool = False, width: int = 100) -> None:
    """Write the report piece by piece. The stream should write UTF-8 and leave line ends as they are."""
    for piece in chunks(report, format, color=color, width=width):
        stream.write(piece)
