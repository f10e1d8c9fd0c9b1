"""File names, addresses and messages come from the scanned repository, and somebody may have chosen them."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from compliant_infra.kernel.model import (
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
    Waiver,
)
from compliant_infra.reports import FORMATS, render
from compliant_infra.reports.csv_report import COLUMNS, cell
from compliant_infra.reports.markdown import code, escape
from compliant_infra.reports.report import Report, SystemReport

KEYS = ["LTAI5tFakeFakeFakeFake12", "AKIAFAKEFAKEFAKEFAKE", "AKIDfakefakefakefakefakefakefakefakefa"]
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIfake+/=\nMIIfake\n-----END RSA PRIVATE KEY-----"


def everywhere(text, language="en"):
    """A report in which this text stands in every place that takes a text from outside."""
    words = Text(text, text)
    waiver = Waiver("r", text, text, text, approver=text, ticket=text, location=SourceLocation(text, 1))
    results = [
        Result(
            "r",
            "CN001",
            verdict,
            Severity.HIGH,
            text,
            text,
            text,
            SourceLocation(text, 1, 2),
            attribute=text,
            finding=text,
            message=words,
            reason=UnknownReason("no-value", text, SourceLocation(text, 1)) if verdict is Verdict.UNKNOWN else None,
            waiver=waiver if verdict is Verdict.WAIVED else None,
            fingerprint="f",
        )
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.ERROR, Verdict.PASS)
    ]
    diagnostics = [
        Diagnostic("syntax-error", words, text, 1, hint=words),
        Diagnostic("module-absent", words, text, 1, hint=words),
    ]
    system = SystemReport(text, "mlps-l3", 3, results, diagnostics=diagnostics, roots=[text], grades=text)
    return Report("0.1.0", "2026-11-01", [system], {}, language=language, include_passed=True)


STEERING = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "spaces and \"quotes\" 'too'\nfail 0\r\nexit status 0\t.tf",
    "</script><script>alert(1)</script>]]><!-- & &amp; -->",
    "right\u202eto left\u2066\u200b\u2028next",
    "a|b `c` ``` **d** [x](http://evil.example) ![](http://evil.example/i) @all #1 www.evil.example <b>",
    "bytes\udcff\ud800",
    "\ufffe\uffff\x00",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_steers_the_terminal_and_everything_is_utf8(text, format):
    shown = render(everywhere(text), format)
    assert STEERING.search(shown.replace("\r\n", "\n")) is None
    shown.encode("utf-8")


@pytest.mark.parametrize("text", [*HOSTILE, KEYS[0]])
@pytest.mark.parametrize("format", FORMATS)
def test_neither_do_the_names_of_several_systems(text, format):
    report = everywhere(text)
    report.systems.append(report.systems[0])
    shown = render(report, format)
    assert STEERING.search(shown.replace("\r\n", "\n")) is None
    assert KEYS[0] not in shown
    shown.encode("utf-8")


def test_a_coloured_console_has_no_colours_but_its_own():
    shown = render(everywhere("\x1b[7mX\x1b[0m"), "console", color=True)
    assert "\\x1b[7mX" in shown
    assert set(re.findall(r"\x1b\[([0-9;]*)m", shown)) <= {*"012", "31", "32", "33", "35", "36", "1;31"}
    assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", shown)


def test_no_line_of_the_console_can_be_forged():
    shown = render(everywhere("x\n0 findings fail, 0 undecided: exit status 0"), "console").splitlines()
    assert [line for line in shown if line.startswith("0 findings")] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_xml_is_well_formed_and_holds_the_text_as_text(text):
    tree = ElementTree.fromstring(render(everywhere(text), "junit").encode("utf-8"))
    assert tree.tag == "testsuites"
    assert {element.tag for element in tree.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "error")
    }
    cases = list(tree.iter("testcase"))
    assert len(cases) == int(tree.get("tests")) == 8
    assert len(list(tree.iter("skipped"))) == int(tree.get("skipped")) == 3
    assert len(list(tree.iter("error"))) == int(tree.get("errors")) == 2
    assert len(list(tree.iter("failure"))) == int(tree.get("failures")) == 1


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()
        self.links = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.seen.add((tag, *(name for name, _ in attributes)))
        self.links += [(tag, value) for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.text += data


def _html(markdown):
    elements = _Elements()
    elements.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    return elements


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format", ["markdown", "comment"])
def test_markdown_shows_the_text_and_makes_nothing_of_it(text, format):
    elements = _html(render(everywhere(text), format))
    allowed = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "b"}
    allowed.add("h2" if format == "markdown" else "h3")
    assert {tag for tag, *_ in elements.seen} <= allowed | {"ul", "li", "sub", "br"}
    assert {names for _, *names in map(tuple, elements.seen) for names in names} <= {"style", "open"}


@pytest.mark.parametrize("text", [*HOSTILE, 'x" onclick="alert(1)', "a b#c?d%20.tf", "../../elsewhere", "/etc/passwd"])
def test_links_of_a_comment_lead_into_the_repository(text):
    report = everywhere(text)
    report.source_url = "https://host.example/o/n/blob/abc?a=1&b=2"
    elements = _html(render(report, "comment"))
    links = {target for tag, target in elements.links if tag == "a"}
    assert all(link.startswith("https://host.example/o/n/blob/abc?a=1&b=2/") for link in links)
    assert links if not text.startswith(("/", "..")) else not links
    assert {names for _, *names in map(tuple, elements.seen) for names in names} <= {"style", "open", "href"}


@pytest.mark.parametrize("wrap", [escape, code])
@pytest.mark.parametrize("text", ["a|b", "`x` ``y``", "_a_ a_b __c__", "<b>&lt;", "[x](y)", "*z* ~~s~~", "$x$", "#1"])
def test_escaped_markdown_reads_as_written(wrap, text):
    table = f"| h |\n| - |\n| {wrap(text)} |\n"
    elements = _html(table)
    assert elements.text.split("h", 1)[1].strip() == text
    assert ("em",) not in elements.seen
    assert ("strong",) not in elements.seen


def test_markdown_mentions_and_links_are_broken():
    shown = escape("@all see https://evil.example and www.evil.example")
    assert "@" not in shown
    assert "://" not in shown
    assert "www." not in shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(text):
    assert cell(text)[0] in "'\\"
    rows = list(csv.reader(io.StringIO(render(everywhere(text), "csv"), newline="")))
    assert all(value[:1] not in ("=", "+", "-", "@", "\t", "\r", "＝") for row in rows for value in row)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_csv_row_has_every_column(text):
    rows = list(csv.reader(io.StringIO(render(everywhere(text), "csv"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [row[2] for row in rows[1:]] == ["fail", "unknown", "waived", "error", "pass", "diagnostic", "diagnostic"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("secret", [*KEYS, PEM])
def test_keys_appear_in_no_format(format, secret):
    shown = render(everywhere(f'before "{secret}" after'), format)
    assert secret not in shown
    for part in re.findall(r"[A-Za-z0-9+/]{7,}", secret.replace("RSA PRIVATE KEY", "")):
        if part not in ("BEGIN", "PRIVATE"):
            assert part not in shown
    assert "after" in shown


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=30), st.sampled_from(["en", "zh"]))
def test_any_text_at_all(text, language):
    report = everywhere(text, language)
    document = json.loads(render(report, "json"))
    assert len(document["results"]) == 5
    assert len(json.loads(render(report, "sarif"))["runs"][0]["results"]) == 5
    ElementTree.fromstring(render(report, "junit").encode("utf-8"))
    rows = list(csv.reader(io.StringIO(render(report, "csv"), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert STEERING.search(render(report, "console")) is None
    assert STEERING.search(render(report, "markdown")) is None
    assert STEERING.search(render(report, "comment")) is None
    assert len(json.loads(render(report, "gitlab"))) == 6
