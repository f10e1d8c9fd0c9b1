"""A Pulumi project on the disk: its ``Pulumi.yaml``, the configuration of a stack, and its program run in a test.

``record_project(folder)`` is for tests of a project::

    from compliant_infra.components.project import record_project

    recording = record_project(Path(__file__).parents[1], stack="prod")
    assert not recording.problems()

Reading needs no Pulumi SDK. What the files mean is what the ``pulumi`` command makes of them: configuration of the
stack's file before the project's defaults, lists and objects as JSON texts, flags as "true" and "false". Secrets
(``secure:``) cannot be decrypted here and no environment of Pulumi ESC can be opened: see ``StackConfiguration``.
"""

from __future__ import annotations

import base64
import json
import os
import re
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import yaml

from compliant_infra.components.exports import FOLDERS_OF_LIBRARIES
from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SETTING_KEY,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import Text

if TYPE_CHECKING:
    from compliant_infra.components.recorder import ComputedValues, InvokeAnswers, Recording

#: How a project's file may be called; the first that is there counts.
PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")

#: The stack whose name is taken where a project has no file of a stack.
DEFAULT_STACK: Final = "dev"

#: More bytes, or more values once its aliases are followed, has no file of a project.
MAX_FILE_BYTES: Final = 1024 * 1024
MAX_VALUES: Final = 50_000

#: Stands in what a plain invoke returned for a text that nobody knows: see ``program_shim``.
UNKNOWN_TEXT: Final = "unknown-5f0c1d7e-2f43-4b0e-9d5c-6a1f0be0c9d3"

_STACK_FILE: Final = re.compile(r"Pulumi\.(.+)\.ya?ml")
_STACK_NAME: Final = re.compile(r"(?!\.+\Z)[A-Za-z0-9_.-]{1,100}")
_PROJECT_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_OF_LIST: Final = re.compile(UNKNOWN_TEXT + r":[^\[\s]*\[")


class ProjectError(ValueError):
    """A file of a project is not what Pulumi takes, or the stack is not clear."""

    def __init__(self, message: Text, file: Path, line: int = 0, *, names_file: bool = True) -> None:
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {message.en}" if names_file else message.en)
        self.message = message
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of a project's or a stack's configuration. ``secure`` values are encrypted: there is none to know."""

    value: Any  # as YAML has it: texts of scalars as written, lists, dictionaries; _Encrypted for what is secure
    line: int = 0
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """What ``Pulumi.yaml`` says."""

    folder: Path
    file: Path
    name: str
    runtime: str
    options: Mapping[str, Any] = field(default_factory=dict)  # of the runtime
    main: Path = Path()  # absolute: the folder with __main__.py, or the file to run
    stack_folder: Path = Path()  # absolute: where the files of the stacks are
    settings: Mapping[str, Setting] = field(default_factory=dict)  # namespaced key -> the project's own value

    @property
    def working_directory(self) -> Path:
        """Where Pulumi runs the program."""
        return self.main if self.main.is_dir() else self.main.parent

    def stacks(self) -> list[str]:
        """The names of the stacks that have a file."""
        try:
            names = os.listdir(self.stack_folder)
        except OSError:
            return []
        found = (match for match in map(_STACK_FILE.fullmatch, names) if match and _STACK_NAME.fullmatch(match[1]))
        return sorted({match[1] for match in found if (self.stack_folder / match[0]).is_file()})


@dataclass(frozen=True, slots=True)
class StackConfiguration:
    """The configuration that a program gets.

    A secret that is encrypted has a text of its own that occurs nowhere else, its placeholder: the program goes on with
    it, and ``without_placeholders`` makes unknown whatever of the result holds it.
    """

    stack: str
    organization: str
    file: Path | None  # None: the stack has none
    values: Mapping[str, str]  # namespaced key -> value
    secret_keys: Sequence[str]
    placeholders: Mapping[str, str] = field(default_factory=dict)  # placeholder -> key
    environments: int = 0  # line of the stack's Pulumi ESC environments; 0: there are none


class _Encrypted:
    """Stands for a value that only the stack's key opens."""


# --------------------------------------------------------------------------------------------------------------
# Pulumi.yaml
# --------------------------------------------------------------------------------------------------------------


def project_file(folder: Path) -> Path | None:
    """The file that makes a folder a project, or None."""
    return next((folder / name for name in PROJECT_FILES if (folder / name).is_file()), None)


def read_project(folder: Path, boundary: Path | None = None) -> Project:
    """What the project's file says. ``folder`` may also be that file; ``main`` must lie within ``boundary``.

    ``boundary`` is the repository's top level; without it the nearest folder upwards with ``.git``, else the project's
    own folder. Raises ``ProjectError``.
    """
    given = Path(os.path.abspath(folder))
    file = given if given.is_file() else project_file(given)
    if file is None:
        raise ProjectError(Text("there is no Pulumi.yaml", "没有 Pulumi.yaml"), given)
    folder = file.parent
    top = _mapping(_load(file), "", file)
    name = _text(top, "name", file)
    if not name or not _PROJECT_NAME.fullmatch(name.value):
        line = name.line if name else 1
        raise ProjectError(
            Text(
                "name: a project needs a name of letters, digits, '_', '-' and '.'",
                "name：项目名称必填，只能包含字母、数字、“_”、“-”、“.”",
            ),
            file,
            line,
        )
    runtime, options = _runtime(top, file)
    main = _text(top, "main", file)
    program = Path(os.path.normpath(folder / (main.value if main else "")))
    limit = boundary or _top_level(folder)
    if not Path(os.path.realpath(program)).is_relative_to(os.path.realpath(limit)):
        raise ProjectError(
            Text(
                "main: the program lies outside of the repository; it is not run",
                "main：程序位于代码仓库之外，不予运行",
            ),
            file,
            main.line if main else 0,
        )
    if main and not program.exists():
        raise ProjectError(Text(f"main: there is no {main.value}", f"main：{main.value} 不存在"), file, main.line)
    configuration = top.get("config")
    stack_folder = _text(top, "stackConfigDir", file)
    settings: dict[str, Setting] = {}
    if configuration is not None and configuration.scalar is not None:  # how stackConfigDir was called before
        stack_folder = stack_folder or _Plain(configuration.scalar, configuration.line)
    elif configuration is not None:
        for key, node in _mapping(configuration, "config", file).items():
            setting = _project_setting(key, node, name.value, file)
            if setting is not None:
                settings[_namespaced(key, name.value, file, node.line)] = setting
    return Project(
        folder=folder,
        file=file,
        name=name.value,
        runtime=runtime,
        options=options,
        main=program,
        stack_folder=Path(os.path.normpath(folder / (stack_folder.value if stack_folder else ""))),
        settings=settings,
    )


def _top_level(folder: Path) -> Path:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def _runtime(top: Mapping[str, _Node], file: Path) -> tuple[str, Mapping[str, Any]]:
    node = top.get("runtime")
    if node is None:
        raise ProjectError(Text("runtime: missing", "缺少 runtime"), file, 1)
    if node.scalar:
        return node.scalar, {}
    parts = _mapping(node, "runtime", file)
    name = _text(parts, "name", file, "runtime.")
    if name is None:
        raise ProjectError(Text("runtime.name: missing", "缺少 runtime.name"), file, node.line)
    options = parts.get("options")
    if options is None or options.is_null:
        return name.value, {}
    found = {key: inner.plain() for key, inner in _mapping(options, "runtime.options", file).items()}
    for key in ("virtualenv", "toolchain"):
        if not isinstance(found.get(key, ""), str):
            line = _mapping(options, "runtime.options", file)[key].line
            raise ProjectError(
                Text(f"runtime.options.{key}: expected a text", f"runtime.options.{key}：应为字符串"), file, line
            )
    return name.value, found


def _project_setting(key: str, node: _Node, project: str, file: Path) -> Setting | None:
    """A value of the project's file: plain, or under ``value`` or ``default``; None where it is only declared."""
    if node.scalar is not None or node.items is not None:
        return Setting(node.value(file), node.line)
    if node.is_null:
        return None
    parts = _mapping(node, f"config.{key}", file)
    secret = "secret" in parts and parts["secret"].plain() is True
    for name in ("value", "default"):
        if name in parts:
            found = parts[name]
            return Setting(found.value(file), found.line, secret)
    declares = {"type", "description", "secret", "items", "properties", "optional"}
    if set(parts) <= declares:
        return None
    return Setting(node.value(file), node.line)


# --------------------------------------------------------------------------------------------------------------
# Pulumi.<stack>.yaml
# --------------------------------------------------------------------------------------------------------------


def read_stack(
    project: Project, stack: str | None = None, overrides: Mapping[str, str] | None = None
) -> StackConfiguration:
    """The configuration of a stack: of ``stack``, else of the only one that has a file, else of ``dev``.

    ``stack`` may be written with its organization (``acme/prod``, ``acme/shop/prod``). ``overrides`` take the place of
    what the files say; a key without a namespace belongs to the project. Raises ``ProjectError``.
    """
    organization, name, file = _choose(project, stack)
    settings = dict(project.settings)
    environments = 0
    if file is not None:
        top = _mapping(_load(file), "", file, empty=True)
        configuration = top.get("config")
        if configuration is not None and not configuration.is_null:
            for key, node in _mapping(configuration, "config", file).items():
                full = _namespaced(key, project.name, file, node.line)
                before = settings.get(full)
                secret = before.secret if before is not None else False
                settings[full] = Setting(node.value(file), node.line, secret)
        environment = top.get("environment")
        if environment is not None and not environment.is_null and environment.plain() not in ([], {}):
            environments = environment.line
    for key, value in (overrides or {}).items():
        settings[key if ":" in key else f"{project.name}:{key}"] = Setting(value)
    values: dict[str, str] = {}
    secret_keys: list[str] = []
    placeholders: dict[str, str] = {}
    for key, setting in settings.items():
        before_this = len(placeholders)
        value = _with_placeholders(setting.value, key, placeholders)
        values[key] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if setting.secret or len(placeholders) > before_this:
            secret_keys.append(key)
    return StackConfiguration(name, organization, file, values, secret_keys, placeholders, environments)


def _choose(project: Project, stack: str | None) -> tuple[str, str, Path | None]:
    """Organization, name and file of the stack."""
    there = project.stacks()
    organization = "organization"
    if stack is not None:
        parts = stack.split("/")
        if len(parts) > 3 or not all(_STACK_NAME.fullmatch(part) for part in parts):
            raise ProjectError(
                Text(f"{stack!r} is no name of a stack", f"“{stack}”不是有效的 stack 名称"), project.file
            )
        name = parts[-1]
        if len(parts) > 1:
            organization = parts[0]
        if there and name not in there:
            listed = ", ".join(there)
            raise ProjectError(
                Text(
                    f"the project has no Pulumi.{name}.yaml; there are the stacks {listed}",
                    f"项目没有 Pulumi.{name}.yaml；现有 stack：{listed}",
                ),
                project.file,
            )
    elif len(there) > 1:
        listed = ", ".join(there)
        raise ProjectError(
            Text(
                f"the project has several stacks, name one of them: {listed}",
                f"项目有多个 stack，请指定其一：{listed}",
            ),
            project.file,
        )
    else:
        name = there[0] if there else DEFAULT_STACK
    files = (project.stack_folder / f"Pulumi.{name}{ending}" for ending in (".yaml", ".yml"))
    return organization, name, next((file for file in files if file.is_file()), None)


def _with_placeholders(value: Any, key: str, placeholders: dict[str, str]) -> Any:
    if isinstance(value, _Encrypted):
        # Capitals, small letters and digits, no other characters: it passes for most of what a secret must look like.
        # The same in every run, for it may become part of a resource's name.
        made = f"Encrypted{sha256(f'{key} {len(placeholders)} {UNKNOWN_TEXT}'.encode()).hexdigest()[:24]}"
        placeholders[made] = key
        return made
    if isinstance(value, dict):
        return {name: _with_placeholders(inner, key, placeholders) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_placeholders(inner, key, placeholders) for inner in value]
    return value


def _namespaced(key: str, project: str, file: Path, line: int) -> str:
    """``key`` -> ``project:key``; ``ns:config:key``, an older spelling, -> ``ns:key``."""
    parts = key.split(":")
    if len(parts) == 3 and parts[1] == "config":
        parts = [parts[0], parts[2]]
    if len(parts) > 2 or not all(parts):
        raise ProjectError(
            Text(f"config: {key!r} is no <namespace>:<name>", f"config：“{key}”不是 <命名空间>:<名称> 的形式"),
            file,
            line,
        )
    return ":".join(parts if len(parts) == 2 else [project, *parts])


# --------------------------------------------------------------------------------------------------------------
# YAML with the lines of its values
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text and its line."""

    value: str
    line: int


@dataclass(slots=True)
class _Node:
    """A value of a YAML file and its line. One of the three is set; none of them: null."""

    line: int
    scalar: str | None = None  # as written
    quoted: bool = False
    items: list[_Node] | None = None
    entries: dict[str, _Node] | None = None

    @property
    def is_null(self) -> bool:
        return self.scalar is None and self.items is None and self.entries is None

    def plain(self) -> Any:
        """The value with its types."""
        if self.items is not None:
            return [item.plain() for item in self.items]
        if self.entries is not None:
            return {key: item.plain() for key, item in self.entries.items()}
        return self.scalar if self.scalar is None or self.quoted else _typed(self.scalar)

    def value(self, file: Path) -> Any:
        """The value of a setting: a scalar as it is written, objects with their types and encrypted parts marked."""
        if self.scalar is not None:
            return self.scalar if self.quoted or self.scalar not in _FLAGS else self.scalar.lower()
        if self.is_null:
            return ""
        return self._typed_value(file)

    def _typed_value(self, file: Path) -> Any:
        if self.entries is not None:
            if set(self.entries) == {"secure"} and self.entries["secure"].scalar is not None:
                return _Encrypted()
            return {key: item._typed_value(file) for key, item in self.entries.items()}
        if self.items is not None:
            return [item._typed_value(file) for item in self.items]
        return self.plain()


_FLAGS: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


def _typed(text: str) -> Any:
    """A plain scalar as Go's YAML reads it: flags and numbers; ``yes``, ``on`` and dates are texts."""
    if text in _FLAGS:
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d{1,3})?", text) and not re.fullmatch(r"[-+]?0\d+", text):
        return float(text)
    return text


def _load(file: Path) -> _Node:
    """The file's content. Raises ``ProjectError`` for everything that is no YAML, or too much of it."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ProjectError(Text(f"cannot be read: {reason}", f"无法读取：{reason}"), file) from error
    if len(data) > MAX_FILE_BYTES:
        raise ProjectError(Text("larger than 1 MiB; not read", "超过 1 MiB，未读取"), file)
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        budget = [MAX_VALUES]
        return _node(root, file, budget) if root is not None else _Node(1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "not YAML"
        raise ProjectError(
            Text(f"broken YAML: {problem}", f"YAML 语法错误：{problem}"), file, mark.line + 1 if mark else 0
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, ProjectError):
            raise
        raise ProjectError(Text("broken YAML, or not in UTF-8", "YAML 语法错误或不是 UTF-8 编码"), file) from error
    except RecursionError as error:
        raise ProjectError(Text("nested too deeply", "嵌套过深"), file) from error


def _node(found: yaml.Node, file: Path, budget: list[int]) -> _Node:
    line = found.start_mark.line + 1
    budget[0] -= 1
    if budget[0] < 0:
        raise ProjectError(Text(f"more than {MAX_VALUES} values", f"超过 {MAX_VALUES} 个值"), file, line)
    if isinstance(found, yaml.ScalarNode):
        quoted = found.style is not None
        if not quoted and found.value in _NULLS:
            return _Node(line)
        return _Node(line, scalar=found.value, quoted=quoted)
    if isinstance(found, yaml.SequenceNode):
        return _Node(line, items=[_node(item, file, budget) for item in found.value])
    entries: dict[str, _Node] = {}
    merged: dict[str, _Node] = {}
    for key, value in found.value:
        if key.tag == "tag:yaml.org,2002:merge":
            for part in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged = {**(_node(part, file, budget).entries or {}), **merged}
            continue
        if not isinstance(key, yaml.ScalarNode):
            raise ProjectError(Text("a key must be a text", "键必须是字符串"), file, key.start_mark.line + 1)
        if key.value in entries:
            raise ProjectError(
                Text(f"{key.value!r} is there twice", f"“{key.value}”重复"), file, key.start_mark.line + 1
            )
        inner = _node(value, file, budget)
        inner.line = key.start_mark.line + 1
        entries[key.value] = inner
    return _Node(line, entries={**merged, **entries})


def _mapping(node: _Node, at: str, file: Path, *, empty: bool = False) -> dict[str, _Node]:
    if node.entries is None:
        if empty and node.is_null:
            return {}
        where = f"{at}: " if at else ""
        raise ProjectError(Text(f"{where}expected keys and values", f"{where}应为键值对"), file, node.line)
    return node.entries


def _text(entries: Mapping[str, _Node], key: str, file: Path, at: str = "") -> _Plain | None:
    node = entries.get(key)
    if node is None or node.is_null:
        return None
    if node.scalar is None:
        raise ProjectError(Text(f"{at}{key}: expected a text", f"{at}{key}：应为字符串"), file, node.line)
    return _Plain(node.scalar, node.line)


# --------------------------------------------------------------------------------------------------------------
# What a program registered, with what only the project knows
# --------------------------------------------------------------------------------------------------------------


def completed(registrations: Sequence[Registration], configuration: StackConfiguration) -> list[Registration]:
    """The registrations as an engine would have them with this configuration.

    Placeholders of encrypted secrets become unknown. Resources without a provider get the default one that the engine
    makes for them, with the package's configuration (``alicloud:region``): of it the region is judged.
    """
    from compliant_infra.components.recorder import in_order

    known = without_placeholders(registrations, configuration.placeholders)
    made = _default_providers(known, configuration)
    return in_order([*known, *made]) if made else known


def without_placeholders(registrations: Sequence[Registration], placeholders: Mapping[str, str]) -> list[Registration]:
    """The registrations with every text unknown that holds a placeholder, plainly or in base64.

    So is what holds the mark of a value that nobody knows, and a list of such values: its length is made up.
    """
    forms = (re.escape(form) for text in (*placeholders, UNKNOWN_TEXT) for form in _forms(text))
    pattern = re.compile("|".join(forms), re.IGNORECASE)  # also where the program changed the case
    for registration in registrations:
        registration.inputs = {
            key: _concealed(value, pattern, placeholders) for key, value in registration.inputs.items()
        }
        registration.outputs = {
            key: _concealed(value, pattern, placeholders) for key, value in registration.outputs.items()
        }
    return list(registrations)


def _forms(text: str) -> Iterator[str]:
    """The text, and what of it is the same in base64 wherever it begins."""
    yield text
    data = text.encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).decode()
        # The first and the last group also hold bits of what stands around the text.
        yield encoded[4 if shift else 0 : len(encoded) - 4]


def _concealed(value: Any, pattern: re.Pattern[str], placeholders: Mapping[str, str]) -> Any:
    """The value without placeholders. A secret that is one setting and nothing else keeps the setting's key."""
    if isinstance(value, str):
        return UNKNOWN_SENTINEL if pattern.search(value) else value
    if isinstance(value, Mapping):
        if any(isinstance(key, str) and pattern.search(key) for key in value):
            return UNKNOWN_SENTINEL  # without its names nothing is known of it
        found = {key: _concealed(inner, pattern, placeholders) for key, inner in value.items()}
        whole = value.get("value") if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE else None
        if isinstance(whole, str) and whole in placeholders:
            found[SETTING_KEY] = placeholders[whole]
        return found
    if isinstance(value, (list, tuple)):
        if any(isinstance(inner, str) and _OF_LIST.search(inner) for inner in value):
            return UNKNOWN_SENTINEL
        return [_concealed(inner, pattern, placeholders) for inner in value]
    return UNKNOWN_SENTINEL if value != value else value  # not a number: the mark of a number that nobody knows


def _default_providers(registrations: Sequence[Registration], configuration: StackConfiguration) -> list[Registration]:
    """The default providers that the resources need, which get a reference to theirs."""
    made: dict[str, Registration] = {}
    taken = {registration.urn for registration in registrations}
    stack = next((item for item in registrations if item.type == STACK_TYPE), None)
    for item in registrations:
        package = item.type.partition(":")[0]
        if not item.custom or item.provider or package == "pulumi":
            continue
        name = "default" + (f"_{item.version.replace('.', '_')}" if item.version else "")
        head = item.urn.rsplit("::", 2)[0]
        type_ = f"{PROVIDER_PREFIX}{package}"
        urn = f"{head}::{type_}::{name}"
        if urn not in made and urn not in taken:
            inputs: dict[str, Any] = {
                key.partition(":")[2]: _concealed_setting(configuration, key, value)
                for key, value in sorted(configuration.values.items())
                if key.startswith(f"{package}:")
            }
            if item.version:
                inputs["version"] = item.version
            made[urn] = Registration(
                urn=urn, type=type_, name=name, custom=True, inputs=inputs, parent=stack.urn if stack else ""
            )
        item.provider = f"{urn}::{UNKNOWN_SENTINEL}"
    return list(made.values())


def _concealed_setting(configuration: StackConfiguration, key: str, value: str) -> Any:
    if key not in configuration.secret_keys:
        return value
    if any(text in value for text in configuration.placeholders):
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL, SETTING_KEY: key}
    return {SIGNATURE_KEY: SECRET_SIGNATURE, "value": value}


# --------------------------------------------------------------------------------------------------------------
# Running it in this process
# --------------------------------------------------------------------------------------------------------------


def record_project(
    folder: str | os.PathLike[str],
    stack: str | None = None,
    *,
    config: Mapping[str, str] | None = None,
    invokes: InvokeAnswers | Mapping[str, Mapping[str, Any]] | None = None,
    stack_references: Mapping[str, Mapping[str, Any]] | None = None,
    computed: ComputedValues | None = None,
    preview: bool = True,
) -> Recording:
    """Run a project's program in this process, with the configuration of a stack, and return what it registers.

    ``config`` takes the place of what the files say. The other arguments are those of ``recorder.record``. The program
    runs as Pulumi would run it: with its folder as the working directory and first in the search path; its modules are
    loaded anew each time. Both belong to the whole process: one call at a time.

    Raises ``ProjectError``, and what ``record`` raises. ``sys.exit`` in the program with another status than
    0 is a ``RecordingError``.
    """
    from compliant_infra.components.recorder import RecordingError, record

    project = read_project(Path(folder))
    if project.runtime != "python":
        raise ProjectError(
            Text(
                f"the program is for {project.runtime}, not for Python", f"程序运行时为 {project.runtime}，不是 Python"
            ),
            project.file,
        )
    configuration = read_stack(project, stack, config)

    def program() -> None:
        try:
            runpy.run_path(str(project.main), run_name="__main__")
        except SystemExit as exit_:
            if not exit_.code:
                return
            raise RecordingError(f"the program ended itself: sys.exit({exit_.code!r})") from exit_

    with _as_started_there(project.working_directory, project.main):
        recording = record(
            program,
            project=project.name,
            stack=configuration.stack,
            organization=configuration.organization,
            config=configuration.values,
            secret_config=configuration.secret_keys,
            preview=preview,
            invokes=invokes,
            stack_references=stack_references,
            computed=computed,
            root=str(project.folder),
        )
    recording.registrations = completed(recording.registrations, configuration)
    return recording


@contextmanager
def _as_started_there(folder: Path, program: Path) -> Iterator[None]:
    """Working directory, search path, arguments and loaded modules as for a program that is started in the folder."""
    before = os.getcwd()
    path, arguments = list(sys.path), list(sys.argv)
    own = _modules_of(folder)
    for name in own:
        del sys.modules[name]
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = [str(program)]
    try:
        yield
    finally:
        sys.path[:], sys.argv = path, arguments
        os.chdir(before)
        for name in _modules_of(folder):
            del sys.modules[name]
        sys.modules.update(own)


def _modules_of(folder: Path) -> dict[str, ModuleType]:
    """The loaded modules that lie in a folder and are no installed packages."""
    start = str(folder) + os.sep
    found: dict[str, ModuleType] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(start) and name != "__main__":
            if not set(FOLDERS_OF_LIBRARIES).intersection(Path(file).parts):
                found[name] = module
    return found
