"""``compliant-infra fix`` through the command line: the diff, writing, what is said, exit status."""

from __future__ import annotations

import builtins
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compliant_infra.cli.main import cli
from compliant_infra.hcl_checks import fix_writing
from tests.cli.harness import invoke, lay

KEY = 'resource "aws_kms_key" "a" {\n  description = "orders" # 订单\n}\n'
MENDED = 'resource "aws_kms_key" "a" {\n  description         = "orders" # 订单\n  enable_key_rotation = true\n}\n'
#: A finding that is left: the expression has to be changed by a person.
LEFT = 'resource "aws_kms_key" "b" {\n  enable_key_rotation = 1 > 2\n}\n'
RULE = ("--rule", "kms-rotation")


def test_the_diff_applies_and_mends(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".git/HEAD": "",
            "a b/main.tf": KEY,
            "中文/main.tf": KEY.replace("\n", "\r\n").encode(),
            "last/main.tf": KEY.removesuffix("\n"),
        },
    )
    answer = invoke("fix", str(tmp_path), *RULE)
    assert answer.status == 0
    assert answer.err.startswith("mended 3 of 3 findings, in 3 files (not written; --write does)\n")
    assert (tmp_path / "a b" / "main.tf").read_text(encoding="utf-8") == KEY
    git, patch = shutil.which("git"), shutil.which("patch")
    if git is None or patch is None:
        pytest.skip("git or patch is not installed")
    diff = CliRunner().invoke(cli, ["fix", str(tmp_path), *RULE]).stdout_bytes
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("copy", ".git"))
    for root, call in ((tmp_path, [git, "apply", "-"]), (copy, [patch, "-p1", "--binary"])):
        if call[0] == git:
            shutil.rmtree(tmp_path / ".git")
            subprocess.run([git, "init", "-q", str(root)], check=True)
        subprocess.run(call, cwd=root, input=diff, check=True, capture_output=True)
        assert (root / "a b" / "main.tf").read_text(encoding="utf-8") == MENDED
        assert (root / "中文" / "main.tf").read_bytes() == MENDED.replace("\n", "\r\n").encode()
        assert (root / "last" / "main.tf").read_text(encoding="utf-8") == MENDED.removesuffix("\n")
    assert invoke("fix", str(tmp_path), *RULE, "--exclude", "copy").err == "there is nothing to mend\n"


def test_writing_keeps_permissions_and_links(tmp_path: Path) -> None:
    lay(tmp_path, {"real/key.tf": KEY, "root/other.tf": ""})
    (tmp_path / ".git").mkdir()
    (tmp_path / "root" / "main.tf").symlink_to("../real/key.tf")
    os.chmod(tmp_path / "real" / "key.tf", 0o640)
    answer = invoke("fix", str(tmp_path / "root"), "--write", *RULE)
    assert answer.status == 0, answer.err
    assert answer.out == ""
    assert (tmp_path / "root" / "main.tf").is_symlink()
    assert (tmp_path / "real" / "key.tf").read_text(encoding="utf-8") == MENDED
    assert (tmp_path / "real" / "key.tf").stat().st_mode & 0o777 == 0o640
    assert sorted(item.name for item in (tmp_path / "real").iterdir()) == ["key.tf"]
    checked = invoke("check", str(tmp_path / "root"), "--only", "kms-rotation")
    assert checked.status == 0


def test_what_is_left_is_said_with_place_and_reason(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": KEY + LEFT, "disk.tf": 'resource "alicloud_ecs_disk" "d" {\n  size = 40\n}\n'})
    answer = invoke("fix", str(tmp_path), *RULE, "--rule", "disk-encrypted")
    assert answer.status == 1
    assert "mended 1 of 3 findings" in answer.err
    lines = [line.strip() for line in answer.err.splitlines()]
    assert "for a person to mend (1)" in lines
    assert any(line.endswith("(main.tf:6), which a person has to change") for line in lines), answer.err
    assert any("it would have to be replaced (alicloud_ecs_disk.d: encrypted" in line for line in lines)
    allowed = invoke("fix", str(tmp_path), *RULE, "--rule", "disk-encrypted", "--allow-replacement", "--lang", "zh")
    assert "3 项发现中已整改 2 项" in allowed.err
    assert "alicloud_ecs_disk.d: encrypted" in allowed.err
    assert "须由人整改" in allowed.err
    assert "需要给出的变量" in allowed.err
    only = invoke("fix", str(tmp_path), *RULE, "--resource", "*_key.a")
    assert (only.status, only.err.splitlines()[0][:24]) == (0, "mended 1 of 1 findings, ")


def test_json_lists_fixes_and_refusals(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": KEY + LEFT})
    answer = invoke("fix", str(tmp_path), *RULE, "--format", "json")
    assert answer.status == 1
    document = json.loads(answer.out)
    assert document["summary"] == {"fixed": 1, "left": 1, "undecided": 0}
    (fix,) = document["fixes"]
    assert fix["results"][0]["resource"] == "aws_kms_key.a"
    text = KEY + LEFT
    for edit in sorted(fix["edits"], key=lambda edit: -int(edit["start"])):
        assert edit["file"] == "main.tf"
        text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    assert text == MENDED + LEFT
    (refusal,) = document["refusals"]
    assert (refusal["resource"], refusal["reason"], refusal["line"]) == ("aws_kms_key.b", "by-hand", 5)
    assert document["diff"].startswith(
        "diff --git a/main.tf b/main.tf\n--- a/main.tf\n+++ b/main.tf\n@@ -1,5 +1,6 @@\n"
    )
    assert document["written"] is False


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a/main.tf": KEY, "b/main.tf": KEY})
    # Somebody saves one of the files while the fixes are being found.
    second = fix_writing.second_opinion

    def saved() -> Any:
        (tmp_path / "b" / "main.tf").write_text(f"{KEY}# new\n", encoding="utf-8")
        return second()

    with monkeypatch.context() as patched:
        patched.setattr(fix_writing, "second_opinion", saved)
        answer = invoke("fix", str(tmp_path), "--write", *RULE)
    assert answer.status == 2
    assert "b/main.tf has changed since it was read; nothing was written" in answer.err
    assert (tmp_path / "a" / "main.tf").read_text(encoding="utf-8") == KEY
    # The other reader cannot read what was made of a file.
    with monkeypatch.context() as patched:
        patched.setattr(fix_writing, "disagreement", lambda *_: fix_writing.Text("no", "否"))
        assert invoke("fix", str(tmp_path), "--write", *RULE).status == 2
    # It is not installed: the diff is shown all the same, but nothing written.
    imported = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "hcl2":
            raise ImportError(name)
        return imported(name, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", without)
        patched.delitem(sys.modules, "hcl2", raising=False)
        answer = invoke("fix", str(tmp_path), "--write", *RULE)
        assert answer.status == 2
        assert "pip install 'compliant-infra[fix]'" in answer.err
        assert invoke("fix", str(tmp_path), *RULE).status == 0
    # The second file cannot be put in its place: the first gets its content back.
    replace = os.replace

    def fails(source: str, target: str) -> None:
        if target.endswith("b/main.tf"):
            raise OSError(28, "No space left on device", target)
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fails)
        answer = invoke("fix", str(tmp_path), "--write", *RULE)
    assert (answer.status, "No space left on device; nothing was written" in answer.err) == (2, True)
    os.chmod(tmp_path / "b" / "main.tf", 0o400)
    if not os.access(tmp_path / "b" / "main.tf", os.W_OK):  # root may write everything
        assert invoke("fix", str(tmp_path), "--write", *RULE).status == 2
    assert (tmp_path / "a" / "main.tf").read_text(encoding="utf-8") == KEY
    assert sorted(item.name for item in (tmp_path / "a").iterdir()) == ["main.tf"]


def test_the_second_reader_sees_what_changed_besides() -> None:
    hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is not installed")
    assert fix_writing.disagreement(hcl2, KEY + LEFT, MENDED + LEFT) is None
    broken = fix_writing.disagreement(hcl2, KEY, KEY.replace("}", "x = \n}"))
    assert broken is not None
    assert "python-hcl2" in broken.en
    assert fix_writing.disagreement(hcl2, "a = (\n", MENDED) is None  # what it never read is not its business


def test_only_what_was_given_is_touched(tmp_path: Path) -> None:
    variable = 'variable "rotate" {\n  default = false\n}\n'
    used = 'resource "aws_kms_key" "a" {\n  enable_key_rotation = var.rotate\n}\n'
    lay(tmp_path, {"main.tf": used, "other.tf": variable})
    answer = invoke("fix", str(tmp_path / "main.tf"), *RULE)
    assert answer.status == 1
    assert "other.tf, which is not among the files that were given" in answer.err
    assert answer.out == ""
    lay(tmp_path / "broken", {"main.tf": KEY, "bad.tf": "resource {\n"})
    answer = invoke("fix", str(tmp_path / "broken"), *RULE)
    assert answer.status == 2
    assert "bad.tf:1" in answer.err
    assert "+  enable_key_rotation = true" in answer.out
    assert invoke("fix", str(tmp_path), "--rule", "no-such-rule").status == 2
    assert invoke("fix", str(tmp_path / "nowhere")).status == 2


def test_what_the_whole_system_lacks_is_added(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "compliant-infra.toml": '[system]\nname = "x"\nbaseline = "mlps-l3"\ncomplete = true\n',
            "main.tf": 'provider "alicloud" {\n  region = "cn-hangzhou"\n}\n\nresource "alicloud_vpc" "v" {}\n',
        },
    )
    answer = invoke("fix", str(tmp_path), "--rule", "iam-password-policy", "--write")
    assert answer.status == 0, answer.err
    assert 'resource "alicloud_ram_account_password_policy"' in (tmp_path / "main.tf").read_text(encoding="utf-8")


def test_what_one_fix_mends_for_others_is_not_left(tmp_path: Path) -> None:
    """One detector answers two questions about the whole system; a group without members is judged by the whole."""
    settings = '[system]\nname = "x"\nbaseline = "mlps-l3"\ncomplete = true\n'
    group = 'resource "aws_iam_group" "empty" {\n  name = "empty"\n}\n'
    lay(tmp_path, {"compliant-infra.toml": settings, "main.tf": KEY + group})
    rules = ("net-ips-blocking", "host-protection-on", "iam-no-direct-grant", "kms-rotation")
    answer = invoke("fix", str(tmp_path), *(word for rule in rules for word in ("--rule", rule)), "--format", "json")
    assert [item["rule"] for item in json.loads(answer.out)["refusals"]] == ["iam-no-direct-grant"]
    assert "mended 3 of 4 findings" in answer.err
    assert 'resource "aws_guardduty_detector"' in json.loads(answer.out)["diff"]


def test_what_cannot_be_decided_afterwards_is_not_mended(tmp_path: Path) -> None:
    text = """\
variable "region" {
  type = string
}

provider "alicloud" {
  region = var.region
}

resource "alicloud_db_instance" "a" {
  engine           = "MySQL"
  engine_version   = "8.0"
  instance_type    = "mysql.n2.medium.2c"
  instance_storage = 20
}
"""
    lay(tmp_path, {"main.tf": text})
    answer = invoke("fix", str(tmp_path), "--rule", "backup-second-region")
    assert answer.status == 1
    assert answer.err.startswith("mended 0 of 1 findings, in 0 files")
    assert "the value is not known (1)" in answer.err
    assert "var.region" in answer.err.rsplit("\n", 2)[1]


def test_a_variable_of_several_roots_is_listed_once(tmp_path: Path) -> None:
    vpc = 'resource "alicloud_vpc" "a" {\n  cidr_block = "10.0.0.0/8"\n}\n'
    lay(tmp_path, {"x/main.tf": vpc, "y/main.tf": vpc})
    answer = invoke("fix", str(tmp_path), "--rule", "net-flow-logs")
    assert answer.err.count("flow_log_project (string): ") == 1
    assert answer.err.count("    in 2 directories: ") == 2  # one for each of the two variables
