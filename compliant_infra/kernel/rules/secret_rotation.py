"""Rules on secrets that are kept in a secret store: they are replaced regularly, by the store itself."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import first_block
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    alternatives,
    as_bool,
    as_number,
    as_string,
    failed,
    linked,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.periods import SECONDS_PER_DAY, seconds
from compliant_infra.kernel.rules.record import Rule

DAYS: Final = "secret-rotation-days"

_NEVER: Final = Text("the secret is never replaced", "凭据不会被更换")


def _within(length: float | None, where: str, shown: str, context: Context) -> Outcome:
    """An interval in seconds against the longest that the baseline allows."""
    limit = int(context.parameters[DAYS])
    if length is None:
        return undecided(Unknown("unsupported", shown), where)
    if length <= limit * SECONDS_PER_DAY:
        return PASS
    return failed(
        Text(f"{where} is {shown}; expected at most {limit} days", f"{where} 为 {shown}；应不超过 {limit} 天"), where
    )


def _stands_still(where: str, shown: Text) -> Outcome:
    return failed(Text(f"{where} {shown.en}: {_NEVER.en}", f"{where} {shown.zh}：{_NEVER.zh}"), where)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("secret_type", "enable_automatic_rotation", "rotation_interval"), parameters=(DAYS,))
def _kms_secret(resource: Resource, context: Context) -> Outcome:
    """A secret of RDS, RAM, ECS...: rotated by the service. A generic one is not, and code does not show who does."""

    def interval() -> Outcome:
        value = resource.get("rotation_interval")
        if value is None:
            return undecided(Unknown("known-after-apply", "rotation_interval"), "rotation_interval")
        return alternatives(
            value,
            lambda item: _within(seconds(item, "s"), "rotation_interval", show(item), context),
            "rotation_interval",
        )

    def off(shown: Text) -> Outcome:
        def by_type(value: Any) -> Outcome:
            if not same(value, "Generic"):
                return _stands_still("enable_automatic_rotation", shown)
            return undecided(
                Unknown("unsupported", "secret_type"),
                "secret_type",
                message=Text(
                    "a Generic secret is not rotated by the service: show by other means that it is replaced",
                    "通用凭据（Generic）不由服务自动轮转，需以其他方式证明其定期更换",
                ),
            )

        return alternatives(resource.get("secret_type", "Generic"), by_type, "secret_type")

    switch = resource.get("enable_automatic_rotation")
    if switch is None:
        return off(Text("is not set", "未设置"))
    return alternatives(
        switch,
        lambda item: interval() if as_bool(item) is True else off(Text(f"is {show(item)}", f"为 {show(item)}")),
        "enable_automatic_rotation",
        unset=lambda: off(Text("is not set", "未设置")),
    )


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

_RATE: Final = lazy(r"^rate\((\d+) (day|hour)s?\)$")
_CRON: Final = lazy(r"^cron\((.+)\)$")
#: The longest month: what a schedule of some day of every month keeps.
_LONGEST_MONTH: Final = 31


def _scheduled(expression: str) -> float | None:
    """The longest time between two runs of a schedule in seconds; None where it is not evident."""
    rate = _RATE.match(expression.strip())
    if rate is not None:
        return int(rate[1]) * (SECONDS_PER_DAY if rate[2] == "day" else 3_600)
    cron = _CRON.match(expression.strip())
    fields = cron[1].split() if cron is not None else []
    if len(fields) == 6 and fields[3] == "*" and fields[5] == "*":
        return _LONGEST_MONTH * SECONDS_PER_DAY
    return None


@predicate(reads=("rotation_rules.automatically_after_days", "rotation_rules.schedule_expression"), parameters=(DAYS,))
def _rotation(resource: Resource, context: Context) -> Outcome:
    """The rotation of a secret: after a number of days, or on a schedule."""
    try:
        rules = first_block(resource.get("rotation_rules"))
    except UnknownValueError as error:
        return undecided(error.unknown, "rotation_rules")

    def after(value: Any) -> Outcome:
        where = "rotation_rules.0.automatically_after_days"
        days = as_number(value)
        return _within(None if days is None else days * SECONDS_PER_DAY, where, show(value), context)

    def on_schedule(value: Any) -> Outcome:
        where = "rotation_rules.0.schedule_expression"
        return _within(_scheduled(as_string(value) or ""), where, show(value), context)

    days, schedule = rules.get("automatically_after_days"), rules.get("schedule_expression")
    if days is not None:
        return alternatives(days, after, "rotation_rules.0.automatically_after_days")
    if schedule is not None:
        return alternatives(schedule, on_schedule, "rotation_rules.0.schedule_expression")
    return undecided(Unknown("known-after-apply", "rotation_rules"), "rotation_rules")


_ROTATION: Final = "aws_secretsmanager_secret_rotation"

# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("enable_rotation", "rotation_frequency"), parameters=(DAYS,))
def _product_secret(resource: Resource, context: Context) -> Outcome:
    """Credentials of a database: rotated every ``rotation_frequency`` days (1 by default) where that is on."""

    def interval() -> Outcome:
        def test(value: Any) -> Outcome:
            days = as_number(value)
            length = None if days is None else days * SECONDS_PER_DAY
            return _within(length, "rotation_frequency", show(value), context)

        return alternatives(resource.get("rotation_frequency", 1), test, "rotation_frequency")

    def test(value: Any) -> Outcome:
        if as_bool(value) is True:
            return interval()
        return _stands_still("enable_rotation", Text(f"is {show(value)}", f"为 {show(value)}"))

    value = resource.get("enable_rotation")
    if value is None:
        return _stands_still("enable_rotation", Text("is not set and defaults to false", "未设置，默认为 false"))
    return alternatives(value, test, "enable_rotation")


@predicate(reads=("secret_name",))
def _own_secret(resource: Resource, context: Context) -> Outcome:
    """A secret of one's own: the store keeps it and does not replace it."""
    return undecided(
        Unknown("unsupported", "secret_type"),
        message=Text(
            "a secret of this kind is not rotated by the service: show by other means that it is replaced",
            "此类凭据不由服务自动轮转，需以其他方式证明其定期更换",
        ),
    )


SECRET_ROTATION: Final = Rule(
    code="CN056",
    name="secret-rotation",
    severity=Severity.MEDIUM,
    title=Text("Stored secrets are rotated automatically", "托管凭据自动轮转"),
    rationale=Text(
        "A secret that is never replaced stays usable for whoever has ever seen it: former staff, a leaked log, an old "
        "backup.",
        "从不更换的凭据，任何曾经看到它的人都能一直使用：离职人员、泄露的日志或旧备份。",
    ),
    remediation=Text(
        "Set enable_automatic_rotation = true with rotation_interval (alicloud_kms_secret of RDS, RAM or ECS), add an "
        "aws_secretsmanager_secret_rotation with rotation_rules { automatically_after_days } for each "
        "aws_secretsmanager_secret, set enable_rotation = true with rotation_frequency "
        "(tencentcloud_ssm_product_secret). A one-time rotation does not count.",
        "alicloud_kms_secret（RDS、RAM、ECS 等类型）设置 enable_automatic_rotation = true 和 rotation_interval；为每个 "
        "aws_secretsmanager_secret 添加 aws_secretsmanager_secret_rotation 并设置 "
        "rotation_rules { automatically_after_days }；tencentcloud_ssm_product_secret 设置 enable_rotation = true 和 "
        "rotation_frequency。一次性轮转不算。",
    ),
    checks={
        "alicloud_kms_secret": _kms_secret,
        "aws_secretsmanager_secret": linked(_ROTATION, by="secret_id", that=_rotation),
        _ROTATION: standing_alone("secret_id", ("aws_secretsmanager_secret",), ("id", "arn", "name"), _rotation),
        "tencentcloud_ssm_product_secret": _product_secret,
        "tencentcloud_ssm_secret": _own_secret,
    },
)

RULES: Final[tuple[Rule, ...]] = (SECRET_ROTATION,)
