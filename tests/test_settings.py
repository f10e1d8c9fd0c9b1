"""``compliant-infra.toml``: every key with a right and a wrong value; what is wrong is said and never taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliant_infra.settings import CrossBorder, Settings, find_settings, load_settings
from tests.cli.harness import GOOD, check, lay


def load(folder: Path, text: str | bytes) -> Settings:
    lay(folder, {"compliant-infra.toml": text})
    return load_settings(folder / "compliant-infra.toml", "compliant-infra.toml")


FULL = """\
[system]
name = "交易系统"
baseline = "mlps-l3"
profiles = ["sm", "localisation"]
grades = "S3A3G3"
roots = ["envs/prod", "envs/shared"]
complete = true

[parameters]
log-retention-days = 200

[cross-border]
mechanism = "scc"
valid-until = 2027-12-31
destinations = ["ap-southeast-1"]

[[waivers]]
rule = "a"
resource = "module.web.*"
finding = "f"
reason = "r"
owner = "o"
approver = "p"
ticket = "t"
until = 2027-01-31

[[waivers]]
rule = "b"
reason = "r"
owner = "o"
until = "2027-01-31"
"""


def test_everything(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL)
    assert settings.diagnostics == []
    assert settings.name == "交易系统"
    assert settings.baseline == "mlps-l3"
    assert settings.profiles == ("sm", "localisation")
    assert settings.grades == "S3A3G3"
    assert settings.roots == ("envs/prod", "envs/shared")
    assert settings.complete is True
    assert settings.parameters == {"log-retention-days": 200}
    assert settings.cross_border == CrossBorder("scc", "2027-12-31", ("ap-southeast-1",), declared=True)
    first, second = settings.waivers
    assert (first.rule, first.resource, first.finding, first.until) == ("a", "module.web.*", "f", "2027-01-31")
    assert (first.reason, first.owner, first.approver, first.ticket) == ("r", "o", "p", "t")
    assert (second.rule, second.resource, second.until) == ("b", "*", "2027-01-31")
    assert first.location is not None and second.location is not None
    assert (first.location.line, second.location.line) == (17, 27)


def test_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.diagnostics == []
    assert settings.baseline is None
    assert settings.complete is False


@pytest.mark.parametrize(
    ("text", "mentions", "line"),
    [
        ("system = 1\n", "system", 1),
        ("[[system]]\n", "system", 1),
        ("[system]\nname = 1\n", "system.name", 2),
        ("[system]\nbaseline = 3\n", "system.baseline", 2),
        ("[system]\nprofiles = 'sm'\n", "system.profiles", 2),
        ("[system]\nprofiles = [1]\n", "system.profiles", 2),
        ("[system]\ngrades = 3\n", "system.grades", 2),
        ("[system]\ngrades = 's3a3g3'\n", "system.grades", 2),
        ("[system]\ngrades = 'S9A3'\n", "system.grades", 2),
        ("[system]\nroots = 'x'\n", "system.roots", 2),
        ("[system]\nroots = [['x']]\n", "system.roots", 2),
        ("[system]\ncomplete = 1\n", "system.complete", 2),
        ("[system]\ncomplete = 'true'\n", "system.complete", 2),
        ("[system]\nlevel = 3\n", "system.level", 2),
        ("parameters = []\n", "parameters", 1),
        ("cross-border = true\n", "cross-border", 1),
        ("[cross-border]\nmechanism = 1\n", "cross-border.mechanism", 2),
        ("[cross-border]\nmechanism = 'hope'\n", "cross-border.mechanism", 2),
        ("[cross-border]\nmechanism = 'scc'\nvalid-until = 'soon'\n", "cross-border.valid-until", 3),
        ("[cross-border]\nvalid-until = 2027\n", "cross-border.valid-until", 2),
        ("[cross-border]\nvalid-until = '2027-02-30'\n", "cross-border.valid-until", 2),
        ("[cross-border]\ndestinations = 'ap'\n", "cross-border.destinations", 2),
        ("[cross-border]\nvalid_until = 2027-01-01\n", "cross-border.valid_until", 2),
        ("[sytem]\nname = 'x'\n", "sytem", 1),
        ("waivers = 1\n", "waivers", 1),
        ("[waivers]\nrule = 'x'\n", "waivers", 1),
        ("waivers = [1]\n", "waivers", 1),
        ("waivers = [[]]\n", "waivers", 1),
        ("[system\n", "TOML", 1),
        ("a = \n", "TOML", 1),
        ("a = 1\na = 2\n", "TOML", 2),
        (b"a = '\xff'\n", "UTF-8", 0),
        ("a = " + "[" * 5000, "", 0),
    ],
)
def test_wrong(tmp_path: Path, text: str | bytes, mentions: str, line: int) -> None:
    settings = load(tmp_path, text)
    [problem] = settings.diagnostics
    assert problem.code == "invalid-settings"
    assert mentions in problem.message.en
    assert problem.message.zh != problem.message.en
    assert problem.file == "compliant-infra.toml"
    assert problem.line == line
    defaults = Settings(path=settings.path, display=settings.display)
    settings.diagnostics.clear()
    if "mechanism = 'scc'" not in str(text):
        assert settings == defaults


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("[system]\nbaseline = 'mlps-l9'\n", "mlps-l9"),
        ("[system]\nprofiles = ['xx']\n", "xx"),
        ("[system]\nbaseline = 'mlps-l3'\ngrades = 'S2A2G2'\n", "S2A2G2"),
        ("[system]\nbaseline = 'mlps-l3'\ngrades = 'S2A3G2'\n", "S2A3G2"),
        ("[parameters]\nno-such-parameter = 1\n", "no-such-parameter"),
        ("[parameters]\nlog-retention-days = 'many'\n", "log-retention-days"),
        ("[parameters]\nlog-retention-days = true\n", "log-retention-days"),
        ("[parameters]\nlog-retention-days = -1\n", "log-retention-days"),
        ("[parameters]\nlog-retention-days = [[1]]\n", "log-retention-days"),
        ("[parameters]\nlog-retention-days = 2027-01-01\n", "log-retention-days"),
        ("[parameters.log-retention-days]\nx = 1\n", "log-retention-days"),
    ],
)
def test_wrong_for_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mentions: str) -> None:
    """Values that the settings' own form cannot refuse: status 2, and the run is done by the baseline."""
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"compliant-infra.toml": text, "a.tf": GOOD})
    answer = check()
    assert answer.status == 2
    [problem] = answer.diagnostics
    assert problem["code"] == "invalid-settings"
    assert problem["file"] == "compliant-infra.toml"
    assert mentions in problem["message"]
    assert answer.document["baseline"] == "mlps-l3"
    assert answer.document["summary"]["resources"] == 1


def test_problems_do_not_hide_each_other(tmp_path: Path) -> None:
    settings = load(tmp_path, '[system]\nname = 1\nbaseline = "mlps-l2"\nx = 1\n[cross-border]\nmechanism = 2\n')
    assert len(settings.diagnostics) == 3
    assert settings.baseline == "mlps-l2"


def test_the_nearest_file_upwards(tmp_path: Path) -> None:
    lay(tmp_path, {"compliant-infra.toml": "", "a/compliant-infra.toml": "", "a/b/x": "", "c/x": ""})
    assert find_settings(tmp_path / "a" / "b", tmp_path) == tmp_path / "a" / "compliant-infra.toml"
    assert find_settings(tmp_path / "c", tmp_path) == tmp_path / "compliant-infra.toml"
    assert find_settings(tmp_path / "c", tmp_path / "c") is None


@pytest.mark.parametrize(
    ("mechanism", "until", "valid"),
    [
        ("none", "", False),
        ("none", "2999-01-01", False),
        ("scc", "", True),
        ("scc", "2026-05-31", True),
        ("scc", "2026-05-30", False),
        ("exempt", "", True),
    ],
)
def test_a_declared_mechanism_ends(mechanism: str, until: str, valid: bool) -> None:
    assert CrossBorder(mechanism, until).valid(date(2026, 5, 31)) is valid
