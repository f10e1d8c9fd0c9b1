"""The policies as checkov knows them: one for each rule, over all of its types.

This module runs inside checkov. A policy decides nothing by itself: it looks its verdict up in the judgement of the
graph that checkov has made. PASSED and FAILED are said where the judge has decided; a waived finding is SKIPPED with
who answers for it and until when; everything else is UNKNOWN, which checkov does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.module.base_module_check import BaseModuleCheck
from checkov.terraform.checks.provider.base_check import BaseProviderCheck
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

_VERDICTS: Final = {"fail": CheckResult.FAILED, "pass": CheckResult.PASSED, "waived": CheckResult.SKIPPED}


class Outcome(NamedTuple):
    """What one rule says of one block: its worst finding decides."""

    verdict: str  # "fail", "pass", "waived", "unknown", "error"
    severity: str  # under the baseline of the root
    attributes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    comment: str = ""  # of a waiver


@dataclass(frozen=True, slots=True)
class Policy:
    """What is known of a policy before anything is judged; made from a rule when the folder is made."""

    id: str
    code: str
    name: str
    title: str
    severity: str
    category: str
    guideline: str
    types: tuple[str, ...]
    benchmarks: Mapping[str, Sequence[str]]


#: Outcomes by code of one of checkov's blocks: (graph, configuration, scanned file) -> outcomes.
Lookup = Callable[[Any, dict[str, Any], str], Mapping[str, Outcome]]


class _Check(Protocol):
    """What the classes below share with checkov's base of all checks."""

    policy: Policy
    lookup: Lookup
    graph: Any
    details: list[str]
    evaluated_keys: list[str]
    severity: Any
    benchmarks: dict[str, list[str]]


class _Judged:
    """Answers from the judgement; stands before checkov's own base class."""

    policy: Policy
    lookup: Lookup

    def run(
        self: _Check,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: Mapping[str, str],
    ) -> dict[str, Any]:
        """checkov's entry: its own comments to skip a policy come first."""
        self.details = []
        if skip_info:
            return {"result": CheckResult.SKIPPED, "suppress_comment": skip_info["suppress_comment"]}
        outcome = self.lookup(self.graph, entity_configuration, scanned_file).get(self.policy.code)
        if outcome is None:
            return {"result": CheckResult.UNKNOWN, "evaluated_keys": []}
        self.severity = Severities[outcome.severity.upper()]
        self.details = list(outcome.details)
        found = {
            "result": _VERDICTS.get(outcome.verdict, CheckResult.UNKNOWN),
            "evaluated_keys": list(outcome.attributes),
        }
        if outcome.verdict == "waived":
            found["suppress_comment"] = outcome.comment
        return found

    def _describe(self: _Check, policy: Policy, lookup: Lookup) -> None:
        self.policy = policy
        self.lookup = lookup
        self.severity = Severities[policy.severity.upper()]
        self.benchmarks = {name: list(clauses) for name, clauses in policy.benchmarks.items()}


class ResourcePolicy(_Judged, BaseResourceCheck):
    """A rule about resources."""

    def __init__(self, policy: Policy, types: Iterable[str], lookup: Lookup) -> None:
        self._describe(policy, lookup)
        super().__init__(
            name=policy.title,
            id=policy.id,
            categories=[CheckCategories[policy.category]],
            supported_resources=list(types),
            guideline=policy.guideline,
        )
        self._describe(policy, lookup)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Never asked: ``run`` answers."""
        return CheckResult.UNKNOWN


class ProviderPolicy(_Judged, BaseProviderCheck):
    """A rule about the configurations of providers."""

    def __init__(self, policy: Policy, providers: Iterable[str], lookup: Lookup) -> None:
        super().__init__(
            name=policy.title,
            id=policy.id,
            categories=[CheckCategories[policy.category]],
            supported_provider=list(providers),
            guideline=policy.guideline,
        )
        self._describe(policy, lookup)

    def scan_provider_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Never asked: ``run`` answers."""
        return CheckResult.UNKNOWN


class ModulePolicy(_Judged, BaseModuleCheck):
    """A rule about module calls."""

    def __init__(self, policy: Policy, lookup: Lookup) -> None:
        super().__init__(
            name=policy.title,
            id=policy.id,
            categories=[CheckCategories[policy.category]],
            guideline=policy.guideline,
        )
        self._describe(policy, lookup)

    def scan_module_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Never asked: ``run`` answers."""
        return CheckResult.UNKNOWN


def register(policies: Iterable[Policy], lookup: Lookup) -> list[str]:
    """Hand the policies to checkov; the ids of those that it can ask about something."""
    loaded: list[str] = []
    for policy in policies:
        resources = [kind for kind in policy.types if "." not in kind]
        providers = [kind.removeprefix("provider.") for kind in policy.types if kind.startswith("provider.")]
        if resources:
            ResourcePolicy(policy, resources, lookup)
        if providers:
            ProviderPolicy(policy, providers, lookup)
        if "terraform.module" in policy.types:
            ModulePolicy(policy, lookup)
        if resources or providers or "terraform.module" in policy.types:
            loaded.append(policy.id)
    return loaded
