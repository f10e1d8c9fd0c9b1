"""What a type checker and an editor see of the components, and what a user without the SDKs is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pulumi")
pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")
api = pytest.importorskip("mypy.api")

from compliant_infra.components import alicloud, aws  # noqa: E402

ROOT = Path(__file__).parents[2]

PROGRAM = """\
import pulumi
from compliant_infra.components.alicloud import KeyRing, ServerGroup, TieredNetwork, TieredNetworkArgs
from compliant_infra.components.aws import ObjectBucket

wanted: TieredNetworkArgs = {"cidr_block": "10.0.0.0/16", "zones": ["cn-beijing-h", "cn-beijing-k"]}
network = TieredNetwork("network", wanted)
ServerGroup("servers", {
    "subnet_ids": network.application_subnet_ids,
    "zones": network.zones,
    "image_id": pulumi.Config().require("image"),
    "instance_types": ["ecs.g8i.large"],
})
KeyRing("keys", {"kms_instance": "kst-1"})
ObjectBucket("bucket", {"bucket": "a", "account_id": 123456789012})
network.vpc
network.virtual_network
"""


def mypy(tmp_path: Path, *files: str) -> tuple[str, int]:
    settings = tmp_path / "mypy.ini"
    skipped = "".join(f"[mypy-{name}.*]\nfollow_imports = skip\n" for name in ("pulumi_alicloud", "pulumi_aws"))
    settings.write_text(f"[mypy]\nstrict = true\n{skipped}", encoding="utf-8")
    found, broken, status = api.run(
        [
            f"--config-file={settings}",
            f"--cache-dir={tmp_path / 'cache'}",
            "--no-error-summary",
            "--hide-error-context",
            "--explicit-package-bases",
            *files,
        ]
    )
    assert not broken
    return found, status


@pytest.mark.slow
def test_the_examples_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found, status = mypy(tmp_path, "examples/components/alicloud", "examples/components/aws")
    assert (found, status) == ("", 0)


@pytest.mark.slow
def test_mistakes_are_flagged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    found, status = mypy(tmp_path, str(program))
    lines = {int(line.split(":")[1]): line for line in found.splitlines() if ": error:" in line}
    assert status == 1
    assert sorted(lines) == [13, 14, 16], found
    assert "kms_instance" in lines[13] and "typeddict-unknown-key" in lines[13]
    assert "account_id" in lines[14]
    assert "virtual_network" in lines[16]


@pytest.mark.parametrize("package", [alicloud, aws])
def test_every_class_and_its_arguments_are_there(package: Any) -> None:
    source = Path(str(package.__file__)).read_text(encoding="utf-8")
    for name, module in package.COMPONENTS.items():
        for visible in (name, f"{name}Args"):
            assert getattr(package, visible).__module__ == f"{package.__name__}.{module}"
            # The block for type checkers names the same ones.
            assert f"{module} import {visible} as {visible}\n" in source
        assert name in dir(package)


@pytest.mark.parametrize("absent", ["pulumi", "pulumi_alicloud"])
def test_without_the_sdk_it_says_what_to_install(absent: str) -> None:
    program = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from compliant_infra.components.alicloud import ObjectBucket
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ObjectBucket needs the Pulumi SDK")
    assert absent in last and "pip install 'compliant-infra[pulumi]'" in last


@pytest.mark.parametrize("package", [alicloud, aws])
def test_other_names_are_no_attributes(package: Any) -> None:
    for name in ("Nonsense", "NonsenseArgs", "Args"):
        with pytest.raises(AttributeError, match=name):
            getattr(package, name)
