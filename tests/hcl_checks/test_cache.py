"""Kept judgements: used as long as nothing has changed, and never against what stands in the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compliant_infra.cli.check import command

BAD = 'resource "alicloud_oss_bucket" "one" {\n  bucket = "b"\n  acl    = "public-read"\n}\n'
GOOD = BAD.replace("public-read", "private")
RULE = "acl"

Check = Callable[..., list[str]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "main.tf").write_text(BAD)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("COMPLIANT_INFRA_CACHE", str(folder))
    monkeypatch.delenv("COMPLIANT_INFRA_NO_CACHE", raising=False)
    return folder


@pytest.fixture
def check(tree: Path, cache: Path, tmp_path: Path) -> Check:
    """Runs a check and gives the addresses of the buckets whose ACL fails."""

    def run(*options: str) -> list[str]:
        report = tmp_path / "report.json"
        with pytest.raises(SystemExit):
            command.main([str(tree), "--format", "json", "--output", str(report), *options], standalone_mode=False)
        found = json.loads(report.read_text(encoding="utf-8"))["results"]
        return sorted(item["resource"] for item in found if item["attribute"] == RULE and item["verdict"] == "fail")

    return run


@pytest.fixture
def never_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr("compliant_infra.hcl_checks.scanning.judge", refuse)


def test_an_unchanged_root_is_not_judged_again(check: Check, cache: Path, request: pytest.FixtureRequest) -> None:
    first = check()
    assert first == ["alicloud_oss_bucket.one"]
    assert len(list(cache.iterdir())) == 1
    request.getfixturevalue("never_judged")
    assert check() == first


def test_a_changed_file_is_judged_again(check: Check, tree: Path) -> None:
    check()
    (tree / "main.tf").write_text(GOOD)
    assert check() == []


def test_a_new_file_and_a_vanished_one_are_seen(check: Check, tree: Path) -> None:
    check()
    (tree / "more.tf").write_text(BAD.replace('"one"', '"two"'))
    assert check() == ["alicloud_oss_bucket.one", "alicloud_oss_bucket.two"]
    (tree / "main.tf").unlink()
    assert check() == ["alicloud_oss_bucket.two"]


def test_a_file_that_is_left_out_does_not_come_back_from_the_cache(check: Check, tree: Path) -> None:
    (tree / "more.tf").write_text(BAD.replace('"one"', '"two"'))
    assert len(check()) == 2
    assert check("--exclude", "more.tf") == ["alicloud_oss_bucket.one"]
    assert len(check()) == 2


def test_a_changed_module_is_judged_again(check: Check, tree: Path) -> None:
    (tree / "module").mkdir()
    (tree / "module" / "main.tf").write_text(BAD)
    (tree / "main.tf").write_text('module "m" {\n  source = "./module"\n}\n')
    assert check() == ["module.m.alicloud_oss_bucket.one"]
    (tree / "module" / "main.tf").write_text(GOOD)
    assert check() == []


def test_newly_installed_modules_are_seen(check: Check, tree: Path) -> None:
    (tree / "main.tf").write_text('module "m" {\n  source = "corp/bucket/alicloud"\n}\n')
    place = tree / ".terraform" / "modules"
    place.mkdir(parents=True)
    assert check() == []
    (place / "m").mkdir()
    (place / "m" / "main.tf").write_text(BAD)
    entry = {"Key": "m", "Source": "corp/bucket/alicloud", "Dir": ".terraform/modules/m"}
    (place / "modules.json").write_text(json.dumps({"Modules": [entry]}))
    assert check() == ["module.m.alicloud_oss_bucket.one"]


def test_another_variable_is_another_judgement(check: Check, tree: Path) -> None:
    text = 'variable "acl" {\n  default = "private"\n}\n' + BAD.replace('"public-read"', "var.acl")
    (tree / "main.tf").write_text(text)
    assert check() == []
    assert check("--var", "acl=public-read") == ["alicloud_oss_bucket.one"]


@pytest.mark.parametrize("damage", [b"", b"{", b"{}\n{}", b"\xff\n\xfe"])
def test_a_damaged_entry_is_a_miss(check: Check, cache: Path, damage: bytes) -> None:
    first = check()
    (entry,) = cache.iterdir()
    entry.write_bytes(damage)
    assert check() == first


def test_an_altered_body_is_a_miss(check: Check, cache: Path) -> None:
    first = check()
    (entry,) = cache.iterdir()
    entry.write_bytes(entry.read_bytes().replace(b"alicloud_oss_bucket.one", b"alicloud_oss_bucket.two"))
    assert check() == first


def test_no_cache_writes_nothing(check: Check, cache: Path) -> None:
    check("--no-cache")
    assert not cache.exists()


def test_a_cache_inside_the_tree_is_not_used(check: Check, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLIANT_INFRA_CACHE", str(tree / "cache"))
    check()
    assert not (tree / "cache").exists()


def test_workers_find_what_one_process_finds(check: Check, tree: Path) -> None:
    for number in range(5):
        folder = tree / f"root{number}"
        folder.mkdir()
        (folder / "main.tf").write_text(BAD.replace('"one"', f'"b{number}"'))
    alone = check("--no-cache", "--jobs", "1")
    assert len(alone) == 6
    assert check("--no-cache", "--jobs", "2") == alone


def test_a_file_that_functions_looked_for_is_seen_when_it_comes(check: Check, tree: Path) -> None:
    (tree / "main.tf").write_text(
        'resource "alicloud_oss_bucket" "one" {\n  bucket = "b"\n'
        '  acl = fileexists("open") ? file("open") : length(fileset(".", "acl/*")) > 0 ? "public-read" : "private"\n}\n'
    )
    assert check() == []
    (tree / "acl").mkdir()
    (tree / "acl" / "x").write_text("")
    assert check() == ["alicloud_oss_bucket.one"]
    (tree / "acl" / "x").unlink()
    assert check() == []
    (tree / "open").write_text("public-read-write")
    assert check() == ["alicloud_oss_bucket.one"]
