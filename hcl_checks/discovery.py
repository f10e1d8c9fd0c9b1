"""Which files a scan looks at: the walk over the given paths, what is left out and why.

``.gitignore`` and ``--exclude`` are respected, ``.terraform`` and ``.git`` are never entered, symbolic links that leave
the tree are not followed. Nothing is executed: git itself is not called.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compliant_infra.kernel.model import Diagnostic, Text

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Endings of files that Terraform and OpenTofu read as configuration.
CONFIGURATION_SUFFIXES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
#: Files with values for the variables of their directory.
VARIABLE_SUFFIXES: Final = (".tfvars", ".tfvars.json")
_NEVER_ENTERED: Final = frozenset({".git", ".terraform", ".terragrunt-cache", ".hg", ".svn"})
_TERRAGRUNT: Final = frozenset({"terragrunt.hcl", "terragrunt.hcl.json"})
_PULUMI: Final = ("Pulumi.yaml", "Pulumi.yml")  # the first that is there counts

#: Where installed packages lie: what looks like a project below them is not the user's.
_INSTALLED: Final = frozenset({"site-packages", "dist-packages", "node_modules", ".venv", "venv"})


@dataclass(slots=True)
class Directory:
    """A directory with Terraform files. ``display`` is its POSIX path as results show it."""

    path: str
    display: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """A directory with a Pulumi program, told by its project file."""

    path: str
    file: str
    display: str  # of the file
    named: bool = False  # given by itself, not found below what was given


@dataclass(slots=True)
class SourceTree:
    """What the given paths hold."""

    base: Path  # results show paths relative to it
    boundary: Path  # nothing above it is read: the git top level, else the scanned directory
    directories: list[Directory] = field(default_factory=list)
    documents: list[Path] = field(default_factory=list)  # JSON files named by the user: plans, states
    programs: dict[str, ProgramFolder] = field(default_factory=dict)  # directory -> the program in it
    diagnostics: list[Diagnostic] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)  # real directory -> how results show it, for standard input
    named: dict[str, set[str]] = field(default_factory=dict)  # directory -> the files of it that were named alone
    walked: list[str] = field(default_factory=list)  # directories that were given as a whole
    further: list[Path] = field(default_factory=list)  # boundaries of other repositories that were given before

    def is_inside(self, real: str) -> bool:
        """Whether a real path is within the boundary of the scan."""
        for boundary in map(str, (self.boundary, *self.further)):
            if real == boundary or real.startswith(boundary.rstrip(os.sep) + os.sep):
                return True
        return False

    def covers(self, directory: str) -> bool:
        """Whether a directory was given as a whole, by itself or as part of another."""
        return any(directory == given or directory.startswith(given.rstrip(os.sep) + os.sep) for given in self.walked)

    def ignores(self, path: str) -> bool:
        """Whether git ignores a file: the ``.gitignore`` files up to the boundary of the scan are asked."""
        directory = os.path.dirname(path)
        while self.is_inside(directory):
            spec = _read_ignores(os.path.join(directory, ".gitignore"))
            if spec is not None:
                answer = spec.check_file(os.path.relpath(path, directory).replace(os.sep, "/")).include
                if answer is not None:
                    return answer
            if directory == os.path.dirname(directory):
                break
            directory = os.path.dirname(directory)
        return False

    def configuration_of(self, directory: str) -> tuple[tuple[str, ...], list[Diagnostic]]:
        """The configuration files of a directory that the walk did not list, and what kept others from being read.

        Raises OSError where the directory cannot be listed.
        """
        diagnostics: list[Diagnostic] = []
        with os.scandir(directory) as entries:
            names = [
                entry.name
                for entry in sorted(entries, key=lambda entry: entry.name)
                if entry.name.endswith(CONFIGURATION_SUFFIXES) and self.takes_file(entry.path, diagnostics)
            ]
        return configuration_files(names), diagnostics

    def takes_file(self, path: str, diagnostics: list[Diagnostic]) -> bool:
        """Whether a name stands for a regular file within the tree. What is neither that nor a directory is reported.

        Opening a pipe or a device could wait for ever; a link out of the tree could show what is not to be shown.
        """
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                if not self.is_inside(os.path.realpath(path)):
                    diagnostics.append(_link_skipped(self.display(path)))
                    return False
                status = os.stat(path)
        except OSError as error:
            diagnostics.append(_unreadable(self.display(path), error))
            return False
        if stat.S_ISREG(status.st_mode):
            return True
        if not stat.S_ISDIR(status.st_mode):
            diagnostics.append(_not_regular(self.display(path)))
        return False

    def display(self, path: str | os.PathLike[str]) -> str:
        """The path as results show it: POSIX, relative to the base."""
        for directory, name in self.shown.items():
            if os.fspath(path).startswith(directory):
                return name + os.fspath(path)[len(directory) :].replace(os.sep, "/")
        return display_path(os.fspath(path), self.base)


def display_path(path: str, base: Path) -> str:
    """POSIX path relative to ``base``; the plain absolute path only where it is not below it."""
    relative = os.path.relpath(path, base)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        relative = path
    return relative.replace(os.sep, "/")


def git_top_level(start: Path) -> Path | None:
    """The nearest directory upwards that holds ``.git``, or None. Only looks: git is not run."""
    for directory in (start, *start.parents):
        if (directory / ".git").exists():
            return directory
    return None


def configuration_files(names: Iterable[str]) -> tuple[str, ...]:
    """The configuration files among a directory's names, in Terraform's order; ``a.tofu`` shadows ``a.tf``."""
    found = sorted(name for name in names if name.endswith(CONFIGURATION_SUFFIXES) and not name.startswith((".", "#")))
    if any(".tofu" in name for name in found):
        tofu = {name.replace(".tofu", ".tf") for name in found if name.endswith((".tofu", ".tofu.json"))}
        found = [name for name in found if name not in tofu]
    return tuple(found)


def discover(paths: Sequence[str], exclude: Sequence[str] = (), shown: Mapping[str, str] | None = None) -> SourceTree:
    """Walk the given directories and files. ``shown`` tells how results show directories that are not the user's.

    A path that does not exist is the diagnostic ``unknown-path``; a directory without anything to read is
    ``nothing-to-scan``.
    """
    shown = shown or {}
    own = [path for path in paths if os.path.realpath(os.path.dirname(os.path.abspath(path))) not in shown]
    first = Path(own[0] if own else ".").absolute()
    start = first if first.is_dir() else first.parent
    start = Path(os.path.realpath(start))
    top = git_top_level(start)
    working = Path(os.path.realpath(Path.cwd()))
    base = top or (working if start.is_relative_to(working) else start)
    tree = SourceTree(base=base, boundary=top or start, shown=dict(shown))
    walker = _Walker(tree, tuple(exclude))
    for given in paths or ["."]:
        walker.add(given)
    tree.directories.sort(key=lambda item: item.display)
    tree.programs = dict(sorted(tree.programs.items(), key=lambda item: item[1].display))
    return tree


class _Walker:
    """The state of one walk."""

    def __init__(self, tree: SourceTree, exclude: tuple[str, ...]) -> None:
        self.tree = tree
        self.exclude = exclude
        self.seen: set[str] = set()
        self.met = 0  # directories with something to read, also those met before
        self.root = ""
        self.has_ignores = False

    def add(self, given: str) -> None:
        path = Path(given).absolute()
        real = Path(os.path.realpath(path))
        if not real.exists():
            self.tree.diagnostics.append(
                Diagnostic(
                    "unknown-path", Text(f"no such file or directory: {given}", f"文件或目录不存在：{given}"), given
                )
            )
            return
        if real.is_file():
            self._add_file(real, given)
            return
        if not real.is_dir():
            self.tree.diagnostics.append(_not_regular(given))
            return
        self.tree.walked.append(str(real))
        self.root = str(real)
        if not self.tree.is_inside(str(real)):
            self.tree.further.append(self.tree.boundary)
            self.tree.boundary = git_top_level(real) or real
        before = self.met
        diagnostics = len(self.tree.diagnostics)
        self._walk(str(real), self._inherited_ignores(real))
        if self.met == before and len(self.tree.diagnostics) == diagnostics:
            self.tree.diagnostics.append(
                Diagnostic(
                    "nothing-to-scan",
                    Text(f"no Terraform files in {given}", f"{given} 中没有 Terraform 文件"),
                    given,
                    hint=Text(
                        "name a directory with .tf, .tofu or .tf.json files, or a plan in JSON",
                        "请指定包含 .tf、.tofu 或 .tf.json 文件的目录，或 JSON 格式的 plan",
                    ),
                )
            )

    def _add_file(self, real: Path, given: str) -> None:
        name = real.name
        if name.endswith(CONFIGURATION_SUFFIXES) or self._has_values_for_neighbours(real):
            # A single file is judged with its neighbours: its variables and locals stand there.
            directory = str(real.parent)
            self.tree.named.setdefault(directory, set()).add(str(real))
            try:
                files, diagnostics = self.tree.configuration_of(directory)
            except OSError as error:
                self.tree.diagnostics.append(_unreadable(given, error))
                return
            if name not in files and not name.endswith(VARIABLE_SUFFIXES):
                files = (*files, name)
            if directory not in self.seen:
                self.tree.diagnostics.extend(diagnostics)
            self._add_directory(directory, list(files))
        elif name.endswith((".json", ".tfstate")):
            self.tree.documents.append(real)
        elif name in _TERRAGRUNT:
            self._terragrunt(str(real))
        elif name in _PULUMI:
            self._add_program(str(real.parent), name, named=True)
        else:
            self.tree.diagnostics.append(
                Diagnostic(
                    "unsupported-input",
                    Text(
                        f"{given} is neither Terraform nor a plan in JSON",
                        f"{given} 既不是 Terraform 也不是 JSON 格式的 plan",
                    ),
                    self.tree.display(real),
                )
            )

    def _has_values_for_neighbours(self, real: Path) -> bool:
        """Whether it is a variable file beside configuration; one that lies elsewhere goes with ``--var-file``."""
        if not real.name.endswith(VARIABLE_SUFFIXES):
            return False
        try:
            return bool(configuration_files(os.listdir(real.parent)))
        except OSError:
            return False

    def _add_directory(self, directory: str, names: list[str]) -> None:
        files = configuration_files(names)
        if not files:
            return
        self.met += 1
        if directory not in self.seen:
            self.seen.add(directory)
            self.tree.directories.append(Directory(directory, self.tree.display(directory), files))

    def _add_program(self, directory: str, name: str, *, named: bool) -> None:
        self.met += 1
        file = os.path.join(directory, name)
        before = self.tree.programs.get(directory)
        if before is None or (named and not before.named):
            self.tree.programs[directory] = ProgramFolder(directory, file, self.tree.display(file), named)

    def _terragrunt(self, path: str) -> None:
        self.tree.diagnostics.append(
            Diagnostic(
                "unsupported-input",
                Text("Terragrunt file: its inputs are not evaluated", "Terragrunt 文件：其 inputs 不会被求值"),
                self.tree.display(path),
                hint=Text(
                    "run terragrunt plan and check the plan's JSON",
                    "请运行 terragrunt plan 并检查其 JSON 输出",
                ),
            )
        )

    def _walk(self, start: str, inherited: tuple[tuple[str, GitIgnoreSpec], ...]) -> None:
        pending = [(start, inherited, False)]
        while pending:
            directory, ignores, installed = pending.pop()
            try:
                entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
            except OSError as error:
                self.tree.diagnostics.append(_unreadable(self.tree.display(directory), error))
                continue
            names: list[str] = []
            deeper: list[str] = []
            by_name = {entry.name: entry for entry in entries}
            if ".gitignore" in by_name and by_name[".gitignore"].is_file():
                spec = _read_ignores(by_name[".gitignore"].path)
                if spec is not None:
                    ignores = (*ignores, (directory, spec))
            installed = installed or "pyvenv.cfg" in by_name
            program = "" if installed else next((name for name in _PULUMI if name in by_name), "")
            for entry in entries:
                name = entry.name
                interesting = name.endswith(CONFIGURATION_SUFFIXES) or name in _TERRAGRUNT or name == program
                if entry.is_dir(follow_symlinks=False):
                    if name not in _NEVER_ENTERED and not self._left_out(entry.path, True, ignores):
                        deeper.append(entry.path)
                elif interesting:
                    if self._left_out(entry.path, False, ignores):
                        continue
                    if not self.tree.takes_file(entry.path, self.tree.diagnostics):
                        continue
                    if name in _TERRAGRUNT:
                        self._terragrunt(entry.path)
                    elif name == program:
                        self._add_program(directory, name, named=directory == start)
                    else:
                        names.append(name)
                elif entry.is_symlink() and self._is_directory_outside(entry.path):
                    if not self._left_out(entry.path, True, ignores):
                        self.tree.diagnostics.append(_link_skipped(self.tree.display(entry.path)))
            self._add_directory(directory, names)
            pending.extend(
                (path, ignores, installed or os.path.basename(path) in _INSTALLED) for path in reversed(deeper)
            )

    def _is_directory_outside(self, path: str) -> bool:
        """Whether a link leads to a directory out of the tree. Within the tree it is walked where it really stands."""
        return os.path.isdir(path) and not self.tree.is_inside(os.path.realpath(path))

    def _left_out(self, path: str, is_directory: bool, ignores: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
        if self.exclude:
            shown = self.tree.display(path)
            below = os.path.relpath(path, self.root).replace(os.sep, "/")
            for pattern in self.exclude:
                plain = pattern.rstrip("/")
                for candidate in (shown, below, os.path.basename(path)):
                    if fnmatchcase(candidate, plain) or fnmatchcase(candidate, f"{plain}/*"):
                        return True
        for directory, spec in reversed(ignores):
            # The path begins with the directory: os.path.relpath would take twice as long as all the rest.
            relative = path[len(directory) :].lstrip(os.sep).replace(os.sep, "/")
            answer = spec.check_file(f"{relative}/" if is_directory else relative).include
            if answer is not None:
                return answer
        return False

    def _inherited_ignores(self, start: Path) -> tuple[tuple[str, GitIgnoreSpec], ...]:
        """The ignore files between the git top level and the directory where the walk begins."""
        top = git_top_level(start)
        if top is None or top == start:
            return ()
        found: list[tuple[str, GitIgnoreSpec]] = []
        for directory in reversed(start.parents):
            if directory.is_relative_to(top) and (directory / ".gitignore").is_file():
                spec = _read_ignores(str(directory / ".gitignore"))
                if spec is not None:
                    found.append((str(directory), spec))
        return tuple(found)


def _read_ignores(path: str) -> GitIgnoreSpec | None:
    from pathspec import GitIgnoreSpec

    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
        return GitIgnoreSpec.from_lines(lines)
    except (OSError, ValueError):
        return None


def _link_skipped(display: str) -> Diagnostic:
    return Diagnostic(
        "symlink-skipped",
        Text("symbolic link leaves the scanned tree; not followed", "符号链接指向扫描目录之外，未跟随"),
        display,
    )


def _not_regular(display: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-file",
        Text(
            "not a regular file (a pipe, a socket or a device); not read", "不是普通文件（管道、套接字或设备），未读取"
        ),
        display,
    )


def _unreadable(display: str, error: OSError) -> Diagnostic:
    reason = error.strerror or type(error).__name__
    return Diagnostic("unreadable-file", Text(f"cannot be read: {reason}", f"无法读取：{reason}"), display)
