"""RegionGuard: an account of AWS China works in the chosen regions of the partition only."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.region_policy import regions_in_force

#: Services with one control plane for both regions: their requests go to Beijing or Ningxia, whatever the user chose.
GLOBAL_SERVICES = (
    "iam:*",
    "sts:*",
    "organizations:*",
    "route53:*",
    "cloudfront:*",
    "support:*",
    "health:*",
    "budgets:*",
    "ce:*",
)


class RegionGuardArgs(CommonArgs):
    """Arguments of RegionGuard."""

    allowed_regions: NotRequired[list[str]]
    """``cn-north-1``, ``cn-northwest-1`` or both; both without it."""
    target_ids: NotRequired[list[str]]
    """Roots, organisational units and accounts to which the service control policy is attached. Needs the management
    account; without it there is an IAM policy only."""
    name_prefix: NotRequired[str]
    """First part of the names of policies; the name of the component without it."""
    role_names: NotRequired[list[str]]
    """IAM roles that get the policy."""
    group_names: NotRequired[list[str]]
    """IAM groups that get the policy."""
    access_analyzer: NotRequired[bool]
    """Whether IAM Access Analyzer looks for what is shared with others than this account; false without it."""


class RegionGuard(AwsComponent):
    """Denies requests to other regions than the allowed ones.

    Accounts of AWS China reach the two regions of their partition only, so that no resource of theirs can be abroad;
    the guard narrows them to the regions of the system, by a service control policy of the organisation and an IAM
    policy for roles and groups. Regions abroad are refused before anything is made.

    Serves 8.2.1.1 (infrastructure in China) and 8.2.4.5a (data stay in China) of GB/T 22239-2019.

    Left to do: turning on service control policies in the organisation.
    """

    allowed_regions: list[str]
    """Regions where resources may be."""
    policy_document: str
    """The document that denies other regions, for policies that the team keeps elsewhere."""
    control_policy_id: pulumi.Output[str | None]
    """Service control policy of the organisation."""
    policy_arn: pulumi.Output[str]
    """IAM policy for further roles and groups."""

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
        self.policy_document = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "DomesticRegionsOnly",
                        "Effect": "Deny",
                        "NotAction": list(GLOBAL_SERVICES),
                        "Resource": "*",
                        "Condition": {"StringNotEquals": {"aws:RequestedRegion": self.allowed_regions}},
                    }
                ],
            }
        )
        policy = self.make(
            aws.iam.Policy,
            "policy",
            {
                "name": f"{self.prefix}-domestic-regions",
                "description": "The regions of the system only",
                "policy": self.policy_document,
            },
        )
        for kind, resource in (("role", aws.iam.RolePolicyAttachment), ("group", aws.iam.GroupPolicyAttachment)):
            for target in given.get(f"{kind}_names") or ():
                self.make(resource, f"{kind}-{target}", {kind: target, "policy_arn": policy.arn})
        control: pulumi.Output[Any] = pulumi.Output.from_input(None)
        if given.get("target_ids"):
            control = self._control_policy(given["target_ids"]).id
        if given.get("access_analyzer"):
            self.make(
                aws.accessanalyzer.Analyzer,
                "access-analyzer",
                {"analyzer_name": f"{self.prefix}-shared-with-others", "type": "ACCOUNT"},
            )
        self.control_policy_id = control
        self.policy_arn = policy.arn
        self.finish(
            {
                "allowed_regions": self.allowed_regions,
                "policy_document": self.policy_document,
                "control_policy_id": self.control_policy_id,
                "policy_arn": self.policy_arn,
            }
        )

    def _control_policy(self, targets: list[str]) -> Any:
        policy = self.make(
            aws.organizations.Policy,
            "control-policy",
            {
                "name": f"{self.prefix}-domestic-regions",
                "description": "The regions of the system only",
                "type": "SERVICE_CONTROL_POLICY",
                "content": self.policy_document,
            },
        )
        for index, target in enumerate(targets):
            self.make(
                aws.organizations.PolicyAttachment,
                f"control-policy-attachment-{index}",
                {"policy_id": policy.id, "target_id": target},
            )
        return policy
