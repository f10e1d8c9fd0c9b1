"""RelationalDatabase: an RDS instance for MySQL or PostgreSQL, its backups, and what stands in for it elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.aws.log_groups import logs_statement, own_group
from compliant_infra.components.component import CommonArgs

#: Days for which RDS keeps automated backups at most.
LONGEST_BACKUP_DAYS = 35

#: Seconds between two measurements of Enhanced Monitoring.
MONITORING_SECONDS = 60

#: How RDS names its log groups: with the instance and the kind of log behind it.
LOG_PREFIX = "/aws/rds/instance/"

#: Engine as the arguments name it -> as RDS does, its port, the logs that it exports.
ENGINES = {
    "MySQL": ("mysql", 3306, ("audit", "error")),
    "PostgreSQL": ("postgres", 5432, ("postgresql",)),
}


class DatabaseAdministrator(TypedDict):
    """The account by which the team manages the databases."""

    name: str
    """Name of the account; none that everybody knows (root, admin, postgres)."""
    password: NotRequired[pulumi.Input[str]]
    """Password; it is sent to the service and not kept in the state. Without it RDS keeps one in Secrets Manager and
    rotates it, which RDS does not offer for databases with a replica: from the level that asks for a standby it must be
    given."""
    password_version: NotRequired[int]
    """To be raised with every new password; 1 without it."""


class DatabaseStandby(TypedDict):
    """The second region: copies of the backups, and from the level that asks for it a replica."""

    region: str
    """The other region in China, ``cn-northwest-1`` for a database in ``cn-north-1``."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the replica, in two zones at least."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the replica, in which its security group is made."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the replica; an own one without it."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect to the replica through its own group; those of the primary without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the second region that encrypts backups and replica; an own one without it."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the second region that encrypts the logs, which CloudWatch may use; an own one without it."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the second region; an own one without it."""


class RelationalDatabaseArgs(CommonArgs):
    """Arguments of RelationalDatabase."""

    account_id: str
    """Twelve digits of the account. A plain text: policies of keys mention it."""
    engine: str
    """``MySQL`` or ``PostgreSQL``."""
    engine_version: str
    """Version, for example ``8.0`` or ``16``."""
    instance_type: str
    """Instance class, for example ``db.m6i.large``."""
    storage_gb: int
    """Size of the storage in GB."""
    zones: list[str]
    """Zones of the subnets."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the data tier, one for each zone."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC in which a security group is made where none is given."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the instance; an own one without it."""
    identifier: NotRequired[str]
    """Name of the instance; the component's name without it. A plain text: its log groups are named after it."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect through the own security group, as CIDR blocks; none without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts storage and passwords; an own one without it where the level asks for one."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the logs, which CloudWatch may use; an own one without it where the level asks for one."""
    databases: NotRequired[list[str]]
    """Name of the database to make; RDS makes one."""
    administrator: NotRequired[DatabaseAdministrator]
    """The privileged account; ``dbowner`` without it."""
    monitoring_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which RDS writes Enhanced Monitoring; without it there is none."""
    standby: NotRequired[DatabaseStandby]
    """Second region; every baseline asks for one."""


class RelationalDatabase(AwsComponent):
    """An RDS instance in private subnets: zones, TLS, encryption, audit log, backups, and the second region.

    Serves 8.1.4.7a and 8.1.4.8 (TLS that clients cannot do without, encryption), 8.1.4.3 (audit log, kept for six
    months), 8.1.4.9 (backups, copies and a replica in the second region, several zones), 8.1.3.2a and 8.1.4.4c (who may
    connect) and 8.1.4.2b (no default account) of GB/T 22239-2019. Rehearsing recovery and measuring its time stay with
    the team.
    """

    instance_id: pulumi.Output[str]
    """Identifier of the instance."""
    instance_arn: pulumi.Output[str]
    """ARN of the instance."""
    connection_string: pulumi.Output[str]
    """Private address of the instance."""
    port: pulumi.Output[int]
    """Port of the instance."""
    kms_key_arn: pulumi.Output[str | None]
    """Key that encrypts the instance."""
    standby_instance_arn: pulumi.Output[str | None]
    """ARN of the replica in the second region."""

    def __init__(self, name: str, args: RelationalDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, RelationalDatabaseArgs)
        given: Mapping[str, Any] = self.args
        self.identifier: str = (given.get("identifier") or name).lower()  # RDS takes no other
        self.account_id: str = given["account_id"]
        engine = given["engine"]
        if engine not in ENGINES:
            raise self.error(f"engine must be one of {', '.join(ENGINES)}, not {engine!r}")
        self.engine, self.database_port, self.exports = ENGINES[engine]
        self._check(given)
        standby = given.get("standby")
        self._replicated = standby is not None and self.hardening.demands("dr-realtime-standby")
        self.key, log_key = self._keys("", given, self.region, self.provider)
        self._surroundings("", given, self.provider)
        self._logs("", self.identifier, log_key, self.provider)
        self.instance = self._primary()
        self.standby_instance: aws.rds.Instance | None = None
        if standby is not None:
            self._second_region(standby)
        self.instance_id = self.instance.identifier
        self.instance_arn = self.instance.arn
        self.connection_string = self.instance.address
        self.port = self.instance.port
        self.kms_key_arn = pulumi.Output.from_input(self.key)
        self.standby_instance_arn = pulumi.Output.from_input(
            None if self.standby_instance is None else self.standby_instance.arn
        )
        self.finish(
            {
                "instance_id": self.instance_id,
                "instance_arn": self.instance_arn,
                "connection_string": self.connection_string,
                "port": self.port,
                "kms_key_arn": self.kms_key_arn,
                "standby_instance_arn": self.standby_instance_arn,
            }
        )

    def _check(self, given: Mapping[str, Any]) -> None:
        """What no rule sees in the resources: zones of subnets, how many databases, a second region at all."""
        zones = given["zones"]
        if len(zones) != len(given["subnet_ids"]):
            raise self.error(f"{len(zones)} zones and {len(given['subnet_ids'])} subnet_ids: give one for each")
        if len(set(zones)) < 2:
            clauses = ", ".join(self.hardening.clauses("db-multi-az"))
            raise self.error(f"RDS wants subnets in two zones at least{f' ({clauses})' if clauses else ''}")
        if len(given.get("databases") or ()) > 1:
            raise self.error("RDS makes one database: make the others by a client")
        if self.hardening.number("backup-retention-days") > LONGEST_BACKUP_DAYS:
            raise self.error(
                f"RDS keeps automated backups for {LONGEST_BACKUP_DAYS} days at most, and "
                f"{self.hardening.number('backup-retention-days')} are asked for: keep the others with BackupVault"
            )
        if given.get("standby") is None:
            self.want_standby()

    # -- what each region needs ----------------------------------------------------------------------------------

    def _keys(
        self, prefix: str, given: Mapping[str, Any], region: str, provider: pulumi.ProviderResource
    ) -> tuple[pulumi.Input[str] | None, pulumi.Input[str] | None]:
        """The key of the data and that of the logs. An own key of the data serves the logs too."""
        key: pulumi.Input[str] | None = given.get("kms_key_arn")
        log_key: pulumi.Input[str] | None = given.get("log_kms_key_arn")
        if key is None and self.hardening.demands("rest-customer-key"):
            key = own_key(
                self, f"{prefix}key", "Database key", self.account_id, [self._for_logs(region)], provider=provider
            )
            log_key = log_key or key
        if log_key is None and self.hardening.demands("log-encrypted"):
            log_key = own_key(
                self, f"{prefix}log-key", "Log key", self.account_id, [self._for_logs(region)], provider=provider
            )
        return key, log_key

    def _for_logs(self, region: str) -> dict[str, Any]:
        """CloudWatch of a region may use the key for the logs of the instance and its replica."""
        return logs_statement(self, self.account_id, f"{LOG_PREFIX}{self.identifier}*", region)

    def _surroundings(self, prefix: str, given: Mapping[str, Any], provider: pulumi.ProviderResource) -> None:
        """Subnet group, security group and parameters of one region."""
        self.make(
            aws.rds.SubnetGroup,
            f"{prefix}subnet-group",
            {"description": f"Subnets of {self.identifier}", "subnet_ids": given["subnet_ids"]},
            provider=provider,
        )
        if given.get("security_group_ids") is None:
            if given.get("vpc_id") is None:
                raise self.error(f"give vpc_id or security_group_ids{' of standby' if prefix else ''}")
            cidrs = given.get("allowed_cidrs", self.args.get("allowed_cidrs")) or ()
            self.make(
                aws.ec2.SecurityGroup,
                f"{prefix}security-group",
                {
                    "description": f"Who may connect to {self.identifier}",
                    "vpc_id": given["vpc_id"],
                    "ingress": [
                        {
                            "description": "Clients of the database",
                            "protocol": "tcp",
                            "from_port": self.database_port,
                            "to_port": self.database_port,
                            "cidr_blocks": list(cidrs),
                        }
                    ]
                    if cidrs
                    else [],
                    "egress": [],
                },
                provider=provider,
            )
        self.make(
            aws.rds.ParameterGroup,
            f"{prefix}parameters",
            {
                "description": f"TLS and audit of {self.identifier}",
                "family": self._family,
                "parameters": self._parameters,
            },
            provider=provider,
        )
        if self.engine == "mysql":
            self.make(
                aws.rds.OptionGroup,
                f"{prefix}options",
                {
                    "option_group_description": f"Audit of {self.identifier}",
                    "engine_name": "mysql",
                    "major_engine_version": self._major,
                    "options": [
                        {
                            "option_name": "MARIADB_AUDIT_PLUGIN",
                            "option_settings": [
                                {"name": "SERVER_AUDIT_EVENTS", "value": "CONNECT,QUERY_DDL,QUERY_DML,QUERY_DCL"}
                            ],
                        }
                    ],
                },
                provider=provider,
            )

    @property
    def _major(self) -> str:
        """What RDS takes for the major version: 8.0 of MySQL 8.0.36, 16 of PostgreSQL 16.4."""
        parts = str(self.args["engine_version"]).split(".")
        return ".".join(parts[:2]) if self.engine == "mysql" else parts[0]

    @property
    def _family(self) -> str:
        return f"{self.engine}{self._major}"

    @property
    def _parameters(self) -> list[dict[str, str]]:
        """No client without TLS; for PostgreSQL the audit too, which is an extension of its own."""
        if self.engine == "mysql":
            settings = [("require_secure_transport", "1", "immediate")]
            if not self._major.startswith("5."):
                settings.append(("tls_version", "TLSv1.2,TLSv1.3", "pending-reboot"))
        else:
            settings = [
                ("rds.force_ssl", "1", "immediate"),
                ("ssl_min_protocol_version", "TLSv1.2", "immediate"),
                ("shared_preload_libraries", "pg_stat_statements,pgaudit", "pending-reboot"),
                ("pgaudit.log", "ddl,role,write", "immediate"),
                ("log_connections", "1", "immediate"),
                ("log_disconnections", "1", "immediate"),
            ]
        return [{"name": name, "value": value, "apply_method": method} for name, value, method in settings]

    def _logs(
        self, prefix: str, identifier: str, key: pulumi.Input[str] | None, provider: pulumi.ProviderResource
    ) -> None:
        """The log groups before RDS would make them, without an end and with CloudWatch's own key."""
        for export in self.exports:
            own_group(self, f"{prefix}{export}-log", f"{LOG_PREFIX}{identifier}/{export}", key, provider)

    def _hardened(self, prefix: str, given: Mapping[str, Any], key: pulumi.Input[str] | None) -> dict[str, Any]:
        """What the instance and its replica have in common."""
        made: Mapping[str, Any] = self.children
        groups: Sequence[Any] | None = given.get("security_group_ids")
        options = made.get(f"{prefix}options")
        role = self.args.get("monitoring_role_arn")
        return {
            "instance_class": self.args["instance_type"],
            "storage_type": "gp3",
            "db_subnet_group_name": made[f"{prefix}subnet-group"].name,
            "vpc_security_group_ids": groups or [made[f"{prefix}security-group"].id],
            "parameter_group_name": made[f"{prefix}parameters"].name,
            "option_group_name": None if options is None else options.name,
            "publicly_accessible": False,
            "storage_encrypted": True,
            "kms_key_id": key,
            "iam_database_authentication_enabled": True,
            "enabled_cloudwatch_logs_exports": list(self.exports),
            "deletion_protection": True,
            "copy_tags_to_snapshot": True,
            "delete_automated_backups": False,
            "auto_minor_version_upgrade": True,
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": key,
            "monitoring_interval": None if role is None else MONITORING_SECONDS,
            # IAM knows no regions: one role serves both.
            "monitoring_role_arn": role,
        }

    # -- the instance --------------------------------------------------------------------------------------------

    def _primary(self) -> Any:
        given = self.args
        administrator = given.get("administrator") or {"name": "dbowner"}
        password = administrator.get("password")
        if password is None and self._replicated:
            raise self.error(
                "administrator.password is needed: RDS keeps no password in Secrets Manager for a database that has a "
                "replica, and the baseline asks for one in the second region"
            )
        if isinstance(password, str):
            raise self.error(
                "administrator.password is a text in the program, which is no secret: Config.require_secret"
            )
        databases = given.get("databases") or [None]
        return self.make(
            aws.rds.Instance,
            "instance",
            {
                **self._hardened("", given, self.key),
                "identifier": self.identifier,
                "engine": self.engine,
                "engine_version": given["engine_version"],
                "allocated_storage": given["storage_gb"],
                "db_name": databases[0],
                "username": administrator["name"],
                "manage_master_user_password": True if password is None else None,
                "master_user_secret_kms_key_id": self.key if password is None else None,
                "password_wo": None if password is None else pulumi.Output.secret(password),
                "password_wo_version": None if password is None else administrator.get("password_version", 1),
                "multi_az": self.hardening.demands("db-multi-az"),
                "backup_retention_period": self.hardening.number("backup-retention-days"),
                "skip_final_snapshot": False,
                "final_snapshot_identifier": f"{self.identifier}-final",
            },
            holds_data=True,
            depends_on=[self.children[f"{export}-log"] for export in self.exports],
            timeouts=pulumi.CustomTimeouts(create="2h", update="3h"),
        )

    # -- the second region ---------------------------------------------------------------------------------------

    def _second_region(self, standby: Mapping[str, Any]) -> None:
        region = self.second_region(standby)
        provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        key: pulumi.Input[str] | None = standby.get("kms_key_arn")
        log_key = None
        if self._replicated:
            key, log_key = self._keys("standby-", standby, region, provider)
        elif key is None:
            key = own_key(self, "standby-key", "Key of the copied backups", self.account_id, provider=provider)
        if self.hardening.demands("backup-second-region"):
            self.make(
                aws.rds.InstanceAutomatedBackupsReplication,
                "backups-replication",
                {
                    "source_db_instance_arn": self.instance.arn,
                    "kms_key_id": key,
                    "retention_period": self.hardening.number("backup-retention-days"),
                },
                provider=provider,
            )
        if not self._replicated:
            return
        if not standby.get("subnet_ids"):
            raise self.error("the replica needs standby.subnet_ids, in two zones at least")
        self._surroundings("standby-", standby, provider)
        identifier = f"{self.identifier}-standby"
        self._logs("standby-", identifier, log_key, provider)
        self.standby_instance = self.make(
            aws.rds.Instance,
            "standby-instance",
            {
                **self._hardened("standby-", standby, key),
                "identifier": identifier,
                "replicate_source_db": self.instance.arn,
                "backup_retention_period": self.hardening.number("backup-retention-days"),
                "skip_final_snapshot": True,  # a replica has none of its own
            },
            holds_data=True,
            provider=provider,
            # Both change the source, and RDS takes one change at a time.
            depends_on=[
                *(self.children[f"standby-{export}-log"] for export in self.exports),
                *([self.children["backups-replication"]] if "backups-replication" in self.children else []),
            ],
            timeouts=pulumi.CustomTimeouts(create="3h", update="3h"),
        )
