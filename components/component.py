"""The common part of every component: baseline, explicit provider, tags, overrides, guard, outputs.

A component makes its children with ``make``, and ends with ``finish``. Both take care that every child has the
component for its parent, an explicit provider, the tags, the protection that the level asks for, and the overrides of
the user; ``finish`` judges what came out by the rules of the baseline before it registers the outputs.

This module must not postpone annotations: schemas of Pulumi packages are read from them.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NotRequired, TypedDict, TypeVar

import pulumi
from pulumi._types import is_input_type

from compliant_infra.components import guard
from compliant_infra.components.argument_types import wrong_arguments
from compliant_infra.components.baseline import DEFAULT_BASELINE, BaselineError, Hardening, hardening
from compliant_infra.components.guard import WaiverArgs, WeakenedError
from compliant_infra.components.translation import marked_secret, resource_of
from compliant_infra.kernel.model import ProviderConfiguration, Reference, Resource, Result, Unknown, Waiver
from compliant_infra.kernel.waivers import LONGEST
from compliant_infra.providers.capabilities import platform_levels
from compliant_infra.providers.regions import canonical_region, is_mainland, region_class

#: Argument -> tag, and key of the stack configuration that stands in for the argument.
DECLARED = {
    "data_class": ("data-class", "dataClass"),
    "owner": ("owner", "owner"),
    "dr_tier": ("dr-tier", "drTier"),
    "rto": ("rto", "rto"),
    "rpo": ("rpo", "rpo"),
}

#: Rule -> the declarations that it cannot do without.
DECLARED_FOR = {
    "pi-classification-tag": ("data_class", "owner"),
    "fin-two-places-three-centres": ("dr_tier", "rto", "rpo"),
}

R = TypeVar("R", bound=pulumi.CustomResource)
C = TypeVar("C", bound="Component")

#: The section of the stack configuration that gives components their baseline: ``compliant-infra:baseline``.
CONFIGURATION = "compliant-infra"


class CommonArgs(TypedDict):
    """What every component takes.

    Where an argument is not given, most come from the stack configuration of the same name in camel case:
    ``compliant-infra:baseline``, ``profiles``, ``baselineVersion``, ``parameters``, ``dataClass``, ``owner``,
    ``drTier``, ``rto``, ``rpo``.
    """

    region: NotRequired[str]
    """Region in mainland China, for example ``cn-hangzhou``; that of the provider's stack configuration without it."""
    baseline: NotRequired[str]
    """``mlps-l2`` ... ``financial-l4``; ``mlps-l3`` without it."""
    profiles: NotRequired[list[str]]
    """``sm``, ``localisation``, ``pipl``, ``ai``, ``draft-2026`` or ``all``, on top of the baseline."""
    baseline_version: NotRequired[str]
    """Version of the hardening that the stack keeps, for example ``2026.1``; the newest without it."""
    parameters: NotRequired[dict[str, Any]]
    """The team's own numbers, as under ``[parameters]`` of the settings; never weaker than the baseline."""
    tags: NotRequired[dict[str, str]]
    """Tags of every child that takes tags."""
    data_class: NotRequired[str]
    """What the data are, for the tag ``data-class``: ``core``, ``important``, ``pi`` ... ``general``."""
    owner: NotRequired[str]
    """Who answers for the resources, for the tag ``owner``."""
    dr_tier: NotRequired[str]
    """Recovery tier, for the tag ``dr-tier``: ``1`` must survive the loss of a region."""
    rto: NotRequired[str]
    """How long recovery may take, for the tag ``rto``, for example ``4h``."""
    rpo: NotRequired[str]
    """How much data may be lost, for the tag ``rpo``, for example ``15m``."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete what holds data; true from level 3 on without it."""
    overrides: NotRequired[dict[str, Any]]
    """Arguments of children by their short name, for example ``{"bucket": {"storage_class": "IA"}}``."""
    waivers: NotRequired[list[WaiverArgs]]
    """Signed-off exceptions."""


class ComponentError(ValueError):
    """Arguments from which no compliant component can be made. The text says what would help."""


@dataclass(frozen=True, slots=True)
class ExceptionToSign:
    """Something that the baseline asks and that the cloud, region or product cannot do: somebody has to accept it."""

    subject: str  # what it is about: a child, a product
    clauses: tuple[str, ...]
    reason: str  # what is missing, and what stands in for it

    def record(self) -> dict[str, Any]:
        """The form in which it stands in the component's outputs."""
        return {"subject": self.subject, "clauses": list(self.clauses), "reason": self.reason}


@dataclass(slots=True)
class _Declared:
    """A child as it was asked for, for the guard."""

    child: pulumi.CustomResource
    suffix: str
    token: str
    inputs: Mapping[str, Any]
    hardened: Mapping[str, Any]  # the inputs without the user's overrides
    overridden: tuple[str, ...]
    provider: ProviderConfiguration

    @property
    def name(self) -> str:
        """The child's name, which is its address for the guard."""
        return str(self.child._name)


@dataclass(slots=True)
class _Common:
    """The common arguments, resolved; inner components get them from the outer one."""

    hardening: Hardening
    region: str
    tags: Mapping[str, str]
    protect: bool
    waivers: tuple[Waiver, ...]
    waiver_records: Sequence[Mapping[str, Any]]


@cache
def _keywords(resource: Any) -> frozenset[str]:
    """The names of the settings that an SDK's class takes; the resource's name and options are no settings."""
    found = frozenset(inspect.signature(resource._internal_init).parameters)
    return found - {"self", "resource_name", "opts", "__props__"}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others on top: objects are merged, everything else is replaced, None takes a setting away."""
    result = dict(base)
    for name, value in over.items():
        own = result.get(name)
        result[name] = merged(own, value) if isinstance(own, Mapping) and isinstance(value, Mapping) else value
    return {name: value for name, value in result.items() if value is not None}


def _listed(configuration: pulumi.Config) -> list[str]:
    """The profiles of the stack configuration: separated by commas, or a list (``config set --path``)."""
    text = (configuration.get("profiles") or "").strip()
    try:
        found = json.loads(text) if text.startswith("[") else text.split(",")
    except ValueError:
        found = [text]
    return [str(item).strip() for item in found if str(item).strip()]


def transparent(value: Any) -> Any:
    """A value in which the rules can see everything: objects of the SDK's classes as dicts, promises as outputs."""
    if is_input_type(type(value)):
        value = {name: inner for name, inner in vars(value).items() if inner is not None}
    if isinstance(value, Mapping):
        return {name: transparent(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [transparent(inner) for inner in value]
    if inspect.isawaitable(value) and not isinstance(value, pulumi.Output):
        return pulumi.Output.from_input(value)
    return value


def holds_outputs(value: Any) -> bool:
    """Whether an output is anywhere in arguments."""
    if isinstance(value, Mapping):
        return any(map(holds_outputs, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(holds_outputs, value))
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value) or is_input_type(type(value))


def waited_for(opts: pulumi.ResourceOptions | None) -> list[Any]:
    """What the options of a component say that it depends on, one by one."""
    given: Any = None if opts is None else opts.depends_on
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]


class Component(pulumi.ComponentResource):
    """Base of the components. ``cloud`` and the type token follow from the subclass's package.

    Attributes that every component has: ``children`` by short name, ``hardening``, ``region``, ``exceptions``.
    """

    cloud = ""  # "alicloud" or "aws"
    default_baseline = DEFAULT_BASELINE
    second_place = "a second region"
    region_hint = ""  # which region a second one can be, where there is no choice

    _making = False  # whether an inner component is being made

    def __init__(
        self,
        name: str,
        args: Mapping[str, Any] | None,
        opts: pulumi.ResourceOptions | None,
        typed: type,
    ) -> None:
        """``args`` are those of the class's ``Args``, each explained there; others are refused.

        ``typed`` is that TypedDict.
        """
        where = f"{type(self).__name__} {name!r}"
        if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
            raise ComponentError(f"{where} takes pulumi.ResourceOptions for opts, not a {type(opts).__name__}")
        if args is not None and not isinstance(args, Mapping):
            raise ComponentError(f"{where} takes its arguments as one object, not as a {type(args).__name__}")
        self.args: dict[str, Any] = {key: value for key, value in (args or {}).items() if value is not None}
        # Made by the outer component's ``component``; a parent that is finished judges nothing any more.
        self._inside = opts is not None and isinstance(opts.parent, Component) and opts.parent._making
        problems = list(wrong_arguments(self.args, typed, promised=self._inside))
        if problems:
            raise ComponentError(f"{where}: {'; '.join(problems)}")
        self.component_name = name
        common = self._common()
        self.hardening = common.hardening
        self.exceptions: list[ExceptionToSign] = []
        self.children: dict[str, pulumi.Resource] = {}
        self._common_args = common
        self._declared: list[_Declared] = []
        self._traced = 0
        self._origin_of: dict[int, tuple[_Declared, str]] = {}
        self._foreign: dict[int, pulumi.Output[Any]] = {}  # outputs among the inputs that are of no child, by identity
        self._values: dict[int, Any] = {}  # of those, the values that are known by now
        # Pulumi hands it on to no child: names of other components' children are texts, in which it sees no dependency.
        self._waits_for = waited_for(opts)
        self._overrides: dict[str, Any] = transparent(self.args.get("overrides") or {})
        self._used_overrides: set[str] = set()
        super().__init__(
            f"compliant-infra-{self.cloud}:index:{type(self).__name__}",
            name,
            {
                "baseline": self.hardening.baseline,
                "profiles": list(self.hardening.profiles),
                "baselineVersion": self.hardening.version,
                "region": common.region,
                "waivers": [dict(record) for record in common.waiver_records],
            },
            opts,
        )
        self.region = common.region  # after the registration, which makes outputs of what it is given
        self._configurations: dict[int, ProviderConfiguration] = {}
        self.provider = self.provider_for(self.region, self.get_provider(f"{self.cloud}:index:any"), "provider")

    # -- what the arguments mean ---------------------------------------------------------------------------------

    def _common(self) -> _Common:
        configuration = pulumi.Config(CONFIGURATION)
        profiles = self.args.get("profiles")
        if profiles is None:
            profiles = _listed(configuration)
        try:
            asked = hardening(
                self.args.get("baseline") or configuration.get("baseline") or self.default_baseline,
                profiles,
                self.args.get("baseline_version") or configuration.get("baselineVersion") or "",
                {**self._own_parameters(configuration), **(self.args.get("parameters") or {})},
            )
        except BaselineError as error:
            raise ComponentError(f"{type(self).__name__} {self.component_name!r}: {error}") from None
        region = self.args.get("region") or pulumi.Config(self.cloud).get("region") or ""
        if not region:
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r} needs a region: the argument region, or the stack "
                f"configuration {self.cloud}:region"
            )
        self._domestic(region, asked)
        protect = self.args.get("protect")
        records = list(self.args.get("waivers") or [])
        return _Common(
            asked,
            region,
            self._tags(asked, configuration),
            asked.level >= 3 if protect is None else bool(protect),
            guard.read_waivers(records, asked.number(LONGEST)),
            records,
        )

    def _own_parameters(self, configuration: pulumi.Config) -> Mapping[str, Any]:
        """The parameters of the stack configuration. Raises ComponentError where they are no object."""
        try:
            found = configuration.get_object("parameters")
        except pulumi.ConfigTypeError:
            found = ""
        if found is not None and not isinstance(found, Mapping):
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r}: {CONFIGURATION}:parameters must be an object in JSON, "
                'for example {"log-retention-days": 200}'
            )
        return found or {}

    def _tags(self, asked: Hardening, configuration: pulumi.Config) -> dict[str, str]:
        """The tags of every child: the baseline, what is declared of the data, the user's own."""
        tags = {"mlps-baseline": asked.baseline}
        for argument, (tag, key) in DECLARED.items():
            word = self.args.get(argument) or configuration.get(key)
            if word:
                tags[tag] = str(word)
        tags.update(self.args.get("tags") or {})
        for rule, wanted in DECLARED_FOR.items():
            missing = [DECLARED[argument][1] for argument in wanted if DECLARED[argument][0] not in tags]
            if missing and asked.demands(rule):
                raise ComponentError(
                    f"{type(self).__name__} {self.component_name!r}: {', '.join(asked.clauses(rule))} ask what is "
                    f"declared by {', '.join(missing)}: give the arguments, or the stack configuration "
                    f"{', '.join(f'{CONFIGURATION}:{key}' for key in missing)}"
                )
        return tags

    def _domestic(self, region: str, asked: Hardening) -> None:
        """Refuses a region outside mainland China, one that is not known, and one of a class that the baseline bars."""
        where = f"{type(self).__name__} {self.component_name!r}: region {region!r}"
        clauses = ", ".join(asked.clauses("loc-region-allowlist")) or "data localisation"
        mainland = is_mainland(self.cloud, region)
        if mainland is None:
            raise ComponentError(f"{where} is not known; it cannot be shown to lie in mainland China ({clauses})")
        if not mainland:
            raise ComponentError(f"{where} does not lie in mainland China ({clauses})")
        allowed = asked.parameters["allowed-regions"]
        if allowed and canonical_region(self.cloud, region) not in {
            canonical_region(self.cloud, item) for item in allowed
        }:
            raise ComponentError(f"{where} is not among the allowed regions: {', '.join(allowed)}")
        classes = asked.parameters["region-classes"]
        if classes and not allowed and region_class(self.cloud, region) not in classes:
            raise ComponentError(
                f"{where} is of class {region_class(self.cloud, region)}; {asked.baseline} wants {', '.join(classes)}"
            )

    def may_use(self, region: str) -> bool:
        """Whether a service that is bound to a region may be used beside the component's own region.

        Not where the baseline bars the region, nor where its platform is known to be assessed at a lower level than the
        component's own region may be.
        """
        try:
            self._domestic(region, self.hardening)
        except ComponentError:
            return False
        if self.hardening.parameters["platform-level"]:
            return True  # a declaration for every region that the system uses
        levels = platform_levels()[self.cloud]
        too_low = {name for name in (region, self.region) if 0 < levels.get(name, 0) < self.hardening.level}
        return region not in too_low or self.region in too_low

    def second_region(self, standby: Mapping[str, Any]) -> str:
        """The region of a standby. Raises ComponentError where it may not be used, and for the component's own."""
        region: str = standby["region"]
        self._domestic(region, self.hardening)
        if region == self.region:
            raise self.error(f"standby.region must be another region than {region}{self.region_hint}")
        return region

    def want_standby(self, what: str = "a copy", remedy: str = "give standby") -> None:
        """Raises ComponentError where the baseline asks for a copy in a second region: there is no standby."""
        if self.hardening.demands("backup-second-region"):
            clauses = ", ".join(self.hardening.clauses("backup-second-region"))
            raise self.error(f"{self.hardening.baseline} asks for {what} in {self.second_place} ({clauses}): {remedy}")

    def error(self, text: str) -> ComponentError:
        """What is wrong with the arguments of this component."""
        return ComponentError(f"{type(self).__name__} {self.component_name!r}: {text}")

    def provider_for(self, region: str, given: pulumi.ProviderResource | None, suffix: str) -> pulumi.ProviderResource:
        """The explicit provider of a region: the one that is given, else one of the component's own.

        A given one that works in another region is an error when its configuration becomes known.
        """
        if given is None:
            given = self._own_provider(f"{self.component_name}-{suffix}", region)
        else:
            actual = getattr(given, "region", None)
            if isinstance(actual, pulumi.Output):
                actual.apply(lambda found: self._same_region(found, region))
        self._configurations[id(given)] = ProviderConfiguration(
            self.cloud, alias=str(given._name), region=region, attributes={"region": region}
        )
        return given

    def _own_provider(self, name: str, region: str) -> pulumi.ProviderResource:
        """An explicit provider configuration for a region, a child of the component."""
        raise NotImplementedError

    def _same_region(self, actual: str | None, region: str) -> None:
        if not actual:  # it would come from the environment of whoever runs the program
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r} is declared for {region}, but its provider names no "
                "region: give the provider one"
            )
        if canonical_region(self.cloud, actual) != canonical_region(self.cloud, region):
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r} is declared for {region}, but its provider works in "
                f"{actual}"
            )

    # -- children ------------------------------------------------------------------------------------------------

    def make(
        self,
        resource: type[R],
        suffix: str,
        inputs: Mapping[str, Any],
        *,
        holds_data: bool = False,
        retain: bool = False,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
        provider: pulumi.ProviderResource | None = None,
        timeouts: pulumi.CustomTimeouts | None = None,
    ) -> R:
        """A child of an SDK's class, named ``<component>-<suffix>``.

        ``inputs`` are the keyword arguments of the class; None means "not set", nested objects are dicts with Python
        names. ``holds_data``: Pulumi's ``protect`` where the level asks for it. ``retain``: leaving the stack must not
        delete it (evidence). ``provider``: another one than the component's (a second region).
        """
        name = f"{self.component_name}-{suffix}"
        wanted = {key: value for key, value in inputs.items() if value is not None}
        sdk_class: Any = resource
        keywords = _keywords(sdk_class)
        # A few classes take tags as a list of objects; their tags are as the component gives them.
        if "tags" in keywords and not isinstance(wanted.get("tags"), list):
            wanted["tags"] = {**self._common_args.tags, **wanted.get("tags", {})}
        over = self._overrides.get(suffix)
        final: Mapping[str, Any] = wanted
        if suffix in self._overrides:
            self._used_overrides.add(suffix)
            if not isinstance(over, Mapping):
                raise ComponentError(f"overrides[{suffix!r}] of {self.component_name!r} must be an object")
            strange = sorted(set(over) - keywords)
            if strange:
                raise ComponentError(
                    f"overrides[{suffix!r}] of {self.component_name!r}: {resource.__name__} takes no "
                    f"{', '.join(strange)}"
                )
            final = merged(wanted, over)
        explicit = provider or self.provider
        child = resource(
            name,
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=explicit,
                protect=True if holds_data and self._common_args.protect else None,
                retain_on_delete=True if retain else None,
                depends_on=[*self._waits_for, *depends_on] or None,
                ignore_changes=list(ignore_changes) or None,
                custom_timeouts=timeouts,
            ),
            **final,
        )
        self.children[suffix] = child
        token = str(pulumi.get_type_token(resource))
        configuration = self._configurations.get(id(explicit), ProviderConfiguration(self.cloud))
        self._declared.append(_Declared(child, suffix, token, final, wanted, tuple(over or ()), configuration))
        return child

    @property
    def common_tags(self) -> Mapping[str, str]:
        """The tags of every child."""
        return self._common_args.tags

    def component(
        self,
        inner: Callable[..., C],
        suffix: str,
        args: Mapping[str, Any],
        *,
        provider: pulumi.ProviderResource | None = None,
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> C:
        """An inner component, named ``<component>-<suffix>``: with the same baseline, tags, protection and waivers.

        ``args`` may name another ``region``, with the ``provider`` of that region. Every child of the inner component
        waits for ``depends_on``.
        """
        common = self._common_args
        over = self._overrides.get(suffix)
        if over is not None:
            self._used_overrides.add(suffix)
        self._making = True
        made = inner(
            f"{self.component_name}-{suffix}",
            {
                "region": self.region,
                "baseline": self.hardening.baseline,
                "profiles": list(self.hardening.profiles),
                "baseline_version": self.hardening.version,
                "parameters": dict(self.hardening.own_parameters),
                "tags": dict(common.tags),
                "protect": common.protect,
                "waivers": list(common.waiver_records),
                "overrides": over,
                **{key: value for key, value in args.items() if value is not None},
            },
            pulumi.ResourceOptions(
                parent=self, providers=[provider or self.provider], depends_on=[*self._waits_for, *depends_on] or None
            ),
        )
        self._making = False
        self.children[suffix] = made
        self.exceptions.extend(made.exceptions)
        return made

    def cannot(self, rule: str, subject: str, reason: str) -> None:
        """Report what the baseline asks by a rule (slug) and the cloud cannot do, if the rule is in force."""
        if self.hardening.demands(rule):
            self.exceptions.append(
                ExceptionToSign(f"{self.component_name}: {subject}", self.hardening.clauses(rule), reason)
            )

    # -- the end -------------------------------------------------------------------------------------------------

    def finish(self, outputs: Mapping[str, Any]) -> None:
        """Judge the children, refuse what is weaker than the baseline, register the outputs. Call it last.

        Raises WeakenedError for findings that no waiver covers, ComponentError for overrides of children that are not
        there.
        """
        strange = sorted(set(self._overrides) - self._used_overrides)
        if strange:
            raise ComponentError(
                f"overrides of {self.component_name!r} name no child: {', '.join(strange)}; children are "
                f"{', '.join(self.children)}"
            )
        self.waived: list[dict[str, Any]] = []
        waived: Any = self.waived
        self.judged: Awaitable[bool] | None = None  # raises WeakenedError for what outputs turn out to be
        if not self._inside:  # the outermost component judges everything together: companions may be in another one
            self._judge(self._findings())
            waived = self.waived
            if holds_outputs(self.args):
                # What is said by outputs is judged as soon as they are known, and fails the program then.
                judged: Any = asyncio.ensure_future(self._judge_outputs())
                self.judged = judged
                pulumi.Output.from_input(judged)
                waived = pulumi.Output.from_input(self._waived_after(judged))
        self.common_outputs: Mapping[str, Any] = {
            "baseline": self.hardening.baseline,
            "profiles": list(self.hardening.profiles),
            "baselineVersion": self.hardening.version,
            "parameters": self.hardening.numbers(),
            "waived": waived,
            "exceptions": [item.record() for item in self.exceptions],
        }
        self.register_outputs({**outputs, **self.common_outputs})

    def _judge(self, found: Sequence[guard.Finding], *, again: bool = False) -> None:
        """Raises WeakenedError for what the rules find; remembers what waivers cover."""
        common = self._common_args
        what = f"{type(self).__name__} {self.component_name!r}"
        error = guard.weakened(what, found, self.hardening, self._cause)
        if error is not None:
            raise error
        used = {id(item.waiver) for item in found}
        for waiver in common.waivers:
            if id(waiver) not in used and not again:
                pulumi.log.warn(f"the waiver of {what} for {waiver.rule} covers nothing: take it away", self)
        self.waived = [
            {
                "rule": item.result.rule,
                "resource": item.result.resource,
                "clauses": list(self.hardening.clauses(item.result.rule)),
                "finding": item.result.message.en,
                "reason": item.waiver.reason,
                "owner": item.waiver.owner,
                "until": item.waiver.until,
            }
            for item in found
            if item.waiver is not None
        ]

    async def _waived_after(self, judged: Awaitable[bool]) -> list[dict[str, Any]]:
        """What waivers cover once the outputs are judged; an error is that of the judgement."""
        with suppress(WeakenedError):
            await judged
        return self.waived

    async def _judge_outputs(self) -> bool:
        """Judge once more, with the outputs whose values are known by now."""
        for output in [output for output in self._foreign.values() if await output.is_known()]:
            value: Any = await output.future()
            self._values[id(output)] = marked_secret(value) if await output.is_secret() else value
        if self._values:
            self._judge(self._findings(), again=True)
        return bool(self._values)

    def _findings(self, without: _Declared | None = None) -> list[guard.Finding]:
        """What the rules find; ``without`` the overrides of one child."""
        declared = self._everything()
        providers = list({item.provider.address: item.provider for item in declared}.values())
        judged = [self._judged(item, item.hardened if item is without else item.inputs) for item in declared]
        hardened: list[Resource] = []
        if any(item.overridden for item in declared):
            hardened = [self._judged(item, item.hardened) for item in declared]
        return guard.findings(judged, providers, self.hardening, self._common_args.waivers, hardened)

    def _cause(self, result: Result) -> str:
        """The override without which a finding would not be: often of another child than the one it is about."""
        for item in self._everything():
            if item.overridden:
                rest = {(other.result.rule, other.result.resource) for other in self._findings(item)}
                if (result.rule, result.resource) not in rest:
                    return f"; caused by overrides[{item.suffix!r}]: {', '.join(item.overridden)}"
        return ""

    def _judged(self, item: _Declared, inputs: Mapping[str, Any]) -> Resource:
        return resource_of(
            item.token,
            item.name,
            inputs,
            address=item.name,
            provider=item.provider,
            known=self._known,
        )

    def _known(self, value: Any) -> Any:
        """What is known of an input before the engine runs: an output of a child refers to it, others are unknown."""
        if not isinstance(value, pulumi.Output):
            return Unknown("known-after-apply", type(value).__name__)
        if id(value) in self._values:
            return self._values[id(value)]
        origin = self._origins().get(id(value))
        if origin is None:
            self._foreign[id(value)] = value
            return Unknown("known-after-apply", "output")
        item, name = origin
        own = item.inputs.get(name)
        if isinstance(own, (str, int, bool)):
            return own
        return Unknown("known-after-apply", f"{item.name}.{name}", reference=Reference(item.name, name))

    def _everything(self) -> list[_Declared]:
        """The children, and those of inner components."""
        inner = [child for child in self.children.values() if isinstance(child, Component)]
        return [*self._declared, *(item for child in inner for item in child._everything())]

    def _origins(self) -> Mapping[int, tuple[_Declared, str]]:
        """Outputs of the children by identity: whose they are, and which."""
        declared = self._everything()
        if self._traced != len(declared):
            self._traced = len(declared)
            self._origin_of = {
                id(output): (item, name)
                for item in declared
                for name, output in vars(item.child).items()
                if isinstance(output, pulumi.Output)
            }
        return self._origin_of
