"""The launch template from which an AWS instance takes what it does not set itself."""

from __future__ import annotations

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import Context, show
from compliant_infra.kernel.model import OneOf, Resource, Unknown

#: What a predicate on launch templates reads.
READS = ("launch_template.id", "launch_template.name")


def launch_template(resource: Resource, context: Context) -> Resource | Unknown | OneOf | None:
    """The template in the scan; the unknown that stands for one that is elsewhere; None where none is named."""
    for _, block in entries(resource.attributes.get("launch_template"), "launch_template"):
        if isinstance(block, (Unknown, OneOf)):
            return block
        for name in ("id", "name"):
            value = block.get(name)
            if value is None:
                continue
            found = context.resolve(value, "aws_launch_template")
            if found is not None:
                return found
            return value if isinstance(value, (Unknown, OneOf)) else Unknown("not-in-scan", show(value))
    return None
