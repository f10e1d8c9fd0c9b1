"""``compliant-infra import``: an existing report of checkov in the order of the MLPS clauses."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Final

import click

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.cli.checkov_verdicts import checkov_verdicts, clause_verdicts, version_note
from compliant_infra.cli.options import CannotError, baseline_options, check_names, fail, language_option
from compliant_infra.cli.report_output import (
    FAIL_ON,
    check_targets,
    exit_status,
    further_report,
    write_file,
    write_main,
)
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system
from compliant_infra.hcl_checks.crosswalk.checkov_report import (
    CheckovReport,
    CheckovResult,
    NotAReportError,
    read_checkov_report,
)
from compliant_infra.hcl_checks.discovery import git_top_level
from compliant_infra.kernel.model import Diagnostic, Text, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports.registry import FORMATS
from compliant_infra.reports.report import Report, SystemReport, result_order

#: The largest report that is read.
MAX_BYTES: Final = 512 * 1024 * 1024


@click.command("import")
@click.argument("file", metavar="REPORT.json")
@baseline_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="console", show_default=True, help="Format.")
@click.option("--output", default="-", metavar="FILE", help="Where the report goes; - is standard output.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="A further report (repeatable).")
@click.option("--include-passed", is_flag=True, help="List passes one by one too.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="any", show_default=True, help="Least severity for status 1."
)
@click.option("--fail-on-unknown", is_flag=True, help="Undecided results make status 1.")
@click.option("--strict", is_flag=True, help="Warnings make status 2.")
@language_option
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--color/--no-color", default=None, help="Colours; default: where a terminal is.")
def command(
    file: str,
    baseline: str | None,
    profiles: tuple[str, ...],
    format_: str,
    output: str,
    reports: tuple[str, ...],
    include_passed: bool,
    fail_on: str,
    fail_on_unknown: bool,
    strict: bool,
    lang: str,
    config: str | None,
    color: bool | None,
) -> None:
    """Show a report of checkov (checkov -o json) by MLPS clause; - reads standard input.

    The verdicts stay checkov's. A failed check that asks for more than the clause, or for something else, is undecided;
    no pass makes a clause pass. Exit status: 0 no failed check speaks for a clause, 1 one does, 2 the report is none,
    or checkov has not read every file.
    """
    check_names(baseline, profiles)
    further = [further_report(item) for item in reports]
    check_targets([output, *(target for _, target in further)])
    if config is not None and not Path(config).is_file():
        fail(f"no such settings file: {config}")
    shown = "stdin" if file == "-" else Path(file).as_posix()
    try:
        found = read_checkov_report(_read(file))
    except NotAReportError as error:
        raise CannotError(f"{shown}: {error.message.in_language(lang)}") from None
    system, rules = _system(found, shown, Choice(baseline, profiles), config, include_passed)
    status = exit_status([system], fail_on, fail_on_unknown, strict)
    report = Report(
        version=__version__,
        catalogue=CATALOGUE_DATE,
        systems=[system],
        rules=rules,
        language=lang,
        include_passed=include_passed,
        exit_status=status,
        by_clause=True,
    )
    unwritten = [problem for kind, target in further if (problem := write_file(report, kind, target))]
    if problem := write_main(report, format_, output, color):
        unwritten.append(problem)
    if unwritten:
        raise CannotError("; ".join(unwritten))
    raise SystemExit(status)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)[:MAX_BYTES]
    path = Path(file)
    if not path.exists():
        fail(f"no such file: {file}")
    if path.is_dir():
        fail(f"{file} is a directory; name a report that checkov -o json has written")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CannotError(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MiB")
        return path.read_bytes()
    except OSError as error:
        raise CannotError(f"{file}: {error.strerror}") from None


def _system(
    report: CheckovReport, shown: str, choice: Choice, config: str | None, include_passed: bool
) -> tuple[SystemReport, dict[str, Rule]]:
    system = _settings_of(choice, config)
    system.partial, system.whole = True, False  # nothing is said of the system: checkov was not asked
    verdicts = checkov_verdicts(report, system.request, _place, ".")
    found = report_system(system, [], [], choice, date.today(), "")
    found.results = sorted(
        (item for item in verdicts.results if include_passed or item.verdict is not Verdict.PASS), key=result_order
    )
    found.passes = verdicts.passes
    found.clauses = clause_verdicts(found.clauses, verdicts, system.request)
    found.resources = report.resources
    found.files = len({_place(item) for item in report.results} | set(report.unread))
    found.roots = ["."]
    found.diagnostics += [*_problems(report, shown), *_notes(report, shown), *verdicts.diagnostics]
    return found, verdicts.rules


def _settings_of(choice: Choice, config: str | None) -> System:
    here = Path(os.path.realpath(os.curdir))
    table = SystemTable(
        here,
        git_top_level(here) or here,
        choice,
        date.today(),
        Path(os.path.realpath(config)) if config is not None else None,
    )
    return table.of(here)


def _place(item: CheckovResult) -> str:
    return item.file


def _problems(report: CheckovReport, shown: str) -> list[Diagnostic]:
    """What checkov or its report left out: errors, for nothing is known of it."""
    found = [
        Diagnostic(
            "unreadable-file",
            Text(
                "checkov could not parse this file: nothing in it was checked",
                "checkov 无法解析该文件：其中内容均未检查",
            ),
            name,
            hint=Text("compliant-infra check may read it", "可尝试用 compliant-infra check 检查"),
        )
        for name in dict.fromkeys(report.unread)
    ]
    found += [Diagnostic("invalid-plan", problem, shown) for problem in report.problems]
    if not report.results and not report.unread and not report.problems:
        found.append(
            Diagnostic(
                "nothing-to-scan",
                Text(
                    "the report holds no result of any check: nothing was checked, or passes were left out (--quiet)",
                    "报告中没有任何检查结果：未检查任何内容，或省略了通过项（--quiet）",
                ),
                shown,
            )
        )
    return found


def _notes(report: CheckovReport, shown: str) -> list[Diagnostic]:
    version = report.version or "?"
    found = [
        Diagnostic(
            "unsupported-input",
            Text(
                f"the verdicts are those of checkov {version}, held against the clauses by a crosswalk; what checkov "
                "could not decide is not in its report, so no clause passes by it",
                f"判定结果来自 checkov {version}，通过对照表对应到条款；checkov 无法判定的内容不在其报告中，"
                "因此不据此认定任何条款通过",
            ),
            shown,
        ),
        *version_note(report.version),
    ]
    if report.unlisted_passes:
        count = report.unlisted_passes
        found.append(
            Diagnostic(
                "unsupported-input",
                Text(
                    f"{count} passes are counted and not listed in the report: they are with no clause here",
                    f"报告中有 {count} 项通过只有计数没有明细，无法对应到条款",
                ),
                shown,
            )
        )
    return found
