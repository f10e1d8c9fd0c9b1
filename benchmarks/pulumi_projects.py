"""Measures what Pulumi users wait for: a new project, the check of a program, the policy pack in a preview.

    python benchmarks/pulumi_projects.py

Part of `make bench`. Figures are medians of whole processes in turn. The process of the policy pack lives as long as an
engine's run: there it is the time of all calls by the number of resources.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
RESOURCES = 200

PROGRAM = f"""\
import pulumi_alicloud as alicloud

for number in range({RESOURCES // 2}):
    bucket = alicloud.oss.Bucket(f"bucket-{{number}}", bucket=f"bench-{{number}}", storage_class="Standard")
    alicloud.oss.BucketVersioning(f"versioning-{{number}}", bucket=bucket.bucket, status="Enabled")
"""

#: The program's own run: against a recorder in its own process, without a check.
BARE = "from compliant_infra.components.project import record_project; record_project('.', stack='prod')"


def seconds(command: list[str], folder: Path) -> float:
    """How long a process takes. Statuses 0 and 1 are what a check ends with."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    took = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    return took


def new_project(folder: Path) -> float:
    """Making a project of a starter stack."""
    tool = [sys.executable, "-m", "compliant_infra.cli.main", "new", "alicloud-three-tier-l3", "--yes"]
    return median(seconds([*tool, f"shop-{number}", "--name", "shop"], folder) for number in range(ROUNDS))


def checked_program(folder: Path) -> tuple[float, float]:
    """A program of 200 resources: its own run, and the check of it."""
    (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n", encoding="utf-8")
    (folder / "Pulumi.prod.yaml").write_text("config:\n  alicloud:region: cn-hangzhou\n", encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    check = [
        sys.executable,
        "-m",
        "compliant_infra.cli.main",
        "check",
        ".",
        "--run-program",
        "--python",
        sys.executable,
    ]
    bare, checked = [], []
    for _ in range(ROUNDS):
        bare.append(seconds([sys.executable, "-c", BARE], folder))
        checked.append(seconds([*check, "--output", "report.txt"], folder))
    return median(bare), median(checked)


def policy_pack() -> tuple[int, float, float]:
    """A whole system in the policy pack: resources, milliseconds a resource for Analyze and for AnalyzeStack."""
    sys.path.insert(0, str(ROOT))
    from tests.components.proof import Case, recording
    from tests.components.test_policy_pack import SECONDS, analyze_requests, stack_request, started

    listed = list(recording(Case("alicloud", "mlps_baseline_full", "mlps-l3")).registrations)
    single, whole = [], []
    with started() as engine:
        engine.configure_stack({"compliant-infra:baseline": "mlps-l3"})
        engine.configure()
        for _ in range(ROUNDS):
            requests = analyze_requests(listed)
            began = time.perf_counter()
            for request in requests:
                engine.stub.Analyze(request, timeout=SECONDS)
            between = time.perf_counter()
            engine.stub.AnalyzeStack(stack_request(listed), timeout=SECONDS)
            single.append(between - began)
            whole.append(time.perf_counter() - between)
    count = len(listed)
    return count, median(single) / count * 1000, median(whole) / count * 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="compliant-infra-bench-") as folder:
        made = new_project(Path(folder))
    with tempfile.TemporaryDirectory(prefix="compliant-infra-bench-") as folder:
        bare, checked = checked_program(Path(folder))
    count, single, whole = policy_pack()
    print(f"- `new`: {made:.2f} s.")
    print(
        f"- A Pulumi program of {RESOURCES} resources: its own run, recorded, {bare:.2f} s; `check --run-program` "
        f"{checked:.2f} s, {checked - bare:.2f} s more ({checked / bare:.1f}x)."
    )
    print(
        f"- The policy pack on {count} resources: {single:.2f} ms a resource while they are registered, {whole:.2f} ms "
        "for the stack."
    )


if __name__ == "__main__":
    main()
