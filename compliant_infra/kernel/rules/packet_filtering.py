"""Rules on packet filters: what they let through by default, how broad they are, and what leaves through them."""

from __future__ import annotations

from compliant_infra.kernel.default_groups import empty_default_group
from compliant_infra.kernel.filter_breadth import narrow_rules
from compliant_infra.kernel.google_network import firewalls, narrow_firewalls
from compliant_infra.kernel.inbound import security_groups
from compliant_infra.kernel.listener_access import (
    guarded_balancer,
    limited_listener,
    list_without_any,
    lone_attachment,
)
from compliant_infra.kernel.logic import (
    always_passes,
    any_of,
    attribute,
    from_level,
    linked,
    when,
)
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.public_ports import (
    classic_elastic_balancer,
    network_listener,
    public_listener,
    translated_port,
)
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
        "description. AWS: from_port, to_port, description. Tencent Cloud: ingress.port, ingress.description. "
        "Google Cloud: allow.ports, description.",
        "只放行服务实际使用的端口，逐条写明用途。阿里云：port_range、description；AWS：from_port、to_port、"
        "description；腾讯云：ingress.port、ingress.description。"
        "Google Cloud：allow.ports、description。",
    ),
    checks={
        **narrow_rules(),
        **narrow_firewalls(),
    },
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
        "aws_vpc_security_group_egress_rule. Tencent Cloud: egress.port, egress.cidr_block. "
        "Google Cloud: allow.ports, destination_ranges with direction = EGRESS.",
        "将出方向规则限制为必需的端口与地址（例如 443）。阿里云：type = egress 的 port_range、cidr_ip；AWS："
        "egress.from_port、egress.to_port、egress.cidr_blocks 或 aws_vpc_security_group_egress_rule；腾讯云："
        "egress.port、egress.cidr_block。"
        "Google Cloud：direction = EGRESS 的 allow.ports、destination_ranges。",
    ),
    checks={
        **security_groups("everything-out", "egress"),
        **firewalls("everything-out", "egress"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN017
# --------------------------------------------------------------------------------------------------------------

_BALANCER_ACL = Rule(
    code="CN017",
    name="net-lb-acl",
    severity=Severity.MEDIUM,
    title=Text(
        "Listeners that are no public entry let only listed addresses in", "非公网入口的监听仅允许名单内地址访问"
    ),
    rationale=Text(
        "A balancer passes on whatever reaches it. A service that is not meant for everybody needs a list of who may "
        "come, or each host in the network and beyond can call it.",
        "负载均衡会转发所有到达的请求。不面向公众的服务若没有访问名单，网络内外任何主机都可以调用。",
    ),
    remediation=Text(
        "Limit who reaches the listener, or tag the balancer purpose = public-entry. Alibaba Cloud: acl_status = on, "
        "acl_type = white, acl_ids; alicloud_alb_listener_acl_attachment with acl_type = White; no 0.0.0.0/0 in entry. "
        "AWS: security_groups without rules from any address. Tencent Cloud: security_groups or "
        "tencentcloud_clb_security_group_attachment.",
        "限制可访问监听的来源，或为负载均衡加标签 purpose = public-entry。阿里云：acl_status = on、acl_type = white、"
        "acl_ids；alicloud_alb_listener_acl_attachment 的 acl_type = White；entry 中不得有 0.0.0.0/0。AWS："
        "security_groups 不含对任意地址放行的规则。腾讯云：security_groups 或 "
        "tencentcloud_clb_security_group_attachment。",
    ),
    checks={
        "alicloud_slb_listener": limited_listener("alicloud_slb_listener"),
        "alicloud_alb_listener": limited_listener("alicloud_alb_listener"),
        "alicloud_alb_listener_acl_attachment": lone_attachment,
        "alicloud_slb_acl": list_without_any("entry_list"),
        "alicloud_slb_acl_entry_attachment": list_without_any(),
        "alicloud_alb_acl": list_without_any("acl_entries"),
        "alicloud_alb_acl_entry_attachment": list_without_any(),
        "alicloud_nlb_load_balancer": guarded_balancer("alicloud_nlb_load_balancer"),
        "aws_lb": guarded_balancer("aws_lb"),
        "aws_alb": guarded_balancer("aws_alb"),
        "aws_elb": guarded_balancer("aws_elb"),
        "tencentcloud_clb_instance": guarded_balancer("tencentcloud_clb_instance"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN018
# --------------------------------------------------------------------------------------------------------------

_ELASTIC = ("aws_lb", "aws_alb")
_ELASTIC_LISTENER = public_listener("port", "port", "load_balancer_arn", _ELASTIC, ())

_NO_RISKY_ENTRY = Rule(
    code="CN018",
    name="net-lb-nat-risky-port",
    severity=Severity.HIGH,
    title=Text("Balancers and NAT gateways publish no risky port", "负载均衡与 NAT 网关不得对公网发布高危端口"),
    rationale=Text(
        "A public listener or a port translation puts an administration or database port on the internet although the "
        "host behind it has no public address.",
        "公网监听或端口转发会把运维、数据库端口直接暴露在互联网上，即使后端主机没有公网地址。",
    ),
    remediation=Text(
        "Publish application ports only and reach the others through a bastion host or VPN, or limit who may connect. "
        "Alibaba Cloud: frontend_port, listener_port, external_port. AWS: port of the listener, or an internal "
        "balancer. Tencent Cloud: port, elastic_port.",
        "对公网只发布业务端口，其余经堡垒机或 VPN 访问，或限制来源。阿里云：frontend_port、listener_port、"
        "external_port；AWS：监听的 port，或改用内网负载均衡；腾讯云：port、elastic_port。",
    ),
    checks={
        "alicloud_slb_listener": public_listener(
            "frontend_port",
            "frontend_port",
            "load_balancer_id",
            ("alicloud_slb_load_balancer", "alicloud_slb"),
            ("acl_status", "acl_type", "acl_ids", "acl_id", "alicloud_slb_acl:entry_list.entry"),
        ),
        "alicloud_alb_listener": public_listener(
            "listener_port",
            "listener_port",
            "load_balancer_id",
            ("alicloud_alb_load_balancer",),
            (
                "acl_config.acl_type",
                "acl_config.acl_relations.acl_id",
                "alicloud_alb_listener_acl_attachment:acl_type",
                "alicloud_alb_listener_acl_attachment:acl_id",
                "alicloud_alb_acl:acl_entries.entry",
            ),
        ),
        "alicloud_nlb_listener": network_listener,
        "alicloud_forward_entry": translated_port("external_port", "internal_port"),
        "aws_lb_listener": _ELASTIC_LISTENER,
        "aws_alb_listener": _ELASTIC_LISTENER,
        "aws_elb": classic_elastic_balancer,
        "tencentcloud_clb_listener": public_listener("port", "end_port", "clb_id", ("tencentcloud_clb_instance",), ()),
        "tencentcloud_dnat": translated_port("elastic_port", "private_port"),
    },
)

RULES: tuple[Rule, ...] = (
    _DEFAULT_DENY,
    _PORT_RANGE_NARROW,
    _EGRESS_RESTRICTED,
    _BALANCER_ACL,
    _NO_RISKY_ENTRY,
)
