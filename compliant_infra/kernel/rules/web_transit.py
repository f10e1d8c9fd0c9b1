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
from compliant_infra.kernel.client_certificates import (
    ENTRY_TAGS,
    alb_entry,
    clb_entry,
    elb_entry,
    gateway_entry,
    nlb_entry,
    slb_entry,
)
from compliant_infra.kernel.edges import alicloud_domain as alicloud_edge
from compliant_infra.kernel.edges import alicloud_site, aws_distribution
from compliant_infra.kernel.edges import tencent_domain as tencent_edge
from compliant_infra.kernel.function_domains import plain_domain, versioned_domain
from compliant_infra.kernel.logic import attribute, in_profile
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.national_certificates import firewall_domain, uploaded_pair
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# CN039: client certificates
# --------------------------------------------------------------------------------------------------------------

MUTUAL_TLS: Final = Rule(
    code="CN039",
    name="tls-mutual",
    severity=Severity.MEDIUM,
    title=Text("Entries for administrators and systems ask for client certificates", "管理和系统间入口要求客户端证书"),
    rationale=Text(
        "Passwords and tokens for administration or between systems can be stolen and used from anywhere; a client "
        "certificate binds the entry to devices that hold a key.",
        "管理入口和系统间接口的口令、令牌一旦泄露即可在任意地点使用；客户端证书把访问限定在持有私钥的设备上。",
    ),
    remediation=Text(
        "For listeners whose tag purpose is admin, management or inter-system: set ca_certificate_id "
        "(alicloud_slb_listener), ca_enabled = true with ca_certificates or ca_certificate_ids (alicloud_alb_listener, "
        'alicloud_nlb_listener), mutual_authentication { mode = "verify" } with a trust store (aws_lb_listener), '
        'mutual_tls_authentication (API Gateway domains), certificate_ssl_mode = "MUTUAL" with certificate_ca_id '
        "(tencentcloud_clb_listener).",
        "对标签 purpose 为 admin、management 或 inter-system 的监听：alicloud_slb_listener 设置 ca_certificate_id；"
        "alicloud_alb_listener、alicloud_nlb_listener 设置 ca_enabled = true 并配置 ca_certificates 或 "
        'ca_certificate_ids；aws_lb_listener 设置 mutual_authentication { mode = "verify" } 和信任库，API Gateway '
        '域名设置 mutual_tls_authentication；tencentcloud_clb_listener 设置 certificate_ssl_mode = "MUTUAL" 和 '
        "certificate_ca_id。",
    ),
    checks={
        "alicloud_slb_listener": slb_entry,
        "alicloud_alb_listener": alb_entry,
        "alicloud_nlb_listener": nlb_entry,
        "aws_lb_listener": elb_entry,
        "aws_alb_listener": elb_entry,
        "aws_api_gateway_domain_name": gateway_entry,
        "aws_apigatewayv2_domain_name": gateway_entry,
        "tencentcloud_clb_listener": clb_entry,
    },
    parameters=(ENTRY_TAGS,),
)

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

# --------------------------------------------------------------------------------------------------------------
# CN043: national cryptography at the edge
# --------------------------------------------------------------------------------------------------------------

NATIONAL_EDGE: Final = Rule(
    code="CN043",
    name="tlcp-sm2-edge",
    severity=Severity.MEDIUM,
    title=Text("The edge serves an SM2 certificate pair", "边缘入口提供 SM2 双证书"),
    rationale=Text(
        "Where national cryptography is required, visitors must be able to open the connection with SM2 and SM4; "
        "without the pair of certificates the edge can only offer international algorithms.",
        "要求使用国密时，访问者必须能以 SM2、SM4 建立连接；缺少签名、加密双证书时，边缘入口只能提供国际算法。",
    ),
    remediation=Text(
        "Upload the pair with sign_cert, sign_private_key, encrypt_cert and encrypt_private_key "
        "(alicloud_ssl_certificates_service_certificate) and set listen { sm2_enabled = true, sm2_cert_id } "
        "(alicloud_wafv3_domain).",
        "用 alicloud_ssl_certificates_service_certificate 的 sign_cert、sign_private_key、encrypt_cert、"
        "encrypt_private_key 上传双证书，并在 alicloud_wafv3_domain 的 listen 中设置 sm2_enabled = true 和 "
        "sm2_cert_id。",
    ),
    checks={
        "alicloud_wafv3_domain": in_profile("sm", firewall_domain),
        "alicloud_ssl_certificates_service_certificate": in_profile("sm", uploaded_pair),
        "alicloud_cas_certificate": in_profile("sm", uploaded_pair),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN123: custom domains of functions
# --------------------------------------------------------------------------------------------------------------

FUNCTION_DOMAIN: Final = Rule(
    code="CN123",
    name="tls-function-domain",
    severity=Severity.MEDIUM,
    title=Text("Custom domains of functions answer only over TLS", "函数自定义域名仅提供 TLS 访问"),
    rationale=Text(
        "A function behind a domain with plain HTTP receives credentials and personal data in clear, on every network "
        "between the caller and the cloud.",
        "自定义域名接受明文 HTTP 时，调用方到云端之间的网络都能看到提交给函数的凭证和个人信息。",
    ),
    remediation=Text(
        'Set protocol = "HTTPS" with cert_config (alicloud_fc_custom_domain, alicloud_fcv3_custom_domain, '
        'tencentcloud_scf_custom_domain) and tls_config { min_version = "TLSv1.2" } (alicloud_fcv3_custom_domain).',
        "alicloud_fc_custom_domain、alicloud_fcv3_custom_domain、tencentcloud_scf_custom_domain 设置 "
        'protocol = "HTTPS" 并配置 cert_config；alicloud_fcv3_custom_domain 还应设置 '
        'tls_config { min_version = "TLSv1.2" }。',
    ),
    checks={
        "alicloud_fc_custom_domain": plain_domain,
        "alicloud_fcv3_custom_domain": versioned_domain,
        "tencentcloud_scf_custom_domain": plain_domain,
    },
)

RULES: Final[tuple[Rule, ...]] = (MUTUAL_TLS, API_AUTHENTICATED, EDGE_HTTPS, NATIONAL_EDGE, FUNCTION_DOMAIN)
