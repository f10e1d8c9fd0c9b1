"""Writes edited files: read again by two parsers, whole or not at all, where nothing has changed in the meantime."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compliant_infra.hcl_checks.configuration import content_hash
from compliant_infra.hcl_checks.discovery import SourceTree
from compliant_infra.hcl_checks.reader import parse
from compliant_infra.kernel.model import Text


class WritingError(Exception):
    """Nothing was written, and why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def original(path: str, digest: str, shown: str) -> bytes:
    """A file on disk, which must be as it was when it was read. Raises WritingError."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise WritingError(_unreadable(shown, error)) from None
    if content_hash(data) != digest:
        raise WritingError(Text(f"{shown} has changed since it was read", f"{shown} 在读取之后已被修改"))
    return data


def second_opinion() -> Any:
    """python-hcl2, another reader of the language. Raises WritingError where it is not installed."""
    hint = Text(
        "writing needs python-hcl2 for a second opinion: pip install 'compliant-infra[fix]' "
        "(in another environment than checkov, which brings a module of the same name)",
        "写入文件需要 python-hcl2 复核：pip install 'compliant-infra[fix]'（checkov 自带同名模块，请使用另外的环境）",
    )
    try:
        import hcl2
    except ImportError:
        raise WritingError(hint) from None
    if not hasattr(hcl2, "SerializationOptions"):
        raise WritingError(hint)
    return hcl2


def disagreement(hcl2: Any, before: str, after: str) -> Text | None:
    """What the second reader has against an edit; None where it reads only what was to change.

    A file that it could not read before the edit is none of its business.
    """
    options = hcl2.SerializationOptions(strip_string_quotes=True, with_comments=False)

    def read(text: str) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for kind, items in hcl2.loads(
            text if text.endswith("\n") else f"{text}\n", serialization_options=options
        ).items():
            for item in items if isinstance(items, list) else [items]:
                labels: list[str] = []
                here = item
                while isinstance(here, dict) and not here.get("__is_block__") and len(here) == 1:
                    label, here = next(iter(here.items()))
                    labels.append(str(label))
                found[kind, ".".join(labels), json.dumps(item, sort_keys=True, default=str)] += 1
        return found

    try:
        old = read(before)
    except Exception:  # whatever another parser raises for a text: lark has no common base for it
        return None
    try:
        new = read(after)
    except Exception as error:
        reason = f"{error}".split("\n", 1)[0]
        return Text(f"python-hcl2 cannot read it any more: {reason}", f"python-hcl2 无法再读取该文件：{reason}")
    changed = _changed_blocks(before, after)
    for kind, labels, _ in (*(old - new), *(new - old)):
        if (kind, labels) not in changed:
            return Text(
                f"python-hcl2 reads another value in {kind} {labels}", f"python-hcl2 读到 {kind} {labels} 的值有变化"
            )
    return None


def _changed_blocks(before: str, after: str) -> set[tuple[str, str]]:
    """The top-level blocks and attributes of which the text differs."""
    found: list[Counter[tuple[str, str, str]]] = []
    for text in (before, after):
        body = parse(text).body
        counts: Counter[tuple[str, str, str]] = Counter()
        for block in body.blocks:
            counts[block.type, ".".join(block.labels), text[block.start : block.end]] += 1
        for attribute in body.attributes.values():
            counts[attribute.name, "", text[attribute.start : attribute.end]] += 1
        found.append(counts)
    old, new = found
    return {(kind, labels) for kind, labels, _ in (*(old - new), *(new - old))}


def write(edited: Mapping[str, bytes], read: Mapping[str, str], tree: SourceTree) -> None:
    """Write all the files or none. ``read`` are their hashes as they were read. Raises WritingError.

    A link within the tree stays one, and what it points at is written; permissions are kept.
    """
    hcl2 = second_opinion()
    originals: dict[str, bytes] = {}
    for path, data in edited.items():
        shown = tree.display(path)
        originals[path] = original(path, read[path], shown)
        problem = disagreement(hcl2, originals[path].decode("utf-8-sig"), data.decode("utf-8-sig"))
        if problem is not None:
            raise WritingError(Text(f"{shown}: {problem.en}", f"{shown}：{problem.zh}"))
    prepared: list[tuple[str, str, str]] = []  # the file beside, the target, the path
    written: list[str] = []
    try:
        for path, data in edited.items():
            prepared.append((_beside(path, data, tree), os.path.realpath(path), path))
        for _, target, path in prepared:
            original(target, read[path], tree.display(path))  # just before: what an editor saved is not lost
        for temporary, target, path in prepared:
            os.replace(temporary, target)
            written.append(path)
    except OSError as error:
        for path in written:  # all or none
            os.replace(_beside(path, originals[path], tree), os.path.realpath(path))
        raise WritingError(_unwritable(error)) from None
    finally:
        for temporary, _, _ in prepared:
            if os.path.exists(temporary):
                os.unlink(temporary)


def _beside(path: str, data: bytes, tree: SourceTree) -> str:
    """The content in a file beside its target, with the target's permissions."""
    target = os.path.realpath(path)
    shown = tree.display(path)
    if not tree.is_inside(target):
        raise WritingError(Text(f"{shown} is a link out of the scanned tree", f"{shown} 是指向扫描目录之外的链接"))
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode) or not os.access(target, os.W_OK):
        raise WritingError(Text(f"{shown} cannot be written", f"{shown} 不可写"))
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _unreadable(shown: str, error: OSError) -> Text:
    return Text(f"cannot read {shown}: {error.strerror}", f"无法读取 {shown}：{error.strerror}")


def _unwritable(error: OSError) -> Text:
    return Text(f"cannot write {error.filename}: {error.strerror}", f"无法写入 {error.filename}：{error.strerror}")
