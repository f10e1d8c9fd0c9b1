"""``compliant-infra fix``: a diff that mends findings, or the files mended; and what it leaves, with the reason."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from compliant_infra import __version__
from compliant_infra.cli.options import (
    CannotError,
    OrderedVariables,
    baseline_options,
    check_names,
    fail,
    language_option,
    ordered_variables,
)
from compliant_infra.cli.run import Run
from compliant_infra.cli.systems import Choice
from compliant_infra.kernel.model import Diagnostic, Result, Text, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.reports.redaction import clean

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.fix import Fix, Fixer, Refusal

#: Why findings are left, in the order in which they are listed.
_REASONS: Final = {
    "by-hand": Text("for a person to mend", "须由人整改"),
    "replacement": Text("the resource would be replaced (--allow-replacement)", "会重建资源（--allow-replacement）"),
    "shared": Text("the value is shared with others", "取值与其他处共用"),
    "unknown": Text("the value is not known", "取值未知"),
    "not-yours": Text("stands outside of what was given", "位于给定范围之外"),
    "no-source": Text("not in Terraform's native syntax", "不在 Terraform 原生语法文件中"),
    "not-proven": Text("no edit was found that mends it and breaks nothing", "未找到既能整改又不引入问题的修改"),
    "conflict": Text("another fix is in the way", "与其他整改冲突"),
    "no-fix": Text("the tool has no fix for it", "工具没有相应的整改"),
}


@click.command("fix", cls=OrderedVariables)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only findings of this rule (repeatable).")
@click.option("--resource", "resources", multiple=True, metavar="GLOB", help="Only these resources (repeatable).")
@click.option("--write", is_flag=True, help="Write the files; without it, the changes are shown.")
@click.option("--allow-replacement", is_flag=True, help="Also change what makes Terraform replace a resource.")
@baseline_options
@click.option("--var-file", "var_files", multiple=True, type=click.Path(), help="Terraform variable file (repeatable).")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Terraform variable (repeatable).")
@click.option("--config", type=click.Path(), help="Settings file; default: the nearest compliant-infra.toml.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out these paths (repeatable).")
@click.option("--format", "format_", type=click.Choice(["diff", "json"]), default="diff", show_default=True)
@language_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    rules: tuple[str, ...],
    resources: tuple[str, ...],
    write: bool,
    allow_replacement: bool,
    baseline: str | None,
    profiles: tuple[str, ...],
    var_files: tuple[str, ...],
    variables: tuple[str, ...],
    config: str | None,
    exclude: tuple[str, ...],
    format_: str,
    lang: str,
) -> None:
    """Mend findings in Terraform files: show the changes as a diff, or write them.

    Every change is tried in memory first: the finding is gone, none is added. What is left is listed with the reason.
    Exit status: 0 nothing is left to mend, 1 findings are left, 2 the job could not be done.
    """
    check_names(baseline, profiles)
    if config is not None and not Path(config).is_file():
        fail(Text(f"no such settings file: {config}", f"没有此配置文件：{config}"))
    wanted = _wanted_rules(rules)
    if "-" in paths:
        fail(Text("standard input cannot be mended: name the files", "标准输入无法整改：请给出文件"))
    inputs = ordered_variables(ctx, var_files, variables)
    run = Run(paths, {}, Choice(baseline, profiles), exclude, None, config, inputs, 0, True)
    found = run.systems()
    results = [
        result
        for system in found
        for result in system.results
        if result.verdict is Verdict.FAIL
        and (not wanted or result.rule in wanted)
        and (not resources or any(_matches(result.resource, glob) for glob in resources))
    ]
    diagnostics = [item for system in found for item in system.diagnostics if item.level == "error"]
    fixer = _fixer(run, allow_replacement)
    outcomes = fixer.mend(results)
    _finish(run, fixer, results, outcomes, diagnostics, write, format_, lang)


def _wanted_rules(names: Iterable[str]) -> set[str]:
    known = rules_by_name()
    for name in names:
        if name not in known:
            fail(
                Text(
                    f"unknown rule {name!r}; compliant-infra rules lists them",
                    f"没有规则 {name!r}；compliant-infra rules 列出全部规则",
                )
            )
    return {known[name].name for name in names}


def _matches(address: str, glob: str) -> bool:
    """Only ``*`` and ``?`` are special: addresses hold brackets."""
    return fnmatchcase(address, glob.replace("[", "[[]"))


def _fixer(run: Run, allow_replacement: bool) -> Fixer:
    from compliant_infra.hcl_checks.fix import Fixer
    from compliant_infra.hcl_checks.modules import ModuleLibrary

    documents = {str(document) for document in run.tree.documents}
    roots = {
        root: system.request
        for system in run.table.systems()
        for root in system.roots
        if root not in documents and root not in run.tree.programs
    }
    complete = {
        root
        for system in run.table.systems()
        for root in system.roots
        if len(system.roots) == 1 and system.settings.complete and system.whole
    }
    return Fixer(
        run.tree,
        ModuleLibrary(run.tree),
        run.inputs,
        roots,
        allow_replacement=allow_replacement,
        complete=complete,
    )


def _finish(
    run: Run,
    fixer: Fixer,
    results: Sequence[Result],
    outcomes: Sequence[Fix | Refusal],
    diagnostics: Sequence[Diagnostic],
    write: bool,
    format_: str,
    lang: str,
) -> None:
    """Write or show what was mended, say what was not, and end with the exit status."""
    from compliant_infra.hcl_checks import fix_writing
    from compliant_infra.hcl_checks.fix import Fix, Refusal

    fixes = [item for item in outcomes if isinstance(item, Fix)]
    refusals = [item for item in outcomes if isinstance(item, Refusal)]
    try:
        before = {
            path: fix_writing.original(path, fixer.read[path], run.tree.display(path)) for path in sorted(fixer.edited)
        }
        if write and fixer.edited:
            fix_writing.write(fixer.edited, fixer.read, run.tree)
    except fix_writing.WritingError as error:
        message = Text(f"{error.message.en}; nothing was written", f"{error.message.zh}；未写入任何文件")
        raise CannotError(message.in_language(lang)) from None
    diff = b"".join(unified_diff(run.tree.display(path), data, fixer.edited[path]) for path, data in before.items())
    if format_ == "json":
        document = _document(run, fixes, refusals, fixer.undecided, list(before), write, diff)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif not write:
        sys.stdout.flush()
        click.echo(diff, nl=False)
    for line in _summary(run, results, fixes, refusals, fixer.undecided, write, len(before), lang):
        click.echo(line, err=True)
    for item in diagnostics:
        place = f"{item.file}:{item.line}: " if item.file else ""
        click.echo(clean(f"{place}{item.message.in_language(lang)}"), err=True)
    if diagnostics:
        raise SystemExit(2)
    raise SystemExit(1 if refusals or fixer.undecided else 0)


# -- the diff ----------------------------------------------------------------------------------------------------------

_NO_NEWLINE: Final = b"\\ No newline at end of file\n"


def unified_diff(shown: str, before: bytes, after: bytes) -> bytes:
    """The change of a file as ``git apply`` and ``patch -p1`` take it."""
    old, new = _quoted(f"a/{shown}"), _quoted(f"b/{shown}")
    parts = [f"diff --git {old} {new}\n".encode()]
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(before), _lines(after), _header(old), _header(new), lineterm=b"\n"
    )
    for line in lines:
        parts.append(line)
        if not line.endswith(b"\n"):
            parts += [b"\n", _NO_NEWLINE]
    return b"".join(parts)


def _lines(data: bytes) -> list[bytes]:
    """Lines as diffs count them: only a line feed ends one."""
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _header(path: str) -> bytes:
    """A path in a header; one with a space is followed by a tab, so that it is told from a date."""
    return f"{path}\t".encode() if " " in path and not path.startswith('"') else path.encode()


def _quoted(path: str) -> str:
    """A path as git writes it: quoted where it holds what could not be told from the rest of the line."""
    if not re.search(r'["\\\x00-\x1f\x7f]', path):
        return path
    written = "".join(
        f"\\{byte:03o}" if byte < 32 or byte >= 127 else f"\\{chr(byte)}" if chr(byte) in '"\\' else chr(byte)
        for byte in path.encode()
    )
    return f'"{written}"'


# -- what is said ------------------------------------------------------------------------------------------------------


def _summary(
    run: Run,
    results: Sequence[Result],
    fixes: Sequence[Fix],
    refusals: Sequence[Refusal],
    undecided: Sequence[Result],
    write: bool,
    files: int,
    lang: str,
) -> list[str]:
    """The lines for people: how many, what is asked, what is left and why."""
    chinese = lang == "zh"
    total = len(results)
    mended = total - len(refusals) - len(undecided)
    if not total:
        return ["没有需要整改的发现" if chinese else "there is nothing to mend"]
    if chinese:
        lines = [
            f"{total} 项发现中已整改 {mended} 项，涉及 {files} 个文件"
            + ("" if write else "（未写入；加 --write 写入）")
        ]
    else:
        shown = "" if write else " (not written; --write does)"
        lines = [f"mended {mended} of {total} findings, in {files} file{'' if files == 1 else 's'}{shown}"]
    asks = {(asked.directory, asked.name): asked for fix in fixes for asked in fix.asks}
    if asks:
        lines += ["", "需要给出的变量：" if chinese else "variables that need a value:"]
        places: dict[tuple[str, str, str], list[str]] = {}
        for asked in asks.values():
            same = (asked.name, asked.type, asked.what.in_language(lang))
            places.setdefault(same, []).append(run.tree.display(asked.directory))
        for (name, type_, what), there in places.items():
            if len(there) == 1:
                lines.append(f"  {there[0]}: {name} ({type_}): {what}")
            else:
                where = f"{len(there)} 个目录：" if chinese else f"in {len(there)} directories: "
                lines += [f"  {name} ({type_}): {what}", f"    {where}{('、' if chinese else ', ').join(there)}"]
    replaced = [item for fix in fixes for item in fix.replaces]
    if replaced:
        lines += ["", "以下修改会使 Terraform 重建资源：" if chinese else "Terraform will replace these resources:"]
        lines += [f"  {item}" for item in dict.fromkeys(replaced)]
    notes = dict.fromkeys((fix.rule, note.in_language(lang)) for fix in fixes for note in fix.notes)
    if notes:
        lines += ["", "应用前须知：" if chinese else "to know before it is applied:"]
        lines += [f"  {rule}: {note}" for rule, note in notes]
    if undecided:
        number = len(undecided)
        lines += ["", f"修改后无法判定 {number} 项：" if chinese else f"undecided after it, {number}:"]
        reasons: dict[tuple[str, str], list[Result]] = {}
        for result in undecided:
            reasons.setdefault((result.rule, result.message.in_language(lang)), []).append(result)
        for (rule, message), items in reasons.items():
            place, more = items[0].location, "" if len(items) == 1 else f" (+{len(items) - 1})"
            lines.append(f"    {place.file}:{place.line}: {rule}, {items[0].resource}{more}: {message}")
    if refusals:
        lines += ["", f"未整改 {len(refusals)} 项：" if chinese else f"left, {len(refusals)}:"]
        for code, words in _REASONS.items():
            mine = [item for item in refusals if item.code == code]
            if not mine:
                continue
            lines.append(f"  {words.in_language(lang)} ({len(mine)})")
            grouped: dict[tuple[str, str, int, str], list[str]] = {}
            for item in mine:
                place = item.result.location
                key = (item.result.rule, place.file, place.line, item.message.in_language(lang))
                grouped.setdefault(key, []).append(item.result.resource)
            for (rule, file, line, message), addresses in grouped.items():
                place_text = f"{file}:{line}" if line else file
                more = "" if len(addresses) == 1 else f" (+{len(addresses) - 1})"
                lines.append(f"    {place_text}: {rule}, {addresses[0]}{more}: {message}")
    return [clean(line) for line in lines]


def _document(
    run: Run,
    fixes: Sequence[Fix],
    refusals: Sequence[Refusal],
    undecided: Sequence[Result],
    files: Sequence[str],
    written: bool,
    diff: bytes,
) -> dict[str, Any]:
    """The answer as JSON."""
    return {
        "tool": {"name": "compliant-infra", "version": __version__},
        "written": written,
        "files": [run.tree.display(path) for path in files],
        "summary": {
            "fixed": sum(len(fix.results) for fix in fixes),
            "left": len(refusals),
            "undecided": len(undecided),
        },
        "fixes": [
            {
                "rule": fix.rule,
                "title": fix.title._asdict(),
                "results": [_finding(result) for result in fix.results],
                "edits": [
                    {"file": run.tree.display(edit.path), "start": edit.start, "end": edit.end, "text": edit.text}
                    for edit in fix.edits
                ],
                "asks": [
                    {
                        "name": asked.name,
                        "type": asked.type,
                        "example": asked.example,
                        "what": asked.what._asdict(),
                        "root": run.tree.display(asked.directory),
                    }
                    for asked in fix.asks
                ],
                "replaces": list(fix.replaces),
                "notes": [note._asdict() for note in fix.notes],
            }
            for fix in fixes
        ],
        "refusals": [
            {**_finding(item.result), "reason": item.code, "message": item.message._asdict()} for item in refusals
        ],
        "undecided": [{**_finding(item), "message": item.message._asdict()} for item in undecided],
        "diff": diff.decode("utf-8", errors="replace"),
    }


def _finding(result: Result) -> dict[str, Any]:
    place = result.location
    return {
        "rule": result.rule,
        "code": result.code,
        "root": result.root,
        "resource": result.resource,
        "attribute": result.attribute,
        "finding": result.finding,
        "file": place.file,
        "line": place.line,
        "fingerprint": result.fingerprint,
    }
