"""Trust in identity providers: whether a statement says whose tokens may take the role.

An OpenID Connect issuer signs tokens for everyone whom it serves: all repositories of a code host, all service
accounts of a cluster, all visitors of an identity pool. Only a condition on the token's claims tells them apart. An
identity provider of SAML serves one organisation and needs none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from compliant_infra.kernel.logic import Context, referred_address
from compliant_infra.kernel.model import OneOf, Unknown
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import (
    Answer,
    Principal,
    Statement,
    Value,
    all_true,
    any_true,
    never_wildcard,
    pieces,
)

#: Issuers whose audience names one application of the account: that is enough.
_BY_AUDIENCE: Final = frozenset(
    {"cognito-identity.amazonaws.com", "accounts.google.com", "www.amazon.com", "graph.facebook.com"}
)

#: Issuers that sign for many tenants or workloads with an audience that all of them may ask for.
_BY_SUBJECT: Final = lazy(
    r"(?:token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|"
    r"agent\.buildkite\.com|oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|ack-rrsa-[^/]*)(?:/.*)?",
    re.IGNORECASE,
)

_AUDIENCE_CLAIMS: Final = frozenset({"aud", "app_id"})
#: Claims that say how, by whom or for what a token was made, not for whom.
_SHARED_CLAIMS: Final = frozenset({"aud", "app_id", "iss", "amr", "azp", "oaud", "recipient"})

_SAML: Final = lazy(r":saml-provider/|(?:^|\.)(?:aws_iam_saml_provider|alicloud_ram_saml_provider)\.")
_OIDC: Final = lazy(r":oidc-provider/(.*)", re.DOTALL)
_OIDC_RESOURCE: Final = lazy(r"(?:^|\.)(?:aws_iam_openid_connect_provider|alicloud_ims_oidc_provider)\.")

#: What stands for an unknown piece of a text.
_HOLE: Final = "\ue0f2"

#: A subject's leading word names a kind (``repo:``, ``organization:``), which pins no one.
_KIND: Final = lazy(r"(?:system:serviceaccount|\w+):")


def pins_tokens(statement: Statement, principal: Principal, context: Context) -> Answer:
    """Whether the statement says whose tokens of this identity provider it trusts."""
    if _only_saml(statement):
        return True
    value = principal.value
    named = value.alternatives if isinstance(value, OneOf) else (value,)
    answers = [_pins(statement, item, context) for item in named if item is not None]
    if isinstance(value, OneOf) and any(answer is not answers[0] for answer in answers):
        return value
    return all_true(answers)


def _only_saml(statement: Statement) -> bool:
    names = [item.lower() for item in statement.actions or () if isinstance(item, str)]
    return (
        len(names) == len(statement.actions or ())
        and "sts:assumerolewithsaml" in names
        and not any(
            (name.startswith("sts:assumerolewith") and name != "sts:assumerolewithsaml") or "*" in name
            for name in names
        )
    )


def _pins(statement: Statement, provider: Any, context: Context) -> Answer:
    kind, issuer = _provider(provider, context)
    if kind == "saml":
        return True
    subject = any_true(_definite_subject(item, like) for item, like in _claims(statement, "sub"))
    if kind == "other":
        # An account's own name for a provider is not known to be of OpenID Connect: what can be seen decides.
        return True if subject is True or not isinstance(provider, Unknown) else provider
    audience = any_true(
        _spelt_out(item, like) for claim in _AUDIENCE_CLAIMS for item, like in _claims(statement, claim)
    )
    if issuer in _BY_AUDIENCE:
        answer = any_true((subject, audience))
    elif subject is True or (issuer is not None and _BY_SUBJECT.fullmatch(issuer)) or audience is False:
        answer = subject
    else:
        # Tokens for one audience: enough where the issuer serves one organisation, which cannot be seen.
        answer = any_true((subject, Unknown("unsupported", f"{issuer or 'the issuer'}, by audience only")))
    if answer is False and _other_claims(statement):
        return Unknown("unsupported", f"condition on {_other_claims(statement)[0]}")
    if answer is False and statement.unknown_conditions:
        return statement.unknown_conditions[0]
    return answer


def _provider(value: Any, context: Context) -> tuple[str, str | None]:
    """What kind of provider it is (``saml``, ``oidc``, ``other``), and its issuer where that is known."""
    text = "".join(piece if isinstance(piece, str) else _HOLE for piece in pieces(value))
    address = referred_address(value)
    if _SAML.search(text) or _SAML.search(address):
        return "saml", None
    if text.lower() in _BY_AUDIENCE:
        return "oidc", text.lower()
    found = _OIDC.search(text)
    if found is not None and not text.startswith("qcs:"):
        return "oidc", found[1].lower() if _HOLE not in found[1] else None
    if _OIDC_RESOURCE.search(address):
        source = context.resolve(value) or context.data_source(value)
        url = source.get("url") if source is not None else None
        return "oidc", url.removeprefix("https://").lower() if isinstance(url, str) else None
    return "other", None


def _claims(statement: Statement, claim: str) -> list[tuple[Sequence[Value], bool]]:
    """The values that conditions demand of a claim, each with whether they are patterns.

    Every token has a subject and an audience: a condition that also holds without them demands no less.
    """
    found: list[tuple[Sequence[Value], bool]] = []
    for operator, keys in statement.conditions.items():
        if "not" in operator or "null" in operator:
            continue
        found.extend(
            (values, "like" in operator) for key, values in keys.items() if values and key.endswith(f":{claim}")
        )
    return found


def _other_claims(statement: Statement) -> list[str]:
    return [
        key
        for operator, keys in statement.conditions.items()
        if operator.startswith("string") and "not" not in operator
        for key in keys
        if ":" in key
        and key.rpartition(":")[2] not in (*_SHARED_CLAIMS, "sub")
        and not key.startswith(("aws:", "sts:", "acs:"))
    ]


def _definite_subject(values: Sequence[Value], like: bool) -> Answer:
    return all_true(_subject(item, like) for item in values)


def _subject(value: Value, like: bool) -> Answer:
    """Whether a subject names an owner: a pattern must spell out the organisation or namespace before its ``*``."""
    if isinstance(value, OneOf):
        answers = [_subject(item, like) for item in value.alternatives if item is not None]
        return answers[0] if all(answer is answers[0] for answer in answers) else value
    if not like:
        return value != "" if isinstance(value, str) else True
    text = "".join(
        piece if isinstance(piece, str) else "x" if _surely_plain(piece) else _HOLE for piece in pieces(value)
    )
    if text == _HOLE:
        return _unknown(value)
    head = re.split(r"[*?]", text, maxsplit=1)[0]
    owner = _KIND.sub("", head, count=1) if _KIND.match(head) else head
    if head != text and not re.match(r"[^/:]+[/:]", owner):
        return False
    return _unknown(value) if _HOLE in re.split(r"[/:]", owner, maxsplit=1)[0] else bool(text)


def _surely_plain(piece: Any) -> bool:
    return isinstance(piece, Unknown) and never_wildcard(piece)


def _unknown(value: Value) -> Answer:
    assert isinstance(value, Unknown)
    return value


def _spelt_out(values: Sequence[Value], like: bool) -> Answer:
    def one(value: Value) -> Answer:
        if isinstance(value, str):
            return bool(value) and not (like and re.search(r"[*?]", value))
        return value if like and not _surely_plain(value) else True

    return all_true(one(item) for item in values)
