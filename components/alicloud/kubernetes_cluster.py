"""KubernetesCluster: a managed ACK cluster with hardened node pools."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.alicloud.log_stores import own_project, project_name
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.placement import placed_in

#: Addresses of services without another wish. They must not overlap the VPC's.
SERVICE_CIDR = "172.21.0.0/20"

#: The parts of the control plane whose logs are kept.
CONTROL_PLANE = ("apiserver", "kcm", "scheduler", "ccm", "controlplane-events")

#: Size of the nodes' system disk without another wish, in GiB.
SYSTEM_DISK_GIB = 120

#: Child -> what it forbids to containers, in every namespace. Both policies take no parameter.
POLICIES = {"policy-privileged": "ACKPSPPrivilegedContainer", "policy-host-namespace": "ACKPSPHostNamespace"}

#: The port of the API server, and where its private address may be: the vswitches' own addresses are not known here.
API_PORT = 6443
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")

#: Creating a cluster, its components and its nodes takes longer than the provider waits by itself.
CREATION = "90m"


class KubernetesNodePool(TypedDict):
    """Nodes of one kind."""

    instance_types: list[str]
    """Instance types, the preferred one first."""
    size: NotRequired[list[int]]
    """Smallest and largest number of nodes; ``[zones, 2 * zones]`` without it."""
    system_disk_gib: NotRequired[int]
    """Size of the system disk in GiB; 120 without it."""
    data_disk_gib: NotRequired[int]
    """Size of a data disk in GiB for images and containers; none without it."""
    labels: NotRequired[dict[str, str]]
    """Kubernetes labels of the nodes."""


class KubernetesClusterArgs(CommonArgs):
    """Arguments of KubernetesCluster."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """VSwitches of the API server and the nodes, which should have no route from the internet."""
    zones: list[str]
    """The zone of each vswitch, in the same order."""
    node_pools: dict[str, KubernetesNodePool]
    """Node pools by a short name."""
    key_name: pulumi.Input[str]
    """Key pair for sign-in to the nodes."""
    pod_subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """VSwitches of the pods, in the same zones; those of the nodes without it."""
    service_cidr: NotRequired[str]
    """Addresses of services; ``172.21.0.0/20`` without it."""
    kubernetes_version: NotRequired[str]
    """Version of Kubernetes, 1.28 or later; the newest at creation without it."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """Security group of the nodes, one cluster's alone; ACK makes an advanced one without it.

    ACK adds no rules to a given group, which may drop what passes within it: the component lets the nodes, the pods and
    the API server's interfaces among themselves, and the nodes to the API server.
    """
    secrets_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts Kubernetes Secrets, an Aliyun_AES_256 one; the disks' key without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the nodes' disks; an own one where the baseline asks for a customer's key."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made."""
    log_project: NotRequired[str]
    """Log project for audit and control-plane logs; an own one without it."""
    image_type: NotRequired[str]
    """System of the nodes; ``AliyunLinux3`` without it. The hardening for MLPS is made for Alibaba Cloud Linux."""
    allowed_repositories: NotRequired[list[str]]
    """Beginnings of image names that pods may use, your own registry and ACK's; any without it."""


class KubernetesCluster(AlicloudComponent):
    """A managed ACK cluster: private API, audit and control-plane logs, encrypted Secrets, hardened nodes, policies.

    Serves 8.1.3.1 (the API server has no public address), 8.1.4.1 (key pair instead of password), 8.1.4.2 (pods have
    RAM roles of their own, network policies), 8.1.4.3 (audit), 8.1.4.4 (hardened nodes, metadata by token, privileged
    containers refused), 8.1.4.8 (encrypted Secrets and disks), 8.1.2.1 (several zones), 8.1.5.4 (logs are kept) of
    GB/T 22239-2019.

    Left to do: rights within the cluster (RBAC), network policies of the applications, scans of images, upgrades.
    """

    cluster_id: pulumi.Output[str]
    """Id of the cluster."""
    node_pool_ids: dict[str, pulumi.Output[str]]
    """Ids of the node pools by their short name."""
    security_group_id: pulumi.Output[str]
    """Security group of the nodes."""
    worker_role_name: pulumi.Output[str]
    """RAM role of the nodes. Pods should take roles of their own by RRSA."""
    rrsa_provider_arn: pulumi.Output[str]
    """OIDC provider that trust policies of the pods' roles name."""
    log_project: pulumi.Output[str]
    """Log project of audit and control-plane logs."""

    def __init__(self, name: str, args: KubernetesClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, KubernetesClusterArgs)
        given: Mapping[str, Any] = self.args
        self.subnets = placed_in(self, given)
        if not given.get("node_pools"):
            raise ComponentError(f"KubernetesCluster {name!r} needs node_pools")
        if not given.get("key_name"):
            raise ComponentError(f"KubernetesCluster {name!r} needs key_name: nodes are signed in to with a key pair")
        self._disk_key = self._key_of_disks()
        self._secrets_key = self._key_of_secrets()
        self._logs: Any = given.get("log_project")
        if self._logs is None:
            self._logs = own_project(self, project_name(self, "kubernetes")).project_name
        group_rules = self._group_rules()
        self.cluster = self._cluster(group_rules)
        self.node_pools = {short: self._pool(short, pool) for short, pool in given["node_pools"].items()}
        self._policies()
        self._exceptions()
        self.cluster_id = self.cluster.id
        self.node_pool_ids = {short: pool.node_pool_id for short, pool in self.node_pools.items()}
        self.security_group_id = self.cluster.security_group_id
        self.worker_role_name = self.cluster.worker_ram_role_name
        self.rrsa_provider_arn = self.cluster.rrsa_metadata.ram_oidc_provider_arn
        self.log_project = pulumi.Output.from_input(self._logs)
        self.finish(
            {
                "cluster_id": self.cluster_id,
                "node_pool_ids": self.node_pool_ids,
                "security_group_id": self.security_group_id,
                "worker_role_name": self.worker_role_name,
                "rrsa_provider_arn": self.rrsa_provider_arn,
                "log_project": self.log_project,
            }
        )

    # -- keys ----------------------------------------------------------------------------------------------------

    def _key_of_disks(self) -> Any:
        key = self.args.get("kms_key_id")
        if key is None and self.hardening.demands("rest-customer-key"):
            return own_key(self, "key", "Disk key", self.args.get("kms_instance_id"))
        return key

    def _key_of_secrets(self) -> Any:
        """The key of Secrets. ACK takes AES-256 keys only, so that an SM4 key of the disks does not serve."""
        key = self.args.get("secrets_key_id")
        if key is not None or not self.hardening.demands("k8s-secrets-encrypted"):
            return key
        if self.hardening.national_cryptography:
            raise ComponentError(
                f"KubernetesCluster {self.component_name!r}: give secrets_key_id, an Aliyun_AES_256 key: ACK encrypts "
                f"Secrets with no SM4 key ({', '.join(self.hardening.clauses('k8s-secrets-encrypted'))})"
            )
        if self._disk_key is not None:
            return self._disk_key
        return own_key(self, "key", "Key of Kubernetes Secrets", self.args.get("kms_instance_id"))

    # -- the given security group --------------------------------------------------------------------------------

    def _group_rules(self) -> list[Any]:
        """What a cluster needs within a given group. Which pods may reach each other, network policies say."""
        group = self.args.get("security_group_id")
        if group is None:
            return []
        among = {"source_security_group_id": group, "description": "nodes, pods and the API server among themselves"}
        return [
            self._group_rule("group-in", group, {"type": "ingress", **among}),
            self._group_rule("group-out", group, {"type": "egress", **among}),
            # The API server is behind a private balancer, which is in no group.
            *(
                self._group_rule(
                    f"group-api-{block.partition('.')[0]}",
                    group,
                    {
                        "type": "egress",
                        "ip_protocol": "tcp",
                        "port_range": f"{API_PORT}/{API_PORT}",
                        "cidr_ip": block,
                        "description": "to the API server",
                    },
                )
                for block in PRIVATE
            ),
        ]

    def _group_rule(self, suffix: str, group: Any, of: Mapping[str, Any]) -> Any:
        return self.make(
            alicloud.ecs.SecurityGroupRule,
            suffix,
            {
                "security_group_id": group,
                "ip_protocol": "all",
                "port_range": "-1/-1",
                "policy": "accept",
                "priority": 1,
                "nic_type": "intranet",  # in a VPC it is always this one
                **of,
            },
        )

    # -- the cluster ---------------------------------------------------------------------------------------------

    def _cluster(self, group_rules: Sequence[Any]) -> Any:
        given = self.args
        days = self.hardening.number("log-retention-days")
        network = {"IPVlan": "false", "NetworkPolicy": "true", "ENITrunking": "false"}
        own_group = given.get("security_group_id") is None
        return self.make(
            alicloud.cs.ManagedKubernetes,
            "cluster",
            {
                "name": self.component_name,
                "profile": "Default",
                # Secrets are encrypted in the professional edition only.
                "cluster_spec": "ack.standard" if self._secrets_key is None else "ack.pro.small",
                "version": given.get("kubernetes_version"),
                "vswitch_ids": self.subnets,
                "pod_vswitch_ids": given.get("pod_subnet_ids") or self.subnets,
                "service_cidr": given.get("service_cidr", SERVICE_CIDR),
                "ip_stack": "ipv4",
                "proxy_mode": "ipvs",
                "timezone": "Asia/Shanghai",
                "slb_internet_enabled": False,
                "new_nat_gateway": False,
                "is_enterprise_security_group": True if own_group else None,
                "security_group_id": given.get("security_group_id"),
                "encryption_provider_key": self._secrets_key,
                "disable_encryption": None if self._secrets_key is None else False,
                "enable_rrsa": True,
                "deletion_protection": True,
                # The keys of the cluster's administrator do not belong into the state.
                "skip_set_certificate_authority": True,
                "audit_log_config": {"enabled": True, "sls_project_name": self._logs},
                "control_plane_log_components": list(CONTROL_PLANE),
                "control_plane_log_ttl": str(days),
                "control_plane_log_project": self._logs,
                "addons": [
                    {"name": "terway-eniip", "config": json.dumps(network)},
                    {"name": "csi-plugin"},
                    {"name": "csi-provisioner"},
                    {"name": "gatekeeper"},
                    {"name": "policy-template-controller"},
                    # It would make a public balancer by itself.
                    {"name": "nginx-ingress-controller", "disabled": True},
                ],
                "delete_options": [{"resource_type": "SLS_Data", "delete_mode": "retain"}],
            },
            holds_data=True,
            # Nodes join the cluster while it is made.
            depends_on=list(group_rules),
            timeouts=pulumi.CustomTimeouts(create=CREATION),
        )

    # -- nodes ---------------------------------------------------------------------------------------------------

    def _pool(self, short: str, pool: Mapping[str, Any]) -> Any:
        least, most = pool.get("size") or (len(self.subnets), 2 * len(self.subnets))
        data_disk: dict[str, Any] = {"category": "cloud_essd", "encrypted": "true", "size": pool.get("data_disk_gib")}
        if self._disk_key is not None:
            data_disk["kms_key_id"] = self._disk_key
        return self.make(
            alicloud.cs.NodePool,
            f"pool-{short}",
            {
                "cluster_id": self.cluster.id,
                "node_pool_name": f"{self.component_name}-{short}",
                "vswitch_ids": self.subnets,
                "multi_az_policy": "BALANCE",
                "instance_types": pool["instance_types"],
                "instance_charge_type": "PostPaid",
                "image_type": self.args.get("image_type", "AliyunLinux3"),
                # The hardening for MLPS; it excludes security_hardening_os.
                "soc_enabled": True,
                "key_name": self.args["key_name"],
                "system_disk_category": "cloud_essd",
                "system_disk_size": pool.get("system_disk_gib", SYSTEM_DISK_GIB),
                "system_disk_encrypted": True,
                "system_disk_encrypt_algorithm": "aes-256",
                "system_disk_kms_key": self._disk_key,
                "data_disks": None if pool.get("data_disk_gib") is None else [data_disk],
                "internet_max_bandwidth_out": 0,
                "instance_metadata_options": {"http_tokens": "required"},
                "install_cloud_monitor": True,
                "runtime_name": "containerd",
                "labels": [{"key": key, "value": value} for key, value in (pool.get("labels") or {}).items()] or None,
                "scaling_config": {"enable": True, "min_size": least, "max_size": most, "type": "cpu"},
                "management": {"enable": True, "auto_repair": True, "max_unavailable": 1},
            },
            timeouts=pulumi.CustomTimeouts(create=CREATION),
        )

    # -- policies ------------------------------------------------------------------------------------------------

    def _policies(self) -> None:
        """What containers may not do. The engine runs on nodes, so that it comes after them."""
        for suffix, policy in POLICIES.items():
            self._policy(suffix, policy, None)
        repositories = self.args.get("allowed_repositories")
        if repositories:
            self._policy("policy-repositories", "ACKAllowedRepos", {"repos": json.dumps(list(repositories))})

    def _policy(self, suffix: str, policy: str, parameters: dict[str, str] | None) -> None:
        self.make(
            alicloud.cs.KubernetesPolicyInstance,
            suffix,
            {
                "cluster_id": self.cluster.id,
                "policy_name": policy,
                "action": "deny",
                "parameters": parameters,
            },
            depends_on=list(self.node_pools.values()),
        )

    # -- what cannot be had --------------------------------------------------------------------------------------

    def _exceptions(self) -> None:
        self.cannot(
            "audit-retention",
            "log store of the API audit",
            "ACK makes the store audit-<cluster id> in the log project by itself, and no argument tells for how long "
            f"it keeps records: set {self.hardening.number('log-retention-days')} days in Simple Log Service",
        )
        self.cannot(
            "log-encrypted",
            "log stores of the cluster",
            "ACK makes the stores by itself, and stores are encrypted when they are made",
        )
        if not self.hardening.national_cryptography:
            return
        self.cannot("rest-sm4", "disks of the nodes", "node pools take the algorithm aes-256 only")
        self.cannot(
            "kms-sm-algorithm", "key of Kubernetes Secrets", "ACK encrypts Secrets with keys of Aliyun_AES_256 only"
        )
