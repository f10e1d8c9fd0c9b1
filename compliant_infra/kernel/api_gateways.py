"""API gateways: whether an API answers plain HTTP, and whether it answers callers who do not say who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, first_block
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    as_bool,
    as_string,
    attribute,
    each_of,
    failed,
    passed,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.tls import TLS_1_2, version

#: An API that anybody may call.
ANONYMOUS: Final = Text("anybody may call it without authentication", "任何人无需认证即可调用")


def _anonymous(where: str, shown: str) -> Outcome:
    return failed(Text(f"{where} is {shown}: {ANONYMOUS.en}", f"{where} 为 {shown}：{ANONYMOUS.zh}"), where)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------

_PLUGIN: Final = "alicloud_api_gateway_plugin"
_ATTACHED: Final = "alicloud_api_gateway_plugin_attachment"
_GROUP_ATTACHED: Final = "alicloud_api_gateway_group_plugin_attachment"
#: Plugins that authenticate the caller.
_AUTHENTICATING: Final = ("jwtAuth", "basicAuth", "remoteAuth")


def _authenticates(attachment: Resource, context: Context) -> Outcome:
    """Whether the plugin of an attachment authenticates callers; unknown where the plugin is not in the scan."""
    plugin = context.resolve(attachment.get("plugin_id"), _PLUGIN)
    if plugin is None:
        return undecided(Unknown("unsupported", f"{attachment.address}.plugin_id"), "auth_type")

    def test(kind: Any) -> Outcome:
        if any(same(kind, one) for one in _AUTHENTICATING):
            return passed(Text(f"{plugin.address} authenticates callers", f"{plugin.address} 负责认证调用方"))
        return failed(ANONYMOUS, "auth_type")

    outcome = alternatives(plugin.get("plugin_type"), test, "auth_type")
    if outcome.verdict is Verdict.PASS and attachment.existence is not None:
        return undecided(attachment.existence, "auth_type")
    return outcome


def _by_plugins(owner: Resource, type: str, by: str, to: tuple[str, ...], context: Context) -> Outcome | None:
    """The best that attached plugins say; None where none is attached."""
    found = context.companions(owner, type, by, to)
    judged = [_authenticates(item, context) for item in found.sure]
    judged += [undecided(blocked, "auth_type") for _, blocked in found.possible]
    for verdict in (Verdict.PASS, Verdict.UNKNOWN):
        best = next((item for item in judged if item.verdict is verdict), None)
        if best is not None:
            return best
    return None


@predicate(
    reads=(
        "auth_type",
        "group_id",
        f"{_ATTACHED}:api_id",
        f"{_ATTACHED}:plugin_id",
        f"{_GROUP_ATTACHED}:group_id",
        f"{_GROUP_ATTACHED}:plugin_id",
        f"{_PLUGIN}:plugin_type",
    )
)
def _authenticated(resource: Resource, context: Context) -> Outcome:
    """An API: another authentication than ``ANONYMOUS``, or a plugin that authenticates (JWT, basic, remote)."""

    def test(value: Any) -> Outcome:
        if (as_string(value) or "").upper() != "ANONYMOUS":
            return PASS
        outcome = _by_plugins(resource, _ATTACHED, "api_id", ("id", "api_id"), context)
        group = context.resolve(resource.get("group_id"), "alicloud_api_gateway_group")
        if group is not None and (outcome is None or outcome.verdict is not Verdict.PASS):
            of_group = _by_plugins(group, _GROUP_ATTACHED, "group_id", ("id",), context)
            outcome = of_group if of_group is not None and of_group.verdict is Verdict.PASS else outcome or of_group
        return outcome or _anonymous("auth_type", show(value))

    return alternatives(resource.get("auth_type"), test, "auth_type")


def _only_https(text: Any, separator: str) -> bool:
    protocols = {item.strip().upper() for item in (as_string(text) or "").split(separator)}
    return protocols == {"HTTPS"}


def https_only(path: str, separator: str) -> Predicate:
    """A text that lists the protocols, of which HTTPS must be the only one."""
    return attribute(path).that(
        lambda value, _: _only_https(value, separator), Text("only HTTPS", "仅 HTTPS"), missing="unknown"
    )


alicloud_api: Final = each_of(https_only("request_config.protocol", ","), _authenticated)


def _policy(value: Any, context: Context) -> bool:
    """The security policies of dedicated instances end with the oldest TLS version that they accept."""
    text = (as_string(value) or "").upper()
    if text.endswith(("TLS1_2", "TLS1_3")):
        return True
    if text.endswith(("TLS1_0", "TLS1_1")):
        return False
    raise UnknownValueError(Unknown("unsupported", text))


alicloud_instance: Final = attribute("https_policy").that(
    _policy, Text("a policy from TLS 1.2 on (HTTPS2_TLS1_2)", "最低 TLS 1.2 的策略（HTTPS2_TLS1_2）")
)


@predicate(reads=("protocol", "force_https", "domain_scope"))
def _domain_protocol(resource: Resource, context: Context) -> Outcome:
    """A domain of the cloud-native gateway: HTTPS, with plain HTTP led on to it."""

    def forced(value: Any) -> Outcome:
        if as_bool(value) is True:
            return PASS
        return undecided(
            Unknown("unsupported", "force_https"),
            "force_https",
            message=Text(
                "force_https is not true: whether the domain still answers plain HTTP is not documented",
                "force_https 不为 true：该域名是否仍接受 HTTP 请求没有明确说明",
            ),
        )

    def by_protocol(value: Any) -> Outcome:
        if same(value, "HTTPS"):
            return alternatives(resource.get("force_https", False), forced, "force_https")
        return failed(
            Text(f"protocol is {show(value)}; expected HTTPS", f"protocol 为 {show(value)}；应为 HTTPS"), "protocol"
        )

    def by_scope(value: Any) -> Outcome:
        if same(value, "Serverless"):
            return PASS  # HTTPS only, with a managed certificate
        protocol = resource.get("protocol")
        if protocol is None:
            return undecided(Unknown("known-after-apply", "protocol"), "protocol")
        return alternatives(protocol, by_protocol, "protocol")

    return alternatives(resource.get("domain_scope", "Dedicated"), by_scope, "domain_scope")


def _modern(value: Any, context: Context) -> bool:
    number = version(as_string(value) or "")
    if number is None:
        raise UnknownValueError(Unknown("unsupported", as_string(value) or ""))
    return number >= TLS_1_2


alicloud_domain: Final = all_of(
    _domain_protocol,
    attribute("tls_min").that(_modern, Text("TLS 1.2 or newer", " TLS 1.2 或更新版本"), missing="not-applicable"),
)


@predicate(reads=("protocols", "enable_auth"))
def alicloud_http_api(resource: Resource, context: Context) -> list[Outcome]:
    """An API of the cloud-native gateway: its protocols, and whether callers are authenticated."""

    def protocols(value: Any) -> Outcome:
        blocked: Unknown | OneOf | None = None
        for item in elements(value):
            if isinstance(item, (Unknown, OneOf)):
                blocked = item if blocked is None else blocked
            elif not same(item, "HTTPS"):
                return failed(
                    Text(
                        f"protocols contains {show(item)}; expected only HTTPS",
                        f"protocols 包含 {show(item)}；应仅为 HTTPS",
                    ),
                    "protocols",
                )
        return PASS if blocked is None else undecided(blocked, "protocols")

    def enabled(value: Any) -> Outcome:
        return PASS if as_bool(value) is True else _anonymous("enable_auth", show(value))

    switch = resource.get("enable_auth")
    return [
        _list_of(resource.get("protocols"), protocols, "protocols"),
        undecided(
            Unknown("unsupported", "enable_auth"),
            "enable_auth",
            message=Text(
                "enable_auth is not set: whether routes authenticate callers is not shown",
                "enable_auth 未设置：无法看出路由是否对调用方认证",
            ),
        )
        if switch is None
        else alternatives(switch, enabled, "enable_auth"),
    ]


def _list_of(value: Any, test: Callable[[Any], Outcome], where: str) -> Outcome:
    """A list that is unknown as a whole is undecided, unless it surely holds some elements."""
    if isinstance(value, OneOf) or (isinstance(value, Unknown) and not value.elements):
        return alternatives(value, test, where)
    return test(value)


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


def _key_only(resource: Resource, where: str, shown: str) -> Outcome:
    """No authorisation: an API key, where one is asked for, names a usage plan and is no proof of identity."""

    def required(value: Any) -> Outcome:
        if as_bool(value) is not True:
            return _anonymous(where, shown)
        return undecided(
            Unknown("unsupported", "api_key_required"),
            where,
            message=Text(
                f"{where} is {shown}: only an API key is asked for, which identifies a usage plan and not the caller",
                f"{where} 为 {shown}：仅要求 API 密钥，它标识用量计划而不能认证调用方",
            ),
        )

    return alternatives(resource.get("api_key_required", False), required, where)


_REST_API: Final = "aws_api_gateway_rest_api"


def _private(resource: Resource, context: Context) -> bool:
    """Whether the REST API of a method surely is private: reached through VPC endpoints alone."""
    api = context.resolve(resource.get("rest_api_id"), _REST_API)
    kinds = None if api is None else first_block(api.attributes.get("endpoint_configuration")).get("types")
    known = [item for item in elements(kinds) if not isinstance(item, (Unknown, OneOf))]
    return bool(known) and len(known) == len(elements(kinds)) and all(same(item, "PRIVATE") for item in known)


@predicate(
    reads=(
        "authorization",
        "http_method",
        "api_key_required",
        "rest_api_id",
        f"{_REST_API}:endpoint_configuration.types",
    )
)
def aws_method(resource: Resource, context: Context) -> Outcome:
    """A method of a REST API. Browsers ask ``OPTIONS`` before they send credentials: it is not judged.

    A private API must have a resource policy, and that says who may call it.
    """

    def by_method(method: Any) -> Outcome:
        if (as_string(method) or "").upper() == "OPTIONS":
            return NOT_APPLICABLE

        def by_authorization(value: Any) -> Outcome:
            if (as_string(value) or "").upper() != "NONE":
                return PASS
            outcome = _key_only(resource, "authorization", show(value))
            if outcome.verdict is Verdict.FAIL and _private(resource, context):
                return undecided(
                    Unknown("unsupported", f"{_REST_API}.policy"),
                    "authorization",
                    message=Text(
                        f"authorization is {show(value)}, and the API is private: whether its resource policy says "
                        "who may call it must be shown",
                        f"authorization 为 {show(value)}，该 API 仅可私有访问：需说明其资源策略限定了哪些调用方",
                    ),
                )
            return outcome

        return alternatives(resource.get("authorization"), by_authorization, "authorization")

    return alternatives(resource.get("http_method"), by_method, "http_method")


@predicate(
    reads=("authorization_type", "route_key", "api_id", "api_key_required", "aws_apigatewayv2_api:protocol_type")
)
def aws_route(resource: Resource, context: Context) -> Outcome:
    """A route of an HTTP API, or ``$connect`` of a WebSocket API, whose other routes cannot authorise."""
    api = context.resolve(resource.get("api_id"), "aws_apigatewayv2_api")
    protocol: Any = api.get("protocol_type") if api is not None else None

    def by_authorization(value: Any) -> Outcome:
        if (as_string(value) or "").upper() not in ("", "NONE"):
            return PASS
        return _key_only(resource, "authorization_type", show(value))

    def judged() -> Outcome:
        value = resource.get("authorization_type")
        if value is None:
            return _key_only(resource, "authorization_type", "NONE")
        return alternatives(value, by_authorization, "authorization_type")

    def by_key(key: Any) -> Outcome:
        text = as_string(key) or ""
        if text.upper().startswith("OPTIONS "):
            return NOT_APPLICABLE
        if " " in text or text == "$connect":
            return judged()
        if text != "$default":
            return NOT_APPLICABLE  # a route of a WebSocket API, behind $connect
        if protocol is None:
            outcome = judged()
            doubt = Unknown("unsupported", "api_id")
            return outcome if outcome.verdict is not Verdict.FAIL else undecided(doubt, "authorization_type")
        return alternatives(
            protocol, lambda item: judged() if same(item, "HTTP") else NOT_APPLICABLE, "authorization_type"
        )

    return alternatives(resource.get("route_key"), by_key, "route_key")


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------

tencent_api: Final = attribute("auth_type", default="NONE").that(
    lambda value, _: (as_string(value) or "").upper() not in ("", "NONE"),
    Text("anything but NONE", "除 NONE 以外的值"),
    values=("NONE",),
)
tencent_service: Final = https_only("protocol", "&")


@predicate(reads=("protocol", "is_forced_https"))
def tencent_domain(resource: Resource, context: Context) -> Outcome:
    """A custom domain: HTTPS, or both with plain HTTP led on to HTTPS."""

    def by_protocol(value: Any) -> Outcome:
        if _only_https(value, "&"):
            return PASS
        plain = failed(
            Text(
                f"protocol is {show(value)} and is_forced_https is not true: plain HTTP is answered",
                f"protocol 为 {show(value)} 且 is_forced_https 不为 true：接受 HTTP 请求",
            ),
            "protocol",
        )
        if "HTTPS" not in (as_string(value) or "").upper():
            return plain
        return alternatives(
            resource.get("is_forced_https", False), lambda item: PASS if as_bool(item) is True else plain, "protocol"
        )

    return alternatives(resource.get("protocol"), by_protocol, "protocol")
