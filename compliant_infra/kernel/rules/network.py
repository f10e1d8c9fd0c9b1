"""Rules on the network: what lies inside a VPC, what security groups and network ACLs let in, what is public."""

from __future__ import annotations

from compliant_infra.kernel.inbound import network_acls, security_groups
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule

_NO_RISKY_PORT = Rule(
    code="CN008",
    name="net-sg-no-risky-port-from-any",
    severity=Severity.CRITICAL,
    title=Text("Risky ports are not open to any address", "高危端口不得向任意地址开放"),
    rationale=Text(
        "Administration, database and file-sharing ports that the whole internet can reach are found by scanners "
        "within "
        "minutes and are the usual way in for password guessing, ransomware and data theft.",
        "运维、数据库、文件共享等端口一旦对整个互联网开放，几分钟内就会被扫描发现，是口令爆破、"
        "勒索和数据窃取最常见的入口。",
    ),
    remediation=Text(
        "Limit the source to the addresses that need the port, or reach it through a bastion host or VPN. Alibaba "
        "Cloud: "
        "cidr_ip / ipv6_cidr_ip or source_security_group_id. AWS: cidr_blocks / cidr_ipv4, or a referenced security "
        "group. "
        "Tencent Cloud: ingress.cidr_block or ingress.source_security_id.",
        "将来源限制为确需访问的地址，或改经堡垒机、VPN 访问。阿里云：cidr_ip / ipv6_cidr_ip 或 "
        "source_security_group_id；"
        "AWS：cidr_blocks / cidr_ipv4 或引用安全组；腾讯云：ingress.cidr_block 或 ingress.source_security_id。",
    ),
    checks=security_groups("risky-ports"),
)

_NO_ANY_ANY = Rule(
    code="CN009",
    name="net-sg-no-any-any",
    severity=Severity.CRITICAL,
    title=Text("No security group rule opens everything to any address", "安全组不得向任意地址放行全部协议或端口"),
    rationale=Text(
        "A rule that lets every protocol or every port in from anywhere switches the security group off: each "
        "service that "
        "starts on the host is on the internet at once.",
        "对任意地址放行全部协议或全部端口等于关闭安全组：主机上启动的任何服务都会立即暴露在互联网上。",
    ),
    remediation=Text(
        "Name the protocol, the ports and the source of each rule. Alibaba Cloud: ip_protocol, port_range, cidr_ip. "
        "AWS: "
        "protocol, from_port, to_port, cidr_blocks. Tencent Cloud: ingress.protocol, ingress.port, "
        "ingress.cidr_block.",
        "为每条规则写明协议、端口和来源。阿里云：ip_protocol、port_range、cidr_ip；AWS：protocol、from_port、"
        "to_port、"
        "cidr_blocks；腾讯云：ingress.protocol、ingress.port、ingress.cidr_block。",
    ),
    checks=security_groups("everything"),
)

_ACL_NO_RISKY_PORT = Rule(
    code="CN012",
    name="net-nacl-no-risky-port",
    severity=Severity.HIGH,
    title=Text("Network ACLs do not let any address reach risky ports", "网络 ACL 不得向任意地址放行高危端口"),
    rationale=Text(
        "The ACL of a subnet is the second line behind security groups; where it passes risky ports from anywhere, "
        "one wrong "
        "security group rule is enough to expose a host.",
        "子网的网络 ACL 是安全组之外的第二道防线；若其对任意地址放行高危端口，一条错误的安全组规则就足以暴露主机。",
    ),
    remediation=Text(
        "Put entries that drop the risky ports before wide accepting entries, or narrow the accepted ports and "
        "sources. "
        "Alibaba Cloud: ingress_acl_entries. AWS: ingress / aws_network_acl_rule with a smaller rule number. "
        "Tencent Cloud: "
        "ingress, in order.",
        "在宽泛的放行条目之前加入拒绝高危端口的条目，或收窄放行的端口与来源。阿里云：ingress_acl_entries；AWS："
        "ingress 或规则号"
        "更小的 aws_network_acl_rule；腾讯云：ingress（按顺序匹配）。",
    ),
    checks=network_acls(),
)

RULES: tuple[Rule, ...] = (_NO_RISKY_PORT, _NO_ANY_ANY, _ACL_NO_RISKY_PORT)
