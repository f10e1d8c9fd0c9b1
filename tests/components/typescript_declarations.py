"""TypeScript declarations of a package, from its schema: as much as a compiler needs to judge a program that uses it.

In the manner of the SDK that Pulumi makes: plain inputs take values, others also outputs; outputs are outputs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: What the declarations stand on, where Pulumi's own SDK is not installed.
PULUMI = """\
declare module "@pulumi/pulumi" {
    export interface Lifted { }
    export type Output<T> = OutputInstance<T> & (T extends (infer E)[] ? { [index: number]: Output<E> } : unknown);
    export interface OutputInstance<T> { apply<U>(f: (value: T) => Input<U>): Output<U>; }
    export type Input<T> = T | Promise<T> | OutputInstance<T>;
    export class Resource { readonly urn: Output<string>; }
    export class ProviderResource extends Resource { private readonly isProvider: true; }
    export interface ComponentResourceOptions {
        parent?: Resource; dependsOn?: Resource | Resource[]; protect?: boolean;
        provider?: ProviderResource; providers?: ProviderResource[];
    }
    export class ComponentResource extends Resource { private readonly isComponent: true; }
    export class Config {
        constructor(name?: string);
        get(key: string): string | undefined;
        require(key: string): string;
        requireObject<T>(key: string): T;
        requireSecret(key: string): Output<string>;
    }
}
"""


def provider_declarations(package: str) -> str:
    """The provider configuration of a cloud's SDK, where that is not installed."""
    return f"""\
declare module "@pulumi/{package}" {{
    import * as pulumi from "@pulumi/pulumi";
    export class Provider extends pulumi.ProviderResource {{
        constructor(name: string, args?: {{ region?: pulumi.Input<string> }});
        private readonly package: "{package}";
    }}
}}
"""


def declarations(schema: Mapping[str, Any]) -> str:
    """The module of a package."""
    return "\n".join(_module(schema)) + "\n"


def _module(schema: Mapping[str, Any]) -> Iterator[str]:
    cloud = schema["dependencies"][0]["name"]
    yield f'declare module "{schema["language"]["nodejs"]["packageName"]}" {{'
    yield '    import * as pulumi from "@pulumi/pulumi";'
    yield f'    import * as {cloud} from "@pulumi/{cloud}";'
    for token, type_ in schema["types"].items():
        yield from _interface(_short(token), type_["properties"], type_.get("required", []))
    for token, resource in schema["resources"].items():
        name = _short(token)
        yield from _interface(f"{name}Args", resource["inputProperties"], resource["requiredInputs"])
        yield f"    /** {_first_line(resource)} */"
        yield f"    export class {name} extends pulumi.ComponentResource {{"
        optional = "" if resource["requiredInputs"] else "?"
        yield f"        constructor(name: string, args{optional}: {name}Args, opts?: pulumi.ComponentResourceOptions);"
        for key, found in resource["properties"].items():
            missing = "" if key in resource["required"] else " | undefined"
            yield f"        readonly {key}: pulumi.Output<{_type(found)}{missing}>;"
        yield "    }"
    yield "}"


def _interface(name: str, properties: Mapping[str, Any], required: list[str]) -> Iterator[str]:
    yield f"    export interface {name} {{"
    for key, found in properties.items():
        yield f"        {key}{'' if key in required else '?'}: {_input(found)};"
    yield "    }"


def _input(found: Mapping[str, Any]) -> str:
    if "items" in found:
        inner = f"({_input(found['items'])})[]"
    elif "additionalProperties" in found:
        inner = f"{{ [key: string]: {_input(found['additionalProperties'])} }}"
    else:
        inner = _type(found)
    return inner if found.get("plain") or "$ref" in found else f"pulumi.Input<{inner}>"


def _type(found: Mapping[str, Any]) -> str:
    if "items" in found:
        return f"({_type(found['items'])})[]"
    if "additionalProperties" in found:
        return f"{{ [key: string]: {_type(found['additionalProperties'])} }}"
    reference = found.get("$ref", "")
    if reference == "pulumi.json#/Any":
        return "any"
    if reference.endswith("#/provider"):
        return f"{reference.split('/')[1]}.Provider"
    if reference:
        return _short(reference)
    return {"integer": "number"}.get(found["type"], found["type"])


def _short(token: str) -> str:
    return token.rpartition(":")[2]


def _first_line(resource: Mapping[str, Any]) -> str:
    return re.sub(r"\*/", "", json.dumps(resource["description"].split("\n")[0], ensure_ascii=False)[1:-1])
