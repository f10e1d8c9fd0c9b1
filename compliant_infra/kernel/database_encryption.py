"""Databases at rest: disk encryption or transparent data encryption (TDE), where the engine offers one.

An engine or edition that offers neither is undecided (``unsupported``): the data is in clear or protected by means that
the code does not show. What is restored or replicated takes the state of its source.
"""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    attribute,
    failed,
    linked,
    predicate,
    same,
    undecided,
)
from compliant_infra.kernel.model import Resource, Text, Unknown, Verdict


def not_offered(where: str, what: Text) -> Outcome:
    """Undecided: the engine or edition offers no encryption that the code could turn on."""
    return undecided(Unknown("unsupported", where), where, message=what)


def _off(where: str, value: Any = None) -> Outcome:
    if value is None:
        return failed(Text(f"not encrypted at rest: {where} is not set", f"静态数据未加密：{where} 未设置"), where)
    shown = as_string(value)
    return failed(Text(f"not encrypted at rest: {where} is {shown}", f"静态数据未加密：{where} 为 {shown}"), where)


def _set_key(value: Any, where: str) -> Outcome:
    """A key id encrypts the disks; ``disabled`` turns it off. A reference is a key."""
    if value is None:
        return _off(where)
    if isinstance(value, Unknown):
        return PASS if value.reference is not None else undecided(value, where)
    return alternatives(
        value,
        lambda item: _off(where, item) if not as_string(item) or same(item, "disabled") else PASS,
        where,
    )


def _either(*outcomes: Outcome) -> Outcome:
    """Any of them passes, else unknown, else the first fail."""
    for verdict in (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL):
        for outcome in outcomes:
            if outcome.verdict is verdict:
                return outcome
    return NOT_APPLICABLE


def _enabled(resource: Resource, path: str) -> Outcome:
    """A TDE status, in whatever case it is spelled."""
    value = resource.get(path)
    if value is None:
        return _off(path)
    return alternatives(
        value, lambda item: PASS if (as_string(item) or "").lower() == "enabled" else _off(path, item), path
    )


@predicate(reads=("engine", "encryption_key", "tde_status"))
def rds_instance(resource: Resource, context: Context) -> Outcome:
    """ApsaraDB RDS: a disk encryption key, or TDE. MariaDB has neither."""
    both = _either(_set_key(resource.get("encryption_key"), "encryption_key"), _enabled(resource, "tde_status"))

    def by_engine(engine: Any) -> Outcome:
        if same(engine, "MariaDB") and both.verdict is Verdict.FAIL:
            return not_offered(
                "engine",
                Text(
                    "MariaDB offers neither disk encryption nor TDE: show by other means that its data is encrypted",
                    "MariaDB 不支持云盘加密和 TDE，需以其他方式证明数据已加密",
                ),
            )
        return both

    return alternatives(resource.get("engine"), by_engine, "engine")


@predicate(reads=("encryption_key", "tde_status"))
def rds_copy(resource: Resource, context: Context) -> Outcome:
    """An RDS instance cloned or upgraded from another: unset, it takes the state of its source."""
    key, status = resource.get("encryption_key"), resource.get("tde_status")
    if key is None and status is None:
        return undecided(Unknown("known-after-apply", "encryption_key"), "encryption_key")
    return _either(_set_key(key, "encryption_key"), _enabled(resource, "tde_status"))


@predicate(reads=("db_type", "db_version", "tde_status", "encrypt_new_tables"))
def polardb_cluster(resource: Resource, context: Context) -> Outcome:
    """PolarDB: TDE, and for MySQL 8.0 the encryption of new tables, which TDE alone does not bring."""
    outcome = alternatives(
        resource.get("tde_status", "Disabled"),
        lambda item: PASS if same(item, "Enabled") else _off("tde_status", item),
        "tde_status",
    )
    if outcome.verdict is not Verdict.PASS:
        return outcome

    def by_version(version: Any) -> Outcome:
        if not same(resource.get("db_type"), "MySQL") or not (as_string(version) or "").startswith("8."):
            return PASS
        return alternatives(
            resource.get("encrypt_new_tables", "OFF"),
            lambda item: (
                PASS
                if same(item, "ON")
                else failed(
                    Text(
                        "TDE is on, but new tables stay in clear: encrypt_new_tables is not ON",
                        "已启用 TDE，但新建表仍为明文：encrypt_new_tables 不是 ON",
                    ),
                    "encrypt_new_tables",
                )
            ),
            "encrypt_new_tables",
        )

    return alternatives(resource.get("db_version"), by_version, "db_version")


_ENTERPRISE: Final = ("redis.amber.", "tair.")


@predicate(reads=("instance_type", "instance_class", "tde_status"))
def kvstore_instance(resource: Resource, context: Context) -> Outcome:
    """Redis of the classic edition: TDE exists for the enterprise (Tair) classes only; Memcache has none."""
    status = _enabled(resource, "tde_status")
    if status.verdict is not Verdict.FAIL:
        return status

    def by_class(value: Any) -> Outcome:
        if (as_string(value) or "").startswith(_ENTERPRISE):
            return status
        return not_offered(
            "instance_class",
            Text(
                "TDE is offered for enterprise (Tair) classes only: show by other means that the data is encrypted",
                "仅企业版（Tair）规格支持 TDE，需以其他方式证明数据已加密",
            ),
        )

    def by_type(kind: Any) -> Outcome:
        if same(kind, "Memcache"):
            return NOT_APPLICABLE
        size = resource.get("instance_class")
        if size is None:
            return undecided(Unknown("known-after-apply", "instance_class"), "instance_class")
        return alternatives(size, by_class, "instance_class")

    return alternatives(resource.get("instance_type", "Redis"), by_type, "instance_type")


@predicate(reads=("instance_type", "tde_status"))
def tair_instance(resource: Resource, context: Context) -> Outcome:
    """Tair: TDE for the memory type; the other storage media do not document it."""
    status = _enabled(resource, "tde_status")
    if status.verdict is not Verdict.FAIL:
        return status
    return alternatives(
        resource.get("instance_type"),
        lambda kind: (
            status
            if same(kind, "tair_rdb")
            else not_offered(
                "instance_type",
                Text(
                    "TDE is not documented for this storage medium: show by other means that the data is encrypted",
                    "该存储介质未提供 TDE，需以其他方式证明数据已加密",
                ),
            )
        ),
        "instance_type",
    )


@predicate(reads=("encrypted", "tde_status"))
def mongodb_instance(resource: Resource, context: Context) -> Outcome:
    """ApsaraDB for MongoDB: encrypted cloud disks, or TDE."""
    disk = alternatives(
        resource.get("encrypted", False),
        lambda item: PASS if as_bool(item) is True else _off("encrypted", item),
        "encrypted",
    )
    return _either(disk, _enabled(resource, "tde_status"))


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


def storage_encrypted(*sources: str) -> Predicate:
    """``storage_encrypted``, false by default; made from one of ``sources``, it takes the state of that."""
    path = "storage_encrypted"

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(path)
        if value is not None:
            return alternatives(value, lambda item: PASS if as_bool(item) is True else _off(path, item), path)
        for source in sources:
            if resource.get(source) is not None:
                return undecided(Unknown("known-after-apply", path), path)
        return _off(path)

    return Predicate(judge, (path, *sources))


_cluster: Final = storage_encrypted(
    "replication_source_identifier",
    "snapshot_identifier",
    "global_cluster_identifier",
    "restore_to_point_in_time",
    "s3_import",
)


@predicate(reads=("engine_mode", *_cluster.reads))
def aurora_cluster(resource: Resource, context: Context) -> Outcome:
    """An RDS cluster: false by default, but true in engine mode ``serverless``."""
    if resource.get("storage_encrypted") is None:
        return alternatives(
            resource.get("engine_mode", "provisioned"),
            lambda mode: PASS if same(mode, "serverless") else _cluster(resource, context),
            "engine_mode",
        )
    return _cluster(resource, context)


@predicate(reads=("engine", "at_rest_encryption_enabled"))
def elasticache_group(resource: Resource, context: Context) -> Outcome:
    """ElastiCache: false by default for Redis, true for Valkey."""
    path = "at_rest_encryption_enabled"
    value = resource.get(path)
    if value is not None:
        return alternatives(value, lambda item: PASS if as_bool(item) is True else _off(path, item), path)
    return alternatives(
        resource.get("engine", "redis"), lambda engine: PASS if same(engine, "valkey") else _off(path), "engine"
    )


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


def encrypted_by(type: str, by: str, that: Predicate | None = None) -> Predicate:
    """An instance that a resource of its own encrypts."""
    return linked(
        type,
        by=by,
        that=that,
        to=IDENTITY_ATTRIBUTES,
        missing=Text(f"not encrypted at rest: no {type} refers to it", f"静态数据未加密：没有 {type} 引用该实例"),
    )


_mysql: Final = encrypted_by("tencentcloud_mysql_instance_encryption_operation", "instance_id")


@predicate(reads=("engine_version", *_mysql.reads))
def tencent_mysql(resource: Resource, context: Context) -> Outcome:
    """TencentDB for MySQL: an encryption operation on the instance; the engines before 5.7 have none."""
    outcome = _mysql(resource, context)
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    return alternatives(
        resource.get("engine_version", "8.0"),
        lambda version: (
            not_offered(
                "engine_version",
                Text(
                    f"MySQL {as_string(version)} offers no TDE: show by other means that the data is encrypted",
                    f"MySQL {as_string(version)} 不支持 TDE，需以其他方式证明数据已加密",
                ),
            )
            if as_string(version) in ("5.5", "5.6")
            else outcome
        ),
        "engine_version",
    )


_mongodb: Final = encrypted_by("tencentcloud_mongodb_instance_transparent_data_encryption", "instance_id")


@predicate(reads=("engine_version", "data_encryption", *_mongodb.reads))
def tencent_mongodb(resource: Resource, context: Context) -> Outcome:
    """TencentDB for MongoDB: TDE, chosen with the instance or added; it exists for the versions 4.4 and 5.0."""
    chosen = attribute("data_encryption").equals("TDE")(resource, context)
    outcome = _either(chosen, _mongodb(resource, context))
    if outcome.verdict is not Verdict.FAIL:
        return outcome

    def by_version(version: Any) -> Outcome:
        text = as_string(version) or ""
        if text.startswith(("MONGO_44_", "MONGO_50_")):
            return outcome
        return not_offered(
            "engine_version",
            Text(
                f"{text} offers no TDE (4.4 and 5.0 do): show by other means that the data is encrypted",
                f"{text} 不支持 TDE（仅 4.4、5.0 支持），需以其他方式证明数据已加密",
            ),
        )

    return alternatives(resource.get("engine_version"), by_version, "engine_version")


_on: Final = attribute("encrypt_enabled").equals(1)
tencent_mariadb: Final = encrypted_by("tencentcloud_mariadb_encrypt_attributes", "instance_id", _on)
tencent_dcdb: Final = encrypted_by("tencentcloud_dcdb_encrypt_attributes_config", "instance_id", _on)
tencent_sqlserver: Final = encrypted_by("tencentcloud_sqlserver_instance_tde", "instance_id")
tencent_cynosdb: Final = encrypted_by("tencentcloud_cynosdb_cluster_transparent_encrypt", "cluster_id")
