"""The report that checkov cannot give: what is undecided, waived or broken, and which policies were there.

checkov may run its parts in processes side by side, and each judges graphs of its own: what one has written stays, and
what an earlier run of checkov has written goes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

#: The environment variable that names the file.
VARIABLE: Final = "COMPLIANT_INFRA_CHECKOV_REPORT"

#: For so long a process waits for another one that writes, in seconds; a lock as old as that was left behind.
_PATIENCE: Final = 20.0

_LISTS: Final = ("expected", "loaded", "profiles", "systems", "files", "results", "diagnostics")


def run_identity() -> str:
    """What the processes of one run of checkov share: the first process, and when it began."""
    parent = multiprocessing.parent_process()
    began = getattr(logging, "_startTime", 0)  # set once, at the start: a forked process has that of the first one
    return f"{parent.pid if parent is not None else os.getpid()}-{began}"


def merged(before: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; entries that both have count once."""
    result = dict(before)
    for name, value in found.items():
        if name in _LISTS:
            kept = list(before.get(name, ()))
            if not kept:
                result[name] = list(value)
                continue
            seen = {json.dumps(item, sort_keys=True) for item in kept}
            result[name] = kept + [item for item in value if json.dumps(item, sort_keys=True) not in seen]
        elif name == "resources":
            result[name] = int(before.get(name, 0)) + int(value)
        elif value is not None or name not in before:
            result[name] = value
    return result


def write(path: str, found: Mapping[str, Any]) -> str:
    """Add to the file, whole or not at all. What went wrong, "" where nothing did."""
    identity = run_identity()
    try:
        with _locked(f"{path}.lock"):
            before: dict[str, Any] = {}
            try:
                with open(path, encoding="utf-8") as file:
                    content = json.load(file)
                if isinstance(content, dict) and content.get("run") == identity:
                    before = content
            except (OSError, ValueError):
                pass
            _replace(path, {**merged(before, found), "run": identity})
    except OSError as error:
        return f"{path} cannot be written: {error.strerror or type(error).__name__}"
    return ""


def _replace(path: str, content: Mapping[str, Any]) -> None:
    target = os.path.realpath(path)
    handle, beside = tempfile.mkstemp(prefix=".compliant-infra-", dir=os.path.dirname(target) or ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")
        os.chmod(beside, _mode(target))
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _mode(target: str) -> int:
    """The permissions of the file, of a new one those that new files get."""
    try:
        return os.stat(target).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


@contextlib.contextmanager
def _locked(path: str) -> Iterator[None]:
    began = time.monotonic()
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            if time.monotonic() - began > _PATIENCE:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def say(text: str) -> None:
    """A line for people; checkov's report has standard output for itself."""
    sys.stderr.write(f"compliant-infra: {text}\n")
    sys.stderr.flush()
