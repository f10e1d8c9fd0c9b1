"""The report for a person at a terminal or in a log: what fails, where, why, how to mend it; then what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Text, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports import words
from compliant_infra.reports.excerpts import Excerpts
from compliant_infra.reports.layout import display_width, pad, plain, wrap
from compliant_infra.reports.redaction import clean, shown_expression
from compliant_infra.reports.report import CLAUSE_STATES, SEVERITIES, Report, SystemReport, summarise

#: How many places, blockers, clauses or equal warnings are listed before "... and N more".
PLACES: Final = 10

_STYLES: Final = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "fail": "31",
    "unknown": "33",
    "error": "1;31",
    "warning": "33",
    "waived": "35",
    "pass": "32",
    "heading": "1",
    "place": "36",
    "quiet": "2",
    "mark": "31",
}


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The report line by line, with ANSI colours where asked for."""
    console = _Console(report, color, max(width, 40))
    for line in console.lines():
        yield f"{line}\n"


class _Console:
    def __init__(self, report: Report, color: bool, width: int) -> None:
        self.report = report
        self.color = color
        self.width = width
        self.say = report.say
        self.excerpts = Excerpts(report.sources)

    def style(self, name: str, text: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.color and text else text

    def wrapped(self, text: str, indent: str, style: str = "", hanging: str | None = None) -> Iterator[str]:
        for line in wrap(text, self.width, indent, hanging):
            yield self.style(style, line) if style else line

    def more(self, count: int, indent: str) -> str:
        text = Text(f"... and {count} more (all in --format json)", f"……另有 {count} 项（全部见 --format json）")
        return self.style("quiet", indent + self.say(text))

    def heading(self, text: Text, count: int, style: str) -> str:
        return self.style(style, f"{self.say(text)} ({count})")

    # ----------------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        several = len(self.report.systems) > 1
        for number, system in enumerate(self.report.systems):
            if number:
                yield ""
            yield from self.system(system, several)
        if several:
            yield ""
            total = Text(f"All {len(self.report.systems)} systems", f"全部 {len(self.report.systems)} 个系统")
            yield self.style("heading", self.say(total))
            yield from self.counts(self.report.systems)
        yield ""
        if self.report.seconds is not None:
            yield self.style(
                "quiet", self.say(Text(f"{self.report.seconds:.2f} s", f"用时 {self.report.seconds:.2f} 秒"))
            )
        yield from self.wrapped(self.say(words.STATUS_WORDS[self.report.status]), "", "quiet")
        yield from self.wrapped(
            words.verdict_line(self.report, summarise(self.report.systems)),
            "",
            "pass" if self.report.status == 0 else "error",
        )

    def system(self, system: SystemReport, several: bool) -> Iterator[str]:
        first = words.denominator(self.report, summarise([system]))
        if several:
            first = self.say(Text(f"{clean(system.name)}: {first}", f"{clean(system.name)}：{first}"))
        yield from self.wrapped(first, "", "heading")
        yield from self.wrapped(words.baseline_line(self.report, system), "")
        if system.evidence is not None:
            yield from self.wrapped(words.register_line(self.report, system.evidence), "")
        yield from self.wrapped(self.say(words.NOT_OFFICIAL), "", "quiet")
        groups: dict[tuple[Severity, str], list[Result]] = {}
        unknown: list[Result] = []
        crashed: list[Result] = []
        waived: list[Result] = []
        passed: list[Result] = []
        known: list[Result] = []
        others = {Verdict.UNKNOWN: unknown, Verdict.ERROR: crashed, Verdict.WAIVED: waived, Verdict.PASS: passed}
        for result in system.results:
            if result.verdict is Verdict.FAIL and result.known:
                known.append(result)
            elif result.verdict is Verdict.FAIL:
                groups.setdefault((result.severity, result.rule), []).append(result)
            else:
                others[result.verdict].append(result)
        if self.report.by_clause:
            yield from self.by_clause(system)
        yield from self.failures(groups)
        yield from self.undecided(unknown)
        yield from self.plain_list(crashed, Text("RULES THAT CRASHED", "规则出错"), "error")
        yield from self.plain_list(known, Text("KNOWN FINDINGS", "已知问题"), "quiet")
        yield from self.waivers(waived)
        yield from self.plain_list(passed, Text("PASSED", "通过"), "pass")
        if not self.report.by_clause:
            yield from self.clauses(system)
        yield from self.diagnostics(system.diagnostics)
        yield ""
        yield from self.counts([system])

    # ----------------------------------------------------------------------------------------------------------

    def failures(self, groups: dict[tuple[Severity, str], list[Result]]) -> Iterator[str]:
        for severity in SEVERITIES:
            chosen = sorted((results[0].code, rule) for (grade, rule), results in groups.items() if grade is severity)
            if not chosen:
                continue
            total = sum(len(groups[severity, rule]) for _, rule in chosen)
            word = words.SEVERITY_WORDS[str(severity)]
            yield ""
            yield self.heading(Text(word.en.upper(), f"严重程度：{word.zh}"), total, str(severity))
            for _, rule in chosen:
                yield ""
                yield from self.failing_rule(groups[severity, rule])

    def failing_rule(self, results: list[Result]) -> Iterator[str]:
        first = results[0]
        rule = self.report.rules.get(first.rule)
        yield from self.rule_heading(rule, first, len(results))
        if first.clauses:
            yield from self.wrapped(
                self.say(Text("clauses: ", "条款：")) + plain(", ".join(first.clauses)), "  ", "quiet", "    "
            )
        note = words.draft_note(self.report, first)
        if note:
            yield from self.wrapped(note, "  ", "quiet", "    ")
        if rule is not None:
            yield from self.wrapped(plain(self.say(rule.rationale)), "  ")
        # Instances of one module or resource share a line: they are one place with several addresses.
        places: dict[tuple[SourceLocation, str, str, Text], list[Result]] = {}
        for result in results:
            key = (result.location, result.attribute, result.finding, result.message)
            places.setdefault(key, []).append(result)
        left = len(results)
        for number, here in enumerate(list(places.values())[:PLACES]):
            yield from self.finding(here[0], rule, number == 0)
            if len(here) > 1:
                yield from self.same_place(here[1:])
            left -= len(here)
        if left:
            yield self.more(left, "    ")
        if rule is not None:
            yield from self.mend(self.say(rule.remediation))

    def rule_heading(self, rule: Rule | None, result: Result, count: int) -> Iterator[str]:
        title = plain(self.say(rule.title)) if rule is not None else ""
        yield from self.wrapped(f"{result.code} {title} [{result.rule}] ({count})", "", "heading", "  ")

    def mend(self, remediation: str) -> Iterator[str]:
        label = self.say(Text("how to mend: ", "整改："))
        for number, line in enumerate(remediation.strip().splitlines()):
            if number == 0:
                yield from self.wrapped(label + plain(line.strip()), "  ", "", "    ")
            elif line.strip():
                indent = " " * (4 + len(line) - len(line.lstrip()))
                yield from self.wrapped(plain(line.strip()), indent, "", indent + "  ")

    def same_place(self, results: list[Result]) -> Iterator[str]:
        listed = ", ".join(clean(result.resource) for result in results[:3])
        rest = len(results) - 3
        text = Text(f"also {listed}", f"同样：{listed}")
        if rest > 0:
            text = Text(f"{text.en} and {rest} more", f"{text.zh}，以及另外 {rest} 个")
        yield from self.wrapped(self.say(text), "      ", "quiet", "        ")

    def finding(self, result: Result, rule: Rule | None, first: bool) -> Iterator[str]:
        where = clean(words.place(result.location)) or self.say(Text("(whole scan)", "（整个扫描）"))
        address = clean(result.resource)
        if result.finding:
            address += f" [{clean(result.finding)}]"
        message = clean(self.say(result.message))
        if 4 + display_width(f"{where}  {address}  {message}") <= self.width:
            yield f"    {self.style('place', where)}  {address}  {message}"
        else:
            if 4 + display_width(f"{where}  {address}") <= self.width:
                yield f"    {self.style('place', where)}  {address}"
            else:
                yield f"    {self.style('place', where)}"
                yield f"      {address}"
            yield from self.wrapped(message, "      ")
        secret = rule is not None and rule.secret
        margin = len(str(result.location.line + 1))
        quoted = self.excerpts.quote(
            result.location,
            result.attribute,
            secret=secret,
            context=1 if first else 0,
            width=max(10, self.width - margin - 9),
        )
        for line in quoted:
            bar = self.style("quiet", f"      {line.number:>{margin}} |")
            yield f"{bar} {line.text}"
            if line.mark is not None:
                column, length = line.mark
                bar = self.style("quiet", f"      {'':>{margin}} |")
                yield f"{bar} {' ' * column}{self.style('mark', '^' * length)}"

    # ----------------------------------------------------------------------------------------------------------

    def undecided(self, results: list[Result]) -> Iterator[str]:
        if not results:
            return
        yield ""
        yield self.heading(Text("UNDECIDED", "无法判定"), len(results), "unknown")
        groups: dict[str, dict[tuple[str, SourceLocation | None, str], dict[str, int]]] = {}
        for result in results:
            code, blocker = self.blocker(result)
            rules = groups.setdefault(code, {}).setdefault(blocker, {})
            rules[result.code] = rules.get(result.code, 0) + 1
        sizes = {code: sum(sum(rules.values()) for rules in group.values()) for code, group in groups.items()}
        for code in sorted(groups, key=lambda code: (-sizes[code], code)):
            what, advice = words.reason_words(self.report, code)
            dash = self.say(Text(": ", "："))
            yield from self.wrapped(f"{code}{dash}{what} ({sizes[code]})", "  ", "heading", "    ")
            # sorted() is stable: blockers that hold up equally many results stay in the order of the scan
            blockers = sorted(groups[code].items(), key=lambda item: -sum(item[1].values()))
            for (expression, location, note), rules in blockers[:PLACES]:
                yield from self.blocked(expression, location, note, rules)
            if len(blockers) > PLACES:
                yield self.more(len(blockers) - PLACES, "    ")
            yield from self.wrapped(f"-> {advice}", "    ", "quiet", "       ")

    def blocker(self, result: Result) -> tuple[str, tuple[str, SourceLocation | None, str]]:
        """The reason's code and what blocked the verdict: expression, place, and a message where both are missing."""
        reason = result.reason
        if reason is None:
            return "unsupported", ("", None, self.say(result.message))
        rule = self.report.rules.get(result.rule)
        expression = shown_expression(reason.expression, result.attribute, rule is not None and rule.secret)
        return reason.code, (expression, reason.location, "" if expression else self.say(result.message))

    def blocked(
        self, expression: str, location: SourceLocation | None, note: str, rules: dict[str, int]
    ) -> Iterator[str]:
        what = clean(expression or note)
        if location is not None and location.file:
            what += f"  ({clean(words.place(location))})"
        names = ", ".join(f"{code} x{count}" if count > 1 else code for code, count in sorted(rules.items()))
        total = sum(rules.values())
        text = Text(
            f"{what}  blocks {words.number(total, 'result')}: {names}",
            f"{what}  影响 {total} 项结果：{names}",
        )
        yield from self.wrapped(self.say(text), "    ", "", "      ")

    def waivers(self, results: list[Result]) -> Iterator[str]:
        if not results:
            return
        yield ""
        yield self.heading(Text("WAIVED", "已豁免"), len(results), "waived")
        # All of them: who answers for an exception, and until when, is never "and N more".
        for result in results:
            where, address = clean(words.place(result.location)), clean(result.resource)
            yield from self.wrapped(f"{result.code} [{result.rule}]  {where}  {address}", "  ", "", "    ")
            if result.waiver is not None:
                yield from self.wrapped(clean(self.say(words.waiver_text(result.waiver))), "    ", "quiet")

    def plain_list(self, results: list[Result], title: Text, style: str) -> Iterator[str]:
        if not results:
            return
        yield ""
        yield self.heading(title, len(results), style)
        # Passes are listed because they were asked for: all of them.
        limit = len(results) if style == "pass" else PLACES
        for result in results[:limit]:
            parts = [result.code, f"[{result.rule}]", words.place(result.location), result.resource]
            text = "  ".join(part for part in [*parts, self.say(result.message)] if part)
            yield from self.wrapped(clean(text), "  ", "", "    ")
        if len(results) > limit:
            yield self.more(len(results) - limit, "    ")

    # ----------------------------------------------------------------------------------------------------------

    def by_clause(self, system: SystemReport) -> Iterator[str]:
        from compliant_infra.reports import by_clause

        listed = list(by_clause.clause_rows(system))
        if not listed:
            return
        yield ""
        yield self.heading(by_clause.TITLE, len(listed), "heading")
        for clause, rows in listed:
            yield ""
            yield from self.wrapped(plain(by_clause.clause_heading(self.report, clause)), "  ", "heading", "    ")
            for row in rows:
                text = clean(by_clause.row_text(self.report, row))
                yield from self.wrapped(text, "    ", row.verdict, "      ")
                for place in by_clause.row_places(row):
                    yield from self.wrapped(clean(place), "      ", "quiet", "        ")

    def clauses(self, system: SystemReport) -> Iterator[str]:
        touched = [clause for clause in system.clauses if clause.state in ("fail", "unknown")]
        if not touched:
            return
        yield ""
        yield self.heading(
            Text("CLAUSES WITH FAILING OR UNDECIDED FINDINGS", "有未通过项或无法判定项的条款"), len(touched), "heading"
        )
        # Failing clauses first, those with an official high-risk verdict before the others.
        touched.sort(key=lambda clause: (clause.state != "fail", not clause.high_risk))
        size = max(len(clause.id) for clause in touched[: 2 * PLACES])
        for clause in touched[: 2 * PLACES]:
            counts = self.say(Text(", ", "，")).join(
                f"{clause.results[verdict]} {self.say(words.VERDICT_WORDS[verdict])}"
                for verdict in ("fail", "unknown", "error", "waived")
                if clause.results.get(verdict)
            )
            marks = [self.say(Text("high risk", "高风险"))] if clause.high_risk else []
            marks += [self.say(words.ANNOUNCED)] if clause.draft else []
            mark = f" [{', '.join(marks)}]" if marks else ""
            lead = f"{pad(clause.id, size)} {plain(self.say(clause.title))}{mark}"
            text = self.say(Text(f"{lead}: {counts}", f"{lead}：{counts}"))
            yield from self.wrapped(text, "  ", "", " " * (size + 3))
        if len(touched) > 2 * PLACES:
            yield self.more(len(touched) - 2 * PLACES, "  ")

    def diagnostics(self, diagnostics: list[Diagnostic]) -> Iterator[str]:
        for level, title in (("error", Text("ERRORS", "错误")), ("warning", Text("WARNINGS", "警告"))):
            chosen = [diagnostic for diagnostic in diagnostics if diagnostic.level == level]
            if not chosen:
                continue
            yield ""
            yield self.heading(title, len(chosen), level)
            listed: dict[str, int] = {}
            for diagnostic in chosen:
                listed[diagnostic.code] = listed.get(diagnostic.code, 0) + 1
                # Errors are all shown: each is something that was not checked.
                if level == "error" or listed[diagnostic.code] <= PLACES:
                    yield from self.diagnostic(diagnostic)
            for code, count in sorted(listed.items()):
                if level == "warning" and count > PLACES:
                    yield self.more(count - PLACES, f"  {code} ")

    def diagnostic(self, diagnostic: Diagnostic) -> Iterator[str]:
        where = clean(words.place(SourceLocation(diagnostic.file, diagnostic.line)))
        level = self.say(words.LEVEL_WORDS[diagnostic.level])
        lead = f"{level}[{diagnostic.code}]" + (f" {where}" if where else "")
        message = clean(self.say(diagnostic.message))
        style = "error" if diagnostic.level == "error" else ""
        yield from self.wrapped(self.say(Text(f"{lead}: {message}", f"{lead}：{message}")), "  ", style, "    ")
        hint = clean(self.say(diagnostic.hint))
        if hint:
            yield from self.wrapped(self.say(Text(f"hint: {hint}", f"提示：{hint}")), "    ", "quiet", "      ")

    # ----------------------------------------------------------------------------------------------------------

    def counts(self, systems: list[SystemReport]) -> Iterator[str]:
        summary = summarise(systems)
        comma = self.say(Text(", ", "，"))
        rows: list[tuple[str, str, str]] = []
        details = comma.join(
            f"{self.say(words.SEVERITY_WORDS[name])} {count}" for name, count in summary.severities.items() if count
        )
        if self.report.compared and summary.known["fail"]:
            details += f" ({self.say(words.KNOWN)} {summary.known['fail']})"
        reasons = comma.join(
            f"{code} {count}" for code, count in sorted(summary.reasons.items(), key=lambda item: (-item[1], item[0]))
        )
        for verdict, detail in (("fail", details), ("unknown", reasons), ("error", ""), ("pass", ""), ("waived", "")):
            count = summary.verdicts[verdict]
            if verdict != "error" or count:
                rows.append((self.say(words.VERDICT_WORDS[verdict]), str(count), detail))
        roots = sum(len(system.roots) for system in systems)
        files = words.number(summary.files, "file")
        read = [
            self.say(Text(f"in {files}, {words.number(roots, 'root')}", f"{summary.files} 个文件，{roots} 个根目录"))
        ]
        if summary.absent_modules:
            calls = words.number(summary.absent_modules, "module call")
            read.append(
                self.say(Text(f"{calls} not in the scan", f"{summary.absent_modules} 个模块调用不在扫描范围内"))
            )
        if summary.unjudged:
            listed = comma.join(f"{clean(name)} {count}" for name, count in sorted(summary.unjudged.items()))
            read.append(self.say(Text(f"no rules for {listed}", f"没有规则的 provider：{listed}")))
        rows.append((self.say(Text("resources", "资源")), str(summary.resources), comma.join(read)))
        states = comma.join(
            f"{self.say(words.STATE_WORDS[state])} {summary.states[state]}"
            for state in CLAUSE_STATES
            if summary.states[state]
        )
        rows.append((self.say(Text("technical clauses", "技术条款")), str(summary.technical), states))
        if summary.errors or summary.warnings:
            told = Text(
                f"{words.number(summary.errors, 'error')}, {words.number(summary.warnings, 'warning')}",
                f"错误 {summary.errors}，警告 {summary.warnings}",
            )
            rows.append((self.say(Text("diagnostics", "诊断")), str(summary.errors + summary.warnings), self.say(told)))
        label = max(display_width(row[0]) for row in rows)
        number = max(len(row[1]) for row in rows)
        for name, count_text, detail in rows:
            lead = f"  {pad(name, label)}  {count_text:>{number}}"
            if not detail:
                yield lead
                continue
            hanging = " " * (display_width(lead) + 2)
            for line_number, line in enumerate(wrap(detail, self.width, hanging)):
                yield lead + line[display_width(lead) :] if line_number == 0 else line
