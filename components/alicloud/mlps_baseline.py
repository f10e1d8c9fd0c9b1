"""MlpsBaseline: the whole of a system in two regions, hardened for its level."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.audit_trail import AuditTrail
from compliant_infra.components.alicloud.backup_vault import BackupVault
from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.cache import Cache, CacheAccount
from compliant_infra.components.alicloud.failover import fail_over
from compliant_infra.components.alicloud.identity import Identity
from compliant_infra.components.alicloud.key_ring import KeyRing
from compliant_infra.components.alicloud.monitoring import AlarmContact, Monitoring
from compliant_infra.components.alicloud.object_bucket import ObjectBucket
from compliant_infra.components.alicloud.region_guard import RegionGuard
from compliant_infra.components.alicloud.relational_database import (
    DatabaseAdministrator,
    DatabaseSynchronization,
    RelationalDatabase,
)
from compliant_infra.components.alicloud.runtime_rules import RuntimeRules
from compliant_infra.components.alicloud.server_group import ServerGroup
from compliant_infra.components.alicloud.threat_protection import HTTPS, Decoy, ThreatProtection
from compliant_infra.components.alicloud.tiered_network import TieredNetwork
from compliant_infra.components.alicloud.web_entry import WebEntry
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.composites import check_baseline, composite_arguments, parts_elsewhere, recovery
from compliant_infra.components.network_plan import APPLICATION_PORTS
from compliant_infra.providers.regions import region_class

#: Parts of the account that may be there already, in a landing zone.
ACCOUNT_PARTS = (
    "audit_trail",
    "data_discovery",
    "identity",
    "monitoring",
    "region_guard",
    "runtime_rules",
    "threat_protection",
)

#: By what the bastion host reaches servers: SSH and remote desktops.
BASTION_PORTS = (22, 3389)

#: Sizes of Data Security Center, the smallest packages: instances of databases, gigabytes of OSS.
DISCOVERED_DATABASES = 2
DISCOVERED_OSS_GB = 1000


class BaselineSite(TypedDict):
    """One of the two regions."""

    region: str
    """Region in mainland China."""
    zones: list[str]
    """Zones, as many as the baseline asks for."""
    cidr_block: str
    """Private block of the network; the two must not overlap."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance; where keys in hardware or SM keys are asked for, it is ordered beforehand in the console."""
    certificate_id: NotRequired[pulumi.Input[str]]
    """TLS certificate of the entry in this region; needed with ``entry``."""
    waf_instance_id: NotRequired[pulumi.Input[str]]
    """WAF 3.0 instance, where SM2 certificates end TLS in front of the entries; given in ``primary``.

    An account has one instance for the whole mainland: ``standby`` leaves it out or names the same one.
    """
    sm2_certificate_id: NotRequired[pulumi.Input[str]]
    """SM2 certificate pair of the domain, with ``waf_instance_id``; ``standby`` leaves it out or names the same one."""
    provider: NotRequired[alicloud.Provider]
    """Provider configuration of the region; an own one without it."""


class BaselineDatabase(TypedDict):
    """The database of the system, as RelationalDatabase takes it."""

    engine: str
    """``MySQL`` or ``PostgreSQL``."""
    engine_version: str
    """Version, for example ``8.0``."""
    instance_type: str
    """Instance type, of the edition that the level leads to."""
    storage_gb: int
    """Size of the storage in GB."""
    databases: NotRequired[list[str]]
    """Names of databases to make."""
    administrator: NotRequired[DatabaseAdministrator]
    """A privileged account to make."""
    restore_time: NotRequired[str]
    """From which point in time the standby instance is made, once the first backup is in the second region."""
    synchronization: NotRequired[DatabaseSynchronization]
    """Keeps the standby instance in step."""


class BaselineEntry(TypedDict):
    """The public entry of the system: one in each region, and failover between them."""

    domain: str
    """Domain of the system; its record has to name the CNAME of the failover."""
    backend_port: NotRequired[int]
    """Port of the application tier, checked over HTTPS; 8443 without it."""
    health_check_path: NotRequired[str]
    """Path by which servers, and the entry for the failover, are checked; ``/`` without it."""


class BaselineCache(TypedDict):
    """The cache of the system, as Cache takes it."""

    instance_type: str
    """Instance class; of the enterprise edition where the level asks for encryption."""
    account: NotRequired[CacheAccount]
    """An account to make."""
    engine_version: NotRequired[str]
    """Version of Redis with which it is compatible."""


class BaselineServers(TypedDict):
    """The servers of the system, as ServerGroup takes them; behind the entry where there is one."""

    image_id: pulumi.Input[str]
    """Image of the servers. List it in ``images`` too, so that the standby region has it."""
    instance_types: list[str]
    """Instance types, the preferred one first."""
    size: NotRequired[list[int]]
    """Smallest and largest number of servers."""
    data_disks_gib: NotRequired[list[int]]
    """Sizes of data disks in GiB."""
    user_data: NotRequired[str]
    """Script or cloud-init document of the first start. No secrets."""


class MlpsBaselineArgs(CommonArgs):
    """Arguments of MlpsBaseline."""

    system: str
    """Short name of the system, lower case: first part of names that must be unique, such as those of buckets."""
    account_id: str
    """Number of the account, 16 digits."""
    primary: BaselineSite
    """Where the system runs."""
    standby: BaselineSite
    """Where it goes on when the first region is lost."""
    login_networks: NotRequired[list[str]]
    """Networks from which RAM users may sign in to the console: office, VPN; needed for the part ``identity``."""
    saml_metadata: NotRequired[str]
    """Metadata document of the team's identity provider, Base64."""
    entry: NotRequired[BaselineEntry]
    """A public entry in both regions with failover; none without it.

    With a WAF instance its domain has both entries as back ends, and the failover leads past it, to the second entry,
    when WAF itself does not answer.
    """
    servers: NotRequired[BaselineServers]
    """Servers in the application tier; none without it."""
    cache: NotRequired[BaselineCache]
    """A cache in the data tier; none without it."""
    decoy: NotRequired[Decoy]
    """Image of the honeypot, where the baseline asks for decoys."""
    firewall_switches: NotRequired[bool]
    """Whether Cloud Firewall is switched on for public addresses of entries and NAT gateways; true without it.

    Entries have addresses of their own from level 3 on; at level 2 theirs are switched on in the console. That Cloud
    Firewall knows a new address at once is unconfirmed: where a switch fails in the first deployment, synchronise its
    assets in the console and deploy again.
    """
    database: NotRequired[BaselineDatabase]
    """A database with its standby; none without it."""
    images: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Ids of server images that are copied to the standby region, each under a name of yours."""
    contacts: NotRequired[list[AlarmContact]]
    """Who is told of alarms."""
    replication_role: NotRequired[str]
    """Name of the RAM role by which OSS copies encrypted objects; an own one without it."""
    elsewhere: NotRequired[dict[str, str]]
    """Parts of the account that are provided elsewhere, each with where: ``{"audit_trail": "landing zone"}``. Parts are
    ``audit_trail``, ``data_discovery``, ``identity``, ``monitoring``, ``region_guard``, ``runtime_rules`` and
    ``threat_protection``."""
    finance_regions: NotRequired[bool]
    """Whether both regions must be of the financial cloud; as the baseline asks without it."""


class MlpsBaseline(AlicloudComponent):
    """A system in two regions for ``mlps-l2``, ``mlps-l3`` or ``mlps-l4``: every part that the level asks for.

    Networks in tiers, keys, an object bucket, backups and, where asked for, a database in a primary and a standby
    region; audit trail, identities, threat protection, monitoring and run-time rules for the account. Everything is
    declared for recovery: objectives, tier, and how far the regions lie apart.

    Serves the technical clauses 8.1.2 to 8.1.5 and 8.2.2 to 8.2.5 of GB/T 22239-2019 as far as resources can; what
    stays is evidence, listed by ``compliant-infra coverage``.
    """

    carried = ("mlps-l2", "mlps-l3", "mlps-l4")
    default_baseline = "mlps-l3"
    _typed_args: type = MlpsBaselineArgs

    vpc_id: pulumi.Output[str]
    """Network of the primary region."""
    standby_vpc_id: pulumi.Output[str]
    """Network of the standby region."""
    data_key_id: pulumi.Output[str]
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
        check_baseline(self, self.carried)
        self.system: str = self.args["system"]
        self.primary: Mapping[str, Any] = self.args["primary"]
        self.standby: Mapping[str, Any] = self.args["standby"]
        self.elsewhere = parts_elsewhere(self, ACCOUNT_PARTS)
        self._places()
        self.recovery = recovery(self, self.standby["region"])
        self._networks()
        self._keys()
        self._account()
        self._entries()
        self._threats()
        self._servers()
        self._data()
        self._discovery()
        self._backups()
        self._watch()
        self._fail_over()
        self.vpc_id = self.network.vpc_id
        self.standby_vpc_id = self.standby_network.vpc_id
        self.data_key_id = self.keys.data_key_id
        self.bucket_name = self.bucket.bucket_name
        self.database_address = pulumi.Output.from_input(
            None if self.database is None else self.database.connection_string
        )
        self.finish(
            {
                "vpc_id": self.vpc_id,
                "standby_vpc_id": self.standby_vpc_id,
                "data_key_id": self.data_key_id,
                "bucket_name": self.bucket_name,
                "database_address": self.database_address,
                "recovery": self.recovery,
                "elsewhere": self.elsewhere,
            }
        )

    def _places(self) -> None:
        """Both regions are where they may be, and the provider configurations are theirs."""
        self._domestic(self.standby["region"], self.hardening)
        if self.args.get("finance_regions"):
            for region in (self.region, self.standby["region"]):
                if region_class(self.cloud, region) != "finance":
                    raise ComponentError(
                        f"{type(self).__name__} {self.component_name!r}: finance_regions are asked for, {region!r} is "
                        "none"
                    )
        given = self.primary.get("provider")
        if given is not None:
            self.provider = self.provider_for(self.region, given, "provider")
        self.standby_provider = self.provider_for(
            self.standby["region"], self.standby.get("provider"), "standby-provider"
        )

    def _in_standby(self, **args: Any) -> dict[str, Any]:
        """Arguments of what an inner component makes in the standby region."""
        return {"region": self.standby["region"], "provider": self.standby_provider, **args}

    # -- networks and keys ---------------------------------------------------------------------------------------

    def _networks(self) -> None:
        """Without flow logs: their key is in a KMS instance, which needs the network first."""
        self.network = self._network("network", self.primary, self.provider)
        self.standby_network = self._network("standby-network", self.standby, self.standby_provider)

    def _network(self, suffix: str, site: Mapping[str, Any], provider: pulumi.ProviderResource) -> TieredNetwork:
        entry: Mapping[str, Any] = self.args.get("entry") or {}
        return self.component(
            TieredNetwork,
            suffix,
            {
                "region": site["region"],
                "cidr_block": site["cidr_block"],
                "zones": site["zones"],
                # The entry answers plain HTTP with a redirect.
                "entry_ports": [443, 80] if "entry" in self.args else None,
                "application_ports": [entry["backend_port"]] if "backend_port" in entry else None,
                "flow_logs": False,
                "bastion_ports": list(BASTION_PORTS) if self._has_bastion(site) else None,
            },
            provider=provider,
        )

    def _has_bastion(self, site: Mapping[str, Any]) -> bool:
        """Whether ThreatProtection makes a bastion host in the region: in the first one, where the level asks."""
        asked = self.hardening.demands("net-bastion-private") and "threat_protection" not in self.elsewhere
        return asked and site is self.primary

    def _keys(self) -> None:
        self.keys = self.component(
            KeyRing,
            "keys",
            {
                **self._key_place(self.primary, self.network),
                "alias_prefix": self.system,
                "standby": self._in_standby(**self._key_place(self.standby, self.standby_network)),
            },
        )

        self.network.log_flows(self.keys.log_key_id)
        standby_key: Any = self.keys.standby_log_key_id  # there is one, for there is a standby
        self.standby_network.log_flows(standby_key)

    def _key_place(self, site: Mapping[str, Any], network: TieredNetwork) -> dict[str, Any]:
        """A KMS instance that is there, or the place of one that is made."""
        instance = site.get("kms_instance_id")
        if instance is not None:
            return {"kms_instance_id": instance}
        return {"vpc_id": network.vpc_id, "subnet_ids": network.data_subnet_ids, "zones": list(site["zones"])}

    # -- the account ---------------------------------------------------------------------------------------------

    def _account(self) -> None:
        account = self.args["account_id"]
        self.trail: AuditTrail | None = None
        if "audit_trail" not in self.elsewhere:
            self.trail = self.component(
                AuditTrail,
                "audit",
                {
                    "account_id": account,
                    "trail_name": f"{self.system}-trail",
                    "project": f"{self.system}-audit-{account}",
                    "bucket": f"{self.system}-audit-{account}",
                    "kms_key_id": self.keys.log_key_id,
                    "standby": self._in_standby(kms_key_id=self.keys.standby_log_key_id),
                    "replication_role": self.args.get("replication_role"),
                },
            )
        self.runtime_rules: RuntimeRules | None = None
        if "runtime_rules" not in self.elsewhere:
            self.runtime_rules = self.component(
                RuntimeRules,
                "runtime",
                {
                    "account_id": account,
                    "log_project": self.trail.log_project_name if self.trail else None,
                    "kms_key_id": self.keys.log_key_id,
                },
            )

        self.identity: Identity | None = None
        if "identity" not in self.elsewhere:
            networks = self.args.get("login_networks")
            if not networks:
                raise ComponentError(
                    f"{type(self).__name__} {self.component_name!r}: give login_networks, from which people sign in, "
                    "or say in elsewhere where identities are provided"
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
            self.region_guard = self.component(
                RegionGuard,
                "regions",
                {
                    "allowed_regions": [self.region, self.standby["region"]],
                    "name_prefix": f"{self.system}-regions",
                    "role_names": None if self.identity is None else list(self.identity.role_names.values()),
                },
                # Roles are named by texts, and the rule of Cloud Config needs its recorder.
                depends_on=[made for made in (self.identity, self.runtime_rules) if made is not None],
            )

    # -- entry and servers ---------------------------------------------------------------------------------------

    def _entries(self) -> None:
        self.entry: WebEntry | None = None
        self.standby_entry: WebEntry | None = None
        wanted = self.args.get("entry")
        if wanted is None:
            return
        self._one_firewall()
        firewall = self.primary.get("waf_instance_id")
        standby_key: Any = self.keys.standby_log_key_id  # there is one, for there is a standby
        # First the second one: it is the other back end of the domain in WAF.
        self.standby_entry = self._entry(
            "standby-entry",
            wanted,
            self.standby,
            self.standby_network,
            standby_key,
            self.standby_provider,
            {} if firewall is None else {"waf_elsewhere": f"the entry in {self.region}"},
        )
        self.entry = self._entry(
            "entry",
            wanted,
            self.primary,
            self.network,
            self.keys.log_key_id,
            self.provider,
            {}
            if firewall is None
            else {
                "waf": {
                    "instance_id": firewall,
                    "domain": wanted["domain"],
                    "certificate_id": self.primary.get("certificate_id"),
                    "backup_backends": [self.standby_entry.dns_name],
                    # The trail collects the logs of WAF, of all its domains.
                    "collect_logs": self.trail is None or not self.hardening.demands("audit-central"),
                    **_given(self.primary, "sm2_certificate_id"),
                }
            },
        )

    def _one_firewall(self) -> None:
        """Both sites share the WAF instance of the account, and the domain is in it once, with one pair of SM2."""
        for part in ("waf_instance_id", "sm2_certificate_id"):
            mine, other = self.primary.get(part), self.standby.get(part)
            unlike = isinstance(mine, str) and isinstance(other, str) and mine != other
            if other is not None and (mine is None or unlike):
                raise ComponentError(
                    f"{type(self).__name__} {self.component_name!r}: an account has one WAF 3.0 instance for the "
                    f"mainland, in which a domain is once: give {part} in primary, and in standby none or the same one"
                )

    def _threats(self) -> None:
        """After the entries: the firewall is switched on for their addresses."""
        if "threat_protection" not in self.elsewhere:
            self.threat_protection = self.component(
                ThreatProtection,
                "threats",
                {
                    "vpc_id": self.network.vpc_id,
                    "subnet_ids": self.network.application_subnet_ids,
                    "security_group_ids": [self.network.bastion_security_group_id]
                    if self._has_bastion(self.primary)
                    else None,
                    # Plain HTTP passes the firewall too, to be answered with a redirect.
                    "inbound": [*HTTPS, {"application": "HTTP", "port": "80/80"}] if "entry" in self.args else None,
                    "public_addresses": self._public_addresses(),
                    "decoy": self.args.get("decoy"),
                },
            )

    def _public_addresses(self) -> list[pulumi.Output[str]]:
        if not self.args.get("firewall_switches", True):
            return []
        entries = [entry for entry in (self.entry, self.standby_entry) if entry is not None]
        networks = (self.network, self.standby_network)
        return [
            *(address for entry in entries for address in entry.public_addresses),
            *(address for network in networks for address in network.nat_public_addresses),
        ]

    def _fail_over(self) -> None:
        wanted = self.args.get("entry")
        if wanted is None or self.entry is None or self.standby_entry is None:
            return
        self.failover = fail_over(
            self,
            self.system,
            wanted["domain"],
            [("primary", _front_of(self.entry)), ("standby", self.standby_entry.dns_name)],
            [] if self.monitoring is None else self.monitoring.contact_group_names,
            [] if self.monitoring is None else [self.monitoring],
            wanted.get("health_check_path") or "/",
        )

    def _entry(
        self,
        suffix: str,
        wanted: Mapping[str, Any],
        site: Mapping[str, Any],
        network: TieredNetwork,
        key: pulumi.Input[str],
        provider: pulumi.ProviderResource,
        firewall: Mapping[str, Any],
    ) -> WebEntry:
        certificate = site.get("certificate_id")
        if certificate is None:
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r}: the entry in {site['region']} needs a certificate_id"
            )
        return self.component(
            WebEntry,
            suffix,
            {
                "region": site["region"],
                "vpc_id": network.vpc_id,
                "subnet_ids": network.public_subnet_ids,
                "zones": list(site["zones"]),
                "certificate_ids": [certificate],
                "security_group_ids": [network.entry_security_group_id],
                "backend_port": wanted.get("backend_port"),
                "health_check_path": wanted.get("health_check_path"),
                "kms_key_id": key,
                **firewall,
            },
            provider=provider,
        )

    def _servers(self) -> None:
        self.servers: ServerGroup | None = None
        wanted = self.args.get("servers")
        if wanted is None:
            return
        behind = None
        if self.entry is not None:
            port = (self.args.get("entry") or {}).get("backend_port", APPLICATION_PORTS[0])
            behind = [{"server_group_id": self.entry.server_group_id, "port": port}]
        self.servers = self.component(
            ServerGroup,
            "servers",
            {
                **wanted,
                "vpc_id": self.network.vpc_id,
                "subnet_ids": self.network.application_subnet_ids,
                "zones": list(self.primary["zones"]),
                "security_group_ids": [self.network.application_security_group_id],
                "kms_key_id": self.keys.data_key_id,
                "target_groups": behind,
                "standby": {"region": self.standby["region"], "kms_key_id": self.keys.standby_data_key_id}
                if wanted.get("data_disks_gib")
                else None,
            },
        )

    # -- data ----------------------------------------------------------------------------------------------------

    def _data(self) -> None:
        account = self.args["account_id"]
        self.bucket = self.component(
            ObjectBucket,
            "bucket",
            {
                "bucket": f"{self.system}-data-{account}",
                "kms_key_id": self.keys.data_key_id,
                "replication_role": self.args.get("replication_role"),
                "standby": self._in_standby(kms_key_id=self.keys.standby_data_key_id),
            },
        )
        self.database: RelationalDatabase | None = None
        wanted = self.args.get("database")
        if wanted is not None:
            choice = {key: value for key, value in wanted.items() if key not in ("restore_time", "synchronization")}
            self.database = self.component(
                RelationalDatabase,
                "database",
                {
                    **choice,
                    "account_id": account,
                    "identifier": f"{self.system}-db",
                    "zones": list(self.primary["zones"]),
                    "subnet_ids": self.network.data_subnet_ids,
                    "vpc_id": self.network.vpc_id,
                    "allowed_cidrs": list(self.network.plan["application"].blocks),
                    "kms_key_id": self.keys.data_key_id,
                    "standby": self._in_standby(
                        zones=list(self.standby["zones"]),
                        subnet_ids=self.standby_network.data_subnet_ids,
                        vpc_id=self.standby_network.vpc_id,
                        allowed_cidrs=list(self.standby_network.plan["application"].blocks),
                        kms_key_id=self.keys.standby_data_key_id,
                        **{key: wanted[key] for key in ("restore_time", "synchronization") if key in wanted},
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
                    "account_id": account,
                    "identifier": f"{self.system}-cache",
                    "zones": list(self.primary["zones"]),
                    "subnet_ids": self.network.data_subnet_ids,
                    "allowed_cidrs": list(self.network.plan["application"].blocks),
                    "kms_key_id": self.keys.data_key_id,
                },
            )
        for image, source in (self.args.get("images") or {}).items():
            self.make(
                alicloud.ecs.ImageCopy,
                f"image-{image}",
                {
                    "source_image_id": source,
                    "source_region_id": self.region,
                    "image_name": f"{self.system}-{image}",
                    "description": f"Copy of {image} for recovery",
                    "encrypted": True,
                    "kms_key_id": self.keys.standby_data_key_id,
                },
                provider=self.standby_provider,
            )

    def _discovery(self) -> None:
        """Data Security Center searches databases and buckets for personal information, where a profile asks for it."""
        if self.hardening.demands("pi-discovery-on") and "data_discovery" not in self.elsewhere:
            self.make(
                alicloud.sddp.Instance,
                "data-discovery",
                {
                    "payment_type": "Subscription",
                    "period": 1,
                    "renewal_status": "AutoRenewal",
                    "renew_period": 1,
                    "sddp_version": "version_company",
                    "sd_cbool": "yes",
                    "sdc": str(DISCOVERED_DATABASES),
                    "ud_cbool": "yes",
                    "udc": str(DISCOVERED_OSS_GB),
                },
                holds_data=True,
            )
        self.cannot(
            "ai-workload-protected",
            "content moderation",
            "it belongs to the service that the models answer in, which this baseline does not make",
        )

    def _backups(self) -> None:
        self.vault = self.component(
            BackupVault,
            "backups",
            {
                "vault_name": f"{self.system}-backups",
                "kms_key_id": self.keys.backup_key_id,
                "select_tags": {"backup": self.system},
                "standby": self._in_standby(kms_key_id=self.keys.standby_backup_key_id),
            },
        )

    # -- watching ------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        self.monitoring: Monitoring | None = None
        if "monitoring" in self.elsewhere:
            return
        if self.trail is None:
            raise ComponentError(
                f"{type(self).__name__} {self.component_name!r}: monitoring searches the audit trail, which is "
                "elsewhere; name monitoring there too"
            )
        self.monitoring = self.component(
            Monitoring,
            "monitoring",
            {
                "log_project": self.trail.log_project_name,
                "log_store": self.trail.log_store_name,
                "contacts": self.args.get("contacts"),
                "database_ids": None if self.database is None else [self.database.instance_id],
            },
        )


def _given(site: Mapping[str, Any], part: str) -> dict[str, Any]:
    return {} if site.get(part) is None else {part: site[part]}


def _front_of(entry: WebEntry) -> Any:
    """The name by which visitors reach an entry: that of WAF where it stands in front and ends TLS."""
    return entry.dns_name if entry.waf_domain is None else entry.waf_cname
