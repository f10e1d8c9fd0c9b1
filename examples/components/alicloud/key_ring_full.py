"""Customer keys in two regions, managed, used and audited by different people."""

import pulumi

from compliant_infra.components.alicloud import KeyRing

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

# An instance that the key ring makes itself takes, instead of kms_instance_id:
#   "vpc_id": ..., "subnet_ids": [...], "zones": [...]
# Instances of the hardware edition, and with the module for national cryptography, are ordered in the console.
keys = KeyRing(
    "keys",
    {
        "kms_instance_id": settings.require("kmsInstanceId"),
        "hardware": True,
        "account_id": account,
        "administrators": [f"acs:ram::{account}:role/key-administrator"],
        "users": [f"acs:ram::{account}:role/payments"],
        "auditors": [f"acs:ram::{account}:role/auditor"],
        "alias_prefix": "payments",
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_instance_id": settings.require("standbyKmsInstanceId"),
        },
        "tags": {"owner": "security@example.com"},
        "overrides": {"backup-key": {"pending_window_in_days": 60}},
    },
)

pulumi.export("data-key", keys.data_key_id)
pulumi.export("standby-data-key", keys.standby_data_key_id)
pulumi.export("sign-key", keys.sign_key_id)
