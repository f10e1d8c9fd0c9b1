"""``terraform console`` as the oracle for what an expression evaluates to.

``console(expressions, main_tf)`` gives the JSON value of each expression, or ``ERROR``. Every expression becomes a
local value in a file of its own, and one process evaluates them all; where it refuses the configuration (a syntax
error, an unknown function) it names the files, and a fresh process evaluates the others.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

TERRAFORM: Final = shutil.which("terraform")

#: For test modules: ``pytestmark = needs_terraform``.
needs_terraform = pytest.mark.skipif(TERRAFORM is None, reason="terraform is not on the PATH: nothing to compare with")


class _Error:
    """What stands for an expression that Terraform refuses."""

    def __repr__(self) -> str:
        return "ERROR"


ERROR: Final = _Error()

_MARKER: Final = "ERROR"  # no JSON text
_RESULT: Final = re.compile(r'^"([A-Za-z0-9+/=]*)"$', re.M)
_PLACE: Final = re.compile(r"\bon console_expression_(\d+)\.tf line \d+")


def _run(line: str, directory: Path) -> subprocess.CompletedProcess[str]:
    configuration = directory / "empty.tfrc"
    configuration.touch()
    environment = {name: text for name, text in os.environ.items() if not name.startswith("TF_")}
    environment |= {"TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1", "TF_CLI_ARGS": "-no-color"}
    assert TERRAFORM is not None
    return subprocess.run(
        [TERRAFORM, "console"],
        input=line + "\n",
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def _written(index: int, text: str) -> str:
    """The expression as a local value of its own file, so that an error names it."""
    return f'locals {{\n  console_expression_{index} = try(jsonencode([\n{text}\n]), "{_MARKER}")\n}}\n'


def console(expressions: list[str], main_tf: str = "", files: Mapping[str, str] | None = None) -> list[Any]:
    """The JSON value of each expression with ``main_tf`` (and ``files``, path -> text) around, or ``ERROR``.

    Numbers come as ``int`` or ``float``; sets and tuples as lists; objects and maps as dicts.
    """
    answers: list[Any] = [ERROR] * len(expressions)
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        (directory / "main.tf").write_text(main_tf, encoding="utf-8")
        for path, text in (files or {}).items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text, encoding="utf-8")
        for index, text in enumerate(expressions):
            (directory / f"console_expression_{index}.tf").write_bytes(_written(index, text).encode())
        waiting = list(range(len(expressions)))
        while waiting:
            names = ", ".join(f"local.console_expression_{index}" for index in waiting)
            process = _run(f"base64encode(jsonencode([{names}]))", directory)
            refused = {int(number) for number in _PLACE.findall(process.stdout + process.stderr)}
            if refused:
                for index in refused:
                    (directory / f"console_expression_{index}.tf").unlink()
                waiting = [index for index in waiting if index not in refused]
                continue
            found = _RESULT.search(process.stdout)
            if found is None:
                raise AssertionError(f"terraform console gave no result:\n{process.stdout}\n{process.stderr}")
            for index, result in zip(waiting, json.loads(base64.b64decode(found[1])), strict=True):
                answers[index] = ERROR if result == _MARKER else json.loads(result)[0]
            break
    return answers
