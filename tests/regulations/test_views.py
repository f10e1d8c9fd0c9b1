"""Views: other frameworks over the same rules."""

import re
from collections import Counter

import pytest

from compliant_infra.baselines.catalogue import BASELINES, PROFILES
from compliant_infra.kernel.rules import all_rules
from compliant_infra.regulations.catalogue import (
    clauses,
    editions,
    find_view_clauses,
    rule_names,
    view_clauses,
    views,
)

VIEWS = ["gbt31167-2023", "gbt31168-2023", "gbt34942-2025", "iso27001-2022", "soc2"]
#: Number of controls of Annex A by clause.
ANNEX_A = {"5": 37, "6": 8, "7": 14, "8": 34}
#: Number of criteria of SOC 2 by series.
CRITERIA = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2, "A1": 3, "C1": 2}
PRIVACY = {"P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1}


def test_names():
    assert [view.id for view in views()] == VIEWS
    assert not {view.id for view in views()} & {edition.id for edition in editions()}


def test_annex_a_is_whole_and_in_order():
    found = [clause.number for clause in view_clauses("iso27001-2022", "mlps-l3")]
    assert found == [f"{part}.{number}" for part, last in ANNEX_A.items() for number in range(1, last + 1)]
    assert len(found) == 93


def test_criteria_are_whole_and_in_order():
    found = [clause.number for clause in view_clauses("soc2", "mlps-l3")]
    series = CRITERIA | PRIVACY
    assert found == [f"{part}.{number}" for part, last in series.items() for number in range(1, last + 1)]


def test_the_eleven_kinds_of_capabilities():
    assert len(view_clauses("gbt31168-2023", "mlps-l3")) == 11


@pytest.mark.parametrize("view", VIEWS)
def test_titles(view):
    found = view_clauses(view, "mlps-l3")
    for clause in found:
        assert 3 <= len(clause.title.en) <= 80, clause.id
        assert 2 <= len(clause.title.zh) <= 40, clause.id
        assert re.search("[一-鿿]", clause.title.zh) and not re.search("[一-鿿]", clause.title.en), clause.id
    assert max(Counter(clause.title for clause in found).values()) == 1


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("baseline", BASELINES)
def test_only_rules_that_run_speak(view, baseline):
    running = rule_names(baseline)
    for clause in view_clauses(view, baseline):
        assert set(clause.rules) <= running, clause.id
        assert (clause.decided == "evidence") is (not clause.rules), clause.id
        assert clause.responsible != "provider" or not clause.rules, clause.id


def test_more_profiles_show_more_rules():
    def shown(*profiles):
        found = view_clauses("iso27001-2022", "mlps-l3", frozenset(profiles))
        return {rule for clause in found for rule in clause.rules}

    assert "kms-sm-algorithm" not in shown()
    assert "kms-sm-algorithm" in shown("sm")
    assert shown() < shown("all")


def test_grades_are_taken_into_account():
    def rules(grades):
        return {rule for clause in view_clauses("iso27001-2022", "mlps-l3", grades=grades) for rule in clause.rules}

    assert "iam-mfa" in rules("")
    assert "iam-mfa" not in rules("S2A3G3")


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("iso27001-2022:8.13", "db-backup"),
        ("iso27001-2022:8.15", "audit-trail-on"),
        ("iso27001-2022:8.24", "disk-encrypted"),
        ("iso27001-2022:8.5", "iam-mfa"),
        ("iso27001-2022:5.34", "loc-region-allowlist"),
        ("soc2:CC6.1", "iam-password-policy"),
        ("soc2:CC6.7", "tls-listener-encrypted"),
        ("soc2:A1.2", "db-multi-az"),
        ("soc2:C1.1", "oss-not-public"),
        ("gbt31168-2023:audit", "audit-retention"),
    ],
)
def test_examples(number, rule):
    (clause,) = find_view_clauses(number, "mlps-l3")
    assert rule in clause.rules


def test_find():
    assert [clause.number for clause in find_view_clauses("iso27001-2022:8.2", "mlps-l3")] == ["8.2"]
    assert len(find_view_clauses("soc2:CC6", "mlps-l3")) == 8
    assert find_view_clauses("8.1.4.8b", "mlps-l3") == ()
    assert find_view_clauses("pipl:38", "mlps-l3") == ()
    with pytest.raises(KeyError):
        view_clauses("pipl", "mlps-l3")
    with pytest.raises(KeyError):
        view_clauses("soc2", "mlps-l9")


def test_views_make_no_rule_run_and_show_nothing_in_baselines():
    shown = {clause.edition for name in BASELINES for clause in clauses(name, frozenset(PROFILES))}
    assert not shown & set(VIEWS)


@pytest.mark.parametrize("view", ["iso27001-2022", "soc2"])
def test_every_rule_speaks_in_both_frameworks(view):
    shown = {
        rule
        for name in ("financial-l3", "financial-l4")
        for clause in view_clauses(view, name, frozenset(PROFILES))
        for rule in clause.rules
    }
    running = rule_names("financial-l3", frozenset(PROFILES)) | rule_names("financial-l4", frozenset(PROFILES))
    left_out = {
        "iso27001-2022": set(),
        "soc2": {
            # Where data lie and which environment holds them is no criterion by itself.
            "loc-region-allowlist",
            "loc-snapshot-image-domestic",
            "loc-peering-domestic",
            "loc-log-sink-domestic",
            "loc-cdn-domestic",
            "loc-no-global-acceleration",
            "loc-key-secret-image-copy-domestic",
            "dedicated-pool-l4",
            "host-imds-v2",
        },
    }[view]
    names = {rule.name for rule in all_rules()}
    assert (running & names) - shown == left_out & running & names
