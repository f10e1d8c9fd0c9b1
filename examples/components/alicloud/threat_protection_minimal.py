"""Security Center, Cloud Firewall and, from level 3 on, a private bastion host over two zones."""

import pulumi

from compliant_infra.components.alicloud import ThreatProtection

protection = ThreatProtection(
    "shield",
    {
        "subnet_ids": ["vsw-2ze0000000000000000aa", "vsw-2ze0000000000000000ab"],
        "security_group_ids": ["sg-2ze00000000000000000"],
    },
)

pulumi.export("bastionHost", protection.bastion_host_id)
