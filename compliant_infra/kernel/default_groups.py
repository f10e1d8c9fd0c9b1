"""What gets through where no rule is written: default security groups, and members of one group among themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import PASS, Context, Outcome, failed, predicate, undecided
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown

#: The resources that add a rule to a group of AWS.
RULES_OF_GROUPS: Final = (
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
)


@predicate(
    reads=("ingress", "egress", "vpc_id", "aws_vpc:id", *(f"{kind}:security_group_id" for kind in RULES_OF_GROUPS))
)
def empty_default_group(resource: Resource, context: Context) -> Iterable[Outcome]:
    """``aws_default_security_group`` holds no rule, neither inline nor by a resource that names the group."""
    outcomes = [*_inline(resource, "ingress"), *_inline(resource, "egress"), *_elsewhere(resource, context)]
    return outcomes or [PASS]


def _inline(resource: Resource, name: str) -> Iterator[Outcome]:
    direction = Text("inbound", "入方向") if name == "ingress" else Text("outbound", "出方向")
    for index, (where, block) in enumerate(entries(resource.attributes.get(name), name)):
        if isinstance(block, Mapping):
            yield failed(
                Text(
                    f"the default security group has an {direction.en} rule; expected none",
                    f"默认安全组含有{direction.zh}规则；应为空",
                ),
                where,
                f"{name} {index}",
            )
        else:
            yield undecided(block, where, f"{name} {index}")


def _elsewhere(resource: Resource, context: Context) -> Iterator[Outcome]:
    vpc = context.resolve(resource.attributes.get("vpc_id"), "aws_vpc")
    for kind in RULES_OF_GROUPS:
        found = context.companions(resource, kind, "security_group_id", ("id",))
        related: list[tuple[Resource, Unknown | OneOf | None]] = [(rule, rule.existence) for rule in found.sure]
        if vpc is not None:  # aws_vpc.main.default_security_group_id names the same group
            found_by_vpc = context.companions(vpc, kind, "security_group_id", ())
            related.extend((rule, rule.existence) for rule in found_by_vpc.sure)
        related.extend(found.possible)
        for rule, blocked in related:
            if blocked is None:
                yield failed(
                    Text(
                        f"{rule.address} adds a rule to the default security group",
                        f"{rule.address} 向默认安全组添加了规则",
                    ),
                    "",
                    rule.address,
                )
            else:
                yield undecided(blocked, "", rule.address)
