"""Scopes that expressions make themselves: the names of a ``for``, the variables of a template file, no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliant_infra.hcl_checks.values import EvaluationError, Scope
from compliant_infra.kernel.model import SourceLocation, Unknown


class Frame:
    """The names that a ``for`` binds, in front of the scope around it."""

    __slots__ = ("base", "bound", "count", "outer")

    def __init__(self, outer: Scope) -> None:
        self.outer = outer
        self.base: Scope = outer.base if type(outer) is Frame else outer
        self.count: list[int] = outer.count if isinstance(outer, Frame) else [0]  # turns taken, shared
        self.bound: dict[str, Any] = {}

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """As in the scope around; names that a ``for`` binds are compiled to look-ups in ``bound``."""
        return self.base.resolve(names)

    def read_file(self, path: str) -> bytes | Unknown:
        """As in the scope around."""
        return self.base.read_file(path)

    def list_files(self, directory: str) -> list[str] | Unknown:
        """As in the scope around."""
        return self.base.list_files(directory)

    @property
    def directory(self) -> str:
        """As in the scope around."""
        return self.base.directory

    def location(self) -> SourceLocation | None:
        """As in the scope around."""
        return self.base.location()


class TemplateScope(Frame):
    """The variables of a template file: the only names that it knows."""

    __slots__ = ("variables",)

    def __init__(self, outer: Scope, variables: Mapping[str, Any]) -> None:
        super().__init__(outer)
        self.variables = variables

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """A variable of the template; any other name is an error, as in Terraform."""
        if names[0] in self.variables:
            return self.variables[names[0]], 1
        raise EvaluationError(f"The template needs a variable named {names[0]!r}")


class NoNames:
    """The scope of constants: it knows no name and no file."""

    directory = "."

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Any name is an error."""
        raise EvaluationError(f"Variables are not allowed here: {names[0]!r}")

    def read_file(self, path: str) -> bytes | Unknown:
        """Any file is an error."""
        raise EvaluationError(f"No files are allowed here: {path!r}")

    def list_files(self, directory: str) -> list[str] | Unknown:
        """Any directory is an error."""
        raise EvaluationError(f"No files are allowed here: {directory!r}")

    def location(self) -> SourceLocation | None:
        """Nowhere."""
        return None
