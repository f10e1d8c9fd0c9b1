"""The stand-in plugins as processes, asked over gRPC as an engine asks them."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("pulumi")
for package in ("alicloud", "aws"):
    pytest.importorskip(f"pulumi_{package}")

import grpc  # noqa: E402
from google.protobuf import empty_pb2, json_format, struct_pb2  # noqa: E402
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc  # noqa: E402

from compliant_infra.components.recorder import record  # noqa: E402
from compliant_infra.components.registration import (  # noqa: E402
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from tests.components.proof import Case, configuration, recording  # noqa: E402
from tests.engine.comparison import as_deployed  # noqa: E402
from tests.engine.project import STANDIN  # noqa: E402

SECONDS = 60.0  # for one answer: wide, as it is only there against hangs

KEY = "urn:pulumi:dev::proof::pkg:index:Group$alicloud:kms/key:Key::base-key"
TRAIL = "urn:pulumi:dev::proof::aws:cloudtrail/trail:Trail::base-trail"


def properties(values: dict[str, Any]) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update(values)
    return found


def plain(found: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(found)


@contextmanager
def started(package: str, *arguments: str) -> Iterator[SimpleNamespace]:
    """The plugin as an engine starts it: by the script, with its own address and flags; the port is the first line."""
    process = subprocess.Popen(
        [str(STANDIN / f"pulumi-resource-{package}"), *arguments],
        env={"PATH": os.environ["PATH"], "STANDIN_PYTHON": sys.executable},
        cwd="/",
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield SimpleNamespace(stub=provider_pb2_grpc.ResourceProviderStub(channel), process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)


@pytest.fixture(scope="module", params=["alicloud", "aws"])
def plugin(request: pytest.FixtureRequest) -> Iterator[SimpleNamespace]:
    with started(request.param, "127.0.0.1:9", "--logtostderr", "-v=3", "--tracing", "file:///x") as found:
        found.package = request.param
        yield found


@pytest.fixture(scope="module")
def plugins() -> Iterator[dict[str, Any]]:
    with started("alicloud") as alicloud, started("aws") as aws:
        yield {"alicloud": alicloud.stub, "aws": aws.stub}


def test_it_introduces_itself(plugin: SimpleNamespace) -> None:
    handshake = plugin.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:9"))
    assert handshake.accept_secrets
    assert handshake.accept_resources
    plugin.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:9"))
    found = plugin.stub.GetPluginInfo(empty_pb2.Empty())
    assert found.version == version(f"pulumi-{plugin.package}")
    schema = json.loads(plugin.stub.GetSchema(provider_pb2.GetSchemaRequest(version=0)).schema)
    assert schema == {"name": plugin.package, "version": found.version}


def test_its_configuration_is_accepted_as_it_is(plugin: SimpleNamespace) -> None:
    urn = f"urn:pulumi:dev::proof::pulumi:providers:{plugin.package}::primary"
    config = {"region": "cn-north-1", "version": "1.0.0"}
    checked = plugin.stub.CheckConfig(provider_pb2.CheckRequest(urn=urn, news=properties(config)))
    assert plain(checked.inputs) == config
    assert not checked.failures
    configured = plugin.stub.Configure(provider_pb2.ConfigureRequest(args=checked.inputs, acceptSecrets=True))
    assert configured.supportsPreview  # else the engine would not ask for Create in a preview
    assert configured.acceptSecrets
    same = plugin.stub.DiffConfig(provider_pb2.DiffRequest(urn=urn, old_inputs=checked.inputs, news=checked.inputs))
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE
    plugin.stub.Cancel(empty_pb2.Empty())


def test_a_resource_from_preview_to_deletion(plugins: dict[str, Any]) -> None:
    stub = plugins["alicloud"]
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "for nobody"}
    inputs = {"keySpec": "Aliyun_SM4", "dkmsInstanceId": UNKNOWN_SENTINEL, "policy": secret, "tags": {"a": "b"}}
    checked = stub.Check(provider_pb2.CheckRequest(urn=KEY, news=properties(inputs)))
    assert plain(checked.inputs) == inputs

    previewed = stub.Create(provider_pb2.CreateRequest(urn=KEY, properties=checked.inputs, preview=True))
    assert previewed.id == ""
    state = plain(previewed.properties)
    assert {key: state[key] for key in inputs} == inputs
    assert state["arn"] == UNKNOWN_SENTINEL

    created = stub.Create(provider_pb2.CreateRequest(urn=KEY, properties=properties({**inputs, "dkmsInstanceId": "i"})))
    state = plain(created.properties)
    assert created.id.startswith("sim-")
    assert state["arn"] == "acs:sim:cn-beijing:1234567890123456:key/base-key"
    assert state["policy"] == secret
    assert state["keyState"] == "base-key-keyState"
    assert "description" not in state  # may be absent in a real cloud, and nobody gave one

    read = stub.Read(
        provider_pb2.ReadRequest(id=created.id, urn=KEY, properties=created.properties, inputs=properties({"a": 1}))
    )
    assert (read.id, read.properties, plain(read.inputs)) == (created.id, created.properties, {"a": 1})

    old, new = properties({**inputs, "dkmsInstanceId": "i"}), properties({**inputs, "dkmsInstanceId": "j"})
    common = {"id": created.id, "urn": KEY, "olds": created.properties, "old_inputs": old}
    same = stub.Diff(provider_pb2.DiffRequest(**common, news=old))
    assert (same.changes, list(same.diffs)) == (provider_pb2.DiffResponse.DIFF_NONE, [])
    differs = stub.Diff(provider_pb2.DiffRequest(**common, news=new))
    assert (differs.changes, list(differs.diffs)) == (provider_pb2.DiffResponse.DIFF_SOME, ["dkmsInstanceId"])
    assert not differs.replaces

    updated = plain(stub.Update(provider_pb2.UpdateRequest(**common, news=new)).properties)
    assert updated == {**state, "dkmsInstanceId": "j"}
    deleted = stub.Delete(provider_pb2.DeleteRequest(id=created.id, urn=KEY, properties=created.properties))
    assert deleted == empty_pb2.Empty()


def test_an_input_that_comes_or_goes_is_a_difference(plugins: dict[str, Any]) -> None:
    for old, new in (({}, {"policy": None}), ({"policy": "p"}, {})):
        request = provider_pb2.DiffRequest(urn=KEY, old_inputs=properties(old), news=properties(new))
        assert list(plugins["alicloud"].Diff(request).diffs) == ["policy"]


def test_arns_are_those_of_the_cloud(plugins: dict[str, Any]) -> None:
    created = plugins["aws"].Create(provider_pb2.CreateRequest(urn=TRAIL, properties=properties({"s3BucketName": "b"})))
    assert plain(created.properties)["arn"] == "arn:aws-cn:sim:cn-north-1:123456789012:trail/base-trail"


@pytest.mark.parametrize("urn", [TRAIL, "urn:pulumi:dev::proof::alicloud:kms/key:Kay::base-key"])
def test_a_type_that_the_package_does_not_have_is_refused(plugins: dict[str, Any], urn: str) -> None:
    (failure,) = plugins["alicloud"].Check(provider_pb2.CheckRequest(urn=urn)).failures
    assert failure.reason == f"alicloud {version('pulumi-alicloud')} has no type {urn.split('::')[2]}"


def test_questions_to_a_cloud_are_refused(plugins: dict[str, Any]) -> None:
    (failure,) = plugins["aws"].Invoke(provider_pb2.InvokeRequest(tok="aws:index/getRegion:getRegion")).failures
    assert "aws:index/getRegion:getRegion" in failure.reason


def test_it_ends_with_the_process_that_started_it() -> None:
    """As an engine's end, also an abrupt one, leaves no plugin behind."""
    script = str(STANDIN / "pulumi-resource-aws")
    start = f"import subprocess, os; p = subprocess.Popen([{script!r}]); print(p.pid, flush=True); os.read(0, 1)"
    with subprocess.Popen(
        [sys.executable, "-c", start],
        env={"PATH": os.environ["PATH"], "STANDIN_PYTHON": sys.executable},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as starter:
        assert starter.stdout is not None
        lines = [int(starter.stdout.readline()) for _ in ("process", "port")]
        assert all(lines)
        starter.kill()
        # The plugin holds the other end of the pipe: the stream ends when it is gone.
        rest, _ = starter.communicate(timeout=SECONDS)
        assert rest == ""


#: The largest programs that there are.
PROGRAMS = [Case(cloud, "mlps_baseline_full", "mlps-l3") for cloud in ("alicloud", "aws")]


def custom(found: list[Registration]) -> list[Registration]:
    return [item for item in found if item.custom and not item.type.startswith(PROVIDER_PREFIX)]


@pytest.mark.parametrize("case", PROGRAMS, ids=str)
def test_a_recorded_program_comes_through_a_preview_unchanged(case: Case, plugins: dict[str, Any]) -> None:
    """What the engine would do with each registration in a preview: Check, then Create."""
    found = custom(recording(case).registrations)
    assert found
    for item in found:
        stub = plugins[item.type.partition(":")[0]]
        checked = stub.Check(provider_pb2.CheckRequest(urn=item.urn, news=properties(item.inputs)))
        assert not checked.failures, checked.failures
        assert plain(checked.inputs) == item.inputs
        created = stub.Create(provider_pb2.CreateRequest(urn=item.urn, properties=checked.inputs, preview=True))
        state = plain(created.properties)
        assert created.id == ""
        assert {key: state[key] for key in item.inputs} == item.inputs
        assert {value for key, value in state.items() if key not in item.inputs} <= {UNKNOWN_SENTINEL}


@pytest.mark.parametrize("case", PROGRAMS, ids=str)
def test_a_recorded_deployment_is_what_the_plugin_makes(case: Case, plugins: dict[str, Any]) -> None:
    """Every value is known: ids and computed values of one resource are in the inputs of the next."""
    deployed = record(
        lambda: runpy.run_path(str(case.file), run_name="__main__") and None,
        project="proof",
        config=configuration(case),
        preview=False,
        computed=as_deployed,
    )
    for item in custom(deployed.registrations):
        assert UNKNOWN_SENTINEL not in json.dumps(item.inputs), item.name
        stub = plugins[item.type.partition(":")[0]]
        created = stub.Create(provider_pb2.CreateRequest(urn=item.urn, properties=properties(item.inputs)))
        assert created.id == item.id
        wrapped = set(item.additional_secret_outputs).difference(item.inputs)  # the engine's work, not the plugin's
        outputs = {key: value["value"] if key in wrapped else value for key, value in item.outputs.items()}
        assert plain(created.properties) == outputs
