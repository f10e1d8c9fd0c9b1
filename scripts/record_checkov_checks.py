"""Writes the ids and resource types of checkov's built-in checks to ``hcl_checks/crosswalk/checks.json``.

Usage: python scripts/record_checkov_checks.py .venv-checkov/bin/checkov
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from compliant_infra.hcl_checks.crosswalk.catalogue import listed_checks

TARGET = Path(__file__).resolve().parent.parent / "hcl_checks" / "crosswalk" / "checks.json"


def list_checks(checkov: str) -> dict[str, list[str]]:
    """What an installed checkov lists for Terraform."""
    listed = subprocess.run(
        [checkov, "--framework", "terraform", "--list", "--skip-download"], capture_output=True, text=True, check=True
    )
    return listed_checks(listed.stdout)


def version_of(checkov: str) -> str:
    """The version of an installed checkov."""
    said = subprocess.run([checkov, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def main() -> None:
    """Record the checks of the checkov that is named."""
    checkov = sys.argv[1]
    lines = ",\n".join(f"    {json.dumps(check)}: {json.dumps(types)}" for check, types in list_checks(checkov).items())
    TARGET.write_text(
        f'{{\n  "checkov": {json.dumps(version_of(checkov))},\n  "checks": {{\n{lines}\n  }}\n}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
