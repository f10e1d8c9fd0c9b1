"""``compliant-infra lsp``: the language server, for editors, on standard input and output."""

from __future__ import annotations

import click

from compliant_infra.cli.options import CannotError, baseline_options, check_names, default_language
from compliant_infra.kernel.model import Text


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
        install = "pip install 'compliant-infra[lsp]'"
        missing = Text(
            f"the language server needs pygls ({error.name} is missing): {install}",
            f"语言服务器需要 pygls（缺少 {error.name}）：{install}",
        )
        raise CannotError(missing.in_language(lang or default_language())) from None
    from compliant_infra.cli.systems import Choice

    make_server(Choice(baseline, profiles), lang).start_io()
