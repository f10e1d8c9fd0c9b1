"""The bucket in which the trail of operations is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import Context, same, same_unknown
from compliant_infra.kernel.model import OneOf, Resource, Unknown
from compliant_infra.kernel.packet_filters import Truth, any_true


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


#: For each type of bucket: the trails that write to such buckets, and the attribute in which they name them.
_TRAILS: Final[Mapping[str, Mapping[str, str]]] = {
    "alicloud_oss_bucket": {
        "alicloud_actiontrail_trail": "oss_bucket_name",
        "alicloud_actiontrail": "oss_bucket_name",
    },
    "aws_s3_bucket": {"aws_cloudtrail": "s3_bucket_name"},
    "tencentcloud_cos_bucket": {
        "tencentcloud_audit_track": "storage.storage_name",
        "tencentcloud_events_audit_track": "storage.storage_name",
    },
}


def trail_reads(type: str) -> tuple[str, ...]:
    """What ``holds_trail`` reads of others for a bucket of this type."""
    return tuple(f"{kind}:{path}" for kind, path in _TRAILS.get(type, {}).items())


def _named(trail: Resource, path: str) -> Iterator[Any]:
    """The buckets that a trail names; a track names other stores in the same attribute."""
    block, _, name = path.rpartition(".")
    if not block:
        yield trail.attributes.get(path)
        return
    for _, storage in entries(trail.attributes.get(block), block):
        if not isinstance(storage, Mapping):
            yield storage
            continue
        kind = storage.get("storage_type")
        if isinstance(kind, (Unknown, OneOf)):
            yield kind
        elif same(kind, "cos"):
            yield storage.get(name)


class _TrailBuckets:
    """The buckets of a type that trails of the root write to, and what keeps others from being known."""

    def __init__(self, type: str, context: Context) -> None:
        self.sure: dict[str, Truth] = {}
        self.blocked: Unknown | OneOf | None = None
        self.elsewhere: Unknown | None = None  # a bucket that no resource of the root has by a known name
        for kind, path in _TRAILS.get(type, {}).items():
            for trail in context.resources(kind):
                for value in _named(trail, path):
                    self._add(trail, value, path, type, context)

    def _add(self, trail: Resource, value: Any, path: str, type: str, context: Context) -> None:
        if value is None:
            return
        found = buckets_of(value, type, context, prefix="." in path)[:1]
        for bucket in found:
            there: Truth = True if trail.existence is None else trail.existence
            self.sure[bucket.address] = any_true((self.sure.get(bucket.address, False), there))
        if found:
            return
        if isinstance(value, (Unknown, OneOf)):
            refers = isinstance(value, Unknown) and value.reference is not None
            self.blocked = self.blocked if self.blocked is not None or refers else value
        else:
            self.elsewhere = self.elsewhere or Unknown("not-in-scan", str(value))


def holds_trail(bucket: Resource, context: Context) -> Truth:
    """Whether a trail of the same root writes to this bucket."""
    found: _TrailBuckets | None = context.memo.get((_TrailBuckets, bucket.type))
    if found is None:
        found = context.memo[_TrailBuckets, bucket.type] = _TrailBuckets(bucket.type, context)
    answer = found.sure.get(bucket.address, False)
    if answer is not False:
        return answer
    if found.blocked is not None:
        return found.blocked
    own = bucket.attributes.get("bucket")
    return own if found.elsewhere is not None and isinstance(own, (Unknown, OneOf)) else False
