"""Google Cloud: Cloud SQL and its kin, disks, and the keys of Cloud KMS.

What the service decides where nothing is written, and its pages do not tell, stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import first_block, nested_entries
from compliant_infra.kernel.inbound import widest_prefix
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
    as_number,
    as_string,
    attribute,
    failed,
    passed,
    same,
    several,
    show,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Source, sources_of
from compliant_infra.kernel.periods import SECONDS_PER_DAY, seconds
from compliant_infra.kernel.public_access import open_entries

# --------------------------------------------------------------------------------------------------------------
# Cloud SQL
# --------------------------------------------------------------------------------------------------------------

_IP: Final = "settings.ip_configuration"
_BACKUP: Final = "settings.backup_configuration"
_KEPT: Final = f"{_BACKUP}.backup_retention_settings.retained_backups"
_BACKUP_DAYS: Final = "backup-retention-days"
#: How many backups the service keeps where nothing is written: 7, and 15 in its larger edition.
_KEPT_BY_DEFAULT: Final = 7

_IS_REPLICA: Final = attribute("master_instance_name").is_set()


def _with_settings(then: Predicate) -> Predicate:
    """A clone without settings of its own has those of its source, which are not known."""

    def judge(resource: Resource, context: Context) -> Outcome:
        if resource.get("settings") is None:
            return undecided(Unknown("known-after-apply", "settings"), "settings")
        return then(resource, context)

    return Predicate(judge, then.reads, then.parameters, then.comparisons)


def _listed_networks(blocks: str, name: str) -> Predicate:
    """No block of an allow-list names any address; without a block nobody outside is let in."""

    def judge(resource: Resource, context: Context) -> Outcome:
        sources: list[Source] = []
        found: list[Outcome] = [PASS]
        for where, block in nested_entries(resource.attributes, blocks):
            if isinstance(block, Mapping):
                sources.extend(sources_of(block.get(name), f"{where}.{name}"))
            else:
                found.append(undecided(block, where))
        return several([*found, *open_entries(sources, widest_prefix(context))])

    return Predicate(judge, (f"{blocks}.{name}",), ("widest-prefix",))


#: No public address; the provider asks for one where neither the switch nor a private network is written.
SQL_PRIVATE: Final = _with_settings(attribute(f"{_IP}.ipv4_enabled").is_false(default=True))
SQL_ALLOW_LIST: Final = _listed_networks(f"{_IP}.authorized_networks", "value")

#: TLS is forced, or only the connectors, which use it by themselves, may connect. ``require_ssl`` is the former name.
SQL_TLS: Final = _with_settings(
    any_of(
        when(
            all_of(attribute(f"{_IP}.ssl_mode").is_unset(), attribute(f"{_IP}.require_ssl").is_set()),
            attribute(f"{_IP}.require_ssl").is_true(),
            attribute(f"{_IP}.ssl_mode").equals(
                "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED", missing="unknown"
            ),
        ),
        attribute("settings.connector_enforcement").equals("REQUIRED", missing="not-applicable"),
    )
)

SQL_ZONES: Final = unless(
    _IS_REPLICA, _with_settings(attribute("settings.availability_type").equals("REGIONAL", default="ZONAL"))
)
SQL_DELETION: Final = unless(
    _IS_REPLICA, _with_settings(attribute("settings.deletion_protection_enabled").is_true(default=False))
)


def _kept(resource: Resource, context: Context) -> Outcome:
    """Backups are taken daily: as many are kept as days are asked for."""
    limit = int(context.parameters[_BACKUP_DAYS])

    def enough(value: Any, context: Context) -> bool:
        number = as_number(value)
        return number is not None and number >= limit

    expected = Text(f"at least {limit}", f"至少 {limit}")
    kept = attribute(_KEPT, default=_KEPT_BY_DEFAULT) if limit <= _KEPT_BY_DEFAULT else attribute(_KEPT)
    return kept.that(enough, expected, missing="unknown")(resource, context)


def _backed_up(resource: Resource, context: Context) -> Outcome:
    enabled = attribute(f"{_BACKUP}.enabled").is_true(missing="unknown")(resource, context)
    if enabled.verdict is Verdict.FAIL:
        return enabled
    kept = _kept(resource, context)
    return kept if kept.verdict is Verdict.FAIL or enabled.verdict is Verdict.PASS else enabled


SQL_BACKUP: Final = unless(
    _IS_REPLICA, _with_settings(Predicate(_backed_up, (f"{_BACKUP}.enabled", _KEPT), (_BACKUP_DAYS,)))
)

#: AlloyDB and Memorystore.
ALLOYDB_PRIVATE: Final = attribute("network_config.enable_public_ip").is_false(missing="pass")
ALLOYDB_ALLOW_LIST: Final = _listed_networks("network_config.authorized_external_networks", "cidr_range")
ALLOYDB_TLS: Final = attribute("client_connection_config.ssl_config.ssl_mode").equals(
    "ENCRYPTED_ONLY", missing="unknown"
)
ALLOYDB_ZONES: Final = attribute("availability_type").equals("REGIONAL", default="REGIONAL")
REDIS_TLS: Final = attribute("transit_encryption_mode").equals("SERVER_AUTHENTICATION", default="DISABLED")
REDIS_ZONES: Final = attribute("tier").equals("STANDARD_HA", default="BASIC")

# --------------------------------------------------------------------------------------------------------------
# At rest
# --------------------------------------------------------------------------------------------------------------


def by_itself(name: str) -> Predicate:
    """What the service encrypts without being asked; ``name`` is an attribute that every such resource has."""
    said = Text("Google Cloud encrypts the data by itself", "Google Cloud 默认加密静态数据")
    return Predicate(lambda resource, context: passed(said), (name,))


def own_key(*paths: str) -> Predicate:
    """One of these attributes names a key of one's own; the first is the one that a finding stands at."""
    asked = any_of(*(attribute(path).is_set() for path in paths))

    def judge(resource: Resource, context: Context) -> Outcome:
        outcome = asked(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        where = outcome.attribute or paths[0]
        return failed(
            Text(
                f"{where} is not set: a key of the cloud service encrypts, not one of your own",
                f"{where} 未设置：使用云服务托管的密钥加密，而不是自管密钥",
            ),
            where,
        )

    return Predicate(judge, asked.reads)


DISK_KEY: Final = own_key(
    *(f"disk_encryption_key.{name}" for name in ("kms_key_self_link", "rsa_encrypted_key", "raw_key"))
)
REGION_DISK_KEY: Final = own_key(*(f"disk_encryption_key.{name}" for name in ("kms_key_name", "raw_key")))
#: A boot disk that is attached ready-made has its own resource.
BOOT_DISK_KEY: Final = unless(
    attribute("boot_disk.source").is_set(),
    own_key(
        *(f"boot_disk.{name}" for name in ("kms_key_self_link", "disk_encryption_key_rsa", "disk_encryption_key_raw"))
    ),
)
#: A replica in the same region has the key of its primary.
SQL_KEY: Final = unless(_IS_REPLICA, own_key("encryption_key_name"))

# --------------------------------------------------------------------------------------------------------------
# Keys
# --------------------------------------------------------------------------------------------------------------

_ROTATION_DAYS: Final = "key-rotation-days"
_TEMPLATE: Final = "version_template"
_EXTERNAL: Final = Text(
    "the key lies in a key manager outside Google Cloud: what keeps it there is a matter of evidence",
    "密钥由 Google Cloud 之外的密钥管理系统保管，其保护方式需以证据说明",
)


def _template(resource: Resource, name: str, default: str) -> Any:
    """A member of the template of key versions; the first block decides, there is at most one."""
    value = resource.get(_TEMPLATE)
    if isinstance(value, OneOf):
        return value.condition
    if isinstance(value, Unknown):
        return value
    found = first_block(value).get(name)
    if isinstance(found, OneOf):
        return OneOf([default if item is None else item for item in found.alternatives], found.condition)
    return default if found is None else found


def _of_symmetric_keys(then: Callable[[Resource, Context], Outcome]) -> Callable[[Resource, Context], Outcome]:
    """Keys to encrypt with, which the service makes: others cannot rotate by themselves."""

    def judge(resource: Resource, context: Context) -> Outcome:
        def by_purpose(purpose: Any) -> Outcome:
            if not same(purpose, "ENCRYPT_DECRYPT"):
                return NOT_APPLICABLE
            return alternatives(resource.get("import_only", False), by_origin, "import_only")

        def by_origin(imported: Any) -> Outcome:
            return NOT_APPLICABLE if as_bool(imported) is True else then(resource, context)

        return alternatives(resource.get("purpose", "ENCRYPT_DECRYPT"), by_purpose, "purpose")

    return judge


def _rotation(resource: Resource, context: Context) -> Outcome:
    where = "rotation_period"
    limit = int(context.parameters[_ROTATION_DAYS])

    def missing() -> Outcome:
        return failed(
            Text(f"the key is not rotated: {where} is not set", f"密钥未开启轮换：未设置 {where}"),
            where,
        )

    def test(value: Any) -> Outcome:
        if not as_string(value):
            return missing()
        period = seconds(value, "s")
        if period is None:
            return undecided(Unknown("unsupported", as_string(value) or where), where)
        if period <= limit * SECONDS_PER_DAY:
            return PASS
        return failed(
            Text(
                f"{where} is {show(value)}; expected at most {limit} days",
                f"{where} 为 {show(value)}；轮换周期应不超过 {limit} 天",
            ),
            where,
        )

    value = resource.get(where)
    return missing() if value is None else alternatives(value, test, where, unset=missing)


ROTATED: Final = Predicate(
    _of_symmetric_keys(_rotation), ("purpose", "import_only", "rotation_period"), (_ROTATION_DAYS,)
)


def _hardware(resource: Resource, context: Context) -> Outcome:
    path = f"{_TEMPLATE}.0.protection_level"

    def test(level: Any) -> Outcome:
        text = as_string(level) or ""
        if text == "HSM":
            return PASS
        if text.startswith("EXTERNAL"):
            return undecided(Unknown("unsupported", text), path, message=_EXTERNAL)
        return failed(
            Text(f"protection_level is {show(level)}; expected HSM", f"protection_level 为 {show(level)}；应为 HSM"),
            path,
        )

    return alternatives(_template(resource, "protection_level", "SOFTWARE"), test, path)


IN_HARDWARE: Final = Predicate(_hardware, (f"{_TEMPLATE}.protection_level",))


def _national(resource: Resource, context: Context) -> Outcome:
    path = f"{_TEMPLATE}.0.algorithm"

    def test(algorithm: Any) -> Outcome:
        text = as_string(algorithm) or ""
        if text == "EXTERNAL_SYMMETRIC_ENCRYPTION":
            return undecided(Unknown("unsupported", text), path, message=_EXTERNAL)
        return failed(
            Text(
                f"algorithm is {show(algorithm)}: Cloud KMS has neither SM2 nor SM4",
                f"algorithm 为 {show(algorithm)}：Cloud KMS 不支持 SM2、SM4",
            ),
            path,
        )

    return alternatives(_template(resource, "algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION"), test, path)


#: No algorithm of Cloud KMS is a national one.
OF_NATIONAL_ALGORITHM: Final = Predicate(_national, (f"{_TEMPLATE}.algorithm",))
