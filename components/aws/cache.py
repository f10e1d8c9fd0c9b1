"""Cache: a replication group of ElastiCache, its network and its logs."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.aws.log_groups import logs_statement, own_group
from compliant_infra.components.component import CommonArgs

PORT = 6379

#: Engine -> its version where none is asked for.
VERSIONS = {"redis": "7.1", "valkey": "7.2"}

#: How the log groups of caches are named: with the group and the kind of log behind it.
LOG_PREFIX = "/aws/elasticache/"

#: What ElastiCache writes down: slow commands, and what the engine does.
LOGS = ("engine-log", "slow-log")

#: Days for which ElastiCache keeps snapshots at most.
LONGEST_SNAPSHOT_DAYS = 35


class CacheArgs(CommonArgs):
    """Arguments of Cache."""

    account_id: str
    """Twelve digits of the account. A plain text: policies of keys mention it."""
    instance_type: str
    """Node type, for example ``cache.m6g.large``."""
    zones: list[str]
    """Zones of the subnets: of the primary node, then of its replicas."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the data tier, one for each zone."""
    auth_token: NotRequired[pulumi.Input[str]]
    """Password, 16 to 128 characters. It is sent to the service and not kept in the state."""
    auth_token_version: NotRequired[int]
    """To be raised with every new password; 1 without it."""
    user_group_id: NotRequired[pulumi.Input[str]]
    """User group that replaces the password; its users are judged where they are made."""
    engine: NotRequired[str]
    """``redis`` or ``valkey``; ``redis`` without it."""
    engine_version: NotRequired[str]
    """Version; ``7.1`` of Redis, ``7.2`` of Valkey without it."""
    identifier: NotRequired[str]
    """Name of the group, lower-case; the component's name without it. A plain text: its logs are named after it."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC in which a security group is made where none is given."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the nodes; an own one without it."""
    allowed_cidrs: NotRequired[list[str]]
    """Addresses that may connect through the own security group, as CIDR blocks; none without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the nodes; an own one without it where the level asks for one."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the logs, which CloudWatch may use; an own one without it where the level asks for one."""


class Cache(AwsComponent):
    """A replication group of ElastiCache in private subnets: zones, TLS, password, encryption, logs, snapshots.

    Serves 8.1.4.1a (password), 8.1.4.7a and 8.1.4.8 (TLS, encryption), 8.1.4.9 (snapshots, several zones), 8.1.3.2a and
    8.1.4.4c (who may connect) of GB/T 22239-2019. What must outlast the loss of a region belongs into a database, not
    into a cache.
    """

    instance_id: pulumi.Output[str]
    """Id of the replication group."""
    instance_arn: pulumi.Output[str]
    """ARN of the replication group."""
    connection_string: pulumi.Output[str]
    """Private address of the primary node."""
    kms_key_arn: pulumi.Output[str | None]
    """Key that encrypts the nodes."""

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, CacheArgs)
        given: Mapping[str, Any] = self.args
        self.identifier: str = (given.get("identifier") or name).lower()
        self._check(given)
        self.key, log_key = self._keys(given)
        groups = self._network(given)
        for log in LOGS:
            own_group(self, log, f"{LOG_PREFIX}{self.identifier}/{log}", log_key)
        self.instance = self._group(given, groups)
        self._limits()
        self.instance_id = self.instance.id
        self.instance_arn = self.instance.arn
        self.connection_string = self.instance.primary_endpoint_address
        self.kms_key_arn = pulumi.Output.from_input(self.key)
        self.finish(
            {
                "instance_id": self.instance_id,
                "instance_arn": self.instance_arn,
                "connection_string": self.connection_string,
                "kms_key_arn": self.kms_key_arn,
            }
        )

    def _check(self, given: Mapping[str, Any]) -> None:
        zones = given["zones"]
        if len(zones) != len(given["subnet_ids"]):
            raise self.error(f"{len(zones)} zones and {len(given['subnet_ids'])} subnet_ids: give one for each")
        if given.get("engine", "redis") not in VERSIONS:
            raise self.error(f"engine must be one of {', '.join(VERSIONS)}, not {given['engine']!r}")
        if self._multiple and len(set(zones)) < 2:
            clauses = ", ".join(self.hardening.clauses("db-multi-az"))
            raise self.error(f"{self.hardening.baseline} asks for two different zones ({clauses})")
        if ("auth_token" in given) == ("user_group_id" in given):
            clauses = ", ".join(self.hardening.clauses("db-auth-required"))
            raise self.error(f"give either auth_token or user_group_id: nobody connects without a password ({clauses})")
        if isinstance(given.get("auth_token"), str):
            raise self.error("auth_token is a text in the program, which is no secret: Config.require_secret gives one")
        if self.hardening.number("backup-retention-days") > LONGEST_SNAPSHOT_DAYS:
            raise self.error(f"ElastiCache keeps snapshots for {LONGEST_SNAPSHOT_DAYS} days at most")

    @property
    def _multiple(self) -> bool:
        """Whether replicas in other zones are asked for."""
        return self.hardening.demands("db-multi-az")

    def _keys(self, given: Mapping[str, Any]) -> tuple[pulumi.Input[str] | None, pulumi.Input[str] | None]:
        """The key of the data and that of the logs. An own key of the data serves the logs too."""
        key: pulumi.Input[str] | None = given.get("kms_key_arn")
        log_key: pulumi.Input[str] | None = given.get("log_kms_key_arn")
        account = self.args["account_id"]
        for_logs = logs_statement(self, account, f"{LOG_PREFIX}{self.identifier}/*")
        if key is None and self.hardening.demands("rest-customer-key"):
            key = own_key(self, "key", "Cache key", account, [for_logs])
            log_key = log_key or key
        if log_key is None and self.hardening.demands("log-encrypted"):
            log_key = own_key(self, "log-key", "Log key", account, [for_logs])
        return key, log_key

    def _network(self, given: Mapping[str, Any]) -> list[Any]:
        self.make(
            aws.elasticache.SubnetGroup,
            "subnet-group",
            {"description": f"Subnets of {self.identifier}", "subnet_ids": given["subnet_ids"]},
        )
        groups = given.get("security_group_ids")
        if groups is not None:
            return list(groups)
        if given.get("vpc_id") is None:
            raise self.error("give vpc_id or security_group_ids")
        cidrs = given.get("allowed_cidrs") or ()
        own = self.make(
            aws.ec2.SecurityGroup,
            "security-group",
            {
                "description": f"Who may connect to {self.identifier}",
                "vpc_id": given["vpc_id"],
                "ingress": [
                    {
                        "description": "Clients of the cache",
                        "protocol": "tcp",
                        "from_port": PORT,
                        "to_port": PORT,
                        "cidr_blocks": list(cidrs),
                    }
                ]
                if cidrs
                else [],
                "egress": [],
            },
        )
        return [own.id]

    def _group(self, given: Mapping[str, Any], groups: list[Any]) -> Any:
        zones = given["zones"]
        made: Mapping[str, Any] = self.children
        token = given.get("auth_token")
        user_group = given.get("user_group_id")
        nodes = len(zones) if self._multiple else 1
        engine = given.get("engine", "redis")
        return self.make(
            aws.elasticache.ReplicationGroup,
            "replication-group",
            {
                "replication_group_id": self.identifier,
                "description": f"Cache {self.identifier}",
                "engine": engine,
                "engine_version": given.get("engine_version", VERSIONS[engine]),
                "node_type": given["instance_type"],
                "num_cache_clusters": nodes,
                "preferred_cache_cluster_azs": list(zones[:nodes]),
                "multi_az_enabled": self._multiple,
                "automatic_failover_enabled": self._multiple,
                "port": PORT,
                "subnet_group_name": made["subnet-group"].name,
                "security_group_ids": groups,
                "at_rest_encryption_enabled": True,
                "kms_key_id": self.key,
                "transit_encryption_enabled": True,
                "transit_encryption_mode": "required",
                "auth_token_wo": None if token is None else pulumi.Output.secret(token),
                "auth_token_wo_version": None if token is None else given.get("auth_token_version", 1),
                "user_group_ids": None if user_group is None else [user_group],
                "snapshot_retention_limit": self.hardening.number("backup-retention-days"),
                "snapshot_window": "17:00-18:00",  # from one o'clock at night in China
                "final_snapshot_identifier": f"{self.identifier}-final",
                "auto_minor_version_upgrade": True,
                "log_delivery_configurations": [
                    {
                        "destination": made[log].name,
                        "destination_type": "cloudwatch-logs",
                        "log_format": "json",
                        "log_type": log,
                    }
                    for log in LOGS
                ],
            },
            holds_data=True,
            timeouts=pulumi.CustomTimeouts(create="90m", update="90m"),
        )

    def _limits(self) -> None:
        """What the product cannot do, where the baseline asks for it."""
        self.cannot(
            "db-audit-on",
            "audit of commands",
            "ElastiCache writes down slow commands and what the engine does, not who ran which command: let the "
            "programs record who uses the cache",
        )
        self.cannot(
            "deletion-protection",
            "release",
            "ElastiCache has no protection against deletion: a final snapshot is made, and Pulumi's protect holds",
        )
