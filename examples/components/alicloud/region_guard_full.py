"""The organisation keeps its accounts in the two regions of the system."""

import pulumi

from compliant_infra.components.alicloud import RegionGuard

settings = pulumi.Config("compliant-infra")

guard = RegionGuard(
    "guard",
    {
        "allowed_regions": [pulumi.Config("alicloud").require("region"), settings.require("standbyRegion")],
        "target_ids": ["fd-EXAMPLE01", "fd-EXAMPLE02"],
        "name_prefix": "acme",
        "role_names": ["acme-system-administrator"],
        "group_names": ["developers"],
        "config_rule": True,
        "tags": {"owner": "security@example.com"},
        "overrides": {"config-rule": {"risk_level": 2}},
    },
)

pulumi.export("allowed-regions", guard.allowed_regions)
pulumi.export("control-policy", guard.control_policy_id)
