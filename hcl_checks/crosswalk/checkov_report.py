"""Reads the JSON that ``checkov -o json`` writes: one object, or a list of objects, one for each framework.

What is not such a report is refused with a sentence that says what it seems to be; a record that lacks what every
record of checkov has is refused with its place. Nothing is left out in silence: a report whose own summary counts more
than it lists says so in ``problems``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compliant_infra.kernel.model import Text

#: Lists of results in a report -> what checkov said of what they hold.
_OUTCOMES: Final = {"passed_checks": "passed", "failed_checks": "failed", "skipped_checks": "skipped"}

_HOW: Final = Text("make one with checkov -o json", "请用 checkov -o json 生成")


class NotAReportError(Exception):
    """The input is no report of checkov; ``message`` says why, for people."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class CheckovResult:
    """What checkov said of one resource by one check."""

    check: str  # "CKV_ALI_7"
    name: str  # checkov's own title of the check
    outcome: str  # "passed", "failed" or "skipped"
    resource: str  # address as checkov writes it
    file: str  # POSIX path relative to the directory that checkov was given
    line: int
    end_line: int
    framework: str  # "terraform", "terraform_plan", ...
    comment: str = ""  # why it was skipped
    severity: str = ""  # checkov's, "" where it gives none
    real_file: str = ""  # absolute path on the machine that ran checkov, "" where it is not given


@dataclass(slots=True)
class CheckovReport:
    """A report of checkov, its frameworks put together."""

    version: str = ""
    results: list[CheckovResult] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # files that checkov could not parse
    frameworks: list[str] = field(default_factory=list)
    resources: int = 0
    problems: list[Text] = field(default_factory=list)  # what the report counts and does not list
    unlisted_passes: int = 0  # passes that are counted and not listed (checkov --quiet)


def read_checkov_report(data: bytes) -> CheckovReport:
    """Read a report. Raises NotAReportError for anything else."""
    if not data.strip():
        raise NotAReportError(Text(f"the file is empty; {_HOW.en}", f"文件为空；{_HOW.zh}"))
    try:
        content = json.loads(data, parse_constant=_refuse_constant)
    except RecursionError:
        raise NotAReportError(Text("the JSON is nested too deeply", "JSON 嵌套过深")) from None
    except (ValueError, UnicodeDecodeError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        place_zh = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise NotAReportError(
            Text(f"this is no JSON{place}; {_HOW.en}", f"不是有效的 JSON{place_zh}；{_HOW.zh}")
        ) from None
    parts = content if isinstance(content, list) else [content]
    if not parts:
        raise NotAReportError(Text(f"an empty list is no report; {_HOW.en}", f"空列表不是报告；{_HOW.zh}"))
    report = CheckovReport()
    for number, part in enumerate(parts):
        where = f"[{number}]" if isinstance(content, list) else ""
        _read_part(part, where, report)
    return report


def _refuse_constant(text: str) -> None:
    raise ValueError(text)


def _read_part(part: Any, where: str, report: CheckovReport) -> None:
    if not isinstance(part, dict):
        raise _foreign(part, where)
    if "results" not in part:
        # Where checkov has nothing to check it writes the bare summary.
        if "checkov_version" in part and "parsing_errors" in part:
            report.version = report.version or _text(part["checkov_version"])
            if _count(part.get("failed")) or _count(part.get("parsing_errors")):
                report.problems.append(
                    Text(
                        "the report counts failed checks or unread files and lists none",
                        "报告中有失败或未读取文件的计数，但没有明细",
                    )
                )
            return
        raise _foreign(part, where)
    results, summary = part["results"], part.get("summary", {})
    if "check_type" not in part or not isinstance(results, dict) or not isinstance(summary, dict):
        raise _foreign(part, where)
    framework = _text(part["check_type"])
    if framework not in report.frameworks:
        report.frameworks.append(framework)
    report.version = report.version or _text(summary.get("checkov_version"))
    report.resources += _count(summary.get("resource_count"))
    listed: dict[str, int] = {}
    for key, outcome in _OUTCOMES.items():
        records = results.get(key, [])
        if not isinstance(records, list):
            raise _odd(f"{where}results.{key}", "a list", "列表")
        listed[outcome] = len(records)
        for number, record in enumerate(records):
            report.results.append(_result(record, outcome, framework, f"{where}results.{key}[{number}]"))
        others = sum(1 for record in records if _said(record, outcome) != outcome)
        if others:
            report.problems.append(
                Text(
                    f"{others} records in {where}results.{key} say of themselves that they are something else",
                    f"{where}results.{key} 中有 {others} 条记录自身的结果与所在列表不符",
                )
            )
    unread = results.get("parsing_errors", [])
    if not isinstance(unread, list):
        raise _odd(f"{where}results.parsing_errors", "a list", "列表")
    report.unread.extend(_text(item) or "?" for item in unread)
    listed["parsing_errors"] = len(unread)
    for key in ("failed", "skipped", "parsing_errors"):
        counted = _count(summary.get(key))
        if counted > listed[key]:
            report.problems.append(
                Text(
                    f"the report of {framework} counts {counted} {key.replace('_', ' ')} and lists {listed[key]}",
                    f"{framework} 报告中 {key} 计数为 {counted}，明细只有 {listed[key]} 条",
                )
            )
    report.unlisted_passes += max(0, _count(summary.get("passed")) - listed["passed"])


def _result(record: Any, outcome: str, framework: str, where: str) -> CheckovResult:
    if not isinstance(record, dict):
        raise _odd(where, "an object", "对象")
    check, resource = record.get("check_id"), record.get("resource")
    if not isinstance(check, str) or not check:
        raise _odd(f"{where}.check_id", "the id of a check", "检查编号")
    if not isinstance(resource, str):
        raise _odd(f"{where}.resource", "an address", "资源地址")
    lines = record.get("file_line_range")
    first, last = (_count(lines[0]), _count(lines[1])) if isinstance(lines, list) and len(lines) == 2 else (0, 0)
    verdict = record.get("check_result")
    comment = verdict.get("suppress_comment") if isinstance(verdict, Mapping) else ""
    return CheckovResult(
        check=_text(check),
        name=_text(record.get("check_name")),
        outcome=outcome,
        resource=_text(resource),
        file=_text(record.get("file_path")).replace("\\", "/").lstrip("/"),
        line=first,
        end_line=max(first, last),
        framework=framework,
        comment=_text(comment),
        severity=_text(record.get("severity")).lower(),
        real_file=_text(record.get("file_abs_path")),
    )


def _said(record: Mapping[str, Any], otherwise: str) -> str:
    """What a record says of itself, where it does."""
    verdict = record.get("check_result")
    said = verdict.get("result") if isinstance(verdict, Mapping) else None
    return said.lower() if isinstance(said, str) else otherwise


def _text(value: Any) -> str:
    """A text, "" for what is none. JSON can hold halves of characters, with which no report can be written."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _odd(where: str, wanted: str, wanted_zh: str) -> NotAReportError:
    return NotAReportError(
        Text(
            f"this is not how checkov writes its report: {where} is not {wanted}",
            f"与 checkov 报告的格式不符：{where} 不是{wanted_zh}",
        )
    )


def _foreign(part: Any, where: str) -> NotAReportError:
    """Say what the JSON seems to be instead."""
    kind = Text("something else", "其他内容")
    if isinstance(part, dict):
        if "runs" in part and "version" in part:
            kind = Text("SARIF", "SARIF")
        elif "tool" in part and "results" in part:
            kind = Text("a report of compliant-infra itself", "compliant-infra 自身的报告")
        elif "format_version" in part or "terraform_version" in part:
            kind = Text(
                "a plan or state of Terraform: compliant-infra check reads it",
                "Terraform 的 plan 或 state：请用 compliant-infra check 检查",
            )
        elif isinstance(part.get("failed_checks"), list):
            kind = Text("a baseline file of checkov", "checkov 的 baseline 文件")
    elif part is None or isinstance(part, (str, int, float, bool)):
        kind = Text("a single value", "单个值")
    at = f" at {where}" if where else ""
    at_zh = f"（{where}）" if where else ""
    return NotAReportError(
        Text(
            f"this is no report of checkov but {kind.en}{at}; {_HOW.en}",
            f"不是 checkov 报告，而是{kind.zh}{at_zh}；{_HOW.zh}",
        )
    )
