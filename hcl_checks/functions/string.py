"""String functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from compliant_infra.hcl_checks.functions.formatting import format_text, text_of_parts
from compliant_infra.hcl_checks.functions.graphemes import graphemes
from compliant_infra.hcl_checks.functions.signature import (
    MAX_ELEMENTS,
    MAX_TEXT,
    Call,
    Family,
    derived,
    unordered,
    whole_number,
)
from compliant_infra.kernel.model import OneOf, Unknown

FUNCTIONS = Family()

#: What Go's unicode.IsSpace takes for white space.
_SPACE: Final = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)

#: The escape for one byte, after an even number of backslashes.
_ANY_BYTE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\C")

#: Longest text that is searched for all matches of a pattern; the search may take quadratic time.
_MAX_SEARCHED: Final = 100_000


def _piecewise(text: Any, change: Callable[[str], str]) -> Any:
    """A function that works letter by letter, on the known pieces of a partly known text."""
    if isinstance(text, str):
        return change(text)
    if isinstance(text, Unknown) and text.parts:
        return text_of_parts([change(part) if isinstance(part, str) else derived(part) for part in text.parts])
    return derived(text)


def _stripped(text: Any, strip: Callable[[str], str], left: bool, right: bool) -> Any:
    """A text stripped at its ends. An unknown end may be stripped away whole: what stands beside it goes into it."""
    if isinstance(text, str):
        return strip(text)
    if not (isinstance(text, Unknown) and text.parts):
        return derived(text)
    parts = list(text.parts)
    for active, end, neighbour in ((left, 0, 1), (right, -1, -2)):
        if not active:
            continue
        if isinstance(parts[end], str):
            inner = strip(f"|{parts[end]}") if end else strip(f"{parts[end]}|")
            parts[end] = inner[1:] if end else inner[:-1]
            if parts[end]:
                continue
            del parts[end]
        parts[end] = derived(parts[end])
        if len(parts) > 1 and isinstance(parts[neighbour], str):
            inner = strip(f"{parts[neighbour]}|") if end == 0 else strip(f"|{parts[neighbour]}")
            parts[neighbour] = inner[:-1] if end == 0 else inner[1:]
    return text_of_parts(parts)


def _without_ends(text: Unknown) -> Unknown:
    """An encoded text without white space at its ends: it still encodes the same."""
    return Unknown(text.reason, text.expression, text.location, document=text.document, encoded=text.encoded)


@FUNCTIONS.function("chomp", "str:string", knowledge="none")
def chomp(call: Call, text: Any) -> Any:
    """The text without line ends at its end."""
    if isinstance(text, Unknown) and (text.document is not None or text.encoded is not None):
        return _without_ends(text)
    return _stripped(text, lambda known: known.rstrip("\r\n"), left=False, right=True)


@FUNCTIONS.function("startswith", "str:string", "prefix:string", knowledge="none")
def startswith(call: Call, text: Any, prefix: Any) -> Any:
    """Whether the text begins so; a known beginning of a partly known text is enough."""
    if isinstance(text, str) and isinstance(prefix, str):
        return text.startswith(prefix)
    if isinstance(text, Unknown) and isinstance(prefix, str):
        known = _known_parts(text)
        if known and isinstance(known[0], str):
            if known[0].startswith(prefix):
                return True
            if not prefix.startswith(known[0]):
                return False
        elif not prefix:
            return True
    return derived(text if isinstance(text, (Unknown, OneOf)) else prefix)


@FUNCTIONS.function("endswith", "str:string", "suffix:string", knowledge="none")
def endswith(call: Call, text: Any, suffix: Any) -> Any:
    """Whether the text ends so; a known end of a partly known text is enough."""
    if isinstance(text, str) and isinstance(suffix, str):
        return text.endswith(suffix)
    if isinstance(text, Unknown) and isinstance(suffix, str):
        known = _known_parts(text)
        if known and isinstance(known[-1], str):
            if known[-1].endswith(suffix):
                return True
            if not suffix.endswith(known[-1]):
                return False
        elif not suffix:
            return True
    return derived(text if isinstance(text, (Unknown, OneOf)) else suffix)


@FUNCTIONS.function("strcontains", "str:string", "substr:string", knowledge="none")
def strcontains(call: Call, text: Any, wanted: Any) -> Any:
    """Whether the text contains another; a known part of a partly known text can be enough."""
    if isinstance(text, str) and isinstance(wanted, str):
        return wanted in text
    if isinstance(text, Unknown) and isinstance(wanted, str):
        if any(isinstance(part, str) and wanted in part for part in _known_parts(text)):
            return True
    return derived(text if isinstance(text, (Unknown, OneOf)) else wanted)


def _known_parts(text: Unknown) -> tuple[Any, ...]:
    return text.parts


@FUNCTIONS.function("format", "format:string", "*args:any?", knowledge="none")
def format_(call: Call, template: Any, *arguments: Any) -> Any:
    """The text with its verbs replaced by the arguments."""
    if not isinstance(template, str):
        return derived(template)
    return format_text(call, template, list(arguments))


@FUNCTIONS.function("formatlist", "format:string", "*args:any?", knowledge="shape")
def formatlist(call: Call, template: str, *arguments: Any) -> Any:
    """``format`` for every element of the lists; other arguments are the same each time."""
    for argument in arguments:
        blocked = unordered(argument)
        if blocked is not None:
            return blocked
    lengths = {len(argument) for argument in arguments if isinstance(argument, list)}
    if len(lengths) > 1:
        raise call.error("args", f"lists of different lengths: {', '.join(map(str, sorted(lengths)))}")
    rows = lengths.pop() if lengths else 1
    if rows > MAX_ELEMENTS:
        return call.unknown("limit")
    results: list[Any] = []
    for row in range(rows):
        values = [argument[row] if isinstance(argument, list) else argument for argument in arguments]
        results.append(format_text(call, template, values))
    return results


@FUNCTIONS.function("indent", "spaces:number", "str:string", knowledge="none")
def indent(call: Call, spaces: Any, text: Any) -> Any:
    """The text with spaces before every line but the first."""
    if isinstance(spaces, (Unknown, OneOf)):
        return derived(spaces)
    width = whole_number(spaces, "spaces", call)
    if width < 0:
        raise call.error("spaces", "must not be negative")
    known = [part for part in (text.parts if isinstance(text, Unknown) else (text,)) if isinstance(part, str)]
    if width > MAX_TEXT or sum(len(part) + part.count("\n") * width for part in known) > MAX_TEXT:
        return call.unknown("limit")
    return _piecewise(text, lambda part: part.replace("\n", "\n" + " " * width))


@FUNCTIONS.function("join", "separator:string", "*lists:strings", knowledge="shape", spread="deep")
def join(call: Call, separator: str, *lists: list[Any]) -> Any:
    """The elements of the lists with the separator between them."""
    if not lists:
        raise call.error("lists", "at least one list is needed")
    parts: list[Any] = []
    for items in lists:
        for item in items:
            if item is None:
                raise call.error("lists", "an element is null")
            if parts:
                parts.append(separator)
            parts.append(item)
    if sum(len(part) for part in parts if isinstance(part, str)) > MAX_TEXT:
        return call.unknown("limit")
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    for items in lists:
        blocked = unordered(items)
        if blocked is not None:
            return blocked
    return text_of_parts(parts)


@FUNCTIONS.function("lower", "str:string", knowledge="none")
def lower(call: Call, text: Any) -> Any:
    """Small letters, letter by letter."""
    return _piecewise(text, _lower)


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(_lower_letter(letter) for letter in text)


def _lower_letter(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else small[0]


@FUNCTIONS.function("upper", "str:string", knowledge="none")
def upper(call: Call, text: Any) -> Any:
    """Capital letters, letter by letter: the sharp s stays."""
    return _piecewise(text, _upper)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_upper_letter(letter) for letter in text)


def _upper_letter(letter: str) -> str:
    for capital in (letter.upper(), letter.title()):
        if len(capital) == 1:
            return capital
    return letter


@FUNCTIONS.function("title", "str:string")
def title(call: Call, text: str) -> str:
    """The first letter of each word as a capital."""
    result: list[str] = []
    after_separator = True
    for letter in text:
        capital = letter.title() if after_separator else letter
        result.append(capital if len(capital) == 1 else letter)
        if letter.isascii():
            after_separator = not (letter.isalnum() or letter == "_")
        else:
            after_separator = letter in _SPACE
    return "".join(result)


@FUNCTIONS.function("split", "separator:string", "str:string")
def split(call: Call, separator: str, text: str) -> Any:
    """The pieces between the separators; the characters where the separator is empty."""
    pieces = text.split(separator) if separator else list(text)
    return call.unknown("limit") if len(pieces) > MAX_ELEMENTS else pieces


@FUNCTIONS.function("strrev", "str:string")
def strrev(call: Call, text: str) -> str:
    """The characters in reverse."""
    return "".join(reversed(graphemes(text)))


@FUNCTIONS.function("substr", "str:string", "offset:number", "length:number")
def substr(call: Call, text: str, offset: int | float, length: int | float) -> str:
    """Some of the characters; a negative offset counts from the end, a negative length means "to the end"."""
    start = whole_number(offset, "offset", call)
    count = whole_number(length, "length", call)
    if count == 0:
        return ""
    characters = graphemes(text)
    if start < 0:
        start = max(start + len(characters), 0)
    return "".join(characters[start:] if count < 0 else characters[start : start + count])


@FUNCTIONS.function("templatestring", "template:string", "vars:map", knowledge="none")
def templatestring(call: Call, template: Any, variables: Any) -> Any:
    """The template rendered with the given variables."""
    from compliant_infra.hcl_checks.functions.filesystem import rendered

    if isinstance(template, (Unknown, OneOf)):
        return derived(template)
    return rendered(call, template, variables)


@FUNCTIONS.function("trim", "str:string", "cutset:string", knowledge="none")
def trim(call: Call, text: Any, cutset: Any) -> Any:
    """The text without the given characters at both ends."""
    if isinstance(cutset, (Unknown, OneOf)):
        return derived(cutset)
    if not cutset:
        return text
    if isinstance(text, str):
        return text.strip(cutset)
    if "|" in cutset:  # the mark of the open end
        return derived(text)
    return _stripped(text, lambda known: known.strip(cutset), left=True, right=True)


@FUNCTIONS.function("trimprefix", "str:string", "prefix:string")
def trimprefix(call: Call, text: str, prefix: str) -> str:
    """The text without this beginning."""
    return text.removeprefix(prefix)


@FUNCTIONS.function("trimsuffix", "str:string", "suffix:string")
def trimsuffix(call: Call, text: str, suffix: str) -> str:
    """The text without this end."""
    return text.removesuffix(suffix)


@FUNCTIONS.function("trimspace", "str:string", knowledge="none")
def trimspace(call: Call, text: Any) -> Any:
    """The text without white space at both ends."""
    if isinstance(text, Unknown) and (text.document is not None or text.encoded is not None):
        return _without_ends(text)
    return _stripped(text, lambda known: known.strip(_SPACE), left=True, right=True)


# --------------------------------------------------------------------------------------------------------------
# Regular expressions: RE2, which cannot take exponential time
# --------------------------------------------------------------------------------------------------------------


def _compiled(call: Call, pattern: str) -> Any:
    """The compiled pattern, or ``Unknown`` where RE2 is not installed."""
    try:
        import re2
    except ImportError:
        return call.unknown("unsupported")
    if _ANY_BYTE.search(pattern):  # of RE2's own, not of Go's
        raise call.error("pattern", "invalid regular expression: invalid escape sequence: \\C")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise call.error("pattern", f"invalid regular expression: {shown}") from None


def _matches(pattern: Any, text: str) -> Iterator[Any]:
    """All matches; an empty one directly after another match does not count, as in Go."""
    end = -1
    for match in pattern.finditer(text):
        if match.start() == match.end() == end:
            continue
        end = match.end()
        yield match


def _captures(call: Call, pattern: Any) -> Any:
    """How a match becomes a value: by names, by numbers, or as the whole match."""
    names: dict[str, int] = pattern.groupindex
    if names and len(names) != pattern.groups:
        raise call.error("pattern", "named and unnamed groups cannot be mixed")
    if names:
        return lambda match: {name: match.group(index) for name, index in names.items()}
    if pattern.groups:
        return lambda match: list(match.groups())
    return lambda match: match.group()


@FUNCTIONS.function("regex", "pattern:string", "string:string")
def regex(call: Call, pattern: str, text: str) -> Any:
    """The first match: the text, the list of groups, or the named groups."""
    compiled = _compiled(call, pattern)
    if isinstance(compiled, Unknown):
        return compiled
    value = _captures(call, compiled)
    match = compiled.search(text)
    if match is None:
        raise call.error("string", "the pattern does not match")
    return value(match)


@FUNCTIONS.function("regexall", "pattern:string", "string:string")
def regexall(call: Call, pattern: str, text: str) -> Any:
    """All matches, as ``regex`` gives each."""
    compiled = _compiled(call, pattern)
    if isinstance(compiled, Unknown):
        return compiled
    value = _captures(call, compiled)
    if len(text) > _MAX_SEARCHED:
        return call.unknown("limit")
    return [value(match) for match in _matches(compiled, text)]


@FUNCTIONS.function("replace", "str:string", "substr:string", "replace:string", knowledge="none")
def replace(call: Call, text: Any, wanted: Any, replacement: Any) -> Any:
    """The text with every occurrence replaced; ``/.../`` is a regular expression.

    What is known of the text stays known around a replacement that is not, and in a partly known text or document.
    """
    if isinstance(text, str) and isinstance(wanted, str) and isinstance(replacement, str):
        return _replace_text(call, text, wanted, replacement)
    if not isinstance(wanted, str) or not wanted or _is_pattern(wanted):
        return derived(next(item for item in (text, wanted, replacement) if not isinstance(item, str)))
    if isinstance(text, Unknown) and text.document is not None:
        document = _replace_within(text.document, wanted, replacement)
        return Unknown(text.reason, text.expression, text.location, document=document)
    if isinstance(text, Unknown) and not text.parts:
        return derived(text)
    return _replace_parts(text.parts if isinstance(text, Unknown) else (text,), wanted, replacement)


def _replace_parts(parts: Iterable[Any], wanted: str, replacement: Any) -> Any:
    pieces: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            for position, piece in enumerate(part.split(wanted)):
                pieces += (replacement, piece) if position else (piece,)
        else:
            pieces.append(part)
    return text_of_parts(pieces)


def _replace_within(value: Any, wanted: str, replacement: Any) -> Any:
    if isinstance(value, str) or (isinstance(value, Unknown) and value.parts):
        return _replace_parts(value.parts if isinstance(value, Unknown) else (value,), wanted, replacement)
    if isinstance(value, Mapping):
        return {key: _replace_within(item, wanted, replacement) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace_within(item, wanted, replacement) for item in value]
    return value


def _is_pattern(wanted: str) -> bool:
    return len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/")


def _replace_text(call: Call, text: str, wanted: str, replacement: str) -> Any:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return _replace_matches(call, text, wanted[1:-1], replacement)
    growth = (len(replacement) - len(wanted)) * (text.count(wanted) if wanted else len(text) + 1)
    if len(text) + growth > MAX_TEXT:
        return call.unknown("limit")
    return text.replace(wanted, replacement)


def _replace_matches(call: Call, text: str, pattern: str, replacement: str) -> Any:
    compiled = _compiled(call, pattern)
    if isinstance(compiled, Unknown):
        return compiled
    if len(text) > _MAX_SEARCHED:
        return call.unknown("limit")
    template = _template_pieces(replacement, compiled.groupindex, compiled.groups)
    pieces: list[str] = []
    size = end = 0
    for match in _matches(compiled, text):
        new = "".join(piece if isinstance(piece, str) else match.group(piece) or "" for piece in template)
        size += match.start() - end + len(new)
        if size > MAX_TEXT:
            return call.unknown("limit")
        pieces += (text[end : match.start()], new)
        end = match.end()
    pieces.append(text[end:])
    return "".join(pieces)


def _template_pieces(template: str, names: dict[str, int], groups: int) -> list[str | int]:
    """A replacement as Go reads it: texts and numbers of groups. ``$1x`` is the group named ``1x``."""
    pieces: list[str | int] = []
    position = 0
    while True:
        dollar = template.find("$", position)
        if dollar < 0:
            pieces.append(template[position:])
            return pieces
        pieces.append(template[position:dollar])
        position = dollar + 1
        if template[position : position + 1] == "$":
            pieces.append("$")
            position += 1
            continue
        braced = template[position : position + 1] == "{"
        start = end = position + braced
        while end < len(template) and (template[end].isalnum() or template[end] == "_"):
            end += 1
        name = template[start:end]
        if not name or (braced and template[end : end + 1] != "}"):
            pieces.append("$")
            continue
        position = end + braced
        if name.isascii() and name.isdigit() and (name == "0" or not name.startswith("0")):
            if len(name) < 9 and int(name) <= groups:
                pieces.append(int(name))
        elif name in names:
            pieces.append(names[name])
