"""``compliant-infra checkov-digest``: what the folder for checkov holds, by digest; and its signature."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click

from compliant_infra.cli.options import CannotError


@click.command("checkov-digest")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option(
    "--signing-key",
    metavar="KEY.pem",
    type=click.Path(path_type=Path),
    help="Sign the modules of DIR for checkov's --external-checks-public-key (ECDSA P-256, by openssl).",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(directory: Path | None, signing_key: Path | None, format_: str) -> None:
    """Print the SHA-256 of each file in DIR, a folder that checkov-dir --output made (else the one in the cache).

    Files that are not what this version of compliant-infra makes, signatures apart, are named, and the status is 1.
    """
    from compliant_infra.hcl_checks.checkov_policies import folder, signing

    try:
        if directory is None and signing_key is not None:
            raise CannotError("name the folder to sign: make it with checkov-dir --output DIR")
        place = folder.cached_folder() if directory is None else directory.absolute()
        if not place.is_dir():
            raise CannotError(f"no such directory: {directory}")
        expected = folder.contents()
        found = {path.name: path.read_bytes() for path in sorted(place.iterdir()) if path.is_file()}
        changed = sorted(
            name
            for name in {*expected, *found}
            if name not in found
            or name not in expected
            or (signing.unsigned(found[name]) if name.endswith(".py") else found[name]) != expected[name]
        )
        if signing_key is not None:
            if changed:
                raise CannotError(f"not what this version makes, not signed: {', '.join(changed)}")
            signing.sign(place, signing_key)
            found = {name: (place / name).read_bytes() for name in found}
    except (folder.FolderError, signing.SigningError) as error:
        raise CannotError(str(error)) from None
    except OSError as error:
        raise CannotError(f"{error.filename or directory} cannot be read: {error.strerror}") from None
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    signed = {name: name.endswith(".py") and signing.unsigned(data) != data for name, data in found.items()}
    if format_ == "json":
        files = [
            {"name": name, "sha256": digest, "signed": signed[name], "changed": name in changed}
            for name, digest in digests.items()
        ]
        missing = [name for name in changed if name not in found]
        click.echo(json.dumps({"directory": str(place), "files": files, "missing": missing}, indent=2))
    else:
        for name, digest in digests.items():
            click.echo(f"{digest}  {name}")
        for name in changed:
            click.echo(f"{name}: not what this version of compliant-infra makes", err=True)
    if changed:
        raise SystemExit(1)
