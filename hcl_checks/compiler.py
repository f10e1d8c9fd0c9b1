"""The tree of an expression compiled to Python closures: functions from Scope to value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from compliant_infra.hcl_checks import operations
from compliant_infra.hcl_checks import syntax_tree as tree
from compliant_infra.hcl_checks.expression_scopes import Frame
from compliant_infra.hcl_checks.operations import (
    arithmetic,
    arithmetic_result,
    attribute,
    blocked_by,
    bool_of,
    compare,
    describe,
    distribute,
    equal,
    index,
    joined,
    negated,
    number_of,
    one_of,
    plain,
    text_of,
    unified,
    whole,
)
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, Scope, SetValue
from compliant_infra.kernel.model import OneOf, Unknown

#: What an expression is compiled to.
Evaluator = Callable[[Scope], Any]

_Steps = Callable[[Any, Scope], Any]
#: The names that the ``for`` expressions around bind.
Bound = frozenset[str]

#: How many turns the ``for`` expressions inside one another may take together.
MAX_TURNS: Final = 200_000

#: Functions that only move elements about: resources inside their arguments stay what they are.
_STRUCTURAL: Final = frozenset(
    {
        "chunklist",
        "coalesce",
        "coalescelist",
        "compact",
        "concat",
        "element",
        "flatten",
        "keys",
        "length",
        "lookup",
        "merge",
        "nonsensitive",
        "one",
        "reverse",
        "sensitive",
        "slice",
        "tolist",
        "tomap",
        "values",
        "zipmap",
    }
)


# ---------------------------------------------------------------------------------------------------------------
# Names, attributes, indices, splats
# ---------------------------------------------------------------------------------------------------------------


def _literal(node: tree.Literal, bound: Bound) -> Evaluator:
    value = node.value
    return lambda scope: value


def _name(node: tree.Name, bound: Bound) -> Evaluator:
    names = node.names
    if names[0] in bound:
        return _bound_name(names[0], names[1:])
    count = len(names)

    def run(scope: Scope) -> Any:
        value, consumed = scope.resolve(names)
        while consumed < count:
            value = attribute(value, names[consumed], scope)
            consumed += 1
        return value

    return run


def _bound_name(name: str, rest: tuple[str, ...]) -> Evaluator:
    def run(scope: Scope) -> Any:
        frame: Any = scope
        while name not in frame.bound:
            frame = frame.outer
        value = frame.bound[name]
        for part in rest:
            value = attribute(value, part, scope)
        return value

    return run


def _postfix(node: tree.Postfix, bound: Bound) -> Evaluator:
    source = _compile(node.source, bound)
    steps = _steps(node.steps, bound)
    return lambda scope: steps(source(scope), scope)


def _steps(nodes: tuple[tree.Step, ...], bound: Bound) -> _Steps:
    steps = tuple(_step(step, bound) for step in nodes)
    if len(steps) == 1:
        return steps[0]

    def run(value: Any, scope: Scope) -> Any:
        for step in steps:
            value = step(value, scope)
        return value

    return run


def _step(node: tree.Step, bound: Bound) -> _Steps:
    if isinstance(node, tree.AttributeStep):
        name = node.name
        return lambda value, scope: attribute(value, name, scope)
    if isinstance(node, tree.IndexStep):
        key = _compile(node.key, bound)
        return lambda value, scope: index(value, key(scope), scope)
    inner = _steps(node.steps, bound)

    def splat(value: Any, scope: Scope) -> Any:
        if isinstance(value, list):
            return [inner(item, scope) for item in value]
        if value is None:
            return []
        if type(value) is Unknown:
            return inner(operations.extended(value, "[*]"), scope)
        if type(value) is OneOf:
            return distribute(lambda item: splat(item, scope), (value,), scope)
        return [inner(value, scope)]

    return splat


# ---------------------------------------------------------------------------------------------------------------
# Operators
# ---------------------------------------------------------------------------------------------------------------


def _unary(node: tree.Unary, bound: Bound) -> Evaluator:
    if node.operator == "!":
        operand = _compile(node.operand, bound)
        return lambda scope: negated(operand(scope), scope)
    return _rounded(_exact(node, bound))


def _rounded(exact: Evaluator) -> Evaluator:
    def run(scope: Scope) -> Any:
        value = exact(scope)
        return arithmetic_result(value) if type(value) is Fraction else value

    return run


def _exact(node: tree.Node, bound: Bound) -> Evaluator:
    """A number as int or Fraction, or Unknown or OneOf: between operators nothing is rounded."""
    if isinstance(node, tree.Unary) and node.operator == "-":
        return _combined(_constant(0), (("-", _exact(node.operand, bound)),), arithmetic)
    if isinstance(node, tree.Chain) and node.level >= _ARITHMETIC:
        rest = tuple((operator, _exact(operand, bound)) for operator, operand in node.rest)
        return _combined(_exact(node.first, bound), rest, arithmetic)
    run = _compile(node, bound)

    def exact(scope: Scope) -> Any:
        value = run(scope)
        kind = type(value)
        if kind is int:
            return value
        value = whole(value)
        if type(value) is Unknown or type(value) is OneOf:
            return value
        return number_of(value)

    return exact


def _constant(value: Any) -> Evaluator:
    return lambda scope: value


_Operation = Callable[[str, int | Fraction, int | Fraction], Any]


def _combined(first: Evaluator, rest: tuple[tuple[str, Evaluator], ...], operation: _Operation) -> Evaluator:
    def run(scope: Scope) -> Any:
        value = first(scope)
        for operator, operand in rest:
            right = operand(scope)
            if type(value) in _EXACT_KINDS and type(right) in _EXACT_KINDS:
                value = operation(operator, value, right)
            else:
                value = _combined_unknown(operation, operator, value, right, scope)
        return value

    return run


def _combined_unknown(operation: _Operation, operator: str, left: Any, right: Any, scope: Scope) -> Any:
    for side in (left, right):
        if type(side) is Unknown:
            return blocked_by(side)
    if type(left) is not OneOf and type(right) is not OneOf:
        return operation(operator, _number(left), _number(right))

    def combine(one: Any, other: Any) -> Any:
        one, other = whole(one), whole(other)
        for side in (one, other):
            if type(side) is Unknown:
                return blocked_by(side)
        result = operation(operator, _number(one), _number(other))
        return arithmetic_result(result) if type(result) is Fraction else result

    return distribute(combine, (left, right), scope)


def _number(value: Any) -> int | Fraction:
    return value if type(value) is Fraction else number_of(value)


def _chain(node: tree.Chain, bound: Bound) -> Evaluator:
    if node.level >= _ARITHMETIC:
        return _rounded(_exact(node, bound))
    if node.level == _COMPARISON:
        rest = tuple((operator, _exact(operand, bound)) for operator, operand in node.rest)
        return _combined(_exact(node.first, bound), rest, compare)
    first = _compile(node.first, bound)
    operands = tuple((operator, _compile(operand, bound)) for operator, operand in node.rest)
    if node.level == _EQUALITY:
        return _equality(first, operands)
    return _logic(first, tuple(operand for _, operand in operands), deciding=node.level == _OR)


def _equality(first: Evaluator, rest: tuple[tuple[str, Evaluator], ...]) -> Evaluator:
    def run(scope: Scope) -> Any:
        value = first(scope)
        for operator, operand in rest:
            right = operand(scope)
            if type(value) is str and type(right) is str:
                value = (value == right) is (operator == "==")
            else:
                value = equal(value, right, scope)
                if operator == "!=":
                    value = negated(value, scope)
        return value

    return run


def _logic(first: Evaluator, rest: tuple[Evaluator, ...], deciding: bool) -> Evaluator:
    """``||`` (True decides) and ``&&`` (False decides): what follows a deciding operand is not evaluated."""

    def truth(value: Any, scope: Scope) -> Any:
        value = whole(value)
        if value is True or value is False:
            return value
        if type(value) is Unknown:
            return blocked_by(value)
        if type(value) is OneOf:
            return distribute(lambda item: truth(item, scope), (value,), scope)
        return bool_of(value)

    def both(left: Any, right: Any) -> Any:
        if left is deciding or right is deciding:
            return deciding
        for side in (left, right):
            if type(side) is Unknown:
                return side
        return not deciding

    def run(scope: Scope) -> Any:
        value = truth(first(scope), scope)
        for operand in rest:
            if value is deciding:
                return value
            right = truth(operand(scope), scope)
            if value is (not deciding):
                value = right
            elif type(value) is OneOf or type(right) is OneOf:
                value = distribute(both, (value, right), scope)
            else:
                value = both(value, right)
        return value

    return run


_OR, _EQUALITY, _COMPARISON, _ARITHMETIC = 0, 2, 3, 4
_EXACT_KINDS: Final = frozenset({int, Fraction})


# ---------------------------------------------------------------------------------------------------------------
# Conditionals
# ---------------------------------------------------------------------------------------------------------------


def _conditional(node: tree.Conditional, bound: Bound) -> Evaluator:
    condition = _compile(node.condition, bound)
    positive, negative = _compile(node.positive, bound), _compile(node.negative, bound)
    text = node.text

    def run(scope: Scope) -> Any:
        truth = condition(scope)
        if truth is not True and truth is not False:
            truth = _truth(truth, scope)
            if type(truth) is Unknown or type(truth) is OneOf:
                return _undecided(truth, positive, negative, text, scope)
        chosen, other = (positive, negative) if truth else (negative, positive)
        value = chosen(scope)
        if type(value) is str or value is None or not _has_numbers(value):
            return value
        # Numbers and bools become texts where the other branch has texts.
        try:
            beside = other(scope)
        except EvaluationError:
            return value
        return unified(value, beside)

    return run


def _truth(value: Any, scope: Scope) -> Any:
    value = whole(value)
    if type(value) is Unknown:
        return value
    if type(value) is OneOf:
        return distribute(lambda item: _truth(item, scope), (value,), scope)
    return bool_of(value)


def _has_numbers(value: Any) -> bool:
    """Whether a number or a bool is found in the value."""
    stack = [value]
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, (bool, int, float)):
            return True
        if isinstance(item, (dict, list)) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(item.values() if isinstance(item, dict) else item)
    return False


def _undecided(truth: Any, positive: Evaluator, negative: Evaluator, text: str, scope: Scope) -> Any:
    """Both branches of a conditional whose condition nobody can know."""
    unknown = truth if type(truth) is Unknown else truth.condition
    values: list[Any] = []
    error: EvaluationError | None = None
    for branch in (positive, negative):
        try:
            values.append(branch(scope))
        except EvaluationError as raised:
            error = raised
    if error is not None:
        if not values:
            raise error
        return Unknown("unsupported", text, scope.location())
    left, right = values
    try:
        left, right = unified(left, right), unified(right, left)
    except EvaluationError:
        left, right = values
    return one_of((left, right), Unknown(unknown.reason, text, unknown.location or scope.location()))


# ---------------------------------------------------------------------------------------------------------------
# Lists, objects, for
# ---------------------------------------------------------------------------------------------------------------


def _tuple(node: tree.TupleNode, bound: Bound) -> Evaluator:
    items = tuple(_compile(item, bound) for item in node.items)
    return lambda scope: [item(scope) for item in items]


def _object(node: tree.ObjectNode, bound: Bound) -> Evaluator:
    values = tuple(_compile(value, bound) for _, value in node.items)
    if all(isinstance(key, tree.Literal) and key.value is not None for key, _ in node.items):
        names = tuple(text_of(key.value) for key, _ in node.items if isinstance(key, tree.Literal))
        pairs = tuple(zip(names, values, strict=True))
        return lambda scope: {name: value(scope) for name, value in pairs}
    keys = tuple(_compile(key, bound) for key, _ in node.items)

    def run(scope: Scope) -> Any:
        texts = [whole(key(scope)) for key in keys]
        items = [value(scope) for value in values]
        if any(type(text) is OneOf for text in texts):
            return distribute(lambda *alternatives: _object_of(alternatives, items), texts, scope)
        return _object_of(texts, items)

    return run


def _object_of(keys: Any, items: list[Any]) -> Any:
    result: dict[str, Any] = {}
    for key, item in zip(keys, items, strict=True):
        if type(key) is Unknown:
            return blocked_by(key)
        result[text_of(key)] = item
    return result


def _pairs(collection: Any) -> list[tuple[Any, Any]]:
    """Keys and values in the order in which Terraform takes them."""
    if isinstance(collection, SetValue):
        return [(item, item) for item in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    if isinstance(collection, Mapping):
        return sorted(collection.items(), key=_first)
    raise EvaluationError(f"Iteration over {describe(collection)}")


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


class _Loop:
    """A ``for`` over one collection, with the names that it binds."""

    __slots__ = ("body", "collection", "key_name", "text", "value_name")

    def __init__(
        self, node: tree.ForNode | tree.TemplateFor, bound: Bound, body: Callable[[Iterator[Frame]], Any]
    ) -> None:
        self.key_name, self.value_name = node.key_name, node.value_name
        self.collection = _compile(node.collection, bound)
        self.text = node.text
        self.body = body

    def __call__(self, scope: Scope) -> Any:
        collection = whole(self.collection(scope))
        if type(collection) is OneOf:
            return distribute(lambda item: self.over(whole(item), scope), (collection,), scope, self.text)
        return self.over(collection, scope)

    def over(self, collection: Any, scope: Scope) -> Any:
        """The result for one alternative of the collection."""
        if type(collection) is Unknown:
            return blocked_by(collection)
        try:
            return self.body(self.frames(_pairs(collection), scope))
        except _TooMuchError:
            return Unknown("limit", self.text, scope.location())

    def frames(self, pairs: list[tuple[Any, Any]], scope: Scope) -> Iterator[Frame]:
        """The scope of each turn; always the same one, with other values."""
        frame = Frame(scope)
        bound = frame.bound
        for key, value in pairs:
            frame.count[0] += 1
            if frame.count[0] > MAX_TURNS:
                raise _TooMuchError
            if self.key_name is not None:
                bound[self.key_name] = key
            bound[self.value_name] = value
            yield frame


class _TooMuchError(Exception):
    """More turns than MAX_TURNS."""


def names_inside(node: tree.ForNode | tree.TemplateFor, bound: Bound) -> Bound:
    """The names that are bound inside a ``for``."""
    return bound | ({node.value_name} if node.key_name is None else {node.key_name, node.value_name})


def _for(node: tree.ForNode, bound: Bound) -> Evaluator:
    inside = names_inside(node, bound)
    value = _compile(node.value, inside)
    condition = None if node.condition is None else _compile(node.condition, inside)
    if node.key is None:
        return _Loop(node, bound, lambda frames: _for_list(frames, value, condition))
    key = _compile(node.key, inside)
    grouping = node.grouping
    return _Loop(node, bound, lambda frames: _for_object(frames, key, value, condition, grouping))


def _kept(condition: Evaluator | None, frame: Scope) -> Any:
    """Whether ``if`` keeps the element: a bool or what blocks the answer."""
    if condition is None:
        return True
    answer = _truth(condition(frame), frame)
    return answer if answer is True or answer is False else blocked_by(answer)


def _for_list(frames: Iterator[Frame], value: Evaluator, condition: Evaluator | None) -> Any:
    result: list[Any] = []
    blocked: Unknown | None = None
    for frame in frames:
        kept = _kept(condition, frame)
        if kept is True:
            result.append(value(frame))
        elif kept is not False and blocked is None:
            blocked = kept
    return result if blocked is None else blocked


def _for_object(
    frames: Iterator[Frame], key: Evaluator, value: Evaluator, condition: Evaluator | None, grouping: bool
) -> Any:
    result: dict[str, Any] = {}
    blocked: Unknown | None = None
    for frame in frames:
        kept = _kept(condition, frame)
        if kept is False:
            continue
        if kept is not True:
            blocked = kept if blocked is None else blocked
            continue
        name = whole(key(frame))
        if type(name) is Unknown or type(name) is OneOf:
            blocked = blocked_by(name) if blocked is None else blocked
            continue
        name = text_of(name)
        item = value(frame)
        if grouping:
            result.setdefault(name, []).append(item)
        elif name in result:
            raise EvaluationError(f"Duplicate object key {name!r}")
        else:
            result[name] = item
    return result if blocked is None else blocked


# ---------------------------------------------------------------------------------------------------------------
# Templates
# ---------------------------------------------------------------------------------------------------------------


def _template(node: tree.Template, bound: Bound) -> Evaluator:
    parts = tuple(_constant(part) if isinstance(part, str) else _compile(part, bound) for part in node.parts)
    text = node.text

    def run(scope: Scope) -> Any:
        return joined([part(scope) for part in parts], scope, text)

    return run


def _template_if(node: tree.TemplateIf, bound: Bound) -> Evaluator:
    condition = _compile(node.condition, bound)
    positive, negative = _template(node.positive, bound), _template(node.negative, bound)

    def run(scope: Scope) -> Any:
        truth = _truth(condition(scope), scope)
        if type(truth) is Unknown or type(truth) is OneOf:
            return _undecided(truth, positive, negative, node.text, scope)
        return positive(scope) if truth else negative(scope)

    return run


def _template_for(node: tree.TemplateFor, bound: Bound) -> Evaluator:
    body = _template(node.body, names_inside(node, bound))

    def texts(frames: Iterator[Frame]) -> Any:
        result: list[Any] = []
        size = 0
        for frame in frames:
            result.append(body(frame))
            size += len(result[-1]) if type(result[-1]) is str else 0
            if size > operations.MAX_TEXT:
                raise _TooMuchError
        return joined(result, frame, node.text) if result else ""

    return _Loop(node, bound, texts)


# ---------------------------------------------------------------------------------------------------------------
# Calls
# ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _functions() -> Callable[[str, list[Any], Scope, str], Any]:
    # Imported late: functions that render templates need this module.
    from compliant_infra.hcl_checks.functions import call_function

    return call_function


def _with_fallback(doubtful: list[Unknown | OneOf], value: Any) -> Any:
    from compliant_infra.hcl_checks.functions.signature import with_fallback

    return with_fallback(doubtful, value)


def _call(node: tree.Call, bound: Bound) -> Evaluator:
    name, text = node.name, node.text
    if name.startswith("provider::"):
        return lambda scope: Unknown("unsupported", text, scope.location())
    name = name.removeprefix("core::")
    arguments = tuple(_compile(argument, bound) for argument in node.arguments)
    if name == "try" and not node.expand:
        return lambda scope: _try(arguments, scope)
    if name == "can" and not node.expand and len(arguments) == 1:
        return lambda scope: _can(arguments[0], scope)
    settle = whole if name in _STRUCTURAL else plain
    if node.expand:
        return _expanded(name, arguments, settle, text)

    def run(scope: Scope) -> Any:
        return _functions()(name, [settle(argument(scope)) for argument in arguments], scope, text)

    return run


def _expanded(name: str, arguments: tuple[Evaluator, ...], settle: Callable[[Any], Any], text: str) -> Evaluator:
    def run(scope: Scope) -> Any:
        *values, last = [settle(argument(scope)) for argument in arguments]

        def call(items: Any) -> Any:
            if type(items) is Unknown:
                return blocked_by(items)
            if not isinstance(items, list):
                raise EvaluationError(f"Invalid expanding argument value: {describe(items)}")
            return _functions()(name, [*values, *items], scope, text)

        return distribute(call, (last,), scope, text) if type(last) is OneOf else call(last)

    return run


def _try(arguments: tuple[Evaluator, ...], scope: Scope) -> Any:
    """The first argument that is no error; an unknown one could still turn out to be one, then the next counts."""
    doubtful: list[Unknown | OneOf] = []
    for argument in arguments:
        try:
            value = argument(scope)
        except EvaluationError:
            continue
        if type(value) is Unknown and value.reference is None:
            doubtful.append(value)
        elif doubtful:
            return _with_fallback(doubtful, whole(value))
        else:
            return value
    if doubtful:
        return doubtful[0]
    raise EvaluationError("No expression of try succeeded")


def _can(argument: Evaluator, scope: Scope) -> Any:
    try:
        value = argument(scope)
    except EvaluationError:
        return False
    return blocked_by(value) if type(value) is Unknown else True


_COMPILERS: Final[Mapping[type, Callable[[Any, Bound], Evaluator]]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Postfix: _postfix,
    tree.Unary: _unary,
    tree.Chain: _chain,
    tree.Conditional: _conditional,
    tree.TupleNode: _tuple,
    tree.ObjectNode: _object,
    tree.ForNode: _for,
    tree.Call: _call,
    tree.Template: _template,
    tree.TemplateIf: _template_if,
    tree.TemplateFor: _template_for,
}


def _compile(node: tree.Node, bound: Bound) -> Evaluator:
    return _COMPILERS[type(node)](node, bound)


def compile_tree(node: tree.Node) -> Evaluator:
    """The function that a whole tree stands for; raises ExpressionSyntaxError where it is nested too deeply."""
    try:
        return _compile(node, frozenset())
    except RecursionError:
        raise ExpressionSyntaxError("Nested too deeply", 0) from None
