"""Four times the input may take little more than four times the time: from the files to the written report."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from compliant_infra.cli.check import command

#: 4 is linear; twice as much again is left for noise, quadratic growth gives 16.
ALLOWED = 6.0
ROUNDS = 3
GENERATOR = Path(__file__).parent.parent / "benchmarks" / "generate.py"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_generator", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def one_root(out: Path, size: int) -> None:
    made = generator()
    made.write_files(out, made.stack_files(scale=size))


def many_roots(out: Path, size: int) -> None:
    generator().stacks(out, size)


def calls_of_a_module(out: Path, size: int) -> None:
    made = generator()
    files = {
        "main.tf": made.module_body(1, True),
        "variables.tf": made.MODULE_VARIABLES,
        "outputs.tf": made.MODULE_OUTPUTS,
    }
    made.write_files(out / "module", files)
    calls = [f'module "m{n}" {{\n  source = "../module"\n  name   = "m{n}"\n}}\n' for n in range(40 * size)]
    made.write_files(out / "root", {"main.tf": "\n".join(calls)})


def instances_of_a_block(out: Path, size: int) -> None:
    made = generator()
    text = f"""
resource "alicloud_oss_bucket" "many" {{
  count  = {100 * size}
  bucket = "data-${{count.index}}"
}}

resource "alicloud_oss_bucket_versioning" "many" {{
  for_each = toset([for bucket in alicloud_oss_bucket.many : bucket.bucket])
  bucket   = each.key
  status   = "Enabled"
}}
"""
    made.write_files(out, {"main.tf": text})


def seconds(tree: Path, report: Path) -> float:
    """Processor time of one scan in this process, and a check that it ended as it should."""
    arguments = [str(tree), "--format", "json", "--output", str(report), "--no-cache", "--jobs", "1"]
    began = time.process_time()
    with pytest.raises(SystemExit) as ended:
        command.main(arguments, standalone_mode=False)
    spent = time.process_time() - began
    assert ended.value.code == 1
    return spent


@pytest.mark.parametrize(
    ("make", "size"),
    [(one_root, 2), (many_roots, 2), (calls_of_a_module, 2), (instances_of_a_block, 1)],
)
def test_growth_is_linear(
    make: Callable[[Path, int], None], size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "small", size)
    make(tmp_path / "large", size * 4)
    report = tmp_path / "report.json"
    seconds(tmp_path / "small", report)  # what is imported or compiled once does not count
    small = min(seconds(tmp_path / "small", report) for _ in range(ROUNDS))
    large = min(seconds(tmp_path / "large", report) for _ in range(ROUNDS))
    capsys.readouterr()
    assert large < small * ALLOWED, f"{small * 1000:.0f} ms became {large * 1000:.0f} ms"
