"""The servers behind a load balancer, and the zones in which they lie."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Outcome,
    Predicate,
    predicate,
    show,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.zones import Zone, Zones, spread, zone_of_subnet

_WANTED: Final = "min-zones"
_SERVER: Final = "alicloud_instance"
_SERVERS: Final = Text("servers", "后端服务器")

#: The group that also takes functions, which lie in several zones by themselves.
_WITH_FUNCTIONS: Final = "alicloud_alb_server_group"
_KIND: Final = "server_type"
_ZONELESS: Final = "fc"


def _zone_of_server(value: Any, path: str, context: Context) -> Zone:
    """The zone of a server by its own word or its switch's; a literal id names a server but does not tell its zone."""
    server = context.resolve(value, _SERVER)
    if server is None:
        blocked = value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))
        return Zone(path, blocked, value if isinstance(value, str) else "")
    named = server.attributes.get("availability_zone")
    if named is not None:
        return Zone(path, named, server.address, server.module)
    switch = server.attributes.get("vswitch_id")
    if switch is None:
        return Zone(path, Unknown("known-after-apply", f"{server.address}.availability_zone"), server.address)
    found = zone_of_subnet(switch, path, context)
    return Zone(path, found.value, server.address, found.module)


def _add(zones: Zones, value: Any, path: str, judged: Resource, context: Context) -> None:
    """One server. A reference may stand for several of an unknown number."""
    server = context.resolve(value, _SERVER)
    several = None if server is None else server.created_with(judged).existence
    if several is not None and zones.more is None:
        zones.more = several
    zones.found.append(_zone_of_server(value, path, context))


def _add_all(zones: Zones, value: Any, path: str, judged: Resource, context: Context) -> None:
    """A list of servers, of which the number may be unknown."""
    if value is None:
        return
    if isinstance(value, (Unknown, OneOf)):
        zones.more = zones.more if zones.more is not None else value
        value = value.elements if isinstance(value, Unknown) else ()
    for item in value if isinstance(value, (list, tuple)) else (value,):
        _add(zones, item, path, judged, context)


def _add_blocks(zones: Zones, resource: Resource, block: str, name: str, context: Context) -> None:
    """The servers of nested blocks, each with one (``server_id``) or several (``server_ids``)."""
    for where, entry in entries(resource.attributes.get(block), block):
        if isinstance(entry, (Unknown, OneOf)):
            zones.more = zones.more if zones.more is not None else entry
            continue
        kind = entry.get(_KIND) if resource.type == _WITH_FUNCTIONS else None
        if isinstance(kind, str) and kind.lower() == _ZONELESS:
            continue
        add = _add_all if name.endswith("s") else _add
        add(zones, entry.get(name), f"{where}.{name}", resource, context)


def servers_spread(listed: str, *, attached: tuple[str, str, str] | None = None, pair: bool = False) -> Predicate:
    """The servers of a group lie in enough zones.

    ``listed`` is the attribute that names them (``"instance_ids"``, ``"servers.server_id"``, or none). ``attached`` is
    a type that adds one, with the attributes that name the group and the server. ``pair``: a group of master and slave,
    which can lie in two zones at most. A group without servers in the code gets them elsewhere: from a scaling group.
    """
    block, _, inner = listed.partition(".")
    companions = () if attached is None else (f"{attached[0]}:{attached[1]}", f"{attached[0]}:{attached[2]}")

    @predicate(reads=(*((listed,) if listed else ()), *companions), parameters=(_WANTED,))
    def judge(resource: Resource, context: Context) -> Outcome:
        zones = Zones()
        if inner:
            _add_blocks(zones, resource, block, inner, context)
        elif block:
            _add_all(zones, resource.attributes.get(block), block, resource, context)
        if attached is not None:
            kind, group, server = attached
            found = context.companions(resource, kind, group, ("id",))
            for item in found.sure:
                if item.existence is not None and zones.more is None:
                    zones.more = item.existence
                _add(zones, item.attributes.get(server), item.address, resource, context)
            if found.possible and zones.more is None:
                zones.more = found.possible[0][1]
        if not zones.found and zones.more is None:
            return NOT_APPLICABLE
        wanted = context.parameters[_WANTED]
        return spread(zones, min(wanted, 2) if pair else wanted, block, _SERVERS)

    return judge
