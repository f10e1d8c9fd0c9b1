"""``compliant-infra export``: what other tools take."""

from __future__ import annotations

from pathlib import Path

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import check_names, fail
from compliant_infra.kernel.model import Text
from compliant_infra.providers.config_rules import terraform
from compliant_infra.settings import DEFAULT_BASELINE


@click.group("export")
def command() -> None:
    """Write what other tools take."""


@command.command("config-pack")
@click.option("--baseline", metavar="NAME", default=DEFAULT_BASELINE, show_default=True, help="Baseline.")
@click.option("--output", default="-", metavar="FILE", help="Where it goes; - is standard output.")
def config_pack(baseline: str, output: str) -> None:
    """Write the Terraform that turns the run-time rules of Alibaba Cloud Config on for a baseline.

    An existing file is never overwritten.
    """
    check_names(baseline, ())
    text = "".join(terraform(baselines.baseline(baseline).level))
    if output == "-":
        click.echo(text, nl=False)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        fail(Text(f"{output} is there already; not overwritten", f"{output} 已存在，未覆盖"))
    except OSError as error:
        fail(Text(f"cannot write {output}: {error.strerror}", f"无法写入 {output}：{error.strerror}"))
