"""ServerGroup: ECS instances of one kind, made and replaced by auto scaling."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.placement import group_size, placed_in

#: Where the cloud's own services answer inside a VPC: metadata, names, time, agents, image sources.
CLOUD_SERVICES = "100.64.0.0/10"

#: Mean use of the processors, in percent, that auto scaling holds without another wish.
TARGET_CPU_PERCENT = 60

#: Size of the system disk without another wish, in GiB.
SYSTEM_DISK_GIB = 40

#: Hour of the day, in the region's time, at which snapshots are made.
SNAPSHOT_HOUR = "2"

#: The tag by which a snapshot policy finds the servers.
SNAPSHOT_TAG = "snapshot-policy"


class ServerTraffic(TypedDict):
    """TCP traffic that the group's own security group lets through."""

    port: int
    """Port number."""
    description: str
    """What it is for."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """The group at the other end."""
    cidr: NotRequired[str]
    """The addresses at the other end, where it is not a group."""


class ServerTargetGroup(TypedDict):
    """An ALB server group to which the servers are added."""

    server_group_id: pulumi.Input[str]
    """Its id."""
    port: int
    """Port on which the servers answer."""


class SnapshotStandby(TypedDict):
    """Where snapshots of data disks are copied to."""

    region: str
    """Region in mainland China, another one than the servers'."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key of that region which encrypts the copies; the region's service key without it."""


class ServerGroupArgs(CommonArgs):
    """Arguments of ServerGroup."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """VSwitches of the servers, which should have no route from the internet."""
    zones: list[str]
    """The zone of each vswitch, in the same order."""
    image_id: pulumi.Input[str]
    """Image of the servers: a hardened one of your own, or a public one."""
    instance_types: list[str]
    """Instance types, the preferred one first."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC, for an own security group; not needed with ``security_group_ids``."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups; an own one without them."""
    ingress: NotRequired[dict[str, ServerTraffic]]
    """What may come in through the own security group, by a short name; nothing without it."""
    egress: NotRequired[dict[str, ServerTraffic]]
    """What may go out through the own security group; HTTPS to anywhere without it. The rest is dropped."""
    key_name: NotRequired[pulumi.Input[str]]
    """Key pair for sign-in; without it nobody signs in but through Session Manager of Cloud Assistant."""
    role_name: NotRequired[pulumi.Input[str]]
    """RAM role of the servers; an own one without it."""
    role_statements: NotRequired[list[dict[str, Any]]]
    """Statements of the own role's policy; the role may do nothing without them."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the disks; an own one where the baseline asks for a customer's key."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    size: NotRequired[list[int]]
    """Smallest and largest number of servers; ``[zones, 2 * zones]`` without it."""
    system_disk_gib: NotRequired[int]
    """Size of the system disk in GiB; 40 without it."""
    data_disks_gib: NotRequired[list[int]]
    """Sizes of data disks in GiB; with one there is a snapshot policy."""
    standby: NotRequired[SnapshotStandby]
    """Second region for the snapshots of data disks."""
    target_groups: NotRequired[list[ServerTargetGroup]]
    """ALB server groups to which the servers belong."""
    target_cpu: NotRequired[int]
    """Mean use of the processors in percent that auto scaling holds; 60 without it."""
    user_data: NotRequired[str]
    """Script or cloud-init document of the first start. No secrets."""


class ServerGroup(AlicloudComponent):
    """Auto-scaled ECS instances: encrypted disks, no password, metadata by token, no public address, several zones.

    Serves 8.1.4.1 (identification: key pair or Session Manager, no password, no root), 8.1.4.2 (access control: role
    without rights, closed security group), 8.1.4.4 (intrusion: metadata service by token, security agent, nothing
    open), 8.1.4.5 (malicious code), 8.1.4.8 (encrypted disks), 8.1.4.9 (snapshots, a second region), 8.1.2.1
    (several zones) of GB/T 22239-2019.

    With SM algorithms the servers come from a scaling configuration, which has the SM4 field for the system disk and
    none for the metadata token; else from a launch template, which has it the other way round. What is missing is
    among ``exceptions``.

    Left to do: the system inside the image (accounts, audit, patches), the service role by which ECS uses the key.
    """

    scaling_group_id: pulumi.Output[str]
    """Id of the scaling group."""
    security_group_ids: list[pulumi.Output[str]]
    """Security groups of the servers."""
    role_name: pulumi.Output[str]
    """RAM role of the servers."""
    kms_key_id: pulumi.Output[str | None]
    """Key of the disks; none where the service's own encrypts."""

    def __init__(self, name: str, args: ServerGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ServerGroupArgs)
        given: Mapping[str, Any] = self.args
        self.subnets = placed_in(self, given)
        if not given.get("instance_types"):
            raise ComponentError(f"ServerGroup {name!r} needs instance_types")
        self._key = self._disk_key()
        self._groups: list[Any] = list(given.get("security_group_ids") or [self._security_group()])
        self._role: Any = given.get("role_name") or self._own_role()
        data_disks = list(given.get("data_disks_gib") or ())
        if data_disks:
            self._snapshots(given.get("standby"))
        elif given.get("standby"):
            raise ComponentError(f"ServerGroup {name!r}: standby is for the snapshots of data disks; there are none")
        if self.hardening.national_cryptography:
            self.group = self._scaling_group({})
            self._scaling_configuration(data_disks)
        else:
            self.group = self._scaling_group(self._launch_template(data_disks))
        self.make(
            alicloud.ess.ScalingRule,
            "scaling-rule",
            {
                "scaling_group_id": self.group.id,
                "scaling_rule_name": f"{name}-cpu",
                "scaling_rule_type": "TargetTrackingScalingRule",
                "metric_name": "CpuUtilization",
                "target_value": given.get("target_cpu", TARGET_CPU_PERCENT),
            },
        )
        self.scaling_group_id = self.group.id
        self.security_group_ids = [pulumi.Output.from_input(item) for item in self._groups]
        self.role_name = pulumi.Output.from_input(self._role)
        self.kms_key_id = pulumi.Output.from_input(self._key)
        self.finish(
            {
                "scaling_group_id": self.scaling_group_id,
                "security_group_ids": self.security_group_ids,
                "role_name": self.role_name,
                "kms_key_id": self.kms_key_id,
            }
        )

    # -- key, network, role --------------------------------------------------------------------------------------

    def _disk_key(self) -> Any:
        key = self.args.get("kms_key_id")
        asked = self.hardening.demands("rest-customer-key") or self.hardening.national_cryptography
        if key is None and asked:
            return own_key(self, "key", "Disk key", self.args.get("kms_instance_id"))
        return key

    def _security_group(self) -> Any:
        vpc = self.args.get("vpc_id")
        if vpc is None:
            raise ComponentError(f"ServerGroup {self.component_name!r} needs vpc_id or security_group_ids")
        self.security_group = self.make(
            alicloud.ecs.SecurityGroup,
            "security-group",
            {
                "security_group_name": f"{self.component_name}-servers",
                "description": f"Servers of {self.component_name}",
                "vpc_id": vpc,
                "security_group_type": "normal",
                # Members reach each other by a rule only.
                "inner_access_policy": "Drop",
            },
        )
        for short, traffic in (self.args.get("ingress") or {}).items():
            self._rule(f"ingress-{short}", "ingress", traffic)
        anywhere: ServerTraffic = {"port": 443, "cidr": "0.0.0.0/0", "description": "HTTPS, through the NAT gateway"}
        egress = self.args.get("egress")
        for short, traffic in ({"https": anywhere} if egress is None else egress).items():
            self._rule(f"egress-{short}", "egress", traffic)
        self._egress(
            "egress-cloud-services", CLOUD_SERVICES, "accept", 1, "Metadata, names, time and agents of the cloud"
        )
        # A basic group lets out what no rule drops.
        self._egress("egress-rest", "0.0.0.0/0", "drop", 100, "Nothing else goes out")
        return self.security_group.id

    def _rule(self, suffix: str, direction: str, traffic: Mapping[str, Any]) -> None:
        if (traffic.get("cidr") is None) == (traffic.get("security_group_id") is None):
            raise ComponentError(
                f"ServerGroup {self.component_name!r}: {suffix} needs either cidr or security_group_id"
            )
        self.make(
            alicloud.ecs.SecurityGroupRule,
            suffix,
            {
                "type": direction,
                "ip_protocol": "tcp",
                "nic_type": "intranet",
                "policy": "accept",
                "priority": 1,
                "port_range": f"{traffic['port']}/{traffic['port']}",
                "security_group_id": self.security_group.id,
                "cidr_ip": traffic.get("cidr"),
                "source_security_group_id": traffic.get("security_group_id"),
                "description": traffic["description"],
            },
        )

    def _egress(self, suffix: str, cidr: str, policy: str, priority: int, description: str) -> None:
        self.make(
            alicloud.ecs.SecurityGroupRule,
            suffix,
            {
                "type": "egress",
                "ip_protocol": "all",
                "nic_type": "intranet",
                "policy": policy,
                "priority": priority,
                "port_range": "-1/-1",
                "security_group_id": self.security_group.id,
                "cidr_ip": cidr,
                "description": description,
            },
        )

    def _own_role(self) -> Any:
        """A role that ECS instances take, with no right but those of ``role_statements``."""
        trust = {
            "Version": "1",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
            ],
        }
        own = f"{self.component_name}-servers"
        role = self.make(
            alicloud.ram.Role,
            "role",
            {
                "role_name": own,
                "description": f"Servers of {self.component_name}",
                "assume_role_policy_document": json.dumps(trust),
            },
        )
        statements = list(self.args.get("role_statements") or ())
        if statements:
            policy = self.make(
                alicloud.ram.Policy,
                "role-policy",
                {
                    "policy_name": own,
                    "description": f"What servers of {self.component_name} may do",
                    "policy_document": json.dumps({"Version": "1", "Statement": statements}),
                },
            )
            self.make(
                alicloud.ram.RolePolicyAttachment,
                "role-attachment",
                {"role_name": role.role_name, "policy_name": policy.policy_name, "policy_type": "Custom"},
            )
        return role.role_name

    def _rights(self) -> list[pulumi.Resource]:
        """What gives the own role its rights: servers are not to start before it."""
        return [self.children["role-attachment"]] if "role-attachment" in self.children else []

    # -- snapshots -----------------------------------------------------------------------------------------------

    def _snapshots(self, standby: Mapping[str, Any] | None) -> None:
        """A policy that finds the servers by a tag: those of a scaling group come and go."""
        if standby is None:
            self.want_standby("copies of snapshots")
        copies: dict[str, Any] = {}
        days = self.hardening.number("backup-retention-days")
        if standby is not None:
            region = self.second_region(standby)
            copies = {
                "enable_cross_region_copy": True,
                "target_copy_regions": [region],
                "copied_snapshots_retention_days": days,
                "copy_encryption_configuration": _known({"encrypted": True, "kms_key_id": standby.get("kms_key_id")}),
            }
        self.make(
            alicloud.ecs.AutoSnapshotPolicy,
            "snapshot-policy",
            {
                "auto_snapshot_policy_name": f"{self.component_name}-snapshots",
                "repeat_weekdays": [str(day) for day in range(1, 8)],
                "time_points": [SNAPSHOT_HOUR],
                "retention_days": days,
                "association_type": "AssociatedWithInstanceTag",
                "target_tags": [{"tag_key": SNAPSHOT_TAG, "tag_value": self.component_name}],
                **copies,
            },
            holds_data=True,
        )

    # -- servers -------------------------------------------------------------------------------------------------

    def _server_tags(self) -> dict[str, str]:
        return {SNAPSHOT_TAG: self.component_name} if self.args.get("data_disks_gib") else {}

    def _user_data(self) -> str | None:
        text = self.args.get("user_data")
        return None if text is None else base64.b64encode(text.encode()).decode()

    def _launch_template(self, data_disks: list[int]) -> dict[str, Any]:
        """What the scaling group takes its servers from: it has the metadata token, and no field for SM4."""
        given = self.args
        disk = {"category": "cloud_essd", "encrypted": True, "kms_key_id": self._key}
        self.template = self.make(
            alicloud.ecs.EcsLaunchTemplate,
            "launch-template",
            {
                "launch_template_name": f"{self.component_name}-servers",
                "description": f"Servers of {self.component_name}",
                "image_id": given["image_id"],
                "image_options": {"login_as_non_root": True},
                "instance_type": given["instance_types"][0],
                "instance_charge_type": "PostPaid",
                "network_type": "vpc",
                "security_group_ids": self._groups,
                "internet_max_bandwidth_out": 0,
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
                "security_enhancement_strategy": "Active",
                "password_inherit": False,
                "key_pair_name": given.get("key_name"),
                "ram_role_name": self._role,
                "system_disk": _known({**disk, "size": given.get("system_disk_gib", SYSTEM_DISK_GIB)}),
                "data_disks": [_known({**disk, "size": size, "delete_with_instance": True}) for size in data_disks]
                or None,
                "user_data": self._user_data(),
                "update_default_version_number": True,
                "tags": self._server_tags(),
                "template_tags": dict(self._common_args.tags),
            },
            depends_on=self._rights(),
        )
        others = given["instance_types"][1:]
        return {
            "launch_template_id": self.template.id,
            "launch_template_version": "Latest",
            "launch_template_overrides": [{"instance_type": kind} for kind in given["instance_types"]]
            if others
            else None,
        }

    def _scaling_configuration(self, data_disks: list[int]) -> None:
        """What the scaling group takes its servers from with SM algorithms."""
        given = self.args
        disk = {"category": "cloud_essd", "encrypted": True, "kms_key_id": self._key}
        self.configuration = self.make(
            alicloud.ess.ScalingConfiguration,
            "scaling-configuration",
            {
                "scaling_group_id": self.group.id,
                "scaling_configuration_name": f"{self.component_name}-servers",
                "image_id": given["image_id"],
                "image_options_login_as_non_root": True,
                "instance_types": given["instance_types"],
                "security_group_ids": self._groups,
                "internet_max_bandwidth_out": 0,
                "security_enhancement_strategy": "Active",
                "password_inherit": False,
                "key_name": given.get("key_name"),
                "role_name": self._role,
                "system_disk_category": "cloud_essd",
                "system_disk_size": given.get("system_disk_gib", SYSTEM_DISK_GIB),
                "system_disk_encrypted": True,
                "system_disk_encrypt_algorithm": "SM4-128",
                "system_disk_kms_key_id": self._key,
                "data_disks": [_known({**disk, "size": size, "delete_with_instance": True}) for size in data_disks]
                or None,
                "user_data": self._user_data(),
                "active": True,
                "enable": True,
                "force_delete": True,
                "tags": self._server_tags(),
            },
            depends_on=self._rights(),
        )
        self.cannot(
            "host-imds-v2",
            "metadata token of the servers",
            "a scaling configuration has no field for it, and a launch template, which has, has none for SM4 disks; "
            "take an image that serves metadata by token only",
        )
        if data_disks:
            self.cannot(
                "rest-sm4",
                "data disks of the servers",
                "data disks of scaling configurations have no field for the algorithm; an SM4 key can be given",
            )

    def _scaling_group(self, source: Mapping[str, Any]) -> Any:
        given = self.args
        least, most = group_size(self, given, len(self.subnets))
        return self.make(
            alicloud.ess.ScalingGroup,
            "scaling-group",
            {
                "scaling_group_name": f"{self.component_name}-servers",
                "min_size": least,
                "max_size": most,
                "vswitch_ids": self.subnets,
                "multi_az_policy": "BALANCE",
                "health_check_type": "ECS",
                "removal_policies": ["OldestScalingConfiguration", "OldestInstance"],
                "group_deletion_protection": True,
                "alb_server_groups": [
                    {"alb_server_group_id": item["server_group_id"], "port": item["port"], "weight": 100}
                    for item in given.get("target_groups") or ()
                ]
                or None,
                **source,
            },
        )


def _known(block: Mapping[str, Any]) -> dict[str, Any]:
    """A nested object without what is not set."""
    return {name: value for name, value in block.items() if value is not None}
