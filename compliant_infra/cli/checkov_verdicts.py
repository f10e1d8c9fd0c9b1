"""Verdicts of checkov as results: by the crosswalk each of its checks speaks for rules and clauses, or for none.

The results keep checkov's ids: they are checkov's verdicts, not those of our rules. What the relation of a check does
not bear out stays open: a failure of a check that asks for more than the rule, or for something else, is undecided, and
no pass of a check makes a clause pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.crosswalk.catalogue import (
    Crossing,
    check_order,
    checkov_version,
    clauses_of,
    crosswalk,
    is_covered,
    without_rule,
)
from compliant_infra.hcl_checks.crosswalk.checkov_report import CheckovReport, CheckovResult
from compliant_infra.kernel.evaluation import fingerprint
from compliant_infra.kernel.model import (
    NO_TEXT,
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
)
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports.report import ClauseVerdict, Decided, clause_state

_OURS: Final = re.compile(r"CKV2_CN_(\d+)")
_MODULES: Final = re.compile(r"(?:module\.[^.\[]+(?:\[(?:\"[^\"]*\"|\d+)\])?\.)+")

#: Places that a warning about a check without clause names.
_PLACES: Final = 3

_RELATION_WORDS: Final[Mapping[str, Text]] = {
    "same": Text("asks what {rule} asks", "与 {rule} 要求相同"),
    "narrower": Text("asks for a part of what {rule} asks", "只覆盖 {rule} 要求的一部分"),
    "wider": Text("is stricter than {rule}", "比 {rule} 更严"),
    "related": Text("touches the same clauses as {rule} by another question", "与 {rule} 涉及相同条款，但问题不同"),
    "conflict": Text("in conflict with {rule}", "与 {rule} 相冲突"),
}
_CLAUSE_WORDS: Final[Mapping[str, Text]] = {
    "narrower": Text("asks for a part of what the clause asks", "只覆盖条款要求的一部分"),
    "related": Text("touches the clause by another question", "涉及该条款，但问题不同"),
}


@dataclass(slots=True)
class CheckovVerdicts:
    """What a report of checkov says of clauses."""

    results: list[Result] = field(default_factory=list)  # passes too
    passes: Counter[str] = field(default_factory=Counter)  # by check
    rules: dict[str, Rule] = field(default_factory=dict)  # a record to show for each check, by its id
    clauses: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by check those for which it speaks
    crossings: dict[str, Crossing] = field(default_factory=dict)  # by check
    counting: set[str] = field(default_factory=set)  # checks whose passes speak for a clause at all
    diagnostics: list[Diagnostic] = field(default_factory=list)


def own_rule(check: str) -> Rule | None:
    """The rule of ours of which a check is the policy: ``CKV2_CN_008`` is CN008; None for other checks."""
    found = _OURS.fullmatch(check)
    return rules_by_name().get(f"CN{found[1]}") if found else None


def checkov_verdicts(
    report: CheckovReport,
    request: Request,
    place: Callable[[CheckovResult], str],
    root: str,
    own: bool = True,
) -> CheckovVerdicts:
    """The verdicts of a report. ``place`` gives the file of a result as it is shown.

    Without ``own`` results of our own policies are left out: the caller has them from a better source.
    """
    found = CheckovVerdicts()
    apart: dict[str, list[CheckovResult]] = {}
    for item in report.results:
        rule = own_rule(item.check)
        if rule is not None and not own:
            continue
        crossing = Crossing(item.check, "same", (rule.name,)) if rule is not None else crosswalk().get(item.check)
        clauses = _clauses_of(crossing, request) if crossing is not None else ()
        if crossing is None or not clauses:
            apart.setdefault(item.check, []).append(item)
            continue
        record = found.rules.get(item.check)
        if record is None:
            record = found.rules[item.check] = _record(item, crossing, request, brief=not own)
            found.clauses[item.check] = clauses
            found.crossings[item.check] = crossing
            if crossing.relation in ("same", "narrower", "wider"):
                found.counting.add(item.check)
        result = _result(item, crossing, record, place(item), root)
        result.clauses = clauses
        found.results.append(result)
        if result.verdict is Verdict.PASS:
            found.passes[item.check] += 1
    found.diagnostics.extend(_apart(apart, request, place))
    return found


@cache
def _clauses_of(crossing: Crossing, request: Request) -> tuple[str, ...]:
    return clauses_of(crossing, request.baseline, request.profiles, request.grades)


def _record(item: CheckovResult, crossing: Crossing, request: Request, brief: bool) -> Rule:
    """What reports show of a check, in the form of a rule; ``brief`` where its rules are in the same report."""
    known = rules_by_name()
    rules = [known[name] for name in crossing.rules]
    chosen = assignment(replace(request, only=(), skip=()))
    severity = max((chosen.severity(rule) for rule in rules), default=_severity(item.severity))
    named = ", ".join(f"{rule.code} {rule.name}" for rule in rules)
    words = _RELATION_WORDS[crossing.relation] if rules else _CLAUSE_WORDS[crossing.relation]
    is_own = own_rule(item.check) is not None
    rationale = Text(
        f"{'Our policy' if is_own else 'A built-in check'} of checkov: {words.en.format(rule=named)}"
        + (f": {crossing.reason.en}" if crossing.reason.en else "")
        + ".",
        f"checkov 的{'本工具策略' if is_own else '内置检查'}：{words.zh.format(rule=named)}"
        + (f"：{crossing.reason.zh}" if crossing.reason.zh else "")
        + "。",
    )
    remediation = Text(
        " ".join(rule.remediation.en for rule in rules) or "See the documentation of the check.",
        "".join(rule.remediation.zh for rule in rules) or "参见该检查的说明文档。",
    )
    if brief and rules:
        listed = " and ".join(rule.name for rule in rules)
        remediation = Text(
            f"As for {listed}: compliant-infra explain {rules[0].name}.",
            f"同 {'、'.join(rule.name for rule in rules)}：compliant-infra explain {rules[0].name}。",
        )
    if crossing.relation == "conflict":
        remediation = crossing.instead
    elif crossing.against:
        remediation = Text(
            f"{remediation.en} But {_care(crossing).en}.",
            f"{remediation.zh}但{_care(crossing).zh}。",
        )
    title = item.name or item.check
    return Rule(
        code=item.check,
        name=item.check,
        severity=severity,
        title=rules[0].title if is_own else Text(title, title),
        rationale=rationale,
        remediation=remediation,
        checks={},
        secret=any(rule.secret for rule in rules),
    )


def _severity(given: str) -> Severity:
    return {str(severity): severity for severity in Severity}.get(given, Severity.MEDIUM)


def _care(crossing: Crossing) -> Text:
    return Text(
        f"take care not to break {crossing.against}: {crossing.instead.en}",
        f"注意不要违反 {crossing.against}：{crossing.instead.zh}",
    )


def _result(item: CheckovResult, crossing: Crossing, record: Rule, file: str, root: str) -> Result:
    verdict, message = _judged(item, crossing)
    return Result(
        rule=item.check,
        code=item.check,
        verdict=verdict,
        severity=record.severity,
        root=root,
        resource=item.resource,
        type=_MODULES.sub("", item.resource).removeprefix("data.").partition(".")[0],
        location=SourceLocation(file, item.line, item.end_line),
        message=message,
        reason=UnknownReason("unsupported") if verdict is Verdict.UNKNOWN else None,
        fingerprint=fingerprint(root, item.check, item.resource, "", ""),
    )


def _judged(item: CheckovResult, crossing: Crossing) -> tuple[Verdict, Text]:
    """What checkov's verdict comes to, given how the check relates to the rule."""
    if item.outcome == "skipped":
        why = f": {item.comment}" if item.comment else ""
        why_zh = f"：{item.comment}" if item.comment else ""
        return Verdict.UNKNOWN, Text(
            f"{item.check} is skipped in checkov{why}; without owner and last day a skip waives nothing",
            f"{item.check} 在 checkov 中被跳过{why_zh}；没有责任人和截止日期的跳过不构成豁免",
        )
    word = Text(*_OUTCOME_WORDS[item.outcome])
    reason = crossing.reason
    if crossing.relation == "conflict":
        return Verdict.UNKNOWN, Text(
            f"{item.check} {word.en} in checkov, which decides nothing here: {reason.en}; "
            f"do instead: {crossing.instead.en}",
            f"{item.check} 在 checkov 中{word.zh}，但在此不作判定依据：{reason.zh}；应当：{crossing.instead.zh}",
        )
    care = _care(crossing) if crossing.against else NO_TEXT
    if item.outcome == "passed":
        return Verdict.PASS, Text(
            "; ".join(filter(None, (f"checkov: {word.en}", care.en))),
            "；".join(filter(None, (f"checkov：{word.zh}", care.zh))),
        )
    if crossing.relation in ("wider", "related"):
        return Verdict.UNKNOWN, Text(
            f"{item.check} {word.en} in checkov; whether the clause is met stays open: {reason.en}",
            f"{item.check} 在 checkov 中{word.zh}；条款是否满足仍无法判定：{reason.zh}",
        )
    return Verdict.FAIL, Text(
        "; ".join(filter(None, (f"checkov: {word.en}", care.en))),
        "；".join(filter(None, (f"checkov：{word.zh}", care.zh))),
    )


_OUTCOME_WORDS: Final = {"passed": ("passed", "通过"), "failed": ("failed", "未通过")}


# --------------------------------------------------------------------------------------------------------------
# What has no clause
# --------------------------------------------------------------------------------------------------------------


def _apart(
    apart: Mapping[str, Sequence[CheckovResult]], request: Request, place: Callable[[CheckovResult], str]
) -> Iterable[Diagnostic]:
    """One warning for each check that speaks for no clause and failed; one for all the others together."""
    quiet: list[str] = []
    for check in sorted(apart, key=check_order):
        results = apart[check]
        failed = [item for item in results if item.outcome == "failed"]
        if not failed:
            quiet.append(check)
            continue
        counts = Counter(item.outcome for item in results)
        why = _why_apart(check, request)
        places = [f"{place(item)}:{item.line} {item.resource}" for item in failed[:_PLACES]]
        more = len(failed) - len(places)
        yield Diagnostic(
            "unsupported-input",
            Text(
                f"{check} {results[0].name}: {counts['failed']} failed, {counts['passed']} passed, "
                f"{counts['skipped']} skipped in checkov; no clause: {why.en} "
                f"({'; '.join(places)}{f'; and {more} more' if more > 0 else ''})",
                f"{check} {results[0].name}：checkov 中 {counts['failed']} 项未通过，{counts['passed']} 项通过，"
                f"{counts['skipped']} 项跳过；没有对应条款：{why.zh}"
                f"（{'；'.join(places)}{f'；另有 {more} 项' if more > 0 else ''}）",
            ),
            place(failed[0]),
            failed[0].line,
        )
    if quiet:
        listed = ", ".join(quiet)
        yield Diagnostic(
            "unsupported-input",
            Text(
                f"checks of checkov that passed or were skipped and speak for no clause: {listed}",
                f"已通过或被跳过、且没有对应条款的 checkov 检查：{listed}",
            ),
        )


def _why_apart(check: str, request: Request) -> Text:
    crossing = crosswalk().get(check)
    rule = own_rule(check)
    if crossing is not None or rule is not None:
        names = crossing.rules or crossing.written if crossing is not None else (rule.name,) if rule else ()
        named = ", ".join(names)
        return Text(
            f"{named} is not part of {request.baseline} and its profiles",
            f"{named} 不在 {request.baseline} 及其附加要求中",
        )
    if check in without_rule():
        return without_rule()[check]
    if check.startswith("CKV2_CN_"):
        return Text("this version has no such rule", "本版本没有该规则")
    if is_covered(check):
        return Text(
            f"the crosswalk is that of checkov {checkov_version()} and does not know it",
            f"对照表对应 checkov {checkov_version()}，其中没有该检查",
        )
    return Text("not in the crosswalk", "不在对照表中")


def clause_verdicts(
    clauses: Iterable[ClauseVerdict], verdicts: CheckovVerdicts, request: Request
) -> list[ClauseVerdict]:
    """The clauses of a baseline as checkov's checks see them: decided partly at best, whatever passes."""
    spoken = _spoken_clauses(verdicts)
    visible = crosswalk_clauses(request) | spoken.keys()
    by_check: dict[str, Counter[str]] = {}
    for result in verdicts.results:
        if result.verdict is not Verdict.PASS or result.rule in verdicts.counting:
            by_check.setdefault(result.rule, Counter())[str(result.verdict)] += 1
    found = []
    for clause in clauses:
        checks = sorted(spoken.get(clause.id, ()), key=check_order)
        counts: Counter[str] = Counter()
        for check in checks:
            counts.update(by_check.get(check, {}))
        decided: Decided = "partly" if clause.id in visible else "evidence"
        found.append(
            replace(
                clause,
                decided=decided,
                rules=tuple(checks),
                results={name: counts[name] for name in ("fail", "pass", "unknown") if counts[name]},
                state=clause_state(decided, checks or [clause.id][: decided == "partly"], counts, _answered(clause)),
            )
        )
    return found


def _answered(clause: ClauseVerdict) -> bool:
    return clause.evidence is not None and clause.evidence.state == "current"


@cache
def crosswalk_clauses(request: Request) -> frozenset[str]:
    """The clauses for which any check of the crosswalk speaks."""
    return frozenset(clause for crossing in crosswalk().values() for clause in _clauses_of(crossing, request))


def _spoken_clauses(verdicts: CheckovVerdicts) -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = {}
    for check, clauses in verdicts.clauses.items():
        for clause in clauses:
            spoken.setdefault(clause, []).append(check)
    return spoken


def version_note(version: str) -> list[Diagnostic]:
    """A warning where the report is of a line of checkov for which the crosswalk was not made."""
    known = checkov_version()
    if version.split(".")[:2] == known.split(".")[:2]:
        return []
    return [
        Diagnostic(
            "unsupported-input",
            Text(
                f"the report is of checkov {version or '(unknown version)'}; the crosswalk was made for {known}: "
                "checks may be missing or ask something else",
                f"报告来自 checkov {version or '（版本未知）'}；对照表对应 {known}：可能缺少检查或含义不同",
            ),
        )
    ]
