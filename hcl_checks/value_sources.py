"""Where the value of an attribute stands: in the attribute, a local, a variable's default or file, a module's argument.

The way is followed only where the value serves one purpose: what another resource depends on is shared, and is left.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.hcl_checks.configuration import content_hash
from compliant_infra.hcl_checks.edits import Sheet
from compliant_infra.hcl_checks.module_instance import ModuleInstance
from compliant_infra.hcl_checks.overrides import file_of
from compliant_infra.hcl_checks.places import BlockScope
from compliant_infra.hcl_checks.reader import Attribute, Block, Body, Expression, HCLSyntaxError, parse
from compliant_infra.hcl_checks.scopes import Argument
from compliant_infra.hcl_checks.variables import automatic_variable_files
from compliant_infra.kernel.model import Text

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs

_NAMED: Final = re.compile(r'(?:"\$\{\s*)?(var|local)\.([A-Za-z_][\w-]*)(?:\s*\}")?')
_MAX_STEPS: Final = 50


class RefusedError(Exception):
    """A finding is not mended: ``code`` is that of a Refusal."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Slot:
    """A value that can be replaced where it is written."""

    sheet: Sheet
    body: Body  # of the sheet
    attribute: Attribute
    described: Text  # "" where the value stands in the attribute itself


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

    def __init__(self, library: ModuleLibrary, inputs: VariableInputs) -> None:
        self.library = library
        self.inputs = inputs
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
            body = sheet.body_with(attribute)
            if body is None:
                raise RefusedError("no-source", Text("the value stands in no file", "该值不在任何文件中"))
            return Slot(sheet, body, attribute, Text("", ""))
        match = _NAMED.fullmatch(str(value).strip()) if isinstance(value, Expression) else None
        if match is None:
            raise RefusedError("by-hand", _composite(attribute, file))
        if steps > _MAX_STEPS:
            raise RefusedError("unknown", Text("names refer to each other in a ring", "引用成环"))
        kind, name = match[1], match[2]
        self._check_alone(instance, kind, name, attribute, sheet)
        if kind == "local":
            item = instance.source.locals.get(name)
            if item is None:
                raise RefusedError("unknown", Text(f"local.{name} is not declared", f"local.{name} 未声明"))
            found = self._slot(item.attribute, item.file, instance, instance, steps + 1)
            return found if found.described.en else _described(found, f"local.{name}", f"local.{name}")
        return self._variable(instance, name, steps)

    def _variable(self, instance: ModuleInstance, name: str, steps: int) -> Slot:
        block = instance.source.variables.get(name)
        if block is None:
            raise RefusedError("unknown", Text(f"var.{name} is not declared", f"var.{name} 未声明"))
        if instance.parent is not None:
            argument = instance.inputs.get(name)
            if isinstance(argument, Argument):
                caller = module_of(argument.scope)
                found = self._slot(argument.attribute, argument.file, argument.scope, caller, steps + 1)
                where = Text(f"argument {name} of {instance.address}", f"{instance.address} 的参数 {name}")
                return found if found.described.en else _described(found, *where)
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
        file = file_of(block.body, default, block.file)
        sheet = self.sheet(instance.source.directory, file)
        body = sheet.body_with(default)
        if body is None or not is_plain(default.value):
            raise RefusedError("by-hand", _composite(default, file))
        return _described(Slot(sheet, body, default, Text("", "")), f"default of var.{name}", f"var.{name} 的默认值")

    def _given(self, instance: ModuleInstance, name: str) -> Slot | None:
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
                if not is_plain(attribute.value):
                    raise RefusedError("by-hand", _composite(attribute, sheet.document.path))
                shown = os.path.basename(path)
                return _described(
                    Slot(sheet, sheet.document.body, attribute, Text("", "")),
                    f"var.{name} in {shown}",
                    f"{shown} 中的 var.{name}",
                )
        return None

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
                if block is not None and block is here and not _in_meta(block, start):
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
    return Slot(slot.sheet, slot.body, slot.attribute, Text(en, zh))


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
