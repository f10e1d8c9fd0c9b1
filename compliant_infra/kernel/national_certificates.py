"""Certificates of national cryptography at the edge: a pair of SM2 certificates, one to sign and one to encrypt."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import elements, first_block
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    as_bool,
    failed,
    is_given,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError

#: The private keys are never judged: they come from outside the code.
_PAIR: Final = ("sign_cert", "encrypt_cert")
_NONE: Final = Text("no SM2 certificate is served", "未提供 SM2 国密证书")


@predicate(reads=("listen.https_ports", "listen.sm2_enabled", "listen.sm2_cert_id"))
def firewall_domain(resource: Resource, context: Context) -> Outcome:
    """A domain behind the web application firewall that listens on HTTPS ports: an SM2 certificate beside its own."""
    listen = first_block(resource.get("listen"))
    ports = listen.get("https_ports")
    blocked: Unknown | OneOf | None = ports if isinstance(ports, (Unknown, OneOf)) else None
    if blocked is None and not elements(ports):
        return NOT_APPLICABLE

    def named() -> Outcome:
        where = "listen.0.sm2_cert_id"
        try:
            if is_given(listen.get("sm2_cert_id")):
                return PASS
        except UnknownValueError as error:
            return undecided(error.unknown, where)
        return failed(Text(f"{where} is not set: {_NONE.en}", f"{where} 未设置：{_NONE.zh}"), where)

    def enabled(value: Any) -> Outcome:
        where = "listen.0.sm2_enabled"
        if as_bool(value) is True:
            return named()
        return failed(Text(f"{where} is {show(value)}: {_NONE.en}", f"{where} 为 {show(value)}：{_NONE.zh}"), where)

    switch = listen.get("sm2_enabled")
    outcome = named() if switch is None else alternatives(switch, enabled, "listen.0.sm2_enabled")
    return outcome if blocked is None or outcome is PASS else undecided(blocked, "listen.0.https_ports")


@predicate(reads=_PAIR)
def uploaded_pair(resource: Resource, context: Context) -> Outcome:
    """An uploaded certificate of national cryptography holds both certificates.

    One with ``cert`` alone is of another kind and not judged.
    """
    missing: list[str] = []
    blocked: tuple[str, Unknown | OneOf] | None = None
    for name in _PAIR:
        try:
            if not is_given(resource.get(name)):
                missing.append(name)
        except UnknownValueError as error:
            blocked = blocked or (name, error.unknown)
    if len(missing) == len(_PAIR):
        return NOT_APPLICABLE
    if blocked is not None:
        return undecided(blocked[1], blocked[0])
    if not missing:
        return PASS
    return failed(
        Text(
            f"{missing[0]} is not set: the pair of SM2 certificates, to sign and to encrypt, is not whole",
            f"{missing[0]} 未设置：SM2 签名、加密双证书不完整",
        ),
        missing[0],
    )
