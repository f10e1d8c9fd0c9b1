"""Rules on warehouses, search engines, queues and streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    all_of,
    alternatives,
    always_passes,
    as_bool,
    attribute,
    each_of,
    failed,
    is_given,
    predicate,
    same,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.rules.record import Rule

_CLEAR: Final = Text("the disks are not encrypted", "云盘未加密")


def _off(where: str, shown: Text, why: Text) -> Outcome:
    return failed(Text(f"{where} {shown.en}: {why.en}", f"{where} {shown.zh}：{why.zh}"), where)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def _nodes(resource: Resource, kind: str) -> Outcome:
    """The disks of data or warm nodes: in the block of the nodes, or in its older flat attribute (off by default)."""
    block_name, flat = f"{kind}_node_configuration", f"{kind}_node_disk_encrypted"

    def test(value: Any, where: str) -> Outcome:
        return alternatives(
            value,
            lambda item: (
                PASS if as_bool(item) is True else _off(where, Text(f"is {show(item)}", f"为 {show(item)}"), _CLEAR)
            ),
            where,
        )

    old = resource.get(flat)
    for place, block in entries(resource.get(block_name), block_name):
        if not isinstance(block, Mapping):
            return undecided(block, place)
        value = block.get("disk_encryption")
        if value is not None:
            return test(value, f"{place}.disk_encryption")
        if old is None:
            return undecided(Unknown("known-after-apply", f"{place}.disk_encryption"), f"{place}.disk_encryption")
    if old is not None:
        return test(old, flat)
    if kind == "warm":
        if resource.get("warm_node_amount") is None:
            return NOT_APPLICABLE
    return _off(flat, Text("is not set and defaults to false", "未设置，默认为 false"), _CLEAR)


@predicate(
    reads=(
        "data_node_configuration.disk_encryption",
        "data_node_disk_encrypted",
        "warm_node_configuration.disk_encryption",
        "warm_node_disk_encrypted",
        "warm_node_amount",
    )
)
def _elasticsearch(resource: Resource, context: Context) -> list[Outcome]:
    return [_nodes(resource, "data"), _nodes(resource, "warm")]


@predicate(reads=("kms_key_id", "instance_type"))
def _kafka(resource: Resource, context: Context) -> Outcome:
    """Kafka: the key for its disks. Whether other kinds than the reserved instances take one is not documented."""
    try:
        if is_given(resource.get("kms_key_id")):
            return PASS
    except UnknownValueError as error:
        return undecided(error.unknown, "kms_key_id")

    def by_type(value: Any) -> Outcome:
        if same(value, "alikafka"):
            return _off("kms_key_id", Text("is not set", "未设置"), _CLEAR)
        return undecided(
            Unknown("unsupported", "instance_type"),
            "instance_type",
            message=Text(
                f"instance_type is {show(value)}: how its storage is encrypted is not documented",
                f"instance_type 为 {show(value)}：其存储加密方式没有说明",
            ),
        )

    return alternatives(resource.get("instance_type", "alikafka"), by_type, "instance_type")


_CLOUD_DISK: Final = attribute("encryption_type").equals("CloudDisk")
_PROJECT: Final = all_of(
    attribute("properties.encryption.enable").is_true(),
    attribute("properties.encryption.algorithm").equals("AES256", "AESCTR", missing="unknown"),
)

# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("kms_master_key_id", "sqs_managed_sse_enabled"))
def _queue(resource: Resource, context: Context) -> Outcome:
    """SQS: a key, or the keys of the service, which new queues have by default; not confirmed for every region."""
    try:
        if is_given(resource.get("kms_master_key_id")):
            return PASS
    except UnknownValueError as error:
        return undecided(error.unknown, "kms_master_key_id")
    where = "sqs_managed_sse_enabled"

    def test(value: Any) -> Outcome:
        if as_bool(value) is True:
            return PASS
        return _off(where, Text(f"is {show(value)}", f"为 {show(value)}"), Text("no key is set", "也没有指定密钥"))

    value = resource.get(where)
    if value is None:
        return undecided(
            Unknown("known-after-apply", where),
            where,
            message=Text(
                "neither kms_master_key_id nor sqs_managed_sse_enabled is set: the region's default decides",
                "kms_master_key_id 和 sqs_managed_sse_enabled 均未设置：由所在区域的默认值决定",
            ),
        )
    return alternatives(value, test, where)


@predicate(reads=("server_side_encryption.enabled", "kinesis_source_configuration", "msk_source_configuration"))
def _firehose(resource: Resource, context: Context) -> Outcome:
    """A delivery stream stores what is put into it directly; from another stream it takes over the encryption."""
    for name in ("kinesis_source_configuration", "msk_source_configuration"):
        for place, block in entries(resource.get(name), name):
            return undecided(block, place) if isinstance(block, (Unknown, OneOf)) else NOT_APPLICABLE
    return attribute("server_side_encryption.enabled").is_true(default=False)(resource, context)


_SEARCH: Final = each_of(
    attribute("encrypt_at_rest.enabled").is_true(default=False),
    attribute("node_to_node_encryption.enabled").is_true(default=False),
)

ANALYTICS_ENCRYPTED: Final = Rule(
    code="CN050",
    name="analytics-encrypted",
    severity=Severity.MEDIUM,
    title=Text(
        "Warehouses, search engines, queues and streams are encrypted", "数据仓库、检索、消息队列和数据流已加密"
    ),
    rationale=Text(
        "Copies of business data gather in warehouses, indexes and queues, outside the databases that are guarded; "
        "unencrypted, their disks and snapshots give it away.",
        "业务数据的副本汇集在数据仓库、索引和消息队列中，往往不受数据库的保护；未加密时，其磁盘和快照会直接泄露数据。",
    ),
    remediation=Text(
        'Set encryption_type = "CloudDisk" with encryption_key (alicloud_gpdb_instance, '
        "alicloud_click_house_db_cluster), disk_encryption = true with kms_id (alicloud_adb_db_cluster), "
        "data_node_configuration { disk_encryption = true } (alicloud_elasticsearch_instance), kms_key_id "
        "(alicloud_alikafka_instance), properties.encryption "
        "with AES256 (alicloud_maxcompute_project); encrypted = true (aws_redshift_cluster), encrypt_at_rest and "
        'node_to_node_encryption (aws_opensearch_domain), encryption_type = "KMS" (aws_kinesis_stream), '
        "kms_master_key_id (aws_sqs_queue, aws_sns_topic); encrypt = true in node_info_list "
        "(tencentcloud_elasticsearch_instance).",
        'alicloud_gpdb_instance、alicloud_click_house_db_cluster 设置 encryption_type = "CloudDisk" 和 encryption_key，'
        "alicloud_adb_db_cluster 设置 disk_encryption = true 和 kms_id，alicloud_elasticsearch_instance 设置 "
        "data_node_configuration { disk_encryption = true }，alicloud_alikafka_instance 设置 kms_key_id，"
        "alicloud_maxcompute_project 的 properties.encryption 使用 AES256；aws_redshift_cluster 设置 encrypted = true，"
        "aws_opensearch_domain 设置 encrypt_at_rest 和 node_to_node_encryption，aws_kinesis_stream 设置 "
        'encryption_type = "KMS"，aws_sqs_queue、aws_sns_topic 设置 kms_master_key_id；'
        "tencentcloud_elasticsearch_instance 的 node_info_list 设置 encrypt = true。",
    ),
    checks={
        "alicloud_gpdb_instance": _CLOUD_DISK,
        "alicloud_click_house_db_cluster": _CLOUD_DISK,
        "alicloud_adb_db_cluster": attribute("disk_encryption").is_true(default=False),
        "alicloud_adb_cluster": attribute("disk_encryption").is_true(default=False),
        "alicloud_adb_db_cluster_lake_version": attribute("disk_encryption").is_true(),
        "alicloud_elasticsearch_instance": _elasticsearch,
        "alicloud_alikafka_instance": _kafka,
        "alicloud_maxcompute_project": _PROJECT,
        # Older versions of the provider create an unencrypted cluster where nothing is set, newer ones do not.
        "aws_redshift_cluster": attribute("encrypted").is_true(missing="unknown"),
        "aws_opensearch_domain": _SEARCH,
        "aws_elasticsearch_domain": _SEARCH,
        "aws_dynamodb_table": always_passes(),  # always encrypted, if only with a key of the service
        "aws_msk_cluster": attribute("encryption_info.encryption_in_transit.in_cluster").is_true(default=True),
        "aws_kinesis_stream": attribute("encryption_type").equals("KMS", default="NONE"),
        "aws_kinesis_firehose_delivery_stream": _firehose,
        "aws_sqs_queue": _queue,
        "aws_sns_topic": attribute("kms_master_key_id").is_set(),
        "tencentcloud_elasticsearch_instance": attribute("node_info_list.encrypt").is_true(default=False),
    },
)

RULES: Final[tuple[Rule, ...]] = (ANALYTICS_ENCRYPTED,)
