"""TLS of database connections: whether it is on, and whether clients without it are refused.

Where the provider can refuse plaintext clients, that is asked for from level 3 on; an RDS for PostgreSQL server, for
example, always speaks TLS, and its parameter ``rds.force_ssl`` decides whether it also speaks without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
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
    predicate,
    same,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.patterns import lazy

#: The level from which clients without TLS must be refused where the provider offers that.
FORCED_FROM_LEVEL: Final = 3


def _off(name: str, where: str = "") -> Outcome:
    return failed(
        Text(f"TLS is not on ({name}): clients connect in clear", f"未启用 TLS（{name}），客户端以明文连接"),
        where or name,
    )


def _optional(where: str, shown: str) -> Outcome:
    """TLS that clients may do without; ``shown`` is what the attribute says, empty where it is not set."""
    how = Text(f"{where} {shown}", f"{where} {shown}") if shown else Text(f"{where} is not set", f"未设置 {where}")
    return failed(
        Text(
            f"TLS is offered but not forced ({how.en}): clients may connect in clear",
            f"已提供 TLS 但未强制（{how.zh}），客户端仍可明文连接",
        ),
        where,
    )


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def switched_on(path: str, *values: str) -> Predicate:
    """A switch that is off unless it is set to one of these values (``Open``, ``Enable``, ``1``)."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(path)
        if value is None:
            return _off(path)
        return alternatives(value, lambda item: PASS if any(same(item, one) for one in values) else _off(path), path)

    return Predicate(judge, (path,))


@predicate(reads=("engine", "instance_charge_type", "ssl_action", "force_encryption"))
def rds_instance(resource: Resource, context: Context) -> Outcome:
    """ApsaraDB RDS: ``ssl_action`` Open (or Update), and for MySQL and SQL Server ``force_encryption`` 1.

    ``ssl_action`` is ignored for serverless instances of the other engines: there the code cannot show it.
    """
    on = switched_on("ssl_action", "Open", "Update")(resource, context)

    def by_engine(engine: Any) -> Outcome:
        name = as_string(engine) or ""
        if name in ("SQLServer", "PostgreSQL", "MariaDB"):
            charge = resource.get("instance_charge_type", "Postpaid")
            if isinstance(charge, (Unknown, OneOf)):
                return undecided(charge, "instance_charge_type")
            if same(charge, "Serverless"):
                return undecided(Unknown("unsupported", "ssl_action"), "ssl_action")
        if on.verdict is not Verdict.PASS or name not in ("MySQL", "SQLServer") or context.level < FORCED_FROM_LEVEL:
            return on
        return _forced(resource, "force_encryption")

    return alternatives(resource.get("engine"), by_engine, "engine")


def _forced(resource: Resource, path: str) -> Outcome:
    value = resource.get(path)
    if value is None:
        return _optional(path, "")
    return alternatives(value, lambda item: PASS if as_bool(item) else _optional(path, "= 0"), path)


@predicate(reads=("ssl_action", "force_encryption", "engine_version", "storage_type"))
def mongodb_instance(resource: Resource, context: Context) -> Outcome:
    """ApsaraDB for MongoDB: ``ssl_action`` on; from 7.0 with cloud disks also ``force_encryption``."""
    on = switched_on("ssl_action", "Open", "Update")(resource, context)
    if on.verdict is not Verdict.PASS or context.level < FORCED_FROM_LEVEL:
        return on
    storage = resource.get("storage_type")
    if storage is None:  # the provider chooses: forcing may not be offered
        return on

    def by_version(version: Any) -> Outcome:
        if (as_string(version) or "") not in ("7.0", "8.0"):
            return on
        return alternatives(
            storage,
            lambda kind: _forced(resource, "force_encryption") if str(kind).startswith("cloud") else on,
            "storage_type",
        )

    return alternatives(resource.get("engine_version"), by_version, "engine_version")


@predicate(reads=("ssl_enabled", "db_cluster_id", "alicloud_polardb_cluster:db_type"))
def polardb_endpoint(resource: Resource, context: Context) -> Outcome:
    """PolarDB: ``ssl_enabled``; unset it is off for MySQL and on for PostgreSQL and Oracle syntax."""
    if resource.get("ssl_enabled") is not None:
        return switched_on("ssl_enabled", "Enable", "Update")(resource, context)
    cluster = context.resolve(resource.get("db_cluster_id"), "alicloud_polardb_cluster")
    if cluster is None:
        return undecided(Unknown("known-after-apply", "ssl_enabled"), "ssl_enabled")
    return alternatives(
        cluster.get("db_type"),
        lambda kind: _off("ssl_enabled") if same(kind, "MySQL") else PASS,
        "ssl_enabled",
    )


#: The endpoints of a PolarDB cluster; it is made with a primary endpoint, and with several nodes a cluster endpoint.
_POLARDB_ENDPOINTS: Final = (
    "alicloud_polardb_primary_endpoint",
    "alicloud_polardb_cluster_endpoint",
    "alicloud_polardb_endpoint",
)


@predicate(reads=("db_type", *(f"{kind}:db_cluster_id" for kind in _POLARDB_ENDPOINTS)))
def polardb_cluster(resource: Resource, context: Context) -> Outcome:
    """A cluster of which no endpoint is declared: those it is made with have no TLS for MySQL.

    Declared endpoints are judged by themselves.
    """
    doubt: Unknown | OneOf | None = None
    for kind in _POLARDB_ENDPOINTS:
        found = context.companions(resource, kind, "db_cluster_id", ("id",))
        for endpoint in found.sure:
            existence = endpoint.created_with(resource).existence
            if existence is None:
                return NOT_APPLICABLE
            doubt = doubt or existence
        if found.possible:
            doubt = doubt or found.possible[0][1]

    def by_type(kind: Any) -> Outcome:
        if not same(kind, "MySQL"):
            return PASS
        if doubt is not None:
            return undecided(doubt)
        return failed(
            Text(
                "no endpoint of the cluster is declared with ssl_enabled: those it is made with have no TLS for MySQL",
                "未声明带 ssl_enabled 的连接地址：MySQL 集群自带的连接地址默认不启用 TLS",
            )
        )

    return alternatives(resource.get("db_type"), by_type, "db_type")


@predicate(reads=("ssl_enable", "instance_type"))
def kvstore_instance(resource: Resource, context: Context) -> Outcome:
    """Redis of the classic edition; Memcache has no TLS."""

    def by_type(kind: Any) -> Outcome:
        if same(kind, "Memcache"):
            return NOT_APPLICABLE
        return switched_on("ssl_enable", "Enable", "Update")(resource, context)

    return alternatives(resource.get("instance_type", "Redis"), by_type, "instance_type")


def synchronization_end(path: str) -> Predicate:
    """One end of a DTS job: 1 (TLS) or 3 (SASL for Kafka); unset, a reserved parameter of the job may hold it."""
    return attribute(path).that(
        lambda value, context: any(same(value, one) for one in ("1", "3")),
        Text('"1" (TLS)', '"1"（TLS 加密连接）'),
        missing="unknown",
    )


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

_ENGINES: Final = ("aurora-postgresql", "aurora-mysql", "postgres", "mysql", "mariadb", "sqlserver")
_FAMILY: Final = lazy(rf"^(?:default\.)?({'|'.join(_ENGINES)})\D*([\d.]*)")


def _number(text: str) -> tuple[int, int]:
    parts = [int(item) for item in text.split(".") if item.isdigit()]
    return (parts[0] if parts else 0), (parts[1] if len(parts) > 1 else 0)


def _forcing_parameter(engine: str, version: tuple[int, int]) -> tuple[str, bool | None] | None:
    """The parameter by which an engine refuses plaintext, and its default (None: not known). None: it has none."""
    if engine == "postgres":
        return "rds.force_ssl", version >= (15, 0)
    if engine == "aurora-postgresql":
        return "rds.force_ssl", version >= (17, 0)
    if engine == "sqlserver":
        return "rds.force_ssl", False
    if engine == "aurora-mysql":
        return "require_secure_transport", False
    if engine == "mysql":
        if version < (5, 7):
            return None
        return "require_secure_transport", False if version < (8, 4) else None
    if version < (10, 5):
        return None
    return "require_secure_transport", False if version < (11, 8) else None


def _by_default(name: str, default: bool | None) -> Outcome:
    if default is None:
        return undecided(Unknown("known-after-apply", name), "parameter")
    return PASS if default else _optional(name, "= 0")


def _family(value: Any) -> tuple[str, tuple[int, int]] | None:
    match = _FAMILY.match(as_string(value) or "")
    return (match[1], _number(match[2])) if match else None


def _in_group(resource: Resource, name: str, default: bool | None) -> Outcome:
    """The value that a parameter group gives to a boolean parameter."""
    blocked: Unknown | OneOf | None = None
    for place, item in entries(resource.get("parameter"), "parameter"):
        if not isinstance(item, Mapping):
            blocked = item if blocked is None else blocked
            continue
        own = item.get("name")
        if isinstance(own, (Unknown, OneOf)):
            blocked = own if blocked is None else blocked
            continue
        if not same(own, name):
            continue
        where = f"{place}.value"
        outcome = alternatives(
            item.get("value"), lambda value: PASS if _is_on(value) else _optional(name, f"= {as_string(value)}"), where
        )
        if outcome.verdict is Verdict.FAIL:
            outcome.attribute = where
        return outcome
    if blocked is not None:
        return undecided(blocked, "parameter")
    outcome = _by_default(name, default)
    if outcome.verdict is Verdict.FAIL:
        outcome.attribute = ""
    return outcome


def _is_on(value: Any) -> bool:
    text = (as_string(value) or "").lower()
    return text in ("1", "on", "true", "required")


@predicate(reads=("family", "parameter.name", "parameter.value"))
def parameter_group(resource: Resource, context: Context) -> Outcome:
    """A parameter group of an RDS instance. Aurora's parameter is one of the cluster's group instead."""
    return _group(resource, aurora=False)


@predicate(reads=("family", "parameter.name", "parameter.value"))
def cluster_parameter_group(resource: Resource, context: Context) -> Outcome:
    """A parameter group of an Aurora (or Multi-AZ) cluster."""
    return _group(resource, aurora=True)


def _group(resource: Resource, aurora: bool) -> Outcome:
    def by_family(value: Any) -> Outcome:
        family = _family(value)
        if family is None or (family[0].startswith("aurora-") and not aurora):
            return NOT_APPLICABLE
        forcing = _forcing_parameter(*family)
        return NOT_APPLICABLE if forcing is None else _in_group(resource, *forcing)

    return alternatives(resource.get("family"), by_family, "family")


def default_group(path: str) -> Predicate:
    """An instance or cluster that uses the default parameter group of its engine.

    One with a group of its own is not judged here, but at that group.
    """

    def by_engine(resource: Resource, engine: Any) -> Outcome:
        name = as_string(engine) or ""
        name = "sqlserver" if name.startswith("sqlserver") else name
        version = resource.get("engine_version")
        if name not in _ENGINES:
            return NOT_APPLICABLE
        if version is None and name not in ("sqlserver", "aurora-mysql"):
            return undecided(Unknown("known-after-apply", "engine_version"), "engine_version")

        def by_version(value: Any) -> Outcome:
            forcing = _forcing_parameter(name, _number(as_string(value) or ""))
            if forcing is None:
                return NOT_APPLICABLE
            outcome = _by_default(*forcing)
            if outcome.verdict is Verdict.FAIL:
                return failed(
                    Text(
                        f"the default parameter group leaves {forcing[0]} at 0: clients may connect in clear",
                        f"默认参数组中 {forcing[0]} 为 0，客户端仍可明文连接",
                    ),
                    path,
                )
            return outcome

        return alternatives(version if version is not None else "0", by_version, "engine_version")

    @predicate(reads=(path, "engine", "engine_version"))
    def judge(resource: Resource, context: Context) -> Outcome:
        group = resource.get(path)
        if isinstance(group, OneOf) or (isinstance(group, Unknown) and group.reference is None):
            return undecided(group, path)
        if isinstance(group, Unknown):
            return NOT_APPLICABLE
        if group is not None and not str(group).startswith("default."):
            return NOT_APPLICABLE  # a group that is judged where it is declared
        engine = resource.get("engine")
        if engine is None:  # a replica or a restored snapshot
            return NOT_APPLICABLE
        return alternatives(engine, lambda item: by_engine(resource, item), "engine")

    return judge


def _docdb_tls(value: Any, where: str) -> Outcome:
    return alternatives(value, lambda item: _off("tls", where) if same(item, "disabled") else PASS, where)


@predicate(reads=("parameter.name", "parameter.value"))
def docdb_parameter_group(resource: Resource, context: Context) -> Outcome:
    """DocumentDB: the parameter ``tls``, on by default."""
    blocked: Outcome | None = None
    for where, item in entries(resource.get("parameter"), "parameter"):
        if not isinstance(item, Mapping):
            blocked = blocked or undecided(item, where)
            continue
        name = item.get("name")
        if isinstance(name, (Unknown, OneOf)):
            blocked = blocked or undecided(name, f"{where}.name")
        elif same(name, "tls"):
            return _docdb_tls(item.get("value"), f"{where}.value")
    return blocked or PASS


@predicate(reads=("engine", "transit_encryption_enabled", "transit_encryption_mode"))
def elasticache_group(resource: Resource, context: Context) -> Outcome:
    """ElastiCache: ``transit_encryption_enabled`` (false by default for Redis), not in mode ``preferred``."""
    path = "transit_encryption_enabled"
    value = resource.get(path)

    def enabled(item: Any) -> Outcome:
        if as_bool(item) is not True:
            return _off(path)
        if context.level < FORCED_FROM_LEVEL:
            return PASS
        return alternatives(
            resource.get("transit_encryption_mode", "required"),
            lambda mode: _optional("transit_encryption_mode", '= "preferred"') if same(mode, "preferred") else PASS,
            "transit_encryption_mode",
        )

    if value is not None:
        return alternatives(value, enabled, path)
    return alternatives(
        resource.get("engine", "redis"),
        lambda engine: _off(path) if same(engine, "redis") else undecided(Unknown("known-after-apply", path), path),
        "engine",
    )


@predicate(reads=("engine", "replication_group_id", "transit_encryption_enabled"))
def elasticache_cluster(resource: Resource, context: Context) -> Outcome:
    """A Memcached cluster. A member of a replication group is judged at the group; Redis alone offers no TLS here."""
    path = "transit_encryption_enabled"

    def by_engine(engine: Any) -> Outcome:
        if not same(engine, "memcached"):
            return NOT_APPLICABLE
        return alternatives(resource.get(path, False), lambda item: PASS if as_bool(item) is True else _off(path), path)

    if resource.get("replication_group_id") is not None:
        return NOT_APPLICABLE
    return alternatives(resource.get("engine"), by_engine, "engine")


kafka_cluster: Final = when(
    attribute("encryption_info.encryption_in_transit.client_broker").equals("TLS", default="TLS"),
    attribute("encryption_info.encryption_in_transit.in_cluster").is_true(default=True),
    attribute("encryption_info.encryption_in_transit.client_broker").equals("TLS", default="TLS"),
)


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


def switched_by(type: str, by: str, path: str, wanted: Callable[[Any], bool]) -> Predicate:
    """An instance whose TLS is switched by a resource of its own; TLS is off without it."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found = context.companions(resource, type, by, IDENTITY_ATTRIBUTES)
        blocked: tuple[Unknown | OneOf, Resource] | None = None
        bad: Resource | None = None
        for other in found.sure:
            value = other.get(path)
            outcome = alternatives(value, lambda item: PASS if wanted(item) else _off(path), path)
            if outcome.verdict is Verdict.PASS and other.existence is None:
                return PASS
            if outcome.verdict is Verdict.FAIL:
                bad = other
            else:
                unknown = other.existence if outcome.unknown is None else outcome.unknown
                if unknown is not None:
                    blocked = (unknown, other) if blocked is None else blocked
        if blocked is None and found.possible:
            blocked = (found.possible[0][1], found.possible[0][0])
        if blocked is not None:
            return undecided(blocked[0])
        if bad is not None:
            return failed(Text(f"{bad.address} leaves TLS off", f"{bad.address} 未启用 TLS"))
        return failed(
            Text(
                f"no {type} turns TLS on: clients connect in clear",
                f"没有 {type} 启用 TLS，客户端以明文连接",
            )
        )

    return Predicate(judge, (f"{type}:{by}", f"{type}:{path}"))


def switch(by: str, owners: tuple[str, ...], path: str, wanted: Callable[[Any], bool]) -> Predicate:
    """The switch itself, where the instance that it belongs to is not in the scan."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return alternatives(resource.get(path), lambda item: PASS if wanted(item) else _off(path), path)

    return standing_alone(by, owners, ("id",), Predicate(judge, (path,)))
