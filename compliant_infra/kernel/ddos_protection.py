"""Protection against denial-of-service attacks: which public addresses stand behind it.

Every public address has the provider's basic protection, which gives up after a few gigabits; what is asked for is the
paid protection, bound to the address or in front of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import elements, nested_entries
from compliant_infra.kernel.listener_access import faces_internet
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    as_string,
    failed,
    passed,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, both, truth
from compliant_infra.kernel.public_access import referred_type


class _Cloud(NamedTuple):
    """What binds an address to protection (type, attribute), and what only shows that there is protection."""

    links: tuple[tuple[str, str], ...]
    instances: tuple[str, ...]


_CLOUDS: Final = {
    "alicloud": _Cloud(
        (
            ("alicloud_ddosbgp_ip", "ip"),
            ("alicloud_ddoscoo_domain_resource", "real_servers"),
            ("alicloud_ddoscoo_port", "real_servers"),
        ),
        ("alicloud_ddoscoo_instance", "alicloud_ddosbgp_instance"),
    ),
    "tencentcloud": _Cloud(
        (
            ("tencentcloud_dayu_ddos_ip_attachment_v2", "bound_ip_list.ip"),
            ("tencentcloud_dayu_ddos_ip_attachment_v2", "bound_ip_list.instance_id"),
            ("tencentcloud_dayu_eip", "bind_resource_id"),
        ),
        (
            "tencentcloud_antiddos_bgp_instance",
            "tencentcloud_dayu_ddos_policy",
            "tencentcloud_dayu_ddos_policy_v2",
        ),
    ),
}


def _names(kind: str) -> tuple[str, ...]:
    """The attributes of the type by which protection may name it."""
    named = {
        "alicloud_eip_address": ("ip_address",),
        "alicloud_eip": ("ip_address",),
        "alicloud_slb_load_balancer": ("address",),
        "alicloud_slb": ("address",),
        "alicloud_alb_load_balancer": ("dns_name",),
        "alicloud_nlb_load_balancer": ("dns_name",),
        "tencentcloud_eip": ("id", "public_ip"),
        "tencentcloud_clb_instance": ("id", "vip"),
    }
    return named[kind]


def _bound(resource: Resource, context: Context) -> tuple[Resource | None, Unknown | OneOf | None]:
    """What binds an address or balancer to protection, and what hides whether something does."""
    hidden: Unknown | OneOf | None = None
    for kind, by in _CLOUDS[resource.type.split("_", 1)[0]].links:
        found = context.companions(resource, kind, by, _names(resource.type))
        for companion in found.sure:
            if companion.existence is None:
                return companion, None
            hidden = companion.existence if hidden is None else hidden
        if found.possible and hidden is None:
            hidden = found.possible[0][1]
    return None, hidden


def _protected(resource: Resource, context: Context, otherwise: Truth) -> Outcome:
    """The outcome for an address or balancer without protection of its own; ``otherwise``: whether it is asked."""
    cloud = _CLOUDS[resource.type.split("_", 1)[0]]
    companion, hidden = _bound(resource, context)
    if companion is not None:
        return passed(
            Text(f"protected by {companion.address}", f"由 {companion.address} 防护"),
        )
    if hidden is not None:
        return undecided(hidden)
    for instance in context.resources(*cloud.instances):
        return undecided(
            Unknown("unsupported", instance.address),
            message=Text(
                f"{instance.address} may protect it; the code does not show which addresses it protects",
                f"{instance.address} 可能为其提供防护，代码中无法看出防护了哪些地址",
            ),
        )
    if otherwise is not True:
        return undecided(otherwise) if otherwise is not False else NOT_APPLICABLE
    return failed(
        Text(
            "the public entry has only the basic protection against denial of service",
            "该公网入口只有基础 DDoS 防护",
        )
    )


def _link_reads(cloud: str) -> Sequence[str]:
    form = _CLOUDS[cloud]
    return (
        *(f"{kind}:{by}" for kind, by in form.links),
        *(f"{kind}:id" for kind in form.instances),
    )


# --------------------------------------------------------------------------------------------------------------
# Addresses
# --------------------------------------------------------------------------------------------------------------

#: Balancers that take an elastic address of the customer's in each zone.
_ZONE_BALANCERS: Final = ("alicloud_alb_load_balancer", "alicloud_nlb_load_balancer")
_ZONE_ADDRESS: Final = "zone_mappings.allocation_id"


def _is_nat(value: Any) -> Truth:
    """Whether what an address is bound to is a NAT gateway, which only leads out."""
    if isinstance(value, Unknown):
        kind = referred_type(value)
        return "nat_gateway" in kind if kind else value
    return truth(value, lambda item: (as_string(item) or "").startswith(("ngw-", "nat-")))


def _is_enhanced(kinds: Any) -> Truth:
    """Whether the kinds of protection that an address is bought with hold the enhanced one."""
    return truth(
        kinds,
        lambda value: any_true(
            truth(item, lambda one: as_string(one) == "AntiDDoS_Enhanced") for item in elements(value)
        ),
    )


class _Bindings(NamedTuple):
    """By what an address becomes an entry, and by what it only leads out: type, attribute, and its names there."""

    entries: tuple[tuple[str, str, tuple[str, ...]], ...]
    exits: tuple[tuple[str, str, tuple[str, ...]], ...]


_BY_ID: Final = ("id", "allocation_id")
#: A forwarding rule makes an entry of the address of a NAT gateway. A bandwidth package binds an address to nothing.
_ALICLOUD_BINDINGS: Final = _Bindings(
    (
        ("alicloud_forward_entry", "external_ip", ("ip_address",)),
        ("alicloud_eci_container_group", "eip_instance_id", _BY_ID),
        ("alicloud_service_mesh_service_mesh", "load_balancer.pilot_public_eip_id", _BY_ID),
    ),
    (
        ("alicloud_snat_entry", "snat_ip", ("ip_address",)),
        ("alicloud_eci_image_cache", "eip_instance_id", _BY_ID),
        ("alicloud_eci_openapi_image_cache", "eip_instance_id", _BY_ID),
    ),
)
_TENCENTCLOUD_BINDINGS: Final = _Bindings(
    (
        ("tencentcloud_eip_association", "eip_id", ("id",)),
        ("tencentcloud_ha_vip_eip_attachment", "address_ip", ("public_ip",)),
        ("tencentcloud_clb_instance", "eip_address_id", ("id",)),  # of a balancer with a private address
        ("tencentcloud_dnat", "elastic_ip", ("public_ip",)),
        ("tencentcloud_eks_container_instance", "existed_eip_ids", ("id",)),
    ),
    (
        ("tencentcloud_nat_gateway", "assigned_eip_set", ("public_ip",)),
        ("tencentcloud_nat_gateway_snat", "public_ip_addr", ("public_ip",)),
        ("tencentcloud_cfw_nat_instance", "new_mode_items.eips", ("public_ip",)),
    ),
)
_ASSOCIATION: Final = "alicloud_eip_association"


def _binding_reads(bindings: _Bindings) -> Sequence[str]:
    return tuple(f"{kind}:{by}" for kind, by, _ in (*bindings.entries, *bindings.exits))


def _bound_to_nat(association: Resource) -> Truth:
    """Whether an association binds to a NAT gateway: by its type, else by what it names."""
    kind = association.attributes.get("instance_type")
    if kind is None:
        return _is_nat(association.attributes.get("instance_id"))
    return truth(kind, lambda item: (as_string(item) or "").lower() == "nat")


class _Use:
    """What the root binds an address to."""

    def __init__(self, address: Resource, context: Context, bindings: _Bindings) -> None:
        self.entry: Truth = False
        self.exit: Truth = False
        self.possible: Unknown | OneOf | None = None
        for kinds, leads_out in ((bindings.entries, False), (bindings.exits, True)):
            for kind, by, names in kinds:
                for binding in self._of(address, context, kind, by, names):
                    self.add(binding, leads_out)

    def _of(self, address: Resource, context: Context, kind: str, by: str, names: Sequence[str]) -> Sequence[Resource]:
        found = context.companions(address, kind, by, names)
        if found.possible and self.possible is None:
            self.possible = found.possible[0][1]
        return found.sure

    def associations(self, address: Resource, context: Context) -> None:
        """Take in what Alibaba Cloud binds an address to by an association."""
        for binding in self._of(address, context, _ASSOCIATION, "allocation_id", _BY_ID):
            self.add(binding, _bound_to_nat(binding))

    def add(self, binding: Resource, leads_out: Truth) -> None:
        """Take a binding in."""
        there: Truth = True if binding.existence is None else binding.existence
        if not isinstance(leads_out, bool):
            self.entry = any_true((self.entry, leads_out))
        elif leads_out:
            self.exit = any_true((self.exit, there))
        else:
            self.entry = any_true((self.entry, there))

    @property
    def serves(self) -> Truth | None:
        """Whether the address is a public entry; None where the root does not show what it is bound to."""
        if self.entry is not False:
            return self.entry
        if self.exit is True:
            return False
        if self.exit is not False:
            return self.exit
        return self.possible


def _entry(address: Resource, context: Context, serves: Truth | None, binding: str) -> Outcome:
    """The outcome for an address without protection of its own."""
    outcome = _protected(address, context, True if serves is None else serves)
    if serves is not None or outcome.verdict is not Verdict.FAIL:
        return outcome
    return undecided(
        Unknown("not-in-scan", binding),
        message=Text(
            "it has only the basic protection against denial of service; nothing in the scan binds this address, so "
            "whether it serves as a public entry is not known",
            "只有基础 DDoS 防护；扫描范围内没有资源绑定该地址，无法得知其是否用作公网入口",
        ),
    )


@predicate(
    reads=(
        "security_protection_types",
        f"{_ASSOCIATION}:allocation_id",
        f"{_ASSOCIATION}:instance_id",
        f"{_ASSOCIATION}:instance_type",
        *_binding_reads(_ALICLOUD_BINDINGS),
        *(f"{kind}:{_ZONE_ADDRESS}" for kind in _ZONE_BALANCERS),
        *_link_reads("alicloud"),
    )
)
def alicloud_address(resource: Resource, context: Context) -> Outcome:
    """An elastic address of Alibaba Cloud: bought with enhanced protection, or protected by another resource."""
    enhanced = _is_enhanced(resource.attributes.get("security_protection_types"))
    if enhanced is True:
        return PASS
    use = _Use(resource, context, _ALICLOUD_BINDINGS)
    use.associations(resource, context)
    serves = use.serves
    if serves is False:
        return NOT_APPLICABLE
    if enhanced is not False:
        return undecided(enhanced, "security_protection_types")
    for kind in _ZONE_BALANCERS:
        carriers = context.companions(resource, kind, _ZONE_ADDRESS, _BY_ID)
        for balancer in carriers.sure:
            if balancer.existence is None:
                return NOT_APPLICABLE  # an address of the balancer, which is judged with it
            serves = balancer.existence if serves is None else serves
        if carriers.possible and serves is None:
            serves = carriers.possible[0][1]
    return _entry(resource, context, serves, _ASSOCIATION)


@predicate(
    reads=(
        "type",
        "anti_ddos_package_id",
        *_binding_reads(_TENCENTCLOUD_BINDINGS),
        *_link_reads("tencentcloud"),
    )
)
def tencentcloud_address(resource: Resource, context: Context) -> Outcome:
    """An elastic address of Tencent Cloud: one of the type that a protection package holds, or bound to protection."""
    shielded = truth(resource.get("type", "EIP"), lambda item: as_string(item) == "AntiDDoSEIP")
    if shielded is True:
        return PASS
    serves = _Use(resource, context, _TENCENTCLOUD_BINDINGS).serves
    if serves is False:
        return NOT_APPLICABLE
    if shielded is not False:
        return undecided(shielded, "type")
    return _entry(resource, context, serves, "tencentcloud_eip_association")


# --------------------------------------------------------------------------------------------------------------
# Balancers
# --------------------------------------------------------------------------------------------------------------


def public_balancer(address: str, cloud: str, *extra: str) -> Predicate:
    """A balancer with a public address stands behind protection; ``address`` says whether it has one."""

    @predicate(reads=(address, *extra, *_link_reads(cloud)))
    def judge(resource: Resource, context: Context) -> Outcome:
        public = faces_internet(resource)
        return NOT_APPLICABLE if public is False else _protected(resource, context, both(public, True))

    return judge


def _addresses_protected(resource: Resource, context: Context) -> Outcome | None:
    """What the balancer's own addresses say: each is protected, one may be; None where that is not so."""
    found = list(nested_entries(resource.attributes, "zone_mappings"))
    perhaps: Outcome | None = None
    for where, block in found:
        value = block.get("allocation_id") if isinstance(block, Mapping) else block
        if value is None:
            return None  # an address that the provider gives
        address = context.resolve(value, "alicloud_eip_address", "alicloud_eip")
        if address is not None:
            kinds = address.attributes.get("security_protection_types")
            enhanced = False if kinds is None else _is_enhanced(kinds)
            if enhanced is True:
                continue
            companion, hidden = _bound(address, context)
            if companion is not None:
                continue
            unsure = hidden if isinstance(enhanced, bool) else enhanced
            if unsure is None:
                return None
            perhaps = perhaps or undecided(unsure, f"{where}.allocation_id")
            continue
        doubt = value if isinstance(value, (Unknown, OneOf)) else Unknown("not-in-scan", as_string(value) or "")
        perhaps = perhaps or undecided(
            doubt,
            f"{where}.allocation_id",
            message=Text(
                f"whether the address {where}.allocation_id is bought with protection is not known",
                f"无法得知 {where}.allocation_id 所指的公网地址是否带有防护",
            ),
        )
    if not found or perhaps is not None:
        return perhaps
    return passed(Text("its addresses have paid protection", "其公网地址具备付费防护"))


@predicate(
    reads=(
        "address_type",
        _ZONE_ADDRESS,
        *(f"{kind}:security_protection_types" for kind in ("alicloud_eip_address", "alicloud_eip")),
        *_link_reads("alicloud"),
    )
)
def zone_balancer(resource: Resource, context: Context) -> Outcome:
    """A balancer of several zones: protected itself, or by the elastic addresses that it has in each zone."""
    public = faces_internet(resource)
    if public is False:
        return NOT_APPLICABLE
    outcome = _protected(resource, context, both(public, True))
    if outcome.verdict is Verdict.PASS:
        return outcome
    return _addresses_protected(resource, context) or outcome
