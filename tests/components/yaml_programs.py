"""Whether a Pulumi program in YAML fits the schemas of the packages that it uses, without an engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: ``${network.dataSubnetIds[0]}`` and nothing beside it.
REFERENCE = re.compile(r"\$\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])*)\}")
_INSIDE = re.compile(r"\$\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])*)\}")
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def problems(program: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A sentence for each mistake. ``schemas``: package -> schema; types of other packages are not looked at."""
    return list(_Program(program, schemas).problems())


class _Program:
    def __init__(self, program: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self.program = program
        self.schemas = schemas
        self.resources: Mapping[str, Any] = program.get("resources", {})

    def problems(self) -> Iterator[str]:
        for name, resource in self.resources.items():
            package = resource["type"].partition(":")[0]
            if package not in self.schemas:
                continue
            schema = self.schemas[package]
            found = schema["resources"].get(resource["type"])
            if found is None:
                yield f"{name}: there is no type {resource['type']}"
                continue
            given = resource.get("properties", {})
            yield from self._object(given, found["inputProperties"], found["requiredInputs"], schema, name)
        for name, value in self.program.get("outputs", {}).items():
            yield from self._references(value, f"outputs.{name}")

    def _object(
        self, given: Any, properties: Mapping[str, Any], required: list[str], schema: Mapping[str, Any], at: str
    ) -> Iterator[str]:
        if not isinstance(given, dict):
            yield f"{at} must be an object"
            return
        for name in required:
            if name not in given:
                yield f"{at}.{name} is missing"
        for name, value in given.items():
            if name not in properties:
                yield f"{at}.{name} does not exist"
            else:
                yield from self._value(value, properties[name], schema, f"{at}.{name}")

    def _value(self, value: Any, shape: Mapping[str, Any], schema: Mapping[str, Any], at: str) -> Iterator[str]:
        reference = shape.get("$ref", "")
        whole = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if whole:
            yield from self._references(value, at)
            target = self._target(whole)
            if target == "output" and shape.get("plain"):
                yield f"{at} must be plain, {value} is known only later"
            if reference.endswith("#/provider") and target != f"pulumi:providers:{reference.split('/')[1]}":
                yield f"{at} must be a provider configuration of {reference.split('/')[1]}"
        elif reference == "pulumi.json#/Any":
            yield from self._references(value, at)
        elif reference.endswith("#/provider"):
            yield f"{at} must be a provider configuration"
        elif reference:
            type_ = schema["types"][reference.removeprefix("#/types/")]
            yield from self._object(value, type_["properties"], type_.get("required", []), schema, at)
        elif "items" in shape:
            if not isinstance(value, list):
                yield f"{at} must be a list"
                return
            for index, item in enumerate(value):
                yield from self._value(item, shape["items"], schema, f"{at}[{index}]")
        elif "additionalProperties" in shape:
            if not isinstance(value, dict):
                yield f"{at} must be an object"
                return
            for key, item in value.items():
                yield from self._value(item, shape["additionalProperties"], schema, f"{at}.{key}")
        else:
            kinds = _KINDS[shape["type"]]
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                yield f"{at} must be a {shape['type']}"
            yield from self._references(value, at)

    def _target(self, found: re.Match[str]) -> str:
        """What a reference is to: the type of a provider configuration, "output" of a resource, "" else."""
        resource = self.resources.get(found[1])
        if resource is None:
            return ""
        return "output" if found[2] else str(resource["type"])

    def _references(self, value: Any, at: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from self._references(item, f"{at}.{key}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._references(item, f"{at}[{index}]")
        elif isinstance(value, str):
            for name, path in _INSIDE.findall(value):
                if name in self.resources:
                    yield from self._output(self.resources[name]["type"], path, f"{at}: ${{{name}{path}}}")
                elif name not in {*self.program.get("config", {}), *self.program.get("variables", {}), "pulumi"}:
                    yield f"{at}: there is no {name}"

    def _output(self, token: str, path: str, at: str) -> Iterator[str]:
        schema = self.schemas.get(token.partition(":")[0], {}).get("resources", {}).get(token)
        first = re.match(r"\.(\w+)(\[\d+\])?", path)
        if schema is None or first is None or first[1] in ("id", "urn"):
            return
        found = schema["properties"].get(first[1])
        if found is None:
            yield f"{at} does not exist"
        elif first[2] and "items" not in found:
            yield f"{at} is no list"
