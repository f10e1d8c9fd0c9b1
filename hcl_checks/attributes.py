"""The attributes of a block, evaluated when they are asked for, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compliant_infra.hcl_checks.operations import whole
from compliant_infra.hcl_checks.overrides import file_of, file_of_block
from compliant_infra.hcl_checks.places import BlockScope, Whereabouts
from compliant_infra.hcl_checks.reader import Attribute, Block, Body
from compliant_infra.kernel.model import OneOf, SourceLocation, Text, Unknown

#: Arguments and blocks that belong to Terraform, not to the resource.
META_ARGUMENTS: Final = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS: Final = frozenset({"lifecycle", "provisioner", "connection"})
_BEGUN: Final = object()  # in place of a value that is being evaluated
_SCALARS: Final = (str, int, float, bool)
#: A dynamic block makes at most this many blocks; more is judged once, as unknown.
MAX_DYNAMIC_BLOCKS: Final = 2000


class LazyAttributes(Mapping[str, Any]):
    """A block's arguments and nested blocks as a mapping: values are evaluated on first use and kept.

    Nested blocks are lists of such mappings; ``dynamic`` blocks are expanded among them. An unknown ``for_each`` of a
    dynamic block gives a OneOf: without the block, or with it (its iterator unknown).
    """

    __slots__ = ("_known", "body", "file", "scope")

    def __init__(self, body: Body, scope: BlockScope, file: str) -> None:
        self.body = body
        self.scope = scope
        self.file = file
        self._known: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or ``default`` where the name is not set (or set to null)."""
        known = self._known
        if name in known:
            value = known[name]
            if value is _BEGUN:
                value = self._cycle(name)
        else:
            attribute = self.body.attributes.get(name)
            if attribute is not None:
                value = attribute.value
                if type(value) not in _SCALARS and value is not None:
                    value = self._evaluated(attribute)
            else:
                value = self._blocks(name)
            known[name] = value
        return default if value is None else value

    def _evaluated(self, attribute: Attribute) -> Any:
        known = self._known
        known[attribute.name] = _BEGUN
        try:
            return whole(
                self.scope.whereabouts.evaluate(attribute, file_of(self.body, attribute, self.file), self.scope)
            )
        finally:
            del known[attribute.name]

    def _cycle(self, name: str) -> Unknown:
        attribute = self.body.attributes[name]
        place = SourceLocation(file_of(self.body, attribute, self.file), attribute.line, attribute.end_line)
        self.scope.whereabouts.diagnose(
            "reference-cycle",
            Text(f"{name} refers to itself through others", f"{name} 经由其他引用指向自身（循环引用）"),
            place,
        )
        return Unknown("unsupported", name, place)

    def __getitem__(self, name: str) -> Any:
        """The value; None where the name is written and null. Raises KeyError where it is not written."""
        value = self.get(name)
        if value is None and name not in self:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        """Whether the name is written: nothing is evaluated."""
        return name in self.body.attributes or any(_block_name(block) == name for block in self.body.blocks)

    def __iter__(self) -> Iterator[str]:
        """The names that are written, arguments first: nothing is evaluated."""
        yield from self.body.attributes
        if self.body.blocks:
            yield from dict.fromkeys(map(_block_name, self.body.blocks))

    def __len__(self) -> int:
        return len(self.body.attributes) + len({_block_name(block) for block in self.body.blocks})

    def __repr__(self) -> str:
        return f"LazyAttributes({sorted(self.body.attributes)})"

    def _blocks(self, name: str) -> Any:
        found: list[Any] = []
        maybe: list[Any] = []
        condition: Unknown | None = None
        written = False
        for block in self.body.blocks:
            if block.type == name:
                written = True
                found.append(LazyAttributes(block.body, self.scope, file_of_block(self.body, block, self.file)))
            elif block.type == "dynamic" and block.labels and block.labels[0] == name:
                written = True
                made, unknown = expand_dynamic(block, self.scope, file_of_block(self.body, block, self.file))
                if unknown is not None:
                    maybe.extend(made)
                    condition = unknown if condition is None else condition
                else:
                    found.extend(made)
        if not written:
            return None
        if condition is None:
            return found
        several = [[*found, *maybe]] if len(maybe) > 1 else []
        return OneOf((found, *([*found, item] for item in maybe), *several), condition)


class ResourceAttributes(LazyAttributes):
    """The attributes of a whole resource: without the arguments and blocks that belong to Terraform itself."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        for name in super().__iter__():
            if name not in META_ARGUMENTS and name not in META_BLOCKS:
                yield name


class IteratorScope:
    """The scope inside a dynamic block's content: its iterator beside everything around it."""

    __slots__ = ("_key", "_name", "_outer", "_value", "whereabouts")

    def __init__(self, outer: BlockScope, name: str, key: Any, value: Any) -> None:
        self._outer = outer
        self.whereabouts: Whereabouts = outer.whereabouts
        self._name = name
        self._key = key
        self._value = value

    @property
    def outer(self) -> BlockScope:
        """The scope around the dynamic block."""
        return self._outer

    @property
    def name(self) -> str:
        """The name of the iterator."""
        return self._name

    @property
    def key(self) -> Any:
        """The key of the block's element."""
        return self._key

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """The iterator's key and value; other names are the outer scope's."""
        if names[0] == self._name:
            if len(names) > 1 and names[1] == "key":
                return self._key, 2
            if len(names) > 1 and names[1] == "value":
                return self._value, 2
            return {"key": self._key, "value": self._value}, 1
        return self._outer.resolve(names)

    def read_file(self, path: str) -> bytes | Unknown:
        """As the outer scope."""
        return self._outer.read_file(path)

    def list_files(self, directory: str) -> list[str] | Unknown:
        """As the outer scope."""
        return self._outer.list_files(directory)

    @property
    def directory(self) -> str:
        """As the outer scope."""
        return self._outer.directory

    def location(self) -> SourceLocation | None:
        """As the outer scope."""
        return self._outer.location()


def collection_items(value: Any) -> list[tuple[Any, Any]] | None:
    """Key and value pairs of a collection for ``for_each``; None where it cannot be walked."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        if type(value) is list:
            return list(enumerate(value))
        return [(item, item) for item in value]
    return None


def expand_dynamic(block: Block, scope: BlockScope, file: str) -> tuple[list[LazyAttributes], Unknown | None]:
    """The blocks that a ``dynamic`` block makes. With an Unknown second, the first is one block that may exist."""
    content = next((item for item in block.body.blocks if item.type == "content"), None)
    if content is None:
        return [], None
    attribute = block.body.attributes.get("for_each")
    value = scope.whereabouts.evaluate(attribute, file, scope) if attribute is not None else []
    value = whole(value)
    iterator = block.body.attributes.get("iterator")
    name = str(iterator.value).strip() if iterator is not None else block.labels[0]

    def make(key: Any, item: Any) -> LazyAttributes:
        return LazyAttributes(content.body, IteratorScope(scope, name, key, item), file)

    if type(value) is OneOf:
        counts = [collection_items(item) for item in value.alternatives]
        if all(items is not None and len(items) == 0 for items in counts):
            return [], None
        unknown = value.condition
        known = [items for items in counts if items]
        if len(known) == 1 and len(known[0]) == 1:
            return [make(*known[0][0])], unknown
        blocked = Unknown("ambiguous", unknown.expression, unknown.location)
        return [make(blocked, blocked)], unknown
    if type(value) is Unknown:
        return [make(value, value)], value
    items = collection_items(value)
    if items is None:
        return [], None
    if len(items) > MAX_DYNAMIC_BLOCKS:
        cut = Unknown("limit", f"dynamic.{block.labels[0]}", scope.location())
        return [make(cut, cut)], cut
    return [make(key, item) for key, item in items], None


class SourceSpans:
    """Where the attributes of a resource stand in its file."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: LazyAttributes) -> None:
        self._attributes = attributes

    def span(self, path: str) -> SourceLocation | None:
        """The attribute's place; where it is not written, that of the innermost block on the way to it."""
        here = self._attributes
        found: SourceLocation | None = None
        parts = path.split(".")
        index = 0
        while index < len(parts):
            name = parts[index]
            attribute = here.body.attributes.get(name)
            if attribute is not None:
                return SourceLocation(file_of(here.body, attribute, here.file), attribute.line, attribute.end_line)
            blocks = [item for item in here.body.blocks if _block_name(item) == name]
            if not blocks:
                return found
            found = SourceLocation(file_of_block(here.body, blocks[0], here.file), blocks[0].line, blocks[0].end_line)
            made = here.get(name)
            if type(made) is OneOf:
                made = made.alternatives[-1]
            position = 0
            if index + 1 < len(parts) and parts[index + 1].isdigit():
                position = int(parts[index + 1])
                index += 1
            if not isinstance(made, list) or position >= len(made) or not isinstance(made[position], LazyAttributes):
                return found
            here = made[position]
            found = _place_of(blocks, here, found)
            index += 1
        return found


def _block_name(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _place_of(blocks: list[Block], made: LazyAttributes, default: SourceLocation) -> SourceLocation:
    for block in blocks:
        if block.body is made.body:
            return SourceLocation(made.file, block.line, block.end_line)
        if block.type == "dynamic":
            for content in block.body.blocks:
                if content.type == "content" and content.body is made.body:
                    return SourceLocation(made.file, block.line, block.end_line)
    return default
