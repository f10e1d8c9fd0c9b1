"""What a change touches: the changed files, as given or as git tells them, and the roots that have to do with them.

git is only asked for names: nothing of the repository is run, and nothing in it is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compliant_infra.cli.options import CannotError
from compliant_infra.kernel.model import Text
from compliant_infra.settings import EVIDENCE_FILE_NAME, FILE_NAME

if TYPE_CHECKING:
    import subprocess

    from compliant_infra.hcl_checks.roots import CallGraph

#: Files that concern every root in their directory and below it.
_GOVERNING: Final = frozenset({FILE_NAME, EVIDENCE_FILE_NAME, ".gitignore"})
_VARIABLE_FILES: Final = (".tfvars", ".tfvars.json")
_INSTALLED: Final = f"{os.sep}.terraform{os.sep}"

#: No program that the configuration of a repository names, nothing fetched, nothing written.
_QUIET: Final = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
_NAMES: Final = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")


class Changes:
    """The changed files of a run, by absolute path: as they are named, and as they really are."""

    def __init__(self, paths: Iterable[str]) -> None:
        named = {os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) for path in paths}
        self.count = len(named)
        self.paths: frozenset[str] = frozenset(named | {os.path.realpath(path) for path in named})
        self._governed = {os.path.dirname(path) for path in self.paths if os.path.basename(path) in _GOVERNING}
        self._installed = {path.partition(_INSTALLED)[0] for path in self.paths if _INSTALLED in path}
        #: Directories of which a configuration or variable file has changed or is gone; directories that have changed
        #: as a whole (a submodule).
        self._configured = {os.path.dirname(path) for path in self.paths if _is_configuration(path)}
        self._folders = {path for path in self.paths if os.path.isdir(path)}
        self._gone = {path for path in self.paths if not os.path.lexists(path)}
        self._names = {os.path.basename(path) for path in self.paths}
        self._links: dict[str, list[str]] = {}

    def names_settings(self, path: Path | None) -> bool:
        """Whether a system's settings file, or the register beside it, is among the changed files."""
        return path is not None and any(
            os.path.realpath(item) in self.paths for item in (path, path.parent / EVIDENCE_FILE_NAME)
        )

    def removes_configuration(self) -> bool:
        """Whether a configuration file is gone: the scan may then have nothing left that could be judged."""
        return any(_is_configuration(path) for path in self._gone)

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
        if root in self._installed or any(_is_below(root, folder) for folder in self._governed):
            return True
        reach = graph.reach(root)
        if not reach.isdisjoint(self._configured):
            return True
        if any(_is_below(directory, folder) for folder in self._folders for directory in reach):
            return True
        if any(not self.paths.isdisjoint(self._linked(directory)) for directory in reach):
            return True
        if any(os.path.dirname(folder) in reach for folder in self._governed):
            return True
        read = graph.files_read(reach)
        return None if read is None else any(map(self._is, read))

    def _is(self, path: str) -> bool:
        """Whether a path leads to a changed file. Looked at closely only where that may be."""
        return (os.path.basename(path) in self._names or os.path.islink(path)) and os.path.realpath(path) in self.paths

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
        if self.paths & (read | {os.path.realpath(root)}):
            return True
        # Directories that were listed by a function stand among the sources as "<directory>/.".
        listed = {os.path.realpath(path) for path in sources if path.endswith("/.")}
        if any(os.path.dirname(path) in listed for path in self.paths):
            return True
        directories = {os.path.dirname(path) for path in read} | {os.path.realpath(root)}
        return any(os.path.dirname(path) in directories for path in self._gone)


def _is_configuration(path: str) -> bool:
    from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES

    return path.endswith((*CONFIGURATION_SUFFIXES, *_VARIABLE_FILES))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


# --------------------------------------------------------------------------------------------------------------
# git
# --------------------------------------------------------------------------------------------------------------


class Repository:
    """The git repository around a directory. Every method raises CannotError where git cannot answer."""

    def __init__(self, directory: str, option: str, language: str) -> None:
        self._directory = directory
        self._option = option
        self._language = language

    @cached_property
    def top(self) -> str:
        """The top of the working tree."""
        return os.path.realpath(os.fsdecode(self._ask("rev-parse", "--show-toplevel")).rstrip("\n"))

    def changed_since(self, revision: str) -> list[str]:
        """The files that differ from where the present work left a revision.

        Committed since the merge base, staged, changed in the working tree, untracked (but for ignored ones), deleted.
        """
        return self.changed_from(self.merge_base(revision))

    def changed_from(self, commit: str) -> list[str]:
        """The files that differ between a commit and the working tree, untracked ones among them."""
        differing = self._ask("diff", *_NAMES, commit, "--")
        untracked = self._ask("ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", self.top)
        return self._paths(differing + untracked)

    def deleted_by_commit(self) -> list[str]:
        """The files that the commit at hand deletes: a pre-commit hook is given the others by name."""
        first, last = os.environ.get("PRE_COMMIT_FROM_REF", ""), os.environ.get("PRE_COMMIT_TO_REF", "")
        if first and last:
            ends = [f"{self.commit(first)}...{self.commit(last)}"]
            return self._paths(self._ask("diff", *_NAMES, "--diff-filter=D", *ends, "--"))
        deleted = self._try("diff", *_NAMES, "--diff-filter=D", "--cached", "HEAD", "--")
        if deleted is None:
            _ = self.top
            if self._try("rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
                return []  # the first commit: there is nothing that it could delete
            deleted = self._ask("diff", *_NAMES, "--diff-filter=D", "--cached", "HEAD", "--")
        return self._paths(deleted)

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
        import tempfile

        with tempfile.TemporaryFile() as wanted:
            for identity in identities:
                wanted.write((identity.encode() if isinstance(identity, str) else identity) + b"\n")
            wanted.seek(0)
            with subprocess.Popen(
                ["git", *_QUIET, "cat-file", "--batch"],
                cwd=self._directory,
                env=_environment(),
                stdin=wanted,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as process:
                assert process.stdout is not None
                for _ in identities:
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

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        import subprocess

        try:
            return subprocess.run(
                ["git", *_QUIET, *arguments],
                cwd=self._directory,
                env=_environment(),
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


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
