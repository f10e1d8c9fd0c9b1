"""What is chosen for a new project, and whether it can be: refused with the reason, never bent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.model import Text
from compliant_infra.providers.regions import (
    canonical_region,
    is_mainland,
    mainland_regions,
    region_class,
    region_of_zone,
)
from compliant_infra.stacks.catalogue import Setting, Template, templates, usual_zones

#: Every region in mainland China that the data hold is assessed at this level at least.
_LEVEL_OF_EVERY_PLATFORM: Final = 3

#: A project's name stands in the names of buckets and load balancers, which are short and take no other characters.
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,18}[a-z0-9]")
_TAG: Final = re.compile(r"[\w.:/@+-]{1,128}")
_TAG_VALUE: Final = re.compile(r"[\w.:/@+ -]{1,128}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a project is made with. ``zones`` are complete; ``package`` is "" for the package index."""

    name: str
    baseline: str
    profiles: tuple[str, ...]
    region: str
    zones: tuple[str, ...]
    standby_region: str = ""
    standby_zones: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    package: str = ""

    def settings_of(self, template: Template) -> tuple[Setting, ...]:
        """The settings of a stack that a project needs which is made with this choice."""
        level = baselines.baseline(self.baseline).level
        active = baselines.active_profiles(self.baseline, self.profiles)
        return tuple(item for item in template.settings if item.is_needed(level, active))


class UnsuitableChoiceError(ValueError):
    """A choice from which no project can be made; ``reason`` says why and what would do, in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def default_choice(template: Template) -> Choice:
    """The choice that a stack has in its folder: the token for the name, everything else as it is meant."""
    return Choice(
        name="${PROJECT}",
        baseline=template.baseline,
        profiles=template.profiles,
        region=template.region,
        zones=_zones(template, template.region, ()),
        standby_region=template.standby_region,
        standby_zones=_zones(template, template.standby_region, ()) if template.standby_region else (),
        tags={"system": "${PROJECT}"},
    )


def choose(
    template: Template,
    *,
    name: str,
    baseline: str = "",
    profiles: tuple[str, ...] = (),
    region: str = "",
    zones: tuple[str, ...] = (),
    standby_region: str = "",
    standby_zones: tuple[str, ...] = (),
    tags: Mapping[str, str] | None = None,
    package: str = "",
) -> Choice:
    """A choice, what is not given as the stack means it. Raises UnsuitableChoiceError."""
    if not _NAME.fullmatch(name) or "--" in name:
        raise UnsuitableChoiceError(
            Text(
                f"the name {name!r} cannot stand in names of buckets and load balancers: take 2 to 20 lower-case "
                "letters, digits and single hyphens, a letter first (--name)",
                f"名称 {name!r} 无法用作存储桶、负载均衡等资源名：请用 2 至 20 个小写字母、数字或单个连字符，"
                "以字母开头（--name）",
            )
        )
    chosen = baseline or template.baseline
    _check_baseline(template, chosen)
    wanted = tuple(dict.fromkeys((*template.profiles, *profiles)))
    _check_profiles(template, wanted)
    numbers = baselines.parameters(chosen, wanted)
    first = region or template.region
    _check_region(template, first, chosen, numbers)
    second = standby_region or template.standby_region
    if not template.standby_region and (standby_region or standby_zones):
        raise UnsuitableChoiceError(
            Text(
                f"{template.name} has no second region; stacks that have: {_names_with_standby(template)}",
                f"{template.name} 没有第二地域；具备第二地域的模板：{_names_with_standby(template)}",
            )
        )
    if second and not standby_region and _same_place(template.cloud, first, second):
        second = template.region  # the two change places
    if second:
        _check_region(template, second, chosen, numbers)
        _check_distance(template, first, second, numbers)
    for key, value in (tags or {}).items():
        if not _TAG.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
            raise UnsuitableChoiceError(
                Text(
                    f"the tag {key}={value} has characters that not every cloud takes, or none (--tags)",
                    f"标签 {key}={value} 为空或含有并非各云都接受的字符（--tags）",
                )
            )
    return Choice(
        name=name,
        baseline=chosen,
        profiles=wanted,
        region=first,
        zones=_zones(template, first, zones),
        standby_region=second,
        standby_zones=_zones(template, second, standby_zones, "--standby-zones") if second else (),
        tags={"system": name, **(tags or {})},
        package=package,
    )


def _check_baseline(template: Template, chosen: str) -> None:
    if chosen in template.baselines:
        return
    others = [other.name for other in templates().values() if chosen in other.baselines]
    raise UnsuitableChoiceError(
        Text(
            f"{template.name} is made for {', '.join(template.baselines)}, not for {chosen}; stacks for {chosen}: "
            f"{', '.join(others) or 'none'}",
            f"{template.name} 适用于 {'、'.join(template.baselines)}，不适用于 {chosen}；"
            f"适用于 {chosen} 的模板：{'、'.join(others) or '无'}",
        )
    )


def _check_profiles(template: Template, wanted: tuple[str, ...]) -> None:
    proven = {profile for item in (template.profiles, *template.other_profiles) for profile in item}
    if baselines.ALL in proven:
        return
    strange = [profile for profile in wanted if profile not in proven]
    if strange:
        raise UnsuitableChoiceError(
            Text(
                f"{template.name} is not made for the profile {', '.join(strange)}; it takes: "
                f"{', '.join(sorted(proven)) or 'none'}",
                f"{template.name} 不适用于附加要求 {'、'.join(strange)}；可选：{'、'.join(sorted(proven)) or '无'}",
            )
        )


def _check_region(template: Template, region: str, baseline: str, numbers: Mapping[str, Any]) -> None:
    mainland = is_mainland(template.cloud, region)
    usable = _usable_regions(template, numbers)
    choices = Text(f"take one of {', '.join(usable)}", f"可选：{'、'.join(usable)}")
    if mainland is None:
        reason = Text(f"{region!r} is no region of {template.cloud} that is known", f"{region!r} 不是已知地域")
    elif not mainland:
        reason = Text(
            f"{region} does not lie in mainland China: data would leave the country",
            f"{region} 不在中国内地：数据将出境",
        )
    elif template.regions and canonical_region(template.cloud, region) not in template.regions:
        reason = Text(f"{template.name} is not made for {region}", f"{template.name} 不适用于 {region}")
    elif canonical_region(template.cloud, region) not in usable:
        kind = region_class(template.cloud, region)
        reason = Text(
            f"{region} is of the class {kind}; {baseline} does not take it",
            f"{region} 属于 {kind} 类，{baseline} 不允许使用",
        )
    else:
        _check_platform(template, region, baseline)
        return
    raise UnsuitableChoiceError(Text(f"{reason.en}; {choices.en}", f"{reason.zh}；{choices.zh}"))


def _check_platform(template: Template, region: str, baseline: str) -> None:
    """Refuses a region whose platform is known to be assessed at a lower level than the baseline's."""
    wanted = baselines.baseline(baseline).level
    if wanted <= _LEVEL_OF_EVERY_PLATFORM:
        return
    from compliant_infra.providers.capabilities import platform_levels

    levels = platform_levels().get(template.cloud, {})
    if not 0 < levels.get(region, 0) < wanted:
        return
    others = [name for name in mainland_regions(template.cloud) if not 0 < levels.get(name, 0) < wanted]
    level = levels[region]
    raise UnsuitableChoiceError(
        Text(
            f"the platform of {region} is assessed at level {level}, which does not carry {baseline}; "
            f"take one of {', '.join(others) or 'another cloud'}",
            f"{region} 的云平台通过的是 {level} 级测评，不能承载 {baseline}；可选：{'、'.join(others) or '其他云'}",
        )
    )


def _usable_regions(template: Template, numbers: Mapping[str, Any]) -> tuple[str, ...]:
    """The regions in mainland China of the classes that the baseline takes; of these the stack's own if any."""
    classes = numbers["region-classes"]
    return tuple(
        region
        for region in mainland_regions(template.cloud)
        if (not classes or region_class(template.cloud, region) in classes)
        and (not template.regions or region in template.regions)
    )


def _check_distance(template: Template, first: str, second: str, numbers: Mapping[str, Any]) -> None:
    from compliant_infra.providers.distances import separation

    found = separation(template.cloud, first, second)
    wanted = int(numbers["dr-distance-km"])
    near = found is not None and found.kilometres < wanted
    if not _same_place(template.cloud, first, second) and not near:
        return
    raise UnsuitableChoiceError(
        Text(
            f"the standby region {second} must be another place than {first}, at least {wanted} km away "
            "(--standby-region)",
            f"备用地域 {second} 必须与 {first} 处于不同地点，相距至少 {wanted} 公里（--standby-region）",
        )
    )


def _same_place(cloud: str, first: str, second: str) -> bool:
    return canonical_region(cloud, first) == canonical_region(cloud, second)


def _names_with_standby(template: Template) -> str:
    return ", ".join(
        other.name for other in templates().values() if other.standby_region and other.cloud == template.cloud
    )


def _zones(template: Template, region: str, given: tuple[str, ...], option: str = "--zones") -> tuple[str, ...]:
    """The zones of a region: those given, else the usual ones, as many as the stack uses."""
    if not given:
        usual = usual_zones().get(template.cloud, {}).get(canonical_region(template.cloud, region) or region, ())
        if len(usual) < template.min_zones:
            raise UnsuitableChoiceError(
                Text(
                    f"{template.name} needs {template.min_zones} zones of {region}: name them with {option}",
                    f"{template.name} 需要 {region} 的 {template.min_zones} 个可用区：请用 {option} 指定",
                )
            )
        return usual[: max(template.min_zones, 1)]
    home = canonical_region(template.cloud, region)
    foreign = any(region_of_zone(template.cloud, zone) != home for zone in given)
    if foreign or len(set(given)) < template.min_zones:
        raise UnsuitableChoiceError(
            Text(
                f"{option} must name at least {template.min_zones} different zones of {region}: {', '.join(given)}",
                f"{option} 须列出 {region} 的至少 {template.min_zones} 个不同可用区：{'、'.join(given)}",
            )
        )
    return given


def tags_of(texts: Iterator[str] | tuple[str, ...]) -> dict[str, str]:
    """Tags written as ``key=value``, several in one text separated by commas. Raises UnsuitableChoiceError."""
    found: dict[str, str] = {}
    for item in (part.strip() for text in texts for part in text.split(",")):
        if not item:
            continue
        key, separator, value = item.partition("=")
        if not separator:
            raise UnsuitableChoiceError(
                Text(f"a tag is written key=value: {item} (--tags)", f"标签写作 key=value：{item}（--tags）")
            )
        found[key.strip()] = value.strip()
    return found
