"""The route that the law names for the declared numbers."""

from datetime import date

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.obligations.cross_border import extension_day, route, suffices
from compliant_infra.obligations.findings import export_results
from compliant_infra.settings import CrossBorder, Settings

TODAY = date(2026, 11, 22)
NOTHING = {"people": 0, "sensitive_people": 0, "important_data": False, "critical_infrastructure": False}


@pytest.mark.parametrize(
    ("numbers", "reach", "article"),
    [
        ({}, 0, "5"),
        ({"people": 99_999}, 0, "5"),
        ({"people": 100_000}, 1, "8"),
        ({"people": 999_999}, 1, "8"),
        ({"people": 1_000_000}, 2, "7"),
        ({"sensitive_people": 1}, 1, "8"),
        ({"sensitive_people": 9_999}, 1, "8"),
        ({"sensitive_people": 10_000}, 2, "7"),
        ({"important_data": True}, 2, "7"),
        ({"critical_infrastructure": True}, 0, "5"),
        ({"critical_infrastructure": True, "people": 1}, 2, "7"),
        ({"critical_infrastructure": True, "sensitive_people": 1}, 2, "7"),
    ],
)
def test_thresholds(numbers, reach, article):
    found = route(CrossBorder(**{**NOTHING, **numbers}))
    assert (found.reach, found.article, found.open) == (reach, article, ())


@pytest.mark.parametrize(
    ("numbers", "reach", "unset"),
    [
        ({}, 0, {"people", "sensitive-people", "important-data", "critical-infrastructure"}),
        ({"people": 50_000}, 0, {"sensitive-people", "important-data", "critical-infrastructure"}),
        ({"people": 200_000, "important_data": False}, 1, {"sensitive-people", "critical-infrastructure"}),
        ({"people": 2_000_000}, 2, set()),
        ({"important_data": True}, 2, set()),
    ],
)
def test_numbers_that_are_not_set_leave_the_route_open_upwards(numbers, reach, unset):
    found = route(CrossBorder(**numbers))
    assert (found.reach, set(found.open)) == (reach, unset)


def test_a_number_never_makes_the_route_milder():
    counts = [0, 1, 9_999, 10_000, 99_999, 100_000, 999_999, 1_000_000, 5_000_000]
    for sensitive in counts:
        reaches = [route(CrossBorder(**{**NOTHING, "people": n, "sensitive_people": sensitive})).reach for n in counts]
        assert reaches == sorted(reaches)


def test_what_suffices():
    contract = route(CrossBorder(**{**NOTHING, "people": 200_000}))
    assert [name for name in ("exempt", "scc", "certification", "assessment") if suffices(name, contract)] == [
        "scc",
        "certification",
        "assessment",
    ]


@pytest.mark.parametrize(
    ("declared", "verdict", "words"),
    [
        ({"declared": False}, Verdict.UNKNOWN, "no cross-border mechanism"),
        ({"mechanism": "none"}, Verdict.PASS, ""),
        ({"mechanism": "none", "destinations": ("eu-central-1",)}, Verdict.FAIL, "eu-central-1"),
        ({"mechanism": "none", "people": 5}, Verdict.FAIL, "by the declared numbers"),
        ({"mechanism": "assessment", "valid_until": "2026-11-22"}, Verdict.PASS, ""),
        ({"mechanism": "assessment", "valid_until": "2026-11-21"}, Verdict.FAIL, "2026-11-21"),
        ({"mechanism": "scc", **NOTHING, "people": 1_000_000}, Verdict.FAIL, "article 7"),
        ({"mechanism": "scc", **NOTHING, "people": 999_999}, Verdict.PASS, ""),
        ({"mechanism": "scc", "people": 999_999}, Verdict.UNKNOWN, "sensitive-people"),
        ({"mechanism": "exempt", **NOTHING, "sensitive_people": 3}, Verdict.FAIL, "article 8"),
    ],
)
def test_findings(declared, verdict, words):
    settings = Settings(cross_border=CrossBorder(**{"declared": True, **declared}))
    (result,) = export_results(settings, TODAY)
    assert result.verdict is verdict
    assert words in result.message.en
    assert (result.reason is not None) == (verdict is Verdict.UNKNOWN)


def test_extension_is_asked_for_sixty_working_days_before():
    # 2026-12-31 is a Thursday: twelve weeks of five working days lie between.
    assert extension_day(date(2026, 12, 31)) == date(2026, 10, 8)
