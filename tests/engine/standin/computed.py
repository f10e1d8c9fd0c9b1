"""What the stand-in plugin gives in place of the values that a cloud computes: made up, and the same every time.

Which properties a type computes, the SDK tells: a property that is always there after creation has a type without
``None``. Those that the program did not set get a value of that type; an id, an ARN or an address look like one.
"""

from __future__ import annotations

import importlib
import inspect
import threading
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any, Final

from pulumi import Output, _types

from compliant_infra.components.input_checks import classes

#: Cloud -> how ARNs begin.
_ARNS: Final[Mapping[str, str]] = {
    "alicloud": "acs:sim:cn-beijing:1234567890123456",
    "aws": "arn:aws-cn:sim:cn-north-1:123456789012",
}
_ADDRESS: Final = "192.0.2.1"
_ZONES: Final = ("cn-north-1a", "cn-north-1b", "cn-north-1d", "cn-northwest-1a", "cn-northwest-1b", "cn-northwest-1c")
_SCALARS: Final[Mapping[Any, Any]] = {bool: False, int: 1, float: 1.0}

_importing = threading.RLock()  # the SDKs load their modules on first use, which no two threads may do at a time


def identifier(urn: str) -> str:
    """The id of a resource."""
    return f"sim-{sha256(urn.encode()).hexdigest()[:12]}"


def is_type(token: str) -> bool:
    """Whether the SDK of the token's package has this type."""
    return token in classes(token.partition(":")[0])


def computed_values(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a resource that are there after creation and not among its inputs."""
    found = {wire: _value(token, name, wire, annotation) for wire, annotation in _always_there(token).items()}
    if token == "aws:networkfirewall/firewall:Firewall":
        found["firewallStatuses"] = [{"syncStates": [_endpoint(name, zone) for zone in _ZONES]}]
    return {wire: value for wire, value in found.items() if wire not in inputs}


def _endpoint(name: str, zone: str) -> dict[str, Any]:
    """What a firewall says of a zone; of every zone, as the plugin does not know where subnets are."""
    attachment = {"endpointId": f"{name}-endpoint-{zone}", "subnetId": f"{name}-subnet-{zone}"}
    return {"availabilityZone": zone, "attachments": [attachment]}


@cache
def _always_there(token: str) -> Mapping[str, Any]:
    """Wire name -> type of the properties which a created resource always has."""
    place = classes(token.partition(":")[0]).get(token)
    if place is None:
        return {}
    with _importing:
        resource = getattr(importlib.import_module(place[0]), place[1])
        found = {}
        for _, member in inspect.getmembers_static(resource, lambda member: isinstance(member, property)):
            wire = getattr(member.fget, "_pulumi_name", None)
            annotation = typing.get_type_hints(member.fget).get("return") if wire else None
            if typing.get_origin(annotation) is Output and not _may_be_none(typing.get_args(annotation)[0]):
                found[str(wire)] = typing.get_args(annotation)[0]
        return found


def _may_be_none(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, UnionType) and type(None) in typing.get_args(annotation)


def _value(token: str, name: str, wire: str, annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if annotation is str:
        return _text(token, name, wire)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if origin is not None and issubclass(origin, Sequence):
        return [_value(token, name, wire, typing.get_args(annotation)[0])]
    if isinstance(annotation, type) and _types.is_output_type(annotation):
        with _importing:
            inner = _types.output_type_types(annotation)
        return {key: _value(token, name, key, found) for key, found in inner.items()}
    return {}


def _text(token: str, name: str, wire: str) -> str:
    package, _, kind = token.partition(":")
    if wire.lower().endswith("arn"):
        return f"{_ARNS[package]}:{kind.rpartition(':')[2].lower()}/{name}"
    if wire.lower().endswith(("ip", "ipaddress")):
        return _ADDRESS
    return f"{name}-{wire}"
