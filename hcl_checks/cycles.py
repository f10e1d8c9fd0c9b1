"""Locals that refer to themselves through others: found in the text, whether or not anything asks for their value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from compliant_infra.hcl_checks.expressions import references
from compliant_infra.hcl_checks.reader import Expression
from compliant_infra.hcl_checks.values import ExpressionSyntaxError
from compliant_infra.kernel.model import Diagnostic, Text

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.configuration import FileAttribute


def cyclic_locals(declared: Mapping[str, FileAttribute]) -> dict[str, Diagnostic]:
    """The locals on a cycle; each cycle is reported once, at the first of its members that is declared."""
    graph = {
        name: [other for other in dict.fromkeys(_locals_in(item.attribute.value)) if other in declared]
        for name, item in declared.items()
    }
    found: dict[str, Diagnostic] = {}
    state: dict[str, int] = {}  # 1: on the way, 2: done
    for start in graph:
        if start in state:
            continue
        path: list[str] = [start]
        pending = [iter(graph[start])]
        state[start] = 1
        while pending:
            other = next(pending[-1], None)
            if other is None:
                state[path.pop()] = 2
                pending.pop()
            elif other not in state:
                state[other] = 1
                path.append(other)
                pending.append(iter(graph[other]))
            elif state[other] == 1 and other not in found:
                cycle = path[path.index(other) :]
                first = min(cycle, key=list(graph).index) if len(cycle) < 1000 else other
                way = " -> ".join(f"local.{name}" for name in [*cycle[:6], cycle[0]])
                place = declared[first].location
                diagnostic = Diagnostic(
                    "reference-cycle",
                    Text(f"local.{first} refers to itself: {way}", f"local.{first} 循环引用自身：{way}"),
                    place.file,
                    place.line,
                )
                found.update(dict.fromkeys(cycle, diagnostic))
    return found


def _locals_in(value: Any) -> Iterable[str]:
    if type(value) is Expression:
        if "local" in value:
            try:
                names = references(str(value))
            except ExpressionSyntaxError:
                return  # reported where expressions are checked
            yield from (item[1] for item in names if item[0] == "local" and len(item) > 1)
    elif isinstance(value, list):
        for item in value:
            yield from _locals_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _locals_in(key)
            yield from _locals_in(item)
