"""Markdown for merge-request comments: a table of counts, then one collapsed group for each rule that fails.

Everything that comes from the scanned files is either in a ``<code>`` element or escaped: it makes no markup, link,
mention or table cell. Comments have a size limit (GitHub: 65,536 characters), so the text stays below ``LONGEST``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from compliant_infra.kernel.model import Diagnostic, Result, SourceLocation, Text, Verdict
from compliant_infra.reports import words
from compliant_infra.reports.layout import plain
from compliant_infra.reports.redaction import clean, shown_expression
from compliant_infra.reports.report import CLAUSE_STATES, Report, SystemReport, summarise

#: Places listed for one rule, and blockers, waivers or diagnostics in one list.
PLACES: Final = 20

#: Characters of the whole comment. Groups that do not fit are counted in a last line.
LONGEST: Final = 60_000

#: What Markdown, its extensions or a code host's comments give a meaning, as entities: those are text always.
_CODE_ENTITIES: Final = {ord(character): f"&#{ord(character)};" for character in "\\`*_[]#|~<>&$@"}

#: In prose a zero-width space keeps a code host from notifying somebody.
_ENTITIES: Final = _CODE_ENTITIES | {ord("@"): "&#64;&#8203;"}

#: An underscore inside a word is no emphasis; addresses are full of them and stay readable.
_INSIDE_WORD: Final = re.compile(r"(?<=[A-Za-z0-9])&#95;(?=[A-Za-z0-9])")

_LINK: Final = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def escape(text: str) -> str:
    """Text from outside as Markdown that shows exactly this text, on one line, and makes nothing else of it."""
    return _inert(text, _ENTITIES)


def code(text: str) -> str:
    """Text from outside in a code element, safe in a table cell too; nothing where there is no text."""
    return f"<code>{_inert(text, _CODE_ENTITIES)}</code>" if text else ""


def _inert(text: str, entities: Mapping[int, str]) -> str:
    return _LINK.sub(_entity, _INSIDE_WORD.sub("_", clean(text).translate(entities)))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The Markdown text in pieces. ``color`` and ``width`` do not apply."""
    writer = Sections(report)
    room = LONGEST
    left_out = 0
    pieces = list(writer.pieces())
    # Waived findings come late and must not be what a long report leaves out.
    reserved = min(sum(len(piece) for piece in pieces if isinstance(piece, _Kept)), LONGEST // 2)
    for piece in pieces:
        if isinstance(piece, _Kept) and len(piece) <= reserved:
            reserved -= len(piece)
            room -= len(piece)
            yield piece
            continue
        # What is left out is left out whole: half a group would break the markup of what follows.
        if len(piece) > room - reserved:
            left_out += 1
            continue
        room -= len(piece)
        yield piece
    if left_out:
        yield (
            "\n"
            + report.say(
                Text(
                    f"{left_out} sections are left out to keep this comment short; all are in the JSON report.",
                    f"为控制评论长度，省略了 {left_out} 个部分；完整内容见 JSON 报告。",
                )
            )
            + "\n"
        )


class _Kept(str):
    """A piece for which there is room before there is for others."""

    __slots__ = ()


class Sections:
    """Writes what the Markdown formats are made of."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.say = report.say

    def pieces(self) -> Iterator[str]:
        """The whole text, piece by piece."""
        report = self.report
        several = len(report.systems) > 1
        yield "## compliant-infra\n\n"
        if not several:
            # The denominator is the first thing that a reader learns.
            yield f"{words.denominator(report, summarise(report.systems))}\n\n"
        yield f"**{words.verdict_line(report, summarise(report.systems))}**\n\n"
        for system in report.systems:
            if several:
                yield f"### {escape(system.name)}\n\n{words.denominator(report, summarise([system]))}\n\n"
            yield self.summary(system)
        for system in report.systems:
            if several:
                yield f"### {escape(system.name)}\n\n"
            yield from self.system(system)
        yield f"<sub>{self.say(words.NOT_OFFICIAL)} compliant-infra {escape(report.version)}"
        yield f"{self.say(Text(', catalogue ', '，目录日期 '))}{escape(report.catalogue)}</sub>\n"

    def summary(self, system: SystemReport) -> str:
        """The table of counts of a system."""
        counts = summarise([system])
        comma = self.say(Text(", ", "，"))
        severities = comma.join(
            f"{self.say(words.SEVERITY_WORDS[name])} {count}" for name, count in counts.severities.items() if count
        )
        if self.report.compared and counts.known["fail"]:
            severities += f" ({self.say(words.KNOWN)} {counts.known['fail']})"
        reasons = comma.join(f"<code>{name}</code> {count}" for name, count in sorted(counts.reasons.items()))
        states = comma.join(
            f"{self.say(words.STATE_WORDS[state])} {counts.states[state]}"
            for state in CLAUSE_STATES
            if counts.states[state]
        )
        listed = comma.join(f"{escape(name)} {count}" for name, count in sorted(counts.unjudged.items()))
        unjudged = self.say(Text(f"no rules for {listed}", f"没有规则的 provider：{listed}")) if listed else ""
        rows = [
            (self.say(words.VERDICT_WORDS["fail"]), counts.verdicts["fail"], severities),
            (self.say(words.VERDICT_WORDS["unknown"]), counts.verdicts["unknown"], reasons),
            (self.say(words.VERDICT_WORDS["error"]), counts.verdicts["error"], ""),
            (self.say(words.VERDICT_WORDS["pass"]), counts.verdicts["pass"], ""),
            (self.say(words.VERDICT_WORDS["waived"]), counts.verdicts["waived"], ""),
            (self.say(Text("resources", "资源")), counts.resources, unjudged),
            (self.say(Text("files", "文件")), counts.files, ""),
            (self.say(Text("technical clauses", "技术条款")), counts.technical, states),
        ]
        lines = [escape(words.baseline_line(self.report, system)), ""]
        if system.evidence is not None:
            lines += [escape(words.register_line(self.report, system.evidence)), ""]
        lines += ["| | | |", "| :-- | --: | :-- |"]
        lines += [f"| {name} | {count} | {detail} |" for name, count, detail in rows if count or name != rows[2][0]]
        return "\n".join(lines) + "\n\n"

    def system(self, system: SystemReport) -> Iterator[str]:
        """What was found in a system, group by group."""
        chosen = [diagnostic for diagnostic in system.diagnostics if diagnostic.level == "error"]
        if chosen:
            yield self.diagnostics(chosen, Text("Errors", "错误"), is_open=True)
        if self.report.by_clause:
            yield self.by_clause(system)
        groups: dict[tuple[int, str, str], list[Result]] = {}
        for result in system.results:
            if result.verdict is Verdict.FAIL and not result.known:
                key = (-int(result.severity), result.code, result.rule)
                groups.setdefault(key, []).append(result)
        for _, results in sorted(groups.items(), key=lambda item: item[0]):
            yield self.failing_rule(results)
        known = [result for result in system.results if result.verdict is Verdict.FAIL and result.known]
        if known:
            yield self.listing(Text("Known findings", "已知问题"), known)
        unknown = [result for result in system.results if result.verdict is Verdict.UNKNOWN]
        if unknown:
            yield self.undecided(unknown)
        crashed = [result for result in system.results if result.verdict is Verdict.ERROR]
        if crashed:
            yield self.listing(Text("Rules that crashed", "规则出错"), crashed)
        waived = [result for result in system.results if result.verdict is Verdict.WAIVED]
        if waived:
            yield _Kept(self.waived(waived))
        passed = [result for result in system.results if result.verdict is Verdict.PASS]
        if passed:
            yield self.listing(Text("Passed", "通过"), passed)
        chosen = [diagnostic for diagnostic in system.diagnostics if diagnostic.level != "error"]
        if chosen:
            yield self.diagnostics(chosen, Text("Warnings", "警告"), is_open=False)

    def by_clause(self, system: SystemReport) -> str:
        """The clauses for which something was found, with what was found."""
        from compliant_infra.reports import by_clause

        head = (Text("Clause", "条款"), Text("Findings", "发现"))
        lines = [f"| {' | '.join(map(self.say, head))} |", "| :-- | :-- |"]
        for clause, rows in by_clause.clause_rows(system):
            found = "<br>".join(
                " ".join([escape(by_clause.row_text(self.report, row)), *map(code, by_clause.row_places(row))])
                for row in rows
            )
            lines.append(f"| {escape(by_clause.clause_heading(self.report, clause))} | {found} |")
        title = f"<b>{self.say(Text('By clause', '按条款'))}</b> ({len(lines) - 2})"
        return self.details(title, lines, is_open=True) if len(lines) > 2 else ""

    def details(self, title: str, lines: list[str], is_open: bool = False) -> str:
        """A collapsible group. ``title`` is HTML."""
        opening = "<details open>" if is_open else "<details>"
        return "\n".join([opening, f"<summary>{title}</summary>", "", *lines, "", "</details>", "", ""])

    def more(self, count: int) -> str:
        """What a list says of the items that it leaves out."""
        return self.say(Text(f"... and {count} more", f"……另有 {count} 项"))

    def failing_rule(self, results: list[Result]) -> str:
        """The findings of one rule."""
        first = results[0]
        rule = self.report.rules.get(first.rule)
        severity = self.say(words.SEVERITY_WORDS[str(first.severity)])
        title = html.escape(plain(self.say(rule.title))) if rule is not None else ""
        summary = f"<b>{severity}</b> {first.code} {title} <code>{html.escape(first.rule)}</code> ({len(results)})"
        lines: list[str] = []
        if first.clauses:
            lines += [self.say(Text("Clauses: ", "条款：")) + ", ".join(map(code, first.clauses)), ""]
        note = words.draft_note(self.report, first)
        if note:
            lines += [f"*{escape(note)}*", ""]
        if rule is not None:
            lines += [escape(self.say(rule.rationale)), ""]
        place, resource, message = (
            self.say(text) for text in (Text("Place", "位置"), Text("Resource", "资源"), Text("Finding", "发现"))
        )
        lines += [f"| {place} | {resource} | {message} |", "| :-- | :-- | :-- |"]
        # Instances of one module or resource share a line: they are one place with several addresses.
        places: dict[tuple[SourceLocation, str, str, Text], list[Result]] = {}
        for result in results:
            key = (result.location, result.attribute, result.finding, result.message)
            places.setdefault(key, []).append(result)
        left = len(results)
        for here in list(places.values())[:PLACES]:
            result = here[0]
            address = code(result.resource) + (f" {code(result.finding)}" if result.finding else "")
            if len(here) > 1:
                address += " " + self.say(Text(f"and {len(here) - 1} more here", f"及此处另外 {len(here) - 1} 个"))
            lines.append(f"| {code(words.place(result.location))} | {address} | {escape(self.say(result.message))} |")
            left -= len(here)
        if left:
            lines += ["", self.more(left)]
        if rule is not None:
            mend = "<br>".join(escape(line) for line in self.say(rule.remediation).strip().splitlines())
            lines += ["", self.say(Text("How to mend: ", "整改：")) + mend]
        return self.details(summary, lines)

    def undecided(self, results: list[Result]) -> str:
        """Undecided results by what blocks them."""
        blockers: dict[str, dict[tuple[str, str], int]] = {}
        for result in results:
            rule = self.report.rules.get(result.rule)
            reason = result.reason
            if reason is None:
                key, name = ("", ""), "unsupported"
            else:
                expression = shown_expression(reason.expression, result.attribute, rule is not None and rule.secret)
                key = (expression, words.place(reason.location) if reason.location is not None else "")
                name = reason.code
            group = blockers.setdefault(name, {})
            group[key] = group.get(key, 0) + 1
        reason_word, blocked, count_word = (
            self.say(text) for text in (Text("Reason", "原因"), Text("Blocked by", "取决于"), Text("Results", "结果数"))
        )
        lines = [f"| {reason_word} | {blocked} | {count_word} |", "| :-- | :-- | --: |"]
        rest = 0
        for name in sorted(blockers, key=lambda name: (-sum(blockers[name].values()), name)):
            what, _ = words.reason_words(self.report, name)
            ordered = sorted(blockers[name].items(), key=lambda item: -item[1])
            for (expression, where), count in ordered[:PLACES]:
                shown = " ".join(part for part in (code(expression), code(where)) if part)
                lines.append(f"| {code(name)} {what} | {shown} | {count} |")
            rest += sum(count for _, count in ordered[PLACES:])
        if rest:
            lines += ["", self.more(rest)]
        return self.details(f"<b>{self.say(Text('Undecided', '无法判定'))}</b> ({len(results)})", lines)

    def listing(self, title: Text, results: list[Result]) -> str:
        """Results one by one, under a title."""
        lines = []
        for result in results[:PLACES]:
            parts = [code(result.code), code(words.place(result.location)), code(result.resource)]
            lines.append("- " + " ".join(part for part in [*parts, escape(self.say(result.message))] if part))
        if len(results) > PLACES:
            lines.append("- " + self.more(len(results) - PLACES))
        return self.details(f"<b>{self.say(title)}</b> ({len(results)})", lines)

    def waived(self, results: list[Result]) -> str:
        """Waived results with who answers for them."""
        head = (
            *(Text("Rule", "规则"), Text("Resource", "资源"), Text("Until", "有效期至"), Text("Owner", "责任人")),
            *(Text("Approved by", "批准人"), Text("Ticket", "工单"), Text("Reason", "理由")),
        )
        lines = [f"| {' | '.join(map(self.say, head))} |", f"|{' :-- |' * len(head)}"]
        for result in results[:PLACES]:
            waiver = result.waiver
            given = [""] * 5
            if waiver is not None:
                given = [waiver.until, waiver.owner, waiver.approver, waiver.ticket, waiver.reason]
            cells = [code(result.code), code(result.resource), *map(escape, given)]
            lines.append(f"| {' | '.join(cells)} |")
        if len(results) > PLACES:
            lines += ["", self.more(len(results) - PLACES)]
        return self.details(f"<b>{self.say(Text('Waived', '已豁免'))}</b> ({len(results)})", lines)

    def diagnostics(self, chosen: list[Diagnostic], title: Text, *, is_open: bool) -> str:
        """Diagnostics one by one, under a title."""
        lines = []
        for diagnostic in chosen[:PLACES]:
            where = code(words.place(SourceLocation(diagnostic.file, diagnostic.line)))
            hint = escape(self.say(diagnostic.hint))
            parts = [code(diagnostic.code), where, escape(self.say(diagnostic.message)), f"({hint})" if hint else ""]
            lines.append("- " + " ".join(part for part in parts if part))
        if len(chosen) > PLACES:
            lines.append("- " + self.more(len(chosen) - PLACES))
        return self.details(f"<b>{self.say(title)}</b> ({len(chosen)})", lines, is_open)
