"""What a change alters of the gate that judges it: settings, waivers, known findings, and what git ignores.

Whoever may change the code may change these too, in the same step. That is allowed, but a reviewer has to see it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.cli.changes import Repository
from compliant_infra.hcl_checks.discovery import CONFIGURATION_SUFFIXES
from compliant_infra.kernel.model import SourceLocation, Text, Waiver
from compliant_infra.reports.known_findings import KnownFileError, KnownFindings, parse_known
from compliant_infra.reports.layout import truncate
from compliant_infra.reports.report import GateChange, SystemReport
from compliant_infra.settings import EVIDENCE_FILE_NAME, FILE_NAME

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.discovery import SourceTree

#: Columns of one value of the settings.
_VALUE: Final = 80

#: Keys of one settings file that are named; further ones are counted.
_KEYS: Final = 12

_IGNORING: Final = Text("changed: what git ignores is not judged", "已修改：被忽略的文件不判定")
_IGNORED: Final = Text("is tracked, but git ignores it: not judged", "已纳入版本管理但被忽略：未判定")
_UNREADABLE: Final = Text("changed; one of the two versions cannot be read", "已修改；新旧版本之一无法读取")


def gate_changes(
    repository: Repository, revision: str, tree: SourceTree, systems: Sequence[SystemReport], known: str | None
) -> list[GateChange]:
    """What has changed since the present work left a revision, kind by kind.

    Raises CannotError where git cannot answer.
    """
    commit = repository.merge_base(revision)
    return list(_Comparison(repository, commit, tree).changes(systems, known))


class _Comparison:
    def __init__(self, repository: Repository, commit: str, tree: SourceTree) -> None:
        self.repository = repository
        self.commit = commit
        self.tree = tree
        self.changed = sorted(repository.changed_from(commit))

    def changes(self, systems: Sequence[SystemReport], known: str | None) -> Iterator[GateChange]:
        for path in sorted(self._named(FILE_NAME), key=self._rank):
            if os.path.islink(path):  # what it leads to may be no file of the repository, and is not shown
                yield self._at("settings", path, Text("is a symbolic link", "是符号链接"))
                continue
            for kind, text in _settings(self._before(path), _content(path)):
                yield self._at(kind, path, text)
        yield from self._inline(systems)
        if known is not None:
            for path in dict.fromkeys([os.path.abspath(known), os.path.realpath(known)]):
                if path in self.changed:
                    yield self._at("known", path, _known(self._before(path), _content(path)))
        ignoring = sorted(self._named(".gitignore"), key=self._rank)
        for path in ignoring:
            yield self._at("ignored", path, _IGNORING)
        for path in sorted(self.repository.tracked_but_ignored()):
            if path.endswith(CONFIGURATION_SUFFIXES) and (ignoring or path in self.changed):
                yield self._at("not-judged", path, _IGNORED)
        for path in sorted(self._named(EVIDENCE_FILE_NAME), key=self._rank):
            yield self._at("evidence", path, Text("the evidence register is changed", "举证登记已修改"))
        inside = f"{os.sep}.terraform{os.sep}"
        for path in dict.fromkeys(path.partition(inside)[0] + inside for path in self.changed if inside in path):
            yield self._at("modules", path, Text("installed modules are part of the change", "变更中包含已安装的模块"))

    def _rank(self, path: str) -> tuple[bool, int, str]:
        """What was there before and what governs most come first: new files must not crowd them out."""
        return self._before(path) is None, path.count(os.sep), path

    def _named(self, name: str) -> list[str]:
        return [path for path in self.changed if os.path.basename(path) == name]

    def _before(self, path: str) -> bytes | None:
        return self.repository.content(self.commit, path)

    def _at(self, kind: str, path: str, text: Text, line: int = 0) -> GateChange:
        return GateChange(kind, SourceLocation(self.tree.display(path), line, line), text)

    def _inline(self, systems: Sequence[SystemReport]) -> Iterator[GateChange]:
        """Waivers in the code whose line was not there before."""
        found: dict[str, dict[int, Waiver]] = {}
        for use in (use for system in systems for use in system.waivers if not use.is_central):
            place = use.waiver.location
            if place is not None:
                path = os.path.normpath(os.path.join(self.tree.base, place.file))
                found.setdefault(path, {})[place.line] = use.waiver
        changed = set(self.changed)
        for path, waivers in sorted(found.items()):
            if os.path.realpath(path) not in changed and path not in changed:
                continue
            old = Counter(_lines(self._before(os.path.realpath(path)) or b""))
            lines = _lines(_content(path) or b"")
            for line, waiver in sorted(waivers.items()):
                text = lines[line - 1] if line <= len(lines) else ""
                if old[text]:
                    old[text] -= 1
                else:
                    yield self._at(
                        "waiver", path, _added(waiver.rule, waiver.resource, waiver.owner, waiver.until), line
                    )


def _content(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes() if os.path.isfile(path) else None
    except OSError:
        return None


def _lines(data: bytes) -> list[str]:
    return [line.strip() for line in data.decode("utf-8-sig", "replace").split("\n")]


def _added(rule: str, resource: str, owner: str, until: str) -> Text:
    return Text(
        f"waiver added or altered: {rule}, {resource}, by {owner or '-'}, until {until or '-'}",
        f"新增或修改豁免：{rule}，{resource}，责任人 {owner or '-'}，有效期至 {until or '-'}",
    )


def _settings(before: bytes | None, after: bytes | None) -> Iterator[tuple[str, Text]]:
    """What differs between two versions of a settings file, and of what kind it is."""
    if after is None:
        yield "settings", Text("settings are gone", "设置已删除")
        return
    old, new = _read(before) if before is not None else {}, _read(after)
    if old is None or new is None:
        yield "settings", _UNREADABLE
        return
    waivers = Counter(_entries(old))
    values = [(key, _flat(old).get(key), _flat(new).get(key)) for key in dict.fromkeys([*_flat(new), *_flat(old)])]
    differing = [
        f"{key} {_shown(one)} → {_shown(other)}" if before is not None else f"{key} {_shown(other)}"
        for key, one, other in values
        if one != other
    ]
    told, more = differing[:_KEYS], len(differing) - _KEYS
    if before is None:
        yield "settings", Text(f"new settings: {', '.join(told) or '-'}", f"新的设置：{'，'.join(told) or '-'}")
    elif told:
        yield "settings", Text(f"settings: {', '.join(told)}", f"设置：{'，'.join(told)}")
    if more > 0:
        yield "settings", Text(f"and {more} further settings", f"及另外 {more} 项设置")
    for entry in _entries(new):
        if waivers[entry]:
            waivers[entry] -= 1
            continue
        record = json.loads(entry)
        fields = {} if not isinstance(record, dict) else record
        rule, resource, owner, until = (str(fields.get(name, "")) for name in ("rule", "resource", "owner", "until"))
        yield "waiver", _added(rule, resource or "*", owner, until)


def _read(data: bytes) -> dict[str, Any] | None:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8 or not TOML
        return None


def _entries(settings: Mapping[str, Any]) -> list[str]:
    """The waivers of a settings file, each as a text that is the same for the same waiver."""
    entries = settings.get("waivers")
    return [json.dumps(entry, sort_keys=True, default=str) for entry in entries] if isinstance(entries, list) else []


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Every value by its dotted key, but for the waivers."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{above}{key}.")
        elif above or key != "waivers" or not isinstance(value, list):
            found[above + key] = value
    return found


def _shown(value: Any) -> str:
    return "-" if value is None else truncate(json.dumps(value, ensure_ascii=False, default=str), _VALUE)


def _known(before: bytes | None, after: bytes | None) -> Text:
    """How many known findings a change adds and takes away."""
    try:
        old = parse_known(before, "") if before is not None else KnownFindings("")
        new = parse_known(after, "") if after is not None else KnownFindings("")
    except KnownFileError:
        return _UNREADABLE
    counts = [Counter[str]() for _ in range(2)]
    for count, known in zip(counts, (old, new), strict=True):
        for entry in known.findings:
            count[entry.fingerprint] += entry.count
    added, gone = (counts[1] - counts[0]).total(), (counts[0] - counts[1]).total()
    return Text(f"known findings: {added} added, {gone} taken away", f"已知问题：新增 {added} 项，移除 {gone} 项")
