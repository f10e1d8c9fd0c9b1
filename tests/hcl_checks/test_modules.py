"""What Terraform makes of modules, variables, counts and blocks, as the Scan shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.roots import find_roots
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import OneOf, Resource, Scan, Unknown
from tests.cli.harness import BAD, RULE, check, invoke, lay


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(root: Path, files: Mapping[str, str | bytes], variables: dict[str, Any] | None = None) -> Scan:
    lay(root, files)
    tree = discover([str(root)])
    return read_root(ModuleLibrary(tree), str(root), VariableInputs(values=variables or {}))


def by_address(scan: Scan) -> dict[str, Resource]:
    found = {resource.address: resource for resource in scan.resources}
    assert len(found) == len(scan.resources)
    return found


def only(scan: Scan) -> Resource:
    [resource] = scan.resources
    return resource


def value(root: Path, text: str, variables: dict[str, Any] | None = None) -> Any:
    """The attribute ``name`` of the only resource."""
    return only(read(root, {"a.tf": text}, variables)).get("name")


def named(expression: str, rest: str = "") -> str:
    return f'resource "alicloud_vpc" "v" {{\n  name = {expression}\n}}\n{rest}'


def codes(scan: Scan) -> set[str]:
    return {item.code for item in scan.diagnostics}


# -- addresses, count, for_each -----------------------------------------------------------------------------------


def test_addresses_as_terraform_prints_them(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'resource "alicloud_vpc" "one" {}\n'
            'resource "alicloud_vpc" "two" {\n  count = 2\n}\n'
            'resource "alicloud_vpc" "each" {\n  for_each = toset(["b", "a \\"q\\"", "中"])\n}\n'
            'module "m" {\n  source   = "./m"\n  for_each = { x = 1 }\n}\n'
            'module "n" {\n  source = "./m"\n  count  = 1\n}\n'
            'module "none" {\n  source = "./m"\n  count  = 0\n}\n'
            'resource "alicloud_vpc" "none" {\n  for_each = {}\n}\n',
            "m/m.tf": 'resource "alicloud_vswitch" "s" {}\nmodule "inner" {\n  source = "./inner"\n}\n',
            "m/inner/i.tf": 'resource "alicloud_eip" "e" {\n  count = 1\n}\n',
        },
    )
    assert sorted(by_address(scan)) == sorted(
        [
            "alicloud_vpc.one",
            "alicloud_vpc.two[0]",
            "alicloud_vpc.two[1]",
            'alicloud_vpc.each["b"]',
            'alicloud_vpc.each["a \\"q\\""]',
            'alicloud_vpc.each["中"]',
            'module.m["x"].alicloud_vswitch.s',
            'module.m["x"].module.inner.alicloud_eip.e[0]',
            "module.n[0].alicloud_vswitch.s",
            "module.n[0].module.inner.alicloud_eip.e[0]",
        ]
    )


def test_keys_that_are_no_texts(here: Path) -> None:
    scan = read(here, {"a.tf": 'resource "alicloud_vpc" "v" {\n  for_each = toset([1, 2])\n  name = each.key\n}\n'})
    assert {item.address: item.get("name") for item in scan.resources} == {
        'alicloud_vpc.v["1"]': "1",
        'alicloud_vpc.v["2"]': "2",
    }


@pytest.mark.parametrize("count", ['"²"', '"' + "9" * 5000 + '"', "-1", "1.5", '"x"', "null", "[]", "true"])
def test_counts_that_are_none(here: Path, count: str) -> None:
    """Terraform refuses them; here there is one instance of which nobody knows whether it exists."""
    scan = read(here, {"a.tf": f'resource "alicloud_vpc" "v" {{\n  count = {count}\n}}\n'})
    assert only(scan).existence is not None


def test_count_as_text(here: Path) -> None:
    assert len(read(here, {"a.tf": 'resource "alicloud_vpc" "v" {\n  count = "2"\n}\n'}).resources) == 2


def test_each_and_count(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'resource "alicloud_vpc" "c" {\n  count = 2\n  name  = "c-${count.index}"\n}\n'
            'resource "alicloud_vpc" "m" {\n  for_each = { a = "x", b = "y" }\n'
            '  name = "${each.key}=${each.value}"\n}\n'
            'resource "alicloud_vpc" "s" {\n  for_each = toset(["p", "q"])\n  name = "${each.key}=${each.value}"\n}\n'
            'module "m" {\n  source = "./m"\n  count = 2\n  index = count.index\n}\n',
            "m/m.tf": 'variable "index" {}\nresource "alicloud_vpc" "v" {\n  name = "m-${var.index}"\n}\n',
        },
    )
    assert {address: item.get("name") for address, item in by_address(scan).items()} == {
        "alicloud_vpc.c[0]": "c-0",
        "alicloud_vpc.c[1]": "c-1",
        'alicloud_vpc.m["a"]': "a=x",
        'alicloud_vpc.m["b"]': "b=y",
        'alicloud_vpc.s["p"]': "p=p",
        'alicloud_vpc.s["q"]': "q=q",
        "module.m[0].alicloud_vpc.v": "m-0",
        "module.m[1].alicloud_vpc.v": "m-1",
    }


def test_each_outside_of_for_each(here: Path) -> None:
    scan = read(here, {"a.tf": named("each.key")})
    got = only(scan).get("name")
    assert isinstance(got, Unknown)
    assert got.reason == "undeclared-reference"
    assert codes(scan) == {"undeclared-reference"}


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("alicloud_vpc.c[1].name", "c-1"),
        ("alicloud_vpc.c[*].name", ["c-0", "c-1"]),
        ("alicloud_vpc.c.*.name", ["c-0", "c-1"]),
        ('join(",", alicloud_vpc.c[*].name)', "c-0,c-1"),
        ("[for v in alicloud_vpc.c : v.name]", ["c-0", "c-1"]),
        ('alicloud_vpc.e["a"].name', "e-a"),
        ("values(alicloud_vpc.e)[*].name", ["e-a", "e-b"]),
        ("{ for k, v in alicloud_vpc.e : k => v.name }", {"a": "e-a", "b": "e-b"}),
        ("one(alicloud_vpc.o[*].name)", "o"),
        ("try(alicloud_vpc.o[0].name, null)", "o"),
        ("length(alicloud_vpc.c)", 2),
        ("keys(alicloud_vpc.e)", ["a", "b"]),
        ("[for v in alicloud_vpc.none : v.name]", []),
    ],
)
def test_references_to_several_instances(here: Path, expression: str, wanted: Any) -> None:
    scan = read(
        here,
        {
            "a.tf": 'resource "alicloud_vpc" "c" {\n  count = 2\n  name = "c-${count.index}"\n}\n'
            'resource "alicloud_vpc" "e" {\n  for_each = toset(["a", "b"])\n  name = "e-${each.key}"\n}\n'
            'resource "alicloud_vpc" "o" {\n  count = 1\n  name = "o"\n}\n'
            'resource "alicloud_vpc" "none" {\n  count = 0\n}\n' + named(expression),
        },
    )
    assert by_address(scan)["alicloud_vpc.v"].get("name") == wanted


@pytest.mark.parametrize("meta", ["count = var.n", "for_each = var.n", "count = var.on ? 1 : 0"])
def test_unknown_number_of_instances(here: Path, meta: str) -> None:
    declared = 'variable "n" {}\nvariable "on" {}\n'
    scan = read(here, {"a.tf": declared + BAD.replace("{\n", f"{{\n  {meta}\n", 1)})
    assert only(scan).existence is not None
    [result] = check().of_rule()
    assert result["verdict"] == "unknown"
    assert "fails if it is created" in result["message"]
    assert result["resource"] == "alicloud_security_group_rule.open"


def test_a_known_condition(here: Path) -> None:
    declared = 'variable "on" {\n  default = true\n}\n'
    lay(here, {"a.tf": declared + BAD.replace("{\n", "{\n  count = var.on ? 1 : 0\n", 1)})
    assert check().verdicts() == {"alicloud_security_group_rule.open[0]": "fail"}
    assert check("--var", "on=false").verdicts() == {}


def test_a_module_that_may_not_be_there(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'variable "on" {}\nmodule "m" {\n  source = "./m"\n  count  = var.on ? 1 : 0\n}\n',
            "m/m.tf": BAD,
        },
    )
    assert only(scan).existence is not None
    assert [item["verdict"] for item in check().of_rule()] == ["unknown"]


def test_a_condition_with_known_branches(here: Path) -> None:
    got = value(here, named('var.on ? "a" : "b"', 'variable "on" {}\n'))
    assert isinstance(got, OneOf)
    assert sorted(got.alternatives) == ["a", "b"]
    assert got.condition.expression == "var.on"


@pytest.mark.parametrize(
    ("yes", "no", "verdict"),
    [
        ("0.0.0.0/0", "10.0.0.0/8", "unknown"),
        ("0.0.0.0/0", "0.0.0.0/0", "fail"),
        ("10.0.0.0/8", "10.1.0.0/16", None),
    ],
)
def test_verdict_on_alternatives(here: Path, yes: str, no: str, verdict: str | None) -> None:
    lay(here, {"a.tf": 'variable "on" {}\n' + BAD.replace('"0.0.0.0/0"', f'var.on ? "{yes}" : "{no}"')})
    assert check().verdicts().get("alicloud_security_group_rule.open") == verdict


# -- variables and locals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declaration", "given", "wanted"),
    [
        ("", {"x": "a"}, "a"),
        ("default = 1", None, 1),
        ("default = 1", {"x": 2}, 2),
        ("type = string\n  default = 1", None, "1"),
        ("type = number", {"x": "22"}, 22),
        ("type = bool", {"x": "true"}, True),
        ("type = list(string)", {"x": [1, True]}, ["1", "true"]),
        ("type = set(string)", {"x": ["b", "a", "b"]}, ["a", "b"]),
        ("type = map(number)", {"x": {"a": "1"}}, {"a": 1}),
        (
            "type = object({ a = string, b = optional(number, 3), c = optional(string) })",
            {"x": {"a": "1", "z": 1}},
            {"a": "1", "b": 3, "c": None},
        ),
        ("type = list(object({ a = optional(bool, true) }))", {"x": [{}]}, [{"a": True}]),
        ("type = any\n  default = [1]", None, [1]),
        ("default = 1\n  nullable = false", {"x": None}, 1),
        ("default = 1", {"x": None}, None),
    ],
)
def test_variables(here: Path, declaration: str, given: dict[str, Any] | None, wanted: Any) -> None:
    assert value(here, named("var.x", f'variable "x" {{\n  {declaration}\n}}\n'), given) == wanted


@pytest.mark.parametrize("declaration", ["", "type = string", "type = list(string)\n  sensitive = true"])
def test_variable_without_a_value(here: Path, declaration: str) -> None:
    got = value(here, named("var.x", f'variable "x" {{\n  {declaration}\n}}\n'))
    assert isinstance(got, Unknown)
    assert (got.reason, got.expression) == ("no-value", "var.x")
    assert got.location is not None
    assert got.location.line == 4


def test_value_of_the_wrong_type(here: Path) -> None:
    got = value(here, named("var.x", 'variable "x" {\n  type = number\n}\n'), {"x": "many"})
    assert isinstance(got, Unknown)
    assert got.reason == "unsupported"


def test_locals_of_several_files(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'locals {\n  a = "${local.b}-a"\n}\n' + named("local.a"),
            "b.tf": 'locals {\n  b = upper(local.c)\n}\nlocals {\n  c = "c"\n}\n',
        },
    )
    assert only(scan).get("name") == "C-a"


def test_template_file(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": named('templatefile("${path.module}/t.tpl", { who = "you", list = [1, 2] })'),
            "t.tpl": "hello ${who}%{ for i in list } ${i}%{ endfor }",
        },
    )
    assert only(scan).get("name") == "hello you 1 2"
    assert str(here / "t.tpl") in scan.files


def test_files_are_relative_to_the_root(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'module "m" {\n  source = "./m"\n}\n',
            "m/m.tf": named('"${file("${path.module}/x.txt")}-${file("${path.root}/x.txt")}-${file("x.txt")}"'),
            "m/x.txt": "module",
            "x.txt": "root",
        },
    )
    assert only(scan).get("name") == "module-root-root"


# -- modules ------------------------------------------------------------------------------------------------------


def test_values_go_down_and_outputs_come_up(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'module "one" {\n  source = "./m"\n  who    = "a"\n}\n'
            'module "two" {\n  source = "./m"\n  who    = module.one.said\n}\n' + named("module.two.said"),
            "m/m.tf": 'variable "who" {}\nmodule "inner" {\n  source = "./inner"\n  text   = var.who\n}\n'
            'output "said" {\n  value = module.inner.loud\n}\n',
            "m/inner/i.tf": 'variable "text" {}\noutput "loud" {\n  value = "${upper(var.text)}!"\n}\n',
        },
    )
    assert only(scan).get("name") == "A!!"
    assert scan.diagnostics == []


def test_outputs_of_several_instances(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'module "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n  who = each.key\n}\n'
            'module "c" {\n  source = "./m"\n  count = 2\n  who = "c${count.index}"\n}\n'
            + named('"${join(",", values(module.m)[*].o)};${module.m["b"].o};${join(",", module.c[*].o)}"'),
            "m/m.tf": 'variable "who" {}\noutput "o" {\n  value = var.who\n}\n',
        },
    )
    assert only(scan).get("name") == "a,b;b;c0,c1"


def test_output_of_a_resource_keeps_its_reference(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'module "m" {\n  source = "./m"\n}\n' + named("module.m.id"),
            "m/m.tf": 'resource "alicloud_oss_bucket" "b" {}\noutput "id" {\n  value = alicloud_oss_bucket.b.id\n}\n',
        },
    )
    got = by_address(scan)["alicloud_vpc.v"].get("name")
    assert isinstance(got, Unknown)
    assert got.reference is not None
    assert (got.reference.address, got.reference.attribute) == ("module.m.alicloud_oss_bucket.b", "id")


def test_undeclared_output(here: Path) -> None:
    scan = read(here, {"a.tf": 'module "m" {\n  source = "./m"\n}\n' + named("module.m.nothing"), "m/m.tf": ""})
    assert isinstance(only(scan).get("name"), Unknown)
    [diagnostic] = scan.diagnostics
    assert (diagnostic.code, diagnostic.file, diagnostic.line) == ("undeclared-reference", "a.tf", 5)


def test_absent_modules(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'module "m" {\n  source  = "terraform-alicloud-modules/vpc/alicloud"\n  version = "1.0"\n}\n'
            + named("module.m.id")
        },
    )
    got = only(scan).get("name")
    assert isinstance(got, Unknown)
    assert got.reason == "module-absent"
    [call] = scan.absent_modules
    assert (call.address, call.source, call.location.line) == ("module.m", "terraform-alicloud-modules/vpc/alicloud", 1)
    assert codes(scan) == {"module-absent"}
    assert check().document["summary"]["absent_modules"] == 1


def test_modules_that_terraform_init_has_fetched(here: Path) -> None:
    manifest = {
        "Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "m", "Source": "registry.terraform.io/a/b/c", "Version": "1.0", "Dir": ".terraform/modules/m"},
            {"Key": "m.inner", "Source": "d/e/f", "Dir": ".terraform/modules/m.inner/sub"},
        ]
    }
    scan = read(
        here,
        {
            "a.tf": 'module "m" {\n  source = "a/b/c"\n}\n',
            ".terraform/modules/modules.json": json.dumps(manifest),
            ".terraform/modules/m/m.tf": 'module "inner" {\n  source = "d/e/f"\n}\n',
            ".terraform/modules/m.inner/sub/i.tf": BAD,
        },
    )
    assert only(scan).address == "module.m.module.inner.alicloud_security_group_rule.open"
    assert scan.diagnostics == []


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[]",
        '{"Modules": 1}',
        '{"Modules": [1, {"Key": 1}]}',
        "[" * 5000,
        '{"Modules": [{"Key": "m", "Dir": "../.."}]}',
    ],
)
def test_broken_list_of_fetched_modules(here: Path, manifest: str) -> None:
    scan = read(here, {"a.tf": 'module "m" {\n  source = "a/b/c"\n}\n', ".terraform/modules/modules.json": manifest})
    assert "module-absent" in codes(scan)


# -- providers ----------------------------------------------------------------------------------------------------


def regions(scan: Scan) -> dict[str, Any]:
    return {address: item.provider.region if item.provider else None for address, item in by_address(scan).items()}


def test_providers_of_called_modules(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'provider "alicloud" {\n  region = "cn-hangzhou"\n}\n'
            'provider "alicloud" {\n  alias  = "south"\n  region = local.south\n}\n'
            'locals {\n  south = "cn-shenzhen"\n}\n'
            'resource "alicloud_vpc" "default" {}\n'
            'resource "alicloud_vpc" "south" {\n  provider = alicloud.south\n}\n'
            'module "inherits" {\n  source = "./m"\n}\n'
            'module "passed" {\n  source = "./m"\n  providers = {\n    alicloud = alicloud.south\n  }\n}\n'
            'module "named" {\n  source = "./n"\n  providers = {\n    alicloud.other = alicloud.south\n  }\n}\n',
            "m/m.tf": 'resource "alicloud_vpc" "v" {}\nmodule "inner" {\n  source = "./inner"\n}\n',
            "m/inner/i.tf": 'resource "alicloud_vpc" "v" {}\n',
            "n/n.tf": 'resource "alicloud_vpc" "v" {}\nresource "alicloud_vpc" "o" {\n  provider = alicloud.other\n}\n',
        },
    )
    north, south = "cn-hangzhou", "cn-shenzhen"
    assert regions(scan) == {
        "alicloud_vpc.default": north,
        "alicloud_vpc.south": south,
        "module.inherits.alicloud_vpc.v": north,
        "module.inherits.module.inner.alicloud_vpc.v": north,
        "module.passed.alicloud_vpc.v": south,
        "module.passed.module.inner.alicloud_vpc.v": south,
        "module.named.alicloud_vpc.v": north,
        "module.named.alicloud_vpc.o": south,
    }
    assert sorted(item.address for item in scan.providers) == ["provider.alicloud", "provider.alicloud.south"]


def test_local_names_of_providers(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'terraform {\n  required_providers {\n    cloud = {\n      source = "aliyun/alicloud"\n    }\n'
            "  }\n}\n"
            'provider "cloud" {\n  region = "cn-beijing"\n}\nresource "alicloud_vpc" "v" {}\n'
        },
    )
    assert regions(scan) == {"alicloud_vpc.v": "cn-beijing"}
    assert [item.name for item in scan.providers] == ["alicloud"]


def test_default_tags(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'locals {\n  team = "t"\n}\nprovider "aws" {\n  region = "cn-north-1"\n  default_tags {\n'
            "    tags = {\n      owner = local.team\n    }\n  }\n}\n"
            'resource "aws_vpc" "v" {}\n'
        },
    )
    provider = only(scan).provider
    assert provider is not None
    assert provider.default_tags == {"owner": "t"}


# -- blocks -------------------------------------------------------------------------------------------------------


def blocks(root: Path, text: str, rest: str = "", variables: dict[str, Any] | None = None) -> Any:
    return only(read(root, {"a.tf": f'resource "aws_security_group" "g" {{\n{text}\n}}\n{rest}'}, variables)).get(
        "ingress"
    )


def test_static_and_dynamic_blocks(here: Path) -> None:
    made = blocks(
        here,
        "  ingress {\n    from_port = 1\n  }\n"
        '  dynamic "ingress" {\n    for_each = [22, 80]\n    content {\n      from_port = ingress.value\n'
        "      to_port = ingress.key\n    }\n  }\n"
        '  dynamic "egress" {\n    for_each = [1]\n    content {}\n  }\n',
    )
    assert [(item.get("from_port"), item.get("to_port")) for item in made] == [(1, None), (22, 0), (80, 1)]


def test_iterator_and_nested_dynamic_blocks(here: Path) -> None:
    made = blocks(
        here,
        '  dynamic "ingress" {\n    for_each = { a = [1, 2], b = [] }\n    iterator = rule\n    content {\n'
        "      description = rule.key\n"
        '      dynamic "port" {\n        for_each = rule.value\n        content {\n'
        '          is = "${rule.key}${port.value}"\n        }\n      }\n'
        "    }\n  }\n",
    )
    assert [item.get("description") for item in made] == ["a", "b"]
    assert [port.get("is") for port in made[0].get("port")] == ["a1", "a2"]
    assert made[1].get("port") == []


def test_dynamic_block_of_an_unknown_collection(here: Path) -> None:
    made = blocks(
        here,
        '  dynamic "ingress" {\n    for_each = var.ports\n    content {\n      from_port = ingress.value\n'
        '      description = "d"\n    }\n  }\n',
        'variable "ports" {}\n',
    )
    assert isinstance(made, OneOf)
    without, within = made.alternatives
    assert without == []
    assert within[0].get("description") == "d"
    assert isinstance(within[0].get("from_port"), Unknown)


def test_open_port_in_a_block_that_may_not_be_there(here: Path) -> None:
    text = (
        'resource "aws_security_group" "g" {{\n  dynamic "ingress" {{\n    for_each = {each}\n    content {{\n'
        '      from_port = 22\n      to_port = 22\n      protocol = "tcp"\n      cidr_blocks = ["0.0.0.0/0"]\n'
        "    }}\n  }}\n}}\n"
        'variable "on" {{}}\n'
    )
    lay(here, {"a.tf": text.format(each="var.on ? [1] : []")})
    assert [item["verdict"] for item in check().of_rule()] == ["unknown"]
    lay(here, {"a.tf": text.format(each="[1]")})
    [result] = check().of_rule()
    assert (result["verdict"], result["line"]) == ("fail", 8)


def test_meta_arguments_are_not_the_resources(here: Path) -> None:
    resource = only(
        read(
            here,
            {
                "a.tf": 'resource "alicloud_vpc" "v" {\n  count = 1\n  name = "n"\n  depends_on = [alicloud_vpc.x]\n'
                '  lifecycle {\n    ignore_changes = [name, tags["a"]]\n    prevent_destroy = true\n  }\n'
                '  provisioner "local-exec" {\n    command = "x"\n  }\n}\n'
            },
        )
    )
    assert list(resource.attributes) == ["name"]
    assert list(resource.ignore_changes) == ["name", 'tags["a"]']


def test_null_is_not_set(here: Path) -> None:
    resource = only(
        read(
            here,
            {
                "a.tf": 'resource "alicloud_vpc" "v" {\n  name = null\n  description = var.d\n}\nvariable "d" {\n'
                "  default = null\n}\n"
            },
        )
    )
    assert resource.get("name") is None
    assert resource.get("name", "default") == "default"
    assert resource.get("description", "default") == "default"


def test_blocks_that_declare_nothing(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": "moved {\n  from = alicloud_vpc.a\n  to   = alicloud_vpc.v\n}\nimport {\n"
            '  to = alicloud_vpc.v\n  id = "vpc-1"\n}\n'
            "removed {\n  from = alicloud_vpc.gone\n  lifecycle {\n    destroy = false\n  }\n}\n"
            'check "c" {\n  data "http" "h" {\n    url = "https://example.com"\n  }\n  assert {\n'
            '    condition     = true\n    error_message = "x"\n  }\n}\n'
            'terraform {\n  required_version = ">= 1.5"\n  backend "oss" {}\n}\n' + named('"n"')
        },
    )
    assert only(scan).address == "alicloud_vpc.v"
    assert scan.diagnostics == []


def test_self_in_a_provisioner_does_no_harm(here: Path) -> None:
    text = named('"n"').replace("}\n", "  connection {\n    host = self.id\n  }\n}\n", 1)
    assert value(here, text) == "n"


# -- override files -----------------------------------------------------------------------------------------------


def test_override_files(here: Path) -> None:
    lay(
        here,
        {
            "a.tf": BAD.replace("0.0.0.0/0", "10.0.0.0/8")
            + 'variable "x" {\n  default = "base"\n}\nlocals {\n  l = "base"\n}\n',
            "a_override.tf": '\n\nresource "alicloud_security_group_rule" "open" {\n  cidr_ip = "0.0.0.0/0"\n}\n',
            "override.tf": 'variable "x" {\n  default = "override"\n}\nlocals {\n  l = "override"\n}\n',
            "b.tf": named('"${var.x} ${local.l}"'),
        },
    )
    answer = check()
    [result] = answer.of_rule()
    assert result["verdict"] == "fail"
    assert (result["file"], result["line"], result["attribute"]) == ("a_override.tf", 4, "cidr_ip")
    assert answer.diagnostics == []
    scan = read(here, {})
    assert by_address(scan)["alicloud_vpc.v"].get("name") == "override override"
    group = by_address(scan)["alicloud_security_group_rule.open"]
    assert group.location.file == "a.tf"
    assert group.span("cidr_ip")[:2] == ("a_override.tf", 4)
    assert group.span("port_range")[:2] == ("a.tf", 4)


def test_override_replaces_blocks_of_a_type(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'resource "aws_security_group" "g" {\n  name = "g"\n  ingress {\n    from_port = 1\n  }\n'
            "  ingress {\n    from_port = 2\n  }\n  egress {\n    from_port = 3\n  }\n"
            "  lifecycle {\n    ignore_changes = [name]\n    prevent_destroy = true\n  }\n}\n",
            "x_override.tf": '\nresource "aws_security_group" "g" {\n  dynamic "ingress" {\n    for_each = [9]\n'
            "    content {\n"
            "      from_port = ingress.value\n    }\n  }\n  lifecycle {\n    ignore_changes = [egress]\n  }\n}\n",
        },
    )
    group = only(scan)
    assert [item.get("from_port") for item in group.get("ingress")] == [9]
    assert [item.get("from_port") for item in group.get("egress")] == [3]
    assert list(group.ignore_changes) == ["egress"]
    assert group.span("ingress.0.from_port")[:2] == ("x_override.tf", 6)
    assert group.span("egress.0.from_port")[:2] == ("a.tf", 10)


def test_error_in_an_override_file(here: Path) -> None:
    lay(here, {"a.tf": BAD, "a_override.tf": "resource {"})
    answer = check()
    assert [(item["code"], item["file"]) for item in answer.diagnostics] == [("syntax-error", "a_override.tf")]
    assert len(answer.of_rule()) == 1


# -- data sources -------------------------------------------------------------------------------------------------


def test_policy_documents(here: Path) -> None:
    scan = read(
        here,
        {
            "a.tf": 'data "aws_iam_policy_document" "base" {\n  statement {\n    sid = "One"\n'
            '    actions = ["s3:GetObject"]\n'
            '    resources = ["*"]\n  }\n}\n'
            'data "aws_iam_policy_document" "d" {\n'
            "  source_policy_documents = [data.aws_iam_policy_document.base.json]\n"
            '  statement {\n    effect = "Deny"\n    actions = ["s3:*", "kms:*"]\n    resources = ["*"]\n'
            '    principals {\n      type = "*"\n      identifiers = ["*"]\n    }\n'
            '    condition {\n      test = "Bool"\n      variable = "aws:SecureTransport"\n'
            '      values = ["false"]\n    }\n  }\n}\n'
            'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
        },
    )
    policy = json.loads(only(scan).get("policy"))
    first, second = policy["Statement"]
    assert (first["Sid"], first["Effect"], first["Action"]) == ("One", "Allow", "s3:GetObject")
    assert second["Effect"] == "Deny"
    assert sorted(second["Action"]) == ["kms:*", "s3:*"]
    assert second["Condition"]["Bool"]["aws:SecureTransport"] in ("false", ["false"])


def test_data_sources_are_unknown(here: Path) -> None:
    scan = read(here, {"a.tf": named("data.alicloud_zones.z.zones[0].id", 'data "alicloud_zones" "z" {}\n')})
    got = only(scan).get("name")
    assert isinstance(got, Unknown)
    assert got.reason == "data-source"
    assert [item.address for item in scan.data] == ["data.alicloud_zones.z"]


def test_known_after_apply(here: Path) -> None:
    scan = read(here, {"a.tf": named("alicloud_vpc.other.id", 'resource "alicloud_vpc" "other" {}\n')})
    got = by_address(scan)["alicloud_vpc.v"].get("name")
    assert isinstance(got, Unknown)
    assert got.reason == "known-after-apply"
    assert got.reference is not None
    assert got.reference.address == "alicloud_vpc.other"


# -- JSON syntax --------------------------------------------------------------------------------------------------


def test_json_configuration(here: Path) -> None:
    document = {
        "//": "a comment",
        "variable": {"source": {"default": "0.0.0.0/0"}},
        "resource": {
            "alicloud_security_group_rule": {
                "open": {
                    "type": "ingress",
                    "ip_protocol": "tcp",
                    "port_range": "22/22",
                    "security_group_id": "sg-1",
                    "cidr_ip": "${var.source}",
                }
            }
        },
    }
    lay(here, {"a.tf.json": json.dumps(document, indent=2)})
    [result] = check().of_rule()
    assert (result["rule"], result["verdict"]) == (RULE, "fail")
    assert result["line"] == 15


# -- created together or not


CREATED = """
variable "v" {
  type = bool
}
variable "buckets" {
  type = map(any)
}
resource "alicloud_oss_bucket" "b" {
  BUCKET
  bucket = "logs-x"
}
resource "alicloud_oss_bucket_versioning" "b" {
  VERSIONING
  status = "Enabled"
}
"""


@pytest.mark.parametrize(
    ("bucket", "versioning", "verdict"),
    [
        ("count = var.v ? 1 : 0", "count = var.v ? 1 : 0\n  bucket = alicloud_oss_bucket.b[0].id", "pass"),
        ("count = var.v ? 1 : 0", "count = var.v ? 0 : 1\n  bucket = alicloud_oss_bucket.b[0].id", "unknown"),
        ("for_each = var.buckets", "for_each = var.buckets\n  bucket = alicloud_oss_bucket.b[each.key].id", "pass"),
        ("for_each = var.buckets", "for_each = alicloud_oss_bucket.b\n  bucket = each.value.id", "pass"),
        ("for_each = var.buckets", 'for_each = var.buckets\n  bucket = alicloud_oss_bucket.b["a"].id', "unknown"),
        (
            "for_each = var.buckets",
            "for_each = { for k, v in var.buckets : k => v if v.x }\n  bucket = alicloud_oss_bucket.b[each.key].id",
            "unknown",
        ),
    ],
)
def test_a_companion_counts_where_both_are_created_together(
    tmp_path: Path, bucket: str, versioning: str, verdict: str
) -> None:
    text = CREATED.replace("BUCKET", bucket, 1).replace("VERSIONING", versioning)
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    tree = discover([str(tmp_path)])
    scan = read_root(ModuleLibrary(tree), str(tmp_path))
    request = Request("mlps-l3", only=("oss-versioning",), include_passed=True)
    results = [item for item in judge(scan, assignment(request)).results if item.type == "alicloud_oss_bucket"]
    assert [str(item.verdict) for item in results] == [verdict]


def test_a_module_called_through_a_link_is_called(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tf": 'module "m" {\n  source = "./link"\n}\n', "mods/real/main.tf": BAD})
    (tmp_path / "link").symlink_to(tmp_path / "mods" / "real", target_is_directory=True)
    tree = discover([str(tmp_path)])
    assert find_roots(tree, ModuleLibrary(tree)) == [str(tmp_path)]


def test_what_an_absent_module_may_add_is_not_missing(tmp_path: Path) -> None:
    """A resource that a module call takes, which is not in the scan, may have its companions there."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_vpc" "taken" {}\n'
        'resource "aws_vpc" "alone" {}\n'
        'resource "aws_s3_bucket" "taken" {\n  bucket = "a"\n}\n'
        'module "flow" {\n  source = "acme/flow/aws"\n  vpcs = [for item in [aws_vpc.taken] : item.id]\n'
        "  bucket = { id = aws_s3_bucket.taken.id }\n}\n",
        encoding="utf-8",
    )
    answer = invoke("check", str(tmp_path), "--only", "CN024", "--only", "CN101", "--format", "json")
    found = {(item["resource"], item["rule"]): item for item in answer.results}
    taken = found["aws_vpc.taken", "net-flow-logs"]
    assert (taken["verdict"], taken["reason"]["code"]) == ("unknown", "module-absent")
    assert taken["reason"]["expression"] == "module.flow" and "module.flow" in taken["message"]
    assert found["aws_vpc.alone", "net-flow-logs"]["verdict"] == "fail"
    assert found["aws_s3_bucket.taken", "oss-versioning"]["verdict"] == "unknown"


def test_an_edited_file_counts_before_it_is_written(tmp_path: Path) -> None:
    main = tmp_path / "main.tf"
    main.write_text('variable "size" {}\nresource "alicloud_disk" "a" {\n  size = var.size\n}\n', encoding="utf-8")
    library = ModuleLibrary(discover([str(tmp_path)]))
    library.edit(str(tmp_path.resolve() / "more.tf"), b'resource "alicloud_disk" "b" {}\n')
    before = read_root(library, str(tmp_path.resolve()))
    assert [item.address for item in before.resources] == ["alicloud_disk.a", "alicloud_disk.b"]
    library.edit(str(tmp_path.resolve() / "more.tf"), None)
    library.edit(str(main.resolve()), b'resource "alicloud_disk" "c" {\n  size = 40\n}\n')
    after = read_root(library, str(tmp_path.resolve()))
    assert [(item.address, item.get("size")) for item in after.resources] == [("alicloud_disk.c", 40)]
    assert main.read_text(encoding="utf-8").startswith("variable"), "nothing is written"
