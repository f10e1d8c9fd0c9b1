"""Known findings through the command: what is written down, what is found again, what counts."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compliant_infra import reports
from tests.cli.harness import BAD, CODE, GOOD, RULE, Answer, check, invoke, lay

FILE = "known.json"
#: Two further findings of the same rule.
OTHER = BAD.replace('"open"', '"other"')
UNDECIDED = BAD.replace('"0.0.0.0/0"', "var.source") + 'variable "source" {}\n'
ONLY = ("--only", RULE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(*arguments: str, status: int = 0) -> dict[str, Any]:
    answer = check("--write-known", FILE, *arguments)
    assert answer.status == status, answer.err
    return content()


def content() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(FILE).read_text(encoding="utf-8"))
    return loaded


def listed(document: dict[str, Any]) -> dict[str, int]:
    """Address -> how often the rule is known of it."""
    return {item["resource"]: item.get("count", 1) for item in document["findings"] if item.get("rule") == RULE}


def new(*arguments: str) -> list[str]:
    """The addresses of which the rule reports something that is not known."""
    answer = check("--known", FILE, *arguments)
    assert answer.status in (0, 1), answer.err
    found = [item["resource"] for item in answer.of_rule() if item["verdict"] == "fail" and not item["known"]]
    others = [item for item in answer.results if item["verdict"] == "fail" and not item["known"]]
    assert answer.status == bool(others)
    return found


def test_what_is_written_down_does_not_count(here: Path) -> None:
    lay(here, {"a.tf": BAD + OTHER})
    assert check().status == 1
    document = write()
    assert listed(document) == {
        "alicloud_security_group_rule.open": 1,
        "alicloud_security_group_rule.other": 1,
    }
    assert (document["version"], document["baselines"]) == (1, ["mlps-l3"])
    assert document["findings"][0]["verdict"] == "fail"
    assert new() == []
    lay(here, {"b.tf": BAD.replace('"open"', '"third"')})
    assert new() == ["alicloud_security_group_rule.third"]
    # Written again it is the same file, byte for byte, with a finding a line: a change of one is a change of a line.
    before = Path(FILE).read_text(encoding="utf-8").splitlines()
    write()
    after = Path(FILE).read_text(encoding="utf-8").splitlines()
    assert set(before) <= set(after)
    assert {json.loads(line.rstrip(","))["resource"] for line in set(after) - set(before)} == {
        "alicloud_security_group_rule.third"
    }
    inode = os.stat(FILE).st_ino
    assert invoke("check", "--write-known", FILE).err.strip().endswith("unchanged")
    assert os.stat(FILE).st_ino == inode


def test_every_format_marks_them(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    write()
    lay(here, {"b.tf": OTHER})
    answer = check("--known", FILE, *ONLY)
    assert {item["resource"].rpartition(".")[2]: item["known"] for item in answer.of_rule()} == {
        "open": True,
        "other": False,
    }
    assert answer.document["summary"]["known"] == {"fail": 1, "unknown": 0}
    assert answer.document["summary"]["verdicts"]["fail"] == 2
    schema = Path(reports.__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(schema)).validate(answer.document)

    def text(kind: str, *more: str) -> str:
        return invoke("check", "--known", FILE, *ONLY, "--format", kind, *more).out

    (run,) = json.loads(text("sarif"))["runs"]
    states = {item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: item for item in run["results"]}
    assert {name: item["baselineState"] for name, item in states.items()} == {"a.tf": "unchanged", "b.tf": "new"}
    assert states["a.tf"]["partialFingerprints"]["compliantInfra/v1"] == content()["findings"][0]["fingerprint"]
    console = text("console")
    assert "KNOWN FINDINGS (1)" in console
    assert "2 findings fail (1 new, 1 known)" in console
    assert "已知问题 (1)" in text("console", "--lang", "zh")
    assert "2 项未通过（新增 1，已知 1）" in text("console", "--lang", "zh")
    junit = text("junit")
    assert 'failures="1"' in junit.splitlines()[1]
    assert junit.count("<failure ") == 1
    assert '<skipped message="known (critical): ' in junit
    assert "<b>Known findings</b> (1)" in text("markdown")
    rows = [row.split(",")[-1] for row in text("csv").splitlines() if RULE in row]
    assert rows == ["known", ""]


@pytest.mark.parametrize(
    "change",
    [
        {"a.tf": "# one\n\n\n" + BAD},
        {"a.tf": None, "renamed.tf": BAD},
        {"a.tf": BAD.replace("  cidr_ip ", '  policy = "accept"\n  cidr_ip ')},
    ],
)
def test_moved_lines_and_renamed_files_are_known(here: Path, change: dict[str, str | None]) -> None:
    lay(here, {"a.tf": BAD})
    write()
    for name, text in change.items():
        if text is None:
            (here / name).unlink()
        else:
            lay(here, {name: text})
    assert new() == []
    assert check("--known", FILE).codes == set()


def test_the_estate_rearranged(here: Path) -> None:
    """Every line moves, every file has another name: of the many findings of the estate none is new, none gone."""
    estate = Path(__file__).resolve().parent.parent.parent / "examples" / "estate"
    shutil.copytree(estate, here, dirs_exist_ok=True)
    known = sum(item.get("count", 1) for item in write()["findings"] if item)
    assert known > 20
    for path in sorted(here.rglob("*.tf")):
        text = path.read_text(encoding="utf-8")
        path.with_name(f"z-{path.name}").write_text(f"# moved\n\n\n{text}", encoding="utf-8")
        path.unlink()
    answer = check("--known", FILE)
    assert (answer.status, "known-gone" in answer.codes) == (0, False)
    assert answer.document["summary"]["known"]["fail"] == known


def test_instances_are_counted_not_numbered(here: Path) -> None:
    """One instance taken out in front renumbers the others; one more is new."""
    lay(here, {"a.tf": BAD.replace("{\n", "{\n  count = 2\n", 1)})
    document = write()
    assert listed(document) == {"alicloud_security_group_rule.open[0]": 2}
    lay(here, {"a.tf": BAD.replace("{\n", "{\n  count = 3\n", 1)})
    assert new() == ["alicloud_security_group_rule.open[2]"]
    lay(here, {"a.tf": BAD})
    answer = check("--known", FILE)
    assert [item["known"] for item in answer.of_rule()] == [False]  # without count it is another resource
    lay(here, {"a.tf": BAD.replace("{\n", "{\n  count = 1\n", 1)})
    answer = check("--known", FILE)
    assert answer.status == 0
    gone = [item for item in answer.diagnostics if RULE in item["message"]]
    assert [(item["code"], item["level"], item["file"]) for item in gone] == [("known-gone", "warning", FILE)]
    assert "(1 fewer)" in gone[0]["message"]
    assert Path(FILE).read_text(encoding="utf-8").splitlines()[gone[0]["line"] - 1].count(RULE) == 1


def test_keys_of_for_each_are_told_apart(here: Path) -> None:
    several = BAD.replace("{\n", '{\n  for_each = toset(["a", "1", "b[1]"])\n', 1)
    lay(here, {"a.tf": several})
    write()
    lay(here, {"a.tf": several.replace('"1"', '"2"')})
    assert new() == ['alicloud_security_group_rule.open["2"]']
    lay(here, {"a.tf": several.replace('"b[1]"', '"b[2]"')})
    assert new() == ['alicloud_security_group_rule.open["b[2]"]']


def test_statements_are_known_by_sid_or_by_number(here: Path) -> None:
    """A statement that comes in front renumbers those behind it."""

    def policy(*statements: str) -> str:
        listed = ",".join(statements)
        return (
            'resource "aws_iam_policy" "p" {\n  policy = jsonencode({Version = "2012-10-17", '
            f"Statement = [{listed}]}})\n}}\n"
        )

    star = '{Effect = "Allow", Action = "*", Resource = "*"}'
    harmless = '{Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws-cn:s3:::b/*"}'
    lay(here, {"a.tf": policy(star)})
    write()
    lay(here, {"a.tf": policy(harmless, star)})
    rule = "iam-no-admin-star"
    answer = check("--known", FILE)
    assert [(item["finding"], item["known"]) for item in answer.of_rule(rule)] == [("statement-1", True)]
    lay(here, {"a.tf": policy(star, harmless, star)})
    answer = check("--known", FILE)
    assert sorted(item["known"] for item in answer.of_rule(rule)) == [False, True]


def test_a_port_or_an_address_is_no_position(here: Path) -> None:
    """What a finding is about stays in its fingerprint: another open network is another finding."""
    block = (
        'resource "aws_security_group" "g" {\n  ingress {\n    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n'
    )
    lay(here, {"a.tf": f'{block}    cidr_blocks = ["0.0.0.0/0"]\n  }}\n}}\n'})
    write()
    lay(here, {"a.tf": f'{block}    ipv6_cidr_blocks = ["::/0"]\n  }}\n}}\n'})
    assert new() == ["aws_security_group.g"]


@pytest.mark.parametrize("git", [True, False])
def test_another_working_directory_sees_the_same(here: Path, git: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths count from the git top level; without one the roots are found again as though they had moved."""
    lay(here, {"infra/dev/a.tf": BAD, "infra/prod/a.tf": BAD + OTHER, "elsewhere/a.tf": BAD})
    if git:
        (here / ".git").mkdir()
    write()
    known = str(here / FILE)
    monkeypatch.chdir(here / "infra")
    answer = check("--known", known)
    assert (answer.status, answer.codes) == (0, set())
    monkeypatch.chdir(here / "infra" / "prod")
    assert check("--known", known).status == 0
    lay(here, {"infra/dev/a.tf": BAD + OTHER})
    monkeypatch.chdir(here / "infra")
    answer = check("--known", known)
    assert [(item["root"][-3:], item["resource"][-5:]) for item in answer.of_rule() if not item["known"]] == [
        ("dev", "other")
    ]


def test_a_moved_root_is_known_and_a_copied_one_is_not(here: Path) -> None:
    lay(here, {"old/a.tf": BAD + OTHER, "stays/a.tf": BAD})
    write()
    shutil.copytree(here / "old", here / "copy")
    assert sorted(new()) == ["alicloud_security_group_rule.open", "alicloud_security_group_rule.other"]
    shutil.rmtree(here / "copy")
    (here / "old").rename(here / "moved")
    answer = check("--known", FILE)
    assert (answer.status, answer.codes) == (0, set())
    lay(here, {"moved/a.tf": BAD + OTHER + BAD.replace('"open"', '"third"')})
    assert new() == ["alicloud_security_group_rule.third"]
    # Refreshed, the file knows it by its new place.
    check("--known", FILE, "--write-known", FILE)
    assert {item["root"] for item in content()["findings"] if item} == {"moved", "stays"}


def test_an_unlike_root_takes_nothing_over(here: Path) -> None:
    """One finding in common does not make a root that is gone and a new one the same."""
    more = "".join(BAD.replace('"open"', f'"n{number}"') for number in range(4))
    lay(here, {"old/a.tf": BAD + more, "stays/a.tf": GOOD})
    write()
    shutil.rmtree(here / "old")
    lay(here, {"new/a.tf": BAD})
    assert new() == ["alicloud_security_group_rule.open"]


def test_what_has_become_worse_is_new(here: Path) -> None:
    lay(here, {"a.tf": UNDECIDED})
    assert check("--fail-on-unknown").status == 1
    document = write("--fail-on-unknown")
    assert {item["verdict"] for item in document["findings"] if item and item["rule"] == RULE} == {"unknown"}
    assert check("--known", FILE, "--fail-on-unknown").status == 0
    lay(here, {"terraform.tfvars": 'source = "0.0.0.0/0"\n'})
    assert new() == ["alicloud_security_group_rule.open"]
    # The other way round it is no worse than it was.
    write()
    (here / "terraform.tfvars").unlink()
    answer = check("--known", FILE, "--fail-on-unknown")
    assert [(item["verdict"], item["known"]) for item in answer.of_rule()] == [("unknown", True)]
    # A graver finding is new: here the file says that it was known when it weighed less.
    lay(here, {"terraform.tfvars": 'source = "0.0.0.0/0"\n'})
    Path(FILE).write_text(Path(FILE).read_text(encoding="utf-8").replace("critical", "low"), encoding="utf-8")
    assert new() == ["alicloud_security_group_rule.open"]


def test_undecided_results_are_written_down_where_they_count(here: Path) -> None:
    lay(here, {"a.tf": UNDECIDED})
    assert {item["verdict"] for item in write()["findings"] if item} == {"fail"}
    assert {item["verdict"] for item in write("--fail-on-unknown")["findings"] if item} == {"fail", "unknown"}


def test_a_refresh_takes_out_and_adds_nothing(here: Path) -> None:
    lay(here, {"a.tf": BAD, "b.tf": OTHER, "elsewhere/a.tf": BAD})
    write()
    (here / "b.tf").unlink()
    lay(here, {"c.tf": BAD.replace('"open"', '"third"')})
    assert "known-gone" in check("--known", FILE).codes
    assert check("--known", FILE, "--strict").status == 2
    answer = check("--known", FILE, "--write-known", FILE)
    assert (answer.status, answer.codes) == (1, set())
    assert sorted(
        (item["root"], item["resource"][-4:]) for item in content()["findings"] if item.get("rule") == RULE
    ) == [
        (".", "open"),
        ("elsewhere", "open"),
    ]
    # What the run has not looked at stays.
    lay(here, {"elsewhere/a.tf": GOOD, "a.tf": GOOD})
    check("--known", FILE, "--write-known", FILE, "a.tf")
    assert {item["root"] for item in content()["findings"] if item.get("rule") == RULE} == {"elsewhere"}
    assert check("--known", FILE, "a.tf").codes == set()


def test_a_waived_finding_is_not_taken_up(here: Path) -> None:
    note = f'# compliant-infra:ignore={RULE} reason="tried" owner="me" until=2026-12-31\n'
    lay(here, {"a.tf": note + BAD, "b.tf": OTHER})
    assert listed(write()) == {"alicloud_security_group_rule.other": 1}


def test_a_run_that_is_not_whole_writes_nothing(here: Path) -> None:
    lay(here, {"a.tf": BAD, "broken/b.tf": "resource {"})
    answer = check("--write-known", FILE)
    assert answer.status == 2
    assert not Path(FILE).exists()
    assert "not written" in answer.err
    (here / "broken" / "b.tf").unlink()
    write()
    lay(here, {"a.tf": "resource {"})
    answer = check("--known", FILE)
    assert (answer.status, answer.codes) == (2, {"syntax-error"})  # nothing is said to be gone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: not valid JSON"),
        ("<<<<<<< ours\n", "line 1: not valid JSON; is a merge conflict left in it?"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "not UTF-8"),
        ("[]", "is no file of known findings"),
        ('{"resources": []}', "is no file of known findings"),
        ('{"format": "compliant-infra known findings", "version": 2}', "has version 2 of the format"),
        ('{"format": "compliant-infra known findings", "version": true}', "has version True"),
        ('{"format": "compliant-infra known findings", "version": 1, "baselines": [1]}', "baselines is no list"),
        ('{"format": "compliant-infra known findings", "version": 1, "baselines": [], "findings": {}}', "is no list"),
        (
            '{"format": "compliant-infra known findings", "version": 1, "baselines": [], "findings": [7]}',
            "finding 1: no known finding",
        ),
        (
            '{"format": "compliant-infra known findings", "version": 1, "baselines": ["mlps-l2"], "findings": []}',
            "known findings of mlps-l2; this run is judged by mlps-l3",
        ),
    ],
)
def test_what_is_no_file_of_known_findings_is_refused(here: Path, text: str | bytes, said: str) -> None:
    """As it stands, and never overwritten."""
    lay(here, {"a.tf": BAD, FILE: text})
    before = Path(FILE).read_bytes()
    for option in ("--known", "--write-known"):
        answer = check(option, FILE)
        assert (answer.status, answer.out) == (2, "")
        assert said in answer.err
        assert Path(FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fingerprint", "x"),
        ("fingerprint", 7),
        ("anywhere", None),
        ("severity", "grave"),
        ("verdict", "pass"),
        ("count", 0),
        ("count", True),
        ("count", 1e9),
        ("rule", ["a"]),
        ("root", None),
    ],
)
def test_an_entry_that_the_tool_did_not_write_is_named(here: Path, key: str, value: object) -> None:
    lay(here, {"a.tf": BAD})
    document = write()
    document["findings"][1][key] = value
    lines = [json.dumps(item) for item in document.pop("findings")]
    text = json.dumps({**document, "findings": 0})
    lay(here, {FILE: text.replace('"findings": 0', '"findings": [\n' + ",\n".join(lines) + "\n]")})
    answer = check("--known", FILE)
    assert answer.status == 2
    assert ("line 3: no known" if key != "fingerprint" else "finding 2: no known") in answer.err


@pytest.mark.parametrize("root", ["a\0b", "\ud800", "a" * 5000, "/", "../../.."])
def test_a_root_that_cannot_be_one_hides_nothing(here: Path, root: str) -> None:
    """Whoever wrote it there: it is looked for as any other, and takes the run down with it nowhere."""
    lay(here, {"one/a.tf": BAD})
    document = write()
    for item in document["findings"][:-1]:
        item.update(root=root, fingerprint="0" * 32, anywhere="0" * 32)
    lay(here, {FILE: json.dumps(document)})
    assert new() == ["alicloud_security_group_rule.open"]


def test_wrong_calls(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    answer = check("--known", FILE)
    assert (answer.status, answer.out) == (2, "")
    assert "no such file; --write-known makes one" in answer.err
    assert "文件不存在" in check("--known", FILE, "--lang", "zh").err
    for more in (ONLY, ("--skip", CODE), ("--changed", "a.tf"), ("--since", "HEAD")):
        answer = check("--write-known", FILE, *more)
        assert answer.status == 2
        assert not Path(FILE).exists()
    answer = check("--write-known", "no/such/folder/known.json")
    assert answer.status == 2
    assert "cannot write" in answer.err
    assert answer.results  # the report is written all the same
    os.mkfifo("pipe")
    os.mkdir("folder")
    for name in ("pipe", "folder"):
        assert "is no regular file" in check("--known", name).err
        assert check("--write-known", name).status == 2
    assert check("--write-known", "out.json", "--output", "out.json").status == 2


def test_links_and_permissions_are_kept(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    write()
    os.chmod(FILE, 0o640)
    (here / "shared").mkdir()
    os.replace(FILE, "shared/real.json")
    os.symlink("shared/real.json", FILE)
    lay(here, {"b.tf": OTHER})
    write()
    assert Path(FILE).is_symlink()
    assert stat.S_IMODE(os.stat("shared/real.json").st_mode) == 0o640
    assert os.listdir("shared") == ["real.json"]


def test_a_merge_of_two_versions_is_read(here: Path) -> None:
    """Lines of both sides stand side by side; one that both have counts once."""
    lay(here, {"a.tf": BAD})
    write()
    ours = Path(FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    lay(here, {"a.tf": OTHER})
    (here / FILE).unlink()
    write()
    theirs = Path(FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    own = [line for line in ours if '"fingerprint"' in line]
    others = [line for line in theirs if '"fingerprint"' in line]
    start = ours.index(own[0])
    merged = [*ours[:start], *own, *others, own[0], *ours[start + len(own) :]]
    lay(here, {"a.tf": BAD + OTHER, FILE: "".join(merged)})
    assert new() == []
    lay(here, {"a.tf": BAD.replace("{\n", "{\n  count = 2\n", 1) + OTHER})
    assert len(new()) == 2


def test_secrets_do_not_get_into_the_file(here: Path) -> None:
    """Keys are masked as in every report, also where they stand in a name."""
    key = "LTAI5t" + "A1b2C3d4E5f6G7h8I9"
    lay(here, {"a.tf": BAD.replace("resource", "resource").replace("{\n", f'{{\n  for_each = toset(["{key}"])\n', 1)})
    write()
    assert key not in Path(FILE).read_text(encoding="utf-8")
    assert new() == []


def test_systems_of_their_own_baselines(here: Path) -> None:
    lay(
        here,
        {
            "one/compliant-infra.toml": '[system]\nbaseline = "mlps-l2"\ncomplete = true\n',
            "one/a.tf": BAD,
            "two/compliant-infra.toml": '[system]\nbaseline = "mlps-l4"\ncomplete = true\n',
            "two/a.tf": BAD,
        },
    )
    document = write()
    assert document["baselines"] == ["mlps-l2", "mlps-l4"]
    answer: Answer = check("--known", FILE)
    assert (answer.status, answer.codes) == (0, set())
    # What is missing in the whole of a system is known too, and not gone because one system alone is looked at.
    answer = check("--known", FILE, "one/a.tf")
    assert (answer.status, answer.codes) == (0, set())
