"""What is wrong with a file is said, with the exit status of the table; its neighbours are judged all the same."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.hcl_checks import module_instance
from compliant_infra.kernel.logic import Outcome
from compliant_infra.kernel.rules import rules_by_name
from tests.cli.harness import BAD, RULE, Answer, check, invoke, lay

#: Seconds after which a case counts as hanging. Generous: the machine may be busy.
_DEADLINE = 60


@pytest.fixture(autouse=True)
def _conditions() -> Iterator[None]:
    """As in the real command: its stack, and an end to every case."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)

    def late(*_: object) -> None:
        raise TimeoutError(f"not done after {_DEADLINE} seconds")

    old = signal.signal(signal.SIGALRM, late)
    signal.alarm(_DEADLINE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, old)
    sys.setrecursionlimit(before)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    monkeypatch.chdir(root)
    lay(root, {"bad.tf": BAD})
    return root


def judged(tree: Path) -> Answer:
    """The answer, after making sure that the bad neighbour was judged and that the console can show it as well."""
    answer = check()
    found = [item for item in answer.of_rule() if item["file"] == "bad.tf"]
    assert [item["verdict"] for item in found] == ["fail"], answer.diagnostics
    shown = invoke("check")
    assert shown.status == answer.status
    assert "alicloud_security_group_rule.open" in shown.out
    return answer


def using(expression: str, name: str = "other") -> str:
    """A rule group of which the source is an expression."""
    return BAD.replace('"open"', f'"{name}"').replace('"0.0.0.0/0"', expression)


def deep(opening: str, core: str, closing: str, times: int = 5000) -> str:
    return opening * times + core + closing * times


MANY = "\n"

BROKEN: dict[str, tuple[dict[str, str | bytes], str, int]] = {
    # name: files, code of the diagnostic, exit status
    "block not closed": ({"x.tf": 'resource "a" "b" {\n'}, "syntax-error", 2),
    "comment not closed": ({"x.tf": "# fine\n/* not\n"}, "syntax-error", 2),
    "heredoc not closed": ({"x.tf": "locals {\n  a = <<EOT\nfoo\n}\n"}, "syntax-error", 2),
    "no expression": ({"x.tf": "locals {\n  a = 1 +\n}\n"}, "syntax-error", 2),
    "two expressions": ({"x.tf": "locals {\n  a = foo bar\n}\n"}, "syntax-error", 2),
    "broken expression inside a list": ({"x.tf": "locals {\n  a = [1, { b = [var.x..y] }]\n}\n"}, "syntax-error", 2),
    "address without quotes": ({"x.tf": "locals {\n  a = 10.0.0.0/8\n}\n"}, "syntax-error", 2),
    "labels": ({"x.tf": 'resource "a" {}\n'}, "syntax-error", 2),
    "unknown block": ({"x.tf": 'resorce "a" "b" {}\n'}, "syntax-error", 2),
    "argument at top level": ({"x.tf": "a = 1\n"}, "syntax-error", 2),
    "declared twice": ({"x.tf": using('"10.0.0.0/8"') + using('"10.0.0.0/9"')}, "syntax-error", 2),
    "JSON cut off": ({"x.tf.json": '{"resource": '}, "syntax-error", 2),
    "JSON list": ({"x.tf.json": "[1, 2]"}, "syntax-error", 2),
    "JSON empty": ({"x.tf.json": ""}, "syntax-error", 2),
    "variable file broken": ({"terraform.tfvars": "a = \n"}, "syntax-error", 2),
    "variable file with a block": ({"terraform.tfvars": "a {\n}\n"}, "syntax-error", 2),
    "variable file with a reference": ({"terraform.tfvars": "a = var.b\n"}, "syntax-error", 2),
    "variable file in broken JSON": ({"terraform.tfvars.json": "{"}, "syntax-error", 2),
    "variable file with a JSON list": ({"x.auto.tfvars.json": "[1]"}, "syntax-error", 2),
    "variable file in deep JSON": ({"x.auto.tfvars.json": "[" * 5000}, "syntax-error", 2),
    "variable file not UTF-8": ({"x.auto.tfvars": b'a = "\xff"\n'}, "bad-encoding", 2),
    "variable file is a directory of its name": ({"terraform.tfvars/x": ""}, "", 1),
    "bytes that are not UTF-8": ({"x.tf": b'locals {\n  a = "\xff"\n}\n'}, "bad-encoding", 2),
    "UTF-16": ({"x.tf": using('"::/0"').encode("utf-16")}, "bad-encoding", 2),
    "ten million characters": ({"x.tf": 'locals {\n  a = "' + "x" * 10_000_000 + '"\n}\n'}, "limit-reached", 2),
    "lists in lists": ({"x.tf": f"locals {{\n  a = {deep('[', '', ']')}\n}}\n"}, "limit-reached", 2),
    "lists in lists, not closed": ({"x.tf": f"locals {{\n  a = {'[' * 5000}"}, "limit-reached", 2),
    "parentheses": ({"x.tf": f"locals {{\n  a = {deep('(', '1', ')')}\n}}\n"}, "limit-reached", 2),
    "negations": ({"x.tf": f"locals {{\n  a = {'!' * 5000}true\n}}\n"}, "limit-reached", 2),
    "conditionals": ({"x.tf": f"locals {{\n  a = {deep('true ? ', '1', ' : 2')}\n}}\n"}, "limit-reached", 2),
    "templates": ({"x.tf": f"locals {{\n  a = {deep(chr(34) + '${', '1', '}' + chr(34))}\n}}\n"}, "limit-reached", 2),
    "a deep type": ({"x.tf": f'variable "v" {{\n  type = {deep("list(", "string", ")")}\n}}\n'}, "limit-reached", 2),
    "deep JSON": ({"x.tf.json": '{"locals": {"a": ' + deep("[", "", "]") + "}}"}, "limit-reached", 2),
    "deep blocks": ({"x.tf": deep("a {\n", "", "}\n")}, "limit-reached", 2),
    "a thousand million instances": (
        {"x.tf": using('"0.0.0.0/0"').replace("{\n", "{\n  count = 1000000000\n", 1)},
        "limit-reached",
        2,
    ),
    "instances from a large range": (
        {"x.tf": using('"0.0.0.0/0"').replace("{\n", "{\n  for_each = toset([for i in range(1000) : i])\n", 1)},
        "",
        1,
    ),
    "locals in a ring": (
        {"x.tf": "locals {\n  a = local.b\n  b = local.a\n}\n" + using("local.a")},
        "reference-cycle",
        2,
    ),
    "a local of itself": ({"x.tf": 'locals {\n  a = "${local.a}x"\n}\n' + using("local.a")}, "reference-cycle", 2),
    "attributes in a ring": (
        {
            "x.tf": 'resource "alicloud_vpc" "a" {\n  cidr_block = alicloud_vpc.b.cidr_block\n}\n'
            'resource "alicloud_vpc" "b" {\n  cidr_block = alicloud_vpc.a.cidr_block\n}\n'
            + using("alicloud_vpc.a.cidr_block")
        },
        "reference-cycle",
        2,
    ),
    "a variable of its own output": (
        {
            "x.tf": 'module "m" {\n  source = "./m"\n  v      = module.m.o\n}\n',
            "m/m.tf": 'variable "v" {}\noutput "o" {\n  value = var.v\n}\n' + using("var.v"),
        },
        "reference-cycle",
        2,
    ),
    "outputs in a ring": (
        {
            "x.tf": 'module "m" {\n  source = "./m"\n  v      = module.n.o\n}\n'
            'module "n" {\n  source = "./m"\n  v      = module.m.o\n}\n',
            "m/m.tf": 'variable "v" {}\noutput "o" {\n  value = var.v\n}\n' + using("var.v"),
        },
        "reference-cycle",
        2,
    ),
    "a module of itself": ({"sub/x.tf": 'module "m" {\n  source = "./."\n}\n'}, "module-cycle", 2),
    "two modules of each other": (
        {"a/x.tf": 'module "m" {\n  source = "../b"\n}\n', "b/x.tf": 'module "m" {\n  source = "../a"\n}\n'},
        "module-cycle",
        2,
    ),
    "modules a hundred deep": (
        {"m/" * depth + "x.tf": 'module "m" {\n  source = "./m"\n}\n' for depth in range(100)},
        "limit-reached",
        2,
    ),
    "modules that double": (
        {
            "m/" * depth + "x.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n'
            for depth in range(20)
        }
        | {"m/" * 20 + "x.tf": ""},
        "limit-reached",
        2,
    ),
    "module without a source": ({"x.tf": 'module "m" {\n}\n'}, "module-absent", 1),
    "module with an unknown source": ({"x.tf": 'module "m" {\n  source = var.x\n}\n'}, "module-absent", 1),
    "module that is a file": ({"x.tf": 'module "m" {\n  source = "./bad.tf"\n}\n'}, "module-absent", 1),
    "module outside of the tree": ({"x.tf": 'module "m" {\n  source = "../../etc"\n}\n'}, "path-outside-root", 1),
    "file by an absolute path": ({"x.tf": using('file("/etc/hostname")')}, "path-outside-root", 1),
    "file above the root": ({"x.tf": using('file("../../../../../../etc/hostname")')}, "path-outside-root", 1),
    "device as file": ({"x.tf": using('file("/dev/zero")')}, "path-outside-root", 1),
    "name that is declared nowhere": ({"x.tf": "\n\n" + using("local.nowhere")}, "undeclared-reference", 1),
    "lists that double": (
        {
            "x.tf": "locals {\n  a0 = [1, 2]\n"
            + "".join(f"  a{i + 1} = [local.a{i}, local.a{i}]\n" for i in range(60))
            + "}\n"
            + using("jsonencode(local.a60)")
        },
        "limit-reached",
        2,
    ),
    "texts that double": (
        {
            "x.tf": 'locals {\n  a0 = "xxxxxxxxxxxxxxxxxxxx"\n'
            + "".join(f'  a{i + 1} = "${{local.a{i}}}${{local.a{i}}}"\n' for i in range(60))
            + "}\n"
            + using("local.a60")
        },
        "limit-reached",
        2,
    ),
    "unknown texts that double": (
        {
            "x.tf": 'variable "v" {}\nlocals {\n  a0 = "x${var.v}"\n'
            + "".join(f'  a{i + 1} = "${{local.a{i}}}${{local.a{i}}}"\n' for i in range(60))
            + "}\n"
            + using("local.a60")
        },
        "",
        1,
    ),
    "loops in loops": (
        {
            "x.tf": using(
                'join(",", flatten([for i in range(1000) : [for j in range(1000) : [for k in range(1000) : k]]]))'
            )
        },
        "limit-reached",
        2,
    ),
    "a product of sets": (
        {"x.tf": using('join(",", flatten(setproduct(range(1000), range(1000), range(1000))))')},
        "limit-reached",
        2,
    ),
    "padding": ({"x.tf": using('format("%1000000000d", 1)')}, "limit-reached", 2),
    "indenting": ({"x.tf": using('indent(1000000000, "a\\nb")')}, "limit-reached", 2),
    "a range that is too long": ({"x.tf": using('join(",", range(0, 10000000000, 0.001))')}, "", 1),
    "a power that is too large": ({"x.tf": using("tostring(pow(10, 1000000000))")}, "", 1),
    "a pattern that would take for ever": ({"x.tf": using(f'regex("(a+)+$", "{"a" * 5000}!")')}, "", 1),
    "a pattern that is too large": (
        {"x.tf": using('regex("((((a{1,100}){1,100}){1,100}){1,100}){1,100}", "aa")')},
        "",
        1,
    ),
    "an empty file": ({"x.tf": ""}, "", 1),
    "comments only": ({"x.tf": "# a\n// b\n/* c */"}, "", 1),
    "dynamic without anything": ({"x.tf": 'resource "alicloud_vpc" "b" {\n  dynamic "x" {}\n  dynamic {}\n}\n'}, "", 1),
    "a thousand dynamic blocks more than allowed": (
        {
            "x.tf": 'resource "alicloud_security_group" "x" {\n  dynamic "y" {\n    for_each = range(900)\n'
            "    content {\n      z = y.value\n    }\n  }\n}\n"
        },
        "",
        1,
    ),
    "a directory with the name of a file": ({"x.tf/readme.md": "", "y.tf.json/readme.md": ""}, "", 1),
    ".gitignore that is a directory": ({".gitignore/x": ""}, "", 1),
    "settings that are a directory": ({"compliant-infra.toml/x": ""}, "invalid-settings", 2),
    "Terragrunt": ({"terragrunt.hcl": "inputs = {}\n"}, "unsupported-input", 1),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_named(tree: Path, case: str) -> None:
    files, code, status = BROKEN[case]
    lay(tree, files)
    answer = judged(tree)
    assert answer.status == status, answer.diagnostics
    if code:
        assert code in answer.codes
    else:
        assert answer.diagnostics == []
    for item in answer.diagnostics:
        assert item["message"]
        assert not os.path.isabs(item["file"])


def test_every_verdict_of_a_broken_value_is_unknown(tree: Path) -> None:
    """Nothing that cannot be computed turns into a pass, nor into a fail."""
    expressions = [
        'regex("(a+)+$", "aaa!")',
        'file("/etc/hostname")',
        "local.nowhere",
        "1 / 0",
        'nosuchfunction("x")',
        "{ a = 1 }.b",
        "[1, 2][7]",
    ]
    lay(tree, {"x.tf": "".join(using(item, f"u{number}") for number, item in enumerate(expressions))})
    verdicts = judged(tree).verdicts()
    assert {name: verdict for name, verdict in verdicts.items() if ".u" in name} == {
        f"alicloud_security_group_rule.u{number}": "unknown" for number in range(len(expressions))
    }


def test_places_of_what_is_wrong(tree: Path) -> None:
    lay(
        tree,
        {
            "x.tf": "locals {\n  a = [\n    1,\n    nought ? true,\n  ]\n}\n",
            "y.tf": using("local.nowhere"),
            "z.tf": using('file("/etc/hostname")', "z"),
            "m.tf": "locals {\n  one = local.two\n  two = local.one\n}\n" + using("local.one", "m"),
        },
    )
    places = {(item["code"], item["file"], item["line"]) for item in judged(tree).diagnostics}
    assert places == {
        ("syntax-error", "x.tf", 4),
        ("undeclared-reference", "y.tf", 6),
        ("path-outside-root", "z.tf", 6),
        ("reference-cycle", "m.tf", 2),
    }
    [result] = [item for item in check().of_rule() if item["file"] == "y.tf"]
    assert result["reason"]["location"] == {"file": "y.tf", "line": 6}


def test_names_that_may_stand_in_a_broken_file_are_not_called_undeclared(tree: Path) -> None:
    lay(tree, {"x.tf": "locals {\n", "y.tf": using("local.perhaps")})
    assert judged(tree).codes == {"syntax-error"}


@pytest.mark.parametrize("kind", ["locals", "templates", "attributes"])
def test_long_chains_are_followed(tree: Path, kind: str) -> None:
    """5,000 names that refer to each other: worked out, or a limit that is named."""
    length = 5000
    if kind == "attributes":
        chain = "".join(
            f'resource "alicloud_vpc" "r{i}" {{\n  cidr_block = alicloud_vpc.r{i + 1}.cidr_block\n}}\n'
            for i in range(length)
        )
        chain += f'resource "alicloud_vpc" "r{length}" {{\n  cidr_block = "0.0.0.0/0"\n}}\n'
        chain += using("alicloud_vpc.r0.cidr_block")
    else:
        link = "local.l{}" if kind == "locals" else '"${{local.l{}}}"'
        chain = "locals {\n" + "".join(f"  l{i} = {link.format(i + 1)}\n" for i in range(length))
        chain += f'  l{length} = "0.0.0.0/0"\n}}\n' + using("local.l0")
    lay(tree, {"x.tf": chain})
    answer = judged(tree)
    verdict = answer.verdicts()["alicloud_security_group_rule.other"]
    if kind == "attributes" and verdict == "unknown":
        assert "limit-reached" in answer.codes
        assert answer.status == 2
    else:
        assert verdict == "fail"
        assert answer.status == 1


def test_many_instances_of_many_modules(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_instance, "MAX_RESOURCES", 5_000)
    lay(
        tree,
        {
            "x.tf": "".join(f'module "m{i}" {{\n  source = "./m"\n  count  = 600\n}}\n' for i in range(30)),
            "m/x.tf": 'resource "alicloud_vpc" "x" {\n  count = 5000\n}\n',
        },
    )
    answer = judged(tree)
    assert answer.status == 2
    assert "limit-reached" in answer.codes
    assert answer.document["summary"]["resources"] <= 10_000


def test_over_the_limit_is_judged_as_one(tree: Path) -> None:
    lay(tree, {"x.tf": using('"0.0.0.0/0"').replace("{\n", "{\n  count = 10001\n", 1)})
    assert judged(tree).verdicts()["alicloud_security_group_rule.other"] == "fail"


LINKS: dict[str, tuple[Callable[[Path, Path], None], set[str], int]] = {
    "file out of the tree": (lambda tree, out: (tree / "x.tf").symlink_to(out / "o.tf"), {"symlink-skipped"}, 1),
    "directory out of the tree": (lambda tree, out: (tree / "x").symlink_to(out), {"symlink-skipped"}, 1),
    "variable file out of the tree": (
        lambda tree, out: (tree / "terraform.tfvars").symlink_to(out / "v.tfvars"),
        {"symlink-skipped"},
        1,
    ),
    "device": (lambda tree, out: (tree / "x.tf").symlink_to("/dev/zero"), {"symlink-skipped"}, 1),
    "nothing, out of the tree": (lambda tree, out: (tree / "x.tf").symlink_to(out / "no.tf"), {"symlink-skipped"}, 1),
    "nothing, within the tree": (lambda tree, out: (tree / "x.tf").symlink_to("no.tf"), {"unreadable-file"}, 2),
    "itself": (lambda tree, out: (tree / "x.tf").symlink_to("x.tf"), {"unreadable-file"}, 2),
    "itself, under another name": (lambda tree, out: (tree / "loop").symlink_to("loop"), set(), 1),
    "the directory above": (lambda tree, out: (tree / "x").symlink_to(tree), set(), 1),
    "pipe": (lambda tree, out: os.mkfifo(tree / "x.tf"), {"unreadable-file"}, 2),
    "pipe as variable file": (lambda tree, out: os.mkfifo(tree / "terraform.tfvars"), {"unreadable-file"}, 2),
    "pipe as .gitignore": (lambda tree, out: os.mkfifo(tree / ".gitignore"), set(), 1),
    "pipe as settings": (lambda tree, out: os.mkfifo(tree / "compliant-infra.toml"), {"invalid-settings"}, 2),
}


@pytest.mark.parametrize("case", LINKS)
def test_links_and_special_files(tree: Path, tmp_path: Path, case: str) -> None:
    """Nothing outside is read, nothing waits for ever."""
    outside = tmp_path / "hidden-place"
    lay(outside, {"o.tf": using('"0.0.0.0/0"', "hidden-place"), "v.tfvars": 'secret = "s"\n'})
    make, codes, status = LINKS[case]
    make(tree, outside)
    answer = judged(tree)
    assert answer.codes == codes
    assert answer.status == status
    assert "hidden-place" not in answer.out
    assert len(answer.of_rule()) == 1


def test_pipe_for_file(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    lay(tree, {"x.tf": using('file("pipe")')})
    assert judged(tree).verdicts()["alicloud_security_group_rule.other"] == "unknown"


def test_link_in_a_module_that_the_walk_does_not_list(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    lay(outside, {"o.tf": using('"0.0.0.0/0"', "outside")})
    lay(tree, {".terraform/m/m.tf": "", "x.tf": 'module "m" {\n  source = "./.terraform/m"\n}\n'})
    (tree / ".terraform/m/o.tf").symlink_to(outside / "o.tf")
    os.mkfifo(tree / ".terraform/m/p.tf")
    answer = judged(tree)
    assert answer.codes == {"symlink-skipped", "unreadable-file"}
    assert len(answer.of_rule()) == 1


def test_links_within_the_tree_are_read(tree: Path) -> None:
    lay(tree, {"shared/common.txt": using('"0.0.0.0/0"')})
    (tree / "x.tf").symlink_to("shared/common.txt")
    assert judged(tree).verdicts()["alicloud_security_group_rule.other"] == "fail"


def test_unreadable_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when permission is missing, which does not hold a superuser."""
    lay(tree, {"x.tf": using('"0.0.0.0/0"')})
    original = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "x.tf":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    answer = judged(tree)
    assert answer.codes == {"unreadable-file"}
    assert answer.status == 2


def test_unreadable_directory(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tree, {"locked/x.tf": BAD})
    original = os.scandir

    def scandir(path: Any = ".") -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    answer = judged(tree)
    assert [(item["code"], item["file"]) for item in answer.diagnostics] == [("unreadable-file", "locked")]
    assert answer.status == 2


def test_rule_that_crashes(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(
        item for item in rules_by_name().values() if item.name != RULE and "alicloud_security_group_rule" in item.checks
    )

    class Crash:
        reads = ()

        def __call__(self, *_: Any) -> Outcome:
            raise RuntimeError("broken rule")

    monkeypatch.setitem(other.checks, "alicloud_security_group_rule", Crash())
    from compliant_infra.hcl_checks import scanning

    monkeypatch.setattr(scanning, "_INDEXES", {})
    answer = judged(tree)
    assert answer.status == 2
    assert [item["verdict"] for item in answer.of_rule(other.name)] == ["error"]
    [diagnostic] = answer.diagnostics
    assert diagnostic["code"] == "rule-crashed"
    assert other.name in diagnostic["message"]


NAMES = [
    "a b.tf",
    "new\nline.tf",
    "中文 目录/文件.tf",
    "x" * 200 + ".tf",
    "-dash.tf",
    "'\"quote.tf",
    "a&b;c|d.tf",
    "%s{}.tf",
]


@pytest.mark.parametrize("name", NAMES)
def test_strange_file_names(tree: Path, name: str) -> None:
    lay(tree, {name: using('"0.0.0.0/0"')})
    answer = judged(tree)
    assert answer.status == 1
    assert [item["file"] for item in answer.of_rule() if item["resource"].endswith(".other")] == [name]


def test_file_name_that_is_not_utf_8(tree: Path) -> None:
    path = os.fsencode(str(tree)) + b"/\xff.tf"
    try:
        with open(path, "w") as stream:
            stream.write(using('"0.0.0.0/0"'))
    except OSError:
        pytest.skip("the file system does not take such names")
    answer = judged(tree)
    assert answer.verdicts()["alicloud_security_group_rule.other"] == "fail"
    for kind in ("sarif", "junit", "markdown", "csv"):
        assert invoke("check", "--format", kind).status == 1


def test_deep_directories(tree: Path) -> None:
    lay(tree, {"d/" * 300 + "x.tf": BAD})
    assert len([item for item in judged(tree).of_rule() if item["verdict"] == "fail"]) == 2


@pytest.mark.parametrize("form", ["crlf", "bom", "bom and crlf", "no newline at the end", "cr in a comment"])
def test_line_ends_and_marks(tree: Path, form: str) -> None:
    text = using('"0.0.0.0/0"')
    data = {
        "crlf": text.replace("\n", "\r\n").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "bom and crlf": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        "no newline at the end": text.rstrip("\n").encode(),
        "cr in a comment": ("# a \r b\n" + text).encode(),
    }[form]
    lay(tree, {"x.tf": data})
    answer = judged(tree)
    assert answer.status == 1
    [result] = [item for item in answer.of_rule() if item["file"] == "x.tf"]
    assert result["line"] == (7 if form.startswith("cr in") else 6)


def test_directory_without_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"readme.md": "hello"})
    answer = check()
    assert answer.status == 2
    assert answer.codes == {"nothing-to-scan"}
    assert answer.results == []


def test_only_terragrunt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"terragrunt.hcl": ""})
    answer = check()
    assert answer.codes == {"unsupported-input", "nothing-to-scan"}
    assert answer.status == 2


def test_path_that_is_not_there_beside_one_that_is(tree: Path) -> None:
    answer = check("nowhere", ".")
    assert answer.codes == {"unknown-path"}
    assert answer.status == 2
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "fail"}


def test_file_of_an_unknown_kind(tree: Path) -> None:
    lay(tree, {"readme.md": ""})
    answer = check("readme.md")
    assert answer.codes == {"unsupported-input", "nothing-to-scan"}
    assert answer.status == 2
    assert check("readme.md", ".").status == 1


def test_a_cycle_of_locals_is_named_although_nothing_asks_for_it(tree: Path) -> None:
    lay(tree, {"a.tf": "locals {\n  a = local.b\n  b = [local.c]\n  c = { x = local.a }\n  d = local.d\n  e = 1\n}\n"})
    answer = judged(tree)
    assert answer.status == 2
    found = [(item["code"], item["file"], item["line"]) for item in answer.diagnostics]
    assert found == [("reference-cycle", "a.tf", 2), ("reference-cycle", "a.tf", 5)]


def test_an_argument_and_a_block_of_one_name(tree: Path) -> None:
    text = 'resource "aws_security_group" "g" {\n  ingress = []\n  ingress {\n    protocol = "-1"\n  }\n}\n'
    lay(tree, {"a.tf": text})
    answer = judged(tree)
    assert answer.status == 2
    assert [(item["code"], item["line"]) for item in answer.diagnostics] == [("syntax-error", 3)]


def test_count_beside_for_each(tree: Path) -> None:
    lay(tree, {"a.tf": 'resource "alicloud_vpc" "v" {\n  count    = 2\n  for_each = toset(["a"])\n}\n'})
    answer = judged(tree)
    assert (answer.status, answer.codes) == (2, {"syntax-error"})
