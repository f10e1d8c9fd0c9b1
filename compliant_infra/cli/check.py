"""``compliant-infra check``: read, judge, report; the exit status is a function of results and diagnostics alone."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.cli.options import CannotError, baseline_options, check_names, fail, language_option
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system, settle_unused
from compliant_infra.kernel.model import Diagnostic, Severity, Text, Verdict
from compliant_infra.reports.registry import FORMATS, write
from compliant_infra.reports.report import GateChange, Report, SystemReport

if TYPE_CHECKING:
    from compliant_infra.cli.changes import Changes, Repository
    from compliant_infra.cli.programs import ProgramOptions
    from compliant_infra.cli.revisions import Revision
    from compliant_infra.hcl_checks.roots import CallGraph
    from compliant_infra.hcl_checks.scanning import RootJob
    from compliant_infra.kernel.evaluation import Judgement

_ORDER = "compliant_infra.order_of_variables"

_NO_PROGRAM = Text(
    "--run-program: there is no Pulumi.yaml in the directories that were named",
    "--run-program：指定的目录中没有 Pulumi.yaml",
)

#: What ``--fail-on`` takes.
FAIL_ON = ("any", "low", "medium", "high", "critical", "none")


class _CheckCommand(click.Command):
    """Remembers the order in which --var and --var-file were given: the later one wins, as with Terraform."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as any command, and note the order of the two options.

        A hook's files follow its options without ``--`` between them: a committed file of the name ``--fail-on=none``
        must not become one.
        """
        if "--hook" in args:
            for item in args:
                if item.startswith("-") and os.path.lexists(item):
                    fail(f"--hook: a file has the name of an option; rename it: {'./' + item!r}")
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = [item.name for item in order if item.name in ("variables", "var_files")]
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
    changes = _changes(paths, changed, since, new_since, hook, lang)
    known_run = None
    if known is not None or write_known is not None:
        from compliant_infra.cli.known import KnownRun

        confined = choice.selects or changes is not None
        known_run = KnownRun(known, write_known, confined, lang, all_rules=not choice.selects)
    with ExitStack() as cleanup:
        given, streams = _with_standard_input(() if hook else paths, cleanup)
        inputs = _in_order(ctx.meta[_ORDER], var_files, variables)
        run = Run(given, streams, choice, exclude, changes, config, inputs, jobs, not no_cache, programs)
        systems = run.systems()
        if new_since is not None:
            _mark_old(new_since, run, systems, fail_on_unknown, lang)
    if known_run is not None:
        from compliant_infra.cli.known import scope_of

        scope = scope_of(run.tree, systems, run.whole and not choice.selects)
        known_run.settle(systems, scope, fail_on_unknown, run.today.isoformat(), f"compliant-infra {__version__}")
    gate = _gate_changes(review or since or new_since, run, systems, known, lang)
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


def _in_order(order: Sequence[str], var_files: Sequence[str], variables: Sequence[str]) -> list[tuple[str, str]]:
    """The given variable files and variables as pairs of option and value, in the order of the command line."""
    values = {"var_files": iter(var_files), "variables": iter(variables)}
    return [(name, next(values[name])) for name in order]


def _changes(
    paths: Sequence[str], changed: Sequence[str], since: str | None, new_since: str | None, hook: bool, lang: str
) -> Changes | None:
    """The changed files to which the run is confined; None where it is not."""
    revision = since if since is not None else new_since
    if not changed and revision is None and not hook:
        return None
    from compliant_infra.cli.changes import Changes, Repository

    found = [os.path.abspath(item) for item in changed]
    called: list[str] = []
    if hook:
        if "-" in paths:
            fail("--hook takes names of changed files, not standard input")
        found += map(os.path.abspath, paths)
        of_commit = Repository(os.curdir, "--hook", lang).changed_by_commit()
        found += of_commit.paths
        called += of_commit.called_before
    if revision is not None:
        option = "--since" if since is not None else "--new-since"
        for repository in _repositories(() if hook else paths, option, lang):
            differing = repository.changed_since(revision)
            found += differing.paths
            called += differing.called_before
        if not hook:
            found += _untold(paths, lang)
    return Changes(found, called)


def _repositories(paths: Sequence[str], option: str, lang: str) -> list[Repository]:
    """The repositories of what is scanned: each knows its own changes only."""
    from compliant_infra.cli.changes import Repository

    found: dict[str, Repository] = {}
    given = [os.curdir if path == "-" else path for path in paths or [os.curdir]]
    for folder in dict.fromkeys(path if os.path.isdir(path) else os.path.dirname(path) or os.curdir for path in given):
        if not os.path.isdir(folder):
            fail(f"no such directory: {folder}")
        repository = Repository(folder, option, lang)
        found.setdefault(repository.top, repository)
    if len(found) > 1 and option == "--new-since":
        fail(f"--new-since takes PATHs of one repository: {', '.join(found)}")
    return list(found.values())


def _untold(paths: Sequence[str], lang: str) -> list[str]:
    """The plans and states of which git cannot tell whether they have changed: mostly they are made and ignored."""
    from compliant_infra.cli.changes import Repository

    documents = [path for path in paths if os.path.isfile(path) and path.endswith((".json", ".tfstate"))]
    return [
        os.path.abspath(path)
        for path in documents
        if not Repository(os.path.dirname(os.path.abspath(path)), "--since", lang).tracks(path)
    ]


def _gate_changes(
    revision: str | None, run: Run, systems: Sequence[SystemReport], known: str | None, lang: str
) -> Sequence[GateChange] | None:
    """What the change under review alters of the gate; None where no revision says what the change is."""
    if revision is None:
        return None
    from compliant_infra.cli.changes import Repository
    from compliant_infra.cli.gate_changes import gate_changes

    folder = str(run.tree.boundary)
    repository = Repository(os.curdir if folder in run.streams else folder, "--review", lang)
    return gate_changes(repository, revision, run.tree, systems, known)


def _mark_old(revision: str, run: Run, systems: Sequence[SystemReport], with_unknown: bool, lang: str) -> None:
    """Mark the results that were there at a revision too: the same check is made of its tree."""
    if not any(result.verdict in (Verdict.FAIL, Verdict.UNKNOWN) for system in systems for result in system.results):
        return
    import tempfile

    from compliant_infra.cli.changes import Repository
    from compliant_infra.cli.known import scope_of
    from compliant_infra.cli.revisions import Revision, known_at
    from compliant_infra.reports.known_findings import compare

    repository = Repository(str(run.tree.boundary), "--new-since", lang)
    with tempfile.TemporaryDirectory(prefix="compliant-infra-", ignore_cleanup_errors=True) as folder:
        there = Revision(repository, repository.merge_base(revision), Path(folder))
        run.bring_installed_modules(there)
        before = run.at(there)
        if before is None:
            return
        known = known_at(there, before.systems(), with_unknown, run.today.isoformat())
    results = [result for system in systems for result in system.results]
    compare(known, results, scope_of(run.tree, systems, run.whole).is_gone)


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


class Run:
    """One run: from paths to the reports of its systems.

    ``contents`` holds files as they would be after an edit, by absolute path: they are judged so, nothing is written.
    """

    def __init__(
        self,
        paths: Sequence[str],
        streams: dict[str, str],
        choice: Choice,
        exclude: Sequence[str],
        changes: Changes | None,
        config: str | None,
        inputs: Sequence[tuple[str, str]],
        jobs: int,
        cache: bool,
        programs: ProgramOptions | None = None,
        contents: Mapping[str, bytes] | None = None,
    ) -> None:
        from compliant_infra.hcl_checks.discovery import discover

        self.today = date.today()
        self.choice = choice
        self.changes = changes
        self._arguments = (tuple(paths), dict(streams), tuple(exclude), config, tuple(inputs))
        self.streams = streams
        self.given_settings = config is not None
        self.tree = discover(paths, exclude, streams)
        self.table = SystemTable(
            self.tree.base,
            self.tree.boundary,
            choice,
            self.today,
            Path(os.path.realpath(config)) if config is not None else None,
        )
        self.inputs, self.diagnostics = _variable_inputs(inputs, self.tree.display)
        self.named_variables = [text.partition("=")[0] for option, text in inputs if option != "var_files"]
        self.contents = contents or {}
        self.jobs = 1 if contents else jobs  # other processes would read what is on disk
        self.cache = cache and not contents
        self.programs = programs
        self.unread_programs: set[str] = set()  # directories of those that are not run, or not to their end
        self.touched: tuple[int, int] | None = None  # roots that the change touches, of how many
        self.whole = True  # whether everything that is asked of the systems as such was answered
        self.graph: CallGraph | None = None  # which directories call which, once that is known

    def at(self, revision: Revision) -> Run | None:
        """The same run in the tree of a revision; None where nothing of what is scanned is there.

        Its files, settings and variable files are taken from there, those from outside the repository as they are.
        """
        paths, streams, exclude, config, inputs = self._arguments
        given = [path for path in paths if os.path.dirname(os.path.realpath(path)) not in streams]
        found = revision.existing(given or [os.curdir])
        if not found or self.changes is None:
            return None
        if config is not None:
            config = next(iter(revision.existing([config])), None)
        moved = [(option, revision.place(item) if option == "var_files" else item) for option, item in inputs]
        moved = [(option, item) for option, item in moved if option != "var_files" or os.path.isfile(item)]
        changes = revision.changes(self.changes)
        return Run(found, {}, self.choice, exclude, changes, config, moved, self.jobs, cache=False)

    def bring_installed_modules(self, revision: Revision) -> None:
        """Take what ``terraform init`` has installed here over into the tree of a revision, where it fits that too."""
        if self.changes is None or self.graph is None:
            return
        for directory in self.tree.directories:
            if os.path.isdir(os.path.join(directory.path, ".terraform", "modules")):
                revision.take_modules(directory.path, self.graph.reach(directory.path), self.changes)

    def systems(self) -> list[SystemReport]:
        """Judge every root and put the results together, system by system."""
        from compliant_infra.cli.documents import read_document
        from compliant_infra.hcl_checks.modules import ModuleLibrary
        from compliant_infra.hcl_checks.roots import CallGraph
        from compliant_infra.hcl_checks.scanning import RootJob, Scanner

        library = ModuleLibrary(self.tree, self.contents)
        graph = self.graph = CallGraph(self.tree, library, self._kept_calls())
        jobs: list[RootJob] = []
        owners: list[System] = []
        for directory in self._roots(graph):
            system = self._system_of(directory)
            self._check_selection(system)
            system.roots.append(directory)
            jobs.append(RootJob(directory, system.request))
            owners.append(system)
        self._check_variables(library, [job.path for job in jobs])
        for document in self.tree.documents:
            system = self._system_of(str(document.parent))
            self._check_selection(system)
            system.roots.append(str(document))
            jobs.append(RootJob(str(document), system.request, document=True))
            owners.append(system)
        scanner = Scanner(self.tree, library, self.inputs, self.jobs, self.cache, __version__, _progress(len(jobs)))
        scanner.read_document = read_document
        needed = [self._is_needed(job, owner, graph) for job, owner in zip(jobs, owners, strict=True)]
        roots = len(jobs)
        owners = [owner for owner, wanted in zip(owners, needed, strict=True) if wanted]
        jobs = [job for job, wanted in zip(jobs, needed, strict=True) if wanted]
        judgements = scanner.run(jobs)
        # Afterwards, and in this process: the server that records programs does not go with forked workers.
        for program, judgement, system in self._run_programs():
            roots += 1
            jobs.append(RootJob(program, system.request, document=True))
            owners.append(system)
            judgements.append(judgement)
        found = self.table.systems() or [self.table.of(self.tree.base)]
        for system in found:
            system.whole = self._is_whole(system)
            system.confined = self.changes is not None
            system.pruned = bool(self._arguments[2])
            system.sees = self._sees_callers
            system.governed = self.changes is None or self.changes.names_settings(system.settings.path)
            self.whole = self.whole and system.whole and system.governed and not system.partial
            system.partial = bool(system.roots) and all(map(self._named_files, system.roots))
        touched = [
            self._is_touched(job, judgement.sources, owner, graph)
            for job, judgement, owner in zip(jobs, judgements, owners, strict=True)
        ]
        self._check_for_nothing(roots)
        if self.changes is not None:
            self.touched = (touched.count(True), roots)
            # Of systems with which the change has nothing to do nothing is said, unless there is something to mend.
            about = {id(owner) for owner, here in zip(owners, touched, strict=True) if here}
            about |= {id(system) for system in found if self._removes_roots(system)}
            found = [system for system in found if id(system) in about or system.diagnostics] or found[:1]
        shared = [item for item in (*self.tree.diagnostics, *self.diagnostics) if self._concerns(item)]
        reports: list[SystemReport] = []
        for position, system in enumerate(found):
            read = [judgement for judgement, owner in zip(judgements, owners, strict=True) if owner is system]
            mine = [
                judgement
                for judgement, owner, here in zip(judgements, owners, touched, strict=True)
                if owner is system and here
            ]
            if position == 0:
                system.diagnostics.extend(shared)
            path = system.settings.path
            name = (self.tree.display(path.parent).rstrip(".") if path is not None else "") or self.tree.base.name
            reports.append(report_system(system, mine, read, self.choice, self.today, name))
        settle_unused(reports)
        return reports

    def _sees_callers(self, file: str) -> bool:
        """Whether all that reads a file was judged: what is scanned was chosen with it, or the change is in it."""
        path = os.path.join(self.tree.base, file)
        if self._arguments[2]:
            return False
        return self.tree.covers(os.path.dirname(path)) if self.changes is None else path in self.changes.paths

    def _concerns(self, diagnostic: Diagnostic) -> bool:
        """Whether something that was met on the walk has to do with the run: errors always have."""
        if self.changes is None or diagnostic.level == "error" or not diagnostic.file:
            return True
        return self.changes.is_near(os.path.join(self.tree.base, diagnostic.file))

    def _kept_calls(self) -> Path | None:
        """Where the module calls between the directories of this tree are kept from run to run."""
        from hashlib import blake2b

        from compliant_infra.hcl_checks.cache import cache_directory
        from compliant_infra.hcl_checks.scanning import rules_digest

        directory = cache_directory() if self.cache else None
        if directory is None or self.tree.is_inside(os.path.realpath(directory)):
            return None
        key = "\0".join((__version__, rules_digest(), str(self.tree.boundary)))
        name = blake2b(key.encode(errors="surrogateescape"), digest_size=16)
        return directory / f"{name.hexdigest()}.calls"

    def _is_needed(self, job: RootJob, system: System, graph: CallGraph) -> bool:
        """Whether a root must be judged: one that no change touches must be for questions to the whole system only."""
        if self.changes is None or job.document or system.settings.complete or job.path in self.streams:
            return True
        return self._is_touched_at_sight(job.path, system, graph) is not False

    def _run_programs(self) -> list[tuple[str, Judgement, System]]:
        """Run the programs that are named, where that is asked for; say of the others that they are not."""
        programs = self.tree.programs
        if not programs:
            if self.programs is not None:
                self.diagnostics.append(Diagnostic("unknown-path", _NO_PROGRAM))
            return []
        from compliant_infra.assignment import assignment
        from compliant_infra.cli.programs import not_run, read_program
        from compliant_infra.hcl_checks.scanning import index_for
        from compliant_infra.kernel.evaluation import judge

        judged: list[tuple[str, Judgement, System]] = []
        if self.programs is not None and not any(program.named for program in programs.values()):
            self.diagnostics.append(Diagnostic("unknown-path", _NO_PROGRAM))
        for directory, program in programs.items():
            if self.programs is None or not program.named:
                self.unread_programs.add(directory)
                self.diagnostics.append(not_run(program, asked=self.programs is not None))
                continue
            system = self._system_of(directory)
            self._check_selection(system)
            scan, whole = read_program(program, self.tree, self.programs)
            if not whole:
                self.unread_programs.add(directory)
            if not scan.resources and not scan.data:
                self.diagnostics.extend(scan.diagnostics)
                if not whole:
                    continue
                scan.diagnostics = []
            system.roots.append(directory)
            judged.append((directory, judge(scan, assignment(system.request), index_for(system.request)), system))
        return judged

    def _system_of(self, directory: str) -> System:
        """The system of a root. Standard input belongs to where it is piped into."""
        return self.table.of(Path(os.path.realpath(os.curdir) if directory in self.streams else directory))

    def _check_variables(self, library: Any, roots: Sequence[str]) -> None:
        """Refuse ``--var`` for a name that no root declares: a typing error must not pass for a choice."""
        if not self.named_variables or not roots:
            return
        modules = [library.read(root) for root in roots]
        if any(module.broken for module in modules):
            return
        for name in self.named_variables:
            if not any(name in module.variables for module in modules):
                fail(f"--var {name}: no root declares this variable")

    def _named_files(self, directory: str) -> tuple[str, ...]:
        """The files of a directory that were named one by one.

        Their directory is judged and reported as a whole: a finding of one file may stand in its neighbour.
        """
        named = self.tree.named.get(directory)
        if not named or self.tree.covers(directory):
            return ()
        return tuple(sorted(map(self.tree.display, named)))

    def _is_whole(self, system: System) -> bool:
        """Whether the run sees all that the settings are about: only then can something be said to be missing."""
        documents = {str(document) for document in self.tree.documents}
        if any(self.table.of(Path(directory)) is system for directory in self.unread_programs):
            return False
        if any(self._named_files(root) for root in system.roots):
            return False
        path = system.settings.path
        if path is None or self.given_settings or all(root in documents for root in system.roots):
            return True
        if system.settings.roots:
            wanted = {os.path.normpath(f"{path.parent}/{item}") for item in system.settings.roots}
            return wanted <= set(system.roots)
        return self.tree.covers(str(path.parent))

    def _is_touched(self, job: RootJob, sources: Iterable[str], system: System, graph: CallGraph) -> bool:
        """Whether a judged root has to do with a changed file: it read the file, or the file is gone."""
        if self.changes is None or job.path in self.streams or os.path.dirname(job.path) in self.streams:
            return True  # what is piped in has no past
        if not job.document:
            at_sight = self._is_touched_at_sight(job.path, system, graph)
            if at_sight is not None:
                return at_sight
        if job.path in self.tree.programs and self.changes.is_near(f"{job.path}/Pulumi.yaml"):
            return True  # a program can read whatever it likes
        if job.document and self.changes.governs(job.path):
            return True
        return self.changes.names_settings(system.settings.path) or self.changes.reads(job.path, sources)

    def _is_touched_at_sight(self, root: str, system: System, graph: CallGraph) -> bool | None:
        """What can be said of a root before it is judged; None where its judgement tells."""
        assert self.changes is not None
        if self.changes.names_settings(system.settings.path):
            return True
        if any(self.changes.holds(os.path.realpath(file)) for file in self.inputs.files):
            return True
        if len(system.roots) == 1 and self._removes_roots(system):
            return True  # what the rest of the system may have held is not there now
        return self.changes.touches(root, graph)

    def _removes_roots(self, system: System) -> bool:
        """Whether a change takes a root away from a system that is declared complete."""
        path = system.settings.path
        if self.changes is None or path is None or not system.settings.complete:
            return False
        return self.changes.removes_roots(path.parent, {directory.path for directory in self.tree.directories})

    def _check_for_nothing(self, roots: int) -> None:
        """A run that has read nothing must not look like an all-clear."""
        if self.changes is not None and not roots and self.changes.removes_configuration(self.tree.covers):
            # What was there is deleted: that is a change like any other.
            self.tree.diagnostics = [item for item in self.tree.diagnostics if item.code != "nothing-to-scan"]
            return
        if roots or any(item.level == "error" for item in (*self.tree.diagnostics, *self.diagnostics)):
            return
        message = Text("nothing was judged: no root in what was given", "没有可判定的内容：给定路径中没有根模块")
        if self.tree.programs:
            message = Text(
                "nothing was judged: there is nothing but Pulumi programs that were not run",
                "没有可判定的内容：仅有未运行的 Pulumi 程序",
            )
        self.diagnostics.append(Diagnostic("nothing-to-scan", message))

    def _roots(self, graph: CallGraph) -> list[str]:
        found = graph.roots()
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
                elif root in self.tree.programs:
                    continue  # which run only where they are named on the command line
                elif not os.path.isdir(root) or self.tree.covers(root):
                    shown = self.tree.display(root)
                    system = self.table.of(Path(folder))
                    message = Text(
                        f"system.roots: no directory with Terraform files: {shown}",
                        f"system.roots：不是包含 Terraform 文件的目录：{shown}",
                    )
                    system.diagnostics.append(Diagnostic("invalid-settings", message, system.settings.display))
        return sorted(set(kept))

    def _check_selection(self, system: System) -> None:
        """Refuse rules and clauses that do not exist: an empty selection must not look like an all-clear."""
        from compliant_infra.assignment import assignment, selected_rules
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
        if self.choice.selects and not assignment(system.request).rules:
            fail("no rule is left to judge by: what --only names has none, or --skip takes them away")

    def source_lines(self, display: str) -> Sequence[str] | None:
        """The lines of a source file that a report names, for excerpts."""
        try:
            path = self.tree.base / display
            return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except (OSError, ValueError):
            return None


def _variable_inputs(given: Sequence[tuple[str, str]], display: Callable[[str], str]) -> tuple[Any, list[Diagnostic]]:
    from compliant_infra.hcl_checks.modules import VariableInputs

    inputs = VariableInputs()
    diagnostics: list[Diagnostic] = []
    if not given:
        return inputs, diagnostics
    from compliant_infra.hcl_checks.variables import given_variable, read_variable_file

    for option, item in given:
        if option == "var_files":
            path = os.path.abspath(item)
            if not os.path.isfile(path):
                fail(f"no such variable file: {item}")
            values, digest, problems = read_variable_file(path, display(path))
            inputs.values.update(values)
            inputs.spoken -= values.keys()
            inputs.files[path] = digest
            diagnostics.extend(problems)
        else:
            key, separator, text = item.partition("=")
            if not separator or not key:
                fail(f"--var takes NAME=VALUE: {item}")
            inputs.values[key] = given_variable(key, text)
            inputs.spoken.add(key)
    return inputs, diagnostics


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
