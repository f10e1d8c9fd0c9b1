"""What the engine tells of a stack as registrations, and what the rules say of them as remarks.

Standard library and the kernel only: the analyzer turns its messages into these records and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from compliant_infra.assignment import assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.components.declared_waivers import COMPONENT_PREFIX
from compliant_infra.components.exports import read_export
from compliant_infra.components.policy_pack.configuration import Choice
from compliant_infra.components.policy_pack.policies import PACK_POLICY
from compliant_infra.components.registration import PROVIDER_PREFIX, UNKNOWN_SENTINEL, Registration
from compliant_infra.components.translation import provider_configuration, scan_of
from compliant_infra.kernel import waivers
from compliant_infra.kernel.evaluation import Judgement, conclude, judge
from compliant_infra.kernel.model import Diagnostic, Result, Severity, Text, Verdict, Waiver
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations

#: How a line of a message begins whose verdict is no fail.
UNDECIDED: Final = Text("undecided: ", "无法判定：")
WAIVED: Final = Text("waived", "已豁免")

_WORST_FIRST: Final = (Verdict.ERROR, Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource as the engine lists it when the program has ended.

    ``properties`` are what the provider answered: in a preview nearly everything that the program does not set is
    unknown there. What the program asks for are the inputs, which the engine tells before, resource by resource.
    """

    urn: str
    type: str
    properties: Mapping[str, Any]
    parent: str = ""
    provider: StackResource | None = None
    protect: bool = False
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ignore_changes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """All that one rule says of one resource. ``urn`` is empty where it concerns the whole stack."""

    policy: str
    urn: str
    verdict: Verdict  # the worst: ERROR, FAIL, UNKNOWN or WAIVED
    severity: Severity
    message: str


def registrations_of(resources: Iterable[StackResource], inputs: Mapping[str, Mapping[str, Any]]) -> list[Registration]:
    """The stack as the translation reads it, in the order in which the program made its resources.

    ``inputs`` are what the program asks for, by URN. Where they are missing (the engine was not asked before, as with
    a state that is analyzed), the properties take their place. Providers that are named only by what uses them are
    added.
    """
    listed = {resource.urn: resource for resource in resources}
    for resource in list(listed.values()):
        if resource.provider is not None:
            listed.setdefault(resource.provider.urn, resource.provider)
    place = {urn: position for position, urn in enumerate(inputs)}
    ordered = sorted(listed.values(), key=lambda resource: (place.get(resource.urn, len(place)), resource.urn))
    states = [_state(resource, inputs.get(resource.urn)) for resource in ordered]
    return read_export({"version": 3, "deployment": {"resources": states}})


def _state(resource: StackResource, inputs: Mapping[str, Any] | None) -> dict[str, Any]:
    is_provider = resource.type.startswith(PROVIDER_PREFIX)
    of_provider = resource.provider is not None and not resource.type.startswith(COMPONENT_PREFIX)
    return {
        "urn": resource.urn,
        "type": resource.type,
        "custom": is_provider or of_provider,
        "inputs": resource.properties if inputs is None else inputs,
        "outputs": resource.properties,
        "parent": resource.parent,
        "provider": f"{resource.provider.urn}::{UNKNOWN_SENTINEL}" if resource.provider is not None else "",
        "protect": resource.protect,
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {name: list(urns) for name, urns in resource.property_dependencies.items()},
        "ignoreChanges": list(resource.ignore_changes),
    }


def remarks_on(registrations: Sequence[Registration], choice: Choice, today: date) -> list[Remark]:
    """What the rules say of a stack: one remark for each rule and resource, and the pack's own notes."""
    asked = assignment(choice.request)
    judgement = judge(scan_of(registrations), asked)
    results = judgement.results
    notes = [*_about_the_choice(choice), *_about_other_clouds(judgement)]
    notes += [item.message for item in judgement.diagnostics if item.code != "rule-crashed"]
    longest = int(asked.parameters[waivers.LONGEST])
    notes += _waive_declared(judgement, today, longest)
    if choice.complete:
        results = [*results, *conclude([judgement], asked, complete=True)]
    notes += _waive_by_settings(choice.settings.waivers, results, today, longest)
    notes += [item.message for item in choice.settings.diagnostics if item.level == "warning"]
    urns = _urns_of_providers(registrations)
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.verdict in _WORST_FIRST:
            groups.setdefault((result.rule, result.resource), []).append(result)
    clauses = regulations.clauses_of_rules(asked.baseline, asked.profiles, choice.request.grades)
    remarks = [
        _remark(rule, urns.get(address, address), found, clauses.get(rule, ()), choice.language)
        for (rule, address), found in groups.items()
    ]
    if notes:
        told = "\n".join(dict.fromkeys(note.in_language(choice.language) for note in notes))
        remarks.append(Remark(PACK_POLICY, "", Verdict.UNKNOWN, Severity.LOW, told))
    return remarks


def _remark(rule: str, address: str, found: Sequence[Result], clauses: Sequence[str], language: str) -> Remark:
    ordered = sorted(found, key=lambda result: _WORST_FIRST.index(result.verdict))
    title = rules_by_name()[rule].title.in_language(language)
    is_urn = address.startswith("urn:")
    lines = [title if is_urn or address == "*" else f"{title} ({address})"]
    lines += dict.fromkeys(_line(result, language) for result in ordered)
    if ordered[0].verdict is Verdict.FAIL:
        where = " ".join(clauses)
        how = Text(
            f"{where}; how to mend it: compliant-infra explain {rule}",
            f"{where}；整改方法：compliant-infra explain {rule}",
        )
        lines.append(how.in_language(language))
    return Remark(
        rule,
        address if is_urn else "",
        ordered[0].verdict,
        max(result.severity for result in found),
        "\n".join(lines),
    )


def _line(result: Result, language: str) -> str:
    separator = "：" if language == "zh" else ": "
    said = result.message.in_language(language)
    if result.attribute:
        said = f"{result.attribute}{separator}{said}"
    if result.verdict is Verdict.UNKNOWN:
        return f"{UNDECIDED.in_language(language)}{said}"
    waiver = result.waiver
    if result.verdict is Verdict.WAIVED and waiver is not None:
        until = Text(
            f"{WAIVED.en} until {waiver.until} by {waiver.owner} ({waiver.reason}): ",
            f"{WAIVED.zh}，至 {waiver.until}，{waiver.owner}（{waiver.reason}）：",
        )
        return f"{until.in_language(language)}{said}"
    return said


def _about_the_choice(choice: Choice) -> list[Text]:
    """What the user should know of what is asked: a baseline that nobody chose, numbers below those of the baseline."""
    request = choice.request
    notes: list[Text] = []
    if choice.assumed:
        notes.append(
            Text(
                f"judged by {request.baseline}: no configuration, environment or settings file names a baseline",
                f"按 {request.baseline} 判定：配置、环境变量与设置文件均未指定基线",
            )
        )
    chosen = {name: list(value) if isinstance(value, tuple) else value for name, value in request.parameters}
    weaker = baselines.weakened(request.baseline, request.profiles, chosen)
    if weaker:
        listed = ", ".join(weaker)
        notes.append(
            Text(
                f"parameters that ask for less than {request.baseline}: {listed}",
                f"低于 {request.baseline} 要求的参数：{listed}",
            )
        )
    return notes


def _about_other_clouds(judgement: Judgement) -> list[Text]:
    return [
        Text(
            f"{count} resource{'' if count == 1 else 's'} of {package} not judged: there are no rules for it",
            f"{package} 的 {count} 个资源：没有对应规则，未被判定",
        )
        for package, count in sorted((name.removeprefix("pulumi-"), n) for name, n in judgement.unsupported.items())
    ]


def _urns_of_providers(registrations: Iterable[Registration]) -> dict[str, str]:
    """The URNs of provider configurations by the addresses under which results name them."""
    return {
        provider_configuration(item).address: item.urn
        for item in registrations
        if item.type.startswith(PROVIDER_PREFIX)
    }


def _waive_declared(judgement: Judgement, today: date, longest: int) -> list[Text]:
    """Apply the waivers that components were given; what is to be said of those that waive nothing."""
    given = [(waiver, [judgement.results[at] for at in positions]) for waiver, positions in judgement.waivers]
    notes: list[Text] = []
    for use in waivers.waive_in_code(given, rules_by_name(), today, longest):
        if use.problem is not None:
            notes.append(_placed(use.problem))
        elif not use.results:
            notes.append(
                Text(
                    f"waiver for {use.waiver.rule} of a component covers nothing",
                    f"组件的豁免 {use.waiver.rule} 未覆盖任何结果",
                )
            )
    return notes


def _waive_by_settings(given: Iterable[Waiver], results: Sequence[Result], today: date, longest: int) -> list[Text]:
    """Apply the waivers of the settings; what keeps others from holding.

    One that covers nothing is no news: the settings may be of more than this stack.
    """
    names = {name: rule.name for name, rule in rules_by_name().items()}
    uses = waivers.waive_centrally(given, results, names, today, longest)
    return [_placed(use.problem) for use in uses if use.problem is not None]


def _placed(problem: Diagnostic) -> Text:
    place = f"{problem.file}:{problem.line}: " if problem.file and problem.line else ""
    return Text(f"{place}{problem.message.en}", f"{place}{problem.message.zh}")
