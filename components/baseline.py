"""Baseline and profiles -> what components apply: the rules in force and the numbers that they read.

A component never knows a number or a level's demand by itself: it asks ``Hardening.demands("oss-zone-redundant")`` and
``Hardening.number("log-retention-days")``, the same catalogue that the check judges by.

``versions.json`` freezes what a version of the hardening asks, so that a stack keeps the hardening it was born with
when the catalogue grows; ``scripts/freeze_hardening.py`` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from pkgutil import get_data
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue
from compliant_infra.kernel.evaluation import Assignment
from compliant_infra.regulations import catalogue as regulations

#: The baseline of a component that is given none, by argument or stack configuration.
DEFAULT_BASELINE: Final = catalogue.DEFAULT_BASELINE


class BaselineError(ValueError):
    """An unknown baseline, profile, parameter or version, or one that a cloud cannot carry."""


@cache
def _frozen() -> Mapping[str, Mapping[str, Any]]:
    data: dict[str, Mapping[str, Any]] = json.loads(get_data(__name__, "versions.json") or b"")
    return data


def versions() -> tuple[str, ...]:
    """Every version of the hardening, the oldest first."""
    return tuple(_frozen())


@dataclass(frozen=True, slots=True)
class Hardening:
    """What one baseline asks, in one version of the hardening.

    ``rules`` are the slugs in force; ``parameters`` the numbers and lists that they read (days, zones, ports).
    """

    baseline: str
    profiles: tuple[str, ...]
    version: str
    level: int  # MLPS level: 2, 3 or 4
    rules: frozenset[str]
    parameters: Mapping[str, Any]
    own_parameters: tuple[tuple[str, Any], ...] = ()

    def demands(self, rule: str) -> bool:
        """Whether a rule (by slug) is in force. Raises KeyError for a slug that the version does not know."""
        if rule not in _frozen()[self.version]["rules"]:
            raise KeyError(rule)
        return rule in self.rules

    def number(self, parameter: str) -> int:
        """The value of a parameter of kind integer, in the unit that docs/ names for it."""
        return int(self.parameters[parameter])

    def numbers(self) -> dict[str, int]:
        """Every parameter of kind integer or boolean that is in force."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, int)}

    def at_least(self, parameter: str, offered: Iterable[int]) -> int:
        """The smallest of the steps that a provider offers which meets the parameter. Raises BaselineError for none."""
        wanted = self.number(parameter)
        fitting = [step for step in sorted(offered) if step >= wanted]
        if not fitting:
            raise BaselineError(f"{parameter} = {wanted} is more than the provider offers")
        return fitting[0]

    def since(self, version: str) -> bool:
        """Whether the hardening is of this version or a later one: what a later version adds asks first."""
        order = versions()
        return order.index(self.version) >= order.index(version)

    @property
    def national_cryptography(self) -> bool:
        """Whether the profile ``sm`` is on: SM algorithms wherever the cloud has them."""
        return "sm" in self.profiles

    @property
    def financial(self) -> bool:
        """Whether the baseline is one of the financial sector."""
        return self.baseline.startswith("financial-")

    def assignment(self) -> Assignment:
        """The same rules and numbers as the judgement wants them."""
        found = assignment(Request(self.baseline, self.profiles, parameters=self.own_parameters))
        return replace(
            found,
            rules=[rule for rule in found.rules if rule.name in self.rules],
            parameters={**found.parameters, **self.parameters},
        )

    def clauses(self, rule: str) -> tuple[str, ...]:
        """The written ids of the clauses for which a rule speaks under this baseline."""
        return _clauses(self.baseline, self.profiles).get(rule, ())


@lru_cache(maxsize=16)
def _clauses(baseline: str, profiles: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return regulations.clauses_of_rules(baseline, frozenset(profiles))


def hardening(
    baseline: str = DEFAULT_BASELINE,
    profiles: Iterable[str] = (),
    version: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> Hardening:
    """What a baseline with these profiles asks; ``version`` defaults to the newest.

    ``parameters`` are the team's own values, as in the section ``[parameters]`` of the settings. One that asks for less
    than the baseline is refused: raises BaselineError, as for unknown names.
    """
    profiles = tuple(profiles)
    version = version or versions()[-1]
    if version not in _frozen():
        raise BaselineError(f"unknown baseline_version {version!r}; known are: {', '.join(versions())}")
    try:
        active = catalogue.active_profiles(baseline, profiles)
    except KeyError as error:
        known = f"baselines: {', '.join(catalogue.BASELINES)}; profiles: {', '.join(catalogue.PROFILES)}, all"
        raise BaselineError(f"unknown baseline or profile {error.args[0]!r}; known are {known}") from None
    own = dict(parameters or {})
    frozen = _frozen()[version]
    records = {
        name: replace(record, **{key: _tuples(value) for key, value in frozen["parameters"][name].items()})
        for name, record in catalogue.parameter_records().items()
        if name in frozen["parameters"]
    }
    try:
        values = catalogue.parameters(baseline, active, own, records)
        weaker = catalogue.weakened(baseline, active, own)
    except ValueError as error:
        raise BaselineError(str(error)) from None
    if weaker:
        raise BaselineError(
            f"parameters that ask for less than {baseline}: {', '.join(weaker)}; "
            "what a component builds cannot be weaker than its baseline"
        )
    sources = {
        baseline,
        *("+".join((baseline, *some)) for some in (*combinations(active, 1), *combinations(active, 2))),
    }
    rules = frozenset(rule for rule, found in frozen["rules"].items() if not sources.isdisjoint(found))
    return Hardening(
        baseline,
        active,
        version,
        catalogue.baseline(baseline).level,
        rules,
        values,
        Request.parameter_items(own),
    )


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value
