"""TLS versions, cipher suites and the named security policies of the clouds' load balancers.

A named policy is reduced to what a verdict needs: the oldest protocol version that it still accepts, and whether its
cipher suites are the strict choice among what the provider offers (no CBC suites beside authenticated encryption, or
the policy which the provider itself calls strict).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from compliant_infra.kernel.patterns import lazy

TlsVersion = tuple[int, int]

#: The oldest protocol version that a compliant endpoint accepts.
TLS_1_2: Final[TlsVersion] = (1, 2)


class TlsPolicy(NamedTuple):
    """The oldest version accepted, and whether the cipher suites are the strict ones."""

    minimum: TlsVersion
    strict: bool


_VERSION: Final = lazy(r"^(tls|ssl)[ _-]?v?(\d)(?:[._](\d))?$", re.IGNORECASE)


def version(text: str) -> TlsVersion | None:
    """The protocol version that a provider's spelling means (``TLSv1.2``, ``TLSV1.1``, ``tlsv1``), or None.

    SSL versions compare as older than any TLS version.
    """
    match = _VERSION.match(text.strip())
    if match is None:
        return None
    if match[1].lower() == "ssl":
        return 0, int(match[2])
    return int(match[2]), int(match[3] or 0)


def is_strict_cipher(name: str) -> bool:
    """Whether a cipher suite uses authenticated encryption (GCM, CCM, ChaCha20), in OpenSSL's or IANA's spelling."""
    upper = name.upper()
    return any(mode in upper for mode in ("GCM", "CCM", "CHACHA20"))


#: The system policies of CLB, ALB, NLB and Global Accelerator. ``_strict`` keeps forward-secret CBC suites, but is the
#: strictest that the provider offers without TLS 1.3 and counts as strict.
_ALICLOUD: Final = {
    "tls_cipher_policy_1_0": TlsPolicy((1, 0), False),
    "tls_cipher_policy_1_0_to_1_3": TlsPolicy((1, 0), False),
    "tls_cipher_policy_1_1": TlsPolicy((1, 1), False),
    "tls_cipher_policy_1_2": TlsPolicy((1, 2), False),
    "tls_cipher_policy_1_2_strict": TlsPolicy((1, 2), True),
    "tls_cipher_policy_1_2_strict_with_1_3": TlsPolicy((1, 2), True),
}


def alicloud_policy(name: str) -> TlsPolicy | None:
    """A system policy of Alibaba Cloud's load balancers by id; None for a custom policy's id."""
    return _ALICLOUD.get(name)


_ELB: Final = lazy(r"^ELBSecurityPolicy-(?:TLS13-1|TLS-1|FS-1)-([0-3])(?:-.*)?$")
#: Policies whose names carry no version: all accept TLS 1.0.
_ELB_OLD: Final = frozenset({"ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-FS-2018-06"})


def aws_balancer_policy(name: str) -> TlsPolicy | None:
    """A predefined policy of Elastic Load Balancing by name; None for a name that is not known.

    Strict are those without CBC suites: TLS 1.3 only, the ``-Res-`` (restricted) ones with TLS 1.3, and
    ``FS-1-2-Res-2020-10``.
    """
    if name in _ELB_OLD:
        return TlsPolicy((1, 0), False)
    match = _ELB.match(name)
    if match is None:
        return None
    minimum = (1, int(match[1]))
    restricted = name.startswith("ELBSecurityPolicy-TLS13-1-2-Res-") or name == "ELBSecurityPolicy-FS-1-2-Res-2020-10"
    return TlsPolicy(minimum, minimum == (1, 3) or restricted)


#: Policies of OpenSearch (and Elasticsearch) domains.
_SEARCH: Final = {
    "Policy-Min-TLS-1-0-2019-07": TlsPolicy((1, 0), False),
    "Policy-Min-TLS-1-2-2019-07": TlsPolicy((1, 2), False),
    "Policy-Min-TLS-1-2-PFS-2023-10": TlsPolicy((1, 2), True),
    "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08": TlsPolicy((1, 2), True),
}


def aws_search_policy(name: str) -> TlsPolicy | None:
    """A policy of an OpenSearch domain's endpoint by name."""
    return _SEARCH.get(name)


_API_GATEWAY: Final = lazy(r"^SecurityPolicy_TLS(13|12)_")


def aws_gateway_policy(name: str) -> TlsPolicy | None:
    """A policy of an API Gateway domain by name.

    ``TLS_1_2`` counts as strict: the enhanced policies beside it are not confirmed for the regions in China, so that
    there is no stricter choice.
    """
    if name == "TLS_1_0":
        return TlsPolicy((1, 0), False)
    if name == "TLS_1_2" or _API_GATEWAY.match(name):
        return TlsPolicy((1, 2), True)
    return None
