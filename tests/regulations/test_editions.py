"""Editions beside GB/T 22239: GB/T 39786 and the statutes."""

import datetime
import re

import pytest

from compliant_infra.regulations.catalogue import clauses, editions

SM = frozenset({"sm"})


def items(level: int):
    return {clause.number: clause for clause in clauses(f"mlps-l{level}", SM) if clause.edition == "gbt39786-2021"}


def test_editions_have_date_status_and_source():
    found = {edition.id: edition for edition in editions()}
    assert set(found) == {"gbt22239-2019", "gbt39786-2021", "csl", "dsl", "pipl", "rndsm"}
    for edition in found.values():
        assert edition.status == "in-force"
        assert datetime.date.fromisoformat(edition.date) >= datetime.date(2017, 6, 1)
        assert edition.source
        assert re.search("[一-鿿]", edition.title.zh)
        assert not re.search("[一-鿿]", edition.title.en)
    assert found["gbt39786-2021"].date == "2021-10-01"
    assert found["rndsm"].date == "2025-01-01"
    assert "unconfirmed" in found["csl"].note.en


@pytest.mark.parametrize(
    ("level", "letters"),
    [
        (2, {1: "ab", 2: "abcd", 3: "acdef", 4: "abcdefg"}),
        (3, {1: "abc", 2: "abcde", 3: "abcdef", 4: "abcdefgh"}),
        (4, {1: "abc", 2: "abcde", 3: "abcdef", 4: "abcdefgh"}),
    ],
)
def test_items_of_gbt39786(level, letters):
    chapter = level + 5
    expected = {f"{chapter}.{part}{letter}" for part, found in letters.items() for letter in found}
    expected |= {f"{chapter}.{part}" for part in (5, 6, 7, 8)} | {f"{chapter}.module", "5", "annex-keys"}
    assert set(items(level)) == expected


@pytest.mark.parametrize(
    ("level", "number", "verb", "confirmed"),
    [
        (3, "8.2a", "must", True),
        (3, "8.2b", "should", True),
        (3, "8.2c", "must", True),
        (3, "8.2e", "may", True),
        (3, "8.3a", "must", True),
        (3, "8.3b", "must", True),
        (3, "8.3e", "should", True),
        (3, "8.4e", "must", True),
        (3, "8.4f", "should", True),
        (4, "9.2a", "must", True),
        (4, "9.2e", "should", True),
        (4, "9.4e", "must", False),
        (4, "9.4f", "must", False),
        (2, "7.2a", "should", False),
        (2, "7.4e", "should", False),
        (3, "8.5", "", False),
        (3, "8.module", "", False),
    ],
)
def test_verbs(level, number, verb, confirmed):
    clause = items(level)[number]
    assert (clause.verb, clause.confirmed) == (verb, confirmed)


def test_physical_and_management_items_are_not_technical():
    assert {number for number, clause in items(3).items() if not clause.technical} == {
        "8.1a",
        "8.1b",
        "8.1c",
        "8.5",
        "8.6",
        "8.7",
        "8.8",
    }


def test_profiles_add_their_editions_behind_the_baseline():
    plain, everything = clauses("mlps-l3"), clauses("mlps-l3", frozenset({"all"}))
    assert everything[: len(plain)] == plain
    assert [*dict.fromkeys(clause.edition for clause in everything)] == [
        "gbt22239-2019",
        "gbt39786-2021",
        "csl",
        "dsl",
        "pipl",
        "rndsm",
    ]
    assert {clause.id for clause in clauses("mlps-l2", frozenset({"localisation"}))} >= {"csl:21", "pipl:38", "dsl:31"}


def test_no_clause_is_a_draft():
    assert not any(clause.draft for clause in clauses("mlps-l4", frozenset({"all"})))
