"""The policy pack in a real engine with stand-in plugins: what it says there is what the judge says of the recording.

These tests need a ``pulumi`` executable with its Python language host on the path, and nothing else: no account, no
network, no plugin.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compliant_infra.assignment import Request, assignment
from compliant_infra.cli.main import cli
from compliant_infra.components.registration import PROVIDER_PREFIX, Registration
from compliant_infra.components.translation import provider_configuration, scan_of
from compliant_infra.kernel.evaluation import conclude, judge
from compliant_infra.kernel.model import Verdict
from tests.components.proof import CROSS_BORDER, PARAMETERS, Case
from tests.days import SOON
from tests.engine.project import EngineError, Project

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="no pulumi executable is on the path"),
]

PACK = CliRunner().invoke(cli, ["policy-pack-dir"]).output.strip()

WEAK = """
import pulumi
import pulumi_alicloud as alicloud

beijing = alicloud.Provider("beijing", region="cn-beijing")
opts = pulumi.ResourceOptions(provider=beijing)
downloads = alicloud.oss.Bucket("downloads", bucket="acme-downloads", opts=opts)
alicloud.oss.BucketAcl("downloads", bucket=downloads.bucket, acl="public-read", opts=opts)
alicloud.oss.BucketAcl("undecided", bucket=downloads.id, acl=downloads.id, opts=opts)
"""


@dataclass(frozen=True)
class Checked(Project):
    """A project that is run with the pack, from a shell in its folder."""

    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "PWD": str(self.folder), **self.variables}

    def with_pack(self, command: str, config: Mapping[str, Any] | None = None, *options: str) -> str:
        """Run with the pack; what the engine prints, be it with errors."""
        arguments = [command, "--policy-pack", PACK, *options]
        if config is not None:
            file = self.folder.parent / "pack.json"
            file.write_text(json.dumps(config), encoding="utf-8")
            arguments += ["--policy-pack-config", str(file)]
        return self.run(*arguments)


def project(tmp_path: Path, program: str = "", case: Case | None = None, **variables: str) -> Checked:
    made = Checked(case or Case("alicloud", "object_bucket_minimal", "mlps-l3"), tmp_path / "project", variables)
    pytest.importorskip(f"pulumi_{made.case.cloud}")
    made.write()
    if program:
        (made.folder / "__main__.py").write_text(program, encoding="utf-8")
    made.create_stack()
    return made


def lines_of_policies(output: str) -> list[tuple[str, str, str]]:
    """Level, policy and resource of what the engine prints of policies."""
    return re.findall(r"- \[(\w+)\] +\[severity: \w+\] +(\S+) +\([^)]*: (\S+)\)", output)


def events(output: str) -> Iterator[Mapping[str, Any]]:
    """The policy events of a preview that streams events."""
    for line in output.splitlines():
        if line.startswith("{"):
            event = json.loads(line)
            if "policyEvent" in event:
                yield event["policyEvent"]


def expected(registrations: list[Registration], request: Request) -> set[tuple[str, str, bool]]:
    """Rule, URN and whether it fails; findings of the whole system are at the stack."""
    asked = assignment(request)
    judgement = judge(scan_of(registrations), asked)
    urns = {
        provider_configuration(item).address: item.urn
        for item in registrations
        if item.type.startswith(PROVIDER_PREFIX)
    }
    stack = registrations[0].urn
    found: dict[tuple[str, str], bool] = {}
    for result in [*judgement.results, *conclude([judgement], asked, complete=True)]:
        key = (result.rule, urns.get(result.resource, stack if result.resource == "*" else result.resource))
        found[key] = found.get(key, False) or result.verdict is Verdict.FAIL
    return {(rule, urn, fails) for (rule, urn), fails in found.items()}


@pytest.mark.parametrize(
    "case",
    [Case("alicloud", "mlps_baseline_full", "mlps-l2"), Case("aws", "mlps_baseline_minimal", "mlps-l2")],
    ids=str,
)
def test_an_engine_prints_what_the_judge_says(case: Case, tmp_path: Path) -> None:
    made = project(tmp_path, case=case, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="1")
    chosen = {"baseline": "mlps-l4", "profiles": ["all"], "complete": True, "parameters": dict(PARAMETERS)}
    output = made.with_pack("preview", {"all": "advisory", "compliant-infra": chosen}, "--json")
    found = {
        (event["policyName"], event.get("resourceUrn", ""), "how to mend it: " in event["message"])
        for event in events(output)
        if event["policyName"] != "compliant-infra"
    }
    request = Request("mlps-l4", ("all",), parameters=Request.parameter_items(PARAMETERS), **CROSS_BORDER)
    wanted = expected(list(made.recording(preview=True).registrations), request)
    assert wanted
    assert found == wanted


def test_a_violation_stops_a_preview_and_an_update(tmp_path: Path) -> None:
    made = project(tmp_path, WEAK)
    for command, options in (("preview", ()), ("up", ("--yes",))):
        with pytest.raises(EngineError) as stopped:
            made.with_pack(command, None, *options)
        found = lines_of_policies(str(stopped.value))
        assert ("mandatory", "oss-not-public", "downloads") in found, stopped.value
        assert "how to mend it: compliant-infra explain oss-not-public" in str(stopped.value)
    assert not [item for item in made.export()["deployment"].get("resources", []) if "alicloud:oss" in item["type"]]


def test_advice_stops_nothing(tmp_path: Path) -> None:
    made = project(tmp_path, WEAK)
    output = made.with_pack("up", {"all": "advisory"}, "--yes")
    found = lines_of_policies(output)
    assert ("advisory", "oss-not-public", "downloads") in found, output
    assert {level for level, _, _ in found} == {"advisory"}
    assert len(made.export()["deployment"]["resources"]) > 3
    # The second time nothing changes, and what is known of the resources comes from the state.
    again = made.with_pack("preview", {"all": "advisory"})
    assert ("advisory", "oss-not-public", "downloads") in lines_of_policies(again), again


def test_an_unknown_baseline_ends_the_run_with_the_reason(tmp_path: Path) -> None:
    made = project(tmp_path, WEAK)
    with pytest.raises(EngineError, match=r"baseline.*must be one of"):
        made.with_pack("preview", {"compliant-infra": {"baseline": "mlps-l5"}})
    wrong = Checked(made.case, made.folder, {"COMPLIANT_INFRA_BASELINE": "mlps-l5"})
    with pytest.raises(EngineError, match="unknown baseline 'mlps-l5' in COMPLIANT_INFRA_BASELINE"):
        wrong.with_pack("preview")


def test_settings_beside_the_program_are_found(tmp_path: Path) -> None:
    made = project(tmp_path, WEAK)
    (made.folder / "compliant-infra.toml").write_text(
        '[[waivers]]\nrule = "oss-not-public"\nresource = "*::downloads"\nreason = "public downloads"\n'
        f'owner = "web-team"\nuntil = "{SOON}"\n',
        encoding="utf-8",
    )
    output = made.with_pack("preview", {"all": "advisory"})
    assert f"waived until {SOON} by web-team (public downloads)" in output


def test_a_state_is_analyzed_without_a_program(tmp_path: Path) -> None:
    made = project(tmp_path, WEAK)
    made.up()
    with pytest.raises(EngineError) as stopped:
        made.run("policy", "analyze", "--policy-pack", PACK, "--stack", "dev")
    assert "oss-not-public" in str(stopped.value)
