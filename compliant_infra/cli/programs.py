"""Pulumi programs that ``check --run-program`` runs: from a project's folder to its Scan; what to tell of others."""

from __future__ import annotations

import ast
import importlib.util
import io
import os
import shlex
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compliant_infra.hcl_checks.configuration import content_hash
from compliant_infra.hcl_checks.discovery import ProgramFolder, SourceTree
from compliant_infra.hcl_checks.waivers import waiver_of
from compliant_infra.kernel.model import Diagnostic, Scan, SourceLocation, Text, Waiver

if TYPE_CHECKING:
    from compliant_infra.components.program_run import InvokeAnswersFile, ProgramRun
    from compliant_infra.components.project import Project, StackConfiguration

#: So many files of a program's folder are looked at, and of so many bytes each.
_MOST_FILES: Final = 5000
_MOST_BYTES: Final = 4 * 1024 * 1024

_NOT_THE_PROGRAM: Final = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__", "venv"})

_OTHER_WAY: Final = Text(
    "check the output of pulumi preview --json --show-sames, or of pulumi stack export",
    "请检查 pulumi preview --json --show-sames 或 pulumi stack export 的输出",
)


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """How programs are run."""

    stack: str | None = None
    answers: InvokeAnswersFile | None = None
    seconds: float = 300.0
    python: str | None = None
    tell: Callable[[Text], None] = lambda text: None  # what the user should see at once


def sdk_is_missing() -> bool:
    """Whether the Pulumi SDK cannot be imported here, where the program's registrations are received."""
    return any(importlib.util.find_spec(name) is None for name in ("pulumi", "grpc"))


def not_run(program: ProgramFolder, *, asked: bool) -> Diagnostic:
    """What is said of a program that is not run. ``asked``: programs are run, but not this one."""
    folder = os.path.relpath(program.path)
    command = f"compliant-infra check {shlex.quote(folder.replace(os.sep, '/'))} --run-program"
    if asked:
        message = Text(
            "Pulumi program: not run, for only programs that are named are run",
            "Pulumi 程序：未运行；仅运行直接指定的程序",
        )
    else:
        message = Text("Pulumi program: not run and not judged", "Pulumi 程序：未运行，未判定")
    hint = Text(
        f"run it with: {command} (this executes the program); or {_OTHER_WAY.en}",
        f"运行方法：{command}（将执行该程序）；或{_OTHER_WAY.zh.removeprefix('请')}",
    )
    return Diagnostic("unsupported-input", message, program.display, hint=hint)


def read_program(program: ProgramFolder, tree: SourceTree, options: ProgramOptions) -> tuple[Scan, bool]:
    """Run a program; the Scan of what it registers, and whether that is all that one can know of.

    Never raises for the program.
    """
    from compliant_infra.components.program_run import InterpreterError, interpreter_of, run_project
    from compliant_infra.components.project import ProjectError, read_project, read_stack
    from compliant_infra.components.translation import scan_of

    scan = Scan(root=program.display, origin="pulumi")
    try:
        boundary = tree.boundary if Path(program.path).is_relative_to(tree.boundary) else None
        project = read_project(Path(program.file), boundary)
        if project.runtime != "python":
            scan.diagnostics.append(_of_other_language(project, program))
            return scan, False
        configuration = read_stack(project, options.stack)
        interpreter = interpreter_of(project, boundary or project.folder, options.python)
    except ProjectError as error:
        place = tree.display(error.file)
        scan.diagnostics.append(Diagnostic("invalid-plan", error.message, place, error.line))
        return scan, False
    except InterpreterError as error:
        scan.diagnostics.append(Diagnostic("invalid-plan", error.message, program.display))
        return scan, False
    if interpreter.instead:
        options.tell(
            Text(
                f"{program.display}: the virtual environment {interpreter.instead} is not there; using "
                f"{interpreter.path}",
                f"{program.display}：虚拟环境 {interpreter.instead} 不存在，改用 {interpreter.path}",
            )
        )
    main = project.main / "__main__.py" if project.main.is_dir() else project.main
    if not main.is_file():
        message = Text(f"there is no program {tree.display(main)}", f"程序 {tree.display(main)} 不存在")
        scan.diagnostics.append(Diagnostic("invalid-plan", message, program.display))
        return scan, False
    without = Text("", "") if configuration.file is not None else Text(" (it has no file)", "（没有对应的文件）")
    options.tell(
        Text(
            f"running the Pulumi program {tree.display(main)} with {interpreter.path}, "
            f"stack {configuration.stack}{without.en}",
            f"正在运行 Pulumi 程序 {tree.display(main)}，解释器 {interpreter.path}，"
            f"stack {configuration.stack}{without.zh}",
        )
    )
    _tell_secrets(program, configuration, options)
    try:
        run = run_project(
            project,
            configuration,
            interpreter,
            base=tree.base,
            answers=options.answers,
            seconds=options.seconds,
            say=options.tell,
        )
    except InterpreterError as error:
        scan.diagnostics.append(Diagnostic("invalid-plan", error.message, program.display))
        return scan, False
    scan = scan_of(run.registrations, program.display)
    scan.files.update(_sources(project, configuration, run, tree))
    _read_waivers(scan, tree)
    _diagnose(scan, run, program, configuration, tree)
    if run.tail:
        options.tell(Text(run.tail, run.tail))
    if run.unused_answers:
        listed = ", ".join(run.unused_answers)
        options.tell(Text(f"answers that nobody asked for: {listed}", f"未被使用的应答：{listed}"))
    return scan, not run.failures and not run.skipped


def _of_other_language(project: Project, program: ProgramFolder) -> Diagnostic:
    return Diagnostic(
        "unsupported-input",
        Text(
            f"Pulumi program for {project.runtime}: only Python programs are run",
            f"Pulumi 程序的运行时为 {project.runtime}：仅支持运行 Python 程序",
        ),
        program.display,
        hint=_OTHER_WAY,
    )


def _tell_secrets(program: ProgramFolder, configuration: StackConfiguration, options: ProgramOptions) -> None:
    keys = len(set(configuration.placeholders.values()))
    if keys:
        options.tell(
            Text(
                f"{program.display}: {keys} encrypted key{'' if keys == 1 else 's'} of the configuration cannot be "
                "read; what depends on them is unknown",
                f"{program.display}：{keys} 个加密的配置项无法读取，依赖它们的值按未知处理",
            )
        )


def _diagnose(
    scan: Scan, run: ProgramRun, program: ProgramFolder, configuration: StackConfiguration, tree: SourceTree
) -> None:
    for failure in run.failures:
        place = failure.source or SourceLocation(program.display)
        code = "limit-reached" if failure.kind == "time" else "invalid-plan"
        scan.diagnostics.append(Diagnostic(code, failure.message, place.file, place.line))
    if configuration.environments and configuration.file is not None:
        scan.diagnostics.append(
            Diagnostic(
                "unsupported-input",
                Text(
                    "environments of Pulumi ESC are not opened: the program runs without their values",
                    "不会打开 Pulumi ESC 环境：程序在没有其中取值的情况下运行",
                ),
                tree.display(configuration.file),
                configuration.environments,
            )
        )
    for place in run.skipped:
        scan.diagnostics.append(
            Diagnostic(
                "unsupported-input",
                Text(
                    "this function waits for a value that is not known before the deployment: the resources that it "
                    "makes are not judged",
                    "该函数等待部署前未知的值，其中创建的资源未判定",
                ),
                place.file,
                place.line,
                hint=Text(
                    "make them outside of apply(), or check the output of pulumi stack export after the deployment",
                    "请在 apply() 之外创建，或在部署后检查 pulumi stack export 的输出",
                ),
            )
        )
    listed = ", ".join(run.unanswered if run.failures else run.guessed)
    if listed:
        message = (
            Text(
                f"these questions to providers had no answer, which the failure may come from: {listed}",
                f"以下对 provider 的查询没有应答，失败可能由此引起：{listed}",
            )
            if run.failures
            else Text(
                f"the program went on with made-up results of providers: which resources it makes, and how many, may "
                f"differ; asked were {listed}",
                f"程序以虚构的 provider 查询结果继续运行，所建资源及数量可能不同；查询：{listed}",
            )
        )
        hint = Text("answer them with --invoke-answers FILE", "请用 --invoke-answers FILE 给出应答")
        scan.diagnostics.append(Diagnostic("unsupported-input", message, program.display, hint=hint))
    if not scan.resources and not scan.data and not run.failures:
        scan.diagnostics.append(
            Diagnostic(
                "nothing-to-scan",
                Text(
                    "the program makes no resources: there is nothing to judge",
                    "程序没有创建任何资源，没有可判定的内容",
                ),
                program.display,
            )
        )


# --------------------------------------------------------------------------------------------------------------
# The program's files
# --------------------------------------------------------------------------------------------------------------


def _sources(project: Project, configuration: StackConfiguration, run: ProgramRun, tree: SourceTree) -> dict[str, str]:
    """The files that decide what the program makes: its Python files and the project's, with their hashes."""
    found: dict[str, str] = {}
    given = [str(project.file), *run.files]
    if configuration.file is not None:
        given.append(str(configuration.file))
    for path in (*given, *_python_files(project.working_directory)):
        path = os.path.realpath(path)
        if path not in found and tree.is_inside(path):
            data = _content(path)
            if data is not None:
                found[path] = content_hash(data)
    return found


def _python_files(folder: Path) -> Iterator[str]:
    """The Python files below a folder, but for hidden folders and virtual environments."""
    count = 0
    for directory, folders, names in os.walk(folder):
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_THE_PROGRAM)
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > _MOST_FILES:
                    return
                yield os.path.join(directory, name)


def _content(path: str) -> bytes | None:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _MOST_BYTES:
            return None
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


# --------------------------------------------------------------------------------------------------------------
# Waivers in comments
# --------------------------------------------------------------------------------------------------------------


def _read_waivers(scan: Scan, tree: SourceTree) -> None:
    """Waivers written as comments, as in Terraform: behind the line that makes a resource, or above its statement."""
    made: dict[str, set[int]] = {}
    for resource in scan.resources:
        made.setdefault(resource.location.file, set()).add(resource.location.line)
    for path in scan.files:
        data = _content(path) if path.endswith(".py") else None
        if data is None or b"compliant-infra:" not in data:
            continue
        display = tree.display(path)
        lines = made.get(display, set())
        statements = _statements(data)
        for line, text, alone in _comments(data):
            if "compliant-infra:" not in text:
                continue
            waiver = waiver_of(text, SourceLocation(display, line, line), scan)
            if waiver is None:
                continue
            places = _covered(line, alone, statements, sorted(lines))
            scan.waivers.extend((waiver, SourceLocation(display, at, at)) for at in places)


def comments_of(directory: str, tree: SourceTree) -> tuple[list[Waiver], list[Diagnostic]]:
    """The waivers in the comments of a program's Python files, without running it, and what is wrong with others."""
    scan = Scan(root="")
    found: list[Waiver] = []
    for path in _python_files(Path(directory)):
        data = _content(path) if tree.is_inside(os.path.realpath(path)) else None
        if data is None or b"compliant-infra:" not in data:
            continue
        display = tree.display(path)
        for line, text, _ in _comments(data):
            waiver = waiver_of(text, SourceLocation(display, line, line), scan)
            if waiver is not None:
                found.append(waiver)
    return found, scan.diagnostics


def _comments(data: bytes) -> Iterator[tuple[int, str, bool]]:
    """Line and text of each comment, and whether it stands on a line of its own."""
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string, not token.line[: token.start[1]].strip()
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return  # the program did not run either


def _statements(data: bytes) -> list[tuple[int, int]]:
    """First and last line of every statement; of one with a body its first line only. Sorted."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return sorted(
        (node.lineno, node.lineno if hasattr(node, "body") else node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
    )


def _covered(line: int, alone: bool, statements: list[tuple[int, int]], made: list[int]) -> list[int]:
    """The lines that a comment covers, of those on which resources are made; if there are none, where it stands.

    Behind a line: the resource that begins there, else the one whose arguments the line belongs to. On a line of its
    own: what the next statement makes; within a statement the next resource of it, else the one that it stands in.
    """
    if not alone and line in made:
        return [line]
    for first, last in statements:
        if first <= line <= last:
            within = [at for at in made if first <= at <= last]
            after = [at for at in within if at > line] if alone else []
            before = [at for at in within if at <= line]
            return after[:1] or before[-1:] or within or [first]
        if alone and first > line:
            return [at for at in made if first <= at <= last] or [first]
    return [line]
