"""Runs the program of a Pulumi project in the project's own interpreter; ``program_run`` starts it.

Standard library and the project's Pulumi SDK only, whatever its version: this package need not be installed there. The
file is run by its path, with three arguments: the descriptors that parameters come from and that events go to, and this
file's path. Parameters are one line of JSON, and so is each event::

    {"event": "ready", "pulumi": "3.272.0", "libraries": [...]}   or   {"event": "missing", "text": ...}
    {"event": "finished"}   or   {"event": "failed", ...}   or   {"event": "exited", "code": ...}
    or   {"event": "unfinished", ...}
    {"event": "told", "guessed": [...], "files": [...], "skipped": [...]}

On SIGUSR1 the stack of the main thread is written among the events, as text.
"""

from __future__ import annotations

import asyncio
import atexit
import faulthandler
import functools
import importlib.util
import inspect
import json
import logging
import os
import runpy
import signal
import sys
import sysconfig
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import CodeType, TracebackType
from typing import Any
from urllib.parse import quote

#: Stands in what a plain invoke returns for a text that nobody knows; ``program_run`` makes unknown what holds it.
UNKNOWN_TEXT = "unknown-5f0c1d7e-2f43-4b0e-9d5c-6a1f0be0c9d3"

#: So many elements has a list in what a plain invoke returns, where nobody knows how many it has.
ELEMENTS = 3

_UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the same as in ``registration``
_LARGEST_TEXT = 4000
_DEEPEST = 6
_MOST_FILES = 5000
_OPTIONS = (
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
    ("grpc.enable_http_proxy", 0),
)


class _Events:
    """Where events go."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self.descriptor = descriptor
        self.process = os.getpid()

    def send(self, event: str, **fields: Any) -> None:
        """Write one event; it is lost where nobody listens any more. What the process forked off says nothing."""
        if os.getpid() != self.process:
            return
        data = (json.dumps({"event": event, **fields}) + "\n").encode()
        try:
            while data:
                data = data[os.write(self.descriptor, data) :]
        except OSError:
            pass


def main() -> int:
    """Take part in the conversation; the exit status tells nothing that the events do not."""
    incoming, outgoing, here = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(incoming, False)
    events = _Events(outgoing)
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1, file=outgoing, all_threads=False)
    try:
        import pulumi
        import pulumi.runtime
    except Exception as error:
        missing = isinstance(error, ImportError) and error.name == "pulumi"
        events.send("missing", absent=missing, text=f"{type(error).__name__}: {error}"[:_LARGEST_TEXT])
        return 1
    libraries = _libraries(pulumi.__file__)
    events.send("ready", pulumi=_version(), libraries=libraries)
    opened = _Opened()
    parameters = os.fdopen(incoming, "rb")
    line = parameters.readline()
    if not line:
        return 1
    threading.Thread(target=_end_with, args=(parameters,), daemon=True).start()
    run = _Run(json.loads(line), events, here)
    run.libraries = (*(os.path.join(item, "") for item in libraries), here)
    try:
        run.run()
    except Exception as error:  # not of the program: of an SDK that is not as expected
        events.send("failed", kind=type(error).__name__, text=str(error)[:_LARGEST_TEXT], stacks=[])
    finally:
        files = sorted({*run.files(), *opened.below(run.parameters["base"])})[:_MOST_FILES]
        events.send("told", guessed=sorted(run.guessed), files=files, skipped=run.skipped())
        # What the program leaves to its end; taking the interpreter apart afterwards would only cost time.
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # the program may have closed it
                stream.flush()
        os._exit(0)


def _end_with(parameters: Any) -> None:
    """End this process and those it started once the one that asks for it is gone."""
    parameters.read()
    os.killpg(0, signal.SIGKILL)


class _Opened:
    """The files that this process opens to read: what the program makes may hang on any of them."""

    def __init__(self) -> None:
        self._paths: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or len(self._paths) > _MOST_FILES:
            return
        path, _, flags = arguments
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str) and not path.endswith(".pyc") and not (isinstance(flags, int) and flags & os.O_WRONLY):
            with suppress(OSError):  # the working directory may be gone
                self._paths.add(os.path.abspath(path))

    def below(self, folder: str) -> set[str]:
        """Those within a folder that are still there."""
        base = folder.rstrip(os.sep) + os.sep
        found = (os.path.realpath(path) for path in list(self._paths) if "-packages" + os.sep not in path)
        return {path for path in found if path.startswith(base) and os.path.isfile(path)}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pulumi")
    except PackageNotFoundError:
        return ""


def _paths_of_python() -> list[str]:
    path = sysconfig.get_path("stdlib")
    return [path, os.path.realpath(path)]


def _libraries(pulumi_file: str | None) -> list[str]:
    """Folders whose files are not the user's program."""
    found = [*_paths_of_python(), os.path.dirname(pulumi_file or "")]
    try:
        spec = importlib.util.find_spec("compliant_infra")
    except (ImportError, ValueError):
        spec = None
    places = (spec.submodule_search_locations or ()) if spec else ()
    found.extend(os.path.join(place, "components") for place in places)
    return sorted({path for item in found if item for path in (item, os.path.realpath(item))})


class _Run:
    """One run of the program against the recording server."""

    def __init__(self, parameters: dict[str, Any], events: _Events, here: str) -> None:
        self.parameters = parameters
        self.events = events
        self.here = here
        self.guessed: set[str] = set()  # tokens of plain invokes whose results nobody knows
        self.classes: dict[str, type] = {}  # type token -> class
        self.places: dict[tuple[str, str], tuple[str, int]] = {}  # type token and name -> file and line, older SDKs
        self.unknown: set[str] = set()  # tokens of invokes that were answered as unknown
        self.applied: list[tuple[Any, tuple[str, int] | None]] = []  # what was given to apply(), and where it stands
        self.sdk_files: dict[str, bool] = {}
        self.waiting: set[int] = set()  # positions of those that did not run
        self.libraries: tuple[str, ...] = ()
        self.own: list[BaseException] = []

    def run(self) -> None:
        """Run the program and tell how it ended."""
        import pulumi
        from pulumi.runtime.stack import run_in_stack

        self._configure()
        self._watch_resources()
        self._watch_applies()
        self._answer_plain_invokes()
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        folder, program = self.parameters["working_directory"], self.parameters["program"]
        sys.argv = [program]
        sys.path.insert(0, folder)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda *_: None)

        def started() -> None:
            try:
                runpy.run_path(program, run_name="__main__")
            except BaseException as error:
                self.own.append(error)
                raise

        try:
            loop.run_until_complete(run_in_stack(started))
        except BaseException as error:
            self._tell(error, isinstance(error, pulumi.RunError))
            return
        left = self._tasks_of_program(loop)
        if left:
            self.events.send("unfinished", stacks=[left])
            return
        self.events.send("finished")

    def _configure(self) -> None:
        import grpc
        import pulumi.runtime
        from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2_grpc

        config, secret_keys = self.parameters["config"], self.parameters["secret_keys"]
        try:
            pulumi.runtime.set_all_config(config, secret_keys)
        except (AttributeError, TypeError):  # older SDKs
            for key, value in config.items():
                pulumi.runtime.set_config(key, value)
        channel = grpc.insecure_channel(self.parameters["address"], options=_OPTIONS)
        wanted = {
            "monitor": _Monitor(resource_pb2_grpc.ResourceMonitorStub(channel), self, self._completion()),
            "engine": _Engine(engine_pb2_grpc.EngineStub(channel), engine_pb2.DEBUG),
            "project": self.parameters["project"],
            "stack": self.parameters["stack"],
            "parallel": 16,
            "dry_run": True,
            "organization": self.parameters["organization"],
            "root_directory": self.parameters["root_directory"],
        }
        known = inspect.signature(pulumi.runtime.Settings.__init__).parameters
        pulumi.runtime.configure(
            pulumi.runtime.Settings(**{name: value for name, value in wanted.items() if name in known})
        )

    def _completion(self) -> Callable[[Any, type], None]:
        """What makes unknown the computed properties inside of objects."""
        path = os.path.join(os.path.dirname(self.here), "computed_parts.py")
        spec = importlib.util.spec_from_file_location("_compliant_infra_computed_parts", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        complete: Callable[[Any, type], None] = module.complete_parts
        return complete

    def _watch_resources(self) -> None:
        """Note the class of every resource that is registered; its place too where the SDK does not send a stack."""
        import pulumi.resource as module
        from pulumi.runtime.proto import resource_pb2

        register: Callable[..., Any] = vars(module)["register_resource"]
        places = "stackTrace" not in resource_pb2.RegisterResourceRequest.DESCRIPTOR.fields_by_name

        def registered(resource: Any, type_: str, name: str, *arguments: Any, **more: Any) -> Any:
            self.classes[type_] = type(resource)
            if places:
                place = self._place(resource)
                if place is not None:
                    self.places[type_, name] = place
            return register(resource, type_, name, *arguments, **more)

        vars(module)["register_resource"] = registered

    def _tasks_of_program(self, loop: asyncio.AbstractEventLoop) -> list[list[Any]]:
        """Where the program's own coroutines wait that are not done. What they are about to make would be missing."""
        places: list[list[Any]] = []
        for task in asyncio.all_tasks(loop):
            frames = task.get_stack()
            if frames and self._is_program(frames[0].f_code.co_filename):
                places.append([frames[0].f_code.co_filename, frames[0].f_lineno])
        return sorted(places, reverse=True)  # the first counts, and it is the last of a stack

    def _is_program(self, file: str) -> bool:
        return os.path.isabs(file) and "-packages" + os.sep not in file and not file.startswith(self.libraries)

    def _watch_applies(self) -> None:
        """Note which functions never run, for the value that they wait for is not known in a preview."""
        import pulumi

        apply: Callable[..., Any] = vars(pulumi.Output)["apply"]

        def applied(output: Any, func: Any, *arguments: Any, **options: Any) -> Any:
            inner = func
            while isinstance(inner, functools.partial):
                inner = inner.func
            code = getattr(inner, "__code__", None)
            if self._is_sdk(code.co_filename) if code is not None else not isinstance(inner, type):
                return apply(output, func, *arguments, **options)
            key = len(self.applied)
            place = self._place(object())
            if code is not None and self._is_program(code.co_filename):
                place = (str(code.co_filename), int(code.co_firstlineno))
            self.applied.append((inner, place))
            self.waiting.add(key)

            def run(value: Any) -> Any:
                self.waiting.discard(key)
                return func(value)

            return apply(output, run, *arguments, **options)

        setattr(pulumi.Output, "apply", applied)  # noqa: B010

    def _is_sdk(self, file: str) -> bool:
        """Whether a file is of Python or of Pulumi itself, and not of a package with components."""
        if file not in self.sdk_files:
            python = tuple(os.path.join(path, "") for path in _paths_of_python())
            rest = tuple(path for path in self.libraries if path not in python)
            of_python = file.startswith(python) and "-packages" + os.sep not in file
            self.sdk_files[file] = of_python or file.startswith(rest)
        return self.sdk_files[file]

    def skipped(self) -> list[list[Any]]:
        """Where functions stand that never ran and make resources, as far as their code tells."""
        import pulumi

        found = set()
        for key in sorted(self.waiting):
            function, place = self.applied[key]
            with suppress(Exception):  # names of the program may do anything when they are looked up
                if place is not None and _makes(function, pulumi.Resource, self._is_sdk):
                    found.add(place)
        return [list(place) for place in sorted(found)][:100]

    def _place(self, resource: Any) -> tuple[str, int] | None:
        """The innermost line of the program that is under way, outside of the resource's own construction."""
        frame = inspect.currentframe()
        while frame is not None:
            code = frame.f_code
            file = code.co_filename
            itself = code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is resource
            if not itself and self._is_program(file):
                return file, frame.f_lineno
            frame = frame.f_back
        return None

    def _answer_plain_invokes(self) -> None:
        """Let plain invokes without an answer return marked values in place of None.

        ``get_zones()`` has no way to say "unknown": the SDK itself would return None, which looks like "there is none".
        """
        import pulumi.runtime

        for name in ("invoke", "invoke_single", "invoke_async"):
            ask = getattr(pulumi.runtime, name, None)
            if ask is not None:
                wrapped = self._asynchronous(ask) if name == "invoke_async" else self._plain(ask)
                setattr(pulumi.runtime, name, wrapped)

    def _plain(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def invoke(tok: str, props: Any, opts: Any = None, typ: type | None = None, *more: Any, **options: Any) -> Any:
            found = ask(tok, props, opts, typ, *more, **options)
            if self._is_unknown(tok, getattr(found, "value", 0)):
                self.guessed.add(tok)
                found.value = _marked_result(tok, typ)
            return found

        return invoke

    def _asynchronous(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        async def invoke(
            tok: str, props: Any, opts: Any = None, typ: type | None = None, *more: Any, **options: Any
        ) -> Any:
            found = await ask(tok, props, opts, typ, *more, **options)
            if self._is_unknown(tok, found):
                self.guessed.add(tok)
                return _marked_result(tok, typ)
            return found

        return invoke

    def _is_unknown(self, token: str, result: Any) -> bool:
        """Whether an invoke was answered as unknown. Older SDKs do not know such answers, and see an empty one."""
        if token not in self.unknown or result is None:
            return result is None
        values = {**(result if isinstance(result, dict) else {}), **getattr(result, "__dict__", {})}
        return all(value is None or name == _UNKNOWN_SENTINEL for name, value in values.items())

    def _tell(self, error: BaseException, is_run_error: bool) -> None:
        """Tell how the program failed. Its own exception says more than those that its registrations end with."""
        if self.own and not (isinstance(self.own[0], SystemExit) and not isinstance(error, SystemExit)):
            error = self.own[0]
        if isinstance(error, SystemExit):
            if error.code in (None, 0):
                self.events.send("finished")
                return
            self.events.send("exited", code=repr(error.code)[:200], stacks=[_frames(error.__traceback__)])
            return
        stacks = [_frames(error.__traceback__)]
        if error.__cause__ is not None:
            stacks.append(_frames(error.__cause__.__traceback__))
        try:
            from pulumi.runtime.settings import _get_rpc_manager

            stacks.append(_frames(_get_rpc_manager().exception_traceback))
        except (ImportError, AttributeError):  # a private name: other versions may not have it
            pass
        if isinstance(error, SyntaxError) and error.filename and error.lineno:
            stacks.insert(0, [[error.filename, error.lineno]])
        self.events.send(
            "failed",
            kind="" if is_run_error else type(error).__name__,
            text=str(error)[:_LARGEST_TEXT],
            stacks=stacks,
        )
        if not is_run_error:
            _print(error, self.here)

    def files(self) -> list[str]:
        """The files of the loaded modules within the repository."""
        base = self.parameters["base"].rstrip(os.sep) + os.sep
        found = set()
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and file.endswith(".py") and "-packages" + os.sep not in file:
                file = os.path.realpath(file)
                if file.startswith(base):
                    found.add(file)
        return sorted(found)


class _Engine:
    """The stub of the engine without its debug messages: the SDK sends four for a resource, and nobody reads them."""

    def __init__(self, stub: Any, debug: int) -> None:
        self._stub = stub
        self._debug = debug

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stub, name)

    def Log(self, request: Any, *arguments: Any, **options: Any) -> Any:  # noqa: N802
        """Send a message, if it is for people."""
        return None if request.severity == self._debug else self._stub.Log(request, *arguments, **options)


class _Monitor:
    """The stub of the monitor, which completes what it answers: only here are the classes of the resources."""

    def __init__(self, stub: Any, run: _Run, complete: Callable[[Any, type], None]) -> None:
        self._stub = stub
        self._run = run
        self._complete = complete

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stub, name)

    def RegisterResource(self, request: Any, *arguments: Any, **options: Any) -> Any:  # noqa: N802
        """Register a resource."""
        place = self._run.places.get((request.type, request.name))
        if place is not None and hasattr(request, "sourcePosition"):
            request.sourcePosition.uri = "file://" + quote(place[0])
            request.sourcePosition.line = place[1]
        response = self._stub.RegisterResource(request, *arguments, **options)
        made = self._run.classes.get(request.type)
        if made is not None and request.custom:
            self._complete(response.object, made)
        return response

    def Invoke(self, request: Any, *arguments: Any, **options: Any) -> Any:  # noqa: N802
        """Ask a provider."""
        response = self._stub.Invoke(request, *arguments, **options)
        if not hasattr(response, "unknown") and _UNKNOWN_SENTINEL in getattr(response, "return").fields:
            self._run.unknown.add(request.tok)
        return response


def _print(error: BaseException, here: str) -> None:
    """Print the exception with the frames of the program alone; the SDK's say nothing to its author."""
    own = (sysconfig.get_path("stdlib"), here, "<frozen")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(own) and "-packages" + os.sep not in frame.filename
    ]
    if frames:
        sys.stderr.write("Traceback of the program (most recent call last):\n")
        sys.stderr.writelines(traceback.format_list(frames))
    sys.stderr.writelines(traceback.format_exception_only(type(error), error))


def _frames(found: TracebackType | None) -> list[list[Any]]:
    """File and line of each frame, outermost first."""
    frames = [[frame.filename, frame.lineno] for frame in traceback.extract_tb(found)]
    return frames[-200:]


# --------------------------------------------------------------------------------------------------------------
# Functions that do not run
# --------------------------------------------------------------------------------------------------------------


def _makes(function: Any, resource: type, is_sdk: Callable[[str], bool]) -> bool:
    """Whether a function names a class of resources, or calls a function that does; it may be such a class itself.

    Looked up are the names that its code uses: globals, what it closes over, attributes of modules and methods.
    """
    if isinstance(function, type):
        return issubclass(function, resource)
    seen: set[int] = set()
    pending = [(function, getattr(function, "__self__", None))]
    while pending and len(seen) < 1000:
        found, owner = pending.pop()
        found = getattr(found, "__func__", found)
        code = getattr(found, "__code__", None)
        if code is None or id(code) in seen or is_sdk(code.co_filename):
            continue
        seen.add(id(code))
        names = _names(code)
        scope = dict(getattr(found, "__globals__", {}))
        for at, cell in enumerate(getattr(found, "__closure__", None) or ()):
            with suppress(ValueError):  # not bound yet
                scope[code.co_freevars[at]] = cell.cell_contents
        level = [scope[name] for name in names if name in scope]
        level += [owner] if owner is not None else []
        for _ in range(_DEEPEST):
            deeper: list[Any] = []
            for item in level:
                if isinstance(item, type) and issubclass(item, resource):
                    return True
                if inspect.ismodule(item):
                    deeper.extend(getattr(item, name) for name in names if hasattr(item, name))
                elif hasattr(item, "__code__"):
                    pending.append((item, getattr(item, "__self__", None)))
                else:
                    kind = item if isinstance(item, type) else type(item)
                    pending.extend((inspect.getattr_static(kind, name, None), item) for name in names)
            level = deeper
    return False


def _names(code: CodeType) -> set[str]:
    """The names that code uses, with those of the functions and comprehensions within it."""
    found = {*code.co_names, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found


# --------------------------------------------------------------------------------------------------------------
# Results that nobody knows
# --------------------------------------------------------------------------------------------------------------


def _marked_result(token: str, type_: type | None) -> Any:
    """A result of a plain invoke with marks for values; without a type only an object that every name is in."""
    from pulumi.runtime import rpc

    name = token.rpartition(":")[2]
    if type_ is None:
        return _Anything(name)
    try:
        made = _marked_object(type_, name, 0)
        return rpc.translate_output_properties(made, lambda found: found, type_)
    except Exception as error:
        raise RuntimeError(
            f"{token} needs an answer from the cloud, and none can be made up for its result: {error}"
        ) from error


def _marked_object(type_: type, path: str, depth: int) -> dict[str, Any]:
    from pulumi import _types

    made: dict[str, Any] = {}
    for name, annotation in _types.output_type_types(type_).items():
        value = _marked(annotation, f"{path}.{name}", depth)
        if value is not None:
            made[name] = value
    return made


def _marked(annotation: Any, path: str, depth: int) -> Any:
    """A value of this type. None where it could not be told from a real one (flags), or is nested too deeply."""
    import typing
    from collections.abc import Mapping, Sequence

    from pulumi import _types

    annotation = _types.unwrap_optional_type(annotation)
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if depth > _DEEPEST:
        return None
    if origin in (list, Sequence):
        elements = [_marked(arguments[0], f"{path}[{at}]", depth + 1) for at in range(ELEMENTS)]
        return None if None in elements else elements
    if origin in (dict, Mapping):
        return _Anything(path)
    if isinstance(annotation, type) and _types.is_output_type(annotation):
        return _marked_object(annotation, path, depth + 1)
    if annotation is float or annotation is int:
        return float("nan") if annotation is float else None
    if annotation is bool:
        return None
    return f"{UNKNOWN_TEXT}:{path}"


class _Anything(dict):  # type: ignore[type-arg]  # the SDK asks for a dict; every name of it is there
    """An object that holds a mark under every name."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def __missing__(self, name: Any) -> str:
        return f"{UNKNOWN_TEXT}:{self._path}.{name}"

    def __bool__(self) -> bool:
        return True

    def get(self, name: Any, default: Any = None) -> Any:
        """The mark of this name: whether it is there is not known."""
        return self[name]


if __name__ == "__main__":
    sys.exit(main())
