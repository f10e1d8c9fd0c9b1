"""RegionGuard: nothing of an account of Alibaba Cloud outside mainland China."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.region_policy import foreign_patterns, regions_in_force

#: RAM codes of the services that hold or carry data and whose resources have a region in their names (those of OSS
#: have none).
SERVICES = ("ecs", "vpc", "slb", "alb", "nlb", "rds", "kvstore", "dds", "polardb", "log", "nas", "cs", "fc")
#: Length of a control policy, in characters.
CONTROL_POLICY_LENGTH = 4096

#: The managed rule of Cloud Config on the regions of resources.
CONFIG_RULE = "resource-region-limit"
#: What the managed rule looks at.
RECORDED_TYPES = (
    "ACS::ECS::Instance",
    "ACS::ECS::Disk",
    "ACS::VPC::VPC",
    "ACS::SLB::LoadBalancer",
    "ACS::RDS::DBInstance",
    "ACS::Redis::DBInstance",
    "ACS::MongoDB::DBInstance",
    "ACS::PolarDB::DBCluster",
    "ACS::OSS::Bucket",
    "ACS::NAS::FileSystem",
)


class RegionGuardArgs(CommonArgs):
    """Arguments of RegionGuard."""

    allowed_regions: NotRequired[list[str]]
    """Regions in mainland China where resources may be; all that the baseline allows without it."""
    target_ids: NotRequired[list[str]]
    """Folders and accounts of the resource directory to which the control policy is bound. Needs the management
    account; without it there is a RAM policy only."""
    name_prefix: NotRequired[str]
    """First part of the names of policies and rules; the name of the component without it."""
    role_names: NotRequired[list[str]]
    """RAM roles that get the policy."""
    group_names: NotRequired[list[str]]
    """RAM groups that get the policy."""
    config_rule: NotRequired[bool]
    """Whether Cloud Config looks for resources in other regions; true without it. Needs Config's recorder."""


class RegionGuard(AlicloudComponent):
    """Denies the services that hold data outside mainland China, and finds what is there all the same.

    A control policy of the organisation, or a RAM policy for roles and groups, denies every action on resources of
    regions abroad; a managed rule of Cloud Config reports resources outside the allowed regions. Regions abroad, and
    such as the baseline does not allow, are refused before anything is made.

    Serves 8.2.1.1 (infrastructure in China) and 8.2.4.5a (data stay in China) of GB/T 22239-2019.

    Left to do: turning on control policies in the resource directory; looking at what the rule finds.
    """

    allowed_regions: list[str]
    """Regions where resources may be."""
    policy_document: str
    """The document that denies other regions, for policies that the team keeps elsewhere."""
    control_policy_id: pulumi.Output[str | None]
    """Control policy of the organisation."""
    policy_name: pulumi.Output[str]
    """RAM policy for further roles and groups."""
    attached_to: list[str]
    """Roles, groups, folders and accounts that the policies bind; nobody where it is empty."""

    def __init__(self, name: str, args: RegionGuardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, RegionGuardArgs)
        given: Mapping[str, Any] = self.args
        self.prefix: str = given.get("name_prefix") or name
        self.allowed_regions = list(given.get("allowed_regions") or regions_in_force(self.cloud, self.hardening))
        for region in self.allowed_regions:
            self._domestic(region, self.hardening)
        if self.region not in self.allowed_regions:
            raise ComponentError(
                f"RegionGuard {name!r}: its own region {self.region} is not among allowed_regions: "
                f"{', '.join(self.allowed_regions)}"
            )
        self.policy_document = self._document()
        policy = self.make(
            alicloud.ram.Policy,
            "policy",
            {
                "policy_name": f"{self.prefix}-domestic-regions",
                "description": "Nothing outside mainland China",
                "policy_document": self.policy_document,
            },
        )
        for kind, resource in (
            ("role", alicloud.ram.RolePolicyAttachment),
            ("group", alicloud.ram.GroupPolicyAttachment),
        ):
            for target in given.get(f"{kind}_names") or ():
                self.make(
                    resource,
                    f"{kind}-{target}",
                    {f"{kind}_name": target, "policy_name": policy.policy_name, "policy_type": "Custom"},
                )
        control: pulumi.Output[Any] = pulumi.Output.from_input(None)
        if given.get("target_ids"):
            control = self._control_policy(given["target_ids"]).id
        if given.get("config_rule", True):
            self._config_rule()
        self.cannot(
            "loc-region-allowlist",
            "control policy",
            "RAM has no condition on the region that holds for all products: the policy denies resources whose names "
            "hold a region abroad; OSS, what is made before it has a name, and other products are found by the rule of "
            "Cloud Config only",
        )
        self.attached_to = [
            item for bound in ("role_names", "group_names", "target_ids") for item in given.get(bound) or ()
        ]
        if not self.attached_to:
            self.cannot(
                "loc-region-allowlist",
                "policy",
                f"the RAM policy {self.prefix}-domestic-regions binds nobody: give role_names or group_names, attach "
                "it to the roles and groups of administrators by policy_name, or bind a control policy by target_ids",
            )
        self.control_policy_id = control
        self.policy_name = policy.policy_name
        self.finish(
            {
                "allowed_regions": self.allowed_regions,
                "policy_document": self.policy_document,
                "control_policy_id": self.control_policy_id,
                "policy_name": self.policy_name,
                "attached_to": self.attached_to,
            }
        )

    def _document(self) -> str:
        resources = [f"acs:{service}:{region}:*:*" for service in SERVICES for region in foreign_patterns(self.cloud)]
        document = json.dumps(
            {
                "Version": "1",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Action": [f"{service}:*" for service in SERVICES],
                        "Resource": resources,
                    }
                ],
            },
            separators=(",", ":"),
        )
        if len(document) > CONTROL_POLICY_LENGTH:
            raise ComponentError(
                f"RegionGuard {self.component_name!r}: the policy has {len(document)} characters, more than the "
                f"{CONTROL_POLICY_LENGTH} of a control policy"
            )
        return document

    def _control_policy(self, targets: list[str]) -> Any:
        policy = self.make(
            alicloud.resourcemanager.ControlPolicy,
            "control-policy",
            {
                "control_policy_name": f"{self.prefix}-domestic-regions",
                "description": "Nothing outside mainland China",
                "effect_scope": "RAM",
                "policy_document": self.policy_document,
            },
        )
        for index, target in enumerate(targets):
            self.make(
                alicloud.resourcemanager.ControlPolicyAttachment,
                f"control-policy-attachment-{index}",
                {"policy_id": policy.id, "target_id": target},
            )
        return policy

    def _config_rule(self) -> None:
        self.make(
            alicloud.cfg.Rule,
            "config-rule",
            {
                "rule_name": f"{self.prefix}-domestic-regions",
                "description": "Resources lie in the allowed regions",
                "source_identifier": CONFIG_RULE,
                "source_owner": "ALIYUN",
                "risk_level": 1,
                "config_rule_trigger_types": "ConfigurationItemChangeNotification",
                "resource_types_scopes": list(RECORDED_TYPES),
                "input_parameters": {"regions": ",".join(self.allowed_regions)},
            },
        )
