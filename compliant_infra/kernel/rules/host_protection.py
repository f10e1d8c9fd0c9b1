"""Rules on hosts: protection against malicious code, scans for vulnerabilities, patches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, first_block, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    always_passes,
    any_of,
    as_string,
    attribute,
    failed,
    predicate,
    same,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import truth
from compliant_infra.kernel.rules.record import Absence, Rule

# --------------------------------------------------------------------------------------------------------------
# Agents and editions
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("security_enhancement_strategy", "image_id"))
def _agent_installed(resource: Resource, context: Context) -> Outcome:
    """The agent of Security Center comes with public images; in a custom image it is, or is not, already there."""
    path = "security_enhancement_strategy"

    def test(value: Any) -> Outcome:
        if same(value, "Active"):
            return PASS
        image = resource.attributes.get("image_id")
        if isinstance(image, str) and not image.startswith("m-"):
            return failed(
                Text(
                    f"{path} is {show(value)}: the security agent is not installed",
                    f"{path} 为 {show(value)}：未安装安全中心客户端",
                ),
                path,
            )
        return undecided(
            image if isinstance(image, (Unknown, OneOf)) else Unknown("unsupported", "image_id"),
            path,
            message=Text(
                f"{path} is {show(value)}; whether the image {show(image)} holds the security agent cannot be seen",
                f"{path} 为 {show(value)}；无法判断镜像 {show(image)} 是否内置安全中心客户端",
            ),
        )

    def unset() -> Outcome:
        return undecided(Unknown("known-after-apply", path), path)

    value = resource.attributes.get(path)
    return unset() if value is None else alternatives(value, test, path, unset=unset)


@predicate(reads=("version_code", "post_pay_module_switch_obj.post_host", "post_pay_module_switch"))
def _edition(resource: Resource, context: Context) -> Outcome:
    """Editions with protection against malicious code; those paid by use switch the module on."""
    value = resource.attributes.get("version_code")
    if value is None:
        return _host_module(resource)
    test = partial(_of_edition, context=context)
    return alternatives(value, test, "version_code", unset=lambda: _host_module(resource))


def _of_edition(value: Any, context: Context) -> Outcome:
    path = "version_code"
    if any(same(value, code) for code in ("level2", "level3", "level8")):
        return PASS
    if same(value, "level7"):
        if context.level < 3:
            return PASS
        return failed(
            Text(
                'version_code is "level7" (anti-virus only); expected "level3", "level2" or "level8"',
                'version_code 为 "level7"（仅防病毒版）；应为 "level3"、"level2" 或 "level8"',
            ),
            path,
        )
    if same(value, "level10"):
        return failed(
            Text(
                'version_code is "level10" (value-added services only): no edition that protects hosts',
                'version_code 为 "level10"（仅采购增值服务）：不含主机防护版本',
            ),
            path,
        )
    return undecided(Unknown("unsupported", show(value)), path)


def _host_module(resource: Resource) -> Outcome:
    return _module_switch(resource, "post_host", _module)


def _module_switch(resource: Resource, module: str, test: Callable[[Any, str], Outcome]) -> Outcome:
    """What a test says of the switch of a module that is paid by use, in a block or in the older JSON text.

    The path given to the test is empty where nothing is written about any module.
    """
    switches = resource.attributes.get("post_pay_module_switch_obj")
    path = f"post_pay_module_switch_obj.0.{module}"
    if isinstance(switches, (Unknown, OneOf)):
        return undecided(switches, "post_pay_module_switch_obj")
    value: Any = first_block(switches).get(module) if switches is not None else None
    if value is not None:
        return alternatives(value, lambda item: test(item, path), path)
    path = "post_pay_module_switch"
    written = resource.attributes.get(path)
    if written is None:
        return test(None, "")

    def read(text: Any) -> Outcome:
        try:
            found = json.loads(as_string(text) or "")
        except ValueError:
            return undecided(Unknown("unsupported", path), path)
        return test(found.get(module.upper()) if isinstance(found, Mapping) else None, path)

    return alternatives(written, read, path, unset=lambda: test(None, ""))


def _module(value: Any, path: str) -> Outcome:
    if value is None and not path:
        return undecided(Unknown("known-after-apply", "version_code"), "version_code")
    if same(value, 1):
        return PASS
    return failed(Text("the host and container protection module is off", "主机及容器安全模块未开启"), path)


#: Images that are hardened by themselves, and systems for which the switch is not made.
_HARDENED_IMAGES: Final = ("AliyunLinuxSecurity", "AliyunLinux4Security")
_OTHER_SYSTEMS: Final = ("CentOS", "Windows", "WindowsCore", "Ubuntu", "ContainerOS", "Custom")

_NODES_HARDENED: Final = unless(
    attribute("image_type").equals(*_OTHER_SYSTEMS, missing="unknown"),
    any_of(
        attribute("security_hardening_os").is_true(default=False),
        attribute("soc_enabled").is_true(default=False),
        attribute("cis_enabled").is_true(default=False),
        attribute("image_type").equals(*_HARDENED_IMAGES),
    ),
)


def _agent_in(*paths: str) -> Predicate:
    """The agent is installed on the machines that each block describes: on unless switched off."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Iterable[Outcome]:
        for path in paths:
            above, _, name = path.rpartition(".")
            for where, block in nested_entries(resource.attributes, above):
                if isinstance(block, (Unknown, OneOf)):
                    yield undecided(block, where)
                    continue
                value, place = block.get(name), f"{where}.{name}"
                test = partial(_agent_on, path=place)
                yield PASS if value is None else alternatives(value, test, place, unset=lambda: PASS)

    return judge


def _agent_on(value: Any, path: str) -> Outcome:
    if same(value, True):
        return PASS
    shown = show(value)
    message = Text(f"{path} is {shown}: the security agent is not installed", f"{path} 为 {shown}：未安装安全客户端")
    return failed(message, path)


_HOST_PROTECTION: Final = Rule(
    code="CN089",
    name="host-protection-on",
    severity=Severity.HIGH,
    title=Text("Hosts are protected against intrusion and malicious code", "主机须启用入侵与恶意代码防护"),
    rationale=Text(
        "Without an agent or a detection service nobody notices a web shell, a miner or extortion software until the "
        "damage is done.",
        "没有安装安全客户端、也没有开通威胁检测时，网页后门、挖矿程序或勒索软件往往在造成损失后才被发现。",
    ),
    remediation=Text(
        'Alibaba Cloud: security_enhancement_strategy = "Active" on instances, launch templates and scaling '
        'configurations, version_code = "level3", "level2" or "level8" on alicloud_threat_detection_instance, '
        "security_hardening_os or soc_enabled = true on alicloud_cs_kubernetes_node_pool. AWS: aws_guardduty_detector "
        "with enable = true. Tencent Cloud: disable_security_service = false on tencentcloud_instance, "
        "enhanced_security_service = true on scaling configurations and nodes, a tencentcloud_cwp_license_order for a "
        "paid edition.",
        '阿里云：实例、启动模板、伸缩配置设置 security_enhancement_strategy = "Active"，'
        "alicloud_threat_detection_instance "
        '设置 version_code = "level3"、"level2" 或 "level8"，alicloud_cs_kubernetes_node_pool 设置 '
        "security_hardening_os 或 soc_enabled = true。AWS：aws_guardduty_detector 设置 enable = true。腾讯云："
        "tencentcloud_instance 设置 disable_security_service = false，伸缩配置与节点设置 enhanced_security_service = "
        "true，并以 tencentcloud_cwp_license_order 购买付费版本。",
    ),
    checks={
        "alicloud_instance": _agent_installed,
        "alicloud_ecs_instance_set": _agent_installed,
        "alicloud_ecs_launch_template": _agent_installed,
        "alicloud_launch_template": _agent_installed,
        "alicloud_ess_scaling_configuration": _agent_installed,
        "alicloud_threat_detection_instance": _edition,
        "alicloud_threat_detection_web_lock_config": attribute("defence_mode").equals("block"),
        "alicloud_cs_kubernetes_node_pool": _NODES_HARDENED,
        "aws_guardduty_detector": attribute("enable").is_true(default=True),
        "aws_securityhub_account": always_passes(),
        "tencentcloud_instance": attribute("disable_security_service").is_false(default=False),
        "tencentcloud_instance_set": attribute("disable_security_service").is_false(default=False),
        "tencentcloud_as_scaling_config": attribute("enhanced_security_service").is_true(default=True),
        "tencentcloud_cvm_launch_template": _agent_in("enhanced_service.security_service.enabled"),
        "tencentcloud_cvm_launch_template_version": _agent_in("enhanced_service.security_service.enabled"),
        "tencentcloud_thpc_workspaces": _agent_in("enhanced_service.security_service.enabled"),
        "tencentcloud_kubernetes_cluster": _agent_in(
            "master_config.enhanced_security_service",
            "worker_config.enhanced_security_service",
            "exist_instance.instances_para.enhanced_security_service",
        ),
        "tencentcloud_kubernetes_scale_worker": _agent_in("worker_config.enhanced_security_service"),
        "tencentcloud_kubernetes_cluster_master_attachment": attribute("enhanced_security_service").is_true(
            default=True
        ),
        "tencentcloud_kubernetes_node_pool": _agent_in("auto_scaling_config.enhanced_security_service"),
        "tencentcloud_cwp_license_order": always_passes(),
        "tencentcloud_cwp_auto_open_proversion_config": attribute("status").equals("OPEN"),
    },
    absence=Absence(
        {
            "alicloud": ("alicloud_threat_detection_instance",),
            "aws": ("aws_guardduty_detector", "aws_guardduty_organization_configuration"),
            "tencentcloud": ("tencentcloud_cwp_license_order", "tencentcloud_cwp_auto_open_proversion_config"),
        },
        Text("no service that detects threats to hosts is declared", "没有声明主机威胁检测服务"),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# Vulnerabilities and patches
# --------------------------------------------------------------------------------------------------------------


def _filled(value: Any) -> bool | Unknown | OneOf:
    """Whether a list, or the blocks of a type, hold anything; the unknown that blocks the answer."""
    if isinstance(value, OneOf):
        return truth(value, _filled)
    if isinstance(value, Unknown):
        return True if value.elements else value
    items = elements(value)
    if any(not isinstance(item, (Unknown, OneOf)) for item in items):
        return True
    return items[0] if items else False  # blocks of a number that is not known stand as an unknown


@predicate(reads=("approval_rules", "approved_patches"))
def _patches_approved(resource: Resource, context: Context) -> Outcome:
    """A baseline that approves nothing patches nothing. The rules are a JSON document."""
    path = "approval_rules"
    patches = _filled(resource.attributes.get("approved_patches"))
    if patches is True:
        return PASS

    def test(value: Any) -> Outcome:
        try:
            document = json.loads(as_string(value) or "{}")
        except ValueError:
            return undecided(Unknown("unsupported", path), path)
        if isinstance(document, Mapping) and document.get("PatchRules"):
            return PASS
        if patches is not False:
            return undecided(patches, "approved_patches")
        return failed(Text("the baseline approves no patch", "补丁基线未批准任何补丁"), path)

    value = resource.attributes.get(path)
    if isinstance(value, Unknown) and isinstance(value.document, Mapping):
        if _filled(value.document.get("PatchRules")) is True:
            return PASS  # the encoding of rules of which parts are unknown
    return test(None) if value is None else alternatives(value, test, path, unset=lambda: test(None))


@predicate(reads=("approval_rule", "approved_patches"))
def _aws_patches_approved(resource: Resource, context: Context) -> Outcome:
    paths = ("approval_rule", "approved_patches")
    answers = [_filled(resource.attributes.get(path)) for path in paths]
    if True in [answer for answer in answers if isinstance(answer, bool)]:
        return PASS
    for path, answer in zip(paths, answers, strict=True):
        if not isinstance(answer, bool):
            return undecided(answer, path)
    return failed(Text("the baseline approves no patch", "补丁基线未批准任何补丁"), "approval_rule")


@predicate(reads=("resource_types",))
def _hosts_scanned(resource: Resource, context: Context) -> Outcome:
    """``aws_inspector2_enabler``: one that scans something else than hosts is another's matter."""
    path = "resource_types"

    def test(value: Any) -> Outcome:
        items = elements(value)
        if any(same(item, "EC2") for item in items if not isinstance(item, (Unknown, OneOf))):
            return PASS
        blocked = next((item for item in items if isinstance(item, (Unknown, OneOf))), None)
        return NOT_APPLICABLE if blocked is None else undecided(blocked, path)

    value = resource.attributes.get(path)
    return NOT_APPLICABLE if value is None else alternatives(value, test, path, unset=lambda: NOT_APPLICABLE)


@predicate(reads=("version_code", "post_pay_module_switch_obj.vul", "post_pay_module_switch"))
def _vulnerability_module(resource: Resource, context: Context) -> Outcome:
    """Paid by use, the module for vulnerabilities can be switched off; the larger editions hold it anyway."""
    edition = resource.attributes.get("version_code")
    included = truth(edition, lambda value: any(same(value, code) for code in ("level2", "level3", "level8")))
    outcome = NOT_APPLICABLE if included is True else _module_switch(resource, "vul", _scans)
    if outcome.verdict is Verdict.FAIL and included is not False:
        return undecided(included, "version_code") if not isinstance(included, bool) else NOT_APPLICABLE
    return outcome


def _scans(value: Any, path: str) -> Outcome:
    if value is None:
        return NOT_APPLICABLE
    if same(value, 1):
        return PASS
    message = Text(
        f"{path} switches the module for vulnerabilities off (VUL is {show(value)})",
        f"{path} 关闭了漏洞修复模块（VUL 为 {show(value)}）",
    )
    return failed(message, path)


#: Documents that look for missing patches, or install them.
_PATCH_DOCUMENTS: Final = ("AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks", "AWS-RunPatchBaselineAssociation")
#: What tells tasks, associations and scans for vulnerabilities from those for other things.
_VULNERABILITY_TASK: Final = attribute("task_type").equals("EMG_VUL_SCHEDULE_SCAN")
_PATCH_ASSOCIATION: Final = attribute("name").equals(*_PATCH_DOCUMENTS)
_VULNERABILITIES_SCANNED: Final = attribute("scan_item").contains_all("poc")

_VULNERABILITY_SCAN: Final = Rule(
    code="CN090",
    name="vuln-scan-on",
    severity=Severity.MEDIUM,
    title=Text("Hosts are scanned for vulnerabilities and patched", "定期进行漏洞与基线扫描并安装补丁"),
    rationale=Text(
        "Known holes are what attackers try first; without regular scans nobody knows which hosts still have them.",
        "已公开的漏洞最先被攻击者利用；不定期扫描，就无从得知哪些主机仍存在漏洞。",
    ),
    remediation=Text(
        "Alibaba Cloud: alicloud_threat_detection_cycle_task with enable = 1, "
        "alicloud_threat_detection_baseline_strategy, VUL not 0 in post_pay_module_switch of "
        "alicloud_threat_detection_instance, approval_rules with patch rules in alicloud_oos_patch_baseline. "
        'AWS: aws_inspector2_enabler with "EC2" in resource_types, an approval_rule in aws_ssm_patch_baseline, a '
        "schedule_expression for the patch association. Tencent Cloud: tencentcloud_csip_risk_center with "
        '"poc" in scan_item and a recurring scan_plan_type (0 or 2).',
        "阿里云：alicloud_threat_detection_cycle_task 设置 enable = 1，"
        "配置 alicloud_threat_detection_baseline_strategy，"
        "alicloud_threat_detection_instance 的 post_pay_module_switch 中 VUL 不为 0，"
        "alicloud_oos_patch_baseline 的 approval_rules 含补丁规则。AWS：aws_inspector2_enabler 的 resource_types 含 "
        '"EC2"，aws_ssm_patch_baseline 设置 approval_rule，补丁关联设置 schedule_expression。腾讯云：'
        'tencentcloud_csip_risk_center 的 scan_item 含 "poc"，scan_plan_type 为周期任务（0 或 2）。',
    ),
    checks={
        "alicloud_threat_detection_instance": _vulnerability_module,
        "alicloud_threat_detection_baseline_strategy": attribute("cycle_days").at_least(1),
        "alicloud_threat_detection_cycle_task": when(
            _VULNERABILITY_TASK,
            attribute("enable").equals(1),
        ),
        "alicloud_oos_patch_baseline": _patches_approved,
        "aws_inspector2_enabler": _hosts_scanned,
        "aws_inspector2_organization_configuration": attribute("auto_enable.ec2").is_true(),
        "aws_ssm_patch_baseline": _aws_patches_approved,
        "aws_ssm_association": when(
            _PATCH_ASSOCIATION,
            attribute("schedule_expression").is_set(),
        ),
        "tencentcloud_csip_risk_center": when(
            _VULNERABILITIES_SCANNED,
            attribute("scan_plan_type").differs(1),
        ),
    },
    absence=Absence(
        {
            "alicloud": (
                "alicloud_threat_detection_instance",
                "alicloud_threat_detection_baseline_strategy",
                "alicloud_threat_detection_cycle_task",
                "alicloud_oos_patch_baseline",
            ),
            "aws": (
                "aws_inspector2_enabler",
                "aws_inspector2_organization_configuration",
                "aws_ssm_patch_baseline",
                "aws_ssm_association",
            ),
            "tencentcloud": ("tencentcloud_csip_risk_center", "tencentcloud_cwp_license_order"),
        },
        Text("no scan for vulnerabilities and no patch baseline is declared", "没有声明漏洞扫描或补丁基线"),
        {
            "alicloud_threat_detection_cycle_task": _VULNERABILITY_TASK,
            "aws_inspector2_enabler": _hosts_scanned,
            "aws_ssm_association": _PATCH_ASSOCIATION,
            "tencentcloud_csip_risk_center": _VULNERABILITIES_SCANNED,
        },
    ),
)

RULES: Final = (_HOST_PROTECTION, _VULNERABILITY_SCAN)
