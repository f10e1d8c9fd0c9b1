"""Reader of Terraform's JSON syntax (.tf.json, .tofu.json, .tfvars.json): the same Document as from native syntax.

JSON with positions, linear and bounded. Which members are blocks follows Terraform's own schema of the file and of the
meta-arguments; inside a resource a nested block cannot be told from an attribute without the provider's schema, so
there objects and lists stay values. Strings are templates, as Terraform reads them: one with ``${`` or ``%{`` becomes
an Expression that is the same template in quotes.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import Any, Final, NamedTuple

from compliant_infra.hcl_checks.patterns import compiled
from compliant_infra.hcl_checks.reader import (
    TEMPLATE_MARK,
    Attribute,
    Block,
    Body,
    Document,
    Expression,
    HCLSyntaxError,
    SourceReader,
    has_template,
    number_value,
    template_end,
)

_BLANK = compiled(r"[ \t\n\r]*+")
_STRING = compiled(r'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+)"')
_NUMBER = compiled(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![\w.+-])")
_WORD = compiled(r"[a-z]++(?!\w)")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


class _Node(NamedTuple):
    """A JSON value and its span. Objects are lists of members, kept apart from arrays by their class."""

    value: Any
    start: int
    end: int


class _Member(NamedTuple):
    key: str
    start: int
    node: _Node


class _Object(list[_Member]):
    __slots__ = ()


class _Array(list[_Node]):
    __slots__ = ()


class _JSONReader(SourceReader):
    """JSON text to nodes."""

    __slots__ = ()

    def read_node(self) -> _Node:
        """The one value of the file."""
        position = 1 if self.text.startswith("\ufeff") else 0
        node = self.node(self.blank(position))
        end = self.blank(node.end)
        if end < self.size:
            self.fail(end, "unexpected text after the JSON value", "JSON 值之后有多余内容")
        return node

    def blank(self, position: int) -> int:
        match = _BLANK.match(self.text, position)
        return match.end() if match else position

    def string(self, position: int, message: str, message_zh: str) -> tuple[str, int]:
        match = _STRING.match(self.text, position)
        if match is None:
            self.fail(position, message, message_zh)
        text = match[1]
        if "\\" in text:
            text = json.loads(match[0])
            if not text.isascii():  # a lone half of a surrogate pair is no character
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text, match.end()

    def node(self, position: int) -> _Node:
        char = self.text[position : position + 1]
        if char == '"':
            string, end = self.string(
                position, "the string is not closed or has a bad escape", "字符串没有结束或转义无效"
            )
            return _Node(string, position, end)
        if char == "{" or char == "[":
            if self.depth >= self.limit:
                self.fail_depth(position)
            self.depth += 1
            found = self.object_node(position) if char == "{" else self.array_node(position)
            self.depth -= 1
            return found
        match = _NUMBER.match(self.text, position)
        if match is not None:
            number = number_value(match[0])
            value = Expression(match[0], position, self.line_at(position)) if number is None else number
            return _Node(value, position, match.end())
        word = _WORD.match(self.text, position)
        if word is None or word[0] not in _WORDS:
            self.fail(position, "a JSON value is expected here", "此处应为 JSON 值")
        return _Node(_WORDS[word[0]], position, word.end())

    def object_node(self, opening: int) -> _Node:
        members = _Object()
        position = self.blank(opening + 1)
        if self.text.startswith("}", position):
            return _Node(members, opening, position + 1)
        while True:
            start = position
            key, position = self.string(position, "a name in quotes is expected here", "此处应为带引号的名称")
            position = self.blank(position)
            if not self.text.startswith(":", position):
                self.fail(position, ": is expected after the name", "名称之后应为 :")
            node = self.node(self.blank(position + 1))
            members.append(_Member(key, start, node))
            position = self.blank(node.end)
            if self.text.startswith("}", position):
                return _Node(members, opening, position + 1)
            if not self.text.startswith(",", position):
                self.fail(position, ", or } is expected in the object", "对象中此处应为 , 或 }")
            position = self.blank(position + 1)

    def array_node(self, opening: int) -> _Node:
        items = _Array()
        position = self.blank(opening + 1)
        if self.text.startswith("]", position):
            return _Node(items, opening, position + 1)
        while True:
            node = self.node(position)
            items.append(node)
            position = self.blank(node.end)
            if self.text.startswith("]", position):
                return _Node(items, opening, position + 1)
            if not self.text.startswith(",", position):
                self.fail(position, ", or ] is expected in the list", "列表中此处应为 , 或 ]")
            position = self.blank(position + 1)


# How a block's members are read: type of block -> (number of labels, schema of its body).
_CONDITION: Final = (0, "condition")
_RESOURCE: Final = {
    "lifecycle": (0, "lifecycle"),
    "provisioner": (1, "provisioner"),
    "connection": (0, "connection"),
    "dynamic": (1, "dynamic"),
}
_SCHEMAS: Final[dict[str, dict[str, tuple[int, str]]]] = {
    "file": {
        "resource": (2, "resource"),
        "data": (2, "resource"),
        "ephemeral": (2, "resource"),
        "variable": (1, "variable"),
        "output": (1, "output"),
        "locals": (0, "locals"),
        "module": (1, "module"),
        "provider": (1, "provider"),
        "terraform": (0, "terraform"),
        "moved": (0, "moved"),
        "import": (0, "import"),
        "removed": (0, "removed"),
        "check": (1, "check"),
    },
    "resource": _RESOURCE,
    "content": {"dynamic": (1, "dynamic")},
    "dynamic": {"content": (0, "content")},
    "provisioner": {"connection": (0, "connection")},
    "lifecycle": {"precondition": _CONDITION, "postcondition": _CONDITION},
    "variable": {"validation": _CONDITION},
    "output": {"precondition": _CONDITION},
    "provider": {"dynamic": (1, "dynamic")},
    "check": {"assert": _CONDITION, "data": (2, "resource")},
    "removed": {"lifecycle": (0, "lifecycle"), "connection": (0, "connection"), "provisioner": (1, "provisioner")},
    "terraform": {
        "backend": (1, "backend"),
        "cloud": (0, "cloud"),
        "required_providers": (0, "required_providers"),
        "provider_meta": (1, "provider_meta"),
    },
    "cloud": {"workspaces": (0, "workspaces")},
}
# Attributes whose strings are references or keywords, not templates.
_REFERENCES: Final[dict[str, frozenset[str]]] = {
    "resource": frozenset({"depends_on", "provider"}),
    "module": frozenset({"depends_on", "providers"}),
    "output": frozenset({"depends_on"}),
    "variable": frozenset({"type"}),
    "lifecycle": frozenset({"ignore_changes", "replace_triggered_by"}),
    "provisioner": frozenset({"when", "on_failure"}),
    "dynamic": frozenset({"iterator"}),
    "moved": frozenset({"from", "to"}),
    "import": frozenset({"to", "provider"}),
    "removed": frozenset({"from"}),
}
# Bodies whose strings Terraform takes as they are.
_LITERAL_BODIES: Final = frozenset({"variable", "backend", "cloud", "workspaces", "required_providers", "values"})

_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class _Builder:
    """Nodes to a Document."""

    def __init__(self, reader: _JSONReader) -> None:
        self.reader = reader
        self.newlines = [match.start() for match in re.finditer("\n", reader.text)]

    def line(self, position: int) -> int:
        return bisect_left(self.newlines, position) + 1

    # -- bodies ------------------------------------------------------------------------------------------------

    def body(self, node: _Node, schema: str) -> Body:
        """The body that an object stands for; ``//`` holds comments."""
        body = Body(start=node.start + 1, end=node.end - 1)
        types = _SCHEMAS.get(schema, {})
        for member in node.value:
            if member.key == "//":
                continue
            labels = types.get(member.key)
            if labels is None:
                self.attribute(body, member, schema)
            else:
                self.blocks(body, member.key, member.node, labels[0], labels[1], [], member.start)
        return body

    def file(self, node: _Node, schema: str) -> Body:
        """The body of the whole file: an object, or a list of objects."""
        if isinstance(node.value, _Object):
            body = self.body(node, schema)
        elif isinstance(node.value, _Array) and all(isinstance(item.value, _Object) for item in node.value):
            merged = _Object(member for item in node.value for member in item.value)
            body = self.body(_Node(merged, node.start, node.end), schema)
        else:
            self.reader.fail(node.start, "the file must hold a JSON object", "文件内容必须是 JSON 对象")
        body.start, body.end = 0, self.reader.size
        return body

    def blocks(self, body: Body, type: str, node: _Node, left: int, schema: str, labels: list[str], start: int) -> None:
        """All blocks of one type below a member: objects for the labels, lists for repetition."""
        value = node.value
        if isinstance(value, _Array):
            for item in value:
                self.blocks(body, type, item, left, schema, labels, item.start)
        elif isinstance(value, _Object):
            if left:
                for member in value:
                    if member.key != "//":
                        self.blocks(body, type, member.node, left - 1, schema, [*labels, member.key], member.start)
                return
            inner = self.body(node, schema)
            body.blocks.append(Block(type, labels, self.line(start), self.line(node.end - 1), start, node.end, inner))
        elif value is not None:
            self.reader.fail(node.start, f"{type} must hold an object here", f"{type} 此处必须是对象")

    def attribute(self, body: Body, member: _Member, schema: str) -> None:
        name, start, node = member
        line = self.line(start)
        if name in body.attributes:
            first = body.attributes[name].line
            self.reader.fail(start, f"{name} is already set in line {first}", f"{name} 已在第 {first} 行设置")
        if name in _REFERENCES.get(schema, ()):
            value = self.reference(node)
        elif schema in _LITERAL_BODIES:
            value = self.literal(node)
        else:
            value = self.value(node)
        body.attributes[name] = Attribute(name, value, line, self.line(node.end - 1), start, node.end, node.start)

    # -- values ------------------------------------------------------------------------------------------------

    def value(self, node: _Node) -> Any:
        """A value whose strings are templates."""
        value = node.value
        if isinstance(value, _Array):
            return [self.value(item) for item in value]
        if isinstance(value, _Object):
            result: dict[str, Any] = {}
            for member in value:
                key = self.template(member.key, member.start)
                self.add(result, key, member, self.value(member.node))
            return result
        if type(value) is str:
            return self.template(value, node.start)
        return value

    def literal(self, node: _Node) -> Any:
        """A value whose strings mean themselves; only the aliases of a provider are references."""
        value = node.value
        if isinstance(value, _Array):
            return [self.literal(item) for item in value]
        if isinstance(value, _Object):
            result: dict[str, Any] = {}
            for member in value:
                aliases = member.key == "configuration_aliases"
                self.add(result, member.key, member, (self.reference if aliases else self.literal)(member.node))
            return result
        return value

    def reference(self, node: _Node) -> Any:
        """A value whose strings are expressions without marks: a reference, a type, a keyword."""
        value = node.value
        if isinstance(value, _Array):
            return [self.reference(item) for item in value]
        if isinstance(value, _Object):
            result: dict[str, Any] = {}
            for member in value:
                self.add(result, member.key, member, self.reference(member.node))
            return result
        if type(value) is str:
            source = value.strip()
            if source.startswith("${") and source.endswith("}") and "${" not in source[2:]:
                source = source[2:-1].strip()
            return Expression(source, node.start, self.line(node.start))
        return value

    def add(self, result: dict[str, Any], key: str, member: _Member, value: Any) -> None:
        if key in result:
            self.reader.fail(member.start, f"the name {key} stands twice in this object", f"此对象中名称 {key} 重复")
        result[key] = value

    def template(self, text: str, start: int) -> str:
        """The string, or an Expression of the template that it is, in quotes."""
        if "{" not in text:
            return text
        if not has_template(text):
            return text.replace("$${", "${").replace("%%{", "%{")
        parts: list[str] = ['"']
        position = 0
        while True:
            mark = TEMPLATE_MARK.search(text, position)
            if mark is None:
                break
            parts.append(text[position : mark.start()].translate(_QUOTED))
            position = mark.end()
            if mark.lastindex:
                try:
                    position = template_end(text, mark.start(), self.reader.depth)
                except HCLSyntaxError as error:
                    message = f"in the template of this string: {error.message}"
                    self.reader.fail(start, message, f"此字符串的模板有误：{error.message_zh}", error.code)
            parts.append(text[mark.start() : position])
        parts.append(text[position:].translate(_QUOTED))
        parts.append('"')
        return Expression("".join(parts), start, self.line(start))


def read_json(text: str, path: str) -> Document:
    """Read JSON syntax; a .tfvars.json file holds values only, and its strings mean themselves."""
    reader = _JSONReader(text)
    node = reader.read_node()
    body = _Builder(reader).file(node, "values" if path.endswith(".tfvars.json") else "file")
    return Document(path, text, body)
