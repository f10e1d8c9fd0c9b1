"""Terraform expressions: compiled once to Python closures, evaluated in a Scope, three-valued.

``compile_expression`` gives a function from Scope to value, kept by the text because texts repeat; ``evaluate`` does a
whole value as the reader gives it; ``references`` tells the names that a text uses; ``render_template`` does the body
of a template file. What Terraform would refuse raises EvaluationError; what nobody can know is Unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from compliant_infra.hcl_checks import syntax_tree as tree
from compliant_infra.hcl_checks.compiler import Bound, Evaluator, compile_tree, names_inside
from compliant_infra.hcl_checks.expression_scopes import NoNames, TemplateScope
from compliant_infra.hcl_checks.operations import blocked_by, plain, text_of, whole
from compliant_infra.hcl_checks.reader import Expression
from compliant_infra.hcl_checks.syntax import parse_expression, parse_template
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, Scope
from compliant_infra.kernel.model import OneOf, Unknown, UnknownValueError

__all__ = [
    "Evaluator",
    "compile_expression",
    "evaluate",
    "evaluate_constant",
    "plain",
    "references",
    "render_template",
]

_CACHE_SIZE: Final = 8192


@lru_cache(maxsize=_CACHE_SIZE)
def compile_expression(text: str) -> Evaluator:
    """The function from Scope to value that an expression stands for; raises ExpressionSyntaxError.

    The function raises EvaluationError where Terraform would refuse the values. Resources in the result may still be
    proxies; ``plain`` turns them into values.
    """
    return compile_tree(parse_expression(text))


@lru_cache(maxsize=256)
def _compile_template(text: str) -> Evaluator:
    return compile_tree(parse_template(text))


def render_template(text: str, variables: Mapping[str, Any], scope: Scope) -> Any:
    """The body of a template file (not quoted) with these variables as its only names; raises EvaluationError."""
    try:
        run = _compile_template(text)
    except ExpressionSyntaxError as error:
        raise EvaluationError(f"Invalid template: {error.message}") from error
    return run(TemplateScope(scope, variables))


def evaluate_constant(node: tree.Node) -> Any:
    """The value of an expression that may use no names; raises EvaluationError."""
    return compile_tree(node)(NoNames())


def evaluate(value: Any, scope: Scope) -> Any:
    """A value as the reader gives it: literals as they are, expressions evaluated, lists and objects deep.

    Never raises: what cannot be evaluated is ``Unknown("unsupported")`` with the expression's text. What contains no
    expression is given back as it is, not copied.
    """
    kind = type(value)
    if kind is Expression:
        return _evaluated(str(value), scope)
    if kind is list:
        elements = [evaluate(item, scope) for item in value]
        return elements if any(new is not old for new, old in zip(elements, value, strict=True)) else value
    if kind is dict:
        items: dict[Any, Any] = {}
        changed = False
        for key, item in value.items():
            name = key
            if type(key) is Expression:
                name = whole(_evaluated(str(key), scope))
                if type(name) is Unknown or type(name) is OneOf:
                    return blocked_by(name)
                if name is None or isinstance(name, (list, Mapping)):
                    return Unknown("unsupported", str(key), scope.location())
                name = text_of(name)
            items[name] = evaluate(item, scope)
            changed = changed or name is not key or items[name] is not item
        return items if changed else value
    return value


def _evaluated(text: str, scope: Scope) -> Any:
    try:
        return compile_expression(text)(scope)
    except (EvaluationError, ExpressionSyntaxError) as error:
        if isinstance(error, ExpressionSyntaxError) and "too deeply" in error.message:
            return Unknown("limit", _short(text), scope.location())
        return Unknown("unsupported", f"{_short(text)} ({error})", scope.location())
    except UnknownValueError as error:
        return blocked_by(error.unknown)
    except RecursionError:
        return Unknown("limit", text, scope.location())


def _short(text: str) -> str:
    """An expression for people: on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:97]}..."


@lru_cache(maxsize=_CACHE_SIZE)
def references(text: str) -> tuple[tuple[str, ...], ...]:
    """The leading names of the traversals in an expression, each once, in order: ``("var", "a")``.

    Names that a ``for`` binds are left out. Raises ExpressionSyntaxError.
    """
    found: dict[tuple[str, ...], None] = {}
    stack: list[tuple[Any, Bound]] = [(parse_expression(text), frozenset())]
    while stack:
        node, bound = stack.pop()
        if isinstance(node, tree.Name):
            if node.names[0] not in bound:
                found[node.names] = None
        else:
            stack.extend(reversed(_children(node, bound)))
    return tuple(found)


def _children(node: Any, bound: Bound) -> list[tuple[Any, Bound]]:
    """The nodes below a node in the order of the text, with the names that are bound there."""
    if isinstance(node, (tree.ForNode, tree.TemplateFor)):
        inside = names_inside(node, bound)
        body = (node.body,) if isinstance(node, tree.TemplateFor) else (node.key, node.value, node.condition)
        return [(node.collection, bound), *((part, inside) for part in body if part is not None)]
    children: list[Any] = []
    if isinstance(node, tree.Postfix):
        children = [node.source, *node.steps]
    elif isinstance(node, tree.SplatStep):
        children = [*node.steps]
    elif isinstance(node, tree.IndexStep):
        children = [node.key]
    elif isinstance(node, tree.Unary):
        children = [node.operand]
    elif isinstance(node, tree.Chain):
        children = [node.first, *(operand for _, operand in node.rest)]
    elif isinstance(node, (tree.Conditional, tree.TemplateIf)):
        children = [node.condition, node.positive, node.negative]
    elif isinstance(node, tree.TupleNode):
        children = [*node.items]
    elif isinstance(node, tree.ObjectNode):
        children = [part for pair in node.items for part in pair]
    elif isinstance(node, tree.Call):
        children = [*node.arguments]
    elif isinstance(node, tree.Template):
        children = [part for part in node.parts if not isinstance(part, str)]
    return [(child, bound) for child in children]
