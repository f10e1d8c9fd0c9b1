"""Which network ACL is bound to a subnet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from compliant_infra.kernel.logic import Context, Outcome, failed, passed, undecided
from compliant_infra.kernel.model import Resource, Text

#: What binds a network ACL to a subnet, by cloud: (type, attribute that names the subnet). The default ACL of a VPC on
#: AWS is none of its own: all subnets share it.
BINDINGS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "alicloud": (
        ("alicloud_network_acl", "resources.resource_id"),
        ("alicloud_vpc_network_acl_attachment", "resource_id"),
        ("alicloud_network_acl_attachment", "resources.resource_id"),
    ),
    "aws": (("aws_network_acl", "subnet_ids"), ("aws_network_acl_association", "subnet_id")),
    "tencentcloud": (("tencentcloud_vpc_acl_attachment", "subnet_id"),),
}


def bound_acl(subnet: Resource, context: Context) -> Outcome:
    """Whether a network ACL of its own is bound to a subnet."""
    perhaps: Outcome | None = None
    for kind, by in BINDINGS[subnet.type.split("_", 1)[0]]:
        found = context.companions(subnet, kind, by, ("id",))
        for item in found.sure:
            if item.existence is None:
                return passed(Text(f"{item.address} is bound to it", f"已绑定 {item.address}"))
            perhaps = perhaps or undecided(item.existence)
        for item, blocked in found.possible:
            perhaps = perhaps or undecided(
                blocked,
                message=Text(
                    f"{item.address} may be bound to it, but to what it is bound is unknown",
                    f"{item.address} 可能与其绑定，但绑定对象未知",
                ),
            )
    return perhaps or failed(Text("no network ACL is bound to it", "未绑定网络 ACL"))
