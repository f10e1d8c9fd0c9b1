"""Whether data at rest is encrypted with a key that the customer manages, in the region of the data.

Asked only of what is encrypted at all: whether it is, is another rule's question. A key that the service keeps for
itself (``alias/aws/ebs``, ``ServiceKey``, no key id) is not the customer's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import nested_entries
from compliant_infra.kernel.disks import same_region
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    passed,
    same,
    several,
    undecided,
)
from compliant_infra.kernel.model import NO_TEXT, OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.patterns import lazy

#: What encrypts a block or a resource: True, False, None (not set), or the unknown that decides.
Applies = Callable[[Any], Outcome]

KEY_TYPES: Final = (
    "alicloud_kms_key",
    "aws_kms_key",
    "aws_kms_external_key",
    "aws_kms_replica_key",
    "tencentcloud_kms_key",
    "tencentcloud_kms_external_key",
)

#: The attribute of each default-key resource.
_DEFAULT_KEYS: Final = {"aws_ebs_default_kms_key": "key_arn", "alicloud_ecs_disk_default_kms_key": "kms_key_id"}

_SERVICE_KEY: Final = lazy(r"(?:^|:)alias/(?:aws|acs)/|^ServiceKey$|^default$")
_KEY_ARN: Final = lazy(r"^arn:[^:]+:kms:([^:]+):|^acs:kms:([^:]+):")


def _absent(where: str) -> Outcome:
    return failed(
        Text(
            f"{where} is not set: a key of the cloud service encrypts, not one of your own",
            f"{where} 未设置：使用云服务托管的密钥加密，而不是自管密钥",
        ),
        where,
    )


def key_given(value: Any, where: str, resource: Resource, context: Context, region: Any = None) -> Outcome:
    """Judge the id of the key at ``where``. ``region`` is the key's region where the resource names it."""
    if value is None:
        return _absent(where)

    def known(item: Any) -> Outcome:
        text = as_string(item) or ""
        if not text:
            return _absent(where)
        if _SERVICE_KEY.search(text):
            return failed(
                Text(f'{where} is "{text}", a key of the cloud service', f'{where} 为 "{text}"，是云服务托管的密钥'),
                where,
            )
        match = _KEY_ARN.match(text)
        return _in_region(match[1] or match[2] if match else region, where, resource, context)

    if isinstance(value, Unknown):
        if value.reference is None or value.reason == "data-source":
            return undecided(value, where)  # a data source may as well look up the service's key
        key = context.resolve(value, *KEY_TYPES)
        if key is None or region is not None:
            return _in_region(region, where, resource, context)
        together = same_region(resource, key, context)
        if together is True:
            return PASS
        if together is False:
            return _elsewhere(where, key.address)
        return undecided(together, where)
    return alternatives(value, known, where)


def _in_region(region: Any, where: str, resource: Resource, context: Context) -> Outcome:
    """The key's region, where it is named, is the resource's."""
    if region is None:
        return PASS
    if isinstance(region, Unknown) and region.reference is not None:
        return PASS

    def known(item: Any) -> Outcome:
        own = context.region_of(resource)
        if isinstance(own, (Unknown, OneOf)):
            return undecided(own, where)
        return PASS if same(item, str(own)) else _elsewhere(where, as_string(item) or "")

    return alternatives(region, known, where)


def _elsewhere(where: str, place: str) -> Outcome:
    return failed(
        Text(f"the key lies in another region than the data ({place})", f"密钥与数据不在同一地域（{place}）"), where
    )


#: The answer of a switch that is off, which is no finding: the resource is not encrypted at all.
_OFF: Final = failed(NO_TEXT)


def is_on(*values: Any) -> Applies:
    """The switch has one of these values (true by default)."""
    wanted = values or (True,)

    def judge(value: Any) -> Outcome:
        if value is None:
            return NOT_APPLICABLE
        return alternatives(value, lambda item: PASS if any(same(item, one) for one in wanted) else _OFF)

    return judge


def _where_applies(test: Outcome, then: Callable[[], Outcome]) -> Outcome:
    """``then`` where the data is encrypted; where that is unknown, the verdict only if it does not depend on it."""
    if test.verdict is Verdict.PASS:
        return then()
    if test.verdict is not Verdict.UNKNOWN:
        return NOT_APPLICABLE
    outcome = then()
    return PASS if outcome.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE) else test


def customer_key(
    path: str, switch: str = "", on: Applies | None = None, *, region: str = "", default: str = ""
) -> Predicate:
    """A flat key attribute. ``switch`` and ``on`` tell whether the resource is encrypted at all.

    ``default`` is a type of the same root that names the account's own default key (``aws_ebs_default_kms_key``).
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        def key() -> Outcome:
            value = resource.get(path)
            if value is None and default and context.resources(default):
                return _by_default(resource, context, default, path)
            return key_given(value, path, resource, context, resource.get(region) if region else None)

        return key() if on is None else _where_applies(on(resource.get(switch)), key)

    extra = [name for name in (switch, region) if name] + ([f"{default}:{_DEFAULT_KEYS[default]}"] if default else [])
    return Predicate(judge, (path, *extra))


def _by_default(resource: Resource, context: Context, type: str, where: str) -> Outcome:
    blocked: Unknown | OneOf | None = None
    for item in context.resources(type):
        together = same_region(resource, item, context)
        if together is False:
            continue
        if together is not True or item.existence is not None:
            blocked = (item.existence if together is True else together) if blocked is None else blocked
            continue
        outcome = key_given(item.get(_DEFAULT_KEYS[type]), where, resource, context)
        if outcome.verdict is Verdict.PASS:
            return passed(Text(f"{item.address} names the default key", f"{item.address} 指定了默认密钥"))
        return outcome
    return undecided(blocked, where) if blocked is not None else _absent(where)


def customer_key_blocks(
    path: str,
    key: str,
    switch: str = "",
    on: Applies | None = None,
    *,
    name: str = "",
    default: str = "",
    region: str = "",
) -> Predicate:
    """The key of every block at a path (``data_disks``), each a finding of its own where ``name`` is given."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for index, (where, block) in enumerate(nested_entries(resource.attributes, path)):
            if not isinstance(block, Mapping):
                found.append(undecided(block, where))
                continue
            outcome = _block_key(block, f"{where}.{key}", resource, context)
            if name and outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                outcome.finding = f"{name}-{index}"
            found.append(outcome)
        return several(found)

    def _block_key(block: Mapping[str, Any], where: str, resource: Resource, context: Context) -> Outcome:
        def own() -> Outcome:
            value = block.get(key)
            if value is None and default and context.resources(default):
                return _by_default(resource, context, default, where)
            return key_given(value, where, resource, context, block.get(region) if region else None)

        return own() if on is None else _where_applies(on(block.get(switch)), own)

    extra = [f"{path}.{item}" for item in (switch, region) if item]
    extra += [f"{default}:{_DEFAULT_KEYS[default]}"] if default else []
    return Predicate(judge, (f"{path}.{key}", *extra))


# --------------------------------------------------------------------------------------------------------------
# Buckets
# --------------------------------------------------------------------------------------------------------------


def _rule(
    block: Mapping[str, Any], where: str, algorithms: tuple[str, ...], resource: Resource, context: Context
) -> Outcome:
    """An encryption rule of a bucket: the algorithm is the key service's, with a key of one's own."""

    def known(value: Any) -> Outcome:
        if any(same(value, one) for one in algorithms):
            return key_given(block.get("kms_master_key_id"), f"{where}kms_master_key_id", resource, context)
        shown = as_string(value) or ""
        return failed(
            Text(
                f'{where}sse_algorithm is "{shown}": the service keeps the key',
                f'{where}sse_algorithm 为 "{shown}"，密钥由云服务保管',
            ),
            f"{where}sse_algorithm",
        )

    return alternatives(block.get("sse_algorithm"), known, f"{where}sse_algorithm")


def bucket_key(inline: str, companion: str, nested: str, algorithms: tuple[str, ...], *, by_default: bool) -> Predicate:
    """A bucket's encryption rule, in the bucket (``inline``) or in a resource of its own (at ``nested`` in it).

    ``by_default``: the provider encrypts with a key of its own where there is no rule, which fails; else a bucket
    without a rule is not encrypted and not judged here.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        for where, block in nested_entries(resource.attributes, inline):
            if not isinstance(block, Mapping):
                return undecided(block, where)
            return _rule(block, f"{where}.", algorithms, resource, context)
        found = context.companions(resource, companion, "bucket", IDENTITY_ATTRIBUTES)
        for other in found.sure:
            outcome = companion_rule(other, resource, context)
            if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                outcome.message = Text(
                    f"{other.address}: {outcome.message.en}", f"{other.address}：{outcome.message.zh}"
                )
                outcome.attribute = ""
            elif other.existence is not None:
                return undecided(other.existence)
            return outcome
        for other, blocked in found.possible:
            if not by_default or companion_rule(other, resource, context).verdict is not Verdict.FAIL:
                return undecided(blocked)
        if not by_default:
            return NOT_APPLICABLE
        return failed(
            Text(
                "no encryption rule: the service encrypts with a key of its own",
                "没有加密规则：由云服务使用自有密钥加密",
            )
        )

    def companion_rule(other: Resource, resource: Resource, context: Context) -> Outcome:
        if not nested:
            return _rule(other.attributes, "", algorithms, resource, context)
        for where, block in nested_entries(other.attributes, nested):
            if not isinstance(block, Mapping):
                return undecided(block, where)
            return _rule(block, f"{where}.", algorithms, resource, context)
        return failed(Text("no encryption rule", "没有加密规则"))

    prefix = f"{nested}." if nested else ""
    return Predicate(
        judge,
        (
            f"{inline}.sse_algorithm",
            f"{inline}.kms_master_key_id",
            f"{companion}:bucket",
            f"{companion}:{prefix}sse_algorithm",
            f"{companion}:{prefix}kms_master_key_id",
        ),
    )
