"""``compliant-infra lsp``: the language server, for editors, on standard input and output."""

from __future__ import annotations

import click

from compliant_infra.cli.options import CannotError, baseline_options, check_names


@click.command("lsp")
@baseline_options
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language; default: the editor's.")
@click.option("--stdio", is_flag=True, hidden=True, help="What editors say; there is no other way.")
def command(baseline: str | None, profiles: tuple[str, ...], lang: str | None, stdio: bool) -> None:
    """Serve an editor: diagnostics while typing, hover with clause and reason, fixes as code actions.

    The editor starts it and speaks the Language Server Protocol on standard input and output. --baseline and --profile
    win over the settings of the folder.
    """
    check_names(baseline, profiles)
    try:
        from compliant_infra.cli.language_server import make_server
    except ImportError as error:
        raise CannotError(
            f"the language server needs pygls ({error.name} is missing): pip install 'compliant-infra[lsp]'"
        ) from None
    from compliant_infra.cli.systems import Choice

    make_server(Choice(baseline, profiles), lang).start_io()
