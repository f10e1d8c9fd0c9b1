"""Logs of Alibaba Cloud products that Log Service collects by itself, for all instances of an account or for some.

Two resources order that: collection policies name a product and which of its instances, the older log audit app has a
switch for each product. Either makes up for a setting that the instance itself does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import first_block
from compliant_infra.kernel.copies import best
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Outcome,
    Predicate,
    is_given,
    passed,
    predicate,
    same,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, UnknownValueError
from compliant_infra.kernel.packet_filters import Truth, both, truth

_POLICY: Final = "alicloud_sls_collection_policy"
_AUDIT: Final = "alicloud_log_audit"


def _collects(resource: Resource) -> Outcome:
    return passed(Text(f"{resource.address} collects the logs", f"日志由 {resource.address} 采集"))


def _equals(value: Any, wanted: str) -> Truth:
    return truth(value, lambda item: same(item, wanted))


def _by_policy(policy: Resource, product: str, log: str, named: Truth) -> Outcome:
    """What one collection policy means for an instance; ``named`` is whether it names the instance."""
    wanted = both(
        both(_equals(policy.get("product_code"), product), _equals(policy.get("data_code"), log)),
        _equals(policy.get("enabled", "false"), "true"),
    )
    if wanted is False:
        return NOT_APPLICABLE
    if wanted is not True:
        return undecided(wanted)
    if policy.existence is not None:
        return undecided(policy.existence)
    mode = first_block(policy.get("policy_config")).get("resource_mode")
    answer = _equals(mode, "all")
    if answer is False:
        answer = both(_equals(mode, "instanceMode"), named)
    if answer is True:
        return _collects(policy)
    if answer is not False:
        return undecided(answer)
    if _equals(mode, "attributeMode") is False:
        return NOT_APPLICABLE
    return undecided(
        Unknown("unsupported", f"{policy.address}.policy_config"),
        message=Text(
            f"{policy.address} selects instances by region and tag: whether this one is among them is not decided",
            f"{policy.address} 按地域和标签选择实例，无法判定是否包含本实例",
        ),
    )


def _by_switch(audit: Resource, switch: str, script: str) -> Outcome:
    """What the log audit app means: its switch, and for some products a script that selects instances."""
    variables = audit.get("variable_map")
    if isinstance(variables, Unknown) and isinstance(variables.encoded, Mapping):
        if variables.encoded.get(switch) is None:
            return undecided(variables)
        variables = variables.encoded
    if isinstance(variables, (Unknown, OneOf)):
        return undecided(variables)
    if not isinstance(variables, Mapping):
        return NOT_APPLICABLE
    answer = _equals(variables.get(switch), "true")
    if answer is False:
        return NOT_APPLICABLE
    if answer is not True:
        return undecided(answer)
    if audit.existence is not None:
        return undecided(audit.existence)
    if script and is_given(variables.get(script)):
        return undecided(Unknown("unsupported", f"{audit.address}.variable_map.{script}"))
    return _collects(audit)


def collected(product: str, log: str, *, switch: str = "", script: str = "") -> Predicate:
    """Log Service collects this log of the instance: pass, unknown, or not applicable where nothing orders it.

    ``product`` and ``log`` are codes of collection policies; ``switch`` and ``script`` name variables of the log audit
    app.
    """

    @predicate(
        reads=(
            f"{_POLICY}:product_code",
            f"{_POLICY}:data_code",
            f"{_POLICY}:enabled",
            f"{_POLICY}:policy_config.resource_mode",
            f"{_POLICY}:policy_config.instance_ids",
            *((f"{_AUDIT}:variable_map",) if switch else ()),
        )
    )
    def judge(resource: Resource, context: Context) -> Outcome:
        return best(_answers(resource, context), NOT_APPLICABLE)

    def _answers(resource: Resource, context: Context) -> Iterator[Outcome]:
        policies = context.resources(_POLICY)
        if policies:
            found = context.companions(resource, _POLICY, "policy_config.instance_ids", ("id", "bucket"))
            named: dict[str, Truth] = {item.address: unknown for item, unknown in found.possible}
            named.update((item.address, True) for item in found.sure)
            for policy in policies:
                yield _guarded(_by_policy, policy, product, log, named.get(policy.address, False))
        for audit in context.resources(_AUDIT) if switch else ():
            yield _guarded(_by_switch, audit, switch, script)

    return judge


def _guarded(judge: Callable[..., Outcome], *arguments: Any) -> Outcome:
    """One unknown collector does not hide another that is known."""
    try:
        return judge(*arguments)
    except UnknownValueError as error:
        return undecided(error.unknown)
