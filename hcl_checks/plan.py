"""Plans and states in JSON (``terraform show -json``) as a Scan."""

from __future__ import annotations

from pathlib import Path

from compliant_infra.kernel.model import Diagnostic, Scan, Text


def read_plan(path: Path, display: str) -> Scan:
    """The Scan of a plan or state."""
    scan = Scan(root=display, origin="plan")
    scan.diagnostics.append(Diagnostic("invalid-plan", Text("plans are not read yet", "尚不支持 plan"), display))
    return scan
