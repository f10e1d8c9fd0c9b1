"""Whether the cloud platform itself can carry the level that is asked for."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown
from compliant_infra.kernel.rules.record import CLOUDS, Rule


def _carries(cloud: str) -> Predicate:
    @predicate(reads=("region",), parameters=("platform-level",))
    def test(resource: Resource, context: Context) -> Outcome:
        """The declared level decides; without one, only what no region of this class reaches can fail."""
        declared = context.parameters["platform-level"]
        if declared:
            if declared >= context.level:
                return PASS
            return _too_low(f"declared at level {declared}", f"声明为第 {declared} 级", "region")
        if cloud == "google":
            return _too_low("not in mainland China at all", "在内地没有平台", "region")
        levels = context.parameters["platform-levels"].get(cloud, {})
        if not levels or context.level < 4:
            return NOT_APPLICABLE
        if max(levels.values()) < context.level and min(levels.values()) > -context.level:
            return _known(max(levels.values()), "", "")
        if resource.attributes.get("region") is None:
            return undecided(
                Unknown("no-value", f"{resource.address}.region"),
                "region",
                message=Text(
                    "no region is set here (the environment may set one), and the platform's level depends on it",
                    "此处未设置 region（可能由环境变量给出），而云平台的等级取决于地域",
                ),
            )

        def of_region(value: object) -> Outcome:
            level = levels.get(as_string(value))
            if level is None:
                return NOT_APPLICABLE  # no mainland region: another rule speaks
            if level < 0:
                return undecided(Unknown("not-listed", "platform-level"), "region")
            if level >= context.level:
                return PASS
            return _known(level, f" in {show(value)}", f"在 {show(value)} ")

        return alternatives(resource.attributes["region"], of_region, "region")

    return test


def _known(level: int, en: str, zh: str) -> Outcome:
    """Too low by what is said of the platform in public; a certificate that shows more can be declared."""
    return _too_low(
        f"assessed at level {level}{en} as far as is public (platform-level declares a certificate)",
        f"{zh}据公开资料为第 {level} 级（另有测评证明时以 platform-level 声明）",
        "region",
    )


def _too_low(en: str, zh: str, path: str) -> Outcome:
    return failed(Text(f"the platform is {en}: it cannot carry this level", f"云平台{zh}，无法承载该等级的系统"), path)


PLATFORM_LEVEL: Final = Rule(
    code="CN129",
    name="platform-level-sufficient",
    severity=Severity.HIGH,
    title=Text("The cloud platform carries the level of the system", "云平台的安全保护等级不低于所承载的系统"),
    rationale=Text(
        "A system on a platform of a lower level inherits protections that are too weak for it, and no hardening of "
        "its own makes up for that.",
        "系统部署在等级更低的云平台上，所继承的基础防护不足，自身再加固也无法弥补。",
    ),
    remediation=Text(
        "Choose a cloud and a provider region whose platform is assessed at the system's level; where its certificate "
        "shows that, declare platform-level in the parameters.",
        "选择等级不低于系统的云平台及 provider 的 region；若平台的备案证明载明其等级，请在参数中声明 platform-level。",
    ),
    checks={f"provider.{cloud}": _carries(cloud) for cloud in CLOUDS},
)

RULES: Final[tuple[Rule, ...]] = (PLATFORM_LEVEL,)
