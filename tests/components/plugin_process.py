"""A cloud's plugin as Pulumi runs it: a process that makes components when it is asked over gRPC."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pulumi
from google.protobuf import struct_pb2
from pulumi.provider.experimental.util import camel_case
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from compliant_infra.components.package_schema import package_name
from compliant_infra.components.recorder import Recording, in_order
from compliant_infra.components.recording_monitor import RecordingMonitor
from compliant_infra.components.recording_server import serving
from compliant_infra.components.registration import SIGNATURE_KEY, STACK_TYPE, UNKNOWN_SENTINEL

ROOT = Path(__file__).parents[2]

#: Marks of the wire format: a value with its secrecy and origin, a reference to a resource.
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"

PROJECT = "proof"
STACK = "dev"
STACK_URN = f"urn:pulumi:{STACK}::{PROJECT}::{STACK_TYPE}::{PROJECT}-{STACK}"


@dataclass
class Plugin:
    """A running plugin. ``providers`` are the provider configurations that a program made: URN -> properties."""

    cloud: str
    stub: Any
    providers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def schema(self) -> str:
        """What the plugin says of its package."""
        return str(self.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)

    def construct(
        self,
        calls: Sequence[tuple[str, str, Mapping[str, Any]] | tuple[str, str, Mapping[str, Any], Sequence[str]]],
        config: Mapping[str, str],
        *,
        preview: bool = True,
        answered: Callable[[Any], None] = lambda response: None,
    ) -> Recording:
        """Make components one after the other; what they registered.

        A call is class, name, arguments on the wire, and the URNs that the component depends on.

        Raises grpc.RpcError for what the plugin refuses.
        """
        monitor = RecordingMonitor(
            project=PROJECT, stack=STACK, preview=preview, answers=self._looked_up, stack_references={}
        )
        with serving(monitor) as (address, refusals):
            for component, name, arguments, *dependencies in calls:
                inputs = struct_pb2.Struct()
                inputs.update(arguments)
                request = provider_pb2.ConstructRequest(
                    project=PROJECT,
                    stack=STACK,
                    organization="organization",
                    config=config,
                    dryRun=preview,
                    parallel=8,
                    monitorEndpoint=address,
                    type=f"{package_name(self.cloud)}:index:{component}",
                    name=name,
                    parent=STACK_URN,
                    inputs=inputs,
                    dependencies=[urn for urns in dependencies for urn in urns],
                    accepts_output_values=True,
                )
                answered(self.stub.Construct(request, timeout=60))
            assert not refusals
        return Recording(
            PROJECT, STACK, "organization", preview, in_order(monitor.registrations.values()), [], monitor.messages
        )

    def _looked_up(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if token != "pulumi:pulumi:getResource":
            return None
        urn = arguments["urn"]
        return {"urn": urn, "id": UNKNOWN_SENTINEL, "state": self.providers[urn]}


@contextmanager
def running(cloud: str, folder: Path | None = None) -> Iterator[Plugin]:
    """Start the plugin of a cloud, from ``folder`` where it is not that of the checkout."""
    engine = RecordingMonitor(project=PROJECT, stack=STACK, preview=True, answers=lambda *_: None, stack_references={})
    folder = folder or ROOT / "components" / cloud
    with (
        serving(engine) as (address, _),
        subprocess.Popen([sys.executable, "-u", folder, address], stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdecimal(), f"the plugin of {cloud} did not start"
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
                yield Plugin(cloud, provider_pb2_grpc.ResourceProviderStub(channel))
        finally:
            process.terminate()


def on_the_wire(value: Any, annotation: Any = None, providers: dict[str, Mapping[str, Any]] | None = None) -> Any:
    """Arguments of a Python program as a program in another language sends them: names of the schema, outputs marked.

    ``providers`` takes up the provider configurations among them.
    """
    from typing import ForwardRef, NotRequired, Required, get_args, get_origin, is_typeddict

    origin = get_origin(annotation)
    if origin in (NotRequired, Required):
        return on_the_wire(value, get_args(annotation)[0], providers)
    if isinstance(value, pulumi.Output):
        known = finished(value.is_known())
        urns = sorted(finished(resource.urn.future()) for resource in finished(value.resources()))
        return {
            SIGNATURE_KEY: OUTPUT_SIGNATURE,
            **({"value": on_the_wire(finished(value.future()))} if known else {}),
            **({"secret": True} if finished(value.is_secret()) else {}),
            **({"dependencies": urns} if urns else {}),
        }
    if isinstance(value, pulumi.ProviderResource):
        urn = finished(value.urn.future())
        if providers is not None:
            providers[urn] = {"region": finished(value.region.future())}  # type: ignore[attr-defined]
        return {SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": urn, "id": UNKNOWN_SENTINEL}
    members = [item for item in get_args(annotation) if not isinstance(item, ForwardRef) and item is not type(None)]
    if origin is not None and origin not in (dict, list, Mapping, Sequence):  # Input[T], T | None
        return on_the_wire(value, members[0], providers)
    if isinstance(value, Mapping):
        if is_typeddict(annotation):
            declared = annotation.__annotations__
            return {
                camel_case(key): on_the_wire(item, declared[key], providers)
                for key, item in value.items()
                if item is not None
            }
        inner = members[1] if len(members) == 2 else None
        return {key: on_the_wire(item, inner, providers) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [on_the_wire(item, members[0] if members else None, providers) for item in value]
    return value


def finished(coroutine: Any) -> Any:
    """What a coroutine returns that waits for nothing any more."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("not finished")
