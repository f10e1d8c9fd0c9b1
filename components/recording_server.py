"""The recording monitor behind gRPC, for programs that run in another process. Needs the Pulumi SDK."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # read once, by the import: else it tells when connections end

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, engine_pb2, engine_pb2_grpc, resource_pb2_grpc

from compliant_infra.components.recorder import Message, RecordingError
from compliant_infra.components.recording_monitor import Log, RecordingMonitor, Service
from compliant_infra.kernel.model import SourceLocation

#: No proxies: all of it is on this machine.
_OPTIONS: Final = (
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
    ("grpc.enable_http_proxy", 0),
    ("grpc.so_reuseport", 0),
)

#: More than the SDK has requests under way: one that waits for a transform must not hold up what the transform asks.
_WORKERS: Final = 96


class Refusal(NamedTuple):
    """What was asked of the monitor in vain, and where in the program if that is known."""

    text: str
    source: SourceLocation | None = None


class _Engine(Log):
    """What a program wants of the engine beside the monitor."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__(messages)
        self._root = ""

    def get_root_resource(self, request: Any) -> Any:
        """The URN of the stack."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def set_root_resource(self, request: Any) -> Any:
        """Keep the URN of the stack."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()


@contextmanager
def serving(monitor: RecordingMonitor) -> Iterator[tuple[str, list[Refusal]]]:
    """Serve the monitor on a free port of this machine; gives its address and, in time, what it refused."""
    refusals: list[Refusal] = []
    channels: dict[str, grpc.Channel] = {}
    lock = threading.Lock()

    def call_back(callback: callback_pb2.Callback, request: bytes) -> bytes:
        with lock:
            channel = channels.get(callback.target)
            if channel is None:
                channel = channels[callback.target] = grpc.insecure_channel(callback.target, options=_OPTIONS)
        stub = callback_pb2_grpc.CallbacksStub(channel)
        answer: bytes = stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=request)).response
        return answer

    monitor.call_back = call_back
    server = grpc.server(ThreadPoolExecutor(_WORKERS), options=_OPTIONS)
    monitor_service: Any = _Servicer(Service(monitor), monitor, refusals)
    engine_service: Any = _Servicer(Service(_Engine(monitor.messages)), monitor, refusals)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor_service, server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine_service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", refusals
    finally:
        server.stop(0)
        for channel in channels.values():
            channel.close()


class _Servicer:
    """A service of the wire whose methods are those of a ``Service``; an exception is an error of the request."""

    def __init__(self, service: Service, monitor: RecordingMonitor, refusals: list[Refusal]) -> None:
        self._service = service
        self._monitor = monitor
        self._refusals = refusals

    def __getattr__(self, name: str) -> Callable[[Any, Any], Any]:
        if not re.fullmatch(r"[A-Z]\w*", name):
            raise AttributeError(name)

        def answered(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                answer = getattr(self._service, name)(request)
            except RecordingError as error:
                self._refusals.append(Refusal(str(error), self._place(request)))
                context.abort(grpc.StatusCode.UNKNOWN, str(error))
            except grpc.RpcError as error:  # a function of the program failed
                context.abort(grpc.StatusCode.UNKNOWN, error.details() or str(error))
            return empty_pb2.Empty() if answer is None else answer

        return answered

    def _place(self, request: Any) -> SourceLocation | None:
        return self._monitor.source(request) if hasattr(request, "stackTrace") else None
