"""Programs in a process of their own: the same registrations as in this process, interpreters, answers, endings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_random")

from compliant_infra.components import program_run
from compliant_infra.components.program_run import (
    AnswersError,
    Interpreter,
    InterpreterError,
    ProgramRun,
    interpreter_of,
    read_answers,
    run_project,
)
from compliant_infra.components.project import read_project, read_stack, record_project
from compliant_infra.components.recorder import UNKNOWN_RESULT
from compliant_infra.components.registration import UNKNOWN_SENTINEL

PROJECT = "name: shop\nruntime: python\n"


def lay(folder: Path, main: str, project: str = PROJECT, **stacks: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(project, encoding="utf-8")
    (folder / "__main__.py").write_text(main, encoding="utf-8")
    for name, text in stacks.items():
        (folder / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, seconds: float = 60, answers: Path | None = None) -> ProgramRun:
    project = read_project(folder)
    return run_project(
        project,
        read_stack(project),
        Interpreter(sys.executable),
        base=folder,
        answers=read_answers(answers) if answers else None,
        seconds=seconds,
    )


def jump(monkeypatch: pytest.MonkeyPatch, when: Callable[[], bool]) -> None:
    """Let the time limit come as soon as something has happened."""
    real = time.monotonic
    clock = SimpleNamespace(monotonic=lambda: real() + (1000 if when() else 0))
    monkeypatch.setattr(program_run, "time", clock)


PROGRAM = """\
import pulumi
import pulumi_alicloud as alicloud

class Store(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Store", name, {"kind": name}, opts)
        key = alicloud.kms.Key("key", key_spec="Aliyun_SM4", opts=pulumi.ResourceOptions(parent=self))
        self.bucket = alicloud.oss.Bucket(
            f"{name}-data",
            bucket=pulumi.Output.concat("data-", pulumi.get_stack()),
            server_side_encryption_rule={"sse_algorithm": "KMS", "kms_master_key_id": key.id},
            opts=pulumi.ResourceOptions(parent=self, protect=True, aliases=[pulumi.Alias(name="old")]),
        )
        self.register_outputs({"bucket": self.bucket.bucket})

def tagged(args):
    if args.type_ == "alicloud:vpc/network:Network":
        return pulumi.ResourceTransformResult(
            props={**args.props, "tags": {"by": "a transform"}},
            opts=pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(retain_on_delete=True)),
        )
    return None

pulumi.runtime.register_resource_transform(tagged)
provider = alicloud.Provider("bj", region="cn-beijing")
store = Store("store", pulumi.ResourceOptions(providers=[provider]))
network = alicloud.vpc.Network("network", cidr_block="10.0.0.0/8")
switch = alicloud.vpc.Switch("switch", vpc_id=network.id, cidr_block="10.0.0.0/24", zone_id="cn-beijing-h")
site = alicloud.oss.Bucket("site", website={"index_document": "index.html"})
group = alicloud.ecs.SecurityGroup("group", description=site.website.error_document)
old = alicloud.oss.Bucket.get("old", "old-bucket")
account = alicloud.get_account_output()
alicloud.ram.Policy("policy", policy_name="p", policy_document=account.id.apply(lambda id_: f'{{"owner": "{id_}"}}'))
password = pulumi.Config().require_secret("password")
alicloud.rds.Account("account", account_name="a", account_password=password, db_instance_id="rm-1")
pulumi.export("bucket", store.bucket.id)
pulumi.log.warn("take care")
"""


def test_both_ways_of_recording_see_the_same(tmp_path: Path) -> None:
    """Components, providers, transforms, invokes, nested computed values, reads, secrets, outputs, lines."""
    lay(tmp_path, PROGRAM, dev="config: {shop:password: {secure: v1:x}, alicloud:region: cn-beijing}")
    here = record_project(tmp_path, invokes=lambda token, arguments: UNKNOWN_RESULT)
    there = run(tmp_path)
    assert there.failures == []
    assert [item.urn for item in there.registrations] == [item.urn for item in here.registrations]
    for one, other in zip(there.registrations, here.registrations, strict=True):
        assert one == other
    assert there.unanswered == ["alicloud:index/getAccount:getAccount"]
    assert there.guessed == []  # the output form knows unknown values
    network = next(item for item in there.registrations if item.name == "network")
    assert network.inputs["tags"] == {"by": "a transform"}
    assert network.retain_on_delete
    group = next(item for item in there.registrations if item.name == "group")
    assert group.inputs["description"] == UNKNOWN_SENTINEL
    assert group.property_dependencies["description"]
    switch = next(item for item in there.registrations if item.name == "switch")
    assert switch.inputs["vpcId"] == UNKNOWN_SENTINEL  # through a transform that changes nothing
    assert switch.source is not None
    assert (switch.source.file, switch.source.line) == (
        "__main__.py",
        PROGRAM[: PROGRAM.index("switch =")].count("\n") + 1,
    )


def test_plain_invokes_are_unknown_or_answered(tmp_path: Path) -> None:
    """``get_zones()`` cannot say "unknown": what it returns is marked, and whatever holds a mark is unknown.

    Answers are taken by token and arguments.
    """
    lay(
        tmp_path,
        """\
import pulumi
import pulumi_alicloud as alicloud
zones = alicloud.get_zones(available_resource_creation="VSwitch")
account = alicloud.get_account()
document = alicloud.ram.get_policy_document(version="1")
raw = pulumi.runtime.invoke("alicloud:own/thing:thing", {}).value
alicloud.vpc.Switch("one", vpc_id="vpc-1", cidr_block="10.0.0.0/24", zone_id=zones.zones[1].id)
alicloud.vpc.Switch("two", vpc_id="vpc-1", cidr_block="10.0.0.0/24", zone_id=raw["zone"])
alicloud.ram.Policy("policy", policy_document=document.document, policy_name=f"of-{account.id}")
alicloud.ess.ScalingGroup("group", max_size=1, min_size=1, vswitch_ids=zones.ids, scaling_group_name="b")
for kind in ("Disk", "Rds"):
    rule = alicloud.get_regions(name=kind).ids[0]
    alicloud.vpc.Switch(kind, vpc_id="vpc-1", cidr_block="10.0.0.0/24", zone_id=rule)
""",
    )
    answers = tmp_path / "answers.json"
    entry = {"args": {"name": "Rds"}, "result": {"ids": ["z-rds"]}}
    given = {"alicloud:index/getRegions:getRegions": [entry, {"result": {"ids": ["z"]}}], "a:b:c": {}}
    answers.write_text(json.dumps(given), encoding="utf-8")
    found = run(tmp_path, answers=answers)
    assert found.failures == []
    inputs = {item.name: item.inputs for item in found.registrations}
    assert inputs["one"]["zoneId"] == inputs["two"]["zoneId"] == UNKNOWN_SENTINEL
    assert inputs["policy"] == {"policyDocument": UNKNOWN_SENTINEL, "policyName": UNKNOWN_SENTINEL}
    assert inputs["group"]["vswitchIds"] == UNKNOWN_SENTINEL  # nobody knows how many there are
    assert inputs["group"]["scalingGroupName"] == "b"
    assert found.guessed == found.unanswered
    assert found.guessed == [
        "alicloud:index/getAccount:getAccount",
        "alicloud:index/getZones:getZones",
        "alicloud:own/thing:thing",
        "alicloud:ram/getPolicyDocument:getPolicyDocument",
    ]
    assert (inputs["Disk"]["zoneId"], inputs["Rds"]["zoneId"]) == ("z", "z-rds")
    assert found.unused_answers == ["a:b:c"]


def test_what_a_program_does_on_the_side(tmp_path: Path) -> None:
    """A fork that fails, functions that never run, files that are read, an exit in place of the end."""
    main = """\
import atexit, functools, os, sys, time
sys.path.append("lib/site-packages")
import parts, pulumi
import pulumi_random as random
child = os.fork()
if child == 0:
    raise ValueError("only the child")
for _ in range(100):
    if os.waitpid(child, os.WNOHANG)[0]:
        break
    time.sleep(0.01)
one = random.RandomId("one", byte_length=4, prefix=open("prefix.txt").read())
open("written.txt", "w").close()

class Pair(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Pair", name)
        one.hex.apply(self.second)

    def second(self, value):
        random.RandomId("hidden", byte_length=4)

def third(value):
    return [random.RandomId(f"never{at}", byte_length=4) for at in range(value)]

Pair("pair")
one.hex.apply(lambda value: third(2))
one.hex.apply(lambda value: value.upper())
one.hex.apply(functools.partial(random.RandomId, byte_length=4))
parts.part(one)
pulumi.Output.from_input(2).apply(third)
pulumi.runtime.invoke("shop:index:ask", {})
atexit.register(lambda: os._exit(0))
sys.exit(0)
"""
    lay(tmp_path, main)
    library = tmp_path / "lib" / "site-packages" / "parts.py"  # of somebody else: the line that uses it counts
    library.parent.mkdir(parents=True)
    library.write_text(
        "import pulumi_random as random\ndef part(one):\n"
        "    one.hex.apply(lambda value: random.RandomId('fourth', byte_length=4))\n",
        encoding="utf-8",
    )
    (tmp_path / "prefix.txt").write_text("p", encoding="utf-8")
    found = run(tmp_path)
    assert found.failures == []
    made = [item.name for item in found.registrations if item.type.startswith("random:")]
    assert made == ["never0", "never1", "one"]
    lines = main.splitlines()
    skipped = [lines[place.line - 1].strip() for place in found.skipped]
    assert skipped == [
        "def second(self, value):",
        "one.hex.apply(lambda value: third(2))",
        "one.hex.apply(functools.partial(random.RandomId, byte_length=4))",
        "parts.part(one)",
    ]
    assert {place.file for place in found.skipped} == {"__main__.py"}
    assert found.guessed == ["shop:index:ask"]
    assert [Path(file).name for file in found.files] == ["__main__.py", "prefix.txt"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "expected an object of tokens"),
        ('{"getZones": {}}', "no token"),
        ('{"a:b:c": 5}', "a:b:c: expected"),
        ('{"a:b:c": [{"args": {}}]}', r"a:b:c\[0\]"),
        ('{"a:b:c": [{"result": {}, "argz": {}}]}', r"a:b:c\[0\]"),
        ("[" * 100000, "no JSON"),
    ],
)
def test_wrong_answers_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AnswersError, match=said):
        read_answers(file)


ENDINGS = [
    ("import pulumi\npulumi.Config().require('size')\n", "failed", "'shop:size'", 2),
    ("\nx = = 1\n", "failed", "SyntaxError", 2),
    ("import os\nos.abort()\n", "crashed", "SIGABRT", 0),
    ("import os\nos._exit(0)\n", "crashed", "status 0", 0),
    ("import nowhere\n", "failed", "No module named 'nowhere'", 1),
    (
        "import pulumi, pulumi_random as r\nb = r.RandomId('b', byte_length=2)\n"
        "b.byte_length.apply(lambda n: 1 / 0)\n",
        "failed", "ZeroDivisionError", 3,
    ),
    (
        "import pulumi\n\ndef t(args):\n    raise ValueError('no')\n\n"
        "pulumi.runtime.register_resource_transform(t)\nimport pulumi_random as r\nr.RandomId('b', byte_length=2)\n",
        "failed", "the program failed: no", 4,
    ),
    (
        "import pulumi\nclass C(pulumi.ComponentResource):\n    def __init__(self):\n"
        "        super().__init__('a:b:C', 'c', {}, remote=True)\nC()\n",
        "failed", "remote component", 5,
    ),
    (
        "import pulumi_random as r\n\nfor _ in 'ab':\n    try:\n        r.RandomId('b', byte_length=2)\n"
        "    except Exception:\n        pass\n",
        "failed", "Duplicate resource", 5,
    ),
    ("import pulumi\npulumi.log.error('not good')\n", "failed", "logged an error: not good", 0),
    (
        "import asyncio\nasync def main():\n    await asyncio.sleep(9)\n    print()\nasyncio.ensure_future(main())\n",
        "failed", "pulumi.run()", 3,
    ),
]  # fmt: skip


def test_endings_are_told_with_the_line(tmp_path: Path) -> None:
    """None of these programs looks like one that came to its end."""
    folders = [lay(tmp_path / str(at), main) for at, (main, *_) in enumerate(ENDINGS)]
    with ThreadPoolExecutor(4) as pool:
        for (main, kind, said, line), found in zip(ENDINGS, pool.map(run, folders), strict=True):
            (failure,) = found.failures
            assert failure.kind == kind, main
            assert said in failure.message.en, main
            assert (failure.source.line if failure.source else 0) == line, main


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(
        tmp_path,
        """\
import os, subprocess, pulumi_random as random
random.RandomId("before", byte_length=2)
child = subprocess.Popen(["sleep", "60"])

def wait():
    open("new", "w").write(str(child.pid))
    os.rename("new", "pid")
    while True:
        pass

random.RandomId("b", byte_length=2).byte_length.apply(lambda _: wait())
""",
    )
    jump(monkeypatch, (tmp_path / "pid").exists)
    found = run(tmp_path, seconds=100)
    (failure,) = found.failures
    assert failure.kind == "time"
    assert failure.source is not None
    assert failure.source.line in (7, 8, 9)
    assert "before" in {item.name for item in found.registrations}
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    for _ in range(50):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the program's own process goes on")


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    lay(tmp_path, "import os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True:\n    pass\n")
    code = f"""
import sys
from pathlib import Path
from compliant_infra.components.program_run import Interpreter, run_project
from compliant_infra.components.project import read_project, read_stack
project = read_project(Path({str(tmp_path)!r}))
run_project(project, read_stack(project), Interpreter(sys.executable), base=project.folder)
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        file = tmp_path / "pid"
        for _ in range(300):
            if file.exists() and file.read_text():
                break
            time.sleep(0.1)
        pid = int(file.read_text())
    finally:
        parent.kill()
        parent.wait()
    for _ in range(50):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
        except (ProcessLookupError, FileNotFoundError):
            break
        time.sleep(0.1)
    else:
        os.kill(pid, signal.SIGKILL)
        pytest.fail("the program goes on")


def test_proxies_do_not_stand_between_the_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    found = run(lay(tmp_path, "import pulumi_random as r\nr.RandomId('b', byte_length=2)\n"))
    assert found.failures == []
    assert [item.name for item in found.registrations][-1] == "b"


def test_values_of_secrets_are_not_shown(tmp_path: Path) -> None:
    """Nor where they are of several lines, written as a literal, or cut off where the shown lines begin."""
    key = "-----BEGIN KEY-----\tone\nsecond line\n"
    lay(
        tmp_path,
        "import pulumi\nvalue = pulumi.Config().require('token')\nkey = pulumi.Config().require('key')\n"
        "print(key + 'x' * 3900)\nprint('\\x1b[2Jprinted', value, [key], key)\nraise ValueError(value)\n",
        PROJECT + f"config:\n  token: {{default: s3cr3t-token, secret: true}}\n"
        f"  key: {{default: {json.dumps(key)}, secret: true}}\n",
    )
    found = run(tmp_path)
    assert " [2Jprinted [secret] ['[secret]'] [secret]" in found.tail  # and nothing in it steers the terminal
    assert "second" not in found.tail
    assert "s3cr3t" not in found.tail + found.failures[0].message.en + found.failures[0].message.zh
    assert "__main__.py" in found.tail


def environment(folder: Path, packages: bool = True) -> Path:
    """A virtual environment without a copy: a link to this interpreter, and the packages of this one."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n", encoding="utf-8")
    place = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    place.mkdir(parents=True)
    import pulumi

    if packages:
        (place / "all.pth").write_text(str(Path(pulumi.__file__).parents[1]) + "\n", encoding="utf-8")
    return folder


def test_the_declared_environment_runs_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = "name: shop\nruntime: {name: python, options: {virtualenv: own}}\n"
    main = "import sys, os, pulumi\npulumi.export('prefix', sys.prefix)\npulumi.export('path', os.environ['PATH'])\n"
    lay(tmp_path, main, project)
    read = read_project(tmp_path)
    missing = interpreter_of(read, tmp_path)
    assert (missing.path, missing.instead) == (sys.executable, "own")
    environment(tmp_path / "own")
    found = interpreter_of(read, tmp_path)
    assert (found.path, found.instead) == (str(tmp_path / "own" / "bin" / "python"), "")
    outcome = run_project(read, read_stack(read), found, base=tmp_path)
    assert outcome.failures == []
    stack = outcome.registrations[0]
    assert stack.outputs["prefix"] == str(tmp_path / "own")
    assert str(stack.outputs["path"]).startswith(str(tmp_path / "own" / "bin"))


def test_an_environment_without_the_sdk_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "raise SystemExit(9)\n", "name: shop\nruntime: {name: python, options: {virtualenv: own}}\n")
    environment(tmp_path / "own", packages=False)
    project = read_project(tmp_path)
    found = run_project(project, read_stack(project), interpreter_of(project, tmp_path), base=tmp_path)
    assert found.failures[0].kind == "no-sdk"
    assert "has no Pulumi SDK" in found.failures[0].message.en
    said: list[str] = []
    other = Interpreter(str(tmp_path / "own" / "bin" / "python"), chosen=False)  # only found: ours takes over
    found = run_project(project, read_stack(project), other, base=tmp_path, say=lambda text: said.append(text.en))
    assert found.failures[0].kind == "exited"
    assert "has no Pulumi SDK; running the program with" in said[0]


def test_toolchains_and_the_active_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for toolchain in ("uv", "poetry"):
        folder = tmp_path / toolchain / "apps" / "one"
        project = f"name: shop\nruntime: {{name: python, options: {{toolchain: {toolchain}}}}}\n"
        read = read_project(lay(folder, "", project))
        assert interpreter_of(read, tmp_path / toolchain).instead == f".venv ({toolchain})"
        above = environment(tmp_path / toolchain / ".venv")
        assert interpreter_of(read, tmp_path / toolchain).path == str(above / "bin" / "python")
        assert interpreter_of(read, folder).instead  # not from outside of the repository
    plain = read_project(lay(tmp_path / "plain", ""))
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "uv" / ".venv"))
    assert interpreter_of(plain, tmp_path).path == str(tmp_path / "uv" / ".venv" / "bin" / "python")
    with pytest.raises(InterpreterError, match="nowhere"):
        interpreter_of(plain, tmp_path, "/nowhere/python")
    assert interpreter_of(plain, tmp_path, sys.executable).path == sys.executable
