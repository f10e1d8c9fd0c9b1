"""``waivers``: list, lint, expire-soon, and taking over checkov's skip comments."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.cli.waivers import COLUMNS
from tests.cli.harness import BAD, CODE, GOOD, RULE, Answer, check, invoke, lay

TODAY = date.today()


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


SIGNED = f"--owner=li.wei --until={day(40)}".split()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def comment(until: str, rule: str = RULE) -> str:
    return f'# compliant-infra:ignore={rule} reason="public site" owner="team-web" until={until}\n'


def central(**fields: str) -> str:
    entry = {"rule": RULE, "reason": "public site", "owner": "team-web", "until": day(20), **fields}
    return "[[waivers]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items())


def records(answer: Answer) -> list[dict[str, Any]]:
    found = json.loads(answer.out)
    assert isinstance(found, list)
    return found


def named(name: str, source: str = BAD) -> str:
    return source.replace('"open"', f'"{name}"')


@pytest.fixture
def estate(here: Path) -> Path:
    """Waivers of every kind and state: in settings of two systems, in comments, in a program that is not run."""
    return lay(
        here,
        {
            "a.tf": comment(day(10)) + named("a") + comment("soon") + named("b"),
            "b.tf": comment(day(11)) + named("c", GOOD) + "# compliant-infra:ignore\n" + named("d"),
            "compliant-infra.toml": '[system]\nname = "shop"\n'
            + central(resource="*.d", approver="ciso", ticket="SEC-1")
            + central(until=day(-3))
            + central(until=day(400))
            + central(resource="")
            + central(raeson="x"),
            "pay/p.tf": named("p"),
            "pay/compliant-infra.toml": '[system]\nname = "pay"\nbaseline = "mlps-l2"\n'
            + central(until=day(300))
            + central(until=day(301), resource="*.nothing"),
            "prog/Pulumi.yaml": "name: prog\nruntime: python\n",
            "prog/__main__.py": comment(day(5)) + "x = 1\n" + comment(day(5), "no-such-rule"),
        },
    )


def test_every_waiver_is_listed_with_what_came_of_it(estate: Path) -> None:
    answer = invoke("waivers", "list", "--format", "json")
    assert answer.status == 0
    found = records(answer)
    assert [tuple(item) for item in found] == [COLUMNS] * len(found)
    told = [(item["until"], item["system"], item["kind"], item["state"], item["results"]) for item in found]
    assert sorted(told, key=str) == sorted(
        [
            ("soon", "shop", "comment", "invalid", 0),
            ("", "shop", "comment", "invalid", 0),
            ("", "shop", "settings", "invalid", 0),
            (day(-3), "shop", "settings", "expired", 0),
            (day(5), "shop", "comment", "holds", None),
            (day(5), "shop", "comment", "invalid", 0),
            (day(10), "shop", "comment", "holds", 1),
            (day(11), "shop", "comment", "unused", 0),
            (day(20), "shop", "settings", "holds", 0),  # the program may need it
            (day(20), "shop", "settings", "holds", 1),
            (day(400), "shop", "settings", "invalid", 0),
            (day(300), "pay", "settings", "holds", 1),
            (day(301), "pay", "settings", "unused", 0),
        ],
        key=str,
    )
    dates = [item["until"] for item in found if item["days_left"] is not None]
    assert dates == sorted(dates)
    [signed] = [item for item in found if item["approver"]]
    assert (signed["code"], signed["rule"], signed["resource"]) == (CODE, RULE, "*.d")
    assert (signed["file"], signed["line"]) == ("compliant-infra.toml", 3)
    assert (signed["owner"], signed["ticket"], signed["days_left"]) == ("team-web", "SEC-1", 20)
    console = invoke("waivers", "list").out
    assert "approved by ciso, ticket SEC-1: public site" in console
    assert "13 waivers: 5 holds, 2 unused, 1 expired, 5 invalid" in console
    rows = list(csv.reader(io.StringIO(invoke("waivers", "list", "--format", "csv").out)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 14


def test_lint_says_what_is_wrong_and_what_to_do(estate: Path) -> None:
    answer = invoke("waivers", "lint", "--format", "json")
    assert answer.status == 1
    found = records(answer)
    assert {item["state"] for item in found} == {"invalid", "expired", "unused"}
    assert all(item["why"] and item["advice"] for item in found)
    [late] = [item for item in found if item["until"] == day(400)]
    assert day(180) in late["why"]
    assert day(180) in next(item["advice"] for item in found if item["state"] == "expired")
    assert "重新签批" in invoke("waivers", "lint", "--lang", "zh").out
    only = invoke("waivers", "lint", "pay", "--format", "json")
    assert (only.status, [item["until"] for item in records(only)]) == (1, [day(301)])
    assert "1 of 2 waivers: 1 unused" in invoke("waivers", "lint", "pay").out


def test_expire_soon(estate: Path) -> None:
    def until(*arguments: str) -> tuple[int, list[str]]:
        answer = invoke("waivers", "expire-soon", "--format", "json", *arguments)
        return answer.status, [item["until"] for item in records(answer)]

    assert until() == (1, [day(5), day(10), day(11), day(20), day(20)])
    assert until("--days", "10") == (1, [day(5), day(10)])
    assert until("--days", "4") == (0, [])
    assert until("pay", "--days", "299") == (0, [])


def test_what_cannot_be_read_is_status_2_and_what_can_is_listed(here: Path) -> None:
    lay(here, {"a.tf": comment(day(3)) + BAD, "b/b.tf": "locals {\n"})
    for name in ("list", "lint", "expire-soon"):
        answer = invoke("waivers", name, "--format", "json")
        assert answer.status == 2
        assert "syntax-error" in answer.err
        json.loads(answer.out)
    assert len(records(invoke("waivers", "list", "--format", "json"))) == 1
    assert invoke("waivers", "list", "nowhere").status == 2
    assert invoke("waivers", "list", "--config", "nowhere.toml").status == 2
    assert invoke("waivers", "lint", "--baseline", "mlps-l9").status == 2


# -- import -------------------------------------------------------------------------------------------------------

SKIPPED = BAD.replace("{\n", '{\n  #checkov:skip=CKV_ALI_2:bastion until the VPN is "there"\n', 1)


def test_a_skip_becomes_a_waiver_and_the_check_shows_it(here: Path) -> None:
    lay(here, {"m/a.tf": "# access\r\n  " + SKIPPED.replace("\n", "\r\n")})
    path = here / "m/a.tf"
    path.chmod(0o640)
    before = path.read_bytes()
    assert check("--only", RULE).status == 1
    proposed = invoke("waivers", "import", *SIGNED, "--ticket", "SEC-1")
    assert (proposed.status, path.read_bytes()) == (0, before)
    added = [line for line in proposed.out.splitlines() if line.startswith("+")]
    assert added == [
        "+++ b/m/a.tf",
        f"+  # compliant-infra:ignore={RULE} reason=\"bastion until the VPN is 'there'\" "
        f'owner="li.wei" until={day(40)} ticket="SEC-1"',
    ]
    assert not [line for line in proposed.out.splitlines()[2:] if line.startswith("-")]
    assert invoke("waivers", "import", *SIGNED, "--ticket", "SEC-1", "--write").status == 0
    after = path.read_bytes()
    assert after.split(b"\r\n")[1] == added[1][1:].encode()
    assert after.replace(f"{added[1][1:]}\r\n".encode(), b"") == before
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    [result] = check("--only", RULE).of_rule()
    assert result["verdict"] == "waived"
    assert (result["waiver"]["owner"], result["waiver"]["until"]) == ("li.wei", day(40))
    assert invoke("waivers", "lint").status == 0
    again = invoke("waivers", "import", *SIGNED, "--write")
    assert (again.status, again.out, path.read_bytes()) == (0, "", after)


def test_what_is_taken_over_and_what_is_left(here: Path) -> None:
    def inside(name: str, text: str, source: str = BAD) -> str:
        return named(name, source).replace("{\n", "{\n  " + text + "\n", 1)

    call = 'module "m" {\n  source = "./m"\n  # checkov:skip=CKV_ALI_2:why\n}\n'
    lay(
        here,
        {
            "a.tf": inside("own", "# checkov:skip=CKV2_CN_008:ours")
            + inside("two", "# checkov:skip=CKV_ALI_2:one\n  /* bridgecrew:skip=CKV_ALI_3: two */")
            + inside("closed", "# checkov:skip=CKV_ALI_2:why", GOOD)
            + inside("silent", "# checkov:skip=CKV_ALI_2")
            + inside("other", "# checkov:skip=CKV_ALI_11:why")
            + inside("strange", "# checkov:skip=CKV_NONE_1:why")
            + call
            + "# checkov:skip=CKV_ALI_2:nowhere\n",
            "m/m.tf": named("inner", GOOD),
        },
    )
    answer = invoke("waivers", "import", *SIGNED, "--format", "json")
    assert answer.status == 1
    document = json.loads(answer.out)
    told = [(item["block"].rpartition(".")[2], item["state"], item["by_hand"]) for item in document["skips"]]
    assert told == [
        ("own", "new", False),
        ("two", "new", False),
        ("two", "there", False),
        ("closed", "left", False),
        ("silent", "left", True),
        ("other", "left", False),
        ("strange", "left", False),
        ("m", "left", True),
        ("", "left", True),
    ]
    assert 'reason="one; two"' in document["skips"][1]["comment"]
    assert 'resource = "module.m.*"' in document["skips"][7]["why"]
    assert all(item["why"] for item in document["skips"] if item["state"] == "left")
    assert document["diff"].count("\n+#") == 2
    assert document["written"] is False
    given = invoke("waivers", "import", *SIGNED, "--format", "json", "--reason", "agreed", "--write")
    assert [item["state"] for item in json.loads(given.out)["skips"]][4] == "new"
    verdicts = check("--only", RULE).verdicts()
    assert {name.rpartition(".")[2] for name, verdict in verdicts.items() if verdict == "waived"} == {
        "own",
        "two",
        "silent",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"--until={day(9)}"], "--owner"),
        (["--owner=o"], "--until"),
        (["--owner=o", "--until=soon"], "--until takes a date"),
        (["--owner= ", f"--until={day(9)}"], "--owner is empty"),
        (['--owner=o"', f"--until={day(9)}"], "--owner cannot hold"),
        (["--owner=o", f"--until={day(181)}"], day(180)),
        (["--owner=o", f"--until={day(-1)}"], "expired"),
        ([*SIGNED, "nowhere"], "nowhere"),
    ],
)
def test_waivers_that_would_not_hold_are_refused(here: Path, arguments: list[str], said: str) -> None:
    lay(here, {"a.tf": SKIPPED})
    answer = invoke("waivers", "import", "--write", *arguments)
    assert answer.status == 2
    assert said in answer.err
    assert (here / "a.tf").read_text(encoding="utf-8") == SKIPPED


def test_nothing_is_written_beside_what_cannot_be_read(here: Path) -> None:
    lay(here, {"a.tf": SKIPPED, "b/b.tf": "locals {\n"})
    answer = invoke("waivers", "import", "--write", *SIGNED)
    assert answer.status == 2
    assert "nothing was written" in answer.err
    assert (here / "a.tf").read_text(encoding="utf-8") == SKIPPED
    assert [item.name for item in here.iterdir() if item.name.startswith(".")] == []


def test_one_file_under_two_names_is_not_written_in_two_ways(here: Path) -> None:
    """What is waived under one name and what under the other would not both stand in it."""
    shared = (
        'variable "acl" {}\nvariable "kept" {}\nresource "alicloud_oss_bucket" "d" {\n'
        "  #checkov:skip=CKV_ALI_1:public\n  #checkov:skip=CKV_ALI_10:no versions\n"
        "  acl = var.acl\n  versioning {\n    status = var.kept\n  }\n}\n"
    )
    lay(here, {"s/x.tf": shared, "a/terraform.tfvars": 'acl = "public-read"\nkept = "Enabled"\n'})
    lay(here, {".git/HEAD": "", "b/terraform.tfvars": 'acl = "private"\nkept = "Suspended"\n'})
    for name in ("a", "b"):
        (here / name / "x.tf").symlink_to("../s/x.tf")
    answer = invoke("waivers", "import", *SIGNED, "--write", "a", "b")
    assert answer.status == 2
    assert "other waivers too" in answer.err
    assert (here / "s/x.tf").read_text() == shared
    assert sorted(os.listdir(here / "s")) == ["x.tf"]
