"""Customer keys for every purpose, in a KMS instance that is there already."""

import pulumi

from compliant_infra.components.alicloud import KeyRing

settings = pulumi.Config("compliant-infra")

keys = KeyRing("keys", {"kms_instance_id": settings.require("kmsInstanceId")})

pulumi.export("data-key", keys.data_key_id)
