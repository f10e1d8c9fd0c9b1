"""Backups: that disks, file systems and databases have them, for how long, and that a copy lies in a second region.

Where a store is part of the scan and neither it nor anything that refers to it makes a backup (or a copy), that is the
finding; it sits on the store. What a policy resource says is judged on the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.backup_selections import SELECTION_READS, by_lifecycle_manager, by_selection
from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.google_data import SQL_BACKUP
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_number,
    attribute,
    each_of,
    failed,
    is_given,
    linked,
    predicate,
    show,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.rules.record import Rule

_DAYS: Final = "backup-retention-days"
_DAILY: Final = "daily-backups"

# --------------------------------------------------------------------------------------------------------------
# Retention
# --------------------------------------------------------------------------------------------------------------


def _kept(path: str, *, default: Any = None, forever: int | None = None, missing: str = "", unit: int = 1) -> Predicate:
    """Backups are kept for the parameter's days. ``forever`` is the value without end, ``unit`` how many make a day.

    Unset: the default; without one what ``missing`` says (``unknown`` unless given).
    """

    def test(value: Any, context: Context) -> bool:
        number = as_number(value)
        return number is not None and (number == forever or bool(number >= context.parameters[_DAYS] * unit))

    def expected(context: Context) -> Text:
        limit = context.parameters[_DAYS]
        seconds = f" ({limit * unit})" if unit != 1 else ""
        return Text(f"at least {limit} days{seconds}", f"至少 {limit} 天{seconds}")

    item = attribute(path) if default is None else attribute(path, default)
    if missing == "not-applicable":
        return item.that(test, expected, missing="not-applicable", parameters=(_DAYS,))
    if missing == "pass":
        return item.that(test, expected, missing="pass", parameters=(_DAYS,))
    return item.that(test, expected, missing="unknown", parameters=(_DAYS,))


def _every_day(path: str) -> Predicate:
    """Where the baseline asks for daily backups: the policy runs on each day of the week.

    The days stand in a list, or in one text that is joined by commas; how they are called does not matter.
    """

    @predicate(reads=(path,), parameters=(_DAILY,))
    def judge(resource: Resource, context: Context) -> Outcome:
        if not context.parameters[_DAILY]:
            return NOT_APPLICABLE

        def test(value: Any) -> Outcome:
            items = value.split(",") if isinstance(value, str) else elements(value)
            known = {str(item).strip() for item in items if not isinstance(item, (Unknown, OneOf))}
            if len(known) >= 7:
                return PASS
            blocked = next((item for item in items if isinstance(item, (Unknown, OneOf))), None)
            if blocked is not None:
                return undecided(blocked, path)
            return failed(
                Text(f"runs on {len(known)} of 7 days, not daily", f"每周仅执行 {len(known)} 天，未做到每日备份"), path
            )

        value = resource.attributes.get(path)
        return NOT_APPLICABLE if value is None else alternatives(value, test, path, unset=lambda: NOT_APPLICABLE)

    return judge


def _outcome_of(found: Sequence[Resource], possible: Sequence[tuple[Resource, Unknown | OneOf]]) -> Outcome | None:
    """A pass by a companion that is surely there, unknown by one that may be, None without any."""
    blocked: Unknown | OneOf | None = None
    for item in found:
        if item.existence is None:
            return PASS
        blocked = item.existence if blocked is None else blocked
    for _, unknown in possible:
        blocked = unknown if blocked is None else blocked
    return None if blocked is None else undecided(blocked)


def _companion(resource: Resource, context: Context, type: str, by: str) -> Outcome | None:
    found = context.companions(resource, type, by, ("id", "arn", "identifier", "bucket", "name"))
    return _outcome_of(found.sure, found.possible)


def _first(outcomes: Iterable[Outcome | None], missing: Outcome) -> Outcome:
    """A pass if there is one, else the first unknown, else the finding."""
    blocked: Outcome | None = None
    for outcome in outcomes:
        if outcome is None:
            continue
        if outcome.verdict is Verdict.PASS:
            return outcome
        blocked = blocked or outcome
    return blocked or missing


# --------------------------------------------------------------------------------------------------------------
# Snapshots of disks and file systems
# --------------------------------------------------------------------------------------------------------------


def _no_snapshots(path: str, what_en: str, what_zh: str) -> Outcome:
    return failed(
        Text(
            f"no automatic snapshot or backup policy covers {what_en}",
            f"没有自动快照或备份策略覆盖{what_zh}",
        ),
        path,
    )


#: Disks that live on the host: no snapshot can be made of them.
_LOCAL_DISKS: Final = ("ephemeral", "local_disk", "elastic_ephemeral")


def _is_local(category: Any) -> bool:
    return isinstance(category, str) and category.startswith(_LOCAL_DISKS)


@predicate(
    reads=(
        "category",
        "alicloud_ecs_auto_snapshot_policy_attachment:disk_id",
        "alicloud_hbr_policy_binding:data_source_id",
    )
)
def _ecs_disk(resource: Resource, context: Context) -> Outcome:
    if _is_local(resource.attributes.get("category")):
        return NOT_APPLICABLE
    return _first(
        (
            _companion(resource, context, "alicloud_ecs_auto_snapshot_policy_attachment", "disk_id"),
            _backed_up_whole(resource, context),
        ),
        _no_snapshots("", "the disk", "该云盘"),
    )


def _backed_up_whole(disk: Resource, context: Context) -> Outcome | None:
    """The disk hangs on an instance that is backed up as a whole."""
    attachments = context.companions(disk, "alicloud_ecs_disk_attachment", "disk_id", ("id",)).sure
    old = context.companions(disk, "alicloud_disk_attachment", "disk_id", ("id",)).sure
    values = [item.attributes.get("instance_id") for item in (*attachments, *old)]
    values.append(disk.attributes.get("instance_id"))
    for value in values:
        instance = context.resolve(value, "alicloud_instance")
        if instance is not None:
            return _ecs_backup(instance, context)
    return None


def _ecs_backup(instance: Resource, context: Context) -> Outcome | None:
    """Cloud Backup of the instance: a plan, or a policy bound to it."""
    found = [
        _companion(instance, context, "alicloud_hbr_policy_binding", "data_source_id"),
        _companion(instance, context, "alicloud_hbr_ecs_backup_plan", "instance_id"),
    ]
    passes = [item for item in found if item is not None]
    return _first(passes, passes[0]) if passes else None


@predicate(
    reads=(
        "system_disk_auto_snapshot_policy_id",
        "system_disk_category",
        "data_disks.auto_snapshot_policy_id",
        "data_disks.category",
        "alicloud_ecs_auto_snapshot_policy_attachment:disk_id",
        "alicloud_hbr_policy_binding:data_source_id",
        "alicloud_hbr_ecs_backup_plan:instance_id",
    )
)
def _ecs_instance(resource: Resource, context: Context) -> Iterator[Outcome]:
    """The system disk and every inline data disk, unless the instance is backed up as a whole."""
    whole = _first(
        (
            _ecs_backup(resource, context),
            _companion(resource, context, "alicloud_ecs_auto_snapshot_policy_attachment", "disk_id"),
        ),
        NOT_APPLICABLE,
    )
    if whole.verdict is not Verdict.NOT_APPLICABLE:
        yield whole
        return
    path = "system_disk_auto_snapshot_policy_id"
    if not _is_local(resource.attributes.get("system_disk_category")):
        yield _policy_given(resource.attributes.get(path), path, "the system disk", "系统盘")
    disks = resource.attributes.get("data_disks")
    if isinstance(disks, (Unknown, OneOf)):
        yield undecided(disks, "data_disks")
        return
    for index, disk in enumerate(blocks(disks)):
        if not _is_local(disk.get("category")):
            where = f"data_disks.{index}.auto_snapshot_policy_id"
            yield _policy_given(disk.get("auto_snapshot_policy_id"), where, f"data disk {index}", f"数据盘 {index}")


def _policy_given(value: Any, path: str, what_en: str, what_zh: str) -> Outcome:
    if isinstance(value, Unknown) and value.reference is not None:
        return PASS

    def test(known: Any) -> Outcome:
        return _no_snapshots(path, what_en, what_zh) if known is None or known == "" else PASS

    return alternatives(value, test, path)


@predicate(
    reads=(
        "file_system_type",
        "alicloud_hbr_policy_binding:data_source_id",
        "alicloud_hbr_nas_backup_plan:file_system_id",
        "alicloud_nas_auto_snapshot_policy:retention_days",
    )
)
def _nas(resource: Resource, context: Context) -> Outcome:
    """Cloud Backup of the file system. Snapshot policies (Extreme NAS) are attached outside of code: then unknown."""
    missing = _no_snapshots("", "the file system", "该文件系统")
    kind = resource.attributes.get("file_system_type")
    policies = context.resources("alicloud_nas_auto_snapshot_policy")
    if policies and not (isinstance(kind, str) and kind == "standard"):
        missing = undecided(
            Unknown("unsupported", policies[0].address),
            message=Text(
                f"whether {policies[0].address} is applied to the file system cannot be seen from code",
                f"无法从代码判断 {policies[0].address} 是否已应用于该文件系统",
            ),
        )
    return _first(
        (
            _companion(resource, context, "alicloud_hbr_policy_binding", "data_source_id"),
            _companion(resource, context, "alicloud_hbr_nas_backup_plan", "file_system_id"),
        ),
        missing,
    )


@predicate(reads=("rules.rule_type", "rules.retention"), parameters=(_DAYS,))
def _hbr_policy(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Every rule of a Cloud Backup policy that says how long backups are kept."""
    for index, rule in enumerate(blocks(resource.attributes.get("rules"))):
        value = rule.get("retention")
        if value is None:
            continue
        path = f"rules.{index}.retention"

        def test(known: Any, path: str = path) -> Outcome:
            number = as_number(known)
            if number is not None and number >= context.parameters[_DAYS]:
                return PASS
            return failed(_too_short(path, known, context), path)

        yield alternatives(value, test, path)


def _too_short(path: str, value: Any, context: Context) -> Text:
    limit = context.parameters[_DAYS]
    return Text(
        f"{path} is {show(value)}: backups are deleted before {limit} days",
        f"{path} 为 {show(value)}：备份在 {limit} 天之前即被删除",
    )


_UNIT_DAYS: Final = {"DAYS": 1, "WEEKS": 7, "MONTHS": 30, "YEARS": 365}


@predicate(
    reads=(
        "state",
        "policy_details.schedule.retain_rule.interval",
        "policy_details.schedule.retain_rule.interval_unit",
        "policy_details.schedule.retain_rule.count",
        "policy_details.schedule.create_rule.interval",
    ),
    parameters=(_DAYS,),
)
def _dlm(resource: Resource, context: Context) -> Iterator[Outcome]:
    """The policy is on and each schedule keeps snapshots long enough, by age or by count times interval."""
    yield attribute("state").equals("ENABLED", default="ENABLED")(resource, context)
    for at, details in enumerate(blocks(resource.attributes.get("policy_details"))):
        for index, schedule in enumerate(blocks(details.get("schedule"))):
            path = f"policy_details.{at}.schedule.{index}.retain_rule"
            for rule in blocks(schedule.get("retain_rule")):
                yield _dlm_retention(rule, schedule, path, context)


def _dlm_retention(rule: Mapping[str, Any], schedule: Mapping[str, Any], path: str, context: Context) -> Outcome:
    for name in ("interval", "interval_unit", "count"):
        value = rule.get(name)
        if isinstance(value, (Unknown, OneOf)):
            return undecided(value, f"{path}.{name}")
    interval, count = as_number(rule.get("interval")), as_number(rule.get("count"))
    if interval is not None:
        days: float = interval * _UNIT_DAYS.get(str(rule.get("interval_unit")), 1)
        shown = f"{path}.0.interval"
    elif count is not None:
        create = next(iter(blocks(schedule.get("create_rule"))), {})
        hours = create.get("interval")
        if hours is None:  # a cron expression: how often it fires is not worked out
            return undecided(Unknown("unsupported", f"{path}.count"), f"{path}.0.count")
        if isinstance(hours, (Unknown, OneOf)):
            return undecided(hours, f"{path}.0.count")
        days = count * float(as_number(hours) or 0) / 24
        shown = f"{path}.0.count"
    else:
        return NOT_APPLICABLE
    limit = context.parameters[_DAYS]
    if days >= limit:
        return PASS
    return failed(
        Text(f"snapshots are kept for {days:g} days, not {limit}", f"快照只保留 {days:g} 天，少于 {limit} 天"), shown
    )


@predicate(reads=("rule.lifecycle.delete_after",), parameters=(_DAYS,))
def _backup_plan(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Every rule of a backup plan keeps recovery points long enough; without a lifecycle they are kept for ever."""
    for index, rule in enumerate(blocks(resource.attributes.get("rule"))):
        verdict: Outcome = PASS
        for block in blocks(rule.get("lifecycle")):
            value = block.get("delete_after")
            path = f"rule.{index}.lifecycle.0.delete_after"

            def test(known: Any, path: str = path) -> Outcome:
                number = as_number(known)
                if number is not None and number >= context.parameters[_DAYS]:
                    return PASS
                return failed(_too_short(path, known, context), path)

            if value is not None:
                verdict = alternatives(value, test, path)
        yield verdict


@predicate(reads=("aws_dlm_lifecycle_policy:policy_details.target_tags", *SELECTION_READS))
def _ebs_volume(resource: Resource, context: Context) -> Outcome:
    return _first(
        (by_selection(resource, context), by_lifecycle_manager(resource, context)),
        _no_snapshots("", "the volume", "该卷"),
    )


@predicate(
    reads=("aws_efs_backup_policy:file_system_id", "aws_efs_backup_policy:backup_policy.status", *SELECTION_READS)
)
def _efs(resource: Resource, context: Context) -> Outcome:
    own = linked("aws_efs_backup_policy", by="file_system_id", that=attribute("backup_policy.status").equals("ENABLED"))
    outcome = own(resource, context)
    if outcome.verdict is Verdict.PASS:
        return PASS
    return _first((by_selection(resource, context), outcome if outcome.unknown is not None else None), outcome)


@predicate(
    reads=(
        "tencentcloud_cbs_snapshot_policy_attachment:storage_id",
        "tencentcloud_cbs_snapshot_policy_attachment:storage_ids",
    )
)
def _cbs(resource: Resource, context: Context) -> Outcome:
    attachment = "tencentcloud_cbs_snapshot_policy_attachment"
    return _first(
        (
            _companion(resource, context, attachment, "storage_id"),
            _companion(resource, context, attachment, "storage_ids"),
        ),
        _no_snapshots("", "the disk", "该云硬盘"),
    )


@predicate(reads=("tencentcloud_cfs_auto_snapshot_policy_attachment:file_system_ids",))
def _cfs(resource: Resource, context: Context) -> Outcome:
    """Several file systems stand in one text, joined by commas: a text that is known in part counts by its parts."""
    attachment = "tencentcloud_cfs_auto_snapshot_policy_attachment"
    found = context.companions(resource, attachment, "file_system_ids", ("id",))
    outcomes = [_outcome_of(found.sure, ())]
    for item, blocked in found.possible:
        parts = blocked.parts if isinstance(blocked, Unknown) else ()
        named = any(
            isinstance(part, Unknown) and part.reference is not None and part.reference.address == resource.address
            for part in parts
        )
        outcomes.append(_outcome_of([item], ()) if named else undecided(blocked))
    return _first(outcomes, _no_snapshots("", "the file system", "该文件系统"))


SNAPSHOTS: Final = Rule(
    code="CN094",
    name="snapshot-policy",
    severity=Severity.HIGH,
    title=Text("Disks and file systems are backed up automatically", "云盘与文件系统须有自动快照或备份策略"),
    rationale=Text(
        "Snapshots that someone must remember to make are missing on the day they are needed; a policy makes them "
        "and keeps "
        "them long enough to go back before the damage.",
        "依赖人工制作的快照往往在需要时缺失；自动策略可保证按期备份并保留足够时间，以便恢复到受损之前。",
    ),
    remediation=Text(
        "Keep them for the days of the parameter backup-retention-days (7; 30 in financial-l4) or longer. Alibaba "
        "Cloud: alicloud_ecs_auto_snapshot_policy (retention_days, -1 for ever) with "
        "alicloud_ecs_auto_snapshot_policy_attachment, or system_disk_auto_snapshot_policy_id and "
        "data_disks.auto_snapshot_policy_id of alicloud_instance; file systems and instances by alicloud_hbr_policy "
        "and "
        "alicloud_hbr_policy_binding. AWS: aws_dlm_lifecycle_policy or aws_backup_selection for volumes, "
        "aws_efs_backup_policy for file systems. Tencent Cloud: tencentcloud_cbs_snapshot_policy and its attachment, "
        "tencentcloud_cfs_auto_snapshot_policy and its attachment.",
        "保留天数不少于参数 backup-retention-days（7；financial-l4 为 30）。阿里云：使用 "
        "alicloud_ecs_auto_snapshot_policy（retention_days，-1 为永久保留）及 "
        "alicloud_ecs_auto_snapshot_policy_attachment，或设置 alicloud_instance 的 "
        "system_disk_auto_snapshot_policy_id 与 "
        "data_disks.auto_snapshot_policy_id；文件系统和实例可用 alicloud_hbr_policy 与 alicloud_hbr_policy_binding。"
        "AWS：卷使用 "
        "aws_dlm_lifecycle_policy 或 aws_backup_selection，文件系统使用 aws_efs_backup_policy。腾讯云：使用 "
        "tencentcloud_cbs_snapshot_policy、tencentcloud_cfs_auto_snapshot_policy 及各自的 attachment。",
    ),
    checks={
        "alicloud_ecs_auto_snapshot_policy": each_of(
            _kept("retention_days", forever=-1), _every_day("repeat_weekdays")
        ),
        "alicloud_snapshot_policy": each_of(_kept("retention_days", forever=-1), _every_day("repeat_weekdays")),
        "alicloud_nas_auto_snapshot_policy": each_of(
            _kept("retention_days", default=-1, forever=-1), _every_day("repeat_weekdays")
        ),
        "alicloud_hbr_nas_backup_plan": _kept("retention"),
        "alicloud_hbr_ecs_backup_plan": _kept("retention"),
        "alicloud_hbr_policy": _hbr_policy,
        "alicloud_ecs_disk": _ecs_disk,
        "alicloud_disk": _ecs_disk,
        "alicloud_instance": _ecs_instance,
        "alicloud_nas_file_system": _nas,
        "aws_dlm_lifecycle_policy": _dlm,
        "aws_backup_plan": _backup_plan,
        "aws_ebs_volume": _ebs_volume,
        "aws_efs_file_system": _efs,
        "tencentcloud_cbs_snapshot_policy": each_of(_kept("retention_days", default=7), _every_day("repeat_weekdays")),
        "tencentcloud_cbs_storage": _cbs,
        "tencentcloud_cfs_auto_snapshot_policy": each_of(_kept("alive_days"), _every_day("day_of_week")),
        "tencentcloud_cfs_file_system": _cfs,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Backups of databases
# --------------------------------------------------------------------------------------------------------------

#: New name, old name: the old one counts where the new one is not set.
_RDS_POLICY: Final = each_of(
    when(
        attribute("backup_retention_period").is_unset(),
        _kept("retention_period", default=7),
        _kept("backup_retention_period"),
    ),
    when(
        attribute("enable_backup_log").is_unset(),
        attribute("log_backup").is_true(default=True),
        attribute("enable_backup_log").is_true(),
    ),
)


def _by_default(days: int, policy: str, by: str) -> Predicate:
    """A database without a backup policy in the scan keeps the service's default; a policy is judged by itself."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found = context.companions(resource, policy, by, ("id",))
        if found.sure:
            return NOT_APPLICABLE
        if context.parameters[_DAYS] <= days:
            return PASS
        if found.possible:
            return undecided(found.possible[0][1])
        limit = context.parameters[_DAYS]
        return failed(
            Text(
                f"no {policy} refers to it: backups are kept for {days} days by default, not {limit}",
                f"没有 {policy} 引用它：默认只保留 {days} 天备份，少于 {limit} 天",
            )
        )

    return Predicate(judge, (f"{policy}:{by}",), (_DAYS,))


@predicate(reads=("backup_retention_period", "replicate_source_db", *SELECTION_READS), parameters=(_DAYS,))
def _rds_instance(resource: Resource, context: Context) -> Outcome:
    """Automated backups of the instance (none unless asked for), or a selection of AWS Backup. A replica has a "
    "source."""
    if is_given(resource.attributes.get("replicate_source_db")):
        return NOT_APPLICABLE
    return _or_selection(_kept("backup_retention_period", default=0), resource, context)


def _or_selection(own: Predicate, resource: Resource, context: Context) -> Outcome:
    outcome = own(resource, context)
    if outcome.verdict is Verdict.PASS:
        return outcome
    return _first((by_selection(resource, context), outcome if outcome.unknown is not None else None), outcome)


def _cluster(default: int) -> Predicate:
    own = _kept("backup_retention_period", default=default)

    def judge(resource: Resource, context: Context) -> Outcome:
        return _or_selection(own, resource, context)

    return Predicate(judge, (*own.reads, *SELECTION_READS), own.parameters, own.comparisons)


@predicate(
    reads=(
        "point_in_time_recovery.enabled",
        "point_in_time_recovery.recovery_period_in_days",
        *SELECTION_READS,
    ),
    parameters=(_DAYS,),
)
def _dynamodb(resource: Resource, context: Context) -> Outcome:
    """Point-in-time recovery reaches back 35 days unless a shorter time is written."""
    own = all_of(
        attribute("point_in_time_recovery.enabled").is_true(default=False),
        _kept("point_in_time_recovery.recovery_period_in_days", default=35),
    )
    return _or_selection(own, resource, context)


_MONGODB: Final = each_of(
    _kept("backup_retention_period", missing="not-applicable"),
    attribute("enable_backup_log").equals(1, missing="unknown"),
)

DB_BACKUP: Final = Rule(
    code="CN095",
    name="db-backup",
    severity=Severity.HIGH,
    title=Text("Databases are backed up and backups kept long enough", "数据库须定期备份且保留足够时间"),
    rationale=Text(
        "A database without backups, or with backups of the last day only, cannot be brought back to before a fault, "
        "an "
        "intrusion or a wrong statement.",
        "没有备份或只保留最近一天备份的数据库，无法恢复到故障、入侵或误操作之前的状态。",
    ),
    remediation=Text(
        "Keep backups for the days of the parameter backup-retention-days (7; 30 in financial-l4) or longer. Alibaba "
        "Cloud: alicloud_db_backup_policy with backup_retention_period and enable_backup_log = "
        "true; "
        "backup_period and enable_backup_log on alicloud_mongodb_instance; data_level1_backup_retention_period of "
        "alicloud_polardb_backup_policy. AWS: backup_retention_period on instances and clusters, "
        "point_in_time_recovery { enabled = true } on aws_dynamodb_table, snapshot_retention_limit on "
        "aws_elasticache_replication_group. Tencent Cloud: retention_period of tencentcloud_mysql_backup_policy, "
        "base_backup_retention_period of the PostgreSQL plans, reserve_duration of tencentcloud_cynosdb_backup_config. "
        "Google Cloud: backup_configuration { enabled = true } of google_sql_database_instance with "
        "retained_backups.",
        "备份保留天数不少于参数 backup-retention-days（7；financial-l4 为 30）。"
        "阿里云：alicloud_db_backup_policy 设置 backup_retention_period 且 enable_backup_log = true；"
        "alicloud_mongodb_instance 设置 backup_period 与 enable_backup_log；alicloud_polardb_backup_policy 设置 "
        "data_level1_backup_retention_period。AWS：实例与集群设置 backup_retention_period，aws_dynamodb_table "
        "设置 "
        "point_in_time_recovery { enabled = true }，aws_elasticache_replication_group 设置 snapshot_retention_limit。"
        "腾讯云："
        "tencentcloud_mysql_backup_policy 的 retention_period、PostgreSQL 备份计划的 base_backup_retention_period、"
        "tencentcloud_cynosdb_backup_config 的 reserve_duration。"
        "Google Cloud：google_sql_database_instance 设置 backup_configuration { enabled = true }，"
        "retained_backups。",
    ),
    checks={
        "alicloud_db_backup_policy": _RDS_POLICY,
        "alicloud_db_instance": _by_default(7, "alicloud_db_backup_policy", "instance_id"),
        "alicloud_kvstore_instance": each_of(
            attribute("backup_period").that(
                lambda value, context: bool(elements(value)),
                Text("at least one day", "至少一天"),
                missing="not-applicable",
            ),
            _every_day("backup_period"),
        ),
        "alicloud_mongodb_instance": _MONGODB,
        "alicloud_mongodb_sharding_instance": _MONGODB,
        "alicloud_click_house_backup_policy": _kept("backup_retention_period"),
        "alicloud_click_house_enterprise_db_cluster_backup_policy": _kept("backup_retention_period"),
        "alicloud_gpdb_backup_policy": _kept("backup_retention_period", missing="unknown"),
        "alicloud_polardb_backup_policy": any_of(
            _kept("data_level1_backup_retention_period", default=7),
            _kept("data_level2_backup_retention_period", default=0, forever=-1),
        ),
        "alicloud_polardb_cluster": _by_default(7, "alicloud_polardb_backup_policy", "db_cluster_id"),
        "aws_db_instance": _rds_instance,
        "aws_rds_cluster": _cluster(1),
        "aws_docdb_cluster": _cluster(1),
        "aws_neptune_cluster": _cluster(1),
        "aws_dynamodb_table": _dynamodb,
        "aws_memorydb_cluster": _kept("snapshot_retention_limit", default=0),
        "aws_elasticache_replication_group": _kept("snapshot_retention_limit", default=0),
        "tencentcloud_mysql_backup_policy": _kept("retention_period", default=7),
        "tencentcloud_mysql_instance": _by_default(7, "tencentcloud_mysql_backup_policy", "mysql_id"),
        "tencentcloud_postgresql_instance": _kept("backup_plan.base_backup_retention_period", missing="not-applicable"),
        "tencentcloud_postgresql_backup_plan_config": _kept("base_backup_retention_period"),
        "tencentcloud_postgresql_backup_plan": _kept("base_backup_retention_period"),
        "tencentcloud_cynosdb_backup_config": _kept("reserve_duration", unit=86_400),
        "tencentcloud_mongodb_instance_backup_rule": _kept("backup_retention_period", default=7),
        "tencentcloud_sqlserver_config_backup_strategy": _kept("backup_save_days", default=7),
        "google_sql_database_instance": SQL_BACKUP,
    },
)

RULES: Final = (SNAPSHOTS, DB_BACKUP)
