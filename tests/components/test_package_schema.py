"""The schema of the packages: what programs in other languages are compiled against.

``golden/schema-<cloud>.json`` is the schema whole. ``golden/schema-names-<cloud>.json`` is the promise: names that are
there for good. ``UPDATE_GOLDEN=1`` writes the first anew and adds new names to the second; it takes none away.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NotRequired, get_origin

import pytest

pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

import compliant_infra
from compliant_infra.components.package_schema import arguments_of, camel_case, component_classes, package_schema

GOLDEN = Path(__file__).parent / "golden"
CLOUDS = ("alicloud", "aws")

Schema = Mapping[str, Any]


@cache
def schema(cloud: str) -> dict[str, Any]:
    return package_schema(cloud)


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def written(name: str, value: Any) -> None:
    (GOLDEN / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_golden_schema_is_current(cloud: str) -> None:
    name = f"schema-{cloud}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        written(name, schema(cloud))
    assert golden(name) == schema(cloud), "say in the change log what other languages will see; UPDATE_GOLDEN=1"


# -- the promise ---------------------------------------------------------------------------------------------------


def shape(found: Schema) -> str:
    """A type in one word: ``string``, ``[integer]``, ``{string}``, the name of a type."""
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2].rpartition(":")[2]
    if "items" in found:
        return f"[{shape(found['items'])}]"
    if "additionalProperties" in found:
        return f"{{{shape(found['additionalProperties'])}}}"
    return str(found["type"])


def names(found: Schema) -> dict[str, Any]:
    """The names of a schema that programs use: of components, inputs with their shapes, outputs, types."""
    components = {
        token.rpartition(":")[2]: {
            "inputs": {name: shape(item) for name, item in resource["inputProperties"].items()},
            "required": resource["requiredInputs"],
            "outputs": {name: shape(item) for name, item in resource["properties"].items()},
        }
        for token, resource in found["resources"].items()
    }
    types = {
        token.rpartition(":")[2]: {
            "inputs": {name: shape(item) for name, item in type_["properties"].items()},
            "required": type_.get("required", []),
            "outputs": {},
        }
        for token, type_ in found["types"].items()
    }
    return {"components": components, "types": types}


def broken(promised: Schema, found: Schema) -> Iterator[str]:
    """A sentence for each promise that is broken: what it does to the programs of users."""
    for kind, one in (("components", "component"), ("types", "type")):
        for name, before in promised[kind].items():
            now = found[kind].get(name)
            if now is None:
                yield f"{one} {name} is gone: programs that use it no longer compile, stacks lose what it made"
                continue
            for property_, was in before["inputs"].items():
                at = f"{name}.{property_}"
                if property_ not in now["inputs"]:
                    yield f"input {at} is gone: programs that set it no longer compile"
                elif now["inputs"][property_] != was:
                    yield f"input {at} was {was} and is {now['inputs'][property_]}: programs that set it must change"
            for property_ in now["required"]:
                if property_ not in before["required"]:
                    yield f"input {name}.{property_} is required now: programs that leave it away no longer compile"
            for property_, was in before["outputs"].items():
                at = f"{name}.{property_}"
                if property_ not in now["outputs"]:
                    yield f"output {at} is gone: programs that read it no longer compile"
                elif now["outputs"][property_] != was:
                    yield f"output {at} was {was} and is {now['outputs'][property_]}: programs that read it must change"


def with_new(promised: dict[str, Any], found: Schema) -> dict[str, Any]:
    """The promise with what is new. What is required stays as promised: it may become fewer, never more."""
    for kind in ("components", "types"):
        for name, now in found[kind].items():
            before = promised.setdefault(kind, {}).setdefault(name, now)
            for side in ("inputs", "outputs"):
                before[side] = {**now[side], **before[side]}
    return promised


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_promised_name_vanishes(cloud: str) -> None:
    file = f"schema-names-{cloud}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        written(file, with_new(golden(file) if (GOLDEN / file).exists() else {}, names(schema(cloud))))
    promised = golden(file)
    assert list(broken(promised, names(schema(cloud)))) == []
    assert with_new(copy.deepcopy(promised), names(schema(cloud))) == promised, "new names: UPDATE_GOLDEN=1"


def test_a_broken_promise_is_told() -> None:
    promised = names(schema("alicloud"))
    changed: dict[str, Any] = copy.deepcopy(schema("alicloud"))
    bucket = changed["resources"]["compliant-infra-alicloud:index:ObjectBucket"]
    del bucket["inputProperties"]["wormDays"], bucket["properties"]["bucketName"]
    bucket["inputProperties"]["retentionDays"] = {"type": "string"}
    bucket["requiredInputs"] = ["bucket", "kmsKeyId"]
    del changed["resources"]["compliant-infra-alicloud:index:Cache"]
    changed["types"]["compliant-infra-alicloud:index:BucketStandby"]["required"] = ["bucket", "region"]
    assert sorted(broken(promised, names(changed))) == [
        "component Cache is gone: programs that use it no longer compile, stacks lose what it made",
        "input BucketStandby.bucket is required now: programs that leave it away no longer compile",
        "input ObjectBucket.kmsKeyId is required now: programs that leave it away no longer compile",
        "input ObjectBucket.retentionDays was integer and is string: programs that set it must change",
        "input ObjectBucket.wormDays is gone: programs that set it no longer compile",
        "output ObjectBucket.bucketName is gone: programs that read it no longer compile",
    ]


# -- what the schema says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_component_is_there_under_its_own_type_token(cloud: str) -> None:
    found = schema(cloud)
    assert found["name"] == f"compliant-infra-{cloud}"
    assert found["version"] == compliant_infra.__version__
    classes = component_classes(cloud)
    assert sorted(found["resources"]) == sorted(f"compliant-infra-{cloud}:index:{item.__name__}" for item in classes)
    assert all(resource["isComponent"] for resource in found["resources"].values())
    assert not set(found["resources"]) & set(found["types"])


@pytest.mark.parametrize("cloud", CLOUDS)
def test_inputs_are_those_of_the_python_arguments(cloud: str) -> None:
    for component in component_classes(cloud):
        resource = schema(cloud)["resources"][f"compliant-infra-{cloud}:index:{component.__name__}"]
        annotations = arguments_of(component).__annotations__
        assert set(resource["inputProperties"]) == {camel_case(name) for name in annotations}
        required = {name for name, found in annotations.items() if get_origin(found) is not NotRequired}
        assert set(resource["requiredInputs"]) == {camel_case(name) for name in required}, component


@pytest.mark.parametrize("cloud", CLOUDS)
def test_everything_is_described(cloud: str) -> None:
    found = schema(cloud)
    bare = [token for kind in ("resources", "types") for token, item in found[kind].items() if not item["description"]]
    for token, item in [*found["resources"].items(), *found["types"].items()]:
        for kind in ("inputProperties", "properties"):
            bare += [f"{token}.{name}" for name, it in item.get(kind, {}).items() if not it.get("description", "")]
    assert bare == []
    texts = json.dumps(found, ensure_ascii=False)
    assert "``" not in texts
    assert "`kms_key_id`" not in texts, "names are those of the schema"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_references_lead_somewhere(cloud: str) -> None:
    found = schema(cloud)
    sdk = version(f"pulumi-{cloud}")
    assert found["dependencies"] == [{"name": cloud, "version": sdk}]
    known = {f"#/types/{token}" for token in found["types"]} | {
        "pulumi.json#/Any",
        f"/{cloud}/v{sdk}/schema.json#/provider",
    }
    used = set(references(found))
    assert used <= known
    assert f"/{cloud}/v{sdk}/schema.json#/provider" in used
    # No object without a shape: programs would have to guess what goes in.
    assert [token for token, type_ in found["types"].items() if not type_["properties"]] == []


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_what_decides_structure_is_plain_and_what_passes_through_is_not() -> None:
    inputs = schema("alicloud")["resources"]["compliant-infra-alicloud:index:RelationalDatabase"]["inputProperties"]
    assert inputs["zones"]["plain"] and inputs["zones"]["items"]["plain"]
    assert "plain" not in inputs["kmsKeyId"]
    assert "plain" not in inputs["subnetIds"]["items"]
    outputs = schema("alicloud")["resources"]["compliant-infra-alicloud:index:RelationalDatabase"]["properties"]
    assert not any("plain" in json.dumps(item) for item in outputs.values())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_go_has_a_type_for_everything(cloud: str) -> None:
    """For the plain objects of a plain map Pulumi's generator for Go writes none, and uses it."""
    for resource in schema(cloud)["resources"].values():
        for name, found in resource["inputProperties"].items():
            values = found.get("additionalProperties", {})
            assert not (values.get("$ref", "").startswith("#/types/") and values.get("plain")), name


def test_programs_in_python_import_nothing_of_the_plugin() -> None:
    program = (
        "import sys; from compliant_infra.components import alicloud; alicloud.ObjectBucket; "
        "print(sorted(name for name in sys.modules if name.startswith('pulumi.provider') or name.endswith('.plugin')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
