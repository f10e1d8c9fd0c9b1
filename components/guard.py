"""What a user changes in a component cannot weaken it silently: the rules themselves judge the outcome.

There is no second list of "mandatory settings". The children of a component are judged by the rules of its baseline, as
the check would judge them; what fails must be covered by a waiver that holds today. So an override that the regulation
does not mind passes through, and one that it minds is refused with the rule, the clause and the waiver to sign.

This module must not postpone annotations: schemas of Pulumi packages are read from them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NotRequired, TypedDict

from compliant_infra.components.baseline import Hardening
from compliant_infra.kernel import waivers
from compliant_infra.kernel.evaluation import Judgement, conclude, judge
from compliant_infra.kernel.model import ProviderConfiguration, Resource, Result, Scan, Verdict, Waiver
from compliant_infra.kernel.rules import rules_by_name


class WaiverArgs(TypedDict):
    """A signed-off exception, with the fields of ``[[waivers]]`` in the settings."""

    rule: str
    """Slug or code of the rule that is waived."""
    reason: str
    """Why the risk is accepted."""
    owner: str
    """Who answers for it."""
    until: str
    """The last day on which it holds, YYYY-MM-DD."""
    resource: NotRequired[str]
    """Name of the child, ``*`` and ``?`` are special; all children of the component without it."""
    finding: NotRequired[str]
    """Sub-id of the finding, where a rule has several about one resource."""
    approver: NotRequired[str]
    """Who approved it."""
    ticket: NotRequired[str]
    """Where the approval is recorded."""


class WaiverError(ValueError):
    """A waiver that waives nothing: incomplete, expired, or for a rule that does not exist."""


class WeakenedError(ValueError):
    """Settings that the declared baseline forbids, without a waiver. ``results`` are the findings of the rules."""

    def __init__(self, message: str, results: Sequence[Result]) -> None:
        super().__init__(message)
        self.results = tuple(results)


def read_waivers(records: Iterable[Mapping[str, Any]], longest: int, today: date | None = None) -> tuple[Waiver, ...]:
    """The waivers of a component's arguments. Raises WaiverError for one that waives nothing today.

    ``longest`` is the number of days from today beyond which no waiver may run.
    """
    known = {name for rule in rules_by_name().values() for name in (rule.name, rule.code)}
    found: list[Waiver] = []
    for record in records:
        if not isinstance(record, Mapping):
            raise WaiverError(f"a waiver must be an object with the fields {', '.join(waivers.FIELDS)}")
        strange = set(record) - set(waivers.FIELDS)
        if strange:
            raise WaiverError(f"a waiver has no field {', '.join(sorted(strange))}")
        wordless = sorted(name for name, value in record.items() if value is not None and not isinstance(value, str))
        if wordless:
            raise WaiverError(f"a waiver's {', '.join(wordless)} must be plain text")
        waiver = waivers.from_record(record)
        problem = waivers.problem(waiver, known, today or date.today(), longest)
        if problem is not None:
            raise WaiverError(problem.message.en)
        found.append(waiver)
    return tuple(found)


@dataclass(slots=True)
class Finding:
    """A result about a child, and the waiver that covers it, if any."""

    result: Result
    waiver: Waiver | None


def findings(
    resources: Sequence[Resource],
    providers: Sequence[ProviderConfiguration],
    hardening: Hardening,
    signed: Sequence[Waiver],
    hardened: Sequence[Resource] = (),
) -> list[Finding]:
    """What the rules of the baseline find wrong about these resources, taken together.

    Of system-wide questions (is there a scan of vulnerabilities at all?) those count that ``hardened``, the same
    resources without the user's overrides, would have answered.
    """
    assignment = hardening.assignment()
    scan = Scan(root=".", resources=list(resources), providers=list(providers), origin="pulumi")
    judgement: Judgement = judge(scan, assignment)
    broken = [item.message.en for item in judgement.diagnostics if item.level == "error"]
    if broken:
        raise RuntimeError("; ".join(broken))
    failing = [result for result in judgement.results if result.verdict is Verdict.FAIL]
    if hardened:
        scan = Scan(root=".", resources=list(hardened), providers=list(providers), origin="pulumi")
        answered = judge(scan, assignment).witnesses
        failing += [
            result
            for result in conclude([judgement], assignment, complete=True)
            if result.verdict is Verdict.FAIL
            and answered.get(result.rule, set()) - judgement.witnesses.get(result.rule, set())
        ]
    return [
        Finding(result, next((waiver for waiver in signed if waivers.covers(waiver, result)), None))
        for result in failing
    ]


def weakened(
    what: str,
    found: Iterable[Finding],
    hardening: Hardening,
    cause: Callable[[Result], str] = lambda result: "",
) -> WeakenedError | None:
    """The error for findings that no waiver covers, None where there are none.

    ``cause`` names the override at fault.
    """
    open_findings = [finding.result for finding in found if finding.waiver is None]
    if not open_findings:
        return None
    lines = [f"{what} is weaker than {hardening.baseline} allows:"]
    for result in open_findings:
        clauses = ", ".join(hardening.clauses(result.rule)) or "no clause"
        attribute = f".{result.attribute}" if result.attribute else ""
        lines += [
            f"  {result.resource}{attribute}: {result.message.en} ({result.message.zh})",
            f"    rule {result.rule} ({result.code}), clauses {clauses}{cause(result)}",
            "    to accept the risk, sign a waiver: waivers=[{"
            f'"rule": "{result.rule}", "resource": "{result.resource}", '
            '"reason": "...", "owner": "...", "until": "YYYY-MM-DD"}]',
        ]
    return WeakenedError("\n".join(lines), open_findings)
