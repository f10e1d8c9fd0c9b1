"""The hardening is the catalogue's, frozen by version."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import pytest

from compliant_infra.baselines import catalogue
from compliant_infra.components import baseline
from compliant_infra.components.baseline import BaselineError, hardening, versions
from compliant_infra.regulations import catalogue as regulations

SCRIPTS = Path(__file__).parents[2] / "scripts"


def test_the_newest_version_is_the_catalogue_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    sys.modules.pop("freeze_hardening", None)
    import freeze_hardening  # type: ignore[import-not-found]

    file = Path(baseline.__file__).parent / "versions.json"
    newest = json.loads(file.read_text(encoding="utf-8"))[versions()[-1]]
    assert newest == json.loads(json.dumps(freeze_hardening.of_today())), (
        "the catalogue asks something else than the newest version of the hardening: "
        "python scripts/freeze_hardening.py VERSION (a new version where the last one has been released)"
    )


@pytest.mark.parametrize("name", catalogue.BASELINES)
def test_rules_and_parameters_are_those_of_the_check(name: str) -> None:
    for count in range(len(catalogue.PROFILES) + 1):
        for profiles in itertools.combinations(catalogue.PROFILES, count):
            found = hardening(name, profiles)
            active = frozenset(catalogue.active_profiles(name, profiles))
            assert found.rules == regulations.rule_names(name, active), profiles
            assert found.parameters == catalogue.parameters(name, profiles)


def test_numbers_follow_the_level() -> None:
    assert hardening("mlps-l3").number("log-retention-days") == 180
    assert hardening("financial-l3").number("log-retention-days") == 183
    assert hardening("mlps-l3", ["draft-2026"]).number("log-retention-days") == 365
    assert hardening("mlps-l3").at_least("log-retention-days", [30, 180, 365]) == 180
    assert hardening("financial-l3").at_least("log-retention-days", [30, 180, 365]) == 365
    with pytest.raises(BaselineError, match="more than the provider offers"):
        hardening("financial-l3").at_least("log-retention-days", [30, 180])


def test_what_a_level_demands() -> None:
    assert hardening("mlps-l3").demands("oss-zone-redundant")
    assert not hardening("mlps-l2").demands("oss-zone-redundant")
    assert hardening("mlps-l3", ["sm"]).national_cryptography
    assert hardening("financial-l2").national_cryptography
    with pytest.raises(KeyError):
        hardening("mlps-l2").demands("no-such-rule")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"baseline": "mlps-l5"}, "mlps-l5"),
        ({"profiles": ["gdpr"]}, "gdpr"),
        ({"version": "1999.1"}, "known are"),
        ({"parameters": {"log-retention-days": 30}}, "ask for less"),
        ({"parameters": {"log-retention-days": "long"}}, "whole number"),
        ({"parameters": {"no-such": 1}}, "unknown parameter"),
    ],
)
def test_what_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(BaselineError, match=said):
        hardening(**arguments)  # type: ignore[arg-type]


def test_own_parameters_may_ask_for_more() -> None:
    found = hardening("mlps-l3", parameters={"log-retention-days": 400})
    assert found.number("log-retention-days") == 400
    assert found.assignment().parameters["log-retention-days"] == 400


def test_a_stack_keeps_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version that asks for more changes nothing for a stack that names the earlier one."""
    first = versions()[0]
    later = json.loads(json.dumps(baseline._frozen()[versions()[-1]]))
    later["parameters"]["log-retention-days"]["default"] = 730
    later["rules"]["dedicated-pool-l4"] = ["mlps-l2", "mlps-l3", "mlps-l4"]
    monkeypatch.setattr(baseline, "_frozen", lambda: {first: baseline_data, "2099.1": later})
    old, new = hardening("mlps-l3", version=first), hardening("mlps-l3")
    assert (old.version, new.version) == (first, "2099.1")
    assert (old.number("log-retention-days"), new.number("log-retention-days")) == (180, 730)
    assert (old.demands("dedicated-pool-l4"), new.demands("dedicated-pool-l4")) == (False, True)
    assert new.since("2099.1")
    assert not old.since("2099.1")
    assert "dedicated-pool-l4" not in {rule.name for rule in old.assignment().rules}
    assert old.assignment().parameters["log-retention-days"] == 180


baseline_data = baseline._frozen()[versions()[0]]
