"""Accounts and what they sign in with: static keys, rights given to single users, host passwords, default names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import elements
from compliant_infra.kernel.google_identity import service_account_key, storage_key
from compliant_infra.kernel.host_login import key_login, key_login_by_default
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    always_fails,
    any_of,
    as_string,
    attribute,
    failed,
    is_given,
    predicate,
    same,
    show,
    undecided,
    unless,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Static access keys
# --------------------------------------------------------------------------------------------------------------


def _key(user: str, owner: str = "", login: str = "") -> Predicate:
    """An access key that is in use.

    ``owner`` is the type of the user to whom it belongs, ``login`` that of a console password of the same user; both
    name the user by the same attribute.
    """

    @predicate(reads=(user, "status", *((f"{login}:{user}",) if login else ())))
    def judge(resource: Resource, context: Context) -> Outcome:
        def test(status: Any) -> Outcome:
            if same(status, "Inactive"):
                return PASS
            return failed(_described(resource, user, owner, login, context), user)

        return alternatives(resource.get("status", "Active"), test, "status")

    return judge


def _described(resource: Resource, user: str, owner: str, login: str, context: Context) -> Text:
    """The finding, with what makes it worse: a further key of the user, or a console password beside it."""
    value = resource.attributes.get(user)
    if value is None:
        return Text("a static access key of the calling identity", "为当前身份创建了长期访问密钥")
    shown = show(value)
    person = context.resolve(value, owner) if owner else None
    if person is not None:
        if len(context.companions(person, resource.type, user, ("id", "name")).sure) > 1:
            return Text(
                f"a static access key of {shown}, which has another key too",
                f"为 {shown} 创建了长期访问密钥（该用户还有其他密钥）",
            )
        if context.companions(person, login, user, ("id", "name")).sure:
            return Text(
                f"a static access key of {shown}, which also signs in to the console",
                f"为 {shown} 创建了长期访问密钥（该用户同时可登录控制台）",
            )
    return Text(f"a static access key of {shown}", f"为 {shown} 创建了长期访问密钥")


_ROLE_COMPANIONS: Final = (
    ("alicloud_ecs_ram_role_attachment", "instance_id"),
    ("alicloud_ram_role_attachment", "instance_ids"),
)


def _runs_as_role(path: str, companions: tuple[tuple[str, str], ...] = ()) -> Predicate:
    """A host that has a role passes. One without may need nothing of the cloud: the rule does not concern it."""

    @predicate(reads=(path, *(f"{kind}:{by}" for kind, by in companions)))
    def judge(resource: Resource, context: Context) -> Outcome:
        try:
            if is_given(resource.attributes.get(path)):
                return PASS
        except UnknownValueError:
            return NOT_APPLICABLE
        for kind, by in companions:
            if any(item.existence is None for item in context.companions(resource, kind, by, ("id",)).sure):
                return PASS
        return NOT_APPLICABLE

    return judge


STATIC_KEYS: Final = Rule(
    code="CN068",
    name="iam-no-static-key",
    severity=Severity.MEDIUM,
    title=Text("Programs use roles, not long-lived access keys", "程序使用角色而非长期访问密钥"),
    rationale=Text(
        "A key pair that never expires ends up in code, images and logs, and works for whoever finds it, without a "
        "second factor; a role gives keys that lapse within hours.",
        "长期有效的访问密钥容易残留在代码、镜像和日志中，任何人得到即可使用，且不经过多因素认证；"
        "角色颁发的临时凭证数小时"
        "后即失效。",
    ),
    remediation=Text(
        'Alibaba Cloud: delete alicloud_ram_access_key (or set status = "Inactive"), give instances a role with '
        "alicloud_ecs_ram_role_attachment (role_name in old code), set enable_rrsa = true in "
        "alicloud_cs_managed_kubernetes, allow_user_to_manage_access_keys = false in "
        "alicloud_ram_security_preference and login_preference.allow_user_to_get_credentials = false in "
        "alicloud_cloud_sso_directory. AWS: delete aws_iam_access_key, set iam_instance_profile on aws_instance. "
        "Tencent Cloud: delete tencentcloud_cam_access_key, set use_api = false on tencentcloud_cam_user and "
        "cam_role_name on tencentcloud_instance. "
        "Google Cloud: delete google_service_account_key and google_storage_hmac_key, set service_account on "
        "google_compute_instance.",
        '阿里云：删除 alicloud_ram_access_key（或设置 status = "Inactive"），用 '
        "alicloud_ecs_ram_role_attachment（旧属性 role_name）为实例授予角色，alicloud_cs_managed_kubernetes 设置 "
        "enable_rrsa = true，"
        "alicloud_ram_security_preference 设置 allow_user_to_manage_access_keys = false，"
        "alicloud_cloud_sso_directory 设置 login_preference.allow_user_to_get_credentials = false。AWS：删除 "
        "aws_iam_access_key，为 aws_instance 设置 iam_instance_profile。腾讯云：删除 tencentcloud_cam_access_key，"
        "tencentcloud_cam_user 设置 use_api = false，tencentcloud_instance 设置 cam_role_name。"
        "Google Cloud：删除 google_service_account_key、google_storage_hmac_key，为 google_compute_instance "
        "设置 service_account。",
    ),
    checks={
        "alicloud_ram_access_key": _key("user_name", "alicloud_ram_user", "alicloud_ram_login_profile"),
        "alicloud_ram_security_preference": attribute("allow_user_to_manage_access_keys").is_false(default=False),
        # These credentials are short-lived, and still keys in the hands of users instead of roles.
        "alicloud_cloud_sso_directory": attribute("login_preference.allow_user_to_get_credentials").is_false(
            missing="unknown"
        ),
        "alicloud_instance": _runs_as_role("role_name", _ROLE_COMPANIONS),
        # Without it the pods have no roles of their own.
        "alicloud_cs_managed_kubernetes": attribute("enable_rrsa").is_true(default=False),
        "aws_iam_access_key": _key("user", "aws_iam_user", "aws_iam_user_login_profile"),
        "aws_instance": _runs_as_role("iam_instance_profile"),
        "tencentcloud_cam_access_key": _key("target_uin"),
        "tencentcloud_cam_user": attribute("use_api").is_false(default=True),
        "tencentcloud_instance": _runs_as_role("cam_role_name"),
        "google_service_account_key": service_account_key,
        "google_storage_hmac_key": storage_key,
        "google_compute_instance": _runs_as_role("service_account"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Rights of single users
# --------------------------------------------------------------------------------------------------------------

_EMPTY_GROUP: Final = Text(
    "no membership of this group is in the system: nobody gets rights through it",
    "系统内没有该用户组的成员关系：没有人通过它获得权限",
)
_DIRECT: Final = Text("rights are given to a single user instead of a group", "权限直接授予单个用户，而不是用户组")


def _no_members(path: str, message: Text) -> Predicate:
    """A list that must be empty or unset."""

    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.attributes.get(path)
        if value is None:
            return PASS

        def test(known: Any) -> Outcome:
            return failed(message, path) if known not in ("", [], ()) else PASS

        if isinstance(value, Unknown) and value.elements:
            return failed(message, path)
        return alternatives(value, test, path, unset=lambda: PASS)

    return judge


def _has_members(*paths: str) -> Predicate:
    """A membership that names at least one user."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if isinstance(value, (Unknown, OneOf)):
                return PASS if isinstance(value, Unknown) and value.elements else undecided(value, path)
            if elements(value):
                return PASS
        return failed(
            Text(f"{paths[0]} is empty: the group has no members", f"{paths[0]} 为空：用户组没有成员"), paths[0]
        )

    return judge


def _group(companions: Mapping[str, str], names: tuple[str, ...]) -> Predicate:
    """A group with members. One without any in a root may be filled elsewhere, unless it is the whole system."""

    @predicate(reads=tuple(f"{kind}:{by}" for kind, by in companions.items()))
    def judge(resource: Resource, context: Context) -> Outcome:
        possible: Unknown | OneOf | None = None
        for kind, by in companions.items():
            found = context.companions(resource, kind, by, names)
            for item in found.sure:
                if item.existence is None:
                    return PASS
                possible = possible or item.existence
            if possible is None and found.possible:
                possible = found.possible[0][1]
        if possible is not None:
            return undecided(possible)
        return undecided(
            Unknown("not-in-scan", " / ".join(companions)),
            message=Text(
                "no membership of this group is in the scan: whether it has members cannot be seen",
                "扫描范围内没有该用户组的成员关系，无法判断其是否有成员",
            ),
        )

    return judge


DIRECT_GRANTS: Final = Rule(
    code="CN071",
    name="iam-no-direct-grant",
    severity=Severity.LOW,
    title=Text("Users get their rights through groups", "用户通过用户组获得权限"),
    rationale=Text(
        "Rights that hang on single users pile up unnoticed and stay when the person changes duties; a group shows who "
        "may do what, and leaving it takes the rights away.",
        "直接授予个人的权限会不知不觉累积，岗位变动后也不会收回；通过用户组授权可一目了然，退出组即收回权限。",
    ),
    remediation=Text(
        "Attach policies to groups and put users into them. Alibaba Cloud: alicloud_ram_group_policy_attachment and "
        "alicloud_ram_user_group_attachment instead of alicloud_ram_user_policy_attachment; principal_type of "
        'alicloud_resource_manager_policy_attachment "IMSGroup", of alicloud_cloud_sso_access_assignment "Group". AWS: '
        "aws_iam_group_policy_attachment and aws_iam_user_group_membership instead of aws_iam_user_policy and "
        'aws_iam_user_policy_attachment; principal_type = "GROUP" in aws_ssoadmin_account_assignment. Tencent Cloud: '
        "tencentcloud_cam_group_policy_attachment and tencentcloud_cam_group_membership instead of "
        "tencentcloud_cam_user_policy_attachment.",
        "将策略附加到用户组，再把用户加入组。阿里云：用 alicloud_ram_group_policy_attachment 与 "
        "alicloud_ram_user_group_attachment 代替 alicloud_ram_user_policy_attachment；"
        'alicloud_resource_manager_policy_attachment 的 principal_type 为 "IMSGroup"，'
        'alicloud_cloud_sso_access_assignment 的为 "Group"。AWS：用 aws_iam_group_policy_attachment 与 '
        "aws_iam_user_group_membership 代替 aws_iam_user_policy 和 aws_iam_user_policy_attachment；"
        'aws_ssoadmin_account_assignment 设置 principal_type = "GROUP"。腾讯云：用 '
        "tencentcloud_cam_group_policy_attachment 与 tencentcloud_cam_group_membership 代替 "
        "tencentcloud_cam_user_policy_attachment。",
    ),
    checks={
        "alicloud_ram_user_policy_attachment": always_fails(_DIRECT, "user_name"),
        "alicloud_resource_manager_policy_attachment": attribute("principal_type").equals("IMSGroup", "ServiceRole"),
        "alicloud_cloud_sso_access_assignment": attribute("principal_type").equals("Group"),
        "alicloud_ram_group_membership": _has_members("user_names"),
        "alicloud_ram_group": _group(
            {"alicloud_ram_group_membership": "group_name", "alicloud_ram_user_group_attachment": "group_name"},
            ("id", "group_name", "name"),
        ),
        "aws_iam_user_policy": always_fails(_DIRECT, "user"),
        "aws_iam_user_policy_attachment": always_fails(_DIRECT, "user"),
        "aws_iam_user_policy_attachments_exclusive": _no_members("policy_arns", _DIRECT),
        "aws_iam_policy_attachment": _no_members("users", _DIRECT),
        "aws_ssoadmin_account_assignment": attribute("principal_type").differs("USER"),
        "aws_iam_group_membership": _has_members("users"),
        "aws_iam_group": _group(
            {"aws_iam_group_membership": "group", "aws_iam_user_group_membership": "groups"}, ("id", "name")
        ),
        "tencentcloud_cam_user_policy_attachment": always_fails(_DIRECT, "user_name"),
        "tencentcloud_cam_group_membership": _has_members("user_names", "user_ids"),
        "tencentcloud_cam_group": _group({"tencentcloud_cam_group_membership": "group_id"}, ("id",)),
    },
    whole=dict.fromkeys(("alicloud_ram_group", "aws_iam_group", "tencentcloud_cam_group"), _EMPTY_GROUP),
)

# --------------------------------------------------------------------------------------------------------------
# Signing in to hosts
# --------------------------------------------------------------------------------------------------------------

_ALICLOUD_PASSWORDS: Final = ("password", "kms_encrypted_password")
_ALICLOUD_TEMPLATE: Final = key_login(
    keys=("key_pair_name",),
    passwords=(),
    inherited="password_inherit",
    non_root="image_options.login_as_non_root",
)
_AWS_SCRIPTS: Final = key_login_by_default("user_data", "user_data_base64")

HOST_LOGIN: Final = Rule(
    code="CN074",
    name="host-key-login",
    severity=Severity.MEDIUM,
    title=Text("Hosts are signed in to with key pairs, not as root", "主机使用密钥对登录，且不使用 root"),
    rationale=Text(
        "Passwords of hosts are tried out around the clock and shared between colleagues; a key pair cannot be "
        "guessed, and a user of one's own leaves a name in the records.",
        "主机口令会被不间断地暴力尝试，也常在多人之间共用；密钥对无法被猜中，使用个人账号登录则可在日志中追溯到人。",
    ),
    remediation=Text(
        "Alibaba Cloud: key_name (or alicloud_ecs_key_pair_attachment) instead of password, kms_encrypted_password and "
        "password_inherit on alicloud_instance, alicloud_ess_scaling_configuration and "
        "alicloud_cs_kubernetes_node_pool, key_pair_name on alicloud_ecs_launch_template; image_options { "
        "login_as_non_root = true } on alicloud_instance and templates. AWS: key_name on aws_instance and "
        "aws_launch_template, and no PasswordAuthentication yes or ssh_pwauth: true in user_data. Tencent Cloud: "
        "key_ids instead of password on tencentcloud_instance, tencentcloud_as_scaling_config and in login_settings of "
        "tencentcloud_cvm_launch_template.",
        "阿里云：alicloud_instance、alicloud_ess_scaling_configuration、alicloud_cs_kubernetes_node_pool 用 key_name"
        "（或 alicloud_ecs_key_pair_attachment）代替 password、kms_encrypted_password 与 password_inherit，"
        "alicloud_ecs_launch_template 设置 key_pair_name；alicloud_instance 与启动模板设置 image_options { "
        "login_as_non_root = true }。AWS：aws_instance、aws_launch_template 设置 key_name，user_data 中不得出现 "
        "PasswordAuthentication yes 或 ssh_pwauth: true。腾讯云：tencentcloud_instance、tencentcloud_as_scaling_config "
        "与 tencentcloud_cvm_launch_template 的 login_settings 用 key_ids 代替 password。",
    ),
    checks={
        "alicloud_instance": key_login(
            keys=("key_name",),
            passwords=_ALICLOUD_PASSWORDS,
            inherited="password_inherit",
            non_root="image_options.login_as_non_root",
            attachments=("alicloud_ecs_key_pair_attachment", "alicloud_key_pair_attachment"),
        ),
        "alicloud_ess_scaling_configuration": key_login(
            keys=("key_name",),
            passwords=_ALICLOUD_PASSWORDS,
            inherited="password_inherit",
            non_root="image_options_login_as_non_root",
        ),
        "alicloud_cs_kubernetes_node_pool": key_login(
            keys=("key_name",), passwords=_ALICLOUD_PASSWORDS, image="image_type"
        ),
        "alicloud_ecs_instance_set": key_login(
            keys=("key_pair_name",), passwords=("password",), inherited="password_inherit"
        ),
        "alicloud_ecs_launch_template": _ALICLOUD_TEMPLATE,
        "alicloud_launch_template": _ALICLOUD_TEMPLATE,
        "aws_instance": _AWS_SCRIPTS,
        "aws_spot_instance_request": _AWS_SCRIPTS,
        "aws_launch_configuration": _AWS_SCRIPTS,
        "aws_launch_template": key_login_by_default("user_data"),
        "tencentcloud_instance": key_login(
            keys=("key_ids", "key_name"),
            passwords=("password",),
            keeps_image="keep_image_login",
            no_key=Text(
                "neither key_ids nor keep_image_login is set: the cloud makes a password and sends it by message",
                "未设置 key_ids 或 keep_image_login：系统会随机生成口令并以站内信发送",
            ),
        ),
        "tencentcloud_as_scaling_config": key_login(
            keys=("key_ids",), passwords=("password",), keeps_image="keep_image_login"
        ),
        "tencentcloud_cvm_launch_template": key_login(
            keys=("login_settings.key_ids",),
            passwords=("login_settings.password",),
            keeps_image="login_settings.keep_image_login",
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Default names of database accounts
# --------------------------------------------------------------------------------------------------------------

_DEFAULT_NAMES: Final = "default-account-names"


def _renamed(*paths: str, default: str | None = None) -> Predicate:
    """The name that stands in the first of these attributes that is set is none that every attacker tries first."""

    @predicate(reads=paths, parameters=(_DEFAULT_NAMES,))
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if value is not None:
                return alternatives(
                    value, partial(_no_default_name, path, context, ""), path, unset=partial(_unset, path, context)
                )
        return _unset(paths[0], context)

    def _unset(path: str, context: Context) -> Outcome:
        if default is None:
            return undecided(Unknown("known-after-apply", path), path)
        return _no_default_name(path, context, "not set and defaults to ", default)

    return judge


def _no_default_name(path: str, context: Context, how: str, value: Any) -> Outcome:
    names = {str(item).lower() for item in context.parameters[_DEFAULT_NAMES]}
    if (as_string(value) or "").lower() not in names:
        return PASS
    how_zh = "未设置，默认为 " if how else "为 "
    return failed(
        Text(
            f"{path} is {how}{show(value)}, a name that every attacker knows",
            f"{path} {how_zh}{show(value)}，属于众所周知的默认账号名",
        ),
        path,
    )


_COPIED: Final = ("snapshot_identifier", "restore_to_point_in_time")


def _takes_over(*paths: str) -> Predicate:
    """A database made from another one has the accounts of that one."""
    return any_of(*(attribute(path).is_set() for path in paths))


DEFAULT_NAMES: Final = Rule(
    code="CN077",
    name="db-default-account-renamed",
    severity=Severity.MEDIUM,
    title=Text("Database accounts do not bear default names", "数据库账号不使用默认名称"),
    rationale=Text(
        "With root, admin, sa or postgres half of the credentials is known beforehand; and an account that everyone "
        "shares shows in no record who acted.",
        "使用 root、admin、sa、postgres 等默认账号名，攻击者只需猜测口令；多人共用的默认账号也无法追溯到具体人员。",
    ),
    remediation=Text(
        "Choose names of your own. Alibaba Cloud: account_name (name in old code) of alicloud_rds_account, "
        "alicloud_db_account, alicloud_polardb_account and the accounts of other engines. AWS: username of "
        "aws_db_instance, master_username of aws_rds_cluster. Tencent Cloud: root_user of "
        "tencentcloud_postgresql_instance (default root), name of tencentcloud_mysql_account.",
        "使用自定义的账号名。阿里云：alicloud_rds_account、alicloud_db_account、alicloud_polardb_account 及其他引擎账号"
        "的 account_name（旧属性 name）。AWS：aws_db_instance 的 username，aws_rds_cluster 的 master_username。腾讯云："
        "tencentcloud_postgresql_instance 的 root_user（默认 root），tencentcloud_mysql_account 的 name。",
    ),
    checks={
        "alicloud_rds_account": _renamed("account_name", "name"),
        "alicloud_db_account": _renamed("account_name", "name"),
        **{
            f"alicloud_{engine}_account": _renamed("account_name")
            for engine in ("polardb", "adb", "gpdb", "kvstore", "mongodb", "click_house")
        },
        "aws_db_instance": unless(_takes_over("replicate_source_db", *_COPIED), _renamed("username")),
        "aws_rds_cluster": unless(
            _takes_over("replication_source_identifier", "global_cluster_identifier", *_COPIED),
            _renamed("master_username"),
        ),
        "aws_docdb_cluster": unless(_takes_over("global_cluster_identifier", *_COPIED), _renamed("master_username")),
        "aws_redshift_cluster": unless(_takes_over("snapshot_identifier"), _renamed("master_username")),
        "tencentcloud_mysql_account": _renamed("name"),
        "tencentcloud_postgresql_instance": _renamed("root_user", default="root"),
        "tencentcloud_postgresql_account": _renamed("user_name"),
        "tencentcloud_sqlserver_account": _renamed("name"),
        "tencentcloud_cynosdb_account": _renamed("account_name"),
        "tencentcloud_mariadb_account": _renamed("user_name"),
        "tencentcloud_mongodb_instance_account": _renamed("user_name"),
    },
)

RULES: Final = (STATIC_KEYS, DIRECT_GRANTS, HOST_LOGIN, DEFAULT_NAMES)
