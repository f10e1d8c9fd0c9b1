"""Options that several commands share, and the choice of a baseline that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn, TypeVar

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.model import Text
from compliant_infra.settings import DEFAULT_BASELINE

F = TypeVar("F", bound=Callable[..., Any])


def baseline_options(function: F) -> F:
    """``--baseline`` and ``--profile``."""
    function = click.option(
        "--profile",
        "profiles",
        multiple=True,
        metavar="NAME",
        help="Profile to add (repeatable): " + ", ".join([*baselines.PROFILES, "all"]) + ".",
    )(function)
    return click.option(
        "--baseline",
        metavar="NAME",
        help="Baseline: " + ", ".join(baselines.BASELINES) + f". Default {DEFAULT_BASELINE}.",
    )(function)


def language_option(function: F) -> F:
    """``--lang``; without it the locale decides."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "zh"]),
        default=default_language,
        show_default="the locale's",
        help="Language of what people read.",
    )(function)


def default_language() -> str:
    """``zh`` under a Chinese locale, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


class CannotError(click.ClickException):
    """The call is understood, and the job cannot be done."""

    exit_code = 2


def fail(message: str | Text) -> NoReturn:
    """Say what is wrong with the call, in the language of the command that runs, and end with status 2."""
    raise click.UsageError(message if isinstance(message, str) else message.in_language(_language_of_call()))


def _language_of_call() -> str:
    """What ``--lang`` of the running command says, else the locale's."""
    context = click.get_current_context(silent=True)
    given = context.params.get("lang") if context is not None else None
    return given or default_language()


def check_names(baseline: str | None, profiles: tuple[str, ...]) -> None:
    """Refuse a baseline or profile that does not exist."""
    if baseline is not None and baseline not in baselines.BASELINES:
        known = ", ".join(baselines.BASELINES)
        fail(Text(f"unknown baseline {baseline!r}; known: {known}", f"没有基线 {baseline!r}；可用：{known}"))
    for profile in profiles:
        if profile != "all" and profile not in baselines.PROFILES:
            known = ", ".join([*baselines.PROFILES, "all"])
            fail(Text(f"unknown profile {profile!r}; known: {known}", f"没有附加要求 {profile!r}；可用：{known}"))


_ORDER: Final = "compliant_infra.order_of_variables"


class OrderedVariables(click.Command):
    """A command that remembers the order of ``--var`` and ``--var-file``: the later one wins, as with Terraform."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as any command, and note the order of the two options."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = [item.name for item in order if item.name in ("variables", "var_files")]
        return super().parse_args(ctx, args)


def ordered_variables(ctx: click.Context, var_files: Sequence[str], variables: Sequence[str]) -> list[tuple[str, str]]:
    """The variable files and variables that were given, as pairs of option and value in the order of the call."""
    values = {"var_files": iter(var_files), "variables": iter(variables)}
    return [(name, next(values[name])) for name in ctx.meta[_ORDER]]
