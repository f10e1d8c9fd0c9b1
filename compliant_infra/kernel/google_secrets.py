"""Google Cloud: secrets in the metadata of instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from compliant_infra.kernel.logic import Context, Outcome, Predicate, several
from compliant_infra.kernel.model import Resource, Verdict
from compliant_infra.kernel.secrets import document, environment


def _metadata(resource: Resource, context: Context) -> Outcome:
    """Members are settings by name, and scripts (``startup-script``, ``user-data``)."""
    value = resource.get("metadata")
    found = environment(value, "metadata", resource)
    if isinstance(value, Mapping):
        flagged = {part.attribute for item in found for part in item.parts or (item,) if item.verdict is Verdict.FAIL}
        for key, text in value.items():
            place = f"metadata.{key}"
            if place not in flagged and not isinstance(text, Mapping):
                found.append(document(text, place, resource))
    return several(found)


#: ``metadata`` of instances and their templates.
METADATA: Final = Predicate(_metadata, ("metadata",))
