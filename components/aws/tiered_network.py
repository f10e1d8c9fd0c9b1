"""TieredNetwork: a VPC in tiers over several zones, with what stands between them."""

import json
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.log_groups import group_arn, log_key, own_group
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

#: Widest and narrowest prefix length of a subnet.
_PREFIXES = (16, 28)
#: Number of the first rule of a network ACL, and the step to the next.
_FIRST_RULE, _RULE_STEP = 100, 10


class SubnetBlocks(TypedDict):
    """Address blocks of the tiers, one for each zone in the order of the zones."""

    public: NotRequired[list[str]]
    """Blocks of the entry: load balancers."""
    application: NotRequired[list[str]]
    """Blocks of servers and clusters."""
    data: NotRequired[list[str]]
    """Blocks of databases and caches."""
    outbound: NotRequired[list[str]]
    """Blocks of the NAT gateways."""


class TieredNetworkArgs(CommonArgs):
    """Arguments of TieredNetwork."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    cidr_block: str
    """Private block of the VPC, for example ``10.0.0.0/16``; the subnets are cut out of it."""
    zones: list[str]
    """Zones over which each tier spans, as many as the baseline asks for."""
    subnet_blocks: NotRequired[SubnetBlocks]
    """Blocks of the tiers, where they are not to be computed."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """Existing VPC with the block ``cidr_block``, to which the tiers are added; a new one without it."""
    internet_gateway_id: NotRequired[pulumi.Input[str]]
    """Internet gateway of the existing VPC; needed with ``vpc_id``."""
    entry_ports: NotRequired[list[int]]
    """TCP ports of the entry that are open to the internet; 443 without it. Add 80 for a redirect to HTTPS."""
    application_ports: NotRequired[list[int]]
    """TCP ports of the application tier that the entry reaches; 8443 without it."""
    data_ports: NotRequired[list[int]]
    """TCP ports of the data tier that the application tier reaches; 3306, 5432 and 6379 without it."""
    outbound_ports: NotRequired[list[int]]
    """TCP ports of the internet that the application tier reaches through NAT; 443 without it, none if it is empty."""
    s3_endpoint: NotRequired[bool]
    """Whether S3 is reached inside the VPC by a gateway endpoint; true without it."""
    interface_endpoints: NotRequired[list[str]]
    """Names of services that get an endpoint in the application tier, such as ``com.amazonaws.cn-north-1.ssm``."""
    flow_logs: NotRequired[bool]
    """Whether the traffic of the VPC is logged; true without it. False only where an existing VPC is logged already."""
    log_bucket: NotRequired[str]
    """Name of an existing bucket for the flow log; a log group of CloudWatch without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the log group; an own one without it, from level 3 on."""
    inspected: NotRequired[bool]
    """Whether a firewall stands between the network and the internet: its routes are then made with it, and the entry
    and the NAT gateways have route tables by zone and no route of their own to the internet. False without it."""


class TieredNetwork(AwsComponent):
    """A VPC with an entry, an application and a data tier over several zones.

    Each tier has subnets, route tables, a network ACL and a security group of its own: the data tier is reached from
    the application tier alone, the application tier from the entry alone, the entry from the internet by the entry
    ports alone. Outbound traffic leaves the application tier through NAT gateways, which let nothing in. The default
    security group is empty. The flow log of the VPC is kept as long as logs are to be kept.

    Serves 8.1.2.1 (zones, addresses, redundancy), 8.1.3.1 and 8.1.3.2 (boundaries and access control), 8.1.3.5
    (audit of the boundary) and 8.2.2.1 (isolation in the cloud) of GB/T 22239-2019.
    """

    vpc_id: pulumi.Output[str]
    """VPC of the tiers."""
    public_subnet_ids: list[pulumi.Output[str]]
    """Subnets of the entry, one for each zone."""
    application_subnet_ids: list[pulumi.Output[str]]
    """Subnets of servers and clusters, one for each zone."""
    data_subnet_ids: list[pulumi.Output[str]]
    """Subnets of databases and caches, one for each zone."""
    entry_security_group_id: pulumi.Output[str]
    """Security group of load balancers."""
    application_security_group_id: pulumi.Output[str]
    """Security group of servers."""
    data_security_group_id: pulumi.Output[str]
    """Security group of databases and caches."""
    nat_gateway_ids: list[pulumi.Output[str]]
    """NAT gateways: one for each zone from level 3 on, one at level 2, none without outbound ports."""
    flow_log_id: pulumi.Output[str | None]
    """Flow log of the VPC, where the component makes it."""
    flow_log_group: pulumi.Output[str | None]
    """Log group that takes the flow log, where it does not go to a bucket."""

    def __init__(self, name: str, args: TieredNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, TieredNetworkArgs)
        self.account_id: str = self.args["account_id"]
        self.zones: list[str] = list(self.args["zones"])
        self.ports = Ports(
            tuple(self._port_list("entry_ports", ENTRY_PORTS)),
            tuple(self._port_list("application_ports", APPLICATION_PORTS)),
            tuple(self._port_list("data_ports", DATA_PORTS)),
            tuple(self._port_list("outbound_ports", OUTBOUND_PORTS)),
        )
        self.several = self.hardening.demands("net-entry-multi-zone")
        fewest = self.hardening.number("min-zones") if self.several else 1
        names = ("application", "data", "public", *(("outbound",) if self.ports.outbound else ()))
        try:
            self.short = short_zones("aws", self.region, self.zones, fewest)
            self.plan = tiers(
                self.args["cidr_block"], len(self.short), self.args.get("subnet_blocks") or {}, _PREFIXES, names
            )
        except PlanError as error:
            raise ComponentError(f"TieredNetwork {name!r}: {error} ({self._clauses('net-entry-multi-zone')})") from None
        self._vpc()
        self.subnets: dict[str, list[Any]] = {tier: self._subnets(tier) for tier in self.plan}
        self._access_lists()
        self._security_groups()
        self._routes()
        self._endpoints()
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
                "nat_gateway_ids": self.nat_gateway_ids,
                "flow_log_id": self.flow_log_id,
                "flow_log_group": self.flow_log_group,
            }
        )

    def _port_list(self, argument: str, default: tuple[int, ...]) -> list[int]:
        given = self.args.get(argument)
        return list(default if given is None else given)

    def _clauses(self, rule: str) -> str:
        return ", ".join(self.hardening.clauses(rule)) or "8.1.2.1"

    def _named(self, suffix: str) -> dict[str, str]:
        """The tag by which the console shows a resource."""
        return {"Name": f"{self.component_name}-{suffix}"}

    # -- VPC and subnets -----------------------------------------------------------------------------------------

    def _vpc(self) -> None:
        self.vpc: aws.ec2.Vpc | None = None
        self.internet_gateway_id: pulumi.Input[str]
        given = self.args.get("vpc_id")
        if given is not None:
            gateway = self.args.get("internet_gateway_id")
            if gateway is None:
                raise ComponentError(
                    f"TieredNetwork {self.component_name!r}: vpc_id needs the internet_gateway_id of that VPC"
                )
            self.vpc_id = pulumi.Output.from_input(given)
            self.internet_gateway_id = gateway
            return
        self.vpc = self.make(
            aws.ec2.Vpc,
            "vpc",
            {
                "cidr_block": self.args["cidr_block"],
                "enable_dns_support": True,
                "enable_dns_hostnames": True,
                "assign_generated_ipv6_cidr_block": False,
                "tags": {**self._named("vpc"), "mlps-level": str(self.hardening.level)},
            },
            holds_data=True,
        )
        self.vpc_id = self.vpc.id
        # Without rules the group that resources get when none is named lets nothing through.
        self.make(
            aws.ec2.DefaultSecurityGroup,
            "default-group",
            {"vpc_id": self.vpc_id, "ingress": [], "egress": [], "tags": self._named("default-empty")},
        )
        self.internet_gateway_id = self.make(
            aws.ec2.InternetGateway,
            "internet-gateway",
            {"vpc_id": self.vpc_id, "tags": self._named("internet-gateway")},
        ).id

    def _subnets(self, tier: str) -> list[Any]:
        places = list(zip(self.zones, self.short, self.plan[tier].subnets, strict=True))
        if tier == "outbound" and not self.several:
            places = places[:1]
        return [
            self.make(
                aws.ec2.Subnet,
                f"{tier}-{letter}",
                {
                    "vpc_id": self.vpc_id,
                    "availability_zone": zone,
                    "cidr_block": block,
                    "map_public_ip_on_launch": False,
                    "tags": {**self._named(f"{tier}-{letter}"), "tier": tier},
                },
            )
            for zone, letter, block in places
        ]

    # -- what passes between the tiers ---------------------------------------------------------------------------

    def _access_lists(self) -> None:
        # Endpoints of S3 are reached by public addresses, without leaving the network of the cloud.
        services = {"tcp": (443,)} if self.args.get("s3_endpoint", True) else {}
        lists = access_lists(self.plan, self.ports, self.hardening.parameters["risky-ports"], ANYWHERE, services)
        self.access_lists: dict[str, Any] = {
            tier: self.make(
                aws.ec2.NetworkAcl,
                f"{tier}-acl",
                {
                    "vpc_id": self.vpc_id,
                    "subnet_ids": [subnet.id for subnet in self.subnets[tier]],
                    **self._acl(passing),
                    "tags": self._named(f"{tier}-acl"),
                },
            )
            for tier, passing in lists.items()
        }

    def _acl(self, passing: AccessList) -> dict[str, Any]:
        return {
            "ingress": [_acl_rule(index, item) for index, item in enumerate(passing.inbound)],
            "egress": [_acl_rule(index, item) for index, item in enumerate(passing.outbound)],
        }

    def _security_groups(self) -> None:
        entry, application, data = (
            self._group("entry", "load balancers"),
            self._group("application", "servers"),
            self._group("data", "data stores"),
        )
        for port in self.ports.entry:
            self._rule(f"entry-in-{port}", entry, port, "clients", cidr=ANYWHERE)
        for port in self.ports.application:
            self._rule(f"entry-out-{port}", entry, port, "to the application tier", group=application, outbound=True)
            self._rule(f"application-in-{port}", application, port, "from the entry", group=entry)
        for port in self.ports.data:
            self._rule(f"application-out-{port}", application, port, "to the data tier", group=data, outbound=True)
            self._rule(f"data-in-{port}", data, port, "from the application tier", group=application)
        for port in self.ports.outbound:
            self._rule(
                f"application-internet-{port}", application, port, "to the internet", cidr=ANYWHERE, outbound=True
            )
        self.entry_security_group_id = entry.id
        self.application_security_group_id = application.id
        self.data_security_group_id = data.id
        self._application_group = application

    def _group(self, tier: str, of: str) -> Any:
        return self.make(
            aws.ec2.SecurityGroup,
            f"{tier}-group",
            {
                "vpc_id": self.vpc_id,
                "name": f"{self.component_name}-{tier}",
                "description": f"Group of {of}",
                "revoke_rules_on_delete": True,  # groups that name each other could not be deleted otherwise
                "tags": self._named(f"{tier}-group"),
            },
        )

    def _rule(
        self,
        suffix: str,
        of: Any,
        port: int,
        why: str,
        *,
        cidr: str | None = None,
        group: Any = None,
        prefix_list: pulumi.Input[str] | None = None,
        outbound: bool = False,
    ) -> None:
        self.make(
            aws.vpc.SecurityGroupEgressRule if outbound else aws.vpc.SecurityGroupIngressRule,
            suffix,
            {
                "security_group_id": of.id,
                "ip_protocol": "tcp",
                "from_port": port,
                "to_port": port,
                "cidr_ipv4": cidr,
                "referenced_security_group_id": None if group is None else group.id,
                "prefix_list_id": prefix_list,
                "description": why,
            },
        )

    # -- ways out ------------------------------------------------------------------------------------------------

    def _routes(self) -> None:
        self.route_tables: dict[str, Any] = {}
        self.nat_gateways: list[Any] = []
        self._internet("public")
        self._table("data", self.subnets["data"])
        if self.ports.outbound:
            way = self._internet("outbound")
            self.nat_gateways = [
                self._nat(letter, subnet, way)
                for letter, subnet in zip(self.short, self.subnets["outbound"], strict=False)
            ]
        for index, (letter, subnet) in enumerate(zip(self.short, self.subnets["application"], strict=True)):
            table = self._table("application", [subnet], letter)
            if self.nat_gateways:
                # Each zone by its own gateway where each has one.
                gateway = self.nat_gateways[index if index < len(self.nat_gateways) else 0]
                self._way_out(f"application-route-{letter}", table, {"nat_gateway_id": gateway.id})
        self.nat_gateway_ids = [gateway.id for gateway in self.nat_gateways]

    def _internet(self, tier: str) -> list[pulumi.Resource]:
        """The route tables of a tier that borders on the internet. What its NAT gateways have to wait for."""
        if self.args.get("inspected"):
            # Traffic must pass the firewall of its own zone in both directions.
            for letter, subnet in zip(self.short, self.subnets[tier], strict=False):
                self._table(tier, [subnet], letter)
            return [self.children["internet-gateway"]] if self.vpc is not None else []
        table = self._table(tier, self.subnets[tier])
        return [self._way_out(f"{tier}-route", table, {"gateway_id": self.internet_gateway_id})]

    def _table(self, tier: str, subnets: list[Any], letter: str = "") -> Any:
        name = f"{tier}-routes-{letter}" if letter else f"{tier}-routes"
        table = self.make(aws.ec2.RouteTable, name, {"vpc_id": self.vpc_id, "tags": self._named(name)})
        self.route_tables[f"{tier}-{letter}" if letter else tier] = table
        for zone, subnet in zip([letter] if letter else self.short, subnets, strict=False):
            self.make(
                aws.ec2.RouteTableAssociation,
                f"{tier}-routed-{zone}",
                {"route_table_id": table.id, "subnet_id": subnet.id},
            )
        return table

    def _way_out(self, suffix: str, table: Any, target: dict[str, Any]) -> Any:
        return self.make(
            aws.ec2.Route, suffix, {"route_table_id": table.id, "destination_cidr_block": ANYWHERE, **target}
        )

    def _nat(self, letter: str, subnet: Any, way: list[pulumi.Resource]) -> Any:
        address = self.make(
            aws.ec2.Eip, f"nat-address-{letter}", {"domain": "vpc", "tags": self._named(f"nat-{letter}")}
        )
        return self.make(
            aws.ec2.NatGateway,
            f"nat-{letter}",
            {
                "subnet_id": subnet.id,
                "allocation_id": address.id,
                "connectivity_type": "public",
                "tags": self._named(f"nat-{letter}"),
            },
            depends_on=way,
        )

    def _endpoints(self) -> None:
        if self.args.get("s3_endpoint", True):
            endpoint = self.make(
                aws.ec2.VpcEndpoint,
                "s3-endpoint",
                {
                    "vpc_id": self.vpc_id,
                    "service_name": f"com.amazonaws.{self.region}.s3",
                    "vpc_endpoint_type": "Gateway",
                    "route_table_ids": [
                        table.id
                        for name, table in self.route_tables.items()
                        if name.startswith(("application", "data"))
                    ],
                    "tags": self._named("s3"),
                },
            )
            self._rule(
                "application-s3",
                self._application_group,
                443,
                "to S3",
                prefix_list=endpoint.prefix_list_id,
                outbound=True,
            )
        services = self.args.get("interface_endpoints") or []
        if not services:
            return
        group = self._group("endpoints", "endpoints of services")
        self._rule("endpoints-in-443", group, 443, "from the application tier", group=self._application_group)
        self._rule(
            "application-endpoints",
            self._application_group,
            443,
            "to endpoints of services",
            group=group,
            outbound=True,
        )
        for service in services:
            short = service.rpartition(f"{self.region}.")[2]
            self.make(
                aws.ec2.VpcEndpoint,
                f"endpoint-{short}",
                {
                    "vpc_id": self.vpc_id,
                    "service_name": service,
                    "vpc_endpoint_type": "Interface",
                    "private_dns_enabled": True,
                    "subnet_ids": [subnet.id for subnet in self.subnets["application"]],
                    "security_group_ids": [group.id],
                    "tags": self._named(short),
                },
            )

    # -- flow log ------------------------------------------------------------------------------------------------

    def _flow_log(self) -> None:
        self.flow_log: aws.ec2.FlowLog | None = None
        self.flow_log_id = pulumi.Output.from_input(None)
        self.flow_log_group = pulumi.Output.from_input(None)
        if not self.args.get("flow_logs", True):
            return
        bucket = self.args.get("log_bucket")
        target: dict[str, Any]
        if bucket is not None:
            target = {"log_destination_type": "s3", "log_destination": f"arn:aws-cn:s3:::{bucket}/vpc-flow"}
        else:
            name = f"/vpc/{self.component_name}/flow"
            key = log_key(self, self.account_id, name, self.args.get("kms_key_arn"))
            group = own_group(self, "log-group", name, key)
            self.flow_log_group = group.name
            target = {
                "log_destination_type": "cloud-watch-logs",
                "log_destination": group.arn,
                "iam_role_arn": self._flow_log_role(name).arn,
            }
        self.flow_log = self.make(
            aws.ec2.FlowLog,
            "flow-log",
            {
                "vpc_id": self.vpc_id,
                "traffic_type": "ALL",
                "max_aggregation_interval": 600,
                **target,
                "tags": self._named("flow"),
            },
            # Before its role may write, the flow log starts with an error.
            depends_on=[] if bucket is not None else [self.children["flow-log-policy"]],
        )
        self.flow_log_id = self.flow_log.id

    def _flow_log_role(self, group: str) -> Any:
        """The role by which flow logs are written into the group, and no more than that."""
        role = self.make(
            aws.iam.Role,
            "flow-log-role",
            {
                "name": f"{self.component_name}-{self.region}-flow-log"[-64:].strip("-"),
                "description": f"Writes the flow log of {self.component_name}",
                "assume_role_policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                                "Condition": {"StringEquals": {"aws:SourceAccount": self.account_id}},
                            }
                        ],
                    }
                ),
            },
        )
        arn = group_arn(self, self.account_id, group)
        self.make(
            aws.iam.RolePolicy,
            "flow-log-policy",
            {
                "role": role.name,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "logs:CreateLogStream",
                                    "logs:PutLogEvents",
                                    "logs:DescribeLogGroups",
                                    "logs:DescribeLogStreams",
                                ],
                                "Resource": [arn, f"{arn}:*"],
                            }
                        ],
                    }
                ),
            },
        )
        return role


def _acl_rule(index: int, item: Opening) -> dict[str, Any]:
    return {
        "rule_no": _FIRST_RULE + index * _RULE_STEP,
        "action": "allow",
        "protocol": "-1" if item.protocol == "all" else item.protocol,
        "from_port": item.first,
        "to_port": item.last,
        "cidr_block": item.other,
    }
