"""Certificates and SSH keys in their text forms, read as far as the strength of their algorithms is concerned.

Only what X.509 fixes by position is read: the signature algorithm, issuer and subject, and the public key. Nothing is
verified.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple

from compliant_infra.kernel.patterns import lazy

_PEM: Final = lazy(r"-----BEGIN (?:TRUSTED )?CERTIFICATE-----(.+?)-----END (?:TRUSTED )?CERTIFICATE-----", re.DOTALL)

#: Signature algorithms whose digest is broken, by object identifier.
_WEAK_SIGNATURES: Final = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.3.14.3.2.29": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
}
_RSA: Final = "1.2.840.113549.1.1.1"
_DSA: Final = "1.2.840.10040.4.1"

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_BIT_STRING: Final = 0x03
_IDENTIFIER: Final = 0x06
_VERSION: Final = 0xA0


class Strength(NamedTuple):
    """What a certificate or a key relies on; a digest is "" where it is not a broken one, or none counts."""

    kind: str  # "RSA", "DSA" or "other"
    bits: int  # of an RSA modulus, else 0
    weak_digest: str = ""


class _Element(NamedTuple):
    tag: int
    content: bytes


def _read(data: bytes, at: int) -> tuple[_Element, int]:
    """The element at an offset and the offset behind it; ``ValueError`` where the encoding is broken."""
    if at + 2 > len(data):
        raise ValueError("cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or start + size > len(data):
            raise ValueError("length")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("cut off")
    return _Element(tag, data[start : start + length]), start + length


def _members(data: bytes) -> list[_Element]:
    found: list[_Element] = []
    at = 0
    while at < len(data):
        element, at = _read(data, at)
        found.append(element)
    return found


def _expect(elements: list[_Element], index: int, tag: int) -> bytes:
    if index >= len(elements) or elements[index].tag != tag:
        raise ValueError("structure")
    return elements[index].content


def _identifier(data: bytes) -> str:
    """An object identifier in dotted form."""
    if not data:
        raise ValueError("identifier")
    numbers = [data[0] // 40, data[0] % 40]
    value = 0
    for byte in data[1:]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    return ".".join(map(str, numbers))


def _algorithm(data: bytes) -> str:
    return _identifier(_expect(_members(data), 0, _IDENTIFIER))


def _certificate(data: bytes) -> Strength:
    outer = _members(_expect([_read(data, 0)[0]], 0, _SEQUENCE))
    body = _members(_expect(outer, 0, _SEQUENCE))
    if body and body[0].tag == _VERSION:
        body = body[1:]
    issuer, subject = _expect(body, 2, _SEQUENCE), _expect(body, 4, _SEQUENCE)
    digest = _WEAK_SIGNATURES.get(_algorithm(_expect(outer, 1, _SEQUENCE)), "")
    if issuer == subject:
        digest = ""  # nobody relies on the signature of a root on itself
    key = _members(_expect(body, 5, _SEQUENCE))
    algorithm = _algorithm(_expect(key, 0, _SEQUENCE))
    if algorithm == _DSA:
        return Strength("DSA", 0, digest)
    if algorithm != _RSA:
        return Strength("other", 0, digest)
    numbers = _members(_expect([_read(_expect(key, 1, _BIT_STRING)[1:], 0)[0]], 0, _SEQUENCE))
    return Strength("RSA", int.from_bytes(_expect(numbers, 0, _INTEGER), "big").bit_length(), digest)


def certificate(text: str) -> Strength | None:
    """The strength of the first certificate of a PEM text; None where there is none that can be read."""
    match = _PEM.search(text)
    if match is None:
        return None
    try:
        return _certificate(base64.b64decode(re.sub(r"\s", "", match[1]), validate=True))
    except (ValueError, binascii.Error):
        return None


def ssh_key(text: str) -> Strength | None:
    """The strength of a public SSH key in the form of ``authorized_keys``; None where it cannot be read."""
    words = text.split()
    if len(words) < 2:
        return None
    kind = words[0]
    if kind == "ssh-dss":
        return Strength("DSA", 0)
    if kind != "ssh-rsa":
        modern = kind in ("ssh-ed25519", "sk-ssh-ed25519@openssh.com") or kind.startswith(("ecdsa-sha2-", "sk-ecdsa-"))
        return Strength("other", 0) if modern else None
    try:
        data = base64.b64decode(words[1], validate=True)
    except (ValueError, binascii.Error):
        return None
    parts: list[bytes] = []
    at = 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        parts.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    if len(parts) != 3 or at != len(data):
        return None
    return Strength("RSA", int.from_bytes(parts[2], "big").bit_length())
