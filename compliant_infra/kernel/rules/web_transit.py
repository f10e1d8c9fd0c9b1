"""Rules on the way to web applications: API gateways, CDN edges, function domains, client certificates."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.api_gateways import (
    alicloud_api,
    alicloud_domain,
    alicloud_http_api,
    alicloud_instance,
    aws_method,
    aws_route,
    tencent_api,
    tencent_domain,
    tencent_service,
)
from compliant_infra.kernel.edges import alicloud_domain as alicloud_edge
from compliant_infra.kernel.edges import alicloud_site, aws_distribution
from compliant_infra.kernel.edges import tencent_domain as tencent_edge
from compliant_infra.kernel.logic import attribute
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# CN041: API gateways
# --------------------------------------------------------------------------------------------------------------

API_AUTHENTICATED: Final = Rule(
    code="CN041",
    name="api-https-authenticated",
    severity=Severity.HIGH,
    title=Text("APIs answer only over HTTPS and only to known callers", "API 仅接受 HTTPS 且调用方须经认证"),
    rationale=Text(
        "An API without authentication hands its data and functions to whoever finds the address; over plain HTTP the "
        "credentials of those who do authenticate can be read and replayed.",
        "没有认证的 API 会把数据和功能开放给任何知道地址的人；使用明文 HTTP 时，合法调用方的凭证也会被窃听和重放。",
    ),
    remediation=Text(
        'Set auth_type = "APP" and request_config.protocol = "HTTPS" (alicloud_api_gateway_api), https_policy = '
        '"HTTPS2_TLS1_2" (alicloud_api_gateway_instance), protocol = "HTTPS" with force_https (alicloud_apig_domain), '
        'authorization or authorization_type = "AWS_IAM", "JWT" or an authorizer (aws_api_gateway_method, '
        'aws_apigatewayv2_route), auth_type = "APP" (tencentcloud_api_gateway_api) and protocol = "https" '
        "(tencentcloud_api_gateway_service).",
        'alicloud_api_gateway_api 设置 auth_type = "APP" 和 request_config.protocol = "HTTPS"，'
        'alicloud_api_gateway_instance 设置 https_policy = "HTTPS2_TLS1_2"，alicloud_apig_domain 设置 '
        'protocol = "HTTPS" 并启用 force_https；aws_api_gateway_method、aws_apigatewayv2_route 的 authorization 或 '
        'authorization_type 设置为 "AWS_IAM"、"JWT" 或自定义授权方；tencentcloud_api_gateway_api 设置 '
        'auth_type = "APP"，tencentcloud_api_gateway_service 设置 protocol = "https"。',
    ),
    checks={
        "alicloud_api_gateway_api": alicloud_api,
        "alicloud_api_gateway_instance": alicloud_instance,
        "alicloud_apig_domain": alicloud_domain,
        "alicloud_apig_http_api": alicloud_http_api,
        "aws_api_gateway_method": aws_method,
        "aws_apigatewayv2_route": aws_route,
        "tencentcloud_api_gateway_api": tencent_api,
        "tencentcloud_api_gateway_service": tencent_service,
        "tencentcloud_api_gateway_custom_domain": tencent_domain,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN042: edges of content delivery networks
# --------------------------------------------------------------------------------------------------------------

EDGE_HTTPS: Final = Rule(
    code="CN042",
    name="cdn-https",
    severity=Severity.MEDIUM,
    title=Text("CDN edges serve HTTPS only, with TLS 1.2 or newer", "CDN 边缘仅提供 HTTPS，TLS 不低于 1.2"),
    rationale=Text(
        "The edge is what visitors talk to: plain HTTP or an outdated TLS version there exposes sessions and contents "
        "on every access network, however well the origin is protected.",
        "访问者直接连接的是边缘节点：边缘接受明文 HTTP 或过时的 TLS 版本，会话和内容会在接入网络中暴露。",
    ),
    remediation=Text(
        'Give alicloud_cdn_domain_new a certificate_config (alicloud_dcdn_domain: ssl_protocol = "on") and add '
        "alicloud_cdn_domain_config resources with function_name https_force (enable = on) and https_tls_version "
        '(tls10 and tls11 = off); set viewer_protocol_policy = "redirect-to-https" and minimum_protocol_version = '
        '"TLSv1.2_2021" with an own certificate (aws_cloudfront_distribution); https_config with https_switch = "on", '
        'force_redirect to https and tls_versions = ["TLSv1.2", "TLSv1.3"] (tencentcloud_cdn_domain).',
        'alicloud_cdn_domain_new 配置 certificate_config（alicloud_dcdn_domain 设置 ssl_protocol = "on"），并用 '
        "alicloud_cdn_domain_config 配置 function_name 为 https_force（enable = on）和 https_tls_version（tls10、tls11 "
        '= off）；aws_cloudfront_distribution 使用自有证书，设置 viewer_protocol_policy = "redirect-to-https"、'
        'minimum_protocol_version = "TLSv1.2_2021"；tencentcloud_cdn_domain 在 https_config 中设置 '
        'https_switch = "on"、跳转到 https 的 force_redirect 和 tls_versions = ["TLSv1.2", "TLSv1.3"]。',
    ),
    checks={
        "alicloud_cdn_domain_new": alicloud_edge("alicloud_cdn_domain_config", dynamic=False),
        "alicloud_cdn_domain": alicloud_edge("alicloud_cdn_domain_config", dynamic=False),
        "alicloud_dcdn_domain": alicloud_edge("alicloud_dcdn_domain_config", dynamic=True),
        "alicloud_esa_https_basic_configuration": alicloud_site,
        "aws_cloudfront_distribution": aws_distribution,
        "tencentcloud_cdn_domain": tencent_edge,
        "tencentcloud_teo_zone_setting": attribute("force_redirect.switch").equals("on", missing="unknown"),
        "tencentcloud_teo_l7_acc_setting": attribute("zone_config.force_redirect_https.switch").equals(
            "on", missing="unknown"
        ),
    },
)

RULES: Final[tuple[Rule, ...]] = (API_AUTHENTICATED, EDGE_HTTPS)
