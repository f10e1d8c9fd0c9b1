"""Pulumi.yaml, the configuration of stacks, and a project's program recorded in this process."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("pulumi")

from compliant_infra.components import computed_parts, program_shim
from compliant_infra.components.project import (
    MAX_FILE_BYTES,
    UNKNOWN_TEXT,
    ProjectError,
    read_project,
    read_stack,
    record_project,
)
from compliant_infra.components.recorder import RecordingError
from compliant_infra.components.registration import (
    SECRET_SIGNATURE,
    SETTING_KEY,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
)

UNKNOWN_SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL}

#: A resource of no provider: what it is given stands in the registration as it is.
THING = """\
import pulumi
class Thing(pulumi.CustomResource):
    def __init__(self, name, **inputs):
        super().__init__("alicloud:test/thing:Thing", name, inputs, pulumi.ResourceOptions(version="4.0.0"))
config = pulumi.Config()
"""


def lay(folder: Path, **files: str) -> Path:
    names = {"project": "Pulumi.yaml", "main": "__main__.py"}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"project": "name: shop\nruntime: python\n", **files}.items():
        file = names.get(name) or (f"Pulumi.{name.removeprefix('stack_')}.yaml" if name.startswith("stack_") else name)
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_values_are_what_pulumi_makes_of_them(tmp_path: Path) -> None:
    lay(
        tmp_path,
        project="""\
name: shop
runtime: python
config:
  size: small
  zones: {type: array, items: {type: string}, default: [a, b]}
  declared: {type: string, description: needs a value}
  alicloud:region: {value: cn-hangzhou}
  token: {default: t0ken, secret: true}
""",
        stack_dev="""\
config:
  shop:size: large
  shop:count: 3
  shop:version: 1.10
  shop:on: True
  shop:yes: yes
  shop:date: 2026-01-02
  shop:text: "05"
  shop:nothing:
  shop:tree: {leaf: [1, 2.5, true, null, "x"]}
  aws:config:profile: old
""",
    )
    stack = read_stack(read_project(tmp_path))
    assert stack.stack == "dev"
    assert stack.values == {
        "shop:size": "large",
        "shop:zones": '["a","b"]',
        "alicloud:region": "cn-hangzhou",
        "shop:token": "t0ken",
        "shop:count": "3",
        "shop:version": "1.10",
        "shop:on": "true",
        "shop:yes": "yes",
        "shop:date": "2026-01-02",
        "shop:text": "05",
        "shop:nothing": "",
        "shop:tree": '{"leaf":[1,2.5,true,null,"x"]}',
        "aws:profile": "old",
    }
    assert stack.secret_keys == ["shop:token"]


def test_the_stack_is_the_one_that_is_named_or_the_only_one(tmp_path: Path) -> None:
    assert read_stack(read_project(lay(tmp_path / "none"))).stack == "dev"
    assert read_stack(read_project(tmp_path / "none"), "prod").stack == "prod"
    one = read_project(lay(tmp_path / "one", stack_prod="config: {}"))
    assert read_stack(one).stack == "prod"
    two = read_project(lay(tmp_path / "two", stack_prod="config: {}", stack_test="config: {shop:a: b}"))
    with pytest.raises(ProjectError, match="prod, test"):
        read_stack(two)
    with pytest.raises(ProjectError, match=r"no Pulumi\.prd\.yaml.*prod, test"):
        read_stack(two, "prd")
    named = read_stack(two, "acme/shop/test")
    assert (named.organization, named.stack, named.values) == ("acme", "test", {"shop:a": "b"})
    with pytest.raises(ProjectError, match="no name of a stack"):
        read_stack(two, "../../etc")


def test_stack_files_may_lie_elsewhere(tmp_path: Path) -> None:
    for key in ("stackConfigDir", "config"):
        folder = lay(tmp_path / key, project=f"name: shop\nruntime: python\n{key}: stacks\n")
        lay(folder / "stacks", stack_live="config: {a: b}")
        assert read_stack(read_project(folder)).values == {"shop:a": "b"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: shop\nruntime: [\n", 3, "broken YAML"),
        ("- a\n", 1, "keys and values"),
        ("name: shop\n", 1, "runtime: missing"),
        ("name: a/b\nruntime: python\n", 1, "name"),
        ("name: shop\nruntime:\n  options: {}\n", 2, "runtime.name"),
        ("name: shop\nruntime: {name: python, options: {virtualenv: [a]}}\n", 2, "virtualenv"),
        ("name: shop\nruntime: python\nmain: ../..\n", 3, "outside of the repository"),
        ("name: shop\nruntime: python\nmain: app\n", 3, "no app"),
        ("name: shop\nname: shop\nruntime: python\n", 2, "twice"),
        ("name: shop\nruntime: python\nconfig:\n  a:b:c:d: 1\n", 4, "namespace"),
        ("? [a]\n: b\n", 1, "key must be a text"),
        ("name: !!python/object/apply:os.system [true]\nruntime: python\n", 1, "name"),
        ("a: &a [x, x, x, x, x, x, x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}, *{p}, *{p}, *{p}, *{p}, *{p}, *{p}]\n"
         for p, c in zip("abcdef", "bcdefg", strict=True)), 0, "values"),
        ("[" * 5000, 0, "nested"),
        ("x" * (MAX_FILE_BYTES + 1), 0, "1 MiB"),
        ("a: \x01\n", 0, "broken YAML"),
    ],
)  # fmt: skip
def test_broken_projects_are_refused_with_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    lay(tmp_path, project=text)
    with pytest.raises(ProjectError, match=said) as caught:
        read_project(tmp_path)
    if line:
        assert caught.value.line == line


def test_a_program_may_lie_elsewhere_in_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    lay(tmp_path / "infra", project="name: shop\nruntime: python\nmain: ../app\n")
    lay(tmp_path / "app", main=THING + "Thing('t', where=__import__('os').getcwd())\n")
    recording = record_project(tmp_path / "infra")
    assert recording.by_name("t").inputs["where"] == str(tmp_path / "app")


def test_encrypted_values_are_unknown_wherever_they_go(tmp_path: Path) -> None:
    lay(
        tmp_path,
        stack_dev="""\
config:
  shop:password: {secure: v1:abc}
  shop:database:
    user: admin
    password: {secure: v1:def}
    hosts: [{secure: v1:ghi}, open]
  shop:plain: visible
""",
        main=THING
        + """\
import base64, json
password = config.require_secret("password")
database = config.require_secret_object("database")
Thing("t", password=password, plain=config.require("plain"),
      url=pulumi.Output.concat("db://", password, "@host"),
      data=password.apply(lambda text: base64.b64encode(f"#!/bin/sh\\n{text}\\n".encode()).decode()),
      user=database.apply(lambda found: found["user"]),
      policy=database.apply(lambda found: json.dumps({"p": found["password"]})),
      upper=password.apply(str.upper), tags=password.apply(lambda text: {text: "key"}),
      hosts=database.apply(lambda found: found["hosts"]))
pulumi.export("password", password)
""",
    )
    recording = record_project(tmp_path)
    inputs = recording.by_name("t").inputs
    assert inputs["plain"] == "visible"
    for name in ("url", "data", "policy", "upper", "tags"):
        assert inputs[name] == UNKNOWN_SECRET, name
    assert inputs["password"] == {**UNKNOWN_SECRET, SETTING_KEY: "shop:password"}
    assert inputs["user"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "admin"}
    assert inputs["hosts"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": [UNKNOWN_SENTINEL, "open"]}
    assert recording.outputs["password"] == {**UNKNOWN_SECRET, SETTING_KEY: "shop:password"}
    assert "encrypted" not in repr(recording.registrations).lower()


def test_what_is_no_name_of_a_stack_makes_none_and_names_stay_the_same(tmp_path: Path) -> None:
    lay(
        tmp_path,
        stack_dev="config: {shop:name: {secure: v1:abc}}",
        main=THING + "Thing(config.require('name'))\n",
    )
    (tmp_path / "Pulumi.a::b$c d.yaml").write_text("config: {shop:name: x}", encoding="utf-8")
    first, second = record_project(tmp_path), record_project(tmp_path)
    assert first.stack == "dev"
    assert [item.urn for item in first.registrations] == [item.urn for item in second.registrations]


def test_default_providers_have_the_configuration_of_their_package(tmp_path: Path) -> None:
    lay(
        tmp_path,
        stack_dev="config: {alicloud:region: cn-beijing, alicloud:secretKey: {secure: x}, aws:region: cn-north-1}",
        main=THING + "Thing('t')\n",
    )
    recording = record_project(tmp_path)
    (provider,) = recording.of_type("pulumi:providers:alicloud")
    assert provider.urn == "urn:pulumi:dev::shop::pulumi:providers:alicloud::default_4_0_0"
    secret = {**UNKNOWN_SECRET, SETTING_KEY: "alicloud:secretKey"}
    assert provider.inputs == {"region": "cn-beijing", "secretKey": secret, "version": "4.0.0"}
    assert recording.by_name("t").provider.startswith(provider.urn + "::")
    scanned = recording.scan().resources[0].provider
    assert scanned is not None
    assert scanned.region == "cn-beijing"


def test_each_recording_loads_the_program_anew_and_leaves_no_trace(tmp_path: Path) -> None:
    import os

    lay(tmp_path, main=THING + "import neighbour\nThing('t', size=neighbour.SIZE)\n", **{"neighbour.py": "SIZE = 1\n"})
    before = (list(sys.path), list(sys.argv), os.getcwd())
    assert record_project(tmp_path).by_name("t").inputs["size"] == 1
    (tmp_path / "neighbour.py").write_text("SIZE = 1000\n", encoding="utf-8")
    assert record_project(tmp_path, config={"a": "b"}).by_name("t").inputs["size"] == 1000
    assert (list(sys.path), list(sys.argv), os.getcwd()) == before
    assert "neighbour" not in sys.modules


def test_overrides_come_before_the_files(tmp_path: Path) -> None:
    lay(tmp_path, stack_dev="config: {shop:size: small}", main=THING + "Thing('t', size=config.require('size'))\n")
    assert record_project(tmp_path, config={"size": "large"}).by_name("t").inputs["size"] == "large"


def test_exits_and_other_languages_are_errors(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"sys\.exit\(3\)"):
        record_project(lay(tmp_path / "exit", main="import sys\nsys.exit(3)\n"))
    record_project(lay(tmp_path / "zero", main="import sys\nsys.exit(0)\n"))
    with pytest.raises(ProjectError, match="nodejs"):
        record_project(lay(tmp_path / "node", project="name: shop\nruntime: nodejs\n"))
    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml"):
        record_project(tmp_path)


def test_both_processes_use_the_same_marks() -> None:
    """What the child's process loads stands alone: it has the marks of the wire format as its own constants."""
    assert program_shim.UNKNOWN_TEXT == UNKNOWN_TEXT
    assert program_shim._UNKNOWN_SENTINEL == computed_parts._UNKNOWN_SENTINEL == UNKNOWN_SENTINEL
    assert (computed_parts._SIGNATURE_KEY, computed_parts._SECRET_SIGNATURE) == (SIGNATURE_KEY, SECRET_SIGNATURE)


@pytest.mark.parametrize("module", [program_shim, computed_parts])
def test_what_the_child_loads_needs_nothing_of_this_package(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert imported - set(sys.stdlib_module_names) <= {"pulumi", "grpc", "google", "__future__"}
