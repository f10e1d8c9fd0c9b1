"""One comment on a merge request: short, the new findings first, everything else collapsed.

The first line is a marker that no reader sees: whoever posts the comment finds its last one by it and replaces that.
The text stays below ``LONGEST``; what is cut is counted, and the comment says where the whole is. As in the format
``markdown``, nothing that comes from the scanned files makes markup, a mention or a link.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Final

from compliant_infra.kernel.model import Result, SourceLocation, Text, Verdict
from compliant_infra.reports import words
from compliant_infra.reports.layout import truncate
from compliant_infra.reports.markdown import LONGEST, Sections, code, escape
from compliant_infra.reports.redaction import clean
from compliant_infra.reports.report import Report, summarise
from compliant_infra.reports.sarif import artifact_uri

#: The first line of the comment, by which its author finds it again.
MARKER: Final = "<!-- compliant-infra:comment -->"

#: New findings that are shown at once; further ones are collapsed.
SHOWN: Final = 10

#: Characters of all lines of new findings together: the rest of the comment needs room too.
_FINDINGS: Final = 36_000

#: Columns of one message. The whole sentence is in the other reports.
_MESSAGE: Final = 240

#: Columns of one line of what the change alters of the gate.
_GATE_MESSAGE: Final = 600

#: Lines of one kind of it.
_GATE_PLACES: Final = 6

_GATE: Final = Text(
    "This change alters how it is judged; review it for that too",
    "本次变更修改了判定依据，请一并审阅",
)


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The comment in pieces. ``color`` and ``width`` do not apply."""
    comment = _Comment(report)
    head, foot = comment.head(), comment.foot()
    yield head
    room = LONGEST - len(head) - len(foot) - 500  # the sentence about what is left out
    left_out: list[str] = []
    for title, piece in comment.sections():
        # What is left out is left out whole: half a section would break the markup of what follows.
        if len(piece) > room:
            left_out.append(title)
            continue
        room -= len(piece)
        yield piece
    if left_out:
        listed = ", ".join(dict.fromkeys(left_out))
        sentence = Text(
            f"Left out to keep this comment short: {listed}. The whole is in the job's other reports.",
            f"为控制评论长度已省略：{listed}。完整内容见该任务的其他报告。",
        )
        yield f"{report.say(sentence)}\n\n"
    yield foot


class _Comment:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.say = report.say
        self.written = Sections(report)
        self.new: list[Result] = []
        self.known: list[Result] = []
        for system in report.systems:
            for result in system.results:
                if result.verdict is Verdict.FAIL:
                    (self.known if result.known else self.new).append(result)
        self.new.sort(key=lambda result: -int(result.severity))  # stable: then as in every report

    def head(self) -> str:
        report = self.report
        counts = summarise(report.systems)
        lines = [MARKER, f"### compliant-infra: {self.headline()}", ""]
        tally = [
            (len(self.known), words.KNOWN),
            (counts.verdicts["unknown"], words.VERDICT_WORDS["unknown"]),
            (counts.verdicts["waived"], words.VERDICT_WORDS["waived"]),
            (counts.verdicts["error"], words.VERDICT_WORDS["error"]),
            (counts.verdicts["pass"], words.VERDICT_WORDS["pass"]),
        ]
        listed = [f"{self.say(word)} {count}" for count, word in tally if count]
        listed.append(self.say(Text(f"exit status {report.status}", f"退出码 {report.status}")))
        lines += [" · ".join(listed), ""]
        for system in report.systems:
            line = f"{words.baseline_line(report, system)} · {words.denominator(report, summarise([system]))}"
            lines += [escape(line), ""]
        return "\n".join(lines) + "\n"

    def headline(self) -> str:
        """The counts of what is new, by severity; or that there is none, or that it could not be told."""
        if self.new:
            by_severity: dict[str, int] = {}
            for result in self.new:
                name = str(result.severity)
                by_severity[name] = by_severity.get(name, 0) + 1
            severities = self.say(Text(", ", "，")).join(
                f"{self.say(words.SEVERITY_WORDS[name])} {count}" for name, count in by_severity.items()
            )
            number = len(self.new)
            if self.report.compared:
                what = Text(words.number(number, "new finding"), f"{number} 项新的未通过")
            else:
                what = Text(words.number(number, "finding"), f"{number} 项未通过")
            told = Text(f"{what.en} ({severities})", f"{what.zh}（{severities}）")
            if self.report.status == 2:
                told = Text(f"{told.en}; the check could not be done whole", f"{told.zh}；检查未能完整完成")
            return self.say(told)
        if self.report.status == 2:
            return self.say(Text("the check could not be done whole", "检查未能完整完成"))
        if self.report.compared:
            what = Text("no new finding", "没有新的未通过项")
        else:
            what = Text("no finding", "没有未通过项")
        if self.report.status == 1:
            what = Text(f"{what.en}, but undecided results count", f"{what.zh}，但无法判定项计入结果")
        return self.say(what)

    def foot(self) -> str:
        report = self.report
        catalogue = self.say(Text(", catalogue ", "，目录日期 "))
        end = f"compliant-infra {escape(report.version)}{catalogue}{escape(report.catalogue)}"
        return f"<sub>{self.say(words.NOT_OFFICIAL)} {end}</sub>\n"

    def sections(self) -> Iterator[tuple[str, str]]:
        """Title and Markdown of every section, the most important first."""
        written, report = self.written, self.report
        if report.gate_changes:
            yield self.say(_GATE), self.gate()
        errors = [item for system in report.systems for item in system.diagnostics if item.level == "error"]
        if errors:
            title = Text("Errors", "错误")
            yield self.say(title), written.diagnostics(errors, title, is_open=True)
        yield from self.findings()
        by_verdict: dict[Verdict, list[Result]] = {}
        for system in report.systems:
            for result in system.results:
                by_verdict.setdefault(result.verdict, []).append(result)
        if crashed := by_verdict.get(Verdict.ERROR):
            title = Text("Rules that crashed", "规则出错")
            yield self.say(title), written.listing(title, crashed)
        if self.new:
            yield self.say(Text("How to mend", "整改方法")), self.remediations()
        if unknown := by_verdict.get(Verdict.UNKNOWN):
            yield self.say(words.VERDICT_WORDS["unknown"]), written.undecided(unknown)
        if waived := by_verdict.get(Verdict.WAIVED):
            yield self.say(words.VERDICT_WORDS["waived"]), written.waived(waived)
        if self.known:
            title = Text("Known findings, not new", "已知的未通过项（非新增）")
            yield self.say(title), written.listing(title, self.known)
        warnings = [item for system in report.systems for item in system.diagnostics if item.level != "error"]
        if warnings:
            title = Text("Warnings", "警告")
            yield self.say(title), written.diagnostics(warnings, title, is_open=False)

    def gate(self) -> str:
        """What the change alters of its own judgement: never collapsed, as it decides what all the rest means."""
        kinds: dict[str, list[str]] = {}
        for change in self.report.gate_changes or ():
            message = escape(truncate(clean(self.say(change.message)), _GATE_MESSAGE))
            kinds.setdefault(change.kind, []).append(f"- {self.place(change.location)} {message}")
        lines: list[str] = []
        for told in kinds.values():  # many of one kind must not crowd out another
            lines += told[:_GATE_PLACES]
            if len(told) > _GATE_PLACES:
                lines.append("- " + self.written.more(len(told) - _GATE_PLACES))
        return "\n".join([f"**{self.say(_GATE)}**", "", *lines, "", ""])

    def findings(self) -> Iterator[tuple[str, str]]:
        """The new findings: some as an open table, further ones collapsed, the rest counted."""
        if not self.new:
            return
        # Instances of one module or resource share a line: they are one place with several addresses.
        places: dict[tuple[str, SourceLocation, str, str, Text], list[Result]] = {}
        for result in self.new:
            key = (result.rule, result.location, result.attribute, result.finding, result.message)
            places.setdefault(key, []).append(result)
        rows: list[str] = []
        used = told = 0
        for here in places.values():
            row = self.row(here)
            if used + len(row) > _FINDINGS:
                break
            used += len(row)
            told += len(here)
            rows.append(row)
        title = self.say(Text("findings", "未通过项"))
        if rows:
            yield title, self.table(rows[:SHOWN])
        if len(rows) > SHOWN:
            more = rows[SHOWN:]
            places_word = Text(f"{words.number(len(more), 'further place')}", f"另有 {len(more)} 处")
            yield title, self.written.details(self.say(places_word), self.table(more).splitlines())
        if told < len(self.new):
            rest = len(self.new) - told
            sentence = Text(
                f"{words.number(rest, 'further finding')} not shown here; all are in the job's other reports.",
                f"另有 {rest} 项未在此列出；完整内容见该任务的其他报告。",
            )
            yield title, f"{self.say(sentence)}\n\n"

    def table(self, rows: Sequence[str]) -> str:
        heads = [Text("Severity", "级别"), Text("Place", "位置"), Text("Finding", "发现"), Text("Clauses", "条款")]
        top = f"| {' | '.join(map(self.say, heads))} |"
        return "\n".join([top, "| :-- | :-- | :-- | :-- |", *rows, "", ""])

    def row(self, here: Sequence[Result]) -> str:
        report, result = self.report, here[0]
        rule = report.rules.get(result.rule)
        title = escape(self.say(rule.title)) if rule is not None else code(result.rule)
        subject = code(truncate(clean(result.resource), _MESSAGE))
        if result.finding:
            subject += f" {code(truncate(clean(result.finding), _MESSAGE))}"
        if len(here) > 1:
            subject += " " + self.say(Text(f"and {len(here) - 1} more here", f"及此处另外 {len(here) - 1} 个"))
        message = escape(truncate(clean(self.say(result.message)), _MESSAGE))
        note = words.draft_note(report, result)
        finding = f"{escape(result.code)} {title}<br>{subject}" + (f": {message}" if message else "")
        if note:
            finding += f"<br><em>{escape(note)}</em>"
        cells = [
            f"**{self.say(words.SEVERITY_WORDS[str(result.severity)])}**",
            self.place(result.location),
            finding,
            # A bare number is of the standard that every baseline stands on; the others keep their edition.
            " ".join(code(clause.removeprefix("gbt22239-2019:")) for clause in result.clauses),
        ]
        return f"| {' | '.join(cells)} |"

    def place(self, location: SourceLocation) -> str:
        """``file:line``, as a link where the report knows the address under which the files are shown.

        Without that address there is no link: hosts take a relative one in a comment for another branch or page.
        """
        shown = code(words.place(location))
        if not shown or not self.report.source_url or location.file.startswith(("/", "../")):
            return shown
        line = f"#L{location.line}" if location.line > 0 else ""
        target = f"{self.report.source_url.rstrip('/')}/{artifact_uri(location.file)}{line}"
        return f'<a href="{html.escape(target)}">{shown}</a>'

    def remediations(self) -> str:
        ways = Text(
            "`compliant-infra fix` proposes changes where it can. What is accepted on purpose needs a waiver.",
            "`compliant-infra fix` 会给出可自动整改部分的修改；确需接受的问题须办理豁免。",
        )
        lines = [self.say(ways), ""]
        for name in dict.fromkeys(result.rule for result in self.new):
            rule = self.report.rules.get(name)
            if rule is None:
                continue
            mend = "<br>".join(escape(line) for line in self.say(rule.remediation).strip().splitlines())
            lines.append(f"- {escape(rule.code)} {code(rule.name)} {mend}")
            if sum(map(len, lines)) > _FINDINGS // 4:
                further = Text(
                    "further rules: `compliant-infra explain RULE`", "其余规则：`compliant-infra explain RULE`"
                )
                lines[-1] = f"- {self.say(further)}"
                break
        return self.written.details(f"<b>{self.say(Text('How to mend', '整改方法'))}</b>", lines)
