"""The syntax of HCL expressions and templates: text to a tree of nodes.

One token is read ahead by a compiled regular expression; operators are climbed by precedence with loops, so that only
real nesting uses the stack, and that is bounded (``MAX_DEPTH``). Line breaks count inside braces of an object and are
white space inside parentheses, brackets, interpolations and around the whole expression, as in HCL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, Final, NoReturn

from compliant_infra.hcl_checks.patterns import compiled
from compliant_infra.hcl_checks.syntax_tree import (
    AttributeStep,
    Call,
    Chain,
    Conditional,
    ForNode,
    IndexStep,
    Literal,
    Name,
    Node,
    ObjectNode,
    Postfix,
    SplatStep,
    Step,
    Template,
    TemplateFor,
    TemplateIf,
    TupleNode,
    Unary,
)
from compliant_infra.hcl_checks.values import ExpressionSyntaxError

#: How deep brackets, operators, conditionals and templates may be nested.
MAX_DEPTH: Final = 200

#: Decimal digits of the largest number that is accepted, so that no small text becomes a huge number.
MAX_DIGITS: Final = 4000

# ---------------------------------------------------------------------------------------------------------------
# Tokens
# ---------------------------------------------------------------------------------------------------------------

_IDENTIFIER: Final = r"[^\W\d][\w-]*+"
_COMMENT: Final = r"/\*(?:[^*]|\*(?!/))*+\*/"
_TOKEN: Final = (
    rf"(?:({_IDENTIFIER})"  # 1
    r"|([0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)"  # 2
    r'|"([^"\\\n\r$%]*+)"'  # 3: a text without escapes and interpolations
    rf"|(<<-?{_IDENTIFIER}\r?\n)"  # 4
    r"|(&&|\|\||==|!=|<=|>=|=>|\.\.\.|::|~\}|[-+*/%!<>?:=.,()\[\]{}])"  # 5
    r'|(")'  # 6
    r"|(\n))?"  # 7
)
_FREE: Final = compiled(rf"(?:[ \t\r\n]|(?:\#|//)[^\n]*+|{_COMMENT})*+" + _TOKEN)
_LINES: Final = compiled(rf"(?:[ \t]|\r(?=\n)|(?:\#|//)[^\n]*+|{_COMMENT})*+" + _TOKEN)
_IDENTIFIER_KIND, _NUMBER, _STRING, _HEREDOC, _OPERATOR, _QUOTE, _NEWLINE = range(1, 8)

_LEVELS: Final = {
    "||": 0,
    "&&": 1,
    "==": 2,
    "!=": 2,
    "<": 3,
    ">": 3,
    "<=": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}

_KEYWORDS: Final = {"true": True, "false": False, "null": None}

_QUOTED_TEXT: Final = compiled(r'(?:[^"\\\n\r$%]|\\[^\n\r]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+')
_LINE_TEXT: Final = compiled(r"(?:[^\n$%]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+\n?+")
_BARE_TEXT: Final = compiled(r"(?:[^$%]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+")
_QUOTED_ESCAPE: Final = compiled(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{", re.S)
_BARE_ESCAPE: Final = compiled(r"([$%])\1\{")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_DIRECTIVES: Final = frozenset({"if", "else", "endif", "for", "endfor"})


@dataclass(slots=True)
class _Text:
    """A literal token of a template; it may be trimmed by its neighbours."""

    value: str


@dataclass(slots=True)
class _Directive:
    """``%{ if/else/endif/for/endfor }`` before the tree is built."""

    keyword: str
    offset: int
    names: tuple[str | None, str] = (None, "")
    node: Node | None = None
    text: str = ""


class Parser:
    """One text. ``kind``, ``value``, ``start`` and ``end`` describe the token that is read ahead."""

    __slots__ = ("depth", "end", "free", "kind", "start", "text", "value")

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.end = 0
        self.start = 0
        self.kind: int | None = None
        self.value = ""
        self.free = True

    # -- tokens

    def fail(self, message: str, offset: int | None = None) -> NoReturn:
        """Give up at the current token."""
        raise ExpressionSyntaxError(message, self.start if offset is None else offset)

    def advance(self) -> None:
        """Read the next token."""
        match = (_FREE if self.free else _LINES).match(self.text, self.end)
        assert match is not None  # every part of the pattern is optional
        kind = self.kind = match.lastindex
        self.end = match.end()
        if kind is None:
            self.start = self.end
            self.value = ""
            if self.end < len(self.text):
                self.fail("Invalid character")
            return
        self.start = match.start(kind)
        self.value = match[kind]

    def expect(self, operator: str) -> None:
        """The current token must be this operator; read the next one."""
        if self.kind != _OPERATOR or self.value != operator:
            self.fail(f"Expected {operator!r}")
        self.advance()

    def at(self, operator: str) -> bool:
        """Whether the current token is this operator."""
        return self.kind == _OPERATOR and self.value == operator

    # -- expressions

    def whole(self) -> Node:
        """The whole text as one expression."""
        self.advance()
        node = self.expression()
        if self.kind is not None:
            self.fail("Extra characters after expression")
        return node

    def expression(self) -> Node:
        """A conditional or anything below it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("Nested too deeply")
        start = self.start
        node = self.binary(0)
        if self.kind == _OPERATOR and self.value == "?":
            text = self.text[start : self.start].rstrip()
            self.advance()
            positive = self.expression()
            self.expect(":")
            node = Conditional(node, positive, self.expression(), text)
        self.depth -= 1
        return node

    def binary(self, minimum: int) -> Node:
        """Operators of at least this precedence."""
        left = self.term()
        while self.kind == _OPERATOR:
            level = _LEVELS.get(self.value, -1)
            if level < minimum:
                return left
            rest: list[tuple[str, Node]] = []
            while self.kind == _OPERATOR and _LEVELS.get(self.value) == level:
                operator = self.value
                self.advance()
                rest.append((operator, self.binary(level + 1)))
            left = Chain(level, left, tuple(rest))
        return left

    def term(self) -> Node:
        """A value with its steps, or a negation."""
        kind, value, start = self.kind, self.value, self.start
        node: Node
        if kind == _IDENTIFIER_KIND:
            self.advance()
            if self.kind == _OPERATOR:
                if self.value in ("(", "::"):
                    node = self.call(value, start)
                elif value in _KEYWORDS:
                    node = Literal(_KEYWORDS[value])
                elif self.value == ".":
                    node = self.name(value)
                else:
                    node = Name((value,))
            elif value in _KEYWORDS:
                return Literal(_KEYWORDS[value])
            else:
                return Name((value,))
        elif kind == _STRING:
            self.advance()
            node = Literal(_normal(value))
        elif kind == _NUMBER:
            node = Literal(self.number())
        elif kind == _QUOTE:
            node = self.quoted()
        elif kind == _HEREDOC:
            node = self.heredoc()
        elif kind == _OPERATOR:
            if value in ("-", "!"):
                self.depth += 1
                if self.depth > MAX_DEPTH:
                    self.fail("Nested too deeply")
                self.advance()
                node = Unary(value, self.term())
                self.depth -= 1
                return node
            if value not in ("(", "[", "{"):
                self.fail("Expected the start of an expression")
            outer, self.free = self.free, True
            if value == "(":
                self.advance()
                node = self.expression()
                self.close(")", outer)
            elif value == "[":
                node = self.tuple_(start, outer)
            else:
                node = self.object_(start, outer)
        else:
            self.fail("Expected the start of an expression")
        if self.kind == _OPERATOR and self.value in (".", "["):
            steps: list[Step] = []
            self.steps(steps)
            return Postfix(node, tuple(steps), self.text[start : self.start].rstrip())
        return node

    def close(self, bracket: str, outer: bool) -> None:
        """The current token must be the bracket; what follows is read with the newline rule of outside."""
        if self.kind != _OPERATOR or self.value != bracket:
            self.fail(f"Expected {bracket!r}")
        self.free = outer
        self.advance()

    def name(self, first: str) -> Node:
        """Static attribute names after the first name; stops before an index or a splat."""
        names = [first]
        while self.kind == _OPERATOR and self.value == ".":
            state = (self.start, self.end)
            self.advance()
            if self.kind != _IDENTIFIER_KIND:
                self.kind, self.value, (self.start, self.end) = _OPERATOR, ".", state
                break
            names.append(self.value)
            self.advance()
        return Name(tuple(names))

    def steps(self, steps: list[Step]) -> None:
        """Everything that follows a value: ``.a``, ``.0``, ``[i]``, ``.*``, ``[*]``."""
        while self.kind == _OPERATOR:
            if self.value == ".":
                self.advance()
                if self.at("*"):
                    self.advance()
                    inner: list[Step] = []
                    while self.at("."):
                        self.advance()
                        if self.at("*"):
                            self.fail("Nested splat expression not allowed")
                        self.attribute(inner)
                    steps.append(SplatStep(tuple(inner)))
                else:
                    self.attribute(steps)
            elif self.value == "[":
                outer, self.free = self.free, True
                self.advance()
                if self.at("*"):
                    self.advance()
                    self.close("]", outer)
                    self.depth += 1
                    if self.depth > MAX_DEPTH:
                        self.fail("Nested too deeply")
                    inner = []
                    self.steps(inner)
                    self.depth -= 1
                    steps.append(SplatStep(tuple(inner)))
                    return
                key = self.expression()
                self.close("]", outer)
                steps.append(IndexStep(key))
            else:
                return

    def attribute(self, steps: list[Step]) -> None:
        """The name or the legacy index after a dot."""
        if self.kind == _IDENTIFIER_KIND:
            steps.append(AttributeStep(self.value))
        elif self.kind == _NUMBER and self.value.isdigit() and len(self.value) < 16:
            steps.append(IndexStep(Literal(int(self.value))))
        elif self.kind == _NUMBER:
            self.fail("Invalid legacy index syntax")
        else:
            self.fail("Expected an attribute name")
        self.advance()

    def number(self) -> int | float:
        """The value of a number token, exact where it is whole."""
        text = self.value
        mantissa, _, exponent = text.lower().partition("e")
        if len(text) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_DIGITS:
            self.fail("Number too large")
        self.advance()
        if text.isdigit():
            return int(text)
        try:
            return plain_number(Fraction(mantissa) * Fraction(10) ** int(exponent or 0))
        except OverflowError:
            self.fail("Number too large")

    def call(self, name: str, start: int) -> Node:
        """A function call; the current token is the parenthesis or the ``::`` of a namespace."""
        while self.at("::"):
            self.advance()
            if self.kind != _IDENTIFIER_KIND:
                self.fail("Expected a function name")
            name += "::" + self.value
            self.advance()
        if not self.at("("):
            self.fail("Expected '('")
        outer, self.free = self.free, True
        self.advance()
        arguments: list[Node] = []
        expand = False
        while not self.at(")"):
            arguments.append(self.expression())
            if self.at("..."):
                expand = True
                self.advance()
                if self.at(","):
                    self.advance()
                break
            if not self.at(","):
                break
            self.advance()
        end = self.end
        self.close(")", outer)
        return Call(name, tuple(arguments), expand, self.text[start:end])

    def tuple_(self, start: int, outer: bool) -> Node:
        """``[...]``; the current token is the bracket."""
        self.advance()
        if self.kind == _IDENTIFIER_KIND and self.value == "for":
            return self.for_("]", start, outer)
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.expression())
            if not self.at(","):
                break
            self.advance()
        self.close("]", outer)
        return TupleNode(tuple(items))

    def object_(self, start: int, outer: bool) -> Node:
        """``{...}``; the current token is the brace. Line breaks end an item."""
        self.advance()
        if self.kind == _IDENTIFIER_KIND and self.value == "for":
            return self.for_("}", start, outer)
        self.free = False
        items: list[tuple[Node, Node]] = []
        while True:
            while self.kind == _NEWLINE:
                self.advance()
            if self.at("}"):
                break
            key = self.key()
            if not self.at("=") and not self.at(":"):
                self.fail("Expected '=' or ':' after the key")
            self.advance()
            items.append((key, self.expression()))
            if self.kind != _NEWLINE and not self.at(","):
                break
            self.advance()
        self.close("}", outer)
        return ObjectNode(tuple(items))

    def key(self) -> Node:
        """The key of an object's item: a bare name is a text."""
        kind, value, start = self.kind, self.value, self.start
        if kind == _IDENTIFIER_KIND:
            state = (start, self.end)
            self.advance()
            if self.kind == _OPERATOR and self.value in ("=", ":"):
                return Literal(_normal(value))
            self.kind, self.value, (self.start, self.end) = kind, value, state
        node = self.expression()
        if kind == _IDENTIFIER_KIND and isinstance(node, Name):
            self.fail("Ambiguous attribute key: put parentheses around it", start)
        return node

    def for_(self, bracket: str, start: int, outer: bool) -> Node:
        """A for expression; the current token is ``for``."""
        self.advance()
        names = self.for_names()
        collection = self.expression()
        self.expect(":")
        key: Node | None = None
        value = self.expression()
        if self.at("=>"):
            if bracket == "]":
                self.fail("Key expression is not valid when building a tuple")
            self.advance()
            key, value = value, self.expression()
        elif bracket == "}":
            self.fail("Key expression is required when building an object")
        grouping = self.at("...")
        if grouping:
            if bracket == "]":
                self.fail("Grouping mode cannot be used when building a tuple")
            self.advance()
        condition: Node | None = None
        if self.kind == _IDENTIFIER_KIND and self.value == "if":
            self.advance()
            condition = self.expression()
        end = self.end
        self.close(bracket, outer)
        return ForNode(names[0], names[1], collection, key, value, condition, grouping, self.text[start:end])

    def for_names(self) -> tuple[str | None, str]:
        """``k, v in`` or ``v in``."""
        names: list[str] = []
        while len(names) < 2:
            if self.kind != _IDENTIFIER_KIND:
                self.fail("Expected a name after 'for'")
            names.append(self.value)
            self.advance()
            if not self.at(",") or len(names) == 2:
                break
            self.advance()
        if self.kind != _IDENTIFIER_KIND or self.value != "in":
            self.fail("Expected 'in'")
        self.advance()
        return (names[0], names[1]) if len(names) == 2 else (None, names[0])

    # -- templates

    def quoted(self) -> Node:
        """A quoted template; the current token is the opening quote."""
        start = self.start
        tokens: list[Any] = []
        position = self.tokens(tokens, self.end, _QUOTED_TEXT, None)
        if not self.text.startswith('"', position):
            self.fail("Unterminated template string", start)
        self.end = position + 1
        node = _template(tokens, self.text[start : self.end])
        self.advance()
        return node

    def heredoc(self) -> Node:
        """A heredoc; the current token is its introduction."""
        start = self.start
        word = self.value[2:].strip()
        flush = word.startswith("-")
        marker = compiled(rf"[ \t\r]*{re.escape(word.lstrip('-') if flush else word)}[ \t\r]*(?:(?=\n)|\Z)")
        tokens: list[Any] = []
        self.end = self.tokens(tokens, self.end, _LINE_TEXT, marker)
        if flush:
            _flush(tokens)
        node = _template(tokens, self.text[start : self.end])
        self.advance()
        return node

    def bare(self) -> Node:
        """The whole text as the body of a template (a template file)."""
        tokens: list[Any] = []
        self.tokens(tokens, 0, _BARE_TEXT, None)
        return _template(tokens, self.text)

    def tokens(self, tokens: list[Any], position: int, pattern: re.Pattern[str], marker: re.Pattern[str] | None) -> int:
        """Texts, interpolations and directives from ``position``; gives the position where they end."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("Nested too deeply")
        text, outer = self.text, self.free
        trim = False
        line_start = True
        while True:
            if marker is not None and line_start:
                end = marker.match(text, position)
                if end is not None:
                    position = end.end()
                    break
            match = pattern.match(text, position)
            assert match is not None  # the pattern matches the empty text
            literal = match[0]
            if literal:
                value = self.unescaped(literal, position) if pattern is _QUOTED_TEXT else _bare(literal)
                tokens.append(_Text(value.lstrip() if trim else value))
                trim = False
                position = match.end()
                line_start = literal.endswith("\n")
                if marker is not None and line_start:
                    continue
            opener = text[position : position + 2]
            if opener not in ("${", "%{"):
                if marker is not None:
                    self.fail("Unterminated template string", position)
                break
            line_start = False
            position += 2
            if text.startswith("~", position):
                position += 1
                if tokens and type(tokens[-1]) is _Text:
                    tokens[-1].value = tokens[-1].value.rstrip()
            self.free = True
            self.end = position
            self.advance()
            tokens.append(self.expression() if opener == "${" else self.directive())
            trim = self.at("~}")
            if not trim and not self.at("}"):
                self.fail("Expected '}'")
            position = self.end
        self.free = outer
        self.depth -= 1
        return position

    def directive(self) -> _Directive:
        """What stands inside ``%{ }``."""
        keyword, offset = self.value, self.start
        if self.kind != _IDENTIFIER_KIND or keyword not in _DIRECTIVES:
            self.fail("Invalid template directive")
        self.advance()
        start = self.start
        if keyword == "if":
            node = self.expression()
            return _Directive("if", offset, node=node, text=self.text[start : self.start].rstrip())
        if keyword == "for":
            names = self.for_names()
            start = self.start
            node = self.expression()
            return _Directive("for", offset, names, node, self.text[start : self.start].rstrip())
        return _Directive(keyword, offset)

    def unescaped(self, literal: str, position: int) -> str:
        """The text that a literal of a quoted template stands for."""
        if "\\" not in literal and "{" not in literal:
            return _normal(literal)

        def replace(match: re.Match[str]) -> str:
            escape = match[1]
            if escape is None:
                return match[2] + "{"
            if escape in _ESCAPES:
                return _ESCAPES[escape]
            if len(escape) == 1:
                raise ExpressionSyntaxError("Invalid escape sequence", position + match.start())
            code = int(escape[1:], 16)
            return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"

        return _normal(_QUOTED_ESCAPE.sub(replace, literal))


def plain_number(number: int | Fraction) -> int | float:
    """The value as the evaluator keeps it: whole numbers as ``int``, others as the nearest ``float``."""
    if isinstance(number, int):
        return number
    if number.denominator == 1:
        return number.numerator
    return float(number)


def _normal(text: str) -> str:
    """Terraform keeps all text in normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _bare(literal: str) -> str:
    return _normal(_BARE_ESCAPE.sub(r"\1{", literal) if "{" in literal else literal)


def _flush(tokens: list[Any]) -> None:
    """Take the common indentation of ``<<-`` away: that of the least indented line that is not blank."""
    smallest: int | None = None
    first_of_line: list[_Text] = []
    line_start = True
    for token in tokens:
        if type(token) is not _Text:
            if line_start:
                smallest = 0
            line_start = False
            continue
        if line_start:
            spaces = len(token.value) - len(token.value.lstrip())
            if spaces < len(token.value) or not token.value.endswith("\n"):
                smallest = spaces if smallest is None else min(smallest, spaces)
                first_of_line.append(token)
        line_start = token.value.endswith("\n")
    for token in first_of_line:
        token.value = token.value[smallest:]


@dataclass(slots=True)
class _Open:
    """A directive that waits for its end."""

    directive: _Directive
    parts: list[str | Node]
    positive: list[str | Node] | None = None


def _template(tokens: list[Any], text: str) -> Node:
    """The tree of a template: a sole interpolation is its own value, a text without interpolation is a literal."""
    if len(tokens) == 1 and not isinstance(tokens[0], (_Text, _Directive)):
        node: Node = tokens[0]
        return node
    parts: list[str | Node] = []
    stack: list[_Open] = []
    for is_text, group in groupby(tokens, lambda token: type(token) is _Text):
        if is_text:  # a heredoc has a text for each line
            joined = "".join(token.value for token in group)
            if joined:
                parts.append(joined)
            continue
        parts = _build(group, parts, stack, text)
    if stack:
        raise ExpressionSyntaxError("Unclosed template directive", stack[-1].directive.offset)
    if not parts:
        return Literal("")
    if len(parts) == 1 and isinstance(parts[0], str):
        return Literal(parts[0])
    return Template(tuple(parts), text)


def _build(group: Iterable[Any], parts: list[str | Node], stack: list[_Open], text: str) -> list[str | Node]:
    """Take interpolations and directives; gives the list that is filled from here on."""
    for token in group:
        if not isinstance(token, _Directive):
            parts.append(token)
        elif token.keyword in ("if", "for"):
            if len(stack) >= MAX_DEPTH // 4:
                raise ExpressionSyntaxError("Nested too deeply", token.offset)
            stack.append(_Open(token, parts))
            parts = []
        else:
            parts = _closed(token, stack, parts, text)
    return parts


def _closed(token: _Directive, stack: list[_Open], parts: list[str | Node], text: str) -> list[str | Node]:
    """Handle else, endif and endfor; gives the list that is filled from here on."""
    opening = "for" if token.keyword == "endfor" else "if"
    if not stack or stack[-1].directive.keyword != opening:
        raise ExpressionSyntaxError(f"Unexpected {token.keyword} directive", token.offset)
    open_ = stack[-1]
    if token.keyword == "else":
        if open_.positive is not None:
            raise ExpressionSyntaxError("Unexpected else directive", token.offset)
        open_.positive = parts
        return []
    stack.pop()
    directive = open_.directive
    assert directive.node is not None
    body = Template(tuple(parts), text)
    if opening == "for":
        key_name, value_name = directive.names
        open_.parts.append(TemplateFor(key_name, value_name, directive.node, body, directive.text))
    elif open_.positive is None:
        open_.parts.append(TemplateIf(directive.node, body, Template((), text), directive.text))
    else:
        positive = Template(tuple(open_.positive), text)
        open_.parts.append(TemplateIf(directive.node, positive, body, directive.text))
    return open_.parts


def parse_expression(text: str) -> Node:
    """The tree of an expression; raises ExpressionSyntaxError."""
    return _guarded(text, Parser.whole)


def parse_template(text: str) -> Node:
    """The tree of a template's body (not quoted); raises ExpressionSyntaxError."""
    return _guarded(text, Parser.bare)


def _guarded(text: str, start: Callable[[Parser], Node]) -> Node:
    try:
        node = start(Parser(text))
    except RecursionError:
        raise ExpressionSyntaxError("Nested too deeply", 0) from None
    return node
