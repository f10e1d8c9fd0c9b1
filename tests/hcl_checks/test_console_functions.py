"""The built-in functions against ``terraform console``: each expression must give the same JSON value or error.

The expressions stand in ``fixtures/function_expressions``, one a line, a file for each family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

from compliant_infra.hcl_checks.expressions import compile_expression
from compliant_infra.hcl_checks.functions import FUNCTION_NAMES
from compliant_infra.hcl_checks.values import EvaluationError
from compliant_infra.kernel.model import Unknown, first_unknown
from tests.hcl_checks.console import ERROR, console, needs_terraform
from tests.hcl_checks.expression_scope import FakeScope

EXPRESSIONS: Final = Path(__file__).parent / "fixtures" / "function_expressions"
FAMILIES: Final = sorted(path.stem for path in EXPRESSIONS.glob("*.txt"))

FILES: Final = {
    "fs/a.txt": "hello",
    "fs/b.txt": "café",
    "fs/t.tftpl": "Hi ${n}",
    "fs/sub/c.txt": "x",
    "fs/sub/deep/d.txt": "y",
    "fs/sub/[x].txt": "z",
    "fs/.hid/e.txt": "e",
}

#: Functions whose result Terraform and this tool cannot have in common.
NOT_COMPARABLE: Final = frozenset(
    {"base64gzip", "bcrypt", "issensitive", "plantimestamp", "rsadecrypt", "sensitive", "templatestring"}
    | {"timestamp", "uuid"}
)


class FileScope(FakeScope):
    """A scope with the files above."""

    def read_file(self, path: str) -> bytes | Unknown:
        text = FILES.get(path.removeprefix("./"))
        if text is None:
            raise EvaluationError(f"no file {path}")
        return text.encode()

    def list_files(self, directory: str) -> list[str] | Unknown:
        start = directory.rstrip("/") + "/"
        return sorted(path.removeprefix(start) for path in FILES if path.startswith(start))


def expressions(family: str) -> list[str]:
    return (EXPRESSIONS / f"{family}.txt").read_text(encoding="utf-8").split("\n")[:-1]


def ours(text: str) -> Any:
    """The value as JSON would give it, or ERROR."""
    try:
        value = compile_expression(text)(FileScope())
    except EvaluationError:
        return ERROR
    unknown = first_unknown(value)
    return value if unknown is None else repr(unknown)


def equal(left: Any, right: Any) -> bool:
    """Equality of JSON values; Terraform's numbers have more digits than a float."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or abs(left - right) <= 1e-14 * abs(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def test_the_families_hold_enough_expressions() -> None:
    everything = [text for family in FAMILIES for text in expressions(family)]
    assert len(everything) >= 350
    called = set(re.findall(r"\b(\w+)\(", "\n".join(everything)))
    assert FUNCTION_NAMES - called <= NOT_COMPARABLE


@needs_terraform
@pytest.mark.parametrize("family", FAMILIES)
def test_same_as_terraform(family: str) -> None:
    if family == "yamldecode" and find_spec("yaml") is None:
        pytest.skip("PyYAML is not installed: yamldecode gives no values")
    texts = expressions(family)
    answers = console(texts, files=FILES)
    different = {
        text: (own, json.dumps(answer, ensure_ascii=False) if answer is not ERROR else answer)
        for text, answer in zip(texts, answers, strict=True)
        if not equal(own := ours(text), answer)
    }
    assert different == {}
