"""Companion resources seen from the other side: whether what a companion configures is in the scan at all.

A setting kept in a resource of its own (a bucket's policy, a database's TLS switch) is judged at the resource that it
configures. Only where that one is not in the scan, the companion has to be judged by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compliant_infra.kernel.logic import NOT_APPLICABLE, Context, Outcome, Predicate, same
from compliant_infra.kernel.model import OneOf, Resource, Unknown


def owner_in_scan(companion: Resource, context: Context, by: str, types: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the resource that ``by`` names is surely, or may be, one of the scan's resources of these types.

    ``names`` are the owner's attributes that ``by`` may equal where it is no reference.
    """
    value: Any = companion.get(by)
    if context.resolve(value, *types) is not None:
        return True
    owners = context.resources(*types)
    if value is None or isinstance(value, (Unknown, OneOf)):
        return bool(owners)
    for owner in owners:
        for name in names:
            own = owner.get(name)
            if own is None:
                continue
            if isinstance(own, (Unknown, OneOf)) or same(own, value):
                return True
    return False


def standing_alone(by: str, types: Sequence[str], names: Sequence[str], then: Predicate) -> Predicate:
    """``then`` for a companion whose owner is not in the scan; not applicable else: the owner's verdict tells it."""

    def judge(resource: Resource, context: Context) -> Outcome:
        if owner_in_scan(resource, context, by, types, names):
            return NOT_APPLICABLE
        return then(resource, context)

    return Predicate(judge, (by, *then.reads), then.parameters)
