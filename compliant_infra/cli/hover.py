"""What an editor shows beside a finding: why, which clauses, what is in the way, how to mend it; in Markdown."""

from __future__ import annotations

from functools import lru_cache

from compliant_infra.assignment import Request
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.logic import unknown_text
from compliant_infra.kernel.model import Result, Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.reports.markdown import escape
from compliant_infra.reports.words import SEVERITY_WORDS, VERDICT_WORDS


@lru_cache(maxsize=16)
def _titles(request: Request) -> dict[str, Text]:
    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    return {clause.id: clause.title for clause in regulations.clauses(request.baseline, profiles, request.grades)}


def finding_page(result: Result, request: Request, language: str) -> str:
    """One finding in full."""

    def said(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    rule = rules_by_name()[result.rule]
    verdict = VERDICT_WORDS[result.verdict].in_language(language)
    severity = SEVERITY_WORDS[str(result.severity)].in_language(language)
    parts = [
        f"**{rule.code} {escape(rule.title.in_language(language))}** ({severity}, {verdict})",
        escape(result.message.in_language(language)),
    ]
    if result.reason is not None:
        why = unknown_text(result.reason.code, result.reason.expression).in_language(language)
        place = result.reason.location
        where = f" ({place.file}:{place.line})" if place is not None and place.line else ""
        parts.append(f"**{said('In the way', '受阻原因')}**: {escape(why + where)}")
    if result.waiver is not None:
        waiver = result.waiver
        signed = said(
            f"waived until {waiver.until} by {waiver.owner}: {waiver.reason}",
            f"由 {waiver.owner} 豁免至 {waiver.until}：{waiver.reason}",
        )
        parts.append(escape(signed))
    parts.append(escape(rule.rationale.in_language(language)))
    titles = _titles(request)
    listed = [
        f"- `{clause}` {escape(titles[clause].in_language(language))}" for clause in result.clauses if clause in titles
    ]
    if listed:
        parts.append(f"**{said('Clauses', '条款')}** ({request.baseline})\n\n" + "\n".join(listed))
    parts.append(f"**{said('How to mend', '整改')}**: {escape(rule.remediation.in_language(language))}")
    return "\n\n".join(parts)
