"""``compliant-infra check``: read, judge, report; the exit status is a function of results and diagnostics alone."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, Any

import click

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system
from compliant_infra.kernel.model import Diagnostic, Severity, Text, Verdict
from compliant_infra.reports.registry import FORMATS, write
from compliant_infra.reports.report import Report, SystemReport

_FAIL_ON = ("any", "low", "medium", "high", "critical", "none")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path())
@baseline_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="console", show_default=True, help="Format.")
@click.option("--output", default="-", metavar="FILE", help="Where the report goes; - is standard output.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="A further report (repeatable).")
@click.option("--include-passed", is_flag=True, help="Report passes too.")
@click.option("--var-file", "var_files", multiple=True, type=click.Path(), help="Terraform variable file (repeatable).")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Terraform variable (repeatable).")
@click.option("--only", multiple=True, metavar="RULE|CLAUSE", help="Only these rules or clauses (repeatable).")
@click.option("--skip", multiple=True, metavar="RULE", help="Not these rules (repeatable).")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out these paths (repeatable).")
@click.option("--changed", multiple=True, type=click.Path(), help="Judge only what this file touches (repeatable).")
@click.option(
    "--fail-on", type=click.Choice(_FAIL_ON), default="any", show_default=True, help="Least severity for status 1."
)
@click.option("--fail-on-unknown", is_flag=True, help="Undecided results make status 1 (but for not-in-scan).")
@click.option("--strict", is_flag=True, help="Warnings make status 2.")
@language_option
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Worker processes; 0: as many as processors.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write kept judgements.")
@click.option("--color/--no-color", default=None, help="Colours; default: where a terminal is.")
def command(
    paths: tuple[str, ...],
    baseline: str | None,
    profiles: tuple[str, ...],
    format_: str,
    output: str,
    reports: tuple[str, ...],
    include_passed: bool,
    var_files: tuple[str, ...],
    variables: tuple[str, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    exclude: tuple[str, ...],
    changed: tuple[str, ...],
    fail_on: str,
    fail_on_unknown: bool,
    strict: bool,
    lang: str,
    config: str | None,
    jobs: int,
    no_cache: bool,
    color: bool | None,
) -> None:
    """Check Terraform directories and files, plans and states in JSON against an MLPS baseline.

    PATH is a directory, a file, or - for standard input; without one, the working directory. Exit status: 0 nothing
    fails, 1 results fail, 2 the job could not be done whole.
    """
    began = time.perf_counter()
    check_names(baseline, profiles)
    further = [_further_report(item) for item in reports]
    if config is not None and not Path(config).is_file():
        fail(f"no such settings file: {config}")
    choice = Choice(baseline, profiles, only, skip, include_passed)
    with ExitStack() as stack:
        given = _with_standard_input(paths, stack)
        run = _Run(given, choice, exclude, changed, config, var_files, variables, jobs, not no_cache)
        systems = run.systems()
    status = _exit_status(systems, fail_on, fail_on_unknown, strict)
    from compliant_infra.kernel.rules import rules_by_name

    report = Report(
        version=__version__,
        catalogue=CATALOGUE_DATE,
        systems=systems,
        rules={rule.name: rule for rule in rules_by_name().values()},
        language=lang,
        include_passed=include_passed,
        sources=run.source_lines,
        seconds=time.perf_counter() - began,
        exit_status=status,
    )
    for kind, file in further:
        _write_file(report, kind, file)
    _write_main(report, format_, output, color)
    if any(name.startswith("TF_VAR_") for name in os.environ):
        note = Text("TF_VAR_* variables of the environment are ignored", "环境变量 TF_VAR_* 被忽略")
        click.echo(note.in_language(lang), err=True)
    sys.stdout.flush()
    raise SystemExit(status)


def _further_report(text: str) -> tuple[str, str]:
    kind, separator, file = text.partition("=")
    if not separator or not file or kind not in FORMATS:
        fail(f"--report takes FORMAT=FILE with a format of {', '.join(FORMATS)}: {text}")
    return kind, file


def _with_standard_input(paths: tuple[str, ...], stack: ExitStack) -> tuple[str, ...]:
    """Replace ``-`` by a temporary file that holds standard input: a plan in JSON, or Terraform source."""
    if "-" not in paths:
        return paths
    data = sys.stdin.buffer.read()
    folder = Path(tempfile.mkdtemp(prefix="compliant-infra-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    target = folder / ("stdin.json" if is_json else "stdin.tf")
    target.write_bytes(data)
    return tuple(str(target) if item == "-" else item for item in paths)


class _Run:
    """One run: from paths to the reports of its systems."""

    def __init__(
        self,
        paths: Sequence[str],
        choice: Choice,
        exclude: Sequence[str],
        changed: Sequence[str],
        config: str | None,
        var_files: Sequence[str],
        variables: Sequence[str],
        jobs: int,
        cache: bool,
    ) -> None:
        from compliant_infra.hcl_checks.discovery import discover

        self.today = date.today()
        self.choice = choice
        self.changed = {os.path.realpath(item) for item in changed}
        self.tree = discover(paths, exclude)
        self.table = SystemTable(
            self.tree.base,
            self.tree.boundary,
            choice,
            self.today,
            Path(os.path.realpath(config)) if config is not None else None,
        )
        self.inputs, self.diagnostics = _variable_inputs(var_files, variables, self.tree.display)
        self.jobs = jobs
        self.cache = cache

    def systems(self) -> list[SystemReport]:
        """Judge every root and put the results together, system by system."""
        from compliant_infra.hcl_checks.modules import ModuleLibrary
        from compliant_infra.hcl_checks.scanning import RootJob, Scanner

        library = ModuleLibrary(self.tree)
        jobs: list[RootJob] = []
        owners: list[System] = []
        for directory in self._roots(library):
            system = self.table.of(Path(directory))
            self._check_selection(system)
            system.roots.append(directory)
            jobs.append(RootJob(directory, system.request))
            owners.append(system)
        for document in self.tree.documents:
            system = self.table.of(document.parent)
            self._check_selection(system)
            system.roots.append(str(document))
            jobs.append(RootJob(str(document), system.request, document=True))
            owners.append(system)
        scanner = Scanner(self.tree, library, self.inputs, self.jobs, self.cache, __version__, _progress(len(jobs)))
        judgements = scanner.run(jobs)
        if self.changed:
            kept = [
                position
                for position, judgement in enumerate(judgements)
                if self.changed & {os.path.realpath(path) for path in judgement.sources}
            ]
            jobs, owners = [jobs[i] for i in kept], [owners[i] for i in kept]
            judgements = [judgements[i] for i in kept]
        found = self.table.systems() or [self.table.of(self.tree.base)]
        shared = [*self.tree.diagnostics, *self.diagnostics]
        reports: list[SystemReport] = []
        for position, system in enumerate(found):
            mine = [judgement for judgement, owner in zip(judgements, owners, strict=True) if owner is system]
            if position == 0:
                system.diagnostics.extend(shared)
            path = system.settings.path
            name = self.tree.display(path.parent) if path is not None else ""
            reports.append(report_system(system, mine, self.choice, self.today, name or self.tree.base.name))
        return reports

    def _roots(self, library: Any) -> list[str]:
        from compliant_infra.hcl_checks.roots import find_roots

        found = find_roots(self.tree, library)
        declared: dict[str, list[str]] = {}
        for directory in (item.path for item in self.tree.directories):
            settings = self.table.of(Path(directory)).settings
            if settings.roots and settings.path is not None:
                folder = str(settings.path.parent)
                declared.setdefault(folder, [os.path.normpath(f"{folder}/{item}") for item in settings.roots])
        if not declared:
            return found
        listed = {directory.path for directory in self.tree.directories}
        kept: list[str] = []
        for root in found:
            settings = self.table.of(Path(root)).settings
            if not settings.roots:
                kept.append(root)
        for folder, roots in declared.items():
            for root in roots:
                if root in listed:
                    kept.append(root)
                elif not os.path.isdir(root):
                    self.table.of(Path(folder)).diagnostics.append(
                        Diagnostic(
                            "invalid-settings",
                            Text(
                                f"system.roots: no such directory: {self.tree.display(root)}",
                                f"system.roots：目录不存在：{self.tree.display(root)}",
                            ),
                            self.table.of(Path(folder)).settings.display,
                        )
                    )
        return sorted(set(kept))

    def _check_selection(self, system: System) -> None:
        """Refuse rules and clauses that do not exist: an empty selection must not look like an all-clear."""
        from compliant_infra.assignment import selected_rules
        from compliant_infra.kernel.rules import rules_by_name

        if system.roots:
            return
        known = rules_by_name()
        for name in self.choice.skip:
            if name not in known:
                fail(f"unknown rule {name!r}; compliant-infra rules lists them")
        if self.choice.only:
            try:
                selected_rules(system.request)
            except KeyError as error:
                fail(f"unknown rule or clause {error.args[0]!r}; compliant-infra rules and coverage list them")

    def source_lines(self, display: str) -> Sequence[str] | None:
        """The lines of a source file that a report names, for excerpts."""
        try:
            path = self.tree.base / display
            return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except (OSError, ValueError):
            return None


def _variable_inputs(
    var_files: Sequence[str], variables: Sequence[str], display: Callable[[str], str]
) -> tuple[Any, list[Diagnostic]]:
    from compliant_infra.hcl_checks.modules import VariableInputs

    inputs = VariableInputs()
    diagnostics: list[Diagnostic] = []
    if var_files or variables:
        from compliant_infra.hcl_checks.variables import given_variable, read_variable_file

        for name in var_files:
            path = os.path.abspath(name)
            if not os.path.isfile(path):
                fail(f"no such variable file: {name}")
            values, digest, problems = read_variable_file(path, display(path))
            inputs.values.update(values)
            inputs.files[path] = digest
            diagnostics.extend(problems)
        for item in variables:
            key, separator, text = item.partition("=")
            if not separator or not key:
                fail(f"--var takes NAME=VALUE: {item}")
            inputs.values[key] = given_variable(key, text)
    return inputs, diagnostics


def _exit_status(systems: Iterable[SystemReport], fail_on: str, fail_on_unknown: bool, strict: bool) -> int:
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
            if (result.verdict is Verdict.FAIL and result.severity >= threshold) or (
                fail_on_unknown
                and result.verdict is Verdict.UNKNOWN
                and (result.reason is None or result.reason.code != "not-in-scan")
            ):
                failing = True
        if fail_on_unknown and system.absent_modules:
            failing = True
    return 1 if failing else 0


def _progress(total: int) -> Callable[[int, int], None] | None:
    """A progress bar on standard error for long scans, where a terminal is there."""
    if total < 100 or not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=total)
    bar.start()

    def advance(done: int, of: int) -> None:
        bar.update(task, completed=done, total=of)
        if done >= of:
            bar.stop()

    return advance


def _write_file(report: Report, kind: str, file: str) -> None:
    """Write beside and rename: a report is whole or not there."""
    target = Path(file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
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
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _write_main(report: Report, kind: str, output: str, color: bool | None) -> None:
    if output != "-":
        _write_file(report, kind, output)
        if kind != "console":
            _summary(report)
        return
    stream: IO[str] = sys.stdout
    if kind == "console":
        terminal = stream.isatty()
        width = shutil.get_terminal_size((100, 24)).columns if terminal else 100
        colored = color if color is not None else terminal and "NO_COLOR" not in os.environ
        _pour(report, kind, color=colored, width=max(60, min(width, 160)))
        return
    _pour(report, kind)
    _summary(report)


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
