"""``compliant-infra checkov-dir``: the folder with the policies, for checkov's ``--external-checks-dir``."""

from __future__ import annotations

from pathlib import Path

import click

from compliant_infra.cli.options import CannotError


@click.command("checkov-dir")
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Make the folder here, in place of the user's cache: for images and mirrors, or to sign it.",
)
def command(output: Path | None) -> None:
    """Print the folder of the policies: checkov -d . --external-checks-dir "$(compliant-infra checkov-dir)"."""
    from compliant_infra.hcl_checks.checkov_policies.folder import FolderError, cached_folder, make_folder

    try:
        if output is None:
            folder = cached_folder()
        else:
            folder = output.absolute()
            make_folder(folder)
    except FolderError as error:
        raise CannotError(str(error)) from None
    click.echo(folder)
