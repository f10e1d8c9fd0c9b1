"""Which route the law names for personal information and important data that leave mainland China.

The thresholds are those of the CAC provisions on promoting and regulating cross-border data flows, in force since
2024-03-22: articles 7 (security assessment), 8 (standard contract or certification), 3 to 6 (exempt). People are
counted from 1 January of the year, without exempt flows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from compliant_infra.kernel.model import Text
from compliant_infra.settings import CrossBorder

#: People whose ordinary personal information leaves: from here a security assessment (article 7), and from here a
#: standard contract or certification (article 8).
ASSESSMENT_PEOPLE: Final = 1_000_000
CONTRACT_PEOPLE: Final = 100_000
#: People whose sensitive personal information leaves: from here a security assessment; below, article 8.
ASSESSMENT_SENSITIVE: Final = 10_000
#: Working days before the end of an assessment's validity by which its extension is to be asked for.
EXTENSION_WORKING_DAYS: Final = 60

#: How far each declared mechanism reaches.
_REACH: Final = {"none": -1, "exempt": 0, "scc": 1, "certification": 1, "assessment": 2}


@dataclass(frozen=True, slots=True)
class Route:
    """The route that the numbers give. ``reach``: 0 exempt, 1 contract or certification, 2 security assessment."""

    reach: int
    article: str
    reason: Text
    open: tuple[str, ...] = ()  # settings without a value that could make the route stricter

    @property
    def name(self) -> Text:
        """The route in words."""
        return (
            Text("no procedure: exempt", "免予申报安全评估、订立标准合同或通过认证"),
            Text("standard contract (filed) or certification", "订立标准合同并备案，或通过个人信息保护认证"),
            Text("security assessment by the CAC", "申报国家网信部门数据出境安全评估"),
        )[self.reach]


def route(declared: CrossBorder) -> Route:
    """The route for the declared numbers. Where some are not set, the least that the others demand."""
    people, sensitive = declared.people, declared.sensitive_people
    unset = [
        name
        for name, value in (
            ("important-data", declared.important_data),
            ("critical-infrastructure", declared.critical_infrastructure),
            ("people", people),
            ("sensitive-people", sensitive),
        )
        if value is None
    ]
    if declared.important_data:
        return Route(2, "7", Text("important data leaves the country", "重要数据出境"))
    if declared.critical_infrastructure and (people or sensitive):
        return Route(
            2,
            "7",
            Text(
                "an operator of critical infrastructure sends personal information abroad",
                "关键信息基础设施运营者向境外提供个人信息",
            ),
        )
    if people is not None and people >= ASSESSMENT_PEOPLE:
        return Route(
            2,
            "7",
            Text(f"{people:,} people, at least {ASSESSMENT_PEOPLE:,}", f"{people:,} 人，达到 {ASSESSMENT_PEOPLE:,} 人"),
        )
    if sensitive is not None and sensitive >= ASSESSMENT_SENSITIVE:
        return Route(
            2,
            "7",
            Text(
                f"sensitive information of {sensitive:,} people, at least {ASSESSMENT_SENSITIVE:,}",
                f"敏感个人信息涉及 {sensitive:,} 人，达到 {ASSESSMENT_SENSITIVE:,} 人",
            ),
        )
    if sensitive:
        return Route(
            1,
            "8",
            Text(
                f"sensitive information of {sensitive:,} people, fewer than {ASSESSMENT_SENSITIVE:,}",
                f"敏感个人信息涉及 {sensitive:,} 人，不足 {ASSESSMENT_SENSITIVE:,} 人",
            ),
            tuple(unset),
        )
    if people is not None and people >= CONTRACT_PEOPLE:
        return Route(
            1,
            "8",
            Text(
                f"{people:,} people: at least {CONTRACT_PEOPLE:,}, fewer than {ASSESSMENT_PEOPLE:,}",
                f"{people:,} 人：达到 {CONTRACT_PEOPLE:,} 人且不足 {ASSESSMENT_PEOPLE:,} 人",
            ),
            tuple(unset),
        )
    if people is None and sensitive is None:
        reason = Text("no numbers are declared", "未填写人数")
    elif not people:
        reason = Text("no personal information leaves", "无个人信息出境")
    else:
        reason = Text(
            f"{people:,} people, fewer than {CONTRACT_PEOPLE:,}, without sensitive information",
            f"{people:,} 人，不足 {CONTRACT_PEOPLE:,} 人，且不含敏感个人信息",
        )
    return Route(0, "5", reason, tuple(unset))


def suffices(mechanism: str, asked: Route) -> bool:
    """Whether a declared mechanism reaches as far as the route. ``none`` declares that nothing leaves."""
    return mechanism == "none" or _REACH[mechanism] >= asked.reach


def extension_day(valid_until: date) -> date:
    """The last day to ask for the extension of an assessment: 60 working days before its end.

    Counts Monday to Friday; public holidays make the real day earlier.
    """
    day, left = valid_until, EXTENSION_WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < 5
    return day
