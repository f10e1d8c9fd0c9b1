"""Makes unknown what the objects of a resource do not hold of their output types' properties.

The reasons stand in ``nested_outputs``. This module stands alone: ``program_shim`` loads it, as a file, into the
interpreters of users' projects, where only the standard library and some Pulumi SDK are sure to be.
"""

from __future__ import annotations

import typing
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from google.protobuf import struct_pb2
from pulumi import _types

# The same as in ``registration``, which cannot be imported here.
_UNKNOWN_SENTINEL: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"

_LISTS: Final = (list, Sequence)


class _Nested(NamedTuple):
    """An annotation that holds objects: so many lists around an output type."""

    lists: int
    type: type


_OBJECTS: Final[dict[type, Mapping[str, _Nested]]] = {}
_PROPERTIES: Final[dict[type, Mapping[str, _Nested | None]]] = {}


def complete_parts(state: struct_pb2.Struct, resource: type, *, leave: Collection[str] = ()) -> None:
    """Complete the state of a resource of this class; ``leave`` names properties that stay as they are."""
    for name, nested in _objects_of_resource(resource).items():
        if name in state.fields and name not in leave:
            _complete(state.fields[name], nested.lists, nested.type)


def _complete(value: struct_pb2.Value, lists: int, type_: type) -> None:
    if _is_secret(value):
        _divide(value)
        if _is_secret(value):
            _complete(value.struct_value.fields["value"], lists, type_)
            return
    if value.HasField("list_value"):
        if lists:
            for item in value.list_value.values:
                _complete(item, lists - 1, type_)
        return
    if lists or not value.HasField("struct_value") or _SIGNATURE_KEY in value.struct_value.fields:
        return
    fields = value.struct_value.fields
    for name, nested in _properties(type_).items():
        if name not in fields or fields[name].HasField("null_value"):
            fields[name].string_value = _UNKNOWN_SENTINEL
        elif nested is not None:
            _complete(fields[name], nested.lists, nested.type)


def _is_secret(value: struct_pb2.Value) -> bool:
    if not value.HasField("struct_value"):
        return False
    fields = value.struct_value.fields
    return _SIGNATURE_KEY in fields and bool(fields[_SIGNATURE_KEY].string_value == _SECRET_SIGNATURE)


def _divide(secret: struct_pb2.Value) -> None:
    """Make a secret object or list one that holds secrets; the SDK makes the whole a secret again when it reads it.

    Else the SDK, outside a preview, takes what is unknown in it for None. What has no known part stays as it is.
    """
    whole = struct_pb2.Value()
    whole.CopyFrom(secret.struct_value.fields["value"])
    parts = [*whole.list_value.values] or [*whole.struct_value.fields.values()]
    known = [part for part in parts if not (part.HasField("null_value") or part.string_value == _UNKNOWN_SENTINEL)]
    if not known or _SIGNATURE_KEY in whole.struct_value.fields:
        return
    for part in known:
        wrapped = struct_pb2.Value()
        wrapped.struct_value.fields[_SIGNATURE_KEY].string_value = _SECRET_SIGNATURE
        wrapped.struct_value.fields["value"].CopyFrom(part)
        part.CopyFrom(wrapped)
    secret.CopyFrom(whole)


def _objects_of_resource(resource: type) -> Mapping[str, _Nested]:
    """Wire name -> objects, for the properties of a resource that hold any."""
    if resource not in _OBJECTS:
        found = {name: _nested(annotation) for name, annotation in _types.resource_types(resource).items()}
        _OBJECTS[resource] = {name: nested for name, nested in found.items() if nested is not None}
    return _OBJECTS[resource]


def _properties(type_: type) -> Mapping[str, _Nested | None]:
    """Wire name -> objects, or None for anything else, of all properties of an output type."""
    if type_ not in _PROPERTIES:
        _PROPERTIES[type_] = {name: _nested(given) for name, given in _types.output_type_types(type_).items()}
    return _PROPERTIES[type_]


def _nested(annotation: Any) -> _Nested | None:
    lists = 0
    annotation = _types.unwrap_optional_type(annotation)
    while typing.get_origin(annotation) in _LISTS:
        lists += 1
        annotation = _types.unwrap_optional_type(typing.get_args(annotation)[0])
    return _Nested(lists, annotation) if isinstance(annotation, type) and _types.is_output_type(annotation) else None
