"""The distance between a store and its copy."""

import pytest

from compliant_infra.kernel.copies import DistantContext, elsewhere
from compliant_infra.kernel.model import Verdict
from tests.rules.fake import FakeContext


@pytest.mark.parametrize(
    ("copy", "home", "kilometres", "verdict"),
    [
        ("cn-beijing", "cn-shanghai", 100, Verdict.PASS),
        ("cn-beijing", "cn-shanghai", 950, Verdict.UNKNOWN),  # within the tolerance of the map
        ("cn-beijing", "cn-shanghai", 1050, Verdict.UNKNOWN),
        ("cn-beijing", "cn-shanghai", 1200, Verdict.FAIL),
        ("cn-shanghai", "cn-shanghai", 100, Verdict.FAIL),
        ("cn-hongkong", "cn-shanghai", 100, Verdict.FAIL),
        ("cn-hangzhou", "cn-shanghai", 100, Verdict.PASS),
        ("cn-hangzhou", "cn-shanghai", 170, Verdict.UNKNOWN),
    ],
)
def test_distance(copy: str, home: str, kilometres: int, verdict: Verdict) -> None:
    context = DistantContext(FakeContext(), kilometres)
    assert elsewhere(copy, home, "alicloud", "region", context).verdict is verdict


def test_a_pass_names_the_warning_of_a_near_pair() -> None:
    outcome = elsewhere("cn-hangzhou", "cn-shanghai", "alicloud", "region", DistantContext(FakeContext(), 100))
    assert "165 km" in outcome.message.en and "the same grid" in outcome.message.en


def test_distance_is_not_asked_of_other_rules() -> None:
    outcome = elsewhere("cn-hangzhou", "cn-shanghai", "alicloud", "region", FakeContext())
    assert outcome.verdict is Verdict.PASS and not outcome.message.en
