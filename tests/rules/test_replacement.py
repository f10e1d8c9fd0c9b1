"""``replacement.json``: what a fix may not change without being told to, because the resource would be replaced."""

from __future__ import annotations

import importlib.util
import json
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from tests.rules.schemas import loaded

ROOT = Path(__file__).resolve().parent.parent.parent


def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_replacement", ROOT / "scripts" / "compile_replacement.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_current() -> None:
    if loaded("alicloud") is None or importlib.util.find_spec("pulumi_aws") is None:
        pytest.skip("the providers' schemas (COMPLIANT_INFRA_SCHEMAS) or pulumi-aws are not at hand")
    module = compiler()
    assert module.TARGET.read_text(encoding="utf-8") == module.compiled(), "run python scripts/compile_replacement.py"


def test_what_everybody_knows_to_be_immutable_is_in_it() -> None:
    found = json.loads(files("compliant_infra.remediations").joinpath("replacement.json").read_text(encoding="utf-8"))
    assert {"encrypted", "kms_key_id"} <= set(found["alicloud_ecs_disk"])
    assert "data_disks.encrypted" in found["alicloud_instance"]
    assert "traffic_type" in found["tencentcloud_vpc_flow_log"]  # refused by the provider, no replacement either
    assert {"storage_encrypted", "kms_key_id"} <= set(found["aws_db_instance"])
    assert "multi_az" not in found["aws_db_instance"]
    assert "tenancy" in found["unconfirmed"]["aws_instance"]
    for kind, paths in found["unconfirmed"].items():
        assert not set(paths) & set(found.get(kind, ())), kind
