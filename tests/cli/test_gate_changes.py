"""``--review`` and ``--since``: what a change alters of its own judgement is told, whatever it is judged to be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.harness import BAD, CODE, GOOD, RULE, invoke, lay
from tests.delivery.workshop import commit, git

UNTIL = (date.today() + timedelta(days=20)).isoformat()
SETTINGS = '[system]\nname = "pay"\nbaseline = "mlps-l3"\n[parameters]\nlog-retention-days = 365\n'
WAIVER = f'[[waivers]]\nrule = "{RULE}"\nreason = "r"\nowner = "%s"\nuntil = "{UNTIL}"\n'
INLINE = f'# compliant-infra:ignore={RULE} reason="r" owner="mallory" until={UNTIL}\n'

Tell = Callable[..., list[tuple[str, int, str]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    there = lay(tmp_path / "work", {"compliant-infra.toml": SETTINGS + WAIVER % "old", "a/main.tf": BAD})
    monkeypatch.chdir(there)
    return there


@pytest.fixture
def told(folder: Path) -> Tell:
    """What is told of a change of these files since the first commit."""
    base = commit(folder)

    def of(files: dict[str, str], *options: str) -> list[tuple[str, int, str]]:
        lay(folder, files)
        git(folder, "add", "--all", "--force")
        answer = invoke("check", "--review", base, "--format", "json", *options)
        assert answer.status in (0, 1), answer.err
        items = json.loads(answer.out)["gate_changes"]
        assert all(item["message"] in answer.err for item in items)
        return [(item["file"], item["line"], item["message"]) for item in items]

    return of


def test_settings_and_waivers(told: Tell) -> None:
    assert told({"a/main.tf": GOOD}) == []
    weaker = SETTINGS.replace("mlps-l3", "mlps-l2").replace("365", "180")
    assert told({"compliant-infra.toml": weaker + WAIVER % "old" + WAIVER % "mallory"}) == [
        (
            "compliant-infra.toml",
            0,
            'settings: system.baseline "mlps-l3" → "mlps-l2", parameters.log-retention-days 365 → 180',
        ),
        ("compliant-infra.toml", 0, f"waiver added or altered: {RULE}, *, by mallory, until {UNTIL}"),
    ]
    assert told({"compliant-infra.toml": SETTINGS + WAIVER % "old", "a/compliant-infra.toml": "[system]\n"}) == [
        ("a/compliant-infra.toml", 0, "new settings: -")
    ]


def test_what_a_link_leads_to_is_not_shown(told: Tell, folder: Path) -> None:
    lay(folder.parent, {"credentials.toml": '[registry]\ntoken = "s3cret"\n'})
    (folder / "a" / "compliant-infra.toml").symlink_to("../../credentials.toml")
    git(folder, "add", "--all")
    answer = invoke("check", "--review", "HEAD", "--format", "json")
    assert [item["message"] for item in answer.document["gate_changes"]] == ["is a symbolic link"]
    assert "s3cret" not in answer.out + answer.err


def test_a_waiver_in_the_code_is_new_where_its_line_is(told: Tell, folder: Path) -> None:
    text = f"waiver added or altered: {RULE}, *, by mallory, until {UNTIL}"
    assert told({"a/main.tf": INLINE + BAD}) == [("a/main.tf", 1, text)]
    again = commit(folder)
    lay(folder, {"a/main.tf": "# moved\n" + INLINE + BAD + INLINE + BAD.replace("open", "second")})
    answer = invoke("check", "--review", again, "--format", "json")
    assert [(item["line"], item["message"]) for item in answer.document["gate_changes"]] == [(10, text)]


def test_what_git_ignores_and_what_is_known(told: Tell, folder: Path) -> None:
    assert told({".gitignore": "b/\n", "b/main.tf": BAD, "evidence.toml": ""}) == [
        (".gitignore", 0, "changed: what git ignores is not judged"),
        ("b/main.tf", 0, "is tracked, but git ignores it: not judged"),
        ("evidence.toml", 0, "the evidence register is changed"),
    ]
    (folder / "compliant-infra.toml").write_text(SETTINGS, encoding="utf-8")
    assert invoke("check", "--only", CODE, "--format", "json").status == 1
    base = commit(folder)
    assert invoke("check", "--write-known", "known.json").status in (0, 1)
    answer = invoke("check", "--since", base, "--known", "known.json", "--format", "json")
    message = "known findings: 2 added, 0 taken away"
    assert [item["message"] for item in answer.document["gate_changes"]] == [message]


def test_the_comment_shows_it_first_and_as_text(folder: Path) -> None:
    base = commit(folder)
    name = '[system]\nname = "<img src=x> | @all `x` ![](//evil.example)\\u001b[31m\\n# h"\n'
    lay(
        folder,
        {
            "compliant-infra.toml": name,
            "evidence.toml": "",
            **{f"d{number}/compliant-infra.toml": "" for number in range(60)},
        },
    )
    for lang, lead in (("en", "This change alters how it is judged"), ("zh", "本次变更修改了判定依据")):
        answer = invoke("check", "--since", base, "--format", "comment", "--lang", lang)
        assert answer.status == 1, answer.err
        assert answer.out.index(lead) < answer.out.index("| :-- |")
        assert "system.baseline" in answer.out and ("55 more" in answer.out or "55 项" in answer.out)
        assert "is changed" in answer.out or "举证登记已修改" in answer.out  # sixty files of one kind hide no other
        lines = answer.out[answer.out.index(lead) :].split("| :-- |")[0]
        assert not any(part in lines for part in ("<img", "@all", "![", "`x`", "\x1b", "\n# h"))
        assert "\x1b" not in answer.err


def test_a_revision_that_is_not_there(folder: Path) -> None:
    commit(folder)
    answer = invoke("check", "--review", "0123456", "--lang", "en")
    assert answer.status == 2 and "--review: git knows no commit" in answer.err and "fetch-depth" in answer.err
