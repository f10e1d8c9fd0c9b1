"""Scan x rules -> results: the judge.

``judge`` looks at one root by itself; ``conclude`` answers the questions that concern a whole system (is there a trail
at all?), which may be spread over several roots.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from compliant_infra.kernel import waivers
from compliant_infra.kernel.logic import Companions, Outcome, Predicate, same_unknown, undecided, unknown_text
from compliant_infra.kernel.model import (
    Diagnostic,
    OneOf,
    ProviderConfiguration,
    Resource,
    Result,
    Scan,
    Separation,
    Severity,
    SourceLocation,
    Text,
    Unknown,
    UnknownReason,
    Verdict,
    Waiver,
)
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.rules import all_rules
from compliant_infra.kernel.rules.record import Absence, Rule

#: Providers that make nothing in a cloud: resources of these are not judged, and counted without a warning.
UTILITY_PROVIDERS: Final = frozenset(
    {"random", "null", "local", "time", "tls", "archive", "template", "terraform", "external", "http", "cloudinit"}
)

#: Providers whose resources have the types of another one: the preview of a cloud's provider.
PREVIEWS: Final[Mapping[str, str]] = {"google-beta": "google"}


@dataclass(slots=True)
class Assignment:
    """What is asked of a scan: the baseline's rules with their severities and parameters."""

    baseline: str
    level: int
    profiles: frozenset[str]
    rules: Sequence[Rule]
    parameters: Mapping[str, Any]
    is_mainland: Callable[[str, str], bool | None]
    severities: Mapping[str, Severity] = field(default_factory=dict)  # raised by the baseline
    include_passed: bool = False
    separation: Callable[[str, str, str], Separation | None] = lambda cloud, region, other: None

    def severity(self, rule: Rule) -> Severity:
        """The rule's severity under this baseline."""
        return max(rule.severity, self.severities.get(rule.name, rule.severity))


@dataclass(slots=True)
class Judgement:
    """The results of one root, and what the system-wide questions need to know of it."""

    root: str
    results: list[Result] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    passes: Counter[str] = field(default_factory=Counter)  # rule -> resources that pass
    judged: int = 0  # resources that at least one rule looked at
    resources: int = 0
    files: int = 0
    absent_modules: int = 0
    clouds: set[str] = field(default_factory=set)
    unsupported: Counter[str] = field(default_factory=Counter)  # provider of a cloud -> resources nobody judges
    unjudged: Counter[str] = field(default_factory=Counter)  # the same, with providers that make nothing in a cloud
    witnesses: dict[str, set[str]] = field(default_factory=dict)  # rule -> clouds with a witness
    waivers: list[tuple[Waiver, list[int]]] = field(default_factory=list)  # inline, and the results they are about
    sources: dict[str, str] = field(default_factory=dict)  # files read -> content hash


class RuleIndex:
    """Rules by resource type; a star type holds for every type of its prefix without an entry of its own."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._exact: dict[str, list[tuple[Rule, Predicate]]] = {}
        self._stars: list[tuple[str, Rule, Predicate]] = []
        self._known: dict[str, list[tuple[Rule, Predicate]]] = {}
        for rule in rules:
            for kind, check in rule.checks.items():
                if kind.endswith("*"):
                    self._stars.append((kind[:-1], rule, check))
                else:
                    self._exact.setdefault(kind, []).append((rule, check))
        prefixes = {kind.split("_", 1)[0] for kind in self._exact if "." not in kind}
        self.clouds = frozenset(prefixes | {star.split("_", 1)[0] for star, _, _ in self._stars}) - UTILITY_PROVIDERS

    def for_type(self, kind: str) -> list[tuple[Rule, Predicate]]:
        """The rules that judge this type, with their predicates."""
        found = self._known.get(kind)
        if found is None:
            found = list(self._exact.get(kind, ()))
            own = {rule.name for rule, _ in found}
            found.extend(
                (rule, check) for prefix, rule, check in self._stars if kind.startswith(prefix) and rule.name not in own
            )
            self._known[kind] = found
        return found


@cache
def catalogue_clouds() -> frozenset[str]:
    """The clouds for which the whole catalogue has rules, whichever of them are selected."""
    return RuleIndex(all_rules()).clouds


class ScanContext:
    """What predicates may ask beyond their resource: see ``logic.Context``."""

    def __init__(self, scan: Scan, assignment: Assignment) -> None:
        self.parameters = assignment.parameters
        self.level = assignment.level
        self.profiles = assignment.profiles
        self.baseline = assignment.baseline
        self.memo: dict[Any, Any] = {}
        self._facts = assignment.is_mainland
        self._separation = assignment.separation
        self._by_type = scan.by_type()
        self._by_address: dict[str, Resource] | None = None
        self._all = scan.resources
        self._calls = {(call.module, mention): call for call in scan.absent_modules for mention in call.mentions}
        self._left_out = scan.left_out
        self._data = scan.data
        self._companions: dict[tuple[str, str], _CompanionIndex] = {}
        self._names: dict[str, dict[str, list[Resource]]] = {}

    def resources(self, *types: str) -> Sequence[Resource]:
        """All resources of these types in the root."""
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return [resource for kind in types for resource in self._by_type.get(kind, ())]

    def companions(self, resource: Resource, type: str, by: str, to: Sequence[str]) -> Companions:
        """The resources of ``type`` whose attribute ``by`` refers to ``resource``."""
        index = self._companions.get((type, by))
        if index is None:
            index = _CompanionIndex(self._by_type.get(type, ()), by)
            self._companions[(type, by)] = index
        return index.find(resource, to)

    def handed_over(self, resource: Resource) -> Unknown | None:
        """The absent module call among whose arguments the resource is; what the scan leaves out."""
        if self._left_out:
            return Unknown("not-in-scan", f"{self._left_out} resources")
        call = self._calls.get((resource.module, f"{resource.type}.{resource.name}")) if self._calls else None
        return Unknown("module-absent", call.address, call.location) if call is not None else None

    def region_of(self, resource: Resource) -> Any:
        """The resource's own ``region`` (aws), else that of its provider configuration."""
        if resource.type.startswith("aws_"):
            own = resource.get("region")
            if own is not None:
                return own
        provider = resource.provider
        if provider is not None and provider.region is not None:
            return provider.region
        name = provider.address if provider is not None else f"provider.{resource.type.split('_', 1)[0]}"
        return Unknown("no-value", f"{name}.region", provider.location if provider is not None else None)

    def is_mainland(self, cloud: str, region: str) -> bool | None:
        """Whether a region is in mainland China; None where its id is not known."""
        return self._facts(cloud, region)

    def separation(self, cloud: str, region: str, other: str) -> Separation | None:
        """How far two regions of a cloud lie apart; None where that is not known."""
        return self._separation(cloud, region, other)

    def resolve(self, value: Any, *types: str) -> Resource | None:
        """The resource that a value refers to: by reference, else by a known name that only one resource has."""
        if type(value) is Unknown:
            if value.reference is None:
                return None
            if self._by_address is None:
                self._by_address = {resource.address: resource for resource in self._all}
            found = self._by_address.get(value.reference.address)
            return found if found is not None and (not types or found.type in types) else None
        if isinstance(value, str) and value:
            matches: list[Resource] = []
            for kind in types:
                matches.extend(self._named(kind).get(value, ()))
            if len(matches) == 1:
                return matches[0]
        return None

    def data_source(self, value: Any) -> Resource | None:
        """The data source that a value is read from, or None."""
        if type(value) is not Unknown or value.reference is None:
            return None
        address = value.reference.address
        return next((source for source in self._data if source.address == address), None)

    def data_sources(self, *types: str) -> Sequence[Resource]:
        """All data sources of these types in the root."""
        return [source for source in self._data if source.type in types]

    def _named(self, kind: str) -> dict[str, list[Resource]]:
        names = self._names.get(kind)
        if names is None:
            names = {}
            for resource in self._by_type.get(kind, ()):
                for attribute in ("id", "arn", "bucket", "name", f"{kind.split('_', 1)[-1]}_name"):
                    value = resource.attributes.get(attribute)
                    if isinstance(value, str):
                        found = names.setdefault(value, [])
                        if not found or found[-1] is not resource:  # a bucket's id is its name
                            found.append(resource)
            self._names[kind] = names
        return names


def _values_at(container: Any, parts: Sequence[str]) -> Iterable[Any]:
    """All values at a path, through nested blocks and lists."""
    if not parts:
        if isinstance(container, (list, tuple)):
            yield from container
        elif type(container) is OneOf or container is not None:
            yield container
        return
    if type(container) is Unknown or type(container) is OneOf:
        yield container
    elif isinstance(container, Mapping):
        value = container.get(parts[0])
        if value is not None:
            yield from _values_at(value, parts[1:])
    elif isinstance(container, (list, tuple)):
        for item in container:
            yield from _values_at(item, parts)


class _CompanionIndex:
    """The resources of one type by what their attribute ``by`` refers to."""

    def __init__(self, resources: Iterable[Resource], by: str) -> None:
        self.by_reference: dict[str, list[Resource]] = {}
        self.by_name: dict[str, list[Resource]] = {}
        self.unknown: list[tuple[Resource, Unknown | OneOf]] = []
        parts = by.split(".")
        for resource in resources:
            for value in _values_at(resource.attributes, parts):
                if type(value) is Unknown:
                    if value.reference is not None:
                        self.by_reference.setdefault(value.reference.address, []).append(resource)
                    else:
                        self.unknown.append((resource, value))
                elif type(value) is OneOf:
                    self.unknown.append((resource, value))
                elif isinstance(value, str):
                    self.by_name.setdefault(value, []).append(resource)

    def find(self, resource: Resource, to: Sequence[str]) -> Companions:
        sure: dict[int, Resource] = {}  # by identity, so that many companions of one name are told apart in time

        def add(items: Iterable[Resource]) -> None:
            for item in items:
                sure.setdefault(id(item), item)

        add(self.by_reference.get(resource.address, ()))
        possible: list[tuple[Resource, Unknown | OneOf]] = []
        if self.by_name or self.unknown:
            own = [resource.attributes.get(name) for name in to]
            known = dict.fromkeys(value for value in own if isinstance(value, str))
            for name in known:
                add(self.by_name.get(name, ()))
            hidden = [value for value in own if type(value) is Unknown or type(value) is OneOf]
            for companion, value in self.unknown:
                if any(same_unknown(value, mine) for mine in hidden):
                    add((companion,))
                elif self._may_refer(value, resource):
                    possible.append((companion, value))
            if hidden:
                # The resource's own name is unknown: a companion that names something literally may mean it.
                blocked = hidden[0]
                possible.extend(
                    (item, blocked) for items in self.by_name.values() for item in items if id(item) not in sure
                )
        return Companions(
            [item.created_with(resource) for item in sure.values()],
            [(item.created_with(resource), unknown) for item, unknown in possible],
        )

    @staticmethod
    def _may_refer(value: Unknown | OneOf, resource: Resource) -> bool:
        if type(value) is not OneOf:
            return True
        for item in value.alternatives:
            if type(item) is not Unknown or item.reference is None or item.reference.address == resource.address:
                return True
        return False


# --------------------------------------------------------------------------------------------------------------
# One root
# --------------------------------------------------------------------------------------------------------------


def provider_resource(root: str, configuration: ProviderConfiguration, fallback: SourceLocation) -> Resource:
    """A provider configuration in the form in which rules judge it: type ``provider.<name>``."""
    attributes: Mapping[str, Any] = configuration.attributes
    if not attributes and configuration.region is not None:
        attributes = {"region": configuration.region}
    return Resource(
        root=root,
        address=configuration.address,
        type=f"provider.{PREVIEWS.get(configuration.name, configuration.name)}",
        name=configuration.alias or configuration.name,
        attributes=attributes,
        location=configuration.location or fallback,
        provider=configuration,
        mode="provider",
    )


def judge(scan: Scan, assignment: Assignment, index: RuleIndex | None = None) -> Judgement:
    """Apply the rules to everything in one root. A rule that raises becomes an ``error`` result and a diagnostic."""
    index = index or RuleIndex(assignment.rules)
    context = ScanContext(scan, assignment)
    judgement = Judgement(
        scan.root,
        resources=len(scan.resources),
        absent_modules=len(scan.absent_modules),
        sources=scan.files,
    )
    reporter = _Reporter(judgement, assignment)
    for resource in scan.resources:
        cloud = resource.type.split("_", 1)[0]
        if cloud in index.clouds or cloud in catalogue_clouds():
            judgement.clouds.add(cloud)
        else:
            judgement.unjudged[cloud] += 1
            if cloud not in UTILITY_PROVIDERS:
                judgement.unsupported[cloud] += 1
        rules = index.for_type(resource.type)
        if rules:
            judgement.judged += 1
            for rule, check in rules:
                reporter.report(rule, check, resource, context)
    for configuration in _provider_configurations(scan, judgement.clouds):
        fallback = SourceLocation(scan.root)
        resource = provider_resource(scan.root, configuration, fallback)
        for rule, check in index.for_type(resource.type):
            reporter.report(rule, check, resource, context)
    for requirement in scan.requirements:
        for rule, check in index.for_type(requirement.type):
            reporter.report(rule, check, requirement, context)
    _find_witnesses(scan, assignment, judgement, context)
    if scan.waivers:
        starts = {resource.address: resource.location for resource in (*scan.resources, *scan.requirements)}
        judgement.waivers = [
            (waiver, waivers.covered_by_comment(waiver, line, judgement.results, starts))
            for waiver, line in scan.waivers
        ]
    judgement.waivers.extend(
        (waiver, waivers.covered_by_declaration(waiver, reach, judgement.results))
        for waiver, reach in scan.declared_waivers
    )
    # Attributes are evaluated while rules read them: only now is all said that there is to say.
    judgement.diagnostics[:0] = scan.diagnostics
    judgement.files = sum(1 for digest in scan.files.values() if digest)
    context.memo.clear()  # what is kept there refers back to the context: it would wait for the collector of cycles
    return judgement


def _provider_configurations(scan: Scan, clouds: set[str]) -> list[ProviderConfiguration]:
    """Those that are written, and one implied for each cloud that is used without any."""
    found = list(scan.providers)
    written = {PREVIEWS.get(configuration.name, configuration.name) for configuration in found}
    for cloud in sorted(clouds - written):
        first = next(resource for resource in scan.resources if resource.type.startswith(f"{cloud}_"))
        found.append(ProviderConfiguration(cloud, location=first.location))
    return found


def _find_witnesses(scan: Scan, assignment: Assignment, judgement: Judgement, context: ScanContext) -> None:
    present = {resource.type for resource in scan.resources}
    for rule in assignment.rules:
        if rule.absence is not None:
            clouds = {
                cloud
                for cloud, types in rule.absence.witnesses.items()
                if any(_is_witness(kind, rule.absence, context) for kind in types if kind in present)
            }
            if clouds:
                judgement.witnesses[rule.name] = clouds


def _is_witness(kind: str, absence: Absence, context: ScanContext) -> bool:
    """Whether a resource of this type answers the question; one of which that is not known may be the answer."""
    asked = absence.that.get(kind)
    return asked is None or any(
        asked(resource, context).verdict in (Verdict.PASS, Verdict.UNKNOWN) for resource in context.resources(kind)
    )


def _settled_elsewhere(outcome: Outcome, check: Predicate, taken: Unknown) -> Outcome:
    """What is missing beside a resource may be made by a module that is not in the scan and takes it as an argument.

    That concerns findings about other resources only: those that point at no attribute and at no companion.
    """
    if (
        outcome.verdict is Verdict.FAIL
        and not outcome.attribute
        and outcome.resource is None
        and any(":" in path for path in check.reads)
    ):
        what = outcome.message
        if taken.reason == "not-in-scan":
            message = Text(
                f"{what.en}; {taken.expression} are left out and may add that",
                f"{what.zh}；另有 {taken.expression.split(' ')[0]} 个资源未列出，可能已补充",
            )
        else:
            message = Text(
                f"{what.en}; {taken.expression} takes it and may add that, but is not in the scan",
                f"{what.zh}；{taken.expression} 引用了该资源并可能补充，但其不在扫描范围内",
            )
        return undecided(taken, message=message)
    return outcome


def _not_by_the_rest(outcome: Outcome, resource: Resource, taken: Unknown | None) -> Outcome:
    """What stays open even where the scan is the whole system: a module not in it, or a resource that may not be."""
    if not isinstance(outcome.unknown, Unknown) or outcome.unknown.reason != "not-in-scan":
        return outcome
    if resource.existence is not None:
        return undecided(resource.existence, message=outcome.message)
    return outcome if taken is None else undecided(Unknown("unsupported", taken.expression), message=outcome.message)


class _Reporter:
    """Turns outcomes into results."""

    def __init__(self, judgement: Judgement, assignment: Assignment) -> None:
        self.judgement = judgement
        self.assignment = assignment
        self._severity = {rule.name: assignment.severity(rule) for rule in assignment.rules}

    def report(self, rule: Rule, check: Predicate, resource: Resource, context: ScanContext) -> None:
        try:
            outcome = check(resource, context)
        except Exception as error:  # a broken rule must not hide the others
            self._crash(rule, resource, error)
            return
        verdict = outcome.verdict
        if verdict is Verdict.NOT_APPLICABLE:
            return
        if verdict is Verdict.PASS:
            self.judgement.passes[rule.name] += 1
            if self.assignment.include_passed:
                self._add(rule, resource, outcome)
            return
        taken = context.handed_over(resource)
        for part in outcome.parts or (outcome,):
            if resource.type in rule.whole and part.verdict is Verdict.UNKNOWN:
                part = _not_by_the_rest(part, resource, taken)
            self._add(rule, resource, _settled_elsewhere(part, check, taken) if taken is not None else part)

    def _crash(self, rule: Rule, resource: Resource, error: Exception) -> None:
        described = f"{type(error).__name__}: {error}"
        message = Text(f"rule {rule.name} crashed: {described}", f"规则 {rule.name} 执行出错：{described}")
        location = resource.location
        self.judgement.diagnostics.append(Diagnostic("rule-crashed", message, location.file, location.line))
        self.judgement.results.append(
            Result(
                rule=rule.name,
                code=rule.code,
                verdict=Verdict.ERROR,
                severity=self._severity[rule.name],
                root=self.judgement.root,
                resource=resource.address,
                type=resource.type,
                location=location,
                message=message,
                fingerprint=fingerprint(self.judgement.root, rule.name, resource.address, "", ""),
            )
        )

    def _add(self, rule: Rule, resource: Resource, outcome: Outcome) -> None:
        verdict = outcome.verdict
        message = outcome.message
        reason: UnknownReason | None = None
        if verdict is Verdict.FAIL and resource.existence is not None:
            verdict = Verdict.UNKNOWN
            reason = _reason_of(resource.existence)
            why = unknown_text(reason.code, reason.expression)
            message = Text(
                f"fails if it is created ({why.en}): {message.en}", f"如果创建则不符（{why.zh}）：{message.zh}"
            )
        elif verdict is Verdict.UNKNOWN:
            reason = _reason_of(outcome.unknown)
        self.judgement.results.append(
            Result(
                rule=rule.name,
                code=rule.code,
                verdict=verdict,
                severity=self._severity[rule.name],
                root=self.judgement.root,
                resource=resource.address,
                type=resource.type,
                location=resource.span(outcome.attribute),
                attribute=outcome.attribute,
                finding=outcome.finding,
                message=message,
                reason=reason,
                fingerprint=fingerprint(
                    self.judgement.root, rule.name, resource.address, outcome.attribute, outcome.finding
                ),
            )
        )


def _reason_of(unknown: Unknown | OneOf | None) -> UnknownReason:
    if unknown is None:
        return UnknownReason("unsupported")
    if isinstance(unknown, OneOf):
        return UnknownReason("ambiguous", unknown.condition.expression, unknown.condition.location)
    return UnknownReason(unknown.reason, unknown.expression, unknown.location)


#: The position of ``count``; of what stands in quotes, keys of ``for_each``, it takes nothing.
_INDEX: Final = lazy(r'("(?:[^"\\]|\\.)*")|\[\d+\]')
_POSITION: Final = lazy(r"\.\d+(?=\.|$)")

#: The same in a finding's sub-id, where it is a path (``environment.0.variables.KEY``) and no address (``10.0.0.0/8``),
#: and the places by which rules name what has no name: ``statement-0``, ``egress 1``.
_POSITION_IN_PATH: Final = lazy(r"(?<=[A-Za-z_])(?:\.\d+)+(?=\.[A-Za-z_]|$)")
_PLACE: Final = lazy(
    r"\A(statement|behavior|copy|action|(?:data-|root-)?(?:disk|volume)|data disk|listener|rule|egress|ingress|"
    r"[a-z_]+_reference)[- ]\d+(?= |$)"
)


def _without_index(match: re.Match[str]) -> str:
    return match[1] or "[*]"


def fingerprint(root: str, rule: str, address: str, attribute: str, finding: str) -> str:
    """What identifies a finding over time, wherever it stands in the files of its root.

    It has no file names, no line numbers and no positions: those of ``count`` and of blocks change with what stands
    before them. Findings that differ by such a position only have the same fingerprint; keys of ``for_each`` stay.
    """
    if "[" in address:
        address = _INDEX.sub(_without_index, address)
    if "." in attribute:
        attribute = _POSITION.sub("", attribute)
    if finding:
        finding = _PLACE.sub(r"\1", _POSITION_IN_PATH.sub("", _INDEX.sub(_without_index, finding)))
    return blake2b(f"{root}\0{rule}\0{address}\0{attribute}\0{finding}".encode(), digest_size=16).hexdigest()


# --------------------------------------------------------------------------------------------------------------
# The whole system
# --------------------------------------------------------------------------------------------------------------


def conclude(judgements: Sequence[Judgement], assignment: Assignment, complete: bool) -> list[Result]:
    """The results about the system as a whole: what ought to exist somewhere and does not.

    Without a witness: a fail where the system is declared complete, else unknown with ``not-in-scan``. What a rule says
    of single resources of the whole system (``Rule.whole``) is decided in place.
    """
    if complete:
        _decide_wholes(judgements, assignment)
    used = {cloud for judgement in judgements for cloud in judgement.clouds}
    results: list[Result] = []
    for rule in assignment.rules:
        if rule.absence is None:
            continue
        seen = {cloud for judgement in judgements for cloud in judgement.witnesses.get(rule.name, ())}
        for cloud in sorted(used & rule.absence.witnesses.keys()):
            if cloud in seen:
                continue
            roots = sorted(judgement.root for judgement in judgements if cloud in judgement.clouds)
            root = roots[0] if len(roots) == 1 else "."
            types = " / ".join(rule.absence.witnesses[cloud])
            text = rule.absence.message
            message = Text(f"{cloud}: {text.en} ({types})", f"{cloud}：{text.zh}（{types}）")
            if not complete:
                why = unknown_text("not-in-scan", "")
                message = Text(f"{message.en}; {why.en}", f"{message.zh}；{why.zh}")
            results.append(
                Result(
                    rule=rule.name,
                    code=rule.code,
                    verdict=Verdict.FAIL if complete else Verdict.UNKNOWN,
                    severity=assignment.severity(rule),
                    root=root,
                    resource="*",
                    type="",
                    location=SourceLocation(root),
                    finding=cloud,
                    message=message,
                    reason=None if complete else UnknownReason("not-in-scan", types),
                    fingerprint=fingerprint("", rule.name, "*", "", cloud),
                )
            )
    return results


def _decide_wholes(judgements: Sequence[Judgement], assignment: Assignment) -> None:
    """What was left to the rest of a system that has none: of several roots, another may hold the answer."""
    asked = {rule.name: rule.whole for rule in assignment.rules if rule.whole}
    if len(judgements) != 1 or judgements[0].absent_modules or not asked:
        return
    for result in judgements[0].results:
        message = asked.get(result.rule, {}).get(result.type)
        if message is None or result.reason is None or result.reason.code != "not-in-scan":
            continue
        result.verdict, result.message, result.reason = Verdict.FAIL, message, None
