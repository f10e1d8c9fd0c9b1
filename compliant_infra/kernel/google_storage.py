"""Google Cloud Storage: who may reach a bucket, and what the service does by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from compliant_infra.kernel.blocks import elements
from compliant_infra.kernel.filter_breadth import same_value
from compliant_infra.kernel.google_identity import is_everyone, public_grants, records_storage_access
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    any_of,
    as_bool,
    as_string,
    attribute,
    failed,
    passed,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, truth

BUCKET: Final = "google_storage_bucket"

#: Former versions are kept, or a locked retention policy lets nothing be overwritten.
VERSIONED: Final = any_of(
    attribute("versioning.enabled").is_true(default=False),
    attribute("retention_policy.is_locked").is_true(default=False),
)

#: The service encrypts every object.
ENCRYPTED: Final = Predicate(
    lambda resource, context: passed(
        Text("Cloud Storage encrypts every object by itself", "Cloud Storage 默认加密全部对象")
    ),
    ("name",),
)

#: Usage logs of the bucket itself, or audit logs of its project.
LOGGED: Final = any_of(
    attribute("logging.log_bucket").is_set(),
    Predicate(
        records_storage_access,
        tuple(
            f"google_project_iam_audit_config:{name}"
            for name in ("project", "service", "audit_log_config.log_type", "audit_log_config.exempted_members")
        ),
    ),
)

_PUBLIC_ACLS: Final = frozenset({"publicread", "publicreadwrite", "authenticatedread"})

Test = Callable[[Resource, Context, str], Outcome]


def _open(where: str, value: Any, by: str) -> Outcome:
    shown = show(value)
    return failed(
        Text(f"{by}{': ' if by else ''}{where} is {shown}", f"{by}{'：' if by else ''}{where} 为 {shown}"),
        "" if by else where,
    )


def _by_predefined(resource: Resource, by: str, where: str) -> Outcome:
    value = resource.get(where)
    answer = False if value is None else truth(value, lambda item: (as_string(item) or "").lower() in _PUBLIC_ACLS)
    if answer is False:
        return PASS
    return _open(where, value, by) if answer is True else undecided(answer, "" if by else where)


def _entity_of(item: Any) -> Any:
    """The entity of ``READER:allUsers``; what is known only in part stands as it is."""
    if isinstance(item, Unknown):
        if item.parts and isinstance(item.parts[0], str) and ":" in item.parts[0]:
            rest = item.parts[0].partition(":")[2]
            return Unknown(item.reason, item.expression, item.location, parts=(rest, *item.parts[1:]))
        return item
    if isinstance(item, OneOf):
        return OneOf([_entity_of(one) for one in item.alternatives], item.condition)
    return (as_string(item) or "").partition(":")[2]


def _by_entities(resource: Resource, by: str, where: str = "role_entity") -> Outcome:
    value = resource.get(where)

    def test(listed: Any) -> Outcome:
        found: list[Outcome] = [PASS]
        for item in elements(listed):
            answer = is_everyone(_entity_of(item))
            if answer is True:
                found.append(_open(where, item, by))
            elif answer is not False:
                found.append(undecided(answer, "" if by else where))
        return several(found)

    if isinstance(value, Unknown) and value.elements:
        return test(value)
    return PASS if value is None else alternatives(value, test, "" if by else where, unset=lambda: PASS)


def _acl(resource: Resource, context: Context, by: str = "") -> Outcome:
    return several(
        (
            _by_predefined(resource, by, "predefined_acl"),
            _by_predefined(resource, by, "default_acl"),
            _by_entities(resource, by),
        )
    )


def _default_acl(resource: Resource, context: Context, by: str = "") -> Outcome:
    return _by_entities(resource, by)


def _entity(resource: Resource, context: Context, by: str = "") -> Outcome:
    value = resource.get("entity")
    answer = is_everyone(value)
    if answer is False:
        return PASS
    return _open("entity", value, by) if answer is True else undecided(answer, "" if by else "entity")


_LISTS: Final[dict[str, tuple[Test, tuple[str, ...]]]] = {
    "google_storage_bucket_acl": (_acl, ("predefined_acl", "default_acl", "role_entity")),
    "google_storage_default_object_acl": (_default_acl, ("role_entity",)),
    "google_storage_bucket_access_control": (_entity, ("entity",)),
    "google_storage_default_object_access_control": (_entity, ("entity",)),
}
_GRANTS: Final[dict[str, tuple[Test, tuple[str, ...]]]] = {
    "google_storage_bucket_iam_member": (public_grants, ("member", "role")),
    "google_storage_bucket_iam_binding": (public_grants, ("members", "role")),
    "google_storage_bucket_iam_policy": (public_grants, ("policy_data",)),
}


def _companions(bucket: Resource, context: Context) -> Iterator[Outcome]:
    uniform = bucket.get("uniform_bucket_level_access", False)
    lists_count = truth(uniform, lambda item: as_bool(item) is not True)
    for kinds, counts in ((_GRANTS, True), (_LISTS, lists_count)):
        if counts is False:
            continue
        for kind, (test, _) in kinds.items():
            found = context.companions(bucket, kind, "bucket", IDENTITY_ATTRIBUTES)
            for item in found.sure:
                outcome = test(item, context, item.address)
                if outcome.verdict is Verdict.FAIL and item.existence is not None:
                    outcome = undecided(item.existence)
                if outcome.verdict is Verdict.FAIL and counts is not True:
                    outcome = undecided(counts, "uniform_bucket_level_access")
                yield outcome
            for item, blocked in found.possible:
                if test(item, context, item.address).verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                    yield undecided(blocked)


def _bucket(resource: Resource, context: Context) -> Outcome:
    """Public access is prevented, or nothing grants it: a bucket without grants is its project's alone."""

    def test(value: Any) -> Outcome:
        if (as_string(value) or "") == "enforced":
            return passed(Text("public access is prevented", "已启用公共访问阻止"))
        outcome = several((PASS, *_companions(resource, context)))
        for part in outcome.parts:
            part.finding = part.finding or part.message.en.partition(":")[0]
        return outcome

    name = "public_access_prevention"
    return alternatives(resource.get(name, "inherited"), test, name)


def public_buckets() -> dict[str, Predicate]:
    """Buckets, and grants and access control lists of buckets that are not in the scan."""
    listed = {**_GRANTS, **_LISTS}
    reads = tuple(f"{kind}:{name}" for kind, (_, names) in listed.items() for name in ("bucket", *names))
    checks = {BUCKET: Predicate(_bucket, ("public_access_prevention", "uniform_bucket_level_access", *reads))}
    for kind, (test, names) in listed.items():
        checks[kind] = _alone(test, names)
    return checks


def _owner(companion: Resource, context: Context) -> Truth:
    """Whether the bucket that a companion names is one of the scan, which is then judged with all its companions."""
    value = companion.get("bucket")
    if context.resolve(value, BUCKET) is not None:
        return True
    blocked: Truth = False
    for bucket in context.resources(BUCKET):
        for name in IDENTITY_ATTRIBUTES:
            own = bucket.attributes.get(name)
            if own is None:
                continue
            answer = same_value(own, value)
            if answer is True:
                return True
            if answer is not False:
                blocked = answer
    return blocked


def _alone(test: Test, names: tuple[str, ...]) -> Predicate:
    def judge(resource: Resource, context: Context) -> Outcome:
        owned = _owner(resource, context)
        if owned is True:
            return NOT_APPLICABLE
        outcome = test(resource, context, "")
        if owned is False or outcome.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
            return outcome
        return undecided(owned, "bucket")

    return Predicate(judge, ("bucket", *names))
