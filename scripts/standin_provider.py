"""Serve a provider's schema to Terraform without the provider: everything is accepted, nothing is made.

    python scripts/standin_provider.py STANDIN SCHEMA.json.gz

``STANDIN`` is the stand-in provider that serves resources; here data sources are added to it, with an answer for each
type, and a few habits of the providers' SDK. ``SCHEMA`` has ``provider_config``, ``resources``, and ``data``: type ->
``{"block": ..., "answer": {...}}``.
What a data source does not answer and nobody wrote is null.
"""

from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

#: The part of the plugin protocol that concerns data sources, in the notation of the stand-in.
_MESSAGES = {
    "ReadData": "type_name:string=1 config:Dyn=2",
    "ReadDataR": "state:Dyn=1 diagnostics:*Diag=2",
}
_CALLS = {"ValidateDataSourceConfig": "Empty", "ReadDataSource": "ReadData"}


def load(path: Path) -> ModuleType:
    """The stand-in as a module."""
    spec = importlib.util.spec_from_file_location("standin", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def policy(config: dict[str, Any]) -> str:
    """The JSON of ``aws_iam_policy_document``, as the provider's documentation of that data source describes it."""

    def bare(values: list[Any]) -> Any:
        return values[0] if len(values) == 1 else sorted(values, reverse=True)

    def principals(blocks: list[dict[str, Any]]) -> Any:
        if any(item["type"] == "*" for item in blocks):
            return "*"
        return {item["type"]: bare(item["identifiers"]) for item in blocks}

    def statement(block: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"Effect": block["effect"] or "Allow"}
        if block["sid"]:
            made["Sid"] = block["sid"]
        for name, written in (
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ):
            if block[written]:
                made[name] = bare(block[written])
        for name, written in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
            if block[written]:
                made[name] = principals(block[written])
        for item in block["condition"] or ():
            made.setdefault("Condition", {}).setdefault(item["test"], {})[item["variable"]] = bare(item["values"])
        return made

    def merge(into: list[Any], later: list[Any]) -> list[Any]:
        for item in later:
            sid = item.get("Sid")
            at = next((index for index, known in enumerate(into) if sid and known.get("Sid") == sid), None)
            if at is None:
                into.append(item)
            else:
                into[at] = item
        return into

    def read(documents: list[str] | None) -> list[Any]:
        found: list[Any] = []
        for document in documents or ():
            inner = json.loads(document)["Statement"]
            found.extend(inner if isinstance(inner, list) else [inner])
        return found

    statements = merge([], read(config["source_policy_documents"]))
    merge(statements, [statement(item) for item in config["statement"] or ()])
    merge(statements, read(config["override_policy_documents"]))
    document = {"Version": config["version"] or "2012-10-17", "Statement": statements}
    return json.dumps(document, indent=2)


def ram_policy(config: dict[str, Any]) -> str:
    """The text of ``alicloud_ram_policy_document``, as the provider's documentation describes it."""
    statements = []
    for block in config["statement"] or ():
        made: dict[str, Any] = {"Effect": block["effect"] or "Allow", "Action": block["action"]}
        if block["resource"]:
            made["Resource"] = block["resource"]
        if block["principal"]:
            made["Principal"] = {item["entity"]: item["identifiers"] for item in block["principal"]}
        for item in block["condition"] or ():
            made.setdefault("Condition", {}).setdefault(item["operator"], {})[item["variable"]] = item["values"]
        statements.append(made)
    return json.dumps({"Version": config["version"] or "1", "Statement": statements})


def cloud_init(config: dict[str, Any]) -> str:
    """The archive of ``cloudinit_config``: a MIME message, by default compressed and in base64."""
    boundary = config["boundary"] or "MIMEBOUNDARY"
    made = f'Content-Type: multipart/mixed; boundary="{boundary}"\nMIME-Version: 1.0\r\n\r\n'
    for part in config["part"] or ():
        made += f"--{boundary}\r\nContent-Transfer-Encoding: 7bit\r\n"
        made += f"Content-Type: {part['content_type'] or 'text/plain'}\r\nMime-Version: 1.0\r\n"
        if part["filename"]:
            made += f'Content-Disposition: attachment; filename="{part["filename"]}"\r\n'
        made += f"\r\n{part['content']}\r\n"
    data = f"{made}--{boundary}--\r\n".encode()
    if config["gzip"] is not False:
        data = gzip.compress(data, mtime=0)
    if config["base64_encode"] is not False:
        return base64.b64encode(data).decode()
    return data.decode()


def template(config: dict[str, Any]) -> str:
    """``template_file``, as far as its template only names variables."""
    text: str = config["template"]
    for name, value in (config["vars"] or {}).items():
        text = text.replace(f"${{{name}}}", value)
    return text


def managed_policy(config: dict[str, Any]) -> dict[str, Any]:
    """``aws_iam_policy``: a policy of AWS is found by its name."""
    return {"arn": f"arn:aws-cn:iam::aws:policy/{config['name']}"} if config["name"] else {}


def images(config: dict[str, Any]) -> dict[str, Any]:
    """``alicloud_images``: the id of a public image begins with its system."""
    system = "win2022" if config["os_type"] == "windows" else "aliyun_3"
    return {"images": [{"id": f"{system}_x64_20G_alibase_20250101.vhd"}]}


#: Data sources whose answer follows from what is asked: type -> the attributes made of the configuration.
COMPUTED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "aws_iam_policy_document": lambda config: {"json": policy(config), "minified_json": policy(config)},
    "alicloud_ram_policy_document": lambda config: {"document": ram_policy(config)},
    "aws_iam_policy": managed_policy,
    "alicloud_images": images,
    "cloudinit_config": lambda config: {"rendered": cloud_init(config)},
    "template_file": lambda config: {"rendered": template(config)},
}


def zero(kind: str) -> Any:
    """What the providers' SDK writes for a member that nobody wrote."""
    return {"string": "", "number": 0, "bool": False}.get(kind.rpartition(" ")[0], [])


def settle(block: dict[str, Any], planned: dict[str, Any], config: dict[str, Any]) -> None:
    """Blocks that are attributes too, such as the rules of ``aws_security_group``.

    An empty list that is written stays empty, where one that is not written is the provider's; members of an element
    that nobody wrote are empty, not unknown.
    """
    for name, nested in block.get("b", {}).items():
        if not nested["n"].startswith("attr-") or "o" not in nested.get("f", ""):
            continue
        if config.get(name) == []:
            planned[name] = []
        for element in planned[name] if isinstance(planned.get(name), list) else ():
            for member, kind in nested.get("a", {}).items():
                if isinstance(element, dict) and element.get(member) is None:
                    element[member] = zero(kind)


def extend(standin: ModuleType) -> None:
    """Teach the stand-in data sources."""
    standin.PROTO.update(_MESSAGES)
    standin.M.update(standin.messages())
    messages = standin.M

    class Provider(standin.Provider):  # type: ignore[name-defined, misc]
        def GetSchema(self, query: Any) -> Any:  # noqa: N802 - the protocol's own name
            reply = super().GetSchema(query)
            for kind, item in self.s.get("data", {}).items():
                entry = reply.data_source_schemas.add(key=kind)
                entry.value.block.CopyFrom(standin.block(item["block"]))
            return reply

        def PlanResourceChange(self, query: Any) -> Any:  # noqa: N802
            reply = super().PlanResourceChange(query)
            planned, config = standin.unpack(reply.planned_state), standin.unpack(query.config)
            if isinstance(planned, dict) and isinstance(config, dict):
                settle(self.r[query.type_name], planned, config)
                reply.planned_state.CopyFrom(standin.pack(planned))
            return reply

        def ValidateDataSourceConfig(self, query: Any) -> Any:  # noqa: N802
            return messages["Diags"]()

        def ReadDataSource(self, query: Any) -> Any:  # noqa: N802
            state = standin.unpack(query.config)
            answer = {**self.s["data"][query.type_name].get("answer", {})}
            if query.type_name in COMPUTED:
                answer.update(COMPUTED[query.type_name](state))
            for name, value in answer.items():
                if state.get(name) is None:
                    state[name] = value
            return messages["ReadDataR"](state=standin.pack(state))

    standin.Provider = Provider  # type: ignore[attr-defined]
    standin.IO.update(_CALLS)


def main(arguments: list[str]) -> None:
    """Serve until Terraform or the caller ends it; the first line printed is the plugin handshake."""
    script, schema = arguments
    standin = load(Path(script))
    extend(standin)
    with gzip.open(schema) as stream:
        json.load(stream)  # a broken schema is told before the handshake
    standin.main(schema)


if __name__ == "__main__":
    main(sys.argv[1:])
