"""Which directories are judged by themselves: the roots of a scan."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from compliant_infra.hcl_checks.configuration import MAX_FILE_BYTES
from compliant_infra.hcl_checks.discovery import Directory, SourceTree, display_path
from compliant_infra.hcl_checks.modules import ModuleLibrary

_MODULE_BLOCK: Final = re.compile(rb'(?:^|[\n}])[ \t]*(?:/\*.*?\*/[ \t]*)?module[ \t]+["\w]|"module"[ \t\r\n]*:')


def find_roots(tree: SourceTree, library: ModuleLibrary, declared: Iterable[str] = ()) -> list[str]:
    """The absolute directories to judge by themselves: those that no module call of the scan names.

    ``declared`` (settings) overrides. A ring of directories that call each other has no natural root: its first
    directory is taken, so that the ring is read and reported.
    """
    chosen = [os.path.normpath(item) for item in declared]
    if chosen:
        return chosen
    calls: dict[str, list[str]] = {}
    callers: dict[str, set[str]] = {}
    directories = [directory.path for directory in tree.directories]
    for directory in tree.directories:
        targets = [
            os.path.realpath(os.path.join(directory.path, source)) for source in called_sources(directory, library)
        ]
        calls[directory.path] = targets
        for target in targets:
            callers.setdefault(target, set()).add(directory.path)
    roots = [directory for directory in directories if not (callers.get(directory, set()) - {directory})]
    reached: set[str] = set()

    def reach(start: str) -> None:
        pending = [start]
        while pending:
            here = pending.pop()
            if here not in reached:
                reached.add(here)
                pending.extend(calls.get(here, ()))

    for root in roots:
        reach(root)
    for path in directories:
        if path not in reached:
            roots.append(path)
            reach(path)
    return sorted(roots, key=lambda item: display_path(item, tree.base))


def called_sources(directory: Directory, library: ModuleLibrary) -> list[str]:
    """The local sources of a directory's module calls. Only directories that mention modules are parsed for it."""
    for name in directory.files:
        try:
            path = Path(directory.path, name)
            if path.stat().st_size > MAX_FILE_BYTES:
                continue
            data = path.read_bytes()
        except OSError:
            continue  # reported when the directory is read
        if b"module" in data and _MODULE_BLOCK.search(data):
            return [source for _, source in library.read(directory.path).local_module_sources()]
    return []
