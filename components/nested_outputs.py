"""What is not yet known inside the objects that a program gives a resource, by the output types of the provider's SDK.

A provider computes properties inside such objects too: ``aws.eks.Cluster(vpc_config={"subnet_ids": [...]})`` has a
``vpc_config.cluster_security_group_id`` after creation, and in an engine's preview that one is unknown.

The SDK does not tell computed properties from optional ones inside an object. So every property that the program did
not give counts as unknown: a value that will be absent and is called unknown hides a detail, one that will be there and
is called absent would be a false statement.
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from google.protobuf import struct_pb2

from compliant_infra.components.input_checks import classes
from compliant_infra.components.registration import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_SENTINEL

_LISTS: Final = (list, Sequence)


class _Nested(NamedTuple):
    """An annotation that holds objects: so many lists around an output type."""

    lists: int
    type: type


def complete(state: struct_pb2.Struct, token: str, *, leave: Collection[str] = ()) -> None:
    """Make unknown what a resource's objects, also those in lists, do not hold of their output types' properties.

    ``leave`` names properties of the resource that stay as they are. Maps stay as they are, and so does all of a
    resource whose SDK the program has not loaded.
    """
    resource = _loaded_class(token)
    if resource is None:
        return
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
    if lists or not value.HasField("struct_value") or SIGNATURE_KEY in value.struct_value.fields:
        return
    fields = value.struct_value.fields
    for name, nested in _properties(type_).items():
        if name not in fields or fields[name].HasField("null_value"):
            fields[name].string_value = UNKNOWN_SENTINEL
        elif nested is not None:
            _complete(fields[name], nested.lists, nested.type)


def _is_secret(value: struct_pb2.Value) -> bool:
    if not value.HasField("struct_value"):
        return False
    fields = value.struct_value.fields
    return SIGNATURE_KEY in fields and bool(fields[SIGNATURE_KEY].string_value == SECRET_SIGNATURE)


def _divide(secret: struct_pb2.Value) -> None:
    """Make a secret object or list one that holds secrets; the SDK makes the whole a secret again when it reads it.

    Else the SDK, outside a preview, takes what is unknown in it for None. What has no known part stays as it is.
    """
    whole = struct_pb2.Value()
    whole.CopyFrom(secret.struct_value.fields["value"])
    parts = [*whole.list_value.values] or [*whole.struct_value.fields.values()]
    known = [part for part in parts if not (part.HasField("null_value") or part.string_value == UNKNOWN_SENTINEL)]
    if not known or SIGNATURE_KEY in whole.struct_value.fields:
        return
    for part in known:
        wrapped = struct_pb2.Value()
        wrapped.struct_value.fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
        wrapped.struct_value.fields["value"].CopyFrom(part)
        part.CopyFrom(wrapped)
    secret.CopyFrom(whole)


def _loaded_class(token: str) -> type | None:
    """The class of a resource, if the program has loaded it: here, in a thread, is no place to load a large SDK."""
    place = classes(token.partition(":")[0]).get(token)
    module = sys.modules.get(place[0]) if place else None
    if place is None or module is None:
        return None
    # The SDKs load their modules at the first use of an attribute, and vars() counts as one.
    found: type | None = object.__getattribute__(module, "__dict__").get(place[1])
    return found


@cache
def _objects_of_resource(resource: type) -> Mapping[str, _Nested]:
    """Wire name -> objects, for the properties of a resource that hold any."""
    from pulumi import _types

    found = {name: _nested(annotation) for name, annotation in _types.resource_types(resource).items()}
    return {name: nested for name, nested in found.items() if nested is not None}


@cache
def _properties(type_: type) -> Mapping[str, _Nested | None]:
    """Wire name -> objects, or None for anything else, of all properties of an output type."""
    from pulumi import _types

    return {name: _nested(annotation) for name, annotation in _types.output_type_types(type_).items()}


def _nested(annotation: Any) -> _Nested | None:
    from pulumi import _types

    lists = 0
    annotation = _types.unwrap_optional_type(annotation)
    while typing.get_origin(annotation) in _LISTS:
        lists += 1
        annotation = _types.unwrap_optional_type(typing.get_args(annotation)[0])
    return _Nested(lists, annotation) if isinstance(annotation, type) and _types.is_output_type(annotation) else None
