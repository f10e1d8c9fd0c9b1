"""Edges of content delivery networks: HTTPS is on, plain HTTP is led on to it, and TLS is 1.2 or newer.

On Alibaba Cloud each of these stands in a resource of its own (``alicloud_cdn_domain_config``, one for each function).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries, first_block, nested_entries
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
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.tls import TLS_1_2, version

_PLAIN: Final = Text("plain HTTP is answered and not redirected to HTTPS", "接受 HTTP 请求且不跳转到 HTTPS")
_NO_HTTPS: Final = Text("HTTPS is not set up for this domain", "该域名没有启用 HTTPS")


def _off(where: str, shown: str, why: Text) -> Outcome:
    return failed(Text(f"{where} is {shown}: {why.en}", f"{where} 为 {shown}：{why.zh}"), where)


def modern(value: Any, where: str) -> Outcome:
    """One protocol version, as ``TLSv1.2`` or the policy ``TLSv1.2_2021``: TLS 1.2 or newer."""

    def test(item: Any) -> Outcome:
        text = as_string(item) or ""
        number = version(text.split("_", 1)[0])
        if number is None:
            return undecided(Unknown("unsupported", text), where)
        if number >= TLS_1_2:
            return PASS
        return failed(
            Text(f"{where} is {show(item)}: older than TLS 1.2", f"{where} 为 {show(item)}：低于 TLS 1.2"), where
        )

    return alternatives(value, test, where)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def _arguments(config: Resource) -> Mapping[str, Any]:
    """The arguments of a function by name; raises ``UnknownValueError`` where a name is not known."""
    found: dict[str, Any] = {}
    for _, block in entries(config.get("function_args"), "function_args"):
        if not isinstance(block, Mapping):
            raise UnknownValueError(block)
        name = block.get("arg_name")
        if isinstance(name, (Unknown, OneOf)):
            raise UnknownValueError(name)
        found[as_string(name) or ""] = block.get("arg_value")
    return found


def _functions(
    domain: Resource, type: str, name: str, context: Context
) -> tuple[list[Resource], Unknown | OneOf | None]:
    """The configurations of a function for the whole domain, and what keeps others from being known."""
    found = context.companions(domain, type, "domain_name", ("domain_name", "id"))
    sure: list[Resource] = []
    blocked: Unknown | OneOf | None = None
    for config in found.sure:
        function = config.get("function_name")
        if isinstance(function, (Unknown, OneOf)):
            blocked = function if blocked is None else blocked
        elif same(function, name) and config.get("parent_id") is None:  # with a parent it holds on a condition only
            if config.existence is None:
                sure.append(config)
            else:
                blocked = config.existence if blocked is None else blocked
    for config, unknown in found.possible:
        function = config.get("function_name")
        if isinstance(function, (Unknown, OneOf)) or same(function, name):
            blocked = unknown if blocked is None else blocked
    return sure, blocked


def _named(config: Resource, outcome: Outcome, finding: str) -> Outcome:
    """The outcome of a companion, reported at the domain."""
    if outcome.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return outcome
    message = Text(f"{config.address}: {outcome.message.en}", f"{config.address}：{outcome.message.zh}")
    return Outcome(outcome.verdict, message, "", finding, outcome.unknown)


def _redirect(domain: Resource, type: str, context: Context) -> Outcome:
    configs, blocked = _functions(domain, type, "https_force", context)

    def test(value: Any) -> Outcome:
        return PASS if same(value, "on") else failed(_PLAIN)

    for config in configs:
        try:
            outcome = alternatives(_arguments(config).get("enable", "off"), test, "enable")
        except UnknownValueError as error:
            outcome = undecided(error.unknown, "function_args")
        return _named(config, outcome, "redirect")
    if blocked is not None:
        return undecided(blocked, "", "redirect")
    return failed(
        Text(f"no {type} https_force: {_PLAIN.en}", f"没有 https_force 的 {type}：{_PLAIN.zh}"), finding="redirect"
    )


def _versions(domain: Resource, type: str, context: Context) -> Outcome:
    configs, blocked = _functions(domain, type, "https_tls_version", context)
    for config in configs:
        try:
            arguments = _arguments(config)
        except UnknownValueError as error:
            return _named(config, undecided(error.unknown, "function_args"), "tls-versions")
        judged = [_version_off(arguments.get(name), name) for name in ("tls10", "tls11")]
        weak = next((item for item in judged if item.verdict is Verdict.FAIL), None)
        outcome = weak or next((item for item in judged if item.verdict is Verdict.UNKNOWN), PASS)
        return _named(config, outcome, "tls-versions")
    if blocked is not None:
        return undecided(blocked, "", "tls-versions")
    return undecided(
        Unknown("unsupported", "https_tls_version"),
        "",
        "tls-versions",
        Text(
            f"no {type} https_tls_version: which TLS versions the edge accepts is left to the service",
            f"没有 https_tls_version 的 {type}：边缘节点接受的 TLS 版本由服务端决定",
        ),
    )


def _version_off(value: Any, name: str) -> Outcome:
    if value is None:
        return undecided(Unknown("known-after-apply", name), name)

    def test(item: Any) -> Outcome:
        if same(item, "off"):
            return PASS
        return failed(Text(f"{name} is {show(item)}; expected off", f"{name} 为 {show(item)}；应为 off"), name)

    return alternatives(value, test, name)


def _certificate_block(domain: Resource) -> Outcome:
    """CDN: a certificate whose status is on (the default)."""
    found = entries(domain.get("certificate_config"), "certificate_config")
    if not found:
        return failed(
            Text(f"certificate_config is not set: {_NO_HTTPS.en}", f"certificate_config 未设置：{_NO_HTTPS.zh}"),
            "certificate_config",
        )
    place, block = found[0]
    if not isinstance(block, Mapping):
        return undecided(block, place)
    where = f"{place}.server_certificate_status"

    def test(value: Any) -> Outcome:
        return PASS if same(value, "on") else _off(where, show(value), _NO_HTTPS)

    status = block.get("server_certificate_status")
    return PASS if status is None else alternatives(status, test, where, unset=lambda: PASS)


def _certificate_switch(domain: Resource) -> Outcome:
    """DCDN: ``ssl_protocol``, off by default."""
    value = domain.get("ssl_protocol")
    if value is None:
        return failed(
            Text(
                f"ssl_protocol is not set and defaults to off: {_NO_HTTPS.en}",
                f"ssl_protocol 未设置，默认 off：{_NO_HTTPS.zh}",
            ),
            "ssl_protocol",
        )
    return alternatives(
        value, lambda item: PASS if same(item, "on") else _off("ssl_protocol", show(item), _NO_HTTPS), "ssl_protocol"
    )


def alicloud_domain(type: str, dynamic: bool) -> Predicate:
    """A domain of CDN, or of DCDN (``dynamic``); ``type`` holds its functions."""

    def judge(resource: Resource, context: Context) -> Iterable[Outcome]:
        certificate = _certificate_switch(resource) if dynamic else _certificate_block(resource)
        if certificate.verdict is Verdict.FAIL:
            return [certificate]
        return [certificate, _redirect(resource, type, context), _versions(resource, type, context)]

    own = ("ssl_protocol",) if dynamic else ("certificate_config.server_certificate_status",)
    functions = ("domain_name", "function_name", "parent_id", "function_args.arg_name", "function_args.arg_value")
    return predicate(reads=(*own, *(f"{type}:{path}" for path in functions)))(judge)


@predicate(reads=("https", "tls10", "tls11", "rule"))
def alicloud_site(resource: Resource, context: Context) -> list[Outcome]:
    """HTTPS of an ESA site: on, TLS 1.0 off (both by default) and TLS 1.1 off (on by default).

    A configuration for some requests only (``rule``) leaves to the site what it does not set.
    """
    partial = resource.get("rule") is not None

    def switch(name: str, wanted: str, default: str, why: Text) -> Outcome:
        value = resource.get(name)
        if value is None and (partial or default == wanted):
            return NOT_APPLICABLE if partial else PASS
        if value is None:
            return failed(
                Text(
                    f"{name} is not set and defaults to {default}: {why.en}", f"{name} 未设置，默认 {default}：{why.zh}"
                ),
                name,
            )
        return alternatives(value, lambda item: PASS if same(item, wanted) else _off(name, show(item), why), name)

    old = Text("older than TLS 1.2", "低于 TLS 1.2")
    return [
        switch("https", "on", "on", _NO_HTTPS),
        switch("tls10", "off", "off", old),
        switch("tls11", "off", "on", old),
    ]


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


def _behavior(block: Mapping[str, Any] | Unknown | OneOf, place: str, finding: str) -> Outcome:
    if not isinstance(block, Mapping):
        return undecided(block, place, finding)
    where = f"{place}.viewer_protocol_policy"

    def test(value: Any) -> Outcome:
        return _off(where, show(value), _PLAIN) if same(value, "allow-all") else PASS

    outcome = alternatives(block.get("viewer_protocol_policy"), test, where)
    if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        outcome.finding = finding
    return outcome


def _viewer_certificate(resource: Resource) -> Outcome:
    """The oldest version: ``minimum_protocol_version``, TLSv1 by default and always with CloudFront's certificate."""
    path = "viewer_certificate.0.minimum_protocol_version"
    try:
        block = first_block(resource.get("viewer_certificate"))
    except UnknownValueError as error:
        return undecided(error.unknown, "viewer_certificate")

    def own(value: Any) -> Outcome:
        if as_bool(value) is True:
            where = "viewer_certificate.0.cloudfront_default_certificate"
            why = Text(
                "with CloudFront's own certificate TLS 1.0 is accepted", "使用 CloudFront 默认证书时接受 TLS 1.0"
            )
            return _off(where, "true", why)
        minimum = block.get("minimum_protocol_version")
        if minimum is None:
            return failed(
                Text(f"{path} is not set and defaults to TLSv1", f"{path} 未设置，默认为 TLSv1"),
                path,
            )
        return modern(minimum, path)

    return alternatives(block.get("cloudfront_default_certificate", False), own, path)


@predicate(
    reads=(
        "default_cache_behavior.viewer_protocol_policy",
        "ordered_cache_behavior.viewer_protocol_policy",
        "viewer_certificate.cloudfront_default_certificate",
        "viewer_certificate.minimum_protocol_version",
    )
)
def aws_distribution(resource: Resource, context: Context) -> list[Outcome]:
    """A distribution: no behaviour answers plain HTTP, and viewers get TLS 1.2 or newer."""
    found: list[Outcome] = []
    for place, block in nested_entries(resource.attributes, "default_cache_behavior"):
        found.append(_behavior(block, place, "default-behavior"))
    for index, (place, block) in enumerate(nested_entries(resource.attributes, "ordered_cache_behavior")):
        found.append(_behavior(block, place, f"behavior-{index}"))
    found.append(_viewer_certificate(resource))
    return found


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


def _tencent_redirect(block: Mapping[str, Any], place: str) -> Outcome:
    try:
        redirect = first_block(block.get("force_redirect"))
    except UnknownValueError as error:
        return undecided(error.unknown, f"{place}.force_redirect")
    where = f"{place}.force_redirect.0"

    def on(value: Any) -> Outcome:
        if not same(value, "on"):
            return failed(_PLAIN, f"{where}.switch")
        return alternatives(
            redirect.get("redirect_type", "http"),
            lambda item: PASS if same(item, "https") else _off(f"{where}.redirect_type", show(item), _PLAIN),
            f"{where}.redirect_type",
        )

    return alternatives(redirect.get("switch", "off"), on, f"{where}.switch")


def _tencent_versions(value: Any, where: str) -> Outcome:
    """The accepted versions; the service's own choice includes TLS 1.0 and 1.1."""
    if value is None or (isinstance(value, (list, tuple)) and not value):
        return failed(
            Text(
                f"{where} is not set: TLS 1.0 and 1.1 are accepted by default",
                f"{where} 未设置：默认接受 TLS 1.0 和 1.1",
            ),
            where,
        )
    if isinstance(value, OneOf) or (isinstance(value, Unknown) and not value.elements):
        return alternatives(value, lambda item: _tencent_versions(item, where), where)
    judged = [modern(item, where) for item in elements(value)]
    weak = next((item for item in judged if item.verdict is Verdict.FAIL), None)
    return weak or next((item for item in judged if item.verdict is Verdict.UNKNOWN), PASS)


@predicate(
    reads=(
        "https_config.https_switch",
        "https_config.force_redirect.switch",
        "https_config.force_redirect.redirect_type",
        "https_config.tls_versions",
    )
)
def tencent_domain(resource: Resource, context: Context) -> list[Outcome]:
    """A CDN domain: HTTPS on, plain HTTP redirected, no version before TLS 1.2."""
    found = entries(resource.get("https_config"), "https_config")
    if not found:
        return [failed(Text(f"no https_config: {_NO_HTTPS.en}", f"没有 https_config：{_NO_HTTPS.zh}"), "https_config")]
    place, block = found[0]
    if not isinstance(block, Mapping):
        return [undecided(block, place)]
    where = f"{place}.https_switch"
    switch = alternatives(
        block.get("https_switch"), lambda item: PASS if same(item, "on") else _off(where, show(item), _NO_HTTPS), where
    )
    if switch.verdict is Verdict.FAIL:
        return [switch]
    return [
        switch,
        _tencent_redirect(block, place),
        _tencent_versions(block.get("tls_versions"), f"{place}.tls_versions"),
    ]
