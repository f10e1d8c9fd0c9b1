"""The page on CI, in both languages, says what the files do that it is about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from compliant_infra.cli.main import cli
from tests.cli.harness import BAD, invoke, lay
from tests.delivery.workshop import ROOT
from tests.test_docs import blocks, first_cells, page

PAGES = ["docs/ci.md", "docs/zh/ci.md"]


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def options(command: str) -> set[str]:
    named = cli.get_command(click.Context(cli), command)
    assert named is not None
    return {name for parameter in named.params for name in parameter.opts}


@pytest.mark.parametrize("name", PAGES)
def test_the_snippets_ask_for_what_there_is(name: str) -> None:
    hooks, workflow, template = [yaml.safe_load(content) for content in blocks(page(name), "yaml")]
    (repository,) = hooks["repos"]
    ids = {hook["id"]: hook for hook in load(".pre-commit-hooks.yaml")}
    for hook in repository["hooks"]:
        assert hook["id"] in ids
        assert {item for item in hook["args"] if item.startswith("--")} <= options("check")
    assert set(first_cells(page(name), "| hook | does |" if name == PAGES[0] else "| 钩子 | 作用 |")) >= set(ids)

    (step,) = [step for step in workflow["jobs"]["check"]["steps"] if "compliant-infra@" in step["uses"]]
    assert set(step["with"]) <= set(load("action.yml")["inputs"])
    pins = re.findall(r"actions/checkout@\S+ # \S+", page(name))
    assert pins and pins[0] in (ROOT / "stacks" / "_shared" / "github.terraform.yml").read_text(encoding="utf-8")

    (included,) = template["include"]
    given = load(included["file"])
    assert set(template["variables"]) <= set(given["variables"])
    listed = set(re.findall(r"`(COMPLIANT_INFRA_[A-Z_]+)`", page(name).split("## GitLab")[1].split("## Jenkins")[0]))
    assert listed == {*given["variables"], "COMPLIANT_INFRA_NOTE_TOKEN"}


@pytest.mark.parametrize(
    ("name", "head", "outputs", "end"),
    [(PAGES[0], "| input | meaning |", "\nOutputs: ", ". "), (PAGES[1], "| 输入 | 含义 |", "\n输出：", "。")],
)
def test_every_input_and_output_of_the_action_is_listed(name: str, head: str, outputs: str, end: str) -> None:
    text, action = page(name), load("action.yml")
    assert set(first_cells(text, head)) >= set(action["inputs"])
    listed = text.split(outputs)[1].split(end)[0]
    assert set(re.findall(r"`([\w-]+)`", listed)) == set(action["outputs"])


@pytest.mark.parametrize("name", PAGES)
def test_the_arguments_of_the_image_are_listed(name: str) -> None:
    head = "| build argument | meaning |" if name == PAGES[0] else "| 构建参数 | 含义 |"
    given = set(re.findall(r"^ARG (\w+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    listed = re.findall(r"^\| `([A-Z_]+)`", page(name)[page(name).index(head) :], re.MULTILINE)
    assert set(listed) == given


def test_hooks_are_commands_with_options_that_exist() -> None:
    for hook in load(".pre-commit-hooks.yaml"):
        program, command, *rest = hook["entry"].split()
        assert program == "compliant-infra"
        assert {item for item in rest if item.startswith("--")} <= options(command)


def test_the_address_of_the_files_is_an_address(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": BAD})
    arguments = ["check", str(tmp_path), "--only", "CN008", "--format", "comment"]
    for wrong in ("ftp://host.example/x", "host.example/x", "https://host.example/a b", "https://host.example/a\n"):
        answer = invoke(*arguments, "--source-url", wrong)
        assert answer.status == 2 and "--source-url takes" in answer.err
    answer = invoke(*arguments, env={"COMPLIANT_INFRA_SOURCE_URL": "https://host.example/x/"})
    assert answer.status == 1 and '<a href="https://host.example/x/main.tf#L6">' in answer.out
