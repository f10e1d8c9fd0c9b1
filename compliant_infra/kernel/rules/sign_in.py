"""Proving who one is: password policies, the second factor, and data stores that ask for no password."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_bool,
    as_number,
    attribute,
    each_of,
    exists,
    failed,
    parameter,
    predicate,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.policies import (
    Answer,
    Policy,
    Statement,
    all_true,
    any_true,
    denies,
    judge_policy,
)
from compliant_infra.kernel.rules.record import Absence, Rule

# --------------------------------------------------------------------------------------------------------------
# Password policies
# --------------------------------------------------------------------------------------------------------------


def _expires(path: str, default: Any = None, *, computed: bool = False) -> Predicate:
    """The password's age is limited: 0 means that it never expires."""
    name = "password-max-age-days"

    def test(value: Any, context: Context) -> bool:
        days = as_number(value)
        return days is not None and bool(0 < days <= context.parameters[name])

    def expected(context: Context) -> Text:
        limit = context.parameters[name]
        return Text(f"1 to {limit} days", f" 1 至 {limit} 天")

    item = attribute(path)
    if computed:
        return item.that(test, expected, missing="unknown", parameters=(name,))
    return item.that(test, expected, default=default, parameters=(name,))


def _classes(default: bool) -> tuple[Predicate, ...]:
    """All four classes of characters are required."""
    return tuple(
        attribute(name).is_true(default=default)
        for name in (
            "require_lowercase_characters",
            "require_uppercase_characters",
            "require_numbers",
            "require_symbols",
        )
    )


PASSWORD_POLICY: Final = Rule(
    code="CN064",
    name="iam-password-policy",
    severity=Severity.HIGH,
    title=Text(
        "Console passwords are long, mixed, expiring and not reused",
        "控制台口令须满足长度、复杂度、定期更换且不得重复使用",
    ),
    rationale=Text(
        "Short, simple, never-changing or recycled passwords can be guessed or tried out from leaked lists, and one "
        "hit "
        "opens the account that runs everything else.",
        "过短、过于简单、长期不换或重复使用的口令容易被猜中或撞库，一旦得手，攻击者即可控制整个云账号。",
    ),
    remediation=Text(
        "Alibaba Cloud: in alicloud_ram_account_password_policy (or alicloud_ram_password_policy) set "
        "minimum_password_length to at least the required length, all four require_* attributes to true, "
        "max_password_age to 90 or less (not 0) and password_reuse_prevention to 3 or more; in "
        "alicloud_cloud_sso_directory "
        "the same in password_policy, with password_not_contain_username = true. AWS: the same attributes in "
        "aws_iam_account_password_policy. Tencent Cloud sets the policy in the console only.",
        "阿里云：在 alicloud_ram_account_password_policy（或 alicloud_ram_password_policy）中将 "
        "minimum_password_length "
        "设为不低于要求的长度，四个 require_* 均为 true，max_password_age 不超过 90（不能为 0），"
        "password_reuse_prevention 不少于 3；云 SSO 在 alicloud_cloud_sso_directory 的 password_policy 中同样设置，并"
        "令 "
        "password_not_contain_username = true。AWS：在 aws_iam_account_password_policy 中设置同名属性。腾讯云只能在控"
        "制台设置。",
    ),
    checks={
        "alicloud_ram_account_password_policy": each_of(
            attribute("minimum_password_length", default=12).at_least(parameter("password-min-length")),
            *_classes(default=True),
            _expires("max_password_age", default=0),
            attribute("password_reuse_prevention", default=0).at_least(parameter("password-reuse-prevention")),
        ),
        "alicloud_ram_password_policy": each_of(
            attribute("minimum_password_length", default=8).at_least(parameter("password-min-length")),
            *_classes(default=False),
            _expires("max_password_age", default=0),
            attribute("password_reuse_prevention", default=0).at_least(parameter("password-reuse-prevention")),
        ),
        "alicloud_cloud_sso_directory": each_of(
            attribute("password_policy.min_password_length").at_least(
                parameter("password-min-length"), missing="unknown"
            ),
            _expires("password_policy.max_password_age", computed=True),
            attribute("password_policy.password_reuse_prevention").at_least(
                parameter("password-reuse-prevention"), missing="unknown"
            ),
            attribute("password_policy.password_not_contain_username").is_true(missing="unknown"),
        ),
        "aws_iam_account_password_policy": each_of(
            attribute("minimum_password_length", default=6).at_least(parameter("password-min-length")),
            *_classes(default=False),
            _expires("max_password_age", default=0),
            attribute("password_reuse_prevention", default=0).at_least(parameter("password-reuse-prevention")),
        ),
    },
    absence=Absence(
        {
            "alicloud": ("alicloud_ram_account_password_policy", "alicloud_ram_password_policy"),
            "aws": ("aws_iam_account_password_policy",),
        },
        Text("no password policy of the account is declared", "没有声明账号的口令策略"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# Second factor
# --------------------------------------------------------------------------------------------------------------

#: The deprecated attribute says the same in old code; where both are unset the default is "independent".
_RAM_FORCED: Final = when(
    attribute("mfa_operation_for_login").is_unset(),
    when(
        attribute("enforce_mfa_for_login").is_unset(),
        attribute("mfa_operation_for_login").equals("mandatory", default="independent"),
        attribute("enforce_mfa_for_login").is_true(),
    ),
    attribute("mfa_operation_for_login").equals("mandatory"),
)

_MFA_KEYS: Final = ("aws:multifactorauthpresent",)


def _without_mfa(statement: Statement) -> Answer:
    """Whether the statement denies requests without a second factor.

    With ``Bool`` alone the key is absent from requests that are signed with a long-term key and the denial does not
    reach them, but a console session always carries it: both forms hold for console users.
    """
    answers: list[Answer] = list(statement.unknown_conditions)
    for operator, keys in statement.conditions.items():
        if operator.removesuffix("ifexists") != "bool":
            continue
        for key, values in keys.items():
            if key in _MFA_KEYS:
                answers.extend(_is_false(value) for value in values)
    return all_true((denies(statement), any_true(answers)))


def _is_false(value: Any) -> Answer:
    if isinstance(value, (Unknown, OneOf)):
        return value
    return as_bool(value) is False


_AWS_POLICIES: Final = ("aws_iam_policy", "aws_iam_group_policy", "aws_iam_user_policy")


@predicate(reads=("user", *(f"{item}:policy" for item in _AWS_POLICIES)))
def _console_user_needs_mfa(resource: Resource, context: Context) -> Outcome:
    """A console password of IAM: some policy of the root denies what is done without a second factor.

    Whether that policy is attached to this very user is often decided by group membership elsewhere: a policy in the
    root is taken as its being enforced, no policy at all as a finding.
    """
    unknown: Outcome | None = None

    def test(policy: Policy) -> Outcome:
        answer = any_true([*(_without_mfa(item) for item in policy.statements), *policy.unknown_statements])
        if answer is True:
            return PASS
        return undecided(answer, "policy") if isinstance(answer, (Unknown, OneOf)) else failed(Text("", ""), "policy")

    for policy in context.resources(*_AWS_POLICIES):
        document = policy.attributes.get("policy", "")
        outcome = judge_policy(document, "policy", test)
        if outcome.unknown is None and outcome.verdict is PASS.verdict:
            if policy.existence is None:
                return PASS
            outcome = undecided(policy.existence)
        if isinstance(document, OneOf) and outcome.verdict is Verdict.UNKNOWN:
            outcome = undecided(document)
        if outcome.unknown is not None and not (
            isinstance(outcome.unknown, Unknown) and outcome.unknown.reason == "unsupported"
        ):
            unknown = unknown or undecided(outcome.unknown, "user")
    return unknown or failed(
        Text(
            "the user signs in with a password only: no policy denies requests without aws:MultiFactorAuthPresent",
            "该用户仅凭口令即可登录：没有任何策略拒绝未通过多因素认证（aws:MultiFactorAuthPresent）的请求",
        ),
        "user",
    )


_FACTORS: Final = ("phone", "stoken", "wechat")


@predicate(reads=tuple(f"{block}.{factor}" for block in ("login_flag", "action_flag") for factor in _FACTORS))
def _cam_flags(resource: Resource, context: Context) -> list[Outcome]:
    """Signing in needs one of the factors; so do sensitive operations where the block is written."""
    outcomes = []
    for name in ("login_flag", "action_flag"):
        value = resource.attributes.get(name)
        if value is None and name == "action_flag":
            continue
        outcomes.append(alternatives(value, partial(_some_factor, name), name))
    return outcomes


def _some_factor(name: str, value: Any) -> Outcome:
    blocked: Unknown | OneOf | None = None
    for block in blocks(value):
        for factor in _FACTORS:
            flag = block.get(factor)
            if isinstance(flag, (Unknown, OneOf)):
                blocked = flag if blocked is None else blocked
            elif flag is not None and as_number(flag) not in (None, 0):
                return PASS
    if blocked is not None:
        return undecided(blocked, name)
    return failed(
        Text(
            f"{name} switches on none of phone, stoken and wechat: there is no second factor",
            f"{name} 未启用 phone、stoken、wechat 中的任何一种：没有第二种鉴别方式",
        ),
        name,
    )


SECOND_FACTOR: Final = Rule(
    code="CN067",
    name="iam-mfa",
    severity=Severity.CRITICAL,
    title=Text("Console sign-in needs a second factor", "控制台登录须启用多因素认证"),
    rationale=Text(
        "A password alone can be phished, guessed or bought. With a second factor of another kind a stolen password "
        "is not enough to administer the cloud account.",
        "单一口令可能被钓鱼、猜测或购买得到；叠加另一类鉴别因素后，仅凭失窃的口令无法管理云账号。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_ram_security_preference with mfa_operation_for_login = "mandatory" (old name: '
        "enforce_mfa_for_login = true), or mfa_bind_required = true on each alicloud_ram_login_profile; "
        'alicloud_cloud_sso_directory with mfa_authentication_status = "Enabled". AWS: attach to console users a '
        "policy (aws_iam_policy, aws_iam_group_policy) that denies everything where "
        "aws:MultiFactorAuthPresent is false. Tencent Cloud: tencentcloud_cam_mfa_flag with one of "
        "phone, stoken, wechat set to 1 in login_flag (and action_flag).",
        '阿里云：alicloud_ram_security_preference 设置 mfa_operation_for_login = "mandatory"（旧属性为 '
        "enforce_mfa_for_login = true），或为每个 alicloud_ram_login_profile 设置 mfa_bind_required = true；"
        'alicloud_cloud_sso_directory 设置 mfa_authentication_status = "Enabled"。AWS：通过 aws_iam_policy 或 '
        "aws_iam_group_policy 为控制台用户附加在 aws:MultiFactorAuthPresent 为 false 时拒绝一切操作的策略。"
        "腾讯云：tencentcloud_cam_mfa_flag 的 login_flag"
        "（及 action_flag）中将 phone、stoken、wechat 至少一项设为 1。",
    ),
    checks={
        "alicloud_ram_security_preference": _RAM_FORCED,
        "alicloud_ram_login_profile": any_of(
            attribute("mfa_bind_required").is_true(default=False),
            exists(
                "alicloud_ram_security_preference",
                that=_RAM_FORCED,
                missing=Text("no security preference forces it either", "也没有安全偏好设置强制启用"),
            ),
        ),
        "alicloud_cloud_sso_directory": attribute("mfa_authentication_status").equals("Enabled", missing="unknown"),
        "aws_iam_user_login_profile": _console_user_needs_mfa,
        "tencentcloud_cam_mfa_flag": _cam_flags,
    },
    absence=Absence(
        {
            "alicloud": (
                "alicloud_ram_security_preference",
                "alicloud_ram_login_profile",
                "alicloud_cloud_sso_directory",
            ),
            "tencentcloud": ("tencentcloud_cam_mfa_flag",),
        },
        Text("nothing declares that console sign-in needs a second factor", "没有声明控制台登录须使用多因素认证"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# Data stores without a password
# --------------------------------------------------------------------------------------------------------------


def _is_given(value: Any) -> bool:
    """Whether a credential is given. A variable without default must be given, a reference exists."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, OneOf):
        answers = [_is_given(item) for item in value.alternatives]
        if all(answers) or not any(answers):
            return all(answers)
        raise UnknownValueError(value)
    if isinstance(value, (list, tuple)):
        return any(_is_given(item) for item in value)
    return value is not None and value != ""


#: The service's own user: it has every right and no password, unless a user of the same name takes its place.
_BUILT_IN_USER: Final = "default"
_USER_GROUP: Final = "aws_elasticache_user_group"
_GROUP_MEMBER: Final = "aws_elasticache_user_group_association"
_UNKNOWN: Final = (Unknown, OneOf)


def _same_text(left: Any, right: Any) -> bool | Unknown | OneOf:
    """Whether two texts are equal, or the unknown that decides it. What refers to a resource equals no literal."""
    for side, other in ((left, right), (right, left)):
        if isinstance(side, OneOf):
            answers = [_same_text(item, other) for item in side.alternatives]
            if all(answer is True for answer in answers) or all(answer is False for answer in answers):
                return answers[0]
            return side
    for side in (left, right):
        if isinstance(side, Unknown):
            return side if side.reference is None else False
    return isinstance(left, str) and left == right


def _is_group(value: Any, group: Resource, context: Context) -> bool | Unknown | OneOf:
    """Whether a value names a user group, by reference or by its id."""
    if isinstance(value, Unknown) and value.reference is not None:
        return context.resolve(value, _USER_GROUP) is group
    if isinstance(value, OneOf):
        answers = [_is_group(item, group, context) for item in value.alternatives]
        return answers[0] if all(answer is True for answer in answers) or not any(map(_may, answers)) else value
    name = group.attributes.get("user_group_id")
    return False if name is None else _same_text(value, name)


def _may(answer: bool | Unknown | OneOf) -> bool:
    return answer is not False


def _holds_built_in_user(group: Resource, context: Context) -> bool | Unknown | OneOf:
    """Whether a user group has the built-in user among its members, or the unknown that decides it."""
    doubt: bool | Unknown | OneOf = False
    listed = group.attributes.get("user_ids")
    choices, choice = (listed.alternatives, listed) if isinstance(listed, OneOf) else ((listed,), None)
    users: list[tuple[Any, Unknown | OneOf | None]] = [(user, choice) for one in choices for user in elements(one)]
    members = context.companions(group, _GROUP_MEMBER, "user_group_id", ("id", "user_group_id"))
    users.extend((member.attributes.get("user_id"), member.existence) for member in members.sure)
    users.extend((member.attributes.get("user_id"), unknown) for member, unknown in members.possible)
    for user, unknown in users:
        answer = _same_text(user, _BUILT_IN_USER)
        if answer is True and unknown is None:
            return True
        if answer is not False and doubt is False:
            doubt = answer if unknown is None or answer is not True else unknown
    return doubt


def _built_in_user(groups: Any, context: Context) -> Outcome | None:
    """A fail where a user group of the scan holds the built-in user, undecided where it may."""
    doubt: Outcome | None = None
    for item in elements(groups):
        for group in context.resources(_USER_GROUP):
            named = _is_group(item, group, context)
            held = _holds_built_in_user(group, context) if named is not False else False
            if held is False or named is False:
                continue
            blocked = next((answer for answer in (named, held, group.existence) if isinstance(answer, _UNKNOWN)), None)
            if blocked is not None:
                doubt = doubt or undecided(blocked, "user_group_ids")
                continue
            return failed(
                Text(
                    f'{group.address} holds the built-in user "default", which has no password',
                    f"{group.address} 含有内置用户 default，该用户没有口令",
                ),
                "user_group_ids",
            )
    return doubt


@predicate(
    reads=(
        "auth_token",
        "auth_token_wo",
        "user_group_ids",
        "engine",
        f"{_USER_GROUP}:user_group_id",
        f"{_USER_GROUP}:user_ids",
        f"{_GROUP_MEMBER}:user_group_id",
        f"{_GROUP_MEMBER}:user_id",
    )
)
def _group_asks_for_password(resource: Resource, context: Context) -> Outcome:
    blocked: UnknownValueError | None = None
    for name in ("auth_token", "auth_token_wo"):
        try:
            if _is_given(resource.attributes.get(name)):
                return PASS
        except UnknownValueError as error:
            blocked = blocked or error
    groups = resource.attributes.get("user_group_ids")
    if isinstance(groups, (Unknown, OneOf)):
        # A list that is unknown as a whole may be empty.
        blocked = blocked or UnknownValueError(groups)
    elif _is_given(groups):
        return _built_in_user(groups, context) or PASS
    if blocked is not None:
        return undecided(blocked.unknown, "user_group_ids" if groups is not None else "auth_token")
    return failed(
        Text(
            "neither auth_token nor user_group_ids is set: whoever reaches the port reads and writes",
            "auth_token 与 user_group_ids 均未设置：任何能连到端口者都可读写数据",
        ),
        "auth_token",
    )


@predicate(reads=("engine", "replication_group_id"))
def _single_cache_has_no_password(resource: Resource, context: Context) -> Outcome:
    """A cache cluster outside a replication group cannot ask for a password; memcached has none in this service."""
    if resource.get("replication_group_id") is not None:
        return NOT_APPLICABLE
    engine = resource.get("engine", "memcached")

    def test(known: Any) -> Outcome:
        if known == "memcached":
            return NOT_APPLICABLE
        return failed(
            Text(
                f"a {show(known)} cluster outside a replication group cannot require a password",
                f"不属于复制组的 {show(known)} 集群无法启用口令认证",
            ),
            "engine",
        )

    return alternatives(engine, test, "engine")


#: A disabled user needs no password: the access string starts with "off".
_USER_IS_OFF: Final = attribute("access_string").that(
    lambda value, context: str(value).split()[:1] == ["off"], Text("a disabled user", "停用的用户")
)

PASSWORD_REQUIRED: Final = Rule(
    code="CN076",
    name="db-auth-required",
    severity=Severity.CRITICAL,
    title=Text("Caches and in-memory databases ask for a password", "缓存与内存数据库须启用身份认证"),
    rationale=Text(
        "Without a password everyone who reaches the port is a full administrator of the data, from any host in the "
        "network and after any mistake in a security group.",
        "关闭口令认证后，网络内任何主机只要能访问端口（或安全组一旦误配）即拥有数据的全部权限。",
    ),
    remediation=Text(
        'Alibaba Cloud: vpc_auth_mode = "Open" on alicloud_kvstore_instance and alicloud_redis_tair_instance. AWS: '
        "auth_token "
        "or user_group_ids on aws_elasticache_replication_group, no aws_elasticache_user with no_password_required, an "
        "own ACL instead of open-access on aws_memorydb_cluster. Tencent Cloud: no_auth = false on "
        "tencentcloud_redis_instance.",
        '阿里云：alicloud_kvstore_instance 与 alicloud_redis_tair_instance 设置 vpc_auth_mode = "Open"。AWS：'
        "aws_elasticache_replication_group 设置 auth_token 或 user_group_ids，不使用 no_password_required 的 "
        "aws_elasticache_user，aws_memorydb_cluster 使用自建 ACL 而非 open-access。腾讯云：tencentcloud_redis_instance "
        "设置 no_auth = false。",
    ),
    checks={
        "alicloud_kvstore_instance": unless(
            attribute("instance_type").equals("Memcache", default="Redis"),
            attribute("vpc_auth_mode").equals("Open", default="Open"),
        ),
        # The same service as above under a newer resource: password access is on unless it is switched off.
        "alicloud_redis_tair_instance": attribute("vpc_auth_mode").equals("Open", default="Open"),
        "aws_elasticache_replication_group": _group_asks_for_password,
        "aws_elasticache_cluster": _single_cache_has_no_password,
        "aws_elasticache_user": unless(
            _USER_IS_OFF,
            all_of(
                attribute("no_password_required").is_false(default=False),
                attribute("authentication_mode.type").differs("no-password-required", missing="not-applicable"),
            ),
        ),
        "aws_memorydb_cluster": attribute("acl_name").differs("open-access"),
        "tencentcloud_redis_instance": attribute("no_auth").is_false(default=False),
    },
)

RULES: Final = (PASSWORD_POLICY, SECOND_FACTOR, PASSWORD_REQUIRED)
