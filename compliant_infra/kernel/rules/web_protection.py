"""Rules on what stands before public entries: web application firewalls, protection against denial of service."""

from __future__ import annotations

from compliant_infra.kernel.ddos_protection import (
    alicloud_address,
    public_balancer,
    tencentcloud_address,
    zone_balancer,
)
from compliant_infra.kernel.logic import always_passes, attribute, each_of
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.web_firewalls import (
    application_balancer,
    defense_rule,
    elastic_balancer,
    tencentcloud_balancer,
    waf_instance,
    web_acl,
)

# --------------------------------------------------------------------------------------------------------------
# CN022
# --------------------------------------------------------------------------------------------------------------

_WAF = Rule(
    code="CN022",
    name="net-waf-on-public-web",
    severity=Severity.HIGH,
    title=Text("Public web entries stand behind a web application firewall", "公网 Web 入口接入 Web 应用防火墙"),
    rationale=Text(
        "Injection, scripted logins and scans come over the same port as the customers; only a firewall that reads the "
        "requests, with rules that block, tells them apart.",
        "注入、撞库和扫描与正常用户走同一端口；只有能解析请求并真正拦截的防火墙才能区分。",
    ),
    remediation=Text(
        "Alibaba Cloud: load_balancer_edition = StandardWithWaf, or alicloud_wafv3_domain before it; rule_status = 1 "
        "and a rule_action other than monitor. AWS: aws_wafv2_web_acl_association with resource_arn and a web ACL "
        "with a rule that blocks. Tencent Cloud: tencentcloud_waf_clb_domain with status = 1 and engine = 20 or more.",
        "阿里云：load_balancer_edition = StandardWithWaf，或经 alicloud_wafv3_domain 接入；rule_status = 1 且 "
        "rule_action 不为 monitor。AWS：aws_wafv2_web_acl_association 的 resource_arn 指向入口，且 rule 须拦截。"
        "腾讯云：tencentcloud_waf_clb_domain 的 status = 1、engine 为 20 及以上。",
    ),
    checks={
        "alicloud_alb_load_balancer": application_balancer,
        "alicloud_wafv3_instance": waf_instance,
        "alicloud_wafv3_domain": always_passes(),
        "alicloud_wafv3_defense_rule": defense_rule,
        "alicloud_waf_protection_module": attribute("status").equals(1, missing="unknown"),
        "aws_lb": elastic_balancer,
        "aws_alb": elastic_balancer,
        "aws_wafv2_web_acl": web_acl,
        "tencentcloud_clb_instance": tencentcloud_balancer,
        "tencentcloud_waf_clb_domain": each_of(
            attribute("status").equals(1, default=1),
            attribute("engine").equals(20, 21, 22, default=20),
        ),
        "tencentcloud_waf_saas_domain": attribute("status").equals(1, default=1),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN023
# --------------------------------------------------------------------------------------------------------------

_DDOS = Rule(
    code="CN023",
    name="net-ddos-on-public-entry",
    severity=Severity.MEDIUM,
    title=Text("Public entries are protected against denial of service", "公网入口具备 DDoS 防护"),
    rationale=Text(
        "The basic protection of a public address gives up under a flood of a few gigabits and takes the address off "
        "the internet, which ends the service as surely as the attack.",
        "公网地址自带的基础防护在数 Gbps 的攻击下就会触发黑洞，业务同样中断。",
    ),
    remediation=Text(
        "Alibaba Cloud: security_protection_types = [AntiDDoS_Enhanced], or bind the address with alicloud_ddosbgp_ip "
        "or real_servers of alicloud_ddoscoo_domain_resource. Tencent Cloud: type = AntiDDoSEIP with "
        "anti_ddos_package_id, or tencentcloud_dayu_ddos_ip_attachment_v2.",
        "阿里云：security_protection_types = [AntiDDoS_Enhanced]，或用 alicloud_ddosbgp_ip、"
        "alicloud_ddoscoo_domain_resource 的 real_servers 接入防护。腾讯云：type = AntiDDoSEIP 并设置 "
        "anti_ddos_package_id，或使用 tencentcloud_dayu_ddos_ip_attachment_v2。",
    ),
    checks={
        "alicloud_ddoscoo_instance": always_passes(),
        "alicloud_ddosbgp_instance": always_passes(),
        "alicloud_eip_address": alicloud_address,
        "alicloud_eip": alicloud_address,
        "alicloud_slb_load_balancer": public_balancer("address_type", "alicloud", "vswitch_id"),
        "alicloud_slb": public_balancer("address_type", "alicloud", "vswitch_id"),
        "alicloud_alb_load_balancer": zone_balancer,
        "alicloud_nlb_load_balancer": zone_balancer,
        "tencentcloud_antiddos_bgp_instance": always_passes(),
        "tencentcloud_dayu_ddos_policy": always_passes(),
        "tencentcloud_eip": tencentcloud_address,
        "tencentcloud_clb_instance": public_balancer("network_type", "tencentcloud"),
    },
)

RULES: tuple[Rule, ...] = (_WAF, _DDOS)
