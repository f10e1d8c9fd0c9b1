"""Nothing outside mainland China: a policy for roles and groups, and a rule that finds what is abroad."""

import pulumi

from compliant_infra.components.alicloud import RegionGuard

guard = RegionGuard("guard", {})

pulumi.export("allowed-regions", guard.allowed_regions)
