"""What is asked of a system: from settings and options to rules, severities, parameters and clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.evaluation import Assignment
from compliant_infra.kernel.rules import all_rules
from compliant_infra.providers.distances import separation
from compliant_infra.providers.regions import is_mainland, regions_of_classes
from compliant_infra.regulations import catalogue as regulations


@dataclass(frozen=True, slots=True)
class Request:
    """The choice of rules for one system, in a form that can be sent to a worker and hashed for the cache."""

    baseline: str
    profiles: tuple[str, ...] = ()
    grades: str = ""
    only: tuple[str, ...] = ()  # rules by slug or code, or clauses
    skip: tuple[str, ...] = ()
    parameters: tuple[tuple[str, Any], ...] = field(default=())
    destinations: tuple[str, ...] = ()
    mechanism: str = "none"
    mechanism_valid: bool = False
    include_passed: bool = False

    @classmethod
    def parameter_items(cls, parameters: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Parameters in the form of the field: sorted, lists as tuples."""
        return tuple(
            (name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(parameters.items())
        )


@lru_cache(maxsize=32)
def assignment(request: Request) -> Assignment:
    """The rules, severities and parameters of a request. Raises KeyError or ValueError for unknown names."""
    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    record = baselines.baseline(request.baseline)
    names = regulations.rule_names(request.baseline, profiles, request.grades)
    rules = [rule for rule in all_rules() if rule.name in names]
    if request.only:
        wanted = selected_rules(request)
        rules = [rule for rule in all_rules() if rule.name in wanted]
    if request.skip:
        rules = [rule for rule in rules if rule.name not in request.skip and rule.code not in request.skip]
    parameters = dict(
        baselines.parameters(
            request.baseline,
            profiles,
            {name: list(value) if isinstance(value, tuple) else value for name, value in request.parameters},
        )
    )
    parameters["platform-levels"] = _platform_levels() if record.level >= 4 else {}
    if parameters["region-classes"] and not parameters["allowed-regions"]:
        # A class that no region has leaves a list that no region is on, and not an empty one, which would allow all.
        parameters["allowed-regions"] = regions_of_classes(parameters["region-classes"]) or ("",)
    parameters["cross-border-destinations"] = request.destinations
    parameters["cross-border-mechanism"] = request.mechanism
    parameters["cross-border-valid"] = request.mechanism_valid
    return Assignment(
        baseline=request.baseline,
        level=record.level,
        profiles=profiles,
        rules=rules,
        parameters=parameters,
        is_mainland=is_mainland,
        severities=record.severity_raises,
        include_passed=request.include_passed,
        separation=separation,
    )


def _platform_levels() -> Mapping[str, Mapping[str, int]]:
    """Which level the platforms carry; asked for at level 4 only, which not every region reaches."""
    from compliant_infra.providers.capabilities import platform_levels

    return platform_levels()


def selected_rules(request: Request) -> frozenset[str]:
    """The rules that ``--only`` names: by slug, code or clause. Raises KeyError for what is neither."""
    from compliant_infra.kernel.rules import rules_by_name

    profiles = frozenset(baselines.active_profiles(request.baseline, request.profiles))
    index = rules_by_name()
    found: set[str] = set()
    for name in request.only:
        if name in index:
            found.add(index[name].name)
            continue
        clauses = regulations.find_clauses(name, request.baseline, profiles, request.grades)
        if not clauses:
            raise KeyError(name)
        found.update(rule for clause in clauses for rule in clause.rules)
    return frozenset(found)
