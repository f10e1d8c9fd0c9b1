"""One run, several systems: which settings belong to which roots, and what comes of their judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel import waivers
from compliant_infra.kernel.evaluation import Judgement, conclude
from compliant_infra.kernel.model import Diagnostic, Result, Text, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.reports.report import Decided, SystemReport, counts_by_rule, judge_clause, result_order
from compliant_infra.settings import DEFAULT_BASELINE, Settings, find_settings, load_settings


@dataclass(slots=True)
class Choice:
    """What the command line chooses over the settings."""

    baseline: str | None = None
    profiles: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    include_passed: bool = False
    ignore_inline: bool = False


@dataclass(slots=True)
class System:
    """The roots that share one settings file."""

    settings: Settings
    request: Request
    roots: list[str] = field(default_factory=list)
    assumed: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)


class SystemTable:
    """Finds and keeps the systems of a run."""

    def __init__(self, base: Path, boundary: Path, choice: Choice, today: date, config: Path | None = None) -> None:
        self._base = base
        self._boundary = boundary
        self._choice = choice
        self._today = today
        self._config = config
        self._systems: dict[Path | None, System] = {}

    def __iter__(self) -> Iterable[System]:
        return iter(self._systems.values())

    def systems(self) -> list[System]:
        """Those that have a root, in the order in which they were met."""
        return [system for system in self._systems.values() if system.roots]

    def of(self, directory: Path) -> System:
        """The system of a root: that of the nearest settings file upwards."""
        path = self._config or find_settings(directory, self._boundary)
        if path not in self._systems:
            self._systems[path] = self._make(path)
        return self._systems[path]

    def _make(self, path: Path | None) -> System:
        from compliant_infra.hcl_checks.discovery import display_path

        settings = load_settings(path, display_path(str(path), self._base)) if path is not None else Settings()
        diagnostics = list(settings.diagnostics)
        choice = self._choice
        baseline = choice.baseline or settings.baseline or DEFAULT_BASELINE
        assumed = choice.baseline is None and settings.baseline is None

        def invalid(en: str, zh: str) -> None:
            diagnostics.append(Diagnostic("invalid-settings", Text(en, zh), settings.display))

        if baseline not in baselines.BASELINES:
            known = ", ".join(baselines.BASELINES)
            invalid(f"unknown baseline {baseline}; known: {known}", f"未知的基线 {baseline}；可用：{known}")
            baseline, assumed = DEFAULT_BASELINE, True
        profiles = []
        for profile in dict.fromkeys((*settings.profiles, *choice.profiles)):
            if profile == "all" or profile in baselines.PROFILES:
                profiles.append(profile)
            else:
                known = ", ".join([*baselines.PROFILES, "all"])
                invalid(f"unknown profile {profile}; known: {known}", f"未知的 profile {profile}；可用：{known}")
        parameters: dict[str, Any] = {}
        for name, value in settings.parameters.items():
            try:
                baselines.parameters(baseline, profiles, {name: value})
                parameters[name] = value
            except ValueError as error:
                invalid(f"parameters.{name}: {error}", f"parameters.{name}：{error}")
        declared = settings.cross_border
        request = Request(
            baseline=baseline,
            profiles=tuple(profiles),
            grades=settings.grades,
            only=choice.only,
            skip=choice.skip,
            parameters=Request.parameter_items(parameters),
            destinations=declared.destinations,
            mechanism=declared.mechanism,
            mechanism_valid=declared.valid(self._today),
            include_passed=choice.include_passed,
        )
        return System(settings, request, assumed=assumed, diagnostics=diagnostics)


def report_system(
    system: System, judgements: Sequence[Judgement], choice: Choice, today: date, name: str
) -> SystemReport:
    """Put the judgements of a system's roots together: waivers, system-wide results, clauses, diagnostics."""
    request = system.request
    rules = assignment(request)
    results: list[Result] = []
    diagnostics = list(system.diagnostics)
    passes: Counter[str] = Counter()
    unsupported: Counter[str] = Counter()
    for judgement in judgements:
        if not choice.ignore_inline:
            _waive_inline(judgement, diagnostics, today)
        results.extend(judgement.results)
        diagnostics.extend(judgement.diagnostics)
        passes.update(judgement.passes)
        unsupported.update(judgement.unsupported)
    results.extend(conclude(judgements, rules, system.settings.complete))
    _waive_centrally(system.settings, results, diagnostics, today, complete_run=not (choice.only or choice.skip))
    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    of_rules = regulations.clauses_of_rules(request.baseline, profiles, request.grades)
    for result in results:
        result.clauses = of_rules.get(result.rule, ())
    by_rule = counts_by_rule(results, passes)
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
        )
        for clause in regulations.clauses(request.baseline, profiles, request.grades)
    ]
    for provider, count in sorted(unsupported.items()):
        diagnostics.append(
            Diagnostic(
                "unsupported-provider",
                Text(
                    f"{count} resources of provider {provider}: there are no rules for it, they are not judged",
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
        files=len({path for judgement in judgements for path in judgement.sources}),
        roots=[judgement.root for judgement in judgements],
        absent_modules=sum(judgement.absent_modules for judgement in judgements),
        parameters=rules.parameters,
    )


def _unique(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A module that two roots call is diagnosed once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda item: (item.level, item.file, item.line, item.code))


def _waive_inline(judgement: Judgement, diagnostics: list[Diagnostic], today: date) -> None:
    known = rules_by_name()
    for waiver, positions in judgement.waivers:
        problem = waivers.problem(waiver, known, today)
        if problem is not None:
            diagnostics.append(problem)
            continue
        used = [waivers.waive(judgement.results[position], waiver) for position in positions]
        if not any(used):
            diagnostics.append(_unused(waiver.rule, waiver.location))


def _waive_centrally(
    settings: Settings, results: Sequence[Result], diagnostics: list[Diagnostic], today: date, complete_run: bool
) -> None:
    known: Mapping[str, Any] = rules_by_name()
    valid = []
    for waiver in settings.waivers:
        problem = waivers.problem(waiver, known, today)
        if problem is not None:
            diagnostics.append(problem)
        else:
            valid.append(waiver)
    if not valid:
        return
    used: set[int] = set()
    for result in results:
        if result.verdict is Verdict.FAIL or result.verdict is Verdict.UNKNOWN:
            for waiver in valid:
                if waivers.covers(waiver, result) and waivers.waive(result, waiver):
                    used.add(id(waiver))
                    break
    if complete_run:
        diagnostics.extend(_unused(item.rule, item.location) for item in valid if id(item) not in used)


def _unused(rule: str, place: Any) -> Diagnostic:
    return Diagnostic(
        "waiver-unused",
        Text(f"waiver for {rule} covers nothing", f"豁免 {rule} 未覆盖任何结果"),
        place.file if place else "",
        place.line if place else 0,
    )
