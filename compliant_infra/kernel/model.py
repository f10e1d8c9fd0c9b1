"""What every room of the project talks in: values, resources, verdicts, results, diagnostics, the Scan.

Standard library only. Nothing here knows Terraform's syntax, Pulumi, checkov or any regulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import wraps
from typing import Any, Final, NamedTuple, NoReturn, Protocol


class Text(NamedTuple):
    """A sentence for people, in both languages of the product."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The sentence in ``"en"`` or ``"zh"``."""
        return self.zh if language == "zh" else self.en


#: No sentence.
NO_TEXT: Final = Text("", "")


class Separation(NamedTuple):
    """How far two places lie apart in a straight line: approximate, by ``tolerance`` per cent either way.

    ``warning`` says why they may be hit together although they are apart.
    """

    kilometres: int
    tolerance: int = 0
    warning: Text = NO_TEXT


class SourceLocation(NamedTuple):
    """A place in a file. ``file`` is a POSIX path as the user sees it; lines and columns count from 1.

    ``column`` counts characters, not bytes; 0 means "not known" (plan files have no positions).
    """

    file: str
    line: int = 0
    end_line: int = 0
    column: int = 0


# --------------------------------------------------------------------------------------------------------------
# Values: a plain Python value, Unknown, or OneOf.
# --------------------------------------------------------------------------------------------------------------

#: The closed set of reasons for which a value cannot be known. Adding one is a deliberate change of the contract.
UNKNOWN_REASONS: Final = frozenset(
    {
        "no-value",  # a variable without default and without a value given
        "known-after-apply",  # computed by the provider
        "data-source",  # read from the cloud at plan time
        "module-absent",  # the output of a module whose source is not in the scan
        "undeclared-reference",  # refers to something that is declared nowhere
        "impure-function",  # timestamp(), uuid(): differs from run to run
        "unsupported",  # a construct or a value that the evaluator cannot decide
        "outside-root",  # a file below another directory
        "limit",  # cut off by a limit of this tool
        "not-in-scan",  # a system-wide question, and the scan is not declared to be the whole system
        "not-listed",  # needs a setting that is not given (trusted accounts, ...)
        "ambiguous",  # several values are possible and they lead to different verdicts
    }
)


class UnknownValueError(Exception):
    """An unknown value was used as though it were known. The evaluation turns it into an unknown verdict."""

    def __init__(self, unknown: Unknown | OneOf) -> None:
        super().__init__("unknown value used as a known one")
        self.unknown = unknown


class Reference(NamedTuple):
    """What an unknown value refers to: the attribute of another resource of the same scan."""

    address: str  # the instance's address as Terraform prints it
    attribute: str  # e.g. "id"


#: What texts, lists and mappings can be asked: asking it of an unknown value is a use of it.
_METHODS: Final = frozenset(name for kind in (str, list, dict) for name in dir(kind) if not name.startswith("_"))


class _NotKnown:
    """The refusal that unknown values share: no use of one as a known value goes unnoticed."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        assert isinstance(self, (Unknown, OneOf))
        raise UnknownValueError(self)

    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = __index__ = _refuse
    __add__ = __radd__ = __sub__ = __mul__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        if name in _METHODS:
            self._refuse()
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return self is other or self._refuse()

    def __ne__(self, other: object) -> bool:
        return self is not other and self._refuse()

    __hash__ = object.__hash__


class Unknown(_NotKnown):
    """A value that cannot be known, and why.

    It cannot be forgotten: comparing it, testing its truth, iterating, indexing or converting it raises
    ``UnknownValueError``, which the evaluation turns into an unknown verdict with this reason.

    ``reference`` is set where the value is an attribute of a resource of the same scan, e.g. the id of a bucket:
    rules that relate resources match on it.

    Partial knowledge of a text: ``parts`` is the text as known strings and unknowns in turn (a template such as
    ``"arn:aws:s3:::${var.name}/*"``); ``document`` is the partly known value of which the text is the JSON encoding
    (``jsonencode`` of an object with unknown members, a policy document data source); ``encoded`` is the partly known
    value that the text holds in another form (base64, gzip, YAML, the parts of a cloud-init archive), or the members
    that a map was written with beside unknown ones. It is never the value itself: only rules that search texts look
    into it.

    Partial knowledge of a list: ``elements`` are values that it surely holds beside others (``concat`` of a known list
    and an unknown one).
    """

    __slots__ = ("document", "elements", "encoded", "expression", "location", "parts", "reason", "reference")

    def __init__(
        self,
        reason: str,
        expression: str = "",
        location: SourceLocation | None = None,
        reference: Reference | None = None,
        parts: tuple[Any, ...] = (),
        document: Any = None,
        encoded: Any = None,
        elements: tuple[Any, ...] = (),
    ) -> None:
        self.reason = reason
        self.elements = elements
        self.encoded = encoded
        self.parts = parts
        self.document = document
        self.expression = f"{expression}"  # shown to people: a SensitiveText becomes "(redacted)"
        self.location = location
        self.reference = reference

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r}, {self.expression!r})"


class OneOf(_NotKnown):
    """One of several values, where a condition is unknown but its branches are known.

    ``condition`` is the unknown that decides. ``alternatives`` holds at least two values; each may itself be
    Unknown or contain unknowns, none is a OneOf. Misuse raises as for Unknown.
    """

    __slots__ = ("alternatives", "condition")

    def __init__(self, alternatives: Sequence[Any], condition: Unknown) -> None:
        self.alternatives = tuple(alternatives)
        self.condition = condition

    def __repr__(self) -> str:
        return f"OneOf({', '.join(map(repr, self.alternatives))})"


class SensitiveText(str):
    """A known text that must never be shown: marked as sensitive in a plan or state.

    It compares, matches and converts like any text, so that rules can judge it; ``show`` and f-strings give
    ``(redacted)`` instead. What methods of text make of it is as sensitive; only ``join`` of a separator and what
    ``re`` finds in it are not: what shows those uses ``show`` or an f-string for each part.
    """

    __slots__ = ()

    def __format__(self, format_spec: str) -> str:
        return format("(redacted)", format_spec)

    def __repr__(self) -> str:
        return "(redacted)"

    def __str__(self) -> str:
        return self

    def __iter__(self) -> Iterator[str]:
        return map(SensitiveText, str.__iter__(self))

    def __radd__(self, before: str) -> str:
        return SensitiveText(str.__add__(before, self)) if isinstance(before, str) else NotImplemented


def _kept_sensitive(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of text that gives sensitive texts where the original gives texts."""

    @wraps(method)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        found = method(*arguments, **options)
        if isinstance(found, str):
            return SensitiveText(found)
        if isinstance(found, (list, tuple)):
            return type(found)(SensitiveText(item) for item in found)
        return found

    return wrapped


for _name in (
    *("__add__", "__getitem__", "__mod__", "__mul__", "__rmul__"),
    *("capitalize", "casefold", "lower", "swapcase", "title", "translate", "upper"),
    *("center", "expandtabs", "ljust", "rjust", "zfill", "lstrip", "rstrip", "strip"),
    *("removeprefix", "removesuffix", "replace"),
    *("partition", "rpartition", "rsplit", "split", "splitlines"),
):
    setattr(SensitiveText, _name, _kept_sensitive(getattr(str, _name)))


def is_known(value: Any) -> bool:
    """True where the value itself is known; a list or mapping may still contain unknowns."""
    kind = type(value)
    return kind is not Unknown and kind is not OneOf


def first_unknown(value: Any) -> Unknown | OneOf | None:
    """The first unknown found in the value at any depth, or None where it is known throughout."""
    if isinstance(value, (Unknown, OneOf)):
        return value
    if isinstance(value, Mapping):
        for item in value.values():
            found = first_unknown(item)
            if found is not None:
                return found
    elif isinstance(value, (list, tuple)):
        for item in value:
            found = first_unknown(item)
            if found is not None:
                return found
    return None


# --------------------------------------------------------------------------------------------------------------
# Resources
# --------------------------------------------------------------------------------------------------------------


class AttributeSpans(Protocol):
    """Where the attributes of a resource stand. Paths are dotted, blocks with an index: ``data_disks.0.encrypted``."""

    def span(self, path: str) -> SourceLocation | None:
        """The place of the attribute or block, or None where it is not written (a default, a plan file)."""


@dataclass(slots=True)
class ProviderConfiguration:
    """The provider block that a resource uses, after evaluation."""

    name: str  # "alicloud"
    alias: str = ""  # "" for the default configuration
    region: Any = None  # str, Unknown, OneOf, or None where it is not set
    default_tags: Any = None  # mapping, or None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    location: SourceLocation | None = None

    @property
    def address(self) -> str:
        """How results name it: ``provider.alicloud`` or ``provider.alicloud.hangzhou``."""
        return f"provider.{self.name}.{self.alias}" if self.alias else f"provider.{self.name}"


class Resource:
    """One resource instance, whatever it was read from.

    ``attributes`` maps the names that are set to values: scalars, lists, mappings, Unknown, OneOf. A nested block is
    always a *list* of mappings, also where the provider allows one only. Names that are not set are absent; an
    explicit ``null`` is treated as not set. The mapping may be lazy: reading an attribute may evaluate it.

    ``existence`` is None where the resource surely exists in the scan; otherwise the unknown that decides whether
    (or how often) it is created: an unknown ``count`` or ``for_each``. ``creation`` then tells what was asked: two
    resources with the same text are created together, instance by instance.
    """

    __slots__ = (
        "address",
        "attributes",
        "creation",
        "existence",
        "filled",
        "ignore_changes",
        "location",
        "mode",
        "module",
        "name",
        "origin",
        "provider",
        "root",
        "spans",
        "type",
    )

    def __init__(
        self,
        *,
        root: str,
        address: str,
        type: str,
        name: str,
        attributes: Mapping[str, Any],
        location: SourceLocation,
        module: str = "",
        provider: ProviderConfiguration | None = None,
        spans: AttributeSpans | None = None,
        existence: Unknown | OneOf | None = None,
        origin: str = "source",
        mode: str = "managed",
        filled: bool = False,
        ignore_changes: Sequence[str] = (),
        creation: str = "",
    ) -> None:
        self.root = root
        self.address = address  # 'module.db["a"].alicloud_db_instance.main[0]'
        self.type = type  # "alicloud_db_instance"
        self.name = name  # "main"
        self.module = module  # 'module.db["a"]', "" in the root module
        self.attributes = attributes
        self.location = location
        self.provider = provider
        self.spans = spans
        self.existence = existence
        self.creation = creation
        self.origin = origin  # "source", "plan", "state", "pulumi"
        self.mode = mode  # "managed" or "data"
        self.filled = filled  # True where the provider's defaults are already filled in (plan, state)
        self.ignore_changes = ignore_changes

    def __repr__(self) -> str:
        return f"Resource({self.address!r})"

    def get(self, name: str, default: Any = None) -> Any:
        """The top-level attribute, or ``default`` where it is not set; also where only some alternatives are null."""
        value = self.attributes.get(name)
        if value is None:
            return default
        if type(value) is OneOf and default is not None:
            return OneOf([default if item is None else item for item in value.alternatives], value.condition)
        return value

    def created_with(self, other: Resource) -> Resource:
        """The resource as it stands where ``other`` exists: surely there, if both are created together."""
        if self.existence is None or not self.creation or self.creation != other.creation:
            return self
        twin = self.copied()
        twin.existence = None
        return twin

    def copied(self) -> Resource:
        """Another resource of the same content, to be changed by the caller."""
        twin = Resource.__new__(Resource)
        for slot in Resource.__slots__:
            setattr(twin, slot, getattr(self, slot))
        return twin

    def span(self, path: str) -> SourceLocation:
        """The place of an attribute, or of the resource where the attribute is not written."""
        if self.spans is not None and path:
            found = self.spans.span(path)
            if found is not None:
                return found
        return self.location


@dataclass(slots=True)
class ModuleCall:
    """A module call whose source could not be read."""

    root: str
    address: str
    source: str
    location: SourceLocation
    module: str = ""  # the address of the module in which the call stands
    mentions: frozenset[str] = frozenset()  # resources of that module which the arguments name: "aws_vpc.main"


# --------------------------------------------------------------------------------------------------------------
# Verdicts and results
# --------------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a rule says of a resource. NOT_APPLICABLE never becomes a result."""

    FAIL = "fail"
    PASS = "pass"
    UNKNOWN = "unknown"
    ERROR = "error"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"


class Severity(IntEnum):
    """How much a failing result weighs. Ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(slots=True)
class UnknownReason:
    """What blocked a verdict: the code (see UNKNOWN_REASONS), the expression and where it stands."""

    code: str
    expression: str = ""
    location: SourceLocation | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A signed-off exception. ``rule``, ``reason``, ``owner`` and ``until`` are required."""

    rule: str
    reason: str
    owner: str
    until: str  # ISO date, the last day on which it holds
    resource: str = "*"
    finding: str = ""
    approver: str = ""
    ticket: str = ""
    inline: bool = False
    location: SourceLocation | None = None


@dataclass(slots=True)
class Result:
    """What one rule says of one resource (or of one finding within it)."""

    rule: str  # slug
    code: str
    verdict: Verdict
    severity: Severity
    root: str
    resource: str  # address; "*" for the whole scan; "provider.<name>[.<alias>]"
    type: str
    location: SourceLocation
    attribute: str = ""
    finding: str = ""
    message: Text = NO_TEXT
    reason: UnknownReason | None = None
    clauses: tuple[str, ...] = ()
    waiver: Waiver | None = None
    fingerprint: str = ""
    known: bool = False  # in the file of known findings: it is reported, and does not count


# --------------------------------------------------------------------------------------------------------------
# Diagnostics
# --------------------------------------------------------------------------------------------------------------

#: The closed table: code -> level. Errors make the exit status 2; warnings do so with ``--strict`` only.
DIAGNOSTICS: Final[Mapping[str, str]] = {
    "syntax-error": "error",
    "unreadable-file": "error",
    "bad-encoding": "error",
    "reference-cycle": "error",
    "module-cycle": "error",
    "limit-reached": "error",
    "rule-crashed": "error",
    "nothing-to-scan": "error",
    "invalid-plan": "error",
    "invalid-settings": "error",
    "unknown-rule": "error",
    "unknown-baseline": "error",
    "unknown-profile": "error",
    "unknown-option": "error",
    "unknown-path": "error",
    "module-absent": "warning",
    "undeclared-reference": "warning",
    "path-outside-root": "warning",
    "symlink-skipped": "warning",
    "unsupported-provider": "warning",
    "unsupported-input": "warning",
    "waiver-invalid": "warning",
    "waiver-expired": "warning",
    "waiver-unused": "warning",
    "known-gone": "warning",
}


@dataclass(slots=True, frozen=True)
class Diagnostic:
    """Something that kept the job from being done whole, or that the user should know. Codes: DIAGNOSTICS."""

    code: str
    message: Text
    file: str = ""
    line: int = 0
    column: int = 0
    hint: Text = NO_TEXT

    @property
    def level(self) -> str:
        """``"error"`` or ``"warning"``."""
        return DIAGNOSTICS[self.code]


# --------------------------------------------------------------------------------------------------------------
# Scan
# --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Scan:
    """What a front end read from one root: everything that the judgement needs, and what went wrong."""

    root: str  # POSIX path of the root directory or of the plan file, "." for the working directory
    resources: list[Resource] = field(default_factory=list)
    data: list[Resource] = field(default_factory=list)  # data sources (mode "data")
    providers: list[ProviderConfiguration] = field(default_factory=list)
    requirements: list[Resource] = field(default_factory=list)  # module calls and required providers, not evaluated
    absent_modules: list[ModuleCall] = field(default_factory=list)
    waivers: list[tuple[Waiver, SourceLocation]] = field(default_factory=list)  # inline, with the lines they cover
    declared_waivers: list[tuple[Waiver, frozenset[str]]] = field(default_factory=list)  # with the addresses in reach
    diagnostics: list[Diagnostic] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # files read -> content hash (hex); "": looked for, or listed
    origin: str = "source"
    left_out: int = 0  # resources that exist beside those of the scan and may be their companions

    def by_type(self) -> dict[str, list[Resource]]:
        """Resources by Terraform type, in the order of the scan."""
        index: dict[str, list[Resource]] = {}
        for resource in self.resources:
            index.setdefault(resource.type, []).append(resource)
        return index

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)
