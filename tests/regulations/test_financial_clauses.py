"""JR/T 0071.2-2020: every clause of levels 2 to 4 with its shifted number, and what the sector adds."""

import re
from collections import Counter

import pytest

from compliant_infra.regulations.catalogue import clauses, find_clauses

LEVELS = (2, 3, 4)
#: Letters per chapter x.1.1 to x.1.10 of the standard; a point without letters counts as one.
LETTERS = {
    2: [19, 4, 12, 34, 8, 7, 11, 12, 37, 66],
    3: [41, 8, 26, 50, 17, 8, 22, 18, 50, 98],
    4: [45, 14, 28, 54, 18, 8, 24, 23, 53, 105],
}
#: The same for the chapters of the cloud-computing extension, x.2.1 onwards.
CLOUD_LETTERS = {2: [1, 3, 7, 11, 6, 1], 3: [1, 6, 13, 30, 5, 9, 3], 4: [3, 11, 16, 38, 5, 11, 3]}

#: Number in GB/T 22239 -> number in JR/T 0071.2, where they differ.
SHIFTED = {
    2: {"7.1.3.4": "7.1.3.4a", "7.1.4.8a": "7.1.4.9a", "7.1.4.8b": "7.1.4.9b", "7.1.4.9": "7.1.4.10",
        "7.1.4.10a": "7.1.4.11b", "7.1.4.10b": "7.1.4.11c"},
    3: {"8.1.3.5b": "8.1.3.5c", "8.1.3.5c": "8.1.3.5d", "8.1.3.5d": "8.1.3.5e", "8.1.4.2c": "8.1.4.2d",
        "8.1.4.2d": "8.1.4.2e", "8.1.4.2e": "8.1.4.2g", "8.1.4.2f": "8.1.4.2h", "8.1.4.2g": "8.1.4.2i",
        "8.1.4.5": "8.1.4.5a", "8.1.4.11a": "8.1.4.11b", "8.1.4.11b": "8.1.4.11c", "8.2.2.1c": "8.2.2.1d",
        "8.2.2.1d": "8.2.2.1e", "8.2.2.1e": "8.2.2.1f", "8.2.4.1": "8.2.4.1a",
        "8.2.4.4a": "8.2.4.5a", "8.2.4.4b": "8.2.4.5b", "8.2.4.4c": "8.2.4.5c", "8.2.4.5a": "8.2.4.6a",
        "8.2.4.5b": "8.2.4.6b", "8.2.4.5c": "8.2.4.6c", "8.2.4.5d": "8.2.4.6d", "8.2.4.6a": "8.2.4.7a",
        "8.2.4.6b": "8.2.4.7b", "8.2.4.6c": "8.2.4.7c", "8.2.4.6d": "8.2.4.7d", "8.2.4.7a": "8.2.4.8a",
        "8.2.4.7b": "8.2.4.8b"},
    4: {"9.1.3.5b": "9.1.3.5c", "9.1.3.5c": "9.1.3.5d", "9.1.4.1c": "9.1.4.1d", "9.1.4.1d": "9.1.4.1e",
        "9.1.4.2c": "9.1.4.2e", "9.1.4.2d": "9.1.4.2f", "9.1.4.2e": "9.1.4.2h", "9.1.4.2f": "9.1.4.2i",
        "9.1.4.2g": "9.1.4.2j", "9.1.4.5": "9.1.4.5a", "9.1.4.11a": "9.1.4.11b", "9.1.4.11b": "9.1.4.11c",
        "9.2.1.1": "9.2.1.1a", "9.2.2.1c": "9.2.2.1d", "9.2.2.1d": "9.2.2.1e", "9.2.2.1e": "9.2.2.1f",
        "9.2.2.1f": "9.2.2.1g", "9.2.2.1g": "9.2.2.1h", "9.2.2.1h": "9.2.2.1i", "9.2.4.1": "9.2.4.1a",
        "9.2.4.4a": "9.2.4.5a", "9.2.4.4b": "9.2.4.5b", "9.2.4.4c": "9.2.4.5c", "9.2.4.5a": "9.2.4.6a",
        "9.2.4.5b": "9.2.4.6b", "9.2.4.5c": "9.2.4.6c", "9.2.4.5d": "9.2.4.6d", "9.2.4.6a": "9.2.4.7a",
        "9.2.4.6b": "9.2.4.7b", "9.2.4.6c": "9.2.4.7c", "9.2.4.6d": "9.2.4.7d", "9.2.4.7a": "9.2.4.8a",
        "9.2.4.7b": "9.2.4.8b"},
}  # fmt: skip

#: What the sector adds or strengthens, by the rows of its comparison with GB/T 22239.
DELTAS = {
    2: """7.1.3.2d 7.1.3.4b 7.1.4.1a 7.1.4.2b 7.1.4.2e 7.1.4.3c 7.1.4.3d 7.1.4.4f 7.1.4.4g 7.1.4.4h 7.1.4.5 7.1.4.7
    7.1.4.8 7.1.4.10 7.1.4.11a 7.1.4.11b 7.1.4.11c 7.1.4.11d 7.1.4.11e 7.1.4.11f 7.1.4.11g 7.1.5.1c 7.1.5.1d 7.1.5.1e
    7.1.5.1f""",
    3: """8.1.2.1a 8.1.2.1e 8.1.2.2a 8.1.2.2b 8.1.3.2d 8.1.3.2f 8.1.3.2g 8.1.3.3e 8.1.3.3f 8.1.3.5b 8.1.3.5d 8.1.3.5f
    8.1.4.1a 8.1.4.1b 8.1.4.1c 8.1.4.2b 8.1.4.2c 8.1.4.2f 8.1.4.3c 8.1.4.3e 8.1.4.3f 8.1.4.4e 8.1.4.4g 8.1.4.4h
    8.1.4.5a 8.1.4.5b 8.1.4.8b 8.1.4.9a 8.1.4.9d 8.1.4.9e 8.1.4.9f 8.1.4.9g 8.1.4.10a 8.1.4.10b 8.1.4.11a 8.1.4.11b
    8.1.4.11c 8.1.4.11d 8.1.4.11e 8.1.4.11f 8.1.4.11g 8.1.5.1c 8.1.5.1d 8.1.5.1e 8.1.5.2c 8.1.5.4d 8.1.5.4f 8.1.5.4g
    8.2.2.1b 8.2.2.1c 8.2.3.1c 8.2.3.1d 8.2.3.2e 8.2.3.2f 8.2.3.2g 8.2.4.1b 8.2.4.1c 8.2.4.1d 8.2.4.1e 8.2.4.3d
    8.2.4.4a 8.2.4.4b 8.2.4.5d 8.2.4.5e 8.2.4.7e 8.2.4.8b 8.2.4.8c 8.2.5.1d 8.2.5.1e""",
    4: """9.1.2.1a 9.1.2.1e 9.1.2.1g 9.1.2.1h 9.1.2.1i 9.1.2.2a 9.1.2.2b 9.1.3.2d 9.1.3.2f 9.1.3.2g 9.1.3.3e 9.1.3.3f
    9.1.3.3g 9.1.3.5b 9.1.3.5d 9.1.3.5e 9.1.4.1a 9.1.4.1b 9.1.4.1c 9.1.4.1d 9.1.4.2b 9.1.4.2c 9.1.4.2d 9.1.4.2g
    9.1.4.3c 9.1.4.3d 9.1.4.3e 9.1.4.3f 9.1.4.4e 9.1.4.4f 9.1.4.4g 9.1.4.4h 9.1.4.5b 9.1.4.7c 9.1.4.8b 9.1.4.9a 9.1.4.9e
    9.1.4.9f 9.1.4.9g 9.1.4.9h 9.1.4.10a 9.1.4.10b 9.1.4.11a 9.1.4.11b 9.1.4.11c 9.1.4.11d 9.1.4.11e 9.1.4.11f
    9.1.4.11g 9.1.5.1c 9.1.5.1d 9.1.5.1e 9.1.5.2c 9.1.5.4d 9.1.5.4f 9.1.5.4h 9.2.1.1b 9.2.1.1c 9.2.2.1b 9.2.2.1c
    9.2.2.1e 9.2.2.1j 9.2.2.1k 9.2.3.1c 9.2.3.1d 9.2.3.1e 9.2.3.1f 9.2.3.1g 9.2.3.2e 9.2.3.2f 9.2.3.2g 9.2.4.1b 9.2.4.1c
    9.2.4.1d 9.2.4.1e 9.2.4.1f 9.2.4.1g 9.2.4.1h 9.2.4.2c 9.2.4.3d 9.2.4.3e 9.2.4.3f 9.2.4.4a 9.2.4.4b 9.2.4.5d
    9.2.4.5e 9.2.4.6e 9.2.4.6f 9.2.4.7e 9.2.4.8b 9.2.4.8c 9.2.5.1d 9.2.5.1e""",
}


def of(edition: str, level: int):
    return {clause.number: clause for clause in clauses(f"financial-l{level}") if clause.edition == edition}


def financial(level: int):
    return of("jrt0071.2-2020", level)


@pytest.mark.parametrize("level", LEVELS)
def test_letters_per_chapter(level):
    count: Counter[str] = Counter()
    for number, clause in financial(level).items():
        part, chapter = re.fullmatch(r"\d\.(\d)\.(\d+)\..*", number).groups()
        count[f"{part}.{chapter}"] += clause.letters
    assert [count[f"1.{chapter}"] for chapter in range(1, 11)] == LETTERS[level]
    assert [count[f"2.{chapter}"] for chapter in range(1, len(CLOUD_LETTERS[level]) + 1)] == CLOUD_LETTERS[level]


@pytest.mark.parametrize("level", LEVELS)
def test_technical_letters_run_without_a_gap(level):
    points: dict[str, list[str]] = {}
    for number, clause in financial(level).items():
        if clause.technical:
            point, letter = re.fullmatch(r"([\d.]+)([a-z]?)", number).groups()
            points.setdefault(point, []).append(letter)
    for point, letters in points.items():
        alone = letters == [""]
        assert alone or letters == [chr(ord("a") + index) for index in range(len(letters))], (point, letters)


@pytest.mark.parametrize("level", LEVELS)
def test_every_technical_clause_of_gbt22239_has_its_place(level):
    """A clause that the sector takes over has the rules of the one that it follows, at its own number."""
    ours = financial(level)
    merged = {"7.1.4.7"}  # transit and storage in one clause, with a record of its own
    for number, clause in of("gbt22239-2019", level).items():
        if not clause.technical:
            continue
        number = SHIFTED[level].get(number, number)
        assert number in ours, number
        assert set(clause.rules) <= set(ours[number].rules), number
        assert (clause.aspect, clause.technical) == (ours[number].aspect, ours[number].technical), number
        if number not in merged:
            assert clause.responsible == ours[number].responsible, number
        if not ours[number].delta:
            assert clause.title == ours[number].title, number
            assert clause.rules == ours[number].rules, number


@pytest.mark.parametrize("level", LEVELS)
def test_what_the_sector_adds_or_strengthens(level):
    found = {number for number, clause in financial(level).items() if clause.technical and clause.delta}
    assert found == set(DELTAS[level].split())


def test_the_sector_takes_no_official_verdict_over():
    for level in LEVELS:
        assert not [number for number, clause in financial(level).items() if clause.high_risk]


@pytest.mark.parametrize(
    ("level", "number", "rules"),
    [
        (2, "7.1.4.7", {"db-tls-on", "oss-versioning"}),
        (2, "7.1.4.8", {"disk-encrypted", "db-encrypted", "secret-not-in-code"}),
        (2, "7.1.5.1f", {"db-backup", "snapshot-policy"}),
        (3, "8.1.4.2e", {"iam-no-admin-star"}),
        (3, "8.1.4.9f", {"db-backup", "backup-second-region"}),
        (3, "8.1.4.9g", {"dr-realtime-standby"}),
        (3, "8.1.10.6f", {"loc-peering-domestic"}),
        (3, "8.1.10.6e", {"audit-retention"}),
        (3, "8.2.4.1e", {"iam-mfa"}),
        (3, "8.2.4.5e", {"snapshot-policy"}),
        (4, "9.1.4.9h", {"dr-realtime-standby"}),
        (4, "9.1.10.9b", {"kms-sm-algorithm"}),
        (4, "9.2.4.6e", {"rest-customer-key"}),
        (4, "9.2.1.1b", {"loc-region-allowlist"}),
    ],
)
def test_rules_at_the_numbers_of_the_sector(level, number, rules):
    assert rules <= set(financial(level)[number].rules)


def test_points_and_their_single_letters_are_found_together():
    found = find_clauses("jrt0071.2-2020:8.1.10.6", "financial-l3")
    assert [clause.number for clause in found] == ["8.1.10.6", "8.1.10.6e", "8.1.10.6f", "8.1.10.6k", "8.1.10.6l"]
    assert sum(clause.letters for clause in found) == 17


def test_titles_tell_clauses_apart():
    for level in LEVELS:
        titles = Counter(clause.title for clause in financial(level).values())
        assert max(titles.values()) == 1, titles.most_common(3)
        for clause in financial(level).values():
            assert "应" not in re.sub("应用|应急|供应|响应", "", clause.title.zh), clause
