"""Record the plans of the rules' fixtures, from which the tests see that a plan is judged as its source is.

    python scripts/record_plans.py             plan what is new or changed, forget what is gone
    python scripts/record_plans.py --all       plan everything anew
    python scripts/record_plans.py --only RE   plan those anew in whose sources this is found
    python scripts/record_plans.py --check     change nothing; exit status 1 where a recording is missing or out of date

Needs ``terraform``, the providers' schemas (``COMPLIANT_INFRA_SCHEMAS``), the stand-in provider beside them, and
grpcio, protobuf and msgpack, here or in ``.venv-standin``. Nothing is made and no cloud is asked: the stand-in accepts
everything. A module that would have to be fetched is replaced by one whose outputs are known only after apply. Where
Terraform refuses a fixture that the table of refusals does not name, the exit status is 1 too.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.hcl_checks import recorded_plans  # noqa: E402 - the repository is no package
from tests.hcl_checks.recorded_plans import Record  # noqa: E402

SERVER = ROOT / "scripts" / "standin_provider.py"
#: Terraform processes at a time.
PARALLEL = 2
#: Where the providers live in the registry.
NAMESPACES = {"alicloud": "aliyun", "aws": "hashicorp", "tencentcloud": "tencentcloudstack"}
#: Schemas of the small providers that fixtures use beside the clouds, in the notation of the schemas.
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


#: Values that a fixture needs in place of just any: fixture -> variable -> value.
GIVEN: Mapping[str, Mapping[str, Any]] = {
    "aws/secret-not-in-code/bad_in_part.tf": {"host": "10", "settings": {"host": "db"}},  # format("%d"), a template
}


class UnavailableError(Exception):
    """What planning needs is not on this machine; the message says what."""


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


def standin_python() -> str | None:
    """A Python that has what the stand-in provider needs: this one, or that of ``.venv-standin``."""
    modules = ("grpc", "google.protobuf", "msgpack")
    try:
        if all(importlib.util.find_spec(name) is not None for name in modules):
            return sys.executable
    except ModuleNotFoundError:
        pass
    own = ROOT / ".venv-standin" / "bin" / "python"
    return str(own) if own.exists() else None


def needed() -> tuple[Path, Path, str]:
    """The folder of schemas, the stand-in provider, and the Python for it. Raises UnavailableError."""
    schemas = os.environ.get("COMPLIANT_INFRA_SCHEMAS")
    if not schemas:
        raise UnavailableError("COMPLIANT_INFRA_SCHEMAS is not set")
    script = Path(schemas).parent / "prototypes" / "standin" / "tf_standin.py"
    python = standin_python()
    if not script.exists() or python is None or shutil.which("terraform") is None:
        raise UnavailableError(
            "needs terraform, the stand-in provider, and grpcio, protobuf and msgpack (here or in .venv-standin)"
        )
    return Path(schemas), script, python


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
            body = _body(text, match.end())
            for name, value in _WRITTEN.findall(body):
                made["block"]["a"][name] = f"{_kind_of(value)} oc"
            for nested in _NESTED.finditer(body):
                members = {name: f"{_kind_of(value)} o" for name, value in _ANY.findall(_body(body, nested.end()))}
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


@contextmanager
def providers(texts: Sequence[str]) -> Iterator[dict[str, str]]:
    """The environment in which ``terraform`` finds the stand-in providers, kept running for all plans.

    ``texts`` are the sources that will be planned. Raises UnavailableError.
    """
    schemas, script, python = needed()
    types = {name for text in texts for name in re.findall(r'\bresource"?\s*:?\s*\{?\s*"(\w+)"', text)}
    attached: dict[str, Any] = {}
    running: list[subprocess.Popen[str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for cloud in sorted({*NAMESPACES, *UTILITIES, *DATA}):
                path = folder / f"{cloud}.json.gz"
                path.write_bytes(gzip.compress(json.dumps(schema_of(cloud, schemas, types, texts)).encode(), 1))
                command = [python, str(SERVER), str(script), str(path)]
                process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                running.append(process)
                assert process.stdout is not None
                handshake = process.stdout.readline().split("|")
                if len(handshake) < 4:
                    raise UnavailableError(f"the stand-in provider for {cloud} does not start")
                entry = {
                    "Protocol": "grpc",
                    "ProtocolVersion": 5,
                    "Pid": process.pid,
                    "Test": True,
                    "Addr": {"Network": "tcp", "String": handshake[3]},
                }
                for namespace in {NAMESPACES.get(cloud, "hashicorp"), "hashicorp"}:
                    attached[f"registry.terraform.io/{namespace}/{cloud}"] = entry
            empty = folder / "terraformrc"
            empty.touch()
            kept = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
            yield {
                **kept,
                "TF_REATTACH_PROVIDERS": json.dumps(attached),
                "TF_CLI_CONFIG_FILE": str(empty),
                "CHECKPOINT_DISABLE": "1",
            }
        finally:
            for process in running:
                process.terminate()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()


# -- one plan --------------------------------------------------------------------------------------------------

_VARIABLE = re.compile(r'^variable\s+"(\w+)"\s*\{', re.MULTILINE)
_TYPE = re.compile(r"^\s*type\s*=\s*(.+)", re.MULTILINE)


def _body(text: str, start: int) -> str:
    """What stands between the brace before ``start`` and the one that closes it."""
    depth = 1
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if not depth:
            return text[start:position]
    return text[start:]


def _some_value(kind: str) -> Any:
    """Some value of a type constraint."""
    kind = kind.replace(" ", "")
    outer, _, inner = kind.partition("(")
    if outer in ("list", "set"):
        if inner.startswith(("any", "object", "map", "tuple")):
            return []
        if inner.startswith("string"):
            return ["10.0.0.0/8", "192.168.0.0/16"]
        return [_some_value(inner)]
    if outer in ("map", "object", "tuple"):
        return [] if outer == "tuple" else {}
    return {"bool": True, "number": 22}.get(kind.rstrip(")"), "given")


def given_values(directory: Path) -> dict[str, Any]:
    """Some value for each variable of a root that has none; both sides get the same."""
    values: dict[str, Any] = {}
    for path in sorted(directory.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        for match in _VARIABLE.finditer(text):
            body = _body(text, match.end())
            if not re.search(r"\bdefault\s*=", body):
                kind = _TYPE.search(body)
                values[match[1]] = _some_value(kind[1].strip() if kind else "any")
    return values


_MODULE = re.compile(r'^module\s+"([\w-]+)"\s*\{', re.MULTILINE)
_SOURCE = re.compile(r'^\s*source\s*=\s*"([^"]+)"', re.MULTILINE)
_VERSION = re.compile(r'^\s*version\s*=\s*"[^"\d]*([\d.]+)', re.MULTILINE)
_ARGUMENT = re.compile(r"^ {2}(\w+)\s*=", re.MULTILINE)
#: What a call says of itself; everything else is a variable of the module.
_META = {"source", "version", "count", "for_each", "providers", "depends_on"}


def install_modules(root: Path) -> None:
    """Write what ``terraform get`` would, without a network: local modules as they are, others as stand-ins."""
    modules = root / ".terraform" / "modules"
    entries = [{"Key": "", "Source": "", "Dir": "."}]

    def walk(directory: Path, prefix: str) -> None:
        text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.tf")))
        for match in _MODULE.finditer(text):
            body = _body(text, match.end())
            source = _SOURCE.search(body)
            if source is None:
                continue
            key = f"{prefix}{match[1]}"
            if source[1].startswith("."):
                inside = (directory / source[1]).resolve()
                entries.append({"Key": key, "Source": source[1], "Dir": os.path.relpath(inside, root)})
                if inside.is_dir():
                    walk(inside, f"{key}.")
                continue
            inside = modules / key
            inside.mkdir(parents=True)
            outputs = sorted(set(re.findall(rf"\bmodule\.{match[1]}(?:\[[^\]]*\])?\.(\w+)", text)))
            (inside / "main.tf").write_text(
                'resource "terraform_data" "hidden" {}\n'
                + "".join(f'variable "{name}" {{}}\n' for name in sorted({*_ARGUMENT.findall(body)} - _META))
                + "".join(f'output "{name}" {{\n  value = terraform_data.hidden.id\n}}\n' for name in outputs),
                encoding="utf-8",
            )
            address = source[1]
            if re.fullmatch(r"[\w-]+/[\w-]+/[\w-]+", address):
                address = f"registry.terraform.io/{address}"
            entry = {"Key": key, "Source": address, "Dir": os.path.relpath(inside, root)}
            version = _VERSION.search(body)
            if version is not None:
                entry["Version"] = ".".join([*version[1].split("."), "0", "0"][:3])
            entries.append(entry)

    walk(root.resolve(), "")
    if len(entries) > 1:
        modules.mkdir(parents=True, exist_ok=True)
        (modules / "modules.json").write_text(json.dumps({"Modules": entries}), encoding="utf-8")


_BACKEND = re.compile(r'^\s*backend\s+"\w+"\s*\{', re.MULTILINE)


def without_backend(root: Path) -> None:
    """Take out where the state lives: no plan shows it, and Terraform would ask the place."""
    for path in root.glob("*.tf"):
        text = path.read_text(encoding="utf-8")
        match = _BACKEND.search(text)
        if match is not None:
            end = match.end() + len(_body(text, match.end())) + 1
            path.write_text(text[: match.start()] + text[end:], encoding="utf-8")


class RefusedError(Exception):
    """Terraform makes no plan of this; the message is what it says."""


def make_plan(directory: Path, values: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """``terraform plan`` of a directory, as JSON text of one line: the same whenever it is made. Raises RefusedError."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=directory,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    given = directory / ".terraform" / "given.tfvars.json"
    given.parent.mkdir(exist_ok=True)
    given.write_text(json.dumps(dict(values)), encoding="utf-8")
    install_modules(directory)
    without_backend(directory)
    planned = run("plan", "-no-color", "-input=false", "-lock=false", "-out=tfplan", f"-var-file={given}")
    if planned.returncode:
        raise RefusedError(planned.stderr.strip())
    shown = run("show", "-json", "tfplan")
    if shown.returncode:
        raise RefusedError(shown.stderr.strip())
    plan = json.loads(shown.stdout)
    plan.pop("timestamp", None)
    plan.pop("relevant_attributes", None)  # in no order, and nobody reads them
    return json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record(fixture: Path, environment: Mapping[str, str]) -> Record:
    """Plan one fixture. Raises RefusedError."""
    digest = recorded_plans.digest_of(fixture)
    with tempfile.TemporaryDirectory() as folder:
        root = recorded_plans.lay_out(fixture, Path(folder).resolve() / "root")
        name = recorded_plans.name_of(fixture)
        values = {**given_values(root), **GIVEN.get(name, {})}
        return Record(name, digest, values, make_plan(root, values, environment))


# -- all of them -----------------------------------------------------------------------------------------------


def sources(found: Sequence[Path]) -> list[str]:
    """The texts of fixtures."""
    return [
        path.read_text(encoding="utf-8")
        for fixture in found
        for path in recorded_plans.files_of(fixture)
        if path.name.endswith((".tf", ".tf.json"))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, or say what is to be recorded."""
    parser = argparse.ArgumentParser(description="Record the plans of the rules' fixtures.")
    parser.add_argument("--all", action="store_true", help="plan everything anew")
    parser.add_argument(
        "--only", metavar="TEXT", help="plan those anew in whose sources this regular expression is found"
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    old = (
        {}
        if options.all
        else {item.fixture: item for cloud in recorded_plans.CLOUDS for item in recorded_plans.read(cloud)}
    )
    wanted = {recorded_plans.name_of(path): path for path in recorded_plans.fixtures()}
    wanted = {name: path for name, path in wanted.items() if recorded_plans.refusal(name) is None}
    kept = {
        name: item
        for name, item in old.items()
        if name in wanted and recorded_plans.digest_of(wanted[name]) == item.digest
    }
    if options.only:
        again = re.compile(options.only)
        kept = {name: item for name, item in kept.items() if not any(map(again.search, sources([wanted[name]])))}
    pending = [path for name, path in wanted.items() if name not in kept]
    gone = len(old.keys() - wanted.keys())
    if options.check:
        sys.stdout.write(f"{len(kept)} current, {len(pending)} to plan, {gone} gone\n")
        return 1 if pending or gone else 0
    refused: dict[str, str] = {}
    if pending:
        try:
            with providers(sources(pending)) as environment, ThreadPoolExecutor(PARALLEL) as pool:

                def attempt(path: Path) -> None:
                    try:
                        made = record(path, environment)
                    except RefusedError as error:
                        refused[recorded_plans.name_of(path)] = str(error)
                    else:
                        kept[made.fixture] = made

                list(pool.map(attempt, pending))
        except UnavailableError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    size = 0
    for cloud in recorded_plans.CLOUDS:
        records = [item for name, item in kept.items() if recorded_plans.cloud_of(name) == cloud]
        size += recorded_plans.write(cloud, records)
    planned = len(pending) - len(refused)
    sys.stdout.write(f"{planned} planned, {len(kept)} recorded, {gone} forgotten, {size} bytes\n")
    for name in sorted(refused):
        sys.stderr.write(f"refused: {name}: {' '.join(refused[name].split())[:400]}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
