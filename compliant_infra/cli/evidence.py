"""``compliant-infra evidence``: the register of documents that answer what no rule can decide."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import click

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.obligations.register import Register, answers, load_register
from compliant_infra.obligations.skeleton import records, skeleton, wanting
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import DEFAULT_BASELINE, EVIDENCE_FILE_NAME, Settings, find_settings, load_settings


@click.group("evidence")
def command() -> None:
    """Keep evidence.toml: clause, statement, owner, document, date, next review."""


@command.command("init")
@baseline_options
@click.option("--grades", default="", metavar="S2A3G3", help="Filing grade: S points and A points by their own level.")
@click.option("--directory", default=".", type=click.Path(file_okay=False), help="Where the register goes.")
@click.option("--add-missing", is_flag=True, help="Append records for clauses that an existing register lacks.")
@language_option
def init(
    baseline: str | None, profiles: tuple[str, ...], grades: str, directory: str, add_missing: bool, lang: str
) -> None:
    """Write evidence.toml with an empty record for every clause that needs evidence, in both languages.

    Without --baseline the settings beside it decide. An existing file is never overwritten.
    """
    check_names(baseline, profiles)
    folder = Path(directory)
    if not folder.is_dir():
        fail(Text(f"no such directory: {directory}", f"目录不存在：{directory}"))
    settings, _ = nearest(None, folder)
    name = baseline or settings.baseline or DEFAULT_BASELINE
    chosen = profiles or (settings.profiles if baseline is None else ())
    check_names(name, chosen)
    active = frozenset(baselines.active_profiles(name, chosen))
    try:
        clauses = regulations.clauses(name, active, grades or (settings.grades if baseline is None else ""))
    except ValueError as error:
        fail(str(error))
    target = folder / EVIDENCE_FILE_NAME
    wanted = list(wanting(clauses))
    try:
        if add_missing and target.exists():
            register = load_register(target, str(target))
            if any(item.level == "error" for item in register.diagnostics):
                fail(
                    Text(
                        f"{target} has mistakes; mend them first: compliant-infra evidence status",
                        f"{target} 有误，请先更正：compliant-infra evidence status",
                    )
                )
            there = {
                clause.id
                for record in register.evidence
                for clause in regulations.find_clauses(record.clause, name, active, grades)
            }
            wanted = [clause for clause in wanted if clause.id not in there]
            with target.open("a", encoding="utf-8") as stream:
                stream.writelines(records(wanted))
        else:
            with target.open("x", encoding="utf-8") as stream:
                stream.writelines(skeleton(clauses))
    except FileExistsError:
        fail(
            Text(
                f"{target} is there already; not overwritten (--add-missing appends what it lacks)",
                f"{target} 已存在，未覆盖（--add-missing 可补充缺少的记录）",
            )
        )
    except OSError as error:
        fail(Text(f"cannot write {target}: {error.strerror}", f"无法写入 {target}：{error.strerror}"))
    done = Text(
        f"wrote {len(wanted)} records for {name} to {target}; fill in owner, document and date",
        f"已将 {name} 的 {len(wanted)} 条记录写入 {target}；请填写 owner、document、date",
    )
    click.echo(done.in_language(lang))


@command.command("status")
@click.option("--on", "on", metavar="DATE", help="The day to look at, such as 2027-01-31; default: today.")
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--format", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True)
@language_option
def status(on: str | None, config: str | None, format_: str, lang: str) -> None:
    """List the clauses that need evidence: answered, overdue, missing.

    Exit status: 0 nothing is overdue, 1 something is, 2 the register could not be read.
    """
    try:
        day = date.fromisoformat(on) if on else date.today()
    except ValueError:
        fail(Text(f"--on takes a date such as 2027-01-31, not {on!r}", f"--on 应为日期，如 2027-01-31，而不是 {on!r}"))
    settings, register = nearest(config)
    if register is None:
        fail(
            Text(
                f"no {EVIDENCE_FILE_NAME} here; compliant-infra evidence init writes one",
                f"此处没有 {EVIDENCE_FILE_NAME}；可用 compliant-infra evidence init 生成",
            )
        )
    name = settings.baseline or DEFAULT_BASELINE
    check_names(name, settings.profiles)
    active = frozenset(baselines.active_profiles(name, settings.profiles))
    found = answers(register, name, active, settings.grades, day)
    rows = []
    for clause in regulations.clauses(name, active, settings.grades):
        record = found.get(clause.id)
        if record is None:
            if clause.decided == "rules":
                continue
            state = "missing"
        else:
            state = record.state(day)
        rows.append((clause, record, state))
    if format_ == "json":
        document = [
            {
                "clause": clause.id,
                "title": clause.title.in_language(lang),
                "state": state,
                "owner": record.owner if record else "",
                "document": record.document if record else "",
                "date": record.dated if record else "",
                "next_review": record.next_review if record else "",
            }
            for clause, record, state in rows
        ]
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        late = sum(state in ("overdue", "missing-document") for _, _, state in rows)
        current = sum(state == "current" for _, _, state in rows)
        head = Text(
            f"{name}: {len(rows)} clauses: {current} answered, {late} overdue, {len(rows) - current - late} missing",
            f"{name}：需举证 {len(rows)} 条：已有 {current} 条，逾期 {late} 条，缺 {len(rows) - current - late} 条",
        )
        click.echo(head.in_language(lang))
        for clause, record, state in rows:
            about = f": {record.document} · {record.owner} · {record.next_review}" if record else ""
            click.echo(f"{clause.id:<28}{_STATES[state].in_language(lang)}  {clause.title.in_language(lang)}{about}")
    answer = diagnose(settings, register, lang)
    if answer == 0 and any(state in ("overdue", "missing-document") for _, _, state in rows):
        answer = 1
    raise SystemExit(answer)


_STATES = {
    "current": Text("by evidence", "已有证据"),
    "overdue": Text("overdue", "逾期"),
    "missing-document": Text("document not there", "文件不存在"),
    "missing": Text("missing", "缺"),
}


def nearest(config: str | None, folder: Path | None = None) -> tuple[Settings, Register | None]:
    """The nearest settings file upwards and the register beside it, or the register of the directory itself."""
    here = Path(os.path.realpath(folder or Path.cwd()))
    if config is not None:
        path: Path | None = Path(os.path.realpath(config))
        if not Path(config).is_file():
            fail(Text(f"no such settings file: {config}", f"设置文件不存在：{config}"))
    else:
        path = find_settings(here, _boundary(here))
    settings = load_settings(path, _shown(path)) if path is not None else Settings()
    place = (path.parent if path is not None else here) / EVIDENCE_FILE_NAME
    return settings, load_register(place, _shown(place)) if os.path.lexists(place) else None


def _boundary(here: Path) -> Path:
    """The git top level above a directory, else the file system's root."""
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), Path(here.anchor))


def _shown(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


def diagnose(settings: Settings, register: Register | None, lang: str) -> int:
    """Print what is wrong with settings and register on standard error: 2 where something is, else 0."""
    found = [*settings.diagnostics, *(register.diagnostics if register is not None else ())]
    for item in found:
        place = f"{item.file}:{item.line}" if item.line else item.file
        click.echo(f"{place}: {item.message.in_language(lang)}", err=True)
    return 2 if any(item.level == "error" for item in found) else 0
