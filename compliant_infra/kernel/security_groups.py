"""The written forms of security groups and network ACLs, cloud by cloud, as entries of ``packet_filters``.

Each reader takes a resource and gives its inbound entries, or with ``direction="egress"`` its outbound ones, whose
sources are then destinations. Alibaba Cloud: the smaller priority number wins, and between
equal ones the dropping rule. Tencent Cloud: lists are ordered, the first rule that fits decides. AWS: security groups
only accept; network ACLs go by rule number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from compliant_infra.kernel.logic import Context, as_bool, as_number, as_string
from compliant_infra.kernel.model import OneOf, Resource, Unknown
from compliant_infra.kernel.packet_filters import (
    Entry,
    Source,
    Truth,
    accepts,
    both,
    convert,
    port_pair,
    ports_value,
    protocol_value,
    same_filter,
    sources_of,
    text_entries,
    truth,
)

Reader = Callable[[Resource, Context], Sequence[Entry]]
Direction = Literal["ingress", "egress"]


def _of_direction(value: Any, direction: Direction) -> Truth:
    return truth(value, lambda item: as_string(item) == direction)


def _standing(resource: Resource, asked: Truth) -> Unknown | OneOf | None:
    """What keeps the rule from surely being one of the group's rules of the direction that is asked for."""
    return asked if isinstance(asked, (Unknown, OneOf)) else resource.existence


def _order(value: Any, default: int) -> Any:
    return convert(default if value is None else value, as_number)


def _listed(
    value: Any, path: str, context: Context, type: str, attribute: str, companion: tuple[str, str] | None = None
) -> Iterator[Source]:
    """The addresses in the prefix lists or address templates that a value names, where they are in the scan."""
    for source in sources_of(value, path):
        item = source.value
        found = context.resolve(item, type)
        if found is not None:
            for block in _blocks(found.get(attribute)):
                yield Source(_cidr(block), path)
            if companion is not None:
                linked = context.companions(found, companion[0], companion[1], ("id",))
                for other in linked.sure:
                    yield Source(other.get("cidr"), path)
        elif isinstance(item, str):
            yield Source(Unknown("unsupported", item), path)  # an id: its contents are not in the scan
        else:
            yield source


def _cidr(entry: Any) -> Any:
    """The address of an entry of a prefix list, which may be a block, a bare text or a choice between such."""
    if isinstance(entry, Mapping):
        return entry.get("cidr")
    if type(entry) is OneOf:
        return OneOf([item if item is None else _cidr(item) for item in entry.alternatives], entry.condition)
    if isinstance(entry, (list, tuple)):
        return [_cidr(item) for item in entry]
    return entry


def _blocks(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def alicloud_rule(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """``alicloud_security_group_rule``."""
    asked, policy = _of_direction(resource.get("type"), direction), accepts(resource.get("policy", "accept"))
    sources = sources_of(resource.get("cidr_ip"), "cidr_ip") + sources_of(resource.get("ipv6_cidr_ip"), "ipv6_cidr_ip")
    if not sources:
        sources = list(
            _listed(resource.get("prefix_list_id"), "prefix_list_id", context, "alicloud_ecs_prefix_list", "entry")
        )
    if asked is False:
        return ()
    return (
        Entry(
            both(asked, policy),
            protocol_value(resource.get("ip_protocol")),
            ports_value(resource.get("port_range", "-1/-1")),
            sources,
            _order(resource.get("priority"), 1),
            "ip_protocol",
            "port_range",
            "" if asked is True and policy is True else "type" if asked is not True else "policy",
            _standing(resource, asked),
        ),
    )


def alicloud_acl(resource: Resource, context: Context) -> Sequence[Entry]:
    """``alicloud_network_acl`` (``ingress_acl_entries``) and ``alicloud_network_acl_entries`` (``ingress``)."""
    name = "ingress_acl_entries" if resource.type == "alicloud_network_acl" else "ingress"
    entries: list[Entry] = []
    for index, block, path in blocks_of(resource, name):
        policy = block.get("policy")
        entries.append(
            Entry(
                accepts(policy) if policy is not None else Unknown("known-after-apply", f"{path}.policy"),
                protocol_value(block.get("protocol")),
                ports_value(block.get("port")),
                sources_of(block.get("source_cidr_ip"), f"{path}.source_cidr_ip"),
                index,
                f"{path}.protocol",
                f"{path}.port",
            )
        )
    return entries


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------


def _aws_lists(value: Any, path: str, context: Context) -> Iterator[Source]:
    return _listed(
        value,
        path,
        context,
        "aws_ec2_managed_prefix_list",
        "entry",
        companion=("aws_ec2_managed_prefix_list_entry", "prefix_list_id"),
    )


def _aws_sources(values: Mapping[str, Any], where: str, context: Context) -> list[Source]:
    return [
        *sources_of(values.get("cidr_blocks"), f"{where}cidr_blocks"),
        *sources_of(values.get("ipv6_cidr_blocks"), f"{where}ipv6_cidr_blocks"),
        *_aws_lists(values.get("prefix_list_ids"), f"{where}prefix_list_ids", context),
    ]


def aws_group(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """The inline ``ingress`` (or ``egress``) of ``aws_security_group`` and ``aws_default_security_group``."""
    return [
        Entry(
            True,
            protocol_value(block.get("protocol")),
            port_pair(block.get("from_port"), block.get("to_port")),
            _aws_sources(block, f"{path}.", context),
            index,
            f"{path}.protocol",
            f"{path}.from_port",
        )
        for index, block, path in blocks_of(resource, direction)
    ]


def aws_rule(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """``aws_security_group_rule``."""
    asked = _of_direction(resource.get("type"), direction)
    if asked is False:
        return ()
    return (
        Entry(
            asked,
            protocol_value(resource.get("protocol")),
            port_pair(resource.get("from_port"), resource.get("to_port")),
            _aws_sources(resource.attributes, "", context),
            0,
            "protocol",
            "from_port",
            "" if asked is True else "type",
        ),
    )


def aws_ingress_rule(resource: Resource, context: Context) -> Sequence[Entry]:
    """``aws_vpc_security_group_ingress_rule``, and its outbound counterpart of the same form."""
    sources = [
        *sources_of(resource.get("cidr_ipv4"), "cidr_ipv4"),
        *sources_of(resource.get("cidr_ipv6"), "cidr_ipv6"),
        *_aws_lists(resource.get("prefix_list_id"), "prefix_list_id", context),
    ]
    return (
        Entry(
            True,
            protocol_value(resource.get("ip_protocol")),
            port_pair(resource.get("from_port"), resource.get("to_port")),
            sources,
            0,
            "ip_protocol",
            "from_port",
        ),
    )


def aws_acl(resource: Resource, context: Context) -> Sequence[Entry]:
    """The inline ``ingress`` of ``aws_network_acl`` and ``aws_default_network_acl``."""
    return [
        Entry(
            accepts(block.get("action", "")),
            protocol_value(block.get("protocol")),
            port_pair(block.get("from_port"), block.get("to_port")),
            [
                *sources_of(block.get("cidr_block"), f"{path}.cidr_block"),
                *sources_of(block.get("ipv6_cidr_block"), f"{path}.ipv6_cidr_block"),
            ],
            _order(block.get("rule_no"), 0),
            f"{path}.protocol",
            f"{path}.from_port",
        )
        for _, block, path in blocks_of(resource, "ingress")
    ]


def aws_acl_rule(resource: Resource, context: Context) -> Sequence[Entry]:
    """``aws_network_acl_rule``."""
    incoming = truth(resource.get("egress", False), lambda item: as_bool(item) is not True)
    if incoming is False:
        return ()
    action = accepts(resource.get("rule_action", ""))
    return (
        Entry(
            both(incoming, action),
            protocol_value(resource.get("protocol")),
            port_pair(resource.get("from_port"), resource.get("to_port")),
            [
                *sources_of(resource.get("cidr_block"), "cidr_block"),
                *sources_of(resource.get("ipv6_cidr_block"), "ipv6_cidr_block"),
            ],
            _order(resource.get("rule_number"), 0),
            "protocol",
            "from_port",
            "" if incoming is True and action is True else "egress" if incoming is not True else "rule_action",
            _standing(resource, incoming),
        ),
    )


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


def _templates(
    values: Mapping[str, Any], context: Context, kind: str, template: tuple[str, str], group: tuple[str, str]
) -> Iterator[Source]:
    """What address or protocol templates hold: ``template`` and ``group`` are (key, path) of what names them."""
    attribute = "addresses" if kind == "address" else "protocols"
    yield from _listed(values.get(template[0]), template[1], context, f"tencentcloud_{kind}_template", attribute)
    value = values.get(group[0])
    if value is None:
        return
    found = context.resolve(value, f"tencentcloud_{kind}_template_group")
    if found is None:
        yield Source(Unknown("unsupported", value) if isinstance(value, str) else value, group[1])
    else:
        yield from _listed(found.get("template_ids"), group[1], context, f"tencentcloud_{kind}_template", attribute)


def _services(services: Iterable[Source]) -> Iterator[tuple[Any, Any, str]]:
    """(protocol, ports, path) of texts such as ``tcp:80``, ``udp:all``, ``icmp``."""
    for value, path in services:
        if isinstance(value, str):
            protocol, _, ports = value.partition(":")
            yield protocol_value(protocol), ports_value(ports), path
        else:
            hidden = value.condition if isinstance(value, OneOf) else value
            hidden = hidden if isinstance(hidden, Unknown) else Unknown("unsupported", path)
            yield hidden, hidden, path


def _tencentcloud_entries(
    values: Mapping[str, Any],
    context: Context,
    names: Mapping[str, str],
    where: str,
    order: Any,
    accepted: Truth,
    accepts_path: str,
) -> Iterator[Entry]:
    sources = [
        *sources_of(values.get(names["cidr"]), where + names["cidr"]),
        *sources_of(values.get("ipv6_cidr_block"), where + "ipv6_cidr_block"),
        *_templates(
            values,
            context,
            "address",
            ("address_template_id", where + names["address_path"]),
            ("address_template_group", where + names["address_group_path"]),
        ),
    ]
    services = list(
        _templates(
            values,
            context,
            "protocol",
            ("service_template_id", where + names["service_path"]),
            ("service_template_group", where + names["service_group_path"]),
        )
    )
    protocol, port = names["protocol"], names["port"]
    traffic: Iterable[tuple[Any, Any, str]] = _services(services)
    if not services:
        traffic = [(protocol_value(values.get(protocol)), ports_value(values.get(port)), "")]
    for name, ports, path in traffic:
        yield Entry(accepted, name, ports, sources, order, path or where + protocol, path or where + port, accepts_path)


_RULE_SET_NAMES: Final = {
    "cidr": "cidr_block",
    "protocol": "protocol",
    "port": "port",
    "address_path": "address_template_id",
    "address_group_path": "address_template_group",
    "service_path": "service_template_id",
    "service_group_path": "service_template_group",
}
_SINGLE_RULE_NAMES: Final = {
    "cidr": "cidr_ip",
    "protocol": "ip_protocol",
    "port": "port_range",
    "address_path": "address_template.0.template_id",
    "address_group_path": "address_template.0.group_id",
    "service_path": "protocol_template.0.template_id",
    "service_group_path": "protocol_template.0.group_id",
}


def tencentcloud_rule_set(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """``tencentcloud_security_group_rule_set``."""
    return [
        entry
        for index, block, path in blocks_of(resource, direction)
        for entry in _tencentcloud_entries(
            block, context, _RULE_SET_NAMES, f"{path}.", index, accepts(block.get("action", "")), ""
        )
    ]


def tencentcloud_lite_rule(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """``tencentcloud_security_group_lite_rule`` and ``tencentcloud_vpc_acl``: texts in order."""
    value = resource.get(direction)
    return () if value is None else list(text_entries(value, direction))


def tencentcloud_rule(resource: Resource, context: Context, direction: Direction = "ingress") -> Sequence[Entry]:
    """``tencentcloud_security_group_rule``: one rule; ``policy_index`` is its place among the group's."""
    asked, policy = _of_direction(resource.get("type"), direction), accepts(resource.get("policy", ""))
    if asked is False:
        return ()
    values = dict(resource.attributes)
    for block, short in (("address_template", "address"), ("protocol_template", "service")):
        for item in _blocks(values.get(block)):
            if isinstance(item, Mapping):
                values[f"{short}_template_id"] = item.get("template_id")
                values[f"{short}_template_group"] = item.get("group_id")
            else:
                values[f"{short}_template_id"] = item
    order = resource.get("policy_index")
    entries = _tencentcloud_entries(
        values,
        context,
        _SINGLE_RULE_NAMES,
        "",
        Unknown("known-after-apply", "policy_index") if order is None else convert(order, as_number),
        both(asked, policy),
        "" if asked is True and policy is True else "type" if asked is not True else "policy",
    )
    return [replace(entry, existence=_standing(resource, asked)) for entry in entries]


# --------------------------------------------------------------------------------------------------------------
# Blocks, and rules of one group in several resources
# --------------------------------------------------------------------------------------------------------------


def blocks_of(resource: Resource, name: str) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """(index, block, path) of the blocks of a resource; a block that is not known has unknown values throughout."""
    value = resource.attributes.get(name)
    if isinstance(value, OneOf):
        value = value.condition
    if isinstance(value, Unknown):
        yield 0, _Undecided(value), name
        return
    for index, block in enumerate(_blocks(value)):
        if isinstance(block, Mapping):
            yield index, block, f"{name}.{index}"
        elif isinstance(block, (Unknown, OneOf)):
            yield index, _Undecided(block), f"{name}.{index}"


class _Undecided(dict[str, Any]):
    """A block of which nothing is known: every name is the same unknown, or what each alternative says of it."""

    def __init__(self, value: Unknown | OneOf) -> None:
        super().__init__()
        self.value = value

    def get(self, key: str, default: Any = None) -> Any:
        value = self.value
        if isinstance(value, Unknown):
            return value
        if all(isinstance(item, Mapping) for item in value.alternatives):
            return OneOf([item.get(key, default) for item in value.alternatives], value.condition)
        return value.condition


def _key(resource: Resource, attribute: str) -> tuple[str, str] | None:
    """What names the group or ACL: a known id, or the resource that is referred to; None where neither is known."""
    value = resource.attributes.get(attribute)
    if isinstance(value, str):
        return "", value
    if type(value) is Unknown and value.reference is not None:
        return "reference", value.reference.address
    return None


class _Drops:
    """The dropping entries of one resource type by the group or ACL that they belong to."""

    def __init__(self, context: Context, kind: str, reader: Reader, attribute: str) -> None:
        self.by_key: dict[tuple[str, str] | None, list[tuple[Resource, Entry]]] = {}
        for other in context.resources(kind):
            for entry in reader(other, context):
                if entry.accepts is not True:
                    self.by_key.setdefault(_key(other, attribute), []).append((other, entry))

    def near(self, key: tuple[str, str] | None) -> Iterator[tuple[Resource, Entry]]:
        """Those of the same group, and those of which that is not known."""
        if key is None:
            for found in self.by_key.values():
                yield from found
        else:
            yield from self.by_key.get(key, ())
            yield from self.by_key.get(None, ())


def drops_elsewhere(resource: Resource, context: Context, reader: Reader, attribute: str) -> Sequence[Entry]:
    """The dropping entries that other resources of this type declare for the same group or ACL.

    Where it is not known whether they speak of the same one, the entry's existence is that unknown.
    """
    key = (_Drops, resource.type, attribute, reader)
    kept: _Drops | None = context.memo.get(key)
    if kept is None:
        kept = context.memo[key] = _Drops(context, resource.type, reader, attribute)
    entries: list[Entry] = []
    for other, entry in kept.near(_key(resource, attribute)):
        if other is resource:
            continue
        together = same_filter(resource, other, attribute)
        if together is True:
            entries.append(entry)
        elif together is not False:
            entries.append(replace(entry, existence=together))
    return entries
