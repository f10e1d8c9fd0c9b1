"""Administrators sign in through the company's identity provider; the organisation protects the audit records."""

import base64

import pulumi

from compliant_infra.components.alicloud import Identity

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

metadata = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://login.example.com"/>"""

identity = Identity(
    "identity",
    {
        "account_id": account,
        "login_networks": ["203.0.113.0/24", "198.51.100.7/32"],
        "name_prefix": "acme",
        "saml_metadata": base64.b64encode(metadata.encode()).decode(),
        # RAM users of the team, with a second factor, for days on which the identity provider does not answer.
        "trusted_principals": [f"acs:ram::{account}:root"],
        "members": {"system": ["zhang.wei"], "security": ["li.na"], "audit": ["wang.fang"]},
        "password_policy": True,
        "security_preference": True,
        "guardrail": {"target_ids": ["fd-EXAMPLE01", "fd-EXAMPLE02"], "effect_scope": "RAM"},
        "tags": {"owner": "security@example.com"},
        "overrides": {"password-policy": {"minimum_password_length": 16}},
    },
)

pulumi.export("audit-role", identity.audit_role_arn)
pulumi.export("identity-provider", identity.saml_provider_arn)
