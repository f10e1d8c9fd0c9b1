"""Judgements kept between runs, by content: JSON in the user's cache directory, never in the scanned tree.

A root's entry holds while everything it was made from is the same: the tool, the rules and parameters asked for, the
list of files (on disk, and of those the ones that are read), the modules that Terraform has installed, and the content
of each. A damaged entry is a miss. ``--no-cache`` or ``COMPLIANT_INFRA_NO_CACHE`` turns
it off, ``COMPLIANT_INFRA_CACHE`` names another directory.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

from compliant_infra.hcl_checks.configuration import content_hash

_SEPARATOR: Final = b"\n"
#: Where ``terraform init`` says what it has installed for a root.
INSTALLED_MODULES: Final = ".terraform/modules/modules.json"


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def cache_directory() -> Path | None:
    """Where judgements are kept, or None where there is no place or it is switched off."""
    if os.environ.get("COMPLIANT_INFRA_NO_CACHE"):
        return None
    given = os.environ.get("COMPLIANT_INFRA_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base, "compliant-infra")
    home = os.environ.get("HOME") or os.environ.get("LOCALAPPDATA")
    return Path(home, ".cache", "compliant-infra") if home else None


class JudgementCache:
    """Reads and writes entries. ``key`` names everything but the files: tool, rules, parameters, options.

    ``listed`` has the configuration files of each directory that are not left out (``--exclude``, ``.gitignore``).
    """

    def __init__(self, directory: Path, key: str, listed: Mapping[str, Sequence[str]]) -> None:
        self._directory = directory
        self._listed = listed
        self._key = blake2b(key.encode(), digest_size=16).hexdigest()
        self._hashes: dict[str, str] = {}
        self._listings: dict[str, str] = {}

    def _path(self, root: str) -> str:
        name = blake2b(f"{self._key}\0{root}".encode(), digest_size=16).hexdigest()
        return f"{self._directory}/{name}.json"

    def get(self, root: str) -> bytes | None:
        """The judgement's JSON, or None where something has changed."""
        try:
            with open(self._path(root), "rb") as stream:
                head, body = stream.read().split(_SEPARATOR, 1)
            entry = json.loads(head)
            for path, digest in entry["files"].items():
                if self._hash(path) != digest:
                    return None
            for path, digest in entry["listings"].items():
                if self._listing(path) != digest:
                    return None
            if entry["check"] != content_hash(body):
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return body

    def put(self, root: str, body: str, files: dict[str, str], directories: list[str]) -> None:
        """Keep a judgement: written beside and renamed, so that a reader never sees half of it."""
        listings = {path: self._listing(path) for path in directories}
        data = body.encode()
        head = json.dumps({"files": files, "listings": listings, "check": content_hash(data)}).encode()
        target = self._path(root)
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            import tempfile

            handle, temporary = tempfile.mkstemp(dir=self._directory, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                stream.write(head + _SEPARATOR + data)
            os.replace(temporary, target)
        except OSError:
            return  # no cache is no error

    def _hash(self, path: str) -> str:
        known = self._hashes.get(path)
        if known is None:
            try:
                # A pipe or a device in the place of a file could keep the reader waiting for ever.
                with open(path, "rb", buffering=0, opener=_open_at_once) as stream:
                    regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
                    known = content_hash(stream.read()) if regular else ""
            except OSError:
                known = ""
            self._hashes[path] = known
        return known

    def _listing(self, directory: str) -> str:
        """What stands in a directory, by name: a new or a vanished file changes it, and one newly left out."""
        known = self._listings.get(directory)
        if known is None:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                names = []
            installed = self._hash(f"{directory}/{INSTALLED_MODULES}") if ".terraform" in names else ""
            parts = (*names, "", *self._listed.get(directory, ()), "", installed)
            known = content_hash("\0".join(parts).encode("utf-8", "surrogateescape"))
            self._listings[directory] = known
        return known
