"""What is built and shipped: the right files, the right metadata, and it works far from the source tree."""

from __future__ import annotations

import email
import json
import shutil
import tarfile
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from compliant_infra import __version__

from .conftest import ROOT, Distribution, Environment, make_environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]

#: Folder of the tree -> where it stands in the wheel.
ROOMS = {
    "compliant_infra": "compliant_infra",
    "components": "compliant_infra/components",
    "hcl_checks": "compliant_infra/hcl_checks",
    "stacks": "compliant_infra/stacks",
}
#: What is read at run time beside Python files. The regulations' and baselines' TOML is compiled to JSON before.
DATA = (".json", ".yaml", ".zip", ".tf")
#: TOML that commands read as it is.
READ = (
    "crosswalk/checkov.toml",
    "obligations/tasks.toml",
    "providers/capabilities.toml",
    "providers/config_rules.toml",
    "remediations/fixes.toml",
)
#: What linters, Terraform and Pulumi leave in a stack that somebody tried in place.
LEFT_BY_TOOLS = {"__pycache__", ".ruff_cache", ".pytest_cache", ".terraform", ".terraform.lock.hcl", "venv", ".venv"}
CHECKOV = (ROOT / "tests" / "checkov.txt").read_text(encoding="utf-8").strip().removeprefix("checkov==")
FIXTURES = Path(__file__).parent / "fixtures"


def expected_files() -> set[str]:
    found: set[str] = set()
    for room, place in ROOMS.items():
        for path in (ROOT / room).rglob("*"):
            if path.is_symlink() or not path.is_file() or LEFT_BY_TOOLS & set(path.parts):
                continue
            read = path.relative_to(ROOT / room).as_posix() in READ
            plugin = path.name == "requirements.txt"  # of a Pulumi plugin's folder
            if room == "stacks" or path.suffix in (".py", *DATA) or path.name == "py.typed" or read or plugin:
                found.add(f"{place}/{path.relative_to(ROOT / room).as_posix()}")
    return found


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (item for item in archive.namelist() if item.endswith(".dist-info/METADATA"))
        return email.message_from_string(archive.read(name).decode())


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(distribution: Distribution) -> None:
    with zipfile.ZipFile(distribution.wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    expected = expected_files()
    assert "compliant_infra/py.typed" in expected
    assert "compliant_infra/regulations/compiled.json" in expected
    assert "compliant_infra/reports/report.schema.json" in expected
    assert "compliant_infra/hcl_checks/reader.py" in expected
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []


def test_the_source_archive_holds_the_licence_and_what_the_wheel_is_built_of(distribution: Distribution) -> None:
    with tarfile.open(distribution.source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "hcl_checks/reader.py", "compliant_infra/py.typed"} <= names


def test_metadata(distribution: Distribution) -> None:
    found = metadata(distribution.wheel)
    assert found["Name"] == "compliant-infra"
    assert found["Version"] == __version__ == project()["version"]
    assert found["Requires-Python"] == ">=3.11"
    assert found["License-Expression"] == "Apache-2.0"
    assert found.get_all("License-File") == ["LICENSE"]
    needed = [item for item in found.get_all("Requires-Dist", []) if "extra ==" not in item]
    names = {item.partition(">")[0].partition("=")[0].strip().lower() for item in needed}
    # python-hcl2 would break a checkov beside it: both install the package `hcl2`.
    assert names == {"click", "google-re2", "pathspec", "pyyaml", "rich"}


def test_the_wheel_works_alone(empty_environment: Environment, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "public-bucket", tmp_path / "bad")
    shutil.copytree(FIXTURES / "nothing-to-judge", tmp_path / "good")
    run = empty_environment.run
    assert __version__ in run("compliant-infra", "--version", cwd=tmp_path)
    place = run("python", "-c", "import compliant_infra; print(compliant_infra.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(empty_environment.home)
    report = run("compliant-infra", "check", "bad", "--format", "json", cwd=tmp_path, statuses=(1,))
    failing = {item["resource"] for item in json.loads(report)["results"] if item["verdict"] == "fail"}
    assert "alicloud_oss_bucket.public" in failing
    run("compliant-infra", "check", "good", cwd=tmp_path)
    run("compliant-infra", "check", "absent", cwd=tmp_path, statuses=(2,))


@pytest.mark.parametrize(
    "command",
    [
        ("rules",),
        ("coverage",),
        ("coverage", "--view", "soc2"),
        ("explain", "8.1.4.7"),
        ("explain", "CN008"),
        ("providers",),
        ("export", "config-pack"),
        ("evidence", "init"),
        ("completion", "bash"),
    ],
)
def test_commands_that_read_shipped_data(
    empty_environment: Environment, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert empty_environment.run("compliant-infra", *command, cwd=tmp_path).strip()


def test_every_module_of_the_wheel_can_be_imported_without_extras(
    empty_environment: Environment, tmp_path: Path
) -> None:
    """But for those that serve an extra, and say which package they miss."""
    script = (
        "import importlib, pkgutil, compliant_infra as top\n"
        "for item in pkgutil.walk_packages(top.__path__, 'compliant_infra.', onerror=lambda name: None):\n"
        "    try:\n"
        "        importlib.import_module(item.name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        if (error.name or '').startswith('compliant_infra'):\n"
        "            raise\n"
        "        print(item.name, error.name)\n"
    )
    missing = dict(line.split() for line in empty_environment.run("python", "-c", script, cwd=tmp_path).splitlines())
    extras = {"hcl2", "pulumi", "pulumi_alicloud", "pulumi_aws", "pulumi_policy", "checkov", "pygls", "lsprotocol"}
    extras |= {"google", "grpc"}  # protobuf and gRPC come with pulumi
    extras |= {"jinja2", "xlsxwriter", "trestle", "dask", "distributed"}
    outside = {name: package for name, package in missing.items() if package.partition(".")[0] not in extras}
    assert outside == {}
    served = {"compliant_infra.cli.language_server", "compliant_infra.cli.checkov_judge"}  # loaded where needed
    assert not [name for name in missing.keys() - served if ".kernel" in name or ".cli" in name]


def test_requirements_are_consistent(empty_environment: Environment, tmp_path: Path) -> None:
    empty_environment.run("python", "-m", "pip", "check", cwd=tmp_path)


@pytest.fixture(scope="session")
def shared_environment(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel installed on top of checkov's packages, which stay where they are: half a gigabyte is not copied."""
    checkov = ROOT / ".venv-checkov"
    if not (checkov / ".installed").exists():
        pytest.skip("no .venv-checkov: make test prepares it")
    environment = make_environment(tmp_path_factory.mktemp("beside") / "venv")
    (packages,) = checkov.glob("lib/python3*/site-packages")
    (own,) = environment.home.glob("lib/python3*/site-packages")
    (own / "checkov.pth").write_text(f"{packages}\n", encoding="utf-8")
    shutil.copy(checkov / "bin" / "checkov", environment.home / "bin" / "checkov")
    tool = environment.home / "bin" / "checkov"
    _, rest = tool.read_text(encoding="utf-8").split("\n", 1)
    tool.write_text(f"#!{environment.tool('python')}\n{rest}", encoding="utf-8")
    environment.install(str(distribution.wheel))
    return environment


def test_the_wheel_works_beside_checkov(shared_environment: Environment, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "public-bucket", tmp_path / "bad")
    run = shared_environment.run
    assert run("checkov", "--version", cwd=tmp_path).strip() == CHECKOV
    options = ("--framework", "terraform", "--skip-download", "--quiet", "--compact", "-o", "json")
    found = json.loads(run("checkov", "-d", "bad", *options, cwd=tmp_path, statuses=(1,)))
    assert found["summary"]["failed"] > 0
    assert found["summary"]["parsing_errors"] == 0
    report = run("compliant-infra", "check", "bad", "--format", "json", cwd=tmp_path, statuses=(1,))
    assert json.loads(report)["summary"]["resources"] == 1
    run("python", "-m", "pip", "check", cwd=tmp_path)
