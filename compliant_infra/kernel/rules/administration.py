"""Rules on the paths of administrators: from which addresses they sign in, and the bastion host that they pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    always_passes,
    attribute,
    failed,
    linked,
    negate,
    predicate,
    provider_side,
    several,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Source, split_text
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import Policy, allows, denies, judge_policy
from compliant_infra.kernel.public_access import allow_list, aws_instance_address, open_entries
from compliant_infra.kernel.rules.record import Absence, Rule

# --------------------------------------------------------------------------------------------------------------
# CN026
# --------------------------------------------------------------------------------------------------------------

_WIDEST: Final = "widest-prefix"


def _masks(value: Any, path: str, context: Context) -> Outcome:
    """A text of login masks with semicolons between them; without any, users log in from anywhere."""

    def unset() -> Outcome:
        return failed(
            Text(
                f"{path} is not set: users log in to the console from any address",
                f"未设置 {path}：用户可从任意地址登录控制台",
            ),
            path,
        )

    def listed(text: Any) -> Outcome:
        fields = split_text(text, ";")
        if isinstance(fields, Unknown):
            return undecided(fields, path)
        sources = [Source(type(item)(item.strip()) if isinstance(item, str) else item, path) for item in fields]
        if not any(item.value != "" if isinstance(item.value, str) else True for item in sources):
            return unset()
        return several((*open_entries(sources, widest_prefix(context)), PASS))

    if value is None:
        return unset()
    if isinstance(value, Unknown) and value.parts:
        return listed(value)
    return alternatives(value, listed, path, unset=unset)


@predicate(reads=("login_network_masks",), parameters=(_WIDEST,))
def _ram_masks(resource: Resource, context: Context) -> Outcome:
    """The console of RAM users; calls by access key are not concerned by the masks."""
    path = "login_network_masks"
    return _masks(resource.attributes.get(path), path, context)


@predicate(reads=("login_preference.login_network_masks",), parameters=(_WIDEST,))
def _sso_masks(resource: Resource, context: Context) -> Outcome:
    """CloudSSO: a directory keeps the preference that it has where the block is not written."""
    for where, block in entries(resource.attributes.get("login_preference"), "login_preference"):
        if isinstance(block, (Unknown, OneOf)):
            return undecided(block, where)
        path = f"{where}.login_network_masks"
        return _masks(block.get("login_network_masks"), path, context)
    return undecided(Unknown("known-after-apply", "login_preference"), "login_preference")


_ADDRESS_KEYS: Final = frozenset({"aws:sourceip", "acs:sourceip", "qcs:ip"})


def _address_conditions(policy: Policy, path: str, widest: int) -> Iterator[Outcome]:
    """Conditions on the caller's address: what an Allow names, or a Deny leaves out, is not any address."""
    for statement in policy.statements:
        label = statement.label
        for operator, keys in statement.conditions.items():
            effect = denies(statement) if "not" in operator.rpartition(":")[2] else allows(statement)
            values = [value for key in _ADDRESS_KEYS for value in keys.get(key, ())]
            if effect is False or not values:
                continue
            opened = list(open_entries([Source(value, path) for value in values], widest))
            yield PASS
            for outcome in opened:
                if outcome.unknown is not None:
                    yield undecided(outcome.unknown, path, label)
                elif effect is not True:
                    yield undecided(effect, path, label)
                else:
                    yield failed(
                        Text(
                            f"the condition of statement {label} on the source address names {outcome.finding}",
                            f"语句 {label} 的来源地址条件包含 {outcome.finding}",
                        ),
                        path,
                        f"{label} {outcome.finding}",
                    )
        for hidden in statement.unknown_conditions:
            yield undecided(hidden, path, label)
    for hidden in policy.unknown_statements:
        yield undecided(hidden, path)


def _policy(*paths: str) -> Predicate:
    """A policy that names source addresses names some; one without such a condition is no matter of this rule."""

    @predicate(reads=paths, parameters=(_WIDEST,))
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if value is not None:
                return judge_policy(value, path, partial(_address_conditions, path=path, widest=widest_prefix(context)))
        return NOT_APPLICABLE

    return judge


_NO_LIST: Final = undecided(Unknown("unsupported", "ip_whitelist"), "ip_whitelist")

_SOURCE_RESTRICTED: Final = Rule(
    code="CN026",
    name="net-admin-source-restricted",
    severity=Severity.MEDIUM,
    title=Text("Administrators sign in from listed addresses only", "管理员只能从指定地址登录"),
    rationale=Text(
        "A stolen password or key works from anywhere in the world, unless the console and the interfaces accept it "
        "from the organisation's own addresses only.",
        "如果控制台和接口不限制来源地址，被窃取的口令或密钥在世界任何地方都能使用。",
    ),
    remediation=Text(
        "List the addresses of the offices and the VPN. Alibaba Cloud: login_network_masks of "
        "alicloud_ram_security_preference and of login_preference in alicloud_cloud_sso_directory. AWS: policies that "
        "deny callers outside of aws:SourceIp (aws_iam_policy, aws_organizations_policy), without 0.0.0.0/0. Tencent "
        "Cloud: tencentcloud_organization_ip_whitelist_config with ip_whitelist, qcs:ip in tencentcloud_cam_policy.",
        "只列出办公网与 VPN 的出口地址。阿里云：alicloud_ram_security_preference 的 login_network_masks，以及 "
        "alicloud_cloud_sso_directory 中 login_preference 的 login_network_masks；AWS：在 aws_iam_policy 或 "
        "aws_organizations_policy 中用 aws:SourceIp 拒绝其他来源，且不含 0.0.0.0/0；腾讯云："
        "tencentcloud_organization_ip_whitelist_config 的 ip_whitelist，tencentcloud_cam_policy 中使用 qcs:ip 条件。",
    ),
    checks={
        "alicloud_ram_security_preference": _ram_masks,
        "alicloud_cloud_sso_directory": _sso_masks,
        "alicloud_ram_policy": _policy("policy_document", "document"),
        "alicloud_resource_manager_control_policy": _policy("policy_document"),
        "aws_iam_policy": _policy("policy"),
        "aws_iam_role_policy": _policy("policy"),
        "aws_iam_user_policy": _policy("policy"),
        "aws_iam_group_policy": _policy("policy"),
        "aws_organizations_policy": when(
            attribute("type").equals("SERVICE_CONTROL_POLICY", default="SERVICE_CONTROL_POLICY"), _policy("content")
        ),
        "tencentcloud_organization_ip_whitelist_config": allow_list("ip_whitelist", unset=_NO_LIST),
        "tencentcloud_cam_policy": _policy("document"),
        "tencentcloud_bh_access_white_list_config": attribute("allow_any").is_false(missing="unknown"),
        "tencentcloud_bh_access_white_list_rule": allow_list("source", unset=NOT_APPLICABLE),
    },
    absence=Absence(
        {"alicloud": ("alicloud_ram_security_preference", "alicloud_cloud_sso_directory")},
        Text(
            "nothing restricts the addresses from which users log in to the console",
            "没有任何配置限制用户登录控制台的来源地址",
        ),
    ),
)

# --------------------------------------------------------------------------------------------------------------
# CN027
# --------------------------------------------------------------------------------------------------------------

#: What an instance that serves as a bastion host is called, in its own label or in that of its module.
_CALLED_BASTION: Final = lazy(
    r"(?:^|[._\-\[\"])(?:bastion|jump(?:[_-]?(?:server|host|box))?)(?=$|[._\-\[\]\"\d])", re.IGNORECASE
)


def _bastion_host(private: Predicate, *bindings: tuple[str, str]) -> Predicate:
    """An instance that is called a bastion host has no public address, neither of its own nor bound to it.

    ``bindings`` are (type, attribute that names the instance) of what binds a public address.
    """
    bound = [
        negate(
            linked(kind, by=by, to=("id",)),
            Text(f"{kind} binds a public address to it", f"{kind} 为其绑定了公网地址"),
        )
        for kind, by in bindings
    ]
    whole = all_of(private, *bound)

    def judge(resource: Resource, context: Context) -> Outcome:
        # A URN names the stack and the project, too.
        label = resource.name if resource.address.startswith("urn:") else resource.address
        if not _CALLED_BASTION.search(label):
            return NOT_APPLICABLE
        outcome = whole(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        said = outcome.message
        message = Text(f"the bastion host faces the internet: {said.en}", f"堡垒机暴露在公网：{said.zh}")
        return replace(outcome, message=message)

    return Predicate(judge, whole.reads, whole.parameters, whole.comparisons)


@predicate(reads=("document_type",))
def _session_document(resource: Resource, context: Context) -> Outcome:
    """Preferences of Session Manager, which reaches instances without any open port."""
    kind = resource.attributes.get("document_type")
    if isinstance(kind, (Unknown, OneOf)):
        return undecided(kind, "document_type")
    return PASS if kind == "Session" else NOT_APPLICABLE


_PRIVATE_BASTION: Final = attribute("enable_public_access").is_false(missing="unknown")

_BASTION: Final = Rule(
    code="CN027",
    name="net-bastion-private",
    severity=Severity.MEDIUM,
    title=Text("Administrators pass a bastion host that is not public", "运维须经堡垒机，且堡垒机不得开放公网访问"),
    rationale=Text(
        "A bastion host holds the way into every server. Open to the internet it invites attacks on the one machine "
        "that must not fall, and without any there is no single place where operators are checked and recorded.",
        "堡垒机掌握着通往所有服务器的通道。一旦暴露在公网，最不能失守的机器就会首先受到攻击；而没有堡垒机，"
        "则无法统一核验并记录运维操作。",
    ),
    remediation=Text(
        "Reach the bastion host through a VPN or a private line. Alibaba Cloud: alicloud_bastionhost_instance with "
        "enable_public_access = false. AWS: Session Manager (aws_ssm_document of document_type Session) or "
        "aws_ec2_instance_connect_endpoint; no associate_public_ip_address on a bastion of your own. Tencent Cloud: "
        "tencentcloud_bh_resource with external_access = 0.",
        "通过 VPN 或专线访问堡垒机。阿里云：alicloud_bastionhost_instance 设置 enable_public_access = false；AWS："
        "使用 Session Manager（document_type 为 Session 的 aws_ssm_document）或 aws_ec2_instance_connect_endpoint，"
        "自建堡垒机不设置 associate_public_ip_address；腾讯云：tencentcloud_bh_resource 设置 external_access = 0。",
    ),
    checks={
        "alicloud_bastionhost_instance": _PRIVATE_BASTION,
        "alicloud_yundun_bastionhost_instance": _PRIVATE_BASTION,
        "alicloud_instance": _bastion_host(
            attribute("internet_max_bandwidth_out").at_most(0, default=0), ("alicloud_eip_association", "instance_id")
        ),
        "aws_ssm_document": _session_document,
        "aws_ec2_instance_connect_endpoint": always_passes(),
        "aws_instance": _bastion_host(
            aws_instance_address, ("aws_eip", "instance"), ("aws_eip_association", "instance_id")
        ),
        "tencentcloud_bh_resource": attribute("external_access").equals(0, missing="unknown"),
        "tencentcloud_dasb_resource": provider_side(
            Text(
                "whether the bastion host has a public address does not show in this resource; "
                "tencentcloud_bh_resource names it (external_access)",
                "该资源不体现堡垒机是否开放公网访问；请改用 tencentcloud_bh_resource 的 external_access",
            )
        ),
        "tencentcloud_instance": _bastion_host(
            attribute("allocate_public_ip").is_false(default=False), ("tencentcloud_eip_association", "instance_id")
        ),
    },
    absence=Absence(
        {
            "alicloud": ("alicloud_bastionhost_instance", "alicloud_yundun_bastionhost_instance"),
            "aws": ("aws_ssm_document", "aws_ec2_instance_connect_endpoint"),
            "tencentcloud": (
                "tencentcloud_bh_resource",
                "tencentcloud_dasb_resource",
                "tencentcloud_bh_device",
                "tencentcloud_dasb_device",
            ),
        },
        Text("no bastion host through which administrators pass", "没有供运维人员使用的堡垒机"),
        {"aws_ssm_document": _session_document},
    ),
)

RULES: Final[tuple[Rule, ...]] = (_SOURCE_RESTRICTED, _BASTION)
