"""Edits at spans of an HCL file: attributes and blocks are set, added and taken away, everything else stays.

What is written looks as ``terraform fmt`` would leave it: in the file's own indentation and line ends, the equals signs
of a run of attributes aligned (where they were before), comments kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from compliant_infra.hcl_checks.overrides import MergedBody
from compliant_infra.hcl_checks.reader import Attribute, Block, Body, Document, Element, elements_of, parse

_INDENT: Final = re.compile(r"[ \t]*")
_HEREDOC: Final = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
#: Arguments that stand at the head of a block, before an empty line.
_HEAD: Final = frozenset({"count", "for_each"})
_TAIL: Final = frozenset({"depends_on", "lifecycle"})


class Splice(NamedTuple):
    """``text`` in place of what stands between two offsets."""

    start: int
    end: int
    text: str


def splice(text: str, splices: Iterable[Splice]) -> str:
    """The text with its splices, which do not overlap; those at one place come in their order."""
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(splices, key=lambda item: (item.start, item.end)):
        if start < position:
            raise ValueError("two edits of one span")
        parts += (text[position:start], new)
        position = end
    return "".join((*parts, text[position:]))


@dataclass(eq=False)
class BodyEdit:
    """What changes in one body."""

    values: dict[str, str] = field(default_factory=dict)  # attribute -> its new value as text
    taken: set[str] = field(default_factory=set)  # attributes that go
    blocks: list[str] = field(default_factory=list)  # nested blocks that come, as text without indentation
    ended: list[Block] = field(default_factory=list)  # nested blocks that go
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # object attribute -> members to add


class Sheet:
    """One file that may be edited: its text without a byte order mark, and what is written in it."""

    def __init__(self, path: str, document: Document, digest: str = "") -> None:
        self.path = path
        self.digest = digest  # of the file's bytes as they were read
        self.document = document
        self.text = document.text

    @cached_property
    def newline(self) -> str:
        """How the file ends its lines."""
        position = self.text.find("\n")
        return "\r\n" if position > 0 and self.text[position - 1] == "\r" else "\n"

    @cached_property
    def unit(self) -> str:
        """One step of indentation."""
        for block in self.document.body.blocks:
            outer = self.indent(block.start)
            for attribute in block.body.attributes.values():
                inner = self.indent(attribute.start)
                if attribute.line > block.line and inner.startswith(outer) and len(inner) > len(outer):
                    return inner[len(outer) :]
        return "  "

    def line_start(self, position: int) -> int:
        """Where the line of a position begins."""
        return self.text.rfind("\n", 0, position) + 1

    def line_end(self, position: int) -> int:
        """Where the line of a position ends: at its line end, or at the end of the file."""
        end = self.text.find("\n", position)
        if end < 0:
            return len(self.text)
        return end - 1 if end > position and self.text[end - 1] == "\r" else end

    def after_line(self, position: int) -> int:
        """Where the line after that of a position begins."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def indent(self, position: int) -> str:
        """The white space with which the line of a position begins."""
        match = _INDENT.match(self.text, self.line_start(position))
        return match[0] if match else ""

    @cached_property
    def _places(self) -> tuple[dict[int, Body], dict[int, Body], dict[int, Block]]:
        by_attribute: dict[int, Body] = {}
        by_start: dict[int, Body] = {}
        block_of: dict[int, Block] = {}
        pending: list[Body] = [self.document.body]
        while pending:
            body = pending.pop()
            by_start[body.start] = body
            for attribute in body.attributes.values():
                by_attribute[id(attribute)] = body
            for block in body.blocks:
                block_of[id(block.body)] = block
                pending.append(block.body)
        return by_attribute, by_start, block_of

    def body_with(self, attribute: Attribute) -> Body | None:
        """The body of this file in which an attribute stands."""
        return self._places[0].get(id(attribute))

    def plain(self, body: Body) -> Body | None:
        """The body as this file has it: without what override files add to it."""
        if isinstance(body, MergedBody) or id(body) not in self._places[2]:
            return self._places[1].get(body.start)
        return body

    def attribute_at(self, position: int) -> tuple[Body, Attribute] | None:
        """The attribute in which a place lies, and its body."""
        pending = [self.document.body]
        while pending:
            body = pending.pop()
            for attribute in body.attributes.values():
                if attribute.start <= position < attribute.end:
                    return body, attribute
            pending.extend(block.body for block in body.blocks if block.start <= position < block.end)
        return None

    def block_of(self, body: Body) -> Block | None:
        """The block that a body of this file belongs to; None for the file's own."""
        return self._places[2].get(id(body))


def reindented(text: str, indent: str, unit: str, newline: str = "\n") -> str:
    """Text that is indented by two spaces a step, as it stands at an indentation in a file; heredocs stay."""
    lines = text.replace("\r\n", "\n").split("\n")
    found = [lines[0]]
    closing = ""
    for before, line in pairwise(lines):
        if not closing:
            begun = _HEREDOC.search(f"{before}\n")
            closing = begun[2] if begun and begun[1] != "-" else ""
        if closing:
            found.append(line)
            closing = "" if line.strip() == closing else closing
            continue
        bare = line.lstrip(" ")
        steps, rest = divmod(len(line) - len(bare), 2)
        found.append(f"{indent}{unit * steps}{' ' * rest}{bare}" if bare else "")
    return newline.join(found)


def without_comments(text: str) -> str:
    """HCL without its comments; a line that held nothing else goes with it."""
    document = parse(f"{text}\n")
    found = document.text
    for start, end in reversed(document.comment_spans):
        line = found.rfind("\n", 0, start) + 1
        if not found[line:start].strip():
            after = found.find("\n", end)
            found = found[:line] + (found[after + 1 :] if after >= 0 else "")
        else:
            found = found[:start].rstrip(" \t") + found[end:]
    return found.rstrip("\n")


@dataclass
class _Row:
    """A line of a body that holds one attribute, in four columns."""

    name: str
    gap: str  # between the name and the equals sign
    value: str  # from the equals sign to the end of the value (of its first line)
    comment_gap: str
    comment: str
    attribute: Attribute | None
    spans: tuple[int, int, int, int] = (0, 0, 0, 0)  # gap start, gap end, value end, comment start

    @property
    def assigned(self) -> int:
        return len(self.name) + len(self.gap) + len(self.value)


def edit_body(sheet: Sheet, body: Body, edit: BodyEdit) -> list[Splice]:
    """The splices that make an edit of a body of the file."""
    block = sheet.block_of(body)
    if block is not None and "\n" not in sheet.text[body.start : body.end]:
        return _expand(sheet, block, edit)
    return _Multiline(sheet, body, block, edit).splices()


def _expand(sheet: Sheet, block: Block, edit: BodyEdit) -> list[Splice]:
    """A block in one line: it stays in one line where its only value changes, and gets lines of its own else."""
    body = block.body
    kept = {name: item for name, item in body.attributes.items() if name not in edit.taken}
    new = [name for name in edit.values if name not in body.attributes]
    if not new and not edit.blocks and not edit.members and kept and len(edit.taken) == 0:
        return [
            Splice(item.value_start, item.end, reindented(edit.values[name], sheet.indent(block.start), sheet.unit))
            for name, item in kept.items()
            if name in edit.values
        ]
    outer = sheet.indent(block.start)
    inner = outer + sheet.unit
    texts = {name: sheet.text[item.value_start : item.end] for name, item in kept.items()}
    texts.update({name: reindented(text, inner, sheet.unit, sheet.newline) for name, text in edit.values.items()})
    for name, members in edit.members.items():
        attribute = body.attributes[name]
        texts[name] = splice(texts[name], [_in_own(item, attribute) for item in _members_of(sheet, attribute, members)])
    lines = aligned(texts.items(), inner)
    for source in edit.blocks:
        lines += (
            ["", inner + reindented(source, inner, sheet.unit, sheet.newline)]
            if lines
            else [inner + reindented(source, inner, sheet.unit, sheet.newline)]
        )
    if not lines:
        return [Splice(body.start, body.end, "")]
    return [Splice(body.start, body.end, sheet.newline + sheet.newline.join(lines) + sheet.newline + outer)]


def _members_of(sheet: Sheet, attribute: Attribute, members: Sequence[tuple[str, str]]) -> list[Splice]:
    return add_members(sheet, attribute.value_start, attribute.end, members)


def _in_own(item: Splice, attribute: Attribute) -> Splice:
    return Splice(item.start - attribute.value_start, item.end - attribute.value_start, item.text)


def aligned(items: Iterable[tuple[str, str]], indent: str) -> list[str]:
    """Attributes as lines; the equals signs of those in one line are aligned."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def close() -> None:
        width = max((len(name) for name, _ in run), default=0)
        lines.extend(f"{indent}{name:<{width}} = {text}" for name, text in run)
        run.clear()

    for name, text in items:
        if "\n" in text and not text.startswith("<<"):
            close()
            lines.append(f"{indent}{name} = {text}")
        else:
            run.append((name, text))
            if "\n" in text:
                close()
    close()
    return lines


def block_text(head: str, items: Iterable[tuple[str, str]]) -> str:
    """A block of attributes, aligned: ``variable "a" {`` and so on."""
    return "\n".join([f"{head} {{", *aligned(items, "  "), "}"])


class _Multiline:
    """The edit of a body whose lines are its own."""

    def __init__(self, sheet: Sheet, body: Body, block: Block | None, edit: BodyEdit) -> None:
        self.sheet = sheet
        self.text = sheet.text
        self.body = body
        self.edit = edit
        self.outer = sheet.indent(block.start) if block is not None else ""
        self.inner = self._inner(block)
        self.found: list[Splice] = []

    def _inner(self, block: Block | None) -> str:
        if block is None:
            return ""
        items: list[Attribute | Block] = [*self.body.attributes.values(), *self.body.blocks]
        for item in items:
            if not self.text[self.sheet.line_start(item.start) : item.start].strip():
                return self.sheet.indent(item.start)
        return self.outer + self.sheet.unit

    def splices(self) -> list[Splice]:
        edit, body, sheet = self.edit, self.body, self.sheet
        gone: list[Attribute | Block] = [body.attributes[name] for name in edit.taken if name in body.attributes]
        gone += edit.ended
        for item in gone:
            self.found.append(self._deletion(item))
        for name, members in edit.members.items():
            self.found += _members_of(sheet, body.attributes[name], members)
        new: list[tuple[str, str]] = []
        replaced: dict[int, str] = {}
        for name, value in edit.values.items():
            text = reindented(value, self.inner, sheet.unit, sheet.newline)
            attribute = body.attributes.get(name)
            if attribute is None or name in edit.taken:
                new.append((name, text))
            else:
                replaced[id(attribute)] = text
                self.found.append(Splice(attribute.value_start, attribute.end, text))
        anchor = self._anchor() if new else None
        touched = [item for item in body.attributes.values() if id(item) in replaced or item.name in edit.taken]
        done: set[int] = set()
        lines: list[str] = []
        if new and anchor is None:
            lines = aligned(new, self.inner)
        elif new and anchor is not None:
            lines = self._align(anchor, replaced, new, done)
        for attribute in touched:
            if id(attribute) not in done:
                self._align(attribute, replaced, [], done)
        if lines:
            self._place_attributes(lines, anchor)
        if edit.blocks:
            self._place_blocks([reindented(item, self.inner, sheet.unit, sheet.newline) for item in edit.blocks])
        return self.found

    def _deletion(self, item: Attribute | Block) -> Splice:
        """The lines of an attribute or block, with one of two empty lines that would meet."""
        start, end = self.sheet.line_start(item.start), self.sheet.after_line(item.end)
        if self.text[start : item.start].strip() or not self._ends_line(item.end):
            return Splice(item.start, item.end, "")
        before = self.text[: max(start - 1, 0)]
        empty_before = (start > 0 and not before[before.rfind("\n") + 1 :].strip()) or start <= self.body.start + 2
        after = self.text[end : self.sheet.line_end(end)]
        if isinstance(item, Block) and empty_before and not after.strip() and end < self.body.end:
            end = self.sheet.after_line(end)
        elif isinstance(item, Block) and empty_before and after.strip() == "}" and start > self.body.start + 2:
            start = self.sheet.line_start(start - 1)
        return Splice(start, end, "")

    def _ends_line(self, position: int) -> bool:
        rest = self.text[position : self.sheet.line_end(position)].strip()
        return not rest or rest.startswith(("#", "//", "/*"))

    def _anchor(self) -> Attribute | None:
        """The attribute after which new ones are written: the last before the first nested block."""
        first = min((block.start for block in self.body.blocks), default=self.body.end)
        before = [item for item in self.body.attributes.values() if item.start < first and item.name not in _TAIL]
        if not self.body.blocks or before:
            kept = [item for item in before if item.name not in self.edit.taken]
            return max(kept, key=lambda item: item.start, default=None)
        return None

    def _row(self, attribute: Attribute, replaced: dict[int, str]) -> _Row | None:
        """The line of an attribute; None where it shares it, or is a value of several lines that closes later."""
        text = self.text
        if text[self.sheet.line_start(attribute.start) : attribute.start].strip():
            return None
        written = text[attribute.value_start : attribute.end]
        several = "\n" in written and not written.startswith("<<")
        if several and "\n" in replaced.get(id(attribute), "\n"):
            return None
        end = self.sheet.line_end(attribute.value_start) if "\n" in written and not several else attribute.end
        gap_start = attribute.start + len(attribute.name)
        equals = text.index("=", gap_start)
        rest = text[end : self.sheet.line_end(end)]
        comment = rest.strip()
        comment_start = end + len(rest) - len(rest.lstrip())
        if not comment.startswith(("#", "//", "/*")):
            comment, comment_start = "", end
        value = replaced.get(id(attribute))
        if value is not None and "\n" in value and not value.startswith("<<"):
            return None
        lead = text[equals : attribute.value_start]
        shown = text[equals:end] if value is None else lead + value.split("\n", 1)[0]
        return _Row(
            attribute.name,
            text[gap_start:equals],
            shown,
            text[end:comment_start],
            comment,
            attribute,
            (gap_start, equals, end, comment_start),
        )

    def _chain(self, attribute: Attribute, replaced: dict[int, str]) -> list[Attribute]:
        """The attributes in adjacent lines around one, as ``terraform fmt`` aligns them: a heredoc counts as one, and
        so does what takes several lines and will no longer."""
        ordered = sorted(self.body.attributes.values(), key=lambda item: item.start)
        position = ordered.index(attribute)

        def is_line(item: Attribute) -> bool:
            gone = item.name in self.edit.taken and self._ends_line(item.end)
            return gone or self._row(item, {}) is not None or self._row(item, replaced) is not None

        if not is_line(attribute):
            return []
        first = last = position
        while first > 0 and ordered[first - 1].end_line + 1 == ordered[first].line and is_line(ordered[first - 1]):
            first -= 1
        while (
            last + 1 < len(ordered)
            and ordered[last].end_line + 1 == ordered[last + 1].line
            and is_line(ordered[last + 1])
        ):
            last += 1
        return ordered[first : last + 1]

    def _align(
        self, attribute: Attribute, replaced: dict[int, str], new: Sequence[tuple[str, str]], done: set[int]
    ) -> list[str]:
        """Align the run of an attribute anew, if it was aligned; the lines of the new attributes behind it."""
        chain = self._chain(attribute, replaced)
        if not chain:  # a value of several lines, or one that shares its line: what comes behind it is a run of its own
            return aligned(new, self.inner)
        done.update(map(id, chain))
        runs = _groups(self._row(item, {}) for item in chain)
        old = [row for run in runs for row in run]
        was = all(map(_is_aligned, runs))
        width = max((len(row.name) for row in old), default=0)
        spaced = all(map(_comments_aligned, runs))
        rows: list[_Row | None] = []
        added: list[_Row] = []
        several: list[str] = []
        for item in chain:
            if item.name not in self.edit.taken:
                rows.append(self._row(item, replaced))
            if item is attribute:
                for name, text in new:
                    first = text.split("\n", 1)[0]
                    if "\n" in text and not text.startswith("<<"):
                        several.append(f"{self.inner}{name} = {text}")
                    else:
                        row = _Row(name, " ", f"= {first}", "", "", None)
                        added.append(row)
                        rows.append(row)
        joined = bool(chain) and not self._needs_space(attribute)
        if not joined:  # the new lines are a run of their own
            rows = [row for row in rows if row is None or row.attribute is not None]
            _lay_out(added)
        groups = _groups(rows)
        if was:
            for group in groups:
                _lay_out(group)
        elif joined and old:
            for row in added:  # the file does not align: keep to the nearest habit
                row.gap = " " * max(1, width + 1 - len(row.name)) if width and len({*map(_column, old)}) == 1 else " "
        for group in groups:
            if spaced:
                _lay_out_comments(group)
        for group in groups:
            self._respace(group, replaced)
        by_name = dict(new)
        lines = [
            f"{self.inner}{row.name}{row.gap}{row.value}{by_name[row.name][len(row.value) - 2 :]}" for row in added
        ]
        return lines + several

    def _respace(self, rows: Iterable[_Row], replaced: dict[int, str]) -> None:
        for row in rows:
            if row.attribute is None:
                continue
            gap_start, gap_end, value_end, comment_start = row.spans
            if self.text[gap_start:gap_end] != row.gap:
                self.found.append(Splice(gap_start, gap_end, row.gap))
            if row.comment and self.text[value_end:comment_start] != row.comment_gap:
                self.found.append(Splice(value_end, comment_start, row.comment_gap))

    def _needs_space(self, anchor: Attribute) -> bool:
        return anchor.name in _HEAD and all(name in _HEAD for name in self.body.attributes)

    def _place_attributes(self, lines: list[str], anchor: Attribute | None) -> None:
        newline = self.sheet.newline
        text = newline.join(lines)
        if anchor is None:
            position = self.sheet.after_line(self.body.start)
            following = self.text[position : self.sheet.line_end(position)].strip()
            space = newline if self.body.blocks and following else ""
            self.found.append(Splice(position, position, text + newline + space))
            return
        position = self.sheet.line_end(anchor.end)
        space = newline if self._needs_space(anchor) else ""
        if "\n" in self.text[anchor.value_start : anchor.end] and not self._ends_line(anchor.end):
            position = anchor.end
        self.found.append(Splice(position, position, newline + space + text))

    def _place_blocks(self, sources: list[str]) -> None:
        sheet, newline = self.sheet, self.sheet.newline
        is_file = sheet.block_of(self.body) is None
        end = self.body.end
        line = sheet.line_start(end)
        before = self.text[self.body.start : line].rstrip(" \t\r\n")
        empty = not before
        text = (newline * 2).join(f"{self.inner}{item}" for item in sources) + newline
        if is_file:
            tail = "" if not self.text or self.text.endswith("\n") else newline
            self.found.append(Splice(end, end, f"{tail}{newline if self.text.strip() else ''}{text}"))
            return
        blank = not self.text[sheet.line_start(max(line - 1, 0)) : max(line - 1, 0)].strip()
        lead = "" if empty or blank else newline
        if self.text[line:end].strip():  # something stands before the brace: a comment
            self.found.append(Splice(end, end, f"{newline}{lead}{text}{self.outer}"))
        else:
            self.found.append(Splice(line, line, lead + text))


def _column(row: _Row) -> int:
    return len(row.name) + len(row.gap)


def _is_aligned(rows: Sequence[_Row]) -> bool:
    width = max((len(row.name) for row in rows), default=0) + 1
    return all(_column(row) == width and "\t" not in row.gap for row in rows)


def _lay_out(rows: Sequence[_Row]) -> None:
    width = max((len(row.name) for row in rows), default=0) + 1
    for row in rows:
        row.gap = " " * (width - len(row.name))


def _groups(rows: Iterable[_Row | None]) -> list[list[_Row]]:
    """Runs of lines; a value that now takes several lines ends one."""
    found: list[list[_Row]] = [[]]
    for row in rows:
        if row is None:
            found.append([])
        else:
            found[-1].append(row)
    return [group for group in found if group]


def _comment_runs(rows: Sequence[_Row]) -> Iterable[list[_Row]]:
    run: list[_Row] = []
    for row in rows:
        if row.comment:
            run.append(row)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _comments_aligned(rows: Sequence[_Row]) -> bool:
    return all(
        row.assigned + len(row.comment_gap) == max(item.assigned for item in run) + 1
        for run in _comment_runs(rows)
        for row in run
    )


def _lay_out_comments(rows: Sequence[_Row]) -> None:
    for run in _comment_runs(rows):
        width = max(row.assigned for row in run) + 1
        for row in run:
            row.comment_gap = " " * (width - row.assigned)


def add_members(sheet: Sheet, start: int, end: int, members: Sequence[tuple[str, str]]) -> list[Splice]:
    """The splices that add members to an object that is written as ``{ ... }`` between two offsets."""
    close = end - 1
    text = sheet.text
    inside = text[start + 1 : close]
    newline = sheet.newline
    if "\n" not in inside:
        written = ", ".join(f"{name} = {value}" for name, value in members)
        if not inside.strip():
            return [Splice(start, end, f"{{ {written} }}")]
        stripped = inside.rstrip(" ,")
        return [Splice(start + 1 + len(stripped), close, f", {written} " if inside.endswith(" ") else f", {written}")]
    there = elements_of(text, start)
    line = sheet.line_start(close)
    indent = sheet.indent(there[-1].start) if there else sheet.indent(start) + sheet.unit
    run = _last_run(sheet, there, line)
    old = [_Row(text[item.start : equals].rstrip(), "", "", "", "", None) for item, equals in run]
    for row, (item, equals) in zip(old, run, strict=True):
        row.gap = text[item.start + len(row.name) : equals]
    was = _is_aligned(old)
    added = [_Row(name, " ", f"= {value}", "", "", None) for name, value in members]
    found: list[Splice] = []
    if was:
        _lay_out([*old, *added])
        found += [
            Splice(item.start + len(row.name), equals, row.gap)
            for row, (item, equals) in zip(old, run, strict=True)
            if text[item.start + len(row.name) : equals] != row.gap
        ]
    new = newline.join(f"{indent}{row.name}{row.gap}{row.value}" for row in added) + newline
    if there and text[there[-1].end : close].lstrip(" \t").startswith(","):
        new = new.replace(newline, f",{newline}")
    if text[line:close].strip():
        comma = "" if text[there[-1].end : close].strip().startswith(",") else ","
        return [*found, Splice(there[-1].end, there[-1].end, f"{comma} " + ", ".join(f"{k} = {v}" for k, v in members))]
    return [*found, Splice(line, line, new)]


def _last_run(sheet: Sheet, there: Sequence[Element], line: int) -> list[tuple[Element, int]]:
    """The members in adjacent lines at the end of an object, each in one line, with the place of its equals sign."""
    run: list[tuple[Element, int]] = []
    below = line
    for item in reversed(there):
        begin = sheet.line_start(item.start)
        equals = sheet.text.find("=", item.start, item.value_start)
        alone = not sheet.text[begin : item.start].strip() and "\n" not in sheet.text[item.start : item.end]
        if sheet.after_line(item.end) != below or not alone or equals < 0:
            break
        run.append((item, equals))
        below = begin
    return run[::-1]


def edits_of(
    sheet: Sheet,
    edits: Iterable[tuple[Body, BodyEdit]],
    after: Iterable[tuple[int, str]] = (),
    spans: Iterable[Splice] = (),
) -> list[Splice]:
    """All splices of one file: edits of bodies, blocks (as text) after the lines of given offsets, single spans."""
    found: list[Splice] = list(dict.fromkeys(spans))
    for body, edit in edits:
        found += edit_body(sheet, body, edit)
    for position, source in after:
        end = sheet.line_end(position)
        newline = sheet.newline
        found.append(Splice(end, end, newline * 2 + reindented(source, "", sheet.unit, newline)))
    return found
