"""``compliant-infra waivers``: every waiver with what has come of it, what is wrong with some, which end soon."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from compliant_infra.cli.check import program_options
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.cli.run import Run
from compliant_infra.cli.systems import Choice
from compliant_infra.cli.waiver_register import STATE_WORDS, Entry, entries_of
from compliant_infra.kernel.model import NO_TEXT, Diagnostic, Text
from compliant_infra.reports.redaction import clean, mask
from compliant_infra.reports.report import SystemReport
from compliant_infra.reports.words import waiver_text

COLUMNS: Final = (
    *("system", "rule", "code", "kind", "resource", "finding", "file", "line", "reason", "owner", "approver", "ticket"),
    *("until", "days_left", "state", "why", "advice", "results"),
)


class Asked(NamedTuple):
    """What the commands have in common: what is read, and by which baseline."""

    paths: tuple[str, ...]
    baseline: str | None
    profiles: tuple[str, ...]
    config: str | None
    exclude: tuple[str, ...]
    var_files: tuple[str, ...]
    run_program: bool
    lang: str


def reading_options(function: Callable[..., None]) -> Callable[..., None]:
    """PATH and the options that say what is read: they are those of ``check``."""
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, type=click.Path()),
            baseline_options,
            click.option(
                "--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml."
            ),
            click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out these paths (repeatable)."),
            click.option(
                "--var-file",
                "var_files",
                multiple=True,
                type=click.Path(),
                help="Terraform variable file (repeatable).",
            ),
            click.option("--run-program", is_flag=True, help="Run the Pulumi programs that are named."),
            language_option,
        )
    ):
        function = decorate(function)
    return function


def format_option(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``--format``; the first is the default."""
    return click.option("--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True)


@click.group("waivers")
def command() -> None:
    """List waivers, find those that do not hold or end soon, and take over checkov's skip comments."""


@command.command("list", short_help="List every waiver.")
@reading_options
@format_option("console", "json", "csv")
def list_(format_: str, **asked: Any) -> None:
    """List every waiver: of the settings, in comments, of components; the one that ends first before the others.

    The tree is judged as by check, to tell how many results each waives today. Exit status: 0 done, 2 something could
    not be read or judged.
    """
    entries, today, status = _read(Asked(**asked))
    _write(entries, today, format_, asked["lang"])
    raise SystemExit(status)


@command.command("lint", short_help="Find those that are invalid, expired or unused.")
@reading_options
@format_option("console", "json")
def lint(format_: str, **asked: Any) -> None:
    """List the waivers that are invalid, expired or unused, with what to do.

    Exit status: 0 there are none, 1 there are, 2 something could not be read or judged.
    """
    entries, today, status = _read(Asked(**asked))
    wrong = [entry for entry in entries if entry.state != "holds"]
    count = len(entries)
    none = Text(f"none of {count} waivers is invalid, expired or unused", f"{count} 条豁免均有效、未到期且在用")
    _write(wrong, today, format_, asked["lang"], count, none)
    raise SystemExit(status or (1 if wrong else 0))


@command.command("expire-soon", short_help="Find those that end soon.")
@reading_options
@click.option("--days", type=click.IntRange(min=0), default=30, show_default=True, help="How many days from today.")
@format_option("console", "json")
def expire_soon(days: int, format_: str, **asked: Any) -> None:
    """List the waivers whose last day is within so many days.

    Those that hold no more are not among them: lint lists these. Exit status: 0 there are none, 1 there are, 2
    something could not be read or judged.
    """
    entries, today, status = _read(Asked(**asked))
    soon = [
        entry
        for entry in entries
        if entry.state in ("holds", "unused") and (left := entry.days_left(today)) is not None and left <= days
    ]
    count = len(entries)
    none = Text(f"none of {count} waivers ends within {days} days", f"{count} 条豁免中没有在 {days} 天内到期的")
    _write(soon, today, format_, asked["lang"], count, none)
    raise SystemExit(status or (1 if soon else 0))


@command.command("import", short_help="Take checkov's skip comments over.")
@reading_options
@click.option("--owner", required=True, help="Who answers for the waivers.")
@click.option("--until", required=True, metavar="DATE", help="Their last day, such as 2027-01-31.")
@click.option("--reason", default="", help="Reason of skips that give none; without it they are not taken over.")
@click.option("--approver", default="", help="Who approved the waivers.")
@click.option("--ticket", default="", help="Where the approval is recorded.")
@click.option("--write", is_flag=True, help="Write the files; without it a unified diff is printed.")
@format_option("console", "json")
def import_(
    owner: str, until: str, reason: str, approver: str, ticket: str, write: bool, format_: str, **asked: Any
) -> None:
    """Take checkov's skip comments over as waivers, above the blocks in which they stand.

    A skip is taken over where a rule of this tool asks what checkov's check asks, and finds something there. checkov's
    comment stays. Exit status: 0 done, 1 some skips are left that a person has to look at, 2 it could not be done; then
    nothing is written.
    """
    from compliant_infra.cli.waiver_import import import_skips

    chosen = Asked(**asked)
    fields = {"owner": owner, "until": until, "approver": approver, "ticket": ticket}
    raise SystemExit(
        import_skips(lambda contents: judged(chosen, contents), fields, reason, write, format_, chosen.lang)
    )


def judged(asked: Asked, contents: dict[str, bytes] | None = None) -> tuple[Run, list[SystemReport]]:
    """The judgement of what is asked for, as ``check`` makes it. ``contents`` as for ``Run``."""
    check_names(asked.baseline, asked.profiles)
    if asked.config is not None and not Path(asked.config).is_file():
        fail(f"no such settings file: {asked.config}")
    choice = Choice(asked.baseline, asked.profiles)
    programs = program_options(asked.run_program, None, None, None, None, asked.lang)
    inputs = [("var_files", file) for file in asked.var_files]
    run = Run(asked.paths, {}, choice, asked.exclude, None, asked.config, inputs, 0, True, programs, contents)
    return run, run.systems()


def errors_of(run: Run, reports: Iterable[SystemReport]) -> list[Diagnostic]:
    """What keeps the job from being done whole. A program that is not run is no such thing: its comments are read."""
    return [
        item
        for report in reports
        for item in report.diagnostics
        if item.level == "error" and not (item.code == "nothing-to-scan" and run.tree.programs)
    ]


def tell_errors(errors: Iterable[Diagnostic], lang: str) -> None:
    """Print errors on standard error."""
    for item in errors:
        place = f"{item.file}:{item.line}: " if item.line else f"{item.file}: " if item.file else ""
        click.echo(clean(f"{place}{item.code}: {item.message.in_language(lang)}"), err=True)


def _read(asked: Asked) -> tuple[list[Entry], date, int]:
    """The waivers, the day for which they were looked at, and status 2 where something could not be read."""
    run, reports = judged(asked)
    errors = errors_of(run, reports)
    tell_errors(errors, asked.lang)
    return entries_of(run, reports), run.today, 2 if errors else 0


def _write(
    entries: Sequence[Entry], today: date, format_: str, lang: str, of: int | None = None, none: Text = NO_TEXT
) -> None:
    """``of``: among how many they were looked for; ``none`` is said where there are none."""
    if format_ == "json":
        records = [entry.record(today, lang) for entry in entries]
        click.echo(mask(json.dumps(records, ensure_ascii=False, indent=2)))
    elif format_ == "csv":
        click.echo(_csv([entry.record(today, lang) for entry in entries]), nl=False)
    else:
        for entry in entries:
            for line in _lines(entry, today):
                click.echo(clean(line.in_language(lang)))
        click.echo((_sum(entries, of) if entries or not none.en else none).in_language(lang))


def _csv(records: Iterable[dict[str, Any]]) -> str:
    import csv
    import io

    from compliant_infra.reports.csv_report import cell

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in records:
        values = [record[name] for name in COLUMNS]
        writer.writerow([cell(value) if isinstance(value, str) else value for value in values])
    return stream.getvalue()


def _lines(entry: Entry, today: date) -> list[Text]:
    waiver, left = entry.waiver, entry.days_left(today)
    name = " ".join(part for part in (entry.code, waiver.rule) if part) or "?"
    state = STATE_WORDS[entry.state]
    ends = Text("no date", "无日期")
    if left is not None:
        ends = (
            Text(f"{left} days left", f"剩 {left} 天")
            if left >= 0
            else Text(f"ended {-left} days ago", f"已过 {-left} 天")
        )
    count = Text("", "")
    if entry.results:
        count = Text(f", waives {entry.results}", f"，豁免 {entry.results} 项")
    place = f"{entry.place.file}:{entry.place.line}" if entry.place.line else entry.place.file
    about = [place]
    if entry.kind != "comment":
        about.append(waiver.resource)
    if waiver.finding:
        about.append(f"[{waiver.finding}]")
    where = "  ".join(part for part in about if part)
    lines = [
        Text(
            f"{waiver.until or '-':<12}{name}  {state.en}{count.en} ({ends.en})",
            f"{waiver.until or '-':<12}{name}  {state.zh}{count.zh}（{ends.zh}）",
        ),
        Text(f"{'':<12}{where}", f"{'':<12}{where}"),
    ]
    if waiver.rule:
        who = waiver_text(waiver)
        lines.append(Text(f"{'':<12}{who.en}", f"{'':<12}{who.zh}"))
    if entry.why.en:
        lines.append(Text(f"{'':<12}{entry.why.en}", f"{'':<12}{entry.why.zh}"))
    if entry.state != "holds":
        advice = entry.advice()
        lines.append(Text(f"{'':<12}-> {advice.en}", f"{'':<12}-> {advice.zh}"))
    return lines


def _sum(entries: Sequence[Entry], of: int | None) -> Text:
    counts = Counter(entry.state for entry in entries)
    words = [(counts[state], text) for state, text in STATE_WORDS.items() if counts[state]]
    en = ", ".join(f"{count} {text.en}" for count, text in words)
    zh = "，".join(f"{text.zh} {count}" for count, text in words)
    among = Text("", "") if of is None else Text(f" of {of}", f"（共 {of} 条）")
    total = f"{len(entries)}{among.en} waiver{'' if len(entries) == 1 and of is None else 's'}"
    return Text(total + (f": {en}" if en else ""), f"豁免 {len(entries)} 条{among.zh}" + (f"：{zh}" if zh else ""))
