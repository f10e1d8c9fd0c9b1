"""How people sign in to the account, and three administrators kept apart."""

import pulumi

from compliant_infra.components.aws import Identity

settings = pulumi.Config("compliant-infra")

identity = Identity(
    "identity",
    {
        "account_id": settings.require("accountId"),
        # The office and the VPN.
        "login_networks": ["203.0.113.0/24", "198.51.100.7/32"],
    },
)

pulumi.export("audit-role", identity.audit_role_arn)
