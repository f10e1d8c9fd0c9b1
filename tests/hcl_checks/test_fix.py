"""The fixer on the real reader: where values come from, what is written, what is left."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.fix import Edit, Fix, Fixer, Refusal
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.roots import find_roots
from compliant_infra.kernel.model import Result, Verdict
from compliant_infra.remediations import fixes
from tests.cli.harness import lay

ROTATION = "kms-rotation"  # aws_kms_key.enable_key_rotation
SCAN = "image-scan-on"  # aws_ecr_repository.image_scanning_configuration.scan_on_push


class Bench:
    """A directory with what its fixer makes of the findings of a rule."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes], rule: str, **options: Any) -> None:
        self.root = lay(root.resolve(), files)
        tree = discover([str(self.root)], options.pop("exclude", ()))
        library = ModuleLibrary(tree)
        roots = find_roots(tree, library)
        inputs = VariableInputs(options.pop("values", {}), set(options.pop("spoken", ())))
        self.fixer = Fixer(tree, library, inputs, {item: Request("mlps-l3", ("pipl",)) for item in roots}, **options)
        self.results: list[Result] = [
            result
            for item in roots
            for result in self.fixer.prover.now(item, rule).results
            if result.verdict is Verdict.FAIL
        ]
        self.outcomes = self.fixer.mend(self.results)

    def text(self, name: str = "main.tf") -> str:
        """A file as the fixes leave it; "" where none touches it."""
        return self.fixer.edited.get(str(self.root / name), b"").decode("utf-8")

    @property
    def fix(self) -> Fix:
        (outcome,) = self.outcomes
        assert isinstance(outcome, Fix), outcome
        return outcome

    @property
    def refusal(self) -> Refusal:
        (outcome,) = self.outcomes
        assert isinstance(outcome, Refusal), outcome
        return outcome


def key(body: str = "", name: str = "a") -> str:
    return f'resource "aws_kms_key" "{name}" {{\n{body}}}\n'


def test_an_attribute_is_added_to_the_run_before_the_blocks(tmp_path: Path) -> None:
    before = """\
# what the key is for
resource "aws_kms_key" "a" {
  description = "orders" # 订单
  # kept for the auditors
  multi_region            = true
  deletion_window_in_days = 30 # days
  is_enabled              = true

  timeouts {
    create = "5m"
  }
}
"""
    bench = Bench(tmp_path, {"main.tf": before}, ROTATION)
    assert bench.text() == before.replace(
        "  is_enabled              = true\n", "  is_enabled              = true\n  enable_key_rotation     = true\n"
    )
    assert bench.fix.title.en == "aws_kms_key.a: enable_key_rotation = true"
    assert [result.resource for result in bench.fix.results] == ["aws_kms_key.a"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "  enable_key_rotation = true\n"),
        ('  description = "x"\n', '  description         = "x"\n  enable_key_rotation = true\n'),
        ('  description="x"\n', '  description="x"\n  enable_key_rotation = true\n'),
        ("  enable_key_rotation = false\n", "  enable_key_rotation = true\n"),
        ("  enable_key_rotation = false // old\n", "  enable_key_rotation = true // old\n"),
        (
            "  enable_key_rotation = false # why\n  is_enabled          = true  # on\n",
            "  enable_key_rotation = true # why\n  is_enabled          = true # on\n",
        ),
        ("  count = 1\n", "  count = 1\n\n  enable_key_rotation = true\n"),
        ("\ttags = {\n\t\ta = 1\n\t}\n", "\ttags = {\n\t\ta = 1\n\t}\n\tenable_key_rotation = true\n"),
        (
            "  policy      = <<-EOT\n    {}\n  EOT\n  is_enabled  = true\n  description = <<EOT\nx\nEOT\n",
            "  policy              = <<-EOT\n    {}\n  EOT\n  is_enabled          = true\n"
            "  description         = <<EOT\nx\nEOT\n  enable_key_rotation = true\n",
        ),
        (
            "  policy = <<-EOT\n    {}\n  EOT\n  depends_on = [aws_kms_key.b]\n",
            "  policy = <<-EOT\n    {}\n  EOT\n  enable_key_rotation = true\n  depends_on = [aws_kms_key.b]\n",
        ),
    ],
)
def test_what_is_written_looks_as_the_file_does(tmp_path: Path, before: str, after: str) -> None:
    assert Bench(tmp_path, {"main.tf": key(before)}, ROTATION).text() == key(after)


def test_a_block_in_one_line_gets_lines_of_its_own_where_needed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"main.tf": 'resource "aws_kms_key" "a" { description = "x" }\n'}, ROTATION)
    assert bench.text() == key('  description         = "x"\n  enable_key_rotation = true\n')
    one = key("  image_scanning_configuration { scan_on_push = false }\n").replace("aws_kms_key", "aws_ecr_repository")
    bench = Bench(tmp_path / "b", {"main.tf": one}, SCAN)
    assert bench.text() == one.replace("false", "true")


def test_a_block_is_added_or_merged(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"main.tf": 'resource "aws_ecr_repository" "a" {\n  name = "a"\n}\n'}, SCAN)
    assert bench.text() == (
        'resource "aws_ecr_repository" "a" {\n  name = "a"\n\n'
        "  image_scanning_configuration {\n    scan_on_push = true\n  }\n}\n"
    )
    dynamic = """\
resource "aws_ecr_repository" "a" {
  name = "a"
  dynamic "image_scanning_configuration" {
    for_each = ["x"]
    content {
      scan_on_push = false
    }
  }
}
"""
    bench = Bench(tmp_path / "b", {"main.tf": dynamic}, SCAN)
    assert bench.text() == dynamic.replace("false", "true")


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf" + key('  description = "\u8ba2\u5355"\n').replace("\n", "\r\n").encode()
    bench = Bench(tmp_path, {"main.tf": before}, ROTATION)
    after = bench.fixer.edited[str(bench.root / "main.tf")]
    assert after.startswith(b"\xef\xbb\xbfresource")
    assert after.count(b"\n") == after.count(b"\r\n") == before.count(b"\n") + 1
    plain = before.decode("utf-8-sig")
    edits = [edit for edit in bench.fix.edits if edit.path.endswith("main.tf")]
    assert applied(plain, edits) == after.decode("utf-8-sig")


def applied(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_the_value_is_changed_where_it_stands(tmp_path: Path) -> None:
    variable = 'variable "rotate" {\n  type    = bool\n  default = false # for now\n}\n'
    used = key("  enable_key_rotation = var.rotate\n")
    bench = Bench(tmp_path / "default", {"main.tf": used, "variables.tf": variable}, ROTATION)
    assert bench.text("variables.tf") == variable.replace("= false", "= true")
    files = {"main.tf": used, "variables.tf": variable, "terraform.tfvars": "rotate = false\n"}
    bench = Bench(tmp_path / "file", {**files, "z.auto.tfvars": "# later\nrotate=false\n"}, ROTATION)
    assert bench.text("z.auto.tfvars") == "# later\nrotate=true\n"
    assert not bench.text("variables.tf")
    assert "z.auto.tfvars" in bench.fix.title.en
    local = 'locals {\n  rotate = "${var.rotate}"\n}\n'
    through = {"main.tf": local + key("  enable_key_rotation = local.rotate\n"), "variables.tf": variable}
    assert "default = true # for now" in Bench(tmp_path / "local", through, ROTATION).text("variables.tf")
    override = {"main.tf": key("  enable_key_rotation = true\n"), "override.tf": key("  enable_key_rotation = false\n")}
    bench = Bench(tmp_path / "override", override, ROTATION)
    assert bench.text("override.tf") == key("  enable_key_rotation = true\n")
    assert not bench.text()


def test_the_value_is_followed_through_module_calls(tmp_path: Path) -> None:
    files = {
        "app/main.tf": 'module "outer" {\n  source = "../outer"\n  rotate = false\n}\n',
        "outer/main.tf": 'variable "rotate" {}\nmodule "inner" {\n  source = "../inner"\n  spin   = var.rotate\n}\n',
        "inner/main.tf": 'variable "spin" {}\n' + key("  enable_key_rotation = var.spin\n"),
    }
    bench = Bench(tmp_path, files, ROTATION)
    assert list(bench.fixer.edited) == [str(bench.root / "app/main.tf")]
    assert bench.text("app/main.tf") == files["app/main.tf"].replace("false", "true")
    assert "argument rotate of module.outer" in bench.fix.title.en


def test_the_value_of_one_instance_is_changed_in_its_object(tmp_path: Path) -> None:
    keys = """\
locals {
  keys = {
    orders = { rotation = true, days = 30 }
    logs   = { rotation = false, days = 7 } # short
    trail = {
      days = 30
    }
  }
}
"""
    used = key("  for_each            = local.keys\n  enable_key_rotation = try(each.value.rotation, false)\n")
    bench = Bench(tmp_path, {"main.tf": keys + used}, ROTATION)
    assert [type(item).__name__ for item in bench.outcomes] == ["Fix", "Fix"]
    assert bench.text() == (keys + used).replace("rotation = false,", "rotation = true,").replace(
        "      days = 30\n", "      days     = 30\n      rotation = true\n"
    )
    elsewhere = key(
        "  for_each    = local.keys\n  is_enabled = each.value.rotation\n  enable_key_rotation = true\n", "b"
    )
    bench = Bench(tmp_path / "shared", {"main.tf": keys + used + elsewhere}, ROTATION)
    assert {item.code for item in bench.outcomes if isinstance(item, Refusal)} == {"shared"}


def test_one_edit_mends_all_instances_of_a_block(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"main.tf": key("  count = 3\n")}, ROTATION)
    assert sorted(result.resource for result in bench.fix.results) == [f"aws_kms_key.a[{index}]" for index in range(3)]


def test_what_others_use_is_left(tmp_path: Path) -> None:
    local = "locals {\n  rotate = false\n}\n" + key("  enable_key_rotation = local.rotate\n")
    other = 'output "rotates" {\n  value = local.rotate\n}\n'
    refusal = Bench(tmp_path, {"main.tf": local + other}, ROTATION).refusal
    assert refusal.code == "shared"
    assert "output.rotates (" in refusal.message.en
    both = local + key("  enable_key_rotation = local.rotate\n", "b")
    bench = Bench(tmp_path / "both", {"main.tf": both}, ROTATION)
    assert len(bench.fix.results) == 2
    assert bench.text() == both.replace("= false", "= true")
    twice = {
        "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n  scan   = true\n}\n',
        "m/main.tf": 'variable "scan" {\n  default = false\n}\n'
        'resource "aws_ecr_repository" "r" {\n  name = "r"\n  dynamic "image_scanning_configuration" {\n'
        "    for_each = var.scan ? [1] : []\n    content {\n      scan_on_push = true\n    }\n  }\n}\n",
    }
    assert Bench(tmp_path / "twice", twice, SCAN).refusal.code == "by-hand"


def test_what_is_not_known_or_composed_is_left(tmp_path: Path) -> None:
    cases = {
        "by-hand": "  enable_key_rotation = var.level > 4 ? true : false\n",
        "no-source": "",
    }
    variable = 'variable "level" {\n  default = 3\n}\n'
    bench = Bench(tmp_path / "a", {"main.tf": variable + key(cases["by-hand"])}, ROTATION)
    assert bench.refusal.code == "by-hand"
    assert "main.tf:5" in bench.refusal.message.en
    written = '{"resource": {"aws_kms_key": {"a": {"description": "x"}}}}'
    assert Bench(tmp_path / "b", {"main.tf.json": written}, ROTATION).refusal.code == "no-source"
    given = key("  enable_key_rotation = var.rotate\n") + 'variable "rotate" {}\n'
    bench = Bench(tmp_path / "c", {"main.tf": given}, ROTATION, values={"rotate": False}, spoken=["rotate"])
    assert bench.refusal.code == "not-yours"
    called = {"app/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": key()}
    bench = Bench(tmp_path / "d", called, ROTATION, exclude=["m"])
    assert bench.refusal.code == "not-yours"
    ignored = {
        ".git/HEAD": "",
        ".gitignore": "*.tfvars\n",
        "main.tf": given,
        "terraform.tfvars": "rotate = false\n",
    }
    assert Bench(tmp_path / "e", ignored, ROTATION).refusal.code == "not-yours"


def test_fetched_modules_are_left_and_their_arguments_changed(tmp_path: Path) -> None:
    fetched = {
        "main.tf": 'module "m" {\n  source = "acme/keys/aws"\n  rotate = false\n}\n',
        ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}',
    }
    inner = 'variable "rotate" {}\n' + key("  enable_key_rotation = var.rotate\n")
    bench = Bench(tmp_path / "a", {**fetched, ".terraform/modules/m/main.tf": inner}, ROTATION)
    assert bench.text() == fetched["main.tf"].replace("false", "true")
    bench = Bench(
        tmp_path / "b", {**fetched, ".terraform/modules/m/main.tf": inner.replace("var.rotate", "false")}, ROTATION
    )
    assert bench.refusal.code == "not-yours"
    assert not bench.fixer.edited


def test_replacement_is_asked_for(tmp_path: Path) -> None:
    disk = {"main.tf": 'resource "alicloud_ecs_disk" "d" {\n  zone_id = "cn-hangzhou-h"\n  size    = 40\n}\n'}
    refusal = Bench(tmp_path / "a", disk, "disk-encrypted").refusal
    assert refusal.code == "replacement"
    assert "alicloud_ecs_disk.d: encrypted" in refusal.message.en
    bench = Bench(tmp_path / "b", disk, "disk-encrypted", allow_replacement=True)
    assert "alicloud_ecs_disk.d: encrypted" in bench.fix.replaces
    assert "size       = 40" in bench.text()  # nothing but what is needed


def test_what_a_person_chooses_is_asked_for_in_every_root(tmp_path: Path) -> None:
    files = {
        "app/main.tf": 'module "logs" {\n  source = "../logs"\n}\n',
        "app/variables.tf": "",
        "logs/main.tf": 'resource "aws_s3_bucket" "this" {\n  bucket = "data"\n}\n',
    }
    bench = Bench(tmp_path, files, "access-log-on")
    fix = bench.fix
    assert [(asked.name, asked.type) for asked in fix.asks] == [("access_log_bucket", "string")]
    assert fix.asks[0].directory == str(bench.root / "app")
    assert '  source            = "../logs"\n  access_log_bucket = var.access_log_bucket\n' in bench.text("app/main.tf")
    declared = re.compile(r'variable "access_log_bucket" \{\n  description = "[^"]+"\n  type        = string\n\}\n')
    assert declared.fullmatch(bench.text("app/variables.tf"))
    assert declared.search(bench.text("logs/main.tf"))
    assert 'resource "aws_s3_bucket_logging" "access_this" {' in bench.text("logs/main.tf")


def test_a_companion_follows_its_resource(tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_bucket" "b" {\n  for_each = toset(["x", "y"])\n  bucket   = each.key\n}\n'
    after = Bench(tmp_path, {"main.tf": bucket + "\n# below\n"}, "oss-versioning").text()
    assert after.endswith("\n# below\n")
    assert 'resource "aws_s3_bucket_versioning" "versioning_b" {\n  for_each = aws_s3_bucket.b\n' in after
    assert "bucket = aws_s3_bucket.b[each.key].id" in after
    there = bucket.replace('  for_each = toset(["x", "y"])\n', "").replace("each.key", '"x"') + (
        'resource "aws_s3_bucket_versioning" "v" {\n  bucket = aws_s3_bucket.b.id\n'
        '  versioning_configuration {\n    status = "Suspended"\n  }\n}\n'
    )
    bench = Bench(tmp_path / "there", {"main.tf": there}, "oss-versioning")
    assert bench.text() == there.replace("Suspended", "Enabled")


def test_fixes_compose_and_are_formatted_as_terraform_would(tmp_path: Path) -> None:
    """Several rules on one file: what comes out is what ``terraform fmt`` leaves, where it is installed."""
    bench = Bench(
        tmp_path,
        {
            "main.tf": key('  description = "x"  # why\n  is_enabled  = true # on\n\n  tags = { a = "b" }\n')
            + '\nresource "aws_ecr_repository" "r" {\n  name = "r"\n}\n'
            + '\nresource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n',
            "variables.tf": "",
        },
        ROTATION,
    )
    more = [
        result
        for rule in (SCAN, "image-immutable", "oss-versioning", "access-log-on", "oss-not-public")
        for result in bench.fixer.prover.now(str(bench.root), rule).results
        if result.verdict is Verdict.FAIL and result.rule == rule
    ]
    assert more
    outcomes = bench.fixer.mend(more)
    assert all(isinstance(item, Fix) for item in outcomes), outcomes
    for path, data in bench.fixer.edited.items():
        Path(path).write_bytes(data)
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    found = subprocess.run(
        [terraform, "fmt", "-check", "-diff", str(bench.root)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_only_what_is_needed_changes(tmp_path: Path) -> None:
    """Blocks in any formatting: every line of the original is still there, in order, but for what was mended."""
    chance = random.Random(7)
    for number in range(40):
        lines = [
            chance.choice(["", "  ", "\t"]) + text
            for text in chance.sample(
                [
                    "# comment with { and = in it",
                    "// another",
                    "/* over\n   lines */",
                    "",
                    'description="orders ${local.x} = {"',
                    "is_enabled   =   true # trailing",
                    "deletion_window_in_days = 30",
                    'tags={a="b",c = "d"}',
                    "multi_region = false",
                ],
                chance.randint(1, 9),
            )
        ]
        if chance.random() < 0.5:
            lines.insert(chance.randint(0, len(lines)), "enable_key_rotation" + chance.choice(["=", " = "]) + "false")
        newline = chance.choice(["\n", "\r\n"])
        text = newline.join(
            ['resource "aws_kms_key" "a"  {', *"\n".join(lines).split("\n"), "}", 'locals { x = "y" }', ""]
        )
        bench = Bench(tmp_path / str(number), {"main.tf": text.encode()}, ROTATION)
        after = bench.text()
        kept = [squeezed(line) for line in text.split(newline) if "enable_key_rotation" not in line]
        left = [squeezed(line) for line in after.split(newline) if "enable_key_rotation" not in line]
        assert left == kept, text
        assert after.count("\r\n") in (0, after.count("\n"))


def squeezed(line: str) -> str:
    """A line without the white space that alignment changes."""
    return re.sub(r"(?<=\w)\s+=|\s+(?=#)", " =", line, count=1) if " = " in line or "#" in line else line


PROVIDERS = """\
provider "alicloud" {
  region = "cn-beijing"
}
provider "alicloud" {
  alias  = "sh"
  region = "cn-shanghai"
}
"""


def test_a_companion_has_the_provider_of_its_resource(tmp_path: Path) -> None:
    body = '  cidr_block = "10.0.0.0/8"\n}\n'
    vpcs = f'resource "alicloud_vpc" "a" {{\n  provider   = alicloud.sh\n{body}'
    vpcs += f'resource "alicloud_vpc" "b" {{\n  count      = 2\n  provider   = alicloud.sh\n{body}'
    bench = Bench(tmp_path, {"main.tf": PROVIDERS + vpcs}, "net-flow-logs")
    assert all(isinstance(item, Fix) for item in bench.outcomes)
    added = bench.text().split('resource "alicloud_vpc_flow_log"')
    assert added[1].startswith(' "all_traffic_a" {\n  provider = alicloud.sh\n\n  flow_log_name')
    assert added[2].startswith(' "all_traffic_b" {\n  count    = length(alicloud_vpc.b)\n  provider = alicloud.sh\n\n')


def test_what_an_edit_switches_on_has_its_arguments(tmp_path: Path) -> None:
    text = """\
variable "logging" {
  type    = map(string)
  default = {}
}

resource "aws_s3_bucket" "a" {
  bucket = "orders-2024"
}

resource "aws_s3_bucket_logging" "a" {
  count         = length(keys(var.logging)) > 0 ? 1 : 0
  bucket        = aws_s3_bucket.a.id
  target_bucket = var.logging["target_bucket"]
  target_prefix = try(var.logging["target_prefix"], null)
}
"""
    bench = Bench(tmp_path, {"main.tf": text}, "access-log-on")
    assert bench.refusal.code == "by-hand"
    assert not bench.fixer.edited


def test_what_a_connection_uses_is_not_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixes, "by_hand", lambda *_: None)
    start = """\
variable "secret" {
  default = "Chosen-2024"
}
resource "alicloud_instance" "a" {
  image_id = "ubuntu_22_04_x64_20G_alibase_20240530.vhd"
  instance_type = "ecs.g7.large"
  password = var.secret
"""
    for name, rest in {
        "value": "  connection {\n    password = var.secret\n  }\n}\n",
        "own": '  provisioner "local-exec" {\n    command = "echo ${self.password}"\n  }\n}\n',
        "named": '}\nresource "null_resource" "b" {\n  triggers = { a = alicloud_instance.a.password }\n}\n',
    }.items():
        bench = Bench(tmp_path / name, {"main.tf": start + rest}, "host-key-login", allow_replacement=True)
        assert bench.refusal.code == "shared", name
    bench = Bench(tmp_path / "free", {"main.tf": start + "}\n"}, "host-key-login", allow_replacement=True)
    assert "password" not in bench.text()
    assert bench.fix


def test_another_value_that_takes_the_resource_out_of_reach_mends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixes, "by_hand", lambda *_: None)
    listener = 'resource "alicloud_slb_listener" "a" {\n  frontend_port = 80\n  protocol      = "tcp"\n}\n'
    bench = Bench(tmp_path, {"main.tf": listener}, "tls-listener-encrypted", allow_replacement=True)
    assert 'protocol              = "https"' in bench.text()


def test_each_provider_configuration_is_asked_for_a_value_of_its_own(tmp_path: Path) -> None:
    body = '  cidr_block = "10.0.0.0/8"\n}\n'
    calls = """\
module "x" {
  source = "./m"
}
module "y" {
  source = "./m"
  providers = {
    alicloud = alicloud.sh
  }
}
"""
    files = {
        "a.tf": "",
        "main.tf": f'{PROVIDERS}{calls}resource "alicloud_vpc" "z" {{\n  provider   = alicloud.sh\n{body}',
        "m/main.tf": f'resource "alicloud_vpc" "a" {{\n{body}',
    }
    bench = Bench(tmp_path, files, "net-flow-logs")
    text = " ".join(bench.text().split())
    assert "flow_log_project = var.flow_log_project flow_log_store = var.flow_log_store }" in text
    assert "flow_log_project = var.flow_log_project_sh flow_log_store = var.flow_log_store_sh }" in text
    assert "project_name = var.flow_log_project_sh" in text
    assert "= var.flow_log_project\n" in bench.text("m/main.tf")
    assert bench.text().count('variable "flow_log_project') == 2  # where it is used
    assert not bench.text("a.tf")


def test_each_resource_is_asked_for_a_value_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixes, "each", lambda _: frozenset({"flow_log_project"}))
    body = '  cidr_block = "10.0.0.0/8"\n}\n'
    files = {
        "main.tf": 'module "x" {\n  source = "./m"\n}\n',
        "m/main.tf": "".join(f'resource "alicloud_vpc" "{name}" {{\n{body}' for name in "ab"),
    }
    bench = Bench(tmp_path / "two", files, "net-flow-logs")
    assert "flow_log_project_a = var.flow_log_project_x_a" in bench.text()
    assert {asked.name for item in bench.outcomes if isinstance(item, Fix) for asked in item.asks} == {
        "flow_log_project_x_a",
        "flow_log_project_x_b",
        "flow_log_store",
    }
    many = {"main.tf": f'resource "alicloud_vpc" "a" {{\n  count = 2\n{body}'}
    outcomes = Bench(tmp_path / "many", many, "net-flow-logs").outcomes
    assert {item.code for item in outcomes if isinstance(item, Refusal)} == {"by-hand"}
    assert not any(isinstance(item, Fix) for item in outcomes)


def test_values_that_end_or_begin_to_take_several_lines_are_laid_out(tmp_path: Path) -> None:
    before = """\
resource "alicloud_db_instance" "a" {
  engine           = "MySQL"
  instance_storage = 20
  security_ips = [
    "0.0.0.0/0",
  ]
  port = "3306" # as before
}
"""
    bench = Bench(tmp_path / "a", {"main.tf": before}, "net-db-allowlist-not-any")
    assert "  instance_storage = 20\n  security_ips     = var.db_client_cidrs\n  port             = " in bench.text()
    bench = Bench(tmp_path / "b", {"main.tf": before}, "pi-classification-tag")
    assert "  tags = {\n    data-class = var.data_class\n    owner      = var.data_owner\n  }\n}\n" in bench.text()


def test_literals_stay_of_their_kind(tmp_path: Path) -> None:
    text = 'variable "on" {\n  default = "false"\n}\n' + key("  enable_key_rotation = var.on\n")
    assert 'default = "true"' in Bench(tmp_path, {"main.tf": text}, ROTATION).text()


def test_a_comment_beside_a_value_that_goes_is_told(tmp_path: Path) -> None:
    body = "  # orders\n  description = 1\n  enable_key_rotation = false # 旧系统尚不支持\n"
    (note,) = Bench(tmp_path / "beside", {"main.tf": key(body)}, ROTATION).fix.notes
    assert note.zh.endswith("main.tf:4 旁有注释：旧系统尚不支持")
    body = "  // not before 2025\n  enable_key_rotation = false\n"
    (note,) = Bench(tmp_path / "above", {"main.tf": key(body)}, ROTATION).fix.notes
    assert note.en.endswith("main.tf:3: a comment stands beside it: not before 2025")


def test_a_list_keeps_its_good_elements(tmp_path: Path) -> None:
    database = 'resource "alicloud_db_instance" "{}" {{\n  engine       = "MySQL"\n  security_ips = {}\n}}\n'
    lists = {"one": '["10.0.0.0/8", "0.0.0.0/0"] # office', "all": '["0.0.0.0/0"]', "lines": '[\n    "0.0.0.0/0",\n  ]'}
    files = {f"{name}.tf": database.format(name, ips) for name, ips in lists.items()}
    bench = Bench(tmp_path, files, "net-db-allowlist-not-any")
    assert bench.text("one.tf") == files["one.tf"].replace(', "0.0.0.0/0"', "")
    assert "var.db_client_cidrs" in bench.text("all.tf"), "an empty list would let nobody in, or everybody"
    assert "var.db_client_cidrs" in bench.text("lines.tf")
