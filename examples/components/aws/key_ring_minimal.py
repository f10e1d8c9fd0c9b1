"""Customer keys for every purpose."""

import pulumi

from compliant_infra.components.aws import KeyRing

settings = pulumi.Config("compliant-infra")

keys = KeyRing("keys", {"account_id": settings.require("accountId")})

pulumi.export("data-key", keys.data_key_arn)
