"""Puts a new project into a folder: a copy of the stack, with what was chosen."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from compliant_infra.kernel.model import Text
from compliant_infra.stacks.catalogue import Template
from compliant_infra.stacks.choices import Choice, UnsuitableChoiceError
from compliant_infra.stacks.project_files import WHEELS, created_files

#: Where pip can get a package from; one line of requirements, whatever it holds.
_ADDRESS: Final = re.compile(r"(git\+)?[a-z]+://[^\s;]+")
_REQUIREMENT: Final = re.compile(r"compliant-infra(\s*(==|~=|>=|<=|!=|<|>)\s*[\w.*+!]+(\s*,|$))+")


class FolderInUseError(ValueError):
    """The folder holds something already: nothing was written."""


def create(
    template: Template, directory: Path, choice: Choice, *, description: str = "", wheel: Path | None = None
) -> None:
    """Write the project into a folder that is empty or not there. ``wheel`` is copied into it.

    A folder with nothing but ``.git`` counts as empty. Raises FolderInUseError, and OSError where something cannot be
    written; what was written until then is taken away again.
    """
    directory = directory.absolute()
    if os.path.lexists(directory) and (not directory.is_dir() or set(os.listdir(directory)) - {".git"}):
        raise FolderInUseError(str(directory))
    files: dict[str, bytes] = {}
    text = description or template.title.en
    for path in template.paths():
        files[path.as_posix()] = _filled((template.folder / path).read_bytes(), choice.name, text)
    files.update((path, content.encode()) for path, content in created_files(template, choice, text).items())
    if wheel is not None:
        files[f"{WHEELS}/{wheel.name}"] = wheel.read_bytes()
    written: list[Path] = []
    made = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    try:
        for name, content in sorted(files.items()):
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                written.append(target)
                stream.write(content)
    except OSError:
        _take_away(written, directory, made)
        raise


def _filled(content: bytes, name: str, description: str) -> bytes:
    """The file with the two tokens that ``pulumi new`` replaces too."""
    return content.replace(b"${PROJECT}", name.encode()).replace(b"${DESCRIPTION}", description.encode())


def _take_away(written: list[Path], directory: Path, made: list[Path]) -> None:
    for file in written:
        file.unlink(missing_ok=True)
    for folder, folders, _ in os.walk(directory, topdown=False):
        for inner in folders:
            if inner != ".git":
                _remove_empty(Path(folder, inner))
    for outer in made:
        _remove_empty(outer)


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # somebody else's files are in it


def package_of(text: str) -> tuple[str, Path | None]:
    """What ``--package`` means: the requirement, and the wheel that goes into the project, if any.

    A git address, an address of a wheel, a wheel in the file system, or a requirement such as
    ``compliant-infra==0.1.0``. Raises UnsuitableChoiceError.
    """
    if not text:
        return "", None
    if _ADDRESS.fullmatch(text):
        return text, None
    path = Path(text)
    if text.endswith(".whl"):
        if not path.is_file() or not path.name.startswith("compliant_infra-"):
            raise UnsuitableChoiceError(
                Text(
                    f"no wheel of compliant-infra: {text} (--package)",
                    f"不是 compliant-infra 的 wheel：{text}（--package）",
                )
            )
        return f"{WHEELS}/{path.name}", path
    if _REQUIREMENT.fullmatch(text):
        return text, None
    raise UnsuitableChoiceError(
        Text(
            f"--package takes a git address (git+https://...), a wheel, or compliant-infra==VERSION: {text}",
            f"--package 接受 git 地址（git+https://...）、wheel 文件或 compliant-infra==版本号：{text}",
        )
    )
