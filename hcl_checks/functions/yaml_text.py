"""YAML as Terraform writes and reads it.

Writing follows the emitter of libyaml with the choices that Terraform makes: strings and keys in double quotes, texts
of several lines as literal blocks. Reading takes PyYAML's parser where it is installed; what a plain scalar means
is decided here, as Terraform decides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from compliant_infra.hcl_checks.functions.exact_numbers import number_text, parse_number
from compliant_infra.hcl_checks.functions.json_text import normal

#: From this column on a quoted text is continued on the next line.
_BEST_WIDTH: Final = 80
#: Keys with more bytes are written in the long form, after a question mark.
_SIMPLE_KEY: Final = 128
#: How many values a document may have when its aliases are written out.
_MAX_VALUES: Final = 100_000
_MAX_DEPTH: Final = 100

_BREAKS: Final = "\n\r\x85\u2028\u2029"
_ESCAPES: Final = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}


# --------------------------------------------------------------------------------------------------------------
# Writing
# --------------------------------------------------------------------------------------------------------------


def write_yaml(value: Any) -> str:
    """The document of a known value."""
    writer = _Writer()
    writer.node(value, -2, "root")
    writer.end_line()
    if not isinstance(value, (str, list, Mapping)):
        writer.write("...\n")
    return "".join(writer.pieces)


class _Writer:
    """The text so far and the column where it ends."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.column = 0

    def write(self, text: str) -> None:
        self.pieces.append(text)
        newline = text.rfind("\n")
        self.column = self.column + len(text) if newline < 0 else len(text) - newline - 1

    def end_line(self) -> None:
        if self.column:
            self.write("\n")

    def start_line(self, indent: int) -> None:
        self.end_line()
        self.write(" " * indent)

    def node(self, value: Any, indent: int, place: str) -> None:
        """A value inside a collection with an indent; ``place`` is root, item, member or long (after a long key)."""
        if isinstance(value, Mapping):
            if not value:
                self.write("{}")
            else:
                self.mapping(value, indent + 2, inline=place != "member")
        elif isinstance(value, list):
            if not value:
                self.write("[]")
            else:
                self.sequence(value, indent if place == "member" else indent + 2, inline=place != "member")
        elif isinstance(value, str):
            self.text(value, max(indent, 0) + 2 if indent >= 0 else 2)
        else:
            self.write(_plain(value))

    def sequence(self, items: list[Any], indent: int, inline: bool) -> None:
        for position, item in enumerate(items):
            if position or not inline:
                self.start_line(indent)
            self.write("- ")
            self.node(item, indent, "item")

    def mapping(self, members: Mapping[str, Any], indent: int, inline: bool) -> None:
        for position, key in enumerate(sorted(members)):
            if position or not inline:
                self.start_line(indent)
            value = members[key]
            if len(key.encode()) > _SIMPLE_KEY or "\n" in key:
                self.write("? ")
                self.text(key, indent + 2)
                self.start_line(indent)
                self.write(": ")
                self.node(value, indent, "long")
                continue
            self.quoted(key, None)
            self.write(":")
            if isinstance(value, (list, Mapping)) and value:
                self.node(value, indent, "member")
            else:
                self.write(" ")
                self.node(value, indent, "member")

    def text(self, text: str, indent: int) -> None:
        if "\n" in text and _block_allowed(text):
            self.literal(text, indent)
        else:
            self.quoted(text, indent)

    def literal(self, text: str, indent: int) -> None:
        hint = "2" if text[0] in " " + _BREAKS else ""
        chomp = "-"
        if text[-1] in _BREAKS:
            chomp = "+" if len(text) == 1 or text[-2] in _BREAKS else ""
        self.write(f"|{hint}{chomp}\n")
        for line in re.findall(r"[^\n\u2028\u2029]*[\n\u2028\u2029]|[^\n\u2028\u2029]+", text):
            self.write(" " * indent + line if line[0] not in _BREAKS else line)

    def quoted(self, text: str, indent: int | None) -> None:
        """A text in double quotes, continued on further lines unless ``indent`` is None."""
        self.write('"')
        after_space = False
        for position, character in enumerate(text):
            if character == " ":
                fold = indent is not None and not after_space and self.column > _BEST_WIDTH
                if fold and indent is not None and 0 < position < len(text) - 1:
                    self.start_line(indent)
                    if text[position + 1] == " ":
                        self.write("\\")
                else:
                    self.write(" ")
                after_space = True
                continue
            self.write(_escaped(character))
            after_space = False
        self.write('"')


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value)


def _printable(character: str) -> bool:
    return (
        character == "\n"
        or " " <= character <= "~"
        or "\xa0" <= character <= "\ud7ff"
        or ("\ue000" <= character <= "\ufffd" and character != "\ufeff")
    )


def _escaped(character: str) -> str:
    if _printable(character) and character not in _BREAKS and character not in '"\\':
        return character
    if character in _ESCAPES:
        return "\\" + _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _block_allowed(text: str) -> bool:
    """Whether a literal block keeps the text: no unprintable characters, no spaces before a line's end."""
    if text.endswith(" ") or not all(map(_printable, text)):
        return False
    return not any(text[position - 1] == " " for position in range(1, len(text)) if text[position] in _BREAKS)


# --------------------------------------------------------------------------------------------------------------
# Reading
# --------------------------------------------------------------------------------------------------------------

_TRUE: Final = frozenset(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
_FALSE: Final = frozenset(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_NUMBER: Final = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?", re.ASCII)
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_TIMESTAMP: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[+-]\d\d:\d\d))"
    r"|(?: (\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?))?",
    re.ASCII,
)
_TAG: Final = "tag:yaml.org,2002:"


class YamlParserMissingError(Exception):
    """PyYAML is not installed."""


def read_yaml(text: str) -> Any:
    """The value of a document; ``ValueError`` where Terraform refuses it."""
    try:
        yaml: Any = import_module("yaml")
    except ImportError:
        raise YamlParserMissingError from None
    try:
        return _Reader(yaml, text).document()
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


class _Reader:
    """Makes values of the parser's events."""

    def __init__(self, yaml: Any, text: str) -> None:
        self.yaml = yaml
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.values = 0

    def document(self) -> Any:
        next(self.events)  # the start of the stream
        start = next(self.events)
        if isinstance(start, self.yaml.StreamEndEvent):
            raise ValueError("no document")
        if start.version not in (None, (1, 1)):
            raise ValueError("only version 1.1 of YAML is read")
        value = self.value(next(self.events), 0)
        next(self.events)  # the end of the document
        if not isinstance(next(self.events), self.yaml.StreamEndEvent):
            raise ValueError("more than one document")
        return value

    def value(self, event: Any, depth: int) -> Any:
        self.count(1)
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        if isinstance(event, self.yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise ValueError(f"no anchor named {event.anchor!r}")
            value, size = self.anchors[event.anchor]
            self.count(size)
            return value
        before = self.values
        if isinstance(event, self.yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, self.yaml.SequenceStartEvent):
            self.collection_tag(event, "seq")
            value = []
            while not isinstance(following := next(self.events), self.yaml.SequenceEndEvent):
                value.append(self.value(following, depth + 1))
        else:
            self.collection_tag(event, "map")
            value = self.mapping(depth)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.values - before + 1)
        return value

    def count(self, values: int) -> None:
        self.values += values
        if self.values > _MAX_VALUES:
            raise ValueError("too many values")

    def collection_tag(self, event: Any, expected: str) -> None:
        if event.tag not in (None, "!", _TAG + expected):
            raise ValueError(f"unsupported tag {event.tag!r}")

    def mapping(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(event := next(self.events), self.yaml.MappingEndEvent):
            merge = isinstance(event, self.yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]
            key = self.value(event, depth + 1)
            value = self.value(next(self.events), depth + 1)
            if merge:
                merged.append(value)
            elif key is None or isinstance(key, (list, dict)):
                raise ValueError("a key must be a string")
            else:
                members[key if isinstance(key, str) else _plain(key)] = value
        for other in merged:
            if not isinstance(other, dict):
                raise ValueError("only mappings can be merged")
            self.count(len(other))
            members = {**other, **members}
        return {key: members[key] for key in sorted(members)}


def _scalar(event: Any) -> Any:
    tag = event.tag
    if tag in (_TAG + "str", _TAG + "binary") or (tag is None and not event.implicit[0]):
        return normal(event.value)
    if tag is None:
        return _resolved(event.value)
    if tag == _TAG + "null":
        return None
    if tag not in {_TAG + name for name in ("int", "float", "bool", "timestamp")}:
        raise ValueError(f"unsupported tag {tag!r}")
    if event.style is not None:
        return normal(event.value)
    value = _resolved(event.value)
    if isinstance(value, str) and not _TIMESTAMP.fullmatch(event.value):
        raise ValueError(f"{event.value[:40]!r} is no {tag.removeprefix(_TAG)}")
    return value


def _resolved(text: str) -> Any:
    """What a plain scalar means."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _NUMBER.fullmatch(text):
        number = parse_number(text)
        if number is None:
            raise ValueError(f"number out of range: {text[:40]}")
        return number
    if text[:2] in ("0x", "0o") and len(text) <= 1000:
        try:
            return int(text[2:], 16 if text[1] == "x" else 8) if "_" not in text and text[2:].isalnum() else text
        except ValueError:
            return text
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("infinity and NaN are no numbers for Terraform")
    match = _TIMESTAMP.fullmatch(text)
    if match is not None:
        return _timestamp(text, match)
    return normal(text)


def _timestamp(text: str, match: re.Match[str]) -> str:
    from datetime import datetime

    groups = match.groups()
    clock = groups[3:6] if groups[3] else groups[7:10] if groups[7] else ("0", "0", "0")
    year, month, day = map(int, groups[:3])
    hour, minute, second = map(int, clock)
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return text
    zone = groups[6] or "Z"
    return moment.isoformat() + ("Z" if zone in ("+00:00", "-00:00") else zone)
