"""``compliant-infra new``: what is listed, made and refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from compliant_infra.stacks.catalogue import templates
from tests.cli.harness import Answer, invoke

PULUMI = "alicloud-website-l2"
TERRAFORM = "terraform-alicloud-l3"
AWS = "aws-three-tier-l3"
TENCENT = "terraform-tencentcloud-l3"


def new(template: str, folder: Path, *options: str) -> Answer:
    return invoke("new", template, str(folder), *options)


def refused(template: str, folder: Path, *options: str) -> str:
    """Why a project is refused; nothing is written then."""
    answer = new(template, folder, *options)
    assert answer.status == 2
    assert answer.out == ""
    assert not folder.exists()
    return answer.err


# ------------------------------------------------------------------------------------------------------ the list


def test_list() -> None:
    answer = invoke("new", "--list")
    assert answer.status == 0
    for name in templates():
        assert f"\n{name} " in "\n" + answer.out


def test_list_in_json() -> None:
    records = json.loads(invoke("new", "--list", "--format", "json").out)
    assert [item["name"] for item in records] == list(templates())
    for item in records:
        assert {"name", "kind", "cloud", "baseline"} <= item.keys()


def test_list_in_chinese() -> None:
    listed = invoke("new", "--list", "--lang", "zh").out
    for template in templates().values():
        assert template.title.zh in listed
        assert template.title.en not in listed


# ------------------------------------------------------------------------------------------------------ what is made


def test_choices_travel_as_stack_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    answer = new(
        PULUMI, folder, "--baseline", "mlps-l3", "--region", "cn-shanghai", "--zones", "cn-shanghai-b,cn-shanghai-m",
        "--standby-region", "cn-beijing", "--tags", "team=platform,env=prod", "--tags", "cost=42",
        "--description", "Our shop: #1",
    )  # fmt: skip
    assert answer.status == 0
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["name"] == "shop"
    assert project["description"] == "Our shop: #1"
    assert "template" not in project
    config = yaml.safe_load((folder / "Pulumi.prod.yaml").read_text(encoding="utf-8"))["config"]
    assert config["alicloud:region"] == "cn-shanghai"
    assert config["compliant-infra:baseline"] == "mlps-l3"
    assert config["shop:zones"] == "cn-shanghai-b,cn-shanghai-m"
    assert config["shop:standbyRegion"] == "cn-beijing"
    assert config["shop:tags"] == "system=shop,team=platform,env=prod,cost=42"
    assert all(isinstance(value, str) for value in config.values())
    settings = tomllib.loads((folder / "compliant-infra.toml").read_text(encoding="utf-8"))
    assert settings["system"] == {"name": "shop", "baseline": "mlps-l3", "profiles": [], "complete": True}


def test_choices_travel_as_tfvars(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    answer = new(TERRAFORM, folder, "--region", "cn-shanghai", "--standby-region", "cn-shenzhen", "--tags", "a=b")
    assert answer.status == 0, answer.err
    text = (folder / "terraform.tfvars").read_text(encoding="utf-8")
    for line in ('name = "shop"', 'region = "cn-shanghai"', 'standby_region = "cn-shenzhen"', '  a      = "b"'):
        assert f"{line}\n" in text
    assert '"cn-shanghai-' in text


@pytest.mark.parametrize("template", sorted(templates()))
def test_hidden_files_come_along_and_no_token_is_left(template: str, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    assert new(template, folder).status == 0
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {".gitignore", ".gitlab-ci.yml", ".pre-commit-config.yaml", ".github/workflows/compliance.yml"} <= found
    for name in found:
        text = (folder / name).read_text(encoding="utf-8")
        assert "${PROJECT}" not in text, name
        assert "${DESCRIPTION}" not in text, name
    assert not [name for name in found if "__pycache__" in name or ".terraform/" in name]


def test_next_steps_name_what_to_replace(tmp_path: Path) -> None:
    out = new(PULUMI, tmp_path / "shop").out
    assert "compliant-infra check . --run-program" in out
    assert "accountId" in out
    assert "pulumi up" in out
    zh = new(TERRAFORM, tmp_path / "zh", "--lang", "zh").out
    assert "下一步" in zh and "terraform" in zh


def test_a_name_is_made_of_the_directory(tmp_path: Path) -> None:
    assert new(PULUMI, tmp_path / "2026 My_Shop!").status == 0
    project = yaml.safe_load((tmp_path / "2026 My_Shop!" / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["name"] == "my-shop"


# ------------------------------------------------------------------------------------------------------ where it goes


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    answer = new(PULUMI, tmp_path)
    assert answer.status == 2
    assert "not empty" in answer.err
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_new_repository_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    assert new(PULUMI, tmp_path, "--name", "shop").status == 0
    assert (tmp_path / ".git" / "HEAD").read_text(encoding="utf-8") == "ref: refs/heads/main\n"


def test_an_empty_folder_is_used_and_parents_are_made(tmp_path: Path) -> None:
    assert new(PULUMI, tmp_path, "--name", "shop").status == 0
    assert new(PULUMI, tmp_path / "a" / "b" / "shop").status == 0


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine", encoding="utf-8")
    assert new(PULUMI, tmp_path / "shop").status == 2
    assert (tmp_path / "shop").read_text(encoding="utf-8") == "mine"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "shop").symlink_to(tmp_path / "elsewhere")
    assert new(PULUMI, tmp_path / "shop").status == 2
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_nothing_is_left_where_it_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert new(PULUMI, tmp_path / "shop").status == 2
        assert os.listdir(tmp_path) == []
    finally:
        tmp_path.chmod(0o700)


def test_what_was_written_is_taken_away_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def full(self: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if mode == "xb" and self.name == "evidence.toml":
            raise OSError(28, "No space left on device", str(self))
        return original(self, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    answer = new(PULUMI, tmp_path / "deep" / "shop")
    assert answer.status == 2
    assert "No space left" in answer.err
    assert os.listdir(tmp_path) == []


# ------------------------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("template", "options", "reason"),
    [
        (PULUMI, ["--region", "cn-hongkong"], "mainland China"),
        (PULUMI, ["--region", "ap-southeast-1"], "mainland China"),
        (PULUMI, ["--region", "cn-north-1"], "no region of alicloud"),
        (PULUMI, ["--region", "cn-hangzou"], "no region of alicloud"),
        (PULUMI, ["--baseline", "mlps-l4"], "not for mlps-l4"),
        (PULUMI, ["--baseline", "mlps-3"], "unknown baseline"),
        (PULUMI, ["--profile", "gdpr"], "unknown profile"),
        (PULUMI, ["--zones", "cn-beijing-h,cn-beijing-k"], "zones of cn-hangzhou"),
        (PULUMI, ["--region", "cn-heyuan"], "--zones"),
        (PULUMI, ["--name", "My Shop"], "--name"),
        (PULUMI, ["--name", "a--b"], "--name"),
        (PULUMI, ["--name", "x" * 60], "--name"),
        (PULUMI, ["--tags", "novalue"], "key=value"),
        (PULUMI, ["--tags", 'a="; drop'], "--tags"),
        (PULUMI, ["--package", "../compliant-infra"], "--package"),
        (PULUMI, ["--package", "nowhere.whl"], "--package"),
        (PULUMI, ["--package", "git+https://git.example.com/a.git\nother==1"], "--package"),
        (PULUMI, ["--package", "git+https://git.example.com/a.git --pre other"], "--package"),
        (PULUMI, ["--package", "compliant-infra@main"], "--package"),
        (PULUMI, ["--package", "compliant-infra-other==1"], "--package"),
        (AWS, ["--region", "us-east-1"], "mainland China"),
        (AWS, ["--baseline", "mlps-l4"], "not for mlps-l4"),
        (AWS, ["--standby-region", "cn-north-1"], "another place"),
        (TERRAFORM, ["--region", "cn-hangzhou", "--standby-region", "cn-hangzhou-finance"], "another place"),
        (TERRAFORM, ["--standby-region", "ap-southeast-1"], "mainland China"),
        (TENCENT, ["--region", "ap-nanjing"], "not made for ap-nanjing"),
        (TENCENT, ["--region", "ap-chengdu"], "take one of ap-beijing, ap-shanghai, ap-guangzhou"),
        (TENCENT, ["--standby-region", "ap-chengdu"], "not made for ap-chengdu"),
        (TENCENT, ["--region", "ap-singapore"], "mainland China"),
        ("alicloud-financial-l3", ["--baseline", "financial-l4", "--region", "cn-hangzhou"], "of the class public"),
        ("alicloud-core-l4", ["--region", "cn-hangzhou"], "does not carry mlps-l4"),
        ("alicloud-three-tier-l3", ["--baseline", "mlps-l4"], "does not carry mlps-l4"),
        ("no-such-stack", [], "known: "),
    ],
)
def test_refused(template: str, options: list[str], reason: str, tmp_path: Path) -> None:
    assert reason in refused(template, tmp_path / "shop", *options)


def test_every_stack_refuses_regions_outside_mainland_china(tmp_path: Path) -> None:
    foreign = {"alicloud": "ap-southeast-1", "aws": "ap-northeast-1", "tencentcloud": "ap-singapore"}
    for template in templates().values():
        reason = refused(template.name, tmp_path / "shop", "--region", foreign[template.cloud])
        assert "mainland China" in reason


def test_without_a_directory_or_a_template(tmp_path: Path) -> None:
    assert invoke("new").status == 2
    assert invoke("new", PULUMI).status == 2


def test_the_standby_moves_when_the_first_region_takes_its_place(tmp_path: Path) -> None:
    record = templates()[AWS]
    folder = tmp_path / "shop"
    assert new(AWS, folder, "--region", record.standby_region).status == 0
    config = yaml.safe_load((folder / "Pulumi.prod.yaml").read_text(encoding="utf-8"))["config"]
    assert config["shop:standbyRegion"] == record.region
    assert config["shop:standbyZones"].startswith(record.region)


# ------------------------------------------------------------------------------------------------------ the package


def test_the_package_from_git(tmp_path: Path) -> None:
    address = "git+https://git.example.com/platform/compliant-infra.git@v0.1.0"
    assert new(PULUMI, tmp_path / "shop", "--package", address).status == 0
    first = (tmp_path / "shop" / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"compliant-infra[pulumi] @ {address}"


def test_the_package_as_a_wheel(tmp_path: Path) -> None:
    wheel = tmp_path / "compliant_infra-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    assert new(PULUMI, tmp_path / "shop", "--package", str(wheel)).status == 0
    first = (tmp_path / "shop" / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first == "./wheels/compliant_infra-0.1.0-py3-none-any.whl[pulumi]"
    assert (tmp_path / "shop" / "wheels" / wheel.name).read_bytes() == b"PK"
    ignored = (tmp_path / "shop" / ".gitignore").read_text(encoding="utf-8")
    assert "wheels" not in ignored


def test_the_package_by_version(tmp_path: Path) -> None:
    assert new(TERRAFORM, tmp_path / "shop", "--package", "compliant-infra==0.2.0").status == 0
    assert (tmp_path / "shop" / "requirements.txt").read_text(encoding="utf-8") == "compliant-infra==0.2.0\n"


def test_without_a_package_the_next_steps_say_where_it_comes_from(tmp_path: Path) -> None:
    assert "package index" in new(PULUMI, tmp_path / "index").out
    address = "git+ssh://git@git.example.com/platform/compliant-infra.git@v0.1.0"
    assert "package index" not in new(PULUMI, tmp_path / "git", "--package", address).out


# ------------------------------------------------------------------------------------------------------ prompts


def test_prompts_where_a_terminal_is(tmp_path: Path) -> None:
    """The answers take the place of options; an empty one takes the default."""
    pty = pytest.importorskip("pty")
    main, follower = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "compliant_infra.cli.main", "new", PULUMI, str(tmp_path / "shop"), "--lang", "en"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        close_fds=True,
    )
    os.close(follower)
    os.write(main, b"orders\nmlps-l3\ncn-shanghai\n\nteam=web\n")
    output = b""
    try:
        while chunk := os.read(main, 4096):
            output += chunk
    except OSError:
        pass  # the other end is closed
    assert child.wait(timeout=30) == 0, output.decode()
    config = yaml.safe_load((tmp_path / "shop" / "Pulumi.prod.yaml").read_text(encoding="utf-8"))["config"]
    assert config["alicloud:region"] == "cn-shanghai"
    assert config["compliant-infra:baseline"] == "mlps-l3"
    assert config["orders:tags"] == "system=orders,team=web"


def test_new_loads_no_sdk(tmp_path: Path) -> None:
    """It answers at once: nothing that is slow to load is loaded."""
    slow = ("pulumi", "rich", "yaml", "asyncio", "compliant_infra.hcl_checks", "compliant_infra.components")
    script = (
        "import sys\nfrom compliant_infra.cli.main import cli\n"
        f"cli(['new', {PULUMI!r}, {str(tmp_path / 'shop')!r}, '--yes'], standalone_mode=False)\n"
        f"print([m for m in {slow!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
