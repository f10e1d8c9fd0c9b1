"""Weakening every setting of the examples, one at a time, and asking which rules notice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any
from unittest import mock

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.input_checks import allowed_values
from compliant_infra.components.names import pulumi_token
from compliant_infra.kernel import evaluation
from compliant_infra.kernel.evaluation import Assignment, RuleIndex, ScanContext, conclude, judge
from compliant_infra.kernel.logic import Companions
from compliant_infra.kernel.model import Resource, Scan, Verdict
from compliant_infra.kernel.rules.record import Rule
from tests.components.proof import CROSS_BORDER, EXAMPLES, PARAMETERS, Case, baselines, recording

#: The baselines and profiles that ask for most, by cloud: what one of them does not ask for, another one does. The last
#: one is without national cryptography: some components are of another shape with it.
STRONGEST: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "alicloud": (("mlps-l4", ("all",)), ("financial-l3", ("all",)), ("mlps-l3", ())),
    "aws": (("mlps-l3", ("all",)), ("mlps-l3", ())),
}

#: (rule, resource, finding) of something that fails.
Finding = tuple[str, str, str]


#: Further examples: the full one of the audit trail has two trails, of which one is enough for most rules.
ALONE = ("audit_trail_minimal",)


def cases(cloud: str) -> list[Case]:
    """The full examples of the components, not of the composites, at the strongest baselines; and some others."""
    full = [file.stem for file in sorted((EXAMPLES / cloud).glob("*_full.py")) if "_baseline" not in file.stem]
    return [
        Case(cloud, example, baseline, profiles)
        for example in (*full, *ALONE)
        for baseline, profiles in STRONGEST[cloud]
        if baseline in baselines(cloud, example)
    ]


# --------------------------------------------------------------------------------------------------------------
# Settings and how they are weakened
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """A step of a path into a policy that is a text of JSON: one of its statements."""

    index: int
    name: str  # its Sid, else what it does: "Deny"


def statements(value: Any) -> list[Any]:
    """The statements of a policy that is a text of JSON; none of any other value."""
    if not isinstance(value, str) or not value.startswith("{"):
        return []
    try:
        found = json.loads(value).get("Statement")
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every setting at any depth, the statements of policies included; of a list of scalars the list only."""
    if type(value) is dict:
        for name, item in value.items():
            yield (*path, name)
            yield from paths(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from paths(item, (*path, index))
    else:
        for index, item in enumerate(statements(value)):
            yield (*path, Statement(index, item.get("Sid") or item["Effect"]))


def named(path: tuple[Any, ...]) -> str:
    """``rule.sse_algorithm``: without positions."""
    return ".".join(part if isinstance(part, str) else part.name for part in path if not isinstance(part, int))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for part in path:
        value = statements(value)[part.index] if isinstance(part, Statement) else value[part]
    return value


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of the value with another one at the path; None takes it away."""
    head, *rest = path
    if isinstance(head, Statement):
        document = json.loads(value)
        kept = [new if index == head.index else item for index, item in enumerate(document["Statement"])]
        return json.dumps({**document, "Statement": [item for item in kept if item is not None]})
    if isinstance(value, list):
        return [replaced(item, tuple(rest), new) if index == head else item for index, item in enumerate(value)]
    if rest:
        return {**value, head: replaced(value[head], tuple(rest), new)}
    return {name: item for name, item in {**value, head: new}.items() if item is not None}


def _weaker_statement(statement: Mapping[str, Any]) -> Iterator[Any]:
    """A policy's statement taken away, turned round, without its condition, for everybody, for everything."""
    yield None
    yield {**statement, "Effect": "Allow" if statement["Effect"] == "Deny" else "Deny"}
    if "Condition" in statement:
        yield {name: item for name, item in statement.items() if name != "Condition"}
    if "Principal" in statement:
        yield {**statement, "Principal": "*"}
    if "Action" in statement:
        yield {**statement, "Action": "*"}


#: Words that switch something on or keep it closed, and those that do the contrary.
_OPPOSITES: Mapping[str, tuple[str, ...]] = {
    "active": ("Deactive",),
    "enable": ("Disable",),
    "enabled": ("Disabled",),
    "false": ("true",),
    "locked": ("InProgress",),
    "on": ("off",),
    "open": ("close",),
    "private": ("public-read",),
    "required": ("optional", "preferred"),
    "true": ("false",),
}
#: A region abroad.
_ABROAD = "eu-central-1"


def weakenings(value: Any, allowed: frozenset[Any]) -> Iterator[Any]:
    """Other values of a setting, the absence first."""
    yield None
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from {0, 1, value // 2, value * 10} - {value}
    elif isinstance(value, str):
        yield from sorted(item for item in allowed if isinstance(item, str) and item != value)
        for word in _OPPOSITES.get(value.lower(), ()):
            if word not in allowed:
                yield word.upper() if value.isupper() else word.lower() if value.islower() else word
        if "/" in value and value[:1].isdigit():
            yield "0.0.0.0/0"
        if value.isdigit():
            yield "1"
    elif isinstance(value, list) and value:
        yield []
        if all(isinstance(item, str) for item in value):
            yield ["0.0.0.0/0"]


def _plain(path: str) -> str:
    """A path as both sides spell it: Pulumi's lists have plurals, and no underscores."""
    return ".".join(part.replace("_", "").lower().rstrip("s") for part in path.split("."))


@cache
def _allowed(kind: str) -> Mapping[str, frozenset[Any]]:
    found = allowed_values(pulumi_token(kind))
    return {_plain(path): frozenset(item for item in values if item is not None) for path, values in found.items()}


def variants(resource: Resource, path: tuple[Any, ...]) -> Iterator[Resource | None]:
    """The resource with the setting at a path weakened in every way; the empty path is the resource itself."""
    if not path:
        yield None
        return
    attributes = dict(resource.attributes)
    value = at(attributes, path)
    if isinstance(path[-1], Statement):
        others = _weaker_statement(value)
    else:
        others = weakenings(value, _allowed(resource.type).get(_plain(named(path)), frozenset()))
        if "region" in named(path).rpartition(".")[2] and isinstance(value, str):
            others = chain(others, [_ABROAD])
    for other in others:
        twin = resource.copied()
        twin.attributes = replaced(attributes, path, other)
        yield twin


# --------------------------------------------------------------------------------------------------------------
# Which rules to ask
# --------------------------------------------------------------------------------------------------------------


def changed(scan: Scan, resources: Iterable[Resource]) -> Scan:
    """A scan of the same program with other resources."""
    return Scan(root=scan.root, resources=list(resources), data=scan.data, providers=scan.providers, origin=scan.origin)


def exchanged(scan: Scan, resource: Resource, other: Resource | None) -> Scan:
    """The scan with another resource in the place of one; None takes it away."""
    found = (other if item is resource else item for item in scan.resources)
    return changed(scan, (item for item in found if item is not None))


def failing(scan: Scan, asked: Assignment, index: RuleIndex | None = None) -> set[Finding]:
    """What fails, the questions about a whole system included."""
    judgement = judge(scan, asked, index)
    assert not [item for item in judgement.diagnostics if item.level == "error"], judgement.diagnostics
    return {
        (result.rule, result.resource, result.finding)
        for result in (*judgement.results, *conclude([judgement], asked, complete=True))
        if result.verdict is Verdict.FAIL
    }


class _Watched(ScanContext):
    """Keeps of which types a rule looks at other resources than the one it judges."""

    seen: set[str]

    def resources(self, *types: str) -> Sequence[Resource]:
        self.seen.update(types)
        return super().resources(*types)

    def companions(self, resource: Resource, type: str, by: str, to: Sequence[str]) -> Companions:
        self.seen.add(type)
        return super().companions(resource, type, by, to)

    def resolve(self, value: Any, *types: str) -> Resource | None:
        self.seen.update(types or ("*",))
        return super().resolve(value, *types)


def _looked_at(scan: Scan, asked: Assignment, rule: Rule) -> frozenset[str]:
    """The types of which the rule looks at other resources, by what it says it reads and by what it does here."""
    seen: set[str] = set()
    context = type("Watched", (_Watched,), {"seen": seen})
    with mock.patch.object(evaluation, "ScanContext", context):
        judge(scan, replace(asked, rules=[rule]))
    said = {path.partition(":")[0] for check in rule.checks.values() for path in check.reads if ":" in path}
    if rule.absence is not None:
        said |= {kind for kinds in rule.absence.witnesses.values() for kind in kinds}
    return frozenset(seen | said)


@dataclass
class Jury:
    """Judges the mutants of one recorded example, asking only the rules that a change can concern."""

    case: Case
    scan: Scan = field(init=False)
    before: set[Finding] = field(init=False)
    _known: dict[str, tuple[tuple[Assignment, RuleIndex], tuple[Assignment, RuleIndex]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self.scan = recording(self.case).scan()
        parameters = Request.parameter_items(PARAMETERS)
        self.asked = assignment(Request(self.case.baseline, self.case.profiles, parameters=parameters, **CROSS_BORDER))
        self.before = failing(self.scan, self.asked)
        self._looks = {rule.name: _looked_at(self.scan, self.asked, rule) for rule in self.asked.rules}

    def _rules(self, kind: str) -> tuple[tuple[Assignment, RuleIndex], tuple[Assignment, RuleIndex]]:
        """The rules that judge a type by itself, and those that look at it beside others."""
        if kind not in self._known:
            judging = {rule.name for rule, _ in RuleIndex(self.asked.rules).for_type(kind)}
            alone, beside = [], []
            for rule in self.asked.rules:
                looks = self._looks[rule.name]
                if kind in looks or "*" in looks or (rule.name in judging and looks):
                    beside.append(rule)
                elif rule.name in judging:
                    alone.append(rule)
            self._known[kind] = (
                (replace(self.asked, rules=alone), RuleIndex(alone)),
                (replace(self.asked, rules=beside), RuleIndex(beside)),
            )
        return self._known[kind]

    def noticing(self, resource: Resource, other: Resource | None) -> set[str]:
        """The rules of which something fails that did not, with another resource in the place of one."""
        alone, beside = self._rules(resource.type)
        found: set[Finding] = set()
        if other is not None and alone[0].rules:
            found |= failing(changed(self.scan, [other]), *alone)
        if beside[0].rules:
            found |= failing(exchanged(self.scan, resource, other), *beside)
        return {rule for rule, _, _ in found - self.before}


@cache
def jury(case: Case) -> Jury:
    return Jury(case)


# --------------------------------------------------------------------------------------------------------------
# What is noticed
# --------------------------------------------------------------------------------------------------------------


@cache
def noticed(cloud: str) -> dict[str, dict[str, list[str]]]:
    """Type -> setting -> the rules of which at least one fails when it is weakened; an empty list where none does.

    The setting ``""`` is the resource itself. A setting that occurs often is tried until a rule notices it; one that
    all the rules of a case have been asked about is not tried again for the same value of the same resource.
    """
    found: dict[str, dict[str, set[str]]] = {}
    tried: dict[tuple[Any, ...], list[frozenset[str]]] = {}
    for case in cases(cloud):
        judges = jury(case)
        asked = frozenset(rule.name for rule in judges.asked.rules)
        for resource in judges.scan.resources:
            settings = found.setdefault(resource.type, {})
            attributes = dict(resource.attributes)
            for path in [(), *paths(attributes)]:
                rules = settings.setdefault(named(path), set())
                before = tried.setdefault((case.example, resource.address, path, repr(at(attributes, path))), [])
                if rules or any(asked <= others for others in before):
                    continue
                before.append(asked)
                for other in variants(resource, path):
                    rules |= judges.noticing(resource, other)
                    if rules:
                        break
    return {
        kind: {path: sorted(rules) for path, rules in sorted(settings.items())}
        for kind, settings in sorted(found.items())
    }


# --------------------------------------------------------------------------------------------------------------
# What is noticed once something else is off too
# --------------------------------------------------------------------------------------------------------------

#: A type and a setting of it.
Setting = tuple[str, str]


def _paths_of(resource: Resource, settings: Iterable[str]) -> list[tuple[Any, ...]]:
    """Where a resource has some settings, the last place first: what is taken away moves none that comes before it."""
    wanted = set(settings)
    return [path for path in [(), *paths(dict(resource.attributes))] if named(path) in wanted][::-1]


def _off(resource: Resource, settings: Iterable[str], turn: int, spared: tuple[Any, ...] | None) -> Resource | None:
    """The resource with settings weakened in the way that has this number, else in the last one there is."""
    found: Resource | None = resource
    for path in _paths_of(resource, settings):
        if found is not None and path != spared:
            ways = list(variants(found, path))
            found = ways[min(turn, len(ways) - 1)]
    return found


def _without(scan: Scan, twins: Sequence[Setting], resource: Resource, path: tuple[Any, ...], turn: int) -> Scan | None:
    """The scan with the twins of a setting off in every resource, the setting itself left as it is."""
    changes: dict[int, Resource | None] = {}
    for item in scan.resources:
        settings = [setting for kind, setting in twins if kind == item.type]
        if settings:
            changes[id(item)] = _off(item, settings, turn, path if item is resource else None)
    if changes.get(id(resource), resource) is None:
        return None
    found = (changes.get(id(item), item) for item in scan.resources)
    return changed(scan, (item for item in found if item is not None))


#: In how many ways the twins of a setting are turned off.
_WAYS = 3


def noticed_without(cloud: str, setting: Setting, twins: Sequence[Setting]) -> list[str]:
    """The rules that notice when a setting is weakened once its twins are off: what each of them suffices for.

    A setting that is its own twin is off in all the other resources of its type.
    """
    kind, name = setting
    for case in cases(cloud):
        judges = jury(case)
        for position, resource in enumerate(judges.scan.resources):
            for path in _paths_of(resource, [name]) if resource.type == kind else ():
                for turn in range(_WAYS):
                    rules = _noticing_without(judges, twins, position, path, turn)
                    if rules:
                        return sorted(rules)
    return []


def _noticing_without(
    judges: Jury, twins: Sequence[Setting], position: int, path: tuple[Any, ...], turn: int
) -> set[str]:
    scan = judges.scan
    resource = scan.resources[position]
    less = _without(scan, twins, resource, path, turn)
    if less is None:
        return set()
    own = next(item for item in less.resources if item.address == resource.address)
    before = failing(less, judges.asked)
    for other in variants(own, path):
        rules = {rule for rule, _, _ in failing(exchanged(less, own, other), judges.asked) - before}
        if rules:
            return rules
    return set()
