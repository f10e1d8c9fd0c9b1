"""Rules on cloud firewalls: that they are on, that they block intrusions, and what their policies let through."""

from __future__ import annotations

from compliant_infra.kernel.firewall_defaults import denies_rest
from compliant_infra.kernel.firewall_policies import FORMS, named_application, rule_group
from compliant_infra.kernel.firewall_switches import (
    endpoint_of_firewall,
    inspecting_policy,
    nat_firewall,
)
from compliant_infra.kernel.logic import always_passes, attribute, each_of
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Absence, Rule

# --------------------------------------------------------------------------------------------------------------
# CN019
# --------------------------------------------------------------------------------------------------------------

_OPEN = attribute("status").equals("open")
_ON = attribute("enable").equals(1)

_FIREWALL_ON = Rule(
    code="CN019",
    name="net-cloud-firewall-on",
    severity=Severity.HIGH,
    title=Text("A cloud firewall stands at the edges and is switched on", "边界部署云防火墙且开关已开启"),
    rationale=Text(
        "Security groups look at addresses and ports only; attacks inside permitted traffic, between networks and on "
        "the way out are seen and stopped at a firewall, if there is one and its switches are on.",
        "安全组只看地址和端口；夹带在放行流量中的攻击、网络之间和出网方向的攻击，只有部署并开启防火墙才能发现和拦截。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_cloud_firewall_instance_v2, and status = open for VPC and NAT firewalls "
        "(firewall_switch = open). AWS: aws_networkfirewall_firewall with a subnet_mapping in each zone. Tencent "
        "Cloud: enable = 1 in tencentcloud_cfw_edge_firewall_switch and the NAT and VPC switches.",
        "阿里云：alicloud_cloud_firewall_instance_v2，VPC、NAT 防火墙 status = open（firewall_switch = open）；AWS："
        "aws_networkfirewall_firewall 并在各可用区设置 subnet_mapping；腾讯云：tencentcloud_cfw_edge_firewall_switch "
        "及 NAT、VPC 边界开关 enable = 1。",
    ),
    checks={
        "alicloud_cloud_firewall_instance": always_passes(),
        "alicloud_cloud_firewall_instance_v2": always_passes(),
        "alicloud_cloud_firewall_vpc_firewall": _OPEN,
        "alicloud_cloud_firewall_vpc_firewall_cen": _OPEN,
        "alicloud_cloud_firewall_vpc_cen_tr_firewall": always_passes(),
        "alicloud_cloud_firewall_nat_firewall": nat_firewall,
        "aws_networkfirewall_firewall": endpoint_of_firewall,
        "tencentcloud_cfw_edge_firewall_switch": _ON,
        "tencentcloud_cfw_nat_firewall_switch": _ON,
        "tencentcloud_cfw_vpc_firewall_switch": _ON,
        # These two are the switch: they are on as long as they are there.
        "tencentcloud_cfw_cluster_nat_fw_switch": always_passes(),
        "tencentcloud_cfw_cluster_vpc_fw_switch": always_passes(),
    },
    absence=Absence(
        witnesses={
            "alicloud": (
                "alicloud_cloud_firewall_instance",
                "alicloud_cloud_firewall_instance_v2",
                "alicloud_cloud_firewall_vpc_firewall",
                "alicloud_cloud_firewall_vpc_firewall_cen",
                "alicloud_cloud_firewall_vpc_cen_tr_firewall",
                "alicloud_cloud_firewall_nat_firewall",
            ),
            "aws": ("aws_networkfirewall_firewall",),
            "tencentcloud": (
                "tencentcloud_cfw_edge_firewall_switch",
                "tencentcloud_cfw_nat_firewall_switch",
                "tencentcloud_cfw_vpc_firewall_switch",
                "tencentcloud_cfw_cluster_nat_fw_switch",
                "tencentcloud_cfw_cluster_vpc_fw_switch",
            ),
        },
        message=Text("no cloud firewall is declared", "未声明云防火墙"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# CN020
# --------------------------------------------------------------------------------------------------------------

_IPS_BLOCKING = Rule(
    code="CN020",
    name="net-ips-blocking",
    severity=Severity.HIGH,
    title=Text("Intrusion prevention blocks, with its rule sets on", "入侵防御处于拦截模式且规则已开启"),
    rationale=Text(
        "Intrusion prevention that only observes writes down how the attack succeeded; without its rule sets for known "
        "flaws and hostile addresses it sees little at all.",
        "仅观察的入侵防御只会记录攻击如何得手；未开启基础规则、虚拟补丁和威胁情报时则几乎发现不了攻击。",
    ),
    remediation=Text(
        "Alibaba Cloud: run_mode = 1, basic_rules = 1, patch_rules = 1, cti_rules = 1; enable_all_patch = 1 for VPC "
        "firewalls; enable_status = 1 with action = drop. AWS: a firewall_policy with stateful rule groups and without "
        "aws:pass; enable = true for GuardDuty. Tencent Cloud: mode = 1 or 2.",
        "阿里云：run_mode = 1、basic_rules = 1、patch_rules = 1、cti_rules = 1；VPC 防火墙 enable_all_patch = 1；"
        "威胁情报 enable_status = 1 且 action = drop。AWS：firewall_policy 引用有状态规则组且不含 aws:pass；GuardDuty "
        "enable = true。腾讯云：mode = 1 或 2。",
    ),
    checks={
        "alicloud_cloud_firewall_ips_config": each_of(
            attribute("run_mode").equals(1, default=0),
            attribute("basic_rules").equals(1, default=0),
            attribute("patch_rules").equals(1, default=0),
            attribute("cti_rules").equals(1, default=0),
        ),
        "alicloud_cloud_firewall_vpc_firewall_ips_config": each_of(
            attribute("run_mode").equals(1),
            attribute("basic_rules").equals(1),
            attribute("enable_all_patch").equals(1),
        ),
        "alicloud_cloud_firewall_threat_intelligence_switch": each_of(
            attribute("enable_status").equals(1, missing="unknown"),
            attribute("action").equals("drop", missing="unknown"),
        ),
        "aws_networkfirewall_firewall_policy": inspecting_policy,
        "aws_guardduty_detector": attribute("enable").is_true(default=True),
        "tencentcloud_cfw_ips_mode_switch": attribute("mode").equals(1, 2, missing="unknown"),
    },
    absence=Absence(
        witnesses={
            "alicloud": (
                "alicloud_cloud_firewall_ips_config",
                "alicloud_cloud_firewall_vpc_firewall_ips_config",
            ),
            "aws": ("aws_networkfirewall_firewall_policy", "aws_guardduty_detector"),
            "tencentcloud": ("tencentcloud_cfw_ips_mode_switch",),
        },
        message=Text("no intrusion prevention is configured", "未配置入侵防御"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# CN021
# --------------------------------------------------------------------------------------------------------------

_APP_POLICY = Rule(
    code="CN021",
    name="net-fw-app-policy",
    severity=Severity.MEDIUM,
    title=Text("Firewall policies name the application and deny the rest", "防火墙策略按应用放行并兜底拒绝"),
    rationale=Text(
        "A policy for every protocol or every application lets an attack pass as long as it uses a permitted port, and "
        "without a last policy that drops the rest the firewall forbids nothing.",
        "面向全部协议或全部应用的策略会放过使用合规端口的攻击；没有兜底拒绝策略，防火墙等于什么也没禁止。",
    ),
    remediation=Text(
        "Alibaba Cloud: application_name_list for accepting TCP policies, and a last policy with acl_action = drop for "
        "everything. AWS: no pass rule for any protocol from any to any in rule_group; rule_order = STRICT_ORDER with "
        "stateful_default_actions = aws:drop_established, or a last rule that drops everything. Tencent Cloud: a "
        "protocol or port for accepting policies, and a last policy with rule_action = drop.",
        "阿里云：放行 TCP 的策略写明 application_name_list，并以 acl_action = drop 的全量拒绝策略收尾。AWS：rule_group "
        "中不得有任意到任意的 pass 规则；rule_order = STRICT_ORDER 并设置 stateful_default_actions = "
        "aws:drop_established，或以全量 drop 规则收尾。腾讯云：放行策略写明 protocol 或 port，并以 rule_action = drop "
        "的策略收尾。",
    ),
    checks={
        **{kind: named_application(kind) for kind in FORMS},
        "aws_networkfirewall_rule_group": rule_group,
        "aws_networkfirewall_firewall_policy": denies_rest,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN130
# --------------------------------------------------------------------------------------------------------------

#: Whether decoys are there at all no rule asks: they may be a product that no provider resource describes.
_DECOYS_BOUND = Rule(
    code="CN130",
    name="net-decoy-bound",
    severity=Severity.LOW,
    title=Text("Decoy probes lead to a honeypot", "诱捕探针须绑定蜜罐"),
    rationale=Text(
        "Nobody has business with a decoy, so that who touches it is found at once; a probe with no honeypot behind it "
        "answers nothing and lets the intruder go on unseen.",
        "正常业务不会访问诱饵，一旦有人触碰即可发现；未绑定蜜罐的探针不会响应，入侵者可继续活动而不被察觉。",
    ),
    remediation=Text(
        "Alibaba Cloud: a honeypot_bind_list with honeypot_id (of alicloud_threat_detection_honey_pot) and the ports "
        "of bind_port_list in each alicloud_threat_detection_honeypot_probe.",
        "阿里云：每个 alicloud_threat_detection_honeypot_probe 设置 honeypot_bind_list，写明 honeypot_id（引用 "
        "alicloud_threat_detection_honey_pot）与 bind_port_list 中的端口。",
    ),
    checks={"alicloud_threat_detection_honeypot_probe": attribute("honeypot_bind_list.honeypot_id").is_set()},
)

RULES: tuple[Rule, ...] = (_FIREWALL_ON, _IPS_BLOCKING, _APP_POLICY, _DECOYS_BOUND)
