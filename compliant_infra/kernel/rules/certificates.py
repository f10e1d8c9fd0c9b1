"""Rules on the algorithms of certificates, keys and ciphers: none that is broken, and SM2 where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    as_string,
    attribute,
    failed,
    from_level,
    in_profile,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.rules.tunnels import CIPHER, INTEGRITY, Setting, alicloud_tunnels
from compliant_infra.kernel.x509 import Strength, certificate, ssh_key

# --------------------------------------------------------------------------------------------------------------
# CN062: broken algorithms
# --------------------------------------------------------------------------------------------------------------

#: The shortest RSA modulus that is not yet within reach, in bits.
_SHORTEST_RSA: Final = 2048


def _strong(strength: Strength, where: str) -> Outcome:
    if strength.kind == "DSA":
        return failed(Text(f"{where} is a DSA key", f"{where} 为 DSA 密钥"), where)
    if strength.kind == "RSA" and strength.bits < _SHORTEST_RSA:
        return failed(
            Text(
                f"{where} holds an RSA key of {strength.bits} bits; expected at least {_SHORTEST_RSA}",
                f"{where} 的 RSA 密钥为 {strength.bits} 位；应至少 {_SHORTEST_RSA} 位",
            ),
            where,
        )
    if strength.weak_digest:
        return failed(
            Text(f"{where} is signed with {strength.weak_digest}", f"{where} 使用 {strength.weak_digest} 签名"), where
        )
    return PASS


def _written(path: str, read: Callable[[str], Strength | None]) -> Predicate:
    """A certificate or key that stands in the code; not applicable where it does not."""

    def test(value: Any) -> Outcome:
        text = as_string(value) or ""
        if not text.strip():
            return NOT_APPLICABLE
        strength = read(text)
        if strength is None:
            return undecided(
                Unknown("unsupported", path),
                path,
                message=Text(f"{path} could not be read", f"无法解析 {path}"),
            )
        return _strong(strength, path)

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(path)
        if value is None:
            return NOT_APPLICABLE
        return alternatives(value, test, path, unset=lambda: NOT_APPLICABLE)

    return Predicate(judge, (path,))


_NO_SHORT_KEY: Final = Text("RSA of at least 2048 bits, ECC or SM2", "不少于 2048 位的 RSA、ECC 或 SM2")


def _key_algorithm(path: str, **unset: Any) -> Predicate:
    return attribute(path).that(
        lambda value, _: (as_string(value) or "").upper() not in ("RSA_1024", "RSA_512"), _NO_SHORT_KEY, **unset
    )


def _digest(path: str) -> Predicate:
    return attribute(path).that(
        lambda value, _: not (as_string(value) or "").upper().startswith(("SHA1", "MD5")),
        Text("a signature with SHA-256 or stronger", "使用 SHA-256 或更强摘要的签名"),
        missing="unknown",
    )


_PHASES: Final = (
    (Setting("ike_enc_alg", CIPHER, "aes"), Setting("ike_auth_alg", INTEGRITY, "md5")),
    (Setting("ipsec_enc_alg", CIPHER, "aes"), Setting("ipsec_auth_alg", INTEGRITY, "md5")),
)

#: From level 3 another rule judges every setting of a tunnel (CN040): one cause, one finding. Below it, only what is
#: broken outright is asked for, and here.
_TUNNELS: Final = from_level(3, Predicate(lambda resource, context: NOT_APPLICABLE), alicloud_tunnels(_PHASES, _PHASES))

_AUTHORITY: Final = all_of(
    _key_algorithm("certificate_authority_configuration.key_algorithm", missing="unknown"),
    _digest("certificate_authority_configuration.signing_algorithm"),
)

_BODY: Final = _written("certificate_body", certificate)
_REQUESTED: Final = _key_algorithm("key_algorithm", default="RSA_2048")


@predicate(reads=("certificate_body", "key_algorithm"))
def _acm(resource: Resource, context: Context) -> Outcome:
    """An imported certificate is what it is; a requested one has the key that was asked for."""
    return _REQUESTED(resource, context) if resource.get("certificate_body") is None else _BODY(resource, context)


_KEY_PAIR: Final = _written("public_key", ssh_key)

WEAK_BAN: Final = Rule(
    code="CN062",
    name="crypto-weak-ban",
    severity=Severity.HIGH,
    title=Text("No broken algorithms in certificates, keys and ciphers", "证书、密钥和加密算法中不使用已被攻破的算法"),
    rationale=Text(
        "RSA below 2048 bits, DSA, SHA-1, MD5, DES and RC4 can be broken: certificates can be forged, log-ins "
        "impersonated, and recorded traffic read.",
        "2048 位以下的 RSA、DSA、SHA-1、MD5、DES 和 RC4 都可被攻破：证书可被伪造，登录可被冒充，录下的流量可被解密。",
    ),
    remediation=Text(
        "Use RSA_2048 or longer, ECC or SM2 in algorithm (alicloud_ssl_certificates_service_pca_certificate) and "
        "key_algorithm (aws_acm_certificate), replace certificates with short keys or SHA-1 "
        "(alicloud_ssl_certificates_service_certificate, aws_iam_server_certificate, cert of "
        "tencentcloud_ssl_certificate) and DSA or short RSA keys in public_key of key pairs; set ike_auth_alg = "
        '"sha256" (alicloud_vpn_connection) and encryption algorithm = "AES256" (alicloud_maxcompute_project).',
        "alicloud_ssl_certificates_service_pca_certificate 的 algorithm、aws_acm_certificate 的 key_algorithm 使用 "
        "RSA_2048 及以上、ECC 或 SM2；替换密钥过短或使用 SHA-1 的证书（alicloud_ssl_certificates_service_certificate、"
        "aws_iam_server_certificate、tencentcloud_ssl_certificate 的 cert）以及密钥对中的 DSA 或过短的 RSA public_key；"
        'alicloud_vpn_connection 设置 ike_auth_alg = "sha256"，alicloud_maxcompute_project 的加密 algorithm 设置为 '
        '"AES256"。',
    ),
    checks={
        "alicloud_ssl_certificates_service_pca_certificate": _key_algorithm("algorithm", missing="unknown"),
        "alicloud_ssl_certificates_service_pca_cert": _key_algorithm("algorithm", missing="unknown"),
        "alicloud_ssl_certificates_service_certificate": _written("cert", certificate),
        "alicloud_cas_certificate": _written("cert", certificate),
        "alicloud_slb_server_certificate": _written("server_certificate", certificate),
        # Listeners are not asked for: wherever this rule holds, another asks for TLS 1.2 (CN036), and nothing is left.
        "alicloud_vpn_connection": _TUNNELS,
        "alicloud_maxcompute_project": attribute("properties.encryption.algorithm").differs(
            "RC4", missing="not-applicable"
        ),
        "alicloud_ecs_key_pair": _KEY_PAIR,
        "alicloud_key_pair": _KEY_PAIR,
        "aws_acm_certificate": _acm,
        "aws_acmpca_certificate_authority": _AUTHORITY,
        "aws_acmpca_certificate": _digest("signing_algorithm"),
        "aws_iam_server_certificate": _BODY,
        "aws_key_pair": _KEY_PAIR,
        "tencentcloud_ssl_certificate": _written("cert", certificate),
        "tencentcloud_key_pair": _KEY_PAIR,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN063: SM2 certificates
# --------------------------------------------------------------------------------------------------------------

_SM2_AUTHORITY: Final = all_of(
    attribute("certificate_authority_configuration.key_algorithm").equals("SM2", missing="unknown"),
    attribute("certificate_authority_configuration.signing_algorithm").equals("SM3WITHSM2", missing="unknown"),
)
_SM2: Final = attribute("algorithm").equals("SM2_256", missing="unknown")

NATIONAL_CERTIFICATE: Final = Rule(
    code="CN063",
    name="cert-sm2",
    severity=Severity.LOW,
    title=Text("Private authorities and certificates use SM2", "私有 CA 和证书使用 SM2"),
    rationale=Text(
        "Where national cryptography is required, identities must be proven with SM2 and SM3 throughout: an authority "
        "with another algorithm can only issue certificates that do not count.",
        "要求使用国密时，身份鉴别应全程使用 SM2、SM3；采用其他算法的 CA 签发的证书不符合要求。",
    ),
    remediation=Text(
        'Set algorithm = "SM2_256" (alicloud_ssl_certificates_service_pca_certificate, '
        'alicloud_ssl_certificates_service_pca_cert), key_algorithm = "SM2" '
        '(alicloud_ssl_certificates_service_instance), key_algorithm = "SM2" with signing_algorithm = '
        '"SM3WITHSM2" (aws_acmpca_certificate_authority).',
        "alicloud_ssl_certificates_service_pca_certificate、alicloud_ssl_certificates_service_pca_cert 设置 "
        'algorithm = "SM2_256"，alicloud_ssl_certificates_service_instance 设置 key_algorithm = "SM2"；'
        'aws_acmpca_certificate_authority 设置 key_algorithm = "SM2" 和 signing_algorithm = "SM3WITHSM2"。',
    ),
    checks={
        "alicloud_ssl_certificates_service_pca_certificate": in_profile("sm", _SM2),
        "alicloud_ssl_certificates_service_pca_cert": in_profile("sm", _SM2),
        "alicloud_ssl_certificates_service_instance": in_profile(
            "sm", attribute("key_algorithm").equals("SM2", default="RSA_2048")
        ),
        "aws_acmpca_certificate_authority": in_profile("sm", _SM2_AUTHORITY),
        "aws_acmpca_certificate": in_profile(
            "sm", attribute("signing_algorithm").equals("SM3WITHSM2", missing="unknown")
        ),
    },
)

RULES: Final[tuple[Rule, ...]] = (WEAK_BAN, NATIONAL_CERTIFICATE)
