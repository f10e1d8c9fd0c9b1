"""The examples for other CI systems: their shell lines run, the rest is held against what their manuals say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.cli.harness import BAD, lay
from tests.delivery.workshop import BIN, ROOT, environment, run

EXAMPLES = ROOT / "examples" / "ci"


def shell(script: str, folder: Path) -> int:
    return run("bash", "-e", cwd=folder, env=environment(folder.parent), stdin=script).returncode


def test_yunxiao(tmp_path: Path) -> None:
    pipeline: dict[str, Any] = yaml.safe_load((EXAMPLES / "yunxiao.yml").read_text(encoding="utf-8"))
    assert set(pipeline) == {"sources", "stages"}
    (source,) = pipeline["sources"].values()
    assert source["type"] == "codeup"
    assert set(source["triggerEvents"]) <= {"push", "tagPush", "mergeRequestMerged", "mergeRequestOpenedOrUpdate"}
    (stage,) = pipeline["stages"].values()
    (job,) = stage["jobs"].values()
    check, keep, decide = job["steps"].values()
    assert [step["step"] for step in (check, keep, decide)] == ["Command", "ArtifactUpload", "Command"]
    # Installed it is here already; the other lines run as they are.
    lines = [line for line in check["with"]["run"].splitlines() if " -m venv " not in line and " -m pip " not in line]
    script = "\n".join(lines).replace("/tmp/compliant-infra/bin/", f"{BIN}/")
    assert script.count(f"{BIN}/compliant-infra check") == 1
    folder = lay(tmp_path / "repository", {"main.tf": BAD, "../elsewhere": "kept"})
    (folder / "compliant-infra.status").symlink_to(folder / "../elsewhere")
    assert shell(script, folder) == 0
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "kept"
    assert all((folder / name).is_file() for name in keep["with"]["filePath"])
    assert shell(decide["with"]["run"], folder) == 1
    (folder / "main.tf").write_text("locals {}\n", encoding="utf-8")
    assert shell(script, folder) == 0 and shell(decide["with"]["run"], folder) == 0


def test_jenkins(tmp_path: Path) -> None:
    text = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", re.sub(r"'''.*?'''|'[^'\n]*'", "''", text, flags=re.DOTALL))
    for opening, closing in ("{}", "()", "[]"):
        assert code.count(opening) == code.count(closing)
    (script,) = re.findall(r"sh '''(.*?)'''", text, re.DOTALL)
    folder = lay(tmp_path / "repository", {"main.tf": BAD, "../elsewhere": "kept"})
    (folder / "compliant-infra.xml").symlink_to(folder / "../elsewhere")
    assert shell(script.replace("\\\\", "\\"), folder) == 1
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "kept"
    named = re.findall(r"'(compliant-infra\.(?:xml|sarif))'", text)
    assert sorted(named) == ["compliant-infra.sarif", "compliant-infra.xml"]
    assert all((folder / name).is_file() for name in named)
    assert json.loads((folder / "compliant-infra.json").read_text(encoding="utf-8"))["summary"]["exit_status"] == 1
