"""Runs the command line in this process and takes its answer apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from compliant_infra.cli.main import cli

#: A rule group that is open to the world: fails CN008 wherever it stands.
BAD = """\
resource "alicloud_security_group_rule" "open" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  security_group_id = "sg-1"
  cidr_ip           = "0.0.0.0/0"
}
"""
#: The same group, closed.
GOOD = BAD.replace("0.0.0.0/0", "10.0.0.0/8")
RULE = "net-sg-no-risky-port-from-any"
CODE = "CN008"
PROVIDER = 'provider "alicloud" {\n  region = "cn-hangzhou"\n}\n'

_ENVIRONMENT = {
    "LANG": "C",
    "LC_ALL": "C",
    "LC_MESSAGES": "C",
    "COMPLIANT_INFRA_NO_CACHE": "1",
    "COMPLIANT_INFRA_CACHE": None,
    "NO_COLOR": "1",
}


@dataclass
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str
    exception: BaseException | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The JSON report."""
        loaded = json.loads(self.out)
        assert isinstance(loaded, dict)
        return loaded

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the JSON report."""
        return list(self.document["results"])

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """The diagnostics of the JSON report."""
        return list(self.document["diagnostics"])

    @property
    def codes(self) -> set[str]:
        """The codes of the diagnostics."""
        return {item["code"] for item in self.diagnostics}

    def of_rule(self, rule: str = RULE) -> list[dict[str, Any]]:
        """The results of one rule."""
        return [item for item in self.results if item["rule"] == rule]

    def verdicts(self, rule: str = RULE) -> dict[str, str]:
        """Address -> verdict of one rule."""
        return {item["resource"]: item["verdict"] for item in self.of_rule(rule)}


def invoke(*arguments: str, stdin: str | bytes | None = None, env: Mapping[str, str | None] | None = None) -> Answer:
    """Run ``compliant-infra ARGUMENTS``; an exception that escapes is an error of the test."""
    outcome = CliRunner().invoke(cli, list(arguments), input=stdin, env={**_ENVIRONMENT, **(env or {})})
    if outcome.exception is not None and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return Answer(outcome.exit_code, outcome.stdout, outcome.stderr)


def check(*arguments: str, stdin: str | bytes | None = None, env: Mapping[str, str | None] | None = None) -> Answer:
    """Run ``check --format json``."""
    return invoke("check", "--format", "json", *arguments, stdin=stdin, env=env)


def lay(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a directory."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return root
