"""The tree of a commit beside the working tree, so that the same check can be made of both.

Files are taken from git's objects as they are: no filter, no hook and no program of the repository runs, and neither
its working tree nor its index is touched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compliant_infra.cli.changes import Changes, Repository
from compliant_infra.kernel.model import Verdict
from compliant_infra.reports.known_findings import KnownFindings, adopt

if TYPE_CHECKING:
    from compliant_infra.reports.report import SystemReport

#: Larger files are left out: nothing that is read of a repository is larger.
MAX_BYTES: Final = 8 * 1024 * 1024

_LINK: Final = b"120000"
_FILES: Final = (b"100644", b"100755", _LINK)


class Revision:
    """A commit's tree, laid out in an empty folder."""

    def __init__(self, repository: Repository, commit: str, folder: Path) -> None:
        self._top = repository.top
        self.folder = os.path.realpath(folder)
        self.commit = commit
        # Marks the top level: what is shown and what is read counts from it, as in the repository.
        os.mkdir(os.path.join(self.folder, ".git"))
        for name, mode, data in _objects(repository, commit):  # links last: nothing is written through one
            self._put(os.fsdecode(name), mode, data)

    def _put(self, name: str, mode: bytes, data: bytes) -> None:
        if any(part in ("", ".", "..", ".git") for part in name.split("/")):
            return  # git makes no such tree, but somebody may
        path = os.path.join(self.folder, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if mode != _LINK:
                with open(path, "xb") as stream:
                    stream.write(data)
            elif os.path.realpath(os.path.dirname(path)) == os.path.dirname(path):
                os.symlink(os.fsdecode(data), path)
        except (FileExistsError, NotADirectoryError, ValueError):
            return  # two names that are one here, where case does not count; or a tree that git did not make

    def place(self, path: str) -> str:
        """Where a path of the working tree stands in this tree; a path from elsewhere stays."""
        absolute = os.path.abspath(path)
        above = [*reversed(Path(absolute).parents), Path(absolute)]
        # By its name from the top level on: a link that leads elsewhere now led to what it led to then.
        for position, folder in enumerate(above):
            if os.path.realpath(folder) == self._top:
                return os.path.join(self.folder, *Path(absolute).parts[position + 1 :])
        real = os.path.realpath(absolute)
        if not real.startswith(self._top.rstrip(os.sep) + os.sep):
            return path
        return os.path.join(self.folder, os.path.relpath(real, self._top))

    def existing(self, paths: Iterable[str]) -> list[str]:
        """The places of those paths that are there in this tree."""
        return [place for place in map(self.place, paths) if os.path.lexists(place)]

    def take_modules(self, root: str, reach: frozenset[str], changes: Changes) -> None:
        """Copy the modules that are installed for a root, unless a change may have to do with which ones are called.

        What is installed belongs to the calls as they are now. Taken for those of before, it would make what a newer
        version of a module brings look old.
        """
        for path in changes.paths:
            if os.path.dirname(path) in reach and any(b"module" in _content(item) for item in (path, self.place(path))):
                return
        source = os.path.join(root, ".terraform", "modules")
        place = self.place(root)
        if not os.path.isdir(place) or os.path.realpath(place) != place:
            return
        if os.path.lexists(os.path.join(place, ".terraform")):
            return  # of the revision itself, and perhaps a link
        target = os.path.join(place, ".terraform", "modules")
        with suppress(OSError):  # what cannot be copied is not there
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))

    def changes(self, changes: Changes) -> Changes:
        """The same changed files, as they are named in this tree."""
        return Changes([self.place(path) for path in changes.paths])


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes() if os.path.isfile(path) else b""
    except OSError:
        return b"module"  # nobody knows


def _objects(repository: Repository, commit: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, mode and content of the files of a commit; symbolic links at the end."""
    entries: list[tuple[bytes, bytes, bytes]] = []
    for line in repository.tree(commit).split(b"\0"):
        head, _, name = line.partition(b"\t")
        mode, _, rest = head.partition(b" ")
        parts = rest.split()
        if mode in _FILES and len(parts) == 3 and parts[2].isdigit() and int(parts[2]) <= MAX_BYTES:
            entries.append((mode, parts[1], name))
    entries.sort(key=lambda entry: entry[0] == _LINK)
    contents = repository.contents([identity for _, identity, _ in entries])
    for (mode, _, name), data in zip(entries, contents, strict=True):
        yield name, mode, data


def known_at(revision: Revision, systems: Sequence[SystemReport], with_unknown: bool, today: str) -> KnownFindings:
    """What failed at a revision, as known findings."""
    wanted = (Verdict.FAIL, Verdict.UNKNOWN) if with_unknown else (Verdict.FAIL,)
    results = [result for system in systems for result in system.results if result.verdict in wanted]
    return KnownFindings(revision.commit, findings=adopt(results, None, today))
