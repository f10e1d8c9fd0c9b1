"""The file of known findings: what failed when it was written may go on failing, and nothing else.

JSON with one finding a line, sorted, so that two versions can be compared and merged. A finding is found again by its
fingerprint, however its lines, files or ``count`` indexes have moved; where a whole root has moved, by the same without
the root. Equal findings are counted: three of them do not cover a fourth.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from compliant_infra.kernel.evaluation import fingerprint
from compliant_infra.kernel.model import NO_TEXT, Diagnostic, Result, Severity, Text, Verdict
from compliant_infra.reports.json_report import dumps

FORMAT: Final = "compliant-infra known findings"
VERSION: Final = 1

#: Bytes of a file that are read: far beyond a hundred thousand findings.
MAX_BYTES: Final = 256 * 1024 * 1024

_SEVERITIES: Final = {str(severity): severity for severity in Severity}
_VERDICTS: Final = {str(verdict): verdict for verdict in (Verdict.FAIL, Verdict.UNKNOWN)}
_HASH: Final = re.compile(r"[0-9a-f]{32}\Z")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_LINE: Final = re.compile(r'"fingerprint": ?"([0-9a-f]{32})"')


class KnownFileError(Exception):
    """A file that is not there, cannot be read or written, or is no file of known findings."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """One line of the file. ``anywhere`` is the fingerprint without the root, ``count`` how many are alike."""

    fingerprint: str
    anywhere: str
    rule: str
    root: str
    resource: str
    attribute: str
    finding: str
    verdict: Verdict  # FAIL, or UNKNOWN where undecided results were to count
    severity: Severity
    file: str
    message: str
    since: str  # ISO date of the day on which it was first written down
    count: int = 1
    line: int = field(default=0, compare=False)

    @property
    def alike(self) -> tuple[str, Verdict, Severity]:
        """What two findings have in common that count as one line."""
        return self.fingerprint, self.verdict, self.severity

    def covers(self, result: Result) -> bool:
        """Whether a result is no worse than this: neither graver nor a fail where it was undecided."""
        return result.severity <= self.severity and (self.verdict is Verdict.FAIL or result.verdict is not Verdict.FAIL)


@dataclass(slots=True)
class KnownFindings:
    """The content of a file."""

    display: str  # the file as the user names it
    tool: str = ""
    date: str = ""  # ISO date of the day on which it was first written
    baselines: tuple[str, ...] = ()
    findings: list[KnownFinding] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """What a run found of the findings that are known. The results themselves are marked (``Result.known``)."""

    met: list[tuple[KnownFinding, list[Result]]] = field(default_factory=list)
    left: list[tuple[KnownFinding, int]] = field(
        default_factory=list
    )  # found again fewer times than known, by how many


# --------------------------------------------------------------------------------------------------------------
# Reading
# --------------------------------------------------------------------------------------------------------------


def read_known(path: str) -> KnownFindings:
    """Read a file. Raises KnownFileError for what is no file of known findings."""
    return parse_known(_read(path), path)


def parse_known(data: bytes, display: str) -> KnownFindings:
    """The known findings of a file's content. Raises KnownFileError for anything else."""

    def no(en: str, zh: str) -> KnownFileError:
        return KnownFileError(Text(f"{display}: {en}", f"{display}：{zh}"))

    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text)
    except UnicodeDecodeError:
        raise no("not UTF-8", "不是 UTF-8 编码") from None
    except RecursionError:
        raise no("nested too deeply", "嵌套过深") from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise no(
            f"line {line}: not valid JSON; is a merge conflict left in it?",
            f"第 {line} 行：JSON 有误；是否残留合并冲突？",
        ) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise no("is no file of known findings", "不是已知问题文件")
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise no(
            f"has version {_brief(version)} of the format; this tool reads {VERSION}",
            f"格式版本为 {_brief(version)}；本工具读取版本 {VERSION}",
        )
    baselines, findings = document.get("baselines"), document.get("findings")
    if not isinstance(baselines, list) or not all(isinstance(item, str) for item in baselines):
        raise no("baselines is no list of names", "baselines 不是名称列表")
    if not isinstance(findings, list):
        raise no("findings is no list", "findings 不是列表")
    lines = _lines(text)
    known = KnownFindings(display, str(document.get("tool", "")), _day(document.get("date")), tuple(baselines))
    merged: dict[tuple[str, Verdict, Severity], KnownFinding] = {}
    for position, item in enumerate(findings):
        if item == {} and position == len(findings) - 1:
            continue  # ends the list, so that every finding's line ends with a comma
        entry = _finding(item, lines)
        if entry is None:
            place = _place(item, position, lines)
            raise no(f"{place.en}: no known finding as this tool writes it", f"{place.zh}：不是本工具写入的已知问题")
        before = merged.get(entry.alike)
        # A merge of two versions may leave the same finding twice: it is not known twice as often.
        if before is None or entry.count > before.count:
            merged[entry.alike] = entry
    known.findings = list(merged.values())
    return known


def _read(path: str) -> bytes:
    def no(en: str, zh: str) -> KnownFileError:
        return KnownFileError(Text(f"{path}: {en}", f"{path}：{zh}"))

    try:
        # A pipe in its place could keep the reader waiting for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise no("no such file; --write-known makes one", "文件不存在；可用 --write-known 生成") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise no(f"cannot be read: {reason}", f"无法读取：{reason}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
        os.close(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise no("is no regular file", "不是普通文件")
        raise no("is too large for a file of known findings", "文件过大，不是已知问题文件")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _lines(text: str) -> dict[str, int]:
    """The line of each fingerprint."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.search(line)
        if match is not None:
            found[match.group(1)] = number
    return found


def _finding(item: Any, lines: dict[str, int]) -> KnownFinding | None:
    if not isinstance(item, dict):
        return None
    names = ("rule", "root", "resource", "attribute", "finding", "file", "message")
    texts = {name: item.get(name) for name in names}
    hashes = [item.get(name) for name in ("fingerprint", "anywhere")]
    severity, verdict, count = item.get("severity"), item.get("verdict"), item.get("count", 1)
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    if not all(isinstance(text, str) and _HASH.match(text) for text in hashes):
        return None
    if type(count) is not int or count < 1:
        return None
    if not isinstance(severity, str) or severity not in _SEVERITIES:
        return None
    if not isinstance(verdict, str) or verdict not in _VERDICTS:
        return None
    return KnownFinding(
        fingerprint=str(hashes[0]),
        anywhere=str(hashes[1]),
        verdict=_VERDICTS[verdict],
        severity=_SEVERITIES[severity],
        since=_day(item.get("since")),
        count=count,
        line=lines.get(str(hashes[0]), 0),
        **{name: str(text) for name, text in texts.items()},
    )


def _day(value: Any) -> str:
    return value if isinstance(value, str) and _DAY.match(value) else ""


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 20 else f"{text[:20]}..."


def _place(item: Any, position: int, lines: dict[str, int]) -> Text:
    key = item.get("fingerprint") if isinstance(item, dict) else None
    line = lines.get(key, 0) if isinstance(key, str) else 0
    if line:
        return Text(f"line {line}", f"第 {line} 行")
    return Text(f"finding {position + 1}", f"第 {position + 1} 项")


# --------------------------------------------------------------------------------------------------------------
# Comparing
# --------------------------------------------------------------------------------------------------------------


class _Slot:
    """A known finding and how many of it are still to be found."""

    __slots__ = ("known", "left", "results")

    def __init__(self, known: KnownFinding) -> None:
        self.known = known
        self.left = known.count
        self.results: list[Result] = []

    def take(self, result: Result) -> None:
        self.left -= 1
        self.results.append(result)
        result.known = True


def compare(known: KnownFindings, results: Iterable[Result], is_gone: Callable[[str], bool]) -> Comparison:
    """Mark the results that are known (``Result.known``), and tell which known findings were not met.

    ``is_gone`` says of a root as results name it whether nothing that could be judged is left there: its findings are
    then looked for in a root of which none were known, for it may have moved.
    """
    slots = [_Slot(entry) for entry in known.findings]
    by_fingerprint: dict[str, list[_Slot]] = {}
    for slot in slots:
        by_fingerprint.setdefault(slot.known.fingerprint, []).append(slot)
    open_results = [result for result in results if result.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
    # What weighs most is matched first: a slot that could cover two results is not spent on the lesser one.
    open_results.sort(key=lambda result: (result.verdict is not Verdict.FAIL, -int(result.severity)))
    unmet = [result for result in open_results if not _matched(result, by_fingerprint.get(result.fingerprint, ()))]
    _follow_roots(slots, unmet, is_gone)
    return Comparison(
        [(slot.known, slot.results) for slot in slots if slot.results],
        [(slot.known, slot.left) for slot in slots if slot.left],
    )


def _matched(result: Result, slots: Iterable[_Slot]) -> bool:
    fitting = [slot for slot in slots if slot.left and slot.known.covers(result)]
    if not fitting:
        return False
    # The slot that grants least: the others may be needed for graver results.
    min(fitting, key=lambda slot: (slot.known.verdict is Verdict.FAIL, slot.known.severity)).take(result)
    return True


def _follow_roots(slots: Sequence[_Slot], unmet: Sequence[Result], is_gone: Callable[[str], bool]) -> None:
    """Match the findings of roots that are gone with those of new roots that are like them."""
    known_roots = {slot.known.root for slot in slots}
    arrived: dict[str, list[tuple[str, Result]]] = {}
    for result in unmet:
        if result.root not in known_roots and result.resource != "*":
            key = anywhere(result)
            arrived.setdefault(result.root, []).append((key, result))
    if not arrived:
        return
    departed: dict[str, list[_Slot]] = {}
    for slot in slots:
        if slot.left and slot.known.resource != "*":
            departed.setdefault(slot.known.root, []).append(slot)
    departed = {root: left for root, left in departed.items() if root not in arrived and is_gone(root)}
    if not departed:
        return
    found_in: dict[str, dict[str, int]] = {}  # what is found -> in which new roots, how many times
    for new, found in arrived.items():
        for key, _ in found:
            places = found_in.setdefault(key, {})
            places[new] = places.get(new, 0) + 1
    pairs: list[tuple[int, int, str, str]] = []
    for old, left in departed.items():
        had: Counter[str] = Counter()
        for slot in left:
            had[slot.known.anywhere] += slot.left
        common: dict[str, int] = {}
        for key, count in had.items():
            for new, there in found_in.get(key, {}).items():
                common[new] = common.get(new, 0) + min(count, there)
        # Half of what was known there must be there again: two roots that share one finding are not the same.
        half = had.total() / 2
        pairs += [(-count, -_common_end(old, new), old, new) for new, count in common.items() if count >= half]
    paired: set[str] = set()
    for _, _, old, new in sorted(pairs):
        if old in paired or new in paired:
            continue
        paired |= {old, new}
        of_key: dict[str, list[_Slot]] = {}
        for slot in departed[old]:
            of_key.setdefault(slot.known.anywhere, []).append(slot)
        for key, result in arrived[new]:
            _matched(result, of_key.get(key, ()))


def _common_end(one: str, other: str) -> int:
    """How many of their last path components two roots share."""
    count = 0
    for left, right in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if left != right:
            break
        count += 1
    return count


def anywhere(result: Result) -> str:
    """The fingerprint of a result without its root."""
    return fingerprint("", result.rule, result.resource, result.attribute, result.finding)


# --------------------------------------------------------------------------------------------------------------
# Writing
# --------------------------------------------------------------------------------------------------------------


def adopt(results: Iterable[Result], before: KnownFindings | None, today: str) -> list[KnownFinding]:
    """Findings as they are written down: equal ones on one line. Those of ``before`` keep their day."""
    days = {entry.alike: entry.since for entry in before.findings} if before is not None else {}
    found: dict[tuple[str, Verdict, Severity], KnownFinding] = {}
    for result in results:
        key = (result.fingerprint, result.verdict, result.severity)
        entry = found.get(key)
        if entry is not None:
            found[key] = replace(entry, count=entry.count + 1)
            continue
        found[key] = KnownFinding(
            fingerprint=result.fingerprint,
            anywhere=anywhere(result),
            rule=result.rule,
            root=result.root,
            resource=result.resource,
            attribute=result.attribute,
            finding=result.finding,
            verdict=result.verdict,
            severity=result.severity,
            file=result.location.file,
            message=result.message.en,
            since=days.get(key) or today,
        )
    return list(found.values())


def refreshed(comparison: Comparison, kept: Callable[[KnownFinding], bool], today: str) -> list[KnownFinding]:
    """The known findings that are still there, as they are now, and those that ``kept`` holds on to.

    Nothing is added: the file can only become shorter. A finding that was a fail and is undecided now stays a fail.
    """
    found: dict[tuple[str, Verdict, Severity], KnownFinding] = {}

    def add(entry: KnownFinding) -> None:
        before = found.get(entry.alike)
        found[entry.alike] = entry if before is None else replace(before, count=before.count + entry.count)

    for known, results in comparison.met:
        for entry in adopt(results, None, known.since or today):
            add(replace(entry, verdict=known.verdict))
    for known, count in comparison.left:
        if kept(known):
            add(replace(known, count=count))
    return list(found.values())


def render_known(known: KnownFindings) -> str:
    """The text of the file. The same findings give the same bytes."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "tool": known.tool,
        "date": known.date,
        "baselines": sorted(known.baselines),
    }
    lines = ["{", *(f"{dumps(key)}:{dumps(value)}," for key, value in head.items()), '"findings":[']
    lines += (f"{dumps(_record(entry))}," for entry in sorted(known.findings, key=_order))
    # The list ends with an empty object: every finding's line ends with a comma, and lines can be merged freely.
    return "\n".join([*lines, "{}", "]", "}", ""])


def _order(entry: KnownFinding) -> tuple[Any, ...]:
    place = (entry.root, entry.rule, entry.resource, entry.attribute, entry.finding)
    return (*place, entry.fingerprint, entry.verdict, entry.severity)


def _record(entry: KnownFinding) -> dict[str, Any]:
    return {
        "fingerprint": entry.fingerprint,
        "anywhere": entry.anywhere,
        "verdict": str(entry.verdict),
        "severity": str(entry.severity),
        "rule": entry.rule,
        "root": entry.root,
        "resource": entry.resource,
        "attribute": entry.attribute,
        "finding": entry.finding,
        "file": entry.file,
        "message": entry.message,
        "since": entry.since,
        **({"count": entry.count} if entry.count > 1 else {}),
    }


def write_known(path: str, known: KnownFindings) -> bool:
    """Write a file, whole or not at all; False where it has this content already.

    Links are followed and the file's permissions kept. Raises KnownFileError where something else than known findings
    stands there, or it cannot be written.
    """
    target = os.path.realpath(path)
    data = render_known(known).encode("utf-8", "backslashreplace")
    mode = None
    if os.path.lexists(target):
        old = _read(target)
        parse_known(old, path)
        if old == data:
            return False
        mode = stat.S_IMODE(os.stat(target).st_mode)
    import tempfile

    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, 0o666 & ~_umask() if mode is None else mode)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownFileError(Text(f"cannot write {path}: {reason}", f"无法写入 {path}：{reason}")) from None
    return True


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def gone(entry: KnownFinding, count: int, display: str) -> Diagnostic:
    """The note that a known finding is not there any more."""
    which = f"{entry.rule} {entry.resource}" + (f" [{entry.finding}]" if entry.finding else "")
    more = Text(f" ({count} fewer)", f"（减少 {count} 项）") if entry.count > 1 else NO_TEXT
    return Diagnostic(
        "known-gone",
        Text(
            f"known finding is gone: {which} in {entry.root}{more.en}",
            f"已知问题已消失：{entry.root} 中的 {which}{more.zh}",
        ),
        display,
        entry.line,
        hint=Text("--known FILE --write-known FILE takes it out", "用 --known FILE --write-known FILE 将其移除"),
    )
