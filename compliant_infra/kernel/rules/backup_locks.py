"""Rules on backups that nobody can delete before their time."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    as_string,
    attribute,
    failed,
    linked,
    parameter,
    predicate,
    same,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown
from compliant_infra.kernel.packet_filters import Truth, any_true, truth
from compliant_infra.kernel.rules.record import Rule

_LOCKED_VAULT: Final = attribute("worm_enabled").is_true(default=False)


def _is_true(value: Any) -> Truth:
    return False if value is None else truth(value, lambda known: same(known, True))


def _locked(rule: Any, context: Context) -> Truth:
    """Whether a rule of a policy makes backups that cannot be deleted: by itself, or by its vault."""
    kind = truth(rule.get("rule_type", ""), lambda value: as_string(value) == "SECURITY")
    own = _is_true(rule.get("immutable"))
    if kind is True or own is True:
        return True
    vault = context.resolve(rule.get("vault_id"), "alicloud_hbr_vault")
    if vault is not None:
        return any_true((kind, own, _is_true(vault.attributes.get("worm_enabled"))))
    named = rule.get("vault_id")
    if named is None:
        return any_true((kind, own))
    return any_true((kind, own, named if isinstance(named, (Unknown, OneOf)) else Unknown("not-in-scan", f"{named}")))


@predicate(reads=("rules.rule_type", "rules.immutable", "rules.vault_id", "alicloud_hbr_vault:worm_enabled"))
def _policy(resource: Resource, context: Context) -> Outcome:
    """A policy that backs up: one of its rules, or the vault, keeps the backups from deletion."""
    answers: list[Truth] = []
    backs_up: list[Truth] = []
    for _, rule in entries(resource.attributes.get("rules"), "rules"):
        if isinstance(rule, (Unknown, OneOf)):
            answers.append(rule)
            backs_up.append(rule)
            continue
        backup = truth(rule.get("rule_type", ""), lambda value: as_string(value) in ("BACKUP", "SECURITY"))
        backs_up.append(backup)
        if backup is not False:
            answers.append(_locked(rule, context))
    concerns = any_true(backs_up)
    if concerns is False:
        return NOT_APPLICABLE
    answer = any_true(answers)
    if answer is True:
        return PASS
    if concerns is not True:
        return undecided(concerns, "rules")
    if answer is not False:
        return undecided(answer, "rules")
    return failed(
        Text(
            "no rule makes immutable backups, and the vault is not locked",
            "没有任何规则生成不可变备份，备份库也未锁定",
        ),
        "rules",
    )


_LOCK: Final = attribute("min_retention_days").at_least(parameter("backup-retention-days"))

_NO_LOCK: Final = Text(
    "no aws_backup_vault_lock_configuration refers to the vault",
    "没有引用该备份库的 aws_backup_vault_lock_configuration",
)

_IMMUTABLE_BACKUPS: Final = Rule(
    code="CN102",
    name="backup-immutable",
    severity=Severity.LOW,
    title=Text("Backups cannot be deleted before their time", "备份在保留期内不可删除"),
    rationale=Text(
        "Extortionists delete the backups first; a vault that is locked keeps them from everyone, administrators "
        "included.",
        "勒索攻击往往先删除备份；锁定备份库后，包括管理员在内任何人都无法提前删除备份。",
    ),
    remediation=Text(
        "Alibaba Cloud: worm_enabled = true on alicloud_hbr_vault, or rules with immutable = true in "
        "alicloud_hbr_policy. AWS: aws_backup_vault_lock_configuration with min_retention_days for the vault, or "
        "aws_backup_logically_air_gapped_vault.",
        "阿里云：alicloud_hbr_vault 设置 worm_enabled = true，或在 alicloud_hbr_policy 的规则中设置 immutable = true。"
        "AWS：为备份库配置 aws_backup_vault_lock_configuration（min_retention_days），或使用 "
        "aws_backup_logically_air_gapped_vault。",
    ),
    checks={
        "alicloud_hbr_vault": _LOCKED_VAULT,
        "alicloud_hbr_policy": _policy,
        "aws_backup_vault": linked(
            "aws_backup_vault_lock_configuration",
            by="backup_vault_name",
            to=("name", "id"),
            that=_LOCK,
            missing=_NO_LOCK,
        ),
        "aws_backup_vault_lock_configuration": _LOCK,
        "aws_backup_logically_air_gapped_vault": _LOCK,
    },
)

RULES: Final = (_IMMUTABLE_BACKUPS,)
