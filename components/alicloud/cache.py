"""Cache: a Redis-compatible instance, its audit log and its account."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs

#: How classes of the enterprise edition (Tair) begin: only they encrypt what they write to disk.
ENTERPRISE_CLASSES = ("redis.amber.", "tair.")

#: The service role by which the cache uses keys; its name is fixed.
ENCRYPTION_ROLE = "aliyunrdsinstanceencryptiondefaultrole"  # AliyunRDSInstanceEncryptionDefaultRole, as ARNs write it

#: The only cipher that the service offers for its files.
CIPHER = "AES-CTR-256"

#: Days for which the service keeps backups; no argument changes it.
BACKUP_DAYS = 7

#: Days of the week with a backup, where the baseline does not ask for daily ones.
SOME_DAYS = ("Monday", "Wednesday", "Friday")
EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class CacheAccount(TypedDict):
    """The account of the programs that use the cache."""

    name: str
    """Name of the account; none that everybody knows."""
    password: pulumi.Input[str]
    """Password, 8 to 32 characters of at least three kinds. It is sent to the service and not kept in the state."""
    password_version: NotRequired[int]
    """To be raised with every new password; 1 without it."""


class CacheArgs(CommonArgs):
    """Arguments of Cache."""

    account_id: str
    """Number of the account: the role by which the cache uses keys lies in it."""
    instance_type: str
    """Instance class; one of the enterprise edition (``redis.amber.``) where the level asks for encryption."""
    zones: list[str]
    """Zones: of the primary node, then of its replica."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """VSwitches of the data tier, one for each zone in the same order; the cache takes the first."""
    account: NotRequired[CacheAccount]
    """An account to make; without one there is only the built-in one, whose password is set in the console."""
    engine_version: NotRequired[str]
    """Version of Redis with which it is compatible; ``5.0`` without it."""
    identifier: NotRequired[str]
    """Name of the instance; the component's name without it."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect, as CIDR blocks; none besides the security groups without it."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """ECS security groups whose members may connect."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the files of the cache; an own one without it where the level asks for encryption."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made."""


class Cache(AlicloudComponent):
    """A Redis-compatible instance in a private network: zones, TLS, password, encryption, audit, backups.

    Serves 8.1.4.1a (password), 8.1.4.7a and 8.1.4.8 (TLS, encryption of what is written to disk), 8.1.4.3 (audit log,
    kept for six months), 8.1.4.9 (backups, several zones), 8.1.3.2a and 8.1.4.4c (who may connect) of GB/T 22239-2019.
    What must outlast the loss of a region belongs into a database, not into a cache.

    Left to do: authorizing the service to use keys, once for the account (AliyunRDSInstanceEncryptionDefaultRole).
    """

    instance_id: pulumi.Output[str]
    """Id of the instance."""
    connection_string: pulumi.Output[str]
    """Private address of the instance."""
    kms_key_id: pulumi.Output[str | None]
    """Key that encrypts the files."""

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, CacheArgs)
        given: Mapping[str, Any] = self.args
        self.identifier: str = given.get("identifier") or name
        zones = self._zones(given)
        self.key = self._key(given)
        self.instance = self._instance(given, zones)
        self.make(
            alicloud.kvstore.AuditLogConfig,
            "audit-log",
            {
                "instance_id": self.instance.id,
                "db_audit": True,
                "retention": self.hardening.number("log-retention-days"),
            },
        )
        account = given.get("account")
        if account is not None:
            if isinstance(account["password"], str):
                raise self.error("account.password is a text in the program, which is no secret: Config.require_secret")
            self.make(
                alicloud.kvstore.Account,
                "account",
                {
                    "instance_id": self.instance.id,
                    "account_name": account["name"],
                    "account_privilege": "RoleReadWrite",
                    "account_password_wo": pulumi.Output.secret(account["password"]),
                    "account_password_wo_version": account.get("password_version", 1),
                },
            )
        self._limits()
        self.instance_id = self.instance.id
        self.connection_string = self.instance.connection_domain
        self.kms_key_id = pulumi.Output.from_input(self.key)
        self.finish(
            {
                "instance_id": self.instance_id,
                "connection_string": self.connection_string,
                "kms_key_id": self.kms_key_id,
            }
        )

    def _zones(self, given: Mapping[str, Any]) -> list[str]:
        zones: list[str] = list(given["zones"])
        if len(zones) != len(given["subnet_ids"]):
            raise self.error(f"{len(zones)} zones and {len(given['subnet_ids'])} subnet_ids: give one for each")
        if self.hardening.demands("db-multi-az") and len(set(zones)) < 2:
            clauses = ", ".join(self.hardening.clauses("db-multi-az"))
            raise self.error(f"{self.hardening.baseline} asks for two different zones ({clauses})")
        return zones

    def _key(self, given: Mapping[str, Any]) -> pulumi.Input[str] | None:
        """The key of the files. Raises ComponentError for a class that has none where the level asks for encryption."""
        enterprise = str(given["instance_type"]).startswith(ENTERPRISE_CLASSES)
        if not self.hardening.demands("db-encrypted"):
            return given.get("kms_key_id") if enterprise else None
        if not enterprise:
            raise self.error(
                f"{self.hardening.baseline} asks for encryption at rest "
                f"({', '.join(self.hardening.clauses('db-encrypted'))}), which only classes of the enterprise edition "
                f"offer ({', '.join(ENTERPRISE_CLASSES)}...), not {given['instance_type']!r}"
            )
        key: pulumi.Input[str] | None = given.get("kms_key_id")
        if key is None:
            key = own_key(self, "key", "Cache key", given.get("kms_instance_id"))
        return key

    def _instance(self, given: Mapping[str, Any], zones: list[str]) -> Any:
        cidrs = given.get("allowed_cidrs")
        daily = bool(self.hardening.parameters["daily-backups"])
        encrypted = self.key is not None
        return self.make(
            alicloud.kvstore.Instance,
            "instance",
            {
                "db_instance_name": self.identifier,
                "instance_type": "Redis",
                "instance_class": given["instance_type"],
                "engine_version": given.get("engine_version", "5.0"),
                "payment_type": "PostPaid",
                "zone_id": zones[0],
                "secondary_zone_id": zones[1] if len(zones) > 1 else None,
                "vswitch_id": given["subnet_ids"][0],
                "security_ips": None if cidrs is None else list(cidrs),
                "security_group_id": joined_groups(given.get("security_group_ids")),
                "vpc_auth_mode": "Open",
                "ssl_enable": "Enable",
                "tde_status": "Enabled" if encrypted else None,
                "encryption_name": CIPHER if encrypted else None,
                "encryption_key": self.key,
                "role_arn": f"acs:ram::{given['account_id']}:role/{ENCRYPTION_ROLE}" if encrypted else None,
                "backup_periods": list(EVERY_DAY if daily else SOME_DAYS),
                "backup_time": "18:00Z-19:00Z",  # two o'clock at night in China
                "instance_release_protection": True,
            },
            holds_data=True,
            timeouts=pulumi.CustomTimeouts(create="90m", update="90m"),
        )

    def _limits(self) -> None:
        """What the product cannot do, where the baseline asks for it."""
        if self.key is not None:
            self.cannot(
                "rest-sm4",
                "encryption at rest",
                f"the service encrypts its files by {CIPHER} only; the key may be an SM4 key of KMS, the cipher is not "
                "SM4: keep only what may lie under AES, or encrypt in the program",
            )
        days = self.hardening.number("backup-retention-days")
        if days > BACKUP_DAYS:
            self.cannot(
                "db-backup",
                "backups",
                f"the service keeps backups for {BACKUP_DAYS} days, and {days} are asked for: download them, or keep "
                "only what can be made again from the databases",
            )
        if self.hardening.number("min-zones") > 2:
            self.cannot("db-multi-az", "zones", "an instance has a primary and a secondary zone: two instead of three")


def joined_groups(groups: list[Any] | None) -> Any:
    """Ids of security groups as the service takes them: one text, separated by commas."""
    if groups is None or all(isinstance(group, str) for group in groups):
        return ",".join(groups) if groups else None
    return pulumi.Output.all(*groups).apply(lambda known: ",".join(known))
