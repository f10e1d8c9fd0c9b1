"""Google Cloud has no region in mainland China: whatever names one of its locations lies abroad.

Only regions that the settings allow by name (``allowed-regions``) are no finding.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    show,
    undecided,
)
from compliant_infra.kernel.model import Resource, Text, Unknown
from compliant_infra.kernel.patterns import lazy

#: The arguments that say where a resource lies; the first that is written decides.
_LOCATIONS: Final = ("location", "region", "zone", "location_id")
_ZONE: Final = lazy(r"-[a-z]$")


def _abroad(value: Any, path: str, context: Context) -> Outcome:
    text = (as_string(value) or "").lower().rpartition("/")[2]
    allowed = {str(item) for item in context.parameters.get("allowed-regions") or ()}
    if text in allowed or _ZONE.sub("", text) in allowed:
        return PASS
    return failed(
        Text(
            f"{path} is {show(value)}: Google Cloud has no region in mainland China",
            f"{path} 为 {show(value)}：Google Cloud 在中国境内没有地域",
        ),
        path,
    )


def _provider(resource: Resource, context: Context) -> Outcome:
    region = resource.attributes.get("region")
    if region is not None and context.parameters.get("allowed-regions"):
        return alternatives(region, lambda item: _abroad(item, "region", context), "region")
    if context.parameters.get("allowed-regions"):
        return undecided(Unknown("no-value", f"{resource.address}.region"), "region")
    return failed(
        Text(
            "Google Cloud has no region in mainland China: whatever this provider makes lies abroad",
            "Google Cloud 在中国境内没有地域：该 provider 创建的资源均位于境外",
        ),
        "region",
    )


#: A configuration of ``google`` or ``google-beta``: one finding, whichever region it names.
PROVIDER: Final = Predicate(_provider, ("region",), ("allowed-regions",))


def _resource(resource: Resource, context: Context) -> Outcome:
    for name in _LOCATIONS:
        value = resource.attributes.get(name)
        if value is None or (isinstance(value, str) and not value):
            continue
        if type(value) is Unknown and (value.reference is not None or value.reason == "data-source"):
            return NOT_APPLICABLE  # where another resource lies: that one, or the provider, is the finding
        test = partial(_abroad, path=name, context=context)
        return alternatives(value, test, name, unset=lambda: NOT_APPLICABLE)
    return NOT_APPLICABLE


#: Any resource that says where it lies.
RESOURCE: Final = Predicate(_resource, _LOCATIONS, ("allowed-regions",))
