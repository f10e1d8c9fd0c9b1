"""The program of a Pulumi project in a process and an interpreter of its own, recorded from here.

Importing needs no Pulumi SDK; ``run_project`` loads it once the child has been started, so that both load at once.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from compliant_infra.components.project import Project, StackConfiguration, completed
from compliant_infra.components.registration import Registration
from compliant_infra.kernel.model import SourceLocation, Text

#: How long a program may run where nobody says otherwise, in seconds.
DEFAULT_SECONDS: Final = 300.0

_SHIM: Final = Path(__file__).with_name("program_shim.py")

#: Takes the shim's folder off the search path before anything is imported: its modules are called like others.
_START: Final = (
    "import sys; getattr(sys.flags, 'safe_path', False) or sys.path.pop(0); "
    "exec(compile(open(sys.argv[3], 'rb').read(), sys.argv[3], 'exec'))"
)
_TAIL_BYTES: Final = 4000
_TAIL_LINES: Final = 20
_TAIL_COLUMNS: Final = 400
_MOST_PRINTED_BYTES: Final = 64 * 1024 * 1024
_MOST_EVENT_BYTES: Final = 16 * 1024 * 1024
_SECONDS_TO_TELL: Final = 0.5  # where it hangs
_SECONDS_TO_END: Final = 5.0
_SECONDS_TO_LEAVE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that runs a program. ``instead``: what was declared and is not there, "" otherwise."""

    path: str
    instead: str = ""
    chosen: bool = True  # by the project or the user; else it is only what was found


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a program did not come to its end. ``kind``: "failed", "exited", "crashed", "time" or "no-sdk"."""

    kind: str
    message: Text
    source: SourceLocation | None = None


@dataclass(slots=True)
class ProgramRun:
    """What came of running a program."""

    registrations: list[Registration] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # tokens of invokes, answered as unknown
    guessed: list[str] = field(default_factory=list)  # of these the plain ones: the program went on with made-up values
    files: list[str] = field(default_factory=list)  # the program's modules and what it read, absolute
    skipped: list[SourceLocation] = field(default_factory=list)  # functions that make resources and did not run
    tail: str = ""  # the last lines that the program printed, without secrets; only of a failed one
    unused_answers: list[str] = field(default_factory=list)


class InterpreterError(ValueError):
    """There is no interpreter to run the program with."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class AnswersError(ValueError):
    """The file of answers to invokes is not what it should be."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


# --------------------------------------------------------------------------------------------------------------
# Interpreter
# --------------------------------------------------------------------------------------------------------------


def interpreter_of(project: Project, boundary: Path, given: str | None = None) -> Interpreter:
    """The interpreter for a project's program: the one that is given, else what the project declares, else one found.

    As with Pulumi: the option ``virtualenv``; with the toolchains ``uv`` and ``poetry`` the ``.venv`` of the project or
    of a folder above it within ``boundary``; else ``$VIRTUAL_ENV``, ``python3`` of the path, our own. A virtual
    environment that is declared and not there is replaced by our own. Raises ``InterpreterError``.
    """
    if given is not None:
        found = shutil.which(given)
        if found is None:
            raise InterpreterError(Text(f"no such interpreter: {given}", f"解释器不存在：{given}"))
        return Interpreter(os.path.abspath(found))
    declared = project.options.get("virtualenv")
    toolchain = project.options.get("toolchain")
    if isinstance(declared, str) and declared:
        place = Path(os.path.normpath(project.folder / declared))
        python = _python_in(place)
        return Interpreter(python) if python else Interpreter(sys.executable, instead=declared, chosen=False)
    if toolchain in ("uv", "poetry"):
        for folder in (project.folder, *project.folder.parents):
            python = _python_in(folder / ".venv")
            if python:
                return Interpreter(python)
            if folder == boundary or not folder.is_relative_to(boundary):
                break
        return Interpreter(sys.executable, instead=f".venv ({toolchain})", chosen=False)
    active = os.environ.get("VIRTUAL_ENV")
    python = _python_in(Path(active)) if active else None
    return Interpreter(python or shutil.which("python3") or sys.executable, chosen=False)


def _python_in(environment: Path) -> str | None:
    """The interpreter of a virtual environment; not resolved, for its place is what makes it that one."""
    for name in ("bin/python", "bin/python3", "Scripts/python.exe"):
        path = environment / name
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    return None


# --------------------------------------------------------------------------------------------------------------
# Answers to invokes
# --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class InvokeAnswersFile:
    """What a file answers to invokes: ``{token: result}``, or ``{token: [{"args": {...}, "result": {...}}, ...]}``.

    Of several the first counts whose ``args`` the invoke has; it may have more.
    """

    answers: Mapping[str, Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]]
    used: set[str] = field(default_factory=set)

    def answer(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The result for an invoke, or None."""
        if token not in self.answers:
            return None
        self.used.add(token)
        for wanted, result in self.answers[token]:
            if all(name in arguments and arguments[name] == value for name, value in wanted.items()):
                return result
        return None


def read_answers(path: Path) -> InvokeAnswersFile:
    """The answers of a file. Raises ``AnswersError``, which names the entry that is wrong."""
    try:
        data = path.read_bytes()
        document = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AnswersError(Text(f"{path}: cannot be read: {reason}", f"{path}：无法读取：{reason}")) from error
    except json.JSONDecodeError as error:
        raise AnswersError(
            Text(f"{path}:{error.lineno}: no JSON: {error.msg}", f"{path}:{error.lineno}：不是有效的 JSON：{error.msg}")
        ) from error
    except (ValueError, RecursionError) as error:
        raise AnswersError(Text(f"{path}: no JSON in UTF-8", f"{path}：不是 UTF-8 编码的 JSON")) from error

    def wrong(at: str, en: str, zh: str) -> AnswersError:
        return AnswersError(Text(f"{path}: {at}: {en}", f"{path}：{at}：{zh}"))

    if not isinstance(document, dict):
        raise AnswersError(
            Text(f"{path}: expected an object of tokens and results", f"{path}：应为以 token 为键、结果为值的对象")
        )
    answers: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for token, value in document.items():
        if not re.fullmatch(r"[^:\s]+:[^:\s]*:[^:\s]+", token):
            raise wrong(
                repr(token),
                "no token such as alicloud:index/getZones:getZones",
                "不是 token，例如 alicloud:index/getZones:getZones",
            )
        if isinstance(value, dict):
            answers[token] = [({}, value)]
            continue
        if not isinstance(value, list):
            raise wrong(
                token, "expected an object, or a list of args and result", "应为对象，或由 args 与 result 组成的列表"
            )
        answers[token] = []
        for at, entry in enumerate(value):
            if (
                not isinstance(entry, dict)
                or set(entry) - {"args", "result"}
                or not isinstance(entry.get("args", {}), dict)
                or not isinstance(entry.get("result"), dict)
            ):
                raise wrong(
                    f"{token}[{at}]",
                    'expected {"args": {...}, "result": {...}}',
                    '应为 {"args": {...}, "result": {...}}',
                )
            answers[token].append((entry.get("args", {}), entry["result"]))
    return InvokeAnswersFile(answers)


# --------------------------------------------------------------------------------------------------------------
# The run
# --------------------------------------------------------------------------------------------------------------


def run_project(
    project: Project,
    configuration: StackConfiguration,
    interpreter: Interpreter,
    *,
    base: Path,
    answers: InvokeAnswersFile | None = None,
    seconds: float = DEFAULT_SECONDS,
    say: Callable[[Text], None] = lambda text: None,
) -> ProgramRun:
    """Run a project's program and return what it registered, also where it failed.

    Places are relative to ``base``. ``say`` gets what the user should know before the program begins. The child and all
    that it started are ended at the time limit, and where this call is interrupted. Raises ``InterpreterError``;
    ``ImportError`` where the Pulumi SDK is missing in *this* interpreter.
    """
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryFile() as output:
        child = _Child(interpreter.path, project, output)
        try:
            _load_server()
            ready = child.ready(deadline)
            own = sys.executable
            if ready is not None and ready.get("absent") and not interpreter.chosen and interpreter.path != own:
                child.end()
                say(
                    Text(
                        f"{interpreter.path} has no Pulumi SDK; running the program with {own}",
                        f"{interpreter.path} 没有安装 Pulumi SDK，改用 {own} 运行",
                    )
                )
                child = _Child(own, project, output)
                ready = child.ready(deadline)
            run = _run(child, ready, project, configuration, base, answers, deadline, seconds)
        finally:
            child.end()
        if run.failures:
            run.tail = _tail(output, configuration)
    return run


def _load_server() -> None:
    import compliant_infra.components.recording_server  # noqa: F401


class _Child:
    """The process of a program. Events come as lines of JSON; other lines are where it hangs."""

    def __init__(self, python: str, project: Project, output: IO[bytes]) -> None:
        to_read, parameters = os.pipe()
        events, to_write = os.pipe()
        self.python = python
        self.text: list[str] = []
        self._parameters = parameters
        self._events = events
        self._output = output
        self._rest = b""
        self._taken = 0
        try:
            self.process = subprocess.Popen(
                [python, "-u", "-c", _START, str(to_read), str(to_write), str(_SHIM)],
                cwd=project.working_directory,
                env=_environment(python),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(to_read, to_write),
                start_new_session=True,
            )
        except OSError as error:
            os.close(parameters)
            os.close(events)
            reason = error.strerror or type(error).__name__
            raise InterpreterError(
                Text(f"{python} cannot be started: {reason}", f"无法启动 {python}：{reason}")
            ) from error
        finally:
            os.close(to_read)
            os.close(to_write)

    def ready(self, deadline: float) -> dict[str, Any] | None:
        """The first event; None where the child ended without one, or has none until the deadline."""
        return next(self.received(deadline), None)

    def send(self, parameters: Mapping[str, Any]) -> None:
        """Tell what to run. The line stays open: its end tells the child that we are gone."""
        data = (json.dumps(parameters) + "\n").encode()
        with suppress(BrokenPipeError):
            while data:
                data = data[os.write(self._parameters, data) :]

    def received(self, deadline: float) -> Iterator[dict[str, Any]]:
        """The events, until there will be none or the deadline has come."""
        while True:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                try:
                    event = json.loads(line) if line.startswith(b"{") else None
                except ValueError:
                    event = None
                if isinstance(event, dict):
                    yield event
                else:
                    self.text.append(line.decode("utf-8", "replace"))
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._forget_output()
            if not select.select([self._events], [], [], min(left, 0.2))[0]:
                if self.process.poll() is not None:
                    return
                continue
            data = os.read(self._events, 65536)
            self._taken += len(data)
            if not data or self._taken > _MOST_EVENT_BYTES:
                return
            self._rest += data

    def _forget_output(self) -> None:
        """Give back the space of what an endless program prints; what comes next stands behind the gap."""
        if os.fstat(self._output.fileno()).st_blocks * 512 > _MOST_PRINTED_BYTES:
            os.ftruncate(self._output.fileno(), 0)

    def where(self) -> list[tuple[str, int]]:
        """Where the main thread is now, innermost first; empty where it does not say."""
        before = len(self.text)
        try:
            os.kill(self.process.pid, signal.SIGUSR1)
        except OSError:
            return []
        for _ in self.received(time.monotonic() + _SECONDS_TO_TELL):
            pass
        found = (re.match(r'\s*File "(.+)", line (\d+)', line) for line in self.text[before:])
        return [(match[1], int(match[2])) for match in found if match]

    def leave(self) -> None:
        """Give a process that has told how it ended the time to go by itself."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_SECONDS_TO_LEAVE)

    def end(self) -> None:
        """End the process and what it started. May be called twice."""
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for descriptor in (self._parameters, self._events):
            if descriptor >= 0:
                os.close(descriptor)
        self._parameters = self._events = -1


def _environment(python: str) -> dict[str, str]:
    """The user's environment for the child: its virtual environment, no proxies for this machine, no foreign Pulumi."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS")
    }
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        environment[name] = ",".join(filter(None, (environment.get(name), "127.0.0.1,localhost")))
    folder = Path(python).parent
    if (folder.parent / "pyvenv.cfg").is_file():
        environment["VIRTUAL_ENV"] = str(folder.parent)
        environment.pop("PYTHONHOME", None)
        environment["PATH"] = os.pathsep.join(filter(None, (str(folder), environment.get("PATH"))))
    environment.setdefault("PYTHONIOENCODING", "utf-8")
    return environment


def _run(
    child: _Child,
    ready: dict[str, Any] | None,
    project: Project,
    configuration: StackConfiguration,
    base: Path,
    answers: InvokeAnswersFile | None,
    deadline: float,
    seconds: float,
) -> ProgramRun:
    from compliant_infra.components.recorder import UNKNOWN_RESULT
    from compliant_infra.components.recording_monitor import RecordingMonitor
    from compliant_infra.components.recording_server import serving

    run = ProgramRun()
    if ready is None or ready.get("event") != "ready":
        run.failures.append(_without_sdk(child, ready, seconds, deadline))
        return run
    unanswered: set[str] = set()

    def answered(token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        found = answers.answer(token, arguments) if answers is not None else None
        if found is None:
            unanswered.add(token)
            return UNKNOWN_RESULT
        return found

    monitor = RecordingMonitor(
        project=project.name,
        stack=configuration.stack,
        preview=True,
        answers=answered,
        stack_references=None,
        root=str(base),
        completes=False,
    )
    libraries = ready.get("libraries")
    if isinstance(libraries, list):
        monitor.libraries += tuple(f"{item}/" for item in libraries if isinstance(item, str) and item)
    ending: dict[str, Any] | None = None
    with serving(monitor) as (address, refusals):
        child.send(
            {
                "address": address,
                "project": project.name,
                "stack": configuration.stack,
                "organization": configuration.organization,
                "root_directory": str(project.folder),
                "working_directory": str(project.working_directory),
                "program": str(project.main),
                "base": os.path.realpath(base),
                "config": dict(configuration.values),
                "secret_keys": list(configuration.secret_keys),
            }
        )
        for event in child.received(deadline):
            if event.get("event") == "told":
                run.guessed = _texts(event.get("guessed"))
                run.files = _texts(event.get("files"))
                frames = _stacks([event.get("skipped")])[0]
                run.skipped = [SourceLocation(monitor.relative(file), line) for file, line in frames]
            else:
                ending = event
        if ending is not None:
            child.leave()
        else:
            run.failures.append(_ended(child, monitor.is_program, monitor.relative, seconds, deadline))
    if ending is not None and ending.get("event") != "finished":
        run.failures.append(_failure(ending, monitor.is_program, monitor.relative))
    for refusal in refusals:
        known = next((item for item in run.failures if refusal.text in item.message.en), None)
        if known is None:
            run.failures.append(Failure("failed", Text(refusal.text, refusal.text), refusal.source))
        elif known.source is None and refusal.source is not None:
            run.failures[run.failures.index(known)] = Failure(known.kind, known.message, refusal.source)
    for message in monitor.messages:
        if message.severity == "error":
            text = _first_lines(message.text)
            run.failures.append(
                Failure("failed", Text(f"the program logged an error: {text}", f"程序记录了错误：{text}"))
            )
    run.failures = [
        Failure(
            item.kind,
            Text(redacted(item.message.en, configuration), redacted(item.message.zh, configuration)),
            item.source,
        )
        for item in run.failures
    ]
    run.unanswered = sorted(unanswered)
    run.guessed = sorted(set(run.guessed))
    if answers is not None:
        run.unused_answers = sorted(set(answers.answers) - answers.used)
    run.registrations = completed(list(monitor.registrations.values()), configuration)
    return run


# --------------------------------------------------------------------------------------------------------------
# How it ended
# --------------------------------------------------------------------------------------------------------------


def _without_sdk(child: _Child, ready: dict[str, Any] | None, seconds: float, deadline: float) -> Failure:
    if ready is None and time.monotonic() >= deadline:
        return _over_time(seconds, None)
    if ready is None:
        return Failure(
            "no-sdk",
            Text(f"{child.python} ended before the program began", f"{child.python} 在程序开始前就已退出"),
        )
    if ready.get("absent"):
        return Failure(
            "no-sdk",
            Text(
                f"{child.python} has no Pulumi SDK: install the project's requirements there, or name another "
                "interpreter with --python",
                f"{child.python} 没有安装 Pulumi SDK：请在其中安装项目依赖，或用 --python 指定其他解释器",
            ),
        )
    text = _first_lines(str(ready.get("text", "")))
    return Failure(
        "no-sdk",
        Text(
            f"{child.python} cannot load its Pulumi SDK: {text}",
            f"{child.python} 无法加载 Pulumi SDK：{text}",
        ),
    )


def _over_time(seconds: float, source: SourceLocation | None) -> Failure:
    return Failure(
        "time",
        Text(
            f"the program was ended: it ran longer than {seconds:g} s; only what it had registered by then is judged",
            f"程序运行超过 {seconds:g} 秒，已被终止；仅判定此前已注册的资源",
        ),
        source,
    )


def _ended(
    child: _Child,
    is_program: Callable[[str], bool],
    relative: Callable[[str], str],
    seconds: float,
    deadline: float,
) -> Failure:
    """The failure of a program that did not tell how it ended."""
    if time.monotonic() >= deadline:
        return _over_time(seconds, _place([child.where()[::-1]], is_program, relative))
    try:
        status = child.process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        status = 0
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = str(-status)
        return Failure("crashed", Text(f"the program crashed: {name}", f"程序崩溃：{name}"))
    return Failure(
        "crashed",
        Text(
            f"the program's process ended by itself with status {status}",
            f"程序进程自行结束，状态码 {status}",
        ),
    )


def _failure(ending: dict[str, Any], is_program: Callable[[str], bool], relative: Callable[[str], str]) -> Failure:
    said = str(ending.get("text", ""))
    # A function that the SDK calls back (a transform) fails in another task: its stack comes as a text.
    told = [(match[1], int(match[2])) for match in re.finditer(r'^\s*File "(.+)", line (\d+)', said, re.MULTILINE)]
    source = _place([*_stacks(ending.get("stacks")), told], is_program, relative)
    if ending.get("event") == "exited":
        code = ending.get("code")
        return Failure(
            "exited", Text(f"the program ended itself: sys.exit({code})", f"程序自行退出：sys.exit({code})"), source
        )
    if ending.get("event") == "unfinished":
        return Failure(
            "failed",
            Text(
                "the program ended while tasks of it were under way, and Pulumi waits for none of them: what they "
                "make is missing; give them to pulumi.run()",
                "程序结束时仍有异步任务未完成，Pulumi 不会等待它们：其中创建的资源缺失；请改用 pulumi.run()",
            ),
            source,
        )
    called_back = re.match(r"Invoke callback \S+ error: (.*)", said, re.DOTALL)
    text = _first_lines(re.split(r":\n\s*File \"", called_back[1])[0] if called_back else said)
    kind = str(ending.get("kind") or "")
    shown = f"{kind}: {text}" if kind and kind != "Exception" else text or kind
    return Failure("failed", Text(f"the program failed: {shown}", f"程序运行失败：{shown}"), source)


def _stacks(found: Any) -> list[list[tuple[str, int]]]:
    stacks: list[list[tuple[str, int]]] = []
    for stack in found if isinstance(found, list) else []:
        frames = [frame for frame in stack if isinstance(frame, list) and len(frame) == 2]
        stacks.append([(str(file), line) for file, line in frames if isinstance(line, int)])
    return stacks


def _place(
    stacks: Iterable[Sequence[tuple[str, int]]], is_program: Callable[[str], bool], relative: Callable[[str], str]
) -> SourceLocation | None:
    """The innermost line of the program, of the first stack that has one; frames come outermost first."""
    for stack in stacks:
        for file, line in reversed(stack):
            if os.path.isabs(file) and is_program(file):
                return SourceLocation(relative(file), line)
    return None


def _first_lines(text: str) -> str:
    """What a message says, without the source lines that may follow."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    shown = " ".join(lines[:2])
    return shown if len(shown) <= 400 else f"{shown[:400]}..."


def _texts(found: Any) -> list[str]:
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _tail(output: IO[bytes], configuration: StackConfiguration) -> str:
    """The last lines of what was printed, without secrets and what would steer a terminal."""
    more = max((len(value.encode()) for value in _secrets(configuration)), default=0)  # one may begin before the tail
    end = output.seek(0, os.SEEK_END)
    output.seek(max(0, end - _TAIL_BYTES - more))
    printed = output.read().lstrip(b"\0").decode("utf-8", "replace")
    text = redacted(printed, configuration)[-_TAIL_BYTES:]
    lines = ("".join(char if char.isprintable() else " " for char in line) for line in text.splitlines()[-_TAIL_LINES:])
    return "\n".join(line if len(line) <= _TAIL_COLUMNS else f"{line[:_TAIL_COLUMNS]}..." for line in lines)


def redacted(text: str, configuration: StackConfiguration) -> str:
    """The text without the values of secret configuration, also as Python and JSON write them between quotes."""
    for value in sorted(_secrets(configuration), key=len, reverse=True):
        for form in dict.fromkeys((value, repr(value)[1:-1], json.dumps(value)[1:-1])):
            text = text.replace(form, "[secret]")
    return text


def _secrets(configuration: StackConfiguration) -> set[str]:
    found: set[str] = set(configuration.placeholders)
    for key in configuration.secret_keys:
        value = configuration.values.get(key, "")
        found.add(value)
        try:
            pending = [json.loads(value)]
        except (ValueError, RecursionError):
            continue
        while pending:
            item = pending.pop()
            if isinstance(item, dict):
                pending.extend(item.values())
            elif isinstance(item, list):
                pending.extend(item)
            else:
                found.add(str(item))
    return {value for value in found if len(value) > 3}  # shorter ones stand everywhere
