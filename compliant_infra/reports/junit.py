"""JUnit XML, for CI systems that show tests. A rule is a suite, a judged resource a test case.

A fail is a ``failure``, a known one is ``skipped``: it must not break the build. Undecided and waived results are
``skipped`` with their reason; a crashed rule is an ``error``.
Every system has one suite more, for the scan itself: a case that names the denominator, and one for each diagnostic
(errors are ``error``, warnings ``skipped``): a file that could not be read is visible where people look, and a run
without results is no empty file.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from compliant_infra.kernel.model import Result, SourceLocation, Text, Verdict
from compliant_infra.reports import words
from compliant_infra.reports.layout import plain
from compliant_infra.reports.redaction import clean, mask
from compliant_infra.reports.report import Report, SystemReport, summarise


def chunks(report: Report, *, color: bool = False, width: int = 100) -> Iterator[str]:
    """The XML text in pieces. ``color`` and ``width`` do not apply."""
    counts = summarise(report.systems)
    verdicts = counts.verdicts
    known = counts.known["fail"]
    listed = sum(len(system.results) + 1 for system in report.systems) + counts.errors + counts.warnings
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<testsuites name="compliant-infra" tests="{listed}" failures="{verdicts["fail"] - known}" '
        f'errors="{verdicts["error"] + counts.errors}" '
        f'skipped="{verdicts["unknown"] + verdicts["waived"] + known + counts.warnings}">\n'
    )
    for system in report.systems:
        yield from _system(report, system)
    yield "</testsuites>\n"


def _attribute(text: str) -> str:
    # xml.sax.saxutils would do, but it loads the network modules of the standard library.
    return f'"{html.escape(clean(text))}"'


def _text(text: str) -> str:
    return html.escape(mask("\n".join(map(plain, text.splitlines()))), quote=False)


def _system(report: Report, system: SystemReport) -> Iterator[str]:
    prefix = f"{system.name}: " if len(report.systems) > 1 else ""
    yield from _scan(report, system, prefix)
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in system.results:
        groups.setdefault((result.code, result.rule), []).append(result)
    for (code, slug), results in sorted(groups.items()):
        rule = report.rules.get(slug)
        title = f" {report.say(rule.title)}" if rule is not None else ""
        kinds = [result.verdict for result in results]
        known = sum(result.known and result.verdict is Verdict.FAIL for result in results)
        skipped = kinds.count(Verdict.UNKNOWN) + kinds.count(Verdict.WAIVED) + known
        yield (
            f"  <testsuite name={_attribute(f'{prefix}{code} {slug}{title}')} "
            f'tests="{len(results)}" failures="{kinds.count(Verdict.FAIL) - known}" '
            f'errors="{kinds.count(Verdict.ERROR)}" skipped="{skipped}">\n'
        )
        passes = system.passes.get(slug, 0)
        yield f'    <properties><property name="passes" value="{passes}"/></properties>\n'
        for result in results:
            yield from _case(report, result)
        yield "  </testsuite>\n"


def _case(report: Report, result: Result) -> Iterator[str]:
    name = result.resource
    if result.attribute or result.finding:
        name += f" [{' '.join(part for part in (result.attribute, result.finding) if part)}]"
    where = f" file={_attribute(result.location.file)}" if result.location.file else ""
    if result.location.line > 0:
        where += f' line="{result.location.line}"'
    yield f"    <testcase classname={_attribute(result.rule)} name={_attribute(name)}{where}"
    if result.verdict is Verdict.PASS:
        yield "/>\n"
        return
    yield ">\n"
    message = report.say(result.message)
    kind = str(result.severity)
    if result.verdict is Verdict.FAIL and result.known:
        yield f"      <skipped message={_attribute(f'{report.say(words.KNOWN)} ({kind}): {message}')}/>\n"
    elif result.verdict is Verdict.FAIL:
        yield f'      <failure type="{kind}" message={_attribute(message)}>{_text(_body(report, result))}</failure>\n'
    elif result.verdict is Verdict.ERROR:
        yield f'      <error type="rule-crashed" message={_attribute(message)}/>\n'
    elif result.verdict is Verdict.WAIVED:
        yield f"      <skipped message={_attribute(_waived(report, result))}/>\n"
    else:
        reason = result.reason.code if result.reason is not None else "unsupported"
        yield f"      <skipped message={_attribute(f'{report.say(UNDECIDED)} ({reason}): {message}')}/>\n"
    yield "    </testcase>\n"


UNDECIDED: Final = words.VERDICT_WORDS["unknown"]


def _waived(report: Report, result: Result) -> str:
    word = report.say(words.VERDICT_WORDS["waived"])
    if result.waiver is None:
        return word
    text = words.waiver_text(result.waiver)
    return report.say(Text(f"{word} {text.en}", f"{word}，{text.zh}"))


def _body(report: Report, result: Result) -> str:
    """What a person reads under a failure: place, message, clauses and the way to mend it."""
    lines = [words.place(result.location), f"{plain(result.resource)}: {plain(report.say(result.message))}"]
    if result.clauses:
        lines.append(report.say(Text("clauses: ", "条款：")) + ", ".join(result.clauses))
    rule = report.rules.get(result.rule)
    if rule is not None:
        lines.append(report.say(Text("how to mend: ", "整改：")) + report.say(rule.remediation))
    return "\n".join(line for line in lines if line)


def _scan(report: Report, system: SystemReport, prefix: str) -> Iterator[str]:
    errors = sum(diagnostic.level == "error" for diagnostic in system.diagnostics)
    warnings = len(system.diagnostics) - errors
    coverage, about = words.denominator(report, summarise([system])), words.baseline_line(report, system)
    yield (
        f'  <testsuite name={_attribute(f"{prefix}scan")} tests="{1 + errors + warnings}" failures="0" '
        f'errors="{errors}" skipped="{warnings}">\n'
        f'    <properties><property name="system" value={_attribute(about)}/></properties>\n'
        f'    <testcase classname="coverage" name={_attribute(coverage)}/>\n'
    )
    for diagnostic in system.diagnostics:
        where = words.place(SourceLocation(diagnostic.file, diagnostic.line))
        message, hint = report.say(diagnostic.message), report.say(diagnostic.hint)
        text = f"{message} ({hint})" if hint else message
        yield f"    <testcase classname={_attribute(diagnostic.code)} name={_attribute(where or diagnostic.code)}>\n"
        if diagnostic.level == "error":
            yield f'      <error type="{diagnostic.code}" message={_attribute(text)}/>\n'
        else:
            yield f"      <skipped message={_attribute(text)}/>\n"
        yield "    </testcase>\n"
    yield "  </testsuite>\n"
