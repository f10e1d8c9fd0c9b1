"""Compile Pulumi's names of resources and properties in Terraform from the installed SDKs and the providers' schemas.

    python scripts/compile_names.py           write components/names.json
    python scripts/compile_names.py --check   change nothing; exit status 1 where the file is not current
    python scripts/compile_names.py --report  say what the SDKs have and the schemas have not, and the reverse

The SDKs' source is read, never imported (``tests/rules/pulumi_sdks.py``); the schemas are those of
``COMPLIANT_INFRA_SCHEMAS`` (``tests/rules/schemas.py``). What the file holds is told by ``components/names.py``, which
reads it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from compliant_infra.components.names import DIGITS, guessed_type, snake, token_of
from tests.rules.pulumi_sdks import (
    EXCEPTIONS,
    NESTED,
    RENAMED,
    Property,
    Sdk,
    class_properties,
    installed,
    plain,
    plurals,
    source,
)
from tests.rules.schemas import loaded

WEB_FILTER_RULE: Final = "aws_wafv2_web_acl_rule"

TARGET: Final = Path(__file__).resolve().parent.parent / "components" / "names.json"
CLOUDS: Final = ("alicloud", "aws")

#: Token -> Terraform type, beside the exceptions of ``tests/rules/pulumi_sdks.py``: types that no rule reads.
TYPES: Final[Mapping[str, str]] = {
    "alicloud:alidnscloudgtmaddress/pool:Pool": "alicloud_alidns_cloud_gtm_address_pool",
    "alicloud:cs/kubernetesPermission:KubernetesPermission": "alicloud_cs_kubernetes_permissions",
    "alicloud:cs/kubernetes:Kubernetes": "alicloud_cs_kubernetes",
    "alicloud:cs/managedKubernetes:ManagedKubernetes": "alicloud_cs_managed_kubernetes",
    "alicloud:cs/registryEnterpriseNamespace:RegistryEnterpriseNamespace": "alicloud_cr_ee_namespace",
    "alicloud:dns/domain:Domain": "alicloud_dns",
    "alicloud:dns/alidnsRecord:AlidnsRecord": "alicloud_alidns_record",
    "alicloud:ddos/bgpIp:BgpIp": "alicloud_ddosbgp_ip",
    "alicloud:nas/logAnalysis:LogAnalysis": "alicloud_nas_log_analysis",
    "alicloud:slb/applicationLoadBalancer:ApplicationLoadBalancer": "alicloud_slb_load_balancer",
    "aws:cfg/recorder:Recorder": "aws_config_configuration_recorder",
    "aws:cfg/rule:Rule": "aws_config_config_rule",
    "aws:cfg/configurationAggregator:ConfigurationAggregator": "aws_config_configuration_aggregator",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "aws_ec2_transit_gateway",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (
        "aws_db_instance_automated_backups_replication"
    ),
}

#: (Terraform type, the property's Python name) -> Terraform name, where the SDK gave it another name by hand.
PROPERTIES: Final[Mapping[tuple[str, str], str]] = {
    **{(kind, python): name for (kind, name), python in RENAMED.items()},
    **{
        (f"aws_api_gateway_{kind}", "rest_api"): "rest_api_id"
        for kind in (
            *("authorizer", "deployment", "integration", "integration_response", "method_response", "method_settings"),
            *("model", "request_validator", "resource", "stage"),
        )
    },
    ("alicloud_eci_container_group", "field_reves"): "field_ref",
    ("alicloud_polardb_dynamo_table", "global_secondary_indices"): "global_secondary_index",
    ("alicloud_polardb_dynamo_table", "local_secondary_indices"): "local_secondary_index",
    ("aws_api_gateway_base_path_mapping", "rest_api"): "api_id",
    ("aws_api_gateway_stage", "deployment"): "deployment_id",
    ("aws_api_gateway_vpc_link", "target_arn"): "target_arns",
    ("aws_cloudwatch_metric_alarm", "name"): "alarm_name",
    ("aws_elastic_beanstalk_environment", "version"): "version_label",
    ("aws_glue_catalog_table", "partition_indices"): "partition_index",
    ("aws_iot_topic_rule", "kineses"): "kinesis",
    ("aws_lambda_function", "code"): "filename",
    ("aws_lambda_function", "name"): "function_name",
    ("aws_lambda_layer_version", "code"): "filename",
    ("aws_lambda_permission", "function"): "function_name",
    ("aws_s3_bucket_website_configuration", "routing_rule_details"): "routing_rules",  # the text
    ("aws_s3_bucket_website_configuration", "routing_rules"): "routing_rule",  # the blocks
    ("aws_sns_topic_subscription", "topic"): "topic_arn",
}

GETTER: Final = re.compile(
    r'@pulumi\.getter(?:\(name="(\w+)"\))?\n(?:    @_utilities\.deprecated\("""(?s:.*?)"""\)\n)?    def (\w+)\(self\)'
)

Block = Mapping[str, Any]

#: A block whose content the schema does not tell.
CUT: Final[Block] = {"n": "list", "cut": True}


@cache
def wire_names(file: Path, name: str) -> Mapping[str, str]:
    """Python name -> wire name of a class of arguments."""
    text = source(file)
    start = text.index(f"\nclass {name}:\n") + 1
    end = text.find("\nclass ", start)
    return {python: wire or python for wire, python in GETTER.findall(text, start, len(text) if end < 0 else end)}


# --------------------------------------------------------------------------------------------------------------
# Schemas
# --------------------------------------------------------------------------------------------------------------


def attribute_type(block: Block, name: str) -> str:
    """The type of an attribute without its flags, e.g. ``list(string)``."""
    written: str = block["a"][name]
    return written.rsplit(" ", 1)[0] if " " in written else written


def arguments(block: Block) -> set[str]:
    """The names in a block that can be set: all but what the provider alone computes."""
    found = {name for name, written in block.get("a", {}).items() if set(written.rpartition(" ")[2]) & {"r", "o"}}
    return found | {name for name, nested in block.get("b", {}).items() if nested.get("f") != "c"}


def split_members(text: str) -> Iterator[str]:
    """The members of ``a=string,b=list(object({c=string}))``."""
    depth = start = 0
    for index, char in enumerate(text):
        depth += (char in "({") - (char in ")}")
        if char == "," and not depth:
            yield text[start:index]
            start = index + 1
    if text:
        yield text[start:]


def object_block(kind: str) -> dict[str, Any] | None:
    """The block that a type of objects amounts to: ``list(object({a=string}))``; None for other types."""
    match = re.fullmatch(r"(list|set)\(object\(\{(.*)\}\)\)", kind) or re.fullmatch(r"()object\(\{(.*)\}\)", kind)
    if match is None:
        return None
    members = dict(item.split("=", 1) for item in split_members(match[2]))
    return {"n": match[1] or "single", "a": {name: f"{value} o" for name, value in members.items()}}


@cache
def block_paths(kind: str) -> Mapping[str, Block]:
    """Name of the class that a binding gives a nested block -> the block, to follow recursion that a schema cuts."""
    schema = loaded(kind.split("_", 1)[0])
    found: dict[str, Block] = {}

    def walk(block: Block, path: str) -> None:
        for name, nested in block.get("b", {}).items():
            inner = path + pascal(name)
            found.setdefault(inner, nested)
            walk(nested, inner)

    if schema is not None:
        walk(schema["resources"][kind], pascal(kind.split("_", 1)[1]))
    return found


def pascal(name: str) -> str:
    """``web_acl`` as ``WebAcl``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def web_filter_statement() -> Block:
    """The statement of a rule of AWS WAF, which the schema spells out for one of three types, and there once."""
    schema = loaded("aws")
    assert schema is not None
    statement: Block = schema["resources"][WEB_FILTER_RULE]["b"]["statement"]
    return statement


def child(kind: str, block: Block, name: str) -> Block | None:
    """The nested block, or what amounts to one; None for other attributes."""
    if kind.startswith("aws_wafv2_") and name in ("statement", "scope_down_statement"):
        return web_filter_statement()
    nested: Block | None = block.get("b", {}).get(name)
    if nested is not None:
        return nested
    written = attribute_type(block, name)
    recursive = re.fullmatch(r"(?:list|set)\((\w+?)(?:List|Set)?\)", written)
    if recursive is not None and recursive[1][:1].isupper():
        owner = WEB_FILTER_RULE if kind.startswith("aws_wafv2_") else kind
        return block_paths(owner).get(recursive[1], CUT)
    return object_block(written)


# --------------------------------------------------------------------------------------------------------------
# Types
# --------------------------------------------------------------------------------------------------------------


def overlap(sdk: Sdk, token: str, block: Block) -> float:
    """The share of a Terraform type's arguments that a resource of the SDK has, by name."""
    known = {plain(name) for name in sdk.properties(token)}
    names = {*block.get("a", ()), *block.get("b", ())} - {"id", "timeouts"}
    if not names:
        return 1.0
    return sum(1 for name in names if {plain(name), *map(plain, plurals(name))} & known) / len(names)


def similarity(sdk: Sdk, token: str, block: Block) -> float:
    """Jaccard likeness of the names of a resource of the SDK and of a Terraform type."""
    known = {re.sub(r"(es|s)$", "", plain(name)) for name in sdk.properties(token)}
    names = {re.sub(r"(es|s)$", "", plain(name)) for name in {*block.get("a", ()), *block.get("b", ())} - {"timeouts"}}
    names -= {"id"}
    known -= {"id"}
    return len(names & known) / len(names | known) if names | known else 0.0


def types_of(sdk: Sdk, schema: Mapping[str, Any]) -> tuple[dict[str, str], set[str], dict[str, str]]:
    """(token -> Terraform type, tokens of which that is certain, Terraform type -> the token to use for it)."""
    resources: Mapping[str, Block] = schema["resources"]
    found: dict[str, str] = {}
    certain: set[str] = set()
    by_type: dict[str, str] = {}
    said = {kind: token for table in EXCEPTIONS.values() for kind, token in table.items()}
    said |= {kind: token for token, kind in TYPES.items()}
    for kind, token in said.items():
        if token in sdk.tokens and kind in resources:
            found[token], by_type[kind] = kind, token
            certain.add(token)
    for kind, block in resources.items():
        if kind in by_type:
            continue
        tokens = sorted(
            (token for token in sdk.by_rule(kind) if token not in found),
            key=lambda token: (guessed_type(token) != kind, -similarity(sdk, token, block)),
        )
        if tokens and overlap(sdk, tokens[0], block) >= 0.7:
            found[tokens[0]], by_type[kind] = kind, tokens[0]
            certain.add(tokens[0])
    for token in sdk.tokens:
        kind = guessed_type(token)
        if token not in found and kind in resources and kind not in by_type:
            found[token], by_type[kind] = kind, token
            if overlap(sdk, token, resources[kind]) >= 0.7:
                certain.add(token)
    # What the rule of the names does not find is found by what the type holds: the same names, and a name of its own.
    left = [kind for kind in resources if kind not in by_type]
    for token in sdk.tokens:
        if token in found:
            continue
        twin = re.sub(r"V2:(\w+)V2$", r":\1", token)
        if twin != token and twin in found:  # the deprecated twins of s3
            found[token] = found[twin]
            certain.add(token)
            continue
        scored = sorted(
            ((similarity(sdk, token, resources[kind]), kind) for kind in left if shares_a_word(token, kind)),
            reverse=True,
        )
        if scored and scored[0][0] >= 0.85 and (len(scored) == 1 or scored[1][0] < scored[0][0] - 0.1):
            found[token] = scored[0][1]
            by_type.setdefault(scored[0][1], token)
    for token in sdk.tokens:
        if token not in found:
            found[token] = guessed_type(token)
    return found, certain, by_type


def shares_a_word(token: str, kind: str) -> bool:
    """Whether the class and the Terraform type have a word in common beside the cloud."""
    words = set(snake(token.split(":")[2]).split("_"))
    return bool(words & set(kind.split("_")[1:]))


# --------------------------------------------------------------------------------------------------------------
# Properties
# --------------------------------------------------------------------------------------------------------------


class Compiler:
    """Nodes of all types, each once: see ``components/names.py`` for their form."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, str]] = [{}]
        self.index: dict[str, int] = {"{}": 0}
        self.memo: dict[tuple[int, str, str], int] = {}
        self.open: dict[tuple[int, str, str], int | None] = {}
        self.kept: list[Block | None] = []  # the keys of ``memo`` hold only while the blocks live
        self.differences: list[str] = []

    def node(self, entries: dict[str, str]) -> int:
        """The number of the node with these entries, which is made where it is new."""
        text = json.dumps(entries, sort_keys=True)
        if text not in self.index:
            self.index[text] = len(self.nodes)
            self.nodes.append(entries)
        return self.index[text]

    def resource(self, sdk: Sdk, token: str, kind: str, block: Block | None) -> int:
        """The node of a resource's arguments."""
        folder, name = sdk.tokens[token]
        stem = plain(token.split(":")[1].partition("/")[2])
        (file,) = (item for item in folder.glob("*.py") if plain(item.stem) == stem)
        known: dict[str, Property] = {}
        wires: dict[str, str] = {}
        for item in (f"{name}Args", f"{name}InitArgs"):
            if f"\nclass {item}:\n" in source(file):
                known.update(class_properties(file, item))
                wires.update(wire_names(file, item))
        return self.properties(known, wires, kind, block, kind)

    def properties(
        self, known: Mapping[str, Property], wires: Mapping[str, str], kind: str, block: Block | None, path: str
    ) -> int:
        """The node of these properties; what they and the block do not share is noted among the differences."""
        renamed = match_names(known, kind, block)
        entries: dict[str, str] = {}
        plain_names: list[str] = []
        for python, item in sorted(known.items()):
            wire = wires[python]
            key = snake(wire)
            if key != python.rstrip("_"):
                raise SystemExit(f"{path}.{python}: {wire} on the wire, where the names would have {key}")
            target = renamed.get(python)
            if target is None:
                if block is not None and "cut" not in block and not (path == kind and python in ("id", "urn")):
                    self.differences.append(f"{path}.{python}: only in the SDK")
                target = python.rstrip("_")
            entry = self.entry(item, target, kind, block if python in renamed else None, f"{path}.{target}")
            if entry is None and target == key:
                plain_names.append(key)  # nothing to do, but it is no unknown name
            elif entry is None:
                entries[key] = f"={target}"
            else:
                entries[key] = entry if target == key else f"{entry} {target}"
        if block is not None:
            matched = set(renamed.values())
            for name in sorted(arguments(block) - matched - {"id", "tags_all", "timeouts"}):
                self.differences.append(f"{path}.{name}: only in the schema")
        if plain_names:
            entries[""] = " ".join(plain_names)
        return self.node(entries)

    def entry(self, item: Property, target: str, kind: str, block: Block | None, path: str) -> str | None:
        """How values of a property change, None where they do not: the form and the number of the node."""
        below = child(kind, block, target) if block is not None else None
        written = attribute_type(block, target) if block is not None and target in block.get("a", {}) else ""
        if NESTED.search(item.annotation):
            node = self.nested(item, kind, below, path)
            if item.is_open:
                return f"m{digits(node)}"
            if item.is_list:
                if below is not None and below["n"] in ("single", "attr-single"):
                    self.differences.append(f"{path}: a list in the SDK, one object in the schema")
                return f"l{digits(node)}"
            if written == "string":
                return "j"
            single = below is not None and below["n"] in ("single", "attr-single")
            return f"s{digits(node)}" if single else f"o{digits(node)}"
        if item.is_list and item.is_open and item.annotation.index("Sequence[") < item.annotation.index("Mapping["):
            return "k"
        if below is not None:
            if below.get("n") == "map" or item.is_open:
                self.differences.append(f"{path}: a map in the SDK, a block in the schema")
                return None
            if item.is_list:
                self.differences.append(f"{path}: a list of scalars in the SDK, a block in the schema")
                return None
            self.differences.append(f"{path}: a scalar in the SDK, a block in the schema")
            return None
        if not item.is_list and not item.is_open and written.startswith(("list(", "set(")):
            return "f"
        if item.is_list and written and not written.startswith(("list(", "set(", "any")):
            self.differences.append(f"{path}: a list in the SDK, {written} in the schema")
        return None

    def nested(self, item: Property, kind: str, block: Block | None, path: str) -> int:
        """The node of what stands within a property."""
        wires: dict[str, str] = {}
        classes = []
        for match in NESTED.finditer(item.annotation):
            folder = item.folder.parent / match["module"] if match["module"] else item.folder
            classes.append((str(folder), match["name"]))
            wires.update(wire_names(folder / "_inputs.py", match["name"]))
        key = (id(block), repr(classes), kind)
        if key in self.memo:
            return self.memo[key]
        if key in self.open:  # a statement within a statement: its node has a place before it has content
            if self.open[key] is None:
                self.open[key] = len(self.nodes)
                self.nodes.append({})
            return self.open[key] or 0
        self.kept.append(block)
        self.open[key] = None
        node = self.properties(item.nested(), wires, kind, block, path)
        place = self.open.pop(key)
        if place is not None:
            self.nodes[place] = self.nodes[node]
            node = place
        self.memo[key] = node
        return node


def match_names(known: Mapping[str, Property], kind: str, block: Block | None) -> dict[str, str]:
    """Python name -> Terraform name in a block, of properties that the block has."""
    if block is None:
        return {}
    names = {*block.get("a", ()), *block.get("b", ())}
    by_hand = {python: name for (owner, python), name in PROPERTIES.items() if owner == kind}
    found = {python: name for python, name in by_hand.items() if python in known and name in names}
    left = names - set(found.values())
    for python in known:
        exact = python.rstrip("_")
        if python not in found and exact in left:
            found[python] = exact
            left.discard(exact)
    for python, item in known.items():
        if python in found or not item.is_list:
            continue
        for name in sorted(left):
            if python.rstrip("_") in plurals(name) or plain(python) in map(plain, plurals(name)):
                found[python] = name
                left.discard(name)
                break
    for python in known:
        if python in found:
            continue
        for name in sorted(left):
            if plain(python) == plain(name):
                found[python] = name
                left.discard(name)
                break
    return found


def compiled() -> tuple[dict[str, Any], list[str]]:
    """The content of the file, and the differences between SDKs and schemas."""
    compiler = Compiler()
    tokens: dict[str, Any] = {}
    inverse: dict[str, str] = {}
    for cloud in CLOUDS:
        sdk, schema = installed(cloud), loaded(cloud)
        if sdk is None or schema is None:
            raise SystemExit(f"pulumi-{cloud} and COMPLIANT_INFRA_SCHEMAS are needed")
        types, certain, by_type = types_of(sdk, schema)
        shared: dict[str, list[str]] = defaultdict(list)
        for token in sorted(sdk.tokens):
            kind = types[token]
            shared[kind].append(token)
            block = schema["resources"].get(kind)
            node = compiler.resource(sdk, token, kind, block)
            package, path, name = token.split(":")
            entry = f"{digits(node)}{'' if token in certain else '?'}"
            said = "" if kind == guessed_type(token) else f" {kind}"
            tokens.setdefault(package, {}).setdefault(path.partition("/")[0], {})[name] = f"{entry}{said}"
            if token != token_of(package, path.partition("/")[0], name):
                raise SystemExit(f"{token} is not named as its class is")
        for kind, several in shared.items():
            if len(several) > 1:
                inverse[kind] = by_type.get(kind, several[0])
    content = {"tokens": tokens, "inverse": inverse, **packed(compiler.nodes)}
    return content, compiler.differences


def digits(number: int) -> str:
    """A number in digits of ``DIGITS``, none for 0."""
    return f"{digits(number // 64)}{DIGITS[number % 64]}" if number else ""


def packed(nodes: list[dict[str, str]]) -> dict[str, Any]:
    """The nodes, with two digits of 64 for each of the most frequent names, and the names themselves."""
    count: Counter[str] = Counter(name for node in nodes for name in node.get("", "").split())
    words = [name for name, times in count.most_common(len(DIGITS) ** 2) if times > 1]
    place = {name: digits(number).rjust(2, DIGITS[0]) for number, name in enumerate(words)}
    short: list[dict[str, str] | str] = []
    for node in nodes:
        entries = {key: text for key, text in node.items() if key}
        listed = node.get("", "").split()
        rare = [name for name in listed if name not in place]
        text = " ".join(["".join(place[name] for name in listed if name in place), *rare])
        if listed and entries:
            entries[""] = text
        short.append(entries or text)
    return {"words": " ".join(words), "nodes": short}


def written(content: Mapping[str, Any]) -> str:
    """The text of the file: one line for each part."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or say whether it is current, or what differs."""
    content, differences = compiled()
    if "--report" in arguments:
        print("\n".join(differences))  # noqa: T201
        return 0
    text = written(content)
    if "--check" in arguments:
        return int(not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text)
    temporary = TARGET.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
