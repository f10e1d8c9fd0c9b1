"""Policy documents of the three clouds: RAM and OSS, IAM and its resource policies (aws, aws-cn), CAM and COS.

A document may be known only in part: members of a ``jsonencode``, interpolations within a heredoc. What can be seen
is judged; an unknown element matters only where it could change the answer. Every question therefore answers
``True``, ``False`` or the unknown that decides it (``Answer``); none of them raises for an unknown element.

``judge_policy`` is the door for rules: it reads the document from an attribute in whatever form it stands there and
turns what cannot be read into an undecided outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from compliant_infra.kernel.logic import Outcome, alternatives, as_bool, as_string, several, undecided
from compliant_infra.kernel.model import OneOf, Text, Unknown, UnknownValueError
from compliant_infra.kernel.networks import Network, covers_all, is_any, is_wide, parse_network
from compliant_infra.kernel.packet_filters import written_prefix
from compliant_infra.kernel.patterns import lazy

#: True, False, or the unknown on which the answer depends.
Answer = bool | Unknown | OneOf

#: A text of a policy: known, unknown, or one of several.
Value = str | Unknown | OneOf

#: The partitions of AWS in which a mainland system may live: its ARNs start ``arn:aws:`` or ``arn:aws-cn:``.
PARTITIONS: Final = ("aws", "aws-cn")

#: The providers' own policies that allow everything, by cloud.
ADMINISTRATOR_POLICIES: Final[Mapping[str, tuple[str, ...]]] = {
    "alicloud": ("AdministratorAccess",),
    "aws": (
        "AdministratorAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
    ),
    "tencentcloud": ("AdministratorAccess",),
}


class PolicySyntaxError(Exception):
    """The text is no policy document: malformed JSON, or JSON of another shape. ``reason`` says which."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


# --------------------------------------------------------------------------------------------------------------
# Three-valued helpers
# --------------------------------------------------------------------------------------------------------------


def any_true(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is; else the first unknown; else False."""
    blocked: Unknown | OneOf | None = None
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            blocked = _as_unknown(answer) if blocked is None else blocked
    return False if blocked is None else blocked


def all_true(answers: Iterable[Answer]) -> Answer:
    """False as soon as one is; else the first unknown; else True."""
    blocked: Unknown | OneOf | None = None
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            blocked = blocked if blocked is not None else _as_unknown(answer)
    return True if blocked is None else blocked


def opposite(answer: Answer) -> Answer:
    """Not; an unknown stays itself."""
    return answer if isinstance(answer, (Unknown, OneOf)) else not answer


def _as_unknown(answer: Answer) -> Unknown | OneOf:
    assert isinstance(answer, (Unknown, OneOf))
    return answer


def _about(value: Value, known: Callable[[str], Answer], partly: Callable[[Unknown], Answer]) -> Answer:
    """A question to one text: ``known`` answers for a known one, ``partly`` for an unknown one."""
    if isinstance(value, str):
        return known(value)
    if isinstance(value, Unknown):
        return partly(value)
    answers = [_about(item, known, partly) for item in value.alternatives if item is not None]
    if all(answer is True for answer in answers):
        return True
    if all(answer is False for answer in answers):
        return False
    return value


def pieces(value: Value) -> tuple[Any, ...]:
    """A text as known strings and unknowns in turn, nested parts flattened."""
    if not isinstance(value, Unknown) or not value.parts:
        return (value,)
    flat: list[Any] = []
    for part in value.parts:
        flat.extend(pieces(part))
    return tuple(flat)


def never_wildcard(value: Unknown) -> bool:
    """Whether an unknown surely is no wildcard: the id, name or ARN of something that exists."""
    if value.reference is not None:
        return True
    if value.parts:
        return False  # a text composed of several: see could_be
    return value.reason == "data-source" and _IDENTITY.search(value.expression) is not None


_IDENTITY: Final = lazy(r"\.(?:id|arn|account_id|uin|owner_uin|app_id|unique_id|ownerid)$")


def could_be(value: Unknown, *texts: str) -> bool:
    """Whether the unknown text, as far as it is known, may be one of these (compared without case)."""
    if never_wildcard(value):
        return False
    parts = pieces(value)
    if len(parts) == 1:
        return True
    pattern = "".join(re.escape(part) if isinstance(part, str) else ".*" for part in parts)
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return any(compiled.fullmatch(text) for text in texts)


# --------------------------------------------------------------------------------------------------------------
# The document
# --------------------------------------------------------------------------------------------------------------

PrincipalKind = Literal["anyone", "service", "account", "federated"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a statement speaks of.

    ``anyone``: every caller of the cloud (``*``, ``qcs::cam::anyone:anyone``, the root of every account).
    ``account``: a user, role, group or the whole of an account; ``account`` is its id where the text shows one.
    ``value`` is the text as it stands in the document.
    """

    kind: PrincipalKind
    value: Value
    account: Value | None = None
    partition: str = ""  # of an AWS ARN: "aws", "aws-cn"; "" where there is none or it is not known
    own: bool = False  # surely of the account that applies the code: its caller identity, a resource of the scan


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Lists that are not in the document are None, so that ``NotAction`` is told from ``Action``."""

    index: int
    effect: Value  # "Allow" or "Deny"
    actions: tuple[Value, ...] | None = None
    not_actions: tuple[Value, ...] | None = None
    resources: tuple[Value, ...] | None = None
    not_resources: tuple[Value, ...] | None = None
    principals: tuple[Principal | Unknown | OneOf, ...] | None = None
    not_principals: tuple[Principal | Unknown | OneOf, ...] | None = None
    conditions: Mapping[str, Mapping[str, tuple[Value, ...]]] = field(default_factory=dict)
    unknown_conditions: tuple[Unknown | OneOf, ...] = ()  # conditions (or operators) that cannot be read
    sid: str = ""
    existence: Unknown | OneOf | None = None  # what decides whether the statement is there at all

    @property
    def label(self) -> str:
        """How a finding names it: its sid, or its place."""
        return self.sid or f"statement-{self.index}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A document: the statements that can be read, and what stands for those that cannot."""

    statements: tuple[Statement, ...]
    unknown_statements: tuple[Unknown | OneOf, ...] = ()


#: Marks the place of an unknown within JSON text. A private-use character: it needs no escape and no one writes it.
_MARK: Final = "\ue0f1"
_PLACE: Final = lazy(f"{_MARK}(\\d+){_MARK}")


def parse_policy(value: Any) -> Policy:
    """Read a policy document: JSON text, a mapping, or an Unknown that is known in part.

    Raises ``UnknownValueError`` where nothing of it is known, ``PolicySyntaxError`` where it is no policy document.
    """
    if isinstance(value, Unknown):
        if value.document is not None:
            return parse_policy(value.document)
        if value.parts:
            return _policy(_load_parts(pieces(value)))
        raise UnknownValueError(value)
    if isinstance(value, OneOf):
        raise UnknownValueError(value)
    if isinstance(value, str):
        return _policy(_load(value))
    return _policy(value)


def _load(text: str) -> Any:
    try:
        return json.loads(text.strip().removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        where = Text(f"line {error.lineno} column {error.colno}", f"第 {error.lineno} 行第 {error.colno} 列")
        raise PolicySyntaxError(f"malformed JSON at {where.en}", f"{where.zh}处 JSON 语法错误") from None
    except (ValueError, RecursionError):
        raise PolicySyntaxError("malformed JSON", "JSON 语法错误") from None


def partly_known_json(value: Unknown) -> Any:
    """The value of a JSON text that is known in part, its unknowns in place; ``PolicySyntaxError`` where malformed."""
    return _load_parts(pieces(value))


def _load_parts(parts: Sequence[Any]) -> Any:
    """Parse JSON text with holes: each hole becomes a marked string, which is then put back as the unknown."""
    holes: list[Unknown | OneOf] = []
    written: list[str] = []
    inside = False  # within a JSON string
    for part in parts:
        if isinstance(part, str):
            written.append(part)
            inside = _ends_in_string(part, inside)
            continue
        mark = f"{_MARK}{len(holes)}{_MARK}"
        holes.append(part)
        written.append(mark if inside else f'"{mark}"')
    return _restore(_load("".join(written)), holes)


def _ends_in_string(text: str, inside: bool) -> bool:
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif inside and character == "\\":
            escaped = True
        elif character == '"':
            inside = not inside
    return inside


def _restore(value: Any, holes: Sequence[Unknown | OneOf]) -> Any:
    if isinstance(value, str):
        if _MARK not in value:
            return value
        split = _PLACE.split(value)  # text, number, text, number, ..., text
        found = [holes[int(item)] if at % 2 else item for at, item in enumerate(split)]
        kept = tuple(item for item in found if not (isinstance(item, str) and not item))
        if len(kept) == 1:
            return kept[0]
        first = next(item for item in kept if not isinstance(item, str))
        source = first.condition if isinstance(first, OneOf) else first
        return Unknown(source.reason, source.expression, source.location, parts=kept)
    if isinstance(value, dict):
        return {_restore_key(key, holes): _restore(item, holes) for key, item in value.items()}
    if isinstance(value, list):
        return [_restore(item, holes) for item in value]
    return value


def _restore_key(key: str, holes: Sequence[Unknown | OneOf]) -> str:
    """An unknown within a member's name keeps its expression there: names must stay text."""

    def expression(match: re.Match[str]) -> str:
        hole = holes[int(match.group(1))]
        return f"${{{(hole.condition if isinstance(hole, OneOf) else hole).expression}}}"

    return _PLACE.sub(expression, key) if _MARK in key else key


def _policy(document: Any) -> Policy:
    if isinstance(document, (Unknown, OneOf)):
        raise UnknownValueError(document)
    if not isinstance(document, Mapping):
        raise PolicySyntaxError("the document is no JSON object", "文档不是 JSON 对象")
    members = _lowered(document)
    if "statement" not in members:
        raise PolicySyntaxError("the document has no Statement", "文档没有 Statement")
    statements: list[Statement] = []
    hidden: list[Unknown | OneOf] = []
    shared = members.get("principal")  # CAM allows one principal for all statements

    def add(item: Any, index: int, existence: Unknown | OneOf | None) -> None:
        if isinstance(item, Unknown):
            hidden.append(item)
        elif isinstance(item, OneOf):
            for one in item.alternatives:
                for at, inner in enumerate(one if isinstance(one, (list, tuple)) else [one]):
                    add(inner, index + at, item if existence is None else existence)
        elif isinstance(item, Mapping):
            statements.append(_statement(item, index, shared, existence))
        elif item is not None:
            raise PolicySyntaxError("a statement is no JSON object", "Statement 中的语句不是 JSON 对象")

    written = _opened(members["statement"])
    for index, item in enumerate(written if isinstance(written, (list, tuple)) else [written]):
        add(item, index, None)
    return Policy(tuple(statements), tuple(hidden))


def _lowered(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): item for key, item in mapping.items() if item is not None}


def _statement(item: Mapping[Any, Any], index: int, shared: Any, existence: Unknown | OneOf | None) -> Statement:
    members = _lowered(item)
    effect = members.get("effect")
    if isinstance(effect, str):
        effect = effect.capitalize()
    elif isinstance(effect, OneOf):
        effect = _flat_choice(effect)
    elif not isinstance(effect, (Unknown, OneOf)):
        raise PolicySyntaxError("a statement has no Effect", "语句没有 Effect")
    conditions, hidden = _conditions(members.get("condition"))
    principal = members.get("principal", shared)
    sid = members.get("sid", "")
    return Statement(
        index=index,
        effect=effect,
        actions=_texts(members.get("action")),
        not_actions=_texts(members.get("notaction")),
        resources=_texts(members.get("resource")),
        not_resources=_texts(members.get("notresource")),
        principals=_principals(principal),
        not_principals=_principals(members.get("notprincipal")),
        conditions=conditions,
        unknown_conditions=hidden,
        sid=sid if isinstance(sid, str) else "",
        existence=existence,
    )


def _opened(value: Any) -> Any:
    """A list that is known in part as a list with an unknown at its end."""
    if isinstance(value, Unknown) and value.elements:
        return [*value.elements, Unknown(value.reason, value.expression, value.location)]
    return value


def _texts(value: Any) -> tuple[Value, ...] | None:
    """A text or a list of texts."""
    if value is None:
        return None
    value = _opened(value)
    if isinstance(value, (Unknown, OneOf)):
        return (_flat_choice(value),)
    if isinstance(value, (list, tuple)):
        found: list[Value] = []
        for item in value:
            found.extend(_texts(item) or ())
        return tuple(found)
    text = as_string(value)
    if text is None:
        raise PolicySyntaxError("a text or a list of texts was expected", "应为字符串或字符串列表")
    return (text,)


def _flat_choice(value: Unknown | OneOf) -> Value:
    """A choice between lists cannot stand for one text: it becomes an unknown with the choice's condition."""
    if isinstance(value, OneOf) and any(not isinstance(item, (str, Unknown)) for item in value.alternatives):
        single = [
            item[0] if isinstance(item, (list, tuple)) and len(item) == 1 else item for item in value.alternatives
        ]
        if all(isinstance(item, (str, Unknown)) for item in single):
            return OneOf(single, value.condition)
        return value.condition
    return value


def _conditions(
    value: Any,
) -> tuple[dict[str, dict[str, tuple[Value, ...]]], tuple[Unknown | OneOf, ...]]:
    """Operator -> key -> values, operators and keys in lower case; and what of it cannot be read."""
    if value is None:
        return {}, ()
    if isinstance(value, (Unknown, OneOf)):
        return {}, (value,)
    if not isinstance(value, Mapping):
        raise PolicySyntaxError("a Condition is no JSON object", "Condition 不是 JSON 对象")
    found: dict[str, dict[str, tuple[Value, ...]]] = {}
    hidden: list[Unknown | OneOf] = []
    for operator, keys in value.items():
        if isinstance(keys, (Unknown, OneOf)):
            hidden.append(keys)
            continue
        if keys is None:
            continue
        if not isinstance(keys, Mapping):
            raise PolicySyntaxError("a condition operator holds no JSON object", "条件运算符的内容不是 JSON 对象")
        group = found.setdefault(str(operator).lower(), {})
        for key, values in keys.items():
            group[str(key).lower()] = group.get(str(key).lower(), ()) + (_texts(values) or ())
    return found, tuple(hidden)


# --------------------------------------------------------------------------------------------------------------
# Principals
# --------------------------------------------------------------------------------------------------------------

_KINDS: Final[Mapping[str, PrincipalKind]] = {
    "service": "service",
    "federated": "federated",
    "aws": "account",
    "canonicaluser": "account",
    "ram": "account",
    "qcs": "account",
}

_CALLER: Final = lazy(
    r"\bdata\.(?:aws_caller_identity|alicloud_account|alicloud_caller_identity|tencentcloud_user_info)\."
)

#: Stands for an unknown piece while a resource name is split at its colons.
_HOLE: Final = "\ue0f2"


def _principals(value: Any) -> tuple[Principal | Unknown | OneOf, ...] | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        found: list[Principal | Unknown | OneOf] = []
        for key, items in value.items():
            kind = _KINDS.get(str(key).lower(), "account")
            found.extend(_principal(item, kind) for item in _texts(items) or ())
        return tuple(found)
    if isinstance(value, (list, tuple)):
        return tuple(principal for item in value for principal in _principals(item) or ())
    if isinstance(value, Unknown) or (
        isinstance(value, OneOf) and any(isinstance(item, (Mapping, list, tuple)) for item in value.alternatives)
    ):
        # The whole Principal: neither its kind nor its texts can be seen, unless the texts are known in part.
        return (_principal(value, "account"),) if isinstance(value, Unknown) and value.parts else (value,)
    return tuple(_principal(item, "account") for item in _texts(value) or ())


def _principal(value: Value, kind: PrincipalKind) -> Principal | Unknown | OneOf:
    if isinstance(value, OneOf):
        made = [_principal(item, kind) for item in value.alternatives if isinstance(item, (str, Unknown))]
        kinds = {item.kind for item in made if isinstance(item, Principal)}
        return Principal(kind, value) if kinds == {kind} else value
    if isinstance(value, str) and is_anyone(value):
        return Principal("anyone", value)
    if kind != "account":
        return Principal(kind, value)
    if isinstance(value, Unknown) and never_wildcard(value):
        return Principal("account", value, own=value.reference is not None or _is_caller(value))
    parts = pieces(value)
    if len(parts) == 1 and isinstance(value, Unknown):
        return Principal("account", value, own=_is_caller(value))
    account, partition = _account_of(parts)
    own = isinstance(account, Unknown) and (account.reference is not None or _is_caller(account))
    return Principal("account", value, account, partition, own)


def _is_caller(value: Unknown) -> bool:
    """Whether the unknown is the id of the account that applies the code, read from the provider."""
    return _CALLER.search(value.expression) is not None


def is_anyone(text: str) -> bool:
    """Whether a principal's text means every caller: ``*``, the root of every account, anyone of CAM."""
    lowered = text.strip().lower()
    return (
        (bool(lowered) and not lowered.strip("*"))
        or lowered in ("qcs::cam::anyone:anyone", "acs:ram::*:root", "acs:ram::*:*")
        or re.fullmatch(r"arn:[^:]*:(?:iam|sts)::\*:.*", lowered) is not None
        or lowered.startswith(("qcs::cam::uin/*", "acs:ram::*:", "arn:sts::*:"))
    )


def _account_of(parts: Sequence[Any]) -> tuple[Value | None, str]:
    """The account id within a principal's text, and the partition of an AWS ARN."""
    holes: list[Any] = []
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        else:
            text += f"{_HOLE}{len(holes)}{_HOLE}"
            holes.append(part)

    def put_back(segment: str) -> Value | None:
        found = re.split(f"{_HOLE}(\\d+){_HOLE}", segment)
        if len(found) == 1:
            return segment or None
        hole = holes[int(found[1])]
        return hole.condition if isinstance(hole, OneOf) else hole

    segments = text.split(":")
    lowered = segments[0].lower()
    if lowered == "arn" and len(segments) >= 5:
        # OSS writes the caller of a bucket policy as arn:sts::<uid>:assumed-role/...
        if segments[1].lower() in ("sts", "ram"):
            return put_back(segments[3]), ""
        partition = segments[1] if segments[1] in PARTITIONS or _HOLE not in segments[1] else ""
        return put_back(segments[4]), partition
    if lowered == "acs" and len(segments) >= 4:
        return put_back(segments[3]), ""
    if lowered == "qcs" and len(segments) >= 5:
        owner = segments[4].split("/")
        if owner[0].lower() in ("uin", "uid") and len(owner) > 1:
            return put_back(owner[1]), ""
        return put_back(segments[4]), ""
    return put_back(text), ""


def anonymous_principal(statement: Statement) -> Answer:
    """Whether the statement speaks of every caller: principal ``*``, or an Allow for all but some (NotPrincipal)."""
    if statement.not_principals is not None:
        return True
    return any_true(_is_anonymous(item) for item in statement.principals or ())


def _is_anonymous(item: Principal | Unknown | OneOf) -> Answer:
    if not isinstance(item, Principal):
        return item
    if item.kind == "anyone":
        return True
    value = item.value
    if isinstance(value, str):
        return False
    if item.kind != "account" or item.own:
        return False
    if isinstance(value, OneOf):
        return _about(value, is_anyone, lambda one: False if never_wildcard(one) else one)
    if never_wildcard(value):
        return False
    if not value.parts:
        return value
    account = item.account
    if isinstance(account, Unknown):
        # An ARN with an unknown account: "*" there would mean everyone, but no one keeps that in a variable.
        return False
    return value if could_be(value, "*", "qcs::cam::anyone:anyone") else False


# --------------------------------------------------------------------------------------------------------------
# Actions and resources
# --------------------------------------------------------------------------------------------------------------


def allows(statement: Statement) -> Answer:
    """Whether its effect is Allow (and it is surely there)."""
    answer = _about(statement.effect, lambda text: text.lower() == "allow", lambda one: one)
    return answer if statement.existence is None or answer is False else statement.existence


def denies(statement: Statement) -> Answer:
    """Whether its effect is Deny (and it is surely there)."""
    answer = _about(statement.effect, lambda text: text.lower() == "deny", lambda one: one)
    return answer if statement.existence is None or answer is False else statement.existence


@lru_cache(maxsize=2048)
def _pattern(text: str) -> re.Pattern[str]:
    body = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text)
    return re.compile(body, re.IGNORECASE | re.DOTALL)


def _bare(action: str) -> str:
    """CAM writes some actions with ``name/`` before the service: that is no part of the name."""
    return action[5:] if action[:5].lower() == "name/" else action


def action_matches(pattern: Value, action: str) -> Answer:
    """Whether a pattern of a policy (``s3:Get*``) covers the action (``s3:GetObject``), without case."""
    wanted = _bare(action)

    def partly(value: Unknown) -> Answer:
        first = pieces(value)[0]
        if not isinstance(first, str):
            return value
        prefix = re.split(r"[*?]", _bare(first), maxsplit=1)[0]
        return value if wanted.lower().startswith(prefix.lower()) else False

    return _about(pattern, lambda text: _pattern(_bare(text)).fullmatch(wanted) is not None, partly)


def grants(statement: Statement, action: str) -> Answer:
    """Whether the statement allows the action, on whatever resource and under whatever condition."""
    return all_true((allows(statement), _speaks_of(statement, action)))


def _speaks_of(statement: Statement, action: str) -> Answer:
    if statement.not_actions is not None:
        return opposite(any_true(action_matches(item, action) for item in statement.not_actions))
    return any_true(action_matches(item, action) for item in statement.actions or ())


_ALL_ACTIONS: Final = lazy(r"\*+(?::\*+)?")

#: Names of letters that no pattern spells out: what matches them matches everything (``?*``, ``arn:*``).
_ANY: Final = "\ue0f6\ue0f7\ue0f8"
_ANY_ACTION: Final = f"{_ANY}:{_ANY}"
_ANY_RESOURCES: Final = (
    *(f"arn:{partition}:{_ANY}:{_ANY}:{_ANY}:{_ANY}" for partition in (*PARTITIONS, _HOLE)),
    f"acs:{_ANY}:{_ANY}:{_ANY}:{_ANY}",
    f"qcs:{_ANY}:{_ANY}:{_ANY}:{_ANY}:{_ANY}",
    f"qcs::{_ANY}:{_ANY}:{_ANY}:{_ANY}",
)


def _covers_all_actions(pattern: Value) -> Answer:
    return _about(
        pattern,
        lambda text: (
            _ALL_ACTIONS.fullmatch(_bare(text)) is not None or _pattern(_bare(text)).fullmatch(_ANY_ACTION) is not None
        ),
        lambda one: one if could_be(one, "*", "*:*", "name/*") else False,
    )


def all_actions(statement: Statement) -> Answer:
    """Whether it speaks of every action: ``*``, ``*:*``, or all but some (NotAction)."""
    if statement.not_actions is not None:
        return opposite(any_true(_covers_all_actions(item) for item in statement.not_actions))
    return any_true(_covers_all_actions(item) for item in statement.actions or ())


def covers_all_resources(pattern: Value) -> Answer:
    """Whether a resource pattern means every resource of every service: ``*``, ``acs:*:*:*:*``, ``arn:aws-cn:*``."""

    def known(text: str) -> bool:
        if not text.strip("*"):
            return bool(text)
        if any(_pattern(text).fullmatch(one) for one in _ANY_RESOURCES):
            return True
        segments = text.split(":")
        scheme = segments[0].lower()
        if scheme == "arn":  # arn:partition:service:region:account:resource
            return _open(segments[2:3]) and _open(segments[3:4]) and _open(segments[5:]) and len(segments) > 2
        if scheme == "acs":  # acs:service:region:account:resource
            return _open(segments[1:2]) and _open(segments[2:3]) and _open(segments[4:]) and len(segments) > 1
        if scheme == "qcs":  # qcs:project:service:region:account:resource
            return _open(segments[2:3]) and _open(segments[3:4]) and _open(segments[5:]) and len(segments) > 2
        return False

    def partly(one: Unknown) -> Answer:
        if one.parts and known("".join(piece if isinstance(piece, str) else _HOLE for piece in pieces(one))):
            return True  # arn:${partition}:*
        return one if could_be(one, "*", "acs:*:*:*:*") else False

    return _about(pattern, known, partly)


def _open(segments: Sequence[str]) -> bool:
    return all(not segment.strip("*/") for segment in segments)


def all_resources(statement: Statement) -> Answer:
    """Whether it speaks of every resource. A statement without Resource (a trust policy) does not."""
    if statement.not_resources is not None:
        return opposite(any_true(covers_all_resources(item) for item in statement.not_resources))
    return any_true(covers_all_resources(item) for item in statement.resources or ())


def is_administrator(statement: Statement) -> Answer:
    """Whether it allows every action on every resource.

    An Allow with NotAction is such a one: it grants whatever the cloud offers, now and later, but for the few that it
    names. A condition on the tag of the resource makes it less; other conditions (address, time, MFA) say when, not
    what, and change nothing.
    """
    return all_true(
        (
            allows(statement),
            all_actions(statement),
            all_resources(statement),
            opposite(_bound_to_tags(statement)),
        )
    )


def _bound_to_tags(statement: Statement) -> Answer:
    for operator, keys in statement.conditions.items():
        if _requires(operator) and any(_TAG_KEY.search(key) for key in keys):
            return True
    return statement.unknown_conditions[0] if statement.unknown_conditions else False


_TAG_KEY: Final = lazy(r"resource_?tag(?:/|$|&)|:resourcetag")


# --------------------------------------------------------------------------------------------------------------
# Conditions
# --------------------------------------------------------------------------------------------------------------

#: Keys that name the caller's network, account or organisation. Any definite value narrows.
_ORIGIN_KEYS: Final = frozenset(
    {
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceaccount",
        "aws:sourceowner",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "acs:sourcevpc",
        "acs:sourcevpcid",
        "acs:sourceaccount",
        "acs:principalrdid",
        "acs:principalrdpath",
        "qcs:vpc",
        "qcs:uin",
        "vpc:requester_vpc",
    }
)
#: Those of them that hold account ids: an account that is named in a condition is no more trusted than a principal.
_ACCOUNT_KEYS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "acs:sourceaccount",
        "qcs:uin",
    }
)
_ARN_KEYS: Final = frozenset(
    {"aws:sourcevpcarn", "aws:sourcearn", "aws:principalarn", "acs:principalarn", "acs:sourcearn"}
)
_ADDRESS_KEYS: Final = frozenset({"aws:sourceip", "acs:sourceip", "qcs:ip"})


def _requires(operator: str) -> bool:
    """Whether a condition operator demands that the key is there and has one of the values.

    ``...IfExists`` and ``ForAllValues:`` are also true without the key; ``Not...`` excludes instead of demanding.
    """
    name = operator.lower()
    if name.startswith(("forallvalues:", "for_all_value:", "for_all_values:")) or name.endswith(
        ("ifexists", "if_exist")
    ):
        return False
    return "not" not in name.split(":")[-1] and name not in ("null", "null_equal")


def _is_pattern_operator(operator: str) -> bool:
    return "like" in operator or operator.split(":")[-1].startswith("arn")


def narrowing_condition(
    statement: Statement, widest_prefix: int, trusted_accounts: Collection[str] | None = None
) -> Answer:
    """Whether a condition pins the caller.

    What does: a source VPC or VPC endpoint, source addresses that are not any, an account or organisation id, an
    exact source ARN (or one whose account is named). Conditions on time, user agent, referer, prefix, TLS or MFA do
    not narrow who may call.

    ``widest_prefix`` is the length of the shortest prefix that does not count as any address. With
    ``trusted_accounts``, a condition on another account leaves it open whether the caller may be let in.
    """
    answers: list[Answer] = []
    for operator, keys in statement.conditions.items():
        if not _requires(operator):
            continue
        pattern = _is_pattern_operator(operator)
        for key, values in keys.items():
            if not values:
                continue
            if key in _ADDRESS_KEYS:
                answers.append(_narrow_addresses(values, widest_prefix))
            elif key in _ACCOUNT_KEYS and trusted_accounts is not None:
                answers.append(all_true(_trusted_account(item, pattern, trusted_accounts) for item in values))
            elif key in _ACCOUNT_KEYS or key in _ORIGIN_KEYS:
                answers.append(all_true(_definite(item, pattern) for item in values))
            elif key in _ARN_KEYS:
                answers.append(all_true(_definite_arn(item) for item in values))
    answers.extend(statement.unknown_conditions)
    return any_true(answers)


def _definite(value: Value, pattern: bool) -> Answer:
    """Whether a condition value names something. Without a pattern operator ``*`` is a letter.

    A pattern must spell out the identifier itself, ``o-1`` of ``o-1/*``: ``vpc-*`` are the networks of everyone.
    """
    return _about(
        value,
        lambda text: not pattern or not _WILDCARD.search(text.partition("/")[0]),
        lambda one: _definite_pieces(one) if pattern else True,
    )


_WILDCARD: Final = lazy(r"^$|[*?]")


def _definite_pieces(value: Unknown) -> Answer:
    for piece in pieces(value):
        if isinstance(piece, str):
            identifier, slash, _ = piece.partition("/")
            if "*" in identifier or "?" in identifier:
                return False
            if slash:
                break
        elif isinstance(piece, OneOf) or not never_wildcard(piece):
            return value
    return True


def _trusted_account(value: Value, pattern: bool, trusted: Collection[str]) -> Answer:
    definite = _definite(value, pattern)
    if definite is not True:
        return definite
    for text in value.alternatives if isinstance(value, OneOf) else (value,):
        if isinstance(text, str) and text not in trusted:
            return Unknown("not-listed", f"account {text}")
    return True


def _definite_arn(value: Value) -> Answer:
    def known(text: str) -> bool:
        if "*" not in text and "?" not in text:
            return bool(text)
        segments = text.split(":")
        place = 4 if segments[0].lower() == "arn" else 3
        return len(segments) > place and segments[place].isdigit()

    return _about(value, known, lambda one: one if could_be(one, "*") else True)


def _narrow_addresses(values: Sequence[Value], widest_prefix: int) -> Answer:
    """Whether addresses and CIDR blocks leave callers out: not any, no wide range, nor parts that add up to any."""
    known: list[Network] = []
    for value in values:
        for text in value.alternatives if isinstance(value, OneOf) else (value,):
            network = parse_network(text) if isinstance(text, str) else None
            if network is not None and not is_any(network):
                known.append(network)
    if covers_all(known):
        return False
    return all_true(_narrow_address(value, widest_prefix) for value in values)


def _narrow_address(value: Value, widest_prefix: int) -> Answer:
    def known(text: str) -> Answer:
        if not text.strip(" *?.:"):
            return False
        network = parse_network(text)
        if network is None:
            return Unknown("unsupported", text)
        return not is_any(network) and not is_wide(network, widest_prefix)

    def partly(one: Unknown) -> Answer:
        prefix = written_prefix(one)
        if prefix == 0:
            return False
        return True if never_wildcard(one) or (prefix is not None and prefix >= widest_prefix) else one

    return _about(value, known, partly)


_TLS_KEYS: Final = frozenset({"aws:securetransport", "acs:securetransport", "cos:secure-transport"})


def denies_insecure_transport(policy: Policy, covers_objects: Callable[[Value], Answer]) -> Answer:
    """Whether requests without TLS are denied: a Deny for every caller and action, on the objects, if TLS is false.

    ``covers_objects`` tells of a resource pattern whether it means every object of the bucket in question.
    """
    answers = [_denies_insecure(statement, covers_objects) for statement in policy.statements]
    answers.extend(policy.unknown_statements)
    return any_true(answers)


def _denies_insecure(statement: Statement, covers_objects: Callable[[Value], Answer]) -> Answer:
    if statement.unknown_conditions and not statement.conditions:
        condition: Answer = statement.unknown_conditions[0]
    else:
        condition = _only_without_tls(statement)
    return all_true(
        (
            denies(statement),
            anonymous_principal(statement) if statement.not_principals is None else False,
            _all_service_actions(statement),
            any_true(covers_objects(item) for item in statement.resources or ()),
            condition,
        )
    )


def _only_without_tls(statement: Statement) -> Answer:
    """The condition is "TLS is false" and nothing more: a second condition would let other requests pass."""
    found: list[Answer] = []
    for operator, keys in statement.conditions.items():
        boolean = operator.removesuffix("ifexists").removesuffix("_if_exist") in ("bool", "bool_equal")
        for key, values in keys.items():
            if key not in _TLS_KEYS or not boolean or not values:
                return False
            found.append(
                any_true(_about(item, lambda text: as_bool(text) is False, lambda one: one) for item in values)
            )
    if not found:
        return False
    return all_true([*found, *statement.unknown_conditions])


_SERVICE_ACTIONS: Final = lazy(r"(?:\*|[\w-]+:\*)", re.ASCII)


def _all_service_actions(statement: Statement) -> Answer:
    return any_true(
        _about(
            item,
            lambda text: (
                _SERVICE_ACTIONS.fullmatch(_bare(text)) is not None or _ALL_ACTIONS.fullmatch(_bare(text)) is not None
            ),
            lambda one: one if could_be(one, "*", "s3:*", "oss:*", "cos:*", "name/cos:*") else False,
        )
        for item in statement.actions or ()
    )


# --------------------------------------------------------------------------------------------------------------
# The door for rules
# --------------------------------------------------------------------------------------------------------------


def judge_policy(value: Any, attribute: str, test: Callable[[Policy], Outcome | Iterable[Outcome]]) -> Outcome:
    """Judge the document that stands in an attribute, whatever of it is known.

    ``test`` sees the parsed policy and answers one outcome or several findings. A choice of documents is judged
    alternative by alternative; what is unknown throughout, or no policy document, is undecided.
    """
    if isinstance(value, OneOf):
        parsed: dict[int, Outcome] = {}

        def one(item: Any) -> Outcome:
            return parsed[id(item)]

        shells = []
        for item in value.alternatives:
            shell = object()
            parsed[id(shell)] = judge_policy(item, attribute, test)
            shells.append(shell)
        return alternatives(OneOf(shells, value.condition), one, attribute)
    try:
        answer = test(parse_policy(value))
        return answer if isinstance(answer, Outcome) else several(answer)
    except UnknownValueError as error:
        return undecided(error.unknown, attribute)
    except PolicySyntaxError as error:
        return undecided(
            Unknown("unsupported", attribute),
            attribute,
            message=Text(
                f"{attribute} is no policy document that can be read: {error.reason.en}",
                f"{attribute} 不是可解析的策略文档：{error.reason.zh}",
            ),
        )
