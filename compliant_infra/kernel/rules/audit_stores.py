"""Where audit records lie: the bucket of the trail is private and watched, and logs come together in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from compliant_infra.kernel import bucket_access
from compliant_infra.kernel.blocks import blocks
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.log_collection import collected
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    always_passes,
    any_of,
    attribute,
    failed,
    linked,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import (
    Policy,
    all_true,
    allows,
    anonymous_principal,
    any_true,
    judge_policy,
    narrowing_condition,
    opposite,
    pieces,
)
from compliant_infra.kernel.rules.record import Absence, Rule
from compliant_infra.kernel.trail_stores import buckets_of

# --------------------------------------------------------------------------------------------------------------
# The bucket of the trail
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Store:
    """How buckets of a cloud are judged: the type, who may reach it, its access log, its policy's own resource."""

    type: str
    private: Predicate
    logged: Predicate
    policy: str
    inline_policy: bool

    @property
    def reads(self) -> list[str]:
        """What is read of the bucket, as seen from the trail."""
        own = [*self.private.reads, *self.logged.reads, *(["policy"] if self.inline_policy else [])]
        listed = [path if ":" in path else f"{self.type}:{path}" for path in own]
        return [*listed, f"{self.policy}:bucket", f"{self.policy}:policy"]


_OSS: Final = Store(
    "alicloud_oss_bucket",
    bucket_access.oss_bucket,
    any_of(
        linked("alicloud_oss_bucket_logging", by="bucket"),
        attribute("logging.target_bucket").is_set(),
        collected("oss", "access_log", switch="oss_access_enabled"),
    ),
    "alicloud_oss_bucket_policy",
    True,
)
_S3: Final = Store(
    "aws_s3_bucket",
    bucket_access.s3_bucket,
    any_of(linked("aws_s3_bucket_logging", by="bucket"), attribute("logging.target_bucket").is_set()),
    "aws_s3_bucket_policy",
    True,
)
_COS: Final = Store(
    "tencentcloud_cos_bucket",
    bucket_access.cos_bucket,
    all_of(attribute("log_enable").is_true(default=False), attribute("log_target_bucket").is_set()),
    "tencentcloud_cos_bucket_policy",
    False,
)


def _lets_anyone_in(widest: int, policy: Policy) -> Outcome:
    answer = any_true(
        [
            *(
                all_true((allows(item), anonymous_principal(item), opposite(narrowing_condition(item, widest))))
                for item in policy.statements
            ),
            *policy.unknown_statements,
        ]
    )
    if isinstance(answer, (Unknown, OneOf)):
        return undecided(answer)
    return failed(Text("its policy lets anyone in", "其存储桶策略允许任何人访问")) if answer else PASS


def _by_policy(store: Store, bucket: Resource, context: Context) -> Outcome:
    """What the policy of the bucket says, inline or of its own."""
    test = partial(_lets_anyone_in, widest_prefix(context))
    outcomes: list[Outcome] = []
    if store.inline_policy and bucket.attributes.get("policy") is not None:
        outcomes.append(judge_policy(bucket.attributes["policy"], "policy", test))
    found = context.companions(bucket, store.policy, "bucket", IDENTITY_ATTRIBUTES)
    for item in found.sure:
        outcome = judge_policy(item.attributes.get("policy"), "policy", test)
        if outcome.verdict is Verdict.FAIL and item.existence is not None:
            outcome = undecided(item.existence)
        outcomes.append(outcome)
    for item, unknown in found.possible:
        if judge_policy(item.attributes.get("policy"), "policy", test).verdict is not Verdict.PASS:
            outcomes.append(undecided(unknown))
    for wanted in (Verdict.FAIL, Verdict.UNKNOWN):
        for outcome in outcomes:
            if outcome.verdict is wanted:
                return outcome
    return PASS


def _judge_store(value: Any, path: str, store: Store, context: Context, prefix: bool = False) -> Iterator[Outcome]:
    """The findings on the bucket that a trail writes to, told at the trail."""
    found = buckets_of(value, store.type, context, prefix)
    if not found:
        if isinstance(value, (Unknown, OneOf)):
            yield undecided(value, path)
            return
        yield undecided(
            Unknown("not-in-scan", f"{store.type} {show(value)}"),
            path,
            message=Text(
                f"the trail's bucket {show(value)} is not in the scan: who may reach it cannot be seen",
                f"跟踪所写入的存储桶 {show(value)} 不在扫描范围内，无法判断谁能访问",
            ),
        )
        return
    bucket = found[0]
    by_policy = _by_policy(store, bucket, context)
    access = store.private(bucket, context)
    open_to = access if access.verdict is Verdict.FAIL or by_policy.verdict is Verdict.PASS else by_policy
    yield _told(
        open_to,
        bucket,
        path,
        "public",
        Text(
            f"{bucket.address}, which holds the trail, can be reached by anyone: {open_to.message.en}",
            f"存放审计日志的 {bucket.address} 可被任何人访问：{open_to.message.zh}",
        ),
    )
    yield _told(
        store.logged(bucket, context),
        bucket,
        path,
        "access-log",
        Text(
            f"{bucket.address}, which holds the trail, keeps no access log of its own",
            f"存放审计日志的 {bucket.address} 未开启自身的访问日志",
        ),
    )


def _told(outcome: Outcome, bucket: Resource, path: str, finding: str, message: Text) -> Outcome:
    """What is found at the bucket, as a finding of the trail."""
    if outcome.verdict is Verdict.FAIL:
        return failed(message, path, finding)
    if outcome.verdict is Verdict.UNKNOWN and outcome.unknown is not None:
        text = Text(f"{bucket.address}: {outcome.message.en}", f"{bucket.address}：{outcome.message.zh}")
        return undecided(outcome.unknown, path, finding, text)
    return PASS


def _trail(path: str, store: Store) -> Predicate:
    """A trail that names its bucket in one attribute; without one it delivers to a log service."""

    @predicate(reads=(path, *store.reads), parameters=("widest-prefix",))
    def judge(resource: Resource, context: Context) -> Iterator[Outcome]:
        value = resource.attributes.get(path)
        if value is not None and not (isinstance(value, str) and not value):
            yield from _judge_store(value, path, store, context)

    return judge


@predicate(reads=("storage.storage_type", "storage.storage_name", *_COS.reads), parameters=("widest-prefix",))
def _track(resource: Resource, context: Context) -> Iterator[Outcome]:
    """A track names its bucket without the number of the account."""
    for index, block in enumerate(blocks(resource.attributes.get("storage"))):
        kind = block.get("storage_type")
        if isinstance(kind, (Unknown, OneOf)):
            yield undecided(kind, f"storage.{index}.storage_type")
        elif kind is not None and same(kind, "cos"):
            path = f"storage.{index}.storage_name"
            yield from _judge_store(block.get("storage_name"), path, _COS, context, prefix=True)


PRIVATE_STORE: Final = Rule(
    code="CN082",
    name="audit-store-private",
    severity=Severity.HIGH,
    title=Text("The bucket of the audit trail is private and logs who reads it", "审计日志存储桶不公开并记录自身访问"),
    rationale=Text(
        "The trail tells an attacker who may do what and what has been noticed; whoever reads or changes it must be "
        "known, and the public must not reach it at all.",
        "审计日志会向攻击者暴露谁拥有哪些权限、哪些行为已被发现；它绝不能公开，任何读取和改动都应留下记录。",
    ),
    remediation=Text(
        "Alibaba Cloud: private ACL and alicloud_oss_bucket_logging for the bucket of oss_bucket_name. AWS: "
        "aws_s3_bucket_public_access_block and aws_s3_bucket_logging for the bucket of s3_bucket_name. Tencent Cloud: "
        'acl = "private", log_enable = true and log_target_bucket on the tencentcloud_cos_bucket of '
        "storage.storage_name. No statement of its policy may let anyone in.",
        "阿里云：oss_bucket_name 所指存储桶设为私有，并用 alicloud_oss_bucket_logging 记录访问。AWS：s3_bucket_name "
        "所指存储桶配置 "
        "aws_s3_bucket_public_access_block 与 aws_s3_bucket_logging。腾讯云：storage.storage_name 所指 "
        'tencentcloud_cos_bucket 设置 acl = "private"、log_enable = true 与 log_target_bucket。'
        "存储桶策略不得允许任何人访问。",
    ),
    checks={
        "alicloud_actiontrail_trail": _trail("oss_bucket_name", _OSS),
        "alicloud_actiontrail": _trail("oss_bucket_name", _OSS),
        "aws_cloudtrail": _trail("s3_bucket_name", _S3),
        "tencentcloud_audit_track": _track,
        "tencentcloud_events_audit_track": _track,
    },
)

# --------------------------------------------------------------------------------------------------------------
# Logs in one place
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("variable_map",))
def _collects_something(resource: Resource, context: Context) -> Outcome:
    """The log audit app collects what its switches say; all are off by default but those of the central copies."""
    value = resource.attributes.get("variable_map")
    doubt: Unknown | OneOf | None = None
    if isinstance(value, Unknown) and isinstance(value.encoded, Mapping):
        doubt, value = value, value.encoded
    if isinstance(value, (Unknown, OneOf)):
        return undecided(value, "variable_map")
    for name, setting in value.items() if isinstance(value, Mapping) else ():
        if not str(name).endswith("_enabled") or str(name).endswith("_sync_enabled"):
            continue
        if isinstance(setting, (Unknown, OneOf)):
            doubt = doubt or setting
        elif same(setting, True):
            return PASS
    if doubt is not None:
        return undecided(doubt, "variable_map")
    return failed(
        Text("variable_map switches no log on: nothing is collected", "variable_map 未开启任何日志：不采集任何内容"),
        "variable_map",
    )


_CENTRAL_POLICY: Final = all_of(
    attribute("enabled").is_true(),
    attribute("centralize_enabled").is_true(default=False),
    attribute("centralize_config.dest_project").is_set(),
)


@predicate(reads=("is_organization_trail",))
def _whole_organisation(resource: Resource, context: Context) -> Outcome:
    """A trail of all members brings their records together; that of one account is no matter of this rule."""

    def test(value: Any) -> Outcome:
        return PASS if same(value, True) else NOT_APPLICABLE

    return alternatives(resource.get("is_organization_trail", False), test, "is_organization_trail")


_FILTER: Final = "aws_cloudwatch_log_subscription_filter"
_ACCOUNT_POLICY: Final = "aws_cloudwatch_log_account_policy"
_CENTRAL_RULE: Final = "aws_observabilityadmin_centralization_rule_for_organization"
_CENTRAL_TYPES: Final = (
    "aws_cloudwatch_log_destination",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
)
_CENTRAL_ARN: Final = lazy(r":(?:logs:[^:]*:[^:]*:destination|kinesis:[^:]*:[^:]*:stream|firehose:)")
_OTHER_ARN: Final = lazy(r":lambda:|:opensearch:|:es:")


def _is_central(value: Any, context: Context) -> bool | Unknown | OneOf:
    """Whether a subscription sends the logs on as they are, rather than to a function that works on them."""
    if isinstance(value, Unknown):
        if context.resolve(value, *_CENTRAL_TYPES) is not None:
            return True
        if value.reference is not None:
            return False
        text = "".join(item if isinstance(item, str) else "*" for item in pieces(value))
        return True if _CENTRAL_ARN.search(text) else False if _OTHER_ARN.search(text) else value
    if isinstance(value, OneOf):
        answers = [_is_central(item, context) for item in value.alternatives]
        return answers[0] if all(isinstance(item, bool) and item == answers[0] for item in answers) else value
    return isinstance(value, str) and _CENTRAL_ARN.search(value) is not None


@predicate(reads=("destination_arn",))
def _subscription(resource: Resource, context: Context) -> Outcome:
    answer = _is_central(resource.attributes.get("destination_arn"), context)
    if isinstance(answer, (Unknown, OneOf)):
        return undecided(answer, "destination_arn")
    return PASS if answer else NOT_APPLICABLE


def _covers_account(item: Resource) -> bool | Unknown | OneOf:
    """Whether a policy of the account subscribes all log groups."""
    kind = item.attributes.get("policy_type")
    if isinstance(kind, (Unknown, OneOf)):
        return kind
    return same(kind, "SUBSCRIPTION_FILTER_POLICY") if kind is not None else False


@predicate(
    reads=(
        "log_group_class",
        f"{_FILTER}:log_group_name",
        f"{_FILTER}:destination_arn",
        f"{_ACCOUNT_POLICY}:policy_type",
        f"{_CENTRAL_RULE}:rule_name",
    )
)
def _log_group(resource: Resource, context: Context) -> Outcome:
    """Where a root collects its log groups, none is left out; where it collects none, the absence tells."""
    filters: Sequence[Resource] = context.resources(_FILTER)
    shared = [*context.resources(_CENTRAL_RULE), *context.resources(_ACCOUNT_POLICY)]
    if not filters and not shared:
        return NOT_APPLICABLE
    doubt: Unknown | OneOf | None = None
    for item in shared:
        covers = True if item.type == _CENTRAL_RULE else _covers_account(item)
        if covers is True and item.existence is None:
            return PASS
        if covers is not False:
            doubt = doubt or (covers if isinstance(covers, (Unknown, OneOf)) else item.existence)
    found = context.companions(resource, _FILTER, "log_group_name", ("id", "name"))
    for item, unknown in [*((one, None) for one in found.sure), *found.possible]:
        central = _is_central(item.attributes.get("destination_arn"), context)
        blocked = unknown if unknown is not None else item.existence
        if central is True and blocked is None:
            return PASS
        if central is not False:
            doubt = doubt or blocked or (central if isinstance(central, (Unknown, OneOf)) else None)
    if doubt is not None:
        return undecided(doubt)
    collects = any_true(_is_central(item.attributes.get("destination_arn"), context) for item in filters)
    if collects is False:
        return NOT_APPLICABLE
    if isinstance(collects, (Unknown, OneOf)):
        return undecided(collects)
    return alternatives(resource.get("log_group_class", "STANDARD"), _left_out, "log_group_class")


def _left_out(kind: Any) -> Outcome:
    if not same(kind, "STANDARD"):
        return NOT_APPLICABLE  # the other classes take no subscription
    return failed(
        Text(
            "other log groups are sent to a central place, this one is not: no subscription filter names it",
            "其他日志组已汇集到统一位置，该日志组没有订阅过滤器，被遗漏",
        )
    )


_TASKS: Final = ("tencentcloud_cls_cloud_product_log_task_v2", "tencentcloud_cls_cloud_product_log_task")


@predicate(reads=("cls_region",))
def _task(resource: Resource, context: Context) -> Outcome:
    """The tasks of the root bring the logs to one region of the log service: that of the first of them."""
    own = resource.attributes.get("cls_region")
    if isinstance(own, (Unknown, OneOf)):
        return undecided(own, "cls_region")
    first = context.resources(*_TASKS)[0]
    region = first.attributes.get("cls_region")
    if isinstance(region, (Unknown, OneOf)):
        return undecided(region, "cls_region")
    if region == own:
        return PASS
    if first.existence is not None:
        return undecided(first.existence, "cls_region")
    return failed(
        Text(
            f"cls_region is {show(own)}, while {first.address} sends its logs to {show(region)}",
            f"cls_region 为 {show(own)}，而 {first.address} 的日志投递到 {show(region)}",
        ),
        "cls_region",
    )


CENTRAL: Final = Rule(
    code="CN086",
    name="audit-central",
    severity=Severity.MEDIUM,
    title=Text("Logs come together in one project or account", "日志集中汇集到同一项目或账号"),
    rationale=Text(
        "An attack leaves one trace in each system; only where the records lie side by side do they make a picture, "
        "and "
        "copies elsewhere outlive the host that was taken.",
        "一次攻击在每个系统中只留下零散痕迹，只有集中存放、关联分析才能看清全貌；"
        "集中保存的副本也不会随被控主机一同丢失。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_log_audit with switches on in variable_map, or alicloud_sls_collection_policy with "
        "enabled = true, centralize_enabled = true and centralize_config.dest_project. AWS: an "
        "aws_cloudwatch_log_subscription_filter to a central destination_arn for each aws_cloudwatch_log_group (or an "
        "aws_cloudwatch_log_account_policy). Tencent Cloud: tencentcloud_cls_cloud_product_log_task_v2 with the same "
        "cls_region throughout.",
        "阿里云：alicloud_log_audit 的 variable_map 开启所需日志，或 alicloud_sls_collection_policy 设置 enabled = "
        "true、"
        "centralize_enabled = true 与 centralize_config.dest_project。AWS：为每个 aws_cloudwatch_log_group "
        "配置指向统一 "
        "destination_arn 的 aws_cloudwatch_log_subscription_filter（或 aws_cloudwatch_log_account_policy）。腾讯云："
        "tencentcloud_cls_cloud_product_log_task_v2 使用同一 cls_region。",
    ),
    checks={
        "alicloud_log_audit": _collects_something,
        "alicloud_sls_collection_policy": _CENTRAL_POLICY,
        "alicloud_actiontrail_trail": _whole_organisation,
        _FILTER: _subscription,
        "aws_cloudwatch_log_group": _log_group,
        _CENTRAL_RULE: always_passes(),
        "aws_config_configuration_aggregator": always_passes(),
        **dict.fromkeys(_TASKS, _task),
    },
    absence=Absence(
        {
            "alicloud": ("alicloud_log_audit", "alicloud_sls_collection_policy"),
            "aws": (_FILTER, _ACCOUNT_POLICY, _CENTRAL_RULE),
            "tencentcloud": _TASKS,
        },
        Text("nothing collects the logs in one place", "没有声明日志的集中采集"),
    ),
)

RULES: Final = (PRIVATE_STORE, CENTRAL)
