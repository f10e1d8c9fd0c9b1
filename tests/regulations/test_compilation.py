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
        ({"rules": ["db-backup+"]}, "rules"),
        ({"follows": "base:8.1a"}, "unknown key 'follows'"),
        ({"delta": 1}, "delta"),
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
    assert compiler.speaking("db-backup+pipl") == ["db-backup", 1, 4, "pipl"]
    assert compiler.speaking("kms-sm-algorithm@3+sm") == ["kms-sm-algorithm", 3, 4, "sm"]


def test_profiles_that_clauses_name_exist(compiler):
    everything = compiler.regulations()["clauses"]
    named = {
        item[3]
        for found in everything.values()
        for record in found
        for item in record.get("rules", [])
        if len(item) > 3
    }
    assert named <= set(compiler.baselines()["profiles"])
    assert {"sm", "localisation", "pipl", "ai"} >= named > set()


LEADER = {**CLAUSE, "ids": {"2": "7.1", "3": "8.1a"}, "aspect": "S", "rules": ["db-backup", "oss-sse@3"]}


def test_a_clause_that_follows_another_one(compiler):
    others = compiler.by_id("base", [{**LEADER, "high_risk": ["6.4.1.1"]}])
    whole = compiler.following({"ids": {"3": "8.2b"}, "follows": "base:8.1a"}, others, "sample")
    assert whole == {key: value for key, value in LEADER.items() if key != "ids"} | {"ids": {"3": "8.2b"}}
    title = {"en": "More", "zh": "更多"}
    record = {"ids": {"2": "7.9"}, "follows": "base:7.1", "title": title, "rules": ["oss-sse", "db-tls-on"]}
    whole = compiler.following(record, others, "sample")
    assert whole["title"] == title
    assert whole["rules"] == ["db-backup", "oss-sse", "db-tls-on"]
    assert "high_risk" not in whole
    with pytest.raises(compiler.SourceError, match=r"follows base:9\.9, which is no clause"):
        compiler.following({**record, "follows": "base:9.9"}, others, "sample")


def test_a_clause_that_follows_needs_ids_only(compiler):
    compiler.checked([{"ids": {"3": "8.1a"}, "follows": "base:8.1a"}], compiler.CLAUSE, "sample")
    with pytest.raises(compiler.SourceError, match="ids is missing"):
        compiler.checked([{"follows": "base:8.1a"}], compiler.CLAUSE, "sample")
    with pytest.raises(compiler.SourceError, match="unknown key 'colour'"):
        compiler.checked([{"ids": {"3": "8.1a"}, "follows": "base:8.1a", "colour": "red"}], compiler.CLAUSE, "sample")


def test_a_number_stands_once_in_an_edition(compiler, tmp_path):
    with pytest.raises(compiler.SourceError, match="two clauses of one number"):
        compiler.edition(edition_folder(tmp_path, toml_clause() + toml_clause()), set())


def test_a_baseline_extends_one_of_its_level(compiler, tmp_path, monkeypatch):
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines" / "parameters.toml").write_text("", encoding="utf-8")
    target = tmp_path / "baselines" / "baselines.toml"
    title = 'title.en = "B"\ntitle.zh = "基"\n'
    base = f'[[baseline]]\nname = "base"\nlevel = 3\neditions = ["one"]\nseverity_raises.x-y = "high"\n{title}'
    top = f'[[baseline]]\nname = "top"\nextends = "base"\nlevel = LEVEL\neditions = ["two"]\n{title}'
    profile = f'[[profile]]\nname = "p"\neditions = []\n{title}'
    monkeypatch.setattr(compiler, "PACKAGE", tmp_path)
    target.write_text(base + top.replace("LEVEL", "3") + profile, encoding="utf-8")
    found = compiler.baselines()["baselines"]["top"]
    assert (found["extends"], found["editions"], found["severity_raises"]) == (
        "base",
        ["one", "two"],
        {"x-y": "high"},
    )
    target.write_text(base + top.replace("LEVEL", "4") + profile, encoding="utf-8")
    with pytest.raises(compiler.SourceError, match="no baseline 'base' of its level"):
        compiler.baselines()


def test_each_edition_beside_the_core_has_a_file_of_its_own(compiler):
    folder = ROOT / "compliant_infra" / "regulations"
    written = {path.name for path in compiler.outputs() if path.parent == folder}
    names = {head["id"] for head in compiler.regulations()["editions"]}
    assert written == {"compiled.json"} | {f"{name}.json" for name in names - {"gbt22239-2019"}}
    assert {path.name for path in folder.glob("*.json")} == written


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


def test_a_plain_check_reads_the_core_only():
    """Each further edition is read when a baseline, a profile or a view asks for it."""
    code = (
        "import json, pkgutil\n"
        "read = []\n"
        "real = pkgutil.get_data\n"
        "pkgutil.get_data = lambda package, name: read.append(name) or real(package, name)\n"
        "from compliant_infra.regulations.catalogue import rule_names, view_clauses\n"
        "rule_names('mlps-l3'); plain = list(read)\n"
        "rule_names('mlps-l3', frozenset({'sm'})); with_sm = read[len(plain):]\n"
        "view_clauses('soc2', 'mlps-l3'); view = read[len(plain) + len(with_sm):]\n"
        "print(json.dumps([plain, with_sm, view]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    plain, with_sm, view = json.loads(done.stdout)
    assert set(plain) == {"compiled.json"}
    assert "gbt39786-2021.json" in with_sm
    assert view == ["soc2.json"]
