"""Waivers written as comments: ``# compliant-infra:ignore=<rule> reason="..." owner="..." until=2027-01-31``."""

from __future__ import annotations

import re
from typing import Final

from compliant_infra.hcl_checks.reader import Document
from compliant_infra.kernel.model import Diagnostic, Scan, SourceLocation, Text, Waiver

_MARK: Final = re.compile(r"compliant-infra:ignore\b")
_FIELD: Final = re.compile(r'([a-z]+)=(?:"([^"]*)"|([^\s"]+))')
_FIELDS: Final = frozenset({"reason", "owner", "until", "approver", "ticket", "finding"})


def inline_waivers(document: Document, scan: Scan) -> None:
    """Put the waivers of a document into the scan, each with the line that it covers.

    A comment behind code covers that line; a comment on a line of its own covers the next line that is no comment.
    """
    comments = document.comments
    comment_lines = {
        line for comment in comments if comment.own_line for line in range(comment.line, comment.end_line + 1)
    }
    lines = document.text.split("\n")
    for comment in comments:
        for offset, text in enumerate(comment.text.split("\n")):
            mark = _MARK.search(text)
            if mark is None:
                continue
            line = comment.line + offset
            place = SourceLocation(document.path, line, line)
            waiver = _parse(text[mark.end() :], place, scan)
            if waiver is None:
                continue
            covered = line
            if comment.own_line:
                covered = comment.end_line + 1
                while covered <= len(lines) and (covered in comment_lines or not lines[covered - 1].strip()):
                    covered += 1
            scan.waivers.append((waiver, SourceLocation(document.path, covered, covered)))


def _parse(text: str, place: SourceLocation, scan: Scan) -> Waiver | None:
    rule = re.match(r"=([A-Za-z0-9_-]+)", text)
    if rule is None:
        scan.diagnostics.append(
            Diagnostic(
                "waiver-invalid",
                Text(
                    "compliant-infra:ignore without a rule: write ignore=<rule>",
                    "compliant-infra:ignore 缺少规则：应写 ignore=<规则>",
                ),
                place.file,
                place.line,
            )
        )
        return None
    fields: dict[str, str] = {}
    for name, quoted, bare in _FIELD.findall(text[rule.end() :]):
        if name not in _FIELDS:
            scan.diagnostics.append(
                Diagnostic(
                    "waiver-invalid",
                    Text(f"unknown field in a waiver: {name}", f"豁免中有未知字段：{name}"),
                    place.file,
                    place.line,
                )
            )
            return None
        fields[name] = quoted or bare
    return Waiver(
        rule=rule.group(1),
        reason=fields.get("reason", ""),
        owner=fields.get("owner", ""),
        until=fields.get("until", ""),
        finding=fields.get("finding", ""),
        approver=fields.get("approver", ""),
        ticket=fields.get("ticket", ""),
        inline=True,
        location=place,
    )
