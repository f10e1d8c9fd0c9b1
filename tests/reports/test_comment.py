import re

import pytest

from compliant_infra.kernel.model import SourceLocation, Verdict
from compliant_infra.reports import render
from compliant_infra.reports.markdown import LONGEST
from compliant_infra.reports.merge_request import MARKER

URL = "https://host.example/owner/name/blob/0123abc"


def comment(report):
    text = render(report, "comment")
    assert text.startswith(MARKER + "\n")
    assert text.count("<details") == text.count("</details>")
    assert len(text) <= LONGEST
    return text


def many(make_result, count, message="port 22 is open"):
    return [
        make_result(
            "net-sg-no-risky-port-from-any" if number % 2 else "audit-log-retention",
            Verdict.FAIL,
            f"alicloud_security_group_rule.r{number}",
            SourceLocation(f"infra/m{number}.tf", number + 1),
            (message, message),
        )
        for number in range(count)
    ]


def test_the_gravest_findings_come_first_with_links_and_clauses(one_report):
    text = comment(one_report(source_url=URL))
    assert "### compliant-infra: 14 findings (critical 12, high 1, medium 1); the check could not be done whole" in text
    assert "undecided 5 · waived 1 · error 1 · pass 41 · exit status 2" in text
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    assert [row.split("**")[1] for row in rows] == ["critical", "critical", "high", "medium"]
    assert f'<a href="{URL}/infra/main.tf#L4"><code>infra/main.tf:4</code></a>' in rows[0]
    assert "<code>8.1.3.2a</code> <code>8.1.3.2b</code>" in rows[0]
    assert "and 10 more here" in rows[1]
    assert f"{URL}/%E6%95%B0%E6%8D%AE/%E6%A1%B6.tf#L1" in rows[3]
    # What blocks the run stands before the findings, everything else after them and collapsed.
    assert text.index("<details open>") < text.index(rows[0]) < text.index("<details>")
    for word in ("How to mend", "Undecided", "Waived", "Warnings", "Rules that crashed", "li.lei", "SEC-12"):
        assert text.index(rows[-1]) < text.index(word)


def test_without_an_address_there_are_no_links(one_report):
    text = comment(one_report())
    assert "<a " not in text and "](" not in text
    assert "<code>infra/main.tf:4</code>" in text


def test_known_findings_are_not_among_the_new_ones(make_result, report_of):
    results = many(make_result, 3)
    results[1].known = True
    report = report_of(results)
    report.compared = True
    text = comment(report)
    assert "### compliant-infra: 2 new findings (low 2)" in text
    assert "known 1 · " in text and "Known findings, not new" in text
    assert len(re.findall(r"^\| \*\*", text, re.MULTILINE)) == 2
    report.systems[0].results = []
    assert "### compliant-infra: no new finding\n" in comment(report)


def test_chinese(two_systems):
    text = comment(two_systems("zh"))
    assert "### compliant-infra: 14 项未通过（严重 12，高 1，中 1）；检查未能完整完成" in text
    assert "系统 门户" in text and "整改方法" in text


def test_findings_beyond_the_first_are_collapsed_and_the_rest_counted(make_result, report_of):
    text = comment(report_of(many(make_result, 30)))
    opened, collapsed = text.split("<details>")[:2]
    assert opened.count("| **critical**") == 10
    assert collapsed.count("| **critical**") == 5 and collapsed.count("| **low**") == 15
    assert "20 further places" in collapsed

    text = comment(report_of(many(make_result, 5000)))
    shown = len(re.findall(r"^\| \*\*", text, re.MULTILINE))
    assert 50 < shown < 500
    assert f"{5000 - shown} further findings not shown here; all are in the job's other reports." in text


@pytest.mark.parametrize("text", ["x" * 5000, "@" * 5000, "口" * 5000, "<|>" * 5000])
def test_it_stays_short_whatever_the_findings_say(text, make_result, report_of):
    results = many(make_result, 400, text)
    for number, verdict in enumerate((Verdict.UNKNOWN, Verdict.WAIVED, Verdict.ERROR) * 30):
        results.append(make_result("oss-versioning", verdict, f"a.b{number}{text}", SourceLocation(text), (text, text)))
    shown = comment(report_of(results))
    assert "Left out to keep this comment short: " in shown
    assert "further findings not shown here" in shown
    assert shown.rstrip().endswith("</sub>")


@pytest.mark.parametrize(
    ("status", "headline"),
    [
        (0, "no finding"),
        (1, "no finding, but undecided results count"),
        (2, "the check could not be done whole"),
    ],
)
def test_a_clean_run_and_one_that_was_not_done_differ(status, headline, report_of):
    report = report_of([])
    report.exit_status = status
    text = comment(report)
    assert text.splitlines()[1] == f"### compliant-infra: {headline}"
