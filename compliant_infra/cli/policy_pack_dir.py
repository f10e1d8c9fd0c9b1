"""``compliant-infra policy-pack-dir``: where the Pulumi policy pack is, for ``pulumi preview --policy-pack``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("policy-pack-dir")
def command() -> None:
    """Print the folder of the policy pack: pulumi preview --policy-pack "$(compliant-infra policy-pack-dir)"."""
    from compliant_infra.components import policy_pack

    folder = Path(policy_pack.__file__ or "").absolute().parent
    if not (folder / "PulumiPolicy.yaml").is_file():
        raise click.ClickException(f"the policy pack is not there as files: {folder}")
    click.echo(folder)
