"""What a change touches: ``--changed``, ``--since``, ``--new-since`` and ``--hook``, on real git repositories."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.cli.harness import BAD, PROVIDER, RULE, Answer, check, invoke, lay

OTHER = BAD.replace('"open"', '"other"')
CALL = 'module "m" {\n  source = "%s"\n}\n'
#: A group whose source is what a variable, a file or a module's argument says.
FROM = BAD.replace('"0.0.0.0/0"', "%s")


class Repository:
    """A git repository with one commit on ``main``."""

    def __init__(self, folder: Path, files: dict[str, str | bytes]) -> None:
        self.folder = folder
        lay(folder, files)
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *arguments: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, capture_output=True, check=True)
        return done.stdout.decode()

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def change(self, files: dict[str, str | bytes | None]) -> None:
        for name, text in files.items():
            if text is None:
                (self.folder / name).unlink()
            else:
                lay(self.folder, {name: text})


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(
        folder,
        {
            "one/a.tf": BAD,
            "one/notes.md": "notes\n",
            "two/a.tf": BAD + CALL % "../modules/m",
            "modules/m/m.tf": CALL % "../deep",
            "modules/deep/d.tf": "# deep\n",
            "three/a.tf": FROM % 'file("source.txt")',
            "three/source.txt": "0.0.0.0/0",
            "four/a.tf": BAD + 'variable "name" {}\nlocals {\n  x = file(var.name)\n}\n',
            "five/a.tf": FROM % "var.source" + 'variable "source" {}\n',
            "five/terraform.tfvars": 'source = "0.0.0.0/0"\n',
            "shared/common.tfvars": 'source = "0.0.0.0/0"\n',
            "six/a.tf": FROM % 'templatefile("t.tmpl", {})',
            "six/t.tmpl": '${file("../shared/part.txt")}',
            "shared/part.txt": "0.0.0.0/0",
            "readme.md": "readme\n",
            ".gitignore": "ignored/\n",
        },
    )


def roots(answer: Answer) -> list[str]:
    assert answer.status in (0, 1), answer.err
    return sorted({item["root"] for item in answer.of_rule() if item["verdict"] == "fail"})


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({}, []),
        ({"readme.md": "new\n", "one/notes.md": "new\n"}, []),
        ({"one/a.tf": "#\n" + BAD}, ["one"]),
        ({"one/new.tf": OTHER}, ["one"]),
        ({"one/b.auto.tfvars": "x = 1\n"}, ["one"]),
        ({"modules/m/m.tf": CALL % "../deep" + "#\n"}, ["two"]),
        ({"modules/deep/d.tf": None}, ["two"]),
        ({"modules/deep/new.tf": "#\n"}, ["two"]),
        ({"three/source.txt": "::/0"}, ["three"]),
        ({"six/t.tmpl": "::/0"}, ["six"]),
        ({"shared/part.txt": "::/0"}, ["six"]),
        ({"five/terraform.tfvars": 'source = "::/0"\n'}, ["five"]),
        ({"five/terraform.tfvars": None}, []),  # touched, and undecided now
        ({".gitignore": "ignored/\nnothing/\n"}, ["five", "four", "one", "six", "three", "two"]),
        ({"two/compliant-infra.toml": "[system]\n"}, ["two"]),
        ({"ignored/a.tf": BAD}, []),
        ({"dir with space/数据/ü.tf": BAD}, ["dir with space/数据"]),
    ],
)
def test_since_judges_what_the_changes_touch(
    repository: Repository, changes: dict[str, str | bytes | None], touched: list[str]
) -> None:
    """Whether they are committed, staged, in the working tree, or not yet known to git."""
    repository.change(changes)
    assert roots(check("--since", "HEAD")) == touched
    repository.git("add", "-A")
    assert roots(check("--since", "HEAD")) == touched
    repository.git("commit", "-q", "--allow-empty", "-m", "second")
    assert roots(check("--since", "HEAD")) == []
    assert roots(check("--since", "HEAD~1")) == touched


def test_since_counts_from_where_the_branch_began(repository: Repository) -> None:
    """What has come to the other branch meanwhile is no change of this one."""
    repository.git("checkout", "-q", "-b", "feature")
    repository.change({"one/a.tf": "#\n" + BAD})
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.change({"two/a.tf": "#\n" + BAD})
    repository.commit()
    repository.git("checkout", "-q", "feature")
    answer = check("--since", "main")
    assert roots(answer) == ["one"]
    assert "roots touched by the change: 1 of 6" in answer.err
    assert "变更涉及的根模块：1 / 6" in check("--since", "main", "--lang", "zh").err
    assert roots(check("two", "--since", "main")) == []
    assert roots(check("--since", "main", "--changed", "two/a.tf")) == ["one", "two"]


def test_a_renamed_root_and_a_root_that_is_gone(repository: Repository) -> None:
    repository.git("mv", "one", "uno")
    assert roots(check("--since", "HEAD")) == ["uno"]
    repository.git("rm", "-rqf", "uno", "two", "three", "four", "five", "six", "modules")
    answer = check("--since", "HEAD")
    assert (answer.status, answer.codes, answer.results) == (0, set(), [])  # that nothing is left is the change itself
    assert check().codes == {"nothing-to-scan"}


def test_links_to_shared_variables(repository: Repository) -> None:
    os.symlink("../shared/common.tfvars", repository.folder / "five" / "x.auto.tfvars")
    repository.commit()
    repository.change({"shared/common.tfvars": 'source = "::/0"\n'})
    assert roots(check("--since", "HEAD")) == ["five"]


LOCK = 'provider "registry.terraform.io/aliyun/alicloud" {\n  version = "1.2.3"\n}\n'
BOUGHT = 'module "b" {\n  source = "acme/b/alicloud"\n  version = "1.0.0"\n  from = "${path.root}/from.txt"\n}\n'
MANIFEST = {"Modules": [{"Key": "b", "Source": "acme/b/alicloud", "Dir": ".terraform/modules/b"}]}


def link(repository: Repository, name: str, target: str) -> None:
    path = repository.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def test_what_is_found_anew_is_judged_wherever_the_change_is(repository: Repository, tmp_path: Path) -> None:
    """Each root has its finding through another file, none of which it names as its own. The hook is given the names
    of regular files only: links and submodules it must ask for."""
    other = tmp_path / "other"
    other.mkdir()
    Repository(other, {"m/a.tf": "#\n", "x.txt": "10.0.0.0/8", "y.txt": "10.0.0.0/8"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    (repository.folder / "modules/m/m.tf").unlink()
    computed = FROM % 'file("${var.d}/x.txt")' + 'variable "d" {\n  default = "%s"\n}\n'
    lay(
        repository.folder,
        {
            "two/a.tf": "#\n",
            "old/x.txt": "10.0.0.0/8",
            "new/x.txt": "0.0.0.0/0",
            "old/a.tf": "#\n",
            "new/a.tf": BAD,
            "l-read/a.tf": FROM % 'file("deep/link/x.txt")',
            "l-computed/a.tf": computed % "deep/link",
            "l-module/a.tf": CALL % "./link",
            "s-module/a.tf": CALL % "../sub/m",
            "s-read/a.tf": FROM % 'file("../sub/x.txt")',
            "s-computed/a.tf": computed % "../sub",
            "m-hidden/a.tf": CALL % "../modules/hidden",
            "modules/hidden/open.tf": BAD,
            "modules/hidden/other.tf": "#\n",
            "m-mark/a.tf": b"\xef\xbb\xbf" + (CALL % "../modules/mark").encode(),
            "modules/mark/a.tf": "#\n",
            "m-close/a.tf": 'module"m"{\n  source = "../modules/close"\n}\n',
            "modules/close/a.tf": "#\n",
            "m-comment/a.tf": '/* a\n*/ module /* b */ "m" {\n  source = "../modules/comment"\n}\n',
            "modules/comment/a.tf": "#\n",
            "caller/a.tf": CALL % "../modules/orphan",
            "modules/orphan/a.tf": FROM % "var.s" + 'variable "s" {\n  default = "0.0.0.0/0"\n}\n',
            "installed/a.tf": BOUGHT,
            "installed/from.txt": "10.0.0.0/8",
            "installed/.terraform/modules/modules.json": json.dumps(MANIFEST),
            "installed/.terraform/modules/b/b.tf": FROM % "file(var.from)" + 'variable "from" {}\n',
            "listed/a.tf": FROM % 'length(fileset("${path.module}", "d/*/x")) == 0 ? "0.0.0.0/0" : "10.0.0.0/8"',
            "listed/d/e/x": "",
            ".gitignore": "ignored/\n.terraform/\n",
        },
    )
    for name, target in {"l-read/deep/link": "../../old", "l-computed/deep/link": "../../old"}.items():
        link(repository, name, target)
    link(repository, "l-module/link", "../old")
    repository.git("add", "-f", "modules/hidden/open.tf")
    repository.commit()
    lay(repository.folder, {"modules/hidden/.gitignore": "open.tf\n"})
    repository.commit()
    before = set(roots(check()))
    for name in ("l-read/deep/link", "l-computed/deep/link"):
        link(repository, name, "../../new")
    link(repository, "l-module/link", "../new")
    changes: dict[str, str | bytes | None] = {
        "modules/hidden/.gitignore": None,
        "modules/mark/a.tf": BAD,
        "modules/close/a.tf": BAD,
        "modules/comment/a.tf": BAD,
        "caller/a.tf": "#\n",
        "installed/from.txt": "0.0.0.0/0",
        "listed/d/e/x": None,
        "sub/m/a.tf": BAD,
        "sub/x.txt": "0.0.0.0/0",
    }
    repository.change(changes)
    (repository.folder / "listed/d/e").rmdir()
    (repository.folder / "listed/d").rmdir()
    new = sorted(set(roots(check())) - before)
    assert {item.partition("-")[0] for item in new} >= {"l", "s", "m", "installed", "listed", "modules/orphan"}
    assert len(new) == 13
    assert roots(check("--since", "HEAD")) == new
    repository.git("-C", "sub", "commit", "-q", "-a", "-m", "second")
    assert roots(check("--since", "HEAD")) == new
    repository.git("add", "-A")
    regular = [name for name, text in changes.items() if text is not None and not name.startswith("sub/")]
    assert roots(check("--hook", *regular)) == new


def test_without_its_lock_file_a_root_is_judged(repository: Repository) -> None:
    lay(repository.folder, {"one/p.tf": PROVIDER, "one/.terraform.lock.hcl": LOCK})
    repository.commit()
    repository.change({"one/.terraform.lock.hcl": None})
    assert roots(check("--since", "HEAD")) == ["one"]
    repository.git("add", "-A")
    assert roots(check("--hook")) == ["one"]


def test_given_variable_files_touch_everything(repository: Repository) -> None:
    repository.change({"shared/common.tfvars": "other = 1\n"})
    assert roots(check("--since", "HEAD", "--var-file", "shared/common.tfvars")) == [
        "five",
        "four",
        "one",
        "six",
        "three",
        "two",
    ]
    repository.commit()
    link(repository, "five/named", "../shared/common.tfvars")
    repository.commit()
    repository.change({"shared/common.tfvars": "other = 2\n"})
    assert len(roots(check("--since", "HEAD", "--var-file", "five/named"))) == 6


def test_what_a_link_led_to_is_what_was_there_before(repository: Repository) -> None:
    link(repository, "current", "modules")
    repository.commit()
    lay(repository.folder, {"modules/one/a.tf": "#\n"})
    repository.commit()
    link(repository, "current", ".")
    assert fresh(check("current/one", "--new-since", "HEAD")) == ["one open"]


def test_revisions_that_git_does_not_know(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for revision in ("nothing", "", "--all", "HEAD~5", "main:one"):
        answer = check(f"--since={revision}")
        assert (answer.status, answer.out) == (2, "")
        assert "git knows no commit" in answer.err
    assert "git 在此找不到提交" in check("--since", "nothing", "--lang", "zh").err
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("commit", "-q", "-m", "apart")
    assert "no common ancestor" in check("--since", "main").err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in check("--since", "HEAD").err


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(lay(tmp_path, {"a.tf": BAD}))
    for options in (("--since", "HEAD"), ("--new-since", "HEAD"), ("--hook", "a.tf")):
        answer = check(*options)
        assert (answer.status, answer.out) == (2, "")
        assert "not a git repository" in answer.err


def test_a_hook_is_given_the_files_and_asks_for_the_deleted_ones(repository: Repository) -> None:
    """The files of a module are judged where it is called, which is not where they are."""
    assert roots(check("--hook")) == []
    assert roots(check("--hook", "modules/deep/d.tf")) == ["two"]
    assert roots(check("--hook", "one/a.tf", "readme.md")) == ["one"]
    assert roots(check("--hook", "one/notes.md")) == []
    assert fresh(check("--hook", "one/a.tf", "--new-since", "HEAD")) == []
    repository.git("rm", "-q", "modules/deep/d.tf")
    assert roots(check("--hook")) == ["two"]
    assert roots(check("--hook", "one/a.tf")) == ["one", "two"]
    repository.commit()
    assert roots(check("--hook")) == []
    env = {"PRE_COMMIT_FROM_REF": "HEAD~1", "PRE_COMMIT_TO_REF": "HEAD"}
    assert roots(check("--hook", env=env)) == ["two"]
    assert check("--hook", "-").status == 2


def test_a_hook_at_the_first_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lay(tmp_path, {"a.tf": BAD}))
    subprocess.run(["git", "init", "-q"], check=True)
    assert roots(check("--hook", "a.tf")) == ["."]


def test_a_whole_system_is_asked_what_is_missing(repository: Repository) -> None:
    """The change takes away the only trail: that is found although nothing else of the system is touched."""
    trail = 'resource "alicloud_actiontrail_trail" "t" {\n  trail_name = "t"\n  oss_bucket_name = "b"\n}\n'
    repository.change({"compliant-infra.toml": "[system]\ncomplete = true\n", "one/trail.tf": trail})
    repository.commit()

    def missing() -> set[str]:
        return {item["verdict"] for item in check("--since", "HEAD").of_rule("audit-trail-on")}

    repository.change({"two/a.tf": "#\n" + BAD})
    assert missing() == set()
    assert roots(check("--since", "HEAD")) == ["two"]
    repository.change({"one/trail.tf": None})
    assert missing() == {"fail"}


def fresh(answer: Answer) -> list[str]:
    """The root and name of what counts of the rule."""
    assert answer.status in (0, 1), answer.err
    found = [item for item in answer.results if item["verdict"] == "fail" and not item["known"]]
    assert bool(found) == bool(answer.status)
    return sorted(f"{item['root']} {item['resource'].rpartition('.')[2]}" for item in found if item["rule"] == RULE)


@pytest.mark.parametrize(
    ("changes", "new"),
    [
        ({"one/a.tf": "#\n\n" + BAD}, []),
        ({"one/a.tf": BAD + OTHER}, ["one other"]),
        ({"one/a.tf": None, "one/b.tf": BAD}, []),
        ({"five/terraform.tfvars": 'source = "::/0"\n'}, []),
        ({"modules/deep/d.tf": OTHER}, ["two other"]),
        ({"seven/a.tf": BAD}, ["seven open"]),
        ({"one/a.tf": None, "uno/a.tf": BAD}, []),
    ],
)
def test_what_failed_at_the_revision_does_not_count(
    repository: Repository, changes: dict[str, str | bytes | None], new: list[str]
) -> None:
    repository.change(changes)
    assert fresh(check("--new-since", "HEAD")) == new
    assert repository.git("status", "--porcelain") != ""  # nothing was put back


def test_a_value_from_elsewhere_makes_a_finding_new(repository: Repository) -> None:
    """The resource stands where it stood; what makes it fail is in another file."""
    repository.change({"five/terraform.tfvars": 'source = "10.0.0.0/8"\n', "three/source.txt": "10.0.0.0/8"})
    repository.commit()
    repository.change({"five/terraform.tfvars": 'source = "0.0.0.0/0"\n', "three/source.txt": "0.0.0.0/0"})
    assert fresh(check("--new-since", "HEAD")) == ["five open", "three open"]
    assert fresh(check("five", "--new-since", "HEAD")) == ["five open"]
    text = invoke("check", "--new-since", "HEAD~1").out
    assert "known)" in text


def test_settings_and_variables_of_the_revision(repository: Repository) -> None:
    """A stricter baseline is a change too: what fails by it only is new."""
    repository.change({"one/compliant-infra.toml": '[system]\nbaseline = "mlps-l2"\n', "v.tfvars": "x = 1\n"})
    repository.commit()
    before = {item["rule"] for item in check("one").results if item["verdict"] == "fail"}
    repository.change({"one/compliant-infra.toml": '[system]\nbaseline = "mlps-l4"\n'})
    answer = check("--new-since", "HEAD", "--var-file", "v.tfvars")
    for item in answer.results:
        if item["verdict"] == "fail" and item["root"] == "one":
            assert item["known"] == (item["rule"] in before)


def test_links_and_odd_names_at_the_revision(repository: Repository) -> None:
    os.symlink("../modules/deep/d.tf", repository.folder / "five" / "link.tf")
    os.symlink("/etc/passwd", repository.folder / "five" / "passwd.tf")
    repository.change({"-x/\n/a.tf": BAD, "large.bin": b"\0" * 100})
    repository.commit()
    repository.change({"-x/\n/b.tf": OTHER, "five/b.tf": "#\n"})
    assert fresh(check("--new-since", "HEAD")) == ["-x/\n other"]


def test_a_tree_that_leads_out_of_its_folder(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git makes no such tree. Whoever makes one gets nothing written elsewhere, and nothing of it is read."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def store(kind: str, data: bytes) -> bytes:
        options = ["-t", kind, "-w", "--literally", "--stdin"]
        done = subprocess.run(["git", "hash-object", *options], input=data, capture_output=True, check=True)
        return bytes.fromhex(done.stdout.decode())

    blob, link = store("blob", BAD.encode()), store("blob", b"../..")
    inner = store("tree", b"100644 escaped.tf\0" + blob)
    outer = store(
        "tree",
        b"40000 ..\0"
        + inner
        + b"40000 .git\0"
        + inner
        + b"120000 a\0"
        + link
        + b"40000 a\0"
        + inner
        + b"40000 one\0"
        + inner,
    )
    first = repository.git("commit-tree", "-p", "HEAD", "-m", "odd", outer.hex()).strip()
    second = repository.git("commit-tree", "-p", first, "-m", "plain", "HEAD^{tree}").strip()
    repository.git("update-ref", "HEAD", second)
    assert fresh(check("one", "--new-since", "HEAD~1")) == []  # one/escaped.tf has the same finding
    assert list(tmp_path.rglob("escaped.tf")) == []
    assert os.listdir(tmp_path / "temporary") == []


def test_installed_modules_were_there_before(repository: Repository) -> None:
    """``.terraform`` is not in git. Where the calls are as they were, so is what they brought."""
    call = 'module "bought" {\n  source  = "acme/bought/alicloud"\n  version = "%s"\n}\n'
    manifest = {"Modules": [{"Key": "bought", "Source": "acme/bought/alicloud", "Dir": ".terraform/modules/bought"}]}
    repository.change({"one/bought.tf": call % "1.0.0", ".gitignore": "ignored/\n.terraform/\n"})
    repository.commit()
    lay(
        repository.folder / "one" / ".terraform" / "modules",
        {"modules.json": json.dumps(manifest), "bought/m.tf": OTHER, "bought/.git/config": ""},
    )
    repository.change({"one/a.tf": "#\n" + BAD})
    assert roots(check("--since", "HEAD")) == ["one"]
    assert fresh(check("--new-since", "HEAD")) == []
    # Another version may be another module: what is installed is that of the new one.
    repository.change({"one/bought.tf": call % "2.0.0"})
    assert fresh(check("--new-since", "HEAD")) == ["one other"]


def test_kept_calls_follow_the_content(repository: Repository, tmp_path: Path) -> None:
    """Which directory calls which is kept by content: another content, other calls; what is damaged is read again."""
    cache = tmp_path / "cache"
    env = {"COMPLIANT_INFRA_NO_CACHE": None, "COMPLIANT_INFRA_CACHE": str(cache)}

    def touched(file: str) -> list[str]:
        return roots(check("--hook", file, env=env))

    assert touched("modules/deep/d.tf") == touched("modules/deep/d.tf") == ["two"]
    (kept,) = cache.glob("*.calls")
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 2
    repository.change({"two/a.tf": BAD, "one/a.tf": BAD + CALL % "../modules/m"})
    assert touched("modules/deep/d.tf") == ["one"]
    for damaged in ("", "[]", '{"x": 1}', "\0"):
        kept.write_text(damaged, encoding="utf-8")
        assert touched("modules/deep/d.tf") == ["one"]
    inside = {"COMPLIANT_INFRA_NO_CACHE": None, "COMPLIANT_INFRA_CACHE": str(repository.folder / "cache")}
    check(env=inside)
    assert not (repository.folder / "cache").exists()


def test_warnings_about_what_is_elsewhere_are_not_repeated(repository: Repository) -> None:
    repository.change({"grunt/terragrunt.hcl": "", "program/Pulumi.yaml": "name: p\nruntime: python\n"})
    repository.commit()
    assert check().codes == {"unsupported-input"}
    assert check("--hook", "one/a.tf", "--strict").codes == set()
    assert check("--hook", "grunt/terragrunt.hcl").codes == {"unsupported-input"}
    assert check("--hook", "program/part/a.py").codes == {"unsupported-input"}


def test_names_count_from_the_top_whatever_the_user_likes(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of a linked working tree has ``GIT_DIR``: with it git takes every directory for the top."""
    repository.git("config", "diff.relative", "true")
    repository.change({"modules/deep/d.tf": "# changed\n"})
    monkeypatch.chdir("two")
    assert roots(check("--since", "HEAD")) == ["two"]
    for name in (str(repository.folder / ".git"), "../.git"):
        assert roots(check("--since", "HEAD", env={"GIT_DIR": name})) == ["two"]
        assert fresh(check("--new-since", "HEAD", env={"GIT_DIR": name})) == []
    monkeypatch.chdir("..")
    assert roots(check("two", "--since", "HEAD", env={"GIT_DIR": ".git"})) == ["two"]
    other = tmp_path / "other"
    other.mkdir()
    Repository(other, {"a.tf": "#\n"}).change({"a.tf": BAD})
    assert roots(check(str(other), "--since", "HEAD", env={"GIT_DIR": ".git"})) == ["."]
    # Each of several repositories has its own changes; of one revision only one has a tree.
    assert len(roots(check(str(other), "two", "--since", "HEAD"))) == 2
    assert len(roots(check("two", str(other), "--since", "HEAD"))) == 2
    answer = check("two", str(other), "--new-since", "HEAD")
    assert (answer.status, "one repository" in answer.err) == (2, True)


def test_a_system_of_several_misses_the_root_that_is_gone(repository: Repository) -> None:
    trail = 'resource "alicloud_actiontrail_trail" "t" {\n  trail_name = "t"\n  oss_bucket_name = "b"\n}\n'
    settings = "[system]\ncomplete = true\n"
    lay(repository.folder, {"x/compliant-infra.toml": settings, "x/a/a.tf": trail})
    lay(repository.folder, {"y/compliant-infra.toml": settings, "y/a/a.tf": trail, "y/b/b.tf": BAD})
    repository.commit()
    repository.change({"y/a/a.tf": None})
    assert [item["verdict"] for item in check("--since", "HEAD").of_rule("audit-trail-on")] == ["fail"]


def test_what_git_does_not_know_is_judged(repository: Repository) -> None:
    """What is piped in, and a plan that is made on the way: git cannot tell that they are as they were."""
    values = {"type": "ingress", "ip_protocol": "tcp", "port_range": "22/22", "cidr_ip": "0.0.0.0/0"}
    resource = {
        "address": "alicloud_security_group_rule.open",
        "mode": "managed",
        "type": "alicloud_security_group_rule",
        "name": "open",
        "provider_name": "registry.terraform.io/aliyun/alicloud",
        "values": values,
    }
    plan = json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}})
    lay(repository.folder, {"ignored/plan.json": plan, "kept/plan.json": plan})
    repository.commit()
    for option in ("--since", "--new-since"):
        for source in (BAD, plan):
            assert len(fresh(check("-", option, "HEAD", stdin=source))) == 1
        assert fresh(check("ignored/plan.json", option, "HEAD")) == ["ignored/plan.json open"]
        assert fresh(check("kept/plan.json", option, "HEAD")) == []


def test_new_since_excludes_since(repository: Repository) -> None:
    assert check("--since", "HEAD", "--new-since", "HEAD").status == 2
