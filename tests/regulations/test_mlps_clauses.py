"""GB/T 22239-2019: every clause of levels 2 to 4 is there, once, and says what the standard's structure says."""

import re
from collections import Counter

import pytest

from compliant_infra.regulations.catalogue import Clause, clauses, find_clauses, high_risk_verdicts

LEVELS = {2: "mlps-l2", 3: "mlps-l3", 4: "mlps-l4"}
CHAPTERS = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10"]

#: Published number of letters per chapter of the general requirements; a point without letters counts as one.
LETTERS = {
    2: [15, 4, 11, 23, 4, 6, 9, 7, 25, 31],
    3: [22, 8, 20, 34, 12, 7, 14, 12, 34, 48],
    4: [24, 11, 21, 36, 13, 7, 15, 14, 35, 52],
}
#: The same for the chapters of the cloud-computing extension, x.2.1 onwards.
CLOUD_LETTERS = {2: [1, 3, 7, 11, 6, 1], 3: [1, 5, 8, 19, 4, 8, 1], 4: [1, 8, 8, 19, 4, 8, 1]}

#: Last letter of each technical point, "" for a point without letters.
TECHNICAL_POINTS = {
    2: """1.2.1b 1.2.2 1.2.3 1.3.1 1.3.2d 1.3.3 1.3.4 1.3.5c 1.3.6 1.4.1c 1.4.2d 1.4.3c 1.4.4e 1.4.5 1.4.6 1.4.7 1.4.8b
    1.4.9 1.4.10b 1.5.1b 1.5.2b 2.1.1 2.2.1c 2.3.1b 2.3.2c 2.3.3b 2.4.1b 2.4.2b 2.4.3c 2.4.4b 2.4.5b""",
    3: """1.2.1e 1.2.2b 1.2.3 1.3.1d 1.3.2e 1.3.3d 1.3.4b 1.3.5d 1.3.6 1.4.1d 1.4.2g 1.4.3d 1.4.4f 1.4.5 1.4.6 1.4.7b
    1.4.8b 1.4.9c 1.4.10b 1.4.11b 1.5.1b 1.5.2b 1.5.3b 1.5.4f 2.1.1 2.2.1e 2.3.1b 2.3.2d 2.3.3b 2.4.1 2.4.2b 2.4.3c
    2.4.4c 2.4.5d 2.4.6d 2.4.7b 2.5.1d""",
    4: """1.2.1f 1.2.2d 1.2.3 1.3.1f 1.3.2e 1.3.3d 1.3.4b 1.3.5c 1.3.6 1.4.1d 1.4.2g 1.4.3d 1.4.4f 1.4.5 1.4.6 1.4.7c
    1.4.8b 1.4.9d 1.4.10b 1.4.11b 1.5.1b 1.5.2b 1.5.3b 1.5.4g 2.1.1 2.2.1h 2.3.1b 2.3.2d 2.3.3b 2.4.1 2.4.2b 2.4.3c
    2.4.4c 2.4.5d 2.4.6d 2.4.7b 2.5.1d""",
}

#: Guide id -> the clause at level 4, and the level from which the verdict holds.
HIGH_RISK = {
    "6.2.1.1": ("1.2.1a", 3),
    "6.2.1.2": ("1.2.1d", 2),
    "6.2.1.3": ("1.2.1e", 3),
    "6.2.2.1": ("1.2.2b", 3),
    "6.3.1.1": ("1.3.1a", 2),
    "6.3.1.2": ("1.3.1d", 3),
    "6.3.2.1": ("1.3.2a", 2),
    "6.3.3.1": ("1.3.3a", 2),
    "6.3.3.2": ("1.3.3b", 3),
    "6.3.3.3": ("1.3.3c", 3),
    "6.4.1.1": ("1.4.1a", 2),
    "6.4.1.2": ("1.4.1c", 2),
    "6.4.1.3": ("1.4.1d", 3),
    "6.4.2.1": ("1.4.2b", 2),
    "6.4.2.2": ("1.4.2e", 3),
    "6.4.3.1": ("1.4.4b", 2),
    "6.4.3.2": ("1.4.4e", 2),
    "6.4.3.3": ("1.4.4d", 2),
    "6.4.4.1": ("1.4.5", 2),
    "6.4.5.1": ("1.4.8a", 3),
    "6.4.5.2": ("1.4.8b", 3),
    "6.4.6.1": ("1.4.9a", 3),
    "6.4.6.2": ("1.4.9c", 3),
    "6.4.6.3": ("1.4.9d", 4),
    "6.4.7.1": ("1.4.11a", 2),
    "6.4.7.2": ("1.4.11b", 2),
    "6.5.1.1": ("1.5.4b", 3),
    "6.5.1.2": ("1.5.4d", 3),
    "6.6.1.1": ("1.6.2", 3),
    "6.7.1.1": ("1.7.1", 3),
    "6.8.1.1": ("1.8.4", 2),
    "6.9.1.1": ("1.9.3", 2),
    "6.9.2.1": ("1.9.5", 3),
    "6.9.3.1": ("1.9.7", 3),
    "6.9.4.1": ("1.9.9", 3),
    "6.9.4.2": ("1.9.9", 3),
    "6.10.1.1": ("1.10.13", 2),
    "6.10.1.2": ("1.10.13", 3),
    "6.1.1.1": ("1.1.2", 3),
    "6.1.2.1": ("1.1.5", 3),
    "6.1.3.1": ("1.1.9", 3),
    "6.1.3.2": ("1.1.9", 4),
    "7.1.1.1": ("2.1.1", 2),
    "7.2.1.1": ("2.2.1a", 2),
    "7.2.1.2": ("2.2.1b", 2),
    "7.2.1.3": ("2.2.1h", 4),
    "7.2.1.4": ("2.2.1c", 2),
    "7.3.1.1": ("2.3.1a", 2),
    "7.3.2.1": ("2.3.2a", 3),
    "7.4.1.1": ("2.4.4c", 3),
    "7.4.2.1": ("2.4.5a", 2),
    "7.4.3.1": ("2.4.6a", 2),
    "7.4.3.2": ("2.4.6d", 2),
    "7.4.4.1": ("2.4.7b", 2),
    "7.5.1.1": ("2.5.1b", 3),
    "7.6.1.1": ("2.6.1", 2),
    "7.6.2.1": ("2.6.2", 3),
    "7.7.1.1": ("2.7.1", 2),
}


def at(level: int) -> dict[str, Clause]:
    """The clauses of a level by number without the level's own digit: ``1.4.8b``."""
    return {clause.number.partition(".")[2]: clause for clause in clauses(LEVELS[level])}


def per_chapter(level: int) -> Counter[str]:
    count: Counter[str] = Counter()
    for number, clause in at(level).items():
        count[".".join(number.split(".")[:2])] += clause.letters
    return count


@pytest.mark.parametrize("level", LEVELS)
def test_letters_per_chapter_are_the_published_ones(level):
    found = per_chapter(level)
    assert [found[chapter] for chapter in CHAPTERS] == LETTERS[level]
    assert [found[f"2.{number}"] for number in range(1, len(CLOUD_LETTERS[level]) + 1)] == CLOUD_LETTERS[level]


@pytest.mark.parametrize(("level", "general", "cloud"), [(2, 135, 29), (3, 211, 46), (4, 228, 49)])
def test_totals(level, general, cloud):
    found = per_chapter(level)
    assert sum(found[chapter] for chapter in CHAPTERS) == general
    assert sum(found.values()) - general == cloud


@pytest.mark.parametrize("level", LEVELS)
def test_ids_are_unique_and_belong_to_the_level(level):
    numbers = [clause.number for clause in clauses(LEVELS[level])]
    assert len(set(numbers)) == len(numbers)
    assert {number[0] for number in numbers} == {str(level + 5)}
    assert all(clause.id == f"gbt22239-2019:{clause.number}" for clause in clauses(LEVELS[level]))


@pytest.mark.parametrize("level", LEVELS)
def test_technical_points_have_their_letters_without_a_gap(level):
    found: dict[str, list[str]] = {}
    for number, clause in at(level).items():
        if clause.technical:
            point = number.rstrip("abcdefgh")
            found.setdefault(point, []).append(number[len(point) :])
    expected = {}
    for last in TECHNICAL_POINTS[level].split():
        point = last.rstrip("abcdefgh")
        letter = last[len(point) :]
        expected[point] = [chr(code) for code in range(ord("a"), ord(letter) + 1)] if letter else [""]
    assert found == expected


@pytest.mark.parametrize("level", LEVELS)
def test_points_of_a_chapter_are_numbered_from_1_without_a_gap(level):
    points: dict[str, set[int]] = {}
    for number in at(level):
        chapter, _, point = number.rstrip("abcdefgh").rpartition(".")
        points.setdefault(chapter, set()).add(int(point))
    for chapter, numbers in points.items():
        assert numbers == set(range(1, len(numbers) + 1)), chapter


def test_order_is_that_of_the_standard():
    numbers = [clause.number for clause in clauses("mlps-l3")]
    assert numbers[0] == "8.1.1.1"
    assert numbers.index("8.1.4.9a") < numbers.index("8.1.4.10a") < numbers.index("8.1.5.1a")
    assert numbers.index("8.1.10.14") < numbers.index("8.2.1.1")


@pytest.mark.parametrize("level", LEVELS)
def test_physical_and_management_clauses_are_not_technical(level):
    for number, clause in at(level).items():
        cloud_management = number.startswith(("2.5", "2.6") if level == 2 else ("2.6", "2.7"))
        general_management = number.split(".")[0] == "1" and number.split(".")[1] in {"1", "6", "7", "8", "9", "10"}
        assert clause.technical is not (cloud_management or general_management), number
        assert not clause.technical or clause.letters == 1


def test_titles_stand_in_both_languages_and_tell_clauses_apart():
    for level in LEVELS:
        for clause in clauses(LEVELS[level]):
            assert 3 <= len(clause.title.en) <= 80, clause
            assert 4 <= len(clause.title.zh) <= 40, clause
            assert re.search("[一-鿿]", clause.title.zh), clause
            assert not re.search("[一-鿿]", clause.title.en), clause
            assert "应" not in clause.title.zh.replace("应用", "").replace("应急", "").replace("供应", ""), clause
            assert not re.search(r"\bshall\b", clause.title.en), clause
        titles = Counter(clause.title for clause in clauses(LEVELS[level]))
        assert max(titles.values()) == 1, titles.most_common(3)


@pytest.mark.parametrize("level", LEVELS)
def test_high_risk_marks_are_those_of_the_guide(level):
    expected: dict[str, list[str]] = {}
    level_4_titles = {clause.title: number for number, clause in at(4).items()}
    for guide, (number, first) in HIGH_RISK.items():
        if level >= first:
            expected.setdefault(number, []).append(guide)
    found = {
        level_4_titles[clause.title]: clause.high_risk.split(", ") for clause in at(level).values() if clause.high_risk
    }
    present = {level_4_titles[clause.title] for clause in at(level).values() if clause.title in level_4_titles}
    assert found == {number: guides for number, guides in expected.items() if number in present}


def test_high_risk_verdicts_have_their_level_and_condition():
    verdicts = high_risk_verdicts()
    assert {guide: verdict.from_level for guide, verdict in verdicts.items()} == {
        guide: first for guide, (_, first) in HIGH_RISK.items()
    }
    high_continuity = {guide for guide, verdict in verdicts.items() if verdict.condition == "high-continuity"}
    assert high_continuity == {"6.1.3.1", "6.1.3.2", "6.2.1.1", "6.2.1.3", "6.4.6.2", "6.4.6.3"}
    assert {verdicts[guide].condition for guide in ("7.3.1.1", "7.4.3.1", "7.6.1.1")} == {""}
    assert verdicts["7.4.2.1"].condition == "platform"
    assert verdicts["6.3.3.3"].condition == "key-sectors"


@pytest.mark.parametrize(
    ("number", "aspect"),
    [
        ("8.1.1.9", "A"),
        ("8.1.1.8", "G"),
        ("8.1.2.2b", "G"),
        ("8.1.3.2a", "G"),
        ("8.1.4.1a", "S"),
        ("8.1.4.2d", "S"),
        ("8.1.4.3a", "G"),
        ("8.1.4.4b", "G"),
        ("8.1.4.5", "G"),
        ("8.1.4.7a", "S"),
        ("8.1.4.8b", "S"),
        ("8.1.4.9a", "A"),
        ("8.1.4.10a", "S"),
        ("8.1.4.11b", "S"),
        ("8.1.5.4d", "G"),
        ("8.1.10.11", "G"),
        ("8.2.4.1", "G"),
        ("8.2.4.6a", "G"),
    ],
)
def test_aspect(number, aspect):
    (clause,) = find_clauses(number, "mlps-l3")
    assert clause.aspect == aspect


def test_grades_take_points_from_their_own_levels():
    numbers = {clause.number for clause in clauses("mlps-l3", grades="S2A3G3")}
    assert {"7.1.4.1a", "7.1.4.7", "7.1.4.9", "8.1.4.9b", "8.1.4.9c", "8.1.1.9", "8.1.4.3d", "8.2.4.5d"} <= numbers
    assert not {"8.1.4.1d", "8.1.4.8a", "8.1.4.8b", "8.1.4.10b", "7.1.4.8a", "7.1.4.3a"} & numbers
    assert clauses("mlps-l3", grades="S2A3") == clauses("mlps-l3", grades="S2A3G3")
    assert clauses("mlps-l3", grades="S3A3G3") == clauses("mlps-l3")
    numbers = {clause.number for clause in clauses("mlps-l3", grades="S3A2G3")}
    assert {"8.1.4.8b", "7.1.4.8a", "7.1.4.8b", "7.1.1.9"} <= numbers
    assert "8.1.4.9c" not in numbers


def test_grades_keep_the_order_of_the_chapters():
    numbers = [clause.number for clause in clauses("mlps-l3", grades="S2A3G3")]
    assert numbers.index("8.1.3.6") < numbers.index("7.1.4.1a") < numbers.index("8.1.4.3a") < numbers.index("8.1.5.1a")


@pytest.mark.parametrize(
    ("grades", "message"),
    [
        ("S3", "must look like"),
        ("s3a3g3", "must look like"),
        ("S2A2G3", "the higher of S and A"),
        ("S2A2G2", "make a system of level 2"),
        ("S4A3G4", "make a system of level 4"),
        ("S1A3G3", "level 1 is not in the catalogue"),
    ],
)
def test_grades_that_cannot_be(grades, message):
    with pytest.raises(ValueError, match=message):
        clauses("mlps-l3", grades=grades)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("8.1.4.8b", ["8.1.4.8b"]),
        ("gbt22239-2019:8.1.4.8b", ["8.1.4.8b"]),
        (" 8.1.4.8 ", ["8.1.4.8a", "8.1.4.8b"]),
        ("8.1.4.1", ["8.1.4.1a", "8.1.4.1b", "8.1.4.1c", "8.1.4.1d"]),
        ("8.1.5.3", ["8.1.5.3a", "8.1.5.3b"]),
        ("7.1.4.8a", []),
        ("8.1.4.8c", []),
        ("pipl:38", []),
    ],
)
def test_find_clauses(written, found):
    assert [clause.number for clause in find_clauses(written, "mlps-l3")] == found


def test_unknown_names():
    with pytest.raises(KeyError):
        clauses("mlps-l5")
    with pytest.raises(KeyError):
        clauses("mlps-l3", frozenset({"nonsense"}))
