"""Identity: how people sign in to an account of AWS China, and three administrators kept apart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.component import CommonArgs, ComponentError

#: The audience of the console of AWS China in SAML responses.
SAML_AUDIENCE = "https://signin.amazonaws.cn/saml"

#: What nobody may do: records of what administrators did outlive all of them.
TRACES = [
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
]
#: What an unattended key, or an administrator without a boundary, would be made with.
WAYS_AROUND = [
    "iam:CreateAccessKey",
    "iam:CreateServiceSpecificCredential",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "iam:DeleteAccountPasswordPolicy",
]


@dataclass(frozen=True)
class _Duty:
    """One of the three administrators."""

    key: str
    title: str
    allowed: tuple[str, ...]
    denied: tuple[str, ...]


DUTIES = (
    _Duty(
        "system",
        "System administrator: resources and their operation",
        (
            "ec2:*",
            "autoscaling:*",
            "elasticloadbalancing:*",
            "eks:*",
            "ecr:*",
            "lambda:*",
            "rds:*",
            "elasticache:*",
            "dynamodb:*",
            "s3:*",
            "elasticfilesystem:*",
            "backup:*",
            "cloudwatch:*",
            "sns:*",
            "sqs:*",
            "ssm:*",
            "route53:*",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:Describe*",
            "logs:FilterLogEvents",
            "logs:Get*",
            "logs:PutLogEvents",
            "kms:Describe*",
            "kms:List*",
            "iam:Get*",
            "iam:List*",
        ),
        (
            *TRACES,
            "s3:BypassGovernanceRetention",
            "s3:PutBucketObjectLockConfiguration",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:DisableKey",
        ),
    ),
    _Duty(
        "security",
        "Security administrator: security policies, keys and who belongs to which group",
        (
            "guardduty:*",
            "inspector2:*",
            "securityhub:*",
            "wafv2:*",
            "network-firewall:*",
            "access-analyzer:*",
            "acm:*",
            "config:*",
            "kms:Create*",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:Put*",
            "kms:Update*",
            "kms:TagResource",
            "iam:Get*",
            "iam:List*",
            "iam:CreateUser",
            "iam:UpdateUser",
            "iam:DeleteUser",
            "iam:CreateLoginProfile",
            "iam:UpdateLoginProfile",
            "iam:DeleteLoginProfile",
            "iam:AddUserToGroup",
            "iam:RemoveUserFromGroup",
            "iam:DeactivateMFADevice",
        ),
        ("kms:Decrypt", "secretsmanager:GetSecretValue", "logs:PutLogEvents", *TRACES),
    ),
    _Duty(
        "audit",
        "Audit administrator: audit records and the evaluation of what the others did",
        (
            "cloudtrail:CreateTrail",
            "cloudtrail:Describe*",
            "cloudtrail:Get*",
            "cloudtrail:List*",
            "cloudtrail:LookupEvents",
            "cloudtrail:StartLogging",
            "logs:Describe*",
            "logs:FilterLogEvents",
            "logs:Get*",
            "logs:StartQuery",
            "logs:StopQuery",
            "cloudwatch:Describe*",
            "cloudwatch:Get*",
            "cloudwatch:List*",
            "config:BatchGet*",
            "config:Describe*",
            "config:Get*",
            "config:List*",
            "config:Select*",
            "guardduty:Get*",
            "guardduty:List*",
            "iam:GenerateCredentialReport",
            "iam:Get*",
            "iam:List*",
            "kms:Describe*",
            "kms:List*",
        ),
        ("logs:PutLogEvents", *TRACES),
    ),
)


class Guardrail(TypedDict):
    """A service control policy over the account: what not even its administrators may do."""

    target_ids: list[str]
    """Roots, organisational units and accounts to which it is attached."""


class IdentityArgs(CommonArgs):
    """Arguments of Identity."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    login_networks: list[str]
    """Networks, in CIDR notation, from which people may work in the account: office, VPN."""
    name_prefix: NotRequired[str]
    """First part of the names of roles, policies and groups; the name of the component without it."""
    saml_metadata: NotRequired[str]
    """Metadata document (XML) of the team's identity provider: people take the roles through it."""
    saml_provider_arn: NotRequired[str]
    """ARN of an identity provider that is there already, instead of ``saml_metadata``."""
    trusted_principals: NotRequired[list[str]]
    """ARNs of IAM users, roles and accounts who may take the roles, with a second factor; the own account without it
    and without an identity provider."""
    members: NotRequired[dict[str, list[str]]]
    """Names of IAM users by duty (``system``, ``security``, ``audit``): a group for each duty, whose members may take
    its role. Nobody may have two duties."""
    password_policy: NotRequired[bool]
    """Whether to set the account's password policy; an account has one only. True without it."""
    guardrail: NotRequired[Guardrail]
    """Attach a policy of the organisation that protects audit records. Needs the management account."""


class Identity(AwsComponent):
    """Password policy, second factor, short sessions, and three administrators kept apart.

    System, security and audit administrators have a role each, within a permissions boundary and with a policy that
    leaves out and denies what the others do; nobody may delete audit records or make a static key.

    Serves 8.1.4.1 (identification, sessions, second factor), 8.1.4.2 (least privilege, separation of privileges),
    8.1.5.1 to 8.1.5.3 (system, audit and security management) of GB/T 22239-2019.

    Left to do: lockout after failed sign-ins, which IAM cannot do; putting people into the groups, enrolling their
    virtual second factor, and looking through the accounts.
    """

    system_role_arn: pulumi.Output[str]
    """Role of the system administrators."""
    security_role_arn: pulumi.Output[str]
    """Role of the security administrators."""
    audit_role_arn: pulumi.Output[str]
    """Role of the audit administrators."""
    permissions_boundary_arn: pulumi.Output[str]
    """Boundary of the three roles, for other roles of people too."""
    saml_provider_arn: pulumi.Output[str | None]
    """Identity provider."""

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, IdentityArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self.prefix: str = given.get("name_prefix") or name
        if not given["login_networks"]:
            clauses = ", ".join(self.hardening.clauses("net-admin-source-restricted"))
            raise ComponentError(
                f"Identity {name!r}: login_networks is empty, so that everybody could work from anywhere ({clauses})"
            )
        if given.get("password_policy", True):
            self._password_policy()
        self.cannot(
            "iam-lockout",
            "sign-in",
            "IAM has no lockout after failed sign-ins: let people sign in through an identity provider that has one, "
            "and alarm on failed ConsoleLogin events",
        )
        self.cannot(
            "iam-idle-cleanup",
            "users",
            "IAM does not disable users and keys that nobody uses: the Config rule iam-user-unused-credentials-check "
            "finds them, and somebody has to disable them",
        )
        members = self._members()
        provider_arn = self._identity_provider()
        trust = self._trust(provider_arn)
        boundary = self._boundary()
        arns = {duty.key: self._administrator(duty, trust, boundary).arn for duty in DUTIES}
        for duty in DUTIES:
            if members.get(duty.key):
                self._group(duty, members[duty.key])
        if given.get("guardrail") is not None:
            self._guardrail(given["guardrail"])
        self.role_names = {duty.key: self._role_name(duty) for duty in DUTIES}
        self.system_role_arn = arns["system"]
        self.security_role_arn = arns["security"]
        self.audit_role_arn = arns["audit"]
        self.permissions_boundary_arn = boundary.arn
        self.saml_provider_arn = pulumi.Output.from_input(provider_arn)
        self.finish(
            {
                "system_role_arn": self.system_role_arn,
                "security_role_arn": self.security_role_arn,
                "audit_role_arn": self.audit_role_arn,
                "permissions_boundary_arn": self.permissions_boundary_arn,
                "saml_provider_arn": self.saml_provider_arn,
            }
        )

    # -- signing in ----------------------------------------------------------------------------------------------

    def _password_policy(self) -> None:
        number = self.hardening.number
        self.password_policy = self.make(
            aws.iam.AccountPasswordPolicy,
            "password-policy",
            {
                "minimum_password_length": number("password-min-length"),
                "require_lowercase_characters": True,
                "require_uppercase_characters": True,
                "require_numbers": True,
                "require_symbols": True,
                "max_password_age": number("password-max-age-days"),
                "password_reuse_prevention": number("password-reuse-prevention"),
                "allow_users_to_change_password": True,
                "hard_expiry": False,  # an expired password can still be changed by its owner
            },
        )

    def _members(self) -> dict[str, list[str]]:
        """Who has which duty. Raises ComponentError for somebody who has two, and for a duty that there is not."""
        members = {duty: list(names) for duty, names in (self.args.get("members") or {}).items()}
        known = [duty.key for duty in DUTIES]
        strange = sorted(set(members) - set(known))
        if strange:
            raise ComponentError(
                f"Identity {self.component_name!r}: members of {', '.join(strange)}; duties are {', '.join(known)}"
            )
        seen: dict[str, str] = {}
        for duty, names in members.items():
            for user in names:
                if user in seen:
                    clauses = ", ".join(self.hardening.clauses("iam-duty-separation"))
                    raise ComponentError(
                        f"Identity {self.component_name!r}: {user} is {seen[user]} and {duty} administrator; these "
                        f"duties must be apart ({clauses})"
                    )
                seen[user] = duty
        return members

    # -- roles ---------------------------------------------------------------------------------------------------

    def _identity_provider(self) -> str | None:
        """The ARN of the identity provider, a known text: trust policies mention it."""
        arn: str | None = self.args.get("saml_provider_arn")
        metadata = self.args.get("saml_metadata")
        if metadata is None:
            return arn
        if arn is not None:
            raise ComponentError(f"Identity {self.component_name!r}: give saml_metadata or saml_provider_arn, not both")
        self.make(
            aws.iam.SamlProvider,
            "saml-provider",
            {"name": f"{self.prefix}-saml", "saml_metadata_document": metadata},
        )
        return f"arn:aws-cn:iam::{self.account_id}:saml-provider/{self.prefix}-saml"

    def _trust(self, provider_arn: str | None) -> str:
        """Who may take the roles: people of the identity provider, or principals with a second factor."""
        statements: list[dict[str, Any]] = []
        if provider_arn is not None:
            statements.append(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRoleWithSAML",
                    "Principal": {"Federated": provider_arn},
                    "Condition": {"StringEquals": {"SAML:aud": SAML_AUDIENCE}},
                }
            )
        principals = list(self.args.get("trusted_principals") or ())
        if not principals and provider_arn is None:
            principals = [f"arn:aws-cn:iam::{self.account_id}:root"]
        if principals:
            statements.append(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"AWS": principals},
                    "Condition": {
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "IpAddress": {"aws:SourceIp": list(self.args["login_networks"])},
                    },
                }
            )
        return json.dumps({"Version": "2012-10-17", "Statement": statements})

    def _boundary(self) -> Any:
        """The most that any of the three may do, from the listed networks only; no way around it."""
        services = sorted({f"{action.partition(':')[0]}:*" for duty in DUTIES for action in duty.allowed})
        denied = {"Effect": "Deny", "Resource": "*"}
        return self.make(
            aws.iam.Policy,
            "boundary",
            {
                "name": f"{self.prefix}-administrator-boundary",
                "description": "The most that an administrator may do",
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Sid": "Services", "Effect": "Allow", "Action": services, "Resource": "*"},
                            {"Sid": "RecordsStay", **denied, "Action": TRACES},
                            {"Sid": "NoWayAround", **denied, "Action": WAYS_AROUND},
                            {
                                "Sid": "BoundaryStays",
                                "Effect": "Deny",
                                "Action": [
                                    "iam:CreatePolicyVersion",
                                    "iam:DeletePolicy",
                                    "iam:DeletePolicyVersion",
                                    "iam:SetDefaultPolicyVersion",
                                ],
                                "Resource": f"arn:aws-cn:iam::{self.account_id}:policy/{self.prefix}-*",
                            },
                            {
                                "Sid": "ListedAddressesOnly",
                                **denied,
                                "Action": "*",
                                "Condition": {
                                    "NotIpAddress": {"aws:SourceIp": list(self.args["login_networks"])},
                                    "Bool": {"aws:ViaAWSService": "false"},
                                },
                            },
                        ],
                    }
                ),
            },
        )

    def _role_name(self, duty: _Duty) -> str:
        return f"{self.prefix}-{duty.key}-administrator"

    def _administrator(self, duty: _Duty, trust: str, boundary: Any) -> Any:
        name = self._role_name(duty)
        role = self.make(
            aws.iam.Role,
            f"{duty.key}-role",
            {
                "name": name,
                "description": duty.title,
                "assume_role_policy": trust,
                "max_session_duration": self.hardening.number("role-session-seconds"),
                "permissions_boundary": boundary.arn,
                "force_detach_policies": False,
            },
            # The trust policy names it by its ARN, and IAM refuses providers that are not there.
            depends_on=[self.children["saml-provider"]] if "saml-provider" in self.children else [],
        )
        policy = self.make(
            aws.iam.Policy,
            f"{duty.key}-policy",
            {
                "name": name,
                "description": duty.title,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Sid": "Duty", "Effect": "Allow", "Action": list(duty.allowed), "Resource": "*"},
                            {"Sid": "NotThisDuty", "Effect": "Deny", "Action": list(duty.denied), "Resource": "*"},
                        ],
                    }
                ),
            },
        )
        self.make(
            aws.iam.RolePolicyAttachment,
            f"{duty.key}-attachment",
            {"role": role.name, "policy_arn": policy.arn},
        )
        return role

    def _group(self, duty: _Duty, members: list[str]) -> None:
        """A group whose members may take the role with a second factor, and manage that factor."""
        name = f"{self.prefix}-{duty.key}-administrators"
        own_user = f"arn:aws-cn:iam::{self.account_id}:user/${{aws:username}}"
        own_factor = f"arn:aws-cn:iam::{self.account_id}:mfa/${{aws:username}}"
        group = self.make(aws.iam.Group, f"{duty.key}-group", {"name": name})
        self.make(
            aws.iam.GroupPolicy,
            f"{duty.key}-group-policy",
            {
                "name": "take-role",
                "group": group.name,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "TakeRole",
                                "Effect": "Allow",
                                "Action": "sts:AssumeRole",
                                "Resource": f"arn:aws-cn:iam::{self.account_id}:role/{self._role_name(duty)}",
                                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                            },
                            {
                                "Sid": "OwnSecondFactor",
                                "Effect": "Allow",
                                "Action": [
                                    "iam:ChangePassword",
                                    "iam:CreateVirtualMFADevice",
                                    "iam:EnableMFADevice",
                                    "iam:GetUser",
                                    "iam:ListMFADevices",
                                    "iam:ResyncMFADevice",
                                ],
                                "Resource": [own_user, own_factor],
                            },
                        ],
                    }
                ),
            },
        )
        self.make(
            aws.iam.GroupMembership,
            f"{duty.key}-members",
            {"name": name, "group": group.name, "users": members},
        )

    # -- organisation --------------------------------------------------------------------------------------------

    def _guardrail(self, guardrail: Mapping[str, Any]) -> None:
        policy = self.make(
            aws.organizations.Policy,
            "guardrail",
            {
                "name": f"{self.prefix}-keep-records",
                "description": "Audit records and keys stay, whatever an account may do",
                "type": "SERVICE_CONTROL_POLICY",
                "content": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "RecordsStay",
                                "Effect": "Deny",
                                "Action": [*TRACES, "organizations:LeaveOrganization", "iam:CreateAccessKey"],
                                "Resource": "*",
                            }
                        ],
                    }
                ),
            },
        )
        for index, target in enumerate(guardrail["target_ids"]):
            self.make(
                aws.organizations.PolicyAttachment,
                f"guardrail-attachment-{index}",
                {"policy_id": policy.id, "target_id": target},
            )
