"""Filesystem functions. Files are read through the scope only, which keeps them below the scanned root."""

from __future__ import annotations

import posixpath
from typing import Any, Final

from compliant_infra.hcl_checks.functions.json_text import normal
from compliant_infra.hcl_checks.functions.signature import MAX_ELEMENTS, MAX_TEXT, Call, Family, derived
from compliant_infra.hcl_checks.values import EvaluationError, SetValue
from compliant_infra.kernel.model import OneOf, Unknown

FUNCTIONS = Family()

#: Longest pattern of ``fileset``.
_MAX_PATTERN: Final = 1000


def cleaned(path: str) -> str:
    """The shortest equal path, as Go's ``path.Clean`` gives it."""
    result = posixpath.normpath(path)
    return result[1:] if result.startswith("//") else result


@FUNCTIONS.function("abspath", "path:string")
def abspath(call: Call, path: str) -> Any:
    """The path from the file system's root: known only where it is written so."""
    return cleaned(path) if path.startswith("/") else call.unknown("outside-root")


@FUNCTIONS.function("pathexpand", "path:string")
def pathexpand(call: Call, path: str) -> Any:
    """The path with ``~`` replaced by the home directory, which is not known."""
    return call.unknown("outside-root") if path.startswith("~") else path


@FUNCTIONS.function("basename", "path:string")
def basename(call: Call, path: str) -> str:
    """The last part of a path."""
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


@FUNCTIONS.function("dirname", "path:string")
def dirname(call: Call, path: str) -> str:
    """All but the last part of a path."""
    return cleaned(path[: path.rfind("/") + 1])


def file_bytes(call: Call, path: str) -> bytes | Unknown:
    """The contents of a file, or why it cannot be read."""
    data = call.scope.read_file(path)
    if isinstance(data, bytes) and len(data) > MAX_TEXT:
        return call.unknown("limit")
    return data


def file_text(call: Call, path: str) -> str | Unknown:
    """The text of a file; ``EvaluationError`` where it is not UTF-8."""
    data = file_bytes(call, path)
    if isinstance(data, Unknown):
        return data
    try:
        return normal(data.decode())
    except UnicodeDecodeError:
        raise call.error("path", f"the contents of {path} are not UTF-8; use filebase64 for such files") from None


@FUNCTIONS.function("file", "path:string")
def file(call: Call, path: str) -> Any:
    """The text of a file."""
    return file_text(call, path)


@FUNCTIONS.function("filebase64", "path:string")
def filebase64(call: Call, path: str) -> Any:
    """The bytes of a file in base 64."""
    from base64 import b64encode

    data = file_bytes(call, path)
    return data if isinstance(data, Unknown) else b64encode(data).decode()


@FUNCTIONS.function("fileexists", "path:string")
def fileexists(call: Call, path: str) -> Any:
    """Whether there is a regular file at the path."""
    try:
        data = call.scope.read_file(path)
    except EvaluationError:
        data = Unknown("unsupported", call.text)
    if not isinstance(data, Unknown):
        return True
    if data.reason in ("outside-root", "limit"):
        return data
    clean = cleaned(path)
    listed = call.scope.list_files(posixpath.dirname(clean) or ".")
    if isinstance(listed, Unknown):
        return data
    name = posixpath.basename(clean)
    if any(other.startswith(name + "/") for other in listed):
        raise call.error("path", f"{path} is a directory, not a file")
    return name in listed


@FUNCTIONS.function("templatefile", "path:string", "vars:map", knowledge="none")
def templatefile(call: Call, path: Any, variables: Any) -> Any:
    """The text of a file rendered as a template with the given variables."""
    if isinstance(path, (Unknown, OneOf)):
        return derived(path)
    text = file_text(call, path)
    return text if isinstance(text, Unknown) else rendered(call, text, variables)


def rendered(call: Call, template: str, variables: Any) -> Any:
    """A template rendered with variables; where these are unknown as a whole, the template is ``encoded``."""
    from compliant_infra.hcl_checks.expressions import render_template

    if isinstance(variables, (Unknown, OneOf)):
        unknown = derived(variables)
        return Unknown(unknown.reason, unknown.expression, unknown.location, encoded=template)
    return render_template(template, dict(variables), call.scope)


# --------------------------------------------------------------------------------------------------------------
# Patterns of file names
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("fileset", "path:string", "pattern:string")
def fileset(call: Call, path: str, pattern: str) -> Any:
    """The regular files below a directory whose path, seen from there, has the pattern."""
    if len(pattern) > _MAX_PATTERN:
        return call.unknown("limit")
    segments = [part for part in cleaned(pattern.lstrip("/") or ".").split("/") if part != "."]
    climbing = 0
    while climbing < len(segments) and segments[climbing] == "..":
        climbing += 1
    parsed = [_Segment(call, part) for part in segments[climbing:]]
    directory = posixpath.normpath(posixpath.join(path, *[".."] * climbing)) if climbing else path
    listed = call.scope.list_files(directory)
    if isinstance(listed, Unknown):
        return listed
    found = [name for name in listed if _path_matches(name.split("/"), parsed)]
    if len(found) > MAX_ELEMENTS:
        return call.unknown("limit")
    if climbing:
        found = [posixpath.relpath(posixpath.join(directory, name), path) for name in found]
    return SetValue.of(found)


class _Segment:
    """One part of a pattern between slashes: ``**``, or alternatives of wildcards."""

    __slots__ = ("alternatives", "any_depth")

    def __init__(self, call: Call, text: str) -> None:
        self.any_depth = text == "**"
        self.alternatives = [] if self.any_depth else [_tokens(call, part) for part in _braces(call, text)]

    def matches(self, name: str) -> bool:
        """Whether one name between slashes has the pattern."""
        return any(_name_matches(name, tokens) for tokens in self.alternatives)


def _braces(call: Call, text: str) -> list[str]:
    """The alternatives that ``{a,b}`` stands for, not nested."""
    results = [""]
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            results = [result + text[position : position + 2] for result in results]
            position += 2
        elif character == "[":
            end = _class_end(call, text, position)
            results = [result + text[position:end] for result in results]
            position = end
        elif character == "{":
            end = text.find("}", position)
            if end < 0:
                raise call.error("pattern", "a brace is not closed")
            results = [result + option for result in results for option in text[position + 1 : end].split(",")]
            if len(results) > 1000:
                raise call.error("pattern", "too many alternatives")
            position = end + 1
        else:
            results = [result + character for result in results]
            position += 1
    return results


def _class_end(call: Call, text: str, start: int) -> int:
    """The position after the bracket that closes a character class."""
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "]" and position > start + 1:
            return position + 1
        position += 1
    raise call.error("pattern", "a bracket is not closed")


#: A token is "*" (any text), or a function's worth of one character: (negated, ranges), None for "any character".
_Token = tuple[bool, tuple[tuple[str, str], ...]] | str | None


def _tokens(call: Call, text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "*":
            if not tokens or tokens[-1] != "*":
                tokens.append("*")
            position += 1
        elif character == "?":
            tokens.append(None)
            position += 1
        elif character == "[":
            end = _class_end(call, text, position)
            tokens.append(_character_class(text[position + 1 : end - 1]))
            position = end
        else:
            if character == "\\":
                position += 1
                character = text[position : position + 1]
                if not character:
                    raise call.error("pattern", "ends with a backslash")
            tokens.append((False, ((character, character),)))
            position += 1
    return tokens


def _character_class(text: str) -> _Token:
    negated = text.startswith("^")
    position = 1 if negated else 0
    characters: list[tuple[str, bool]] = []  # character, escaped
    while position < len(text):
        escaped = text[position] == "\\" and position + 1 < len(text)
        position += escaped
        characters.append((text[position], escaped))
        position += 1
    ranges: list[tuple[str, str]] = []
    position = 0
    while position < len(characters):
        if position + 2 < len(characters) and characters[position + 1] == ("-", False):
            ranges.append((characters[position][0], characters[position + 2][0]))
            position += 3
        else:
            ranges.append((characters[position][0], characters[position][0]))
            position += 1
    return negated, tuple(ranges)


def _one_matches(character: str, token: _Token) -> bool:
    if token is None or isinstance(token, str):
        return True
    negated, ranges = token
    return any(low <= character <= high for low, high in ranges) is not negated


def _name_matches(name: str, tokens: list[_Token]) -> bool:
    """Greedy with one point of return: at most length of name times length of pattern steps."""
    position = index = 0
    star = mark = -1
    while position < len(name):
        if index < len(tokens) and tokens[index] == "*":
            star, mark = index, position
            index += 1
        elif index < len(tokens) and _one_matches(name[position], tokens[index]):
            position += 1
            index += 1
        elif star >= 0:
            mark += 1
            position, index = mark, star + 1
        else:
            return False
    return all(token == "*" for token in tokens[index:])


def _path_matches(parts: list[str], pattern: list[_Segment]) -> bool:
    """Whether the path has the pattern; ``**`` is any number of directories."""
    reached = {0}  # positions in the pattern after the parts so far
    for part in parts:
        reached = _over_any_depth(reached, pattern)
        following: set[int] = set()
        for index in reached:
            if index < len(pattern):
                if pattern[index].any_depth:
                    following.add(index)
                elif pattern[index].matches(part):
                    following.add(index + 1)
        reached = following
        if not reached:
            return False
    return len(pattern) in _over_any_depth(reached, pattern)


def _over_any_depth(reached: set[int], pattern: list[_Segment]) -> set[int]:
    result = set(reached)
    for index in sorted(reached):
        while index < len(pattern) and pattern[index].any_depth:
            index += 1
            result.add(index)
    return result
