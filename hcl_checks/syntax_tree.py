"""The tree of an expression: one class for each form of the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Literal:
    """A number, a bool, null, or a text without interpolation."""

    value: Any


@dataclass(slots=True)
class Name:
    """The leading static names of a traversal: ``var.a.b`` is ``("var", "a", "b")``."""

    names: tuple[str, ...]


@dataclass(slots=True)
class AttributeStep:
    """``.name``."""

    name: str


@dataclass(slots=True)
class IndexStep:
    """``[key]``, or ``.0`` with a literal key."""

    key: Node


@dataclass(slots=True)
class SplatStep:
    """``[*]`` or ``.*`` and the steps that apply to each element."""

    steps: tuple[Step, ...]


Step = AttributeStep | IndexStep | SplatStep


@dataclass(slots=True)
class Postfix:
    """Steps from a value. ``text`` is the whole source."""

    source: Node
    steps: tuple[Step, ...]
    text: str


@dataclass(slots=True)
class Unary:
    """``-operand`` or ``!operand``."""

    operator: str
    operand: Node


@dataclass(slots=True)
class Chain:
    """Operators of one precedence, applied from left to right: ``first op node op node ...``."""

    level: int
    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(slots=True)
class Conditional:
    """``condition ? positive : negative``. ``text`` is the source of the condition."""

    condition: Node
    positive: Node
    negative: Node
    text: str


@dataclass(slots=True)
class TupleNode:
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(slots=True)
class ObjectNode:
    """``{a = 1, (b) = 2}``."""

    items: tuple[tuple[Node, Node], ...]


@dataclass(slots=True)
class ForNode:
    """``[for k, v in collection : value if condition]``, or with ``key`` an object; ``grouping`` is ``...``."""

    key_name: str | None
    value_name: str
    collection: Node
    key: Node | None
    value: Node
    condition: Node | None
    grouping: bool
    text: str


@dataclass(slots=True)
class Call:
    """A function call; ``expand`` where the last argument is followed by ``...``. ``text`` is the whole source."""

    name: str
    arguments: tuple[Node, ...]
    expand: bool
    text: str


@dataclass(slots=True)
class TemplateIf:
    """``%{ if }``. ``text`` is the source of the condition."""

    condition: Node
    positive: Template
    negative: Template
    text: str


@dataclass(slots=True)
class TemplateFor:
    """``%{ for }``."""

    key_name: str | None
    value_name: str
    collection: Node
    body: Template
    text: str


@dataclass(slots=True)
class Template:
    """Texts and interpolations in turn; always a text."""

    parts: tuple[str | Node, ...]
    text: str


Node = (
    Literal
    | Name
    | Postfix
    | Unary
    | Chain
    | Conditional
    | TupleNode
    | ObjectNode
    | ForNode
    | Call
    | Template
    | TemplateIf
    | TemplateFor
)
