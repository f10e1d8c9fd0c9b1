"""What a change touches: the changed files, as given or as git tells them, and the roots that have to do with them.

git is only asked for names: nothing of the repository is run, and nothing in it is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from compliant_infra.cli.options import CannotError
from compliant_infra.kernel.model import Text
from compliant_infra.settings import EVIDENCE_FILE_NAME, FILE_NAME

if TYPE_CHECKING:
    import subprocess

    from compliant_infra.hcl_checks.roots import CallGraph

_IGNORES: Final = ".gitignore"
#: Files that concern every root in their directory and below it.
_GOVERNING: Final = frozenset({FILE_NAME, EVIDENCE_FILE_NAME, _IGNORES})
#: Beside the configuration: what is read of a directory without being named in it. By them it is told whether
#: providers are locked.
_READ_BESIDE: Final = (".tfvars", ".tfvars.json", ".terraform.lock.hcl")
_INSTALLED: Final = f"{os.sep}.terraform{os.sep}"

#: No program that the configuration of a repository names, nothing fetched, nothing written.
#: Names count from the top of the working tree, and none is left out, whatever the user likes to be shown.
_QUIET: Final = (
    *("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never"),
    *("-c", "diff.relative=false"),
)
_RAW: Final = (
    *("--raw", "--no-abbrev", "-z", "--no-renames"),
    *("--no-ext-diff", "--no-textconv", "--ignore-submodules=none"),
)
_FILE_MODES: Final = ("100644", "100755")
_LINK: Final = "120000"

#: By these git may be told where the repository is: a hook is, in a linked working tree and in a submodule.
_WHEREABOUTS: Final = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"),
)

#: The sources of calls that are paths, as they stand in a file that need not be parsed.
_CALLED: Final = rb'"?\bsource"?\s*[=:]\s*"(\.\.?/[^"\n]*)"'


class Changes:
    """The changed files of a run, by absolute path: as they are named, and as they really are."""

    def __init__(self, paths: Iterable[str], called_before: Iterable[str] = ()) -> None:
        named = {os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) for path in paths}
        self.count = len(named)
        self.paths: frozenset[str] = frozenset(named | {os.path.realpath(path) for path in named})
        self._governed = {os.path.dirname(path) for path in self.paths if os.path.basename(path) in _GOVERNING}
        self._ignoring = {os.path.dirname(path) for path in self.paths if os.path.basename(path) == _IGNORES}
        self._installed = {path.partition(_INSTALLED)[0] for path in self.paths if _INSTALLED in path}
        #: Directories of which a configuration or variable file has changed or is gone.
        self._configured = {os.path.dirname(path) for path in self.paths if _is_configuration(path)}
        self._gone = {path for path in self.paths if not os.path.lexists(path)}
        #: What has changed as a whole, with all that is below it: a submodule, a link to a directory, or either gone.
        self._folders = self._gone | {path for path in self.paths if os.path.isdir(path)}
        self._names = {os.path.basename(path) for path in self.paths}
        self._links: dict[str, list[str]] = {}
        self._called_before = {os.path.realpath(path) for path in called_before}

    def names_settings(self, path: Path | None) -> bool:
        """Whether a system's settings file, or the register beside it, is among the changed files."""
        return path is not None and any(
            os.path.realpath(item) in self.paths for item in (path, path.parent / EVIDENCE_FILE_NAME)
        )

    def removes_configuration(self, covered: Callable[[str], bool]) -> bool:
        """Whether a configuration file is gone from a directory that the scan covers: it may have nothing left."""
        from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES

        return any(path.endswith(CONFIGURATION_SUFFIXES) and covered(os.path.dirname(path)) for path in self._gone)

    def removes_roots(self, folder: str | os.PathLike[str], listed: Collection[str]) -> bool:
        """Whether a directory below a folder has lost its last configuration file. ``listed`` still have some."""
        folder = os.path.realpath(folder)
        gone = {os.path.dirname(path) for path in self._gone if _is_configuration(path)}
        return any(_is_below(directory, folder) and directory not in listed for directory in gone)

    def governs(self, directory: str) -> bool:
        """Whether settings, a register or what git ignores has changed in a directory or further up."""
        return _within(os.path.realpath(directory), self._governed)

    def is_near(self, file: str) -> bool:
        """Whether something has changed in the directory of a file or below it."""
        folder = os.path.realpath(os.path.dirname(file))
        return any(_is_below(path, folder) for path in self.paths)

    def touches(self, root: str, graph: CallGraph) -> bool | None:
        """Whether a change may alter what is found in a root, from what is known before it is judged.

        A changed file of a module touches every root that calls it, from wherever. None: the root reads files whose
        names are computed; its judgement tells which (``reads``).
        """
        if not self.paths:
            return False
        if root in self._installed or root in self._called_before or self.governs(root):
            return True
        reach = graph.reach(root)
        if self._changes_within(reach):
            return True
        if any(os.path.dirname(folder) in reach for folder in self._governed):
            return True
        installed = graph.installed(root) - reach
        if self._changes_within(installed):
            return True
        read = graph.files_read(reach | installed)
        return None if read is None else any(map(self._is, read))

    def _changes_within(self, directories: frozenset[str]) -> bool:
        """Whether one of the directories is configured otherwise now, or stands for another one."""
        if not directories.isdisjoint(self._configured):
            return True
        if self._folders or self._ignoring:
            changed = self._folders | self._ignoring
            if any(_within(directory, changed) for directory in directories):
                return True
        return any(map(self.holds, (link for directory in directories for link in self._linked(directory))))

    def holds(self, real: str) -> bool:
        """Whether a real path is a changed file, or below what has changed as a whole."""
        return real in self.paths or _within(real, self._folders)

    def _is(self, path: str) -> bool:
        """Whether a path leads to a changed file. Looked at closely only where that may be."""
        looked = self._folders or os.path.basename(path) in self._names or os.path.islink(path)
        return bool(looked) and self.holds(os.path.realpath(path))

    def _linked(self, directory: str) -> Sequence[str]:
        """Where the symbolic links in a directory lead: a variable file that several roots share is often one."""
        found = self._links.get(directory)
        if found is None:
            try:
                with os.scandir(directory) as entries:
                    found = [os.path.realpath(entry.path) for entry in entries if entry.is_symlink()]
            except OSError:
                found = []
            self._links[directory] = found
        return found

    def reads(self, root: str, sources: Iterable[str]) -> bool:
        """Whether a judged root has read a changed file, or looked for one or into its directory."""
        read = {os.path.realpath(path) for path in sources}
        if any(map(self.holds, read | {os.path.realpath(root)})):
            return True
        # Directories that were listed by a function stand among the sources as "<directory>/.". Those that are gone
        # with what they held do not.
        listed = {os.path.realpath(path) for path in sources if path.endswith("/.")}
        if listed and any(_within(path, listed) for path in self.paths):
            return True
        directories = {os.path.dirname(path) for path in read} | {os.path.realpath(root)}
        return any(os.path.dirname(path) in directories for path in self._gone)


def _is_configuration(path: str) -> bool:
    from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES

    return path.endswith((*CONFIGURATION_SUFFIXES, *_READ_BESIDE))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _within(path: str, folders: Collection[str]) -> bool:
    """Whether a path is one of the folders or below one. Takes as long for thousands of them as for one."""
    if not folders:
        return False
    while path not in folders:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True


# --------------------------------------------------------------------------------------------------------------
# git
# --------------------------------------------------------------------------------------------------------------


class Changed(NamedTuple):
    """The files that differ, and the directories that module calls in them named before."""

    paths: list[str]
    called_before: list[str]


class _Entry(NamedTuple):
    """A file that differs between two states."""

    path: str
    was: str  # its mode before; zeros where it was not there
    mode: str
    content: str  # the id of its content before


class Repository:
    """The git repository around a directory. Every method raises CannotError where git cannot answer."""

    def __init__(self, directory: str, option: str, language: str) -> None:
        self._directory = directory
        self._option = option
        self._language = language

    @cached_property
    def top(self) -> str:
        """The top of the working tree."""
        top = os.path.realpath(os.fsdecode(self._ask("rev-parse", "--show-toplevel")).removesuffix("\n"))
        if not _is_below(os.path.realpath(self._directory), top):
            raise self._cannot(
                Text(
                    f"{self._directory} is not in the working tree of its repository, {top}",
                    f"{self._directory} 不在其仓库的工作树 {top} 内",
                )
            )
        return top

    @cached_property
    def _environment(self) -> dict[str, str]:
        """The environment, telling git the same repository from every directory of the working tree.

        With ``GIT_DIR`` alone git takes every directory in which it is started for the top of the working tree.
        """
        environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        if "GIT_DIR" in environment:
            from compliant_infra.hcl_checks.discovery import git_top_level

            there = git_top_level(Path(os.path.realpath(self._directory)))
            told = self._run(("rev-parse", "--show-toplevel"), os.curdir, environment)
            top = os.fsdecode(told.stdout).removesuffix("\n") if told.returncode == 0 else ""
            if there is not None and (not top or not os.path.samefile(there, top)):
                for name in _WHEREABOUTS:  # of another repository than that which is scanned
                    environment.pop(name, None)
            elif top:
                environment["GIT_DIR"] = os.path.abspath(environment["GIT_DIR"])
                environment["GIT_WORK_TREE"] = top
        return environment

    def changed_since(self, revision: str) -> Changed:
        """What differs from where the present work left a revision.

        Committed since the merge base, staged, changed in the working tree, untracked (but for ignored ones), deleted.
        """
        entries, untracked = self._differing_from(self.merge_base(revision))
        return Changed([entry.path for entry in entries] + untracked, self._called_in(entries))

    def changed_from(self, commit: str) -> list[str]:
        """The files that differ between a commit and the working tree, untracked ones among them."""
        entries, untracked = self._differing_from(commit)
        return [entry.path for entry in entries] + untracked

    def changed_by_commit(self) -> Changed:
        """Of the commit at hand what a pre-commit hook is not told: it is given the files by name.

        Those are neither the deleted ones, nor links and submodules, nor what stood in a file before.
        """
        entries = self._entries_of_commit()
        unnamed = [entry.path for entry in entries if entry.mode not in _FILE_MODES]
        return Changed(unnamed, self._called_in(entries))

    def _differing_from(self, commit: str) -> tuple[list[_Entry], list[str]]:
        untracked = self._ask("ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", self.top)
        return self._entries(self._ask("diff", *_RAW, commit, "--")), self._paths(untracked)

    def _entries_of_commit(self) -> list[_Entry]:
        first, last = os.environ.get("PRE_COMMIT_FROM_REF", ""), os.environ.get("PRE_COMMIT_TO_REF", "")
        if first and last:
            ends = [f"{self.commit(first)}...{self.commit(last)}"]
            return self._entries(self._ask("diff", *_RAW, *ends, "--"))
        differing = self._try("diff", *_RAW, "--cached", "HEAD", "--")
        if differing is None:
            _ = self.top
            if self._try("rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
                # The first commit: there is nothing that it could delete, and no call that it could take away.
                staged = self._ask("ls-files", "-z", "--stage", "--full-name", "--", self.top).split(b"\0")
                modes = [item.partition(b"\t") for item in staged if item]
                return [
                    _Entry(path, "000000", mode.partition(b" ")[0].decode("ascii"), "")
                    for mode, _, name in modes
                    for path in self._paths(name)
                ]
            differing = self._ask("diff", *_RAW, "--cached", "HEAD", "--")
        return self._entries(differing)

    def _entries(self, raw: bytes) -> list[_Entry]:
        """What ``--raw -z`` tells: ``:MODE MODE ID ID STATUS`` and a name, in turn."""
        parts = raw.split(b"\0")
        found: list[_Entry] = []
        for head, name in zip(parts[::2], parts[1::2], strict=False):
            was, mode, content, _, _ = head.decode("ascii").removeprefix(":").split(" ")
            found.append(_Entry(os.path.join(self.top, os.fsdecode(name)), was, mode, content))
        return found

    def _called_in(self, entries: Iterable[_Entry]) -> list[str]:
        """The directories that configuration files called before, or links led to: they may be roots now."""
        import re

        files = [
            entry
            for entry in entries
            if entry.was == _LINK or (entry.was in _FILE_MODES and _is_configuration(entry.path))
        ]
        found: set[str] = set()
        contents = self.contents([entry.content for entry in files]) if files else ()
        for entry, data in zip(files, contents, strict=True):
            folder = os.path.dirname(entry.path)
            sources = [data] if entry.was == _LINK else re.findall(_CALLED, data)
            found.update(os.path.join(folder, os.fsdecode(source)) for source in sources)
        return sorted(path for path in found if "\0" not in path)

    def merge_base(self, revision: str) -> str:
        """The commit at which the present work left a revision."""
        commit = self.commit(revision)
        found = self._try("merge-base", commit, "HEAD")
        if found is None:
            raise self._cannot(
                Text(
                    f"{revision} and HEAD have no common ancestor here; a shallow clone needs more history "
                    "(git fetch --unshallow, fetch-depth: 0)",
                    f"{revision} 与 HEAD 在此没有共同祖先；浅克隆需要更多历史（git fetch --unshallow，fetch-depth: 0）",
                )
            )
        return found.decode("ascii").strip()

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision names."""
        found = None
        if revision and not revision.startswith("-") and "\0" not in revision:
            found = self._try("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found is None:
            _ = self.top  # where there is no repository that is said
            raise self._cannot(
                Text(
                    f"git knows no commit {revision!r} here; a shallow clone may need more history (fetch-depth: 0)",
                    f"git 在此找不到提交 {revision!r}；浅克隆可能需要更多历史（fetch-depth: 0）",
                )
            )
        return found.decode("ascii").strip()

    def tracks(self, path: str) -> bool:
        """Whether git knows a file, and what it leads to: of others it cannot tell whether they have changed."""
        names = {os.path.abspath(path), os.path.realpath(path)}
        return all(self._try("ls-files", "-z", "--cached", "--", f":(literal){name}") for name in sorted(names))

    def content(self, commit: str, path: str) -> bytes | None:
        """The content that a file of the working tree has in a commit; None where it is not there."""
        name = os.path.relpath(path, self.top).replace(os.sep, "/")
        return self._try("cat-file", "blob", f"{commit}:{name}")

    def tracked_but_ignored(self) -> list[str]:
        """The files that git tracks although its own rules ignore them."""
        return self._paths(
            self._ask("ls-files", "-z", "--cached", "--ignored", "--exclude-standard", "--full-name", "--", self.top)
        )

    def tree(self, commit: str) -> bytes:
        """The files of a commit as ``git ls-tree -l -z`` lists them."""
        return self._ask("ls-tree", "-r", "-l", "-z", "--full-tree", commit)

    def contents(self, identities: Sequence[str] | Sequence[bytes]) -> Iterator[bytes]:
        """The contents of objects, one after the other."""
        import subprocess

        with subprocess.Popen(
            ["git", *_QUIET, "cat-file", "--batch"],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            for identity in identities:  # asked one by one: there may be nowhere to put the whole list
                process.stdin.write((identity.encode() if isinstance(identity, str) else identity) + b"\n")
                process.stdin.flush()
                head = process.stdout.readline().split()
                if len(head) != 3 or not head[2].isdigit():
                    what = b" ".join(head).decode("ascii", "replace")
                    raise self._cannot(Text(f"git cannot tell: {what}", f"git 无法给出答案：{what}"))
                yield process.stdout.read(int(head[2]))
                process.stdout.read(1)

    def _paths(self, names: bytes) -> list[str]:
        return [os.path.join(self.top, os.fsdecode(name)) for name in names.split(b"\0") if name]

    def _try(self, *arguments: str) -> bytes | None:
        done = self._run(arguments)
        return done.stdout if done.returncode == 0 else None

    def _ask(self, *arguments: str) -> bytes:
        done = self._run(arguments)
        if done.returncode != 0:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            last = told[-1] if told else f"git {arguments[0]}: {done.returncode}"
            raise self._cannot(Text(f"git cannot tell: {last}", f"git 无法给出答案：{last}"))
        return done.stdout

    def _run(
        self, arguments: Sequence[str], directory: str | None = None, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        import subprocess

        try:
            return subprocess.run(
                ["git", *_QUIET, *arguments],
                cwd=directory or self._directory,
                env=environment or self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise self._cannot(Text("git is not installed", "未安装 git")) from None
        except OSError as error:
            raise self._cannot(Text(f"git cannot be run: {error}", f"无法运行 git：{error}")) from None

    def _cannot(self, why: Text) -> CannotError:
        return CannotError(f"{self._option}: {why.in_language(self._language)}")
