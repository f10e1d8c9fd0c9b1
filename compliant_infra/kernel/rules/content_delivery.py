"""Rules on delivery networks and accelerators: nodes and lines that carry content across the border by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.borders import cloud_of, declared, in_mainland
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    always_fails,
    any_of,
    as_string,
    attribute,
    failed,
    passed,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import truth
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Delivery networks
# --------------------------------------------------------------------------------------------------------------


def _abroad(context: Context, cloud: str, area: str, path: str, message: Text) -> Outcome:
    """A finding, or a pass where the area is declared as a destination of transfers."""
    mechanism = declared(context, cloud, area)
    if mechanism is None:
        return failed(message, path)
    return passed(
        Text(
            f"{message.en}; declared under {mechanism.en}",
            f"{message.zh}；已声明按{mechanism.zh}出境",
        ),
        path,
    )


def _served_from(path: str, domestic: str, *, default: str | None = None) -> Predicate:
    """The area of the nodes that serve a domain is mainland China. Without a documented default: unknown if unset."""

    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        def test(area: Any) -> Outcome:
            text = as_string(area) or ""
            if text == domestic:
                return PASS
            message = Text(
                f"{path} is {show(text)}: nodes outside mainland China serve and cache the content",
                f"{path} 为 {show(text)}：由中国大陆境外的节点缓存并分发内容",
            )
            return _abroad(context, cloud_of(resource), text, path, message)

        def unset() -> Outcome:
            if default is not None:
                return test(default)
            return undecided(Unknown("known-after-apply", path), path)

        value = resource.attributes.get(path)
        return unset() if value is None else alternatives(value, test, path, unset=unset)

    return judge


@predicate(reads=("area", "type"))
def _edge_zone(resource: Resource, context: Context) -> Outcome:
    """``tencentcloud_teo_zone``: an empty area means overseas, or no area at all where no domain is served."""

    def test(area: Any) -> Outcome:
        text = as_string(area) or ""
        if text == "mainland":
            return PASS
        if text:
            shown = Text(f"area is {show(text)}", f"area 为 {show(text)}")
        else:
            kind = resource.attributes.get("type")
            if kind is None or same(kind, "noDomainAccess"):
                return NOT_APPLICABLE
            shown = Text('area is empty, which means "overseas"', "area 为空，按 overseas 处理")
        message = Text(
            f"{shown.en}: nodes outside mainland China serve and cache the content",
            f"{shown.zh}：由中国大陆境外的节点缓存并分发内容",
        )
        return _abroad(context, "tencentcloud", text or "overseas", "area", message)

    value = resource.attributes.get("area")
    return alternatives("" if value is None else value, test, "area", unset=lambda: test(""))


@predicate(reads=("enabled",))
def _distribution(resource: Resource, context: Context) -> Outcome:
    """CloudFront in the China regions is a service of its own with nodes in mainland China only; elsewhere none are."""
    region = context.region_of(resource)
    inside = in_mainland(context, "aws", region)

    def test(enabled: Any) -> Outcome:
        if not same(enabled, True):
            return NOT_APPLICABLE
        if inside is True:
            return PASS
        if inside is not False:
            return undecided(inside, "enabled")
        message = Text(
            f"made in {show(region)}: CloudFront outside the China regions has no nodes in mainland China",
            f"创建于 {show(region)}：中国区域以外的 CloudFront 在中国大陆境内没有节点",
        )
        return _abroad(context, "aws", "global", "enabled", message)

    return alternatives(resource.get("enabled", True), test, "enabled")


_DELIVERY: Final = Rule(
    code="CN111",
    name="loc-cdn-domestic",
    severity=Severity.MEDIUM,
    title=Text("Delivery networks serve from mainland China only", "内容分发只使用境内节点"),
    rationale=Text(
        "A delivery network copies what it serves to the nodes of its area, so an area abroad stores pages, files and "
        "the data in them outside the country.",
        "内容分发网络会把所分发的内容缓存到加速区域的节点上；加速区域含境外时，网页、文件及其中的数据即存放到境外。",
    ),
    remediation=Text(
        'Alibaba Cloud: scope = "domestic" (CDN and DCDN domains), coverage = "domestic" (alicloud_esa_site). AWS: '
        "make aws_cloudfront_distribution with a provider of a China region. Tencent Cloud: "
        'area = "mainland" (tencentcloud_cdn_domain, tencentcloud_teo_zone, tencentcloud_teo_l4_proxy). Otherwise '
        'declare "overseas" or "global" as destination with its transfer mechanism in [cross-border].',
        '阿里云：CDN、DCDN 域名设置 scope = "domestic"，alicloud_esa_site 设置 coverage = "domestic"。AWS：'
        "使用中国区域的 provider 创建 aws_cloudfront_distribution。腾讯云：tencentcloud_cdn_domain、"
        'tencentcloud_teo_zone、tencentcloud_teo_l4_proxy 设置 area = "mainland"。确需境外加速的，'
        "在 [cross-border] 中将 overseas 或 global 声明为目的地并注明出境机制。",
    ),
    checks={
        "alicloud_cdn_domain_new": _served_from("scope", "domestic", default="domestic"),
        "alicloud_cdn_domain": _served_from("scope", "domestic"),
        "alicloud_dcdn_domain": _served_from("scope", "domestic"),
        "alicloud_dcdn_ipa_domain": _served_from("scope", "domestic"),
        "alicloud_esa_site": _served_from("coverage", "domestic"),
        "aws_cloudfront_distribution": _distribution,
        "aws_cloudfront_multitenant_distribution": _distribution,
        "tencentcloud_cdn_domain": _served_from("area", "mainland"),
        "tencentcloud_teo_zone": _edge_zone,
        "tencentcloud_teo_l4_proxy": _served_from("area", "mainland"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Accelerators
# --------------------------------------------------------------------------------------------------------------

_OVER_THE_BORDER: Final = Text(
    "the acceleration network takes traffic in and out of mainland China at any of its nodes",
    "加速网络可在任意节点将流量带入或带出中国大陆",
)


def _unless_declared(then: Predicate) -> Predicate:
    """A finding of the predicate passes where worldwide transfers are declared."""

    def judge(resource: Resource, context: Context) -> Outcome:
        outcome = then(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        message = Text(f"{outcome.message.en}; {_OVER_THE_BORDER.en}", f"{outcome.message.zh}；{_OVER_THE_BORDER.zh}")
        return _abroad(context, cloud_of(resource), "global", outcome.attribute, message)

    return Predicate(judge, then.reads, then.parameters, then.comparisons)


#: Cross-border lines are billed by data transfer; with a bandwidth package the switch is not valid.
_NO_CROSS_BORDER: Final = attribute("cross_border_status").is_false(default=False)


@predicate(
    reads=(
        "cross_border_type",
        "tencentcloud_ga2_accelerate_area:accelerate_region",
        "tencentcloud_ga2_endpoint_group:endpoint_group_configuration.endpoint_group_region",
    )
)
def _global_accelerator(resource: Resource, context: Context) -> Outcome:
    """``tencentcloud_ga2_global_accelerator``: cross-border lines are asked for, or its ends lie on both sides."""
    path = "cross_border_type"

    def asked(value: Any) -> Outcome:
        if not as_string(value):
            return _ends(resource, context)
        return failed(Text(f"{path} is {show(value)}", f"{path} 为 {show(value)}"), path)

    value = resource.attributes.get(path)
    return alternatives("" if value is None else value, asked, path, unset=lambda: _ends(resource, context))


def _end_regions(resource: Resource, context: Context) -> Iterator[Any]:
    """The regions in which an accelerator takes traffic in and lets it out, as far as the root holds them."""
    areas = context.companions(resource, "tencentcloud_ga2_accelerate_area", "global_accelerator_id", ("id",))
    groups = context.companions(resource, "tencentcloud_ga2_endpoint_group", "global_accelerator_id", ("id",))
    for area in areas.sure:
        unset = Unknown("known-after-apply", f"{area.address}.accelerate_region")
        yield area.get("accelerate_region", unset) if area.existence is None else area.existence
    configuration = "endpoint_group_configuration"
    for group in groups.sure:
        if group.existence is not None:
            yield group.existence
            continue
        for where, block in entries(group.attributes.get(configuration), configuration):
            if isinstance(block, (Unknown, OneOf)):
                yield block
            else:
                named = block.get("endpoint_group_region")
                yield Unknown("known-after-apply", f"{where}.endpoint_group_region") if named is None else named
    for _, blocked in (*areas.possible, *groups.possible):
        yield blocked


def _ends(resource: Resource, context: Context) -> Outcome:
    regions = list(_end_regions(resource, context))
    answers = [in_mainland(context, "tencentcloud", region) for region in regions]
    abroad = next((region for region, answer in zip(regions, answers, strict=True) if answer is False), None)
    if abroad is not None and any(answer is True for answer in answers):
        return failed(Text(f"it reaches from mainland China to {show(abroad)}", f"其两端跨中国大陆与 {show(abroad)}"))
    blocked = next((answer for answer in answers if not isinstance(answer, bool)), None)
    if blocked is None and regions and abroad is None:
        return PASS
    if blocked is None and abroad is not None:
        blocked = Unknown("not-in-scan", "endpoint_group_region")
    return undecided(
        blocked or Unknown("not-in-scan", "accelerate_region"),
        message=Text(
            "whether both ends of the accelerator lie in mainland China cannot be seen",
            "无法判断加速器两端是否都在中国大陆境内",
        ),
    )


#: Regions of the older accelerator have names of their own. Those of the documentation, by geography.
_PROXY_MAINLAND: Final = frozenset(
    {
        *("NorthChina", "EastChina", "SouthChina", "SouthwestChina", "Beijing", "Shanghai", "Guangzhou", "Chengdu"),
        *("Chongqing", "Nanjing", "Changsha", "Xian", "Wuhan", "Fuzhou", "Shenyang", "Zhengzhou", "Jinan"),
        *("Hangzhou", "Shijiazhuang", "Hefei"),
    }
)
_PROXY_ABROAD: Final = frozenset(
    {
        *("Hongkong", "SoutheastAsia", "Korea", "Europe", "NorthAmerica", "Canada", "WestIndia", "Thailand"),
        *("Virginia", "Japan", "Taipei", "Jakarta", "SaoPaulo", "SL_AZURE_NorthUAE", "SL_AZURE_EastAUS"),
        *("SL_AZURE_NorthCentralUSA", "SL_AZURE_SouthIndia", "SL_AZURE_SouthBrazil", "SL_AZURE_NorthZAF"),
        *("SL_AZURE_SoutheastAsia", "SL_AZURE_CentralFrance", "SL_AZURE_SouthEngland", "SL_AZURE_EastUS"),
        *("SL_AZURE_WestUS", "SL_AZURE_SouthCentralUSA", "SL_AZURE_NorwayEast", "SL_AZURE_JapanEast"),
    }
)


def _proxy_side(value: Any) -> bool | Unknown | OneOf:
    """Whether an end of the proxy lies in mainland China."""

    def known(item: Any) -> bool | Unknown | OneOf:
        name = as_string(item)
        if name in _PROXY_MAINLAND:
            return True
        return False if name in _PROXY_ABROAD else Unknown("unsupported", show(item))

    return Unknown("no-value", "region") if value is None else truth(value, known)


@predicate(reads=("access_region", "realserver_region", "enable"))
def _proxy(resource: Resource, context: Context) -> Outcome:
    """``tencentcloud_gaap_proxy``: one end in mainland China, the other abroad."""
    if not same(resource.get("enable", True), True):
        return NOT_APPLICABLE
    names = ("access_region", "realserver_region")
    sides = [_proxy_side(resource.attributes.get(name)) for name in names]
    if sides[0] is True and sides[1] is True:
        return PASS
    for name, side in zip(names, sides, strict=True):
        if not isinstance(side, bool):
            return undecided(side, name)
    if True not in sides:
        return NOT_APPLICABLE
    path = names[sides.index(False)]
    value = show(resource.attributes.get(path))
    return failed(
        Text(f"{path} is {value}, the other end mainland China", f"{path} 为 {value}，另一端在中国大陆"), path
    )


@predicate(reads=("type", "anycast_zone"))
def _anycast(resource: Resource, context: Context) -> Outcome:
    """An address that is announced in many regions; both zones that the provider knows lie, also, abroad."""

    def kind(value: Any) -> Outcome:
        if same(value, "AnycastEIP"):
            return failed(Text("type is AnycastEIP", "type 为 AnycastEIP"), "type")
        zone = resource.attributes.get("anycast_zone")
        return PASS if zone is None else alternatives(zone, announced, "anycast_zone", unset=lambda: PASS)

    def announced(zone: Any) -> Outcome:
        if not as_string(zone):
            return PASS
        return failed(Text(f"anycast_zone is {show(zone)}", f"anycast_zone 为 {show(zone)}"), "anycast_zone")

    return alternatives(resource.get("type", "EIP"), kind, "type")


_ACCELERATION: Final = Rule(
    code="CN112",
    name="loc-no-global-acceleration",
    severity=Severity.MEDIUM,
    title=Text("No worldwide acceleration of traffic or storage", "不使用全球加速与存储传输加速"),
    rationale=Text(
        "Acceleration networks and anycast addresses move traffic and objects over lines and nodes in many countries, "
        "past the place where transfers abroad are assessed and controlled.",
        "全球加速与任播地址通过遍布各国的节点和线路转发流量与对象，数据出境不再经过评估与管控。",
    ),
    remediation=Text(
        "Alibaba Cloud: enabled = false in alicloud_oss_bucket_transfer_acceleration (and transfer_acceleration of the "
        'bucket), transfer_type = "internal" for replication, cross_border_status = false on accelerators, no '
        "CrossDomain bandwidth package and no anycast address. AWS: status = "
        '"Suspended" in aws_s3_bucket_accelerate_configuration, enabled = false on accelerators, enable_acceleration = '
        "false on VPN connections. Tencent Cloud: acceleration_enable = false on tencentcloud_cos_bucket, no "
        'cross_border_type, both ends of a proxy in mainland China, type = "EIP" for addresses. Otherwise declare '
        '"global" as destination with its transfer mechanism in [cross-border].',
        "阿里云：alicloud_oss_bucket_transfer_acceleration（及存储桶的 transfer_acceleration）设置 enabled = false，"
        '跨地域复制设置 transfer_type = "internal"，全球加速实例设置 cross_border_status = false，'
        "不使用 CrossDomain 带宽包与任播地址。AWS：aws_s3_bucket_accelerate_configuration 设置 "
        'status = "Suspended"，加速器设置 enabled = false，VPN 连接设置 enable_acceleration = false。腾讯云：'
        "tencentcloud_cos_bucket 设置 acceleration_enable = false，加速实例不设置 cross_border_type，加速通道两端均在"
        '境内，弹性公网 IP 设置 type = "EIP"。确需使用的，在 [cross-border] 中将 global 声明为目的地并注明出境机制。',
    ),
    checks={
        "alicloud_oss_bucket_transfer_acceleration": _unless_declared(
            attribute("enabled").is_false(missing="unknown"),
        ),
        "alicloud_oss_bucket": _unless_declared(
            # without the block nothing is accelerated, or a resource of its own is judged
            attribute("transfer_acceleration.enabled").is_false(missing="pass")
        ),
        "alicloud_oss_bucket_replication": _unless_declared(
            attribute("destination.transfer_type", default="internal").equals("internal")
        ),
        "alicloud_cloud_storage_gateway_gateway_file_share": _unless_declared(
            attribute("transfer_acceleration").is_false(missing="not-applicable")
        ),
        "alicloud_ga_accelerator": _unless_declared(
            any_of(_NO_CROSS_BORDER, attribute("bandwidth_billing_type").differs("CDT", default="BandwidthPackage"))
        ),
        "alicloud_ga_basic_accelerator": _unless_declared(
            any_of(_NO_CROSS_BORDER, attribute("bandwidth_billing_type").differs("CDT", "CDT95", missing="unknown"))
        ),
        "alicloud_ga_bandwidth_package": _unless_declared(attribute("type").differs("CrossDomain")),
        "alicloud_eipanycast_anycast_eip_address": _unless_declared(
            always_fails(Text("an anycast address is announced abroad", "任播地址在境外发布"), "service_location")
        ),
        "aws_s3_bucket_accelerate_configuration": _unless_declared(attribute("status").differs("Enabled")),
        "aws_s3_bucket": _unless_declared(attribute("acceleration_status").differs("Enabled", missing="pass")),
        "aws_globalaccelerator_accelerator": _unless_declared(attribute("enabled", default=True).is_false()),
        "aws_globalaccelerator_custom_routing_accelerator": _unless_declared(
            attribute("enabled", default=True).is_false()
        ),
        "aws_vpn_connection": _unless_declared(attribute("enable_acceleration").is_false(missing="not-applicable")),
        "tencentcloud_cos_bucket": _unless_declared(attribute("acceleration_enable", default=False).is_false()),
        "tencentcloud_ga2_global_accelerator": _unless_declared(_global_accelerator),
        "tencentcloud_gaap_proxy": _unless_declared(_proxy),
        "tencentcloud_eip": _unless_declared(_anycast),
    },
)

RULES: Final = (_DELIVERY, _ACCELERATION)
