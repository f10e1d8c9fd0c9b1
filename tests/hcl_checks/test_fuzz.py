"""Mutilated configurations: whatever is left of them, the way from text to judgement neither raises nor hangs."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import index_for, read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.judgement_records import dump, load
from compliant_infra.kernel.model import DIAGNOSTICS, UNKNOWN_REASONS, Verdict

TOP = Path(__file__).parents[2]
REQUEST = Request("mlps-l3", ("all",), include_passed=True)
_PIECES = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    "${",
    "%{ for",
    "<<EOT\n",
    "\n",
    "=",
    ",",
    ".",
    "[*]",
    "?",
    ":",
    "...",
    "null",
    "true",
    "-1",
    "1e999",
    "each.value",
    "count.index",
    "self",
    "var.nowhere",
    "local.nowhere",
    "module.nowhere.x",
    "count = 3\n",
    "count = var.nowhere\n",
    'for_each = { a = 1, b = "x" }\n',
    "for_each = [[], {}, null]\n",
    'dynamic "ingress" {\n  for_each = 3\n  content {}\n}\n',
    'file("x")',
    "jsonencode({ a = [var.nowhere] })",
    "\u0000",
    "\ufeff",
    "中",
    "\r",
    "/*",
    "#",
]


@cache
def corpus() -> tuple[str, ...]:
    files = [*sorted((TOP / "tests/rules/fixtures").rglob("*.tf")), *sorted((TOP / "examples").rglob("*.tf"))]
    return tuple(text for path in files if len(text := path.read_text(encoding="utf-8")) < 4000)


@st.composite
def mutilated(draw: st.DrawFn) -> str:
    """A file of the corpus with lines taken out, doubled, exchanged, cut, or with something put between."""
    lines = draw(st.sampled_from(corpus())).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["delete", "double", "swap", "cut", "insert", "replace", "truncate"]))
        if kind == "delete":
            del lines[at : at + draw(st.integers(1, 3))]
        elif kind == "double":
            lines[at:at] = lines[at : at + draw(st.integers(1, 6))]
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "truncate":
            del lines[at:]
        else:
            line = lines[at]
            position = draw(st.integers(0, len(line)))
            piece = draw(st.sampled_from(_PIECES))
            end = position + draw(st.integers(1, 8)) if kind != "insert" else position
            lines[at] = line[:position] + ("" if kind == "cut" else piece) + line[end:]
    return "\n".join(lines)


@pytest.fixture(scope="module", autouse=True)
def _stack() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def holds(files: dict[str, str]) -> None:
    """Judge files and make sure of what always holds of a judgement."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_bytes(text.encode("utf-8", "surrogatepass"))
        tree = discover([folder])
        library = ModuleLibrary(tree)
        for directory in tree.directories:
            scan = read_root(library, directory.path)
            judgement = judge(scan, assignment(REQUEST), index_for(REQUEST))
            crashed = [item.message.en for item in judgement.diagnostics if item.code == "rule-crashed"]
            assert not crashed, crashed
            for item in judgement.diagnostics:
                assert item.code in DIAGNOSTICS
                assert item.message.en and item.message.zh
            for result in judgement.results:
                assert result.verdict is not Verdict.ERROR
                assert (result.verdict is Verdict.UNKNOWN) == (result.reason is not None)
                assert result.reason is None or result.reason.code in UNKNOWN_REASONS
                assert result.location.file
                assert result.fingerprint
            assert dump(load(dump(judgement))) == dump(judgement)


@settings(max_examples=250, deadline=5_000, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(mutilated())
def test_mutilated_files(text: str) -> None:
    holds({"main.tf": text})


@settings(max_examples=40, deadline=5_000, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(mutilated(), mutilated())
def test_mutilated_files_beside_each_other(text: str, other: str) -> None:
    """The second is merged into the first where it can be."""
    holds({"main.tf": text, "main_override.tf": other})


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "x", "${var.a}", "${", "${1 +}", "0.0.0.0/0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resource",
                    "alicloud_security_group_rule",
                    "aws_s3_bucket",
                    "module",
                    "source",
                    "locals",
                    "a",
                    "variable",
                    "default",
                    "dynamic",
                    "ingress",
                    "content",
                    "for_each",
                    "count",
                    "provider",
                    "lifecycle",
                    "//",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=5_000, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(
    st.dictionaries(
        st.sampled_from(["resource", "data", "locals", "module", "variable", "provider", "output", "terraform", "x"]),
        _JSON,
        max_size=3,
    )
)
def test_json_of_any_shape(document: dict[str, object]) -> None:
    holds({"main.tf.json": json.dumps(document)})


_VALUES = [
    "null",
    "[]",
    "{}",
    '""',
    "0",
    "-1",
    "true",
    '"x"',
    '["x"]',
    "[null]",
    "[[]]",
    "[{}]",
    "var.nowhere",
    "[var.nowhere]",
    "{ a = var.nowhere }",
    'jsonencode("x")',
    '"${var.nowhere}x"',
    "1.5",
    '"中"',
    '"1-2"',
    '"99999999999999999999/1"',
    "var.nowhere ? [] : {}",
    'jsonencode({ Statement = [[], null, "x", { Action = null }] })',
]


def _attributes() -> list[tuple[str, str]]:
    """Resource types that rules judge, with what they read of them."""
    found = set()
    for rule in assignment(REQUEST).rules:
        for kind, check in rule.checks.items():
            if not kind.endswith("*") and not kind.startswith("provider."):
                found |= {(kind, path) for path in check.reads if ":" not in path}
    return sorted(found)


@pytest.mark.parametrize("value", _VALUES)
def test_any_value_of_any_attribute(value: str) -> None:
    """Every attribute that a rule reads, with a value of a kind that it does not expect."""
    blocks = []
    for number, (kind, path) in enumerate(_attributes()):
        parts = [part for part in path.split(".") if part.isidentifier()]
        if not parts:
            continue
        *outer, last = parts
        inside = f"{last} = {value}"
        for name in reversed(outer):
            inside = f"{name} {{\n{inside}\n}}"
        blocks.append(f'resource "{kind}" "r{number}" {{\n{inside}\n}}\n')
        blocks.append(f'resource "{kind}" "s{number}" {{\n{parts[0]} = {value}\n}}\n')
    holds({"main.tf": "".join(blocks)})
