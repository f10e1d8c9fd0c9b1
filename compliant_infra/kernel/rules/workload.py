"""Rules on workloads: hosts and containers."""

from __future__ import annotations

from compliant_infra.kernel.logic import attribute
from compliant_infra.kernel.metadata_service import aws_token_required, from_launch_template, token_required
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule

_METADATA_TOKEN = Rule(
    code="CN075",
    name="host-imds-v2",
    severity=Severity.MEDIUM,
    title=Text("The instance metadata service requires a token", "实例元数据服务须启用加固模式（令牌访问）"),
    rationale=Text(
        "Without a token, a forged request through the application is enough to read the role's temporary "
        "credentials "
        "from the metadata service.",
        "不要求令牌时，攻击者只需通过应用伪造一次请求（SSRF），就能从元数据服务读取角色的临时凭证。",
    ),
    remediation=Text(
        "Alibaba Cloud: http_tokens = required (instance_metadata_options.http_tokens for node pools). AWS: "
        "metadata_options.http_tokens = required.",
        "阿里云：http_tokens = required（节点池为 instance_metadata_options.http_tokens）；AWS："
        "metadata_options.http_tokens = required。",
    ),
    checks={
        "alicloud_instance": token_required("http_tokens", "http_endpoint"),
        "alicloud_ecs_launch_template": token_required("http_tokens", "http_endpoint"),
        "alicloud_launch_template": token_required("http_tokens", "http_endpoint"),
        "alicloud_cs_kubernetes_node_pool": token_required("instance_metadata_options.http_tokens"),
        "aws_instance": from_launch_template(aws_token_required),
        "aws_spot_instance_request": from_launch_template(aws_token_required),
        "aws_launch_template": aws_token_required,
        "aws_launch_configuration": aws_token_required,
        "aws_ec2_instance_metadata_defaults": attribute("http_tokens").equals("required", missing="not-applicable"),
    },
)

RULES: tuple[Rule, ...] = (_METADATA_TOKEN,)
