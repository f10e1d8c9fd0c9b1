"""A folder as an editor sees it: what is typed counts before it is saved, and only what it touches is judged again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from compliant_infra.assignment import assignment
from compliant_infra.cli.systems import Choice, System, SystemTable, findings
from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES, discover
from compliant_infra.hcl_checks.fix import Fix, Fixer, Refusal
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.roots import CallGraph
from compliant_infra.hcl_checks.scanning import index_for, read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Diagnostic, Result
from compliant_infra.settings import FILE_NAME

#: What is read of a folder: configuration, and the values of variables.
READ_SUFFIXES: Final = (*CONFIGURATION_SUFFIXES, ".tfvars", ".tfvars.json")


def is_read(path: str) -> bool:
    """Whether the content of a file can change a verdict in this folder: configuration, values, settings."""
    return path.endswith(READ_SUFFIXES) or os.path.basename(path) == FILE_NAME


@dataclass(frozen=True, slots=True)
class _Judged:
    """One root as it is typed."""

    sources: frozenset[str]  # the files it was made from
    results: list[Result]
    diagnostics: list[Diagnostic]


class Workspace:
    """One folder of an editor. Paths are absolute and real; nothing is written."""

    def __init__(self, folder: str, choice: Choice) -> None:
        self.folder = folder
        self.choice = choice
        self._edited: dict[str, bytes] = {}
        self.reload()

    def reload(self) -> None:
        """Read the folder anew: files have come or gone, or settings have changed. What is typed stays."""
        self.today = date.today()
        self.tree = discover([self.folder])
        self.library = ModuleLibrary(self.tree, self._edited)
        self.table = SystemTable(self.tree.base, self.tree.boundary, self.choice, self.today)
        self._judged: dict[str, _Judged] = {}
        self._find_roots()

    def _find_roots(self) -> None:
        self._graph = CallGraph(self.tree, self.library)
        self._reach = {root: self._graph.reach(root) for root in self._graph.roots()}

    def edit(self, path: str, text: str | None) -> None:
        """Take what is typed for the content of a file; None: what is on disk counts again."""
        if os.path.basename(path) == FILE_NAME:
            return  # settings count once they are saved
        data = None if text is None else text.encode("utf-8")
        if data == self._edited.get(path):
            return
        if data is None:
            del self._edited[path]
        else:
            self._edited[path] = data
        directory, name = os.path.split(path)
        listed = next((item for item in self.tree.directories if item.path == directory), None)
        if listed is None or (name.endswith(CONFIGURATION_SUFFIXES) and name not in listed.files):
            self.reload()
            return
        touched = self.roots_of(path)
        self.library.edit(path, data)
        if name.endswith(CONFIGURATION_SUFFIXES):
            before = self._graph.calls(directory)
            if CallGraph(self.tree, self.library).calls(directory) != before:
                self._find_roots()
                touched = list(self._judged)
        for root in touched:
            self._judged.pop(root, None)

    def roots_of(self, path: str) -> list[str]:
        """The roots whose verdicts a file has a part in."""
        directory = os.path.dirname(path)
        return [
            root
            for root, reached in self._reach.items()
            if directory in reached or (root in self._judged and path in self._judged[root].sources)
        ]

    def system_of(self, root: str) -> System:
        """The system to which a root belongs."""
        return self.table.of(Path(root))

    def _of(self, root: str) -> _Judged:
        found = self._judged.get(root)
        if found is None:
            system = self.system_of(root)
            scan = read_root(self.library, root, VariableInputs())
            judgement = judge(scan, assignment(system.request), index_for(system.request))
            found = _Judged(frozenset(judgement.sources), *findings(system, judgement, self.choice, self.today))
            self._judged[root] = found
        return found

    def results(self, path: str) -> list[tuple[str, Result]]:
        """What is found in a file, with the root in which it is found; passes are left out.

        Of a module that several roots call, what they say alike is there once.
        """
        display = self.tree.display(path)
        found: dict[tuple[object, ...], tuple[str, Result]] = {}
        for root in self.roots_of(path):
            for result in self._of(root).results:
                if result.location.file == display:
                    message = result.message.en
                    key = (result.rule, result.location, result.attribute, result.finding, result.verdict, message)
                    found.setdefault(key, (root, result))
        return list(found.values())

    def diagnostics(self, path: str) -> list[Diagnostic]:
        """What keeps a file, or the settings of its system, from being read whole."""
        display = self.tree.display(path)
        found: list[Diagnostic] = []
        for root in self.roots_of(path):
            found += [*self.system_of(root).diagnostics, *self._of(root).diagnostics]
        return [item for item in dict.fromkeys(found) if item.file == display]

    def lines(self, path: str) -> Sequence[str]:
        """The lines of a file as it is typed, without line ends; none where it cannot be read."""
        try:
            data = self._edited.get(path)
            data = Path(path).read_bytes() if data is None else data
        except OSError:
            return ()
        return data.decode("utf-8-sig", errors="replace").split("\n")

    def fix(self, root: str, result: Result) -> Fix | Refusal:
        """What would mend a finding, seen and judged as it is typed."""
        requests = {item: self.system_of(item).request for item in self._reach}
        return Fixer(self.tree, self.library, VariableInputs(), requests).propose(result)
