"""How broad the accepting rules of security groups are, and whether each says what it is for.

What counts is the number of ports that one rule opens. A rule whose only source is its own group regulates how its
members talk to each other and is not counted: clusters need that, and no other address gets in by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    failed,
    several,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.networks import Ports, is_all_ports, protocols_with_ports
from compliant_infra.kernel.packet_filters import (
    Entry,
    Truth,
    any_true,
    both,
    options,
    show_source,
    show_traffic,
    truth,
)
from compliant_infra.kernel.resources import by_alternatives
from compliant_infra.kernel.security_groups import (
    Reader,
    alicloud_rule,
    aws_group,
    aws_ingress_rule,
    aws_rule,
    blocks_of,
    tencentcloud_lite_rule,
    tencentcloud_rule,
    tencentcloud_rule_set,
)

MAX_SPAN: Final = "max-port-span"

#: Attributes that name another group as the source of a rule.
_GROUPS: Final = (
    "source_security_group_id",
    "referenced_security_group_id",
    "security_groups",
    "source_security_id",
    "source_sgid",
)
#: Attributes that name anything but a group.
_ADDRESSES: Final = (
    "cidr_ip",
    "ipv6_cidr_ip",
    "prefix_list_id",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "cidr_ipv4",
    "cidr_ipv6",
    "cidr_block",
    "ipv6_cidr_block",
    "address_template",
    "address_template_id",
    "address_template_group",
)


def same_value(left: Any, right: Any) -> Truth:
    """Whether two values written in one resource are the same, though they may not be known."""
    if left is None or right is None:
        return False
    if left is right:
        return True
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        if left.reference is not None and right.reference is not None:
            return left.reference == right.reference
        if left.reason == right.reason == "no-value" and left.expression and left.expression == right.expression:
            return True
    for value in (left, right):
        if isinstance(value, OneOf) or (isinstance(value, Unknown) and value.reference is None):
            return value
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return False
    return bool(left == right)


def _is_set(value: Any) -> Truth:
    """Whether an attribute has a value that is not empty; a reference to a resource is one."""
    if isinstance(value, Unknown):
        return True if value.reference is not None else value
    if isinstance(value, OneOf):
        return truth(value, _is_set)
    return value is not None and not (isinstance(value, (str, list, tuple)) and not value)


def from_itself(values: Mapping[str, Any], own: Any, names: Set[str]) -> Truth:
    """Whether a rule's only source is its own group.

    ``own`` is the group that the rule belongs to, ``names`` are the attributes that a rule of this form has.
    """
    elsewhere = any_true(_is_set(values.get(name)) for name in _ADDRESSES if name in names)
    if elsewhere is True:
        return False
    groups: list[Any] = []
    for name in _GROUPS:
        value = values.get(name) if name in names else None
        if _is_set(value) is not False:
            groups.extend(value if isinstance(value, (list, tuple)) else (value,))
    itself = truth(values.get("self"), lambda item: as_bool(item) is True) if "self" in names else False
    answer: Truth = itself if not groups else True
    for item in groups:
        answer = both(answer, same_value(item, own))
    return answer if elsewhere is False else both(answer, elsewhere)


# --------------------------------------------------------------------------------------------------------------
# The number of ports
# --------------------------------------------------------------------------------------------------------------


def _size(ports: Ports) -> int:
    return sum(last - first + 1 for first, last in ports)


def _one_port(value: Unknown) -> bool:
    """Whether a port range is written as one unknown port: ``"${var.port}/${var.port}"``."""
    parts = value.parts
    if len(parts) != 3 or not isinstance(parts[1], str) or parts[1] not in ("/", "-"):
        return False
    return same_value(parts[0], parts[2]) is True


def _too_many(entry: Entry, limit: int) -> tuple[Truth, str]:
    """Whether an entry opens more ports than the limit in every case; else what decides, and where it is written."""
    answers: list[tuple[Truth, str]] = []
    for protocol in options(entry.protocol):
        if isinstance(protocol, Unknown):
            answers.append((protocol, entry.protocol_path))
        elif protocol == "all":
            answers.append((True, entry.protocol_path))
        elif not protocols_with_ports(protocol):
            answers.append((False, ""))
        else:
            for ports in options(entry.ports):
                if not isinstance(ports, Unknown):
                    answers.append((_size(ports) > limit, entry.ports_path))
                else:
                    answers.append((False, "") if _one_port(ports) else (ports, entry.ports_path))
    if all(answer is False for answer, _ in answers):
        return False, ""
    if all(answer is True for answer, _ in answers):
        return answers[0]
    blocked = next((item for item in answers if isinstance(item[0], (Unknown, OneOf))), None)
    if blocked is not None:
        return blocked
    if isinstance(entry.protocol, OneOf):
        return entry.protocol, entry.protocol_path
    return entry.ports, entry.ports_path


def _breadth(entry: Entry, limit: int) -> Text:
    traffic = show_traffic(entry)
    if traffic == "all":
        return Text(
            f"accepts all protocols and ports; at most {limit} ports are allowed",
            f"放行全部协议与端口；单条规则至多 {limit} 个端口",
        )
    ports = entry.ports if isinstance(entry.ports, tuple) else ()
    if ports and is_all_ports(ports):
        return Text(
            f"accepts all ports ({traffic}); at most {limit} are allowed",
            f"放行全部端口（{traffic}）；单条规则至多 {limit} 个端口",
        )
    count = f"{_size(ports)}" if ports else "more"
    return Text(
        f"accepts {traffic}: {count} ports; at most {limit} are allowed",
        f"放行 {traffic}，共 {_size(ports) if ports else '更多'} 个端口；单条规则至多 {limit} 个端口",
    )


def _span(entry: Entry, finding: str, limit: int) -> Outcome:
    answer, path = _too_many(entry, limit)
    if answer is False:
        return PASS
    if answer is not True:
        return undecided(answer, path, finding)
    if isinstance(entry.accepts, (Unknown, OneOf)):
        return undecided(entry.accepts, entry.accepts_path or path, finding)
    return failed(_breadth(entry, limit), path, finding)


# --------------------------------------------------------------------------------------------------------------
# The description
# --------------------------------------------------------------------------------------------------------------


def _description(values: Mapping[str, Any], path: str, finding: str) -> Outcome:
    def missing() -> Outcome:
        return failed(
            Text(f"{path} is not set: nobody can tell what the rule is for", f"{path} 未填写：无法得知该规则的用途"),
            path,
            finding,
        )

    value = values.get("description")
    if value is None:
        return missing()
    if isinstance(value, Unknown):
        written = any(isinstance(part, str) and part.strip() for part in value.parts)
        return PASS if written or value.reference is not None else undecided(value, path, finding)
    return alternatives(value, lambda item: PASS if (as_string(item) or "").strip() else missing(), path, unset=missing)


# --------------------------------------------------------------------------------------------------------------
# The predicate for each form
# --------------------------------------------------------------------------------------------------------------


def narrow(
    reader: Reader, reads: Sequence[str], *, block: str = "", described: bool = True, own: str = "security_group_id"
) -> Predicate:
    """No accepting inbound rule opens more ports than the parameter allows, and each has a description.

    ``block`` is the attribute that holds several rules, ``own`` the one that names the rule's group.
    """

    names = {path.removeprefix(f"{block}.").split(".")[0] for path in reads}
    ports = "from_port" in names

    def findings(resource: Resource, context: Context) -> Iterator[Outcome]:
        limit = int(context.parameters[MAX_SPAN])
        inline = {index: (values, path) for index, values, path in blocks_of(resource, block)} if block else {}
        seen: set[tuple[str, str]] = set()
        for entry in reader(resource, context):
            if entry.accepts is False:
                continue
            values, where = inline.get(entry.order, ({}, "")) if block else (resource.attributes, "")
            finding = _finding(entry) if block else ""
            first = values.get("from_port") if ports else None
            if isinstance(first, Unknown) and same_value(first, values.get("to_port")) is True:
                entry = replace(entry, ports=((0, 0),))  # whichever port it is, it is one
            group = resource.get("id") if resource.type.startswith("aws_") and block else resource.get(own)
            itself = from_itself(values, group, names)
            found = [PASS if itself is True else _span(entry, finding, limit)]
            if itself is not False and found[0].verdict is Verdict.FAIL:
                found = [_instead(found[0], itself)]
            if described and not _hidden(entry, found[0]):
                outcome = _description(values, f"{where}.description" if where else "description", finding)
                sure = entry.accepts is True or outcome.verdict is not Verdict.FAIL
                found.append(outcome if sure else _instead(outcome, entry.accepts))
            for outcome in found:
                if (outcome.attribute, finding) not in seen or not outcome.attribute:
                    seen.add((outcome.attribute, finding))
                    yield outcome

    def judge_one(resource: Resource, context: Context) -> Outcome:
        outcomes = list(findings(resource, context))
        return several(outcomes) if outcomes else NOT_APPLICABLE

    def judge(resource: Resource, context: Context) -> Outcome:
        if not block:
            return judge_one(resource, context)
        return by_alternatives(resource, block, lambda item: judge_one(item, context))

    return Predicate(judge, reads, (MAX_SPAN,))


def _instead(outcome: Outcome, blocked: Truth) -> Outcome:
    """The undecided outcome in the place of a finding that holds only where something unknown is so."""
    unknown = blocked if isinstance(blocked, (Unknown, OneOf)) else Unknown("ambiguous", outcome.attribute)
    return undecided(unknown, outcome.attribute, outcome.finding)


def _finding(entry: Entry) -> str:
    """The sub-id of a rule among several: where its traffic comes from, and what it is."""
    sources = ",".join(show_source(item.value) for item in entry.sources)
    return f"{sources} {show_traffic(entry)}".strip()


def _hidden(entry: Entry, outcome: Outcome) -> bool:
    """Whether nothing at all is known of the rule, so that one finding says it."""
    return outcome.unknown is not None and entry.protocol is entry.ports


_ALICLOUD: Final = (
    "type",
    "policy",
    "ip_protocol",
    "port_range",
    "description",
    "cidr_ip",
    "ipv6_cidr_ip",
    "prefix_list_id",
    "source_security_group_id",
    "security_group_id",
)
_AWS_INLINE: Final = tuple(
    f"ingress.{name}"
    for name in (
        "protocol",
        "from_port",
        "to_port",
        "description",
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "prefix_list_ids",
        "security_groups",
        "self",
    )
)
_AWS_RULE: Final = (
    "type",
    "protocol",
    "from_port",
    "to_port",
    "description",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "source_security_group_id",
    "self",
    "security_group_id",
)
_AWS_INGRESS_RULE: Final = (
    "ip_protocol",
    "from_port",
    "to_port",
    "description",
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
    "security_group_id",
)
_TENCENTCLOUD_SET: Final = tuple(
    f"ingress.{name}"
    for name in (
        "action",
        "protocol",
        "port",
        "description",
        "service_template_id",
        "service_template_group",
        "cidr_block",
        "ipv6_cidr_block",
        "address_template_id",
        "address_template_group",
        "source_security_id",
    )
)
_TENCENTCLOUD_RULE: Final = (
    "type",
    "policy",
    "ip_protocol",
    "port_range",
    "protocol_template.template_id",
    "protocol_template.group_id",
    "description",
    "cidr_ip",
    "address_template.template_id",
    "address_template.group_id",
    "source_sgid",
    "security_group_id",
)
_TENCENTCLOUD_SERVICES: Final = (
    "tencentcloud_protocol_template:protocols",
    "tencentcloud_protocol_template_group:template_ids",
)


def narrow_rules() -> dict[str, Predicate]:
    """The predicate for every form in which the three clouds write inbound rules of security groups."""
    aws_inline = narrow(aws_group, _AWS_INLINE, block="ingress")
    return {
        "alicloud_security_group_rule": narrow(alicloud_rule, _ALICLOUD),
        "aws_security_group": aws_inline,
        "aws_default_security_group": aws_inline,
        "aws_security_group_rule": narrow(aws_rule, _AWS_RULE),
        "aws_vpc_security_group_ingress_rule": narrow(aws_ingress_rule, _AWS_INGRESS_RULE),
        "tencentcloud_security_group_rule_set": narrow(
            tencentcloud_rule_set, (*_TENCENTCLOUD_SET, *_TENCENTCLOUD_SERVICES), block="ingress"
        ),
        # A rule of this form is a text without room for a description.
        "tencentcloud_security_group_lite_rule": narrow(
            tencentcloud_lite_rule, ("ingress",), block="ingress", described=False
        ),
        "tencentcloud_security_group_rule": narrow(tencentcloud_rule, (*_TENCENTCLOUD_RULE, *_TENCENTCLOUD_SERVICES)),
    }
