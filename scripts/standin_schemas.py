"""What the stand-in provider serves: the providers' schemas made lenient, small providers, and data sources.

Notation of the schemas: a block is ``{a: attributes, b: nested blocks}``, an attribute ``"<type> <flags>"`` with the
flags ``r`` required, ``o`` optional, ``c`` computed, ``s`` sensitive; a nested block has its nesting mode ``n``.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: Where the providers live in the registry.
NAMESPACES = {"alicloud": "aliyun", "aws": "hashicorp", "tencentcloud": "tencentcloudstack"}
#: Schemas of the small providers that fixtures use beside the clouds, in the same notation.
UTILITIES: Mapping[str, Any] = {
    "random": {
        "resources": {
            "random_password": {
                "a": {
                    "length": "number o",
                    "keepers": "map(string) o",
                    "override_special": "string o",
                    **dict.fromkeys(("special", "upper", "lower", "numeric"), "bool o"),
                    **dict.fromkeys(("min_lower", "min_numeric", "min_special", "min_upper"), "number o"),
                    "result": "string cs",
                    "bcrypt_hash": "string cs",
                    "id": "string c",
                }
            },
            "random_string": {
                "a": {
                    "length": "number o",
                    **dict.fromkeys(("special", "upper", "lower", "numeric"), "bool o"),
                    "result": "string c",
                    "id": "string c",
                }
            },
            "random_id": {
                "a": {
                    "byte_length": "number o",
                    "prefix": "string o",
                    **dict.fromkeys(("hex", "dec", "b64_std", "b64_url", "id"), "string c"),
                }
            },
            "random_uuid": {"a": {"result": "string c", "id": "string c"}},
            "random_integer": {"a": {"min": "number o", "max": "number o", "result": "number c", "id": "string c"}},
            "random_pet": {"a": {"length": "number o", "prefix": "string o", "id": "string c"}},
        },
    },
    "null": {"resources": {"null_resource": {"a": {"triggers": "map(string) o", "id": "string c"}}}},
}


def _source(attributes: Mapping[str, str], answer: Mapping[str, Any] | None = None, **blocks: Any) -> dict[str, Any]:
    return {"block": {"a": {"id": "string c", **attributes}, "b": blocks}, "answer": {"id": "sim-id", **(answer or {})}}


def _list(**attributes: str) -> dict[str, Any]:
    return {"n": "list", "a": attributes}


_CONDITION = {"n": "set", "a": {"test": "string o", "variable": "string o", "values": "list(string) o"}}
_RAM_CONDITION = {"n": "list", "a": {"operator": "string o", "variable": "string o", "values": "list(string) o"}}
_PRINCIPALS = {"n": "set", "a": {"type": "string o", "identifiers": "set(string) o"}}
_FILTER = {"n": "set", "a": {"name": "string o", "values": "set(string) o"}}
_TAGS = {"tags": "map(string) oc"}
_ACCOUNT = "123456789012"
#: The data sources that fixtures read, with what the account of the stand-in holds.
DATA: Mapping[str, Mapping[str, Any]] = {
    "alicloud": {
        "alicloud_account": _source({}, {"id": "1234567890123456"}),
        "alicloud_zones": _source(
            {
                "available_resource_creation": "string o",
                "available_disk_category": "string o",
                "ids": "list(string) c",
                "zones": "list(object({id=string})) c",
            },
            {"ids": ["cn-beijing-h", "cn-beijing-l"], "zones": [{"id": "cn-beijing-h"}, {"id": "cn-beijing-l"}]},
        ),
        "alicloud_alb_zones": _source(
            {"zones": "list(object({id=string})) c"}, {"zones": [{"id": "cn-beijing-h"}, {"id": "cn-beijing-l"}]}
        ),
        "alicloud_db_zones": _source(
            {"engine": "string o", "zones": "list(object({id=string})) c"},
            {"zones": [{"id": "cn-beijing-h"}, {"id": "cn-beijing-l"}]},
        ),
        "alicloud_vpcs": _source(
            {"name_regex": "string o", "vpcs": "list(object({id=string,cidr_block=string})) c"},
            {"vpcs": [{"id": "vpc-1", "cidr_block": "10.0.0.0/8"}]},
        ),
        "alicloud_images": _source(
            {**dict.fromkeys(("name_regex", "owners", "os_type"), "string o"), "images": "list(object({id=string})) c"},
            {"images": [{"id": "m-1"}]},
        ),
        "alicloud_kms_secret_versions": _source(
            {"secret_name": "string o", "versions": "list(object({secret_data=string})) cs"},
            {"versions": [{"secret_data": "Standin-Secret-1"}]},
        ),
        "alicloud_ram_policy_document": _source(
            {"version": "string o", "output_file": "string o", "document": "string c"},
            statement={
                "n": "list",
                "a": {"effect": "string o", "action": "list(string) o", "resource": "list(string) o"},
                "b": {
                    "principal": {"n": "list", "a": {"entity": "string o", "identifiers": "list(string) o"}},
                    "condition": _RAM_CONDITION,
                },
            },
        ),
    },
    "aws": {
        "aws_iam_policy_document": _source(
            {
                "version": "string o",
                "policy_id": "string o",
                "source_policy_documents": "list(string) o",
                "override_policy_documents": "list(string) o",
                "json": "string c",
                "minified_json": "string c",
            },
            statement={
                "n": "list",
                "a": {
                    "sid": "string o",
                    "effect": "string o",
                    **dict.fromkeys(("actions", "not_actions", "resources", "not_resources"), "set(string) o"),
                },
                "b": {"principals": _PRINCIPALS, "not_principals": _PRINCIPALS, "condition": _CONDITION},
            },
        ),
        "aws_availability_zones": _source(
            {"state": "string o", "names": "list(string) c"}, {"names": ["cn-north-1a", "cn-north-1b", "cn-north-1d"]}
        ),
        "aws_caller_identity": _source(
            {"account_id": "string c", "arn": "string c"},
            {"account_id": _ACCOUNT, "arn": f"arn:aws-cn:iam::{_ACCOUNT}:user/ops"},
        ),
        "aws_partition": _source(
            {"partition": "string c", "dns_suffix": "string c"},
            {"partition": "aws-cn", "dns_suffix": "amazonaws.com.cn"},
        ),
        "aws_region": _source(
            {"name": "string oc", "region": "string oc"}, {"name": "cn-north-1", "region": "cn-north-1"}
        ),
        "aws_iam_policy": _source(
            {"name": "string oc", "arn": "string oc", "policy": "string c"},
            {"arn": "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"},
        ),
        "aws_kms_alias": _source(
            {"name": "string o", "target_key_arn": "string c", "target_key_id": "string c"},
            {"target_key_arn": f"arn:aws-cn:kms:cn-north-1:{_ACCOUNT}:key/1", "target_key_id": "1"},
        ),
        "aws_launch_template": _source({"name": "string oc"}, {"id": "lt-1"}),
        "aws_lb": _source(
            {"name": "string oc", "arn": "string oc"},
            {"arn": f"arn:aws-cn:elasticloadbalancing:cn-north-1:{_ACCOUNT}:loadbalancer/app/shared/1"},
        ),
        "aws_secretsmanager_secret_version": _source(
            {"secret_id": "string o", "secret_string": "string cs"}, {"secret_string": "Standin-Secret-1"}
        ),
        "aws_ssoadmin_instances": _source(
            {"arns": "list(string) c", "identity_store_ids": "list(string) c"},
            {"arns": ["arn:aws-cn:sso:::instance/ssoins-1"], "identity_store_ids": ["d-1"]},
        ),
        "aws_subnet": _source({**_TAGS, "vpc_id": "string oc"}, {"vpc_id": "vpc-1"}, filter=_FILTER),
        "aws_subnets": _source({**_TAGS, "ids": "list(string) c"}, {"ids": ["subnet-1", "subnet-2"]}, filter=_FILTER),
        "aws_vpc": _source({**_TAGS, "cidr_block": "string oc"}, {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}),
        "aws_ec2_managed_prefix_list": _source({"name": "string oc"}, {"id": "pl-1"}),
    },
    "tencentcloud": {
        "tencentcloud_user_info": _source(
            dict.fromkeys(("app_id", "uin", "owner_uin", "name"), "string c"),
            {"app_id": "1250000000", "uin": "100000000001", "owner_uin": "100000000001"},
        ),
        "tencentcloud_images": _source(
            {"os_name": "string o", "images": "list(object({image_id=string})) c"}, {"images": [{"image_id": "img-1"}]}
        ),
        "tencentcloud_ssm_secret_versions": _source(
            {"secret_name": "string o", "secret_version_list": "list(object({secret_string=string})) cs"},
            {"secret_version_list": [{"secret_string": "Standin-Secret-1"}]},
        ),
    },
    "cloudinit": {
        "cloudinit_config": _source(
            {"gzip": "bool o", "base64_encode": "bool o", "boundary": "string o", "rendered": "string c"},
            part={
                "n": "list",
                "a": dict.fromkeys(("content", "content_type", "filename", "merge_type"), "string o"),
            },
        )
    },
    "template": {
        "template_file": _source({"template": "string o", "vars": "map(string) o", "rendered": "string c"}),
    },
}
#: Arguments of the clouds' provider blocks, where the schemas do not have them.
_PROVIDER: dict[str, Any] = {
    "a": {
        **dict.fromkeys(("region", "access_key", "secret_key", "profile"), "string o"),
        "allowed_account_ids": "set(string) o",
        "forbidden_account_ids": "set(string) o",
    },
    "b": {
        "default_tags": {"n": "list", "max": 1, "a": {"tags": "map(string) o"}},
        "assume_role": {"n": "list", "a": {"role_arn": "string o", "session_name": "string o"}},
    },
}


_STATEMENT: dict[str, Any] = {
    "n": "list",
    "b": {
        "managed_rule_group_statement": _list(name="string o", vendor_name="string o", version="string o"),
        "rule_group_reference_statement": _list(arn="string o"),
        "ip_set_reference_statement": _list(arn="string o"),
        "geo_match_statement": _list(country_codes="list(string) o"),
        "rate_based_statement": _list(limit="number o", aggregate_key_type="string o"),
    },
}
#: Blocks that nest without end, which the schemas leave out: type -> path of the block around it -> name -> block.
_ENDLESS: Mapping[str, Mapping[str, Any]] = {
    "aws_wafv2_web_acl": {"rule": {"statement": _STATEMENT}},
    "aws_wafv2_rule_group": {"rule": {"statement": _STATEMENT}},
}


def relax(block: dict[str, Any]) -> None:
    """Fixtures leave out what their rule does not read: nothing is required."""
    for name, spec in block.get("a", {}).items():
        kind, _, flags = spec.rpartition(" ")
        block["a"][name] = f"{kind} {flags.replace('r', 'o')}"
    for nested in block.get("b", {}).values():
        nested.pop("min", None)
        relax(nested)
        if nested["n"].startswith("attr-") and "o" in nested.get("f", ""):
            # What is written as a block is written whole: its members are not the provider's.
            nested["a"] = {
                name: spec.rstrip("c") if "o" in spec.rpartition(" ")[2] else spec
                for name, spec in nested.get("a", {}).items()
            }


def body_of(text: str, start: int) -> str:
    """What stands between the brace before ``start`` and the one that closes it."""
    depth = 1
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if not depth:
            return text[start:position]
    return text[start:]


_DATA = re.compile(r'^data\s+"(\w+)"\s+"\w+"\s*\{', re.MULTILINE)
_WRITTEN = re.compile(r"^ {2}(\w+)\s*=\s*(\S+)", re.MULTILINE)
_NESTED = re.compile(r"^ {2}(\w+)\s*\{", re.MULTILINE)
_ANY = re.compile(r"^\s+(\w+)\s*=\s*(\S+)", re.MULTILINE)


def _kind_of(literal: str) -> str:
    if literal.startswith(("[", "{")):
        return "list(string)" if literal.startswith("[") else "map(string)"
    return "bool" if literal in ("true", "false") else "number" if literal.isdigit() else "string"


def guessed_sources(cloud: str, texts: Sequence[str]) -> dict[str, Any]:
    """Data sources that ``DATA`` does not have, typed by how they are written and read; their answers are made up."""
    found: dict[str, Any] = {}
    for text in texts:
        for match in _DATA.finditer(text):
            kind = match[1]
            if not kind.startswith(f"{cloud}_"):
                continue
            made = found.setdefault(kind, _source({}))
            body = body_of(text, match.end())
            for name, value in _WRITTEN.findall(body):
                made["block"]["a"][name] = f"{_kind_of(value)} oc"
            for nested in _NESTED.finditer(body):
                members = {name: f"{_kind_of(value)} o" for name, value in _ANY.findall(body_of(body, nested.end()))}
                made["block"]["b"].setdefault(nested[1], _list())["a"].update(members)
            for name, index, member in re.findall(
                rf"\bdata\.{kind}\.\w+\.(\w+)(\[|\.\d)?(?:[^\]\s]*\]?\.(\w+))?", text
            ):
                if name in made["block"]["a"]:
                    continue
                if index and member:
                    made["block"]["a"][name], made["answer"][name] = (
                        f"list(object({{{member}=string}})) c",
                        [{member: f"sim-{member}"}],
                    )
                elif index or name.endswith("s"):
                    made["block"]["a"][name], made["answer"][name] = "list(string) c", [f"sim-{name}"]
                else:
                    made["block"]["a"][name], made["answer"][name] = "string c", f"sim-{name}"
    return found


def schema_of(cloud: str, schemas: Path, types: set[str], texts: Sequence[str]) -> dict[str, Any]:
    """What the stand-in serves as one provider: only the types that are used, for Terraform reads all of it anew."""
    if cloud not in NAMESPACES:
        return {"resources": {}, **UTILITIES.get(cloud, {}), "data": DATA.get(cloud, {}), "provider_config": {}}
    with gzip.open(sorted(schemas.glob(f"{cloud}-*.json.gz"))[-1]) as stream:
        schema: dict[str, Any] = json.load(stream)
    schema["resources"] = {name: item for name, item in schema["resources"].items() if name in types}
    for name, item in schema["resources"].items():
        for around, blocks in _ENDLESS.get(name, {}).items():
            for nested, block in blocks.items():
                item["b"][around]["a"].pop(nested, None)
                item["b"][around]["b"][nested] = block
        relax(item)
    provider = schema.get("provider_config", {})
    schema["provider_config"] = {
        "a": {**_PROVIDER["a"], **provider.get("a", {})},
        "b": {**_PROVIDER["b"], **provider.get("b", {})},
    }
    relax(schema["provider_config"])
    schema["data"] = {**guessed_sources(cloud, texts), **DATA[cloud]}
    return schema
