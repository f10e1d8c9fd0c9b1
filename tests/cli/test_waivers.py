"""Waivers: what they cover, and that nothing is waived by one that is incomplete, malformed, unknown or expired."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.kernel.rules import rules_by_name
from tests.cli.harness import BAD, CODE, GOOD, RULE, Answer, check, invoke, lay

OTHER = next(rule.name for rule in rules_by_name().values() if "alicloud_security_group_rule" not in rule.checks)
TODAY = date.today()
UNTIL = (TODAY + timedelta(days=30)).isoformat()
INLINE = f'compliant-infra:ignore={RULE} reason="public site" owner="team-web" until={UNTIL}'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def central(**fields: Any) -> str:
    entry = {"rule": RULE, "reason": "public site", "owner": "team-web", "until": UNTIL, **fields}
    lines = [f'{key} = "{value}"' for key, value in entry.items() if value is not None]
    return "[[waivers]]\n" + "\n".join(lines) + "\n"


def waived(answer: Answer) -> list[str]:
    return sorted(item["resource"] for item in answer.of_rule() if item["verdict"] == "waived")


# -- central ------------------------------------------------------------------------------------------------------


def test_a_waived_result_stays_in_every_report(here: Path) -> None:
    lay(here, {"a.tf": BAD, "compliant-infra.toml": central(approver="ciso", ticket="SEC-1")})
    answer = check("--only", RULE)
    assert answer.status == 0
    [result] = answer.of_rule()
    assert result["verdict"] == "waived"
    assert result["waiver"] == {
        "rule": RULE,
        "resource": "*",
        "finding": "",
        "reason": "public site",
        "owner": "team-web",
        "approver": "ciso",
        "ticket": "SEC-1",
        "until": UNTIL,
        "inline": False,
        "location": {"file": "compliant-infra.toml", "line": 1},
    }
    for kind in ("console", "sarif", "junit", "markdown", "csv"):
        shown = invoke("check", "--only", RULE, "--format", kind)
        assert shown.status == 0
        assert "team-web" in shown.out or "ciso" in shown.out, kind
        assert UNTIL in shown.out, kind


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        (None, ["a", "b", "module"]),
        ("*", ["a", "b", "module"]),
        ('alicloud_security_group_rule.open[\\"a\\"]', ["a"]),
        ('alicloud_security_group_rule.open[\\"?\\"]', ["a", "b"]),
        ("alicloud_security_group_rule.open[*]", ["a", "b"]),
        ("alicloud_security_group_rule.open[ab]", []),
        ("module.*", ["module"]),
        ("*open", ["module"]),
        ("alicloud_security_group_rule.open", []),
        ("ALICLOUD*", []),
        (".*", []),
        ("", []),
    ],
)
def test_only_star_and_question_mark_are_special(here: Path, pattern: str | None, covered: list[str]) -> None:
    lay(
        here,
        {
            "a.tf": BAD.replace("{\n", '{\n  for_each = toset(["a", "b"])\n', 1)
            + 'module "m" {\n  source = "./m"\n}\n',
            "m/m.tf": BAD,
            "compliant-infra.toml": central(resource=pattern),
        },
    )
    names = {
        "a": 'alicloud_security_group_rule.open["a"]',
        "b": 'alicloud_security_group_rule.open["b"]',
        "module": "module.m.alicloud_security_group_rule.open",
    }
    answer = check()
    assert waived(answer) == sorted(names[item] for item in covered)
    assert ("waiver-unused" in answer.codes) == (not covered)


def test_code_names_a_rule_as_well(here: Path) -> None:
    lay(here, {"a.tf": BAD, "compliant-infra.toml": central(rule=CODE)})
    assert waived(check()) == ["alicloud_security_group_rule.open"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rule": None}, "waiver-invalid"),
        ({"reason": None}, "waiver-invalid"),
        ({"owner": None}, "waiver-invalid"),
        ({"until": None}, "waiver-invalid"),
        ({"reason": ""}, "waiver-invalid"),
        ({"owner": "  "}, "waiver-invalid"),
        ({"rule": "no-such-rule"}, "waiver-invalid"),
        ({"rule": "*"}, "waiver-invalid"),
        ({"until": "soon"}, "waiver-invalid"),
        ({"until": "2999-02-30"}, "waiver-invalid"),
        ({"until": "29990101"}, "waiver-invalid"),
        ({"until": "2999-W01-1"}, "waiver-invalid"),
        ({"until": "2999-01-01T00:00:00"}, "waiver-invalid"),
        ({"resuorce": "x"}, "waiver-invalid"),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, "waiver-expired"),
        ({"finding": "nothing of that name"}, "waiver-unused"),
    ],
)
def test_what_waives_nothing(here: Path, fields: dict[str, Any], code: str) -> None:
    lay(here, {"a.tf": BAD, "compliant-infra.toml": "[system]\n\n" + central(**fields)})
    answer = check()
    assert answer.status == 1
    assert waived(answer) == []
    assert [(item["code"], item["level"], item["file"], item["line"]) for item in answer.diagnostics] == [
        (code, "warning", "compliant-infra.toml", 3)
    ]
    assert check("--strict").status == 2


def test_the_last_day_counts(here: Path) -> None:
    lay(here, {"a.tf": BAD, "compliant-infra.toml": central(until=TODAY.isoformat())})
    assert waived(check()) == ["alicloud_security_group_rule.open"]


def test_dates_of_toml(here: Path) -> None:
    lay(here, {"a.tf": BAD, "compliant-infra.toml": central(until=None) + f"until = {UNTIL}\n"})
    assert waived(check()) == ["alicloud_security_group_rule.open"]


@pytest.mark.parametrize(
    ("baseline", "days"),
    [
        ("mlps-l2", 365),
        ("mlps-l3", 180),
        ("mlps-l4", 90),
        ("financial-l2", 180),
        ("financial-l3", 90),
        ("financial-l4", 60),
    ],
)
def test_no_waiver_runs_longer_than_the_baseline_allows(here: Path, baseline: str, days: int) -> None:
    latest, beyond = ((TODAY + timedelta(days=number)).isoformat() for number in (days, days + 1))
    for until, verdict in ((latest, "waived"), (beyond, "fail")):
        lay(
            here,
            {
                "a.tf": BAD,
                "b.tf": f"# {INLINE.replace(UNTIL, until)}\n" + BAD.replace('"open"', '"other"'),
                "compliant-infra.toml": central(until=until, resource="*.open"),
            },
        )
        answer = check("--baseline", baseline)
        assert set(answer.verdicts().values()) == {verdict}
        found = [item for item in answer.diagnostics if item["code"].startswith("waiver")]
        if verdict == "waived":
            assert found == []
            continue
        assert {(item["code"], item["file"]) for item in found} == {
            ("waiver-invalid", "compliant-infra.toml"),
            ("waiver-invalid", "b.tf"),
        }
        assert all(latest in item["message"] and f"{days} days" in item["message"] for item in found)


def test_the_length_of_waivers_is_a_parameter(here: Path) -> None:
    files = {"a.tf": BAD, "compliant-infra.toml": central() + "[parameters]\nwaiver-max-days = {}\n"}
    lay(here, {**files, "compliant-infra.toml": files["compliant-infra.toml"].format(29)})
    assert waived(check()) == []
    far = (TODAY + timedelta(days=300)).isoformat()
    lay(here, {"compliant-infra.toml": central(until=far) + "[parameters]\nwaiver-max-days = 300\n"})
    answer = check()
    assert waived(answer) == ["alicloud_security_group_rule.open"]
    assert answer.document["summary"]["weakened"] == ["waiver-max-days"]


def test_one_finding_of_several(here: Path) -> None:
    policy = """
resource "alicloud_ram_policy" "p" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      { Effect = "Allow", Action = "*", Resource = "*" },
      { Effect = "Allow", Action = ["*"], Resource = ["*"] },
    ]
  })
}
"""
    lay(here, {"a.tf": policy})
    found = [item for item in check().results if item["finding"] and item["verdict"] == "fail"]
    assert len(found) >= 2
    first = found[0]
    lay(here, {"compliant-infra.toml": central(rule=first["rule"], finding=first["finding"])})
    after = {
        (item["rule"], item["finding"]): item["verdict"]
        for item in check().results
        if item["resource"] == first["resource"]
    }
    assert after[first["rule"], first["finding"]] == "waived"
    assert "fail" in after.values()


def test_unused_is_said_of_a_whole_run_only(here: Path) -> None:
    lay(here, {"a/a.tf": GOOD, "b/b.tf": GOOD, "compliant-infra.toml": central()})
    assert check().codes == {"waiver-unused"}
    assert check("a").codes == set()
    assert check("--only", RULE).codes == set()
    assert check("--changed", "a/a.tf").codes == set()
    assert check("a/a.tf").codes == set()


def test_an_undecided_result_can_be_waived(here: Path) -> None:
    lay(here, {"a.tf": BAD.replace('"0.0.0.0/0"', "var.x") + 'variable "x" {}\n', "compliant-infra.toml": central()})
    assert waived(check()) == ["alicloud_security_group_rule.open"]
    assert check("--only", RULE, "--fail-on-unknown").status == 0


def test_a_pass_is_not_waived(here: Path) -> None:
    lay(here, {"a.tf": GOOD, "compliant-infra.toml": central()})
    assert check("--include-passed").verdicts() == {"alicloud_security_group_rule.open": "pass"}


# -- inline -------------------------------------------------------------------------------------------------------

GROUP = """\
resource "aws_security_group" "g" {
  description = "web"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [
      "10.0.0.0/8",
      "0.0.0.0/0",
    ]
  }
}
"""


@pytest.mark.parametrize(
    ("line", "behind", "covers"),
    [
        (1, False, True),  # above the resource
        (1, True, True),
        (2, False, False),  # another attribute
        (2, True, False),
        (3, False, True),  # above the nested block
        (3, True, True),
        (4, False, False),
        (8, False, True),  # above the attribute
        (8, True, True),
        (10, True, True),  # behind the element of the attribute
        (13, False, False),  # above the closing brace
    ],
)
def test_where_a_comment_stands(here: Path, line: int, behind: bool, covers: bool) -> None:
    lines = GROUP.splitlines()
    if behind:
        lines[line - 1] += f" # {INLINE}"
    else:
        lines.insert(line - 1, f"  # {INLINE}")
    lay(here, {"a.tf": "\n".join(lines) + "\n"})
    answer = check()
    assert [item["verdict"] for item in answer.of_rule()] == ["waived" if covers else "fail"]
    assert ("waiver-unused" in answer.codes) == (not covers)
    if covers:
        assert answer.of_rule()[0]["waiver"]["inline"] is True
        assert answer.of_rule()[0]["waiver"]["location"] == {"file": "a.tf", "line": line}


@pytest.mark.parametrize(
    "form", ["# {}", "// {}", "/* {} */", "/*\n * {}\n */", "# because of this:\n# {}", "# {}\n\n# more\n"]
)
def test_forms_of_comments(here: Path, form: str) -> None:
    lay(here, {"a.tf": form.format(INLINE) + "\n" + BAD})
    answer = check()
    assert waived(answer) == ["alicloud_security_group_rule.open"]
    assert answer.diagnostics == []


@pytest.mark.parametrize(
    "text",
    [
        "compliant-infra:ignore",
        "compliant-infra:ignore=",
        "compliant-infra:ignore reason=x",
        f"compliant-infra:ignore={RULE}",
        f'compliant-infra:ignore={RULE} reason="r" owner="o"',
        f'compliant-infra:ignore={RULE} reason="r" until={UNTIL}',
        f'compliant-infra:ignore={RULE} owner="o" until={UNTIL}',
        f'compliant-infra:ignore={RULE} reason="" owner="o" until={UNTIL}',
        f'compliant-infra:ignore={RULE} reason="r" owner="o" until=tomorrow',
        f"compliant-infra:ignore={RULE} reason=because of it owner=o until={UNTIL}",
        f'compliant-infra:ignore={RULE} reason="r owner="o" until={UNTIL}',
        f'compliant-infra:ignore={RULE} reason="r" owner="o" until={UNTIL} who=me',
        f'compliant-infra:ignore={RULE} reason="r" owner="o" owner="p" until={UNTIL}',
        f'compliant-infra:ignore={RULE},other reason="r" owner="o" until={UNTIL}',
        f'compliant-infra:ignore=* reason="r" owner="o" until={UNTIL}',
        f'compliant-infra:ignore=no-such-rule reason="r" owner="o" until={UNTIL}',
        f'compliant-infra:ignore={RULE} reason="r" owner="o" until={(TODAY - timedelta(days=1)).isoformat()}',
    ],
)
def test_malformed_comments_waive_nothing(here: Path, text: str) -> None:
    lay(here, {"a.tf": f"# {text}\n" + BAD})
    answer = check()
    assert answer.status == 1
    assert waived(answer) == []
    [diagnostic] = answer.diagnostics
    assert diagnostic["code"] == ("waiver-expired" if "until=20" in text and UNTIL not in text else "waiver-invalid")
    assert (diagnostic["file"], diagnostic["line"]) == ("a.tf", 1)


def test_several_comments(here: Path) -> None:
    other = BAD.replace('"open"', '"other"')
    lay(
        here,
        {"a.tf": f"# {INLINE}\n{BAD}\n{other}\n# {INLINE.replace(RULE, OTHER)}\n{GOOD.replace('open', 'c')}"},
    )
    answer = check()
    assert waived(answer) == ["alicloud_security_group_rule.open"]
    assert answer.verdicts()["alicloud_security_group_rule.other"] == "fail"
    assert [(item["code"], item["line"]) for item in answer.diagnostics] == [("waiver-unused", 18)]


def test_two_rules_above_one_resource(here: Path) -> None:
    lay(here, {"a.tf": BAD})
    rules = sorted({item["rule"] for item in check().results if item["resource"].endswith(".open")})
    comments = "".join(f"# {INLINE.replace(RULE, rule)}\n" for rule in rules)
    lay(here, {"a.tf": comments + BAD})
    assert {item["verdict"] for item in check().results if item["resource"].endswith(".open")} == {"waived"}


def test_every_instance_is_covered(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": 'module "m" {\n  source = "./m"\n  count  = 2\n}\n',
            "m/m.tf": f"# {INLINE}\n" + BAD.replace("{\n", '{\n  for_each = toset(["a", "b"])\n', 1),
        },
    )
    assert len(waived(check())) == 4


def test_used_by_one_of_two_roots(here: Path) -> None:
    call = 'module "m" {\n  source = "../m"\n  open   = %s\n}\n'
    lay(
        here,
        {
            "one/a.tf": call % "true",
            "two/a.tf": call % "false",
            "m/m.tf": 'variable "open" {}\n'
            f"# {INLINE}\n" + BAD.replace('"0.0.0.0/0"', 'var.open ? "0.0.0.0/0" : "10.0.0.0/8"'),
        },
    )
    answer = check()
    assert len(waived(answer)) == 1
    assert answer.diagnostics == []


def test_text_that_is_no_comment(here: Path) -> None:
    lay(here, {"a.tf": BAD.replace('"22/22"', f'"22/22"\n  description = "{INLINE.replace(chr(34), "")}"')})
    answer = check()
    assert waived(answer) == []
    assert answer.diagnostics == []


def test_waived_results_are_in_reports_that_leave_other_things_out(here: Path) -> None:
    """Long reports leave sections and places out, but never who answers for an exception."""
    wide = "\n".join(BAD.replace('"open"', f'"r{number}"') for number in range(12))
    many = "".join(
        f'resource "alicloud_oss_bucket" "{"b" * 900}{number}" {{\n  bucket = "b{number}"\n  acl = "public-read"\n}}\n'
        for number in range(30)
    )
    lay(here, {"a.tf": many + wide, "compliant-infra.toml": central()})
    markdown = invoke("check", "--format", "markdown").out
    assert "sections are left out" in markdown
    for text in (markdown, invoke("check").out):
        assert text.count(UNTIL) == 12
        assert text.count("team-web") == 12


# -- audits -------------------------------------------------------------------------------------------------------


def test_an_audit_leaves_the_waivers_of_the_code_out_and_says_so(here: Path) -> None:
    lay(here, {"a.tf": f"# {INLINE}\n{BAD}", "b.tf": BAD.replace('"open"', '"other"')})
    lay(here, {"compliant-infra.toml": central(resource="*.other")})
    assert check("--only", RULE).status == 0
    audit = check("--only", RULE, "--ignore-inline")
    assert audit.status == 1
    assert waived(audit) == ["alicloud_security_group_rule.other"]
    assert audit.document["summary"]["ignored_inline"] == 1
    assert "ignored_inline" not in check("--only", RULE).document["summary"]
    for kind, said in (
        ("console", "waivers in the code not applied: 1"),
        ("markdown", "waivers in the code not applied: 1"),
        ("junit", "waivers in the code not applied: 1"),
        ("sarif", '"ignoredInline":1'),
    ):
        assert said in invoke("check", "--only", RULE, "--ignore-inline", "--format", kind).out, kind


# -- what a run can tell of unused ones -----------------------------------------------------------------------------


def test_unused_is_said_only_where_all_was_judged_that_a_waiver_can_be_about(here: Path) -> None:
    """A waiver in a module is about what every caller makes of it, in whatever system."""
    module = f'variable "cidr" {{}}\n# {INLINE}\n' + BAD.replace('"0.0.0.0/0"', "var.cidr")

    def call(cidr: str) -> str:
        return f'module "m" {{\n  source = "../m"\n  cidr   = "{cidr}"\n}}\n'

    opened, closed = call("0.0.0.0/0"), call("10.0.0.0/8")
    lay(here, {".git/HEAD": "", "m/main.tf": module, "a/main.tf": opened, "b/main.tf": closed})
    for arguments in ((), ("b",), ("--changed", "b/main.tf"), ("--changed", "m/main.tf")):
        assert "waiver-unused" not in check(*arguments).codes, arguments
    for name in ("a", "b"):
        lay(here, {f"{name}/compliant-infra.toml": f'[system]\nname = "{name}"\n'})
    assert "waiver-unused" not in invoke("check", "--format", "json").out
    assert invoke("waivers", "lint").status == 0
    lay(here, {"a/main.tf": closed})
    assert "waiver-unused" in invoke("check", "--format", "json").out
    assert "waiver-unused" in check("--changed", "m/main.tf", "a", "b").codes
    assert "waiver-unused" not in invoke("check", "--format", "json", "--exclude", "a/**").out
    lay(here, {"b/compliant-infra.toml": central()})
    assert "waiver-unused" in check("b").codes
    assert "waiver-unused" not in check("b", "--exclude", "b/old/**").codes, "it may be about what is left out"
    # Two systems of which one does not let it run so long: that stays said.
    lay(here, {"a/main.tf": opened, "b/compliant-infra.toml": "[parameters]\nwaiver-max-days = 5\n"})
    assert "waiver-invalid" in invoke("check", "--format", "json").out


def test_what_was_meant_for_a_waiver_is_told(here: Path) -> None:
    lay(here, {"a.tf": "".join(f"# {text}\n" for text in _NEARLY) + "# compliant-infra: see the wiki\n" + BAD})
    answer = check("--only", RULE)
    assert answer.verdicts() == {"alicloud_security_group_rule.open": "fail"}
    assert [item["line"] for item in answer.diagnostics if item["code"] == "waiver-invalid"] == [1, 2, 3, 4]
    lay(here, {"prog/Pulumi.yaml": "name: prog\nruntime: python\n", "prog/__main__.py": f"x = 1  # {_NEARLY[3]}\n"})
    listed = json.loads(invoke("waivers", "list", "--format", "json").out)
    assert {item["state"] for item in listed if item["file"] == "prog/__main__.py"} == {"invalid"}


_NEARLY = (
    INLINE.replace(":ignore", ": ignore"),
    INLINE.replace(":ignore", ":ignores"),
    INLINE.replace(":ignore", ":Ignore"),
    INLINE.replace(":ignore", ":skip"),
)


def test_known_findings_are_not_called_gone_where_their_rule_is_not_asked_or_they_are_waived(here: Path) -> None:
    lay(here, {"a.tf": BAD, ".git/HEAD": ""})
    assert check("--write-known", "k.json").status == 0
    assert "known-gone" not in check("--known", "k.json", "--skip", RULE).codes
    assert "known-gone" not in check("--known", "k.json", "--only", OTHER).codes
    lay(here, {"a.tf": f"# {INLINE}\n{BAD}"})
    assert "known-gone" not in check("--known", "k.json").codes
    lay(here, {"a.tf": GOOD})
    assert "known-gone" in check("--known", "k.json").codes
