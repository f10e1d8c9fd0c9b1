"""The module that checkov executes: it holds the judge's archive against its digest, and runs the policies out of it.

It may be read by any Python that checkov runs on, is executed once for each of checkov's runners, and writes nothing
but what its reports say. What keeps the policies from being loaded must not pass for an all-clear, and checkov goes on
after any exception in here: so checkov is ended with status 2, and where it runs in a process of its own, which nobody
waits for the status of, a policy is registered that every resource fails.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
import json
import marshal
import os
import sys
import zipfile
from importlib.machinery import ModuleSpec
from typing import Any

#: The SHA-256 of ``kernel.zip``; written when the folder is made.
KERNEL_SHA256 = "unset"
ARCHIVE = "kernel.zip"
OLDEST_PYTHON = (3, 11)
PACKAGE = "compliant_infra"
ENTRY = f"{PACKAGE}.cli.checkov_judge"
_PLACE = "<compliant-infra>"


class Kernel:
    """Imports the package out of the archive's bytes: those that were held against the digest, whatever comes later."""

    def __init__(self, digest: str, data: bytes) -> None:
        self.digest = digest
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = frozenset(self._archive.namelist())

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The module, if it is one of the package."""
        if fullname.partition(".")[0] != PACKAGE:
            return None
        place = fullname.replace(".", "/")
        for name, package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
            if name in self._names:
                spec = ModuleSpec(fullname, self, origin=f"{_PLACE}/{name}", is_package=package)  # type: ignore[arg-type]
                spec.has_location = True
                return spec
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """The usual kind of module."""

    def exec_module(self, module: object) -> None:
        """Run the module's code, compiled beforehand where that was done by this version of Python."""
        name = module.__spec__.origin[len(_PLACE) + 1 :]  # type: ignore[attr-defined]
        compiled = f"{name}c"
        code = None
        if compiled in self._names:
            data = self._archive.read(compiled)
            if data[:4] == importlib.util.MAGIC_NUMBER:
                code = marshal.loads(data[16:])
        if code is None:
            code = compile(self._archive.read(name), f"{_PLACE}/{name}", "exec", dont_inherit=True)
        exec(code, module.__dict__)

    def get_data(self, path: str) -> bytes:
        """A file of the archive, for ``pkgutil.get_data``."""
        try:
            return self._archive.read(path[len(_PLACE) + 1 :].replace(os.sep, "/"))
        except KeyError:
            raise FileNotFoundError(path) from None


def _kernel() -> Any:
    """The importer of the archive. Raises ImportError with what people should know where there can be none."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        raise ImportError(f"the policies need Python 3.11 or later; checkov runs on {found}")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), ARCHIVE)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ImportError(f"{path} cannot be read: {error.strerror}") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != KERNEL_SHA256:
        raise ImportError(f"{path} is not the file that belongs here (SHA-256 {digest}, expected {KERNEL_SHA256})")
    present = getattr(sys.modules.get(PACKAGE), "__loader__", None)
    if present is not None:
        if getattr(present, "digest", None) == digest:
            return present
        raise ImportError(f"another {PACKAGE} is imported already: {sys.modules[PACKAGE].__file__}")
    kernel = Kernel(digest, data)
    sys.meta_path.insert(0, kernel)
    return kernel


def _refuse(problem: str) -> None:
    """See the module: end checkov, or fail everything."""
    import multiprocessing

    sys.stderr.write(f"compliant-infra: no policy is loaded: {problem}\n")
    report = os.environ.get("COMPLIANT_INFRA_CHECKOV_REPORT")
    if report:
        message = {"en": f"no policy is loaded: {problem}", "zh": f"未加载任何策略：{problem}"}
        diagnostic = {"code": "unreadable-file", "level": "error", "message": message, "file": ARCHIVE, "line": 0}
        content = {"version": 1, "loaded": [], "expected": [], "resources": 0, "results": []}
        try:
            with open(report, "w", encoding="utf-8") as file:
                json.dump({**content, "diagnostics": [diagnostic]}, file)
        except OSError as error:
            sys.stderr.write(f"compliant-infra: {report} cannot be written: {error.strerror}\n")
    if multiprocessing.parent_process() is None:
        raise SystemExit(2)
    from checkov.common.models.enums import CheckCategories, CheckResult
    from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

    class NotLoaded(BaseResourceCheck):
        """Every resource fails it."""

        def scan_resource_conf(self, conf: object) -> object:
            """Nothing was judged."""
            return CheckResult.FAILED

    name = f"The policies of compliant-infra are loaded ({problem})"
    NotLoaded(name=name, id="CKV2_CN_000", categories=[CheckCategories.GENERAL_SECURITY], supported_resources=["*"])


def _load() -> None:
    try:
        _kernel()
        importlib.import_module(ENTRY).start()  # of the archive: this module belongs to no package
    except Exception as error:
        _refuse(f"{error}" if isinstance(error, (ImportError, ValueError)) else f"{type(error).__name__}: {error}")


if KERNEL_SHA256 != "unset":
    _load()
