"""Waivers that the components of a program were given, read back from what was registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compliant_infra.components.registration import Registration
from compliant_infra.kernel.model import Waiver
from compliant_infra.kernel.waivers import from_record

#: What the type tokens of the components begin with.
COMPONENT_PREFIX = "compliant-infra-"


def declared_waivers(
    registrations: Mapping[str, Registration], providers: Mapping[str, str]
) -> Iterator[tuple[Waiver, frozenset[str]]]:
    """The waivers of the components, each with the addresses of what its component makes.

    One that a component hands down to those within it is given once.
    ``registrations`` by URN; ``providers`` maps the URNs of provider configurations to the addresses by which results
    name them.
    """
    reach: dict[str, set[str]] = {}
    for item in registrations.values():
        for above in _components_above(item, registrations):
            reach.setdefault(above, set()).add(providers.get(item.urn, item.urn))
    for urn, addresses in reach.items():
        component = registrations[urn]
        above = next(iter(_components_above(component, registrations)), "")
        handed_down = _records(registrations[above]) if above else []
        for record in _records(component):
            if record not in handed_down:  # else the outer component's waiver reaches here already
                yield from_record(record, component.source), frozenset(addresses)


def _records(component: Registration) -> list[Mapping[str, Any]]:
    given = component.inputs.get("waivers")
    return [record for record in given if isinstance(record, Mapping)] if isinstance(given, list) else []


def _components_above(item: Registration, registrations: Mapping[str, Registration]) -> Iterator[str]:
    """The URNs of the components that a resource is made by, the innermost first."""
    seen: set[str] = set()
    parent = registrations.get(item.parent)
    while parent is not None and parent.urn not in seen:  # a damaged document may run in a circle
        seen.add(parent.urn)
        if parent.type.startswith(COMPONENT_PREFIX):
            yield parent.urn
        parent = registrations.get(parent.parent)
