"""Measures what the policies add to checkov's own time: the same trees with and without them, in turn.

    python benchmarks/checkov_policies.py [--rounds 7]

Part of `make bench`. Figures are processor time of whole processes, which other programs on the machine disturb least;
quote the ratios. checkov lives in `.venv-checkov`; where it is not there, nothing is measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import generate
from run import CHECKOV_OPTIONS, Command, prepared_checkov, say, take_turns

from compliant_infra.hcl_checks.checkov_policies.folder import make_folder

#: What the policies may add to checkov's own time.
ALLOWED = 0.20
RESOURCES = 2000


def disks(out: Path) -> None:
    """2,000 disks in 100 files, which no check of checkov's own is about: what it adds for them is all ours."""
    out.mkdir()
    for file in range(100):
        blocks = [generate.disk(file * 20 + number, number % 3 == 0) for number in range(20)]
        (out / f"disks_{file}.tf").write_text("\n".join(blocks), encoding="utf-8")


def mixed(out: Path) -> None:
    """20 stacks of 100 resources of many types."""
    generate.stacks(out, RESOURCES // 100)


def ratio(tool: Path, tree: Path, policies: Path, rounds: int) -> tuple[float, float]:
    """Seconds of processor time without the policies and with them."""
    plain = Command("checkov", [str(tool), "-d", str(tree), *CHECKOV_OPTIONS])
    ours = Command("checkov with the policies", [*plain.argv, "--external-checks-dir", str(policies)])
    take_turns([plain, ours], rounds, dict(os.environ))
    return median(run.cpu for run in plain.runs), median(run.cpu for run in ours.runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    tool = prepared_checkov()
    if tool is None:
        return
    trees: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("2,000 disks in 100 files", disks),
        ("20 stacks, 2,000 resources", mixed),
    )
    print("| tree | checkov | with our policies | added |")
    print("| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        policies = Path(place, "policies")
        make_folder(policies)
        for name, make in trees:
            tree = Path(place, make.__name__)
            make(tree)
            plain, ours = ratio(tool, tree, policies, rounds)
            added = ours / plain - 1
            print(f"| {name} | {plain:.2f} s | {ours:.2f} s | {added:.0%} |", flush=True)
            if added > ALLOWED:
                say(f"{name}: more than {ALLOWED:.0%} added")


if __name__ == "__main__":
    sys.exit(main())
