"""Google Cloud Storage: buckets to which Cloud Logging sends records, and how long they keep them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_number,
    as_string,
    failed,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth

_DAYS: Final = "log-retention-days"
_SERVICE: Final = "storage.googleapis.com/"
_SINKS: Final = tuple(
    f"google_logging_{scope}_sink" for scope in ("project", "folder", "organization", "billing_account")
)
#: Conditions under which only former versions are deleted, of which others are kept.
_FORMER: Final = ("days_since_noncurrent_time", "num_newer_versions", "noncurrent_time_before")
_RULE: Final = "lifecycle_rule"


class _Destinations:
    """Where the sinks of a root send to: names of buckets, buckets of the scan, and what is not known."""

    def __init__(self, context: Context) -> None:
        self.names: set[str] = set()
        self.addresses: set[str] = set()
        self.hidden: Unknown | OneOf | None = None
        for sink in context.resources(*_SINKS):
            self._add(sink.get("destination"))

    def _add(self, value: Any) -> None:
        if isinstance(value, str):
            if value.startswith(_SERVICE):
                self.names.add(value.removeprefix(_SERVICE))
        elif isinstance(value, OneOf):
            self.hidden = value if self.hidden is None else self.hidden
        elif isinstance(value, Unknown):
            first = value.parts[0] if value.parts else None
            if isinstance(first, str) and "googleapis.com/" in first and not first.startswith(_SERVICE):
                return  # a topic, a data set, another project
            found = [part.reference for part in value.parts if isinstance(part, Unknown) and part.reference is not None]
            if found:
                self.addresses.update(reference.address for reference in found)
            elif self.hidden is None:
                self.hidden = value


_kept: Final[WeakKeyDictionary[Context, _Destinations]] = WeakKeyDictionary()


def _takes_logs(bucket: Resource, context: Context) -> Truth:
    found = _kept.get(context)
    if found is None:
        found = _kept[context] = _Destinations(context)
    name = bucket.get("name")
    if bucket.address in found.addresses or (isinstance(name, str) and name in found.names):
        return True
    if isinstance(name, (Unknown, OneOf)) and found.names:
        return name
    return found.hidden if found.hidden is not None else False


def _early(condition: Mapping[str, Any], where: str, limit: int) -> Outcome:
    if any(condition.get(name) is not None for name in _FORMER):
        return PASS

    def of_state(state: Any) -> Outcome:
        if (as_string(state) or "") == "ARCHIVED":
            return PASS
        age = condition.get("age")
        if age is None:
            return undecided(Unknown("unsupported", f"{where}.age"), where)
        return alternatives(age, of_age, f"{where}.age")

    def of_age(age: Any) -> Outcome:
        days = as_number(age)
        if days is not None and days >= limit:
            return PASS
        return failed(
            Text(
                f"{where}.age is {show(age)}: records are deleted before {limit} days",
                f"{where}.age 为 {show(age)}：日志保存不足 {limit} 天即被删除",
            ),
            f"{where}.age",
        )

    return alternatives(condition.get("with_state", "ANY"), of_state, f"{where}.with_state")


def _where_deleting(outcome: Outcome, kind: Any) -> Outcome:
    return outcome if (as_string(kind) or "") == "Delete" else PASS


def _rules(bucket: Resource, limit: int) -> Iterator[Outcome]:
    yield PASS
    for where, rule in entries(bucket.get(_RULE), _RULE):
        if not isinstance(rule, Mapping):
            yield undecided(rule, where)
            continue
        for path, action in entries(rule.get("action"), f"{where}.action"):
            hidden = action.condition if isinstance(action, OneOf) else action
            kind = action.get("type") if isinstance(action, Mapping) else hidden
            for place, condition in entries(rule.get("condition"), f"{where}.condition"):
                if not isinstance(condition, Mapping):
                    yield undecided(condition, place)
                    continue
                outcome = _early(condition, place, limit)
                if outcome.verdict is Verdict.PASS:
                    continue
                yield alternatives(kind, partial(_where_deleting, outcome), f"{path}.type")


def _judge(resource: Resource, context: Context) -> Outcome:
    takes = _takes_logs(resource, context)
    if takes is False:
        return NOT_APPLICABLE
    outcome = several(_rules(resource, int(context.parameters[_DAYS])))
    if takes is True or outcome.verdict is Verdict.PASS:
        return outcome if takes is True else NOT_APPLICABLE
    return undecided(takes, outcome.attribute, outcome.finding)


#: ``google_storage_bucket``: no lifecycle rule deletes records of Cloud Logging too early.
LOGS_KEPT: Final = Predicate(
    _judge,
    (
        "name",
        f"{_RULE}.action.type",
        *(f"{_RULE}.condition.{name}" for name in ("age", "with_state", *_FORMER)),
        *(f"{sink}:destination" for sink in _SINKS),
    ),
    (_DAYS,),
)
