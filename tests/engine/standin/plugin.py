"""A stand-in for the resource plugins of Alibaba Cloud and AWS: makes nothing anywhere and forgets everything.

It lets a real engine run a program without a cloud: inputs come back as they are, ids and computed values are unknown
in a preview and made up afterwards (``computed.py``). It validates nothing but that a type is one of the package's;
mistakes in inputs are found by ``components.input_checks``.

An engine starts it through ``pulumi-resource-alicloud`` or ``pulumi-resource-aws`` beside this file, which name the
package; it prints the port on which it listens, as the protocol of plugins wants, and ends with the engine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.engine.standin.computed import computed_values, identifier, is_type

PACKAGES: Final = ("alicloud", "aws")

#: What stands for a value that is not known before deployment, as the engine has it for texts and all else.
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

_LARGEST_MESSAGE: Final = 400 << 20  # bytes, the engine's own limit
_SECONDS_BETWEEN_LOOKS: Final = 2.0


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """The plugin of one package."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.version = version(f"pulumi-{package}")

    # ------------------------------------------------------------------------------------------ the plugin itself

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:  # noqa: N802
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:  # noqa: N802
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:  # noqa: N802
        """The least that is a schema: programs have their types from the SDK."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self.package, "version": self.version}))

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:  # noqa: N802
        return _difference(request)

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:  # noqa: N802
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Refused: the components ask a cloud nothing."""
        reason = f"the stand-in plugin knows no cloud that could answer {request.tok}"
        return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(reason=reason)])

    # ------------------------------------------------------------------------------------------ resources

    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:  # noqa: N802
        """The inputs as they are."""
        token = _type(request.urn)
        if token.partition(":")[0] != self.package or not is_type(token):
            failure = provider_pb2.CheckFailure(reason=f"{self.package} {self.version} has no type {token}")
            return provider_pb2.CheckResponse(failures=[failure])
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:  # noqa: N802
        return _difference(request)

    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:  # noqa: N802
        return provider_pb2.CreateResponse(
            id="" if request.preview else identifier(request.urn),
            properties=_state(request.urn, request.properties, preview=request.preview),
        )

    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:  # noqa: N802
        """What the engine knows already; of a resource that is only looked up, computed values."""
        properties = _state(request.urn, request.properties)
        return provider_pb2.ReadResponse(id=request.id, properties=properties, inputs=request.inputs)

    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:  # noqa: N802
        """The new inputs; computed values stay what they were, as they depend on nothing that changes."""
        return provider_pb2.UpdateResponse(properties=_state(request.urn, request.news))

    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _state(urn: str, inputs: struct_pb2.Struct, *, preview: bool = False) -> struct_pb2.Struct:
    """The inputs, and computed values beside them; these are unknown in a preview of something new."""
    state = struct_pb2.Struct()
    state.CopyFrom(inputs)
    found = computed_values(_type(urn), urn.split("::")[3], state.fields)
    state.update(dict.fromkeys(found, UNKNOWN) if preview else found)
    return state


def _difference(request: Any) -> provider_pb2.DiffResponse:
    """Which inputs differ. Nothing is ever replaced."""
    old, new = (json_format.MessageToDict(found) for found in (request.old_inputs, request.news))
    keys = sorted(key for key in old.keys() | new.keys() if (key in old, old.get(key)) != (key in new, new.get(key)))
    changes = provider_pb2.DiffResponse.DIFF_SOME if keys else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(changes=changes, diffs=keys)


def serve(package: str) -> None:
    """Print the port, answer until the process that started this one is gone."""
    starter = os.getppid()
    limits = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", _LARGEST_MESSAGE)]
    server = grpc.server(ThreadPoolExecutor(8), options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(StandIn(package), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while server.wait_for_termination(_SECONDS_BETWEEN_LOOKS) and os.getppid() == starter:
        pass  # wait_for_termination is true when the time is up


def main(arguments: Sequence[str]) -> None:
    """``--package alicloud``; what the engine adds, its address and flags for logs, is of no use here."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--package", choices=PACKAGES, required=True)
    known, _ = parser.parse_known_args(arguments)
    serve(known.package)


if __name__ == "__main__":
    main(sys.argv[1:])
