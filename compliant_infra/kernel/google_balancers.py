"""Google Cloud: what its load balancers serve in plain text, and which versions of TLS they accept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    attribute,
    failed,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict

_PLAIN: Final = failed(
    Text("serves plain HTTP and does not only redirect to HTTPS", "以明文 HTTP 提供服务，而不仅是重定向到 HTTPS"),
    "url_map",
)


def _redirects(url_map: Resource) -> Outcome:
    """Whether a URL map answers with nothing but redirects to HTTPS."""

    def test(value: Any) -> Outcome:
        return PASS if as_bool(value) is True else _PLAIN

    def of(block: Any, name: str) -> Outcome:
        for _, redirect in entries(block.get(name), name):
            if not isinstance(redirect, Mapping):
                return undecided(redirect)
            return alternatives(redirect.get("https_redirect", False), test)
        return _PLAIN

    outcome = of(url_map.attributes, "default_url_redirect")
    if outcome.verdict is not Verdict.PASS:
        return outcome
    for _, matcher in entries(url_map.get("path_matcher"), "path_matcher"):
        if not isinstance(matcher, Mapping):
            return undecided(matcher)
        outcome = of(matcher, "default_url_redirect")
        if outcome.verdict is not Verdict.PASS:
            return outcome
        if any(entries(matcher.get(name), name) for name in ("path_rule", "route_rules")):
            return undecided(Unknown("unsupported", "path_matcher"))
    return PASS


def plain_proxy(url_maps: str) -> Predicate:
    """An HTTP proxy may only redirect to HTTPS."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get("url_map")
        found = context.resolve(value, url_maps)
        if found is not None:
            outcome = _redirects(found)
            return undecided(outcome.unknown, "url_map") if outcome.unknown is not None else outcome
        return undecided(value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", "url_map"), "url_map")

    maps = ("default_url_redirect.https_redirect", "path_matcher.default_url_redirect.https_redirect")
    return Predicate(judge, ("url_map", *(f"{url_maps}:{name}" for name in maps)))


#: ``google_compute_ssl_policy`` and its regional form.
MODERN_POLICY: Final = attribute("min_tls_version").equals("TLS_1_2", "TLS_1_3", default="TLS_1_0")


def policy_named(policies: str) -> Predicate:
    """A proxy names a policy, which is judged by itself; without one the service accepts TLS 1.0."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get("ssl_policy")

        def named(item: Any) -> Outcome:
            if not as_string(item):
                return missing()
            return undecided(Unknown("unsupported", as_string(item) or ""), "ssl_policy")

        def missing() -> Outcome:
            return failed(
                Text(
                    "ssl_policy is not set: without a policy TLS 1.0 is accepted",
                    "未设置 ssl_policy：没有策略时接受 TLS 1.0",
                ),
                "ssl_policy",
            )

        if value is None:
            return missing()
        if context.resolve(value, policies) is not None:
            return PASS
        return alternatives(value, named, "ssl_policy", unset=missing)

    return Predicate(judge, ("ssl_policy",))
