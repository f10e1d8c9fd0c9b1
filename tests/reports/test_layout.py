import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.reports.layout import display_width, pad, plain, truncate, wrap


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("日志", 4), ("é", 1), ("e\u0301", 1), ("ＡB", 3), ("·…", 2)]
)
def test_width_is_counted_as_terminals_do(text, width):
    assert display_width(text) == width
    assert display_width(pad(text, 8)) == 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\u202eabc\u200b", "\\u202eabc\\u200b"),
        ("\udcff", "\\udcff"),
        ("中文　全角", "中文　全角"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_steering_characters_become_visible(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(("text", "width", "cut"), [("abcdef", 4, "abc…"), ("日志日志", 5, "日志…"), ("abc", 3, "abc")])
def test_truncate(text, width, cut):
    assert truncate(text, width) == cut


def test_chinese_breaks_anywhere_but_before_punctuation():
    assert wrap("任何人都能访问，这是入侵途径。", 14) == ["任何人都能访", "问，这是入侵途", "径。"]


def test_latin_words_stay_whole_and_indents_hang():
    assert wrap("one two three", 9, "  ", "    ") == ["  one two", "    three"]
    assert wrap('module.db["a"].alicloud_db_instance.main', 10) == ['module.db["a"].alicloud_db_instance.main']


def test_mixed_text_breaks_between_the_scripts():
    assert wrap("请运行terraform init命令", 16) == ["请运行terraform", "init命令"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab ，。日志:/", max_size=60), st.integers(min_value=8, max_value=30))
def test_wrapping_loses_nothing_and_keeps_the_width(text, width):
    lines = wrap(text, width, "  ")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        unbreakable = len(line.split()) <= 1
        assert display_width(line) <= width or unbreakable
