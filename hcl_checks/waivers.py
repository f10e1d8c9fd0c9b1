"""Waivers written as comments: ``# compliant-infra:ignore=<rule> reason="..." owner="..." until=2027-01-31``."""

from __future__ import annotations

import re
from typing import Final

from compliant_infra.hcl_checks.reader import Body, Document
from compliant_infra.kernel.model import Diagnostic, Scan, SourceLocation, Text, Waiver
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.waivers import from_record

_MARK: Final = re.compile(r"compliant-infra:ignore\b")
#: What was meant for one, and must not pass for an ordinary comment.
_NEARLY: Final = re.compile(r"compliant-infra:\s*(?:ignore|skip|waive|disable|suppress)", re.IGNORECASE)
_FIELD: Final = re.compile(r'\s+([a-z]+)=(?:"([^"]*)"|([^\s"]+))(?=\s|\Z)')
_FIELDS: Final = frozenset({"reason", "owner", "until", "approver", "ticket", "finding"})


def inline_waivers(document: Document, scan: Scan) -> None:
    """Put the waivers of a document into the scan, each with the line that it covers.

    A comment behind code covers that line; a comment on a line of its own covers the next line that is no comment. A
    line on which a block begins stands for the block.
    """
    comments = document.comments
    comment_lines = {
        line for comment in comments if comment.own_line for line in range(comment.line, comment.end_line + 1)
    }
    lines = document.text.split("\n")
    for comment in comments:
        for offset, text in enumerate(comment.text.split("\n")):
            line = comment.line + offset
            waiver = waiver_of(text, SourceLocation(document.path, line, line), scan)
            if waiver is None:
                continue
            covered = line
            if comment.own_line:
                covered = comment.end_line + 1
                while covered <= len(lines) and (covered in comment_lines or not lines[covered - 1].strip()):
                    covered += 1
            last = _end_of_block(document.body, covered)
            scan.waivers.append((waiver, SourceLocation(document.path, covered, last)))


def waiver_of(comment: str, place: SourceLocation, scan: Scan) -> Waiver | None:
    """The waiver that one line of a comment holds, in whatever language; None where it holds none, or a wrong one.

    What is wrong with it goes to the scan's diagnostics.
    """
    mark = _MARK.search(comment)
    if mark is not None:
        return _parse(comment[mark.end() :], place, scan)
    nearly = _NEARLY.search(comment)
    if nearly is not None:
        message = Text(
            f"not a waiver: {nearly.group()}: write compliant-infra:ignore=<rule>",
            f"不是豁免：{nearly.group()}：应写 compliant-infra:ignore=<规则>",
        )
        _invalid(message, place, scan)
    return None


def _end_of_block(body: Body, line: int) -> int:
    """The last line of the block that begins on a line; the line itself where none does."""
    for block in body.blocks:
        if block.line == line:
            return block.end_line
        if block.line < line <= block.end_line:
            return _end_of_block(block.body, line)
    return line


def _invalid(message: Text, place: SourceLocation, scan: Scan) -> None:
    scan.diagnostics.append(Diagnostic("waiver-invalid", message, place.file, place.line))


def _parse(text: str, place: SourceLocation, scan: Scan) -> Waiver | None:
    rule = re.match(r"=([A-Za-z0-9_-]+)", text)
    if rule is None:
        message = Text(
            "compliant-infra:ignore without a rule: write ignore=<rule>",
            "compliant-infra:ignore 缺少规则：应写 ignore=<规则>",
        )
        _invalid(message, place, scan)
        return None
    fields: dict[str, str] = {}
    rest = text[rule.end() :].rstrip().removesuffix("*/").rstrip()
    position = 0
    while position < len(rest):
        field = _FIELD.match(rest, position)
        if field is None:
            left = rest[position:].strip()
            message = Text(
                f"waiver for {rule.group(1)} cannot be understood from here: {left}; it waives nothing",
                f"豁免 {rule.group(1)} 自此处起无法理解：{left}，不生效",
            )
            _invalid(message, place, scan)
            return None
        name, quoted, bare = field.groups()
        if name not in _FIELDS or name in fields:
            message = Text(
                f"unknown or repeated field in a waiver: {name}; it waives nothing",
                f"豁免中有未知或重复的字段：{name}，不生效",
            )
            _invalid(message, place, scan)
            return None
        fields[name] = quoted or bare or ""
        position = field.end()
    known = rules_by_name().get(rule.group(1))
    name = known.name if known is not None else rule.group(1)
    return from_record({**fields, "rule": name}, place, inline=True)
