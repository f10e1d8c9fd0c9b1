"""The schema of a cloud's components as a Pulumi package: what programs in other languages see of them.

Pulumi's SDK reads it from the annotations of the components. What it leaves out is put in here: the descriptions of
inherited arguments, the outputs that every component has, the names of the packages.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final, get_args, get_origin, is_typeddict

from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.util import camel_case

from compliant_infra import __version__
from compliant_infra.components.component import Component

#: Cloud -> what people call it.
CLOUDS: Final[Mapping[str, str]] = {"alicloud": "Alibaba Cloud", "aws": "AWS China"}

#: Names of types that are arguments in Python and would be called "...ArgsArgs" elsewhere.
RENAMED: Final[Mapping[str, str]] = {"WaiverArgs": "Waiver"}

_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_TEXTS: Final[Mapping[str, Any]] = {"type": "array", "items": {"type": "string"}}


def _texts(**described: str) -> dict[str, Any]:
    """An object type whose properties are texts, all there; ``clauses`` are several."""
    return {
        "type": "object",
        "properties": {
            name: {**(_TEXTS if name == "clauses" else _TEXT), "description": text} for name, text in described.items()
        },
        "required": sorted(described),
    }


#: Types of the outputs that every component has.
COMMON_TYPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ExceptionToSign": {
        "description": "Something that the baseline asks and that the cloud, region or product cannot do: somebody has "
        "to accept it.",
        **_texts(
            subject="What it is about: a child, a product.",
            clauses="Clauses that ask for it.",
            reason="What is missing, and what stands in for it.",
        ),
    },
    "WaivedFinding": {
        "description": "A finding about a child that a waiver covers.",
        **_texts(
            rule="Slug of the rule.",
            resource="Name of the child.",
            clauses="Clauses that the rule serves.",
            finding="What the rule finds.",
            reason="Why the risk is accepted.",
            owner="Who answers for it.",
            until="The last day on which the waiver holds, YYYY-MM-DD.",
        ),
    },
}


def _common_outputs(package: str) -> dict[str, Any]:
    return {
        "baseline": {**_TEXT, "description": "Baseline for which the component is hardened."},
        "profiles": {**_TEXTS, "description": "Profiles on top of the baseline."},
        "baselineVersion": {**_TEXT, "description": "Version of the hardening."},
        "parameters": {
            "type": "object",
            "additionalProperties": {"$ref": "pulumi.json#/Any"},
            "description": "Numbers in force, of the baseline and the team.",
        },
        "waived": {
            "type": "array",
            "items": {"$ref": f"#/types/{package}:index:WaivedFinding"},
            "description": "Findings that waivers cover.",
        },
        "exceptions": {
            "type": "array",
            "items": {"$ref": f"#/types/{package}:index:ExceptionToSign"},
            "description": "What the baseline asks and the cloud cannot do, for somebody to accept.",
        },
    }


def package_name(cloud: str) -> str:
    """The name of the plugin and package of a cloud's components, the first part of their type tokens."""
    return f"compliant-infra-{cloud}"


def component_classes(cloud: str) -> list[type[Component]]:
    """The components of a cloud."""
    package = import_module(f"compliant_infra.components.{cloud}")
    return [getattr(package, name) for name in package.COMPONENTS]


def arguments_of(component: type[Component]) -> type:
    """The TypedDict that a component takes."""
    found: type = inspect.get_annotations(component.__init__)["args"]
    return found


def package_schema(cloud: str) -> dict[str, Any]:
    """The schema of the package of a cloud's components, as JSON. Needs the cloud's Pulumi SDK."""
    classes = component_classes(cloud)
    inferred = ComponentProvider(list(classes), package_name(cloud), version=__version__).schema
    return completed(json.loads(inferred or "{}"), cloud, classes)


def completed(schema: Mapping[str, Any], cloud: str, classes: list[type[Component]]) -> dict[str, Any]:
    """The inferred schema with what the inference leaves out."""
    name = package_name(cloud)
    typed = {arguments_of(component).__name__: arguments_of(component) for component in classes}
    nested = {found.__name__: found for arguments in typed.values() for found in _nested(arguments)}
    spellings = {
        python: camel_case(python) for found in [*typed.values(), *nested.values()] for python in _names(found)
    }

    def said(text: str) -> str:
        return re.sub(r"``(.*?)``", lambda found: f"`{spellings.get(found[1], found[1])}`", inspect.cleandoc(text))

    resources = {}
    for component in classes:
        inferred = schema["resources"][f"{name}:index:{component.__name__}"]
        common = _common_outputs(name)
        resources[f"{name}:index:{component.__name__}"] = {
            **inferred,
            "description": said(component.__doc__ or ""),
            "inputProperties": _described(inferred["inputProperties"], arguments_of(component), said),
            "properties": {**_described(inferred["properties"], component, said), **common},
            "required": sorted({*inferred["required"], *common}),
        }
    types: dict[str, Any] = {}
    for token, inferred in schema["types"].items():
        short = token.rpartition(":")[2]
        types[f"{name}:index:{RENAMED.get(short, short)}"] = {
            **inferred,
            "description": said(nested[short].__doc__ or ""),
            "properties": _described(inferred["properties"], nested[short], said),
        }
    types.update({f"{name}:index:{short}": dict(type_) for short, type_ in COMMON_TYPES.items()})
    language = {key: dict(value) for key, value in schema["language"].items()}
    language["nodejs"]["packageName"] = name  # its default stands in the scope of Pulumi's own packages
    return {
        **schema,
        "displayName": f"compliant-infra for {CLOUDS[cloud]}",
        "description": f"Components for {CLOUDS[cloud]} that come out hardened for a level of China's MLPS (等级保护)",
        "keywords": ["category/cloud", "kind/component", "mlps", "等级保护", "compliance", cloud],
        "license": "Apache-2.0",
        "meta": {"supportPack": True},  # as ``pulumi package add`` makes SDKs; a Go module of its own, among others
        "language": language,
        "resources": dict(sorted(resources.items())),
        "types": dict(sorted(types.items())),
    }


def _described(properties: Mapping[str, Any], owner: type, said: Any) -> dict[str, Any]:
    """Properties with their own descriptions, and without those that only repeat them for the items."""
    texts = {camel_case(name): text for name, text in docstrings(owner).items()}
    found = {}
    for name, inferred in properties.items():
        bare = _bare(inferred)
        found[name] = {**bare, "description": said(texts[name])} if name in texts else bare
    return found


def _bare(shape: Any) -> Any:
    """A shape without descriptions, with references as Pulumi writes them today."""
    if not isinstance(shape, dict):
        return shape
    bare = {key: _bare(value) for key, value in shape.items() if key != "description"}
    if "$ref" in bare:
        reference = re.sub(r"#/resources/pulumi:providers:\w+$", "#/provider", bare["$ref"])
        prefix, _, short = reference.rpartition(":")
        bare["$ref"] = f"{prefix}:{RENAMED[short]}" if short in RENAMED else reference
    values = bare.get("additionalProperties", {})
    if values.get("$ref", "").startswith("#/types/"):
        values.pop("plain", None)  # for Go Pulumi writes no type for the plain objects of a plain map, and uses it
    return bare


def _nested(typed: type) -> Iterator[type]:
    """The TypedDicts in the arguments of a component."""
    for annotation in typed.__annotations__.values():
        for found in _inside(annotation):
            yield found
            yield from _nested(found)


def _inside(annotation: Any) -> Iterator[type]:
    if is_typeddict(annotation):
        yield annotation
    elif get_origin(annotation) is not None:
        for argument in get_args(annotation):
            yield from _inside(argument)


def _names(typed: type) -> list[str]:
    return [name for name in typed.__annotations__ if "_" in name]


def docstrings(owner: type) -> dict[str, str]:
    """Attribute -> the text under its annotation, for a class and those of this project that it is made from."""
    statement = _source(owner)
    found: dict[str, str] = {}
    for base in statement.bases:
        ancestor = getattr(sys.modules[owner.__module__], base.id, None) if isinstance(base, ast.Name) else None
        if isinstance(ancestor, type) and ancestor.__module__.startswith("compliant_infra."):
            found.update(docstrings(ancestor))
    for before, text in zip(statement.body, statement.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            if (
                isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            ):
                found[before.target.id] = text.value.value
    return found


@cache
def _source(owner: type) -> ast.ClassDef:
    """A class as it is written: a TypedDict knows its bases only there."""
    statement = ast.parse(inspect.getsource(owner)).body[0]
    if not isinstance(statement, ast.ClassDef):
        raise TypeError(f"{owner.__qualname__} is no class at the top of its module")
    return statement
