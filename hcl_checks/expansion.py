"""``count`` and ``for_each``: how many instances a block makes, and under which keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from compliant_infra.hcl_checks.attributes import collection_items
from compliant_infra.hcl_checks.limits import MAX_INSTANCES
from compliant_infra.hcl_checks.object_values import PatternProxy
from compliant_infra.hcl_checks.operations import text_of, whole
from compliant_infra.kernel.model import OneOf, SourceLocation, Unknown

_MAX_DIGITS: Final = 18  # of a number written as text: more instances than that are beyond every limit
#: Called with the number of instances; True where that many are allowed (else it has said so).
Allowed = Callable[[int], bool]


class Instances:
    """Keys and values of a block's instances.

    ``kind`` is ``single``, ``count`` or ``for_each``. A key of None stands for instances of unknown number: one
    pattern that represents them all; ``existence`` is then the unknown that decides whether there are any, and
    ``creation`` names what they iterate over where that is another block's instances (see ``Resource.creation``).
    """

    __slots__ = ("creation", "existence", "items", "kind")

    def __init__(
        self,
        kind: str,
        items: list[tuple[Any, Any]],
        existence: Unknown | OneOf | None = None,
        creation: str = "",
    ) -> None:
        self.kind = kind
        self.items = items
        self.existence = existence
        self.creation = creation

    @property
    def is_pattern(self) -> bool:
        """Whether the number of instances is unknown."""
        return self.kind != "single" and bool(self.items) and self.items[0][0] is None


SINGLE: Final = Instances("single", [(None, None)])


def expand_count(value: Any, shown: str, place: SourceLocation, allowed: Allowed) -> Instances:
    """The instances of ``count = value``."""
    value = whole(value)
    if isinstance(value, OneOf):
        numbers = [whole_number(item) for item in value.alternatives]
        if all(number == 0 for number in numbers):
            return Instances("count", [])
        certain = all(number is not None and number > 0 for number in numbers)
        index: Any = 0 if set(numbers) <= {0, 1} else Unknown("ambiguous", "count.index", place)
        return Instances("count", [(None, index)], None if certain else value)
    if isinstance(value, Unknown):
        return Instances("count", [(None, Unknown(value.reason, "count.index", place))], value)
    number = whole_number(value)
    if number is None or number < 0:
        blocked = Unknown("unsupported", f"{shown}: count", place)
        return Instances("count", [(None, blocked)], blocked)
    if number > MAX_INSTANCES or not allowed(number):
        if number > MAX_INSTANCES:
            allowed(number)
        return Instances("count", [(None, Unknown("limit", f"count of {shown}", place))])
    return Instances("count", [(index, index) for index in range(number)])


def expand_for_each(value: Any, shown: str, place: SourceLocation, allowed: Allowed) -> Instances:
    """The instances of ``for_each = value``."""
    if isinstance(value, PatternProxy):
        return Instances("for_each", [(None, value.pattern)], value.existence, value.creation)
    value = whole(value)
    if isinstance(value, OneOf):
        collections = [collection_items(item) for item in value.alternatives]
        if all(items is not None and not items for items in collections):
            return Instances("for_each", [])
        filled = [items for items in collections if items]
        certain = len(filled) == len(collections)
        if len(filled) == 1 and len(filled[0]) <= MAX_INSTANCES and not certain:
            return Instances("for_each", filled[0], value)
        blocked = Unknown("ambiguous", value.condition.expression, place)
        return Instances("for_each", [(None, blocked)], None if certain else value)
    if isinstance(value, Unknown):
        return Instances("for_each", [(None, value)], value)
    items = collection_items(value)
    if items is None:
        blocked = Unknown("unsupported", f"{shown}: for_each", place)
        return Instances("for_each", [(None, blocked)], blocked)
    if type(value) is list:
        # Terraform wants a set here; the error is Terraform's to report, the elements are judged all the same.
        items = [(item, item) for item in value]
    items = [(_key_text(key), item) for key, item in items]
    if len(items) > MAX_INSTANCES or not allowed(len(items)):
        if len(items) > MAX_INSTANCES:
            allowed(len(items))
        return Instances("for_each", [(None, Unknown("limit", f"for_each of {shown}", place))])
    for key, _ in items:
        if isinstance(key, (Unknown, OneOf)):
            return Instances("for_each", [(None, key)])
        if not isinstance(key, str):
            return Instances("for_each", [(None, Unknown("unsupported", f"{shown}: for_each", place))])
    return Instances("for_each", items)


def _key_text(key: Any) -> Any:
    """A key as text, where it converts to one."""
    return text_of(key) if isinstance(key, (bool, int, float)) else key


def whole_number(value: Any) -> int | None:
    """The whole number that a value is or converts to."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        return int(value)
    return None


def shown_key(key: Any) -> str:
    """The key as Terraform prints it in an address."""
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else str(key)
