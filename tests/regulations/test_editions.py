"""Editions beside GB/T 22239: GB/T 39786, the statutes, the rules on AI and the announcements for 2026."""

import datetime
import re
from collections import Counter

import pytest

from compliant_infra.baselines.catalogue import BASELINES, PROFILES
from compliant_infra.regulations.catalogue import clauses, editions, find_clauses, views

SM = frozenset({"sm"})

#: Edition -> status and the date from which it holds.
EDITIONS = {
    "gbt22239-2019": ("in-force", "2019-12-01"),
    "jrt0071.2-2020": ("in-force", "2020-11-11"),
    "gbt39786-2021": ("in-force", "2021-10-01"),
    "crypto-law-2019": ("in-force", "2020-01-01"),
    "crypto-regulation-2023": ("in-force", "2023-07-01"),
    "crypto-assessment-2023": ("in-force", "2023-11-01"),
    "csl": ("in-force", "2017-06-01"),
    "ciir": ("in-force", "2021-09-01"),
    "dsl": ("in-force", "2021-09-01"),
    "pipl": ("in-force", "2021-11-01"),
    "rndsm": ("in-force", "2025-01-01"),
    "cross-border-2024": ("in-force", "2024-03-22"),
    "incident-reporting-2025": ("in-force", "2025-11-01"),
    "pi-audit-2025": ("in-force", "2025-05-01"),
    "genai-measures-2023": ("in-force", "2023-08-15"),
    "gbt45654-2025": ("in-force", "2025-11-01"),
    "gbt45652-2025": ("in-force", "2025-11-01"),
    "draft-2026": ("unconfirmed", "2026-12-31"),
}

#: Articles of the statutes that are there, in their order.
ARTICLES = {
    "csl": "21.1 21.2 21.3 21.4 25 31 33 34 35 36 37 38 42 2026.20 2026.penalties",
    "ciir": "6 12 17 18 19",
    "dsl": "21 27 29 30 31 36 45 46",
    "pipl": "9 13 19 21 23 28 29 30 31 32 36 38 39 40 41 45 47 51 52 54 55 56 57 66",
    "rndsm": "9 10 12 19 21 22 24 25 27 28 29 30 31 32 33 35 37 38 62",
    "cross-border-2024": "3 4 5 6 7 8",
    "incident-reporting-2025": "4 content closing liability",
    "pi-audit-2025": "regular ten-million ordered rectified",
    "crypto-law-2019": "27",
    "crypto-regulation-2023": "38 39 41 42 60 62",
    "crypto-assessment-2023": "scope yearly filing",
    "genai-measures-2023": "4 7 8 9 10 11 12 13 14 15 17 19",
}

#: What is announced for 2026, by part: number of clauses.
DRAFTS = {
    "mlps": 5,
    "jrt0276": 5,
    "ai": 5,
    "localisation": 6,
    "pipl": 5,
    "checklist": 6,
    "iso27001": 5,
    "soc2": 4,
    "timeline": 7,
}


def items(level: int):
    return {clause.number: clause for clause in clauses(f"mlps-l{level}", SM) if clause.edition == "gbt39786-2021"}


def everything():
    return clauses("financial-l3", frozenset({"all"}))


def test_editions_have_date_status_and_source():
    found = {edition.id: edition for edition in editions()}
    assert {name: (edition.status, edition.date) for name, edition in found.items()} == EDITIONS
    for edition in (*found.values(), *views()):
        assert datetime.date.fromisoformat(edition.date) >= datetime.date(2017, 6, 1)
        assert edition.source
        for text in (edition.title, edition.note):
            assert not text.zh or re.search("[一-鿿]", text.zh)
            assert not re.search("[一-鿿]", text.en)
    assert "unconfirmed" in found["csl"].note.en


@pytest.mark.parametrize("edition", ARTICLES)
def test_articles(edition):
    found = [clause.number for clause in everything() if clause.edition == edition]
    assert found == ARTICLES[edition].split()


def test_a_whole_article_is_found_by_its_number():
    localisation = frozenset({"localisation"})
    assert [clause.number for clause in find_clauses("csl:21", "mlps-l3", localisation)] == [
        "21.1",
        "21.2",
        "21.3",
        "21.4",
    ]
    assert [clause.number for clause in find_clauses("pipl:3", "mlps-l3", localisation)] == []


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
        (3, "8.1a", "should", True),
        (3, "8.1b", "should", True),
        (3, "8.1c", "should", True),
        (3, "8.2a", "must", True),
        (3, "8.2b", "should", True),
        (3, "8.2c", "must", True),
        (3, "8.2d", "should", True),
        (3, "8.2e", "may", True),
        (3, "8.3a", "must", True),
        (3, "8.3b", "must", True),
        (3, "8.3c", "should", True),
        (3, "8.3d", "should", True),
        (3, "8.3e", "should", True),
        (3, "8.3f", "should", True),
        (3, "8.4a", "must", True),
        (3, "8.4b", "should", True),
        (3, "8.4c", "should", True),
        (3, "8.4d", "must", True),
        (3, "8.4e", "must", True),
        (3, "8.4f", "should", True),
        (3, "8.4g", "should", True),
        (3, "8.4h", "should", True),
        (4, "9.2a", "must", True),
        (4, "9.2b", "must", True),
        (4, "9.2c", "must", True),
        (4, "9.2d", "must", True),
        (4, "9.2e", "should", True),
        (4, "9.1a", "must", False),
        (4, "9.4e", "must", False),
        (4, "9.4f", "must", False),
        (2, "7.1a", "should", False),
        (2, "7.1b", "may", False),
        (2, "7.2a", "should", False),
        (2, "7.2b", "may", False),
        (2, "7.2c", "should", False),
        (2, "7.2d", "may", False),
        (2, "7.3a", "should", False),
        (2, "7.3e", "may", False),
        (2, "7.4a", "should", False),
        (2, "7.4b", "may", False),
        (2, "7.4e", "should", False),
        (2, "7.4g", "should", False),
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
    plain, full = clauses("mlps-l3"), clauses("mlps-l3", frozenset({"all"}))
    assert [clause.id for clause in full[: len(plain)]] == [clause.id for clause in plain]
    shown = list(dict.fromkeys(clause.edition for clause in full))
    assert shown == [name for name in EDITIONS if name != "jrt0071.2-2020"]
    assert {clause.id for clause in clauses("mlps-l2", frozenset({"localisation"}))} >= {
        "csl:21.3",
        "pipl:38",
        "dsl:31",
    }
    assert {clause.edition for clause in clauses("mlps-l2", frozenset({"pipl"}))} == {
        "gbt22239-2019",
        "dsl",
        "pipl",
        "rndsm",
        "pi-audit-2025",
    }


def test_an_edition_of_two_profiles_counts_once():
    ids = [clause.id for clause in everything()]
    assert max(Counter(ids).values()) == 1


def test_only_the_announcements_are_drafts_and_none_of_them_is_confirmed():
    for clause in everything():
        assert clause.draft is (clause.edition == "draft-2026"), clause.id
        assert not (clause.draft and clause.confirmed), clause.id
    for name in BASELINES:
        in_force = frozenset(PROFILES) - {"draft-2026"}
        assert not any(clause.draft for clause in clauses(name, in_force))


def test_parts_of_the_announcements():
    found = Counter(clause.number.split(".")[0] for clause in everything() if clause.draft)
    assert found == DRAFTS


def test_articles_known_by_subject_only_are_unconfirmed():
    found = {clause.id: clause.confirmed for clause in everything()}
    assert not found["csl:2026.20"]
    assert not found["incident-reporting-2025:content"]
    assert not found["gbt45654-2025:5.1"]
    assert not found["crypto-assessment-2023:scope"]
    assert found["csl:21.3"]
    assert found["incident-reporting-2025:4"]
    assert found["cross-border-2024:7"]


def test_titles_of_the_other_editions():
    for clause in everything():
        if clause.edition == "gbt22239-2019":
            continue
        assert 3 <= len(clause.title.en) <= 110, clause.id
        assert 3 <= len(clause.title.zh) <= 48, clause.id
        assert re.search("[一-鿿]", clause.title.zh), clause.id
        assert not re.search("[一-鿿]", clause.title.en), clause.id
        assert not re.search(r"\bshall\b", clause.title.en), clause.id
    for edition in EDITIONS:
        titles = Counter(clause.title for clause in everything() if clause.edition == edition)
        assert max(titles.values()) == 1, titles.most_common(2)
