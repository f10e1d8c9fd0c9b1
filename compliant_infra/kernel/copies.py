"""Where a copy of a data store lies, and whether that is another mainland region.

A copy outside the mainland does not count (it may not leave the country), nor one in the store's own region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    failed,
    passed,
    undecided,
)
from compliant_infra.kernel.model import Resource, Text, Unknown, Verdict


def _cloud(resource: Resource) -> str:
    return resource.type.split("_", 1)[0]


def elsewhere(copy: Any, own: Any, cloud: str, path: str, context: Context) -> Outcome:
    """Whether a copy in region ``copy`` of a store in region ``own`` lies in another mainland region."""

    def test(region: Any) -> Outcome:
        mainland = context.is_mainland(cloud, str(region))
        if mainland is None:
            return undecided(Unknown("unsupported", f"region {region}"), path)
        if not mainland:
            return failed(
                Text(
                    f"the copy goes to {region}, which is outside mainland China and does not count",
                    f"副本位于中国大陆境外的 {region}，不能作为异地备份",
                ),
                path,
            )

        def differs(home: Any) -> Outcome:
            if str(home) != str(region):
                return _far_enough(cloud, str(home), str(region), path, context)
            return failed(Text(f"the copy lies in the same region {region}", f"副本与数据同在地域 {region}"), path)

        return alternatives(own, differs, path)

    return alternatives(copy, test, path)


#: The parameter by which a context asks for a distance between a store and its copy, in kilometres.
_DISTANCE: Final = "copy-distance-km"


class DistantContext:
    """A context in which only those copies count that lie at least so many kilometres from their store."""

    def __init__(self, context: Context, kilometres: int) -> None:
        self._context = context
        self.parameters: Mapping[str, Any] = {**context.parameters, _DISTANCE: kilometres}
        self.level = context.level
        self.profiles = context.profiles
        self.baseline = context.baseline
        self.memo = context.memo
        self.resources = context.resources
        self.companions = context.companions
        self.region_of = context.region_of
        self.is_mainland = context.is_mainland
        self.separation = context.separation
        self.resolve = context.resolve
        self.data_source = context.data_source
        self.data_sources = context.data_sources


def _far_enough(cloud: str, home: str, region: str, path: str, context: Context) -> Outcome:
    wanted = context.parameters.get(_DISTANCE)
    if wanted is None:
        return PASS
    apart = context.separation(cloud, home, region)
    if apart is None:
        return undecided(Unknown("unsupported", f"{home} - {region}"), path)
    about = Text(
        f"{region} lies about {apart.kilometres} km from {home} (by the map, unconfirmed)",
        f"{region} 与 {home} 相距约 {apart.kilometres} 公里（按地图估算，未经证实）",
    )
    margin = apart.kilometres * apart.tolerance / 100
    if apart.kilometres + margin < wanted:
        return failed(
            Text(f"{about.en}; expected at least {wanted} km", f"{about.zh}；应至少 {wanted} 公里"),
            path,
        )
    if apart.kilometres - margin < wanted:
        return undecided(
            Unknown("unsupported", f"{home} - {region}"),
            path,
            message=Text(
                f"{about.en}: too near to {wanted} km to be decided without the provider's evidence",
                f"{about.zh}：与 {wanted} 公里过于接近，需云服务商提供证明",
            ),
        )
    if apart.warning.en:
        return passed(Text(f"{about.en}; {apart.warning.en}", f"{about.zh}；{apart.warning.zh}"), path)
    return PASS


def best(outcomes: Iterable[Outcome | None], missing: Outcome) -> Outcome:
    """A pass if there is one, else the first unknown, else the first fail, else the finding."""
    blocked: Outcome | None = None
    bad: Outcome | None = None
    for outcome in outcomes:
        if outcome is None or outcome.verdict is Verdict.NOT_APPLICABLE:
            continue
        if outcome.verdict is Verdict.PASS:
            return outcome
        if outcome.verdict is Verdict.UNKNOWN:
            blocked = blocked or outcome
        else:
            bad = bad or outcome
    return blocked or bad or missing


#: What a companion says of its copy of a store: ``(companion, store, context) -> Outcome``.
Judge = Callable[[Resource, Resource, Context], Outcome]


def copies(store: Resource, context: Context, type: str, by: str, to: Sequence[str], judge: Judge) -> Iterator[Outcome]:
    """What each resource of ``type`` that refers to the store says of its copy."""
    found = context.companions(store, type, by, to)
    for item in found.sure:
        outcome = judge(item, store, context)
        if outcome.verdict is Verdict.PASS and item.existence is not None:
            outcome = undecided(item.existence)
        if outcome.verdict is Verdict.FAIL:  # the finding sits on the store and names the companion
            outcome = failed(Text(f"{item.address}: {outcome.message.en}", f"{item.address}：{outcome.message.zh}"))
        elif outcome.unknown is not None:
            outcome = undecided(
                outcome.unknown,
                message=Text(f"{item.address}: {outcome.message.en}", f"{item.address}：{outcome.message.zh}"),
            )
        yield outcome
    for item, blocked in found.possible:
        if judge(item, store, context).verdict is not Verdict.FAIL:
            yield undecided(blocked)


def region_attribute(path: str) -> Judge:
    """The companion names the copy's region in an attribute (or in several)."""

    def judge(companion: Resource, store: Resource, context: Context) -> Outcome:
        value = companion.attributes.get(path)
        if value is None:
            return NOT_APPLICABLE
        own = context.region_of(store)
        items = value if isinstance(value, (list, tuple)) else [value]
        nothing = failed(Text(f"{path} names no region", f"{path} 未指定地域"), path)
        return best((elsewhere(item, own, _cloud(store), path, context) for item in items), nothing)

    return judge


def lies_elsewhere(companion: Resource, store: Resource, context: Context) -> Outcome:
    """The companion is the copy: its own region counts."""
    return elsewhere(context.region_of(companion), context.region_of(store), _cloud(store), "region", context)
