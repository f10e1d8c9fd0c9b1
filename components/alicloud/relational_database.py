"""RelationalDatabase: an RDS instance for MySQL or PostgreSQL, its backups, and what stands in for it elsewhere."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs

#: Days for which SQL audit can be kept.
SQL_AUDIT_STEPS = (30, 180, 365, 1095, 1825)

#: Days of the week with a backup, where the baseline does not ask for daily ones.
SOME_DAYS = ("Monday", "Wednesday", "Friday")
EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: Seconds between two measurements. Finer ones cost extra.
MONITORING_SECONDS = 60

#: Engine -> the character set of a database that the component makes.
CHARACTER_SETS = {"MySQL": "utf8mb4", "PostgreSQL": "UTF8,C,en_US.utf8"}

#: The service role by which RDS uses keys, as ARNs write it; its name is fixed.
ENCRYPTION_ROLE = "aliyunrdsinstanceencryptiondefaultrole"

#: The form of ``restore_time``.
TIME_FORM = "%Y-%m-%dT%H:%M:%SZ"


class DatabaseAdministrator(TypedDict):
    """The account by which the team manages the databases."""

    name: str
    """Name of the account; none that everybody knows (root, admin)."""
    password: pulumi.Input[str]
    """Password, 8 to 32 characters of at least three kinds. It is sent to the service and not kept in the state."""
    password_version: NotRequired[int]
    """To be raised with every new password; 1 without it."""


class DatabaseSynchronization(TypedDict):
    """By which account changes reach the standby instance as they happen."""

    account: str
    """Account of the source and, being restored with it, of the standby; it may read changes and write."""
    password: pulumi.Input[str]
    """Its password. It is kept in the state as a secret: the service takes no write-only one."""
    databases: list[str]
    """Names of the databases that are kept in step."""


class DatabaseStandby(TypedDict):
    """The second region: copies of the backups, and from the level that asks for it a standby instance."""

    region: str
    """Region in mainland China, another one than the database's."""
    zones: NotRequired[list[str]]
    """Zones of the standby instance, the first one is used."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """VSwitches of the standby instance, one for each zone."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the standby instance."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect to the standby instance; those of the primary without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key of the second region that encrypts the standby instance; an own one without it."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance of the second region in which an own key is made."""
    restore_time: NotRequired[str]
    """Point in time, ``2026-01-31T00:00:00Z``, from which the standby instance is made: after the first backup reached
    the second region. Before that a stack at a level that asks for a standby needs a waiver for a few days."""
    synchronization: NotRequired[DatabaseSynchronization]
    """Keeps the standby instance in step by Data Transmission Service; without it, it stays as it was restored."""
    provider: NotRequired[alicloud.Provider]
    """Provider configuration of the second region; an own one without it."""


class RelationalDatabaseArgs(CommonArgs):
    """Arguments of RelationalDatabase."""

    engine: str
    """``MySQL`` or ``PostgreSQL``."""
    engine_version: str
    """Version, for example ``8.0`` or ``15.0``."""
    instance_type: str
    """Instance type of the edition that the level leads to: high availability, or for MySQL cluster at three zones."""
    storage_gb: int
    """Size of the storage in GB, a multiple of 5."""
    zones: list[str]
    """Zones: of the primary node, then of the standby nodes."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """VSwitches of the data tier, one for each zone in the same order."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the vSwitches."""
    identifier: NotRequired[str]
    """Name of the instance; the component's name without it."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect, as CIDR blocks; none besides the security groups without it."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """ECS security groups whose members may connect, at most three."""
    account_id: NotRequired[str]
    """Number of the account: the role by which RDS uses keys lies in it. Needed where the instance is encrypted."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts disks and tables; an own one without it where the level asks for encryption."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    databases: NotRequired[list[str]]
    """Names of databases to make."""
    administrator: NotRequired[DatabaseAdministrator]
    """A privileged account to make."""
    standby: NotRequired[DatabaseStandby]
    """Second region; every baseline asks for one."""


class RelationalDatabase(AlicloudComponent):
    """An RDS instance in a private network: zones, TLS, encryption, SQL audit, backups, and a second region.

    Serves 8.1.4.7a and 8.1.4.8 (TLS that clients cannot do without, encryption of disks and tables), 8.1.4.3 (SQL
    audit, kept for six months), 8.1.4.9 (backups with logs, copies and a standby in a second region, several zones),
    8.1.3.2a and 8.1.4.4c (who may connect) and 8.1.4.2b (no default account) of GB/T 22239-2019; with the profile
    ``sm`` SM4 for tables (GB/T 39786-2021).

    Left to do: rehearsing recovery and measuring its time; authorizing the service to use keys, once for the account
    (AliyunRDSInstanceEncryptionDefaultRole).
    """

    instance_id: pulumi.Output[str]
    """Id of the instance."""
    connection_string: pulumi.Output[str]
    """Private address of the instance."""
    port: pulumi.Output[str]
    """Port of the instance."""
    kms_key_id: pulumi.Output[str | None]
    """Key that encrypts the instance."""
    standby_instance_id: pulumi.Output[str | None]
    """Id of the standby instance in the second region."""

    def __init__(self, name: str, args: RelationalDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, RelationalDatabaseArgs)
        given: Mapping[str, Any] = self.args
        self.identifier: str = given.get("identifier") or name
        self.engine: str = given["engine"]
        if self.engine not in CHARACTER_SETS:
            raise self.error(f"engine must be one of {', '.join(CHARACTER_SETS)}, not {self.engine!r}")
        self.category, zones = self._edition(given["zones"], given["subnet_ids"])
        self.key = self._key("key", given)
        if self.key is not None and "account_id" not in given:
            raise self.error("account_id is needed with a key: RDS uses it by a role of the account")
        self.instance = self._primary(zones)
        self._backups("backup-policy", self.instance)
        self._databases()
        standby = given.get("standby")
        if standby is None:
            self.want_standby()
        self.standby_instance: alicloud.rds.DdrInstance | None = None
        if standby is not None:
            self._second_region(standby)
        self._limits()
        self.instance_id = self.instance.id
        self.connection_string = self.instance.connection_string
        self.port = self.instance.port
        self.kms_key_id = pulumi.Output.from_input(self.key)
        self.standby_instance_id = pulumi.Output.from_input(
            None if self.standby_instance is None else self.standby_instance.id
        )
        self.finish(
            {
                "instance_id": self.instance_id,
                "connection_string": self.connection_string,
                "port": self.port,
                "kms_key_id": self.kms_key_id,
                "standby_instance_id": self.standby_instance_id,
            }
        )

    def _secret(self, what: str, value: Any) -> None:
        """Refuses a secret that is written in the program."""
        if isinstance(value, str):
            raise self.error(f"{what} is a text in the program, which is no secret: take it from Config.require_secret")

    # -- what the level decides ----------------------------------------------------------------------------------

    def _edition(self, zones: Sequence[str], subnets: Sequence[Any]) -> tuple[str, list[str]]:
        """The edition, and the zones of its nodes. The basic one, a single node without log backups, is not used."""
        if len(zones) != len(subnets):
            raise self.error(f"{len(zones)} zones and {len(subnets)} subnet_ids: give one for each")
        nodes = 2
        if self.hardening.demands("db-multi-az"):
            wanted = self.hardening.number("min-zones")
            if self.engine == "MySQL" and wanted > nodes:
                nodes = 3  # the cluster edition has up to two standby nodes
            clauses = ", ".join(self.hardening.clauses("db-multi-az"))
            if len(set(zones)) < nodes:
                raise self.error(f"{self.hardening.baseline} asks for {nodes} different zones ({clauses})")
        # Two nodes in one zone where only one is given.
        used = list(zones[:nodes]) if len(zones) > 1 else [zones[0], zones[0]]
        return ("cluster" if nodes == 3 else "HighAvailability"), used

    @property
    def _encrypted(self) -> bool:
        """Whether the level asks for encryption; a key that is given is used at every level."""
        return self.hardening.demands("db-encrypted") or self._sm

    @property
    def _tables_encrypted(self) -> bool:
        """Whether tables are encrypted beside the disk: of MySQL where encryption is asked for, of all with SM4."""
        return self._sm or (self._encrypted and self.engine == "MySQL")

    @property
    def _sm(self) -> bool:
        return self.hardening.national_cryptography

    def _key(
        self, suffix: str, given: Mapping[str, Any], provider: pulumi.ProviderResource | None = None
    ) -> pulumi.Input[str] | None:
        key: pulumi.Input[str] | None = given.get("kms_key_id")
        if key is None and self._encrypted:
            key = own_key(self, suffix, "Database key", given.get("kms_instance_id"), provider)
        return key

    @property
    def _parameters(self) -> list[dict[str, str]] | None:
        """SM4 for the tables of MySQL is a parameter; for PostgreSQL the key decides."""
        if self._sm and self.engine == "MySQL":
            return [{"name": "innodb_encrypt_algorithm", "value": "SM4_CTR"}]
        return None

    def _hardened(self, key: pulumi.Input[str] | None, cidrs: Sequence[str] | None) -> dict[str, Any]:
        """What the instance and its standby have in common."""
        given = self.args
        return {
            "engine": self.engine,
            "engine_version": given["engine_version"],
            "instance_type": given["instance_type"],
            "instance_storage": given["storage_gb"],
            "db_instance_storage_type": "cloud_essd",
            "security_ips": None if cidrs is None else list(cidrs),
            "ssl_action": "Open",
            "encryption_key": key,
            "tde_status": "Enabled" if self._tables_encrypted else None,
            "parameters": self._parameters,
            "sql_collector_status": "Enabled",
            "sql_collector_config_value": self.hardening.at_least("log-retention-days", SQL_AUDIT_STEPS),
            "deletion_protection": True,
            "auto_upgrade_minor_version": "Auto",
            "ha_config": "Auto",
            "monitoring_period": MONITORING_SECONDS,
        }

    # -- the instance --------------------------------------------------------------------------------------------

    def _primary(self, zones: Sequence[str]) -> Any:
        given = self.args
        subnets = given["subnet_ids"]
        standbys = zones[1:]
        return self.make(
            alicloud.rds.Instance,
            "instance",
            {
                **self._hardened(self.key, given.get("allowed_cidrs")),
                "instance_name": self.identifier,
                "instance_charge_type": "Postpaid",
                "category": self.category,
                "zone_id": zones[0],
                "zone_id_slave_a": standbys[0],
                "zone_id_slave_b": standbys[1] if len(standbys) > 1 else None,
                "vpc_id": given.get("vpc_id"),
                "vswitch_id": joined(subnets[: len(zones)]),
                "security_group_ids": given.get("security_group_ids"),
                # PostgreSQL knows no such switch.
                "force_encryption": 1 if self.engine == "MySQL" else None,
                "tde_encryption_key": self.key if self._tables_encrypted else None,
                "role_arn": None if self.key is None else f"acs:ram::{given['account_id']}:role/{ENCRYPTION_ROLE}",
            },
            holds_data=True,
            timeouts=pulumi.CustomTimeouts(create="2h", update="2h"),
        )

    def _backups(
        self, suffix: str, instance: pulumi.CustomResource, provider: pulumi.ProviderResource | None = None
    ) -> None:
        days = self.hardening.number("backup-retention-days")
        daily = bool(self.hardening.parameters["daily-backups"])
        self.make(
            alicloud.rds.BackupPolicy,
            suffix,
            {
                "instance_id": instance.id,
                "backup_retention_period": days,
                "preferred_backup_periods": list(EVERY_DAY if daily else SOME_DAYS),
                "enable_backup_log": True,
                "log_backup_retention_period": days,  # never longer than the backups themselves
                # What stays when the instance is released; only MySQL has the choice.
                "released_keep_policy": "Lastest" if self.engine == "MySQL" else None,
            },
            provider=provider,
        )

    def _databases(self) -> None:
        for database in self.args.get("databases") or ():
            self.make(
                alicloud.rds.Database,
                f"database-{database}",
                {
                    "instance_id": self.instance.id,
                    "data_base_name": database,
                    "character_set": CHARACTER_SETS[self.engine],
                },
                holds_data=True,
            )
        administrator = self.args.get("administrator")
        if administrator is not None:
            self._secret("administrator.password", administrator["password"])
            self.make(
                alicloud.rds.RdsAccount,
                "administrator",
                {
                    "db_instance_id": self.instance.id,
                    "account_name": administrator["name"],
                    "account_type": "Super",
                    "account_password_wo": pulumi.Output.secret(administrator["password"]),
                    "account_password_wo_version": administrator.get("password_version", 1),
                },
            )

    # -- the second region ---------------------------------------------------------------------------------------

    def _second_region(self, standby: Mapping[str, Any]) -> None:
        region = self.second_region(standby)
        copy = self.make(
            alicloud.rds.RdsInstanceCrossBackupPolicy,
            "cross-backup-policy",
            {
                "instance_id": self.instance.id,
                "cross_backup_region": region,
                "log_backup_enabled": "Enable",
                "retention": self.hardening.number("backup-retention-days"),
            },
            depends_on=[self.children["backup-policy"]],
        )
        # Without a point in time there is nothing to make it from: the rules then say that it is missing.
        if self.hardening.demands("dr-realtime-standby") and standby.get("restore_time") and self.engine == "MySQL":
            self._standby_instance(standby, copy)

    def _standby_instance(self, standby: Mapping[str, Any], copy: pulumi.Resource) -> None:
        restore_time = standby["restore_time"]
        try:
            restored = datetime.strptime(restore_time, TIME_FORM).replace(tzinfo=UTC)
        except ValueError:
            raise self.error(f"standby.restore_time {restore_time!r} is not of the form 2026-01-31T00:00:00Z") from None
        subnets = standby.get("subnet_ids") or ()
        if not subnets or len(subnets) != len(standby.get("zones") or ()):
            raise self.error("the standby instance needs standby.zones and standby.subnet_ids, one for each zone")
        provider = self.provider_for(standby["region"], standby.get("provider"), "standby-provider")
        key = self._key("standby-key", standby, provider)
        self.standby_instance = self.make(
            alicloud.rds.DdrInstance,
            "standby-instance",
            {
                **self._hardened(key, standby.get("allowed_cidrs", self.args.get("allowed_cidrs"))),
                "instance_name": f"{self.identifier}-standby",
                "payment_type": "PayAsYouGo",
                "restore_type": "BackupTime",
                "restore_time": restore_time,
                "source_region": self.region,
                "source_db_instance_name": self.instance.id,
                "zone_id": standby["zones"][0],
                "vpc_id": standby.get("vpc_id"),
                "vswitch_id": subnets[0],
                "released_keep_policy": "Lastest",
            },
            holds_data=True,
            provider=provider,
            depends_on=[copy],
            timeouts=pulumi.CustomTimeouts(create="3h", update="2h"),
        )
        self._backups("standby-backup-policy", self.standby_instance, provider)
        synchronization = standby.get("synchronization")
        if synchronization is not None:
            self._synchronize(standby["region"], synchronization, self.standby_instance, restored)

    def _synchronize(self, region: str, how: Mapping[str, Any], standby: Any, restored: datetime) -> None:
        """Changes since the standby instance was restored, and all that follow."""
        link = self.make(
            alicloud.dts.SynchronizationInstance,
            "synchronization",
            {
                "payment_type": "PayAsYouGo",
                "source_endpoint_engine_name": self.engine,
                "source_endpoint_region": self.region,
                "destination_endpoint_engine_name": self.engine,
                "destination_endpoint_region": region,
                "instance_class": "small",
                "sync_architecture": "oneway",
            },
        )
        self._secret("standby.synchronization.password", how["password"])
        account, password = how["account"], pulumi.Output.secret(how["password"])
        ends = {
            end: {
                f"{end}_endpoint_instance_type": "RDS",
                f"{end}_endpoint_engine_name": self.engine,
                f"{end}_endpoint_region": where,
                f"{end}_endpoint_instance_id": instance.id,
                f"{end}_endpoint_user_name": account,
                f"{end}_endpoint_password": password,
                f"{end}_endpoint_ssl": "1",
            }
            for end, where, instance in (
                ("source", self.region, self.instance),
                ("destination", region, standby),
            )
        }
        self.make(
            alicloud.dts.SynchronizationJob,
            "synchronization-job",
            {
                "dts_instance_id": link.id,
                "dts_job_name": f"{self.identifier}-standby",
                **ends["source"],
                **ends["destination"],
                "db_list": json.dumps({name: {"name": name, "all": True} for name in how["databases"]}),
                # Structure and data are there from the backup.
                "structure_initialization": False,
                "data_initialization": False,
                "data_synchronization": True,
                "checkpoint": str(int(restored.timestamp())),
                "status": "Synchronizing",
            },
            depends_on=[standby],
        )

    # -- what the product cannot do ------------------------------------------------------------------------------

    def _limits(self) -> None:
        hardening = self.hardening
        if self.engine == "PostgreSQL":
            if hardening.level >= 3:
                self.cannot(
                    "db-tls-on",
                    "PostgreSQL",
                    "RDS for PostgreSQL has no switch by which clients without TLS are refused; TLS is on, clients "
                    "must ask for it (sslmode=verify-ca), which is to be shown by their configuration",
                )
            self.cannot(
                "dr-realtime-standby",
                "PostgreSQL",
                "instances restored from another region are documented for MySQL and SQL Server only; backups with "
                "logs lie in the second region, and a synchronisation has to be set up by hand",
            )
            if hardening.number("min-zones") > 2:
                self.cannot(
                    "db-multi-az",
                    "PostgreSQL",
                    "the high-availability edition has two nodes: two zones instead of three",
                )
        elif self.standby_instance is not None and hardening.level >= 3:
            self.cannot(
                "db-tls-on",
                "standby instance",
                "TLS is on, but an instance restored from another region takes no force_encryption: switch it on in "
                "the console once it is there",
            )


def joined(values: Sequence[Any]) -> Any:
    """Ids separated by commas: a text where all are texts, else an output."""
    if all(isinstance(value, str) for value in values):
        return ",".join(values)
    return pulumi.Output.all(*values).apply(lambda known: ",".join(known))
