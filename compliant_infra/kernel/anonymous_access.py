"""Who may come in without saying who they are: policies of resources, permissions and HTTP triggers of functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    is_given,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, both, truth
from compliant_infra.kernel.policies import (
    Policy,
    PolicySyntaxError,
    Statement,
    all_true,
    allows,
    anonymous_principal,
    judge_policy,
    narrowing_condition,
    never_wildcard,
    opposite,
    partly_known_json,
    pieces,
)

WIDEST_PREFIX: Final = "widest-prefix"

# --------------------------------------------------------------------------------------------------------------
# Policies of resources
# --------------------------------------------------------------------------------------------------------------


def _demanded(statement: Statement, key: str) -> Truth:
    """Whether a Bool condition demands that this key is true."""
    answers: list[Truth] = []
    for operator, keys in statement.conditions.items():
        if operator == "bool":
            answers.extend(truth(value, lambda item: same(item, True)) for value in keys.get(key, ()))
    return any_true(answers)


def _statements(policy: Policy, path: str, widest: int, demand: str) -> Iterator[Outcome]:
    for statement in policy.statements:
        narrow = narrowing_condition(statement, widest)
        if demand and narrow is not True:
            demanded = _demanded(statement, demand)
            narrow = demanded if demanded is not False else narrow
        answer = all_true((allows(statement), anonymous_principal(statement), opposite(narrow)))
        if answer is False:
            yield PASS
        elif answer is True:
            yield failed(
                Text(
                    f"statement {statement.label} lets anyone in and no condition narrows it",
                    f"语句 {statement.label} 允许任何人访问，且没有条件加以限定",
                ),
                path,
                statement.label,
            )
        else:
            yield undecided(answer, path, statement.label)
    for hidden in policy.unknown_statements:
        yield undecided(hidden, path)


def no_one_unknown(path: str = "policy", *, unless_demanded: str = "") -> Predicate:
    """No statement of the policy lets every caller in, unless a condition pins them.

    ``unless_demanded`` is a key of the service; a condition that it is true narrows callers as well.
    """

    @predicate(reads=(path,), parameters=(WIDEST_PREFIX,))
    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.attributes.get(path)
        if value is None:
            return NOT_APPLICABLE
        widest = widest_prefix(context)
        return judge_policy(value, path, partial(_statements, path=path, widest=widest, demand=unless_demanded))

    return judge


# --------------------------------------------------------------------------------------------------------------
# Functions
# --------------------------------------------------------------------------------------------------------------


def _given(value: Any) -> Truth:
    try:
        return is_given(value)
    except UnknownValueError as error:
        return error.unknown


def _of_one_account(value: Any) -> Truth:
    """Whether an ARN names something definite, or at least the account that owns it."""
    if isinstance(value, Unknown) and any(
        isinstance(piece, Unknown) and never_wildcard(piece) for piece in pieces(value)
    ):
        return True  # the ARN or the id of something that exists, perhaps with a path behind it

    def known(item: Any) -> bool:
        text = as_string(item) or ""
        segments = text.split(":")
        whole = bool(text) and "*" not in text and "?" not in text
        return whole or (len(segments) > 5 and segments[4].isdigit())

    return truth(value, known)


#: How principals that are services of AWS end, in China too.
_SERVICE: Final = (".amazonaws.com", ".amazonaws.com.cn")


@predicate(reads=("principal", "source_arn", "source_account", "principal_org_id", "event_source_token"))
def lambda_permission(resource: Resource, context: Context) -> Outcome:
    """A permission for every principal, or for a service, needs a source, an account or an organisation.

    A service acts for all its customers: without a source another account can have it call the function.
    """
    principal = resource.get("principal")
    service = truth(principal, lambda item: (as_string(item) or "").strip().lower().endswith(_SERVICE))
    anyone = truth(principal, lambda item: (as_string(item) or "").strip() == "*")
    narrow = any_true(
        (
            _given(resource.get("source_account")),
            _given(resource.get("principal_org_id")),
            both(service, _given(resource.get("event_source_token"))),
            _of_one_account(resource.get("source_arn", "")),
        )
    )
    answer = both(any_true((anyone, service)), opposite(narrow))
    if answer is False:
        return PASS
    if answer is True and service is True:
        return failed(
            Text(
                f"{show(principal)} may invoke the function for any account: neither source_arn nor source_account "
                "narrows it",
                f"{show(principal)} 可代表任意账号调用该函数：没有 source_arn 或 source_account 加以限定",
            ),
            "principal",
        )
    if answer is True:
        return failed(
            Text(
                "anyone may invoke the function: no source_arn, source_account or principal_org_id narrows it",
                "任何人都可以调用该函数：没有 source_arn、source_account 或 principal_org_id 加以限定",
            ),
            "principal",
        )
    return undecided(answer, "principal")


def _settings(value: Any) -> Mapping[str, Any]:
    """The members of a JSON text, of which some may be unknown.

    Raises ``UnknownValueError`` where nothing of it is known, and where it is no JSON object.
    """
    if isinstance(value, Unknown):
        if value.document is None and not value.parts:
            raise UnknownValueError(value)
        try:
            value = value.document if value.document is not None else partly_known_json(value)
        except PolicySyntaxError:
            raise UnknownValueError(value) from None
    elif isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if isinstance(value, (Unknown, OneOf)):
        raise UnknownValueError(value)
    if not isinstance(value, Mapping):
        raise UnknownValueError(Unknown("unsupported", "JSON"))
    return value


def _trigger(kind: Any, text: Any, path: str, member: str, default: str, anonymous: str) -> Outcome:
    """One trigger: of HTTP, its settings (JSON) name how callers are known in ``member``."""

    def by_settings(value: Any) -> Outcome:
        answer = truth(_settings(value).get(member, default), lambda item: same(item, anonymous))
        if answer is True:
            return failed(
                Text(
                    f"{member} is {anonymous}: anyone may call the function",
                    f"{member} 为 {anonymous}：任何人都可以调用该函数",
                ),
                path,
            )
        return PASS if answer is False else undecided(answer, path)

    def guarded(value: Any) -> Outcome:
        try:
            return by_settings(value)
        except UnknownValueError as error:
            return undecided(error.unknown, path)

    def judge() -> Outcome:
        if isinstance(text, Unknown):
            return guarded(text)  # the text may be known in part
        return alternatives("{}" if text is None else text, guarded, path, unset=lambda: guarded("{}"))

    of_http = truth(kind, lambda item: same(item, "http"))
    if of_http is False:
        return NOT_APPLICABLE
    outcome = judge()
    return outcome if of_http is True or outcome.verdict is Verdict.PASS else undecided(of_http, path)


def http_trigger(kind: str, settings: str, member: str, default: str, anonymous: str) -> Predicate:
    """An HTTP trigger that is a resource of its own: attributes of its kind and of its settings."""

    @predicate(reads=(kind, settings))
    def judge(resource: Resource, context: Context) -> Outcome:
        return _trigger(resource.get(kind), resource.attributes.get(settings), settings, member, default, anonymous)

    return judge


@predicate(reads=("triggers.type", "triggers.trigger_desc"))
def scf_triggers(resource: Resource, context: Context) -> Iterable[Outcome]:
    """The triggers written in a function of SCF; without any this says nothing."""
    for where, block in entries(resource.attributes.get("triggers"), "triggers"):
        if isinstance(block, (Unknown, OneOf)):
            yield undecided(block, where)
            continue
        yield _trigger(
            block.get("type"), block.get("trigger_desc"), f"{where}.trigger_desc", "AuthType", "NONE", "NONE"
        )
