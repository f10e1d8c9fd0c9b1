"""What a report is made of: one judgement for each system, and what the formats need to print it.

Nothing here decides an exit status or says that a clause is officially met: states of clauses are findings, coverage
and the need for evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Text, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.waivers import WaiverUse

#: How a clause can be decided at all: by rules, by rules and evidence together, or by evidence alone.
Decided = Literal["rules", "partly", "evidence"]

#: What this run says of a clause.
#:
#: - ``fail``: a rule that speaks for the clause fails;
#: - ``unknown``: none fails, at least one cannot be decided (or crashed);
#: - ``waived``: what is left are findings with a valid waiver;
#: - ``pass``: its rules passed on at least one resource and rules decide the clause;
#: - ``documented``: a current record of the evidence register answers what the rules leave open;
#: - ``partly``: its rules passed, but the clause needs evidence as well;
#: - ``not-judged``: its rules met no resource;
#: - ``evidence``: no rule can see it, and no current record answers it.
ClauseState = Literal["fail", "unknown", "waived", "pass", "documented", "partly", "not-judged", "evidence"]

CLAUSE_STATES: Final[tuple[ClauseState, ...]] = (
    "fail",
    "unknown",
    "waived",
    "pass",
    "documented",
    "partly",
    "not-judged",
    "evidence",
)

#: The verdicts that results have, in the order in which reports count them.
VERDICTS: Final[tuple[str, ...]] = ("fail", "pass", "unknown", "error", "waived")

#: Severities from the gravest down, in the order of reports.
SEVERITIES: Final[tuple[Severity, ...]] = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)

#: Gives the lines of a file as the report names it, or None where it cannot be read. Lines have no line ends.
SourceReader = Callable[[str], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """The record of the evidence register that answers a clause."""

    owner: str
    document: str
    date: str  # ISO date of the document
    next_review: str  # ISO date, "" where it is not reviewed again
    state: Literal["current", "overdue", "missing-document"]
    statement: str = ""


@dataclass(slots=True)
class EvidenceCounts:
    """The evidence register of a system, counted in clauses that rules alone do not decide."""

    wanted: int = 0  # clauses that need evidence, technical or not
    answered: int = 0  # by a current record
    overdue: int = 0  # by a record past its review, or without its document
    missing: int = 0  # by none


@dataclass(slots=True)
class ClauseVerdict:
    """One clause of the baseline and what this run says of it."""

    id: str  # "8.1.3.2a", or with its edition: "gbt39786-2021:8.2b"
    title: Text
    state: ClauseState
    decided: Decided
    rules: tuple[str, ...] = ()  # slugs of the rules that speak for it
    results: Mapping[str, int] = field(default_factory=dict)  # results of these rules by verdict, passes included
    responsible: str = "tenant"  # "tenant", "provider" or "shared"
    high_risk: bool = False  # an official high-risk verdict hangs on it
    technical: bool = True  # counted in the first line of the report
    draft: bool = False  # of an overlay that is not in force
    evidence: EvidenceNote | None = None


@dataclass(slots=True)
class SystemReport:
    """The judgement of one system.

    ``results`` are sorted (``result_order``) and hold passes only where the report includes them; ``passes`` counts
    the passes of every rule in either case.
    """

    name: str
    baseline: str
    level: int
    results: list[Result] = field(default_factory=list)
    passes: Mapping[str, int] = field(default_factory=dict)
    clauses: list[ClauseVerdict] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    baseline_assumed: bool = False
    profiles: tuple[str, ...] = ()
    grades: str = ""  # "S2A3G3", "" where it is not declared
    resources: int = 0
    files: int = 0
    roots: list[str] = field(default_factory=list)
    absent_modules: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    weakened: tuple[str, ...] = ()  # parameters for which the settings ask for less than the baseline
    announced: tuple[str, ...] = ()  # profiles of announcements, which are not in force
    drafted: tuple[str, ...] = ()  # parameters whose value only such a profile asks for
    evidence: EvidenceCounts | None = None  # None where the system has no evidence register
    unjudged: Mapping[str, int] = field(default_factory=dict)  # provider without rules -> its resources
    waivers: list[WaiverUse] = field(default_factory=list)
    ignored_inline: int | None = None  # waivers in the code that were not applied; None where they are applied


@dataclass(frozen=True, slots=True)
class GateChange:
    """Something by which the change under review alters how it is judged itself."""

    kind: str  # "settings", "waiver", "known", "ignored", "not-judged", "evidence" or "modules"
    location: SourceLocation
    message: Text


@dataclass(slots=True)
class Report:
    """Everything that a format prints."""

    version: str  # of the tool
    catalogue: str  # ISO date of the catalogue of rules and regulations
    systems: list[SystemReport]
    rules: Mapping[str, Rule]  # by slug
    language: str = "en"  # "en" or "zh"
    include_passed: bool = False
    sources: SourceReader | None = None
    seconds: float | None = None  # shown on the console only: the other formats are the same on every run
    source_url: str = ""  # under which the files are shown in this revision: https://host/owner/name/blob/REVISION
    exit_status: int | None = None  # None where it is not settled (``presumed_exit_status`` is then shown)
    compared: bool = False  # a file of known findings was given: results without ``known`` are new
    gate_changes: Sequence[GateChange] | None = None  # None where nobody asked for them
    by_clause: bool = False  # console and Markdown list every clause with what was found for it

    def say(self, text: Text) -> str:
        """A sentence in the language of the report."""
        return text.zh if self.language == "zh" else text.en

    @property
    def status(self) -> int:
        """The exit status of the run, or what it would be without options."""
        return presumed_exit_status(self.systems) if self.exit_status is None else self.exit_status


@dataclass(slots=True)
class Summary:
    """Counts over the results, clauses and diagnostics of one system or of several."""

    verdicts: dict[str, int]
    severities: dict[str, int]  # of failing results
    reasons: dict[str, int]  # of undecided results
    resources: int
    files: int
    absent_modules: int
    technical: int  # technical clauses: by_rules + partly + evidence
    by_rules: int
    partly: int
    evidence: int
    states: dict[str, int]  # technical clauses by state
    errors: int  # diagnostics
    warnings: int
    documented: EvidenceCounts | None = None  # None where no system has an evidence register
    unjudged: dict[str, int] = field(default_factory=dict)  # provider without rules -> its resources
    known: dict[str, int] = field(default_factory=lambda: {"fail": 0, "unknown": 0})  # of the verdicts, known ones


def summarise(systems: Iterable[SystemReport]) -> Summary:
    """Count over these systems. Clauses are counted once for each system, since each is judged by its own level."""
    verdicts = dict.fromkeys(VERDICTS, 0)
    severities = {str(severity): 0 for severity in SEVERITIES}
    reasons: dict[str, int] = {}
    states: dict[str, int] = dict.fromkeys(CLAUSE_STATES, 0)
    decided = {"rules": 0, "partly": 0, "evidence": 0}
    summary = Summary(verdicts, severities, reasons, 0, 0, 0, 0, 0, 0, 0, states, 0, 0)
    for system in systems:
        verdicts["pass"] += sum(system.passes.values())
        by_severity = dict.fromkeys(SEVERITIES, 0)
        for result in system.results:
            verdict = result.verdict
            if result.known and verdict in summary.known:
                summary.known[verdict] += 1
            if verdict is Verdict.FAIL:
                by_severity[result.severity] += 1
            elif verdict is Verdict.UNKNOWN:
                verdicts["unknown"] += 1
                code = result.reason.code if result.reason else "unsupported"
                reasons[code] = reasons.get(code, 0) + 1
            elif verdict is not Verdict.PASS:
                verdicts[verdict] += 1
        for severity, count in by_severity.items():
            severities[str(severity)] += count
            verdicts["fail"] += count
        for clause in system.clauses:
            if clause.technical:
                decided[clause.decided] += 1
                states[clause.state] += 1
        for diagnostic in system.diagnostics:
            if diagnostic.level == "error":
                summary.errors += 1
            else:
                summary.warnings += 1
        summary.resources += system.resources
        summary.files += system.files
        summary.absent_modules += system.absent_modules
        for provider, count in system.unjudged.items():
            summary.unjudged[provider] = summary.unjudged.get(provider, 0) + count
        if system.evidence is not None:
            total = summary.documented = summary.documented or EvidenceCounts()
            total.wanted += system.evidence.wanted
            total.answered += system.evidence.answered
            total.overdue += system.evidence.overdue
            total.missing += system.evidence.missing
    summary.by_rules, summary.partly, summary.evidence = decided["rules"], decided["partly"], decided["evidence"]
    summary.technical = sum(decided.values())
    return summary


def presumed_exit_status(systems: Iterable[SystemReport]) -> int:
    """The exit status without options: 2 where something could not be done, 1 where a result fails, else 0."""
    failing = False
    for system in systems:
        if any(diagnostic.level == "error" for diagnostic in system.diagnostics):
            return 2
        for result in system.results:
            if result.verdict is Verdict.ERROR:
                return 2
            failing = failing or (result.verdict is Verdict.FAIL and not result.known)
    return 1 if failing else 0


def result_order(result: Result) -> tuple[Any, ...]:
    """The sort key that makes reports the same on every run."""
    place = result.location
    return (
        result.root,
        place.file,
        place.line,
        result.resource,
        result.code,
        result.attribute,
        result.finding,
        result.verdict,
        result.message.en,
        result.fingerprint,
    )


def counts_by_rule(results: Iterable[Result], passes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """For every rule, its results by verdict. Passes are taken from ``passes`` alone, never counted twice."""
    counts: dict[str, dict[str, int]] = {rule: {"pass": count} for rule, count in passes.items() if count}
    for result in results:
        if result.verdict is not Verdict.PASS:
            of_rule = counts.setdefault(result.rule, {})
            verdict = str(result.verdict)
            of_rule[verdict] = of_rule.get(verdict, 0) + 1
    return counts


def clause_state(
    decided: Decided, rules: Sequence[str], results: Mapping[str, int], documented: bool = False
) -> ClauseState:
    """The state of a clause from the results of its rules by verdict, and whether a current record answers it."""
    if not rules:
        return "documented" if documented else "evidence"
    if results.get("fail"):
        return "fail"
    if results.get("unknown") or results.get("error"):
        return "unknown"
    if results.get("waived"):
        return "waived"
    if results.get("pass"):
        return "pass" if decided == "rules" else "documented" if documented else "partly"
    return "documented" if documented else "not-judged"


def count_evidence(clauses: Iterable[ClauseVerdict]) -> EvidenceCounts:
    """How the clauses that rules alone do not decide are answered by the register."""
    counts = EvidenceCounts()
    for clause in clauses:
        if clause.decided == "rules" and clause.evidence is None:
            continue
        counts.wanted += 1
        if clause.evidence is None:
            counts.missing += 1
        elif clause.evidence.state == "current":
            counts.answered += 1
        else:
            counts.overdue += 1
    return counts


def judge_clause(
    *,
    id: str,
    title: Text,
    decided: Decided,
    rules: Sequence[str],
    by_rule: Mapping[str, Mapping[str, int]],
    responsible: str = "tenant",
    high_risk: bool = False,
    technical: bool = True,
    draft: bool = False,
    evidence: EvidenceNote | None = None,
) -> ClauseVerdict:
    """A clause with its state, from the counts of ``counts_by_rule`` and the record that answers it."""
    results: dict[str, int] = {}
    for rule in rules:
        for verdict, count in by_rule.get(rule, {}).items():
            results[verdict] = results.get(verdict, 0) + count
    return ClauseVerdict(
        id=id,
        title=title,
        state=clause_state(decided, rules, results, evidence is not None and evidence.state == "current"),
        decided=decided,
        rules=tuple(rules),
        results={verdict: results[verdict] for verdict in VERDICTS if verdict in results},
        responsible=responsible,
        high_risk=high_risk,
        technical=technical,
        draft=draft,
        evidence=evidence,
    )
