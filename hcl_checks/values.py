"""Values inside the Terraform evaluator, beside those of ``kernel.model``.

Terraform value -> Python: string ``str``, bool ``bool``, whole number ``int``, other number ``float``
(arithmetic is done in decimal, so that 0.1 + 0.2 is 0.3), null ``None``, list and tuple ``list``, set ``SetValue``, map
and object ``dict``; ``Unknown`` and ``OneOf`` anywhere. Lists and maps are never changed once made: they are shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from compliant_infra.kernel.model import OneOf, SourceLocation, Unknown


class EvaluationError(Exception):
    """The expression is wrong for these values, as Terraform would say: bad index, bad argument, no such attribute.

    ``try`` and ``can`` catch it; elsewhere the attribute becomes ``Unknown("unsupported")`` with the message.
    """


class ExpressionSyntaxError(Exception):
    """The text is no expression. ``offset`` counts characters from the start of the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class SetValue(list[Any]):
    """A Terraform set: no duplicates; strings and numbers in Terraform's order."""

    __slots__ = ()

    @classmethod
    def of(cls, items: Iterable[Any]) -> SetValue:
        """Drop duplicates and sort as Terraform does: strings and numbers ascending, other kinds in given order."""
        unique: list[Any] = []
        seen: set[Any] = set()
        for item in items:
            if isinstance(item, (str, int, float, bool)) or item is None:
                key = (type(item) is bool, item)
                if key in seen:
                    continue
                seen.add(key)
            elif any(item is other or _is_equal(item, other) for other in unique):
                continue
            unique.append(item)
        if all(type(item) is str for item in unique) or all(
            isinstance(item, (int, float)) and not isinstance(item, bool) for item in unique
        ):
            unique.sort()
        return cls(unique)


def _is_equal(item: Any, other: Any) -> bool:
    return isinstance(item, (dict, list)) and deep_equal(item, other) is True


def deep_equal(left: Any, right: Any) -> bool | Unknown | OneOf:
    """Terraform's ``==``: False as soon as a known part differs, else the first unknown, else True."""
    for side in (left, right):
        if type(side) is Unknown or type(side) is OneOf:
            return side
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return _all_equal(zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if left.keys() != right.keys():
            return False
        return _all_equal((left[key], right[key]) for key in left)
    if type(left) is not type(right):
        return False
    return bool(left == right)


def _all_equal(pairs: Iterable[tuple[Any, Any]]) -> bool | Unknown | OneOf:
    blocked: Unknown | OneOf | None = None
    for left, right in pairs:
        answer = deep_equal(left, right)
        if answer is False:
            return False
        if answer is not True and blocked is None:
            blocked = answer
    return True if blocked is None else blocked


class ObjectProxy(Protocol):
    """A resource, data source or module as a value: its attributes are made when asked for.

    The evaluator calls ``attribute`` for ``x.name`` and ``x["name"]``; used in any other way the proxy becomes the
    plain value of ``whole()`` (an Unknown, or a dict where everything is known).
    """

    is_object_proxy: bool  # True; tells a proxy from a dict without importing its class

    def attribute(self, name: str) -> Any:
        """The attribute's value; Unknown with a reference where only the provider knows it."""

    def whole(self) -> Any:
        """The proxy as a plain value."""


class Scope(Protocol):
    """Where an expression finds its names: one for each module instance (and resource instance, for each/count)."""

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """The value of a traversal's leading names, and how many of them it stands for.

        ``("var", "cidr", "x")`` -> (value of var.cidr, 2); ``("alicloud_vpc", "main", "id")`` -> (proxy, 2);
        ``("each", "value")`` -> (value, 2); ``("path", "module")`` -> (text, 2). A name that is declared nowhere gives
        ``Unknown("undeclared-reference")``. Never raises for a missing name.
        """

    def read_file(self, path: str) -> bytes | Unknown:
        """The contents of a file for ``file()`` and its like, or why it cannot be read (outside-root, ...)."""

    def list_files(self, directory: str) -> list[str] | Unknown:
        """All regular files below a directory, as POSIX paths relative to it (for ``fileset``), sorted."""

    @property
    def directory(self) -> str:
        """``path.module`` of the scope."""

    def location(self) -> SourceLocation | None:
        """Where the expression that is being evaluated stands (for the reasons of unknowns)."""
