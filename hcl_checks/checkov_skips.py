"""Comments by which checkov leaves a check out (``#checkov:skip=ID:reason``), and the waivers that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from compliant_infra.hcl_checks.reader import Block, Document
from compliant_infra.hcl_checks.waivers import inline_waivers
from compliant_infra.kernel.model import Scan

_SKIP: Final = re.compile(
    r"(?:checkov|bridgecrew):skip=[ \t]*([A-Za-z0-9_]+(?:[ \t]*,[ \t]*[A-Za-z0-9_]+)*)(?::([^\n]*))?"
)
_END_OF_COMMENT: Final = re.compile(r"[ \t]*\*/[ \t]*\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class CheckovSkip:
    """One check that a comment leaves out. ``block`` is the block of the file in which it stands, None outside."""

    check: str
    reason: str
    line: int
    block: Block | None


def checkov_skips(document: Document) -> Iterator[CheckovSkip]:
    """The checks that the comments of a file leave out, in order."""
    for comment in document.comments:
        for offset, text in enumerate(comment.text.split("\n")):
            line = comment.line + offset
            block = next((item for item in document.body.blocks if item.line <= line <= item.end_line), None)
            for match in _SKIP.finditer(text):
                reason = _END_OF_COMMENT.sub("", match[2] or "").strip()
                for check in match[1].split(","):
                    yield CheckovSkip(check.strip(), reason, line, block)


def waived_here(document: Document) -> set[tuple[str, int]]:
    """The rules for which a waiver stands in the file already, each with the line that it covers."""
    scan = Scan(root="")
    inline_waivers(document, scan)
    return {(waiver.rule, covered.line) for waiver, covered in scan.waivers}


def is_writable(value: str) -> bool:
    """Whether a value can stand between the quotes of a waiver's comment, where nothing is escaped."""
    return '"' not in value and _CONTROL.search(value) is None


def waiver_comment(rule: str, reason: str, fields: Mapping[str, str]) -> str:
    """A waiver as a comment. ``fields`` are the others (owner, until, ...), all of them writable.

    What cannot stand between the quotes is replaced in the reason.
    """
    told = " ".join(_CONTROL.sub(" ", reason.replace('"', "'")).split())
    rest = [f"{name}={value}" if name == "until" else f'{name}="{value}"' for name, value in fields.items() if value]
    return " ".join((f'# compliant-infra:ignore={rule} reason="{told}"', *rest))


def with_comments(document: Document, added: Iterable[tuple[Block, str]]) -> tuple[str, list[int]]:
    """The text of a file with comments on lines of their own above blocks, and the line of each in the new text.

    ``added`` is in the order of the file. The rest of the text stays as it is.
    """
    text = document.text
    parts: list[str] = []
    lines: list[int] = []
    position = 0
    for block, comment in added:
        start = text.rfind("\n", 0, block.start) + 1
        parts.append(text[position:start])
        position = start
        indent = text[start : block.start]
        indent = indent[: len(indent) - len(indent.lstrip(" \t"))]
        end = text.find("\n", start)
        newline = "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
        lines.append(block.line + len(lines))
        parts.append(f"{indent}{comment}{newline}")
    return "".join((*parts, text[position:])), lines


def resource_of(block: Block) -> str:
    """How people name a block: ``alicloud_oss_bucket.logs``, ``module.network``."""
    labels: Sequence[str] = block.labels if block.type == "resource" else [block.type, *block.labels]
    return ".".join(labels)
