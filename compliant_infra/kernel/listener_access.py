"""Who reaches a listener: whether its balancer faces the internet, and what access lists or groups let in.

A balancer is declared a public entry by its tag ``purpose``. Alibaba Cloud limits CLB and ALB listeners by access
control lists and ALB and NLB by security groups; AWS and Tencent Cloud limit balancers by security groups. A balancer
without any group lets everybody in, except where the provider then takes the default group of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    passed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.networks import ALL_PORTS, Ports, common, protocols_with_ports
from compliant_infra.kernel.ownership import owner_in_scan
from compliant_infra.kernel.packet_filters import (
    Reach,
    Source,
    Truth,
    any_true,
    both,
    exposures,
    is_open,
    joined,
    sources_of,
    truth,
)
from compliant_infra.kernel.public_access import GROUP_RULES, group_entries, is_public_entry, open_entries
from compliant_infra.kernel.security_groups import blocks_of

WIDEST_PREFIX: Final = "widest-prefix"
PUBLIC_ENTRY_TAGS: Final = "public-entry-tags"


class Answer(NamedTuple):
    """Whether any address gets in, and what lets it in; an unknown where that cannot be told."""

    opened: Truth
    how: Text = Text("", "")


# --------------------------------------------------------------------------------------------------------------
# Balancers
# --------------------------------------------------------------------------------------------------------------


class _Balancer(NamedTuple):
    """Where a type of balancer says that it is public, and which groups guard it."""

    address: str
    public: str  # the value of ``address`` (in small letters) that makes it public
    default: str  # what holds where it is not set; "by-vswitch": public unless vswitch_id is set
    groups: str = ""
    attachment: tuple[str, str, str] | None = None  # type, attribute that names the balancer, that names the group


_SLB: Final = _Balancer("address_type", "internet", "by-vswitch")
_ELASTIC: Final = _Balancer("internal", "false", "false", "security_groups")
BALANCERS: Final[Mapping[str, _Balancer]] = {
    "alicloud_slb_load_balancer": _SLB,
    "alicloud_slb": _SLB,
    "alicloud_alb_load_balancer": _Balancer(
        "address_type",
        "internet",
        "internet",
        "",
        ("alicloud_alb_load_balancer_security_group_attachment", "load_balancer_id", "security_group_id"),
    ),
    "alicloud_nlb_load_balancer": _Balancer(
        "address_type",
        "internet",
        "internet",
        "security_group_ids",
        ("alicloud_nlb_load_balancer_security_group_attachment", "load_balancer_id", "security_group_id"),
    ),
    "aws_lb": _ELASTIC,
    "aws_alb": _ELASTIC,
    "aws_elb": _ELASTIC,
    "tencentcloud_clb_instance": _Balancer(
        "network_type",
        "open",
        "open",
        "security_groups",
        ("tencentcloud_clb_security_group_attachment", "load_balancer_ids", "security_group"),
    ),
}


def faces_internet(balancer: Resource) -> Truth:
    """Whether the balancer has a public address."""
    form = BALANCERS[balancer.type]
    value = balancer.attributes.get(form.address)
    by_network: Truth = False
    if form.default == "by-vswitch":
        inside = _named(balancer.attributes.get("vswitch_id"))
        by_network = not inside if isinstance(inside, bool) else inside

    def test(item: Any) -> Truth:
        if item is None:
            return by_network if form.default == "by-vswitch" else form.default == form.public
        return (as_string(item) or "").lower() == form.public

    return test(None) if value is None else truth(value, test)


def groups_of(balancer: Resource, context: Context) -> tuple[list[Any], Unknown | OneOf | None]:
    """The security groups of a balancer, and what hides whether there are further ones."""
    form = BALANCERS[balancer.type]
    value = balancer.attributes.get(form.groups) if form.groups else None
    found: list[Any] = list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
    hidden: Unknown | OneOf | None = None
    if form.attachment is not None:
        kind, by, name = form.attachment
        attached = context.companions(balancer, kind, by, ("id",))
        for companion in attached.sure:
            if companion.existence is None:
                found.append(companion.attributes.get(name))
            elif hidden is None:
                hidden = companion.existence
        if attached.possible and hidden is None:
            hidden = attached.possible[0][1]
    return [item for item in found if item is not None], hidden


def _reach(wanted: Ports) -> Reach:
    def reach(protocol: str, ports: Ports) -> Mapping[str, Ports]:
        found = common(ports, wanted)
        return dict.fromkeys(protocols_with_ports(protocol), found) if found else {}

    return reach


def lets_anyone_in(balancer: Resource, context: Context, ports: Ports = ALL_PORTS) -> Answer:
    """Whether the balancer's security groups let any address reach one of these ports."""
    groups, hidden = groups_of(balancer, context)
    if not groups:
        if hidden is not None:
            return Answer(hidden)
        form = BALANCERS[balancer.type]
        if form is _ELASTIC and not _network(balancer):
            return Answer(Unknown("known-after-apply", form.groups))  # the default group of the VPC
        return Answer(True, Text(f"no security group guards {balancer.address}", f"{balancer.address} 未绑定安全组"))
    blocked: Unknown | OneOf | None = hidden
    for item in groups:
        group = context.resolve(item, *GROUP_RULES)
        if group is None:
            unknown = item if isinstance(item, (Unknown, OneOf)) else Unknown("unsupported", show(item))
            blocked = unknown if blocked is None else blocked
            continue
        accepted, unseen = group_entries(group, context)
        for found in exposures(accepted, _reach(ports), widest_prefix(context)):
            if found.answer is True:
                return Answer(
                    True,
                    Text(
                        f"{group.address} accepts {found.traffic} from {found.source}",
                        f"安全组 {group.address} 对 {found.source} 放行 {found.traffic}",
                    ),
                )
            if blocked is None:
                blocked = found.answer if isinstance(found.answer, (Unknown, OneOf)) else None
        blocked = unseen if blocked is None else blocked
    return Answer(False if blocked is None else blocked)


def _network(balancer: Resource) -> bool:
    """Whether a balancer of AWS is surely a network one, which has no group unless one is named."""
    kind = balancer.attributes.get("load_balancer_type") if balancer.type != "aws_elb" else None
    return isinstance(kind, str) and kind == "network"


def _excused(balancer: Resource, context: Context) -> Outcome | None:
    """The outcome for a balancer that is, or may be, declared a public entry; None where it is not."""
    declared = is_public_entry(balancer, context)
    if declared is True:
        return passed(Text("declared a public entry by its tag", "已通过标签声明为公网入口"))
    return None if declared is False else undecided(declared, "tags")


_NOT_PUBLIC_ENTRY: Final = Text("and no tag purpose declares it a public entry", "且没有 purpose 标签声明其为公网入口")


def guarded_reads(kind: str) -> Iterator[str]:
    """What ``lets_anyone_in`` reads for a type of balancer, as paths of that type or ``type:path``."""
    form = BALANCERS[kind]
    if form.groups:
        yield form.groups
    if form.attachment is not None:
        attachment, by, name = form.attachment
        yield f"{attachment}:{by}"
        yield f"{attachment}:{name}"
    cloud = kind.split("_", 1)[0]
    for group, (_, others) in GROUP_RULES.items():
        if group.startswith(cloud):
            yield f"{group}:id"
            yield from (f"{other}:security_group_id" for other in others)


def guarded_balancer(kind: str) -> Predicate:
    """A balancer that is no declared public entry is guarded by groups that do not let any address in."""

    @predicate(
        reads=(
            "tags",
            BALANCERS[kind].address,
            *(("load_balancer_type",) if kind in ("aws_lb", "aws_alb") else ()),
            *guarded_reads(kind),
        ),
        parameters=(WIDEST_PREFIX, PUBLIC_ENTRY_TAGS),
    )
    def judge(resource: Resource, context: Context) -> Outcome:
        path = BALANCERS[kind].groups

        def judged() -> Outcome:
            excused = _excused(resource, context)
            if excused is not None and excused.unknown is None:
                return excused
            opened, how = lets_anyone_in(resource, context)
            if opened is False:
                return PASS
            if opened is not True:
                return undecided(opened, path)
            if excused is not None:
                return excused
            if faces_internet(resource) is False:
                return failed(how, path)  # no entry of the public, whatever its tags say
            return failed(Text(f"{how.en}, {_NOT_PUBLIC_ENTRY.en}", f"{how.zh}，{_NOT_PUBLIC_ENTRY.zh}"), path)

        if kind not in ("aws_lb", "aws_alb"):
            return judged()
        return alternatives(
            resource.get("load_balancer_type", "application"),
            lambda item: NOT_APPLICABLE if as_string(item) == "gateway" else judged(),
            "load_balancer_type",
        )

    return judge


# --------------------------------------------------------------------------------------------------------------
# Access control lists of Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------

#: The types of access control lists: the inline path of their entries, and the resource that adds one.
_LISTS: Final = {
    "alicloud_slb_acl": ("entry_list", "alicloud_slb_acl_entry_attachment"),
    "alicloud_alb_acl": ("acl_entries", "alicloud_alb_acl_entry_attachment"),
}


def _inline(acl: Resource) -> Iterator[Source]:
    block = _LISTS[acl.type][0]
    for _, values, where in blocks_of(acl, block):
        yield from sources_of(values.get("entry"), f"{where}.entry")


def list_without_any(block: str = "") -> Predicate:
    """No entry of an access control list is any address; ``block`` holds the entries, else there is one."""

    @predicate(reads=(f"{block}.entry" if block else "entry",), parameters=(WIDEST_PREFIX,))
    def judge(resource: Resource, context: Context) -> Iterable[Outcome]:
        sources = list(_inline(resource)) if block else sources_of(resource.attributes.get("entry"), "entry")
        found = list(open_entries(sources, widest_prefix(context)))
        return found or [PASS if sources else NOT_APPLICABLE]

    return judge


def list_opened(value: Any, kind: str, context: Context) -> Truth:
    """Whether an access control list lets any address in; unknown where the list is not in the scan."""
    acl = context.resolve(value, kind)
    if acl is None:
        return value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))
    sources = list(_inline(acl))
    attached = context.companions(acl, _LISTS[kind][1], "acl_id", ("id",))
    for entry in attached.sure:
        sources.extend(sources_of(entry.attributes.get("entry"), "entry"))
    widest = widest_prefix(context)
    answer = any_true(is_open(item.value, widest) for item in joined(sources))
    return attached.possible[0][1] if answer is False and attached.possible else answer


class _Limit(NamedTuple):
    """What an access control list does for a listener: ``white`` is True where only listed addresses get in."""

    white: Truth
    lists: tuple[Any, ...] = ()
    path: str = ""
    how: Text = Text("", "")


_OFF: Final = Text("access control is off", "未启用访问控制")
_BLACK: Final = Text("the access control list only blocks what it names", "访问控制为黑名单，未列出的地址均可访问")
_NO_LIST: Final = Text("access control is on without a list", "已启用访问控制但未指定访问控制策略组")
_EMPTY: Final = Text(
    "the access control list has no entry, with which every address is let in",
    "访问控制策略组没有条目，此时所有地址均可访问",
)


def _classic_limit(listener: Resource, context: Context) -> _Limit:
    status = truth(listener.get("acl_status", "off"), lambda item: as_string(item) == "on")
    if status is not True:
        return _Limit(status, path="acl_status", how=_OFF)
    kind = listener.attributes.get("acl_type")
    white: Truth = False if kind is None else truth(kind, lambda item: as_string(item) == "white")
    if white is not True:
        return _Limit(white, path="acl_type", how=_BLACK)
    value = listener.attributes.get("acl_ids")
    value = listener.attributes.get("acl_id") if value is None else value
    lists = tuple(value) if isinstance(value, (list, tuple)) else () if value is None else (value,)
    return _Limit(_named(value), lists, "acl_ids", _NO_LIST)


def _named(value: Any) -> Truth:
    """Whether a value names at least one list."""
    if isinstance(value, Unknown):
        return True if value.reference is not None or value.elements else value
    return truth(value, lambda item: bool(item))


_ATTACHMENT: Final = "alicloud_alb_listener_acl_attachment"


def _application_limit(listener: Resource, context: Context) -> _Limit:
    """ALB: an inline ``acl_config``, or the attachment of a list."""
    best = _Limit(False, how=_OFF)
    for where, block in entries(listener.attributes.get("acl_config"), "acl_config"):
        if not isinstance(block, Mapping):
            return _Limit(block, path=where)
        kind = block.get("acl_type")
        white: Truth = False if kind is None else truth(kind, lambda item: as_string(item) == "White")
        relations = block.get("acl_relations")
        lists = [
            item.get("acl_id") if isinstance(item, Mapping) else item for _, item in entries(relations, "acl_relations")
        ]
        best = _Limit(
            both(white, _named(relations)), tuple(lists), f"{where}.acl_type", _BLACK if white is False else _NO_LIST
        )
        if best.white is True:
            return best
    attached = context.companions(listener, _ATTACHMENT, "listener_id", ("id",))
    related: list[tuple[Resource, Unknown | OneOf | None]] = [(item, item.existence) for item in attached.sure]
    for companion, blocked in (*related, *attached.possible):
        white = truth(companion.get("acl_type"), lambda item: as_string(item) == "White")
        if white is True:
            answer: Truth = True if blocked is None else blocked
            limit = _Limit(answer, (companion.attributes.get("acl_id"),), "", _OFF)
            if answer is True:
                return limit
            best = limit if best.white is False else best
        elif white is not False:
            best = _Limit(white, (), "", _OFF) if best.white is False else best
        elif best.white is False:
            best = _Limit(False, (), "", _BLACK)
    return best


def _without_entries(value: Any, kind: str, context: Context) -> Truth:
    """Whether a list of the scan has no entry; one that is made elsewhere is taken to have some."""
    acl = context.resolve(value, kind)
    if acl is None:
        return False
    written = entries(acl.attributes.get(_LISTS[kind][0]), _LISTS[kind][0])
    attached = context.companions(acl, _LISTS[kind][1], "acl_id", ("id",))
    perhaps = [block for _, block in written if isinstance(block, (Unknown, OneOf))]
    perhaps += [entry.existence for entry in attached.sure if entry.existence is not None]
    perhaps += [blocked for _, blocked in attached.possible]
    if len(perhaps) < len(written) + len(attached.sure) + len(attached.possible):
        return False
    return perhaps[0] if perhaps else True


def _by_entries(reader: Callable[[Resource, Context], _Limit], kind: str) -> Callable[[Resource, Context], _Limit]:
    """The reader, heeding that a listener forwards all requests where the list of those let in has no entry."""

    def read(listener: Resource, context: Context) -> _Limit:
        limit = reader(listener, context)
        if limit.white is not True:
            return limit
        empty = any_true(_without_entries(item, kind, context) for item in limit.lists)
        return limit if empty is False else limit._replace(white=False if empty is True else empty, how=_EMPTY)

    return read


LIMITS: Final = {
    "alicloud_slb_listener": (_by_entries(_classic_limit, "alicloud_slb_acl"), "alicloud_slb_acl"),
    "alicloud_alb_listener": (_by_entries(_application_limit, "alicloud_alb_acl"), "alicloud_alb_acl"),
}
_CLASSIC_READS: Final = (
    "acl_status",
    "acl_type",
    "acl_ids",
    "acl_id",
    "alicloud_slb_acl:entry_list.entry",
    "alicloud_slb_acl_entry_attachment:acl_id",
)
_APPLICATION_READS: Final = (
    "acl_config.acl_type",
    "acl_config.acl_relations.acl_id",
    f"{_ATTACHMENT}:listener_id",
    f"{_ATTACHMENT}:acl_type",
    f"{_ATTACHMENT}:acl_id",
    "alicloud_alb_acl:acl_entries.entry",
    "alicloud_alb_acl_entry_attachment:acl_id",
)


def balancer_of(listener: Resource, attribute: str, kinds: Iterable[str], context: Context) -> Resource | None:
    """The balancer that a listener names in this attribute, where it is in the scan."""
    return context.resolve(listener.attributes.get(attribute), *kinds)


def limited_listener(kind: str) -> Predicate:
    """A listener of Alibaba Cloud has an access list of those let in, unless its balancer is a declared entry.

    The entries of the list are judged at the list.
    """
    reader, _ = LIMITS[kind]
    classic = kind == "alicloud_slb_listener"
    kinds = ("alicloud_slb_load_balancer", "alicloud_slb") if classic else ("alicloud_alb_load_balancer",)

    @predicate(
        reads=(
            "load_balancer_id",
            *(_CLASSIC_READS if classic else _APPLICATION_READS),
            *(f"{name}:tags" for name in kinds),
        ),
        parameters=(PUBLIC_ENTRY_TAGS,),
    )
    def judge(resource: Resource, context: Context) -> Outcome:
        limit = reader(resource, context)
        if limit.white is True:
            return PASS
        balancer = balancer_of(resource, "load_balancer_id", kinds, context)
        if balancer is None:
            value = resource.attributes.get("load_balancer_id")
            unknown = value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))
            return undecided(unknown, "load_balancer_id")
        excused = _excused(balancer, context)
        if excused is not None:
            return excused if excused.unknown is None else undecided(excused.unknown, "load_balancer_id")
        if limit.white is not False:
            return undecided(limit.white, limit.path)
        if not classic:
            groups, hidden = groups_of(balancer, context)
            if groups:
                return passed(Text("a security group guards the balancer", "负载均衡由安全组保护"))
            if hidden is not None:
                return undecided(hidden, limit.path)
        return failed(
            Text(f"{limit.how.en}, {_NOT_PUBLIC_ENTRY.en}", f"{limit.how.zh}，{_NOT_PUBLIC_ENTRY.zh}"), limit.path
        )

    return judge


@predicate(reads=("acl_type", "listener_id", "alicloud_alb_listener:id"))
def lone_attachment(resource: Resource, context: Context) -> Outcome:
    """An attachment whose listener is not in the scan: a list of those let in passes.

    One that only blocks what it names may belong to a public entry.
    """
    if owner_in_scan(resource, context, "listener_id", ("alicloud_alb_listener",), ("id",)):
        return NOT_APPLICABLE
    value = resource.get("listener_id")
    elsewhere = value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))
    return alternatives(
        resource.get("acl_type"),
        lambda item: PASS if as_string(item) == "White" else undecided(elsewhere, "acl_type"),
        "acl_type",
    )
