"""ThreatProtection: hosts, borders and administrators under watch, and what attacks is stopped."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import CommonArgs, ComponentError

#: Editions of Security Center by MLPS level: anti-virus with scans for vulnerabilities, Enterprise, Ultimate.
EDITIONS = {2: "level7", 3: "level2", 4: "level8"}

#: The least number of repairs of vulnerabilities that goes with the anti-virus edition; the others hold them.
REPAIRS = 20

#: Cores of a server, where nobody says.
CORES = 4

#: Editions of Cloud Firewall by MLPS level; the Enterprise edition also stands between VPCs.
FIREWALLS = {2: "payg_version", 3: "premium_version", 4: "enterprise_version"}

#: Months of a subscription, which renews itself.
MONTHS = 12

#: The least number of decoys that is sold, and the probes of the node that leads them.
DECOYS = 20

#: Ports that nobody has business with on addresses without a host.
DECOY_PORTS = (22, 445, 3306, 3389, 6379)

#: Steps that the rule against guessed passwords takes: failures, minutes in which they are counted, minutes of lock.
FAILURES = (2, 3, 4, 5, 10, 50, 80, 100)
SPAN_MINUTES = 5
LOCK_MINUTES = (5, 15, 30, 60, 120, 360, 720, 1440, 10080)

#: When scans first ran, in milliseconds: 1 January 2024, midnight in China.
FIRST_SCAN = 1704038400000

EVERYWHERE = "0.0.0.0/0"


class Passage(TypedDict):
    """Traffic that the firewall lets pass; everything else is dropped."""

    application: str
    """``HTTPS``, ``HTTP``, ``SSH``, ``MySQL`` ...: what the firewall recognises, whatever the port."""
    port: str
    """Port or range, ``443/443``."""
    source: NotRequired[str]
    """Addresses that it comes from, as a CIDR block; everywhere without it."""
    destination: NotRequired[str]
    """Addresses that it goes to, as a CIDR block; everywhere without it."""


class Decoy(TypedDict):
    """The image of a honeypot, as the data source of honeypot images lists it."""

    image_id: str
    """Id of the image."""
    image_name: str
    """Name of the image."""


#: What passes where the team says nothing: HTTPS, in and out.
HTTPS: list[Passage] = [{"application": "HTTPS", "port": "443/443"}]


class ThreatProtectionArgs(CommonArgs):
    """Arguments of ThreatProtection."""

    server_count: NotRequired[int]
    """Number of servers that Security Center covers; 20 without it."""
    server_cores: NotRequired[int]
    """Cores (vCPU) of each server; 4 without it. The anti-virus edition is ordered for cores beside servers: that it
    counts them is unconfirmed."""
    edition: NotRequired[str]
    """Edition of Security Center, ``level7``, ``level3``, ``level2`` or ``level8``; by the level without it."""
    security_center_id: NotRequired[str]
    """Security Center that is there already: an account has one."""
    server_uuids: NotRequired[Sequence[pulumi.Input[str]]]
    """Servers, by their UUID in Security Center, for which guessed passwords lock the sign-in."""
    firewall_spec: NotRequired[str]
    """Edition of Cloud Firewall, ``payg_version``, ``premium_version`` ...; by the level without it."""
    cloud_firewall_id: NotRequired[str]
    """Cloud Firewall that is there already: an account has one. Its policies are made all the same."""
    inbound: NotRequired[list[Passage]]
    """What comes in from the internet; HTTPS without it."""
    outbound: NotRequired[list[Passage]]
    """What goes out to the internet; HTTPS without it."""
    public_addresses: NotRequired[Sequence[pulumi.Input[str]]]
    """Public addresses whose traffic goes through the firewall."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets for the bastion host, in two zones from level 3 on."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the bastion host: one of its own, from which servers let SSH or remote desktops in."""
    bastion_license: NotRequired[str]
    """Package of the bastion host; ``bhah_ent_50_asset`` without it."""
    bastion_host_id: NotRequired[str]
    """Bastion host that is there already."""
    database_audit: NotRequired[bool]
    """Whether a database audit appliance stands in the first subnet; off without it."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """Network in which decoys wait on addresses without a host."""
    decoy: NotRequired[Decoy]
    """Image of the honeypot behind the decoys."""


class ThreatProtection(AlicloudComponent):
    """Security Center, Cloud Firewall with blocking intrusion prevention, a private bastion host, decoys.

    Serves 8.1.3.2 to 8.1.3.4 (access control, intrusions and malicious code at the border), 8.1.4.4 and 8.1.4.5
    (intrusions and malicious code on hosts), 8.1.5.1 a and 8.1.5.4 a-b (administrators pass one path) of GB/T
    22239-2019. At financial level 3 and above decoys wait in the network.

    Left to do: hosts and accounts are added to the bastion host; agents run on the hosts; VPC and NAT borders are
    switched on in Cloud Firewall once their routes are known.
    """

    security_center_id: pulumi.Output[str]
    """Id of Security Center."""
    cloud_firewall_id: pulumi.Output[str]
    """Id of Cloud Firewall."""
    bastion_host_id: pulumi.Output[str | None]
    """Id of the bastion host."""

    def __init__(self, name: str, args: ThreatProtectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ThreatProtectionArgs)
        given: Mapping[str, Any] = self.args
        self.has_decoys = self.hardening.demands("net-decoy-bound") and "decoy" in given
        self.security_center = self._security_center() if "security_center_id" not in given else None
        self._scans()
        self._locks(given.get("server_uuids") or [])
        self.firewall = self._cloud_firewall() if "cloud_firewall_id" not in given else None
        self._firewall_rules()
        self.bastion = None
        if self.hardening.demands("net-bastion-private") and "bastion_host_id" not in given:
            self.bastion = self._bastion_host()
        self.database_audit = self._database_audit() if given.get("database_audit") else None
        self._decoys()
        self.security_center_id = pulumi.Output.from_input(
            given["security_center_id"] if self.security_center is None else self.security_center.id
        )
        self.cloud_firewall_id = pulumi.Output.from_input(
            given["cloud_firewall_id"] if self.firewall is None else self.firewall.id
        )
        self.bastion_host_id = pulumi.Output.from_input(
            self.bastion.id if self.bastion is not None else given.get("bastion_host_id")
        )
        self.finish(
            {
                "security_center_id": self.security_center_id,
                "cloud_firewall_id": self.cloud_firewall_id,
                "bastion_host_id": self.bastion_host_id,
            }
        )

    # -- hosts ---------------------------------------------------------------------------------------------------

    def _security_center(self) -> Any:
        edition = self.args.get("edition") or EDITIONS[self.hardening.level]
        servers = self.args.get("server_count") or 20
        apart = edition == "level7"  # the anti-virus edition: repairs are bought apart
        return self.make(
            alicloud.threatdetection.Instance,
            "security-center",
            {
                "version_code": edition,
                "payment_type": "Subscription",
                "period": MONTHS,
                "renewal_status": "AutoRenewal",
                "renew_period": 1,
                "renewal_period_unit": "Y",
                "buy_number": str(servers),
                # Unconfirmed: the provider's documentation says no more than "number of cores".
                "v_core": str(servers * (self.args.get("server_cores") or CORES)) if apart else None,
                "vul_switch": "1" if apart else None,
                "vul_count": str(REPAIRS) if apart else None,
                "honeypot_switch": "1" if self.has_decoys else None,
                "honeypot": str(DECOYS) if self.has_decoys else None,
            },
            holds_data=True,
        )

    def _scans(self) -> None:
        """Every night for malicious code, every week for vulnerabilities that have just become known."""
        after = [self.security_center] if self.security_center is not None else []
        for suffix, kind, days in (
            ("virus-scan", "VIRUS_VUL_SCHEDULE_SCAN", 1),
            ("vulnerability-scan", "EMG_VUL_SCHEDULE_SCAN", 7),
        ):
            self.make(
                alicloud.threatdetection.CycleTask,
                suffix,
                {
                    "task_name": kind,
                    "task_type": kind,
                    "enable": 1,
                    "first_date_str": FIRST_SCAN,
                    "interval_period": days,
                    "period_unit": "day",
                    "target_start_time": 0,
                    "target_end_time": 6,
                },
                depends_on=after,
            )

    def _locks(self, servers: list[pulumi.Input[str]]) -> None:
        if not servers:
            return
        allowed = self.hardening.number("login-max-failures")
        self.make(
            alicloud.threatdetection.AntiBruteForceRule,
            "anti-brute-force",
            {
                "anti_brute_force_rule_name": f"{self.component_name}-sign-in",
                "default_rule": True,
                "span": SPAN_MINUTES,
                "fail_count": max(step for step in FAILURES if step <= max(allowed, FAILURES[0])),
                "forbidden_time": self.hardening.at_least("login-lockout-minutes", LOCK_MINUTES),
                "uuid_lists": servers,
            },
            depends_on=[self.security_center] if self.security_center is not None else [],
        )

    # -- the border ----------------------------------------------------------------------------------------------

    def _cloud_firewall(self) -> Any:
        spec = self.args.get("firewall_spec") or FIREWALLS[self.hardening.level]
        paid_by_use = spec == "payg_version"
        return self.make(
            alicloud.cloudfirewall.InstanceV2,
            "cloud-firewall",
            {
                "product_code": "cfw",
                "product_type": "cfw_elasticity_public_cn" if paid_by_use else "cfw_sub_public_cn",
                "payment_type": "PayAsYouGo" if paid_by_use else "Subscription",
                "spec": spec,
                "cfw_log": True,
                "period": None if paid_by_use else MONTHS,
                "renewal_status": None if paid_by_use else "AutoRenewal",
                "renewal_duration": None if paid_by_use else 1,
                "renewal_duration_unit": None if paid_by_use else "Y",
            },
            holds_data=True,
        )

    def _firewall_rules(self) -> None:
        after: list[pulumi.Resource] = [self.firewall] if self.firewall is not None else []
        for index, address in enumerate(self.args.get("public_addresses") or []):
            self.make(
                alicloud.cloudfirewall.FwSwitch,
                f"switch-{index}",
                {"internet_address": address, "ip_version": "4"},
                depends_on=after,
            )
        self.make(
            alicloud.cloudfirewall.IpsConfig,
            "intrusion-prevention",
            {
                "run_mode": 1,  # blocks; 0 only observes
                "basic_rules": 1,
                "patch_rules": 1,
                "cti_rules": 1,
                "rule_class": 2,  # 3, strict, stops more of what is harmless as well
            },
            depends_on=after,
        )
        for direction, passages in (("in", self.args.get("inbound")), ("out", self.args.get("outbound"))):
            self._border(direction, HTTPS if passages is None else passages, after)

    def _border(self, direction: str, passages: list[Passage], after: list[pulumi.Resource]) -> None:
        """What passes, by its application, in its order; the last policy drops the rest."""
        made: list[pulumi.Resource] = []
        for index, passage in enumerate(passages):
            policy = self._policy(
                f"{direction}-{index}",
                direction,
                {
                    "acl_action": "accept",
                    "description": f"{passage['application']} on {passage['port']}",
                    "proto": "TCP",
                    "application_name_lists": [passage["application"]],
                    "dest_port_type": "port",
                    "dest_port": passage["port"],
                    "source": passage.get("source") or EVERYWHERE,
                    "destination": passage.get("destination") or EVERYWHERE,
                },
                [*after, *made],
            )
            order = self.make(
                alicloud.cloudfirewall.ControlPolicyOrder,
                f"{direction}-{index}-order",
                {"acl_uuid": policy.acl_uuid, "direction": direction, "order": index + 1},
            )
            made += [policy, order]
        last = self._policy(
            f"{direction}-drop",
            direction,
            {
                "acl_action": "drop",
                "description": "Everything that no other policy lets pass",
                "proto": "ANY",
                "application_name_lists": ["ANY"],
                "source": EVERYWHERE,
                "destination": EVERYWHERE,
            },
            [*after, *made],
        )
        self.make(
            alicloud.cloudfirewall.ControlPolicyOrder,
            f"{direction}-drop-order",
            {"acl_uuid": last.acl_uuid, "direction": direction, "order": -1},
        )

    def _policy(self, suffix: str, direction: str, inputs: Mapping[str, Any], after: list[pulumi.Resource]) -> Any:
        return self.make(
            alicloud.cloudfirewall.ControlPolicy,
            suffix,
            {
                "direction": direction,
                "ip_version": "4",
                "source_type": "net",
                "destination_type": "net",
                "release": "true",
                **inputs,
            },
            depends_on=after,
        )

    # -- administrators ------------------------------------------------------------------------------------------

    def _subnets(self, what: str, least: int) -> list[pulumi.Input[str]]:
        subnets: list[pulumi.Input[str]] = list(self.args.get("subnet_ids") or [])
        if len(subnets) < least:
            clauses = ", ".join(self.hardening.clauses("net-bastion-private")) or "the argument"
            raise ComponentError(
                f"ThreatProtection {self.component_name!r}: {what} ({clauses}) needs subnet_ids, {least} of them"
            )
        return subnets

    def _bastion_host(self) -> Any:
        subnets = self._subnets("a bastion host over two zones", 2)
        groups = self.args.get("security_group_ids")
        if not groups:
            raise ComponentError(f"ThreatProtection {self.component_name!r}: the bastion host needs security_group_ids")
        return self.make(
            alicloud.bastionhost.Instance,
            "bastion",
            {
                "description": f"{self.component_name}-bastion",
                "plan_code": "cloudbastion_ha",
                "license_code": self.args.get("bastion_license") or "bhah_ent_50_asset",
                "storage": "5",
                "bandwidth": "5",
                "period": 1,
                "renewal_status": "AutoRenewal",
                "renew_period": 1,
                "renewal_period_unit": "M",
                "vswitch_id": subnets[0],
                "slave_vswitch_id": subnets[1],
                "security_group_ids": groups,
                "enable_public_access": False,
            },
            holds_data=True,
        )

    def _database_audit(self) -> Any:
        return self.make(
            alicloud.yundun.DBAuditInstance,
            "database-audit",
            {
                "description": f"{self.component_name}-database-audit",
                "plan_code": "alpha.professional",
                "period": 1,
                "vswitch_id": self._subnets("a database audit appliance", 1)[0],
            },
            holds_data=True,
        )

    # -- decoys --------------------------------------------------------------------------------------------------

    def _decoys(self) -> None:
        """Probes on addresses of the network without a host, which lead to a honeypot."""
        if not self.has_decoys:
            self.cannot(
                "net-decoy-bound",
                "decoys",
                "which image the honeypot has is looked up (data source of honeypot images): give decoy and vpc_id, or "
                "show the decoys that stand elsewhere",
            )
            return
        if "vpc_id" not in self.args:
            raise ComponentError(f"ThreatProtection {self.component_name!r}: decoys wait in a network: give vpc_id")
        node = self.make(
            alicloud.threatdetection.HoneypotNode,
            "decoy-node",
            {
                "node_name": f"{self.component_name}-decoys",
                "available_probe_num": DECOYS,
                "allow_honeypot_access_internet": False,
            },
            depends_on=[self.security_center] if self.security_center is not None else [],
        )
        honeypot = self.make(
            alicloud.threatdetection.HoneyPot,
            "decoy",
            {
                "honeypot_name": f"{self.component_name}-decoy",
                "honeypot_image_id": self.args["decoy"]["image_id"],
                "honeypot_image_name": self.args["decoy"]["image_name"],
                "node_id": node.id,
            },
        )
        self.make(
            alicloud.threatdetection.HoneypotProbe,
            "decoy-probe",
            {
                "display_name": f"{self.component_name}-probe",
                "probe_type": "vpc_black_hole_probe",
                "vpc_id": self.args["vpc_id"],
                "control_node_id": node.id,
                "ping": True,
                "honeypot_bind_lists": [
                    {
                        "honeypot_id": honeypot.id,
                        "bind_port_lists": [{"start_port": port, "end_port": port} for port in DECOY_PORTS],
                    }
                ],
            },
        )
