"""From parsed directories to a Scan: every directory is parsed once and evaluated for each call of it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliant_infra.hcl_checks.configuration import (
    ModuleSource,
    ParsedFiles,
    content_hash,
    is_local_source,
    read_module,
)
from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES, SourceTree, configuration_files
from compliant_infra.hcl_checks.limits import MAX_FUNCTION_FILE, MAX_INSTANCES
from compliant_infra.hcl_checks.module_instance import ModuleInstance
from compliant_infra.hcl_checks.places import Whereabouts
from compliant_infra.hcl_checks.values import EvaluationError
from compliant_infra.hcl_checks.variables import automatic_variable_files, read_variable_file
from compliant_infra.hcl_checks.waivers import inline_waivers
from compliant_infra.kernel.model import NO_TEXT, Diagnostic, Scan, SensitiveText, SourceLocation, Text, Unknown
from compliant_infra.kernel.secrets import names_secret


@dataclass(slots=True)
class VariableInputs:
    """What the user gives to every root: ``--var`` and ``--var-file``, in order of precedence."""

    values: dict[str, Any] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)  # names given with ``--var``: their values stand in no file
    files: dict[str, str] = field(default_factory=dict)  # absolute path -> content hash


class ModuleLibrary:
    """Parsed module directories by absolute path: each is read once, whoever calls it.

    ``contents`` holds files as they would be after an edit, by absolute path: what is there is taken instead of what is
    on disk, and a configuration file that is only there counts as one of its directory.
    """

    def __init__(self, tree: SourceTree, contents: Mapping[str, bytes] | None = None) -> None:
        self.tree = tree
        self.contents: dict[str, bytes] = dict(contents or {})
        self.parsed: ParsedFiles | None = None  # set it to keep what was read of files beyond their directories
        self._modules: dict[str, ModuleSource] = {}
        self._listed = {directory.path: directory.files for directory in tree.directories}

    def read(self, directory: str) -> ModuleSource:
        """The parsed directory."""
        module = self._modules.get(directory)
        if module is None:
            module = self._read(directory)
            self._modules[directory] = module
        return module

    def _read(self, directory: str) -> ModuleSource:
        display = self.tree.display(directory)
        files = self._listed.get(directory)
        diagnostics: list[Diagnostic] = []
        if files is None:
            try:
                files, diagnostics = self.tree.configuration_of(directory)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                unreadable = Text(f"cannot be read: {reason}", f"无法读取：{reason}")
                return ModuleSource(
                    directory, display, diagnostics=[Diagnostic("unreadable-file", unreadable, display)], broken=True
                )
        for path in self.contents:
            folder, name = os.path.split(path)
            if folder == directory and name.endswith(CONFIGURATION_SUFFIXES) and name not in files:
                files = configuration_files(sorted((*files, name)))
        module = read_module(directory, display, files, self.contents, self.parsed)
        module.diagnostics.extend(diagnostics)
        module.broken = module.broken or bool(diagnostics)
        return module

    def edit(self, path: str, data: bytes | None) -> None:
        """Take ``data`` for the content of a file, or with None what is on disk; its directory is read anew."""
        if data is None:
            self.contents.pop(path, None)
        else:
            self.contents[path] = data
        self.forget(os.path.dirname(path))

    def forget(self, directory: str) -> None:
        """Drop a directory that nobody will ask for again, so that memory stays flat."""
        self._modules.pop(directory, None)


class RootReader:
    """Reads one root directory into a Scan, and serves its module instances."""

    def __init__(self, library: ModuleLibrary, directory: str, inputs: VariableInputs | None = None) -> None:
        self.library = library
        self.tree = library.tree
        self.directory = directory
        self.display = self.tree.display(directory)
        self.inputs = inputs or VariableInputs()
        self.scan = Scan(root=self.display)
        self.instances = 0
        self.modules = 0
        self._relative: dict[str, str] = {}
        self.whereabouts = Whereabouts(self.diagnose)
        self._diagnosed: set[tuple[object, ...]] = set()
        self._sources: set[str] = set()
        self._directories: dict[str, tuple[bool, bool]] = {}
        self._installed: dict[str, str] | None = None
        self._active: set[object] = set()
        self._collected: set[str] = set()

    def read(self) -> Scan:
        """Parse, expand and collect. Never raises for what stands in the files."""
        source = self.source(self.directory)
        root = ModuleInstance(self, source, "", None, self._root_inputs(source), {}, None, (self.directory,))
        root.collect()
        self.scan.providers = list(root.all_providers())
        return self.scan

    def source(self, directory: str) -> ModuleSource:
        """A parsed module; its diagnostics and waivers enter the scan the first time it is met."""
        module = self.library.read(directory)
        if directory not in self._sources:
            self._sources.add(directory)
            self.scan.diagnostics.extend(module.diagnostics)
            self.scan.files.update(module.hashes)
            for document in module.documents:
                if "compliant-infra:" in document.text:
                    inline_waivers(document, self.scan)
        return module

    def first_call_of(self, directory: str) -> bool:
        """True once for each directory, however often it is called."""
        if directory in self._collected:
            return False
        self._collected.add(directory)
        return True

    def diagnose(self, code: str, message: Text, location: SourceLocation | None, hint: Text = NO_TEXT) -> None:
        """Add a diagnostic, once for each place."""
        place = location or SourceLocation(self.display)
        key = (code, message.en, place.file, place.line)
        if key not in self._diagnosed:
            self._diagnosed.add(key)
            self.scan.diagnostics.append(Diagnostic(code, message, place.file, place.line, place.column, hint))

    def read_file(self, path: str, location: SourceLocation | None) -> bytes | Unknown:
        """A file for ``file()``: below the boundary of the scan only. Raises EvaluationError where it is missing."""
        allowed = self._inside(path, location)
        if isinstance(allowed, Unknown):
            return allowed
        try:
            if allowed in self.library.contents:
                data = self.library.contents[allowed]
                self.scan.files[allowed] = content_hash(data)
                return data
            status = os.stat(allowed)
            if not stat.S_ISREG(status.st_mode):
                raise EvaluationError(f"no regular file at {path}")
            if status.st_size > MAX_FUNCTION_FILE:
                self.diagnose(
                    "limit-reached",
                    Text(f"{path} is too large to be read by a function", f"{path} 过大，函数不读取"),
                    location,
                )
                return Unknown("limit", path, location)
            data = Path(allowed).read_bytes()
        except OSError as error:
            self.scan.files.setdefault(allowed, "")  # its absence has been looked at
            raise EvaluationError(f"no readable file at {path}: {error.strerror}") from None
        self.scan.files[allowed] = content_hash(data)
        return data

    def list_files(self, directory: str, location: SourceLocation | None) -> list[str] | Unknown:
        """The files below a directory for ``fileset()``."""
        allowed = self._inside(directory, location)
        if isinstance(allowed, Unknown):
            return allowed
        found: list[str] = []
        for folder, names, files in os.walk(allowed):
            names[:] = sorted(name for name in names if name not in (".git", ".terraform"))
            relative = os.path.relpath(folder, allowed).replace(os.sep, "/")
            self.scan.files.setdefault(f"{folder}/.", "")  # what stands in it has been looked at
            found.extend(name if relative == "." else f"{relative}/{name}" for name in files)
            if len(found) > MAX_INSTANCES:
                return Unknown("limit", f'fileset("{directory}")', location)
        return sorted(found)

    def _inside(self, path: str, location: SourceLocation | None) -> str | Unknown:
        full = os.path.realpath(f"{self.directory}/{path}" if not path.startswith("/") else path)
        if self.is_inside(full):
            return full
        self.diagnose(
            "path-outside-root",
            Text(f"{path} is outside the scanned tree; not read", f"{path} 在扫描目录之外，未读取"),
            location,
        )
        return Unknown("outside-root", path, location)

    def is_inside(self, real: str) -> bool:
        """Whether a real path is within the boundary of the scan."""
        return self.tree.is_inside(real)

    def relative(self, directory: str) -> str:
        """A directory as ``path.module`` gives it: relative to the root's."""
        known = self._relative.get(directory)
        if known is None:
            known = os.path.relpath(directory, self.directory).replace(os.sep, "/")
            self._relative[directory] = known
        return known

    def whether_readable(self, directory: str) -> tuple[bool, bool]:
        """Whether a directory is within the boundary of the scan, and whether it is there."""
        known = self._directories.get(directory)
        if known is None:
            known = (self.is_inside(os.path.realpath(directory)), os.path.isdir(directory))
            self._directories[directory] = known
        return known

    def module_directory(self, call: str, source: str, base: str) -> str | None:
        """The directory of a module call: a path, or what ``terraform init`` put into ``.terraform/modules``."""
        if is_local_source(source):
            return os.path.normpath(f"{base}/{source}")
        if self._installed is None:
            self._installed = installed_modules(self.directory)
        return self._installed.get(call)

    def enter(self, key: object) -> bool:
        """Begin the evaluation of a name; False where it is being evaluated already (a cycle)."""
        if key in self._active:
            return False
        self._active.add(key)
        return True

    @property
    def depth(self) -> int:
        """How many names are being evaluated, one inside the other."""
        return len(self._active)

    def leave(self, key: object) -> None:
        """End the evaluation of a name."""
        self._active.discard(key)

    def _root_inputs(self, source: ModuleSource) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for path in automatic_variable_files(self.directory):
            if not self.tree.takes_file(path, self.scan.diagnostics):
                continue
            found, digest, diagnostics = read_variable_file(path, self.tree.display(path), self.library.contents)
            values.update(found)
            if digest:
                self.scan.files[path] = digest
            self.scan.diagnostics.extend(diagnostics)
        values.update(self.inputs.values)
        for name in self.inputs.spoken & source.variables.keys():
            sensitive = source.variables[name].block.body.attributes.get("sensitive")
            if (sensitive is not None and sensitive.value is True) or names_secret(name):
                values[name] = _sensitive(values[name])
        self.scan.files.update(self.inputs.files)
        return values


def _sensitive(value: Any) -> Any:
    """A value whose texts are never shown."""
    if isinstance(value, str):
        return SensitiveText(value)
    if isinstance(value, Mapping):
        return {key: _sensitive(item) for key, item in value.items()}
    return [_sensitive(item) for item in value] if isinstance(value, list) else value


def installed_modules(directory: str) -> dict[str, str]:
    """``.terraform/modules/modules.json``: the module's key (``a.b``) -> its absolute directory."""
    manifest = Path(directory, ".terraform", "modules", "modules.json")
    try:
        if not manifest.is_file():
            return {}
        entries = json.loads(manifest.read_text(encoding="utf-8"))["Modules"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("Key"), str) and isinstance(entry.get("Dir"), str):
            found[entry["Key"]] = os.path.normpath(f"{directory}/{entry['Dir']}")
    return found
