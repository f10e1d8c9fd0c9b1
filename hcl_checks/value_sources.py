"""Where the value of an attribute stands: in the attribute, a local, a variable's default or file, a module's argument.

The way is followed only where the value serves one purpose: what another resource depends on is shared, and is left.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.hcl_checks.attributes import IteratorScope
from compliant_infra.hcl_checks.configuration import ModuleSource, content_hash
from compliant_infra.hcl_checks.edits import Sheet
from compliant_infra.hcl_checks.module_instance import ModuleInstance
from compliant_infra.hcl_checks.overrides import file_of
from compliant_infra.hcl_checks.places import BlockScope
from compliant_infra.hcl_checks.reader import (
    Attribute,
    Block,
    Body,
    Expression,
    HCLSyntaxError,
    elements_of,
    parse,
)
from compliant_infra.hcl_checks.scopes import Argument, EachScope
from compliant_infra.hcl_checks.variables import automatic_variable_files
from compliant_infra.kernel.model import Text

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs

_NAMED: Final = re.compile(r'(?:"\$\{\s*)?(var|local)\.([A-Za-z_][\w-]*)(?:\s*\}")?')
_PATH: Final = r'([A-Za-z_][\w-]*\.[A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\["[^"\\$%]*"\])*)'
_STEPS: Final = re.compile(rf"\s*{_PATH}\s*")
_TRIED: Final = re.compile(rf"\s*(?:try|coalesce)\(\s*{_PATH}\s*,[^()]*\)\s*")
_LOOKED_UP: Final = re.compile(rf'\s*lookup\(\s*{_PATH}\s*,\s*"([^"\\$%]*)"\s*(?:,[^()]*)?\)\s*')
_FILTERED: Final = re.compile(
    rf"\{{\s*for\s+(\w+)\s*,\s*(\w+)\s+in\s+{_PATH}\s*:\s*(\w+)\s*=>\s*(\w+)\s*(?:if\s.*)?\}}", re.S
)
_STEP: Final = re.compile(r'\.([A-Za-z_][\w-]*)|\["([^"]*)"\]')
_MAX_STEPS: Final = 50


class RefusedError(Exception):
    """A finding is not mended: ``code`` is that of a Refusal."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.used = ""  # the attribute (dotted) that cannot go because something uses it to reach the resource


@dataclass(frozen=True)
class Slot:
    """A value that can be replaced where it is written, or given to an object that lacks it (``missing``)."""

    sheet: Sheet
    start: int  # of the value, or of the object
    end: int
    value: Any
    described: Text  # "" where the value stands in the attribute itself
    missing: str = ""


@dataclass(frozen=True)
class _Node:
    """A value as it is written, on the way to one of its parts."""

    sheet: Sheet
    start: int
    end: int
    value: Any
    scope: BlockScope  # of what is written there


def module_of(scope: BlockScope) -> ModuleInstance:
    """The module in which a scope lies."""
    while not isinstance(scope, ModuleInstance):
        scope = scope.outer  # type: ignore[attr-defined]
    return scope


def is_plain(value: Any) -> bool:
    """Whether a value is a literal scalar, or a list of them."""
    if isinstance(value, list):
        return all(is_plain(item) and not isinstance(item, list) for item in value)
    return not isinstance(value, (Expression, dict))


class Sources:
    """Finds sheets and slots in a library."""

    def __init__(self, library: ModuleLibrary, inputs: VariableInputs, failing: Collection[str] = frozenset()) -> None:
        self.library = library
        self.inputs = inputs
        self.failing = failing  # resources (``type.name``) with a finding of the same rule: they may share a value
        self._sheets: dict[int, Sheet] = {}
        self._variable_files: dict[str, Sheet | None] = {}

    def sheet(self, directory: str, file: str) -> Sheet:
        """The file of a module directory, by its name as results show it."""
        module = self.library.read(directory)
        for document in module.documents:
            if document.path == file:
                sheet = self._sheets.get(id(document))
                if sheet is None:
                    if file.endswith(".json"):
                        raise RefusedError(
                            "no-source",
                            Text(
                                f"{file} is written in JSON: only native syntax is edited",
                                f"{file} 为 JSON 语法：仅修改原生语法的文件",
                            ),
                        )
                    path = os.path.join(directory, os.path.basename(file))
                    sheet = Sheet(path, document, module.hashes.get(path, ""))
                    self._sheets[id(document)] = sheet
                return sheet
        raise RefusedError("no-source", Text(f"{file} is not read", f"{file} 未被读取"))

    def body(self, sheet: Sheet, body: Body) -> Body:
        """A body as its file has it."""
        plain = sheet.plain(body)
        if plain is None:
            raise RefusedError("no-source", Text("the block stands in no file", "该块不在任何文件中"))
        return plain

    def slot(self, body: Body, attribute: Attribute, file: str, scope: BlockScope, steps: int = 0) -> Slot:
        """Where the value of an attribute of a (perhaps merged) body stands. Raises RefusedError."""
        instance = module_of(scope)
        return self._slot(attribute, file_of(body, attribute, file), scope, instance, steps)

    def _slot(self, attribute: Attribute, file: str, scope: BlockScope, instance: ModuleInstance, steps: int) -> Slot:
        value = attribute.value
        sheet = self.sheet(instance.source.directory, file)
        if is_plain(value):
            return Slot(sheet, attribute.value_start, attribute.end, value, Text("", ""))
        if not isinstance(value, Expression):
            raise RefusedError("by-hand", _composite(attribute, file))
        self._check_steps(steps)
        match = _NAMED.fullmatch(value.strip())
        if match is None:
            return self._part(value, attribute, file, scope, sheet, steps)
        kind, name = match[1], match[2]
        self._check_alone(instance, kind, name, attribute, sheet)
        if kind == "local":
            item = instance.source.locals.get(name)
            if item is None:
                raise RefusedError("unknown", Text(f"local.{name} is not declared", f"local.{name} 未声明"))
            found = self._slot(item.attribute, item.file, instance, instance, steps + 1)
            return found if found.described.en else _described(found, f"local.{name}", f"local.{name}")
        source, described = self._variable(instance, name)
        if isinstance(source, Argument):
            found = self._slot(source.attribute, source.file, source.scope, module_of(source.scope), steps + 1)
        else:
            sheet, written = source
            if not is_plain(written.value):
                raise RefusedError("by-hand", _composite(written, sheet.document.path))
            found = Slot(sheet, written.value_start, written.end, written.value, Text("", ""))
        return found if found.described.en else _described(found, *described)

    def _check_steps(self, steps: int) -> None:
        if steps > _MAX_STEPS:
            raise RefusedError("unknown", Text("names refer to each other in a ring", "引用成环"))

    def _variable(self, instance: ModuleInstance, name: str) -> tuple[Argument | tuple[Sheet, Attribute], Text]:
        """What gives a variable its value: an argument of the call, an entry of a variable file, or its default."""
        block = instance.source.variables.get(name)
        if block is None:
            raise RefusedError("unknown", Text(f"var.{name} is not declared", f"var.{name} 未声明"))
        if instance.parent is not None:
            argument = instance.inputs.get(name)
            if isinstance(argument, Argument):
                return argument, Text(f"argument {name} of {instance.address}", f"{instance.address} 的参数 {name}")
        else:
            given = self._given(instance, name)
            if given is not None:
                return given
        default = block.body.attributes.get("default")
        if default is None:
            raise RefusedError(
                "unknown",
                Text(
                    f"the value comes from var.{name}, which has no value here",
                    f"该值来自 var.{name}，而它在此处没有取值",
                ),
            )
        sheet = self.sheet(instance.source.directory, file_of(block.body, default, block.file))
        return (sheet, default), Text(f"default of var.{name}", f"var.{name} 的默认值")

    def _given(self, instance: ModuleInstance, name: str) -> tuple[tuple[Sheet, Attribute], Text] | None:
        """The entry of a variable file that gives the root's variable its value."""
        files = automatic_variable_files(instance.source.directory)
        if name in self.inputs.spoken:
            raise RefusedError(
                "not-yours",
                Text(f"var.{name} is given on the command line", f"var.{name} 由命令行给出"),
            )
        if name in self.inputs.values:
            files += list(self.inputs.files)
        for path in reversed(files):
            if path.endswith(".json"):
                if f'"{name}"' in self._text(path):
                    raise RefusedError(
                        "no-source",
                        Text(
                            f"var.{name} has its value in {os.path.basename(path)}, written in JSON",
                            f"var.{name} 的值在 {os.path.basename(path)} 中（JSON 语法）",
                        ),
                    )
                continue
            sheet = self._variable_file(path)
            attribute = sheet.document.body.attributes.get(name) if sheet is not None else None
            if sheet is not None and attribute is not None:
                shown = os.path.basename(path)
                return (sheet, attribute), Text(f"var.{name} in {shown}", f"{shown} 中的 var.{name}")
        return None

    # -- parts of objects --------------------------------------------------------------------------------------

    def _part(
        self, value: Expression, attribute: Attribute, file: str, scope: BlockScope, sheet: Sheet, steps: int
    ) -> Slot:
        """The part of an object that an expression names: ``each.value.public``, ``try(var.a.b, false)``."""
        named = _path(value)
        if named is None or not named[1]:
            raise RefusedError("by-hand", _composite(attribute, file))
        base, keys = named
        try:
            node = self._base(base, keys[-1], attribute.start, scope, sheet, steps)
            for key in keys[:-1]:
                node = self._below(node, key, steps, keys[-1])
            node = self._resolved(node, steps, keys[-1])
        except LookupError:
            raise RefusedError("by-hand", _composite(attribute, file)) from None
        if not isinstance(node.value, dict):
            raise RefusedError("by-hand", _composite(attribute, file))
        line = node.sheet.text.count("\n", 0, node.start) + 1
        place = f"{node.sheet.document.path}:{line}"
        described = Text(place, place)
        for item in elements_of(node.sheet.text, node.start):
            if item.key == keys[-1]:
                if not is_plain(item.value):
                    raise RefusedError("by-hand", _composite(attribute, file))
                return Slot(node.sheet, item.value_start, item.end, item.value, described)
        return Slot(node.sheet, node.start, node.end, None, described, keys[-1])

    def _below(self, node: _Node, key: Any, steps: int, last: str) -> _Node:
        """The part of a value under a key. Raises LookupError where it is not written."""
        node = self._resolved(node, steps, last)
        if not isinstance(node.value, (dict, list)):
            raise LookupError(key)
        for item in elements_of(node.sheet.text, node.start):
            if item.key == key:
                return _Node(node.sheet, item.value_start, item.end, item.value, node.scope)
        raise LookupError(key)

    def _resolved(self, node: _Node, steps: int, last: str) -> _Node:
        """What an expression on the way stands for. Raises LookupError where that is no plain name."""
        while isinstance(node.value, Expression):
            self._check_steps(steps)
            steps += 1
            text = str(node.value)
            match = _FILTERED.fullmatch(text.strip())
            if match is not None:
                if (match[1], match[2]) != (match[5], match[6]):
                    raise LookupError(text)
                named: tuple[str, list[str]] | None = (match[3], _steps(match[4]))
            else:
                named = _path(text)
            if named is None:
                raise LookupError(text)
            start = node.start
            node = self._base(named[0], last, start, node.scope, node.sheet, steps)
            for key in named[1]:
                node = self._below(node, key, steps, last)
        return node

    def _base(self, base: str, last: str, position: int, scope: BlockScope, sheet: Sheet, steps: int) -> _Node:
        """The value with which a path begins: a local, a variable, ``each.value``, the value of an iterator."""
        instance = module_of(scope)
        kind, _, name = base.partition(".")
        if kind == "local":
            item = instance.source.locals.get(name)
            if item is None:
                raise LookupError(base)
            self._check_part(instance, base, last, position, sheet)
            found = self.sheet(instance.source.directory, item.file)
            return _node(found, item.attribute, instance)
        if kind == "var":
            self._check_part(instance, base, last, position, sheet)
            source, _ = self._variable(instance, name)
            if isinstance(source, Argument):
                caller = module_of(source.scope)
                return _node(self.sheet(caller.source.directory, source.file), source.attribute, source.scope)
            return _node(*source, instance)
        if name != "value":
            raise LookupError(base)
        inner: Any = scope
        while inner is not instance:
            if isinstance(inner, EachScope) and kind == "each" and inner.kind == "for_each":
                block = _top_block(sheet.document.body.blocks, position)
                return self._element(block, inner.key, instance, sheet, steps, last)
            if isinstance(inner, IteratorScope) and inner.name == kind:
                block = _dynamic_at(sheet, position, kind)
                return self._element(block, inner.key, inner.outer, sheet, steps, last)
            inner = inner.outer
        raise LookupError(base)

    def _element(self, block: Block | None, key: Any, scope: BlockScope, sheet: Sheet, steps: int, last: str) -> _Node:
        """The element of a block's ``for_each`` under a key."""
        each = block.body.attributes.get("for_each") if block is not None else None
        if each is None or not isinstance(key, (str, int)):
            raise LookupError("for_each")
        return self._below(_node(sheet, each, scope), key, steps, last)

    def _check_part(self, instance: ModuleInstance, base: str, last: str, position: int, sheet: Sheet) -> None:
        """Refuse a part of an object that others than the block at a place use: they name it too."""
        pattern = re.compile(rf"(?<![\w.-]){re.escape(base)}(?![\w-])")
        word = re.compile(rf"(?<![\w-]){re.escape(last)}(?![\w-])")
        here = _top_block(sheet.document.body.blocks, position)
        for document in instance.source.documents:
            for match in pattern.finditer(document.text):
                start = match.start()
                block = _top_block(document.body.blocks, start)
                if block is None or block is here or any(first <= start < end for first, end in document.comment_spans):
                    continue
                first, end = block.start, block.end
                if block.type == "locals":
                    within = _attribute_at(block.body, start)
                    if within is not None:
                        first, end = within.start, within.end
                if block.type == "variable":
                    continue
                if block.type == "module" or word.search(document.text, first, end):
                    line = document.text.count("\n", 0, start) + 1
                    shown = f"{_shown(block)} ({document.path}:{line})"
                    raise RefusedError(
                        "shared",
                        Text(
                            f"the value comes from {base}, on which others depend: {shown}",
                            f"该值来自 {base}，还被其他处使用：{shown}",
                        ),
                    )

    def _data(self, path: str) -> bytes:
        data = self.library.contents.get(path)
        if data is not None:
            return data
        try:
            return Path(path).read_bytes()
        except OSError:
            return b""

    def _text(self, path: str) -> str:
        return self._data(path).decode("utf-8-sig", errors="replace")

    def _variable_file(self, path: str) -> Sheet | None:
        if path not in self._variable_files:
            data = self._data(path)
            try:
                document = parse(data.decode("utf-8-sig"), self.library.tree.display(path))
                self._variable_files[path] = Sheet(path, document, content_hash(data))
            except (HCLSyntaxError, UnicodeDecodeError):
                self._variable_files[path] = None
        return self._variable_files[path]

    def check_unused(self, source: ModuleSource, label: str, attribute: Attribute, sheet: Sheet) -> None:
        """Refuse to take away what something uses to reach the resource: a provisioner, a connection, an output.

        They name the attribute (``alicloud_instance.a.password``, ``self.password``), or the variable or local that it
        has its value from. ``label``: the resource, as expressions of the module name it.
        """
        here = _top_block(sheet.document.body.blocks, attribute.start)
        written = str(attribute.value).strip() if isinstance(attribute.value, Expression) else ""
        named = rf"(?<![\w.-]){re.escape(label)}(?:\[[^\]\n]*\])?\.{re.escape(attribute.name)}(?![\w-])"
        own = rf"(?<![\w.-])self\.{re.escape(attribute.name)}(?![\w-])"
        value = rf"(?<![\w.-]){re.escape(written)}(?![\w-])" if _NAMED.fullmatch(written) else r"(?!)"
        pattern = re.compile(f"(?P<named>{named})|(?P<own>{own})|(?P<value>{value})")
        for document in source.documents:
            for match in pattern.finditer(document.text):
                start = match.start()
                if document is sheet.document and attribute.start <= start < attribute.end:
                    continue
                if any(first <= start < end for first, end in document.comment_spans):
                    continue
                block = _top_block(document.body.blocks, start)
                if block is None or (match["own"] and block is not here):
                    continue
                inner = _top_block(block.body.blocks, start)
                reaching = block.type == "output" or (inner is not None and inner.type in ("connection", "provisioner"))
                if match["value"] and not reaching:
                    continue
                line = document.text.count("\n", 0, start) + 1
                shown = f"{_shown(block)} ({document.path}:{line})"
                raise RefusedError(
                    "shared",
                    Text(
                        f"{attribute.name} would be taken away, and others use it: {shown}",
                        f"须去掉 {attribute.name}，而其他处仍在使用：{shown}",
                    ),
                )

    def _check_alone(self, instance: ModuleInstance, kind: str, name: str, attribute: Attribute, sheet: Sheet) -> None:
        """Refuse a name on which something else depends than this attribute (of one or more resources of a type)."""
        pattern = re.compile(rf"(?<![\w.-]){kind}\.{re.escape(name)}(?![\w-])")
        here = _top_block(sheet.document.body.blocks, attribute.start)
        others: list[str] = []
        for document in instance.source.documents:
            for match in pattern.finditer(document.text):
                start = match.start()
                if document is sheet.document and attribute.start <= start < attribute.end:
                    continue
                if any(first <= start < end for first, end in document.comment_spans):
                    continue
                block = _top_block(document.body.blocks, start)
                if block is not None and not _in_meta(block, start):
                    if block is here or ".".join(block.labels) in self.failing:
                        continue
                if block is not None and block.type == "variable" and block.labels == [name] and kind == "var":
                    continue
                if block is not None and here is not None and block is not here and _alike(block, here):
                    found = _attribute_at(block.body, start)
                    if (
                        found is not None
                        and found.name == attribute.name
                        and _NAMED.fullmatch(str(found.value).strip())
                    ):
                        continue
                line = document.text.count("\n", 0, start) + 1
                others.append(f"{_shown(block)} ({document.path}:{line})")
        if others:
            listed = ", ".join(dict.fromkeys(others[:3])) + (", ..." if len(others) > 3 else "")
            raise RefusedError(
                "shared",
                Text(
                    f"the value comes from {kind}.{name}, on which others depend: {listed}",
                    f"该值来自 {kind}.{name}，还被其他处使用：{listed}",
                ),
            )


def _described(slot: Slot, en: str, zh: str) -> Slot:
    return replace(slot, described=Text(en, zh))


def _node(sheet: Sheet, attribute: Attribute, scope: BlockScope) -> _Node:
    return _Node(sheet, attribute.value_start, attribute.end, attribute.value, scope)


def _path(text: str) -> tuple[str, list[str]] | None:
    """The name with which an expression begins, and the keys behind it; None for what is no plain path."""
    match = _STEPS.fullmatch(text) or _TRIED.fullmatch(text)
    if match is not None:
        return match[1], _steps(match[2])
    match = _LOOKED_UP.fullmatch(text)
    return (match[1], [*_steps(match[2]), match[3]]) if match is not None else None


def _steps(text: str) -> list[str]:
    return [name or key for name, key in _STEP.findall(text)]


def _dynamic_at(sheet: Sheet, position: int, name: str) -> Block | None:
    """The innermost ``dynamic`` block around a place whose iterator has a name."""
    found: Block | None = None
    blocks = sheet.document.body.blocks
    while True:
        block = _top_block(blocks, position)
        if block is None:
            return found
        if block.type == "dynamic" and block.labels:
            iterator = block.body.attributes.get("iterator")
            if (str(iterator.value) if iterator is not None else block.labels[0]) == name:
                found = block
        blocks = block.body.blocks


def _composite(attribute: Attribute, file: str) -> Text:
    return Text(
        f"{attribute.name} is written as an expression ({file}:{attribute.line}), which a person has to change",
        f"{attribute.name} 以表达式写成（{file}:{attribute.line}），须由人修改",
    )


def _top_block(blocks: list[Block], position: int) -> Block | None:
    return next((block for block in blocks if block.start <= position < block.end), None)


def _alike(block: Block, other: Block) -> bool:
    return block.type == other.type == "resource" and block.labels[:1] == other.labels[:1]


def _in_meta(block: Block, position: int) -> bool:
    """Whether a place decides how often a block is made, or is handed on: what stands there is not the resource's."""
    if block.type not in ("resource", "data"):
        return True
    found = _attribute_at(block.body, position)
    return found is not None and found.name in ("count", "for_each")


def _attributes(body: Body) -> Iterator[Attribute]:
    yield from body.attributes.values()
    for block in body.blocks:
        yield from _attributes(block.body)


def _attribute_at(body: Body, position: int) -> Attribute | None:
    return next((item for item in _attributes(body) if item.start <= position < item.end), None)


def _shown(block: Block | None) -> str:
    if block is None:
        return "-"
    if block.type == "resource":
        return ".".join(block.labels)
    return ".".join((block.type, *block.labels))
