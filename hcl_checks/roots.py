"""Which directories are judged by themselves, and which ones a root takes in: the module calls of a scan."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from compliant_infra.hcl_checks.configuration import MAX_FILE_BYTES
from compliant_infra.hcl_checks.discovery import SourceTree, display_path
from compliant_infra.hcl_checks.modules import ModuleLibrary, installed_modules

#: Wherever it may stand: behind a byte order mark, a comment or another block; with or without a space.
_MODULE_BLOCK: Final = re.compile(
    rb'(?<![\w.-])module[ \t]*(?:/\*[^\n]*?\*/[ \t]*)*(?:"[^"\n]*"|[^\W\d]\S*)[ \t]*(?:\{|/\*)|"module"[ \t\r\n]*:'
)

#: A call of a function that reads or lists files. An escape in JSON could spell one.
_READS_FILES: Final = re.compile(rb"file\w*\s*(?:\(|/[*/]|#)|\\u00")

#: Such a call with a name that is written out, below the directory of the root or of the module.
_READS_NAMED: Final = re.compile(
    rb'file(?:[a-rt-z0-9]\w*)?\s*\(\s*"(?:\$\{path\.(?:module|root)\}/)?([^"$%{}\\\n]+)"\s*[,)]'
)

#: Directories whose calls are kept; beyond it, those that the last run has not asked for are dropped.
_MAX_KEPT: Final = 20_000


class CallGraph:
    """The module calls between directories, and which of them may read files beyond their own configuration.

    Directories are absolute. A directory is read when it is asked for, and parsed only where it mentions modules. What
    parsing gave is kept in ``store`` (a file outside the tree) by the content of the directory's files.
    """

    def __init__(self, tree: SourceTree, library: ModuleLibrary, store: Path | None = None) -> None:
        self._tree = tree
        self._library = library
        self._store = store
        self._listed = {directory.path: directory.files for directory in tree.directories}
        self._calls: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, _Named | None] = {}  # files read by name; None: by names that are not written out
        self._kept = _load(store)
        self._used: dict[str, list[str]] = {}  # of what is kept, what this run has asked for
        self._parsed: dict[str, list[str]] = {}

    def calls(self, directory: str) -> tuple[str, ...]:
        """The directories that a directory calls by a path, whether they are there or not."""
        found = self._calls.get(directory)
        if found is None:
            sources = self._sources(directory)
            found = tuple(self._real(directory, source) for source in sources)
            self._calls[directory] = found
        return found

    def _real(self, directory: str, source: str) -> str:
        """The directory that a source names, as it really is."""
        path = os.path.normpath(f"{directory}/{source}")
        # Those that were walked are no links. "link/.." is not what it looks like.
        if path in self._listed and ".." not in source.lstrip("./"):
            return path
        return os.path.realpath(os.path.join(directory, source))

    def reach(self, root: str) -> frozenset[str]:
        """The root and every directory that it takes in through calls."""
        reached: set[str] = set()
        pending = [root]
        while pending:
            here = pending.pop()
            if here not in reached:
                reached.add(here)
                pending.extend(self.calls(here))
        return frozenset(reached)

    def installed(self, root: str) -> frozenset[str]:
        """The directories of the modules that are installed for a root, and what they take in."""
        found: set[str] = set()
        for directory in installed_modules(root).values():
            if directory not in found and self._tree.is_inside(os.path.realpath(directory)):
                found |= self.reach(directory)
        return frozenset(found)

    def files_read(self, directories: Iterable[str]) -> frozenset[str] | None:
        """The files that functions in these directories may read, by every path that may be meant.

        None where a name is not written out: then every file may be meant.
        """
        found: set[str] = set()
        chosen = list(directories)
        for directory in chosen:
            self.calls(directory)  # which reads it
            named = self._named[directory]
            if named is None:
                return None
            # Relative names count from the root's directory, others from the module's: each is tried with all.
            found.update(os.path.join(base, name) for name in named.files for base in chosen)
            templates = [os.path.join(base, name) for name in named.templates for base in chosen]
            if any(_READS_FILES.search(_content(path) or b"") for path in templates):
                return None  # a template can read further files
            found.update(templates)
        return frozenset(found)

    def roots(self) -> list[str]:
        """The directories of the scan that no other one calls.

        A ring of directories that call each other has no natural root: its first directory is taken, so that the ring
        is read and reported.
        """
        directories = [directory.path for directory in self._tree.directories]
        callers: dict[str, set[str]] = {}
        for directory in directories:
            for target in self.calls(directory):
                callers.setdefault(target, set()).add(directory)
        roots = [directory for directory in directories if not (callers.get(directory, set()) - {directory})]
        reached: set[str] = set()
        for root in roots:
            reached |= self._reach_beyond(root, reached)
        for directory in directories:
            if directory not in reached:
                roots.append(directory)
                reached |= self._reach_beyond(directory, reached)
        self.keep()
        return sorted(roots, key=lambda item: display_path(item, self._tree.base))

    def _reach_beyond(self, start: str, reached: set[str]) -> set[str]:
        """What is reached within the scan and was not before."""
        found: set[str] = set()
        pending = [start]
        while pending:
            here = pending.pop()
            if here not in found and here not in reached:
                found.add(here)
                pending.extend(self.calls(here) if here in self._listed else ())
        return found

    def keep(self) -> None:
        """Write down what was parsed in this run, so that the next one need not."""
        if self._store is None or not self._parsed:
            return
        import tempfile

        kept = self._kept if len(self._kept) < _MAX_KEPT else self._used
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=self._store.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({**kept, **self._parsed}, stream)
            os.replace(temporary, self._store)
        except OSError:
            return  # what cannot be kept is parsed again
        self._parsed.clear()

    def _sources(self, directory: str) -> Sequence[str]:
        """The local sources of the calls in a directory."""
        look = _look_into(directory, self._files(directory), self._library)
        self._named[directory] = look.named
        if not look.key:
            return ()
        kept = self._kept.get(look.key)
        if kept is None:
            kept = [source for _, source in self._library.read(directory).local_module_sources()]
            self._parsed[look.key] = kept
        self._used[look.key] = kept
        return kept

    def _files(self, directory: str) -> Sequence[str]:
        listed = self._listed.get(directory)
        if listed is not None:
            return listed
        try:
            return self._tree.configuration_of(directory)[0] if self._tree.is_inside(directory) else ()
        except OSError:
            return ()


class _Named(NamedTuple):
    """The names of the files that functions read, as they are written."""

    files: tuple[str, ...]
    templates: tuple[str, ...]


class _Look(NamedTuple):
    """What a directory's files say at a glance."""

    key: str  # tells its content from another one; "" where no module is mentioned
    named: _Named | None  # None: not all names are written out


def _look_into(directory: str, files: Iterable[str], library: ModuleLibrary) -> _Look:
    texts: list[bytes] = []
    names: list[str] = []
    templates: list[str] = []
    computed = mentions = False
    for name in files:
        path = f"{directory}/{name}"
        data = library.contents.get(path)
        if data is None:
            data = _content(path)
        if data is None:
            continue  # reported when the directory is read
        for match in _READS_FILES.finditer(data):
            written = _READS_NAMED.match(data, match.start())
            if written is None:
                computed = True
                break
            is_template = data.endswith(b"template", 0, match.start())
            (templates if is_template else names).append(os.fsdecode(written.group(1)))
        mentions = mentions or (b"module" in data and _MODULE_BLOCK.search(data) is not None)
        texts += (os.fsencode(name), data)
    key = blake2b(b"\0".join(texts), digest_size=16).hexdigest() if mentions else ""
    return _Look(key, None if computed else _Named(tuple(names), tuple(templates)))


def _content(path: str) -> bytes | None:
    """What stands in a file; None where it cannot be read or is too large."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            size = os.fstat(descriptor).st_size
            return os.read(descriptor, size) if size <= MAX_FILE_BYTES else None
        finally:
            os.close(descriptor)
    except OSError:
        return None


def _load(store: Path | None) -> dict[str, list[str]]:
    """What an earlier run has kept; nothing where that cannot be read."""
    if store is None:
        return {}
    try:
        kept = json.loads(store.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        key: sources
        for key, sources in kept.items()
        if isinstance(sources, list) and all(isinstance(source, str) for source in sources)
    }


def find_roots(tree: SourceTree, library: ModuleLibrary) -> list[str]:
    """The absolute directories to judge by themselves: those that no module call of the scan names."""
    return CallGraph(tree, library).roots()
