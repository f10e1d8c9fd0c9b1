"""Waivers that the components of a program were given, read back from what was registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compliant_infra.components.registration import Registration
from compliant_infra.kernel.model import Waiver
from compliant_infra.kernel.waivers import from_record

#: What the type tokens of the components begin with.
COMPONENT_PREFIX = "compliant-infra-"


def declared_waivers(
    registrations: Mapping[str, Registration], providers: Mapping[str, str]
) -> Iterator[tuple[Waiver, frozenset[str]]]:
    """The waivers of the outermost components, each with the addresses of what its component makes.

    ``registrations`` by URN; ``providers`` maps the URNs of provider configurations to the addresses by which results
    name them.
    """
    reach: dict[str, set[str]] = {}
    for item in registrations.values():
        outermost = _outermost(item, registrations)
        if outermost:
            reach.setdefault(outermost, set()).add(providers.get(item.urn, item.urn))
    for urn, addresses in reach.items():
        component = registrations[urn]
        given = component.inputs.get("waivers")
        for record in given if isinstance(given, list) else ():
            if isinstance(record, Mapping):
                yield from_record(record, component.source), frozenset(addresses)


def _outermost(item: Registration, registrations: Mapping[str, Registration]) -> str:
    """The URN of the outermost component above a resource, "" where there is none."""
    found = ""
    parent = registrations.get(item.parent)
    while parent is not None:
        if parent.type.startswith(COMPONENT_PREFIX):
            found = parent.urn
        parent = registrations.get(parent.parent)
    return found
