"""Which subnets a value names, and which resources stand in a subnet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.logic import Context
from compliant_infra.kernel.model import OneOf, Resource, SensitiveText, Unknown

SUBNETS: Final = ("alicloud_vswitch", "alicloud_subnet", "aws_subnet", "aws_default_subnet", "tencentcloud_subnet")


class Place(NamedTuple):
    """One subnet that a value names.

    ``key`` is its address, its literal id, or for a subnet that is not known what tells its unknown from others: two
    uses of one variable are one subnet whatever its value. ``doubt`` is the unknown by which the value may name another
    subnet, or any.
    """

    key: str
    subnet: Resource | None = None
    doubt: Unknown | OneOf | None = None
    anywhere: bool = False


def places(value: Any, context: Context) -> Iterator[Place]:
    """The subnets that a value names: a reference, an id, ids with commas between them, or a list of these."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from places(item, context)
    elif isinstance(value, OneOf):
        for item in value.alternatives:
            for place in places(item, context):
                yield place._replace(doubt=value)
    elif isinstance(value, Unknown):
        yield from _unknown_places(value, context)
    elif isinstance(value, str):
        for text in value.split(","):
            if text.strip():
                yield _named_place(
                    SensitiveText(text.strip()) if isinstance(value, SensitiveText) else text.strip(), context
                )


def _named_place(name: str, context: Context) -> Place:
    """A literal id; of a subnet that is in the scan with its id, as in a state or an export, that subnet."""
    subnet = context.resolve(name, *SUBNETS)
    return Place(name) if subnet is None else Place(subnet.address, subnet)


def _unknown_places(value: Unknown, context: Context) -> Iterator[Place]:
    subnet = context.resolve(value, *SUBNETS)
    if subnet is not None:
        yield Place(subnet.address, subnet)
        return
    for item in value.elements:
        yield from places(item, context)
    if value.parts and all(not isinstance(part, str) or part.strip() in ("", ",") for part in value.parts):
        for part in value.parts:  # join(",", [alicloud_vswitch.a.id, alicloud_vswitch.b.id])
            if not isinstance(part, str):
                yield from places(part, context)
        return
    yield Place(f"?{id(value)}", None, value, anywhere=True)


def within(value: Any, name: str) -> Any:
    """What nested blocks say of one attribute, as a value of the same shape: lists and choices stay what they are."""
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, (list, tuple)):
        return [within(item, name) for item in value]
    if isinstance(value, OneOf):
        return OneOf([within(item, name) for item in value.alternatives], value.condition)
    return value if isinstance(value, Unknown) else None
