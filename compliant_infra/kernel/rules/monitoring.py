"""Being told what happens: alarms on events of the account, and the recording of resources and their changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements, nested_entries
from compliant_infra.kernel.filter_breadth import same_value
from compliant_infra.kernel.logic import (
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
    is_given,
    linked,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.packet_filters import any_true, both
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import Answer
from compliant_infra.kernel.resources import with_attribute
from compliant_infra.kernel.rules.record import Absence, Rule
from compliant_infra.kernel.secrets import read_text

# --------------------------------------------------------------------------------------------------------------
# Alarms on events
# --------------------------------------------------------------------------------------------------------------

#: Events of the account in the pattern language of metric filters: who called what, and what came of it.
_ACCOUNT_EVENTS: Final = lazy(r"\$\.(?:eventName|eventSource|userIdentity|errorCode|errorMessage)\b")

#: Events of the account on the event bus: calls, sign-ins, state changes, findings of the security services.
_BUS_EVENTS: Final = lazy(
    r"via CloudTrail|State-change|aws\.(?:guardduty|securityhub|config|health|cloudtrail|iam|signin|kms|ec2)\b"
)


def _about(value: Any, pattern: re.Pattern[str]) -> Answer:
    """Whether a pattern of events speaks of events of the account; a choice or a hole can leave that open."""
    if value is None:
        return False
    if isinstance(value, OneOf):
        answers = [_about(item, pattern) for item in value.alternatives]
        return answers[0] if all(isinstance(item, bool) and item == answers[0] for item in answers) else value
    texts, hidden = read_text(value)
    if any(pattern.search(text) for text in texts):
        return True
    return False if hidden is None else hidden


def _only_about(path: str, pattern: re.Pattern[str], then: Predicate) -> Predicate:
    """``then`` where the pattern at this attribute is about events of the account, else not applicable."""

    @predicate(reads=(path, *then.reads))
    def judge(resource: Resource, context: Context) -> Outcome:
        about = _about(resource.attributes.get(path), pattern)
        if about is False:
            return NOT_APPLICABLE
        outcome = then(resource, context)
        if isinstance(about, (Unknown, OneOf)) and outcome.verdict is Verdict.FAIL:
            return undecided(about, path)
        return outcome

    return judge


_ALARM: Final = "aws_cloudwatch_metric_alarm"
_NO_ALARM: Final = Text("no alarm watches the metric of this filter", "没有告警监视该过滤器产生的指标")


def _in_namespace(alarm: Resource, namespace: Any) -> Answer:
    """Whether an alarm watches metrics of this namespace; a metric of the same name in another one is not the same."""
    metrics = nested_entries(alarm.attributes, "metric_query.metric")
    hidden = [block for _, block in metrics if isinstance(block, (Unknown, OneOf))]
    written = [alarm.attributes.get("namespace")]
    written += [block.get("namespace") for _, block in metrics if isinstance(block, Mapping)]
    known = [item for item in written if item is not None]
    if any(not isinstance(item, (Unknown, OneOf)) and same_value(item, namespace) is True for item in known):
        return True
    return any_true([*hidden, *(same_value(item, namespace) for item in known)])


@predicate(
    reads=(
        "metric_transformation.name",
        "metric_transformation.namespace",
        f"{_ALARM}:metric_name",
        f"{_ALARM}:namespace",
        f"{_ALARM}:metric_query.metric.metric_name",
        f"{_ALARM}:metric_query.metric.namespace",
    )
)
def _metric_is_watched(resource: Resource, context: Context) -> Outcome:
    """Some alarm of the root watches a metric that the filter makes."""
    doubt: Unknown | OneOf | None = None
    for block in blocks(resource.attributes.get("metric_transformation")):
        named = with_attribute(resource, "name", block.get("name"))
        for by in ("metric_name", "metric_query.metric.metric_name"):
            found = context.companions(named, _ALARM, by, ("name",))
            for alarm in found.sure:
                watches = both(
                    _in_namespace(alarm, block.get("namespace")), True if alarm.existence is None else alarm.existence
                )
                if watches is True:
                    return PASS
                if watches is not False:
                    doubt = doubt or watches
            if found.possible:
                doubt = doubt or found.possible[0][1]
    return failed(_NO_ALARM) if doubt is None else undecided(doubt)


_COMPOSITE: Final = "aws_cloudwatch_composite_alarm"


@predicate(reads=("alarm_actions", f"{_COMPOSITE}:alarm_rule"))
def _tells_someone(resource: Resource, context: Context) -> Outcome:
    """An alarm has actions, unless it may be a part of a composite alarm, which has them."""
    value = resource.attributes.get("alarm_actions")

    def test(known: Any) -> Outcome:
        if elements(known):
            return PASS
        composites: Sequence[Resource] = context.resources(_COMPOSITE)
        if composites:
            return undecided(Unknown("unsupported", f"{composites[0].address}.alarm_rule"), "alarm_actions")
        return failed(
            Text("alarm_actions is empty: the alarm tells no one", "alarm_actions 为空：告警不会通知任何人"),
            "alarm_actions",
        )

    if isinstance(value, Unknown) and value.elements:
        return PASS
    return alternatives(value, test, "alarm_actions", unset=lambda: test(None)) if value is not None else test(None)


_OFF: Final = "DISABLED"
_BUS_RULE: Final = all_of(
    attribute("state").differs(_OFF, default="ENABLED"),
    attribute("is_enabled").is_true(default=True),
    linked(
        "aws_cloudwatch_event_target",
        by="rule",
        to=("id", "name"),
        missing=Text("the rule has no target: it tells no one", "该规则没有目标：不会通知任何人"),
    ),
)


@predicate(reads=("notification_list.type", "policy_configuration.alert_policy_id", "template_configuration.id"))
def _log_alert_notifies(resource: Resource, context: Context) -> Outcome:
    """An alert of the old form names who is told, or the policy that says so; one by template leaves it to that."""
    doubt: Unknown | OneOf | None = None
    for name in ("policy_configuration", "notification_list", "template_configuration"):
        try:
            if is_given(resource.attributes.get(name)):
                return PASS
        except UnknownValueError as error:
            doubt = doubt or error.unknown
    if doubt is not None:
        return undecided(doubt, "notification_list")
    return failed(
        Text(
            "neither policy_configuration nor notification_list is set: the alert tells no one",
            "policy_configuration 与 notification_list 均未设置：告警不会通知任何人",
        ),
        "policy_configuration",
    )


_ALARM_TYPES: Final = {
    "alicloud": (
        "alicloud_sls_alert",
        "alicloud_log_alert",
        "alicloud_cms_event_rule",
        "alicloud_cms_alert_rule_v2",
    ),
    "aws": ("aws_cloudwatch_log_metric_filter", "aws_cloudwatch_event_rule"),
    "tencentcloud": ("tencentcloud_cls_alarm", "tencentcloud_monitor_alarm_policy", "tencentcloud_eb_event_rule"),
}

#: An alarm on load tells nothing of a host that is deleted or of a right that is given.
_ON_EVENTS: Final = {
    "aws_cloudwatch_log_metric_filter": _only_about("pattern", _ACCOUNT_EVENTS, always_passes()),
    "aws_cloudwatch_event_rule": _only_about("event_pattern", _BUS_EVENTS, always_passes()),
    "tencentcloud_monitor_alarm_policy": attribute("event_conditions").is_set(),
}

ALERTS: Final = Rule(
    code="CN087",
    name="alert-on-events",
    severity=Severity.MEDIUM,
    title=Text("Alarms on security events are on and tell someone", "安全事件告警已启用并能通知到人"),
    rationale=Text(
        "A record that no one reads stops no attack: without an alarm on deleted hosts, changed rights or a stopped "
        "trail "
        "the damage is found when it is done.",
        "没人看的日志挡不住攻击：主机被删、权限被改或审计被停用时若无告警，往往造成损失后才被发现。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_sls_alert and alicloud_cms_event_rule with status = "ENABLED", alicloud_cms_alarm and '
        "alicloud_cms_alert_rule_v2 with enabled = true, policy_configuration on alicloud_log_alert. AWS: an "
        "aws_cloudwatch_metric_alarm with alarm_actions on the metric of each aws_cloudwatch_log_metric_filter, "
        'aws_cloudwatch_event_rule with state = "ENABLED" and an aws_cloudwatch_event_target. Tencent Cloud: '
        "tencentcloud_cls_alarm with status = true, tencentcloud_monitor_alarm_policy with enable = 1 and notice_ids, "
        "tencentcloud_eb_event_rule with enable = true.",
        '阿里云：alicloud_sls_alert 与 alicloud_cms_event_rule 设置 status = "ENABLED"，alicloud_cms_alarm 与 '
        "alicloud_cms_alert_rule_v2 设置 enabled = true，alicloud_log_alert 设置 policy_configuration。AWS：为每个 "
        "aws_cloudwatch_log_metric_filter 的指标配置带 alarm_actions 的 aws_cloudwatch_metric_alarm，"
        'aws_cloudwatch_event_rule 设置 state = "ENABLED" 并配 aws_cloudwatch_event_target。腾讯云：'
        "tencentcloud_cls_alarm 设置 status = true，tencentcloud_monitor_alarm_policy 设置 enable = 1 与 notice_ids，"
        "tencentcloud_eb_event_rule 设置 enable = true。",
    ),
    checks={
        # What is created is on unless it is switched off.
        "alicloud_sls_alert": attribute("status").differs(_OFF, missing="pass"),
        "alicloud_log_alert": _log_alert_notifies,
        "alicloud_cms_event_rule": attribute("status").differs(_OFF, missing="pass"),
        "alicloud_cms_alarm": all_of(attribute("enabled").is_true(default=True), attribute("contact_groups").is_set()),
        "alicloud_cms_alert_rule_v2": attribute("enabled").is_true(missing="pass"),
        "aws_cloudwatch_log_metric_filter": _only_about("pattern", _ACCOUNT_EVENTS, _metric_is_watched),
        _ALARM: all_of(attribute("actions_enabled").is_true(default=True), _tells_someone),
        "aws_cloudwatch_event_rule": _only_about("event_pattern", _BUS_EVENTS, _BUS_RULE),
        "tencentcloud_cls_alarm": attribute("status").is_true(default=True),
        "tencentcloud_monitor_alarm_policy": all_of(
            attribute("enable").equals(1, default=1), attribute("notice_ids").is_set()
        ),
        # No default is documented.
        "tencentcloud_eb_event_rule": attribute("enable").is_true(missing="unknown"),
    },
    absence=Absence(_ALARM_TYPES, Text("no alarm on events is declared", "没有声明任何事件告警"), _ON_EVENTS),
)

# --------------------------------------------------------------------------------------------------------------
# The recorder of resources
# --------------------------------------------------------------------------------------------------------------

_RECORDER: Final = "aws_config_configuration_recorder"
_RECORDER_ON: Final = attribute("is_enabled").is_true()
#: Every type, or all but those that are named; a list of types misses what nobody thought of.
_RECORDS_ALL: Final = any_of(
    attribute("recording_group.all_supported").is_true(default=True),
    attribute("recording_group.recording_strategy.use_only").equals("EXCLUSION_BY_RESOURCE_TYPES"),
)

RECORDER: Final = Rule(
    code="CN088",
    name="config-recorder-on",
    severity=Severity.LOW,
    title=Text("Resources and their changes are recorded", "开启资源配置的记录与变更跟踪"),
    rationale=Text(
        "Without an inventory that keeps itself no one can say what was there last month, which resource appeared "
        "overnight, or how a setting looked before the incident.",
        "没有自动维护的资源台账，就无法说明上月有哪些资产、哪个资源是新出现的，以及事件发生前的配置是怎样的。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_config_configuration_recorder (or alicloud_config_aggregator), and "
        "alicloud_config_delivery with status = 1. AWS: aws_config_configuration_recorder with an "
        "aws_config_configuration_recorder_status of is_enabled = true and recording_group.all_supported = true. "
        "Tencent Cloud: "
        "tencentcloud_config_recorder_config with status = true.",
        "阿里云：声明 alicloud_config_configuration_recorder（或 alicloud_config_aggregator），"
        "alicloud_config_delivery "
        "设置 status = 1。AWS：为 aws_config_configuration_recorder 配置 is_enabled = true 的 "
        "aws_config_configuration_recorder_status，且 recording_group.all_supported = true。"
        "腾讯云：tencentcloud_config_recorder_config 设置 status = true。",
    ),
    checks={
        "alicloud_config_configuration_recorder": always_passes(),
        "alicloud_config_aggregator": always_passes(),
        "alicloud_config_delivery": attribute("status").equals(1, missing="unknown"),
        _RECORDER: all_of(
            linked(
                "aws_config_configuration_recorder_status",
                by="name",
                to=("id", "name"),
                that=_RECORDER_ON,
                missing=Text(
                    "no aws_config_configuration_recorder_status starts the recorder",
                    "没有 aws_config_configuration_recorder_status 启动该记录器",
                ),
            ),
            _RECORDS_ALL,
        ),
        "aws_config_configuration_recorder_status": _RECORDER_ON,
        "tencentcloud_config_recorder_config": attribute("status").is_true(),
    },
    absence=Absence(
        {
            "alicloud": (
                "alicloud_config_configuration_recorder",
                "alicloud_config_aggregator",
                "alicloud_config_delivery",
            ),
            "aws": (_RECORDER, "aws_config_configuration_recorder_status"),
            "tencentcloud": ("tencentcloud_config_recorder_config",),
        },
        Text("nothing declares that resources are recorded", "没有声明资源配置记录"),
    ),
)

RULES: Final = (ALERTS, RECORDER)
