"""One run of the check: from paths to the reports of its systems."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliant_infra import __version__
from compliant_infra.cli.options import fail
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system, settle_unused
from compliant_infra.kernel.model import Diagnostic, Text
from compliant_infra.reports.report import SystemReport

if TYPE_CHECKING:
    from compliant_infra.cli.changes import Changes
    from compliant_infra.cli.programs import ProgramOptions
    from compliant_infra.cli.revisions import Revision
    from compliant_infra.hcl_checks.roots import CallGraph
    from compliant_infra.hcl_checks.scanning import RootJob
    from compliant_infra.kernel.evaluation import Judgement

_NO_PROGRAM = Text(
    "--run-program: there is no Pulumi.yaml in the directories that were named",
    "--run-program：指定的目录中没有 Pulumi.yaml",
)


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
