"""Listeners of load balancers: whether what they accept is encrypted, or only led on to HTTPS.

A plain HTTP listener passes only where every request is redirected to HTTPS. TCP and UDP listeners carry whatever the
servers speak: they are judged on the well-known ports of plaintext protocols (parameter ``plaintext-ports``) and are
otherwise none of this question's business, since TLS may end at the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compliant_infra.kernel.blocks import blocks, elements, entries, first_block
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    as_number,
    as_string,
    failed,
    passed,
    predicate,
    same,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict

PLAINTEXT_PORTS = "plaintext-ports"


def _plain(protocol: str, attribute: str, extra: Text | None = None) -> Outcome:
    more = extra or Text("", "")
    return failed(
        Text(f"the listener accepts plain {protocol}{more.en}", f"监听接受未加密的 {protocol}{more.zh}"), attribute
    )


_NO_REDIRECT = Text(" and does not redirect it to HTTPS", "，且没有重定向到 HTTPS")


def _on_plaintext_port(protocol: str, low: Any, high: Any, attribute: str, context: Context) -> Outcome:
    """A TCP or UDP listener on these ports: fails on one of a plaintext protocol, else not applicable."""
    if isinstance(low, (Unknown, OneOf)):
        return alternatives(
            low,
            lambda port: _on_plaintext_port(protocol, port, port if low is high else high, attribute, context),
            attribute,
        )
    if isinstance(high, (Unknown, OneOf)):
        return alternatives(high, lambda port: _on_plaintext_port(protocol, low, port, attribute, context), attribute)
    first, last = as_number(low), as_number(high)
    if first is None or last is None:
        return NOT_APPLICABLE
    for port in context.parameters[PLAINTEXT_PORTS]:
        if first <= int(port) <= last:
            return failed(
                Text(
                    f"the {protocol} listener serves port {port}, which is used by a protocol without encryption",
                    f"{protocol} 监听使用端口 {port}，该端口对应的协议不加密",
                ),
                attribute,
            )
    return NOT_APPLICABLE


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("protocol", "listener_forward", "frontend_port"), parameters=(PLAINTEXT_PORTS,))
def classic_listener(resource: Resource, context: Context) -> Outcome:
    """CLB: https, or http that is forwarded to an https listener (``listener_forward = "on"``)."""

    def forwarded(value: Any) -> Outcome:
        if same(value, "on"):
            return passed(Text("plain HTTP is redirected to HTTPS", "HTTP 请求重定向到 HTTPS"))
        return _plain("HTTP", "protocol", _NO_REDIRECT)

    def by_protocol(value: Any) -> Outcome:
        protocol = (as_string(value) or "").lower()
        if protocol == "https":
            return PASS
        if protocol == "http":
            return alternatives(resource.get("listener_forward", "off"), forwarded)
        port = resource.get("frontend_port")
        return _on_plaintext_port(protocol.upper(), port, port, "frontend_port", context)

    return alternatives(resource.get("protocol"), by_protocol, "protocol")


_ALB_RULE = "alicloud_alb_rule"


@predicate(
    reads=(
        "listener_protocol",
        f"{_ALB_RULE}:listener_id",
        f"{_ALB_RULE}:rule_actions.type",
        f"{_ALB_RULE}:rule_actions.redirect_config",
        f"{_ALB_RULE}:rule_conditions",
    )
)
def application_listener(resource: Resource, context: Context) -> Outcome:
    """ALB: HTTPS or QUIC, or HTTP with a forwarding rule for every path that redirects to HTTPS.

    The default action of such a listener can only forward, so that the redirect stands in a rule of its own.
    """

    def redirected() -> Outcome:
        found = context.companions(resource, _ALB_RULE, "listener_id", IDENTITY_ATTRIBUTES)
        blocked: Unknown | OneOf | None = None
        for rule in found.sure:
            try:
                if not _redirects_all(rule):
                    continue
            except UnknownValueError as error:
                blocked = error.unknown if blocked is None else blocked
                continue
            if rule.existence is None:
                return passed(
                    Text(
                        f"plain HTTP is redirected to HTTPS by {rule.address}",
                        f"HTTP 请求由 {rule.address} 重定向到 HTTPS",
                    )
                )
            blocked = rule.existence if blocked is None else blocked
        if blocked is None and found.possible:
            blocked = found.possible[0][1]
        if blocked is not None:
            return undecided(blocked, "listener_protocol")
        return _plain("HTTP", "listener_protocol", _NO_REDIRECT)

    def by_protocol(value: Any) -> Outcome:
        return redirected() if same(value, "HTTP") else PASS

    return alternatives(resource.get("listener_protocol"), by_protocol, "listener_protocol")


def _redirects_all(rule: Resource) -> bool:
    """Whether a forwarding rule redirects every request to HTTPS."""
    to_https = False
    for action in blocks(rule.get("rule_actions")):
        if not same(action.get("type"), "Redirect"):
            continue
        for target in blocks(action.get("redirect_config")):
            to_https = to_https or same(target.get("protocol", "${protocol}"), "HTTPS")
    if not to_https:
        return False
    return all(_matches_everything(condition) for condition in blocks(rule.get("rule_conditions")))


def _matches_everything(condition: Mapping[str, Any]) -> bool:
    kind = as_string(condition.get("type")) or ""
    if kind == "Path":
        return any("/*" in item for item in _values(condition.get("path_config")))
    if kind == "Host":
        return any("*" in item for item in _values(condition.get("host_config")))
    return False


def _values(config: Any) -> list[list[str]]:
    """The ``values`` of each block, as lists of known texts."""
    found: list[list[str]] = []
    for block in blocks(config):
        values = block.get("values")
        if isinstance(values, (Unknown, OneOf)):
            raise UnknownValueError(values)
        texts: list[str] = []
        for item in elements(values):
            if isinstance(item, (Unknown, OneOf)):
                raise UnknownValueError(item)
            texts.append(as_string(item) or "")
        found.append(texts)
    return found


@predicate(reads=("listener_protocol", "listener_port", "start_port", "end_port"), parameters=(PLAINTEXT_PORTS,))
def network_listener(resource: Resource, context: Context) -> Outcome:
    """NLB: TCPSSL, or TCP and UDP on ports that are not those of plaintext protocols."""

    def by_protocol(value: Any) -> Outcome:
        protocol = (as_string(value) or "").upper()
        if protocol == "TCPSSL":
            return PASS

        def by_port(port: Any) -> Outcome:
            if as_number(port) == 0:  # listens on a range
                first, last = resource.get("start_port"), resource.get("end_port")
                return _on_plaintext_port(protocol, first, last, "start_port", context)
            return _on_plaintext_port(protocol, port, port, "listener_port", context)

        return alternatives(resource.get("listener_port"), by_port, "listener_port")

    return alternatives(resource.get("listener_protocol"), by_protocol, "listener_protocol")


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

_BALANCERS = ("aws_lb", "aws_alb")
_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")


def _default_protocol(resource: Resource, context: Context) -> Any:
    """What a listener without a protocol speaks: HTTP on an application load balancer, GENEVE on a gateway one."""
    balancer = context.resolve(resource.get("load_balancer_arn"), *_BALANCERS)
    if balancer is None:
        return Unknown("known-after-apply", "protocol")
    kind = balancer.get("load_balancer_type", "application")
    if isinstance(kind, (Unknown, OneOf)):
        return kind
    return {"application": "HTTP", "gateway": "GENEVE"}.get(str(kind), Unknown("known-after-apply", "protocol"))


@predicate(
    reads=(
        "protocol",
        "port",
        "load_balancer_arn",
        "default_action.type",
        "default_action.redirect.protocol",
        "aws_lb:load_balancer_type",
        *(f"{rule}:{path}" for rule in _RULES for path in ("listener_arn", "action.type", "action.redirect.protocol")),
    ),
    parameters=(PLAINTEXT_PORTS,),
)
def elastic_listener(resource: Resource, context: Context) -> Outcome:
    """ALB, NLB and gateway load balancers: HTTPS, TLS or QUIC, or HTTP that only redirects to HTTPS.

    The rules of a listener come before its default action: one that forwards serves plain HTTP.
    """

    def by_protocol(value: Any) -> Outcome:
        protocol = (as_string(value) or "").upper()
        if protocol in ("HTTPS", "TLS", "QUIC"):
            return PASS
        if protocol == "HTTP":
            try:
                outcome = _default_redirect(resource)
                return outcome if outcome.verdict is Verdict.FAIL else _by_rules(resource, outcome, context)
            except UnknownValueError as error:
                return undecided(error.unknown, "default_action")
        if protocol in ("TCP", "UDP", "TCP_UDP", "TCP_QUIC"):
            port = resource.get("port")
            return _on_plaintext_port(protocol, port, port, "port", context)
        return NOT_APPLICABLE

    protocol = resource.get("protocol")
    return alternatives(_default_protocol(resource, context) if protocol is None else protocol, by_protocol, "protocol")


def _by_rules(listener: Resource, outcome: Outcome, context: Context) -> Outcome:
    """The outcome of the default action, unless a rule of the listener forwards (or may do so)."""
    doubt: Outcome | None = None
    for kind in _RULES:
        found = context.companions(listener, kind, "listener_arn", IDENTITY_ATTRIBUTES)
        related: list[tuple[Resource, Unknown | OneOf | None]] = [(rule, rule.existence) for rule in found.sure]
        for rule, unknown in (*related, *found.possible):
            judged = _rule_forwards(rule)
            if judged is False:
                continue
            blocked = unknown if judged is True else judged
            if blocked is None:
                return _plain(
                    "HTTP", "protocol", Text(f": {rule.address} forwards it", f"：{rule.address} 将其直接转发到后端")
                )
            doubt = doubt or undecided(blocked, "protocol")
    return doubt or outcome


def _rule_forwards(rule: Resource) -> bool | Unknown | OneOf:
    """Whether a rule lets plain HTTP through: anything but a redirect to HTTPS or an answer of its own."""
    doubt: Unknown | OneOf | None = None
    try:
        for action in blocks(rule.get("action")):
            kind = action.get("type")
            target = first_block(action.get("redirect")).get("protocol", "#{protocol}")
            if isinstance(kind, (Unknown, OneOf)):
                doubt = doubt or kind
            elif same(kind, "fixed-response"):
                continue
            elif not same(kind, "redirect"):
                return True
            elif isinstance(target, (Unknown, OneOf)):
                doubt = doubt or target
            elif not same(target, "HTTPS"):
                return True
    except UnknownValueError as error:
        return error.unknown
    return False if doubt is None else doubt


def _default_redirect(resource: Resource) -> Outcome:
    for index, action in enumerate(blocks(resource.get("default_action"))):
        kind = action.get("type")
        where = f"default_action.{index}.type"
        if isinstance(kind, (Unknown, OneOf)):
            return undecided(kind, where)
        if not same(kind, "redirect"):
            continue
        target = first_block(action.get("redirect"))
        return alternatives(
            target.get("protocol", "#{protocol}"),
            lambda item: (
                passed(Text("plain HTTP is redirected to HTTPS", "HTTP 请求重定向到 HTTPS"))
                if same(item, "HTTPS")
                else _plain("HTTP", "protocol", _NO_REDIRECT)
            ),
            f"default_action.{index}.redirect.0.protocol",
        )
    return _plain("HTTP", "protocol", _NO_REDIRECT)


@predicate(reads=("listener.lb_protocol", "listener.lb_port"), parameters=(PLAINTEXT_PORTS,))
def classic_elastic_listener(resource: Resource, context: Context) -> Iterable[Outcome]:
    """A classic load balancer's listeners, each a finding: https or ssl; it cannot redirect."""
    listeners = entries(resource.get("listener"), "listener")
    return [_classic_entry(item, where, index, context) for index, (where, item) in enumerate(listeners)]


def _classic_entry(item: Mapping[str, Any] | Unknown | OneOf, where: str, index: int, context: Context) -> Outcome:
    if not isinstance(item, Mapping):
        return undecided(item, where)

    def by_protocol(value: Any) -> Outcome:
        protocol = (as_string(value) or "").upper()
        if protocol in ("HTTPS", "SSL"):
            return PASS
        if protocol == "HTTP":
            return _plain("HTTP", f"{where}.lb_protocol", _NO_REDIRECT)
        port = item.get("lb_port")
        return _on_plaintext_port(protocol, port, port, f"{where}.lb_port", context)

    outcome = alternatives(item.get("lb_protocol"), by_protocol, f"{where}.lb_protocol")
    if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        outcome.finding = f"listener-{index}"
    return outcome


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------

_CLB_RULE = "tencentcloud_clb_listener_rule"
_CLB_REDIRECT = "tencentcloud_clb_redirection"


@predicate(
    reads=(
        "protocol",
        "port",
        "end_port",
        f"{_CLB_RULE}:listener_id",
        f"{_CLB_REDIRECT}:source_listener_id",
        f"{_CLB_REDIRECT}:source_rule_id",
        f"{_CLB_REDIRECT}:target_listener_id",
    ),
    parameters=(PLAINTEXT_PORTS,),
)
def tencent_listener(resource: Resource, context: Context) -> Outcome:
    """CLB: HTTPS, TCP_SSL or QUIC, or HTTP with a redirection for each of its forwarding rules."""

    def by_protocol(value: Any) -> Outcome:
        protocol = (as_string(value) or "").upper()
        if protocol in ("HTTPS", "TCP_SSL", "QUIC"):
            return PASS
        if protocol == "HTTP":
            return _tencent_redirect(resource, context)
        port = resource.get("port")
        return _on_plaintext_port(protocol, port, resource.get("end_port", port), "port", context)

    return alternatives(resource.get("protocol"), by_protocol, "protocol")


def _tencent_redirect(resource: Resource, context: Context) -> Outcome:
    """An HTTP listener carries traffic only by its forwarding rules: each must be the source of a redirection."""
    redirects = context.companions(resource, _CLB_REDIRECT, "source_listener_id", ("id", "listener_id"))
    rules = context.companions(resource, _CLB_RULE, "listener_id", ("id", "listener_id"))
    sure = [item for item in redirects.sure if item.existence is None]
    plain = _plain("HTTP", "protocol", _NO_REDIRECT)
    if not sure:
        doubtful = [blocked for _, blocked in redirects.possible]
        doubtful += [item.existence for item in redirects.sure if item.existence is not None]
        return undecided(doubtful[0], "protocol") if doubtful else plain
    for redirect in sure:
        target = context.resolve(redirect.get("target_listener_id"), "tencentcloud_clb_listener")
        if target is not None:
            protocol = target.get("protocol")
            if isinstance(protocol, (Unknown, OneOf)):
                return undecided(protocol, "protocol")
            if not same(protocol, "HTTPS"):
                return plain
    for rule in rules.sure:
        sources = context.companions(rule, _CLB_REDIRECT, "source_rule_id", ("id", "rule_id"))
        if not sources.sure:
            if sources.possible:
                return undecided(sources.possible[0][1], "protocol")
            return _plain(
                "HTTP",
                "protocol",
                Text(f": {rule.address} is not redirected to HTTPS", f"：{rule.address} 没有重定向到 HTTPS"),
            )
    if rules.possible:
        return undecided(rules.possible[0][1], "protocol")
    return passed(
        Text(f"plain HTTP is redirected by {sure[0].address}", f"HTTP 请求由 {sure[0].address} 重定向到 HTTPS")
    )
