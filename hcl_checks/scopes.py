"""Scopes below a module's own: one instance of a block, an argument of a call, the default of a variable."""

from __future__ import annotations

from typing import Any

from compliant_infra.hcl_checks.object_values import ResourceProxy
from compliant_infra.hcl_checks.places import BlockScope, Whereabouts
from compliant_infra.hcl_checks.reader import Attribute
from compliant_infra.kernel.model import Resource, SourceLocation, Unknown


class InnerScope:
    """A scope that adds names to another; everything else is the outer scope's."""

    __slots__ = ("_outer", "whereabouts")

    def __init__(self, outer: BlockScope) -> None:
        self._outer = outer
        self.whereabouts: Whereabouts = outer.whereabouts

    @property
    def outer(self) -> BlockScope:
        """The scope around this one."""
        return self._outer

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """See ``values.Scope``."""
        return self._outer.resolve(names)

    def read_file(self, path: str) -> bytes | Unknown:
        """As the outer scope."""
        return self._outer.read_file(path)

    def list_files(self, directory: str) -> list[str] | Unknown:
        """As the outer scope."""
        return self._outer.list_files(directory)

    @property
    def directory(self) -> str:
        """As the outer scope."""
        return self._outer.directory

    def location(self) -> SourceLocation | None:
        """As the outer scope."""
        return self._outer.location()


class EachScope(InnerScope):
    """The scope of one instance: ``each.key``, ``each.value``, ``count.index`` and ``self``."""

    __slots__ = ("_key", "_kind", "_value", "resource")

    def __init__(self, outer: BlockScope, kind: str, key: Any, value: Any) -> None:
        super().__init__(outer)
        self._kind = kind
        self._key = key
        self._value = value
        self.resource: Resource | None = None

    @property
    def kind(self) -> str:
        """``for_each`` or ``count``."""
        return self._kind

    @property
    def key(self) -> Any:
        """The key of the instance; None where it is not known."""
        return self._key

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """See ``values.Scope``."""
        first = names[0]
        if first == "each" and self._kind == "for_each" and len(names) > 1:
            if names[1] == "key":
                if self._key is not None:
                    return self._key, 2
                if isinstance(self._value, Unknown):
                    return self._value, 2
                return Unknown("known-after-apply", "each.key"), 2
            if names[1] == "value":
                return self._value, 2
        elif first == "count" and self._kind == "count" and len(names) > 1 and names[1] == "index":
            return self._value, 2
        elif first == "self" and self.resource is not None:
            return ResourceProxy(self.resource), 1
        return self._outer.resolve(names)


class DefaultScope(InnerScope):
    """The scope of a variable's default: functions, but no names."""

    __slots__ = ()

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Every name is undeclared here."""
        return Unknown("undeclared-reference", ".".join(names)), len(names)


class Argument:
    """An argument of a module call: evaluated in the caller's scope when the variable is asked for."""

    __slots__ = ("attribute", "file", "scope")

    def __init__(self, attribute: Attribute, file: str, scope: BlockScope) -> None:
        self.attribute = attribute
        self.file = file
        self.scope = scope

    def evaluate(self) -> Any:
        """The value that the caller passes."""
        return self.scope.whereabouts.evaluate(self.attribute, self.file, self.scope)
