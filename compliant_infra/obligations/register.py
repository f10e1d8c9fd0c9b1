"""``evidence.toml`` beside the settings: who answers which clause with which document, and what is to be done by when.

A record whose owner, document or date is still empty is a gap to be filled, not a mistake: it answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import EVIDENCE_FILE_NAME, iso_day, read_toml

#: Where a task comes from; ``own`` is one that the user wrote.
KINDS: Final = ("own", "checklist", "timeline")


@dataclass(slots=True)
class Evidence:
    """One record: a document that answers a clause, or every clause below a point such as ``8.1.6``."""

    clause: str
    statement: str = ""
    owner: str = ""
    document: str = ""  # a path relative to the register, or a link
    dated: str = ""  # ISO date of the document
    next_review: str = ""  # ISO date; "" where the document is not reviewed again
    location: SourceLocation = field(default_factory=lambda: SourceLocation(EVIDENCE_FILE_NAME))
    missing_document: bool = False  # the document is a path, and nothing is there

    @property
    def filled(self) -> bool:
        """Whether it says who answers, with what, and since when."""
        return bool(self.owner and self.document and self.dated)

    def overdue(self, today: date) -> bool:
        """Whether its review is past due."""
        return bool(self.next_review) and date.fromisoformat(self.next_review) < today

    def current(self, today: date) -> bool:
        """Whether it answers its clause today."""
        return self.filled and self.state(today) == "current"

    def state(self, today: date) -> Literal["current", "overdue", "missing-document"]:
        """What is wrong with a filled record, if anything."""
        if self.missing_document:
            return "missing-document"
        return "overdue" if self.overdue(today) else "current"


@dataclass(slots=True)
class Task:
    """Something to be done by a day."""

    title: str
    due: str  # ISO date, "" where none is set
    team: str = ""
    done: bool = False
    kind: str = "own"
    unconfirmed: bool = False  # no readable source but a vendor's article backs it
    source: str = ""
    location: SourceLocation = field(default_factory=lambda: SourceLocation(EVIDENCE_FILE_NAME))


@dataclass(slots=True)
class Register:
    """The evidence and the tasks of one system."""

    path: Path | None = None
    display: str = EVIDENCE_FILE_NAME
    evidence: tuple[Evidence, ...] = ()
    tasks: tuple[Task, ...] = ()
    diagnostics: list[Diagnostic] = field(default_factory=list)


def load_register(path: Path, display: str) -> Register:
    """Read a register. What is wrong becomes ``invalid-settings`` diagnostics with file and line; the rest is kept."""
    register = Register(path, display)
    content = read_toml(path, display)
    if isinstance(content, Diagnostic):
        register.diagnostics.append(content)
    else:
        _Loader(register, content[0]).load(content[1])
    return register


def answers(
    register: Register, baseline: str, profiles: frozenset[str], grades: str, today: date
) -> dict[str, Evidence]:
    """The best record for each clause of the baseline: a current one before an overdue one, the newest of several."""
    found: dict[str, Evidence] = {}
    for record in register.evidence:
        if not record.filled:
            continue
        for clause in regulations.find_clauses(record.clause, baseline, profiles, grades):
            other = found.get(clause.id)
            if other is None or _rank(record, today) > _rank(other, today):
                found[clause.id] = record
    return found


def _rank(record: Evidence, today: date) -> tuple[bool, str]:
    return record.current(today), record.dated


class _Loader:
    """Checks every key and type of a register; keeps what is right."""

    _EVIDENCE: Final = ("clause", "statement", "owner", "document", "date", "next-review")
    _TASKS: Final = ("title", "due", "team", "done", "kind", "unconfirmed", "source")

    def __init__(self, register: Register, text: str) -> None:
        self.register = register
        self.lines = text.split("\n")

    def load(self, data: Mapping[str, Any]) -> None:
        for key in data:
            if key not in ("evidence", "tasks"):
                self._wrong(0, f"unknown key {key}; known: evidence, tasks", f"未知的键 {key}；可用：evidence、tasks")
        self.register.evidence = tuple(self._evidence(data))
        self.register.tasks = tuple(self._tasks(data))

    def _entries(self, data: Mapping[str, Any], name: str, keys: Iterable[str]) -> Iterable[tuple[int, dict[str, Any]]]:
        entries = data.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._wrong(0, f"{name}: expected a list of tables: [[{name}]]", f"{name}：应为表的数组：[[{name}]]")
            return
        head = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
        starts = [number for number, line in enumerate(self.lines, 1) if head.match(line)]
        for position, entry in enumerate(entries):
            line = starts[position] if position < len(starts) else 0
            unknown = sorted(set(entry) - set(keys))
            for key in unknown:
                listed = ", ".join(keys)
                self._wrong(
                    line, f"unknown key {name}.{key}; known: {listed}", f"未知的键 {name}.{key}；可用：{listed}"
                )
            yield line, {key: value for key, value in entry.items() if key not in unknown}

    def _evidence(self, data: Mapping[str, Any]) -> Iterable[Evidence]:
        for line, entry in self._entries(data, "evidence", self._EVIDENCE):
            texts = {key: self._text(entry, "evidence", key, line) for key in self._EVIDENCE[:4]}
            if not texts["clause"]:
                self._wrong(line, "evidence without a clause; it answers nothing", "未写明条款（clause），该记录无效")
                continue
            if not _known_clause(texts["clause"]):
                self._wrong(
                    line,
                    f"evidence for {texts['clause']}: there is no such clause; compliant-infra coverage lists them",
                    f"条款 {texts['clause']} 不存在；可用 compliant-infra coverage 查看",
                )
                continue
            document = texts["document"]
            path = self.register.path
            is_path = bool(document) and path is not None and not re.match(r"[a-z][a-z0-9+.-]*:", document, re.I)
            yield Evidence(
                clause=texts["clause"],
                statement=texts["statement"],
                owner=texts["owner"],
                document=document,
                dated=self._day(entry, "evidence", "date", line),
                next_review=self._day(entry, "evidence", "next-review", line),
                location=SourceLocation(self.register.display, line, line),
                missing_document=is_path and path is not None and not _is_there(path.parent, document),
            )

    def _tasks(self, data: Mapping[str, Any]) -> Iterable[Task]:
        for line, entry in self._entries(data, "tasks", self._TASKS):
            title = self._text(entry, "tasks", "title", line)
            if not title:
                self._wrong(line, "task without a title", "任务未写明 title")
                continue
            kind = self._text(entry, "tasks", "kind", line) or "own"
            if kind not in KINDS:
                listed = ", ".join(KINDS)
                self._wrong(line, f"tasks.kind: expected one of {listed}", f"tasks.kind：应为 {listed} 之一")
                kind = "own"
            yield Task(
                title=title,
                due=self._day(entry, "tasks", "due", line),
                team=self._text(entry, "tasks", "team", line),
                done=self._flag(entry, "tasks", "done", line),
                kind=kind,
                unconfirmed=self._flag(entry, "tasks", "unconfirmed", line),
                source=self._text(entry, "tasks", "source", line),
                location=SourceLocation(self.register.display, line, line),
            )

    def _text(self, entry: Mapping[str, Any], name: str, key: str, line: int) -> str:
        value = entry.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self._wrong(line, f"{name}.{key}: expected text", f"{name}.{key}：应为文本")
        return ""

    def _flag(self, entry: Mapping[str, Any], name: str, key: str, line: int) -> bool:
        value = entry.get(key, False)
        if isinstance(value, bool):
            return value
        self._wrong(line, f"{name}.{key}: expected true or false", f"{name}.{key}：应为 true 或 false")
        return False

    def _day(self, entry: Mapping[str, Any], name: str, key: str, line: int) -> str:
        value = entry.get(key, "")
        day = iso_day(value.strip() if isinstance(value, str) else value)
        if day is None:
            self._wrong(
                line, f"{name}.{key}: expected a date such as 2027-01-31", f"{name}.{key}：应为形如 2027-01-31 的日期"
            )
        return day or ""

    def _wrong(self, line: int, en: str, zh: str) -> None:
        self.register.diagnostics.append(Diagnostic("invalid-settings", Text(en, zh), self.register.display, line))


def _is_there(folder: Path, document: str) -> bool:
    """Whether a file lies at a path that may end in an anchor."""
    try:
        return (folder / document.partition("#")[0]).exists()
    except (OSError, ValueError):
        return False


def _known_clause(text: str) -> bool:
    """Whether a written id means a clause of any baseline and profile."""
    from compliant_infra.baselines.catalogue import BASELINES, PROFILES

    every = frozenset(PROFILES)
    return any(regulations.find_clauses(text, baseline, every) for baseline in BASELINES)
