"""Risky ports that are published: listeners of public balancers, and destination translation of NAT gateways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.listener_access import (
    BALANCERS,
    LIMITS,
    WIDEST_PREFIX,
    Answer,
    balancer_of,
    faces_internet,
    guarded_reads,
    lets_anyone_in,
    list_opened,
)
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
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.networks import Ports, common, ports_of, show_ports
from compliant_infra.kernel.packet_filters import Truth, any_true, options, port_pair, ports_value, show_source, truth

RISKY_PORTS = "risky-ports"


def _risky(ports: Any, context: Context) -> tuple[Truth, Ports]:
    """Whether some of the ports are risky, and which."""
    risky = ports_of(context.parameters[RISKY_PORTS])
    found: Ports = ()
    answers: list[Truth] = []
    for item in options(ports):
        if isinstance(item, Unknown):
            answers.append(item)
            continue
        hit = common(item, risky)
        found = found or hit
        answers.append(bool(hit))
    if all(answer is True for answer in answers):
        return True, found
    if all(answer is False for answer in answers):
        return False, ()
    if isinstance(ports, OneOf):
        return ports, found
    return next(answer for answer in answers if isinstance(answer, (Unknown, OneOf))), found


def _exposed(
    balancer: Resource | None, listener: Resource, ports: Ports, context: Context, where: Any
) -> tuple[Answer, str]:
    """Whether any address of the internet reaches these ports of a listener, and where what blocks that stands."""
    if balancer is None:
        unknown = where if isinstance(where, (Unknown, OneOf)) else Unknown("unsupported", show(where))
        return Answer(unknown), "balancer"
    public = faces_internet(balancer)
    if public is not True:
        return Answer(public), "balancer"
    limits = LIMITS.get(listener.type)
    blocked: Truth = False
    if limits is not None:
        reader, kind = limits
        limit = reader(listener, context)
        if limit.white is True:
            opened = any_true(list_opened(item, kind, context) for item in limit.lists)
            if opened is not True:
                return Answer(opened), "list"
        elif limit.white is not False:
            blocked = limit.white
    if balancer.type in ("alicloud_slb", "alicloud_slb_load_balancer"):
        return Answer(True if blocked is False else blocked), "list"
    answer = lets_anyone_in(balancer, context, ports)
    if answer.opened is True and blocked is not False:
        return Answer(blocked), "list"
    return answer, "groups"


def _judged(ports: Any, path: str, finding: str, exposed: Any, context: Context) -> Outcome:
    """The outcome for ports of a public listener; ``exposed(ports)`` answers who reaches them."""
    risky, found = _risky(ports, context)
    if risky is False:
        return PASS
    answer, place = exposed(found or ports_of(context.parameters[RISKY_PORTS]))
    if answer.opened is False:
        return passed(
            Text("not open to any address of the internet", "未对互联网任意地址开放")
            if place != "balancer"
            else Text("the balancer is internal", "负载均衡仅内网可达")
        )
    if risky is not True:
        return undecided(risky, path, finding)
    if answer.opened is not True:
        return undecided(answer.opened, path, finding)
    shown = show_ports(found)
    because = f" ({answer.how.en})" if answer.how.en else ""
    because_zh = f"（{answer.how.zh}）" if answer.how.zh else ""
    return failed(
        Text(f"publishes risky port {shown}{because}", f"对公网发布高危端口 {shown}{because_zh}"), path, finding
    )


def _balancer_reads(kind: str) -> Iterator[str]:
    yield f"{kind}:{BALANCERS[kind].address}"
    yield from (path if ":" in path else f"{kind}:{path}" for path in guarded_reads(kind))


def public_listener(first: str, last: str, attribute: str, kinds: tuple[str, ...], reads: tuple[str, ...]) -> Predicate:
    """A listener of a public balancer is on no risky port, unless only listed addresses reach it.

    ``first`` and ``last`` name its ports, ``attribute`` its balancer of one of ``kinds``.
    """
    balancers = (path for kind in kinds for path in _balancer_reads(kind))

    @predicate(reads=(first, last, attribute, *reads, *balancers), parameters=(RISKY_PORTS, WIDEST_PREFIX))
    def judge(resource: Resource, context: Context) -> Outcome:
        high = resource.attributes.get(last) if last != first else None
        where = resource.attributes.get(attribute)
        balancer = balancer_of(resource, attribute, kinds, context)

        def by_port(low: Any) -> Outcome:
            return _judged(
                port_pair(low, low if high is None else high),
                first,
                "",
                lambda ports: _exposed(balancer, resource, ports, context, where),
                context,
            )

        low = resource.attributes.get(first)
        if low is None:
            return NOT_APPLICABLE
        if not isinstance(low, OneOf):
            return by_port(low)
        return alternatives(low, by_port, first, unset=lambda: NOT_APPLICABLE)

    return judge


@predicate(
    reads=(
        "listener_port",
        "start_port",
        "end_port",
        "load_balancer_id",
        *_balancer_reads("alicloud_nlb_load_balancer"),
    ),
    parameters=(RISKY_PORTS, WIDEST_PREFIX),
)
def network_listener(resource: Resource, context: Context) -> Outcome:
    """NLB: one port, or with ``listener_port = 0`` those from ``start_port`` to ``end_port``."""
    balancer = balancer_of(resource, "load_balancer_id", ("alicloud_nlb_load_balancer",), context)
    where = resource.attributes.get("load_balancer_id")

    def exposed(ports: Ports) -> tuple[Answer, str]:
        return _exposed(balancer, resource, ports, context, where)

    def by_port(port: Any) -> Outcome:
        if as_string(port) == "0":
            first, last = resource.attributes.get("start_port"), resource.attributes.get("end_port")
            return _judged(port_pair(first, last), "start_port", "", exposed, context)
        return _judged(port_pair(port, port), "listener_port", "", exposed, context)

    return alternatives(resource.get("listener_port"), by_port, "listener_port")


@predicate(reads=("internal", "listener.lb_port", "security_groups"), parameters=(RISKY_PORTS, WIDEST_PREFIX))
def classic_elastic_balancer(resource: Resource, context: Context) -> Iterable[Outcome]:
    """A classic balancer of AWS: each listener is a finding of its own."""
    for where, block in entries(resource.attributes.get("listener"), "listener"):
        if not isinstance(block, Mapping):
            yield undecided(block, where, where)
            continue
        port = block.get("lb_port")
        yield _judged(
            port_pair(port, port),
            f"{where}.lb_port",
            f"port {show_source(port)}",
            lambda ports: _exposed(resource, resource, ports, context, None),
            context,
        )


# --------------------------------------------------------------------------------------------------------------
# Destination translation of NAT gateways
# --------------------------------------------------------------------------------------------------------------


def translated_port(path: str, inner: str) -> Predicate:
    """A public port that a NAT gateway leads on to a host is not a risky one, and does not lead to one.

    ``path`` names the public port, ``inner`` that of the host: another number outside hides no service.
    """

    @predicate(
        reads=(
            path,
            inner,
            *(("forward_table_id", "alicloud_nat_gateway:network_type") if path == "external_port" else ()),
        ),
        parameters=(RISKY_PORTS,),
    )
    def judge(resource: Resource, context: Context) -> Outcome:
        def by_port(port: Any, name: str) -> Outcome:
            return _judged(ports_value(port), name, "", lambda ports: (_nat(resource, context), "nat"), context)

        outcomes = [by_port(resource.attributes.get(path), path)]
        behind = resource.attributes.get(inner)
        if isinstance(behind, OneOf):
            outcomes.append(alternatives(behind, lambda port: by_port(port, inner), inner, unset=lambda: PASS))
        elif behind is not None:
            outcomes.append(by_port(behind, inner))
        for wanted in (Verdict.FAIL, Verdict.UNKNOWN):
            for outcome in outcomes:
                if outcome.verdict is wanted:
                    return outcome
        return outcomes[0]

    return judge


def _nat(entry: Resource, context: Context) -> Answer:
    """Whether the gateway faces the internet; one of Alibaba Cloud can also stand between private networks."""
    if entry.type != "alicloud_forward_entry":
        return Answer(True)
    gateway = context.resolve(entry.attributes.get("forward_table_id"), "alicloud_nat_gateway")
    kind = "internet" if gateway is None else gateway.get("network_type", "internet")
    return Answer(truth(kind, lambda item: as_string(item) != "intranet"))
