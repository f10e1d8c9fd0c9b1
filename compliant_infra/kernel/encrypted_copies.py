"""Copies of images and snapshots: whether they are encrypted, by themselves, by their source or by the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, first_block, nested_entries
from compliant_infra.kernel.database_encryption import aurora_cluster, storage_encrypted
from compliant_infra.kernel.disks import AWS_DEFAULT, by_account_default
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    attribute,
    failed,
    is_given,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError, Verdict

# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------

alicloud_image: Final = attribute("encrypted").is_true(default=False)


@predicate(
    reads=("enable_cross_region_copy", "target_copy_regions", "copy_encryption_configuration.encrypted"),
)
def snapshot_policy(resource: Resource, context: Context) -> Outcome:
    """The copies that a snapshot policy makes in another region. Snapshots in the same region are as their disk."""
    encrypted = attribute("copy_encryption_configuration.encrypted").is_true(default=False)(resource, context)
    enabled, regions = resource.get("enable_cross_region_copy"), resource.get("target_copy_regions")

    def by_switch(value: Any) -> Outcome:
        return encrypted if as_bool(value) is True else NOT_APPLICABLE

    if enabled is not None:
        return alternatives(enabled, by_switch, "enable_cross_region_copy", unset=lambda: NOT_APPLICABLE)
    if isinstance(regions, (Unknown, OneOf)):
        return alternatives(
            regions,
            lambda value: encrypted if elements(value) else NOT_APPLICABLE,
            "target_copy_regions",
            unset=lambda: NOT_APPLICABLE,
        )
    return encrypted if elements(regions) else NOT_APPLICABLE


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("encrypted", AWS_DEFAULT.reads))
def aws_copy(resource: Resource, context: Context) -> Outcome:
    """A copied AMI, or a copied or imported EBS snapshot: encrypted, or by the account's default in its region."""

    def off(shown: Text) -> Outcome:
        return by_account_default(resource, context, AWS_DEFAULT) or failed(
            Text(f"encrypted is {shown.en}: the copy is not encrypted", f"encrypted {shown.zh}：副本未加密"),
            "encrypted",
        )

    value = resource.get("encrypted")
    if value is None:
        return off(Text("not set", "未设置"))
    return alternatives(
        value, lambda item: PASS if as_bool(item) is True else off(Text(show(item), f"为 {show(item)}")), "encrypted"
    )


_INSTANCE: Final = storage_encrypted(
    "replicate_source_db", "snapshot_identifier", "restore_to_point_in_time", "s3_import"
)


def database_copy(source: str, snapshot: str, database: str, by: str, encrypted: Predicate) -> Predicate:
    """A copied database snapshot: with a key of its own it is encrypted, without one it is as its source.

    The source is followed through the ``snapshot`` to the ``database``, where both are in the scan.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        try:
            if is_given(resource.get("kms_key_id")):
                return PASS
        except UnknownValueError as error:
            return undecided(error.unknown, "kms_key_id")
        taken = context.resolve(resource.get(source), snapshot)
        origin = context.resolve(taken.get(by), database) if taken is not None else None
        if origin is None:
            return undecided(
                Unknown("unsupported", source),
                source,
                message=Text(
                    f"kms_key_id is not set: the copy is encrypted only if its source is ({source})",
                    f"kms_key_id 未设置：只有来源已加密时副本才加密（{source}）",
                ),
            )
        outcome = encrypted(origin, context)
        if outcome.verdict is Verdict.FAIL:
            return failed(
                Text(
                    f"kms_key_id is not set and the source {origin.address} is not encrypted",
                    f"kms_key_id 未设置，且来源 {origin.address} 未加密",
                ),
                "kms_key_id",
            )
        return undecided(outcome.unknown, source) if outcome.unknown is not None else outcome

    reads = ("kms_key_id", source, f"{snapshot}:{by}", *(f"{database}:{path}" for path in encrypted.reads))
    return Predicate(judge, [path for path in reads if path.count(":") < 2])


instance_snapshot: Final = database_copy(
    "source_db_snapshot_identifier", "aws_db_snapshot", "aws_db_instance", "db_instance_identifier", _INSTANCE
)
cluster_snapshot: Final = database_copy(
    "source_db_cluster_snapshot_identifier",
    "aws_db_cluster_snapshot",
    "aws_rds_cluster",
    "db_cluster_identifier",
    aurora_cluster,
)

_RULE: Final = "policy_details.schedule.cross_region_copy_rule"
_ACTION: Final = "policy_details.action.cross_region_copy"


@predicate(reads=(f"{_RULE}.encrypted", f"{_ACTION}.encryption_configuration.encrypted"))
def lifecycle_policy(resource: Resource, context: Context) -> list[Outcome]:
    """The copies that a lifecycle policy makes in other regions, each rule a finding."""
    found: list[Outcome] = []
    for index, (where, block) in enumerate(nested_entries(resource.attributes, _RULE)):
        found.append(_copy_rule(block, where, f"copy-{index}", False))
    for index, (where, block) in enumerate(nested_entries(resource.attributes, _ACTION)):
        found.append(_copy_rule(block, where, f"action-{index}", True))
    return found


def _copy_rule(block: Mapping[str, Any] | Unknown | OneOf, where: str, finding: str, nested: bool) -> Outcome:
    if not isinstance(block, Mapping):
        return undecided(block, where, finding)
    if nested:
        where = f"{where}.encryption_configuration.0"
        try:
            block = first_block(block.get("encryption_configuration"))
        except UnknownValueError as error:
            return undecided(error.unknown, where, finding)
    path = f"{where}.encrypted"

    def test(value: Any) -> Outcome:
        if as_bool(value) is True:
            return PASS
        return failed(
            Text(f"{path} is {show(value)}: the copy is not encrypted", f"{path} 为 {show(value)}：副本未加密"), path
        )

    outcome = alternatives(block.get("encrypted", False), test, path)
    if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        outcome.finding = finding
    return outcome
