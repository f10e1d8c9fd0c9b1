"""What a component depends on, its children wait for: names of other components' children are often plain texts."""

from __future__ import annotations

import pulumi

from compliant_infra.components.alicloud import AuditTrail, RuntimeRules
from compliant_infra.components.recorder import record

ACCOUNT = "1234567890123456"
KEY = "key-hzz62f1cb66fa42qo9m3x"
STANDBY = {"region": "cn-hangzhou", "kms_key_id": KEY}


def test_children_wait_for_what_the_component_depends_on() -> None:
    def program() -> None:
        trail = AuditTrail("audit", {"account_id": ACCOUNT, "kms_key_id": KEY, "standby": STANDBY})
        RuntimeRules(
            "rules",
            {"account_id": ACCOUNT, "kms_key_id": KEY, "log_bucket": trail.log_bucket},
            pulumi.ResourceOptions(depends_on=trail),
        )

    found = record(program, config={"alicloud:region": "cn-beijing"})
    bucket = found.by_name("audit-bucket-bucket").urn
    for child in ("rules-recorder", "rules-store", "rules-bucket-delivery"):
        assert bucket in found.by_name(child).dependencies
    assert bucket not in found.by_name("audit-project").dependencies
