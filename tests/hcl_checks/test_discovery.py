"""Which files a scan looks at: the walk, what is ignored, roots and paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliant_infra.hcl_checks.discovery import configuration_files, discover, display_path
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.roots import find_roots
from tests.cli.harness import lay


def seen(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """The files that are read, relative to the base."""
    tree = discover([str(root / path) for path in paths] or [str(root)], exclude)
    return sorted(
        f"{directory.display}/{name}".removeprefix("./") for directory in tree.directories for name in directory.files
    )


def roots(root: Path, *paths: str) -> list[str]:
    tree = discover([str(root / path) for path in paths] or [str(root)])
    return [tree.display(path) for path in find_roots(tree, ModuleLibrary(tree))]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_names() -> None:
    names = [
        "b.tf",
        "a.tf.json",
        "c.tofu",
        "d.tofu.json",
        "x.tfvars",
        ".hidden.tf",
        "#c.tf",
        "y.tf~",
        "z.tf.bak",
        "A.TF",
    ]
    assert configuration_files(names) == ("a.tf.json", "b.tf", "c.tofu", "d.tofu.json")


def test_tofu_shadows_tf() -> None:
    names = ["a.tf", "a.tofu", "b.tf", "c.tf.json", "c.tofu.json", "d.tofu"]
    assert configuration_files(names) == ("a.tofu", "b.tf", "c.tofu.json", "d.tofu")


def test_walk(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": "",
            "b/c/d.tf.json": "{}",
            "b/readme.md": "",
            ".terraform/modules/x/a.tf": "",
            ".git/a.tf": "",
            ".terragrunt-cache/a.tf": "",
            ".github/a.tf": "",
            "node_modules/x/a.tf": "",
        },
    )
    assert seen(here) == [".github/a.tf", "a.tf", "b/c/d.tf.json", "node_modules/x/a.tf"]


def test_a_directory_is_walked_once(here: Path) -> None:
    lay(here, {"a/x.tf": "", "a/b/y.tf": ""})
    assert seen(here, ".", "a", "a/b", "a/x.tf") == ["a/b/y.tf", "a/x.tf"]


def test_git_ignore(here: Path) -> None:
    lay(
        here,
        {
            ".git/HEAD": "",
            ".gitignore": "/build\n*.generated.tf\n!keep.generated.tf\nlogs/\n# x.tf\n\n\\!bang.tf\nsub/**/deep\n",
            "a.tf": "",
            "x.tf": "",
            "!bang.tf": "",
            "build/a.tf": "",
            "other/build/a.tf": "",
            "a.generated.tf": "",
            "keep.generated.tf": "",
            "other/logs/a.tf": "",
            "sub/one/two/deep/a.tf": "",
            "nested/.gitignore": "b.tf\n!a.generated.tf\n",
            "nested/a.tf": "",
            "nested/b.tf": "",
            "nested/a.generated.tf": "",
            "nested/c/b.tf": "",
            "b.tf": "",
        },
    )
    assert seen(here) == [
        "a.tf",
        "b.tf",
        "keep.generated.tf",
        "nested/a.generated.tf",
        "nested/a.tf",
        "other/build/a.tf",
        "x.tf",
    ]


def test_git_ignore_above_the_given_directory(here: Path) -> None:
    lay(here, {".git/HEAD": "", ".gitignore": "*.skip.tf\n", "sub/a.tf": "", "sub/b.skip.tf": ""})
    assert seen(here, "sub") == ["sub/a.tf"]


def test_git_ignore_above_the_git_top_level_does_not_count(here: Path) -> None:
    lay(here, {".gitignore": "*.tf\n", "repo/.git/HEAD": "", "repo/a.tf": ""})
    assert seen(here, "repo") == ["a.tf"]


def test_git_ignore_that_is_not_utf_8(here: Path) -> None:
    lay(here, {".git/HEAD": "", ".gitignore": b"\xff\xfe\nb.tf\n", "a.tf": "", "b.tf": ""})
    assert seen(here) == ["a.tf"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("sub", ["a.tf"]),
        ("sub/", ["a.tf"]),
        ("sub/*", ["a.tf"]),
        ("*.tf", []),
        ("sub/deep", ["a.tf", "sub/b.tf"]),
        ("deep", ["a.tf", "sub/b.tf"]),
        ("b.tf", ["a.tf", "sub/deep/c.tf"]),
        ("SUB", ["a.tf", "sub/b.tf", "sub/deep/c.tf"]),
        ("nothing", ["a.tf", "sub/b.tf", "sub/deep/c.tf"]),
    ],
)
def test_exclude(here: Path, pattern: str, left: list[str]) -> None:
    lay(here, {"a.tf": "", "sub/b.tf": "", "sub/deep/c.tf": ""})
    assert seen(here, exclude=(pattern,)) == left


def test_paths_below_the_working_directory(here: Path) -> None:
    lay(here, {"a/b/x.tf": ""})
    assert discover(["a/b"]).base == here
    assert discover([str(here / "a" / "b")]).directories[0].display == "a/b"


def test_paths_elsewhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(here, {"a/b/x.tf": "", "c/readme": ""})
    monkeypatch.chdir(here / "c")
    assert discover([str(here / "a")]).directories[0].display == "b"


def test_display_path() -> None:
    assert display_path("/base/a/b.tf", Path("/base")) == "a/b.tf"
    assert display_path("/base", Path("/base")) == "."
    assert display_path("/elsewhere/b.tf", Path("/base")) == "/elsewhere/b.tf"
    assert display_path("/base-2/b.tf", Path("/base")) == "/base-2/b.tf"
    assert display_path("/base/..b.tf", Path("/base")) == "..b.tf"


def test_a_git_file_marks_a_work_tree(here: Path) -> None:
    lay(here, {".git": "gitdir: /elsewhere\n", "a/x.tf": ""})
    assert discover([str(here / "a")]).base == here


# -- roots --------------------------------------------------------------------------------------------------------


def call(source: str, name: str = "m") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'


def test_called_directories_are_no_roots(here: Path) -> None:
    lay(
        here,
        {
            "envs/prod/a.tf": call("../../modules/net"),
            "envs/dev/a.tf": call("../../modules/net/"),
            "modules/net/a.tf": call("./inner"),
            "modules/net/inner/a.tf": "",
            "modules/unused/a.tf": "",
        },
    )
    assert roots(here) == ["envs/dev", "envs/prod", "modules/unused"]
    assert roots(here, "modules") == ["modules/net", "modules/unused"]


def test_examples_that_call_the_root(here: Path) -> None:
    """The usual layout of a published module."""
    lay(here, {"main.tf": "", "examples/full/main.tf": call("../..")})
    assert roots(here) == ["examples/full"]


def test_a_ring_has_one_root(here: Path) -> None:
    lay(here, {"a/a.tf": call("../b"), "b/b.tf": call("../a"), "c/c.tf": call("../c")})
    assert roots(here) == ["a", "c"]


@pytest.mark.parametrize(
    "text",
    [
        'module "m" {\n  source = "../m"\n}\n',
        'module m {\n  source = "../m"\n}\n',
        'module\t"m"{\nsource="../m"\n}\n',
        '/* x */ module "m" {\n  source = "../m"\n}\n',
        'locals {}\r\nmodule "m" {\r\n  source = "../m"\r\n}\r\n',
    ],
)
def test_ways_to_write_a_call(here: Path, text: str) -> None:
    lay(here, {"a/a.tf": text, "m/m.tf": ""})
    assert roots(here) == ["a"]


def test_call_in_json(here: Path) -> None:
    lay(here, {"a/a.tf.json": json.dumps({"module": {"m": {"source": "../m"}}}), "m/m.tf": ""})
    assert roots(here) == ["a"]


def test_the_word_module_elsewhere(here: Path) -> None:
    lay(here, {"a/a.tf": '# module "m" calls ../m\nlocals {\n  a = "module ../m"\n}\n', "m/m.tf": ""})
    assert roots(here) == ["a", "m"]


def test_a_variable_file_goes_with_the_configuration_beside_it(here: Path) -> None:
    for name, text in {"a/main.tf": "", "a/terraform.tfvars": "", "values/prod.tfvars": ""}.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
    tree = discover(["a/terraform.tfvars", "values/prod.tfvars"])
    assert [item.display for item in tree.directories] == ["a"]
    assert tree.named == {str((here / "a").resolve()): {str((here / "a" / "terraform.tfvars").resolve())}}
    assert [(item.code, item.file) for item in tree.diagnostics] == [("unsupported-input", "values/prod.tfvars")]
