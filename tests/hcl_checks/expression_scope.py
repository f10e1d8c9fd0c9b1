"""A small scope for tests of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliant_infra.hcl_checks.expressions import compile_expression
from compliant_infra.kernel.model import SourceLocation, Unknown

PLACE = SourceLocation("main.tf", 3, 3)


class FakeScope:
    """``var.x`` and ``local.x`` from the mapping given; other first names stand for their own value.

    A name that is absent is ``Unknown("no-value")``.
    """

    directory = "modules/a"

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self.values = dict(values or {})

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        count = 2 if names[0] in ("var", "local", "data", "each") and len(names) > 1 else 1
        name = ".".join(names[:count])
        if name in self.values:
            return self.values[name], count
        return Unknown("no-value", name, PLACE), count

    def read_file(self, path: str) -> bytes | Unknown:
        return Unknown("outside-root", path)

    def list_files(self, directory: str) -> list[str] | Unknown:
        return Unknown("outside-root", directory)

    def location(self) -> SourceLocation | None:
        return PLACE


def run(text: str, values: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression."""
    return compile_expression(text)(FakeScope(values))
