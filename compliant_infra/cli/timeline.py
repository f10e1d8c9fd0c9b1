"""``compliant-infra timeline``: what is due by a day."""

from __future__ import annotations

import json
from datetime import date

import click

from compliant_infra.cli.evidence import diagnose, nearest
from compliant_infra.cli.options import fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.obligations.timeline import due

_KINDS = {
    "task": Text("task", "任务"),
    "checklist": Text("checklist", "清单"),
    "timeline": Text("timeline", "时间表"),
    "review": Text("review", "复核"),
    "cross-border": Text("cross-border", "出境"),
    "waiver": Text("waiver", "豁免"),
}


@click.command("timeline")
@click.option("--by", "by", metavar="DATE", help="The last day to look at, such as 2026-12-31; default: today.")
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def command(by: str | None, config: str | None, format_: str, lang: str) -> None:
    """Show what is open and due up to a day: tasks, reviews of evidence, cross-border expiries, waivers.

    Exit status: 0 nothing is past due today but unconfirmed tasks, 1 something is, 2 the settings or the register could
    not be read.
    """
    today = date.today()
    try:
        until = date.fromisoformat(by) if by else today
    except ValueError:
        fail(Text(f"--by takes a date such as 2026-12-31, not {by!r}", f"--by 应为日期，如 2026-12-31，而不是 {by!r}"))
    settings, register = nearest(config)
    items = due(settings, register, until)
    if format_ == "json":
        document = [
            {
                "due": item.day,
                "overdue": bool(item.day) and item.day < today.isoformat(),
                "kind": item.kind,
                "what": item.what.in_language(lang),
                "who": item.who,
                "file": item.location.file,
                "line": item.location.line,
                "unconfirmed": item.unconfirmed,
                "source": item.source,
            }
            for item in items
        ]
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        head = Text(
            f"{len(items)} open and due by {until.isoformat()} (today is {today.isoformat()})",
            f"截至 {until.isoformat()} 待办 {len(items)} 项（今天是 {today.isoformat()}）",
        )
        click.echo(head.in_language(lang))
        late, none = Text("overdue", "逾期"), Text("no date", "未定日期")
        unconfirmed = Text("unconfirmed", "未确认")
        for item in items:
            mark = f" [{late.in_language(lang)}]" if item.day and item.day < today.isoformat() else ""
            mark += f" [{unconfirmed.in_language(lang)}]" if item.unconfirmed else ""
            who = f" · {item.who}" if item.who else ""
            day = item.day or none.in_language(lang)
            click.echo(f"{day:<12}{_KINDS[item.kind].in_language(lang)}{mark}: {item.what.in_language(lang)}{who}")
            click.echo(f"{'':<12}{item.location.file}:{item.location.line}")
    status = diagnose(settings, register, lang)
    if status == 0 and any(item.day and item.day < today.isoformat() and not item.unconfirmed for item in items):
        status = 1
    raise SystemExit(status)
