"""Custom domains of functions: TLS, and none of its outdated versions."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import first_block
from compliant_infra.kernel.edges import modern
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    as_string,
    failed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.patterns import lazy

_SEPARATORS: Final = lazy(r"[,&]")


def _protocol(resource: Resource) -> Outcome:
    """``protocol`` lists HTTPS only (``HTTP,HTTPS``, ``HTTP&HTTPS`` answer plain HTTP as well)."""

    def test(value: Any) -> Outcome:
        protocols = {item.strip().upper() for item in _SEPARATORS.split(as_string(value) or "")}
        if protocols == {"HTTPS"}:
            return PASS
        return failed(
            Text(
                f"protocol is {show(value)}: plain HTTP is answered",
                f"protocol 为 {show(value)}：接受未加密的 HTTP 请求",
            ),
            "protocol",
        )

    value = resource.get("protocol")
    if value is None:
        return undecided(Unknown("known-after-apply", "protocol"), "protocol")
    return alternatives(value, test, "protocol")


def _oldest(resource: Resource) -> Outcome:
    where = "tls_config.0.min_version"
    try:
        value = first_block(resource.get("tls_config")).get("min_version")
    except UnknownValueError as error:
        return undecided(error.unknown, "tls_config")
    if value is None:
        return undecided(
            Unknown("unsupported", where),
            where,
            message=Text(
                "tls_config.min_version is not set: the oldest TLS version is left to the service",
                "tls_config.min_version 未设置：最低 TLS 版本由服务端决定",
            ),
        )
    return modern(value, where)


@predicate(reads=("protocol",))
def plain_domain(resource: Resource, context: Context) -> Outcome:
    """A domain of which only the protocol can be set."""
    return _protocol(resource)


@predicate(reads=("protocol", "tls_config.min_version"))
def versioned_domain(resource: Resource, context: Context) -> list[Outcome]:
    """A domain with a choice of TLS versions, which matters where TLS is spoken at all."""
    protocol = _protocol(resource)
    value = resource.get("protocol")
    spoken = isinstance(value, (Unknown, OneOf)) or "HTTPS" in (as_string(value) or "").upper()
    if protocol.verdict is Verdict.UNKNOWN:
        return [protocol]
    return [protocol, _oldest(resource) if spoken else NOT_APPLICABLE]
