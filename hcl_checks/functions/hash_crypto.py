"""Hash and crypto functions."""

from __future__ import annotations

import re
from typing import Any, Final

from compliant_infra.hcl_checks.functions.filesystem import file_bytes
from compliant_infra.hcl_checks.functions.signature import Call, Family
from compliant_infra.kernel.model import Unknown

FUNCTIONS = Family()

_HEX: Final = "[0-9a-fA-F]"
#: A UUID in the forms that Terraform reads.
_UUID: Final = re.compile(
    rf"(?:[uU][rR][nN]:[uU][uU][iI][dD]:|(?P<brace>{{)?){_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}(?(brace)}})"
    rf"|{_HEX}{{32}}"
)


def _digest(algorithm: str, data: bytes) -> bytes:
    import hashlib

    # The digest is Terraform's, whatever it is used for: not a use for security here.
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _base64(data: bytes) -> str:
    from base64 import b64encode

    return b64encode(data).decode()


@FUNCTIONS.function("md5", "str:string")
@FUNCTIONS.function("sha1", "str:string")
@FUNCTIONS.function("sha256", "str:string")
@FUNCTIONS.function("sha512", "str:string")
def hexadecimal(call: Call, text: str) -> str:
    """The digest of the text's UTF-8 bytes, in hexadecimal."""
    return _digest(call.name, text.encode()).hex()


@FUNCTIONS.function("base64sha256", "str:string")
@FUNCTIONS.function("base64sha512", "str:string")
def base64(call: Call, text: str) -> str:
    """The digest of the text's UTF-8 bytes, in base 64."""
    return _base64(_digest(call.name.removeprefix("base64"), text.encode()))


@FUNCTIONS.function("filemd5", "path:string")
@FUNCTIONS.function("filesha1", "path:string")
@FUNCTIONS.function("filesha256", "path:string")
@FUNCTIONS.function("filesha512", "path:string")
def file_hexadecimal(call: Call, path: str) -> Any:
    """The digest of a file, in hexadecimal."""
    data = file_bytes(call, path)
    return data if isinstance(data, Unknown) else _digest(call.name.removeprefix("file"), data).hex()


@FUNCTIONS.function("filebase64sha256", "path:string")
@FUNCTIONS.function("filebase64sha512", "path:string")
def file_base64(call: Call, path: str) -> Any:
    """The digest of a file, in base 64."""
    data = file_bytes(call, path)
    return data if isinstance(data, Unknown) else _base64(_digest(call.name.removeprefix("filebase64"), data))


@FUNCTIONS.function("bcrypt", "str:string", "*cost:number")
def bcrypt(call: Call, text: str, *cost: int | float) -> Unknown:
    """A salted hash: differs each time."""
    if len(cost) > 1:
        raise call.error("cost", "only one cost can be given")
    return call.unknown("impure-function")


@FUNCTIONS.function("uuid")
def uuid(call: Call) -> Unknown:
    """A random identifier: differs each time."""
    return call.unknown("impure-function")


@FUNCTIONS.function("rsadecrypt", "ciphertext:string", "privatekey:string")
def rsadecrypt(call: Call, ciphertext: str, private_key: str) -> Unknown:
    """Unknown: private keys are not used here."""
    return call.unknown("unsupported")


@FUNCTIONS.function("uuidv5", "namespace:string", "name:string")
def uuidv5(call: Call, namespace: str, name: str) -> str:
    """The identifier that belongs to a name in a namespace."""
    from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, NAMESPACE_X500, UUID, uuid5

    known = {"dns": NAMESPACE_DNS, "url": NAMESPACE_URL, "oid": NAMESPACE_OID, "x500": NAMESPACE_X500}
    space = known.get(namespace)
    if space is None:
        if not _UUID.fullmatch(namespace):
            raise call.error("namespace", "must be dns, url, oid, x500 or a UUID")
        space = UUID(namespace.lower())
    return str(uuid5(space, name))
