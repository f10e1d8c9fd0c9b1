"""How long an identity stays usable: failed sign-ins, sessions, and users and keys that no one uses any more."""

from __future__ import annotations

import re
from typing import Any, Final

from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    as_number,
    attribute,
    each_of,
    failed,
    parameter,
    predicate,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Verdict
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.rules.record import Absence, Rule

# --------------------------------------------------------------------------------------------------------------
# Failed sign-ins
# --------------------------------------------------------------------------------------------------------------

_FAILURES: Final = "login-max-failures"


def _limited(path: str, default: Any = None, *, computed: bool = False) -> Predicate:
    """Failed sign-ins are counted and the account is locked: 0 means that they are not counted."""

    def test(value: Any, context: Context) -> bool:
        times = as_number(value)
        return times is not None and bool(0 < times <= context.parameters[_FAILURES])

    def expected(context: Context) -> Text:
        limit = context.parameters[_FAILURES]
        return Text(f"1 to {limit} (0 is no limit)", f" 1 至 {limit}（0 表示不限制）")

    item = attribute(path)
    if computed:
        return item.that(test, expected, missing="unknown", parameters=(_FAILURES,))
    return item.that(test, expected, default=default, parameters=(_FAILURES,))


@predicate(reads=("protocol_type.ssh", "protocol_type.rdp"))
def _watches_sign_ins(resource: Resource, context: Context) -> Outcome:
    """The rule watches SSH or RDP: both are on unless they are switched off, one of them is of use on a host."""
    watched = attribute("protocol_type.ssh").equals("on", default="on")(resource, context)
    other = attribute("protocol_type.rdp").equals("on", default="on")(resource, context)
    if watched.verdict is Verdict.PASS or other.verdict is Verdict.PASS:
        return PASS
    if watched.unknown is not None or other.unknown is not None:
        return watched if watched.unknown is not None else other
    return failed(
        Text("the rule watches neither SSH nor RDP sign-ins", "该规则对 SSH 与 RDP 登录均不拦截"),
        "protocol_type.0.ssh",
    )


LOCKOUT: Final = Rule(
    code="CN065",
    name="iam-lockout",
    severity=Severity.MEDIUM,
    title=Text("Failed sign-ins lock the account for a while", "登录失败达到次数后锁定账号"),
    rationale=Text(
        "Where guesses are free, a machine tries passwords until one fits; a lock after a few failures makes that "
        "hopeless and is noticed.",
        "如果不限制失败次数，攻击者可用程序不断尝试口令；失败数次即锁定，可使暴力破解失去意义并及时暴露。",
    ),
    remediation=Text(
        "Alibaba Cloud: max_login_attempts = 5 (not 0) in alicloud_ram_account_password_policy, max_login_attemps = 5 "
        "in alicloud_ram_password_policy (its default is no limit), password_policy.max_login_attempts = 5 in "
        "alicloud_cloud_sso_directory; for hosts fail_count = 5 and forbidden_time = 30 in "
        "alicloud_threat_detection_anti_brute_force_rule.",
        "阿里云：alicloud_ram_account_password_policy 设置 max_login_attempts = 5（不能为 0），"
        "alicloud_ram_password_policy 设置 max_login_attemps = 5（默认不限制），alicloud_cloud_sso_directory 设置 "
        "password_policy.max_login_attempts = 5；主机由 alicloud_threat_detection_anti_brute_force_rule 设置 "
        "fail_count = 5、forbidden_time = 30。",
    ),
    checks={
        "alicloud_ram_account_password_policy": _limited("max_login_attempts", default=5),
        "alicloud_ram_password_policy": _limited("max_login_attemps", default=0),
        "alicloud_cloud_sso_directory": _limited("password_policy.max_login_attempts", computed=True),
        "alicloud_threat_detection_anti_brute_force_rule": each_of(
            _limited("fail_count"),
            attribute("forbidden_time").at_least(parameter("login-lockout-minutes")),
            _watches_sign_ins,
        ),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Sessions
# --------------------------------------------------------------------------------------------------------------

_SESSION: Final = "role-session-seconds"
_ROLE_SESSION: Final = attribute("max_session_duration").at_most(parameter(_SESSION), default=3600)

#: A duration of ISO 8601 as session durations are written: ``PT8H``, ``PT1H30M``, ``P1DT2H``.
_DURATION: Final = lazy(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)


def iso_seconds(value: Any) -> int | None:
    """The seconds of a duration of ISO 8601 of days or less; None where it is none."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _iso_at_most(value: Any, context: Context) -> bool:
    seconds = iso_seconds(value)
    return seconds is not None and bool(seconds <= context.parameters[_SESSION])


def _iso_expected(context: Context) -> Text:
    limit = context.parameters[_SESSION]
    return Text(f"a duration of at most {limit} seconds", f"不超过 {limit} 秒的时长")


SESSIONS: Final = Rule(
    code="CN066",
    name="iam-session-timeout",
    severity=Severity.LOW,
    title=Text("Console and role sessions end within hours", "控制台会话与角色会话须限时失效"),
    rationale=Text(
        "A session that lives for half a day can be taken over on an unattended desk or from a leaked token long after "
        "its owner has gone.",
        "持续半天以上的会话，即使本人早已离开，仍可能在无人值守的终端上或因令牌泄露而被他人利用。",
    ),
    remediation=Text(
        "Alibaba Cloud: login_session_duration = 8 or less (hours) in alicloud_ram_security_preference; "
        "max_session_duration = 14400 or less in alicloud_ram_role and alicloud_resource_manager_role, "
        "session_duration likewise in alicloud_cloud_sso_access_configuration. AWS: max_session_duration = 14400 or "
        'less in aws_iam_role, session_duration = "PT4H" or less in aws_ssoadmin_permission_set. Tencent Cloud: '
        "session_duration = 7200 in tencentcloud_cam_role.",
        "阿里云：alicloud_ram_security_preference 的 login_session_duration 不超过 8（小时）；alicloud_ram_role 与 "
        "alicloud_resource_manager_role 的 max_session_duration 不超过 14400，alicloud_cloud_sso_access_configuration "
        "的 session_duration 同理。AWS：aws_iam_role 的 max_session_duration 不超过 14400，aws_ssoadmin_permission_set "
        '的 session_duration 不超过 "PT4H"。腾讯云：tencentcloud_cam_role 设置 session_duration = 7200。',
    ),
    checks={
        "alicloud_ram_security_preference": attribute("login_session_duration").at_most(
            parameter("console-session-hours"), default=6
        ),
        "alicloud_ram_role": _ROLE_SESSION,
        "alicloud_resource_manager_role": _ROLE_SESSION,
        "alicloud_cloud_sso_access_configuration": attribute("session_duration").at_most(
            parameter(_SESSION), default=3600
        ),
        "aws_iam_role": _ROLE_SESSION,
        "aws_ssoadmin_permission_set": attribute("session_duration").that(
            _iso_at_most, _iso_expected, default="PT1H", parameters=(_SESSION,)
        ),
        # No default is documented.
        "tencentcloud_cam_role": attribute("session_duration").at_most(parameter(_SESSION), missing="unknown"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Idle users and keys
# --------------------------------------------------------------------------------------------------------------

_IDLE: Final = parameter("idle-identity-days")

IDLE: Final = Rule(
    code="CN069",
    name="iam-idle-cleanup",
    severity=Severity.MEDIUM,
    title=Text("Users and access keys that no one uses are disabled", "自动停用长期闲置的用户与访问密钥"),
    rationale=Text(
        "Accounts of people who have left and keys of forgotten programs are watched by no one: whoever finds one "
        "works unnoticed.",
        "离职人员的账号和被遗忘程序的密钥无人关注，一旦被他人获得，可长期使用而不被察觉。",
    ),
    remediation=Text(
        "Alibaba Cloud: in alicloud_ram_security_preference set max_idle_days_for_users = 90 and "
        "max_idle_days_for_access_keys = 90 (both default to 730).",
        "阿里云：在 alicloud_ram_security_preference 中设置 max_idle_days_for_users = 90、"
        "max_idle_days_for_access_keys = 90（两者默认均为 730）。",
    ),
    checks={
        "alicloud_ram_security_preference": each_of(
            attribute("max_idle_days_for_users").at_most(_IDLE, default=730),
            attribute("max_idle_days_for_access_keys").at_most(_IDLE, default=730),
        ),
    },
    absence=Absence(
        {"alicloud": ("alicloud_ram_security_preference",)},
        Text("nothing declares that idle users and keys are disabled", "没有声明自动停用闲置用户与密钥的设置"),
    ),
)

RULES: Final = (LOCKOUT, SESSIONS, IDLE)
