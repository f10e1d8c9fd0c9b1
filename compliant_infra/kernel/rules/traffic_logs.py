"""Records of what passes: flow logs of networks, logs of balancers and firewalls, access logs of what they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from compliant_infra.kernel import google_storage
from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.copies import best
from compliant_infra.kernel.google_network import FLOW_LOGS
from compliant_infra.kernel.log_collection import collected
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_string,
    attribute,
    failed,
    linked,
    negate,
    passed,
    predicate,
    provider_side,
    same,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import owner_in_scan
from compliant_infra.kernel.packet_filters import Truth, any_true, both, truth
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.trail_stores import holds_trail, trail_reads

# --------------------------------------------------------------------------------------------------------------
# CN024
# --------------------------------------------------------------------------------------------------------------

_NOT_LOGGED: Final = Text("no flow log records the traffic of the VPC", "没有流日志记录该 VPC 的流量")


def _by_subnet(subnet: str, logged: Predicate) -> Predicate:
    """Every subnet of the VPC has a flow log of its own, which is as good; not applicable where one has none."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found = context.companions(resource, subnet, "vpc_id", ("id",))
        if not found.sure:
            return NOT_APPLICABLE
        blocked: Outcome | None = None
        for item in found.sure:
            outcome = logged(item, context)
            if outcome.verdict is Verdict.FAIL:
                return NOT_APPLICABLE
            if outcome.verdict is Verdict.UNKNOWN:
                blocked = blocked or outcome
        return blocked or passed(Text("each of its subnets has a flow log", "其每个子网均有流日志"))

    return Predicate(judge, (f"{subnet}:vpc_id", *logged.reads))


def _vpc(log: str, by: str, whole: Predicate, subnet: str, subnet_by: str) -> Predicate:
    """A VPC has a flow log of all its traffic that is running, by itself or subnet by subnet."""
    own = linked(log, by=by, to=("id",), that=whole, missing=_NOT_LOGGED)
    return any_of(own, _by_subnet(subnet, linked(log, by=subnet_by, to=("id",), that=whole)))


def _alone(by: str, types: Sequence[str], then: Predicate) -> Predicate:
    """``then`` for a flow log whose VPC is not in the scan; else the verdict of the VPC tells it."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(by)
        if isinstance(value, OneOf) or (isinstance(value, Unknown) and value.reference is None):
            outcome = then(resource, context)
            if outcome.verdict is Verdict.FAIL and context.resources(*types):
                return undecided(value, by)  # of one of these, perhaps, and then not the only one
            return outcome
        if owner_in_scan(resource, context, by, types, ("id",)):
            return NOT_APPLICABLE
        return then(resource, context)

    return Predicate(judge, (by, *then.reads), (), then.comparisons)


_ALICLOUD_FLOW_LOG: Final = all_of(
    attribute("traffic_type").equals("All"),
    attribute("status").equals("Active", default="Active"),
)
_AWS_FLOW_LOG: Final = attribute("traffic_type").equals("ALL")
_TENCENTCLOUD_FLOW_LOG: Final = all_of(
    attribute("traffic_type").equals("ALL"),
    negate(
        linked(
            "tencentcloud_vpc_flow_log_config",
            by="flow_log_id",
            to=("id",),
            that=attribute("enable").is_false(),
        ),
        Text(
            "tencentcloud_vpc_flow_log_config switches the flow log off",
            "tencentcloud_vpc_flow_log_config 停用了流日志",
        ),
    ),
)

_AWS_VPC: Final = _vpc("aws_flow_log", "vpc_id", _AWS_FLOW_LOG, "aws_subnet", "subnet_id")

_FLOW_LOGS: Final = Rule(
    code="CN024",
    name="net-flow-logs",
    severity=Severity.MEDIUM,
    title=Text("Every VPC has a flow log of all its traffic", "每个 VPC 均开启全部流量的流日志"),
    rationale=Text(
        "Without a record of which address spoke to which, an intrusion can neither be noticed in the traffic nor "
        "reconstructed afterwards; a log of dropped traffic only misses what got through.",
        "缺少谁与谁通信的记录，就无法从流量中发现入侵，事后也无从还原；只记录被拒绝的流量，恰恰漏掉了已经进来的部分。",
    ),
    remediation=Text(
        'Add a flow log for each VPC. Alibaba Cloud: alicloud_vpc_flow_log with resource_type = "VPC", traffic_type = '
        '"All", status = "Active". AWS: aws_flow_log with vpc_id and traffic_type = "ALL". Tencent Cloud: '
        'tencentcloud_vpc_flow_log with resource_type = "VPC", traffic_type = "ALL", and no '
        "tencentcloud_vpc_flow_log_config with enable = false. "
        "Google Cloud: log_config in google_compute_subnetwork.",
        '为每个 VPC 添加流日志。阿里云：alicloud_vpc_flow_log 设置 resource_type = "VPC"、traffic_type = "All"、'
        'status = "Active"；AWS：aws_flow_log 设置 vpc_id 和 traffic_type = "ALL"；腾讯云：tencentcloud_vpc_flow_log '
        '设置 resource_type = "VPC"、traffic_type = "ALL"，且 tencentcloud_vpc_flow_log_config 不得 enable = false。'
        "Google Cloud：google_compute_subnetwork 设置 log_config。",
    ),
    checks={
        "alicloud_vpc": any_of(
            _vpc("alicloud_vpc_flow_log", "resource_id", _ALICLOUD_FLOW_LOG, "alicloud_vswitch", "resource_id"),
            collected("vpc", "flow_log", switch="vpc_flow_enabled", script="vpc_flow_collection_policy"),
        ),
        "alicloud_vpc_flow_log": when(
            attribute("resource_type").equals("VPC"),
            _alone("resource_id", ("alicloud_vpc",), _ALICLOUD_FLOW_LOG),
        ),
        "aws_vpc": _AWS_VPC,
        "aws_default_vpc": _AWS_VPC,
        "aws_flow_log": when(
            attribute("vpc_id").is_set(),
            _alone("vpc_id", ("aws_vpc", "aws_default_vpc"), _AWS_FLOW_LOG),
        ),
        "tencentcloud_vpc": _vpc(
            "tencentcloud_vpc_flow_log",
            "resource_id",
            _TENCENTCLOUD_FLOW_LOG,
            "tencentcloud_subnet",
            "resource_id",
        ),
        "tencentcloud_vpc_flow_log": when(
            attribute("resource_type").equals("VPC"),
            _alone("resource_id", ("tencentcloud_vpc",), _TENCENTCLOUD_FLOW_LOG),
        ),
        "google_compute_subnetwork": FLOW_LOGS,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN025
# --------------------------------------------------------------------------------------------------------------

_AWS_LISTENERS: Final = ("aws_lb_listener", "aws_alb_listener")
_ACCESS_LOGS: Final = attribute("access_logs.enabled").is_true(default=False)


def _speaks(resource: Resource, context: Context, types: Sequence[str], by: str, protocols: Sequence[str]) -> Truth:
    """Whether a listener of the balancer speaks one of these protocols."""
    answers: list[Truth] = []
    for kind in types:
        found = context.companions(resource, kind, by, ("id", "arn"))
        for listener in found.sure:
            protocol = truth(listener.get("protocol"), lambda item: (as_string(item) or "").upper() in protocols)
            answers.append(both(protocol, True if listener.existence is None else listener.existence))
        answers.extend(unknown for _, unknown in found.possible)
    return any_true(answers)


@predicate(
    reads=(
        "load_balancer_type",
        "access_logs.enabled",
        *(f"{kind}:{name}" for kind in _AWS_LISTENERS for name in ("load_balancer_arn", "protocol")),
    )
)
def _aws_balancer(resource: Resource, context: Context) -> Outcome:
    """Application load balancers log requests, network ones TLS connections only, gateway ones nothing at all."""
    own = _ACCESS_LOGS(resource, context)

    def by_type(value: Any) -> Outcome:
        if same(value, "gateway"):
            return NOT_APPLICABLE
        if not same(value, "network") or own.verdict is Verdict.PASS:
            return own
        encrypted = _speaks(resource, context, _AWS_LISTENERS, "load_balancer_arn", ("TLS",))
        if isinstance(encrypted, bool):
            return own if encrypted else NOT_APPLICABLE
        return undecided(encrypted)

    return alternatives(resource.get("load_balancer_type", "application"), by_type, "load_balancer_type")


@predicate(reads=("logging_configuration.log_destination_config.log_type",))
def _ships_traffic(resource: Resource, context: Context) -> Outcome:
    """A logging configuration of a network firewall ships flows or alerts, not TLS handshakes only."""
    path, inner = "logging_configuration", "log_destination_config"
    answers: list[Truth] = []
    for where, block in entries(resource.get(path), path):
        if isinstance(block, (Unknown, OneOf)):
            answers.append(block)
            continue
        for _, target in entries(block.get(inner), f"{where}.{inner}"):
            if isinstance(target, (Unknown, OneOf)):
                answers.append(target)
                continue
            answers.append(truth(target.get("log_type"), lambda item: same(item, "FLOW") or same(item, "ALERT")))
    answer = any_true(answers)
    if answer is True:
        return PASS
    if answer is False:
        return failed(Text("ships neither flows nor alerts", "FLOW 与 ALERT 日志均未投递"), path)
    return undecided(answer, path)


@predicate(reads=("logging_filter.default_behavior", "logging_filter.filter.behavior"))
def _keeps_requests(resource: Resource, context: Context) -> Outcome:
    """A logging configuration of a web ACL does not filter away every request."""
    path = "logging_filter"
    kept: list[Truth] = []
    for where, block in entries(resource.attributes.get(path), path):
        if isinstance(block, (Unknown, OneOf)):
            kept.append(block)
            continue
        kept.append(truth(block.get("default_behavior", ""), lambda item: as_string(item) != "DROP"))
        for _, item in entries(block.get("filter"), f"{where}.filter"):
            if isinstance(item, (Unknown, OneOf)):
                kept.append(item)
            else:
                kept.append(truth(item.get("behavior", ""), lambda value: as_string(value) == "KEEP"))
    answer = any_true(kept) if kept else True
    if answer is True:
        return PASS
    if answer is False:
        return failed(Text("logging_filter drops every request", "logging_filter 丢弃了全部请求"), path)
    return undecided(answer, path)


_CLB_LISTENER: Final = "tencentcloud_clb_listener"
_CLB_LOGS: Final = all_of(attribute("log_set_id").is_set(), attribute("log_topic_id").is_set())


@predicate(reads=("log_set_id", "log_topic_id", f"{_CLB_LISTENER}:clb_id", f"{_CLB_LISTENER}:protocol"))
def _clb(resource: Resource, context: Context) -> Outcome:
    """CLB: access logs are of HTTP and HTTPS listeners; a balancer without any has none to ship."""
    own = _CLB_LOGS(resource, context)
    if own.verdict is not Verdict.FAIL:
        return own
    missing = own.attribute
    answer = _speaks(resource, context, (_CLB_LISTENER,), "clb_id", ("HTTP", "HTTPS"))
    if answer is True:
        return failed(
            Text(
                f"{missing} is not set: no request that the HTTP(S) listeners take is logged",
                f"未设置 {missing}：HTTP(S) 监听的请求没有访问日志",
            ),
            missing,
        )
    if answer is False and context.companions(resource, _CLB_LISTENER, "clb_id", ("id",)).sure:
        return NOT_APPLICABLE
    return undecided(
        Unknown("not-in-scan", _CLB_LISTENER) if isinstance(answer, bool) else answer,
        missing,
        message=Text(
            f"{missing} is not set; whether the balancer has HTTP(S) listeners is not known",
            f"未设置 {missing}；该负载均衡是否有 HTTP(S) 监听未知",
        ),
    )


_ALB_CONFIG: Final = attribute("access_log_config.log_store").is_set()
_WAF_LOGS: Final = any_of(
    collected("waf", "access_log", switch="waf_enabled"),
    provider_side(
        Text(
            "the log service of WAF is switched on in its console; a collection policy in the code would show it",
            "WAF 的日志服务在控制台开启，代码中无法判定；可通过采集策略体现",
        )
    ),
)
_WAF_ACL_LOGS: Final = attribute("logging_configuration.log_destination").is_set()

_EDGE_LOGS: Final = Rule(
    code="CN025",
    name="net-edge-logs",
    severity=Severity.MEDIUM,
    title=Text("Balancers, firewalls and WAF ship their logs", "负载均衡、防火墙与 WAF 的日志须投递留存"),
    rationale=Text(
        "The edge sees every request and every attack first. Without its logs an attack from outside leaves no trace "
        "that can be searched, and nobody can tell where it came from.",
        "边界设备最先看到每个请求和每次攻击；没有其日志，外部攻击就没有可供检索的痕迹，也无法判断来源。",
    ),
    remediation=Text(
        "Alibaba Cloud: access_log_config on alicloud_alb_load_balancer (or "
        "alicloud_alb_load_balancer_access_log_config_attachment), cfw_log = true on Cloud Firewall, an "
        "alicloud_sls_collection_policy for WAF. AWS: access_logs with enabled = true on aws_lb, "
        "aws_wafv2_web_acl_logging_configuration, aws_networkfirewall_logging_configuration. Tencent Cloud: log_set_id "
        "and log_topic_id on tencentcloud_clb_instance, cls_status = 1 on WAF domains.",
        "阿里云：alicloud_alb_load_balancer 设置 access_log_config（或使用 "
        "alicloud_alb_load_balancer_access_log_config_attachment），云防火墙设置 cfw_log = true，WAF 使用 "
        "alicloud_sls_collection_policy 采集；AWS：aws_lb 的 access_logs 设置 enabled = true，并配置 "
        "aws_wafv2_web_acl_logging_configuration、aws_networkfirewall_logging_configuration；腾讯云："
        "tencentcloud_clb_instance 设置 log_set_id 与 log_topic_id，WAF 域名设置 cls_status = 1。",
    ),
    checks={
        "alicloud_alb_load_balancer": any_of(
            _ALB_CONFIG,
            linked("alicloud_alb_load_balancer_access_log_config_attachment", by="load_balancer_id", to=("id",)),
            collected("alb", "access_log"),
        ),
        "alicloud_cloud_firewall_instance": attribute("cfw_log").is_true(missing="unknown"),
        "alicloud_cloud_firewall_instance_v2": attribute("cfw_log").is_true(missing="unknown"),
        "alicloud_wafv3_domain": _WAF_LOGS,
        "aws_lb": _aws_balancer,
        "aws_alb": _aws_balancer,
        "aws_elb": all_of(attribute("access_logs").is_set(), attribute("access_logs.enabled").is_true(default=True)),
        "aws_wafv2_web_acl": linked(
            "aws_wafv2_web_acl_logging_configuration", by="resource_arn", to=("arn",), that=_keeps_requests
        ),
        "aws_wafregional_web_acl": _WAF_ACL_LOGS,
        "aws_waf_web_acl": _WAF_ACL_LOGS,
        "aws_networkfirewall_firewall": linked(
            "aws_networkfirewall_logging_configuration", by="firewall_arn", to=("arn", "id"), that=_ships_traffic
        ),
        "tencentcloud_clb_instance": _clb,
        "tencentcloud_waf_clb_domain": attribute("cls_status").equals(1, default=0),
        "tencentcloud_waf_saas_domain": attribute("cls_status").equals(1, default=0),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN085
# --------------------------------------------------------------------------------------------------------------


def _bucket(type: str, logged: Predicate, *targets: tuple[str, str]) -> Predicate:
    """Access to a bucket is logged. One that takes the access logs of others is none of this question's business.

    ``targets`` are (type, attribute that names the bucket which takes the logs). Of the bucket that holds the trail
    another rule says the same, at the trail and in graver words (CN082).
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        own = logged(resource, context)
        if own.verdict is not Verdict.FAIL:
            return own
        for kind, by in targets:
            found = context.companions(resource, kind, by, ("id", "bucket", "name"))
            if found.sure:
                return NOT_APPLICABLE
            other = next((unknown for item, unknown in found.possible if item.address != resource.address), None)
            if other is not None:
                return undecided(
                    other,
                    message=Text(
                        "access is not logged; it may be the bucket that takes the access logs of others",
                        "未开启访问日志；但该存储桶可能就是其他存储桶访问日志的目标",
                    ),
                )
        trail = holds_trail(resource, context)
        if isinstance(trail, bool):
            return NOT_APPLICABLE if trail else own
        return undecided(
            trail,
            message=Text(
                "access is not logged; it may be the bucket that holds the audit trail, which is judged with the trail",
                "未开启访问日志；但该存储桶可能存放审计日志，届时随审计跟踪一并判定",
            ),
        )

    reads = (*logged.reads, *(f"{kind}:{by}" for kind, by in targets), *trail_reads(type))
    return Predicate(judge, reads, (), logged.comparisons)


_NO_BUCKET_LOG: Final = Text("access to the bucket is not logged", "未记录对该存储桶的访问")


def _companion_log(kind: str) -> Predicate:
    return linked(kind, by="bucket", to=("id", "bucket"), missing=_NO_BUCKET_LOG)


_API_LOG: Final = "alicloud_api_gateway_log_config"


@predicate(reads=(f"{_API_LOG}:sls_project",))
def _api_group(resource: Resource, context: Context) -> Outcome:
    """API Gateway ships the logs of all groups of an account and region at once, by a resource of its own."""
    own = context.region_of(resource)
    outcomes: list[Outcome] = []
    for item in context.resources(_API_LOG):
        region = context.region_of(item)
        if isinstance(own, str) and isinstance(region, str) and own != region:
            continue
        alike = item.provider is resource.provider or (isinstance(own, str) and isinstance(region, str))
        if not alike:
            open_ones = (item for item in (region, own) if isinstance(item, (Unknown, OneOf)))
            outcomes.append(undecided(next(open_ones, Unknown("unsupported", "region"))))
        else:
            outcomes.append(PASS if item.existence is None else undecided(item.existence))
    return best(outcomes, NOT_APPLICABLE)


_API_LOG_ELSEWHERE: Final = Predicate(
    lambda resource, context: undecided(
        Unknown("not-in-scan", _API_LOG),
        message=Text(
            f"no {_API_LOG} is in the scan; it holds for the whole account and may be declared elsewhere",
            f"扫描范围内没有 {_API_LOG}；该配置对整个账号生效，可能在别处声明",
        ),
    )
)


@predicate(reads=("logging_config.log_format", "logging_config.system_log_level"))
def _lambda_logs(resource: Resource, context: Context) -> Outcome:
    """Lambda records each invocation in CloudWatch Logs, unless the level of its own records is raised to WARN."""
    path = "logging_config.0.system_log_level"
    outcomes: list[Outcome] = []
    for where, block in entries(resource.get("logging_config"), "logging_config"):
        if isinstance(block, (Unknown, OneOf)):
            return undecided(block, where)
        outcomes.append(
            alternatives(
                block.get("system_log_level", "INFO"),
                lambda item: (
                    failed(
                        Text(
                            "system_log_level is WARN: starts and ends of invocations are not recorded",
                            "system_log_level 为 WARN：不记录每次调用的开始与结束",
                        ),
                        path,
                    )
                    if same(item, "WARN")
                    else PASS
                ),
                path,
            )
        )
    return outcomes[0] if outcomes else passed(Text("logged by default", "默认记录日志"))


_ACCESS_LOG_ON: Final = Rule(
    code="CN085",
    name="access-log-on",
    severity=Severity.LOW,
    title=Text("Access to buckets, APIs and functions is logged", "对象存储、API 网关与函数须记录访问日志"),
    rationale=Text(
        "Who read which object or called which interface shows only in access logs; without them the extent of a leak "
        "cannot be determined.",
        "谁读取了哪个对象、调用了哪个接口，只能从访问日志得知；没有访问日志就无法确定泄露范围。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_oss_bucket_logging, alicloud_api_gateway_log_config, log_config on "
        "alicloud_fcv3_function. AWS: aws_s3_bucket_logging, access_log_settings on stages of API Gateway. Tencent "
        "Cloud: log_enable = true and log_target_bucket on tencentcloud_cos_bucket, cls_logset_id and cls_topic_id on "
        "tencentcloud_scf_function. Google Cloud: logging.log_bucket on google_storage_bucket, or a "
        "google_project_iam_audit_config with DATA_READ and DATA_WRITE.",
        "阿里云：alicloud_oss_bucket_logging、alicloud_api_gateway_log_config，alicloud_fcv3_function 设置 log_config；"
        "AWS：aws_s3_bucket_logging，API Gateway 的 stage 设置 access_log_settings；腾讯云："
        "tencentcloud_cos_bucket 设置 log_enable = true 和 log_target_bucket，"
        "tencentcloud_scf_function 设置 cls_logset_id 与 cls_topic_id；Google Cloud：google_storage_bucket "
        "设置 logging.log_bucket，或用 google_project_iam_audit_config 记录 DATA_READ 与 DATA_WRITE。",
    ),
    checks={
        "alicloud_oss_bucket": _bucket(
            "alicloud_oss_bucket",
            any_of(
                _companion_log("alicloud_oss_bucket_logging"),
                attribute("logging.target_bucket").is_set(),
                collected("oss", "access_log", switch="oss_access_enabled"),
            ),
            ("alicloud_oss_bucket_logging", "target_bucket"),
            ("alicloud_oss_bucket", "logging.target_bucket"),
        ),
        "alicloud_api_gateway_group": any_of(
            _api_group, collected("apigateway", "access_log", switch="apigateway_enabled"), _API_LOG_ELSEWHERE
        ),
        "alicloud_apig_gateway": attribute("log_config.sls.enable").is_true(),
        "alicloud_fcv3_function": all_of(
            attribute("log_config.project").is_set(), attribute("log_config.logstore").is_set()
        ),
        "alicloud_fc_service": all_of(
            attribute("log_config.project").is_set(), attribute("log_config.logstore").is_set()
        ),
        "aws_s3_bucket": _bucket(
            "aws_s3_bucket",
            any_of(_companion_log("aws_s3_bucket_logging"), attribute("logging.target_bucket").is_set()),
            ("aws_s3_bucket_logging", "target_bucket"),
            ("aws_s3_bucket", "logging.target_bucket"),
        ),
        "aws_api_gateway_stage": attribute("access_log_settings.destination_arn").is_set(),
        "aws_apigatewayv2_stage": attribute("access_log_settings.destination_arn").is_set(),
        "aws_lambda_function": _lambda_logs,
        "tencentcloud_cos_bucket": _bucket(
            "tencentcloud_cos_bucket",
            all_of(attribute("log_enable").is_true(default=False), attribute("log_target_bucket").is_set()),
            ("tencentcloud_cos_bucket", "log_target_bucket"),
        ),
        "google_storage_bucket": _bucket(
            "google_storage_bucket", google_storage.LOGGED, ("google_storage_bucket", "logging.log_bucket")
        ),
        "tencentcloud_scf_function": all_of(
            attribute("cls_logset_id").is_set(missing="unknown"), attribute("cls_topic_id").is_set(missing="unknown")
        ),
    },
)

RULES: Final[tuple[Rule, ...]] = (_FLOW_LOGS, _EDGE_LOGS, _ACCESS_LOG_ON)
