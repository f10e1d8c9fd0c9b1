"""Type conversion functions, and the marks that say nothing about a value (sensitive, ephemeral)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliant_infra.hcl_checks.functions.collection import make_set
from compliant_infra.hcl_checks.functions.signature import Call, Family, convert, kind_name, unordered
from compliant_infra.hcl_checks.functions.unification import unified
from compliant_infra.hcl_checks.values import EvaluationError, SetValue
from compliant_infra.kernel.model import OneOf, Unknown

FUNCTIONS = Family()


@FUNCTIONS.function("ephemeralasnull", "value:any?", knowledge="none")
@FUNCTIONS.function("nonsensitive", "value:any?", knowledge="none")
@FUNCTIONS.function("sensitive", "value:any?", knowledge="none")
def passed(call: Call, value: Any) -> Any:
    """The value itself: marks are not followed."""
    return value


@FUNCTIONS.function("issensitive", "value:any?", knowledge="none")
def issensitive(call: Call, value: Any) -> Unknown:
    """Unknown: marks are not followed."""
    return call.unknown("unsupported")


@FUNCTIONS.function("tostring", "v:any?", knowledge="none")
def tostring(call: Call, value: Any) -> Any:
    """The value as a string; an unknown text stays itself."""
    return _scalar(call, value, "string")


@FUNCTIONS.function("tonumber", "v:any?", knowledge="none")
def tonumber(call: Call, value: Any) -> Any:
    """The value as a number; an unknown one stays itself."""
    return _scalar(call, value, "number")


@FUNCTIONS.function("tobool", "v:any?", knowledge="none")
def tobool(call: Call, value: Any) -> Any:
    """The value as a bool; an unknown one stays itself."""
    return _scalar(call, value, "bool")


def _scalar(call: Call, value: Any, kind: str) -> Any:
    return value if value is None or isinstance(value, (Unknown, OneOf)) else convert(value, kind, "v", call)


@FUNCTIONS.function("tolist", "v:any?", knowledge="none")
def tolist(call: Call, value: Any) -> Any:
    """The value as a list whose elements have one type."""
    if value is None or isinstance(value, (Unknown, OneOf)):
        return value
    blocked = unordered(value)
    if blocked is not None:
        return blocked
    if not isinstance(value, list):
        raise call.error("v", f"cannot convert a {kind_name(value)} to a list")
    return _unified(call, list(value))


@FUNCTIONS.function("toset", "v:any?", knowledge="none")
def toset(call: Call, value: Any) -> Any:
    """The value as a set; unknown elements come last."""
    if value is None or isinstance(value, (Unknown, OneOf, SetValue)):
        return value
    if not isinstance(value, list):
        raise call.error("v", f"cannot convert a {kind_name(value)} to a set")
    return make_set(_unified(call, value))


@FUNCTIONS.function("tomap", "v:any?", knowledge="none")
def tomap(call: Call, value: Any) -> Any:
    """The value as a map whose elements have one type."""
    if value is None or isinstance(value, (Unknown, OneOf)):
        return value
    if not isinstance(value, Mapping):
        raise call.error("v", f"cannot convert a {kind_name(value)} to a map")
    names = sorted(value)
    return dict(zip(names, _unified(call, [value[name] for name in names]), strict=True))


def _unified(call: Call, items: list[Any]) -> list[Any]:
    try:
        return unified(items)
    except EvaluationError as error:
        raise call.error("v", str(error)) from None
