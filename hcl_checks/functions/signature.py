"""How a function is declared and called: parameters, conversion of arguments, unknown and alternative values.

A family module declares its functions with ``@FUNCTIONS.function(name, parameters...)``. A parameter is written
``"name:kind"``; ``"*name:kind"`` takes all remaining arguments, ``"name:kind?"`` accepts null. Kinds:

- ``string``, ``number``, ``bool``: converted as Terraform does (``"5"`` is a number, ``5`` is a string);
- ``list``: list, tuple or set; ``strings``, ``numbers``, ``bools``: the same with converted elements;
- ``set``: list, tuple or set, given as ``SetValue``; ``map``: map or object; ``any``: as it is.

Three ways to meet unknown values (``knowledge``):

- ``"full"``: an unknown anywhere in the arguments makes the result unknown;
- ``"shape"``: an unknown argument makes the result unknown, unknowns inside collections are the function's affair;
- ``"none"``: the function receives whatever there is.

``OneOf`` is tried alternative by alternative; ``spread="deep"`` does so inside collections too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, Final, NamedTuple, TypeVar

from compliant_infra.hcl_checks.functions.exact_numbers import number_text, parse_number
from compliant_infra.hcl_checks.values import EvaluationError, Scope, SetValue, deep_equal
from compliant_infra.kernel.model import OneOf, Unknown, first_unknown

#: How many combinations of alternatives are tried.
MAX_ALTERNATIVES: Final = 16
#: How many elements a result may have.
MAX_ELEMENTS: Final = 100_000
#: How many characters or bytes a result may have.
MAX_TEXT: Final = 10_000_000
#: How deep arguments may be nested.
MAX_DEPTH: Final = 200

#: Functions whose result holds the elements of a list that are neither null nor empty, whatever else it holds.
KEEPS_ELEMENTS: Final = frozenset({"compact", "distinct", "reverse", "sort"})

Implementation = Callable[..., Any]
DecoratedFunction = TypeVar("DecoratedFunction", bound=Implementation)


class Call(NamedTuple):
    """One call: what a function may need beside its arguments."""

    name: str
    scope: Scope
    text: str  # the expression as written, for the reasons of unknowns

    def error(self, parameter: str, message: str) -> EvaluationError:
        """The error about one argument."""
        return EvaluationError(f'{self.name}: argument "{parameter}": {message}')

    def unknown(self, reason: str) -> Unknown:
        """An unknown result whose cause is this call."""
        return Unknown(reason, self.text, self.scope.location())


class Parameter(NamedTuple):
    """One declared parameter."""

    name: str
    kind: str
    nullable: bool


class Function(NamedTuple):
    """One function: its parameters and how it deals with unknown values."""

    name: str
    parameters: tuple[Parameter, ...]
    rest: Parameter | None
    implementation: Implementation
    knowledge: str
    spread: str

    def call(self, arguments: Sequence[Any], call: Call) -> Any:
        """The result of one call; ``EvaluationError`` where Terraform refuses it."""
        required = len(self.parameters)
        if len(arguments) < required:
            missing = self.parameters[len(arguments)].name
            raise EvaluationError(
                f'{self.name}: not enough arguments: {len(arguments)} given, at least {required} needed; "{missing}" '
                "is missing"
            )
        if len(arguments) > required and self.rest is None:
            raise EvaluationError(f"{self.name}: too many arguments: {len(arguments)} given, {required} expected")
        values = [plain(argument, deep=self.knowledge == "full") for argument in arguments]
        alternatives = _alternatives_in(values, deep=self.spread == "deep")
        if not alternatives:
            return self._apply(values, call)
        combinations = 1
        for alternative in alternatives:
            combinations *= len(alternative.alternatives)
        if combinations > MAX_ALTERNATIVES:
            if self.spread == "deep" and self.knowledge != "full":
                return self._call_each(values, _alternatives_in(values, deep=False), call)
            return Unknown("ambiguous", call.text, alternatives[0].condition.location)
        return self._call_each(values, alternatives, call)

    def _call_each(self, values: list[Any], alternatives: list[OneOf], call: Call) -> Any:
        if not alternatives:
            return self._apply(values, call)
        results: list[Any] = []
        failure: EvaluationError | None = None
        for count, choice in enumerate(product(*(each.alternatives for each in alternatives))):
            if count >= MAX_ALTERNATIVES:
                return Unknown("ambiguous", call.text, alternatives[0].condition.location)
            chosen = {id(each): value for each, value in zip(alternatives, choice, strict=True)}
            try:
                result = self._apply([_choose(value, chosen) for value in values], call)
            except EvaluationError as error:
                failure = error
                continue
            results.extend(result.alternatives if type(result) is OneOf else (result,))
        if not results and failure is not None:
            raise failure
        if failure is not None:
            results.append(Unknown("unsupported", call.text, alternatives[0].condition.location))
        return combine(results, alternatives[0].condition)

    def _apply(self, values: list[Any], call: Call) -> Any:
        if self.knowledge == "full":
            blocked = first_unknown(values)
            if blocked is not None:
                return derived(blocked)
        converted: list[Any] = []
        for position, value in enumerate(values):
            parameter = self.parameters[position] if position < len(self.parameters) else self.rest
            assert parameter is not None
            kind = type(value)
            if kind is Unknown or kind is OneOf:
                if self.knowledge != "none":
                    blocked = derived(value)
                    if kind is Unknown and value.elements and self.name in KEEPS_ELEMENTS:
                        blocked.elements = tuple(item for item in value.elements if item not in (None, ""))
                    return blocked
                converted.append(value)
            elif value is None:
                if not parameter.nullable:
                    raise call.error(parameter.name, "must not be null")
                converted.append(None)
            else:
                converted.append(convert(value, parameter.kind, parameter.name, call))
        return self.implementation(call, *converted)


class Family(dict[str, Function]):
    """The functions of one family by name."""

    def function(
        self, name: str, *parameters: str, knowledge: str = "full", spread: str = ""
    ) -> Callable[[DecoratedFunction], DecoratedFunction]:
        """Declare the decorated implementation as the function ``name``."""
        declared = [_parameter(text) for text in parameters]
        rest = declared.pop() if parameters and parameters[-1].startswith("*") else None
        spread = spread or ("deep" if knowledge == "full" else "top")

        def declare(implementation: DecoratedFunction) -> DecoratedFunction:
            self[name] = Function(name, tuple(declared), rest, implementation, knowledge, spread)
            return implementation

        return declare


def _parameter(text: str) -> Parameter:
    name, _, kind = text.lstrip("*").partition(":")
    return Parameter(name, kind.rstrip("?"), kind.endswith("?"))


# --------------------------------------------------------------------------------------------------------------
# Unknown and alternative values
# --------------------------------------------------------------------------------------------------------------


def derived(blocked: Unknown | OneOf) -> Unknown:
    """The unknown result that follows from an unknown argument: the same cause, no longer the same value."""
    if isinstance(blocked, OneOf):
        blocked = blocked.condition
    return Unknown(blocked.reason, blocked.expression, blocked.location)


def unordered(value: Any) -> Unknown | None:
    """The unknown result that follows where a set with unknown elements is taken as a list: in which order?"""
    if not isinstance(value, SetValue) or len(value) < 2:
        return None
    blocked = first_unknown(value)
    return None if blocked is None else derived(blocked)


def combine(results: Sequence[Any], condition: Unknown) -> Any:
    """One value for the results of several alternatives: equal ones become one."""
    distinct: list[Any] = []
    for result in results:
        if any(result is other or _same(result, other) for other in distinct):
            continue
        distinct.append(result)
    return distinct[0] if len(distinct) == 1 else OneOf(distinct, condition)


def with_fallback(doubtful: Sequence[Unknown | OneOf], last: Any) -> Any:
    """One of several: unknown values that may be missing, or what is written to be taken in their place.

    A fallback that is not known itself (or null) adds nothing: the first doubtful value stands for all.
    """
    if not doubtful:
        return last
    condition = derived(doubtful[0])
    written = [item for item in (last.alternatives if type(last) is OneOf else (last,)) if _is_written(item)]
    if not written:
        return condition
    return OneOf([*(derived(item) if type(item) is OneOf else item for item in doubtful), *written], condition)


def _is_written(value: Any) -> bool:
    if type(value) is Unknown:
        return bool(value.parts) or value.document is not None or value.encoded is not None
    return value is not None


def _same(left: Any, right: Any) -> bool:
    if type(left) is Unknown or type(right) is Unknown:
        return False
    return deep_equal(left, right) is True and isinstance(left, SetValue) == isinstance(right, SetValue)


def plain(value: Any, deep: bool, depth: int = 0) -> Any:
    """The value without object proxies; inside collections only where ``deep``."""
    if isinstance(value, (str, int, float, Unknown, OneOf)) or value is None:
        return value
    if depth > MAX_DEPTH:
        raise EvaluationError("value is nested too deeply")
    if getattr(value, "is_object_proxy", False):
        return value.whole()
    if not deep:
        return value
    if isinstance(value, Mapping):
        members = {key: plain(item, True, depth + 1) for key, item in value.items()}
        return value if all(members[key] is value[key] for key in members) else members
    if isinstance(value, list):
        items = [plain(item, True, depth + 1) for item in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return value
        return SetValue(items) if isinstance(value, SetValue) else items
    return value


def _alternatives_in(value: Any, deep: bool) -> list[OneOf]:
    """The different ``OneOf`` values among the arguments, each once."""
    found: dict[int, OneOf] = {}

    def visit(item: Any) -> None:
        if type(item) is OneOf:
            found[id(item)] = item
            for alternative in item.alternatives:
                if deep:
                    visit(alternative)
        elif deep and isinstance(item, Mapping):
            for member in item.values():
                visit(member)
        elif deep and isinstance(item, list):
            for member in item:
                visit(member)

    for argument in value:
        visit(argument)
    return list(found.values())


def _choose(value: Any, chosen: Mapping[int, Any]) -> Any:
    """The value with every ``OneOf`` replaced by the alternative under trial."""
    if type(value) is OneOf:
        return _choose(chosen[id(value)], chosen) if id(value) in chosen else value
    if isinstance(value, Mapping):
        if not _alternatives_in(value.values(), deep=True):
            return value
        return {key: _choose(item, chosen) for key, item in value.items()}
    if isinstance(value, list):
        if not _alternatives_in(value, deep=True):
            return value
        items = [_choose(item, chosen) for item in value]
        return SetValue.of(items) if isinstance(value, SetValue) else items
    return value


# --------------------------------------------------------------------------------------------------------------
# Conversion of arguments
# --------------------------------------------------------------------------------------------------------------


def kind_name(value: Any) -> str:
    """How messages name the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, SetValue):
        return "set"
    if isinstance(value, list):
        return "list"
    return "map" if isinstance(value, Mapping) else "value"


def to_string(value: Any) -> str | None:
    """A string, number or bool as Terraform's string; None where there is no conversion."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, (int, float)) else None


def to_number(value: Any) -> int | float | None:
    """A number, or a string that is one; None where there is no conversion."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    return parse_number(value) if isinstance(value, str) else None


def to_bool(value: Any) -> bool | None:
    """A bool, or the strings ``true`` and ``false``; None where there is no conversion."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


_SCALARS: Final[Mapping[str, Callable[[Any], Any]]] = {"string": to_string, "number": to_number, "bool": to_bool}
_ELEMENTS: Final = {"strings": "string", "numbers": "number", "bools": "bool"}


def convert(value: Any, kind: str, parameter: str, call: Call) -> Any:
    """A known argument as a parameter wants it, or ``EvaluationError``."""
    if kind == "any":
        return value
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        result = scalar(value)
        if result is None:
            raise call.error(parameter, f"{kind} required, but it is a {kind_name(value)}{_shown(value)}")
        return result
    if kind == "map":
        if isinstance(value, Mapping):
            return value
        raise call.error(parameter, f"map or object required, but it is a {kind_name(value)}")
    if not isinstance(value, list):
        raise call.error(parameter, f"list required, but it is a {kind_name(value)}")
    if kind == "set":
        return value if isinstance(value, SetValue) else SetValue.of(value)
    if kind == "list":
        return value
    element = _SCALARS[_ELEMENTS[kind]]
    items: list[Any] = []
    for item in value:
        if item is None or isinstance(item, (Unknown, OneOf)):
            items.append(item)
            continue
        converted = element(item)
        if converted is None:
            raise call.error(parameter, f"{_ELEMENTS[kind]} required as element, but one is a {kind_name(item)}")
        items.append(converted)
    return SetValue.of(items) if isinstance(value, SetValue) else items


def _shown(value: Any) -> str:
    return f" ({value!r})" if isinstance(value, str) and len(value) <= 40 else ""


def whole_number(value: int | float, parameter: str, call: Call) -> int:
    """A number that must be whole."""
    if isinstance(value, int):
        return value
    raise call.error(parameter, "whole number required")
