"""Administrators sign in through the company's identity provider; the organisation protects the audit records."""

import pulumi

from compliant_infra.components.aws import Identity

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

identity = Identity(
    "identity",
    {
        "account_id": account,
        "login_networks": ["203.0.113.0/24", "198.51.100.7/32"],
        "name_prefix": "acme",
        "saml_metadata": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
        'entityID="https://login.example.com"/>',
        # IAM users of the team, with a second factor, for days on which the identity provider does not answer.
        "trusted_principals": [f"arn:aws-cn:iam::{account}:root"],
        "members": {"system": ["zhang.wei"], "security": ["li.na"], "audit": ["wang.fang"]},
        "password_policy": True,
        "guardrail": {"target_ids": ["ou-ab12-example1"]},
        "tags": {"owner": "security@example.com"},
        "overrides": {"password-policy": {"minimum_password_length": 16}},
    },
)

pulumi.export("audit-role", identity.audit_role_arn)
pulumi.export("identity-provider", identity.saml_provider_arn)
pulumi.export("boundary", identity.permissions_boundary_arn)
