"""Identity: how people sign in to an account of Alibaba Cloud, and three administrators kept apart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import CommonArgs, ComponentError

#: Days after which RAM can disable an identity that is not used.
IDLE_STEPS = (90, 180, 365, 730)
#: Different characters that a password has at least; what comes on top of length and kinds of characters.
DIFFERENT_CHARACTERS = 4
#: The audience of Alibaba Cloud's console in SAML responses.
SAML_RECIPIENT = "https://signin.aliyun.com/saml-role/sso"

#: What nobody may do: records of what administrators did outlive all of them.
TRACES = [
    "actiontrail:DeleteTrail",
    "actiontrail:StopLogging",
    "log:DeleteLogStore",
    "log:DeleteProject",
]
#: What only the security administrator may do, of what the system administrator's services offer.
SECURITY_MATTERS = [
    "ram:*",
    "ims:*",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "kms:SetKeyPolicy",
    "kms:SetDeletionProtection",
    "actiontrail:*",
    "config:Delete*",
    "config:Stop*",
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
            "ecs:*",
            "ess:*",
            "vpc:*",
            "eipanycast:*",
            "slb:*",
            "alb:*",
            "nlb:*",
            "cs:*",
            "cr:*",
            "rds:*",
            "polardb:*",
            "kvstore:*",
            "dds:*",
            "oss:*",
            "nas:*",
            "hbr:*",
            "cms:*",
            "alidns:*",
            "pvtz:*",
            "log:Get*",
            "log:List*",
            "log:PostLogStoreLogs",
            "kms:Describe*",
            "kms:List*",
        ),
        (*SECURITY_MATTERS, *TRACES),
    ),
    _Duty(
        "security",
        "Security administrator: security policies, keys and who belongs to which group",
        (
            "yundun-sas:*",
            "yundun-cloudfirewall:*",
            "yundun-waf:*",
            "yundun-ddoscoo:*",
            "yundun-bastionhost:*",
            "yundun-sddp:*",
            "kms:Create*",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:Set*",
            "kms:Update*",
            "config:*",
            "ram:Get*",
            "ram:List*",
            "ram:CreateUser",
            "ram:UpdateUser",
            "ram:DeleteUser",
            "ram:CreateLoginProfile",
            "ram:UpdateLoginProfile",
            "ram:DeleteLoginProfile",
            "ram:AddUserToGroup",
            "ram:RemoveUserFromGroup",
            "ram:UnbindMFADevice",
        ),
        (
            "kms:Decrypt",
            "kms:GetSecretValue",
            "ram:CreateAccessKey",
            "log:PostLogStoreLogs",
            *TRACES,
        ),
    ),
    _Duty(
        "audit",
        "Audit administrator: audit records and the evaluation of what the others did",
        (
            "actiontrail:CreateTrail",
            "actiontrail:Describe*",
            "actiontrail:Get*",
            "actiontrail:List*",
            "actiontrail:LookupEvents",
            "actiontrail:StartLogging",
            "log:Get*",
            "log:List*",
            "log:CreateSavedSearch",
            "log:UpdateSavedSearch",
            "config:Get*",
            "config:List*",
            "config:Describe*",
            "ram:Get*",
            "ram:List*",
            "kms:Describe*",
            "kms:List*",
            "yundun-sas:Describe*",
            "yundun-sas:Get*",
            "yundun-sas:List*",
        ),
        ("log:PostLogStoreLogs", *TRACES),
    ),
)


class Guardrail(TypedDict):
    """A policy of the organisation over the account: what not even its administrators may do."""

    target_ids: list[str]
    """Folders and accounts of the resource directory to which it is bound."""
    effect_scope: NotRequired[str]
    """``RAM`` (users and roles; the default) or ``All`` (accounts too)."""


class IdentityArgs(CommonArgs):
    """Arguments of Identity."""

    account_id: str
    """Account, sixteen digits. A plain text: trust policies mention it."""
    login_networks: list[str]
    """Networks, in CIDR notation, from which RAM users may sign in to the console: office, VPN."""
    name_prefix: NotRequired[str]
    """First part of the names of roles, policies and groups; the name of the component without it."""
    saml_metadata: NotRequired[str]
    """Metadata document of the team's identity provider, Base64: people take the roles through it."""
    saml_provider_arn: NotRequired[str]
    """ARN of an identity provider that is there already, instead of ``saml_metadata``."""
    trusted_principals: NotRequired[list[str]]
    """ARNs of RAM users, roles and accounts who may take the roles, with a second factor; the own account without it
    and without an identity provider."""
    members: NotRequired[dict[str, list[str]]]
    """Names of RAM users by duty (``system``, ``security``, ``audit``): a group for each duty, whose members may take
    its role. Nobody may have two duties."""
    password_policy: NotRequired[bool]
    """Whether to set the account's password policy; an account has one only. True without it."""
    security_preference: NotRequired[bool]
    """Whether to set the account's sign-in preferences; an account has one only. True without it."""
    guardrail: NotRequired[Guardrail]
    """Bind a policy of the organisation that protects audit records. Needs the management account."""


class Identity(AlicloudComponent):
    """Password policy with lockout, second factor, short sessions, idle limits, and three administrators kept apart.

    System, security and audit administrators have a role each, with a policy that leaves out and denies what the
    others do; nobody may delete audit records, and nobody has a static key.

    Serves 8.1.4.1 (identification, lockout, sessions, second factor), 8.1.4.2 (least privilege, separation of
    privileges), 8.1.5.1 to 8.1.5.3 (system, audit and security management) of GB/T 22239-2019.

    Left to do: putting people into the groups, enrolling their second factor, and looking through the accounts.
    """

    system_role_arn: pulumi.Output[str]
    """Role of the system administrators."""
    security_role_arn: pulumi.Output[str]
    """Role of the security administrators."""
    audit_role_arn: pulumi.Output[str]
    """Role of the audit administrators."""
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
                f"Identity {name!r}: login_networks is empty, so that everybody could sign in from anywhere ({clauses})"
            )
        if given.get("password_policy", True):
            self._password_policy()
        if given.get("security_preference", True):
            self._security_preference()
        provider_arn = self._identity_provider()
        trust = self._trust(provider_arn)
        arns: dict[str, pulumi.Output[str]] = {}
        for duty in DUTIES:
            arns[duty.key] = self._administrator(duty, trust).arn
        members = self._members()
        for duty in DUTIES:
            if members.get(duty.key):
                self._group(duty, members[duty.key])
        if given.get("guardrail") is not None:
            self._guardrail(given["guardrail"])
        self.role_names = {duty.key: self._role_name(duty) for duty in DUTIES}
        self.system_role_arn = arns["system"]
        self.security_role_arn = arns["security"]
        self.audit_role_arn = arns["audit"]
        self.saml_provider_arn = pulumi.Output.from_input(provider_arn)
        self.finish(
            {
                "system_role_arn": self.system_role_arn,
                "security_role_arn": self.security_role_arn,
                "audit_role_arn": self.audit_role_arn,
                "saml_provider_arn": self.saml_provider_arn,
            }
        )

    # -- signing in ----------------------------------------------------------------------------------------------

    def _password_policy(self) -> None:
        number = self.hardening.number
        self.password_policy = self.make(
            alicloud.ram.PasswordPolicy,
            "password-policy",
            {
                "minimum_password_length": number("password-min-length"),
                "require_lowercase_characters": True,
                "require_uppercase_characters": True,
                "require_numbers": True,
                "require_symbols": True,
                "minimum_password_different_character": DIFFERENT_CHARACTERS,
                "password_not_contain_user_name": True,
                "max_password_age": number("password-max-age-days"),
                "password_reuse_prevention": number("password-reuse-prevention"),
                "max_login_attemps": number("login-max-failures"),  # the SDK's spelling; locks for an hour
                "hard_expiry": False,  # an expired password can still be changed by its owner
            },
        )

    def _security_preference(self) -> None:
        idle = self._idle_days()
        self.security_preference = self.make(
            alicloud.ram.SecurityPreference,
            "security-preference",
            {
                "mfa_operation_for_login": "mandatory",
                "operation_for_risk_login": "enforceVerify",
                "enable_save_mfa_ticket": False,
                "allow_user_to_change_password": True,
                "allow_user_to_manage_mfa_devices": True,
                "allow_user_to_manage_access_keys": False,
                "login_session_duration": self.hardening.number("console-session-hours"),
                "login_network_masks": ";".join(self.args["login_networks"]),
                "max_idle_days_for_users": idle,
                "max_idle_days_for_access_keys": idle,
            },
        )

    def _idle_days(self) -> int:
        """The longest of RAM's steps that the baseline allows."""
        limit = self.hardening.number("idle-identity-days")
        fitting = [step for step in IDLE_STEPS if step <= limit]
        if not fitting:
            raise ComponentError(
                f"Identity {self.component_name!r}: idle-identity-days = {limit} is less than RAM offers "
                f"({IDLE_STEPS[0]} days)"
            )
        return fitting[-1]

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
            alicloud.ram.SamlProvider,
            "saml-provider",
            {
                "saml_provider_name": f"{self.prefix}-saml",
                "encodedsaml_metadata_document": metadata,
                "description": f"Identity provider of {self.component_name}",
            },
        )
        return f"acs:ram::{self.account_id}:saml-provider/{self.prefix}-saml"

    def _trust(self, provider_arn: str | None) -> str:
        """Who may take the roles: people of the identity provider, or principals with a second factor."""
        statements: list[dict[str, Any]] = []
        if provider_arn is not None:
            statements.append(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Federated": [provider_arn]},
                    "Condition": {"StringEquals": {"saml:recipient": SAML_RECIPIENT}},
                }
            )
        principals = list(self.args.get("trusted_principals") or ())
        if not principals and provider_arn is None:
            principals = [f"acs:ram::{self.account_id}:root"]
        if principals:
            statements.append(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"RAM": principals},
                    "Condition": {
                        "Bool": {"acs:MFAPresent": "true"},
                        "IpAddress": {"acs:SourceIp": list(self.args["login_networks"])},
                    },
                }
            )
        return json.dumps({"Version": "1", "Statement": statements})

    def _role_name(self, duty: _Duty) -> str:
        return f"{self.prefix}-{duty.key}-administrator"

    def _administrator(self, duty: _Duty, trust: str) -> Any:
        name = self._role_name(duty)
        role = self.make(
            alicloud.ram.Role,
            f"{duty.key}-role",
            {
                "role_name": name,
                "description": duty.title,
                "assume_role_policy_document": trust,
                "max_session_duration": self.hardening.number("role-session-seconds"),
                "force": False,
            },
            # The trust policy names it by a text.
            depends_on=[self.children["saml-provider"]] if "saml-provider" in self.children else [],
        )
        policy = self.make(
            alicloud.ram.Policy,
            f"{duty.key}-policy",
            {
                "policy_name": name,
                "description": duty.title,
                "policy_document": json.dumps(
                    {
                        "Version": "1",
                        "Statement": [
                            {"Effect": "Allow", "Action": list(duty.allowed), "Resource": "*"},
                            {"Effect": "Deny", "Action": list(duty.denied), "Resource": "*"},
                        ],
                    }
                ),
            },
        )
        self.make(
            alicloud.ram.RolePolicyAttachment,
            f"{duty.key}-attachment",
            {"role_name": role.role_name, "policy_name": policy.policy_name, "policy_type": "Custom"},
        )
        return role

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

    def _group(self, duty: _Duty, members: list[str]) -> None:
        """A group whose members may take the role, and nothing else."""
        name = f"{self.prefix}-{duty.key}-administrators"
        group = self.make(
            alicloud.ram.Group, f"{duty.key}-group", {"group_name": name, "comments": duty.title, "force": False}
        )
        policy = self.make(
            alicloud.ram.Policy,
            f"{duty.key}-group-policy",
            {
                "policy_name": f"{name}-take-role",
                "description": f"Take the role {self._role_name(duty)}",
                "policy_document": json.dumps(
                    {
                        "Version": "1",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "sts:AssumeRole",
                                "Resource": f"acs:ram::{self.account_id}:role/{self._role_name(duty).lower()}",
                            }
                        ],
                    }
                ),
            },
        )
        self.make(
            alicloud.ram.GroupPolicyAttachment,
            f"{duty.key}-group-attachment",
            {"group_name": group.group_name, "policy_name": policy.policy_name, "policy_type": "Custom"},
        )
        for user in members:
            self.make(
                alicloud.ram.UserGroupAttachment,
                f"{duty.key}-member-{user}",
                {"group_name": group.group_name, "user_name": user},
            )

    # -- organisation --------------------------------------------------------------------------------------------

    def _guardrail(self, guardrail: Mapping[str, Any]) -> None:
        policy = self.make(
            alicloud.resourcemanager.ControlPolicy,
            "guardrail",
            {
                "control_policy_name": f"{self.prefix}-keep-records",
                "description": "Audit records and keys stay, whatever an account may do",
                "effect_scope": guardrail.get("effect_scope") or "RAM",
                "policy_document": json.dumps(
                    {
                        "Version": "1",
                        "Statement": [
                            {
                                "Effect": "Deny",
                                "Action": [*TRACES, "kms:ScheduleKeyDeletion", "ram:CreateAccessKey"],
                                "Resource": "*",
                            }
                        ],
                    }
                ),
            },
        )
        for index, target in enumerate(guardrail["target_ids"]):
            self.make(
                alicloud.resourcemanager.ControlPolicyAttachment,
                f"guardrail-attachment-{index}",
                {"policy_id": policy.id, "target_id": target},
            )
