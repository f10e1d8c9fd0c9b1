"""One type for several values, as Terraform needs it for the elements of a list, a set or a map.

Values carry no types here: lists and tuples look the same, so do maps and objects. Values whose types Terraform could
not unite are left as they are where they may well be of one declared type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliant_infra.hcl_checks.functions.signature import to_string
from compliant_infra.hcl_checks.values import EvaluationError, SetValue
from compliant_infra.kernel.model import OneOf, Unknown


def unified(items: Sequence[Any]) -> list[Any]:
    """The values converted to their common type: numbers and bools beside strings become strings."""
    known = [item for item in items if item is not None and not isinstance(item, (Unknown, OneOf))]
    if len(known) < 2:
        return list(items)
    kinds = {_kind(item) for item in known}
    if len(kinds) == 1:
        kind = kinds.pop()
        if kind == "list":
            return _unified_lists(items, known)
        return _unified_maps(items, known) if kind == "map" else list(items)
    if "string" in kinds and kinds <= {"string", "number", "bool"}:
        return [to_string(item) if isinstance(item, (int, float)) else item for item in items]
    raise EvaluationError(f"all elements must have the same type, but there are: {', '.join(sorted(kinds))}")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "number"
    return "map" if isinstance(value, Mapping) else "list" if isinstance(value, list) else "other"


def _unified_lists(items: Sequence[Any], known: Sequence[list[Any]]) -> list[Any]:
    size = len(known[0])
    try:
        if any(len(item) != size for item in known) or any(isinstance(item, SetValue) for item in known):
            flat = iter(unified([member for item in known for member in item]))
            rows = [[next(flat) for _ in item] for item in known]
        else:
            columns = [unified(column) for column in zip(*known, strict=True)]
            rows = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in known]
    except EvaluationError:
        return list(items)
    results: list[Any] = []
    remaining = iter(zip(known, rows, strict=True))
    for item in items:
        if not isinstance(item, list):
            results.append(item)
            continue
        old, new = next(remaining)
        same = all(left is right for left, right in zip(old, new, strict=True))
        results.append(old if same else SetValue.of(new) if isinstance(old, SetValue) else new)
    return results


def _unified_maps(items: Sequence[Any], known: Sequence[Mapping[str, Any]]) -> list[Any]:
    keys = known[0].keys()
    changed: dict[int, dict[str, Any]] = {}
    if all(item.keys() == keys for item in known):
        for key in keys:
            column = [item[key] for item in known]
            try:
                converted = unified(column)
            except EvaluationError:
                continue
            for item, old, new in zip(known, column, converted, strict=True):
                if old is not new:
                    changed.setdefault(id(item), dict(item))[key] = new
    else:
        # Objects with different attributes become maps: all their values get one type.
        try:
            flat = iter(unified([item[key] for item in known for key in item]))
        except EvaluationError:
            return list(items)
        changed = {id(item): {key: next(flat) for key in item} for item in known}
    return [changed.get(id(item), item) for item in items]
