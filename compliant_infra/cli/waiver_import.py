"""checkov's skip comments become waivers: which can, what is written, and why the others are left."""

from __future__ import annotations

import difflib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from compliant_infra.cli.options import CannotError, fail
from compliant_infra.cli.run import Run
from compliant_infra.cli.waivers import errors_of, tell_errors
from compliant_infra.hcl_checks.checkov_skips import (
    CheckovSkip,
    checkov_skips,
    is_writable,
    resource_of,
    waived_here,
    waiver_comment,
    with_comments,
)
from compliant_infra.hcl_checks.crosswalk.catalogue import crosswalk, without_rule
from compliant_infra.hcl_checks.reader import Document, HCLSyntaxError, read_document
from compliant_infra.kernel.model import NO_TEXT, Diagnostic, Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.waivers import WaiverUse, day_of
from compliant_infra.reports.redaction import clean, mask
from compliant_infra.reports.report import SystemReport

#: Judges what is asked for, with files as they would be after an edit.
Judge = Callable[[dict[str, bytes]], tuple[Run, list[SystemReport]]]

#: The ids of the policies that this tool gives checkov: the number is that of the rule.
_OWN: Final = re.compile(r"CKV2_CN_(\d+)")
_SYNTAX: Final = (".tf", ".tofu")  # JSON has no comments

_NO_REASON: Final = Text("it gives no reason: add one, or give --reason", "未写明理由：请补充，或使用 --reason")
_NO_BLOCK: Final = Text("it stands in no block: checkov does not apply it either", "不在任何块内，checkov 也不会采用")
_MODULE: Final = Text(
    "checkov applies it to what the module makes: sign a waiver in compliant-infra.toml, with resource = ",
    "checkov 将其用于模块内的资源：请在 compliant-infra.toml 中签批豁免，resource = ",
)
_NOTHING: Final = Text("nothing of this rule to waive is found here", "此处没有该规则的可豁免结果")
_UNMAPPED: Final = Text("no rule asks what this check asks", "没有与该检查对应的规则")
_PART: Final = Text(
    "the check asks a part of the rule; the waiver covers the whole rule at this resource",
    "该检查只是规则的一部分；豁免将覆盖此资源上的整条规则",
)


@dataclass(frozen=True, slots=True)
class _Mapped:
    """The rules that ask what a check asks, or why there are none; what a person should know of the difference."""

    rules: tuple[str, ...] = ()
    why_not: Text = _UNMAPPED
    note: Text = NO_TEXT


@dataclass(slots=True)
class _Item:
    """One skip and one rule, and what comes of them."""

    path: str
    display: str
    document: Document
    skip: CheckovSkip
    rule: str = ""
    reason: str = ""  # of the waiver
    comment: str = ""
    note: Text = NO_TEXT
    state: str = "left"  # "new", "there" (a waiver stands there already) or "left"
    why: Text = NO_TEXT
    by_hand: bool = False  # left, and a person has to look at it
    results: int = 0
    joined: _Item | None = None  # the skip of which the waiver stands for this one too

    def record(self, lang: str) -> dict[str, Any]:
        return {
            "check": self.skip.check,
            "rule": self.rule,
            "file": self.display,
            "line": self.skip.line,
            "block": resource_of(self.skip.block) if self.skip.block is not None else "",
            "reason": self.skip.reason,
            "state": self.state,
            "comment": self.comment,
            "results": self.results,
            "why": self.why.in_language(lang),
            "note": self.note.in_language(lang),
            "by_hand": self.by_hand,
        }


def import_skips(judge: Judge, fields: Mapping[str, str], reason: str, write: bool, format_: str, lang: str) -> int:
    """Take the skips of what ``judge`` reads over. The exit status; raises CannotError where nothing can be done."""
    _check_fields({**fields, "reason": reason})
    run, reports = judge({})
    _refuse(errors_of(run, reports), lang)
    items = list(_items(run, fields, reason))
    edited = _edited(items)
    if edited:
        run, reports = judge({path: data for path, (data, _) in edited.items()})
        _refuse(errors_of(run, reports), lang)
        _settle(edited, reports)
        for item in items:
            if item.joined is not None and item.joined.state == "left":
                item.state, item.why = "left", _NOTHING
        edited = _edited(items)
    diff = "".join(_diff(items, path, data) for path, (data, _) in edited.items())
    if write:
        _write(items, {path: data for path, (data, _) in edited.items()})
    if format_ == "json":
        document = {"skips": [item.record(lang) for item in items], "diff": diff, "written": write and bool(edited)}
        click.echo(mask(json.dumps(document, ensure_ascii=False, indent=2)))
    else:
        if not write:
            click.echo(diff, nl=False)
        _tell(items, write, lang)
    return 1 if any(item.by_hand for item in items) else 0


def _check_fields(fields: Mapping[str, str]) -> None:
    if day_of(fields["until"]) is None:
        fail(f"--until takes a date such as 2027-01-31, not {fields['until']!r}")
    if not fields["owner"].strip():
        fail("--owner is empty")
    for name, value in fields.items():
        if not is_writable(value):
            fail(f"--{name} cannot hold quotation marks or control characters: {value!r}")


def _refuse(errors: list[Diagnostic], lang: str) -> None:
    if errors:
        tell_errors(errors, lang)
        message = Text("nothing was written: mend these errors first", "未写入任何内容：请先处理以上错误")
        raise CannotError(message.in_language(lang))


def _mapped(check: str) -> _Mapped:
    """The rules that ask what a check asks. One that touches the same clauses by another question is none of them."""
    own = _OWN.fullmatch(check)
    if own is not None:
        rule = rules_by_name().get(f"CN{own[1]}")
        return _Mapped((rule.name,)) if rule is not None else _Mapped(why_not=_UNMAPPED)
    crossing = crosswalk().get(check)
    if crossing is None:
        return _Mapped(why_not=without_rule().get(check, _UNMAPPED))
    if not crossing.rules:
        return _Mapped(why_not=_UNMAPPED)
    if crossing.relation in ("related", "conflict"):
        en, zh = crossing.reason
        why = Text(f"the rule {crossing.rules[0]} asks another question", f"规则 {crossing.rules[0]} 判定的是另一问题")
        return _Mapped(why_not=Text(f"{why.en}: {en}", f"{why.zh}：{zh}") if en else why)
    return _Mapped(crossing.rules, note=_PART if crossing.relation == "narrower" else NO_TEXT)


def _files(run: Run) -> Iterable[tuple[str, str]]:
    """The files with native syntax that are read, by path, and as results show them."""
    for directory in run.tree.directories:
        named = run.tree.named.get(directory.path)
        for name in directory.files:
            path = f"{directory.path}/{name}"
            if named and not run.tree.covers(directory.path) and path not in named:
                continue
            if name.endswith(_SYNTAX):
                yield path, run.tree.display(path)


def _items(run: Run, fields: Mapping[str, str], reason: str) -> Iterable[_Item]:
    for path, display in _files(run):
        try:
            if b":skip=" not in Path(path).read_bytes():
                continue
            document = read_document(Path(path), display)
        except (OSError, HCLSyntaxError) as error:
            raise CannotError(f"{display}: {error}") from None
        there: dict[tuple[str, int], _Item | None] = dict.fromkeys(waived_here(document))
        for skip in checkov_skips(document):
            mapped = _mapped(skip.check)
            for rule in mapped.rules or ("",):
                item = _Item(path, display, document, skip, rule, note=mapped.note)
                _place(item, mapped, fields, skip.reason or reason, there)
                yield item


def _place(
    item: _Item,
    mapped: _Mapped,
    fields: Mapping[str, str],
    reason: str,
    there: dict[tuple[str, int], _Item | None],
) -> None:
    """Decide what becomes of a skip, as far as the file alone can tell.

    ``there`` holds the waivers of the file by rule and line: None for those that it has, else the skip that makes it.
    """
    block = item.skip.block
    if not item.rule:
        item.why = mapped.why_not
    elif block is None:
        item.why, item.by_hand = _NO_BLOCK, True
    elif block.type == "module":
        pattern = f'"module.{".".join(block.labels)}.*"'
        item.why, item.by_hand = Text(_MODULE.en + pattern, _MODULE.zh + pattern), True
    elif (item.rule, block.line) in there:
        item.state = "there"
        same = item.joined = there[item.rule, block.line]
        if same is not None and reason and reason not in same.reason:
            same.reason = f"{same.reason}; {reason}"
            same.comment = waiver_comment(item.rule, same.reason, fields)
    elif not reason:
        item.why, item.by_hand = _NO_REASON, True
    else:
        item.state, item.reason = "new", reason
        item.comment = waiver_comment(item.rule, reason, fields)
        there[item.rule, block.line] = item


def _edited(items: Iterable[_Item]) -> dict[str, tuple[bytes, list[tuple[_Item, int]]]]:
    """The new content of every file that changes, and the line at which each waiver stands in it."""
    by_file: dict[str, list[_Item]] = {}
    for item in items:
        if item.state == "new":
            by_file.setdefault(item.path, []).append(item)
    found: dict[str, tuple[bytes, list[tuple[_Item, int]]]] = {}
    for path, here in by_file.items():
        document = here[0].document
        here.sort(key=lambda item: item.skip.block.start if item.skip.block is not None else 0)
        added = [(item.skip.block, item.comment) for item in here if item.skip.block is not None]
        text, lines = with_comments(document, added)
        data = text.encode()
        found[path] = (b"\xef\xbb\xbf" + data if document.had_bom else data, list(zip(here, lines, strict=True)))
    return found


def _settle(edited: Mapping[str, tuple[bytes, list[tuple[_Item, int]]]], reports: Iterable[SystemReport]) -> None:
    """Leave out what would waive nothing. Raises CannotError where the waivers would not hold."""
    uses: dict[tuple[str, int], list[WaiverUse]] = {}
    for report in reports:
        for use in report.waivers:
            place = use.waiver.location
            if use.waiver.inline and place is not None:
                uses.setdefault((place.file, place.line), []).append(use)
    for _, placed in edited.values():
        for item, line in placed:
            mine = uses.get((item.display, line), [])
            for use in mine:
                if use.problem is not None and use.problem.code != "waiver-unused":
                    raise CannotError(f"{use.problem.message.en} / {use.problem.message.zh}")
            item.results = sum(use.results for use in mine)
            if not item.results:
                item.state, item.why = "left", _NOTHING


def _original(items: Iterable[_Item], path: str) -> Document:
    return next(item.document for item in items if item.path == path)


def _diff(items: Iterable[_Item], path: str, data: bytes) -> str:
    document = _original(items, path)
    before, after = (io.StringIO(text, newline="\n").readlines() for text in (document.text, data.decode("utf-8-sig")))
    lines = difflib.unified_diff(before, after, f"a/{document.path}", f"b/{document.path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _write(items: list[_Item], edited: Mapping[str, bytes]) -> None:
    """Write all files or none of them: each beside its place first. Links stay, and so do permissions."""
    ready: list[tuple[str, str]] = []
    targets: dict[str, bytes] = {}
    try:
        for path, data in edited.items():
            document = _original(items, path)
            target = os.path.realpath(path)
            if targets.setdefault(target, data) != data:
                raise CannotError(
                    f"{document.path} leads to a file that is to get other waivers too: nothing was written"
                )
            now = Path(target).read_bytes()
            if now.removeprefix(b"\xef\xbb\xbf") != document.text.encode():
                raise CannotError(f"{document.path} has changed meanwhile: nothing was written")
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.")
            ready.append((temporary, target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            shutil.copymode(target, temporary)
        while ready:
            os.replace(*ready[0])
            ready.pop(0)
    except OSError as error:
        raise CannotError(f"cannot write {error.filename}: {error.strerror}") from None
    finally:
        for temporary, _ in ready:
            os.unlink(temporary)


def _tell(items: Iterable[_Item], write: bool, lang: str) -> None:
    """What was taken over and what was left, on standard error: standard output holds the diff."""
    words = {
        "new": Text("written", "已写入") if write else Text("to be written", "将写入"),
        "there": Text("waived already", "已有豁免"),
        "left": Text("left", "未迁移"),
    }
    counts = dict.fromkeys(words, 0)
    for item in items:
        counts[item.state] += 1
        said = (item.note if item.state == "new" else item.why).in_language(lang)
        told = f": {said}" if said else ""
        rule = f" -> {item.rule}" if item.rule else ""
        where = f"{item.display}:{item.skip.line}"
        click.echo(clean(f"{where} {item.skip.check}{rule} [{words[item.state].in_language(lang)}]{told}"), err=True)
    summed = Text(
        ", ".join(f"{count} {words[state].en}" for state, count in counts.items()),
        "，".join(f"{words[state].zh} {count}" for state, count in counts.items()),
    )
    click.echo(summed.in_language(lang), err=True)
