"""Rules on what leaves a disk or a database: images, snapshots, their copies, and backup vaults."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.encrypted_copies import (
    alicloud_image,
    aws_copy,
    cluster_snapshot,
    instance_snapshot,
    lifecycle_policy,
    snapshot_policy,
)
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    attribute,
    failed,
    is_given,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.sharing import (
    account,
    accounts,
    accounts_of_blocks,
    image_distribution,
    launch_permission,
)

# --------------------------------------------------------------------------------------------------------------
# CN046: encryption of copies
# --------------------------------------------------------------------------------------------------------------

COPY_ENCRYPTED: Final = Rule(
    code="CN046",
    name="image-snapshot-encrypted",
    severity=Severity.HIGH,
    title=Text("Copies of images and snapshots are encrypted", "镜像和快照的副本已加密"),
    rationale=Text(
        "An image or snapshot holds everything that the disk held, passwords and keys included; an unencrypted copy "
        "can be read by whoever may use it, wherever it ends up.",
        "镜像和快照包含磁盘上的全部内容，包括口令和密钥；未加密的副本无论流转到哪里，都可被有权使用者直接读取。",
    ),
    remediation=Text(
        "Set encrypted = true with kms_key_id (alicloud_image_copy, aws_ami_copy, aws_ebs_snapshot_copy), "
        "copy_encryption_configuration { encrypted = true } (alicloud_ecs_auto_snapshot_policy), kms_key_id "
        "(aws_db_snapshot_copy, aws_rds_cluster_snapshot_copy) and encrypted = true in each cross_region_copy_rule "
        "(aws_dlm_lifecycle_policy).",
        "alicloud_image_copy、aws_ami_copy、aws_ebs_snapshot_copy 设置 encrypted = true 和 kms_key_id；"
        "alicloud_ecs_auto_snapshot_policy 设置 copy_encryption_configuration { encrypted = true }；"
        "aws_db_snapshot_copy、aws_rds_cluster_snapshot_copy 设置 kms_key_id；aws_dlm_lifecycle_policy 的每个 "
        "cross_region_copy_rule 设置 encrypted = true。",
    ),
    checks={
        "alicloud_image_copy": alicloud_image,
        "alicloud_copy_image": alicloud_image,
        "alicloud_ecs_auto_snapshot_policy": snapshot_policy,
        "alicloud_snapshot_policy": snapshot_policy,
        "aws_ami_copy": aws_copy,
        "aws_ebs_snapshot_copy": aws_copy,
        "aws_ebs_snapshot_import": aws_copy,
        "aws_db_snapshot_copy": instance_snapshot,
        "aws_rds_cluster_snapshot_copy": cluster_snapshot,
        "aws_dlm_lifecycle_policy": lifecycle_policy,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN047: sharing
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("state",))
def _snapshots_blocked(resource: Resource, context: Context) -> Outcome:
    """The region's block of public snapshots: of all, or of new ones only, which leaves older ones as they are."""

    def test(value: Any) -> Outcome:
        if same(value, "block-all-sharing"):
            return PASS
        if same(value, "block-new-sharing"):
            return undecided(
                Unknown("unsupported", "state"),
                "state",
                message=Text(
                    'state is "block-new-sharing": snapshots that are public already stay so',
                    'state 为 "block-new-sharing"：已公开的快照仍然公开',
                ),
            )
        return failed(
            Text(f"state is {show(value)}: snapshots may be made public", f"state 为 {show(value)}：快照可以公开共享"),
            "state",
        )

    return alternatives(resource.get("state"), test, "state")


NOT_SHARED: Final = Rule(
    code="CN047",
    name="image-snapshot-not-shared",
    severity=Severity.HIGH,
    title=Text("Images and snapshots are shared with trusted accounts only", "镜像和快照仅共享给受信任的账号"),
    rationale=Text(
        "Whoever an image or snapshot is shared with can start a machine or a database from it and read all of its "
        "data; public ones are searched systematically.",
        "获得共享的账号可以用镜像或快照启动云服务器或数据库并读取全部数据；公开的镜像和快照会被人批量搜索。",
    ),
    remediation=Text(
        "Delete alicloud_image_share_permission, aws_ami_launch_permission, tencentcloud_cvm_image_share_permission "
        "and tencentcloud_cbs_snapshot_share_permission for accounts that are not yours, or list partners in the "
        'parameter trusted-accounts; never share with group or account "all" (shared_accounts); set state = '
        '"block-all-sharing" (aws_ebs_snapshot_block_public_access).',
        "删除面向外部账号的 alicloud_image_share_permission、aws_ami_launch_permission、"
        "tencentcloud_cvm_image_share_permission、tencentcloud_cbs_snapshot_share_permission，或将合作方账号列入参数 "
        'trusted-accounts；不要共享给 "all"（group、shared_accounts）；aws_ebs_snapshot_block_public_access 设置 '
        'state = "block-all-sharing"。',
    ),
    checks={
        "alicloud_image_share_permission": account("account_id"),
        "alicloud_ecs_image_pipeline": accounts("add_account"),
        "aws_ami_launch_permission": launch_permission,
        "aws_ebs_snapshot_block_public_access": _snapshots_blocked,
        "aws_ec2_image_block_public_access": attribute("state").equals("block-new-sharing"),
        "aws_snapshot_create_volume_permission": account("account_id"),
        "aws_db_snapshot": accounts("shared_accounts"),
        "aws_db_snapshot_copy": accounts("shared_accounts"),
        "aws_db_cluster_snapshot": accounts("shared_accounts"),
        "aws_rds_cluster_snapshot_copy": accounts("shared_accounts"),
        "aws_dlm_lifecycle_policy": accounts_of_blocks("policy_details.schedule.share_rule", "target_accounts"),
        "aws_imagebuilder_distribution_configuration": image_distribution,
        "tencentcloud_cvm_image_share_permission": accounts("account_ids"),
        "tencentcloud_cbs_snapshot_share_permission": accounts("account_ids"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN054: backup vaults
# --------------------------------------------------------------------------------------------------------------


def _key(path: str) -> Predicate:
    """A vault is encrypted with the key that an attribute names; without one the service keeps the key."""

    def judge(resource: Resource, context: Context) -> Outcome:
        try:
            if is_given(resource.get(path)):
                return PASS
        except UnknownValueError as error:
            return undecided(error.unknown, path)
        return failed(
            Text(
                f"{path} is not set: no KMS key of yours protects the backups",
                f"{path} 未设置：备份没有使用自管的 KMS 密钥保护",
            ),
            path,
        )

    return Predicate(judge, (path,))


_HBR_KEY: Final = _key("kms_key_id")


@predicate(reads=("encrypt_type", "kms_key_id"))
def _hbr_vault(resource: Resource, context: Context) -> Outcome:
    """Cloud Backup: ``KMS`` with a key; ``HBR_PRIVATE``, the default, is the backup service's own method."""

    def test(value: Any, by_default: bool = False) -> Outcome:
        if same(value, "KMS"):
            return _HBR_KEY(resource, context)
        shown = show(value)
        return failed(
            Text(
                f"encrypt_type {'is not set and defaults to' if by_default else 'is'} {shown}: the backup service "
                "keeps the key",
                f"encrypt_type {'未设置，默认为' if by_default else '为'} {shown}：密钥由备份服务保管",
            ),
            "encrypt_type",
        )

    value = resource.get("encrypt_type")
    if value is None:
        return test("HBR_PRIVATE", True)
    return alternatives(value, test, "encrypt_type", unset=lambda: test("HBR_PRIVATE", True))


BACKUP_ENCRYPTED: Final = Rule(
    code="CN054",
    name="backup-encrypted",
    severity=Severity.MEDIUM,
    title=Text("Backup vaults are encrypted with a KMS key", "备份库使用 KMS 密钥加密"),
    rationale=Text(
        "A backup vault gathers the data of many systems for years; without a key that you can disable and audit, "
        "access to the vault is access to all of it.",
        "备份库长期集中保存多个系统的数据；没有可停用、可审计的密钥，取得备份库的访问权就等于取得全部数据。",
    ),
    remediation=Text(
        'Set encrypt_type = "KMS" and kms_key_id (alicloud_hbr_vault, alicloud_hbr_replication_vault), kms_key_arn '
        "(aws_backup_vault), encryption_key_arn (aws_backup_logically_air_gapped_vault); all only when the vault is "
        "created.",
        'alicloud_hbr_vault、alicloud_hbr_replication_vault 设置 encrypt_type = "KMS" 和 kms_key_id；aws_backup_vault '
        "设置 kms_key_arn，aws_backup_logically_air_gapped_vault 设置 encryption_key_arn；均只能在创建时设置。",
    ),
    checks={
        "alicloud_hbr_vault": _hbr_vault,
        "alicloud_hbr_replication_vault": _hbr_vault,
        "aws_backup_vault": _key("kms_key_arn"),
        "aws_backup_logically_air_gapped_vault": _key("encryption_key_arn"),
    },
)

RULES: Final[tuple[Rule, ...]] = (COPY_ENCRYPTED, NOT_SHARED, BACKUP_ENCRYPTED)
