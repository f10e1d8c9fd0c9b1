"""Programs that the pages show run, and what they make passes at the level that they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compliant_infra.components.recorder import record
from tests.components.proof import Case, failing, judged, shown

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md", "docs/components.md", "docs/zh/components.md")
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PROGRAMS = [
    pytest.param(program, id=f"{page}-{number}")
    for page in PAGES
    for number, program in enumerate(CODE.findall((ROOT / page).read_text(encoding="utf-8")))
    if "compliant_infra.components.alicloud" in program
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_of_the_pages_pass(program: str) -> None:
    found = record(lambda: exec(program, {}), config={"alicloud:region": "cn-beijing"})
    results = judged(found.scan(), Case("alicloud", "page", "mlps-l3"))
    assert not failing(results), "\n".join(map(shown, failing(results)))
    assert not found.problems()


def test_there_are_programs() -> None:
    assert len(PROGRAMS) == 4


@pytest.mark.parametrize("page", ["docs/components.md", "docs/zh/components.md"])
def test_a_child_that_leaves_its_component_is_the_same_resource(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    first, leaving = (program for program in CODE.findall(text) if "documents = " in program)
    setting = {"project": "shop", "stack": "prod", "config": {"alicloud:region": "cn-beijing"}}
    before = record(lambda: exec(first, {}), **setting).by_name("documents-bucket")

    def left() -> None:
        import pulumi
        import pulumi_alicloud as alicloud

        exec(
            leaving,
            {"alicloud": alicloud, "beijing": alicloud.Provider("beijing", region="cn-beijing"), "pulumi": pulumi},
        )

    after = record(left, **setting).by_name("documents-bucket")
    assert after.type == before.type
    assert after.aliases == [before.urn]
