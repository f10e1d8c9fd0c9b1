"""Predicates on what packet filters let through: inbound against risky ports and against everything, outbound too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Final, Literal

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    failed,
    several,
    undecided,
)
from compliant_infra.kernel.model import Resource, Text, Unknown
from compliant_infra.kernel.networks import ports_of, show_ports
from compliant_infra.kernel.packet_filters import (
    Entry,
    Exposure,
    Reach,
    exposures,
    risky_reach,
    undecided_entry,
    whole_reach,
)
from compliant_infra.kernel.resources import by_alternatives
from compliant_infra.kernel.security_groups import (
    Direction,
    Reader,
    alicloud_acl,
    alicloud_rule,
    aws_acl,
    aws_acl_rule,
    aws_group,
    aws_ingress_rule,
    aws_rule,
    drops_elsewhere,
    tencentcloud_lite_rule,
    tencentcloud_rule,
    tencentcloud_rule_set,
)

Question = Literal["risky-ports", "everything", "everything-out"]


#: How many intervals of risky ports a message names.
_SHOWN: Final = 6


def widest_prefix(context: Context) -> int:
    """The shortest prefix that does not count as any address."""
    return int(context.parameters["widest-prefix"])


def _message(question: Question, exposure: Exposure) -> Text:
    source, traffic = exposure.source, exposure.traffic
    if question == "everything-out":
        return Text(f"lets {_whole(traffic)} out to {source}", f"允许向 {source} 发起{_whole_zh(traffic)}")
    if question == "everything":
        return Text(f"accepts {_whole(traffic)} from {source}", f"对 {source} 放行{_whole_zh(traffic)}")
    ports, rest = show_ports(exposure.ports[:_SHOWN]), len(exposure.ports) > _SHOWN
    named = "全部流量" if traffic == "all" else f" {traffic}"
    return Text(
        f"accepts {'all traffic' if traffic == 'all' else traffic} from {source}, which reaches risky port"
        f"{'s' if ',' in ports or '-' in ports else ''} {ports}{' and others' if rest else ''}",
        f"对 {source} 放行{named}，涉及高危端口 {ports}{' 等' if rest else ''}",
    )


def _whole(traffic: str) -> str:
    return "all traffic" if traffic == "all" else f"all ports ({traffic})"


def _whole_zh(traffic: str) -> str:
    return "全部流量" if traffic == "all" else f"全部端口（{traffic}）"


def _findings(question: Question, found: Iterable[Exposure], numbered: bool) -> Iterable[Outcome]:
    seen: set[str] = set()
    for exposure in found:
        finding = f"{exposure.source} {exposure.traffic}" if numbered else ""
        if finding in seen:
            continue
        seen.add(finding)
        if exposure.answer is True:
            yield failed(_message(question, exposure), exposure.path, finding)
        else:
            yield undecided_entry(exposure, finding)


def filter_lets_in(
    question: Question,
    reader: Reader,
    reads: Sequence[str],
    *,
    block: str = "",
    same: str = "",
    numbered: bool = True,
    empty: Outcome = PASS,
    others: Callable[[Resource, Context], Sequence[Entry]] | None = None,
) -> Predicate:
    """Whether a packet filter lets in what the question asks about, from any address.

    ``block`` is the attribute that holds the entries, ``same`` the attribute that names the filter where each entry is
    a resource of its own (dropping entries are then looked up there, or by ``others``), ``empty`` the outcome without
    inbound entries.
    """

    def reach(context: Context) -> Reach:
        return risky_reach(ports_of(context.parameters["risky-ports"])) if question == "risky-ports" else whole_reach

    def judge_one(resource: Resource, context: Context) -> Outcome:
        entries = reader(resource, context)
        if not entries:
            return empty if block else NOT_APPLICABLE
        elsewhere: Callable[[], Sequence[Entry]] = (
            partial(others, resource, context)
            if others is not None
            else partial(drops_elsewhere, resource, context, reader, same)
            if same
            else tuple
        )
        outcomes = list(
            _findings(question, exposures(entries, reach(context), widest_prefix(context), elsewhere), numbered)
        )
        return several(outcomes) if outcomes else PASS

    def judge(resource: Resource, context: Context) -> Outcome:
        if not block:
            return judge_one(resource, context)
        return by_alternatives(resource, block, lambda item: judge_one(item, context))

    parameters = ("risky-ports", "widest-prefix") if question == "risky-ports" else ("widest-prefix",)
    return Predicate(judge, reads, parameters)


_AWS_LISTS = ("aws_ec2_managed_prefix_list:entry.cidr", "aws_ec2_managed_prefix_list_entry:cidr")
_AWS_INLINE = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "from_port", "to_port", "protocol")
_AWS_RULE = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "from_port", "to_port", "ip_protocol", *_AWS_LISTS)
_TENCENTCLOUD_LISTS = (
    "tencentcloud_address_template:addresses",
    "tencentcloud_address_template_group:template_ids",
    "tencentcloud_protocol_template:protocols",
    "tencentcloud_protocol_template_group:template_ids",
)
_TENCENTCLOUD_SET = (
    "cidr_block",
    "ipv6_cidr_block",
    "address_template_id",
    "address_template_group",
    "port",
    "protocol",
    "action",
    "service_template_id",
    "service_template_group",
)


@cache
def _toward(reader: Callable[..., Sequence[Entry]], direction: Direction) -> Reader:
    """The reader for one direction, the same object for every rule: what is indexed by reader is then shared."""
    return partial(reader, direction=direction)


def security_groups(question: Question, direction: Direction = "ingress") -> dict[str, Predicate]:
    """The predicate for every form in which the three clouds write security group rules of a direction."""
    aws_inline_reads = (*(f"{direction}.{name}" for name in _AWS_INLINE), *_AWS_LISTS)
    tencentcloud_set_reads = (*(f"{direction}.{name}" for name in _TENCENTCLOUD_SET), *_TENCENTCLOUD_LISTS)

    def inline(reader: Reader, reads: Sequence[str], empty: Outcome = NOT_APPLICABLE) -> Predicate:
        return filter_lets_in(question, reader, reads, block=direction, empty=empty)

    aws_inline = _toward(aws_group, direction)
    return {
        "alicloud_security_group_rule": filter_lets_in(
            question,
            _toward(alicloud_rule, direction),
            (
                "cidr_ip",
                "ipv6_cidr_ip",
                "prefix_list_id",
                "alicloud_ecs_prefix_list:entry.cidr",
                "port_range",
                "ip_protocol",
                "policy",
                "priority",
                "type",
                "security_group_id",
            ),
            same="security_group_id",
            numbered=False,
        ),
        "aws_security_group": inline(aws_inline, aws_inline_reads),
        "aws_default_security_group": inline(aws_inline, aws_inline_reads, PASS),
        "aws_security_group_rule": filter_lets_in(
            question,
            _toward(aws_rule, direction),
            (
                "cidr_blocks",
                "ipv6_cidr_blocks",
                "prefix_list_ids",
                "from_port",
                "to_port",
                "protocol",
                "type",
                *_AWS_LISTS,
            ),
        ),
        f"aws_vpc_security_group_{direction}_rule": filter_lets_in(
            question, aws_ingress_rule, _AWS_RULE, numbered=False
        ),
        "tencentcloud_security_group_rule_set": inline(
            _toward(tencentcloud_rule_set, direction), tencentcloud_set_reads
        ),
        "tencentcloud_security_group_lite_rule": inline(_toward(tencentcloud_lite_rule, direction), (direction,)),
        "tencentcloud_security_group_rule": filter_lets_in(
            question,
            _toward(tencentcloud_rule, direction),
            (
                "cidr_ip",
                "port_range",
                "ip_protocol",
                "policy",
                "policy_index",
                "type",
                "address_template.template_id",
                "address_template.group_id",
                "protocol_template.template_id",
                "protocol_template.group_id",
                "security_group_id",
                *_TENCENTCLOUD_LISTS,
            ),
            same="security_group_id",
            numbered=False,
        ),
    }


def _alicloud_acl() -> Predicate:
    """``alicloud_network_acl``: its inline entries; without them those of ``alicloud_network_acl_entries`` decide."""
    names = ("policy", "port", "protocol", "source_cidr_ip")
    inline = filter_lets_in(
        "risky-ports", alicloud_acl, tuple(f"ingress_acl_entries.{name}" for name in names), block="ingress_acl_entries"
    )

    def judge(resource: Resource, context: Context) -> Outcome:
        if resource.attributes.get("ingress_acl_entries") is not None:
            return inline.judge(resource, context)
        found = context.companions(resource, "alicloud_network_acl_entries", "network_acl_id", ("id",))
        if found.sure:
            return NOT_APPLICABLE  # judged there
        blocked = found.possible[0][1] if found.possible else None
        return undecided(blocked or Unknown("known-after-apply", "ingress_acl_entries"), "ingress_acl_entries")

    return Predicate(judge, (*inline.reads, "alicloud_network_acl_entries:network_acl_id"), inline.parameters)


def network_acls() -> dict[str, Predicate]:
    """The predicate on risky ports for every form in which the three clouds write network ACLs."""
    names = ("policy", "port", "protocol", "source_cidr_ip")
    rule_names = ("action", "cidr_block", "ipv6_cidr_block", "from_port", "to_port", "protocol", "rule_no")
    aws_inline = filter_lets_in(
        "risky-ports", aws_acl, tuple(f"ingress.{name}" for name in rule_names), block="ingress"
    )
    return {
        "alicloud_network_acl": _alicloud_acl(),
        "alicloud_network_acl_entries": filter_lets_in(
            "risky-ports",
            alicloud_acl,
            tuple(f"ingress.{name}" for name in names),
            block="ingress",
            empty=NOT_APPLICABLE,
        ),
        "aws_network_acl": aws_inline,
        "aws_default_network_acl": aws_inline,
        "aws_network_acl_rule": filter_lets_in(
            "risky-ports",
            aws_acl_rule,
            (
                "rule_action",
                "egress",
                "cidr_block",
                "ipv6_cidr_block",
                "from_port",
                "to_port",
                "protocol",
                "rule_number",
                "network_acl_id",
            ),
            same="network_acl_id",
        ),
        "tencentcloud_vpc_acl": filter_lets_in(
            "risky-ports", tencentcloud_lite_rule, ("ingress",), block="ingress", empty=NOT_APPLICABLE
        ),
    }
