"""Makes the folder for checkov's ``--external-checks-dir``: the module that checkov executes, and its archive.

The same installed package makes the same bytes. The folder is made beside its place and renamed into it, so that runs
side by side do not see half of one; in the user's cache it is named by its content, and held against it each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import io
import json
import marshal
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.hcl_checks.checkov_policies.signing import unsigned
from compliant_infra.kernel.evaluation import PREVIEWS
from compliant_infra.kernel.rules import SUBJECTS, all_rules
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.regulations import catalogue as regulations

#: The module that checkov executes.
MODULE: Final = "compliant_infra_checkov_policies.py"
ARCHIVE: Final = "kernel.zip"
_PIN: Final = 'KERNEL_SHA256 = "unset"'

#: What goes into the archive, below the package: folders with the endings of their files, or single modules.
_CONTENT: Final[Mapping[str, tuple[str, ...]]] = {
    "__init__.py": (),
    "assignment.py": (),
    "settings.py": (),
    "baselines": ("compiled.json", ".py"),
    "cli/__init__.py": (),
    "cli/checkov_judge.py": (),
    "cli/systems.py": (),
    "hcl_checks": (".py",),
    "hcl_checks/functions": (".py",),
    "hcl_checks/checkov_policies": ("__init__.py", "graphs.py", "policies.py", "side_file.py", "sources.py"),
    "kernel": (".py",),
    "kernel/rules": (".py",),
    "obligations": (".py", ".toml"),
    "providers": (".py", ".json", "capabilities.toml"),
    "regulations": (".py", ".json"),
    "reports/__init__.py": (),
    "reports/layout.py": (),
    "reports/redaction.py": (),
    "reports/registry.py": (),
    "reports/report.py": (),
}

#: checkov's categories for the subjects of the catalogue.
_CATEGORIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("network", "packet_filtering", "administration", "exposed_services", "firewalls", "web_protection"),
            *("exposure", "network_capacity", "network_zones", "tunnels", "content_delivery"),
        ),
        "NETWORKING",
    ),
    **dict.fromkeys(("transit", "encryption", "keys", "key_copies", "web_transit", "certificates"), "ENCRYPTION"),
    **dict.fromkeys(("traffic_logs", "audit"), "LOGGING"),
    **dict.fromkeys(("continuity", "compute_zones", "backup_locks", "images_and_copies"), "BACKUP_AND_RECOVERY"),
    "identity": "IAM",
    "secret_rotation": "SECRETS",
    "kubernetes": "KUBERNETES",
    "container_images": "SUPPLY_CHAIN",
    "supply_chain": "SUPPLY_CHAIN",
    "artificial_intelligence": "AI_AND_ML",
    "governance": "CONVENTION",
}
_OTHERWISE: Final = "GENERAL_SECURITY"

#: Every entry of the archive has this time: the same content is the same archive.
_TIME: Final = (1980, 1, 1, 0, 0, 0)


class FolderError(Exception):
    """The folder cannot be made where it was asked for."""


def policy_records() -> list[dict[str, Any]]:
    """What checkov is told of each policy: one for each rule that judges something."""
    subjects = {rule.code: subject for subject in SUBJECTS for rule in _rules_of(subject)}
    clauses = {
        name: regulations.clauses_of_rules(name, frozenset(baselines.active_profiles(name, ())))
        for name in baselines.BASELINES
    }
    return [
        {
            "id": f"CKV2_CN_{rule.code.removeprefix('CN')}",
            "code": rule.code,
            "name": rule.name,
            "title": rule.title.en,
            "severity": str(rule.severity),
            "category": "SECRETS" if rule.secret else _CATEGORIES.get(subjects[rule.code], _OTHERWISE),
            "secret": rule.secret,
            "types": _types(rule),
            "benchmarks": {
                name.upper(): list(found[rule.name]) for name, found in clauses.items() if rule.name in found
            },
        }
        for rule in all_rules()
        if rule.checks
    ]


def _rules_of(subject: str) -> tuple[Rule, ...]:
    module = importlib.import_module(f"compliant_infra.kernel.rules.{subject}")
    rules: tuple[Rule, ...] = tuple(module.RULES)
    return rules


def _types(rule: Rule) -> list[str]:
    """The types of a rule; checkov matches stars by itself: the types that one takes in are left out."""
    stars = tuple(kind[:-1] for kind in rule.checks if kind.endswith("*"))
    kinds = {kind for kind in rule.checks if kind.endswith("*") or not (stars and kind.startswith(stars))}
    previews = {f"provider.{preview}" for preview, name in PREVIEWS.items() if f"provider.{name}" in kinds}
    return sorted(kinds | previews)


def _package() -> Path:
    import compliant_infra

    return Path(compliant_infra.__file__ or "").absolute().parent


def _files() -> Iterator[tuple[str, bytes]]:
    """Name and content of what is in the archive, but for compiled code."""
    package = _package()
    for place, endings in _CONTENT.items():
        paths = [package / place] if not endings else sorted((package / place).iterdir())
        for path in paths:
            if path.is_file() and (not endings or path.name.endswith(endings)):
                yield path.relative_to(package.parent).as_posix(), path.read_bytes()
    records = json.dumps(policy_records(), ensure_ascii=False, indent=1, sort_keys=True)
    yield "compliant_infra/hcl_checks/checkov_policies/policies.json", records.encode()


@cache
def contents() -> Mapping[str, bytes]:
    """The files of the folder by name. The archive holds every module as text, and compiled by this Python as well.

    Compiled code is for the Python that made it: any other one takes the text.
    """
    entries = dict(_files())
    for name, data in list(entries.items()):
        if name.endswith(".py"):
            code = compile(data, f"<compliant-infra>/{name}", "exec", dont_inherit=True, optimize=0)
            # Version 2 of the format: later ones write down how often an object is referred to in memory.
            entries[f"{name}c"] = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code, 2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, entries[name])
    kernel = buffer.getvalue()
    source = (Path(__file__).parent / MODULE).read_text(encoding="utf-8")
    if _PIN not in source:
        raise FolderError(f"{MODULE} has no place for the digest")
    pinned = source.replace(_PIN, f'KERNEL_SHA256 = "{hashlib.sha256(kernel).hexdigest()}"')
    return {"__init__.py": b"", MODULE: pinned.encode(), ARCHIVE: kernel}


def digest(files: Mapping[str, bytes]) -> str:
    """One digest of all files."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()


def is_whole(folder: Path, files: Mapping[str, bytes], signed: bool = False) -> bool:
    """Whether a folder holds these files (``signed``: or signed ones), and no others that checkov could execute."""
    try:
        names = {entry.name for entry in os.scandir(folder)} - {"__pycache__"}
        if names != set(files):
            return False
        for name, data in files.items():
            found = (folder / name).read_bytes()
            if found != data and not (signed and name.endswith(".py") and unsigned(found) == data):
                return False
        return True
    except OSError:
        return False


def cached_folder() -> Path:
    """The folder in the user's cache, made where it is not there or not whole. Raises FolderError.

    Where there is no cache, or it cannot be written, it is one below the directory for temporary files that belongs to
    the user alone: checkov that is given no folder at all ends with status 0.
    """
    from compliant_infra.hcl_checks.cache import cache_directory

    files = contents()
    name = digest(files)[:32]
    parent = cache_directory()
    if parent is not None:
        folder = parent.absolute() / "checkov" / name
        if is_whole(folder, files):
            return folder
        with contextlib.suppress(FolderError):
            _place(folder, files)
            return folder
    folder = _own_temporary() / name
    if not is_whole(folder, files):
        _place(folder, files)
    return folder


def _own_temporary() -> Path:
    """A directory for temporary files into which nobody else can put anything. Raises FolderError."""
    getuid = getattr(os, "getuid", None)
    user = getuid() if getuid is not None else None
    try:
        place = Path(tempfile.gettempdir()).absolute() / f"compliant-infra-checkov{'' if user is None else f'-{user}'}"
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o700)
        found = place.lstat()
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise FolderError(f"there is no place for the folder ({problem}); name one with --output") from None
    if not stat.S_ISDIR(found.st_mode) or (user is not None and (found.st_uid != user or found.st_mode & 0o022)):
        raise FolderError(f"{place} is not a directory of this user alone; name a place with --output")
    return place


def make_folder(folder: Path) -> None:
    """Make the folder at a place of the user's. Raises FolderError where something else stands there."""
    files = contents()
    if is_whole(folder, files, signed=True):
        return
    if os.path.lexists(folder):
        allowed = {*files, "__pycache__"}
        if not folder.is_dir() or any(entry.name not in allowed for entry in os.scandir(folder)):
            raise FolderError(f"{folder} holds something else; nothing was written")
    _place(folder, files)


def _place(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".compliant-infra-", dir=folder.parent))
        try:
            for name, data in files.items():
                (beside / name).write_bytes(data)
                (beside / name).chmod(0o644)
            beside.chmod(0o755)
            _swap(beside, folder, files)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise FolderError(f"{folder} cannot be written: {error.strerror or type(error).__name__}") from None


def _swap(beside: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the new folder into its place. Another process may have done so meanwhile."""
    for _ in range(10):
        try:
            os.rename(beside, folder)
            return
        except OSError:
            if is_whole(folder, files):
                return
            old = Path(tempfile.mkdtemp(prefix=".compliant-infra-old-", dir=folder.parent))
            with contextlib.suppress(OSError):
                os.rename(folder, old / "folder")
            shutil.rmtree(old, ignore_errors=True)
    raise OSError(0, "other processes keep changing it")
