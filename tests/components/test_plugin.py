"""Components that a plugin makes for a program in another language are those that a Python program makes."""

from __future__ import annotations

import ast
import json
import os
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

from compliant_infra.components.component import Component
from compliant_infra.components.package_schema import arguments_of, package_name
from compliant_infra.components.recorder import Recording
from compliant_infra.components.registration import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_SENTINEL
from tests.components.plugin_process import OUTPUT_SIGNATURE, ROOT, Plugin, on_the_wire, running
from tests.components.proof import Case, configuration, failing, judged, recording

EXAMPLES = {
    "alicloud": (
        "audit_trail_minimal",
        "cache_minimal",
        "key_ring_minimal",
        "mlps_baseline_minimal",
        "object_bucket_full",
        "object_bucket_minimal",
        "relational_database_minimal",
        "secret_store_minimal",
        "tiered_network_minimal",
    ),
    "aws": (
        "cache_minimal",
        "mlps_baseline_minimal",
        "object_bucket_full",
        "object_bucket_minimal",
        "relational_database_minimal",
        "tiered_network_minimal",
    ),
}
CASES = [Case(cloud, example, "mlps-l3") for cloud, names in EXAMPLES.items() for example in names]


@pytest.fixture(scope="module")
def plugins() -> Iterator[dict[str, Plugin]]:
    with running("alicloud") as alicloud, running("aws") as aws:
        yield {"alicloud": alicloud, "aws": aws}


def made(case: Case, monkeypatch: pytest.MonkeyPatch) -> tuple[Recording, list[tuple[type[Component], str, Any]]]:
    """The recording of a Python example, and the components that its program makes: class, name, arguments."""
    calls: list[tuple[type[Component], str, Any]] = []
    original = Component.__init__

    def remembered(self: Component, name: str, args: Any, opts: Any, typed: type) -> None:
        if opts is None or not isinstance(opts.parent, Component):
            calls.append((type(self), name, args))
        original(self, name, args, opts, typed)

    with monkeypatch.context() as patched:
        patched.setattr(Component, "__init__", remembered)
        return recording.__wrapped__(case), calls


def of_components(found: Recording) -> dict[str, dict[str, Any]]:
    """The components and what is below them, by URN, without the places in the program."""
    return {
        item.urn: {**asdict(item), "source": None, "inputs": read(item.inputs), "outputs": read(item.outputs)}
        for item in found.registrations
        if "compliant-infra-" in item.urn.split("::")[2]
    }


def read(value: Any) -> Any:
    """A value in which texts that are JSON are read: objects have no order on the wire."""
    if isinstance(value, dict):
        return {key: read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [read(item) for item in value]
    return json.loads(value) if isinstance(value, str) and value[:2] in ('{"', "[{") else value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_plugin_makes_what_a_python_program_makes(
    case: Case, plugins: dict[str, Plugin], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, calls = made(case, monkeypatch)
    plugin = plugins[case.cloud]
    wire = [
        (
            component.__name__,
            name,
            on_the_wire(args, arguments_of(component), plugin.providers),
            expected.by_name(name, f"{package_name(case.cloud)}:index:{component.__name__}").dependencies,
        )
        for component, name, args in calls
    ]
    found = plugin.construct(wire, configuration(case))
    theirs, ours = of_components(found), of_components(expected)
    assert theirs.keys() == ours.keys()
    for urn, registration in ours.items():
        assert theirs[urn] == registration
    assert len(found.resources) > len(calls)
    if case.example.endswith("_minimal"):
        assert not failing(judged(found.scan(), case))


# -- what comes over the wire --------------------------------------------------------------------------------------

KEYS = {"kmsKeyId": "key-hzz62f1cb66fa42qo9m3x"}
STANDBY = {"region": "cn-hangzhou", "kmsKeyId": "key-shh62f1cb66fa42qo9m3x"}
BUCKET = {"bucket": "acme-documents", **KEYS, "standby": STANDBY}
AWS_BUCKET = {"bucket": "acme-documents", "accountId": "123456789012", "standby": {"region": "cn-northwest-1"}}


def config(cloud: str = "alicloud", baseline: str = "mlps-l3") -> dict[str, str]:
    return configuration(Case(cloud, "", baseline))


def output(value: Any = None, *, secret: bool = False, known: bool = True) -> dict[str, Any]:
    return {
        SIGNATURE_KEY: OUTPUT_SIGNATURE,
        **({"value": value} if known else {}),
        **({"secret": True} if secret else {}),
    }


def refused(plugin: Plugin, component: str, arguments: dict[str, Any], baseline: str = "mlps-l3") -> str:
    """What the plugin says of arguments that it does not take."""
    with pytest.raises(grpc.RpcError) as caught:
        plugin.construct([(component, "one", arguments)], config(plugin.cloud, baseline))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    return str(caught.value.details())


def test_the_schema_of_the_process_is_the_golden_one(plugins: dict[str, Plugin]) -> None:
    for cloud, plugin in plugins.items():
        golden = Path(__file__).parent / "golden" / f"schema-{cloud}.json"
        assert json.loads(plugin.schema()) == json.loads(golden.read_text(encoding="utf-8"))


def test_whole_numbers_become_whole_again(plugins: dict[str, Plugin]) -> None:
    arguments = {**BUCKET, "noncurrentDays": 45.0}
    made = plugins["alicloud"].construct([("ObjectBucket", "one", arguments)], config())
    (rule,) = made.by_name("one-bucket").inputs["lifecycleRules"]
    assert json.dumps(rule["noncurrentVersionExpirations"]) == '[{"days": 45}]'
    assert "a whole number" in refused(plugins["alicloud"], "ObjectBucket", {**BUCKET, "noncurrentDays": 4.5})


def test_digits_that_pulumi_made_a_number_are_a_text(plugins: dict[str, Plugin]) -> None:
    found = plugins["alicloud"].construct(
        [("AuditTrail", "one", {**KEYS, "accountId": 1234567890123456.0, "standby": STANDBY})], config()
    )
    assert "acs:ram::1234567890123456:" in json.dumps([item.inputs for item in found.resources])
    # Two account numbers of this length may be one float.
    said = refused(plugins["alicloud"], "AuditTrail", {**BUCKET, "accountId": 9999999999999999.0})
    assert "account_id must be a text" in said


def test_secrets_and_unknown_values_stay_what_they_are(plugins: dict[str, Plugin]) -> None:
    arguments = {
        "accountId": "1234567890123456",
        "instanceType": "redis.amber.master.small.multithread",
        "zones": ["cn-beijing-h", "cn-beijing-k"],
        "subnetIds": ["vsw-2ze000000000000000001", UNKNOWN_SENTINEL],
        "kmsKeyId": output(known=False),
        # As some languages send it: the object is secret because something in it is.
        "account": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"name": "sessions", "password": "Proof-0f-n0thing"}},
    }
    found = plugins["alicloud"].construct([("Cache", "one", arguments)], config())
    account = found.by_name("one-account").inputs
    assert account["accountName"] == "sessions"
    assert account["accountPasswordWo"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "Proof-0f-n0thing"}
    assert "Proof-0f-n0thing" not in json.dumps(found.by_name("one", "compliant-infra-alicloud:index:Cache").inputs)


def test_what_decides_structure_must_be_known_and_plain(plugins: dict[str, Plugin]) -> None:
    network = {"cidrBlock": "10.0.0.0/16", "zones": output(known=False)}
    assert "zones must be plain, not an output" in refused(plugins["alicloud"], "TieredNetwork", network)
    bucket = {**BUCKET, "bucket": output("acme-documents", secret=True)}
    said = refused(plugins["alicloud"], "ObjectBucket", bucket)
    assert "bucket must be plain" in said
    assert "acme-documents" not in said


def test_mistakes_are_told_without_lines_of_code(plugins: dict[str, Plugin]) -> None:
    plugin = plugins["aws"]
    said = refused(plugin, "ObjectBucket", {"bucket": "acme-documents", "wormDay": 7})
    assert said.startswith("ObjectBucket 'one': ")
    assert "account_id is missing" in said
    assert "takes no argument wormDay" in said
    weak = {
        "bucket": "acme-documents",
        "accountId": "123456789012",
        "standby": {"region": "cn-northwest-1"},
        "overrides": {"public-access-block": {"block_public_acls": False}},
    }
    said = refused(plugin, "ObjectBucket", weak)
    assert "is weaker than mlps-l3 allows" in said
    assert "Traceback" not in said
    assert ".py" not in said


def test_what_a_value_turns_out_to_be_is_judged_too(plugins: dict[str, Plugin]) -> None:
    arguments = {
        "bucket": "acme-documents",
        "accountId": "123456789012",
        "standby": {"region": "cn-northwest-1"},
        "overrides": {"public-access-block": {"block_public_acls": output(False)}},
    }
    with pytest.raises(grpc.RpcError) as caught:
        plugins["aws"].construct([("ObjectBucket", "one", arguments)], config("aws"))
    assert "is weaker than mlps-l3 allows" in str(caught.value.details())


def place(region: str, block: str) -> dict[str, Any]:
    return {"region": region, "zones": [f"{region}-h", f"{region}-k"], "cidrBlock": block, "kmsInstanceId": "kst-a"}


def test_outputs_are_those_of_the_schema(plugins: dict[str, Plugin]) -> None:
    schema = json.loads(plugins["alicloud"].schema())
    resource = schema["resources"]["compliant-infra-alicloud:index:MlpsBaseline"]
    answers: list[Any] = []
    case = Case("alicloud", "mlps_baseline_minimal", "mlps-l3")
    arguments = {
        "system": "orders",
        "accountId": "1234567890123456",
        **{
            site: {
                "region": region,
                "zones": [f"{region}-h", f"{region}-k"],
                "cidrBlock": block,
                "kmsInstanceId": "kst-a",
            }
            for site, region, block in (
                ("primary", "cn-beijing", "10.0.0.0/16"),
                ("standby", "cn-hangzhou", "10.1.0.0/16"),
            )
        },
        "loginNetworks": ["203.0.113.0/24"],
        "contacts": [{"name": "security", "mail": "security@example.com"}],
    }
    plugins["alicloud"].construct(
        [("MlpsBaseline", "one", arguments)], configuration(case), preview=False, answered=answers.append
    )
    (answer,) = answers
    state = json_format.MessageToDict(answer.state)
    assert set(resource["required"]) <= set(state) <= set(resource["properties"])
    assert state["baseline"] == "mlps-l3"
    assert state["recovery"]["standbyRegion"] == "cn-hangzhou"
    record = schema["types"]["compliant-infra-alicloud:index:ExceptionToSign"]
    assert state["exceptions"]
    assert all(set(item) == set(record["properties"]) for item in state["exceptions"])


# -- where the folder finds the package ----------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["checkout", "checkout without links", "wheel"])
def test_the_folder_finds_its_own_package(layout: str, tmp_path: Path) -> None:
    root = tmp_path / "place"
    package = root / "compliant_infra"
    ignored = shutil.ignore_patterns("__pycache__", "venv")
    shutil.copytree(ROOT / "compliant_infra", package, symlinks=True, ignore=ignored)
    for link in [item for item in package.iterdir() if item.is_symlink()]:
        link.unlink()
    components = package / "components" if layout == "wheel" else root / "components"
    shutil.copytree(ROOT / "components", components, ignore=ignored)
    if layout != "wheel":
        (root / "pyproject.toml").write_text("", encoding="utf-8")
    if layout == "checkout":
        (package / "components").symlink_to("../components")
    program = (
        "import runpy, sys; main = runpy.run_path(sys.argv[1], run_name='main'); main['find_package'](); "
        "import compliant_infra.components.wire_arguments as found; print(found.__file__); print(sys.path)"
    )
    command = [sys.executable, "-S", "-c", program, str(components / "alicloud" / "__main__.py")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(components / "alicloud"), *site.getsitepackages()])}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    found, path = done.stdout.splitlines()
    assert Path(found).resolve() == (components / "wire_arguments.py").resolve()
    assert str(components / "alicloud") not in ast.literal_eval(path)
