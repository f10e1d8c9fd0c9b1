"""Type constraints of variables: ``parse_type`` reads them, ``convert`` gives a value that type as Terraform does.

Unknown values keep what they are, at any depth: whether they would convert is not decided. The defaults of
``optional()`` are filled in where an attribute is missing or null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from compliant_infra.hcl_checks import syntax_tree
from compliant_infra.hcl_checks.expressions import evaluate_constant
from compliant_infra.hcl_checks.operations import (
    arithmetic_result,
    bool_of,
    describe,
    is_proxy,
    number_of,
    one_of,
    text_of,
    whole,
    with_common_type,
)
from compliant_infra.hcl_checks.syntax import parse_expression
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, SetValue
from compliant_infra.kernel.model import OneOf, Unknown


@dataclass(slots=True, frozen=True)
class Attribute:
    """An attribute of an object type. ``default`` is None where there is none."""

    type: Type
    optional: bool = False
    default: Any = None


@dataclass(slots=True, frozen=True)
class Type:
    """A type constraint.

    ``kind`` is string, number, bool, any, list, set, map, tuple or object; ``element`` is the type of a collection's
    elements, ``items`` those of a tuple, ``attributes`` those of an object.
    """

    kind: str
    element: Type | None = None
    items: tuple[Type, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.element is not None:
            return f"{self.kind}({self.element})"
        if self.kind == "tuple":
            return f"tuple([{', '.join(map(str, self.items))}])"
        if self.kind == "object":
            parts = (
                f"{name} = optional({attribute.type})" if attribute.optional else f"{name} = {attribute.type}"
                for name, attribute in self.attributes.items()
            )
            return f"object({{{', '.join(parts)}}})"
        return self.kind


ANY: Final = Type("any")

_PRIMITIVES: Final = frozenset({"string", "number", "bool", "any"})
_COLLECTIONS: Final = frozenset({"list", "set", "map"})


@lru_cache(maxsize=2048)
def parse_type(text: str) -> Type:
    """The type that a constraint means; bare ``list`` and ``map`` and quoted names are the forms of old ones.

    Raises ExpressionSyntaxError where the text is no type.
    """
    return _type(parse_expression(text))


def _fail(message: str) -> ExpressionSyntaxError:
    return ExpressionSyntaxError(message, 0)


def _type(node: syntax_tree.Node) -> Type:
    if isinstance(node, syntax_tree.Name) and len(node.names) == 1:
        return _named(node.names[0])
    if isinstance(node, syntax_tree.Literal) and node.value in ("string", "list", "map"):
        return Type("string") if node.value == "string" else Type(node.value, element=Type("string"))
    if not isinstance(node, syntax_tree.Call) or node.expand or len(node.arguments) != 1:
        raise _fail("Invalid type constraint")
    argument = node.arguments[0]
    if node.name in _COLLECTIONS:
        return Type(node.name, element=_type(argument))
    if node.name == "tuple" and isinstance(argument, syntax_tree.TupleNode):
        return Type("tuple", items=tuple(_type(item) for item in argument.items))
    if node.name == "object" and isinstance(argument, syntax_tree.ObjectNode):
        return Type("object", attributes=dict(_attribute(key, item) for key, item in argument.items))
    raise _fail(f"Invalid type constraint: {node.text}")


def _named(name: str) -> Type:
    if name in _PRIMITIVES:
        return Type(name)
    if name in _COLLECTIONS:
        return Type(name, element=ANY)
    raise _fail(f"The keyword {name!r} is not a valid type")


def _attribute(key: syntax_tree.Node, node: syntax_tree.Node) -> tuple[str, Attribute]:
    if not isinstance(key, syntax_tree.Literal) or not isinstance(key.value, str):
        raise _fail("Object constructor map keys must be attribute names")
    if not isinstance(node, syntax_tree.Call) or node.name != "optional":
        return key.value, Attribute(_type(node))
    if not 1 <= len(node.arguments) <= 2:
        raise _fail("optional takes a type and a default")
    type_ = _type(node.arguments[0])
    if len(node.arguments) == 1:
        return key.value, Attribute(type_, optional=True)
    try:
        # Attributes of the default that are missing get their own defaults when the value is converted.
        default = evaluate_constant(node.arguments[1])
        convert(default, type_)
    except EvaluationError as error:
        raise _fail(f"Invalid default value for optional attribute: {error}") from error
    return key.value, Attribute(type_, optional=True, default=default)


def convert(value: Any, type: Type) -> Any:
    """The value with this type; raises EvaluationError where it has none. Null is of every type."""
    if value is None or isinstance(value, Unknown) or type.kind == "any":
        return value
    if isinstance(value, OneOf):
        return _convert_alternatives(value, type)
    if type.kind == "object":
        return _to_object(value, type)
    value = whole(value)
    if isinstance(value, (Unknown, OneOf)):
        return convert(value, type)
    return _CONVERSIONS[type.kind](value, type)


def _convert_alternatives(value: OneOf, type: Type) -> Any:
    results: list[Any] = []
    error: EvaluationError | None = None
    for alternative in value.alternatives:
        try:
            results.append(convert(alternative, type))
        except EvaluationError as raised:
            error = raised
            results.append(Unknown("unsupported", value.condition.expression, value.condition.location))
    if error is not None and all(isinstance(item, Unknown) for item in results):
        raise error
    return one_of(results, value.condition)


def _to_string(value: Any, type: Type) -> Any:
    return text_of(value)


def _to_number(value: Any, type: Type) -> Any:
    return arithmetic_result(number_of(value))


def _to_bool(value: Any, type: Type) -> Any:
    return bool_of(value)


def _elements(values: list[Any], element: Type | None) -> list[Any]:
    """The elements of a collection: of the type given, or for ``any`` of the type that they have in common."""
    if element is not None and element.kind != "any":
        return [convert(item, element) for item in values]
    return with_common_type(values)


def _listed(value: Any, type: Type) -> list[Any]:
    if not isinstance(value, list):
        raise EvaluationError(f"{type} is required, not {describe(value)}")
    return value


def _to_list(value: Any, type: Type) -> Any:
    return list(_elements(_listed(value, type), type.element))


def _to_set(value: Any, type: Type) -> Any:
    return SetValue.of(_elements(_listed(value, type), type.element))


def _to_tuple(value: Any, type: Type) -> Any:
    items = _listed(value, type)
    if isinstance(items, SetValue) or len(items) != len(type.items):
        raise EvaluationError(f"{type} is required, not {describe(value)} of {len(items)} elements")
    return [convert(item, item_type) for item, item_type in zip(items, type.items, strict=True)]


def _to_map(value: Any, type: Type) -> Any:
    if not isinstance(value, Mapping):
        raise EvaluationError(f"{type} is required, not {describe(value)}")
    return dict(zip(value, _elements(list(value.values()), type.element), strict=True))


def _to_object(value: Any, type: Type) -> Any:
    proxy = is_proxy(value)
    if not proxy and not isinstance(value, Mapping):
        raise EvaluationError(f"{type} is required, not {describe(value)}")
    result: dict[str, Any] = {}
    for name, attribute in type.attributes.items():
        if proxy:
            item = value.attribute(name)
        elif name in value:
            item = value[name]
        elif attribute.optional:
            item = None
        else:
            raise EvaluationError(f"attribute {name!r} is required")
        result[name] = convert(attribute.default if item is None else item, attribute.type)
    return result


_CONVERSIONS: Final[Mapping[str, Callable[[Any, Type], Any]]] = {
    "string": _to_string,
    "number": _to_number,
    "bool": _to_bool,
    "list": _to_list,
    "set": _to_set,
    "map": _to_map,
    "tuple": _to_tuple,
    "object": _to_object,
}
