"""ServerGroup: EC2 instances of one kind, made and replaced by auto scaling."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key, through
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.placement import group_size, placed_in

#: Mean use of the processors, in percent, that auto scaling holds without another wish.
TARGET_CPU_PERCENT = 60

#: Size of the system disk without another wish, in GiB.
SYSTEM_DISK_GIB = 40

#: Time of the day, UTC, at which snapshots are made: 02:00 in China.
SNAPSHOT_TIME = "18:00"

#: The tag by which a snapshot policy finds the servers.
SNAPSHOT_TAG = "snapshot-policy"

#: Names of data disks: AWS leaves /dev/sdf to /dev/sdp to them.
DATA_DEVICES = tuple(f"/dev/sd{letter}" for letter in "fghijklmnop")


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


class SnapshotStandby(TypedDict):
    """Where snapshots of data disks are copied to."""

    region: str
    """The other region in China."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of that region which encrypts the copies; the region's service key without it."""


class ServerGroupArgs(CommonArgs):
    """Arguments of ServerGroup."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the servers, which should have no route from the internet."""
    zones: list[str]
    """The availability zone of each subnet, in the same order."""
    image_id: pulumi.Input[str]
    """AMI of the servers: a hardened one of your own, or a public one."""
    instance_types: list[str]
    """Instance types, the preferred one first."""
    account_id: NotRequired[str]
    """Number of the account; needed for an own key."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC, for an own security group; not needed with ``security_group_ids``."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups; an own one without them."""
    ingress: NotRequired[dict[str, ServerTraffic]]
    """What may come in through the own security group, by a short name; nothing without it."""
    egress: NotRequired[dict[str, ServerTraffic]]
    """What may go out through the own security group; HTTPS to anywhere without it."""
    key_name: NotRequired[pulumi.Input[str]]
    """Key pair for sign-in; without it nobody signs in but through Session Manager."""
    role_name: NotRequired[pulumi.Input[str]]
    """IAM role of the servers; an own one, which Session Manager can use, without it."""
    role_statements: NotRequired[list[dict[str, Any]]]
    """Statements of the own role's policy, besides what Session Manager needs."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the disks; an own one where the baseline asks for a customer's key."""
    size: NotRequired[list[int]]
    """Smallest and largest number of servers; ``[zones, 2 * zones]`` without it."""
    system_disk_gib: NotRequired[int]
    """Size of the system disk in GiB; 40 without it."""
    system_device: NotRequired[str]
    """Device name of the image's system disk; ``/dev/xvda`` without it."""
    data_disks_gib: NotRequired[list[int]]
    """Sizes of data disks in GiB; with one there is a snapshot policy."""
    standby: NotRequired[SnapshotStandby]
    """Second region for the snapshots of data disks."""
    target_groups: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of the balancers' target groups to which the servers belong."""
    target_cpu: NotRequired[int]
    """Mean use of the processors in percent that auto scaling holds; 60 without it."""
    user_data: NotRequired[str]
    """Script or cloud-init document of the first start. No secrets."""


class ServerGroup(AwsComponent):
    """Auto-scaled EC2 instances: encrypted disks, no password, metadata by token, no public address, several zones.

    Serves 8.1.4.1 (identification: Session Manager or key pair, no password), 8.1.4.2 (access control: role with few
    rights, closed security group), 8.1.4.4 (intrusion: metadata service by token, nothing open), 8.1.4.8 (encrypted
    disks), 8.1.4.9 (snapshots, a second region), 8.1.2.1 (several zones) of GB/T 22239-2019.

    Left to do: the system inside the image (accounts, audit, patches, protection against malicious code), endpoints
    of Session Manager where there is no NAT gateway, the policy of a given key.
    """

    scaling_group_name: pulumi.Output[str]
    """Name of the auto scaling group."""
    security_group_ids: list[pulumi.Output[str]]
    """Security groups of the servers."""
    role_name: pulumi.Output[str]
    """IAM role of the servers."""
    kms_key_arn: pulumi.Output[str | None]
    """Key of the disks; none where the service's own encrypts."""

    def __init__(self, name: str, args: ServerGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ServerGroupArgs)
        given: Mapping[str, Any] = self.args
        self.subnets = placed_in(self, given)
        if not given.get("instance_types"):
            raise ComponentError(f"ServerGroup {name!r} needs instance_types")
        data_disks = list(given.get("data_disks_gib") or ())
        if len(data_disks) > len(DATA_DEVICES):
            raise ComponentError(f"ServerGroup {name!r}: at most {len(DATA_DEVICES)} data disks")
        self._key = self._disk_key()
        self._groups: list[Any] = list(given.get("security_group_ids") or [self._security_group()])
        self._role: Any = given.get("role_name") or self._own_role()
        if data_disks:
            self._snapshots(given.get("standby"))
        elif given.get("standby"):
            raise ComponentError(f"ServerGroup {name!r}: standby is for the snapshots of data disks; there are none")
        self.template = self._launch_template(data_disks)
        self.group = self._scaling_group()
        self.make(
            aws.autoscaling.Policy,
            "scaling-rule",
            {
                "autoscaling_group_name": self.group.name,
                "policy_type": "TargetTrackingScaling",
                "target_tracking_configuration": {
                    "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
                    "target_value": given.get("target_cpu", TARGET_CPU_PERCENT),
                },
            },
        )
        self.scaling_group_name = self.group.name
        self.security_group_ids = [pulumi.Output.from_input(item) for item in self._groups]
        self.role_name = pulumi.Output.from_input(self._role)
        self.kms_key_arn = pulumi.Output.from_input(self._key)
        self.finish(
            {
                "scaling_group_name": self.scaling_group_name,
                "security_group_ids": self.security_group_ids,
                "role_name": self.role_name,
                "kms_key_arn": self.kms_key_arn,
            }
        )

    # -- key, network, role --------------------------------------------------------------------------------------

    def _disk_key(self) -> Any:
        key = self.args.get("kms_key_arn")
        if key is not None or not self.hardening.demands("rest-customer-key"):
            return key
        account = self.args.get("account_id")
        if account is None:
            raise ComponentError(
                f"ServerGroup {self.component_name!r}: {self.hardening.baseline} asks for a customer's key: give "
                "kms_key_arn, or account_id for an own one"
            )
        return own_key(self, "key", "Disk key", account, disk_key_statements(account))

    def _security_group(self) -> Any:
        vpc = self.args.get("vpc_id")
        if vpc is None:
            raise ComponentError(f"ServerGroup {self.component_name!r} needs vpc_id or security_group_ids")
        self.security_group = self.make(
            aws.ec2.SecurityGroup,
            "security-group",
            {"description": f"Servers of {self.component_name}", "vpc_id": vpc},
        )
        for short, traffic in (self.args.get("ingress") or {}).items():
            self._rule(aws.vpc.SecurityGroupIngressRule, f"ingress-{short}", traffic)
        anywhere: ServerTraffic = {"port": 443, "cidr": "0.0.0.0/0", "description": "HTTPS, through the NAT gateway"}
        egress = self.args.get("egress")
        for short, traffic in ({"https": anywhere} if egress is None else egress).items():
            self._rule(aws.vpc.SecurityGroupEgressRule, f"egress-{short}", traffic)
        return self.security_group.id

    def _rule(self, resource: Any, suffix: str, traffic: Mapping[str, Any]) -> None:
        if (traffic.get("cidr") is None) == (traffic.get("security_group_id") is None):
            raise ComponentError(
                f"ServerGroup {self.component_name!r}: {suffix} needs either cidr or security_group_id"
            )
        self.make(
            resource,
            suffix,
            {
                "security_group_id": self.security_group.id,
                "ip_protocol": "tcp",
                "from_port": traffic["port"],
                "to_port": traffic["port"],
                "cidr_ipv4": traffic.get("cidr"),
                "referenced_security_group_id": traffic.get("security_group_id"),
                "description": traffic["description"],
            },
        )

    def _own_role(self) -> Any:
        """A role that EC2 instances take, with the rights of Session Manager and those of ``role_statements``."""
        role = self.make(
            aws.iam.Role,
            "role",
            {
                "description": f"Servers of {self.component_name}",
                "assume_role_policy": json.dumps(_trust("ec2.amazonaws.com.cn")),
            },
        )
        self.make(
            aws.iam.RolePolicyAttachment,
            "session-manager",
            {"role": role.name, "policy_arn": "arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore"},
        )
        statements = list(self.args.get("role_statements") or ())
        if statements:
            self.make(
                aws.iam.RolePolicy,
                "role-policy",
                {"role": role.name, "policy": json.dumps({"Version": "2012-10-17", "Statement": statements})},
            )
        return role.name

    # -- snapshots -----------------------------------------------------------------------------------------------

    def _snapshots(self, standby: Mapping[str, Any] | None) -> None:
        """A policy that finds the servers by a tag: those of a scaling group come and go."""
        if standby is None:
            self.want_standby("copies of snapshots")
        kept = {"interval": self.hardening.number("backup-retention-days"), "interval_unit": "DAYS"}
        copies: list[dict[str, Any]] = []
        if standby is not None:
            region = self.second_region(standby)
            copy = {"target": region, "encrypted": True, "copy_tags": True, "retain_rule": kept}
            key = standby.get("kms_key_arn")
            copies = [copy if key is None else {**copy, "cmk_arn": key}]
        role = self.make(
            aws.iam.Role,
            "snapshot-role",
            {
                "description": f"Snapshots of the servers of {self.component_name}",
                "assume_role_policy": json.dumps(_trust("dlm.amazonaws.com")),
            },
        )
        self.make(
            aws.iam.RolePolicyAttachment,
            "snapshot-role-attachment",
            {
                "role": role.name,
                "policy_arn": "arn:aws-cn:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole",
            },
        )
        attached = [self.children["snapshot-role-attachment"], *self._snapshot_keys(role, standby)]
        self.make(
            aws.dlm.LifecyclePolicy,
            "snapshot-policy",
            {
                "description": f"Snapshots of the servers of {self.component_name}",
                "execution_role_arn": role.arn,
                "state": "ENABLED",
                "policy_details": {
                    "policy_type": "EBS_SNAPSHOT_MANAGEMENT",
                    "resource_types": ["INSTANCE"],
                    "target_tags": {SNAPSHOT_TAG: self.component_name},
                    "schedules": [
                        {
                            "name": "daily",
                            "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": SNAPSHOT_TIME},
                            "retain_rule": kept,
                            "copy_tags": True,
                            "cross_region_copy_rules": copies,
                        }
                    ],
                },
            },
            holds_data=True,
            depends_on=attached,
        )

    def _snapshot_keys(self, role: Any, standby: Mapping[str, Any] | None) -> list[Any]:
        """What the role needs to copy disks with a customer's key: AWS's policy for it leaves keys out."""
        if self._key is None and (standby is None or standby.get("kms_key_arn") is None):
            return []
        regions = [self.region, *([standby["region"]] if standby is not None else [])]
        account = self.args.get("account_id", "*")
        keys = {
            "Effect": "Allow",
            "Resource": [f"arn:aws-cn:kms:{region}:{account}:key/*" for region in regions],
        }
        return [
            self.make(
                aws.iam.RolePolicy,
                "snapshot-role-keys",
                {
                    "role": role.name,
                    "policy": json.dumps(
                        {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    **keys,
                                    "Action": [
                                        "kms:Encrypt",
                                        "kms:Decrypt",
                                        "kms:ReEncrypt*",
                                        "kms:GenerateDataKey*",
                                        "kms:DescribeKey",
                                    ],
                                    "Condition": {"StringEquals": {"kms:ViaService": through("ec2", *regions)}},
                                },
                                {
                                    **keys,
                                    "Action": "kms:CreateGrant",
                                    "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
                                },
                            ],
                        }
                    ),
                },
            )
        ]

    # -- servers -------------------------------------------------------------------------------------------------

    def _launch_template(self, data_disks: list[int]) -> Any:
        given = self.args
        text = given.get("user_data")
        tags = dict(self._common_args.tags)
        if data_disks:
            tags[SNAPSHOT_TAG] = self.component_name
        sizes = {
            given.get("system_device", "/dev/xvda"): given.get("system_disk_gib", SYSTEM_DISK_GIB),
            **dict(zip(DATA_DEVICES, data_disks, strict=False)),
        }
        disk: dict[str, Any] = {"encrypted": "true", "volume_type": "gp3", "delete_on_termination": "true"}
        if self._key is not None:
            disk["kms_key_id"] = self._key
        profile = self.make(aws.iam.InstanceProfile, "instance-profile", {"role": self._role})
        return self.make(
            aws.ec2.LaunchTemplate,
            "launch-template",
            {
                "description": f"Servers of {self.component_name}",
                "image_id": given["image_id"],
                "instance_type": given["instance_types"][0],
                "key_name": given.get("key_name"),
                "iam_instance_profile": {"arn": profile.arn},
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
                        "security_groups": self._groups,
                    }
                ],
                "block_device_mappings": [
                    {"device_name": device, "ebs": {**disk, "volume_size": size}} for device, size in sizes.items()
                ],
                "ebs_optimized": "true",
                "user_data": None if text is None else base64.b64encode(text.encode()).decode(),
                "tag_specifications": [
                    {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
                ],
                "update_default_version": True,
            },
        )

    def _scaling_group(self) -> Any:
        given = self.args
        least, most = group_size(self, given, len(self.subnets))
        kinds = given["instance_types"]
        # A number: under "$Latest" a new version of the template would replace no server.
        version = self.template.latest_version.apply(str)
        if len(kinds) == 1:
            source: dict[str, Any] = {"launch_template": {"id": self.template.id, "version": version}}
        else:
            source = {
                "mixed_instances_policy": {
                    "instances_distribution": {
                        "on_demand_allocation_strategy": "prioritized",
                        "on_demand_percentage_above_base_capacity": 100,
                    },
                    "launch_template": {
                        "launch_template_specification": {
                            "launch_template_id": self.template.id,
                            "version": version,
                        },
                        "overrides": [{"instance_type": kind} for kind in kinds],
                    },
                }
            }
        targets = list(given.get("target_groups") or ())
        return self.make(
            aws.autoscaling.Group,
            "scaling-group",
            {
                "min_size": least,
                "max_size": most,
                "vpc_zone_identifiers": self.subnets,
                "target_group_arns": targets or None,
                "health_check_type": "ELB" if targets else "EC2",
                "instance_refresh": {"strategy": "Rolling"},
                # The instances have their tags from the template.
                "tags": [
                    {"key": key, "value": value, "propagate_at_launch": False}
                    for key, value in self._common_args.tags.items()
                ],
                **source,
            },
        )


def disk_key_statements(account_id: str) -> list[dict[str, Any]]:
    """What the policy of a disk key needs so that auto scaling can start instances with the disks.

    AWS makes the role of auto scaling with the first group of an account. KMS refuses policies whose principals are not
    there, which a condition on the principal need not be.
    """
    role = f"arn:aws-cn:iam::{account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    auto_scaling = {"ArnEquals": {"aws:PrincipalArn": role}}
    return [
        {
            "Sid": "AutoScalingUsesTheKey",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": auto_scaling,
        },
        {
            "Sid": "AutoScalingGrantsItToDisks",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {**auto_scaling, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def _trust(service: str) -> dict[str, Any]:
    """A trust policy for a service of AWS."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
    }
