"""What Terraform's operators do with values that may be unknown or one of several.

Every function here takes evaluated values and gives one; EvaluationError is raised only where Terraform itself would
refuse the values. An unknown operand gives an unknown result with the operand's own reason and expression; OneOf is
tried alternative by alternative (``distribute``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final

from compliant_infra.hcl_checks.syntax import MAX_DIGITS, plain_number
from compliant_infra.hcl_checks.values import EvaluationError, Scope, SetValue, deep_equal
from compliant_infra.kernel.model import OneOf, SensitiveText, Unknown, first_unknown

#: How many alternatives a OneOf may have, and how many results of distinct alternatives are kept.
MAX_ALTERNATIVES: Final = 16
#: How many combinations of alternatives are tried.
MAX_COMBINATIONS: Final = 256
#: How many characters a text may have that is put together by the evaluator.
MAX_TEXT: Final = 10_000_000
#: Pieces that the partial knowledge of a text may have; beyond, it is unknown as a whole.
MAX_PARTS: Final = 1_000

_MAX_BITS: Final = int(MAX_DIGITS * 3.3219)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?([0-9]{1,6}))?")
_PLAIN_TRAVERSAL: Final = re.compile(r"[^\W\d][\w-]*(?:\.[\w*-]+|\[[\w*\"./:-]+\])*")
_MAX_TRAVERSAL: Final = 300  # characters; a longer text tells nobody more
_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}
_PLAIN_KINDS: Final = frozenset({str, int, float, bool, type(None), list, dict, SetValue, Unknown, OneOf})


# ---------------------------------------------------------------------------------------------------------------
# Unknowns and alternatives
# ---------------------------------------------------------------------------------------------------------------


def blocked_by(value: Unknown | OneOf) -> Unknown:
    """The unknown result of an operation on this value: the same reason and expression, no longer the same value."""
    unknown = value if isinstance(value, Unknown) else value.condition
    if unknown.reference is None and not unknown.parts and not unknown.elements:
        if unknown.document is None and unknown.encoded is None:
            return unknown
    return Unknown(unknown.reason, unknown.expression, unknown.location)


def is_proxy(value: Any) -> bool:
    """Whether the value is a resource or module whose attributes are made when asked for."""
    return type(value) not in _PLAIN_KINDS and getattr(value, "is_object_proxy", False) is True


def whole(value: Any) -> Any:
    """The value itself, or what a proxy stands for as a whole."""
    if type(value) not in _PLAIN_KINDS and getattr(value, "is_object_proxy", False) is True:
        return value.whole()
    return value


def plain(value: Any) -> Any:
    """The value with every proxy inside replaced by its whole; not copied where there is none."""
    return _plain(value, {})


def _plain(value: Any, done: dict[int, Any]) -> Any:
    value = whole(value)
    kind = type(value)
    if kind is not dict and kind is not list and kind is not SetValue:
        return value
    # Shared parts are done once: values may be nested so that their leaves are too many to walk.
    if id(value) in done:
        return done[id(value)]
    result = value
    if kind is dict:
        items = {key: _plain(item, done) for key, item in value.items()}
        if any(items[key] is not item for key, item in value.items()):
            result = items
    else:
        elements = [_plain(item, done) for item in value]
        if any(new is not old for new, old in zip(elements, value, strict=True)):
            result = elements if kind is list else SetValue(elements)
    done[id(value)] = result
    return result


def one_of(alternatives: Sequence[Any], condition: Unknown) -> Any:
    """One of these values: nested alternatives are flattened, equal ones are merged, too many are ambiguous."""
    flat: list[Any] = []
    for alternative in alternatives:
        for item in alternative.alternatives if type(alternative) is OneOf else (alternative,):
            if not any(item is other or _same(item, other) for other in flat):
                flat.append(item)
    if len(flat) == 1:
        return flat[0]
    if len(flat) > MAX_ALTERNATIVES:
        return Unknown("ambiguous", condition.expression, condition.location)
    return OneOf(flat, condition)


def _same(left: Any, right: Any) -> bool:
    if is_proxy(left) or is_proxy(right):
        return False
    # 1 and "1", or a list and a set, are not the same value although Terraform may take one for the other.
    return type(left) is type(right) and deep_equal(left, right) is True


def distribute(function: Callable[..., Any], values: Sequence[Any], scope: Scope, text: str = "") -> Any:
    """``function(*values)`` for every combination of alternatives.

    A combination that is an error counts as an unknown alternative; where every one is an error, so is the whole.
    """
    choices = [value.alternatives if type(value) is OneOf else (value,) for value in values]
    condition = next(value.condition for value in values if type(value) is OneOf)
    count = 1
    for choice in choices:
        count *= len(choice)
        if count > MAX_COMBINATIONS:
            return Unknown("ambiguous", condition.expression, condition.location)
    results: list[Any] = []
    error: EvaluationError | None = None
    for combination in product(*choices):
        try:
            results.append(function(*combination))
        except EvaluationError as raised:
            if error is None:
                results.append(Unknown("unsupported", text or condition.expression, scope.location()))
            error = raised
    if error is not None and len(results) == 1 and type(results[0]) is Unknown and results[0].reason == "unsupported":
        raise error
    return one_of(results, condition)


# ---------------------------------------------------------------------------------------------------------------
# Conversions of scalars
# ---------------------------------------------------------------------------------------------------------------


def number_of(value: Any) -> int | Fraction:
    """A known value as a number: numbers and texts that are one. Anything else is an error."""
    kind = type(value)
    if kind is int:
        number: int = value
        return number
    if kind is float:
        return Fraction(repr(value))
    if kind is str or kind is SensitiveText:
        match = _NUMBER.fullmatch(value)
        if match and len(value) <= MAX_DIGITS and int(match[1] or 0) <= MAX_DIGITS:
            fraction = Fraction(value)
            return fraction.numerator if fraction.denominator == 1 else fraction
    raise EvaluationError(f"A number is required, not {describe(value)}")


def bool_of(value: Any) -> bool:
    """A known value as a bool: bools and the texts for them. Anything else is an error."""
    if value is True or value is False:
        return bool(value)
    if isinstance(value, str) and value in _BOOLS:
        return _BOOLS[value]
    raise EvaluationError(f"A bool is required, not {describe(value)}")


def number_text(value: int | float) -> str:
    """A number as Terraform writes it: all digits, no exponent, no zeros at the end."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(value: Any) -> str:
    """A known value as a text: texts, numbers and bools. Anything else is an error."""
    kind = type(value)
    if kind is str:
        text: str = value
        return text
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is float:
        return number_text(value)
    if kind is SensitiveText:
        return SensitiveText(value)
    raise EvaluationError(f"A string is required, not {describe(value)}")


def describe(value: Any) -> str:
    """The kind of a value in Terraform's words, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a bool"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, SetValue):
        return "a set"
    return "a list" if isinstance(value, list) else "an object"


# ---------------------------------------------------------------------------------------------------------------
# Operators
# ---------------------------------------------------------------------------------------------------------------


def _bounded(number: int | Fraction) -> int | Fraction:
    """The number, or an error where it is too large; a fraction with too many digits is rounded to 512 bits."""
    if isinstance(number, int):
        if number.bit_length() > _MAX_BITS:
            raise EvaluationError("Number too large")
        return number
    size, scale = number.numerator.bit_length(), number.denominator.bit_length()
    if abs(size - scale) > _MAX_BITS:
        raise EvaluationError("Number too large or too small")
    if size + scale > 4096:
        shift = 512 + scale - size
        scaled = round(number * Fraction(2) ** shift)
        number = Fraction(scaled) / Fraction(2) ** shift
    return number.numerator if number.denominator == 1 else number


def arithmetic(operator: str, left: int | Fraction, right: int | Fraction) -> int | Fraction:
    """``+ - * / %`` of exact numbers. The remainder has the sign of the dividend.

    Division by zero is an error here; Terraform makes an infinity of it, which no attribute accepts.
    """
    if operator == "+":
        return _bounded(left + right)
    if operator == "-":
        return _bounded(left - right)
    if operator == "*":
        return _bounded(left * right)
    if right == 0:
        if operator == "%":
            return left  # as Terraform has it
        raise EvaluationError("Division by zero")
    quotient = Fraction(left) / right
    if operator == "/":
        return _bounded(quotient)
    truncated = abs(quotient.numerator) // quotient.denominator
    return _bounded(left - right * (truncated if quotient >= 0 else -truncated))


def compare(operator: str, left: int | Fraction, right: int | Fraction) -> bool:
    """``< > <= >=`` of exact numbers."""
    if operator == "<":
        return left < right
    if operator == ">":
        return left > right
    return left <= right if operator == "<=" else left >= right


def arithmetic_result(number: int | Fraction) -> int | float:
    """An exact number as a value."""
    try:
        return plain_number(number)
    except OverflowError:
        raise EvaluationError("Number too large") from None


def equal(left: Any, right: Any, scope: Scope) -> Any:
    """``left == right``: True, False or the unknown that decides."""
    left, right = whole(left), whole(right)
    if type(left) is OneOf or type(right) is OneOf:
        return distribute(lambda a, b: equal(a, b, scope), (left, right), scope)
    if type(left) is Unknown and left is right:
        return True
    if (left is None and _is_assigned(right)) or (right is None and _is_assigned(left)):
        return False
    answer = deep_equal(plain(left), plain(right))
    return answer if answer is True or answer is False else blocked_by(answer)


def _is_assigned(value: Any) -> bool:
    """Whether an unknown is an identifier that every created resource has: it is never null."""
    return type(value) is Unknown and value.reference is not None and value.reference.attribute in ("id", "arn")


def negated(value: Any, scope: Scope) -> Any:
    """``!value``."""
    value = whole(value)
    if type(value) is OneOf:
        return distribute(lambda item: negated(item, scope), (value,), scope)
    if type(value) is Unknown:
        return blocked_by(value)
    return not bool_of(value)


# ---------------------------------------------------------------------------------------------------------------
# Attributes, indices
# ---------------------------------------------------------------------------------------------------------------


def extended(value: Unknown, suffix: str) -> Unknown:
    """An unknown part of an unknown value; where the value is a plain traversal its text grows by the step."""
    expression = value.expression
    if len(expression) < _MAX_TRAVERSAL and _PLAIN_TRAVERSAL.fullmatch(expression):
        expression += suffix
    return Unknown(value.reason, expression, value.location)


def attribute(value: Any, name: str, scope: Scope) -> Any:
    """``value.name``."""
    kind = type(value)
    if kind is dict:
        try:
            return value[name]
        except KeyError:
            raise EvaluationError(f"This object does not have an attribute named {name!r}") from None
    if kind is Unknown:
        return extended(value, f".{name}")
    if kind is OneOf:
        return distribute(lambda item: attribute(item, name, scope), (value,), scope)
    if is_proxy(value):
        return value.attribute(name)
    if isinstance(value, Mapping):
        if name in value:
            return value[name]
        raise EvaluationError(f"This object does not have an attribute named {name!r}")
    raise EvaluationError(f"Attribute {name!r} of {describe(value)}")


def index(value: Any, key: Any, scope: Scope) -> Any:
    """``value[key]``."""
    element = getattr(value, "element", None)
    if element is not None:
        return element(whole(key))  # instances of unknown number
    key = whole(key)
    if type(value) is OneOf or type(key) is OneOf:
        return distribute(lambda item, at: index(item, at, scope), (value, key), scope)
    if value is None:
        raise EvaluationError("Attempt to index null value")
    if key is None:
        raise EvaluationError("Invalid index: null")
    if type(key) is Unknown:
        return blocked_by(value if type(value) is Unknown else key)
    if type(value) is Unknown:
        return extended(value, f"[{_key_text(key)}]")
    if isinstance(value, SetValue):
        raise EvaluationError("Elements of a set are identified only by their value")
    if isinstance(value, list):
        position = number_of(key)
        if not isinstance(position, int):
            raise EvaluationError("Invalid index: a whole number is required")
        if not 0 <= position < len(value):
            raise EvaluationError(f"Invalid index: the list has {len(value)} elements")
        return value[position]
    if is_proxy(value) or isinstance(value, Mapping):
        return attribute(value, text_of(key), scope)
    raise EvaluationError(f"Invalid index: {describe(value)} does not have any indices")


def _key_text(key: Any) -> str:
    if isinstance(key, (str, bool, int, float)):
        return '"' + key + '"' if isinstance(key, str) else text_of(key)
    raise EvaluationError(f"Invalid index: {describe(key)}")


# ---------------------------------------------------------------------------------------------------------------
# Conditionals: one type for both branches
# ---------------------------------------------------------------------------------------------------------------

_EXACT: Final = frozenset({str, int, float, bool})
_BLOCKED: Final = frozenset({Unknown, OneOf})


def unified(chosen: Any, other: Any) -> Any:
    """``chosen`` converted to the type that it has in common with ``other``, as the branches of a conditional are.

    Types are taken from the values, so that only what is known can be unified: scalars become texts where one side
    is a text, element by element in lists and objects. Scalars that have no type in common are an error; other
    branches without a common type, which Terraform refuses before it evaluates anything, stay as they are.
    """
    kind, other_kind = type(chosen), type(other)
    if kind is other_kind and kind in _EXACT:
        return chosen
    if kind in _EXACT and other_kind in _EXACT and str not in (kind, other_kind) and bool in (kind, other_kind):
        raise EvaluationError("Inconsistent conditional result types")
    return with_common_type([chosen, other])[0]


def with_common_type(values: list[Any]) -> list[Any]:
    """The values converted to one type, where they have one. What is null, unknown or a resource has any type."""
    typed = [value for value in values if value is not None and type(value) not in _BLOCKED and not is_proxy(value)]
    kinds = {type(value) for value in typed}
    if kinds <= _EXACT:
        if str not in kinds or len(kinds) == 1:
            return values
        return [text_of(value) if type(value) in _EXACT else value for value in values]
    if kinds == {dict}:
        converted = _common_objects(typed)
    elif kinds == {list} and len({len(value) for value in typed}) == 1:
        columns = [with_common_type(list(column)) for column in zip(*typed, strict=True)]
        converted = [list(row) for row in zip(*columns, strict=True)] if columns else typed
    elif kinds <= {list, SetValue}:
        elements = iter(with_common_type([item for value in typed for item in value]))
        converted = [_like(value, [next(elements) for _ in value]) for value in typed]
    else:
        return values
    results = iter(converted)
    return [
        value if value is None or type(value) in _BLOCKED or is_proxy(value) else _unless_same(next(results), value)
        for value in values
    ]


def _common_objects(values: list[dict[str, Any]]) -> list[Any]:
    """Objects of the same attributes stay objects; otherwise they are maps, with one type for all elements."""
    names = list(values[0])
    if all(value.keys() == values[0].keys() for value in values):
        columns = [with_common_type([value[name] for value in values]) for name in names]
        return [{name: column[row] for name, column in zip(names, columns, strict=True)} for row in range(len(values))]
    elements = iter(with_common_type([item for value in values for item in value.values()]))
    return [{name: next(elements) for name in value} for value in values]


def _like(value: list[Any], items: list[Any]) -> list[Any]:
    return SetValue.of(items) if isinstance(value, SetValue) else items


def _unless_same(new: Any, old: Any) -> Any:
    """The old value where nothing was converted: values are shared, not copied."""
    if isinstance(old, dict):
        return old if all(new[key] is item for key, item in old.items()) else new
    return old if all(one is other for one, other in zip(new, old, strict=False)) else new


# ---------------------------------------------------------------------------------------------------------------
# Templates
# ---------------------------------------------------------------------------------------------------------------


def joined(parts: Sequence[Any], scope: Scope, source: str = "") -> Any:
    """The text of a template from its evaluated parts."""
    unknown: Unknown | OneOf | None = None
    partial = False
    texts: list[Any] = []
    for value in parts:
        part = whole(value)
        kind = type(part)
        if kind is str:
            texts.append(part)
        elif kind is Unknown:
            partial = True
            unknown = part if unknown is None else unknown
            texts.append(part)
        elif kind is OneOf:
            unknown = part if unknown is None else unknown
            partial = partial or any(first_unknown(item) is not None for item in part.alternatives)
            texts.append(part)
        else:
            texts.append(text_of(part))
    if unknown is None:
        if sum(map(len, texts)) > MAX_TEXT:
            return Unknown("limit", source, scope.location())
        whole_text = "".join(texts)
        return SensitiveText(whole_text) if SensitiveText in map(type, texts) else whole_text
    if not partial:
        answer = distribute(lambda *items: joined(items, scope, source), texts, scope, source)
        if type(answer) is not Unknown:
            return answer
    return _partly_known(texts, unknown)


def _partly_known(texts: Sequence[Any], unknown: Unknown | OneOf) -> Unknown:
    parts: list[Any] = []
    cause = unknown if isinstance(unknown, Unknown) else unknown.condition
    size = 0
    for text in texts:
        # A text that is itself partly known is spread out, so that parts are one level deep.
        for item in text.parts if type(text) is Unknown and text.parts else (text,):
            size += len(item) if type(item) is str else 1
            if type(item) is str and parts and type(parts[-1]) is str:
                parts[-1] += item
            elif item != "" if type(item) is str else True:
                parts.append(item)
        if len(parts) > MAX_PARTS or size > MAX_TEXT:
            # Texts made of texts double: what is known of them is given up before it fills the memory.
            return Unknown(cause.reason, cause.expression, cause.location)
    return Unknown(cause.reason, cause.expression, cause.location, parts=tuple(parts))
