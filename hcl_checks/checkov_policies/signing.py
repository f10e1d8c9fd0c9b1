"""Signatures of the folder's modules, as checkov verifies them with ``--external-checks-public-key``.

checkov looks for a last line ``# checkov-digest: <hex>`` in every ``.py`` file: an ECDSA signature (curve P-256,
SHA-256, DER) over everything before it. The archive is covered through the module that holds its digest. The signature
is made by the ``openssl`` executable: no library for it is among what this package needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

#: How the last line of a signed module begins.
TRAILER: Final = b"# checkov-digest: "

#: For so long openssl may take, in seconds; it waits for a terminal where the key has a pass phrase.
_PATIENCE: Final = 60


class SigningError(Exception):
    """A module cannot be signed; the message says why."""


def unsigned(data: bytes) -> bytes:
    """A module without its signature."""
    body, _, last = data.rstrip(b"\n").rpartition(b"\n")
    if last.startswith(TRAILER):
        return body + b"\n" if body else b""
    return data


def sign(folder: Path, key: Path) -> list[Path]:
    """Sign every module of the folder; one that is signed gets the new signature. Returns them.

    Raises SigningError; then no file is changed.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SigningError(
            "openssl is not on the path; sign each .py file elsewhere: "
            'openssl dgst -sha256 -sign KEY.pem FILE, in hex after "# checkov-digest: " as the last line'
        )
    _check_key(openssl, key)
    signed: dict[Path, bytes] = {}
    for path in sorted(folder.glob("*.py")):
        body = unsigned(path.read_bytes())
        if body and not body.endswith(b"\n"):
            body += b"\n"
        signature = _run([openssl, "dgst", "-sha256", "-sign", str(key)], body)
        signed[path] = body + TRAILER + signature.hex().encode() + b"\n"
    for path, data in signed.items():
        _replace(path, data)
    return list(signed)


def _check_key(openssl: str, key: Path) -> None:
    if not key.is_file():
        raise SigningError(f"no such file: {key}")
    described = _run([openssl, "pkey", "-in", str(key), "-noout", "-text"], b"")
    if b"prime256v1" not in described and b"P-256" not in described:
        raise SigningError(
            f"{key} is no key on the curve P-256, which checkov asks for; "
            "make one: openssl ecparam -name prime256v1 -genkey -noout -out KEY.pem"
        )


def _run(command: list[str], data: bytes) -> bytes:
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SigningError(f"openssl cannot be run: {error}") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SigningError(f"openssl: {told[0] if told else f'status {done.returncode}'}")
    return done.stdout


def _replace(path: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=".compliant-infra-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(beside, path.stat().st_mode & 0o777)
        os.replace(beside, path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise SigningError(f"{path} cannot be written: {error.strerror}") from None
