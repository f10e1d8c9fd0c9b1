import io
import subprocess
import sys

import pytest

from compliant_infra.kernel import model
from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text, Verdict
from compliant_infra.reports import FORMATS, render, words, write
from compliant_infra.reports.markdown import LONGEST
from compliant_infra.reports.report import (
    CLAUSE_STATES,
    clause_state,
    counts_by_rule,
    judge_clause,
    presumed_exit_status,
    result_order,
    summarise,
)


@pytest.mark.parametrize(
    ("decided", "rules", "results", "state"),
    [
        ("rules", ["r"], {"fail": 1, "pass": 9, "unknown": 2}, "fail"),
        ("rules", ["r"], {"pass": 9, "unknown": 1, "waived": 1}, "unknown"),
        ("rules", ["r"], {"pass": 9, "error": 1}, "unknown"),
        ("rules", ["r"], {"pass": 9, "waived": 1}, "waived"),
        ("rules", ["r"], {"pass": 1}, "pass"),
        ("partly", ["r"], {"pass": 1}, "partly"),
        ("evidence", ["r"], {"pass": 1}, "partly"),
        ("rules", ["r"], {}, "not-judged"),
        ("partly", ["r"], {"pass": 0}, "not-judged"),
        ("evidence", [], {}, "evidence"),
        ("rules", [], {}, "evidence"),
    ],
)
def test_the_state_of_a_clause(decided, rules, results, state):
    assert clause_state(decided, rules, results) == state


def test_a_clause_adds_up_its_rules_and_no_others():
    by_rule = {"a": {"fail": 1}, "b": {"pass": 2, "fail": 1}, "c": {"unknown": 5}}
    clause = judge_clause(id="1", title=Text("t", "题"), decided="rules", rules=["b", "a"], by_rule=by_rule)
    assert clause.results == {"fail": 2, "pass": 2}
    assert list(clause.results) == ["fail", "pass"]


def test_passes_are_counted_once(one_report):
    for included in (False, True):
        system = one_report(include_passed=included).systems[0]
        by_rule = counts_by_rule(system.results, system.passes)
        assert by_rule["net-sg-no-risky-port-from-any"] == {"pass": 1, "fail": 12}
        assert summarise([system]).verdicts["pass"] == 41


def test_the_denominator_adds_up(one_report):
    summary = summarise(one_report().systems)
    assert summary.technical == summary.by_rules + summary.partly + summary.evidence == 8
    assert sum(summary.states.values()) == summary.technical


def test_the_exit_status_without_options(make_result, report_of):
    place = SourceLocation("main.tf", 1)
    failing = make_result("oss-versioning", Verdict.FAIL, "a.b", place)
    open_one = make_result("oss-versioning", Verdict.UNKNOWN, "a.b", place)
    waived = make_result("oss-versioning", Verdict.WAIVED, "a.b", place)
    crashed = make_result("oss-versioning", Verdict.ERROR, "a.b", place)
    warning = Diagnostic("module-absent", Text("", ""))
    error = Diagnostic("syntax-error", Text("", ""))
    assert presumed_exit_status(report_of([]).systems) == 0
    assert presumed_exit_status(report_of([open_one, waived], diagnostics=[warning]).systems) == 0
    assert presumed_exit_status(report_of([failing]).systems) == 1
    assert presumed_exit_status(report_of([failing], diagnostics=[error]).systems) == 2
    assert presumed_exit_status(report_of([failing, crashed]).systems) == 2


def test_the_order_does_not_depend_on_the_input(one_report):
    results = one_report().systems[0].results
    shuffled = results[::-1]
    shuffled.sort(key=result_order)
    assert shuffled == results


def test_an_unknown_format_is_refused(one_report):
    with pytest.raises(ValueError, match="yaml"):
        render(one_report(), "yaml")


@pytest.mark.parametrize("format", FORMATS)
def test_writing_gives_what_rendering_gives(format, one_report):
    stream = io.StringIO(newline="")
    write(one_report(), format, stream)
    assert stream.getvalue() == render(one_report(), format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_official_conclusion_in_any_format(format, language, two_systems):
    text = render(two_systems(language), format).lower()
    for conclusion in ("符合", "conform", "is compliant", "non-compliant"):
        assert conclusion not in text


@pytest.mark.parametrize("format", FORMATS)
def test_the_languages_do_not_mix(format, one_report):
    english = render(one_report("en"), format)
    remaining = english.replace("备份", "").replace("数据/桶.tf", "").replace("日志-logs", "")
    assert not any("\u4e00" <= character <= "\u9fff" for character in remaining)
    chinese = render(one_report("zh"), format)
    for sentence in ("findings fail", "how to mend", "technical clauses", "undecided ("):
        assert sentence not in chinese.lower()


def test_every_word_has_both_languages():
    tables = [words.VERDICT_WORDS, words.SEVERITY_WORDS, words.STATE_WORDS, words.LEVEL_WORDS, words.STATUS_WORDS]
    texts = [text for table in tables for text in table.values()]
    texts += [text for pair in words.REASON_WORDS.values() for text in pair]
    for text in (*texts, words.NOT_OFFICIAL):
        assert text.en
        assert text.en.isascii()
        assert any("\u4e00" <= character <= "\u9fff" for character in text.zh)
    assert set(words.REASON_WORDS) == model.UNKNOWN_REASONS
    assert set(words.STATE_WORDS) == set(CLAUSE_STATES)


def test_a_long_comment_is_cut_at_a_group_and_says_so(make_result, report_of):
    results = []
    for number in range(400):
        place = SourceLocation(f"{'d' * 80}/main{number}.tf", 1)
        result = make_result("oss-versioning", Verdict.FAIL, "alicloud_oss_bucket." + "x" * 100, place, ("no", "否"))
        result.rule, result.code = f"rule-{number}", f"CN{number}"
        results.append(result)
    text = render(report_of(results), "markdown")
    assert len(text) < LONGEST + 500
    assert "are left out to keep this comment short" in text
    assert text.count("<details") == text.count("</details>")


_BUDGET = """
import sys
import compliant_infra.reports
before = {name for name in sys.modules if name.startswith("compliant_infra.reports.")}
assert before == {"compliant_infra.reports.registry", "compliant_infra.reports.report"}, before
from compliant_infra.reports.report import Report, SystemReport
compliant_infra.reports.render(Report("1", "d", [SystemReport("s", "mlps-l3", 3)], {}), "FORMAT")
loaded = {name.partition(".")[0] for name in sys.modules}
unwanted = loaded & {"rich", "click", "jsonschema", "jinja2", "hcl2", "pulumi", "asyncio", "ssl", "socket"}
assert not unwanted, unwanted
"""


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_loads_what_it_needs_alone(format):
    subprocess.run([sys.executable, "-c", _BUDGET.replace("FORMAT", format)], check=True, timeout=60)
