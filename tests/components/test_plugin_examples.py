"""The example programs in other languages fit the golden schemas, and a mistake in one is found.

TypeScript is compiled where there is a compiler: ``tsc`` on the path, or the one that COMPLIANT_INFRA_TSC names.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.components.typescript_declarations import PULUMI, declarations, provider_declarations
from tests.components.yaml_programs import problems

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "plugins"
CLOUDS = ("alicloud", "aws")


@cache
def schema(cloud: str) -> dict[str, Any]:
    path = Path(__file__).parent / "golden" / f"schema-{cloud}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def program(cloud: str) -> dict[str, Any]:
    return yaml.safe_load((EXAMPLES / "yaml" / cloud / "Pulumi.yaml").read_text(encoding="utf-8"))


def found(cloud: str, document: dict[str, Any]) -> list[str]:
    return problems(document, {f"compliant-infra-{cloud}": schema(cloud)})


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*/Pulumi.yaml")), ids=lambda file: str(file.parent)[-20:])
def test_examples_name_the_plugin_of_their_cloud(file: Path) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    cloud = file.parent.name
    assert set(document["packages"]) == {f"compliant-infra-{cloud}"}
    folder = (file.parent / document["packages"][f"compliant-infra-{cloud}"]).resolve()
    assert folder == ROOT / "components" / cloud
    plugin = yaml.safe_load((folder / "PulumiPlugin.yaml").read_text(encoding="utf-8"))
    assert plugin["runtime"]["name"] == "python"
    assert (folder / "__main__.py").is_file()
    stack = yaml.safe_load((file.parent / "Pulumi.demo.yaml").read_text(encoding="utf-8"))["config"]
    assert f"{cloud}:region" in stack


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_plugin_asks_for_the_sdk_of_the_schema(cloud: str) -> None:
    lines = (ROOT / "components" / cloud / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (dependency,) = schema(cloud)["dependencies"]
    assert f"pulumi-{cloud}=={dependency['version']}" in lines


@pytest.mark.parametrize("cloud", CLOUDS)
def test_yaml_fits_the_schema(cloud: str) -> None:
    document = program(cloud)
    assert found(cloud, document) == []
    assert sum(item["type"].startswith("compliant-infra-") for item in document["resources"].values()) >= 2


def test_yaml_configuration_is_what_the_stack_has() -> None:
    for cloud in CLOUDS:
        wanted = {f"orders:{name}" for name in program(cloud)["config"]}
        stack = yaml.safe_load((EXAMPLES / "yaml" / cloud / "Pulumi.demo.yaml").read_text(encoding="utf-8"))["config"]
        assert wanted == {key for key in stack if key.startswith("orders:")}


def test_mistakes_in_yaml_are_found() -> None:
    document = copy.deepcopy(program("alicloud"))
    bucket = document["resources"]["documents"]["properties"]
    bucket["wormdays"] = 7
    bucket["noncurrentDays"] = "90"
    bucket["standby"]["kmsKey"] = bucket["standby"].pop("kmsKeyId")
    bucket["standby"]["provider"] = "${network}"
    bucket["logBucket"] = "${database.connectionString}"
    database = document["resources"]["database"]["properties"]
    del database["engine"]
    del database["standby"]["region"]
    database["subnetIds"] = "${network.dataSubnetIds}"
    database["kmsKeyId"] = "${keyOfOurs}"
    document["resources"]["network"]["properties"]["vpcId"] = "${documents.bucketNames}"
    document["resources"]["more"] = {"type": "compliant-infra-alicloud:index:Bucket"}
    assert found("alicloud", document) == [
        "network.vpcId: ${documents.bucketNames} does not exist",
        "database.engine is missing",
        "database.subnetIds must be plain, ${network.dataSubnetIds} is known only later",
        "database.kmsKeyId: there is no keyOfOurs",
        "database.standby.region is missing",
        "documents.noncurrentDays must be a integer",
        "documents.standby.kmsKey does not exist",
        "documents.standby.provider must be a provider configuration of alicloud",
        "documents.wormdays does not exist",
        "documents.logBucket must be plain, ${database.connectionString} is known only later",
        "more: there is no type compliant-infra-alicloud:index:Bucket",
    ]


# -- TypeScript ----------------------------------------------------------------------------------------------------


def compiled(cloud: str, text: str, folder: Path) -> list[str]:
    """What the compiler says of a program: ``line: message``."""
    compiler = os.environ.get("COMPLIANT_INFRA_TSC") or shutil.which("tsc")
    if compiler is None:
        pytest.skip("no TypeScript compiler: put tsc on the path or name one in COMPLIANT_INFRA_TSC")
    (folder / "index.ts").write_text(text, encoding="utf-8")
    (folder / "sdk.d.ts").write_text(
        PULUMI + provider_declarations(cloud) + declarations(schema(cloud)), encoding="utf-8"
    )
    options = json.loads((EXAMPLES / "typescript" / cloud / "tsconfig.json").read_text(encoding="utf-8"))
    options["compilerOptions"]["types"] = []
    options["files"].append("sdk.d.ts")
    (folder / "tsconfig.json").write_text(json.dumps(options), encoding="utf-8")
    done = subprocess.run([compiler, "-p", "."], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return [
        f"{line}: {said}" for line, said in re.findall(r"^\S+\((\d+),\d+\): error \w+: (.*)$", done.stdout, re.M)
    ] or ([done.stdout + done.stderr] if done.returncode else [])


def source(cloud: str) -> str:
    return (EXAMPLES / "typescript" / cloud / "index.ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_typescript_compiles(cloud: str, tmp_path: Path) -> None:
    assert compiled(cloud, source(cloud), tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("noncurrentDays: 90", 'noncurrentDays: "90"', "Type 'string' is not assignable to type 'number'."),
        ("noncurrentDays: 90", "noncurrentDay: 90", "does not exist in type 'ObjectBucketArgs'"),
        ('system: "orders",\n    accountId', "accountId", "is not assignable to parameter of type 'MlpsBaselineArgs'"),
        (
            "provider: hangzhou",
            "provider: baseline",
            "'MlpsBaseline' is missing the following properties from type 'Provider'",
        ),
        ('bucket: "acme-documents"', "bucket: baseline.vpcId", "is not assignable to type 'string'"),
        ("item.reason", "item.reasons", "does not exist on type 'ExceptionToSign'"),
    ],
)
def test_mistakes_in_typescript_are_found(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    text = source("alicloud")
    assert right in text
    lines = compiled("alicloud", text.replace(right, wrong, 1), tmp_path)
    assert any(said in line for line in lines), lines
