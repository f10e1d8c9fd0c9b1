"""Secrets that stand in code: literal passwords and keys in arguments, environment variables and user data.

A value that the evaluation knows was written down: in the resource, in a variable's default, in a local or in a tfvars
file. A value that comes from elsewhere (a variable without default, a data source, a generated password) is not in the
code, and that passes. In a plan or state file a value says nothing about where it came from: undecided.

No function of this module puts a secret into a message.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from compliant_infra.kernel.blocks import nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    failed,
    predicate,
    several,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, SensitiveText, Text, Unknown, Verdict
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import PolicySyntaxError, partly_known_json

#: Reasons for which a value is unknown because it is not in the code.
FROM_OUTSIDE: Final = frozenset({"no-value", "data-source", "known-after-apply", "impure-function"})

# --------------------------------------------------------------------------------------------------------------
# What a secret looks like
# --------------------------------------------------------------------------------------------------------------

#: Access keys have a form of their own: Alibaba Cloud, AWS, Tencent Cloud; and PEM private keys.
_KEYS: Final = lazy(
    r"(?<![A-Za-z0-9])(?:LTAI[A-Za-z0-9]{12,26}|(?:AKIA|ASIA)[A-Z0-9]{16}|AKID[A-Za-z0-9]{32,40})(?![A-Za-z0-9])"
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
)

#: ``password=...``, ``"db_password": "..."``, ``export MYSQL_PWD='...'``, ``--password ...`` with a literal behind it.
_ASSIGNED: Final = lazy(
    r"(?P<name>[\w.-]*(?:passw(?:or)?d|passwd|_pwd|secret_?(?:access_)?key|access_?key_?secret|api_?key|auth_?token))"
    r"[\"']?\s*(?:=|:(?!//))\s*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"';,&|)]+)",
    re.IGNORECASE,
)

#: A text that names where a secret is kept, or takes it from a shell, a template or a mounted file.
_REFERENCE: Final = lazy(
    r"^\s*(?:arn:|acs:|ssm:|vault:|secret://|secretsmanager:|file:|env:|/[\w.-]+/[\w./-]+\s*$)|"
    r"\$\{|\$\(|\$[A-Za-z_]|`|\{\{|%[A-Za-z_]+%",
    re.IGNORECASE,
)

#: What people write in a script where no secret stands: masks, switches, the sources of nsswitch.conf.
_MASK: Final = lazy(
    r"^\s*(?:|null|none|true|false|yes|no|\d{1,3}|\*+|x{3,}|<.*>|\.{3,}|-+|files|compat|systemd)\s*$", re.IGNORECASE
)

#: An unquoted value that is an expression of a program: ``os.environ[...]``, ``args.password``, ``input(...)``.
_EXPRESSION: Final = lazy(r"^[A-Za-z_]\w*[.(\[]")


def is_reference(text: str) -> bool:
    """Whether a text only says where a secret comes from: an ARN, a mounted file, a shell or template variable."""
    return _REFERENCE.search(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a text in a script or an environment only stands for a secret: a reference, a mask, nothing."""
    return is_reference(text) or _MASK.match(text) is not None


def shows_secret(text: str) -> bool:
    """Whether a script or document holds a literal secret: an access key, a private key, a password assignment."""
    if _KEYS.search(text):
        return True
    for match in _ASSIGNED.finditer(text):
        written = match["value"]
        value = written.strip("\"'")
        if len(value) >= 4 and not is_placeholder(value) and not _EXPRESSION.match(written):
            return True
    return False


#: Names of environment variables that hold a secret. ``..._ARN``, ``..._PATH`` and the like name where one is.
_SECRET_NAME: Final = lazy(
    r"passw(?:or)?d|passwd|passphrase|(?:^|_)pwd(?:$|_)|secret|private_?key|access_?key(?!_?id)|api_?key|"
    r"auth_?token|(?:^|_)token$|credential",
    re.IGNORECASE,
)
_PLACE_NAME: Final = lazy(
    r"(?:_|-)?(?:arn|path|file|name|id|url|uri|endpoint|region|length|ttl|expir\w*|rotation|enabled|type|policy|version)$",
    re.IGNORECASE,
)


def names_secret(name: str) -> bool:
    """Whether an environment variable or key of this name holds a secret."""
    return _SECRET_NAME.search(name) is not None and _PLACE_NAME.search(name) is None


# --------------------------------------------------------------------------------------------------------------
# Verdicts
# --------------------------------------------------------------------------------------------------------------

_PLAN: Final = Text(
    "a value in a plan or state file does not show whether it is in the code",
    "计划或状态文件中的取值不能说明其是否写在代码中",
)


def _found(where: str, finding: str = "") -> Outcome:
    return failed(Text(f"{where} holds a literal secret", f"{where} 中写有明文的密码或密钥"), where, finding or where)


def _carried(resource: Resource) -> bool:
    """Whether the resource comes from a file of results (plan, state, preview), not from code.

    A provider configuration has no origin of its own: one without a line was read from such a file, whose values may
    be those of variables given from outside.
    """
    return resource.origin in ("plan", "state", "pulumi") or (
        resource.mode == "provider" and resource.location.line == 0
    )


def literal(value: Any, where: str, resource: Resource, finding: str = "") -> Outcome:
    """A value that is a secret as a whole: any known, non-empty text of it is in the code.

    Of a JSON text that is known in part, the members named as secrets are judged each by itself.
    """
    if value is None or isinstance(value, (bool, Mapping)):
        return NOT_APPLICABLE  # a switch such as ``manage_master_user_password``, or no value of this kind
    if isinstance(value, (list, tuple)):
        return several(literal(item, f"{where}.{index}", resource) for index, item in enumerate(value))
    if isinstance(value, OneOf):
        return _any([literal(item, where, resource, finding) for item in value.alternatives])
    if isinstance(value, Unknown):
        if isinstance(value.document, Mapping):
            return _at(several(environment(value.document, where, resource)), where)
        if isinstance(value.encoded, (str, Unknown)):
            return literal(value.encoded, where, resource, finding)
        if value.parts and shows_secret(_readable(value)):
            return _written(where, resource, finding)
        if _is_partly_written(value):
            return undecided(value, where, finding or where)
        if value.reason in FROM_OUTSIDE or value.reference is not None:
            return PASS
        return undecided(value, where, finding or where)
    if isinstance(value, SensitiveText) and not _carried(resource):
        return PASS  # given on the command line for a sensitive variable: it stands in no file
    return _known(str(value), where, resource, finding)


#: As many letters and digits in a row, written beside an unknown part, may be a secret (or the half of one).
_HALF: Final = lazy(r"[^\W_]{6,}")
#: The resources of the provider random, within an address.
_RANDOM: Final = lazy(r"(?:^|\.)random_")
#: A text with these is a connection string or another document around the secret.
_DOCUMENT: Final = lazy(r"://|[={}\s]|-----")


def _is_partly_written(value: Unknown) -> bool:
    """Whether a good deal of a secret is written down beside an unknown part that is not generated at random."""
    for part in value.parts:
        if isinstance(part, Unknown) and part.reference is not None and _RANDOM.search(part.reference.address):
            return False
    written = "".join(part if isinstance(part, str) else "-" for part in value.parts)
    return not is_reference(written) and not _DOCUMENT.search(written) and _HALF.search(written) is not None


#: What KMS of Alibaba Cloud takes as the value of a secret that it makes up by itself.
_MADE_BY_KMS: Final = "$Auto"


def _known(text: str, where: str, resource: Resource, finding: str = "") -> Outcome:
    if text == _MADE_BY_KMS and where == "secret_data":
        return PASS
    return _written(where, resource, finding) if text.strip() else NOT_APPLICABLE


def _written(where: str, resource: Resource, finding: str = "") -> Outcome:
    """A secret is there: in the code, unless it was read from a plan or state file."""
    if _carried(resource):
        return undecided(Unknown("unsupported", where), where, finding or where, _PLAN)
    return _found(where, finding)


def _at(outcome: Outcome, where: str) -> Outcome:
    """Findings within a JSON text stand at the attribute that holds it."""
    for part in outcome.parts or (outcome,):
        if part.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
            part.attribute = where
    return outcome


def _any(outcomes: Sequence[Outcome]) -> Outcome:
    """A choice: a literal in one branch is in the code whatever the condition says."""
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        for outcome in outcomes:
            if outcome.verdict is verdict:
                return outcome
    return NOT_APPLICABLE


def document(value: Any, where: str, resource: Resource) -> Outcome:
    """User data or another text that may hold a secret, also in base64.

    Of a text that is known in part only, the known parts are searched: a secret in them is in the code, and what is
    put in from elsewhere is not.
    """
    if value is None:
        return NOT_APPLICABLE
    if isinstance(value, OneOf):
        return _any([document(item, where, resource) for item in value.alternatives])
    if isinstance(value, Unknown):
        known = _readable(value)
        if shows_secret(known):
            return _written(where, resource)
        hidden = next((item for item in _holes(value) if item.reason in _HIDDEN), None)
        if hidden is not None and hidden.reference is None:
            return undecided(hidden, where, where)
        if known != _HOLE or value.reason in FROM_OUTSIDE or value.reference is not None:
            return PASS
        return undecided(value, where, where)
    text = str(value)
    if any(shows_secret(item) for item in (text, *_decoded(text))):
        if isinstance(value, SensitiveText) and not _carried(resource):
            return undecided(Unknown("unsupported", where), where, where)  # the secret, or another beside it
        return _written(where, resource)
    return PASS


#: Stands for what is not known within a text: what a template or a shell puts in.
_HOLE: Final = "${...}"

#: Reasons for which a piece of a text was not read, although it may stand in the code.
_HIDDEN: Final = frozenset({"outside-root", "limit", "unsupported"})


def _within(value: Unknown) -> tuple[Any, ...]:
    """What is known of a text that is not known as a whole: its pieces, or what it encodes."""
    if value.parts:
        return value.parts
    return tuple(item for item in (value.document, value.encoded) if item is not None)


def _readable(value: Any) -> str:
    """What can be read of a text, decoded; members of objects as lines ``"name": "value"``."""
    if isinstance(value, Unknown):
        return "".join(map(_readable, _within(value))) or _HOLE
    if isinstance(value, OneOf):  # a literal first: it is in the code whatever the condition says
        return " ".join(sorted(map(_readable, value.alternatives), key=lambda text: _HOLE in text))
    if isinstance(value, Mapping):
        return "".join(
            f'\n"{key}": "{_readable(item)}"' if isinstance(item, (str, Unknown, OneOf)) else _readable(item)
            for key, item in value.items()
        )
    if isinstance(value, (list, tuple)):
        return "".join(f"\n{_readable(item)}\n" for item in value)
    return "" if value is None else str(value)


def _holes(value: Any) -> Iterable[Unknown]:
    """The unknowns of which nothing is known, at any depth."""
    if isinstance(value, Unknown):
        inner = _within(value)
        if not inner:
            yield value
        for item in inner:
            yield from _holes(item)
    elif isinstance(value, OneOf):
        for item in value.alternatives:
            yield from _holes(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _holes(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _holes(item)


_BASE64: Final = lazy(r"^[A-Za-z0-9+/\s]{16,}={0,2}\s*$")


#: Of a compressed script no more than this is looked at: the clouds accept far less.
_MAX_SCRIPT_BYTES: Final = 1024 * 1024


def _decoded(text: str) -> Iterable[str]:
    if not _BASE64.match(text):
        return
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return
    if data[:2] == b"\x1f\x8b":  # a compressed script, or an archive of cloud-init
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MAX_SCRIPT_BYTES)
        except zlib.error:
            return
    yield data.decode("utf-8", errors="replace")


def read_text(value: Any) -> tuple[tuple[str, ...], Unknown | None]:
    """What can be read of a script, as written and decoded; and the first piece that may hold any text.

    A piece that refers to another resource is an id or a name, not a line of a script.
    """
    text = _readable(value)
    return (text, *_decoded(text)), next((item for item in _holes(value) if item.reference is None), None)


def _member(key: Any, value: Any, where: str, resource: Resource) -> Outcome:
    """One member of an environment: a secret by its name, or by the form of its value."""
    place = f"{where}.{key}"
    if isinstance(value, OneOf):
        return _any([_member(key, item, where, resource) for item in value.alternatives])
    if isinstance(value, SensitiveText) and not _carried(resource):
        return PASS
    if isinstance(value, str):
        if _KEYS.search(value) or (names_secret(str(key)) and not is_placeholder(value)):
            return _known(value, place, resource)
        return PASS
    if names_secret(str(key)) and isinstance(value, Unknown):
        return literal(value, place, resource)
    return PASS


def environment(value: Any, where: str, resource: Resource) -> list[Outcome]:
    """A map of environment variables, each secret a finding of its own."""
    if value is None:
        return []
    if isinstance(value, OneOf):
        return [_any([several(environment(item, where, resource)) for item in value.alternatives])]
    if isinstance(value, Unknown):
        # ``merge`` with an unknown map: the members that are written down are judged all the same.
        written = environment(value.encoded, where, resource) if isinstance(value.encoded, Mapping) else []
        return [*written, PASS if value.reason in FROM_OUTSIDE else undecided(value, where, where)]
    if isinstance(value, Mapping):
        return [_member(key, item, where, resource) for key, item in value.items()] or [PASS]
    return []


# --------------------------------------------------------------------------------------------------------------
# Predicates
# --------------------------------------------------------------------------------------------------------------

#: Names of arguments that are a secret as a whole, in all three providers. What KMS has encrypted is none.
_SECRET_ARGUMENT: Final = lazy(
    r"^(?!kms_encrypted)(?:\w+_)?(?:passwords?|passwd|psk|pre_?shared?_key|secret_key|secret_access_key|"
    r"access_key_secret|private_key|(?:auth|access|oauth|api)_token|secret_string|secret_binary|secret_data|client_secret|"
    r"key_material_base64)(?:_wo)?$"
)


@cache
def is_secret_argument(name: str) -> bool:
    """Whether an argument of this name is a secret as a whole (``account_password``, ``secret_string``)."""
    return _SECRET_ARGUMENT.match(name) is not None


def _secret_arguments(resource: Resource, context: Context) -> Outcome:
    names = [name for name in resource.attributes if is_secret_argument(name)]
    return several(literal(resource.attributes.get(name), name, resource) for name in names)


#: The arguments of a resource that are secrets by their names. Reads no other argument.
secret_arguments: Final = Predicate(_secret_arguments)


def secret_values(*paths: str) -> Predicate:
    """Attributes that are secrets as a whole; dotted paths lead through blocks."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for path in paths:
            head, _, last = path.rpartition(".")
            if not head:
                found.append(literal(resource.get(path), path, resource))
                continue
            for where, block in nested_entries(resource.attributes, head):
                if isinstance(block, Mapping):
                    found.append(literal(block.get(last), f"{where}.{last}", resource))
                elif isinstance(block, OneOf) or block.reason not in FROM_OUTSIDE:
                    found.append(undecided(block, where, where))
        return several(found)

    return Predicate(judge, paths)


def user_data(*paths: str) -> Predicate:
    """Scripts and documents, as text or in base64; dotted paths lead through blocks."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for path in paths:
            head, _, last = path.rpartition(".")
            if not head:
                found.append(document(resource.get(path), path, resource))
                continue
            for where, block in nested_entries(resource.attributes, head):
                if isinstance(block, Mapping):
                    found.append(document(block.get(last), f"{where}.{last}", resource))
        return several(found)

    return Predicate(judge, paths)


def variables(path: str) -> Predicate:
    """A map of environment variables at a path (``environment.variables``)."""

    def judge(resource: Resource, context: Context) -> Outcome:
        head, _, last = path.rpartition(".")
        if not head:
            return several(environment(resource.get(path), path, resource))
        found: list[Outcome] = []
        for where, block in nested_entries(resource.attributes, head):
            if isinstance(block, Mapping):
                found.extend(environment(block.get(last), f"{where}.{last}", resource))
            else:
                found.extend(environment(block, where, resource))
        return several(found)

    return Predicate(judge, (path,))


def named_variables(path: str, key: str, value: str, kind: str = "") -> Predicate:
    """Blocks that each hold a variable's name and value (``containers.environment_vars``).

    ``kind`` is an attribute of the block that says how the value is meant: anything but ``PLAINTEXT`` names where the
    secret is kept.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for where, block in nested_entries(resource.attributes, path):
            if not isinstance(block, Mapping):
                found.extend(environment(block, where, resource))
                continue
            name, meant = block.get(key), block.get(kind) if kind else None
            if not isinstance(name, str) or (isinstance(meant, str) and meant != "PLAINTEXT"):
                continue
            outcome = _member(name, block.get(value), where, resource)
            if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                outcome.attribute = f"{where}.{value}"
            found.append(outcome)
        return several(found)

    return Predicate(judge, (f"{path}.{key}", f"{path}.{value}", *((f"{path}.{kind}",) if kind else ())))


def container_definitions(path: str, members: str = "environment") -> Predicate:
    """A JSON text of containers, each with a list of variables by ``name`` and ``value``.

    Without ``members`` the text is such a list of variables itself.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        return _definitions(resource.get(path), path, members, resource)

    return Predicate(judge, (path,))


def _definitions(value: Any, path: str, members: str, resource: Resource) -> Outcome:
    if isinstance(value, OneOf):
        return _any([_definitions(item, path, members, resource) for item in value.alternatives])
    parsed = value
    if isinstance(value, Unknown):
        if value.document is None and value.parts:
            try:
                parsed = partly_known_json(value)
            except PolicySyntaxError:
                return _written(path, resource) if shows_secret(_readable(value)) else undecided(value, path, path)
        elif value.document is None:
            return PASS if value.reason in FROM_OUTSIDE else undecided(value, path, path)
        else:
            parsed = value.document
    if isinstance(parsed, str):
        try:
            parsed = json.loads(parsed)
        except ValueError:
            return NOT_APPLICABLE
    found: list[Outcome] = []
    for container in parsed if isinstance(parsed, (list, tuple)) else ():
        if not isinstance(container, Mapping):
            continue
        listed = container.get(members) if members else [container]
        if isinstance(listed, Unknown) and listed.document is not None:
            listed = listed.document
        found.extend(
            _at(_member(item["name"], item.get("value"), path, resource), path)
            for item in (listed if isinstance(listed, (list, tuple)) else ())
            if isinstance(item, Mapping) and isinstance(item.get("name"), str)
        )
    return several(found)


@predicate(reads=("type", "value", "value_wo"))
def parameter_value(resource: Resource, context: Context) -> Iterable[Outcome]:
    """A parameter of the parameter store: a secret where its type is SecureString."""
    kind = resource.get("type")
    if not (isinstance(kind, str) and kind == "SecureString"):
        return []
    return [literal(resource.get(name), name, resource) for name in ("value", "value_wo")]
