"""What identities may do, and who may become them: administrator policies, trust policies of roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.federation import pins_tokens
from compliant_infra.kernel.google_federation import POOL_PROVIDER
from compliant_infra.kernel.google_identity import no_basic_roles, scoped_grants
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    failed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import (
    ADMINISTRATOR_POLICIES,
    Policy,
    Principal,
    Statement,
    Value,
    allows,
    is_administrator,
    judge_policy,
    narrowing_condition,
    pieces,
)
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.sharing import own_account_ids

# --------------------------------------------------------------------------------------------------------------
# Administrator policies
# --------------------------------------------------------------------------------------------------------------


def _too_wide(path: str, policy: Policy) -> Iterator[Outcome]:
    for statement in policy.statements:
        answer = is_administrator(statement)
        if isinstance(answer, (Unknown, OneOf)):
            yield undecided(answer, path, statement.label)
        elif answer:
            what = "NotAction" if statement.not_actions is not None else "Action *"
            what = f"{what}, NotResource" if statement.not_resources is not None else f"{what}, Resource *"
            yield failed(
                Text(
                    f"statement {statement.label} of {path} allows everything ({what})",
                    f"{path} 的语句 {statement.label} 允许一切操作（{what}）",
                ),
                path,
                statement.label,
            )
        else:
            yield PASS
    for hidden in policy.unknown_statements:
        yield undecided(hidden, path)


def _judge_document(value: Any, path: str) -> Outcome:
    if value is None:
        return NOT_APPLICABLE
    return judge_policy(value, path, lambda policy: _too_wide(path, policy))


def _document(*paths: str) -> Predicate:
    """The policy document that stands in the first of these attributes that is set."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if value is not None:
                return _judge_document(value, path)
        return NOT_APPLICABLE

    return judge


@predicate(reads=("policy_document", "document", "statement.effect", "statement.action", "statement.resource"))
def _ram_policy(resource: Resource, context: Context) -> Iterator[Outcome]:
    """A policy of RAM: a document, its old name, or the old blocks that say the same."""
    for path in ("policy_document", "document"):
        value = resource.attributes.get(path)
        if value is not None:
            yield _judge_document(value, path)
            return
    written = resource.attributes.get("statement")
    if written is not None:
        yield _judge_document({"Statement": written}, "statement")


@predicate(reads=("inline_policy.policy", "managed_policy_arns"))
def _iam_role(resource: Resource, context: Context) -> Iterator[Outcome]:
    inline = resource.attributes.get("inline_policy")
    if isinstance(inline, (Unknown, OneOf)):
        yield undecided(inline, "inline_policy")
    else:
        for index, block in enumerate(blocks(inline)):
            yield _judge_document(block.get("policy"), f"inline_policy.{index}.policy")
    yield from _each_attached(context, "aws", resource.attributes.get("managed_policy_arns"), "managed_policy_arns")


@predicate(
    reads=(
        "permission_policies.permission_policy_type",
        "permission_policies.permission_policy_name",
        "permission_policies.permission_policy_document",
    )
)
def _access_configuration(resource: Resource, context: Context) -> Iterator[Outcome]:
    """What a CloudSSO access configuration grants: system policies by name, inline ones by document."""
    for index, block in enumerate(blocks(resource.attributes.get("permission_policies"))):
        path = f"permission_policies.{index}"
        kind = block.get("permission_policy_type")
        if isinstance(kind, str) and kind == "Inline":
            yield _judge_document(block.get("permission_policy_document"), f"{path}.permission_policy_document")
        else:
            name = block.get("permission_policy_name")
            yield _attached(context, "alicloud", name, f"{path}.permission_policy_name", kind)


_PLACE_OF_NAME: Final = lazy(r"[:/]([^:/]+)$")


def _attached(context: Context, cloud: str, value: Any, path: str, kind: Any = None) -> Outcome:
    """An attached policy, by name or ARN. One of the scan is judged where it stands; so is a custom one by name."""
    if value is None:
        return NOT_APPLICABLE
    if isinstance(kind, str) and kind.lower() == "custom":
        return PASS

    def test(name: Any) -> Outcome:
        if str(name) not in ADMINISTRATOR_POLICIES[cloud]:
            return PASS
        if isinstance(kind, (Unknown, OneOf)):
            return undecided(kind, path)
        return failed(
            Text(
                f"{show(name)} is attached: it allows everything",
                f"附加了 {show(name)}：它允许一切操作",
            ),
            path,
        )

    if isinstance(value, Unknown):
        if value.reason == "data-source" and value.reference is not None:
            return _found_by_name(context, value, path, test)
        if value.reference is not None:
            return PASS
        last = pieces(value)[-1] if value.parts else None
        found = _PLACE_OF_NAME.search(last) if isinstance(last, str) else None
        # arn:${partition}:iam::aws:policy/AdministratorAccess: the name decides.
        return test(found[1]) if found is not None else undecided(value, path)
    return alternatives(value, test, path)


def _found_by_name(context: Context, value: Unknown, path: str, test: Callable[[Any], Outcome]) -> Outcome:
    """A policy that a data source looks up: the name by which it asks decides, any other question leaves it open."""
    source = context.data_source(value)
    name = source.get("name") if source is not None and source.type == "aws_iam_policy" else None
    return undecided(value, path) if name is None else alternatives(name, test, path)


def _each_attached(context: Context, cloud: str, value: Any, path: str) -> Iterator[Outcome]:
    if isinstance(value, OneOf):  # of whole lists
        yield alternatives(value, lambda known: several(_each_attached(context, cloud, known, path)), path)
        return
    for item in elements(value):
        yield _attached(context, cloud, item, path)


def _attachment(cloud: str, path: str, kind: str = "") -> Predicate:
    @predicate(reads=(path, kind) if kind else (path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        given = resource.attributes.get(kind) if kind else None
        return _attached(context, cloud, resource.attributes.get(path), path, given)

    return judge


@predicate(reads=("policy_arns",))
def _attachments(resource: Resource, context: Context) -> Iterator[Outcome]:
    yield from _each_attached(context, "aws", resource.attributes.get("policy_arns"), "policy_arns")


@predicate(reads=("managed_policy_arns",))
def _managed_attachments(resource: Resource, context: Context) -> Iterator[Outcome]:
    yield from _each_attached(context, "aws", resource.attributes.get("managed_policy_arns"), "managed_policy_arns")


@predicate(reads=("policy_id",))
def _cam_attachment(resource: Resource, context: Context) -> Outcome:
    """CAM attaches by a number, which says nothing of the policy unless the policy is part of the scan."""

    def test(value: Any) -> Outcome:
        return undecided(
            Unknown("unsupported", "policy_id"),
            "policy_id",
            message=Text(
                f"policy {value} is named by its number only: whether it is AdministratorAccess cannot be seen",
                f"策略 {value} 只以编号引用，无法判断其是否为 AdministratorAccess",
            ),
        )

    value = resource.attributes.get("policy_id")
    if isinstance(value, Unknown) and value.reference is not None and value.reason != "data-source":
        return PASS
    return alternatives(value, test, "policy_id")


_RAM_ATTACHMENT: Final = _attachment("alicloud", "policy_name", "policy_type")
_IAM_ATTACHMENT: Final = _attachment("aws", "policy_arn")
_IAM_DOCUMENT: Final = _document("policy")

ADMINISTRATORS: Final = Rule(
    code="CN070",
    name="iam-no-admin-star",
    severity=Severity.HIGH,
    title=Text("No policy or attachment grants everything", "不得授予全部操作与全部资源的权限"),
    rationale=Text(
        "An identity that may do everything turns one leaked key or one mistake into the loss of the whole account; "
        "least privilege keeps the damage where the work is.",
        "拥有全部权限的身份一旦密钥泄露或操作失误，整个账号都会受损；最小授权可将影响限制在其工作范围内。",
    ),
    remediation=Text(
        "Name the actions and resources that are needed. Alibaba Cloud: policy_document of alicloud_ram_policy without "
        'Action "*" on Resource "*"; no AdministratorAccess in alicloud_ram_*_policy_attachment.policy_name. AWS: '
        "policy "
        "of aws_iam_policy, aws_iam_role_policy, aws_iam_user_policy, aws_iam_group_policy likewise; no "
        "AdministratorAccess in policy_arn of the attachments or managed_policy_arns. Tencent Cloud: document of "
        "tencentcloud_cam_policy; attach own policies by reference. "
        "Google Cloud: neither roles/owner nor roles/editor in role of google_project_iam_member and its "
        "like.",
        '只写明所需的操作和资源。阿里云：alicloud_ram_policy 的 policy_document 不得对 Resource "*" 授予 Action '
        '"*"，'
        "alicloud_ram_*_policy_attachment 的 policy_name 不得为 AdministratorAccess。AWS：aws_iam_policy、"
        "aws_iam_role_policy、aws_iam_user_policy、aws_iam_group_policy 的 policy 同理，附加的 policy_arn 与 "
        "managed_policy_arns 不得为 AdministratorAccess。腾讯云：tencentcloud_cam_policy 的 document 同理，并以引用方"
        "式附加自建策略。"
        "Google Cloud：google_project_iam_member 等的 role 不得为 roles/owner、roles/editor。",
    ),
    checks={
        "alicloud_ram_policy": _ram_policy,
        "alicloud_resource_manager_policy": _document("policy_document"),
        "alicloud_resource_manager_policy_attachment": _RAM_ATTACHMENT,
        "alicloud_ram_user_policy_attachment": _RAM_ATTACHMENT,
        "alicloud_ram_group_policy_attachment": _RAM_ATTACHMENT,
        "alicloud_ram_role_policy_attachment": _RAM_ATTACHMENT,
        "alicloud_cloud_sso_access_configuration": _access_configuration,
        "aws_iam_policy": _IAM_DOCUMENT,
        "aws_iam_role_policy": _IAM_DOCUMENT,
        "aws_iam_user_policy": _IAM_DOCUMENT,
        "aws_iam_group_policy": _IAM_DOCUMENT,
        "aws_iam_role": _iam_role,
        "aws_iam_user_policy_attachment": _IAM_ATTACHMENT,
        "aws_iam_group_policy_attachment": _IAM_ATTACHMENT,
        "aws_iam_role_policy_attachment": _IAM_ATTACHMENT,
        "aws_iam_policy_attachment": _IAM_ATTACHMENT,
        "aws_iam_user_policy_attachments_exclusive": _attachments,
        "aws_iam_group_policy_attachments_exclusive": _attachments,
        "aws_iam_role_policy_attachments_exclusive": _attachments,
        "aws_ssoadmin_managed_policy_attachment": _attachment("aws", "managed_policy_arn"),
        "aws_ssoadmin_managed_policy_attachments_exclusive": _managed_attachments,
        "aws_ssoadmin_permission_set_inline_policy": _document("inline_policy"),
        "tencentcloud_cam_policy": _document("document"),
        "tencentcloud_cam_user_policy_attachment": _cam_attachment,
        "tencentcloud_cam_group_policy_attachment": _cam_attachment,
        "tencentcloud_cam_role_policy_attachment": _cam_attachment,
        "tencentcloud_cam_role_policy_attachment_by_name": _attachment("tencentcloud", "policy_name"),
        **no_basic_roles(),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Trust policies
# --------------------------------------------------------------------------------------------------------------

_ROLE_ACCOUNT: Final = lazy(r"(?:arn:[^:]+:iam::|acs:ram::|qcs::cam::uin/)(\d+)")


def _own_accounts(resource: Resource) -> frozenset[str]:
    """The account ids that the provider configuration names as the one it works in."""
    provider = resource.provider
    if provider is None:
        return frozenset()
    found: set[str] = set()
    listed = provider.attributes.get("allowed_account_ids")
    for item in listed if isinstance(listed, (list, tuple)) else [provider.attributes.get("account_id")]:
        if isinstance(item, (str, int)):
            found.add(str(item))
    assumed = provider.attributes.get("assume_role")
    for block in assumed if isinstance(assumed, (list, tuple)) else []:
        arn = block.get("role_arn") if isinstance(block, Mapping) else None
        match = _ROLE_ACCOUNT.match(arn) if isinstance(arn, str) else None
        if match is not None:
            found.add(match[1])
    return frozenset(found)


def _partition(resource: Resource, context: Context) -> str:
    """The AWS partition in which the role is made; "" where its region is not known."""
    region = context.region_of(resource) if resource.type.startswith("aws_") else None
    return "" if not isinstance(region, str) else "aws-cn" if region.startswith("cn-") else "aws"


def _trusts(path: str, resource: Resource, context: Context, policy: Policy) -> Iterator[Outcome]:
    own, partition = _own_accounts(resource) | own_account_ids(context), _partition(resource, context)
    widest = widest_prefix(context)
    trusted = {str(item) for item in context.parameters["trusted-accounts"]}
    for statement in policy.statements:
        permitted = allows(statement)
        if permitted is False:
            continue
        for outcome in _statement_trusts(path, statement, own, partition, trusted, widest, context):
            if permitted is True or outcome.verdict is not Verdict.FAIL:
                yield outcome
            elif isinstance(permitted, (Unknown, OneOf)):
                yield undecided(permitted, path, outcome.finding)
    for hidden in policy.unknown_statements:
        yield undecided(hidden, path)


def _statement_trusts(
    path: str,
    statement: Statement,
    own: frozenset[str],
    partition: str,
    trusted: set[str],
    widest: int,
    context: Context,
) -> Iterator[Outcome]:
    label = statement.label
    if statement.not_principals is not None:
        yield _anyone(path, statement, "NotPrincipal", own | trusted, widest)
        return
    for principal in statement.principals or ():
        if not isinstance(principal, Principal):
            yield undecided(principal, path, label)
        elif principal.kind == "anyone":
            yield _anyone(path, statement, show(principal.value), own | trusted, widest)
        elif principal.kind == "federated":
            yield _federated(path, statement, principal, context)
        elif principal.kind != "account" or principal.own:
            yield PASS
        elif partition and principal.partition and principal.partition != partition:
            yield failed(
                Text(
                    f"statement {label} trusts {show(principal.value)}, which belongs to another partition than "
                    f"{partition}",
                    f"语句 {label} 信任 {show(principal.value)}，该主体不属于分区 {partition}",
                ),
                path,
                label,
            )
        else:
            yield _account(path, label, principal, own, trusted)


def _anyone(path: str, statement: Statement, shown: str, trusted: frozenset[str], widest: int) -> Outcome:
    label = statement.label
    narrow = narrowing_condition(statement, widest, trusted)
    if narrow is True:
        return PASS
    if isinstance(narrow, (Unknown, OneOf)):
        return undecided(narrow, path, label)
    return failed(
        Text(
            f"statement {label} lets anyone take the role ({shown}) and no condition says who",
            f"语句 {label} 允许任何人扮演该角色（{shown}），且没有限定来源的条件",
        ),
        path,
        label,
    )


def _federated(path: str, statement: Statement, principal: Principal, context: Context) -> Outcome:
    label = statement.label
    pinned = pins_tokens(statement, principal, context)
    if pinned is True:
        return PASS
    if isinstance(pinned, (Unknown, OneOf)):
        return undecided(pinned, path, label)
    return failed(
        Text(
            f"statement {label} trusts every token of {show(principal.value)}: no condition names the subject "
            "(or the audience of an identity pool)",
            f"语句 {label} 信任 {show(principal.value)} 签发的任何令牌：没有条件限定 sub（身份池为 aud）",
        ),
        path,
        label,
    )


def _account(path: str, label: str, principal: Principal, own: frozenset[str], trusted: set[str]) -> Outcome:
    account: Value | None = principal.account if principal.account is not None else principal.value

    def test(value: Any) -> Outcome:
        if str(value) in own or str(value) in trusted:
            return PASS
        return undecided(
            Unknown("not-listed", f"account {value}"),
            path,
            label,
            Text(
                f"statement {label} trusts account {value}, which is not in trusted-accounts",
                f"语句 {label} 信任账号 {value}，但它不在 trusted-accounts 中",
            ),
        )

    return alternatives(account, test, path)


def _trust_policy(*paths: str) -> Predicate:
    """The trust policy that stands in the first of these attributes that is set."""

    @predicate(reads=paths, parameters=("trusted-accounts", "widest-prefix"))
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if value is not None:
                return judge_policy(value, path, partial(_trusts, path, resource, context))
        return NOT_APPLICABLE

    return judge


@predicate(
    reads=("assume_role_policy_document", "document", "ram_users", "services"),
    parameters=("trusted-accounts", "widest-prefix"),
)
def _ram_role(resource: Resource, context: Context) -> Outcome | Iterable[Outcome]:
    """A role of RAM: its trust policy, the old name of it, or the old lists of users and services."""
    for path in ("assume_role_policy_document", "document"):
        value = resource.attributes.get(path)
        if value is not None:
            return judge_policy(value, path, partial(_trusts, path, resource, context))
    users = resource.attributes.get("ram_users")
    if users is None:
        return PASS if resource.attributes.get("services") is not None else NOT_APPLICABLE
    if isinstance(users, (Unknown, OneOf)):
        raise UnknownValueError(users)
    document = {"Statement": [{"Effect": "Allow", "Principal": {"RAM": [_user_arn(item) for item in elements(users)]}}]}
    return judge_policy(document, "ram_users", partial(_trusts, "ram_users", resource, context))


def _user_arn(value: Any) -> Any:
    """``user@account`` of the old list, as the policy language writes it."""
    if isinstance(value, str) and "@" in value:
        user, account = value.rsplit("@", 1)
        return f"acs:ram::{account.removesuffix('.onaliyun.com')}:user/{user}"
    return value


TRUST: Final = Rule(
    code="CN073",
    name="iam-trust-scoped",
    severity=Severity.HIGH,
    title=Text("Roles trust named services and known accounts only", "角色的信任策略只允许明确的服务与已知账号"),
    rationale=Text(
        "Whoever a trust policy names can take the role and all its permissions from outside; a wildcard or a foreign "
        "account there is an open door that no network control sees.",
        "信任策略中列出的主体可从外部扮演角色并取得其全部权限；通配符或外部账号等于敞开大门，网络控制无从察觉。",
    ),
    remediation=Text(
        "Name the service or the account in Principal, and list partner accounts in the parameter trusted-accounts. "
        "For an OpenID Connect provider, name the subject of the tokens (:sub, oidc:sub) in Condition. "
        "Alibaba Cloud: assume_role_policy_document of alicloud_ram_role. AWS: assume_role_policy of aws_iam_role, "
        "ARNs of "
        "the partition in use (arn:aws-cn: in China). Tencent Cloud: document of tencentcloud_cam_role. "
        "Google Cloud: neither allUsers nor allAuthenticatedUsers in member or members of "
        "google_*_iam_member, google_*_iam_binding. "
        "Set attribute_condition on google_iam_workload_identity_pool_provider.",
        "在 Principal 中写明服务或账号，并将合作方账号列入参数 trusted-accounts；"
        "对 OIDC 身份提供商，在 Condition 中限定令牌的 sub（:sub、oidc:sub）。阿里云：alicloud_ram_role 的 "
        "assume_role_policy_document。AWS：aws_iam_role 的 assume_role_policy，ARN 使用所在分区（中国区为 "
        "arn:aws-cn:）。"
        "腾讯云：tencentcloud_cam_role 的 document。"
        "Google Cloud：google_*_iam_member、google_*_iam_binding 的 member、members 不得含 allUsers、"
        "allAuthenticatedUsers。"
        "google_iam_workload_identity_pool_provider 设置 attribute_condition。",
    ),
    checks={
        "alicloud_ram_role": _ram_role,
        "alicloud_resource_manager_role": _trust_policy("assume_role_policy_document"),
        "aws_iam_role": _trust_policy("assume_role_policy"),
        "tencentcloud_cam_role": _trust_policy("document"),
        **scoped_grants(),
        "google_iam_workload_identity_pool_provider": POOL_PROVIDER,
    },
)

RULES: Final = (ADMINISTRATORS, TRUST)
