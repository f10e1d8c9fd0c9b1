"""The way of traffic between a network and the internet through the endpoints of a Network Firewall.

A firewall protects nothing as long as no route leads to it. Every zone has an endpoint in a subnet of its own; traffic
of a zone passes the endpoint of that zone in both directions, because the firewall follows connections.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.tiered_network import TieredNetwork
from compliant_infra.components.component import ComponentError
from compliant_infra.components.network_plan import ANYWHERE, MOST_ZONES

#: Narrowest block of a subnet in a VPC.
_NARROWEST = 28
#: The tiers that border on the internet.
_BORDER = ("public", "outbound")


def firewall_subnets(
    component: AwsComponent,
    prefix: str,
    network: TieredNetwork,
    provider: pulumi.ProviderResource,
) -> list[Any]:
    """A subnet for an endpoint in each zone of the network, with the route to the internet.

    The blocks are cut out of the place that the plan keeps for a fourth zone of the NAT gateways. Raises ComponentError
    where there is no such place.
    """
    what = f"{type(component).__name__} {component.component_name!r}"
    if len(network.zones) >= MOST_ZONES:
        raise ComponentError(f"{what}: over {MOST_ZONES} zones there is no room for the endpoints of the firewall")
    last = list(IPv4Network(network.plan["outbound"].blocks[0]).subnets(prefixlen_diff=2))[MOST_ZONES - 1]
    if last.prefixlen + 2 > _NARROWEST:
        raise ComponentError(f"{what}: {network.args['cidr_block']} is too small for the endpoints of the firewall")
    routes = component.make(
        aws.ec2.RouteTable,
        f"{prefix}firewall-routes",
        {"vpc_id": network.vpc_id, "tags": {"Name": f"{component.component_name}-{prefix}firewall"}},
        provider=provider,
    )
    component.make(
        aws.ec2.Route,
        f"{prefix}firewall-route",
        {
            "route_table_id": routes.id,
            "destination_cidr_block": ANYWHERE,
            "gateway_id": network.internet_gateway_id,
        },
        provider=provider,
    )
    subnets = []
    for zone, letter, block in zip(network.zones, network.short, last.subnets(prefixlen_diff=2), strict=False):
        subnet = component.make(
            aws.ec2.Subnet,
            f"{prefix}firewall-{letter}",
            {
                "vpc_id": network.vpc_id,
                "availability_zone": zone,
                "cidr_block": str(block),
                "map_public_ip_on_launch": False,
                "tags": {"Name": f"{component.component_name}-{prefix}firewall-{letter}", "tier": "firewall"},
            },
            provider=provider,
        )
        component.make(
            aws.ec2.RouteTableAssociation,
            f"{prefix}firewall-routed-{letter}",
            {"route_table_id": routes.id, "subnet_id": subnet.id},
            provider=provider,
        )
        subnets.append(subnet.id)
    return subnets


def inspection_routes(
    component: AwsComponent,
    prefix: str,
    network: TieredNetwork,
    firewall: Any,
    provider: pulumi.ProviderResource,
) -> None:
    """Leads what comes from and goes to the internet through the firewall; the network was made ``inspected``."""
    arrivals = component.make(
        aws.ec2.RouteTable,
        f"{prefix}arrival-routes",
        {"vpc_id": network.vpc_id, "tags": {"Name": f"{component.component_name}-{prefix}arrival"}},
        provider=provider,
    )
    component.make(
        aws.ec2.RouteTableAssociation,
        f"{prefix}arrival-routed",
        {"route_table_id": arrivals.id, "gateway_id": network.internet_gateway_id},
        provider=provider,
    )
    for zone, letter in zip(network.zones, network.short, strict=True):
        endpoint = firewall.firewall_statuses.apply(lambda statuses, zone=zone: endpoint_of(statuses, zone))
        for tier in _BORDER:
            table = network.route_tables.get(f"{tier}-{letter}")
            if table is None:  # a single NAT gateway stands in the first zone only
                continue
            block = network.plan[tier].subnets[network.short.index(letter)]
            for suffix, through, destination in (
                (f"{prefix}{tier}-arrival-{letter}", arrivals, block),
                (f"{prefix}{tier}-departure-{letter}", table, ANYWHERE),
            ):
                component.make(
                    aws.ec2.Route,
                    suffix,
                    {
                        "route_table_id": through.id,
                        "destination_cidr_block": destination,
                        "vpc_endpoint_id": endpoint,
                    },
                    provider=provider,
                )


def endpoint_of(statuses: Sequence[Mapping[str, Any]] | None, zone: str) -> str:
    """The id of the firewall's endpoint in a zone. Raises ComponentError where the firewall tells of none."""
    for status in statuses or ():
        for state in status["sync_states"]:
            if state["availability_zone"] == zone:
                return str(state["attachments"][0]["endpoint_id"])
    raise ComponentError(f"the firewall has no endpoint in {zone}")
