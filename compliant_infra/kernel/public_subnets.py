"""Subnets that the internet reaches: public balancers, instances with public addresses, routes to internet gateways.

What is gathered are signs: a resource, what it makes of the subnet, and the unknown by which it may not be so. They are
gathered once for each scan. A gateway for address translation (NAT) lets nobody in and is no sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import Context, as_bool, as_number, as_string, is_given
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError
from compliant_infra.kernel.packet_filters import Truth, truth
from compliant_infra.kernel.subnets import Place, places, within

Doubt = Unknown | OneOf | None


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a subnet is public, or may be."""

    resource: Resource
    what: Text
    doubt: Doubt = None

    def doubted(self, doubt: Doubt) -> Sign:
        """The same sign, of which one more thing is not known."""
        return self if doubt is None or self.doubt is not None else Sign(self.resource, self.what, doubt)


def _keep(signs: list[Sign], sign: Sign) -> None:
    """Add a sign unless one says as much already: of sure ones and of doubted ones the first is enough."""
    if sign.resource.existence is not None or all(
        (sign.doubt is None) is not (other.doubt is None) or other.resource.existence is not None for other in signs
    ):
        signs.append(sign)


def _doubt(answer: Truth) -> Doubt:
    return answer if isinstance(answer, (Unknown, OneOf)) else None


@dataclass
class Signs:
    """The signs of a root: by subnet, and those of which the subnet is not known."""

    by_key: dict[str, list[Sign]] = field(default_factory=dict)
    anywhere: dict[str, Sign] = field(default_factory=dict)  # by what tells the unknown subnet from others

    def add(self, value: Any, sign: Sign, context: Context) -> None:
        """A sign for the subnets that a value names."""
        for place in places(value, context):
            _keep(self.by_key.setdefault(place.key, []), sign if place.anywhere else sign.doubted(place.doubt))
            if place.anywhere:
                self.anywhere.setdefault(place.key, sign.doubted(place.doubt))

    def of(self, place: Place) -> list[Sign]:
        """The signs of a subnet, and one that may be about it."""
        elsewhere = next((sign for key, sign in self.anywhere.items() if key != place.key), None)
        return [*self.by_key.get(place.key, ()), *([] if elsewhere is None else [elsewhere])]


# --------------------------------------------------------------------------------------------------------------
# What carries public addresses
# --------------------------------------------------------------------------------------------------------------


def _internet(value: Any) -> Truth:
    return truth(value, lambda item: (as_string(item) or "").lower() == "internet")


def _positive(value: Any) -> Truth:
    return False if value is None else truth(value, lambda item: (as_number(item) or 0) > 0)


def _true(value: Any) -> Truth:
    return False if value is None else truth(value, lambda item: as_bool(item) is True)


def _not(answer: Truth) -> Truth:
    return not answer if isinstance(answer, bool) else answer


def _balancer(resource: Resource) -> Text:
    return Text(f"the public load balancer {resource.address}", f"公网负载均衡 {resource.address}")


def _instance(resource: Resource) -> Text:
    return Text(f"{resource.address} with a public address", f"带公网地址的 {resource.address}")


#: What a public address is bound to, and the attribute that names its subnet.
_CARRIERS: Final[Mapping[str, Mapping[str, str]]] = {
    "alicloud": {
        "alicloud_instance": "vswitch_id",
        "alicloud_network_interface": "vswitch_id",
        "alicloud_ecs_network_interface": "vswitch_id",
        "alicloud_havip": "vswitch_id",
        "alicloud_vpc_ha_vip": "vswitch_id",
        "alicloud_slb_load_balancer": "vswitch_id",
        "alicloud_slb": "vswitch_id",
    },
    "aws": {"aws_instance": "subnet_id", "aws_network_interface": "subnet_id"},
    "tencentcloud": {
        "tencentcloud_instance": "subnet_id",
        "tencentcloud_eni": "subnet_id",
        "tencentcloud_ha_vip": "subnet_id",
        "tencentcloud_clb_instance": "subnet_id",
    },
}

#: What binds a public address, and the attributes that name what it is bound to.
_BINDINGS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "alicloud": {"alicloud_eip_association": ("instance_id",)},
    "aws": {
        "aws_eip": ("instance", "network_interface"),
        "aws_eip_association": ("instance_id", "network_interface_id"),
    },
    "tencentcloud": {
        "tencentcloud_eip_association": ("instance_id", "network_interface_id"),
        "tencentcloud_ha_vip_eip_attachment": ("havip_id",),
    },
}


def _bound_addresses(cloud: str, signs: Signs, context: Context) -> None:
    carriers = _CARRIERS[cloud]
    unknown: Doubt = None
    for kind, names in _BINDINGS[cloud].items():
        for binding in context.resources(kind):
            for name in names:
                value = binding.attributes.get(name)
                carrier = context.resolve(value, *carriers)
                if carrier is not None:
                    subnet = carrier.attributes.get(carriers[carrier.type])
                    doubt = binding.created_with(carrier).existence
                    signs.add(subnet, Sign(carrier, _instance(carrier), doubt), context)
                elif isinstance(value, OneOf) or (isinstance(value, Unknown) and value.reference is None):
                    unknown = value
    if unknown is not None:  # bound to something that is not known: perhaps to any of these
        for kind, name in carriers.items():
            for item in context.resources(kind):
                signs.add(item.attributes.get(name), Sign(item, _instance(item), unknown), context)


def _alicloud(signs: Signs, context: Context) -> None:
    for resource in context.resources("alicloud_alb_load_balancer", "alicloud_nlb_load_balancer"):
        public = _internet(resource.get("address_type", "Internet"))
        if public is not False:
            sign = Sign(resource, _balancer(resource), _doubt(public))
            signs.add(within(resource.attributes.get("zone_mappings"), "vswitch_id"), sign, context)
    for resource in context.resources("alicloud_instance"):
        public = _positive(resource.attributes.get("internet_max_bandwidth_out"))
        if public is not False:
            signs.add(
                resource.attributes.get("vswitch_id"), Sign(resource, _instance(resource), _doubt(public)), context
            )


def _aws(signs: Signs, context: Context) -> None:
    for resource in context.resources("aws_lb", "aws_alb", "aws_elb"):
        inner = truth(resource.get("internal", False), lambda item: as_bool(item) is True)
        kind: Truth = False
        if resource.type != "aws_elb":
            kind = truth(resource.get("load_balancer_type", "application"), lambda item: as_string(item) == "gateway")
        if inner is True or kind is True:
            continue
        sign = Sign(resource, _balancer(resource), _doubt(inner)).doubted(_doubt(kind))
        signs.add(resource.attributes.get("subnets"), sign, context)
        if resource.type != "aws_elb":
            signs.add(within(resource.attributes.get("subnet_mapping"), "subnet_id"), sign, context)
    for resource in context.resources("aws_instance"):
        public: Truth
        given = resource.attributes.get("associate_public_ip_address")
        if given is None:
            subnet = context.resolve(resource.attributes.get("subnet_id"), "aws_subnet")
            public = _true(subnet.attributes.get("map_public_ip_on_launch")) if subnet is not None else False
        else:
            public = _true(given)
        if public is not False:
            sign = Sign(resource, _instance(resource), _doubt(public))
            signs.add(resource.attributes.get("subnet_id"), sign, context)


def _tencentcloud(signs: Signs, context: Context) -> None:
    for resource in context.resources("tencentcloud_instance"):
        public = _true(resource.attributes.get("allocate_public_ip"))
        if public is not False:
            sign = Sign(resource, _instance(resource), _doubt(public))
            signs.add(resource.attributes.get("subnet_id"), sign, context)
    for resource in context.resources("tencentcloud_clb_instance"):
        # A public balancer stands in no subnet; one with an address in a subnet is public by the address bound to it.
        address = resource.attributes.get("eip_address_id")
        if address is None:
            continue
        doubt: Doubt = None
        try:
            if not is_given(address):
                continue
        except UnknownValueError as error:
            doubt = error.unknown
        signs.add(resource.attributes.get("subnet_id"), Sign(resource, _balancer(resource), doubt), context)


# --------------------------------------------------------------------------------------------------------------
# Routes
# --------------------------------------------------------------------------------------------------------------

_VPCS: Final = ("alicloud_vpc", "aws_vpc", "aws_default_vpc", "tencentcloud_vpc")
_TABLES: Final = ("alicloud_route_table", "aws_route_table", "aws_default_route_table", "tencentcloud_route_table")

#: What binds a route table to a subnet.
_ASSOCIATIONS: Final = (
    ("alicloud_route_table_attachment", "vswitch_id"),
    ("aws_route_table_association", "subnet_id"),
    ("tencentcloud_route_table_association", "subnet_id"),
)


def _main_of(vpc: str) -> str:
    return f"main table of {vpc}"


class Routes:
    """Route tables that lead to an internet gateway, and the subnets that are bound to them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tables: dict[str, list[Sign]] = {}  # signs by table
        self.some_table: list[Sign] = []  # of a table that is not known
        self.bound: dict[str, list[tuple[Any, Resource]]] = {}  # subnet -> tables
        self.floating: list[tuple[Any, Resource, Unknown | OneOf]] = []  # bound to a subnet that is not known
        self.floating_signs: dict[str, list[Sign]] = {}  # by cloud
        self.main: dict[str, list[tuple[Any, Resource]]] = {}  # VPC -> table that replaces its main one
        for route, table, public in self._routes():
            self._add(route, table, public)
        for kind, name in _ASSOCIATIONS:
            for item in context.resources(kind):
                table = item.attributes.get("route_table_id")
                for place in places(item.attributes.get(name), context):
                    if place.doubt is not None:
                        self.floating.append((table, item, place.doubt))
                    else:
                        self.bound.setdefault(place.key, []).append((table, item))
        for item in context.resources("aws_main_route_table_association"):
            vpc = self._vpc(item.attributes.get("vpc_id"))
            if vpc:
                self.main.setdefault(vpc, []).append((item.attributes.get("route_table_id"), item))

    def _routes(self) -> Iterator[tuple[Resource, Any, Truth]]:
        """Every route that leads, or may lead, to an internet gateway: (where it is written, its table, whether)."""
        context = self.context
        for route in context.resources("aws_route"):
            yield route, route.attributes.get("route_table_id"), self._gateway(route.attributes.get("gateway_id"))
        for table in context.resources("aws_route_table", "aws_default_route_table"):
            for _, route_block in entries(table.attributes.get("route"), "route"):
                if isinstance(route_block, Mapping):
                    yield table, table, self._gateway(route_block.get("gateway_id"))
                else:
                    yield table, table, route_block
        for route in context.resources("alicloud_route_entry"):
            kind = truth(route.get("nexthop_type", ""), lambda item: as_string(item) == "Ipv4Gateway")
            yield route, route.attributes.get("route_table_id"), kind
        for route in context.resources("tencentcloud_route_table_entry"):
            off = _true(route.attributes.get("disabled"))
            kind = truth(route.get("next_type", ""), lambda item: as_string(item) == "EIP")
            yield route, route.attributes.get("route_table_id"), kind if off is False or kind is False else _not(off)

    def _gateway(self, value: Any) -> Truth:
        """Whether a next hop is an internet gateway."""
        if value is None:
            return False
        if isinstance(value, OneOf):
            return truth(value, lambda item: self._gateway(item))
        if isinstance(value, Unknown):
            if self.context.resolve(value, "aws_internet_gateway") is not None:
                return True
            if self.context.resolve(value) is not None:
                return False
            source = self.context.data_source(value)
            return value if source is None else source.type == "aws_internet_gateway"
        return (as_string(value) or "").startswith("igw-")

    def _vpc(self, value: Any) -> str:
        """What names a VPC: the address of its resource or its literal id; ``""`` where neither is known."""
        vpc = self.context.resolve(value, *_VPCS)
        if vpc is not None:
            return vpc.address
        return value if isinstance(value, str) else ""

    def _table(self, value: Any) -> str:
        """What names a route table; ``""`` where that is not known."""
        if isinstance(value, Resource):
            if value.type == "aws_default_route_table":
                vpc = self.context.resolve(value.attributes.get("default_route_table_id"), *_VPCS)
                return _main_of(vpc.address) if vpc is not None else ""  # of a VPC that is not known
            return value.address
        table = self.context.resolve(value, *_TABLES)
        if table is not None:
            return self._table(table)
        vpc = self.context.resolve(value, *_VPCS)
        if vpc is not None:  # aws_vpc.main.main_route_table_id, alicloud_vpc.main.route_table_id
            return _main_of(vpc.address)
        return value if isinstance(value, str) else ""

    def _add(self, route: Resource, table: Any, public: Truth) -> None:
        if public is False:
            return
        what = Text(f"the route to an internet gateway in {route.address}", f"{route.address} 中指向公网网关的路由")
        sign = Sign(route, what, _doubt(public))
        key = self._table(table)
        if key:
            _keep(self.tables.setdefault(key, []), sign)
        else:
            blocked = table if isinstance(table, (Unknown, OneOf)) else Unknown("unsupported", route.address)
            _keep(self.some_table, sign.doubted(blocked))

    def _of_table(self, table: Any, cloud: str, place: Resource) -> list[Sign]:
        """The signs of one table. What is not in the scan may hold any route, which on AWS decides alone."""
        key = self._table(table)
        found = [*self.tables.get(key, ()), *self.some_table] if key else list(self.some_table)
        unresolved = isinstance(table, str) and key == table  # a literal id may be of a table of the scan
        in_scan = bool(key) and not (unresolved and key not in self.tables)
        if not in_scan and (cloud == "aws" or self.tables):
            blocked = (
                table
                if isinstance(table, (Unknown, OneOf))
                else Unknown("unsupported", as_string(table) or "route table")
            )
            found.append(Sign(place, Text("a route table that is not in the scan", "不在扫描范围内的路由表"), blocked))
        return found

    def of(self, place: Place) -> list[Sign]:
        """The signs that routes give a subnet."""
        subnet = place.subnet
        explicit = list(self.bound.get(place.key, ()))
        found: list[Sign] = []
        if subnet is None:
            for table, item in explicit:
                found += self._of_table(table, item.type.split("_", 1)[0], item)
            return found
        cloud = subnet.type.split("_", 1)[0]
        own = subnet.attributes.get("route_table_id") if subnet.type == "tencentcloud_subnet" else None
        if own is not None:
            explicit.append((own, subnet))
        doubt: Doubt = self.floating[0][2] if self.floating else None
        for table, item in explicit:
            existence = item.created_with(subnet).existence
            found += [sign.doubted(existence) for sign in self._of_table(table, cloud, item)]
            if existence is None:
                return found
            doubt = existence  # perhaps bound to this table, perhaps left to the main one
        main = [sign.doubted(doubt) for sign in self._of_main(subnet, cloud)]
        return [*found, *self._of_floating(cloud), *main]

    def _of_floating(self, cloud: str) -> list[Sign]:
        """The signs of tables that are bound to a subnet that is not known."""
        if cloud not in self.floating_signs:
            kept: list[Sign] = []
            for table, item, doubt in self.floating:
                if item.type.startswith(cloud):
                    for sign in self._of_table(table, cloud, item):
                        _keep(kept, sign.doubted(doubt))
            self.floating_signs[cloud] = kept
        return self.floating_signs[cloud]

    def _of_main(self, subnet: Resource, cloud: str) -> list[Sign]:
        value = subnet.attributes.get("vpc_id")
        vpc = self._vpc(value)
        if not vpc or (isinstance(value, str) and vpc not in self.main):
            if cloud != "aws" and not any(key.startswith("main ") for key in self.tables):
                return []
            blocked = (
                value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", f"{subnet.address}.vpc_id")
            )
            return [Sign(subnet, Text("the main route table of its VPC", "所在 VPC 的主路由表"), blocked)]
        found: list[Sign] = []
        doubt: Doubt = None
        for table, item in self.main.get(vpc, ()):
            found += [sign.doubted(item.existence) for sign in self._of_table(table, cloud, item)]
            if item.existence is None:
                return found
            doubt = item.existence
        own = [*self.tables.get(_main_of(vpc), ()), *self.some_table]
        return [*found, *(sign.doubted(doubt) for sign in own)]


# --------------------------------------------------------------------------------------------------------------
# Together
# --------------------------------------------------------------------------------------------------------------


class PublicSubnets:
    """The signs of one root."""

    def __init__(self, context: Context) -> None:
        self.signs = Signs()
        for gather in (_alicloud, _aws, _tencentcloud):
            gather(self.signs, context)
        for cloud in _CARRIERS:
            _bound_addresses(cloud, self.signs, context)
        self.routes = Routes(context)

    def of(self, place: Place, beside: Resource) -> list[Sign]:
        """The signs of a subnet as ``beside`` sees it, which stands in it: sure ones first."""
        several = None if place.subnet is None else place.subnet.created_with(beside).existence
        return _in_order([*self.signs.of(place), *self.routes.of(place)], beside, several)

    def carried(self, place: Place, subnet: Resource) -> list[Sign]:
        """The signs of what stands in a subnet, routes apart: sure ones first."""
        return _in_order(self.signs.of(place), subnet, None)


def _in_order(signs: Iterable[Sign], beside: Resource, doubt: Doubt) -> list[Sign]:
    judged = [sign.doubted(sign.resource.created_with(beside).existence).doubted(doubt) for sign in signs]
    return sorted(judged, key=lambda sign: sign.doubt is not None)


def public_subnets(context: Context) -> PublicSubnets:
    """The signs of the root of this context, gathered once."""
    found: PublicSubnets | None = context.memo.get(PublicSubnets)
    if found is None:
        found = context.memo[PublicSubnets] = PublicSubnets(context)
    return found
