"""What the composites of both clouds have in common: two places, recovery objectives, parts that are elsewhere.

This module must not postpone annotations: schemas of Pulumi packages are read from them.
"""

from collections.abc import Collection, Mapping
from typing import Any

from compliant_infra.components.component import Component, ComponentError
from compliant_infra.components.given_arguments import with_defaults
from compliant_infra.providers.distances import separation

#: Recovery tier of a system that nobody declares otherwise: it survives the loss of a region.
FIRST_TIER = "1"


def composite_arguments(what: str, args: Any) -> Any:
    """The arguments of a composite: the first recovery tier where none is given, and the region of the primary site.

    ``what`` names the composite. Raises ComponentError where ``region`` says another one.
    """
    given = with_defaults(args, dr_tier=FIRST_TIER)
    primary = given.get("primary") if isinstance(given, Mapping) else None
    region = primary.get("region") if isinstance(primary, Mapping) else None
    if region is None:  # the component says what is missing
        return given
    if given.get("region", region) != region:
        raise ComponentError(f"{what}: region is that of primary; leave the argument region away")
    return {**given, "region": region}


def check_baseline(component: Component, carried: Collection[str], why: str = "") -> None:
    """Refuses a baseline that the composite is not for; ``why`` tells what the cloud lacks. Raises ComponentError."""
    name = component.hardening.baseline
    if name not in carried:
        reason = f"it is for {', '.join(carried)}" + (f"; {why}" if why else "")
        raise ComponentError(f"{type(component).__name__} {component.component_name!r} cannot be {name}: {reason}")


def recovery(component: Component, standby_region: str) -> dict[str, Any]:
    """The declared recovery objectives and how far the two regions lie apart, as an output.

    Raises ComponentError where objectives are not declared, and where the regions are the same or too close.
    """
    what = f"{type(component).__name__} {component.component_name!r}"
    tags = component.common_tags
    missing = [name for name in ("rto", "rpo") if name not in tags]
    if missing:
        raise ComponentError(
            f"{what}: declare {' and '.join(missing)}, how long recovery may take and how much data may be lost, for "
            'example rto="4h", rpo="15m", by argument or stack configuration'
        )
    apart = separation(component.cloud, component.region, standby_region)
    if apart is None:
        raise ComponentError(f"{what}: the distance of {component.region} and {standby_region} is not known")
    least = component.hardening.number("dr-distance-km")
    # The distances are those of cities, give or take the tolerance.
    if apart.kilometres * (100 - apart.tolerance) < least * 100:
        raise ComponentError(
            f"{what}: {component.region} and {standby_region} lie about {apart.kilometres} km apart, {least} km are "
            f"asked for ({', '.join(component.hardening.clauses('fin-two-places-three-centres')) or 'dr-distance-km'})"
        )
    found: dict[str, Any] = {
        "rto": tags["rto"],
        "rpo": tags["rpo"],
        "tier": tags.get("dr-tier", ""),
        "primaryRegion": component.region,
        "standbyRegion": standby_region,
        "distanceKm": apart.kilometres,
    }
    if apart.warning.en:
        found["warning"] = apart.warning.en
    return found


def parts_elsewhere(component: Component, known: Collection[str]) -> dict[str, str]:
    """The parts that the caller has elsewhere, each with where. Raises ComponentError for parts that there are not."""
    given = dict(component.args.get("elsewhere") or {})
    what = f"{type(component).__name__} {component.component_name!r}"
    strange = sorted(set(given) - set(known))
    if strange:
        raise ComponentError(f"{what}: elsewhere names no part {', '.join(strange)}; parts are {', '.join(known)}")
    empty = sorted(part for part, where in given.items() if not str(where).strip())
    if empty:
        raise ComponentError(f"{what}: elsewhere must say where {', '.join(empty)} are provided, for the assessor")
    return {part: str(where) for part, where in given.items()}
