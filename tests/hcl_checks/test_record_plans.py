"""What ``scripts/record_plans.py`` does around Terraform: values for variables, modules without a network, schemas."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def recorder() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "record_plans.py"
    spec = importlib.util.spec_from_file_location("record_plans", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VARIABLES = """
variable "text" {}
variable "ports" {
  type = list(number)
}
variable "cidrs" { type = set(string) }
variable "rules" {
  type = list(object({
    port = number
  }))
}
variable "settings" {
  type = object({ days = number })
  default = { days = 7 }
}
variable "tags" { type = map(string) }
variable "on" { type = bool }
variable "any" { type = any }
"""


def test_variables_without_default_are_given_a_value_of_their_type(recorder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(VARIABLES, encoding="utf-8")
    assert recorder.given_values(tmp_path) == {
        "text": "given",
        "ports": [22],
        "cidrs": ["10.0.0.0/8", "192.168.0.0/16"],
        "rules": [],
        "tags": {},
        "on": True,
        "any": "given",
    }


def test_modules_are_found_without_a_network(recorder: ModuleType, tmp_path: Path) -> None:
    """Local ones where they are; others replaced by one with the variables and outputs that the code names."""
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "main.tf").write_text('module "tags" {\n  source = "git::https://x.cn/t.git"\n}\n', "utf-8")
    (tmp_path / "main.tf").write_text(
        'module "net" {\n  source = "./net"\n}\n'
        'module "db" {\n  source  = "acme/db/alicloud"\n  version = "~> 1.2"\n  size    = 3\n}\n'
        'output "id" {\n  value = module.db.id\n}\n',
        "utf-8",
    )
    recorder.install_modules(tmp_path)
    entries = json.loads((tmp_path / ".terraform" / "modules" / "modules.json").read_text("utf-8"))["Modules"]
    found: dict[str, Any] = {entry["Key"]: entry for entry in entries}
    assert list(found) == ["", "net", "net.tags", "db"]
    assert found["net"]["Dir"] == "net"
    assert found["db"]["Source"] == "registry.terraform.io/acme/db/alicloud"
    assert found["db"]["Version"] == "1.2.0"
    made = (tmp_path / found["db"]["Dir"] / "main.tf").read_text("utf-8")
    assert 'variable "size"' in made
    assert 'output "id"' in made
    assert 'variable "source"' not in made


def test_a_backend_is_taken_out(recorder: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text('terraform {\n  backend "s3" {\n    bucket = "state"\n  }\n}\nlocals {}\n', encoding="utf-8")
    recorder.without_backend(tmp_path)
    assert path.read_text(encoding="utf-8").split() == ["terraform", "{", "}", "locals", "{}"]


@pytest.fixture(scope="module")
def schemas(recorder: ModuleType) -> ModuleType:
    return sys.modules[recorder.schema_of.__module__]


def test_nothing_is_required(schemas: ModuleType) -> None:
    block = {
        "a": {"name": "string r", "id": "string c"},
        "b": {
            "disk": {"n": "list", "min": 1, "a": {"size": "number r"}},
            "rule": {"n": "attr-set", "f": "oc", "a": {"port": "number oc"}},
        },
    }
    schemas.relax(block)
    assert block == {
        "a": {"name": "string o", "id": "string c"},
        "b": {
            "disk": {"n": "list", "a": {"size": "number o"}},
            "rule": {"n": "attr-set", "f": "oc", "a": {"port": "number o"}},
        },
    }


def test_an_unlisted_data_source_is_typed_by_its_use(schemas: ModuleType) -> None:
    text = (
        'data "aws_thing" "a" {\n  name = "x"\n  filter {\n    values = ["y"]\n  }\n}\n'
        "locals {\n  a = data.aws_thing.a.arn\n  b = data.aws_thing.a.ids\n  c = data.aws_thing.a.items[0].zone\n}\n"
    )
    found = schemas.guessed_sources("aws", [text])["aws_thing"]
    assert found["block"]["a"] == {
        "id": "string c",
        "name": "string oc",
        "arn": "string c",
        "ids": "list(string) c",
        "items": "list(object({zone=string})) c",
    }
    assert found["block"]["b"]["filter"]["a"] == {"values": "list(string) o"}
    assert found["answer"]["items"] == [{"zone": "sim-zone"}]
    assert schemas.guessed_sources("alicloud", [text]) == {}


def test_without_what_is_needed_it_says_so(recorder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPLIANT_INFRA_SCHEMAS", raising=False)
    with pytest.raises(recorder.UnavailableError, match="COMPLIANT_INFRA_SCHEMAS"):
        recorder.needed()
