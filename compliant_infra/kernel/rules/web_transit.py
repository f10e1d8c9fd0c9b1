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

RULES: Final[tuple[Rule, ...]] = (API_AUTHENTICATED,)
