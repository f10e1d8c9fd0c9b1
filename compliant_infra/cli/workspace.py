"""A folder as an editor sees it: what is typed counts before it is saved, and only what it touches is judged again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from compliant_infra.assignment import assignment
from compliant_infra.cli.systems import Choice, System, SystemTable, findings
from compliant_infra.hcl_checks.configuration import ParsedFiles
from compliant_infra.hcl_checks.discovery import (
    CONFIGURATION_SUFFIXES,
    Directory,
    SourceTree,
    configuration_files,
    discover,
)
from compliant_infra.hcl_checks.fix import Fix, Fixer, Refusal
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.roots import CallGraph
from compliant_infra.hcl_checks.scanning import index_for, read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation
from compliant_infra.settings import FILE_NAME

#: What is read of a folder: configuration, and the values of variables.
READ_SUFFIXES: Final = (*CONFIGURATION_SUFFIXES, ".tfvars", ".tfvars.json")

#: Folders that no walk enters: what is in them is not the user's.
_FETCHED: Final = ("/.terraform/", "/.git/", "/.terragrunt-cache/")

#: Pairs of lines up to which two versions of a text are compared between the first and the last line that differ.
_COMPARED: Final = 250_000


def is_read(path: str) -> bool:
    """Whether the content of a file can change a verdict in this folder: configuration, values, settings."""
    return path.endswith(READ_SUFFIXES) or is_settings(path)


def is_settings(path: str) -> bool:
    """Whether a file holds the settings of a system. They count once they are saved."""
    return os.path.basename(path) == FILE_NAME


@dataclass(frozen=True, slots=True)
class _Judged:
    """One root as it is typed."""

    sources: frozenset[str]  # the files it was made from
    results: list[Result]
    diagnostics: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A file that cannot be read as it is typed: what is wrong with it, and its text when it last could."""

    good: str
    diagnostics: list[Diagnostic]


class Workspace:
    """One folder of an editor. Paths are absolute and real; nothing is written.

    ``typed`` are the texts of files that the editor has open. ``alone``: the folder is none of the editor's, only the
    files directly in it are read, with the modules that they call.

    While a file cannot be read because half a line is typed, its last readable text counts: findings stay where they
    are instead of coming and going with each key.
    """

    def __init__(self, folder: str, choice: Choice, typed: Mapping[str, str], *, alone: bool = False) -> None:
        self.folder = folder
        self.choice = choice
        self.alone = alone
        self._typed = {path: _encoded(text) for path, text in typed.items() if not is_settings(path)}
        self._broken: dict[str, _Broken] = {}
        self._parsed: ParsedFiles = {}
        self.reload()

    def reload(self) -> None:
        """Read the folder anew: files have come or gone, or settings have changed. What is typed stays."""
        self.today = date.today()
        self.tree = discover(self._given())
        self._add_unsaved()
        self._known = {f"{item.path}/{name}" for item in self.tree.directories for name in item.files}
        self._left_out = {path for path in self._typed if path.endswith(CONFIGURATION_SUFFIXES)} - self._known
        self._broken = {
            path: item for path, item in self._broken.items() if path in self._typed and path in self._known
        }
        contents = {path: data for path, data in self._typed.items() if path not in self._left_out}
        contents.update((path, _encoded(item.good)) for path, item in self._broken.items())
        self.library = ModuleLibrary(self.tree, contents)
        self._parsed = {key: item for key, item in self._parsed.items() if key[0] in self._known}
        self.library.parsed = self._parsed
        self.table = SystemTable(self.tree.base, self.tree.boundary, self.choice, self.today)
        self._judged: dict[str, _Judged] = {}
        self._find_roots()

    def _given(self) -> list[str]:
        if not self.alone:
            return [self.folder]
        try:
            names = sorted(name for name in os.listdir(self.folder) if name.endswith(CONFIGURATION_SUFFIXES))
        except OSError:
            names = []
        return [os.path.join(self.folder, name) for name in names] or [self.folder]

    def _add_unsaved(self) -> None:
        """Directories of which no file is saved yet are judged too."""
        listed = {item.path for item in self.tree.directories}
        for path in sorted(self._typed):
            directory, name = os.path.split(path)
            if directory in listed or not name.endswith(CONFIGURATION_SUFFIXES) or not _is_users(self.tree, path):
                continue
            listed.add(directory)
            self.tree.directories.append(Directory(directory, self.tree.display(directory), (name,)))
        for item in self.tree.directories:
            item.files = self._with_unsaved(item)

    def _with_unsaved(self, item: Directory) -> tuple[str, ...]:
        unsaved = {
            os.path.basename(path)
            for path in self._typed
            if os.path.dirname(path) == item.path and not os.path.lexists(path) and _is_users(self.tree, path)
        }
        return configuration_files({*item.files, *unsaved})

    def _find_roots(self) -> None:
        self._fixer: Fixer | None = None
        self._fixes: dict[int, Fix | Refusal] = {}  # by the identity of results that are kept in _judged
        self._graph = CallGraph(self.tree, self.library)
        self._reach = {root: self._graph.reach(root) for root in self._graph.roots()}

    def take(self, path: str, text: str | None, *, on_disk: bool = False) -> None:
        """Take what the editor shows for the content of a file; None: what is on disk.

        ``on_disk``: the file has changed there, has come or has gone.
        """
        if is_settings(path):
            if on_disk:
                self.reload()
            return
        data = None if text is None else _encoded(text)
        before = self._typed.get(path)
        if data is not None:
            self._typed[path] = data
        else:
            self._typed.pop(path, None)
        if self.today != date.today():
            self.reload()  # waivers end
        elif path.endswith(CONFIGURATION_SUFFIXES):
            there = data is not None or os.path.lexists(path)
            if path in self._left_out and there:
                return
            if there != (path in self._known):
                self.reload()
            elif data != before or (data is None and on_disk):
                self._take_configuration(path, data)
        elif data != before or on_disk:
            touched = self.roots_of(path)
            self.library.edit(path, data)
            self._forget(touched)

    def _take_configuration(self, path: str, data: bytes | None) -> None:
        directory, display = os.path.dirname(path), self.tree.display(path)
        broken = self._broken.pop(path, None)
        good = broken.good if broken is not None else self._text_read(directory, display)
        self.library.edit(path, data)
        module = self.library.read(directory)
        if data is not None and good is not None and self._text_read(directory, display) is None:
            self._broken[path] = _Broken(good, [item for item in module.diagnostics if item.file == display])
            self.library.edit(path, _encoded(good))
            return
        for key in [key for key in self._parsed if key[0] == path and key[1] != module.hashes.get(path)]:
            del self._parsed[key]
        touched = self.roots_of(path)
        before = self._graph.calls(directory)
        if CallGraph(self.tree, self.library).calls(directory) != before:
            self._find_roots()
            touched = list(self._judged)
        self._forget(touched)

    def _text_read(self, directory: str, display: str) -> str | None:
        """The text of a file as the library has it; None where it cannot be read."""
        documents = self.library.read(directory).documents
        return next((item.text for item in documents if item.path == display), None)

    def _forget(self, roots: Iterable[str]) -> None:
        self._fixer, self._fixes = None, {}
        for root in roots:
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
        broken = self._broken.get(path)
        if broken is None:
            return list(found.values())
        return _moved(found.values(), broken.good.split("\n"), self.lines(path))

    def diagnostics(self, path: str) -> list[Diagnostic]:
        """What keeps a file from being read whole, and what is wrong with the waivers in it."""
        display = self.tree.display(path)
        broken = self._broken.get(path)
        if broken is not None:
            return broken.diagnostics
        found = [item for root in self.roots_of(path) for item in self._of(root).diagnostics]
        return [item for item in dict.fromkeys(found) if item.file == display]

    def settings_problems(self) -> dict[str, list[Diagnostic]]:
        """What is wrong with the settings of the systems that are judged, by file."""
        found: dict[str, list[Diagnostic]] = {}
        for root, judged in self._judged.items():
            system = self.system_of(root)
            if system.settings.path is not None:
                mine = (*system.diagnostics, *judged.diagnostics)
                here = found.setdefault(str(system.settings.path), [])
                here += [item for item in mine if item.file == system.settings.display and item not in here]
        return found

    def lines(self, path: str) -> Sequence[str]:
        """The lines of a file as it is typed, without line feeds; none where it cannot be read."""
        try:
            data = self._typed.get(path)
            data = Path(path).read_bytes() if data is None else data
        except OSError:
            return ()
        return data.decode("utf-8-sig", errors="replace").split("\n")

    def fix(self, root: str, result: Result) -> Fix | None:
        """What would mend a finding, seen and judged as it is typed. None while something cannot be read."""
        if any(os.path.dirname(path) in self._reach.get(root, ()) for path in self._broken):
            return None
        if id(result) not in self._fixes:
            if self._fixer is None:
                requests = {item: self.system_of(item).request for item in self._reach}
                self._fixer = Fixer(self.tree, self.library, VariableInputs(), requests)
            self._fixes[id(result)] = self._fixer.propose(result)
        found = self._fixes[id(result)]
        return found if isinstance(found, Fix) else None

    def fix_is_known(self, result: Result) -> bool:
        """Whether it was tried already to mend a finding, so that the answer costs nothing."""
        return id(result) in self._fixes


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")  # half a character, as JSON can hold it, is no text


def _is_users(tree: SourceTree, path: str) -> bool:
    return tree.is_inside(path) and not any(part in path for part in _FETCHED) and not tree.ignores(path)


def _moved(
    found: Iterable[tuple[str, Result]], before: Sequence[str], after: Sequence[str]
) -> list[tuple[str, Result]]:
    """Results of an earlier text where they stand now; without those in the lines that have changed."""
    now = _lines_now(before, after)
    moved: list[tuple[str, Result]] = []
    for root, result in found:
        place = result.location
        line = now.get(place.line)
        if line is not None:
            end = place.end_line + line - place.line if place.end_line else 0
            moved.append((root, replace(result, location=SourceLocation(place.file, line, end, place.column))))
    return moved


def _lines_now(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """For the lines of a text (from 1) that another has too: their numbers there."""
    shorter = min(len(before), len(after))
    head = next((number for number in range(shorter) if before[number] != after[number]), shorter)
    rest = shorter - head
    tail = next((number for number in range(rest) if before[-1 - number] != after[-1 - number]), rest)
    now = {number: number for number in range(1, head + 1)}
    by = len(after) - len(before)
    now.update((number, number + by) for number in range(len(before) - tail + 1, len(before) + 1))
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) * len(new) <= _COMPARED:
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            for number in range(block.size):
                now[head + block.a + number + 1] = head + block.b + number + 1
    return now
