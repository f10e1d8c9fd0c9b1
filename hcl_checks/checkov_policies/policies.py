"""The policies as checkov knows them: one for each rule, over all of its types.

This module runs inside checkov. A policy decides nothing by itself: it looks its verdict up in the judgement of the
graph that checkov has made. PASSED and FAILED are said where the judge has decided; a waived finding is SKIPPED with
who answers for it and until when; everything else is UNKNOWN, which checkov does not show.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.module.base_module_check import BaseModuleCheck
from checkov.terraform.checks.module.registry import module_registry
from checkov.terraform.checks.provider.base_check import BaseProviderCheck
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck
from checkov.terraform.checks.resource.registry import resource_registry

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
    secret: bool = False  # its findings may show secrets


#: Outcomes by code of one of checkov's blocks: (graph, configuration, scanned file) -> outcomes.
Lookup = Callable[[Any, dict[str, Any], str], Mapping[str, Outcome]]


class _Judged:
    """Answers from the judgement; stands before checkov's own base class."""

    policy: Policy
    lookup: Lookup
    graph: Any
    details: list[str]
    entity_type: str
    severity: Any
    benchmarks: dict[str, list[str]]

    def _describe(self, policy: Policy, lookup: Lookup) -> None:
        self.policy = policy
        self.lookup = lookup
        self.severity = Severities[policy.severity.upper()]
        self.benchmarks = {name: list(clauses) for name, clauses in policy.benchmarks.items()}

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: Mapping[str, str],
    ) -> dict[str, Any]:
        """checkov's entry: its own comments to skip a policy come first."""
        self.entity_type = entity_type
        if skip_info:
            self.details = []
            return {"result": CheckResult.SKIPPED, "suppress_comment": skip_info["suppress_comment"]}
        outcome = self.lookup(self.graph, entity_configuration, scanned_file).get(self.policy.code)
        if outcome is None:
            self.details = []
            return {"result": CheckResult.UNKNOWN, "evaluated_keys": []}
        return self.answer(outcome, entity_configuration)

    def answer(self, outcome: Outcome, configuration: dict[str, Any]) -> dict[str, Any]:
        """The outcome in checkov's words. Severity and details are read from the policy right after."""
        self.severity = Severities[outcome.severity.upper()]
        self.details = list(outcome.details)
        if self.policy.secret:
            _name_secrets(self.policy.id, outcome, configuration)
        found = {
            "result": _VERDICTS.get(outcome.verdict, CheckResult.UNKNOWN),
            "evaluated_keys": list(outcome.attributes),
        }
        if outcome.verdict == "waived":
            found["suppress_comment"] = outcome.comment
        return found


def _name_secrets(policy: str, outcome: Outcome, configuration: dict[str, Any]) -> None:
    """Tell checkov what to hide in the lines of source that it shows: it looks for keys of this form."""
    for attribute in outcome.attributes:
        for number, text in enumerate(_texts(configuration.get(attribute.partition(".")[0]))):
            configuration[f"{policy}_secret_{attribute}_{number}"] = text


def _texts(value: Any) -> Iterator[str]:
    """Every text within a value of checkov's, line by line."""
    if isinstance(value, str):
        yield from (line for line in value.split("\n") if line.strip())
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


class ResourcePolicy(_Judged, BaseResourceCheck):
    """A rule about resources."""

    def __init__(self, policy: Policy, types: Iterable[str], lookup: Lookup) -> None:
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
    for registry in (resource_registry, provider_registry, module_registry):
        shorten(registry, lookup)
    return loaded


# --------------------------------------------------------------------------------------------------------------
# The short way
# --------------------------------------------------------------------------------------------------------------

#: What checkov's registries are asked, as far as the short way knows it.
_SCAN_ARGUMENTS: Final = ("scanned_file", "entity", "skipped_checks", "runner_filter", "report_type")


def shorten(registry: Any, lookup: Lookup) -> None:
    """Have a registry add what is decided to its other results, in place of asking every policy about every block.

    Each question costs checkov more than the judgement of the block, and most answers are "not decided" or "does not
    concern it", which it drops. The policies stay registered: a registry of another shape is left as it is and asks.
    """
    scan, get_checks = registry.scan, registry.get_checks
    if hasattr(registry, "compliant_infra") or tuple(inspect.signature(scan).parameters) != _SCAN_ARGUMENTS:
        return
    registry.compliant_infra = True
    selected: dict[Any, bool] = {}

    def others(entity: str) -> list[Any]:
        return [check for check in get_checks(entity) if not isinstance(check, _Judged)]

    def runs(check: Any, severity: str, runner_filter: Any, report_type: str, scanned_file: str) -> bool:
        if runner_filter.skip_checks_regex_patterns:  # the file counts
            check.severity = Severities[severity.upper()]
            return bool(
                runner_filter.should_run_check(check, report_type=report_type, file_origin_paths=[scanned_file])
            )
        key = (check.id, severity, report_type, id(runner_filter))
        if key not in selected:
            check.severity = Severities[severity.upper()]
            selected[key] = runner_filter.should_run_check(check, report_type=report_type)
        return selected[key]

    def shortened(
        scanned_file: str, entity: Any, skipped_checks: Any, runner_filter: Any, report_type: str | None = None
    ) -> dict[Any, Any]:
        results: dict[Any, Any] = scan(scanned_file, entity, skipped_checks, runner_filter, report_type)
        try:
            kind, _, configuration = registry.extract_entity_details(entity)
        except Exception:
            return results  # as checkov does, which has said so
        if not isinstance(configuration, dict):
            return results
        outcomes = lookup(registry.graph, configuration, scanned_file)
        comments = {item["id"]: item["suppress_comment"] for item in skipped_checks or ()}
        if not outcomes and not comments:
            return results
        asked = report_type or registry.report_type
        for check in get_checks(kind):
            if not isinstance(check, _Judged):
                continue
            outcome = outcomes.get(check.policy.code)
            comment = comments.get(check.policy.id)
            if comment is None and (outcome is None or outcome.verdict not in _VERDICTS):
                continue
            severity = check.policy.severity if outcome is None else outcome.severity
            if not runs(check, severity, runner_filter, asked, scanned_file):
                continue
            check.entity_type = kind
            if comment is not None:
                results[check] = {"result": CheckResult.SKIPPED, "suppress_comment": comment}
            elif outcome is not None:
                results[check] = check.answer(outcome, configuration)
        return results

    registry.get_checks = others
    registry.scan = shortened
