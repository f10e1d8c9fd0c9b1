"""A stand-in for the evaluation's context, and hand-made resources, for unit tests of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compliant_infra.kernel.logic import Companions, Outcome, same
from compliant_infra.kernel.model import (
    OneOf,
    ProviderConfiguration,
    Reference,
    Resource,
    Separation,
    SourceLocation,
    Text,
    Unknown,
    UnknownValueError,
    Verdict,
)
from compliant_infra.kernel.rules.record import Rule

#: Parameters of the baseline mlps-l3, as far as rules read them.
PARAMETERS: Mapping[str, Any] = {
    "log-retention-days": 180,
    "backup-retention-days": 7,
    "password-min-length": 8,
    "password-max-age-days": 90,
    "password-reuse-prevention": 3,
    "key-rotation-days": 365,
    "key-deletion-window-days": 30,
    "min-zones": 2,
    "widest-prefix": 8,
    "risky-ports": [20, 21, 22, 23, 25, 135, 137, 138, 139, 445, 1433, 1521, 3306, 3389, 5432, 6379, 9200, 27017],
    "plaintext-ports": [80, 8080, 21, 23, 25, 110, 143],
    "trusted-accounts": [],
}

MAINLAND: Mapping[str, frozenset[str]] = {
    "alicloud": frozenset({"cn-beijing", "cn-hangzhou", "cn-shanghai", "cn-shenzhen", "cn-shanghai-finance-1"}),
    "aws": frozenset({"cn-north-1", "cn-northwest-1"}),
    "tencentcloud": frozenset({"ap-beijing", "ap-shanghai", "ap-guangzhou", "ap-shanghai-fsi"}),
}
FOREIGN: Mapping[str, frozenset[str]] = {
    "alicloud": frozenset({"cn-hongkong", "ap-southeast-1", "us-west-1", "eu-central-1"}),
    "aws": frozenset({"us-east-1", "us-west-2", "eu-west-1", "ap-east-1", "ap-southeast-1"}),
    "tencentcloud": frozenset({"ap-hongkong", "ap-singapore", "na-siliconvalley", "eu-frankfurt"}),
}


def resource(
    type: str,
    name: str = "x",
    *,
    region: Any = None,
    existence: Unknown | OneOf | None = None,
    address: str = "",
    module: str = "",
    **attributes: Any,
) -> Resource:
    """A resource with these attributes; ``region`` is the region of its provider configuration.

    An attribute named as one of the other arguments is given by ``resource(...)`` with a trailing underscore
    (``name_="x"``, ``region_="cn-beijing"``).
    """
    cloud = type.removeprefix("provider.") if type.startswith("provider.") else type.split("_", 1)[0]
    return Resource(
        root=".",
        address=address or f"{type}.{name}",
        type=type,
        name=name,
        module=module,
        attributes={key.rstrip("_"): value for key, value in attributes.items() if value is not None},
        location=SourceLocation("main.tf", 1, 1, 1),
        provider=ProviderConfiguration(cloud, region=region),
        existence=existence,
    )


def reference(target: Resource, attribute: str = "id") -> Unknown:
    """The value of an attribute of another resource that is known only after apply."""
    return Unknown("known-after-apply", f"{target.address}.{attribute}", reference=Reference(target.address, attribute))


def unknown(expression: str = "var.x", reason: str = "no-value") -> Unknown:
    """A value that cannot be known."""
    return Unknown(reason, expression)


def either(*alternatives: Any, condition: str = "var.flag") -> OneOf:
    """One of several values, by an unknown condition."""
    return OneOf(alternatives, Unknown("no-value", condition))


class FakeContext:
    """The context of one root that holds these resources."""

    def __init__(
        self,
        resources: Iterable[Resource] = (),
        *,
        level: int = 3,
        profiles: Iterable[str] = (),
        parameters: Mapping[str, Any] | None = None,
        baseline: str = "",
        region: Any = None,
    ) -> None:
        self.all = list(resources)
        self.level = level
        self.profiles = frozenset(profiles)
        self.parameters: Mapping[str, Any] = {**PARAMETERS, **(parameters or {})}
        self.baseline = baseline or f"mlps-l{level}"
        self.memo: dict[Any, Any] = {}
        self.region = region

    def resources(self, *types: str) -> Sequence[Resource]:
        """The resources of these types, in the order given."""
        return [item for item in self.all if item.type in types]

    def companions(self, resource: Resource, type: str, by: str, to: Sequence[str]) -> Companions:
        """Match by reference first, then by equal known name; an unknown without reference is possible."""
        sure: list[Resource] = []
        possible: list[tuple[Resource, Unknown | OneOf]] = []
        for other in self.resources(type):
            verdicts = [self._refers(value, resource, to) for value in _reach(other.attributes, by.split("."))]
            if any(verdict is True for verdict in verdicts):
                sure.append(other)
                continue
            blocked = next((item for item in verdicts if isinstance(item, (Unknown, OneOf))), None)
            if blocked is not None:
                possible.append((other, blocked))
        return Companions(sure, possible)

    def _refers(self, value: Any, target: Resource, to: Sequence[str]) -> bool | Unknown | OneOf:
        if isinstance(value, Unknown):
            if value.reference is not None:
                return value.reference.address == target.address
            return value
        if isinstance(value, OneOf):
            answers = [self._refers(item, target, to) for item in value.alternatives]
            return answers[0] if all(item is answers[0] for item in answers) else value
        for name in to:
            own = target.attributes.get(name)
            if own is not None and not isinstance(own, (Unknown, OneOf)) and same(value, own):
                return True
        return False

    def region_of(self, resource: Resource) -> Any:
        """The resource's own region, else its provider's, else the context's, else unknown."""
        own = resource.attributes.get("region")
        if own is None and resource.provider is not None:
            own = resource.provider.region
        if own is None:
            own = self.region
        return own if own is not None else Unknown("no-value", "provider region")

    def is_mainland(self, cloud: str, region: str) -> bool | None:
        """Whether the region is in mainland China; None where it is not in the short lists above."""
        if region in MAINLAND.get(cloud, ()):
            return True
        return False if region in FOREIGN.get(cloud, ()) else None

    def separation(self, cloud: str, region: str, other: str) -> Separation | None:
        """Regions that are not the same lie a thousand kilometres apart, but for Shanghai and Hangzhou."""
        if region == other:
            return Separation(0)
        near = {region, other} == {"cn-shanghai", "cn-hangzhou"}
        return Separation(165, 10, Text("the same grid", "同一电网")) if near else Separation(1000, 10)

    def resolve(self, value: Any, *types: str) -> Resource | None:
        """The resource of one of these types that the value refers to."""
        if not isinstance(value, Unknown) or value.reference is None:
            return None
        for item in self.all:
            if item.address == value.reference.address and (not types or item.type in types):
                return item
        return None

    def data_source(self, value: Any) -> Resource | None:
        """The data source of that address among the resources."""
        if not isinstance(value, Unknown) or value.reference is None:
            return None
        return next((item for item in self.all if item.address == value.reference.address), None)

    def data_sources(self, *types: str) -> list[Resource]:
        """The data sources of these types among the resources."""
        return [item for item in self.all if item.mode == "data" and item.type in types]


def _reach(value: Any, parts: Sequence[str]) -> list[Any]:
    """The values at a dotted path, through lists of blocks."""
    if not parts or isinstance(value, (Unknown, OneOf)):
        return list(value) if isinstance(value, (list, tuple)) else [value]
    if isinstance(value, Mapping):
        return _reach(value[parts[0]], parts[1:]) if value.get(parts[0]) is not None else []
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _reach(item, parts)]
    return []


def judge(rule: Rule, target: Resource, context: FakeContext | None = None) -> Outcome:
    """What the rule says of the resource: by its own type, else by the longest star type that fits."""
    check = rule.checks.get(target.type)
    if check is None:
        stars = [star for star in rule.checks if star.endswith("*") and target.type.startswith(star[:-1])]
        if not stars:
            return Outcome(Verdict.NOT_APPLICABLE)
        check = rule.checks[max(stars, key=len)]
    try:
        return check(target, context if context is not None else FakeContext([target]))
    except UnknownValueError as error:  # pragma: no cover - a predicate turns these into outcomes itself
        raise AssertionError(f"{rule.name} let an unknown value escape: {error.unknown!r}") from error


def findings(outcome: Outcome) -> list[tuple[Verdict, str, str]]:
    """(verdict, attribute, finding) of every part of an outcome."""
    return [(part.verdict, part.attribute, part.finding) for part in outcome.parts or (outcome,)]
