import pytest

from compliant_infra.kernel.model import Diagnostic, SourceLocation, Text, UnknownReason, Verdict
from compliant_infra.reports import render
from compliant_infra.reports.layout import display_width


def fail(make_result, number, **more):
    place = SourceLocation("main.tf", number)
    return make_result("oss-versioning", Verdict.FAIL, f"alicloud_oss_bucket.b{number}", place, ("no", "否"), **more)


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        (
            "en",
            "8 technical clauses: 3 decided by rules, 4 partly, 1 need evidence; 1 module call not in the scan",
            "14 findings fail, 5 undecided, 1 could not be judged, 1 error: exit status 2",
        ),
        (
            "zh",
            "技术条款 8 条：3 条由规则判定，4 条部分由规则判定，1 条需要举证；1 处模块调用不在扫描范围内",
            "14 项未通过，5 项无法判定，1 项规则出错，1 个错误：退出码 2",
        ),
    ],
)
def test_the_first_and_the_last_line(language, first, last, one_report):
    lines = render(one_report(language), "console", width=120).splitlines()
    assert lines[0] == first
    assert lines[-1] == last


@pytest.mark.parametrize("width", [50, 80, 100, 200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_the_terminal_unless_it_cannot_break(width, language, two_systems):
    for line in render(two_systems(language), "console", width=width).splitlines():
        if display_width(line) > width:
            # Only an address, which people copy, sticks out.
            assert len(line.split()) <= 2, line


def test_ten_places_of_a_rule_are_listed_and_the_others_counted(make_result, report_of):
    text = render(report_of([fail(make_result, number) for number in range(1, 48)]), "console")
    assert "main.tf:10  " in text
    assert "main.tf:11  " not in text
    assert "... and 37 more (all in --format json)" in text
    assert text.count("how to mend") == 1


def test_instances_of_one_place_are_one_place(one_report):
    text = render(one_report(), "console")
    assert text.count("infra/modules/edge/main.tf:12") == 1
    assert "and 7 more" in text


def test_rules_are_listed_by_severity_and_code(one_report):
    text = render(one_report(), "console")
    places = [
        text.index(word) for word in ("CRITICAL (12)", "CN008 ", "HIGH (1)", "CN064 ", "MEDIUM (1)", "UNDECIDED (5)")
    ]
    assert places == sorted(places)


def test_secrets_of_the_quoted_files_are_not_shown(one_report):
    text = render(one_report(), "console")
    assert "account_password" in text
    assert "Hunter2" not in text


def test_undecided_results_are_grouped_by_what_blocks_them(one_report):
    text = render(one_report(), "console")
    assert "no-value: a variable has no default and no value was given (3)" in text
    assert "var.retention  (infra/variables.tf:5)  blocks 3 results: CN080 x3" in text


def test_many_blockers_and_warnings_are_cut_and_errors_are_not(make_result, report_of):
    results = [
        make_result(
            "oss-versioning",
            Verdict.UNKNOWN,
            f"a.b{number}",
            SourceLocation("main.tf", number),
            ("?", "?"),
            reason=UnknownReason("no-value", f"var.v{number}"),
        )
        for number in range(1, 18)
    ]
    diagnostics = [
        Diagnostic(code, Text("no", "否"), f"{code}.{number}.tf", 1)
        for code in ("syntax-error", "module-absent")
        for number in range(13)
    ]
    text = render(report_of(results, diagnostics=diagnostics), "console")
    assert "... and 7 more" in text
    assert text.count("error[syntax-error]") == 13
    assert text.count("warning[module-absent]") == 10
    assert "module-absent ... and 3 more" in text


def test_an_assumed_baseline_is_said(one_report):
    report = one_report()
    assert "baseline mlps-l3 (assumed" in render(report, "console")
    report.systems[0].baseline_assumed = False
    assert "assumed" not in render(report, "console")


def test_time_is_shown_when_it_is_known(one_report):
    assert "1.25 s" in render(one_report(seconds=1.25), "console")


def test_passes_are_listed_when_they_are_included(one_report):
    assert "PASSED (1)" in render(one_report(include_passed=True), "console")
    assert "PASSED" not in render(one_report(), "console")


def test_colour_changes_nothing_but_colour(one_report):
    import re

    plain_text = render(one_report(), "console")
    coloured = render(one_report(), "console", color=True)
    assert coloured != plain_text
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain_text


def test_a_run_in_which_nothing_fails(report_of):
    text = render(report_of([], passes={"oss-versioning": 3}), "console")
    assert text.splitlines()[-1] == "0 findings fail, 0 undecided: exit status 0"
