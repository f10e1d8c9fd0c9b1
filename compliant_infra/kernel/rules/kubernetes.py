"""Rules on Kubernetes: policies that refuse privileged containers."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.blocks import entries, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    all_of,
    alternatives,
    as_string,
    attribute,
    failed,
    linked,
    predicate,
    same,
    several,
    show,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, truth
from compliant_infra.kernel.rules.record import Rule

#: Policies on what a container may do; others, on labels or sizes of volumes, may well only warn.
_HARDENING: Final = attribute("policy_name").that(
    lambda value, context: (as_string(value) or "").startswith("ACKPSP") or same(value, "ACKAllowedRepos"),
    Text("a policy on the security of containers", "容器安全类策略"),
)

_DENIES: Final = when(_HARDENING, attribute("action").equals("deny", missing="unknown"))

_KIND: Final = "alicloud_cs_kubernetes_policy_instance"
#: A policy without namespaces holds in all of them; one that names some leaves the others open.
_EVERYWHERE: Final = when(
    _HARDENING, all_of(attribute("action").equals("deny", missing="unknown"), attribute("namespaces").is_unset())
)
_POLICY: Final = linked(_KIND, by="cluster_id", to=("id",), that=_EVERYWHERE)
_SOMEWHERE: Final = linked(_KIND, by="cluster_id", to=("id",), that=_DENIES)

#: The components that make the policies work.
_ENGINE: Final = ("gatekeeper", "policy-template-controller")


def _engine_off(block: Any) -> Truth:
    """Whether a block of components keeps the policy engine from being installed."""
    named = truth(block.get("name", ""), lambda name: as_string(name) in _ENGINE)
    if named is False:
        return False
    off = truth(block.get("disabled", False), lambda value: same(value, True))
    return named if off is True else off


@predicate(reads=("addons.name", "addons.disabled", *_POLICY.reads))
def _cluster(resource: Resource, context: Context) -> Outcome:
    """Policies may be set within the cluster as well: without one in the scan nothing is known."""
    blocked: Outcome | None = None
    for where, block in entries(resource.attributes.get("addons"), "addons"):
        answer = block if isinstance(block, (Unknown, OneOf)) else _engine_off(block)
        if answer is True:
            return failed(
                Text("the policy engine of the cluster is not installed", "集群未安装策略治理组件"), f"{where}.disabled"
            )
        if answer is not False:
            blocked = blocked or undecided(answer, where)
    outcome = _POLICY(resource, context)
    if outcome.verdict is Verdict.PASS:
        return blocked or outcome
    if outcome.verdict is Verdict.UNKNOWN:
        return outcome
    if _SOMEWHERE(resource, context).verdict is Verdict.PASS:
        return undecided(
            Unknown("unsupported", f"{_KIND}.namespaces"),
            message=Text(
                "policies that refuse insecure containers hold in some namespaces only",
                "拒绝不安全容器的策略只在部分命名空间生效",
            ),
        )
    return undecided(
        Unknown("not-in-scan", _KIND),
        message=Text(
            "no policy that refuses insecure containers is declared for the cluster; it may be set within it",
            "未声明拒绝不安全容器的策略；策略也可能在集群内设置",
        ),
    )


_CONTAINERS: Final = "eks_properties.pod_properties"


@predicate(
    reads=(
        f"{_CONTAINERS}.containers.security_context.privileged",
        f"{_CONTAINERS}.init_containers.security_context.privileged",
        f"{_CONTAINERS}.volumes.host_path.path",
    )
)
def _pod(resource: Resource, context: Context) -> Outcome:
    """``aws_batch_job_definition`` for a cluster: no privileged container, no directory of the node."""
    pods = nested_entries(resource.attributes, _CONTAINERS)
    if not pods:
        return NOT_APPLICABLE
    found: list[Outcome] = []
    for where, pod in pods:
        if isinstance(pod, (Unknown, OneOf)):
            found.append(undecided(pod, where))
            continue
        found.append(PASS)
        for kind in ("containers", "init_containers"):
            for place, block in nested_entries(pod, f"{kind}.security_context"):
                found.append(_unprivileged(block, f"{where}.{place}"))
        for place, block in nested_entries(pod, "volumes.host_path"):
            found.append(_node_directory(block, f"{where}.{place}"))
    return several(found)


def _unprivileged(block: Any, where: str) -> Outcome:
    if isinstance(block, (Unknown, OneOf)):
        return undecided(block, where)
    path = f"{where}.privileged"

    def test(value: Any) -> Outcome:
        if not same(value, True):
            return PASS
        return failed(Text("a privileged container controls its node", "特权容器可控制所在节点"), path, path)

    return alternatives(block.get("privileged", False), test, path)


def _node_directory(block: Any, where: str) -> Outcome:
    if isinstance(block, (Unknown, OneOf)):
        return undecided(block, where)
    shown, path = show(block.get("path")), f"{where}.path"
    message = Text(f"the directory {shown} of the node is mounted", f"挂载了节点目录 {shown}")
    return failed(message, path, path)


_K8S_HARDENING: Final = Rule(
    code="CN093",
    name="k8s-hardening",
    severity=Severity.MEDIUM,
    title=Text("Kubernetes refuses privileged and insecure containers", "Kubernetes 须拦截特权与不安全的容器"),
    rationale=Text(
        "A privileged container, or one that mounts a directory of the node, is as good as an account of the "
        "administrator on every workload there; a policy that only warns lets it start all the same.",
        "特权容器或挂载节点目录的容器相当于掌握了该节点上全部负载的管理员权限；仅告警的策略并不能阻止其启动。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_cs_kubernetes_policy_instance with action = "deny" for the ACKPSP policies of the '
        "cluster, and addons gatekeeper and policy-template-controller not disabled. AWS: privileged = false and no "
        "volumes.host_path in eks_properties of aws_batch_job_definition.",
        '阿里云：为集群配置 alicloud_cs_kubernetes_policy_instance（ACKPSP 系列策略），action = "deny"，'
        "且不禁用 addons 中的 gatekeeper 与 policy-template-controller。AWS：aws_batch_job_definition 的 "
        "eks_properties 设置 privileged = false，不使用 volumes.host_path。",
    ),
    checks={
        _KIND: _DENIES,
        "alicloud_cs_managed_kubernetes": _cluster,
        "alicloud_cs_kubernetes": _cluster,
        "alicloud_cs_serverless_kubernetes": _cluster,
        "alicloud_cs_edge_kubernetes": _cluster,
        "aws_batch_job_definition": _pod,
    },
)

RULES: Final = (_K8S_HARDENING,)
