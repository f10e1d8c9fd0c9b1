"""The command ``compliant-infra``. A command's module is imported when the command is used, not before."""

from __future__ import annotations

import gc
import sys
import traceback
from importlib import import_module
from typing import Final

import click

from compliant_infra import CATALOGUE_DATE, __version__

_COMMANDS: Final = {
    "check": ("check", "Check Terraform, plans and states against a baseline."),
    "init": ("init", "Write a settings file for this directory."),
    "new": ("new", "Make a project from a starter stack."),
    "explain": ("explain", "Explain a rule or a clause."),
    "rules": ("rules", "List the rules of a baseline."),
    "coverage": ("coverage", "Say what the rules can decide of a baseline, and what is left."),
    "fix": ("fix", "Mend findings in Terraform files: show a diff, or write."),
    "waivers": ("waivers", "List waivers, find those that end or do not hold, take over checkov's."),
    "import": ("import_report", "Show a report of checkov by MLPS clause."),
    "evidence": ("evidence", "Keep the register of evidence for what rules cannot decide."),
    "timeline": ("timeline", "Show what is due by a given day: reviews, tasks, expiries."),
    "providers": ("providers", "Compare what the clouds offer in mainland China."),
    "export": ("export", "Write what other tools take, such as run-time rules."),
    "policy-pack-dir": ("policy_pack_dir", "Print where the Pulumi policy pack is."),
    "lsp": ("lsp", "Serve an editor: findings while typing, hover, fixes."),
    "checkov": ("checkov", "Run an installed checkov with our policies, and report both."),
    "checkov-dir": ("checkov_dir", "Print where the policies for checkov are."),
    "checkov-digest": ("checkov_digest", "Print the digests of the policies for checkov, and sign them."),
    "completion": ("completion", "Print the shell completion script."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"compliant_infra.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. One that is interrupted has not done its job, and must not look like findings (status 1)."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo("\ninterrupted: the job was not done / 已中断：任务未完成", err=True)
            raise SystemExit(2) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message=f"compliant-infra %(version)s (catalogue of {CATALOGUE_DATE})")
def cli() -> None:
    """Check cloud infrastructure against China's MLPS levels (等级保护), offline and before the merge."""


def main() -> None:
    """Entry point of the installed command."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    # A run makes many objects that live to its end: looking for cycles among them at every 700 costs a fifth of it.
    gc.set_threshold(50_000, 50, 100)
    try:
        cli(prog_name="compliant-infra")
    except Exception:  # a crash must not look like findings (status 1)
        traceback.print_exc()
        click.echo("compliant-infra crashed: the job was not done; please report the lines above", err=True)
        raise SystemExit(2) from None
    finally:
        gc.freeze()  # the process ends: looking once more for cycles among all that was made helps nobody


if __name__ == "__main__":
    main()
