"""Whether what is written in a document can be parsed: the reader leaves the inside of expressions alone."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.hcl_checks.patterns import compiled
from compliant_infra.hcl_checks.reader import Body, Document, Expression
from compliant_infra.hcl_checks.syntax import parse_expression
from compliant_infra.hcl_checks.values import ExpressionSyntaxError
from compliant_infra.kernel.model import Diagnostic, Text

#: Most expressions: names joined by dots, with plain indices. These need no parser.
_PLAIN: Final = compiled(r'[A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+|\[\d+\]|\["[^"\\$%\n]*"\])*+\Z')
#: Texts that have been parsed: they repeat a lot.
_KNOWN_LIMIT: Final = 50_000
_known: set[str] = set()


def expression_problems(document: Document) -> list[Diagnostic]:
    """A ``syntax-error`` for every expression that is none (``limit-reached`` where it is nested too deeply)."""
    found: list[Diagnostic] = []
    pending: list[Body] = [document.body]
    while pending:
        body = pending.pop()
        for attribute in body.attributes.values():
            value = attribute.value
            if type(value) is Expression:
                if not _PLAIN.match(value):
                    _parse(value, document.path, found)
            elif type(value) is list or type(value) is dict:
                _look_inside(value, document.path, found)
        if body.blocks:
            if body is not document.body:
                _names_used_twice(body, document.path, found)
            pending.extend(block.body for block in body.blocks)
    return found


def _names_used_twice(body: Body, path: str, found: list[Diagnostic]) -> None:
    """An argument and a nested block of one name: Terraform takes one or the other, never both."""
    for block in body.blocks:
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        if name in body.attributes:
            message = Text(
                f"{name} is written both as an argument and as a block",
                f"{name} 同时写成了参数和块",
            )
            found.append(Diagnostic("syntax-error", message, path, block.line))


def _look_inside(value: Any, path: str, found: list[Diagnostic]) -> None:
    if type(value) is Expression:
        if not _PLAIN.match(value):
            _parse(value, path, found)
    elif type(value) is list:
        for item in value:
            _look_inside(item, path, found)
    elif type(value) is dict:
        for key, item in value.items():
            _look_inside(key, path, found)
            _look_inside(item, path, found)


def _parse(expression: Expression, path: str, found: list[Diagnostic]) -> None:
    text = str(expression)
    if text in _known:
        return
    try:
        parse_expression(text)
    except ExpressionSyntaxError as error:
        line = expression.line + text.count("\n", 0, error.offset)
        if "deep" in error.message:
            message = Text("expression is nested too deeply", "表达式嵌套过深")
            found.append(Diagnostic("limit-reached", message, path, line))
        else:
            message = Text(f"not an expression: {error.message}", f"表达式有误：{error.message}")
            found.append(Diagnostic("syntax-error", message, path, line))
        return
    if len(_known) >= _KNOWN_LIMIT:
        _known.clear()
    _known.add(text)
