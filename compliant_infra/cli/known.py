"""``--known`` and ``--write-known``: what a run makes of a file of known findings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from compliant_infra.cli.options import CannotError, fail
from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES, SourceTree
from compliant_infra.kernel.model import Result, Text, Verdict
from compliant_infra.reports.known_findings import (
    Comparison,
    KnownFileError,
    KnownFinding,
    KnownFindings,
    adopt,
    compare,
    gone,
    read_known,
    refreshed,
    write_known,
)
from compliant_infra.reports.report import SystemReport


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run has looked at: only there a finding that is not met is gone."""

    tree: SourceTree
    roots: frozenset[str]  # as results name them
    whole: bool  # what is asked of whole systems was answered

    def is_gone(self, root: str) -> bool:
        """Whether nothing is left at a root's place that could be judged."""
        path = self._path(root)
        try:
            with os.scandir(path) as entries:
                return not any(entry.name.endswith(CONFIGURATION_SUFFIXES) for entry in entries)
        except NotADirectoryError:
            return False
        except ValueError:
            return False  # no name that could ever have been one
        except OSError:
            return not os.path.lexists(path)

    def looked_at(self, entry: KnownFinding) -> bool:
        """Whether the run would have met a known finding if it were still there."""
        if entry.resource == "*":
            return self.whole
        if entry.root in self.roots:
            return True
        path = self._path(entry.root)
        return self.tree.covers(path) and self.is_gone(entry.root)

    def _path(self, root: str) -> str:
        return os.path.normpath(os.path.join(self.tree.base, root))


class KnownRun:
    """The files of known findings of one run: the one that is read, the one that is written, or both.

    Written alone, the file takes up everything that fails. Written beside one that is read, it keeps of that what is
    still there and takes up nothing: it can only become shorter.
    """

    def __init__(
        self, read: str | None, write: str | None, selects: bool, language: str, *, all_rules: bool = True
    ) -> None:
        self._language = language
        self._all_rules = all_rules
        self._write = write
        self._refreshes = read is not None and write is not None
        self.compared = read is not None or write is not None
        self._known: KnownFindings | None = None
        self._comparison: Comparison | None = None
        self._result: KnownFindings | None = None
        self._shares_roots: bool | None = None
        if write is not None and selects:
            fail("--write-known goes with a whole run, without --only, --skip, --changed, --since and --hook")
        try:
            if read is not None:
                self._known = read_known(read)
            if write is not None and os.path.lexists(write) and (read is None or not _same(read, write)):
                there = read_known(write)
                self._known = self._known or there
        except KnownFileError as error:
            raise CannotError(error.message.in_language(language)) from None

    def settle(self, systems: Sequence[SystemReport], scope: Scope, with_unknown: bool, today: str, tool: str) -> None:
        """Mark the results that are known, say which known findings are gone, and make what is to be written."""
        if not self.compared:
            return
        baselines = {system.baseline for system in systems if system.roots}
        self._check_baselines(baselines)
        results = [result for system in systems for result in system.results]
        if self._known is not None:
            self._comparison = compare(self._known, results, scope.is_gone)
        if self._write is None:
            self._report_gone(systems, scope)
            return
        if _is_broken(systems):
            return
        before = self._known or KnownFindings(self._write)
        found = KnownFindings(self._write, tool, before.date or today, tuple(baselines | set(before.baselines)))
        if self._refreshes:
            assert self._comparison is not None
            worse = _worse(systems)

            def kept(entry: KnownFinding) -> bool:
                return entry.fingerprint in worse or not self._looked_at(entry, scope)

            found.findings = refreshed(self._comparison, kept, today)
        else:
            taken = [result for result in results if _counts(result, with_unknown)]
            found.findings = adopt(taken, self._known, today)
            here = {entry.alike for entry in found.findings}
            found.findings += [
                entry for entry in before.findings if not self._looked_at(entry, scope) and entry.alike not in here
            ]
            for result in taken:
                result.known = True
        self._result = found

    def write(self) -> Text:
        """Write the file, and tell what was written. Raises KnownFileError where that cannot be done."""
        if self._write is None:
            return Text("", "")
        if self._result is None:
            return Text(
                f"{self._write} is not written: the check could not be done whole",
                f"未写入 {self._write}：检查未能完整完成",
            )
        changed = write_known(self._write, self._result)
        count = sum(entry.count for entry in self._result.findings)
        before = sum(entry.count for entry in self._known.findings) if self._known is not None else 0
        en, zh = f"{self._write}: {count} known", f"{self._write}：已知问题 {count} 项"
        if not changed:
            return Text(f"{en}; unchanged", f"{zh}；无变化")
        if self._known is not None:
            en, zh = f"{en}, {before} before", f"{zh}，此前 {before} 项"
        return Text(en, zh)

    def _check_baselines(self, baselines: set[str]) -> None:
        if self._known is None or baselines <= set(self._known.baselines):
            return
        known, run = ", ".join(self._known.baselines) or "-", ", ".join(sorted(baselines))
        message = Text(
            f"{self._known.display}: known findings of {known}; this run is judged by {run}: write them anew",
            f"{self._known.display}：已知问题属于 {known}；本次按 {run} 判定：请重新生成",
        )
        raise CannotError(message.in_language(self._language))

    def _looked_at(self, entry: KnownFinding, scope: Scope) -> bool:
        """Whether the run would have met a known finding if it were still there.

        Where it has judged none of the roots that the file names, paths may count from another directory now: outside
        a git repository they count from the working directory. A root that is not there is then no root that is gone.
        """
        if self._shares_roots is None:
            known = self._known.findings if self._known is not None else []
            self._shares_roots = any(item.root in scope.roots for item in known if item.resource != "*")
        return scope.looked_at(entry) and (self._shares_roots or entry.resource == "*")

    def _report_gone(self, systems: Sequence[SystemReport], scope: Scope) -> None:
        """A warning for every known finding that was not met where the run has looked.

        Of one whose rule may not have been asked, and of one that is waived by now, this cannot be said.
        """
        if self._comparison is None or self._known is None or not systems or _is_broken(systems):
            return
        there = _worse(systems) | _waived(systems)
        for entry, count in self._comparison.left if self._all_rules else ():
            if entry.fingerprint not in there and self._looked_at(entry, scope):
                owner = next((system for system in systems if entry.root in system.roots), systems[0])
                display = scope.tree.display(os.path.abspath(self._known.display))
                owner.diagnostics.append(gone(entry, count, display))


def _worse(systems: Sequence[SystemReport]) -> set[str]:
    """The fingerprints of which something is open that is not known: what is known of them has become worse."""
    return {
        result.fingerprint
        for system in systems
        for result in system.results
        if result.verdict in (Verdict.FAIL, Verdict.UNKNOWN) and not result.known
    }


def _waived(systems: Sequence[SystemReport]) -> set[str]:
    return {result.fingerprint for system in systems for result in system.results if result.verdict is Verdict.WAIVED}


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _is_broken(systems: Sequence[SystemReport]) -> bool:
    """Whether something could not be read or judged: what is not met then may be there all the same."""
    return any(diagnostic.level == "error" for system in systems for diagnostic in system.diagnostics) or any(
        result.verdict is Verdict.ERROR for system in systems for result in system.results
    )


def _counts(result: Result, with_unknown: bool) -> bool:
    """Whether a result is written down: those that decide the exit status, whatever ``--fail-on`` says."""
    if result.verdict is Verdict.UNKNOWN:
        return with_unknown and (result.reason is None or result.reason.code != "not-in-scan")
    return result.verdict is Verdict.FAIL


def scope_of(tree: SourceTree, systems: Sequence[SystemReport], whole: bool) -> Scope:
    """What a run has looked at, from its reports."""
    return Scope(tree, frozenset(root for system in systems for root in system.roots), whole)
