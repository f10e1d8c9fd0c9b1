"""Disks of servers: whether each is encrypted, also by an account's default that stands in the same scan.

The documented default of every disk of the three clouds is "not encrypted". It is overruled by the account's default
encryption (``alicloud_ecs_disk_encryption_by_default``, ``aws_ebs_encryption_by_default``), which holds for a region:
one in the same root and region counts. A disk made from a snapshot takes the snapshot's state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from compliant_infra.kernel.blocks import entries, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    failed,
    passed,
    predicate,
    same,
    several,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict


@dataclass(frozen=True, slots=True)
class AccountDefault:
    """A resource that turns on default encryption for a region, its attribute, and what that is when unset."""

    type: str
    path: str
    unset: bool | None

    @property
    def reads(self) -> str:
        """What a predicate that asks for it reads."""
        return f"{self.type}:{self.path}"


ALICLOUD_DEFAULT: Final = AccountDefault("alicloud_ecs_disk_encryption_by_default", "encrypted", None)
AWS_DEFAULT: Final = AccountDefault("aws_ebs_encryption_by_default", "enabled", True)


def same_region(one: Resource, other: Resource, context: Context) -> bool | Unknown | OneOf:
    """Whether two resources lie in one region: the same known region, or the same provider configuration."""
    first, second = context.region_of(one), context.region_of(other)
    if isinstance(first, str) and isinstance(second, str):
        return first == second
    if one.get("region") is None and other.get("region") is None:
        here = one.provider.address if one.provider else ""
        there = other.provider.address if other.provider else ""
        if here == there and one.module == other.module:
            return True
    unknown = first if isinstance(first, (Unknown, OneOf)) else second
    return unknown if isinstance(unknown, (Unknown, OneOf)) else False


def by_account_default(resource: Resource, context: Context, default: AccountDefault) -> Outcome | None:
    """Pass or unknown where an account default may encrypt the resource's disks, else None."""
    blocked: Unknown | OneOf | None = None
    for item in context.resources(default.type):
        where = same_region(resource, item, context)
        if where is False:
            continue
        value = item.get(default.path)
        if value is None:
            value = default.unset if default.unset is not None else Unknown("known-after-apply", default.reads)
        if isinstance(value, (Unknown, OneOf)):
            blocked = value if blocked is None else blocked
            continue
        if as_bool(value) is not True:
            continue
        unknown = item.existence if where is True else where
        if isinstance(unknown, (Unknown, OneOf)):
            blocked = unknown if blocked is None else blocked
            continue
        return passed(Text(f"{item.address} encrypts new disks by default", f"{item.address} 默认加密新建云盘"))
    return undecided(blocked) if blocked is not None else None


def _is_written(where: str, resource: Resource) -> bool | None:
    """Whether the code writes what a plan shows at a place; None where that cannot be told: in source it is."""
    asked = getattr(resource.attributes, "is_written", None)
    return asked(where) if asked is not None else None


#: A state does not tell a switch that is written from one that the provider has filled in.
_FILLED: Final = Text(
    "the plan or state shows false, which may be written or filled in; the account encrypts new disks by default",
    "plan 或 state 中为 false，可能是显式设置，也可能是 provider 填充的默认值；账号已设置默认加密",
)


def disk(
    value: Any,
    where: str,
    name: str,
    resource: Resource,
    context: Context,
    default: AccountDefault | None,
    *,
    snapshot: Any = None,
) -> Outcome:
    """One disk: ``value`` of its switch at ``where``, ``name`` as finding, made from a ``snapshot`` or not."""

    def judge(item: Any) -> Outcome:
        if as_bool(item) is True or same(item, "ENCRYPT"):
            return PASS
        return failed(Text(f"{where} is false: not encrypted", f"{where} 为 false，未加密"), where, name)

    written = _is_written(where, resource)
    if written is False and as_bool(value) is False:
        value = None  # the provider's default, which a plan shows
    if value is not None and not (isinstance(value, str) and not value):
        outcome = alternatives(value, judge, where)
        if outcome.verdict is Verdict.UNKNOWN:
            outcome.finding = name
        if outcome.verdict is Verdict.FAIL and resource.filled and written is not True and default is not None:
            if by_account_default(resource, context, default) is not None:
                return undecided(Unknown("unsupported", where), where, name, _FILLED)
        return outcome
    if snapshot is not None:
        return undecided(
            Unknown("known-after-apply", where),
            where,
            name,
            Text(f"{where} is not set: it follows the snapshot", f"{where} 未设置，取决于快照是否加密"),
        )
    if default is not None:
        found = by_account_default(resource, context, default)
        if found is not None:
            found.attribute, found.finding = (where, name) if found.verdict is Verdict.UNKNOWN else ("", "")
            return found
    return failed(
        Text(f"{where} is not set and defaults to false: not encrypted", f"{where} 未设置，默认为 false，未加密"),
        where,
        name,
    )


def single_disk(path: str, default: AccountDefault | None, snapshot: str = "") -> Predicate:
    """A resource that is a disk, or whose flat attribute encrypts one."""

    def judge(resource: Resource, context: Context) -> Outcome:
        source = resource.get(snapshot) if snapshot else None
        return disk(resource.get(path), path, "", resource, context, default, snapshot=source)

    reads = [path] + ([snapshot] if snapshot else []) + ([default.reads] if default else [])
    return Predicate(judge, reads)


def disk_blocks(
    path: str,
    name: str,
    default: AccountDefault | None,
    *,
    switch: str = "encrypted",
    snapshot: str = "snapshot_id",
    applies: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Predicate:
    """Every disk of a list of blocks, each a finding of its own (``data-disk-0``)."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for index, (where, block) in enumerate(nested_entries(resource.attributes, path)):
            if not isinstance(block, Mapping):
                found.append(undecided(block, where))
            elif applies is None or applies(block):
                source = block.get(snapshot) if snapshot else None
                value = block.get(switch)
                label = f"{name}-{index}" if name else ""
                found.append(disk(value, f"{where}.{switch}", label, resource, context, default, snapshot=source))
        return several(found)

    reads = [f"{path}.{switch}"] + ([f"{path}.{snapshot}"] if snapshot else []) + ([default.reads] if default else [])
    return Predicate(judge, reads)


def template_disk(path: str, default: AccountDefault | None, *, switch: str = "encrypted") -> Predicate:
    """The system disk of a launch template: without its block, whoever uses the template decides."""
    blocks_judge = disk_blocks(path, "system-disk", default, switch=switch, snapshot="")

    def judge(resource: Resource, context: Context) -> Outcome:
        if resource.get(path) is None:
            return _left_open(resource, context, default, path)
        return blocks_judge(resource, context)

    return Predicate(judge, blocks_judge.reads)


def _left_open(resource: Resource, context: Context, default: AccountDefault | None, path: str) -> Outcome:
    found = by_account_default(resource, context, default) if default else None
    return found or undecided(
        Unknown("known-after-apply", path),
        path,
        message=Text(
            f"{path} is not set: the image or whoever uses the template decides",
            f"{path} 未设置，取决于镜像或使用该模板的资源",
        ),
    )


@predicate(
    reads=(
        "root_block_device.encrypted",
        "ebs_block_device.encrypted",
        "ebs_block_device.snapshot_id",
        "launch_template",
        AWS_DEFAULT.reads,
    )
)
def aws_instance(resource: Resource, context: Context) -> Iterable[Outcome]:
    """An EC2 instance: its root volume and each further one. The root volume may come from a launch template."""
    found: list[Outcome] = []
    roots = entries(resource.get("root_block_device"), "root_block_device")
    for where, block in roots:
        if isinstance(block, Mapping):
            value = block.get("encrypted")
            found.append(disk(value, f"{where}.encrypted", "root-volume", resource, context, AWS_DEFAULT))
        else:
            found.append(undecided(block, where, "root-volume"))
    if not roots:
        found.append(_root_without_block(resource, context))
    found.append(disk_blocks("ebs_block_device", "volume", AWS_DEFAULT)(resource, context))
    return found


def _root_without_block(resource: Resource, context: Context) -> Outcome:
    for where, block in entries(resource.get("launch_template"), "launch_template"):
        if not isinstance(block, Mapping):
            return undecided(block, where, "root-volume")
        for name in ("id", "name"):
            if context.resolve(block.get(name), "aws_launch_template") is not None:
                return NOT_APPLICABLE  # judged at the template
        return undecided(Unknown("known-after-apply", "launch_template"), where, "root-volume")
    path = "root_block_device.0.encrypted"
    return disk(None, path, "root-volume", resource, context, AWS_DEFAULT)


@predicate(reads=("block_device_mappings.ebs.encrypted", "block_device_mappings.ebs.snapshot_id", AWS_DEFAULT.reads))
def aws_launch_template(resource: Resource, context: Context) -> Outcome:
    """An EC2 launch template: each mapped EBS volume; without a mapping the image decides."""
    if not nested_entries(resource.attributes, "block_device_mappings.ebs"):
        return _left_open(resource, context, AWS_DEFAULT, "block_device_mappings")
    return disk_blocks("block_device_mappings.ebs", "volume", AWS_DEFAULT)(resource, context)
