"""``compliant-infra check``: read, judge, report; the exit status is a function of results and diagnostics alone."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.cli.confinement import altered_gate, changes_of, mark_old
from compliant_infra.cli.options import (
    CannotError,
    OrderedVariables,
    baseline_options,
    check_names,
    fail,
    language_option,
    ordered_variables,
)
from compliant_infra.cli.report_output import (
    FAIL_ON,
    check_targets,
    exit_status,
    further_report,
    write_file,
    write_main,
)
from compliant_infra.cli.run import Run
from compliant_infra.cli.systems import Choice
from compliant_infra.kernel.model import Text
from compliant_infra.reports.registry import FORMATS
from compliant_infra.reports.report import Report

if TYPE_CHECKING:
    from compliant_infra.cli.programs import ProgramOptions


class _CheckCommand(OrderedVariables):
    """Refuses files that have the name of an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as any command.

        A hook's files follow its options without ``--`` between them: a committed file of the name ``--fail-on=none``
        must not become one.
        """
        if "--hook" in args:
            for item in args:
                if item.startswith("-") and os.path.lexists(item):
                    fail(f"--hook: a file has the name of an option; rename it: {'./' + item!r}")
        return super().parse_args(ctx, args)


@click.command("check", cls=_CheckCommand)
@click.argument("paths", nargs=-1, type=click.Path())
@baseline_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="console", show_default=True, help="Format.")
@click.option("--output", default="-", metavar="FILE", help="Where the report goes; - is standard output.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="A further report (repeatable).")
@click.option(
    "--source-url",
    envvar="COMPLIANT_INFRA_SOURCE_URL",
    default="",
    metavar="URL",
    help="Where this revision's files are shown, for links in comments: https://HOST/OWNER/NAME/blob/REVISION.",
)
@click.option("--include-passed", is_flag=True, help="Report passes too.")
@click.option("--var-file", "var_files", multiple=True, type=click.Path(), help="Terraform variable file (repeatable).")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Terraform variable (repeatable).")
@click.option("--only", multiple=True, metavar="RULE|CLAUSE", help="Only these rules or clauses (repeatable).")
@click.option("--skip", multiple=True, metavar="RULE", help="Not these rules (repeatable).")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out these paths (repeatable).")
@click.option("--changed", multiple=True, type=click.Path(), help="Judge only what this file touches (repeatable).")
@click.option("--since", metavar="REV", help="Judge only what the changes since this git revision touch.")
@click.option("--new-since", metavar="REV", help="As --since; what failed at that revision too does not count.")
@click.option(
    "--review", metavar="REV", help="Tell what changed since REV of what judges: settings, waivers, known findings."
)
@click.option("--hook", is_flag=True, help="As a pre-commit hook: PATHs are changed files, not what is scanned.")
@click.option("--known", metavar="FILE", help="Known findings: reported, but only others count for the exit status.")
@click.option("--write-known", metavar="FILE", help="Write what fails down as known; with --known, only what is left.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="any", show_default=True, help="Least severity for status 1."
)
@click.option("--fail-on-unknown", is_flag=True, help="Undecided results make status 1 (but for not-in-scan).")
@click.option("--strict", is_flag=True, help="Warnings make status 2.")
@click.option("--ignore-inline", is_flag=True, help="Waivers written in the code waive nothing (for audits).")
@language_option
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Worker processes; 0: as many as processors.")
@click.option(
    "--run-program", is_flag=True, help="Run the Pulumi programs that are named, and judge what they register."
)
@click.option("--stack", metavar="NAME", help="Stack whose configuration the program gets; default: the only one.")
@click.option("--invoke-answers", type=click.Path(), help="JSON file with answers to what the program asks providers.")
@click.option("--program-timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Default: 300.")
@click.option("--python", metavar="PATH", help="Interpreter for the program; default: that of its environment.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write kept judgements.")
@click.option("--color/--no-color", default=None, help="Colours; default: where a terminal is.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    baseline: str | None,
    profiles: tuple[str, ...],
    format_: str,
    output: str,
    reports: tuple[str, ...],
    source_url: str,
    include_passed: bool,
    var_files: tuple[str, ...],
    variables: tuple[str, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    exclude: tuple[str, ...],
    changed: tuple[str, ...],
    since: str | None,
    new_since: str | None,
    review: str | None,
    hook: bool,
    known: str | None,
    write_known: str | None,
    fail_on: str,
    fail_on_unknown: bool,
    strict: bool,
    ignore_inline: bool,
    lang: str,
    config: str | None,
    jobs: int,
    run_program: bool,
    stack: str | None,
    invoke_answers: str | None,
    program_timeout: float | None,
    python: str | None,
    no_cache: bool,
    color: bool | None,
) -> None:
    """Check Terraform, plans and states in JSON, and Pulumi against an MLPS baseline.

    PATH is a directory, a file, or - for standard input; without one, the working directory. Pulumi is read from pulumi
    preview --json and pulumi stack export; --run-program executes the program of a directory with a Pulumi.yaml. Exit
    status: 0 nothing fails, 1 results fail, 2 the job could not be done whole.
    """
    began = time.perf_counter()
    check_names(baseline, profiles)
    further = [further_report(item) for item in reports]
    check_targets([output, *(file for _, file in further), *([write_known] if write_known is not None else [])])
    if source_url and (not source_url.startswith(("https://", "http://")) or source_url.split() != [source_url]):
        fail(f"--source-url takes an address that begins with https:// or http://: {source_url}")
    if config is not None and not Path(config).is_file():
        fail(f"no such settings file: {config}")
    choice = Choice(baseline, profiles, only, skip, include_passed, ignore_inline)
    programs = program_options(run_program, stack, invoke_answers, program_timeout, python, lang)
    if since is not None and new_since is not None:
        fail("--since and --new-since exclude each other: --new-since does what --since does")
    changes = changes_of(paths, changed, since, new_since, hook, lang)
    known_run = None
    if known is not None or write_known is not None:
        from compliant_infra.cli.known import KnownRun

        confined = choice.selects or changes is not None
        known_run = KnownRun(known, write_known, confined, lang, all_rules=not choice.selects)
    with ExitStack() as cleanup:
        given, streams = _with_standard_input(() if hook else paths, cleanup)
        inputs = ordered_variables(ctx, var_files, variables)
        run = Run(given, streams, choice, exclude, changes, config, inputs, jobs, not no_cache, programs)
        systems = run.systems()
        if new_since is not None:
            mark_old(new_since, run, systems, fail_on_unknown, lang)
    if known_run is not None:
        from compliant_infra.cli.known import scope_of

        scope = scope_of(run.tree, systems, run.whole and not choice.selects)
        known_run.settle(systems, scope, fail_on_unknown, run.today.isoformat(), f"compliant-infra {__version__}")
    gate = altered_gate(review or since or new_since, run, systems, known, lang)
    status = exit_status(systems, fail_on, fail_on_unknown, strict)
    from compliant_infra.kernel.rules import rules_by_name

    report = Report(
        version=__version__,
        catalogue=CATALOGUE_DATE,
        systems=systems,
        rules={rule.name: rule for rule in rules_by_name().values()},
        language=lang,
        include_passed=include_passed,
        sources=run.source_lines,
        source_url=source_url,
        seconds=time.perf_counter() - began,
        exit_status=status,
        compared=known_run is not None or new_since is not None,
        gate_changes=gate,
    )
    unwritten = [problem for kind, file in further if (problem := write_file(report, kind, file))]
    problem = write_main(report, format_, output, color)
    if problem:
        unwritten.append(problem)
    if known_run is not None:
        from compliant_infra.reports.known_findings import KnownFileError

        try:
            note = known_run.write()
        except KnownFileError as error:
            unwritten.append(error.message.in_language(lang))
        else:
            if note.en:
                click.echo(note.in_language(lang), err=True)
    if gate:
        from compliant_infra.reports.redaction import clean

        note = Text("the change alters how it is judged:", "本次变更修改了判定依据：")
        click.echo(note.in_language(lang), err=True)
        for item in gate:
            click.echo(clean(f"  {item.location.file}: {item.message.in_language(lang)}"), err=True)
    if run.touched is not None:
        count, of = run.touched
        note = Text(f"roots touched by the change: {count} of {of}", f"变更涉及的根模块：{count} / {of}")
        click.echo(note.in_language(lang), err=True)
    if any(name.startswith("TF_VAR_") for name in os.environ):
        note = Text("TF_VAR_* variables of the environment are ignored", "环境变量 TF_VAR_* 被忽略")
        click.echo(note.in_language(lang), err=True)
    if unwritten:
        raise CannotError("; ".join(unwritten))
    raise SystemExit(status)


def program_options(
    run_program: bool,
    stack: str | None,
    invoke_answers: str | None,
    program_timeout: float | None,
    python: str | None,
    lang: str,
) -> ProgramOptions | None:
    """How Pulumi programs are run; None where they are not."""
    if not run_program:
        given = {
            "--stack": stack,
            "--invoke-answers": invoke_answers,
            "--program-timeout": program_timeout,
            "--python": python,
        }
        for name, value in given.items():
            if value is not None:
                fail(f"{name} goes with --run-program")
        return None
    from compliant_infra.cli.programs import ProgramOptions, sdk_is_missing
    from compliant_infra.components.program_run import DEFAULT_SECONDS, AnswersError, read_answers

    if os.name != "posix":
        fail("--run-program needs Linux or macOS; check the output of pulumi preview --json --show-sames instead")
    if sdk_is_missing():
        fail("--run-program needs the Pulumi SDK beside this tool: pip install 'compliant-infra[pulumi]'")
    try:
        answers = read_answers(Path(invoke_answers)) if invoke_answers is not None else None
    except AnswersError as error:
        fail(f"--invoke-answers: {error.message.in_language(lang)}")
    if python is not None and shutil.which(python) is None:
        fail(f"--python: no such interpreter: {python}")
    seconds = program_timeout if program_timeout is not None else DEFAULT_SECONDS

    def tell(text: Text) -> None:
        click.echo(text.in_language(lang), err=True)

    return ProgramOptions(stack, answers, seconds, python, tell)


def _with_standard_input(paths: tuple[str, ...], stack: ExitStack) -> tuple[tuple[str, ...], dict[str, str]]:
    """Replace ``-`` by a temporary file that holds standard input: a plan in JSON, or Terraform source.

    The second tells how results show the directory of that file.
    """
    if "-" not in paths:
        return paths, {}
    data = sys.stdin.buffer.read()
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="compliant-infra-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    target = folder / ("stdin.json" if is_json else "stdin.tf")
    target.write_bytes(data)
    return tuple(str(target) if item == "-" else item for item in paths), {os.path.realpath(folder): "stdin"}
