"""Three-valued predicates over resources: the vocabulary in which rules are written.

A predicate answers pass, fail, unknown or not-applicable (``Outcome``). The combinators follow Kleene: ``all_of`` of a
fail and an unknown is a fail, ``any_of`` of a pass and an unknown is a pass; not-applicable parts do not count. An
unknown outcome always carries what blocked it. Each predicate lists the attributes it reads (``Predicate.reads``), so
that documentation, schema tests and proposed fixes come from the declaration itself.

Declared, without Python::

    attribute("versioning_enable").is_true(default=False)
    any_of(attribute("versioning.status").equals("Enabled"),
           linked("alicloud_oss_bucket_versioning", by="bucket", that=attribute("status").equals("Enabled")))

As a function over the same values, where the question is harder::

    @predicate(reads=("port_range", "cidr_ip"))
    def no_open_port(resource, context):
        cidr = resource.get("cidr_ip")          # may be Unknown: using it as a string ends in an unknown verdict
        if cidr == "0.0.0.0/0":
            return failed(Text("open to any address", "对任意地址开放"), "cidr_ip")
        return PASS
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Protocol

from compliant_infra.kernel.model import (
    NO_TEXT,
    OneOf,
    Resource,
    SensitiveText,
    Separation,
    Text,
    Unknown,
    UnknownValueError,
    Verdict,
    first_unknown,
)
from compliant_infra.kernel.patterns import lazy


class Context(Protocol):
    """What a predicate may ask beyond the resource itself. Provided by the evaluation, one for each root."""

    parameters: Mapping[str, Any]
    level: int  # MLPS level of the baseline: 2, 3 or 4
    profiles: frozenset[str]
    baseline: str
    memo: dict[Any, Any]  # what a predicate gathers once for the root; forgotten with the judgement of the root

    def resources(self, *types: str) -> Sequence[Resource]:
        """All managed resources of these types in the root."""

    def companions(self, resource: Resource, type: str, by: str, to: Sequence[str]) -> Companions:
        """The resources of ``type`` whose attribute ``by`` refers to ``resource``."""

    def region_of(self, resource: Resource) -> Any:
        """The region in which the resource is made: str, Unknown or OneOf (never None)."""

    def is_mainland(self, cloud: str, region: str) -> bool | None:
        """Whether a region id of a cloud (``"alicloud"``) is in mainland China; None where the id is not known."""

    def separation(self, cloud: str, region: str, other: str) -> Separation | None:
        """How far two regions of a cloud lie apart; None where that is not known."""

    def resolve(self, value: Any, *types: str) -> Resource | None:
        """The resource of one of these types that a value refers to (an Unknown with a reference), or None."""

    def data_source(self, value: Any) -> Resource | None:
        """The data source that a value is read from (an Unknown with a reference), or None: what it asks for."""

    def data_sources(self, *types: str) -> Sequence[Resource]:
        """All data sources of these types in the root. In a plan they hold what the cloud answered."""


class Companions(NamedTuple):
    """Resources that refer to another: surely, or possibly (the reference is unknown)."""

    sure: Sequence[Resource]
    possible: Sequence[tuple[Resource, Unknown | OneOf]]


@dataclass(slots=True)
class Outcome:
    """What a predicate says, and why. ``parts`` holds several findings of one rule on one resource."""

    verdict: Verdict
    message: Text = NO_TEXT
    attribute: str = ""
    finding: str = ""
    unknown: Unknown | OneOf | None = None
    parts: tuple[Outcome, ...] = ()
    resource: Resource | None = None  # where the finding stands if not in the judged resource: a companion


PASS: Final = Outcome(Verdict.PASS)
NOT_APPLICABLE: Final = Outcome(Verdict.NOT_APPLICABLE)


def passed(message: Text, attribute: str = "") -> Outcome:
    """A pass that says why, e.g. which companion resource makes it one."""
    return Outcome(Verdict.PASS, message, attribute)


def failed(message: Text, attribute: str = "", finding: str = "") -> Outcome:
    """A fail. ``attribute`` is the dotted path that stands for it, ``finding`` the sub-id of one of several."""
    return Outcome(Verdict.FAIL, message, attribute, finding)


def undecided(unknown: Unknown | OneOf, attribute: str = "", finding: str = "", message: Text | None = None) -> Outcome:
    """An unknown verdict with what blocked it."""
    return Outcome(Verdict.UNKNOWN, message or _cannot_tell(unknown, attribute), attribute, finding, unknown)


def several(outcomes: Iterable[Outcome]) -> Outcome:
    """Independent findings of one rule on one resource, each reported by itself; together they are ``all_of``."""
    parts: list[Outcome] = []
    verdict = Verdict.NOT_APPLICABLE
    for outcome in outcomes:
        if outcome.verdict is Verdict.FAIL:
            verdict = Verdict.FAIL
        elif outcome.verdict is Verdict.UNKNOWN:
            if verdict is not Verdict.FAIL:
                verdict = Verdict.UNKNOWN
        elif outcome.verdict is Verdict.PASS:
            if verdict is Verdict.NOT_APPLICABLE:
                verdict = Verdict.PASS
            continue
        else:
            continue
        parts.extend(outcome.parts or (outcome,))
    if not parts:
        return PASS if verdict is Verdict.PASS else NOT_APPLICABLE
    if len(parts) == 1:
        return parts[0]
    main = next((part for part in parts if part.verdict is verdict), parts[0])
    return Outcome(verdict, main.message, main.attribute, main.finding, main.unknown, tuple(parts), main.resource)


Judge = Callable[[Resource, Context], Outcome]


class Comparison(NamedTuple):
    """What a declared test compares an attribute with: facts of the provider that can be held against its schema."""

    path: str  # as in ``Predicate.reads``
    values: tuple[Any, ...]  # the values that the test names, good or bad
    default: Any = None  # what the test takes the provider's default to be; None where it assumes none


class Predicate:
    """A question to a resource. ``reads`` lists what it reads: ``path`` of the resource or ``type:path`` of another.

    ``comparisons`` lists what declared tests compare with; a predicate written as a function declares none.
    """

    __slots__ = ("comparisons", "judge", "parameters", "reads")

    def __init__(
        self,
        judge: Judge,
        reads: Iterable[str] = (),
        parameters: Iterable[str] = (),
        comparisons: Iterable[Comparison] = (),
    ) -> None:
        self.judge = judge
        self.reads = tuple(dict.fromkeys(reads))
        self.parameters = tuple(dict.fromkeys(parameters))
        self.comparisons = tuple(comparisons)

    def __call__(self, resource: Resource, context: Context) -> Outcome:
        """The outcome for one resource; the use of an unknown value as a known one becomes an unknown outcome."""
        try:
            return self.judge(resource, context)
        except UnknownValueError as error:
            return undecided(error.unknown)


def predicate(
    *, reads: Iterable[str] = (), parameters: Iterable[str] = ()
) -> Callable[[Callable[[Resource, Context], Outcome | Iterable[Outcome]]], Predicate]:
    """Make a predicate of a function ``(resource, context) -> Outcome`` or ``-> iterable of Outcome`` (findings)."""

    def wrap(function: Callable[[Resource, Context], Outcome | Iterable[Outcome]]) -> Predicate:
        def judge(resource: Resource, context: Context) -> Outcome:
            try:
                answer = function(resource, context)
                return answer if isinstance(answer, Outcome) else several(answer)
            except UnknownValueError as error:
                return undecided(error.unknown)

        return Predicate(judge, reads, parameters)

    return wrap


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, text or list that the baseline or the settings decide, e.g. ``log-retention-days``."""

    name: str


def parameter(name: str) -> Parameter:
    """Refer to a parameter of the baseline (``baselines/parameters.toml``) by name."""
    return Parameter(name)


def _parameter_value(value: Any, context: Context) -> Any:
    return context.parameters[value.name] if type(value) is Parameter else value


# --------------------------------------------------------------------------------------------------------------
# Combinators
# --------------------------------------------------------------------------------------------------------------


def _collect(predicates: Sequence[Predicate]) -> tuple[list[str], list[str], list[Comparison]]:
    return (
        [path for item in predicates for path in item.reads],
        [name for item in predicates for name in item.parameters],
        [comparison for item in predicates for comparison in item.comparisons],
    )


def _of(type: str, path: str) -> str:
    """A path that a predicate on another resource reads, as seen from the resource that is judged."""
    return path if ":" in path else f"{type}:{path}"


def all_of(*predicates: Predicate) -> Predicate:
    """Fail if one fails; else unknown if one is unknown; else pass."""

    def judge(resource: Resource, context: Context) -> Outcome:
        unknown: Outcome | None = None
        seen: Outcome | None = None
        for item in predicates:
            outcome = item(resource, context)
            verdict = outcome.verdict
            if verdict is Verdict.FAIL:
                return outcome
            if verdict is Verdict.UNKNOWN:
                unknown = unknown or outcome
            elif verdict is Verdict.PASS:
                seen = outcome
        return unknown or seen or NOT_APPLICABLE

    return Predicate(judge, *_collect(predicates))


def any_of(*predicates: Predicate) -> Predicate:
    """Pass if one passes; else unknown if one is unknown; else fail with the first fail's words."""

    def judge(resource: Resource, context: Context) -> Outcome:
        unknown: Outcome | None = None
        fail: Outcome | None = None
        for item in predicates:
            outcome = item(resource, context)
            verdict = outcome.verdict
            if verdict is Verdict.PASS:
                return outcome
            if verdict is Verdict.UNKNOWN:
                unknown = unknown or outcome
            elif verdict is Verdict.FAIL:
                fail = fail or outcome
        return unknown or fail or NOT_APPLICABLE

    return Predicate(judge, *_collect(predicates))


def each_of(*predicates: Predicate) -> Predicate:
    """As ``all_of``, but every failing part is a finding of its own."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return several(item(resource, context) for item in predicates)

    return Predicate(judge, *_collect(predicates))


def when(condition: Predicate, then: Predicate, otherwise: Predicate | None = None) -> Predicate:
    """``then`` where the condition passes, ``otherwise`` (not applicable) where it fails.

    Where the condition is unknown: the verdict on which both branches agree (a branch that does not apply agrees with
    a pass), else unknown with the condition's reason.
    """
    parts = [condition, then] + ([otherwise] if otherwise else [])

    def judge(resource: Resource, context: Context) -> Outcome:
        test = condition(resource, context)
        if test.verdict is Verdict.PASS:
            return then(resource, context)
        other = otherwise(resource, context) if otherwise else NOT_APPLICABLE
        if test.verdict is not Verdict.UNKNOWN:
            return other
        first = then(resource, context)
        if first.verdict is other.verdict:
            return first
        if {first.verdict, other.verdict} == {Verdict.PASS, Verdict.NOT_APPLICABLE}:
            return PASS
        return test

    return Predicate(judge, *_collect(parts))


def unless(condition: Predicate, then: Predicate) -> Predicate:
    """Not applicable where the condition passes, else ``then``."""
    return when(condition, Predicate(lambda resource, context: NOT_APPLICABLE), then)


def negate(item: Predicate, message: Text) -> Predicate:
    """Pass where ``item`` fails; fail, with the given message, where it passes."""

    def judge(resource: Resource, context: Context) -> Outcome:
        outcome = item(resource, context)
        if outcome.verdict is Verdict.PASS:
            return failed(message, outcome.attribute or (item.reads[0] if item.reads else ""))
        return PASS if outcome.verdict is Verdict.FAIL else outcome

    return Predicate(judge, item.reads, item.parameters, item.comparisons)


def from_level(level: int, then: Predicate, below: Predicate | None = None) -> Predicate:
    """``then`` at this MLPS level and above, ``below`` (not applicable) under it."""

    def judge(resource: Resource, context: Context) -> Outcome:
        if context.level >= level:
            return then(resource, context)
        return below(resource, context) if below else NOT_APPLICABLE

    return Predicate(judge, *_collect([then] + ([below] if below else [])))


def in_profile(profile: str, then: Predicate, outside: Predicate | None = None) -> Predicate:
    """``then`` where the profile is on, ``outside`` (not applicable) where it is not."""

    def judge(resource: Resource, context: Context) -> Outcome:
        if profile in context.profiles:
            return then(resource, context)
        return outside(resource, context) if outside else NOT_APPLICABLE

    return Predicate(judge, *_collect([then] + ([outside] if outside else [])))


def always_fails(message: Text, attribute: str = "") -> Predicate:
    """A resource whose existence is the finding."""
    outcome = failed(message, attribute)
    return Predicate(lambda resource, context: outcome, (attribute,) if attribute else ())


def always_passes() -> Predicate:
    """A resource that cannot break the rule."""
    return Predicate(lambda resource, context: PASS)


def provider_side(message: Text) -> Predicate:
    """Always unknown: the code cannot show it (``unsupported``); the message says what to look at instead."""
    return Predicate(lambda resource, context: undecided(Unknown("unsupported"), message=message))


# --------------------------------------------------------------------------------------------------------------
# Values
# --------------------------------------------------------------------------------------------------------------

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})


def as_bool(value: Any) -> bool | None:
    """The truth value that Terraform would convert to, or None where there is none.

    As its fellows below it raises ``UnknownValueError`` for a value that is not known.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        lowered = value.lower()
        return True if lowered in _TRUE else False if lowered in _FALSE else None
    if isinstance(value, (int, float)):
        return bool(value)
    _refuse_unknown(value)
    return None


def as_number(value: Any) -> int | float | None:
    """The number that Terraform would convert to (``"30"`` is 30), or None where there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            try:
                return float(value)
            except ValueError:
                return None
    _refuse_unknown(value)
    return None


def as_string(value: Any) -> str | None:
    """The string that Terraform would convert a scalar to, or None for a list or mapping."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    _refuse_unknown(value)
    return None


def _refuse_unknown(value: Any) -> None:
    """A list, a mapping or null has no scalar form; whether an unknown has one is not known."""
    if type(value) is Unknown or type(value) is OneOf:
        raise UnknownValueError(value)


def same(value: Any, wanted: Any) -> bool:
    """Equality after Terraform's conversions: ``"true"`` is True, ``"30"`` is 30; text compares exactly."""
    if isinstance(wanted, bool):
        return as_bool(value) is wanted
    if isinstance(wanted, (int, float)):
        return as_number(value) == wanted
    if isinstance(wanted, str):
        return as_string(value) == wanted
    return bool(value == wanted)


_SECRET_NAME: Final = lazy(
    r"passw(?:or)?d|passwd|secret|token|access_key|accesskey|private_key|user_?data|credential|auth_key|psk|"
    r"shared_key|api_key|environment",
    re.IGNORECASE,
)


#: Names of settings about secrets that are none themselves: ``max_password_age``, ``kms_secret_name``.
_NO_SECRET_NAME: Final = lazy(
    r"(?:_age|_length|_policy|_reuse|_prevention|_interval|_days|_id|_ids|_arn|_name|_type|_version|_enabled|_rotation"
    r"|_required|_region|_status|_expiry|http_tokens)$|^(?:require|enable|allow|hard_expiry|max|min|minimum|maximum)_",
    re.IGNORECASE,
)


def is_secret_name(path: str) -> bool:
    """Whether an attribute of this name may hold a secret, so that its value is never shown."""
    if _SECRET_NAME.search(path) is None:
        return False
    last = path.rsplit(".", 1)[-1]
    if last.startswith(("max_", "min_", "allow_")):
        return False  # a bound or a switch about keys
    return _NO_SECRET_NAME.search(last) is None or "access_key" in last


def show(value: Any, path: str = "") -> str:
    """A value for a message: short, and never a secret."""
    if isinstance(value, SensitiveText) or (path and is_secret_name(path)):
        return "(redacted)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Unknown):
        return f"({value.expression or value.reason})"
    if isinstance(value, OneOf):
        return " | ".join(show(item) for item in value.alternatives)
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 80 else f'"{value[:77]}..."'
    if isinstance(value, Mapping):
        return "{...}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(show(item) for item in value[:4])
        return f"[{inner}{', ...' if len(value) > 4 else ''}]"
    return str(value)


_REASON_TEXTS: Final[Mapping[str, Text]] = {
    "no-value": Text("{0} has no default and no value was given", "{0} 没有默认值，也没有给出取值"),
    "known-after-apply": Text("{0} is known only after apply", "{0} 在 apply 之后才能确定"),
    "data-source": Text("{0} is read from the cloud at plan time", "{0} 在 plan 时才从云端读取"),
    "module-absent": Text("{0} comes from a module that is not in the scan", "{0} 来自不在扫描范围内的模块"),
    "undeclared-reference": Text("{0} is not declared", "{0} 没有声明"),
    "impure-function": Text("{0} differs from run to run", "{0} 每次运行结果不同"),
    "unsupported": Text("{0} cannot be decided from code", "{0} 无法从代码判定"),
    "outside-root": Text("{0} is outside the scanned root", "{0} 在扫描根目录之外"),
    "limit": Text("{0} exceeds a limit of this tool", "{0} 超出本工具的上限"),
    "not-in-scan": Text(
        "the scan is not declared to hold the whole system", "未声明本次扫描包含整个系统（complete = true）"
    ),
    "not-listed": Text("{0} is not listed in the settings", "{0} 未在设置中列出"),
    "ambiguous": Text("it depends on {0}", "取决于 {0}"),
}


def unknown_text(reason: str, expression: str) -> Text:
    """The words for a reason of UNKNOWN_REASONS."""
    text = _REASON_TEXTS[reason]
    return Text(text.en.format(expression or "the value"), text.zh.format(expression or "该值"))


def _cannot_tell(unknown: Unknown | OneOf, attribute: str) -> Text:
    if isinstance(unknown, OneOf):
        why = unknown_text("ambiguous", unknown.condition.expression)
    else:
        why = unknown_text(unknown.reason, unknown.expression)
    if attribute:
        return Text(f"{attribute} cannot be decided: {why.en}", f"{attribute} 无法判定：{why.zh}")
    return Text(f"cannot be decided: {why.en}", f"无法判定：{why.zh}")


def alternatives(
    value: Any,
    test: Callable[[Any], Outcome],
    attribute: str = "",
    *,
    unset: Callable[[], Outcome] | None = None,
) -> Outcome:
    """Apply a test to a value that may be Unknown (unknown) or OneOf (every alternative, and they must agree).

    An alternative that is null leaves the attribute unset: then ``unset`` judges; without it that is undecided, for the
    test is about values.
    """
    if type(value) is Unknown:
        return undecided(value, attribute)
    if type(value) is not OneOf:
        return test(value)
    outcomes = [
        alternatives(item, test, attribute) if item is not None else unset() if unset else undecided(value, attribute)
        for item in value.alternatives
    ]
    verdicts = {outcome.verdict for outcome in outcomes}
    if len(verdicts) == 1:
        return outcomes[0]
    if verdicts == {Verdict.PASS, Verdict.NOT_APPLICABLE}:
        return PASS
    bad = next((outcome for outcome in outcomes if outcome.verdict is Verdict.FAIL), None)
    if bad is None:
        return next(outcome for outcome in outcomes if outcome.verdict is Verdict.UNKNOWN)
    condition = value.condition.expression
    return undecided(
        value,
        bad.attribute or attribute,
        message=Text(f"depends on {condition}: {bad.message.en}", f"取决于 {condition}：{bad.message.zh}"),
    )


# --------------------------------------------------------------------------------------------------------------
# Attributes
# --------------------------------------------------------------------------------------------------------------

_MISSING: Final = object()
Missing = Literal["fail", "pass", "unknown", "not-applicable"]


class Attribute:
    """One attribute of a resource, by dotted path. A path through nested blocks means every such block.

    ``default`` is the provider's default: an attribute that is not set is judged as though it had this value.
    Without a default, ``missing`` of the test decides (``"fail"``: the attribute must be written; ``"unknown"``: the
    provider decides and it is not known how).
    """

    __slots__ = ("_default", "_parts", "path")

    def __init__(self, path: str, default: Any = _MISSING) -> None:
        self.path = path
        self._parts = tuple(path.split("."))
        self._default = default

    def that(
        self,
        test: Callable[[Any, Context], bool | None],
        expected: Text | Callable[[Context], Text],
        *,
        default: Any = _MISSING,
        missing: Missing = "fail",
        parameters: Iterable[str] = (),
        values: Iterable[Any] = (),
    ) -> Predicate:
        """The general test: ``test(value, context)`` is True (pass), False (fail) or None (not applicable).

        It is called with known values only (a list may contain unknowns: touching one yields unknown). ``values`` are
        those that the test compares with.
        """
        default = self._default if default is _MISSING else default
        parts, path = self._parts, self.path
        last = len(parts)

        def explain(value: Any, where: str, context: Context, by_default: bool) -> Outcome:
            wanted = expected if isinstance(expected, Text) else expected(context)
            if value is _MISSING:
                return failed(
                    Text(f"{where} is not set; expected {wanted.en}", f"{where} 未设置；应为{wanted.zh}"), where
                )
            shown = show(value, where)
            if by_default:
                return failed(
                    Text(
                        f"{where} is not set and defaults to {shown}; expected {wanted.en}",
                        f"{where} 未设置，默认值为 {shown}；应为{wanted.zh}",
                    ),
                    where,
                )
            return failed(
                Text(f"{where} is {shown}; expected {wanted.en}", f"{where} 为 {shown}；应为{wanted.zh}"), where
            )

        def unset(context: Context, where: str) -> Outcome:
            if default is not _MISSING:
                answer = test(default, context)
                if answer:
                    return PASS
                return NOT_APPLICABLE if answer is None else explain(default, where, context, True)
            if missing == "fail":
                return explain(_MISSING, where, context, False)
            if missing == "pass":
                return PASS
            if missing == "unknown":
                return undecided(Unknown("known-after-apply", where), where)
            return NOT_APPLICABLE

        def walk(value: Any, index: int, where: str, context: Context) -> Outcome:
            if value is None:
                return unset(context, path if index < last else where)
            kind = type(value)
            if kind is Unknown or kind is OneOf:
                return alternatives(
                    value,
                    lambda item: walk(item, index, where, context),
                    where,
                    unset=lambda: walk(None, index, where, context),
                )
            if index == last:
                try:
                    answer = test(value, context)
                except UnknownValueError as error:
                    return undecided(error.unknown, where)
                if answer:
                    return PASS
                return NOT_APPLICABLE if answer is None else explain(value, where, context, False)
            if isinstance(value, Mapping):
                part = parts[index]
                return walk(value.get(part), index + 1, f"{where}.{part}" if where else part, context)
            if isinstance(value, (list, tuple)):
                if not value:
                    return unset(context, path)
                if len(value) == 1:
                    return walk(value[0], index, f"{where}.0", context)
                return several(walk(item, index, f"{where}.{i}", context) for i, item in enumerate(value))
            return undecided(Unknown("unsupported", where), where)  # a text or number in the place of a block

        first = parts[0]

        def judge(resource: Resource, context: Context) -> Outcome:
            value = resource.attributes.get(first)
            if value is None:
                return unset(context, path)
            return walk(value, 1, first, context)

        named = Comparison(path, tuple(values), None if default is _MISSING else default)
        return Predicate(judge, (path,), parameters, (named,))

    def equals(self, *wanted: Any, default: Any = _MISSING, missing: Missing = "fail") -> Predicate:
        """The value is one of those given (after Terraform's conversions)."""
        names = [item.name for item in wanted if type(item) is Parameter]
        values = [item for item in wanted if type(item) is not Parameter]
        listed = " or ".join(map(show, values))
        listed_zh = " 或 ".join(map(show, values))

        def test(value: Any, context: Context) -> bool:
            return any(same(value, _parameter_value(item, context)) for item in wanted)

        expected = Text(listed, f" {listed_zh}")
        return self.that(test, expected, default=default, missing=missing, parameters=names, values=values)

    def differs(self, *unwanted: Any, default: Any = _MISSING, missing: Missing = "fail") -> Predicate:
        """The value is none of those given."""
        listed = " or ".join(show(item) for item in unwanted)
        listed_zh = "、".join(show(item) for item in unwanted)
        return self.that(
            lambda value, context: not any(same(value, item) for item in unwanted),
            Text(f"anything but {listed}", f"除 {listed_zh} 以外的值"),
            default=default,
            missing=missing,
            values=unwanted,
        )

    def is_true(self, default: Any = _MISSING, *, missing: Missing = "fail") -> Predicate:
        """The value is true."""
        return self.equals(True, default=default, missing=missing)

    def is_false(self, default: Any = _MISSING, *, missing: Missing = "fail") -> Predicate:
        """The value is false."""
        return self.equals(False, default=default, missing=missing)

    def at_least(
        self, bound: int | float | Parameter, default: Any = _MISSING, *, missing: Missing = "fail"
    ) -> Predicate:
        """The number is the bound or greater. A value that is not a number fails."""
        names = (bound.name,) if isinstance(bound, Parameter) else ()

        def test(value: Any, context: Context) -> bool:
            number = as_number(value)
            return number is not None and bool(number >= _parameter_value(bound, context))

        def expected(context: Context) -> Text:
            limit = _parameter_value(bound, context)
            return Text(f"at least {limit}", f"至少 {limit}")

        return self.that(test, expected, default=default, missing=missing, parameters=names)

    def at_most(
        self, bound: int | float | Parameter, default: Any = _MISSING, *, missing: Missing = "fail"
    ) -> Predicate:
        """The number is the bound or smaller. A value that is not a number fails."""
        names = (bound.name,) if isinstance(bound, Parameter) else ()

        def test(value: Any, context: Context) -> bool:
            number = as_number(value)
            return number is not None and bool(number <= _parameter_value(bound, context))

        def expected(context: Context) -> Text:
            limit = _parameter_value(bound, context)
            return Text(f"at most {limit}", f"至多 {limit}")

        return self.that(test, expected, default=default, missing=missing, parameters=names)

    def is_set(self, *, missing: Missing = "fail") -> Predicate:
        """The attribute is there and not empty (a reference that is known only after apply counts as set)."""
        inner = self.that(lambda value, context: not _is_empty(value), Text("a value", "非空值"), missing=missing)

        def judge(resource: Resource, context: Context) -> Outcome:
            outcome = inner.judge(resource, context)
            unknown = outcome.unknown
            if outcome.verdict is Verdict.UNKNOWN and type(unknown) is Unknown and _surely_given(unknown):
                return PASS
            return outcome

        return Predicate(judge, inner.reads, (), inner.comparisons)

    def is_unset(self) -> Predicate:
        """The attribute is absent or empty."""
        return self.that(lambda value, context: _is_empty(value), Text("no value", "不设置"), missing="pass")

    def contains_all(self, *wanted: Any, default: Any = _MISSING, missing: Missing = "fail") -> Predicate:
        """The list contains every one of these values. Unknown elements can make the difference: then unknown."""
        listed = ", ".join(show(item) for item in wanted)

        def test(value: Any, context: Context) -> bool:
            items = value if isinstance(value, (list, tuple)) else [value]
            known = [item for item in items if type(item) is not Unknown and type(item) is not OneOf]
            if all(any(same(item, one) for item in known) for one in wanted):
                return True
            blocked = first_unknown(items)
            if blocked is not None:
                raise UnknownValueError(blocked)
            return False

        expected = Text(f"a list with {listed}", f"包含 {listed} 的列表")
        return self.that(test, expected, default=default, missing=missing, values=wanted)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, tuple, Mapping)) and len(value) == 0)


def _surely_given(value: Unknown) -> bool:
    """Whether an unknown value is surely neither null nor empty: a reference, or a text with a known part."""
    return value.reference is not None or any(isinstance(part, str) and part for part in value.parts)


def is_given(value: Any) -> bool:
    """Whether an attribute has this value or is not set (null, empty).

    A reference to a resource is a value, and so is a text of which some part is known. Raises ``UnknownValueError``
    where that is not known.
    """
    if type(value) is Unknown:
        if _surely_given(value):
            return True
        raise UnknownValueError(value)
    if type(value) is OneOf:
        answers = {is_given(item) for item in value.alternatives}
        if len(answers) > 1:
            raise UnknownValueError(value)
        return answers.pop()
    return not _is_empty(value)


def same_unknown(left: Any, right: Any) -> bool:
    """Whether two unknowns surely stand for the same value: one object, or one template of the same parts."""
    if left is right:
        return True
    if type(left) is not Unknown or type(right) is not Unknown:
        return type(left) is str and type(right) is str and left == right
    if left.reference is not None and left.reference == right.reference:
        return True
    if left.parts and len(left.parts) == len(right.parts):
        return all(same_unknown(mine, yours) for mine, yours in zip(left.parts, right.parts, strict=True))
    return False


def referred_address(value: Any) -> str:
    """``type.name`` of the resource that an unknown refers to, ``""`` where it refers to none.

    The address of a resource of Pulumi is a URN, in which Terraform's type is not written; it is in the expression.
    """
    if type(value) is not Unknown or value.reference is None:
        return ""
    address = value.reference.address
    return value.expression.rpartition(".")[0] if address.startswith("urn:") else address


def attribute(path: str, default: Any = _MISSING) -> Attribute:
    """One attribute by dotted path, with the provider's default where it is known."""
    return Attribute(path, default)


# --------------------------------------------------------------------------------------------------------------
# Relations
# --------------------------------------------------------------------------------------------------------------

#: The attributes by which other resources usually name a resource.
IDENTITY_ATTRIBUTES: Final = ("id", "bucket", "name", "arn")


def linked(
    type: str,
    *,
    by: str,
    that: Predicate | None = None,
    to: Sequence[str] = IDENTITY_ATTRIBUTES,
    missing: Text | None = None,
) -> Predicate:
    """A companion resource of ``type``, whose attribute ``by`` refers to this one, satisfies ``that``.

    Matched by reference first, then by equal known name. No companion: fail. A companion whose reference is unknown
    may be this one's: unknown, unless another surely is.
    """
    absent = missing or Text(f"no {type} refers to it", f"没有 {type} 引用它")
    reads = [f"{type}:{by}"] + ([_of(type, path) for path in that.reads] if that else [])

    def judge(resource: Resource, context: Context) -> Outcome:
        found = context.companions(resource, type, by, to)
        unknown: Outcome | None = None
        fail: Outcome | None = None
        for companion in found.sure:
            outcome = that(companion, context) if that else PASS
            if outcome.verdict is Verdict.PASS:
                if companion.existence is None:
                    return PASS
                unknown = unknown or undecided(companion.existence)
            elif outcome.verdict is Verdict.UNKNOWN:
                unknown = unknown or Outcome(
                    Verdict.UNKNOWN,
                    Text(f"{companion.address}: {outcome.message.en}", f"{companion.address}：{outcome.message.zh}"),
                    unknown=outcome.unknown,
                )
            elif outcome.verdict is Verdict.FAIL:
                fail = fail or Outcome(
                    Verdict.FAIL,
                    Text(f"{companion.address}: {outcome.message.en}", f"{companion.address}：{outcome.message.zh}"),
                    attribute=outcome.attribute,
                    resource=companion,
                )
        if unknown is not None:
            return unknown
        for companion, blocked in found.possible:
            outcome = that(companion, context) if that else PASS
            if outcome.verdict in (Verdict.PASS, Verdict.UNKNOWN):
                return undecided(
                    blocked,
                    message=Text(
                        f"{companion.address} may be its companion, but what it refers to is unknown",
                        f"{companion.address} 可能与其关联，但引用的对象未知",
                    ),
                )
        return fail or failed(absent)

    if that is None:
        return Predicate(judge, reads)
    return Predicate(
        judge, reads, that.parameters, [item._replace(path=_of(type, item.path)) for item in that.comparisons]
    )


def exists(*types: str, that: Predicate | None = None, missing: Text) -> Predicate:
    """Somewhere in the root there is a resource of one of these types that satisfies ``that``."""
    paths = that.reads if that else ("id",)
    reads = [_of(kind, path) for kind in types for path in paths]

    def judge(resource: Resource, context: Context) -> Outcome:
        unknown: Outcome | None = None
        for other in context.resources(*types):
            outcome = that(other, context) if that else PASS
            if outcome.verdict is Verdict.PASS and other.existence is None:
                return PASS
            if outcome.verdict is Verdict.PASS and other.existence is not None:
                unknown = unknown or undecided(other.existence)
            elif outcome.verdict is Verdict.UNKNOWN:
                unknown = unknown or outcome
        return unknown or failed(missing)

    if that is None:
        return Predicate(judge, reads)
    comparisons = [item._replace(path=_of(kind, item.path)) for kind in types for item in that.comparisons]
    return Predicate(judge, reads, that.parameters, comparisons)
