"""KubernetesCluster: an EKS cluster with hardened node groups."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.aws.log_groups import log_key, own_group
from compliant_infra.components.aws.server_group import disk_key_statements
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.placement import placed_in

#: The parts of the control plane whose logs are kept; ``audit`` among them.
CONTROL_PLANE = ("api", "audit", "authenticator", "controllerManager", "scheduler")

#: Size of the nodes' disk without another wish, in GiB.
DISK_GIB = 100

#: System of the nodes without another wish.
AMI_TYPE = "AL2023_x86_64_STANDARD"

#: The name under which these systems start their disk.
SYSTEM_DEVICE = "/dev/xvda"

#: EKS makes no cluster in fewer zones, whatever the level.
FEWEST_ZONES = 2

_MANAGED = "arn:aws-cn:iam::aws:policy/"
_ADMINISTRATION = "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

#: Child -> managed policy of the nodes' role.
NODE_POLICIES = {
    "node-worker": "AmazonEKSWorkerNodePolicy",
    "node-network": "AmazonEKS_CNI_Policy",
    "node-registry": "AmazonEC2ContainerRegistryReadOnly",
    "node-session-manager": "AmazonSSMManagedInstanceCore",
}


class KubernetesNodePool(TypedDict):
    """Nodes of one kind."""

    instance_types: list[str]
    """Instance types, the preferred one first."""
    size: NotRequired[list[int]]
    """Smallest and largest number of nodes; ``[zones, 2 * zones]`` without it."""
    disk_gib: NotRequired[int]
    """Size of the disk in GiB; 100 without it."""
    labels: NotRequired[dict[str, str]]
    """Kubernetes labels of the nodes."""


class KubernetesClusterArgs(CommonArgs):
    """Arguments of KubernetesCluster."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the API server and the nodes, which should have no route from the internet."""
    zones: list[str]
    """The availability zone of each subnet, in the same order; two at least."""
    node_pools: dict[str, KubernetesNodePool]
    """Node groups by a short name."""
    account_id: NotRequired[str]
    """Number of the account; needed for own keys."""
    administrators: NotRequired[dict[str, str]]
    """ARNs of IAM roles that administer the cluster, by a short name; who creates it without them."""
    service_cidr: NotRequired[str]
    """Addresses of services; EKS chooses without it."""
    kubernetes_version: NotRequired[str]
    """Version of Kubernetes; the newest at creation without it."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Further security groups of the control plane's interfaces."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts Kubernetes Secrets and the nodes' disks; an own one where the baseline asks for it."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the logs; an own one where the baseline asks for it."""
    ami_type: NotRequired[str]
    """System of the nodes; ``AL2023_x86_64_STANDARD`` without it."""


class KubernetesCluster(AwsComponent):
    """An EKS cluster: private API, audit and control-plane logs, encrypted Secrets, hardened node groups.

    Serves 8.1.3.1 (the API server has no public address), 8.1.4.1 (nodes take no password and no key pair), 8.1.4.2
    (pods have IAM roles of their own, network policies), 8.1.4.3 (audit), 8.1.4.4 (metadata by token), 8.1.4.8
    (encrypted Secrets and disks), 8.1.2.1 (several zones), 8.1.5.4 (logs are kept) of GB/T 22239-2019.

    Left to do: rights within the cluster (RBAC), Pod Security Standards of the namespaces, network policies of the
    applications, scans of images, upgrades.
    """

    cluster_name: pulumi.Output[str]
    """Name of the cluster."""
    node_group_names: dict[str, pulumi.Output[str]]
    """Names of the node groups by their short name."""
    security_group_id: pulumi.Output[str]
    """Security group of the cluster, to which the nodes belong."""
    node_role_name: pulumi.Output[str]
    """IAM role of the nodes. Pods should take roles of their own."""
    oidc_provider_arn: pulumi.Output[str]
    """OIDC provider that trust policies of the pods' roles name."""
    log_group_name: pulumi.Output[str]
    """Log group of the control plane."""

    def __init__(self, name: str, args: KubernetesClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, KubernetesClusterArgs)
        given: Mapping[str, Any] = self.args
        self.subnets = placed_in(self, given)
        if len(set(given["zones"])) < FEWEST_ZONES:
            raise ComponentError(f"KubernetesCluster {name!r}: EKS wants subnets in {FEWEST_ZONES} zones at least")
        if not given.get("node_pools"):
            raise ComponentError(f"KubernetesCluster {name!r} needs node_pools")
        self._key = self._cluster_key()
        self.log_group = self._log_group()
        self.cluster = self._cluster()
        self.oidc_provider = self.make(
            aws.iam.OpenIdConnectProvider,
            "oidc-provider",
            {"url": self.cluster.identities[0].oidcs[0].issuer, "client_id_lists": ["sts.amazonaws.com"]},
        )
        self._administrators()
        before_nodes = [
            # The network plug-in keeps the network policies of the applications.
            self._addon("vpc-cni", {"enableNetworkPolicy": "true"}),
            self._addon("kube-proxy", None),
        ]
        self.node_role = self._node_role()
        self.node_groups = {
            short: self._group(short, pool, before_nodes) for short, pool in given["node_pools"].items()
        }
        self._addon("coredns", None, list(self.node_groups.values()))
        self.cluster_name = self.cluster.name
        self.node_group_names = {short: group.node_group_name for short, group in self.node_groups.items()}
        self.security_group_id = self.cluster.vpc_config.cluster_security_group_id
        self.node_role_name = self.node_role.name
        self.oidc_provider_arn = self.oidc_provider.arn
        self.log_group_name = self.log_group.name
        self.finish(
            {
                "cluster_name": self.cluster_name,
                "node_group_names": self.node_group_names,
                "security_group_id": self.security_group_id,
                "node_role_name": self.node_role_name,
                "oidc_provider_arn": self.oidc_provider_arn,
                "log_group_name": self.log_group_name,
            }
        )

    # -- keys and logs -------------------------------------------------------------------------------------------

    def _account(self, what: str) -> str:
        account = self.args.get("account_id")
        if account is None:
            raise ComponentError(
                f"KubernetesCluster {self.component_name!r}: {self.hardening.baseline} asks for a customer's key: give "
                f"{what}, or account_id for an own one"
            )
        return str(account)

    def _cluster_key(self) -> Any:
        key = self.args.get("kms_key_arn")
        asked = self.hardening.demands("k8s-secrets-encrypted") or self.hardening.demands("rest-customer-key")
        if key is not None or not asked:
            return key
        account = self._account("kms_key_arn")
        return own_key(self, "key", "Secrets and disks", account, disk_key_statements(account))

    def _log_group(self) -> Any:
        """The group that EKS writes to; made here, so that EKS makes none that keeps logs for ever and unencrypted."""
        name = f"/aws/eks/{self.component_name}/cluster"
        key = self.args.get("log_kms_key_arn")
        if key is None and self.hardening.demands("log-encrypted"):
            key = log_key(self, self._account("log_kms_key_arn"), name, None)
        return own_group(self, "log-group", name, key)

    # -- the cluster ---------------------------------------------------------------------------------------------

    def _role(self, suffix: str, description: str, service: str, policies: Mapping[str, str]) -> Any:
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
        }
        role = self.make(
            aws.iam.Role,
            suffix,
            {
                "description": f"{description} of {self.component_name}",
                "assume_role_policy": json.dumps(trust),
            },
        )
        for child, policy in policies.items():
            self.make(aws.iam.RolePolicyAttachment, child, {"role": role.name, "policy_arn": f"{_MANAGED}{policy}"})
        return role

    def _cluster(self) -> Any:
        given = self.args
        role = self._role(
            "cluster-role", "Control plane", "eks.amazonaws.com", {"cluster-policy": "AmazonEKSClusterPolicy"}
        )
        cidr = given.get("service_cidr")
        return self.make(
            aws.eks.Cluster,
            "cluster",
            {
                # The name of the log group follows from it.
                "name": self.component_name,
                "version": given.get("kubernetes_version"),
                "role_arn": role.arn,
                "vpc_config": _known(
                    {
                        "subnet_ids": self.subnets,
                        "security_group_ids": given.get("security_group_ids"),
                        "endpoint_private_access": True,
                        "endpoint_public_access": False,
                    }
                ),
                "kubernetes_network_config": None if cidr is None else {"service_ipv4_cidr": cidr},
                "enabled_cluster_log_types": list(CONTROL_PLANE),
                "encryption_config": None
                if self._key is None
                else {"provider": {"key_arn": self._key}, "resources": ["secrets"]},
                "access_config": {
                    "authentication_mode": "API",
                    "bootstrap_cluster_creator_admin_permissions": not given.get("administrators"),
                },
                "bootstrap_self_managed_addons": False,
                "deletion_protection": True,
            },
            holds_data=True,
            depends_on=[self.log_group, self.children["cluster-policy"]],
        )

    def _administrators(self) -> None:
        for short, arn in (self.args.get("administrators") or {}).items():
            entry = self.make(
                aws.eks.AccessEntry,
                f"administrator-{short}",
                {"cluster_name": self.cluster.name, "principal_arn": arn, "type": "STANDARD"},
            )
            self.make(
                aws.eks.AccessPolicyAssociation,
                f"administrator-{short}-policy",
                {
                    "cluster_name": self.cluster.name,
                    "principal_arn": arn,
                    "policy_arn": _ADMINISTRATION,
                    "access_scope": {"type": "cluster"},
                },
                depends_on=[entry],
            )

    def _addon(self, name: str, settings: Mapping[str, Any] | None, after: list[Any] | None = None) -> Any:
        return self.make(
            aws.eks.Addon,
            f"addon-{name}",
            {
                "cluster_name": self.cluster.name,
                "addon_name": name,
                "configuration_values": None if settings is None else json.dumps(settings),
                "resolve_conflicts_on_create": "OVERWRITE",
                "resolve_conflicts_on_update": "OVERWRITE",
            },
            depends_on=after or (),
        )

    # -- nodes ---------------------------------------------------------------------------------------------------

    def _node_role(self) -> Any:
        return self._role("node-role", "Nodes", "ec2.amazonaws.com.cn", NODE_POLICIES)

    def _group(self, short: str, pool: Mapping[str, Any], after: list[Any]) -> Any:
        least, most = pool.get("size") or (len(self.subnets), 2 * len(self.subnets))
        template = self._template(short, pool)
        return self.make(
            aws.eks.NodeGroup,
            f"pool-{short}",
            {
                "cluster_name": self.cluster.name,
                "node_role_arn": self.node_role.arn,
                "subnet_ids": self.subnets,
                "instance_types": pool["instance_types"],
                "ami_type": self.args.get("ami_type", AMI_TYPE),
                "capacity_type": "ON_DEMAND",
                "scaling_config": {"desired_size": least, "min_size": least, "max_size": most},
                "update_config": {"max_unavailable": 1},
                "launch_template": {"id": template.id, "version": template.latest_version.apply(str)},
                "labels": pool.get("labels"),
            },
            # The scaler of the cluster changes the number.
            ignore_changes=["scalingConfig.desiredSize"],
            depends_on=[*after, *(self.children[child] for child in NODE_POLICIES)],
        )

    def _template(self, short: str, pool: Mapping[str, Any]) -> Any:
        tags = dict(self._common_args.tags)
        disk = {
            "encrypted": "true",
            "kms_key_id": self._key,
            "volume_type": "gp3",
            "volume_size": pool.get("disk_gib", DISK_GIB),
            "delete_on_termination": "true",
        }
        return self.make(
            aws.ec2.LaunchTemplate,
            f"template-{short}",
            {
                "description": f"Nodes of {self.component_name}",
                # A hop less than pods need: they take credentials of their own role, not of the node's.
                "metadata_options": {
                    "http_endpoint": "enabled",
                    "http_tokens": "required",
                    "http_put_response_hop_limit": 1,
                },
                "network_interfaces": [
                    {
                        "device_index": 0,
                        "associate_public_ip_address": "false",
                        "delete_on_termination": "true",
                        "security_groups": [self.cluster.vpc_config.cluster_security_group_id],
                    }
                ],
                "block_device_mappings": [{"device_name": SYSTEM_DEVICE, "ebs": _known(disk)}],
                "tag_specifications": [
                    {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
                ],
                "update_default_version": True,
            },
        )


def _known(block: Mapping[str, Any]) -> dict[str, Any]:
    """A nested object without what is not set."""
    return {name: value for name, value in block.items() if value is not None}
