"""Lifecycle rules of buckets that delete objects after a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import Context, as_bool, as_string, is_given
from compliant_infra.kernel.model import OneOf, Resource, Unknown, UnknownValueError
from compliant_infra.kernel.packet_filters import Truth, any_true, truth


class Expiry(NamedTuple):
    """A rule that deletes current objects; ``enabled`` is unknown where it may be off, or may name no time.

    ``days`` is None where a date decides. ``all_objects`` is False where the rule is about some objects only.
    ``resource`` is the companion that holds the rule, None for the bucket itself.
    """

    enabled: Truth
    days: Any
    all_objects: Truth
    path: str
    resource: Resource | None = None


class Blocked(NamedTuple):
    """Rules of which nothing can be said, and the attribute of the bucket that holds them, if it does."""

    unknown: Unknown | OneOf
    path: str = ""


#: By bucket type: the block of the rules in the bucket itself, and the companion resource with its block.
_INLINE: Final = {
    "alicloud_oss_bucket": "lifecycle_rule",
    "aws_s3_bucket": "lifecycle_rule",
    "tencentcloud_cos_bucket": "lifecycle_rules",
}
_COMPANION: Final = "aws_s3_bucket_lifecycle_configuration"
#: By the type that holds the rules: the attributes that name a date of expiry, those that name a prefix, and those
#: that narrow the rule to some objects in another way.
_DATES: Final[Mapping[str, Sequence[str]]] = {
    "alicloud_oss_bucket": ("date", "created_before_date"),
    "aws_s3_bucket": ("date",),
    _COMPANION: ("date",),
    "tencentcloud_cos_bucket": ("date",),
}
_PREFIX: Final[Mapping[str, str]] = {
    "alicloud_oss_bucket": "prefix",
    "aws_s3_bucket": "prefix",
    _COMPANION: "prefix",
    "tencentcloud_cos_bucket": "filter_prefix",
}
_FILTERS: Final[Mapping[str, Sequence[str]]] = {
    "alicloud_oss_bucket": ("tags", "filter"),
    "aws_s3_bucket": ("tags",),
    _COMPANION: ("filter",),
    "tencentcloud_cos_bucket": (),
}

EXPIRY_READS: Final[Mapping[str, Sequence[str]]] = {
    "alicloud_oss_bucket": ("lifecycle_rule.enabled", "lifecycle_rule.expiration.days"),
    "aws_s3_bucket": (
        "lifecycle_rule.enabled",
        "lifecycle_rule.expiration.days",
        f"{_COMPANION}:bucket",
        f"{_COMPANION}:rule.status",
        f"{_COMPANION}:rule.expiration.days",
    ),
    "tencentcloud_cos_bucket": ("lifecycle_rules.expiration.days",),
}


def expiries(bucket: Resource, context: Context) -> Iterator[Expiry | Blocked]:
    """Every rule of the bucket, its own or a companion's, that deletes objects."""
    name = _INLINE[bucket.type]
    yield from _rules(bucket.attributes.get(name), name, bucket.type, None)
    if bucket.type == "aws_s3_bucket":
        found = context.companions(bucket, _COMPANION, "bucket", ("id", "bucket"))
        for companion in found.sure:
            for item in _rules(companion.attributes.get("rule"), "rule", _COMPANION, companion):
                yield item if companion.existence is None else Blocked(companion.existence)
        for _, unknown in found.possible:
            yield Blocked(unknown)


def _rules(value: Any, name: str, kind: str, holder: Resource | None) -> Iterator[Expiry | Blocked]:
    own = holder is None
    for where, rule in entries(value, name):
        if not isinstance(rule, Mapping):
            yield Blocked(rule, where if own else "")
            continue
        enabled = _enabled(rule, kind)
        if enabled is False:
            continue
        for place, expiration in entries(rule.get("expiration"), "expiration"):
            path = f"{where}.{place}"
            if not isinstance(expiration, Mapping):
                yield Blocked(expiration, path if own else "")
                continue
            days = expiration.get("days")
            timed = any_true(_given(expiration.get(name)) for name in ("days", *_DATES[kind]))
            if timed is False:
                continue  # it removes delete markers only
            surely = timed if enabled is True else enabled
            yield Expiry(surely, days, _all_objects(rule, kind), path if days is None else f"{path}.days", holder)


def _given(value: Any) -> Truth:
    try:
        return is_given(value)
    except UnknownValueError as error:
        return error.unknown


def _enabled(rule: Mapping[str, Any], kind: str) -> Truth:
    if kind == "tencentcloud_cos_bucket":
        return True
    if kind == _COMPANION:
        return truth(rule.get("status"), lambda item: as_string(item) == "Enabled" if item is not None else False)
    return truth(rule.get("enabled"), lambda item: as_bool(item) is True)


def _all_objects(rule: Mapping[str, Any], kind: str) -> Truth:
    prefix = rule.get(_PREFIX[kind])
    if prefix is not None:
        answer = truth(prefix, _is_empty)
        if answer is not True:
            return answer
    for name in _FILTERS[kind]:
        for _, condition in entries(rule.get(name), name):
            if not isinstance(condition, Mapping):
                return condition
            for key in condition:
                if key != "prefix" or truth(condition[key], _is_empty) is not True:
                    return False
    return True


def _is_empty(value: Any) -> bool:
    return value is None or as_string(value) == ""
