"""Values for the root's variables: ``terraform.tfvars``, ``*.auto.tfvars``, ``--var-file`` and ``--var``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compliant_infra.hcl_checks.configuration import NOTHING_EDITED, content_hash
from compliant_infra.hcl_checks.expressions import evaluate
from compliant_infra.hcl_checks.reader import Expression, HCLSyntaxError, parse
from compliant_infra.hcl_checks.wellformed import expression_problems
from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text, Unknown


def automatic_variable_files(directory: str) -> list[str]:
    """The variable files that Terraform loads by itself, in its order: the later one wins."""
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return []
    found: list[str] = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    found += [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return [os.path.join(directory, name) for name in found]


def read_variable_file(
    path: str, display: str, contents: Mapping[str, bytes] = NOTHING_EDITED
) -> tuple[dict[str, Any], str, list[Diagnostic]]:
    """The values of one file, its content hash ("" where it cannot be read) and what was wrong with it.

    ``contents`` holds files by their path as they would be after an edit.
    """
    try:
        edited = contents.get(path)
        data = edited if edited is not None else Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return (
            {},
            "",
            [Diagnostic("unreadable-file", Text(f"cannot be read: {reason}", f"无法读取：{reason}"), display)],
        )
    digest = content_hash(data)
    try:
        text = data.decode("utf-8-sig")
        if path.endswith(".json"):
            return _json_values(text), digest, []
        document = parse(text, display)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = Text("not UTF-8; the file was not read", "不是 UTF-8 编码，文件未读取")
        return {}, digest, [Diagnostic("bad-encoding", message, display, line)]
    except HCLSyntaxError as error:
        message = Text(error.message, error.message_zh)
        return {}, digest, [Diagnostic(error.code, message, display, error.line, error.column)]
    except (ValueError, RecursionError) as error:
        return {}, digest, [Diagnostic("syntax-error", Text(str(error), f"JSON 有误：{error}"), display)]
    problems = expression_problems(document)
    for block in document.body.blocks:
        message = Text(
            f"a variable file holds arguments only, not blocks ({block.type})",
            f"变量文件只能包含参数，不能有块（{block.type}）",
        )
        problems.append(Diagnostic("syntax-error", message, display, block.line))
    values: dict[str, Any] = {}
    for name, attribute in document.body.attributes.items():
        scope = ConstantScope(SourceLocation(display, attribute.line, attribute.end_line))
        values[name] = evaluate(attribute.value, scope)
        if scope.refused:
            message = Text(
                f"{name}: a variable file holds constants only, not {scope.refused}",
                f"{name}：变量文件只能包含常量，不能引用 {scope.refused}",
            )
            problems.append(Diagnostic("syntax-error", message, display, attribute.line))
    return values, digest, problems


def _json_values(text: str) -> dict[str, Any]:
    import json

    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("a variable file in JSON must hold one object")
    return values


def given_variable(name: str, text: str) -> Any:
    """The value of ``--var name=text``: an expression where it is one (lists, maps, numbers), else plain text.

    Terraform decides by the variable's type; a text that is a single word stays a text, and conversion to the
    declared type makes numbers and truth values of it.
    """
    stripped = text.strip()
    if stripped[:1] in ("[", "{", '"'):
        try:
            value = evaluate(Expression(stripped), ConstantScope(None))
        except HCLSyntaxError:
            return text
        return text if type(value) is Unknown else value
    return text


class ConstantScope:
    """A scope without names: variable files may hold literal values only."""

    __slots__ = ("_location", "refused")

    def __init__(self, location: SourceLocation | None) -> None:
        self._location = location
        self.refused = ""  # the first name that was asked for

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Every name is undeclared here."""
        self.refused = self.refused or ".".join(names)
        return Unknown("undeclared-reference", ".".join(names), self._location), len(names)

    def read_file(self, path: str) -> bytes | Unknown:
        """Files are not read from variable files."""
        return Unknown("unsupported", path, self._location)

    def list_files(self, directory: str) -> list[str] | Unknown:
        """Files are not listed from variable files."""
        return Unknown("unsupported", directory, self._location)

    @property
    def directory(self) -> str:
        """There is no module."""
        return "."

    def location(self) -> SourceLocation | None:
        """The place of the value."""
        return self._location
