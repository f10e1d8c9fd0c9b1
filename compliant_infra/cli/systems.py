"""One run, several systems: which settings belong to which roots, and what comes of their judgements."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel import waivers
from compliant_infra.kernel.evaluation import Judgement, conclude
from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation, Text, Verdict, Waiver
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.waivers import WaiverUse
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.reports.report import (
    Decided,
    EvidenceNote,
    SystemReport,
    count_evidence,
    counts_by_rule,
    judge_clause,
    result_order,
)
from compliant_infra.settings import DEFAULT_BASELINE, EVIDENCE_FILE_NAME, FILE_NAME, Settings, load_settings

if TYPE_CHECKING:
    from compliant_infra.obligations.register import Register


@dataclass(slots=True)
class Choice:
    """What the command line chooses over the settings."""

    baseline: str | None = None
    profiles: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    include_passed: bool = False
    ignore_inline: bool = False  # waivers in the code, comments and arguments of components, waive nothing

    @property
    def selects(self) -> bool:
        """Whether some rules are left out."""
        return bool(self.only or self.skip)


@dataclass(slots=True)
class System:
    """The roots that share one settings file."""

    settings: Settings
    request: Request
    roots: list[str] = field(default_factory=list)
    assumed: bool = False
    partial: bool = False  # only files that were named one by one are asked for: nothing is said of the system
    whole: bool = True  # everything that the settings are about is in the scan
    confined: bool = False  # only what a change touches is reported
    governed: bool = True  # what the register of evidence and the settings say by themselves is reported
    pruned: bool = False  # parts that could belong to it were left out by choice
    sees: Callable[[str], bool] = lambda file: True  # whether all that reads a file of a module was judged
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether the scan holds the whole system: only then can something be missing in it."""
        return self.settings.complete and self.whole


class SystemTable:
    """Finds and keeps the systems of a run."""

    def __init__(self, base: Path, boundary: Path, choice: Choice, today: date, config: Path | None = None) -> None:
        self._base = base
        self._boundary = boundary
        self._choice = choice
        self._today = today
        self._config = config
        self._systems: dict[Path | None, System] = {}
        self._nearest: dict[str, Path | None] = {}  # directory -> its settings file

    def __iter__(self) -> Iterable[System]:
        return iter(self._systems.values())

    def systems(self) -> list[System]:
        """Those that have a root, in the order in which they were met."""
        return [system for system in self._systems.values() if system.roots]

    def of(self, directory: Path) -> System:
        """The system of a root: that of the nearest settings file upwards."""
        # Above the scanned directory the working directory is the user's own: settings are looked for up to there.
        limit = self._base if directory.is_relative_to(self._base) else self._boundary
        path = self._config or self._find_settings(str(directory), str(limit))
        if path not in self._systems:
            self._systems[path] = self._make(path)
        return self._systems[path]

    def _find_settings(self, directory: str, limit: str) -> Path | None:
        """As ``settings.find_settings``; directories further up are looked at once."""
        if directory not in self._nearest:
            candidate = os.path.join(directory, FILE_NAME)
            above = os.path.dirname(directory)
            if os.path.lexists(candidate):
                self._nearest[directory] = Path(candidate)
            elif directory in (limit, above):
                self._nearest[directory] = None
            else:
                self._nearest[directory] = self._find_settings(above, limit)
        return self._nearest[directory]

    def _make(self, path: Path | None) -> System:
        from compliant_infra.hcl_checks.discovery import display_path

        settings = load_settings(path, display_path(str(path), self._base)) if path is not None else Settings()
        diagnostics = list(settings.diagnostics)
        choice = self._choice
        known = rules_by_name()
        baseline = choice.baseline or settings.baseline or DEFAULT_BASELINE
        assumed = choice.baseline is None and settings.baseline is None

        def invalid(en: str, zh: str) -> None:
            diagnostics.append(Diagnostic("invalid-settings", Text(en, zh), settings.display))

        if baseline not in baselines.BASELINES:
            listed = ", ".join(baselines.BASELINES)
            invalid(f"unknown baseline {baseline}; known: {listed}", f"未知的基线 {baseline}；可用：{listed}")
            baseline, assumed = DEFAULT_BASELINE, choice.baseline is None
        profiles = []
        for profile in dict.fromkeys((*settings.profiles, *choice.profiles)):
            if profile == "all" or profile in baselines.PROFILES:
                profiles.append(profile)
            else:
                listed = ", ".join([*baselines.PROFILES, "all"])
                invalid(f"unknown profile {profile}; known: {listed}", f"未知的 profile {profile}；可用：{listed}")
        parameters: dict[str, Any] = {}
        for name, value in settings.parameters.items():
            try:
                baselines.parameters(baseline, profiles, {name: value})
                parameters[name] = value
            except ValueError as error:
                invalid(f"parameters.{name}: {error}", f"parameters.{name}：{error}")
        grades = settings.grades
        if grades:
            try:
                regulations.clauses(baseline, frozenset(baselines.active_profiles(baseline, profiles)), grades)
            except ValueError as error:
                invalid(f"system.grades: {error}", f"system.grades：{error}")
                grades = ""
        declared = settings.cross_border
        request = Request(
            baseline=baseline,
            profiles=tuple(profiles),
            grades=grades,
            only=choice.only,
            skip=tuple(known[name].name if name in known else name for name in choice.skip),
            parameters=Request.parameter_items(parameters),
            destinations=declared.destinations,
            mechanism=declared.mechanism,
            mechanism_valid=declared.valid(self._today),
            include_passed=choice.include_passed,
        )
        return System(settings, request, assumed=assumed, diagnostics=diagnostics)


def report_system(
    system: System,
    judgements: Sequence[Judgement],
    everything: Sequence[Judgement],
    choice: Choice,
    today: date,
    name: str,
) -> SystemReport:
    """Put the judgements of a system's roots together: waivers, system-wide results, clauses, diagnostics.

    ``everything`` has those of ``judgements``, which are reported, and of the roots that were read beside them: what is
    asked of the whole system is asked of all.
    """
    request = system.request
    rules = assignment(request)
    results: list[Result] = []
    diagnostics = list(system.diagnostics)
    passes: Counter[str] = Counter()
    unsupported: Counter[str] = Counter()
    unjudged: Counter[str] = Counter()
    longest = int(rules.parameters[waivers.LONGEST])
    uses: list[WaiverUse] = []
    ignored: int | None = None
    if choice.ignore_inline:
        ignored = len({(item.rule, item.location) for judgement in judgements for item, _ in judgement.waivers})
    else:
        uses += _waive_in_code(judgements, today, longest, None if choice.selects else system.sees)
    for judgement in judgements:
        results.extend(judgement.results)
        diagnostics.extend(judgement.diagnostics)
        passes.update(judgement.passes)
        unsupported.update(judgement.unsupported)
        unjudged.update(judgement.unjudged)
    register = _register(system)
    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    if not system.partial:
        # Of a system that is looked at in part, because of a change, nothing can be said as a whole.
        if system.is_complete or not system.confined:
            results.extend(conclude(everything, rules, system.is_complete))
        if system.governed:
            _governance(system, register, choice, profiles, today, results, passes)
    if register is not None:
        diagnostics.extend(register.diagnostics)
    report_unused = system.whole and not choice.selects and not system.confined and not system.pruned
    uses += _waive_centrally(system.settings, results, today, longest, report_unused)
    diagnostics.extend(use.problem for use in uses if use.problem is not None)
    diagnostics.extend(_limits(results))
    of_rules = regulations.clauses_of_rules(request.baseline, profiles, request.grades)
    for result in results:
        result.clauses = of_rules.get(result.rule, ())
    by_rule = counts_by_rule(results, passes)
    overridden = _overrides(request)
    notes = _evidence_notes(register, request, profiles, today)
    clauses = [
        judge_clause(
            id=clause.id,
            title=clause.title,
            decided=cast(Decided, clause.decided),
            rules=clause.rules,
            by_rule=by_rule,
            responsible=clause.responsible,
            high_risk=bool(clause.high_risk),
            technical=clause.technical,
            draft=clause.draft,
            evidence=notes.get(clause.id),
        )
        for clause in regulations.clauses(request.baseline, profiles, request.grades)
    ]
    for provider, count in sorted(unsupported.items()):
        diagnostics.append(
            Diagnostic(
                "unsupported-provider",
                Text(
                    f"{count} resource{'' if count == 1 else 's'} of provider {provider} not judged: "
                    "there are no rules for it",
                    f"provider {provider} 的 {count} 个资源：没有对应规则，未被判定",
                ),
            )
        )
    return SystemReport(
        name=system.settings.name or name,
        baseline=request.baseline,
        level=rules.level,
        results=sorted(results, key=result_order),
        passes=passes,
        clauses=clauses,
        diagnostics=_unique(diagnostics),
        baseline_assumed=system.assumed,
        profiles=tuple(sorted(profiles)),
        grades=request.grades,
        resources=sum(judgement.resources for judgement in judgements),
        files=len({path for judgement in judgements for path, digest in judgement.sources.items() if digest}),
        roots=[judgement.root for judgement in judgements],
        unjudged=dict(sorted(unjudged.items())),
        absent_modules=sum(judgement.absent_modules for judgement in judgements),
        parameters=rules.parameters,
        weakened=baselines.weakened(request.baseline, request.profiles, overridden),
        announced=tuple(sorted(name for name in profiles if baselines.profile(name).draft)),
        drafted=tuple(
            name
            for name in baselines.drafted(request.baseline, request.profiles)
            if name not in overridden  # the user's own value rests on no announcement
        ),
        evidence=count_evidence(clauses) if register is not None else None,
        ignored_inline=ignored,
        waivers=uses,
    )


def findings(
    system: System, judgement: Judgement, choice: Choice, today: date
) -> tuple[list[Result], list[Diagnostic]]:
    """What is found in one root and what is wrong with it, waivers applied; nothing about the system as a whole."""
    request = system.request
    longest = int(assignment(request).parameters[waivers.LONGEST])
    results = list(judgement.results)
    uses = [] if choice.ignore_inline else _waive_in_code([judgement], today, longest, None)
    uses += _waive_centrally(system.settings, results, today, longest, report_unused=False)
    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    of_rules = regulations.clauses_of_rules(request.baseline, profiles, request.grades)
    for result in results:
        result.clauses = of_rules.get(result.rule, ())
    return results, [*judgement.diagnostics, *(use.problem for use in uses if use.problem is not None)]


def _register(system: System) -> Register | None:
    """The evidence register beside the settings; None where there is none."""
    path = system.settings.path
    if path is None or not os.path.lexists(path.parent / EVIDENCE_FILE_NAME):
        return None
    from compliant_infra.obligations.register import load_register

    display = posixpath.join(posixpath.dirname(system.settings.display), EVIDENCE_FILE_NAME)
    return load_register(path.parent / EVIDENCE_FILE_NAME, display)


def _governance(
    system: System,
    register: Register | None,
    choice: Choice,
    profiles: frozenset[str],
    today: date,
    results: list[Result],
    passes: Counter[str],
) -> None:
    """Add what the register and the cross-border settings say. Passes are counted, and kept where asked for."""
    found: list[Result] = []
    wants_route = any(baselines.profile(name).requires_cross_border for name in profiles)
    if register is not None or wants_route:
        from compliant_infra.obligations.findings import evidence_results, export_results

        if register is not None:
            found += evidence_results(register, today)
        if wants_route:
            found += export_results(system.settings, today)
    for result in found:
        if choice.only and not {result.rule, result.code} & set(choice.only):
            continue
        if {result.rule, result.code} & set(choice.skip):
            continue
        if result.verdict is Verdict.PASS:
            passes[result.rule] += 1
            if not choice.include_passed:
                continue
        results.append(result)


def _evidence_notes(
    register: Register | None, request: Request, profiles: frozenset[str], today: date
) -> dict[str, EvidenceNote]:
    """For each clause of the baseline the record that answers it."""
    if register is None:
        return {}
    from compliant_infra.obligations.register import answers

    return {
        clause: EvidenceNote(
            owner=record.owner,
            document=record.document,
            date=record.dated,
            next_review=record.next_review,
            state=record.state(today),
            statement=record.statement,
        )
        for clause, record in answers(register, request.baseline, profiles, request.grades, today).items()
    }


def _overrides(request: Request) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in request.parameters}


def _unique(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A module that two roots call is diagnosed once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda item: (item.level, item.file, item.line, item.code))


def _limits(results: Iterable[Result]) -> Iterable[Diagnostic]:
    """What could not be decided because of a limit of this tool is no ordinary unknown: the job is not done whole."""
    for result in results:
        reason = result.reason
        if reason is not None and reason.code == "limit":
            place = reason.location or result.location
            yield Diagnostic(
                "limit-reached",
                Text(
                    f"{result.resource} {result.attribute}: beyond the limits of the evaluation; not decided",
                    f"{result.resource} {result.attribute}：超出求值限制，无法判定",
                ),
                place.file,
                place.line,
            )


def _waive_in_code(
    judgements: Sequence[Judgement], today: date, longest: int, sees: Callable[[str], bool] | None
) -> list[WaiverUse]:
    """Apply the waivers in the code. ``sees`` as in ``System``; None: of none it is said that it is unused."""
    given = [
        (waiver, [judgement.results[position] for position in positions])
        for judgement in judgements
        for waiver, positions in judgement.waivers
    ]
    uses = waivers.waive_in_code(given, rules_by_name(), today, longest)
    if sees is None:
        return uses
    roots = {judgement.root for judgement in judgements}

    def is_judged(waiver: Waiver) -> bool:
        """Whether everything was judged that it could be about: a module's may be about another caller's resources."""
        file = waiver.location.file if waiver.location is not None else ""
        return not waiver.inline or (posixpath.dirname(file) or ".") in roots or sees(file)

    return [_with_unused(use) if is_judged(use.waiver) else use for use in uses]


def _waive_centrally(
    settings: Settings, results: Sequence[Result], today: date, longest: int, report_unused: bool
) -> list[WaiverUse]:
    names = {name: rule.name for name, rule in rules_by_name().items()}
    uses = waivers.waive_centrally(settings.waivers, results, names, today, longest)
    return [_with_unused(use) for use in uses] if report_unused else uses


def _with_unused(use: WaiverUse) -> WaiverUse:
    """One that holds and waives nothing gets that for its problem."""
    return use if use.problem is not None or use.results else replace(use, problem=_unused(use.waiver))


def settle_unused(reports: Sequence[SystemReport]) -> None:
    """A waiver in a module that several systems call is used where one of them uses it."""
    used = {use.waiver for report in reports for use in report.waivers if use.results}
    for report in reports:
        settled = {
            use.problem
            for use in report.waivers
            if use.waiver in used and use.problem is not None and use.problem.code == "waiver-unused"
        }
        report.waivers = [replace(use, problem=None) if use.problem in settled else use for use in report.waivers]
        report.diagnostics = [item for item in report.diagnostics if item not in settled]


def _unused(waiver: Waiver) -> Diagnostic:
    place = waiver.location or SourceLocation("")
    return Diagnostic(
        "waiver-unused",
        Text(f"waiver for {waiver.rule} covers nothing", f"豁免 {waiver.rule} 未覆盖任何结果"),
        place.file,
        place.line,
    )
