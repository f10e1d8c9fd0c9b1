"""Files that are scanned as a whole: plans and states of Terraform, previews and exports of Pulumi."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.kernel.model import Diagnostic, Scan, Text

if TYPE_CHECKING:
    from compliant_infra.components.registration import Registration

#: How a document of Pulumi begins: a preview with its configuration or steps, an export with its version.
_OF_PULUMI: Final = re.compile(rb'\s*\{\s*"(?:version"\s*:\s*\d+\s*,\s*"deployment|deployment|config|steps)"\s*:')


def read_document(path: Path, display: str) -> Scan:
    """The Scan of a file; ``display`` is the path as the user sees it. Never raises for the content."""
    from compliant_infra.hcl_checks.plan import read_plan

    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except OSError:
        return read_plan(path, display)  # which says what is wrong
    return _read_pulumi(path, display) if _OF_PULUMI.match(start) else read_plan(path, display)


def _read_pulumi(path: Path, display: str) -> Scan:
    """The Scan of ``pulumi preview --json`` or ``pulumi stack export``."""
    from compliant_infra.components.exports import InvalidExportError, left_out
    from compliant_infra.components.translation import scan_of
    from compliant_infra.hcl_checks.configuration import content_hash
    from compliant_infra.hcl_checks.plan import MAX_DOCUMENT_BYTES

    scan = Scan(root=display, origin="pulumi")
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_DOCUMENT_BYTES else None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"cannot be read: {reason}", f"无法读取：{reason}")
        scan.diagnostics.append(Diagnostic("unreadable-file", message, display))
        return scan
    if data is None:
        mega = MAX_DOCUMENT_BYTES // 1024 // 1024
        message = Text(f"file is larger than {mega} MiB; not read", f"文件超过 {mega} MiB，未读取")
        scan.diagnostics.append(Diagnostic("limit-reached", message, display))
        return scan
    try:
        document = json.loads(data)
        found = scan_of(_registrations(document), display)
        found.left_out = left_out(document)
    except (ValueError, RecursionError) as error:
        known = isinstance(error, InvalidExportError)
        message = Text(
            str(error) if known else "neither a preview nor an export of Pulumi: broken JSON",
            f"Pulumi 文档无效：{error}" if known else "不是有效的 Pulumi 预览或导出：JSON 损坏",
        )
        scan.diagnostics.append(Diagnostic("invalid-plan", message, display))
        found = scan
    if found.left_out:
        message = Text(
            f"the preview leaves out {found.left_out} resources that do not change: they are not judged, and what they "
            "add to others is not known",
            f"该预览未列出 {found.left_out} 个未变更的资源：这些资源未判定，其对其他资源的补充也无从得知",
        )
        hint = Text(
            "make it with: pulumi preview --json --show-sames",
            "生成方法：pulumi preview --json --show-sames",
        )
        found.diagnostics.append(Diagnostic("unsupported-input", message, display, hint=hint))
    found.files[os.path.abspath(path)] = content_hash(data)
    return found


def _registrations(document: Any) -> list[Registration]:
    from compliant_infra.components.exports import read_export, read_preview

    if isinstance(document, dict) and "deployment" in document:
        return read_export(document)
    return read_preview(document)
