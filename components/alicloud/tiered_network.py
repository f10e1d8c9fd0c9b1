"""TieredNetwork: a VPC in tiers over several zones, with what stands between them."""

import json
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent, address_bandwidth
from compliant_infra.components.alicloud.log_stores import log_encryption, own_project, own_store, project_name
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.network_plan import (
    ANYWHERE,
    APPLICATION_PORTS,
    DATA_PORTS,
    ENTRY_PORTS,
    OUTBOUND_PORTS,
    AccessList,
    Opening,
    PlanError,
    Ports,
    access_lists,
    short_zones,
    tiers,
)
from compliant_infra.providers.regions import region_class

#: The block in which Alibaba Cloud's own services answer inside a VPC: internal endpoints, mirrors, time.
SERVICES = "100.64.0.0/10"
#: By what instances reach them. Name resolution and metadata pass network ACLs anyway, but not security groups.
_SERVICE_PORTS = {"tcp": (80, 443), "udp": (123,)}
#: Widest and narrowest prefix length of a vSwitch.
_PREFIXES = (16, 29)
_STORE = "vpc-flow"


class SubnetBlocks(TypedDict):
    """Address blocks of the tiers, one for each zone in the order of the zones."""

    public: NotRequired[list[str]]
    """Blocks of the entry: load balancers."""
    application: NotRequired[list[str]]
    """Blocks of servers and clusters."""
    data: NotRequired[list[str]]
    """Blocks of databases and caches."""
    outbound: NotRequired[list[str]]
    """Blocks of the NAT gateway; only the first is used."""


class TieredNetworkArgs(CommonArgs):
    """Arguments of TieredNetwork."""

    cidr_block: str
    """Private block of the VPC, for example ``10.0.0.0/16``; the subnets are cut out of it."""
    zones: list[str]
    """Zones over which each tier spans, as many as the baseline asks for."""
    subnet_blocks: NotRequired[SubnetBlocks]
    """Blocks of the tiers, where they are not to be computed."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """Existing VPC with the block ``cidr_block``, to which the tiers are added; a new one without it."""
    entry_ports: NotRequired[list[int]]
    """TCP ports of the entry that are open to the internet; 443 without it. Add 80 for a redirect to HTTPS."""
    application_ports: NotRequired[list[int]]
    """TCP ports of the application tier that the entry reaches; 8443 without it."""
    data_ports: NotRequired[list[int]]
    """TCP ports of the data tier that the application tier reaches; 3306, 5432 and 6379 without it."""
    outbound_ports: NotRequired[list[int]]
    """TCP ports of the internet that the application tier reaches through NAT; 443 without it, none if it is empty."""
    bastion_ports: NotRequired[list[int]]
    """TCP ports by which a bastion host reaches servers, such as 22 and 3389: makes its group; none without it."""
    nat_bandwidth: NotRequired[int]
    """Bandwidth of the NAT gateway's address in Mbit/s, paid by traffic; 100 without it, or what the baseline asks."""
    oss_endpoint: NotRequired[bool]
    """Whether OSS is reached inside the VPC by a gateway endpoint; true without it."""
    flow_logs: NotRequired[bool]
    """Whether the traffic of the VPC is logged; true without it. False only where an existing VPC is logged already."""
    log_project: NotRequired[str]
    """Name of an existing log project for the flow log; an own one without it."""
    log_store: NotRequired[str]
    """Name of an existing log store in ``log_project``; an own one without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the own log store; an own one without it, from level 3 on."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made, where no key is given."""
    log_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which Simple Log Service uses the key; an own one without it."""


class TieredNetwork(AlicloudComponent):
    """A VPC with an entry, an application and a data tier over several zones.

    Each tier has subnets, a route table, a network ACL and a security group of its own: the data tier is reached from
    the application tier alone, the application tier from the entry alone, the entry from the internet by the entry
    ports alone. Outbound traffic leaves the application tier through a NAT gateway that forwards nothing inwards. The
    flow log of the VPC is kept as long as logs are to be kept.

    Serves 8.1.2.1 (zones, addresses, redundancy), 8.1.3.1 and 8.1.3.2 (boundaries and access control), 8.1.3.5
    (audit of the boundary) and 8.2.2.1 (isolation in the cloud) of GB/T 22239-2019.

    Left to do: opening the service of flow logs, once for the account.
    """

    vpc_id: pulumi.Output[str]
    """VPC of the tiers."""
    public_subnet_ids: list[pulumi.Output[str]]
    """vSwitches of the entry, one for each zone."""
    application_subnet_ids: list[pulumi.Output[str]]
    """vSwitches of servers and clusters, one for each zone."""
    data_subnet_ids: list[pulumi.Output[str]]
    """vSwitches of databases and caches, one for each zone."""
    entry_security_group_id: pulumi.Output[str]
    """Security group of load balancers."""
    application_security_group_id: pulumi.Output[str]
    """Security group of servers."""
    data_security_group_id: pulumi.Output[str]
    """Security group of databases that take one."""
    bastion_security_group_id: pulumi.Output[str | None]
    """Security group of a bastion host in the application tier, where ``bastion_ports`` are given."""
    nat_gateway_ids: list[pulumi.Output[str]]
    """The NAT gateway, which works across zones; none without outbound ports."""
    nat_public_addresses: list[pulumi.Output[str]]
    """Public address of the NAT gateway; none without outbound ports."""
    flow_log_id: pulumi.Output[str | None]
    """Flow log of the VPC, where the component makes it."""
    flow_log_project: pulumi.Output[str | None]
    """Log project that takes the flow log."""
    flow_log_store: pulumi.Output[str | None]
    """Log store that takes the flow log."""

    def __init__(self, name: str, args: TieredNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, TieredNetworkArgs)
        self.zones: list[str] = list(self.args["zones"])
        self.ports = Ports(
            tuple(self._port_list("entry_ports", ENTRY_PORTS)),
            tuple(self._port_list("application_ports", APPLICATION_PORTS)),
            tuple(self._port_list("data_ports", DATA_PORTS)),
            tuple(self._port_list("outbound_ports", OUTBOUND_PORTS)),
        )
        several = self.hardening.demands("net-entry-multi-zone")
        fewest = self.hardening.number("min-zones") if several else 1
        names = ("application", "data", "public", *(("outbound",) if self.ports.outbound else ()))
        try:
            short = short_zones("alicloud", self.region, self.zones, fewest)
            self.plan = tiers(
                self.args["cidr_block"], len(short), self.args.get("subnet_blocks") or {}, _PREFIXES, names
            )
        except PlanError as error:
            raise ComponentError(f"TieredNetwork {name!r}: {error} ({self._clauses('net-entry-multi-zone')})") from None
        self._vpc()
        self.subnets: dict[str, list[Any]] = {tier: self._subnets(tier, short) for tier in self.plan}
        self._access_lists()
        self._security_groups()
        self._routes()
        self._flow_log()
        self.public_subnet_ids = [subnet.id for subnet in self.subnets["public"]]
        self.application_subnet_ids = [subnet.id for subnet in self.subnets["application"]]
        self.data_subnet_ids = [subnet.id for subnet in self.subnets["data"]]
        self.finish(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "application_subnet_ids": self.application_subnet_ids,
                "data_subnet_ids": self.data_subnet_ids,
                "entry_security_group_id": self.entry_security_group_id,
                "application_security_group_id": self.application_security_group_id,
                "data_security_group_id": self.data_security_group_id,
                "bastion_security_group_id": self.bastion_security_group_id,
                "nat_gateway_ids": self.nat_gateway_ids,
                "nat_public_addresses": self.nat_public_addresses,
                "flow_log_id": self.flow_log_id,
                "flow_log_project": self.flow_log_project,
                "flow_log_store": self.flow_log_store,
            }
        )

    def _port_list(self, argument: str, default: tuple[int, ...]) -> list[int]:
        given = self.args.get(argument)
        return list(default if given is None else given)

    def _clauses(self, rule: str) -> str:
        return ", ".join(self.hardening.clauses(rule)) or "8.1.2.1"

    # -- VPC and subnets -----------------------------------------------------------------------------------------

    def _vpc(self) -> None:
        self.vpc: alicloud.vpc.Network | None = None
        given = self.args.get("vpc_id")
        if given is not None:
            self.vpc_id = pulumi.Output.from_input(given)
            return
        self.vpc = self.make(
            alicloud.vpc.Network,
            "vpc",
            {
                "vpc_name": self.component_name,
                "cidr_block": self.args["cidr_block"],
                "dns_hostname_status": "ENABLED",
                "enable_ipv6": False,
                "force_delete": False,
                "tags": {"mlps-level": str(self.hardening.level)},
            },
            holds_data=True,
        )
        self.vpc_id = self.vpc.id

    def _subnets(self, tier: str, short: list[str]) -> list[Any]:
        places = list(zip(self.zones, short, self.plan[tier].subnets, strict=True))
        if tier == "outbound":
            places = places[:1]  # the NAT gateway works across zones from one
        return [
            self.make(
                alicloud.vpc.Switch,
                f"{tier}-{letter}",
                {
                    "vpc_id": self.vpc_id,
                    "zone_id": zone,
                    "cidr_block": block,
                    "vswitch_name": f"{self.component_name}-{tier}-{letter}",
                    "tags": {"tier": tier},
                },
            )
            for zone, letter, block in places
        ]

    # -- what passes between the tiers ---------------------------------------------------------------------------

    def _access_lists(self) -> None:
        lists = access_lists(self.plan, self.ports, self.hardening.parameters["risky-ports"], SERVICES, _SERVICE_PORTS)
        self.access_lists: dict[str, Any] = {}
        for tier, passing in lists.items():
            acl = self.make(alicloud.vpc.NetworkAcl, f"{tier}-acl", self._acl(tier, passing))
            self.access_lists[tier] = acl
            for subnet, zone in zip(self.subnets[tier], self.zones, strict=True):
                self.make(
                    alicloud.vpc.VpcNetworkAclAttachment,
                    f"{tier}-acl-{zone.removeprefix(self.region).lstrip('-')}",
                    {"network_acl_id": acl.id, "resource_id": subnet.id, "resource_type": "VSwitch"},
                )

    def _acl(self, tier: str, passing: AccessList) -> dict[str, Any]:
        return {
            "vpc_id": self.vpc_id,
            "network_acl_name": f"{self.component_name}-{tier}",
            "description": f"What passes in and out of the {tier} tier",
            "ingress_acl_entries": [
                *(self._entry(item, "source_cidr_ip") for item in passing.inbound),
                _drop("source_cidr_ip"),
            ],
            "egress_acl_entries": [
                *(self._entry(item, "destination_cidr_ip") for item in passing.outbound),
                _drop("destination_cidr_ip"),
            ],
        }

    def _entry(self, item: Opening, other: str) -> dict[str, Any]:
        return {
            "network_acl_entry_name": item.why,
            "policy": "accept",
            "protocol": item.protocol,
            "port": "-1/-1" if item.protocol == "all" else f"{item.first}/{item.last}",
            other: item.other,
        }

    def _security_groups(self) -> None:
        entry, application, data = (
            self._group("entry", "load balancers"),
            self._group("application", "servers"),
            self._group("data", "data stores"),
        )
        for port in self.ports.entry:
            self._rule(f"entry-in-{port}", entry, "ingress", port, "clients", cidr=ANYWHERE)
        for port in self.ports.application:
            # Balancers call from addresses of their subnets, whether they are in a group or not.
            for index, block in enumerate(self.plan["public"].blocks):
                suffix = f"-{index}" if index else ""
                why = "from the entry"
                self._rule(f"application-in-{port}{suffix}", application, "ingress", port, why, cidr=block)
            for index, block in enumerate(self.plan["application"].blocks):
                suffix = f"-{index}" if index else ""
                why = "to the application tier"
                self._rule(f"entry-out-{port}{suffix}", entry, "egress", port, why, cidr=block)
        for port in self.ports.data:
            self._rule(f"data-in-{port}", data, "ingress", port, "from the application tier", group=application)
            # By addresses, not by group: most managed data stores are in no group.
            for index, block in enumerate(self.plan["data"].blocks):
                suffix = f"-{index}" if index else ""
                self._rule(
                    f"application-out-{port}{suffix}", application, "egress", port, "to the data tier", cidr=block
                )
        for port in self.ports.outbound:
            self._rule(f"application-internet-{port}", application, "egress", port, "to the internet", cidr=ANYWHERE)
        for protocol, ports in {**_SERVICE_PORTS, "udp": (53, 123)}.items():
            for port in ports:
                self._rule(
                    f"application-services-{port}",
                    application,
                    "egress",
                    port,
                    "services of the cloud",
                    cidr=SERVICES,
                    protocol=protocol,
                )
        groups = {"entry": entry, "application": application, "data": data}
        self.bastion_security_group_id = pulumi.Output.from_input(None)
        administered = self._port_list("bastion_ports", ())
        if administered:
            groups["bastion"] = self._bastion_group(administered, application, data)
            self.bastion_security_group_id = groups["bastion"].id
        for tier, group in groups.items():
            # A group lets everything out that no rule drops.
            self._rule(f"{tier}-out-rest", group, "egress", 0, "everything else stays in", cidr=ANYWHERE, accept=False)
        self.entry_security_group_id = entry.id
        self.application_security_group_id = application.id
        self.data_security_group_id = data.id

    def _bastion_group(self, ports: list[int], application: Any, data: Any) -> Any:
        """A group from which servers are administered, and databases by their own ports; nobody comes in by itself."""
        bastion = self._group("bastion", "the bastion host")
        for of, group, reached in (("application", application, ports), ("data", data, list(self.ports.data))):
            for port in reached:
                self._rule(f"bastion-to-{of}-{port}", group, "ingress", port, "from the bastion host", group=bastion)
                for index, block in enumerate(self.plan[of].blocks):
                    suffix = f"-{index}" if index else ""
                    why = f"to the {of} tier"
                    self._rule(f"bastion-out-{of}-{port}{suffix}", bastion, "egress", port, why, cidr=block)
        return bastion

    def _group(self, tier: str, of: str) -> Any:
        return self.make(
            alicloud.ecs.SecurityGroup,
            f"{tier}-group",
            {
                "vpc_id": self.vpc_id,
                "security_group_name": f"{self.component_name}-{tier}",
                "description": f"Group of {of}",
                "security_group_type": "normal",
                "inner_access_policy": "Drop",
            },
        )

    def _rule(
        self,
        suffix: str,
        of: Any,
        direction: str,
        port: int,
        why: str,
        *,
        cidr: str | None = None,
        group: Any = None,
        protocol: str = "tcp",
        accept: bool = True,
    ) -> None:
        self.make(
            alicloud.ecs.SecurityGroupRule,
            suffix,
            {
                "security_group_id": of.id,
                "type": direction,
                "ip_protocol": protocol if accept else "all",
                "port_range": f"{port}/{port}" if accept else "-1/-1",
                "policy": "accept" if accept else "drop",
                "priority": 1 if accept else 100,  # 100 comes last
                "nic_type": "intranet",  # in a VPC it is always this one
                "cidr_ip": cidr,
                "source_security_group_id": None if group is None else group.id,
                "description": why,
            },
        )

    # -- ways out ------------------------------------------------------------------------------------------------

    def _routes(self) -> None:
        self.route_tables: dict[str, Any] = {}
        for tier in ("public", "application", "data"):
            table = self.make(
                alicloud.vpc.RouteTable,
                f"{tier}-routes",
                {
                    "vpc_id": self.vpc_id,
                    "route_table_name": f"{self.component_name}-{tier}",
                    "description": f"Routes of the {tier} tier",
                    "associate_type": "VSwitch",
                },
            )
            self.route_tables[tier] = table
            for subnet, zone in zip(self.subnets[tier], self.zones, strict=True):
                self.make(
                    alicloud.vpc.RouteTableAttachment,
                    f"{tier}-routes-{zone.removeprefix(self.region).lstrip('-')}",
                    {"route_table_id": table.id, "vswitch_id": subnet.id},
                )
        self._nat()
        if self.args.get("oss_endpoint", True):
            self._oss_endpoint()

    def _nat(self) -> None:
        self.nat_gateway: alicloud.vpc.NatGateway | None = None
        self.nat_gateway_ids = []
        self.nat_public_addresses = []
        if not self.ports.outbound:
            return
        protected = self._common_args.protect
        self.nat_gateway = self.make(
            alicloud.vpc.NatGateway,
            "nat",
            {
                "vpc_id": self.vpc_id,
                "vswitch_id": self.subnets["outbound"][0].id,
                "nat_gateway_name": f"{self.component_name}-nat",
                "nat_type": "Enhanced",
                "network_type": "internet",
                "payment_type": "PayAsYouGo",
                "internet_charge_type": "PayByLcu",
                "availability_mode": "CrossAZ",
                "icmp_reply_enabled": False,
                "deletion_protection": protected,
            },
        )
        bandwidth = self.args.get("nat_bandwidth") or address_bandwidth(self)
        address = self.make(
            alicloud.ecs.EipAddress,
            "nat-address",
            {
                "address_name": f"{self.component_name}-nat",
                "bandwidth": str(bandwidth),
                "internet_charge_type": "PayByTraffic",
                "payment_type": "PayAsYouGo",
                "isp": "BGP_FinanceCloud" if region_class("alicloud", self.region) == "finance" else "BGP",
                "deletion_protection": protected,
            },
        )
        bound = self.make(
            alicloud.ecs.EipAssociation,
            "nat-address-bound",
            {"allocation_id": address.id, "instance_id": self.nat_gateway.id, "instance_type": "Nat"},
        )
        for subnet, zone in zip(self.subnets["application"], self.zones, strict=True):
            letter = zone.removeprefix(self.region).lstrip("-")
            self.make(
                alicloud.vpc.SnatEntry,
                f"outbound-{letter}-snat",
                {
                    "snat_table_id": self.nat_gateway.snat_table_ids,
                    "snat_entry_name": f"{self.component_name}-application-{letter}",
                    "source_vswitch_id": subnet.id,
                    "snat_ip": address.ip_address,
                },
                depends_on=[bound],
            )
        self.make(
            alicloud.vpc.RouteEntry,
            "outbound-route",
            {
                "route_table_id": self.route_tables["application"].id,
                "destination_cidrblock": ANYWHERE,
                "nexthop_type": "NatGateway",
                "nexthop_id": self.nat_gateway.id,
            },
        )
        self.nat_gateway_ids = [self.nat_gateway.id]
        # Known once it belongs to the gateway.
        self.nat_public_addresses = [pulumi.Output.all(address.ip_address, bound.id).apply(lambda known: str(known[0]))]

    def _oss_endpoint(self) -> None:
        everything = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"], "Principal": ["*"]}
        self.make(
            alicloud.vpc.GatewayEndpoint,
            "oss-endpoint",
            {
                "vpc_id": self.vpc_id,
                "gateway_endpoint_name": f"{self.component_name}-oss",
                "service_name": f"com.aliyun.{self.region}.oss",
                # The buckets' own policies decide; this one is required, and narrowing it is an override.
                "policy_document": json.dumps({"Version": "1", "Statement": [everything]}),
                "route_tables": [self.route_tables[tier].id for tier in ("application", "data")],
            },
        )

    # -- flow log ------------------------------------------------------------------------------------------------

    def _flow_log(self) -> None:
        self.flow_log: alicloud.vpc.FlowLog | None = None
        self.flow_log_id = pulumi.Output.from_input(None)
        self.flow_log_project = pulumi.Output.from_input(self.args.get("log_project"))
        self.flow_log_store = pulumi.Output.from_input(self.args.get("log_store"))
        if self.args.get("flow_logs", True):
            self.log_flows(self.args.get("kms_key_id"))

    def log_flows(self, kms_key_id: pulumi.Input[str] | None) -> None:
        """Log the traffic of the VPC, in a store that the key encrypts.

        A composite whose key needs the network first makes the network without flow logs, and calls this with the key.
        """
        project, store = self.args.get("log_project"), self.args.get("log_store")
        if store is not None and project is None:
            raise ComponentError(
                f"TieredNetwork {self.component_name!r}: log_store needs the log_project that it is in"
            )
        project_id: pulumi.Input[str]
        store_id: pulumi.Input[str]
        if project is None:
            project_id = own_project(self, project_name(self, "flow")).project_name
        else:
            project_id = project
        if store is None:
            encryption = log_encryption(
                self, kms_key_id, self.args.get("kms_instance_id"), self.args.get("log_role_arn")
            )
            store_id = own_store(self, "log-store", project_id, _STORE, encryption).logstore_name
        else:
            store_id = store
        self.flow_log = self.make(
            alicloud.vpc.FlowLog,
            "flow-log",
            {
                "flow_log_name": f"{self.component_name}-flow",
                "description": "All traffic of the VPC",
                "resource_type": "VPC",
                "resource_id": self.vpc_id,
                "traffic_type": "All",
                "aggregation_interval": "10",
                "project_name": project_id,
                "log_store_name": store_id,
                "status": "Active",
            },
        )
        self.flow_log_id = self.flow_log.id
        self.flow_log_project = pulumi.Output.from_input(project_id)
        self.flow_log_store = pulumi.Output.from_input(store_id)


def _drop(other: str) -> dict[str, Any]:
    return {
        "network_acl_entry_name": "everything else",
        "policy": "drop",
        "protocol": "all",
        "port": "-1/-1",
        other: ANYWHERE,
    }
