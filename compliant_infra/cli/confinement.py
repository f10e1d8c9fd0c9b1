"""What a run is confined to, or compared with: changed files, a revision, what the change alters of the gate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compliant_infra.cli.options import fail
from compliant_infra.kernel.model import Verdict
from compliant_infra.reports.report import GateChange, SystemReport

if TYPE_CHECKING:
    from compliant_infra.cli.changes import Changes, Repository
    from compliant_infra.cli.run import Run


def changes_of(
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


def altered_gate(
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


def mark_old(revision: str, run: Run, systems: Sequence[SystemReport], with_unknown: bool, lang: str) -> None:
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
