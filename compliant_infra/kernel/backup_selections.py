"""What AWS Backup and Data Lifecycle Manager take in: selections by ARN, by pattern or by tag.

Each question answers a pass where a resource of the root surely covers the store, unknown where one may, None where
none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.logic import PASS, Context, Outcome, same, undecided
from compliant_infra.kernel.model import OneOf, Resource, Unknown

#: What is read of the selections of AWS Backup.
SELECTION_READS: Final = ("aws_backup_selection:resources", "aws_backup_selection:selection_tag", "tags")

#: What ARNs of a type look like between partition and resource, for patterns such as arn:aws-cn:rds:*:*:db:*.
_ARN_SERVICES: Final[Mapping[str, tuple[str, str]]] = {
    "aws_ebs_volume": ("ec2", "volume/"),
    "aws_instance": ("ec2", "instance/"),
    "aws_efs_file_system": ("elasticfilesystem", "file-system/"),
    "aws_db_instance": ("rds", "db:"),
    "aws_rds_cluster": ("rds", "cluster:"),
    "aws_docdb_cluster": ("rds", "cluster:"),
    "aws_neptune_cluster": ("rds", "cluster:"),
    "aws_dynamodb_table": ("dynamodb", "table/"),
    "aws_s3_bucket": ("s3", ""),
}


def _selected(resource: Resource, context: Context) -> Iterator[tuple[Resource, bool | Unknown | OneOf]]:
    """The backup selections of the root, and whether each takes the resource in."""
    for selection in context.resources("aws_backup_selection"):
        yield selection, _takes_in(selection, resource, context)


def _takes_in(selection: Resource, resource: Resource, context: Context) -> bool | Unknown | OneOf:
    blocked: Unknown | OneOf | None = selection.existence
    arns = selection.attributes.get("resources")
    if isinstance(arns, (Unknown, OneOf)):
        blocked = arns if blocked is None else blocked
    else:
        for arn in elements(arns):
            answer = _names(arn, resource, context)
            if answer is True:
                return True if selection.existence is None else selection.existence
            if isinstance(answer, (Unknown, OneOf)):
                blocked = answer if blocked is None else blocked
    for _, block in entries(selection.attributes.get("selection_tag"), "selection_tag"):
        if not isinstance(block, Mapping):
            blocked = block if blocked is None else blocked
            continue
        answer = _has_tag(resource, block.get("key"), block.get("value"))
        if answer is True:
            return True if selection.existence is None else selection.existence
        if isinstance(answer, (Unknown, OneOf)):
            blocked = answer if blocked is None else blocked
    return False if blocked is None else blocked


def _names(arn: Any, resource: Resource, context: Context) -> bool | Unknown | OneOf:
    if isinstance(arn, Unknown):
        if arn.reference is not None:
            return arn.reference.address == resource.address
        return arn
    if isinstance(arn, OneOf):
        return arn
    text = str(arn)
    if text == "*":
        return True
    service, kind = _ARN_SERVICES[resource.type]
    segments = text.split(":", 5)
    return len(segments) == 6 and segments[2] in (service, "*") and segments[5] in ("*", f"{kind}*")


def _has_tag(resource: Resource, key: Any, value: Any) -> bool | Unknown | OneOf:
    """Whether the resource carries the tag, its own or one of the provider's defaults."""
    for one in (key, value):
        if isinstance(one, (Unknown, OneOf)):
            return one
    for tags in (resource.attributes.get("tags"), resource.provider.default_tags if resource.provider else None):
        if isinstance(tags, (Unknown, OneOf)):
            return tags
        found = tags.get(key) if isinstance(tags, Mapping) and isinstance(key, str) else None
        if isinstance(found, (Unknown, OneOf)):
            return found
        if found is not None:
            return same(found, value)
    return False


def by_selection(resource: Resource, context: Context) -> Outcome | None:
    """Coverage by a selection of AWS Backup."""
    blocked: Unknown | OneOf | None = None
    for _, answer in _selected(resource, context):
        if answer is True:
            return PASS
        if isinstance(answer, (Unknown, OneOf)):
            blocked = answer if blocked is None else blocked
    return None if blocked is None else undecided(blocked)


def by_lifecycle_manager(resource: Resource, context: Context) -> Outcome | None:
    """A policy of Data Lifecycle Manager whose target tags the volume (or instance) carries."""
    blocked: Unknown | OneOf | None = None
    for policy in context.resources("aws_dlm_lifecycle_policy"):
        for _, details in entries(policy.attributes.get("policy_details"), "policy_details"):
            tags = details.get("target_tags") if isinstance(details, Mapping) else details
            if isinstance(tags, (Unknown, OneOf)):
                blocked = tags if blocked is None else blocked
                continue
            for key, value in tags.items() if isinstance(tags, Mapping) else ():
                answer = _has_tag(resource, key, value)
                if answer is True:
                    if policy.existence is None:
                        return PASS
                    answer = policy.existence
                if isinstance(answer, (Unknown, OneOf)):
                    blocked = answer if blocked is None else blocked
    return None if blocked is None else undecided(blocked)
