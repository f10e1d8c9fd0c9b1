"""From paths to judgements: one job a root, read and judged in the same process, so that only findings travel.

A job is done in this process, or by worker processes where there is enough to do, or not at all where the cache holds
its judgement. The order of the results does not depend on it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.cache import JudgementCache, cache_directory
from compliant_infra.hcl_checks.discovery import SourceTree
from compliant_infra.hcl_checks.modules import ModuleLibrary, RootReader, VariableInputs
from compliant_infra.kernel.evaluation import Judgement, RuleIndex, judge
from compliant_infra.kernel.judgement_records import dump, load
from compliant_infra.kernel.model import Diagnostic, Scan, Text

#: Below this many bytes of source a second process costs more than it saves.
PARALLEL_BYTES: Final = 600_000


@dataclass(frozen=True, slots=True)
class RootJob:
    """One root to read and judge: a directory, or a plan or state in JSON."""

    path: str  # absolute
    request: Request
    document: bool = False


@dataclass(slots=True)
class Scanner:
    """Does the jobs of one run."""

    tree: SourceTree
    library: ModuleLibrary
    inputs: VariableInputs = field(default_factory=VariableInputs)
    jobs: int = 0  # worker processes; 0: as many as there are processors
    cache: bool = True
    version: str = ""
    progress: Callable[[int, int], None] | None = None
    read_document: Callable[[Path, str], Scan] | None = None  # of a root that is a file; plans and states without it
    _roots: frozenset[str] = frozenset()

    def run(self, jobs: Sequence[RootJob]) -> list[Judgement]:
        """The judgements in the order of the jobs."""
        stores = self._stores(jobs)
        self._roots = frozenset(job.path for job in jobs)
        found: dict[int, Judgement] = {}
        pending: list[int] = []
        for position, job in enumerate(jobs):
            store = stores.get(job.request)
            kept = store.get(job.path) if store is not None else None
            if kept is not None:
                try:
                    found[position] = load(kept)
                    continue
                except (ValueError, KeyError, TypeError, IndexError):
                    pass  # a damaged entry is a miss
            pending.append(position)
        done = len(found)
        for position, body in self._judge([(position, jobs[position]) for position in pending]):
            judgement = load(body) if isinstance(body, str) else body
            found[position] = judgement
            store = stores.get(jobs[position].request)
            if store is not None and judgement.sources:
                text = body if isinstance(body, str) else dump(body)
                store.put(jobs[position].path, text, judgement.sources, _directories(jobs[position], judgement))
            done += 1
            if self.progress is not None:
                self.progress(done, len(jobs))
        return [found[position] for position in range(len(jobs))]

    def _stores(self, jobs: Iterable[RootJob]) -> dict[Request, JudgementCache]:
        directory = cache_directory() if self.cache else None
        if directory is None or self._inside_tree(directory):
            return {}
        common = (self.version, sorted(self.inputs.files.items()), repr(sorted(self.inputs.values.items(), key=str)))
        base = (str(self.tree.base), str(self.tree.boundary), *map(str, self.tree.further))
        rules = rules_digest()
        listed = {item.path: item.files for item in self.tree.directories}
        return {
            request: JudgementCache(directory, repr((common, base, request, rules)), listed)
            for request in {job.request for job in jobs}
        }

    def _inside_tree(self, directory: Path) -> bool:
        """A cache inside the scanned tree could be written by whoever writes the tree: it is not used."""
        real = os.path.realpath(directory)
        return self.tree.is_inside(real)

    def _judge(self, jobs: list[tuple[int, RootJob]]) -> Iterator[tuple[int, Judgement | str]]:
        workers = min(self.jobs or os.cpu_count() or 1, len(jobs))
        if workers > 1 and (self.jobs > 1 or self._bytes(jobs) > PARALLEL_BYTES) and can_share():
            yield from self._in_workers(jobs, workers)
            return
        for position, job in jobs:
            yield position, self.judge_root(job)

    def _bytes(self, jobs: list[tuple[int, RootJob]]) -> int:
        """The size of the sources to read, as far as it matters: counting stops once it is enough.

        Those of the roots, and of the directories that are no roots: some root calls them.
        """
        left_out = self._roots - {job.path for _, job in jobs}
        total = 0
        for directory in self.tree.directories:
            if directory.path not in left_out:
                for name in directory.files:
                    try:
                        total += os.stat(f"{directory.path}/{name}").st_size
                    except OSError:
                        continue
                if total > PARALLEL_BYTES:
                    break
        return total

    def _in_workers(self, jobs: list[tuple[int, RootJob]], workers: int) -> Iterator[tuple[int, str]]:
        import multiprocessing

        forked = "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if forked else "spawn")
        for _, job in jobs[:1]:
            index_for(job.request)  # compiled once, before the workers are made
        size = max(1, min(16, len(jobs) // (workers * 4)))
        # What is parsed already goes along with a fork; for a new process it would have to be written out and read.
        library = self.library if forked else None
        with context.Pool(workers, _start_worker, (self.tree, self.inputs, library, self.read_document)) as pool:
            yield from pool.imap_unordered(_work, jobs, chunksize=size)

    def judge_root(self, job: RootJob) -> Judgement:
        """Read one root and judge it, in this process."""
        rules = assignment(job.request)
        if job.document:
            from compliant_infra.hcl_checks.plan import read_plan

            scan = (self.read_document or read_plan)(Path(job.path), self.tree.display(job.path))
        else:
            scan = read_root(self.library, job.path, self.inputs)
        judgement = judge(scan, rules, index_for(job.request))
        if not job.document:
            self.library.forget(job.path)
        # What was read of the root refers to itself in rings. Freed now, while it is young and in the processor's
        # cache, it costs half of what it costs later, and memory stays flat.
        del scan
        gc.collect(0)
        return judgement


def can_share() -> bool:
    """Whether processes can wait for each other here: not where shared memory is read-only, as in some containers."""
    import multiprocessing

    try:
        multiprocessing.Lock()
    except OSError:
        return False
    return True


def read_root(library: ModuleLibrary, directory: str, inputs: VariableInputs | None = None) -> Scan:
    """The Scan of one root directory. Nesting beyond what Python can follow ends in ``limit-reached``."""
    reader = RootReader(library, directory, inputs)
    try:
        return reader.read()
    except RecursionError:
        reader.scan.diagnostics.append(
            Diagnostic(
                "limit-reached",
                Text("names refer to each other too deeply; not judged", "引用嵌套过深，未判定"),
                reader.display,
            )
        )
        return reader.scan


_INDEXES: dict[Request, RuleIndex] = {}


def index_for(request: Request) -> RuleIndex:
    """The rules of a request by resource type, made once."""
    index = _INDEXES.get(request)
    if index is None:
        index = RuleIndex(assignment(request).rules)
        _INDEXES[request] = index
    return index


@cache
def rules_digest() -> str:
    """Tells one installed catalogue from another: the time and size of the files that rules are made of."""
    import compliant_infra.kernel as kernel

    package = Path(kernel.__path__[0]).parent
    places = [package / "kernel", package / "kernel" / "rules", package / "hcl_checks", package / "baselines"]
    places += [package / "hcl_checks" / "functions", package / "regulations", package / "providers"]
    parts: list[Any] = []
    for place in places:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    status = entry.stat()
                    parts.append((entry.name, status.st_size, status.st_mtime_ns))
    return repr(sorted(parts))


def _directories(job: RootJob, judgement: Judgement) -> list[str]:
    if job.document:
        return []
    return sorted({job.path, *(os.path.dirname(path) for path in judgement.sources)})


_WORKER: dict[str, Scanner] = {}


def _start_worker(
    tree: SourceTree,
    inputs: VariableInputs,
    library: ModuleLibrary | None,
    read_document: Callable[[Path, str], Scan] | None,
) -> None:
    _WORKER["scanner"] = Scanner(tree, library or ModuleLibrary(tree), inputs, cache=False, read_document=read_document)


def _work(task: tuple[int, RootJob]) -> tuple[int, str]:
    position, job = task
    return position, dump(_WORKER["scanner"].judge_root(job))
