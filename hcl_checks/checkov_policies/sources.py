"""The scans of what a graph was made of: its roots by the judge's own reader, its plans by the reader of plans."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compliant_infra.hcl_checks.checkov_policies.graphs import GraphSources
from compliant_infra.hcl_checks.discovery import Directory, SourceTree, configuration_files, git_top_level
from compliant_infra.hcl_checks.modules import ModuleLibrary, RootReader, VariableInputs
from compliant_infra.hcl_checks.roots import find_roots
from compliant_infra.hcl_checks.variables import automatic_variable_files, read_variable_file
from compliant_infra.kernel.model import Diagnostic, Scan, Text

#: What the settings of a directory declare as roots, and the folder of the settings; None where they declare none.
Declared = Callable[[str], "tuple[Path, tuple[str, ...]] | None"]


@dataclass(slots=True)
class SourcesRead:
    """What a graph names, ready to be read."""

    tree: SourceTree
    graph: GraphSources
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _partial: set[str] = field(default_factory=set)  # directories of which the graph holds some files only

    def scans(self, declared: Declared) -> Iterator[tuple[str, Scan]]:
        """Each root with its scan: absolute directories, then plan files. Never raises for what stands in the files."""
        library = ModuleLibrary(self.tree)
        for root in _chosen(find_roots(self.tree, library), {item.path for item in self.tree.directories}, declared):
            yield root, self._read(library, root)
            library.forget(root)
        for plan in sorted(self.graph.plans):
            from compliant_infra.hcl_checks.plan import read_plan

            yield plan, read_plan(Path(plan), self.tree.display(plan))

    def _read(self, library: ModuleLibrary, root: str) -> Scan:
        reader = _GraphReader(library, root, self.graph.modules, self._inputs(root))
        try:
            return reader.read()
        except RecursionError:
            message = Text("names refer to each other too deeply; not judged", "引用嵌套过深，未判定")
            reader.scan.diagnostics.append(Diagnostic("limit-reached", message, reader.display))
            return reader.scan

    def _inputs(self, root: str) -> VariableInputs:
        """The variable files that were named to checkov; those that Terraform loads by itself are read anyway."""
        inputs = VariableInputs()
        own = {os.path.realpath(path) for path in automatic_variable_files(root)}
        for path, directory in self.graph.variable_files:
            if path not in own and directory == root:
                values, digest, problems = read_variable_file(path, self.tree.display(path))
                inputs.values.update(values)
                inputs.files[path] = digest
                self.diagnostics.extend(problems)
        return inputs

    def is_partial(self, roots: Sequence[str]) -> bool:
        """Whether checkov was given single files: then nothing is said of the system as a whole."""
        return any(root in self._partial for root in roots)

    def covers(self, settings: Path | None, declared: Sequence[str], roots: Sequence[str]) -> bool:
        """Whether the graph holds everything that a settings file is about."""
        if settings is None or all(root in self.graph.plans for root in roots):
            return True
        if declared:
            return {os.path.normpath(f"{settings.parent}/{item}") for item in declared} <= set(roots)
        listed = {item.path for item in self.tree.directories}
        return all(directory in listed for directory in _with_configuration(str(settings.parent)))


class _GraphReader(RootReader):
    """Finds a module also where checkov has fetched it to."""

    def __init__(
        self, library: ModuleLibrary, directory: str, modules: Mapping[tuple[str, str], str], inputs: VariableInputs
    ) -> None:
        super().__init__(library, directory, inputs)
        self._fetched = modules

    def module_directory(self, call: str, source: str, base: str) -> str | None:
        """As the reader, and then what checkov resolved."""
        found = super().module_directory(call, source, base)
        return found if found is not None else self._fetched.get((base, call.rpartition(".")[2]))


def read_sources(graph: GraphSources) -> SourcesRead:
    """The tree of a graph's files, shown as ``check`` shows them."""
    places = [*graph.directories, *(os.path.dirname(plan) for plan in graph.plans)]
    start = Path(os.path.commonpath(places))
    top = git_top_level(start)
    working = Path(os.path.realpath(Path.cwd()))
    base = top or (working if start.is_relative_to(working) else start)
    read = SourcesRead(SourceTree(base=base, boundary=top or start), graph)
    tree = read.tree
    for directory, names in sorted(graph.directories.items()):
        try:
            files, problems = tree.configuration_of(directory)
        except OSError as error:
            message = Text(f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}")
            read.diagnostics.append(Diagnostic("unreadable-file", message, tree.display(directory)))
            continue
        read.diagnostics.extend(problems)
        others = configuration_files(name for name in names if name not in files)
        tree.directories.append(Directory(directory, tree.display(directory), tuple(sorted({*files, *others}))))
        if not {name for name in files if name.endswith(".tf")} <= names:  # checkov's graph has no other ones
            read._partial.add(directory)
    tree.directories.sort(key=lambda item: item.display)
    return read


def _chosen(found: Iterable[str], listed: set[str], declared: Declared) -> list[str]:
    """The roots to judge: what settings declare takes the place of what was found below them."""
    kept: set[str] = set()
    for root in found:
        settings = declared(root)
        if settings is None:
            kept.add(root)
    for directory in listed:
        settings = declared(directory)
        if settings is not None:
            folder, names = settings
            kept |= {os.path.normpath(f"{folder}/{name}") for name in names} & listed
    return sorted(kept)


def _with_configuration(directory: str) -> Iterator[str]:
    """Every directory below one that has Terraform files; installed modules are not looked into."""
    for folder, names, files in os.walk(directory):
        names[:] = [name for name in names if not name.startswith(".") and name not in ("node_modules", "venv")]
        if configuration_files(files):
            yield folder
