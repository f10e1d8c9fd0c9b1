"""The trail of what is done to the account: that it is whole, and that no one can rewrite it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks
from compliant_infra.kernel.bucket_versions import COS_VERSIONED, OSS_VERSIONED, S3_VERSIONED
from compliant_infra.kernel.google_identity import audit_config
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    any_of,
    as_number,
    attribute,
    exists,
    failed,
    linked,
    parameter,
    predicate,
    same,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.policies import Answer, all_true, any_true
from compliant_infra.kernel.rules.record import Absence, Rule
from compliant_infra.kernel.trail_stores import buckets_of

# --------------------------------------------------------------------------------------------------------------
# A whole trail
# --------------------------------------------------------------------------------------------------------------


def _org_wide(organisation: str, *trails: str, flag: str) -> Predicate:
    """Where the root manages an organisation, one of its trails covers all members."""
    covers_all = attribute(flag).is_true(default=False)
    return when(
        exists(organisation, missing=Text("no organisation", "没有组织")),
        any_of(covers_all, exists(*trails, that=covers_all, missing=Text("no other does", "没有其他跟踪覆盖全部成员"))),
    )


_ACTIONTRAIL: Final = all_of(
    attribute("status").equals("Enable", default="Enable"),
    attribute("event_rw").equals("All", default="All"),
    # No default is documented for the region.
    attribute("trail_region").equals("All", missing="unknown"),
    _org_wide(
        "alicloud_resource_manager_resource_directory",
        "alicloud_actiontrail_trail",
        "alicloud_actiontrail",
        flag="is_organization_trail",
    ),
)


def _texts_equal(value: Any, *wanted: str) -> Answer:
    """Whether a text, or the only element of a list of texts, is one of these."""
    if isinstance(value, (Unknown, OneOf)):
        return value
    if isinstance(value, (list, tuple)):
        return any_true(_texts_equal(item, *wanted) for item in value)
    return any(same(value, item) for item in wanted)


def _flag(value: Any, default: bool) -> Answer:
    if isinstance(value, (Unknown, OneOf)):
        return value
    return default if value is None else same(value, True)


def _settle(answer: Answer, fail: Text, path: str) -> Outcome:
    if answer is True:
        return PASS
    return undecided(answer, path) if isinstance(answer, (Unknown, OneOf)) else failed(fail, path)


@predicate(
    reads=(
        "event_selector.read_write_type",
        "event_selector.include_management_events",
        "advanced_event_selector.field_selector.field",
        "advanced_event_selector.field_selector.equals",
    )
)
def _reads_and_writes(resource: Resource, context: Context) -> Outcome:
    """Management events, reads and writes, are recorded: so it is without selectors; with some, one must say so."""
    for name, test in (("event_selector", _selects_all), ("advanced_event_selector", _selects_management)):
        value = resource.attributes.get(name)
        if value is None:
            continue
        if isinstance(value, (Unknown, OneOf)):
            return undecided(value, name)
        selectors = blocks(value)
        if selectors:
            return _settle(
                any_true(test(item) for item in selectors),
                Text(
                    f"no {name} records both reads and writes of management events",
                    f"没有任何 {name} 同时记录管理事件的读与写",
                ),
                name,
            )
    return PASS


def _selects_all(block: Mapping[str, Any]) -> Answer:
    return all_true(
        (
            _texts_equal(block.get("read_write_type") or "All", "All"),
            _flag(block.get("include_management_events"), True),
        )
    )


def _selects_management(block: Mapping[str, Any]) -> Answer:
    fields = block.get("field_selector")
    if isinstance(fields, (Unknown, OneOf)):
        return fields
    management: list[Answer] = []
    whole: list[Answer] = []
    for field in blocks(fields):
        if field.get("field") == "eventCategory":
            management.append(_texts_equal(field.get("equals"), "Management"))
        else:  # readOnly, eventSource, ...: whatever else is named leaves events out
            whole.append(False)
    return all_true((any_true(management), *whole))


_CLOUDTRAIL: Final = all_of(
    attribute("enable_logging").is_true(default=True),
    attribute("is_multi_region_trail").is_true(default=False),
    attribute("include_global_service_events").is_true(default=True),
    _reads_and_writes,
    _org_wide("aws_organizations_organization", "aws_cloudtrail", flag="is_organization_trail"),
)


def _events_equal(path: str) -> Predicate:
    return attribute(path).contains_all("*")


_AUDIT_TRACK: Final = all_of(
    attribute("status").equals(1),
    attribute("action_type").equals("*"),
    attribute("resource_type").equals("*"),
    _events_equal("event_names"),
    _org_wide(
        "tencentcloud_organization_instance",
        "tencentcloud_audit_track",
        "tencentcloud_events_audit_track",
        flag="track_for_all_members",
    ),
)


@predicate(
    reads=(
        "filters.resource_fields.resource_type",
        "filters.resource_fields.action_type",
        "filters.resource_fields.event_names",
    )
)
def _all_products(resource: Resource, context: Context) -> Outcome:
    """One of the filters takes in every product, operation and event; no filter at all takes in everything."""
    answers: list[Answer] = []
    for block in blocks(resource.attributes.get("filters")):
        fields = block.get("resource_fields")
        if isinstance(fields, (Unknown, OneOf)):
            answers.append(fields)
            continue
        answers.extend(
            all_true(_texts_equal(item.get(name), "*") for name in ("resource_type", "action_type", "event_names"))
            for item in blocks(fields)
        )
    if not answers:
        return PASS
    return _settle(
        any_true(answers),
        Text(
            "no filter takes in every product, both reads and writes, and every event",
            "没有任何筛选条件覆盖全部产品、读写操作和全部事件",
        ),
        "filters",
    )


_EVENTS_TRACK: Final = all_of(
    attribute("status").equals(1),
    _all_products,
    _org_wide(
        "tencentcloud_organization_instance",
        "tencentcloud_events_audit_track",
        "tencentcloud_audit_track",
        flag="track_for_all_members",
    ),
)


def _or_another(own: Predicate, **others: Predicate) -> Predicate:
    """A trail for a special purpose is no finding where another one of the root is whole."""
    missing = Text("no other trail is whole either", "也没有其他完整的跟踪")
    return any_of(own, *(exists(item, that=whole, missing=missing) for item, whole in others.items()))


TRAIL_ON: Final = Rule(
    code="CN079",
    name="audit-trail-on",
    severity=Severity.HIGH,
    title=Text(
        "Operations on the account are recorded: all regions, reads and writes", "开启全地域、覆盖读写的操作审计"
    ),
    rationale=Text(
        "Without a whole trail no one can say later who changed what; a trail of one region or of writes only leaves "
        "the "
        "gaps in which an intruder works.",
        "没有完整的操作审计就无法追溯何人做了何事；只覆盖单一地域或仅记录写操作，会留下入侵者可利用的盲区。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_actiontrail_trail with status = "Enable", event_rw = "All", trail_region = "All" (and '
        "is_organization_trail = true in a resource directory). AWS: aws_cloudtrail with enable_logging, "
        "is_multi_region_trail and include_global_service_events = true, event selectors of type All. Tencent Cloud: "
        'tencentcloud_audit_track with status = 1, action_type = "*", resource_type = "*", event_names = ["*"] '
        "(or tencentcloud_events_audit_track with such a filter). "
        "Google Cloud: google_project_iam_audit_config for allServices with DATA_READ and DATA_WRITE and "
        "without exempted_members.",
        '阿里云：alicloud_actiontrail_trail 设置 status = "Enable"、event_rw = "All"、trail_region = "All"（使用资源'
        "目录时 "
        "is_organization_trail = true）。AWS：aws_cloudtrail 的 enable_logging、is_multi_region_trail、"
        "include_global_service_events 均为 true，事件选择器类型为 All。腾讯云：tencentcloud_audit_track 设置 status "
        "= 1、"
        'action_type = "*"、resource_type = "*"、event_names = ["*"]（或在 tencentcloud_events_audit_track 中设置同样'
        "的筛选条件）。"
        "Google Cloud：google_project_iam_audit_config 对 allServices 记录 DATA_READ 与 DATA_WRITE，且不设 "
        "exempted_members。",
    ),
    checks={
        "alicloud_actiontrail_trail": _or_another(
            _ACTIONTRAIL, alicloud_actiontrail_trail=_ACTIONTRAIL, alicloud_actiontrail=_ACTIONTRAIL
        ),
        "alicloud_actiontrail": _or_another(
            _ACTIONTRAIL, alicloud_actiontrail_trail=_ACTIONTRAIL, alicloud_actiontrail=_ACTIONTRAIL
        ),
        "aws_cloudtrail": _or_another(_CLOUDTRAIL, aws_cloudtrail=_CLOUDTRAIL),
        "tencentcloud_audit_track": _or_another(
            _AUDIT_TRACK, tencentcloud_audit_track=_AUDIT_TRACK, tencentcloud_events_audit_track=_EVENTS_TRACK
        ),
        "tencentcloud_events_audit_track": _or_another(
            _EVENTS_TRACK, tencentcloud_audit_track=_AUDIT_TRACK, tencentcloud_events_audit_track=_EVENTS_TRACK
        ),
        "google_project_iam_audit_config": audit_config,
        "google_folder_iam_audit_config": audit_config,
        "google_organization_iam_audit_config": audit_config,
    },
    absence=Absence(
        {
            "alicloud": ("alicloud_actiontrail_trail", "alicloud_actiontrail"),
            "aws": ("aws_cloudtrail",),
            "tencentcloud": ("tencentcloud_audit_track", "tencentcloud_events_audit_track"),
        },
        Text("no trail records the operations on the account", "没有声明任何操作审计跟踪"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# A trail that cannot be rewritten
# --------------------------------------------------------------------------------------------------------------

_NO_LOCK: Final = Text("no lock refers to it", "没有对其设置锁定")
_DAYS: Final = "log-retention-days"
_MODES: Final = ("COMPLIANCE", "GOVERNANCE")


def _lasts(path: str) -> Predicate:
    """A default retention, in days or in years: the lock holds for as long as the records must be kept."""

    def long_enough(years: Any, context: Context) -> bool:
        number = as_number(years)
        return number is not None and bool(number * 365 >= context.parameters[_DAYS])

    def expected(context: Context) -> Text:
        days = context.parameters[_DAYS]
        return Text(f"at least {days} days", f"至少 {days} 天")

    days, years = attribute(f"{path}.days"), attribute(f"{path}.years")
    return when(
        years.is_set(),
        years.that(long_enough, expected, parameters=(_DAYS,)),
        days.at_least(parameter(_DAYS)),
    )


def _one_of_locks(*locks: Predicate) -> Predicate:
    """As ``any_of``, but a lock that is there and does not hold is named before one that is not there."""
    either = any_of(*locks)

    def judge(resource: Resource, context: Context) -> Outcome:
        outcome = either(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        fails = [lock(resource, context) for lock in locks]
        return next((item for item in fails if item.resource is not None), outcome)

    return Predicate(judge, either.reads, either.parameters, either.comparisons)


_OSS_LOCKED: Final = _one_of_locks(
    linked(
        "alicloud_oss_bucket_worm",
        by="bucket",
        that=all_of(
            # A policy that is not locked within 24 hours lapses, and that is how it starts.
            attribute("status").equals("Locked", default="InProgress"),
            attribute("retention_period_in_days").at_least(parameter(_DAYS), missing="unknown"),
        ),
        missing=_NO_LOCK,
    ),
    linked(
        "alicloud_oss_bucket_object_worm_configuration",
        by="bucket_name",
        # Without a default retention only objects that ask for it are held.
        that=all_of(attribute("object_worm_enabled").equals("Enabled"), _lasts("rule.default_retention")),
        missing=_NO_LOCK,
    ),
)
_S3_LOCKED: Final = _one_of_locks(
    linked(
        "aws_s3_bucket_object_lock_configuration",
        by="bucket",
        that=all_of(attribute("rule.default_retention.mode").equals(*_MODES), _lasts("rule.default_retention")),
        missing=_NO_LOCK,
    ),
    all_of(
        attribute("object_lock_configuration.rule.default_retention.mode").equals(*_MODES),
        _lasts("object_lock_configuration.rule.default_retention"),
    ),
)
_COS_LOCKED: Final = all_of(
    attribute("object_lock_configuration.enabled").is_true(default=False),
    attribute("object_lock_configuration.rule.days").at_least(parameter(_DAYS)),
)


def _judge_store(
    value: Any, path: str, type: str, locked: Predicate, versioned: Predicate, context: Context, prefix: bool = False
) -> Outcome:
    """The bucket behind a trail: a lock at level 3 and above; below, versions are enough."""
    candidates = buckets_of(value, type, context, prefix)
    if not candidates:
        blocked = value if isinstance(value, (Unknown, OneOf)) else Unknown("not-in-scan", f'{type} "{value}"')
        if isinstance(blocked, Unknown) and blocked.reason == "not-in-scan":
            return undecided(
                blocked,
                path,
                message=Text(
                    f"the trail's bucket {value} is not in the scan: whether it is locked cannot be seen",
                    f"跟踪所写入的存储桶 {value} 不在扫描范围内，无法判断其是否锁定",
                ),
            )
        return undecided(blocked, path)
    bucket = candidates[0]
    wanted = locked if context.level >= 3 else any_of(locked, versioned)
    outcome = wanted(bucket, context)
    if outcome.verdict is Verdict.FAIL:
        if context.level >= 3:
            return failed(
                Text(
                    f"{bucket.address}, which holds the trail, has no lasting lock against deletion and overwriting: "
                    f"{outcome.message.en}",
                    f"存放审计日志的 {bucket.address} 未设置足够期限的防删除、防覆盖锁定：{outcome.message.zh}",
                ),
                path,
            )
        return failed(
            Text(
                f"{bucket.address}, which holds the trail, is neither locked for long enough nor versioned",
                f"存放审计日志的 {bucket.address} 既未设置足够期限的锁定，也未开启版本控制",
            ),
            path,
        )
    if outcome.verdict is Verdict.UNKNOWN and outcome.unknown is not None:
        return undecided(
            outcome.unknown,
            path,
            message=Text(f"{bucket.address}: {outcome.message.en}", f"{bucket.address}：{outcome.message.zh}"),
        )
    return PASS


def _reads_of(bucket: str, *predicates: Predicate) -> list[str]:
    """What predicates on a bucket of this type read, as seen from the trail."""
    return [path if ":" in path else f"{bucket}:{path}" for item in predicates for path in item.reads]


@predicate(
    reads=("oss_bucket_name", *_reads_of("alicloud_oss_bucket", _OSS_LOCKED, OSS_VERSIONED)), parameters=(_DAYS,)
)
def _actiontrail_store(resource: Resource, context: Context) -> Outcome:
    value = resource.attributes.get("oss_bucket_name")
    if value is None or (isinstance(value, str) and not value):
        return NOT_APPLICABLE  # delivered to a log project or table, which takes no overwriting
    return _judge_store(value, "oss_bucket_name", "alicloud_oss_bucket", _OSS_LOCKED, OSS_VERSIONED, context)


@predicate(
    reads=("s3_bucket_name", "enable_log_file_validation", *_reads_of("aws_s3_bucket", _S3_LOCKED, S3_VERSIONED)),
    parameters=(_DAYS,),
)
def _cloudtrail_store(resource: Resource, context: Context) -> Iterator[Outcome]:
    yield attribute("enable_log_file_validation").is_true(default=False)(resource, context)
    value = resource.attributes.get("s3_bucket_name")
    if value is not None:
        yield _judge_store(value, "s3_bucket_name", "aws_s3_bucket", _S3_LOCKED, S3_VERSIONED, context)


@predicate(
    reads=(
        "storage.storage_type",
        "storage.storage_name",
        *_reads_of("tencentcloud_cos_bucket", _COS_LOCKED, COS_VERSIONED),
    ),
    parameters=(_DAYS,),
)
def _track_store(resource: Resource, context: Context) -> Iterator[Outcome]:
    for index, block in enumerate(blocks(resource.attributes.get("storage"))):
        kind = block.get("storage_type")
        path = f"storage.{index}.storage_name"
        if isinstance(kind, (Unknown, OneOf)):
            yield undecided(kind, f"storage.{index}.storage_type")
        elif kind == "cos":
            yield _judge_store(
                block.get("storage_name"),
                path,
                "tencentcloud_cos_bucket",
                _COS_LOCKED,
                COS_VERSIONED,
                context,
                prefix=True,
            )


TRAIL_IMMUTABLE: Final = Rule(
    code="CN081",
    name="audit-immutable",
    severity=Severity.MEDIUM,
    title=Text("Audit records cannot be deleted or overwritten", "审计记录须防删除、防篡改"),
    rationale=Text(
        "Whoever breaks in deletes the traces first. Records under a retention lock survive even the account's own "
        "administrator, and a digest shows any change.",
        "入侵者得手后首先清除痕迹；处于保留锁定之下的记录连管理员也无法删除，摘要校验可发现任何改动。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_oss_bucket_worm with status = "Locked" and retention_period_in_days of at least '
        "log-retention-days (or alicloud_oss_bucket_object_worm_configuration) on "
        "the bucket of oss_bucket_name. AWS: enable_log_file_validation = true on aws_cloudtrail and "
        "aws_s3_bucket_object_lock_configuration with rule.default_retention on its bucket. Tencent Cloud: "
        "object_lock_configuration with enabled = true and rule.days on the tencentcloud_cos_bucket of the track. "
        "Below level 3 versioning of the bucket is enough.",
        '阿里云：为 oss_bucket_name 所指存储桶设置 alicloud_oss_bucket_worm（status = "Locked"，'
        "retention_period_in_days 不少于 log-retention-days）或 "
        "alicloud_oss_bucket_object_worm_configuration。AWS：aws_cloudtrail 设置 enable_log_file_validation = true，"
        "并对其存储桶设置带 rule.default_retention 的 aws_s3_bucket_object_lock_configuration。腾讯云：跟踪集所用 "
        "tencentcloud_cos_bucket 设置 object_lock_configuration（enabled = true，rule.days 同上）。"
        "三级以下开启存储桶版本控制即可。",
    ),
    checks={
        "alicloud_actiontrail_trail": _actiontrail_store,
        "alicloud_actiontrail": _actiontrail_store,
        "aws_cloudtrail": _cloudtrail_store,
        "tencentcloud_audit_track": _track_store,
        "tencentcloud_events_audit_track": _track_store,
    },
)

RULES: Final = (TRAIL_ON, TRAIL_IMMUTABLE)
