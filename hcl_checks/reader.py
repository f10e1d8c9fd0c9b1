"""Structural reader of HCL, Terraform's native syntax and its JSON variant.

It gives blocks, labels, attributes, literal values, comments and the place of each; every expression that is not a
literal stays what it was in the file, as an ``Expression`` (source text and where it begins) for the expression parser.

Time and memory are linear in the length of the text: nothing is scanned twice, every pattern is possessive, nesting is
limited to ``MAX_DEPTH``. What Terraform refuses in the structure is refused here with line and column; what it refuses
inside an expression (``1 +``) is left to the expression parser.

Offsets count characters of ``Document.text``; lines and columns count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, cast

from compliant_infra.hcl_checks.patterns import compiled

#: Blocks, brackets, templates and heredocs inside one another, all together.
MAX_DEPTH: Final = 250

#: More digits than this (or an exponent as large) stay an Expression: Terraform keeps 512 bits, about 155 digits.
MAX_DIGITS: Final = 400


class HCLSyntaxError(Exception):
    """The text is not HCL. ``code`` is the diagnostic's: syntax-error, limit-reached or bad-encoding."""

    def __init__(self, message: str, message_zh: str, line: int, column: int, code: str = "syntax-error") -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.message_zh = message_zh
        self.line = line
        self.column = column
        self.code = code


class Expression(str):
    """Source text of an expression that is not a literal (trailing space stripped).

    ``start`` is the offset of its first character in the file's text, ``line`` that character's line. From JSON the
    text is a quoted template made of the string, and ``start`` the offset of the string.
    """

    __slots__ = ("line", "start")

    start: int
    line: int

    def __new__(cls, source: str = "", start: int = 0, line: int = 1) -> Expression:
        """An expression of this text."""
        made = str.__new__(cls, source)
        made.start = start
        made.line = line
        return made


class Attribute:
    """``name = value``. ``start`` and ``end`` are the offsets of the whole, ``value_start`` that of the value.

    ``value``: str, int, float, bool, None, a list or a dict of such, or an Expression, at any depth.
    """

    __slots__ = ("end", "end_line", "line", "name", "start", "value", "value_start")

    name: str
    value: Any
    line: int
    end_line: int
    start: int
    end: int
    value_start: int

    def __init__(
        self,
        name: str,
        value: Any,
        line: int = 1,
        end_line: int = 1,
        start: int = 0,
        end: int = 0,
        value_start: int = 0,
    ) -> None:
        self.name = name
        self.value = value
        self.line = line
        self.end_line = end_line
        self.start = start
        self.end = end
        self.value_start = value_start

    def __repr__(self) -> str:
        return f"Attribute({self.name!r}, {self.value!r}, line={self.line})"


class Body:
    """Attributes (by name, in order) and blocks (in order); the span is what stands between the braces."""

    __slots__ = ("attributes", "blocks", "end", "start")

    def __init__(
        self,
        attributes: dict[str, Attribute] | None = None,
        blocks: list[Block] | None = None,
        start: int = 0,
        end: int = 0,
    ) -> None:
        self.attributes: dict[str, Attribute] = {} if attributes is None else attributes
        self.blocks: list[Block] = [] if blocks is None else blocks
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Body({list(self.attributes.values())!r}, {self.blocks!r})"


class Block:
    """``type "label" ... { body }``; ``end`` is the offset after the closing brace."""

    __slots__ = ("body", "end", "end_line", "labels", "line", "start", "type")

    def __init__(
        self,
        type: str,
        labels: list[str],
        line: int = 1,
        end_line: int = 1,
        start: int = 0,
        end: int = 0,
        body: Body | None = None,
    ) -> None:
        self.type = type
        self.labels = labels
        self.line = line
        self.end_line = end_line
        self.start = start
        self.end = end
        self.body = Body() if body is None else body

    def __repr__(self) -> str:
        return f"Block({self.type!r}, {self.labels!r}, line={self.line}, body={self.body!r})"


class Comment(NamedTuple):
    """A comment with its marks; ``own_line`` when nothing but white space stands before it on its line."""

    line: int
    end_line: int
    text: str
    own_line: bool


class Document:
    """A file that was read. ``had_bom``: the file began with a byte order mark, which ``text`` no longer has."""

    __slots__ = ("_comment_spans", "_comments", "body", "had_bom", "path", "text")

    def __init__(
        self,
        path: str,
        text: str,
        body: Body,
        comment_spans: list[tuple[int, int]] | None = None,
        had_bom: bool = False,
    ) -> None:
        self.path = path
        self.text = text
        self.body = body
        self.had_bom = had_bom
        self._comment_spans = comment_spans or []
        self._comments: list[Comment] | None = None

    @property
    def comment_spans(self) -> list[tuple[int, int]]:
        """Where the comments begin and end, in order."""
        return self._comment_spans

    @property
    def comments(self) -> list[Comment]:
        """All comments of the file in order (made when first asked for)."""
        if self._comments is None:
            text, line, seen = self.text, 1, 0
            self._comments = []
            for start, end in self._comment_spans:
                line += text.count("\n", seen, start)
                end_line = line + text.count("\n", start, end)
                own = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t\ufeff")
                self._comments.append(Comment(line, end_line, text[start:end].rstrip("\r"), own))
                line, seen = end_line, end
        return self._comments


# --------------------------------------------------------------------------------------------------------------
# Patterns. Possessive quantifiers (*+, ++, ?+) throughout: no backtracking, hence linear.
# --------------------------------------------------------------------------------------------------------------

_IDENT = r"[A-Za-z_][A-Za-z0-9_-]*+"
#: any identifier; characters beyond ASCII are checked afterwards by ``str.isidentifier``
# Letters, "_" and everything beyond ASCII, then digits and "-" too: written as what is left out, since compiling the
# other way round costs 4 ms at every start.
_ANY_IDENT = r"[^\x00-\x40\x5b-\x5e\x60\x7b-\x7f][^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*+"
_ESCAPE = (
    r'\\(?:[nrt"\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
    r"|U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9a-fA-F]{4})"
)
#: inside quotes: nothing to decode; literal with escapes; with interpolations that hold no quote and no brace
_CHARS = r'(?:[^"\\$%\n\r]++|[$%](?!\{))*+'
_LITERAL = r'(?:[^"\\$%\n\r]++|' + _ESCAPE + r"|\$\$\{|%%\{|[$%](?!\{))*+"
_TEMPLATE = (
    r'(?:[^"\\$%\n\r]++|' + _ESCAPE + r"|\$\$\{|%%\{|[$%](?!\{)"
    r"|\$\{[\w \t.,*+\-!?:=>&|~()\[\]]*+\})*+"
)
_NUMBER = r"-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_FLAT_CALL = r'\((?:[\w \t.,*+\-!?:=>&|]++|"' + _CHARS + r'")*+\)'
#: name, traversal, or the call of a function whose arguments hold no brackets
_REFERENCE = (
    _IDENT + r"(?:\.(?:" + _IDENT + r'|[0-9]++|\*)|\[(?:[0-9]++|\*|"' + _CHARS + r'")\])*+(?:' + _FLAT_CALL + r")?+"
)
#: a value that one pattern can decide; its group numbers follow that of the name
_SIMPLE = f'"({_CHARS})"|({_NUMBER})|({_REFERENCE})|"({_LITERAL})"|("{_TEMPLATE}")'
#: white space with newlines
_SPACE = r"[ \t\n]*+(?:\r\n[ \t\n]*+)*+"

# The groups of a simple value, counted from the first of them.
_PLAIN, _NUM, _REF, _ESCAPED, _INTERPOLATED = range(5)

# One line of a body: attribute (1 name, 2-6 simple value; only 1: the value is not simple), 7 closing brace,
# head of a block (8 type, 9 and 10 labels), 11 comment; none: empty line.
_LINE = compiled(
    rf"[ \t]*+(?:({_IDENT})[ \t]*+=(?![=>])[ \t]*+(?:(?:{_SIMPLE})[ \t]*+\r?\n)?+"
    r"|(\})[ \t]*+\r?\n"
    rf'|({_IDENT})(?:[ \t]*+"({_CHARS})")?+(?:[ \t]*+"({_CHARS})")?+[ \t]*+\{{[ \t]*+\r?\n'
    r"|(\#[^\n]*+|//[^\n]*+)\n"
    r"|\r?\n)"
)
# An element of a list with its comma (1-5 simple value).
_ELEMENT = compiled(rf"{_SPACE}(?:{_SIMPLE}){_SPACE}(?:,|(?=\]))")
# A member of an object with its separator (1 or 2 key, 3-7 simple value; only a key: the value is not simple).
_MEMBER = compiled(
    rf'{_SPACE}(?:({_IDENT})|"({_CHARS})")[ \t]*+[=:](?![=>])[ \t]*+(?:(?:{_SIMPLE})[ \t]*+(?:,|\r?\n|(?=\}})))?+'
)
_STRING = compiled(f'"({_LITERAL})"')
_NUMERAL = compiled(_NUMBER + r"(?![\w.])")
_NAME = compiled(_ANY_IDENT)
_END_OF_LINE = compiled(r"[ \t]*+\r?\n")
_FOR = compiled(r"for(?![\w-])")
_FOR_OBJECT = compiled(r"for(?![\w-])(?!" + _SPACE + r"[=:])")
_HEREDOC = compiled(r"<<(-?)(" + _ANY_IDENT + r")\r?\n")
_UNESCAPE = compiled(r"\\(?:([nrt\"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([$%])\4\{")
TEMPLATE_MARK = compiled(r"\$\$\{|%%\{|([$%]\{)")
_WORD_RUN = compiled(r"[^\x00-\x7f]++")

_AlwaysMatches = Callable[[str, int], re.Match[str]]


def _always(pattern: str) -> _AlwaysMatches:
    """The match method of a pattern that also matches nothing, and so never fails."""
    return cast(_AlwaysMatches, compiled(pattern).match)


_match_blank = _always(_SPACE)
_match_inline_blank = _always(r"[ \t]*+")
_match_string_chars = _always(_LITERAL)
_INTERPOLATED_STRING = f'"{_TEMPLATE}"'
#: between brackets: anything but brackets, comments, heredocs and the harder strings
_match_inner = _always(rf"(?:[\w \t\n.,*+\-!?:=>&|%~^]++|\r\n|{_INTERPOLATED_STRING}|/(?![/*])|<(?!<))*+")


def _outer(spaces: str, plain: str, comparison: str) -> _AlwaysMatches:
    """Outside brackets; spaces may not stand between two operands: ``a b`` is not an expression."""
    return _always(
        rf'(?:[{plain}]++|(?:{spaces})++(?!["\w])|(?<![\w"\])}}])(?:{spaces})++|{_INTERPOLATED_STRING}'
        rf"|{comparison}[!>]|<(?!<)|/(?![/*]))*+"
    )


# Where an expression ends, besides at a closing bracket: end of line; end of line or comma; comma; = or :
_IN_BODY, _IN_OBJECT, _IN_LIST, _IN_KEY = range(4)
_MATCH_OUTER: Final = (
    _outer(r"[ \t]", r"\w.*+\-?:&|%~^", "[=!<>]=|"),
    _outer(r"[ \t]", r"\w.*+\-?:&|%~^", "[=!<>]=|"),
    _outer(r"[ \t\n]|\r\n", r"\w.*+\-?:&|%~^", "[=!<>]=|"),
    _outer(r"[ \t]", r"\w.*+\-&|%~^", "(?!)|"),
)

_KEYWORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_SHORT_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "$": "}"}

_new_attribute = object.__new__
_new_string = str.__new__


def _unescape_one(match: re.Match[str]) -> str:
    short, code, long_code, marker = match.groups()
    if short is not None:
        return _SHORT_ESCAPES[short]
    if marker is not None:
        return f"{marker}{{"
    return chr(int(code or long_code, 16))


def _first_bad(word: str) -> int:
    """The index of the first character that cannot stand in a name; 0 where only the first cannot begin one."""
    return next((index for index, char in enumerate(word) if char != "-" and not f"_{char}".isidentifier()), 0)


def unescape(text: str) -> str:
    """What stands between the quotes of a literal string, decoded; the escapes were checked before."""
    if "\\" not in text and "{" not in text:
        return text
    return _UNESCAPE.sub(_unescape_one, text)


def number_value(text: str) -> int | float | None:
    """The number; whole numbers exact. None where it is too long to be worth a value."""
    if len(text) > MAX_DIGITS:
        return None
    if text.isdigit():
        return int(text)
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent of very many digits
        return None
    exponent = value.adjusted()
    if exponent > MAX_DIGITS or exponent < -MAX_DIGITS:
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(text)


def _flush(raw: str) -> str:
    """The text of a ``<<-`` heredoc without the indentation that its lines share; lines of white space do not count."""
    lines = raw.split("\n")[:-1]
    indents = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in lines]
    shared = min((indent for indent in indents if indent >= 0), default=0)
    if not shared:
        return raw
    pairs = zip(lines, indents, strict=True)
    return "".join([f"{line if indent < 0 else line[shared:]}\n" for line, indent in pairs])


def has_template(text: str) -> bool:
    """Whether the text holds ``${`` or ``%{`` that is not escaped by doubling."""
    if "${" not in text and "%{" not in text:
        return False
    return any(match.lastindex for match in TEMPLATE_MARK.finditer(text))


def _heredoc_pattern(word: str) -> re.Pattern[str]:
    """Finds in a heredoc: 1 an escaped marker, 2 the beginning of a template, none: the closing line."""
    return compiled(rf"(\$\$\{{|%%\{{)|([$%]\{{)|^[^\S\n]*+{re.escape(word)}(?=[^\S\n]*+\n)", re.MULTILINE)


class SourceReader:
    """A text that is being read, and the position up to which its lines are counted."""

    __slots__ = ("comments", "depth", "limit", "line", "mark", "size", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text)
        self.comments: list[tuple[int, int]] = []
        self.depth = 0
        self.limit: Final = MAX_DEPTH
        self.line = 1  # the line of the position ``mark``
        self.mark = 0

    def line_at(self, position: int) -> int:
        """The line of a position, which must not lie before any asked for earlier."""
        self.line += self.text.count("\n", self.mark, position)
        self.mark = position
        return self.line

    def fail(self, position: int, message: str, message_zh: str, code: str = "syntax-error") -> NoReturn:
        """Raise the error for a place in the text."""
        text = self.text
        line = text.count("\n", 0, position) + 1
        column = position - text.rfind("\n", 0, position)
        if line == 1 and text.startswith("\ufeff"):
            column -= 1
        raise HCLSyntaxError(message, message_zh, line, max(column, 1), code)

    def fail_depth(self, position: int) -> NoReturn:
        """Raise the error for nesting that is too deep."""
        self.fail(position, f"nested more than {MAX_DEPTH} levels deep", f"嵌套超过 {MAX_DEPTH} 层", "limit-reached")


class _Reader(SourceReader):
    """Native syntax."""

    __slots__ = ()

    # -- white space and comments ------------------------------------------------------------------------------

    def comment_end(self, position: int) -> int:
        """The end of the comment that begins here, which is recorded; ``position`` itself where none begins."""
        text = self.text
        if text.startswith("#", position) or text.startswith("//", position):
            end = text.find("\n", position)
            if end < 0:
                end = self.size
        elif text.startswith("/*", position):
            end = text.find("*/", position + 2) + 2
            if end < 2:
                self.fail(position, "comment is not closed: */ is missing", "注释没有结束：缺少 */")
        else:
            return position
        self.comments.append((position, end))
        return end

    def skip(self, position: int) -> int:
        """Over white space, newlines and comments."""
        while True:
            position = _match_blank(self.text, position).end()
            end = self.comment_end(position)
            if end == position:
                return position
            position = end

    def skip_inline(self, position: int) -> int:
        """Over spaces, tabs and ``/* */``; stops at the end of the line and at ``#`` and ``//``."""
        text = self.text
        while True:
            position = _match_inline_blank(text, position).end()
            if not text.startswith("/*", position):
                return position
            position = self.comment_end(position)

    def at_line_end(self, position: int) -> bool:
        """Whether the line ends here, by its end, the file's end or a comment that lasts to the end."""
        text = self.text
        return (
            position >= self.size
            or text[position] in "\n#"
            or text.startswith("\r\n", position)
            or text.startswith("//", position)
        )

    def at_equals(self, position: int) -> bool:
        """Whether a single = stands here."""
        return self.text.startswith("=", position) and self.text[position + 1 : position + 2] not in ("=", ">")

    def next_line(self, position: int, message: str, message_zh: str) -> int:
        """The beginning of the next line; it is an error if anything but a comment stands before it."""
        match = _END_OF_LINE.match(self.text, position)
        if match is not None:
            return match.end()
        position = self.skip_inline(position)
        if not self.at_line_end(position):
            self.fail(position, message, message_zh)
        end = self.text.find("\n", self.comment_end(position))
        return self.size if end < 0 else end + 1

    # -- bodies ------------------------------------------------------------------------------------------------

    def read(self) -> Body:
        """The whole file."""
        text, size = self.text, self.size
        match_line = _LINE.match
        position = 1 if text.startswith("\ufeff") else 0
        line = 1
        root = Body(start=position, end=size)
        attributes, blocks = root.attributes, root.blocks
        enclosing: list[tuple[Block, dict[str, Attribute], list[Block]]] = []
        block: Block | None = None
        while True:
            match = match_line(text, position)
            if match is None:
                if position >= size:
                    break
                # What is not one plain line: comments, odd spacing, blocks in one line, the last line, errors.
                self.line, self.mark = line, position
                position = self.skip(position)
                if position >= size:
                    break
                start = position
                line = self.line_at(position)
                if text[position] == "}":
                    if block is None:
                        self.fail(position, "unexpected }: no block is open", "多余的 }：没有未结束的块")
                    position = self.close(block, position, line)
                    position = self.next_line(
                        position, "a new line must follow the } of a block", "块的 } 之后必须换行"
                    )
                    line = self.line_at(position)
                    block, attributes, blocks = enclosing.pop()
                    block = enclosing[-1][0] if enclosing else None
                    self.depth -= 1
                    continue
                name = self.name(position, "an attribute or a block is expected here", "此处应为属性或块")
                position = self.skip_inline(position + len(name))
                if self.at_equals(position):
                    if name in attributes:
                        self.fail_duplicate(start, name, attributes[name].line)
                    attribute, position = self.attribute(name, start, self.skip_inline(position + 1), line)
                    attributes[name] = attribute
                    position = self.end_of_attribute(position)
                    line = self.line_at(position)
                    continue
                opened, position, is_open = self.block(name, start, position, line)
                blocks.append(opened)
                line = self.line_at(position)
                if is_open:
                    enclosing.append((opened, attributes, blocks))
                    block, attributes, blocks = opened, opened.body.attributes, opened.body.blocks
                continue

            kind = match.lastindex
            if kind is None:
                position = match.end()
                line += 1
            elif kind <= 6:
                name = match[1]
                if name in attributes:
                    self.fail_duplicate(match.start(1), name, attributes[name].line)
                attribute = _new_attribute(Attribute)
                attribute.name = name
                attribute.line = line
                attribute.start = match.start(1)
                if kind == 2:
                    attribute.value = match[2]
                    value_start, end = match.span(2)
                    attribute.value_start = value_start - 1
                    attribute.end = end + 1
                elif kind == 4:
                    source = match[4]
                    attribute.value_start, attribute.end = span = match.span(4)
                    if source in _KEYWORDS:
                        attribute.value = _KEYWORDS[source]
                    else:
                        expression = _new_string(Expression, source)
                        expression.start = span[0]
                        expression.line = line
                        attribute.value = expression
                elif kind == 1:
                    self.line = line
                    self.mark = position
                    start = attribute.start
                    attribute.value_start = position = match.end()
                    if text.startswith("/", position):
                        attribute.value_start = position = self.skip_inline(position)
                    attribute.value, attribute.end, position = self.value(position, _IN_BODY)
                    attribute.end_line = self.line_at(attribute.end)
                    attributes[name] = attribute
                    position = self.end_of_attribute(position)
                    line = self.line_at(position)
                    continue
                else:
                    start, end = match.span(kind)
                    attribute.value_start, attribute.end = start, end
                    source = match[kind]
                    if kind == 3:
                        number = number_value(source)
                        attribute.value = Expression(source, start, line) if number is None else number
                    elif kind == 5:
                        attribute.value = unescape(source)
                        attribute.value_start -= 1
                        attribute.end += 1
                    else:
                        attribute.value = Expression(source, start, line)
                attribute.end_line = line
                attributes[name] = attribute
                position = match.end()
                line += 1
            elif kind == 7:
                if block is None:
                    self.fail(match.start(7), "unexpected }: no block is open", "多余的 }：没有未结束的块")
                self.close(block, match.start(7), line)
                block, attributes, blocks = enclosing.pop()
                block = enclosing[-1][0] if enclosing else None
                self.depth -= 1
                position = match.end()
                line += 1
            elif kind == 11:
                self.comments.append(match.span(11))
                position = match.end()
                line += 1
            else:
                start = match.start(8)
                if self.depth >= MAX_DEPTH:
                    self.fail_depth(start)
                self.depth += 1
                if kind == 10:
                    labels = [match[9], match[10]]
                elif kind == 9:
                    labels = [match[9]]
                else:
                    labels = []
                position = match.end()
                opened = Block(
                    match[8], labels, line, line, start, start, Body(start=text.rindex("{", start, position) + 1)
                )
                blocks.append(opened)
                enclosing.append((opened, attributes, blocks))
                block, attributes, blocks = opened, opened.body.attributes, opened.body.blocks
                line += 1
        if block is not None:
            self.fail(
                block.start,
                f"the block {block.type} is not closed: }} is missing",
                f"块 {block.type} 没有结束：缺少 }}",
            )
        return root

    def fail_duplicate(self, position: int, name: str, line: int) -> NoReturn:
        """Raise the error for a second attribute of one name."""
        self.fail(position, f"the attribute {name} is already set in line {line}", f"属性 {name} 已在第 {line} 行设置")

    def close(self, block: Block, position: int, line: int) -> int:
        """End a block at its closing brace; the position after it."""
        block.body.end = position
        block.end = position + 1
        block.end_line = line
        return position + 1

    def name(self, position: int, message: str, message_zh: str) -> str:
        """The identifier that stands here."""
        match = _NAME.match(self.text, position)
        if match is None:
            self.fail(position, message, message_zh)
        name = match[0]
        if not name.isascii() and not name.replace("-", "_").isidentifier():
            self.fail_character(position + _first_bad(name))
        return name

    def fail_character(self, position: int) -> NoReturn:
        """Raise the error for a character that HCL does not have outside strings and comments."""
        char = self.text[position]
        shown = char if char.isprintable() and char != " " else f"U+{ord(char):04X}"
        self.fail(position, f"invalid character {shown}", f"无效字符 {shown}")

    def attribute(self, name: str, start: int, position: int, line: int) -> tuple[Attribute, int]:
        """The attribute whose value begins at ``position``, and where reading goes on."""
        value, end, following = self.value(position, _IN_BODY)
        return Attribute(name, value, line, self.line_at(end), start, end, position), following

    def end_of_attribute(self, position: int) -> int:
        """The line after an attribute."""
        return self.next_line(position, "a new line must follow an attribute", "属性之后必须换行")

    def block(self, type: str, start: int, position: int, line: int) -> tuple[Block, int, bool]:
        """The head of a block after its type; for a block in one line all of it.

        Gives the block, where reading goes on, and whether its body is still to be read.
        """
        text = self.text
        labels: list[str] = []
        while True:
            char = text[position : position + 1]
            if char == "{":
                break
            if char == '"':
                match = _STRING.match(text, position)
                if match is None:
                    self.fail_string(position, "a label must be a plain string", "标签必须是普通字符串")
                labels.append(unescape(match[1]))
                position = self.skip_inline(match.end())
            elif char and _NAME.match(text, position):
                label = self.name(position, "", "")
                labels.append(label)
                position = self.skip_inline(position + len(label))
            else:
                what = "= or { is expected after the name" if not labels else "{ is expected after the labels"
                what_zh = "名称之后应为 = 或 {" if not labels else "标签之后应为 {"
                self.fail(position, what, what_zh)
        if self.depth >= MAX_DEPTH:
            self.fail_depth(position)
        position += 1
        block = Block(type, labels, line, line, start, start, Body(start=position))
        inner = self.skip_inline(position)
        if self.at_line_end(inner):
            self.depth += 1
            return block, self.next_line(inner, "", ""), True
        if not text.startswith("}", inner):
            begin = inner
            name = self.name(inner, "an attribute or } is expected here", "此处应为属性或 }")
            inner = self.skip_inline(inner + len(name))
            if not self.at_equals(inner):
                self.fail(
                    inner, "a block in one line holds one attribute: = is expected", "单行块只能有一个属性：此处应为 ="
                )
            self.depth += 1
            inner = self.skip_inline(inner + 1)
            attribute, inner = self.attribute(name, begin, inner, self.line_at(begin))
            self.depth -= 1
            block.body.attributes[name] = attribute
            inner = self.skip_inline(inner)
            if not text.startswith("}", inner):
                self.fail(
                    inner, "a block in one line holds one attribute: } is expected", "单行块只能有一个属性：此处应为 }"
                )
        self.close(block, inner, self.line_at(inner))
        after = self.next_line(inner + 1, "a new line must follow the } of a block", "块的 } 之后必须换行")
        return block, after, False

    # -- values ------------------------------------------------------------------------------------------------

    def value(self, position: int, place: int) -> tuple[Any, int, int]:
        """The value that begins here, its end, and where reading goes on (after space and comments behind it)."""
        text = self.text
        line = self.line_at(position)
        char = text[position : position + 1]
        value: Any
        if char == "[" or char == "{":
            items = self.list_(position) if char == "[" else self.object_(position)
            if items[0] is None:
                return self.expression(position, items[1], place, line, char)
            value, end = items
        elif char == '"':
            match = _STRING.match(text, position)
            if match is None:
                return self.expression(position, position, place, line)
            value, end = unescape(match[1]), match.end()
        elif char == "<":
            match = _HEREDOC.match(text, position)
            if match is None:
                return self.expression(position, position, place, line)
            value, end = self.heredoc(match)
            if value is None:
                return self.expression(position, position, place, line)
        elif char.isdigit() or char == "-":
            match = _NUMERAL.match(text, position)
            if match is None:
                return self.expression(position, position, place, line)
            value, end = number_value(match[0]), match.end()
            if value is None:
                return self.expression(position, position, place, line)
        elif char == "t" or char == "f" or char == "n":
            match = _NAME.match(text, position)
            if match is None or match[0] not in _KEYWORDS:
                return self.expression(position, position, place, line)
            value, end = _KEYWORDS[match[0]], match.end()
        else:
            return self.expression(position, position, place, line)
        # What stands behind a closing word is white space, some of it only there.
        tail = text.index("\n", end) if char == "<" else end
        # A literal only if nothing goes on behind it: "a" == b, [1][0], 1 + 2.
        if place == _IN_LIST:
            following = self.skip(tail)
            if text.startswith(",", following) or text.startswith("]", following):
                return value, end, following
        else:
            following = self.skip_inline(tail)
            if self.at_line_end(following) or text.startswith("}", following):
                return value, end, following
            if place == _IN_OBJECT and text.startswith(",", following):
                return value, end, following
        if (
            following > end
            and text[following : following + 1] not in ("", "}", "]", ")")
            and self.is_operand(following)
        ):
            self.fail_operand(following)
        expression, expression_end, following = self.expression(position, following, place, line)
        if expression_end <= end:  # nothing but what was read: a bracket of the wrong kind stands behind it
            return value, end, following
        return expression, expression_end, following

    def is_operand(self, position: int) -> bool:
        """Whether an operand begins here (behind another one that is an error)."""
        char = self.text[position]
        return char == '"' or char == "{" or char.isalnum() or char == "_" or self.text.startswith("<<", position)

    def fail_operand(self, position: int) -> NoReturn:
        """Raise the error for a value behind a value."""
        self.fail(position, "unexpected: a value or attribute behind a value", "值之后多出内容：此处应换行或使用运算符")

    def expression(
        self, start: int, position: int, place: int, line: int, opener: str = ""
    ) -> tuple[Expression, int, int]:
        """The expression from ``start``; all up to ``position`` was passed already, with ``opener`` left open."""
        end, following = self.span(start, position, place, opener)
        source = self.text[start:end].rstrip()
        if not source:
            self.fail(start, "an expression is missing", "缺少表达式")
        expression = _new_string(Expression, source)
        expression.start = start
        expression.line = line
        return expression, start + len(source), following

    def span(self, start: int, position: int, place: int, opener: str) -> tuple[int, int]:
        """Where an expression ends: the end of its last part, and the place where reading goes on."""
        text, size = self.text, self.size
        outer = _MATCH_OUTER[place]
        kinds: list[str] = [opener] if opener else []
        places: list[int] = [start] if opener else []
        heredocs: list[re.Pattern[str]] = []
        room = MAX_DEPTH - self.depth
        end = position
        commented = False  # then white space at the end is no part of the expression, nor is the comment before it
        while True:
            kind = kinds[-1] if kinds else ""
            if kind == '"':
                position = _match_string_chars(text, position).end()
                char = text[position : position + 1]
                if char == '"':
                    kinds.pop()
                    places.pop()
                    position = end = position + 1
                elif char == "$" or char == "%":
                    kinds.append("$")
                    places.append(position)
                    position += 2
                    if len(kinds) > room:
                        self.fail_depth(position)
                else:
                    self.fail_string(places[-1], "", "", position)
                continue
            if kind == "<":
                found = heredocs[-1].search(text, position)
                if found is None:
                    self.fail_heredoc(places[-1])
                position = found.end()
                if found.lastindex is None:
                    kinds.pop()
                    places.pop()
                    heredocs.pop()
                    end = position
                    position = text.index("\n", position)
                elif found.lastindex == 2:
                    kinds.append("$")
                    places.append(position - 2)
                    if len(kinds) > room:
                        self.fail_depth(position)
                continue
            plain = (_match_inner if kind else outer)(text, position).end()
            if plain != position:
                if not commented or not text[position:plain].isspace():
                    end = plain
                position = plain
            if position >= size:
                if kinds:
                    self.fail_unclosed(kinds[-1], places[-1])
                return end, position
            char = text[position]
            if char in "([{":
                if char == "{" and not kinds and self.after_operand(start, position):
                    self.fail(position, "unexpected { behind a value", "值之后多出 {")
                kinds.append(char)
                places.append(position)
                position += 1
                if len(kinds) > room:
                    self.fail_depth(position - 1)
            elif char in ")]}":
                if not kinds:
                    return end, position
                if _CLOSERS[kind] != char:
                    self.fail(
                        position,
                        f"{_CLOSERS[kind]} is expected, not {char}",
                        f"此处应为 {_CLOSERS[kind]}，而不是 {char}",
                    )
                kinds.pop()
                places.pop()
                position = end = position + 1
                if kind == "$" and not kinds:  # asked for one template only
                    return end, position
            elif char == '"':
                kinds.append(char)
                places.append(position)
                position += 1
                if len(kinds) > room:
                    self.fail_depth(position - 1)
            elif char == "#" or char == "/":  # a division was taken by the pattern
                if not kinds and place != _IN_LIST and not text.startswith("/*", position):
                    return end, position
                position = self.comment_end(position)
                commented = True
                if not kinds and place == _IN_LIST:  # the pattern cannot see what stands before the comment
                    position = _match_blank(text, position).end()
            elif char == "<":
                match = _HEREDOC.match(text, position)
                if match is None:
                    self.fail(position, "<< must be followed by a word and a new line", "<< 之后必须是标识词并换行")
                kinds.append("<")
                places.append(position)
                heredocs.append(_heredoc_pattern(match[2]))
                position = match.end()
                if len(kinds) > room:
                    self.fail_depth(position)
            elif char == "\n" or (char == "\r" and text.startswith("\n", position + 1)):
                return end, position
            elif char == ",":
                if place in (_IN_OBJECT, _IN_LIST):
                    return end, position
                self.fail(position, "unexpected comma", "多余的逗号")
            elif char == "=" or char == ":":
                if place == _IN_KEY:
                    return end, position
                self.fail(
                    position, "unexpected =: attributes stand on lines of their own", "多余的 =：每个属性必须独占一行"
                )
            elif char == "?":
                self.fail(position, "= or : is expected behind the key", "键之后应为 = 或 :")
            elif char == " " or char == "\t":
                self.fail_operand(position + 1 if position + 1 < size else position)
            elif char > "\x7f":
                run = _WORD_RUN.match(text, position)
                word = run[0] if run else char
                if not f"_{word}".isidentifier():
                    self.fail_character(position + _first_bad(word))
                position = end = position + len(word)
            else:
                self.fail_character(position)

    def after_operand(self, start: int, position: int) -> bool:
        """Whether the last thing before this position is an operand, so that no ``{`` may follow."""
        text = self.text
        before = position - 1
        while before >= start and text[before] in " \t":
            before -= 1
        return before >= start and (text[before].isalnum() or text[before] in '_"])}')

    def fail_string(self, start: int, message: str, message_zh: str, position: int = -1) -> NoReturn:
        """Raise the error for the string that begins at ``start`` and goes wrong at ``position``."""
        text = self.text
        if position < 0:
            position = _match_string_chars(text, start + 1).end()
        char = text[position : position + 1]
        if char == "\\":
            escape = text[position : position + 2].rstrip()
            self.fail(position, f"invalid escape sequence {escape}", f"无效的转义序列 {escape}")
        if char == "":
            self.fail(start, "the string is not closed: a quote is missing", "字符串没有结束：缺少引号")
        if char == "\n" or char == "\r":
            self.fail(position, "a string in quotes cannot go on in the next line", "引号内的字符串不能换行")
        self.fail(position, message, message_zh)

    def fail_heredoc(self, position: int) -> NoReturn:
        """Raise the error for a heredoc without its closing word."""
        self.fail(
            position,
            "the heredoc is not closed: no line holds just its closing word",
            "heredoc 没有结束：没有仅含结束标识词的行",
        )

    def fail_unclosed(self, kind: str, position: int) -> NoReturn:
        """Raise the error for a bracket that is still open at the end of the file."""
        opener = "${" if kind == "$" else kind
        self.fail(
            position,
            f"{opener} is not closed: {_CLOSERS[kind]} is missing",
            f"{opener} 没有结束：缺少 {_CLOSERS[kind]}",
        )

    def heredoc(self, opening: re.Match[str]) -> tuple[str | None, int]:
        """The text of a heredoc without templates and its end; None for one that holds templates.

        As in Terraform the line ends stay what they are in the file, and backslashes mean themselves.
        """
        text = self.text
        begin = opening.end()
        closing = compiled(rf"\n[^\S\n]*+{re.escape(opening[2])}(?=[^\S\n]*+\n)").search(text, begin - 1)
        if closing is None:
            if text.find("${", begin) < 0 and text.find("%{", begin) < 0:
                self.fail_heredoc(opening.start())
            return None, begin
        raw = text[begin : closing.start() + 1]
        if "{" in raw:
            if has_template(raw):
                return None, begin
            if opening[1]:
                raw = _flush(raw)
            return raw.replace("$${", "${").replace("%%{", "%{"), closing.end()
        return (_flush(raw) if opening[1] else raw), closing.end()

    def simple(self, match: re.Match[str], kind: int, group: int) -> Any:
        """The value that ``_SIMPLE`` found."""
        source = match[group]
        if kind == _PLAIN:
            return source
        if kind == _REF:
            if source in _KEYWORDS:
                return _KEYWORDS[source]
        elif kind == _NUM:
            number = number_value(source)
            if number is not None:
                return number
        elif kind == _ESCAPED:
            return unescape(source)
        start = match.start(group)
        expression = _new_string(Expression, source)
        expression.start = start
        expression.line = self.line_at(start)
        return expression

    def enter(self, position: int) -> None:
        """One level deeper."""
        if self.depth >= MAX_DEPTH:
            self.fail_depth(position)
        self.depth += 1

    def list_(self, opening: int) -> tuple[list[Any], int] | tuple[None, int]:
        """The elements and the end of the list that opens here; None and the place of ``for`` for a for expression."""
        text = self.text
        element = _ELEMENT.match
        position = opening + 1
        self.enter(opening)
        items: list[Any] = []
        while True:
            match = element(text, position)
            if match is not None:
                group = match.lastindex or 0
                items.append(match[1] if group == 1 else self.simple(match, group - 1, group))
                position = match.end()
                continue
            position = self.skip(position)
            char = text[position : position + 1]
            if char == "]":
                self.depth -= 1
                return items, position + 1
            if not char:
                self.fail_unclosed("[", opening)
            if char == "f" and not items and _FOR.match(text, position):
                self.depth -= 1
                return None, position
            value, _, position = self.value(position, _IN_LIST)
            items.append(value)
            position = self.skip(position)
            char = text[position : position + 1]
            if char == ",":
                position += 1
            elif not char:
                self.fail_unclosed("[", opening)
            elif char != "]":
                self.fail(position, ", or ] is expected in the list", "列表中此处应为 , 或 ]")

    def object_(self, opening: int) -> tuple[dict[str, Any], int] | tuple[None, int]:
        """The members and the end of the object that opens here; None and the place of ``for`` for a for expression."""
        text = self.text
        member = _MEMBER.match
        position = opening + 1
        self.enter(opening)
        members: dict[str, Any] = {}
        while True:
            match = member(text, position)
            if match is not None:
                key: str = match[1] or match[2] or ""
                if key == "for" and not members and match[1]:
                    self.fail(match.start(1), "an object cannot begin with the name for", "对象不能以名称 for 开头")
                group = match.lastindex or 0
                position = match.end()
                if group > 2:
                    members[key] = match[3] if group == 3 else self.simple(match, group - 3, group)
                    continue
            else:
                position = self.skip(position)
                char = text[position : position + 1]
                if char == "}":
                    self.depth -= 1
                    return members, position + 1
                if not char:
                    self.fail_unclosed("{", opening)
                if char == "f" and not members and _FOR_OBJECT.match(text, position):
                    self.depth -= 1
                    return None, position
                key, position = self.key(position)
            position = self.skip_inline(position)
            members[key], _, position = self.value(position, _IN_OBJECT)
            position = self.skip_inline(position)
            char = text[position : position + 1]
            if char == ",":
                position += 1
            elif not char:
                self.fail_unclosed("{", opening)
            elif char != "}" and not self.at_line_end(position):
                self.fail(
                    position, "a comma, a new line or } is expected in the object", "对象中此处应为逗号、换行或 }"
                )

    def key(self, position: int) -> tuple[str, int]:
        """The key of a member and the place after its = or :. Names, strings and numbers give a plain str."""
        text = self.text
        start = position
        if text.startswith("<<", position):
            self.fail(position, "a heredoc cannot be a key", "heredoc 不能用作键")
        found, _, position = self.expression(start, position, _IN_KEY, self.line_at(start))
        if not text.startswith("=", position) and not text.startswith(":", position):
            self.fail(position, "= or : is expected behind the key", "键之后应为 = 或 :")
        if text.startswith("==", position) or text.startswith("=>", position):
            self.fail(position, "= or : is expected behind the key", "键之后应为 = 或 :")
        string = _STRING.fullmatch(found)
        if string is not None:
            return unescape(string[1]), position + 1
        if _NAME.fullmatch(found):
            return str(found), position + 1
        if _NUMERAL.fullmatch(found):
            number = number_value(found)
            if number is not None:
                return str(number), position + 1
        return found, position + 1


def _refuse_deep_stack() -> HCLSyntaxError:
    return HCLSyntaxError("nested too deep for this process", "嵌套过深，当前进程无法处理", 1, 1, "limit-reached")


def parse(text: str, path: str = "") -> Document:
    """Read native syntax (.tf, .tofu, .tfvars). Raises HCLSyntaxError."""
    reader = _Reader(text)
    try:
        body = reader.read()
    except RecursionError:
        raise _refuse_deep_stack() from None
    return Document(path, text, body, reader.comments)


def parse_json(text: str, path: str = "") -> Document:
    """Read JSON syntax (.tf.json, .tofu.json; .tfvars.json by the path's ending). Raises HCLSyntaxError."""
    from compliant_infra.hcl_checks.reader_json import read_json  # few trees have such files: not loaded without need

    try:
        return read_json(text, path)
    except RecursionError:
        raise _refuse_deep_stack() from None


class Element(NamedTuple):
    """A member of an object (``key``) or an element of a list (its position), and where its value stands."""

    key: str | int
    start: int
    value: Any
    value_start: int
    end: int


def elements_of(text: str, opening: int) -> list[Element]:
    """What stands in the object or list, written as a literal, that opens at an offset. Raises HCLSyntaxError."""
    reader = _Reader(text)
    is_list = text.startswith("[", opening)
    place, closing = (_IN_LIST, "]") if is_list else (_IN_OBJECT, "}")
    found: list[Element] = []
    position = reader.skip(opening + 1)
    while position < reader.size and not text.startswith(closing, position):
        start = position
        key: str | int = len(found)
        if not is_list:
            key, position = reader.key(position)
            position = reader.skip_inline(position)
        value_start = position
        value, end, position = reader.value(position, place)
        found.append(Element(key, start, value, value_start, end))
        position = reader.skip(position)
        if text.startswith(",", position):
            position = reader.skip(position + 1)
    return found


def template_end(text: str, start: int, depth: int = 0) -> int:
    """The offset after the ``}`` of the template that begins with ``${`` or ``%{`` at ``start``."""
    reader = _Reader(text)
    reader.depth = depth
    return reader.span(start, start + 2, _IN_LIST, "$")[1]


def decode(data: bytes) -> tuple[str, bool]:
    """The text of a file and whether it began with a byte order mark. HCLSyntaxError bad-encoding if not UTF-8."""
    had_bom = data.startswith(b"\xef\xbb\xbf")
    if had_bom:
        data = data[3:]
    try:
        return data.decode("utf-8"), had_bom
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message, message_zh = "the file is not UTF-8", "文件不是 UTF-8 编码"
        raise HCLSyntaxError(message, message_zh, line, column, "bad-encoding") from None


def read_document(path: Path, display: str) -> Document:
    """Read a file in the syntax of its suffix; ``display`` is the path as users see it.

    Raises HCLSyntaxError (also for text that is not UTF-8: code bad-encoding) and OSError.
    """
    text, had_bom = decode(path.read_bytes())
    document = parse_json(text, display) if path.suffix == ".json" else parse(text, display)
    document.had_bom = had_bom
    return document
