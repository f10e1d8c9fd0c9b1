"""Predicates on public addresses and endpoints: instances, load balancers, allow-lists, Kubernetes APIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.launch_templates import READS as TEMPLATE_READS
from compliant_infra.kernel.launch_templates import launch_template
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
    passed,
    predicate,
    referred_address,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.networks import ALL_PORTS, Ports, common, is_all_ports
from compliant_infra.kernel.packet_filters import (
    Entry,
    Reach,
    Source,
    any_true,
    exposures,
    is_open,
    joined,
    options,
    show_source,
    sources_of,
    split_text,
    truth,
    whole_number,
)
from compliant_infra.kernel.patterns import lazy
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

_ADDRESS: Final = lazy(r"(?:^|\.)([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?$")


def referred_type(value: Any) -> str:
    """The type of the resource that an unknown refers to, ``""`` where it refers to none."""
    found = _ADDRESS.search(referred_address(value))
    return found[1] if found else ""


# --------------------------------------------------------------------------------------------------------------
# Public addresses of instances
# --------------------------------------------------------------------------------------------------------------

#: Types whose public address is not one of a single instance: gateways and balancers in front of it.
_ENTRY_TYPES: Final = lazy(r"nat|load_balancer|_slb|_lb$|_alb$|_elb$|_clb_|_gateway|havip|ha_vip|firewall|vpn")
_INSTANCE_ID: Final = {
    "i-": True,
    "ins-": True,
    "eni-": True,
    "lb-": False,
    "ngw-": False,
    "nat-": False,
    "havip-": False,
}


def _is_instance(value: Any) -> bool | None:
    """Whether an id or a reference is one of an instance or its network interface; None where it does not show."""
    if type(value) is Unknown:
        kind = referred_type(value)
        return None if not kind else _ENTRY_TYPES.search(kind) is None
    text = as_string(value) or ""
    return next((answer for prefix, answer in _INSTANCE_ID.items() if text.startswith(prefix)), None)


def bound_address(attribute: str, kind: str = "") -> Predicate:
    """A public address bound to what ``attribute`` names; ``kind`` is the attribute that says what that is."""

    @predicate(reads=(attribute, *((kind,) if kind else ())))
    def judge(resource: Resource, context: Context) -> Outcome:
        target = resource.attributes.get(attribute)
        shown = show(target)
        bad = failed(Text(f"binds a public address to {shown}", f"将公网地址绑定到 {shown}"), attribute)
        if kind and resource.attributes.get(kind) is not None:
            where = resource.attributes[kind]
            return alternatives(
                where,
                lambda item: bad if as_string(item) in ("EcsInstance", "NetworkInterface") else PASS,
                kind,
            )
        if target is None:
            return NOT_APPLICABLE
        answers = {_is_instance(item) for item in options(target)}
        if answers == {True}:
            return bad
        if answers == {False}:
            return PASS
        if isinstance(target, (Unknown, OneOf)):
            return undecided(target, attribute)
        return undecided(Unknown("unsupported", shown), attribute)

    return judge


@predicate(
    reads=(
        "associate_public_ip_address",
        "network_interface",
        "primary_network_interface",
        "subnet_id",
        "aws_subnet:map_public_ip_on_launch",
        *TEMPLATE_READS,
        "aws_launch_template:network_interfaces.associate_public_ip_address",
    )
)
def aws_instance_address(resource: Resource, context: Context) -> Outcome:
    """``aws_instance``: unset, its launch template or else the subnet decides whether it gets a public address."""
    value = resource.attributes.get("associate_public_ip_address")
    path = "associate_public_ip_address"
    if value is not None:
        return alternatives(
            value,
            lambda item: (
                failed(Text(f"{path} is {show(item)}; expected false", f"{path} 为 {show(item)}；应为 false"), path)
                if as_bool(item)
                else PASS
            ),
            path,
        )
    if resource.attributes.get("network_interface") or resource.attributes.get("primary_network_interface"):
        return NOT_APPLICABLE
    template = launch_template(resource, context)
    if isinstance(template, (Unknown, OneOf)):
        return undecided(
            template,
            "launch_template",
            message=Text(
                f"{path} is not set: the launch template may decide, and it is not in the scan",
                f"{path} 未设置：可能由启动模板决定，而该启动模板不在扫描范围内",
            ),
        )
    if template is not None:
        given = [
            block.get(path) if isinstance(block, Mapping) else block
            for _, block in entries(template.attributes.get("network_interfaces"), "network_interfaces")
        ]
        if any(item is not None for item in given):
            return _as_template(template, given)
    where = resource.attributes.get("subnet_id")
    subnet = context.resolve(where, "aws_subnet", "aws_default_subnet")
    if subnet is None:
        blocked = where if isinstance(where, (Unknown, OneOf)) else Unknown("known-after-apply", path)
        return undecided(
            blocked,
            path,
            message=Text(
                f"{path} is not set: the subnet decides, and it is not in the scan",
                f"{path} 未设置：由子网决定，而该子网不在扫描范围内",
            ),
        )
    given = subnet.get("map_public_ip_on_launch", subnet.type == "aws_default_subnet")
    return alternatives(
        given,
        lambda item: (
            failed(
                Text(
                    f"{path} is not set and {subnet.address} gives a public address on launch",
                    f"{path} 未设置，而子网 {subnet.address} 会在启动时分配公网地址",
                ),
                path,
            )
            if as_bool(item)
            else passed(Text(f"{subnet.address} gives no public address", f"子网 {subnet.address} 不分配公网地址"))
        ),
        path,
    )


def _as_template(template: Resource, given: Sequence[Any]) -> Outcome:
    """What the interfaces of a launch template say; a public address is the template's own finding."""
    judged = [
        alternatives(
            item,
            lambda known: (
                NOT_APPLICABLE
                if as_bool(known)
                else passed(Text(f"{template.address} gives no public address", f"{template.address} 不分配公网地址"))
            ),
            "launch_template",
        )
        for item in given
        if item is not None
    ]
    for verdict in (Verdict.NOT_APPLICABLE, Verdict.UNKNOWN):
        found = next((outcome for outcome in judged if outcome.verdict is verdict), None)
        if found is not None:
            return found
    return judged[0]


# --------------------------------------------------------------------------------------------------------------
# Load balancers
# --------------------------------------------------------------------------------------------------------------


def is_public_entry(resource: Resource, context: Context) -> bool | Unknown | OneOf:
    """Whether the tag ``purpose`` declares the balancer a public entry."""
    wanted = context.parameters.get("public-entry-tags", ("public-entry",))
    defaults = resource.provider.default_tags if resource.provider is not None else None
    blocked: bool | Unknown | OneOf = False
    for tags in (resource.attributes.get("tags"), defaults):
        if isinstance(tags, (Unknown, OneOf)):
            blocked = tags
        elif isinstance(tags, Mapping):
            value = next((tags[name] for name in tags if str(name).lower() == "purpose"), None)
            if value is not None:
                return truth(value, lambda item: as_string(item) in wanted)
    return blocked


def balancer(path: str, public: Sequence[str], default: Any) -> Predicate:
    """A load balancer is internal, unless its tag ``purpose`` declares it a public entry.

    ``public`` are the values (in small letters) that make it public, ``default`` holds where the attribute is unset.
    """

    @predicate(reads=(path, "tags"), parameters=("public-entry-tags",))
    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.attributes.get(path)
        if value is None:
            if default == "by-vswitch":
                value = "intranet" if resource.attributes.get("vswitch_id") is not None else "internet"
            else:
                value = default

        def test(item: Any) -> Outcome:
            if (as_string(item) or "").lower() not in public:
                return PASS
            declared = is_public_entry(resource, context)
            if declared is True:
                return passed(Text("declared a public entry by its tag", "已通过标签声明为公网入口"))
            if declared is not False:
                return undecided(declared, "tags")
            return failed(
                Text(
                    f"{path} is {show(item)} and no tag purpose declares it a public entry",
                    f"{path} 为 {show(item)}，且没有 purpose 标签声明其为公网入口",
                ),
                path,
            )

        return alternatives(value, test, path)

    return judge


# --------------------------------------------------------------------------------------------------------------
# Allow-lists of data stores
# --------------------------------------------------------------------------------------------------------------


def _listed(value: Any, path: str) -> Iterator[Source]:
    """The addresses of an allow-list: a list, or a text with commas between them."""
    for source in sources_of(value, path):
        if isinstance(source.value, str) or (type(source.value) is Unknown and source.value.parts):
            fields = split_text(source.value, ",")
            if isinstance(fields, list):
                yield from (
                    Source(type(item)(item.strip()) if isinstance(item, str) else item, path)
                    for item in fields
                    if item is not None
                )
                continue
        yield source


def _allow_list_sources(resource: Resource, path: str) -> Iterator[Source]:
    block, _, name = path.partition(".")
    if not name:
        yield from _listed(resource.attributes.get(path), path)
        return
    for _, values, where in blocks_of(resource, block):
        if values.get("modify_mode") == "Delete":
            continue
        yield from _listed(values.get(name), f"{where}.{name}")


def allow_list(*paths: str, unset: Outcome = PASS, only_if: tuple[str, str] | None = None) -> Predicate:
    """No entry of the allow-lists at these paths is any address, or wider than the prefix allowed.

    ``unset`` is the outcome without any list: by what the provider does then. ``only_if`` names a list that counts only
    while a switch is on: (path of the list, path of the switch).
    """

    @predicate(reads=paths, parameters=("widest-prefix",))
    def judge(resource: Resource, context: Context) -> Iterable[Outcome] | Outcome:
        widest = widest_prefix(context)
        outcomes: list[Outcome] = []
        found = False
        for path in paths:
            sources = list(_allow_list_sources(resource, path))
            found = found or bool(sources)
            if only_if is not None and path == only_if[0] and as_bool(resource.get(only_if[1], False)) is not True:
                continue
            outcomes.extend(open_entries(sources, widest))
        if not found:
            return unset
        return outcomes or PASS

    return judge


def open_entries(sources: Sequence[Source], widest: int) -> Iterator[Outcome]:
    """A finding for each source that is any address, or may be."""
    seen: set[str] = set()
    for value, path in joined(sources):
        answer = is_open(value, widest)
        if answer is False:
            continue
        shown = show_source(value)
        if shown in seen:
            continue
        seen.add(shown)
        if answer is True:
            yield failed(
                Text(f"{path} allows {shown}", f"{path} 允许 {shown} 访问"),
                path,
                shown,
            )
        else:
            yield undecided(answer, path, shown)


#: Port of a database engine, where the resource does not name one.
_ENGINE_PORTS: Final = {
    "mysql": 3306,
    "mariadb": 3306,
    "aurora": 3306,
    "postgres": 5432,
    "oracle": 1521,
    "sqlserver": 1433,
    "redis": 6379,
    "valkey": 6379,
    "memcached": 11211,
}

GROUP_RULES: Final[Mapping[str, tuple[Reader | None, Mapping[str, Reader]]]] = {
    "aws_security_group": (
        aws_group,
        {"aws_security_group_rule": aws_rule, "aws_vpc_security_group_ingress_rule": aws_ingress_rule},
    ),
    "aws_default_security_group": (aws_group, {}),
    "alicloud_security_group": (None, {"alicloud_security_group_rule": alicloud_rule}),
    "tencentcloud_security_group": (
        None,
        {
            "tencentcloud_security_group_rule_set": tencentcloud_rule_set,
            "tencentcloud_security_group_lite_rule": tencentcloud_lite_rule,
            "tencentcloud_security_group_rule": tencentcloud_rule,
        },
    ),
}


def group_entries(group: Resource, context: Context) -> tuple[list[Entry], Unknown | OneOf | None]:
    """The inbound entries of a security group wherever they are written, and what hides further ones."""
    inline, others = GROUP_RULES[group.type]
    entries = list(inline(group, context)) if inline is not None else []
    hidden: Unknown | OneOf | None = None
    for kind, reader in others.items():
        found = context.companions(group, kind, "security_group_id", ("id",))
        for other in found.sure:
            entries.extend(reader(other, context))
        for _, blocked in found.possible:
            hidden = blocked if hidden is None else hidden
    return entries, hidden


def _port(resource: Resource, default: int) -> Any:
    port = resource.attributes.get("port")
    if isinstance(port, (Unknown, OneOf)):
        return port
    number = whole_number(port)
    if number is not None:
        return number
    engine = resource.attributes.get("engine")
    if isinstance(engine, (Unknown, OneOf)):
        return engine
    if isinstance(engine, str):
        return next((port for name, port in _ENGINE_PORTS.items() if engine.startswith(name)), default or None)
    return default or None


def guarded_by_groups(path: str, default_port: int = 0, only_port: int = 0) -> Predicate:
    """No security group at this path opens the data store's port to any address.

    ``default_port`` holds where the resource names none; ``only_port`` is that of a type that cannot name any.
    """
    block, _, name = path.partition(".")

    kinds = {kind for group, (_, others) in GROUP_RULES.items() for kind in (group, *others)}

    @predicate(reads=(path, *(f"{kind}:id" for kind in sorted(kinds))), parameters=("widest-prefix",))
    def judge(resource: Resource, context: Context) -> Iterable[Outcome] | Outcome:
        value = resource.attributes.get(path) if not name else None
        if name:
            value = next((values.get(name) for _, values, _ in blocks_of(resource, block)), None)
        if value is None:
            return undecided(
                Unknown("known-after-apply", path),
                path,
                message=Text(
                    f"{path} is not set: the default security group applies, and its rules are not in the scan",
                    f"{path} 未设置：将使用默认安全组，其规则不在扫描范围内",
                ),
            )
        port = only_port or _port(resource, default_port)
        reach = _reach(((port, port),) if isinstance(port, int) else ALL_PORTS)
        outcomes: list[Outcome] = []
        items = value if isinstance(value, (list, tuple)) else [value]
        for item in items:
            group = context.resolve(item, *GROUP_RULES)
            if group is None:
                blocked = item if isinstance(item, (Unknown, OneOf)) else Unknown("unsupported", show(item))
                outcomes.append(undecided(blocked, path, show_source(item)))
                continue
            entries, hidden = group_entries(group, context)
            opened = list(exposures(entries, reach, widest_prefix(context)))
            sure = next((found for found in opened if found.answer is True), None)
            if sure is not None and isinstance(port, (Unknown, OneOf)) and not is_all_ports(sure.ports):
                outcomes.append(undecided(port, path, group.address))
            elif sure is not None:
                outcomes.append(
                    failed(
                        Text(
                            f"{group.address} accepts {sure.traffic} from {sure.source}",
                            f"安全组 {group.address} 对 {sure.source} 放行 {sure.traffic}",
                        ),
                        path,
                        f"{group.address} {sure.source}",
                    )
                )
            elif opened or hidden is not None:
                blocker = opened[0].answer if opened else hidden
                if not isinstance(blocker, (Unknown, OneOf)):
                    blocker = Unknown("ambiguous", group.address)
                outcomes.append(undecided(blocker, path, group.address))
        return outcomes or PASS

    return judge


def _reach(wanted: Ports) -> Reach:
    def reach(protocol: str, ports: Ports) -> Mapping[str, Ports]:
        found = common(ports, wanted)
        return {"tcp": found} if found and protocol in ("tcp", "all") else {}

    return reach


# --------------------------------------------------------------------------------------------------------------
# Kubernetes APIs
# --------------------------------------------------------------------------------------------------------------


def _public_api(path: str, limited: Outcome | None, context: Context, extra: Text) -> Outcome:
    """A public endpoint: a finding from level 3; at level 2 what limits it decides."""
    if context.level < 3 and limited is not None:
        return limited
    return failed(Text(f"{path}: {extra.en}", f"{path}：{extra.zh}"), path)


_PUBLIC: Final = Text("the API server has a public endpoint", "API Server 启用了公网访问端点")


@predicate(reads=("slb_internet_enabled", "control_plane_endpoints_config.load_balancers_config.endpoint_type"))
def alicloud_cluster_api(resource: Resource, context: Context) -> Outcome:
    """ACK: a public balancer is made for the API server unless ``slb_internet_enabled`` is false."""
    private = False
    for _, config, path in blocks_of(resource, "control_plane_endpoints_config"):
        balancers = config.get("load_balancers_config")
        if isinstance(balancers, (Unknown, OneOf)):
            return undecided(balancers, f"{path}.load_balancers_config")
        for index, item in enumerate(balancers if isinstance(balancers, (list, tuple)) else ()):
            kind = item.get("endpoint_type") if isinstance(item, Mapping) else item
            where = f"{path}.load_balancers_config.{index}.endpoint_type"
            if isinstance(kind, (Unknown, OneOf)):
                return undecided(kind, where)
            if kind is not None and (as_string(kind) or "").lower() == "internet":
                return _public_api(where, None, context, _PUBLIC)
            private = private or (as_string(kind) or "").lower() == "intranet"
    value = resource.attributes.get("slb_internet_enabled")
    name = "slb_internet_enabled"
    if value is None and private:
        return PASS
    if value is None:
        return failed(
            Text(
                f"{name} is not set and defaults to true; expected false",
                f"{name} 未设置，默认值为 true；应为 false",
            ),
            name,
        )
    return alternatives(
        value,
        lambda item: (
            failed(Text(f"{name} is true; expected false", f"{name} 为 true；应为 false"), name)
            if as_bool(item)
            else PASS
        ),
        name,
    )


def _limited(value: Any, path: str, context: Context) -> Outcome:
    """At level 2: a list of sources that is not any address."""
    if value is None:
        return failed(Text(f"{path} is not set: any address may connect", f"{path} 未设置：任意地址均可连接"), path)
    return (
        several(open_entries(list(_listed(value, path)), widest_prefix(context)))
        if _has_entries(value, context)
        else PASS
    )


def _has_entries(value: Any, context: Context) -> bool:
    widest = widest_prefix(context)
    return any_true(is_open(item, widest) for item, _ in joined(list(_listed(value, "")))) is not False


@predicate(reads=("vpc_config.endpoint_public_access", "vpc_config.public_access_cidrs"), parameters=("widest-prefix",))
def eks_api(resource: Resource, context: Context) -> Outcome:
    """EKS: ``endpoint_public_access`` is true by default, ``public_access_cidrs`` is any address by default."""
    for _, config, where in blocks_of(resource, "vpc_config"):
        path = f"{where}.endpoint_public_access"
        value = config.get("endpoint_public_access")
        cidrs = config.get("public_access_cidrs")

        def test(item: Any, path: str = path, cidrs: Any = cidrs, where: str = where) -> Outcome:
            if as_bool(item) is False:
                return PASS
            limited = _limited(cidrs, f"{where}.public_access_cidrs", context) if context.level < 3 else None
            return _public_api(path, limited, context, _PUBLIC)

        return alternatives(True if value is None else value, test, path)
    return failed(Text("vpc_config is not set", "未设置 vpc_config"), "vpc_config")


@predicate(
    reads=("cluster_internet", "cluster_internet_security_group", "managed_cluster_internet_security_policies"),
    parameters=("widest-prefix",),
)
def tencentcloud_cluster_api(resource: Resource, context: Context) -> Outcome:
    """TKE: no public endpoint unless ``cluster_internet`` is true."""
    name = "cluster_internet"

    def test(item: Any) -> Outcome:
        if as_bool(item) is not True:
            return PASS
        limited: Outcome | None = None
        if context.level < 3:
            group = resource.attributes.get("cluster_internet_security_group")
            if group is not None:
                limited = _by_group(group, context)
            else:
                policies = "managed_cluster_internet_security_policies"
                limited = _limited(resource.attributes.get(policies), policies, context)
        return _public_api(name, limited, context, _PUBLIC)

    value = resource.attributes.get(name)
    return alternatives(False if value is None else value, test, name)


def _by_group(value: Any, context: Context) -> Outcome:
    path = "cluster_internet_security_group"
    group = context.resolve(value, "tencentcloud_security_group")
    if group is None:
        return undecided(value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value)), path)
    entries, hidden = group_entries(group, context)
    opened = next(exposures(entries, _reach(((443, 443),)), widest_prefix(context)), None)
    if opened is not None and opened.answer is True:
        return failed(
            Text(f"{group.address} accepts {opened.source}", f"安全组 {group.address} 放行 {opened.source}"), path
        )
    blocked = opened.answer if opened is not None else hidden
    return PASS if blocked is None or isinstance(blocked, bool) else undecided(blocked, path)


# --------------------------------------------------------------------------------------------------------------
# Inside a VPC
# --------------------------------------------------------------------------------------------------------------


#: Reasons for which an unknown may turn out to be nothing at all; an id read from the cloud or from another resource
#: is not nothing.
_MAY_BE_NOTHING: Final = frozenset({"no-value", "module-absent", "undeclared-reference", "unsupported", "limit"})


def attached(*paths: str, otherwise: Sequence[str] = (), missing: Outcome | None = None) -> Predicate:
    """Every one of these attributes is set. ``otherwise``: with one of these the question does not arise here."""

    @predicate(reads=(*paths, *otherwise))
    def judge(resource: Resource, context: Context) -> Outcome:
        for path in paths:
            value = resource.attributes.get(path)
            if type(value) is Unknown:
                if value.reason in _MAY_BE_NOTHING and value.reference is None and not value.parts:
                    return undecided(value, path)
                continue
            if type(value) is OneOf:
                if any(item is None or (isinstance(item, str) and not item) for item in value.alternatives):
                    return undecided(value, path)
                continue
            if value is None or (isinstance(value, (str, list, tuple)) and not value):
                if any(resource.attributes.get(name) is not None for name in otherwise):
                    return NOT_APPLICABLE
                return missing or failed(
                    Text(
                        f"{path} is not set: it is attached to no subnet of its own VPC",
                        f"{path} 未设置：未接入自有 VPC 的子网",
                    ),
                    path,
                )
        return PASS

    return judge
