"""The evidence register, through the commands."""

import json
from datetime import date
from pathlib import Path

import pytest

from compliant_infra.obligations.register import answers, load_register
from compliant_infra.regulations import catalogue as regulations
from tests.cli.harness import GOOD, PROVIDER, invoke
from tests.days import SOON

TODAY = date(2026, 11, 22)
RECORD = """\
[[evidence]]
clause = "{clause}"
statement = "书面制度"
owner = "安全部"
document = "{document}"
date = 2026-01-05
next-review = {review}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A system with settings and one clean resource."""
    (tmp_path / "compliant-infra.toml").write_text('[system]\nname = "s"\nbaseline = "mlps-l3"\n', encoding="utf-8")
    (tmp_path / "main.tf").write_text(PROVIDER + GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, *records: str) -> Path:
    path = folder / "evidence.toml"
    path.write_text("".join(records), encoding="utf-8")
    return path


def record(clause: str, document: str = "https://wiki.example.com/p", review: str = "2099-01-01") -> str:
    return RECORD.format(clause=clause, document=document, review=review)


def test_a_new_register_has_every_clause_that_needs_one(project):
    answer = invoke("evidence", "init")
    assert answer.status == 0, answer.err
    register = load_register(project / "evidence.toml", "evidence.toml")
    assert not register.diagnostics
    wanted = {item.id for item in regulations.clauses("mlps-l3") if item.decided != "rules"}
    assert {item.clause for item in register.evidence} == wanted
    assert not any(item.filled for item in register.evidence)
    kinds = [task.kind for task in register.tasks]
    assert (kinds.count("timeline"), kinds.count("checklist")) == (7, 6)
    assert all(task.unconfirmed and task.due and task.team and task.source for task in register.tasks)
    text = (project / "evidence.toml").read_text(encoding="utf-8")
    assert all(f"# {item.title.zh} · {item.title.en}" in text for item in regulations.clauses("mlps-l3")[:5])


def test_an_existing_register_is_never_overwritten(project):
    before = write(project, record("8.1.6")).read_bytes()
    assert invoke("evidence", "init").status == 2
    assert (project / "evidence.toml").read_bytes() == before
    assert invoke("evidence", "init", "--add-missing").status == 0
    after = (project / "evidence.toml").read_bytes()
    assert after.startswith(before)
    added = load_register(project / "evidence.toml", "evidence.toml").evidence[1:]
    assert added and not any(item.clause.startswith("gbt22239-2019:8.1.6") for item in added)


def test_a_point_answers_everything_below_it(project):
    register = load_register(write(project, record("8.1.6")), "evidence.toml")
    found = answers(register, "mlps-l3", frozenset(), "", TODAY)
    assert found and all(clause.startswith("gbt22239-2019:8.1.6") for clause in found)
    assert len(found) == len(regulations.find_clauses("8.1.6", "mlps-l3"))


def test_the_current_record_wins_over_the_overdue_one(project):
    texts = [record("8.1.6.1", "https://a/old", "2026-01-01"), record("8.1.6", "https://a/new")]
    for order in (texts, texts[::-1]):
        found = answers(load_register(write(project, *order), "e"), "mlps-l3", frozenset(), "", TODAY)
        assert found["gbt22239-2019:8.1.6.1"].document == "https://a/new"


def test_check_counts_answered_overdue_and_missing(project):
    (project / "policy.md").write_text("x", encoding="utf-8")
    write(project, record("8.1.6.1", "policy.md"), record("8.1.6.2", "gone.md"), record("8.1.7", review="2020-01-01"))
    answer = invoke("check", ".", "--format", "json")
    assert answer.status == 1, answer.err
    counts = answer.document["summary"]["evidence"]
    overdue = 1 + len(regulations.find_clauses("8.1.7", "mlps-l3"))
    assert (counts["answered"], counts["overdue"]) == (1, overdue)
    assert counts["wanted"] == counts["answered"] + counts["overdue"] + counts["missing"]
    states = {item["id"]: item for item in answer.document["clauses"]}
    assert states["gbt22239-2019:8.1.6.1"]["state"] == "documented"
    assert states["gbt22239-2019:8.1.6.2"]["state"] == "evidence"
    assert states["gbt22239-2019:8.1.6.2"]["evidence"]["state"] == "missing-document"
    findings = {item["finding"]: item for item in answer.results if item["rule"] == "evidence-current"}
    assert set(findings) == {"8.1.6.2", "8.1.7"}
    assert findings["8.1.7"]["verdict"] == "fail"
    assert (findings["8.1.7"]["file"], findings["8.1.7"]["line"]) == ("evidence.toml", 15)
    assert "2020-01-01" in findings["8.1.7"]["message"]


def test_overdue_evidence_can_be_waived(project):
    write(project, record("8.1.7", review="2020-01-01"))
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'[[waivers]]\nrule = "evidence-current"\nreason = "r"\nowner = "o"\nuntil = {SOON}\n')
    answer = invoke("check", ".", "--format", "json")
    assert [item["verdict"] for item in answer.results if item["rule"] == "evidence-current"] == ["waived"]


def test_without_a_register_nothing_is_said_of_it(project):
    answer = invoke("check", ".", "--format", "json")
    assert "evidence" not in answer.document["summary"]
    assert not any(item["rule"] == "evidence-current" for item in answer.results)


def test_status_and_coverage(project):
    write(project, record("8.1.6.1"), record("8.1.7", review="2020-01-01"))
    answer = invoke("evidence", "status", "--format", "json")
    assert answer.status == 1
    states = {item["clause"]: item["state"] for item in json.loads(answer.out)}
    assert states["gbt22239-2019:8.1.6.1"] == "current"
    assert states["gbt22239-2019:8.1.7.1"] == "overdue"
    assert invoke("evidence", "status", "--on", "2019-01-01").status == 0
    covered = json.loads(invoke("coverage", "--format", "json").out)
    assert covered["evidence"]["current"] == 1
    assert sum(covered["evidence"].values()) == len(states)
    assert "by evidence: https://wiki.example.com/p" in invoke("coverage").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[evidence]\n", "not valid TOML"),
        ("[evidence]\na = 1\n", "[[evidence]]"),
        ('[[evidence]]\nclause = "9.9.9.9z"\n', "no such clause"),
        ('[[evidence]]\nclause = "8.1.6"\ndate = "soon"\n', "evidence.date"),
        ('[[evidence]]\nclause = "8.1.6"\nowner = 5\n', "evidence.owner"),
        ('[[evidence]]\nclause = "8.1.6"\nower = "x"\n', "evidence.ower"),
        ('[[evidence]]\nowner = "x"\n', "without a clause"),
        ("[[tasks]]\ndue = 2026-01-01\n", "without a title"),
        ("other = 1\n", "unknown key other"),
    ],
)
def test_mistakes_are_named_with_their_place(project, text, words):
    write(project, text)
    answer = invoke("check", ".", "--format", "json")
    assert answer.status == 2
    found = [item for item in answer.document["diagnostics"] if item["file"] == "evidence.toml"]
    assert any(words in item["message"] for item in found), found


def test_a_register_that_is_a_directory(project):
    (project / "evidence.toml").mkdir()
    assert invoke("check", ".").status == 2


def test_timeline(project):
    assert invoke("evidence", "init").status == 0
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write('[cross-border]\nmechanism = "assessment"\nvalid-until = 2099-12-31\n')
    answer = invoke("timeline", "--by", "2026-04-30", "--format", "json")
    assert answer.status == 0, "what only a vendor's article asks for is shown, and no finding"
    with (project / "evidence.toml").open("a", encoding="utf-8") as stream:
        stream.write('[[tasks]]\ntitle = "own"\ndue = 2000-01-01\n')
    assert invoke("timeline").status == 1
    text = (
        (project / "evidence.toml")
        .read_text(encoding="utf-8")
        .replace('[[tasks]]\ntitle = "own"\ndue = 2000-01-01\n', "")
    )
    (project / "evidence.toml").write_text(text, encoding="utf-8")
    assert [item["due"] for item in json.loads(answer.out)] == ["2026-04-30"]
    every = json.loads(invoke("timeline", "--by", "2100-01-01", "--format", "json").out)
    assert [item["due"] for item in every] == sorted(item["due"] for item in every)
    assert [item["kind"] for item in every].count("cross-border") == 2
    assert len(every) == 15
    text = (project / "evidence.toml").read_text(encoding="utf-8").replace("done = false", "done = true")
    (project / "evidence.toml").write_text(text, encoding="utf-8")
    assert invoke("timeline", "--by", "2026-12-31").status == 0


def test_explain_cross_border(project):
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write('[cross-border]\nmechanism = "scc"\npeople = 3_000_000\n')
    found = json.loads(invoke("explain", "cross-border", "--format", "json").out)
    assert (found["article"], found["suffices"], found["not_set"]) == ("cross-border-2024:7", False, [])
    assert "第 7 条" in invoke("explain", "cross-border", "--lang", "zh").out
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write("sensitive-people = -1\n")
    wrong = invoke("explain", "cross-border")
    assert wrong.status == 2 and "sensitive-people" in wrong.err


def test_the_localisation_profile_wants_a_declared_mechanism(project):
    def verdicts(*options):
        answer = invoke("check", ".", "--format", "json", "--include-passed", *options)
        return [item["verdict"] for item in answer.results if item["rule"] == "loc-export-route"]

    assert verdicts() == []
    assert verdicts("--profile", "localisation") == ["unknown"]
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write('[cross-border]\nmechanism = "none"\n')
    assert verdicts("--profile", "localisation") == ["pass"]
    assert verdicts("--profile", "localisation", "--skip", "loc-export-route") == []


@pytest.mark.parametrize(("language", "known"), [("en", "exempt only if"), ("zh", "尚无法确定")])
def test_nobody_is_exempt_by_leaving_the_numbers_out(project, language, known):
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write('[cross-border]\nmechanism = "scc"\npeople = 5000\n')
    assert known in invoke("explain", "cross-border", "--lang", language).out
    with (project / "compliant-infra.toml").open("a", encoding="utf-8") as stream:
        stream.write("sensitive-people = 0\nimportant-data = false\ncritical-infrastructure = false\n")
    assert known not in invoke("explain", "cross-border", "--lang", language).out
