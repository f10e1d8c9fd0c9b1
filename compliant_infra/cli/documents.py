"""Files that are scanned as a whole: plans and states of Terraform, previews and exports of Pulumi."""

from __future__ import annotations

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
    if not _OF_PULUMI.match(start):
        scan = read_plan(path, display)
        if all(item.code != "unsupported-input" for item in scan.diagnostics):
            return scan  # else it turns out to be Pulumi's: in UTF-16, or with its keys in another order
    return _read_pulumi(path, display)


def _read_pulumi(path: Path, display: str) -> Scan:
    """The Scan of ``pulumi preview --json`` or ``pulumi stack export``."""
    from compliant_infra.components.exports import InvalidExportError, left_out
    from compliant_infra.components.translation import scan_of
    from compliant_infra.hcl_checks.configuration import content_hash
    from compliant_infra.hcl_checks.plan import MAX_DOCUMENT_BYTES, InvalidPlanError, parse

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
        document = parse(data)
        registrations = _registrations(document)
        found = scan_of(registrations, display)
        if not registrations:
            message = Text("no resources: there is nothing to judge", "没有资源，没有可判定的内容")
            found.diagnostics.append(Diagnostic("nothing-to-scan", message, display))
        found.left_out = left_out(document)
        errors = _errors(document)
    except InvalidPlanError as error:
        scan.diagnostics.append(Diagnostic(error.code, error.diagnostic_message, display))
        found, errors = scan, 0
    except (ValueError, RecursionError) as error:
        known = isinstance(error, InvalidExportError)
        message = Text(
            str(error) if known else "neither a preview nor an export of Pulumi, or nested too deeply",
            f"Pulumi 文档无效：{error}" if known else "不是有效的 Pulumi 预览或导出，或嵌套过深",
        )
        scan.diagnostics.append(Diagnostic("invalid-plan", message, display))
        found, errors = scan, 0
    if errors:
        message = Text(
            f"the preview ended with {errors} errors: what it lists may not be everything",
            f"该预览以 {errors} 个错误结束：所列资源可能不完整",
        )
        found.diagnostics.append(Diagnostic("invalid-plan", message, display))
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


def _errors(document: Any) -> int:
    """How many errors a preview tells of; their texts stay where they are, for a program may say anything there."""
    listed = document.get("diagnostics") if isinstance(document, dict) else None
    items = listed if isinstance(listed, list) else []
    return sum(1 for item in items if isinstance(item, dict) and item.get("severity") == "error")


def _registrations(document: Any) -> list[Registration]:
    from compliant_infra.components.exports import read_export, read_preview

    if isinstance(document, dict) and "deployment" in document:
        return read_export(document)
    return read_preview(document)
