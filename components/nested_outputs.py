"""What is not yet known inside the objects that a program gives a resource, by the output types of the provider's SDK.

A provider computes properties inside such objects too: ``aws.eks.Cluster(vpc_config={"subnet_ids": [...]})`` has a
``vpc_config.cluster_security_group_id`` after creation, and in an engine's preview that one is unknown.

The SDK does not tell computed properties from optional ones inside an object. So every property that the program did
not give counts as unknown: a value that will be absent and is called unknown hides a detail, one that will be there and
is called absent would be a false statement.
"""

from __future__ import annotations

import sys
from collections.abc import Collection

from google.protobuf import struct_pb2

from compliant_infra.components.input_checks import classes


def complete(state: struct_pb2.Struct, token: str, *, leave: Collection[str] = ()) -> None:
    """Make unknown what a resource's objects, also those in lists, do not hold of their output types' properties.

    ``leave`` names properties of the resource that stay as they are. Maps stay as they are, and so does all of a
    resource whose SDK the program has not loaded.
    """
    resource = _loaded_class(token)
    if resource is None:
        return
    from compliant_infra.components.computed_parts import complete_parts

    complete_parts(state, resource, leave=leave)


def _loaded_class(token: str) -> type | None:
    """The class of a resource, if the program has loaded it: here, in a thread, is no place to load a large SDK."""
    place = classes(token.partition(":")[0]).get(token)
    module = sys.modules.get(place[0]) if place else None
    if place is None or module is None:
        return None
    # The SDKs load their modules at the first use of an attribute, and vars() counts as one.
    found: type | None = object.__getattribute__(module, "__dict__").get(place[1])
    return found
