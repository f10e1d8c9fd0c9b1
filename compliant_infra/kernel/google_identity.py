"""Google Cloud: to whom which roles are granted, by members, bindings and whole policies; keys of service accounts.

A grant stands in a resource of its own, named after what it is a grant on: ``google_project_iam_member`` (one member),
``google_project_iam_binding`` (all members of a role), ``google_project_iam_policy`` (everything; ``policy_data`` comes
from the data source ``google_iam_policy`` or is a JSON text).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    same,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, truth

#: The forms of a grant: what a type's name ends in.
FORMS: Final = ("member", "binding", "policy")
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "member": ("role", "member"),
    "binding": ("role", "members"),
    "policy": ("policy_data",),
}

#: Everyone on the internet, and everyone with any Google account.
EVERYONE: Final = frozenset({"allusers", "allauthenticatedusers"})


class Grant(NamedTuple):
    """A role and the members that have it; both may be unknown. ``path`` is the attribute that names the members."""

    role: Any
    members: Any
    path: str


def form_of(kind: str) -> str:
    """``"member"``, ``"binding"`` or ``"policy"``."""
    return kind.rpartition("_iam_")[2]


def grants(resource: Resource, context: Context) -> list[Grant]:
    """The grants of a resource of any form; one of which nothing is known, where a policy is not readable."""
    form = form_of(resource.type)
    if form == "policy":
        return list(_of_policy(resource.get("policy_data"), context))
    path = _READS[form][1]
    return [Grant(resource.get("role"), resource.get(path), path)]


def _of_policy(value: Any, context: Context) -> Iterator[Grant]:
    path = "policy_data"
    if value is None:
        return
    source = context.data_source(value)
    if source is not None and source.type == "google_iam_policy":
        for _, binding in entries(source.get("binding"), "binding"):
            if isinstance(binding, Mapping):
                yield Grant(binding.get("role"), binding.get("members"), path)
            else:
                yield Grant(binding, binding, path)
        return
    if isinstance(value, OneOf):
        for item in value.alternatives:
            for grant in _of_policy(item, context):
                yield Grant(OneOf([grant.role, ""], value.condition), OneOf([grant.members, ""], value.condition), path)
        return
    document = value.document if isinstance(value, Unknown) else _parsed(value)
    if not isinstance(document, Mapping):
        unknown = value if isinstance(value, Unknown) else Unknown("unsupported", path)
        yield Grant(unknown, unknown, path)
        return
    for item in elements(document.get("bindings")):
        if isinstance(item, Mapping):
            yield Grant(item.get("role"), item.get("members"), path)
        else:
            yield Grant(item, item, path)


def _parsed(value: Any) -> Any:
    try:
        return json.loads(as_string(value) or "")
    except ValueError:
        return None


def is_everyone(member: Any) -> Truth:
    """Whether a member (or an entity of an access control list) is everyone.

    The identity that another resource has is one account; so is a text that begins as one (``"user:${var.name}"``).
    """
    if type(member) is Unknown:
        if member.reference is not None and member.reason != "data-source":
            return False
        first = member.parts[0] if member.parts else ""
        return False if isinstance(first, str) and (":" in first or "-" in first) else member
    return truth(member, lambda item: (as_string(item) or "").lower() in EVERYONE)


def names_everyone(members: Any) -> Truth:
    """Whether one of the members is everyone; members may be one text, or a list known in part."""
    if isinstance(members, OneOf):
        return truth(members, names_everyone)
    return any_true(is_everyone(item) for item in elements(members))


def _role_finding(grant: Grant) -> str:
    return show(grant.role).strip('"') if isinstance(grant.role, str) else ""


def public_grants(resource: Resource, context: Context, by: str = "") -> Outcome:
    """No role is granted to everyone. ``by`` names the resource where it is not the one that is judged."""
    found: list[Outcome] = []
    for grant in grants(resource, context):
        answer = names_everyone(grant.members)
        where = "" if by else grant.path
        if answer is False:
            found.append(PASS)
        elif answer is True:
            listed = [item for item in elements(grant.members) if is_everyone(item) is True]
            shown = ", ".join(show(item) for item in listed) or show(grant.members)
            role = show(grant.role)
            found.append(
                failed(
                    Text(
                        f"{by}{': ' if by else ''}{role} is granted to {shown}",
                        f"{by}{'：' if by else ''}将 {role} 授予 {shown}",
                    ),
                    where,
                    _role_finding(grant),
                )
            )
        else:
            found.append(undecided(answer, where, _role_finding(grant)))
    return several(found)


def _of_types(test: Any, families: Iterable[str]) -> dict[str, Predicate]:
    return {f"google_{family}_iam_{form}": Predicate(test, _READS[form]) for family in families for form in FORMS}


#: What a grant can be made on, where everyone has no business: code, keys, secrets, messages, data, images.
_SCOPED: Final = (
    "project",
    "folder",
    "organization",
    "service_account",
    "kms_key_ring",
    "kms_crypto_key",
    "secret_manager_secret",
    "pubsub_topic",
    "pubsub_subscription",
    "bigquery_dataset",
    "bigquery_table",
    "artifact_registry_repository",
    "compute_instance",
    "compute_image",
    "compute_disk",
    "compute_snapshot",
)


def scoped_grants() -> dict[str, Predicate]:
    """No grant to everyone, for every form of grant on what is nobody else's business."""
    return _of_types(public_grants, _SCOPED)


# --------------------------------------------------------------------------------------------------------------
# Roles that grant everything
# --------------------------------------------------------------------------------------------------------------

#: The basic roles that may change everything.
_ADMINISTRATORS: Final = frozenset({"roles/owner", "roles/editor"})


def _role(grant: Grant) -> Outcome:
    path = grant.path if grant.path == "policy_data" else "role"
    nobody = _nobody(grant.members)
    if nobody is True:
        return PASS

    def test(role: Any) -> Outcome:
        text = as_string(role) or ""
        if text in _ADMINISTRATORS:
            return failed(
                Text(
                    f"{path} is {show(role)}, a basic role that may change everything"
                    if path == "role"
                    else f"{path} grants {show(role)}, a basic role that may change everything",
                    f"{path} 授予 {show(role)}：该基本角色可以更改一切资源",
                ),
                path,
                "" if path == "role" else text,
            )
        return PASS

    role = grant.role
    if type(role) is Unknown:
        if role.reference is not None and "_iam_custom_role." in role.reference.address:
            return PASS
        first = role.parts[0] if role.parts else ""
        if isinstance(first, str) and first.startswith(("projects/", "organizations/")):
            return PASS  # a custom role
    outcome = alternatives(role, test, path)
    if nobody is False or outcome.verdict is not Verdict.FAIL:
        return outcome
    return undecided(nobody, grant.path, outcome.finding)


def _nobody(members: Any) -> Truth:
    """Whether a list of members is empty, so that nobody has the role."""
    if isinstance(members, Unknown) and (members.elements or members.reference is not None):
        return False
    return truth(members, lambda item: isinstance(item, (list, tuple)) and not item)


def _no_administrator(resource: Resource, context: Context) -> Outcome:
    return several(_role(grant) for grant in grants(resource, context))


def no_basic_roles() -> dict[str, Predicate]:
    """Neither owner nor editor, for every form of grant on projects, folders and organizations."""
    return _of_types(_no_administrator, ("project", "folder", "organization"))


# --------------------------------------------------------------------------------------------------------------
# Keys of service accounts, and audit configurations
# --------------------------------------------------------------------------------------------------------------


def _account_key(resource: Resource, context: Context) -> Outcome:
    account = show(resource.get("service_account_id"))
    return failed(
        Text(f"a key of service account {account} that does not expire", f"为服务账号 {account} 创建了长期密钥"),
        "service_account_id",
    )


#: ``google_service_account_key``: every one is a static key, whoever made it.
service_account_key: Final = Predicate(_account_key, ("service_account_id",))


def _hmac_key(resource: Resource, context: Context) -> Outcome:
    def test(state: Any) -> Outcome:
        if same(state, "INACTIVE"):
            return PASS
        account = show(resource.get("service_account_email"))
        return failed(
            Text(f"an access key of {account} for Cloud Storage", f"为 {account} 创建了 Cloud Storage 长期访问密钥"),
            "service_account_email",
        )

    return alternatives(resource.get("state", "ACTIVE"), test, "state")


#: ``google_storage_hmac_key``: a pair of keys as other clouds have them.
storage_key: Final = Predicate(_hmac_key, ("state", "service_account_email"))

_LOG_TYPES: Final = ("DATA_READ", "DATA_WRITE")


def audited(resource: Resource, *services: str, otherwise: Outcome) -> Outcome:
    """An audit configuration of one of these services records who reads and who writes data, without exemptions."""

    def of_service(service: Any) -> Outcome:
        return _log_types(resource) if (as_string(service) or "") in services else otherwise

    return alternatives(resource.get("service"), of_service, "service")


def _log_types(resource: Resource) -> Outcome:
    name = "audit_log_config"
    seen: set[str] = set()
    hidden: Unknown | OneOf | None = None
    found: list[Outcome] = []
    for where, block in entries(resource.get(name), name):
        kind = block.get("log_type") if isinstance(block, Mapping) else block
        if isinstance(kind, (Unknown, OneOf)):
            hidden = kind if hidden is None else hidden
            continue
        text = as_string(kind) or ""
        seen.add(text)
        exempted = block.get("exempted_members") if isinstance(block, Mapping) else None
        path = f"{where}.exempted_members"
        if isinstance(exempted, (Unknown, OneOf)):
            found.append(undecided(exempted, path, text))
        elif exempted:
            found.append(
                failed(
                    Text(
                        f"{path} leaves {show(exempted)} out of the records of {text}",
                        f"{path} 使 {show(exempted)} 的 {text} 操作不被记录",
                    ),
                    path,
                    text,
                )
            )
    for kind in _LOG_TYPES:
        if kind not in seen:
            missing = Text(f"no {name} with log_type {kind}", f"没有 log_type 为 {kind} 的 {name}")
            found.append(failed(missing, name, kind) if hidden is None else undecided(hidden, name, kind))
    return several([PASS, *found])


def _audit_config(resource: Resource, context: Context) -> Outcome:
    return audited(resource, "allServices", otherwise=NOT_APPLICABLE)


#: ``google_*_iam_audit_config`` for all services; one for a single service adds to it and is not judged.
audit_config: Final = Predicate(
    _audit_config, ("service", "audit_log_config.log_type", "audit_log_config.exempted_members")
)


_NOT_LOGGED: Final = failed(Text("access to the bucket is not logged", "未记录对该存储桶的访问"))


def records_storage_access(bucket: Resource, context: Context) -> Outcome:
    """An audit configuration of the bucket's project records who reads and writes objects."""
    blocked: Unknown | OneOf | None = None
    for config in context.resources("google_project_iam_audit_config"):
        outcome = audited(config, "allServices", "storage.googleapis.com", otherwise=_NOT_LOGGED)
        if outcome.verdict not in (Verdict.PASS, Verdict.UNKNOWN):
            continue
        own = bucket.get("project")
        if own is None and bucket.provider is not None:
            own = bucket.provider.attributes.get("project")
        its = config.get("project")
        together = same_project(own, its)
        if together is True and outcome.verdict is Verdict.PASS and config.existence is None:
            return PASS
        if together is not False:
            doubts = (together, outcome.unknown, config.existence)
            hidden = next((item for item in doubts if isinstance(item, (Unknown, OneOf))), None)
            blocked = hidden if blocked is None else blocked
    if blocked is not None:
        return undecided(blocked)
    return _NOT_LOGGED


def same_project(left: Any, right: Any) -> Truth:
    """Whether two values name the same project; where one is not written, that is not known."""
    if left is None or right is None:
        return Unknown("no-value", "provider.google.project")
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        if left.reference is not None and left.reference == right.reference:
            return True
        if left.reason == right.reason == "no-value" and left.expression and left.expression == right.expression:
            return True
        return left
    for value in (left, right):
        if isinstance(value, (Unknown, OneOf)):
            return value
    return same(left, as_string(right) or "")
