"""Rules on packet filters: what they let through by default, how broad they are, and what leaves through them."""

from __future__ import annotations

from compliant_infra.kernel.default_groups import empty_default_group
from compliant_infra.kernel.filter_breadth import narrow_rules
from compliant_infra.kernel.inbound import security_groups
from compliant_infra.kernel.logic import (
    always_passes,
    any_of,
    attribute,
    from_level,
    linked,
    when,
)
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# CN007
# --------------------------------------------------------------------------------------------------------------

#: Members of an advanced (enterprise) group are always isolated; of a basic one the policy decides, and a rule of the
#: group cannot take back what the policy Accept lets through.
_MEMBERS_ISOLATED = when(
    attribute("security_group_type").equals("enterprise", default="normal"),
    always_passes(),
    any_of(
        attribute("inner_access_policy").equals("Drop", default="Accept"),
        attribute("inner_access").is_false(),
    ),
)
_DEFAULT_GROUP_MANAGED = linked(
    "aws_default_security_group",
    by="vpc_id",
    to=("id",),
    missing=Text(
        "no aws_default_security_group empties the default security group of the VPC, which lets its members reach "
        "each other and everything out",
        "没有 aws_default_security_group 清空该 VPC 的默认安全组，其成员可互访且可任意出网",
    ),
)

_DEFAULT_DENY = Rule(
    code="CN007",
    name="net-default-deny",
    severity=Severity.MEDIUM,
    title=Text("Security groups deny by default, also among their members", "安全组默认拒绝，组内成员相互隔离"),
    rationale=Text(
        "What no rule allows must not get through: default groups that let their members reach each other, and lists "
        "that end in accepting everything, carry an intruder from one host to the next.",
        "未明确放行的流量不应通过：默认互通的安全组和以全部放行收尾的规则，会让攻击者从一台主机横向移动到下一台。",
    ),
    remediation=Text(
        "Alibaba Cloud: inner_access_policy = Drop, and a rule for what members need. AWS: an "
        "aws_default_security_group without ingress and egress for each VPC. Tencent Cloud: no ingress entry that "
        "accepts everything from any address; end the list with DROP.",
        "阿里云：inner_access_policy = Drop，组内确需的互访用规则放行；AWS：每个 VPC 配置不含 ingress 与 egress 的 "
        "aws_default_security_group；腾讯云：ingress 中不得有对任意地址全部放行的条目，列表以 DROP 结尾。",
    ),
    checks={
        "alicloud_security_group": from_level(3, _MEMBERS_ISOLATED),
        "aws_vpc": _DEFAULT_GROUP_MANAGED,
        "aws_default_security_group": empty_default_group,
        # A group of Tencent Cloud rejects what no rule accepts, so that only an entry for everything undoes it.
        **{
            kind: check
            for kind, check in security_groups("everything").items()
            if kind.startswith("tencentcloud_security_group_")
        },
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN010
# --------------------------------------------------------------------------------------------------------------

_PORT_RANGE_NARROW = Rule(
    code="CN010",
    name="net-sg-port-range-narrow",
    severity=Severity.MEDIUM,
    title=Text("Security group rules open few ports and say what for", "安全组规则端口范围收窄并注明用途"),
    rationale=Text(
        "A wide range opens ports that nobody meant to open, and a rule without a description stays for ever because "
        "nobody knows whether it is still needed.",
        "过宽的端口范围会放开本不打算开放的端口；没有描述的规则无人敢删，会一直留存。",
    ),
    remediation=Text(
        "Name the ports that the service uses, one rule for each, and say what for. Alibaba Cloud: port_range, "
        "description. AWS: from_port, to_port, description. Tencent Cloud: ingress.port, ingress.description.",
        "只放行服务实际使用的端口，逐条写明用途。阿里云：port_range、description；AWS：from_port、to_port、"
        "description；腾讯云：ingress.port、ingress.description。",
    ),
    checks=narrow_rules(),
)

# --------------------------------------------------------------------------------------------------------------
# CN011
# --------------------------------------------------------------------------------------------------------------

_EGRESS_RESTRICTED = Rule(
    code="CN011",
    name="net-sg-egress-restricted",
    severity=Severity.MEDIUM,
    title=Text("Outbound rules do not open every port to any address", "出方向不得向任意地址放行全部端口"),
    rationale=Text(
        "Malware fetches its tools and sends stolen data out by whatever port is open; a host that may only reach "
        "what it needs gives it no way.",
        "恶意程序会借任意开放的出口下载工具、外传数据；只允许访问必需目的地的主机让其无路可走。",
    ),
    remediation=Text(
        "Limit outbound rules to the ports and addresses that are needed, for example 443. Alibaba Cloud: port_range, "
        "cidr_ip with type = egress. AWS: egress.from_port, egress.to_port, egress.cidr_blocks, or "
        "aws_vpc_security_group_egress_rule. Tencent Cloud: egress.port, egress.cidr_block.",
        "将出方向规则限制为必需的端口与地址（例如 443）。阿里云：type = egress 的 port_range、cidr_ip；AWS："
        "egress.from_port、egress.to_port、egress.cidr_blocks 或 aws_vpc_security_group_egress_rule；腾讯云："
        "egress.port、egress.cidr_block。",
    ),
    checks=security_groups("everything-out", "egress"),
)

RULES: tuple[Rule, ...] = (_DEFAULT_DENY, _PORT_RANGE_NARROW, _EGRESS_RESTRICTED)
