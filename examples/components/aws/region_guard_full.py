"""The organisation keeps its accounts in the two regions of the system."""

import pulumi

from compliant_infra.components.aws import RegionGuard

settings = pulumi.Config("compliant-infra")

guard = RegionGuard(
    "guard",
    {
        "allowed_regions": [pulumi.Config("aws").require("region"), settings.require("standbyRegion")],
        "target_ids": ["ou-ab12-example1"],
        "name_prefix": "acme",
        "role_names": ["acme-system-administrator"],
        "group_names": ["developers"],
        "access_analyzer": True,
        "tags": {"owner": "security@example.com"},
        "overrides": {"policy": {"description": "Beijing and Ningxia only"}},
    },
)

pulumi.export("allowed-regions", guard.allowed_regions)
pulumi.export("control-policy", guard.control_policy_id)
