"""Which regions a guard lets through: plain data for both clouds, no Pulumi SDK."""

from __future__ import annotations

from compliant_infra.components.baseline import Hardening
from compliant_infra.providers.regions import canonical_region, is_mainland, mainland_regions, region_class, region_ids


def regions_in_force(cloud: str, hardening: Hardening) -> tuple[str, ...]:
    """The regions in mainland China that the baseline and the team's parameters allow."""
    listed = hardening.parameters["allowed-regions"]
    classes = hardening.parameters["region-classes"]
    wanted = {canonical_region(cloud, item) for item in listed}
    return tuple(
        region
        for region in mainland_regions(cloud)
        if (region in wanted if listed else not classes or region_class(cloud, region) in classes)
    )


def foreign_patterns(cloud: str) -> tuple[str, ...]:
    """Patterns that match every region outside mainland China and none within, as few as there can be.

    Regions that come later are matched where their id starts like one that is there.
    """
    patterns: set[str] = set()
    for region in region_ids(cloud):
        if is_mainland(cloud, region):
            continue
        area = region.partition("-")[0]
        patterns.add(region if area == "cn" else f"{area}-*")
    return tuple(sorted(patterns))
