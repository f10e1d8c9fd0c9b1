"""Results that come from the settings and the evidence register instead of resources."""

from __future__ import annotations

from datetime import date

from compliant_infra.kernel.evaluation import fingerprint
from compliant_infra.kernel.model import Result, SourceLocation, Text, UnknownReason, Verdict
from compliant_infra.kernel.rules.governance import EVIDENCE_CURRENT, EXPORT_ROUTE
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.obligations.cross_border import route, suffices
from compliant_infra.obligations.register import Register
from compliant_infra.settings import Settings


def evidence_results(register: Register, today: date) -> list[Result]:
    """One result for each record that is filled in: overdue or without its document it fails, else it passes."""
    results = []
    for record in register.evidence:
        if not record.filled:
            continue
        problem = None
        if record.missing_document:
            problem = Text(
                f"evidence for {record.clause}: {record.document} is not there",
                f"条款 {record.clause} 的证据：{record.document} 不存在",
            )
        elif record.overdue(today):
            problem = Text(
                f"evidence for {record.clause}: review of {record.document} was due on {record.next_review} "
                f"({record.owner})",
                f"条款 {record.clause} 的证据：{record.document} 应于 {record.next_review} 复核（{record.owner}）",
            )
        results.append(
            _result(
                EVIDENCE_CURRENT, problem, record.location, record.clause, Verdict.FAIL if problem else Verdict.PASS
            )
        )
    return results


def export_results(settings: Settings, today: date) -> list[Result]:
    """Whether a mechanism is declared, still valid, and enough for the numbers that are set."""
    declared = settings.cross_border
    place = SourceLocation(settings.display, declared.line, declared.line)
    if not declared.declared:
        message = Text(
            "no cross-border mechanism is declared: whether data may leave the country cannot be said; "
            'set mechanism under [cross-border], "none" where nothing leaves',
            '未声明出境机制，无法判断数据能否出境；请在 [cross-border] 中设置 mechanism，不出境则为 "none"',
        )
        undeclared = _result(EXPORT_ROUTE, message, place, "", Verdict.UNKNOWN)
        undeclared.reason = UnknownReason("not-listed", "[cross-border] mechanism")
        return [undeclared]
    asked = route(declared)
    problem = None
    if declared.mechanism != "none" and not declared.valid(today):
        problem = Text(
            f"the mechanism {declared.mechanism} was valid until {declared.valid_until}",
            f"出境机制 {declared.mechanism} 已于 {declared.valid_until} 到期",
        )
    elif declared.mechanism == "none" and declared.destinations:
        problem = Text(
            f'destinations are declared although mechanism is "none": {", ".join(declared.destinations)}',
            f'mechanism 为 "none"，却声明了出境目的地：{"、".join(declared.destinations)}',
        )
    elif declared.mechanism == "none" and (declared.people or declared.sensitive_people or declared.important_data):
        problem = Text(
            f"data leaves the country by the declared numbers, and the mechanism is none: {asked.reason.en}; "
            f"article {asked.article}: {asked.name.en}",
            f"按所填数据存在出境，但 mechanism 为 none：{asked.reason.zh}；第 {asked.article} 条：{asked.name.zh}",
        )
    elif not suffices(declared.mechanism, asked):
        problem = Text(
            f"the mechanism {declared.mechanism} does not suffice: {asked.reason.en}; "
            f"article {asked.article}: {asked.name.en}",
            f"出境机制 {declared.mechanism} 不足：{asked.reason.zh}；第 {asked.article} 条：{asked.name.zh}",
        )
    if problem is None and declared.mechanism != "none" and declared.mechanism != "assessment" and asked.open:
        listed = ", ".join(asked.open)
        message = Text(
            f"whether the mechanism {declared.mechanism} suffices depends on settings without a value: {listed}",
            f"出境机制 {declared.mechanism} 是否足够取决于未填写的设置：{listed}",
        )
        undecided = _result(EXPORT_ROUTE, message, place, "", Verdict.UNKNOWN)
        undecided.reason = UnknownReason("not-listed", listed)
        return [undecided]
    return [_result(EXPORT_ROUTE, problem, place, "", Verdict.FAIL if problem else Verdict.PASS)]


def _result(rule: Rule, message: Text | None, place: SourceLocation, finding: str, verdict: Verdict) -> Result:
    return Result(
        rule=rule.name,
        code=rule.code,
        verdict=verdict,
        severity=rule.severity,
        root=".",
        resource="*",
        type="",
        location=place,
        finding=finding,
        message=message or Text("in order", "符合登记要求"),
        fingerprint=fingerprint("", rule.name, "*", "", finding),
    )
