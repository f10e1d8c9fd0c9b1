"""Rules on VPN tunnels: what encrypts and authenticates them.

A tunnel is as strong as the weakest choice of its two phases: cipher, integrity, Diffie-Hellman group, and version of
the key exchange. A setting that is not written is judged by the provider's documented default; most of these are weak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    attribute,
    failed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.resources import by_alternatives
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Algorithms
# --------------------------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """What a setting chooses: the weak and the sound values, in lower case without separators, and what is wrong."""

    weak: frozenset[str]
    sound: frozenset[str]
    expected: Text


CIPHER: Final = Kind(
    frozenset({"des", "3des", "descbc", "3descbc", "null", "none"}),
    frozenset(
        {
            "aes",
            "aes192",
            "aes256",
            "aescbc128",
            "aescbc192",
            "aescbc256",
            "aes128gcm128",
            "aes192gcm128",
            "aes256gcm128",
            "aes128",
            "aes128gcm16",
            "aes256gcm16",
            "sm4",
        }
    ),
    Text("AES or SM4", " AES 或 SM4"),
)
#: Where national cryptography is asked for and the provider offers it.
NATIONAL_CIPHER: Final = Kind(CIPHER.weak | CIPHER.sound - {"sm4"}, frozenset({"sm4"}), Text("SM4", " SM4"))
INTEGRITY: Final = Kind(
    frozenset({"md5", "sha", "sha1"}),
    frozenset({"sha2", "sha256", "sha384", "sha512", "sha2256", "sha2384", "sha2512", "sm3"}),
    Text("SHA-256 or stronger", " SHA-256 或更强的算法"),
)
_SPELLINGS: Final = ("group", "dhgroup", "")
#: Groups 1, 2, 5 and 22 have a modulus of 768, 1024, 1536 and 1024 bits; no group means no forward secrecy.
GROUP: Final = Kind(
    frozenset({"disabled", "null"} | {f"{word}{number}" for word in _SPELLINGS for number in (1, 2, 5, 22)}),
    frozenset(f"{word}{number}" for word in _SPELLINGS for number in (*range(14, 22), 23, 24)),
    Text("Diffie-Hellman group 14 or stronger", " DH group14 或更强的组"),
)
VERSION: Final = Kind(frozenset({"ikev1"}), frozenset({"ikev2"}), Text("ikev2", " ikev2"))


class Setting(NamedTuple):
    """An attribute of a tunnel's phase, and the provider's default where it is documented."""

    name: str
    kind: Kind
    default: str | None


def _plain(value: Any) -> str:
    return (as_string(value) or "").lower().replace("-", "").replace("_", "")


def _judge(value: Any, setting: Setting, where: str) -> Outcome:
    """One setting with one value, unknown or not set."""

    def known(item: Any, by_default: bool = False) -> Outcome:
        text = _plain(item)
        if text in setting.kind.sound:
            return PASS
        if text not in setting.kind.weak:
            return undecided(Unknown("unsupported", f"{where} = {show(item)}"), where)
        wanted = setting.kind.expected
        if by_default:
            return failed(
                Text(
                    f"{where} is not set and defaults to {show(item)}; expected {wanted.en}",
                    f"{where} 未设置，默认值为 {show(item)}；应为{wanted.zh}",
                ),
                where,
            )
        return failed(
            Text(f"{where} is {show(item)}; expected {wanted.en}", f"{where} 为 {show(item)}；应为{wanted.zh}"), where
        )

    def unset() -> Outcome:
        if setting.default is None:
            return undecided(Unknown("known-after-apply", where), where)
        return known(setting.default, True)

    return unset() if value is None else alternatives(value, known, where, unset=unset)


def _together(outcomes: Iterable[Outcome], finding: str = "") -> Outcome:
    """One finding for a tunnel: it names every weak setting; else the first that cannot be decided."""
    judged = list(outcomes)
    weak = [item for item in judged if item.verdict is Verdict.FAIL]
    if weak:
        return failed(
            Text("; ".join(item.message.en for item in weak), "；".join(item.message.zh for item in weak)),
            weak[0].attribute,
            finding,
        )
    blocked = next((item for item in judged if item.verdict is Verdict.UNKNOWN), PASS)
    if blocked is not PASS:
        blocked.finding = finding
    return blocked


def _phase(block: Any, where: str, settings: Iterable[Setting]) -> list[Outcome]:
    """The settings of the (only) block at a path; without it every setting has its default."""
    found = entries(block, where)
    if not found:
        return [_judge(None, item, f"{where}.0.{item.name}") for item in settings]
    place, values = found[0]
    if not isinstance(values, Mapping):
        return [undecided(values, place)]
    return [_judge(values.get(item.name), item, f"{place}.{item.name}") for item in settings]


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def _ike(auth: str, version: str) -> tuple[Setting, ...]:
    return (
        Setting("ike_version", VERSION, version),
        Setting("ike_enc_alg", CIPHER, "aes"),
        Setting("ike_auth_alg", INTEGRITY, auth),
        Setting("ike_pfs", GROUP, "group2"),
    )


def _ipsec(auth: str | None, group: str | None) -> tuple[Setting, ...]:
    return (
        Setting("ipsec_enc_alg", CIPHER, "aes"),
        Setting("ipsec_auth_alg", INTEGRITY, auth),
        Setting("ipsec_pfs", GROUP, group),
    )


def _paths(prefix: str, settings: Iterable[Setting]) -> list[str]:
    return [f"{prefix}.{item.name}" for item in settings]


def _tunnel(
    place: str,
    tunnel: Mapping[str, Any] | Unknown | OneOf,
    index: int,
    phases: tuple[tuple[Setting, ...], tuple[Setting, ...]],
) -> Outcome:
    """One of two tunnels, with both phases in blocks of their own."""
    name = f"tunnel-{index}"
    if not isinstance(tunnel, Mapping):
        return undecided(tunnel, place, name)
    judged: list[Outcome] = []
    for block, settings in zip(("tunnel_ike_config", "tunnel_ipsec_config"), phases, strict=True):
        judged += _phase(tunnel.get(block), f"{place}.{block}", settings)
    return _together(judged, name)


def alicloud_tunnels(
    single: tuple[tuple[Setting, ...], tuple[Setting, ...]],
    double: tuple[tuple[Setting, ...], tuple[Setting, ...]] | None,
) -> Predicate:
    """An IPsec connection: its one tunnel, or each of its two (``tunnel_options_specification``).

    ``single`` and ``double`` hold the settings of both phases in either form: the documented defaults differ.
    """

    def one(resource: Resource) -> Outcome:
        specification = resource.get("tunnel_options_specification") if double else None
        tunnels = entries(specification, "tunnel_options_specification")
        if not tunnels or double is None:
            phases = _phase(resource.get("ike_config"), "ike_config", single[0])
            return _together([*phases, *_phase(resource.get("ipsec_config"), "ipsec_config", single[1])])
        return several(_tunnel(place, tunnel, index, double) for index, (place, tunnel) in enumerate(tunnels))

    def judge(resource: Resource, context: Context) -> Outcome:
        return one(resource) if double is None else by_alternatives(resource, "tunnel_options_specification", one)

    reads = [*_paths("ike_config", single[0]), *_paths("ipsec_config", single[1])]
    if double is not None:
        outer = "tunnel_options_specification"
        reads += _paths(f"{outer}.tunnel_ike_config", double[0]) + _paths(f"{outer}.tunnel_ipsec_config", double[1])
    return Predicate(judge, reads)


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

#: The lists of each tunnel: unset, everything that the service offers is accepted, which includes the weak values.
_LISTS: Final = (
    ("ike_versions", VERSION),
    ("phase1_encryption_algorithms", CIPHER),
    ("phase1_integrity_algorithms", INTEGRITY),
    ("phase1_dh_group_numbers", GROUP),
    ("phase2_encryption_algorithms", CIPHER),
    ("phase2_integrity_algorithms", INTEGRITY),
    ("phase2_dh_group_numbers", GROUP),
)
#: What is accepted where a list is not set (of ciphers only AES).
_ACCEPTED: Final = {
    "ike_versions": Text("ikev1 is accepted too", "同时接受 ikev1"),
    "integrity": Text("SHA1 is accepted too", "同时接受 SHA1"),
    "dh_group": Text("Diffie-Hellman group 2 is accepted too", "同时接受 DH group2"),
}


def _list(value: Any, where: str, kind: Kind) -> Outcome:
    """A list of accepted values: a weak one fails, whatever the others are."""
    if value is None or (isinstance(value, (list, tuple)) and not value):
        accepted = next((text for part, text in _ACCEPTED.items() if part in where), None)
        if accepted is None:
            return PASS
        return failed(Text(f"{where} is not set: {accepted.en}", f"{where} 未设置：{accepted.zh}"), where)
    if isinstance(value, OneOf) or (isinstance(value, Unknown) and not value.elements):
        return alternatives(value, lambda item: _list(item, where, kind), where, unset=lambda: _list(None, where, kind))
    setting = Setting(where, kind, None)
    judged = [_judge(item, setting, where) for item in elements(value)]
    weak = next((item for item in judged if item.verdict is Verdict.FAIL), None)
    return weak or next((item for item in judged if item.verdict is Verdict.UNKNOWN), PASS)


@predicate(reads=[f"tunnel{number}_{name}" for number in (1, 2) for name, _ in _LISTS])
def aws_tunnels(resource: Resource, context: Context) -> Iterable[Outcome]:
    """A site-to-site connection: what each of its two tunnels accepts."""
    return [
        _together(
            [_list(resource.get(f"tunnel{number}_{name}"), f"tunnel{number}_{name}", kind) for name, kind in _LISTS],
            f"tunnel-{number}",
        )
        for number in (1, 2)
    ]


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


def _tencent(cipher: Kind) -> tuple[Setting, ...]:
    return (
        Setting("ike_version", VERSION, "IKEV1"),
        Setting("ike_proto_encry_algorithm", cipher, "3DES-CBC"),
        Setting("ike_proto_authen_algorithm", INTEGRITY, "MD5"),
        Setting("ike_dh_group_name", GROUP, "GROUP1"),
        Setting("ipsec_encrypt_algorithm", cipher, "3DES-CBC"),
        Setting("ipsec_integrity_algorithm", INTEGRITY, "MD5"),
        Setting("ipsec_pfs_dh_group", GROUP, "NULL"),
    )


@predicate(reads=[item.name for item in _tencent(CIPHER)])
def tencent_tunnel(resource: Resource, context: Context) -> Outcome:
    """An IPsec tunnel. With the profile on national cryptography its cipher is SM4, which is offered here."""
    settings = _tencent(NATIONAL_CIPHER if "sm" in context.profiles else CIPHER)
    return _together(_judge(resource.get(item.name), item, item.name) for item in settings)


# --------------------------------------------------------------------------------------------------------------
# CN040
# --------------------------------------------------------------------------------------------------------------

STRONG_SUITE: Final = Rule(
    code="CN040",
    name="vpn-strong-suite",
    severity=Severity.HIGH,
    title=Text("VPN tunnels use IKEv2 with sound algorithms", "VPN 隧道使用 IKEv2 和安全的算法"),
    rationale=Text(
        "DES, MD5, SHA-1 and short Diffie-Hellman groups can be broken with today's means: whoever records the packets "
        "of a tunnel may read them later, and the defaults of most providers still accept them.",
        "DES、MD5、SHA-1 和过短的 DH 组已可被攻破，攻击者录下隧道报文后即可事后解密，而多数云厂商的默认配置仍在使用。",
    ),
    remediation=Text(
        'Set ike_version = "ikev2", ike_enc_alg and ipsec_enc_alg = "aes256", ike_auth_alg and ipsec_auth_alg = '
        '"sha256", ike_pfs and ipsec_pfs = "group14" in ike_config, ipsec_config and every '
        'tunnel_options_specification (alicloud_vpn_connection); tunnel1_ike_versions = ["ikev2"], integrity lists '
        "without SHA1 and DH group lists from 14 on for both tunnels and phases (aws_vpn_connection); ike_version = "
        '"IKEV2", AES or SM4 ciphers, "SHA-256", ike_dh_group_name = "GROUP14", ipsec_pfs_dh_group = "DH-GROUP14" '
        "(tencentcloud_vpn_connection).",
        "alicloud_vpn_connection 在 ike_config、ipsec_config 及每个 tunnel_options_specification 中设置 "
        'ike_version = "ikev2"，ike_enc_alg、ipsec_enc_alg = "aes256"，ike_auth_alg、ipsec_auth_alg = "sha256"，'
        'ike_pfs、ipsec_pfs = "group14"；aws_vpn_connection 为两条隧道的两个阶段设置 '
        'tunnel1_ike_versions = ["ikev2"]，完整性算法不含 SHA1，DH 组从 14 起；tencentcloud_vpn_connection 设置 '
        'ike_version = "IKEV2"，加密算法为 AES 或 SM4，完整性算法为 "SHA-256"，ike_dh_group_name = "GROUP14"，'
        'ipsec_pfs_dh_group = "DH-GROUP14"。',
    ),
    checks={
        "alicloud_vpn_connection": alicloud_tunnels(
            (_ike("md5", "ikev1"), _ipsec("md5", "group2")), (_ike("md5", "ikev1"), _ipsec("md5", "group2"))
        ),
        "alicloud_vpn_gateway_vpn_attachment": alicloud_tunnels(
            (_ike("md5", "ikev1"), _ipsec("md5", None)), (_ike("sha1", "ikev2"), _ipsec(None, "group2"))
        ),
        "alicloud_vpn_ipsec_server": alicloud_tunnels((_ike("sha1", "ikev2"), _ipsec("sha1", "group2")), None),
        "alicloud_ssl_vpn_server": attribute("cipher").differs("none", default="AES-128-CBC"),
        "aws_vpn_connection": aws_tunnels,
        "tencentcloud_vpn_connection": tencent_tunnel,
    },
)

RULES: Final[tuple[Rule, ...]] = (STRONG_SUITE,)
