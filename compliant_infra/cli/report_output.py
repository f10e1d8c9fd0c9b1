"""Where reports go: files that are whole or not there, standard output, and the exit status that a report makes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import click

from compliant_infra.cli.options import fail
from compliant_infra.kernel.model import Severity, Verdict
from compliant_infra.reports.registry import FORMATS, write
from compliant_infra.reports.report import Report, SystemReport

#: What ``--fail-on`` takes.
FAIL_ON = ("any", "low", "medium", "high", "critical", "none")


def further_report(text: str) -> tuple[str, str]:
    """What ``--report FORMAT=FILE`` asks for."""
    kind, separator, file = text.partition("=")
    if not separator or not file or kind not in FORMATS:
        fail(f"--report takes FORMAT=FILE with a format of {', '.join(FORMATS)}: {text}")
    if file == "-":
        fail(f"--report writes files; standard output is for --format and --output: {text}")
    return kind, file


def check_targets(files: Sequence[str]) -> None:
    """Refuse two reports in one file: the second would replace the first."""
    seen: set[str] = set()
    for file in files:
        path = os.path.realpath(file)
        if file != "-" and path in seen:
            fail(f"two reports into one file: {file}")
        seen.add(path)


def exit_status(systems: Iterable[SystemReport], fail_on: str, fail_on_unknown: bool, strict: bool) -> int:
    """The exit status of a run: 2 where something was not done, 1 where results count as failing, else 0."""
    threshold = {"any": 0, "none": 99}.get(fail_on)
    if threshold is None:
        threshold = int(Severity[fail_on.upper()])
    failing = False
    for system in systems:
        for diagnostic in system.diagnostics:
            if diagnostic.level == "error" or strict:
                return 2
        for result in system.results:
            if result.verdict is Verdict.ERROR:
                return 2
            if result.known:
                continue
            if (result.verdict is Verdict.FAIL and result.severity >= threshold) or (
                fail_on_unknown
                and result.verdict is Verdict.UNKNOWN
                and (result.reason is None or result.reason.code != "not-in-scan")
            ):
                failing = True
        if fail_on_unknown and system.absent_modules:
            failing = True
    return 1 if failing else 0


def write_file(report: Report, kind: str, file: str) -> str:
    """Write beside and rename: a report is whole or not there. What went wrong, "" where nothing did.

    Into a device or a pipe (``/dev/null``, ``/dev/stdout``) it is written directly: renaming would put a file in its
    place. A link stays a link.
    """
    target = Path(file)
    try:
        target = target.resolve()
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("w", encoding="utf-8", newline="") as stream:
                write(report, kind, stream)
            return ""
        target.parent.mkdir(parents=True, exist_ok=True)
        import tempfile

        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                write(report, kind, stream)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        return f"cannot write {file}: {error.strerror}"
    return ""


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def write_main(report: Report, kind: str, output: str, color: bool | None) -> str:
    """Write the report to a file or, for ``-``, to standard output. What went wrong, "" where nothing did."""
    if output != "-":
        problem = write_file(report, kind, output)
        if kind != "console":
            _summary(report)
        return problem
    stream: IO[str] = sys.stdout
    if kind == "console":
        terminal = stream.isatty()
        width = _terminal_width() if terminal else 100
        colored = color if color is not None else terminal and "NO_COLOR" not in os.environ
        _pour(report, kind, color=colored, width=max(60, min(width, 160)))
        return ""
    _pour(report, kind)
    _summary(report)
    return ""


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _pour(report: Report, kind: str, **style: Any) -> None:
    data = sys.stdout
    if hasattr(data, "reconfigure"):
        data.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    try:
        write(report, kind, data, **style)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _summary(report: Report) -> None:
    from compliant_infra.reports.report import summarise
    from compliant_infra.reports.words import denominator, verdict_line

    summary = summarise(report.systems)
    click.echo(denominator(report, summary), err=True)
    click.echo(verdict_line(report, summary), err=True)
