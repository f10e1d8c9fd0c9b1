"""The bucket in which the trail of operations is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compliant_infra.kernel.logic import Context, same_unknown
from compliant_infra.kernel.model import Resource, Unknown


def buckets_of(value: Any, type: str, context: Context, prefix: bool = False) -> Sequence[Resource]:
    """The bucket of the scan that a trail writes to, by reference or by equal name, if only the same template.

    ``prefix``: the trail names the bucket without the account's number that ends the real name.
    """
    found = context.resolve(value, type)
    if found is not None:
        return [found]
    if isinstance(value, Unknown):
        return [item for item in context.resources(type) if same_unknown(item.attributes.get("bucket"), value)][:1]
    if not isinstance(value, str):
        return []
    named = []
    for bucket in context.resources(type):
        name = bucket.attributes.get("bucket")
        if isinstance(name, Unknown) and prefix and name.parts:
            first = name.parts[0]  # "${local.name}-${var.app_id}" with a known beginning
            if isinstance(first, str) and first.rstrip("-") == value:
                named.append(bucket)
        elif isinstance(name, str) and (name == value or (prefix and name.rpartition("-")[0] == value)):
            named.append(bucket)
    return named
