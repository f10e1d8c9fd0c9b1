"""Collection functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

from compliant_infra.hcl_checks.functions.exact_numbers import from_decimal, to_decimal
from compliant_infra.hcl_checks.functions.graphemes import grapheme_count
from compliant_infra.hcl_checks.functions.numeric import add
from compliant_infra.hcl_checks.functions.signature import (
    MAX_ELEMENTS,
    Call,
    Family,
    derived,
    kind_name,
    to_number,
    to_string,
    unordered,
    whole_number,
    with_fallback,
)
from compliant_infra.hcl_checks.functions.unification import unified
from compliant_infra.hcl_checks.values import EvaluationError, SetValue, deep_equal
from compliant_infra.kernel.model import OneOf, Unknown, first_unknown

FUNCTIONS = Family()

#: Terraform's own limit for ``range``.
_MAX_RANGE: Final = 1024
#: How many comparisons of collections a function may need.
_MAX_COMPARISONS: Final = 2_000_000
#: Attributes that are a single text whatever the resource.
_TEXT_ATTRIBUTES: Final = ("id", "arn", "name")
_TEXT_ENDINGS: Final = ("_id", "_arn", "_name")


def _blocked(value: Any) -> bool:
    return isinstance(value, (Unknown, OneOf))


def _sequence(value: Any, parameter: str, call: Call, sets: bool = False) -> list[Any]:
    """A list or tuple; a set too where ``sets``."""
    if not isinstance(value, list) or (isinstance(value, SetValue) and not sets):
        raise call.error(parameter, f"list required, but it is a {kind_name(value)}")
    return value


def _same_type(items: Sequence[Any], parameter: str, call: Call) -> list[Any]:
    try:
        return unified(items)
    except EvaluationError as error:
        raise call.error(parameter, str(error)) from None


def _hash_key(value: Any) -> Any:
    """A key that is equal for equal known scalars, None for other values."""
    if isinstance(value, (str, int, float)) or value is None:
        return (isinstance(value, bool), value)
    return None


def make_set(items: Sequence[Any]) -> SetValue:
    """The set of the items: known ones first, in Terraform's order; unknown ones, which may repeat others, last."""
    known: list[Any] = []
    unknown: list[Any] = []
    nulls: list[None] = []
    for item in items:
        if item is None:
            nulls = [None]
        elif first_unknown(item) is None:
            known.append(item)
        else:
            unknown.append(item)
    if known and all(isinstance(item, bool) for item in known):
        known = sorted(set(known))
    return SetValue([*SetValue.of(known), *nulls, *unknown])


# --------------------------------------------------------------------------------------------------------------
# Truth of lists
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("alltrue", "list:bools", knowledge="shape", spread="deep")
def alltrue(call: Call, items: list[Any]) -> Any:
    """Whether all elements are true: False as soon as one is not, whatever the unknown ones."""
    if any(item is False or item is None for item in items):
        return False
    blocked = next((item for item in items if _blocked(item)), None)
    return True if blocked is None else derived(blocked)


@FUNCTIONS.function("anytrue", "list:bools", knowledge="shape", spread="deep")
def anytrue(call: Call, items: list[Any]) -> Any:
    """Whether an element is true: True as soon as one is, whatever the unknown ones."""
    if any(item is True for item in items):
        return True
    blocked = next((item for item in items if _blocked(item)), None)
    return False if blocked is None else derived(blocked)


@FUNCTIONS.function("contains", "list:list", "value:any", knowledge="none", spread="deep")
def contains(call: Call, items: Any, value: Any) -> Any:
    """Whether an element equals the value; unknown only where no known element does."""
    if _blocked(items):
        return derived(items)
    blocked: Any = None
    for item in items:
        answer = deep_equal(item, value)
        if answer is True:
            return True
        if answer is not False:
            blocked = blocked or _Found(answer)
    return False if blocked is None else derived(blocked.value)


class _Found:
    """Holds an unknown, which has no truth value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


@FUNCTIONS.function("index", "list:any", "value:any", knowledge="shape", spread="deep")
def index(call: Call, items: Any, value: Any) -> Any:
    """The position of the first element that equals the value."""
    for position, item in enumerate(_sequence(items, "list", call)):
        answer = deep_equal(item, value)
        if answer is True:
            return position
        if answer is not False:
            return derived(answer)
    raise call.error("value", "no element equals it")


# --------------------------------------------------------------------------------------------------------------
# The first that is something
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("coalesce", "*vals:any?", knowledge="none")
def coalesce(call: Call, *values: Any) -> Any:
    """The first argument that is neither null nor an empty string, in the type that all arguments share."""
    try:
        converted = unified([value for value in values if value is not None])
    except EvaluationError as error:
        raise call.error("vals", str(error)) from None
    doubtful: list[Any] = []  # unknown arguments so far, each of which may be null
    for value in converted:
        if _blocked(value):
            # Parts tell that the text is not empty; whatever else is unknown may be null.
            if _surely_filled(value):
                return with_fallback(doubtful, value)
            doubtful.append(value)
        elif not (isinstance(value, str) and not value):
            return with_fallback(doubtful, value)
    if doubtful:
        return derived(doubtful[0])
    raise call.error("vals", "all arguments are null or empty strings")


def _is_text(part: Any) -> bool:
    return isinstance(part, str) and bool(part)


@FUNCTIONS.function("coalescelist", "*vals:any", knowledge="none")
def coalescelist(call: Call, *values: Any) -> Any:
    """The first list that is not empty."""
    for value in values:
        if _blocked(value):
            return derived(value)
        if _sequence(value, "vals", call):
            return value
    raise call.error("vals", "all arguments are empty lists" if values else "at least one argument is needed")


def _surely_filled(value: Any) -> bool:
    """Whether an unknown surely is neither null nor empty: it names something, or part of its text is known."""
    return isinstance(value, Unknown) and (
        value.reference is not None or value.document is not None or any(map(_is_text, value.parts))
    )


@FUNCTIONS.function("compact", "list:strings", knowledge="shape", spread="deep")
def compact(call: Call, items: list[Any]) -> Any:
    """The elements that are neither null nor empty. Unknown ones stay where they surely are something."""
    blocked = unordered(items)
    if blocked is not None:
        return blocked
    result: list[Any] = []
    for item in items:
        if _blocked(item):
            if not _surely_filled(item):
                return derived(item)
            result.append(item)
        elif item:
            result.append(item)
    return result


@FUNCTIONS.function("one", "list:any", knowledge="shape")
def one(call: Call, items: Any) -> Any:
    """The only element, null for an empty list."""
    items = _sequence(items, "list", call, sets=True)
    if not items:
        return None
    if len(items) == 1:
        return items[0]
    if isinstance(items, SetValue):
        # Unknown elements of a set may turn out to be equal to others.
        blocked = first_unknown(items)
        if blocked is not None and sum(first_unknown(item) is None for item in items) < 2:
            return derived(blocked)
    raise call.error("list", "must be a list, set or tuple with either zero or one element")


# --------------------------------------------------------------------------------------------------------------
# Parts of lists
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("element", "list:any", "index:number", knowledge="shape")
def element(call: Call, items: Any, position: int | float) -> Any:
    """The element at a position, counted around the end of the list."""
    items = _sequence(items, "list", call)
    offset = whole_number(position, "index", call)
    if offset < 0:
        raise call.error("index", "must not be negative")
    if not items:
        raise call.error("list", "is empty")
    return items[offset % len(items)]


@FUNCTIONS.function("slice", "list:any", "start_index:number", "end_index:number", knowledge="shape")
def slice_(call: Call, items: Any, start: int | float, end: int | float) -> Any:
    """The elements from a position up to another."""
    items = _sequence(items, "list", call)
    first = whole_number(start, "start_index", call)
    last = whole_number(end, "end_index", call)
    if first < 0:
        raise call.error("start_index", "must not be negative")
    if last > len(items):
        raise call.error("end_index", f"must not be greater than the length of the list, {len(items)}")
    if first > last:
        raise call.error("start_index", "must not be greater than the end index")
    return items[first:last]


@FUNCTIONS.function("chunklist", "list:list", "size:number", knowledge="shape")
def chunklist(call: Call, items: list[Any], size: int | float) -> Any:
    """The list cut into lists of a size; 0 means "all in one"."""
    length = whole_number(size, "size", call)
    if length < 0:
        raise call.error("size", "must not be negative")
    blocked = unordered(items)
    if blocked is not None:
        return blocked
    items = list(_same_type(items, "list", call))
    if not items:
        return []
    length = length or len(items)
    return [items[start : start + length] for start in range(0, len(items), length)]


@FUNCTIONS.function("reverse", "list:any", knowledge="shape")
def reverse(call: Call, items: Any) -> Any:
    """The elements in reverse."""
    items = _sequence(items, "list", call, sets=True)
    blocked = unordered(items)
    return list(reversed(items)) if blocked is None else blocked


@FUNCTIONS.function("distinct", "list:list", knowledge="shape", spread="deep")
def distinct(call: Call, items: list[Any]) -> Any:
    """The elements without repetitions. An unknown element may repeat another: then all is unknown."""
    mixed = unordered(items)
    if mixed is not None:
        return mixed
    items = _same_type(items, "list", call)
    if len(items) > 1:
        blocked = first_unknown(items)
        if blocked is not None and not _surely_distinct(items):
            return derived(blocked)
    return _without_repetitions(items)


def _surely_distinct(items: Sequence[Any]) -> bool:
    """True where no two elements can be equal, or where equal ones are the same unknown."""
    if len(items) > 200:
        return False
    for position, item in enumerate(items):
        for other in items[:position]:
            if item is not other and not isinstance(deep_equal(item, other), bool):
                return False
    return True


def _without_repetitions(items: Sequence[Any]) -> list[Any]:
    result: list[Any] = []
    seen: set[Any] = set()
    compound: list[Any] = []
    for item in items:
        key = _hash_key(item)
        if key is None:
            if any(item is other or (not _blocked(item) and deep_equal(item, other) is True) for other in compound):
                continue
            compound.append(item)
            if len(compound) ** 2 > _MAX_COMPARISONS:
                raise EvaluationError("distinct: too many elements to compare")
        elif key in seen:
            continue
        else:
            seen.add(key)
        result.append(item)
    return result


# --------------------------------------------------------------------------------------------------------------
# Lists together
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("concat", "*seqs:any", knowledge="none", spread="top")
def concat(call: Call, *sequences: Any) -> Any:
    """The elements of all lists in order; with an unknown list among them, an unknown one that holds the known."""
    if not sequences:
        raise call.error("seqs", "at least one list is needed")
    hidden = [item for item in sequences if isinstance(item, (Unknown, OneOf))]
    if hidden:
        known: list[Any] = []
        for items in sequences:
            if isinstance(items, Unknown):
                known.extend(items.elements)
            elif not isinstance(items, OneOf):
                known.extend(_sequence(items, "seqs", call))
        blocked = derived(hidden[0])
        return Unknown(blocked.reason, blocked.expression, blocked.location, elements=tuple(known))
    result: list[Any] = []
    for items in sequences:
        result.extend(_sequence(items, "seqs", call))
        if len(result) > MAX_ELEMENTS:
            return call.unknown("limit")
    return result


@FUNCTIONS.function("flatten", "list:any", knowledge="shape")
def flatten(call: Call, items: Any) -> Any:
    """The elements of the list with the elements of inner lists in their places.

    An unknown element may be a list or not: the result is unknown, unless the element surely is a text.
    """
    result: list[Any] = []
    waiting: list[Any] = [iter([_sequence(items, "list", call, sets=True)])]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, list):
                blocked = unordered(item)
                if blocked is not None:
                    return blocked
                waiting.append(iter(item))
                break
            if _blocked(item) and not _surely_scalar(item):
                return derived(item)
            result.append(item)
            if len(result) > MAX_ELEMENTS:
                return call.unknown("limit")
        else:
            waiting.pop()
    return result


def _surely_scalar(value: Unknown | OneOf) -> bool:
    if isinstance(value, OneOf):
        return not any(
            isinstance(item, (list, OneOf)) or (isinstance(item, Unknown) and not _surely_scalar(item))
            for item in value.alternatives
        )
    if value.parts or value.document is not None:
        return True
    if value.reference is None:
        return False
    attribute = value.reference.attribute
    return attribute in _TEXT_ATTRIBUTES or attribute.endswith(_TEXT_ENDINGS)


@FUNCTIONS.function("setproduct", "*sets:any", knowledge="shape")
def setproduct(call: Call, *sets: Any) -> Any:
    """All combinations of one element from each list."""
    if len(sets) < 2:
        raise call.error("sets", "at least two sets are needed")
    count = 1
    prepared: list[list[Any]] = []
    for items in sets:
        items = _sequence(items, "sets", call, sets=True)
        blocked = unordered(items)
        if blocked is not None:
            return blocked
        prepared.append(_same_type(items, "sets", call))
        count *= len(items)
    if count * len(sets) > MAX_ELEMENTS:
        return call.unknown("limit")
    combinations = [list(combination) for combination in product(*prepared)]
    if all(isinstance(items, SetValue) for items in sets):
        return SetValue(combinations)
    return combinations


@FUNCTIONS.function("setunion", "first_set:list", "*other_sets:list", knowledge="shape", spread="deep")
def setunion(call: Call, *sets: list[Any]) -> SetValue:
    """The elements that are in any of the sets; unknown ones at the end."""
    return make_set(_same_type([item for items in sets for item in items], "first_set", call))


@FUNCTIONS.function("setintersection", "first_set:list", "*other_sets:list")
def setintersection(call: Call, *sets: list[Any]) -> Any:
    """The elements that are in all of the sets."""
    prepared = _prepared_sets(call, sets)
    return make_set([item for item in prepared[0] if all(_member(call, item, other) for other in prepared[1:])])


@FUNCTIONS.function("setsubtract", "a:list", "b:list")
def setsubtract(call: Call, items: list[Any], others: list[Any]) -> Any:
    """The elements of the first set that are not in the second."""
    first, second = _prepared_sets(call, (items, others))
    return make_set([item for item in first if not _member(call, item, second)])


def _prepared_sets(call: Call, sets: Sequence[list[Any]]) -> list[Any]:
    """The sets with elements of one type; sets of scalars can be searched fast."""
    flat = iter(_same_type([item for items in sets for item in items], "sets", call))
    prepared: list[Any] = []
    for items in sets:
        converted = [next(flat) for _ in items]
        if all(_hash_key(item) is not None for item in converted):
            prepared.append(dict.fromkeys(converted))
        else:
            prepared.append(converted)
    if max(map(len, prepared)) ** 2 > _MAX_COMPARISONS and not all(isinstance(items, dict) for items in prepared):
        raise EvaluationError(f"{call.name}: too many elements to compare")
    return prepared


def _member(call: Call, item: Any, others: Any) -> bool:
    if isinstance(others, dict):
        return _hash_key(item) is not None and item in others
    return any(deep_equal(item, other) is True for other in others)


@FUNCTIONS.function("matchkeys", "values:list", "keys:list", "searchset:list")
def matchkeys(call: Call, values_: list[Any], keys_: list[Any], wanted: list[Any]) -> list[Any]:
    """The elements of the first list at whose position the second has one of the wanted values."""
    if len(values_) != len(keys_):
        raise call.error("keys", "must have as many elements as the values")
    united = _same_type([*keys_, *wanted], "keys", call)
    united_keys, search = united[: len(keys_)], united[len(keys_) :]
    if len(united_keys) * len(search) > _MAX_COMPARISONS:
        raise call.error("searchset", "too many elements to compare")
    values_ = _same_type(values_, "values", call)
    return [
        value
        for value, key in zip(values_, united_keys, strict=True)
        if any(deep_equal(key, other) is True for other in search)
    ]


# --------------------------------------------------------------------------------------------------------------
# Numbers and texts in lists
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("length", "value:any", knowledge="shape")
def length(call: Call, value: Any) -> Any:
    """How many elements or characters; a set with unknown elements may have fewer than it shows."""
    if isinstance(value, str):
        return grapheme_count(value)
    blocked = unordered(value)
    if blocked is not None:
        return blocked
    if isinstance(value, (list, Mapping)):
        return len(value)
    raise call.error("value", f"string, list or map required, but it is a {kind_name(value)}")


@FUNCTIONS.function("range", "*params:number")
def range_(call: Call, *parameters: int | float) -> list[Any]:
    """The numbers from a start up to a limit."""
    if not 1 <= len(parameters) <= 3:
        raise call.error("params", "one, two or three numbers are needed")
    start, limit = (0, parameters[0]) if len(parameters) == 1 else parameters[:2]
    step = parameters[2] if len(parameters) == 3 else (1 if limit >= start else -1)
    if step == 0:
        raise call.error("params", "the step must not be zero")
    if (limit < start and step > 0) or (limit > start and step < 0):
        raise call.error("params", "the step leads away from the limit")
    result: list[Any] = []
    number, end, stride = to_decimal(start), to_decimal(limit), to_decimal(step)
    while (number < end) if stride > 0 else (number > end):
        if len(result) >= _MAX_RANGE:
            raise call.error("params", f"more than {_MAX_RANGE} values would be generated")
        result.append(from_decimal(number))
        number += stride
    return result


@FUNCTIONS.function("sort", "list:strings")
def sort(call: Call, items: list[Any]) -> list[Any]:
    """The strings in the order of their code points."""
    if any(item is None for item in items):
        raise call.error("list", "an element is null")
    return sorted(items)


@FUNCTIONS.function("sum", "list:any")
def sum_(call: Call, items: Any) -> int | float:
    """The sum of the numbers."""
    items = _sequence(items, "list", call, sets=True)
    if not items:
        raise call.error("list", "must not be empty")
    numbers: list[int | float] = []
    for item in items:
        number = None if item is None else to_number(item)
        if number is None:
            raise call.error("list", f"numbers required, but one element is a {kind_name(item)}")
        numbers.append(number)
    return add(numbers)


# --------------------------------------------------------------------------------------------------------------
# Maps
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("keys", "inputMap:map", knowledge="shape")
def keys(call: Call, mapping: Mapping[str, Any]) -> list[str]:
    """The keys in order."""
    return sorted(mapping)


@FUNCTIONS.function("values", "mapping:map", knowledge="shape")
def values(call: Call, mapping: Mapping[str, Any]) -> list[Any]:
    """The values in the order of their keys."""
    return [mapping[key] for key in sorted(mapping)]


@FUNCTIONS.function("lookup", "inputMap:any", "key:string", "*default:any?", knowledge="none")
def lookup(call: Call, mapping: Any, key: Any, *default: Any) -> Any:
    """The value of a key, or the default where the map has no such key."""
    if len(default) > 1:
        raise EvaluationError(f"{call.name}: too many arguments: {len(default) + 2} given, 2 or 3 expected")
    if _blocked(mapping):
        return with_fallback([derived(mapping)], default[0]) if default else derived(mapping)
    if not isinstance(mapping, Mapping):
        raise call.error("inputMap", f"map or object required, but it is a {kind_name(mapping)}")
    if _blocked(key):
        return derived(key)
    if key in mapping:
        return mapping[key]
    if not default:
        raise call.error("key", f"no element with the key {key!r}, and no default is given")
    return default[0]


@FUNCTIONS.function("merge", "*maps:any?", knowledge="none")
def merge(call: Call, *maps: Any) -> Any:
    """The members of all maps; later ones win. With an unknown map among them the known members are ``encoded``."""
    result: dict[str, Any] = {}
    blocked: Unknown | OneOf | None = None
    for mapping in maps:
        if mapping is None:
            continue
        if isinstance(mapping, (Unknown, OneOf)):
            blocked = blocked if blocked is not None else mapping
            if isinstance(mapping, Unknown) and isinstance(mapping.encoded, Mapping):
                result.update(mapping.encoded)
            continue
        if not isinstance(mapping, Mapping):
            raise call.error("maps", f"maps or objects required, but one is a {kind_name(mapping)}")
        result.update(mapping)
    if blocked is None:
        return result
    unknown = derived(blocked)
    return Unknown(unknown.reason, unknown.expression, unknown.location, encoded=result or None)


@FUNCTIONS.function("transpose", "values:map", knowledge="shape")
def transpose(call: Call, mapping: Mapping[str, Any]) -> Any:
    """A map of lists of strings with keys and elements exchanged."""
    result: dict[str, list[str]] = {}
    for key in sorted(mapping):
        items = mapping[key]
        if _blocked(items):
            return derived(items)
        for item in _sequence(items, "values", call, sets=True):
            if _blocked(item):
                return derived(item)
            text = to_string(item)
            if text is None:
                raise call.error("values", f"strings required, but one is a {kind_name(item)}")
            result.setdefault(text, []).append(key)
    return {key: sorted(set(result[key])) for key in sorted(result)}


@FUNCTIONS.function("zipmap", "keys:strings", "values:any", knowledge="shape")
def zipmap(call: Call, names: list[Any], items: Any) -> Any:
    """The map of keys to the values at the same positions."""
    blocked = unordered(names)
    if blocked is not None:
        return blocked
    items = _sequence(items, "values", call)
    if len(names) != len(items):
        raise call.error("values", f"must have as many elements as the keys: {len(names)}, not {len(items)}")
    result: dict[str, Any] = {}
    for name, item in zip(names, items, strict=True):
        if _blocked(name):
            return derived(name)
        if name is None:
            raise call.error("keys", "a key is null")
        result[name] = item
    return result
