"""Duties kept apart: who writes logs does not delete them, and what no one may do is denied from above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    attribute,
    each_of,
    failed,
    linked,
    predicate,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.policies import (
    Answer,
    Policy,
    PolicySyntaxError,
    Statement,
    all_actions,
    all_resources,
    all_true,
    allows,
    any_true,
    denies,
    grants,
    judge_policy,
    opposite,
    parse_policy,
    pieces,
)
from compliant_infra.kernel.policies import action_matches as covers
from compliant_infra.kernel.resources import with_attribute
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Writing logs and deleting them
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogActions:
    """The actions of a cloud that write logs, those that delete logs or stop the trail, and its policies of both."""

    write: tuple[str, ...]
    delete: tuple[str, ...]
    presets: frozenset[str]


_ALICLOUD: Final = LogActions(
    ("log:PostLogStoreLogs",),
    ("log:DeleteLogStore", "log:DeleteProject", "actiontrail:DeleteTrail", "actiontrail:StopLogging"),
    frozenset({"AdministratorAccess", "AliyunLogFullAccess"}),
)
_AWS: Final = LogActions(
    ("logs:PutLogEvents",),
    ("logs:DeleteLogGroup", "logs:DeleteLogStream", "cloudtrail:DeleteTrail", "cloudtrail:StopLogging"),
    frozenset({"AdministratorAccess", "PowerUserAccess", "CloudWatchLogsFullAccess"}),
)
_TENCENT: Final = LogActions(
    ("cls:pushLog", "cls:UploadLog"),
    ("cls:DeleteTopic", "cls:DeleteLogset", "cloudaudit:DeleteAuditTrack", "cloudaudit:StopLogging"),
    frozenset({"AdministratorAccess", "QcloudCLSFullAccess"}),
)


def _forbids(statement: Statement, action: str) -> Answer:
    """Whether the statement denies the action throughout: on every resource and under no condition."""
    if statement.conditions or statement.unknown_conditions:
        return False
    if statement.not_actions is not None:
        named = opposite(any_true(covers(item, action) for item in statement.not_actions))
    else:
        named = any_true(covers(item, action) for item in statement.actions or ())
    return all_true((denies(statement), named, all_resources(statement)))


def _may(policy: Policy, actions: Iterable[str]) -> Answer:
    """Whether the policy allows one of the actions and does not take it back."""
    return any_true(
        all_true(
            (
                any_true([*(grants(item, action) for item in policy.statements), *policy.unknown_statements]),
                opposite(any_true(_forbids(item, action) for item in policy.statements)),
            )
        )
        for action in actions
    )


def _holds_both(policy: Policy, actions: LogActions) -> Answer:
    return all_true((_may(policy, actions.write), _may(policy, actions.delete)))


def _judge_both(path: str, actions: LogActions, policy: Policy) -> Outcome:
    answer = _holds_both(policy, actions)
    if isinstance(answer, (Unknown, OneOf)):
        return undecided(answer, path)
    if not answer:
        return PASS
    deleting = next((item for item in actions.delete if _may(policy, (item,)) is True), actions.delete[0])
    return failed(
        Text(
            f"{path} allows both to write logs and to delete them ({deleting})",
            f"{path} 同时允许写入日志和删除日志（{deleting}）",
        ),
        path,
    )


def _document(actions: LogActions, *paths: str) -> Predicate:
    """The policy document that stands in the first of these attributes that is set."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if value is not None:
                document = {"Statement": value} if path == "statement" else value
                return judge_policy(document, path, partial(_judge_both, path, actions))
        return NOT_APPLICABLE

    return judge


def _read(value: Any) -> Policy:
    """A document as one part of a role's rights; what cannot be read may allow anything."""
    try:
        return parse_policy(value)
    except UnknownValueError as error:
        return Policy((), (error.unknown,))
    except PolicySyntaxError:
        return Policy((), (Unknown("unsupported", "policy"),))


def _of_the_scan(value: Any, actions: LogActions) -> Policy:
    """A document that is judged by itself too: where it holds both alone, that is told there, and not at each role.

    Of such a document only what it denies counts for the role.
    """
    policy = _read(value)
    if _holds_both(policy, actions) is not True:
        return policy
    return Policy(tuple(item for item in policy.statements if denies(item) is not False), ())


def _everything(actions: LogActions) -> Policy:
    allowed = [*actions.write, *actions.delete]
    return parse_policy({"Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]})


#: Stands in the ARN of every managed policy of AWS, in whichever partition, and in no policy of an account.
_OF_THE_CLOUD: Final = ":iam::aws:policy/"


def _attached(
    value: Any, role: Resource, own: str, documents: tuple[str, ...], actions: LogActions, context: Context
) -> list[Policy]:
    """What an attached policy allows: one of the scan by its document, one of the cloud by its name."""
    found = context.resolve(value, own)
    if found is not None:
        written = [found.attributes[name] for name in documents if found.attributes.get(name) is not None]
        return [_of_the_scan(value, actions) for value in written[:1]]
    if isinstance(value, Unknown) and value.parts:
        known = [piece if isinstance(piece, str) else "" for piece in pieces(value)]
        if _OF_THE_CLOUD in "".join(known):
            value = "".join(known)
        elif known[-1]:
            value = known[-1]
    if isinstance(value, Unknown) and value.reference is not None and value.reason != "data-source":
        return []
    if isinstance(value, (Unknown, OneOf)):
        return [Policy((), (value,))]
    if str(value).rpartition("/")[2] in actions.presets:
        return [_everything(actions)]
    if _OF_THE_CLOUD in str(value):
        return []
    named = with_attribute(role, "name", value)
    parts: list[Policy] = []
    for by in ("policy_name", "name") if own == "alicloud_ram_policy" else ("name",):
        same = context.companions(named, own, by, ("name",))
        for item in same.sure:
            parts.extend(_documents(item, documents, actions))
        for item, unknown in same.possible:
            held = _documents(item, documents, actions)
            if any(_may(policy, actions.write + actions.delete) is not False for policy in held):
                parts.append(Policy((), (unknown,)))
    return parts


def _documents(policy: Resource, names: tuple[str, ...], actions: LogActions) -> list[Policy]:
    return [_of_the_scan(policy.attributes[name], actions) for name in names if policy.attributes.get(name) is not None]


def _is_preset(attachment: Resource) -> bool:
    """Whether the attachment says that the policy is one of the cloud's own: RAM has a word for it."""
    kind = attachment.attributes.get("policy_type") if attachment.type.startswith("alicloud_") else None
    return isinstance(kind, str) and kind == "System"


#: For each kind of attachment: (type, attribute of the role, attribute of the policy).
Attachments = tuple[tuple[str, str, str], ...]


def _role(
    actions: LogActions,
    attachments: Attachments,
    policy: str,
    documents: tuple[str, ...],
    names: tuple[str, ...],
    own: Callable[[Resource, Context], Iterator[Policy]] | None = None,
) -> Predicate:
    """A role with all that is attached to it: its policies together must not hold both.

    Other policies of the cloud than those known to hold both are taken to hold neither.
    """

    @predicate(reads=[f"{kind}:{name}" for kind, *both in attachments for name in both])
    def judge(resource: Resource, context: Context) -> Outcome:
        held = list(own(resource, context)) if own is not None else []
        doubt: Unknown | OneOf | None = None
        for kind, by, to_policy in attachments:
            found = context.companions(resource, kind, by, names)
            attached = [(item, item.existence) for item in found.sure]
            attached.extend(found.possible)
            for item, unknown in attached:
                given = item.attributes
                name = given.get(to_policy)
                if isinstance(name, str) and name not in actions.presets and _is_preset(item):
                    continue
                parts = _attached(name, resource, policy, documents, actions, context)
                held.extend(parts)
                if parts:
                    doubt = doubt or unknown
        if not any(part.statements or part.unknown_statements for part in held):
            return NOT_APPLICABLE
        together = Policy(
            tuple(item for part in held for item in part.statements),
            tuple(item for part in held for item in part.unknown_statements),
        )
        answer = _holds_both(together, actions)
        if answer is False:
            return PASS if doubt is None else NOT_APPLICABLE
        if isinstance(answer, (Unknown, OneOf)):
            return undecided(answer)
        if doubt is not None:
            return undecided(doubt)
        return failed(
            Text(
                "the policies of the role together allow both to write logs and to delete them",
                "该角色的策略合起来同时允许写入日志和删除日志",
            )
        )

    return judge


def _inline(resource: Resource, context: Context) -> Iterator[Policy]:
    """What stands in an IAM role itself, or in a policy resource of its own."""
    for block in blocks(resource.attributes.get("inline_policy")):
        if block.get("policy") is not None:
            yield _read(block["policy"])
    for value in elements(resource.attributes.get("managed_policy_arns")):
        yield from _attached(value, resource, "aws_iam_policy", ("policy",), _AWS, context)
    for item in context.companions(resource, "aws_iam_role_policy", "role", ("id", "name")).sure:
        if item.existence is None and item.attributes.get("policy") is not None:
            yield _of_the_scan(item.attributes["policy"], _AWS)


_IAM_DOCUMENT: Final = _document(_AWS, "policy")

SEPARATION: Final = Rule(
    code="CN072",
    name="iam-duty-separation",
    severity=Severity.MEDIUM,
    title=Text("Who writes logs may not delete them", "写入日志与删除日志的权限相互分离"),
    rationale=Text(
        "An administrator or a program that can delete its own traces is checked by no one; system, audit and security "
        "duties need rights that do not overlap.",
        "能够删除自身操作痕迹的管理员或程序不受任何制约；系统管理、审计管理与安全管理的权限不应重叠。",
    ),
    remediation=Text(
        "Name the actions and leave out those that delete logs or stop the trail; give them to a role of the auditors. "
        "Alibaba Cloud: no log:* or log:DeleteLogStore beside log:PostLogStoreLogs in policy_document of "
        "alicloud_ram_policy, no AliyunLogFullAccess on alicloud_ram_role. AWS: no logs:* or logs:DeleteLogGroup "
        "beside "
        "logs:PutLogEvents in policy of aws_iam_policy and aws_iam_role_policy. Tencent Cloud: no cls:* or "
        "cls:DeleteTopic beside cls:pushLog in document of tencentcloud_cam_policy.",
        "逐项写明操作，去掉删除日志和停用审计的操作，并将其交给审计角色。阿里云：alicloud_ram_policy 的 "
        "policy_document 中 "
        "log:PostLogStoreLogs 不得与 log:* 或 log:DeleteLogStore 并存，alicloud_ram_role 不附加 AliyunLogFullAccess。"
        "AWS："
        "aws_iam_policy 与 aws_iam_role_policy 的 policy 中 logs:PutLogEvents 不得与 logs:* 或 logs:DeleteLogGroup "
        "并存。"
        "腾讯云：tencentcloud_cam_policy 的 document 中 cls:pushLog 不得与 cls:* 或 cls:DeleteTopic 并存。",
    ),
    checks={
        "alicloud_ram_policy": _document(_ALICLOUD, "policy_document", "document", "statement"),
        "alicloud_ram_role": _role(
            _ALICLOUD,
            (("alicloud_ram_role_policy_attachment", "role_name", "policy_name"),),
            "alicloud_ram_policy",
            ("policy_document", "document"),
            ("id", "role_name", "name"),
        ),
        "aws_iam_policy": _IAM_DOCUMENT,
        "aws_iam_role_policy": _IAM_DOCUMENT,
        "aws_iam_user_policy": _IAM_DOCUMENT,
        "aws_iam_group_policy": _IAM_DOCUMENT,
        "aws_iam_role": _role(
            _AWS,
            (("aws_iam_role_policy_attachment", "role", "policy_arn"),),
            "aws_iam_policy",
            ("policy",),
            ("id", "name"),
            _inline,
        ),
        "tencentcloud_cam_policy": _document(_TENCENT, "document"),
        "tencentcloud_cam_role": _role(
            _TENCENT,
            (
                ("tencentcloud_cam_role_policy_attachment", "role_id", "policy_id"),
                ("tencentcloud_cam_role_policy_attachment_by_name", "role_name", "policy_name"),
            ),
            "tencentcloud_cam_policy",
            ("document",),
            ("id", "name"),
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Guardrails of the organisation
# --------------------------------------------------------------------------------------------------------------


def _allows_all(statement: Statement) -> Answer:
    return all_true((allows(statement), all_actions(statement), all_resources(statement)))


def _restricts(path: str, policy: Policy) -> Outcome:
    """A control policy that only allows everything takes nothing away."""
    answer = any_true(
        (
            any_true([*map(denies, policy.statements), *policy.unknown_statements]),
            opposite(any_true(map(_allows_all, policy.statements))),
        )
    )
    if isinstance(answer, (Unknown, OneOf)):
        return undecided(answer, path)
    if answer:
        return PASS
    return failed(
        Text(f"{path} denies nothing: it allows everything", f"{path} 没有任何拒绝语句：等同于允许一切"), path
    )


def _denying(path: str) -> Predicate:
    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        return judge_policy(resource.attributes.get(path), path, partial(_restricts, path))

    return judge


def _in_force(kind: str) -> Predicate:
    """The policy is attached to an account or a folder."""
    return linked(
        kind,
        by="policy_id",
        to=("id", "policy_id"),
        missing=Text(
            f"no {kind} attaches the policy: it restricts no one", f"没有 {kind} 绑定该策略：它不约束任何账号"
        ),
    )


_CONTROL: Final = "SERVICE_CONTROL_POLICY"


GUARDRAILS: Final = Rule(
    code="CN078",
    name="org-guardrail",
    severity=Severity.LOW,
    title=Text("Control policies of the organisation deny something and are attached", "组织管控策略有效并已绑定"),
    rationale=Text(
        "What an account's own administrators must not do, such as leave the allowed regions or delete the trail, only "
        "a policy from above can prevent; one that is not attached prevents nothing.",
        "超出允许的地域、删除审计日志等行为，成员账号的管理员自身无法约束，只能由组织层面的管控策略禁止；"
        "未绑定的策略不起作用。",
    ),
    remediation=Text(
        "Alibaba Cloud: a Deny statement in policy_document of alicloud_resource_manager_control_policy and an "
        "alicloud_resource_manager_control_policy_attachment (alicloud_tag_policy_attachment for alicloud_tag_policy); "
        'status = "Enabled" on alicloud_resource_manager_resource_directory. AWS: a Deny statement in content of '
        "aws_organizations_policy, an aws_organizations_policy_attachment, and SERVICE_CONTROL_POLICY in "
        "enabled_policy_types of aws_organizations_organization. Tencent Cloud: content of "
        "tencentcloud_organization_org_manage_policy and a tencentcloud_organization_org_manage_policy_target.",
        "阿里云：alicloud_resource_manager_control_policy 的 policy_document 包含 Deny 语句，并用 "
        "alicloud_resource_manager_control_policy_attachment 绑定（alicloud_tag_policy 用 "
        "alicloud_tag_policy_attachment）；"
        'alicloud_resource_manager_resource_directory 设置 status = "Enabled"。AWS：aws_organizations_policy 的 '
        "content "
        "包含 Deny 语句，用 aws_organizations_policy_attachment 绑定，aws_organizations_organization 的 "
        "enabled_policy_types 包含 SERVICE_CONTROL_POLICY。腾讯云：tencentcloud_organization_org_manage_policy 的 "
        "content "
        "包含 deny 语句，并用 tencentcloud_organization_org_manage_policy_target 绑定。",
    ),
    checks={
        "alicloud_resource_manager_control_policy": each_of(
            _denying("policy_document"), _in_force("alicloud_resource_manager_control_policy_attachment")
        ),
        "alicloud_tag_policy": _in_force("alicloud_tag_policy_attachment"),
        "alicloud_resource_manager_resource_directory": attribute("status").equals("Enabled", missing="unknown"),
        "aws_organizations_policy": each_of(
            when(attribute("type").equals(_CONTROL, "RESOURCE_CONTROL_POLICY", default=_CONTROL), _denying("content")),
            _in_force("aws_organizations_policy_attachment"),
        ),
        "aws_organizations_organization": attribute("enabled_policy_types").contains_all(_CONTROL),
        "tencentcloud_organization_org_manage_policy": each_of(
            when(attribute("type").equals(_CONTROL, default=_CONTROL), _denying("content")),
            _in_force("tencentcloud_organization_org_manage_policy_target"),
        ),
    },
)

RULES: Final = (SEPARATION, GUARDRAILS)
