"""A module directory as Terraform sees it: all its files read once and sorted into variables, locals, resources, ...

Override files are merged, what cannot be read becomes a diagnostic and leaves the other files untouched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from compliant_infra.hcl_checks.cycles import cyclic_locals
from compliant_infra.hcl_checks.overrides import merge_bodies
from compliant_infra.hcl_checks.reader import Attribute, Block, Body, Document, Expression, HCLSyntaxError, parse_json
from compliant_infra.hcl_checks.reader import parse as parse_native
from compliant_infra.hcl_checks.wellformed import expression_problems
from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text

#: No file is edited: all are taken as they are on disk.
NOTHING_EDITED: Final[Mapping[str, bytes]] = MappingProxyType({})

#: Larger files are not configuration that people write; they are refused with ``limit-reached``.
MAX_FILE_BYTES: Final = 8 * 1024 * 1024

#: Top-level blocks that Terraform and OpenTofu know. Anything else is reported.
_TOP_LEVEL: Final = frozenset(
    {
        "terraform",
        "provider",
        "variable",
        "locals",
        "output",
        "module",
        "resource",
        "data",
        "ephemeral",
        "moved",
        "removed",
        "import",
        "check",
        "action",
        "list",
    }
)
#: Blocks of ``terraform`` that say where the state lies.
_BACKENDS: Final = frozenset({"backend", "cloud"})
_LABELS: Final = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "provider": 1,
    "variable": 1,
    "output": 1,
    "module": 1,
    "check": 1,
    "locals": 0,
    "terraform": 0,
}


class FileBlock:
    """A block together with the file it stands in."""

    __slots__ = ("block", "body", "file")

    def __init__(self, block: Block, file: str) -> None:
        self.block = block
        self.body = block.body
        self.file = file

    @property
    def location(self) -> SourceLocation:
        """The block's first and last line."""
        return SourceLocation(self.file, self.block.line, self.block.end_line)


class FileAttribute:
    """An attribute together with the file it stands in."""

    __slots__ = ("attribute", "file")

    def __init__(self, attribute: Attribute, file: str) -> None:
        self.attribute = attribute
        self.file = file

    @property
    def location(self) -> SourceLocation:
        """The attribute's first and last line."""
        return SourceLocation(self.file, self.attribute.line, self.attribute.end_line)


class Requirement(NamedTuple):
    """What ``required_providers`` says of one provider: an object, or (in old code) a version alone."""

    value: Any
    location: SourceLocation


@dataclass(slots=True)
class ModuleSource:
    """The parsed content of one module directory."""

    directory: str  # absolute
    display: str
    variables: dict[str, FileBlock] = field(default_factory=dict)
    locals: dict[str, FileAttribute] = field(default_factory=dict)
    outputs: dict[str, FileBlock] = field(default_factory=dict)
    modules: dict[str, FileBlock] = field(default_factory=dict)
    resources: dict[tuple[str, str], FileBlock] = field(default_factory=dict)
    data: dict[tuple[str, str], FileBlock] = field(default_factory=dict)
    ephemeral: dict[tuple[str, str], FileBlock] = field(default_factory=dict)
    providers: list[FileBlock] = field(default_factory=list)
    provider_sources: dict[str, str] = field(default_factory=dict)  # local name -> source address
    requirements: dict[str, Requirement] = field(default_factory=dict)  # by local name of the provider
    has_backend: bool = False  # it says where its state lies: no module for others to call
    documents: list[Document] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)  # absolute path -> content hash
    cyclic: frozenset[str] = frozenset()  # locals that refer to themselves through others
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: bool = False  # a file could not be read: an undeclared name may be declared there

    def local_module_sources(self) -> Iterable[tuple[str, str]]:
        """Names and sources of the module calls whose source is a path."""
        for name, call in self.modules.items():
            source = literal(call.body, "source")
            if isinstance(source, str) and is_local_source(source):
                yield name, source


def literal(body: Body, name: str) -> Any:
    """The attribute's value where it is written literally, else None."""
    attribute = body.attributes.get(name)
    if attribute is None or isinstance(attribute.value, Expression):
        return None
    return attribute.value


def is_local_source(source: str) -> bool:
    """Whether a module source is a path (``./x``, ``../x``) rather than an address to fetch from."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def content_hash(data: bytes) -> str:
    """The hash by which file contents are told apart."""
    return blake2b(data, digest_size=16).hexdigest()


#: What was read of files, by path and content hash: the document and the problems of its expressions.
ParsedFiles = dict[tuple[str, str], tuple[Document, list[Diagnostic]]]


def read_module(
    directory: str,
    display: str,
    files: Iterable[str],
    contents: Mapping[str, bytes] = NOTHING_EDITED,
    parsed: ParsedFiles | None = None,
) -> ModuleSource:
    """Read the configuration files of a module directory. Never raises for their content.

    ``contents`` holds files by their absolute path as they would be after an edit: what is there is not read from disk.
    ``parsed`` keeps what was read: a file of which the content is known there is not parsed again.
    """
    module = ModuleSource(directory, display)
    ordinary: list[Document] = []
    overrides: list[Document] = []
    for name in files:
        document = _read_file(module, name, contents, parsed)
        if document is not None:
            stem = name.split(".", 1)[0]
            (overrides if stem == "override" or stem.endswith("_override") else ordinary).append(document)
    for document in ordinary:
        _add(module, document)
    for document in overrides:
        _override(module, document)
    if module.locals:
        cycles = cyclic_locals(module.locals)
        module.cyclic = frozenset(cycles)
        module.diagnostics.extend(dict.fromkeys(cycles.values()))
    module.documents = ordinary + overrides
    return module


def _read_file(
    module: ModuleSource, name: str, contents: Mapping[str, bytes], parsed: ParsedFiles | None = None
) -> Document | None:
    path = os.path.join(module.directory, name)
    display = name if module.display == "." else f"{module.display}/{name}"
    problem: Diagnostic
    try:
        edited = contents.get(path)
        size = os.stat(path).st_size if edited is None else len(edited)
        if size > MAX_FILE_BYTES:
            data = b""
        else:
            data = Path(path).read_bytes() if edited is None else edited
    except OSError as error:
        reason = error.strerror or type(error).__name__
        module.diagnostics.append(
            Diagnostic("unreadable-file", Text(f"cannot be read: {reason}", f"无法读取：{reason}"), display)
        )
        module.broken = True
        return None
    digest = module.hashes[path] = content_hash(data)
    if parsed is not None and (path, digest) in parsed:
        document, problems = parsed[path, digest]
        module.diagnostics.extend(problems)
        return document
    if size > MAX_FILE_BYTES:
        mega = MAX_FILE_BYTES // 1024 // 1024
        problem = Diagnostic(
            "limit-reached",
            Text(f"file is larger than {mega} MiB; not read", f"文件超过 {mega} MiB，未读取"),
            display,
        )
    else:
        try:
            text = data.decode("utf-8-sig")
            document = parse_json(text, display) if name.endswith(".json") else parse_native(text, display)
            problems = expression_problems(document)
            module.diagnostics.extend(problems)
            if parsed is not None:
                parsed[path, digest] = document, problems
            return document
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problem = Diagnostic(
                "bad-encoding",
                Text("not UTF-8; the file was not read", "不是 UTF-8 编码，文件未读取"),
                display,
                line,
            )
        except HCLSyntaxError as error:
            problem = Diagnostic(error.code, Text(error.message, error.message_zh), display, error.line, error.column)
    module.diagnostics.append(problem)
    module.broken = True
    return None


def _problem(module: ModuleSource, message: Text, file: str, line: int) -> None:
    module.diagnostics.append(Diagnostic("syntax-error", message, file, line))


def _add(module: ModuleSource, document: Document) -> None:
    file = document.path
    for attribute in document.body.attributes.values():
        _problem(
            module,
            Text(f'argument "{attribute.name}" is not expected at top level', f"顶层不应出现参数 “{attribute.name}”"),
            file,
            attribute.line,
        )
    for block in document.body.blocks:
        kind = block.type
        if kind not in _TOP_LEVEL:
            _problem(module, Text(f'unknown block type "{kind}"', f"未知的块类型 “{kind}”"), file, block.line)
            continue
        wanted = _LABELS.get(kind)
        if wanted is not None and len(block.labels) != wanted:
            _problem(
                module,
                Text(
                    f'a "{kind}" block needs {wanted} label(s), found {len(block.labels)}',
                    f"“{kind}” 块需要 {wanted} 个标签，实际为 {len(block.labels)} 个",
                ),
                file,
                block.line,
            )
            continue
        item = FileBlock(block, file)
        if "count" in block.body.attributes and "for_each" in block.body.attributes:
            message = Text("count and for_each exclude each other", "count 与 for_each 不能同时使用")
            _problem(module, message, file, block.line)
        if kind == "resource":
            _declare(module, module.resources, (block.labels[0], block.labels[1]), item)
        elif kind == "data":
            _declare(module, module.data, (block.labels[0], block.labels[1]), item)
        elif kind == "ephemeral":
            _declare(module, module.ephemeral, (block.labels[0], block.labels[1]), item)
        elif kind == "variable":
            _declare(module, module.variables, block.labels[0], item)
        elif kind == "output":
            _declare(module, module.outputs, block.labels[0], item)
        elif kind == "module":
            _declare(module, module.modules, block.labels[0], item)
        elif kind == "locals":
            for name, attribute in block.body.attributes.items():
                if name in module.locals:
                    _duplicate(module, f"local.{name}", file, attribute.line, module.locals[name].location)
                else:
                    module.locals[name] = FileAttribute(attribute, file)
        elif kind == "provider":
            module.providers.append(item)
        elif kind == "terraform":
            _read_requirements(module, block.body, file)
        elif kind == "check":
            for nested in block.body.blocks:
                if nested.type == "data" and len(nested.labels) == 2:
                    module.data.setdefault((nested.labels[0], nested.labels[1]), FileBlock(nested, file))


def _declare(module: ModuleSource, table: dict[Any, FileBlock], key: Any, item: FileBlock) -> None:
    if key in table:
        name = ".".join(key) if isinstance(key, tuple) else key
        _duplicate(module, f"{item.block.type} {name}", item.file, item.block.line, table[key].location)
    else:
        table[key] = item


def _duplicate(module: ModuleSource, name: str, file: str, line: int, first: SourceLocation) -> None:
    _problem(
        module,
        Text(
            f"{name} is declared twice; first at {first.file}:{first.line}",
            f"{name} 重复声明；首次声明在 {first.file}:{first.line}",
        ),
        file,
        line,
    )


def _read_requirements(module: ModuleSource, body: Body, file: str) -> None:
    module.has_backend = module.has_backend or not _BACKENDS.isdisjoint(body.attributes)
    for block in body.blocks:
        if block.type in _BACKENDS:
            module.has_backend = True
        elif block.type == "required_providers":
            for name, attribute in block.body.attributes.items():
                value = attribute.value
                place = SourceLocation(file, attribute.line, attribute.end_line)
                module.requirements.setdefault(name, Requirement(value, place))
                if isinstance(value, dict) and isinstance(value.get("source"), str):
                    module.provider_sources[name] = value["source"]
    required = body.attributes.get("required_providers")  # the JSON form
    if required is not None and isinstance(required.value, dict):
        place = SourceLocation(file, required.line, required.end_line)
        for name, value in required.value.items():
            module.requirements.setdefault(str(name), Requirement(value, place))
            if isinstance(value, dict) and isinstance(value.get("source"), str):
                module.provider_sources[name] = value["source"]


def _override(module: ModuleSource, document: Document) -> None:
    """Merge an override file: arguments replace arguments, nested blocks replace all blocks of their type."""
    file = document.path
    tables: dict[str, dict[Any, FileBlock]] = {
        "resource": module.resources,
        "data": module.data,
        "variable": module.variables,
        "output": module.outputs,
        "module": module.modules,
    }
    extra: list[Block] = []
    for block in document.body.blocks:
        if block.type == "locals":
            for name, attribute in block.body.attributes.items():
                module.locals[name] = FileAttribute(attribute, file)
            continue
        if block.type == "provider" and block.labels:
            alias = literal(block.body, "alias")
            target = next(
                (
                    item
                    for item in module.providers
                    if item.block.labels == block.labels and literal(item.body, "alias") == alias
                ),
                None,
            )
        elif block.type in tables and len(block.labels) == _LABELS[block.type]:
            key: Any = tuple(block.labels) if len(block.labels) == 2 else block.labels[0]
            target = tables[block.type].get(key)
        else:
            target = None
        if target is None:
            extra.append(block)
            continue
        target.body = merge_bodies(target.body, block.body, file)
    if extra or document.body.attributes:
        rest = Document.__new__(Document)
        rest.path = document.path
        rest.text = document.text
        rest.body = Body(document.body.attributes, extra, document.body.start, document.body.end)
        _add(module, rest)
