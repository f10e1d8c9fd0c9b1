"""The two regions in China, and no others: a policy for roles and groups."""

import pulumi

from compliant_infra.components.aws import RegionGuard

guard = RegionGuard("guard", {})

pulumi.export("allowed-regions", guard.allowed_regions)
