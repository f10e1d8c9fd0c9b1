"""Audit records of logs, data stores and clusters: that they are made, and how long they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements
from compliant_infra.kernel.google_clusters import AUDITED
from compliant_infra.kernel.google_log_buckets import LOGS_KEPT
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_number,
    attribute,
    failed,
    linked,
    predicate,
    same,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.rules.record import Rule

_DAYS: Final = "log-retention-days"

# --------------------------------------------------------------------------------------------------------------
# How long records are kept
# --------------------------------------------------------------------------------------------------------------

#: Several services offer fixed steps, of which 180 days stands for six months. A requirement of a few days more (six
#: calendar months have up to 184) is met by it: the next step would be a year.
_SIX_MONTHS_STEP: Final = 180
_LONGEST_SIX_MONTHS: Final = 184


def _long_enough(days: int | float, context: Context, steps: bool = False) -> bool:
    limit = context.parameters[_DAYS]
    return bool(days >= limit) or (steps and days == _SIX_MONTHS_STEP and limit <= _LONGEST_SIX_MONTHS)


def _kept(path: str, *, default: Any = None, forever: int | None = None, steps: bool = False) -> Predicate:
    """The records are kept for the parameter's days; ``forever`` is the value that means no end.

    Without a default an unset value is unknown. ``steps``: the service takes fixed values only.
    """

    def test(value: Any, context: Context) -> bool:
        days = as_number(value)
        return days is not None and (days == forever or _long_enough(days, context, steps))

    def expected(context: Context) -> Text:
        limit = context.parameters[_DAYS]
        if forever is not None:
            return Text(f"at least {limit} days, or {forever} for ever", f"至少 {limit} 天，或 {forever}（永久保存）")
        return Text(f"at least {limit} days", f"至少 {limit} 天")

    item = attribute(path) if default is None else attribute(path, default)
    return item.that(test, expected, missing="unknown", parameters=(_DAYS,))


#: Settings of log_audit whose records are no audit trail: performance figures and metering.
_NO_AUDIT: Final = ("perf", "metering")
#: Regional collections that are only a stop on the way where the central copy ("sync") is on.
_CENTRAL: Final = {
    "oss_access": "oss_sync",
    "slb_access": "slb_sync",
    "vpc_flow": "vpc_sync",
    "drds_audit": "drds_sync",
}


@predicate(reads=("variable_map",), parameters=(_DAYS,))
def _log_audit(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Each collection that is on is kept long enough where the records end up."""
    variables = resource.attributes.get("variable_map")
    if variables is None:
        return
    if not isinstance(variables, Mapping):
        blocked = variables if isinstance(variables, (Unknown, OneOf)) else Unknown("unsupported", "variable_map")
        yield undecided(blocked, "variable_map")
        return
    for key, value in variables.items():
        subject = str(key).removesuffix("_ttl")
        if subject == key or subject.rpartition("_")[2] in _NO_AUDIT:
            continue
        switch = variables.get(f"{subject}_enabled")
        if switch is None:  # the switch of "oss_sync" and its like bears the short name
            switch = True
        moved = variables.get(f"{_CENTRAL[subject]}_enabled") if subject in _CENTRAL else None
        if _surely(moved, True) or _surely(switch, False):
            continue
        path = f"variable_map.{key}"

        def test(days: Any, path: str = path) -> Outcome:
            number = as_number(days)
            if number is not None and _long_enough(number, context):
                return PASS
            return failed(_too_short(path, days, context), path)

        outcome = alternatives(value, test, path)
        doubt = next((item for item in (switch, moved) if isinstance(item, (Unknown, OneOf))), None)
        if outcome.verdict is Verdict.FAIL and doubt is not None:
            outcome = undecided(doubt, path)
        yield outcome


def _surely(value: Any, wanted: bool) -> bool:
    return not isinstance(value, (Unknown, OneOf)) and value is not None and same(value, wanted)


def _too_short(path: str, days: Any, context: Context) -> Text:
    limit = context.parameters[_DAYS]
    return Text(
        f"{path} is {show(days)}: logs are deleted before {limit} days",
        f"{path} 为 {show(days)}：日志在 {limit} 天之前即被删除",
    )


#: What writes logs into a bucket: the type, and the attribute that names the bucket.
_LOG_WRITERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "alicloud_oss_bucket": (
        ("alicloud_actiontrail_trail", "oss_bucket_name"),
        ("alicloud_actiontrail", "oss_bucket_name"),
        ("alicloud_oss_bucket_logging", "target_bucket"),
        ("alicloud_oss_bucket", "logging.target_bucket"),
    ),
    "aws_s3_bucket": (
        ("aws_cloudtrail", "s3_bucket_name"),
        ("aws_s3_bucket_logging", "target_bucket"),
        ("aws_s3_bucket", "logging.target_bucket"),
        ("aws_flow_log", "log_destination"),
        ("aws_lb", "access_logs.bucket"),
        ("aws_alb", "access_logs.bucket"),
    ),
    "tencentcloud_cos_bucket": (("tencentcloud_cos_bucket", "log_target_bucket"),),
}


def _writes_logs(bucket: Resource, context: Context) -> bool | Unknown | OneOf:
    """Whether something of the root keeps its logs in this bucket."""
    possible: Unknown | OneOf | None = None
    for writer, by in _LOG_WRITERS[bucket.type]:
        found = context.companions(bucket, writer, by, ("id", "bucket", "arn"))
        if found.sure:
            return True
        if found.possible:
            possible = found.possible[0][1] if possible is None else possible
    return False if possible is None else possible


def _expirations(path: str, value: Any) -> Iterator[tuple[str, Any, Unknown | OneOf | None]]:
    """(path, days, blocked) of the expirations within lifecycle rules that are on, or may be: ``blocked`` says why."""
    for index, rule in enumerate(blocks(value)):
        state = rule.get("enabled", rule.get("status", True))
        if not isinstance(state, (Unknown, OneOf)) and (same(state, False) or same(state, "Disabled")):
            continue
        for at, expiration in enumerate(blocks(rule.get("expiration"))):
            days = expiration.get("days")
            if days is not None and not (isinstance(days, (int, str)) and as_number(days) == 0):
                blocked = state if isinstance(state, (Unknown, OneOf)) else None
                yield f"{path}.{index}.expiration.{at}.days", days, blocked


def _judge_lifecycle(path: str, value: Any, bucket: Resource, context: Context) -> Iterator[Outcome]:
    is_log_store = _writes_logs(bucket, context)
    if is_log_store is False:
        return
    if isinstance(value, (Unknown, OneOf)):
        yield undecided(value, path)
        return
    for where, days, blocked in _expirations(path, value):

        def test(known: Any, where: str = where) -> Outcome:
            number = as_number(known)
            if number == 0:  # no expiration by age
                return NOT_APPLICABLE
            if number is not None and _long_enough(number, context):
                return PASS
            return failed(_too_short(where, known, context), where)

        outcome = alternatives(days, test, where)
        if outcome.verdict is Verdict.FAIL:
            doubt = next((item for item in (is_log_store, blocked) if isinstance(item, (Unknown, OneOf))), None)
            outcome = undecided(doubt, where) if doubt is not None else outcome
        yield outcome


def _lifecycle(path: str, bucket_type: str) -> Predicate:
    """The lifecycle rules written on a bucket itself, where it keeps logs."""
    reads = (f"{path}.expiration.days", *(f"{writer}:{by}" for writer, by in _LOG_WRITERS[bucket_type]))

    @predicate(reads=reads, parameters=(_DAYS,))
    def judge(resource: Resource, context: Context) -> Iterator[Outcome]:
        value = resource.attributes.get(path)
        if value is not None:
            yield from _judge_lifecycle(path, value, resource, context)

    return judge


@predicate(reads=("rule.expiration.days", "rule.status", "bucket"), parameters=(_DAYS,))
def _s3_lifecycle(resource: Resource, context: Context) -> Iterator[Outcome]:
    """The lifecycle configuration of a bucket of the root that keeps logs."""
    value = resource.attributes.get("bucket")
    bucket = context.resolve(value, "aws_s3_bucket")
    if bucket is None and isinstance(value, str):
        same_name = [item for item in context.resources("aws_s3_bucket") if item.attributes.get("bucket") is not None]
        bucket = next((item for item in same_name if _is_text(item.attributes["bucket"], value)), None)
    if bucket is not None:
        yield from _judge_lifecycle("rule", resource.attributes.get("rule"), bucket, context)


def _is_text(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and value == wanted


#: The bucket ``_Required`` keeps its records for 400 days, whatever is written; 0 stands for the default.
_GOOGLE_LOGS: Final = unless(
    attribute("bucket_id").equals("_Required", missing="fail"), _kept("retention_days", default=30)
)

_SQL_EXPLORER_ON: Final = attribute("sql_collector_status").equals("Enabled", default="Disabled")
_SQL_EXPLORER: Final = when(_SQL_EXPLORER_ON, _kept("sql_collector_config_value", default=30, steps=True))

RETENTION: Final = Rule(
    code="CN080",
    name="audit-retention",
    severity=Severity.HIGH,
    title=Text("Audit logs are kept for at least the required time", "审计日志留存时间不少于规定期限"),
    rationale=Text(
        "Intrusions are often found months later. Logs that were deleted by then can neither show the way in nor prove "
        "what was touched.",
        "入侵往往在数月之后才被发现，届时日志若已被删除，便无法还原入侵路径，也无法证明影响范围。",
    ),
    remediation=Text(
        "Keep them for the days of the parameter log-retention-days (180; 183 in the financial baselines) or longer. "
        "Alibaba Cloud: retention_period of alicloud_log_store, control_plane_log_ttl of "
        "alicloud_cs_managed_kubernetes, "
        "centralize_config.dest_ttl of alicloud_sls_collection_policy, the *_ttl of alicloud_log_audit.variable_map, "
        "sql_collector_config_value of alicloud_db_instance, retention of alicloud_kvstore_audit_log_config, "
        "storage_period "
        "of alicloud_mongodb_audit_policy, lifecycle_rule.expiration of buckets that keep logs. AWS: "
        "retention_in_days of aws_cloudwatch_log_group (0 is for ever), rule.expiration of log buckets likewise. "
        "Tencent "
        "Cloud: period of tencentcloud_cls_topic and log_expire_day of the database audit services. "
        "Google Cloud: retention_days of google_logging_project_bucket_config.",
        "留存天数不少于参数 log-retention-days（180；金融基线为 183）。"
        "阿里云：alicloud_log_store 的 retention_period、alicloud_cs_managed_kubernetes 的 control_plane_log_ttl、"
        "alicloud_sls_collection_policy 的 centralize_config.dest_ttl、alicloud_log_audit.variable_map 的各 *_ttl、"
        "alicloud_db_instance 的 sql_collector_config_value、alicloud_kvstore_audit_log_config 的 retention、"
        "alicloud_mongodb_audit_policy 的 storage_period，以及日志存储桶的 lifecycle_rule.expiration。"
        "AWS："
        "aws_cloudwatch_log_group 的 retention_in_days（0 为永久保留），日志存储桶的 rule.expiration 同理。腾讯云："
        "tencentcloud_cls_topic 的 period 与各数据库审计服务的 log_expire_day。"
        "Google Cloud：google_logging_project_bucket_config 的 retention_days。",
    ),
    checks={
        "alicloud_log_store": unless(
            attribute("telemetry_type").equals("Metrics", missing="fail"),
            _kept("retention_period", default=30, forever=3650),
        ),
        "alicloud_cs_managed_kubernetes": when(
            attribute("control_plane_log_components").is_set(), _kept("control_plane_log_ttl", default=30)
        ),
        "alicloud_sls_collection_policy": when(
            attribute("centralize_enabled").is_true(default=False), _kept("centralize_config.dest_ttl")
        ),
        "alicloud_log_audit": _log_audit,
        "alicloud_oss_bucket": _lifecycle("lifecycle_rule", "alicloud_oss_bucket"),
        "alicloud_db_instance": _SQL_EXPLORER,
        "alicloud_rds_ddr_instance": _SQL_EXPLORER,
        "alicloud_kvstore_audit_log_config": when(
            attribute("db_audit").is_true(default=True),
            _kept("retention"),
        ),
        "alicloud_mongodb_audit_policy": when(
            attribute("audit_status").equals("enable"), _kept("storage_period", default=30)
        ),
        "aws_cloudwatch_log_group": _kept("retention_in_days", default=0, forever=0, steps=True),
        "aws_s3_bucket": _lifecycle("lifecycle_rule", "aws_s3_bucket"),
        "aws_s3_bucket_lifecycle_configuration": _s3_lifecycle,
        "tencentcloud_cls_topic": unless(
            attribute("biz_type").equals(1, default=0),
            _kept("period", forever=3640),
        ),
        "tencentcloud_cos_bucket": _lifecycle("lifecycle_rules", "tencentcloud_cos_bucket"),
        "tencentcloud_mysql_audit_service": _kept("log_expire_day", steps=True),
        "tencentcloud_cynosdb_audit_service": _kept("log_expire_day", steps=True),
        "tencentcloud_mongodb_audit_service": _kept("log_expire_day", steps=True),
        "tencentcloud_postgres_audit_service": _kept("log_expire_day", steps=True),
        "tencentcloud_redis_audit_log": _kept("log_expire_day", steps=True),
        "google_logging_project_bucket_config": _GOOGLE_LOGS,
        "google_logging_folder_bucket_config": _GOOGLE_LOGS,
        "google_logging_organization_bucket_config": _GOOGLE_LOGS,
        "google_logging_billing_account_bucket_config": _GOOGLE_LOGS,
        "google_storage_bucket": LOGS_KEPT,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Audit of databases
# --------------------------------------------------------------------------------------------------------------


def _or_appliance(own: Predicate) -> Predicate:
    """Without an audit of its own a database may be watched by an audit appliance; which ones, code does not say."""
    appliance = "alicloud_yundun_dbaudit_instance"

    def judge(resource: Resource, context: Context) -> Outcome:
        outcome = own(resource, context)
        found = context.resources(appliance)
        if outcome.verdict is not Verdict.FAIL or not found:
            return outcome
        return undecided(
            Unknown("unsupported", found[0].address),
            outcome.attribute,
            message=Text(
                f"its own audit is off; whether {found[0].address} watches it cannot be seen from code",
                f"未开启自身审计；是否由 {found[0].address} 审计无法从代码判断",
            ),
        )

    return Predicate(judge, (*own.reads, f"{appliance}:id"), own.parameters)


_KVSTORE_AUDIT: Final = _or_appliance(
    linked(
        "alicloud_kvstore_audit_log_config",
        by="instance_id",
        that=attribute("db_audit").is_true(default=True),
        missing=Text(
            "no alicloud_kvstore_audit_log_config refers to it", "没有 alicloud_kvstore_audit_log_config 引用它"
        ),
    )
)
_MONGODB_AUDIT: Final = _or_appliance(
    linked("alicloud_mongodb_audit_policy", by="db_instance_id", that=attribute("audit_status").equals("enable"))
)

#: The log exports that hold the audit records, by what the engine's name starts with. SQL Server keeps its audit
#: elsewhere (an option group), so exports say nothing about it.
_AUDIT_EXPORTS: Final[Mapping[str, str]] = {
    "aurora-postgresql": "postgresql",
    "aurora": "audit",
    "mysql": "audit",
    "mariadb": "audit",
    "postgres": "postgresql",
    "oracle": "audit",
    "custom-oracle": "audit",
}


def _judge_exports(path: str, wanted: str, value: Any) -> Outcome:
    def test(known: Any) -> Outcome:
        items = known if isinstance(known, (list, tuple)) else [known]
        blocked: Unknown | OneOf | None = None
        for item in items:
            if isinstance(item, (Unknown, OneOf)):
                blocked = item if blocked is None else blocked
            elif same(item, wanted):
                return PASS
        if blocked is not None:
            return undecided(blocked, path)
        return failed(
            Text(
                f'{path} is {show(known)}; "{wanted}" with the audit records is missing',
                f"{path} 为 {show(known)}，缺少包含审计记录的 “{wanted}”",
            ),
            path,
        )

    return alternatives([] if value is None else value, test, path)


def _judge_rds(resource: Resource, context: Context) -> Outcome:
    """The audit log of RDS and Aurora leaves the instance; which export holds it depends on the engine."""
    path = "enabled_cloudwatch_logs_exports"
    value = resource.attributes.get(path)
    engine = resource.attributes.get("engine")
    if engine is None:  # a replica or a restored instance takes the engine of its source
        engine = _source_engine(resource, context)

    def test(known: Any) -> Outcome:
        name = str(known)
        wanted = next((export for start, export in _AUDIT_EXPORTS.items() if name.startswith(start)), None)
        return NOT_APPLICABLE if wanted is None else _judge_exports(path, wanted, value)

    return alternatives(engine, test, path)


def _source_engine(resource: Resource, context: Context) -> Any:
    source = context.resolve(resource.attributes.get("replicate_source_db"), "aws_db_instance")
    found = source.attributes.get("engine") if source is not None else None
    return found if found is not None else Unknown("known-after-apply", "engine")


_RDS_EXPORTS: Final = Predicate(_judge_rds, ("engine", "enabled_cloudwatch_logs_exports", "replicate_source_db"))
_RDS_CLUSTER_EXPORTS: Final = Predicate(_judge_rds, ("engine", "enabled_cloudwatch_logs_exports"))


def _exports(path: str, wanted: str) -> Predicate:
    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        return _judge_exports(path, wanted, resource.attributes.get(path))

    return judge


def _audited_by(type: str, that: Predicate | None = None) -> Predicate:
    return linked(type, by="instance_id", that=that)


@predicate(reads=("audit_all", "rule_template_ids"))
def _records_all(resource: Resource, context: Context) -> Outcome:
    """Every statement is recorded: asked for, or no template chooses. What a template chooses, no attribute shows."""
    path = "rule_template_ids"

    def chosen() -> Outcome:
        return undecided(
            Unknown("unsupported", f"{resource.address}.{path}"),
            path,
            message=Text(
                f"audit_all is not true: what the templates in {path} record cannot be seen",
                f"audit_all 未设为 true：{path} 中的规则模板记录哪些操作无法看出",
            ),
        )

    def test(everything: Any) -> Outcome:
        if as_bool(everything):
            return PASS
        templates = resource.attributes.get(path)
        if isinstance(templates, (Unknown, OneOf)):
            return chosen()
        return chosen() if elements(templates) else PASS

    return alternatives(resource.get("audit_all", False), test, "audit_all")


_MYSQL_AUDITED: Final = _audited_by("tencentcloud_mysql_audit_service", _records_all)
# Without audit_all only what rule_filters name is recorded.
_TENCENT_MONGODB_AUDITED: Final = _audited_by("tencentcloud_mongodb_audit_service", attribute("audit_all").is_true())
_CYNOSDB_SERVICE: Final = "tencentcloud_cynosdb_audit_service"
_CYNOSDB_AUDIT: Final = _audited_by(_CYNOSDB_SERVICE, _records_all)


def _judge_cynosdb(resource: Resource, context: Context) -> Outcome:
    """The service is switched on for an instance; the cluster says in ``rw_group_instances`` which ones it has."""
    outcome = _CYNOSDB_AUDIT(resource, context)
    if outcome.verdict is not Verdict.UNKNOWN:
        return outcome
    members = f"{resource.address}.rw_group_instances"
    for service in context.resources(_CYNOSDB_SERVICE):
        value = service.attributes.get("instance_id")
        if isinstance(value, Unknown) and value.expression.startswith(members):
            existence = service.created_with(resource).existence
            if existence is None:
                return _records_all(service, context)
    return outcome


_CYNOSDB: Final = Predicate(_judge_cynosdb, _CYNOSDB_AUDIT.reads)


DB_AUDIT: Final = Rule(
    code="CN083",
    name="db-audit-on",
    severity=Severity.HIGH,
    title=Text("Databases keep an audit log", "数据库须开启审计日志"),
    rationale=Text(
        "Without a record of who ran which statement neither the theft of data nor an administrator's misuse can be "
        "noticed or proved.",
        "不记录何人执行了何种语句，就无法发现和举证数据窃取或管理员滥用权限的行为。",
    ),
    remediation=Text(
        'Alibaba Cloud: sql_collector_status = "Enabled" on alicloud_db_instance, collector_status = "Enable" on '
        "alicloud_polardb_cluster, an alicloud_kvstore_audit_log_config with db_audit = true, an "
        'alicloud_mongodb_audit_policy with audit_status = "enable". AWS: the audit export ("audit", for PostgreSQL '
        '"postgresql") in enabled_cloudwatch_logs_exports of aws_db_instance, aws_rds_cluster, aws_docdb_cluster; '
        "aws_redshift_logging for Redshift. Tencent Cloud: tencentcloud_mysql_audit_service with audit_all = true "
        "(cynosdb, mongodb, postgres likewise) for the instance.",
        '阿里云：alicloud_db_instance 设置 sql_collector_status = "Enabled"，alicloud_polardb_cluster 设置 '
        'collector_status = "Enable"，Redis 配 alicloud_kvstore_audit_log_config（db_audit = true），MongoDB 配 '
        'alicloud_mongodb_audit_policy（audit_status = "enable"）。AWS：aws_db_instance、aws_rds_cluster、'
        "aws_docdb_cluster "
        '的 enabled_cloudwatch_logs_exports 含 "audit"（PostgreSQL 为 "postgresql"），Redshift 配 '
        "aws_redshift_logging。"
        "腾讯云：为实例配置 audit_all = true 的 tencentcloud_mysql_audit_service（cynosdb、mongodb、postgres 同理）。",
    ),
    checks={
        "alicloud_db_instance": _or_appliance(_SQL_EXPLORER_ON),
        # unset it may have what its source has
        "alicloud_rds_ddr_instance": _or_appliance(
            attribute("sql_collector_status").equals("Enabled", missing="not-applicable")
        ),
        "alicloud_polardb_cluster": _or_appliance(attribute("collector_status").equals("Enable")),
        "alicloud_kvstore_instance": unless(
            attribute("instance_type").equals("Memcache", default="Redis"), _KVSTORE_AUDIT
        ),
        "alicloud_redis_tair_instance": _KVSTORE_AUDIT,
        "alicloud_mongodb_instance": _MONGODB_AUDIT,
        "alicloud_mongodb_sharding_instance": _MONGODB_AUDIT,
        "alicloud_kvstore_audit_log_config": standing_alone(
            "instance_id",
            ("alicloud_kvstore_instance", "alicloud_redis_tair_instance"),
            ("id",),
            attribute("db_audit").is_true(default=True),
        ),
        "alicloud_mongodb_audit_policy": standing_alone(
            "db_instance_id",
            ("alicloud_mongodb_instance", "alicloud_mongodb_sharding_instance"),
            ("id",),
            attribute("audit_status").equals("enable"),
        ),
        "aws_db_instance": _RDS_EXPORTS,
        "aws_rds_cluster": _RDS_CLUSTER_EXPORTS,
        "aws_docdb_cluster": _exports("enabled_cloudwatch_logs_exports", "audit"),
        "aws_neptune_cluster": _exports("enable_cloudwatch_logs_exports", "audit"),
        "aws_redshift_cluster": linked(
            "aws_redshift_logging", by="cluster_identifier", to=("id", "cluster_identifier")
        ),
        "tencentcloud_mysql_instance": _MYSQL_AUDITED,
        "tencentcloud_cynosdb_cluster": _CYNOSDB,
        "tencentcloud_cynosdb_cluster_v2": _CYNOSDB,
        "tencentcloud_mongodb_instance": _TENCENT_MONGODB_AUDITED,
        "tencentcloud_mongodb_sharding_instance": _TENCENT_MONGODB_AUDITED,
        "tencentcloud_postgresql_instance": _audited_by("tencentcloud_postgres_audit_service"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Audit of clusters
# --------------------------------------------------------------------------------------------------------------

K8S_AUDIT: Final = Rule(
    code="CN084",
    name="k8s-audit-on",
    severity=Severity.MEDIUM,
    title=Text("Kubernetes clusters record requests to the API server", "Kubernetes 集群须记录 API Server 审计日志"),
    rationale=Text(
        "Whoever talks to the API server can start, read and change every workload; only its audit log shows who did.",
        "能访问 API Server 者可启动、读取和修改所有工作负载，只有审计日志能够说明是谁所为。",
    ),
    remediation=Text(
        "Alibaba Cloud: audit_log_config { enabled = true } on alicloud_cs_managed_kubernetes; apiserver in "
        "control_plane_log_components keeps the log of the process, which is no audit. AWS: "
        '"audit" in enabled_cluster_log_types of aws_eks_cluster. Tencent Cloud: '
        "cluster_audit { enabled = true } on tencentcloud_kubernetes_cluster.",
        "阿里云：alicloud_cs_managed_kubernetes 设置 audit_log_config { enabled = true }；"
        "control_plane_log_components 中的 apiserver 只是组件运行日志，不是审计日志。"
        'AWS：aws_eks_cluster 的 enabled_cluster_log_types 含 "audit"。腾讯云：'
        "tencentcloud_kubernetes_cluster 设置 cluster_audit { enabled = true }。",
    ),
    checks={
        # The log of the component apiserver in control_plane_log_components is what the process writes, not its audit.
        "alicloud_cs_managed_kubernetes": attribute("audit_log_config.enabled").is_true(),
        "aws_eks_cluster": attribute("enabled_cluster_log_types").contains_all("audit"),
        "tencentcloud_kubernetes_cluster": attribute("cluster_audit.enabled").is_true(default=False),
        "google_container_cluster": AUDITED,
    },
)

RULES: Final = (RETENTION, DB_AUDIT, K8S_AUDIT)
