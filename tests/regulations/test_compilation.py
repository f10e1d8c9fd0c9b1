"""The JSON is what the TOML says, and the TOML follows its schema."""

import fnmatch
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CLAUSE = {
    "ids": {"3": "8.1.2.1a"},
    "title": {"en": "A title", "zh": "标题"},
    "technical": True,
    "responsible": "tenant",
    "auto": "no",
}


@pytest.fixture(scope="module")
def records(compiler):
    return compiler.regulations()["clauses"]["gbt22239-2019"]


def test_json_is_current(compiler, capsys):
    status = compiler.main(["--check"])
    assert (status, capsys.readouterr().err) == (0, "")


def test_check_finds_a_stale_file_and_changes_nothing(compiler, monkeypatch, capsys):
    outputs = compiler.outputs()
    path = next(iter(outputs))
    before = path.read_text(encoding="utf-8")
    monkeypatch.setattr(compiler, "outputs", lambda: {**outputs, path: outputs[path] + " "})
    assert compiler.main(["--check"]) == 1
    assert f"{path.name} is not current" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == before


def test_usage(compiler, capsys):
    assert compiler.main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err


def test_no_clause_is_lost_between_levels(records):
    for record in records:
        levels = {int(level) for level in record["ids"]}
        gone = set(range(min(levels), 5)) - levels
        assert gone == {int(level) for level in record.get("dropped_at", {})}, record["ids"]


def test_only_two_clauses_end_before_level_4(records):
    assert sorted(record["ids"]["3"] for record in records if "dropped_at" in record) == ["8.1.3.2e", "8.1.3.5d"]


def test_letters_that_shift_between_levels(records):
    ids = [record["ids"] for record in records]
    for expected in (
        {"2": "7.1.2.1a", "3": "8.1.2.1c", "4": "9.1.2.1c"},
        {"2": "7.1.4.8b", "3": "8.1.4.9b", "4": "9.1.4.9b"},
        {"2": "7.1.4.9", "3": "8.1.4.10a", "4": "9.1.4.10a"},
        {"2": "7.2.4.2b", "3": "8.2.4.4b", "4": "9.2.4.4b"},
        {"2": "7.2.5.1", "3": "8.2.6.1", "4": "9.2.6.1"},
        {"4": "9.1.3.2e"},
        {"4": "9.1.4.7c"},
    ):
        assert expected in ids


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"severity": "high"}, "unknown key 'severity'"),
        ({"title": {"en": "A title"}}, "title"),
        ({"title": {"en": "A title", "zh": " "}}, "title"),
        ({"responsible": "nobody"}, "responsible"),
        ({"auto": True}, "auto"),
        ({"technical": "yes"}, "technical"),
        ({"aspect": "X"}, "aspect"),
        ({"ids": {"5": "10.1.1.1"}}, "ids"),
        ({"ids": {}}, "ids"),
        ({"rules": ["Not-A-Slug"]}, "rules"),
        ({"rules": ["db-backup@5"]}, "rules"),
        ({"rules": ["db-backup", "db-backup"]}, "rules"),
        ({"letters": {"3": -1}}, "letters"),
        ({"verbs": {"3": "could"}}, "verbs"),
        ({"high_risk": ["6.4.1"]}, "high_risk"),
    ],
)
def test_schema_rejects(compiler, change, message):
    compiler.validate(CLAUSE, compiler.CLAUSE, "sample")
    with pytest.raises(compiler.SourceError, match=message):
        compiler.validate({**CLAUSE, **change}, compiler.CLAUSE, "sample")


@pytest.mark.parametrize("key", ["title", "technical", "responsible", "auto"])
def test_schema_asks_for(compiler, key):
    with pytest.raises(compiler.SourceError, match=f"{key} is missing"):
        compiler.validate({name: value for name, value in CLAUSE.items() if name != key}, compiler.CLAUSE, "sample")


def test_a_clause_has_ids_or_a_number(compiler):
    with pytest.raises(compiler.SourceError, match="either ids or a number"):
        compiler.clause({**CLAUSE, "number": "1"}, "sample")
    with pytest.raises(compiler.SourceError, match="different levels"):
        compiler.clause({**CLAUSE, "letters": {"2": 1}}, "sample")


def test_levels_at_which_a_rule_speaks(compiler):
    assert compiler.speaking("db-backup") == ["db-backup", 1, 4]
    assert compiler.speaking("db-backup@3") == ["db-backup", 3, 4]
    assert compiler.speaking("db-backup@2-2") == ["db-backup", 2, 2]


def edition_folder(path: Path, clause: str) -> Path:
    folder = path / "sample"
    folder.mkdir()
    (folder / "edition.toml").write_text(
        '[edition]\nid = "sample"\ntitle.en = "S"\ntitle.zh = "样"\ndate = "2020-01-01"\nstatus = "draft"\n'
        'source = "none"\nfiles = ["one"]\n',
        encoding="utf-8",
    )
    (folder / "one.toml").write_text(clause, encoding="utf-8")
    return folder


def toml_clause(extra: str = "") -> str:
    return (
        '[[clause]]\nnumber = "1"\ntitle.en = "T"\ntitle.zh = "题"\ntechnical = false\nresponsible = "tenant"\n'
        f'auto = "no"\n{extra}'
    )


def test_edition_folder(compiler, tmp_path):
    folder = edition_folder(tmp_path, toml_clause())
    head, found = compiler.edition(folder, set())
    assert head["status"] == "draft"
    assert found[0]["ids"] == {"2": "1", "3": "1", "4": "1"}
    (folder / "two.toml").write_text("", encoding="utf-8")
    with pytest.raises(compiler.SourceError, match=r"does not list: \['two.toml'\]"):
        compiler.edition(folder, set())


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (toml_clause('colour = "red"\n'), "unknown key 'colour'"),
        (toml_clause('high_risk = ["6.9.9.9"]\n'), "no high-risk verdict 6.9.9.9"),
        ("[[clauses]]\n", "unknown table 'clauses'"),
    ],
)
def test_edition_folder_with_a_slip(compiler, tmp_path, clause, message):
    with pytest.raises(compiler.SourceError, match=message):
        compiler.edition(edition_folder(tmp_path, clause), set())


def test_wheel_ships_the_json(compiler):
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    for path in compiler.outputs():
        package = ".".join(path.parent.relative_to(ROOT).parts)
        assert any(fnmatch.fnmatch(path.name, pattern) for pattern in shipped[package]), path


def test_loading_is_lean():
    code = (
        "import sys, json\n"
        "from compliant_infra.regulations.catalogue import rule_names\n"
        "from compliant_infra.providers.regions import is_mainland\n"
        "rule_names('mlps-l3'); is_mainland('aws', 'cn-north-1')\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(json.loads(done.stdout))
    assert "compliant_infra.regulations.catalogue" in loaded
    assert not loaded & {
        "importlib.resources",
        "tomllib",
        "click",
        "rich",
        "re2",
        "compliant_infra.kernel.logic",
        "compliant_infra.kernel.rules",
    }
