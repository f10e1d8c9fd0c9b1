"""MlpsBaseline: the whole of a system in Beijing and Ningxia, hardened for its level."""

import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.audit_trail import AuditTrail
from compliant_infra.components.aws.backup_vault import BackupVault
from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.cache import Cache
from compliant_infra.components.aws.failover import fail_over
from compliant_infra.components.aws.identity import Identity
from compliant_infra.components.aws.inspection import firewall_subnets, inspection_routes
from compliant_infra.components.aws.key_ring import KeyRing
from compliant_infra.components.aws.log_groups import group_arn
from compliant_infra.components.aws.monitoring import Monitoring, publisher_key_statements
from compliant_infra.components.aws.object_bucket import ObjectBucket
from compliant_infra.components.aws.refusals import why_not_financial, why_not_level_4
from compliant_infra.components.aws.region_guard import RegionGuard
from compliant_infra.components.aws.relational_database import DatabaseAdministrator, RelationalDatabase
from compliant_infra.components.aws.runtime_rules import RuntimeRules
from compliant_infra.components.aws.server_group import ServerGroup, disk_key_statements
from compliant_infra.components.aws.threat_protection import ThreatProtection
from compliant_infra.components.aws.tiered_network import TieredNetwork
from compliant_infra.components.aws.web_entry import WebEntry, log_bucket_statement
from compliant_infra.components.baseline import Hardening
from compliant_infra.components.component import CommonArgs
from compliant_infra.components.composites import check_baseline, composite_arguments, parts_elsewhere, recovery

#: Parts of the account that may be there already, in a landing zone.
ACCOUNT_PARTS = (
    "audit_trail",
    "identity",
    "monitoring",
    "region_guard",
    "runtime_rules",
    "threat_protection",
)

#: Names of systems: with what is put behind them, buckets have no more than their 63 characters.
SYSTEM_NAME = re.compile(r"[a-z][a-z0-9-]{0,13}[a-z0-9]")


class BaselineSite(TypedDict):
    """One of the two regions."""

    region: str
    """``cn-north-1`` or ``cn-northwest-1``."""
    zones: list[str]
    """Zones, as many as the baseline asks for; at most three, to leave room for the firewall."""
    cidr_block: str
    """Private block of the network; the two must not overlap."""
    certificate_id: NotRequired[pulumi.Input[str]]
    """ARN of the TLS certificate of the entry in this region; needed with ``entry``."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the region; an own one without it."""


class BaselineDatabase(TypedDict):
    """The database of the system, as RelationalDatabase takes it."""

    engine: str
    """``MySQL`` or ``PostgreSQL``."""
    engine_version: str
    """Version, for example ``8.0``."""
    instance_type: str
    """Instance class, for example ``db.m6i.large``."""
    storage_gb: int
    """Size of the storage in GB."""
    databases: NotRequired[list[str]]
    """Name of the database to make; RDS makes one."""
    administrator: NotRequired[DatabaseAdministrator]
    """The privileged account, with its password from the level on that asks for a standby."""
    monitoring_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which RDS writes Enhanced Monitoring; without it there is none."""


class BaselineEntry(TypedDict):
    """The public entry of the system: one in each region, and failover between them."""

    domain: str
    """Domain of the system."""
    hosted_zone_id: NotRequired[pulumi.Input[str]]
    """Public zone of Route 53 that holds the domain; an own one, to be delegated to, without it."""
    backend_port: NotRequired[int]
    """Port of the application tier, checked over HTTPS; 8443 without it."""
    health_check_path: NotRequired[str]
    """Path by which servers and entries are checked; ``/`` without it."""


class BaselineCache(TypedDict):
    """The cache of the system, as Cache takes it."""

    instance_type: str
    """Node type, for example ``cache.m6g.large``."""
    auth_token: NotRequired[pulumi.Input[str]]
    """Password, 16 to 128 characters; a secret of the stack configuration."""
    auth_token_version: NotRequired[int]
    """To be raised with every new password; 1 without it."""
    user_group_id: NotRequired[pulumi.Input[str]]
    """User group that replaces the password."""
    engine_version: NotRequired[str]
    """Version; ``7.1`` without it."""


class BaselineServers(TypedDict):
    """The servers of the system, as ServerGroup takes them; behind the entry where there is one."""

    image_id: pulumi.Input[str]
    """AMI of the servers. List it in ``images`` too, so that the standby region has it."""
    instance_types: list[str]
    """Instance types, the preferred one first."""
    size: NotRequired[list[int]]
    """Smallest and largest number of servers."""
    data_disks_gib: NotRequired[list[int]]
    """Sizes of data disks in GiB."""
    user_data: NotRequired[str]
    """Script or cloud-init document of the first start. No secrets."""
    role_statements: NotRequired[list[dict[str, Any]]]
    """Statements of the role's policy, besides what Session Manager and its records need."""


class MlpsBaselineArgs(CommonArgs):
    """Arguments of MlpsBaseline."""

    system: str
    """Short name of the system, 2 to 15 lower-case letters, digits and hyphens: first part of names that are unique,
    such as those of buckets."""
    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    primary: BaselineSite
    """Where the system runs."""
    standby: BaselineSite
    """Where it goes on when the first region is lost."""
    login_networks: NotRequired[list[str]]
    """Networks from which people may work in the account: office, VPN; needed for the part ``identity``."""
    saml_metadata: NotRequired[str]
    """Metadata document (XML) of the team's identity provider."""
    entry: NotRequired[BaselineEntry]
    """A public entry in both regions with failover; none without it."""
    servers: NotRequired[BaselineServers]
    """Servers in the application tier; none without it."""
    cache: NotRequired[BaselineCache]
    """A cache in the data tier; none without it."""
    database: NotRequired[BaselineDatabase]
    """A database with its standby; none without it."""
    images: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Ids of AMIs that are copied to the standby region, each under a name of yours."""
    contacts: NotRequired[list[str]]
    """Mail addresses that are told of alarms; needed for the part ``monitoring``."""
    outbound_domains: NotRequired[list[str]]
    """Domains that the servers may reach, ``.example.cn``; those of the services of AWS in China without it."""
    elsewhere: NotRequired[dict[str, str]]
    """Parts of the account that are provided elsewhere, each with where: ``{"audit_trail": "landing zone"}``. Parts are
    ``audit_trail``, ``identity``, ``monitoring``, ``region_guard``, ``runtime_rules``, ``threat_protection``."""


class MlpsBaseline(AwsComponent):
    """A system in Beijing and Ningxia for ``mlps-l2`` or ``mlps-l3``: every part that the level asks for.

    Networks in tiers behind a firewall that all traffic with the internet passes, keys with replicas, an object bucket,
    backups and, where asked for, entries with failover, servers, a cache and a database with its replica; audit trail,
    identities, threat protection, monitoring and run-time rules for the account. Everything is declared for recovery:
    objectives, tier, and how far the regions lie apart.

    ``mlps-l4`` and the baselines of the financial sector are refused: the platform is assessed at level 3, and what
    those ask for is not offered in China.

    Serves the technical clauses 8.1.2 to 8.1.5 and 8.2.2 to 8.2.5 of GB/T 22239-2019 as far as resources can; what
    stays is evidence, listed by ``compliant-infra coverage``.
    """

    carried = ("mlps-l2", "mlps-l3")
    default_baseline = "mlps-l3"
    _typed_args: type = MlpsBaselineArgs

    vpc_id: pulumi.Output[str]
    """Network of the primary region."""
    standby_vpc_id: pulumi.Output[str]
    """Network of the standby region."""
    data_key_arn: pulumi.Output[str]
    """Key of data in the primary region."""
    bucket_name: pulumi.Output[str]
    """Bucket of the system."""
    database_address: pulumi.Output[str | None]
    """Private address of the database."""
    recovery: dict[str, Any]
    """Declared objectives, and how far the regions lie apart."""

    def __init__(self, name: str, args: MlpsBaselineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        what = f"{type(self).__name__} {name!r}"
        super().__init__(name, composite_arguments(what, args), opts, self._typed_args)
        self.system: str = self.args["system"]
        if not SYSTEM_NAME.fullmatch(self.system):
            raise self.error(
                f"system is {self.system!r}; it takes 2 to 15 lower-case letters, digits and hyphens, a letter first"
            )
        self.account_id: str = self.args["account_id"]
        self.primary: Mapping[str, Any] = self.args["primary"]
        self.standby: Mapping[str, Any] = self.args["standby"]
        self.elsewhere = parts_elsewhere(self, ACCOUNT_PARTS)
        self._places()
        self.recovery = recovery(self, self.standby["region"])
        self._keys()
        self._networks()
        self._account()
        self._bucket()
        self._entries()
        self._servers()
        self._data()
        self._backups()
        self._watch()
        self.cannot(
            "pi-discovery-on",
            "data discovery",
            "that Macie is offered in China is not confirmed: search buckets and databases for personal information by "
            "a product of another vendor, and keep its reports as evidence",
        )
        self.cannot(
            "ai-workload-protected",
            "content moderation",
            "the filters of what models are asked and answer belong to the service that the models answer in: set them "
            "up there",
        )
        self.vpc_id = self.network.vpc_id
        self.standby_vpc_id = self.standby_network.vpc_id
        self.data_key_arn = self.keys.data_key_arn
        self.bucket_name = self.bucket.bucket_name
        self.database_address = pulumi.Output.from_input(
            None if self.database is None else self.database.connection_string
        )
        self.finish(
            {
                "vpc_id": self.vpc_id,
                "standby_vpc_id": self.standby_vpc_id,
                "data_key_arn": self.data_key_arn,
                "bucket_name": self.bucket_name,
                "database_address": self.database_address,
                "recovery": self.recovery,
                "elsewhere": self.elsewhere,
            }
        )

    def _domestic(self, region: str, asked: Hardening) -> None:
        """Refuses a baseline before a region: what stands against the baseline says more."""
        self.hardening = asked
        check_baseline(self, self.carried, why_not_financial() if asked.financial else why_not_level_4())
        super()._domestic(region, asked)

    def _places(self) -> None:
        """Both regions are where they may be, and the provider configurations are theirs."""
        self._domestic(self.standby["region"], self.hardening)
        given = self.primary.get("provider")
        if given is not None:
            self.provider = self.provider_for(self.region, given, "provider")
        self.standby_provider = self.provider_for(
            self.standby["region"], self.standby.get("provider"), "standby-provider"
        )

    def _in_standby(self, **args: Any) -> dict[str, Any]:
        """Arguments of what an inner component makes in the standby region."""
        return {"region": self.standby["region"], "provider": self.standby_provider, **args}

    # -- keys and networks ---------------------------------------------------------------------------------------

    def _keys(self) -> None:
        """Keys come first: they need no network, and the flow logs are encrypted by them."""
        self.keys = self.component(
            KeyRing,
            "keys",
            {
                "account_id": self.account_id,
                "alias_prefix": self.system,
                "policy_statements": {
                    "log": publisher_key_statements(self.account_id),
                    **({"data": disk_key_statements(self.account_id)} if "servers" in self.args else {}),
                },
                "standby": self._in_standby(),
            },
        )

    def _networks(self) -> None:
        self.network = self._network("network", self.primary, self.provider, self.keys.log_key_arn)
        self.standby_network = self._network(
            "standby-network", self.standby, self.standby_provider, self.keys.standby_log_key_arn
        )

    def _network(
        self, suffix: str, site: Mapping[str, Any], provider: pulumi.ProviderResource, key: pulumi.Input[Any]
    ) -> TieredNetwork:
        port = (self.args.get("entry") or {}).get("backend_port")
        return self.component(
            TieredNetwork,
            suffix,
            {
                "region": site["region"],
                "account_id": self.account_id,
                "cidr_block": site["cidr_block"],
                "zones": site["zones"],
                "application_ports": None if port is None else [port],
                "kms_key_arn": key,
                "inspected": "threat_protection" not in self.elsewhere,
            },
            provider=provider,
        )

    # -- the account ---------------------------------------------------------------------------------------------

    def _account(self) -> None:
        account = self.account_id
        self.trail: AuditTrail | None = None
        if "audit_trail" not in self.elsewhere:
            self.trail = self.component(
                AuditTrail,
                "audit",
                {
                    "account_id": account,
                    "trail_name": f"{self.system}-trail",
                    "bucket": f"{self.system}-audit-{account}",
                    "kms_key_arn": self.keys.log_key_arn,
                    "standby": self._in_standby(kms_key_arn=self.keys.standby_log_key_arn),
                },
            )
        self.identity: Identity | None = None
        if "identity" not in self.elsewhere:
            networks = self.args.get("login_networks")
            if not networks:
                raise self.error(
                    "give login_networks, from which people work in the account, or say in elsewhere where identities "
                    "are provided"
                )
            self.identity = self.component(
                Identity,
                "identity",
                {
                    "account_id": account,
                    "login_networks": networks,
                    "name_prefix": self.system,
                    "saml_metadata": self.args.get("saml_metadata"),
                },
            )
        if "region_guard" not in self.elsewhere:
            self._region_guard()
        for suffix, site, other, keys in (
            ("", self.primary, self.standby, (self.keys.log_key_arn, self.keys.standby_log_key_arn)),
            ("standby-", self.standby, self.primary, (self.keys.standby_log_key_arn, self.keys.log_key_arn)),
        ):
            self._regional(suffix, site, other, keys)

    def _region_guard(self) -> None:
        self.region_guard = self.component(
            RegionGuard,
            "regions",
            {"allowed_regions": [self.region, self.standby["region"]], "name_prefix": f"{self.system}-regions"},
        )
        if self.identity is None:
            return
        roles: Mapping[str, Any] = self.identity.children
        for duty in self.identity.role_names:
            self.make(
                aws.iam.RolePolicyAttachment,
                f"regions-{duty}",
                {
                    "role": roles[f"{duty}-role"].name,
                    "policy_arn": self.region_guard.policy_arn,
                },
            )

    def _regional(self, prefix: str, site: Mapping[str, Any], other: Mapping[str, Any], keys: tuple[Any, Any]) -> None:
        """Services that watch one region, in both: Config, GuardDuty, Inspector, the firewall, Session Manager."""
        account, region = self.account_id, site["region"]
        provider = self._provider_of(site)
        if "runtime_rules" not in self.elsewhere:
            rules = self.component(
                RuntimeRules,
                f"{prefix}runtime",
                {
                    "region": region,
                    "account_id": account,
                    "bucket": f"{self.system}-config-{account}-{region}",
                    "kms_key_arn": keys[0],
                    "standby": {
                        "region": other["region"],
                        "provider": self._provider_of(other),
                        "kms_key_arn": keys[1],
                    },
                },
                provider=provider,
            )
            if not prefix:
                self.runtime_rules = rules
        if "threat_protection" not in self.elsewhere:
            network = self.standby_network if prefix else self.network
            protection = self.component(
                ThreatProtection,
                f"{prefix}threats",
                {
                    "region": region,
                    "account_id": account,
                    "vpc_id": network.vpc_id,
                    "subnet_ids": firewall_subnets(self, prefix, network, provider),
                    "domains": self.args.get("outbound_domains"),
                    "kms_key_arn": keys[0],
                },
                provider=provider,
            )
            inspection_routes(self, prefix, network, protection.firewall, provider)
            if not prefix:
                self.threat_protection = protection

    def _provider_of(self, site: Mapping[str, Any]) -> pulumi.ProviderResource:
        return self.provider if site is self.primary else self.standby_provider

    # -- bucket and entries --------------------------------------------------------------------------------------

    def _bucket(self) -> None:
        """The bucket of the system. Its buckets of access logs take those of the entries too."""
        self._bucket_name = f"{self.system}-data-{self.account_id}"
        writers = []
        if "entry" in self.args:
            writers = [
                log_bucket_statement(
                    self._access_logs(prefix), site["region"], self.account_id, f"{self.component_name}-{prefix}entry"
                )
                for prefix, site in (("", self.primary), ("standby-", self.standby))
            ]
        self.bucket = self.component(
            ObjectBucket,
            "bucket",
            {
                "account_id": self.account_id,
                "bucket": self._bucket_name,
                "kms_key_arn": self.keys.data_key_arn,
                "log_statements": writers or None,
                "standby": self._in_standby(kms_key_arn=self.keys.standby_data_key_arn),
            },
        )

    def _access_logs(self, prefix: str) -> str:
        return f"{self._bucket_name}-standby-logs" if prefix else f"{self._bucket_name}-logs"

    def _entries(self) -> None:
        self.entry: WebEntry | None = None
        self.standby_entry: WebEntry | None = None
        wanted = self.args.get("entry")
        if wanted is None:
            return
        self.entry = self._entry("", wanted, self.primary, self.network)
        self.standby_entry = self._entry("standby-", wanted, self.standby, self.standby_network)
        self.hosted_zone_id = fail_over(
            self,
            self.system,
            wanted["domain"],
            [self.entry, self.standby_entry],
            wanted.get("hosted_zone_id"),
            wanted.get("health_check_path") or "/",
        )

    def _entry(
        self, prefix: str, wanted: Mapping[str, Any], site: Mapping[str, Any], network: TieredNetwork
    ) -> WebEntry:
        certificate = site.get("certificate_id")
        if certificate is None:
            raise self.error(f"the entry in {site['region']} needs a certificate_id")
        policy: Any = self.bucket.children[f"{prefix}logs-policy"]
        return self.component(
            WebEntry,
            f"{prefix}entry",
            {
                "region": site["region"],
                "account_id": self.account_id,
                "vpc_id": network.vpc_id,
                "subnet_ids": network.public_subnet_ids,
                "zones": list(site["zones"]),
                "certificate_ids": [certificate],
                "security_group_ids": [network.entry_security_group_id],
                # By the policy, so that it stands before the load balancer tries to write.
                "log_bucket": policy.bucket,
                # The network lets nothing in but TLS.
                "redirect_http": False,
                "backend_port": wanted.get("backend_port"),
                "health_check_path": wanted.get("health_check_path"),
                "kms_key_arn": self.keys.standby_log_key_arn if prefix else self.keys.log_key_arn,
            },
            provider=self._provider_of(site),
        )

    # -- servers -------------------------------------------------------------------------------------------------

    def _servers(self) -> None:
        self.servers: ServerGroup | None = None
        wanted = self.args.get("servers")
        if wanted is None:
            return
        statements = [*(wanted.get("role_statements") or ()), *self._session_statements()]
        disks = bool(wanted.get("data_disks_gib"))
        self.servers = self.component(
            ServerGroup,
            "servers",
            {
                **wanted,
                "account_id": self.account_id,
                "subnet_ids": self.network.application_subnet_ids,
                "zones": list(self.primary["zones"]),
                "security_group_ids": [self.network.application_security_group_id],
                "kms_key_arn": self.keys.data_key_arn,
                "role_statements": statements,
                "target_groups": None if self.entry is None else [self.entry.server_group_id],
                "standby": {"region": self.standby["region"], "kms_key_arn": self.keys.standby_data_key_arn}
                if disks
                else None,
            },
        )

    def _session_statements(self) -> list[dict[str, Any]]:
        """What servers need so that sessions of administrators are encrypted and recorded."""
        if "threat_protection" in self.elsewhere:
            return []
        group = group_arn(self, self.account_id, f"/aws/ssm/{self.component_name}-threats/sessions")
        return [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                "Resource": [group, f"{group}:log-stream:*"],
            },
            # The agent looks whether the group is encrypted before it opens a session; this takes no resource.
            {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [f"arn:aws-cn:kms:{self.region}:{self.account_id}:key/*"],
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{self.system}/log"]}},
            },
        ]

    # -- data ----------------------------------------------------------------------------------------------------

    def _data(self) -> None:
        self.database: RelationalDatabase | None = None
        wanted = self.args.get("database")
        if wanted is not None:
            self.database = self.component(
                RelationalDatabase,
                "database",
                {
                    **wanted,
                    "account_id": self.account_id,
                    "identifier": f"{self.system}-db",
                    "zones": list(self.primary["zones"]),
                    "subnet_ids": self.network.data_subnet_ids,
                    "security_group_ids": [self.network.data_security_group_id],
                    "kms_key_arn": self.keys.data_key_arn,
                    "log_kms_key_arn": self.keys.log_key_arn,
                    "standby": self._in_standby(
                        subnet_ids=self.standby_network.data_subnet_ids,
                        security_group_ids=[self.standby_network.data_security_group_id],
                        kms_key_arn=self.keys.standby_data_key_arn,
                        log_kms_key_arn=self.keys.standby_log_key_arn,
                    ),
                },
            )
        self.cache: Cache | None = None
        cached = self.args.get("cache")
        if cached is not None:
            self.cache = self.component(
                Cache,
                "cache",
                {
                    **cached,
                    "account_id": self.account_id,
                    "identifier": f"{self.system}-cache",
                    "zones": list(self.primary["zones"]),
                    "subnet_ids": self.network.data_subnet_ids,
                    "security_group_ids": [self.network.data_security_group_id],
                    "kms_key_arn": self.keys.data_key_arn,
                    "log_kms_key_arn": self.keys.log_key_arn,
                },
            )
        for image, source in (self.args.get("images") or {}).items():
            self.make(
                aws.ec2.AmiCopy,
                f"image-{image}",
                {
                    "name": f"{self.system}-{image}",
                    "description": f"Copy of {image} for recovery",
                    "source_ami_id": source,
                    "source_ami_region": self.region,
                    "encrypted": True,
                    "kms_key_id": self.keys.standby_data_key_arn,
                },
                provider=self.standby_provider,
            )

    def _backups(self) -> None:
        self.vault = self.component(
            BackupVault,
            "backups",
            {
                "account_id": self.account_id,
                "vault_name": f"{self.system}-backups",
                "kms_key_arn": self.keys.backup_key_arn,
                "resource_arns": None if self.database is None else [self.database.instance_arn],
                "select_tags": {"backup": self.system},
                "standby": self._in_standby(kms_key_arn=self.keys.standby_backup_key_arn),
            },
        )

    # -- watching ------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if "monitoring" in self.elsewhere:
            return
        if self.trail is None:
            raise self.error("monitoring searches the audit trail, which is elsewhere; name monitoring there too")
        contacts = self.args.get("contacts")
        if not contacts:
            raise self.error("give contacts, who are told of alarms, or say in elsewhere where monitoring is")
        self.monitoring = self.component(
            Monitoring,
            "monitoring",
            {
                "account_id": self.account_id,
                # By the log group, so that it is there before it is searched.
                "log_group": self.trail.log_group_name,
                "mails": contacts,
                "kms_key_arn": self.keys.log_key_arn,
                "database_ids": None if self.database is None else [self.database.instance_id],
            },
        )
