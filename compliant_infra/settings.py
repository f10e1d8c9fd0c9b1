"""``compliant-infra.toml``: which system this is, its baseline and parameters, declared transfers, waivers.

The nearest file upwards from a root belongs to it; roots with the same file are one system.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text, Waiver
from compliant_infra.kernel.waivers import FIELDS, from_record

FILE_NAME: Final = "compliant-infra.toml"
EVIDENCE_FILE_NAME: Final = "evidence.toml"  # the register beside it
DEFAULT_BASELINE: Final = "mlps-l3"
MECHANISMS: Final = ("none", "exempt", "scc", "certification", "assessment")
_GRADES: Final = re.compile(r"S([2-4])A([2-4])(?:G([2-4]))?\Z")


@dataclass(slots=True)
class CrossBorder:
    """The declared mechanism for data that leaves mainland China."""

    mechanism: str = "none"
    valid_until: str = ""
    destinations: tuple[str, ...] = ()
    declared: bool = False  # the settings name a mechanism, be it "none"
    people: int | None = None  # whose ordinary personal information leaves in a year
    sensitive_people: int | None = None  # whose sensitive personal information does
    important_data: bool | None = None  # whether important data leaves
    critical_infrastructure: bool | None = None  # whether the operator runs critical information infrastructure
    line: int = field(default=0, compare=False)  # of the table in the settings file

    def valid(self, today: date) -> bool:
        """Whether a mechanism is declared and not past its date."""
        if self.mechanism == "none":
            return False
        return not self.valid_until or date.fromisoformat(self.valid_until) >= today


@dataclass(slots=True)
class Settings:
    """One system's settings. Without a file: the defaults, and ``baseline`` None (assumed to be mlps-l3)."""

    path: Path | None = None
    display: str = ""
    name: str = ""
    baseline: str | None = None
    profiles: tuple[str, ...] = ()
    grades: str = ""
    roots: tuple[str, ...] = ()
    complete: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)
    cross_border: CrossBorder = field(default_factory=CrossBorder)
    waivers: tuple[Waiver, ...] = ()
    diagnostics: list[Diagnostic] = field(default_factory=list)


def find_settings(start: Path, boundary: Path) -> Path | None:
    """The nearest settings file upwards from a directory, not above the boundary (the git top level)."""
    here = start
    while True:
        candidate = here / FILE_NAME
        if os.path.lexists(candidate):
            return candidate
        if here == boundary or here == here.parent:
            return None
        here = here.parent


def read_toml(path: Path, display: str) -> tuple[str, dict[str, Any]] | Diagnostic:
    """The text and the content of a file, or the ``invalid-settings`` diagnostic that says why it cannot be read."""
    import tomllib

    def problem(en: str, zh: str, line: int = 0) -> Diagnostic:
        return Diagnostic("invalid-settings", Text(en, zh), display, line)

    if not path.is_file():
        return problem("not a regular file; not read", "不是普通文件，未读取")
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return problem(f"cannot be read: {reason}", f"无法读取：{reason}")
    except UnicodeDecodeError:
        return problem("not UTF-8", "不是 UTF-8 编码")
    except RecursionError:
        return problem("nested too deeply", "嵌套过深")
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        return problem(f"not valid TOML: {error}", f"TOML 格式有误：{error}", int(found.group(1)) if found else 0)


def iso_day(value: Any) -> str | None:
    """A day as TOML or a text gives it, in ISO form: "" for an empty text, None for what is no day."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat() if value else ""
        except ValueError:
            pass
    return None


def load_settings(path: Path, display: str) -> Settings:
    """Read a settings file. What is wrong becomes ``invalid-settings`` diagnostics with file, key and expectation."""
    settings = Settings(path=path, display=display)
    content = read_toml(path, display)
    if isinstance(content, Diagnostic):
        settings.diagnostics.append(content)
    else:
        _Loader(settings, content[0]).load(content[1])
    return settings


class _Loader:
    """Checks every key and type; keeps what is right."""

    def __init__(self, settings: Settings, text: str) -> None:
        self.settings = settings
        self.lines = text.split("\n")

    def load(self, data: Mapping[str, Any]) -> None:
        settings = self.settings
        known = {"system", "parameters", "cross-border", "waivers"}
        for key in data:
            if key not in known:
                self._unknown(key, key, known)
        system = self._table(data, "system")
        for key in system:
            if key not in ("name", "baseline", "profiles", "grades", "roots", "complete"):
                allowed = {"name", "baseline", "profiles", "grades", "roots", "complete"}
                self._unknown(f"system.{key}", key, allowed)
        settings.name = self._typed(system, "system", "name", str, "", "text", "文本")
        settings.baseline = self._typed(system, "system", "baseline", str, None, "text", "文本")
        settings.profiles = self._texts(system, "system", "profiles")
        settings.grades = self._typed(system, "system", "grades", str, "", "text", "文本")
        settings.roots = self._texts(system, "system", "roots")
        settings.complete = self._typed(system, "system", "complete", bool, False, "true or false", "true 或 false")
        if settings.grades and not _GRADES.match(settings.grades):
            self._wrong("system.grades", "grades", "a grade such as S2A3G3", "形如 S2A3G3 的等级")
            settings.grades = ""
        settings.parameters = dict(self._table(data, "parameters"))
        self._cross_border(self._table(data, "cross-border"))
        self._waivers(data.get("waivers", []))

    def _cross_border(self, table: Mapping[str, Any]) -> None:
        declared = self.settings.cross_border
        numbers, flags = ("people", "sensitive-people"), ("important-data", "critical-infrastructure")
        known = {"mechanism", "valid-until", "destinations", *numbers, *flags}
        for key in table:
            if key not in known:
                self._unknown(f"cross-border.{key}", key, known)
        mechanism = self._typed(table, "cross-border", "mechanism", str, "none", "text", "文本")
        if mechanism not in MECHANISMS:
            listed = ", ".join(MECHANISMS)
            self._wrong("cross-border.mechanism", "mechanism", f"one of {listed}", f"{listed} 之一")
            mechanism = "none"
        else:
            declared.declared = isinstance(table.get("mechanism"), str)
        declared.mechanism = mechanism
        declared.valid_until = self._date(table, "cross-border", "valid-until")
        declared.destinations = self._texts(table, "cross-border", "destinations")
        declared.line = self._line("cross-border") if table else 0
        declared.people, declared.sensitive_people = (self._count(table, "cross-border", key) for key in numbers)
        declared.important_data, declared.critical_infrastructure = (
            self._typed(table, "cross-border", key, bool, None, "true or false", "true 或 false") for key in flags
        )

    def _waivers(self, entries: Any) -> None:
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._wrong("waivers", "waivers", "a list of tables: [[waivers]]", "表的数组：[[waivers]]")
            return
        starts = [number for number, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*waivers\s*\]\]", line)]
        found: list[Waiver] = []
        for position, entry in enumerate(entries):
            line = starts[position] if position < len(starts) else 0
            place = SourceLocation(self.settings.display, line, line)
            values: dict[str, str] = {}
            sound = True
            for key, value in entry.items():
                if key not in FIELDS:
                    sound = False
                    self._waiver_problem(place, f"unknown key {key}; it waives nothing", f"未知字段 {key}，豁免不生效")
                elif isinstance(value, (date, datetime)):
                    values[key] = value.isoformat()[:10]
                elif isinstance(value, str):
                    values[key] = value
                else:
                    sound = False
                    self._waiver_problem(
                        place, f"{key} must be a text; it waives nothing", f"{key} 应为文本，豁免不生效"
                    )
            if not sound:
                continue
            found.append(from_record(values, place))
        self.settings.waivers = tuple(found)

    def _waiver_problem(self, place: SourceLocation, en: str, zh: str) -> None:
        self.settings.diagnostics.append(Diagnostic("waiver-invalid", Text(en, zh), place.file, place.line))

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if isinstance(value, Mapping):
            return value
        self._wrong(key, key, f"a table: [{key}]", f"表：[{key}]")
        return {}

    def _typed(self, table: Mapping[str, Any], path: str, key: str, kind: type, default: Any, en: str, zh: str) -> Any:
        value = table.get(key, default)
        if value is default or isinstance(value, kind):
            return value
        self._wrong(f"{path}.{key}", key, en, zh)
        return default

    def _texts(self, table: Mapping[str, Any], path: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._wrong(f"{path}.{key}", key, "a list of texts", "文本列表")
        return ()

    def _count(self, table: Mapping[str, Any], path: str, key: str) -> int | None:
        value = table.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self._wrong(f"{path}.{key}", key, "a number of people, 0 or more", "人数（不小于 0 的整数）")
        return None

    def _date(self, table: Mapping[str, Any], path: str, key: str) -> str:
        day = iso_day(table.get(key, ""))
        if day is None:
            self._wrong(f"{path}.{key}", key, "a date such as 2027-01-31", "形如 2027-01-31 的日期")
        return day or ""

    def _line(self, key: str) -> int:
        pattern = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:=|\]|\.)")
        return next((number for number, line in enumerate(self.lines, 1) if pattern.match(line)), 0)

    def _wrong(self, path: str, key: str, en: str, zh: str) -> None:
        self.settings.diagnostics.append(
            Diagnostic(
                "invalid-settings",
                Text(f"{path}: expected {en}", f"{path}：应为{zh}"),
                self.settings.display,
                self._line(key),
            )
        )

    def _unknown(self, path: str, key: str, known: set[str]) -> None:
        listed = ", ".join(sorted(known))
        self.settings.diagnostics.append(
            Diagnostic(
                "invalid-settings",
                Text(f"unknown key {path}; known: {listed}", f"未知的键 {path}；可用：{listed}"),
                self.settings.display,
                self._line(key),
            )
        )
