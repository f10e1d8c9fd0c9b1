"""Every format, in both languages, against files that a person has read.

``pytest tests/reports --update-golden`` (or ``UPDATE_GOLDEN=1``) rewrites them.
"""

import os
from pathlib import Path

import pytest

from compliant_infra.reports import FORMATS, render

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {
    "console": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "markdown": "md",
    "csv": "csv",
    "gitlab": "gitlab.json",
    "comment": "comment.md",
}


def compare(name, text, config):
    path = GOLDEN / name
    if config.getoption("--update-golden", default=False) or os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.is_file(), f"{path} is missing: run with --update-golden"
    assert text == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("format", FORMATS)
def test_one_system(format, language, one_report, request):
    compare(f"one.{language}.{SUFFIXES[format]}", render(one_report(language), format), request.config)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("format", FORMATS)
def test_two_systems(format, language, two_systems, request):
    compare(f"two.{language}.{SUFFIXES[format]}", render(two_systems(language), format), request.config)


def test_narrow_coloured_console_with_passes(one_report, request):
    text = render(one_report("zh", include_passed=True), "console", color=True, width=60)
    compare("narrow-colour.zh.txt", text, request.config)


def test_every_golden_file_is_used():
    expected = {
        f"{kind}.{language}.{suffix}"
        for kind in ("one", "two")
        for language in ("en", "zh")
        for suffix in SUFFIXES.values()
    }
    assert {path.name for path in GOLDEN.iterdir()} == {*expected, "narrow-colour.zh.txt"}
