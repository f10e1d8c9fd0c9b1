"""Module calls and required providers as pseudo-resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.model import Scan

MAIN = """
terraform {
  backend "s3" {}
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.200"
    }
    aws = "~> 5.0"
  }
}

module "app" {
  for_each = toset(["a", "b"])
  source   = "./app"
}
"""
APP = """
terraform {
  required_providers {
    random = { source = "hashicorp/random" }
  }
}

module "inner" {
  source  = "alibaba/vpc/alicloud"
  version = "1.0.0"
}
"""
LOCK = """
# a comment
provider "registry.terraform.io/aliyun/alicloud" {
  version     = "1.220.1"
  constraints = "~> 1.200"
  hashes = [
    "h1:abc=",
  ]
}
"""


def scanned(root: Path, files: dict[str, str]) -> Scan:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_root(ModuleLibrary(discover([str(root)])), str(root))


def requirements(scan: Scan) -> dict[str, dict[str, Any]]:
    names = ("source", "version", "locked", "lock_file", "rooted", "declared")
    return {
        item.address: {name: item.attributes.get(name) for name in names if item.attributes.get(name) is not None}
        for item in scan.requirements
    }


def test_calls_and_providers(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    scan = scanned(root, {"main.tf": MAIN, "app/main.tf": APP, ".terraform.lock.hcl": LOCK})
    common = {"lock_file": True, "rooted": True, "declared": True}
    assert requirements(scan) == {
        "module.app": {"source": "./app"},
        "terraform.required_providers.alicloud": {
            "source": "aliyun/alicloud",
            "version": "~> 1.200",
            "locked": "1.220.1",
            **common,
        },
        "terraform.required_providers.aws": {"version": "~> 5.0", **common},
        "module.app.module.inner": {"source": "alibaba/vpc/alicloud", "version": "1.0.0"},
    }
    lines = {item.address: (item.location.file, item.location.line) for item in scan.requirements}
    assert lines["module.app.module.inner"] == ("app/main.tf", 8)
    assert lines["terraform.required_providers.alicloud"] == ("main.tf", 5)
    assert scan.files[str(root / ".terraform.lock.hcl")]


def test_no_lock_file(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    scan = scanned(root, {"main.tf": 'provider "tencentcloud" {}\n'})
    assert requirements(scan) == {
        "terraform.required_providers.tencentcloud": {"lock_file": False, "rooted": True, "declared": False}
    }
    assert scan.files[str(root / ".terraform.lock.hcl")] == ""  # looked for: its coming makes a difference


def test_a_module_for_others(tmp_path: Path) -> None:
    scan = scanned(tmp_path.resolve(), {"main.tf": APP})
    assert requirements(scan)["terraform.required_providers.random"]["rooted"] is False


def test_calls_in_a_plan(tmp_path: Path) -> None:
    inner = {"source": "x/vpc/aws", "version_constraint": "~> 1.0", "module": {"module_calls": {}}}
    theirs = {"source": "y/subnets/aws", "module": {}}
    calls = {
        "app": {"source": "./app", "module": {"module_calls": {"inner": inner}}},
        "fetched": {"source": "x/eks/aws", "version_constraint": "1.2.3", "module": {"module_calls": {"of": theirs}}},
    }
    plan = {"format_version": "1.2", "resource_changes": [], "configuration": {"root_module": {"module_calls": calls}}}
    path = tmp_path.resolve() / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert requirements(read_plan(path, "plan.json")) == {
        "module.app": {"source": "./app"},
        "module.fetched": {"source": "x/eks/aws", "version": "1.2.3"},
        "module.app.module.inner": {"source": "x/vpc/aws", "version": "~> 1.0"},
    }


def test_json_form(tmp_path: Path) -> None:
    text = '{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.0.0"}}}}'
    scan = scanned(tmp_path.resolve(), {"main.tf.json": text})
    assert requirements(scan)["terraform.required_providers.aws"]["version"] == "5.0.0"


def test_fetched_modules_are_left_out(tmp_path: Path) -> None:
    manifest = '{"Modules": [{"Key": "vpc", "Source": "x/vpc/aws", "Dir": ".terraform/modules/vpc"}]}'
    files = {
        "main.tf": 'module "vpc" {\n  source = "x/vpc/aws"\n}\n',
        ".terraform/modules/modules.json": manifest,
        ".terraform/modules/vpc/main.tf": APP,
    }
    assert list(requirements(scanned(tmp_path.resolve(), files))) == ["module.vpc"]
