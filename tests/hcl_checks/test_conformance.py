"""The same configuration judged from source and from its plan: the same verdicts, wherever both know the value.

Three supplies of pairs: the plans recorded beside their sources in ``fixtures/plans``, a folder of recorded samples
(``COMPLIANT_INFRA_SAMPLES``, or ``samples`` beside the folder in ``COMPLIANT_INFRA_SCHEMAS``), and new plans of the
rules' own fixtures, made by a real ``terraform`` with a stand-in provider driven by the schemas.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import Assignment, judge
from compliant_infra.kernel.model import Result, Scan

HERE = Path(__file__).parent
PLANS = HERE / "fixtures" / "plans"
RULES = HERE.parent / "rules" / "fixtures"

#: Reasons for which one side may be undecided where the other is not.
LISTED_REASONS = {
    "known-after-apply",  # the plan shows no templates, no dynamic blocks, no partly known documents
    "no-value",  # a variable has a value in the plan only
    "data-source",  # read when the plan was made
    "unsupported",  # whether a secret in a plan stands in the code
    "ambiguous",  # several references in one expression
    "impure-function",
}


@lru_cache(maxsize=1)
def asked() -> Assignment:
    base = assignment(Request("mlps-l3", ("all",), include_passed=True))
    return replace(base, include_passed=True)


def verdicts(scan: Scan) -> dict[tuple[str, str], tuple[str, list[Result]]]:
    """The worst verdict for each rule and address."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in judge(scan, asked()).results:
        found.setdefault((result.rule, result.resource), []).append(result)
    order = ("error", "fail", "unknown", "pass")
    return {
        key: (min((str(item.verdict) for item in results), key=order.index), results) for key, results in found.items()
    }


def differences(source: Scan, plan: Scan) -> tuple[list[str], int]:
    """What must not differ and does, in words; and how many verdicts were compared."""
    from_source, from_plan = verdicts(source), verdicts(plan)
    found: list[str] = []
    keys = sorted(from_source.keys() | from_plan.keys())
    for key in keys:
        mine, my_results = from_source.get(key, ("not-applicable", []))
        yours, your_results = from_plan.get(key, ("not-applicable", []))
        if mine == yours:
            continue
        undecided = [item for item in (*my_results, *your_results) if item.verdict == "unknown"]
        if "unknown" in (mine, yours) and all(item.reason and item.reason.code in LISTED_REASONS for item in undecided):
            continue
        words = [item.message.en for item in (*my_results, *your_results)]
        found.append(f"{key[0]} {key[1]}: source {mine}, plan {yours}: {words}")
    return found, len(keys)


def source_scan(directory: Path, values: dict[str, Any] | None = None) -> Scan:
    tree = discover([str(directory)])
    return read_root(ModuleLibrary(tree), str(directory), VariableInputs(values or {}))


def compare(directory: Path, plan: Path, values: dict[str, Any] | None = None) -> int:
    source, planned = source_scan(directory, values), read_plan(plan, plan.name)
    assert [item for item in planned.diagnostics if item.level == "error"] == []
    assert sorted(item.address for item in planned) == sorted(
        item.address for item in source if item.existence is None
    ), "the resources differ"
    found, compared = differences(source, planned)
    assert not found, "\n".join(found)
    return compared


# -- recorded --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relations", "insecure", "modules", "changes"])
def test_recorded_plans(name: str) -> None:
    values = {"office": "203.0.113.77/32"} if name == "relations" else {}
    assert compare(PLANS / name, PLANS / name / "plan.json", values) > 10


def test_a_difference_is_seen(tmp_path: Path) -> None:
    """The comparison can fail: a plan in which the open rule is closed differs from its source."""
    text = (PLANS / "insecure" / "plan.json").read_text(encoding="utf-8")
    closed = tmp_path / "plan.json"
    closed.write_text(text.replace('"cidr_ip":"0.0.0.0/0"', '"cidr_ip":"10.0.0.0/8"'), encoding="utf-8")
    found, _ = differences(source_scan(PLANS / "insecure"), read_plan(closed, "plan.json"))
    assert any("alicloud_security_group_rule.ssh: source fail, plan" in line for line in found)


def samples_folder() -> Path | None:
    given = os.environ.get("COMPLIANT_INFRA_SAMPLES")
    schemas = os.environ.get("COMPLIANT_INFRA_SCHEMAS")
    folder = Path(given) if given else Path(schemas).parent / "samples" if schemas else None
    return folder if folder is not None and (folder / "src").is_dir() else None


def sample_pairs() -> list[tuple[Path, Path]]:
    folder = samples_folder()
    if folder is None:
        return []
    pairs = []
    for source in sorted((folder / "src").iterdir()):
        number = source.name.split("-", 1)[0]
        plans = [path for path in folder.glob("tf-*.json") if number in path.stem.split("-")]
        if plans and any(source.glob("*.tf")):
            pairs.append((source, plans[0]))
    return pairs


def test_samples() -> None:
    pairs = sample_pairs()
    if not pairs:
        pytest.skip("no folder of recorded samples: set COMPLIANT_INFRA_SAMPLES")
    compared = {source.name: compare(source, plan) for source, plan in pairs}
    assert len(compared) == len(pairs)
    assert all(number > 5 for number in compared.values()), compared


# -- made now --------------------------------------------------------------------------------------------------

SCHEMAS = {"alicloud": "aliyun", "aws": "hashicorp", "tencentcloud": "tencentcloudstack"}
#: At most so many fixtures a run, spread evenly: a plan takes a fifth of a second.
FIXTURES = 90


def standin_python() -> str | None:
    """A Python that has what the stand-in provider needs: this one, or that of ``.venv-standin``."""
    modules = ("grpc", "google.protobuf", "msgpack")
    try:
        if all(importlib.util.find_spec(name) is not None for name in modules):
            return sys.executable
    except ModuleNotFoundError:
        pass
    own = HERE.parents[1] / ".venv-standin" / "bin" / "python"
    return str(own) if own.exists() else None


def rule_fixtures() -> list[Path]:
    found = [
        path
        for path in sorted(RULES.glob("*/*/*"))
        if path.name.startswith(("good", "bad", "undecided")) and (path.is_dir() or path.suffix == ".tf")
    ]
    step = max(1, len(found) // FIXTURES)
    return found[::step]


def texts(fixture: Path) -> str:
    files = [fixture] if fixture.is_file() else sorted(fixture.rglob("*.tf"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def relax(block: dict[str, Any]) -> None:
    """Fixtures leave out what their rule does not read: nothing is required."""
    for name, spec in block.get("a", {}).items():
        kind, _, flags = spec.rpartition(" ")
        block["a"][name] = f"{kind} {flags.replace('r', 'o')}"
    for nested in block.get("b", {}).values():
        nested.pop("min", None)
        relax(nested)


_PROVIDER: dict[str, Any] = {
    "a": dict.fromkeys(("region", "access_key", "secret_key", "secret_id", "account_id", "profile"), "string o"),
    "b": {"default_tags": {"n": "list", "max": 1, "a": {"tags": "map(string) o"}}},
}


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which ``terraform`` finds the stand-in providers, kept running for all plans."""
    schemas = os.environ.get("COMPLIANT_INFRA_SCHEMAS")
    if not schemas:
        pytest.skip("COMPLIANT_INFRA_SCHEMAS is not set")
    script = Path(schemas).parent / "prototypes" / "standin" / "tf_standin.py"
    python = standin_python()
    if not script.exists() or python is None or shutil.which("terraform") is None:
        pytest.skip(
            "needs terraform, the stand-in provider, and grpcio, protobuf and msgpack (here or in .venv-standin)"
        )
    folder = tmp_path_factory.mktemp("standin")
    types = set(re.findall(r'^\s*resource\s+"(\w+)"', "\n".join(map(texts, rule_fixtures())), re.MULTILINE))
    attached: dict[str, Any] = {}
    running: list[subprocess.Popen[str]] = []
    try:
        for cloud, namespace in SCHEMAS.items():
            with gzip.open(next(Path(schemas).glob(f"{cloud}-*.json.gz"))) as stream:
                schema = json.load(stream)
            schema["resources"] = {name: item for name, item in schema["resources"].items() if name in types}
            schema["provider_config"] = _PROVIDER
            for item in schema["resources"].values():
                relax(item)
            path = folder / f"{cloud}.json.gz"
            path.write_bytes(gzip.compress(json.dumps(schema).encode(), 1))
            process = subprocess.Popen([python, str(script), str(path)], stdout=subprocess.PIPE, text=True)
            running.append(process)
            assert process.stdout is not None
            address = process.stdout.readline().split("|")[3]
            entry = {
                "Protocol": "grpc",
                "ProtocolVersion": 5,
                "Pid": process.pid,
                "Test": True,
                "Addr": {"Network": "tcp", "String": address},
            }
            for name in (namespace, "hashicorp"):
                attached[f"registry.terraform.io/{name}/{cloud}"] = entry
        empty = folder / "terraformrc"
        empty.touch()
        yield {
            **os.environ,
            "TF_REATTACH_PROVIDERS": json.dumps(attached),
            "TF_CLI_CONFIG_FILE": str(empty),
            "CHECKPOINT_DISABLE": "1",
        }
    finally:
        for process in running:
            process.terminate()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


_VARIABLE = re.compile(r'^variable\s+"(\w+)"\s*\{([^}]*)\}', re.MULTILINE)


def given_values(text: str) -> dict[str, Any]:
    """Some value for each variable without default; both sides get the same."""
    values: dict[str, Any] = {}
    for name, body in _VARIABLE.findall(text):
        if "default" not in body:
            values[name] = (
                ["10.0.0.0/8"]
                if re.search(r"list|set", body)
                else {}
                if "map" in body
                else True
                if "bool" in body
                else 22
                if "number" in body
                else "given"
            )
    return values


def make_plan(directory: Path, values: dict[str, Any], environment: dict[str, str]) -> Path | None:
    """``terraform plan`` of a directory, as JSON; None where Terraform refuses it."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    if any("module " in path.read_text(encoding="utf-8") for path in directory.glob("*.tf")):
        run("get")
    options = [
        f"-var={name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in values.items()
    ]
    if run("plan", "-input=false", "-lock=false", "-out=tfplan", *options).returncode:
        return None
    plan = directory / "plan.out.json"
    plan.write_text(run("show", "-json", "tfplan").stdout, encoding="utf-8")
    return plan


@pytest.mark.slow
def test_fixtures_of_the_rules(terraform: dict[str, str], tmp_path: Path) -> None:
    found: list[str] = []
    plans = compared = 0
    fixtures = rule_fixtures()
    for number, fixture in enumerate(fixtures):
        directory = tmp_path / str(number)
        if fixture.is_dir():
            shutil.copytree(fixture, directory)
        else:
            directory.mkdir()
            shutil.copy(fixture, directory / "main.tf")
        values = given_values(texts(fixture))
        plan = make_plan(directory, values, terraform)
        if plan is None:
            continue  # data sources and other providers, which the stand-in does not have
        source, planned = source_scan(directory, values), read_plan(plan, "plan.json")
        mine, number_compared = differences(source, planned)
        name = fixture.relative_to(RULES).as_posix()
        # A secret that is given on the command line is a literal for the reader of the source.
        found.extend(f"{name}: {line}" for line in mine if not line.startswith("secret-not-in-code"))
        plans += 1
        compared += number_compared
    assert plans > len(fixtures) * 0.6
    assert compared > plans * 3
    assert not found, "\n".join(found)
