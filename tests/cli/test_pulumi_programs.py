"""``check --run-program``: from a project's folder to results, diagnostics and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("pulumi_alicloud")

from compliant_infra.cli import programs
from compliant_infra.components import program_run
from tests.cli.harness import BAD, Answer, check, invoke, lay
from tests.days import SOON

PYTHON = ("--python", sys.executable)
PROJECT = "name: shop\nruntime: python\n"
PROGRAM = """\
import pulumi_alicloud as alicloud
group = alicloud.ecs.SecurityGroup("group", vpc_id="vpc-1")
# the office
alicloud.ecs.SecurityGroupRule(
    "open",
    type="ingress",
    ip_protocol="tcp",
    port_range="22/22",
    security_group_id=group.id,
    cidr_ip="0.0.0.0/0",
)
print("printed by the program")
"""
RULE = "net-sg-no-risky-port-from-any"
OPEN = "urn:pulumi:dev::shop::alicloud:ecs/securityGroupRule:SecurityGroupRule::open"
MARK = f'# compliant-infra:ignore=net-sg-no-risky-port-from-any reason="bastion" owner="li.wei" until={SOON}'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return lay(tmp_path / "infra", {"Pulumi.yaml": PROJECT, "__main__.py": PROGRAM})


def run(folder: Path, *arguments: str) -> Answer:
    return check(str(folder), "--run-program", *PYTHON, "--baseline", "mlps-l3", *arguments)


def test_a_program_is_judged_as_terraform_is(project: Path) -> None:
    """Also by the command itself, in the project's folder, without any path, in Chinese."""
    answer = run(project)
    assert answer.status == 1
    (found,) = (item for item in answer.of_rule() if item["resource"] == OPEN)
    assert (found["verdict"], found["type"]) == ("fail", "alicloud_security_group_rule")
    assert (found["file"], found["line"], found["root"]) == ("infra/__main__.py", 4, "infra/Pulumi.yaml")
    assert answer.codes == set()
    assert "printed by the program" not in answer.out + answer.err
    assert f"running the Pulumi program infra/__main__.py with {sys.executable}, stack dev" in answer.err
    command = [sys.executable, "-m", "compliant_infra.cli.main", "check", "--run-program", "--format", "json"]
    command += [*PYTHON, "--lang", "zh"]
    environment = {**os.environ, "COMPLIANT_INFRA_NO_CACHE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "正在运行 Pulumi 程序 infra/__main__.py" in done.stderr
    assert "printed by the program" not in done.stdout + done.stderr
    fingerprints = [item["fingerprint"] for item in json.loads(done.stdout)["results"]]
    assert fingerprints == [item["fingerprint"] for item in answer.results]


def test_without_the_option_nothing_is_run(project: Path) -> None:
    (project / "__main__.py").write_text("open('ran', 'w').close()\n", encoding="utf-8")
    for path in (project, project / "Pulumi.yaml", project.parent):
        answer = check(str(path))
        assert answer.status == 2
        assert answer.codes == {"unsupported-input", "nothing-to-scan"}
        said = {item["code"]: item for item in answer.diagnostics}
        assert "--run-program" in said["unsupported-input"]["hint"]
        assert "pulumi preview --json" in said["unsupported-input"]["hint"]
        assert said["unsupported-input"]["file"] == "infra/Pulumi.yaml"
        assert "program" in said["nothing-to-scan"]["message"]
    assert not (project / "ran").exists()


def test_what_else_lies_in_the_folder(project: Path) -> None:
    """Terraform is judged too; programs run only where they are named; installed and ignored ones are none."""
    lay(project, {"main.tf": BAD, ".gitignore": "build/\n", "own/pyvenv.cfg": ""})
    lay(project / "more", {"Pulumi.yaml": PROJECT, "__main__.py": "open('ran', 'w').close()\n"})
    for name in ("node_modules/x", "lib/site-packages/stacks/y", ".venv/z", "own/deep", "build"):
        lay(project / name, {"Pulumi.yaml": PROJECT, "__main__.py": ""})
    answer = run(project)
    assert answer.status == 1
    (said,) = answer.diagnostics
    assert said["file"] == "infra/more/Pulumi.yaml"
    assert "more --run-program" in said["hint"]
    found = answer.verdicts()
    assert found[OPEN] == found["alicloud_security_group_rule.open"] == "fail"
    above = run(project.parent)
    assert above.status == 2
    assert "unknown-path" in above.codes
    assert not (project / "more" / "ran").exists()
    alone = check(str(project))
    assert alone.status == 1
    assert alone.codes == {"unsupported-input"}


def test_comments_waive_as_in_terraform(project: Path) -> None:
    expired = MARK.replace(SOON, "2001-01-31")
    made = f"""\
import pulumi_alicloud as alicloud
def rule(name):
    return {{"type": "ingress", "ip_protocol": "tcp", "port_range": "22/22", "security_group_id": "sg-" + name,
             "cidr_ip": "0.0.0.0/0"}}
{MARK}
group = alicloud.ecs.SecurityGroup("group", vpc_id="vpc-1")
{MARK}
alicloud.ecs.SecurityGroupRule("above", **rule("above"))
alicloud.ecs.SecurityGroupRule(  {MARK}
    "first", **rule("first"))
alicloud.ecs.SecurityGroupRule(
    {MARK}
    "inside", **rule("inside"))
alicloud.ecs.SecurityGroupRule(
    "last",
    **rule("last"),  {MARK}
)
{expired}
alicloud.ecs.SecurityGroupRule("expired", **rule("expired"))
print('''
{MARK}
''')
alicloud.ecs.SecurityGroupRule("text", **rule("text"))
alicloud.ecs.SecurityGroupRule("plain", **rule("plain"))
"""
    (project / "__main__.py").write_text(made, encoding="utf-8")
    answer = run(project)
    found = {name.rpartition("::")[2]: verdict for name, verdict in answer.verdicts().items() if "Rule::" in name}
    assert found == {
        **dict.fromkeys(("above", "first", "inside", "last"), "waived"),
        **dict.fromkeys(("expired", "text", "plain"), "fail"),
    }
    lines = made.splitlines()
    told = {item["code"]: lines[item["line"] - 1 :][:2] for item in answer.diagnostics}
    assert told == {
        "waiver-unused": [MARK, 'group = alicloud.ecs.SecurityGroup("group", vpc_id="vpc-1")'],
        "waiver-expired": [expired, 'alicloud.ecs.SecurityGroupRule("expired", **rule("expired"))'],
    }


def test_settings_and_waivers_of_the_system_hold(project: Path) -> None:
    settings = """\
[system]
name = "shop"
baseline = "mlps-l2"
complete = true
roots = ["infra"]
[[waivers]]
rule = "net-sg-no-risky-port-from-any"
resource = "*::open"
reason = "bastion"
owner = "li.wei"
until = "SOON"
""".replace("SOON", SOON)
    (project.parent / "compliant-infra.toml").write_text(settings, encoding="utf-8")
    answer = check(str(project), "--run-program", *PYTHON)
    assert answer.document["baseline"] == "mlps-l2"
    assert answer.verdicts()[OPEN] == "waived"
    assert "invalid-settings" not in answer.codes
    system_wide = {item["verdict"] for item in answer.results if item["resource"] == "*"}
    assert "fail" in system_wide  # the whole system was seen: what is not there is missing
    for more, status, code in (
        ("raise ValueError('late')\n", 2, "invalid-plan"),
        ("group.id.apply(lambda _: alicloud.actiontrail.Trail('trail'))\n", 0, "unsupported-input"),
    ):
        (project / "__main__.py").write_text(PROGRAM + more, encoding="utf-8")
        part = check(str(project), "--run-program", *PYTHON, "--fail-on", "critical")
        assert {item["verdict"] for item in part.results if item["resource"] == "*"} <= {"unknown", "pass"}
        assert (part.status, part.codes) == (status, {code})
        assert (part.diagnostics[0]["file"], part.diagnostics[0]["line"]) == ("infra/__main__.py", 13)


def test_a_program_that_fails_is_still_judged_for_what_it_made(project: Path) -> None:
    (project / "__main__.py").write_text(PROGRAM + "import pulumi\npulumi.Config().require('size')\n", encoding="utf-8")
    answer = run(project)
    assert answer.status == 2
    assert answer.verdicts()[OPEN] == "fail"
    (said,) = answer.diagnostics
    assert (said["code"], said["file"], said["line"]) == ("invalid-plan", "infra/__main__.py", 14)
    assert "shop:size" in said["message"]
    assert "printed by the program" in answer.err  # its last lines help its author


def test_endless_programs_meet_the_limit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "__main__.py").write_text("open('on', 'w')\nwhile True:\n    print('x' * 100_000)\n", encoding="utf-8")
    real = time.monotonic
    clock = SimpleNamespace(monotonic=lambda: real() + (1000 if (project / "on").exists() else 0))
    monkeypatch.setattr(program_run, "time", clock)
    answer = run(project, "--program-timeout", "500")
    assert answer.status == 2
    assert answer.codes == {"limit-reached"}
    assert "longer than 500 s" in answer.diagnostics[0]["message"]
    assert answer.diagnostics[0]["line"] in (1, 2, 3)


def test_an_interrupted_run_does_not_look_like_findings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(programs, "read_program", interrupted)
    answer = invoke("check", str(project), "--run-program", *PYTHON)
    assert (answer.status, "interrupted" in answer.err) == (2, True)


def test_exits_end_with_status_two(project: Path) -> None:
    (project / "__main__.py").write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    answer = run(project)
    assert answer.status == 2
    assert "sys.exit(3)" in answer.diagnostics[0]["message"]


def test_a_program_without_resources_is_no_all_clear(project: Path) -> None:
    (project / "__main__.py").write_text("", encoding="utf-8")
    answer = run(project)
    assert (answer.status, answer.codes) == (2, {"nothing-to-scan"})


def test_questions_without_answers_are_told(project: Path) -> None:
    token = "alicloud:index/getZones:getZones"
    program = """\
import pulumi
import pulumi_alicloud as alicloud
network = pulumi.StackReference("acme/network/prod")
zone = alicloud.get_zones().ids[0]
alicloud.vpc.Switch("a", vpc_id=network.require_output("vpc"), cidr_block="10.0.0.0/24", zone_id=zone)
"""
    (project / "__main__.py").write_text(program, encoding="utf-8")
    (said,) = run(project).diagnostics
    assert said["code"] == "unsupported-input"
    assert token in said["message"]
    assert "--invoke-answers" in said["hint"]
    (project / "__main__.py").write_text(program + "int(zone)\n", encoding="utf-8")
    failed = run(project)
    assert failed.codes == {"invalid-plan", "unsupported-input"}
    assert any(token in item["message"] for item in failed.diagnostics)
    answers = project / "answers.json"
    answers.write_text(json.dumps({token: {"ids": ["1"]}, "a:b:c": {}}), encoding="utf-8")
    answered = run(project, "--invoke-answers", str(answers))
    assert answered.diagnostics == []
    assert "answers that nobody asked for: a:b:c" in answered.err


def test_the_stack_is_chosen(project: Path) -> None:
    lay(
        project,
        {
            "__main__.py": "import pulumi, pulumi_alicloud as a\na.oss.Bucket('b', bucket=pulumi.Config().get('n'))\n",
            "Pulumi.test.yaml": "config: {shop:n: {secure: v1:x}}\n",
            "Pulumi.prod.yaml": "config: {shop:n: prod}\nenvironment: [base]\n",
        },
    )
    several = run(project)
    assert (several.status, several.codes) == (2, {"invalid-plan"})
    assert "prod, test" in several.diagnostics[0]["message"]
    prod = run(project, "--stack", "prod")
    assert {item["resource"] for item in prod.results if "::" in item["resource"]} == {
        "urn:pulumi:prod::shop::alicloud:oss/bucket:Bucket::b"
    }
    assert [(item["code"], item["file"], item["line"]) for item in prod.diagnostics] == [
        ("unsupported-input", "infra/Pulumi.prod.yaml", 2)
    ]
    test = run(project, "--stack", "test")
    assert test.diagnostics == []
    assert "1 encrypted key" in test.err
    assert "Encrypted" not in test.out


def test_other_languages_are_referred_to_previews(project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n", encoding="utf-8")
    answer = run(project)
    assert (answer.status, answer.codes) == (2, {"unsupported-input", "nothing-to-scan"})
    (said,) = (item for item in answer.diagnostics if item["code"] == "unsupported-input")
    assert "nodejs" in said["message"]
    assert "pulumi preview --json --show-sames" in said["hint"]


def test_changed_files_of_the_program_count(project: Path) -> None:
    """All in its folder: what a program reads cannot be told from its text."""
    lay(project, {"own/part.py": "", "readme.txt": "", "rule.json": "{}", "Pulumi.dev.yaml": "config: {}"})
    (project / "__main__.py").write_text(f"open('rule.json').read()\n{PROGRAM}", encoding="utf-8")
    lay(project.parent, {"elsewhere/readme.txt": ""})
    assert OPEN not in run(project, "--changed", str(project.parent / "elsewhere" / "readme.txt")).verdicts()
    assert OPEN in run(project, "--changed", str(project / "readme.txt")).verdicts()
    assert OPEN in run(project, "--changed", str(project / "rule.json")).verdicts()
    sources = run(project, "--changed", str(project / "own" / "part.py"), "--changed", "nothing")
    assert OPEN in sources.verdicts()
    assert sources.document["summary"]["files"] == 5


def test_hostile_projects_end_in_diagnostics(project: Path) -> None:
    for text, line in (("name: [\n", 2), ("name: shop\nruntime: python\nmain: ../../..\n", 3), ("", 1)):
        (project / "Pulumi.yaml").write_text(text, encoding="utf-8")
        answer = run(project)
        assert (answer.status, answer.codes) == (2, {"invalid-plan"})
        assert (answer.diagnostics[0]["file"], answer.diagnostics[0]["line"]) == ("infra/Pulumi.yaml", line)
    (project / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (project / "__main__.py").unlink()
    empty = run(project)
    assert (empty.status, empty.codes) == (2, {"invalid-plan"})
    assert "infra/__main__.py" in empty.diagnostics[0]["message"]
    (project / "Pulumi.yaml").unlink()
    (project / "Pulumi.yaml").symlink_to("/etc/passwd")
    assert "symlink-skipped" in run(project).codes
    (project / "Pulumi.yaml").unlink()
    os.mkfifo(project / "Pulumi.yaml")
    assert run(project).status == 2


def test_options_belong_together(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--stack goes with --run-program" in invoke("check", str(project), "--stack", "dev").err
    missing = invoke("check", str(project), "--run-program", "--python", "/nowhere/python")
    assert (missing.status, "no such interpreter" in missing.err) == (2, True)
    wrong = invoke("check", str(project), "--run-program", "--invoke-answers", "/nowhere.json")
    assert (wrong.status, "cannot be read" in wrong.err) == (2, True)
    monkeypatch.setattr(programs, "sdk_is_missing", lambda: True)
    bare = invoke("check", str(project), "--run-program")
    assert (bare.status, "pip install 'compliant-infra[pulumi]'" in bare.err) == (2, True)
