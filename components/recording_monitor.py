"""The monitor that a recorded program talks to in place of the engine's, and the run of a program against it.

The only module that touches Pulumi's runtime. It relies on names which Pulumi does not promise to keep (``Settings``,
``ROOT``, ``run_in_stack``, the callback servicer): a test says which one changed.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
import sysconfig
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from inspect import isawaitable
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.message import Message as ProtocolMessage
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import alias_pb2, callback_pb2, engine_pb2, resource_pb2, source_pb2
from pulumi.runtime.settings import ROOT, SETTINGS, Settings, configure
from pulumi.runtime.stack import run_in_stack

from compliant_infra.components.nested_outputs import complete
from compliant_infra.components.recorder import (
    UNKNOWN_RESULT,
    ComputedValues,
    DuplicateResourceError,
    Invoke,
    InvokeAnswers,
    Message,
    NotSupportedError,
    UnansweredInvokeError,
    UnknownStackError,
)
from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import SourceLocation

#: Marks an output (value, secretness, dependencies) in the wire format.
_OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_STACK_REFERENCE_TYPE: Final = "pulumi:pulumi:StackReference"
_SECONDS_TO_SETTLE: Final = 1.0
_LARGEST_WHOLE: Final = 2.0**53
_SEVERITIES: Final = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}

#: What the monitor says it can do. Not INVOKE_DEPENDS_ON: so the SDK itself leaves out invokes that wait for resources
#: not yet made. Not OUTPUT_VALUES: inputs come with plain values, unknowns and secrets.
FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS,
)

_FEATURE_NAMES: Final = frozenset(
    {
        "secrets",
        "resourceReferences",
        "aliasSpecs",
        "deletedWith",
        "replaceWith",
        "transforms",
        "invokeTransforms",
        "parameterization",
        "resourceHooks",
        "errorHooks",
    }
)

#: Files of this package and of Python itself are not the user's program.
_OWN_FOLDERS: Final = tuple(
    f"{folder}/"
    for folder in dict.fromkeys(
        (
            Path(__file__).parent.as_posix(),
            Path(__file__).resolve().parent.as_posix(),
            Path(sysconfig.get_path("stdlib")).as_posix(),
            Path(sysconfig.get_path("stdlib")).resolve().as_posix(),
        )
    )
)
_OWN_FILES: Final = tuple(
    f"{folder}{name}" for folder in _OWN_FOLDERS[:2] for name in (Path(__file__).name, "program_shim.py")
)


def run_program(
    program: Callable[[], Any],
    monitor: RecordingMonitor,
    *,
    organization: str,
    config: Mapping[str, str],
    secret_keys: list[str],
) -> None:
    """Run the program against the monitor, in a context of its own; its exceptions come out as they are."""

    def isolated() -> None:
        ROOT.set(None)  # else a second run takes over the stack of the first
        set_all_config(dict(config), secret_keys)
        configure(
            Settings(
                project=monitor.project,
                stack=monitor.stack,
                monitor=Service(monitor),
                engine=Service(Log(monitor.messages)),
                dry_run=monitor.preview,
                organization=organization,
                root_directory=monitor.root or ".",
            )
        )
        SETTINGS.monitor_features = set(FEATURES)
        with asyncio.Runner() as runner:
            # One failed registration fails all that wait for it; the first one is raised, the others say nothing new.
            runner.get_loop().set_exception_handler(lambda *_: None)
            failure = runner.run(_failure_of(program, monitor))
        if failure is not None:
            raise failure

    if _loop_is_running():
        _in_thread(contextvars.copy_context().run, isolated)
    else:
        contextvars.copy_context().run(isolated)


async def _failure_of(program: Callable[[], Any], monitor: RecordingMonitor) -> Exception | None:
    """Run the program; the exception that it means, where several are raised.

    An exception of the program itself comes before those of its registrations, which the SDK raises only afterwards
    and wrapped; of these the first one counts.
    """
    callbacks = _InProcessCallbacks(monitor)
    monitor.call_back = callbacks.call_back
    SETTINGS.callbacks = callbacks
    own: list[Exception] = []

    async def started() -> None:
        try:
            result = program()
            if isawaitable(result):
                await result
        except Exception as error:
            own.append(error)
            raise

    try:
        await run_in_stack(started)
    except Exception as error:
        traceback = error.__traceback__
        # What waits for the failed registration fails now; cut off instead, it would be warned of as never awaited.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=_SECONDS_TO_SETTLE)
        if own:
            return own[0]
        manager = SETTINGS.rpc_manager
        failure: Exception = manager.unhandled_exception or error
        # The same exception comes up through several tasks; the longest way is the one that shows the program's line.
        ways = [way for way in (manager.exception_traceback, traceback if failure is error else None) if way]
        return failure.with_traceback(max(ways, key=_length)) if ways else failure
    return None


def _length(traceback: TracebackType) -> int:
    return sum(1 for _ in walk_tb(traceback))


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_thread(function: Callable[..., None], *arguments: Any) -> None:
    """Run it in a thread of its own and wait: where the caller's thread already runs an event loop (notebooks)."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            function(*arguments)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


class _InProcessCallbacks(_CallbackServicer):
    """The SDK's servicer of callbacks without its server: the monitor is in the same process."""

    def __init__(self, monitor: RecordingMonitor) -> None:
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}
        self._monitor = cast(Any, Service(monitor))
        self._loop = asyncio.get_running_loop()
        self._target = ""

    def call_back(self, callback: callback_pb2.Callback, request: bytes) -> bytes:
        """The answer of the program's own function, which runs in the program's event loop; called from a thread."""
        function = self._callbacks[callback.token]

        async def called() -> ProtocolMessage:
            return await function(request)

        answer: bytes = asyncio.run_coroutine_threadsafe(called(), self._loop).result().SerializeToString()
        return answer


class Service:
    """An object under the names of a service of the wire: ``RegisterResource`` calls ``register_resource``."""

    def __init__(self, target: object) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] | None = getattr(self._target, re.sub("(?<!^)(?=[A-Z])", "_", name).lower(), None)
        if method is None:
            raise NotSupportedError(f"the program needs {name}, which only a real engine has")
        return method


class Log:
    """Takes what the program logs; what is for debugging and what is soon overwritten is left out."""

    def __init__(self, messages: list[Message]) -> None:
        self._messages = messages

    def log(self, request: Any) -> None:
        """Keep one message."""
        severity = _SEVERITIES.get(request.severity)
        if severity is not None and not request.ephemeral:
            self._messages.append(Message(severity, request.message, request.urn))

    def require_pulumi_version(self, request: Any) -> None:
        """Whatever version the program asks for: there is no engine that could be too old."""


class RecordingMonitor:
    """What the engine's resource monitor does with the requests of a program, as far as it concerns the program."""

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        preview: bool,
        answers: InvokeAnswers,
        stack_references: Mapping[str, Mapping[str, Any]] | None,
        computed: ComputedValues | None = None,
        root: str | None = None,
        completes: bool = True,
    ) -> None:
        """``stack_references`` None: the outputs of all other stacks are unknown.

        ``completes``: whether what is computed inside objects is made unknown here, by the classes that the program has
        loaded into this process.
        """
        self.project = project
        self.stack = stack
        self.preview = preview
        self.root = root
        self.registrations: dict[str, Registration] = {}
        self.invokes: list[Invoke] = []
        self.messages: list[Message] = []
        self.call_back: Callable[[callback_pb2.Callback, bytes], bytes] = _no_callbacks
        self.libraries: tuple[str, ...] = _OWN_FOLDERS  # with a slash at the end: their files are not the program's
        self._answers = answers
        self._stack_references = stack_references
        self._computed = computed
        self._completes = completes
        self._lock = threading.Lock()
        self._requests: dict[str, resource_pb2.RegisterResourceRequest] = {}
        self._transforms: dict[str, list[callback_pb2.Callback]] = {}  # of a resource and its parents
        self._stack_transforms: list[callback_pb2.Callback] = []
        self._invoke_transforms: list[callback_pb2.Callback] = []

    # ------------------------------------------------------------------------------------------ registrations

    def urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's URN: the types of all parents but the stack, then the type."""
        chain = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if chain == STACK_TYPE else f"{chain}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"

    def register_resource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        """Keep a resource that the program makes; answer what is known of it."""
        if request.remote:
            raise NotSupportedError(
                f"{request.name!r} ({request.type}) is a remote component: it is made by another process, which needs "
                "a real engine"
            )
        urn = self.urn(request.parent, request.type, request.name)
        self._inherit(request)
        if request.type != STACK_TYPE:
            self._transform(request, urn)
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=_plain(request.object),
            parent=request.parent,
            provider=request.provider if request.custom else "",
            providers=dict(request.providers),
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            deleted_with=request.deletedWith,
            delete_before_replace=request.deleteBeforeReplace,
            dependencies=sorted(set(request.dependencies)),
            property_dependencies={
                key: sorted(set(found.urns)) for key, found in sorted(request.propertyDependencies.items())
            },
            aliases=[self._alias_urn(alias, request) for alias in request.aliases],
            ignore_changes=list(request.ignoreChanges),
            replace_on_changes=list(request.replaceOnChanges),
            additional_secret_outputs=list(request.additionalSecretOutputs),
            custom_timeouts={
                found.name: value for found, value in request.customTimeouts.ListFields() if isinstance(value, str)
            },
            version=request.version,
            source=self.source(request),
        )
        self._keep(registration, request)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        state = struct_pb2.Struct()
        state.CopyFrom(request.object)
        computed: dict[str, Any] = {}
        if not self.preview:
            computed = {"id": f"{request.name}-id", **(self._computed(registration) if self._computed else {})}
            registration.id = str(computed.pop("id"))
            for key in set(request.additionalSecretOutputs).intersection(computed):
                computed[key] = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": computed[key]}
            state.update(computed)
        registration.outputs = {**registration.inputs, **computed}
        if self._completes:
            complete(state, request.type, leave=computed)
        # ``unknown``: what the provider would compute and ``computed`` does not give is unknown, not None.
        return resource_pb2.RegisterResourceResponse(urn=urn, id=registration.id, object=state, unknown=True)

    def _keep(self, registration: Registration, request: resource_pb2.RegisterResourceRequest | None) -> None:
        with self._lock:
            if registration.urn in self.registrations:
                raise DuplicateResourceError(
                    f"Duplicate resource URN '{registration.urn}'; try giving it a unique name"
                )
            self.registrations[registration.urn] = registration
            if request is not None:
                self._requests[registration.urn] = request

    def _inherit(self, request: resource_pb2.RegisterResourceRequest) -> None:
        """What the engine takes over from the parent, before any transform.

        The SDK hands providers down itself; only one that a transform gave to the component is still to be found.
        """
        parent = self._requests.get(request.parent)
        if parent is None:
            return
        if not request.HasField("protect") and parent.HasField("protect"):
            request.protect = parent.protect
        if not request.HasField("retainOnDelete") and parent.HasField("retainOnDelete"):
            request.retainOnDelete = parent.retainOnDelete
        request.deletedWith = request.deletedWith or parent.deletedWith
        if request.custom:
            if not request.provider and not request.type.startswith(PROVIDER_PREFIX):
                request.provider = parent.providers.get(request.type.partition(":")[0], "")
        else:
            for package, provider in parent.providers.items():
                if package not in request.providers:
                    request.providers[package] = provider

    def register_resource_outputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        """Keep what a component or the stack gives out."""
        with self._lock:
            registration = self.registrations.get(request.urn)
            if registration is not None:
                registration.outputs = _plain(request.outputs)
        return empty_pb2.Empty()

    def read_resource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        """Keep a resource that the program looks up; answer with what it was looked up by and ``computed``."""
        registration = Registration(
            urn=self.urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=True,
            inputs=_plain(request.properties),
            parent=request.parent,
            provider=request.provider,
            dependencies=sorted(set(request.dependencies)),
            additional_secret_outputs=list(request.additionalSecretOutputs),
            version=request.version,
            read=True,
            id="" if request.id == UNKNOWN_SENTINEL else request.id,
            source=self.source(request),
        )
        state = struct_pb2.Struct()
        state.CopyFrom(request.properties)
        if request.type == _STACK_REFERENCE_TYPE:
            found = self._outputs_of_stack(str(registration.inputs.get("name", "")))
        else:
            found = dict(self._computed(registration)) if self._computed else {}
            found.pop("id", None)
        state.update(found)
        registration.outputs = {**registration.inputs, **found}
        self._keep(registration, None)
        return resource_pb2.ReadResourceResponse(
            urn=registration.urn, id=registration.id, properties=state, unknown=True
        )

    def _outputs_of_stack(self, name: str) -> dict[str, Any]:
        if self._stack_references is None:
            return {"outputs": UNKNOWN_SENTINEL, "secretOutputNames": UNKNOWN_SENTINEL}
        outputs = self._stack_references.get(name)
        if outputs is None:
            raise UnknownStackError(
                f"the program refers to the stack {name!r}, and record() was not given its outputs: "
                f"pass stack_references={{{name!r}: {{...}}}}"
            )
        secret = [key for key, value in outputs.items() if isinstance(value, Mapping) and SIGNATURE_KEY in value]
        return {"outputs": dict(outputs), "secretOutputNames": secret}

    # ------------------------------------------------------------------------------------------ transforms

    def register_stack_transform(self, callback: callback_pb2.Callback) -> empty_pb2.Empty:
        """A transform for every resource of the stack from now on."""
        self._stack_transforms.append(callback)
        return empty_pb2.Empty()

    def register_stack_invoke_transform(self, callback: callback_pb2.Callback) -> empty_pb2.Empty:
        """A transform for every invoke of the program from now on."""
        self._invoke_transforms.append(callback)
        return empty_pb2.Empty()

    def _transform(self, request: resource_pb2.RegisterResourceRequest, urn: str) -> None:
        """Run the transforms of the resource, then its parents', then the stack's, and take over what they change."""
        own = [*request.transforms, *self._transforms.get(request.parent, ())]
        if own:
            self._transforms[urn] = own
        chain = own + self._stack_transforms
        if not chain:
            return
        options = _options(request)
        for callback in chain:
            asked = resource_pb2.TransformRequest(
                type=request.type, name=request.name, custom=request.custom, parent=request.parent, options=options
            )
            asked.properties.CopyFrom(_with_outputs(request))
            answer = resource_pb2.TransformResponse()
            answer.ParseFromString(self.call_back(callback, asked.SerializeToString()))
            _set_properties(request, answer.properties)
            if answer.HasField("options"):
                options = answer.options
        _set_options(request, options)

    # ------------------------------------------------------------------------------------------ questions

    def invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        """Keep a question to a provider; answer it from what the caller of ``record`` gave."""
        for callback in self._invoke_transforms:
            asked = resource_pb2.TransformInvokeRequest(
                token=request.tok,
                args=request.args,
                options=resource_pb2.TransformInvokeOptions(
                    provider=request.provider, version=request.version, plugin_download_url=request.pluginDownloadURL
                ),
            )
            changed = resource_pb2.TransformInvokeResponse()
            changed.ParseFromString(self.call_back(callback, asked.SerializeToString()))
            request.args.CopyFrom(changed.args)
            if changed.HasField("options"):
                request.provider = changed.options.provider
                request.version = changed.options.version
        arguments = _plain(request.args)
        with self._lock:
            self.invokes.append(Invoke(request.tok, arguments, request.provider))
        answer = self._answers(request.tok, arguments)
        if answer is None:
            raise UnansweredInvokeError(request.tok, arguments)
        response = resource_pb2.ResourceInvokeResponse()
        if answer is UNKNOWN_RESULT:
            response.unknown = True  # which older SDKs do not read: for them it also stands in the result
        getattr(response, "return").update(dict(answer))
        return response

    def call(self, request: resource_pb2.ResourceCallRequest) -> None:
        """Refused: only the provider's or component's process can run its methods."""
        raise NotSupportedError(f"the program calls the method {request.tok}: that needs a real engine and provider")

    def exists_resource(self, request: Any) -> None:
        """Refused: only the cloud knows."""
        raise NotSupportedError(
            f"the program asks whether the {request.type} {request.id!r} exists: that needs a real engine and provider"
        )

    # ------------------------------------------------------------------------------------------ the rest of the service

    def supports_feature(self, request: resource_pb2.SupportsFeatureRequest) -> resource_pb2.SupportsFeatureResponse:
        """The same by the names that SDKs use which do not know ``GetDeploymentInfo``."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURE_NAMES)

    def get_deployment_info(self, request: Any) -> resource_pb2.DeploymentInfo:
        """What the monitor can do."""
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def register_package(self, request: Any) -> resource_pb2.RegisterPackageResponse:
        """A parameterized provider's reference."""
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def register_resource_hook(self, request: Any) -> empty_pb2.Empty:
        """Accepted and never run: hooks run when resources are made or deleted in the cloud."""
        return empty_pb2.Empty()

    register_error_hook = register_resource_hook

    def signal_and_wait_for_shutdown(self, request: Any) -> empty_pb2.Empty:
        """The program has registered everything."""
        return empty_pb2.Empty()

    # ------------------------------------------------------------------------------------------ helpers

    def _alias_urn(self, alias: alias_pb2.Alias, request: resource_pb2.RegisterResourceRequest) -> str:
        if alias.HasField("urn"):
            return alias.urn
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        chain = parent.split("::")[2] if parent else STACK_TYPE
        type_ = spec.type or request.type
        qualified = type_ if chain == STACK_TYPE else f"{chain}${type_}"
        stack, project, name = spec.stack or self.stack, spec.project or self.project, spec.name or request.name
        return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"

    def source(
        self, request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest
    ) -> SourceLocation | None:
        """The innermost line of the user's program that makes the resource."""
        positions = [frame.pc for frame in request.stackTrace.frames] or [request.sourcePosition]  # older SDKs
        for position in positions:
            file = _file_of(position)
            if file in _OWN_FILES:
                return None  # outside the program
            if self.is_program(file):
                return SourceLocation(self.relative(file), position.line)
        return None

    def is_program(self, file: str) -> bool:
        """Whether a file is the user's own, by its absolute path."""
        if not file or "/site-packages/" in file or "/dist-packages/" in file:
            return False
        return not file.startswith(self.libraries)

    def relative(self, file: str) -> str:
        """The path as places show it: relative to the root where it is below."""
        if self.root is None:
            return file
        path = Path(file)
        for folder in (Path(self.root).absolute(), Path(self.root).resolve()):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return file


def _file_of(position: source_pb2.SourcePosition) -> str:
    return unquote(urlsplit(position.uri).path)


def _no_callbacks(callback: callback_pb2.Callback, request: bytes) -> bytes:
    raise NotSupportedError("the program's own functions cannot be called here")


def _plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The struct as plain values, whole numbers as ``int``."""
    return {key: _plain_value(struct.fields[key]) for key in sorted(struct.fields)}  # the wire has no order


def _plain_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() and abs(number) <= _LARGEST_WHOLE else number
    if kind == "struct_value":
        return _plain(value.struct_value)
    if kind == "list_value":
        return [_plain_value(item) for item in value.list_value.values]
    return None


def _with_outputs(request: resource_pb2.RegisterResourceRequest) -> struct_pb2.Struct:
    """The properties as a transform takes them: unknown and secret values as outputs, with their dependencies."""
    properties = struct_pb2.Struct()
    for key, value in request.object.fields.items():
        urns = list(request.propertyDependencies[key].urns) if key in request.propertyDependencies else []
        properties.fields[key].CopyFrom(_as_output(value, urns))
    return properties


def _as_output(value: struct_pb2.Value, urns: list[str]) -> struct_pb2.Value:
    made = struct_pb2.Value()
    kind = value.WhichOneof("kind")
    if kind == "string_value" and value.string_value == UNKNOWN_SENTINEL:
        made.struct_value.update({SIGNATURE_KEY: _OUTPUT_SIGNATURE, "dependencies": urns})
    elif kind == "list_value":
        made.list_value.values.extend(_as_output(item, urns) for item in value.list_value.values)
        made.list_value.SetInParent()
    elif kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE_KEY in fields and fields[SIGNATURE_KEY].string_value == SECRET_SIGNATURE:
            output: dict[str, Any] = {SIGNATURE_KEY: _OUTPUT_SIGNATURE, "secret": True, "dependencies": urns}
            made.struct_value.update(output)
            inner = fields["value"]
            if not (inner.WhichOneof("kind") == "string_value" and inner.string_value == UNKNOWN_SENTINEL):
                made.struct_value.fields["value"].CopyFrom(_as_output(inner, urns))
        else:
            made.struct_value.SetInParent()
            for key, item in fields.items():
                made.struct_value.fields[key].CopyFrom(_as_output(item, urns))
    else:
        made.CopyFrom(value)
    return made


def _without_outputs(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """The properties with plain, unknown and secret values in place of outputs."""
    made = struct_pb2.Struct()
    for key, value in properties.fields.items():
        made.fields[key].CopyFrom(_as_plain(value))
    return made


def _as_plain(value: struct_pb2.Value) -> struct_pb2.Value:
    kind = value.WhichOneof("kind")
    made = struct_pb2.Value()
    if kind == "list_value":
        made.list_value.SetInParent()
        made.list_value.values.extend(_as_plain(item) for item in value.list_value.values)
    elif kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE_KEY in fields and fields[SIGNATURE_KEY].string_value == _OUTPUT_SIGNATURE:
            if "value" in fields:
                made.CopyFrom(_as_plain(fields["value"]))
            else:
                made.string_value = UNKNOWN_SENTINEL
            if "secret" in fields and fields["secret"].bool_value:
                secret = struct_pb2.Value()
                secret.struct_value.fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
                secret.struct_value.fields["value"].CopyFrom(made)
                return secret
        else:
            made.struct_value.SetInParent()
            for key, item in fields.items():
                made.struct_value.fields[key].CopyFrom(_as_plain(item))
    else:
        made.CopyFrom(value)
    return made


def _set_properties(request: resource_pb2.RegisterResourceRequest, properties: struct_pb2.Struct) -> None:
    """Take over a transform's properties. What it made anew loses the dependencies of what it replaced.

    A transform that changes nothing gives back what it was asked with, outputs among it.
    """
    properties = _without_outputs(properties)
    for key in [key for key in request.propertyDependencies if key not in properties.fields]:
        del request.propertyDependencies[key]
    for key, value in properties.fields.items():
        if request.object.fields.get(key) != value and not _holds_unknown(value):
            if key in request.propertyDependencies:
                del request.propertyDependencies[key]
        request.propertyDependencies[key].SetInParent()
    request.object.CopyFrom(properties)


def _holds_unknown(value: struct_pb2.Value) -> bool:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return bool(value.string_value == UNKNOWN_SENTINEL)
    items: Collection[struct_pb2.Value] | Iterator[struct_pb2.Value] = ()
    if kind == "struct_value":
        items = value.struct_value.fields.values()
    elif kind == "list_value":
        items = value.list_value.values
    return any(_holds_unknown(item) for item in items)


def _options(request: resource_pb2.RegisterResourceRequest) -> resource_pb2.TransformResourceOptions:
    """The resource's options as a transform takes them."""
    options = resource_pb2.TransformResourceOptions(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        aliases=request.aliases,
        provider=request.provider,
        plugin_download_url=request.pluginDownloadURL,
        deleted_with=request.deletedWith,
        additional_secret_outputs=request.additionalSecretOutputs,
        providers=request.providers,
        hide_diff=request.hideDiffs,
        replace_with=request.replace_with,
    )
    setattr(options, "import", request.importId)
    if request.HasField("protect"):
        options.protect = request.protect
    if request.HasField("retainOnDelete"):
        options.retain_on_delete = request.retainOnDelete
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    if request.HasField("customTimeouts"):
        options.custom_timeouts.CopyFrom(request.customTimeouts)
    if request.HasField("replacement_trigger"):
        options.replacement_trigger.CopyFrom(request.replacement_trigger)
    return options


def _set_options(request: resource_pb2.RegisterResourceRequest, options: resource_pb2.TransformResourceOptions) -> None:
    """Take over the options that the transforms leave behind: all of them, what is not set is unset."""
    for field, values in (
        (request.dependencies, options.depends_on),
        (request.ignoreChanges, options.ignore_changes),
        (request.replaceOnChanges, options.replace_on_changes),
        (request.additionalSecretOutputs, options.additional_secret_outputs),
        (request.hideDiffs, options.hide_diff),
        (request.replace_with, options.replace_with),
    ):
        del field[:]
        field.extend(values)
    del request.aliases[:]
    request.aliases.extend(options.aliases)
    request.providers.clear()
    request.providers.update(options.providers)
    request.provider = options.provider
    request.version = options.version
    request.pluginDownloadURL = options.plugin_download_url
    request.deletedWith = options.deleted_with
    request.importId = getattr(options, "import")
    request.ClearField("protect")
    if options.HasField("protect"):
        request.protect = options.protect
    request.ClearField("retainOnDelete")
    if options.HasField("retain_on_delete"):
        request.retainOnDelete = options.retain_on_delete
    request.deleteBeforeReplaceDefined = options.HasField("delete_before_replace")
    request.deleteBeforeReplace = options.delete_before_replace
    request.customTimeouts.CopyFrom(options.custom_timeouts)
    if not options.HasField("custom_timeouts"):
        request.ClearField("customTimeouts")
