"""Mutual TLS: entries for administrators and for other systems ask the client for a certificate.

Which entries these are, the tag ``purpose`` of the listener or of its balancer says (parameter ``mutual-tls-tags``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.listeners import (
    application_listener,
    classic_listener,
    elastic_listener,
    network_listener,
    tencent_listener,
)
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    failed,
    is_given,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.resources import by_alternatives
from compliant_infra.kernel.tags import among, tag

ENTRY_TAGS: Final = "mutual-tls-tags"

#: What a listener says of client certificates, once it is known to be such an entry and encrypted.
Asks = Callable[[Resource, Context], Outcome]


def _asked_for(where: str, why: Text) -> Outcome:
    return failed(
        Text(
            f"the entry does not ask clients for a certificate: {where} {why.en}",
            f"该入口未要求客户端证书：{where} {why.zh}",
        ),
        where,
    )


_UNSET: Final = Text("is not set", "未设置")


def _is(shown: str) -> Text:
    return Text(f"is {shown}", f"为 {shown}")


def _declared(listener: Resource, by: str, types: Sequence[str], context: Context) -> bool | Unknown | OneOf:
    """Whether the tag of the listener, or else of its balancer, declares an entry that needs client certificates."""
    wanted = [str(item) for item in context.parameters[ENTRY_TAGS]]
    own = tag(listener, ("purpose",))
    balancer = context.resolve(listener.get(by), *types) if by and own is None else None
    return among(own if balancer is None else tag(balancer, ("purpose",)), wanted)


def entry(
    asks: Asks, base: Predicate | None, protocol: str, by: str, types: Sequence[str], reads: Iterable[str]
) -> Predicate:
    """A listener that is such an entry. ``base`` tells whether it is encrypted; only then clients can be asked.

    ``protocol`` is the attribute that decides this, ``by`` names the balancer, which is of one of ``types``. Other
    listeners are not judged.
    """

    def encrypted(listener: Resource, context: Context) -> Outcome:
        if base is None:
            return asks(listener, context)
        outcome = base(listener, context)
        if outcome.verdict is not Verdict.PASS or outcome.message.en:  # with words it is a redirect, which serves none
            return outcome if outcome.verdict is not Verdict.PASS else NOT_APPLICABLE
        return asks(listener, context)

    def judge(listener: Resource, context: Context) -> Outcome:
        declared = _declared(listener, by, types, context)
        if declared is False:
            return NOT_APPLICABLE
        if protocol:
            outcome = by_alternatives(listener, protocol, lambda item: encrypted(item, context))
        else:
            outcome = encrypted(listener, context)
        if declared is True or outcome.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            return outcome
        return undecided(declared, "tags")

    paths = [*reads, *(base.reads if base is not None else ()), *(f"{kind}:tags" for kind in types)]
    paths += [by] if by else []
    return Predicate(judge, paths, (ENTRY_TAGS, *(base.parameters if base is not None else ())))


def given(path: str) -> Asks:
    """The authority's certificate is named at a path."""

    def asks(listener: Resource, context: Context) -> Outcome:
        try:
            return PASS if is_given(listener.get(path)) else _asked_for(path, _UNSET)
        except UnknownValueError as error:
            return undecided(error.unknown, path)

    return asks


def switched(path: str) -> Asks:
    """A switch, off by default."""

    def asks(listener: Resource, context: Context) -> Outcome:
        value = listener.get(path)
        if value is None:
            return _asked_for(path, _UNSET)
        return alternatives(
            value, lambda item: PASS if as_bool(item) is True else _asked_for(path, _is(show(item))), path
        )

    return asks


def block_given(path: str) -> Asks:
    """The block that names the trusted authorities is there."""

    def asks(listener: Resource, context: Context) -> Outcome:
        found = entries(listener.get(path), path)
        if not found:
            return _asked_for(path, _UNSET)
        place, block = found[0]
        return undecided(block, place) if isinstance(block, (Unknown, OneOf)) else PASS

    return asks


def _elastic(listener: Resource, context: Context) -> Outcome:
    """``verify`` checks the certificate; ``passthrough`` hands it to the servers, which must check it."""
    found = entries(listener.get("mutual_authentication"), "mutual_authentication")
    if not found:
        return _asked_for("mutual_authentication", _UNSET)
    place, block = found[0]
    if isinstance(block, (Unknown, OneOf)):
        return undecided(block, place)
    where = f"{place}.mode"

    def test(value: Any) -> Outcome:
        if same(value, "verify"):
            return PASS
        if same(value, "passthrough"):
            return undecided(
                Unknown("unsupported", where),
                where,
                message=Text(
                    f"{where} is passthrough: the servers behind it must check the certificate",
                    f"{where} 为 passthrough：须由后端服务器校验客户端证书",
                ),
            )
        return _asked_for(where, _is(show(value)))

    return alternatives(block.get("mode"), test, where)


_RULE: Final = "tencentcloud_clb_listener_rule"


def _mode(resource: Resource) -> Outcome:
    """``MUTUAL`` in the certificate of a CLB listener or of one of its forwarding rules."""
    for place, block in entries(resource.get("multi_cert_info"), "multi_cert_info"):
        if isinstance(block, (Unknown, OneOf)):
            return undecided(block, place)
        return _mutual(block.get("ssl_mode"), f"{place}.ssl_mode")
    return _mutual(resource.get("certificate_ssl_mode"), "certificate_ssl_mode")


def _mutual(value: Any, where: str) -> Outcome:
    if value is None:
        return _asked_for(where, _UNSET)
    return alternatives(
        value,
        lambda item: PASS if (as_string(item) or "").upper() == "MUTUAL" else _asked_for(where, _is(show(item))),
        where,
    )


def _tencent(listener: Resource, context: Context) -> Outcome:
    """A CLB listener; with ``sni_switch`` each forwarding rule has a certificate of its own."""

    def by_rules() -> Outcome:
        found = context.companions(listener, _RULE, "listener_id", ("id", "listener_id"))
        judged = [(rule, _mode(rule)) for rule in found.sure]
        for rule, outcome in judged:
            if outcome.verdict is Verdict.FAIL:
                return failed(
                    Text(f"{rule.address}: {outcome.message.en}", f"{rule.address}：{outcome.message.zh}"), "sni_switch"
                )
        for _, outcome in judged:
            if outcome.unknown is not None:
                return undecided(outcome.unknown, "sni_switch")
        if found.possible:
            return undecided(found.possible[0][1], "sni_switch")
        return PASS if judged else undecided(Unknown("unsupported", _RULE), "sni_switch")

    return alternatives(
        listener.get("sni_switch", False), lambda item: by_rules() if as_bool(item) is True else _mode(listener)
    )


slb_entry: Final = entry(
    given("ca_certificate_id"),
    classic_listener,
    "protocol",
    "load_balancer_id",
    ("alicloud_slb_load_balancer", "alicloud_slb"),
    ("ca_certificate_id",),
)
alb_entry: Final = entry(
    switched("ca_enabled"),
    application_listener,
    "listener_protocol",
    "load_balancer_id",
    ("alicloud_alb_load_balancer",),
    ("ca_enabled", "tags"),
)
nlb_entry: Final = entry(
    switched("ca_enabled"),
    network_listener,
    "listener_protocol",
    "load_balancer_id",
    ("alicloud_nlb_load_balancer",),
    ("ca_enabled", "tags"),
)
elb_entry: Final = entry(
    _elastic,
    elastic_listener,
    "protocol",
    "load_balancer_arn",
    ("aws_lb", "aws_alb"),
    ("mutual_authentication.mode", "tags"),
)
gateway_entry: Final = entry(
    block_given("mutual_tls_authentication"), None, "", "", (), ("mutual_tls_authentication", "tags")
)
clb_entry: Final = entry(
    _tencent,
    tencent_listener,
    "protocol",
    "clb_id",
    ("tencentcloud_clb_instance",),
    (
        "certificate_ssl_mode",
        "multi_cert_info.ssl_mode",
        "sni_switch",
        f"{_RULE}:listener_id",
        f"{_RULE}:certificate_ssl_mode",
        f"{_RULE}:multi_cert_info.ssl_mode",
    ),
)
