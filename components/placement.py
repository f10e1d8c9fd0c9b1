"""Where servers lie: subnets and the zones in which they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from compliant_infra.components.component import Component, ComponentError


def placed_in(component: Component, args: Mapping[str, Any]) -> list[Any]:
    """``subnet_ids`` of the arguments, when ``zones`` tells a zone for each and they are as many as the baseline asks.

    An id of a subnet does not tell its zone, so that the zones are named beside them. Raises ComponentError.
    """
    subnets: Sequence[Any] = args.get("subnet_ids") or ()
    zones: Sequence[str] = args.get("zones") or ()
    where = f"{type(component).__name__} {component.component_name!r}"
    if not subnets:
        raise ComponentError(f"{where} needs subnet_ids")
    if len(subnets) != len(zones):
        raise ComponentError(
            f"{where}: {len(subnets)} subnet_ids and {len(zones)} zones; zones names the zone of each subnet"
        )
    wanted = component.hardening.number("min-zones")
    found = sorted(set(zones))
    if component.hardening.demands("compute-multi-az") and len(found) < wanted:
        clauses = ", ".join(component.hardening.clauses("compute-multi-az"))
        raise ComponentError(
            f"{where}: the subnets lie in {', '.join(found)}; {component.hardening.baseline} asks for {wanted} zones "
            f"({clauses})"
        )
    return list(subnets)


def group_size(component: Component, args: Mapping[str, Any], zones: int) -> tuple[int, int]:
    """The least and the most servers of a group, by the argument ``size``: one to two in each zone without it.

    Raises ComponentError.
    """
    given: Sequence[int] = args.get("size") or (zones, 2 * zones)
    if len(given) != 2 or not 0 <= given[0] <= given[1] or not given[1]:
        raise ComponentError(
            f"{type(component).__name__} {component.component_name!r}: size names the least and the most servers, for "
            "example [2, 4]"
        )
    return given[0], given[1]
