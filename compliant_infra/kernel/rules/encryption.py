"""Rules on encryption at rest: disks, keys, buckets, databases, file systems, logs, cluster secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel import google_storage
from compliant_infra.kernel.blocks import nested_entries
from compliant_infra.kernel.customer_keys import bucket_key, customer_key, customer_key_blocks, is_on
from compliant_infra.kernel.database_encryption import (
    aurora_cluster,
    elasticache_group,
    encrypted_by,
    kvstore_instance,
    mongodb_instance,
    polardb_cluster,
    rds_copy,
    rds_instance,
    storage_encrypted,
    tair_instance,
    tencent_cynosdb,
    tencent_dcdb,
    tencent_mariadb,
    tencent_mongodb,
    tencent_mysql,
    tencent_sqlserver,
)
from compliant_infra.kernel.disks import (
    ALICLOUD_DEFAULT,
    AWS_DEFAULT,
    aws_instance,
    aws_launch_template,
    disk_blocks,
    single_disk,
    template_disk,
)
from compliant_infra.kernel.google_clusters import SECRETS_ENCRYPTED
from compliant_infra.kernel.google_data import BOOT_DISK_KEY, DISK_KEY, REGION_DISK_KEY, SQL_KEY, by_itself, own_key
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_bool,
    as_string,
    attribute,
    each_of,
    failed,
    linked,
    passed,
    predicate,
    same,
    several,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.resources import by_alternatives
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.rules.secret_literals import SECRET_IN_CODE

# --------------------------------------------------------------------------------------------------------------
# CN044: disks
# --------------------------------------------------------------------------------------------------------------

_system_and_data: Final = each_of(
    single_disk("system_disk_encrypted", ALICLOUD_DEFAULT),
    disk_blocks("data_disks", "data-disk", ALICLOUD_DEFAULT),
)
_alicloud_disk: Final = single_disk("encrypted", ALICLOUD_DEFAULT, "snapshot_id")
_alicloud_template: Final = each_of(
    template_disk("system_disk", ALICLOUD_DEFAULT), disk_blocks("data_disks", "data-disk", ALICLOUD_DEFAULT)
)

DISK_ENCRYPTED: Final = Rule(
    code="CN044",
    name="disk-encrypted",
    severity=Severity.HIGH,
    title=Text("System and data disks are encrypted", "系统盘和数据盘已加密"),
    rationale=Text(
        "An unencrypted disk can be read from its snapshots, copies and worn-out media by whoever gets hold of them.",
        "未加密的云盘，其快照、副本和退役介质一旦被他人取得，数据即可直接读取。",
    ),
    remediation=Text(
        "Set system_disk_encrypted = true and data_disks.encrypted = true (alicloud_instance, scaling configurations, "
        "node pools), encrypted = true (alicloud_ecs_disk, aws_ebs_volume, root_block_device, ebs_block_device, "
        "block_device_mappings.ebs), system_disk_encrypt and data_disks.encrypt = true (tencentcloud_instance), "
        "encrypt = true (tencentcloud_cbs_storage); or turn on the account's default encryption with "
        "alicloud_ecs_disk_encryption_by_default or aws_ebs_encryption_by_default.",
        "alicloud_instance、伸缩配置、节点池设置 system_disk_encrypted = true 和 data_disks.encrypted = true；"
        "alicloud_ecs_disk、aws_ebs_volume、root_block_device、ebs_block_device、block_device_mappings.ebs 设置 "
        "encrypted = true；tencentcloud_instance 设置 system_disk_encrypt 和 data_disks.encrypt = true，"
        "tencentcloud_cbs_storage 设置 encrypt = true；或用 alicloud_ecs_disk_encryption_by_default、"
        "aws_ebs_encryption_by_default 开启账号默认加密。",
    ),
    checks={
        "alicloud_instance": _system_and_data,
        "alicloud_ecs_instance_set": disk_blocks("data_disks", "data-disk", ALICLOUD_DEFAULT),
        "alicloud_ecs_disk": _alicloud_disk,
        "alicloud_disk": _alicloud_disk,
        "alicloud_ecs_disk_encryption_by_default": attribute("encrypted").is_true(missing="unknown"),
        "alicloud_ess_scaling_configuration": each_of(
            single_disk("system_disk_encrypted", ALICLOUD_DEFAULT),
            disk_blocks("data_disk", "data-disk", ALICLOUD_DEFAULT),
        ),
        "alicloud_cs_kubernetes_node_pool": _system_and_data,
        "alicloud_ecs_launch_template": _alicloud_template,
        "alicloud_launch_template": _alicloud_template,
        "aws_ebs_volume": single_disk("encrypted", AWS_DEFAULT, "snapshot_id"),
        "aws_instance": aws_instance,
        "aws_spot_instance_request": aws_instance,
        "aws_launch_template": aws_launch_template,
        "aws_launch_configuration": each_of(
            template_disk("root_block_device", AWS_DEFAULT), disk_blocks("ebs_block_device", "volume", AWS_DEFAULT)
        ),
        "aws_ebs_encryption_by_default": attribute("enabled").is_true(default=True),
        "tencentcloud_instance": each_of(
            single_disk("system_disk_encrypt", None),
            disk_blocks("data_disks", "data-disk", None, switch="encrypt", snapshot="data_disk_snapshot_id"),
        ),
        "tencentcloud_cbs_storage": single_disk("encrypt", None, "snapshot_id"),
        "tencentcloud_cbs_storage_set": single_disk("encrypt", None, "snapshot_id"),
        "tencentcloud_cvm_launch_template": disk_blocks("data_disks", "data-disk", None, switch="encrypt"),
        "tencentcloud_kubernetes_node_pool": disk_blocks(
            "auto_scaling_config.data_disk", "data-disk", None, switch="encrypt"
        ),
        "tencentcloud_kubernetes_native_node_pool": each_of(
            disk_blocks("native.system_disk", "system-disk", None, switch="encrypt", snapshot=""),
            disk_blocks("native.data_disks", "data-disk", None, switch="encrypt"),
        ),
        "google_compute_disk": by_itself("name"),
        "google_compute_region_disk": by_itself("name"),
        "google_compute_instance": by_itself("name"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN045: customer-managed keys
# --------------------------------------------------------------------------------------------------------------

_EBS_KEY: Final = "aws_ebs_default_kms_key"
_ECS_KEY: Final = "alicloud_ecs_disk_default_kms_key"
_alicloud_disk_key: Final = customer_key("kms_key_id", "encrypted", is_on(), default=_ECS_KEY)
_alicloud_disk_keys: Final = customer_key_blocks(
    "data_disks", "kms_key_id", "encrypted", is_on(), name="data-disk", default=_ECS_KEY
)
_aws_disk_keys: Final = each_of(
    customer_key_blocks("root_block_device", "kms_key_id", "encrypted", is_on(), name="root-volume", default=_EBS_KEY),
    customer_key_blocks("ebs_block_device", "kms_key_id", "encrypted", is_on(), name="volume", default=_EBS_KEY),
)
_template_keys: Final = each_of(
    customer_key_blocks("system_disk", "kms_key_id", "encrypted", is_on(), name="system-disk", default=_ECS_KEY),
    _alicloud_disk_keys,
)


@predicate(reads=("encryption_key", "tde_status", "tde_encryption_key"))
def _rds_key(resource: Resource, context: Context) -> Outcome:
    """RDS: the key of the disks, or that of TDE; an instance with neither is not encrypted and not judged here."""

    def judge(one: Resource) -> Outcome:
        value = one.get("encryption_key")
        if value is not None and not (isinstance(value, str) and value in ("", "disabled")):
            return customer_key("encryption_key")(one, context)
        return customer_key("tde_encryption_key", "tde_status", is_on("Enabled"))(one, context)

    return by_alternatives(resource, "encryption_key", judge)


@predicate(reads=("encryption_algorithm", "kms_id"))
def _cos_key(resource: Resource, context: Context) -> Outcome:
    """COS: algorithm KMS with a key of one's own; a bucket without default encryption is not judged here."""

    def by_algorithm(value: Any) -> Outcome:
        if same(value, "KMS"):
            return customer_key("kms_id")(resource, context)
        shown = as_string(value) or ""
        return failed(
            Text(
                f'encryption_algorithm is "{shown}": the service keeps the key',
                f'encryption_algorithm 为 "{shown}"，密钥由云服务保管',
            ),
            "encryption_algorithm",
        )

    value = resource.get("encryption_algorithm")
    if value is None:
        return NOT_APPLICABLE
    return alternatives(value, by_algorithm, "encryption_algorithm")


@predicate(reads=("key_type", "key_id", "key_region"))
def _cynosdb_key(resource: Resource, context: Context) -> Outcome:
    """TDSQL-C: key type custom with a key id."""

    def by_type(value: Any) -> Outcome:
        if same(value, "custom"):
            return customer_key("key_id", region="key_region")(resource, context)
        return failed(
            Text('key_type is "cloud": the service keeps the key', 'key_type 为 "cloud"，密钥由云服务保管'), "key_type"
        )

    return alternatives(resource.get("key_type"), by_type, "key_type")


@predicate(
    reads=(
        "encrypt_conf.enable",
        "encrypt_conf.user_cmk_info.cmk_key_id",
        "encrypt_conf.user_cmk_info.region_id",
    )
)
def _log_key(resource: Resource, context: Context) -> Outcome:
    """An encrypted log store: ``user_cmk_info`` names the key; without it the service's own encrypts."""
    keys = customer_key_blocks("encrypt_conf.user_cmk_info", "cmk_key_id", region="region_id")
    if nested_entries(resource.attributes, "encrypt_conf.user_cmk_info"):
        return keys(resource, context)
    absent = failed(
        Text(
            "encrypt_conf.user_cmk_info is not set: a key of the log service encrypts",
            "encrypt_conf.user_cmk_info 未设置：使用日志服务托管的密钥加密",
        ),
        "encrypt_conf",
    )
    return several(
        alternatives(block.get("enable", False), lambda item: absent if as_bool(item) else NOT_APPLICABLE, where)
        if isinstance(block, Mapping)
        else undecided(block, where)
        for where, block in nested_entries(resource.attributes, "encrypt_conf")
    )


_S3_KEY: Final = bucket_key(
    "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default",
    "aws_s3_bucket_server_side_encryption_configuration",
    "rule.apply_server_side_encryption_by_default",
    ("aws:kms", "aws:kms:dsse"),
    by_default=True,
)
#: What delivers access logs of S3 and of application load balancers, and where it names the bucket that takes them.
_S3_ACCESS_LOGS: Final = (
    ("aws_s3_bucket_logging", "target_bucket"),
    ("aws_s3_bucket", "logging.target_bucket"),
    ("aws_lb", "access_logs.bucket"),
    ("aws_alb", "access_logs.bucket"),
)
_BALANCERS: Final = ("aws_lb", "aws_alb")


@predicate(reads=(*_S3_KEY.reads, *(f"{kind}:{path}" for kind, path in _S3_ACCESS_LOGS)))
def _s3_bucket_key(resource: Resource, context: Context) -> Outcome:
    """A bucket of S3. One that takes access logs has a key of S3: with another the logs are not delivered."""
    outcome = _S3_KEY(resource, context)
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    for kind, path in _S3_ACCESS_LOGS:
        found = context.companions(resource, kind, path, ("id", "bucket", "name"))
        # Network load balancers deliver to buckets with a customer key too.
        if any(kind not in _BALANCERS or item.get("load_balancer_type") != "network" for item in found.sure):
            return NOT_APPLICABLE
        blocked = next((unknown for item, unknown in found.possible if item.address != resource.address), None)
        if blocked is not None:
            return undecided(
                blocked,
                message=Text(
                    f"{outcome.message.en}; it may be a bucket that takes access logs, which are delivered to no other",
                    f"{outcome.message.zh}；该存储桶可能接收访问日志，而访问日志只能投递到使用 SSE-S3 加密的存储桶",
                ),
            )
    return outcome


CUSTOMER_KEY: Final = Rule(
    code="CN045",
    name="rest-customer-key",
    severity=Severity.MEDIUM,
    title=Text("Data at rest is encrypted with your own key", "静态数据使用自管密钥加密"),
    rationale=Text(
        "With a key that the cloud service keeps, you can neither revoke access to the data nor see who decrypted it; "
        "a key in another region takes the control over mainland data elsewhere.",
        "使用云服务托管的密钥时，用户无法撤销对数据的访问，也无法审计解密操作；密钥位于其他地域则使数据控制权外移。",
    ),
    remediation=Text(
        "Name a key of your own in the same region: kms_key_id, system_disk_kms_key_id, encryption_key, "
        'kms_master_key_id with sse_algorithm "KMS" or "aws:kms", encrypt_conf.user_cmk_info (alicloud_log_store), '
        'kms_id with encryption_algorithm "KMS" (tencentcloud_cos_bucket). '
        "Google Cloud: encryption.default_kms_key_name (bucket), kms_key_self_link (disks), "
        "encryption_key_name (Cloud SQL), customer_managed_key (google_redis_instance).",
        "在同一地域指定自建密钥：kms_key_id、system_disk_kms_key_id、encryption_key；存储桶用 sse_algorithm 为 "
        '"KMS" 或 "aws:kms" 并设置 kms_master_key_id；alicloud_log_store 设置 encrypt_conf.user_cmk_info；'
        'tencentcloud_cos_bucket 设置 encryption_algorithm = "KMS" 和 kms_id。'
        "Google Cloud：存储桶设置 encryption.default_kms_key_name，磁盘设置 kms_key_self_link，Cloud SQL 设置"
        " encryption_key_name，google_redis_instance 设置 customer_managed_key。",
    ),
    checks={
        "alicloud_instance": each_of(
            customer_key("system_disk_kms_key_id", "system_disk_encrypted", is_on(), default=_ECS_KEY),
            _alicloud_disk_keys,
        ),
        "alicloud_ecs_disk": _alicloud_disk_key,
        "alicloud_disk": _alicloud_disk_key,
        "alicloud_ecs_disk_default_kms_key": customer_key("kms_key_id"),
        "alicloud_ess_scaling_configuration": each_of(
            customer_key("system_disk_kms_key_id", "system_disk_encrypted", is_on(), default=_ECS_KEY),
            customer_key_blocks("data_disk", "kms_key_id", "encrypted", is_on(), name="data-disk", default=_ECS_KEY),
        ),
        "alicloud_cs_kubernetes_node_pool": each_of(
            customer_key("system_disk_kms_key", "system_disk_encrypted", is_on(), default=_ECS_KEY),
            _alicloud_disk_keys,
        ),
        "alicloud_ecs_launch_template": _template_keys,
        "alicloud_launch_template": _template_keys,
        "alicloud_oss_bucket": bucket_key(
            "server_side_encryption_rule",
            "alicloud_oss_bucket_server_side_encryption",
            "",
            ("KMS",),
            by_default=False,
        ),
        "alicloud_db_instance": _rds_key,
        "alicloud_mongodb_instance": customer_key("cloud_disk_encryption_key", "encrypted", is_on()),
        "alicloud_mongodb_sharding_instance": customer_key("cloud_disk_encryption_key", "encrypted", is_on()),
        "alicloud_kvstore_instance": customer_key("encryption_key", "tde_status", is_on("Enabled")),
        "alicloud_redis_tair_instance": customer_key("encryption_key", "tde_status", is_on("Enabled")),
        "alicloud_log_store": _log_key,
        "alicloud_nas_file_system": customer_key("kms_key_id", "encrypt_type", is_on("1", "2")),
        "alicloud_hbr_vault": customer_key("kms_key_id", "encrypt_type", is_on("KMS")),
        "alicloud_kms_secret": customer_key("encryption_key_id"),
        "aws_ebs_volume": customer_key("kms_key_id", "encrypted", is_on(), default=_EBS_KEY),
        "aws_instance": _aws_disk_keys,
        "aws_spot_instance_request": _aws_disk_keys,
        "aws_launch_template": customer_key_blocks(
            "block_device_mappings.ebs", "kms_key_id", "encrypted", is_on(), name="volume", default=_EBS_KEY
        ),
        "aws_ebs_default_kms_key": customer_key("key_arn"),
        "aws_s3_bucket": _s3_bucket_key,
        "aws_db_instance": customer_key("kms_key_id", "storage_encrypted", is_on()),
        "aws_rds_cluster": customer_key("kms_key_id", "storage_encrypted", is_on()),
        "aws_docdb_cluster": customer_key("kms_key_id", "storage_encrypted", is_on()),
        "aws_neptune_cluster": customer_key("kms_key_arn", "storage_encrypted", is_on()),
        "aws_elasticache_replication_group": customer_key("kms_key_id", "at_rest_encryption_enabled", is_on()),
        "aws_efs_file_system": customer_key("kms_key_id", "encrypted", is_on()),
        "aws_secretsmanager_secret": customer_key("kms_key_id"),
        "tencentcloud_instance": each_of(
            customer_key("system_disk_kms_key_id", "system_disk_encrypt", is_on()),
            customer_key_blocks("data_disks", "kms_key_id", "encrypt", is_on(), name="data-disk"),
        ),
        "tencentcloud_cbs_storage": customer_key("kms_key_id", "encrypt", is_on()),
        "tencentcloud_cbs_storage_set": customer_key("kms_key_id", "encrypt", is_on()),
        "tencentcloud_cos_bucket": _cos_key,
        "tencentcloud_postgresql_instance": customer_key(
            "kms_key_id", "need_support_tde", is_on(1), region="kms_region"
        ),
        "tencentcloud_mysql_instance_encryption_operation": customer_key("key_id", region="key_region"),
        "tencentcloud_mongodb_instance_transparent_data_encryption": customer_key("key_id", region="kms_region"),
        "tencentcloud_cynosdb_cluster_transparent_encrypt": _cynosdb_key,
        "google_storage_bucket": own_key("encryption.default_kms_key_name"),
        "google_compute_disk": DISK_KEY,
        "google_compute_region_disk": REGION_DISK_KEY,
        "google_compute_instance": BOOT_DISK_KEY,
        "google_sql_database_instance": SQL_KEY,
        "google_redis_instance": own_key("customer_managed_key"),
        "google_bigquery_dataset": own_key("default_encryption_configuration.kms_key_name"),
        "google_filestore_instance": own_key("kms_key_name"),
    },
)


# --------------------------------------------------------------------------------------------------------------
# CN048: buckets
# --------------------------------------------------------------------------------------------------------------

_OSS_RULE: Final = "alicloud_oss_bucket_server_side_encryption"
_SSE: Final = ("AES256", "KMS", "SM4")

BUCKET_ENCRYPTED: Final = Rule(
    code="CN048",
    name="oss-sse",
    severity=Severity.HIGH,
    title=Text("Buckets encrypt objects by default", "存储桶开启默认服务端加密"),
    rationale=Text(
        "Without default encryption every object that is uploaded without an encryption header lies in clear on the "
        "provider's storage.",
        "未开启默认加密时，上传时没有携带加密头的对象会以明文落盘。",
    ),
    remediation=Text(
        'Add alicloud_oss_bucket_server_side_encryption with sse_algorithm = "KMS" or "AES256" for the bucket; set '
        'encryption_algorithm = "KMS", "SM4" or "AES256" (tencentcloud_cos_bucket). S3 encrypts new objects by itself; '
        "aws_s3_bucket_server_side_encryption_configuration chooses the key.",
        '为存储桶添加 alicloud_oss_bucket_server_side_encryption，sse_algorithm 为 "KMS" 或 "AES256"；'
        'tencentcloud_cos_bucket 设置 encryption_algorithm 为 "KMS"、"SM4" 或 "AES256"；S3 默认已加密，'
        "可用 aws_s3_bucket_server_side_encryption_configuration 指定密钥。",
    ),
    checks={
        "alicloud_oss_bucket": any_of(
            linked(
                _OSS_RULE,
                by="bucket",
                that=attribute("sse_algorithm").equals(*_SSE),
                missing=Text(
                    "no default encryption: neither server_side_encryption_rule nor "
                    "alicloud_oss_bucket_server_side_encryption is there",
                    "没有默认加密：既没有 server_side_encryption_rule，"
                    "也没有 alicloud_oss_bucket_server_side_encryption",
                ),
            ),
            attribute("server_side_encryption_rule.sse_algorithm").equals(*_SSE),
        ),
        _OSS_RULE: standing_alone(
            "bucket", ("alicloud_oss_bucket",), ("bucket", "id"), attribute("sse_algorithm").equals(*_SSE)
        ),
        "aws_s3_bucket": Predicate(
            lambda resource, context: passed(
                Text("S3 encrypts new objects by default (SSE-S3)", "S3 默认加密新对象（SSE-S3）")
            ),
            ("bucket",),
        ),
        "tencentcloud_cos_bucket": attribute("encryption_algorithm").equals(*_SSE),
        "google_storage_bucket": google_storage.ENCRYPTED,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN049: databases
# --------------------------------------------------------------------------------------------------------------

DATABASE_ENCRYPTED: Final = Rule(
    code="CN049",
    name="db-encrypted",
    severity=Severity.HIGH,
    title=Text("Databases are encrypted at rest", "数据库静态加密（云盘加密或 TDE）"),
    rationale=Text(
        "Database files, their backups and temporary files hold the most sensitive records; unencrypted they can be "
        "read from any copy of the storage.",
        "数据库文件、备份和临时文件包含最敏感的数据，未加密时可从任意存储副本中直接读取。",
    ),
    remediation=Text(
        'Set encryption_key or tde_status = "Enabled" (alicloud_db_instance, alicloud_polardb_cluster with '
        'encrypt_new_tables = "ON" for MySQL 8.0), encrypted = true (alicloud_mongodb_instance), storage_encrypted = '
        "true (aws_db_instance, clusters), at_rest_encryption_enabled = true (ElastiCache), need_support_tde = 1 "
        "(tencentcloud_postgresql_instance), or add the tencentcloud encryption resource of the engine.",
        'alicloud_db_instance 设置 encryption_key 或 tde_status = "Enabled"；alicloud_polardb_cluster 设置 '
        'tde_status = "Enabled"，MySQL 8.0 还需 encrypt_new_tables = "ON"；alicloud_mongodb_instance 设置 '
        "encrypted = true；aws_db_instance 及集群设置 storage_encrypted = true，ElastiCache 设置 "
        "at_rest_encryption_enabled = true；tencentcloud_postgresql_instance 设置 need_support_tde = 1，"
        "其他腾讯云引擎添加对应的加密资源。",
    ),
    checks={
        "alicloud_db_instance": rds_instance,
        "alicloud_rds_clone_db_instance": rds_copy,
        "alicloud_rds_upgrade_db_instance": rds_copy,
        "alicloud_rds_ddr_instance": rds_copy,
        "alicloud_polardb_cluster": polardb_cluster,
        "alicloud_kvstore_instance": kvstore_instance,
        "alicloud_redis_tair_instance": tair_instance,
        "alicloud_mongodb_instance": mongodb_instance,
        "alicloud_mongodb_sharding_instance": mongodb_instance,
        "aws_db_instance": storage_encrypted(
            "replicate_source_db", "snapshot_identifier", "restore_to_point_in_time", "s3_import"
        ),
        "aws_rds_cluster": aurora_cluster,
        "aws_docdb_cluster": storage_encrypted(
            "snapshot_identifier", "global_cluster_identifier", "restore_to_point_in_time"
        ),
        "aws_neptune_cluster": storage_encrypted(
            "snapshot_identifier", "global_cluster_identifier", "replication_source_identifier"
        ),
        "aws_elasticache_replication_group": elasticache_group,
        "tencentcloud_mysql_instance": tencent_mysql,
        "tencentcloud_postgresql_instance": attribute("need_support_tde").equals(1, default=0),
        "tencentcloud_cynosdb_cluster": tencent_cynosdb,
        "tencentcloud_mongodb_instance": tencent_mongodb,
        "tencentcloud_mongodb_sharding_instance": tencent_mongodb,
        "tencentcloud_sqlserver_instance": tencent_sqlserver,
        "tencentcloud_mariadb_instance": tencent_mariadb,
        "tencentcloud_mariadb_hour_db_instance": tencent_mariadb,
        "tencentcloud_dcdb_db_instance": tencent_dcdb,
        "tencentcloud_dcdb_hourdb_instance": tencent_dcdb,
        "google_sql_database_instance": by_itself("database_version"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN051: file systems
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("file_system_type", "encrypt_type"))
def _nas(resource: Resource, context: Context) -> Outcome:
    """NAS: ``encrypt_type`` 1 or 2, 0 by default; CPFS offers no encryption that can be set."""
    encrypted = attribute("encrypt_type").equals(1, 2, default=0)(resource, context)

    def by_type(kind: Any) -> Outcome:
        if (as_string(kind) or "").startswith("cpfs") and resource.get("encrypt_type") is None:
            return undecided(
                Unknown("unsupported", "file_system_type"),
                "file_system_type",
                message=Text(
                    "CPFS documents no encryption setting: show by other means that it is encrypted",
                    "CPFS 没有可配置的加密参数，需以其他方式证明数据已加密",
                ),
            )
        return encrypted

    return alternatives(resource.get("file_system_type", "standard"), by_type, "file_system_type")


@predicate(reads=("encrypted", "availability_zone_name"))
def _efs(resource: Resource, context: Context) -> Outcome:
    """EFS: false by default; a One Zone file system is left open, since the service chooses there."""
    if resource.get("encrypted") is None and resource.get("availability_zone_name") is not None:
        return undecided(Unknown("known-after-apply", "encrypted"), "encrypted")
    return attribute("encrypted").is_true(default=False)(resource, context)


FILES_ENCRYPTED: Final = Rule(
    code="CN051",
    name="nas-encrypted",
    severity=Severity.MEDIUM,
    title=Text("Shared file systems are encrypted", "共享文件系统已加密"),
    rationale=Text(
        "A shared file system gathers the files of many servers; unencrypted, its storage and backups give all of them "
        "away at once.",
        "共享文件系统集中了多台服务器的文件，未加密时其存储和备份会一并泄露。",
    ),
    remediation=Text(
        "Set encrypt_type = 1, or 2 with kms_key_id (alicloud_nas_file_system), encrypted = true "
        "(aws_efs_file_system); both only when the file system is created.",
        "alicloud_nas_file_system 设置 encrypt_type = 1，或 2 并指定 kms_key_id；aws_efs_file_system 设置 "
        "encrypted = true；均只能在创建时设置。",
    ),
    checks={"alicloud_nas_file_system": _nas, "aws_efs_file_system": _efs},
)

# --------------------------------------------------------------------------------------------------------------
# CN052: logs
# --------------------------------------------------------------------------------------------------------------

#: The regions in which a CLS topic can be encrypted (page of ``tencentcloud_cls_topic``).
_CLS_REGIONS: Final = frozenset(
    {
        "ap-beijing",
        "ap-guangzhou",
        "ap-shanghai",
        "ap-singapore",
        "ap-bangkok",
        "ap-jakarta",
        "eu-frankfurt",
        "ap-seoul",
        "ap-tokyo",
    }
)


@predicate(reads=("encryption",))
def _topic(resource: Resource, context: Context) -> Outcome:
    """A CLS topic: ``encryption`` 1, where the region offers it."""
    value = resource.get("encryption")
    region = context.region_of(resource)
    if value is None and isinstance(region, str) and region not in _CLS_REGIONS:
        return undecided(
            Unknown("unsupported", "encryption"),
            "encryption",
            message=Text(
                f"log topics cannot be encrypted in {region}: show by other means that they are protected",
                f"{region} 不支持日志主题加密，需以其他方式证明日志受到保护",
            ),
        )
    return attribute("encryption").equals(1, default=0)(resource, context)


def _own_key(path: str) -> Predicate:
    """A log that only the service's own key encrypts where no key is named."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(path)
        if isinstance(value, Unknown) and value.reference is not None:
            return PASS
        absent = failed(
            Text(f"{path} is not set: no KMS key protects the log", f"{path} 未设置：没有 KMS 密钥保护该日志"),
            path,
        )
        return absent if value is None else alternatives(value, lambda item: PASS if item else absent, path)

    return Predicate(judge, (path,))


LOG_ENCRYPTED: Final = Rule(
    code="CN052",
    name="log-encrypted",
    severity=Severity.MEDIUM,
    title=Text("Log stores and audit trails are encrypted", "日志库与审计日志已加密"),
    rationale=Text(
        "Logs hold addresses, identities and at times credentials, and they are the evidence after an incident: who "
        "reads them in clear learns how the system works.",
        "日志包含地址、身份甚至凭证，也是事后取证的依据；明文日志会让攻击者掌握系统细节。",
    ),
    remediation=Text(
        "Set encrypt_conf { enable = true } (alicloud_log_store), kms_key_id (aws_cloudwatch_log_group, "
        "aws_cloudtrail), encryption = 1 (tencentcloud_cls_topic).",
        "alicloud_log_store 设置 encrypt_conf { enable = true }；aws_cloudwatch_log_group、aws_cloudtrail 设置 "
        "kms_key_id；tencentcloud_cls_topic 设置 encryption = 1。",
    ),
    checks={
        "alicloud_log_store": attribute("encrypt_conf.enable").is_true(default=False),
        "aws_cloudwatch_log_group": _own_key("kms_key_id"),
        "aws_cloudtrail": _own_key("kms_key_id"),
        "tencentcloud_cls_topic": _topic,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN053: cluster secrets
# --------------------------------------------------------------------------------------------------------------

_ack: Final = all_of(
    attribute("disable_encryption").is_false(default=False), attribute("encryption_provider_key").is_set()
)


@predicate(reads=("version", "encryption_config.resources", "encryption_config.provider.key_arn"))
def _eks(resource: Resource, context: Context) -> Outcome:
    """EKS: ``encryption_config`` for secrets.

    Without it, clusters from 1.28 on are encrypted with a key of AWS; that this holds in the regions in China is not
    confirmed, so that such a cluster is undecided.
    """
    if resource.get("encryption_config") is not None:
        return attribute("encryption_config.resources").contains_all("secrets")(resource, context)
    absent = failed(
        Text(
            "no encryption_config: cluster secrets are not envelope-encrypted",
            "未配置 encryption_config，集群 Secret 没有信封加密",
        ),
        "encryption_config",
    )
    open_ = undecided(
        Unknown("known-after-apply", "encryption_config"),
        "encryption_config",
        message=Text(
            "no encryption_config: from version 1.28 on the service encrypts secrets with a key of its own, which is "
            "not confirmed for every region",
            "未配置 encryption_config：1.28 及以上版本由服务自有密钥加密 Secret，但并非所有地域均已确认",
        ),
    )

    def by_version(value: Any) -> Outcome:
        parts = (as_string(value) or "").split(".")
        if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
            return open_
        return absent if (int(parts[0]), int(parts[1])) < (1, 28) else open_

    value = resource.get("version")
    return open_ if value is None else alternatives(value, by_version, "version")


CLUSTER_SECRETS: Final = Rule(
    code="CN053",
    name="k8s-secrets-encrypted",
    severity=Severity.HIGH,
    title=Text("Kubernetes secrets are encrypted with a KMS key", "Kubernetes Secret 使用 KMS 密钥加密"),
    rationale=Text(
        "Cluster secrets hold the passwords and keys of every workload; in clear in etcd, one copy of it opens all of "
        "them.",
        "集群 Secret 保存各工作负载的口令和密钥，若在 etcd 中明文存放，一份备份即可全部泄露。",
    ),
    remediation=Text(
        "Set encryption_provider_key (alicloud_cs_managed_kubernetes, professional edition) and leave "
        'disable_encryption false; encryption_config { resources = ["secrets"] } with provider.key_arn '
        "(aws_eks_cluster); add tencentcloud_kubernetes_encryption_protection for the cluster. "
        'Google Cloud: database_encryption { state = "ENCRYPTED" } with key_name (google_container_cluster).',
        "alicloud_cs_managed_kubernetes（专业版）设置 encryption_provider_key，并保持 disable_encryption 为 false；"
        'aws_eks_cluster 设置 encryption_config { resources = ["secrets"] } 及 provider.key_arn；'
        "为集群添加 tencentcloud_kubernetes_encryption_protection。"
        'Google Cloud：google_container_cluster 设置 database_encryption { state = "ENCRYPTED" } 及 key_name。',
    ),
    checks={
        "alicloud_cs_managed_kubernetes": _ack,
        "alicloud_cs_serverless_kubernetes": _ack,
        "aws_eks_cluster": _eks,
        "tencentcloud_kubernetes_cluster": encrypted_by("tencentcloud_kubernetes_encryption_protection", "cluster_id"),
        "google_container_cluster": SECRETS_ENCRYPTED,
    },
)

RULES: Final[tuple[Rule, ...]] = (
    DISK_ENCRYPTED,
    CUSTOMER_KEY,
    BUCKET_ENCRYPTED,
    DATABASE_ENCRYPTED,
    FILES_ENCRYPTED,
    LOG_ENCRYPTED,
    CLUSTER_SECRETS,
    SECRET_IN_CODE,
)
